/*
 * Intrusive linked lists.
 *
 *            links  head  append  remove any  walk backwards
 *   QSLIST     1      1     no     O(n)          no
 *   QSIMPLEQ   1      2     yes    O(n)          no
 *   QLIST      2      1     no     yes           no
 *   QTAILQ     2      2     yes    yes           yes
 *
 * An entry names its links with QxxxQ_ENTRY(type), a list is a QxxxQ_HEAD(name, type) (the
 * name may be empty). FOREACH_SAFE allows to remove the current entry; @next is a second
 * variable. No locks inside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_QUEUE_H
#define QEMU_QUEUE_H

#include "qemu/atomic.h"

/* ---- QLIST: prev is the address of whatever points to the entry, NULL when unlinked */

#define QLIST_HEAD(name, type)                                                                   \
    struct name {                                                                                \
        struct type *lh_first;                                                                   \
    }
#define QLIST_HEAD_INITIALIZER(head) { NULL }
#define QLIST_ENTRY(type)                                                                        \
    struct {                                                                                     \
        struct type *le_next;                                                                    \
        struct type **le_prev;                                                                   \
    }
#define QLIST_INIT(head) ((void)((head)->lh_first = NULL))
#define QLIST_EMPTY(head) ((head)->lh_first == NULL)
#define QLIST_FIRST(head) ((head)->lh_first)
#define QLIST_NEXT(elm, field) ((elm)->field.le_next)
#define QLIST_IS_INSERTED(elm, field) ((elm)->field.le_prev != NULL)

#define qlist_link_(slot, elm, field)                                                            \
    do {                                                                                         \
        __typeof__(&(elm)->field.le_next) slot_ = (slot);                                        \
        __typeof__(elm) new_ = (elm);                                                            \
        new_->field.le_next = *slot_;                                                            \
        new_->field.le_prev = slot_;                                                             \
        if (*slot_) {                                                                            \
            (*slot_)->field.le_prev = &new_->field.le_next;                                      \
        }                                                                                        \
        *slot_ = new_;                                                                           \
    } while (0)
#define QLIST_INSERT_HEAD(head, elm, field) qlist_link_(&(head)->lh_first, elm, field)
#define QLIST_INSERT_AFTER(listelm, elm, field)                                                  \
    qlist_link_(&(listelm)->field.le_next, elm, field)
#define QLIST_INSERT_BEFORE(listelm, elm, field) qlist_link_((listelm)->field.le_prev, elm, field)
#define QLIST_REMOVE(elm, field)                                                                 \
    do {                                                                                         \
        __typeof__(elm) old_ = (elm);                                                            \
        if (old_->field.le_next) {                                                               \
            old_->field.le_next->field.le_prev = old_->field.le_prev;                            \
        }                                                                                        \
        *old_->field.le_prev = old_->field.le_next;                                              \
        old_->field.le_next = NULL;                                                              \
        old_->field.le_prev = NULL;                                                              \
    } while (0)
#define QLIST_SAFE_REMOVE(elm, field)                                                            \
    do {                                                                                         \
        if (QLIST_IS_INSERTED(elm, field)) {                                                     \
            QLIST_REMOVE(elm, field);                                                            \
        }                                                                                        \
    } while (0)
/* Move all of @src, in order, to the empty list @dst. */
#define QLIST_MOVE(dst, src, field)                                                              \
    do {                                                                                         \
        (dst)->lh_first = (src)->lh_first;                                                       \
        if ((dst)->lh_first) {                                                                   \
            (dst)->lh_first->field.le_prev = &(dst)->lh_first;                                   \
        }                                                                                        \
        (src)->lh_first = NULL;                                                                  \
    } while (0)
#define QLIST_FOREACH(var, head, field)                                                          \
    for ((var) = QLIST_FIRST(head); (var); (var) = QLIST_NEXT(var, field))
#define QLIST_FOREACH_SAFE(var, head, field, next)                                               \
    for ((var) = QLIST_FIRST(head); (var) && ((next) = QLIST_NEXT(var, field), 1);               \
         (var) = (next))

/* ---- QSLIST */

#define QSLIST_HEAD(name, type)                                                                  \
    struct name {                                                                                \
        struct type *slh_first;                                                                  \
    }
#define QSLIST_HEAD_INITIALIZER(head) { NULL }
#define QSLIST_ENTRY(type)                                                                       \
    struct {                                                                                     \
        struct type *sle_next;                                                                   \
    }
#define QSLIST_INIT(head) ((void)((head)->slh_first = NULL))
#define QSLIST_EMPTY(head) ((head)->slh_first == NULL)
#define QSLIST_FIRST(head) ((head)->slh_first)
#define QSLIST_NEXT(elm, field) ((elm)->field.sle_next)
#define QSLIST_INSERT_HEAD(head, elm, field)                                                     \
    do {                                                                                         \
        (elm)->field.sle_next = (head)->slh_first;                                               \
        (head)->slh_first = (elm);                                                               \
    } while (0)
#define QSLIST_INSERT_AFTER(slistelm, elm, field)                                                \
    do {                                                                                         \
        (elm)->field.sle_next = (slistelm)->field.sle_next;                                      \
        (slistelm)->field.sle_next = (elm);                                                      \
    } while (0)
/* Any number of threads may push while one thread takes the whole list. */
#define QSLIST_INSERT_HEAD_ATOMIC(head, elm, field)                                              \
    do {                                                                                         \
        __typeof__(elm) seen_, new_ = (elm);                                                     \
        do {                                                                                     \
            seen_ = qatomic_read(&(head)->slh_first);                                            \
            new_->field.sle_next = seen_;                                                        \
        } while (qatomic_cmpxchg(&(head)->slh_first, seen_, new_) != seen_);                     \
    } while (0)
#define QSLIST_MOVE_ATOMIC(dst, src)                                                             \
    ((void)((dst)->slh_first = qatomic_xchg(&(src)->slh_first, NULL)))
#define QSLIST_REMOVE_HEAD(head, field)                                                          \
    do {                                                                                         \
        __typeof__((head)->slh_first) old_ = (head)->slh_first;                                  \
        (head)->slh_first = old_->field.sle_next;                                                \
        old_->field.sle_next = NULL;                                                             \
    } while (0)
#define QSLIST_REMOVE_AFTER(slistelm, field)                                                     \
    do {                                                                                         \
        __typeof__(slistelm) old_ = (slistelm)->field.sle_next;                                  \
        (slistelm)->field.sle_next = old_->field.sle_next;                                       \
        old_->field.sle_next = NULL;                                                             \
    } while (0)
#define QSLIST_REMOVE(head, elm, type, field)                                                    \
    do {                                                                                         \
        struct type **slot_ = &(head)->slh_first;                                                \
        while (*slot_ != (elm)) {                                                                \
            slot_ = &(*slot_)->field.sle_next;                                                   \
        }                                                                                        \
        *slot_ = (elm)->field.sle_next;                                                          \
        (elm)->field.sle_next = NULL;                                                            \
    } while (0)
#define QSLIST_FOREACH(var, head, field)                                                         \
    for ((var) = QSLIST_FIRST(head); (var); (var) = QSLIST_NEXT(var, field))
#define QSLIST_FOREACH_SAFE(var, head, field, next)                                              \
    for ((var) = QSLIST_FIRST(head); (var) && ((next) = QSLIST_NEXT(var, field), 1);             \
         (var) = (next))

/* ---- QSIMPLEQ: last is the address of the final link */

#define QSIMPLEQ_HEAD(name, type)                                                                \
    struct name {                                                                                \
        struct type *sqh_first;                                                                  \
        struct type **sqh_last;                                                                  \
    }
#define QSIMPLEQ_HEAD_INITIALIZER(head) { NULL, &(head).sqh_first }
#define QSIMPLEQ_ENTRY(type)                                                                     \
    struct {                                                                                     \
        struct type *sqe_next;                                                                   \
    }
#define QSIMPLEQ_INIT(head)                                                                      \
    do {                                                                                         \
        (head)->sqh_first = NULL;                                                                \
        (head)->sqh_last = &(head)->sqh_first;                                                   \
    } while (0)
#define QSIMPLEQ_EMPTY(head) ((head)->sqh_first == NULL)
#define QSIMPLEQ_EMPTY_ATOMIC(head) (qatomic_read(&(head)->sqh_first) == NULL)
#define QSIMPLEQ_FIRST(head) ((head)->sqh_first)
#define QSIMPLEQ_NEXT(elm, field) ((elm)->field.sqe_next)
#define QSIMPLEQ_LAST(head, type, field)                                                         \
    (QSIMPLEQ_EMPTY(head) ? NULL : container_of((head)->sqh_last, struct type, field.sqe_next))
#define QSIMPLEQ_INSERT_HEAD(head, elm, field)                                                   \
    do {                                                                                         \
        (elm)->field.sqe_next = (head)->sqh_first;                                               \
        if (!(elm)->field.sqe_next) {                                                            \
            (head)->sqh_last = &(elm)->field.sqe_next;                                           \
        }                                                                                        \
        (head)->sqh_first = (elm);                                                               \
    } while (0)
#define QSIMPLEQ_INSERT_TAIL(head, elm, field)                                                   \
    do {                                                                                         \
        (elm)->field.sqe_next = NULL;                                                            \
        *(head)->sqh_last = (elm);                                                               \
        (head)->sqh_last = &(elm)->field.sqe_next;                                               \
    } while (0)
#define QSIMPLEQ_INSERT_AFTER(head, listelm, elm, field)                                         \
    do {                                                                                         \
        (elm)->field.sqe_next = (listelm)->field.sqe_next;                                       \
        if (!(elm)->field.sqe_next) {                                                            \
            (head)->sqh_last = &(elm)->field.sqe_next;                                           \
        }                                                                                        \
        (listelm)->field.sqe_next = (elm);                                                       \
    } while (0)
#define QSIMPLEQ_REMOVE_HEAD(head, field)                                                        \
    do {                                                                                         \
        __typeof__((head)->sqh_first) old_ = (head)->sqh_first;                                  \
        (head)->sqh_first = old_->field.sqe_next;                                                \
        if (!(head)->sqh_first) {                                                                \
            (head)->sqh_last = &(head)->sqh_first;                                               \
        }                                                                                        \
        old_->field.sqe_next = NULL;                                                             \
    } while (0)
#define QSIMPLEQ_REMOVE(head, elm, type, field)                                                  \
    do {                                                                                         \
        struct type **slot_ = &(head)->sqh_first;                                                \
        while (*slot_ != (elm)) {                                                                \
            slot_ = &(*slot_)->field.sqe_next;                                                   \
        }                                                                                        \
        *slot_ = (elm)->field.sqe_next;                                                          \
        if (!*slot_) {                                                                           \
            (head)->sqh_last = slot_;                                                            \
        }                                                                                        \
        (elm)->field.sqe_next = NULL;                                                            \
    } while (0)
/* Append all of @src to @dst and leave @src empty. */
#define QSIMPLEQ_CONCAT(dst, src)                                                                \
    do {                                                                                         \
        if (!QSIMPLEQ_EMPTY(src)) {                                                              \
            *(dst)->sqh_last = (src)->sqh_first;                                                 \
            (dst)->sqh_last = (src)->sqh_last;                                                   \
            QSIMPLEQ_INIT(src);                                                                  \
        }                                                                                        \
    } while (0)
#define QSIMPLEQ_PREPEND(dst, src)                                                               \
    do {                                                                                         \
        if (!QSIMPLEQ_EMPTY(src)) {                                                              \
            *(src)->sqh_last = (dst)->sqh_first;                                                 \
            if (QSIMPLEQ_EMPTY(dst)) {                                                           \
                (dst)->sqh_last = (src)->sqh_last;                                               \
            }                                                                                    \
            (dst)->sqh_first = (src)->sqh_first;                                                 \
            QSIMPLEQ_INIT(src);                                                                  \
        }                                                                                        \
    } while (0)
#define QSIMPLEQ_FOREACH(var, head, field)                                                       \
    for ((var) = QSIMPLEQ_FIRST(head); (var); (var) = QSIMPLEQ_NEXT(var, field))
#define QSIMPLEQ_FOREACH_SAFE(var, head, field, next)                                            \
    for ((var) = QSIMPLEQ_FIRST(head); (var) && ((next) = QSIMPLEQ_NEXT(var, field), 1);         \
         (var) = (next))

/*
 * ---- QTAILQ
 *
 * Head and entry share one layout (first or next, and the pair before), so that walking
 * backwards needs no type of the head: the pair before an entry is another entry's link pair
 * or the head, and the pair before that points, by its first member, to the entry itself.
 */
typedef struct QTailQLink {
    void *tql_next;
    struct QTailQLink *tql_prev;
} QTailQLink;

#define QTAILQ_HEAD(name, type)                                                                  \
    union name {                                                                                 \
        struct type *tqh_first;                                                                  \
        QTailQLink tqh_circ;                                                                     \
    }
#define QTAILQ_HEAD_INITIALIZER(head) { .tqh_circ = { NULL, &(head).tqh_circ } }
#define QTAILQ_ENTRY(type)                                                                       \
    union {                                                                                      \
        struct type *tqe_next;                                                                   \
        QTailQLink tqe_circ;                                                                     \
    }
#define QTAILQ_INIT(head)                                                                        \
    do {                                                                                         \
        (head)->tqh_first = NULL;                                                                \
        (head)->tqh_circ.tql_prev = &(head)->tqh_circ;                                           \
    } while (0)
#define QTAILQ_EMPTY(head) ((head)->tqh_first == NULL)
#define QTAILQ_FIRST(head) ((head)->tqh_first)
#define QTAILQ_NEXT(elm, field) ((elm)->field.tqe_next)
#define QTAILQ_IN_USE(elm, field) ((elm)->field.tqe_circ.tql_prev != NULL)
/* The element that @link's predecessor pair says; NULL at the front. */
#define QTAILQ_LAST(head)                                                                        \
    ((__typeof__((head)->tqh_first))(head)->tqh_circ.tql_prev->tql_prev->tql_next)
#define QTAILQ_PREV(elm, field)                                                                  \
    ((__typeof__((elm)->field.tqe_next))(elm)->field.tqe_circ.tql_prev->tql_prev->tql_next)
#define QTAILQ_INSERT_HEAD(head, elm, field)                                                     \
    do {                                                                                         \
        (elm)->field.tqe_next = (head)->tqh_first;                                               \
        if ((elm)->field.tqe_next) {                                                             \
            (head)->tqh_first->field.tqe_circ.tql_prev = &(elm)->field.tqe_circ;                 \
        } else {                                                                                 \
            (head)->tqh_circ.tql_prev = &(elm)->field.tqe_circ;                                  \
        }                                                                                        \
        (elm)->field.tqe_circ.tql_prev = &(head)->tqh_circ;                                      \
        (head)->tqh_first = (elm);                                                               \
    } while (0)
#define QTAILQ_INSERT_TAIL(head, elm, field)                                                     \
    do {                                                                                         \
        (elm)->field.tqe_next = NULL;                                                            \
        (elm)->field.tqe_circ.tql_prev = (head)->tqh_circ.tql_prev;                              \
        (head)->tqh_circ.tql_prev->tql_next = (elm);                                             \
        (head)->tqh_circ.tql_prev = &(elm)->field.tqe_circ;                                      \
    } while (0)
#define QTAILQ_INSERT_AFTER(head, listelm, elm, field)                                           \
    do {                                                                                         \
        (elm)->field.tqe_next = (listelm)->field.tqe_next;                                       \
        if ((elm)->field.tqe_next) {                                                             \
            (elm)->field.tqe_next->field.tqe_circ.tql_prev = &(elm)->field.tqe_circ;             \
        } else {                                                                                 \
            (head)->tqh_circ.tql_prev = &(elm)->field.tqe_circ;                                  \
        }                                                                                        \
        (listelm)->field.tqe_next = (elm);                                                       \
        (elm)->field.tqe_circ.tql_prev = &(listelm)->field.tqe_circ;                             \
    } while (0)
#define QTAILQ_INSERT_BEFORE(listelm, elm, field)                                                \
    do {                                                                                         \
        (elm)->field.tqe_circ.tql_prev = (listelm)->field.tqe_circ.tql_prev;                     \
        (elm)->field.tqe_next = (listelm);                                                       \
        (listelm)->field.tqe_circ.tql_prev->tql_next = (elm);                                    \
        (listelm)->field.tqe_circ.tql_prev = &(elm)->field.tqe_circ;                             \
    } while (0)
#define QTAILQ_REMOVE(head, elm, field)                                                          \
    do {                                                                                         \
        if ((elm)->field.tqe_next) {                                                             \
            (elm)->field.tqe_next->field.tqe_circ.tql_prev = (elm)->field.tqe_circ.tql_prev;     \
        } else {                                                                                 \
            (head)->tqh_circ.tql_prev = (elm)->field.tqe_circ.tql_prev;                          \
        }                                                                                        \
        (elm)->field.tqe_circ.tql_prev->tql_next = (elm)->field.tqe_next;                        \
        (elm)->field.tqe_circ.tql_prev = NULL;                                                   \
        (elm)->field.tqe_circ.tql_next = NULL;                                                   \
    } while (0)
#define QTAILQ_FOREACH(var, head, field)                                                         \
    for ((var) = QTAILQ_FIRST(head); (var); (var) = QTAILQ_NEXT(var, field))
#define QTAILQ_FOREACH_SAFE(var, head, field, next)                                              \
    for ((var) = QTAILQ_FIRST(head); (var) && ((next) = QTAILQ_NEXT(var, field), 1);             \
         (var) = (next))
#define QTAILQ_FOREACH_REVERSE(var, head, field)                                                 \
    for ((var) = QTAILQ_LAST(head); (var); (var) = QTAILQ_PREV(var, field))
#define QTAILQ_FOREACH_REVERSE_SAFE(var, head, field, prev)                                      \
    for ((var) = QTAILQ_LAST(head); (var) && ((prev) = QTAILQ_PREV(var, field), 1);              \
         (var) = (prev))

#endif
