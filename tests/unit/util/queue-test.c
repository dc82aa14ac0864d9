/*
 * Lists keep their order through insertion, removal and joining.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/queue.h"

typedef struct Item {
    char name;
    QLIST_ENTRY(Item) list;
    QSLIST_ENTRY(Item) slist;
    QSIMPLEQ_ENTRY(Item) simpleq;
    QTAILQ_ENTRY(Item) tailq;
} Item;

#define MAKE(...)                                                                                \
    Item items[] = { __VA_ARGS__ };                                                              \
    Item *a = &items[0], *b = &items[1], *c = &items[2], *i;                                     \
    char text[8];                                                                                \
    int n = 0
#define COLLECT(FOREACH, ...)                                                                    \
    ({                                                                                           \
        n = 0;                                                                                   \
        FOREACH(i, __VA_ARGS__)                                                                  \
        {                                                                                        \
            text[n++] = i->name;                                                                 \
        }                                                                                        \
        text[n] = '\0';                                                                          \
        text;                                                                                    \
    })

START_TEST(test_qlist)
{
    QLIST_HEAD(, Item) head = QLIST_HEAD_INITIALIZER(head), other;
    MAKE({ 'a' }, { 'b' }, { 'c' });

    QLIST_INSERT_HEAD(&head, b, list);
    QLIST_INSERT_BEFORE(b, a, list);
    QLIST_INSERT_AFTER(b, c, list);
    ck_assert_str_eq(COLLECT(QLIST_FOREACH, &head, list), "abc");
    QLIST_REMOVE(b, list);
    ck_assert(!QLIST_IS_INSERTED(b, list));
    QLIST_SAFE_REMOVE(b, list);
    ck_assert_str_eq(COLLECT(QLIST_FOREACH, &head, list), "ac");
    QLIST_MOVE(&other, &head, list);
    ck_assert(QLIST_EMPTY(&head));
    QLIST_REMOVE(a, list);
    ck_assert_str_eq(COLLECT(QLIST_FOREACH, &other, list), "c");
    QLIST_REMOVE(c, list);
    ck_assert(QLIST_EMPTY(&other));
}
END_TEST

START_TEST(test_qslist)
{
    QSLIST_HEAD(, Item) head = QSLIST_HEAD_INITIALIZER(head), taken;
    MAKE({ 'a' }, { 'b' }, { 'c' });

    QSLIST_INSERT_HEAD(&head, c, slist);
    QSLIST_INSERT_HEAD_ATOMIC(&head, a, slist);
    QSLIST_INSERT_AFTER(a, b, slist);
    ck_assert_str_eq(COLLECT(QSLIST_FOREACH, &head, slist), "abc");
    QSLIST_REMOVE(&head, b, Item, slist);
    ck_assert_str_eq(COLLECT(QSLIST_FOREACH, &head, slist), "ac");
    QSLIST_REMOVE_AFTER(a, slist);
    QSLIST_MOVE_ATOMIC(&taken, &head);
    ck_assert(QSLIST_EMPTY(&head));
    ck_assert_str_eq(COLLECT(QSLIST_FOREACH, &taken, slist), "a");
    QSLIST_REMOVE_HEAD(&taken, slist);
    ck_assert(QSLIST_EMPTY(&taken));
}
END_TEST

START_TEST(test_qsimpleq)
{
    QSIMPLEQ_HEAD(, Item) head = QSIMPLEQ_HEAD_INITIALIZER(head), other;
    MAKE({ 'a' }, { 'b' }, { 'c' });

    QSIMPLEQ_INIT(&other);
    ck_assert_ptr_null(QSIMPLEQ_LAST(&head, Item, simpleq));
    QSIMPLEQ_INSERT_TAIL(&head, b, simpleq);
    QSIMPLEQ_INSERT_HEAD(&head, a, simpleq);
    QSIMPLEQ_INSERT_AFTER(&head, b, c, simpleq);
    ck_assert_str_eq(COLLECT(QSIMPLEQ_FOREACH, &head, simpleq), "abc");
    ck_assert_ptr_eq(QSIMPLEQ_LAST(&head, Item, simpleq), c);
    QSIMPLEQ_REMOVE(&head, c, Item, simpleq);
    QSIMPLEQ_INSERT_TAIL(&other, c, simpleq);
    QSIMPLEQ_PREPEND(&other, &head);
    ck_assert(QSIMPLEQ_EMPTY(&head));
    ck_assert_str_eq(COLLECT(QSIMPLEQ_FOREACH, &other, simpleq), "abc");
    QSIMPLEQ_CONCAT(&head, &other);
    QSIMPLEQ_REMOVE_HEAD(&head, simpleq);
    ck_assert_str_eq(COLLECT(QSIMPLEQ_FOREACH, &head, simpleq), "bc");
}
END_TEST

START_TEST(test_qtailq)
{
    QTAILQ_HEAD(, Item) head = QTAILQ_HEAD_INITIALIZER(head);
    Item *next;
    MAKE({ 'a' }, { 'b' }, { 'c' });

    QTAILQ_INSERT_TAIL(&head, b, tailq);
    QTAILQ_INSERT_HEAD(&head, a, tailq);
    QTAILQ_INSERT_AFTER(&head, b, c, tailq);
    ck_assert_str_eq(COLLECT(QTAILQ_FOREACH, &head, tailq), "abc");
    ck_assert_str_eq(COLLECT(QTAILQ_FOREACH_REVERSE, &head, tailq), "cba");
    ck_assert_ptr_eq(QTAILQ_LAST(&head), c);
    ck_assert_ptr_eq(QTAILQ_PREV(b, tailq), a);
    ck_assert_ptr_null(QTAILQ_PREV(a, tailq));
    QTAILQ_REMOVE(&head, a, tailq);
    ck_assert(!QTAILQ_IN_USE(a, tailq));
    QTAILQ_INSERT_BEFORE(c, a, tailq);
    ck_assert_str_eq(COLLECT(QTAILQ_FOREACH, &head, tailq), "bac");
    QTAILQ_FOREACH_SAFE(i, &head, tailq, next) {
        QTAILQ_REMOVE(&head, i, tailq);
    }
    ck_assert(QTAILQ_EMPTY(&head));
    QTAILQ_INSERT_TAIL(&head, c, tailq);
    ck_assert_ptr_eq(QTAILQ_FIRST(&head), c);
    ck_assert_ptr_eq(QTAILQ_LAST(&head), c);
}
END_TEST

UNIT_MAIN("util/queue", test_qlist, test_qslist, test_qsimpleq, test_qtailq)
