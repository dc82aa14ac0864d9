/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files that implement values. */
#ifndef QOBJECT_PRIVATE_H
#define QOBJECT_PRIVATE_H

#include "qapi/qmp/qdict.h"

/* Release the contents, not the object. */
void qdict_clear(QDict *qdict);
void qlist_clear(QList *qlist);

/* The live entry of @key, or NULL. */
const QDictEntry *qdict_find(const QDict *qdict, const char *key);

bool qnum_is_equal(const QNum *a, const QNum *b);

#endif
