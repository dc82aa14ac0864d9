/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pins of the x86 CPU that a board connects.
 *
 * Thread: with the big lock held.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "hw/i386/apic.h"
#include "hw/i386/cpu-pins.h"
#include "hw/i386/x86-irq.h"
#include "internal.h"

/* Wiring of the machine; there is one in a process. [bql] */
static struct {
    qemu_irq ferr;
    bool ignne; /* asserted by port 0xf0 until the next error; not migrated: microseconds */
} pins;

/* ---- INTR ---- */

static void intr_changed(void *opaque, int irq, int level)
{
    CPUState *cs = first_cpu;
    X86CPU *cpu;

    (void)opaque;
    (void)irq;
    if (!cs) {
        return;
    }
    cpu = X86_CPU(cs);
    if (!cpu->apic_state) {
        if (level) {
            cpu_interrupt(cs, CPU_INTERRUPT_HARD);
        } else {
            cpu_reset_interrupt(cs, CPU_INTERRUPT_HARD);
        }
        return;
    }
    CPU_FOREACH(cs) {
        cpu = X86_CPU(cs);
        if (apic_accept_pic_intr(cpu->apic_state) || !level) {
            apic_deliver_pic_intr(cpu->apic_state, level);
        }
    }
}

qemu_irq x86_allocate_cpu_irq(void)
{
    return qemu_allocate_irq(intr_changed, NULL, 0);
}

/* ---- FERR#, IGNNE# ---- */

void x86_register_ferr_irq(qemu_irq irq)
{
    pins.ferr = irq;
}

void x86_fpu_ignne_port_write(void)
{
    pins.ignne = true;
    qemu_irq_lower(pins.ferr);
}

void x86_fpu_raise_ferr(void)
{
    qemu_irq_raise(pins.ferr);
}

bool x86_fpu_error_ignored(void)
{
    BQL_LOCK_GUARD();

    if (pins.ignne || !pins.ferr) {
        pins.ignne = false;
        return true;
    }
    x86_fpu_raise_ferr();
    return false;
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
