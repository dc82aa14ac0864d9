/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files that implement monitors.
 *
 * A Monitor is a session of either kind.  It reaches its peer through a MonitorLink, so that
 * sessions know nothing of character devices (and tests can do without).
 *
 * Locks: `lock` guards the output buffer and the state that other threads look at; it is
 * taken last, nothing else is taken under it.
 */
#ifndef MONITOR_INTERNAL_H
#define MONITOR_INTERNAL_H

#include "monitor/monitor.h"
#include "qapi/qmp/json-parser.h"
#include "qemu/queue.h"
#include "qemu/thread.h"

enum {
    /* Requests that may wait in a session; then we stop reading and the peer blocks. */
    QMP_QUEUE_MAX = 8,
    /* Unread output at which we stop reading requests ... */
    MONITOR_OUT_PAUSE = 1 << 20,
    /* ... and at which the peer is taken for dead: events would pile up for ever. */
    MONITOR_OUT_MAX = 64 << 20,
};

/* How a monitor reaches its peer.  Functions that may be NULL say so. */
typedef struct MonitorLink {
    /* Write what goes without waiting: bytes written, 0 for none now, -1 if the peer is gone. */
    ssize_t (*write)(void *opaque, const void *buf, size_t len);
    /* Call monitor_writable() once when write() may go on. */
    void (*watch_writable)(void *opaque, Monitor *mon);
    /* monitor_can_read() may have become true. */
    void (*accept_input)(void *opaque);
    /* A descriptor that came with the input, or -1; may be NULL. */
    int (*take_fd)(void *opaque);
    /* Drop the connection; may be NULL. */
    void (*disconnect)(void *opaque);
    /* From now on deliver input in @context's thread; may be NULL if that cannot be done. */
    void (*move)(void *opaque, GMainContext *context);
    void (*free)(void *opaque);
} MonitorLink;

typedef struct MonFd {
    char *name;
    int fd;
    QLIST_ENTRY(MonFd) next;
} MonFd;

struct Monitor {
    char *id;
    bool is_qmp;
    const MonitorLink *link;            /* NULL: output collects in `out` (HMP by QMP) */
    void *link_opaque;
    QemuMutex lock;
    bool connected;
    GString *out;                       /* text the peer has not taken */
    size_t out_done;                    /* bytes at its start that were written */
    bool out_watched;
    int suspended;
    QLIST_HEAD(, MonFd) fds;
    QTAILQ_ENTRY(Monitor) entry;        /* all monitors; monitors_lock */
};

typedef struct MonitorQMP {
    Monitor common;
    bool pretty;
    bool command_mode;                  /* capabilities are negotiated */
    bool oob_offered, oob_enabled;
    unsigned epoch;                     /* counts connections; a reply must match */
    bool busy;                          /* a request is being executed */
    bool ended;                         /* no more input; what waits is still answered */
    JSONMessageParser *parser;
    GQueue *requests;                   /* of QmpRequest; common.lock */
} MonitorQMP;

/* qmp/monitor.c */
void monitor_data_init(Monitor *mon, const char *id, bool is_qmp, const MonitorLink *link,
                       void *link_opaque);
void monitor_data_destroy(Monitor *mon);
/* Add to the list that events and the dispatcher walk. */
void monitor_list_append(Monitor *mon);
void monitor_list_remove(Monitor *mon);
/* Call @fn for each monitor under the list's lock; stops at the first true. */
bool monitor_list_walk(bool (*fn)(Monitor *mon, void *opaque), void *opaque);
/* Queue text for the peer and write what goes.  Any thread. */
void monitor_write(Monitor *mon, const char *text, size_t len);
/* From the link: */
void monitor_writable(Monitor *mon);
bool monitor_can_read(Monitor *mon);
/* The monitors' own thread, started at the first call. */
GMainContext *monitor_thread_context(void);
void monitor_thread_stop(void);

/* qmp/session.c */
MonitorQMP *qmp_session_new(const char *id, bool pretty, const MonitorLink *link,
                            void *link_opaque);
void qmp_session_free(MonitorQMP *mon);
void qmp_session_opened(MonitorQMP *mon);
void qmp_session_closed(MonitorQMP *mon);
void qmp_session_read(MonitorQMP *mon, const char *buf, size_t len);
void qmp_session_send(MonitorQMP *mon, QDict *message);
/* Set up and end the dispatcher. */
void qmp_dispatcher_init(void);
void qmp_dispatcher_cleanup(void);

/* qmp/monitor-hmp.c */
typedef struct MonitorHMP MonitorHMP;
MonitorHMP *monitor_hmp_new(const char *id, bool interactive, const MonitorLink *link,
                            void *link_opaque);
void monitor_hmp_free(MonitorHMP *mon);
void monitor_hmp_opened(MonitorHMP *mon);
void monitor_hmp_closed(MonitorHMP *mon);
/* The multiplexer gives or takes the keyboard. */
void monitor_hmp_focus(MonitorHMP *mon, bool on);
void monitor_hmp_read(MonitorHMP *mon, const char *buf, size_t len);
Monitor *monitor_hmp_base(MonitorHMP *mon);

/* qmp/event.c */
void qmp_events_init(void);
void qmp_events_cleanup(void);

/* qmp/fds.c */
void monitor_close_fds(Monitor *mon);

#endif
