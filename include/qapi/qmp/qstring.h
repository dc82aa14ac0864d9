/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QString: an immutable UTF-8 string. */
#ifndef QAPI_QMP_QSTRING_H
#define QAPI_QMP_QSTRING_H

#include "qapi/qmp/qobject.h"

struct QString {
    QObject base;
    char *string;
};

/* New strings; the caller owns them.  @str is copied. */
QString *qstring_new(void);
QString *qstring_from_str(const char *str);
/* The @len bytes at @str, which must not contain a NUL. */
QString *qstring_from_strn(const char *str, size_t len);
/* Takes over @str, a GLib allocation. */
QString *qstring_from_gstr(char *str);
QString *qstring_from_printf(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/* The text; lives as long as @qs does. */
const char *qstring_get_str(const QString *qs);

#endif
