/*
 * 16550A UART on the ISA bus: COM1 to COM4.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/char/serial.h"
#include "hw/qdev-properties-system.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "sysemu/sysemu.h"

typedef struct ISASerialState {
    ISADevice parent_obj;
    uint32_t index;                 /* UINT32_MAX: the next one */
    uint32_t iobase;
    uint32_t isairq;
    SerialState state;
} ISASerialState;

DECLARE_INSTANCE_CHECKER(ISASerialState, ISA_SERIAL, TYPE_ISA_SERIAL)

static const struct {
    uint16_t iobase;
    uint8_t irq;
} ports[MAX_ISA_SERIAL_PORTS] = { { 0x3f8, 4 }, { 0x2f8, 3 }, { 0x3e8, 4 }, { 0x2e8, 3 } };

static void count_port(Object *obj, uint32_t *used)
{
    ISASerialState *isa = (ISASerialState *)object_dynamic_cast(obj, TYPE_ISA_SERIAL);

    if (isa && qdev_is_realized(DEVICE(isa)) && isa->index < MAX_ISA_SERIAL_PORTS) {
        *used |= 1u << isa->index;
    }
}

/* The lowest COM port that no other device on the bus has. */
static uint32_t next_index(ISADevice *dev)
{
    BusState *bus = qdev_get_parent_bus(DEVICE(dev));
    BusChild *kid;
    uint32_t used = 0, index = 0;

    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        count_port(OBJECT(kid->child), &used);
    }
    while (used & (1u << index)) {
        index++;
    }
    return index;
}

static void serial_isa_realize(DeviceState *dev, Error **errp)
{
    ISADevice *isadev = ISA_DEVICE(dev);
    ISASerialState *isa = ISA_SERIAL(dev);

    if (isa->index == UINT32_MAX) {
        isa->index = next_index(isadev);
    }
    if (isa->index >= MAX_ISA_SERIAL_PORTS) {
        error_setg(errp, "Max. supported number of ISA serial ports is %d.",
                   MAX_ISA_SERIAL_PORTS);
        return;
    }
    if (isa->iobase == UINT32_MAX) {
        isa->iobase = ports[isa->index].iobase;
    }
    if (isa->isairq == UINT32_MAX) {
        isa->isairq = ports[isa->index].irq;
    }
    if (isa->isairq >= ISA_NUM_IRQS) {
        error_setg(errp, "isa-serial.irq=%u: must be 0 to %d", isa->isairq, ISA_NUM_IRQS - 1);
        return;
    }
    if (isa->iobase > 0xfff8) {
        error_setg(errp, "isa-serial.iobase=0x%x: must be at most 0xfff8", isa->iobase);
        return;
    }
    isa_init_irq(isadev, &isa->state.irq, isa->isairq);
    if (!qdev_realize(DEVICE(&isa->state), NULL, errp)) {
        return;
    }
    isa_register_ioport(isadev, &isa->state.io, isa->iobase);
}

static const VMStateDescription vmstate_isa_serial = {
    .name = "isa-serial",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(state, ISASerialState, 1, vmstate_serial, SerialState),
        VMSTATE_END_OF_LIST()
    },
};

static void isa_serial_reset(DeviceState *dev)
{
    device_cold_reset(DEVICE(&ISA_SERIAL(dev)->state));
}

static const Property isa_serial_props[] = {
    DEFINE_PROP_UINT32("index", ISASerialState, index, UINT32_MAX),
    DEFINE_PROP_UINT32("iobase", ISASerialState, iobase, UINT32_MAX),
    DEFINE_PROP_UINT32("irq", ISASerialState, isairq, UINT32_MAX),
    DEFINE_PROP_END_OF_LIST()
};

static void isa_serial_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = serial_isa_realize;
    dc->vmsd = &vmstate_isa_serial;
    dc->fw_name = "serial";
    dc->desc = "16550A serial port";
    device_class_set_props(dc, isa_serial_props);
    device_class_set_legacy_reset(dc, isa_serial_reset);
    set_bit(DEVICE_CATEGORY_INPUT, dc->categories);
}

static void isa_serial_init(Object *obj)
{
    ISASerialState *isa = ISA_SERIAL(obj);

    object_initialize_child(obj, "serial", &isa->state, TYPE_SERIAL);
    qdev_alias_all_properties(DEVICE(obj), OBJECT(&isa->state));
}

static const TypeInfo isa_serial_types[] = {
    {
        .name = TYPE_ISA_SERIAL,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(ISASerialState),
        .instance_init = isa_serial_init,
        .class_init = isa_serial_class_init,
    },
};
DEFINE_TYPES(isa_serial_types)

void serial_hds_isa_init(ISABus *bus, int from, int to)
{
    for (int i = from; i < to; i++) {
        if (serial_hd(i)) {
            ISADevice *isadev = isa_new(TYPE_ISA_SERIAL);

            qdev_prop_set_uint32(DEVICE(isadev), "index", i);
            qdev_prop_set_chr(DEVICE(isadev), "chardev", serial_hd(i));
            isa_realize_and_unref(isadev, bus, &error_fatal);
        }
    }
}
