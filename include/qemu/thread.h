/*
 * Threads, locks and events.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_THREAD_H
#define QEMU_THREAD_H

#include <pthread.h>

#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/notify.h"

typedef struct QemuMutex {
    pthread_mutex_t lock;
    bool initialized;
} QemuMutex;
/* May be locked again by its owner; unlock as often. */
typedef struct QemuRecMutex {
    QemuMutex m;
} QemuRecMutex;
typedef struct QemuCond {
    pthread_cond_t cond;
    bool initialized;
} QemuCond;
typedef struct QemuSemaphore {
    QemuMutex mutex;
    QemuCond cond;
    unsigned int count;
} QemuSemaphore;
/*
 * A flag that threads wait for. set() orders everything before it ahead of everything after
 * the wait() that sees it. reset() only when no other thread resets.
 */
typedef struct QemuEvent {
    unsigned value;
} QemuEvent;
/* For sections of a few instructions; never sleep with one held. */
typedef struct QemuSpin {
    int value;
} QemuSpin;
typedef struct QemuThread {
    pthread_t thread;
} QemuThread;

#define QEMU_THREAD_JOINABLE 0
#define QEMU_THREAD_DETACHED 1

void qemu_mutex_init(QemuMutex *mutex);
void qemu_mutex_destroy(QemuMutex *mutex);
void qemu_mutex_lock(QemuMutex *mutex);
/* 0 if it was taken. */
int qemu_mutex_trylock(QemuMutex *mutex);
void qemu_mutex_unlock(QemuMutex *mutex);

void qemu_rec_mutex_init(QemuRecMutex *mutex);
void qemu_rec_mutex_destroy(QemuRecMutex *mutex);
void qemu_rec_mutex_lock(QemuRecMutex *mutex);
int qemu_rec_mutex_trylock(QemuRecMutex *mutex);
void qemu_rec_mutex_unlock(QemuRecMutex *mutex);

void qemu_cond_init(QemuCond *cond);
void qemu_cond_destroy(QemuCond *cond);
/* May also wake without a signal; @mutex is held before and after. */
void qemu_cond_signal(QemuCond *cond);
void qemu_cond_broadcast(QemuCond *cond);
void qemu_cond_wait(QemuCond *cond, QemuMutex *mutex);
/* false when @ms milliseconds went by. */
bool qemu_cond_timedwait(QemuCond *cond, QemuMutex *mutex, int ms);

void qemu_sem_init(QemuSemaphore *sem, unsigned int init);
void qemu_sem_destroy(QemuSemaphore *sem);
void qemu_sem_post(QemuSemaphore *sem);
void qemu_sem_wait(QemuSemaphore *sem);
/* 0, or -1 after @ms milliseconds. */
int qemu_sem_timedwait(QemuSemaphore *sem, int ms);

void qemu_event_init(QemuEvent *ev, bool init);
void qemu_event_destroy(QemuEvent *ev);
void qemu_event_set(QemuEvent *ev);
void qemu_event_reset(QemuEvent *ev);
void qemu_event_wait(QemuEvent *ev);

static inline void qemu_spin_init(QemuSpin *spin)
{
    __atomic_store_n(&spin->value, 0, __ATOMIC_RELAXED);
}
static inline void qemu_spin_destroy(QemuSpin *spin)
{
    (void)spin;
}
static inline void qemu_spin_lock(QemuSpin *spin)
{
    while (unlikely(__atomic_exchange_n(&spin->value, 1, __ATOMIC_ACQUIRE))) {
        while (qatomic_read(&spin->value)) {
            cpu_relax();
        }
    }
}
static inline bool qemu_spin_trylock(QemuSpin *spin)
{
    return __atomic_exchange_n(&spin->value, 1, __ATOMIC_ACQUIRE);
}
static inline bool qemu_spin_locked(QemuSpin *spin)
{
    return qatomic_read(&spin->value);
}
static inline void qemu_spin_unlock(QemuSpin *spin)
{
    __atomic_store_n(&spin->value, 0, __ATOMIC_RELEASE);
}

/*
 * Start a thread with all signals blocked; the kernel shows the first 15 bytes of @name.
 * Ends the process if the host has no more threads.
 */
void qemu_thread_create(QemuThread *thread, const char *name, void *(*start)(void *), void *arg,
                        int mode);
void *qemu_thread_join(QemuThread *thread);
void qemu_thread_get_self(QemuThread *thread);
bool qemu_thread_is_self(QemuThread *thread);
G_NORETURN void qemu_thread_exit(void *retval);
/* Call @notifier in the calling thread when that ends. */
void qemu_thread_atexit_add(Notifier *notifier);
void qemu_thread_atexit_remove(Notifier *notifier);
/* CPU numbers as bits of @host_cpus; 0 or a negative errno value. */
int qemu_thread_set_affinity(QemuThread *thread, const unsigned long *host_cpus,
                             unsigned long nbits);
int qemu_thread_get_affinity(QemuThread *thread, unsigned long **host_cpus, unsigned long *nbits);
/* -name debug-threads=: whether threads get their names. */
void qemu_thread_naming(bool enable);

#include "qemu/lockable.h"

#endif
