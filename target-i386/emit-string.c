/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * String instructions. One element is done inline; repeated ones call a helper that works in
 * page-sized pieces and comes back now and then, so that interrupts are seen.
 */
#include "qemu/osdep.h"
#include "exec/cpu-exec.h"
#include "target-i386/decode.h"
#include "target-i386/emit.h"
#include "target-i386/helpers.h"
#include "target-i386/helper-table.h"

static unsigned source_segment(const DecodedInsn *d)
{
    return d->seg_ovr >= 0 ? (unsigned)d->seg_ovr : R_DS;
}

static IRMem source(DisasContext *s, const DecodedInsn *d, IRSize sz)
{
    return x86_mem_at(s, source_segment(d), x86_reg(R_ESI), 0, d->asz, sz, false);
}

static IRMem destination(DisasContext *s, const DecodedInsn *d, IRSize sz, bool write)
{
    return x86_mem_at(s, R_ES, x86_reg(R_EDI), 0, d->asz, sz, write);
}

/* Step RSI, RDI or both by the element size in the direction of DF. */
static void step(DisasContext *s, const DecodedInsn *d, IRSize sz, bool rsi, bool rdi)
{
    IRVal by = ir_global(G_DF);

    if (sz != SZ8) {
        by = x86_temp(s);
        ir_op3(s->b, IR_shl, SZ64, by, ir_global(G_DF), x86_const(s, sz));
    }
    if (rsi) {
        ir_op3(s->b, IR_add, d->asz, x86_reg(R_ESI), x86_reg(R_ESI), by);
    }
    if (rdi) {
        ir_op3(s->b, IR_add, d->asz, x86_reg(R_EDI), x86_reg(R_EDI), by);
    }
}

/*
 * Call h for the repeated form. While it asks for more the block goes back to this
 * instruction, past the interrupt check at block entry.
 */
static void repeat(DisasContext *s, const DecodedInsn *d, const IRHelper *h, IRSize sz)
{
    uint32_t desc = sz | d->asz << 4 | source_segment(d) << 8;
    IRVal more = x86_temp(s);
    unsigned done = ir_label_new(s->b);

    if (d->rep == 0xf2) {
        desc |= STR_REPNE;
    }
    if (s->tf || s->cflags & (CF_SINGLE_STEP | CF_ICOUNT)) {
        desc |= STR_ONE;
    }
    x86_call(s, h, more, 1, x86_const(s, desc));
    ir_brcond(s->b, SZ32, CMP_EQ, more, x86_const(s, 0), done);
    x86_exit_path(s, d->pc);
    ir_label(s->b, done);
}

void emit_MOVS(DisasContext *s, const DecodedInsn *d)
{
    IRSize sz = d->op[0].sz;
    IRMem src, dst;
    IRVal v;

    if (d->rep) {
        repeat(s, d, &h_rep_movs, sz);
        return;
    }
    src = source(s, d, sz);
    v = x86_load(s, &src);
    dst = destination(s, d, sz, true);
    ir_st(s->b, v, &dst);
    step(s, d, sz, true, true);
}

void emit_STOS(DisasContext *s, const DecodedInsn *d)
{
    IRSize sz = d->op[0].sz;
    IRMem dst;

    if (d->rep) {
        repeat(s, d, &h_rep_stos, sz);
        return;
    }
    dst = destination(s, d, sz, true);
    ir_st(s->b, x86_reg(R_EAX), &dst);
    step(s, d, sz, false, true);
}

void emit_LODS(DisasContext *s, const DecodedInsn *d)
{
    IRSize sz = d->op[1].sz;
    IRMem src;

    if (d->rep) {
        repeat(s, d, &h_rep_lods, sz);
        return;
    }
    src = source(s, d, sz);
    x86_write(s, &d->op[0], x86_load(s, &src));
    step(s, d, sz, true, false);
}

void emit_CMPS(DisasContext *s, const DecodedInsn *d)
{
    IRSize sz = d->op[0].sz;
    IRMem src, dst;
    IRVal a, b;

    if (d->rep) {
        repeat(s, d, &h_rep_cmps, sz);
        return;
    }
    dst = destination(s, d, sz, false);
    b = x86_load(s, &dst);
    src = source(s, d, sz);
    a = x86_load(s, &src);
    step(s, d, sz, true, true);
    ir_op2(s->b, IR_cmp_f, sz, a, b);
}

void emit_SCAS(DisasContext *s, const DecodedInsn *d)
{
    IRSize sz = d->op[1].sz;
    IRMem dst;
    IRVal b;

    if (d->rep) {
        repeat(s, d, &h_rep_scas, sz);
        return;
    }
    dst = destination(s, d, sz, false);
    b = x86_load(s, &dst);
    step(s, d, sz, false, true);
    ir_op2(s->b, IR_cmp_f, sz, x86_reg(R_EAX), b);
}

void emit_INS(DisasContext *s, const DecodedInsn *d)
{
    IRSize sz = d->op[0].sz;
    IRMem dst;
    IROp *op;
    IRVal port = x86_temp(s), v = x86_temp(s);

    if (d->rep) {
        repeat(s, d, &h_rep_ins, sz);
        return;
    }
    /* A fault must not come after the device has been read. */
    dst = destination(s, d, sz, true);
    dst.rmw = 1;
    op = ir_memop(s->b, IR_probe, &dst);
    op->sz = sz;
    ir_op2(s->b, IR_zext, SZ16, port, x86_reg(R_EDX));
    x86_call(s, &h_in, v, 2, port, x86_const(s, x86_size_bytes(sz)));
    dst.rmw = 0;
    ir_st(s->b, v, &dst);
    step(s, d, sz, false, true);
}

void emit_OUTS(DisasContext *s, const DecodedInsn *d)
{
    IRSize sz = d->op[1].sz;
    IRMem src;
    IRVal port = x86_temp(s), v;

    if (d->rep) {
        repeat(s, d, &h_rep_outs, sz);
        s->next = DISAS_STOP;
        return;
    }
    src = source(s, d, sz);
    v = x86_load(s, &src);
    ir_op2(s->b, IR_zext, SZ16, port, x86_reg(R_EDX));
    x86_call(s, &h_out, IR_NONE, 3, port, v, x86_const(s, x86_size_bytes(sz)));
    step(s, d, sz, true, false);
    s->next = DISAS_STOP;
}
