/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the generated qapi_event_send_x() functions hand their events over. */
#ifndef QAPI_QMP_EVENT_H
#define QAPI_QMP_EVENT_H

#include "qapi/qmp/qobject.h"

/* @event is a value of the schema's own QAPIEvent enum; @qmp stays the caller's. */
typedef void (*QMPEventFuncEmit)(unsigned event, QDict *qmp, Error **errp);

/* Set what takes events; NULL (as at the start) drops them. */
void qmp_event_set_func_emit(QMPEventFuncEmit emit);
QMPEventFuncEmit qmp_event_get_func_emit(void);

/* { "event": @name, "timestamp": { "seconds": s, "microseconds": us } }, owned by the caller. */
QDict *qmp_event_build_dict(const char *name);

#endif
