/*
 * What the files that make up AioContext share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef UTIL_AIO_CONTEXT_H
#define UTIL_AIO_CONTEXT_H

#include "qemu/aio.h"

typedef struct AioHandler {
    GPollFD pfd; /* home thread; fd and events are constant */
    IOHandler *io_read;
    IOHandler *io_write;
    AioPollFn *io_poll;
    void *opaque;
    bool is_external;
    bool deleted; /* atomic: no callback starts any more */
    QLIST_ENTRY(AioHandler) node;
} AioHandler;

struct AioContext {
    GSource source; /* first member: GLib allocates it */
    bool claimed;   /* atomic: a thread is its home */

    /*
     * Handlers. Changes under list_lock. The home thread walks without it: entries are only
     * unlinked while walkers is 0, and until then are marked deleted.
     */
    QemuMutex list_lock;
    QLIST_HEAD(, AioHandler) handlers;
    int walkers; /* under list_lock */
    bool some_deleted; /* under list_lock */
    int external_disabled; /* atomic */

    /*
     * Waking. notify_me is not 0 while the home thread sleeps or is about to; who has work
     * for it looks at that after publishing the work, and the home thread looks for work
     * after setting it: one of the two sees the other.
     */
    uint32_t notify_me;
    bool notified; /* atomic: a wake-up is due */
    EventNotifier notifier;

    /* Bottom halves: pushed by anyone, newest first, then moved to ready, oldest first. */
    QEMUBH *bh_pushed; /* atomic */
    QEMUBH *bh_ready;  /* home thread */
    QEMUBH **bh_ready_tail;

    /* Coroutines to enter: newest first. */
    QSLIST_HEAD(, Coroutine) scheduled; /* atomic */
    QEMUBH *scheduled_bh;

    QEMUTimerListGroup tlg;
    struct ThreadPool *thread_pool; /* home thread */
    int64_t thread_pool_min, thread_pool_max;

    /* Spinning before sleeping; home thread. */
    int64_t poll_ns, poll_max_ns, poll_grow, poll_shrink;

    GPollFD *pollfds; /* scratch of aio_poll(), home thread; NULL while in use */
    AioHandler **polled;
    unsigned npollfds;
};

/* aio-posix.c */
void aio_handlers_init(AioContext *ctx);
void aio_handlers_destroy(AioContext *ctx);
bool aio_dispatch_handlers(AioContext *ctx);
/* aio-bh.c */
void aio_bh_init(AioContext *ctx);
void aio_bh_destroy(AioContext *ctx);
/* ns until a bottom half must run: 0, 10 ms for idle ones, -1 for none. */
int64_t aio_bh_timeout(AioContext *ctx);
/* aio-context.c */
void aio_notify_accept(AioContext *ctx);
/* thread-pool.c */
void thread_pool_free(struct ThreadPool *pool);
struct ThreadPool *thread_pool_new(AioContext *ctx);
void thread_pool_update_params(struct ThreadPool *pool, AioContext *ctx);

#endif
