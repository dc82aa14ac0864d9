/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QemuOpts to a flat struct.  Members of nested structs (a union's branch) are looked up in
 * the same flat name space.
 *
 * Thread: the visitor's owner.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/opts-visitor.h"
#include "qapi/visitor-impl.h"
#include "qemu/cutils.h"
#include "qemu/option.h"

enum {
    RANGE_MAX = 65536,          /* elements of one range: bounds the memory of "0-9999999999" */
};

/* All values given for one name, in order. */
typedef struct Values {
    GPtrArray *text;            /* of char *, owned */
    bool seen;
} Values;

typedef struct OptsVisitor {
    Visitor visitor;
    GHashTable *options;        /* name to Values */
    unsigned depth;
    /* The list in progress. */
    Values *list;
    guint list_next;
    uint64_t range_next, range_left;
} OptsVisitor;

static OptsVisitor *to_ov(Visitor *v)
{
    return container_of(v, OptsVisitor, visitor);
}

static void values_free(gpointer p)
{
    Values *values = p;

    g_ptr_array_free(values->text, TRUE);
    g_free(values);
}

static int collect(void *opaque, const char *name, const char *value, Error **errp)
{
    OptsVisitor *ov = opaque;
    Values *values = g_hash_table_lookup(ov->options, name);

    if (!values) {
        values = g_new0(Values, 1);
        values->text = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(ov->options, g_strdup(name), values);
    }
    g_ptr_array_add(values->text, g_strdup(value));
    return 0;
}

static bool opts_start_struct(Visitor *v, void **obj, const char *kind, const char *name,
                              size_t size, Error **errp)
{
    to_ov(v)->depth++;
    if (obj) {
        *obj = g_malloc0(size);
    }
    return true;
}

static bool opts_check_struct(Visitor *v, Error **errp)
{
    OptsVisitor *ov = to_ov(v);
    GHashTableIter iter;
    gpointer name, values;

    if (ov->depth > 1) {
        return true;
    }
    g_hash_table_iter_init(&iter, ov->options);
    while (g_hash_table_iter_next(&iter, &name, &values)) {
        if (!((Values *)values)->seen) {
            error_setg(errp, "Invalid parameter '%s'", (char *)name);
            return false;
        }
    }
    return true;
}

static void opts_end_struct(Visitor *v)
{
    to_ov(v)->depth--;
}

static Values *find(OptsVisitor *ov, const char *name, Error **errp)
{
    Values *values = name ? g_hash_table_lookup(ov->options, name) : NULL;

    if (!values) {
        error_setg(errp, "Parameter '%s' is missing", name ? name : "null");
        return NULL;
    }
    values->seen = true;
    return values;
}

static bool opts_start_list(Visitor *v, const char *name, Error **errp)
{
    OptsVisitor *ov = to_ov(v);

    ov->list = find(ov, name, errp);
    ov->list_next = 0;
    ov->range_left = 0;
    return ov->list != NULL;
}

static GenericList *opts_next_list(Visitor *v, GenericList **list, bool first, Error **errp)
{
    OptsVisitor *ov = to_ov(v);
    GenericList *node;

    if (first) {
        *list = NULL;
    }
    if (!ov->range_left && ov->list_next == ov->list->text->len) {
        return NULL;
    }
    node = g_new0(GenericList, 1);
    if (first) {
        *list = node;
    } else {
        (*list)->next = node;
    }
    return node;
}

static void opts_end_list(Visitor *v)
{
    to_ov(v)->list = NULL;
}

static void opts_optional(Visitor *v, bool *present, const char *name)
{
    *present = g_hash_table_contains(to_ov(v)->options, name);
}

/* The text of a scalar: the list's next value, or the last one given for @name. */
static const char *scalar(OptsVisitor *ov, const char *name, Error **errp)
{
    Values *values = ov->list;

    if (values) {
        return g_ptr_array_index(values->text, ov->list_next++);
    }
    values = find(ov, name, errp);
    return values ? g_ptr_array_index(values->text, values->text->len - 1) : NULL;
}

static bool bad(const char *name, const char *expected, const char *text, Error **errp)
{
    error_setg(errp, "Parameter '%s' expects %s, not '%.100s'", name ? name : "list element",
               expected, text);
    return false;
}

static bool number(const char *p, const char **end, bool is_signed, uint64_t *val)
{
    if (is_signed) {
        return qemu_strtoi64(p, end, 0, (int64_t *)val) == 0;
    }
    return (end ? parse_uint(p, end, 0, val) : parse_uint_full(p, 0, val)) == 0;
}

static bool integer(OptsVisitor *ov, uint64_t *obj, bool is_signed, const char *name,
                    Error **errp)
{
    const char *text, *end;
    uint64_t last;

    if (ov->list && ov->range_left) {
        ov->range_left--;
        *obj = ov->range_next++;
        return true;
    }
    text = scalar(ov, name, errp);
    if (!text) {
        return false;
    }
    if (number(text, NULL, is_signed, obj)) {
        return true;
    }
    if (ov->list && number(text, &end, is_signed, obj) && *end == '-' &&
        number(end + 1, NULL, is_signed, &last) &&
        (is_signed ? (int64_t)last >= (int64_t)*obj : last >= *obj)) {
        if (last - *obj >= RANGE_MAX) {
            return bad(name, "ranges of at most 65536 numbers", text, errp);
        }
        ov->range_next = *obj + 1;
        ov->range_left = last - *obj;
        return true;
    }
    return bad(name, is_signed ? "an integer" : "a number that is not negative", text, errp);
}

static bool opts_int64(Visitor *v, int64_t *obj, const char *name, Error **errp)
{
    return integer(to_ov(v), (uint64_t *)obj, true, name, errp);
}

static bool opts_uint64(Visitor *v, uint64_t *obj, const char *name, Error **errp)
{
    return integer(to_ov(v), obj, false, name, errp);
}

static bool opts_size(Visitor *v, uint64_t *obj, const char *name, Error **errp)
{
    const char *text = scalar(to_ov(v), name, errp);

    if (!text) {
        return false;
    }
    if (qemu_strtosz(text, NULL, obj) < 0) {
        return bad(name, "a size (a number, and B, K, M, G, T, P or E)", text, errp);
    }
    return true;
}

static bool opts_bool(Visitor *v, bool *obj, const char *name, Error **errp)
{
    const char *text = scalar(to_ov(v), name, errp);

    return text && qapi_bool_parse(name, text, obj, errp);
}

static bool opts_number(Visitor *v, double *obj, const char *name, Error **errp)
{
    const char *text = scalar(to_ov(v), name, errp);

    if (!text) {
        return false;
    }
    return qemu_strtod_finite(text, NULL, obj) < 0 ? bad(name, "a number", text, errp) : true;
}

static bool opts_str(Visitor *v, char **obj, const char *name, Error **errp)
{
    const char *text = scalar(to_ov(v), name, errp);

    if (!text) {
        return false;
    }
    *obj = g_strdup(text);
    return true;
}

static void opts_free(Visitor *v)
{
    OptsVisitor *ov = to_ov(v);

    g_hash_table_destroy(ov->options);
    g_free(ov);
}

Visitor *opts_visitor_new(const QemuOpts *opts)
{
    OptsVisitor *ov = g_new0(OptsVisitor, 1);
    const char *id = qemu_opts_id((QemuOpts *)opts);

    ov->options = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, values_free);
    qemu_opt_foreach((QemuOpts *)opts, collect, ov, NULL);
    if (id) {
        collect(ov, "id", id, NULL);
    }
    ov->visitor = (Visitor) {
        .kind = VISITOR_INPUT,
        .start_struct = opts_start_struct,
        .check_struct = opts_check_struct,
        .end_struct = opts_end_struct,
        .start_list = opts_start_list,
        .next_list = opts_next_list,
        .end_list = opts_end_list,
        .optional = opts_optional,
        .type_int64 = opts_int64,
        .type_uint64 = opts_uint64,
        .type_size = opts_size,
        .type_bool = opts_bool,
        .type_number = opts_number,
        .type_str = opts_str,
        .free = opts_free,
    };
    return &ov->visitor;
}
