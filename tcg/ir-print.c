/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text form of IR blocks, for -d op and op_opt and for tests. The form is stable: one op a
 * line, `name.size outputs = inputs`, temporaries t0.., constants $0x.., labels L0..
 *
 * Threads: none.
 */
#include "qemu/osdep.h"
#include "tcg/ir.h"

static const char size_names[][4] = { "8", "16", "32", "64", "128", "256" };
static const char cond_names[16][3] = {
    "o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g",
};
static const char *const cmp_names[] = {
    "eq", "ne", "lt", "ge", "le", "gt", "ltu", "geu", "leu", "gtu", "tsteq", "tstne",
};
static const char *const rmw_names[] = {
    "add", "or", "adc", "sbb", "and", "sub", "xor", "?",
    "rol", "ror", "rcl", "rcr", "shl", "shr", "?", "sar",
    "inc", "dec", "not", "neg", "bts", "btr", "btc",
};

static const char *size_name(unsigned sz)
{
    return sz < ARRAY_SIZE(size_names) ? size_names[sz] : "?";
}

static void print_val(const IRBlock *b, GString *out, IRVal v)
{
    unsigned n = ir_index(v);

    switch (ir_kind(v)) {
    case IRK_NONE:
        g_string_append_c(out, '-');
        break;
    case IRK_CONST:
        g_string_append_printf(out, "$0x%" PRIx64, n < b->nb_consts ? b->consts[n] : 0);
        break;
    case IRK_TEMP:
        g_string_append_printf(out, "t%u", n);
        break;
    case IRK_GLOBAL:
        g_string_append(out, n < b->target->nb_globals ? b->target->globals[n].name : "?");
        break;
    case IRK_ENV:
        g_string_append(out, "env");
        break;
    }
}

static void print_mem(const IRBlock *b, GString *out, unsigned index)
{
    const IRMem *m = &b->mems[index];
    const char *sep = "";

    g_string_append(out, " [");
    if (ir_kind(m->seg) != IRK_NONE) {
        print_val(b, out, m->seg);
        g_string_append_c(out, ':');
    }
    if (ir_kind(m->base) != IRK_NONE) {
        print_val(b, out, m->base);
        sep = "+";
    }
    if (ir_kind(m->index) != IRK_NONE) {
        g_string_append(out, sep);
        print_val(b, out, m->index);
        g_string_append_printf(out, "<<%u", m->scale);
        sep = "+";
    }
    if (m->disp < 0) {
        g_string_append_printf(out, "-0x%" PRIx64, -(uint64_t)m->disp);
    } else if (m->disp || !*sep) {
        g_string_append_printf(out, "%s0x%" PRIx64, sep, (uint64_t)m->disp);
    }
    g_string_append_printf(out, "]a%s", size_name(m->asz));
    g_string_append_printf(out, "%s%s%s%s%s", m->lin32 ? ",lin32" : "", m->sign ? ",sign" : "",
                           m->bswap ? ",bswap" : "", m->lock ? ",lock" : "",
                           m->rmw ? ",rmw" : "");
    if (m->align) {
        g_string_append_printf(out, ",align%u", 1u << m->align);
    }
    g_string_append_printf(out, ",mmu%u", m->mmu_idx);
}

static void print_flag_set(GString *out, const char *what, unsigned flags)
{
    static const struct { unsigned bit; char c; } letters[] = {
        { FL_O, 'O' }, { FL_S, 'S' }, { FL_Z, 'Z' }, { FL_A, 'A' }, { FL_P, 'P' }, { FL_C, 'C' },
    };

    g_string_append_printf(out, " %s:", what);
    for (unsigned i = 0; i < ARRAY_SIZE(letters); i++) {
        if (flags & letters[i].bit) {
            g_string_append_c(out, letters[i].c);
        }
    }
}

static void print_host_insn(GString *out, const IRHostInsn *hi)
{
    static const char *const maps[4] = { "", "0f", "0f38", "0f3a" };

    g_string_append_printf(out, " {%s%s", hi->vex ? (hi->vex_l ? "vex256." : "vex128.") : "",
                           hi->w ? "w1." : "");
    if (hi->pfx) {
        g_string_append_printf(out, "%02x.", hi->pfx);
    }
    g_string_append_printf(out, "%s.%02x", maps[hi->map & 3], hi->opc);
    if (hi->reg_is_digit) {
        g_string_append_printf(out, "/%u", hi->digit);
    }
    if (hi->has_imm) {
        g_string_append_printf(out, " ib=%02x", hi->imm);
    }
    g_string_append_c(out, '}');
}

/* The part of an op's name that comes from aux. */
static void print_aux(GString *out, const IROp *op)
{
    switch (op->op) {
    case IR_setcc_f:
    case IR_cmov_f:
    case IR_br_cc_f:
        g_string_append_printf(out, ".%s", cond_names[op->aux & 15]);
        break;
    case IR_setcond:
    case IR_movcond:
    case IR_brcond:
        g_string_append_printf(out, ".%s",
                               op->aux < ARRAY_SIZE(cmp_names) ? cmp_names[op->aux] : "?");
        break;
    case IR_rmw_f:
    case IR_rmwsh_f:
    case IR_rmwbt_f:
        g_string_append_printf(out, ".%s",
                               op->aux < ARRAY_SIZE(rmw_names) ? rmw_names[op->aux] : "?");
        break;
    case IR_sext:
    case IR_ld:
        g_string_append_printf(out, ".to%s", size_name(op->aux));
        break;
    case IR_x87_exec:
    case IR_x87_tag:
    case IR_exit_tb:
        g_string_append_printf(out, ".%u", op->aux);
        break;
    default:
        break;
    }
}

/* What op->imm says. */
static void print_imm(GString *out, const IROp *op)
{
    switch (op->op) {
    case IR_extract:
    case IR_deposit:
        g_string_append_printf(out, ", %u:%u", (unsigned)(op->imm & 0xff),
                               (unsigned)(op->imm >> 8 & 0xff));
        break;
    case IR_br:
    case IR_br_cc_f:
    case IR_brcond:
    case IR_label:
        g_string_append_printf(out, " L%u", (unsigned)op->imm);
        break;
    case IR_x87_top:
        g_string_append_printf(out, " %d", (int)op->imm);
        break;
    case IR_x87_push:
    case IR_x87_pop:
    case IR_x87_tag:
        g_string_append_printf(out, " st%u", (unsigned)op->imm);
        break;
    case IR_x87_exec:
        g_string_append_printf(out, " %02x %02x", (unsigned)(op->imm & 0xff),
                               (unsigned)(op->imm >> 8 & 0xff));
        break;
    case IR_x87_ldm:
    case IR_x87_stm:
    case IR_x87_ldv:
    case IR_x87_stv:
        g_string_append_printf(out, " %02x/%u", (unsigned)(op->imm & 0xff),
                               (unsigned)(op->imm >> 8 & 7));
        break;
    case IR_exit_tb:
        g_string_append(out, op->imm & 1 ? " same-page" : "");
        break;
    case IR_exit_loop:
    case IR_cf_set:
        g_string_append_printf(out, " #%" PRIu64, op->imm);
        break;
    default:
        break;
    }
}

static void print_op(const IRBlock *b, GString *out, const IROp *op)
{
    const IROpInfo *info = &ir_op_info[op->op];
    bool host = op->op == IR_host || op->op == IR_host_mem;
    unsigned n = info->outs + info->ins;

    if (op->op == IR_insn_start) {
        g_string_append_printf(out, "-- 0x%" PRIx64 "\n", op->imm);
        return;
    }
    g_string_append_printf(out, op->op == IR_label ? "%s" : "    %s", info->name);
    print_aux(out, op);
    if (!(info->props & (P_LABEL | P_BRANCH | P_END | P_CALL)) || op->op == IR_brcond) {
        g_string_append_printf(out, ".%s", size_name(op->sz));
    }
    if (op->op == IR_call) {
        g_string_append_printf(out, " %s", op->helper->name);
    } else if (host) {
        print_host_insn(out, op->hi);
    }
    for (unsigned i = 0; i < n; i++) {
        if (op->op == IR_call && i > 0 && ir_kind(op->a[i]) == IRK_NONE) {
            break;
        }
        g_string_append(out, i == 0 ? " " : i == info->outs && !host ? " = " : ", ");
        print_val(b, out, op->a[i]);
    }
    if (op->mem) {
        print_mem(b, out, op->mem - 1);
    }
    print_imm(out, op);
    if (ir_op_fdef(b, op)) {
        print_flag_set(out, "live", op->fl_live);
    }
    g_string_append_c(out, '\n');
}

void ir_print(const IRBlock *b, GString *out)
{
    for (unsigned i = 0; i < b->nb_ops; i++) {
        if (b->ops[i].op != IR_nop) {
            print_op(b, out, &b->ops[i]);
        }
    }
    if (b->flags_in) {
        print_flag_set(out, "flags-in", b->flags_in);
        g_string_append_c(out, '\n');
    }
}
