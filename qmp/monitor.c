/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all monitors share: the list of them, the current one, output, and the thread that
 * reads for sessions with out-of-band execution.
 *
 * Thread: as include/monitor/monitor.h says.  monitors_lock is taken before a monitor's own.
 */
#include "qemu/osdep.h"
#include "monitor-internal.h"

static struct {
    QemuMutex lock;                     /* guards list */
    QTAILQ_HEAD(, Monitor) list;
    GMainContext *context;
    GMainLoop *loop;
    QemuThread thread;
    bool ready;
} monitors;

static __thread Monitor *cur_mon;

Monitor *monitor_cur(void)
{
    return cur_mon;
}

bool monitor_cur_is_qmp(void)
{
    return cur_mon && cur_mon->is_qmp;
}

Monitor *monitor_set_cur(Monitor *mon)
{
    Monitor *old = cur_mon;

    cur_mon = mon;
    return old;
}

void monitor_init_globals(void)
{
    if (!monitors.ready) {
        monitors.ready = true;
        qemu_mutex_init(&monitors.lock);
        QTAILQ_INIT(&monitors.list);
        qmp_dispatcher_init();
        qmp_events_init();
    }
}

void monitor_list_append(Monitor *mon)
{
    qemu_mutex_lock(&monitors.lock);
    QTAILQ_INSERT_TAIL(&monitors.list, mon, entry);
    qemu_mutex_unlock(&monitors.lock);
}

void monitor_list_remove(Monitor *mon)
{
    qemu_mutex_lock(&monitors.lock);
    QTAILQ_REMOVE(&monitors.list, mon, entry);
    qemu_mutex_unlock(&monitors.lock);
}

bool monitor_list_walk(bool (*fn)(Monitor *mon, void *opaque), void *opaque)
{
    Monitor *mon;
    bool found = false;

    qemu_mutex_lock(&monitors.lock);
    QTAILQ_FOREACH(mon, &monitors.list, entry) {
        found = fn(mon, opaque);
        if (found) {
            break;
        }
    }
    qemu_mutex_unlock(&monitors.lock);
    return found;
}

void monitor_data_init(Monitor *mon, const char *id, bool is_qmp, const MonitorLink *link,
                       void *link_opaque)
{
    mon->id = g_strdup(id);
    mon->is_qmp = is_qmp;
    mon->link = link;
    mon->link_opaque = link_opaque;
    mon->out = g_string_new(NULL);
    qemu_mutex_init(&mon->lock);
    QLIST_INIT(&mon->fds);
}

void monitor_data_destroy(Monitor *mon)
{
    monitor_close_fds(mon);
    if (mon->link && mon->link->free) {
        mon->link->free(mon->link_opaque);
    }
    g_string_free(mon->out, TRUE);
    qemu_mutex_destroy(&mon->lock);
    g_free(mon->id);
}

/* Write what the link takes.  Returns false when the peer must be dropped. */
static bool flush_locked(Monitor *mon)
{
    if (!mon->link || !mon->connected) {
        return true;
    }
    while (mon->out_done < mon->out->len && !mon->out_watched) {
        ssize_t n = mon->link->write(mon->link_opaque, mon->out->str + mon->out_done,
                                     mon->out->len - mon->out_done);

        if (n < 0) {
            /* The link will report the end of the connection by itself. */
            mon->out_done = mon->out->len;
            break;
        }
        if (n == 0) {
            mon->out_watched = true;
            mon->link->watch_writable(mon->link_opaque, mon);
            break;
        }
        mon->out_done += n;
    }
    if (mon->out_done == mon->out->len) {
        if (mon->out->allocated_len > 65536) {
            g_string_free(mon->out, TRUE);
            mon->out = g_string_new(NULL);
        }
        g_string_truncate(mon->out, 0);
        mon->out_done = 0;
    } else if (mon->out_done > MONITOR_OUT_PAUSE) {
        g_string_erase(mon->out, 0, mon->out_done);
        mon->out_done = 0;
    }
    return mon->out->len - mon->out_done <= MONITOR_OUT_MAX;
}

void monitor_write(Monitor *mon, const char *text, size_t len)
{
    bool ok;

    qemu_mutex_lock(&mon->lock);
    if (mon->link && !mon->connected) {
        qemu_mutex_unlock(&mon->lock);
        return;
    }
    g_string_append_len(mon->out, text, len);
    ok = flush_locked(mon);
    if (!ok) {
        g_string_truncate(mon->out, 0);
        mon->out_done = 0;
    }
    qemu_mutex_unlock(&mon->lock);
    if (!ok && mon->link->disconnect) {
        mon->link->disconnect(mon->link_opaque);
    }
}

void monitor_writable(Monitor *mon)
{
    bool accept;

    qemu_mutex_lock(&mon->lock);
    mon->out_watched = false;
    flush_locked(mon);
    accept = mon->out->len - mon->out_done < MONITOR_OUT_PAUSE;
    qemu_mutex_unlock(&mon->lock);
    if (accept) {
        mon->link->accept_input(mon->link_opaque);
    }
}

bool monitor_can_read(Monitor *mon)
{
    bool ok;

    qemu_mutex_lock(&mon->lock);
    ok = !mon->suspended && mon->out->len - mon->out_done < MONITOR_OUT_PAUSE;
    if (ok && mon->is_qmp) {
        MonitorQMP *qmp = container_of(mon, MonitorQMP, common);

        ok = g_queue_get_length(qmp->requests) < QMP_QUEUE_MAX;
    }
    qemu_mutex_unlock(&mon->lock);
    return ok;
}

int monitor_suspend(Monitor *mon)
{
    if (!mon || mon->is_qmp) {
        return -ENOTTY;
    }
    qemu_mutex_lock(&mon->lock);
    mon->suspended++;
    qemu_mutex_unlock(&mon->lock);
    return 0;
}

void monitor_resume(Monitor *mon)
{
    bool last;

    qemu_mutex_lock(&mon->lock);
    assert(mon->suspended > 0);
    last = --mon->suspended == 0;
    qemu_mutex_unlock(&mon->lock);
    if (last && mon->link) {
        mon->link->accept_input(mon->link_opaque);
    }
}

int monitor_puts(Monitor *mon, const char *str)
{
    GString *text;

    if (!mon || mon->is_qmp) {
        return -1;
    }
    if (!mon->link) {
        monitor_write(mon, str, strlen(str));
        return strlen(str);
    }
    /* A terminal in raw mode needs the carriage return. */
    text = g_string_new(NULL);
    for (const char *p = str; *p; p++) {
        if (*p == '\n') {
            g_string_append_c(text, '\r');
        }
        g_string_append_c(text, *p);
    }
    monitor_write(mon, text->str, text->len);
    g_string_free(text, TRUE);
    return strlen(str);
}

int monitor_vprintf(Monitor *mon, const char *fmt, va_list ap)
{
    g_autofree char *text = NULL;

    if (!mon || mon->is_qmp) {
        return -1;
    }
    text = g_strdup_vprintf(fmt, ap);
    return monitor_puts(mon, text);
}

int monitor_printf(Monitor *mon, const char *fmt, ...)
{
    va_list ap;
    int ret;

    va_start(ap, fmt);
    ret = monitor_vprintf(mon, fmt, ap);
    va_end(ap);
    return ret;
}

void monitor_flush(Monitor *mon)
{
    qemu_mutex_lock(&mon->lock);
    flush_locked(mon);
    qemu_mutex_unlock(&mon->lock);
}

void monitor_print_filename(Monitor *mon, const char *filename)
{
    for (const uint8_t *p = (const uint8_t *)filename; *p; p++) {
        switch (*p) {
        case ' ':
        case '"':
        case '\\':
            monitor_printf(mon, "\\%c", *p);
            break;
        case '\t':
            monitor_puts(mon, "\\t");
            break;
        case '\r':
            monitor_puts(mon, "\\r");
            break;
        case '\n':
            monitor_puts(mon, "\\n");
            break;
        default:
            monitor_printf(mon, *p < 0x20 || *p == 0x7f ? "\\x%02x" : "%c", *p);
            break;
        }
    }
}

static void *monitor_thread(void *opaque)
{
    g_main_context_push_thread_default(monitors.context);
    g_main_loop_run(monitors.loop);
    g_main_context_pop_thread_default(monitors.context);
    return NULL;
}

GMainContext *monitor_thread_context(void)
{
    if (!monitors.context) {
        monitors.context = g_main_context_new();
        monitors.loop = g_main_loop_new(monitors.context, FALSE);
        qemu_thread_create(&monitors.thread, "monitor", monitor_thread, NULL,
                           QEMU_THREAD_JOINABLE);
    }
    return monitors.context;
}

static gboolean stop_loop(gpointer opaque)
{
    g_main_loop_quit(monitors.loop);
    return G_SOURCE_REMOVE;
}

void monitor_thread_stop(void)
{
    GSource *source;

    if (!monitors.context) {
        return;
    }
    /* From inside the loop, as quitting one that has not begun to run would be lost. */
    source = g_idle_source_new();
    g_source_set_callback(source, stop_loop, NULL, NULL);
    g_source_attach(source, monitors.context);
    g_source_unref(source);
    qemu_thread_join(&monitors.thread);
    g_main_loop_unref(monitors.loop);
    g_main_context_unref(monitors.context);
    monitors.context = NULL;
}
