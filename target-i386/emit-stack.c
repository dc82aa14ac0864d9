/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PUSH, POP and their kin. RSP changes last, so that each can be restarted.
 */
#include "qemu/osdep.h"
#include "target-i386/decode.h"
#include "target-i386/emit.h"
#include "target-i386/helper-table.h"

void emit_PUSH(DisasContext *s, const DecodedInsn *d)
{
    x86_stack_push(s, x86_read(s, &d->op[0]), d->osz);
}

void emit_POP(DisasContext *s, const DecodedInsn *d)
{
    IRVal v = x86_stack_peek(s, 0, d->osz);

    if (d->op[0].kind == OPK_MEM) {
        /* The address is computed with RSP already incremented. */
        int64_t ofs = d->mem.base == R_ESP ? x86_size_bytes(d->osz) : 0;
        IRMem m = x86_mem_ofs(s, d, d->osz, true, ofs);

        ir_st(s->b, v, &m);
        x86_stack_adjust(s, x86_size_bytes(d->osz));
    } else {
        x86_stack_adjust(s, x86_size_bytes(d->osz));
        x86_write(s, &d->op[0], v);
    }
}

void emit_PUSHA(DisasContext *s, const DecodedInsn *d)
{
    for (unsigned i = 0; i < 8; i++) {
        x86_stack_push_at(s, x86_reg(i), d->osz, i + 1);
    }
    x86_stack_adjust(s, -8 * (int64_t)x86_size_bytes(d->osz));
}

/* ESP in the image is skipped. */
void emit_POPA(DisasContext *s, const DecodedInsn *d)
{
    IRVal v[8];

    for (unsigned i = 0; i < 8; i++) {
        if (i != R_ESP) {
            v[i] = x86_stack_peek(s, 7 - i, d->osz);
        }
    }
    for (unsigned i = 0; i < 8; i++) {
        if (i != R_ESP) {
            ir_op2(s->b, IR_mov, d->osz, x86_reg(i), v[i]);
        }
    }
    x86_stack_adjust(s, 8 * x86_size_bytes(d->osz));
}

void emit_PUSHF(DisasContext *s, const DecodedInsn *d)
{
    IRVal image = x86_temp(s), system = x86_temp(s);

    if (s->vm && !s->iopl_ok) {
        x86_call(s, &h_pushf, image, 1, x86_const(s, d->osz));
    } else {
        ir_op1(s->b, IR_flags_get, SZ32, image);
        ir_op3(s->b, IR_and, SZ64, system, ir_global(G_EFLAGS),
               x86_const(s, ~(uint64_t)(RF_MASK | VM_MASK)));
        ir_op3(s->b, IR_or, SZ64, image, image, system);
        ir_op3(s->b, IR_or, SZ64, image, image, x86_const(s, 2));
    }
    x86_stack_push(s, image, d->osz);
}

void emit_POPF(DisasContext *s, const DecodedInsn *d)
{
    IRVal image = x86_stack_peek(s, 0, d->osz);

    x86_call(s, &h_popf, IR_NONE, 2, image, x86_const(s, d->osz));
    x86_stack_adjust(s, x86_size_bytes(d->osz));
    s->next = DISAS_STOP;
}

/* Copy level - 1 frame pointers and the new one below the pushed RBP. */
static unsigned enter_display(DisasContext *s, const DecodedInsn *d, unsigned level, IRVal frame)
{
    unsigned n = x86_size_bytes(d->osz), slot = 2;

    for (unsigned i = 1; i < level; i++) {
        IRMem m = x86_mem_at(s, R_SS, x86_reg(R_EBP), -(int64_t)(i * n), x86_stack_asz(s),
                             d->osz, false);

        x86_stack_push_at(s, x86_load(s, &m), d->osz, slot++);
    }
    if (level) {
        x86_stack_push_at(s, frame, d->osz, slot++);
    }
    return slot - 1;
}

void emit_ENTER(DisasContext *s, const DecodedInsn *d)
{
    unsigned level = d->op[1].imm & 31, n = x86_size_bytes(d->osz), slots;
    IRVal frame = x86_temp(s), rsp = x86_reg(R_ESP), rbp = x86_reg(R_EBP);
    int64_t total;
    IRMem m;
    IROp *op;

    ir_op2(s->b, IR_mov, SZ64, frame, rsp);
    ir_op3(s->b, IR_sub, x86_stack_asz(s), frame, frame, x86_const(s, n));
    x86_stack_push_at(s, rbp, d->osz, 1);
    slots = enter_display(s, d, level, frame);
    total = (int64_t)slots * n + (int64_t)d->op[0].imm;
    /* The manual's last step: the new top of the stack must be writable. */
    m = x86_mem_at(s, R_SS, rsp, -total, x86_stack_asz(s), d->osz, true);
    m.rmw = 1;
    op = ir_memop(s->b, IR_probe, &m);
    op->sz = d->osz;
    ir_op2(s->b, IR_mov, s->code64 ? SZ64 : d->osz, rbp, frame);
    x86_stack_adjust(s, -total);
}

void emit_LEAVE(DisasContext *s, const DecodedInsn *d)
{
    IRSize asz = x86_stack_asz(s);
    IRVal rsp = x86_reg(R_ESP), rbp = x86_reg(R_EBP), v;
    IRMem m = x86_mem_at(s, R_SS, rbp, 0, asz, d->osz, false);

    v = x86_load(s, &m);
    ir_op3(s->b, IR_add, asz, rsp, rbp, x86_const(s, x86_size_bytes(d->osz)));
    ir_op2(s->b, IR_mov, d->osz, rbp, v);
}

void emit_PUSH_SEG(DisasContext *s, const DecodedInsn *d)
{
    x86_stack_push(s, x86_read(s, &d->op[0]), d->osz);
}

void emit_POP_SEG(DisasContext *s, const DecodedInsn *d)
{
    IRVal v = x86_stack_peek(s, 0, d->osz), selector = x86_temp(s);

    ir_op2(s->b, IR_zext, SZ16, selector, v);
    x86_call(s, &h_load_seg, IR_NONE, 2, x86_const(s, d->op[0].reg), selector);
    x86_stack_adjust(s, x86_size_bytes(d->osz));
    if (d->op[0].reg == R_SS) {
        x86_call(s, &h_set_inhibit_irq, IR_NONE, 0);
        s->tf = false; /* MOV SS and POP SS hold the single-step trap off */
    }
    s->next = DISAS_STOP;
}
