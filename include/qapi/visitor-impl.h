/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a visitor implements.  visitor.h says what each step means; a NULL operation is one
 * that needs no work (or, for the mandatory ones marked so, a programming error).
 */
#ifndef QAPI_VISITOR_IMPL_H
#define QAPI_VISITOR_IMPL_H

#include "qapi/visitor.h"

struct Visitor {
    VisitorType kind;
    GByteArray *lists;          /* for visitor.c: has each open list had its first element? */
    bool (*start_struct)(Visitor *v, void **obj, const char *kind, const char *name,
                         size_t size, Error **errp);             /* mandatory */
    bool (*check_struct)(Visitor *v, Error **errp);
    void (*end_struct)(Visitor *v);
    bool (*start_list)(Visitor *v, const char *name, Error **errp); /* mandatory */
    /* @first: @list is the head to fill or follow; else *@list is the element before. */
    GenericList *(*next_list)(Visitor *v, GenericList **list, bool first,
                              Error **errp);                     /* mandatory */
    bool (*check_list)(Visitor *v, Error **errp);
    void (*end_list)(Visitor *v);
    bool (*start_alternate)(Visitor *v, GenericAlternate **obj, size_t size,
                            const char *name, Error **errp);
    void (*end_alternate)(Visitor *v);
    void (*optional)(Visitor *v, bool *present, const char *name);
    bool (*type_enum)(Visitor *v, int *obj, const char *const lookup[], const char *kind,
                      const char *name, Error **errp);
    bool (*type_int64)(Visitor *v, int64_t *obj, const char *name, Error **errp);
    bool (*type_uint64)(Visitor *v, uint64_t *obj, const char *name, Error **errp);
    bool (*type_size)(Visitor *v, uint64_t *obj, const char *name, Error **errp);
    bool (*type_bool)(Visitor *v, bool *obj, const char *name, Error **errp);
    bool (*type_number)(Visitor *v, double *obj, const char *name, Error **errp);
    bool (*type_str)(Visitor *v, char **obj, const char *name, Error **errp);
    bool (*type_any)(Visitor *v, QObject **obj, const char *name, Error **errp);
    bool (*type_null)(Visitor *v, QNull **obj, const char *name, Error **errp);
    char *(*full_name)(Visitor *v, const char *name);
    bool (*complete)(Visitor *v, void *opaque);
    void (*free)(Visitor *v);                                           /* mandatory */
};

#endif
