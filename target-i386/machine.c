/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State of an x86 CPU for migration and snapshots.
 *
 * Thread: under the big lock with the vCPU stopped.
 * What follows from other state (hflags, soft TLB, watchpoints) is made anew after loading.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "migration/vmstate.h"
#include "internal.h"

static const VMStateDescription vmstate_segment = {
    .name = "segment",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(selector, SegmentCache),
        VMSTATE_UINT64(base, SegmentCache),
        VMSTATE_UINT32(limit, SegmentCache),
        VMSTATE_UINT32(flags, SegmentCache),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_fpreg = {
    .name = "fpreg",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(f.mant, X86FPReg),
        VMSTATE_UINT16(f.exp, X86FPReg),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_vec = {
    .name = "xmm",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64_ARRAY(q, X86Vec, 4),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_mtrr = {
    .name = "mtrr_var",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(base, X86VarMTRR),
        VMSTATE_UINT64(mask, X86VarMTRR),
        VMSTATE_END_OF_LIST()
    },
};

/* Bring home what lives elsewhere: flags, the x87's status, the counter's present value. */
static int x86_pre_save(void *opaque)
{
    X86CPU *cpu = opaque;
    CPUX86State *env = &cpu->env;

    x86_fpu_fold(env);
    env->saved_eflags = cpu_x86_eflags(env);
    env->saved_mxcsr = x86_get_mxcsr(env);
    env->saved_smm = (env->hflags & HF_SMM ? 1 : 0) | (env->hflags & HF_INHIBIT_IRQ ? 2 : 0);
    env->saved_tsc = x86_read_tsc(env);
    return 0;
}

static int x86_post_load(void *opaque, int version_id)
{
    X86CPU *cpu = opaque;
    CPUX86State *env = &cpu->env;

    (void)version_id;
    if (!env->tsc_khz) {
        return -EINVAL;
    }
    env->fpstt &= 7;
    for (unsigned i = 0; i < 8; i++) {
        env->fptags[i] = !!env->fptags[i];
    }
    x86_set_eflags(env, env->saved_eflags);
    x86_set_mxcsr(env, env->saved_mxcsr & 0xffff);
    env->trans.x87_live = 0;
    x86_set_fpuc(env, env->fpuc);
    x86_set_fpsw(env, (env->fpus & ~0x3800) | env->fpstt << 11);
    env->hflags = (env->saved_smm & 1 ? HF_SMM : 0) | (env->saved_smm & 2 ? HF_INHIBIT_IRQ : 0);
    env->tsc_offset += env->saved_tsc - x86_read_tsc(env);
    qatomic_set(&cpu->walk.stale, 1);
    tlb_flush(&cpu->parent_obj);
    x86_rearm_debug(env);
    return 0;
}

#define E(f) env.f

const VMStateDescription vmstate_x86_cpu = {
    .name = "cpu",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = x86_pre_save,
    .post_load = x86_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(parent_obj, X86CPU, 1, vmstate_cpu_common, CPUState),
        VMSTATE_UINT64_ARRAY(E(regs), X86CPU, CPU_NB_REGS),
        VMSTATE_UINT64(E(eip), X86CPU),
        VMSTATE_UINT32(E(saved_eflags), X86CPU),
        VMSTATE_UINT32(E(hflags2), X86CPU),
        VMSTATE_UINT32(E(saved_smm), X86CPU),
        VMSTATE_STRUCT_ARRAY(E(segs), X86CPU, 6, 1, vmstate_segment, SegmentCache),
        VMSTATE_STRUCT(E(ldt), X86CPU, 1, vmstate_segment, SegmentCache),
        VMSTATE_STRUCT(E(tr), X86CPU, 1, vmstate_segment, SegmentCache),
        VMSTATE_STRUCT(E(gdt), X86CPU, 1, vmstate_segment, SegmentCache),
        VMSTATE_STRUCT(E(idt), X86CPU, 1, vmstate_segment, SegmentCache),
        VMSTATE_UINT64_ARRAY(E(cr), X86CPU, 5),
        VMSTATE_UINT64(E(cr8), X86CPU),
        VMSTATE_UINT64_ARRAY(E(dr), X86CPU, 8),
        VMSTATE_UINT64(E(xcr0), X86CPU),
        VMSTATE_INT32(E(a20_mask), X86CPU),
        VMSTATE_STRUCT_ARRAY(E(fpregs), X86CPU, 8, 1, vmstate_fpreg, X86FPReg),
        VMSTATE_UINT32(E(fpstt), X86CPU),
        VMSTATE_UINT16(E(fpus), X86CPU),
        VMSTATE_UINT16(E(fpuc), X86CPU),
        VMSTATE_UINT8_ARRAY(E(fptags), X86CPU, 8),
        VMSTATE_UINT16(E(fpop), X86CPU),
        VMSTATE_UINT16(E(fpcs), X86CPU),
        VMSTATE_UINT16(E(fpds), X86CPU),
        VMSTATE_UINT64(E(fpip), X86CPU),
        VMSTATE_UINT64(E(fpdp), X86CPU),
        VMSTATE_UINT32(E(saved_mxcsr), X86CPU),
        VMSTATE_STRUCT_ARRAY(E(xmm), X86CPU, CPU_NB_REGS, 1, vmstate_vec, X86Vec),
        VMSTATE_UINT64(E(efer), X86CPU),
        VMSTATE_UINT64(E(star), X86CPU),
        VMSTATE_UINT64(E(lstar), X86CPU),
        VMSTATE_UINT64(E(cstar), X86CPU),
        VMSTATE_UINT64(E(fmask), X86CPU),
        VMSTATE_UINT64(E(kernelgsbase), X86CPU),
        VMSTATE_UINT64(E(sysenter_cs), X86CPU),
        VMSTATE_UINT64(E(sysenter_esp), X86CPU),
        VMSTATE_UINT64(E(sysenter_eip), X86CPU),
        VMSTATE_UINT64(E(pat), X86CPU),
        VMSTATE_UINT64(E(tsc_aux), X86CPU),
        VMSTATE_UINT64(E(tsc_adjust), X86CPU),
        VMSTATE_UINT64(E(saved_tsc), X86CPU),
        VMSTATE_UINT64(E(tsc_khz), X86CPU),
        VMSTATE_UINT64(E(misc_enable), X86CPU),
        VMSTATE_UINT64(E(smbase), X86CPU),
        VMSTATE_UINT64(E(mcg_status), X86CPU),
        VMSTATE_UINT64(E(mcg_ctl), X86CPU),
        VMSTATE_UINT64_ARRAY(E(mtrr_fixed), X86CPU, 11),
        VMSTATE_UINT64(E(mtrr_deftype), X86CPU),
        VMSTATE_STRUCT_ARRAY(E(mtrr_var), X86CPU, X86_NB_VAR_MTRR, 1, vmstate_mtrr, X86VarMTRR),
        VMSTATE_UINT64_ARRAY(E(mce_banks), X86CPU, X86_MAX_MCE_BANKS * 4),
        VMSTATE_UINT64(E(xss), X86CPU),
        VMSTATE_UINT64(E(spec_ctrl), X86CPU),
        VMSTATE_UINT64(E(virt_ssbd), X86CPU),
        VMSTATE_UINT64(E(debugctl), X86CPU),
        VMSTATE_UINT64(E(hwcr), X86CPU),
        VMSTATE_INT32(E(error_code), X86CPU),
        VMSTATE_INT32(E(exception_is_int), X86CPU),
        VMSTATE_UINT64(E(exception_next_eip), X86CPU),
        VMSTATE_INT32(E(old_exception), X86CPU),
        VMSTATE_INT32(E(sipi_vector), X86CPU),
        VMSTATE_BOOL(E(io_trap), X86CPU),
        VMSTATE_END_OF_LIST()
    },
};
