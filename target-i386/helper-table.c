/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each C helper reads and writes; ORDER: helpers.h.
 *
 * A helper with fewer flags than HELPER_ALL costs fewer stores and loads of pinned registers
 * around its call. HELPER_READS_FLAGS goes with HELPER_FAULTS wherever a fault is no rarity,
 * so that the frame it pushes shows exact FLAGS.
 */
#include "qemu/osdep.h"
#include "target-i386/helpers.h"
#include "target-i386/helper-table.h"

enum {
    /* May fault; reads registers, changes none. */
    CHECK = HELPER_READS_STATE | HELPER_READS_FLAGS | HELPER_FAULTS,
    /* May fault; changes registers, never FLAGS. */
    STRING = HELPER_READS_STATE | HELPER_WRITES_STATE | HELPER_READS_FLAGS | HELPER_FAULTS,
    /* Does not come back. */
    NO_RETURN = HELPER_FAULTS | HELPER_NORETURN,
    FLAGS_ONLY = HELPER_READS_FLAGS | HELPER_WRITES_FLAGS,
    HFLAGS = HELPER_READS_STATE | HELPER_WRITES_STATE,
};

/* excp.c */
const IRHelper h_raise_exception = { "raise_exception", helper_raise_exception, NO_RETURN };
const IRHelper h_raise_exception_err = {
    "raise_exception_err", helper_raise_exception_err, NO_RETURN,
};
const IRHelper h_int = { "int", helper_int, NO_RETURN };
const IRHelper h_int3 = { "int3", helper_int3, NO_RETURN };
const IRHelper h_into = { "into", helper_into, NO_RETURN };
const IRHelper h_icebp = { "icebp", helper_icebp, NO_RETURN };
const IRHelper h_single_step = { "single_step", helper_single_step, NO_RETURN };
const IRHelper h_check_code_bp = { "check_code_bp", helper_check_code_bp, HELPER_ALL };
const IRHelper h_reset_inhibit_irq = { "reset_inhibit_irq", helper_reset_inhibit_irq, HFLAGS };
const IRHelper h_reset_rf = { "reset_rf", helper_reset_rf, HFLAGS };
const IRHelper h_set_inhibit_irq = { "set_inhibit_irq", helper_set_inhibit_irq, HFLAGS };
const IRHelper h_hlt = { "hlt", helper_hlt, NO_RETURN };
const IRHelper h_pause = { "pause", helper_pause, NO_RETURN };
const IRHelper h_monitor = { "monitor", helper_monitor, HELPER_ALL };
const IRHelper h_mwait = { "mwait", helper_mwait, NO_RETURN };
const IRHelper h_fp_pending = { "fp_pending", helper_fp_pending, HELPER_ALL };

/* flags-helper.c */
const IRHelper h_cli = { "cli", helper_cli, HELPER_ALL };
const IRHelper h_sti = { "sti", helper_sti, HELPER_ALL };
const IRHelper h_pushf = { "pushf", helper_pushf, HELPER_ALL };
const IRHelper h_popf = { "popf", helper_popf, HELPER_ALL };
const IRHelper h_set_ac = { "set_ac", helper_set_ac, HELPER_ALL };

/* seg-load.c, seg.c */
const IRHelper h_load_seg = { "load_seg", helper_load_seg, HELPER_ALL };
const IRHelper h_lldt = { "lldt", helper_lldt, HELPER_ALL };
const IRHelper h_ltr = { "ltr", helper_ltr, HELPER_ALL };
const IRHelper h_lgdt = { "lgdt", helper_lgdt, HELPER_ALL };
const IRHelper h_lidt = { "lidt", helper_lidt, HELPER_ALL };
const IRHelper h_verr = { "verr", helper_verr, HELPER_ALL };
const IRHelper h_verw = { "verw", helper_verw, HELPER_ALL };
const IRHelper h_lar = { "lar", helper_lar, HELPER_ALL };
const IRHelper h_lsl = { "lsl", helper_lsl, HELPER_ALL };
const IRHelper h_check_seg = { "check_seg", helper_check_seg, CHECK };

/* far-call.c, iret.c, syscall.c */
const IRHelper h_ljmp = { "ljmp", helper_ljmp, HELPER_ALL };
const IRHelper h_lcall = { "lcall", helper_lcall, HELPER_ALL };
const IRHelper h_lret = { "lret", helper_lret, HELPER_ALL };
const IRHelper h_iret = { "iret", helper_iret, HELPER_ALL };
const IRHelper h_syscall = { "syscall", helper_syscall, HELPER_ALL };
const IRHelper h_sysret = { "sysret", helper_sysret, HELPER_ALL };
const IRHelper h_sysenter = { "sysenter", helper_sysenter, HELPER_ALL };
const IRHelper h_sysexit = { "sysexit", helper_sysexit, HELPER_ALL };
const IRHelper h_rsm = { "rsm", helper_rsm, HELPER_ALL };

/* misc-helper.c */
const IRHelper h_read_cr = { "read_cr", helper_read_cr, CHECK };
const IRHelper h_write_cr = { "write_cr", helper_write_cr, HELPER_ALL };
const IRHelper h_lmsw = { "lmsw", helper_lmsw, HELPER_ALL };
const IRHelper h_clts = { "clts", helper_clts, HELPER_ALL };
const IRHelper h_read_dr = { "read_dr", helper_read_dr, CHECK };
const IRHelper h_write_dr = { "write_dr", helper_write_dr, HELPER_ALL };
const IRHelper h_invlpg = { "invlpg", helper_invlpg, CHECK };
const IRHelper h_invpcid = { "invpcid", helper_invpcid, HELPER_ALL };
const IRHelper h_cpuid = { "cpuid", helper_cpuid, HELPER_ALL };
const IRHelper h_rdtsc = { "rdtsc", helper_rdtsc, CHECK };
const IRHelper h_rdpmc = { "rdpmc", helper_rdpmc, CHECK };
const IRHelper h_rdpid = { "rdpid", helper_rdpid, CHECK };
const IRHelper h_rdmsr = { "rdmsr", helper_rdmsr, HELPER_ALL };
const IRHelper h_wrmsr = { "wrmsr", helper_wrmsr, HELPER_ALL };
const IRHelper h_xgetbv = { "xgetbv", helper_xgetbv, HELPER_ALL };
const IRHelper h_xsetbv = { "xsetbv", helper_xsetbv, HELPER_ALL };
const IRHelper h_rdrand = { "rdrand", helper_rdrand, HELPER_ALL };
const IRHelper h_rdsegbase = { "rdsegbase", helper_rdsegbase, CHECK };
const IRHelper h_wrsegbase = { "wrsegbase", helper_wrsegbase, HELPER_ALL };

/* io-helper.c */
const IRHelper h_in = { "in", helper_in, CHECK };
const IRHelper h_out = { "out", helper_out, CHECK };
const IRHelper h_rep_ins = { "rep_ins", helper_rep_ins, HELPER_ALL };
const IRHelper h_rep_outs = { "rep_outs", helper_rep_outs, HELPER_ALL };

/* fpu-helper.c */
const IRHelper h_fstenv = { "fstenv", helper_fstenv, HELPER_ALL };
const IRHelper h_fldenv = { "fldenv", helper_fldenv, HELPER_ALL };
const IRHelper h_fsave = { "fsave", helper_fsave, HELPER_ALL };
const IRHelper h_frstor = { "frstor", helper_frstor, HELPER_ALL };
const IRHelper h_fninit = { "fninit", helper_fninit, HELPER_ALL };
const IRHelper h_fnclex = { "fnclex", helper_fnclex, HELPER_ALL };
const IRHelper h_fldcw = { "fldcw", helper_fldcw, HELPER_ALL };
const IRHelper h_fnstsw = { "fnstsw", helper_fnstsw, HELPER_ALL };
const IRHelper h_ldmxcsr = { "ldmxcsr", helper_ldmxcsr, HELPER_ALL };
const IRHelper h_stmxcsr = { "stmxcsr", helper_stmxcsr, HELPER_ALL };
const IRHelper h_fxsave = { "fxsave", helper_fxsave, HELPER_ALL };
const IRHelper h_fxrstor = { "fxrstor", helper_fxrstor, HELPER_ALL };
const IRHelper h_xsave = { "xsave", helper_xsave, HELPER_ALL };
const IRHelper h_xrstor = { "xrstor", helper_xrstor, HELPER_ALL };

/* int-helper.c */
const IRHelper h_irq_window = { "irq_window", helper_irq_window, 0 };
const IRHelper h_context_changed = { "context_changed", helper_context_changed, 0 };
const IRHelper h_fence = { "fence", helper_fence, 0 };
const IRHelper h_daa = { "daa", helper_daa, FLAGS_ONLY };
const IRHelper h_das = { "das", helper_das, FLAGS_ONLY };
const IRHelper h_aaa = { "aaa", helper_aaa, FLAGS_ONLY };
const IRHelper h_aas = { "aas", helper_aas, FLAGS_ONLY };

/* string-helper.c */
const IRHelper h_rep_movs = { "rep_movs", helper_rep_movs, STRING };
const IRHelper h_rep_stos = { "rep_stos", helper_rep_stos, STRING };
const IRHelper h_rep_lods = { "rep_lods", helper_rep_lods, STRING };
const IRHelper h_rep_cmps = { "rep_cmps", helper_rep_cmps, HELPER_ALL };
const IRHelper h_rep_scas = { "rep_scas", helper_rep_scas, HELPER_ALL };
