/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Human monitors: a terminal with a line editor, or a string that QMP gave.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "hmp-internal.h"
#include "hw/core/cpu.h"
#include "monitor-internal.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"

struct MonitorHMP {
    Monitor common;
    ReadLineState *rs;                  /* NULL: not interactive */
    bool focus;                         /* of a multiplexer */
    bool greeted;
    int cpu_index;                      /* selected vCPU; -1: the first */
};

Monitor *monitor_hmp_base(MonitorHMP *mon)
{
    return &mon->common;
}

ReadLineState *monitor_hmp_readline(Monitor *mon)
{
    return mon->is_qmp ? NULL : container_of(mon, MonitorHMP, common)->rs;
}

static void rs_printf(void *opaque, const char *fmt, ...)
{
    MonitorHMP *mon = opaque;
    va_list ap;

    va_start(ap, fmt);
    monitor_vprintf(&mon->common, fmt, ap);
    va_end(ap);
}

static void rs_flush(void *opaque)
{
    monitor_flush(&((MonitorHMP *)opaque)->common);
}

static void rs_line(void *opaque, const char *line, void *unused)
{
    MonitorHMP *mon = opaque;

    hmp_execute(&mon->common, line);
    if (mon->common.connected && !mon->common.suspended) {
        readline_show_prompt(mon->rs);
    }
}

static void rs_complete(void *opaque, const char *text)
{
    hmp_complete(((MonitorHMP *)opaque)->rs, text);
}

MonitorHMP *monitor_hmp_new(const char *id, bool interactive, const MonitorLink *link,
                            void *link_opaque)
{
    MonitorHMP *mon = g_new0(MonitorHMP, 1);

    monitor_data_init(&mon->common, id, false, link, link_opaque);
    mon->cpu_index = -1;
    mon->focus = true;
    if (interactive) {
        mon->rs = readline_init(rs_printf, rs_flush, mon, rs_complete);
        readline_start(mon->rs, "(qemu) ", false, rs_line, NULL);
    }
    monitor_list_append(&mon->common);
    return mon;
}

void monitor_hmp_free(MonitorHMP *mon)
{
    monitor_list_remove(&mon->common);
    readline_free(mon->rs);
    monitor_data_destroy(&mon->common);
    g_free(mon);
}

static void greet(MonitorHMP *mon)
{
    if (!mon->greeted) {
        mon->greeted = true;
        monitor_printf(&mon->common, "QEMU %s monitor - type 'help' for more information\n",
                       QEMU_VERSION);
    }
    readline_restart(mon->rs);
    readline_show_prompt(mon->rs);
}

void monitor_hmp_opened(MonitorHMP *mon)
{
    qemu_mutex_lock(&mon->common.lock);
    mon->common.connected = true;
    qemu_mutex_unlock(&mon->common.lock);
    mon->greeted = false;
    if (mon->focus) {
        greet(mon);
    }
}

void monitor_hmp_closed(MonitorHMP *mon)
{
    qemu_mutex_lock(&mon->common.lock);
    mon->common.connected = false;
    g_string_truncate(mon->common.out, 0);
    mon->common.out_done = 0;
    mon->common.out_watched = false;
    qemu_mutex_unlock(&mon->common.lock);
    monitor_close_fds(&mon->common);
}

void monitor_hmp_focus(MonitorHMP *mon, bool on)
{
    mon->focus = on;
    if (on && mon->common.connected) {
        greet(mon);
    }
}

void monitor_hmp_read(MonitorHMP *mon, const char *buf, size_t len)
{
    Monitor *old = monitor_set_cur(&mon->common);

    for (size_t i = 0; i < len; i++) {
        readline_handle_byte(mon->rs, buf[i]);
    }
    monitor_set_cur(old);
}

CPUState *monitor_get_cpu(Monitor *mon)
{
    int index = mon && !mon->is_qmp ? container_of(mon, MonitorHMP, common)->cpu_index : -1;
    CPUState *cpu = index >= 0 ? qemu_get_cpu(index) : NULL;

    return cpu ? cpu : first_cpu;
}

bool monitor_set_cpu(Monitor *mon, int cpu_index)
{
    if (!mon || mon->is_qmp || !qemu_get_cpu(cpu_index)) {
        return false;
    }
    container_of(mon, MonitorHMP, common)->cpu_index = cpu_index;
    return true;
}

char *qmp_human_monitor_command(const char *command_line, bool has_cpu_index,
                                int64_t cpu_index, Error **errp)
{
    MonitorHMP *mon = monitor_hmp_new("human-monitor-command", false, NULL, NULL);
    Monitor *old;
    char *output = NULL;

    if (has_cpu_index && (cpu_index < 0 || cpu_index > INT_MAX ||
                          !monitor_set_cpu(&mon->common, cpu_index))) {
        error_setg(errp, "Parameter 'cpu-index' expects a CPU number");
    } else {
        old = monitor_set_cur(&mon->common);
        hmp_execute(&mon->common, command_line);
        monitor_set_cur(old);
        output = g_strdup(mon->common.out->str);
    }
    monitor_hmp_free(mon);
    return output;
}
