/*
 * Event notifiers: a counter in the kernel that wakes a poll loop (eventfd).
 *
 * Threads: set from anywhere, also from signal handlers; test in the polling thread.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_EVENT_NOTIFIER_H
#define QEMU_EVENT_NOTIFIER_H

#include "qemu/osdep.h"

struct EventNotifier {
    int rfd; /* poll this */
    int wfd; /* write here; the same for eventfd */
    bool initialized;
};

typedef void EventNotifierHandler(EventNotifier *e);

/* @active: already set. 0 or a negative errno value. */
int event_notifier_init(EventNotifier *e, int active);
void event_notifier_cleanup(EventNotifier *e);
/* Use a descriptor that came from elsewhere; cleanup closes it. */
void event_notifier_init_fd(EventNotifier *e, int fd);
int event_notifier_set(EventNotifier *e);
/* Was it set? It no longer is. */
int event_notifier_test_and_clear(EventNotifier *e);
int event_notifier_get_fd(const EventNotifier *e);
int event_notifier_get_wfd(const EventNotifier *e);
/* Handler in the main loop; NULL removes. */
void event_notifier_set_handler(EventNotifier *e, EventNotifierHandler *handler);

#endif
