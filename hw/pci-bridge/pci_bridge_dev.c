/*
 * A plain PCI-to-PCI bridge for users to add ("pci-bridge").
 *
 * Spec:     PCI-to-PCI Bridge Architecture 1.2; slot numbering capability: chapter 13.
 * Thread:   under the big lock.
 * Deviates: no standard hot-plug controller; devices behind it are hot-plugged by ACPI.
 * Migrated: with the configuration space.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/pci/msi.h"
#include "hw/pci/pci_bridge.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qapi/qapi-types.h"

#define TYPE_PCI_BRIDGE_DEV "pci-bridge"

typedef struct PCIBridgeDev {
    PCIBridge parent_obj;
    uint8_t chassis_nr;
    OnOffAuto msi;
} PCIBridgeDev;

DECLARE_INSTANCE_CHECKER(PCIBridgeDev, PCI_BRIDGE_DEV, TYPE_PCI_BRIDGE_DEV)

static void add_slot_id(PCIDevice *dev, uint8_t chassis, Error **errp)
{
    int pos = pci_add_capability(dev, PCI_CAP_ID_SLOTID, 0, PCI_CAP_SIZEOF, errp);

    if (pos > 0) {
        /* First in chassis; no expansion slots of its own. */
        dev->config[pos + PCI_SID_ESR] = PCI_SID_ESR_FIC;
        dev->config[pos + PCI_SID_CHASSIS_NR] = chassis;
        dev->wmask[pos + PCI_SID_CHASSIS_NR] = 0xff;
    }
}

static void bridge_dev_realize(PCIDevice *dev, Error **errp)
{
    PCIBridgeDev *s = PCI_BRIDGE_DEV(dev);
    Error *err = NULL;

    pci_bridge_initfn(dev, TYPE_PCI_BUS);
    if (s->chassis_nr) {
        add_slot_id(dev, s->chassis_nr, &err);
    }
    if (!err && s->msi != ON_OFF_AUTO_OFF) {
        msi_init(dev, 0, 1, true, true, &err);
    }
    if (err) {
        pci_bridge_exitfn(dev);
        error_propagate(errp, err);
    }
}

static void bridge_dev_exit(PCIDevice *dev)
{
    msi_uninit(dev);
    pci_bridge_exitfn(dev);
}

static const VMStateDescription vmstate_bridge_dev = {
    .name = "pci_bridge",
    .version_id = 1,
    .minimum_version_id = 1,
    .priority = MIG_PRI_PCI_BUS,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(parent_obj.parent_obj, PCIBridgeDev),
        VMSTATE_END_OF_LIST()
    },
};

static const Property bridge_dev_props[] = {
    DEFINE_PROP_UINT8("chassis_nr", PCIBridgeDev, chassis_nr, 0),
    DEFINE_PROP_ON_OFF_AUTO("msi", PCIBridgeDev, msi, ON_OFF_AUTO_AUTO),
    DEFINE_PROP_END_OF_LIST()
};

static void bridge_dev_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);

    pc->realize = bridge_dev_realize;
    pc->exit = bridge_dev_exit;
    pc->vendor_id = PCI_VENDOR_ID_REDHAT;
    pc->device_id = PCI_DEVICE_ID_REDHAT_BRIDGE;
    pc->class_id = PCI_CLASS_BRIDGE_PCI;
    dc->desc = "Standard PCI Bridge";
    dc->vmsd = &vmstate_bridge_dev;
    device_class_set_props(dc, bridge_dev_props);
    /* Its bus would have no number for ACPI hot plug. */
    dc->hotpluggable = false;
}

static const TypeInfo bridge_dev_types[] = {
    {
        .name = TYPE_PCI_BRIDGE_DEV,
        .parent = TYPE_PCI_BRIDGE,
        .instance_size = sizeof(PCIBridgeDev),
        .class_init = bridge_dev_class_init,
        .interfaces = (const InterfaceInfo[]) { { INTERFACE_CONVENTIONAL_PCI_DEVICE }, { } },
    },
};
DEFINE_TYPES(bridge_dev_types)
