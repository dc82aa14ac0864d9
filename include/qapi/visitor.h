/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Visitors: one walk over a C value that reads it, builds it, copies it or frees it.
 *
 * Generated visit_type_X() functions (and hand-written property accessors) describe the value;
 * the visitor decides what happens at each step:
 *
 *   input    builds the value from a QObject tree, a string or options
 *   output   reads the value and makes a QObject tree or a string
 *   clone    reads the value and builds a copy
 *   dealloc  frees the value
 *
 * Every step takes the visitor, the address of the C value, the member's name (NULL inside a
 * list; at the root whatever the caller wants messages to say) and @errp.  Steps return false
 * after setting an error.  When building fails, visit_type_X() frees what was built and leaves
 * NULL in *obj.  The dealloc visitor never fails.
 *
 * Thread: a visitor belongs to the thread that uses it.
 */
#ifndef QAPI_VISITOR_H
#define QAPI_VISITOR_H

#include "qapi/qmp/qobject.h"


typedef struct Visitor Visitor;

/* Layout shared by all generated FooList types. */
typedef struct GenericList {
    union {
        void *value;
        uint64_t padding;
    };
    struct GenericList *next;
} GenericList;

/* Layout shared by all generated alternate types. */
typedef struct GenericAlternate {
    QType type;
} GenericAlternate;

typedef enum VisitorType {
    VISITOR_INPUT = 1,
    VISITOR_OUTPUT,
    VISITOR_CLONE,
    VISITOR_DEALLOC,
} VisitorType;

/* What kind of walk this is. */
bool visit_is_input(const Visitor *v);
bool visit_is_dealloc(const Visitor *v);

/* What messages call member @name: with its parents, as in "a.b[2].c".  The caller frees it. */
char *visit_full_name(Visitor *v, const char *name);

/* Run deferred checks; true unless one set an error.  Call it after a complete input visit. */
bool visit_complete(Visitor *v, void *opaque);
/* End the visitor.  NULL is fine. */
void visit_free(Visitor *v);

/*
 * Structs.  @kind is the C type's name, for messages.  With @obj not NULL, input and clone
 * visitors allocate @size zeroed bytes into *obj; with @obj NULL the caller has the struct in
 * hand already.  When *obj is NULL afterwards there is nothing to visit.  Every successful
 * start needs its end.  An input visitor's end fails when the input has members that were not
 * visited.
 */
bool visit_start_struct(Visitor *v, void **obj, const char *kind, const char *name,
                        size_t size, Error **errp);
bool visit_end_struct(Visitor *v, Error **errp);
/* Only the check for unvisited members, for those who need it before the end. */
bool visit_check_struct(Visitor *v, Error **errp);

/*
 * Lists: start, then next until it returns NULL, visiting the element's value in between, then
 * end.  @list is the address of the head for the first call, then that of a variable which
 * holds the element returned last.
 */
bool visit_start_list(Visitor *v, const char *name, Error **errp);
GenericList *visit_next_list(Visitor *v, GenericList **list, Error **errp);
bool visit_end_list(Visitor *v, Error **errp);

/*
 * Alternates: input visitors allocate @size bytes and set (*obj)->type to the type of the
 * value that comes; the caller then visits the branch of that type.
 */
bool visit_start_alternate(Visitor *v, GenericAlternate **obj, size_t size, const char *name,
                           Error **errp);
void visit_end_alternate(Visitor *v);

/*
 * Is optional member @name there?  Input visitors set *present; the others read it.  Returns
 * *present.
 */
bool visit_optional(Visitor *v, bool *present, const char *name, Error **errp);

/* An enum: the position of the value's name in @lookup, which ends with NULL. */
bool visit_type_enum(Visitor *v, int *obj, const char *const lookup[], const char *kind,
                     const char *name, Error **errp);

/* Scalars.  Integers out of the C type's range are errors that name the member. */
bool visit_type_int(Visitor *v, int64_t *obj, const char *name, Error **errp);
bool visit_type_int8(Visitor *v, int8_t *obj, const char *name, Error **errp);
bool visit_type_int16(Visitor *v, int16_t *obj, const char *name, Error **errp);
bool visit_type_int32(Visitor *v, int32_t *obj, const char *name, Error **errp);
bool visit_type_int64(Visitor *v, int64_t *obj, const char *name, Error **errp);
bool visit_type_uint8(Visitor *v, uint8_t *obj, const char *name, Error **errp);
bool visit_type_uint16(Visitor *v, uint16_t *obj, const char *name, Error **errp);
bool visit_type_uint32(Visitor *v, uint32_t *obj, const char *name, Error **errp);
bool visit_type_uint64(Visitor *v, uint64_t *obj, const char *name, Error **errp);
/* Like uint64, but text input takes the suffixes B K M G T P E (powers of 1024). */
bool visit_type_size(Visitor *v, uint64_t *obj, const char *name, Error **errp);
bool visit_type_bool(Visitor *v, bool *obj, const char *name, Error **errp);
bool visit_type_number(Visitor *v, double *obj, const char *name, Error **errp);
/* Input allocates *obj with g_malloc().  Output takes NULL as "". */
bool visit_type_str(Visitor *v, char **obj, const char *name, Error **errp);
/* Any value; input takes a reference into *obj. */
bool visit_type_any(Visitor *v, QObject **obj, const char *name, Error **errp);
bool visit_type_null(Visitor *v, QNull **obj, const char *name, Error **errp);

/*
 * The position of @name in @lookup (which ends with NULL), or @def when @name is NULL.  An
 * unknown name returns @def too, with an error that lists what is allowed.
 */
int qapi_enum_parse(const char *const lookup[], const char *name, int def,
                    Error **errp);
/* Parse "on" "yes" "true" "y" and their opposites; @name is for the message. */
bool qapi_bool_parse(const char *name, const char *value, bool *obj, Error **errp);

#endif
