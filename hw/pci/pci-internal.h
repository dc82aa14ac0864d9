/*
 * What the files of hw/pci share with each other only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_PCI_PCI_INTERNAL_H
#define HW_PCI_PCI_INTERNAL_H

#include "hw/pci/pci_bridge.h"
#include "qemu/error-report.h"
#include "qemu/host-utils.h"

static inline bool ranges_overlap(uint64_t first1, uint64_t len1, uint64_t first2, uint64_t len2)
{
    return first1 < first2 + len2 && first2 < first1 + len1;
}

/* pci-rom.c: the expansion ROM that "romfile" or the class names; true if none is wanted. */
bool pci_add_option_rom(PCIDevice *dev, Error **errp);
void pci_del_option_rom(PCIDevice *dev);

/* pci_bridge.c */
void pci_bridge_init_masks(PCIDevice *dev);
void pci_bridge_update_mappings(PCIBridge *br);

/* pci-bus.c: short name of a class for firmware paths and for people; never NULL. */
const char *pci_class_fw_name(uint16_t class_id);
const char *pci_class_description(uint16_t class_id);

#endif
