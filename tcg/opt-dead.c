/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dead temporaries: ops without other effect whose outputs are temporaries that no later op
 * reads become IR_nop.
 *
 * One scan from the last op. In a block with a backward branch a temporary that is read
 * anywhere counts as read later everywhere. Globals are always alive.
 */
#include "qemu/osdep.h"
#include "tcg/ir.h"
#include "opt.h"

enum { FEW_TEMPS = 512 };

/* Ops with no effect but their outputs and, for some, FLAGS that the FLAGS pass found dead. */
static bool removable(const IRBlock *b, const IROp *op)
{
    switch (op->op) {
    case IR_setcc_f:
    case IR_cmov_f:
    case IR_flags_get:
    case IR_x87_getsw:
        return true;
    case IR_divu2:
    case IR_divs2:
        return false;
    default:
        return ir_op_info[op->op].props & P_PURE ||
               (ir_op_info[op->op].outs && ir_op_info[op->op].props == 0 &&
                op->op < IR_flags_get && ir_op_fdef(b, op) && !op->fl_live);
    }
}

static void mark(bool *alive, IRVal v)
{
    if (ir_kind(v) == IRK_TEMP) {
        alive[ir_index(v)] = true;
    }
}

static void mark_inputs(const IRBlock *b, const IROp *op, bool *alive)
{
    const IROpInfo *info = &ir_op_info[op->op];
    bool host = op->op == IR_host || op->op == IR_host_mem;
    unsigned first = host ? 0 : info->outs, last = host ? 8 : info->outs + info->ins;

    for (unsigned i = first; i < last; i++) {
        mark(alive, op->a[i]);
    }
    if (op->mem) {
        const IRMem *m = &b->mems[op->mem - 1];

        mark(alive, m->seg);
        mark(alive, m->base);
        mark(alive, m->index);
    }
}

/* Narrow writes and conditional keeps read the old value of their output. */
static bool replaces_output(const IROp *op)
{
    switch (op->op) {
    case IR_ld:
        return op->aux >= SZ32;
    case IR_sext:
        return op->aux >= SZ32;
    case IR_zext: case IR_extract: case IR_deposit: case IR_setcond: case IR_movcond:
    case IR_flags_get: case IR_call: case IR_x87_getsw: case IR_x87_stv: case IR_lea:
        return true;
    case IR_host: case IR_host_mem: case IR_vmov: case IR_vzero_hi: case IR_cmpxchg_f:
    case IR_cmpxchg2_f:
        return false;
    default:
        return op->sz >= SZ32;
    }
}

static bool outputs_dead(const IROp *op, const bool *alive)
{
    unsigned outs = ir_op_info[op->op].outs;

    for (unsigned i = 0; i < outs; i++) {
        if (ir_kind(op->a[i]) != IRK_TEMP || alive[ir_index(op->a[i])]) {
            return false;
        }
    }
    return outs != 0;
}

static void end_lives(const IROp *op, bool *alive)
{
    if (replaces_output(op)) {
        for (unsigned i = 0; i < ir_op_info[op->op].outs; i++) {
            if (ir_kind(op->a[i]) == IRK_TEMP) {
                alive[ir_index(op->a[i])] = false;
            }
        }
    }
}

void ir_dead_pass(IRBlock *b)
{
    bool few[FEW_TEMPS];
    g_autofree bool *many = NULL;
    bool *alive = few;

    if (b->nb_temps == 0) {
        return;
    }
    if (b->nb_temps > FEW_TEMPS) {
        alive = many = g_new(bool, b->nb_temps);
    }
    memset(alive, 0, b->nb_temps);
    if (b->nb_labels) { /* a read on one path is no end on another: reads only gather */
        for (unsigned i = 0; i < b->nb_ops; i++) {
            mark_inputs(b, &b->ops[i], alive);
        }
    }
    for (unsigned i = b->nb_ops; i-- > 0;) {
        IROp *op = &b->ops[i];

        if (removable(b, op) && outputs_dead(op, alive)) {
            op->op = IR_nop;
            op->mem = 0;
            continue;
        }
        if (!b->nb_labels) {
            end_lives(op, alive);
            mark_inputs(b, op, alive);
        }
    }
}
