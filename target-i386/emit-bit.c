/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bit test, bit scan, bit-field and CRC instructions.
 */
#include "qemu/osdep.h"
#include "target-i386/decode.h"
#include "target-i386/emit.h"

/*
 * Memory operand of BT and its kin. A bit index from a register is signed and may reach far
 * outside the operand: it picks the word of operand size that holds the bit.
 */
static IRMem bit_mem(DisasContext *s, const DecodedInsn *d, bool write)
{
    IRSize sz = d->op[0].sz;
    IRVal ofs = x86_temp(s);

    if (d->op[1].kind == OPK_IMM) {
        return x86_mem(s, d, sz, write);
    }
    if (sz == SZ64) {
        ir_op3(s->b, IR_sar, SZ64, ofs, x86_reg(d->op[1].reg), x86_const(s, 3 + sz));
    } else {
        ir_op2(s->b, IR_sext, sz, ofs, x86_reg(d->op[1].reg))->aux = SZ64;
        ir_op3(s->b, IR_sar, SZ64, ofs, ofs, x86_const(s, 3 + sz));
    }
    ir_op3(s->b, IR_shl, SZ64, ofs, ofs, x86_const(s, sz));
    return x86_mem_plus(s, d, sz, write, ofs);
}

void emit_BT(DisasContext *s, const DecodedInsn *d)
{
    IRSize sz = d->op[0].sz;
    IRVal a, n = x86_read(s, &d->op[1]);

    if (d->op[0].kind == OPK_MEM) {
        IRMem m = bit_mem(s, d, false);

        a = x86_load(s, &m);
    } else {
        a = x86_read(s, &d->op[0]);
    }
    ir_op2(s->b, IR_bt_f, sz, a, n);
}

static void bit_change(DisasContext *s, const DecodedInsn *d, IROpcode opcode, IRRmw rmw)
{
    IRVal n = x86_read(s, &d->op[1]), r;

    if (d->op[0].kind == OPK_MEM) {
        IRMem m = bit_mem(s, d, true);
        IROp *op;

        m.rmw = 1;
        op = ir_memop(s->b, IR_rmwbt_f, &m);
        op->a[0] = n;
        op->aux = rmw;
        return;
    }
    r = x86_dest(s, &d->op[0]);
    ir_op3(s->b, opcode, d->op[0].sz, r, r, n);
}

void emit_BTS(DisasContext *s, const DecodedInsn *d)
{
    bit_change(s, d, IR_bts_f, RMW_BTS);
}

void emit_BTR(DisasContext *s, const DecodedInsn *d)
{
    bit_change(s, d, IR_btr_f, RMW_BTR);
}

void emit_BTC(DisasContext *s, const DecodedInsn *d)
{
    bit_change(s, d, IR_btc_f, RMW_BTC);
}

static void unary(DisasContext *s, const DecodedInsn *d, IROpcode opcode)
{
    IRVal a = x86_read(s, &d->op[1]);

    ir_op2(s->b, opcode, d->op[0].sz, x86_dest(s, &d->op[0]), a);
}

/* Ops with two sources: operands x and y. */
static void binary(DisasContext *s, const DecodedInsn *d, IROpcode opcode, unsigned x, unsigned y)
{
    IRVal a = x86_read(s, &d->op[x]), b = x86_read(s, &d->op[y]);

    ir_op3(s->b, opcode, d->op[0].sz, x86_dest(s, &d->op[0]), a, b);
}

void emit_BSF(DisasContext *s, const DecodedInsn *d)
{
    binary(s, d, IR_bsf_f, 0, 1);
}

void emit_BSR(DisasContext *s, const DecodedInsn *d)
{
    binary(s, d, IR_bsr_f, 0, 1);
}

void emit_POPCNT(DisasContext *s, const DecodedInsn *d)
{
    unary(s, d, IR_popcnt_f);
}

/* On a CPU without the feature the F3 prefix means nothing. */
void emit_LZCNT(DisasContext *s, const DecodedInsn *d)
{
    if (x86_has_feature(s->env, XF_LZCNT)) {
        unary(s, d, IR_lzcnt_f);
    } else {
        emit_BSR(s, d);
    }
}

void emit_TZCNT(DisasContext *s, const DecodedInsn *d)
{
    if (x86_has_feature(s->env, XF_BMI1)) {
        unary(s, d, IR_tzcnt_f);
    } else {
        emit_BSF(s, d);
    }
}

void emit_BLSR(DisasContext *s, const DecodedInsn *d)
{
    unary(s, d, IR_blsr_f);
}

void emit_BLSMSK(DisasContext *s, const DecodedInsn *d)
{
    unary(s, d, IR_blsmsk_f);
}

void emit_BLSI(DisasContext *s, const DecodedInsn *d)
{
    unary(s, d, IR_blsi_f);
}

void emit_BZHI(DisasContext *s, const DecodedInsn *d)
{
    binary(s, d, IR_bzhi_f, 1, 2);
}

void emit_BEXTR(DisasContext *s, const DecodedInsn *d)
{
    binary(s, d, IR_bextr_f, 1, 2);
}

void emit_PDEP(DisasContext *s, const DecodedInsn *d)
{
    binary(s, d, IR_pdep, 1, 2);
}

void emit_PEXT(DisasContext *s, const DecodedInsn *d)
{
    binary(s, d, IR_pext, 1, 2);
}

void emit_CRC32(DisasContext *s, const DecodedInsn *d)
{
    IRVal acc = x86_reg(d->op[0].reg), b = x86_read(s, &d->op[1]);

    ir_op3(s->b, IR_crc32, d->op[1].sz, acc, acc, b);
}
