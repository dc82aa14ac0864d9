/*
 * Atomic access to shared variables, and memory barriers.
 *
 *   qatomic_read, qatomic_set            relaxed: whole, but unordered
 *   qatomic_load_acquire,                order later (earlier) accesses after (before) it
 *   qatomic_store_release
 *   everything that reads and writes     sequentially consistent
 *
 * The variable has the size of a machine word or less, or 8 bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_ATOMIC_H
#define QEMU_ATOMIC_H

#include "qemu/compiler.h"

/* Keep the compiler from moving accesses across; for data shared with a signal handler. */
#define barrier() __asm__ __volatile__("" ::: "memory")
#define signal_barrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)

#define smp_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_mb_acquire() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_mb_release() __atomic_thread_fence(__ATOMIC_RELEASE)
#define smp_rmb() smp_mb_acquire()
#define smp_wmb() smp_mb_release()
/* Full barrier after (before) a read-modify-write, which on most hosts already is one. */
#if defined(__x86_64__) || defined(__i386__) || defined(__s390x__)
#define smp_mb__after_rmw() signal_barrier()
#define smp_mb__before_rmw() signal_barrier()
#else
#define smp_mb__after_rmw() smp_mb()
#define smp_mb__before_rmw() smp_mb()
#endif

#define qatomic_check_size_(p)                                                                   \
    QEMU_BUILD_BUG_MSG(sizeof(*(p)) > 8, "not an atomic type on this host")

#define qatomic_read(p)                                                                          \
    ({                                                                                           \
        qatomic_check_size_(p);                                                                  \
        __atomic_load_n(p, __ATOMIC_RELAXED);                                                    \
    })
#define qatomic_set(p, v)                                                                        \
    do {                                                                                         \
        qatomic_check_size_(p);                                                                  \
        __atomic_store_n(p, v, __ATOMIC_RELAXED);                                                \
    } while (0)
/* Without the size check: for 16-byte types on hosts that have them. */
#define qatomic_read__nocheck(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#define qatomic_set__nocheck(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)

#define qatomic_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define qatomic_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* Ordered as an assignment followed by a full barrier. */
#define qatomic_set_mb(p, v) ((void)__atomic_exchange_n(p, v, __ATOMIC_SEQ_CST))

/*
 * Follow a pointer that RCU protects: rcu_read keeps loads through the pointer after the
 * load of the pointer; rcu_set keeps stores to the object before the store of the pointer.
 */
#ifdef QEMU_TSAN
#define qatomic_rcu_read(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#else
#define qatomic_rcu_read(p) __atomic_load_n(p, __ATOMIC_CONSUME)
#endif
#define qatomic_rcu_set(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

#define qatomic_xchg(p, v) __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
/* The value found; the exchange took place if it equals @old. */
#define qatomic_cmpxchg(p, old, new)                                                             \
    ({                                                                                           \
        __typeof__(__atomic_load_n(p, __ATOMIC_RELAXED)) cmpxchg_old_ = (old);                   \
        (void)__atomic_compare_exchange_n(p, &cmpxchg_old_, new, false, __ATOMIC_SEQ_CST,        \
                                          __ATOMIC_SEQ_CST);                                     \
        cmpxchg_old_;                                                                            \
    })

/* The value before. */
#define qatomic_fetch_inc(p) __atomic_fetch_add(p, 1, __ATOMIC_SEQ_CST)
#define qatomic_fetch_dec(p) __atomic_fetch_sub(p, 1, __ATOMIC_SEQ_CST)
#define qatomic_fetch_add(p, n) __atomic_fetch_add(p, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_sub(p, n) __atomic_fetch_sub(p, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_and(p, n) __atomic_fetch_and(p, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_or(p, n) __atomic_fetch_or(p, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_xor(p, n) __atomic_fetch_xor(p, n, __ATOMIC_SEQ_CST)
/* The value after. */
#define qatomic_inc_fetch(p) __atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST)
#define qatomic_dec_fetch(p) __atomic_sub_fetch(p, 1, __ATOMIC_SEQ_CST)
#define qatomic_add_fetch(p, n) __atomic_add_fetch(p, n, __ATOMIC_SEQ_CST)
#define qatomic_sub_fetch(p, n) __atomic_sub_fetch(p, n, __ATOMIC_SEQ_CST)
#define qatomic_and_fetch(p, n) __atomic_and_fetch(p, n, __ATOMIC_SEQ_CST)
#define qatomic_or_fetch(p, n) __atomic_or_fetch(p, n, __ATOMIC_SEQ_CST)
#define qatomic_xor_fetch(p, n) __atomic_xor_fetch(p, n, __ATOMIC_SEQ_CST)
/* No value. */
#define qatomic_inc(p) ((void)qatomic_fetch_inc(p))
#define qatomic_dec(p) ((void)qatomic_fetch_dec(p))
#define qatomic_add(p, n) ((void)qatomic_fetch_add(p, n))
#define qatomic_sub(p, n) ((void)qatomic_fetch_sub(p, n))
#define qatomic_and(p, n) ((void)qatomic_fetch_and(p, n))
#define qatomic_or(p, n) ((void)qatomic_fetch_or(p, n))
#define qatomic_xor(p, n) ((void)qatomic_fetch_xor(p, n))

/* Tell the CPU that this is a spinning loop. */
static inline void cpu_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield" ::: "memory");
#else
    barrier();
#endif
}

#endif
