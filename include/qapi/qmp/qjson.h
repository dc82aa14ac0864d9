/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON text to values and back; json-parser.h has the streaming form. */
#ifndef QAPI_QMP_QJSON_H
#define QAPI_QMP_QJSON_H

#include "qapi/qmp/qobject.h"


/*
 * Parse @string, which must hold exactly one JSON value.  Strings may be quoted with ' as
 * well.  Returns a new value, or NULL with an error.
 */
QObject *qobject_from_json(const char *string, Error **errp);

/*
 * Parse a template.  Where a value may stand, these take the next argument:
 * %p (QObject *, whose reference passes on), %s (const char *, not NULL; also as a key),
 * %i (int as boolean), %d %ld %lld %u %lu %llu (and the PRI*64 macros), %f (double).
 * The template is trusted: one that does not parse asserts.
 */
QObject *qobject_from_jsonf_nofail(const char *string, ...);
QObject *qobject_from_vjsonf_nofail(const char *string, va_list ap);
QDict *qdict_from_jsonf_nofail(const char *string, ...);
QDict *qdict_from_vjsonf_nofail(const char *string, va_list ap);
/* As above, but a malformed template returns NULL. */
QObject *qobject_from_jsonf(const char *string, ...);

/* JSON text in pure ASCII, on one line; the caller g_string_free()s it. */
GString *qobject_to_json(const QObject *obj);
/* The same, indented by four spaces when @pretty. */
GString *qobject_to_json_pretty(const QObject *obj, bool pretty);
/* Append the text to @out; @pretty as above. */
void qobject_to_json_append(const QObject *obj, bool pretty, GString *out);

#endif
