/*
 * pvpanic: a guest tells that it has crashed.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_MISC_PVPANIC_H
#define HW_MISC_PVPANIC_H

#include "exec/memory.h"

#define TYPE_PVPANIC_ISA_DEVICE "pvpanic"
#define TYPE_PVPANIC_PCI_DEVICE "pvpanic-pci"

/* Bits that the guest writes, and reads to see which are known. */
#define PVPANIC_PANICKED 0x01
#define PVPANIC_CRASH_LOADED 0x02
#define PVPANIC_EVENTS (PVPANIC_PANICKED | PVPANIC_CRASH_LOADED)

typedef struct PVPanicState {
    MemoryRegion mr;
    uint8_t events;                 /* those that are offered */
} PVPanicState;

/* Makes the register, in a region of @size bytes. */
void pvpanic_setup_io(PVPanicState *s, Object *owner, unsigned size);

#endif
