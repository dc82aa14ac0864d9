/*
 * I/O APIC: 24 interrupt pins to interrupt messages.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_INTC_IOAPIC_H
#define HW_INTC_IOAPIC_H

#include "hw/sysbus.h"

#define TYPE_IOAPIC "ioapic"
#define IOAPIC_NUM_PINS 24
#define IO_APIC_DEFAULT_ADDRESS 0xfec00000

/* A local APIC ended level-triggered interrupt @vector: its pins may interrupt again. */
void ioapic_eoi_broadcast(int vector);
/* "info irq"/"info pic": the redirection table. */
void ioapic_info_format(GString *out);

#endif
