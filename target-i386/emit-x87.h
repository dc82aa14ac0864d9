/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Emitters of x87 instructions, for the tables in decode-x87.c.
 */
#ifndef TARGET_I386_EMIT_X87_H
#define TARGET_I386_EMIT_X87_H

#include "target-i386/decode.h"
#include "target-i386/emit.h"

/* X86Row.arg */
enum {
    FP_POP = 1 << 0,
    FP_POP2 = 1 << 1,
    FP_UNORDERED = 1 << 2, /* quiet compare */
    FP_CC = 1 << 3,        /* condition codes are a result */
};

/* emit-x87.c */
X86Emit emit_FARITH, emit_FARITH_TO, emit_FARITH_MEM, emit_FCOM, emit_FCOM_MEM, emit_FCOMI,
    emit_FCMOV, emit_FTEST, emit_FUNARY, emit_FPAIR, emit_FXTRACT, emit_FCONST, emit_FEXACT;
/* emit-x87-move.c; arg of emit_FSTEP: what to add to TOP */
X86Emit emit_FLD, emit_FXCH, emit_FST, emit_FFREE, emit_FSTEP, emit_FNOP, emit_FLD_MEM,
    emit_FST_MEM, emit_FLD80, emit_FSTP80, emit_FBLD, emit_FBSTP;
X86Emit emit_FLDCW, emit_FNSTCW, emit_FNSTSW, emit_FNCLEX, emit_FNINIT, emit_FLDENV,
    emit_FNSTENV, emit_FRSTOR, emit_FNSAVE;

/*
 * emit-x87.c, for both: start an instruction that needs the registers of mask valid (bit n:
 * ST(n)) and, with push, ST(7) empty. True: emit the quick code. False: all has been emitted.
 */
bool x87_begin(DisasContext *s, const DecodedInsn *d, unsigned valid, bool push);
/* What is known once the instruction is done: delta of TOP, then valid registers. */
void x87_done(DisasContext *s, int delta, unsigned valid);
/* Nothing is known of tags and TOP any more. */
void x87_forget(DisasContext *s);
void x87_push(DisasContext *s, unsigned st);
void x87_pop(DisasContext *s, unsigned st);
void x87_exec(DisasContext *s, uint8_t b1, uint8_t b2);
/* Move TOP and update the tags that go with it. */
void x87_top(DisasContext *s, int delta);
IRVal x87_load_operand(DisasContext *s, const DecodedInsn *d);
/* The instruction in all exactness by a helper. */
void x87_exact(DisasContext *s, const DecodedInsn *d);

#endif
