/*
 * Lists of queue.h that RCU readers may walk while one writer changes them.
 *
 * Writers hold their own lock. A removed entry keeps its forward link until a grace period
 * has passed, so that a reader standing on it finds the way on; free it with call_rcu().
 * Readers only walk forward.
 *
 * Removal publishes the next entry in a new place, so it is a release store like insertion.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_RCU_QUEUE_H
#define QEMU_RCU_QUEUE_H

#include "qemu/atomic.h"
#include "qemu/queue.h"

#define QLIST_EMPTY_RCU(head) (qatomic_read(&(head)->lh_first) == NULL)
#define QLIST_FIRST_RCU(head) (qatomic_rcu_read(&(head)->lh_first))
#define QLIST_NEXT_RCU(elm, field) (qatomic_rcu_read(&(elm)->field.le_next))

#define qlist_link_rcu_(slot, elm, field)                                                        \
    do {                                                                                         \
        __typeof__(&(elm)->field.le_next) slot_ = (slot);                                        \
        __typeof__(elm) new_ = (elm);                                                            \
        new_->field.le_next = *slot_;                                                            \
        new_->field.le_prev = slot_;                                                             \
        if (new_->field.le_next) {                                                               \
            new_->field.le_next->field.le_prev = &new_->field.le_next;                           \
        }                                                                                        \
        qatomic_rcu_set(slot_, new_);                                                            \
    } while (0)
#define QLIST_INSERT_HEAD_RCU(head, elm, field) qlist_link_rcu_(&(head)->lh_first, elm, field)
#define QLIST_INSERT_AFTER_RCU(listelm, elm, field)                                              \
    qlist_link_rcu_(&(listelm)->field.le_next, elm, field)
#define QLIST_INSERT_BEFORE_RCU(listelm, elm, field)                                             \
    qlist_link_rcu_((listelm)->field.le_prev, elm, field)
#define QLIST_REMOVE_RCU(elm, field)                                                             \
    do {                                                                                         \
        if ((elm)->field.le_next) {                                                              \
            (elm)->field.le_next->field.le_prev = (elm)->field.le_prev;                          \
        }                                                                                        \
        qatomic_rcu_set((elm)->field.le_prev, (elm)->field.le_next);                                 \
    } while (0)
#define QLIST_FOREACH_RCU(var, head, field)                                                      \
    for ((var) = QLIST_FIRST_RCU(head); (var); (var) = QLIST_NEXT_RCU(var, field))
#define QLIST_FOREACH_SAFE_RCU(var, head, field, next)                                           \
    for ((var) = QLIST_FIRST_RCU(head); (var) && ((next) = QLIST_NEXT_RCU(var, field), 1);       \
         (var) = (next))

#define QSIMPLEQ_EMPTY_RCU(head) (qatomic_read(&(head)->sqh_first) == NULL)
#define QSIMPLEQ_FIRST_RCU(head) (qatomic_rcu_read(&(head)->sqh_first))
#define QSIMPLEQ_NEXT_RCU(elm, field) (qatomic_rcu_read(&(elm)->field.sqe_next))
#define QSIMPLEQ_INSERT_TAIL_RCU(head, elm, field)                                               \
    do {                                                                                         \
        (elm)->field.sqe_next = NULL;                                                            \
        qatomic_rcu_set((head)->sqh_last, (elm));                                                \
        (head)->sqh_last = &(elm)->field.sqe_next;                                               \
    } while (0)
#define QSIMPLEQ_FOREACH_RCU(var, head, field)                                                   \
    for ((var) = QSIMPLEQ_FIRST_RCU(head); (var); (var) = QSIMPLEQ_NEXT_RCU(var, field))

#define QTAILQ_EMPTY_RCU(head) (qatomic_read(&(head)->tqh_first) == NULL)
#define QTAILQ_FIRST_RCU(head) (qatomic_rcu_read(&(head)->tqh_first))
#define QTAILQ_NEXT_RCU(elm, field) (qatomic_rcu_read(&(elm)->field.tqe_next))
#define QTAILQ_INSERT_HEAD_RCU(head, elm, field)                                                 \
    do {                                                                                         \
        (elm)->field.tqe_next = (head)->tqh_first;                                               \
        (elm)->field.tqe_circ.tql_prev = &(head)->tqh_circ;                                      \
        if ((elm)->field.tqe_next) {                                                             \
            (elm)->field.tqe_next->field.tqe_circ.tql_prev = &(elm)->field.tqe_circ;             \
        } else {                                                                                 \
            (head)->tqh_circ.tql_prev = &(elm)->field.tqe_circ;                                  \
        }                                                                                        \
        qatomic_rcu_set(&(head)->tqh_first, (elm));                                              \
    } while (0)
#define QTAILQ_INSERT_TAIL_RCU(head, elm, field)                                                 \
    do {                                                                                         \
        QTailQLink *tail_ = (head)->tqh_circ.tql_prev;                                           \
        (elm)->field.tqe_next = NULL;                                                            \
        (elm)->field.tqe_circ.tql_prev = tail_;                                                  \
        (head)->tqh_circ.tql_prev = &(elm)->field.tqe_circ;                                      \
        qatomic_rcu_set(&tail_->tql_next, (void *)(elm));                                        \
    } while (0)
#define QTAILQ_INSERT_AFTER_RCU(head, listelm, elm, field)                                       \
    do {                                                                                         \
        (elm)->field.tqe_next = (listelm)->field.tqe_next;                                       \
        (elm)->field.tqe_circ.tql_prev = &(listelm)->field.tqe_circ;                             \
        if ((elm)->field.tqe_next) {                                                             \
            (elm)->field.tqe_next->field.tqe_circ.tql_prev = &(elm)->field.tqe_circ;             \
        } else {                                                                                 \
            (head)->tqh_circ.tql_prev = &(elm)->field.tqe_circ;                                  \
        }                                                                                        \
        qatomic_rcu_set(&(listelm)->field.tqe_next, (elm));                                      \
    } while (0)
#define QTAILQ_INSERT_BEFORE_RCU(listelm, elm, field)                                            \
    do {                                                                                         \
        QTailQLink *before_ = (listelm)->field.tqe_circ.tql_prev;                                \
        (elm)->field.tqe_next = (listelm);                                                       \
        (elm)->field.tqe_circ.tql_prev = before_;                                                \
        (listelm)->field.tqe_circ.tql_prev = &(elm)->field.tqe_circ;                             \
        qatomic_rcu_set(&before_->tql_next, (void *)(elm));                                      \
    } while (0)
#define QTAILQ_REMOVE_RCU(head, elm, field)                                                      \
    do {                                                                                         \
        QTailQLink *before_ = (elm)->field.tqe_circ.tql_prev;                                    \
        if ((elm)->field.tqe_next) {                                                             \
            (elm)->field.tqe_next->field.tqe_circ.tql_prev = before_;                            \
        } else {                                                                                 \
            (head)->tqh_circ.tql_prev = before_;                                                 \
        }                                                                                        \
        qatomic_rcu_set(&before_->tql_next, (void *)(elm)->field.tqe_next);                          \
        (elm)->field.tqe_circ.tql_prev = NULL;                                                   \
    } while (0)
#define QTAILQ_FOREACH_RCU(var, head, field)                                                     \
    for ((var) = QTAILQ_FIRST_RCU(head); (var); (var) = QTAILQ_NEXT_RCU(var, field))

#endif
