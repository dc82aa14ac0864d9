/*
 * 8259A programmable interrupt controller.
 *
 * Spec:     Intel 8259A data sheet (231468); edge/level control registers: 82371SB data sheet
 *           (290550) section 2.5.4; PC wiring: slave on line 2 of the master.
 * Thread:   under the big lock.
 * Deviates: 8080/85 mode (ICW4 bit 0 clear) and buffered mode are accepted and ignored; a
 *           request in edge mode stays latched when its line falls before it is acknowledged.
 * Migrated: all registers and line levels.
 *
 *   port        read                 write
 *   base + 0    IRR or ISR, or poll  ICW1 (bit 4), OCW3 (bit 3), OCW2
 *   base + 1    IMR                  ICW2-ICW4 after ICW1, else OCW1 = IMR
 *   0x4d0/4d1   ELCR                 ELCR: 1 = level; lines 0-2, 8, 13 are always edge
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/intc/i8259.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/log.h"

#define ICW1_SELECT 0x10
#define ICW1_IC4 0x01
#define ICW1_SNGL 0x02
#define ICW1_LTIM 0x08
#define ICW4_AEOI 0x02
#define ICW4_SFNM 0x10
#define OCW3_SELECT 0x08
#define OCW3_POLL 0x04
#define OCW3_RR 0x02
#define OCW3_RIS 0x01
#define OCW3_ESMM 0x40
#define OCW3_SMM 0x20
#define CASCADE_LINE 2

/* Next write to base + 1. ORDER of the initialization sequence. */
enum InitState { INIT_DONE, INIT_ICW2, INIT_ICW3, INIT_ICW4 };

typedef struct PICState {
    ISADevice parent_obj;
    uint8_t level;              /* input lines */
    uint8_t irr;
    uint8_t imr;
    uint8_t isr;
    uint8_t first;              /* line with the highest priority now */
    uint8_t irq_base;
    uint8_t init_state;
    uint8_t elcr;
    bool read_isr;
    bool poll;
    bool special_mask;
    bool auto_eoi;
    bool rotate_on_auto_eoi;
    bool special_fully_nested;
    bool wants_icw4;
    bool single;
    bool output;
    uint32_t iobase;
    uint32_t elcr_addr;
    uint8_t elcr_mask;          /* lines that may be level-triggered */
    bool master;
    qemu_irq int_out;
    struct PICState *slave;     /* of the master */
    MemoryRegion base_io;
    MemoryRegion elcr_io;
} PICState;

DECLARE_INSTANCE_CHECKER(PICState, PIC, TYPE_I8259)

/* The controllers of the machine; set once while the board is built. */
static PICState *board_master;

/* ---- priority resolver ---- */

/* Rank of the most urgent line in @mask: 0 is the highest priority; 8 if there is none. */
static int best_rank(const PICState *s, uint8_t mask)
{
    int rank = 0;

    if (!mask) {
        return 8;
    }
    while (!(mask & (1 << ((s->first + rank) & 7)))) {
        rank++;
    }
    return rank;
}

/* The line that INTR stands for, or -1. */
static int pending_line(const PICState *s)
{
    uint8_t in_service = s->isr;
    int rank = best_rank(s, s->irr & ~s->imr);

    if (rank == 8) {
        return -1;
    }
    if (s->special_mask) {
        in_service &= ~s->imr;
    }
    if (s->special_fully_nested && s->master) {
        in_service &= ~(1 << CASCADE_LINE);
    }
    return rank < best_rank(s, in_service) ? (s->first + rank) & 7 : -1;
}

static void update_output(PICState *s)
{
    s->output = pending_line(s) >= 0;
    qemu_set_irq(s->int_out, s->output);
}

static void set_line(void *opaque, int line, int level)
{
    PICState *s = opaque;
    uint8_t bit = 1 << line;
    bool was_high = s->level & bit;

    if (level) {
        s->level |= bit;
        if ((s->elcr & bit) || !was_high) {
            s->irr |= bit;
        }
    } else {
        s->level &= ~bit;
        if (s->elcr & bit) {
            s->irr &= ~bit;
        }
    }
    update_output(s);
}

/* ---- acknowledge and end of interrupt ---- */

static void acknowledge(PICState *s, int line)
{
    uint8_t bit = 1 << line;

    if (s->auto_eoi) {
        if (s->rotate_on_auto_eoi) {
            s->first = (line + 1) & 7;
        }
    } else {
        s->isr |= bit;
    }
    if (!(s->elcr & bit)) {
        s->irr &= ~bit;
    }
    update_output(s);
}

/* One controller's part of an acknowledge cycle: the line, 7 without in-service bit if none. */
static int take_line(PICState *s)
{
    int line = pending_line(s);

    if (line < 0) {
        return 7;
    }
    acknowledge(s, line);
    return line;
}

int pic_read_irq(DeviceState *dev)
{
    PICState *s = PIC(dev);
    int line = take_line(s);

    if (line == CASCADE_LINE && s->slave && (s->isr & (1 << CASCADE_LINE) || s->auto_eoi)) {
        return s->slave->irq_base + take_line(s->slave);
    }
    return s->irq_base + line;
}

bool pic_get_output(DeviceState *dev)
{
    return PIC(dev)->output;
}

DeviceState *i8259_get_master(void)
{
    return board_master ? DEVICE(board_master) : NULL;
}

/* Line of the most urgent interrupt in service, or -1. */
static int in_service_line(const PICState *s)
{
    uint8_t isr = s->special_mask ? s->isr & ~s->imr : s->isr;
    int rank = best_rank(s, isr);

    return rank == 8 ? -1 : (s->first + rank) & 7;
}

static void write_ocw2(PICState *s, uint8_t val)
{
    int line = val & 7;

    switch (val >> 5) {
    case 0:                                     /* rotate in automatic EOI mode: off, on */
    case 4:
        s->rotate_on_auto_eoi = val >> 7;
        break;
    case 1:                                     /* non-specific EOI, without and with rotation */
    case 5:
        line = in_service_line(s);
        if (line >= 0) {
            s->isr &= ~(1 << line);
            if (val >> 7) {
                s->first = (line + 1) & 7;
            }
        }
        break;
    case 3:                                     /* specific EOI, without and with rotation */
    case 7:
        s->isr &= ~(1 << line);
        if (val >> 7) {
            s->first = (line + 1) & 7;
        }
        break;
    case 6:                                     /* set priority */
        s->first = (line + 1) & 7;
        break;
    default:                                    /* no operation */
        break;
    }
    update_output(s);
}

static void write_ocw3(PICState *s, uint8_t val)
{
    if (val & OCW3_POLL) {
        s->poll = true;
    }
    if (val & OCW3_RR) {
        s->read_isr = val & OCW3_RIS;
    }
    if (val & OCW3_ESMM) {
        s->special_mask = val & OCW3_SMM;
        update_output(s);
    }
}

/* ---- initialization sequence ---- */

/* What ICW1 does: a line in edge mode must rise again before it requests. */
static void clear_for_init(PICState *s)
{
    s->irr &= s->elcr & s->level;
    s->imr = 0;
    s->isr = 0;
    s->first = 0;
    s->read_isr = false;
    s->poll = false;
    s->special_mask = false;
    s->auto_eoi = false;
    s->rotate_on_auto_eoi = false;
    s->special_fully_nested = false;
}

static void write_icw1(PICState *s, uint8_t val)
{
    clear_for_init(s);
    s->init_state = INIT_ICW2;
    s->wants_icw4 = val & ICW1_IC4;
    s->single = val & ICW1_SNGL;
    if (val & ICW1_LTIM) {
        qemu_log_mask(LOG_UNIMP, "i8259: level-triggered mode by ICW1 has no effect, use ELCR\n");
    }
    update_output(s);
}

static void write_data(PICState *s, uint8_t val)
{
    switch (s->init_state) {
    case INIT_DONE:
        s->imr = val;
        break;
    case INIT_ICW2:
        s->irq_base = val & 0xf8;
        s->init_state = !s->single ? INIT_ICW3 : s->wants_icw4 ? INIT_ICW4 : INIT_DONE;
        break;
    case INIT_ICW3:
        s->init_state = s->wants_icw4 ? INIT_ICW4 : INIT_DONE;
        break;
    case INIT_ICW4:
        s->special_fully_nested = val & ICW4_SFNM;
        s->auto_eoi = val & ICW4_AEOI;
        s->init_state = INIT_DONE;
        break;
    }
    update_output(s);
}

/* ---- ports ---- */

static void pic_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    PICState *s = opaque;

    if (addr == 1) {
        write_data(s, val);
    } else if (val & ICW1_SELECT) {
        write_icw1(s, val);
    } else if (val & OCW3_SELECT) {
        write_ocw3(s, val);
    } else {
        write_ocw2(s, val);
    }
}

static uint64_t pic_read(void *opaque, hwaddr addr, unsigned size)
{
    PICState *s = opaque;

    if (s->poll) {
        int line = pending_line(s);

        s->poll = false;
        if (line < 0) {
            return 0;
        }
        acknowledge(s, line);
        return 0x80 | line;
    }
    if (addr == 1) {
        return s->imr;
    }
    return s->read_isr ? s->isr : s->irr;
}

static const MemoryRegionOps pic_ops = {
    .read = pic_read,
    .write = pic_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
};

static void elcr_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    PICState *s = opaque;

    s->elcr = val & s->elcr_mask;
    /* A level request lasts as long as its line is high. */
    s->irr = (s->irr & ~s->elcr) | (s->level & s->elcr);
    update_output(s);
}

static uint64_t elcr_read(void *opaque, hwaddr addr, unsigned size)
{
    return PIC(opaque)->elcr;
}

static const MemoryRegionOps elcr_ops = {
    .read = elcr_read,
    .write = elcr_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
};

/* ---- life ---- */

static void pic_reset(DeviceState *dev)
{
    PICState *s = PIC(dev);

    s->elcr = 0;
    s->level = 0;
    clear_for_init(s);
    s->irr = 0;
    s->irq_base = 0;
    s->init_state = INIT_DONE;
    s->wants_icw4 = false;
    s->single = false;
    update_output(s);
}

static void pic_realize(DeviceState *dev, Error **errp)
{
    PICState *s = PIC(dev);
    ISADevice *isa = ISA_DEVICE(dev);

    memory_region_init_io(&s->base_io, OBJECT(s), &pic_ops, s, "pic", 2);
    memory_region_init_io(&s->elcr_io, OBJECT(s), &elcr_ops, s, "elcr", 1);
    isa_register_ioport(isa, &s->base_io, s->iobase);
    if (s->elcr_addr != UINT32_MAX) {
        isa_register_ioport(isa, &s->elcr_io, s->elcr_addr);
    }
    qdev_init_gpio_out(dev, &s->int_out, 1);
    qdev_init_gpio_in(dev, set_line, 8);
}

static int pic_post_load(void *opaque, int version_id)
{
    PICState *s = opaque;

    s->first &= 7;
    s->init_state &= 3;
    s->output = pending_line(s) >= 0;
    return 0;
}

static const VMStateDescription vmstate_i8259 = {
    .name = "i8259",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = pic_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(level, PICState),
        VMSTATE_UINT8(irr, PICState),
        VMSTATE_UINT8(imr, PICState),
        VMSTATE_UINT8(isr, PICState),
        VMSTATE_UINT8(first, PICState),
        VMSTATE_UINT8(irq_base, PICState),
        VMSTATE_UINT8(init_state, PICState),
        VMSTATE_UINT8(elcr, PICState),
        VMSTATE_BOOL(read_isr, PICState),
        VMSTATE_BOOL(poll, PICState),
        VMSTATE_BOOL(special_mask, PICState),
        VMSTATE_BOOL(auto_eoi, PICState),
        VMSTATE_BOOL(rotate_on_auto_eoi, PICState),
        VMSTATE_BOOL(special_fully_nested, PICState),
        VMSTATE_BOOL(wants_icw4, PICState),
        VMSTATE_BOOL(single, PICState),
        VMSTATE_END_OF_LIST()
    },
};

static const Property pic_props[] = {
    DEFINE_PROP_UINT32("iobase", PICState, iobase, UINT32_MAX),
    DEFINE_PROP_UINT32("elcr_addr", PICState, elcr_addr, UINT32_MAX),
    DEFINE_PROP_UINT8("elcr_mask", PICState, elcr_mask, UINT8_MAX),
    DEFINE_PROP_BOOL("master", PICState, master, false),
    DEFINE_PROP_END_OF_LIST()
};

static void pic_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = pic_realize;
    dc->vmsd = &vmstate_i8259;
    device_class_set_props(dc, pic_props);
    device_class_set_legacy_reset(dc, pic_reset);
    /* The board wires it by hand. */
    dc->user_creatable = false;
}

static const TypeInfo pic_types[] = {
    {
        .name = TYPE_I8259,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(PICState),
        .class_init = pic_class_init,
    },
};
DEFINE_TYPES(pic_types)

static PICState *pic_new(ISABus *bus, bool master)
{
    ISADevice *isa = isa_new(TYPE_I8259);
    DeviceState *dev = DEVICE(isa);

    qdev_prop_set_uint32(dev, "iobase", master ? 0x20 : 0xa0);
    qdev_prop_set_uint32(dev, "elcr_addr", master ? 0x4d0 : 0x4d1);
    qdev_prop_set_uint8(dev, "elcr_mask", master ? 0xf8 : 0xde);
    qdev_prop_set_bit(dev, "master", master);
    isa_realize_and_unref(isa, bus, &error_fatal);
    return PIC(dev);
}

qemu_irq *i8259_init(ISABus *bus, qemu_irq parent_irq)
{
    qemu_irq *lines = g_new0(qemu_irq, ISA_NUM_IRQS);
    PICState *master = pic_new(bus, true);
    PICState *slave = pic_new(bus, false);

    master->slave = slave;
    qdev_connect_gpio_out(DEVICE(master), 0, parent_irq);
    qdev_connect_gpio_out(DEVICE(slave), 0, qdev_get_gpio_in(DEVICE(master), CASCADE_LINE));
    for (int i = 0; i < 8; i++) {
        if (i != CASCADE_LINE) {
            lines[i] = qdev_get_gpio_in(DEVICE(master), i);
        }
        lines[i + 8] = qdev_get_gpio_in(DEVICE(slave), i);
    }
    board_master = master;
    return lines;
}

void pic_info_format(GString *out)
{
    for (int n = 0; board_master && n < 2; n++) {
        const PICState *s = n ? board_master->slave : board_master;

        g_string_append_printf(out, "pic%d: irr=%02x imr=%02x isr=%02x hprio=%d irq_base=%02x "
                               "rr_sel=%d elcr=%02x fnm=%d\n", n, s->irr, s->imr, s->isr,
                               s->first, s->irq_base, s->read_isr, s->elcr,
                               s->special_fully_nested);
    }
}
