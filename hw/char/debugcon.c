/*
 * Debug console: bytes written to one port go to a character device.
 *
 * Spec:     Bochs' port 0xe9 and SeaBIOS' port 0x402: a write prints a byte, a read returns
 *           "readback" (0xe9), by which software finds the device.
 * Thread:   under the big lock.
 * Migrated: nothing; the device has no state.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "chardev/char-fe.h"
#include "hw/isa/isa.h"
#include "hw/qdev-properties-system.h"
#include "qapi/error.h"

#define TYPE_ISA_DEBUGCON "isa-debugcon"

typedef struct ISADebugconState {
    ISADevice parent_obj;
    uint32_t iobase;
    uint32_t readback;
    MemoryRegion io;
    CharBackend chr;
} ISADebugconState;

DECLARE_INSTANCE_CHECKER(ISADebugconState, ISA_DEBUGCON, TYPE_ISA_DEBUGCON)

static void debugcon_write(void *opaque, hwaddr addr, uint64_t val, unsigned width)
{
    ISADebugconState *s = opaque;
    uint8_t byte = val;

    qemu_chr_fe_write_all(&s->chr, &byte, 1);
}

static uint64_t debugcon_read(void *opaque, hwaddr addr, unsigned width)
{
    return ISA_DEBUGCON(opaque)->readback;
}

static const MemoryRegionOps debugcon_ops = {
    .read = debugcon_read,
    .write = debugcon_write,
    .valid = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void debugcon_realize(DeviceState *dev, Error **errp)
{
    ISADebugconState *s = ISA_DEBUGCON(dev);

    if (!qemu_chr_fe_backend_connected(&s->chr)) {
        error_setg(errp, "Can't create debugcon device, empty char device");
        return;
    }
    if (s->iobase > 0xffff) {
        error_setg(errp, "isa-debugcon.iobase=0x%x: must be at most 0xffff", s->iobase);
        return;
    }
    memory_region_init_io(&s->io, OBJECT(s), &debugcon_ops, s, TYPE_ISA_DEBUGCON, 1);
    memory_region_add_subregion(isa_address_space_io(ISA_DEVICE(dev)), s->iobase, &s->io);
}

static const Property debugcon_props[] = {
    DEFINE_PROP_UINT32("iobase", ISADebugconState, iobase, 0xe9),
    DEFINE_PROP_CHR("chardev", ISADebugconState, chr),
    DEFINE_PROP_UINT32("readback", ISADebugconState, readback, 0xe9),
    DEFINE_PROP_END_OF_LIST()
};

static void debugcon_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = debugcon_realize;
    device_class_set_props(dc, debugcon_props);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo debugcon_types[] = {
    {
        .name = TYPE_ISA_DEBUGCON,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(ISADebugconState),
        .class_init = debugcon_class_init,
    },
};
DEFINE_TYPES(debugcon_types)
