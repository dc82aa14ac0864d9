/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QDict: a JSON object.  Keys keep the order in which they were first put; look-up is a hash
 * probe, seeded per process because the keys may come from hostile clients.
 */
#ifndef QAPI_QMP_QDICT_H
#define QAPI_QMP_QDICT_H

#include "qapi/qmp/qobject.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qstring.h"
#include "qapi/qmp/qnum.h"
#include "qapi/qmp/qbool.h"
#include "qapi/qmp/qnull.h"

typedef struct QDictEntry {
    char *key;                  /* NULL: a deleted entry */
    QObject *value;
    uint32_t hash;
} QDictEntry;

struct QDict {
    QObject base;
    QDictEntry *entries;        /* in order of insertion */
    uint32_t used;              /* entries in use, deleted ones included */
    uint32_t live;
    uint32_t cap;
    uint32_t *index;            /* open-addressed, entry number + 1; NULL while small */
    uint32_t index_mask;
};

/* A new empty dictionary; the caller owns it. */
QDict *qdict_new(void);
size_t qdict_size(const QDict *qdict);
bool qdict_haskey(const QDict *qdict, const char *key);
/* The value of @key, owned by the dictionary; NULL when absent. */
QObject *qdict_get(const QDict *qdict, const char *key);
/* Set @key (copied) to @value (reference taken over), replacing an older value in place. */
void qdict_put_obj(QDict *qdict, const char *key, QObject *value);
#define qdict_put(qdict, key, obj) qdict_put_obj((qdict), (key), QOBJECT(obj))
void qdict_put_bool(QDict *qdict, const char *key, bool value);
void qdict_put_int(QDict *qdict, const char *key, int64_t value);
void qdict_put_uint(QDict *qdict, const char *key, uint64_t value);
void qdict_put_null(QDict *qdict, const char *key);
void qdict_put_str(QDict *qdict, const char *key, const char *value);
/* Remove @key if it is there. */
void qdict_del(QDict *qdict, const char *key);
/* Remove @key and give its value's reference to the caller; NULL when absent. */
QObject *qdict_extract(QDict *qdict, const char *key);

/* Iteration in order of insertion: first, then next until NULL.  The entry passed to
 * qdict_next() may have been deleted since; nothing may have been added. */
const QDictEntry *qdict_first(const QDict *qdict);
const QDictEntry *qdict_next(const QDict *qdict, const QDictEntry *entry);
const char *qdict_entry_key(const QDictEntry *entry);
QObject *qdict_entry_value(const QDictEntry *entry);

/* The value of @key, which must exist and be of that type (assertion). */
double qdict_get_double(const QDict *qdict, const char *key);
int64_t qdict_get_int(const QDict *qdict, const char *key);
bool qdict_get_bool(const QDict *qdict, const char *key);
const char *qdict_get_str(const QDict *qdict, const char *key);
/* The value of @key, or the default (NULL) when it is absent or of another type. */
int64_t qdict_get_try_int(const QDict *qdict, const char *key, int64_t def);
bool qdict_get_try_bool(const QDict *qdict, const char *key, bool def);
const char *qdict_get_try_str(const QDict *qdict, const char *key);
QList *qdict_get_qlist(const QDict *qdict, const char *key);
QDict *qdict_get_qdict(const QDict *qdict, const char *key);

/* A new dictionary with the same keys, sharing the values. */
QDict *qdict_clone_shallow(const QDict *src);
/*
 * Move @src's pairs to @dest.  Keys that @dest has already are replaced if @overwrite; else
 * they stay in @src.
 */
void qdict_join(QDict *dest, QDict *src, bool overwrite);
/* Replace nested objects and arrays by dotted keys ("a.b", "a.0"), in place. */
void qdict_flatten(QDict *qdict);
/* Move the keys that start with @prefix, less the prefix, into a new dictionary *@dst. */
void qdict_extract_subqdict(QDict *src, QDict **dst, const char *prefix);
/*
 * The reverse of qdict_flatten(): a new tree in which dotted keys have become nested objects,
 * and objects whose keys are exactly 0..n-1 arrays.  ".." stands for a dot within a key.
 * NULL and an error when keys contradict each other.
 */
QObject *qdict_crumple(const QDict *src, Error **errp);

#endif
