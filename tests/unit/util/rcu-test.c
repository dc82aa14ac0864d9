/*
 * RCU under load: no reader ever sees a freed object, every callback runs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/rcu_queue.h"

enum { READERS = 3, RUN_MS = 600, ALIVE = 0x11223344, DEAD = 0x55667788 };

typedef struct Shared {
    struct rcu_head rcu;
    unsigned magic;
    unsigned other; /* always magic + 1 while alive */
} Shared;

static Shared *shared;
static bool stop;
static unsigned long reads, frees, bad;

static Shared *make(void)
{
    Shared *s = g_new0(Shared, 1);

    s->magic = ALIVE;
    s->other = ALIVE + 1;
    return s;
}

static void reclaim(Shared *s)
{
    s->magic = DEAD;
    s->other = DEAD;
    qatomic_inc(&frees);
    g_free(s);
}

static void *reader(void *unused)
{
    unsigned long n = 0;

    rcu_register_thread();
    while (!qatomic_read(&stop)) {
        RCU_READ_LOCK_GUARD();
        Shared *s = qatomic_rcu_read(&shared);
        /* Nested sections are one. */
        WITH_RCU_READ_LOCK_GUARD() {
            if (s->magic != ALIVE) {
                qatomic_inc(&bad);
            }
        }
        ck_assert(rcu_read_locked());
        if (s->other != ALIVE + 1) {
            qatomic_inc(&bad);
        }
        if (++n % 1024 == 0) {
            sched_yield();
        }
    }
    rcu_unregister_thread();
    qatomic_add(&reads, n);
    return NULL;
}

static void *updater(void *opaque)
{
    bool wait = opaque;

    while (!qatomic_read(&stop)) {
        Shared *old = qatomic_xchg(&shared, make());

        if (wait) {
            synchronize_rcu();
            reclaim(old);
        } else {
            call_rcu(old, reclaim, rcu);
            g_usleep(20);
        }
    }
    return NULL;
}

static void *short_reader(void *unused)
{
    rcu_register_thread();
    rcu_read_lock();
    if (qatomic_rcu_read(&shared)->magic != ALIVE) {
        qatomic_inc(&bad);
    }
    rcu_read_unlock();
    rcu_unregister_thread();
    return NULL;
}

/* Threads come and go while grace periods run. */
static void *churner(void *unused)
{
    while (!qatomic_read(&stop)) {
        QemuThread t;

        qemu_thread_create(&t, "short", short_reader, NULL, QEMU_THREAD_JOINABLE);
        qemu_thread_join(&t);
    }
    return NULL;
}

START_TEST(test_torture)
{
    QemuThread threads[READERS + 3];
    int n = 0;

    shared = make();
    for (int i = 0; i < READERS; i++) {
        qemu_thread_create(&threads[n++], "reader", reader, NULL, QEMU_THREAD_JOINABLE);
    }
    qemu_thread_create(&threads[n++], "sync", updater, (void *)1, QEMU_THREAD_JOINABLE);
    qemu_thread_create(&threads[n++], "call", updater, NULL, QEMU_THREAD_JOINABLE);
    qemu_thread_create(&threads[n++], "churn", churner, NULL, QEMU_THREAD_JOINABLE);
    g_usleep(RUN_MS * 1000);
    qatomic_set(&stop, true);
    while (n > 0) {
        qemu_thread_join(&threads[--n]);
    }
    drain_call_rcu();
    ck_assert_uint_eq(bad, 0);
    ck_assert_uint_gt(reads, 1000);
    ck_assert_uint_gt(frees, 10);
    g_free(shared);
}
END_TEST

static unsigned order_seen, order_bad;

typedef struct Numbered {
    struct rcu_head rcu;
    unsigned n;
} Numbered;

static void check_order(Numbered *c)
{
    order_bad += c->n != order_seen++;
    ck_assert(bql_locked());
    g_free(c);
}

START_TEST(test_callbacks_in_order)
{
    for (unsigned i = 0; i < 1000; i++) {
        Numbered *c = g_new0(Numbered, 1);
        c->n = i;
        call_rcu(c, check_order, rcu);
    }
    /* With the BQL held the callbacks need it: drain lets them have it. */
    bql_lock();
    drain_call_rcu();
    ck_assert(bql_locked());
    bql_unlock();
    ck_assert_uint_eq(order_seen, 1000);
    ck_assert_uint_eq(order_bad, 0);
}
END_TEST

static QemuEvent in_section, leave_section;
static bool gp_done;

static void *long_reader(void *unused)
{
    rcu_register_thread();
    rcu_read_lock();
    qemu_event_set(&in_section);
    qemu_event_wait(&leave_section);
    /* The writer is still waiting for us. */
    void *early = (void *)(uintptr_t)qatomic_read(&gp_done);
    rcu_read_unlock();
    rcu_unregister_thread();
    return early;
}

static void *waiter(void *unused)
{
    synchronize_rcu();
    qatomic_set(&gp_done, true);
    return NULL;
}

START_TEST(test_waits_for_reader)
{
    QemuThread r, w;

    qemu_event_init(&in_section, false);
    qemu_event_init(&leave_section, false);
    qemu_thread_create(&r, "reader", long_reader, NULL, QEMU_THREAD_JOINABLE);
    qemu_event_wait(&in_section);
    qemu_thread_create(&w, "writer", waiter, NULL, QEMU_THREAD_JOINABLE);
    g_usleep(20000);
    ck_assert(!qatomic_read(&gp_done));
    qemu_event_set(&leave_section);
    ck_assert_ptr_null(qemu_thread_join(&r));
    qemu_thread_join(&w);
    ck_assert(gp_done);
}
END_TEST

static int forced;

static void force(Notifier *n, void *unused)
{
    qatomic_inc(&forced);
    qemu_event_set(&leave_section);
}

static void *polite_reader(void *unused)
{
    Notifier n = { .notify = force };

    rcu_register_thread();
    rcu_add_force_rcu_notifier(&n);
    rcu_read_lock();
    qemu_event_set(&in_section);
    qemu_event_wait(&leave_section);
    rcu_read_unlock();
    rcu_remove_force_rcu_notifier(&n);
    rcu_unregister_thread();
    return NULL;
}

START_TEST(test_force)
{
    QemuThread r;

    qemu_event_init(&in_section, false);
    qemu_event_init(&leave_section, false);
    qemu_thread_create(&r, "reader", polite_reader, NULL, QEMU_THREAD_JOINABLE);
    qemu_event_wait(&in_section);
    synchronize_rcu();
    ck_assert_int_ge(forced, 1);
    qemu_thread_join(&r);
}
END_TEST

/* Readers walk a list while a writer takes entries out and puts others in. */
typedef struct Entry {
    struct rcu_head rcu;
    unsigned magic;
    QLIST_ENTRY(Entry) list;
    QTAILQ_ENTRY(Entry) tailq;
    QSIMPLEQ_ENTRY(Entry) simpleq;
} Entry;

static QLIST_HEAD(, Entry) entries;
static QTAILQ_HEAD(, Entry) tail_entries = QTAILQ_HEAD_INITIALIZER(tail_entries);

static void entry_free(Entry *e)
{
    e->magic = DEAD;
    g_free(e);
}

static void *list_reader(void *unused)
{
    rcu_register_thread();
    while (!qatomic_read(&stop)) {
        Entry *e;

        RCU_READ_LOCK_GUARD();
        QLIST_FOREACH_RCU(e, &entries, list) {
            bad += e->magic != ALIVE;
        }
        QTAILQ_FOREACH_RCU(e, &tail_entries, tailq) {
            bad += e->magic != ALIVE;
        }
    }
    rcu_unregister_thread();
    return NULL;
}

START_TEST(test_lists)
{
    QemuThread t;
    Entry *slot[50] = { NULL };
    uint32_t r = 3;
    int64_t end = g_get_monotonic_time() + RUN_MS * 1000;

    qemu_thread_create(&t, "walk", list_reader, NULL, QEMU_THREAD_JOINABLE);
    while (g_get_monotonic_time() < end) {
        r = r * 1664525u + 1013904223u;
        Entry **e = &slot[(r >> 16) % 50];
        if (*e) {
            QLIST_REMOVE_RCU(*e, list);
            QTAILQ_REMOVE_RCU(&tail_entries, *e, tailq);
            call_rcu(*e, entry_free, rcu);
            *e = NULL;
        } else {
            *e = g_new0(Entry, 1);
            (*e)->magic = ALIVE;
            QLIST_INSERT_HEAD_RCU(&entries, *e, list);
            if (r & 1) {
                QTAILQ_INSERT_TAIL_RCU(&tail_entries, *e, tailq);
            } else {
                QTAILQ_INSERT_HEAD_RCU(&tail_entries, *e, tailq);
            }
        }
    }
    qatomic_set(&stop, true);
    qemu_thread_join(&t);
    drain_call_rcu();
    ck_assert_uint_eq(bad, 0);
}
END_TEST

/* ThreadSanitizer does not allow threads after a fork with threads. */
#ifdef QEMU_TSAN
#define FORK_TESTS
#else
#define FORK_TESTS , test_fork
START_TEST(test_fork)
{
    int status;
    Shared *s = make();

    g_free_rcu(s, rcu);
    pid_t pid = fork();
    if (pid == 0) {
        s = make();
        g_free_rcu(s, rcu);
        drain_call_rcu();
        synchronize_rcu();
        _exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    drain_call_rcu();
}
END_TEST
#endif

UNIT_MAIN("util/rcu", test_torture, test_callbacks_in_order, test_waits_for_reader, test_force,
          test_lists FORK_TESTS)
