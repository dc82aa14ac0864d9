/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Helpers of vector and x87 instructions that no single host instruction can carry out.
 */
#ifndef TARGET_I386_VEC_HELPER_H
#define TARGET_I386_VEC_HELPER_H

#include "target-i386/cpu.h"
#include "tcg/ir.h"

/* First argument of the masked moves and gathers. */
enum {
    VEC_MMX = 1 << 0,    /* MMX registers */
    VEC_WIDE = 1 << 1,   /* elements of 64 bits, else 32 */
    VEC_L = 1 << 2,      /* 256 bits */
    VEC_QINDEX = 1 << 3, /* indices of 64 bits, else 32 */
    VEC_ADDR32 = 1 << 4, /* addresses wrap at 4 GiB */
};

static inline uint32_t vec_desc(unsigned flags, unsigned data, unsigned mask, unsigned index,
                                unsigned mmu_idx)
{
    return flags | data << 8 | mask << 12 | index << 16 | mmu_idx << 20;
}

/* vec-helper.c */
/* Faults unless len bytes, at most one page border among them, may be written. */
void x86_probe_store(CPUX86State *env, uint64_t linear, unsigned len, unsigned mmu_idx,
                     uintptr_t ra);
void helper_maskmov(CPUX86State *env, uint32_t desc, uint64_t linear);
void helper_vmaskmov_ld(CPUX86State *env, uint32_t desc, uint64_t linear);
void helper_vmaskmov_st(CPUX86State *env, uint32_t desc, uint64_t linear);
/* ea: offset without the indices; scale_seg: scale | segment << 8. */
void helper_vgather(CPUX86State *env, uint32_t desc, uint64_t ea, uint32_t scale_seg);
/* Around an instruction while an SIMD exception is unmasked: forget flags; #XM if due. */
void helper_xm_begin(CPUX86State *env);
void helper_xm_check(CPUX86State *env);

extern const IRHelper h_maskmov, h_vmaskmov_ld, h_vmaskmov_st, h_vgather, h_xm_begin, h_xm_check;

/*
 * x87-helper.c: one x87 instruction with the architecture's every effect, on a copy of the
 * whole unit: stack faults, unmasked exceptions. insn is its bytes: opcode | ModRM << 8, for
 * memory forms with the bits of ModRM.reg alone in place.
 */
/* Register forms; FLAGS in and out for FCMOVcc and FCOMI. */
void helper_x87_exact(CPUX86State *env, uint32_t insn);
/* Memory operand value (32 or 64 bits). */
void helper_x87_exact_ld(CPUX86State *env, uint32_t insn, uint64_t value);
/* 80-bit operands: FLD m80, FBLD. */
void helper_x87_exact_ld80(CPUX86State *env, uint32_t insn, uint64_t lo, uint32_t hi);
/* Stores, of 2 to 10 bytes, to a linear address. */
void helper_x87_exact_st(CPUX86State *env, uint32_t insn, uint64_t linear, uint32_t mmu_idx);
/* The two parts of ST(0); a new ST(0). No checks. */
uint64_t helper_x87_lo(CPUX86State *env);
uint64_t helper_x87_hi(CPUX86State *env);
void helper_x87_push80(CPUX86State *env, uint64_t lo, uint32_t hi);

extern const IRHelper h_x87_exact, h_x87_exact_ld, h_x87_exact_ld80, h_x87_exact_st, h_x87_lo,
    h_x87_hi, h_x87_push80, h_x87_exact_flags;

#endif
