/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * C values to QObject trees.
 *
 * Thread: the visitor's owner.
 */
#include "qemu/osdep.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qobject-output-visitor.h"
#include "qapi/visitor-impl.h"

struct QObjectOutputVisitor {
    Visitor visitor;
    QObject *root;
    QObject **result;           /* where visit_complete() puts the tree */
    GPtrArray *stack;           /* open containers, owned by the tree */
};

static QObjectOutputVisitor *to_qov(Visitor *v)
{
    return container_of(v, QObjectOutputVisitor, visitor);
}

/* Put @value (reference taken over) where the visit stands. */
static void add(QObjectOutputVisitor *qov, const char *name, QObject *value)
{
    QObject *cur = qov->stack->len ? g_ptr_array_index(qov->stack, qov->stack->len - 1) : NULL;

    if (!cur) {
        qobject_unref(qov->root);
        qov->root = value;
    } else if (qobject_type(cur) == QTYPE_QDICT) {
        qdict_put_obj((QDict *)cur, name, value);
    } else {
        qlist_append_obj((QList *)cur, value);
    }
}

static bool output_start_struct(Visitor *v, void **obj, const char *kind, const char *name,
                                size_t size, Error **errp)
{
    QObjectOutputVisitor *qov = to_qov(v);
    QDict *dict = qdict_new();

    add(qov, name, QOBJECT(dict));
    g_ptr_array_add(qov->stack, dict);
    return true;
}

static bool output_start_list(Visitor *v, const char *name, Error **errp)
{
    QObjectOutputVisitor *qov = to_qov(v);
    QList *list = qlist_new();

    add(qov, name, QOBJECT(list));
    g_ptr_array_add(qov->stack, list);
    return true;
}

static GenericList *output_next_list(Visitor *v, GenericList **list, bool first, Error **errp)
{
    return first ? *list : (*list)->next;
}

static void output_pop(Visitor *v)
{
    QObjectOutputVisitor *qov = to_qov(v);

    g_ptr_array_set_size(qov->stack, qov->stack->len - 1);
}

static bool output_int64(Visitor *v, int64_t *obj, const char *name, Error **errp)
{
    add(to_qov(v), name, QOBJECT(qnum_from_int(*obj)));
    return true;
}

static bool output_uint64(Visitor *v, uint64_t *obj, const char *name, Error **errp)
{
    add(to_qov(v), name, QOBJECT(qnum_from_uint(*obj)));
    return true;
}

static bool output_bool(Visitor *v, bool *obj, const char *name, Error **errp)
{
    add(to_qov(v), name, QOBJECT(qbool_from_bool(*obj)));
    return true;
}

static bool output_number(Visitor *v, double *obj, const char *name, Error **errp)
{
    add(to_qov(v), name, QOBJECT(qnum_from_double(*obj)));
    return true;
}

static bool output_str(Visitor *v, char **obj, const char *name, Error **errp)
{
    add(to_qov(v), name, QOBJECT(qstring_from_str(*obj ? *obj : "")));
    return true;
}

static bool output_any(Visitor *v, QObject **obj, const char *name, Error **errp)
{
    add(to_qov(v), name, qobject_ref(*obj));
    return true;
}

static bool output_null(Visitor *v, QNull **obj, const char *name, Error **errp)
{
    add(to_qov(v), name, QOBJECT(qnull()));
    return true;
}

static bool output_complete(Visitor *v, void *opaque)
{
    QObjectOutputVisitor *qov = to_qov(v);

    assert(qov->root && !qov->stack->len);
    assert(!opaque || opaque == qov->result);
    *qov->result = qov->root;
    qov->root = NULL;
    return true;
}

static void output_free(Visitor *v)
{
    QObjectOutputVisitor *qov = to_qov(v);

    g_ptr_array_free(qov->stack, TRUE);
    qobject_unref(qov->root);
    g_free(qov);
}

Visitor *qobject_output_visitor_new(QObject **result)
{
    QObjectOutputVisitor *qov = g_new0(QObjectOutputVisitor, 1);

    qov->result = result;
    qov->stack = g_ptr_array_new();
    qov->visitor = (Visitor) {
        .kind = VISITOR_OUTPUT,
        .start_struct = output_start_struct,
        .end_struct = output_pop,
        .start_list = output_start_list,
        .next_list = output_next_list,
        .end_list = output_pop,
        .type_int64 = output_int64,
        .type_uint64 = output_uint64,
        .type_bool = output_bool,
        .type_number = output_number,
        .type_str = output_str,
        .type_any = output_any,
        .type_null = output_null,
        .complete = output_complete,
        .free = output_free,
    };
    return &qov->visitor;
}

QmpOutputVisitor *qmp_output_visitor_new(void)
{
    return to_qov(qobject_output_visitor_new(NULL));
}

Visitor *qmp_output_get_visitor(QmpOutputVisitor *qov)
{
    return &qov->visitor;
}

QObject *qmp_output_get_qobject(QmpOutputVisitor *qov)
{
    assert(qov->root && !qov->stack->len);
    return qobject_ref(qov->root);
}

void qmp_output_visitor_cleanup(QmpOutputVisitor *qov)
{
    visit_free(&qov->visitor);
}
