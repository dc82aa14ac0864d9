/*
 * Interrupt wiring between the board and its x86 CPUs: INTR, FERR# and IGNNE#.
 *
 * Spec:   Intel SDM volume 1 section 8.7 (FERR# in MS-DOS compatibility mode), volume 3 section
 *         10.5.1 (LINT0 as ExtINT).
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "hw/i386/apic.h"
#include "hw/i386/x86-irq.h"

/* Line 13 of the board; set while it is built. */
static qemu_irq ferr_irq;

static void intr_changed(void *opaque, int n, int level)
{
    CPUState *cs;

    CPU_FOREACH(cs) {
        X86CPU *cpu = X86_CPU(cs);

        if (cpu->apic_state) {
            apic_deliver_pic_intr(cpu->apic_state, level);
        } else if (cs == first_cpu) {
            if (level) {
                cpu_interrupt(cs, CPU_INTERRUPT_HARD);
            } else {
                cpu_reset_interrupt(cs, CPU_INTERRUPT_HARD);
            }
        }
    }
}

qemu_irq x86_allocate_cpu_irq(void)
{
    return qemu_allocate_irq(intr_changed, NULL, 0);
}

void x86_register_ferr_irq(qemu_irq irq)
{
    ferr_irq = irq;
}

void x86_fpu_raise_ferr(void)
{
    qemu_irq_raise(ferr_irq);
}

/* A write to port 0xf0: drops the request; the handler then runs FPU code with IGNNE# active. */
void x86_fpu_ignne_port_write(void)
{
    qemu_irq_lower(ferr_irq);
}
