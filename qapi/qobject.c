/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all values share: destruction, comparison, copies; and the three smallest types.
 *
 * Thread: none of its own; see include/qapi/qmp/qobject.h.
 */
#include "qemu/osdep.h"
#include "qapi/qmp/qdict.h"
#include "qobject-private.h"

const char *const QType_lookup[] = {
    [QTYPE_NONE] = "none",
    [QTYPE_QNULL] = "null",
    [QTYPE_QNUM] = "number",
    [QTYPE_QSTRING] = "string",
    [QTYPE_QDICT] = "object",
    [QTYPE_QLIST] = "array",
    [QTYPE_QBOOL] = "boolean",
    [QTYPE_MAX] = NULL,
};

QNull *qnull(void)
{
    QNull *qn = g_new(QNull, 1);

    qobject_init(&qn->base, QTYPE_QNULL);
    return qn;
}

QBool *qbool_from_bool(bool value)
{
    QBool *qb = g_new(QBool, 1);

    qobject_init(&qb->base, QTYPE_QBOOL);
    qb->value = value;
    return qb;
}

bool qbool_get_bool(const QBool *qb)
{
    return qb->value;
}

QString *qstring_from_gstr(char *str)
{
    QString *qs = g_new(QString, 1);

    assert(str);
    qobject_init(&qs->base, QTYPE_QSTRING);
    qs->string = str;
    return qs;
}

QString *qstring_new(void)
{
    return qstring_from_gstr(g_strdup(""));
}

QString *qstring_from_str(const char *str)
{
    return qstring_from_gstr(g_strdup(str));
}

QString *qstring_from_strn(const char *str, size_t len)
{
    char *copy = g_malloc(len + 1);

    memcpy(copy, str, len);
    copy[len] = 0;
    return qstring_from_gstr(copy);
}

QString *qstring_from_printf(const char *fmt, ...)
{
    va_list ap;
    char *str;

    va_start(ap, fmt);
    str = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    return qstring_from_gstr(str);
}

const char *qstring_get_str(const QString *qs)
{
    return qs->string;
}

void qobject_destroy(QObject *obj)
{
    assert(obj->refcnt == 0);
    switch (obj->type) {
    case QTYPE_QSTRING:
        g_free(((QString *)obj)->string);
        break;
    case QTYPE_QDICT:
        qdict_clear((QDict *)obj);
        break;
    case QTYPE_QLIST:
        qlist_clear((QList *)obj);
        break;
    case QTYPE_QNULL:
    case QTYPE_QNUM:
    case QTYPE_QBOOL:
        break;
    case QTYPE_NONE:
    case QTYPE_MAX:
        g_assert_not_reached();
    }
    obj->type = QTYPE_NONE;
    g_free(obj);
}

static bool qlist_is_equal(const QList *a, const QList *b)
{
    if (qlist_size(a) != qlist_size(b)) {
        return false;
    }
    for (size_t i = 0; i < qlist_size(a); i++) {
        if (!qobject_is_equal(qlist_get(a, i), qlist_get(b, i))) {
            return false;
        }
    }
    return true;
}

static bool qdict_is_equal(const QDict *a, const QDict *b)
{
    if (qdict_size(a) != qdict_size(b)) {
        return false;
    }
    for (const QDictEntry *e = qdict_first(a); e; e = qdict_next(a, e)) {
        const QObject *other = qdict_get(b, e->key);

        if (!other || !qobject_is_equal(e->value, other)) {
            return false;
        }
    }
    return true;
}

bool qobject_is_equal(const QObject *a, const QObject *b)
{
    if (a == b) {
        return true;
    }
    if (!a || !b || a->type != b->type) {
        return false;
    }
    switch (a->type) {
    case QTYPE_QNULL:
        return true;
    case QTYPE_QBOOL:
        return ((const QBool *)a)->value == ((const QBool *)b)->value;
    case QTYPE_QNUM:
        return qnum_is_equal((const QNum *)a, (const QNum *)b);
    case QTYPE_QSTRING:
        return !strcmp(((const QString *)a)->string, ((const QString *)b)->string);
    case QTYPE_QLIST:
        return qlist_is_equal((const QList *)a, (const QList *)b);
    case QTYPE_QDICT:
        return qdict_is_equal((const QDict *)a, (const QDict *)b);
    default:
        g_assert_not_reached();
    }
}

QObject *qobject_deep_copy(QObject *obj)
{
    switch (obj->type) {
    case QTYPE_QLIST: {
        QList *src = (QList *)obj, *dst = qlist_new();

        for (size_t i = 0; i < qlist_size(src); i++) {
            qlist_append_obj(dst, qobject_deep_copy(qlist_get(src, i)));
        }
        return QOBJECT(dst);
    }
    case QTYPE_QDICT: {
        QDict *src = (QDict *)obj, *dst = qdict_new();

        for (const QDictEntry *e = qdict_first(src); e; e = qdict_next(src, e)) {
            qdict_put_obj(dst, e->key, qobject_deep_copy(e->value));
        }
        return QOBJECT(dst);
    }
    default:
        return qobject_ref(obj);        /* scalars never change */
    }
}
