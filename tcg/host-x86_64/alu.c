/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Moves, bit fields and two-operand arithmetic.
 *
 * Forms that leave host FLAGS alone (mov, lea, movzx, rorx, bmi2) are used where they cost no
 * more, so that guest FLAGS can stay in the host.
 */
#include "qemu/osdep.h"
#include "host.h"

void emit_mov(Emit *e, const IROp *op)
{
    IRVal d = op->a[0], x = op->a[1];
    unsigned sz = op->sz;
    Opnd o;

    if (ir_val_eq(d, x) && sz != SZ32) {
        return;
    }
    if (sz < SZ32 && dst_in_place(e, d, sz, &o)) {
        Opnd s = val(e, x);

        if (s.kind == O_MEM && o.kind == O_MEM) {
            s = o_reg(val_reg(e, x, sz));
        }
        a_mov(&e->a, sz, o, s);
        return;
    }
    Opnd s = val(e, x);
    bool to_memory = dst_in_place(e, d, SZ64, &o) && o.kind == O_MEM && !is_temp(d);

    if (to_memory && sz == SZ64 && s.kind != O_MEM && (s.kind == O_REG || fits_i32(s.imm))) {
        a_mov(&e->a, SZ64, o, s);
        return;
    }
    if (s.kind == O_REG && sz == SZ64 && !is_temp(d)) {
        dst_put(e, d, SZ64, s.reg);
        return;
    }
    unsigned r = dst_reg(e, d, SZ64);

    if (s.kind == O_REG) {
        a_mov(&e->a, sz, o_reg(r), s);
    } else {
        val_copy(e, x, sz, r);
    }
    dst_put(e, d, SZ64, r);
}

void emit_zext(Emit *e, const IROp *op)
{
    Opnd s = val(e, op->a[1]);
    unsigned r = dst_reg(e, op->a[0], SZ64);

    a_movzx(&e->a, op->sz, r, s);
    dst_put(e, op->a[0], SZ64, r);
}

void emit_sext(Emit *e, const IROp *op)
{
    Opnd s = val(e, op->a[1]);
    unsigned r = dst_reg(e, op->a[0], op->aux);

    a_movsx(&e->a, op->sz, op->aux, r, s);
    dst_put(e, op->a[0], op->aux, r);
}

/* Rotate right without touching FLAGS if the host can. */
static void rotate_right(Emit *e, unsigned r, Opnd src, unsigned count)
{
    if (host_backend.have.bmi2) {
        a_rorx(&e->a, SZ64, r, src, count);
        return;
    }
    fl_clobber(e);
    a_mov(&e->a, SZ64, o_reg(r), src);
    a_shift_imm(&e->a, 1, SZ64, o_reg(r), count);
}

/* Bits [ofs, ofs + len) of r to its bottom, zero above. */
static void field_down(Emit *e, unsigned r, unsigned ofs, unsigned len)
{
    fl_clobber(e);
    if (ofs + len < 64) {
        a_shift_imm(&e->a, 4, SZ64, o_reg(r), 64 - ofs - len);
    }
    if (len < 64) {
        a_shift_imm(&e->a, 5, SZ64, o_reg(r), 64 - len);
    }
}

void emit_extract(Emit *e, const IROp *op)
{
    unsigned ofs = op->imm & 0xff, len = op->imm >> 8 & 0xff;
    bool whole = len == 8 || len == 16 || len == 32;
    unsigned sz = len == 8 ? SZ8 : len == 16 ? SZ16 : SZ32, r;
    Opnd s;

    if (!host_backend.have.bmi2 || !whole) {
        fl_clobber(e);
    }
    s = val_rm(e, op->a[1], SZ64);
    r = dst_reg(e, op->a[0], SZ64);
    if (whole && s.kind == O_MEM && ofs % 8 == 0) {
        s.disp += ofs / 8;
        a_movzx(&e->a, sz, r, s);
    } else if (len == 8 && ofs == 8 && o_is_reg(s, RBX) && r < 8) {
        /* bh, without REX */
        a_insn(&e->a, X_0F | 0xb6, r, o_reg(4 + RBX));
    } else if (whole && ofs == 0) {
        a_movzx(&e->a, sz, r, s);
    } else if (whole) {
        rotate_right(e, r, s, ofs);
        a_movzx(&e->a, sz, r, o_reg(r));
    } else {
        val_copy(e, op->a[1], SZ64, r);
        field_down(e, r, ofs, len);
    }
    dst_put(e, op->a[0], SZ64, r);
}

/* d = a with its field replaced, for fields of 8 or 16 bits: rotate, merge, rotate back. */
static void deposit_part(Emit *e, const IROp *op, unsigned ofs, unsigned sz)
{
    Opnd s = val(e, op->a[2]);
    unsigned r;

    if (s.kind == O_MEM) {
        s = o_reg(val_reg(e, op->a[2], sz));
    }
    r = dst_reg(e, op->a[0], SZ64);
    if (o_is_reg(s, r)) {
        r = reg_alloc(e, 0);
    }
    val_copy(e, op->a[1], SZ64, r);
    if (ofs) {
        rotate_right(e, r, o_reg(r), ofs);
    }
    a_mov(&e->a, sz, o_reg(r), s);
    if (ofs) {
        rotate_right(e, r, o_reg(r), 64 - ofs);
    }
    dst_put(e, op->a[0], SZ64, r);
}

void emit_deposit(Emit *e, const IROp *op)
{
    unsigned ofs = op->imm & 0xff, len = op->imm >> 8 & 0xff, x, r;
    uint64_t mask;
    Opnd o;

    if (len == 8 || len == 16) {
        unsigned sz = len == 8 ? SZ8 : SZ16;

        if (!host_backend.have.bmi2) {
            fl_clobber(e);
        }
        if (ir_val_eq(op->a[0], op->a[1]) && ofs % 8 == 0 &&
            dst_in_place(e, op->a[0], SZ64, &o) && (o.kind == O_MEM || ofs == 0)) {
            Opnd s = val(e, op->a[2]);

            if (s.kind == O_MEM && o.kind == O_MEM) {
                s = o_reg(val_reg(e, op->a[2], sz));
            }
            o.disp += o.kind == O_MEM ? ofs / 8 : 0;
            a_mov(&e->a, sz, o, s);
            return;
        }
        deposit_part(e, op, ofs, sz);
        return;
    }
    fl_clobber(e);
    mask = len == 64 ? UINT64_MAX : ((1ull << len) - 1) << ofs;
    x = val_copy(e, op->a[2], SZ64, NO_REG);
    if (ofs + len < 64 || len == 64) {
        if (len < 64) {
            a_shift_imm(&e->a, 4, SZ64, o_reg(x), 64 - len);
            a_shift_imm(&e->a, 5, SZ64, o_reg(x), 64 - len - ofs);
        }
    } else {
        a_shift_imm(&e->a, 4, SZ64, o_reg(x), ofs);
    }
    r = reg_alloc(e, 0);
    a_mov_imm(&e->a, r, ~mask);
    a_alu(&e->a, ALU_AND, SZ64, o_reg(r), val_rm(e, op->a[1], SZ64));
    a_alu(&e->a, ALU_OR, SZ64, o_reg(r), o_reg(x));
    dst_put(e, op->a[0], SZ64, r);
}

void emit_bswap(Emit *e, const IROp *op)
{
    unsigned r = dst_reg(e, op->a[0], op->sz);

    val_copy(e, op->a[1], op->sz, r);
    a_bswap(&e->a, op->sz, r);
    dst_put(e, op->a[0], op->sz, r);
}

void emit_lea(Emit *e, const IROp *op)
{
    const IRMem *m = &e->b->mems[op->mem - 1];
    unsigned asz, r;
    Opnd o;

    o = mem_lea(e, m, &asz);
    r = dst_reg(e, op->a[0], op->sz);
    a_lea(&e->a, asz == SZ64 && op->sz == SZ64 ? SZ64 : SZ32, r, o);
    if (asz == SZ16) {
        a_movzx(&e->a, SZ16, r, o_reg(r));
    }
    dst_put(e, op->a[0], op->sz, r);
}

/* d = a + b or a - constant by lea, FLAGS untouched. True when it was possible. */
static bool add_by_lea(Emit *e, const IROp *op)
{
    IRVal x = op->a[1], y = op->a[2];
    uint64_t c = 0;
    Opnd ox, oy;
    unsigned r;

    if (op->sz < SZ32) {
        return false;
    }
    if (val_const(e, x, &c) && op->op == IR_add) {
        IRVal t = x;

        x = y;
        y = t;
    }
    if (val_const(e, x, &c)) {
        return false;
    }
    ox = val(e, x);
    if (ox.kind != O_REG) {
        return false;
    }
    if (val_const(e, y, &c)) {
        c = op->op == IR_sub ? -c : c;
        if (op->sz == SZ32) {
            c = (int32_t)c;
        }
        if (!fits_i32(c)) {
            return false;
        }
        oy = o_mem(ox.reg, c);
    } else {
        oy = val(e, y);
        if (op->op == IR_sub || oy.kind != O_REG) {
            return false;
        }
        oy = o_sib(ox.reg, oy.reg, 0, 0);
    }
    r = dst_reg(e, op->a[0], op->sz);
    a_lea(&e->a, op->sz, r, oy);
    dst_put(e, op->a[0], op->sz, r);
    return true;
}

void emit_add_sub(Emit *e, const IROp *op)
{
    uint32_t live = e->live_in[e->i] & e->fl_host & ~e->fl_mem, locked = e->locked;

    /* add and sub to the same register are as short as lea, and run on more units */
    if ((live || !ir_val_eq(op->a[0], op->a[1])) && add_by_lea(e, op)) {
        return;
    }
    e->locked = locked;
    emit_alu(e, op);
}

typedef struct AluOp {
    uint8_t alu;
    bool commutes, carry, flags;
} AluOp;

static AluOp alu_of(unsigned op)
{
    switch (op) {
    case IR_add:
        return (AluOp){ ALU_ADD, true, false, false };
    case IR_sub:
        return (AluOp){ ALU_SUB, false, false, false };
    case IR_and:
        return (AluOp){ ALU_AND, true, false, false };
    case IR_or:
        return (AluOp){ ALU_OR, true, false, false };
    case IR_xor:
        return (AluOp){ ALU_XOR, true, false, false };
    case IR_add_f:
        return (AluOp){ ALU_ADD, true, false, true };
    case IR_adc_f:
        return (AluOp){ ALU_ADC, true, true, true };
    case IR_sub_f:
        return (AluOp){ ALU_SUB, false, false, true };
    case IR_sbb_f:
        return (AluOp){ ALU_SBB, false, true, true };
    case IR_and_f:
        return (AluOp){ ALU_AND, true, false, true };
    case IR_or_f:
        return (AluOp){ ALU_OR, true, false, true };
    case IR_xor_f:
        return (AluOp){ ALU_XOR, true, false, true };
    default:
        g_assert_not_reached();
    }
}

/* d = x alu y through a register that is not read by y. */
static void alu_through(Emit *e, AluOp k, unsigned sz, IRVal d, IRVal x, IRVal y)
{
    Opnd oy = val_src(e, y, sz);
    unsigned r = dst_reg(e, d, sz);

    if (o_uses(oy, r)) {
        r = reg_alloc(e, 0);
    }
    val_copy(e, x, sz, r);
    a_alu(&e->a, k.alu, sz, o_reg(r), oy);
    dst_put(e, d, sz, r);
}

void emit_alu(Emit *e, const IROp *op)
{
    AluOp k = alu_of(op->op);
    IRVal d = op->a[0], x = op->a[1], y = op->a[2];
    Opnd o, oy;

    if (k.carry) {
        fl_need_carry(e);
    } else if (!k.flags) {
        fl_clobber(e);
    }
    if (k.commutes && (ir_val_eq(d, y) || ir_kind(x) == IRK_CONST) && !ir_val_eq(d, x)) {
        x = op->a[2];
        y = op->a[1];
    }
    if (ir_val_eq(d, x) && dst_in_place(e, d, op->sz, &o)) {
        if (o.kind == O_MEM && is_temp(d) && !temp_of(e, d)->cross) {
            o = o_reg(val_reg(e, d, SZ64));
        }
        oy = val_src(e, y, op->sz);
        if (o.kind == O_MEM && oy.kind == O_MEM) {
            oy = o_reg(val_reg(e, y, op->sz));
        }
        a_alu(&e->a, k.alu, op->sz, o, oy);
    } else {
        alu_through(e, k, op->sz, d, x, y);
    }
    if (k.flags) {
        fl_define(e, FL_ALL, 0);
    }
}

void emit_cmp(Emit *e, const IROp *op)
{
    Opnd y = val_src(e, op->a[1], op->sz), x = val_rm(e, op->a[0], op->sz);

    if (op->op == IR_cmp_f) {
        if (x.kind == O_MEM && y.kind == O_MEM) {
            x = o_reg(val_reg(e, op->a[0], op->sz));
        }
        a_alu(&e->a, ALU_CMP, op->sz, x, y);
    } else {
        if (y.kind == O_MEM && x.kind == O_MEM) {
            x = o_reg(val_reg(e, op->a[0], op->sz));
        }
        if (y.kind == O_MEM) {
            Opnd t = x;

            x = y;
            y = t;
        }
        a_test(&e->a, op->sz, x, y);
    }
    fl_define(e, FL_ALL, 0);
}

/* andn: VEX instruction for 32 and 64 bits where the host has it. */
void emit_andn(Emit *e, const IROp *op)
{
    bool flags = op->op == IR_andn_f;
    unsigned r, x;

    if (!flags) {
        fl_clobber(e);
    }
    if (host_backend.have.bmi1 && op->sz >= SZ32) {
        Opnd y = val_rm(e, op->a[2], op->sz);

        x = val_reg(e, op->a[1], op->sz);
        r = dst_reg(e, op->a[0], op->sz);
        a_vex(&e->a, (VexOp){ 2, 0, op->sz == SZ64, 0, 0xf2 }, r, x, y);
    } else {
        r = val_copy(e, op->a[1], op->sz, NO_REG);
        a_insn(&e->a, x_wide(0xf7, MAX(op->sz, SZ32)), 2, o_reg(r));
        a_alu(&e->a, ALU_AND, op->sz, o_reg(r), val_src(e, op->a[2], op->sz));
    }
    dst_put(e, op->a[0], op->sz, r);
    if (flags) {
        fl_define(e, FL_ALL, 0);
    }
}

/* One-operand instructions F6/F7 and FE/FF on where d is, or through a register. */
static void unary(Emit *e, const IROp *op, uint32_t opc, unsigned digit)
{
    Opnd o;

    if (ir_val_eq(op->a[0], op->a[1]) && dst_in_place(e, op->a[0], op->sz, &o)) {
        a_insn(&e->a, x_sized(opc, op->sz) & ~X_BREG, digit, o);
        return;
    }
    unsigned r = dst_reg(e, op->a[0], op->sz);

    val_copy(e, op->a[1], op->sz, r);
    a_insn(&e->a, x_sized(opc, op->sz) & ~X_BREG, digit, o_reg(r));
    dst_put(e, op->a[0], op->sz, r);
}

void emit_not(Emit *e, const IROp *op)
{
    unary(e, op, 0xf6, 2);
}

void emit_neg(Emit *e, const IROp *op)
{
    if (op->op == IR_neg) {
        fl_clobber(e);
    }
    unary(e, op, 0xf6, 3);
    if (op->op == IR_neg_f) {
        fl_define(e, FL_ALL, 0);
    }
}

void emit_incdec(Emit *e, const IROp *op)
{
    if (e->live_out[e->i] & FL_C) {
        fl_need_carry(e);
    }
    unary(e, op, 0xfe, op->op == IR_dec_f);
    fl_define(e, FL_ALL & ~FL_C, FL_C);
}
