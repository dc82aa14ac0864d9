/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Emitters of x87 loads, stores, exchanges and control instructions; emit-x87.c explains how.
 *
 * Spec: Intel SDM volume 2.
 */
#include "qemu/osdep.h"
#include "target-i386/emit-x87.h"
#include "target-i386/helper-table.h"
#include "target-i386/vec-helper.h"

enum { FCW_MASKS = 0x3f, FSW_STICKY = 0x7f, ENV_BYTES = 28, SAVE_BYTES = 108 };

/* ---- registers ---- */

void emit_FLD(DisasContext *s, const DecodedInsn *d)
{
    if (d->rm == 7) { /* must be valid and empty: a stack fault for certain */
        x87_exact(s, d);
        x87_forget(s);
        if (s->hflags & HF_FP_UNMASKED) {
            s->next = DISAS_STOP;
        }
        return;
    }
    if (x87_begin(s, d, 1 << d->rm, true)) {
        x87_push(s, d->rm);
        x87_top(s, -1);
        x87_pop(s, 0);
        x87_done(s, -1, 1);
    }
}

void emit_FXCH(DisasContext *s, const DecodedInsn *d)
{
    unsigned i = d->rm;

    if (x87_begin(s, d, 1 | 1 << i, false) && i) {
        x87_push(s, 0);
        x87_push(s, i);
        x87_pop(s, 0);
        x87_pop(s, i);
    }
}

void emit_FST(DisasContext *s, const DecodedInsn *d)
{
    unsigned i = d->rm;
    bool pops = d->row->arg & FP_POP;

    if (!x87_begin(s, d, 1, false)) {
        return;
    }
    if (i) {
        x87_push(s, 0);
        x87_pop(s, i);
        ir_emit(s->b, IR_x87_tag, SZ64)->imm = i;
        x87_done(s, 0, 1 << i);
    }
    if (pops) {
        x87_top(s, 1);
        x87_done(s, 1, 0);
    }
}

void emit_FFREE(DisasContext *s, const DecodedInsn *d)
{
    IROp *op = ir_emit(s->b, IR_x87_tag, SZ64);

    op->imm = d->rm;
    op->aux = 1;
    s->fp_valid &= ~(1 << d->rm);
    s->fp_empty |= 1 << d->rm;
    if (d->row->arg & FP_POP) {
        x87_top(s, 1);
        x87_done(s, 1, 0);
    }
}

/* FINCSTP, FDECSTP: tags stay where they are. */
void emit_FSTEP(DisasContext *s, const DecodedInsn *d)
{
    IRVal top = ir_global(G_FPTOP);

    ir_op3(s->b, IR_add, SZ32, top, top, x86_const(s, d->row->arg));
    ir_op3(s->b, IR_and, SZ32, top, top, x86_const(s, 7));
    x87_forget(s);
}

void emit_FNOP(DisasContext *s, const DecodedInsn *d)
{
}

/* ---- memory ---- */

/* FLD m32, m64; FILD m16, m32, m64 */
void emit_FLD_MEM(DisasContext *s, const DecodedInsn *d)
{
    if (x87_begin(s, d, 0, true)) {
        IRVal v = x87_load_operand(s, d);

        ir_op1(s->b, IR_x87_ldv, d->op[0].sz, v)->imm = d->opc | d->reg << 8;
        x87_top(s, -1);
        x87_pop(s, 0);
        x87_done(s, -1, 1);
    }
}

/* FST, FSTP, FIST, FISTP, FISTTP: the host runs the popping form. */
void emit_FST_MEM(DisasContext *s, const DecodedInsn *d)
{
    unsigned reg = d->reg == 2 ? 3 : d->reg;

    if (x87_begin(s, d, 1, false)) {
        IRVal v = x86_temp(s);
        IRMem m = x86_mem(s, d, d->op[0].sz, true);

        x87_push(s, 0);
        ir_op1(s->b, IR_x87_stv, d->op[0].sz, v)->imm = d->opc | reg << 8;
        ir_st(s->b, v, &m);
        if (d->row->arg & FP_POP) {
            x87_top(s, 1);
            x87_done(s, 1, 0);
        }
    }
}

void emit_FLD80(DisasContext *s, const DecodedInsn *d)
{
    if (x87_begin(s, d, 0, true)) {
        IRMem lo = x86_mem(s, d, SZ64, false), hi = x86_mem_ofs(s, d, SZ16, false, 8);
        IRVal vlo = x86_load(s, &lo), vhi = x86_load(s, &hi);

        x86_call(s, &h_x87_push80, IR_NONE, 2, vlo, vhi);
        x87_done(s, -1, 1);
    }
}

void emit_FSTP80(DisasContext *s, const DecodedInsn *d)
{
    if (x87_begin(s, d, 1, false)) {
        IRMem lo = x86_mem(s, d, SZ64, true), hi = x86_mem_ofs(s, d, SZ16, true, 8);
        IRVal vlo = x86_temp(s), vhi = x86_temp(s);

        /* Neither part is written if the other faults, and the first address is reported. */
        lo.rmw = 1;
        ir_memop(s->b, IR_probe, &lo);
        lo.rmw = 0;
        x86_call(s, &h_x87_lo, vlo, 0);
        x86_call(s, &h_x87_hi, vhi, 0);
        ir_st(s->b, vhi, &hi);
        ir_st(s->b, vlo, &lo);
        x87_top(s, 1);
        x87_done(s, 1, 0);
    }
}

/* Packed decimal always goes the exact way. */
static void emit_bcd(DisasContext *s, const DecodedInsn *d)
{
    ir_op2(s->b, IR_mov, SZ64, ir_global(G_FPIP), x86_const(s, d->pc));
    x86_ea_to(s, d, ir_global(G_FPDP), SZ64);
    x87_exact(s, d);
    x87_forget(s);
    if (s->hflags & HF_FP_UNMASKED) {
        s->next = DISAS_STOP;
    }
}

void emit_FBLD(DisasContext *s, const DecodedInsn *d)
{
    emit_bcd(s, d);
}

void emit_FBSTP(DisasContext *s, const DecodedInsn *d)
{
    emit_bcd(s, d);
}

/* ---- control ---- */

/*
 * Changing rounding while all exceptions stay masked, which is what conversions to integers
 * do all the time, does not end the block.
 */
void emit_FLDCW(DisasContext *s, const DecodedInsn *d)
{
    IRVal cw = x87_load_operand(s, d);

    if (!(s->hflags & HF_FP_UNMASKED)) {
        unsigned unmasks = ir_label_new(s->b), on = ir_label_new(s->b);
        IRVal masks = x86_temp(s);

        ir_op3(s->b, IR_and, SZ32, masks, cw, x86_const(s, FCW_MASKS));
        ir_brcond(s->b, SZ32, CMP_NE, masks, x86_const(s, FCW_MASKS), unmasks);
        x86_call(s, &h_fldcw, IR_NONE, 1, cw);
        ir_br(s->b, on);
        ir_label(s->b, unmasks);
        x86_call(s, &h_fldcw, IR_NONE, 1, cw);
        x86_exit_path(s, d->next);
        ir_label(s->b, on);
        return;
    }
    x86_call(s, &h_fldcw, IR_NONE, 1, cw);
    s->next = DISAS_STOP;
}

void emit_FNSTCW(DisasContext *s, const DecodedInsn *d)
{
    IRVal v = x86_temp(s);

    ir_op2(s->b, IR_extract, SZ64, v, ir_global(G_FPSWCW))->imm = 16 | 16 << 8;
    x86_write(s, &d->op[0], v);
}

void emit_FNSTSW(DisasContext *s, const DecodedInsn *d)
{
    IRVal v = x86_temp(s), top = x86_temp(s);

    ir_op1(s->b, IR_x87_getsw, SZ64, v);
    ir_op3(s->b, IR_and, SZ32, v, v, x86_const(s, FSW_STICKY));
    ir_op3(s->b, IR_or, SZ32, v, v, ir_global(G_FPSWCW));
    ir_op3(s->b, IR_shl, SZ32, top, ir_global(G_FPTOP), x86_const(s, 11));
    ir_op3(s->b, IR_or, SZ32, v, v, top);
    x86_write(s, &d->op[0], v);
}

/* Helpers that may change masks, pending exceptions or the stack. */
static void call_and_stop(DisasContext *s, const IRHelper *h)
{
    x86_call(s, h, IR_NONE, 0);
    s->next = DISAS_STOP;
}

void emit_FNCLEX(DisasContext *s, const DecodedInsn *d)
{
    call_and_stop(s, &h_fnclex);
}

void emit_FNINIT(DisasContext *s, const DecodedInsn *d)
{
    call_and_stop(s, &h_fninit);
}

/* The operand size picks the 16- or the 32-bit image. */
static void image(DisasContext *s, const DecodedInsn *d, const IRHelper *h, unsigned bytes,
                  bool write)
{
    x86_call(s, h, IR_NONE, 2, x86_linear(s, d, bytes, write),
             x86_const(s, d->osz == SZ16 ? SZ16 : SZ32));
    s->next = DISAS_STOP;
}

void emit_FNSTENV(DisasContext *s, const DecodedInsn *d)
{
    image(s, d, &h_fstenv, ENV_BYTES, true);
}

void emit_FLDENV(DisasContext *s, const DecodedInsn *d)
{
    image(s, d, &h_fldenv, ENV_BYTES, false);
}

void emit_FNSAVE(DisasContext *s, const DecodedInsn *d)
{
    image(s, d, &h_fsave, SAVE_BYTES, true);
}

void emit_FRSTOR(DisasContext *s, const DecodedInsn *d)
{
    image(s, d, &h_frstor, SAVE_BYTES, false);
}
