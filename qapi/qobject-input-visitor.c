/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QObject trees to C values, strictly: types match, nothing is left over.
 *
 * The keyval flavour takes scalars from strings, for trees that come from option text.
 *
 * Thread: the visitor's owner.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qobject-input-visitor.h"
#include "qapi/visitor-impl.h"
#include "qemu/cutils.h"
#include "qobject-private.h"

/* An open struct or list. */
typedef struct InputFrame {
    const char *name;           /* of the struct or list within its parent */
    QObject *obj;
    bool list;
    size_t index;               /* list: of the element to come */
    uint64_t seen;              /* struct: visited entries, if there are 64 at most */
    uint8_t *seen_many;         /* struct: else a byte for each */
} InputFrame;

struct QObjectInputVisitor {
    Visitor visitor;
    QObject *root;
    GArray *stack;              /* of InputFrame */
};

static QObjectInputVisitor *to_qiv(Visitor *v)
{
    return container_of(v, QObjectInputVisitor, visitor);
}

static InputFrame *top(QObjectInputVisitor *qiv)
{
    return qiv->stack->len ? &g_array_index(qiv->stack, InputFrame, qiv->stack->len - 1) : NULL;
}

/* "a.b[2].c", for messages. */
static char *full_name(QObjectInputVisitor *qiv, const char *name)
{
    GString *s = g_string_new(NULL);

    for (guint i = 0; i <= qiv->stack->len; i++) {
        bool last = i == qiv->stack->len;
        const InputFrame *parent =
            i ? &g_array_index(qiv->stack, InputFrame, i - 1) : NULL;
        const char *part = last ? name : g_array_index(qiv->stack, InputFrame, i).name;

        if (parent && parent->list) {
            g_string_append_printf(s, "[%zu]", parent->index - (parent->index > 0));
        } else if (part && parent) {
            g_string_append_printf(s, "%s%s", s->len ? "." : "", part);
        } else if (part && last) {
            g_string_append(s, part);
        }
    }
    if (!s->len) {
        g_string_append(s, name ? name : "null");
    }
    return g_string_free(s, FALSE);
}

static void mark_seen(InputFrame *f, size_t entry)
{
    QDict *dict = (QDict *)f->obj;

    if (dict->used <= 64) {
        f->seen |= 1ull << entry;
        return;
    }
    if (!f->seen_many) {
        f->seen_many = g_new0(uint8_t, dict->used);
    }
    f->seen_many[entry] = 1;
}

static bool was_seen(const InputFrame *f, size_t entry)
{
    if (((QDict *)f->obj)->used <= 64) {
        return f->seen >> entry & 1;
    }
    return f->seen_many && f->seen_many[entry];
}

/* The object that member @name (or the current list element, or the root) comes from. */
static QObject *try_object(QObjectInputVisitor *qiv, const char *name, bool consume)
{
    InputFrame *f = top(qiv);
    const QDictEntry *e;

    if (!f) {
        return qiv->root;
    }
    if (f->list) {
        return f->index ? qlist_get((QList *)f->obj, f->index - 1) : NULL;
    }
    e = qdict_find((QDict *)f->obj, name);
    if (e && consume) {
        mark_seen(f, e - ((QDict *)f->obj)->entries);
    }
    return e ? e->value : NULL;
}

static QObject *get_object(QObjectInputVisitor *qiv, const char *name, Error **errp)
{
    QObject *obj = try_object(qiv, name, true);

    if (!obj) {
        g_autofree char *full = full_name(qiv, name);

        error_setg(errp, "Parameter '%s' is missing", full);
    }
    return obj;
}

static bool wrong_type(QObjectInputVisitor *qiv, const char *name, const char *expected,
                       Error **errp)
{
    g_autofree char *full = full_name(qiv, name);

    error_setg(errp, "Invalid parameter type for '%s', expected: %s", full, expected);
    return false;
}

static char *input_full_name(Visitor *v, const char *name)
{
    return full_name(to_qiv(v), name);
}

static void push(QObjectInputVisitor *qiv, const char *name, QObject *obj, bool list)
{
    InputFrame f = { .name = name, .obj = obj, .list = list };

    g_array_append_val(qiv->stack, f);
}

static void pop(Visitor *v)
{
    QObjectInputVisitor *qiv = to_qiv(v);

    g_free(top(qiv)->seen_many);
    g_array_set_size(qiv->stack, qiv->stack->len - 1);
}

static bool input_start_struct(Visitor *v, void **obj, const char *kind, const char *name,
                               size_t size, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    QObject *qobj;

    if (obj) {
        *obj = NULL;
    }
    qobj = get_object(qiv, name, errp);
    if (!qobj) {
        return false;
    }
    if (qobject_type(qobj) != QTYPE_QDICT) {
        return wrong_type(qiv, name, "object", errp);
    }
    push(qiv, name, qobj, false);
    if (obj) {
        *obj = g_malloc0(size);
    }
    return true;
}

static bool input_check_struct(Visitor *v, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    InputFrame *f = top(qiv);
    QDict *dict = (QDict *)f->obj;

    assert(!f->list);
    for (const QDictEntry *e = qdict_first(dict); e; e = qdict_next(dict, e)) {
        if (!was_seen(f, e - dict->entries)) {
            g_autofree char *full = full_name(qiv, e->key);

            error_setg(errp, "Parameter '%.200s' is unexpected", full);
            return false;
        }
    }
    return true;
}

static bool input_start_list(Visitor *v, const char *name, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    QObject *qobj = get_object(qiv, name, errp);

    if (!qobj) {
        return false;
    }
    if (qobject_type(qobj) != QTYPE_QLIST) {
        return wrong_type(qiv, name, "array", errp);
    }
    push(qiv, name, qobj, true);
    return true;
}

static GenericList *input_next_list(Visitor *v, GenericList **list, bool first, Error **errp)
{
    InputFrame *f = top(to_qiv(v));
    GenericList *node;

    if (first) {
        *list = NULL;
    }
    if (f->index == qlist_size((QList *)f->obj)) {
        return NULL;
    }
    f->index++;
    node = g_new0(GenericList, 1);
    if (first) {
        *list = node;
    } else {
        (*list)->next = node;
    }
    return node;
}

static bool input_start_alternate(Visitor *v, GenericAlternate **obj, size_t size,
                                  const char *name, Error **errp)
{
    QObject *qobj;

    *obj = NULL;
    qobj = get_object(to_qiv(v), name, errp);
    if (!qobj) {
        return false;
    }
    *obj = g_malloc0(size);
    (*obj)->type = qobject_type(qobj);
    return true;
}

static void input_optional(Visitor *v, bool *present, const char *name)
{
    *present = try_object(to_qiv(v), name, false) != NULL;
}

static bool input_int64(Visitor *v, int64_t *obj, const char *name, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    QObject *qobj = get_object(qiv, name, errp);
    QNum *qnum = qobject_to(QNum, qobj);

    if (!qobj) {
        return false;
    }
    if (!qnum || !qnum_get_try_int(qnum, obj)) {
        return wrong_type(qiv, name, "integer", errp);
    }
    return true;
}

static bool input_uint64(Visitor *v, uint64_t *obj, const char *name, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    QObject *qobj = get_object(qiv, name, errp);
    QNum *qnum = qobject_to(QNum, qobj);
    int64_t i;

    if (!qobj) {
        return false;
    }
    if (qnum && qnum_get_try_uint(qnum, obj)) {
        return true;
    }
    if (qnum && qnum_get_try_int(qnum, &i)) {
        g_autofree char *full = full_name(qiv, name);

        error_setg(errp, "Parameter '%s' expects a number that is not negative", full);
        return false;
    }
    return wrong_type(qiv, name, "integer", errp);
}

static bool input_bool(Visitor *v, bool *obj, const char *name, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    QObject *qobj = get_object(qiv, name, errp);
    QBool *qbool = qobject_to(QBool, qobj);

    if (!qobj) {
        return false;
    }
    if (!qbool) {
        return wrong_type(qiv, name, "boolean", errp);
    }
    *obj = qbool_get_bool(qbool);
    return true;
}

static bool input_number(Visitor *v, double *obj, const char *name, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    QObject *qobj = get_object(qiv, name, errp);
    QNum *qnum = qobject_to(QNum, qobj);

    if (!qobj) {
        return false;
    }
    if (!qnum) {
        return wrong_type(qiv, name, "number", errp);
    }
    *obj = qnum_get_double(qnum);
    return true;
}

static bool input_str(Visitor *v, char **obj, const char *name, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    QObject *qobj = get_object(qiv, name, errp);
    QString *qstr = qobject_to(QString, qobj);

    if (!qobj) {
        return false;
    }
    if (!qstr) {
        return wrong_type(qiv, name, "string", errp);
    }
    *obj = g_strdup(qstring_get_str(qstr));
    return true;
}

static bool input_any(Visitor *v, QObject **obj, const char *name, Error **errp)
{
    QObject *qobj = get_object(to_qiv(v), name, errp);

    if (!qobj) {
        return false;
    }
    *obj = qobject_ref(qobj);
    return true;
}

static bool input_null(Visitor *v, QNull **obj, const char *name, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    QObject *qobj = get_object(qiv, name, errp);

    if (!qobj) {
        return false;
    }
    if (qobject_type(qobj) != QTYPE_QNULL) {
        return wrong_type(qiv, name, "null", errp);
    }
    *obj = (QNull *)qobject_ref(qobj);
    return true;
}

/* The text of a keyval scalar, owned by the tree; NULL with an error. */
static const char *keyval_text(QObjectInputVisitor *qiv, const char *name, Error **errp)
{
    QObject *qobj = get_object(qiv, name, errp);
    QString *qstr = qobject_to(QString, qobj);

    if (qobj && !qstr) {
        g_autofree char *full = full_name(qiv, name);

        error_setg(errp, "Parameter '%s' is a group of keys, expected a value", full);
    }
    return qstr ? qstring_get_str(qstr) : NULL;
}

static bool keyval_bad(QObjectInputVisitor *qiv, const char *name, const char *expected,
                       const char *text, Error **errp)
{
    g_autofree char *full = full_name(qiv, name);

    error_setg(errp, "Parameter '%s' expects %s, not '%.100s'", full, expected, text);
    return false;
}

static bool keyval_int64(Visitor *v, int64_t *obj, const char *name, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    const char *text = keyval_text(qiv, name, errp);

    if (!text) {
        return false;
    }
    if (qemu_strtoi64(text, NULL, 0, obj) < 0) {
        return keyval_bad(qiv, name, "an integer", text, errp);
    }
    return true;
}

static bool keyval_uint64(Visitor *v, uint64_t *obj, const char *name, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    const char *text = keyval_text(qiv, name, errp);

    if (!text) {
        return false;
    }
    if (parse_uint_full(text, 0, obj) < 0) {
        return keyval_bad(qiv, name, "a number that is not negative", text, errp);
    }
    return true;
}

static bool keyval_size(Visitor *v, uint64_t *obj, const char *name, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    const char *text = keyval_text(qiv, name, errp);

    if (!text) {
        return false;
    }
    if (qemu_strtosz(text, NULL, obj) < 0) {
        return keyval_bad(qiv, name, "a size (a number, and B, K, M, G, T, P or E)", text,
                          errp);
    }
    return true;
}

static bool keyval_bool(Visitor *v, bool *obj, const char *name, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    const char *text = keyval_text(qiv, name, errp);

    if (!text) {
        return false;
    }
    if (!qapi_bool_parse(name, text, obj, NULL)) {
        return keyval_bad(qiv, name, "'on' or 'off'", text, errp);
    }
    return true;
}

static bool keyval_number(Visitor *v, double *obj, const char *name, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    const char *text = keyval_text(qiv, name, errp);

    if (!text) {
        return false;
    }
    if (qemu_strtod_finite(text, NULL, obj) < 0) {
        return keyval_bad(qiv, name, "a number", text, errp);
    }
    return true;
}

static bool keyval_str(Visitor *v, char **obj, const char *name, Error **errp)
{
    const char *text = keyval_text(to_qiv(v), name, errp);

    if (!text) {
        return false;
    }
    *obj = g_strdup(text);
    return true;
}

static bool keyval_null(Visitor *v, QNull **obj, const char *name, Error **errp)
{
    QObjectInputVisitor *qiv = to_qiv(v);
    const char *text = keyval_text(qiv, name, errp);

    if (!text) {
        return false;
    }
    if (*text) {
        return keyval_bad(qiv, name, "nothing", text, errp);
    }
    *obj = qnull();
    return true;
}

static void input_free(Visitor *v)
{
    QObjectInputVisitor *qiv = to_qiv(v);

    while (qiv->stack->len) {
        pop(v);
    }
    g_array_free(qiv->stack, TRUE);
    qobject_unref(qiv->root);
    g_free(qiv);
}

static QObjectInputVisitor *input_new(QObject *obj)
{
    QObjectInputVisitor *qiv = g_new0(QObjectInputVisitor, 1);

    assert(obj);
    qiv->root = qobject_ref(obj);
    qiv->stack = g_array_new(FALSE, TRUE, sizeof(InputFrame));
    qiv->visitor = (Visitor) {
        .kind = VISITOR_INPUT,
        .start_struct = input_start_struct,
        .check_struct = input_check_struct,
        .end_struct = pop,
        .start_list = input_start_list,
        .next_list = input_next_list,
        .end_list = pop,
        .start_alternate = input_start_alternate,
        .optional = input_optional,
        .type_any = input_any,
        .full_name = input_full_name,
        .free = input_free,
    };
    return qiv;
}

Visitor *qobject_input_visitor_new(QObject *obj)
{
    QObjectInputVisitor *qiv = input_new(obj);

    qiv->visitor.type_int64 = input_int64;
    qiv->visitor.type_uint64 = input_uint64;
    qiv->visitor.type_bool = input_bool;
    qiv->visitor.type_number = input_number;
    qiv->visitor.type_str = input_str;
    qiv->visitor.type_null = input_null;
    return &qiv->visitor;
}

Visitor *qobject_input_visitor_new_keyval(QObject *obj)
{
    QObjectInputVisitor *qiv = input_new(obj);

    qiv->visitor.type_int64 = keyval_int64;
    qiv->visitor.type_uint64 = keyval_uint64;
    qiv->visitor.type_size = keyval_size;
    qiv->visitor.type_bool = keyval_bool;
    qiv->visitor.type_number = keyval_number;
    qiv->visitor.type_str = keyval_str;
    qiv->visitor.type_null = keyval_null;
    return &qiv->visitor;
}

QmpInputVisitor *qmp_input_visitor_new(QObject *obj)
{
    QmpInputVisitor *qiv = to_qiv(qobject_input_visitor_new(obj));

    qiv->visitor.check_struct = NULL;
    return qiv;
}

QmpInputVisitor *qmp_input_visitor_new_strict(QObject *obj)
{
    return to_qiv(qobject_input_visitor_new(obj));
}

Visitor *qmp_input_get_visitor(QmpInputVisitor *qiv)
{
    return &qiv->visitor;
}

void qmp_input_visitor_cleanup(QmpInputVisitor *qiv)
{
    visit_free(&qiv->visitor);
}
