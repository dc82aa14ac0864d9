/*
 * Scoped locking for every kind of lock.
 *
 *   QEMU_LOCK_GUARD(&s->lock);              until the end of the enclosing block
 *   WITH_QEMU_LOCK_GUARD(&s->lock) { ... }  around the block
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_LOCKABLE_H
#define QEMU_LOCKABLE_H

#include "qemu/thread.h"

struct CoMutex;
void qemu_co_mutex_lock(struct CoMutex *mutex);
void qemu_co_mutex_unlock(struct CoMutex *mutex);

typedef void QemuLockUnlockFunc(void *lock);

typedef struct QemuLockable {
    void *object;
    QemuLockUnlockFunc *lock;
    QemuLockUnlockFunc *unlock;
} QemuLockable;

static inline void qemu_lockable_lock_mutex_(void *l)
{
    qemu_mutex_lock(l);
}
static inline void qemu_lockable_unlock_mutex_(void *l)
{
    qemu_mutex_unlock(l);
}
static inline void qemu_lockable_lock_rec_(void *l)
{
    qemu_rec_mutex_lock(l);
}
static inline void qemu_lockable_unlock_rec_(void *l)
{
    qemu_rec_mutex_unlock(l);
}
static inline void qemu_lockable_lock_spin_(void *l)
{
    qemu_spin_lock(l);
}
static inline void qemu_lockable_unlock_spin_(void *l)
{
    qemu_spin_unlock(l);
}
static inline void qemu_lockable_lock_co_(void *l)
{
    qemu_co_mutex_lock(l);
}
static inline void qemu_lockable_unlock_co_(void *l)
{
    qemu_co_mutex_unlock(l);
}

#define qemu_lock_func_(x)                                                                       \
    _Generic((x), QemuMutex *: qemu_lockable_lock_mutex_, QemuRecMutex *: qemu_lockable_lock_rec_, \
             QemuSpin *: qemu_lockable_lock_spin_, struct CoMutex *: qemu_lockable_lock_co_)
#define qemu_unlock_func_(x)                                                                     \
    _Generic((x), QemuMutex *: qemu_lockable_unlock_mutex_,                                      \
             QemuRecMutex *: qemu_lockable_unlock_rec_, QemuSpin *: qemu_lockable_unlock_spin_,  \
             struct CoMutex *: qemu_lockable_unlock_co_)

/* The lock @x as one type, for functions such as qemu_co_queue_wait(). */
#define QEMU_MAKE_LOCKABLE(x) (&(QemuLockable){ (x), qemu_lock_func_(x), qemu_unlock_func_(x) })

static inline void qemu_lockable_lock(QemuLockable *x)
{
    x->lock(x->object);
}
static inline void qemu_lockable_unlock(QemuLockable *x)
{
    x->unlock(x->object);
}
static inline QemuLockable qemu_lock_guard_enter_(QemuLockable x)
{
    x.lock(x.object);
    return x;
}
static inline void qemu_lock_guard_leave_(QemuLockable *x)
{
    if (x->object) {
        x->unlock(x->object);
        x->object = NULL;
    }
}

#define QEMU_LOCK_GUARD(x)                                                                       \
    __attribute__((cleanup(qemu_lock_guard_leave_), unused))                                     \
    QemuLockable glue(qemu_lock_guard_, __COUNTER__) = qemu_lock_guard_enter_(                   \
        (QemuLockable){ (x), qemu_lock_func_(x), qemu_unlock_func_(x) })

#define with_qemu_lock_guard_(x, var)                                                            \
    for (__attribute__((cleanup(qemu_lock_guard_leave_))) QemuLockable var =                     \
             qemu_lock_guard_enter_(                                                             \
                 (QemuLockable){ (x), qemu_lock_func_(x), qemu_unlock_func_(x) });               \
         var.object; qemu_lock_guard_leave_(&var))
#define WITH_QEMU_LOCK_GUARD(x) with_qemu_lock_guard_((x), glue(qemu_lock_guard_, __COUNTER__))

#endif
