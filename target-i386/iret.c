/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Far RET and IRET: to the same level, to an outer one, to v86 mode, to the previous task.
 *
 * Spec:   Intel SDM volume 2 (RET, IRET); AMD APM volume 2 section 8.
 * Thread: the vCPU's own.
 *
 * All words are popped into a ReturnFrame and checked first; the state changes after that.
 */
#include "qemu/osdep.h"
#include "helpers.h"
#include "internal.h"

typedef struct ReturnFrame {
    CPUX86State *env;
    uint64_t eip, esp;
    uint32_t cs, ss, eflags;
    unsigned opsize;
    uint32_t imm;       /* RET n: bytes of parameters */
    bool iret;
    X86Desc csd, ssd;
    X86Stack stack;
    uintptr_t ra;
} ReturnFrame;

/* EFLAGS bits that IRET and POPF change at this privilege. */
static uint32_t writable_eflags(const CPUX86State *env, unsigned cpl, unsigned opsize)
{
    uint32_t mask = 0xcd5 | TF_MASK | DF_MASK | NT_MASK | RF_MASK | AC_MASK | ID_MASK;

    if (cpl <= x86_iopl(env)) {
        mask |= IF_MASK;
    }
    if (cpl == 0) {
        mask |= IOPL_MASK | VIF_MASK | VIP_MASK;
    }
    return opsize == 1 ? mask & 0xffff : mask;
}

static void load_eflags(CPUX86State *env, uint32_t value, uint32_t mask)
{
    x86_set_eflags(env, (cpu_x86_eflags(env) & ~mask) | (value & mask));
}

static void need_stack(ReturnFrame *f, uint32_t bytes)
{
    if (!x86_stack_room_pop(&f->stack, bytes)) {
        raise_exception_err_ra(f->env, EXCP0C_STACK, 0, f->ra);
    }
}

static void pop_frame(ReturnFrame *f)
{
    x86_stack_current(&f->stack, f->env, x86_data_mmu(f->env), f->ra);
    need_stack(f, (f->iret ? 3u : 2u) << f->opsize);
    f->eip = x86_pop(&f->stack, f->opsize);
    f->cs = x86_pop(&f->stack, f->opsize) & 0xffff;
    if (f->iret) {
        f->eflags = x86_pop(&f->stack, f->opsize);
    }
    f->stack.sp += f->imm;
}

/* ---- real and v86 mode ---- */

static void return_real(ReturnFrame *f)
{
    CPUX86State *env = f->env;
    uint32_t mask;

    pop_frame(f);
    if (f->eip > env->segs[R_CS].limit) {
        raise_gp(env, 0, f->ra);
    }
    if (f->iret) {
        mask = writable_eflags(env, x86_v86(env) ? 3 : 0, f->opsize);
        if (x86_v86(env)) {
            mask &= ~IOPL_MASK;
        }
        load_eflags(env, f->eflags, mask & ~(uint32_t)(VIF_MASK | VIP_MASK));
    }
    x86_stack_commit(&f->stack);
    if (x86_v86(env)) {
        x86_load_v86_seg(env, R_CS, f->cs);
    } else {
        x86_load_real_seg(env, R_CS, f->cs);
    }
    env->eip = f->eip;
}

/* IRET in v86 mode below IOPL 3 with VME: IF of the image goes to VIF. 16-bit form only. */
static void iret_vme(ReturnFrame *f)
{
    CPUX86State *env = f->env;
    uint32_t fl;

    pop_frame(f);
    if ((f->eflags & TF_MASK) || ((f->eflags & IF_MASK) && (env->eflags & VIP_MASK))) {
        raise_gp(env, 0, f->ra);
    }
    fl = f->eflags & IF_MASK ? VIF_MASK : 0;
    load_eflags(env, (f->eflags & ~VIF_MASK) | fl, 0xcd5 | TF_MASK | DF_MASK | NT_MASK | VIF_MASK);
    x86_stack_commit(&f->stack);
    x86_load_v86_seg(env, R_CS, f->cs);
    env->eip = f->eip;
}

/* ---- protected and long mode ---- */

static void check_return_cs(ReturnFrame *f)
{
    CPUX86State *env = f->env;
    unsigned rpl = f->cs & 3;
    uint32_t err = sel_error(f->cs);

    if (!err) {
        raise_gp(env, 0, f->ra);
    }
    if (!x86_read_desc(env, f->cs, &f->csd, f->ra) || !desc_is_code(f->csd.hi) ||
        rpl < x86_cpl(env)) {
        raise_gp(env, err, f->ra);
    }
    if (desc_is_conforming(f->csd.hi) ? desc_dpl(f->csd.hi) > rpl
                                      : desc_dpl(f->csd.hi) != rpl) {
        raise_gp(env, err, f->ra);
    }
    if (x86_lma(env) && (f->csd.hi & (DESC_L | DESC_DB)) == (DESC_L | DESC_DB)) {
        raise_gp(env, err, f->ra);
    }
    if (!(f->csd.hi & DESC_P)) {
        raise_exception_err_ra(env, EXCP0B_NOSEG, err, f->ra);
    }
}

static bool return_to_code64(const ReturnFrame *f)
{
    return x86_lma(f->env) && (f->csd.hi & DESC_L);
}

static void check_return_eip(ReturnFrame *f)
{
    if (return_to_code64(f) ? !x86_canonical(f->env, f->eip) : f->eip > desc_limit(&f->csd)) {
        raise_gp(f->env, 0, f->ra);
    }
}

/* SS:ESP of the outer level (or, for IRET in 64-bit mode, of any). */
static void pop_outer_stack(ReturnFrame *f)
{
    CPUX86State *env = f->env;
    unsigned rpl = f->cs & 3;
    uint32_t err;

    need_stack(f, 2u << f->opsize);
    f->esp = x86_pop(&f->stack, f->opsize);
    f->ss = x86_pop(&f->stack, f->opsize) & 0xffff;
    err = sel_error(f->ss);
    if (!err) {
        if (!return_to_code64(f) || rpl == 3 || (f->ss & 3) != rpl) {
            raise_gp(env, 0, f->ra);
        }
        return;
    }
    if ((f->ss & 3) != rpl || !x86_read_desc(env, f->ss, &f->ssd, f->ra) ||
        !desc_is_writable_data(f->ssd.hi) || desc_dpl(f->ssd.hi) != rpl) {
        raise_gp(env, err, f->ra);
    }
    if (!(f->ssd.hi & DESC_P)) {
        raise_exception_err_ra(env, EXCP0C_STACK, err, f->ra);
    }
}

static void commit_outer_stack(ReturnFrame *f)
{
    CPUX86State *env = f->env;
    unsigned rpl = f->cs & 3;
    uint64_t esp = f->esp + f->imm;

    if (!sel_error(f->ss)) {
        x86_load_null_seg(env, R_SS, f->ss, rpl);
    } else {
        x86_load_cache(&env->segs[R_SS], f->ss, &f->ssd);
    }
    if (return_to_code64(f)) {
        env->regs[R_ESP] = esp;
    } else if (env->segs[R_SS].flags & DESC_DB) {
        env->regs[R_ESP] = (uint32_t)esp;
    } else {
        env->regs[R_ESP] = (env->regs[R_ESP] & ~0xffffull) | (esp & 0xffff);
    }
}

static void return_protected(ReturnFrame *f)
{
    CPUX86State *env = f->env;
    unsigned cpl = x86_cpl(env), rpl;
    uint32_t mask = writable_eflags(env, cpl, f->opsize);
    bool pops_stack;

    check_return_cs(f);
    rpl = f->cs & 3;
    pops_stack = rpl != cpl || (f->iret && x86_code64(env));
    if (pops_stack) {
        pop_outer_stack(f);
    }
    check_return_eip(f);
    x86_set_accessed(env, f->cs, &f->csd, f->ra);
    if (pops_stack && sel_error(f->ss)) {
        x86_set_accessed(env, f->ss, &f->ssd, f->ra);
    }

    x86_load_cache(&env->segs[R_CS], f->cs, &f->csd);
    env->eip = f->eip;
    if (f->iret) {
        load_eflags(env, f->eflags, mask);
    }
    if (pops_stack) {
        commit_outer_stack(f);
    } else {
        x86_stack_commit(&f->stack);
    }
    if (rpl != cpl) {
        x86_drop_inner_segs(env, rpl);
    }
}

/* IRET with VM set in the image, at CPL 0: nine words come off the stack. */
static void iret_to_v86(ReturnFrame *f)
{
    static const uint8_t order[] = { R_ES, R_DS, R_FS, R_GS };
    CPUX86State *env = f->env;
    uint32_t sel[4], esp, ss;

    need_stack(f, 6 * 4);
    esp = x86_pop(&f->stack, 2);
    ss = x86_pop(&f->stack, 2);
    for (unsigned i = 0; i < 4; i++) {
        sel[i] = x86_pop(&f->stack, 2);
    }
    if (f->eip > 0xffff) {
        raise_gp(env, 0, f->ra);
    }
    x86_set_eflags(env, f->eflags);
    x86_load_v86_seg(env, R_CS, f->cs);
    x86_load_v86_seg(env, R_SS, ss);
    for (unsigned i = 0; i < 4; i++) {
        x86_load_v86_seg(env, order[i], sel[i]);
    }
    env->regs[R_ESP] = esp;
    env->eip = f->eip;
}

/* NT set: back to the task that the link field of this TSS names. */
static void iret_task(ReturnFrame *f, uint64_t next_eip)
{
    CPUX86State *env = f->env;
    uint32_t sel = cpu_lduw_le_mmuidx_ra(env_cpu(env), env->tr.base, x86_sys_mmu(env), f->ra);

    x86_task_switch_checked(env, sel, TASK_IRET, next_eip, 0, false, 0, f->ra);
}

/* ---- entry points ---- */

uint64_t helper_lret(CPUX86State *env, uint32_t opsize, uint32_t imm)
{
    ReturnFrame f = { .env = env, .opsize = opsize, .imm = imm, .ra = GETPC() };

    if (!x86_pe(env) || x86_v86(env)) {
        return_real(&f);
    } else {
        pop_frame(&f);
        return_protected(&f);
    }
    cpu_x86_update_hflags(env);
    return env->eip;
}

uint64_t helper_iret(CPUX86State *env, uint32_t opsize, uint64_t next_eip)
{
    ReturnFrame f = { .env = env, .opsize = opsize, .iret = true, .ra = GETPC() };

    if (!x86_pe(env)) {
        return_real(&f);
    } else if (x86_v86(env)) {
        if (x86_iopl(env) == 3) {
            return_real(&f);
        } else if (opsize == 1 && (env->cr[4] & CR4_VME)) {
            iret_vme(&f);
        } else {
            raise_gp(env, 0, f.ra);
        }
    } else if (env->eflags & NT_MASK) {
        if (x86_lma(env)) {
            raise_gp(env, 0, f.ra);
        }
        iret_task(&f, next_eip);
    } else {
        pop_frame(&f);
        if (!x86_lma(env) && opsize == 2 && (f.eflags & VM_MASK) && x86_cpl(env) == 0) {
            iret_to_v86(&f);
        } else {
            return_protected(&f);
        }
    }
    env->hflags2 &= ~HF2_NMI;
    cpu_x86_update_hflags(env);
    x86_irq_window(env);
    return env->eip;
}
