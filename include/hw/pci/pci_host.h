/*
 * Host bridges: the way from the CPU to configuration space.
 *
 * Spec: PCI Local Bus 3.0 section 3.2.2.3.2 (configuration mechanism #1).
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_PCI_PCI_HOST_H
#define HW_PCI_PCI_HOST_H

#include "hw/pci/pci_bus.h"
#include "hw/sysbus.h"

#define TYPE_PCI_HOST_BRIDGE "pci-host-bridge"
typedef struct PCIHostBridgeClass PCIHostBridgeClass;
DECLARE_OBJ_CHECKERS(PCIHostState, PCIHostBridgeClass, PCI_HOST_BRIDGE, TYPE_PCI_HOST_BRIDGE)

struct PCIHostState {
    SysBusDevice busdev;
    MemoryRegion conf_mem;                  /* CONFIG_ADDRESS */
    MemoryRegion data_mem;                  /* CONFIG_DATA */
    MemoryRegion mmcfg;
    uint32_t config_reg;
    bool mig_enabled;
    PCIBus *bus;
};

struct PCIHostBridgeClass {
    SysBusDeviceClass parent_class;
    /* "0000:00" for paths. */
    const char *(*root_bus_path)(PCIHostState *host, PCIBus *bus);
};

/* Accesses that a configuration cycle of the CPU makes; absent devices read as ones. */
void pci_host_config_write_common(PCIDevice *dev, uint32_t addr, uint32_t limit, uint32_t val,
                                  uint32_t len);
uint32_t pci_host_config_read_common(PCIDevice *dev, uint32_t addr, uint32_t limit, uint32_t len);
/* @addr: bus << 16 | devfn << 8 | offset. */
void pci_data_write(PCIBus *bus, uint32_t addr, uint32_t val, unsigned len);
uint32_t pci_data_read(PCIBus *bus, uint32_t addr, unsigned len);

/* Port handlers for CONFIG_ADDRESS (a whole 32-bit register) and CONFIG_DATA. */
extern const MemoryRegionOps pci_host_conf_le_ops;
extern const MemoryRegionOps pci_host_data_le_ops;

extern const VMStateDescription vmstate_pcihost;

#endif
