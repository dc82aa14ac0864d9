/*
 * A visitor that passes everything on to another one, with one outermost name replaced: what lets
 * an alias property read and write its target under the alias' own name.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/visitor-impl.h"
#include "qom-internal.h"

typedef struct RenameVisitor {
    Visitor visitor;
    Visitor *target;
    const char *from;
    const char *to;
    unsigned depth;             /* names are replaced at depth 0 only */
} RenameVisitor;

static RenameVisitor *to_rv(Visitor *v)
{
    return container_of(v, RenameVisitor, visitor);
}

static const char *translate(RenameVisitor *rv, const char *name)
{
    return rv->depth == 0 && name && strcmp(name, rv->from) == 0 ? rv->to : name;
}

static bool rv_start_struct(Visitor *v, void **obj, const char *kind, const char *name,
                            size_t size, Error **errp)
{
    RenameVisitor *rv = to_rv(v);

    if (!visit_start_struct(rv->target, obj, kind, translate(rv, name), size, errp)) {
        return false;
    }
    rv->depth++;
    return true;
}

static bool rv_check_struct(Visitor *v, Error **errp)
{
    return visit_check_struct(to_rv(v)->target, errp);
}

static void rv_end_struct(Visitor *v)
{
    RenameVisitor *rv = to_rv(v);

    rv->depth--;
    visit_end_struct(rv->target, NULL);
}

static bool rv_start_list(Visitor *v, const char *name, Error **errp)
{
    RenameVisitor *rv = to_rv(v);

    if (!visit_start_list(rv->target, translate(rv, name), errp)) {
        return false;
    }
    rv->depth++;
    return true;
}

/* The target counts for itself which element is the first. */
static GenericList *rv_next_list(Visitor *v, GenericList **list, bool first G_GNUC_UNUSED,
                                 Error **errp)
{
    return visit_next_list(to_rv(v)->target, list, errp);
}

static void rv_end_list(Visitor *v)
{
    RenameVisitor *rv = to_rv(v);

    rv->depth--;
    visit_end_list(rv->target, NULL);
}

static bool rv_start_alternate(Visitor *v, GenericAlternate **obj, size_t size, const char *name,
                               Error **errp)
{
    RenameVisitor *rv = to_rv(v);

    /* The branch is visited under the same name, so the depth stays. */
    return visit_start_alternate(rv->target, obj, size, translate(rv, name), errp);
}

static void rv_end_alternate(Visitor *v)
{
    visit_end_alternate(to_rv(v)->target);
}

static void rv_optional(Visitor *v, bool *present, const char *name)
{
    RenameVisitor *rv = to_rv(v);

    visit_optional(rv->target, present, translate(rv, name), NULL);
}

static bool rv_type_enum(Visitor *v, int *obj, const char *const lookup[], const char *kind,
                         const char *name, Error **errp)
{
    RenameVisitor *rv = to_rv(v);

    return visit_type_enum(rv->target, obj, lookup, kind, translate(rv, name), errp);
}

static bool rv_type_int64(Visitor *v, int64_t *obj, const char *name, Error **errp)
{
    RenameVisitor *rv = to_rv(v);

    return visit_type_int64(rv->target, obj, translate(rv, name), errp);
}

static bool rv_type_uint64(Visitor *v, uint64_t *obj, const char *name, Error **errp)
{
    RenameVisitor *rv = to_rv(v);

    return visit_type_uint64(rv->target, obj, translate(rv, name), errp);
}

static bool rv_type_size(Visitor *v, uint64_t *obj, const char *name, Error **errp)
{
    RenameVisitor *rv = to_rv(v);

    return visit_type_size(rv->target, obj, translate(rv, name), errp);
}

static bool rv_type_bool(Visitor *v, bool *obj, const char *name, Error **errp)
{
    RenameVisitor *rv = to_rv(v);

    return visit_type_bool(rv->target, obj, translate(rv, name), errp);
}

static bool rv_type_number(Visitor *v, double *obj, const char *name, Error **errp)
{
    RenameVisitor *rv = to_rv(v);

    return visit_type_number(rv->target, obj, translate(rv, name), errp);
}

static bool rv_type_str(Visitor *v, char **obj, const char *name, Error **errp)
{
    RenameVisitor *rv = to_rv(v);

    return visit_type_str(rv->target, obj, translate(rv, name), errp);
}

static bool rv_type_any(Visitor *v, QObject **obj, const char *name, Error **errp)
{
    RenameVisitor *rv = to_rv(v);

    return visit_type_any(rv->target, obj, translate(rv, name), errp);
}

static bool rv_type_null(Visitor *v, QNull **obj, const char *name, Error **errp)
{
    RenameVisitor *rv = to_rv(v);

    return visit_type_null(rv->target, obj, translate(rv, name), errp);
}

static void rv_free(Visitor *v)
{
    g_free(to_rv(v));
}

Visitor *rename_visitor_new(Visitor *target, const char *from, const char *to)
{
    RenameVisitor *rv = g_new0(RenameVisitor, 1);

    rv->visitor = (Visitor) {
        .kind = target->kind,
        .start_struct = rv_start_struct,
        .check_struct = rv_check_struct,
        .end_struct = rv_end_struct,
        .start_list = rv_start_list,
        .next_list = rv_next_list,
        .end_list = rv_end_list,
        .start_alternate = rv_start_alternate,
        .end_alternate = rv_end_alternate,
        .optional = rv_optional,
        .type_enum = rv_type_enum,
        .type_int64 = rv_type_int64,
        .type_uint64 = rv_type_uint64,
        .type_size = rv_type_size,
        .type_bool = rv_type_bool,
        .type_number = rv_type_number,
        .type_str = rv_type_str,
        .type_any = rv_type_any,
        .type_null = rv_type_null,
        .free = rv_free,
    };
    rv->target = target;
    rv->from = from;
    rv->to = to;
    return &rv->visitor;
}
