/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUID: feature words, their bits, and what a virtual CPU answers.
 *
 * Spec: Intel SDM volume 2 (CPUID), AMD APM volume 3 appendix E.
 */
#ifndef TARGET_I386_CPUID_H
#define TARGET_I386_CPUID_H

#include "target-i386/cpu.h"

/* ORDER FeatureWord: rows of x86_feature_words[] in cpu-features.c */
typedef enum FeatureWord {
    FEAT_1_EDX,
    FEAT_1_ECX,
    FEAT_7_0_EBX,
    FEAT_7_0_ECX,
    FEAT_7_0_EDX,
    FEAT_7_1_EAX,
    FEAT_8000_0001_EDX,
    FEAT_8000_0001_ECX,
    FEAT_8000_0007_EDX,
    FEAT_8000_0008_EBX,
    FEAT_SVM,               /* 8000_000A EDX */
    FEAT_XSAVE,             /* D.1 EAX */
    FEAT_6_EAX,
    FEAT_ARCH_CAPABILITIES, /* MSR 10A, low half */
    FEATURE_WORDS
} FeatureWord;

QEMU_BUILD_BUG_ON((int)FEATURE_WORDS > (int)FEATURE_WORDS_MAX);

typedef struct X86FeatureWord {
    const char *where;          /* "CPUID.01H:EDX" for messages */
    uint32_t leaf, subleaf;     /* as unavailable features are reported */
    bool has_subleaf;
    char reg;                   /* 'A' to 'D' for EAX to EDX; 0: an MSR */
    const char *names[32];      /* property names; "a|b" for aliases, NULL: no name */
    uint32_t offered;           /* what the translator provides on any host */
    uint32_t host;              /* provided where the host has the bit too */
    uint32_t no_auto;           /* never part of -cpu max: must be asked for */
} X86FeatureWord;

extern const X86FeatureWord x86_feature_words[FEATURE_WORDS];

/* Bits of FEAT_1_EDX; many are the same in FEAT_8000_0001_EDX. */
#define CPUID_FPU (1u << 0)
#define CPUID_VME (1u << 1)
#define CPUID_DE (1u << 2)
#define CPUID_PSE (1u << 3)
#define CPUID_TSC (1u << 4)
#define CPUID_MSR (1u << 5)
#define CPUID_PAE (1u << 6)
#define CPUID_MCE (1u << 7)
#define CPUID_CX8 (1u << 8)
#define CPUID_APIC (1u << 9)
#define CPUID_SEP (1u << 11)
#define CPUID_MTRR (1u << 12)
#define CPUID_PGE (1u << 13)
#define CPUID_MCA (1u << 14)
#define CPUID_CMOV (1u << 15)
#define CPUID_PAT (1u << 16)
#define CPUID_PSE36 (1u << 17)
#define CPUID_PN (1u << 18)
#define CPUID_CLFLUSH (1u << 19)
#define CPUID_DTS (1u << 21)
#define CPUID_ACPI (1u << 22)
#define CPUID_MMX (1u << 23)
#define CPUID_FXSR (1u << 24)
#define CPUID_SSE (1u << 25)
#define CPUID_SSE2 (1u << 26)
#define CPUID_SS (1u << 27)
#define CPUID_HT (1u << 28)
#define CPUID_TM (1u << 29)
#define CPUID_PBE (1u << 31)

/* FEAT_1_ECX */
#define CPUID_EXT_SSE3 (1u << 0)
#define CPUID_EXT_PCLMULQDQ (1u << 1)
#define CPUID_EXT_DTES64 (1u << 2)
#define CPUID_EXT_MONITOR (1u << 3)
#define CPUID_EXT_DSCPL (1u << 4)
#define CPUID_EXT_VMX (1u << 5)
#define CPUID_EXT_SMX (1u << 6)
#define CPUID_EXT_EST (1u << 7)
#define CPUID_EXT_TM2 (1u << 8)
#define CPUID_EXT_SSSE3 (1u << 9)
#define CPUID_EXT_FMA (1u << 12)
#define CPUID_EXT_CX16 (1u << 13)
#define CPUID_EXT_XTPR (1u << 14)
#define CPUID_EXT_PDCM (1u << 15)
#define CPUID_EXT_PCID (1u << 17)
#define CPUID_EXT_DCA (1u << 18)
#define CPUID_EXT_SSE41 (1u << 19)
#define CPUID_EXT_SSE42 (1u << 20)
#define CPUID_EXT_X2APIC (1u << 21)
#define CPUID_EXT_MOVBE (1u << 22)
#define CPUID_EXT_POPCNT (1u << 23)
#define CPUID_EXT_TSC_DEADLINE_TIMER (1u << 24)
#define CPUID_EXT_AES (1u << 25)
#define CPUID_EXT_XSAVE (1u << 26)
#define CPUID_EXT_OSXSAVE (1u << 27)
#define CPUID_EXT_AVX (1u << 28)
#define CPUID_EXT_F16C (1u << 29)
#define CPUID_EXT_RDRAND (1u << 30)
#define CPUID_EXT_HYPERVISOR (1u << 31)

/* FEAT_7_0_EBX */
#define CPUID_7_0_EBX_FSGSBASE (1u << 0)
#define CPUID_7_0_EBX_TSC_ADJUST (1u << 1)
#define CPUID_7_0_EBX_BMI1 (1u << 3)
#define CPUID_7_0_EBX_HLE (1u << 4)
#define CPUID_7_0_EBX_AVX2 (1u << 5)
#define CPUID_7_0_EBX_SMEP (1u << 7)
#define CPUID_7_0_EBX_BMI2 (1u << 8)
#define CPUID_7_0_EBX_ERMS (1u << 9)
#define CPUID_7_0_EBX_INVPCID (1u << 10)
#define CPUID_7_0_EBX_RTM (1u << 11)
#define CPUID_7_0_EBX_MPX (1u << 14)
#define CPUID_7_0_EBX_AVX512F (1u << 16)
#define CPUID_7_0_EBX_AVX512DQ (1u << 17)
#define CPUID_7_0_EBX_RDSEED (1u << 18)
#define CPUID_7_0_EBX_ADX (1u << 19)
#define CPUID_7_0_EBX_SMAP (1u << 20)
#define CPUID_7_0_EBX_CLFLUSHOPT (1u << 23)
#define CPUID_7_0_EBX_CLWB (1u << 24)
#define CPUID_7_0_EBX_AVX512CD (1u << 28)
#define CPUID_7_0_EBX_SHA_NI (1u << 29)
#define CPUID_7_0_EBX_AVX512BW (1u << 30)
#define CPUID_7_0_EBX_AVX512VL (1u << 31)

/* FEAT_7_0_ECX */
#define CPUID_7_0_ECX_AVX512_VBMI (1u << 1)
#define CPUID_7_0_ECX_UMIP (1u << 2)
#define CPUID_7_0_ECX_PKU (1u << 3)
#define CPUID_7_0_ECX_AVX512_VBMI2 (1u << 6)
#define CPUID_7_0_ECX_GFNI (1u << 8)
#define CPUID_7_0_ECX_VAES (1u << 9)
#define CPUID_7_0_ECX_VPCLMULQDQ (1u << 10)
#define CPUID_7_0_ECX_AVX512VNNI (1u << 11)
#define CPUID_7_0_ECX_AVX512BITALG (1u << 12)
#define CPUID_7_0_ECX_AVX512_VPOPCNTDQ (1u << 14)
#define CPUID_7_0_ECX_LA57 (1u << 16)
#define CPUID_7_0_ECX_RDPID (1u << 22)

/* FEAT_7_0_EDX */
#define CPUID_7_0_EDX_FSRM (1u << 4)
#define CPUID_7_0_EDX_SPEC_CTRL (1u << 26)
#define CPUID_7_0_EDX_STIBP (1u << 27)
#define CPUID_7_0_EDX_ARCH_CAPABILITIES (1u << 29)
#define CPUID_7_0_EDX_SPEC_CTRL_SSBD (1u << 31)

/* FEAT_8000_0001_EDX */
#define CPUID_EXT2_SYSCALL (1u << 11)
#define CPUID_EXT2_NX (1u << 20)
#define CPUID_EXT2_MMXEXT (1u << 22)
#define CPUID_EXT2_FFXSR (1u << 25)
#define CPUID_EXT2_PDPE1GB (1u << 26)
#define CPUID_EXT2_RDTSCP (1u << 27)
#define CPUID_EXT2_LM (1u << 29)
#define CPUID_EXT2_3DNOWEXT (1u << 30)
#define CPUID_EXT2_3DNOW (1u << 31)
/* Bits of FEAT_1_EDX that AMD processors repeat there. */
#define CPUID_EXT2_AMD_ALIASES 0x0183f3ffu

/* FEAT_8000_0001_ECX */
#define CPUID_EXT3_LAHF_LM (1u << 0)
#define CPUID_EXT3_CMP_LEG (1u << 1)
#define CPUID_EXT3_SVM (1u << 2)
#define CPUID_EXT3_CR8LEG (1u << 4)
#define CPUID_EXT3_ABM (1u << 5)
#define CPUID_EXT3_SSE4A (1u << 6)
#define CPUID_EXT3_MISALIGNSSE (1u << 7)
#define CPUID_EXT3_3DNOWPREFETCH (1u << 8)
#define CPUID_EXT3_OSVW (1u << 9)
#define CPUID_EXT3_XOP (1u << 11)
#define CPUID_EXT3_FMA4 (1u << 16)
#define CPUID_EXT3_TBM (1u << 21)
#define CPUID_EXT3_TOPOEXT (1u << 22)
#define CPUID_EXT3_PERFCORE (1u << 23)

/* FEAT_8000_0007_EDX, FEAT_8000_0008_EBX */
#define CPUID_APM_INVTSC (1u << 8)
#define CPUID_8000_0008_EBX_CLZERO (1u << 0)
#define CPUID_8000_0008_EBX_XSAVEERPTR (1u << 2)
#define CPUID_8000_0008_EBX_WBNOINVD (1u << 9)
#define CPUID_8000_0008_EBX_IBPB (1u << 12)
#define CPUID_8000_0008_EBX_IBRS (1u << 14)
#define CPUID_8000_0008_EBX_STIBP (1u << 15)
#define CPUID_8000_0008_EBX_AMD_SSBD (1u << 24)
#define CPUID_8000_0008_EBX_VIRT_SSBD (1u << 25)

/* FEAT_XSAVE */
#define CPUID_XSAVE_XSAVEOPT (1u << 0)
#define CPUID_XSAVE_XSAVEC (1u << 1)
#define CPUID_XSAVE_XGETBV1 (1u << 2)
#define CPUID_XSAVE_XSAVES (1u << 3)

/* FEAT_6_EAX */
#define CPUID_6_EAX_ARAT (1u << 2)

/* Vendors as EBX of leaf 0. */
#define CPUID_VENDOR_INTEL_1 0x756e6547u
#define CPUID_VENDOR_AMD_1 0x68747541u

static inline bool x86_is_amd(const CPUX86State *env)
{
    return env->cpuid_vendor1 == CPUID_VENDOR_AMD_1;
}

static inline bool x86_is_intel(const CPUX86State *env)
{
    return env->cpuid_vendor1 == CPUID_VENDOR_INTEL_1;
}

static inline bool x86_has(const CPUX86State *env, FeatureWord w, uint32_t bits)
{
    return (env->features[w] & bits) == bits;
}

/* What CPUID with EAX = leaf, ECX = subleaf answers; r is EAX, EBX, ECX, EDX. Any thread. */
void cpu_x86_cpuid(const CPUX86State *env, uint32_t leaf, uint32_t subleaf, uint32_t r[4]);

/* Components of XCR0 that this CPU may enable. */
uint64_t x86_xcr0_supported(const CPUX86State *env);
/* Bytes of an XSAVE area for components mask, standard or compacted. */
uint32_t x86_xsave_size(uint64_t mask, bool compacted);

/* The features that a word of -cpu max has on this host: offered plus what host adds. */
uint32_t x86_supported_features(FeatureWord w);

/* Index and mask for a feature's property name; false when unknown. */
bool x86_feature_by_name(const char *name, FeatureWord *w, uint32_t *mask);

#endif
