/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jumps, calls, returns, software interrupts and system calls.
 */
#include "qemu/osdep.h"
#include "target-i386/decode.h"
#include "target-i386/emit.h"
#include "target-i386/helper-table.h"

void emit_JMP(DisasContext *s, const DecodedInsn *d)
{
    s->jump_to = d->op[0].imm;
    s->next = DISAS_JUMP;
}

/* Target in a register or in memory. */
static IRVal indirect_target(DisasContext *s, const DecodedInsn *d)
{
    IRVal v = x86_read_zext(s, &d->op[0]), t;

    if (d->op[0].kind != OPK_GPR) {
        return v;
    }
    t = x86_temp(s);
    ir_op2(s->b, IR_mov, SZ64, t, v);
    return t;
}

void emit_JMP_IND(DisasContext *s, const DecodedInsn *d)
{
    IRVal target = indirect_target(s, d);

    x86_check_target(s, target);
    x86_exit_to_val(s, target);
}

static void two_way(DisasContext *s, const DecodedInsn *d, unsigned taken)
{
    x86_exit_path(s, d->next);
    ir_label(s->b, taken);
    x86_exit_path(s, d->op[0].imm);
    s->next = DISAS_DONE;
}

void emit_JCC(DisasContext *s, const DecodedInsn *d)
{
    unsigned taken = ir_label_new(s->b);

    ir_br_cc(s->b, d->row->arg, taken);
    two_way(s, d, taken);
}

void emit_CALL(DisasContext *s, const DecodedInsn *d)
{
    x86_stack_push(s, x86_const(s, d->next), d->osz);
    x86_exit_to(s, d->op[0].imm);
}

void emit_CALL_IND(DisasContext *s, const DecodedInsn *d)
{
    IRVal target = indirect_target(s, d);

    x86_check_target(s, target);
    x86_stack_push(s, x86_const(s, d->next), d->osz);
    x86_exit_to_val(s, target);
}

void emit_RET(DisasContext *s, const DecodedInsn *d)
{
    IRVal target = x86_stack_peek(s, 0, d->osz);

    x86_check_target(s, target);
    x86_stack_adjust(s, x86_size_bytes(d->osz) + (d->nops ? d->op[0].imm : 0));
    x86_exit_to_val(s, target);
}

static void count_down(DisasContext *s, const DecodedInsn *d)
{
    IRVal rcx = x86_reg(R_ECX);

    ir_op3(s->b, IR_sub, d->asz, rcx, rcx, x86_const(s, 1));
}

void emit_LOOP(DisasContext *s, const DecodedInsn *d)
{
    unsigned taken = ir_label_new(s->b);

    count_down(s, d);
    ir_brcond(s->b, d->asz, CMP_NE, x86_reg(R_ECX), x86_const(s, 0), taken);
    two_way(s, d, taken);
}

static void loop_cc(DisasContext *s, const DecodedInsn *d, IRCond leave)
{
    unsigned taken = ir_label_new(s->b), out = ir_label_new(s->b);

    count_down(s, d);
    ir_br_cc(s->b, leave, out);
    ir_brcond(s->b, d->asz, CMP_NE, x86_reg(R_ECX), x86_const(s, 0), taken);
    ir_label(s->b, out);
    two_way(s, d, taken);
}

void emit_LOOPE(DisasContext *s, const DecodedInsn *d)
{
    loop_cc(s, d, CC_NE);
}

void emit_LOOPNE(DisasContext *s, const DecodedInsn *d)
{
    loop_cc(s, d, CC_E);
}

void emit_JCXZ(DisasContext *s, const DecodedInsn *d)
{
    unsigned taken = ir_label_new(s->b);

    ir_brcond(s->b, d->asz, CMP_EQ, x86_reg(R_ECX), x86_const(s, 0), taken);
    two_way(s, d, taken);
}

/* Far transfers: the helper checks, loads CS, may switch stacks or tasks. */

static void far_transfer(DisasContext *s, const DecodedInsn *d, const IRHelper *h, IRVal selector,
                         IRVal offset)
{
    IRVal eip = x86_temp(s);

    x86_call(s, h, eip, 4, selector, offset, x86_const(s, d->osz), x86_const(s, d->next));
    x86_call(s, &h_irq_window, IR_NONE, 0); /* a task switch loads EFLAGS */
    x86_exit_reload(s, eip);
}

static void far_direct(DisasContext *s, const DecodedInsn *d, const IRHelper *h)
{
    far_transfer(s, d, h, x86_const(s, d->imm2), x86_const(s, d->op[0].imm));
}

static void far_indirect(DisasContext *s, const DecodedInsn *d, const IRHelper *h)
{
    IRMem ofs = x86_mem(s, d, d->osz, false), sel;
    IRVal offset = x86_load(s, &ofs);

    sel = x86_mem_ofs(s, d, SZ16, false, x86_size_bytes(d->osz));
    far_transfer(s, d, h, x86_load(s, &sel), offset);
}

void emit_JMPF(DisasContext *s, const DecodedInsn *d)
{
    far_direct(s, d, &h_ljmp);
}

void emit_JMPF_IND(DisasContext *s, const DecodedInsn *d)
{
    far_indirect(s, d, &h_ljmp);
}

void emit_CALLF(DisasContext *s, const DecodedInsn *d)
{
    far_direct(s, d, &h_lcall);
}

void emit_CALLF_IND(DisasContext *s, const DecodedInsn *d)
{
    far_indirect(s, d, &h_lcall);
}

void emit_RETF(DisasContext *s, const DecodedInsn *d)
{
    IRVal eip = x86_temp(s);

    x86_call(s, &h_lret, eip, 2, x86_const(s, d->osz),
             x86_const(s, d->nops ? d->op[0].imm : 0));
    x86_exit_reload(s, eip);
}

void emit_IRET(DisasContext *s, const DecodedInsn *d)
{
    IRVal eip = x86_temp(s);

    x86_call(s, &h_iret, eip, 2, x86_const(s, d->osz), x86_const(s, d->next));
    x86_exit_reload(s, eip);
}

void emit_INT(DisasContext *s, const DecodedInsn *d)
{
    x86_call(s, &h_int, IR_NONE, 2, x86_const(s, d->op[0].imm), x86_const(s, d->next));
    s->next = DISAS_DONE;
}

void emit_INT3(DisasContext *s, const DecodedInsn *d)
{
    x86_call(s, &h_int3, IR_NONE, 1, x86_const(s, d->next));
    s->next = DISAS_DONE;
}

void emit_INTO(DisasContext *s, const DecodedInsn *d)
{
    unsigned skip = ir_label_new(s->b);

    ir_br_cc(s->b, CC_NO, skip);
    x86_call(s, &h_into, IR_NONE, 1, x86_const(s, d->next));
    ir_label(s->b, skip);
}

void emit_ICEBP(DisasContext *s, const DecodedInsn *d)
{
    x86_call(s, &h_icebp, IR_NONE, 1, x86_const(s, d->next));
    s->next = DISAS_DONE;
}

/* Entering the kernel clears TF as FMASK (or the hardware) says: no trap behind it. */
void emit_SYSCALL(DisasContext *s, const DecodedInsn *d)
{
    IRVal eip = x86_temp(s);

    x86_call(s, &h_syscall, eip, 1, x86_const(s, d->next));
    s->tf = false;
    x86_exit_reload(s, eip);
}

void emit_SYSRET(DisasContext *s, const DecodedInsn *d)
{
    IRVal eip = x86_temp(s);

    x86_call(s, &h_sysret, eip, 1, x86_const(s, d->osz));
    x86_exit_reload(s, eip);
}

void emit_SYSENTER(DisasContext *s, const DecodedInsn *d)
{
    IRVal eip = x86_temp(s);

    (void)d;
    x86_call(s, &h_sysenter, eip, 0);
    x86_exit_reload(s, eip);
}

void emit_SYSEXIT(DisasContext *s, const DecodedInsn *d)
{
    IRVal eip = x86_temp(s);

    x86_call(s, &h_sysexit, eip, 1, x86_const(s, d->osz));
    x86_exit_reload(s, eip);
}

void emit_RSM(DisasContext *s, const DecodedInsn *d)
{
    IRVal eip = x86_temp(s);

    (void)d;
    if (!(s->hflags & HF_SMM)) {
        x86_raise(s, EXCP06_ILLOP);
        return;
    }
    x86_call(s, &h_rsm, eip, 0);
    s->tf = false;
    x86_exit_reload(s, eip);
}

void emit_UD(DisasContext *s, const DecodedInsn *d)
{
    (void)d;
    x86_raise(s, EXCP06_ILLOP);
}
