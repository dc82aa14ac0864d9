/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands about the interface itself: version, commands, events, schema.
 *
 * Thread: main thread; all facts are constant.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-event.h"
#include "qapi/qmp-commands.h"
#include "qapi/qmp-introspect.h"
#include "qapi/qmp/dispatch.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"

VersionInfo *qmp_query_version(Error **errp)
{
    VersionInfo *info = g_new0(VersionInfo, 1);

    info->qemu = g_new0(VersionTriple, 1);
    info->qemu->major = QEMU_VERSION_MAJOR;
    info->qemu->minor = QEMU_VERSION_MINOR;
    info->qemu->micro = QEMU_VERSION_MICRO;
    info->package = g_strdup(QEMU_PKGVERSION);
    return info;
}

static void add_command(const QmpCommand *cmd, void *opaque)
{
    CommandInfoList ***tail = opaque;

    if (cmd->disabled) {
        return;
    }
    **tail = g_new0(CommandInfoList, 1);
    (**tail)->value = g_new0(CommandInfo, 1);
    (**tail)->value->name = g_strdup(cmd->name);
    *tail = &(**tail)->next;
}

CommandInfoList *qmp_query_commands(Error **errp)
{
    CommandInfoList *head = NULL, **tail = &head;

    qmp_for_each_command(add_command, &tail);
    return head;
}

EventInfoList *qmp_query_events(Error **errp)
{
    EventInfoList *head = NULL, **tail = &head;

    for (int i = 0; i < QAPI_EVENT_MAX; i++) {
        *tail = g_new0(EventInfoList, 1);
        (*tail)->value = g_new0(EventInfo, 1);
        (*tail)->value->name = g_strdup(QAPIEvent_lookup[i]);
        tail = &(*tail)->next;
    }
    return head;
}

/* The schema is a constant, so it is parsed once. */
void qmp_query_qmp_schema(QDict *args, QObject **ret, Error **errp)
{
    static QObject *schema;
    const QDictEntry *extra = qdict_first(args);

    if (extra) {
        error_setg(errp, "Parameter '%.100s' is unexpected", qdict_entry_key(extra));
        return;
    }
    if (!schema) {
        schema = qobject_from_json(qmp_schema_json, &error_abort);
    }
    *ret = qobject_ref(schema);
}
