/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the CPUID instruction answers.
 *
 * Spec:   Intel SDM volume 2 (CPUID), AMD APM volume 3 appendix E.
 * Thread: any; the configuration does not change after realize, but for CR4.OSXSAVE and the
 *         APIC's enable bit, which belong to the asking CPU.
 *
 * Caches are those of one fictitious hierarchy, the same for all models and leaves: 32 KiB L1
 * data and instruction, 512 KiB L2 a core, 16 MiB L3 a socket, lines of 64 bytes.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "hw/i386/apic.h"
#include "cpuid.h"
#include "internal.h"

typedef struct CacheLevel {
    uint8_t type; /* 1 data, 2 instructions, 3 both */
    uint8_t level;
    uint32_t size;
    uint16_t ways;
    bool shared_by_socket;
    bool inclusive, complex_index;
} CacheLevel;

static const CacheLevel caches[] = {
    { 1, 1, 32 << 10, 8, false, false, false },
    { 2, 1, 32 << 10, 8, false, false, false },
    { 3, 2, 512 << 10, 8, false, false, false },
    { 3, 3, 16 << 20, 16, true, true, true },
};
enum { LINE = 64, BUS_KHZ = 1000000, HYPERVISOR_LEAF = 0x40000000, FREQ_LEAF = 0x40000010 };

/* ---- topology ---- */

/* Bits that n ids take. */
static unsigned id_bits(unsigned n)
{
    return n <= 1 ? 0 : 32 - __builtin_clz(n - 1);
}

static CPUState *cpu_of(const CPUX86State *env)
{
    return env_cpu((CPUX86State *)env);
}

static unsigned threads_per_core(const CPUX86State *env)
{
    return MAX(cpu_of(env)->nr_threads, 1);
}

/* Logical processors of a socket. */
static unsigned threads_per_socket(const CPUX86State *env)
{
    return MAX(cpu_of(env)->nr_cores, 1) * threads_per_core(env);
}

static unsigned thread_bits(const CPUX86State *env)
{
    return id_bits(threads_per_core(env));
}

static unsigned socket_bits(const CPUX86State *env)
{
    return thread_bits(env) + id_bits(MAX(cpu_of(env)->nr_cores, 1));
}

static uint32_t apic_id(const CPUX86State *env)
{
    return env_x86cpu((CPUX86State *)env)->apic_id;
}

/* ---- caches ---- */

static void cache_leaf(const CPUX86State *env, uint32_t subleaf, uint32_t r[4], bool amd)
{
    const CacheLevel *c;
    unsigned sharing, sets;

    if (subleaf >= ARRAY_SIZE(caches)) {
        return;
    }
    c = &caches[subleaf];
    sharing = c->shared_by_socket ? (1u << socket_bits(env)) : (1u << thread_bits(env));
    sets = c->size / c->ways / LINE;
    r[0] = c->type | c->level << 5 | 1 << 8 | (sharing - 1) << 14;
    if (!amd) {
        r[0] |= ((1u << (socket_bits(env) - thread_bits(env))) - 1) << 26;
    }
    r[1] = (LINE - 1) | (uint32_t)(c->ways - 1) << 22;
    r[2] = sets - 1;
    r[3] = (uint32_t)c->inclusive << 1 | (uint32_t)c->complex_index << 2;
}

/* ---- XSAVE ---- */

uint64_t x86_xcr0_supported(const CPUX86State *env)
{
    uint64_t mask = XSTATE_FP | XSTATE_SSE;

    if (!x86_has(env, FEAT_1_ECX, CPUID_EXT_XSAVE)) {
        return 0;
    }
    return x86_has(env, FEAT_1_ECX, CPUID_EXT_AVX) ? mask | XSTATE_YMM : mask;
}

static void xsave_leaf(const CPUX86State *env, uint32_t subleaf, uint32_t r[4])
{
    uint64_t supported = x86_xcr0_supported(env);

    if (!supported) {
        return;
    }
    if (subleaf == 0) {
        r[0] = supported;
        r[1] = x86_xsave_size(env->xcr0, false);
        r[2] = x86_xsave_size(supported, false);
        r[3] = supported >> 32;
    } else if (subleaf == 1) {
        r[0] = env->features[FEAT_XSAVE];
        r[1] = x86_xsave_size(env->xcr0 | env->xss, true);
    } else if (subleaf == 2 && (supported & XSTATE_YMM)) {
        r[0] = 256;
        r[1] = 576;
    }
}

/* ---- leaves ---- */

static void leaf_vendor(const CPUX86State *env, uint32_t max, uint32_t r[4])
{
    r[0] = max;
    r[1] = env->cpuid_vendor1;
    r[3] = env->cpuid_vendor2;
    r[2] = env->cpuid_vendor3;
}

static void leaf_1(const CPUX86State *env, uint32_t r[4])
{
    X86CPU *cpu = env_x86cpu((CPUX86State *)env);
    unsigned threads = threads_per_socket(env);

    r[0] = env->cpuid_version;
    r[1] = (apic_id(env) & 0xff) << 24 | LINE / 8 << 8;
    r[2] = env->features[FEAT_1_ECX];
    if ((r[2] & CPUID_EXT_XSAVE) && (env->cr[4] & CR4_OSXSAVE)) {
        r[2] |= CPUID_EXT_OSXSAVE;
    }
    r[3] = env->features[FEAT_1_EDX];
    if (threads > 1) {
        r[1] |= MIN(1u << socket_bits(env), 255u) << 16;
        r[3] |= CPUID_HT;
    }
    if (!cpu->apic_state || !(cpu_get_apic_base(cpu->apic_state) & 1 << 11)) {
        r[3] &= ~CPUID_APIC;
    }
}

static void leaf_7(const CPUX86State *env, uint32_t subleaf, uint32_t r[4])
{
    if (subleaf == 0) {
        r[0] = env->features[FEAT_7_1_EAX] ? 1 : 0;
        r[1] = env->features[FEAT_7_0_EBX];
        r[2] = env->features[FEAT_7_0_ECX];
        r[3] = env->features[FEAT_7_0_EDX];
    } else if (subleaf == 1) {
        r[0] = env->features[FEAT_7_1_EAX];
    }
}

enum { TOPO_INVALID, TOPO_SMT, TOPO_CORE };

static void topology_leaf(const CPUX86State *env, uint32_t subleaf, uint32_t r[4])
{
    r[2] = subleaf & 0xff;
    r[3] = apic_id(env);
    if (subleaf == 0) {
        r[0] = thread_bits(env);
        r[1] = threads_per_core(env);
        r[2] |= TOPO_SMT << 8;
    } else if (subleaf == 1) {
        r[0] = socket_bits(env);
        r[1] = threads_per_socket(env);
        r[2] |= TOPO_CORE << 8;
    }
}

static void basic_leaf(const CPUX86State *env, uint32_t leaf, uint32_t subleaf, uint32_t r[4])
{
    switch (leaf) {
    case 0:
        leaf_vendor(env, env->cpuid_level, r);
        break;
    case 1:
        leaf_1(env, r);
        break;
    case 2: /* L1: 32 KiB, 8 ways; L2 512 KiB, 8 ways; L3 16 MiB, 16 ways */
        r[0] = 1;
        r[2] = 0x4d;
        r[3] = 0x2c3080;
        break;
    case 4:
        cache_leaf(env, subleaf, r, false);
        break;
    case 5:
        if (x86_has(env, FEAT_1_ECX, CPUID_EXT_MONITOR)) {
            r[0] = r[1] = LINE;
            r[2] = 3; /* extensions are enumerated, interrupts break even when masked */
        }
        break;
    case 6:
        r[0] = env->features[FEAT_6_EAX];
        break;
    case 7:
        leaf_7(env, subleaf, r);
        break;
    case 0xb:
    case 0x1f:
        topology_leaf(env, subleaf, r);
        break;
    case 0xd:
        xsave_leaf(env, subleaf, r);
        break;
    default: /* 0xA among them: no performance counters */
        break;
    }
}

static void hypervisor_leaf(const CPUX86State *env, uint32_t leaf, uint32_t r[4])
{
    if (leaf == HYPERVISOR_LEAF) {
        r[0] = FREQ_LEAF;
        memcpy(&r[1], "TCGTCGTCGTCG", 12);
    } else if (leaf == FREQ_LEAF) {
        r[0] = env->tsc_khz;
        r[1] = BUS_KHZ;
    }
}

static void leaf_ext_1(const CPUX86State *env, uint32_t r[4])
{
    r[0] = env->cpuid_version;
    r[2] = env->features[FEAT_8000_0001_ECX];
    r[3] = env->features[FEAT_8000_0001_EDX];
    if (x86_is_amd(env) && threads_per_socket(env) > 1) {
        r[2] |= CPUID_EXT3_CMP_LEG;
    }
    if (x86_is_intel(env) && !x86_code64(env)) {
        r[3] &= ~CPUID_EXT2_SYSCALL; /* shown in 64-bit code only */
    }
}

static void leaf_ext_8(const CPUX86State *env, uint32_t r[4])
{
    unsigned phys = env_x86cpu((CPUX86State *)env)->phys_bits;
    bool lm = x86_has(env, FEAT_8000_0001_EDX, CPUID_EXT2_LM);
    unsigned linear = !lm ? 32 : x86_has(env, FEAT_7_0_ECX, CPUID_7_0_ECX_LA57) ? 57 : 48;

    r[0] = phys | linear << 8;
    r[1] = env->features[FEAT_8000_0008_EBX];
    if (threads_per_socket(env) > 1) {
        r[2] = socket_bits(env) << 12 | (threads_per_socket(env) - 1);
    }
}

/* AMD's summary of L1 and L2: fully populated TLBs, and the caches of the table above. */
static void leaf_amd_caches(uint32_t leaf, uint32_t r[4])
{
    if (leaf == 0x80000005) {
        r[0] = r[1] = 0xff40ff40; /* 64 entries each, fully associative */
        r[2] = (caches[0].size >> 10) << 24 | caches[0].ways << 16 | 1 << 8 | LINE;
        r[3] = (caches[1].size >> 10) << 24 | caches[1].ways << 16 | 1 << 8 | LINE;
    } else {
        r[1] = 0x42004200; /* 512 entries, 4 ways */
        r[2] = (caches[2].size >> 10) << 16 | 6 << 12 | 1 << 8 | LINE;
        r[3] = (caches[3].size >> 19) << 18 | 8 << 12 | 1 << 8 | LINE;
    }
}

static void leaf_amd_topology(const CPUX86State *env, uint32_t r[4])
{
    uint32_t id = apic_id(env);

    r[0] = id;
    r[1] = (threads_per_core(env) - 1) << 8 |
           (id >> thread_bits(env) & ((1u << (socket_bits(env) - thread_bits(env))) - 1));
    r[2] = id >> socket_bits(env);
}

static void extended_leaf(const CPUX86State *env, uint32_t leaf, uint32_t subleaf, uint32_t r[4])
{
    switch (leaf) {
    case 0x80000000:
        leaf_vendor(env, env->cpuid_xlevel, r);
        break;
    case 0x80000001:
        leaf_ext_1(env, r);
        break;
    case 0x80000002 ... 0x80000004:
        memcpy(r, &env->cpuid_model[(leaf - 0x80000002) * 4], 16);
        break;
    case 0x80000005:
    case 0x80000006:
        leaf_amd_caches(leaf, r);
        break;
    case 0x80000007:
        r[3] = env->features[FEAT_8000_0007_EDX];
        /*
         * The counter is invariant whether or not anybody asked for the flag by name, and guests
         * choose it as their clock only when they know.
         */
        if (x86_tsc_is_stable() && x86_has(env, FEAT_1_EDX, CPUID_TSC)) {
            r[3] |= CPUID_APM_INVTSC;
        }
        break;
    case 0x80000008:
        leaf_ext_8(env, r);
        break;
    case 0x8000001d:
        if (x86_has(env, FEAT_8000_0001_ECX, CPUID_EXT3_TOPOEXT)) {
            cache_leaf(env, subleaf, r, true);
        }
        break;
    case 0x8000001e:
        if (x86_has(env, FEAT_8000_0001_ECX, CPUID_EXT3_TOPOEXT)) {
            leaf_amd_topology(env, r);
        }
        break;
    default:
        break;
    }
}

void cpu_x86_cpuid(const CPUX86State *env, uint32_t leaf, uint32_t subleaf, uint32_t r[4])
{
    uint32_t range = leaf & 0xc0000000;

    memset(r, 0, 4 * sizeof(r[0]));
    if (range == HYPERVISOR_LEAF && leaf <= FREQ_LEAF &&
        x86_has(env, FEAT_1_ECX, CPUID_EXT_HYPERVISOR)) {
        hypervisor_leaf(env, leaf, r);
    } else if (range == 0x80000000 && leaf <= env->cpuid_xlevel) {
        extended_leaf(env, leaf, subleaf, r);
    } else {
        /* Beyond the last leaf the last basic one answers. */
        basic_leaf(env, MIN(leaf, env->cpuid_level), subleaf, r);
    }
}
