/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest memory: the inline TLB check, accesses, and their slow paths.
 *
 *      rorx  I, A, 7                 index of the page, scaled
 *      lea   C, [A + size - align]   address of the last unit that must be on the page
 *      and   I, [tlb.mask]
 *      add   I, [tlb.table]
 *      and   C, ~0xfff | (align - 1)
 *      cmp   C, [I + tag]            page, size, alignment and flags in one compare
 *      jne   slow
 *      mov   I, [I + addend]
 *      op    [A + I]                 A may be a pinned register plus a displacement
 *
 * The slow path gets the linear address in I and leaves host minus guest address there. A
 * load then goes back to the access. A store is repeated out of line, because bytes written
 * to the bounce buffer have to be carried out after it.
 *
 * FLAGS that are live go to memory before the check; there a fault finds them.
 */
#include "qemu/osdep.h"
#include "host.h"

static const IRMem *mem_of(const Emit *e, const IROp *op)
{
    return &e->b->mems[op->mem - 1];
}

/* Add a value to an address under construction: constants fold into the displacement. */
static unsigned address_reg(Emit *e, IRVal v, int64_t *disp, unsigned scale)
{
    uint64_t c;

    if (ir_kind(v) == IRK_NONE) {
        return NO_REG;
    }
    if (val_const(e, v, &c)) {
        *disp += c << scale;
        return NO_REG;
    }
    return val_reg(e, v, SZ64);
}

/* lea operand for base + (index << scale) + disp; its value counts modulo 2^asz. */
Opnd mem_lea(Emit *e, const IRMem *m, unsigned *asz)
{
    int64_t disp = m->disp;
    unsigned index = address_reg(e, m->index, &disp, m->scale);
    unsigned base = address_reg(e, m->base, &disp, 0);

    *asz = m->asz;
    if (m->asz != SZ64) {
        disp = (int32_t)disp;
    }
    if (!fits_i32(disp)) {
        unsigned r = reg_alloc(e, 0);

        a_mov_imm(&e->a, r, disp);
        if (base != NO_REG) {
            a_lea(&e->a, SZ64, r, o_sib(r, base, 0, 0));
        }
        base = r;
        disp = 0;
    }
    return o_sib(base, index, m->scale, disp);
}

/* The linear address as base register plus displacement; anything else is computed. */
static Opnd linear_address(Emit *e, const IRMem *m)
{
    uint32_t locked = e->locked;
    unsigned asz, r;
    Opnd o = mem_lea(e, m, &asz);
    bool plain = asz == SZ64 && !m->lin32 && ir_kind(m->seg) == IRK_NONE;

    if (plain && o.reg != NO_REG && o.index == NO_REG) {
        return o;
    }
    e->locked = locked; /* base and index are not needed once they are added up */
    r = reg_alloc(e, 0);
    if (o.reg == NO_REG && o.index == NO_REG) {
        a_mov_imm(&e->a, r, asz == SZ64 ? (uint64_t)o.disp : (uint32_t)o.disp);
    } else {
        a_lea(&e->a, asz == SZ64 ? SZ64 : SZ32, r, o);
    }
    if (asz == SZ16) {
        a_movzx(&e->a, SZ16, r, o_reg(r));
    }
    if (ir_kind(m->seg) != IRK_NONE) {
        a_alu(&e->a, ALU_ADD, m->lin32 ? SZ32 : SZ64, o_reg(r), val_src(e, m->seg, SZ64));
    } else if (m->lin32 && asz == SZ64) {
        a_mov(&e->a, SZ32, o_reg(r), o_reg(r));
    }
    return o_mem(r, 0);
}

static Opnd tlb_field(unsigned mmu_idx, size_t field)
{
    return env_mem(host_backend.target->trans_offset + offsetof(CPUTransState, tlb) +
                   mmu_idx * sizeof(TLBFast) + field);
}

/* Table index of the page of lin, scaled, in I. */
static void tlb_index(Emit *e, unsigned i_reg, Opnd lin)
{
    if (lin.disp == 0 && host_backend.have.bmi2) {
        a_rorx(&e->a, SZ64, i_reg, o_reg(lin.reg), 12 - TLB_ENTRY_BITS);
    } else {
        a_lea(&e->a, SZ64, i_reg, lin);
        a_shift_imm(&e->a, 5, SZ64, o_reg(i_reg), 12 - TLB_ENTRY_BITS);
    }
}

/*
 * Look up the page of lin in the TLB; it must also hold the last aligned unit of the size
 * bytes. Returns the register with host minus guest address; *jcc leads to the slow path.
 */
static unsigned tlb_check(Emit *e, const IRMem *m, Opnd lin, unsigned size, unsigned align,
                          bool write, uint32_t *jcc)
{
    unsigned tag = write ? TLB_TAG_WRITE : TLB_TAG_READ, i_reg = reg_alloc(e, 0), c_reg;
    bool borrow = !(SCRATCH_GPRS & ~e->locked); /* none left: borrow A, pop keeps FLAGS */

    c_reg = borrow ? lin.reg : reg_alloc(e, 0);
    tlb_index(e, i_reg, lin);
    if (borrow) {
        a_push(&e->a, c_reg);
    }
    a_lea(&e->a, SZ64, c_reg, o_mem(lin.reg, lin.disp + (size > align ? size - align : 0)));
    a_alu(&e->a, ALU_AND, SZ64, o_reg(i_reg), tlb_field(m->mmu_idx, offsetof(TLBFast, mask)));
    a_alu(&e->a, ALU_ADD, SZ64, o_reg(i_reg), tlb_field(m->mmu_idx, offsetof(TLBFast, table)));
    a_alu(&e->a, ALU_AND, SZ64, o_reg(c_reg), o_imm(-4096 | (int64_t)(align - 1)));
    a_alu(&e->a, ALU_CMP, SZ64, o_reg(c_reg), o_mem(i_reg, offsetof(TLBEntry, tag[tag])));
    if (borrow) {
        a_pop(&e->a, c_reg);
    } else {
        reg_free(e, c_reg);
    }
    *jcc = a_jcc_fwd(&e->a, CC_NE);
    a_mov(&e->a, SZ64, o_reg(i_reg), o_mem(i_reg, offsetof(TLBEntry, addend)));
    return i_reg;
}

/* One access of a window: the first checks for all. Returns the register with the addend. */
static unsigned window_check(Emit *e, const IRMem *m, Opnd lin, const Window *w, SlowPath *s)
{
    TempState *t = window_temp(e, w);
    bool first = w->first == e->i, must_align = e->window_align[m - e->b->mems];
    unsigned reg;

    if (first) {
        Opnd lo = o_mem(lin.reg, lin.disp + w->lo - w->first_ofs);

        reg = tlb_check(e, m, lo, w->hi - w->lo, 1, w->write, &s->jcc);
        temp_own(e, t, reg);
    } else {
        reg = temp_reg(e, t);
        a_alu(&e->a, ALU_CMP, SZ8, TRANS_SPLIT(w->flag), o_imm(0));
        s->jcc = a_jcc_fwd(&e->a, CC_NE);
    }
    if (must_align) {
        if ((lin.disp & ((1 << m->align) - 1)) == 0 && lin.reg < 16) {
            a_test(&e->a, SZ8, o_reg(lin.reg), o_imm((1 << m->align) - 1));
        } else {
            unsigned c = reg_alloc(e, 0);

            a_lea(&e->a, SZ64, c, lin);
            a_test(&e->a, SZ8, o_reg(c), o_imm((1 << m->align) - 1));
            reg_free(e, c);
        }
        s->jcc_align = a_jcc_fwd(&e->a, CC_NE);
    }
    s->windowed = true;
    s->flag = w->flag;
    s->split = first || must_align;
    s->rejoin = w->last == e->i;
    return reg;
}

Opnd mem_check(Emit *e, const IROp *op, MemUse use)
{
    const IRMem *m = mem_of(e, op);
    unsigned window = e->window_of[op->mem - 1], i_reg;
    bool write = use == MEM_STORE || use == MEM_RMW || m->rmw;
    SlowPath *s = &e->slow[e->nb_slow++];
    Opnd lin = linear_address(e, m);

    *s = (SlowPath){ 0 };
    if (window && e->windows[window - 1].count > 1) {
        i_reg = window_check(e, m, lin, &e->windows[window - 1], s);
    } else {
        i_reg = tlb_check(e, m, lin, 1 << m->sz, 1 << m->align, write, &s->jcc);
    }
    s->access = s->after = asm_ofs(&e->a);
    s->linear = lin;
    s->addend = i_reg;
    s->use = use;
    s->write = use == MEM_STORE || use == MEM_RMW || (use == MEM_PROBE && m->rmw);
    s->oi = softtlb_oi(m, use == MEM_RMW || (use == MEM_LOAD && m->rmw));
    s->pc = e->pc;
    return o_sib(lin.reg, i_reg, 0, lin.disp);
}

void mem_done(Emit *e)
{
    e->slow[e->nb_slow - 1].after = asm_ofs(&e->a);
}

bool emit_slow_paths(Emit *e)
{
    Asm *a = &e->a;

    for (unsigned n = 0; n < e->nb_slow; n++) {
        const SlowPath *s = &e->slow[n];
        unsigned r = scratch_index(s->addend);

        if (asm_full(a)) {
            return false;
        }
        a_here(a, s->jcc);
        if (s->jcc_align) {
            a_here(a, s->jcc_align);
        }
        if (s->split) {
            a_mov(a, SZ8, TRANS_SPLIT(s->flag), o_imm(1));
        }
        a_lea(a, SZ64, s->addend, s->linear);
        a_u8(a, 0x68); /* push */
        a_u32(a, s->oi);
        side_note(e, s->pc);
        a_call_abs(a, s->windowed ? host_backend.lookup[r][s->write][s->oi >> 16]
                      : s->write ? host_backend.slow_st[r] : host_backend.slow_ld[r]);
        if (s->rejoin) {
            a_mov(a, SZ8, TRANS_SPLIT(s->flag), o_imm(0));
        }
        if (s->write && s->use == MEM_PROBE) {
            a_mov(a, SZ32, TRANS(bounce_len), o_imm(0));
        } else if (s->write) {
            memcpy(a->p, a->start + s->access, s->after - s->access);
            a->p += s->after - s->access;
            a_call_abs(a, host_backend.st_finish);
        }
        a_jmp_to(a, s->write ? s->after : s->access);
    }
    return true;
}

/* Loads and stores ------------------------------------------------------------------- */

/* Ops that may read their last input (cmp and test: any) straight from memory. */
static bool folds(const Emit *e, const IROp *op, IRVal t)
{
    switch (op->op) {
    case IR_mov:
    case IR_zext:
    case IR_sext:
        return true;
    case IR_cmp_f:
    case IR_test_f:
        return !ir_val_eq(op->a[0], op->a[1]);
    case IR_add:
    case IR_sub:
    case IR_and:
    case IR_or:
    case IR_xor:
    case IR_add_f:
    case IR_adc_f:
    case IR_sub_f:
    case IR_sbb_f:
    case IR_and_f:
    case IR_or_f:
    case IR_xor_f:
        return !ir_val_eq(op->a[1], op->a[2]) && !ir_val_eq(op->a[0], t);
    case IR_mul:
    case IR_imul_f:
        return !ir_val_eq(op->a[1], op->a[2]) && !ir_val_eq(op->a[0], t) && op->sz >= SZ16;
    case IR_popcnt_f:
    case IR_lzcnt_f:
    case IR_tzcnt_f:
        return !ir_val_eq(op->a[0], t) && op->sz >= SZ16;
    default:
        return false;
    }
}

/* The value loaded is used once, by the next op, at the width of the access. */
static bool fold_next(Emit *e, const IROp *op, const IRMem *m)
{
    const IROp *next = op + 1;
    TempState *t;

    if (!is_temp(op->a[0]) || e->i + 1 >= e->b->nb_ops || m->bswap) {
        return false;
    }
    t = temp_of(e, op->a[0]);
    return t->first == e->i && t->last == e->i + 1 && !t->cross && next->sz == m->sz &&
           folds(e, next, op->a[0]);
}

/* Load into r at the access width, extended to size `to`, in the guest's byte order. */
static void load_to(Emit *e, const IRMem *m, unsigned to, unsigned r, Opnd o)
{
    if (m->bswap && m->sz >= SZ32 && host_backend.have.movbe) {
        a_insn(&e->a, x_wide(X_0F38 | 0xf0, m->sz), r, o);
        o = o_reg(r);
    } else if (m->bswap && m->sz > SZ8) {
        a_movzx(&e->a, m->sz, r, o);
        if (m->sz == SZ16) {
            a_shift_imm(&e->a, 0, SZ16, o_reg(r), 8);
        } else {
            a_bswap(&e->a, m->sz, r);
        }
        o = o_reg(r);
    }
    if (m->sign && m->sz < to) {
        a_movsx(&e->a, m->sz, to, r, o);
    } else if (o.kind == O_MEM) {
        a_movzx(&e->a, m->sz, r, o);
    }
}

void emit_ld(Emit *e, const IROp *op)
{
    const IRMem *m = mem_of(e, op);
    IRVal d = op->a[0];
    unsigned r;
    Opnd o;

    fl_clobber(e);
    o = mem_check(e, op, MEM_LOAD);
    if (fold_next(e, op, m)) {
        TempState *t = temp_of(e, d);

        t->folded = t->valid = true;
        t->mem = o;
        e->keep = (1u << o.reg | 1u << o.index) & SCRATCH_GPRS;
        return;
    }
    /* A fresh temporary takes over the register that held the TLB entry. */
    if (is_temp(d) && !temp_of(e, d)->cross && temp_of(e, d)->reg == NO_REG &&
        !e->owner[o.index]) {
        r = o.index;
    } else {
        r = dst_reg(e, d, op->aux);
    }
    load_to(e, m, op->aux, r, o);
    dst_put(e, d, op->aux == SZ32 ? SZ64 : op->aux, r);
}

void emit_st(Emit *e, const IROp *op)
{
    const IRMem *m = mem_of(e, op);
    Opnd v, o;

    fl_clobber(e);
    v = val_src(e, op->a[0], m->sz);
    if (v.kind == O_MEM || (m->bswap && m->sz > SZ8 && v.kind == O_IMM)) {
        v = o_reg(v.kind == O_IMM ? val_copy(e, op->a[0], m->sz, NO_REG)
                                  : val_reg(e, op->a[0], m->sz));
    }
    if (m->bswap && m->sz > SZ8 && !host_backend.have.movbe) {
        unsigned r = val_copy(e, op->a[0], m->sz, NO_REG);

        if (m->sz == SZ16) {
            a_shift_imm(&e->a, 0, SZ16, o_reg(r), 8);
        } else {
            a_bswap(&e->a, m->sz, r);
        }
        v = o_reg(r);
    }
    o = mem_check(e, op, MEM_STORE);
    if (m->bswap && m->sz > SZ8 && host_backend.have.movbe) {
        a_insn(&e->a, x_wide(X_0F38 | 0xf1, m->sz), v.reg, o);
    } else {
        a_mov(&e->a, m->sz, o, v);
    }
    mem_done(e);
}

void emit_probe(Emit *e, const IROp *op)
{
    fl_clobber(e);
    mem_check(e, op, MEM_PROBE);
}
