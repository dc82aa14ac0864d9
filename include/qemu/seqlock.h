/*
 * Sequence locks: readers take no lock and try again if a writer was active meanwhile.
 *
 * Writers exclude each other by a lock of their own. What is read is only used after
 * seqlock_read_retry() has said false, and is loaded with qatomic_read().
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_SEQLOCK_H
#define QEMU_SEQLOCK_H

#include "qemu/atomic.h"

typedef struct QemuSeqLock {
    unsigned sequence; /* odd while a writer is active */
} QemuSeqLock;

static inline void seqlock_init(QemuSeqLock *sl)
{
    sl->sequence = 0;
}
static inline void seqlock_write_begin(QemuSeqLock *sl)
{
    qatomic_set(&sl->sequence, sl->sequence + 1);
    /* The odd number comes before the data; pairs with the barrier in read_retry. */
    smp_wmb();
}
static inline void seqlock_write_end(QemuSeqLock *sl)
{
    /* The data comes before the even number; pairs with the acquire in read_begin. */
    qatomic_store_release(&sl->sequence, sl->sequence + 1);
}
static inline unsigned seqlock_read_begin(const QemuSeqLock *sl)
{
    /* An odd number never matches at the end. */
    return qatomic_load_acquire(&sl->sequence) & ~1u;
}
static inline bool seqlock_read_retry(const QemuSeqLock *sl, unsigned start)
{
    smp_rmb();
    return unlikely(qatomic_read(&sl->sequence) != start);
}

#endif
