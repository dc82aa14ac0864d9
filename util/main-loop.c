/*
 * The main thread's loop: GLib's default context, with timeouts in nanoseconds and without
 * the BQL while it waits.
 *
 * Two AioContexts are among its sources: the main one, which nested aio_poll() runs too, and
 * the one for handlers that must not run nested (monitors, character devices).
 *
 * Thread:  main. qemu_notify_event() and qemu_set_fd_handler(): any.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"

static struct {
    AioContext *aio;
    AioContext *iohandler;
    pthread_t thread;
    bool initialized;
    GArray *pollfds; /* of GPollFD */
    int max_priority;
    NotifierList poll_notifiers;
} main_loop;

AioContext *qemu_get_aio_context(void)
{
    return main_loop.aio;
}

AioContext *iohandler_get_aio_context(void)
{
    return main_loop.iohandler;
}

GSource *iohandler_get_g_source(void)
{
    return aio_get_g_source(main_loop.iohandler);
}

bool qemu_in_main_thread(void)
{
    return bql_locked() ||
           (main_loop.initialized && pthread_equal(main_loop.thread, pthread_self()));
}

static void timers_changed(void *opaque, QEMUClockType type)
{
    qemu_notify_event();
}

void qemu_notify_event(void)
{
    if (main_loop.aio) {
        aio_notify(main_loop.aio);
    }
}

static void attach(AioContext *ctx)
{
    GSource *source = aio_get_g_source(ctx);

    g_source_attach(source, NULL);
    g_source_unref(source);
}

int qemu_init_main_loop(Error **errp)
{
    assert(!main_loop.initialized);
    init_clocks(timers_changed);
    main_loop.thread = pthread_self();
    main_loop.initialized = true;
    main_loop.aio = aio_context_new(errp);
    if (!main_loop.aio) {
        return -EMFILE;
    }
    main_loop.iohandler = aio_context_new(errp);
    if (!main_loop.iohandler) {
        return -EMFILE;
    }
    main_loop.pollfds = g_array_new(false, false, sizeof(GPollFD));
    notifier_list_init(&main_loop.poll_notifiers);
    attach(main_loop.aio);
    attach(main_loop.iohandler);
    return 0;
}

void qemu_set_fd_handler(int fd, IOHandler *fd_read, IOHandler *fd_write, void *opaque)
{
    aio_set_fd_handler(main_loop.iohandler, fd, false, fd_read, fd_write, opaque);
}

void main_loop_poll_add_notifier(Notifier *notify)
{
    notifier_list_add(&main_loop.poll_notifiers, notify);
}

void main_loop_poll_remove_notifier(Notifier *notify)
{
    notifier_remove(notify);
}

/* Append what GLib wants to poll, and lower @timeout to what it asks for. */
static guint fill_from_glib(GMainContext *context, guint base, int64_t *timeout)
{
    GArray *fds = main_loop.pollfds;
    int ms, n, room = 16;

    g_main_context_prepare(context, &main_loop.max_priority);
    for (;;) {
        g_array_set_size(fds, base + room);
        n = g_main_context_query(context, main_loop.max_priority, &ms,
                                 &g_array_index(fds, GPollFD, base), room);
        if (n <= room) {
            break;
        }
        room = n;
    }
    g_array_set_size(fds, base + n);
    *timeout = qemu_soonest_timeout(*timeout, ms < 0 ? -1 : (int64_t)ms * SCALE_MS);
    return n;
}

static int wait_unlocked(int64_t timeout)
{
    GArray *fds = main_loop.pollfds;
    bool locked = bql_locked() && timeout != 0;

    if (locked) {
        bql_unlock();
    }
    int ret = qemu_poll_ns((GPollFD *)fds->data, fds->len, timeout);
    if (locked) {
        bql_lock();
    }
    return ret;
}

void main_loop_wait(int nonblocking)
{
    GMainContext *context = g_main_context_default();
    MainLoopPoll poll = {
        .state = MAIN_LOOP_POLL_FILL,
        .timeout = nonblocking ? 0 : UINT32_MAX,
        .pollfds = main_loop.pollfds,
    };

    g_main_context_acquire(context);
    g_array_set_size(main_loop.pollfds, 0);
    notifier_list_notify(&main_loop.poll_notifiers, &poll);

    int64_t timeout = poll.timeout == UINT32_MAX ? -1 : (int64_t)poll.timeout * SCALE_MS;
    timeout = qemu_soonest_timeout(timeout, timerlistgroup_deadline_ns(&main_loop_tlg));
    guint base = main_loop.pollfds->len;
    guint n = fill_from_glib(context, base, &timeout);

    int ret = wait_unlocked(timeout);

    poll.state = ret < 0 ? MAIN_LOOP_POLL_ERR : MAIN_LOOP_POLL_OK;
    notifier_list_notify(&main_loop.poll_notifiers, &poll);
    if (g_main_context_check(context, main_loop.max_priority,
                             &g_array_index(main_loop.pollfds, GPollFD, base), n)) {
        g_main_context_dispatch(context);
    }
    g_main_context_release(context);
    qemu_clock_run_all_timers();
}
