/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QList: a JSON array, kept in one vector. */
#ifndef QAPI_QMP_QLIST_H
#define QAPI_QMP_QLIST_H

#include "qapi/qmp/qobject.h"

/* An element; a pointer to one is a position, valid until the list changes. */
typedef struct QListEntry {
    QObject *value;
} QListEntry;

struct QList {
    QObject base;
    QListEntry *items;
    size_t len;
    size_t cap;
    size_t head;                /* items[head .. head + len) are the elements */
};

/* A new empty list; the caller owns it. */
QList *qlist_new(void);
QList *qlist_copy(QList *src);
/* Append @value, whose reference the list takes over. */
void qlist_append_obj(QList *qlist, QObject *value);
#define qlist_append(qlist, obj) qlist_append_obj((qlist), QOBJECT(obj))
void qlist_append_bool(QList *qlist, bool value);
void qlist_append_int(QList *qlist, int64_t value);
void qlist_append_null(QList *qlist);
void qlist_append_str(QList *qlist, const char *value);

/* Take the first element out (the caller gets its reference); NULL when empty. */
QObject *qlist_pop(QList *qlist);
/* The first element, still owned by the list; NULL when empty. */
QObject *qlist_peek(const QList *qlist);
size_t qlist_size(const QList *qlist);
bool qlist_empty(const QList *qlist);

/* The element at @i, owned by the list; @i must be below qlist_size(). */
static inline QObject *qlist_get(const QList *qlist, size_t i)
{
    g_assert(i < qlist->len);
    return qlist->items[qlist->head + i].value;
}

static inline const QListEntry *qlist_first(const QList *qlist)
{
    return qlist->len ? &qlist->items[qlist->head] : NULL;
}

static inline const QListEntry *qlist_next_in(const QList *qlist, const QListEntry *e)
{
    const QListEntry *end = qlist->items + qlist->head + qlist->len;

    return e + 1 < end ? e + 1 : NULL;
}

static inline QObject *qlist_entry_obj(const QListEntry *entry)
{
    return entry->value;
}

/* Walk a list; @entry is a const QListEntry *. */
#define QLIST_FOREACH_ENTRY(qlist, entry)                       \
    for ((entry) = qlist_first(qlist); (entry);                 \
         (entry) = qlist_next_in((qlist), (entry)))

#endif
