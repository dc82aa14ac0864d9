/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text to a scalar or a list of integers.
 *
 *   list  = [ item { "," item } ]
 *   item  = number | number "-" number
 *
 * Thread: the visitor's owner.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/string-input-visitor.h"
#include "qapi/visitor-impl.h"
#include "qemu/cutils.h"

enum {
    RANGE_MAX = 65536,          /* elements of one range: bounds the memory of "0-9999999999" */
};

typedef struct StringInputVisitor {
    Visitor visitor;
    const char *text;
    bool in_list;
    const char *rest;           /* list: what has not been read */
    uint64_t next, left;        /* list: elements of a range still to come */
} StringInputVisitor;

static StringInputVisitor *to_siv(Visitor *v)
{
    return container_of(v, StringInputVisitor, visitor);
}

static bool bad(const char *name, const char *expected, const char *text, Error **errp)
{
    error_setg(errp, "Parameter '%s' expects %s, not '%.100s'", name ? name : "null", expected,
               text);
    return false;
}

static bool sin_start_struct(Visitor *v, void **obj, const char *kind, const char *name,
                             size_t size, Error **errp)
{
    if (obj) {
        *obj = NULL;
    }
    error_setg(errp, "Parameter '%s' cannot be given as text", name ? name : "null");
    return false;
}

static bool sin_start_list(Visitor *v, const char *name, Error **errp)
{
    StringInputVisitor *siv = to_siv(v);

    if (siv->in_list) {
        error_setg(errp, "Parameter '%s' cannot be given as text", name ? name : "null");
        return false;
    }
    siv->in_list = true;
    siv->rest = siv->text;
    siv->left = 0;
    return true;
}

static GenericList *sin_next_list(Visitor *v, GenericList **list, bool first, Error **errp)
{
    StringInputVisitor *siv = to_siv(v);
    GenericList *node;

    if (first) {
        *list = NULL;
    }
    if (!siv->left && !*siv->rest) {
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

static bool sin_check_list(Visitor *v, Error **errp)
{
    StringInputVisitor *siv = to_siv(v);

    if (siv->left || *siv->rest) {
        error_setg(errp, "Fewer list elements expected");
        return false;
    }
    return true;
}

static void sin_end_list(Visitor *v)
{
    to_siv(v)->in_list = false;
}

/* Read a number at *@p; signed if @is_signed, as its bits. */
static bool number(const char **p, bool is_signed, uint64_t *val)
{
    if (is_signed) {
        return qemu_strtoi64(*p, p, 0, (int64_t *)val) == 0;
    }
    return parse_uint(*p, p, 0, val) == 0;
}

/* The next element of the list, opening the next item if need be. */
static bool element(StringInputVisitor *siv, bool is_signed, uint64_t *val, const char *name,
                    Error **errp)
{
    const char *p = siv->rest;
    uint64_t last;

    if (!siv->left) {
        if (!number(&p, is_signed, &siv->next)) {
            return bad(name, "numbers and ranges, as in 1,3-5", siv->rest, errp);
        }
        last = siv->next;
        if (*p == '-') {
            p++;
            if (!number(&p, is_signed, &last) ||
                (is_signed ? (int64_t)last < (int64_t)siv->next : last < siv->next)) {
                return bad(name, "numbers and ranges, as in 1,3-5", siv->rest, errp);
            }
        }
        if (last - siv->next >= RANGE_MAX) {
            return bad(name, "ranges of at most 65536 numbers", siv->rest, errp);
        }
        if (*p && (*p != ',' || !p[1])) {
            return bad(name, "numbers and ranges, as in 1,3-5", siv->rest, errp);
        }
        siv->left = last - siv->next + 1;
        siv->rest = *p ? p + 1 : p;
    }
    *val = siv->next++;
    siv->left--;
    return true;
}

static bool sin_int64(Visitor *v, int64_t *obj, const char *name, Error **errp)
{
    StringInputVisitor *siv = to_siv(v);

    if (siv->in_list) {
        return element(siv, true, (uint64_t *)obj, name, errp);
    }
    if (qemu_strtoi64(siv->text, NULL, 0, obj) < 0) {
        return bad(name, "an integer", siv->text, errp);
    }
    return true;
}

static bool sin_uint64(Visitor *v, uint64_t *obj, const char *name, Error **errp)
{
    StringInputVisitor *siv = to_siv(v);

    if (siv->in_list) {
        return element(siv, false, obj, name, errp);
    }
    if (parse_uint_full(siv->text, 0, obj) < 0) {
        return bad(name, "a number that is not negative", siv->text, errp);
    }
    return true;
}

static bool sin_size(Visitor *v, uint64_t *obj, const char *name, Error **errp)
{
    StringInputVisitor *siv = to_siv(v);

    if (siv->in_list) {
        return element(siv, false, obj, name, errp);
    }
    if (qemu_strtosz(siv->text, NULL, obj) < 0) {
        return bad(name, "a size (a number, and B, K, M, G, T, P or E)", siv->text, errp);
    }
    return true;
}

static bool scalar(StringInputVisitor *siv, const char *name, Error **errp)
{
    if (siv->in_list) {
        error_setg(errp, "Parameter '%s' cannot be given as text", name ? name : "null");
        return false;
    }
    return true;
}

static bool sin_bool(Visitor *v, bool *obj, const char *name, Error **errp)
{
    StringInputVisitor *siv = to_siv(v);

    return scalar(siv, name, errp) && qapi_bool_parse(name, siv->text, obj, errp);
}

static bool sin_number(Visitor *v, double *obj, const char *name, Error **errp)
{
    StringInputVisitor *siv = to_siv(v);

    if (!scalar(siv, name, errp)) {
        return false;
    }
    if (qemu_strtod_finite(siv->text, NULL, obj) < 0) {
        return bad(name, "a number", siv->text, errp);
    }
    return true;
}

static bool sin_str(Visitor *v, char **obj, const char *name, Error **errp)
{
    StringInputVisitor *siv = to_siv(v);

    if (!scalar(siv, name, errp)) {
        return false;
    }
    *obj = g_strdup(siv->text);
    return true;
}

static void sin_free(Visitor *v)
{
    g_free(to_siv(v));
}

Visitor *string_input_visitor_new(const char *str)
{
    StringInputVisitor *siv = g_new0(StringInputVisitor, 1);

    assert(str);
    siv->text = str;
    siv->visitor = (Visitor) {
        .kind = VISITOR_INPUT,
        .start_struct = sin_start_struct,
        .start_list = sin_start_list,
        .next_list = sin_next_list,
        .check_list = sin_check_list,
        .end_list = sin_end_list,
        .type_int64 = sin_int64,
        .type_uint64 = sin_uint64,
        .type_size = sin_size,
        .type_bool = sin_bool,
        .type_number = sin_number,
        .type_str = sin_str,
        .free = sin_free,
    };
    return &siv->visitor;
}
