/*
 * PCI buses: slots, interrupt routing to the chipset, walking all devices.
 *
 * A root bus belongs to a host bridge, any other bus to a PCI-to-PCI bridge on its parent bus.
 * Interrupt pins of a device behind bridges are swizzled at each bridge; the root bus maps
 * (device, pin) to one of its lines and reports a line when the number of devices that assert it
 * becomes zero or non-zero.
 *
 * Spec: PCI Local Bus 3.0 section 2.2.6, PCI-to-PCI Bridge 1.2 section 9.1.
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_PCI_PCI_BUS_H
#define HW_PCI_PCI_BUS_H

#include "hw/pci/pci.h"

#define TYPE_PCI_BUS "PCI"
#define TYPE_PCIE_BUS "PCIE"
typedef struct PCIBusClass PCIBusClass;
DECLARE_OBJ_CHECKERS(PCIBus, PCIBusClass, PCI_BUS, TYPE_PCI_BUS)

struct PCIBusClass {
    BusClass parent_class;
    int (*bus_num)(PCIBus *bus);
    uint16_t (*numa_node)(PCIBus *bus);
};

/* Line of the parent bus (0-3) or of the chipset (root) for pin @pin (0-3) of @dev. */
typedef int (*pci_map_irq_fn)(PCIDevice *dev, int pin);
typedef void (*pci_set_irq_fn)(void *opaque, int irq_num, int level);
typedef AddressSpace *(*PCIIOMMUFunc)(PCIBus *bus, void *opaque, int devfn);

enum PCIBusFlags {
    PCI_BUS_IS_ROOT = 0x0001,
    PCI_BUS_EXTENDED_CONFIG_SPACE = 0x0002,
};

struct PCIBus {
    BusState qbus;
    enum PCIBusFlags flags;
    PCIIOMMUFunc iommu_fn;
    void *iommu_opaque;
    uint8_t devfn_min;
    uint32_t slot_reserved_mask;            /* slots that no device may take */
    pci_set_irq_fn set_irq;
    pci_map_irq_fn map_irq;
    void *irq_opaque;
    int nirq;
    int *irq_count;                         /* devices that assert each line */
    PCIDevice *devices[PCI_SLOT_MAX * PCI_FUNC_MAX];
    PCIDevice *parent_dev;                  /* the bridge; NULL for a root bus */
    MemoryRegion *address_space_mem;
    MemoryRegion *address_space_io;
    bool dead;
};

static inline bool pci_bus_is_root(const PCIBus *bus)
{
    return bus->flags & PCI_BUS_IS_ROOT;
}
static inline bool pci_bus_allows_extended_config_space(const PCIBus *bus)
{
    return bus->flags & PCI_BUS_EXTENDED_CONFIG_SPACE;
}
bool pci_bus_is_express(const PCIBus *bus);

/* A root bus below the host bridge @parent; it is listed for the "any PCI bus" look-up. */
PCIBus *pci_root_bus_new(DeviceState *parent, const char *name, MemoryRegion *mem,
                         MemoryRegion *io, uint8_t devfn_min, const char *typename);
void pci_root_bus_init(PCIBus *bus, size_t bus_size, DeviceState *parent, const char *name,
                       MemoryRegion *mem, MemoryRegion *io, uint8_t devfn_min,
                       const char *typename);
void pci_root_bus_cleanup(PCIBus *bus);
/* Makes the bus route interrupts to @nirq lines of the chipset; and takes that back. */
void pci_bus_irqs(PCIBus *bus, pci_set_irq_fn set_irq, void *irq_opaque, int nirq);
void pci_bus_map_irqs(PCIBus *bus, pci_map_irq_fn map_irq);
void pci_bus_irqs_cleanup(PCIBus *bus);
/* Number of devices that assert line @irq_num. */
int pci_bus_get_irq_level(PCIBus *bus, int irq_num);
/* The rule for a bridge: pins rotate with the slot number. */
static inline int pci_swizzle(int slot, int pin)
{
    return (slot + pin) % PCI_NUM_PINS;
}
int pci_swizzle_map_irq_fn(PCIDevice *dev, int pin);

/* The IOMMU decides what each function sees; @fn runs when the device is realized. */
void pci_setup_iommu(PCIBus *bus, PCIIOMMUFunc fn, void *opaque);
AddressSpace *pci_device_iommu_address_space(PCIDevice *dev);

/* Called by the core as devices come and go. */
bool pci_bus_attach(PCIBus *bus, PCIDevice *dev, const char *name, Error **errp);
void pci_bus_detach(PCIBus *bus, PCIDevice *dev);
/*
 * One device more (@change 1) or less (-1) asserts @pin of @dev. @quiet: only count, because
 * the chipset's own state is being loaded with the rest.
 */
void pci_bus_change_irq(PCIDevice *dev, int pin, int change, bool quiet);

/* ---- looking around ---- */

int pci_bus_num(const PCIBus *bus);
PCIBus *pci_device_root_bus(const PCIDevice *dev);
/* The bus numbered @bus_num at or below @bus; the first root bus whose host has @domain 0. */
PCIBus *pci_find_bus_nr(PCIBus *bus, int bus_num);
PCIDevice *pci_find_device(PCIBus *bus, uint8_t bus_num, uint8_t devfn);
/* The device with that qdev id; 0, or -ENODEV. */
int pci_qdev_find_device(const char *id, PCIDevice **pdev);
/* The bridges' numbers are unset at first: walks by tree, whatever they are. */
typedef void (*pci_bus_dev_fn)(PCIBus *bus, PCIDevice *dev, void *opaque);
typedef void (*pci_bus_fn)(PCIBus *bus, void *opaque);
void pci_for_each_device_under_bus(PCIBus *bus, pci_bus_dev_fn fn, void *opaque);
void pci_for_each_device(PCIBus *bus, int bus_num, pci_bus_dev_fn fn, void *opaque);
/* @bus and all below it, parents first. */
void pci_for_each_bus(PCIBus *bus, pci_bus_fn fn, void *opaque);
/* Secondary bus of a bridge, NULL if the device is none. */
PCIBus *pci_bridge_get_sec_bus(PCIBridge *br);
PCIBus *pci_device_secondary_bus(PCIDevice *dev);
/* The n-th root bus (0, 1, ...) in order of creation, or NULL. */
PCIBus *pci_root_bus_nth(unsigned n);
/* Any (else fails) bus that has a hot-plug handler: for "-device" without "bus=". */
bool pci_bus_has_free_slot(PCIBus *bus);

/* "info pci": all buses and devices as text for people. */
void pci_info_format(GString *out);

#endif
