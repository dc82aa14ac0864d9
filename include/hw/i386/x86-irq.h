/*
 * Where the board's interrupt logic and x86 CPUs meet.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_I386_X86_IRQ_H
#define HW_I386_X86_IRQ_H

#include "hw/irq.h"

/*
 * The interrupt acknowledge cycle that a CPU runs when it takes INTR: the vector from the 8259
 * pair (spurious if the request has gone away), or -1 on a board without one.
 */
int x86_pic_acknowledge(void);

/*
 * The line to drive with the 8259's INTR output: reaches LINT0 of every CPU with a local APIC,
 * or the interrupt pin of a CPU without one.
 */
qemu_irq x86_allocate_cpu_irq(void);

/* The FERR# output of the CPUs, wired to IRQ 13, and the write to port 0xf0 that clears it. */
void x86_register_ferr_irq(qemu_irq irq);
void x86_fpu_raise_ferr(void);
void x86_fpu_ignne_port_write(void);

#endif
