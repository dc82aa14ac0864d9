/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Free C values that an input or clone visitor built; generated qapi_free_X() uses it. */
#ifndef QAPI_DEALLOC_VISITOR_H
#define QAPI_DEALLOC_VISITOR_H

#include "qapi/visitor.h"

typedef struct QapiDeallocVisitor QapiDeallocVisitor;

QapiDeallocVisitor *qapi_dealloc_visitor_new(void);
Visitor *qapi_dealloc_get_visitor(QapiDeallocVisitor *qdv);
void qapi_dealloc_visitor_cleanup(QapiDeallocVisitor *qdv);

#endif
