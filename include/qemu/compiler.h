/*
 * Compiler attributes and preprocessor helpers.
 *
 * Needs nothing but a GNU C compiler, so that generated and host-tool code can use it too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_COMPILER_H
#define QEMU_COMPILER_H

#define xglue(a, b) a##b
#define glue(a, b) xglue(a, b)
#define stringify(s) tostring(s)
#define tostring(s) #s

#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

#define QEMU_PACKED __attribute__((packed))
#define QEMU_ALIGNED(n) __attribute__((aligned(n)))
#define QEMU_SENTINEL __attribute__((sentinel))
#define QEMU_NOINLINE __attribute__((noinline))
#define QEMU_ALWAYS_INLINE __attribute__((always_inline)) inline
#define QEMU_WARN_UNUSED_RESULT __attribute__((warn_unused_result))
#define QEMU_ERROR(msg) __attribute__((error(msg)))

#ifndef container_of
/* The structure of @type whose @member is at @ptr. */
#define container_of(ptr, type, member)                                                          \
    ({                                                                                           \
        const __typeof__(((type *)0)->member) *mptr_ = (ptr);                                    \
        (type *)((char *)mptr_ - offsetof(type, member));                                        \
    })
#endif

#define sizeof_field(type, field) sizeof(((type *)0)->field)

/* QOM upcasts for code that runs too often to check the class. */
#define DO_UPCAST(type, field, ptr) container_of(ptr, type, field)

#define QEMU_BUILD_BUG_MSG(x, msg) _Static_assert(!(x), msg)
#define QEMU_BUILD_BUG_ON(x) QEMU_BUILD_BUG_MSG(x, "not expecting: " #x)
/* As an expression: evaluates to 0, or does not compile. */
#define QEMU_BUILD_BUG_ON_ZERO(x) (sizeof(struct { _Static_assert(!(x), #x); char c_; }) * 0)

#if defined(__clang__)
#define QEMU_DISABLE_CFI __attribute__((no_sanitize("cfi-icall")))
#else
#define QEMU_DISABLE_CFI
#endif

#if defined(__SANITIZE_THREAD__)
#define QEMU_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define QEMU_TSAN 1
#endif
#endif

#if defined(__SANITIZE_ADDRESS__)
#define QEMU_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define QEMU_ASAN 1
#endif
#endif

/* Marks functions that may yield; they may only be called from a coroutine. */
#define coroutine_fn
/* Marks functions that run both in and out of a coroutine. */
#define coroutine_mixed_fn

#endif
