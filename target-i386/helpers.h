/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * C functions that translated x86 code calls. helper-table.c turns each row into an IRHelper.
 *
 * Contract of the system helpers (upper half of this file)
 *  1. Called directly from translated code (they take GETPC()), unless a comment says so all
 *     need HELPER_ALL: registers and FLAGS are in the state before and taken from it after.
 *  2. A helper that faults has changed nothing the guest can see.
 *  3. Helpers that transfer control set env->eip and return it, so that the block can end with
 *     exit_jc of the result. next_eip is the offset of the following instruction in CS.
 *  4. Privilege and mode checks are made by the helper, with the exact exception; checks of
 *     the encoding (#UD in real mode for LAR...) as well where they depend on the mode only.
 *     A decoder may test earlier what HF_* bits tell it.
 *  5. Helpers that can change hflags call cpu_x86_update_hflags(); the block must end after
 *     those marked "ends block".
 * opsize is log2 of the operand size in bytes: 1, 2 or 3 (IRSize).
 */
#ifndef TARGET_I386_HELPERS_H
#define TARGET_I386_HELPERS_H

#include "target-i386/cpu.h"

/* excp.c: exceptions and software interrupts (no return) */
void helper_raise_exception(CPUX86State *env, uint32_t vector) G_GNUC_NORETURN;
void helper_raise_exception_err(CPUX86State *env, uint32_t vector, uint32_t error)
    G_GNUC_NORETURN;
/* INT n with the v86 (IOPL, VME) and IDT rules; INT3 and INTO are trap-like forms of it. */
void helper_int(CPUX86State *env, uint32_t vector, uint64_t next_eip) G_GNUC_NORETURN;
void helper_int3(CPUX86State *env, uint64_t next_eip) G_GNUC_NORETURN;
/* Call when OF is set. */
void helper_into(CPUX86State *env, uint64_t next_eip) G_GNUC_NORETURN;
void helper_icebp(CPUX86State *env, uint64_t next_eip) G_GNUC_NORETURN;
/* End of an instruction that ran with TF set (HF_TF): raises #DB with DR6.BS; eip = next_eip. */
void helper_single_step(CPUX86State *env, uint64_t next_eip) G_GNUC_NORETURN;
/* Start of an instruction while HF_BP and not HF_RF: raises #DB when DR0-3 match. */
void helper_check_code_bp(CPUX86State *env, uint64_t eip);
/* First instruction of a block with HF_INHIBIT_IRQ / HF_RF is done (touches hflags only). */
void helper_reset_inhibit_irq(CPUX86State *env);
void helper_reset_rf(CPUX86State *env);
/*
 * STI (when IF was clear), MOV SS, POP SS: the next instruction runs in the interrupt shadow.
 * Needed only where that instruction is not in the same block (interrupts are seen at block
 * entry alone); then it ends the block.
 */
void helper_set_inhibit_irq(CPUX86State *env);
void helper_hlt(CPUX86State *env, uint64_t next_eip) G_GNUC_NORETURN;
/* PAUSE: returns; the block goes on. Touches no register. */
void helper_pause(CPUX86State *env);
void helper_monitor(CPUX86State *env, uint64_t linear);
void helper_mwait(CPUX86State *env, uint64_t next_eip) G_GNUC_NORETURN;
/* WAIT/FWAIT and waiting x87 instructions while HF_FP_PENDING: #MF or IRQ 13. */
void helper_fp_pending(CPUX86State *env);

/* flags-helper.c. CLI and STI check IOPL and VME; they change no hflags. */
void helper_cli(CPUX86State *env);
void helper_sti(CPUX86State *env);
/* Image for PUSHF (RF and VM clear); #GP(0) in v86 mode below IOPL 3 without VME. */
uint64_t helper_pushf(CPUX86State *env, uint32_t opsize);
/* POPF of an image; ends block (TF, IF, IOPL, AC may change). */
void helper_popf(CPUX86State *env, uint64_t image, uint32_t opsize);
/* STAC / CLAC; ends block. */
void helper_set_ac(CPUX86State *env, uint32_t on);

/* seg-load.c, seg.c */
/* MOV Sreg, POP Sreg, LDS...: any mode; ends block (hflags). */
void helper_load_seg(CPUX86State *env, uint32_t seg, uint32_t selector);
void helper_lldt(CPUX86State *env, uint32_t selector);
void helper_ltr(CPUX86State *env, uint32_t selector);
void helper_lgdt(CPUX86State *env, uint64_t base, uint32_t limit);
void helper_lidt(CPUX86State *env, uint64_t base, uint32_t limit);
/* SLDT, STR, SMSW, SGDT/SIDT under UMIP: raises #GP(0) when CPL > 0; SLDT/STR #UD outside PM. */
void helper_check_umip(CPUX86State *env);
/* ZF into FLAGS; LAR and LSL return the new destination, old when ZF is clear. */
void helper_verr(CPUX86State *env, uint32_t selector);
void helper_verw(CPUX86State *env, uint32_t selector);
uint64_t helper_lar(CPUX86State *env, uint32_t selector, uint64_t old);
uint64_t helper_lsl(CPUX86State *env, uint32_t selector, uint64_t old);
/*
 * HF_SEGCHECK, HF_FSCHECK, HF_GSCHECK: limit and rights of [offset, offset + size) in seg;
 * size_write = bytes | 0x100 when writing. #SS(0) for SS, else #GP(0).
 */
void helper_check_seg(CPUX86State *env, uint32_t seg, uint64_t offset, uint32_t size_write);

/* far-call.c, iret.c, syscall.c: control transfers; all end the block */
uint64_t helper_ljmp(CPUX86State *env, uint32_t selector, uint64_t offset, uint32_t opsize,
                     uint64_t next_eip);
uint64_t helper_lcall(CPUX86State *env, uint32_t selector, uint64_t offset, uint32_t opsize,
                      uint64_t next_eip);
uint64_t helper_lret(CPUX86State *env, uint32_t opsize, uint32_t imm);
uint64_t helper_iret(CPUX86State *env, uint32_t opsize, uint64_t next_eip);
uint64_t helper_syscall(CPUX86State *env, uint64_t next_eip);
uint64_t helper_sysret(CPUX86State *env, uint32_t opsize);
uint64_t helper_sysenter(CPUX86State *env);
uint64_t helper_sysexit(CPUX86State *env, uint32_t opsize);
uint64_t helper_rsm(CPUX86State *env);

/* cr.c, debug.c, misc-helper.c, msr.c */
uint64_t helper_read_cr(CPUX86State *env, uint32_t n);                /* n: 0 2 3 4 8 */
void helper_write_cr(CPUX86State *env, uint32_t n, uint64_t value);   /* ends block */
void helper_lmsw(CPUX86State *env, uint32_t value);                   /* ends block */
void helper_clts(CPUX86State *env);                                   /* ends block */
uint64_t helper_read_dr(CPUX86State *env, uint32_t n);
void helper_write_dr(CPUX86State *env, uint32_t n, uint64_t value);   /* ends block */
void helper_invlpg(CPUX86State *env, uint64_t linear);
void helper_invpcid(CPUX86State *env, uint64_t type, uint64_t linear_of_descriptor);
void helper_check_cpl0(CPUX86State *env);                             /* WBINVD, INVD...: #GP(0) */
void helper_cpuid(CPUX86State *env);           /* EAX, ECX in the state */
uint64_t helper_rdtsc(CPUX86State *env);       /* whole counter; #GP(0) under CR4.TSD */
uint64_t helper_rdpmc(CPUX86State *env);
uint64_t helper_rdpid(CPUX86State *env);
void helper_rdmsr(CPUX86State *env);           /* ECX in, EDX:EAX out */
void helper_wrmsr(CPUX86State *env);           /* ends block */
void helper_xgetbv(CPUX86State *env);
void helper_xsetbv(CPUX86State *env);          /* ends block */
/* CF into FLAGS (the others cleared); seed = 1 for RDSEED. */
uint64_t helper_rdrand(CPUX86State *env, uint32_t opsize, uint32_t seed);
void helper_swapgs(CPUX86State *env);
/* RDFSBASE...: #UD without CR4.FSGSBASE, #GP(0) for a non-canonical base. seg R_FS or R_GS. */
uint64_t helper_rdsegbase(CPUX86State *env, uint32_t seg);
void helper_wrsegbase(CPUX86State *env, uint32_t seg, uint64_t base, uint32_t opsize);

/* io-helper.c: IN, OUT with the IOPL and bitmap check; size in bytes */
uint64_t helper_in(CPUX86State *env, uint32_t port, uint32_t size);
void helper_out(CPUX86State *env, uint32_t port, uint32_t value, uint32_t size);
/*
 * One call of REP INS / REP OUTS: moves 1 to many elements, updates RCX, RSI or RDI and returns
 * 1 when the count has not reached zero (branch back to the instruction: interrupts are seen
 * there), 0 when done. desc = IRSize of an element | asz << 4 (IRSize) | seg << 8 (OUTS source).
 */
uint64_t helper_rep_ins(CPUX86State *env, uint32_t desc);
uint64_t helper_rep_outs(CPUX86State *env, uint32_t desc);

/* fpu-helper.c: state images. addr is linear; opsize gives the 14/28-byte forms. */
void helper_fstenv(CPUX86State *env, uint64_t addr, uint32_t opsize);
void helper_fldenv(CPUX86State *env, uint64_t addr, uint32_t opsize);  /* ends block */
void helper_fsave(CPUX86State *env, uint64_t addr, uint32_t opsize);   /* ends block */
void helper_frstor(CPUX86State *env, uint64_t addr, uint32_t opsize);  /* ends block */
void helper_fninit(CPUX86State *env);                                  /* ends block */
void helper_fnclex(CPUX86State *env);                                  /* ends block */
void helper_fldcw(CPUX86State *env, uint32_t fcw);                     /* ends block */
/* FNSTSW value with TOP. */
uint64_t helper_fnstsw(CPUX86State *env);
void helper_ldmxcsr(CPUX86State *env, uint32_t value);                 /* #GP(0); ends block */
uint64_t helper_stmxcsr(CPUX86State *env);
/* opsize 3: REX.W forms (64-bit instruction and operand pointers). #GP(0) when misaligned. */
void helper_fxsave(CPUX86State *env, uint64_t addr, uint32_t opsize);
void helper_fxrstor(CPUX86State *env, uint64_t addr, uint32_t opsize); /* ends block */
/* XSAVE family; the feature mask is EDX:EAX of the state. */
enum { XSAVE_PLAIN, XSAVE_OPT, XSAVE_C, XSAVE_S };
void helper_xsave(CPUX86State *env, uint64_t addr, uint32_t opsize, uint32_t form);
void helper_xrstor(CPUX86State *env, uint64_t addr, uint32_t opsize, uint32_t form); /* ends block */

/*
 * Integer helpers. int-helper.c
 */
/* IF may have become set: makes the next block entry look at pending interrupts. */
void helper_irq_window(CPUX86State *env);
/* hflags were changed inline: exec/ selects the tables of the new mode. */
void helper_context_changed(CPUX86State *env);
/* A full fence of the host. */
void helper_fence(CPUX86State *env);
/* Decimal and ASCII adjustments: AX in and out; FLAGS read and written. */
uint64_t helper_daa(CPUX86State *env, uint64_t ax);
uint64_t helper_das(CPUX86State *env, uint64_t ax);
uint64_t helper_aaa(CPUX86State *env, uint64_t ax);
uint64_t helper_aas(CPUX86State *env, uint64_t ax);

/*
 * Repeated string instructions. string-helper.c
 *
 * One call does 1 to many elements, bounded, and updates RCX, RSI and RDI; a fault leaves them
 * at the faulting element. Returns 1 when the instruction has to run again (the block goes
 * back to it, so that interrupts are seen), 0 when it is complete.
 * desc: bits 3..0 element IRSize, 7..4 address IRSize, 11..8 source segment, STR_* above.
 */
enum { STR_REPNE = 1 << 12, STR_ONE = 1 << 13 /* one element a call: TF, single step */ };
uint64_t helper_rep_movs(CPUX86State *env, uint32_t desc);
uint64_t helper_rep_stos(CPUX86State *env, uint32_t desc);
uint64_t helper_rep_lods(CPUX86State *env, uint32_t desc);
uint64_t helper_rep_cmps(CPUX86State *env, uint32_t desc);
uint64_t helper_rep_scas(CPUX86State *env, uint32_t desc);

#endif
