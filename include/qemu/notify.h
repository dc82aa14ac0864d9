/*
 * Lists of callbacks.
 *
 * A notifier may remove itself while it is being called.
 *
 * Threads: the owner's lock, usually the BQL.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_NOTIFY_H
#define QEMU_NOTIFY_H

#include "qemu/queue.h"
#include "qemu/typedefs.h"

struct Notifier {
    void (*notify)(Notifier *notifier, void *data);
    QLIST_ENTRY(Notifier) node;
};
struct NotifierList {
    QLIST_HEAD(, Notifier) notifiers;
};
#define NOTIFIER_LIST_INITIALIZER(list) { QLIST_HEAD_INITIALIZER((list).notifiers) }

void notifier_list_init(NotifierList *list);
/* Newest first. */
void notifier_list_add(NotifierList *list, Notifier *notifier);
/* Harmless on a notifier that is on no list, if it was zero-initialised. */
void notifier_remove(Notifier *notifier);
void notifier_list_notify(NotifierList *list, void *data);
bool notifier_list_empty(NotifierList *list);

/* As above, with callbacks that can refuse: negative (or 0) ends or continues the walk. */
typedef struct NotifierWithReturn NotifierWithReturn;
struct NotifierWithReturn {
    int (*notify)(NotifierWithReturn *notifier, void *data);
    QLIST_ENTRY(NotifierWithReturn) node;
};
typedef struct NotifierWithReturnList {
    QLIST_HEAD(, NotifierWithReturn) notifiers;
} NotifierWithReturnList;
#define NOTIFIER_WITH_RETURN_LIST_INITIALIZER(list) { QLIST_HEAD_INITIALIZER((list).notifiers) }

void notifier_with_return_list_init(NotifierWithReturnList *list);
void notifier_with_return_list_add(NotifierWithReturnList *list, NotifierWithReturn *notifier);
void notifier_with_return_remove(NotifierWithReturn *notifier);
/* 0, or the first other answer. */
int notifier_with_return_list_notify(NotifierWithReturnList *list, void *data);

#endif
