/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP and HMP commands about PCI.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "hw/pci/pci_bridge.h"
#include "hw/pci/pci_bus.h"
#include "monitor/hmp.h"
#include "pci-internal.h"
#include "qapi/qmp-commands.h"

static PciDeviceInfoList *describe_devices(PCIBus *bus);

static PciMemoryRange *describe_range(PCIDevice *bridge, uint8_t type)
{
    PciMemoryRange *range = g_new0(PciMemoryRange, 1);

    range->base = pci_bridge_get_base(bridge, type);
    range->limit = pci_bridge_get_limit(bridge, type);
    return range;
}

static PciBridgeInfo *describe_bridge(PCIDevice *dev)
{
    PCIBus *behind = pci_bridge_get_sec_bus(PCI_BRIDGE(dev));
    PciBridgeInfo *info = g_new0(PciBridgeInfo, 1);

    info->bus = g_new0(PciBusInfo, 1);
    info->bus->number = dev->config[PCI_PRIMARY_BUS];
    info->bus->secondary = dev->config[PCI_SECONDARY_BUS];
    info->bus->subordinate = dev->config[PCI_SUBORDINATE_BUS];
    info->bus->io_range = describe_range(dev, PCI_BASE_ADDRESS_SPACE_IO);
    info->bus->memory_range = describe_range(dev, PCI_BASE_ADDRESS_SPACE_MEMORY);
    info->bus->prefetchable_range = describe_range(dev, PCI_BASE_ADDRESS_MEM_PREFETCH);
    info->has_devices = true;
    info->devices = describe_devices(behind);
    return info;
}

static PciMemoryRegionList *describe_regions(PCIDevice *dev)
{
    PciMemoryRegionList *head = NULL, **tail = &head;

    for (int i = 0; i < PCI_NUM_REGIONS; i++) {
        const PCIIORegion *r = &dev->io_regions[i];
        bool io = r->type & PCI_BASE_ADDRESS_SPACE_IO;
        PciMemoryRegion *info;

        if (!r->size) {
            continue;
        }
        info = g_new0(PciMemoryRegion, 1);
        info->bar = i;
        info->type = g_strdup(io ? "io" : "memory");
        info->address = r->addr;
        info->size = r->size;
        info->has_prefetch = info->has_mem_type_64 = !io;
        info->prefetch = r->type & PCI_BASE_ADDRESS_MEM_PREFETCH;
        info->mem_type_64 = r->type & PCI_BASE_ADDRESS_MEM_TYPE_64;
        *tail = g_new0(PciMemoryRegionList, 1);
        (*tail)->value = info;
        tail = &(*tail)->next;
    }
    return head;
}

static PciDeviceInfo *describe_device(PCIBus *bus, PCIDevice *dev)
{
    PciDeviceInfo *info = g_new0(PciDeviceInfo, 1);
    uint16_t class_id = pci_get_word(dev->config + PCI_CLASS_DEVICE);
    const char *desc = pci_class_description(class_id);

    info->bus = pci_bus_num(bus);
    info->slot = PCI_SLOT(dev->devfn);
    info->function = PCI_FUNC(dev->devfn);
    info->class_info = g_new0(PciDeviceClass, 1);
    info->class_info->has_desc = desc != NULL;
    info->class_info->desc = g_strdup(desc);
    info->class_info->q_class = class_id;
    info->id = g_new0(PciDeviceId, 1);
    info->id->vendor = pci_get_word(dev->config + PCI_VENDOR_ID);
    info->id->device = pci_get_word(dev->config + PCI_DEVICE_ID);
    if (!pci_is_bridge(dev)) {
        info->id->has_subsystem = info->id->has_subsystem_vendor = true;
        info->id->subsystem = pci_get_word(dev->config + PCI_SUBSYSTEM_ID);
        info->id->subsystem_vendor = pci_get_word(dev->config + PCI_SUBSYSTEM_VENDOR_ID);
    }
    info->irq_pin = dev->config[PCI_INTERRUPT_PIN];
    info->has_irq = info->irq_pin != 0;
    info->irq = dev->config[PCI_INTERRUPT_LINE];
    info->qdev_id = g_strdup(dev->qdev.id ? dev->qdev.id : "");
    if (pci_is_bridge(dev)) {
        info->has_pci_bridge = true;
        info->pci_bridge = describe_bridge(dev);
    }
    info->regions = describe_regions(dev);
    return info;
}

static void add_device(PCIBus *bus, PCIDevice *dev, void *opaque)
{
    PciDeviceInfoList ***tail = opaque;

    **tail = g_new0(PciDeviceInfoList, 1);
    (**tail)->value = describe_device(bus, dev);
    *tail = &(**tail)->next;
}

static PciDeviceInfoList *describe_devices(PCIBus *bus)
{
    PciDeviceInfoList *head = NULL, **tail = &head;

    pci_for_each_device_under_bus(bus, add_device, &tail);
    return head;
}

PciInfoList *qmp_query_pci(Error **errp)
{
    PciInfoList *head = NULL, **tail = &head;
    PCIBus *root;

    for (int i = 0; (root = pci_root_bus_nth(i)); i++) {
        *tail = g_new0(PciInfoList, 1);
        (*tail)->value = g_new0(PciInfo, 1);
        (*tail)->value->bus = pci_bus_num(root);
        (*tail)->value->devices = describe_devices(root);
        tail = &(*tail)->next;
    }
    return head;
}

static void hmp_info_pci(Monitor *mon, const QDict *args)
{
    GString *out = g_string_new(NULL);

    pci_info_format(out);
    monitor_puts(mon, out->str);
    g_string_free(out, TRUE);
}

static const HMPCommand hmp_pci_info[] = {
    { "pci", "", "", "show PCI info", hmp_info_pci },
};
HMP_INFO(hmp_pci_info);
