/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Emitters of the integer, control-flow, string and system instructions. Each produces the
 * IR of one family of mnemonics; X86Row.arg says which member.
 */
#ifndef TARGET_I386_EMIT_H
#define TARGET_I386_EMIT_H

#include "target-i386/decode.h"

/* ORDER: ModRM.reg of opcodes 80-83; all but ALU_CMP equal IRRmw. */
enum { ALU_ADD, ALU_OR, ALU_ADC, ALU_SBB, ALU_AND, ALU_SUB, ALU_XOR, ALU_CMP };

/* emit-alu.c */
X86Emit emit_ALU, emit_TEST, emit_INC, emit_DEC, emit_NEG, emit_NOT, emit_IMUL2, emit_IMUL3,
    emit_MUL, emit_IMUL1, emit_DIV, emit_IDIV, emit_ADCX, emit_ADOX, emit_MULX, emit_ANDN,
    emit_DAA, emit_DAS, emit_AAA, emit_AAS, emit_AAM, emit_AAD;
/* emit-shift.c; arg: IRRmw for emit_SHIFT */
X86Emit emit_SHIFT, emit_SHLD, emit_SHRD, emit_SHLX, emit_SHRX, emit_SARX, emit_RORX;
/* emit-bit.c */
X86Emit emit_BT, emit_BTS, emit_BTR, emit_BTC, emit_BSF, emit_BSR, emit_POPCNT, emit_LZCNT,
    emit_TZCNT, emit_BLSR, emit_BLSMSK, emit_BLSI, emit_BZHI, emit_BEXTR, emit_PDEP, emit_PEXT,
    emit_CRC32;
/* emit-move.c; arg: IRCond for CMOV and SETCC */
X86Emit emit_NOP, emit_MOV, emit_MOVZX, emit_MOVSX, emit_LEA, emit_XCHG, emit_XCHG_ACC,
    emit_CMPXCHG, emit_CMPXCHG8B, emit_XADD, emit_BSWAP, emit_MOVBE, emit_CMOV, emit_SETCC,
    emit_CBW, emit_CWD, emit_XLAT, emit_SALC, emit_LAHF, emit_SAHF, emit_CLC, emit_STC, emit_CMC,
    emit_CLD, emit_STD, emit_BOUND;
/* emit-stack.c */
X86Emit emit_PUSH, emit_POP, emit_PUSHA, emit_POPA, emit_PUSHF, emit_POPF, emit_ENTER,
    emit_LEAVE, emit_PUSH_SEG, emit_POP_SEG;
/* emit-branch.c; arg: IRCond for JCC */
X86Emit emit_JMP, emit_JMP_IND, emit_JCC, emit_CALL, emit_CALL_IND, emit_RET, emit_LOOP,
    emit_LOOPE, emit_LOOPNE, emit_JCXZ, emit_JMPF, emit_JMPF_IND, emit_CALLF, emit_CALLF_IND,
    emit_RETF, emit_IRET, emit_INT, emit_INT3, emit_INTO, emit_ICEBP, emit_SYSCALL, emit_SYSRET,
    emit_SYSENTER, emit_SYSEXIT, emit_RSM, emit_UD;
/* emit-string.c */
X86Emit emit_MOVS, emit_CMPS, emit_STOS, emit_LODS, emit_SCAS, emit_INS, emit_OUTS;
/* emit-system.c */
X86Emit emit_IN, emit_OUT, emit_CLI, emit_STI, emit_HLT, emit_MOV_FROM_SEG, emit_MOV_TO_SEG,
    emit_LOAD_FAR, emit_MOV_FROM_CR, emit_MOV_TO_CR, emit_MOV_FROM_DR, emit_MOV_TO_DR,
    emit_SGDT, emit_SIDT, emit_LGDT, emit_LIDT, emit_SLDT, emit_STR, emit_LLDT, emit_LTR,
    emit_VERR, emit_VERW, emit_LAR, emit_LSL, emit_ARPL, emit_SMSW, emit_LMSW, emit_CLTS,
    emit_INVLPG, emit_INVPCID, emit_SWAPGS, emit_CPUID, emit_RDTSC, emit_RDTSCP, emit_RDPMC,
    emit_RDPID, emit_RDMSR, emit_WRMSR, emit_XGETBV, emit_XSETBV, emit_RDRAND, emit_RDSEED,
    emit_MONITOR, emit_MWAIT, emit_PAUSE, emit_CLAC, emit_STAC, emit_RDSEGBASE, emit_WRSEGBASE,
    emit_CLFLUSH, emit_FENCE, emit_PREFETCH;
/* emit-fpstate.c: images and control words of the vector and x87 units */
X86Emit emit_FXSAVE, emit_FXRSTOR, emit_XSAVE, emit_XRSTOR, emit_LDMXCSR, emit_STMXCSR;

#endif
