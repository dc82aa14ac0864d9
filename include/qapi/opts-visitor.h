/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Build a flat C struct from QemuOpts.  Repeated options fill lists of scalars; a list of
 * integers also takes ranges ("a=1-3").  Options that nobody visits are errors.
 */
#ifndef QAPI_OPTS_VISITOR_H
#define QAPI_OPTS_VISITOR_H

#include "qapi/visitor.h"


/* @opts must outlive the visitor.  visit_free() ends it. */
Visitor *opts_visitor_new(const QemuOpts *opts);

#endif
