/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pins of the x86 CPU beside those of hw/i386/x86-irq.h: A20M#, SMI#.
 *
 * Thread: with the big lock held.
 */
#ifndef HW_I386_CPU_PINS_H
#define HW_I386_CPU_PINS_H

/* A20M#, for all CPUs: false masks address bit 20. */
void x86_set_a20(bool enabled);
bool x86_get_a20(void);
/* SMI#, to the CPU that runs (or the first one). */
void x86_smi(void);

#endif
