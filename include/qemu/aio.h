/*
 * AioContext: one event loop. File descriptors, event notifiers, bottom halves, timers and
 * coroutines that belong to one thread at a time.
 *
 * An AioContext is also a GSource, so that the main loop can run it beside GLib's other
 * sources. An I/O thread calls aio_poll() in a loop instead.
 *
 * Threads: functions that set handlers, schedule bottom halves or coroutines, or notify may
 * be called from any thread. aio_poll(), aio_dispatch() and all callbacks: the home thread.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_AIO_H
#define QEMU_AIO_H

#include "qemu/event_notifier.h"
#include "qemu/queue.h"
#include "qemu/thread.h"
#include "qemu/timer.h"

typedef void QEMUBHFunc(void *opaque);
typedef void IOHandler(void *opaque);
typedef bool AioPollFn(void *opaque);
struct ThreadPool;

/* A context with one reference, or NULL with @errp set. */
AioContext *aio_context_new(Error **errp);
void aio_context_ref(AioContext *ctx);
void aio_context_unref(AioContext *ctx);

/*
 * The context of the calling thread: its I/O thread's; for the main thread and whoever holds
 * the BQL, the main one; else NULL.
 */
AioContext *qemu_get_current_aio_context(void);
/* Make the calling thread the home of @ctx, for ever. */
void qemu_set_current_aio_context(AioContext *ctx);
AioContext *qemu_get_aio_context(void);
/* May the calling thread poll @ctx? A context that has no home yet, any thread may. */
bool in_aio_context_home_thread(AioContext *ctx);

/*
 * Watch @fd: call @io_read when it is readable (or closed), @io_write when it is writable.
 * Both NULL removes; after that no callback for @fd starts. At most one pair per descriptor.
 * @is_external is ignored while aio_disable_external() is in force.
 */
void aio_set_fd_handler(AioContext *ctx, int fd, bool is_external, IOHandler *io_read,
                        IOHandler *io_write, void *opaque);
void aio_set_event_notifier(AioContext *ctx, EventNotifier *notifier, bool is_external,
                            EventNotifierHandler *io_read);
void aio_disable_external(AioContext *ctx);
void aio_enable_external(AioContext *ctx);

/* Wake the home thread from its wait. */
void aio_notify(AioContext *ctx);
/* Run what is ready; with @blocking wait until something is. true if any callback ran. */
bool aio_poll(AioContext *ctx, bool blocking);
bool aio_pending(AioContext *ctx);
void aio_dispatch(AioContext *ctx);
int64_t aio_compute_timeout(AioContext *ctx);
GSource *aio_get_g_source(AioContext *ctx);
struct ThreadPool *aio_get_thread_pool(AioContext *ctx);
QEMUTimerListGroup *aio_context_tlg(AioContext *ctx);
/*
 * How long aio_poll() may spin (calling the handlers' poll functions) before it sleeps.
 * @max_ns 0 switches spinning off; @grow and @shrink are factors, 0 for the defaults.
 */
void aio_context_set_poll_params(AioContext *ctx, int64_t max_ns, int64_t grow, int64_t shrink,
                                 Error **errp);
void aio_set_fd_poll(AioContext *ctx, int fd, AioPollFn *io_poll);
void aio_context_set_thread_pool_params(AioContext *ctx, int64_t min, int64_t max, Error **errp);

/*
 * A bottom half runs once in the home thread after it was scheduled; scheduling it again
 * before it ran changes nothing. qemu_bh_delete() is safe from the callback itself.
 */
#define aio_bh_new(ctx, cb, opaque) aio_bh_new_full((ctx), (cb), (opaque), stringify(cb))
QEMUBH *aio_bh_new_full(AioContext *ctx, QEMUBHFunc *cb, void *opaque, const char *name);
/* Fire and forget. */
#define aio_bh_schedule_oneshot(ctx, cb, opaque)                                                 \
    aio_bh_schedule_oneshot_full((ctx), (cb), (opaque), stringify(cb))
void aio_bh_schedule_oneshot_full(AioContext *ctx, QEMUBHFunc *cb, void *opaque,
                                  const char *name);
void qemu_bh_schedule(QEMUBH *bh);
/* As above, but alone it does not wake a waiting loop for up to 10 ms. */
void qemu_bh_schedule_idle(QEMUBH *bh);
void qemu_bh_cancel(QEMUBH *bh);
void qemu_bh_delete(QEMUBH *bh);
AioContext *qemu_bh_get_aio_context(QEMUBH *bh);
bool aio_bh_poll(AioContext *ctx);

static inline QEMUTimer *aio_timer_new(AioContext *ctx, QEMUClockType type, int scale,
                                       QEMUTimerCB *cb, void *opaque)
{
    return timer_new_full(aio_context_tlg(ctx), type, scale, 0, cb, opaque);
}
static inline QEMUTimer *aio_timer_new_with_attrs(AioContext *ctx, QEMUClockType type, int scale,
                                                  int attributes, QEMUTimerCB *cb, void *opaque)
{
    return timer_new_full(aio_context_tlg(ctx), type, scale, attributes, cb, opaque);
}
static inline void aio_timer_init(AioContext *ctx, QEMUTimer *ts, QEMUClockType type, int scale,
                                  QEMUTimerCB *cb, void *opaque)
{
    timer_init_full(ts, aio_context_tlg(ctx), type, scale, 0, cb, opaque);
}

/* Enter @co in @ctx, from any thread, without running it now. */
void aio_co_schedule(AioContext *ctx, Coroutine *co);
/* Let the running coroutine continue in @new_ctx. */
void coroutine_fn aio_co_reschedule_self(AioContext *new_ctx);
/* Enter @co in its own context: at once when that is here, else as aio_co_schedule(). */
void aio_co_wake(Coroutine *co);
void aio_co_enter(AioContext *ctx, Coroutine *co);

/*
 * Poll until @cond is false. @ctx is the context that makes progress (NULL: several); the
 * caller is the main thread or the home thread. Whoever changes @cond from another thread
 * calls aio_wait_kick() afterwards. True if it waited at all.
 */
#define AIO_WAIT_WHILE(ctx, cond) aio_wait_while_((ctx), (cond))
#define aio_wait_while_(ctx, cond)                                                               \
    ({                                                                                           \
        bool waited_ = false;                                                                    \
        AioContext *wait_ctx_ = (ctx);                                                           \
        if (wait_ctx_ && in_aio_context_home_thread(wait_ctx_)) {                                \
            while ((cond)) {                                                                     \
                aio_poll(wait_ctx_, true);                                                       \
                waited_ = true;                                                                  \
            }                                                                                    \
        } else {                                                                                 \
            aio_wait_begin();                                                                    \
            while ((cond)) {                                                                     \
                aio_wait_step();                                                        \
                waited_ = true;                                                                  \
            }                                                                                    \
            aio_wait_end();                                                                      \
        }                                                                                        \
        waited_;                                                                                 \
    })
#define AIO_WAIT_WHILE_UNLOCKED(ctx, cond) aio_wait_while_((ctx), (cond))
void aio_wait_kick(void);
void aio_wait_begin(void);
void aio_wait_step(void);
void aio_wait_end(void);
/* Run @cb in @ctx's home thread and wait until it has returned. Main thread only. */
void aio_wait_bh_oneshot(AioContext *ctx, QEMUBHFunc *cb, void *opaque);

#endif
