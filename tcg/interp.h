/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the interpreter: its state while one block runs, access to values, and the op
 * families that interp-*.c implement.
 */
#ifndef TCG_INTERP_H
#define TCG_INTERP_H

#include "tcg/backend.h"

/* A temporary: an integer in the first word, or a vector. */
typedef struct InterpTemp {
    uint64_t q[4];
} __attribute__((aligned(32))) InterpTemp;

typedef struct Interp {
    const IRBlock *b;
    char *env;
    CPUTransState *ts;
    uint32_t fl;        /* arithmetic FLAGS in EFLAGS positions */
    InterpTemp *temps;
} Interp;

/* Storage of a temp or global. */
static inline void *interp_place(Interp *in, IRVal v)
{
    if (ir_kind(v) == IRK_TEMP) {
        return &in->temps[ir_index(v)];
    }
    assert(ir_kind(v) == IRK_GLOBAL);
    return in->env + in->b->target->globals[ir_index(v)].offset;
}

static inline bool interp_is_32bit_global(const Interp *in, IRVal v)
{
    return ir_kind(v) == IRK_GLOBAL && in->b->target->globals[ir_index(v)].sz == SZ32;
}

/* The 64-bit value of an operand; 0 for IR_NONE. */
static inline uint64_t interp_get(Interp *in, IRVal v)
{
    switch (ir_kind(v)) {
    case IRK_NONE:
        return 0;
    case IRK_CONST:
        return in->b->consts[ir_index(v)];
    case IRK_ENV:
        return (uintptr_t)in->env;
    default:
        return interp_is_32bit_global(in, v) ? *(uint32_t *)interp_place(in, v)
                                             : *(uint64_t *)interp_place(in, v);
    }
}

/* Write a result of size sz: 8 and 16 bits merge, 32 bits zero-extend. */
static inline void interp_put(Interp *in, IRVal v, IRSize sz, uint64_t x)
{
    uint64_t *p = interp_place(in, v);

    if (sz == SZ8) {
        *(uint8_t *)p = x;
    } else if (sz == SZ16) {
        *(uint16_t *)p = x;
    } else if (interp_is_32bit_global(in, v)) {
        *(uint32_t *)p = x;
    } else {
        *p = sz == SZ32 ? (uint32_t)x : x;
    }
}

static inline uint64_t interp_mask(IRSize sz)
{
    return sz >= SZ64 ? ~UINT64_C(0) : (UINT64_C(1) << (8 << sz)) - 1;
}

/* Sign-extend the low sz bits. */
static inline uint64_t interp_sext(IRSize sz, uint64_t x)
{
    unsigned shift = 64 - (8u << sz);

    return sz >= SZ64 ? x : (uint64_t)((int64_t)(x << shift) >> shift);
}

/*
 * The guest's MXCSR and x87 control word are in the host's registers while ops run, and out
 * of them while C code runs that may compute or leave: softtlb_*, most helpers.
 */
void interp_enter_fp(CPUTransState *ts);
void interp_leave_fp(CPUTransState *ts);

/* Does the x86 condition hold for these FLAGS? */
bool interp_cond(uint32_t fl, IRCond cc);
/* a <cmp> b at size sz. */
bool interp_compare(IRSize sz, IRCmp cmp, uint64_t a, uint64_t b);

/*
 * interp-alu.c: results of arithmetic on low sz bits. The _f forms update *fl as the x86
 * instruction does.
 */
uint64_t interp_add(IRSize sz, uint64_t a, uint64_t b, unsigned carry, uint32_t *fl);
uint64_t interp_sub(IRSize sz, uint64_t a, uint64_t b, unsigned borrow, uint32_t *fl);
uint64_t interp_logic(IRSize sz, uint64_t r, uint32_t *fl);
/* kind: RMW_ADD..RMW_XOR, RMW_INC.. and RMW_NEG. */
uint64_t interp_rmw(IRSize sz, IRRmw kind, uint64_t a, uint64_t b, uint32_t *fl);
/* kind: RMW_ROL..RMW_SAR. */
uint64_t interp_shift(IRSize sz, IRRmw kind, uint64_t a, uint64_t count, uint32_t *fl);
/* kind: RMW_BTS..RMW_BTC, or RMW_NOT for plain BT. */
uint64_t interp_bit(IRSize sz, IRRmw kind, uint64_t a, uint64_t bit, uint32_t *fl);
/* An arithmetic op; false when op is of another family. */
bool interp_alu_op(Interp *in, const IROp *op);

/* interp-mem.c: all P_MEM ops but host_mem and x87. */
uint64_t interp_effective(Interp *in, const IRMem *m);
/* Host address to read or write the operand at; they may not return. */
void *interp_mem_ld(Interp *in, const IRMem *m);
void *interp_mem_st(Interp *in, const IRMem *m, bool rmw);
/* Follows the write. */
void interp_mem_done(Interp *in);
bool interp_mem_op(Interp *in, const IROp *op);

/* interp-vec.c, interp-x87.c */
bool interp_vec_op(Interp *in, const IROp *op);
bool interp_x87_op(Interp *in, const IROp *op);

/* Registers that a thunk loads before and stores after its instruction. ORDER: interp-thunk.c */
typedef struct InterpThunkRegs {
    InterpTemp xmm[5]; /* xmm0..xmm4 */
    uint64_t gpr[6];   /* r8 r9 r10 rax rdx rcx */
    uint64_t mmx[2];   /* mm1 mm2, only when uses_mmx */
    uint64_t flags;    /* out */
    bool uses_mmx;
} InterpThunkRegs;

/*
 * interp-thunk.c: run one host instruction of len bytes, with rsi = mem, from a cache of
 * executable memory. With regs NULL it runs bare: only x87 state may change.
 */
void interp_thunk_run(const uint8_t *insn, size_t len, InterpThunkRegs *regs, void *mem);

#endif
