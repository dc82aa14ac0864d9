/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order of the optimisation passes. Translation time of cold code is what a boot is made
 * of, so every pass here is linear in the number of ops and keeps its state on the stack.
 *
 * Threads: none.
 */
#include "qemu/osdep.h"
#include "tcg/ir.h"
#include "opt.h"

void ir_optimize(IRBlock *b)
{
    /* x86 code hardly ever has copies to spread: two passes less to pay for. */
    if (b->copies) {
        ir_fold_pass(b);
    }
    ir_flags_pass(b);
    if (b->copies) {
        ir_dead_pass(b);
    }
}
