/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Constants and copies of temporaries, forward through a block.
 *
 * For each temporary: nothing known, a constant, or a copy of a global or of another temporary.
 * A copy dies when its source is written: every value has a version, and a copy remembers
 * the version it was made from. Globals themselves are not tracked: they live in host
 * registers, and an immediate in their place would only make code longer.
 *
 * At a label everything is forgotten; labels are rare.
 *
 * Rules, tried in this order for each op: replace inputs; compute the result if all inputs are
 * constants; simplify by one constant input (the table `identities`); decide branches.
 */
#include "qemu/osdep.h"
#include "tcg/ir.h"
#include "opt.h"
#include "interp.h"

typedef enum What { UNKNOWN, CONSTANT, COPY } What;

typedef struct TempInfo {
    uint8_t what;
    IRVal is;           /* constant, or what it is a copy of */
    uint32_t version;   /* of `is` when copied */
    uint32_t own;       /* times this temp has been written */
} TempInfo;

enum { FEW_TEMPS = 128, MAX_GLOBALS = 256 };

typedef struct Fold {
    IRBlock *b;
    TempInfo *temps;
    uint32_t globals[MAX_GLOBALS]; /* versions */
} Fold;

static uint32_t version_of(const Fold *f, IRVal v)
{
    return ir_kind(v) == IRK_GLOBAL ? f->globals[ir_index(v)] : f->temps[ir_index(v)].own;
}

/* What to use instead of v. */
static IRVal known(const Fold *f, IRVal v)
{
    const TempInfo *t;

    if (ir_kind(v) != IRK_TEMP) {
        return v;
    }
    t = &f->temps[ir_index(v)];
    if (t->what == CONSTANT || (t->what == COPY && version_of(f, t->is) == t->version)) {
        return t->is;
    }
    return v;
}

static bool is_const(IRVal v)
{
    return ir_kind(v) == IRK_CONST;
}

static void written(Fold *f, IRVal v)
{
    if (ir_kind(v) == IRK_TEMP) {
        f->temps[ir_index(v)].what = UNKNOWN;
        f->temps[ir_index(v)].own++;
    } else if (ir_kind(v) == IRK_GLOBAL) {
        f->globals[ir_index(v)]++;
    }
}

static void learn(Fold *f, IRVal d, What what, IRVal is)
{
    TempInfo *t;

    if (ir_kind(d) != IRK_TEMP || f->b->temp_sz[ir_index(d)] > SZ64) {
        return;
    }
    t = &f->temps[ir_index(d)];
    t->what = what;
    t->is = is;
    t->version = what == COPY ? version_of(f, is) : 0;
}

/* The width that the result of a pure op has; narrower than 32 bits merges. */
static IRSize result_size(const IROp *op)
{
    switch (op->op) {
    case IR_zext: case IR_extract: case IR_deposit: case IR_setcond: case IR_movcond:
        return SZ64;
    case IR_sext:
        return op->aux;
    case IR_crc32:
        return SZ32;
    default:
        return op->sz;
    }
}

static uint64_t field(uint64_t imm)
{
    unsigned len = imm >> 8 & 0xff;

    return len >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << len) - 1;
}

static const uint8_t rmw_of[IR_OP_COUNT] = {
    [IR_add] = RMW_ADD, [IR_sub] = RMW_SUB, [IR_and] = RMW_AND, [IR_or] = RMW_OR,
    [IR_xor] = RMW_XOR, [IR_neg] = RMW_NEG, [IR_not] = RMW_NOT, [IR_shl] = RMW_SHL,
    [IR_shr] = RMW_SHR, [IR_sar] = RMW_SAR, [IR_rol] = RMW_ROL, [IR_ror] = RMW_ROR,
};

/* The value of a pure op with one output and constant inputs; false: not computed here. */
static bool compute(const IROp *op, uint64_t a, uint64_t b, uint64_t *r)
{
    uint32_t fl = 0;

    switch (op->op) {
    case IR_mov:
        *r = a;
        return true;
    case IR_zext:
        *r = a & interp_mask(op->sz);
        return true;
    case IR_sext:
        *r = interp_sext(op->sz, a);
        return true;
    case IR_extract:
        *r = a >> (op->imm & 0xff) & field(op->imm);
        return true;
    case IR_bswap:
        *r = __builtin_bswap64(a) >> (64 - (8u << op->sz));
        return true;
    case IR_setcond:
        *r = interp_compare(op->sz, op->aux, a, b);
        return true;
    case IR_mul:
        *r = a * b;
        return true;
    case IR_andn:
        *r = ~a & b;
        return true;
    case IR_add: case IR_sub: case IR_and: case IR_or: case IR_xor: case IR_neg: case IR_not:
        *r = interp_rmw(op->sz, rmw_of[op->op], a, b, &fl);
        return true;
    case IR_shl: case IR_shr: case IR_sar: case IR_rol: case IR_ror:
        *r = interp_shift(op->sz, rmw_of[op->op], a, b, &fl);
        return true;
    default:
        return false;
    }
}

static void make_mov(IROp *op, IRSize sz, IRVal from)
{
    op->op = IR_mov;
    op->sz = sz;
    op->aux = 0;
    op->imm = 0;
    op->a[1] = from;
    op->a[2] = op->a[3] = op->a[4] = IR_NONE;
}

/* op(a, constant) is a, or the constant itself; at the op's size. */
typedef struct Identity {
    uint8_t op;
    bool all_ones;    /* the constant: all ones, or zero */
    bool is_constant; /* the result is the constant, or a */
} Identity;

static const Identity identities[] = {
    { IR_add, false, false }, { IR_sub, false, false }, { IR_or, false, false },
    { IR_xor, false, false }, { IR_and, true, false }, { IR_and, false, true },
    { IR_or, true, true }, { IR_mul, false, true }, { IR_shl, false, false },
    { IR_shr, false, false }, { IR_sar, false, false }, { IR_rol, false, false },
    { IR_ror, false, false },
};

static void simplify(const Fold *f, IROp *op)
{
    uint64_t c = f->b->consts[ir_index(op->a[2])] & interp_mask(op->sz);

    for (unsigned i = 0; i < ARRAY_SIZE(identities); i++) {
        const Identity *id = &identities[i];

        if (op->op == id->op && c == (id->all_ones ? interp_mask(op->sz) : 0)) {
            make_mov(op, op->sz, id->is_constant ? op->a[2] : op->a[1]);
            return;
        }
    }
}

static void replace_inputs(const Fold *f, IROp *op, const IROpInfo *info)
{
    for (unsigned i = info->outs; i < (unsigned)info->outs + info->ins; i++) {
        op->a[i] = known(f, op->a[i]);
    }
}

/* Address parts: a constant base joins the displacement. */
static void replace_address(const Fold *f, IRMem *m)
{
    m->seg = known(f, m->seg);
    m->base = known(f, m->base);
    m->index = known(f, m->index);
    if (is_const(m->base)) {
        m->disp += f->b->consts[ir_index(m->base)];
        m->base = IR_NONE;
    }
    if (is_const(m->index)) {
        m->disp += f->b->consts[ir_index(m->index)] << m->scale;
        m->index = IR_NONE;
    }
    if (is_const(m->seg) && f->b->consts[ir_index(m->seg)] == 0) {
        m->seg = IR_NONE;
    }
}

static void fold_pure(Fold *f, IROp *op, const IROpInfo *info)
{
    uint64_t r;

    if (op->op == IR_movcond && is_const(op->a[1]) && is_const(op->a[2])) {
        bool yes = interp_compare(op->sz, op->aux, f->b->consts[ir_index(op->a[1])],
                                  f->b->consts[ir_index(op->a[2])]);
        make_mov(op, SZ64, op->a[yes ? 3 : 4]);
        return;
    }
    if (info->outs != 1 || info->ins == 0 || info->ins > 2 || op->op == IR_vmov) {
        return;
    }
    if (is_const(op->a[1]) && (info->ins == 1 || is_const(op->a[2]))) {
        uint64_t a = f->b->consts[ir_index(op->a[1])];
        uint64_t b = info->ins == 2 ? f->b->consts[ir_index(op->a[2])] : 0;

        if (op->op != IR_mov && result_size(op) >= SZ32 && compute(op, a, b, &r)) {
            r &= interp_mask(result_size(op));
            make_mov(op, SZ64, ir_const(f->b, r));
        }
    } else if (info->ins == 2 && is_const(op->a[2])) {
        simplify(f, op);
    }
}

static void decide_branch(const Fold *f, IROp *op)
{
    if (op->op != IR_brcond || !is_const(op->a[0]) || !is_const(op->a[1])) {
        return;
    }
    if (interp_compare(op->sz, op->aux, f->b->consts[ir_index(op->a[0])],
                       f->b->consts[ir_index(op->a[1])])) {
        op->op = IR_br;
    } else {
        op->op = IR_nop;
    }
    op->a[0] = op->a[1] = IR_NONE;
}

static void note_outputs(Fold *f, const IROp *op, const IROpInfo *info)
{
    if (op->op == IR_host || op->op == IR_host_mem) {
        for (unsigned i = 0; i < 8; i++) { /* inputs among them: harmless */
            written(f, op->a[i]);
        }
        return;
    }
    if (op->op == IR_call && op->helper->flags & HELPER_WRITES_STATE) {
        for (unsigned i = 0; i < f->b->target->nb_globals; i++) {
            f->globals[i]++;
        }
    }
    for (unsigned i = 0; i < info->outs; i++) {
        written(f, op->a[i]);
    }
    if (op->op != IR_mov) {
        return;
    }
    if (is_const(op->a[1])) {
        uint64_t c = f->b->consts[ir_index(op->a[1])];

        if (op->sz == SZ64 || (op->sz == SZ32 && c <= UINT32_MAX)) {
            learn(f, op->a[0], CONSTANT, op->a[1]);
        }
    } else if (op->sz == SZ64 && !ir_val_eq(op->a[0], op->a[1]) &&
               (ir_kind(op->a[1]) == IRK_TEMP ||
                f->b->target->globals[ir_index(op->a[1])].sz == SZ64)) {
        learn(f, op->a[0], COPY, op->a[1]);
    }
}

static void fold_op(Fold *f, IROp *op)
{
    const IROpInfo *info = &ir_op_info[op->op];

    if (op->op != IR_host && op->op != IR_host_mem) {
        replace_inputs(f, op, info);
    }
    if (op->mem) {
        replace_address(f, &f->b->mems[op->mem - 1]);
    }
    if (info->props & P_PURE) {
        fold_pure(f, op, info);
        info = &ir_op_info[op->op];
    } else if (info->props & P_BRANCH) {
        decide_branch(f, op);
        return;
    }
    note_outputs(f, op, info);
}

void ir_fold_pass(IRBlock *b)
{
    TempInfo few[FEW_TEMPS];
    g_autofree TempInfo *many = NULL;
    Fold f = { .b = b, .temps = few };

    if (b->nb_temps == 0 || b->target->nb_globals > MAX_GLOBALS) {
        return;
    }
    if (b->nb_temps > FEW_TEMPS) {
        f.temps = many = g_new(TempInfo, b->nb_temps);
    }
    memset(f.temps, 0, b->nb_temps * sizeof(TempInfo));
    for (unsigned i = 0; i < b->nb_ops; i++) {
        IROp *op = &b->ops[i];

        if (op->op == IR_label) {
            for (unsigned t = 0; t < b->nb_temps; t++) {
                f.temps[t].what = UNKNOWN;
            }
        } else if (op->op != IR_nop && op->op != IR_insn_start) {
            fold_op(&f, op);
        }
    }
}
