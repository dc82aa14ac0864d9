/*
 * Mutexes, queues and reader-writer locks for coroutines.
 *
 * All are first come, first served: the one who releases hands over to the first waiter, who
 * owns the lock already when it continues. Nobody can overtake, so nobody starves.
 *
 * Thread:  coroutines in any threads. A waiter is woken through aio_co_wake(), which goes to
 *          the loop of the thread where it waits; so it cannot run before it has yielded.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/aio.h"
#include "qemu/coroutine_int.h"

/* ---- Mutex */

typedef struct CoMutexWaiter {
    Coroutine *co;
    QSIMPLEQ_ENTRY(CoMutexWaiter) next;
} CoMutexWaiter;

void qemu_co_mutex_init(CoMutex *mutex)
{
    *mutex = (CoMutex){ .locked = false };
    qemu_spin_init(&mutex->lock);
    QSIMPLEQ_INIT(&mutex->waiters);
}

void coroutine_fn qemu_co_mutex_lock(CoMutex *mutex)
{
    Coroutine *self = qemu_coroutine_self();
    CoMutexWaiter w = { .co = self };
    bool wait;

    qemu_spin_lock(&mutex->lock);
    wait = mutex->locked;
    if (wait) {
        QSIMPLEQ_INSERT_TAIL(&mutex->waiters, &w, next);
    } else {
        mutex->locked = true;
    }
    qemu_spin_unlock(&mutex->lock);
    if (wait) {
        qemu_coroutine_yield();
    }
    mutex->holder = self;
    self->locks_held++;
}

void coroutine_fn qemu_co_mutex_unlock(CoMutex *mutex)
{
    Coroutine *self = qemu_coroutine_self();
    CoMutexWaiter *first;
    Coroutine *next = NULL;

    assert(mutex->locked && mutex->holder == self && qemu_in_coroutine());
    mutex->holder = NULL;
    self->locks_held--;

    qemu_spin_lock(&mutex->lock);
    first = QSIMPLEQ_FIRST(&mutex->waiters);
    if (first) {
        QSIMPLEQ_REMOVE_HEAD(&mutex->waiters, next);
        next = first->co;
    } else {
        mutex->locked = false;
    }
    qemu_spin_unlock(&mutex->lock);
    if (next) {
        aio_co_wake(next);
    }
}

/* ---- Queue */

void qemu_co_queue_init(CoQueue *queue)
{
    QSIMPLEQ_INIT(&queue->entries);
}

void coroutine_fn qemu_co_queue_wait_impl(CoQueue *queue, QemuLockable *lock,
                                          CoQueueWaitFlags flags)
{
    Coroutine *self = qemu_coroutine_self();

    if (flags & CO_QUEUE_WAIT_FRONT) {
        QSIMPLEQ_INSERT_HEAD(&queue->entries, self, co_queue_next);
    } else {
        QSIMPLEQ_INSERT_TAIL(&queue->entries, self, co_queue_next);
    }
    if (lock->object) {
        qemu_lockable_unlock(lock);
    }
    qemu_coroutine_yield();
    assert(qemu_in_coroutine());
    if (lock->object) {
        qemu_lockable_lock(lock);
    }
}

static Coroutine *queue_take(CoQueue *queue)
{
    Coroutine *co = QSIMPLEQ_FIRST(&queue->entries);

    if (co) {
        QSIMPLEQ_REMOVE_HEAD(&queue->entries, co_queue_next);
    }
    return co;
}

bool qemu_co_queue_next(CoQueue *queue)
{
    Coroutine *co = queue_take(queue);

    if (co) {
        aio_co_wake(co);
    }
    return co != NULL;
}

void qemu_co_queue_restart_all(CoQueue *queue)
{
    /* Those that wait again at once are not woken twice: they queue in a fresh list. */
    CoQueue woken;
    qemu_co_queue_init(&woken);
    QSIMPLEQ_CONCAT(&woken.entries, &queue->entries);
    while (qemu_co_queue_next(&woken)) {
    }
}

bool qemu_co_enter_next_impl(CoQueue *queue, QemuLockable *lock)
{
    Coroutine *co = queue_take(queue);

    if (!co) {
        return false;
    }
    if (lock->object) {
        qemu_lockable_unlock(lock);
    }
    aio_co_wake(co);
    if (lock->object) {
        qemu_lockable_lock(lock);
    }
    return true;
}

void qemu_co_enter_all_impl(CoQueue *queue, QemuLockable *lock)
{
    while (qemu_co_enter_next_impl(queue, lock)) {
    }
}

bool qemu_co_queue_empty(CoQueue *queue)
{
    return QSIMPLEQ_EMPTY(&queue->entries);
}

/* ---- Readers and writers */

typedef struct CoRwTicket {
    bool read;
    Coroutine *co;
    QSIMPLEQ_ENTRY(CoRwTicket) next;
} CoRwTicket;

void qemu_co_rwlock_init(CoRwlock *lock)
{
    qemu_co_mutex_init(&lock->mutex);
    lock->owners = 0;
    QSIMPLEQ_INIT(&lock->tickets);
}

/* Let the first waiter in if it may; releases the mutex. */
static void coroutine_fn rwlock_admit_and_unlock(CoRwlock *lock)
{
    CoRwTicket *first = QSIMPLEQ_FIRST(&lock->tickets);
    Coroutine *co = NULL;

    if (first && (first->read ? lock->owners >= 0 : lock->owners == 0)) {
        lock->owners = first->read ? lock->owners + 1 : -1;
        QSIMPLEQ_REMOVE_HEAD(&lock->tickets, next);
        co = first->co;
    }
    qemu_co_mutex_unlock(&lock->mutex);
    if (co) {
        aio_co_wake(co);
    }
}

/* Queue and yield; the mutex is held before, and not after. We are among the owners then. */
static void coroutine_fn rwlock_wait(CoRwlock *lock, bool read)
{
    CoRwTicket ticket = { .read = read, .co = qemu_coroutine_self() };

    QSIMPLEQ_INSERT_TAIL(&lock->tickets, &ticket, next);
    qemu_co_mutex_unlock(&lock->mutex);
    qemu_coroutine_yield();
    if (read) {
        /* Each reader lets the next one in. */
        qemu_co_mutex_lock(&lock->mutex);
        rwlock_admit_and_unlock(lock);
    }
}

void coroutine_fn qemu_co_rwlock_rdlock(CoRwlock *lock)
{
    qemu_co_mutex_lock(&lock->mutex);
    if (lock->owners < 0 || !QSIMPLEQ_EMPTY(&lock->tickets)) {
        rwlock_wait(lock, true);
    } else {
        lock->owners++;
        qemu_co_mutex_unlock(&lock->mutex);
    }
    qemu_coroutine_self()->locks_held++;
}

void coroutine_fn qemu_co_rwlock_wrlock(CoRwlock *lock)
{
    qemu_co_mutex_lock(&lock->mutex);
    if (lock->owners != 0 || !QSIMPLEQ_EMPTY(&lock->tickets)) {
        rwlock_wait(lock, false);
    } else {
        lock->owners = -1;
        qemu_co_mutex_unlock(&lock->mutex);
    }
    qemu_coroutine_self()->locks_held++;
}

void coroutine_fn qemu_co_rwlock_unlock(CoRwlock *lock)
{
    qemu_coroutine_self()->locks_held--;
    qemu_co_mutex_lock(&lock->mutex);
    assert(lock->owners != 0);
    lock->owners = lock->owners > 0 ? lock->owners - 1 : 0;
    rwlock_admit_and_unlock(lock);
}

void coroutine_fn qemu_co_rwlock_downgrade(CoRwlock *lock)
{
    qemu_co_mutex_lock(&lock->mutex);
    assert(lock->owners == -1);
    lock->owners = 1;
    rwlock_admit_and_unlock(lock);
}

void coroutine_fn qemu_co_rwlock_upgrade(CoRwlock *lock)
{
    qemu_co_mutex_lock(&lock->mutex);
    assert(lock->owners > 0);
    if (lock->owners == 1 && QSIMPLEQ_EMPTY(&lock->tickets)) {
        lock->owners = -1;
        qemu_co_mutex_unlock(&lock->mutex);
        return;
    }
    /* Give our place up and queue as a writer, behind those who wait already. */
    CoRwTicket ticket = { .read = false, .co = qemu_coroutine_self() };

    lock->owners--;
    QSIMPLEQ_INSERT_TAIL(&lock->tickets, &ticket, next);
    if (QSIMPLEQ_FIRST(&lock->tickets) != &ticket) {
        rwlock_admit_and_unlock(lock);
    } else {
        qemu_co_mutex_unlock(&lock->mutex);
    }
    qemu_coroutine_yield();
}
