/*
 * AioContext: file descriptors and the wait.
 *
 * The home thread collects the descriptors of all handlers, sleeps in ppoll() and calls the
 * handlers of those that are ready. A callback may change the handlers, and may call
 * aio_poll() itself.
 *
 * Thread:  aio_set_fd_handler() and aio_set_event_notifier(): any. The rest: home thread.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "aio-context.h"

static AioHandler *find_handler(AioContext *ctx, int fd)
{
    AioHandler *h;

    QLIST_FOREACH(h, &ctx->handlers, node) {
        if (h->pfd.fd == fd && !h->deleted) {
            return h;
        }
    }
    return NULL;
}

/* Called with list_lock held. */
static void remove_handler(AioContext *ctx, AioHandler *h)
{
    g_source_remove_poll(&ctx->source, &h->pfd);
    qatomic_set(&h->deleted, true);
    if (ctx->walkers) {
        ctx->some_deleted = true;
    } else {
        QLIST_REMOVE(h, node);
        g_free(h);
    }
}

static void walk_begin(AioContext *ctx)
{
    QEMU_LOCK_GUARD(&ctx->list_lock);
    ctx->walkers++;
}

static void walk_end(AioContext *ctx)
{
    AioHandler *h, *next;

    QEMU_LOCK_GUARD(&ctx->list_lock);
    if (--ctx->walkers || !ctx->some_deleted) {
        return;
    }
    ctx->some_deleted = false;
    QLIST_FOREACH_SAFE(h, &ctx->handlers, node, next) {
        if (h->deleted) {
            QLIST_REMOVE(h, node);
            g_free(h);
        }
    }
}

static void set_handler(AioContext *ctx, int fd, bool is_external, IOHandler *io_read,
                        IOHandler *io_write, AioPollFn *io_poll, void *opaque)
{
    WITH_QEMU_LOCK_GUARD(&ctx->list_lock) {
        AioHandler *old = find_handler(ctx, fd);

        if (io_read || io_write) {
            AioHandler *h = g_new0(AioHandler, 1);

            h->pfd.fd = fd;
            h->pfd.events = (io_read ? G_IO_IN | G_IO_HUP | G_IO_ERR : 0) |
                            (io_write ? G_IO_OUT | G_IO_ERR : 0);
            h->io_read = io_read;
            h->io_write = io_write;
            h->io_poll = io_poll;
            h->opaque = opaque;
            h->is_external = is_external;
            g_source_add_poll(&ctx->source, &h->pfd);
            /* The walkers take no lock: publish a complete entry. */
            h->node.le_next = ctx->handlers.lh_first;
            h->node.le_prev = &ctx->handlers.lh_first;
            if (h->node.le_next) {
                h->node.le_next->node.le_prev = &h->node.le_next;
            }
            qatomic_store_release(&ctx->handlers.lh_first, h);
        }
        if (old) {
            remove_handler(ctx, old);
        }
    }
    /* A sleeping home thread waits for the old set. */
    aio_notify(ctx);
}

void aio_set_fd_handler(AioContext *ctx, int fd, bool is_external, IOHandler *io_read,
                        IOHandler *io_write, void *opaque)
{
    set_handler(ctx, fd, is_external, io_read, io_write, NULL, opaque);
}

void aio_set_event_notifier(AioContext *ctx, EventNotifier *notifier, bool is_external,
                            EventNotifierHandler *io_read)
{
    set_handler(ctx, event_notifier_get_fd(notifier), is_external, (IOHandler *)io_read, NULL,
                NULL, notifier);
}

void aio_set_fd_poll(AioContext *ctx, int fd, AioPollFn *io_poll)
{
    QEMU_LOCK_GUARD(&ctx->list_lock);
    AioHandler *h = find_handler(ctx, fd);
    if (h) {
        qatomic_set(&h->io_poll, io_poll);
    }
}

#define FOREACH_HANDLER(h, ctx)                                                                  \
    for ((h) = qatomic_load_acquire(&(ctx)->handlers.lh_first); (h);                             \
         (h) = qatomic_read(&(h)->node.le_next))

static bool is_active(AioContext *ctx, AioHandler *h)
{
    return !qatomic_read(&h->deleted) &&
           !(h->is_external && qatomic_read(&ctx->external_disabled));
}

static bool dispatch_one(AioContext *ctx, AioHandler *h)
{
    int ready = h->pfd.revents & h->pfd.events;
    bool progress = false;

    h->pfd.revents = 0;
    if ((ready & (G_IO_IN | G_IO_HUP | G_IO_ERR)) && h->io_read && is_active(ctx, h)) {
        h->io_read(h->opaque);
        /* The context's own notifier says that there is work; it is not work itself. */
        progress |= h->opaque != &ctx->notifier;
    }
    if ((ready & (G_IO_OUT | G_IO_ERR)) && h->io_write && is_active(ctx, h)) {
        h->io_write(h->opaque);
        progress = true;
    }
    return progress;
}

bool aio_dispatch_handlers(AioContext *ctx)
{
    bool progress = false;
    AioHandler *h;

    walk_begin(ctx);
    FOREACH_HANDLER(h, ctx) {
        if (h->pfd.revents) {
            progress |= dispatch_one(ctx, h);
        }
    }
    walk_end(ctx);
    return progress;
}

bool aio_pending(AioContext *ctx)
{
    bool pending = false;
    AioHandler *h;

    walk_begin(ctx);
    FOREACH_HANDLER(h, ctx) {
        if ((h->pfd.revents & h->pfd.events) && is_active(ctx, h)) {
            pending = true;
            break;
        }
    }
    walk_end(ctx);
    return pending;
}

/* ---- Waiting */

/* Sleep until a descriptor is ready or @timeout (ns) is over; revents go to the handlers. */
static void wait_for_fds(AioContext *ctx, int64_t timeout)
{
    unsigned room = ctx->pollfds ? ctx->npollfds : 0, n = 0;
    GPollFD *fds = g_steal_pointer(&ctx->pollfds);
    AioHandler **polled = g_steal_pointer(&ctx->polled);
    AioHandler *h;

    walk_begin(ctx);
    FOREACH_HANDLER(h, ctx) {
        if (!is_active(ctx, h)) {
            continue;
        }
        if (n == room) {
            room = room * 2 + 8;
            fds = g_renew(GPollFD, fds, room);
            polled = g_renew(AioHandler *, polled, room);
        }
        fds[n] = h->pfd;
        fds[n].revents = 0;
        polled[n++] = h;
    }
    if (qemu_poll_ns(fds, n, timeout) > 0) {
        for (unsigned i = 0; i < n; i++) {
            polled[i]->pfd.revents |= fds[i].revents;
        }
    }
    walk_end(ctx);
    g_free(ctx->pollfds);
    g_free(ctx->polled);
    ctx->pollfds = fds;
    ctx->polled = polled;
    ctx->npollfds = room;
}

static bool call_poll_functions(AioContext *ctx)
{
    bool progress = false;
    AioHandler *h;

    FOREACH_HANDLER(h, ctx) {
        AioPollFn *io_poll = qatomic_read(&h->io_poll);

        if (io_poll && is_active(ctx, h) && io_poll(h->opaque)) {
            progress = true;
        }
    }
    return progress;
}

/*
 * Spin for up to poll_ns; true if a poll function found work, which then has been done. The
 * time adapts: it grows while work comes within poll_max_ns, and shrinks when it does not.
 */
static bool spin(AioContext *ctx, int64_t timeout)
{
    int64_t start, limit;
    bool progress = false;

    if (!ctx->poll_max_ns || timeout == 0) {
        return false;
    }
    limit = qemu_soonest_timeout(timeout, ctx->poll_ns);
    start = get_clock();
    walk_begin(ctx);
    while (limit > 0 && !progress && !qatomic_read(&ctx->notified)) {
        progress = call_poll_functions(ctx);
        if (get_clock() - start >= limit) {
            break;
        }
        cpu_relax();
    }
    walk_end(ctx);
    return progress;
}

static void adapt_spinning(AioContext *ctx, int64_t waited)
{
    enum { FIRST_NS = 4000 };
    int64_t grow = ctx->poll_grow ? ctx->poll_grow : 2;

    if (waited > ctx->poll_max_ns) {
        ctx->poll_ns = ctx->poll_shrink ? ctx->poll_ns / ctx->poll_shrink : 0;
    } else if (waited > ctx->poll_ns) {
        ctx->poll_ns = MIN(ctx->poll_ns ? ctx->poll_ns * grow : FIRST_NS, ctx->poll_max_ns);
    }
}

bool aio_poll(AioContext *ctx, bool blocking)
{
    bool progress = false;
    int64_t timeout = 0, start = ctx->poll_max_ns ? get_clock() : 0;

    assert(in_aio_context_home_thread(ctx));
    if (blocking) {
        qatomic_set(&ctx->notify_me, ctx->notify_me + 2);
        /* notify_me before the look for work; pairs with aio_notify(). */
        smp_mb();
        timeout = aio_compute_timeout(ctx);
        progress = spin(ctx, timeout);
    }
    wait_for_fds(ctx, progress || qatomic_read(&ctx->notified) ? 0 : timeout);
    if (blocking) {
        qatomic_store_release(&ctx->notify_me, ctx->notify_me - 2);
        aio_notify_accept(ctx);
        if (ctx->poll_max_ns) {
            adapt_spinning(ctx, get_clock() - start);
        }
    }
    progress |= aio_bh_poll(ctx);
    progress |= aio_dispatch_handlers(ctx);
    progress |= timerlistgroup_run_timers(&ctx->tlg);
    return progress;
}

void aio_handlers_init(AioContext *ctx)
{
    qemu_mutex_init(&ctx->list_lock);
    QLIST_INIT(&ctx->handlers);
}

void aio_handlers_destroy(AioContext *ctx)
{
    AioHandler *h, *next;

    QLIST_FOREACH_SAFE(h, &ctx->handlers, node, next) {
        QLIST_REMOVE(h, node);
        g_free(h);
    }
    qemu_mutex_destroy(&ctx->list_lock);
    g_free(ctx->pollfds);
    g_free(ctx->polled);
}
