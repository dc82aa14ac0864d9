/*
 * PS/2 system control port A: fast A20 gate and CPU reset.
 *
 * Spec:     IBM Personal System/2 technical reference, "System control port A (hex 0092)".
 * Thread:   under the big lock.
 * Migrated: the register.
 *
 *   port   reset   writable   bits
 *   0x92   0x00    0xff       0 rising: reset | 1 A20 | others keep what is written
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/input/i8042.h"
#include "migration/vmstate.h"
#include "sysemu/runstate.h"

#define PORT92_RESET 0x01
#define PORT92_A20 0x02

typedef struct Port92State {
    ISADevice parent_obj;
    MemoryRegion io;
    uint8_t outport;
    qemu_irq a20_out;
} Port92State;

DECLARE_INSTANCE_CHECKER(Port92State, PORT92, TYPE_PORT92)

static void port92_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    Port92State *s = opaque;
    bool reset = (val & PORT92_RESET) && !(s->outport & PORT92_RESET);

    s->outport = val;
    qemu_set_irq(s->a20_out, !!(val & PORT92_A20));
    if (reset) {
        qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    }
}

static uint64_t port92_read(void *opaque, hwaddr addr, unsigned size)
{
    return PORT92(opaque)->outport;
}

static const MemoryRegionOps port92_ops = {
    .read = port92_read,
    .write = port92_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void port92_reset(DeviceState *dev)
{
    PORT92(dev)->outport = 0;
}

static void port92_init(Object *obj)
{
    Port92State *s = PORT92(obj);

    memory_region_init_io(&s->io, obj, &port92_ops, s, "port92", 1);
    qdev_init_gpio_out_named(DEVICE(obj), &s->a20_out, PORT92_A20_LINE, 1);
}

static void port92_realize(DeviceState *dev, Error **errp)
{
    isa_register_ioport(ISA_DEVICE(dev), &PORT92(dev)->io, 0x92);
}

static const VMStateDescription vmstate_port92 = {
    .name = "port92",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(outport, Port92State),
        VMSTATE_END_OF_LIST()
    },
};

static void port92_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = port92_realize;
    dc->vmsd = &vmstate_port92;
    device_class_set_legacy_reset(dc, port92_reset);
    /* The board wires its A20 output. */
    dc->user_creatable = false;
}

static const TypeInfo port92_types[] = {
    {
        .name = TYPE_PORT92,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(Port92State),
        .instance_init = port92_init,
        .class_init = port92_class_init,
    },
};
DEFINE_TYPES(port92_types)
