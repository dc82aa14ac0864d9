/*
 * Message signalled interrupts of PCI devices (the MSI capability).
 *
 * Spec: PCI Local Bus 3.0 section 6.8.1. Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_PCI_MSI_H
#define HW_PCI_MSI_H

#include "hw/pci/pci.h"

/*
 * Adds the capability with up to @nr_vectors (a power of two, at most 32). 0, or a negative
 * errno with @errp set.
 */
int msi_init(PCIDevice *dev, uint8_t offset, unsigned nr_vectors, bool msi64bit,
             bool msi_per_vector_mask, Error **errp);
void msi_uninit(PCIDevice *dev);
void msi_reset(PCIDevice *dev);
static inline bool msi_present(const PCIDevice *dev)
{
    return dev->cap_present & QEMU_PCI_CAP_MSI;
}
bool msi_enabled(const PCIDevice *dev);
bool msi_is_masked(const PCIDevice *dev, unsigned vector);
/* Signals @vector, or makes it pending while it is masked. Only while enabled. */
void msi_notify(PCIDevice *dev, unsigned vector);
/* Puts a message on the bus, as a memory write by @dev. */
void msi_send_message(PCIDevice *dev, MSIMessage msg);
MSIMessage msi_get_message(PCIDevice *dev, unsigned vector);
void msi_set_message(PCIDevice *dev, MSIMessage msg);
unsigned msi_nr_vectors_allocated(const PCIDevice *dev);
/* Hook of pci_default_write_config(). */
void msi_write_config(PCIDevice *dev, uint32_t addr, uint32_t val, int len);

#endif
