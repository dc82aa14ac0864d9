/*
 * Switching stacks on x86-64 and AArch64 hosts.
 *
 * co_switch(save, load, value) pushes the registers that the ABI lets a callee keep, stores
 * the stack pointer in *save, takes @load as stack pointer and pops the registers found
 * there; it returns @value there. Floating-point control registers are the thread's, not the
 * coroutine's, and are left alone.
 *
 * Spec:    System V AMD64 ABI 3.2.1; AAPCS64 6.1.1 and 6.1.2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "coroutine-stack.h"

uintptr_t co_switch(void **save, void *load, uintptr_t value);
void co_first_entry(void);

#if defined(__x86_64__)
__asm__(".text\n"
        ".p2align 4\n"
        ".hidden co_switch\n"
        ".globl co_switch\n"
        ".type co_switch, @function\n"
        "co_switch:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    movq %rdx, %rax\n"
        "    retq\n"
        ".size co_switch, .-co_switch\n"
        /* rbx: the CoroutineStack; r12: what to call. rbp 0 ends stack traces. */
        ".hidden co_first_entry\n"
        ".globl co_first_entry\n"
        ".type co_first_entry, @function\n"
        "co_first_entry:\n"
        "    .cfi_startproc\n"
        "    .cfi_undefined rip\n"
        "    movq %rbx, %rdi\n"
        "    callq *%r12\n"
        "    ud2\n"
        "    .cfi_endproc\n"
        ".size co_first_entry, .-co_first_entry\n");

/* What co_switch() pops, upward from the stack pointer. */
enum { R15, R14, R13, R12, RBX, RBP, RIP, FRAME_WORDS };

static void prepare(CoroutineStack *co)
{
    /* After the return the pointer is a multiple of 16, as before any call. */
    uintptr_t *top = (uintptr_t *)(co->stack + co->size) - 2;
    uintptr_t *frame = top - FRAME_WORDS;

    memset(frame, 0, FRAME_WORDS * sizeof(*frame));
    frame[RBX] = (uintptr_t)co;
    frame[R12] = (uintptr_t)coroutine_stack_main;
    frame[RIP] = (uintptr_t)co_first_entry;
    co->context = frame;
}
#elif defined(__aarch64__)
__asm__(".text\n"
        ".p2align 4\n"
        ".hidden co_switch\n"
        ".globl co_switch\n"
        ".type co_switch, %function\n"
        "co_switch:\n"
        "    stp x29, x30, [sp, #-160]!\n"
        "    stp x19, x20, [sp, #16]\n"
        "    stp x21, x22, [sp, #32]\n"
        "    stp x23, x24, [sp, #48]\n"
        "    stp x25, x26, [sp, #64]\n"
        "    stp x27, x28, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    mov x3, sp\n"
        "    str x3, [x0]\n"
        "    mov sp, x1\n"
        "    ldp x19, x20, [sp, #16]\n"
        "    ldp x21, x22, [sp, #32]\n"
        "    ldp x23, x24, [sp, #48]\n"
        "    ldp x25, x26, [sp, #64]\n"
        "    ldp x27, x28, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    ldp x29, x30, [sp], #160\n"
        "    mov x0, x2\n"
        "    ret\n"
        ".size co_switch, .-co_switch\n"
        /* x19: the CoroutineStack; x20: what to call. */
        ".hidden co_first_entry\n"
        ".globl co_first_entry\n"
        ".type co_first_entry, %function\n"
        "co_first_entry:\n"
        "    mov x0, x19\n"
        "    blr x20\n"
        "    brk #1\n"
        ".size co_first_entry, .-co_first_entry\n");

enum { X29, X30, X19, X20, FRAME_WORDS = 20 };

static void prepare(CoroutineStack *co)
{
    uintptr_t *frame = (uintptr_t *)(co->stack + co->size) - FRAME_WORDS;

    memset(frame, 0, FRAME_WORDS * sizeof(*frame));
    frame[X19] = (uintptr_t)co;
    frame[X20] = (uintptr_t)coroutine_stack_main;
    frame[X30] = (uintptr_t)co_first_entry;
    co->context = frame;
}
#else
#error "this host needs configure --with-coroutine=ucontext"
#endif

Coroutine *coroutine_backend_new(void)
{
    CoroutineStack *co = coroutine_stack_new();

    prepare(co);
    return &co->base;
}

void coroutine_backend_delete(Coroutine *co)
{
    coroutine_stack_delete(container_of(co, CoroutineStack, base));
}

QEMU_NOINLINE CoroutineAction coroutine_backend_switch(Coroutine *from_, Coroutine *to_,
                                                       CoroutineAction action)
{
    CoroutineStack *from = container_of(from_, CoroutineStack, base);
    CoroutineStack *to = container_of(to_, CoroutineStack, base);

    coroutine_switch_begin(from, to, action);
    CoroutineAction back = co_switch(&from->context, to->context, action);
    coroutine_switch_end(from);
    return back;
}
