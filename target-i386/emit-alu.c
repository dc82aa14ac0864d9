/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Integer arithmetic and logic.
 */
#include "qemu/osdep.h"
#include "target-i386/decode.h"
#include "target-i386/emit.h"
#include "target-i386/helper-table.h"

static void rmw_mem(DisasContext *s, const DecodedInsn *d, IRRmw rmw, IRVal src)
{
    IRMem m = x86_mem(s, d, d->op[0].sz, true);
    IROp *op;

    m.rmw = 1;
    op = ir_memop(s->b, IR_rmw_f, &m);
    op->a[0] = src;
    op->aux = rmw;
}

void emit_ALU(DisasContext *s, const DecodedInsn *d)
{
    static const uint8_t opcode[8] = {
        IR_add_f, IR_or_f, IR_adc_f, IR_sbb_f, IR_and_f, IR_sub_f, IR_xor_f, IR_cmp_f,
    };
    unsigned alu = d->row->arg;
    const X86Opd *dst = &d->op[0];
    IRVal a, b, r;

    if (alu == ALU_CMP) {
        a = x86_read(s, dst);
        b = x86_read(s, &d->op[1]);
        ir_op2(s->b, IR_cmp_f, dst->sz, a, b);
        return;
    }
    b = x86_read(s, &d->op[1]);
    if (dst->kind == OPK_MEM) {
        rmw_mem(s, d, alu, b);
        return;
    }
    a = x86_read(s, dst);
    r = x86_dest(s, dst);
    ir_op3(s->b, opcode[alu], dst->sz, r, a, b);
    x86_write(s, dst, r);
}

void emit_TEST(DisasContext *s, const DecodedInsn *d)
{
    IRVal a = x86_read(s, &d->op[0]);

    ir_op2(s->b, IR_test_f, d->op[0].sz, a, x86_read(s, &d->op[1]));
}

static void unary(DisasContext *s, const DecodedInsn *d, IROpcode opcode, IRRmw rmw)
{
    const X86Opd *o = &d->op[0];
    IRVal a, r;

    if (o->kind == OPK_MEM) {
        rmw_mem(s, d, rmw, x86_const(s, 1));
        return;
    }
    a = x86_read(s, o);
    r = x86_dest(s, o);
    ir_op2(s->b, opcode, o->sz, r, a);
    x86_write(s, o, r);
}

void emit_INC(DisasContext *s, const DecodedInsn *d)
{
    unary(s, d, IR_inc_f, RMW_INC);
}

void emit_DEC(DisasContext *s, const DecodedInsn *d)
{
    unary(s, d, IR_dec_f, RMW_DEC);
}

void emit_NEG(DisasContext *s, const DecodedInsn *d)
{
    unary(s, d, IR_neg_f, RMW_NEG);
}

void emit_NOT(DisasContext *s, const DecodedInsn *d)
{
    unary(s, d, IR_not, RMW_NOT);
}

/* Gv = Gv * Ev, or Gv = Ev * immediate */
static void imul(DisasContext *s, const DecodedInsn *d, const X86Opd *x, const X86Opd *y)
{
    IRVal a = x86_read(s, x), b = x86_read(s, y);

    ir_op3(s->b, IR_imul_f, d->op[0].sz, x86_dest(s, &d->op[0]), a, b);
}

void emit_IMUL2(DisasContext *s, const DecodedInsn *d)
{
    imul(s, d, &d->op[0], &d->op[1]);
}

void emit_IMUL3(DisasContext *s, const DecodedInsn *d)
{
    imul(s, d, &d->op[1], &d->op[2]);
}

static void widening_mul(DisasContext *s, const DecodedInsn *d, IROpcode opcode)
{
    IRSize sz = d->op[0].sz;
    IRVal b = x86_read(s, &d->op[0]), ax;

    if (sz == SZ8) {
        ax = x86_temp(s);
        ir_op4(s->b, opcode, SZ8, ax, IR_NONE, x86_reg(R_EAX), b);
        ir_op2(s->b, IR_mov, SZ16, x86_reg(R_EAX), ax);
    } else {
        ir_op4(s->b, opcode, sz, x86_reg(R_EAX), x86_reg(R_EDX), x86_reg(R_EAX), b);
    }
}

void emit_MUL(DisasContext *s, const DecodedInsn *d)
{
    widening_mul(s, d, IR_mulu2_f);
}

void emit_IMUL1(DisasContext *s, const DecodedInsn *d)
{
    widening_mul(s, d, IR_muls2_f);
}

static void divide(DisasContext *s, const DecodedInsn *d, IROpcode opcode)
{
    IRSize sz = d->op[0].sz;
    IRVal b = x86_read(s, &d->op[0]), rax = x86_reg(R_EAX), rdx = x86_reg(R_EDX);
    IROp *op;

    if (sz == SZ8) {
        IRVal q = x86_temp(s), r = x86_temp(s);

        op = ir_op4(s->b, opcode, SZ8, q, r, rax, IR_NONE);
        op->a[4] = b;
        ir_op2(s->b, IR_mov, SZ8, rax, q);
        ir_op3(s->b, IR_deposit, SZ64, rax, rax, r)->imm = 8 | 8 << 8;
    } else {
        op = ir_op4(s->b, opcode, sz, rax, rdx, rax, rdx);
        op->a[4] = b;
    }
}

void emit_DIV(DisasContext *s, const DecodedInsn *d)
{
    divide(s, d, IR_divu2);
}

void emit_IDIV(DisasContext *s, const DecodedInsn *d)
{
    divide(s, d, IR_divs2);
}

static void binary(DisasContext *s, const DecodedInsn *d, IROpcode opcode, unsigned x, unsigned y)
{
    IRVal a = x86_read(s, &d->op[x]), b = x86_read(s, &d->op[y]);

    ir_op3(s->b, opcode, d->op[0].sz, x86_dest(s, &d->op[0]), a, b);
}

void emit_ADCX(DisasContext *s, const DecodedInsn *d)
{
    binary(s, d, IR_adcx_f, 0, 1);
}

void emit_ADOX(DisasContext *s, const DecodedInsn *d)
{
    binary(s, d, IR_adox_f, 0, 1);
}

void emit_ANDN(DisasContext *s, const DecodedInsn *d)
{
    binary(s, d, IR_andn_f, 1, 2);
}

/* Gy:By = rDX * Ey; when both name one register it gets the high half. */
void emit_MULX(DisasContext *s, const DecodedInsn *d)
{
    IRVal b = x86_read(s, &d->op[2]);

    ir_op4(s->b, IR_mulu2, d->op[0].sz, x86_reg(d->op[1].reg), x86_reg(d->op[0].reg),
           x86_reg(R_EDX), b);
}

/* Decimal and ASCII adjustment */

static void adjust(DisasContext *s, const IRHelper *h)
{
    IRVal ax = x86_temp(s);

    x86_call(s, h, ax, 1, x86_reg(R_EAX));
    ir_op2(s->b, IR_mov, SZ16, x86_reg(R_EAX), ax);
}

void emit_DAA(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    adjust(s, &h_daa);
}

void emit_DAS(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    adjust(s, &h_das);
}

void emit_AAA(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    adjust(s, &h_aaa);
}

void emit_AAS(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    adjust(s, &h_aas);
}

/* AH = AL / imm, AL = AL % imm */
void emit_AAM(DisasContext *s, const DecodedInsn *d)
{
    IRVal rax = x86_reg(R_EAX), al = x86_temp(s), q = x86_temp(s), r = x86_temp(s);

    if (d->op[0].imm == 0) {
        x86_raise(s, EXCP00_DIVZ);
        return;
    }
    ir_op2(s->b, IR_zext, SZ8, al, rax);
    ir_op4(s->b, IR_divu2, SZ8, q, r, al, IR_NONE)->a[4] = x86_const(s, d->op[0].imm);
    ir_op2(s->b, IR_mov, SZ8, rax, r);
    ir_op3(s->b, IR_deposit, SZ64, rax, rax, q)->imm = 8 | 8 << 8;
    ir_op2(s->b, IR_test_f, SZ8, rax, rax);
}

/* AL = AL + AH * imm, AH = 0 */
void emit_AAD(DisasContext *s, const DecodedInsn *d)
{
    IRVal rax = x86_reg(R_EAX), ah = x86_temp(s), al = x86_temp(s);

    ir_op2(s->b, IR_extract, SZ64, ah, rax)->imm = 8 | 8 << 8;
    ir_op2(s->b, IR_zext, SZ8, al, rax);
    ir_op3(s->b, IR_mul, SZ32, ah, ah, x86_const(s, d->op[0].imm));
    ir_op3(s->b, IR_add_f, SZ8, al, al, ah);
    ir_op2(s->b, IR_zext, SZ8, al, al);
    ir_op2(s->b, IR_mov, SZ16, rax, al);
}
