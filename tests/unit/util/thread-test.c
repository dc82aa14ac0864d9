/*
 * Locks, events, semaphores and threads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/bitmap.h"
#include "qemu/main-loop.h"
#include "qemu/seqlock.h"
#include "qemu/thread.h"

enum { THREADS = 4, TURNS = 20000 };

static QemuMutex mutex;
static QemuSpin spin;
static int counter;

static void run_threads(void *(*fn)(void *))
{
    QemuThread t[THREADS];

    for (int i = 0; i < THREADS; i++) {
        qemu_thread_create(&t[i], "t", fn, (void *)(intptr_t)i, QEMU_THREAD_JOINABLE);
    }
    for (int i = 0; i < THREADS; i++) {
        qemu_thread_join(&t[i]);
    }
}

static void *with_mutex(void *unused)
{
    for (int i = 0; i < TURNS; i++) {
        QEMU_LOCK_GUARD(&mutex);
        counter++;
    }
    return NULL;
}

static void *with_spin(void *unused)
{
    for (int i = 0; i < TURNS; i++) {
        WITH_QEMU_LOCK_GUARD(&spin) {
            counter++;
        }
    }
    return NULL;
}

static void *with_bql(void *unused)
{
    for (int i = 0; i < TURNS; i++) {
        BQL_LOCK_GUARD();
        BQL_LOCK_GUARD();
        counter++;
    }
    return NULL;
}

START_TEST(test_exclusion)
{
    qemu_mutex_init(&mutex);
    run_threads(with_mutex);
    ck_assert_int_eq(counter, THREADS * TURNS);
    ck_assert_int_eq(qemu_mutex_trylock(&mutex), 0);
    ck_assert_int_ne(qemu_mutex_trylock(&mutex), 0);
    qemu_mutex_unlock(&mutex);
    counter = 0;
    run_threads(with_spin);
    ck_assert_int_eq(counter, THREADS * TURNS);
    counter = 0;
    run_threads(with_bql);
    ck_assert_int_eq(counter, THREADS * TURNS);
    ck_assert(!bql_locked());
}
END_TEST

START_TEST(test_recursive)
{
    QemuRecMutex m;

    qemu_rec_mutex_init(&m);
    QEMU_LOCK_GUARD(&m);
    WITH_QEMU_LOCK_GUARD(&m) {
        ck_assert_int_eq(qemu_rec_mutex_trylock(&m), 0);
        qemu_rec_mutex_unlock(&m);
    }
}
END_TEST

START_TEST(test_guard_leaves_early)
{
    qemu_mutex_init(&mutex);
    for (int i = 0; i < 2; i++) {
        WITH_QEMU_LOCK_GUARD(&mutex) {
            if (i == 0) {
                break;
            }
        }
    }
    ck_assert_int_eq(qemu_mutex_trylock(&mutex), 0);
    qemu_mutex_unlock(&mutex);
}
END_TEST

static QemuEvent ping, pong;

static void *ponger(void *unused)
{
    for (int i = 0; i < TURNS; i++) {
        qemu_event_wait(&ping);
        qemu_event_reset(&ping);
        counter++;
        qemu_event_set(&pong);
    }
    return NULL;
}

START_TEST(test_event)
{
    QemuThread t;

    qemu_event_init(&ping, false);
    qemu_event_init(&pong, false);
    qemu_thread_create(&t, "pong", ponger, NULL, QEMU_THREAD_JOINABLE);
    for (int i = 0; i < TURNS; i++) {
        qemu_event_set(&ping);
        qemu_event_wait(&pong);
        qemu_event_reset(&pong);
        /* The event orders our view of what came before it. */
        ck_assert_int_eq(counter, i + 1);
    }
    qemu_thread_join(&t);
}
END_TEST

static QemuSemaphore sem;

static void *poster(void *unused)
{
    for (int i = 0; i < 1000; i++) {
        qemu_sem_post(&sem);
    }
    return NULL;
}

START_TEST(test_semaphore)
{
    QemuThread t;

    qemu_sem_init(&sem, 2);
    qemu_sem_wait(&sem);
    ck_assert_int_eq(qemu_sem_timedwait(&sem, 0), 0);
    int64_t start = get_clock();
    ck_assert_int_eq(qemu_sem_timedwait(&sem, 15), -1);
    ck_assert_int_ge(get_clock() - start, 14 * SCALE_MS);
    qemu_thread_create(&t, "post", poster, NULL, QEMU_THREAD_JOINABLE);
    for (int i = 0; i < 1000; i++) {
        qemu_sem_wait(&sem);
    }
    qemu_thread_join(&t);
    ck_assert_int_eq(qemu_sem_timedwait(&sem, 0), -1);
    qemu_sem_destroy(&sem);
}
END_TEST

START_TEST(test_cond)
{
    QemuCond cond;

    qemu_mutex_init(&mutex);
    qemu_cond_init(&cond);
    QEMU_LOCK_GUARD(&mutex);
    ck_assert(!qemu_cond_timedwait(&cond, &mutex, 5));
    qemu_cond_destroy(&cond);
}
END_TEST

static void at_exit(Notifier *n, void *unused)
{
    counter = 42;
}

static void *exiting(void *arg)
{
    static Notifier n = { .notify = at_exit };
    char name[16];
    sigset_t mask;

    qemu_thread_atexit_add(&n);
    pthread_getname_np(pthread_self(), name, sizeof(name));
    ck_assert_str_eq(name, "a-very-long-nam");
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    ck_assert(sigismember(&mask, SIGTERM) && !sigismember(&mask, SIGSEGV));
    qemu_thread_exit(arg);
}

START_TEST(test_thread)
{
    QemuThread t, self;
    unsigned long *cpus, nbits;

    qemu_thread_get_self(&self);
    ck_assert(qemu_thread_is_self(&self));
    ck_assert_int_eq(qemu_thread_get_affinity(&self, &cpus, &nbits), 0);
    ck_assert(!bitmap_empty(cpus, nbits));
    ck_assert_int_eq(qemu_thread_set_affinity(&self, cpus, nbits), 0);
    g_free(cpus);
    qemu_thread_create(&t, "a-very-long-name", exiting, &t, QEMU_THREAD_JOINABLE);
    ck_assert_ptr_eq(qemu_thread_join(&t), &t);
    ck_assert_int_eq(counter, 42);
}
END_TEST

static QemuSeqLock seq;
static uint64_t pair[2];
static bool stop;

static void *seq_writer(void *unused)
{
    for (uint64_t i = 1; !qatomic_read(&stop); i++) {
        seqlock_write_begin(&seq);
        qatomic_set(&pair[0], i);
        qatomic_set(&pair[1], ~i);
        seqlock_write_end(&seq);
    }
    return NULL;
}

START_TEST(test_seqlock)
{
    QemuThread t;

    pair[1] = ~0ULL;
    qemu_thread_create(&t, "w", seq_writer, NULL, QEMU_THREAD_JOINABLE);
    for (int i = 0; i < 50000; i++) {
        uint64_t a, b;
        unsigned start;
        do {
            start = seqlock_read_begin(&seq);
            a = qatomic_read(&pair[0]);
            b = qatomic_read(&pair[1]);
        } while (seqlock_read_retry(&seq, start));
        ck_assert_uint_eq(a, ~b);
    }
    qatomic_set(&stop, true);
    qemu_thread_join(&t);
}
END_TEST

UNIT_MAIN("util/thread", test_exclusion, test_recursive, test_guard_leaves_early, test_event,
          test_semaphore, test_cond, test_thread, test_seqlock)
