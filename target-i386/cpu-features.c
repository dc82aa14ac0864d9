/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUID feature words: names of their bits, and which of them this emulator provides.
 *
 * Spec:   Intel SDM volume 2 (CPUID), AMD APM volume 3 appendix E.
 * Thread: constants; the host's part is found once, at start-up.
 *
 * A bit is "offered" when emulation does not depend on the host, and in "host" when translated
 * code runs the host's own instruction, which the host must then have.
 */
#include "qemu/osdep.h"
#include "cpuid.h"
#include "cpu-props.h"
#include "host-cpuid.h"

#ifdef TARGET_X86_64
#define ONLY_64(bits) (bits)
#else
#define ONLY_64(bits) 0
#endif

enum {
    BASIC_EDX = CPUID_FPU | CPUID_VME | CPUID_DE | CPUID_PSE | CPUID_TSC | CPUID_MSR | CPUID_PAE |
                CPUID_MCE | CPUID_CX8 | CPUID_APIC | CPUID_SEP | CPUID_MTRR | CPUID_PGE |
                CPUID_MCA | CPUID_CMOV | CPUID_PAT | CPUID_PSE36 | CPUID_CLFLUSH | CPUID_ACPI |
                CPUID_MMX | CPUID_FXSR | CPUID_SSE | CPUID_SSE2 | CPUID_SS | CPUID_HT,
};

/* ORDER FeatureWord */
const X86FeatureWord x86_feature_words[FEATURE_WORDS] = {
    [FEAT_1_EDX] = {
        .where = "CPUID.01H:EDX", .leaf = 1, .reg = 'D',
        .names = {
            "fpu", "vme", "de", "pse", "tsc", "msr", "pae", "mce",
            "cx8", "apic", NULL, "sep", "mtrr", "pge", "mca", "cmov",
            "pat", "pse36", "pn", "clflush", NULL, "ds", "acpi", "mmx",
            "fxsr", "sse", "sse2", "ss", "ht", "tm", "ia64", "pbe",
        },
        .offered = BASIC_EDX,
    },
    [FEAT_1_ECX] = {
        .where = "CPUID.01H:ECX", .leaf = 1, .reg = 'C',
        .names = {
            "pni|sse3", "pclmulqdq|pclmuldq", "dtes64", "monitor", "ds-cpl|ds_cpl", "vmx", "smx",
            "est", "tm2", "ssse3", "cid", NULL, "fma", "cx16", "xtpr", "pdcm",
            NULL, "pcid", "dca", "sse4.1|sse4-1|sse4_1", "sse4.2|sse4-2|sse4_2", "x2apic",
            "movbe", "popcnt", "tsc-deadline", "aes", "xsave", NULL, "avx", "f16c", "rdrand",
            "hypervisor",
        },
        .offered = CPUID_EXT_MONITOR | ONLY_64(CPUID_EXT_CX16 | CPUID_EXT_PCID) |
                   CPUID_EXT_X2APIC | CPUID_EXT_MOVBE | CPUID_EXT_TSC_DEADLINE_TIMER |
                   CPUID_EXT_XSAVE | CPUID_EXT_RDRAND | CPUID_EXT_HYPERVISOR,
        .host = CPUID_EXT_SSE3 | CPUID_EXT_PCLMULQDQ | CPUID_EXT_SSSE3 | CPUID_EXT_FMA |
                CPUID_EXT_SSE41 | CPUID_EXT_SSE42 | CPUID_EXT_POPCNT | CPUID_EXT_AES |
                CPUID_EXT_AVX | CPUID_EXT_F16C,
        /* A guest that idles in MWAIT would keep a host CPU busy. */
        .no_auto = CPUID_EXT_MONITOR,
    },
    [FEAT_7_0_EBX] = {
        .where = "CPUID.07H:EBX", .leaf = 7, .has_subleaf = true, .reg = 'B',
        .names = {
            "fsgsbase", "tsc-adjust|tsc_adjust", "sgx", "bmi1", "hle", "avx2",
            "fdp-excptn-only", "smep", "bmi2", "erms", "invpcid", "rtm", NULL,
            "zero-fcs-fds", "mpx", NULL, "avx512f", "avx512dq", "rdseed", "adx", "smap",
            "avx512ifma", "pcommit", "clflushopt", "clwb", "intel-pt", "avx512pf", "avx512er",
            "avx512cd", "sha-ni", "avx512bw", "avx512vl",
        },
        .offered = ONLY_64(CPUID_7_0_EBX_FSGSBASE | CPUID_7_0_EBX_INVPCID) |
                   CPUID_7_0_EBX_TSC_ADJUST | CPUID_7_0_EBX_SMEP | CPUID_7_0_EBX_ERMS |
                   CPUID_7_0_EBX_RDSEED | CPUID_7_0_EBX_SMAP | CPUID_7_0_EBX_CLFLUSHOPT |
                   CPUID_7_0_EBX_CLWB,
        .host = CPUID_7_0_EBX_BMI1 | CPUID_7_0_EBX_AVX2 | CPUID_7_0_EBX_BMI2 |
                CPUID_7_0_EBX_ADX | CPUID_7_0_EBX_SHA_NI,
    },
    [FEAT_7_0_ECX] = {
        .where = "CPUID.07H:ECX", .leaf = 7, .has_subleaf = true, .reg = 'C',
        .names = {
            NULL, "avx512vbmi", "umip", "pku", NULL, "waitpkg", "avx512vbmi2", NULL,
            "gfni", "vaes", "vpclmulqdq", "avx512vnni", "avx512bitalg", NULL,
            "avx512-vpopcntdq", NULL, "la57", NULL, NULL, NULL, NULL, NULL, "rdpid", NULL,
            "bus-lock-detect", "cldemote", NULL, "movdiri", "movdir64b", NULL, "sgxlc", "pks",
        },
        .offered = CPUID_7_0_ECX_UMIP | ONLY_64(CPUID_7_0_ECX_LA57) | CPUID_7_0_ECX_RDPID,
        .host = CPUID_7_0_ECX_GFNI | CPUID_7_0_ECX_VAES | CPUID_7_0_ECX_VPCLMULQDQ,
        /* A fifth level makes every walk longer, and guests use it when they see it. */
        .no_auto = CPUID_7_0_ECX_LA57,
    },
    [FEAT_7_0_EDX] = {
        .where = "CPUID.07H:EDX", .leaf = 7, .has_subleaf = true, .reg = 'D',
        .names = {
            NULL, NULL, "avx512-4vnniw", "avx512-4fmaps", "fsrm", NULL, NULL, NULL,
            "avx512-vp2intersect", NULL, "md-clear", NULL, NULL, NULL, "serialize", NULL,
            "tsx-ldtrk", NULL, NULL, "arch-lbr", NULL, NULL, "amx-bf16", "avx512-fp16",
            "amx-tile", "amx-int8", "spec-ctrl", "stibp", "flush-l1d", "arch-capabilities",
            "core-capability", "ssbd",
        },
        .offered = CPUID_7_0_EDX_FSRM,
    },
    [FEAT_7_1_EAX] = {
        .where = "CPUID.07H_01H:EAX", .leaf = 7, .subleaf = 1, .has_subleaf = true, .reg = 'A',
        .names = { [4] = "avx-vnni", [5] = "avx512-bf16" },
    },
    [FEAT_8000_0001_EDX] = {
        .where = "CPUID.80000001H:EDX", .leaf = 0x80000001, .reg = 'D',
        .names = {
            [11] = "syscall", [19] = "mp", [20] = "nx|xd", [22] = "mmxext",
            [25] = "fxsr-opt|ffxsr|fxsr_opt", [26] = "pdpe1gb", [27] = "rdtscp",
            [29] = "lm|i64", [30] = "3dnowext", [31] = "3dnow",
        },
        .offered = (BASIC_EDX & CPUID_EXT2_AMD_ALIASES) | CPUID_EXT2_NX | CPUID_EXT2_MMXEXT |
                   CPUID_EXT2_RDTSCP | CPUID_EXT2_FFXSR |
                   ONLY_64(CPUID_EXT2_SYSCALL | CPUID_EXT2_PDPE1GB | CPUID_EXT2_LM),
    },
    [FEAT_8000_0001_ECX] = {
        .where = "CPUID.80000001H:ECX", .leaf = 0x80000001, .reg = 'C',
        .names = {
            "lahf-lm|lahf_lm", "cmp-legacy|cmp_legacy", "svm", "extapic", "cr8legacy", "abm",
            "sse4a", "misalignsse", "3dnowprefetch", "osvw", "ibs", "xop", "skinit", "wdt",
            NULL, "lwp", "fma4", "tce", NULL, "nodeid-msr|nodeid_msr", NULL, "tbm", "topoext",
            "perfctr-core|perfctr_core", "perfctr-nb|perfctr_nb",
        },
        .offered = ONLY_64(CPUID_EXT3_LAHF_LM) | CPUID_EXT3_CMP_LEG |
                   CPUID_EXT3_3DNOWPREFETCH | CPUID_EXT3_OSVW | CPUID_EXT3_TOPOEXT,
        .host = CPUID_EXT3_ABM | CPUID_EXT3_SSE4A,
        .no_auto = CPUID_EXT3_CMP_LEG,
    },
    [FEAT_8000_0007_EDX] = {
        .where = "CPUID.80000007H:EDX", .leaf = 0x80000007, .reg = 'D',
        .names = { [8] = "invtsc" },
        .offered = CPUID_APM_INVTSC,
        .no_auto = CPUID_APM_INVTSC, /* the leaf shows it anyway, see cpuid.c */
    },
    [FEAT_8000_0008_EBX] = {
        .where = "CPUID.80000008H:EBX", .leaf = 0x80000008, .reg = 'B',
        .names = {
            [0] = "clzero", [2] = "xsaveerptr", [9] = "wbnoinvd", [12] = "ibpb", [14] = "ibrs",
            [15] = "amd-stibp", [24] = "amd-ssbd", [25] = "virt-ssbd", [26] = "amd-no-ssb",
            [28] = "amd-psfd",
        },
        .offered = CPUID_8000_0008_EBX_XSAVEERPTR | CPUID_8000_0008_EBX_WBNOINVD,
    },
    [FEAT_SVM] = {
        .where = "CPUID.8000000AH:EDX", .leaf = 0x8000000a, .reg = 'D',
        .names = {
            "npt", "lbrv", "svm-lock|svm_lock", "nrip-save|nrip_save", "tsc-scale|tsc_scale",
            "vmcb-clean|vmcb_clean", "flushbyasid", "decodeassists", NULL, NULL,
            "pause-filter|pause_filter", NULL, "pfthreshold", "avic", NULL, "v-vmsave-vmload",
            "vgif", [28] = "svme-addr-chk",
        },
    },
    [FEAT_XSAVE] = {
        .where = "CPUID.0DH_01H:EAX", .leaf = 0xd, .subleaf = 1, .has_subleaf = true, .reg = 'A',
        .names = { "xsaveopt", "xsavec", "xgetbv1", "xsaves", "xfd" },
        .offered = CPUID_XSAVE_XSAVEOPT | CPUID_XSAVE_XSAVEC | CPUID_XSAVE_XGETBV1 |
                   CPUID_XSAVE_XSAVES,
    },
    [FEAT_6_EAX] = {
        .where = "CPUID.06H:EAX", .leaf = 6, .reg = 'A',
        .names = { [2] = "arat" },
        .offered = CPUID_6_EAX_ARAT,
    },
    [FEAT_ARCH_CAPABILITIES] = {
        .where = "MSR(10AH)",
        .names = {
            "rdctl-no", "ibrs-all", "rsba", "skip-l1dfl-vmentry", "ssb-no", "mds-no",
            "pschange-mc-no", "tsx-ctrl", "taa-no",
        },
    },
};

/* The host's register for a word. */
static uint32_t host_word(const X86FeatureWord *w)
{
    uint32_t r[4];

    if (!w->reg || x86_host_cpuid_max(w->leaf & 0x80000000) < w->leaf) {
        return 0;
    }
    x86_host_cpuid(w->leaf, w->subleaf, r);
    return r[w->reg - 'A'];
}

/* AVX state is the kernel's to give: without it, what the CPU has is of no use. */
static bool host_os_saves_ymm(void)
{
#if defined(__x86_64__)
    uint32_t r[4], lo, hi;

    x86_host_cpuid(1, 0, r);
    if (!(r[2] & CPUID_EXT_OSXSAVE)) {
        return false;
    }
    __asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
    return (lo & 6) == 6;
#else
    return false;
#endif
}

uint32_t x86_supported_features(FeatureWord w)
{
    uint32_t host = x86_feature_words[w].host & host_word(&x86_feature_words[w]);

    if (!host_os_saves_ymm()) {
        if (w == FEAT_1_ECX) {
            host &= ~(CPUID_EXT_AVX | CPUID_EXT_F16C | CPUID_EXT_FMA);
        } else if (w == FEAT_7_0_EBX) {
            host &= ~CPUID_7_0_EBX_AVX2;
        } else if (w == FEAT_7_0_ECX) {
            host &= ~(CPUID_7_0_ECX_VAES | CPUID_7_0_ECX_VPCLMULQDQ);
        }
    }
    return x86_feature_words[w].offered | host;
}

/* Is name one of the alternatives in names ("a|b|c")? */
static bool name_listed(const char *names, const char *name)
{
    size_t len = strlen(name);

    for (const char *p = names; p; p = strchr(p, '|'), p = p ? p + 1 : NULL) {
        if (!strncmp(p, name, len) && (p[len] == '\0' || p[len] == '|')) {
            return true;
        }
    }
    return false;
}

bool x86_feature_by_name(const char *name, FeatureWord *w, uint32_t *mask)
{
    for (unsigned i = 0; i < FEATURE_WORDS; i++) {
        for (unsigned bit = 0; bit < 32; bit++) {
            const char *names = x86_feature_words[i].names[bit];

            if (names && name_listed(names, name)) {
                *w = i;
                *mask = 1u << bit;
                return true;
            }
        }
    }
    return false;
}

char *x86_feature_bit_name(FeatureWord w, unsigned bit)
{
    const char *names = x86_feature_words[w].names[bit];

    if (names) {
        return g_strndup(names, strcspn(names, "|"));
    }
    return g_strdup_printf("%s[bit %u]", x86_feature_words[w].where, bit);
}
