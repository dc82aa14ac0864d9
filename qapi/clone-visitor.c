/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deep copies: start from a bitwise copy and replace each pointer that the visit meets by one
 * to a copy of what it points to.
 *
 * Thread: the visitor's owner.
 */
#include "qemu/osdep.h"
#include "qapi/clone-visitor.h"
#include "qapi/qmp/qnull.h"
#include "qapi/visitor-impl.h"

static bool clone_start_struct(Visitor *v, void **obj, const char *kind, const char *name,
                               size_t size, Error **errp)
{
    if (obj) {
        *obj = g_memdup2(*obj, size);
    }
    return true;
}

static bool clone_start_list(Visitor *v, const char *name, Error **errp)
{
    return true;
}

static GenericList *clone_next_list(Visitor *v, GenericList **list, bool first, Error **errp)
{
    GenericList **link = first ? list : &(*list)->next;

    *link = g_memdup2(*link, sizeof(GenericList));
    return *link;
}

static bool clone_start_alternate(Visitor *v, GenericAlternate **obj, size_t size,
                                  const char *name, Error **errp)
{
    *obj = g_memdup2(*obj, size);
    return true;
}

static bool clone_str(Visitor *v, char **obj, const char *name, Error **errp)
{
    *obj = g_strdup(*obj);
    return true;
}

static bool clone_any(Visitor *v, QObject **obj, const char *name, Error **errp)
{
    *obj = *obj ? qobject_deep_copy(*obj) : NULL;
    return true;
}

static bool clone_null(Visitor *v, QNull **obj, const char *name, Error **errp)
{
    *obj = qobject_ref(*obj);
    return true;
}

static void clone_free(Visitor *v)
{
    g_free(v);
}

static Visitor *clone_visitor_new(void)
{
    Visitor *v = g_new0(Visitor, 1);

    *v = (Visitor) {
        .kind = VISITOR_CLONE,
        .start_struct = clone_start_struct,
        .start_list = clone_start_list,
        .next_list = clone_next_list,
        .start_alternate = clone_start_alternate,
        .type_str = clone_str,
        .type_any = clone_any,
        .type_null = clone_null,
        .free = clone_free,
    };
    return v;
}

void *qapi_clone(const void *src,
                 void (*visit_type)(Visitor *, void **, const char *, Error **))
{
    void *dst = (void *)src;
    Visitor *v;

    if (!src) {
        return NULL;
    }
    v = clone_visitor_new();
    visit_type(v, &dst, NULL, NULL);
    visit_free(v);
    return dst;
}

void qapi_clone_members(void *dst, const void *src, size_t size,
                        void (*visit_members)(Visitor *, void **, Error **))
{
    Visitor *v = clone_visitor_new();

    memcpy(dst, src, size);
    visit_members(v, &dst, NULL);
    visit_free(v);
}
