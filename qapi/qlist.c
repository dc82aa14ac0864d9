/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists: a vector that grows at the end and shrinks from the front. */
#include "qemu/osdep.h"
#include "qapi/qmp/qdict.h"
#include "qobject-private.h"

QList *qlist_new(void)
{
    QList *ql = g_new0(QList, 1);

    qobject_init(&ql->base, QTYPE_QLIST);
    return ql;
}

void qlist_clear(QList *ql)
{
    for (size_t i = 0; i < ql->len; i++) {
        qobject_unref(ql->items[ql->head + i].value);
    }
    g_free(ql->items);
    ql->items = NULL;
    ql->len = ql->cap = ql->head = 0;
}

QList *qlist_copy(QList *src)
{
    QList *dst = qlist_new();

    for (size_t i = 0; i < src->len; i++) {
        qlist_append_obj(dst, qobject_ref(qlist_get(src, i)));
    }
    return dst;
}

void qlist_append_obj(QList *ql, QObject *value)
{
    if (ql->head + ql->len == ql->cap) {
        if (ql->head > ql->len) {
            /* More room in front than in use: slide down rather than grow. */
            memmove(ql->items, ql->items + ql->head, ql->len * sizeof(ql->items[0]));
            ql->head = 0;
        } else {
            ql->cap = ql->cap ? ql->cap * 2 : 4;
            ql->items = g_renew(QListEntry, ql->items, ql->cap);
        }
    }
    ql->items[ql->head + ql->len++].value = value;
}

void qlist_append_bool(QList *ql, bool value)
{
    qlist_append(ql, qbool_from_bool(value));
}

void qlist_append_int(QList *ql, int64_t value)
{
    qlist_append(ql, qnum_from_int(value));
}

void qlist_append_null(QList *ql)
{
    qlist_append(ql, qnull());
}

void qlist_append_str(QList *ql, const char *value)
{
    qlist_append(ql, qstring_from_str(value));
}

QObject *qlist_pop(QList *ql)
{
    QObject *value;

    if (!ql->len) {
        return NULL;
    }
    value = ql->items[ql->head++].value;
    if (--ql->len == 0) {
        ql->head = 0;
    }
    return value;
}

QObject *qlist_peek(const QList *ql)
{
    return ql->len ? ql->items[ql->head].value : NULL;
}

size_t qlist_size(const QList *ql)
{
    return ql->len;
}

bool qlist_empty(const QList *ql)
{
    return ql->len == 0;
}
