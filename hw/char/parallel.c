/*
 * PC parallel port, in the compatible (SPP) mode, as a printer would answer it.
 *
 * Spec:     IBM Personal System/2 technical reference, "Parallel port controller"; IEEE 1284
 *           compatibility mode.
 * Thread:   under the big lock.
 * Deviates: the printer is always on line, has paper and takes a byte at once.
 * Migrated: all registers.
 *
 *   port      name     read                       write
 *   base + 0  data     what was written           all
 *   base + 1  status   7 not busy, 6 not ack,     -
 *                      5 out of paper, 4 on line,
 *                      3 no error
 *   base + 2  control  5 input, 4 interrupt       0x3f; bit 0 rising (strobe) prints a byte
 *                      enable, 3 select, 2 not
 *                      init, 1 auto feed, 0 strobe
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "chardev/char-fe.h"
#include "hw/char/parallel.h"
#include "hw/qdev-properties-system.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "sysemu/sysemu.h"

#define STS_NOT_BUSY 0x80
#define STS_NOT_ACK 0x40
#define STS_ONLINE 0x10
#define STS_NO_ERROR 0x08
#define STS_IDLE (STS_NOT_BUSY | STS_NOT_ACK | STS_ONLINE | STS_NO_ERROR)
#define CTR_INPUT 0x20
#define CTR_IRQ 0x10
#define CTR_SELECT 0x08
#define CTR_NOT_INIT 0x04
#define CTR_STROBE 0x01

typedef struct ISAParallelState {
    ISADevice parent_obj;
    uint32_t index;
    uint32_t iobase;
    uint32_t isairq;
    MemoryRegion io;
    CharBackend chr;
    qemu_irq irq;
    uint8_t data;
    uint8_t status;
    uint8_t control;
    bool irq_pending;
} ISAParallelState;

DECLARE_INSTANCE_CHECKER(ISAParallelState, ISA_PARALLEL, TYPE_ISA_PARALLEL)

static const uint16_t port_bases[MAX_PARALLEL_PORTS] = { 0x378, 0x278, 0x3bc };

static void update_irq(ISAParallelState *s)
{
    qemu_set_irq(s->irq, s->irq_pending && (s->control & CTR_IRQ));
}

/* Strobe falls and rises: the printer takes the byte, is busy and acknowledges. */
static void write_control(ISAParallelState *s, uint8_t val)
{
    bool strobed = (val & CTR_STROBE) && !(s->control & CTR_STROBE);

    s->control = val & 0x3f;
    if (!(val & CTR_NOT_INIT)) {
        s->status = STS_IDLE;
    } else if (strobed && (val & CTR_SELECT)) {
        qemu_chr_fe_write_all(&s->chr, &s->data, 1);
        s->status &= ~STS_NOT_BUSY;
    } else if (!(val & CTR_STROBE) && !(s->status & STS_NOT_BUSY)) {
        s->status |= STS_NOT_BUSY;
        s->status &= ~STS_NOT_ACK;
        s->irq_pending = true;
    }
    update_irq(s);
}

/* Reading shows the acknowledge pulse once, and takes back the interrupt. */
static uint8_t read_status(ISAParallelState *s)
{
    uint8_t val = s->status;

    s->irq_pending = false;
    if (!(s->status & STS_NOT_BUSY) || !(s->status & STS_NOT_ACK)) {
        s->status = STS_IDLE;
    }
    update_irq(s);
    return val;
}

static uint64_t parallel_read(void *opaque, hwaddr addr, unsigned size)
{
    ISAParallelState *s = opaque;

    switch (addr) {
    case 0:
        return s->control & CTR_INPUT ? 0xff : s->data;
    case 1:
        return read_status(s);
    default:
        return s->control | 0xc0;
    }
}

static void parallel_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    ISAParallelState *s = opaque;

    if (addr == 0) {
        s->data = val;
    } else if (addr == 2) {
        write_control(s, val);
    }
}

static const MemoryRegionOps parallel_ops = {
    .read = parallel_read,
    .write = parallel_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void parallel_reset(DeviceState *dev)
{
    ISAParallelState *s = ISA_PARALLEL(dev);

    s->data = 0xff;
    s->status = STS_IDLE;
    s->control = CTR_SELECT | CTR_NOT_INIT;
    s->irq_pending = false;
    update_irq(s);
}

static uint32_t next_index(ISADevice *dev)
{
    BusState *bus = qdev_get_parent_bus(DEVICE(dev));
    uint32_t used = 0, index = 0;
    BusChild *kid;

    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        ISAParallelState *other =
            (ISAParallelState *)object_dynamic_cast(OBJECT(kid->child), TYPE_ISA_PARALLEL);

        if (other && qdev_is_realized(kid->child) && other->index < MAX_PARALLEL_PORTS) {
            used |= 1u << other->index;
        }
    }
    while (used & (1u << index)) {
        index++;
    }
    return index;
}

static void parallel_isa_realize(DeviceState *dev, Error **errp)
{
    ISAParallelState *s = ISA_PARALLEL(dev);
    ISADevice *isadev = ISA_DEVICE(dev);

    if (s->index == UINT32_MAX) {
        s->index = next_index(isadev);
    }
    if (s->index >= MAX_PARALLEL_PORTS) {
        error_setg(errp, "Max. supported number of parallel ports is %d.", MAX_PARALLEL_PORTS);
        return;
    }
    if (s->iobase == UINT32_MAX) {
        s->iobase = port_bases[s->index];
    }
    if (s->isairq >= ISA_NUM_IRQS || s->iobase > 0xfffc) {
        error_setg(errp, "isa-parallel: irq must be 0 to %d and iobase at most 0xfffc",
                   ISA_NUM_IRQS - 1);
        return;
    }
    if (!qemu_chr_fe_backend_connected(&s->chr)) {
        error_setg(errp, "Can't create parallel device, empty char device");
        return;
    }
    isa_init_irq(isadev, &s->irq, s->isairq);
    memory_region_init_io(&s->io, OBJECT(s), &parallel_ops, s, "parallel", 3);
    isa_register_ioport(isadev, &s->io, s->iobase);
}

static const VMStateDescription vmstate_parallel = {
    .name = "parallel_isa",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(data, ISAParallelState),
        VMSTATE_UINT8(status, ISAParallelState),
        VMSTATE_UINT8(control, ISAParallelState),
        VMSTATE_BOOL(irq_pending, ISAParallelState),
        VMSTATE_END_OF_LIST()
    },
};

static const Property parallel_props[] = {
    DEFINE_PROP_UINT32("index", ISAParallelState, index, UINT32_MAX),
    DEFINE_PROP_UINT32("iobase", ISAParallelState, iobase, UINT32_MAX),
    DEFINE_PROP_UINT32("irq", ISAParallelState, isairq, 7),
    DEFINE_PROP_CHR("chardev", ISAParallelState, chr),
    DEFINE_PROP_END_OF_LIST()
};

static void parallel_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = parallel_isa_realize;
    dc->vmsd = &vmstate_parallel;
    dc->fw_name = "parallel";
    device_class_set_props(dc, parallel_props);
    device_class_set_legacy_reset(dc, parallel_reset);
    set_bit(DEVICE_CATEGORY_INPUT, dc->categories);
}

static const TypeInfo parallel_types[] = {
    {
        .name = TYPE_ISA_PARALLEL,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(ISAParallelState),
        .class_init = parallel_class_init,
    },
};
DEFINE_TYPES(parallel_types)

void parallel_hds_isa_init(ISABus *bus, int n)
{
    for (int i = 0; i < n; i++) {
        if (parallel_hd(i)) {
            ISADevice *isadev = isa_new(TYPE_ISA_PARALLEL);

            qdev_prop_set_uint32(DEVICE(isadev), "index", i);
            qdev_prop_set_chr(DEVICE(isadev), "chardev", parallel_hd(i));
            isa_realize_and_unref(isadev, bus, &error_fatal);
        }
    }
}
