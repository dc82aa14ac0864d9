/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Emitters of x87 arithmetic, compares and functions, and what all x87 emitters share.
 *
 * Spec: Intel SDM volume 1, chapter 8.
 *
 * The host's x87 does the work, with the guest's rounding and precision control and every
 * exception masked; operands are pushed from the guest's registers in memory and the result
 * is popped back. Sticky exception flags gather in the host's status word; condition codes
 * go to the guest's with each instruction that defines them.
 *
 * The quick code assumes that no stack fault happens. Tags are checked where the block has not
 * checked them before; a failing check leads to the end of the block, where a helper carries
 * out the instruction exactly (x87-helper.c) and the block is left. While the guest has an
 * exception unmasked, every instruction is done by the helper and ends its block.
 *
 * Deviates: C1 is exact only after FXAM, compares and stack faults, not as the direction of
 * rounding; FOP, FCS and FDS are not recorded. docs/deviations.md, x87.
 */
#include "qemu/osdep.h"
#include "target-i386/emit-x87.h"
#include "target-i386/helper-table.h"
#include "target-i386/vec-helper.h"

enum { FSW_CC = 0x4700, FSW_C1_C2 = 0x600 };

void x87_push(DisasContext *s, unsigned st)
{
    ir_emit(s->b, IR_x87_push, SZ64)->imm = st;
}

void x87_pop(DisasContext *s, unsigned st)
{
    ir_emit(s->b, IR_x87_pop, SZ64)->imm = st;
}

void x87_exec(DisasContext *s, uint8_t b1, uint8_t b2)
{
    ir_emit(s->b, IR_x87_exec, SZ64)->imm = b1 | b2 << 8;
}

/* Take ST(0) off the host's stack. */
static void discard(DisasContext *s)
{
    x87_exec(s, 0xdd, 0xd8);
}

static uint8_t rotate8(uint8_t x, int left)
{
    unsigned n = left & 7;

    return x << n | x >> ((8 - n) & 7);
}

void x87_forget(DisasContext *s)
{
    s->fp_valid = s->fp_empty = 0;
}

void x87_done(DisasContext *s, int delta, unsigned valid)
{
    s->fp_valid = rotate8(s->fp_valid, -delta);
    s->fp_empty = rotate8(s->fp_empty, -delta);
    for (int i = 0; i < delta; i++) { /* popped: now ST(7), ST(6) */
        s->fp_valid &= ~(0x80 >> i);
        s->fp_empty |= 0x80 >> i;
    }
    s->fp_valid |= valid;
    s->fp_empty &= ~valid;
}

void x87_top(DisasContext *s, int delta)
{
    ir_emit(s->b, IR_x87_top, SZ64)->imm = (uint64_t)(int64_t)delta;
}

IRVal x87_load_operand(DisasContext *s, const DecodedInsn *d)
{
    IRMem m = x86_mem(s, d, d->op[0].sz, false);

    return x86_load(s, &m);
}

/* ---- the exact way ---- */

static bool is_store(const DecodedInsn *d)
{
    bool low = d->reg >= 1 && d->reg <= 3; /* FISTTP, FST, FSTP of D9, DB, DD, DF */

    return (d->opc & 1) && (low || d->reg >= 6);
}

static bool is_80bit(const DecodedInsn *d)
{
    return (d->opc == 0xdb && d->reg == 5) || (d->opc == 0xdf && d->reg == 4);
}

static bool uses_flags(const DecodedInsn *d)
{
    return (d->opc == 0xda && d->reg < 4) || (d->opc == 0xdb && d->reg != 4) ||
           (d->opc == 0xdf && d->reg >= 5);
}

static void exact_memory(DisasContext *s, const DecodedInsn *d, IRVal insn)
{
    if (is_store(d)) {
        unsigned bytes = d->op[0].sz == SZ128 ? 10 : x86_size_bytes(d->op[0].sz);

        x86_call(s, &h_x87_exact_st, IR_NONE, 3, insn, x86_linear(s, d, bytes, true),
                 x86_const(s, s->mmu_idx));
    } else if (is_80bit(d)) {
        IRMem lo = x86_mem(s, d, SZ64, false), hi = x86_mem_ofs(s, d, SZ16, false, 8);
        IRVal vlo = x86_load(s, &lo), vhi = x86_load(s, &hi);

        x86_call(s, &h_x87_exact_ld80, IR_NONE, 3, insn, vlo, vhi);
    } else {
        x86_call(s, &h_x87_exact_ld, IR_NONE, 2, insn, x87_load_operand(s, d));
    }
}

void x87_exact(DisasContext *s, const DecodedInsn *d)
{
    if (d->has_mem) {
        exact_memory(s, d, x86_const(s, d->opc | (d->modrm & 0x38) << 8));
    } else {
        x86_call(s, uses_flags(d) ? &h_x87_exact_flags : &h_x87_exact, IR_NONE, 1,
                 x86_const(s, d->opc | d->modrm << 8));
    }
}

/* Continue exactly at the end of the block when label is reached; false: no more room. */
static bool defer_exact(DisasContext *s, const DecodedInsn *d, unsigned label)
{
    X87Deferred *x = &s->fp_deferred[s->nb_fp_deferred];

    if (s->nb_fp_deferred == ARRAY_SIZE(s->fp_deferred)) {
        return false;
    }
    s->nb_fp_deferred++;
    *x = (X87Deferred){
        .pc = d->pc, .next = d->next, .mem = d->mem, .label = label, .opc = d->opc,
        .modrm = d->modrm, .has_mem = d->has_mem, .asz = d->asz, .op0 = d->op[0],
    };
    return true;
}

static void note_pointers(DisasContext *s, const DecodedInsn *d)
{
    ir_op2(s->b, IR_mov, SZ64, ir_global(G_FPIP), x86_const(s, d->pc));
    if (d->has_mem) {
        x86_ea_to(s, d, ir_global(G_FPDP), SZ64);
    }
    s->fp_insns++;
}

/*
 * Only the last instruction and operand pointers of a stretch without ways out are ever seen:
 * the others go. (A fault between them shows older pointers.)
 */
static void drop_dead_pointers(DisasContext *s)
{
    bool ip_set = false, dp_set = false;
    IRVal ip = ir_global(G_FPIP), dp = ir_global(G_FPDP);

    for (unsigned i = s->b->nb_ops; i-- > 0;) {
        IROp *op = &s->b->ops[i];
        uint32_t props = ir_op_info[op->op].props;

        if (props & (P_LABEL | P_END | P_CALL) || (props & P_BRANCH && op->op != IR_brcond)) {
            ip_set = dp_set = false;
        } else if (op->op == IR_mov && ir_val_eq(op->a[0], ip)) {
            op->op = ip_set ? IR_nop : IR_mov;
            ip_set = true;
        } else if (op->op == IR_lea && ir_val_eq(op->a[0], dp)) {
            op->op = dp_set ? IR_nop : IR_lea;
            op->mem = dp_set ? 0 : op->mem;
            dp_set = true;
        }
    }
}

void x86_emit_deferred(DisasContext *s)
{
    if (s->fp_insns > 1) {
        drop_dead_pointers(s);
    }
    for (unsigned i = 0; i < s->nb_fp_deferred; i++) {
        const X87Deferred *x = &s->fp_deferred[i];
        DecodedInsn d = {
            .pc = x->pc, .next = x->next, .mem = x->mem, .opc = x->opc, .modrm = x->modrm,
            .reg = x->modrm >> 3 & 7, .has_mem = x->has_mem, .asz = x->asz, .op = { x->op0 },
        };

        ir_label(s->b, x->label);
        ir_insn_start(s->b, x->pc);
        note_pointers(s, &d);
        x87_exact(s, &d);
        x86_exit_path(s, x->next);
    }
    s->nb_fp_deferred = 0;
}

/* Branch to label unless the registers are as wanted: byte n of the rotated tags is ST(n)'s. */
static void check_tags(DisasContext *s, unsigned valid, bool push, unsigned label)
{
    IRVal count = x86_temp(s), tags = x86_temp(s);
    uint64_t mask = push ? UINT64_C(1) << 56 : 0;

    for (unsigned i = 0; i < 8; i++) {
        mask |= valid & 1 << i ? UINT64_C(1) << (8 * i) : 0;
    }
    ir_op3(s->b, IR_shl, SZ32, count, ir_global(G_FPTOP), x86_const(s, 3));
    ir_op3(s->b, IR_ror, SZ64, tags, ir_global(G_FPTAGS), count);
    if (!push) {
        ir_brcond(s->b, SZ64, CMP_TSTNE, tags, x86_const(s, mask), label);
        return;
    }
    if (valid) {
        ir_op3(s->b, IR_xor, SZ64, tags, tags, x86_const(s, UINT64_C(1) << 56));
    }
    ir_brcond(s->b, SZ64, valid ? CMP_TSTNE : CMP_TSTEQ, tags, x86_const(s, mask), label);
}

bool x87_begin(DisasContext *s, const DecodedInsn *d, unsigned valid, bool push)
{
    unsigned unknown = valid & ~s->fp_valid;
    bool check_push = push && !(s->fp_empty & 0x80);

    note_pointers(s, d);
    if (s->hflags & HF_FP_UNMASKED) {
        x87_exact(s, d);
        s->next = DISAS_STOP;
        return false;
    }
    if (unknown || check_push) {
        unsigned label = ir_label_new(s->b);

        if (!defer_exact(s, d, label)) {
            s->b->nb_labels--;
            x87_exact(s, d);
            x87_forget(s);
            return false;
        }
        check_tags(s, unknown, check_push, label);
    }
    s->fp_valid |= valid;
    s->fp_empty |= push ? 0x80 : 0;
    return true;
}

/* Those condition codes of the host's last instruction to the guest's status word. */
static void take_codes(DisasContext *s, uint32_t codes)
{
    IRVal sw = x86_temp(s), fpsw = ir_global(G_FPSWCW);

    ir_op1(s->b, IR_x87_getsw, SZ64, sw);
    ir_op3(s->b, IR_and, SZ32, sw, sw, x86_const(s, codes));
    ir_op3(s->b, IR_and, SZ32, fpsw, fpsw, x86_const(s, (uint32_t)~codes));
    ir_op3(s->b, IR_or, SZ32, fpsw, fpsw, sw);
}

static void pop_stack(DisasContext *s, unsigned arg)
{
    int n = arg & FP_POP2 ? 2 : arg & FP_POP ? 1 : 0;

    if (n) {
        x87_top(s, n);
    }
    x87_done(s, n, 0);
}

/* ---- arithmetic ---- */

/*
 * D8: ST(0) = ST(0) op ST(i). On the host ST(1) op= ST(0) with a pop: the reversed operation
 * has its roles the other way round there.
 */
void emit_FARITH(DisasContext *s, const DecodedInsn *d)
{
    unsigned i = d->rm, op = d->reg >= 4 ? d->reg ^ 1 : d->reg;

    if (x87_begin(s, d, 1 | 1 << i, false)) {
        x87_push(s, 0);
        x87_push(s, i);
        x87_exec(s, 0xde, 0xc1 | op << 3);
        x87_pop(s, 0);
    }
}

/* DC, DE: ST(i) = ST(i) op ST(0). */
void emit_FARITH_TO(DisasContext *s, const DecodedInsn *d)
{
    unsigned i = d->rm;

    if (x87_begin(s, d, 1 | 1 << i, false)) {
        x87_push(s, i);
        x87_push(s, 0);
        x87_exec(s, 0xde, 0xc1 | d->reg << 3);
        x87_pop(s, i);
        pop_stack(s, d->row->arg);
    }
}

static void load_value(DisasContext *s, const DecodedInsn *d, unsigned reg, IRVal v)
{
    ir_op1(s->b, IR_x87_ldv, d->op[0].sz, v)->imm = d->opc | reg << 8;
}

void emit_FARITH_MEM(DisasContext *s, const DecodedInsn *d)
{
    if (x87_begin(s, d, 1, false)) {
        IRVal v = x87_load_operand(s, d);

        x87_push(s, 0);
        load_value(s, d, d->reg, v);
        x87_pop(s, 0);
    }
}

/* ---- compares ---- */

void emit_FCOM(DisasContext *s, const DecodedInsn *d)
{
    unsigned arg = d->row->arg, i = arg & FP_POP2 ? 1 : d->rm;

    if (x87_begin(s, d, 1 | 1 << i, false)) {
        x87_push(s, i);
        x87_push(s, 0);
        if (arg & FP_UNORDERED) {
            x87_exec(s, 0xda, 0xe9); /* fucompp */
        } else {
            x87_exec(s, 0xde, 0xd9); /* fcompp */
        }
        take_codes(s, FSW_CC);
        pop_stack(s, arg);
    }
}

void emit_FCOM_MEM(DisasContext *s, const DecodedInsn *d)
{
    if (x87_begin(s, d, 1, false)) {
        IRVal v = x87_load_operand(s, d);

        x87_push(s, 0);
        load_value(s, d, 3, v); /* the popping form */
        take_codes(s, FSW_CC);
        pop_stack(s, d->row->arg);
    }
}

void emit_FCOMI(DisasContext *s, const DecodedInsn *d)
{
    unsigned i = d->rm, arg = d->row->arg;
    IROp *op;

    if (x87_begin(s, d, 1 | 1 << i, false)) {
        x87_push(s, i);
        x87_push(s, 0);
        op = ir_emit(s->b, IR_x87_exec, SZ64);
        op->imm = 0xdf | (arg & FP_UNORDERED ? 0xe9 : 0xf1) << 8;
        op->aux = 1;
        discard(s);
        pop_stack(s, arg);
    }
}

void emit_FCMOV(DisasContext *s, const DecodedInsn *d)
{
    unsigned i = d->rm;
    IROp *op;

    if (x87_begin(s, d, 1 | 1 << i, false)) {
        x87_push(s, i);
        x87_push(s, 0);
        op = ir_emit(s->b, IR_x87_exec, SZ64);
        op->imm = d->opc | (0xc1 | d->reg << 3) << 8;
        op->aux = 2;
        x87_pop(s, 0);
        discard(s);
    }
}

/* FTST, FXAM: only condition codes come out. FXAM of an empty register goes the exact way. */
void emit_FTEST(DisasContext *s, const DecodedInsn *d)
{
    if (x87_begin(s, d, 1, false)) {
        x87_push(s, 0);
        x87_exec(s, d->opc, d->modrm);
        take_codes(s, FSW_CC);
        discard(s);
    }
}

/* ---- functions ---- */

void emit_FUNARY(DisasContext *s, const DecodedInsn *d)
{
    if (x87_begin(s, d, 1, false)) {
        x87_push(s, 0);
        x87_exec(s, d->opc, d->modrm);
        if (d->row->arg & FP_CC) {
            take_codes(s, FSW_C1_C2);
        }
        x87_pop(s, 0);
    }
}

/*
 * Functions of ST(0) and ST(1). With FP_POP the host's stack is popped, too, and the result
 * is the new ST(0); else ST(1) is left over.
 */
void emit_FPAIR(DisasContext *s, const DecodedInsn *d)
{
    bool pops = d->row->arg & FP_POP;

    if (x87_begin(s, d, 3, false)) {
        x87_push(s, 1);
        x87_push(s, 0);
        x87_exec(s, d->opc, d->modrm);
        if (d->row->arg & FP_CC) {
            take_codes(s, FSW_CC);
        }
        x87_pop(s, pops ? 1 : 0);
        if (!pops) {
            discard(s);
        }
        pop_stack(s, d->row->arg & FP_POP);
    }
}

void emit_FXTRACT(DisasContext *s, const DecodedInsn *d)
{
    if (x87_begin(s, d, 1, true)) {
        x87_push(s, 0);
        x87_exec(s, d->opc, d->modrm);
        x87_top(s, -1);
        x87_pop(s, 0);
        x87_pop(s, 1);
        x87_done(s, -1, 1);
    }
}

/* FLD1 ... FLDZ */
void emit_FCONST(DisasContext *s, const DecodedInsn *d)
{
    if (x87_begin(s, d, 0, true)) {
        x87_exec(s, d->opc, d->modrm);
        x87_top(s, -1);
        x87_pop(s, 0);
        x87_done(s, -1, 1);
    }
}

/* FPTAN, FSINCOS: whether they push depends on the operand. */
void emit_FEXACT(DisasContext *s, const DecodedInsn *d)
{
    ir_op2(s->b, IR_mov, SZ64, ir_global(G_FPIP), x86_const(s, d->pc));
    x87_exact(s, d);
    x87_forget(s);
    if (s->hflags & HF_FP_UNMASKED) {
        s->next = DISAS_STOP;
    }
}
