/*
 * Coroutines that sleep, or wait for a descriptor.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/coroutine_int.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"

static const char sleeping[] = "qemu_co_sleep";

void qemu_co_sleep_wake(QemuCoSleep *w)
{
    Coroutine *co = qatomic_xchg(&w->to_wake, NULL);

    if (co) {
        /* Nobody else may enter it: it was marked as scheduled by us. */
        const char *by = qatomic_cmpxchg(&co->scheduled, sleeping, NULL);
        assert(by == sleeping);
        aio_co_wake(co);
    }
}

static void sleep_over(void *opaque)
{
    qemu_co_sleep_wake(opaque);
}

void coroutine_fn qemu_co_sleep(QemuCoSleep *w)
{
    Coroutine *co = qemu_coroutine_self();
    const char *by = qatomic_cmpxchg(&co->scheduled, NULL, sleeping);

    if (by) {
        fprintf(stderr, "coroutine wants to sleep, but was scheduled in %s\n", by);
        abort();
    }
    qatomic_set(&w->to_wake, co);
    qemu_coroutine_yield();
    /* w may have been freed by whoever woke us. */
}

void coroutine_fn qemu_co_sleep_ns_wakeable(QemuCoSleep *w, QEMUClockType type, int64_t ns)
{
    AioContext *ctx = qemu_get_current_aio_context();
    QEMUTimer ts;

    aio_timer_init(ctx, &ts, type, SCALE_NS, sleep_over, w);
    timer_mod(&ts, qemu_clock_get_ns(type) + ns);
    qemu_co_sleep(w);
    timer_del(&ts);
    timer_deinit(&ts);
}

typedef struct FdWait {
    AioContext *ctx;
    Coroutine *co;
    int fd;
} FdWait;

static void fd_ready(void *opaque)
{
    FdWait *w = opaque;

    aio_set_fd_handler(w->ctx, w->fd, false, NULL, NULL, NULL);
    qemu_coroutine_enter(w->co);
}

static void coroutine_fn wait_for_fd(int fd, bool write)
{
    FdWait w = { qemu_get_current_aio_context(), qemu_coroutine_self(), fd };

    aio_set_fd_handler(w.ctx, fd, false, write ? NULL : fd_ready, write ? fd_ready : NULL, &w);
    qemu_coroutine_yield();
}

void coroutine_fn yield_until_fd_readable(int fd)
{
    wait_for_fd(fd, false);
}

ssize_t coroutine_fn qemu_co_sendv_recvv(int sockfd, struct iovec *iov, unsigned iov_cnt,
                                         size_t offset, size_t bytes, bool do_send)
{
    size_t done = 0;

    while (done < bytes) {
        ssize_t n = do_send ? iov_send(sockfd, iov, iov_cnt, offset + done, bytes - done)
                            : iov_recv(sockfd, iov, iov_cnt, offset + done, bytes - done);
        if (n > 0) {
            done += n;
        } else if (n < 0 && errno == EAGAIN) {
            wait_for_fd(sockfd, do_send);
        } else if (n < 0 && done == 0) {
            return -1;
        } else {
            break;
        }
    }
    return done;
}
