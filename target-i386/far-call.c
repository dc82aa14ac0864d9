/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Far JMP and CALL: direct, through call gates, to tasks; in all modes.
 *
 * Spec:   Intel SDM volume 2 (JMP, CALL), volume 3 section 5.8.
 * Thread: the vCPU's own.
 */
#include "qemu/osdep.h"
#include "helpers.h"
#include "internal.h"

/* A far transfer to selector:offset, with what its steps have found so far. */
typedef struct FarTransfer {
    CPUX86State *env;
    uint32_t selector;
    uint64_t offset;
    unsigned opsize;
    uint64_t next_eip;
    bool call;
    uintptr_t ra;
} FarTransfer;

static uint64_t truncate_eip(uint64_t eip, unsigned opsize)
{
    return opsize == 1 ? (uint16_t)eip : opsize == 2 ? (uint32_t)eip : eip;
}

/* The offset must lie in the segment, or be canonical when the segment is 64-bit. */
static void check_target(CPUX86State *env, const X86Desc *d, uint64_t offset, uintptr_t ra)
{
    if (x86_lma(env) && (d->hi & DESC_L)) {
        if (!x86_canonical(env, offset)) {
            raise_gp(env, 0, ra);
        }
    } else if (offset > desc_limit(d)) {
        raise_gp(env, 0, ra);
    }
}

static void check_long_code(CPUX86State *env, uint32_t selector, const X86Desc *d, uintptr_t ra)
{
    if (x86_lma(env) && (d->hi & (DESC_L | DESC_DB)) == (DESC_L | DESC_DB)) {
        raise_gp(env, sel_error(selector), ra);
    }
}

/* ---- real and v86 mode ---- */

static uint64_t far_real(FarTransfer *t)
{
    CPUX86State *env = t->env;
    X86Stack s;

    t->offset = truncate_eip(t->offset, t->opsize);
    if (t->offset > env->segs[R_CS].limit) {
        raise_gp(env, 0, t->ra);
    }
    if (t->call) {
        x86_stack_current(&s, env, x86_data_mmu(env), t->ra);
        if (!x86_stack_room_push(&s, 2u << t->opsize)) {
            raise_exception_err_ra(env, EXCP0C_STACK, 0, t->ra);
        }
        x86_push(&s, env->segs[R_CS].selector, t->opsize);
        x86_push(&s, t->next_eip, t->opsize);
        x86_stack_commit(&s);
    }
    if (x86_v86(env)) {
        x86_load_v86_seg(env, R_CS, t->selector);
    } else {
        x86_load_real_seg(env, R_CS, t->selector);
    }
    return t->offset;
}

/* ---- direct, to a code segment ---- */

static uint64_t far_code(FarTransfer *t, X86Desc *d)
{
    CPUX86State *env = t->env;
    unsigned cpl = x86_cpl(env), dpl = desc_dpl(d->hi);
    uint32_t err = sel_error(t->selector);
    X86Stack s;

    if (desc_is_conforming(d->hi) ? dpl > cpl : (dpl != cpl || (t->selector & 3) > cpl)) {
        raise_gp(env, err, t->ra);
    }
    check_long_code(env, t->selector, d, t->ra);
    if (!(d->hi & DESC_P)) {
        raise_exception_err_ra(env, EXCP0B_NOSEG, err, t->ra);
    }
    t->offset = truncate_eip(t->offset, t->opsize);
    if (t->call) {
        x86_stack_current(&s, env, x86_data_mmu(env), t->ra);
        if (!x86_stack_room_push(&s, 2u << t->opsize)) {
            raise_exception_err_ra(env, EXCP0C_STACK, 0, t->ra);
        }
    }
    check_target(env, d, t->offset, t->ra);
    if (t->call) {
        x86_push(&s, env->segs[R_CS].selector, t->opsize);
        x86_push(&s, t->next_eip, t->opsize);
    }
    x86_load_cs(env, t->selector, d, cpl, t->ra);
    if (t->call) {
        x86_stack_commit(&s);
    }
    return t->offset;
}

/* ---- call gates ---- */

typedef struct CallGate {
    unsigned opsize;   /* of the pushes */
    unsigned params;   /* words to copy */
    uint32_t selector; /* of the code segment */
    uint64_t offset;
    X86Desc code;
} CallGate;

static void read_call_gate(FarTransfer *t, const X86Desc *d, CallGate *g)
{
    CPUX86State *env = t->env;
    uint32_t err;
    X86Desc high = *d;

    g->opsize = desc_type(d->hi) & 8 ? 2 : 1;
    g->params = d->hi & 0x1f;
    g->selector = gate_selector(d);
    g->offset = g->opsize == 2 ? gate_offset32(d) : gate_offset32(d) & 0xffff;
    if (x86_lma(env)) {
        if (!x86_read_desc_high(env, t->selector, &high, t->ra)) {
            raise_gp(env, sel_error(t->selector), t->ra);
        }
        g->opsize = 3;
        g->params = 0;
        g->offset |= (uint64_t)high.hi2 << 32;
    }
    err = sel_error(g->selector);
    if (!err) {
        raise_gp(env, 0, t->ra);
    }
    if (!x86_read_desc(env, g->selector, &g->code, t->ra) || !desc_is_code(g->code.hi) ||
        desc_dpl(g->code.hi) > x86_cpl(env)) {
        raise_gp(env, err, t->ra);
    }
    if (x86_lma(env) && (g->code.hi & (DESC_L | DESC_DB)) != DESC_L) {
        raise_gp(env, err, t->ra);
    }
    if (!(g->code.hi & DESC_P)) {
        raise_exception_err_ra(env, EXCP0B_NOSEG, err, t->ra);
    }
}

/* Push parameters of a call gate, copied from the caller's stack. */
static void copy_params(const CallGate *g, X86Stack *from, X86Stack *to)
{
    uint32_t words[31];

    for (unsigned i = 0; i < g->params; i++) {
        words[i] = x86_pop(from, g->opsize);
    }
    for (unsigned i = g->params; i-- > 0;) {
        x86_push(to, words[i], g->opsize);
    }
}

static void open_gate_stack(FarTransfer *t, const CallGate *g, unsigned dpl, X86Stack *s,
                            uint32_t *ss, X86Desc *ssd)
{
    CPUX86State *env = t->env;
    uint32_t esp, err;

    x86_tss_stack(env, dpl, ss, &esp, t->ra);
    err = sel_error(*ss);
    if (!err || (*ss & 3) != dpl || !x86_read_desc(env, *ss, ssd, t->ra) ||
        desc_dpl(ssd->hi) != dpl || !desc_is_writable_data(ssd->hi)) {
        raise_exception_err_ra(env, EXCP0A_TSS, err, t->ra);
    }
    if (!(ssd->hi & DESC_P)) {
        raise_exception_err_ra(env, EXCP0C_STACK, err, t->ra);
    }
    *s = (X86Stack) {
        .env = env, .base = desc_base32(ssd), .sp = esp,
        .mask = ssd->hi & DESC_DB ? 0xffffffff : 0xffff,
        .limit = desc_limit(ssd), .flags = ssd->hi, .mmu_idx = x86_sys_mmu(env), .ra = t->ra,
    };
    if (!x86_stack_room_push(s, (4 + g->params) << g->opsize)) {
        raise_exception_err_ra(env, EXCP0C_STACK, err, t->ra);
    }
}

/* Outside long mode: to an inner level with a stack from the TSS. */
static void gate_call_inner(FarTransfer *t, CallGate *g, unsigned dpl)
{
    CPUX86State *env = t->env;
    X86Stack s, old;
    X86Desc ssd;
    uint32_t ss;

    open_gate_stack(t, g, dpl, &s, &ss, &ssd);
    check_target(env, &g->code, g->offset, t->ra);
    x86_stack_current(&old, env, x86_data_mmu(env), t->ra);
    x86_push(&s, env->segs[R_SS].selector, g->opsize);
    x86_push(&s, env->regs[R_ESP], g->opsize);
    copy_params(g, &old, &s);
    x86_push(&s, env->segs[R_CS].selector, g->opsize);
    x86_push(&s, t->next_eip, g->opsize);
    x86_set_accessed(env, ss, &ssd, t->ra);
    x86_load_cs(env, g->selector, &g->code, dpl, t->ra);
    x86_load_cache(&env->segs[R_SS], ss, &ssd);
    x86_stack_commit(&s);
}

/* In long mode: RSP0-2 from the TSS, SS becomes null. */
static void gate_call_inner64(FarTransfer *t, CallGate *g, unsigned dpl)
{
    CPUX86State *env = t->env;
    X86Stack s = {
        .env = env, .sp = x86_tss_rsp(env, dpl, t->ra), .mask = ~0ull,
        .mmu_idx = x86_sys_mmu(env), .ra = t->ra,
    };

    if (!x86_canonical(env, s.sp) || !x86_canonical(env, s.sp - 32)) {
        raise_exception_err_ra(env, EXCP0C_STACK, 0, t->ra);
    }
    check_target(env, &g->code, g->offset, t->ra);
    x86_push(&s, env->segs[R_SS].selector, 3);
    x86_push(&s, env->regs[R_ESP], 3);
    x86_push(&s, env->segs[R_CS].selector, 3);
    x86_push(&s, t->next_eip, 3);
    x86_load_cs(env, g->selector, &g->code, dpl, t->ra);
    x86_load_null_seg(env, R_SS, dpl, dpl);
    x86_stack_commit(&s);
}

/* Same level: the return address goes onto the present stack. */
static void gate_same_level(FarTransfer *t, CallGate *g)
{
    CPUX86State *env = t->env;
    X86Stack s;

    if (t->call) {
        x86_stack_current(&s, env, x86_data_mmu(env), t->ra);
        if (g->opsize == 3) {
            s.base = 0;
            s.mask = ~0ull;
        }
        if (!x86_stack_room_push(&s, 2u << g->opsize)) {
            raise_exception_err_ra(env, EXCP0C_STACK, 0, t->ra);
        }
    }
    check_target(env, &g->code, g->offset, t->ra);
    if (t->call) {
        x86_push(&s, env->segs[R_CS].selector, g->opsize);
        x86_push(&s, t->next_eip, g->opsize);
    }
    x86_load_cs(env, g->selector, &g->code, x86_cpl(env), t->ra);
    if (t->call) {
        x86_stack_commit(&s);
    }
}

static uint64_t far_gate(FarTransfer *t, const X86Desc *d)
{
    CPUX86State *env = t->env;
    unsigned cpl = x86_cpl(env), dpl;
    CallGate g;

    read_call_gate(t, d, &g);
    dpl = desc_dpl(g.code.hi);
    if (t->call && !desc_is_conforming(g.code.hi) && dpl < cpl) {
        if (x86_lma(env)) {
            gate_call_inner64(t, &g, dpl);
        } else {
            gate_call_inner(t, &g, dpl);
        }
        return g.offset;
    }
    if (!t->call && !desc_is_conforming(g.code.hi) && dpl != cpl) {
        raise_gp(env, sel_error(g.selector), t->ra);
    }
    gate_same_level(t, &g);
    return g.offset;
}

/* ---- dispatch ---- */

static uint64_t far_system(FarTransfer *t, X86Desc *d)
{
    CPUX86State *env = t->env;
    unsigned cpl = x86_cpl(env), dpl = desc_dpl(d->hi), type = desc_type(d->hi);
    uint32_t err = sel_error(t->selector);
    bool task = type == SYS_TASKGATE || (type & ~8u) == SYS_TSS16_AVAIL;

    if (type == SYS_CALL32 || (!x86_lma(env) && (type == SYS_CALL16 || task))) {
        if (dpl < cpl || dpl < (t->selector & 3)) {
            raise_gp(env, err, t->ra);
        }
        if (!(d->hi & DESC_P)) {
            raise_exception_err_ra(env, EXCP0B_NOSEG, err, t->ra);
        }
        if (!task) {
            return far_gate(t, d);
        }
        if (type == SYS_TASKGATE) {
            x86_task_switch_checked(env, gate_selector(d), t->call ? TASK_CALL : TASK_JMP,
                                    t->next_eip, 0, false, 0, t->ra);
        } else {
            x86_switch_task(env, t->selector, d, t->call ? TASK_CALL : TASK_JMP, t->next_eip,
                            false, 0, t->ra);
        }
        return env->eip;
    }
    raise_gp(env, err, t->ra);
}

static uint64_t far_transfer(FarTransfer *t)
{
    CPUX86State *env = t->env;
    X86Desc d;

    t->selector &= 0xffff;
    if (!x86_pe(env) || x86_v86(env)) {
        env->eip = far_real(t);
    } else {
        if (!sel_error(t->selector)) {
            raise_gp(env, 0, t->ra);
        }
        if (!x86_read_desc(env, t->selector, &d, t->ra)) {
            raise_gp(env, sel_error(t->selector), t->ra);
        }
        if (!(d.hi & DESC_S)) {
            env->eip = far_system(t, &d);
        } else if (desc_is_code(d.hi)) {
            env->eip = far_code(t, &d);
        } else {
            raise_gp(env, sel_error(t->selector), t->ra);
        }
    }
    cpu_x86_update_hflags(env);
    return env->eip;
}

uint64_t helper_ljmp(CPUX86State *env, uint32_t selector, uint64_t offset, uint32_t opsize,
                     uint64_t next_eip)
{
    FarTransfer t = {
        .env = env, .selector = selector, .offset = offset, .opsize = opsize,
        .next_eip = next_eip, .ra = GETPC(),
    };

    return far_transfer(&t);
}

uint64_t helper_lcall(CPUX86State *env, uint32_t selector, uint64_t offset, uint32_t opsize,
                      uint64_t next_eip)
{
    FarTransfer t = {
        .env = env, .selector = selector, .offset = offset, .opsize = opsize,
        .next_eip = next_eip, .call = true, .ra = GETPC(),
    };

    return far_transfer(&t);
}
