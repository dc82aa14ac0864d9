/*
 * Threads, locks and events on pthreads and futexes.
 *
 * A failing pthread call here is a bug of the caller (unlocking what is not locked, destroying
 * what is in use), so it ends the process with the name of the call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include "qemu/bitmap.h"
#include "qemu/thread.h"

static bool name_threads = true; /* set at start-up by qemu_thread_naming() */

static void check(int err, const char *call)
{
    if (unlikely(err)) {
        fprintf(stderr, "%s: %s\n", call, strerror(err));
        abort();
    }
}

void qemu_thread_naming(bool enable)
{
    name_threads = enable;
}

/* ---- Mutexes */

void qemu_mutex_init(QemuMutex *mutex)
{
    pthread_mutexattr_t attr;

    pthread_mutexattr_init(&attr);
#ifdef CONFIG_DEBUG_MUTEX
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
#endif
    check(pthread_mutex_init(&mutex->lock, &attr), "pthread_mutex_init");
    pthread_mutexattr_destroy(&attr);
    mutex->initialized = true;
}

void qemu_mutex_destroy(QemuMutex *mutex)
{
    assert(mutex->initialized);
    mutex->initialized = false;
    check(pthread_mutex_destroy(&mutex->lock), "pthread_mutex_destroy");
}

void qemu_mutex_lock(QemuMutex *mutex)
{
    assert(mutex->initialized);
    check(pthread_mutex_lock(&mutex->lock), "pthread_mutex_lock");
}

int qemu_mutex_trylock(QemuMutex *mutex)
{
    assert(mutex->initialized);
    int err = pthread_mutex_trylock(&mutex->lock);
    if (err != EBUSY) {
        check(err, "pthread_mutex_trylock");
    }
    return -err;
}

void qemu_mutex_unlock(QemuMutex *mutex)
{
    assert(mutex->initialized);
    check(pthread_mutex_unlock(&mutex->lock), "pthread_mutex_unlock");
}

void qemu_rec_mutex_init(QemuRecMutex *mutex)
{
    pthread_mutexattr_t attr;

    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
    check(pthread_mutex_init(&mutex->m.lock, &attr), "pthread_mutex_init");
    pthread_mutexattr_destroy(&attr);
    mutex->m.initialized = true;
}

void qemu_rec_mutex_destroy(QemuRecMutex *mutex)
{
    qemu_mutex_destroy(&mutex->m);
}

void qemu_rec_mutex_lock(QemuRecMutex *mutex)
{
    qemu_mutex_lock(&mutex->m);
}

int qemu_rec_mutex_trylock(QemuRecMutex *mutex)
{
    return qemu_mutex_trylock(&mutex->m);
}

void qemu_rec_mutex_unlock(QemuRecMutex *mutex)
{
    qemu_mutex_unlock(&mutex->m);
}

/* ---- Condition variables */

void qemu_cond_init(QemuCond *cond)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    /* Timed waits must not be shortened by a step of the wall clock. */
    check(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC), "pthread_condattr_setclock");
    check(pthread_cond_init(&cond->cond, &attr), "pthread_cond_init");
    pthread_condattr_destroy(&attr);
    cond->initialized = true;
}

void qemu_cond_destroy(QemuCond *cond)
{
    assert(cond->initialized);
    cond->initialized = false;
    check(pthread_cond_destroy(&cond->cond), "pthread_cond_destroy");
}

void qemu_cond_signal(QemuCond *cond)
{
    assert(cond->initialized);
    check(pthread_cond_signal(&cond->cond), "pthread_cond_signal");
}

void qemu_cond_broadcast(QemuCond *cond)
{
    assert(cond->initialized);
    check(pthread_cond_broadcast(&cond->cond), "pthread_cond_broadcast");
}

void qemu_cond_wait(QemuCond *cond, QemuMutex *mutex)
{
    assert(cond->initialized);
    check(pthread_cond_wait(&cond->cond, &mutex->lock), "pthread_cond_wait");
}

static struct timespec deadline_after_ms(int ms)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    ts.tv_sec += ms / 1000;
    ts.tv_nsec += (long)(ms % 1000) * 1000000;
    if (ts.tv_nsec >= 1000000000) {
        ts.tv_nsec -= 1000000000;
        ts.tv_sec++;
    }
    return ts;
}

static bool cond_wait_until(QemuCond *cond, QemuMutex *mutex, const struct timespec *ts)
{
    int err = pthread_cond_timedwait(&cond->cond, &mutex->lock, ts);

    if (err != ETIMEDOUT) {
        check(err, "pthread_cond_timedwait");
    }
    return err != ETIMEDOUT;
}

bool qemu_cond_timedwait(QemuCond *cond, QemuMutex *mutex, int ms)
{
    struct timespec ts = deadline_after_ms(ms);

    assert(cond->initialized);
    return cond_wait_until(cond, mutex, &ts);
}

/* ---- Semaphores */

void qemu_sem_init(QemuSemaphore *sem, unsigned int init)
{
    qemu_mutex_init(&sem->mutex);
    qemu_cond_init(&sem->cond);
    sem->count = init;
}

void qemu_sem_destroy(QemuSemaphore *sem)
{
    qemu_cond_destroy(&sem->cond);
    qemu_mutex_destroy(&sem->mutex);
}

void qemu_sem_post(QemuSemaphore *sem)
{
    qemu_mutex_lock(&sem->mutex);
    assert(sem->count < UINT_MAX);
    sem->count++;
    qemu_cond_signal(&sem->cond);
    qemu_mutex_unlock(&sem->mutex);
}

void qemu_sem_wait(QemuSemaphore *sem)
{
    qemu_mutex_lock(&sem->mutex);
    while (sem->count == 0) {
        qemu_cond_wait(&sem->cond, &sem->mutex);
    }
    sem->count--;
    qemu_mutex_unlock(&sem->mutex);
}

int qemu_sem_timedwait(QemuSemaphore *sem, int ms)
{
    struct timespec ts = deadline_after_ms(ms);
    bool in_time = true;
    int ret = -1;

    qemu_mutex_lock(&sem->mutex);
    while (sem->count == 0 && in_time) {
        in_time = cond_wait_until(&sem->cond, &sem->mutex, &ts);
    }
    if (sem->count > 0) {
        sem->count--;
        ret = 0;
    }
    qemu_mutex_unlock(&sem->mutex);
    return ret;
}

/*
 * ---- Events
 *
 *   EV_SET    wait() returns at once
 *   EV_FREE   not set, and nobody sleeps
 *   EV_BUSY   not set, somebody sleeps or is about to: set() must wake
 */
enum { EV_SET = 0, EV_FREE = 1, EV_BUSY = 2 };

static void futex(unsigned *word, int op, unsigned val)
{
    /* EINTR and EAGAIN are fine: the callers look at the word again. */
    (void)syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, val, NULL, NULL, 0);
}

void qemu_event_init(QemuEvent *ev, bool init)
{
    qatomic_set(&ev->value, init ? EV_SET : EV_FREE);
}

void qemu_event_destroy(QemuEvent *ev)
{
    (void)ev;
}

void qemu_event_set(QemuEvent *ev)
{
    /* Full barrier: what was written before is seen by whoever sees the event set. */
    smp_mb();
    if (qatomic_read(&ev->value) != EV_SET && qatomic_xchg(&ev->value, EV_SET) == EV_BUSY) {
        futex(&ev->value, FUTEX_WAKE, INT_MAX);
    }
}

void qemu_event_reset(QemuEvent *ev)
{
    (void)qatomic_cmpxchg(&ev->value, EV_SET, EV_FREE);
    /* The reset comes before the caller's next look at its condition. */
    smp_mb__after_rmw();
}

void qemu_event_wait(QemuEvent *ev)
{
    unsigned value;

    while ((value = qatomic_load_acquire(&ev->value)) != EV_SET) {
        if (value == EV_FREE && qatomic_cmpxchg(&ev->value, EV_FREE, EV_BUSY) == EV_SET) {
            return;
        }
        futex(&ev->value, FUTEX_WAIT, EV_BUSY);
    }
}

/* ---- Threads */

typedef struct ThreadStart {
    void *(*fn)(void *);
    void *arg;
    char *name;
} ThreadStart;

static __thread NotifierList thread_exit_notifiers;
static pthread_key_t exit_key;
static pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;

static void run_exit_notifiers(void *unused)
{
    notifier_list_notify(&thread_exit_notifiers, NULL);
}

static void create_exit_key(void)
{
    check(pthread_key_create(&exit_key, run_exit_notifiers), "pthread_key_create");
}

void qemu_thread_atexit_add(Notifier *notifier)
{
    pthread_once(&exit_key_once, create_exit_key);
    /* Key destructors run only in threads where the key has a value. */
    check(pthread_setspecific(exit_key, (void *)1), "pthread_setspecific");
    notifier_list_add(&thread_exit_notifiers, notifier);
}

void qemu_thread_atexit_remove(Notifier *notifier)
{
    notifier_remove(notifier);
}

static void *thread_main(void *opaque)
{
    ThreadStart start = *(ThreadStart *)opaque;

    g_free(opaque);
    if (name_threads && start.name) {
        char short_name[16];
        g_strlcpy(short_name, start.name, sizeof(short_name));
        pthread_setname_np(pthread_self(), short_name);
    }
    g_free(start.name);
    return start.fn(start.arg);
}

void qemu_thread_create(QemuThread *thread, const char *name, void *(*start)(void *), void *arg,
                        int mode)
{
    sigset_t all, old;
    pthread_attr_t attr;

    check(pthread_attr_init(&attr), "pthread_attr_init");
    if (mode == QEMU_THREAD_DETACHED) {
        check(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED),
              "pthread_attr_setdetachstate");
    }

    ThreadStart *s = g_new(ThreadStart, 1);
    *s = (ThreadStart){ start, arg, g_strdup(name) };

    /* The main thread handles signals; faults of our own must stay deliverable anywhere. */
    sigfillset(&all);
    sigdelset(&all, SIGSEGV);
    sigdelset(&all, SIGFPE);
    sigdelset(&all, SIGILL);
    sigdelset(&all, SIGBUS);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    check(pthread_create(&thread->thread, &attr, thread_main, s), "pthread_create");
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
}

void *qemu_thread_join(QemuThread *thread)
{
    void *ret;

    check(pthread_join(thread->thread, &ret), "pthread_join");
    return ret;
}

void qemu_thread_get_self(QemuThread *thread)
{
    thread->thread = pthread_self();
}

bool qemu_thread_is_self(QemuThread *thread)
{
    return pthread_equal(pthread_self(), thread->thread);
}

void qemu_thread_exit(void *retval)
{
    pthread_exit(retval);
}

int qemu_thread_set_affinity(QemuThread *thread, const unsigned long *host_cpus,
                             unsigned long nbits)
{
    size_t size = CPU_ALLOC_SIZE(nbits);
    cpu_set_t *set = CPU_ALLOC(nbits);

    CPU_ZERO_S(size, set);
    for (unsigned long i = find_first_bit(host_cpus, nbits); i < nbits;
         i = find_next_bit(host_cpus, nbits, i + 1)) {
        CPU_SET_S(i, size, set);
    }
    int err = pthread_setaffinity_np(thread->thread, size, set);
    CPU_FREE(set);
    return -err;
}

int qemu_thread_get_affinity(QemuThread *thread, unsigned long **host_cpus, unsigned long *nbits)
{
    /* The kernel refuses a set that is smaller than its own; no host has 64Ki CPUs. */
    for (unsigned long n = 1024; n <= 65536; n *= 2) {
        size_t size = CPU_ALLOC_SIZE(n);
        cpu_set_t *set = CPU_ALLOC(n);
        int err = pthread_getaffinity_np(thread->thread, size, set);

        if (err == 0) {
            *nbits = n;
            *host_cpus = bitmap_new(n);
            for (unsigned long i = 0; i < n; i++) {
                if (CPU_ISSET_S(i, size, set)) {
                    set_bit(i, *host_cpus);
                }
            }
        }
        CPU_FREE(set);
        if (err != EINVAL) {
            return -err;
        }
    }
    return -EINVAL;
}
