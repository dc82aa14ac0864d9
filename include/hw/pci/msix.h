/*
 * MSI-X: a table of message signalled interrupts in a BAR.
 *
 * Spec: PCI Local Bus 3.0 section 6.8.2. Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_PCI_MSIX_H
#define HW_PCI_MSIX_H

#include "hw/pci/pci.h"

/*
 * Adds the capability, with the table at @table_offset of @table_bar (BAR @table_bar_nr) and the
 * pending bits likewise. 0, or a negative errno with @errp set.
 */
int msix_init(PCIDevice *dev, unsigned short nentries, MemoryRegion *table_bar,
              uint8_t table_bar_nr, unsigned table_offset, MemoryRegion *pba_bar,
              uint8_t pba_bar_nr, unsigned pba_offset, uint8_t cap_pos, Error **errp);
/* The same with a BAR of its own, which this function registers. */
int msix_init_exclusive_bar(PCIDevice *dev, unsigned short nentries, uint8_t bar_nr, Error **errp);
void msix_uninit(PCIDevice *dev, MemoryRegion *table_bar, MemoryRegion *pba_bar);
void msix_uninit_exclusive_bar(PCIDevice *dev);
void msix_reset(PCIDevice *dev);

static inline bool msix_present(const PCIDevice *dev)
{
    return dev->cap_present & QEMU_PCI_CAP_MSIX;
}
bool msix_enabled(PCIDevice *dev);
unsigned msix_nr_vectors_allocated(const PCIDevice *dev);
bool msix_is_masked(PCIDevice *dev, unsigned vector);
bool msix_is_pending(PCIDevice *dev, unsigned vector);
void msix_set_pending(PCIDevice *dev, unsigned vector);
void msix_clr_pending(PCIDevice *dev, int vector);
/* Signals @vector, or makes it pending while it is masked. */
void msix_notify(PCIDevice *dev, unsigned vector);
MSIMessage msix_get_message(PCIDevice *dev, unsigned vector);
void msix_set_message(PCIDevice *dev, int vector, MSIMessage msg);
/*
 * Hears when a vector becomes deliverable (unmasked, enabled) and stops being so, and is asked
 * for pending bits when they are read. Returns 0 or a negative errno.
 */
int msix_set_vector_notifiers(PCIDevice *dev, MSIVectorUseNotifier use_notifier,
                              MSIVectorReleaseNotifier release_notifier,
                              MSIVectorPollNotifier poll_notifier);
void msix_unset_vector_notifiers(PCIDevice *dev);
/* Hook of pci_default_write_config(). */
void msix_write_config(PCIDevice *dev, uint32_t addr, uint32_t val, int len);

extern const VMStateDescription vmstate_msix;
#define VMSTATE_MSIX_TEST(_field, _state, _test) { \
        .name = (stringify(_field)), \
        .size = sizeof(PCIDevice), \
        .vmsd = &vmstate_msix, \
        .flags = VMS_STRUCT, \
        .offset = vmstate_offset_value(_state, _field, PCIDevice), \
        .field_exists = (_test), \
    }
#define VMSTATE_MSIX(_f, _s) VMSTATE_MSIX_TEST(_f, _s, NULL)

#endif
