/*
 * The first header of every source file: host, C library and GLib, and the macros that all
 * code shares.
 *
 * Public headers rely on it and do not include it again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_OSDEP_H
#define QEMU_OSDEP_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include "config-host.h"
#include "qemu/compiler.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "qemu/typedefs.h"

/* Our asserts guard against our own bugs in a process that serves hostile guests. */
#ifdef NDEBUG
#error "assertions stay on in release builds"
#endif

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(x)                                                                            \
    (sizeof(x) / sizeof((x)[0]) +                                                                \
     QEMU_BUILD_BUG_ON_ZERO(__builtin_types_compatible_p(__typeof__(x), __typeof__(&(x)[0]))))
#endif

#undef MIN
#undef MAX
#define MIN(a, b)                                                                                \
    ({                                                                                           \
        __auto_type min_a_ = (a);                                                                \
        __auto_type min_b_ = (b);                                                                \
        min_a_ < min_b_ ? min_a_ : min_b_;                                                       \
    })
#define MAX(a, b)                                                                                \
    ({                                                                                           \
        __auto_type max_a_ = (a);                                                                \
        __auto_type max_b_ = (b);                                                                \
        max_a_ > max_b_ ? max_a_ : max_b_;                                                       \
    })
/* For constant expressions: array sizes, enumerators. */
#define MIN_CONST(a, b) ((a) < (b) ? (a) : (b))
#define MAX_CONST(a, b) ((a) > (b) ? (a) : (b))
/* The smaller of two values where 0 means "no limit". */
#define MIN_NON_ZERO(a, b)                                                                       \
    ({                                                                                           \
        __auto_type mnz_a_ = (a);                                                                \
        __auto_type mnz_b_ = (b);                                                                \
        mnz_a_ == 0 ? mnz_b_ : (mnz_b_ == 0 || mnz_b_ > mnz_a_) ? mnz_a_ : mnz_b_;               \
    })

#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
/* Round to a multiple of a number, of a power of two for the ROUND_ pair. */
#define QEMU_ALIGN_DOWN(n, m) ((n) / (m) * (m))
#define QEMU_ALIGN_UP(n, m) QEMU_ALIGN_DOWN((n) + (m) - 1, (m))
#define ROUND_DOWN(n, d) ((n) & -(0 ? (n) : (d)))
#define ROUND_UP(n, d) ROUND_DOWN((n) + (d) - 1, (d))
#define QEMU_IS_ALIGNED(n, m) (((n) % (m)) == 0)
#define QEMU_ALIGN_PTR_DOWN(p, n) ((__typeof__(p))QEMU_ALIGN_DOWN((uintptr_t)(p), (n)))
#define QEMU_ALIGN_PTR_UP(p, n) ((__typeof__(p))QEMU_ALIGN_UP((uintptr_t)(p), (n)))
#define QEMU_PTR_IS_ALIGNED(p, n) QEMU_IS_ALIGNED((uintptr_t)(p), (n))

/* Repeat a system call that fails with EINTR. */
#define RETRY_ON_EINTR(expr)                                                                     \
    ({                                                                                           \
        __typeof__(expr) r_;                                                                     \
        do {                                                                                     \
            r_ = (expr);                                                                         \
        } while (r_ == -1 && errno == EINTR);                                                    \
        r_;                                                                                      \
    })
#define TFR(expr) RETRY_ON_EINTR(expr)

#if defined(__LP64__)
#define HOST_LONG_BITS 64
#else
#define HOST_LONG_BITS 32
#endif
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define HOST_BIG_ENDIAN 1
#else
#define HOST_BIG_ENDIAN 0
#endif

#ifndef G_NORETURN
#define G_NORETURN __attribute__((noreturn))
#endif

/* Size of a host page in bytes, and the mask that keeps its number. */
static inline uintptr_t qemu_real_host_page_size(void)
{
    return (uintptr_t)sysconf(_SC_PAGESIZE);
}
static inline intptr_t qemu_real_host_page_mask(void)
{
    return -(intptr_t)qemu_real_host_page_size();
}

/*
 * Allocate @size bytes at a multiple of @alignment, a power of two that is a multiple of
 * sizeof(void *). qemu_memalign() ends the process when memory runs out, the try form
 * returns NULL. Free with qemu_vfree().
 */
void *qemu_memalign(size_t alignment, size_t size);
void *qemu_try_memalign(size_t alignment, size_t size);
void qemu_vfree(void *ptr);

/*
 * Reserve zeroed memory for guest RAM, aligned for huge pages where @size allows it. If
 * @align is not NULL the alignment goes there. @shared: survives fork as one memory;
 * @noreserve: no swap is set aside. NULL with errno set on failure; qemu_anon_ram_free()
 * with the same size gives it back.
 */
void *qemu_anon_ram_alloc(size_t size, uint64_t *align, bool shared, bool noreserve);
void qemu_anon_ram_free(void *ptr, size_t size);

/* madvise() by its Linux constants; -1 with errno (ENOSYS for an @advice of -1). */
int qemu_madvise(void *addr, size_t len, int advice);
#define QEMU_MADV_INVALID -1
#define QEMU_MADV_WILLNEED MADV_WILLNEED
#define QEMU_MADV_DONTNEED MADV_DONTNEED
#define QEMU_MADV_DONTFORK MADV_DONTFORK
#define QEMU_MADV_MERGEABLE MADV_MERGEABLE
#define QEMU_MADV_UNMERGEABLE MADV_UNMERGEABLE
#define QEMU_MADV_DODUMP MADV_DODUMP
#define QEMU_MADV_DONTDUMP MADV_DONTDUMP
#define QEMU_MADV_HUGEPAGE MADV_HUGEPAGE
#define QEMU_MADV_NOHUGEPAGE MADV_NOHUGEPAGE
#define QEMU_MADV_REMOVE MADV_REMOVE

/*
 * open() with O_CLOEXEC. A name "/dev/fdset/N" takes a descriptor from the monitor's set N.
 * Returns the descriptor, or -1 with @errp set (message names the file) and errno.
 */
int qemu_open(const char *name, int flags, Error **errp);
int qemu_create(const char *name, int flags, mode_t mode, Error **errp);
/* As open(), without a message: -1 with errno. */
int qemu_open_old(const char *name, int flags, ...);
int qemu_close(int fd);
/* dup() with O_CLOEXEC. */
int qemu_dup(int fd);

/* Write or read all of @count bytes; less only at an error (errno) or end of file. */
ssize_t qemu_write_full(int fd, const void *buf, size_t count);
ssize_t qemu_read_full(int fd, void *buf, size_t count);

/* pipe(), socket() and accept() with O_CLOEXEC. */
int qemu_pipe(int pipefd[2]);
int qemu_socket(int domain, int type, int protocol);
struct sockaddr;
int qemu_accept(int s, struct sockaddr *addr, unsigned int *addrlen);
void qemu_set_cloexec(int fd);
void qemu_socket_set_block(int fd);
void qemu_socket_set_nonblock(int fd);
/* 0, or a negative errno value. */
int qemu_socket_try_set_nonblock(int fd);
int socket_set_cork(int fd, int on);
int socket_set_nodelay(int fd);

/* Advisory byte-range locks of the open file description; 0 or a negative errno value. */
int qemu_lock_fd(int fd, int64_t start, int64_t len, bool exclusive);
int qemu_unlock_fd(int fd, int64_t start, int64_t len);
int qemu_lock_fd_test(int fd, int64_t start, int64_t len, bool exclusive);
bool qemu_has_ofd_lock(void);

/*
 * Turn the process into a daemon: the parent waits until os_setup_post() in the child and
 * exits with 0, or with 1 if the child ends before that.
 */
void os_daemonize(void);
/* Detach from the terminal and let the waiting parent go; also drops privileges (-runas). */
void os_setup_post(void);
/* Remember the -runas argument: a user name or UID:GID. */
bool os_set_runas(const char *arg, Error **errp);
bool os_set_chroot(const char *dir, Error **errp);
void os_set_daemonize(bool on);
bool is_daemonized(void);
/* Block SIGPIPE and install the orderly-shutdown handler for INT, HUP and TERM. */
void os_setup_early_signal_handling(void);
void os_setup_signal_handling(void (*shutdown)(int signal, pid_t sender));
/*
 * Create @path holding our process number, locked for our lifetime: a second process with
 * the same file fails. false with @errp set.
 */
bool qemu_write_pidfile(const char *path, Error **errp);
/* Lock all memory, now and later; -1 with a report on failure. */
int os_mlock(void);

/* Where is the running program? qemu_init_exec_dir() first, with argv[0]. */
void qemu_init_exec_dir(const char *argv0);
const char *qemu_get_exec_dir(void);
/*
 * Turn an absolute installation path such as CONFIG_QEMU_DATADIR into one relative to the
 * running program, if that exists; else a copy of @dir. Caller frees.
 */
char *get_relocated_path(const char *dir);

/* Fill @buf with random bytes of the host for secrets; 0 or -1 with @errp. */
int qemu_random_bytes(void *buf, size_t len, Error **errp);

/* Host memory in bytes, or 0 when unknown. */
size_t qemu_get_host_physmem(void);
/* The kernel's number of the calling thread. */
int qemu_get_thread_id(void);
pid_t qemu_fork(Error **errp);
int qemu_get_pid_name_fits(pid_t pid, char *name, size_t size);

#endif
