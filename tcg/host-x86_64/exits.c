/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Control flow: entry of a block, labels and branches inside it, and its exits.
 *
 * An exit that may be chained is one jump whose rel32 is patched (patch.c). Until then it
 * leads to a stub behind the block's code:
 *
 *      jmp   stub          <- TBExit.direct: chained here when the successor needs no FLAGS
 *  stub:
 *      lahf; seto; mov     save pending FLAGS
 *      jmp   next          <- TBExit.saved: chained here when it does
 *  next:
 *      mov   [pc], ...; mov rax, tb | slot
 *      jmp   epilogue      <- TBExit.leave: leads to a look-up in the jump cache instead for
 *                             targets that cannot be chained
 *
 * A conditional branch whose label holds nothing but such an exit becomes one jcc to patch.
 */
#include "qemu/osdep.h"
#include "host.h"

void emit_entry(Emit *e)
{
    a_alu(&e->a, ALU_CMP, SZ32, TRANS(exit_request), o_imm(0));
    e->entry_jcc = a_jcc_fwd(&e->a, CC_NE);
}

/* Pad so that the rel32 field behind len opcode bytes can be patched by one store. */
static void align_patch(Emit *e, unsigned len)
{
    unsigned at = (uintptr_t)(e->a.rx + asm_ofs(&e->a) + len) & 7;

    if (at > 4) {
        a_nops(&e->a, 8 - at);
    }
}

/* The same for a jcc with a jmp right behind it: both fields in 8-byte words. */
static void align_patch_pair(Emit *e)
{
    unsigned at = (uintptr_t)(e->a.rx + asm_ofs(&e->a)) & 7;

    if (at != 1 && at != 2) {
        a_nops(&e->a, (9 - at) & 7);
    }
}

static bool chainable(const Emit *e, const IROp *op)
{
    return op->op == IR_exit_tb && op->imm & 1 && !e->b->no_chain;
}

static void add_exit(Emit *e, const IROp *op, uint32_t place)
{
    ExitStub *x = &e->exits[e->nb_exits++];

    assert(e->nb_exits <= ARRAY_SIZE(e->exits));
    x->place = place;
    x->pending = e->fl_host & ~e->fl_mem;
    x->host = e->fl_host; /* all of them: a save overwrites what memory has */
    x->slot = op->aux;
    val_const(e, op->a[0], &x->pc);
}

static bool one_way_in(const LabelState *l)
{
    return l->refs == 1 && !l->falls_in;
}

/* Jump to a label, cc < 0: always. FLAGS are where the label expects them. */
static void jump_to_label(Emit *e, unsigned label, int cc)
{
    LabelState *l = &e->labels[label];

    if (l->placed) {
        if (cc < 0) {
            a_jmp_to(&e->a, l->pos);
        } else {
            a_jcc_to(&e->a, cc, l->pos);
        }
        return;
    }
    uint32_t place = cc < 0 ? a_jmp_fwd(&e->a) : a_jcc_fwd(&e->a, cc);

    memcpy(e->a.start + place, &l->fixups, 4);
    l->fixups = place;
    l->fl_host = e->fl_host;
    l->fl_mem = e->fl_mem;
}

void emit_label(Emit *e, const IROp *op)
{
    LabelState *l = &e->labels[op->imm];

    if (l->taken || (e->ended && !l->refs)) {
        return;
    }
    if (one_way_in(l)) {
        e->fl_host = l->fl_host;
        e->fl_mem = l->fl_mem;
    } else {
        if (!e->ended) {
            fl_save(e);
        }
        e->fl_host = 0;
        e->fl_mem = FL_ALL;
    }
    l->placed = true;
    l->pos = asm_ofs(&e->a);
    for (uint32_t place = l->fixups, next; place; place = next) {
        memcpy(&next, e->a.start + place, 4);
        a_here(&e->a, place);
    }
    e->ended = false;
}

void emit_br(Emit *e, const IROp *op)
{
    if (!one_way_in(&e->labels[op->imm])) {
        fl_save(e);
    }
    jump_to_label(e, op->imm, -1);
}

/* The exit that is all there is at the label, NULL when there is more. */
static const IROp *exit_at_label(const Emit *e, unsigned label)
{
    const LabelState *l = &e->labels[label];
    const IROp *op;

    if (!one_way_in(l) || l->placed || l->op + 1 >= e->b->nb_ops) {
        return NULL;
    }
    op = &e->b->ops[l->op + 1];
    return chainable(e, op) ? op : NULL;
}

void emit_br_cc_f(Emit *e, const IROp *op)
{
    const IROp *exit = exit_at_label(e, op->imm);
    unsigned cc;

    if (!exit && !one_way_in(&e->labels[op->imm])) {
        fl_save(e);
    }
    cc = fl_cond(e, op->aux);
    if (!exit) {
        jump_to_label(e, op->imm, cc);
        return;
    }
    if (e->i + 1 < e->b->nb_ops && chainable(e, op + 1)) {
        align_patch_pair(e);
    } else {
        align_patch(e, 2);
    }
    add_exit(e, exit, a_jcc_fwd(&e->a, cc));
    e->labels[op->imm].taken = true;
}

/* Compare a and b for an IRCmp; returns the host condition. */
static unsigned emit_compare(Emit *e, const IROp *op, IRVal x, IRVal y)
{
    static const uint8_t host_cc[] = {
        CC_E, CC_NE, CC_L, CC_GE, CC_LE, CC_G, CC_B, CC_AE, CC_BE, CC_A, CC_E, CC_NE,
    };
    bool test = op->aux >= CMP_TSTEQ;
    Opnd oy = val_src(e, y, op->sz), ox = val_rm(e, x, op->sz);

    if (ox.kind == O_MEM && oy.kind == O_MEM) {
        ox = o_reg(val_reg(e, x, op->sz));
    }
    if (test && oy.kind == O_MEM) {
        oy = o_reg(val_reg(e, y, op->sz));
    }
    if (test || (oy.kind == O_IMM && oy.imm == 0 && ox.kind == O_REG)) {
        a_test(&e->a, op->sz, ox, test ? oy : ox);
    } else {
        a_alu(&e->a, ALU_CMP, op->sz, ox, oy);
    }
    return host_cc[op->aux];
}

void emit_brcond(Emit *e, const IROp *op)
{
    unsigned cc;

    fl_clobber(e);
    cc = emit_compare(e, op, op->a[0], op->a[1]);
    jump_to_label(e, op->imm, cc);
}

void emit_setcond(Emit *e, const IROp *op)
{
    unsigned cc, r;

    fl_clobber(e);
    cc = emit_compare(e, op, op->a[1], op->a[2]);
    r = dst_reg(e, op->a[0], SZ64);
    a_mov_imm(&e->a, r, 0);
    a_insn(&e->a, X_0F | X_BRM | 0x90 | cc, 0, o_reg(r));
    dst_put(e, op->a[0], SZ64, r);
}

void emit_movcond(Emit *e, const IROp *op)
{
    IRVal d = op->a[0], x = op->a[3], y = op->a[4];
    unsigned cc, r;
    Opnd ox;

    fl_clobber(e);
    cc = emit_compare(e, op, op->a[1], op->a[2]);
    if (ir_val_eq(d, x) && !ir_val_eq(d, y)) {
        x = op->a[4];
        y = op->a[3];
        cc ^= 1;
    }
    ox = val_rm(e, x, SZ64);
    r = dst_reg(e, d, SZ64);
    if (o_uses(ox, r) && !ir_val_eq(d, y)) {
        r = reg_alloc(e, 0);
    }
    val_copy(e, y, SZ64, r);
    a_insn(&e->a, X_0F | X_W | 0x40 | cc, r, ox);
    dst_put(e, d, SZ64, r);
}

/* Leave for a constant pc on another page: look at its one slot of the jump cache. */
static void exit_probe(Emit *e, uint64_t pc)
{
    Asm *a = &e->a;
    int32_t disp = jump_cache_index(pc) * sizeof(JumpCacheEntry);

    a_mov_imm(a, RAX, pc);
    a_mov(a, SZ64, o_reg(RDX), TRANS(jc));
    a_alu(a, ALU_CMP, SZ64, o_reg(RAX), o_mem(RDX, disp + offsetof(JumpCacheEntry, pc)));
    a_jcc_abs(a, CC_NE, host_backend.jc_miss);
    a_insn(a, 0xff, 4, o_mem(RDX, disp + offsetof(JumpCacheEntry, host)));
}

void emit_exit_tb(Emit *e, const IROp *op)
{
    uint64_t pc = 0;

    val_const(e, op->a[0], &pc);
    if (chainable(e, op)) {
        align_patch(e, 1);
        add_exit(e, op, a_jmp_fwd(&e->a));
        return;
    }
    fl_save(e);
    if (e->b->no_chain) {
        put_pc(&e->a, pc);
        a_mov_imm(&e->a, RAX, TCG_EXIT_MISS);
        a_jmp_abs(&e->a, host_backend.epilogue);
    } else {
        exit_probe(e, pc);
    }
}

void put_jc_probe(Asm *a)
{
    QEMU_BUILD_BUG_ON(sizeof(JumpCacheEntry) != 16);

    /* Twice the index, scaled by 8 in the address, finds entries of 16 bytes. */
    a_insn(a, 0x69, RCX, o_reg(RAX)); /* imul */
    a_u32(a, JC_MULTIPLIER);
    a_mov(a, SZ64, o_reg(RDX), TRANS(jc));
    a_shift_imm(a, 5, SZ32, o_reg(RCX), 32 - JC_BITS - 1);
    a_alu(a, ALU_AND, SZ32, o_reg(RCX), o_imm((JC_SIZE - 1) * 2));
    a_alu(a, ALU_CMP, SZ64, o_reg(RAX),
          o_sib(RDX, RCX, 3, offsetof(JumpCacheEntry, pc)));
    a_jcc_abs(a, CC_NE, host_backend.jc_miss);
    a_insn(a, 0xff, 4, o_sib(RDX, RCX, 3, offsetof(JumpCacheEntry, host)));
}

void emit_exit_jc(Emit *e, const IROp *op)
{
    Asm *a = &e->a;
    uint64_t pc;

    fl_save(e);
    if (val_const(e, op->a[0], &pc) && !e->b->no_chain) {
        exit_probe(e, pc);
        return;
    }
    reg_free(e, RAX);
    if (is_temp(op->a[0]) && temp_of(e, op->a[0])->reg == RAX) {
        e->locked |= 1u << RAX;
    } else {
        reg_take(e, RAX);
    }
    val_copy(e, op->a[0], SZ64, RAX);
    if (e->b->no_chain) {
        a_jmp_abs(a, host_backend.jc_miss);
        return;
    }
    put_jc_probe(a);
}

void emit_set_pc(Emit *e, const IROp *op)
{
    Opnd o = val_src(e, op->a[0], SZ64);

    if (o.kind == O_MEM) {
        o = o_reg(val_reg(e, op->a[0], SZ64));
    }
    a_mov(&e->a, SZ64, env_mem(host_backend.target->pc_offset), o);
}

void emit_exit_loop(Emit *e, const IROp *op)
{
    fl_save(e);
    a_mov(&e->a, SZ64, TRANS(scratch[0]), o_imm((int32_t)op->imm));
    a_mov_imm(&e->a, RAX, TCG_EXIT_LOOP);
    a_jmp_abs(&e->a, host_backend.epilogue);
}

/* What exits lead to before they are chained, and what an exit request leads to. */
void emit_exit_stubs(Emit *e)
{
    Asm *a = &e->a;

    for (unsigned n = 0; n < e->nb_exits; n++) {
        ExitStub *x = &e->exits[n];
        TBExit *out = &e->code->exits[x->slot];

        a_here(a, x->place);
        out->direct_ofs = x->place;
        memcpy(&out->direct_reset, a->start + x->place, 4);
        out->pending = x->pending;
        if (x->pending) {
            fl_store(a, x->host);
            align_patch(e, 1);
            out->saved_ofs = a_jmp_fwd(a);
            out->saved_reset = 0;
        }
        put_pc(a, x->pc);
        a_mov_imm(a, RAX, (uintptr_t)e->code->tb | x->slot);
        align_patch(e, 1);
        out->leave_ofs = asm_ofs(a) + 1;
        a_jmp_abs(a, host_backend.epilogue);
    }
    a_here(a, e->entry_jcc);
    put_pc(a, e->b->pc);
    a_mov_imm(a, RAX, TCG_EXIT_REQUESTED);
    a_jmp_abs(a, host_backend.epilogue);
}
