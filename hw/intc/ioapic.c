/*
 * 82093AA I/O APIC.
 *
 * Spec:     Intel 82093AA data sheet (290566); version 0x20's EOI register: ICH9 data sheet
 *           (316972) section 13.5.
 * Thread:   under the big lock.
 * Migrated: all registers and pin levels.
 *
 *   address    register   access
 *   0x00       IOREGSEL   index
 *   0x10       IOWIN      the indexed register
 *   0x40       EOI        write-only, vector (version 0x20)
 *
 *   index      register     writable
 *   0x00       ID           27:24
 *   0x01       version      none: 7:0 version, 23:16 last entry
 *   0x02       arbitration  none: the ID
 *   0x10-0x3f  redirection  low: 16 mask, 15 level, 13 polarity, 11 logical, 10:8 mode, 7:0
 *                           vector; 14 remote IRR and 12 status are read-only. high: destination
 *
 * A message is a memory write to the APIC's address range, the way a PCI device would send it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/i386/x86-irq.h"
#include "hw/intc/ioapic.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/bitops.h"

#define REG_SELECT 0x00
#define REG_WINDOW 0x10
#define REG_EOI 0x40
#define IDX_ID 0x00
#define IDX_VERSION 0x01
#define IDX_ARB 0x02
#define IDX_TABLE 0x10

#define ENTRY_MASKED (1ull << 16)
#define ENTRY_LEVEL (1ull << 15)
#define ENTRY_REMOTE_IRR (1ull << 14)
#define ENTRY_STATUS (1ull << 12)
#define ENTRY_LOGICAL (1ull << 11)
#define ENTRY_READ_ONLY (ENTRY_REMOTE_IRR | ENTRY_STATUS)
#define ENTRY_WRITABLE 0xff0000000001ffffull
#define MODE_EXTINT 7
#define MSI_BASE 0xfee00000
#define MAX_IOAPICS 2 /* one of the south bridge and one more on large boards */

typedef struct IOAPICState {
    SysBusDevice parent_obj;
    MemoryRegion io;
    uint8_t id;
    uint8_t index;
    uint8_t version;
    uint32_t level;                     /* pins */
    uint32_t irr;                       /* pins with a request that was not sent yet */
    uint64_t table[IOAPIC_NUM_PINS];
} IOAPICState;

DECLARE_INSTANCE_CHECKER(IOAPICState, IOAPIC, TYPE_IOAPIC)

/* All of the machine, for broadcasts; set while the board is built. */
static struct {
    IOAPICState *unit[MAX_IOAPICS];
    int count;
} ioapics;

/* ---- sending ---- */

static void send_message(uint64_t e)
{
    unsigned mode = e >> 8 & 7;
    uint8_t vector = e;
    uint32_t addr = MSI_BASE | (uint32_t)(e >> 56) << 12 | (e & ENTRY_LOGICAL ? 1 << 2 : 0);
    uint32_t data;

    if (mode == MODE_EXTINT) {
        /* The vector comes from the 8259; then it is an interrupt like any other. */
        int ext = x86_pic_acknowledge();

        if (ext < 0) {
            return;
        }
        vector = ext;
        mode = 0;
    }
    data = vector | mode << 8 | 1 << 14 | (e & ENTRY_LEVEL ? 1 << 15 : 0);
    address_space_stl_le(&address_space_memory, addr, data, MEMTXATTRS_UNSPECIFIED, NULL);
}

static void service_pin(IOAPICState *s, int pin)
{
    uint64_t *e = &s->table[pin];

    if (!(s->irr & (1u << pin)) || (*e & ENTRY_MASKED)) {
        return;
    }
    if (*e & ENTRY_LEVEL) {
        if (*e & ENTRY_REMOTE_IRR) {
            return;
        }
        *e |= ENTRY_REMOTE_IRR;
    } else {
        s->irr &= ~(1u << pin);
    }
    send_message(*e);
}

/* @level is that of the pin after polarity: boards wire inverted sources inverted. */
static void set_pin(void *opaque, int pin, int level)
{
    IOAPICState *s = opaque;
    uint32_t bit = 1u << pin;
    bool was_high = s->level & bit;
    uint64_t e = s->table[pin];

    s->level = level ? s->level | bit : s->level & ~bit;
    if (e & ENTRY_LEVEL) {
        s->irr = level ? s->irr | bit : s->irr & ~bit;
    } else if (level && !was_high && !(e & ENTRY_MASKED)) {
        s->irr |= bit; /* an edge on a masked pin is lost */
    }
    service_pin(s, pin);
}

static void end_of_interrupt(IOAPICState *s, int vector)
{
    for (int pin = 0; pin < IOAPIC_NUM_PINS; pin++) {
        uint64_t *e = &s->table[pin];

        if ((*e & 0xff) == (uint64_t)vector && (*e & ENTRY_LEVEL) && (*e & ENTRY_REMOTE_IRR)) {
            *e &= ~ENTRY_REMOTE_IRR;
            service_pin(s, pin);
        }
    }
}

void ioapic_eoi_broadcast(int vector)
{
    for (int i = 0; i < ioapics.count; i++) {
        end_of_interrupt(ioapics.unit[i], vector);
    }
}

/* ---- registers ---- */

static uint32_t read_window(IOAPICState *s)
{
    unsigned pin = (s->index - IDX_TABLE) / 2;

    switch (s->index) {
    case IDX_ID:
    case IDX_ARB:
        return (uint32_t)s->id << 24;
    case IDX_VERSION:
        return s->version | (IOAPIC_NUM_PINS - 1) << 16;
    default:
        if (s->index < IDX_TABLE || pin >= IOAPIC_NUM_PINS) {
            return 0;
        }
        return s->index & 1 ? s->table[pin] >> 32 : s->table[pin];
    }
}

static void write_entry(IOAPICState *s, unsigned pin, bool high, uint32_t val)
{
    uint32_t bit = 1u << pin;
    uint64_t old = s->table[pin];
    uint64_t e = high ? deposit64(old, 32, 32, val) : deposit64(old, 0, 32, val);

    e = (e & ENTRY_WRITABLE & ~ENTRY_READ_ONLY) | (old & ENTRY_READ_ONLY);
    if (!(e & ENTRY_LEVEL)) {
        /* Edge mode has no remote IRR: drivers use this to end an interrupt by hand. */
        e &= ~ENTRY_REMOTE_IRR;
        if (old & ENTRY_LEVEL) {
            s->irr &= ~bit;
        }
    } else {
        s->irr = (s->irr & ~bit) | (s->level & bit);
    }
    s->table[pin] = e;
    service_pin(s, pin);
}

static void write_window(IOAPICState *s, uint32_t val)
{
    unsigned pin = (s->index - IDX_TABLE) / 2;

    if (s->index == IDX_ID) {
        s->id = val >> 24 & 0x0f;
    } else if (s->index >= IDX_TABLE && pin < IOAPIC_NUM_PINS) {
        write_entry(s, pin, s->index & 1, val);
    }
}

static uint64_t ioapic_read(void *opaque, hwaddr addr, unsigned size)
{
    IOAPICState *s = opaque;

    switch (addr & 0xff) {
    case REG_SELECT:
        return s->index;
    case REG_WINDOW:
        return size == 4 ? read_window(s) : 0;
    default:
        return 0;
    }
}

static void ioapic_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    IOAPICState *s = opaque;

    switch (addr & 0xff) {
    case REG_SELECT:
        s->index = val;
        break;
    case REG_WINDOW:
        if (size == 4) {
            write_window(s, val);
        }
        break;
    case REG_EOI:
        if (size == 4 && s->version == 0x20) {
            end_of_interrupt(s, val & 0xff);
        }
        break;
    }
}

static const MemoryRegionOps ioapic_ops = {
    .read = ioapic_read,
    .write = ioapic_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};

/* ---- life ---- */

static void ioapic_reset(DeviceState *dev)
{
    IOAPICState *s = IOAPIC(dev);

    s->id = 0;
    s->index = 0;
    s->level = 0;
    s->irr = 0;
    for (int pin = 0; pin < IOAPIC_NUM_PINS; pin++) {
        s->table[pin] = ENTRY_MASKED;
    }
}

static void ioapic_realize(DeviceState *dev, Error **errp)
{
    IOAPICState *s = IOAPIC(dev);

    if (ioapics.count == MAX_IOAPICS) {
        error_setg(errp, "Only %d I/O APICs are supported", MAX_IOAPICS);
        return;
    }
    if (s->version != 0x11 && s->version != 0x20) {
        error_setg(errp, "ioapic.version 0x%x: must be 0x11 or 0x20", s->version);
        return;
    }
    memory_region_init_io(&s->io, OBJECT(s), &ioapic_ops, s, "ioapic", 0x1000);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->io);
    qdev_init_gpio_in(dev, set_pin, IOAPIC_NUM_PINS);
    ioapics.unit[ioapics.count++] = s;
}

static const VMStateDescription vmstate_ioapic = {
    .name = "ioapic",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(id, IOAPICState),
        VMSTATE_UINT8(index, IOAPICState),
        VMSTATE_UINT32(level, IOAPICState),
        VMSTATE_UINT32(irr, IOAPICState),
        VMSTATE_UINT64_ARRAY(table, IOAPICState, IOAPIC_NUM_PINS),
        VMSTATE_END_OF_LIST()
    },
};

static const Property ioapic_props[] = {
    DEFINE_PROP_UINT8("version", IOAPICState, version, 0x20),
    DEFINE_PROP_END_OF_LIST()
};

static void ioapic_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = ioapic_realize;
    dc->vmsd = &vmstate_ioapic;
    device_class_set_props(dc, ioapic_props);
    device_class_set_legacy_reset(dc, ioapic_reset);
    /* The board wires its pins by hand. */
    dc->user_creatable = false;
}

static const TypeInfo ioapic_types[] = {
    {
        .name = TYPE_IOAPIC,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(IOAPICState),
        .class_init = ioapic_class_init,
    },
};
DEFINE_TYPES(ioapic_types)

void ioapic_info_format(GString *out)
{
    static const char *const modes[] = { "fixed", "lowest", "SMI", "...", "NMI", "INIT", "...",
                                         "extINT" };

    for (int i = 0; i < ioapics.count; i++) {
        const IOAPICState *s = ioapics.unit[i];

        g_string_append_printf(out, "ioapic%d: ver=0x%x id=0x%02x sel=0x%02x\n", i, s->version,
                               s->id, s->index);
        for (int pin = 0; pin < IOAPIC_NUM_PINS; pin++) {
            uint64_t e = s->table[pin];

            g_string_append_printf(out, "  pin %-2d 0x%016" PRIx64 " dest=%u vec=%-3u %-6s %s %s%s"
                                   "%s%s\n", pin, e, (unsigned)(e >> 56), (unsigned)(e & 0xff),
                                   modes[e >> 8 & 7], e & ENTRY_LOGICAL ? "logical " : "physical",
                                   e & ENTRY_LEVEL ? "level" : "edge ",
                                   e & ENTRY_MASKED ? " masked" : "",
                                   e & ENTRY_REMOTE_IRR ? " remote-irr" : "",
                                   s->irr & (1u << pin) ? " pending" : "");
        }
    }
}
