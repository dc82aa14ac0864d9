/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The passes that ir_optimize() runs, one file each. Every pass takes a valid block and leaves
 * one with the same meaning; what it removes becomes IR_nop.
 */
#ifndef TCG_OPT_H
#define TCG_OPT_H

#include "tcg/ir.h"

/* opt-fold.c: constants and copies of temporaries. */
void ir_fold_pass(IRBlock *b);
/* opt-dead.c: pure ops whose outputs nobody reads. */
void ir_dead_pass(IRBlock *b);

#endif
