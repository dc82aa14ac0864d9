/*
 * AioContext: life, waking, and its face as a GSource.
 *
 * Thread:  see include/qemu/aio.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/coroutine_int.h"
#include "qemu/main-loop.h"
#include "aio-context.h"

static __thread AioContext *current_context;

AioContext *qemu_get_current_aio_context(void)
{
    if (current_context) {
        return current_context;
    }
    return qemu_in_main_thread() ? qemu_get_aio_context() : NULL;
}

void qemu_set_current_aio_context(AioContext *ctx)
{
    assert(!current_context);
    current_context = ctx;
    qatomic_set(&ctx->claimed, true);
}

bool in_aio_context_home_thread(AioContext *ctx)
{
    if (current_context) {
        return ctx == current_context;
    }
    if (ctx == qemu_get_aio_context() || ctx == iohandler_get_aio_context()) {
        return qemu_in_main_thread();
    }
    return !qatomic_read(&ctx->claimed);
}

/* ---- Waking */

void aio_notify(AioContext *ctx)
{
    /* The work was published before; pairs with the acquire in aio_notify_accept(). */
    qatomic_store_release(&ctx->notified, true);
    /* notified before notify_me; pairs with aio_poll() and source_prepare(). */
    smp_mb();
    if (qatomic_read(&ctx->notify_me)) {
        event_notifier_set(&ctx->notifier);
    }
}

void aio_notify_accept(AioContext *ctx)
{
    qatomic_set(&ctx->notified, false);
    /* Cleared before we look for work: what comes later sets it again. */
    smp_mb();
}

static void notifier_ready(EventNotifier *e)
{
    event_notifier_test_and_clear(e);
}

static void timer_list_notify(void *opaque, QEMUClockType type)
{
    aio_notify(opaque);
}

int64_t aio_compute_timeout(AioContext *ctx)
{
    int64_t timeout = aio_bh_timeout(ctx);

    if (timeout != 0) {
        timeout = qemu_soonest_timeout(timeout, timerlistgroup_deadline_ns(&ctx->tlg));
    }
    return timeout;
}

void aio_dispatch(AioContext *ctx)
{
    aio_bh_poll(ctx);
    aio_dispatch_handlers(ctx);
    timerlistgroup_run_timers(&ctx->tlg);
}

/* ---- GSource */

static gboolean source_prepare(GSource *source, gint *timeout)
{
    AioContext *ctx = (AioContext *)source;

    qatomic_set(&ctx->notify_me, ctx->notify_me | 1);
    smp_mb();
    *timeout = qemu_timeout_ns_to_ms(aio_compute_timeout(ctx));
    return *timeout == 0;
}

static gboolean source_check(GSource *source)
{
    AioContext *ctx = (AioContext *)source;

    qatomic_store_release(&ctx->notify_me, ctx->notify_me & ~1u);
    aio_notify_accept(ctx);
    return aio_compute_timeout(ctx) == 0 || aio_pending(ctx);
}

static gboolean source_dispatch(GSource *source, GSourceFunc cb, gpointer data)
{
    aio_dispatch((AioContext *)source);
    return G_SOURCE_CONTINUE;
}

static void source_finalize(GSource *source)
{
    AioContext *ctx = (AioContext *)source;

    if (ctx->thread_pool) {
        thread_pool_free(ctx->thread_pool);
    }
    assert(QSLIST_EMPTY(&ctx->scheduled));
    qemu_bh_delete(ctx->scheduled_bh);
    aio_bh_destroy(ctx);
    aio_handlers_destroy(ctx);
    event_notifier_cleanup(&ctx->notifier);
    timerlistgroup_deinit(&ctx->tlg);
}

static GSourceFuncs source_funcs = { source_prepare, source_check, source_dispatch,
                                     source_finalize, NULL, NULL };

GSource *aio_get_g_source(AioContext *ctx)
{
    aio_context_ref(ctx);
    return &ctx->source;
}

/* ---- Life */

static void enter_scheduled(void *opaque)
{
    AioContext *ctx = opaque;
    QSLIST_HEAD(, Coroutine) taken, ordered = QSLIST_HEAD_INITIALIZER(ordered);

    QSLIST_MOVE_ATOMIC(&taken, &ctx->scheduled);
    while (!QSLIST_EMPTY(&taken)) {
        Coroutine *co = QSLIST_FIRST(&taken);
        QSLIST_REMOVE_HEAD(&taken, co_scheduled_next);
        QSLIST_INSERT_HEAD(&ordered, co, co_scheduled_next);
    }
    while (!QSLIST_EMPTY(&ordered)) {
        Coroutine *co = QSLIST_FIRST(&ordered);
        QSLIST_REMOVE_HEAD(&ordered, co_scheduled_next);
        /* From here on it may be scheduled again. */
        qatomic_set(&co->scheduled, NULL);
        aio_co_enter(ctx, co);
    }
}

AioContext *aio_context_new(Error **errp)
{
    AioContext *ctx = (AioContext *)g_source_new(&source_funcs, sizeof(*ctx));

    aio_handlers_init(ctx);
    aio_bh_init(ctx);
    timerlistgroup_init(&ctx->tlg, timer_list_notify, ctx);
    QSLIST_INIT(&ctx->scheduled);
    ctx->scheduled_bh = aio_bh_new(ctx, enter_scheduled, ctx);
    ctx->thread_pool_max = 64;
    g_source_set_can_recurse(&ctx->source, true);
    g_source_set_name(&ctx->source, "aio-context");

    int ret = event_notifier_init(&ctx->notifier, false);
    if (ret < 0) {
        error_setg_errno(errp, -ret, "Failed to initialize event notifier");
        g_source_unref(&ctx->source);
        return NULL;
    }
    aio_set_event_notifier(ctx, &ctx->notifier, false, notifier_ready);
    return ctx;
}

void aio_context_ref(AioContext *ctx)
{
    g_source_ref(&ctx->source);
}

void aio_context_unref(AioContext *ctx)
{
    g_source_unref(&ctx->source);
}

QEMUTimerListGroup *aio_context_tlg(AioContext *ctx)
{
    return &ctx->tlg;
}

void aio_disable_external(AioContext *ctx)
{
    qatomic_inc(&ctx->external_disabled);
}

void aio_enable_external(AioContext *ctx)
{
    int left = qatomic_fetch_dec(&ctx->external_disabled) - 1;

    assert(left >= 0);
    if (left == 0) {
        /* Descriptors that were left out of the wait count again. */
        aio_notify(ctx);
    }
}

void aio_context_set_poll_params(AioContext *ctx, int64_t max_ns, int64_t grow, int64_t shrink,
                                 Error **errp)
{
    if (max_ns < 0 || grow < 0 || shrink < 0) {
        error_setg(errp, "poll-max-ns, poll-grow and poll-shrink may not be negative");
        return;
    }
    ctx->poll_max_ns = max_ns;
    ctx->poll_ns = 0;
    ctx->poll_grow = grow;
    ctx->poll_shrink = shrink;
    aio_notify(ctx);
}

void aio_context_set_thread_pool_params(AioContext *ctx, int64_t min, int64_t max, Error **errp)
{
    if (min < 0 || max < 1 || min > max || max > INT_MAX) {
        error_setg(errp, "bad thread-pool-min/thread-pool-max values %" PRId64 " and %" PRId64
                         ": 0 <= min <= max and 1 <= max are needed", min, max);
        return;
    }
    ctx->thread_pool_min = min;
    ctx->thread_pool_max = max;
    if (ctx->thread_pool) {
        thread_pool_update_params(ctx->thread_pool, ctx);
    }
}

struct ThreadPool *aio_get_thread_pool(AioContext *ctx)
{
    if (!ctx->thread_pool) {
        ctx->thread_pool = thread_pool_new(ctx);
    }
    return ctx->thread_pool;
}

/* ---- Coroutines */

void aio_co_schedule(AioContext *ctx, Coroutine *co)
{
    const char *by = qatomic_cmpxchg(&co->scheduled, NULL, __func__);

    if (by) {
        fprintf(stderr, "%s: coroutine was scheduled already in %s\n", __func__, by);
        abort();
    }
    /* As soon as it is on the list it may run, end, and with it the last reference. */
    aio_context_ref(ctx);
    QSLIST_INSERT_HEAD_ATOMIC(&ctx->scheduled, co, co_scheduled_next);
    qemu_bh_schedule(ctx->scheduled_bh);
    aio_context_unref(ctx);
}

static void reschedule(void *opaque)
{
    Coroutine *co = opaque;

    aio_co_schedule(co->reschedule_ctx, co);
}

void coroutine_fn aio_co_reschedule_self(AioContext *new_ctx)
{
    AioContext *old = qemu_get_current_aio_context();
    Coroutine *self = qemu_coroutine_self();

    if (old != new_ctx) {
        self->reschedule_ctx = new_ctx;
        /* It may run over there only after it has left here. */
        aio_bh_schedule_oneshot(old, reschedule, self);
        qemu_coroutine_yield();
    }
}

void aio_co_wake(Coroutine *co)
{
    /* Pairs with the release in qemu_aio_coroutine_enter(): the context it last ran in. */
    aio_co_enter(qatomic_load_acquire(&co->ctx), co);
}

void aio_co_enter(AioContext *ctx, Coroutine *co)
{
    if (ctx != qemu_get_current_aio_context()) {
        aio_co_schedule(ctx, co);
    } else if (qemu_in_coroutine()) {
        /* Run it when the one that runs now yields, not inside that. */
        Coroutine *self = qemu_coroutine_self();

        assert(self != co);
        QSIMPLEQ_INSERT_TAIL(&self->co_queue_wakeup, co, co_queue_next);
    } else {
        qemu_aio_coroutine_enter(ctx, co);
    }
}
