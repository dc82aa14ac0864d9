/*
 * Bottom halves.
 *
 * A bottom half is on at most one queue at a time; the bit QUEUED says so, and whoever sets it
 * pushes. All other bits are requests that the home thread looks at when it takes the bottom
 * half off the queue. Callbacks run in the order in which they were scheduled.
 *
 * Thread:  scheduling, cancelling, deleting: any. The rest: the context's home thread.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "aio-context.h"

enum {
    BH_QUEUED = 1 << 0,
    BH_SCHEDULED = 1 << 1,
    BH_IDLE = 1 << 2,    /* scheduled, but not urgent */
    BH_ONESHOT = 1 << 3, /* free after the call */
    BH_DELETED = 1 << 4, /* free without a call */
};

struct QEMUBH {
    AioContext *ctx;
    const char *name;
    QEMUBHFunc *cb;
    void *opaque;
    QEMUBH *next;
    unsigned flags; /* atomic */
};

static void bh_enqueue(QEMUBH *bh, unsigned new_flags)
{
    AioContext *ctx = bh->ctx;
    unsigned old = qatomic_fetch_or(&bh->flags, BH_QUEUED | new_flags);

    if (!(old & BH_QUEUED)) {
        /* From the push on the home thread may free bh, and that the context. */
        aio_context_ref(ctx);
        QEMUBH *seen = qatomic_read(&ctx->bh_pushed);
        for (;;) {
            bh->next = seen;
            QEMUBH *now = qatomic_cmpxchg(&ctx->bh_pushed, seen, bh);
            if (now == seen) {
                break;
            }
            seen = now;
        }
        aio_notify(ctx);
        aio_context_unref(ctx);
    } else if (!(new_flags & BH_IDLE)) {
        /* It may have been queued as an idle one, for which nobody was woken. */
        aio_notify(ctx);
    }
}

QEMUBH *aio_bh_new_full(AioContext *ctx, QEMUBHFunc *cb, void *opaque, const char *name)
{
    QEMUBH *bh = g_new(QEMUBH, 1);

    *bh = (QEMUBH){ .ctx = ctx, .name = name, .cb = cb, .opaque = opaque };
    return bh;
}

void aio_bh_schedule_oneshot_full(AioContext *ctx, QEMUBHFunc *cb, void *opaque,
                                  const char *name)
{
    bh_enqueue(aio_bh_new_full(ctx, cb, opaque, name), BH_SCHEDULED | BH_ONESHOT);
}

void qemu_bh_schedule(QEMUBH *bh)
{
    bh_enqueue(bh, BH_SCHEDULED);
}

void qemu_bh_schedule_idle(QEMUBH *bh)
{
    bh_enqueue(bh, BH_SCHEDULED | BH_IDLE);
}

void qemu_bh_cancel(QEMUBH *bh)
{
    qatomic_and(&bh->flags, ~(unsigned)BH_SCHEDULED);
}

void qemu_bh_delete(QEMUBH *bh)
{
    bh_enqueue(bh, BH_DELETED);
}

AioContext *qemu_bh_get_aio_context(QEMUBH *bh)
{
    return bh->ctx;
}

/* Append what was pushed, oldest first. */
static void gather(AioContext *ctx)
{
    QEMUBH *bh = qatomic_xchg(&ctx->bh_pushed, NULL);
    QEMUBH *first = NULL, *last = bh;

    if (!bh) {
        return;
    }
    while (bh) {
        QEMUBH *next = bh->next;

        bh->next = first;
        first = bh;
        bh = next;
    }
    *ctx->bh_ready_tail = first;
    ctx->bh_ready_tail = &last->next;
}

static QEMUBH *take_ready(AioContext *ctx)
{
    QEMUBH *bh = ctx->bh_ready;

    if (bh) {
        ctx->bh_ready = bh->next;
        if (!ctx->bh_ready) {
            ctx->bh_ready_tail = &ctx->bh_ready;
        }
    }
    return bh;
}

/* Obey the bits of one bottom half; true if a callback that counts ran. */
static bool bh_run(QEMUBH *bh)
{
    unsigned flags = qatomic_fetch_and(&bh->flags,
                                       ~(unsigned)(BH_QUEUED | BH_SCHEDULED | BH_IDLE));
    bool run = (flags & (BH_SCHEDULED | BH_DELETED)) == BH_SCHEDULED;

    if (run) {
        bh->cb(bh->opaque);
    }
    if (flags & (BH_DELETED | BH_ONESHOT)) {
        g_free(bh);
    }
    return run && !(flags & BH_IDLE);
}

bool aio_bh_poll(AioContext *ctx)
{
    bool progress = false;
    unsigned n = 0;

    gather(ctx);
    for (QEMUBH *bh = ctx->bh_ready; bh; bh = bh->next) {
        n++;
    }
    /* Only those that are here now; a nested aio_poll() may take some of them. */
    while (n-- > 0) {
        QEMUBH *bh = take_ready(ctx);

        if (!bh) {
            break;
        }
        progress |= bh_run(bh);
    }
    return progress;
}

static int64_t list_timeout(QEMUBH *bh, int64_t timeout)
{
    for (; bh; bh = bh->next) {
        unsigned flags = qatomic_read(&bh->flags);

        if ((flags & (BH_SCHEDULED | BH_DELETED)) != BH_SCHEDULED) {
            continue;
        }
        if (!(flags & BH_IDLE)) {
            return 0;
        }
        timeout = 10 * SCALE_MS;
    }
    return timeout;
}

int64_t aio_bh_timeout(AioContext *ctx)
{
    int64_t timeout = list_timeout(ctx->bh_ready, -1);

    /* Others push in front of what we walk and take nothing out: that is our right alone. */
    return timeout == 0 ? 0 : list_timeout(qatomic_load_acquire(&ctx->bh_pushed), timeout);
}

void aio_bh_init(AioContext *ctx)
{
    ctx->bh_ready_tail = &ctx->bh_ready;
}

void aio_bh_destroy(AioContext *ctx)
{
    QEMUBH *bh;

    gather(ctx);
    while ((bh = take_ready(ctx))) {
        /* One that is still wanted has an owner who would use it after this. */
        assert(bh->flags & (BH_DELETED | BH_ONESHOT));
        g_free(bh);
    }
}
