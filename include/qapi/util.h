/*
 * Building the generated list types.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QAPI_UTIL_H
#define QAPI_UTIL_H

#include "qemu/osdep.h"

/* Put @element in front of @list. */
#define QAPI_LIST_PREPEND(list, element)                                                         \
    do {                                                                                         \
        __typeof__(list) node_ = g_malloc0(sizeof(*(list)));                                     \
        node_->value = (element);                                                                \
        node_->next = (list);                                                                    \
        (list) = node_;                                                                          \
    } while (0)

/* Append @element; @tail points to the end's next pointer, and moves on. */
#define QAPI_LIST_APPEND(tail, element)                                                          \
    do {                                                                                         \
        *(tail) = g_malloc0(sizeof(**(tail)));                                                   \
        (*(tail))->value = (element);                                                            \
        (tail) = &(*(tail))->next;                                                               \
    } while (0)

#endif
