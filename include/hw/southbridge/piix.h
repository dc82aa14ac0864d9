/*
 * Intel PIIX3 and PIIX4 south bridges.
 *
 * Spec: 82371SB (PIIX3, 290550) and 82371AB (PIIX4, 290562) data sheets.
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_SOUTHBRIDGE_PIIX_H
#define HW_SOUTHBRIDGE_PIIX_H

#include "hw/pci/pci.h"

#define TYPE_PIIX3_DEVICE "PIIX3"

/* Wires the bridge to lines 0-15 of the interrupt controllers, which must exist already. */
void piix3_connect_pic(PCIDevice *piix3, qemu_irq *isa_irqs);

/* PIIX4 power management (function 3), hw/acpi/piix4.c. */
#define TYPE_PIIX4_PM "PIIX4_PM"

#endif
