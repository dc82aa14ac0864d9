/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Build a scalar, or a list of integers, from text: "123", "0x10", "64K" (sizes only), "on",
 * an enum's name; lists as "1,3-5,8".
 */
#ifndef QAPI_STRING_INPUT_VISITOR_H
#define QAPI_STRING_INPUT_VISITOR_H

#include "qapi/visitor.h"

/* @str must outlive the visitor.  visit_free() ends it. */
Visitor *string_input_visitor_new(const char *str);

#endif
