/*
 * Coroutines: functions that can stop in the middle and go on later.
 *
 * A coroutine runs on the stack of its own while somebody enters it, and gives control back
 * to that somebody by qemu_coroutine_yield() or by returning. Entering is not concurrent:
 * one coroutine runs in one thread at a time. Functions that may yield are marked
 * coroutine_fn and are called from coroutines only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_COROUTINE_H
#define QEMU_COROUTINE_H

#include "qemu/queue.h"
#include "qemu/thread.h"
#include "qemu/timer.h"

typedef void coroutine_fn CoroutineEntry(void *opaque);

/* A coroutine that will call @entry(@opaque) when first entered; frees itself at its end. */
Coroutine *qemu_coroutine_create(CoroutineEntry *entry, void *opaque);
/* Run @co until it yields or ends. */
void qemu_coroutine_enter(Coroutine *co);
/* As above if it is not running already. */
void qemu_coroutine_enter_if_inactive(Coroutine *co);
void qemu_aio_coroutine_enter(AioContext *ctx, Coroutine *co);
void coroutine_fn qemu_coroutine_yield(void);
AioContext *qemu_coroutine_get_aio_context(Coroutine *co);
/* The coroutine that runs (outside of all: one that stands for the thread). */
Coroutine *qemu_coroutine_self(void);
bool qemu_in_coroutine(void);
/* Is it running, or waiting for one that it has entered? */
bool qemu_coroutine_entered(Coroutine *co);
/* Keep @additional more (fewer) stacks for reuse. */
void qemu_coroutine_inc_pool_size(unsigned int additional);
void qemu_coroutine_dec_pool_size(unsigned int removing);

/* ---- Waiting for each other */

struct CoMutexWaiter;

/*
 * A mutex for coroutines, in any threads; first come, first served. A waiter yields, and its
 * thread goes on with other work. Not recursive.
 */
typedef struct CoMutex {
    QemuSpin lock; /* guards the rest, for a few instructions at a time */
    bool locked;
    Coroutine *holder;
    QSIMPLEQ_HEAD(, CoMutexWaiter) waiters;
} CoMutex;

void qemu_co_mutex_init(CoMutex *mutex);
/* coroutine_fn qemu_co_mutex_lock() and qemu_co_mutex_unlock(): see qemu/lockable.h */
static inline void qemu_co_mutex_assert_locked(CoMutex *mutex)
{
    assert(qatomic_read(&mutex->locked) && mutex->holder == qemu_coroutine_self());
}

#include "qemu/lockable.h"

/* Coroutines that wait for an event, in order. */
typedef struct CoQueue {
    QSIMPLEQ_HEAD(, Coroutine) entries;
} CoQueue;

typedef enum {
    /* Go to the front of the queue, for one that was woken and must wait on. */
    CO_QUEUE_WAIT_FRONT = 1,
} CoQueueWaitFlags;

void qemu_co_queue_init(CoQueue *queue);
/* Wait; @lock (NULL: none) is released meanwhile and held again after it. */
#define qemu_co_queue_wait(queue, lock)                                                          \
    qemu_co_queue_wait_impl((queue), co_queue_lockable_(lock), 0)
#define qemu_co_queue_wait_flags(queue, lock, flags)                                             \
    qemu_co_queue_wait_impl((queue), co_queue_lockable_(lock), (flags))
#define co_queue_lockable_(x)                                                                    \
    (&(QemuLockable){ (x),                                                                       \
                      _Generic((x), void *: NULL, QemuMutex *: qemu_lockable_lock_mutex_,        \
                               QemuRecMutex *: qemu_lockable_lock_rec_,                          \
                               QemuSpin *: qemu_lockable_lock_spin_,                             \
                               CoMutex *: qemu_lockable_lock_co_),                               \
                      _Generic((x), void *: NULL, QemuMutex *: qemu_lockable_unlock_mutex_,      \
                               QemuRecMutex *: qemu_lockable_unlock_rec_,                        \
                               QemuSpin *: qemu_lockable_unlock_spin_,                           \
                               CoMutex *: qemu_lockable_unlock_co_) })
void coroutine_fn qemu_co_queue_wait_impl(CoQueue *queue, QemuLockable *lock,
                                          CoQueueWaitFlags flags);
/* Wake the first (all). false if nobody waits. In a coroutine they run after it yields. */
bool qemu_co_queue_next(CoQueue *queue);
void qemu_co_queue_restart_all(CoQueue *queue);
/* As next(), for callers outside of coroutines; @lock is released while it runs. */
#define qemu_co_enter_next(queue, lock) qemu_co_enter_next_impl((queue), co_queue_lockable_(lock))
bool qemu_co_enter_next_impl(CoQueue *queue, QemuLockable *lock);
#define qemu_co_enter_all(queue, lock) qemu_co_enter_all_impl((queue), co_queue_lockable_(lock))
void qemu_co_enter_all_impl(CoQueue *queue, QemuLockable *lock);
bool qemu_co_queue_empty(CoQueue *queue);

/* Readers together, or one writer; first come, first served. */
struct CoRwTicket;
typedef struct CoRwlock {
    CoMutex mutex;
    int owners; /* readers, or -1 for a writer */
    QSIMPLEQ_HEAD(, CoRwTicket) tickets;
} CoRwlock;

void qemu_co_rwlock_init(CoRwlock *lock);
void coroutine_fn qemu_co_rwlock_rdlock(CoRwlock *lock);
void coroutine_fn qemu_co_rwlock_wrlock(CoRwlock *lock);
/* From reader to writer: others may write in between, from writer to reader nobody. */
void coroutine_fn qemu_co_rwlock_upgrade(CoRwlock *lock);
void coroutine_fn qemu_co_rwlock_downgrade(CoRwlock *lock);
void coroutine_fn qemu_co_rwlock_unlock(CoRwlock *lock);

/* A sleep that can be cut short. */
typedef struct QemuCoSleep {
    Coroutine *to_wake;
} QemuCoSleep;
void coroutine_fn qemu_co_sleep_ns_wakeable(QemuCoSleep *w, QEMUClockType type, int64_t ns);
/* Sleep until qemu_co_sleep_wake(). */
void coroutine_fn qemu_co_sleep(QemuCoSleep *w);
void qemu_co_sleep_wake(QemuCoSleep *w);
static inline void coroutine_fn qemu_co_sleep_ns(QEMUClockType type, int64_t ns)
{
    QemuCoSleep w = { 0 };

    qemu_co_sleep_ns_wakeable(&w, type, ns);
}

/* Yield until @fd is readable. */
void coroutine_fn yield_until_fd_readable(int fd);
/* Send or receive all of a part of a list on a non-blocking socket; bytes done, or -1. */
ssize_t coroutine_fn qemu_co_sendv_recvv(int sockfd, struct iovec *iov, unsigned iov_cnt,
                                         size_t offset, size_t bytes, bool do_send);

#endif
