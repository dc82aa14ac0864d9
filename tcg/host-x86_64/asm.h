/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86-64 instruction encoder of the host backend: operands, ModRM, REX, VEX.
 *
 * Spec: Intel SDM volume 2, chapter 2 (instruction format).
 *
 * Nothing here looks at IR. Callers guarantee room: an Asm always has at least ASM_MARGIN
 * bytes behind `end`, and asm_full() is asked between ops.
 */
#ifndef TCG_HOST_X86_64_ASM_H
#define TCG_HOST_X86_64_ASM_H

#include "tcg/ir.h"

/* ORDER: the x86 register encoding. */
enum {
    RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15,
    NO_REG = 0xff,
};

/* Bytes that the code of one op may take, whatever it is. */
enum { ASM_MARGIN = 1024 };

typedef struct Asm {
    uint8_t *p;        /* where the next byte goes, in the writable mapping */
    uint8_t *start;    /* of the block or thunk area */
    uint8_t *end;      /* ASM_MARGIN before the true end */
    const uint8_t *rx; /* executable address of start */
} Asm;

typedef enum OpndKind { O_REG, O_MEM, O_IMM } OpndKind;

/* A host operand. For O_MEM reg is the base; NO_REG: absent. */
typedef struct Opnd {
    uint8_t kind, reg, index, scale;
    int32_t disp;
    int64_t imm;
} Opnd;

/* Opcode descriptors: the byte in bits 7..0, and how it is reached. */
enum {
    X_0F = 0x100,
    X_0F38 = 0x200,
    X_0F3A = 0x400,
    X_66 = 0x800,
    X_F3 = 0x1000,
    X_F2 = 0x2000,
    X_W = 0x4000,
    X_BREG = 0x8000,    /* ModRM.reg is a byte register: sil, dil need a REX */
    X_BRM = 0x10000,    /* ModRM.rm is one, when it is a register */
    X_LOCK = 0x20000,
};

static inline bool asm_full(const Asm *a)
{
    return a->p > a->end;
}

static inline uint32_t asm_ofs(const Asm *a)
{
    return a->p - a->start;
}

static inline Opnd o_reg(unsigned r)
{
    return (Opnd){ .kind = O_REG, .reg = r, .index = NO_REG };
}

static inline Opnd o_imm(int64_t v)
{
    return (Opnd){ .kind = O_IMM, .reg = NO_REG, .index = NO_REG, .imm = v };
}

static inline Opnd o_mem(unsigned base, int32_t disp)
{
    return (Opnd){ .kind = O_MEM, .reg = base, .index = NO_REG, .disp = disp };
}

static inline Opnd o_sib(unsigned base, unsigned index, unsigned scale, int32_t disp)
{
    return (Opnd){ .kind = O_MEM, .reg = base, .index = index, .scale = scale, .disp = disp };
}

static inline bool o_is_reg(Opnd o, unsigned r)
{
    return o.kind == O_REG && o.reg == r;
}

/* Does computing or reading o need register r? */
static inline bool o_uses(Opnd o, unsigned r)
{
    return o.kind != O_IMM && (o.reg == r || (o.kind == O_MEM && o.index == r));
}

static inline bool o_same(Opnd a, Opnd b)
{
    return a.kind == b.kind && a.reg == b.reg &&
           (a.kind == O_REG || (a.index == b.index && a.scale == b.scale && a.disp == b.disp));
}

static inline bool fits_i32(int64_t v)
{
    return v == (int32_t)v;
}

static inline bool fits_i8(int64_t v)
{
    return v == (int8_t)v;
}

static inline void a_u8(Asm *a, unsigned v)
{
    *a->p++ = v;
}

static inline void a_u16(Asm *a, unsigned v)
{
    memcpy(a->p, &(uint16_t){ v }, 2);
    a->p += 2;
}

static inline void a_u32(Asm *a, uint32_t v)
{
    memcpy(a->p, &v, 4);
    a->p += 4;
}

static inline void a_u64(Asm *a, uint64_t v)
{
    memcpy(a->p, &v, 8);
    a->p += 8;
}

/* Prefixes, opcode, ModRM, SIB and displacement of one instruction; immediates follow. */
void a_insn(Asm *a, uint32_t opc, unsigned reg, Opnd rm);

/* The same with a VEX prefix: map 1..3, pp 0 none 1 66 2 F3 3 F2, vvvv 0..15. */
typedef struct VexOp {
    uint8_t map, pp, w, l, opc;
} VexOp;
void a_vex(Asm *a, VexOp v, unsigned reg, unsigned vvvv, Opnd rm);

/* Opcode in its 8-bit form or, when sz is wider, the next one with the right prefixes. */
static inline uint32_t x_sized(uint32_t opc, unsigned sz)
{
    static const uint32_t add[4] = { X_BREG | X_BRM, X_66 | 1, 1, X_W | 1 };

    return opc | add[sz];
}

/* The same for opcodes that exist for 16, 32 and 64 bits only. */
static inline uint32_t x_wide(uint32_t opc, unsigned sz)
{
    return opc | (sz == SZ16 ? X_66 : sz == SZ64 ? X_W : 0);
}

/* Moves that leave host FLAGS alone. sz 8 and 16 merge into a register destination. */
void a_mov_imm(Asm *a, unsigned reg, uint64_t v);
void a_mov(Asm *a, unsigned sz, Opnd dst, Opnd src); /* one of them a register, or dst memory */
void a_movzx(Asm *a, unsigned sz, unsigned dst, Opnd src); /* zero-extend sz to 64 bits */
void a_movsx(Asm *a, unsigned sz, unsigned to, unsigned dst, Opnd src);
void a_bswap(Asm *a, unsigned sz, unsigned reg); /* SZ32 or SZ64 */
void a_lea(Asm *a, unsigned sz, unsigned dst, Opnd mem); /* sz SZ32 or SZ64 */
void a_rorx(Asm *a, unsigned sz, unsigned dst, Opnd src, unsigned count);

/* ORDER: the /reg field of opcodes 80-83. */
enum { ALU_ADD, ALU_OR, ALU_ADC, ALU_SBB, ALU_AND, ALU_SUB, ALU_XOR, ALU_CMP };
void a_alu(Asm *a, unsigned alu, unsigned sz, Opnd dst, Opnd src);
void a_test(Asm *a, unsigned sz, Opnd x, Opnd y);
void a_shift_imm(Asm *a, unsigned digit, unsigned sz, Opnd dst, unsigned count);

/* Jumps. *_fwd return the place of the rel32 field, for a_here(). */
uint32_t a_jmp_fwd(Asm *a);
uint32_t a_jcc_fwd(Asm *a, unsigned cc);
void a_here(Asm *a, uint32_t place);            /* the jump at place leads to the next byte */
void a_jmp_to(Asm *a, uint32_t ofs);            /* to an offset from start */
void a_jcc_to(Asm *a, unsigned cc, uint32_t ofs);
void a_jmp_abs(Asm *a, const void *rx_target);  /* within rel32 of the code region */
void a_jcc_abs(Asm *a, unsigned cc, const void *rx_target);
void a_call_abs(Asm *a, const void *rx_target);
void a_call_c(Asm *a, const void *fn);          /* anywhere; may clobber rax */
void a_nops(Asm *a, unsigned n);
void a_push(Asm *a, unsigned reg);
void a_pop(Asm *a, unsigned reg);

#endif
