/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Monitors on character devices: the link between a session and its chardev, and the options
 * that create both.
 *
 * Thread: handlers run in the main thread, or in the monitors' own once the session moved there.
 */
#include "qemu/osdep.h"
#include "chardev/char.h"
#include "monitor-internal.h"
#include "qapi/error.h"
#include "qapi/opts-visitor.h"
#include "qapi/qapi-visit.h"
#include "qemu/error-report.h"

enum {
    READ_CHUNK = 4096,
};

typedef struct ChrLink {
    CharBackend be;
    MonitorQMP *qmp;                    /* either of these */
    MonitorHMP *hmp;
    Monitor *mon;                       /* the same one */
    QTAILQ_ENTRY(ChrLink) next;
} ChrLink;

static struct {
    QTAILQ_HEAD(, ChrLink) links;       /* main thread */
} chr_monitors = { QTAILQ_HEAD_INITIALIZER(chr_monitors.links) };

static ssize_t link_write(void *opaque, const void *buf, size_t len)
{
    ChrLink *link = opaque;
    int n = qemu_chr_fe_write(&link->be, buf, MIN(len, (size_t)1 << 20));

    if (n < 0) {
        return errno == EAGAIN ? 0 : -1;
    }
    return n;
}

static gboolean link_writable(void *do_not_use, GIOCondition condition, void *opaque)
{
    monitor_writable(opaque);
    return G_SOURCE_REMOVE;
}

static void link_watch_writable(void *opaque, Monitor *mon)
{
    ChrLink *link = opaque;

    if (!qemu_chr_fe_add_watch(&link->be, G_IO_OUT | G_IO_HUP, link_writable, mon)) {
        /* A back end that is always ready: the next write tries again. */
        mon->out_watched = false;
    }
}

static void link_accept_input(void *opaque)
{
    qemu_chr_fe_accept_input(&((ChrLink *)opaque)->be);
}

static int link_take_fd(void *opaque)
{
    return qemu_chr_fe_get_msgfd(&((ChrLink *)opaque)->be);
}

static void link_disconnect(void *opaque)
{
    qemu_chr_fe_disconnect(&((ChrLink *)opaque)->be);
}

static int link_can_read(void *opaque)
{
    return monitor_can_read(((ChrLink *)opaque)->mon) ? READ_CHUNK : 0;
}

static void link_read(void *opaque, const uint8_t *buf, int size)
{
    ChrLink *link = opaque;

    if (link->qmp) {
        qmp_session_read(link->qmp, (const char *)buf, size);
    } else {
        monitor_hmp_read(link->hmp, (const char *)buf, size);
    }
}

static void link_event(void *opaque, QEMUChrEvent event)
{
    ChrLink *link = opaque;

    switch (event) {
    case CHR_EVENT_OPENED:
        if (link->qmp) {
            qmp_session_opened(link->qmp);
        } else {
            monitor_hmp_opened(link->hmp);
        }
        break;
    case CHR_EVENT_CLOSED:
        if (link->qmp) {
            qmp_session_closed(link->qmp);
        } else {
            monitor_hmp_closed(link->hmp);
        }
        break;
    case CHR_EVENT_MUX_IN:
    case CHR_EVENT_MUX_OUT:
        if (link->hmp) {
            monitor_hmp_focus(link->hmp, event == CHR_EVENT_MUX_IN);
        }
        break;
    case CHR_EVENT_BREAK:
        break;
    }
}

static void link_move(void *opaque, GMainContext *context)
{
    ChrLink *link = opaque;

    qemu_chr_fe_set_handlers_full(&link->be, link_can_read, link_read, link_event, NULL, link,
                                  context, true, false);
}

static void link_free(void *opaque)
{
    ChrLink *link = opaque;

    QTAILQ_REMOVE(&chr_monitors.links, link, next);
    qemu_chr_fe_deinit(&link->be, false);
    g_free(link);
}

static const MonitorLink movable_link = {
    .write = link_write,
    .watch_writable = link_watch_writable,
    .accept_input = link_accept_input,
    .take_fd = link_take_fd,
    .disconnect = link_disconnect,
    .move = link_move,
    .free = link_free,
};

static const MonitorLink fixed_link = {
    .write = link_write,
    .watch_writable = link_watch_writable,
    .accept_input = link_accept_input,
    .take_fd = link_take_fd,
    .disconnect = link_disconnect,
    .free = link_free,
};

static bool create_on(Chardev *chr, const char *id, bool control, bool pretty, Error **errp)
{
    ChrLink *link = g_new0(ChrLink, 1);
    bool movable = qemu_chr_has_feature(chr, QEMU_CHAR_FEATURE_GCONTEXT);

    if (!qemu_chr_fe_init(&link->be, chr, errp)) {
        g_free(link);
        return false;
    }
    QTAILQ_INSERT_TAIL(&chr_monitors.links, link, next);
    if (control) {
        link->qmp = qmp_session_new(id, pretty, movable ? &movable_link : &fixed_link, link);
        link->mon = &link->qmp->common;
        qemu_chr_fe_set_echo(&link->be, true);
    } else {
        link->hmp = monitor_hmp_new(id, true, &fixed_link, link);
        link->mon = monitor_hmp_base(link->hmp);
    }
    qemu_chr_fe_set_handlers(&link->be, link_can_read, link_read, link_event, NULL, link, NULL,
                             true);
    return true;
}

int monitor_init(MonitorOptions *opts, bool allow_hmp, Error **errp)
{
    Chardev *chr = qemu_chr_find(opts->chardev);
    MonitorMode mode = opts->has_mode ? opts->mode
                                      : allow_hmp ? MONITOR_MODE_READLINE : MONITOR_MODE_CONTROL;

    if (!chr) {
        error_setg(errp, "chardev \"%s\" not found", opts->chardev);
        return -1;
    }
    if (mode == MONITOR_MODE_READLINE && !allow_hmp) {
        error_setg(errp, "Only QMP is supported here: mode must be 'control'");
        return -1;
    }
    if (mode == MONITOR_MODE_READLINE && opts->has_pretty) {
        error_setg(errp, "'pretty' is for monitors with mode=control only");
        return -1;
    }
    return create_on(chr, opts->has_id ? opts->id : opts->chardev,
                     mode == MONITOR_MODE_CONTROL, opts->has_pretty && opts->pretty,
                     errp) ? 0 : -1;
}

int monitor_init_opts(QemuOpts *opts, Error **errp)
{
    MonitorOptions *options = NULL;
    Visitor *v = opts_visitor_new(opts);
    Error *err = NULL;
    int ret = -1;

    visit_type_MonitorOptions(v, &options, NULL, &err);
    visit_free(v);
    if (err) {
        error_propagate(errp, err);
        return -1;
    }
    ret = monitor_init(options, true, errp);
    qapi_free_MonitorOptions(options);
    return ret;
}

/* "mon:" chardevs bring a monitor along. */
static void add_mux_monitor(Chardev *chr)
{
    Error *err = NULL;

    if (!create_on(chr, chr->label, false, false, &err)) {
        error_report_err(err);
    }
}

static void __attribute__((constructor)) hook_chardevs(void)
{
    qemu_chr_set_monitor_hook(add_mux_monitor);
}

void monitor_cleanup(void)
{
    ChrLink *link, *next;

    monitor_thread_stop();
    qmp_events_cleanup();
    QTAILQ_FOREACH_SAFE(link, &chr_monitors.links, next, next) {
        monitor_flush(link->mon);
        if (link->qmp) {
            qmp_session_free(link->qmp);
        } else {
            monitor_hmp_free(link->hmp);
        }
    }
    qmp_dispatcher_cleanup();
}
