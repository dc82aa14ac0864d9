/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Model-specific registers, as a table: which numbers exist on which CPU, where their value
 * lives, which bits may be written. Everything that is not in the table is #GP(0), performance
 * counters among it (CPUID leaf 0xA says there are none).
 *
 * Spec:     Intel SDM volume 4; AMD BIOS and Kernel Developer's Guides, APM volume 2 appendix A.
 * Thread:   the vCPU's own.
 * Deviates: DEBUGCTL keeps LBR and BTF without effect (there are no branch records).
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "hw/i386/apic.h"
#include "cpuid.h"
#include "helpers.h"
#include "internal.h"

typedef struct MSRRow MSRRow;
struct MSRRow {
    uint32_t first, last;
    const char *name;
    uint32_t offset;      /* in CPUX86State, of a uint64_t (an array for ranges); 0: none */
    uint64_t rsvd;        /* bits that must be written as zero */
    uint64_t value;       /* without offset: what reads return */
    uint8_t flags;
    uint8_t word;         /* a FeatureWord and bits of which one must be there; bits 0: always */
    uint32_t bits;
    bool (*read)(CPUX86State *env, uint32_t msr, uint64_t *v);
    bool (*write)(CPUX86State *env, uint32_t msr, uint64_t v);
};

enum {
    M_RO = 1,       /* writes are #GP */
    M_WO = 2,       /* reads are #GP */
    M_IGNORE = 4,   /* writes have no effect */
    M_AMD = 8,      /* on AMD CPUs only */
    M_INTEL = 16,   /* not on AMD CPUs */
    M_CANON = 32,   /* the value must be canonical */
};

#define FIELD(f) offsetof(CPUX86State, f)

/* ---- TSC, APIC ---- */

static bool read_tsc(CPUX86State *env, uint32_t msr, uint64_t *v)
{
    (void)msr;
    *v = x86_read_tsc(env);
    return true;
}

static bool write_tsc(CPUX86State *env, uint32_t msr, uint64_t v)
{
    (void)msr;
    x86_write_tsc(env, v);
    return true;
}

static bool write_tsc_adjust(CPUX86State *env, uint32_t msr, uint64_t v)
{
    (void)msr;
    x86_write_tsc_adjust(env, v);
    return true;
}

static bool read_apic_base(CPUX86State *env, uint32_t msr, uint64_t *v)
{
    DeviceState *apic = env_x86cpu(env)->apic_state;

    (void)msr;
    *v = apic ? cpu_get_apic_base(apic) : 0;
    return true;
}

static bool write_apic_base(CPUX86State *env, uint32_t msr, uint64_t v)
{
    X86CPU *cpu = env_x86cpu(env);

    (void)msr;
    if (!cpu->apic_state) {
        return true;
    }
    return !(v >> cpu->phys_bits) && cpu_set_apic_base(cpu->apic_state, v);
}

static bool read_x2apic(CPUX86State *env, uint32_t msr, uint64_t *v)
{
    DeviceState *apic = env_x86cpu(env)->apic_state;

    return apic && apic_msr_read(apic, msr - MSR_X2APIC_FIRST, v);
}

static bool write_x2apic(CPUX86State *env, uint32_t msr, uint64_t v)
{
    DeviceState *apic = env_x86cpu(env)->apic_state;

    return apic && apic_msr_write(apic, msr - MSR_X2APIC_FIRST, v);
}

static bool read_tsc_deadline(CPUX86State *env, uint32_t msr, uint64_t *v)
{
    DeviceState *apic = env_x86cpu(env)->apic_state;

    (void)msr;
    *v = apic ? apic_get_tsc_deadline(apic) : 0;
    return true;
}

static bool write_tsc_deadline(CPUX86State *env, uint32_t msr, uint64_t v)
{
    DeviceState *apic = env_x86cpu(env)->apic_state;

    (void)msr;
    if (apic) {
        apic_set_tsc_deadline(apic, v);
    }
    return true;
}

/* ---- modes ---- */

static uint64_t efer_allowed(const CPUX86State *env)
{
    uint64_t allowed = 0;

    if (x86_has(env, FEAT_8000_0001_EDX, CPUID_EXT2_SYSCALL)) {
        allowed |= EFER_SCE;
    }
    if (x86_has(env, FEAT_8000_0001_EDX, CPUID_EXT2_LM)) {
        allowed |= EFER_LME | EFER_LMA;
    }
    if (x86_has(env, FEAT_8000_0001_EDX, CPUID_EXT2_NX)) {
        allowed |= EFER_NXE;
    }
    if (x86_has(env, FEAT_8000_0001_EDX, CPUID_EXT2_FFXSR)) {
        allowed |= EFER_FFXSR;
    }
    return allowed;
}

static bool write_efer(CPUX86State *env, uint32_t msr, uint64_t v)
{
    (void)msr;
    if (v & ~efer_allowed(env)) {
        return false;
    }
    if ((env->cr[0] & CR0_PG) && ((v ^ env->efer) & EFER_LME)) {
        return false;
    }
    x86_update_efer(env, (v & ~(uint64_t)EFER_LMA) | (env->efer & EFER_LMA));
    return true;
}

static bool read_segbase(CPUX86State *env, uint32_t msr, uint64_t *v)
{
    *v = env->segs[msr == MSR_FSBASE ? R_FS : R_GS].base;
    return true;
}

static bool write_segbase(CPUX86State *env, uint32_t msr, uint64_t v)
{
    env->segs[msr == MSR_FSBASE ? R_FS : R_GS].base = v;
    return true;
}

static bool write_xss(CPUX86State *env, uint32_t msr, uint64_t v)
{
    (void)msr;
    env->xss = v;
    return v == 0; /* no supervisor components are offered */
}

static bool read_smbase(CPUX86State *env, uint32_t msr, uint64_t *v)
{
    (void)msr;
    *v = env->smbase;
    return env->hflags & HF_SMM;
}

/* ---- memory types ---- */

static bool memory_type_ok(uint8_t t, bool pat)
{
    return t == 0 || t == 1 || (t >= 4 && t <= 6) || (pat && t == 7);
}

static bool all_types_ok(uint64_t v, bool pat)
{
    for (unsigned i = 0; i < 8; i++) {
        if (!memory_type_ok(v >> (i * 8), pat)) {
            return false;
        }
    }
    return true;
}

static bool write_pat(CPUX86State *env, uint32_t msr, uint64_t v)
{
    (void)msr;
    if (!all_types_ok(v, true)) {
        return false;
    }
    env->pat = v;
    return true;
}

static unsigned fixed_mtrr_index(uint32_t msr)
{
    return msr == MSR_MTRR_FIX64K ? 0 : msr < MSR_MTRR_FIX4K_0 ? msr - MSR_MTRR_FIX16K_0 + 1
                                                               : msr - MSR_MTRR_FIX4K_0 + 3;
}

static bool read_fixed_mtrr(CPUX86State *env, uint32_t msr, uint64_t *v)
{
    *v = env->mtrr_fixed[fixed_mtrr_index(msr)];
    return true;
}

static bool write_fixed_mtrr(CPUX86State *env, uint32_t msr, uint64_t v)
{
    if (!all_types_ok(v, false)) {
        return false;
    }
    env->mtrr_fixed[fixed_mtrr_index(msr)] = v;
    return true;
}

static bool read_var_mtrr(CPUX86State *env, uint32_t msr, uint64_t *v)
{
    unsigned n = (msr - MSR_MTRR_PHYSBASE0) / 2;

    *v = msr & 1 ? env->mtrr_var[n].mask : env->mtrr_var[n].base;
    return true;
}

static bool write_var_mtrr(CPUX86State *env, uint32_t msr, uint64_t v)
{
    unsigned n = (msr - MSR_MTRR_PHYSBASE0) / 2;
    uint64_t high = ~((1ull << env_x86cpu(env)->phys_bits) - 1);

    if (v & (high | (msr & 1 ? 0x7ff : 0xf00))) {
        return false;
    }
    if (msr & 1) {
        env->mtrr_var[n].mask = v;
    } else if (memory_type_ok(v, false)) {
        env->mtrr_var[n].base = v;
    } else {
        return false;
    }
    return true;
}

static bool write_mtrr_deftype(CPUX86State *env, uint32_t msr, uint64_t v)
{
    (void)msr;
    if (!memory_type_ok(v, false)) {
        return false;
    }
    env->mtrr_deftype = v;
    return true;
}

/* ---- machine check ---- */

static bool mce_bank_exists(CPUX86State *env, uint32_t msr)
{
    return (msr - MSR_MC0_CTL) / 4 < (env->mcg_cap & 0xff);
}

static bool read_mce_bank(CPUX86State *env, uint32_t msr, uint64_t *v)
{
    if (!mce_bank_exists(env, msr)) {
        return false;
    }
    *v = env->mce_banks[msr - MSR_MC0_CTL];
    return true;
}

/* CTL: any; STATUS, ADDR and MISC: only zero. */
static bool write_mce_bank(CPUX86State *env, uint32_t msr, uint64_t v)
{
    if (!mce_bank_exists(env, msr) || ((msr & 3) && v)) {
        return false;
    }
    env->mce_banks[msr - MSR_MC0_CTL] = v;
    return true;
}

static bool write_mcg_ctl(CPUX86State *env, uint32_t msr, uint64_t v)
{
    (void)msr;
    if (!(env->mcg_cap >> 8 & 1) || (v && v != ~0ull)) {
        return false;
    }
    env->mcg_ctl = v;
    return true;
}

/* ---- identification ---- */

static bool read_ucode(CPUX86State *env, uint32_t msr, uint64_t *v)
{
    (void)msr;
    *v = x86_is_amd(env) ? 0x01000065 : 0x100000000ull;
    return true;
}

static bool read_platform_info(CPUX86State *env, uint32_t msr, uint64_t *v)
{
    (void)msr;
    *v = (env->tsc_khz / 100000 & 0xff) << 8; /* maximum non-turbo ratio of a 100 MHz clock */
    return true;
}

static bool read_core_count(CPUX86State *env, uint32_t msr, uint64_t *v)
{
    CPUState *cs = env_cpu(env);

    (void)msr;
    *v = (uint64_t)cs->nr_threads * cs->nr_cores | (uint64_t)cs->nr_cores << 16;
    return true;
}

static bool read_arch_capabilities(CPUX86State *env, uint32_t msr, uint64_t *v)
{
    (void)msr;
    *v = env->features[FEAT_ARCH_CAPABILITIES];
    return true;
}

/* ORDER: by number; look-up is a binary search. */
static const MSRRow rows[] = {
    { MSR_P5_MC_ADDR, MSR_P5_MC_TYPE, "P5_MC", .flags = M_IGNORE },
    { MSR_TSC, MSR_TSC, "TSC", .read = read_tsc, .write = write_tsc, .word = FEAT_1_EDX,
      .bits = CPUID_TSC },
    { MSR_PLATFORM_ID, MSR_PLATFORM_ID, "PLATFORM_ID", .flags = M_RO | M_INTEL },
    { MSR_APIC_BASE, MSR_APIC_BASE, "APIC_BASE", .read = read_apic_base,
      .write = write_apic_base },
    { MSR_EBL_CR_POWERON, MSR_EBL_CR_POWERON, "EBL_CR_POWERON", .flags = M_IGNORE | M_INTEL },
    { 0x35, 0x35, "CORE_THREAD_COUNT", .flags = M_RO | M_INTEL, .read = read_core_count },
    { MSR_TSC_ADJUST, MSR_TSC_ADJUST, "TSC_ADJUST", .offset = FIELD(tsc_adjust),
      .write = write_tsc_adjust, .word = FEAT_7_0_EBX, .bits = CPUID_7_0_EBX_TSC_ADJUST },
    { MSR_SPEC_CTRL, MSR_SPEC_CTRL, "SPEC_CTRL", .offset = FIELD(spec_ctrl), .rsvd = ~7ull,
      .word = FEAT_7_0_EDX,
      .bits = CPUID_7_0_EDX_SPEC_CTRL | CPUID_7_0_EDX_STIBP | CPUID_7_0_EDX_SPEC_CTRL_SSBD },
    { MSR_PRED_CMD, MSR_PRED_CMD, "PRED_CMD", .flags = M_WO | M_IGNORE, .rsvd = ~1ull,
      .word = FEAT_7_0_EDX, .bits = CPUID_7_0_EDX_SPEC_CTRL },
    { MSR_BIOS_UPDT_TRIG, MSR_BIOS_UPDT_TRIG, "BIOS_UPDT_TRIG", .flags = M_WO | M_IGNORE },
    { MSR_BIOS_SIGN_ID, MSR_BIOS_SIGN_ID, "BIOS_SIGN_ID", .flags = M_IGNORE,
      .read = read_ucode },
    { MSR_SMBASE, MSR_SMBASE, "SMBASE", .flags = M_RO, .read = read_smbase },
    { MSR_PLATFORM_INFO, MSR_PLATFORM_INFO, "PLATFORM_INFO", .flags = M_RO | M_INTEL,
      .read = read_platform_info },
    { MSR_MTRRCAP, MSR_MTRRCAP, "MTRRCAP", .flags = M_RO, .value = 0x500 | X86_NB_VAR_MTRR,
      .word = FEAT_1_EDX, .bits = CPUID_MTRR },
    { MSR_ARCH_CAPABILITIES, MSR_ARCH_CAPABILITIES, "ARCH_CAPABILITIES", .flags = M_RO,
      .read = read_arch_capabilities, .word = FEAT_7_0_EDX,
      .bits = CPUID_7_0_EDX_ARCH_CAPABILITIES },
    { MSR_BBL_CR_CTL3, MSR_BBL_CR_CTL3, "BBL_CR_CTL3", .flags = M_IGNORE | M_INTEL,
      .value = 0xbe702111 },
    { MSR_MISC_FEATURES_ENABLES, MSR_MISC_FEATURES_ENABLES, "MISC_FEATURES_ENABLES",
      .rsvd = ~0ull, .flags = M_IGNORE | M_INTEL },
    { MSR_SYSENTER_CS, MSR_SYSENTER_CS, "SYSENTER_CS", .offset = FIELD(sysenter_cs),
      .word = FEAT_1_EDX, .bits = CPUID_SEP },
    { MSR_SYSENTER_ESP, MSR_SYSENTER_ESP, "SYSENTER_ESP", .offset = FIELD(sysenter_esp),
      .flags = M_CANON, .word = FEAT_1_EDX, .bits = CPUID_SEP },
    { MSR_SYSENTER_EIP, MSR_SYSENTER_EIP, "SYSENTER_EIP", .offset = FIELD(sysenter_eip),
      .flags = M_CANON, .word = FEAT_1_EDX, .bits = CPUID_SEP },
    { MSR_MCG_CAP, MSR_MCG_CAP, "MCG_CAP", .offset = FIELD(mcg_cap), .flags = M_RO,
      .word = FEAT_1_EDX, .bits = CPUID_MCA },
    { MSR_MCG_STATUS, MSR_MCG_STATUS, "MCG_STATUS", .offset = FIELD(mcg_status),
      .rsvd = ~15ull, .word = FEAT_1_EDX, .bits = CPUID_MCA },
    { MSR_MCG_CTL, MSR_MCG_CTL, "MCG_CTL", .offset = FIELD(mcg_ctl), .write = write_mcg_ctl,
      .word = FEAT_1_EDX, .bits = CPUID_MCA },
    { MSR_PERF_STATUS, MSR_PERF_STATUS, "PERF_STATUS", .flags = M_RO | M_INTEL,
      .value = 1000ull | 4ull << 40 },
    { MSR_PERF_CTL, MSR_PERF_CTL, "PERF_CTL", .flags = M_IGNORE | M_INTEL },
    { MSR_CLOCK_MODULATION, MSR_THERM_STATUS, "THERM", .flags = M_IGNORE | M_INTEL,
      .word = FEAT_1_EDX, .bits = CPUID_ACPI },
    { MSR_MISC_ENABLE, MSR_MISC_ENABLE, "MISC_ENABLE", .offset = FIELD(misc_enable),
      .flags = M_INTEL },
    { MSR_DEBUGCTL, MSR_DEBUGCTL, "DEBUGCTL", .offset = FIELD(debugctl), .rsvd = ~3ull },
    { MSR_LBR_FROM, MSR_LIR_TO, "LAST_BRANCH", .flags = M_IGNORE },
    { MSR_MTRR_PHYSBASE0, MSR_MTRR_PHYSBASE0 + 2 * X86_NB_VAR_MTRR - 1, "MTRR_VAR",
      .read = read_var_mtrr, .write = write_var_mtrr, .word = FEAT_1_EDX, .bits = CPUID_MTRR },
    { MSR_MTRR_FIX64K, MSR_MTRR_FIX64K, "MTRR_FIX64K", .read = read_fixed_mtrr,
      .write = write_fixed_mtrr, .word = FEAT_1_EDX, .bits = CPUID_MTRR },
    { MSR_MTRR_FIX16K_0, MSR_MTRR_FIX16K_1, "MTRR_FIX16K", .read = read_fixed_mtrr,
      .write = write_fixed_mtrr, .word = FEAT_1_EDX, .bits = CPUID_MTRR },
    { MSR_MTRR_FIX4K_0, MSR_MTRR_FIX4K_0 + 7, "MTRR_FIX4K", .read = read_fixed_mtrr,
      .write = write_fixed_mtrr, .word = FEAT_1_EDX, .bits = CPUID_MTRR },
    { MSR_PAT, MSR_PAT, "PAT", .offset = FIELD(pat), .write = write_pat, .word = FEAT_1_EDX,
      .bits = CPUID_PAT },
    { MSR_MTRR_DEFTYPE, MSR_MTRR_DEFTYPE, "MTRR_DEFTYPE", .offset = FIELD(mtrr_deftype),
      .rsvd = ~0xcffull, .write = write_mtrr_deftype, .word = FEAT_1_EDX, .bits = CPUID_MTRR },
    { MSR_MC0_CTL, MSR_MC0_CTL + 4 * X86_MAX_MCE_BANKS - 1, "MCE_BANK", .read = read_mce_bank,
      .write = write_mce_bank, .word = FEAT_1_EDX, .bits = CPUID_MCA },
    { MSR_TSC_DEADLINE, MSR_TSC_DEADLINE, "TSC_DEADLINE", .read = read_tsc_deadline,
      .write = write_tsc_deadline, .word = FEAT_1_ECX, .bits = CPUID_EXT_TSC_DEADLINE_TIMER },
    { MSR_X2APIC_FIRST, MSR_X2APIC_LAST, "X2APIC", .read = read_x2apic, .write = write_x2apic,
      .word = FEAT_1_ECX, .bits = CPUID_EXT_X2APIC },
    { MSR_XSS, MSR_XSS, "XSS", .offset = FIELD(xss), .write = write_xss, .word = FEAT_XSAVE,
      .bits = CPUID_XSAVE_XSAVES },
    { MSR_EFER, MSR_EFER, "EFER", .offset = FIELD(efer), .write = write_efer,
      .word = FEAT_8000_0001_EDX, .bits = CPUID_EXT2_SYSCALL | CPUID_EXT2_LM | CPUID_EXT2_NX },
    { MSR_STAR, MSR_STAR, "STAR", .offset = FIELD(star), .word = FEAT_8000_0001_EDX,
      .bits = CPUID_EXT2_SYSCALL },
    { MSR_LSTAR, MSR_LSTAR, "LSTAR", .offset = FIELD(lstar), .flags = M_CANON,
      .word = FEAT_8000_0001_EDX, .bits = CPUID_EXT2_LM },
    { MSR_CSTAR, MSR_CSTAR, "CSTAR", .offset = FIELD(cstar), .flags = M_CANON,
      .word = FEAT_8000_0001_EDX, .bits = CPUID_EXT2_LM },
    { MSR_FMASK, MSR_FMASK, "FMASK", .offset = FIELD(fmask), .rsvd = 0xffffffff00000000ull,
      .word = FEAT_8000_0001_EDX, .bits = CPUID_EXT2_LM },
    { MSR_FSBASE, MSR_GSBASE, "SEGBASE", .flags = M_CANON, .read = read_segbase,
      .write = write_segbase, .word = FEAT_8000_0001_EDX, .bits = CPUID_EXT2_LM },
    { MSR_KERNELGSBASE, MSR_KERNELGSBASE, "KERNELGSBASE", .offset = FIELD(kernelgsbase),
      .flags = M_CANON, .word = FEAT_8000_0001_EDX, .bits = CPUID_EXT2_LM },
    { MSR_TSC_AUX, MSR_TSC_AUX, "TSC_AUX", .offset = FIELD(tsc_aux),
      .rsvd = 0xffffffff00000000ull, .word = FEAT_8000_0001_EDX, .bits = CPUID_EXT2_RDTSCP },
    { MSR_K8_SYSCFG, MSR_K8_SYSCFG, "SYSCFG", .flags = M_AMD | M_IGNORE },
    { MSR_K8_HWCR, MSR_K8_HWCR, "HWCR", .offset = FIELD(hwcr), .flags = M_AMD },
    { 0xc001001a, 0xc001001a, "TOP_MEM", .flags = M_AMD | M_IGNORE },
    { 0xc001001b, 0xc001001b, "CLK_CTL", .flags = M_AMD | M_IGNORE },
    { 0xc001001d, 0xc001001d, "TOP_MEM2", .flags = M_AMD | M_IGNORE },
    { MSR_K8_NB_CFG, MSR_K8_NB_CFG, "NB_CFG", .flags = M_AMD | M_IGNORE },
    { MSR_K8_PATCH_LOADER, MSR_K8_PATCH_LOADER, "PATCH_LOADER", .flags = M_AMD | M_IGNORE },
    { MSR_K8_INT_PENDING, MSR_K8_INT_PENDING, "INT_PENDING", .flags = M_AMD | M_IGNORE },
    { MSR_K8_FAM10H_MMIO_CONF, MSR_K8_FAM10H_MMIO_CONF, "MMIO_CONF_BASE",
      .flags = M_AMD | M_IGNORE },
    { MSR_K8_TSEG_ADDR, MSR_K8_TSEG_MASK, "SMM_TSEG", .flags = M_AMD | M_IGNORE },
    { MSR_AMD_VM_CR, MSR_AMD_VM_CR, "VM_CR", .flags = M_AMD | M_IGNORE, .value = 0x10 },
    { MSR_VIRT_SSBD, MSR_VIRT_SSBD, "VIRT_SSBD", .offset = FIELD(virt_ssbd), .rsvd = ~4ull,
      .word = FEAT_8000_0008_EBX, .bits = CPUID_8000_0008_EBX_VIRT_SSBD },
    { MSR_AMD_OSVW_ID_LEN, MSR_AMD_OSVW_STATUS, "OSVW", .flags = M_AMD | M_IGNORE,
      .word = FEAT_8000_0001_ECX, .bits = CPUID_EXT3_OSVW },
    { MSR_AMD_LS_CFG, MSR_AMD_BU_CFG, "LS_CFG", .flags = M_AMD | M_IGNORE },
    { MSR_AMD_DE_CFG, MSR_AMD_DE_CFG, "DE_CFG", .flags = M_AMD | M_IGNORE, .value = 2 },
    { MSR_AMD_BU_CFG2, MSR_AMD_BU_CFG2, "BU_CFG2", .flags = M_AMD | M_IGNORE },
};

/* ---- access ---- */

static int compare_msr(const void *key, const void *row)
{
    uint32_t msr = *(const uint32_t *)key;
    const MSRRow *r = row;

    return msr < r->first ? -1 : msr > r->last;
}

static const MSRRow *find_row(const CPUX86State *env, uint32_t msr)
{
    const MSRRow *r = bsearch(&msr, rows, ARRAY_SIZE(rows), sizeof(rows[0]), compare_msr);

    if (!r || ((r->flags & M_AMD) && !x86_is_amd(env)) ||
        ((r->flags & M_INTEL) && x86_is_amd(env))) {
        return NULL;
    }
    if (r->bits && !(env->features[r->word] & r->bits)) {
        /* Some speculation controls have an AMD bit of their own. */
        if ((msr != MSR_SPEC_CTRL && msr != MSR_PRED_CMD) ||
            !(env->features[FEAT_8000_0008_EBX] &
              (CPUID_8000_0008_EBX_IBPB | CPUID_8000_0008_EBX_IBRS | CPUID_8000_0008_EBX_STIBP |
               CPUID_8000_0008_EBX_AMD_SSBD))) {
            return NULL;
        }
    }
    return r;
}

bool x86_rdmsr(CPUX86State *env, uint32_t msr, uint64_t *v)
{
    const MSRRow *r = find_row(env, msr);

    if (!r || (r->flags & M_WO)) {
        return false;
    }
    if (r->read) {
        return r->read(env, msr, v);
    }
    *v = r->offset ? *(uint64_t *)((char *)env + r->offset) : r->value;
    return true;
}

bool x86_wrmsr(CPUX86State *env, uint32_t msr, uint64_t v)
{
    const MSRRow *r = find_row(env, msr);

    if (!r || (r->flags & M_RO) || (v & r->rsvd) ||
        ((r->flags & M_CANON) && !x86_canonical(env, v))) {
        return false;
    }
    if (r->write) {
        return r->write(env, msr, v);
    }
    if (r->offset) {
        *(uint64_t *)((char *)env + r->offset) = v;
        return true;
    }
    return r->flags & M_IGNORE;
}

const char *x86_msr_name(uint32_t msr)
{
    const MSRRow *r = bsearch(&msr, rows, ARRAY_SIZE(rows), sizeof(rows[0]), compare_msr);

    return r ? r->name : "unknown";
}

void helper_rdmsr(CPUX86State *env)
{
    uintptr_t ra = GETPC();
    uint32_t msr = env->regs[R_ECX];
    uint64_t v = 0;

    if (x86_cpl(env) != 0) {
        raise_gp(env, 0, ra);
    }
    if (!x86_rdmsr(env, msr, &v)) {
        qemu_log_mask(LOG_GUEST_ERROR, "rdmsr %x (%s)\n", msr, x86_msr_name(msr));
        raise_gp(env, 0, ra);
    }
    env->regs[R_EAX] = (uint32_t)v;
    env->regs[R_EDX] = v >> 32;
}

void helper_wrmsr(CPUX86State *env)
{
    uintptr_t ra = GETPC();
    uint32_t msr = env->regs[R_ECX];
    uint64_t v = (uint32_t)env->regs[R_EAX] | env->regs[R_EDX] << 32;

    if (x86_cpl(env) != 0) {
        raise_gp(env, 0, ra);
    }
    if (!x86_wrmsr(env, msr, v)) {
        qemu_log_mask(LOG_GUEST_ERROR, "wrmsr %x (%s) = %" PRIx64 "\n", msr, x86_msr_name(msr),
                      v);
        raise_gp(env, 0, ra);
    }
}
