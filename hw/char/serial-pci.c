/*
 * 16550A UART as PCI device ("pci-serial").
 *
 * Thread: under the big lock.
 *
 *   BAR 0   I/O, the eight registers of the UART
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/char/serial.h"
#include "hw/pci/pci.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"

#define TYPE_PCI_SERIAL "pci-serial"

typedef struct PCISerialState {
    PCIDevice dev;
    SerialState state;
    uint8_t prog_if;
} PCISerialState;

DECLARE_INSTANCE_CHECKER(PCISerialState, PCI_SERIAL, TYPE_PCI_SERIAL)

static void serial_pci_realize(PCIDevice *dev, Error **errp)
{
    PCISerialState *s = PCI_SERIAL(dev);

    if (!qdev_realize(DEVICE(&s->state), NULL, errp)) {
        return;
    }
    pci_config_set_prog_interface(dev->config, s->prog_if);
    pci_config_set_interrupt_pin(dev->config, 1);
    s->state.irq = pci_allocate_irq(dev);
    pci_register_bar(dev, 0, PCI_BASE_ADDRESS_SPACE_IO, &s->state.io);
}

static void serial_pci_exit(PCIDevice *dev)
{
    PCISerialState *s = PCI_SERIAL(dev);

    qdev_unrealize(DEVICE(&s->state));
    qemu_free_irq(s->state.irq);
}

static void serial_pci_reset(DeviceState *dev)
{
    device_cold_reset(DEVICE(&PCI_SERIAL(dev)->state));
}

static const VMStateDescription vmstate_pci_serial = {
    .name = "pci-serial",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(dev, PCISerialState),
        VMSTATE_STRUCT(state, PCISerialState, 0, vmstate_serial, SerialState),
        VMSTATE_END_OF_LIST()
    },
};

static const Property serial_pci_props[] = {
    DEFINE_PROP_UINT8("prog_if", PCISerialState, prog_if, 0x02), /* 16550 compatible */
    DEFINE_PROP_END_OF_LIST()
};

static void serial_pci_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);

    pc->realize = serial_pci_realize;
    pc->exit = serial_pci_exit;
    pc->vendor_id = PCI_VENDOR_ID_REDHAT;
    pc->device_id = PCI_DEVICE_ID_REDHAT_SERIAL;
    pc->revision = 1;
    pc->class_id = PCI_CLASS_COMMUNICATION_SERIAL;
    dc->vmsd = &vmstate_pci_serial;
    device_class_set_props(dc, serial_pci_props);
    device_class_set_legacy_reset(dc, serial_pci_reset);
    set_bit(DEVICE_CATEGORY_INPUT, dc->categories);
}

static void serial_pci_init(Object *obj)
{
    PCISerialState *s = PCI_SERIAL(obj);

    object_initialize_child(obj, "serial", &s->state, TYPE_SERIAL);
    qdev_alias_all_properties(DEVICE(obj), OBJECT(&s->state));
}

static const TypeInfo serial_pci_types[] = {
    {
        .name = TYPE_PCI_SERIAL,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(PCISerialState),
        .instance_init = serial_pci_init,
        .class_init = serial_pci_class_init,
        .interfaces = (const InterfaceInfo[]) { { INTERFACE_CONVENTIONAL_PCI_DEVICE }, { } },
    },
};
DEFINE_TYPES(serial_pci_types)
