/*
 * Coroutines: life, entering and leaving, reuse of stacks.
 *
 * Ended coroutines keep their stacks in a pool per thread; what a thread has too many of goes
 * to a shared pool, from which a thread that runs out takes some. So a thread that starts
 * requests which end in another thread does not map a new stack for each.
 *
 * Thread:  a coroutine runs in one thread at a time; see include/qemu/coroutine.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/aio.h"
#include "qemu/coroutine_int.h"
#include "qemu/thread.h"

enum {
    LOCAL_MAX = 64,   /* stacks that a thread keeps */
    SHARED_MIN = 128, /* stacks in the shared pool without a request for more */
    BATCH = 32,       /* moved between the two at once */
};

typedef QSLIST_HEAD(, Coroutine) CoroutineList;

static __thread struct {
    CoroutineList list;
    unsigned n;
    bool at_exit; /* the notifier is in place */
    Notifier exit;
} local_pool;

static struct {
    QemuSpin lock;
    CoroutineList list;
    unsigned n;
    unsigned max;
} shared_pool = { .max = SHARED_MIN };

/* Never inline: a coroutine may go on in another thread, with another local_pool. */
static QEMU_NOINLINE Coroutine *pool_take(void)
{
    if (!local_pool.n && qatomic_read(&shared_pool.n)) {
        QEMU_LOCK_GUARD(&shared_pool.lock);
        while (shared_pool.n && local_pool.n < BATCH) {
            Coroutine *co = QSLIST_FIRST(&shared_pool.list);

            QSLIST_REMOVE_HEAD(&shared_pool.list, pool_next);
            QSLIST_INSERT_HEAD(&local_pool.list, co, pool_next);
            qatomic_set(&shared_pool.n, shared_pool.n - 1);
            local_pool.n++;
        }
    }
    Coroutine *co = QSLIST_FIRST(&local_pool.list);
    if (co) {
        QSLIST_REMOVE_HEAD(&local_pool.list, pool_next);
        local_pool.n--;
    }
    return co;
}

static bool share(Coroutine *co)
{
    QEMU_LOCK_GUARD(&shared_pool.lock);
    if (shared_pool.n >= shared_pool.max) {
        return false;
    }
    QSLIST_INSERT_HEAD(&shared_pool.list, co, pool_next);
    qatomic_set(&shared_pool.n, shared_pool.n + 1);
    return true;
}

static void empty_local_pool(Notifier *n, void *unused)
{
    while (local_pool.n) {
        Coroutine *co = pool_take();

        if (!share(co)) {
            coroutine_backend_delete(co);
        }
    }
}

static QEMU_NOINLINE void pool_give(Coroutine *co)
{
#ifdef CONFIG_COROUTINE_POOL
    if (local_pool.n < LOCAL_MAX) {
        if (!local_pool.at_exit) {
            local_pool.at_exit = true;
            local_pool.exit.notify = empty_local_pool;
            qemu_thread_atexit_add(&local_pool.exit);
        }
        QSLIST_INSERT_HEAD(&local_pool.list, co, pool_next);
        local_pool.n++;
        return;
    }
    if (share(co)) {
        return;
    }
#endif
    coroutine_backend_delete(co);
}

void qemu_coroutine_inc_pool_size(unsigned int additional)
{
    QEMU_LOCK_GUARD(&shared_pool.lock);
    shared_pool.max += additional;
}

void qemu_coroutine_dec_pool_size(unsigned int removing)
{
    QEMU_LOCK_GUARD(&shared_pool.lock);
    assert(shared_pool.max >= SHARED_MIN + removing);
    shared_pool.max -= removing;
}

Coroutine *qemu_coroutine_create(CoroutineEntry *entry, void *opaque)
{
    Coroutine *co = pool_take();

    if (!co) {
        co = coroutine_backend_new();
    }
    co->entry = entry;
    co->entry_arg = opaque;
    QSIMPLEQ_INIT(&co->co_queue_wakeup);
    return co;
}

Coroutine *qemu_coroutine_self(void)
{
    return coroutine_backend_self();
}

bool qemu_in_coroutine(void)
{
    return coroutine_backend_self()->caller != NULL;
}

bool qemu_coroutine_entered(Coroutine *co)
{
    return co->caller != NULL;
}

AioContext *qemu_coroutine_get_aio_context(Coroutine *co)
{
    return co->ctx;
}

/* Switch to @co; true when it has ended. */
static bool run(AioContext *ctx, Coroutine *co)
{
    Coroutine *self = coroutine_backend_self();
    const char *scheduled = qatomic_read(&co->scheduled);

    if (scheduled) {
        fprintf(stderr, "coroutine is entered, but was scheduled in %s\n", scheduled);
        abort();
    }
    if (co->caller) {
        fprintf(stderr, "coroutine is entered while it runs\n");
        abort();
    }
    co->caller = self;
    /* Pairs with the acquire in aio_co_wake(). */
    qatomic_store_release(&co->ctx, ctx);
    coroutine_backend_set_self(co);
    CoroutineAction action = coroutine_backend_switch(self, co, COROUTINE_ENTER);
    coroutine_backend_set_self(self);
    return action == COROUTINE_TERMINATE;
}

void qemu_aio_coroutine_enter(AioContext *ctx, Coroutine *co)
{
    QSIMPLEQ_HEAD(, Coroutine) pending = QSIMPLEQ_HEAD_INITIALIZER(pending);

    QSIMPLEQ_INSERT_TAIL(&pending, co, co_queue_next);
    /* Not recursive: what one wakes runs after it, so that stacks do not grow. */
    while ((co = QSIMPLEQ_FIRST(&pending))) {
        QSIMPLEQ_REMOVE_HEAD(&pending, co_queue_next);
        bool ended = run(ctx, co);

        /* It runs in no thread now, so its list of wake-ups is ours. */
        QSIMPLEQ_PREPEND(&pending, &co->co_queue_wakeup);
        if (ended) {
            assert(!co->locks_held);
            pool_give(co);
        }
    }
}

void qemu_coroutine_enter(Coroutine *co)
{
    qemu_aio_coroutine_enter(qemu_get_current_aio_context(), co);
}

void qemu_coroutine_enter_if_inactive(Coroutine *co)
{
    if (!qemu_coroutine_entered(co)) {
        qemu_coroutine_enter(co);
    }
}

void coroutine_fn qemu_coroutine_yield(void)
{
    Coroutine *self = coroutine_backend_self();
    Coroutine *to = self->caller;

    if (!to) {
        fprintf(stderr, "yield outside of a coroutine\n");
        abort();
    }
    self->caller = NULL;
    coroutine_backend_switch(self, to, COROUTINE_YIELD);
}
