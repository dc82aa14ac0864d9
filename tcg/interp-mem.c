/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interpreter: guest memory ops. Every access takes the slow path of the soft TLB, which
 * returns a host address; ops marked lock, and xchg, are host atomics on it.
 *
 * Deviates: on hosts other than x86-64, CMPXCHG16B is not atomic against other vCPUs.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "interp.h"

uint64_t interp_effective(Interp *in, const IRMem *m)
{
    uint64_t ea = interp_get(in, m->base) + (interp_get(in, m->index) << m->scale) + m->disp;

    return ea & interp_mask(m->asz);
}

static uint64_t linear_address(Interp *in, const IRMem *m)
{
    uint64_t linear = interp_get(in, m->seg) + interp_effective(in, m);

    return m->lin32 ? (uint32_t)linear : linear;
}

static const IRMem *mem_of(Interp *in, const IROp *op)
{
    return &in->b->mems[op->mem - 1];
}

void *interp_mem_ld(Interp *in, const IRMem *m)
{
    void *p;

    in->ts->flags = trans_flags_from_x86(in->fl);
    interp_leave_fp(in->ts);
    p = softtlb_ld(in->env, linear_address(in, m), softtlb_oi(m, m->rmw), 0);
    interp_enter_fp(in->ts);
    return p;
}

void *interp_mem_st(Interp *in, const IRMem *m, bool rmw)
{
    void *p;

    in->ts->flags = trans_flags_from_x86(in->fl);
    interp_leave_fp(in->ts);
    p = softtlb_st(in->env, linear_address(in, m), softtlb_oi(m, rmw), 0);
    interp_enter_fp(in->ts);
    return p;
}

void interp_mem_done(Interp *in)
{
    if (in->ts->bounce_len) {
        interp_leave_fp(in->ts);
        softtlb_st_finish(in->env, 0);
        interp_enter_fp(in->ts);
    }
}

static uint64_t swap(const IRMem *m, uint64_t x)
{
    return m->bswap ? bswap64(x) >> (64 - (8u << m->sz)) : x;
}

static uint64_t host_load(const void *p, IRSize sz)
{
    uint64_t x = 0;

    switch (sz) {
    case SZ8:
        return *(const uint8_t *)p;
    case SZ16:
        memcpy(&x, p, 2);
        break;
    case SZ32:
        memcpy(&x, p, 4);
        break;
    default:
        memcpy(&x, p, 8);
        break;
    }
    return HOST_BIG_ENDIAN ? bswap64(x) : x;
}

/* A plain store of an aligned value is one host store, as guests with threads expect. */
static void host_store(void *p, IRSize sz, uint64_t x)
{
    if (HOST_BIG_ENDIAN) {
        x = bswap64(x) >> (64 - (8u << sz));
    }
    switch (sz) {
    case SZ8:
        *(uint8_t *)p = x;
        break;
    case SZ16:
        memcpy(p, &(uint16_t){ x }, 2);
        break;
    case SZ32:
        memcpy(p, &(uint32_t){ x }, 4);
        break;
    default:
        memcpy(p, &x, 8);
        break;
    }
}

/* Compare and exchange; *expect gets what was there. The host handles any alignment on x86. */
static bool host_cas(void *p, IRSize sz, uint64_t *expect, uint64_t x)
{
    uint8_t e8 = *expect;
    uint16_t e16 = *expect;
    uint32_t e32 = *expect;
    bool ok;

    switch (sz) {
    case SZ8:
        ok = __atomic_compare_exchange_n((uint8_t *)p, &e8, x, false, __ATOMIC_SEQ_CST,
                                         __ATOMIC_SEQ_CST);
        *expect = e8;
        return ok;
    case SZ16:
        ok = __atomic_compare_exchange_n((uint16_t *)p, &e16, x, false, __ATOMIC_SEQ_CST,
                                         __ATOMIC_SEQ_CST);
        *expect = e16;
        return ok;
    case SZ32:
        ok = __atomic_compare_exchange_n((uint32_t *)p, &e32, x, false, __ATOMIC_SEQ_CST,
                                         __ATOMIC_SEQ_CST);
        *expect = e32;
        return ok;
    default:
        return __atomic_compare_exchange_n((uint64_t *)p, expect, x, false, __ATOMIC_SEQ_CST,
                                           __ATOMIC_SEQ_CST);
    }
}

typedef struct Update {
    IRSize sz;
    IROpcode op;
    unsigned kind;
    uint64_t operand;
    uint32_t fl_before, fl_after;
} Update;

static uint64_t update_value(Update *u, uint64_t old)
{
    u->fl_after = u->fl_before;
    switch (u->op) {
    case IR_xchg:
        return u->operand;
    case IR_rmwsh_f:
        return interp_shift(u->sz, u->kind, old, u->operand, &u->fl_after);
    case IR_rmwbt_f:
        return interp_bit(u->sz, u->kind, old, u->operand, &u->fl_after);
    default:
        return interp_rmw(u->sz, u->kind, old, u->operand, &u->fl_after);
    }
}

/* memory = update(memory); returns the old value. */
static uint64_t update_memory(Interp *in, const IRMem *m, Update *u)
{
    void *p = interp_mem_st(in, m, true);
    uint64_t old, value;

    u->fl_before = in->fl;
    if (m->lock || u->op == IR_xchg) {
        uint64_t raw = host_load(p, m->sz);
        do {
            old = swap(m, raw);
            value = update_value(u, old);
        } while (!host_cas(p, m->sz, &raw, swap(m, value)));
    } else {
        old = swap(m, host_load(p, m->sz));
        value = update_value(u, old);
        host_store(p, m->sz, swap(m, value));
    }
    interp_mem_done(in);
    in->fl = u->fl_after;
    return old;
}

static void op_update(Interp *in, const IROp *op)
{
    const IRMem *m = mem_of(in, op);
    bool has_out = op->op == IR_xchg || op->op == IR_xadd_f;
    Update u = {
        .sz = m->sz,
        .op = op->op,
        .kind = op->op == IR_xadd_f ? RMW_ADD : op->aux,
        .operand = interp_get(in, op->a[has_out]),
    };
    uint64_t old = update_memory(in, m, &u);

    if (has_out) {
        interp_put(in, op->a[0], m->sz, old);
    }
}

static void op_cmpxchg(Interp *in, const IROp *op)
{
    const IRMem *m = mem_of(in, op);
    uint64_t expect = interp_get(in, op->a[1]) & interp_mask(m->sz);
    uint64_t desired = interp_get(in, op->a[2]), raw, old;
    void *p = interp_mem_st(in, m, true);

    if (m->lock) {
        raw = swap(m, expect);
        host_cas(p, m->sz, &raw, swap(m, desired));
        old = swap(m, raw);
    } else {
        old = swap(m, host_load(p, m->sz));
        host_store(p, m->sz, swap(m, old == expect ? desired : old));
    }
    interp_mem_done(in);
    interp_sub(m->sz, expect, old, 0, &in->fl);
    if (old != expect) {
        interp_put(in, op->a[0], m->sz, old);
    }
}

static bool host_cas128(void *p, uint64_t expect[2], const uint64_t desired[2])
{
#ifdef __x86_64__
    if (((uintptr_t)p & 15) == 0) {
        bool ok;

        asm volatile("lock cmpxchg16b %1"
                     : "=@ccz"(ok), "+m"(*(char(*)[16])p), "+a"(expect[0]), "+d"(expect[1])
                     : "b"(desired[0]), "c"(desired[1])
                     : "memory");
        return ok;
    }
#endif
    if (memcmp(p, expect, 16) == 0) {
        memcpy(p, desired, 16);
        return true;
    }
    memcpy(expect, p, 16);
    return false;
}

static void op_cmpxchg2(Interp *in, const IROp *op)
{
    const IRMem *m = mem_of(in, op);
    IRMem whole = *m;
    uint64_t half_mask = interp_mask(op->sz), v[4];
    bool equal;
    void *p;

    whole.sz = op->sz + 1;
    for (unsigned i = 0; i < 4; i++) {
        v[i] = interp_get(in, op->a[2 + i]) & half_mask;
    }
    p = interp_mem_st(in, &whole, true);
    if (op->sz == SZ64) {
        equal = host_cas128(p, v, v + 2);
    } else {
        uint64_t raw = v[0] | v[1] << 32;
        equal = host_cas(p, SZ64, &raw, v[2] | v[3] << 32);
        v[0] = (uint32_t)raw;
        v[1] = raw >> 32;
    }
    interp_mem_done(in);
    in->fl = (in->fl & ~FL_Z) | (equal ? FL_Z : 0);
    if (!equal) {
        interp_put(in, op->a[0], op->sz, v[0]);
        interp_put(in, op->a[1], op->sz, v[1]);
    }
}

static void op_load(Interp *in, const IROp *op)
{
    const IRMem *m = mem_of(in, op);
    uint64_t x = swap(m, host_load(interp_mem_ld(in, m), m->sz));

    interp_put(in, op->a[0], op->aux, m->sign ? interp_sext(m->sz, x) : x);
}

bool interp_mem_op(Interp *in, const IROp *op)
{
    const IRMem *m;

    switch (op->op) {
    case IR_ld:
        op_load(in, op);
        return true;
    case IR_st:
        m = mem_of(in, op);
        host_store(interp_mem_st(in, m, false), m->sz, swap(m, interp_get(in, op->a[0])));
        interp_mem_done(in);
        return true;
    case IR_probe:
        m = mem_of(in, op);
        if (m->rmw) {
            interp_mem_st(in, m, false);
            in->ts->bounce_len = 0;
        } else {
            interp_mem_ld(in, m);
        }
        return true;
    case IR_rmw_f:
    case IR_rmwsh_f:
    case IR_rmwbt_f:
    case IR_xchg:
    case IR_xadd_f:
        op_update(in, op);
        return true;
    case IR_cmpxchg_f:
        op_cmpxchg(in, op);
        return true;
    case IR_cmpxchg2_f:
        op_cmpxchg2(in, op);
        return true;
    default:
        return false;
    }
}
