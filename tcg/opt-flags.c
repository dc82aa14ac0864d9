/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FLAGS liveness: which flags of each defining op somebody reads, and which flags a block
 * needs on entry.
 *
 * One scan from the last op to the first. `live` is the set of flags read later on some path
 * before they are defined again. Every way out of the block reads all flags; a fault in a
 * memory op or helper reads none: flags that the next instructions overwrite may be stale
 * in the frame of such a fault (docs/deviations.md, FLAGS at faults).
 *
 * A forward branch finds the set of its label already computed. Where a branch goes back
 * the scan is repeated until the label sets stand still (they only grow), and ops are
 * rewritten in one further scan.
 *
 * Rewriting: an op whose flags are all dead becomes the form without flags, or goes away.
 */
#include "qemu/osdep.h"
#include "tcg/ir.h"

typedef struct FlagsScan {
    IRBlock *b;
    uint16_t *label_live;
    bool rewrite;
    bool grew; /* a label's set grew in this scan */
} FlagsScan;

static void make_nop(IROp *op)
{
    op->op = IR_nop;
    op->mem = 0;
}

static void make_add_const(IRBlock *b, IROp *op, IROpcode opcode)
{
    op->op = opcode;
    op->a[2] = ir_const(b, 1);
}

/*
 * The form without flags, plus one: IR_nop + 1 when the op does nothing else, 0 when there
 * is no such form.
 */
enum { GOES_AWAY = IR_nop + 1 };
static const uint8_t plain_form[IR_OP_COUNT] = {
    [IR_add_f] = IR_add + 1,
    [IR_sub_f] = IR_sub + 1,
    [IR_neg_f] = IR_neg + 1,
    [IR_and_f] = IR_and + 1,
    [IR_or_f] = IR_or + 1,
    [IR_xor_f] = IR_xor + 1,
    [IR_andn_f] = IR_andn + 1,
    [IR_shl_f] = IR_shl + 1,
    [IR_shr_f] = IR_shr + 1,
    [IR_sar_f] = IR_sar + 1,
    [IR_rol_f] = IR_rol + 1,
    [IR_ror_f] = IR_ror + 1,
    [IR_imul_f] = IR_mul + 1,
    [IR_cmp_f] = GOES_AWAY,
    [IR_test_f] = GOES_AWAY,
    [IR_bt_f] = GOES_AWAY,
    [IR_flags_set] = GOES_AWAY,
    [IR_flags_sahf] = GOES_AWAY,
    [IR_cf_set] = GOES_AWAY,
};
QEMU_BUILD_BUG_ON(IR_OP_COUNT > 254);

/* Nobody reads the flags of op. True when it has become a nop. */
static bool rewrite_plain(IRBlock *b, IROp *op)
{
    unsigned to = plain_form[op->op];

    switch (op->op) {
    case IR_inc_f:
        make_add_const(b, op, IR_add);
        return false;
    case IR_dec_f:
        make_add_const(b, op, IR_sub);
        return false;
    case IR_mulu2_f:
    case IR_muls2_f:
        if (op->sz == SZ32 || op->sz == SZ64) {
            op->op = op->op == IR_mulu2_f ? IR_mulu2 : IR_muls2;
        }
        return false;
    default:
        if (to == GOES_AWAY) {
            make_nop(op);
            return true;
        }
        if (to) {
            op->op = to - 1;
        }
        return false;
    }
}

/* How an op looks to the scan. */
typedef enum Class {
    IGNORED,  /* nothing to do with FLAGS or control */
    SIMPLE,   /* defines and uses what its row says */
    RESOLVED, /* has to be looked at closely */
    CONTROL,
} Class;

enum { MARKERS = FL_COND | FL_SHIFT | FL_RMW | FL_X87 };

typedef struct OpClass {
    uint16_t fdef, fuse;
    uint8_t class;
} OpClass;

/* From the rows of ir-ops.def, so that most ops cost one load and a compare. */
static const OpClass op_classes[IR_OP_COUNT] = {
#define OP(name, no, ni, def, use, props, doc)                                                   \
    [IR_##name] = {                                                                              \
        .fdef = (def) & FL_ALL,                                                                  \
        .fuse = (use) & FL_ALL,                                                                  \
        .class = (props) & (P_LABEL | P_BRANCH | P_END | P_CALL) ? CONTROL                       \
                 : ((def) | (use)) & MARKERS || IR_##name == IR_host ||                          \
                   IR_##name == IR_host_mem || IR_##name == IR_cf_set ? RESOLVED                 \
                 : (def) | (use) ? SIMPLE : IGNORED,                                             \
    },
#include "ir-ops.def"
#undef OP
};

/*
 * Flags needed before op, given those needed after it. A shift whose count may be zero lets
 * the live flags through and needs no others; CF complemented is needed only if read.
 */
static uint32_t live_before_resolved(FlagsScan *s, IROp *op, uint32_t live)
{
    uint32_t fdef = ir_op_fdef(s->b, op), fuse;

    op->fl_live = fdef & live;
    if (fdef && !op->fl_live && s->rewrite && rewrite_plain(s->b, op)) {
        return live;
    }
    fuse = ir_op_fuse(s->b, op);
    if (ir_op_info[op->op].fuse & FL_SHIFT && fuse == FL_ALL) {
        bool carry_in = op->op == IR_rcl_f || op->op == IR_rcr_f ||
                        (op->op == IR_rmwsh_f && (op->aux == RMW_RCL || op->aux == RMW_RCR));
        return live | (carry_in ? FL_C : 0);
    }
    if (!op->fl_live && plain_form[op->op] == GOES_AWAY) {
        return live;
    }
    return (live & ~fdef) | fuse;
}

static uint32_t live_before_simple(FlagsScan *s, IROp *op, const OpClass *c, uint32_t live)
{
    op->fl_live = c->fdef & live;
    if (c->fdef && !op->fl_live) {
        if (s->rewrite && rewrite_plain(s->b, op)) {
            return live;
        }
        if (plain_form[op->op] == GOES_AWAY) {
            return live;
        }
    }
    return (live & ~c->fdef) | c->fuse;
}

static uint32_t live_before_control(FlagsScan *s, IROp *op, uint32_t live)
{
    uint32_t props = ir_op_info[op->op].props;

    if (props & P_LABEL) {
        if (live & ~s->label_live[op->imm]) {
            s->label_live[op->imm] |= live;
            s->grew = true;
        }
        return live;
    }
    if (props & P_END || (props & P_CALL && op->helper->flags & HELPER_NORETURN)) {
        live = 0;
    }
    if (props & P_BRANCH) {
        live |= s->label_live[op->imm];
    }
    return live_before_resolved(s, op, live);
}

static uint32_t scan(FlagsScan *s)
{
    IRBlock *b = s->b;
    uint32_t live = 0;

    s->grew = false;
    for (unsigned i = b->nb_ops; i-- > 0;) {
        IROp *op = &b->ops[i];
        const OpClass *c = &op_classes[op->op];

        switch (c->class) {
        case SIMPLE:
            live = live_before_simple(s, op, c, live);
            break;
        case RESOLVED:
            live = live_before_resolved(s, op, live);
            break;
        case CONTROL:
            live = live_before_control(s, op, live);
            break;
        default:
            break;
        }
    }
    return live;
}

static bool has_backward_branch(const IRBlock *b)
{
    g_autofree bool *placed = g_new0(bool, b->nb_labels);

    for (unsigned i = 0; i < b->nb_ops; i++) {
        const IROp *op = &b->ops[i];
        uint32_t props = ir_op_info[op->op].props;

        if (props & P_LABEL) {
            placed[op->imm] = true;
        } else if (props & P_BRANCH && placed[op->imm]) {
            return true;
        }
    }
    return false;
}

void ir_flags_pass(IRBlock *b)
{
    uint16_t few[32] = { 0 };
    g_autofree uint16_t *many = NULL;
    FlagsScan s = { .b = b, .label_live = few, .rewrite = true };

    if (b->nb_labels > ARRAY_SIZE(few)) {
        s.label_live = many = g_new0(uint16_t, b->nb_labels);
    }
    if (b->nb_labels && has_backward_branch(b)) {
        s.rewrite = false;
        do {
            scan(&s);
        } while (s.grew);
        s.rewrite = true;
    }
    b->flags_in = scan(&s);
}
