/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the vector, MMX and x87 tables share with their emitters.
 *
 * A row says with its operand letters which part of the encoding each operand is in; the
 * first operand is the destination. V_* bits say the rest.
 */
#ifndef TARGET_I386_EMIT_VEC_H
#define TARGET_I386_EMIT_VEC_H

#include "target-i386/decode.h"
#include "target-i386/emit.h"

/* X86Row.vec */
enum {
    V_READ = 1 << 0,   /* the first operand is only read: compares */
    V_WO = 1 << 1,     /* legacy form: the old destination is not an operand */
    V_RW = 1 << 2,     /* VEX form: it is one (FMA) */
    V_UNAL = 1 << 3,   /* legacy form: a 16-byte memory operand may be anywhere */
    V_ALIGN = 1 << 4,  /* VEX form: the memory operand must be aligned to its size */
    V_FP = 1 << 5,     /* may raise SIMD floating-point exceptions */
    V_XMM0 = 1 << 6,   /* implicit XMM0 is read */
    V_STRI = 1 << 7,   /* PCMPxSTRI: ECX is written */
    V_STRM = 1 << 8,   /* PCMPxSTRM: XMM0 is written */
    V_STRLEN = 1 << 9, /* PCMPESTRx: EAX and EDX are read */
    V_SWAP = 1 << 10,  /* store form: between registers it is the load with opcode arg ... */
    V_SWAP_F3 = 1 << 11, /* ... and prefix F3 */
    V_AVX2 = 1 << 12,  /* VEX form: needs AVX2 when 256 bits wide */
};

/* Tables: a row that is re-encoded, by kind of state it works on. */
#define VEC_ROW(n, cls, f, v, ...) \
    { .name = (n), .emit = emit_vec, .xc = (cls), .feat = (f), .vec = (v), OPS(__VA_ARGS__) }
/* Store forms: between registers they are the load with opcode load. */
#define VEC_SWAP(n, cls, f, v, load, ...)                                                        \
    { .name = (n), .emit = emit_vec, .xc = (cls), .feat = (f), .vec = (v) | V_SWAP,              \
      .arg = (load), OPS(__VA_ARGS__) }
#define MM(n, f, v, ...) VEC_ROW(n, XC_MMX, XF_##f, v, __VA_ARGS__)
#define XM(n, f, v, ...) VEC_ROW(n, XC_SSE, XF_##f, v, __VA_ARGS__)
#define AV(n, f, v, ...) VEC_ROW(n, XC_AVX, XF_##f, v, __VA_ARGS__)
/* The same for compares, which define FLAGS. */
#define VEC_ROW_F(n, cls, f, v, ...)                                                             \
    { .name = (n), .emit = emit_vec, .xc = (cls), .feat = (f), .vec = (v), .sets = FL_ALL,       \
      OPS(__VA_ARGS__) }
#define XMF(n, f, v, ...) VEC_ROW_F(n, XC_SSE, XF_##f, v, __VA_ARGS__)
#define AVF(n, f, v, ...) VEC_ROW_F(n, XC_AVX, XF_##f, v, __VA_ARGS__)
#define NONE { .name = NULL }
/* Groups: by mandatory prefix (none, 66, F3, F2), by form (memory, register), ... */
#define BY_PFX(...) { .kind = RK_PFX, .sub = (const X86Row[4]){ __VA_ARGS__ } }
#define BY_66(...) { .kind = RK_PFX, .sub = (const X86Row[4]){ NONE, __VA_ARGS__ } }
#define BY_MOD(...) { .kind = RK_MOD, .sub = (const X86Row[2]){ __VA_ARGS__ } }
#define BY_W(...) { .kind = RK_W, .sub = (const X86Row[2]){ __VA_ARGS__ } }
#define BY_L(...) { .kind = RK_L, .sub = (const X86Row[2]){ __VA_ARGS__ } }
#define BY_REG(...) { .kind = RK_REG, .sub = (const X86Row[8]){ __VA_ARGS__ } }

/* emit-vec.c: the general emitter, then what needs more than the same instruction. */
X86Emit emit_vec, emit_EMMS, emit_VZEROUPPER, emit_VZEROALL, emit_MASKMOV, emit_VMASKMOV,
    emit_VGATHER;

#endif
