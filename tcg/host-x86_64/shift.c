/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shifts, rotates and single-bit instructions.
 *
 * A count that is not constant may be zero, and then all FLAGS stay. The host instruction
 * does just that, provided that the live flags are in the host when it runs.
 */
#include "qemu/osdep.h"
#include "host.h"

/* ORDER: the /reg field of opcodes C0, C1, D0-D3. */
enum { SH_ROL, SH_ROR, SH_RCL, SH_RCR, SH_SHL, SH_SHR, SH_SAR = 7 };

static unsigned digit_of(unsigned op)
{
    switch (op) {
    case IR_rol:
    case IR_rol_f:
        return SH_ROL;
    case IR_ror:
    case IR_ror_f:
        return SH_ROR;
    case IR_rcl_f:
        return SH_RCL;
    case IR_rcr_f:
        return SH_RCR;
    case IR_shl:
    case IR_shl_f:
        return SH_SHL;
    case IR_shr:
    case IR_shr_f:
        return SH_SHR;
    default:
        return SH_SAR;
    }
}

/* d = a shifted by the constant n, not 0, or by cl (n < 0). */
static void shift_op(Emit *e, const IROp *op, unsigned digit, int n)
{
    IRVal d = op->a[0];
    uint32_t opc = x_sized(0xd2, op->sz) & ~X_BREG;
    unsigned r;
    Opnd o;

    if (ir_val_eq(d, op->a[1]) && dst_in_place(e, d, op->sz, &o)) {
        if (n < 0) {
            a_insn(&e->a, opc, digit, o);
        } else {
            a_shift_imm(&e->a, digit, op->sz, o, n);
        }
        return;
    }
    r = dst_reg(e, d, op->sz);
    val_copy(e, op->a[1], op->sz, r);
    if (n < 0) {
        a_insn(&e->a, opc, digit, o_reg(r));
    } else {
        a_shift_imm(&e->a, digit, op->sz, o_reg(r), n);
    }
    dst_put(e, d, op->sz, r);
}

/* shlx, shrx, sarx: any count register, FLAGS untouched. */
static void shift_bmi2(Emit *e, const IROp *op, unsigned digit)
{
    unsigned pp = digit == SH_SHL ? 1 : digit == SH_SHR ? 3 : 2, y, r;
    Opnd o = val_rm(e, op->a[1], op->sz);

    y = val_reg(e, op->a[2], op->sz);
    r = dst_reg(e, op->a[0], op->sz);
    a_vex(&e->a, (VexOp){ 2, pp, op->sz == SZ64, 0, 0xf7 }, r, y, o);
    dst_put(e, op->a[0], op->sz, r);
}

static void count_to_cl(Emit *e, const IROp *op, IRVal n)
{
    if (is_temp(n) && !ir_val_eq(n, op->a[0]) && temp_of(e, n)->reg == RCX &&
        temp_of(e, n)->last <= e->i) {
        e->locked |= 1u << RCX;
        return;
    }
    reg_take(e, RCX);
    val_copy(e, n, SZ32, RCX);
}

/* The masked constant count, or -1. */
static int const_count(Emit *e, const IROp *op, IRVal n)
{
    uint64_t c;

    return val_const(e, n, &c) ? (int)(c & (op->sz == SZ64 ? 63 : 31)) : -1;
}

/* A shift by zero is a move, which zero-extends 32 bits all the same. */
static void shift_by_zero(Emit *e, const IROp *op)
{
    unsigned r;

    if (op->sz == SZ32 || !ir_val_eq(op->a[0], op->a[1])) {
        r = dst_reg(e, op->a[0], op->sz);
        if (o_is_reg(val(e, op->a[1]), r)) {
            a_mov(&e->a, op->sz, o_reg(r), o_reg(r));
        } else {
            val_copy(e, op->a[1], op->sz, r);
        }
        dst_put(e, op->a[0], op->sz, r);
    }
}

static bool lea_shift(Emit *e, const IROp *op, int n)
{
    Opnd o;
    unsigned r;

    if (op->op != IR_shl || n > 3 || op->sz < SZ32 || ir_val_eq(op->a[0], op->a[1])) {
        return false;
    }
    o = val(e, op->a[1]);
    if (o.kind != O_REG) {
        return false;
    }
    r = dst_reg(e, op->a[0], op->sz);
    a_insn(&e->a, x_wide(0x8d, op->sz), r, o_sib(NO_REG, o.reg, n, 0));
    dst_put(e, op->a[0], op->sz, r);
    return true;
}

void emit_shift(Emit *e, const IROp *op)
{
    unsigned digit = digit_of(op->op);
    bool flags = ir_op_info[op->op].fdef != 0 && e->live_out[e->i] & FL_ALL;
    int n = const_count(e, op, op->a[2]);
    uint32_t locked = e->locked;

    if (n == 0) {
        shift_by_zero(e, op);
        return;
    }
    if (n > 0) {
        if (!flags && lea_shift(e, op, n)) {
            return;
        }
        e->locked = locked;
        if (!ir_op_info[op->op].fdef) {
            fl_clobber(e);
        }
        shift_op(e, op, digit, n);
        if (ir_op_info[op->op].fdef) {
            fl_define(e, FL_ALL, 0);
        }
        return;
    }
    if ((!flags || !ir_op_info[op->op].fdef) && host_backend.have.bmi2 && op->sz >= SZ32) {
        shift_bmi2(e, op, digit);
        if (ir_op_info[op->op].fdef) {
            fl_define(e, 0, 0);
        }
        return;
    }
    if (ir_op_info[op->op].fdef) {
        fl_need_host(e, e->live_in[e->i]);
    } else {
        fl_clobber(e);
    }
    count_to_cl(e, op, op->a[2]);
    shift_op(e, op, digit, -1);
    if (ir_op_info[op->op].fdef) {
        fl_define(e, FL_ALL, 0);
    }
}

/* rol, ror: only CF and OF change; in the form without FLAGS, rorx where there is one. */
void emit_rotate(Emit *e, const IROp *op)
{
    bool flags = op->op == IR_rol_f || op->op == IR_ror_f;
    unsigned digit = digit_of(op->op);
    int n = const_count(e, op, op->a[2]);

    if (n == 0) {
        shift_by_zero(e, op);
        return;
    }
    if (n > 0 && !flags && host_backend.have.bmi2 && op->sz >= SZ32) {
        unsigned bits = op->sz == SZ64 ? 64 : 32, r;
        Opnd o = val_rm(e, op->a[1], op->sz);

        r = dst_reg(e, op->a[0], op->sz);
        a_rorx(&e->a, op->sz, r, o, digit == SH_ROL ? bits - n : (unsigned)n);
        dst_put(e, op->a[0], op->sz, r);
        return;
    }
    if (flags) {
        fl_need_host(e, e->live_in[e->i]);
    } else {
        fl_clobber(e);
    }
    if (n < 0) {
        count_to_cl(e, op, op->a[2]);
    }
    shift_op(e, op, digit, n);
    if (flags) {
        fl_define(e, FL_C | FL_O, FL_ALL);
    }
}

void emit_rot_carry(Emit *e, const IROp *op)
{
    int n = const_count(e, op, op->a[2]);
    uint32_t rest = e->live_in[e->i];

    if (n == 0) {
        shift_by_zero(e, op);
        return;
    }
    if (rest & ~FL_C) {
        fl_need_host(e, rest);
    } else {
        fl_need_carry(e);
    }
    if (n < 0) {
        count_to_cl(e, op, op->a[2]);
    }
    shift_op(e, op, digit_of(op->op), n);
    fl_define(e, FL_C | FL_O, FL_ALL);
}

void emit_shiftd(Emit *e, const IROp *op)
{
    uint32_t opc = X_0F | (op->op == IR_shld_f ? 0xa4 : 0xac);
    IRVal d = op->a[0];
    int n = const_count(e, op, op->a[3]);
    unsigned r, y;
    Opnd o;

    if (n == 0) {
        shift_by_zero(e, op);
        return;
    }
    if (n < 0) {
        fl_need_host(e, e->live_in[e->i]);
        count_to_cl(e, op, op->a[3]);
        opc |= 1;
    }
    y = val_reg(e, op->a[2], op->sz);
    if (ir_val_eq(d, op->a[1]) && dst_in_place(e, d, op->sz, &o)) {
        a_insn(&e->a, x_wide(opc, op->sz), y, o);
        if (n > 0) {
            a_u8(&e->a, n);
        }
    } else {
        r = dst_reg(e, d, op->sz);
        if (r == y) {
            r = reg_alloc(e, 0);
        }
        val_copy(e, op->a[1], op->sz, r);
        a_insn(&e->a, x_wide(opc, op->sz), y, o_reg(r));
        if (n > 0) {
            a_u8(&e->a, n);
        }
        dst_put(e, d, op->sz, r);
    }
    fl_define(e, FL_ALL, 0);
}

/* bt, bts, btr, btc: CF is the bit; ZF is kept, as by the host instruction. */
void emit_bit_test(Emit *e, const IROp *op)
{
    bool test = op->op == IR_bt_f;
    unsigned digit = test ? 4 : op->op == IR_bts_f ? 5 : op->op == IR_btr_f ? 6 : 7;
    IRVal x = op->a[test ? 0 : 1], y = op->a[test ? 1 : 2];
    unsigned sz = MAX(op->sz, SZ16), r;
    Opnd oy;

    if (e->live_in[e->i] & FL_Z) {
        fl_need_host(e, FL_Z);
    }
    oy = val(e, y);
    if (oy.kind == O_MEM) {
        oy = o_reg(val_reg(e, y, sz));
    }
    if (test) {
        r = val_reg(e, x, sz);
    } else {
        r = dst_reg(e, op->a[0], op->sz);
        if (o_is_reg(oy, r) && !ir_val_eq(op->a[0], x)) {
            r = reg_alloc(e, 0);
        }
        val_copy(e, x, sz, r);
    }
    if (oy.kind == O_IMM) {
        a_insn(&e->a, x_wide(X_0F | 0xba, sz), digit, o_reg(r));
        a_u8(&e->a, oy.imm & ((8 << op->sz) - 1));
    } else {
        a_insn(&e->a, x_wide(X_0F | 0x83 | digit << 3, sz), oy.reg, o_reg(r));
    }
    if (!test) {
        dst_put(e, op->a[0], op->sz, r);
    }
    fl_define(e, FL_ALL & ~FL_Z, FL_Z);
}
