/*
 * pvpanic: one register by which a guest tells of its crash; on the ISA bus and as PCI device.
 *
 * Spec:     docs/specs/pvpanic: bit 0, the guest has panicked; bit 1, it has panicked and a crash
 *           kernel takes over. Reading tells which bits are known.
 * Thread:   under the big lock.
 * Migrated: nothing but PCI configuration; the register has no state.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/isa/isa.h"
#include "hw/misc/pvpanic.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/pci/pci.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qapi/qapi-event.h"
#include "qemu/log.h"
#include "sysemu/runstate.h"

/* ---- the register ---- */

static void handle_event(uint8_t event)
{
    if (event & ~PVPANIC_EVENTS) {
        qemu_log_mask(LOG_GUEST_ERROR, "pvpanic: unknown event 0x%02x\n", event);
    }
    if (event & PVPANIC_PANICKED) {
        qemu_system_guest_panicked();
    } else if (event & PVPANIC_CRASH_LOADED) {
        qapi_event_send_guest_crashloaded(GUEST_PANIC_ACTION_RUN, false, NULL, NULL);
    }
}

static uint64_t pvpanic_read(void *opaque, hwaddr addr, unsigned size)
{
    PVPanicState *s = opaque;

    return addr == 0 ? s->events : 0;
}

static void pvpanic_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    if (addr == 0) {
        handle_event(val);
    }
}

static const MemoryRegionOps pvpanic_ops = {
    .read = pvpanic_read,
    .write = pvpanic_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

void pvpanic_setup_io(PVPanicState *s, Object *owner, unsigned size)
{
    memory_region_init_io(&s->mr, owner, &pvpanic_ops, s, "pvpanic", size);
}

/* ---- ISA ---- */

typedef struct PVPanicISAState {
    ISADevice parent_obj;
    uint16_t ioport;
    PVPanicState pvpanic;
} PVPanicISAState;

DECLARE_INSTANCE_CHECKER(PVPanicISAState, PVPANIC_ISA_DEVICE, TYPE_PVPANIC_ISA_DEVICE)

static void pvpanic_isa_realize(DeviceState *dev, Error **errp)
{
    PVPanicISAState *s = PVPANIC_ISA_DEVICE(dev);
    FWCfgState *fw_cfg = fw_cfg_find();
    uint8_t *port;

    pvpanic_setup_io(&s->pvpanic, OBJECT(s), 1);
    isa_register_ioport(ISA_DEVICE(dev), &s->pvpanic.mr, s->ioport);
    if (fw_cfg && !fw_cfg_has_file(fw_cfg, "etc/pvpanic-port")) {
        port = g_malloc(2);
        stw_le_p(port, s->ioport);
        fw_cfg_add_file(fw_cfg, "etc/pvpanic-port", port, 2);
    }
}

static const Property pvpanic_isa_props[] = {
    DEFINE_PROP_UINT16("ioport", PVPanicISAState, ioport, 0x505),
    DEFINE_PROP_UINT8("events", PVPanicISAState, pvpanic.events, PVPANIC_EVENTS),
    DEFINE_PROP_END_OF_LIST()
};

static void pvpanic_isa_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = pvpanic_isa_realize;
    device_class_set_props(dc, pvpanic_isa_props);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

/* ---- PCI ---- */

typedef struct PVPanicPCIState {
    PCIDevice dev;
    PVPanicState pvpanic;
} PVPanicPCIState;

DECLARE_INSTANCE_CHECKER(PVPanicPCIState, PVPANIC_PCI_DEVICE, TYPE_PVPANIC_PCI_DEVICE)

static void pvpanic_pci_realize(PCIDevice *dev, Error **errp)
{
    PVPanicPCIState *s = PVPANIC_PCI_DEVICE(dev);

    pvpanic_setup_io(&s->pvpanic, OBJECT(s), 16); /* the smallest memory BAR */
    pci_register_bar(dev, 0, PCI_BASE_ADDRESS_SPACE_MEMORY, &s->pvpanic.mr);
}

static const VMStateDescription vmstate_pvpanic_pci = {
    .name = "pvpanic-pci",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(dev, PVPanicPCIState),
        VMSTATE_END_OF_LIST()
    },
};

static const Property pvpanic_pci_props[] = {
    DEFINE_PROP_UINT8("events", PVPanicPCIState, pvpanic.events, PVPANIC_EVENTS),
    DEFINE_PROP_END_OF_LIST()
};

static void pvpanic_pci_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);

    pc->realize = pvpanic_pci_realize;
    pc->vendor_id = PCI_VENDOR_ID_REDHAT;
    pc->device_id = PCI_DEVICE_ID_REDHAT_PVPANIC;
    pc->revision = 1;
    pc->class_id = PCI_CLASS_SYSTEM_OTHER;
    dc->vmsd = &vmstate_pvpanic_pci;
    device_class_set_props(dc, pvpanic_pci_props);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo pvpanic_types[] = {
    {
        .name = TYPE_PVPANIC_ISA_DEVICE,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(PVPanicISAState),
        .class_init = pvpanic_isa_class_init,
    },
    {
        .name = TYPE_PVPANIC_PCI_DEVICE,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(PVPanicPCIState),
        .class_init = pvpanic_pci_class_init,
        .interfaces = (const InterfaceInfo[]) { { INTERFACE_CONVENTIONAL_PCI_DEVICE }, { } },
    },
};
DEFINE_TYPES(pvpanic_types)
