/*
 * "info pci": buses and devices, for people.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/pci/pci_bus.h"
#include "pci-internal.h"

static void format_bridge(GString *out, PCIDevice *dev)
{
    static const struct {
        const char *name;
        uint8_t type;
    } ranges[] = {
        { "IO range", PCI_BASE_ADDRESS_SPACE_IO },
        { "memory range", PCI_BASE_ADDRESS_SPACE_MEMORY },
        { "prefetchable memory range", PCI_BASE_ADDRESS_MEM_PREFETCH },
    };

    g_string_append_printf(out, "      BUS %d.\n", dev->config[PCI_PRIMARY_BUS]);
    g_string_append_printf(out, "      secondary bus %d.\n", dev->config[PCI_SECONDARY_BUS]);
    g_string_append_printf(out, "      subordinate bus %d.\n", dev->config[PCI_SUBORDINATE_BUS]);
    for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
        int width = ranges[i].type & PCI_BASE_ADDRESS_SPACE_IO ? 4 : 8;

        g_string_append_printf(out, "      %s [0x%0*" PRIx64 ", 0x%0*" PRIx64 "]\n",
                               ranges[i].name, width, pci_bridge_get_base(dev, ranges[i].type),
                               width, pci_bridge_get_limit(dev, ranges[i].type));
    }
}

static void format_bars(GString *out, PCIDevice *dev)
{
    for (int i = 0; i < PCI_NUM_REGIONS; i++) {
        const PCIIORegion *r = &dev->io_regions[i];

        if (!r->size) {
            continue;
        }
        g_string_append_printf(out, "      BAR%d: ", i);
        if (r->type & PCI_BASE_ADDRESS_SPACE_IO) {
            g_string_append_printf(out, "I/O at 0x%04" PRIx64 " [0x%04" PRIx64 "].\n", r->addr,
                                   r->addr + r->size - 1);
        } else {
            g_string_append_printf(out, "%d bit%s memory at 0x%08" PRIx64 " [0x%08" PRIx64 "].\n",
                                   r->type & PCI_BASE_ADDRESS_MEM_TYPE_64 ? 64 : 32,
                                   r->type & PCI_BASE_ADDRESS_MEM_PREFETCH ? " prefetchable" : "",
                                   r->addr, r->addr + r->size - 1);
        }
    }
}

static void format_device(PCIBus *bus, PCIDevice *dev, void *opaque)
{
    GString *out = opaque;
    uint16_t class_id = pci_get_word(dev->config + PCI_CLASS_DEVICE);
    const char *desc = pci_class_description(class_id);

    g_string_append_printf(out, "  Bus %2d, device %3d, function %d:\n", pci_bus_num(bus),
                           PCI_SLOT(dev->devfn), PCI_FUNC(dev->devfn));
    if (desc) {
        g_string_append_printf(out, "    %s", desc);
    } else {
        g_string_append_printf(out, "    Class %04d", class_id);
    }
    g_string_append_printf(out, ": PCI device %04x:%04x\n",
                           pci_get_word(dev->config + PCI_VENDOR_ID),
                           pci_get_word(dev->config + PCI_DEVICE_ID));
    if (!pci_is_bridge(dev) && pci_get_word(dev->config + PCI_SUBSYSTEM_VENDOR_ID)) {
        g_string_append_printf(out, "      PCI subsystem %04x:%04x\n",
                               pci_get_word(dev->config + PCI_SUBSYSTEM_VENDOR_ID),
                               pci_get_word(dev->config + PCI_SUBSYSTEM_ID));
    }
    if (dev->config[PCI_INTERRUPT_PIN]) {
        g_string_append_printf(out, "      IRQ %d, pin %c\n", dev->config[PCI_INTERRUPT_LINE],
                               'A' + dev->config[PCI_INTERRUPT_PIN] - 1);
    }
    if (pci_is_bridge(dev)) {
        format_bridge(out, dev);
    }
    format_bars(out, dev);
    g_string_append_printf(out, "      id \"%s\"\n", dev->qdev.id ? dev->qdev.id : "");
}

static void format_bus(PCIBus *bus, void *opaque)
{
    pci_for_each_device_under_bus(bus, format_device, opaque);
}

void pci_info_format(GString *out)
{
    PCIBus *root = pci_root_bus_nth(0);

    if (!root) {
        g_string_append(out, "No PCI buses\n");
        return;
    }
    pci_for_each_bus(root, format_bus, out);
}
