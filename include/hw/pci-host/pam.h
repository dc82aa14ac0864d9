/*
 * Programmable attribute map: who answers reads and writes of 0xc0000-0xfffff.
 *
 * Spec: Intel 440FX PCIset data sheet (290549), "PAM: programmable attribute map registers".
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_PCI_HOST_PAM_H
#define HW_PCI_HOST_PAM_H

#include "exec/memory.h"

#define PAM_SEGMENTS 13
#define PAM_REGS 7

enum { PAM_READ_DRAM = 1, PAM_WRITE_DRAM = 2 };

typedef struct PAMSegment {
    struct PAMMap *map;
    hwaddr start;
    uint32_t size;
    uint8_t mode;                           /* PAM_READ_DRAM | PAM_WRITE_DRAM */
    MemoryRegion pci;                       /* mode 0: all goes to the PCI bus */
    MemoryRegion rom;                       /* PAM_READ_DRAM: DRAM without writes */
    MemoryRegion split;                     /* PAM_WRITE_DRAM: reads from PCI, writes to DRAM */
} PAMSegment;

typedef struct PAMMap {
    MemoryRegion *ram;
    AddressSpace pci_as;                    /* what the PCI bus answers with, for split */
    PAMSegment seg[PAM_SEGMENTS];
} PAMMap;

/*
 * Puts the map over @system, which shows @ram at 0xc0000-0xfffff; @pci is the bus's memory.
 * All segments start in mode 0.
 */
void pam_init(PAMMap *map, Object *owner, MemoryRegion *ram, MemoryRegion *system,
              MemoryRegion *pci);
/* Applies the seven registers' bytes. */
void pam_update(PAMMap *map, const uint8_t *regs);

#endif
