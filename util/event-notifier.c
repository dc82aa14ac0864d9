/*
 * Event notifiers on eventfd.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <sys/eventfd.h>
#include "qemu/event_notifier.h"
#include "qemu/main-loop.h"

void event_notifier_init_fd(EventNotifier *e, int fd)
{
    *e = (EventNotifier){ .rfd = fd, .wfd = fd, .initialized = true };
}

int event_notifier_init(EventNotifier *e, int active)
{
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

    if (fd < 0) {
        return -errno;
    }
    event_notifier_init_fd(e, fd);
    if (active) {
        event_notifier_set(e);
    }
    return 0;
}

void event_notifier_cleanup(EventNotifier *e)
{
    if (!e->initialized) {
        return;
    }
    if (e->rfd != e->wfd) {
        close(e->wfd);
    }
    close(e->rfd);
    *e = (EventNotifier){ .rfd = -1, .wfd = -1 };
}

int event_notifier_get_fd(const EventNotifier *e)
{
    return e->rfd;
}

int event_notifier_get_wfd(const EventNotifier *e)
{
    return e->wfd;
}

int event_notifier_set(EventNotifier *e)
{
    static const uint64_t one = 1;

    if (!e->initialized) {
        return -EBADF;
    }
    ssize_t r = RETRY_ON_EINTR(write(e->wfd, &one, sizeof(one)));
    /* A counter that is full is as set as it can be. */
    return r < 0 && errno != EAGAIN ? -errno : 0;
}

int event_notifier_test_and_clear(EventNotifier *e)
{
    char buf[512];
    ssize_t n;
    bool set = false;

    if (!e->initialized) {
        return 0;
    }
    /* An eventfd is empty after one read; a pipe that came from elsewhere may hold more. */
    do {
        n = RETRY_ON_EINTR(read(e->rfd, buf, sizeof(buf)));
        set |= n > 0;
    } while (n == sizeof(buf));
    return set;
}

void event_notifier_set_handler(EventNotifier *e, EventNotifierHandler *handler)
{
    aio_set_event_notifier(iohandler_get_aio_context(), e, false, handler);
}
