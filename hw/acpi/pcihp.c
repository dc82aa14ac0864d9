/*
 * PCI hot plug by ACPI.
 *
 * Thread:   under the big lock.
 * Migrated: the selected bus and the events of all buses.
 *
 *   offset  register   access
 *   0x00    came       read: slots with new devices; reading clears
 *   0x04    shall go   read: slots whose device the user wants back
 *   0x08    eject      write: slots to eject
 *   0x0c    removable  read: slots that can be ejected
 *   0x10    bus        selects the bus that the others mean
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/acpi/pcihp.h"
#include "hw/hotplug.h"
#include "migration/vmstate.h"
#include "qapi/error.h"

#define REG_UP 0x00
#define REG_DOWN 0x04
#define REG_EJECT 0x08
#define REG_REMOVABLE 0x0c
#define REG_SELECT 0x10

static AcpiPciHpBus *selected(AcpiPciHpState *s)
{
    return s->select < s->num_buses ? &s->bus[s->select] : NULL;
}

void acpi_pcihp_add_bus(AcpiPciHpState *s, PCIBus *bus)
{
    if (s->num_buses < ACPI_PCIHP_MAX_BUS && acpi_pcihp_bus_number(s, bus) < 0) {
        s->bus[s->num_buses++].bus = bus;
    }
}

int acpi_pcihp_bus_number(const AcpiPciHpState *s, const PCIBus *bus)
{
    for (uint32_t i = 0; i < s->num_buses; i++) {
        if (s->bus[i].bus == bus) {
            return i;
        }
    }
    return -1;
}

static bool is_hotpluggable(PCIDevice *dev)
{
    return DEVICE_GET_CLASS(dev)->hotpluggable && !pci_is_bridge(dev);
}

static uint32_t removable_slots(const AcpiPciHpBus *b)
{
    uint32_t mask = UINT32_MAX;

    for (int devfn = 0; devfn < PCI_DEVFN_MAX; devfn++) {
        PCIDevice *dev = b->bus->devices[devfn];

        if (dev && !is_hotpluggable(dev)) {
            mask &= ~(1u << PCI_SLOT(devfn));
        }
    }
    return mask;
}

static void eject_slot(AcpiPciHpBus *b, int slot)
{
    for (int func = 0; func < PCI_FUNC_MAX; func++) {
        PCIDevice *dev = b->bus->devices[PCI_DEVFN(slot, func)];
        HotplugHandler *handler;

        if (!dev || !is_hotpluggable(dev)) {
            continue;
        }
        handler = qdev_get_hotplug_handler(DEVICE(dev));
        hotplug_handler_unplug(handler, DEVICE(dev), &error_abort);
        object_unparent(OBJECT(dev));
    }
    b->down &= ~(1u << slot);
    b->up &= ~(1u << slot);
}

static uint64_t pcihp_read(void *opaque, hwaddr addr, unsigned size)
{
    AcpiPciHpState *s = opaque;
    AcpiPciHpBus *b = selected(s);
    uint32_t val;

    if (addr == REG_SELECT) {
        return s->select;
    }
    if (!b) {
        return 0;
    }
    switch (addr) {
    case REG_UP:
        val = b->up;
        b->up = 0;
        return val;
    case REG_DOWN:
        return b->down;
    case REG_REMOVABLE:
        return removable_slots(b);
    default:
        return 0;
    }
}

static void pcihp_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    AcpiPciHpState *s = opaque;
    AcpiPciHpBus *b = selected(s);

    if (addr == REG_SELECT) {
        s->select = data;
    } else if (addr == REG_EJECT && b && (uint32_t)data) {
        eject_slot(b, ctz32(data));
    }
}

static const MemoryRegionOps pcihp_ops = {
    .read = pcihp_read,
    .write = pcihp_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

void acpi_pcihp_init(AcpiPciHpState *s, Object *owner, MemoryRegion *parent, hwaddr base)
{
    memory_region_init_io(&s->io, owner, &pcihp_ops, s, "acpi-pci-hotplug", ACPI_PCIHP_REG_LEN);
    memory_region_add_subregion(parent, base, &s->io);
}

void acpi_pcihp_reset(AcpiPciHpState *s)
{
    s->select = 0;
    for (uint32_t i = 0; i < s->num_buses; i++) {
        /* New devices are found without events. */
        s->bus[i].up = 0;
        s->bus[i].down = 0;
    }
}

void acpi_pcihp_pre_plug(AcpiPciHpState *s, DeviceState *dev, Error **errp)
{
    PCIDevice *pdev = PCI_DEVICE(dev);

    if (dev->hotplugged && acpi_pcihp_bus_number(s, pci_get_bus(pdev)) < 0) {
        error_setg(errp, "Unsupported bus. Bus doesn't have hot plug by ACPI");
    }
}

void acpi_pcihp_plug(AcpiPciHpState *s, ACPIREGS *ar, DeviceState *dev)
{
    PCIDevice *pdev = PCI_DEVICE(dev);
    int number = acpi_pcihp_bus_number(s, pci_get_bus(pdev));

    if (!dev->hotplugged || number < 0 || PCI_FUNC(pdev->devfn) != 0) {
        return; /* functions above 0 come before it and appear with it */
    }
    s->bus[number].up |= 1u << PCI_SLOT(pdev->devfn);
    acpi_send_gpe_event(ar, ACPI_PCI_HOTPLUG_STATUS);
}

void acpi_pcihp_unplug_request(AcpiPciHpState *s, ACPIREGS *ar, DeviceState *dev, Error **errp)
{
    PCIDevice *pdev = PCI_DEVICE(dev);
    int number = acpi_pcihp_bus_number(s, pci_get_bus(pdev));

    if (number < 0 || !is_hotpluggable(pdev)) {
        error_setg(errp, "Unsupported bus. Device %s cannot be unplugged by ACPI", pdev->name);
        return;
    }
    dev->pending_deleted_event = true;
    s->bus[number].down |= 1u << PCI_SLOT(pdev->devfn);
    acpi_send_gpe_event(ar, ACPI_PCI_HOTPLUG_STATUS);
}

static const VMStateDescription vmstate_acpi_pcihp_bus = {
    .name = "acpi_pcihp_pci_status",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(up, AcpiPciHpBus),
        VMSTATE_UINT32(down, AcpiPciHpBus),
        VMSTATE_END_OF_LIST()
    },
};

const VMStateDescription vmstate_acpi_pcihp = {
    .name = "acpi_pcihp",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(select, AcpiPciHpState),
        VMSTATE_STRUCT_ARRAY(bus, AcpiPciHpState, ACPI_PCIHP_MAX_BUS, 1, vmstate_acpi_pcihp_bus,
                             AcpiPciHpBus),
        VMSTATE_END_OF_LIST()
    },
};
