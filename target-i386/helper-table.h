/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptors of the C functions in helpers.h, for ir_call(). h_syscall describes
 * helper_syscall, and so on; helper-table.c says what each touches.
 */
#ifndef TARGET_I386_HELPER_TABLE_H
#define TARGET_I386_HELPER_TABLE_H

#include "tcg/ir.h"

extern const IRHelper h_raise_exception, h_raise_exception_err, h_int, h_int3, h_into, h_icebp,
    h_single_step, h_check_code_bp, h_reset_inhibit_irq, h_reset_rf, h_set_inhibit_irq, h_hlt,
    h_pause, h_monitor, h_mwait, h_fp_pending;
extern const IRHelper h_cli, h_sti, h_pushf, h_popf, h_set_ac;
extern const IRHelper h_load_seg, h_lldt, h_ltr, h_lgdt, h_lidt, h_verr, h_verw, h_lar, h_lsl,
    h_check_seg;
extern const IRHelper h_ljmp, h_lcall, h_lret, h_iret, h_syscall, h_sysret, h_sysenter,
    h_sysexit, h_rsm;
extern const IRHelper h_read_cr, h_write_cr, h_lmsw, h_clts, h_read_dr, h_write_dr, h_invlpg,
    h_invpcid, h_cpuid, h_rdtsc, h_rdpmc, h_rdpid, h_rdmsr, h_wrmsr, h_xgetbv, h_xsetbv,
    h_rdrand, h_rdsegbase, h_wrsegbase;
extern const IRHelper h_in, h_out, h_rep_ins, h_rep_outs;
extern const IRHelper h_fstenv, h_fldenv, h_fsave, h_frstor, h_fninit, h_fnclex, h_fldcw,
    h_fnstsw, h_ldmxcsr, h_stmxcsr, h_fxsave, h_fxrstor, h_xsave, h_xrstor;
extern const IRHelper h_irq_window, h_context_changed, h_fence, h_daa, h_das, h_aaa, h_aas;
extern const IRHelper h_rep_movs, h_rep_stos, h_rep_lods, h_rep_cmps, h_rep_scas;

#endif
