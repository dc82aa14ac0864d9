/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shifts and rotates.
 */
#include "qemu/osdep.h"
#include "target-i386/decode.h"
#include "target-i386/emit.h"

void emit_SHIFT(DisasContext *s, const DecodedInsn *d)
{
    static const uint8_t opcode[8] = {
        IR_rol_f, IR_ror_f, IR_rcl_f, IR_rcr_f, IR_shl_f, IR_shr_f, IR_shl_f, IR_sar_f,
    };
    const X86Opd *dst = &d->op[0];
    IRRmw rmw = d->row->arg;
    IRVal a, n = x86_read(s, &d->op[1]), r;

    if (dst->kind == OPK_MEM) {
        IRMem m = x86_mem(s, d, dst->sz, true);
        IROp *op;

        m.rmw = 1;
        op = ir_memop(s->b, IR_rmwsh_f, &m);
        op->a[0] = n;
        op->aux = rmw;
        return;
    }
    a = x86_read(s, dst);
    r = x86_dest(s, dst);
    ir_op3(s->b, opcode[rmw - RMW_ROL], dst->sz, r, a, n);
    x86_write(s, dst, r);
}

static void double_shift(DisasContext *s, const DecodedInsn *d, IROpcode opcode)
{
    const X86Opd *dst = &d->op[0];
    IRVal fill = x86_read(s, &d->op[1]), n = x86_read(s, &d->op[2]), a, r;

    if (dst->kind != OPK_MEM) {
        r = x86_dest(s, dst);
        ir_op4(s->b, opcode, dst->sz, r, r, fill, n);
        return;
    }
    IRMem m = x86_mem(s, d, dst->sz, true);
    m.rmw = 1;
    a = x86_load(s, &m);
    r = x86_temp(s);
    ir_op4(s->b, opcode, dst->sz, r, a, fill, n);
    m.rmw = 0;
    ir_st(s->b, r, &m);
}

void emit_SHLD(DisasContext *s, const DecodedInsn *d)
{
    double_shift(s, d, IR_shld_f);
}

void emit_SHRD(DisasContext *s, const DecodedInsn *d)
{
    double_shift(s, d, IR_shrd_f);
}

/* BMI2: no flags */
static void plain_shift(DisasContext *s, const DecodedInsn *d, IROpcode opcode)
{
    IRVal a = x86_read(s, &d->op[1]), n = x86_read(s, &d->op[2]);

    ir_op3(s->b, opcode, d->op[0].sz, x86_dest(s, &d->op[0]), a, n);
}

void emit_SHLX(DisasContext *s, const DecodedInsn *d)
{
    plain_shift(s, d, IR_shl);
}

void emit_SHRX(DisasContext *s, const DecodedInsn *d)
{
    plain_shift(s, d, IR_shr);
}

void emit_SARX(DisasContext *s, const DecodedInsn *d)
{
    plain_shift(s, d, IR_sar);
}

void emit_RORX(DisasContext *s, const DecodedInsn *d)
{
    plain_shift(s, d, IR_ror);
}
