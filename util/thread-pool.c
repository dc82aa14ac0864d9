/*
 * Worker threads for calls that block.
 *
 * Workers are started when work waits and none is idle, up to the pool's limit, and end after
 * ten idle seconds above its minimum. A finished element is moved to the done list and the
 * home thread is woken once per batch.
 *
 * Thread:  see include/qemu/thread-pool.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/coroutine.h"
#include "qemu/thread-pool.h"
#include "aio-context.h"

enum { IDLE_MS = 10000 };

typedef enum { QUEUED, ACTIVE, DONE, CANCELLED } ElementState;

struct ThreadPoolElement {
    ThreadPool *pool;
    ThreadPoolFunc *func;
    void *arg;
    ThreadPoolDone *cb;
    void *opaque;
    ElementState state; /* under pool->lock */
    int ret;
    QTAILQ_ENTRY(ThreadPoolElement) link; /* under pool->lock: requests or done */
};

struct ThreadPool {
    AioContext *ctx;
    QEMUBH *done_bh;
    QemuMutex lock;
    QemuCond work;    /* requests is not empty, or stopping */
    QemuCond stopped; /* a worker has ended */
    QTAILQ_HEAD(, ThreadPoolElement) requests;
    QTAILQ_HEAD(, ThreadPoolElement) done;
    int threads, idle;
    int min_threads, max_threads;
    bool stopping;
};

static void run_element(ThreadPool *pool, ThreadPoolElement *e)
{
    e->state = ACTIVE;
    qemu_mutex_unlock(&pool->lock);
    int ret = e->func(e->arg);
    qemu_mutex_lock(&pool->lock);
    e->ret = ret;
    e->state = DONE;
    QTAILQ_INSERT_TAIL(&pool->done, e, link);
    qemu_bh_schedule(pool->done_bh);
}

/* Wait for a request with the lock held; false when the worker should end. */
static bool wait_for_work(ThreadPool *pool)
{
    bool in_time = true;

    while (QTAILQ_EMPTY(&pool->requests)) {
        if (pool->stopping || pool->threads > pool->max_threads ||
            (!in_time && pool->threads > pool->min_threads)) {
            return false;
        }
        pool->idle++;
        in_time = qemu_cond_timedwait(&pool->work, &pool->lock, IDLE_MS);
        pool->idle--;
    }
    return !pool->stopping;
}

static void *worker(void *opaque)
{
    ThreadPool *pool = opaque;

    qemu_mutex_lock(&pool->lock);
    while (wait_for_work(pool)) {
        ThreadPoolElement *e = QTAILQ_FIRST(&pool->requests);

        QTAILQ_REMOVE(&pool->requests, e, link);
        run_element(pool, e);
    }
    pool->threads--;
    qemu_cond_broadcast(&pool->stopped);
    qemu_mutex_unlock(&pool->lock);
    return NULL;
}

static void start_worker(ThreadPool *pool)
{
    QemuThread thread;

    pool->threads++;
    qemu_thread_create(&thread, "worker", worker, pool, QEMU_THREAD_DETACHED);
}

static void complete_done(void *opaque)
{
    ThreadPool *pool = opaque;
    ThreadPoolElement *e;

    qemu_mutex_lock(&pool->lock);
    while ((e = QTAILQ_FIRST(&pool->done))) {
        QTAILQ_REMOVE(&pool->done, e, link);
        /* A callback that polls must find the rest of the list. */
        if (!QTAILQ_EMPTY(&pool->done)) {
            qemu_bh_schedule(pool->done_bh);
        }
        qemu_mutex_unlock(&pool->lock);
        if (e->cb) {
            e->cb(e->opaque, e->ret);
        }
        g_free(e);
        qemu_mutex_lock(&pool->lock);
    }
    qemu_mutex_unlock(&pool->lock);
}

ThreadPoolElement *thread_pool_submit_aio(ThreadPool *pool, ThreadPoolFunc *func, void *arg,
                                          ThreadPoolDone *cb, void *opaque)
{
    ThreadPoolElement *e = g_new(ThreadPoolElement, 1);

    *e = (ThreadPoolElement){ .pool = pool, .func = func, .arg = arg, .cb = cb,
                              .opaque = opaque, .state = QUEUED };
    QEMU_LOCK_GUARD(&pool->lock);
    if (!pool->idle && pool->threads < pool->max_threads) {
        start_worker(pool);
    }
    QTAILQ_INSERT_TAIL(&pool->requests, e, link);
    qemu_cond_signal(&pool->work);
    return e;
}

void thread_pool_submit(ThreadPool *pool, ThreadPoolFunc *func, void *arg)
{
    thread_pool_submit_aio(pool, func, arg, NULL, NULL);
}

typedef struct CoRequest {
    Coroutine *co;
    int ret;
} CoRequest;

static void co_done(void *opaque, int ret)
{
    CoRequest *req = opaque;

    req->ret = ret;
    aio_co_wake(req->co);
}

int coroutine_fn thread_pool_submit_co(ThreadPool *pool, ThreadPoolFunc *func, void *arg)
{
    CoRequest req = { qemu_coroutine_self(), -EINPROGRESS };

    thread_pool_submit_aio(pool, func, arg, co_done, &req);
    qemu_coroutine_yield();
    return req.ret;
}

bool thread_pool_cancel(ThreadPoolElement *e)
{
    ThreadPool *pool = e->pool;

    QEMU_LOCK_GUARD(&pool->lock);
    if (e->state != QUEUED) {
        return false;
    }
    QTAILQ_REMOVE(&pool->requests, e, link);
    e->state = CANCELLED;
    e->ret = -ECANCELED;
    QTAILQ_INSERT_TAIL(&pool->done, e, link);
    qemu_bh_schedule(pool->done_bh);
    return true;
}

void thread_pool_update_params(ThreadPool *pool, AioContext *ctx)
{
    QEMU_LOCK_GUARD(&pool->lock);
    pool->min_threads = ctx->thread_pool_min;
    pool->max_threads = ctx->thread_pool_max;
    while (pool->threads < pool->min_threads) {
        start_worker(pool);
    }
    qemu_cond_broadcast(&pool->work);
}

struct ThreadPool *thread_pool_new(AioContext *ctx)
{
    ThreadPool *pool = g_new0(ThreadPool, 1);

    pool->ctx = ctx;
    pool->done_bh = aio_bh_new(ctx, complete_done, pool);
    qemu_mutex_init(&pool->lock);
    qemu_cond_init(&pool->work);
    qemu_cond_init(&pool->stopped);
    QTAILQ_INIT(&pool->requests);
    QTAILQ_INIT(&pool->done);
    thread_pool_update_params(pool, ctx);
    return pool;
}

void thread_pool_free(struct ThreadPool *pool)
{
    qemu_mutex_lock(&pool->lock);
    assert(QTAILQ_EMPTY(&pool->requests) && QTAILQ_EMPTY(&pool->done));
    pool->stopping = true;
    qemu_cond_broadcast(&pool->work);
    while (pool->threads) {
        qemu_cond_wait(&pool->stopped, &pool->lock);
    }
    qemu_mutex_unlock(&pool->lock);
    qemu_bh_delete(pool->done_bh);
    qemu_cond_destroy(&pool->work);
    qemu_cond_destroy(&pool->stopped);
    qemu_mutex_destroy(&pool->lock);
    g_free(pool);
}
