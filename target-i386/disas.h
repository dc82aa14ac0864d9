/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Printing guest code for -d in_asm.
 */
#ifndef TARGET_I386_DISAS_H
#define TARGET_I386_DISAS_H

#include "hw/core/cpu.h"

struct TranslationBlock;

/* Write the guest code of a block to the log. The vCPU's thread, while it translates. */
void i386_log_block(CPUState *cpu, const struct TranslationBlock *tb);
/*
 * Append one line per instruction of the code at linear address linear to out: count lines,
 * or all of size bytes when count is 0. mode is 16, 32 or 64 bits. Without libcapstone the
 * lines hold bytes only.
 */
void i386_disassemble(GString *out, const uint8_t *code, size_t size, uint64_t linear,
                      unsigned mode, unsigned count);

/* The CPUClass hook: in the mode that the CPU is in. */
void x86_cpu_disassemble(CPUState *cpu, GString *out, const uint8_t *code, size_t size,
                         vaddr addr, unsigned count);

#endif
