/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Make QObject trees from C values. */
#ifndef QAPI_QOBJECT_OUTPUT_VISITOR_H
#define QAPI_QOBJECT_OUTPUT_VISITOR_H

#include "qapi/visitor.h"

typedef struct QObjectOutputVisitor QObjectOutputVisitor;

/*
 * visit_complete() stores the tree in *@result, whose reference the caller then owns.
 * visit_free() ends the visitor.
 */
Visitor *qobject_output_visitor_new(QObject **result);

/* The names that generated marshalling code uses; get_qobject returns a new reference. */
typedef struct QObjectOutputVisitor QmpOutputVisitor;
QmpOutputVisitor *qmp_output_visitor_new(void);
Visitor *qmp_output_get_visitor(QmpOutputVisitor *qov);
QObject *qmp_output_get_qobject(QmpOutputVisitor *qov);
void qmp_output_visitor_cleanup(QmpOutputVisitor *qov);

#endif
