/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupt requests to a vCPU: which one is taken when; HLT and its relatives; the shadow.
 *
 * Spec:   Intel SDM volume 3 section 6.9 (priority), 10.4.7 (INIT, SIPI), 34.3 (SMI).
 * Thread: the vCPU's own; x86_exec_interrupt() with the big lock held.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include <sched.h>
#include "qemu/main-loop.h"
#include "hw/i386/apic.h"
#include "hw/i386/x86-irq.h"
#include "helpers.h"
#include "internal.h"

/* The vector to deliver: the APIC's, else the 8259's; -1 for none. */
static int pic_interrupt(CPUX86State *env)
{
    X86CPU *cpu = env_x86cpu(env);
    int vector;

    if (cpu->apic_state) {
        vector = apic_get_interrupt(cpu->apic_state);
        if (vector >= 0) {
            return vector;
        }
        if (!apic_accept_pic_intr(cpu->apic_state)) {
            return -1;
        }
    }
    return x86_pic_acknowledge();
}

static void take_init(X86CPU *cpu)
{
    CPUState *cs = &cpu->parent_obj;
    CPUX86State *env = &cpu->env;

    cpu_reset_interrupt(cs, CPU_INTERRUPT_INIT);
    x86_cpu_init_state(cpu);
    if (cpu->apic_state) {
        apic_init_reset(cpu->apic_state);
    }
    if (!cpu->apic_state || apic_is_bsp(cpu->apic_state)) {
        cs->halted = 0;
        env->hflags2 &= ~HF2_WAIT_SIPI;
    } else {
        cs->halted = 1;
        env->hflags2 |= HF2_WAIT_SIPI;
    }
}

static void take_sipi(X86CPU *cpu)
{
    CPUState *cs = &cpu->parent_obj;
    CPUX86State *env = &cpu->env;

    cpu_reset_interrupt(cs, CPU_INTERRUPT_SIPI);
    if (!(env->hflags2 & HF2_WAIT_SIPI)) {
        return;
    }
    env->hflags2 &= ~HF2_WAIT_SIPI;
    env->eip = 0;
    x86_load_real_seg(env, R_CS, env->sipi_vector << 8);
    cs->halted = 0;
    cpu_x86_update_hflags(env);
}

static bool hard_irq_enabled(const CPUX86State *env)
{
    return (env->eflags & IF_MASK) && !(env->hflags & HF_INHIBIT_IRQ);
}

static bool take_hard(CPUX86State *env)
{
    CPUState *cs = env_cpu(env);
    int vector;

    cpu_reset_interrupt(cs, CPU_INTERRUPT_HARD);
    vector = pic_interrupt(env);
    if (vector < 0) {
        return false;
    }
    x86_deliver_hw_interrupt(env, vector);
    return true;
}

/* CPUClass.exec_interrupt: at most one event; the loop comes back while requests are pending. */
bool x86_exec_interrupt(CPUState *cs, int request)
{
    CPUX86State *env = cs->env;
    X86CPU *cpu = env_x86cpu(env);

    if (request & CPU_INTERRUPT_POLL) {
        cpu_reset_interrupt(cs, CPU_INTERRUPT_POLL);
        if (env->io_trap) {
            env->io_trap = false;
            x86_deliver_hw_interrupt(env, EXCP01_DB);
            return true;
        }
        if (cpu->apic_state) {
            apic_poll_irq(cpu->apic_state);
        }
        request |= qatomic_read(&cs->interrupt_request);
    }
    if ((request & CPU_INTERRUPT_INIT) && !(env->hflags & HF_SMM)) {
        take_init(cpu);
        return true;
    }
    if (request & CPU_INTERRUPT_SIPI) {
        take_sipi(cpu);
        return true;
    }
    if (env->hflags2 & HF2_WAIT_SIPI) {
        return false;
    }
    if ((request & CPU_INTERRUPT_MCE) && (env->cr[4] & CR4_MCE)) {
        cpu_reset_interrupt(cs, CPU_INTERRUPT_MCE);
        x86_deliver_hw_interrupt(env, EXCP12_MCHK);
        return true;
    }
    if ((request & CPU_INTERRUPT_SMI) && !(env->hflags & (HF_SMM | HF_INHIBIT_IRQ))) {
        cpu_reset_interrupt(cs, CPU_INTERRUPT_SMI);
        x86_enter_smm(cpu);
        return true;
    }
    if ((request & CPU_INTERRUPT_NMI) && !(env->hflags2 & HF2_NMI) &&
        !(env->hflags & HF_INHIBIT_IRQ)) {
        cpu_reset_interrupt(cs, CPU_INTERRUPT_NMI);
        env->hflags2 |= HF2_NMI;
        x86_deliver_hw_interrupt(env, EXCP02_NMI);
        return true;
    }
    if ((request & CPU_INTERRUPT_HARD) && hard_irq_enabled(env)) {
        return take_hard(env);
    }
    return false;
}

/* CPUClass.has_work: would a halted CPU wake? */
bool x86_cpu_has_work(CPUState *cs)
{
    CPUX86State *env = cs->env;
    uint32_t request = qatomic_read(&cs->interrupt_request);

    if (!request) {
        return false;
    }
    if (request & (CPU_INTERRUPT_SIPI | CPU_INTERRUPT_POLL)) {
        return true;
    }
    if ((request & CPU_INTERRUPT_INIT) && !(env->hflags & HF_SMM)) {
        return true;
    }
    if (env->hflags2 & HF2_WAIT_SIPI) {
        return false;
    }
    return ((request & CPU_INTERRUPT_HARD) && (env->eflags & IF_MASK)) ||
           ((request & CPU_INTERRUPT_NMI) && !(env->hflags2 & HF2_NMI)) ||
           ((request & CPU_INTERRUPT_MCE) && (env->cr[4] & CR4_MCE)) ||
           ((request & CPU_INTERRUPT_SMI) && !(env->hflags & HF_SMM));
}

/* ---- waiting ---- */

static void halt(CPUX86State *env, uint64_t next_eip) G_GNUC_NORETURN;
static void halt(CPUX86State *env, uint64_t next_eip)
{
    CPUState *cs = env_cpu(env);

    env->eip = next_eip;
    if (env->hflags & (HF_INHIBIT_IRQ | HF_RF)) {
        env->hflags &= ~HF_INHIBIT_IRQ; /* STI; HLT: the wait itself is interruptible */
        env->eflags &= ~(uint64_t)RF_MASK;
        cpu_x86_update_hflags(env);
    }
    cs->halted = 1;
    cs->exception_index = EXCP_HLT;
    cpu_loop_exit(cs);
}

void helper_hlt(CPUX86State *env, uint64_t next_eip)
{
    uintptr_t ra = GETPC();

    if (x86_cpl(env) != 0) {
        raise_gp(env, 0, ra);
    }
    cpu_restore_state(env_cpu(env), ra);
    halt(env, next_eip);
}

/*
 * A spinning vCPU waits for another: now and then it gives its host CPU away, in case that one
 * has none. 64 spins are shorter than a time slice by orders of magnitude.
 */
void helper_pause(CPUX86State *env)
{
    cpu_relax();
    if ((++env->pause_count & 63) == 0 && CPU_NEXT(first_cpu)) {
        sched_yield();
    }
}

void helper_monitor(CPUX86State *env, uint64_t linear)
{
    uintptr_t ra = GETPC();

    if (x86_cpl(env) != 0) {
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
    if ((uint32_t)env->regs[R_ECX] != 0) {
        raise_gp(env, 0, ra);
    }
    cpu_ldub_mmuidx_ra(env_cpu(env), linear, x86_data_mmu(env), ra);
}

/*
 * Stores are not watched. With one vCPU only an interrupt can end the wait, so it is a HLT;
 * with more, waking at once is always allowed.
 */
void helper_mwait(CPUX86State *env, uint64_t next_eip)
{
    uintptr_t ra = GETPC();
    CPUState *cs = env_cpu(env);

    if (x86_cpl(env) != 0) {
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
    if ((uint32_t)env->regs[R_ECX] & ~1u) {
        raise_gp(env, 0, ra);
    }
    cpu_restore_state(cs, ra);
    if (CPU_NEXT(first_cpu)) {
        env->eip = next_eip;
        cs->exception_index = EXCP_YIELD;
        cpu_loop_exit(cs);
    }
    halt(env, next_eip);
}

/* ---- the shadow ---- */

void helper_set_inhibit_irq(CPUX86State *env)
{
    env->hflags |= HF_INHIBIT_IRQ;
    cpu_exec_context_changed(env_cpu(env));
}

void helper_reset_inhibit_irq(CPUX86State *env)
{
    env->hflags &= ~HF_INHIBIT_IRQ;
    cpu_exec_context_changed(env_cpu(env));
    x86_irq_window(env);
}

void helper_reset_rf(CPUX86State *env)
{
    env->eflags &= ~(uint64_t)RF_MASK;
    env->hflags &= ~HF_RF;
    cpu_exec_context_changed(env_cpu(env));
}
