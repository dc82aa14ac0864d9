/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System helpers that no tested instruction calls: reaching one is a failure of the test.
 */
#include "qemu/osdep.h"
#include "target-i386/cpu.h"

#define UNEXPECTED(name)                                                                         \
    void __attribute__((weak)) name(void);                                                       \
    void name(void)                                                                              \
    {                                                                                            \
        fprintf(stderr, "unexpected call of " #name "\n");                                       \
        abort();                                                                                 \
    }

UNEXPECTED(helper_int)
UNEXPECTED(helper_icebp)
UNEXPECTED(helper_single_step)
UNEXPECTED(helper_check_code_bp)
UNEXPECTED(helper_reset_inhibit_irq)
UNEXPECTED(helper_reset_rf)
UNEXPECTED(helper_set_inhibit_irq)
UNEXPECTED(helper_hlt)
UNEXPECTED(helper_pause)
UNEXPECTED(helper_monitor)
UNEXPECTED(helper_mwait)
UNEXPECTED(helper_fp_pending)
UNEXPECTED(helper_cli)
UNEXPECTED(helper_sti)
UNEXPECTED(helper_pushf)
UNEXPECTED(helper_popf)
UNEXPECTED(helper_set_ac)
UNEXPECTED(helper_load_seg)
UNEXPECTED(helper_lldt)
UNEXPECTED(helper_ltr)
UNEXPECTED(helper_lgdt)
UNEXPECTED(helper_lidt)
UNEXPECTED(helper_check_umip)
UNEXPECTED(helper_verr)
UNEXPECTED(helper_verw)
UNEXPECTED(helper_lar)
UNEXPECTED(helper_lsl)
UNEXPECTED(helper_check_seg)
UNEXPECTED(helper_ljmp)
UNEXPECTED(helper_lcall)
UNEXPECTED(helper_lret)
UNEXPECTED(helper_iret)
UNEXPECTED(helper_syscall)
UNEXPECTED(helper_sysret)
UNEXPECTED(helper_sysenter)
UNEXPECTED(helper_sysexit)
UNEXPECTED(helper_rsm)
UNEXPECTED(helper_read_cr)
UNEXPECTED(helper_write_cr)
UNEXPECTED(helper_lmsw)
UNEXPECTED(helper_clts)
UNEXPECTED(helper_read_dr)
UNEXPECTED(helper_write_dr)
UNEXPECTED(helper_invlpg)
UNEXPECTED(helper_invpcid)
UNEXPECTED(helper_check_cpl0)
UNEXPECTED(helper_cpuid)
UNEXPECTED(helper_rdtsc)
UNEXPECTED(helper_rdpmc)
UNEXPECTED(helper_rdpid)
UNEXPECTED(helper_rdmsr)
UNEXPECTED(helper_wrmsr)
UNEXPECTED(helper_xgetbv)
UNEXPECTED(helper_xsetbv)
UNEXPECTED(helper_rdrand)
UNEXPECTED(helper_swapgs)
UNEXPECTED(helper_rdsegbase)
UNEXPECTED(helper_wrsegbase)
UNEXPECTED(helper_in)
UNEXPECTED(helper_out)
UNEXPECTED(helper_rep_ins)
UNEXPECTED(helper_rep_outs)
UNEXPECTED(helper_fstenv)
UNEXPECTED(helper_fldenv)
UNEXPECTED(helper_fsave)
UNEXPECTED(helper_frstor)
UNEXPECTED(helper_fninit)
UNEXPECTED(helper_fnclex)
UNEXPECTED(helper_fldcw)
UNEXPECTED(helper_fnstsw)
UNEXPECTED(helper_ldmxcsr)
UNEXPECTED(helper_stmxcsr)
UNEXPECTED(helper_fxsave)
UNEXPECTED(helper_fxrstor)
UNEXPECTED(helper_xsave)
UNEXPECTED(helper_xrstor)

/* fpu-helper.c has more to do than the tests need: flags that the host recorded come home. */
void __attribute__((weak)) x86_fpu_fold(CPUX86State *env);
void x86_fpu_fold(CPUX86State *env)
{
    uint16_t sw;

    if (env->trans.x87_live) {
        __asm__ volatile("fnstsw %0; fnclex" : "=a"(sw));
        env->fpus |= sw & 0x7f;
        env->trans.x87_live = 0;
    }
}
