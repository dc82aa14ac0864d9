/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to exec/: from a key to a block.
 */
#ifndef EXEC_TB_GEN_H
#define EXEC_TB_GEN_H

#include "exec/cpu-exec.h"

/*
 * The block for key, from the store or newly translated. May leave by a fetch fault. NULL: the
 * store is full and a flush has been asked for.
 */
TranslationBlock *tb_get(CPUState *cpu, const CPUExecKey *key, uint32_t cflags);

/* After a jump out of tb_get(): release what a translation in progress holds. */
void tb_gen_unwound(CPUState *cpu);

/* Run a block by interpretation instead of code; for -accel tcg,interp=on. */
bool tcg_uses_interp(void);
uintptr_t tb_interpret(CPUState *cpu, const CPUExecKey *key, uint32_t cflags);

#endif
