/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ISA DMA controller: an 8237A with the PC's page registers.
 *
 * Spec:      Intel 8237A data sheet; IBM PC/AT technical reference (page registers, channels
 *            4 to 7 count words).
 * Thread:    big lock. Transfers run in a bottom half, so a device that asks for service from
 *            its own register access is not re-entered.
 * Deviates:  memory-to-memory transfers and verify timing are not carried out.
 *
 *   reg (times 1 or 2)   read                 write
 *   0-7   address, count of a channel, low then high byte (flip-flop)
 *   8     status (clears TC bits)             command
 *   9                                         request
 *   10                                        single mask
 *   11                                        mode
 *   12                                        clear flip-flop
 *   13    temporary                           master clear
 *   14                                        clear mask
 *   15    mask                                write all masks
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/dma/i8257.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"

OBJECT_DECLARE_SIMPLE_TYPE(I8257State, I8257)

typedef struct DMAChannel {
    uint32_t now[2];           /* bytes transferred; address in bytes */
    uint16_t base[2];          /* count, address as written */
    uint8_t mode, page, pageh;
    bool dack;
    IsaDmaTransferHandler handler;
    void *opaque;
} DMAChannel;
enum { ADDR, COUNT };

struct I8257State {
    ISADevice parent_obj;
    int32_t base, page_base, pageh_base, dshift;
    uint8_t status, command, mask, flip_flop;
    DMAChannel ch[4];
    MemoryRegion regs, cont, page_lo, page_hi;
    QEMUBH *bh;
    bool running;
};

enum { CMD_DISABLE = 0x04, MODE_AUTOINIT = 0x10, MODE_DECREMENT = 0x20 };

static void run_later(I8257State *s)
{
    qemu_bh_schedule(s->bh);
}

static void channel_restart(I8257State *s, int n)
{
    DMAChannel *c = &s->ch[n];

    c->now[ADDR] = (uint32_t)c->base[ADDR] << s->dshift;
    c->now[COUNT] = 0;
}

static uint32_t channel_bytes(const I8257State *s, int n)
{
    return ((uint32_t)s->ch[n].base[COUNT] + 1) << s->dshift;
}

static void run_channel(I8257State *s, int n)
{
    DMAChannel *c = &s->ch[n];
    int size = channel_bytes(s, n), pos;

    if (!c->handler) {
        return;
    }
    pos = c->handler(c->opaque, n + (s->dshift << 2), c->now[COUNT], size);
    c->now[COUNT] = CLAMP(pos, 0, size);
    if (c->now[COUNT] == (uint32_t)size) {
        s->status |= 1 << n; /* terminal count */
        if (c->mode & MODE_AUTOINIT) {
            channel_restart(s, n);
        } else {
            s->mask |= 1 << n;
        }
    }
}

static void dma_run(void *opaque)
{
    I8257State *s = opaque;
    bool again = false;

    if (s->running || (s->command & CMD_DISABLE)) {
        return;
    }
    s->running = true;
    for (int n = 0; n < 4; n++) {
        if (!(s->mask & 1 << n) && (s->status & 0x10 << n)) {
            run_channel(s, n);
            again |= !(s->mask & 1 << n) && (s->status & 0x10 << n);
        }
    }
    s->running = false;
    if (again) {
        qemu_bh_schedule_idle(s->bh);
    }
}

/* ---- interface for devices ---- */

static bool has_autoinit(IsaDma *obj, int nchan)
{
    return I8257(obj)->ch[nchan & 3].mode & MODE_AUTOINIT;
}

static int move_memory(I8257State *s, int nchan, uint8_t *buf, int pos, int len, bool to_memory)
{
    DMAChannel *c = &s->ch[nchan & 3];
    hwaddr page = (hwaddr)(c->pageh & 0x7f) << 24 | (hwaddr)c->page << 16;
    uint32_t window = 0x10000u << s->dshift;

    if (s->dshift) {
        page &= ~0x1ffffull; /* 16-bit channels: the page's low bit is not used */
    }
    for (int i = 0; i < len; i++) {
        uint32_t ofs = c->mode & MODE_DECREMENT ? c->now[ADDR] - pos - i : c->now[ADDR] + pos + i;
        hwaddr a = page | (ofs & (window - 1));
        int n = 1;

        if (!(c->mode & MODE_DECREMENT)) {
            n = MIN((uint32_t)(len - i), window - (ofs & (window - 1)));
        }
        if (to_memory) {
            address_space_write(&address_space_memory, a, MEMTXATTRS_UNSPECIFIED, buf + i, n);
        } else {
            address_space_read(&address_space_memory, a, MEMTXATTRS_UNSPECIFIED, buf + i, n);
        }
        i += n - 1;
    }
    return len;
}

static int dma_read_memory(IsaDma *obj, int nchan, void *buf, int pos, int len)
{
    return move_memory(I8257(obj), nchan, buf, pos, len, false);
}

static int dma_write_memory(IsaDma *obj, int nchan, void *buf, int pos, int len)
{
    return move_memory(I8257(obj), nchan, buf, pos, len, true);
}

static void hold_dreq(IsaDma *obj, int nchan)
{
    I8257State *s = I8257(obj);

    s->status |= 0x10 << (nchan & 3);
    run_later(s);
}

static void release_dreq(IsaDma *obj, int nchan)
{
    I8257State *s = I8257(obj);

    s->status &= ~(0x10 << (nchan & 3));
    run_later(s);
}

static void dma_schedule(IsaDma *obj)
{
    run_later(I8257(obj));
}

static void register_channel(IsaDma *obj, int nchan, IsaDmaTransferHandler handler, void *opaque)
{
    DMAChannel *c = &I8257(obj)->ch[nchan & 3];

    c->handler = handler;
    c->opaque = opaque;
}

/* ---- registers ---- */

static bool flip(I8257State *s)
{
    bool high = s->flip_flop;

    s->flip_flop = !s->flip_flop;
    return high;
}

static uint64_t chan_read(void *opaque, hwaddr addr, unsigned size)
{
    I8257State *s = opaque;
    unsigned reg = addr >> s->dshift & 7, n = reg >> 1;
    DMAChannel *c = &s->ch[n];
    int dir = c->mode & MODE_DECREMENT ? -1 : 1;
    uint32_t v;

    if (reg & 1) {
        v = (channel_bytes(s, n) - c->now[COUNT]) / (1u << s->dshift) - 1;
    } else {
        v = (c->now[ADDR] + dir * (int)c->now[COUNT]) >> s->dshift;
    }
    return flip(s) ? v >> 8 & 0xff : v & 0xff;
}

static void chan_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    I8257State *s = opaque;
    unsigned reg = addr >> s->dshift & 7, n = reg >> 1;
    uint16_t *base = &s->ch[n].base[reg & 1 ? COUNT : ADDR];

    if (flip(s)) {
        *base = (*base & 0xff) | (val & 0xff) << 8;
        channel_restart(s, n);
    } else {
        *base = (*base & 0xff00) | (val & 0xff);
    }
}

static uint64_t cont_read(void *opaque, hwaddr addr, unsigned size)
{
    I8257State *s = opaque;
    uint8_t v;

    switch (addr >> s->dshift & 7) {
    case 0:
        v = s->status;
        s->status &= 0xf0;
        return v;
    case 7:
        return s->mask | 0xf0;
    default:
        return 0;
    }
}

static void master_clear(I8257State *s)
{
    s->flip_flop = 0;
    s->mask = 0x0f;
    s->status = 0;
    s->command = 0;
}

static void cont_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    I8257State *s = opaque;

    switch (addr >> s->dshift & 7) {
    case 0:
        s->command = val;
        break;
    case 1:
        if (val & 4) {
            s->status |= 0x10 << (val & 3);
        } else {
            s->status &= ~(0x10 << (val & 3));
        }
        s->status &= ~(1 << (val & 3));
        break;
    case 2:
        s->mask = val & 4 ? s->mask | 1 << (val & 3) : s->mask & ~(1 << (val & 3));
        break;
    case 3:
        s->ch[val & 3].mode = val;
        return;
    case 4:
        s->flip_flop = 0;
        return;
    case 5:
        master_clear(s);
        return;
    case 6:
        s->mask = 0;
        break;
    case 7:
        s->mask = val & 0x0f;
        break;
    }
    run_later(s);
}

static const MemoryRegionOps chan_ops = {
    .read = chan_read, .write = chan_write, .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
};
static const MemoryRegionOps cont_ops = {
    .read = cont_read, .write = cont_write, .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
};

/* Which channel a page register belongs to; -1: just a byte of storage. */
static const int8_t page_channel[8] = { -1, 2, 3, 1, -1, -1, -1, 0 };

static uint64_t page_get(I8257State *s, hwaddr addr, bool high)
{
    int n = page_channel[addr & 7];

    return n < 0 ? 0 : high ? s->ch[n].pageh : s->ch[n].page;
}

static void page_set(I8257State *s, hwaddr addr, uint64_t val, bool high)
{
    int n = page_channel[addr & 7];

    if (n >= 0) {
        *(high ? &s->ch[n].pageh : &s->ch[n].page) = val;
    }
}

static uint64_t page_lo_read(void *opaque, hwaddr addr, unsigned size)
{
    return page_get(opaque, addr, false);
}

static void page_lo_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    page_set(opaque, addr, val, false);
}

static uint64_t page_hi_read(void *opaque, hwaddr addr, unsigned size)
{
    return page_get(opaque, addr, true);
}

static void page_hi_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    page_set(opaque, addr, val, true);
}

static const MemoryRegionOps page_lo_ops = {
    .read = page_lo_read, .write = page_lo_write, .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
};
static const MemoryRegionOps page_hi_ops = {
    .read = page_hi_read, .write = page_hi_write, .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
};

/* ---- object ---- */

static void i8257_reset(DeviceState *dev)
{
    master_clear(I8257(dev));
}

static void i8257_realize(DeviceState *dev, Error **errp)
{
    I8257State *s = I8257(dev);
    ISADevice *isa = ISA_DEVICE(dev);

    memory_region_init_io(&s->regs, OBJECT(dev), &chan_ops, s, "dma-chan", 8u << s->dshift);
    isa_register_ioport(isa, &s->regs, s->base);
    memory_region_init_io(&s->cont, OBJECT(dev), &cont_ops, s, "dma-cont", 8u << s->dshift);
    isa_register_ioport(isa, &s->cont, s->base + (8 << s->dshift));
    memory_region_init_io(&s->page_lo, OBJECT(dev), &page_lo_ops, s, "dma-page", 8);
    isa_register_ioport(isa, &s->page_lo, s->page_base);
    if (s->pageh_base >= 0) {
        memory_region_init_io(&s->page_hi, OBJECT(dev), &page_hi_ops, s, "dma-pageh", 8);
        isa_register_ioport(isa, &s->page_hi, s->pageh_base);
    }
    s->bh = qemu_bh_new(dma_run, s);
    i8257_reset(dev);
}

static const VMStateDescription vmstate_channel = {
    .name = "dma_regs",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(now, DMAChannel, 2),
        VMSTATE_UINT16_ARRAY(base, DMAChannel, 2),
        VMSTATE_UINT8(mode, DMAChannel),
        VMSTATE_UINT8(page, DMAChannel),
        VMSTATE_UINT8(pageh, DMAChannel),
        VMSTATE_BOOL(dack, DMAChannel),
        VMSTATE_END_OF_LIST()
    }
};

static int i8257_post_load(void *opaque, int version_id)
{
    run_later(opaque);
    return 0;
}

static const VMStateDescription vmstate_i8257 = {
    .name = "dma",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = i8257_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(command, I8257State),
        VMSTATE_UINT8(mask, I8257State),
        VMSTATE_UINT8(flip_flop, I8257State),
        VMSTATE_UINT8(status, I8257State),
        VMSTATE_STRUCT_ARRAY(ch, I8257State, 4, 1, vmstate_channel, DMAChannel),
        VMSTATE_END_OF_LIST()
    }
};

static const Property i8257_properties[] = {
    DEFINE_PROP_INT32("base", I8257State, base, 0x00),
    DEFINE_PROP_INT32("page-base", I8257State, page_base, 0x80),
    DEFINE_PROP_INT32("pageh-base", I8257State, pageh_base, 0x480),
    DEFINE_PROP_INT32("dshift", I8257State, dshift, 0),
    DEFINE_PROP_END_OF_LIST(),
};

static void i8257_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    IsaDmaClass *idc = ISADMA_CLASS(klass);

    dc->realize = i8257_realize;
    dc->vmsd = &vmstate_i8257;
    dc->user_creatable = false; /* part of the board's wiring */
    device_class_set_legacy_reset(dc, i8257_reset);
    device_class_set_props(dc, i8257_properties);
    idc->has_autoinitialization = has_autoinit;
    idc->read_memory = dma_read_memory;
    idc->write_memory = dma_write_memory;
    idc->hold_DREQ = hold_dreq;
    idc->release_DREQ = release_dreq;
    idc->schedule = dma_schedule;
    idc->register_channel = register_channel;
}

static const TypeInfo i8257_types[] = {
    {
        .name = TYPE_I8257,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(I8257State),
        .class_init = i8257_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_ISADMA }, { } },
    },
};
DEFINE_TYPES(i8257_types)

void i8257_dma_init(ISABus *bus)
{
    static const struct {
        int32_t base, page, pageh, shift;
    } at[2] = { { 0x00, 0x80, 0x480, 0 }, { 0xc0, 0x88, 0x488, 1 } };
    ISADevice *dma[2];

    for (int i = 0; i < 2; i++) {
        DeviceState *dev;

        dma[i] = isa_new(TYPE_I8257);
        dev = DEVICE(dma[i]);
        qdev_prop_set_int32(dev, "base", at[i].base);
        qdev_prop_set_int32(dev, "page-base", at[i].page);
        qdev_prop_set_int32(dev, "pageh-base", at[i].pageh);
        qdev_prop_set_int32(dev, "dshift", at[i].shift);
        isa_realize_and_unref(dma[i], bus, &error_fatal);
    }
    isa_bus_dma(bus, ISADMA(dma[0]), ISADMA(dma[1]));
}
