/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Control registers and EFER: which values are allowed, and what a change entails.
 *
 * Spec:   Intel SDM volume 3 sections 2.5, 4.1, 9.8.5; AMD APM volume 2 section 3.1.
 * Thread: the vCPU's own; the x86_update forms also while the vCPU is stopped.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "cpuid.h"
#include "helpers.h"
#include "hw/i386/apic.h"
#include "internal.h"

enum {
    CR0_KNOWN = CR0_PE | CR0_MP | CR0_EM | CR0_TS | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_NW |
                CR0_CD,
};

/* ---- raw changes ---- */

void x86_update_cr0(CPUX86State *env, uint64_t value)
{
    uint32_t old = env->cr[0], new = (value & (CR0_KNOWN | CR0_PG)) | CR0_ET;

    env->cr[0] = new;
    if ((old ^ new) & (CR0_PG | CR0_WP | CR0_PE)) {
        tlb_flush(env_cpu(env));
    }
    if ((old ^ new) & CR0_PG) {
        if ((new & CR0_PG) && (env->efer & EFER_LME)) {
            env->efer |= EFER_LMA;
        } else {
            env->efer &= ~(uint64_t)EFER_LMA;
        }
    }
    cpu_x86_update_hflags(env);
}

void x86_update_cr4(CPUX86State *env, uint64_t value)
{
    const uint32_t flushing = CR4_PGE | CR4_PAE | CR4_PSE | CR4_SMEP | CR4_LA57 | CR4_PCIDE;
    uint64_t old = env->cr[4];

    env->cr[4] = value;
    if ((old ^ value) & flushing) {
        tlb_flush(env_cpu(env));
    }
    cpu_x86_update_hflags(env);
}

void x86_update_efer(CPUX86State *env, uint64_t value)
{
    uint64_t old = env->efer;

    env->efer = value;
    if ((old ^ value) & (EFER_NXE | EFER_LMA)) {
        tlb_flush(env_cpu(env));
    }
    cpu_x86_update_hflags(env);
}

/* ---- checked writes ---- */

/* Does CR0 value fit the rest of the state? */
static bool cr0_consistent(const CPUX86State *env, uint64_t value)
{
    bool pg = value & CR0_PG;

    if (value >> 32 || (pg && !(value & CR0_PE)) || ((value & CR0_NW) && !(value & CR0_CD))) {
        return false;
    }
    if (pg && !(env->cr[0] & CR0_PG) && (env->efer & EFER_LME)) {
        return (env->cr[4] & CR4_PAE) && !(env->segs[R_CS].flags & DESC_L) &&
               (desc_type(env->tr.flags) & 8 || !(env->tr.flags & DESC_P));
    }
    if (!pg && (env->cr[0] & CR0_PG)) {
        return !(env->cr[4] & CR4_PCIDE) && !x86_code64(env);
    }
    return true;
}

void x86_write_cr0(CPUX86State *env, uint64_t value, uintptr_t ra)
{
    if (!cr0_consistent(env, value)) {
        raise_gp(env, 0, ra);
    }
    qemu_log_mask(CPU_LOG_MMU, "cr0 %08x -> %08x\n", (uint32_t)env->cr[0], (uint32_t)value);
    x86_update_cr0(env, value);
}

void x86_write_cr3(CPUX86State *env, uint64_t value, uintptr_t ra)
{
    CPUState *cs = env_cpu(env);
    bool pcid = env->cr[4] & CR4_PCIDE, keep = false;

    if (pcid) {
        keep = value & CR3_NOFLUSH;
        value &= ~CR3_NOFLUSH;
    }
    if (env->efer & EFER_LMA) {
        if (value >> env_x86cpu(env)->phys_bits) {
            raise_gp(env, 0, ra);
        }
    } else {
        value = (uint32_t)value;
    }
    env->cr[3] = value;
    if (!(env->cr[0] & CR0_PG)) {
        return;
    }
    if (!pcid) {
        tlb_flush_nonglobal(cs);
        return;
    }
    if (!keep) {
        tlb_flush_asid(cs, value & CR3_PCID, true);
    }
    cpu_exec_context_changed(cs);
}

uint64_t x86_cr4_allowed(const CPUX86State *env)
{
    static const struct {
        uint8_t word;
        uint32_t feature, cr4;
    } rows[] = {
        { FEAT_1_EDX, CPUID_VME, CR4_VME | CR4_PVI },
        { FEAT_1_EDX, CPUID_TSC, CR4_TSD },
        { FEAT_1_EDX, CPUID_DE, CR4_DE },
        { FEAT_1_EDX, CPUID_PSE, CR4_PSE },
        { FEAT_1_EDX, CPUID_PAE, CR4_PAE },
        { FEAT_1_EDX, CPUID_MCE, CR4_MCE },
        { FEAT_1_EDX, CPUID_PGE, CR4_PGE },
        { FEAT_1_EDX, CPUID_MMX, CR4_PCE },
        { FEAT_1_EDX, CPUID_FXSR, CR4_OSFXSR },
        { FEAT_1_EDX, CPUID_SSE, CR4_OSXMMEXCPT },
        { FEAT_1_ECX, CPUID_EXT_PCID, CR4_PCIDE },
        { FEAT_1_ECX, CPUID_EXT_XSAVE, CR4_OSXSAVE },
        { FEAT_7_0_EBX, CPUID_7_0_EBX_FSGSBASE, CR4_FSGSBASE },
        { FEAT_7_0_EBX, CPUID_7_0_EBX_SMEP, CR4_SMEP },
        { FEAT_7_0_EBX, CPUID_7_0_EBX_SMAP, CR4_SMAP },
        { FEAT_7_0_ECX, CPUID_7_0_ECX_UMIP, CR4_UMIP },
        { FEAT_7_0_ECX, CPUID_7_0_ECX_LA57, CR4_LA57 },
    };
    uint64_t allowed = 0;

    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        if (x86_has(env, rows[i].word, rows[i].feature)) {
            allowed |= rows[i].cr4;
        }
    }
    return allowed;
}

static bool cr4_consistent(const CPUX86State *env, uint64_t value)
{
    uint64_t changed = value ^ env->cr[4];
    bool lma = env->efer & EFER_LMA;

    if (value & ~x86_cr4_allowed(env)) {
        return false;
    }
    if (lma && ((changed & CR4_LA57) || !(value & CR4_PAE))) {
        return false;
    }
    if ((changed & CR4_PCIDE) && (value & CR4_PCIDE)) {
        return lma && !(env->cr[3] & CR3_PCID);
    }
    return true;
}

void x86_write_cr4(CPUX86State *env, uint64_t value, uintptr_t ra)
{
    if (!cr4_consistent(env, value)) {
        raise_gp(env, 0, ra);
    }
    x86_update_cr4(env, value);
}

/* ---- instructions ---- */

static void check_cpl0(CPUX86State *env, uintptr_t ra)
{
    if (x86_cpl(env) != 0) {
        raise_gp(env, 0, ra);
    }
}

static uint64_t read_cr8(CPUX86State *env)
{
    X86CPU *cpu = env_x86cpu(env);

    return cpu->apic_state ? cpu_get_apic_tpr(cpu->apic_state) : env->cr8;
}

static void write_cr8(CPUX86State *env, uint64_t value, uintptr_t ra)
{
    X86CPU *cpu = env_x86cpu(env);

    if (value & ~15ull) {
        raise_gp(env, 0, ra);
    }
    env->cr8 = value;
    if (cpu->apic_state) {
        cpu_set_apic_tpr(cpu->apic_state, value);
    }
}

uint64_t helper_read_cr(CPUX86State *env, uint32_t n)
{
    uintptr_t ra = GETPC();

    check_cpl0(env, ra);
    switch (n) {
    case 0:
    case 2:
    case 3:
    case 4:
        return env->cr[n];
    case 8:
        return read_cr8(env);
    default:
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
}

void helper_write_cr(CPUX86State *env, uint32_t n, uint64_t value)
{
    uintptr_t ra = GETPC();

    check_cpl0(env, ra);
    switch (n) {
    case 0:
        x86_write_cr0(env, value, ra);
        break;
    case 2:
        env->cr[2] = value;
        break;
    case 3:
        x86_write_cr3(env, value, ra);
        break;
    case 4:
        x86_write_cr4(env, value, ra);
        break;
    case 8:
        write_cr8(env, value, ra);
        break;
    default:
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
}

/* LMSW sets PE but never clears it. */
void helper_lmsw(CPUX86State *env, uint32_t value)
{
    uintptr_t ra = GETPC();
    uint32_t low = CR0_PE | CR0_MP | CR0_EM | CR0_TS;

    check_cpl0(env, ra);
    value = (value & low) | (env->cr[0] & CR0_PE);
    x86_write_cr0(env, (env->cr[0] & ~(uint64_t)low) | value, ra);
}

void helper_clts(CPUX86State *env)
{
    check_cpl0(env, GETPC());
    if (env->cr[0] & CR0_TS) {
        env->cr[0] &= ~(uint64_t)CR0_TS;
        cpu_x86_update_hflags(env);
    }
}

void helper_invlpg(CPUX86State *env, uint64_t linear)
{
    check_cpl0(env, GETPC());
    if (!x86_lma(env)) {
        linear = (uint32_t)linear;
    } else if (!x86_canonical(env, linear)) {
        return;
    }
    tlb_flush_page(env_cpu(env), linear & ~0xfffull);
}

enum { INVPCID_ADDRESS, INVPCID_CONTEXT, INVPCID_ALL_GLOBAL, INVPCID_ALL };

void helper_invpcid(CPUX86State *env, uint64_t type, uint64_t linear_of_descriptor)
{
    uintptr_t ra = GETPC();
    CPUState *cs = env_cpu(env);
    uint64_t pcid, addr;

    if (!x86_has(env, FEAT_7_0_EBX, CPUID_7_0_EBX_INVPCID)) {
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
    check_cpl0(env, ra);
    pcid = cpu_ldq_le_mmuidx_ra(cs, linear_of_descriptor, x86_data_mmu(env), ra);
    addr = cpu_ldq_le_mmuidx_ra(cs, linear_of_descriptor + 8, x86_data_mmu(env), ra);
    if (type > INVPCID_ALL || pcid >> 12 ||
        (type == INVPCID_ADDRESS && !x86_canonical(env, addr)) ||
        (type <= INVPCID_CONTEXT && pcid && !(env->cr[4] & CR4_PCIDE))) {
        raise_gp(env, 0, ra);
    }
    switch (type) {
    case INVPCID_ADDRESS:
        tlb_flush_page_asid(cs, addr & ~0xfffull, pcid);
        break;
    case INVPCID_CONTEXT:
        tlb_flush_asid(cs, pcid, true);
        break;
    default: /* flushing global entries too is allowed for INVPCID_ALL */
        tlb_flush(cs);
        break;
    }
}

void helper_check_cpl0(CPUX86State *env)
{
    check_cpl0(env, GETPC());
}
