/*
 * Intel 440FX host bridge (PMC).
 *
 * Spec: Intel 440FX PCIset data sheet (290549). Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_PCI_HOST_I440FX_H
#define HW_PCI_HOST_I440FX_H

#include "hw/pci/pci_host.h"

#define TYPE_I440FX_PCI_HOST_BRIDGE "i440FX-pcihost"
#define TYPE_I440FX_PCI_DEVICE "i440FX"

/*
 * Makes the bridge: configuration ports in @io, its attribute map and SMRAM window over
 * @system_memory with RAM @ram, everything else of @system_memory backed by @pci_memory. Returns
 * the root bus.
 */
PCIBus *i440fx_init(MemoryRegion *system_memory, MemoryRegion *io, MemoryRegion *pci_memory,
                    MemoryRegion *ram, uint64_t below_4g_mem_size, uint64_t above_4g_mem_size);

/* The size of the 64-bit PCI window that "pci-hole64-size" asks for. */
uint64_t i440fx_pci_hole64_size(PCIBus *bus);

#endif
