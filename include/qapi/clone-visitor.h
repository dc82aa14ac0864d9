/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Deep copies of generated types. */
#ifndef QAPI_CLONE_VISITOR_H
#define QAPI_CLONE_VISITOR_H

#include "qapi/visitor.h"

/* Copy @src by the visit function @visit_type of its type; NULL stays NULL. */
void *qapi_clone(const void *src,
                 void (*visit_type)(Visitor *, void **, const char *, Error **));
/* Copy the members of struct @src into @dst, for structs that the caller allocates. */
void qapi_clone_members(void *dst, const void *src, size_t size,
                        void (*visit_members)(Visitor *, void **, Error **));

/* A deep copy of @src, a pointer to generated type @type; qapi_free_@type() frees it. */
#define QAPI_CLONE(type, src) ({                                                        \
    const type *qapi_src_ = (src);                                                      \
    (type *)qapi_clone(qapi_src_, (void (*)(Visitor *, void **, const char *,           \
                                            Error **))visit_type_##type);        \
})

/* Deep-copy the members of *@src into *@dst. */
#define QAPI_CLONE_MEMBERS(type, dst, src) ({                                           \
    const type *qapi_src_ = (src);                                                      \
    type *qapi_dst_ = (dst);                                                            \
    qapi_clone_members(qapi_dst_, qapi_src_, sizeof(type),                              \
                       (void (*)(Visitor *, void **, Error **))                  \
                       visit_type_##type##_fields);                                     \
})

#endif
