/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest FLAGS live in host EFLAGS from the op that defines them to the ops that read them.
 *
 * Emit.fl_host and fl_mem say which flags are valid in EFLAGS and in CPUTransState.flags.
 * Invariant: the live flags are all valid in one of the two places (or in both), so that a
 * save or a fetch never has to merge. An op that defines some flags and keeps others first
 * brings the live others to the host, where the instruction itself keeps them.
 */
#include "qemu/osdep.h"
#include "host.h"

/* Host FLAGS to memory through rax. Without OF among `which` its bit is left as garbage. */
void fl_store(Asm *a, uint32_t which)
{
    a_u8(a, 0x9f); /* lahf */
    if (which & FL_O) {
        a_insn(a, X_0F | X_BRM | 0x90 | CC_O, 0, o_reg(RAX));
    }
    a_mov(a, SZ32, TRANS(flags), o_reg(RAX));
}

/* The reverse: OF by an addition that overflows when bit 0 is set, the rest by SAHF. */
void fl_fetch(Asm *a)
{
    a_mov(a, SZ32, o_reg(RAX), TRANS(flags));
    a_u8(a, 0x04); /* add al, 0x7f */
    a_u8(a, 0x7f);
    a_u8(a, 0x9e); /* sahf */
}

static void save_some(Emit *e, uint32_t need)
{
    need &= e->fl_host;

    if (need & ~e->fl_mem) {
        reg_take(e, RAX);
        fl_store(&e->a, need);
        reg_free(e, RAX);
        e->fl_mem = need & FL_O ? e->fl_host : e->fl_host & ~FL_O;
    }
}

void fl_save(Emit *e)
{
    save_some(e, e->live_in[e->i] | e->live_out[e->i]);
}

void fl_clobber(Emit *e)
{
    fl_save(e);
    e->fl_host = 0;
}

void fl_need_host(Emit *e, uint32_t mask)
{
    if (mask & ~e->fl_host) {
        reg_take(e, RAX);
        fl_fetch(&e->a);
        reg_free(e, RAX);
        e->fl_host = e->fl_mem;
    }
}

void fl_need_host_keep(Emit *e, uint32_t mask)
{
    if (mask & ~e->fl_host) {
        a_push(&e->a, RAX);
        fl_fetch(&e->a);
        a_pop(&e->a, RAX);
        e->fl_host = e->fl_mem;
    }
}

/* CF alone, for adc and its like: bt does not need a register. Other host FLAGS are lost. */
void fl_need_carry(Emit *e)
{
    if (!(e->fl_host & FL_C)) {
        a_insn(&e->a, X_0F | 0xba, 4, TRANS(flags));
        a_u8(&e->a, 8);
        e->fl_host = FL_C;
    }
}

/* The op just emitted defined `def`; `kept`: what the host instruction leaves alone. */
void fl_define(Emit *e, uint32_t def, uint32_t kept)
{
    e->fl_host = (e->fl_host & kept & ~def) | def;
    e->fl_mem &= ~def;
}

/*
 * Make condition cc testable and return the host condition that is then to be tested. A
 * single flag in memory is tested there; others are fetched.
 */
unsigned fl_cond(Emit *e, unsigned cc)
{
    uint32_t uses = ir_cond_uses(cc);

    if (!(uses & ~e->fl_host)) {
        return cc;
    }
    if (!(uses & (uses - 1))) {
        Opnd m = uses == FL_O ? TRANS(flags) : TRANS_AH;

        a_test(&e->a, SZ8, m, o_imm(uses == FL_O ? 1 : uses));
        e->fl_host = 0;
        return cc & 1 ? CC_E : CC_NE;
    }
    fl_need_host(e, uses);
    return cc;
}

void emit_setcc_f(Emit *e, const IROp *op)
{
    unsigned cc = fl_cond(e, op->aux), r;
    Opnd o;

    if (op->sz == SZ8 && dst_in_place(e, op->a[0], SZ8, &o)) {
        a_insn(&e->a, X_0F | X_BRM | 0x90 | cc, 0, o);
        return;
    }
    r = dst_reg(e, op->a[0], SZ64);
    a_mov_imm(&e->a, r, 0);
    a_insn(&e->a, X_0F | X_BRM | 0x90 | cc, 0, o_reg(r));
    dst_put(e, op->a[0], SZ64, r);
}

void emit_cmov_f(Emit *e, const IROp *op)
{
    unsigned cc = fl_cond(e, op->aux), r;
    unsigned sz = MAX(op->sz, SZ32);
    IRVal d = op->a[0], x = op->a[1], y = op->a[2];

    if (ir_val_eq(d, x) && !ir_val_eq(d, y)) {
        x = op->a[2];
        y = op->a[1];
        cc ^= 1;
    }
    /* d = cc ? x : y, where x is not d. The host zero-extends 32 bits, taken or not. */
    Opnd ox = val_rm(e, x, sz);

    r = dst_reg(e, d, op->sz);
    if (o_uses(ox, r) && !ir_val_eq(d, y)) {
        r = reg_alloc(e, 0);
    }
    val_copy(e, y, sz, r);
    a_insn(&e->a, x_wide(X_0F | 0x40 | cc, sz), r, ox);
    dst_put(e, d, op->sz, r);
}

void emit_flags_get(Emit *e, const IROp *op)
{
    unsigned r;

    fl_need_host(e, FL_ALL);
    save_some(e, e->live_out[e->i]);
    /* pushfq has them in place; the host stack is ours */
    r = dst_reg(e, op->a[0], SZ64);
    a_u8(&e->a, 0x9c);
    if (r & 8) {
        a_u8(&e->a, 0x41);
    }
    a_u8(&e->a, 0x58 | (r & 7));
    a_alu(&e->a, ALU_AND, SZ32, o_reg(r), o_imm(FL_ALL));
    e->fl_host = 0;
    dst_put(e, op->a[0], SZ64, r);
}

void emit_flags_set(Emit *e, const IROp *op)
{
    unsigned x = val_copy(e, op->a[0], SZ32, NO_REG), y = reg_alloc(e, 0);

    a_mov(&e->a, SZ32, o_reg(y), o_reg(x));
    a_shift_imm(&e->a, 4, SZ32, o_reg(x), 8);
    a_alu(&e->a, ALU_AND, SZ32, o_reg(x), o_imm((FL_ALL & 0xff) << 8));
    a_shift_imm(&e->a, 5, SZ32, o_reg(y), 11);
    a_alu(&e->a, ALU_AND, SZ32, o_reg(y), o_imm(1));
    a_alu(&e->a, ALU_OR, SZ32, o_reg(x), o_reg(y));
    a_mov(&e->a, SZ32, TRANS(flags), o_reg(x));
    e->fl_host = 0;
    e->fl_mem = FL_ALL;
}

/* CF PF AF ZF SF are the byte that LAHF writes; OF next to it stays. */
void emit_flags_sahf(Emit *e, const IROp *op)
{
    fl_save(e);
    a_mov(&e->a, SZ8, TRANS_AH, o_reg(val_reg(e, op->a[0], SZ8)));
    e->fl_mem |= FL_ALL & ~FL_O;
    e->fl_host = 0;
}

void emit_cf_set(Emit *e, const IROp *op)
{
    static const uint8_t insn[3] = { 0xf8, 0xf9, 0xf5 }; /* clc stc cmc */
    uint64_t v = 0;

    if (op->imm == 2) {
        v = 2;
    } else {
        val_const(e, op->a[0], &v);
        v &= 1;
    }
    if (e->live_in[e->i] & ~FL_C) {
        fl_need_host(e, e->live_in[e->i]);
    } else if (v == 2) {
        fl_need_carry(e);
    }
    a_u8(&e->a, insn[v]);
    fl_define(e, FL_C, FL_ALL);
}
