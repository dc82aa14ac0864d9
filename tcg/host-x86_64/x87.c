/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x87 ops: operands travel between guest slots in the CPU state and the host's x87 stack,
 * which is empty between guest instructions. The guest's control word is in the host; its
 * status flags gather in the host's status word (CPUTransState.x87_live says so).
 */
#include "qemu/osdep.h"
#include "host.h"

static Opnd fp_field(uint32_t offset, unsigned index)
{
    Opnd o = env_mem(offset);

    o.index = index;
    return o;
}

/* Number of the guest register ST(imm) in a scratch register. */
static unsigned fp_number(Emit *e, int imm)
{
    unsigned r = reg_alloc(e, 0);

    a_mov(&e->a, SZ32, o_reg(r), env_mem(host_backend.target->fptop_offset));
    if (imm & 7) {
        a_alu(&e->a, ALU_ADD, SZ32, o_reg(r), o_imm(imm & 7));
        a_alu(&e->a, ALU_AND, SZ32, o_reg(r), o_imm(7));
    }
    return r;
}

/* The host's status word may get flags of the guest from here on. */
static void set_live(Emit *e)
{
    if (!e->x87_live) {
        a_mov(&e->a, SZ32, TRANS(x87_live), o_imm(1));
        e->x87_live = true;
    }
}

static void begin(Emit *e)
{
    emms_if_dirty(e);
    fl_clobber(e);
    set_live(e);
}

static void slot_insn(Emit *e, int imm, unsigned digit)
{
    unsigned r;

    begin(e);
    r = fp_number(e, imm);
    a_shift_imm(&e->a, 4, SZ32, o_reg(r), 4);
    a_insn(&e->a, 0xdb, digit, fp_field(host_backend.target->fpregs_offset, r));
}

void emit_x87_push(Emit *e, const IROp *op)
{
    slot_insn(e, op->imm, 5);
}

void emit_x87_pop(Emit *e, const IROp *op)
{
    slot_insn(e, op->imm, 7);
}

void emit_x87_exec(Emit *e, const IROp *op)
{
    emms_if_dirty(e);
    set_live(e);
    if (op->aux == 2) {
        fl_need_host(e, ir_op_fuse(e->b, op));
    }
    a_u8(&e->a, op->imm);
    a_u8(&e->a, op->imm >> 8);
    if (op->aux == 1) {
        fl_define(e, FL_ALL, 0);
    }
}

void emit_x87_mem(Emit *e, const IROp *op)
{
    bool store = op->op == IR_x87_stm;
    Opnd o;

    begin(e);
    o = mem_check(e, op, store ? MEM_STORE : MEM_LOAD);
    a_insn(&e->a, op->imm & 0xff, op->imm >> 8 & 7, o);
    if (store) {
        mem_done(e);
    }
}

/* Memory forms whose operand is a value: it passes through CPUTransState.scratch. */
void emit_x87_ldv(Emit *e, const IROp *op)
{
    Opnd o;

    begin(e);
    o = val(e, op->a[0]);
    if (o.kind != O_MEM) {
        a_mov(&e->a, SZ64, TRANS(scratch[1]), o_reg(val_reg(e, op->a[0], SZ64)));
        o = TRANS(scratch[1]);
    }
    a_insn(&e->a, op->imm & 0xff, op->imm >> 8 & 7, o);
}

void emit_x87_stv(Emit *e, const IROp *op)
{
    unsigned r;

    begin(e);
    a_insn(&e->a, op->imm & 0xff, op->imm >> 8 & 7, TRANS(scratch[1]));
    r = dst_reg(e, op->a[0], SZ64);
    a_movzx(&e->a, op->sz, r, TRANS(scratch[1]));
    dst_put(e, op->a[0], SZ64, r);
}

/* TOP moves one register at a time; each one passed is marked. */
void emit_x87_top(Emit *e, const IROp *op)
{
    int n = (int)op->imm;
    Opnd top = env_mem(host_backend.target->fptop_offset), tag;
    unsigned r;

    fl_clobber(e);
    r = fp_number(e, 0);
    tag = fp_field(host_backend.target->fptags_offset, r);
    for (; n; n += n < 0 ? 1 : -1) {
        if (n > 0) {
            a_mov(&e->a, SZ8, tag, o_imm(1));
        }
        a_alu(&e->a, ALU_ADD, SZ32, o_reg(r), o_imm(n < 0 ? -1 : 1));
        a_alu(&e->a, ALU_AND, SZ32, o_reg(r), o_imm(7));
        if (n < 0) {
            a_mov(&e->a, SZ8, tag, o_imm(0));
        }
    }
    a_mov(&e->a, SZ32, top, o_reg(r));
}

void emit_x87_tag(Emit *e, const IROp *op)
{
    unsigned r;

    fl_clobber(e);
    r = fp_number(e, op->imm);
    a_mov(&e->a, SZ8, fp_field(host_backend.target->fptags_offset, r), o_imm(op->aux));
}

void emit_x87_getsw(Emit *e, const IROp *op)
{
    fl_clobber(e);
    reg_take(e, RAX);
    a_u8(&e->a, 0xdf); /* fnstsw ax */
    a_u8(&e->a, 0xe0);
    a_movzx(&e->a, SZ16, RAX, o_reg(RAX));
    a_alu(&e->a, ALU_AND, SZ32, o_reg(RAX), o_imm(0x477f));
    dst_put(e, op->a[0], SZ64, RAX);
}
