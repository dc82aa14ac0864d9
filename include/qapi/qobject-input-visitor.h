/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Build C values from QObject trees. */
#ifndef QAPI_QOBJECT_INPUT_VISITOR_H
#define QAPI_QOBJECT_INPUT_VISITOR_H

#include "qapi/visitor.h"

typedef struct QObjectInputVisitor QObjectInputVisitor;

/*
 * Strict input from @obj (a reference is taken): types must match, members that nobody visits
 * are errors at visit_end_struct().  visit_free() ends it.
 */
Visitor *qobject_input_visitor_new(QObject *obj);
/*
 * Input from a tree whose scalars are all strings, as command-line options give: numbers,
 * booleans, sizes and enums are parsed from text.
 */
Visitor *qobject_input_visitor_new_keyval(QObject *obj);
/*
 * Input from an option argument: JSON when it starts with '{', else key=value pairs where a
 * leading value without key belongs to @implied_key (may be NULL).  NULL on a syntax error.
 */
Visitor *qobject_input_visitor_new_str(const char *str, const char *implied_key,
                                       Error **errp);

/* The names that generated marshalling code uses; cleanup ends the visitor. */
typedef struct QObjectInputVisitor QmpInputVisitor;
QmpInputVisitor *qmp_input_visitor_new(QObject *obj);
QmpInputVisitor *qmp_input_visitor_new_strict(QObject *obj);
Visitor *qmp_input_get_visitor(QmpInputVisitor *qiv);
void qmp_input_visitor_cleanup(QmpInputVisitor *qiv);

#endif
