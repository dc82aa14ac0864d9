/*
 * The main thread's loop and the big lock.
 *
 * The big lock (BQL) guards all device and machine state that does not say otherwise. The
 * main loop holds it while callbacks run and releases it while it waits; a vCPU thread takes
 * it for device access. It is taken before every other lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_MAIN_LOOP_H
#define QEMU_MAIN_LOOP_H

#include "qemu/aio.h"

/* Create the main AioContext and clocks. The calling thread becomes the main thread. */
int qemu_init_main_loop(Error **errp);
/* One iteration; with @nonblocking do not wait. Called with the BQL held. */
void main_loop_wait(int nonblocking);
/* Is this the main thread, or does it hold the BQL in its place? */
bool qemu_in_main_thread(void);
/* Wake the main loop. Any thread; safe in signal handlers. */
void qemu_notify_event(void);

/* Callbacks in the main loop, with the BQL held; see aio_set_fd_handler(). */
void qemu_set_fd_handler(int fd, IOHandler *fd_read, IOHandler *fd_write, void *opaque);
#define qemu_bh_new(cb, opaque) aio_bh_new(qemu_get_aio_context(), (cb), (opaque))
/* The loop for descriptors that nested aio_poll() of the main context must not run. */
AioContext *iohandler_get_aio_context(void);
GSource *iohandler_get_g_source(void);

/* Run something around each wait of the main loop (a user-mode network stack does). */
typedef enum MainLoopPollState {
    MAIN_LOOP_POLL_FILL, /* add descriptors and lower the timeout */
    MAIN_LOOP_POLL_OK,   /* look at the results */
    MAIN_LOOP_POLL_ERR,  /* the wait failed */
} MainLoopPollState;
typedef struct MainLoopPoll {
    MainLoopPollState state;
    uint32_t timeout; /* ms */
    GArray *pollfds;  /* of GPollFD */
} MainLoopPoll;
void main_loop_poll_add_notifier(Notifier *notify);
void main_loop_poll_remove_notifier(Notifier *notify);

void bql_lock_impl(const char *file, int line);
void bql_unlock(void);
bool bql_locked(void);
#define bql_lock() bql_lock_impl(__FILE__, __LINE__)
/* Wait on @cond with the BQL as its mutex. */
void qemu_cond_wait_bql(QemuCond *cond);
bool qemu_cond_timedwait_bql(QemuCond *cond, int ms);

/* The same lock under its long name. */
#define qemu_mutex_lock_iothread() bql_lock()
#define qemu_mutex_unlock_iothread() bql_unlock()
#define qemu_mutex_iothread_locked() bql_locked()
#define qemu_cond_wait_iothread(cond) qemu_cond_wait_bql(cond)
#define qemu_cond_timedwait_iothread(cond, ms) qemu_cond_timedwait_bql((cond), (ms))

typedef struct BQLGuard {
    bool taken;
} BQLGuard;
static inline BQLGuard bql_guard_enter(const char *file, int line)
{
    BQLGuard guard = { !bql_locked() };
    if (guard.taken) {
        bql_lock_impl(file, line);
    }
    return guard;
}
static inline void bql_guard_leave(BQLGuard *guard)
{
    if (guard->taken) {
        bql_unlock();
    }
}
/* Hold the BQL until the end of the block; harmless if it is held already. */
#define BQL_LOCK_GUARD()                                                                         \
    __attribute__((cleanup(bql_guard_leave), unused)) BQLGuard glue(bql_guard_, __COUNTER__) =   \
        bql_guard_enter(__FILE__, __LINE__)
#define QEMU_IOTHREAD_LOCK_GUARD() BQL_LOCK_GUARD()

/* Assert that global state may be touched: main thread, or the BQL held. */
#define GLOBAL_STATE_CODE() assert(qemu_in_main_thread())
#define IO_CODE() ((void)0)
#define IO_OR_GS_CODE() ((void)0)

#endif
