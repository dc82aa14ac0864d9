/*
 * 8237A DMA controller with the page registers of a PC/AT.
 *
 * Spec:     Intel 8237A data sheet (231466); IBM PC/AT technical reference for page registers
 *           and the word-wide second controller.
 * Thread:   under the big lock; transfers run in a bottom half of the main loop.
 * Deviates: memory-to-memory transfers, address hold and compressed timing are not done; all
 *           modes move data as fast as the device gives and takes it; verify moves nothing.
 * Migrated: all registers.
 *
 *   controller 1, ports (controller 2: 0xc0 + 2 * offset; it counts in words)
 *   0x00-0x07   address, count of channels 0-3: low byte, then high byte
 *   0x08        read: status            write: command; bit 2 disables
 *   0x09        -                       software request
 *   0x0a        -                       one channel's mask bit
 *   0x0b        -                       mode: 1:0 channel, 3:2 transfer, 4 automatic, 5 down
 *   0x0c        -                       clears the byte flip-flop
 *   0x0d        read: temporary (0)     master clear
 *   0x0e        -                       clears all mask bits
 *   0x0f        -                       all mask bits
 *   0x80-0x8f   page: address bits 23:16;  0x480-0x48f: bits 31:24
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/dma/i8257.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"

#define CMD_DISABLE 0x04
#define MODE_AUTOINIT 0x10
#define MODE_DOWN 0x20
#define MODE_TRANSFER 0x0c

typedef struct I8257Channel {
    uint16_t base_addr, base_count;     /* as programmed */
    uint16_t pos;                       /* units transferred since */
    uint8_t mode;
    uint8_t page, pageh;
    IsaDmaTransferHandler handler;      /* not migrated: wiring */
    void *opaque;
} I8257Channel;

typedef struct I8257State {
    ISADevice parent_obj;
    int32_t base, page_base, pageh_base;
    int32_t dshift;                     /* 1: counts words; ports are two apart */
    uint8_t status;                     /* 3:0 terminal count, 7:4 request */
    uint8_t command;
    uint8_t mask;
    bool high_byte;                     /* flip-flop */
    bool running;                       /* inside run_transfers() */
    I8257Channel ch[4];
    MemoryRegion addr_io, ctl_io;
    PortioList page_ports, pageh_ports;
    QEMUBH *bh;
} I8257State;

DECLARE_INSTANCE_CHECKER(I8257State, I8257, TYPE_I8257)

/* Page registers have their own order: which channel of a controller has port base + n. */
static const int8_t page_channel[8] = { -1, 2, 3, 1, -1, -1, -1, 0 };

/* ---- addresses and counts ---- */


static uint16_t current_addr(const I8257Channel *c)
{
    return c->mode & MODE_DOWN ? c->base_addr - c->pos : c->base_addr + c->pos;
}

/* Memory address of the first unit: a page does not carry into the next. */
static uint64_t memory_addr(const I8257State *s, const I8257Channel *c)
{
    uint64_t page = (uint64_t)(c->pageh & 0x7f) << 24 | (uint64_t)c->page << 16;

    if (s->dshift) {
        page &= ~0x1ffffull;
    }
    return page | (uint64_t)c->base_addr << s->dshift;
}

static uint64_t addr_read(void *opaque, hwaddr addr, unsigned size)
{
    I8257State *s = opaque;
    unsigned reg = addr >> s->dshift;
    I8257Channel *c = &s->ch[reg / 2];
    uint16_t val = reg & 1 ? c->base_count - c->pos : current_addr(c);
    bool high = s->high_byte;

    s->high_byte = !high;
    return high ? val >> 8 : val & 0xff;
}

static void addr_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    I8257State *s = opaque;
    unsigned reg = addr >> s->dshift;
    I8257Channel *c = &s->ch[reg / 2];
    uint16_t *val = reg & 1 ? &c->base_count : &c->base_addr;

    *val = s->high_byte ? (*val & 0x00ff) | (data & 0xff) << 8 : (*val & 0xff00) | (data & 0xff);
    s->high_byte = !s->high_byte;
    c->pos = 0;
}

/* ---- control ---- */

static void schedule(I8257State *s)
{
    qemu_bh_schedule(s->bh);
}

static void master_clear(I8257State *s)
{
    s->status = 0;
    s->command = 0;
    s->mask = 0x0f;
    s->high_byte = false;
}

static void write_mode(I8257State *s, uint8_t val)
{
    s->ch[val & 3].mode = val;
}

static uint64_t ctl_read(void *opaque, hwaddr addr, unsigned size)
{
    I8257State *s = opaque;
    uint8_t val = 0;

    if (addr >> s->dshift == 0) {
        val = s->status;
        s->status &= 0xf0; /* reading takes the terminal counts back */
    } else if (addr >> s->dshift == 7) {
        val = s->mask;
    }
    return val;
}

static void ctl_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    I8257State *s = opaque;
    uint8_t bit = 1 << (data & 3);

    switch (addr >> s->dshift) {
    case 0:
        s->command = data;
        break;
    case 1:
        if (data & 4) {
            s->status |= bit << 4;
        } else {
            s->status &= ~(bit << 4);
        }
        s->status &= ~bit;
        break;
    case 2:
        s->mask = data & 4 ? s->mask | bit : s->mask & ~bit;
        break;
    case 3:
        write_mode(s, data);
        break;
    case 4:
        s->high_byte = false;
        break;
    case 5:
        master_clear(s);
        break;
    case 6:
        s->mask = 0;
        break;
    case 7:
        s->mask = data & 0x0f;
        break;
    }
    schedule(s);
}

static uint32_t page_read(void *opaque, uint32_t port)
{
    I8257State *s = opaque;
    int n = page_channel[port & 7];

    return n < 0 ? 0 : s->ch[n].page;
}

static void page_write(void *opaque, uint32_t port, uint32_t data)
{
    I8257State *s = opaque;
    int n = page_channel[port & 7];

    if (n >= 0) {
        s->ch[n].page = data;
    }
}

static uint32_t pageh_read(void *opaque, uint32_t port)
{
    I8257State *s = opaque;
    int n = page_channel[port & 7];

    return n < 0 ? 0 : s->ch[n].pageh;
}

static void pageh_write(void *opaque, uint32_t port, uint32_t data)
{
    I8257State *s = opaque;
    int n = page_channel[port & 7];

    if (n >= 0) {
        s->ch[n].pageh = data;
    }
}

static const MemoryRegionOps addr_ops = {
    .read = addr_read,
    .write = addr_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static const MemoryRegionOps ctl_ops = {
    .read = ctl_read,
    .write = ctl_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static const MemoryRegionPortio page_portio[] = {
    { 1, 3, 1, .read = page_read, .write = page_write },
    { 7, 1, 1, .read = page_read, .write = page_write },
    PORTIO_END_OF_LIST()
};

static const MemoryRegionPortio pageh_portio[] = {
    { 1, 3, 1, .read = pageh_read, .write = pageh_write },
    { 7, 1, 1, .read = pageh_read, .write = pageh_write },
    PORTIO_END_OF_LIST()
};

/* ---- transfers ---- */

static void run_channel(I8257State *s, int n)
{
    I8257Channel *c = &s->ch[n];
    int size = ((int)c->base_count + 1) << s->dshift;
    int pos;

    if (!c->handler) {
        return;
    }
    pos = c->handler(c->opaque, n + (s->dshift ? 4 : 0), (int)c->pos << s->dshift, size);
    pos = MAX(0, MIN(pos, size));
    if (pos < size) {
        c->pos = pos >> s->dshift;
        return;
    }
    s->status |= 1 << n;
    if (c->mode & MODE_AUTOINIT) {
        c->pos = 0;
    } else {
        c->pos = c->base_count + 1;
        s->mask |= 1 << n;
    }
}

static void run_transfers(void *opaque)
{
    I8257State *s = opaque;
    uint8_t ready;

    if (s->running || (s->command & CMD_DISABLE)) {
        return;
    }
    s->running = true;
    /* Each requesting channel gets one turn; while requests last, another round is scheduled. */
    for (int n = 0; n < 4; n++) {
        if ((s->status >> 4 & ~s->mask) & (1 << n)) {
            run_channel(s, n);
        }
    }
    s->running = false;
    ready = s->status >> 4 & ~s->mask;
    if (ready) {
        qemu_bh_schedule_idle(s->bh);
    }
}

static I8257State *controller(IsaDma *obj)
{
    return I8257(obj);
}

static bool has_autoinitialization(IsaDma *obj, int nchan)
{
    return controller(obj)->ch[nchan & 3].mode & MODE_AUTOINIT;
}

/* @pos and @len are in bytes. Downwards, the bytes come in reverse order. */
static void copy_memory(I8257State *s, int nchan, uint8_t *buf, int pos, int len, bool write)
{
    const I8257Channel *c = &s->ch[nchan & 3];
    uint64_t start = memory_addr(s, c);

    if ((c->mode & MODE_TRANSFER) == ISADMA_TRANSFER_VERIFY) {
        return;
    }
    if (!(c->mode & MODE_DOWN)) {
        address_space_rw(&address_space_memory, start + pos, MEMTXATTRS_UNSPECIFIED, buf, len,
                         write);
        return;
    }
    for (int i = 0; i < len; i++) {
        address_space_rw(&address_space_memory, start - pos - i, MEMTXATTRS_UNSPECIFIED, buf + i,
                         1, write);
    }
}

static int read_memory(IsaDma *obj, int nchan, void *buf, int pos, int len)
{
    copy_memory(controller(obj), nchan, buf, pos, len, false);
    return len;
}

static int write_memory(IsaDma *obj, int nchan, void *buf, int pos, int len)
{
    copy_memory(controller(obj), nchan, buf, pos, len, true);
    return len;
}

static void hold_DREQ(IsaDma *obj, int nchan)
{
    I8257State *s = controller(obj);

    s->status |= 0x10 << (nchan & 3);
    schedule(s);
}

static void release_DREQ(IsaDma *obj, int nchan)
{
    I8257State *s = controller(obj);

    s->status &= ~(0x10 << (nchan & 3));
    schedule(s);
}

static void dma_schedule(IsaDma *obj)
{
    schedule(controller(obj));
}

static void register_channel(IsaDma *obj, int nchan, IsaDmaTransferHandler handler, void *opaque)
{
    I8257Channel *c = &controller(obj)->ch[nchan & 3];

    c->handler = handler;
    c->opaque = opaque;
}

/* ---- life ---- */

static void i8257_reset(DeviceState *dev)
{
    master_clear(I8257(dev));
}

static void i8257_realize(DeviceState *dev, Error **errp)
{
    I8257State *s = I8257(dev);
    ISADevice *isa = ISA_DEVICE(dev);

    memory_region_init_io(&s->addr_io, OBJECT(dev), &addr_ops, s, "dma-chan", 8 << s->dshift);
    isa_register_ioport(isa, &s->addr_io, s->base);
    memory_region_init_io(&s->ctl_io, OBJECT(dev), &ctl_ops, s, "dma-cont", 8 << s->dshift);
    isa_register_ioport(isa, &s->ctl_io, s->base + (8 << s->dshift));
    isa_register_portio_list(isa, &s->page_ports, s->page_base, page_portio, s, "dma-page");
    if (s->pageh_base >= 0) {
        isa_register_portio_list(isa, &s->pageh_ports, s->pageh_base, pageh_portio, s,
                                 "dma-pageh");
    }
    s->bh = qemu_bh_new(run_transfers, s);
}

static int i8257_post_load(void *opaque, int version_id)
{
    schedule(opaque);
    return 0;
}

static const VMStateDescription vmstate_i8257_channel = {
    .name = "dma_regs",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT16(base_addr, I8257Channel),
        VMSTATE_UINT16(base_count, I8257Channel),
        VMSTATE_UINT16(pos, I8257Channel),
        VMSTATE_UINT8(mode, I8257Channel),
        VMSTATE_UINT8(page, I8257Channel),
        VMSTATE_UINT8(pageh, I8257Channel),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_i8257 = {
    .name = "dma",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = i8257_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(status, I8257State),
        VMSTATE_UINT8(command, I8257State),
        VMSTATE_UINT8(mask, I8257State),
        VMSTATE_BOOL(high_byte, I8257State),
        VMSTATE_STRUCT_ARRAY(ch, I8257State, 4, 1, vmstate_i8257_channel, I8257Channel),
        VMSTATE_END_OF_LIST()
    },
};

static const Property i8257_props[] = {
    DEFINE_PROP_INT32("base", I8257State, base, 0x00),
    DEFINE_PROP_INT32("page-base", I8257State, page_base, 0x80),
    DEFINE_PROP_INT32("pageh-base", I8257State, pageh_base, 0x480),
    DEFINE_PROP_INT32("dshift", I8257State, dshift, 0),
    DEFINE_PROP_END_OF_LIST()
};

static void i8257_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    IsaDmaClass *idc = ISADMA_CLASS(klass);

    dc->realize = i8257_realize;
    dc->vmsd = &vmstate_i8257;
    device_class_set_props(dc, i8257_props);
    device_class_set_legacy_reset(dc, i8257_reset);
    idc->has_autoinitialization = has_autoinitialization;
    idc->read_memory = read_memory;
    idc->write_memory = write_memory;
    idc->hold_DREQ = hold_DREQ;
    idc->release_DREQ = release_DREQ;
    idc->schedule = dma_schedule;
    idc->register_channel = register_channel;
    /* The board makes the pair and tells the bus. */
    dc->user_creatable = false;
}

static const TypeInfo i8257_types[] = {
    {
        .name = TYPE_I8257,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(I8257State),
        .class_init = i8257_class_init,
        .interfaces = (const InterfaceInfo[]) { { TYPE_ISADMA }, { } },
    },
};
DEFINE_TYPES(i8257_types)

static IsaDma *create(ISABus *bus, int base, int page_base, int pageh_base, int dshift)
{
    ISADevice *isa = isa_new(TYPE_I8257);
    DeviceState *dev = DEVICE(isa);

    qdev_prop_set_int32(dev, "base", base);
    qdev_prop_set_int32(dev, "page-base", page_base);
    qdev_prop_set_int32(dev, "pageh-base", pageh_base);
    qdev_prop_set_int32(dev, "dshift", dshift);
    isa_realize_and_unref(isa, bus, &error_fatal);
    return ISADMA(dev);
}

void i8257_dma_init(ISABus *bus)
{
    IsaDma *dma8 = create(bus, 0x00, 0x80, 0x480, 0);
    IsaDma *dma16 = create(bus, 0xc0, 0x88, 0x488, 1);

    isa_bus_dma(bus, dma8, dma16);
}
