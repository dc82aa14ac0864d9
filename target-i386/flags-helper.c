/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CLI, STI, PUSHF, POPF, STAC, CLAC: EFLAGS with privilege and virtual-8086 rules.
 *
 * Spec:   Intel SDM volume 2; volume 3 section 20.3 (VME) and table of CLI/STI actions.
 * Thread: the vCPU's own.
 */
#include "qemu/osdep.h"
#include "cpuid.h"
#include "helpers.h"
#include "internal.h"

/* Does CLI or STI act on VIF here? False: on IF. Raises #GP(0) where neither is allowed. */
static bool uses_vif(CPUX86State *env, uintptr_t ra)
{
    unsigned cpl = x86_cpl(env);

    if (!x86_pe(env) || x86_iopl(env) >= cpl) {
        return false;
    }
    if (x86_v86(env) ? (env->cr[4] & CR4_VME) != 0
                     : cpl == 3 && (env->cr[4] & CR4_PVI)) {
        return true;
    }
    raise_gp(env, 0, ra);
}

void helper_cli(CPUX86State *env)
{
    env->eflags &= ~(uint64_t)(uses_vif(env, GETPC()) ? VIF_MASK : IF_MASK);
}

void helper_sti(CPUX86State *env)
{
    uintptr_t ra = GETPC();

    if (!uses_vif(env, ra)) {
        env->eflags |= IF_MASK;
        x86_irq_window(env);
        return;
    }
    if (env->eflags & VIP_MASK) {
        raise_gp(env, 0, ra);
    }
    env->eflags |= VIF_MASK;
}

uint64_t helper_pushf(CPUX86State *env, uint32_t opsize)
{
    uint32_t fl = cpu_x86_eflags(env) & ~(uint32_t)(RF_MASK | VM_MASK);

    if (x86_v86(env) && x86_iopl(env) < 3) {
        if (opsize != 1 || !(env->cr[4] & CR4_VME)) {
            raise_gp(env, 0, GETPC());
        }
        fl = (fl & ~IF_MASK) | IOPL_MASK | (env->eflags & VIF_MASK ? IF_MASK : 0);
    }
    return opsize == 1 ? fl & 0xffff : fl;
}

static void apply(CPUX86State *env, uint32_t value, uint32_t mask)
{
    const uint32_t in_key = TF_MASK | IOPL_MASK | AC_MASK | RF_MASK;
    uint32_t old = cpu_x86_eflags(env), new = (old & ~mask) | (value & mask);

    x86_set_eflags(env, new);
    if ((old ^ new) & in_key) {
        cpu_x86_update_hflags(env);
    }
    x86_irq_window(env);
}

/* POPF in v86 mode below IOPL 3 with VME: IF of the image stands for VIF. */
static void popf_vme(CPUX86State *env, uint32_t image, uintptr_t ra)
{
    uint32_t mask = 0xcd5 | TF_MASK | NT_MASK | DF_MASK | VIF_MASK;

    if ((image & TF_MASK) || ((image & IF_MASK) && (env->eflags & VIP_MASK))) {
        raise_gp(env, 0, ra);
    }
    apply(env, image & IF_MASK ? image | VIF_MASK : image & ~VIF_MASK, mask);
}

void helper_popf(CPUX86State *env, uint64_t image, uint32_t opsize)
{
    uint32_t mask = 0xcd5 | TF_MASK | NT_MASK | DF_MASK | AC_MASK | ID_MASK | RF_MASK;
    unsigned cpl = x86_cpl(env);

    if (x86_v86(env) && x86_iopl(env) < 3) {
        if (opsize != 1 || !(env->cr[4] & CR4_VME)) {
            raise_gp(env, 0, GETPC());
        }
        popf_vme(env, image, GETPC());
        return;
    }
    if (cpl <= x86_iopl(env)) {
        mask |= IF_MASK;
    }
    if (cpl == 0) {
        mask |= IOPL_MASK;
    }
    /* RF is cleared, whatever the image says. */
    apply(env, image & ~(uint64_t)RF_MASK, opsize == 1 ? mask & (0xffff | RF_MASK) : mask);
}

void helper_set_ac(CPUX86State *env, uint32_t on)
{
    if (x86_cpl(env) != 0 || !x86_has(env, FEAT_7_0_EBX, CPUID_7_0_EBX_SMAP)) {
        raise_exception_ra(env, EXCP06_ILLOP, GETPC());
    }
    apply(env, on ? AC_MASK : 0, AC_MASK);
}
