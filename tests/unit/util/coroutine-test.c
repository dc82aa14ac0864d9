/*
 * Coroutines: switching, life, locks, threads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/coroutine.h"
#include "qemu/main-loop.h"
#include "qemu/thread-pool.h"

static GString *order;

static void setup(void)
{
    qemu_init_main_loop(&error_abort);
    order = g_string_new(NULL);
}

static void put(const char *s)
{
    g_string_append(order, s);
}

static void coroutine_fn three_steps(void *opaque)
{
    ck_assert(qemu_in_coroutine());
    ck_assert_ptr_eq(opaque, order);
    put("1");
    qemu_coroutine_yield();
    put("2");
    qemu_coroutine_yield();
    put("3");
}

START_TEST(test_steps)
{
    setup();
    ck_assert(!qemu_in_coroutine());
    Coroutine *self = qemu_coroutine_self();
    Coroutine *co = qemu_coroutine_create(three_steps, order);
    for (int i = 0; i < 3; i++) {
        put("<");
        qemu_coroutine_enter(co);
        put(">");
    }
    ck_assert_str_eq(order->str, "<1><2><3>");
    ck_assert_ptr_eq(qemu_coroutine_self(), self);
}
END_TEST

static void coroutine_fn inner(void *opaque)
{
    put("i");
    qemu_coroutine_yield();
    put("j");
}

static void coroutine_fn outer(void *opaque)
{
    Coroutine *co = qemu_coroutine_create(inner, NULL);

    put("a");
    qemu_coroutine_enter(co);
    put("b");
    qemu_coroutine_yield();
    put("c");
    qemu_coroutine_enter(co);
    put("d");
}

START_TEST(test_nested)
{
    setup();
    Coroutine *co = qemu_coroutine_create(outer, NULL);
    qemu_coroutine_enter(co);
    put("|");
    qemu_coroutine_enter(co);
    ck_assert_str_eq(order->str, "aib|cjd");
}
END_TEST

/* Registers that a callee keeps, floating point and a deep stack survive switches. */
static double keep(int depth, double x)
{
    volatile char pad[512];

    pad[depth & 511] = depth;
    if (depth == 0) {
        qemu_coroutine_yield();
        return x;
    }
    double y = keep(depth - 1, x * 1.0001);
    return y + (pad[depth & 511] - (char)depth);
}

static void coroutine_fn keep_entry(void *opaque)
{
    double *x = opaque;

    *x = keep(500, *x);
}

START_TEST(test_state)
{
    enum { N = 20 };
    Coroutine *co[N];
    double x[N], want[N];

    setup();
    for (int i = 0; i < N; i++) {
        x[i] = want[i] = i + 0.5;
        for (int k = 0; k < 500; k++) {
            want[i] *= 1.0001;
        }
        co[i] = qemu_coroutine_create(keep_entry, &x[i]);
        qemu_coroutine_enter(co[i]);
    }
    for (int i = N - 1; i >= 0; i--) {
        qemu_coroutine_enter(co[i]);
        ck_assert(x[i] == want[i]);
    }
}
END_TEST

static void coroutine_fn nothing(void *opaque)
{
    ++*(int *)opaque;
}

START_TEST(test_many)
{
    int n = 0;

    setup();
    for (int i = 0; i < 100000; i++) {
        qemu_coroutine_enter(qemu_coroutine_create(nothing, &n));
    }
    ck_assert_int_eq(n, 100000);
    /* More at once than the pools keep. */
    enum { ALIVE = 1000 };
    Coroutine *co[ALIVE];
    for (int i = 0; i < ALIVE; i++) {
        co[i] = qemu_coroutine_create(three_steps, order);
        qemu_coroutine_enter(co[i]);
    }
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < ALIVE; i++) {
            qemu_coroutine_enter(co[i]);
        }
    }
    ck_assert_uint_eq(order->len, 3 * ALIVE);
}
END_TEST

/* ---- Locks in one thread */

static CoMutex mutex;
static int holders;

static void coroutine_fn lock_and_yield(void *opaque)
{
    qemu_co_mutex_lock(&mutex);
    qemu_co_mutex_assert_locked(&mutex);
    ck_assert_int_eq(holders++, 0);
    put(opaque);
    qemu_coroutine_yield();
    holders--;
    qemu_co_mutex_unlock(&mutex);
}

START_TEST(test_mutex)
{
    setup();
    qemu_co_mutex_init(&mutex);
    Coroutine *a = qemu_coroutine_create(lock_and_yield, (void *)"a");
    Coroutine *b = qemu_coroutine_create(lock_and_yield, (void *)"b");
    Coroutine *c = qemu_coroutine_create(lock_and_yield, (void *)"c");
    qemu_coroutine_enter(a);
    qemu_coroutine_enter(b);
    qemu_coroutine_enter(c);
    ck_assert_str_eq(order->str, "a");
    qemu_coroutine_enter(a);
    ck_assert_str_eq(order->str, "ab");
    qemu_coroutine_enter(b);
    ck_assert_str_eq(order->str, "abc");
    qemu_coroutine_enter(c);
    ck_assert_int_eq(holders, 0);
    ck_assert(!mutex.locked);
}
END_TEST

static CoQueue queue;

static void coroutine_fn wait_once(void *opaque)
{
    qemu_co_mutex_lock(&mutex);
    qemu_co_queue_wait(&queue, &mutex);
    qemu_co_mutex_assert_locked(&mutex);
    put(opaque);
    qemu_co_mutex_unlock(&mutex);
}

START_TEST(test_queue)
{
    setup();
    qemu_co_mutex_init(&mutex);
    qemu_co_queue_init(&queue);
    ck_assert(qemu_co_queue_empty(&queue));
    static const char *const names[] = { "a", "b", "c", "d" };
    for (int i = 0; i < 4; i++) {
        qemu_coroutine_enter(qemu_coroutine_create(wait_once, (void *)names[i]));
    }
    ck_assert_str_eq(order->str, "");
    ck_assert(qemu_co_enter_next(&queue, (void *)NULL));
    ck_assert_str_eq(order->str, "a");
    qemu_co_enter_all(&queue, (void *)NULL);
    ck_assert_str_eq(order->str, "abcd");
    ck_assert(!qemu_co_queue_next(&queue));
}
END_TEST

static CoRwlock rw;

static void coroutine_fn reader(void *opaque)
{
    put("(");
    qemu_co_rwlock_rdlock(&rw);
    put("r");
    qemu_coroutine_yield();
    qemu_co_rwlock_unlock(&rw);
    put(")");
}

static void coroutine_fn writer(void *opaque)
{
    put("[");
    qemu_co_rwlock_wrlock(&rw);
    put("w");
    qemu_coroutine_yield();
    qemu_co_rwlock_unlock(&rw);
    put("]");
}

static void coroutine_fn upgrader(void *opaque)
{
    qemu_co_rwlock_rdlock(&rw);
    put("u");
    qemu_coroutine_yield();
    qemu_co_rwlock_upgrade(&rw);
    put("U");
    qemu_coroutine_yield();
    qemu_co_rwlock_downgrade(&rw);
    put("d");
    qemu_coroutine_yield();
    qemu_co_rwlock_unlock(&rw);
}

START_TEST(test_rwlock)
{
    setup();
    qemu_co_rwlock_init(&rw);
    Coroutine *r1 = qemu_coroutine_create(reader, NULL), *r2 = qemu_coroutine_create(reader, NULL);
    Coroutine *w1 = qemu_coroutine_create(writer, NULL), *r3 = qemu_coroutine_create(reader, NULL);

    qemu_coroutine_enter(r1);
    qemu_coroutine_enter(r2);
    qemu_coroutine_enter(w1);
    /* A reader that comes after a waiting writer waits behind it. */
    qemu_coroutine_enter(r3);
    ck_assert_str_eq(order->str, "(r(r[(");
    qemu_coroutine_enter(r1);
    qemu_coroutine_enter(r2);
    ck_assert_str_eq(order->str, "(r(r[()" ")w");
    qemu_coroutine_enter(w1);
    ck_assert_str_eq(order->str, "(r(r[())w]r");
    qemu_coroutine_enter(r3);
    ck_assert_int_eq(rw.owners, 0);
}
END_TEST

START_TEST(test_rwlock_upgrade)
{
    setup();
    qemu_co_rwlock_init(&rw);
    Coroutine *u = qemu_coroutine_create(upgrader, NULL), *r = qemu_coroutine_create(reader, NULL);
    Coroutine *r2 = qemu_coroutine_create(reader, NULL);

    qemu_coroutine_enter(u);
    qemu_coroutine_enter(r);
    qemu_coroutine_enter(u);
    ck_assert_str_eq(order->str, "u(r");
    qemu_coroutine_enter(r);
    ck_assert_str_eq(order->str, "u(r)U");
    qemu_coroutine_enter(r2);
    qemu_coroutine_enter(u);
    ck_assert_str_eq(order->str, "u(r)U(dr");
    qemu_coroutine_enter(u);
    qemu_coroutine_enter(r2);
    ck_assert_int_eq(rw.owners, 0);
}
END_TEST

/* ---- Sleeping and workers */

static bool done;

static void coroutine_fn sleeper(void *opaque)
{
    int64_t start = qemu_clock_get_ns(QEMU_CLOCK_REALTIME);

    qemu_co_sleep_ns(QEMU_CLOCK_REALTIME, 3 * SCALE_MS);
    ck_assert_int_ge(qemu_clock_get_ns(QEMU_CLOCK_REALTIME) - start, 3 * SCALE_MS);
    done = true;
}

static QemuCoSleep wake;

static void coroutine_fn long_sleeper(void *opaque)
{
    qemu_co_sleep_ns_wakeable(&wake, QEMU_CLOCK_REALTIME, 1000 * NANOSECONDS_PER_SECOND);
    done = true;
}

START_TEST(test_sleep)
{
    setup();
    qemu_coroutine_enter(qemu_coroutine_create(sleeper, NULL));
    while (!done) {
        aio_poll(qemu_get_aio_context(), true);
    }
    done = false;
    qemu_coroutine_enter(qemu_coroutine_create(long_sleeper, NULL));
    ck_assert(!done);
    qemu_co_sleep_wake(&wake);
    ck_assert(done);
    qemu_co_sleep_wake(&wake);
}
END_TEST

static int square(void *opaque)
{
    int *v = opaque;

    g_usleep(500);
    return *v * *v;
}

static int jobs_left;

static void coroutine_fn job(void *opaque)
{
    int v = (intptr_t)opaque;

    ck_assert_int_eq(
        thread_pool_submit_co(aio_get_thread_pool(qemu_get_aio_context()), square, &v), v * v);
    jobs_left--;
}

static int block_worker(void *opaque)
{
    qemu_event_wait(opaque);
    return 5;
}

static void job_done(void *opaque, int ret)
{
    *(int *)opaque = ret;
    jobs_left--;
}

START_TEST(test_thread_pool)
{
    setup();
    jobs_left = 300;
    for (intptr_t i = 0; i < 300; i++) {
        qemu_coroutine_enter(qemu_coroutine_create(job, (void *)i));
    }
    while (jobs_left) {
        aio_poll(qemu_get_aio_context(), true);
    }
}
END_TEST

START_TEST(test_thread_pool_cancel)
{
    QemuEvent go;
    int first = 0, second = 0;

    setup();
    AioContext *ctx = qemu_get_aio_context();
    Error *err = NULL;
    aio_context_set_thread_pool_params(ctx, 2, 1, &err);
    ck_assert_error(err, "bad thread-pool-min/thread-pool-max");
    aio_context_set_thread_pool_params(ctx, 0, 1, &error_abort);
    struct ThreadPool *pool = aio_get_thread_pool(ctx);
    qemu_event_init(&go, false);
    jobs_left = 2;
    ThreadPoolElement *a = thread_pool_submit_aio(pool, block_worker, &go, job_done, &first);
    ThreadPoolElement *b = thread_pool_submit_aio(pool, block_worker, &go, job_done, &second);
    g_usleep(20000);
    ck_assert(!thread_pool_cancel(a));
    ck_assert(thread_pool_cancel(b));
    qemu_event_set(&go);
    while (jobs_left) {
        aio_poll(ctx, true);
    }
    ck_assert_int_eq(first, 5);
    ck_assert_int_eq(second, -ECANCELED);
}
END_TEST

/* ---- Several threads */

enum { THREADS = 3, LOCKERS = 8, TURNS = 400 };

typedef struct Loop {
    AioContext *ctx;
    QemuThread thread;
    bool stop;
} Loop;

static Loop loops[THREADS];
static int shared_count, running;

static void *loop_fn(void *opaque)
{
    Loop *l = opaque;

    qemu_set_current_aio_context(l->ctx);
    while (!qatomic_read(&l->stop)) {
        aio_poll(l->ctx, true);
    }
    return NULL;
}

static void start_loops(void)
{
    for (int i = 0; i < THREADS; i++) {
        loops[i].ctx = aio_context_new(&error_abort);
        qemu_thread_create(&loops[i].thread, "loop", loop_fn, &loops[i], QEMU_THREAD_JOINABLE);
    }
}

static void stop_loops(void)
{
    for (int i = 0; i < THREADS; i++) {
        qatomic_set(&loops[i].stop, true);
        aio_notify(loops[i].ctx);
        qemu_thread_join(&loops[i].thread);
        aio_context_unref(loops[i].ctx);
    }
}

static void coroutine_fn locker(void *opaque)
{
    for (int i = 0; i < TURNS; i++) {
        qemu_co_mutex_lock(&mutex);
        int n = shared_count;
        if (i % 16 == 0) {
            aio_co_reschedule_self(loops[(n + i) % THREADS].ctx);
        }
        shared_count = n + 1;
        qemu_co_mutex_unlock(&mutex);
    }
    qatomic_dec(&running);
    aio_wait_kick();
}

START_TEST(test_mutex_threads)
{
    setup();
    start_loops();
    qemu_co_mutex_init(&mutex);
    running = LOCKERS;
    for (int i = 0; i < LOCKERS; i++) {
        aio_co_schedule(loops[i % THREADS].ctx, qemu_coroutine_create(locker, NULL));
    }
    AIO_WAIT_WHILE(NULL, qatomic_read(&running) > 0);
    ck_assert_int_eq(shared_count, LOCKERS * TURNS);
    stop_loops();
}
END_TEST

static void coroutine_fn wanderer(void *opaque)
{
    for (int i = 0; i < 3000; i++) {
        AioContext *to = loops[(i * 7) % THREADS].ctx;
        aio_co_reschedule_self(to);
        if (qemu_get_current_aio_context() != to) {
            abort();
        }
    }
    qatomic_dec(&running);
    aio_wait_kick();
}

START_TEST(test_wander)
{
    setup();
    start_loops();
    running = 4;
    for (int i = 0; i < 4; i++) {
        aio_co_schedule(loops[0].ctx, qemu_coroutine_create(wanderer, NULL));
    }
    AIO_WAIT_WHILE(NULL, qatomic_read(&running) > 0);
    stop_loops();
}
END_TEST

UNIT_MAIN("util/coroutine", test_steps, test_nested, test_state, test_many, test_mutex,
          test_queue, test_rwlock, test_rwlock_upgrade, test_sleep, test_thread_pool,
          test_thread_pool_cancel, test_mutex_threads, test_wander)
