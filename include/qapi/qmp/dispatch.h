/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of QMP commands, and the step from a request to its response.
 *
 * Generated code registers each command of the schema; nothing is registered by hand.
 *
 * Thread: registration happens before main(); dispatch in the main thread under the big lock,
 * or, for commands that allow it, in the monitors' own thread without any lock.
 */
#ifndef QAPI_QMP_DISPATCH_H
#define QAPI_QMP_DISPATCH_H

#include "qapi/qmp/qobject.h"

typedef enum QmpCommandOptions {
    QCO_NO_OPTIONS = 0,
    QCO_NO_SUCCESS_RESP = 1 << 0,       /* no answer unless it fails */
    QCO_ALLOW_OOB = 1 << 1,             /* may run out of band: never blocks */
    QCO_ALLOW_PRECONFIG = 1 << 2,       /* may run before the machine exists */
    QCO_COROUTINE = 1 << 3,             /* runs in a coroutine, may yield */
} QmpCommandOptions;

typedef void QmpCommandFunc(QDict *args, QObject **ret, Error **errp);

typedef struct QmpCommand {
    const char *name;
    QmpCommandFunc *fn;
    QmpCommandOptions options;
    const char *disabled;               /* why it cannot be used; NULL: it can */
} QmpCommand;

/* Run @fn before main(), to register commands. */
#define qapi_init(fn)                                                   \
    static void __attribute__((constructor)) qapi_init_##fn(void)       \
    {                                                                   \
        fn();                                                           \
    }                                                                   \
    struct qapi_init_takes_a_semicolon

/* Add a command; a second one of that name replaces the first. */
void qmp_register_command(const char *name, QmpCommandFunc *fn, QmpCommandOptions options);
/* The command of that name, or NULL. */
const QmpCommand *qmp_find_command(const char *name);
/* Refuse a command from now on, with class CommandNotFound and @reason; NULL allows it. */
void qmp_disable_command(const char *name, const char *reason);
/* Call @fn for each command, in order of name. */
void qmp_for_each_command(void (*fn)(const QmpCommand *cmd, void *opaque), void *opaque);

/*
 * Is @request an object with "execute" (or "exec-oob", if @allow_oob), and perhaps
 * "arguments" (an object) and "id"?  *@oob says which it was.  Returns the command's name, or
 * NULL with an error.
 */
const char *qmp_dispatch_check(QObject *request, bool allow_oob, bool *oob, Error **errp);

/*
 * Execute @request and return the response, which the caller owns: "return" or "error", and
 * the request's "id" if it has one.  NULL when a command that answers only failures succeeds.
 */
QDict *qmp_dispatch(QObject *request, bool allow_oob);

/* { "error": ... } from @err, which is freed. */
QDict *qmp_error_response(Error *err);

#endif
