/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SYSCALL, SYSRET, SYSENTER, SYSEXIT: transfers with segments given by MSRs, not by tables.
 *
 * Spec:   Intel SDM volume 2; AMD APM volume 3. Where the two differ (SYSCALL in compatibility
 *         mode, SYSENTER in long mode) the CPU's vendor decides.
 * Thread: the vCPU's own.
 */
#include "qemu/osdep.h"
#include "cpuid.h"
#include "helpers.h"
#include "internal.h"

enum {
    FLAT_CODE = DESC_P | DESC_S | DESC_CODE | DESC_RW | DESC_A | DESC_G,
    FLAT_DATA = DESC_P | DESC_S | DESC_RW | DESC_A | DESC_G | DESC_DB,
};

static void load_flat(CPUX86State *env, unsigned seg, uint32_t selector, uint32_t flags,
                      unsigned dpl)
{
    env->segs[seg] = (SegmentCache) {
        .selector = selector & 0xffff,
        .limit = UINT32_MAX,
        .flags = flags | dpl << DESC_DPL_SHIFT,
    };
}

/* With TF set after the transfer, the trap comes before the first instruction there. */
static uint64_t finish(CPUX86State *env, bool trap, uintptr_t ra)
{
    cpu_x86_update_hflags(env);
    x86_irq_window(env);
    (void)ra;
    if (unlikely(trap)) {
        env->dr[6] |= DR6_BS;
        raise_exception_err_ra(env, EXCP01_DB, 0, 0);
    }
    return env->eip;
}

uint64_t helper_syscall(CPUX86State *env, uint64_t next_eip)
{
    uintptr_t ra = GETPC();
    uint32_t sel = env->star >> 32 & 0xffff;

    if (!(env->efer & EFER_SCE) || !x86_pe(env) ||
        (x86_is_intel(env) && !x86_code64(env))) {
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
    if (x86_lma(env)) {
        bool code64 = x86_code64(env);

        env->regs[R_ECX] = next_eip;
        env->regs[R_R8 + 3] = cpu_x86_eflags(env) & ~RF_MASK;
        load_flat(env, R_CS, sel & 0xfffc, FLAT_CODE | DESC_L, 0);
        load_flat(env, R_SS, (sel & 0xfffc) + 8, FLAT_DATA, 0);
        x86_set_eflags(env, cpu_x86_eflags(env) & ~(uint32_t)env->fmask & ~RF_MASK);
        env->eip = code64 ? env->lstar : env->cstar;
    } else {
        env->regs[R_ECX] = (uint32_t)next_eip;
        load_flat(env, R_CS, sel & 0xfffc, FLAT_CODE | DESC_DB, 0);
        load_flat(env, R_SS, (sel & 0xfffc) + 8, FLAT_DATA, 0);
        env->eflags &= ~(uint64_t)(IF_MASK | RF_MASK | VM_MASK);
        env->eip = (uint32_t)env->star;
    }
    return finish(env, env->eflags & TF_MASK, ra);
}

uint64_t helper_sysret(CPUX86State *env, uint32_t opsize)
{
    uintptr_t ra = GETPC();
    uint32_t sel = env->star >> 48;

    if (!(env->efer & EFER_SCE) || !x86_pe(env) ||
        (x86_is_intel(env) && !x86_code64(env))) {
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
    if (x86_cpl(env) != 0) {
        raise_gp(env, 0, ra);
    }
    if (x86_lma(env)) {
        if (opsize == 3) {
            if (x86_is_intel(env) && !x86_canonical(env, env->regs[R_ECX])) {
                raise_gp(env, 0, ra);
            }
            load_flat(env, R_CS, (sel + 16) | 3, FLAT_CODE | DESC_L, 3);
            env->eip = env->regs[R_ECX];
        } else {
            load_flat(env, R_CS, sel | 3, FLAT_CODE | DESC_DB, 3);
            env->eip = (uint32_t)env->regs[R_ECX];
        }
        x86_set_eflags(env, env->regs[R_R8 + 3] &
                                (0xcd5 | TF_MASK | IF_MASK | DF_MASK | IOPL_MASK | NT_MASK |
                                 AC_MASK | VIF_MASK | VIP_MASK | ID_MASK));
    } else {
        load_flat(env, R_CS, sel | 3, FLAT_CODE | DESC_DB, 3);
        env->eflags |= IF_MASK;
        env->eip = (uint32_t)env->regs[R_ECX];
    }
    load_flat(env, R_SS, (sel + 8) | 3, FLAT_DATA, 3);
    return finish(env, env->eflags & TF_MASK, ra);
}

uint64_t helper_sysenter(CPUX86State *env)
{
    uintptr_t ra = GETPC();
    uint32_t sel = env->sysenter_cs & 0xfffc;

    if (x86_is_amd(env) && x86_lma(env)) {
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
    if (!x86_pe(env) || !sel) {
        raise_gp(env, 0, ra);
    }
    env->eflags &= ~(uint64_t)(VM_MASK | IF_MASK | RF_MASK);
    load_flat(env, R_CS, sel, FLAT_CODE | (x86_lma(env) ? DESC_L : DESC_DB), 0);
    load_flat(env, R_SS, sel + 8, FLAT_DATA, 0);
    env->regs[R_ESP] = x86_lma(env) ? env->sysenter_esp : (uint32_t)env->sysenter_esp;
    env->eip = x86_lma(env) ? env->sysenter_eip : (uint32_t)env->sysenter_eip;
    return finish(env, false, ra);
}

uint64_t helper_sysexit(CPUX86State *env, uint32_t opsize)
{
    uintptr_t ra = GETPC();
    uint32_t sel = env->sysenter_cs & 0xfffc;
    uint64_t sp = env->regs[R_ECX], ip = env->regs[R_EDX];

    if (x86_is_amd(env) && x86_lma(env)) {
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
    if (!x86_pe(env) || x86_cpl(env) != 0 || !sel) {
        raise_gp(env, 0, ra);
    }
    if (opsize == 3) {
        if (!x86_canonical(env, ip) || !x86_canonical(env, sp)) {
            raise_gp(env, 0, ra);
        }
        load_flat(env, R_CS, (sel + 32) | 3, FLAT_CODE | DESC_L, 3);
        load_flat(env, R_SS, (sel + 40) | 3, FLAT_DATA, 3);
        env->regs[R_ESP] = sp;
        env->eip = ip;
    } else {
        load_flat(env, R_CS, (sel + 16) | 3, FLAT_CODE | DESC_DB, 3);
        load_flat(env, R_SS, (sel + 24) | 3, FLAT_DATA, 3);
        env->regs[R_ESP] = (uint32_t)sp;
        env->eip = (uint32_t)ip;
    }
    return finish(env, env->eflags & TF_MASK, ra);
}
