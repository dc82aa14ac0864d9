/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Free C values.  Holes (NULL pointers of a value that was only half built) are fine.
 *
 * Thread: the visitor's owner.
 */
#include "qemu/osdep.h"
#include "qapi/dealloc-visitor.h"
#include "qapi/visitor-impl.h"

struct QapiDeallocVisitor {
    Visitor visitor;
    GPtrArray *stack;           /* structs and alternates to free at their end */
};

static QapiDeallocVisitor *to_qdv(Visitor *v)
{
    return container_of(v, QapiDeallocVisitor, visitor);
}

static bool dealloc_start_struct(Visitor *v, void **obj, const char *kind, const char *name,
                                 size_t size, Error **errp)
{
    g_ptr_array_add(to_qdv(v)->stack, obj ? *obj : NULL);
    return true;
}

static void dealloc_pop(Visitor *v)
{
    GPtrArray *stack = to_qdv(v)->stack;

    g_free(g_ptr_array_index(stack, stack->len - 1));
    g_ptr_array_set_size(stack, stack->len - 1);
}

static bool dealloc_start_list(Visitor *v, const char *name, Error **errp)
{
    return true;
}

static GenericList *dealloc_next_list(Visitor *v, GenericList **list, bool first, Error **errp)
{
    GenericList *next;

    if (first) {
        return *list;
    }
    next = (*list)->next;
    g_free(*list);
    return next;
}

static bool dealloc_start_alternate(Visitor *v, GenericAlternate **obj, size_t size,
                                    const char *name, Error **errp)
{
    g_ptr_array_add(to_qdv(v)->stack, *obj);
    return true;
}

static bool dealloc_str(Visitor *v, char **obj, const char *name, Error **errp)
{
    g_free(*obj);
    *obj = NULL;
    return true;
}

static bool dealloc_any(Visitor *v, QObject **obj, const char *name, Error **errp)
{
    qobject_unref(*obj);
    *obj = NULL;
    return true;
}

static bool dealloc_null(Visitor *v, QNull **obj, const char *name, Error **errp)
{
    qobject_unref(*obj);
    *obj = NULL;
    return true;
}

static void dealloc_free(Visitor *v)
{
    QapiDeallocVisitor *qdv = to_qdv(v);

    g_ptr_array_free(qdv->stack, TRUE);
    g_free(qdv);
}

QapiDeallocVisitor *qapi_dealloc_visitor_new(void)
{
    QapiDeallocVisitor *qdv = g_new0(QapiDeallocVisitor, 1);

    qdv->stack = g_ptr_array_new();
    qdv->visitor = (Visitor) {
        .kind = VISITOR_DEALLOC,
        .start_struct = dealloc_start_struct,
        .end_struct = dealloc_pop,
        .start_list = dealloc_start_list,
        .next_list = dealloc_next_list,
        .start_alternate = dealloc_start_alternate,
        .end_alternate = dealloc_pop,
        .type_str = dealloc_str,
        .type_any = dealloc_any,
        .type_null = dealloc_null,
        .free = dealloc_free,
    };
    return qdv;
}

Visitor *qapi_dealloc_get_visitor(QapiDeallocVisitor *qdv)
{
    return &qdv->visitor;
}

void qapi_dealloc_visitor_cleanup(QapiDeallocVisitor *qdv)
{
    visit_free(&qdv->visitor);
}
