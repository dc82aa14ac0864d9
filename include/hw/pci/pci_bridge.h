/*
 * PCI-to-PCI bridges: a type 1 header, three address windows and a secondary bus.
 *
 * Spec: PCI-to-PCI Bridge Architecture 1.2. Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_PCI_PCI_BRIDGE_H
#define HW_PCI_PCI_BRIDGE_H

#include "hw/pci/pci_bus.h"

#define TYPE_PCI_BRIDGE "base-pci-bridge"
DECLARE_INSTANCE_CHECKER(PCIBridge, PCI_BRIDGE, TYPE_PCI_BRIDGE)

enum { PCI_BRIDGE_WIN_IO, PCI_BRIDGE_WIN_MEM, PCI_BRIDGE_WIN_PREF, PCI_BRIDGE_NUM_WINDOWS };

struct PCIBridge {
    PCIDevice parent_obj;
    PCIBus sec_bus;
    MemoryRegion address_space_mem;         /* what the secondary bus decodes */
    MemoryRegion address_space_io;
    MemoryRegion windows[PCI_BRIDGE_NUM_WINDOWS]; /* pieces of it seen from the primary side */
    bool window_mapped[PCI_BRIDGE_NUM_WINDOWS];
    MemoryRegion vga_mem, vga_io_lo, vga_io_hi;
    bool vga_mapped;
    pci_map_irq_fn map_irq;
    const char *bus_name;
};

/* For a bridge's realize and exit; @typename is that of the secondary bus. */
void pci_bridge_initfn(PCIDevice *dev, const char *typename);
void pci_bridge_exitfn(PCIDevice *dev);
/* Name of the secondary bus and its interrupt routing; before pci_bridge_initfn(). */
void pci_bridge_map_irq(PCIBridge *br, const char *bus_name, pci_map_irq_fn map_irq);
/* To be called from the bridge's config_write after pci_default_write_config() has run. */
void pci_bridge_write_config(PCIDevice *dev, uint32_t addr, uint32_t val, int len);
void pci_bridge_reset(DeviceState *dev);
/* Adds the subsystem-id capability that stands for a type 0 header's fields. */
int pci_bridge_ssvid_init(PCIDevice *dev, uint8_t offset, uint16_t svid, uint16_t ssid,
                          Error **errp);
/* First and last address of a window; base > limit: closed. */
pcibus_t pci_bridge_get_base(const PCIDevice *bridge, uint8_t type);
pcibus_t pci_bridge_get_limit(const PCIDevice *bridge, uint8_t type);

#endif
