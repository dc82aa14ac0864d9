/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building IR blocks: the op table, constants, temporaries, labels, append functions.
 *
 * Tables grow as needed, except the descriptors of re-encoded instructions: ops point at
 * them, so they must not move. The soft limits below set block->overflow long before a hard
 * one is reached; a front end looks at it after each guest instruction, and no instruction
 * comes near the margin.
 *
 * Threads: none; a block belongs to the thread that translates.
 */
#include "qemu/osdep.h"
#include "tcg/ir.h"

enum {
    /* Bound translation memory and the time to translate one block. */
    SOFT_OPS = 3000,
    SOFT_TEMPS = 3000,
    SOFT_MEMS = 1500,
    SOFT_HIS = 512,
    HARD_HIS = SOFT_HIS + 256,
};

const IROpInfo ir_op_info[IR_OP_COUNT] = {
#define OP(name, no, ni, fdef, fuse, props, doc) \
    [IR_##name] = { #name, no, ni, fdef, fuse, props, doc },
#include "ir-ops.def"
#undef OP
};

IRBlock *ir_block_new(const IRTarget *target)
{
    IRBlock *b = g_new0(IRBlock, 1);

    b->target = target;
    b->cap_ops = 256;
    b->ops = g_new(IROp, b->cap_ops);
    b->cap_consts = 64;
    b->consts = g_new(uint64_t, b->cap_consts);
    b->cap_mems = 64;
    b->mems = g_new(IRMem, b->cap_mems);
    b->cap_his = HARD_HIS;
    b->his = g_new(IRHostInsn, b->cap_his);
    b->cap_temps = 64;
    b->temp_sz = g_new(uint8_t, b->cap_temps);
    return b;
}

void ir_block_reset(IRBlock *b)
{
    b->nb_ops = 0;
    b->nb_consts = 0;
    b->nb_mems = 0;
    b->nb_his = 0;
    b->nb_temps = 0;
    b->nb_labels = 0;
    b->flags_in = 0;
    b->pc = 0;
    b->no_chain = false;
    b->copies = false;
    b->overflow = false;
}

void ir_block_free(IRBlock *b)
{
    if (b) {
        g_free(b->ops);
        g_free(b->consts);
        g_free(b->mems);
        g_free(b->his);
        g_free(b->temp_sz);
        g_free(b);
    }
}

/*
 * Constants are found again through a small direct-mapped cache of indices. A stale slot is
 * harmless: it names another constant of this block, or none.
 */
IRVal ir_const(IRBlock *b, uint64_t value)
{
    unsigned slot = (value * 0x9e3779b97f4a7c15u) >> (64 - IR_CONST_CACHE_BITS);
    unsigned n = b->const_cache[slot];

    if (n >= b->nb_consts || b->consts[n] != value) {
        n = b->nb_consts++;
        if (n == b->cap_consts) {
            b->cap_consts *= 2;
            b->consts = g_renew(uint64_t, b->consts, b->cap_consts);
        }
        b->consts[n] = value;
        b->const_cache[slot] = n;
    }
    return (IRVal){ (uint32_t)IRK_CONST << 28 | n };
}

uint64_t ir_const_value(const IRBlock *b, IRVal v)
{
    assert(ir_kind(v) == IRK_CONST && ir_index(v) < b->nb_consts);
    return b->consts[ir_index(v)];
}

IRVal ir_temp(IRBlock *b, IRSize sz)
{
    unsigned n = b->nb_temps++;

    if (n == b->cap_temps) {
        b->cap_temps *= 2;
        b->temp_sz = g_renew(uint8_t, b->temp_sz, b->cap_temps);
    }
    if (n >= SOFT_TEMPS) {
        b->overflow = true;
    }
    b->temp_sz[n] = sz;
    return (IRVal){ (uint32_t)IRK_TEMP << 28 | n };
}

unsigned ir_label_new(IRBlock *b)
{
    return b->nb_labels++;
}

IRHostInsn *ir_host_insn(IRBlock *b)
{
    IRHostInsn *hi;

    assert(b->nb_his < b->cap_his);
    hi = &b->his[b->nb_his++];
    if (b->nb_his >= SOFT_HIS) {
        b->overflow = true;
    }
    memset(hi, 0, sizeof(*hi));
    return hi;
}

IROp *ir_emit(IRBlock *b, IROpcode opcode, IRSize sz)
{
    IROp *op;

    if (b->nb_ops == b->cap_ops) {
        b->cap_ops *= 2;
        b->ops = g_renew(IROp, b->ops, b->cap_ops);
    }
    if (b->nb_ops >= SOFT_OPS) {
        b->overflow = true;
    }
    op = &b->ops[b->nb_ops++];
    memset(op, 0, sizeof(*op));
    op->op = opcode;
    op->sz = sz;
    return op;
}

IROp *ir_op1(IRBlock *b, IROpcode opcode, IRSize sz, IRVal x)
{
    IROp *op = ir_emit(b, opcode, sz);

    op->a[0] = x;
    return op;
}

IROp *ir_op2(IRBlock *b, IROpcode opcode, IRSize sz, IRVal x, IRVal y)
{
    IROp *op = ir_emit(b, opcode, sz);

    b->copies |= opcode == IR_mov && ir_kind(x) == IRK_TEMP;
    op->a[0] = x;
    op->a[1] = y;
    return op;
}

IROp *ir_op3(IRBlock *b, IROpcode opcode, IRSize sz, IRVal x, IRVal y, IRVal z)
{
    IROp *op = ir_emit(b, opcode, sz);

    op->a[0] = x;
    op->a[1] = y;
    op->a[2] = z;
    return op;
}

IROp *ir_op4(IRBlock *b, IROpcode opcode, IRSize sz, IRVal x, IRVal y, IRVal z, IRVal w)
{
    IROp *op = ir_emit(b, opcode, sz);

    op->a[0] = x;
    op->a[1] = y;
    op->a[2] = z;
    op->a[3] = w;
    return op;
}

IROp *ir_memop(IRBlock *b, IROpcode opcode, const IRMem *m)
{
    IROp *op;

    if (b->nb_mems == b->cap_mems) {
        b->cap_mems *= 2;
        b->mems = g_renew(IRMem, b->mems, b->cap_mems);
    }
    if (b->nb_mems >= SOFT_MEMS) {
        b->overflow = true;
    }
    b->mems[b->nb_mems++] = *m;
    op = ir_emit(b, opcode, m->sz);
    op->mem = b->nb_mems;
    return op;
}

IROp *ir_ld(IRBlock *b, IRVal d, IRSize result_sz, const IRMem *m)
{
    IROp *op = ir_memop(b, IR_ld, m);

    op->a[0] = d;
    op->aux = result_sz;
    return op;
}

IROp *ir_st(IRBlock *b, IRVal a, const IRMem *m)
{
    IROp *op = ir_memop(b, IR_st, m);

    op->a[0] = a;
    return op;
}

IROp *ir_call(IRBlock *b, const IRHelper *h, IRVal ret, unsigned nargs, const IRVal *args)
{
    IROp *op = ir_emit(b, IR_call, SZ64);

    assert(nargs <= 6);
    op->a[0] = ret;
    for (unsigned i = 0; i < nargs; i++) {
        op->a[1 + i] = args[i];
    }
    op->helper = h;
    return op;
}

void ir_insn_start(IRBlock *b, uint64_t pc)
{
    ir_emit(b, IR_insn_start, SZ64)->imm = pc;
}

void ir_label(IRBlock *b, unsigned label)
{
    ir_emit(b, IR_label, SZ64)->imm = label;
}

void ir_br(IRBlock *b, unsigned label)
{
    ir_emit(b, IR_br, SZ64)->imm = label;
}

void ir_br_cc(IRBlock *b, IRCond cc, unsigned label)
{
    IROp *op = ir_emit(b, IR_br_cc_f, SZ64);

    op->aux = cc;
    op->imm = label;
}

void ir_brcond(IRBlock *b, IRSize sz, IRCmp cmp, IRVal x, IRVal y, unsigned label)
{
    IROp *op = ir_op2(b, IR_brcond, sz, x, y);

    op->aux = cmp;
    op->imm = label;
}

void ir_exit_tb(IRBlock *b, uint64_t pc, unsigned slot, bool same_page)
{
    IROp *op = ir_op1(b, IR_exit_tb, SZ64, ir_const(b, pc));

    assert(slot < 2);
    op->aux = slot;
    op->imm = same_page;
}

void ir_exit_jc(IRBlock *b, IRVal pc)
{
    ir_op1(b, IR_exit_jc, SZ64, pc);
}

void ir_exit_loop(IRBlock *b, unsigned reason)
{
    ir_emit(b, IR_exit_loop, SZ64)->imm = reason;
}

uint32_t ir_cond_uses(IRCond cc)
{
    static const uint16_t uses[8] = {
        FL_O, FL_C, FL_Z, FL_C | FL_Z, FL_S, FL_P, FL_S | FL_O, FL_S | FL_O | FL_Z,
    };

    return uses[cc >> 1 & 7];
}

/* The count operand of a shift, rotate or double shift; memory forms have it alone. */
static IRVal shift_count(const IROp *op)
{
    switch (op->op) {
    case IR_rmwsh_f:
        return op->a[0];
    case IR_shld_f:
    case IR_shrd_f:
        return op->a[3];
    default:
        return op->a[2];
    }
}

/* How a constant count looks to the flags: 0 none change, 1 defined, -1 unknown. */
static int shift_counts(const IRBlock *b, const IROp *op)
{
    IRVal v = shift_count(op);
    unsigned kind = op->op == IR_rmwsh_f ? op->aux : 0;

    if (ir_kind(v) != IRK_CONST) {
        return -1;
    }
    unsigned n = b->consts[ir_index(v)] & (op->sz == SZ64 ? 63 : 31);
    if (op->op == IR_rcl_f || op->op == IR_rcr_f || kind == RMW_RCL || kind == RMW_RCR) {
        n %= op->sz == SZ8 ? 9 : op->sz == SZ16 ? 17 : 64;
    }
    return n != 0;
}

static uint32_t rmw_fdef(unsigned rmw)
{
    switch (rmw) {
    case RMW_NOT:
        return 0;
    case RMW_INC:
    case RMW_DEC:
        return FL_ALL & ~FL_C;
    case RMW_ROL:
    case RMW_ROR:
    case RMW_RCL:
    case RMW_RCR:
        return FL_C | FL_O;
    default:
        return FL_ALL;
    }
}

static bool rmw_uses_carry(unsigned rmw)
{
    return rmw == RMW_ADC || rmw == RMW_SBB || rmw == RMW_RCL || rmw == RMW_RCR;
}

uint32_t ir_op_fdef(const IRBlock *b, const IROp *op)
{
    uint32_t f = ir_op_info[op->op].fdef;

    switch (op->op) {
    case IR_rmw_f:
        return rmw_fdef(op->aux);
    case IR_rmwsh_f:
        return shift_counts(b, op) == 0 ? 0 : rmw_fdef(op->aux);
    case IR_call:
        return op->helper->flags & HELPER_WRITES_FLAGS ? FL_ALL : 0;
    case IR_host:
    case IR_host_mem:
        return op->hi->fl_def;
    case IR_x87_exec:
        return op->aux == 1 ? FL_ALL : 0;
    default:
        if (ir_op_info[op->op].fuse & FL_SHIFT && shift_counts(b, op) == 0) {
            return 0;
        }
        return f & FL_ALL;
    }
}

/* FCMOVcc is DA or DB C0-DF; bits 4..3 of the second byte pick B, E, BE, U. */
static uint32_t fcmov_uses(uint64_t imm)
{
    static const uint16_t uses[4] = { FL_C, FL_Z, FL_C | FL_Z, FL_P };

    return uses[imm >> 11 & 3];
}

uint32_t ir_op_fuse(const IRBlock *b, const IROp *op)
{
    uint32_t f = ir_op_info[op->op].fuse, r = f & FL_ALL;

    if (f & FL_COND) {
        r |= ir_cond_uses(op->aux);
    }
    if (f & FL_SHIFT) {
        r |= shift_counts(b, op) < 0 ? FL_ALL : 0;
    }
    if ((op->op == IR_rmw_f || op->op == IR_rmwsh_f) && rmw_uses_carry(op->aux)) {
        r |= FL_C;
    }
    if (op->op == IR_x87_exec && op->aux == 2) {
        r |= fcmov_uses(op->imm);
    }
    if (op->op == IR_cf_set && op->imm == 2) {
        r |= FL_C;
    }
    if (op->op == IR_call &&
        (op->helper->flags & HELPER_READS_FLAGS ||
         (op->helper->flags & HELPER_NORETURN && op->helper->flags & HELPER_FAULTS))) {
        r |= FL_ALL;
    }
    return r;
}
