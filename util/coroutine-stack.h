/*
 * What the switching back ends share: stacks, and the sanitizers' view of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef UTIL_COROUTINE_STACK_H
#define UTIL_COROUTINE_STACK_H

#include "qemu/coroutine_int.h"

typedef struct CoroutineStack {
    Coroutine base; /* first */
    char *stack;    /* lowest usable byte; NULL for a thread's own stack */
    size_t size;
    void *context; /* the back end's: saved stack pointer, or jump buffer */
#ifdef QEMU_ASAN
    void *fake_stack;
    const void *asan_bottom;
    size_t asan_size;
#endif
#ifdef QEMU_TSAN
    void *fiber;
#endif
} CoroutineStack;

/* Map a stack with a guard page below. Ends the process when memory runs out. */
CoroutineStack *coroutine_stack_new(void);
void coroutine_stack_delete(CoroutineStack *co);
/* Tell the sanitizers before a switch and, on the other side, after it. */
void coroutine_switch_begin(CoroutineStack *from, CoroutineStack *to, CoroutineAction action);
void coroutine_switch_end(CoroutineStack *self);
/* What runs on a new stack: entry functions, one after the other, for ever. */
G_NORETURN void coroutine_stack_main(CoroutineStack *co);

#endif
