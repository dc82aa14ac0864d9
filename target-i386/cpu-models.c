/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The named CPU models, as public CPUID documentation and dumps describe the processors.
 *
 * Thread: constants.
 *
 * A row lists what a model has beyond its base and what it lacks. Names are those of
 * cpu-features.c. Features that this emulator or its host cannot provide are listed all the
 * same: they are taken away, with a warning, when a CPU is made.
 */
#include "qemu/osdep.h"
#include "cpu-models.h"

#define INTEL "GenuineIntel"
#define AMD "AuthenticAMD"
#define DEFAULT_ID "QEMU Virtual CPU version 2.5+"

/* Instruction set of the Pentium Pro class, with what SSE2 added. */
#define PPRO "fpu de pse tsc msr mce cx8 pge cmov pat fxsr mmx sse sse2 pae sep apic"

const X86CPUModel x86_cpu_models[] = {
    {
        .name = "486", .vendor = INTEL, .family = 4, .model = 8, .level = 1,
        .model_id = "", .add = "fpu vme pse", .versions = 1,
    },
    {
        .name = "pentium", .base = "486", .vendor = INTEL, .family = 5, .model = 4,
        .stepping = 3, .level = 1, .model_id = "", .add = "de tsc msr mce cx8 mmx",
        .versions = 1,
    },
    {
        .name = "pentium2", .base = "pentium", .vendor = INTEL, .family = 6, .model = 5,
        .stepping = 2, .level = 2, .model_id = "",
        .add = "pae sep mtrr pge mca cmov pat pse36 fxsr apic", .versions = 1,
    },
    {
        .name = "pentium3", .base = "pentium2", .vendor = INTEL, .family = 6, .model = 7,
        .stepping = 3, .level = 3, .model_id = "", .add = "sse", .versions = 1,
    },
    {
        .name = "athlon", .vendor = AMD, .family = 6, .model = 2, .stepping = 3, .level = 2,
        .xlevel = 0x80000008, .model_id = DEFAULT_ID,
        .add = PPRO " pse36 vme mtrr mca mmxext 3dnow 3dnowext", .versions = 1,
    },
    {
        .name = "qemu32", .vendor = INTEL, .family = 6, .model = 6, .stepping = 3, .level = 7,
        .xlevel = 0x80000008, .model_id = DEFAULT_ID, .add = PPRO " pni", .versions = 1,
    },
    {
        .name = "qemu64", .vendor = AMD, .family = 15, .model = 107, .stepping = 1,
        .level = 0xd, .xlevel = 0x8000000a, .model_id = DEFAULT_ID,
        .add = PPRO " mtrr clflush mca pse36 pni cx16 lm syscall nx lahf-lm", .versions = 1,
    },
    {
        .name = "kvm32", .vendor = INTEL, .family = 15, .model = 6, .stepping = 1, .level = 7,
        .xlevel = 0x80000008, .model_id = "Common 32-bit KVM processor",
        .add = PPRO " vme mtrr clflush mca pse36 pni", .versions = 1,
    },
    {
        .name = "kvm64", .base = "kvm32", .vendor = INTEL, .family = 15, .model = 6,
        .stepping = 1, .level = 0xd, .xlevel = 0x80000008,
        .model_id = "Common KVM processor", .add = "cx16 lm syscall nx", .versions = 1,
    },
    {
        .name = "coreduo", .vendor = INTEL, .family = 6, .model = 14, .stepping = 8,
        .level = 10, .xlevel = 0x80000008,
        .model_id = "Genuine Intel(R) CPU           T2600  @ 2.16GHz",
        .add = PPRO " vme mtrr clflush mca acpi ss ht tm pbe pni monitor vmx est tm2 xtpr pdcm nx",
        .remove = "ht tm pbe vmx est tm2 xtpr pdcm", .versions = 1,
    },
    {
        .name = "n270", .base = "coreduo", .vendor = INTEL, .family = 6, .model = 28,
        .stepping = 2, .level = 10, .xlevel = 0x80000008,
        .model_id = "Intel(R) Atom(TM) CPU N270   @ 1.60GHz",
        .add = "ssse3 movbe lahf-lm", .versions = 1,
    },
    {
        .name = "core2duo", .base = "coreduo", .vendor = INTEL, .family = 6, .model = 15,
        .stepping = 11, .level = 10, .xlevel = 0x80000008,
        .model_id = "Intel(R) Core(TM)2 Duo CPU     T7700  @ 2.40GHz",
        .add = "pse36 ssse3 cx16 lm syscall lahf-lm", .versions = 1,
    },
    {
        .name = "Conroe", .vendor = INTEL, .family = 6, .model = 15, .stepping = 3,
        .level = 10, .xlevel = 0x80000008,
        .model_id = "Intel Celeron_4x0 (Conroe/Merom Class Core 2)",
        .add = PPRO " vme mtrr mca pse36 clflush pni ssse3 lm nx syscall lahf-lm",
        .versions = 1, .only_64 = true,
    },
    {
        .name = "Penryn", .base = "Conroe", .vendor = INTEL, .family = 6, .model = 23,
        .stepping = 3, .level = 10, .xlevel = 0x80000008,
        .model_id = "Intel Core 2 Duo P9xxx (Penryn Class Core 2)", .add = "cx16 sse4.1",
        .versions = 1, .only_64 = true,
    },
    {
        .name = "Nehalem", .base = "Penryn", .vendor = INTEL, .family = 6, .model = 26,
        .stepping = 3, .level = 11, .xlevel = 0x80000008,
        .model_id = "Intel Core i7 9xx (Nehalem Class Core i7)", .add = "sse4.2 popcnt",
        .versions = 1, .only_64 = true,
    },
    {
        .name = "Westmere", .base = "Nehalem", .vendor = INTEL, .family = 6, .model = 44,
        .stepping = 1, .level = 11, .xlevel = 0x80000008,
        .model_id = "Westmere E56xx/L56xx/X56xx (Nehalem-C)", .add = "aes pclmulqdq arat",
        .versions = 1, .only_64 = true,
    },
    {
        .name = "SandyBridge", .base = "Westmere", .vendor = INTEL, .family = 6, .model = 42,
        .stepping = 1, .level = 0xd, .xlevel = 0x80000008,
        .model_id = "Intel Xeon E312xx (Sandy Bridge)",
        .add = "avx xsave xsaveopt tsc-deadline x2apic rdtscp", .versions = 1, .only_64 = true,
    },
    {
        .name = "IvyBridge", .base = "SandyBridge", .vendor = INTEL, .family = 6, .model = 58,
        .stepping = 9, .level = 0xd, .xlevel = 0x80000008,
        .model_id = "Intel Xeon E3-12xx v2 (Ivy Bridge)",
        .add = "f16c rdrand fsgsbase smep erms", .versions = 1, .only_64 = true,
    },
    {
        .name = "Haswell", .base = "IvyBridge", .vendor = INTEL, .family = 6, .model = 60,
        .stepping = 4, .level = 0xd, .xlevel = 0x80000008,
        .model_id = "Intel Core Processor (Haswell)",
        .add = "movbe fma pcid bmi1 hle avx2 bmi2 invpcid rtm abm", .versions = 1,
        .only_64 = true,
    },
    {
        .name = "Haswell-noTSX", .base = "Haswell", .vendor = INTEL, .family = 6, .model = 60,
        .stepping = 1, .level = 0xd, .xlevel = 0x80000008,
        .model_id = "Intel Core Processor (Haswell, no TSX)", .remove = "hle rtm",
        .only_64 = true,
    },
    {
        .name = "Broadwell", .base = "Haswell", .vendor = INTEL, .family = 6, .model = 61,
        .stepping = 2, .level = 0xd, .xlevel = 0x80000008,
        .model_id = "Intel Core Processor (Broadwell)",
        .add = "rdseed adx smap 3dnowprefetch", .versions = 1, .only_64 = true,
    },
    {
        .name = "Broadwell-noTSX", .base = "Broadwell", .vendor = INTEL, .family = 6,
        .model = 61, .stepping = 2, .level = 0xd, .xlevel = 0x80000008,
        .model_id = "Intel Core Processor (Broadwell, no TSX)", .remove = "hle rtm",
        .only_64 = true,
    },
    {
        .name = "Skylake-Client", .base = "Broadwell", .vendor = INTEL, .family = 6,
        .model = 94, .stepping = 3, .level = 0xd, .xlevel = 0x80000008,
        .model_id = "Intel Core Processor (Skylake)", .add = "xsavec xgetbv1", .versions = 1,
        .only_64 = true,
    },
    {
        .name = "Skylake-Server", .base = "Skylake-Client", .vendor = INTEL, .family = 6,
        .model = 85, .stepping = 4, .level = 0xd, .xlevel = 0x80000008,
        .model_id = "Intel Xeon Processor (Skylake)",
        .add = "clflushopt clwb pdpe1gb pku avx512f avx512dq avx512bw avx512cd avx512vl",
        .versions = 1, .only_64 = true,
    },
    {
        .name = "Cascadelake-Server", .base = "Skylake-Server", .vendor = INTEL, .family = 6,
        .model = 85, .stepping = 6, .level = 0xd, .xlevel = 0x80000008,
        .model_id = "Intel Xeon Processor (Cascadelake)", .add = "avx512vnni", .versions = 1,
        .only_64 = true,
    },
    {
        .name = "Icelake-Server", .base = "Skylake-Server", .vendor = INTEL, .family = 6,
        .model = 134, .level = 0xd, .xlevel = 0x80000008,
        .model_id = "Intel Xeon Processor (Icelake)",
        .add = "wbnoinvd avx512vbmi umip avx512vbmi2 gfni vaes vpclmulqdq avx512vnni "
               "avx512bitalg avx512-vpopcntdq la57",
        .versions = 1, .only_64 = true,
    },
    {
        .name = "phenom", .vendor = AMD, .family = 16, .model = 2, .stepping = 3, .level = 5,
        .xlevel = 0x8000001a, .model_id = "AMD Phenom(tm) 9550 Quad-Core Processor",
        .add = PPRO " mtrr clflush mca pse36 vme ht pni monitor cx16 popcnt lm syscall nx 3dnow "
               "3dnowext mmxext fxsr-opt pdpe1gb rdtscp lahf-lm svm abm sse4a",
        .remove = "ht", .versions = 1,
    },
    {
        .name = "Opteron_G1", .vendor = AMD, .family = 15, .model = 6, .stepping = 1,
        .level = 5, .xlevel = 0x80000008,
        .model_id = "AMD Opteron 240 (Gen 1 Class Opteron)",
        .add = PPRO " vme mtrr mca pse36 clflush pni lm nx syscall", .versions = 1,
        .only_64 = true,
    },
    {
        .name = "Opteron_G2", .base = "Opteron_G1", .vendor = AMD, .family = 15, .model = 6,
        .stepping = 1, .level = 5, .xlevel = 0x80000008,
        .model_id = "AMD Opteron 22xx (Gen 2 Class Opteron)", .add = "cx16 svm lahf-lm",
        .versions = 1, .only_64 = true,
    },
    {
        .name = "Opteron_G3", .base = "Opteron_G2", .vendor = AMD, .family = 16, .model = 2,
        .stepping = 3, .level = 5, .xlevel = 0x80000008,
        .model_id = "AMD Opteron 23xx (Gen 3 Class Opteron)",
        .add = "popcnt monitor rdtscp misalignsse sse4a abm", .versions = 1, .only_64 = true,
    },
    {
        .name = "Opteron_G4", .base = "Opteron_G3", .vendor = AMD, .family = 21, .model = 1,
        .stepping = 2, .level = 0xd, .xlevel = 0x8000001a,
        .model_id = "AMD Opteron 62xx class CPU",
        .add = "avx xsave aes sse4.2 sse4.1 ssse3 pclmulqdq pdpe1gb fma4 xop 3dnowprefetch npt "
               "nrip-save",
        .remove = "monitor", .versions = 1, .only_64 = true,
    },
    {
        .name = "Opteron_G5", .base = "Opteron_G4", .vendor = AMD, .family = 21, .model = 2,
        .level = 0xd, .xlevel = 0x8000001a, .model_id = "AMD Opteron 63xx class CPU",
        .add = "f16c fma tbm", .versions = 1, .only_64 = true,
    },
    {
        .name = "EPYC", .base = "Opteron_G1", .vendor = AMD, .family = 23, .model = 1,
        .stepping = 2, .level = 0xd, .xlevel = 0x8000001e, .model_id = "AMD EPYC Processor",
        .add = "rdrand f16c avx xsave aes popcnt movbe sse4.2 sse4.1 cx16 fma ssse3 pclmulqdq "
               "rdtscp pdpe1gb fxsr-opt mmxext osvw 3dnowprefetch misalignsse sse4a abm "
               "cr8legacy svm lahf-lm topoext fsgsbase bmi1 avx2 smep bmi2 rdseed adx smap "
               "clflushopt sha-ni xsaveopt xsavec xgetbv1 arat npt nrip-save",
        .versions = 1, .only_64 = true,
    },
    {
        .name = "EPYC-Rome", .base = "EPYC", .vendor = AMD, .family = 23, .model = 49,
        .level = 0xd, .xlevel = 0x8000001e, .model_id = "AMD EPYC-Rome Processor",
        .add = "clzero xsaveerptr wbnoinvd ibpb amd-stibp clwb umip rdpid perfctr-core",
        .versions = 1, .only_64 = true,
    },
    {
        .name = "EPYC-Milan", .base = "EPYC-Rome", .vendor = AMD, .family = 25, .model = 1,
        .stepping = 1, .level = 0xd, .xlevel = 0x8000001e,
        .model_id = "AMD EPYC-Milan Processor",
        .add = "pcid ibrs amd-ssbd erms invpcid pku fsrm svme-addr-chk vaes vpclmulqdq xsaves",
        .versions = 1, .only_64 = true,
    },
};

const unsigned x86_nb_cpu_models = ARRAY_SIZE(x86_cpu_models);

const X86CPUModel *x86_cpu_model_find(const char *name)
{
    for (unsigned i = 0; i < x86_nb_cpu_models; i++) {
        if (!strcmp(x86_cpu_models[i].name, name)) {
            return &x86_cpu_models[i];
        }
    }
    return NULL;
}

static void apply_names(const char *names, uint32_t features[FEATURE_WORDS], bool set)
{
    g_auto(GStrv) list = g_strsplit(names ? names : "", " ", -1);

    for (char **p = list; *p; p++) {
        FeatureWord w;
        uint32_t mask;

        if (!**p) {
            continue;
        }
        assert(x86_feature_by_name(*p, &w, &mask)); /* the table is ours */
        features[w] = set ? features[w] | mask : features[w] & ~mask;
    }
}

void x86_cpu_model_features(const X86CPUModel *m, uint32_t features[FEATURE_WORDS])
{
    if (m->base) {
        x86_cpu_model_features(x86_cpu_model_find(m->base), features);
    } else {
        memset(features, 0, FEATURE_WORDS * sizeof(features[0]));
    }
    apply_names(m->add, features, true);
    apply_names(m->remove, features, false);
}
