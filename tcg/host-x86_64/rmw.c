/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Read-modify-write accesses: the host's own instruction on the host address, with a LOCK
 * prefix when the guest asked for an atomic access.
 *
 * After the TLB check FLAGS are in memory only; what the instruction reads or keeps is
 * fetched behind the check, so that the slow path's copy of the access does it as well.
 */
#include "qemu/osdep.h"
#include "host.h"

static uint32_t lock_of(const Emit *e, const IROp *op)
{
    return e->b->mems[op->mem - 1].lock ? X_LOCK : 0;
}

/* A source that is a register or an immediate. */
static Opnd reg_or_imm(Emit *e, IRVal v, unsigned sz)
{
    Opnd o = val_src(e, v, sz);

    return o.kind == O_MEM ? o_reg(val_reg(e, v, sz)) : o;
}

/* mem op= v for ADD..XOR, v a register or an immediate. */
static void alu_on_memory(Emit *e, const IROp *op, Opnd o, Opnd v)
{
    if (lock_of(e, op)) {
        a_u8(&e->a, 0xf0);
    }
    a_alu(&e->a, op->aux, op->sz, o, v);
}

void emit_rmw_f(Emit *e, const IROp *op)
{
    static const uint8_t one[4] = { 0, 1, 2, 3 }; /* INC, DEC, NOT, NEG as /reg */
    uint32_t live = e->live_out[e->i], lock = lock_of(e, op);
    Opnd v = { 0 }, o;

    fl_clobber(e);
    if (op->aux < RMW_INC) {
        v = reg_or_imm(e, op->a[0], op->sz);
    }
    o = mem_check(e, op, MEM_RMW);
    switch (op->aux) {
    case RMW_ADC:
    case RMW_SBB:
        fl_need_carry(e);
        /* fall through */
    case RMW_ADD:
    case RMW_OR:
    case RMW_AND:
    case RMW_SUB:
    case RMW_XOR:
        alu_on_memory(e, op, o, v);
        fl_define(e, FL_ALL, 0);
        break;
    case RMW_INC:
    case RMW_DEC:
        if (live & FL_C) {
            fl_need_carry(e);
        }
        a_insn(&e->a, lock | (x_sized(0xfe, op->sz) & ~X_BREG), op->aux - RMW_INC, o);
        fl_define(e, FL_ALL & ~FL_C, FL_C);
        break;
    case RMW_NOT:
    case RMW_NEG:
        a_insn(&e->a, lock | (x_sized(0xf6, op->sz) & ~X_BREG), one[op->aux - RMW_INC], o);
        if (op->aux == RMW_NEG) {
            fl_define(e, FL_ALL, 0);
        }
        break;
    default:
        g_assert_not_reached();
    }
    mem_done(e);
}

void emit_rmwsh_f(Emit *e, const IROp *op)
{
    bool rotate = op->aux < RMW_SHL, carry = op->aux == RMW_RCL || op->aux == RMW_RCR;
    uint32_t keep = e->live_in[e->i];
    uint64_t c = 0;
    bool known = val_const(e, op->a[0], &c);
    unsigned n = c & (op->sz == SZ64 ? 63 : 31);
    Opnd o;

    fl_clobber(e);
    if (!known) {
        reg_take(e, RCX);
        val_copy(e, op->a[0], SZ32, RCX);
    }
    o = mem_check(e, op, MEM_RMW);
    if (keep & ~(carry ? FL_C : 0)) {
        fl_need_host_keep(e, keep);
    } else if (carry) {
        fl_need_carry(e);
    }
    if (known) {
        a_insn(&e->a, x_sized(0xc0, op->sz) & ~X_BREG, op->aux & 7, o);
        a_u8(&e->a, n);
    } else {
        a_insn(&e->a, x_sized(0xd2, op->sz) & ~X_BREG, op->aux & 7, o);
    }
    if (!known || n) {
        fl_define(e, rotate ? FL_C | FL_O : FL_ALL, FL_ALL);
    }
    mem_done(e);
}

/* The bit number is taken modulo the size, so that the host stays inside the operand. */
void emit_rmwbt_f(Emit *e, const IROp *op)
{
    unsigned digit = op->aux == RMW_BTS ? 5 : op->aux == RMW_BTR ? 6 : 7, r = 0;
    uint32_t lock = lock_of(e, op);
    uint64_t c;
    bool known = val_const(e, op->a[0], &c);
    Opnd o;

    fl_clobber(e);
    if (!known) {
        r = val_copy(e, op->a[0], SZ32, NO_REG);
        a_alu(&e->a, ALU_AND, SZ32, o_reg(r), o_imm((8 << op->sz) - 1));
    }
    o = mem_check(e, op, MEM_RMW);
    if (e->live_in[e->i] & FL_Z) {
        fl_need_host_keep(e, FL_Z);
    }
    if (known) {
        a_insn(&e->a, lock | x_wide(X_0F | 0xba, op->sz), digit, o);
        a_u8(&e->a, c & ((8 << op->sz) - 1));
    } else {
        a_insn(&e->a, lock | x_wide(X_0F | 0x83 | digit << 3, op->sz), r, o);
    }
    fl_define(e, FL_ALL & ~FL_Z, FL_Z);
    mem_done(e);
}

void emit_xchg(Emit *e, const IROp *op)
{
    unsigned r;
    Opnd o;

    fl_clobber(e);
    r = val_copy(e, op->a[1], op->sz, NO_REG);
    o = mem_check(e, op, MEM_RMW);
    a_insn(&e->a, x_sized(0x86, op->sz), r, o);
    mem_done(e);
    dst_put(e, op->a[0], op->sz, r);
}

void emit_xadd_f(Emit *e, const IROp *op)
{
    unsigned r;
    Opnd o;

    fl_clobber(e);
    r = val_copy(e, op->a[1], op->sz, NO_REG);
    o = mem_check(e, op, MEM_RMW);
    a_insn(&e->a, lock_of(e, op) | x_sized(X_0F | 0xc0, op->sz), r, o);
    mem_done(e);
    dst_put(e, op->a[0], op->sz, r);
    fl_define(e, FL_ALL, 0);
}

/* rax is the accumulator of the host instruction; it changes just as the guest's does. */
void emit_cmpxchg_f(Emit *e, const IROp *op)
{
    unsigned r;
    Opnd o;

    fl_clobber(e);
    reg_take(e, RAX);
    val_copy(e, op->a[1], SZ64, RAX);
    r = val_reg(e, op->a[2], op->sz);
    o = mem_check(e, op, MEM_RMW);
    a_insn(&e->a, lock_of(e, op) | x_sized(X_0F | 0xb0, op->sz), r, o);
    mem_done(e);
    dst_put(e, op->a[0], SZ64, RAX);
    fl_define(e, FL_ALL, 0);
}

/*
 * CMPXCHG8B/16B wants rdx:rax and rcx:rbx, so every scratch register is in use: the address
 * is brought to rsi, and rbx, which is pinned, is kept in memory meanwhile.
 */
void emit_cmpxchg2_f(Emit *e, const IROp *op)
{
    unsigned sz = op->sz;
    Opnd o;

    fl_clobber(e);
    temps_to_memory(e, SCRATCH_GPRS);
    o = mem_check(e, op, MEM_RMW);
    a_lea(&e->a, SZ64, RSI, o);
    e->locked = 1u << RSI;
    for (unsigned r = RAX; r <= RDX; r++) {
        if (e->owner[r]) { /* an address operand that came back from its slot */
            e->temps[e->owner[r] - 1].reg = NO_REG;
            e->owner[r] = 0;
        }
    }
    if (e->owner[RSI]) {
        e->temps[e->owner[RSI] - 1].reg = NO_REG;
        e->owner[RSI] = 0;
    }
    e->locked |= 1u << RAX | 1u << RCX | 1u << RDX;
    if (e->live_in[e->i]) {
        fl_need_host_keep(e, e->live_in[e->i]);
    }
    /* Whole registers: when memory is equal the outputs stay as the inputs were. */
    val_copy(e, op->a[2], SZ64, RAX);
    val_copy(e, op->a[3], SZ64, RDX);
    val_copy(e, op->a[5], sz, RCX);
    a_mov(&e->a, SZ64, TRANS(scratch[1]), o_reg(RBX));
    val_copy(e, op->a[4], sz, RBX);
    a_insn(&e->a, lock_of(e, op) | X_0F | 0xc7 | (sz == SZ64 ? X_W : 0), 1, o_mem(RSI, 0));
    a_mov(&e->a, SZ64, o_reg(RBX), TRANS(scratch[1]));
    mem_done(e);
    dst_put(e, op->a[0], SZ64, RAX);
    dst_put(e, op->a[1], SZ64, RDX);
    fl_define(e, FL_Z, FL_ALL);
}
