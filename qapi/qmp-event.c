/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame of an event and the way out of a process: a monitor sets it, tests set their own.
 *
 * Thread: set before other threads start; building is thread-safe.
 */
#include "qemu/osdep.h"
#include "qapi/qmp-event.h"
#include "qapi/qmp/qdict.h"

static QMPEventFuncEmit event_emit;

void qmp_event_set_func_emit(QMPEventFuncEmit emit)
{
    event_emit = emit;
}

QMPEventFuncEmit qmp_event_get_func_emit(void)
{
    return event_emit;
}

QDict *qmp_event_build_dict(const char *name)
{
    int64_t now = g_get_real_time();
    QDict *timestamp = qdict_new(), *event = qdict_new();

    qdict_put_int(timestamp, "seconds", now / G_USEC_PER_SEC);
    qdict_put_int(timestamp, "microseconds", now % G_USEC_PER_SEC);
    qdict_put_str(event, "event", name);
    qdict_put(event, "timestamp", timestamp);
    return event;
}
