/*
 * The inside of a coroutine, for the switching back ends and the event loop.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_COROUTINE_INT_H
#define QEMU_COROUTINE_INT_H

#include "qemu/coroutine.h"

typedef enum {
    COROUTINE_YIELD = 1,
    COROUTINE_TERMINATE = 2,
    COROUTINE_ENTER = 3,
} CoroutineAction;

struct Coroutine {
    CoroutineEntry *entry;
    void *entry_arg;
    Coroutine *caller; /* who entered it; NULL while it does not run */
    QSLIST_ENTRY(Coroutine) pool_next;

    /* The context it runs in, or ran in last; atomic. */
    AioContext *ctx;
    AioContext *reschedule_ctx;
    const char *scheduled; /* atomic: by which function it is scheduled, or NULL */
    QSLIST_ENTRY(Coroutine) co_scheduled_next;

    /* Coroutines to enter when this one yields. */
    QSIMPLEQ_ENTRY(Coroutine) co_queue_next;
    QSIMPLEQ_HEAD(, Coroutine) co_queue_wakeup;
    unsigned locks_held; /* CoMutexes */
};

/* A back end (coroutine-asm.c or coroutine-ucontext.c). */
Coroutine *coroutine_backend_new(void);
void coroutine_backend_delete(Coroutine *co);
/* Save the current context in @from, continue @to; returns what the way back says. */
CoroutineAction coroutine_backend_switch(Coroutine *from, Coroutine *to, CoroutineAction action);
/* The coroutine that stands for the calling thread. */
Coroutine *coroutine_backend_self(void);
void coroutine_backend_set_self(Coroutine *co);

#endif
