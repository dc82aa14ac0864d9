/*
 * The event loop: bottom halves, descriptors, timers, nesting, other threads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/main-loop.h"

static AioContext *ctx;

static void setup(void)
{
    qemu_init_main_loop(&error_abort);
    ctx = qemu_get_aio_context();
}

/* The wake-up of the set-up itself. */
static void settle(void)
{
    while (aio_poll(ctx, false)) {
    }
}

static void count(void *opaque)
{
    ++*(int *)opaque;
}

START_TEST(test_bh)
{
    int n = 0;

    setup();
    QEMUBH *bh = aio_bh_new(ctx, count, &n);
    qemu_bh_schedule(bh);
    qemu_bh_schedule(bh);
    ck_assert(aio_poll(ctx, false));
    ck_assert_int_eq(n, 1);
    settle();
    qemu_bh_schedule(bh);
    qemu_bh_cancel(bh);
    settle();
    ck_assert_int_eq(n, 1);
    qemu_bh_schedule(bh);
    qemu_bh_delete(bh);
    settle();
    ck_assert_int_eq(n, 1);
    aio_bh_schedule_oneshot(ctx, count, &n);
    ck_assert(aio_poll(ctx, true));
    ck_assert_int_eq(n, 2);
}
END_TEST

static GString *order;

static void note(void *opaque)
{
    g_string_append(order, opaque);
}

START_TEST(test_bh_order)
{
    setup();
    order = g_string_new(NULL);
    aio_bh_schedule_oneshot(ctx, note, (void *)"a");
    aio_bh_schedule_oneshot(ctx, note, (void *)"b");
    aio_bh_schedule_oneshot(ctx, note, (void *)"c");
    settle();
    ck_assert_str_eq(order->str, "abc");
}
END_TEST

typedef struct SelfBH {
    QEMUBH *bh;
    int n, max;
} SelfBH;

static void again(void *opaque)
{
    SelfBH *s = opaque;

    if (++s->n < s->max) {
        qemu_bh_schedule(s->bh);
    } else {
        qemu_bh_delete(s->bh);
    }
}

START_TEST(test_bh_again)
{
    SelfBH s = { .max = 5 };

    setup();
    s.bh = aio_bh_new(ctx, again, &s);
    qemu_bh_schedule(s.bh);
    ck_assert(aio_poll(ctx, false));
    /* Each poll runs it once: others get their turn. */
    ck_assert_int_eq(s.n, 1);
    settle();
    ck_assert_int_eq(s.n, 5);
}
END_TEST

static void nested(void *opaque)
{
    g_string_append_c(order, '(');
    while (aio_poll(ctx, false)) {
    }
    g_string_append_c(order, ')');
}

START_TEST(test_nested)
{
    setup();
    order = g_string_new(NULL);
    aio_bh_schedule_oneshot(ctx, nested, NULL);
    aio_bh_schedule_oneshot(ctx, note, (void *)"x");
    settle();
    ck_assert_str_eq(order->str, "(x)");
}
END_TEST

START_TEST(test_idle)
{
    int n = 0;

    setup();
    settle();
    QEMUBH *bh = aio_bh_new(ctx, count, &n);
    qemu_bh_schedule_idle(bh);
    int64_t t = aio_compute_timeout(ctx);
    ck_assert(t > 0 && t <= 10 * SCALE_MS);
    ck_assert(!aio_poll(ctx, false));
    ck_assert_int_eq(n, 1);
    qemu_bh_delete(bh);
    settle();
}
END_TEST

typedef struct Pipe {
    EventNotifier e;
    int n;
    bool remove;
} Pipe;

static void notified(EventNotifier *e)
{
    Pipe *p = container_of(e, Pipe, e);

    ck_assert(event_notifier_test_and_clear(e));
    p->n++;
    if (p->remove) {
        aio_set_event_notifier(ctx, e, false, NULL);
    }
}

START_TEST(test_notifier)
{
    Pipe p = { .n = 0 };

    setup();
    ck_assert_int_eq(event_notifier_init(&p.e, false), 0);
    aio_set_event_notifier(ctx, &p.e, false, notified);
    settle();
    ck_assert_int_eq(p.n, 0);
    event_notifier_set(&p.e);
    event_notifier_set(&p.e);
    ck_assert(aio_poll(ctx, true));
    ck_assert_int_eq(p.n, 1);
    ck_assert(!aio_poll(ctx, false));
    p.remove = true;
    event_notifier_set(&p.e);
    ck_assert(aio_poll(ctx, true));
    event_notifier_set(&p.e);
    ck_assert(!aio_poll(ctx, false));
    ck_assert_int_eq(p.n, 2);
    event_notifier_cleanup(&p.e);
    ck_assert_int_lt(event_notifier_set(&p.e), 0);
}
END_TEST

START_TEST(test_external)
{
    Pipe p = { .n = 0 };

    setup();
    event_notifier_init(&p.e, true);
    aio_set_event_notifier(ctx, &p.e, true, notified);
    aio_disable_external(ctx);
    aio_disable_external(ctx);
    aio_enable_external(ctx);
    settle();
    ck_assert_int_eq(p.n, 0);
    aio_enable_external(ctx);
    settle();
    ck_assert_int_eq(p.n, 1);
    aio_set_event_notifier(ctx, &p.e, true, NULL);
    event_notifier_cleanup(&p.e);
}
END_TEST

static int fds[2];

static void drop_both(void *opaque)
{
    ++*(int *)opaque;
    aio_set_fd_handler(ctx, fds[0], false, NULL, NULL, NULL);
    aio_set_fd_handler(ctx, fds[1], false, NULL, NULL, NULL);
}

START_TEST(test_remove_while_dispatching)
{
    int n = 0;

    setup();
    ck_assert_int_eq(qemu_pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], "x", 1), 1);
    /* Both are ready; the first that runs removes the other. */
    aio_set_fd_handler(ctx, fds[0], false, drop_both, NULL, &n);
    aio_set_fd_handler(ctx, fds[1], false, NULL, drop_both, &n);
    settle();
    ck_assert_int_eq(n, 1);
    close(fds[0]);
    close(fds[1]);
}
END_TEST

START_TEST(test_timer)
{
    int n = 0;
    QEMUTimer t;

    setup();
    aio_timer_init(ctx, &t, QEMU_CLOCK_REALTIME, SCALE_MS, count, &n);
    timer_mod(&t, qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + 5);
    settle();
    ck_assert_int_eq(n, 0);
    while (n == 0) {
        aio_poll(ctx, true);
    }
    ck_assert(!timer_pending(&t));
    timer_deinit(&t);
}
END_TEST

/* ---- A thread with a loop of its own */

typedef struct Worker {
    AioContext *ctx;
    QemuThread thread;
    bool stop;
    int64_t spin_ns;
} Worker;

static void *worker_fn(void *opaque)
{
    Worker *w = opaque;

    qemu_set_current_aio_context(w->ctx);
    while (!qatomic_read(&w->stop)) {
        aio_poll(w->ctx, true);
    }
    return NULL;
}

static void worker_start(Worker *w)
{
    w->ctx = aio_context_new(&error_abort);
    aio_context_set_poll_params(w->ctx, w->spin_ns, 0, 0, &error_abort);
    qemu_thread_create(&w->thread, "loop", worker_fn, w, QEMU_THREAD_JOINABLE);
}

static void worker_stop_bh(void *opaque)
{
    qatomic_set(&((Worker *)opaque)->stop, true);
}

static void worker_end(Worker *w)
{
    aio_bh_schedule_oneshot(w->ctx, worker_stop_bh, w);
    qemu_thread_join(&w->thread);
    aio_context_unref(w->ctx);
}

typedef struct Where {
    Worker *w;
    bool right;
    int n;
} Where;

static void in_worker(void *opaque)
{
    Where *where = opaque;

    where->right = qemu_get_current_aio_context() == where->w->ctx;
    where->n++;
}

static void check_remote(int64_t spin_ns)
{
    Worker w = { .spin_ns = spin_ns };
    Where where = { .w = &w };

    worker_start(&w);
    for (int i = 1; i <= 2000; i++) {
        aio_wait_bh_oneshot(w.ctx, in_worker, &where);
        ck_assert_int_eq(where.n, i);
    }
    ck_assert(where.right);
    ck_assert(!in_aio_context_home_thread(w.ctx) || !w.ctx);
    worker_end(&w);
}

START_TEST(test_remote)
{
    setup();
    check_remote(0);
    check_remote(50000);
}
END_TEST

typedef struct Flood {
    Worker *w;
    int count; /* worker only */
} Flood;

static void flood_one(void *opaque)
{
    ((Flood *)opaque)->count++;
}

static void *flooder(void *opaque)
{
    Flood *f = opaque;

    for (int i = 0; i < 20000; i++) {
        aio_bh_schedule_oneshot(f->w->ctx, flood_one, f);
    }
    return NULL;
}

START_TEST(test_flood)
{
    Worker w = { .ctx = NULL };
    Flood f = { .w = &w };
    QemuThread t[3];

    setup();
    worker_start(&w);
    for (int i = 0; i < 3; i++) {
        qemu_thread_create(&t[i], "flood", flooder, &f, QEMU_THREAD_JOINABLE);
    }
    for (int i = 0; i < 3; i++) {
        qemu_thread_join(&t[i]);
    }
    worker_end(&w);
    ck_assert_int_eq(f.count, 60000);
}
END_TEST

/* ---- The main loop */

static void bh_with_lock(void *opaque)
{
    ck_assert(bql_locked());
    count(opaque);
}

static void *kick(void *opaque)
{
    g_usleep(10000);
    /* The main thread does not hold the lock while it waits. */
    bql_lock();
    qemu_bh_schedule(opaque);
    bql_unlock();
    return NULL;
}

START_TEST(test_main_loop)
{
    QemuThread t;
    int n = 0;

    setup();
    bql_lock();
    QEMUBH *bh = qemu_bh_new(bh_with_lock, &n);
    qemu_thread_create(&t, "kick", kick, bh, QEMU_THREAD_JOINABLE);
    while (n == 0) {
        main_loop_wait(false);
    }
    qemu_thread_join(&t);

    QEMUTimer *timer = timer_new_ms(QEMU_CLOCK_REALTIME, bh_with_lock, &n);
    timer_mod(timer, qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + 5);
    int64_t start = get_clock();
    while (n == 1) {
        main_loop_wait(false);
    }
    ck_assert_int_ge(get_clock() - start, 3 * SCALE_MS);
    timer_free(timer);
    qemu_bh_delete(bh);
    main_loop_wait(true);
    bql_unlock();
}
END_TEST

static void read_one(void *opaque)
{
    char c;

    ck_assert_int_eq(read(fds[0], &c, 1), 1);
    count(opaque);
}

START_TEST(test_iohandler)
{
    int n = 0;

    setup();
    ck_assert_int_eq(qemu_pipe(fds), 0);
    qemu_set_fd_handler(fds[0], read_one, NULL, &n);
    ck_assert_int_eq(write(fds[1], "x", 1), 1);
    /* Not run by a nested poll of the main context, only by the main loop. */
    settle();
    ck_assert_int_eq(n, 0);
    main_loop_wait(true);
    main_loop_wait(true);
    ck_assert_int_eq(n, 1);
    qemu_set_fd_handler(fds[0], NULL, NULL, NULL);
    ck_assert_int_eq(write(fds[1], "x", 1), 1);
    main_loop_wait(true);
    ck_assert_int_eq(n, 1);
}
END_TEST

UNIT_MAIN("util/aio", test_bh, test_bh_order, test_bh_again, test_nested, test_idle,
          test_notifier, test_external, test_remove_while_dispatching, test_timer, test_remote,
          test_flood, test_main_loop, test_iohandler)
