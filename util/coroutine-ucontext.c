/*
 * Switching stacks on any POSIX host: makecontext() and setcontext() to enter a stack for the
 * first time, then sigsetjmp() and siglongjmp(), which leave the signal mask alone and so
 * make no system call.
 *
 * Built without _FORTIFY_SOURCE, whose longjmp() refuses to leave a stack sideways.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <setjmp.h>
#include <ucontext.h>
#include "coroutine-stack.h"

typedef struct SavedContext {
    bool entered; /* regs is valid; else first is */
    sigjmp_buf regs;
    ucontext_t first;
} SavedContext;

static SavedContext *saved(CoroutineStack *co)
{
    /* A thread's own stack needs one from the first time that it is left. */
    if (!co->context) {
        co->context = g_new0(SavedContext, 1);
    }
    return co->context;
}

/* makecontext() passes ints: a pointer comes in two halves. */
static void first_entry(unsigned lo, unsigned hi)
{
    coroutine_stack_main((CoroutineStack *)((uintptr_t)lo | (uintptr_t)hi << 16 << 16));
}

Coroutine *coroutine_backend_new(void)
{
    CoroutineStack *co = coroutine_stack_new();
    SavedContext *s = saved(co);
    uintptr_t p = (uintptr_t)co;

    if (getcontext(&s->first) < 0) {
        abort();
    }
    s->first.uc_stack.ss_sp = co->stack;
    s->first.uc_stack.ss_size = co->size;
    makecontext(&s->first, (void (*)(void))first_entry, 2, (unsigned)p,
                (unsigned)(p >> 16 >> 16));
    return &co->base;
}

void coroutine_backend_delete(Coroutine *co_)
{
    CoroutineStack *co = container_of(co_, CoroutineStack, base);

    g_free(co->context);
    coroutine_stack_delete(co);
}

QEMU_NOINLINE CoroutineAction coroutine_backend_switch(Coroutine *from_, Coroutine *to_,
                                                       CoroutineAction action)
{
    CoroutineStack *from = container_of(from_, CoroutineStack, base);
    CoroutineStack *to = container_of(to_, CoroutineStack, base);
    SavedContext *s = saved(from), *d = saved(to);

    s->entered = true;
    int back = sigsetjmp(s->regs, 0);
    if (!back) {
        coroutine_switch_begin(from, to, action);
        if (d->entered) {
            siglongjmp(d->regs, action);
        }
        /* The new stack starts with the mask of whoever enters it. */
        pthread_sigmask(SIG_SETMASK, NULL, &d->first.uc_sigmask);
        setcontext(&d->first);
        abort();
    }
    coroutine_switch_end(from);
    return back;
}
