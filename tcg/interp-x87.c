/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interpreter: x87 ops, on the host's x87. The host stack holds the operands of the guest
 * instruction in progress between its ops; compiled code of ours does not use x87, and the
 * front end orders ops so that nothing faults while the host stack is not empty.
 */
#include "qemu/osdep.h"
#include "interp.h"

static uint32_t *fp_top(Interp *in)
{
    return (uint32_t *)(in->env + in->b->target->fptop_offset);
}

static uint8_t *fp_tags(Interp *in)
{
    return (uint8_t *)(in->env + in->b->target->fptags_offset);
}

static unsigned fp_index(Interp *in, uint64_t st)
{
    return (*fp_top(in) + st) & 7;
}

static void *fp_slot(Interp *in, uint64_t st)
{
    return in->env + in->b->target->fpregs_offset + 16 * fp_index(in, st);
}

/* One x87 instruction with a memory operand. */
static void x87_mem(uint64_t imm, void *p)
{
    uint8_t insn[2] = { imm & 0xff, (imm >> 8 & 7) << 3 | 6 };

    interp_thunk_run(insn, 2, NULL, p);
}

static void move_top(Interp *in, int delta)
{
    for (; delta < 0; delta++) {
        *fp_top(in) = fp_index(in, 7);
        fp_tags(in)[fp_index(in, 0)] = 0;
    }
    for (; delta > 0; delta--) {
        fp_tags(in)[fp_index(in, 0)] = 1;
        *fp_top(in) = fp_index(in, 1);
    }
}

static uint16_t host_fsw(void)
{
    uint16_t sw = 0;

#ifdef __x86_64__
    asm volatile("fnstsw %0" : "=m"(sw));
#endif
    return sw;
}

static void host_fcomi_flags(Interp *in, const uint8_t insn[2])
{
    InterpThunkRegs r = { 0 };

    interp_thunk_run(insn, 2, &r, NULL);
    in->fl = r.flags & FL_ALL;
}

/* FCMOVcc reads FLAGS, which are not the host's here: do the move itself, or nothing. */
static void host_fcmov(Interp *in, const uint8_t insn[2])
{
    static const uint8_t conds[4] = { CC_B, CC_E, CC_BE, CC_P };
    bool negated = insn[0] == 0xdb;
    bool take = interp_cond(in->fl, conds[insn[1] >> 3 & 3]) != negated;
    uint8_t move[4] = { 0xdd, 0xd8, 0xd9, 0xc0 | ((insn[1] - 1) & 7) };

    if (take && insn[1] & 7) {
        interp_thunk_run(move, 4, NULL, NULL); /* fstp st0; fld st(i - 1) */
    }
}

static void op_mem(Interp *in, const IROp *op)
{
    const IRMem *m = &in->b->mems[op->mem - 1];

    if (op->op == IR_x87_ldm) {
        x87_mem(op->imm, interp_mem_ld(in, m));
    } else {
        x87_mem(op->imm, interp_mem_st(in, m, false));
        interp_mem_done(in);
    }
}

/* The same with the memory operand's value in a temp. */
static void op_value(Interp *in, const IROp *op)
{
    uint64_t v = 0;

    if (op->op == IR_x87_ldv) {
        v = interp_get(in, op->a[0]);
        x87_mem(op->imm, &v);
    } else {
        x87_mem(op->imm, &v);
        interp_put(in, op->a[0], SZ64, v);
    }
}

static void op_exec(Interp *in, const IROp *op)
{
    uint8_t insn[2] = { op->imm & 0xff, op->imm >> 8 & 0xff };

    if (op->aux == 1) {
        host_fcomi_flags(in, insn);
    } else if (op->aux == 2) {
        host_fcmov(in, insn);
    } else {
        interp_thunk_run(insn, 2, NULL, NULL);
    }
}

bool interp_x87_op(Interp *in, const IROp *op)
{
    switch (op->op) {
    case IR_x87_push:
        x87_mem(0xdb | 5 << 8, fp_slot(in, op->imm));
        break;
    case IR_x87_pop:
        x87_mem(0xdb | 7 << 8, fp_slot(in, op->imm));
        break;
    case IR_x87_exec:
        op_exec(in, op);
        break;
    case IR_x87_ldm:
    case IR_x87_stm:
        op_mem(in, op);
        break;
    case IR_x87_ldv:
    case IR_x87_stv:
        op_value(in, op);
        break;
    case IR_x87_top:
        move_top(in, (int)op->imm);
        return true;
    case IR_x87_tag:
        fp_tags(in)[fp_index(in, op->imm)] = op->aux;
        return true;
    case IR_x87_getsw:
        interp_put(in, op->a[0], SZ64, host_fsw() & 0x477f);
        return true;
    default:
        return false;
    }
    in->ts->x87_live = 1;
    return true;
}
