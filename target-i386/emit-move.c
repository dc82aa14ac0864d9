/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Data movement, exchanges, conversions, conditional moves, single flags.
 */
#include "qemu/osdep.h"
#include "target-i386/decode.h"
#include "target-i386/emit.h"
#include "target-i386/helper-table.h"

void emit_NOP(DisasContext *s, const DecodedInsn *d)
{
    (void)s;
    (void)d;
}

/* Load the memory operand src straight into the register dst where it replaces all of it. */
static void load_into(DisasContext *s, const DecodedInsn *d, const X86Opd *dst,
                      const X86Opd *src, bool sign)
{
    IRMem m = x86_mem(s, d, src->sz, false);

    m.sign = sign;
    if (dst->kind == OPK_GPR && dst->sz >= SZ32) {
        ir_ld(s->b, x86_reg(dst->reg), dst->sz, &m);
    } else {
        x86_write(s, dst, x86_load(s, &m));
    }
}

void emit_MOV(DisasContext *s, const DecodedInsn *d)
{
    if (d->op[1].kind == OPK_MEM) {
        load_into(s, d, &d->op[0], &d->op[1], false);
    } else {
        IRVal v = x86_read(s, &d->op[1]);

        /* mov r32, r32 clears the upper half: never a move onto itself. */
        if (d->op[0].kind == OPK_GPR && d->op[0].sz == SZ32) {
            ir_op2(s->b, IR_mov, SZ32, x86_reg(d->op[0].reg), v);
        } else {
            x86_write(s, &d->op[0], v);
        }
    }
}

static void extend(DisasContext *s, const DecodedInsn *d, bool sign)
{
    const X86Opd *dst = &d->op[0], *src = &d->op[1];
    IRVal v, reg = x86_reg(dst->reg);

    if (src->kind == OPK_MEM) {
        load_into(s, d, dst, src, sign);
        return;
    }
    v = x86_read(s, src);
    if (sign) {
        ir_op2(s->b, IR_sext, src->sz, reg, v)->aux = dst->sz;
    } else if (dst->sz >= SZ32) {
        ir_op2(s->b, IR_zext, src->sz, reg, v);
    } else {
        IRVal t = x86_temp(s);

        ir_op2(s->b, IR_zext, src->sz, t, v);
        x86_write(s, dst, t);
    }
}

void emit_MOVZX(DisasContext *s, const DecodedInsn *d)
{
    extend(s, d, false);
}

/* MOVSXD with a source as wide as the destination (no REX.W) is a plain move. */
void emit_MOVSX(DisasContext *s, const DecodedInsn *d)
{
    if (d->op[1].sz >= d->op[0].sz) {
        emit_MOV(s, d);
    } else {
        extend(s, d, true);
    }
}

void emit_LEA(DisasContext *s, const DecodedInsn *d)
{
    x86_ea_to(s, d, x86_reg(d->op[0].reg), d->op[0].sz);
}

static IRVal copy(DisasContext *s, IRVal v)
{
    IRVal t = x86_temp(s);

    ir_op2(s->b, IR_mov, SZ64, t, v);
    return t;
}

void emit_XCHG(DisasContext *s, const DecodedInsn *d)
{
    const X86Opd *a = &d->op[0], *b = &d->op[1];
    IRVal va, vb;

    vb = x86_read(s, b);
    if (a->kind == OPK_MEM) {
        IRMem m = x86_mem(s, d, a->sz, true);
        IROp *op;

        m.lock = m.rmw = 1;
        va = x86_temp(s);
        op = ir_memop(s->b, IR_xchg, &m);
        op->a[0] = va;
        op->a[1] = vb;
        x86_write(s, b, va);
        return;
    }
    va = copy(s, x86_read(s, a));
    if (ir_val_eq(vb, x86_reg(a->reg))) {
        vb = copy(s, vb); /* xchg r32, r32 of one register still clears the upper half */
    }
    x86_write(s, a, vb);
    x86_write(s, b, va);
}

/* 90 without REX.B is NOP, not an exchange of EAX with itself. */
void emit_XCHG_ACC(DisasContext *s, const DecodedInsn *d)
{
    if (d->op[0].reg != R_EAX) {
        emit_XCHG(s, d);
    }
}

/* Destination or accumulator is written, never both; a 32-bit write zero-extends. */
static void cmpxchg_reg(DisasContext *s, const DecodedInsn *d)
{
    const X86Opd *dst = &d->op[0];
    IRSize sz = dst->sz;
    IRVal rax = x86_reg(R_EAX), old = x86_temp(s), acc, src;

    ir_op2(s->b, IR_zext, sz, old, x86_read(s, dst));
    src = copy(s, x86_read(s, &d->op[1]));
    acc = copy(s, rax);
    ir_op2(s->b, IR_mov, sz, acc, old);
    ir_op2(s->b, IR_cmp_f, sz, rax, old);
    ir_op3(s->b, IR_cmov_f, SZ64, rax, rax, acc)->aux = CC_E;
    if (dst->kind == OPK_GPR) {
        IRVal reg = x86_reg(dst->reg), new = copy(s, reg);

        ir_op2(s->b, IR_mov, sz, new, src);
        ir_op3(s->b, IR_cmov_f, SZ64, reg, new, reg)->aux = CC_E;
    } else {
        ir_op3(s->b, IR_cmov_f, SZ64, src, src, old)->aux = CC_E;
        x86_write(s, dst, src);
    }
}

void emit_CMPXCHG(DisasContext *s, const DecodedInsn *d)
{
    if (d->op[0].kind == OPK_MEM) {
        IRVal src = x86_read(s, &d->op[1]);
        IRMem m = x86_mem(s, d, d->op[0].sz, true);
        IROp *op;

        m.rmw = 1;
        op = ir_memop(s->b, IR_cmpxchg_f, &m);
        op->a[0] = x86_reg(R_EAX);
        op->a[1] = x86_reg(R_EAX);
        op->a[2] = src;
    } else {
        cmpxchg_reg(s, d);
    }
}

void emit_CMPXCHG8B(DisasContext *s, const DecodedInsn *d)
{
    IRSize half = d->rex_w ? SZ64 : SZ32;
    IRMem m;
    IROp *op;

    if (d->rex_w && !x86_has_feature(s->env, XF_CX16)) {
        x86_raise(s, EXCP06_ILLOP);
        return;
    }
    m = x86_mem(s, d, half + 1, true);
    m.rmw = 1;
    if (d->rex_w) {
        m.align = 4; /* #GP when misaligned */
    }
    op = ir_memop(s->b, IR_cmpxchg2_f, &m);
    op->sz = half;
    op->a[0] = op->a[2] = x86_reg(R_EAX);
    op->a[1] = op->a[3] = x86_reg(R_EDX);
    op->a[4] = x86_reg(R_EBX);
    op->a[5] = x86_reg(R_ECX);
}

void emit_XADD(DisasContext *s, const DecodedInsn *d)
{
    const X86Opd *dst = &d->op[0], *src = &d->op[1];
    IRVal b = x86_read(s, src), old, sum = x86_temp(s);

    if (dst->kind == OPK_MEM) {
        IRMem m = x86_mem(s, d, dst->sz, true);
        IROp *op;

        m.rmw = 1;
        op = ir_memop(s->b, IR_xadd_f, &m);
        op->a[0] = sum;
        op->a[1] = b;
        x86_write(s, src, sum);
        return;
    }
    old = copy(s, x86_read(s, dst));
    ir_op3(s->b, IR_add_f, dst->sz, sum, old, b);
    x86_write(s, src, old);
    x86_write(s, dst, sum);
}

void emit_BSWAP(DisasContext *s, const DecodedInsn *d)
{
    IRVal reg = x86_reg(d->op[0].reg);

    if (d->op[0].sz == SZ16) {
        /* Undefined by the manual; processors clear the register's low half. */
        ir_op2(s->b, IR_mov, SZ16, reg, x86_const(s, 0));
    } else {
        ir_op2(s->b, IR_bswap, d->op[0].sz, reg, reg);
    }
}

void emit_MOVBE(DisasContext *s, const DecodedInsn *d)
{
    bool store = d->op[0].kind == OPK_MEM;
    IRMem m = x86_mem(s, d, d->op[0].sz, store);

    m.bswap = 1;
    if (store) {
        ir_st(s->b, x86_read(s, &d->op[1]), &m);
    } else {
        x86_write(s, &d->op[0], x86_load(s, &m));
    }
}

/* The load happens, and may fault, whatever the condition says. */
void emit_CMOV(DisasContext *s, const DecodedInsn *d)
{
    IRVal v = x86_read(s, &d->op[1]), reg = x86_reg(d->op[0].reg);

    ir_op3(s->b, IR_cmov_f, d->op[0].sz, reg, v, reg)->aux = d->row->arg;
}

void emit_SETCC(DisasContext *s, const DecodedInsn *d)
{
    IRVal r = x86_dest(s, &d->op[0]);

    ir_op1(s->b, IR_setcc_f, d->op[0].kind == OPK_GPR ? SZ8 : SZ32, r)->aux = d->row->arg;
    x86_write(s, &d->op[0], r);
}

/* CBW, CWDE, CDQE */
void emit_CBW(DisasContext *s, const DecodedInsn *d)
{
    IRVal rax = x86_reg(R_EAX);

    ir_op2(s->b, IR_sext, d->osz - 1, rax, rax)->aux = d->osz;
}

/* CWD, CDQ, CQO */
void emit_CWD(DisasContext *s, const DecodedInsn *d)
{
    ir_op3(s->b, IR_sar, d->osz, x86_reg(R_EDX), x86_reg(R_EAX),
           x86_const(s, 8 * x86_size_bytes(d->osz) - 1));
}

void emit_XLAT(DisasContext *s, const DecodedInsn *d)
{
    unsigned seg = d->seg_ovr >= 0 ? (unsigned)d->seg_ovr : R_DS;
    IRVal sum = x86_temp(s);
    IRMem m;

    ir_op2(s->b, IR_zext, SZ8, sum, x86_reg(R_EAX));
    ir_op3(s->b, IR_add, SZ64, sum, sum, x86_reg(R_EBX));
    m = x86_mem_at(s, seg, sum, 0, d->asz, SZ8, false);
    ir_op2(s->b, IR_mov, SZ8, x86_reg(R_EAX), x86_load(s, &m));
}

void emit_SALC(DisasContext *s, const DecodedInsn *d)
{
    IRVal t = x86_temp(s);

    (void)d;
    ir_op1(s->b, IR_setcc_f, SZ32, t)->aux = CC_B;
    ir_op2(s->b, IR_neg, SZ32, t, t);
    ir_op2(s->b, IR_mov, SZ8, x86_reg(R_EAX), t);
}

static bool lahf_legal(DisasContext *s)
{
    if (s->code64 && !x86_has_feature(s->env, XF_LAHF64)) {
        x86_raise(s, EXCP06_ILLOP);
        return false;
    }
    return true;
}

void emit_LAHF(DisasContext *s, const DecodedInsn *d)
{
    IRVal t = x86_temp(s), rax = x86_reg(R_EAX);

    (void)d;
    if (lahf_legal(s)) {
        ir_op1(s->b, IR_flags_get, SZ32, t);
        ir_op3(s->b, IR_or, SZ32, t, t, x86_const(s, 2));
        ir_op3(s->b, IR_deposit, SZ64, rax, rax, t)->imm = 8 | 8 << 8;
    }
}

void emit_SAHF(DisasContext *s, const DecodedInsn *d)
{
    IRVal t = x86_temp(s);

    (void)d;
    if (lahf_legal(s)) {
        ir_op2(s->b, IR_extract, SZ64, t, x86_reg(R_EAX))->imm = 8 | 8 << 8;
        ir_op1(s->b, IR_flags_sahf, SZ32, t);
    }
}

void emit_CLC(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    ir_op1(s->b, IR_cf_set, SZ32, x86_const(s, 0));
}

void emit_STC(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    ir_op1(s->b, IR_cf_set, SZ32, x86_const(s, 1));
}

void emit_CMC(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    ir_op1(s->b, IR_cf_set, SZ32, x86_const(s, 0))->imm = 2;
}

void emit_CLD(DisasContext *s, const DecodedInsn *d)
{
    IRVal fl = ir_global(G_EFLAGS);

    (void)d;
    ir_op3(s->b, IR_and, SZ64, fl, fl, x86_const(s, ~(uint64_t)DF_MASK));
    ir_op2(s->b, IR_mov, SZ64, ir_global(G_DF), x86_const(s, 1));
}

void emit_STD(DisasContext *s, const DecodedInsn *d)
{
    IRVal fl = ir_global(G_EFLAGS);

    (void)d;
    ir_op3(s->b, IR_or, SZ64, fl, fl, x86_const(s, DF_MASK));
    ir_op2(s->b, IR_mov, SZ64, ir_global(G_DF), x86_const(s, (uint64_t)-1));
}

/* #BR unless the signed index lies within the two bounds in memory. */
void emit_BOUND(DisasContext *s, const DecodedInsn *d)
{
    IRSize sz = d->op[0].sz;
    IRMem lo = x86_mem(s, d, sz, false), hi;
    IRVal index = x86_reg(d->op[0].reg), low = x86_load(s, &lo), high;
    unsigned bad = ir_label_new(s->b), good = ir_label_new(s->b);

    hi = x86_mem_ofs(s, d, sz, false, x86_size_bytes(sz));
    high = x86_load(s, &hi);
    ir_brcond(s->b, sz, CMP_LT, index, low, bad);
    ir_brcond(s->b, sz, CMP_LE, index, high, good);
    ir_label(s->b, bad);
    x86_raise_path(s, EXCP05_BOUND);
    ir_label(s->b, good);
}
