/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hflags: the summary of CPU state that selects how code translates, and EFLAGS as a whole.
 *
 * Spec:   Intel SDM volume 3 chapters 2, 3, 5; volume 1 section 3.4.3.
 * Thread: the vCPU's own, or any while the vCPU is stopped.
 *
 * Invariant: hflags follows from the rest of the state, except HF_SMM and HF_INHIBIT_IRQ, which
 * are state of their own. The CPL is SS.DPL in protected mode; every load of SS keeps that true.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "internal.h"

/* Nothing to check: present, writable, expand-up, 4 GiB. */
static bool data_seg_open(const SegmentCache *sc)
{
    const uint32_t must = DESC_P | DESC_S | DESC_RW;

    return sc->limit == UINT32_MAX &&
           (sc->flags & (must | DESC_CODE | DESC_EC)) == must;
}

static bool code_seg_open(const SegmentCache *sc)
{
    return sc->limit == UINT32_MAX && (sc->flags & DESC_RW);
}

static uint32_t segment_hflags(const CPUX86State *env, uint32_t hf)
{
    const SegmentCache *s = env->segs;

    if (hf & HF_CS64) {
        return 0;
    }
    hf = s[R_SS].flags & DESC_DB ? HF_SS32 : 0;
    if (s[R_CS].flags & DESC_DB) {
        hf |= HF_CS32;
    }
    if (s[R_ES].base | s[R_SS].base | s[R_DS].base) {
        hf |= HF_SEGBASE;
    }
    if (!data_seg_open(&s[R_ES]) || !data_seg_open(&s[R_SS]) || !data_seg_open(&s[R_DS]) ||
        !code_seg_open(&s[R_CS])) {
        hf |= HF_SEGCHECK;
    }
    if (!data_seg_open(&s[R_FS])) {
        hf |= HF_FSCHECK;
    }
    if (!data_seg_open(&s[R_GS])) {
        hf |= HF_GSCHECK;
    }
    return hf;
}

static uint32_t mode_hflags(const CPUX86State *env)
{
    uint32_t hf = 0;

    if (!(env->cr[0] & CR0_PE)) {
        return 0;
    }
    hf = HF_PE;
    if (env->eflags & VM_MASK) {
        return hf | HF_VM | 3;
    }
    hf |= desc_dpl(env->segs[R_SS].flags);
    if (env->efer & EFER_LMA) {
        hf |= HF_LMA;
        if (env->segs[R_CS].flags & DESC_L) {
            hf |= HF_CS64 | HF_CS32 | HF_SS32;
        }
    }
    return hf;
}

static uint32_t eflags_hflags(const CPUX86State *env, unsigned cpl)
{
    uint32_t fl = env->eflags, hf = 0;

    if (fl & TF_MASK) {
        hf |= HF_TF;
    }
    if (fl & RF_MASK) {
        hf |= HF_RF;
    }
    if ((fl & IOPL_MASK) == IOPL_MASK) {
        hf |= HF_IOPL3;
    }
    if (cpl == 3) {
        if ((fl & AC_MASK) && (env->cr[0] & CR0_AM)) {
            hf |= HF_AC_CHECK;
        }
    } else if ((env->cr[4] & CR4_SMAP) && !(fl & AC_MASK)) {
        hf |= HF_SMAP_AC;
    }
    return hf;
}

static uint32_t fpu_hflags(const CPUX86State *env)
{
    uint32_t hf = 0;

    if (env->cr[0] & CR0_MP) {
        hf |= HF_MP;
    }
    if (env->cr[0] & CR0_EM) {
        hf |= HF_EM;
    }
    if (env->cr[0] & CR0_TS) {
        hf |= HF_TS;
    }
    if (env->cr[0] & CR0_NE) {
        hf |= HF_NE;
    }
    if (env->cr[4] & CR4_OSFXSR) {
        hf |= HF_OSFXSR;
    }
    if (env->cr[4] & CR4_OSXSAVE) {
        hf |= HF_OSXSAVE;
        if ((env->xcr0 & (XSTATE_SSE | XSTATE_YMM)) == (XSTATE_SSE | XSTATE_YMM)) {
            hf |= HF_AVX;
        }
    }
    if (~env->mxcsr & 0x1f80) {
        hf |= HF_XM_UNMASKED;
    }
    if (~env->fpuc & 0x3f) {
        hf |= HF_FP_UNMASKED;
    }
    if (env->fpus & 0x80) {
        hf |= HF_FP_PENDING;
    }
    return hf;
}

/*
 * CPUClass.tells_irq_window: called wherever a request may have become deliverable. A maskable
 * interrupt cannot while IF is clear, and looking for nothing at every block would cost.
 */
void x86_irq_window(CPUX86State *env)
{
    uint32_t request = qatomic_read(&env_cpu(env)->interrupt_request);

    if (unlikely(request) &&
        ((env->eflags & IF_MASK) || (request & ~(uint32_t)CPU_INTERRUPT_HARD))) {
        qatomic_set(&env->trans.exit_request, 1);
    }
}

void cpu_x86_update_hflags(CPUX86State *env)
{
    uint32_t hf = mode_hflags(env);

    hf |= segment_hflags(env, hf) | eflags_hflags(env, hf & HF_CPL_MASK) | fpu_hflags(env);
    if (env->cr[4] & CR4_UMIP) {
        hf |= HF_UMIP;
    }
    /* Only instruction breakpoints (R/W = 0) cost translated code anything. */
    for (unsigned n = 0; n < 4; n++) {
        if ((env->dr[7] >> (n * 2) & 3) && !(env->dr[7] >> (16 + n * 4) & 3)) {
            hf |= HF_BP;
        }
    }
    /* RF holds off code breakpoints for one instruction: without any it is spent at once. */
    if (!(hf & HF_BP)) {
        hf &= ~HF_RF;
        env->eflags &= ~(uint64_t)RF_MASK;
    }
    env->hflags = hf | (env->hflags & (HF_SMM | HF_INHIBIT_IRQ));
    x86_irq_window(env);
    cpu_exec_context_changed(env_cpu(env));
}

void x86_set_eflags(CPUX86State *env, uint32_t value)
{
    env->trans.flags = trans_flags_from_x86(value);
    env->df = value & DF_MASK ? -1 : 1;
    env->eflags = value & (TF_MASK | IF_MASK | DF_MASK | IOPL_MASK | NT_MASK | RF_MASK | VM_MASK |
                           AC_MASK | VIF_MASK | VIP_MASK | ID_MASK);
}

void x86_cpu_exec_key(CPUState *cs, CPUExecKey *key)
{
    CPUX86State *env = cs->env;

    key->pc = env->eip;
    key->flags = env->hflags;
    if (env->hflags & HF_CS64) {
        key->cs_base = 0;
    } else {
        key->cs_base = env->segs[R_CS].base;
        key->flags |= (uint64_t)env->segs[R_CS].limit << 32;
    }
}
