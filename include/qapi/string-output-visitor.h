/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Print a scalar, or a list of scalars, as text; lists of integers come out as ranges. */
#ifndef QAPI_STRING_OUTPUT_VISITOR_H
#define QAPI_STRING_OUTPUT_VISITOR_H

#include "qapi/visitor.h"

/*
 * visit_complete() stores the text in *@result (the caller frees it with g_free()).  @human
 * adds what helps a reader: quotes around strings, hexadecimal and units beside numbers.
 */
Visitor *string_output_visitor_new(bool human, char **result);

#endif
