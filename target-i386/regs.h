/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of the bits in x86 control registers, page-table entries, descriptors and of MSRs.
 *
 * Spec: Intel SDM volume 3 chapters 2 to 4, volume 4; AMD APM volume 2 appendix A.
 */
#ifndef TARGET_I386_REGS_H
#define TARGET_I386_REGS_H

#define CR0_PE (1u << 0)
#define CR0_MP (1u << 1)
#define CR0_EM (1u << 2)
#define CR0_TS (1u << 3)
#define CR0_ET (1u << 4)
#define CR0_NE (1u << 5)
#define CR0_WP (1u << 16)
#define CR0_AM (1u << 18)
#define CR0_NW (1u << 29)
#define CR0_CD (1u << 30)
#define CR0_PG (1u << 31)

#define CR3_NOFLUSH (1ull << 63)
#define CR3_PCID 0xfffull

#define CR4_VME (1u << 0)
#define CR4_PVI (1u << 1)
#define CR4_TSD (1u << 2)
#define CR4_DE (1u << 3)
#define CR4_PSE (1u << 4)
#define CR4_PAE (1u << 5)
#define CR4_MCE (1u << 6)
#define CR4_PGE (1u << 7)
#define CR4_PCE (1u << 8)
#define CR4_OSFXSR (1u << 9)
#define CR4_OSXMMEXCPT (1u << 10)
#define CR4_UMIP (1u << 11)
#define CR4_LA57 (1u << 12)
#define CR4_FSGSBASE (1u << 16)
#define CR4_PCIDE (1u << 17)
#define CR4_OSXSAVE (1u << 18)
#define CR4_SMEP (1u << 20)
#define CR4_SMAP (1u << 21)

#define EFER_SCE (1u << 0)
#define EFER_LME (1u << 8)
#define EFER_LMA (1u << 10)
#define EFER_NXE (1u << 11)
#define EFER_SVME (1u << 12)
#define EFER_FFXSR (1u << 14)

/* DR6 and DR7 */
#define DR6_BD (1u << 13)
#define DR6_BS (1u << 14)
#define DR6_BT (1u << 15)
#define DR6_FIXED_1 0xffff0ff0u
#define DR7_GD (1u << 13)
#define DR7_FIXED_1 0x00000400u

/* Paging-structure entries */
#define PG_P (1ull << 0)
#define PG_RW (1ull << 1)
#define PG_US (1ull << 2)
#define PG_A (1ull << 5)
#define PG_D (1ull << 6)
#define PG_PS (1ull << 7)
#define PG_G (1ull << 8)
#define PG_NX (1ull << 63)
#define PG_ADDR 0x000ffffffffff000ull

/* Page-fault error code */
#define PF_P (1u << 0)
#define PF_W (1u << 1)
#define PF_U (1u << 2)
#define PF_RSVD (1u << 3)
#define PF_ID (1u << 4)

/* XCR0 components */
#define XSTATE_FP (1u << 0)
#define XSTATE_SSE (1u << 1)
#define XSTATE_YMM (1u << 2)

/* System-segment types (descriptor type field with S clear) */
enum {
    SYS_TSS16_AVAIL = 1, SYS_LDT = 2, SYS_TSS16_BUSY = 3, SYS_CALL16 = 4, SYS_TASKGATE = 5,
    SYS_INT16 = 6, SYS_TRAP16 = 7, SYS_TSS32_AVAIL = 9, SYS_TSS32_BUSY = 11, SYS_CALL32 = 12,
    SYS_INT32 = 14, SYS_TRAP32 = 15,
};

enum {
    MSR_P5_MC_ADDR = 0x0,
    MSR_P5_MC_TYPE = 0x1,
    MSR_TSC = 0x10,
    MSR_PLATFORM_ID = 0x17,
    MSR_APIC_BASE = 0x1b,
    MSR_EBL_CR_POWERON = 0x2a,
    MSR_FEATURE_CONTROL = 0x3a,
    MSR_TSC_ADJUST = 0x3b,
    MSR_SPEC_CTRL = 0x48,
    MSR_PRED_CMD = 0x49,
    MSR_BIOS_UPDT_TRIG = 0x79,
    MSR_BIOS_SIGN_ID = 0x8b,
    MSR_SMBASE = 0x9e,
    MSR_FSB_FREQ = 0xcd,
    MSR_PLATFORM_INFO = 0xce,
    MSR_MTRRCAP = 0xfe,
    MSR_ARCH_CAPABILITIES = 0x10a,
    MSR_FLUSH_CMD = 0x10b,
    MSR_BBL_CR_CTL3 = 0x11e,
    MSR_MISC_FEATURES_ENABLES = 0x140,
    MSR_SYSENTER_CS = 0x174,
    MSR_SYSENTER_ESP = 0x175,
    MSR_SYSENTER_EIP = 0x176,
    MSR_MCG_CAP = 0x179,
    MSR_MCG_STATUS = 0x17a,
    MSR_MCG_CTL = 0x17b,
    MSR_PERF_STATUS = 0x198,
    MSR_PERF_CTL = 0x199,
    MSR_CLOCK_MODULATION = 0x19a,
    MSR_THERM_INTERRUPT = 0x19b,
    MSR_THERM_STATUS = 0x19c,
    MSR_MISC_ENABLE = 0x1a0,
    MSR_ENERGY_PERF_BIAS = 0x1b0,
    MSR_DEBUGCTL = 0x1d9,
    MSR_LBR_FROM = 0x1db,
    MSR_LBR_TO = 0x1dc,
    MSR_LIR_FROM = 0x1dd,
    MSR_LIR_TO = 0x1de,
    MSR_MTRR_PHYSBASE0 = 0x200,
    MSR_MTRR_FIX64K = 0x250,
    MSR_MTRR_FIX16K_0 = 0x258,
    MSR_MTRR_FIX16K_1 = 0x259,
    MSR_MTRR_FIX4K_0 = 0x268,
    MSR_PAT = 0x277,
    MSR_MTRR_DEFTYPE = 0x2ff,
    MSR_MC0_CTL = 0x400,
    MSR_TSC_DEADLINE = 0x6e0,
    MSR_X2APIC_FIRST = 0x800,
    MSR_X2APIC_LAST = 0x83f,
    MSR_XSS = 0xda0,
    MSR_EFER = 0xc0000080,
    MSR_STAR = 0xc0000081,
    MSR_LSTAR = 0xc0000082,
    MSR_CSTAR = 0xc0000083,
    MSR_FMASK = 0xc0000084,
    MSR_FSBASE = 0xc0000100,
    MSR_GSBASE = 0xc0000101,
    MSR_KERNELGSBASE = 0xc0000102,
    MSR_TSC_AUX = 0xc0000103,
    MSR_K8_SYSCFG = 0xc0010010,
    MSR_K8_HWCR = 0xc0010015,
    MSR_K8_TSEG_ADDR = 0xc0010112,
    MSR_K8_TSEG_MASK = 0xc0010113,
    MSR_K8_NB_CFG = 0xc001001f,
    MSR_K8_PATCH_LOADER = 0xc0010020,
    MSR_K8_INT_PENDING = 0xc0010055,
    MSR_K8_FAM10H_MMIO_CONF = 0xc0010058,
    MSR_AMD_VM_CR = 0xc0010114,
    MSR_AMD_VM_HSAVE = 0xc0010117,
    MSR_VIRT_SSBD = 0xc001011f,
    MSR_AMD_OSVW_ID_LEN = 0xc0010140,
    MSR_AMD_OSVW_STATUS = 0xc0010141,
    MSR_AMD_LS_CFG = 0xc0011020,
    MSR_AMD_IC_CFG = 0xc0011021,
    MSR_AMD_DC_CFG = 0xc0011022,
    MSR_AMD_BU_CFG = 0xc0011023,
    MSR_AMD_DE_CFG = 0xc0011029,
    MSR_AMD_BU_CFG2 = 0xc001102a,
};

#endif
