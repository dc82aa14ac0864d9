/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pins of the x86 CPU that a board connects: A20M#, SMI#. Interrupts: hw/i386/x86-irq.c.
 *
 * Thread: with the big lock held.
 */
#include "qemu/osdep.h"
#include "hw/i386/cpu-pins.h"
#include "internal.h"

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
