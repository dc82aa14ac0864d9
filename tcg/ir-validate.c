/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does an IR block keep the rules of ir-ops.def? Run over every block in debug runs and by
 * the tests; a message names the op that breaks a rule.
 *
 * Threads: none.
 */
#include "qemu/osdep.h"
#include "tcg/ir.h"
#include "tcg/trans-state.h"

typedef struct Check {
    const IRBlock *b;
    const IROp *op;
    unsigned index;
    bool *written;      /* temps */
    uint8_t *placed;    /* labels */
    bool loops;         /* a label was placed before a branch to it */
    uint8_t slots_used;
    char *msg;
    size_t len;
} Check;

static bool G_GNUC_PRINTF(2, 3) fail(Check *c, const char *fmt, ...)
{
    va_list ap;
    char text[128];

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    snprintf(c->msg, c->len, "op %u (%s): %s", c->index,
             c->op && c->op->op < IR_OP_COUNT ? ir_op_info[c->op->op].name : "?", text);
    return false;
}

/* Operand i may be absent, or must be? */
static bool may_be_none(const IROp *op, unsigned i)
{
    switch (op->op) {
    case IR_call:
    case IR_host:
    case IR_host_mem:
        return true;
    case IR_mulu2_f:
    case IR_muls2_f:
        return i == 1 && op->sz == SZ8;
    case IR_divu2:
    case IR_divs2:
        return (i == 1 || i == 3) && op->sz == SZ8;
    default:
        return false;
    }
}

static bool is_vector_op(const IROp *op)
{
    return op->op == IR_vmov || op->op == IR_vzero_hi || op->op == IR_host ||
           op->op == IR_host_mem;
}

static bool check_val(Check *c, IRVal v, const char *what)
{
    unsigned n = ir_index(v);

    switch (ir_kind(v)) {
    case IRK_CONST:
        return n < c->b->nb_consts || fail(c, "%s: no such constant", what);
    case IRK_TEMP:
        return n < c->b->nb_temps || fail(c, "%s: no such temp", what);
    case IRK_GLOBAL:
        if (n >= c->b->target->nb_globals) {
            return fail(c, "%s: no such global", what);
        }
        if (c->b->target->globals[n].sz > SZ64 && !is_vector_op(c->op)) {
            return fail(c, "%s: vector %s in an integer op", what,
                        c->b->target->globals[n].name);
        }
        return true;
    case IRK_ENV:
        return c->op->op == IR_call || fail(c, "%s: env outside a call", what);
    default:
        return fail(c, "%s: missing", what);
    }
}

static bool check_read(Check *c, IRVal v, const char *what)
{
    if (!check_val(c, v, what)) {
        return false;
    }
    if (ir_kind(v) == IRK_TEMP && !c->written[ir_index(v)] && !c->loops) {
        return fail(c, "%s: t%u is read before it is written", what, ir_index(v));
    }
    return true;
}

static bool check_write(Check *c, IRVal v)
{
    if (!check_val(c, v, "output")) {
        return false;
    }
    if (ir_kind(v) == IRK_TEMP) {
        c->written[ir_index(v)] = true;
        return true;
    }
    return ir_kind(v) == IRK_GLOBAL || fail(c, "output is neither temp nor global");
}

static bool host_operand_read(const IRHostInsn *hi, unsigned i)
{
    return i == 0 ? hi->reg_r : i == 1 ? !hi->vvvv_w : i == 2 ? !hi->rm_w : true;
}

static bool host_operand_written(const IRHostInsn *hi, unsigned i)
{
    return i == 0 ? hi->reg_w : i == 1 ? hi->vvvv_w : i == 2 ? hi->rm_w || hi->rm_rw : false;
}

static bool check_host(Check *c)
{
    const IRHostInsn *hi = c->op->hi;
    bool mem = c->op->op == IR_host_mem;

    if (!hi) {
        return fail(c, "no descriptor");
    }
    const IRHostClass classes[4] = { hi->reg_c, hi->vvvv_c, hi->rm_c, hi->is4_c };
    for (unsigned i = 0; i < 4; i++) {
        bool want = classes[i] != HC_NONE && !(i == 2 && mem) && !(i == 0 && hi->reg_is_digit);

        if (want != (ir_kind(c->op->a[i]) != IRK_NONE)) {
            return fail(c, "operand %u does not match its class", i);
        }
        if (want && host_operand_read(hi, i) && !check_read(c, c->op->a[i], "input")) {
            return false;
        }
    }
    for (unsigned i = 0; i < 4; i++) {
        if (ir_kind(c->op->a[i]) != IRK_NONE && host_operand_written(hi, i) &&
            !check_write(c, c->op->a[i])) {
            return false;
        }
    }
    return true;
}

static bool check_operands(Check *c)
{
    const IROpInfo *info = &ir_op_info[c->op->op];
    unsigned n = info->outs + info->ins;

    if (c->op->op == IR_host || c->op->op == IR_host_mem) {
        return check_host(c);
    }
    for (unsigned pass = 0; pass < 2; pass++) {
        unsigned first = pass ? 0 : info->outs, last = pass ? info->outs : n;

        for (unsigned i = first; i < last; i++) {
            IRVal v = c->op->a[i];

            if (ir_kind(v) == IRK_NONE && may_be_none(c->op, i)) {
                continue;
            }
            if (pass ? !check_write(c, v) : !check_read(c, v, "input")) {
                return false;
            }
        }
    }
    for (unsigned i = n; i < ARRAY_SIZE(c->op->a); i++) {
        if (ir_kind(c->op->a[i]) != IRK_NONE) {
            return fail(c, "operand %u is one too many", i);
        }
    }
    return true;
}

static bool check_mem(Check *c)
{
    bool want = ir_op_info[c->op->op].props & P_MEM || c->op->op == IR_lea;
    const IRMem *m;

    if (want != (c->op->mem != 0)) {
        return fail(c, want ? "no memory operand" : "memory operand not allowed");
    }
    if (!want) {
        return true;
    }
    if (c->op->mem > c->b->nb_mems) {
        return fail(c, "no such memory operand");
    }
    m = &c->b->mems[c->op->mem - 1];
    if (m->asz < SZ16 || m->asz > SZ64 || m->scale > 3 || m->sz > SZ256 ||
        m->mmu_idx >= NB_MMU_MODES || m->align > 6) {
        return fail(c, "memory operand out of range");
    }
    return (ir_kind(m->seg) == IRK_NONE || check_read(c, m->seg, "segment")) &&
           (ir_kind(m->base) == IRK_NONE || check_read(c, m->base, "base")) &&
           (ir_kind(m->index) == IRK_NONE || check_read(c, m->index, "index"));
}

static bool check_sizes(Check *c)
{
    const IROp *op = c->op;
    unsigned last = SZ64;

    switch (op->op) {
    case IR_bswap: case IR_mulu2: case IR_muls2: case IR_clz: case IR_ctz: case IR_andn_f:
    case IR_pdep: case IR_pext: case IR_blsi_f: case IR_blsr_f: case IR_blsmsk_f:
    case IR_bzhi_f: case IR_bextr_f: case IR_adcx_f: case IR_adox_f: case IR_cmpxchg2_f:
        return op->sz == SZ32 || op->sz == SZ64 || fail(c, "size must be 32 or 64");
    case IR_imul_f: case IR_shld_f: case IR_shrd_f: case IR_lea: case IR_cmov_f:
    case IR_bsf_f: case IR_bsr_f: case IR_bt_f: case IR_bts_f: case IR_btr_f: case IR_btc_f:
    case IR_lzcnt_f: case IR_tzcnt_f: case IR_popcnt_f: case IR_rmwbt_f:
        return (op->sz >= SZ16 && op->sz <= SZ64) || fail(c, "size must be 16, 32 or 64");
    case IR_vmov: case IR_host: case IR_host_mem: case IR_vzero_hi: case IR_probe:
    case IR_x87_ldm: case IR_x87_stm:
        last = SZ256;
        break;
    default:
        break;
    }
    return op->sz <= last || fail(c, "size out of range");
}

static bool check_aux(Check *c)
{
    const IROp *op = c->op;
    unsigned aux = op->aux;

    switch (op->op) {
    case IR_setcc_f: case IR_cmov_f: case IR_br_cc_f:
        return aux < 16 || fail(c, "no such condition");
    case IR_setcond: case IR_movcond: case IR_brcond:
        return aux <= CMP_TSTNE || fail(c, "no such comparison");
    case IR_rmw_f:
        return aux <= RMW_XOR || (aux >= RMW_INC && aux <= RMW_NEG) || fail(c, "bad aux");
    case IR_rmwsh_f:
        return (aux >= RMW_ROL && aux <= RMW_SAR && aux != 14) || fail(c, "bad aux");
    case IR_rmwbt_f:
        return (aux >= RMW_BTS && aux <= RMW_BTC) || fail(c, "bad aux");
    case IR_ld:
        return (aux <= SZ64 && aux >= c->b->mems[op->mem - 1].sz) || fail(c, "bad result size");
    case IR_sext:
        return (aux <= SZ64 && aux >= op->sz) || fail(c, "bad result size");
    case IR_extract: case IR_deposit:
        return ((op->imm & 0xff) + (op->imm >> 8) <= 64 && op->imm >> 8) ||
               fail(c, "field does not fit");
    case IR_cf_set:
        return ir_kind(op->a[0]) == IRK_CONST || fail(c, "not a constant");
    case IR_call:
        return op->helper != NULL || fail(c, "no helper");
    case IR_x87_push: case IR_x87_pop: case IR_x87_tag:
        return op->imm < 8 || fail(c, "no such x87 register");
    default:
        return true;
    }
}

static bool check_control(Check *c)
{
    const IROp *op = c->op;
    uint32_t props = ir_op_info[op->op].props;

    if (props & (P_LABEL | P_BRANCH)) {
        if (op->imm >= c->b->nb_labels) {
            return fail(c, "no such label");
        }
        if (props & P_LABEL) {
            if (c->placed[op->imm]) {
                return fail(c, "label placed twice");
            }
            c->placed[op->imm] = 1;
        }
    }
    if (op->op == IR_exit_tb) {
        if (op->aux > 1 || ir_kind(op->a[0]) != IRK_CONST) {
            return fail(c, "bad exit");
        }
        if (c->slots_used & 1 << op->aux) {
            return fail(c, "exit slot %u used twice", op->aux);
        }
        c->slots_used |= 1 << op->aux;
    }
    return true;
}

/* Every branch has its label; finds out whether there are loops. */
static bool check_labels(Check *c)
{
    g_autofree bool *seen = g_new0(bool, c->b->nb_labels + 1);

    for (c->index = 0; c->index < c->b->nb_ops; c->index++) {
        uint32_t props;

        c->op = &c->b->ops[c->index];
        if (c->op->op >= IR_OP_COUNT) {
            return fail(c, "no such op");
        }
        props = ir_op_info[c->op->op].props;
        if (props & (P_LABEL | P_BRANCH) && c->op->imm < c->b->nb_labels) {
            seen[c->op->imm] |= props & P_LABEL;
            c->loops |= props & P_BRANCH && seen[c->op->imm];
        }
    }
    for (c->index = 0; c->index < c->b->nb_ops; c->index++) {
        c->op = &c->b->ops[c->index];
        if (ir_op_info[c->op->op].props & P_BRANCH && c->op->imm < c->b->nb_labels &&
            !seen[c->op->imm]) {
            return fail(c, "L%u is never placed", (unsigned)c->op->imm);
        }
    }
    return true;
}

static bool ends(const IRBlock *b)
{
    for (unsigned i = b->nb_ops; i-- > 0;) {
        const IROp *op = &b->ops[i];

        if (op->op != IR_nop) {
            return ir_op_info[op->op].props & P_END ||
                   (op->op == IR_call && op->helper->flags & HELPER_NORETURN);
        }
    }
    return false;
}

bool ir_validate(const IRBlock *b, char *msg, size_t len)
{
    g_autofree bool *written = g_new0(bool, b->nb_temps + 1);
    g_autofree uint8_t *placed = g_new0(uint8_t, b->nb_labels + 1);
    Check c = { .b = b, .written = written, .placed = placed, .msg = msg, .len = len };

    if (!check_labels(&c)) {
        return false;
    }
    for (c.index = 0; c.index < b->nb_ops; c.index++) {
        c.op = &b->ops[c.index];
        if (c.op->op == IR_nop) { /* what passes leave of removed ops */
            continue;
        }
        if (!check_mem(&c) || !check_sizes(&c) || !check_aux(&c) || !check_operands(&c) ||
            !check_control(&c)) {
            return false;
        }
    }
    c.op = NULL;
    return ends(b) || fail(&c, "control runs off the end");
}
