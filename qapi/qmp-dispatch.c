/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a request to its response.
 *
 * Spec:    docs/qmp-spec.txt, "Issuing commands" and "Command responses".
 * Thread:  as include/qapi/qmp/dispatch.h says.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/dispatch.h"
#include "qapi/qmp/qdict.h"

QDict *qmp_error_response(Error *err)
{
    QDict *error = qdict_new(), *rsp = qdict_new();

    qdict_put_str(error, "class", error_class_str(error_get_class(err)));
    qdict_put_str(error, "desc", error_get_pretty(err));
    qdict_put(rsp, "error", error);
    error_free(err);
    return rsp;
}

const char *qmp_dispatch_check(QObject *request, bool allow_oob, bool *oob, Error **errp)
{
    QDict *dict = qobject_to(QDict, request);
    const char *command = NULL;

    *oob = false;
    if (!dict) {
        error_setg(errp, "QMP input must be a JSON object");
        return NULL;
    }
    for (const QDictEntry *e = qdict_first(dict); e; e = qdict_next(dict, e)) {
        const char *key = qdict_entry_key(e);
        QObject *value = qdict_entry_value(e);

        if (!strcmp(key, "execute") || (!strcmp(key, "exec-oob") && allow_oob)) {
            if (qobject_type(value) != QTYPE_QSTRING) {
                error_setg(errp, "QMP input member '%s' must be a string", key);
                return NULL;
            }
            if (command) {
                error_setg(errp, "QMP input members 'execute' and 'exec-oob' exclude each "
                           "other");
                return NULL;
            }
            command = qstring_get_str((QString *)value);
            *oob = key[4] == '-';
        } else if (!strcmp(key, "arguments")) {
            if (qobject_type(value) != QTYPE_QDICT) {
                error_setg(errp, "QMP input member 'arguments' must be an object");
                return NULL;
            }
        } else if (strcmp(key, "id")) {
            error_setg(errp, "QMP input member '%.100s' is unexpected", key);
            return NULL;
        }
    }
    if (!command) {
        error_setg(errp, "QMP input lacks member 'execute'");
    }
    return command;
}

static const QmpCommand *find_usable(const char *name, bool oob, Error **errp)
{
    const QmpCommand *cmd = qmp_find_command(name);

    if (!cmd) {
        error_set(errp, ERROR_CLASS_COMMAND_NOT_FOUND, "The command %.100s has not been found",
                  name);
        return NULL;
    }
    if (cmd->disabled) {
        error_set(errp, ERROR_CLASS_COMMAND_NOT_FOUND, "Command %s has been disabled: %s", name,
                  cmd->disabled);
        return NULL;
    }
    if (oob && !(cmd->options & QCO_ALLOW_OOB)) {
        error_setg(errp, "The command %s does not support out-of-band execution", name);
        return NULL;
    }
    return cmd;
}

/* Run the command; true with *ret set to its result (NULL: it answers only failures). */
static bool execute(QObject *request, bool allow_oob, QObject **ret, Error **errp)
{
    bool oob;
    const char *name = qmp_dispatch_check(request, allow_oob, &oob, errp);
    const QmpCommand *cmd = name ? find_usable(name, oob, errp) : NULL;
    Error *err = NULL;
    QDict *args;

    if (!cmd) {
        return false;
    }
    args = qdict_get_qdict((QDict *)request, "arguments");
    args = args ? qobject_ref(args) : qdict_new();
    cmd->fn(args, ret, &err);
    qobject_unref(args);
    if (err) {
        qobject_unref(*ret);
        *ret = NULL;
        error_propagate(errp, err);
        return false;
    }
    if (cmd->options & QCO_NO_SUCCESS_RESP) {
        qobject_unref(*ret);
        *ret = NULL;
    } else if (!*ret) {
        *ret = QOBJECT(qdict_new());
    }
    return true;
}

QDict *qmp_dispatch(QObject *request, bool allow_oob)
{
    QObject *ret = NULL, *id;
    Error *err = NULL;
    QDict *rsp;

    if (!execute(request, allow_oob, &ret, &err)) {
        rsp = qmp_error_response(err);
    } else if (ret) {
        rsp = qdict_new();
        qdict_put_obj(rsp, "return", ret);
    } else {
        return NULL;
    }
    id = qobject_type(request) == QTYPE_QDICT ? qdict_get((QDict *)request, "id") : NULL;
    if (id) {
        qdict_put_obj(rsp, "id", qobject_ref(id));
    }
    return rsp;
}
