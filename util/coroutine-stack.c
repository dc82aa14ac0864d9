/*
 * Stacks of coroutines.
 *
 * Thread:  coroutine_backend_self() and its setter are never inlined: a coroutine may go on in
 *          another thread, and the compiler would keep the address of the thread's variable.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "coroutine-stack.h"
#ifdef QEMU_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef QEMU_TSAN
#include <sanitizer/tsan_interface.h>
#endif

/* Deep recursion is not for coroutines; the kernel gives only what is touched. */
#define STACK_SIZE (1 * MiB)

static __thread CoroutineStack thread_self;
static __thread CoroutineStack *current;

QEMU_NOINLINE Coroutine *coroutine_backend_self(void)
{
    if (!current) {
        current = &thread_self;
#ifdef QEMU_TSAN
        thread_self.fiber = __tsan_get_current_fiber();
#endif
    }
    return &current->base;
}

QEMU_NOINLINE void coroutine_backend_set_self(Coroutine *co)
{
    current = container_of(co, CoroutineStack, base);
}

CoroutineStack *coroutine_stack_new(void)
{
    CoroutineStack *co = g_new0(CoroutineStack, 1);
    size_t guard = qemu_real_host_page_size();
    char *map = mmap(NULL, STACK_SIZE + guard, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);

    if (map == MAP_FAILED || mprotect(map, guard, PROT_NONE) != 0) {
        fprintf(stderr, "cannot map a coroutine stack: %s\n", strerror(errno));
        abort();
    }
    co->stack = map + guard;
    co->size = STACK_SIZE;
#ifdef QEMU_ASAN
    co->asan_bottom = co->stack;
    co->asan_size = co->size;
#endif
#ifdef QEMU_TSAN
    co->fiber = __tsan_create_fiber(0);
#endif
    return co;
}

void coroutine_stack_delete(CoroutineStack *co)
{
    size_t guard = qemu_real_host_page_size();

#ifdef QEMU_TSAN
    __tsan_destroy_fiber(co->fiber);
#endif
    munmap(co->stack - guard, co->size + guard);
    g_free(co);
}

void coroutine_switch_begin(CoroutineStack *from, CoroutineStack *to, CoroutineAction action)
{
#ifdef QEMU_ASAN
    /* Also for one that ends: its stack is used again. */
    __sanitizer_start_switch_fiber(&from->fake_stack, to->asan_bottom, to->asan_size);
#endif
#ifdef QEMU_TSAN
    __tsan_switch_to_fiber(to->fiber, 0);
#endif
}

void coroutine_switch_end(CoroutineStack *self)
{
#ifdef QEMU_ASAN
    const void *bottom;
    size_t size;
    /* A thread's own stack becomes known when it is left for the first time. */
    CoroutineStack *from = self->base.caller ?
        container_of(self->base.caller, CoroutineStack, base) : NULL;

    __sanitizer_finish_switch_fiber(self->fake_stack, &bottom, &size);
    if (from && !from->asan_size) {
        from->asan_bottom = bottom;
        from->asan_size = size;
    }
#endif
}

void coroutine_stack_main(CoroutineStack *co)
{
    coroutine_switch_end(co);
    for (;;) {
        co->base.entry(co->base.entry_arg);

        Coroutine *to = co->base.caller;
        co->base.caller = NULL;
        coroutine_backend_switch(&co->base, to, COROUTINE_TERMINATE);
    }
}
