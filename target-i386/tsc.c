/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The time-stamp counter.
 *
 * Spec:   Intel SDM volume 3 section 17.17 (invariant TSC, TSC_ADJUST).
 * Thread: reading: any. The shared part changes with the vCPUs stopped, under the big lock.
 *
 * On a host with an invariant counter the guest's is the host's plus an offset, at the host's
 * rate (or scaled, when a property or a migrated state asks for another rate), so that all vCPUs
 * agree as well as the host's CPUs do and a read costs no system call. While the VM is stopped
 * the counter stands still: the time away is taken out of the offset when the VM continues.
 * Without such a counter, or with an instruction counter (-icount), it follows the virtual clock.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/host-utils.h"
#include "qemu/timer.h"
#include "sysemu/runstate.h"
#include "host-cpuid.h"
#include "internal.h"

/* One process has one such state: all vCPUs share it. */
static struct {
    bool set_up;
    bool follow_virtual;   /* asked for: -icount, replay */
    bool host_tsc;         /* the host's counter can be used */
    uint64_t host_khz;
    uint64_t guest_khz;    /* 0: as the host */
    uint64_t stop_value;   /* host counter when the VM stopped */
    bool running;
    uint64_t away;         /* host ticks to subtract; atomic */
} tsc_state;

static inline uint64_t host_ticks(void)
{
#if defined(__x86_64__) || defined(__i386__)
    return __builtin_ia32_rdtsc();
#else
    return 0;
#endif
}

/* ---- the host's rate ---- */

#if defined(__x86_64__)
static uint64_t khz_from_cpuid(void)
{
    uint32_t r[4];

    if (x86_host_cpuid_max(0) >= 0x15) {
        x86_host_cpuid(0x15, 0, r);
        if (r[0] && r[1] && r[2]) {
            return (uint64_t)r[2] * r[1] / r[0] / 1000;
        }
    }
    x86_host_cpuid(1, 0, r);
    if ((r[2] >> 31) && x86_host_cpuid_max(0x40000000) >= 0x40000010) {
        x86_host_cpuid(0x40000010, 0, r);
        if (r[0] > 100000) {
            return r[0];
        }
    }
    return 0;
}

static int64_t clock_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * NANOSECONDS_PER_SECOND + ts.tv_nsec;
}

/*
 * Count against the monotonic clock. Two readings, each off by less than 100 ns, 20 ms apart:
 * better than 10 ppm. It runs once, and only where CPUID does not tell.
 */
static uint64_t khz_measured(void)
{
    int64_t t0 = clock_ns(), t1;
    uint64_t c0 = host_ticks();

    g_usleep(20000);
    t1 = clock_ns();
    return muldiv64(host_ticks() - c0, 1000000, t1 - t0);
}

static bool host_tsc_invariant(void)
{
    uint32_t r[4];

    if (x86_host_cpuid_max(0x80000000) < 0x80000007) {
        return false;
    }
    x86_host_cpuid(0x80000007, 0, r);
    return r[3] >> 8 & 1;
}
#endif

enum { VIRTUAL_TSC_KHZ = 1000000 }; /* where the virtual clock drives it: 1 tick is 1 ns */

static void tsc_vm_state_change(void *opaque, bool running)
{
    (void)opaque;
    if (running == tsc_state.running) {
        return;
    }
    tsc_state.running = running;
    if (running) {
        qatomic_set(&tsc_state.away, tsc_state.away + (host_ticks() - tsc_state.stop_value));
    } else {
        tsc_state.stop_value = host_ticks();
    }
}

void x86_tsc_follow_virtual_clock(void)
{
    tsc_state.follow_virtual = true;
}

/* [bql] Once, at the first CPU's realize; later calls do nothing. */
void x86_tsc_init(void)
{
    if (tsc_state.set_up) {
        return;
    }
    tsc_state.set_up = true;
#if defined(__x86_64__)
    if (!tsc_state.follow_virtual && host_tsc_invariant()) {
        tsc_state.host_tsc = true;
        tsc_state.host_khz = khz_from_cpuid();
        if (!tsc_state.host_khz) {
            tsc_state.host_khz = khz_measured();
        }
        tsc_state.away = host_ticks(); /* the guest's counter starts near zero */
        tsc_state.stop_value = tsc_state.away;
        qemu_add_vm_change_state_handler(tsc_vm_state_change, NULL);
    }
#endif
}

bool x86_tsc_is_stable(void)
{
    return true; /* constant rate, no stop in C-states, the same for all vCPUs: always */
}

uint64_t x86_tsc_default_khz(void)
{
    return tsc_state.host_tsc ? tsc_state.host_khz : VIRTUAL_TSC_KHZ;
}

/* ---- reading and writing ---- */

/* The counter that all vCPUs share, before their own offsets. */
static uint64_t base_ticks(const CPUX86State *env)
{
    uint64_t khz = env->tsc_khz, t;

    if (tsc_state.host_tsc) {
        t = (tsc_state.running ? host_ticks() : tsc_state.stop_value) -
            qatomic_read(&tsc_state.away);
        return likely(khz == tsc_state.host_khz) ? t
                                                 : (uint64_t)((unsigned __int128)t * khz /
                                                              tsc_state.host_khz);
    }
    t = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    return khz == VIRTUAL_TSC_KHZ ? t : (uint64_t)((unsigned __int128)t * khz / VIRTUAL_TSC_KHZ);
}

uint64_t x86_read_tsc(CPUX86State *env)
{
    return base_ticks(env) + env->tsc_offset;
}

/* WRMSR of the counter moves TSC_ADJUST by the same amount. */
void x86_write_tsc(CPUX86State *env, uint64_t value)
{
    int64_t delta = value - x86_read_tsc(env);

    env->tsc_offset += delta;
    env->tsc_adjust += delta;
}

void x86_write_tsc_adjust(CPUX86State *env, uint64_t value)
{
    env->tsc_offset += value - env->tsc_adjust;
    env->tsc_adjust = value;
}

/* Time on the virtual clock (ns) when the counter will reach value; for the TSC deadline. */
int64_t x86_tsc_to_virtual_ns(CPUX86State *env, uint64_t value)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), delta = value - x86_read_tsc(env);

    if (delta <= 0) {
        return now;
    }
    return now + (int64_t)MIN((unsigned __int128)delta * 1000000 / env->tsc_khz,
                              (unsigned __int128)(INT64_MAX - now));
}
