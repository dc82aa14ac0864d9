/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pins of the x86 CPU that a board connects: INTR, FERR#, A20M#, SMI#.
 *
 * Spec:   Intel SDM volume 1 section 8.7 (FERR#), volume 3 section 10.5.1 (LINT0 as ExtINT).
 *
 * Thread: with the big lock held.
 */
#include "qemu/osdep.h"
#include "hw/i386/apic.h"
#include "hw/i386/cpu-pins.h"
#include "hw/i386/x86-irq.h"
#include "hw/intc/i8259.h"
#include "internal.h"

/* ---- INTR, FERR# ---- */

static qemu_irq ferr_irq; /* line 13 of the board; set while it is built */

int x86_pic_acknowledge(void)
{
    DeviceState *pic = i8259_get_master();

    return pic ? pic_read_irq(pic) : -1;
}

/* To LINT0 of all APICs; to the pin of a CPU that has none. */
static void intr_changed(void *opaque, int n, int level)
{
    CPUState *cs;

    (void)opaque;
    (void)n;
    CPU_FOREACH(cs) {
        X86CPU *cpu = container_of(cs, X86CPU, parent_obj);

        if (cpu->apic_state) {
            apic_deliver_pic_intr(cpu->apic_state, level);
        } else if (cs == first_cpu && level) {
            cpu_interrupt(cs, CPU_INTERRUPT_HARD);
        } else if (cs == first_cpu) {
            cpu_reset_interrupt(cs, CPU_INTERRUPT_HARD);
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

void x86_fpu_ignne_port_write(void)
{
    qemu_irq_lower(ferr_irq);
}

/* ---- A20M# ---- */

void x86_cpu_set_a20(X86CPU *cpu, bool on)
{
    CPUX86State *env = &cpu->env;
    int32_t mask = on ? -1 : ~(1 << 20);

    if (env->a20_mask != mask) {
        env->a20_mask = mask;
        tlb_flush(&cpu->parent_obj);
    }
}

static void set_a20_here(CPUState *cs, void *data)
{
    x86_cpu_set_a20(X86_CPU(cs), GPOINTER_TO_INT(data));
}

void x86_set_a20(bool enabled)
{
    CPUState *cs;

    CPU_FOREACH(cs) {
        if ((X86_CPU(cs)->env.a20_mask == -1) == enabled) {
            continue;
        }
        if (qemu_cpu_is_self(cs) || !cs->created) {
            x86_cpu_set_a20(X86_CPU(cs), enabled);
        } else {
            async_run_on_cpu(cs, set_a20_here, GINT_TO_POINTER(enabled));
        }
    }
}

bool x86_get_a20(void)
{
    return !first_cpu || X86_CPU(first_cpu)->env.a20_mask == -1;
}

/* ---- SMI# ---- */

void x86_smi(void)
{
    CPUState *cs = current_cpu ? current_cpu : first_cpu;

    if (cs) {
        cpu_interrupt(cs, CPU_INTERRUPT_SMI);
    }
}
