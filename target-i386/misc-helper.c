/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions that read or set odds and ends: CPUID, RDTSC, RDRAND, XCR0, segment bases.
 *
 * Spec:   Intel SDM volume 2.
 * Thread: the vCPU's own.
 */
#include "qemu/osdep.h"
#include "cpuid.h"
#include "helpers.h"
#include "internal.h"

void helper_cpuid(CPUX86State *env)
{
    uint32_t r[4];

    cpu_x86_cpuid(env, env->regs[R_EAX], env->regs[R_ECX], r);
    env->regs[R_EAX] = r[0];
    env->regs[R_EBX] = r[1];
    env->regs[R_ECX] = r[2];
    env->regs[R_EDX] = r[3];
}

uint64_t helper_rdtsc(CPUX86State *env)
{
    if ((env->cr[4] & CR4_TSD) && x86_cpl(env) != 0) {
        raise_gp(env, 0, GETPC());
    }
    return x86_read_tsc(env);
}

/* There are no counters: every index is out of range. */
uint64_t helper_rdpmc(CPUX86State *env)
{
    raise_gp(env, 0, GETPC());
}

uint64_t helper_rdpid(CPUX86State *env)
{
    if (!x86_has(env, FEAT_7_0_ECX, CPUID_7_0_ECX_RDPID) &&
        !x86_has(env, FEAT_8000_0001_EDX, CPUID_EXT2_RDTSCP)) {
        raise_exception_ra(env, EXCP06_ILLOP, GETPC());
    }
    return env->tsc_aux;
}

/* ---- XCR0 ---- */

static void require_osxsave(CPUX86State *env, uintptr_t ra)
{
    if (!(env->cr[4] & CR4_OSXSAVE)) {
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
}

static void set_edx_eax(CPUX86State *env, uint64_t v)
{
    env->regs[R_EAX] = (uint32_t)v;
    env->regs[R_EDX] = v >> 32;
}

static uint64_t get_edx_eax(const CPUX86State *env)
{
    return (uint32_t)env->regs[R_EAX] | env->regs[R_EDX] << 32;
}

void helper_xgetbv(CPUX86State *env)
{
    uintptr_t ra = GETPC();
    uint32_t index = env->regs[R_ECX];

    require_osxsave(env, ra);
    if (index == 0) {
        set_edx_eax(env, env->xcr0);
    } else if (index == 1 && x86_has(env, FEAT_XSAVE, CPUID_XSAVE_XGETBV1)) {
        set_edx_eax(env, env->xcr0 & x86_xstate_in_use(env));
    } else {
        raise_gp(env, 0, ra);
    }
}

void helper_xsetbv(CPUX86State *env)
{
    uintptr_t ra = GETPC();
    uint64_t value = get_edx_eax(env);

    require_osxsave(env, ra);
    if (x86_cpl(env) != 0 || (uint32_t)env->regs[R_ECX] != 0 || !(value & XSTATE_FP) ||
        (value & ~x86_xcr0_supported(env)) ||
        ((value & XSTATE_YMM) && !(value & XSTATE_SSE))) {
        raise_gp(env, 0, ra);
    }
    env->xcr0 = value;
    cpu_x86_update_hflags(env);
}

/* ---- random numbers ---- */

/*
 * The host's own generator where it has one, else its random device. Failure is architectural:
 * CF clear and a zero result.
 */
static bool random_u64(uint64_t *v)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("rdrnd")) {
        unsigned long long r;

        for (int tries = 0; tries < 10; tries++) {
            unsigned char ok;

            __asm__ volatile("rdrand %0; setc %1" : "=r"(r), "=qm"(ok) : : "cc");
            if (ok) {
                *v = r;
                return true;
            }
        }
        return false;
    }
#endif
    return qemu_random_bytes(v, sizeof(*v), NULL) == 0;
}

uint64_t helper_rdrand(CPUX86State *env, uint32_t opsize, uint32_t seed)
{
    static const uint64_t mask[] = { 0xff, 0xffff, 0xffffffff, ~0ull };
    uint64_t v = 0;
    bool has = seed ? x86_has(env, FEAT_7_0_EBX, CPUID_7_0_EBX_RDSEED)
                    : x86_has(env, FEAT_1_ECX, CPUID_EXT_RDRAND);

    if (!has) {
        raise_exception_ra(env, EXCP06_ILLOP, GETPC());
    }
    env->trans.flags = trans_flags_from_x86(random_u64(&v) ? 1 : 0);
    return v & mask[opsize];
}

/* ---- segment bases ---- */

void helper_swapgs(CPUX86State *env)
{
    uint64_t base = env->segs[R_GS].base;

    if (x86_cpl(env) != 0) {
        raise_gp(env, 0, GETPC());
    }
    env->segs[R_GS].base = env->kernelgsbase;
    env->kernelgsbase = base;
}

uint64_t helper_rdsegbase(CPUX86State *env, uint32_t seg)
{
    if (!(env->cr[4] & CR4_FSGSBASE) || !x86_code64(env)) {
        raise_exception_ra(env, EXCP06_ILLOP, GETPC());
    }
    return env->segs[seg].base;
}

void helper_wrsegbase(CPUX86State *env, uint32_t seg, uint64_t base, uint32_t opsize)
{
    uintptr_t ra = GETPC();

    if (!(env->cr[4] & CR4_FSGSBASE) || !x86_code64(env)) {
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
    if (opsize != 3) {
        base = (uint32_t)base;
    } else if (!x86_canonical(env, base)) {
        raise_gp(env, 0, ra);
    }
    env->segs[seg].base = base;
}
