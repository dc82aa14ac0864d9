/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Debug registers, code and data breakpoints, single step.
 *
 * Spec:     Intel SDM volume 3 chapter 17.
 * Thread:   the vCPU's own.
 * Deviates: I/O breakpoints are checked in io-helper.c; BTF (step on branches) has no effect.
 *
 * Code breakpoints cost nothing while there are none: HF_BP makes translated code call
 * helper_check_code_bp() before each instruction. Data breakpoints are watchpoints of the soft
 * TLB, owned by the CPU (BP_CPU).
 */
#include "qemu/osdep.h"
#include "helpers.h"
#include "internal.h"

enum { DR7_RW_EXEC, DR7_RW_WRITE, DR7_RW_IO, DR7_RW_ACCESS };

static unsigned dr7_rw(uint64_t dr7, unsigned n)
{
    return dr7 >> (16 + n * 4) & 3;
}

/* The length field: 1, 2, 8, 4 bytes. */
static unsigned dr7_len(uint64_t dr7, unsigned n)
{
    static const uint8_t len[] = { 1, 2, 8, 4 };

    return len[dr7 >> (18 + n * 4) & 3];
}

static bool dr7_enabled(uint64_t dr7, unsigned n)
{
    return dr7 >> (n * 2) & 3;
}

static uint64_t bp_address(const CPUX86State *env, unsigned n)
{
    uint64_t addr = env->dr[n];

    return x86_lma(env) ? addr : (uint32_t)addr;
}

/* ---- data breakpoints ---- */

static void disarm(CPUX86State *env, unsigned n)
{
    if (env->cpu_watchpoint[n]) {
        cpu_watchpoint_remove_by_ref(env_cpu(env), env->cpu_watchpoint[n]);
        env->cpu_watchpoint[n] = NULL;
    }
}

static void arm(CPUX86State *env, unsigned n)
{
    unsigned rw = dr7_rw(env->dr[7], n), len = dr7_len(env->dr[7], n);
    int flags = BP_CPU | (rw == DR7_RW_WRITE ? BP_MEM_WRITE : BP_MEM_ACCESS);

    if (!dr7_enabled(env->dr[7], n) || (rw != DR7_RW_WRITE && rw != DR7_RW_ACCESS)) {
        return;
    }
    cpu_watchpoint_insert(env_cpu(env), bp_address(env, n) & ~(uint64_t)(len - 1), len, flags,
                          &env->cpu_watchpoint[n]);
}

void x86_rearm_debug(CPUX86State *env)
{
    for (unsigned n = 0; n < 4; n++) {
        disarm(env, n);
        arm(env, n);
    }
    cpu_x86_update_hflags(env);
}

void x86_update_dr7(CPUX86State *env, uint64_t value)
{
    uint64_t old = env->dr[7];

    env->dr[7] = (value & 0xffff2bffu) | DR7_FIXED_1;
    if ((old ^ env->dr[7]) & ~(uint64_t)DR7_GD) {
        x86_rearm_debug(env);
    }
}

/* The DR6 hit bits of data breakpoints that the watchpoints marked, enabled or not. */
static uint32_t collect_hits(CPUX86State *env)
{
    uint32_t hits = 0;

    for (unsigned n = 0; n < 4; n++) {
        CPUWatchpoint *wp = env->cpu_watchpoint[n];

        if (wp && (wp->flags & BP_HIT)) {
            hits |= 1u << n;
            wp->flags &= ~BP_HIT;
        }
    }
    return hits;
}

void x86_forget_watch_hits(CPUX86State *env)
{
    collect_hits(env);
    env_cpu(env)->watchpoint_hit = NULL;
}

/* CPUClass.debug_check_watchpoint: is a hit of wp one that counts? */
bool x86_debug_check_watchpoint(CPUState *cs, CPUWatchpoint *wp)
{
    (void)cs;
    (void)wp;
    return true;
}

/* CPUClass.debug_excp: a watchpoint hit after its instruction completed: a trap. */
void x86_debug_excp(CPUState *cs)
{
    CPUX86State *env = cs->env;
    uint32_t hits;

    if (!cs->watchpoint_hit || !(cs->watchpoint_hit->flags & BP_CPU)) {
        return;
    }
    cs->watchpoint_hit = NULL;
    hits = collect_hits(env);
    if (hits) {
        env->dr[6] = (env->dr[6] & ~15ull) | hits;
        cs->exception_index = EXCP01_DB;
        env->exception_is_int = 0;
        env->error_code = 0;
    }
}

/* ---- code breakpoints and steps ---- */

void helper_check_code_bp(CPUX86State *env, uint64_t eip)
{
    uint64_t linear = x86_code64(env) ? eip : (uint32_t)(env->segs[R_CS].base + eip);
    uint32_t hits = 0;
    bool enabled = false;

    if (env->eflags & RF_MASK) {
        return;
    }
    for (unsigned n = 0; n < 4; n++) {
        if (dr7_rw(env->dr[7], n) == DR7_RW_EXEC && bp_address(env, n) == linear) {
            hits |= 1u << n;
            enabled |= dr7_enabled(env->dr[7], n);
        }
    }
    if (enabled) {
        env->dr[6] = (env->dr[6] & ~15ull) | hits;
        raise_exception_ra(env, EXCP01_DB, GETPC());
    }
}

void helper_single_step(CPUX86State *env, uint64_t next_eip)
{
    cpu_restore_state(env_cpu(env), GETPC());
    env->eip = next_eip;
    env->dr[6] |= DR6_BS | collect_hits(env);
    raise_exception_ra(env, EXCP01_DB, 0);
}

/* ---- MOV DR ---- */

static void check_dr_access(CPUX86State *env, uint32_t *n, uintptr_t ra)
{
    if (x86_cpl(env) != 0) {
        raise_gp(env, 0, ra);
    }
    if (*n == 4 || *n == 5) {
        if (env->cr[4] & CR4_DE) {
            raise_exception_ra(env, EXCP06_ILLOP, ra);
        }
        *n += 2;
    }
    if (*n > 7) {
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
    if (env->dr[7] & DR7_GD) {
        env->dr[6] |= DR6_BD;
        raise_exception_ra(env, EXCP01_DB, ra);
    }
}

uint64_t helper_read_dr(CPUX86State *env, uint32_t n)
{
    check_dr_access(env, &n, GETPC());
    return env->dr[n];
}

void helper_write_dr(CPUX86State *env, uint32_t n, uint64_t value)
{
    uintptr_t ra = GETPC();

    check_dr_access(env, &n, ra);
    if (n < 4) {
        env->dr[n] = value;
        x86_rearm_debug(env);
        return;
    }
    if (value >> 32) {
        raise_gp(env, 0, ra);
    }
    if (n == 6) {
        env->dr[6] = (value & 0xe00f) | DR6_FIXED_1;
    } else {
        x86_update_dr7(env, value);
    }
}

/* Does an enabled I/O breakpoint match? Its trap comes after the instruction. */
uint32_t x86_io_breakpoints(CPUX86State *env, uint32_t port, uint32_t size)
{
    uint32_t hits = 0;

    if (!(env->cr[4] & CR4_DE)) {
        return 0;
    }
    for (unsigned n = 0; n < 4; n++) {
        uint32_t len = dr7_len(env->dr[7], n), base = env->dr[n] & ~(uint64_t)(len - 1);

        if (dr7_rw(env->dr[7], n) == DR7_RW_IO && dr7_enabled(env->dr[7], n) &&
            port < base + len && base < port + size) {
            hits |= 1u << n;
        }
    }
    return hits;
}
