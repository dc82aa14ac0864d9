/*
 * Files and descriptors of the host.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <sys/socket.h>
#include <sys/syscall.h>
#ifdef CONFIG_GETRANDOM
#include <sys/random.h>
#endif
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/cutils.h"
#include "qemu/fdset.h"

/* ---- Opening */

/* "/dev/fdset/N": a descriptor that a monitor client has passed. */
static int open_fdset(const char *id, int flags, Error **errp)
{
    uint64_t n;

    if (parse_uint_full(id, 10, &n) || n > INT_MAX) {
        error_setg(errp, "Could not open '/dev/fdset/%s': not the number of a set", id);
        errno = EINVAL;
        return -1;
    }
    int fd = monitor_fdset_dup_fd_add(n, flags);
    if (fd < 0) {
        int err = errno;
        error_setg_errno(errp, err, "Could not dup FD for /dev/fdset/%s flags %x", id, flags);
        errno = err;
    }
    return fd;
}

static int open_internal(const char *name, int flags, mode_t mode, Error **errp)
{
    const char *id;

    if (strstart(name, "/dev/fdset/", &id)) {
        return open_fdset(id, flags, errp);
    }
    int fd = RETRY_ON_EINTR(open(name, flags | O_CLOEXEC, mode));
    if (fd < 0) {
        int err = errno;

        error_setg_errno(errp, err, "Could not %s '%s'", flags & O_CREAT ? "create" : "open",
                         name);
        if (errp && (flags & O_DIRECT) && err == EINVAL) {
            error_append_hint(errp, "Its file system may not support O_DIRECT (cache.direct, "
                                    "cache=none).\n");
        }
        errno = err;
    }
    return fd;
}

int qemu_open(const char *name, int flags, Error **errp)
{
    ERRP_GUARD();

    assert(!(flags & O_CREAT));
    return open_internal(name, flags, 0, errp);
}

int qemu_create(const char *name, int flags, mode_t mode, Error **errp)
{
    ERRP_GUARD();

    return open_internal(name, flags | O_CREAT, mode, errp);
}

int qemu_open_old(const char *name, int flags, ...)
{
    mode_t mode = 0;
    va_list ap;

    if (flags & O_CREAT) {
        va_start(ap, flags);
        mode = va_arg(ap, int);
        va_end(ap);
    }
    return open_internal(name, flags, mode, NULL);
}

int qemu_close(int fd)
{
    monitor_fdset_dup_fd_remove(fd);
    return close(fd);
}

int qemu_dup(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

int qemu_pipe(int pipefd[2])
{
    return pipe2(pipefd, O_CLOEXEC);
}

int qemu_socket(int domain, int type, int protocol)
{
    return socket(domain, type | SOCK_CLOEXEC, protocol);
}

int qemu_accept(int s, struct sockaddr *addr, unsigned int *addrlen)
{
    return RETRY_ON_EINTR(accept4(s, addr, addrlen, SOCK_CLOEXEC));
}

void qemu_set_cloexec(int fd)
{
    int flags = fcntl(fd, F_GETFD);

    assert(flags >= 0);
    fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
}

static int set_nonblock(int fd, bool on)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0) {
        return -errno;
    }
    flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
    return fcntl(fd, F_SETFL, flags) < 0 ? -errno : 0;
}

int qemu_socket_try_set_nonblock(int fd)
{
    return set_nonblock(fd, true);
}

void qemu_socket_set_nonblock(int fd)
{
    int r = set_nonblock(fd, true);

    assert(r == 0);
}

void qemu_socket_set_block(int fd)
{
    int r = set_nonblock(fd, false);

    assert(r == 0);
}

ssize_t qemu_write_full(int fd, const void *buf, size_t count)
{
    size_t done = 0;

    while (done < count) {
        ssize_t n = RETRY_ON_EINTR(write(fd, (const char *)buf + done, count - done));

        if (n < 0) {
            break;
        }
        done += n;
    }
    return done;
}

ssize_t qemu_read_full(int fd, void *buf, size_t count)
{
    size_t done = 0;

    while (done < count) {
        ssize_t n = RETRY_ON_EINTR(read(fd, (char *)buf + done, count - done));

        if (n <= 0) {
            break;
        }
        done += n;
    }
    return done;
}

/* ---- Locks of an open file description */

static int lock_fd(int fd, int64_t start, int64_t len, int type, int cmd)
{
    struct flock fl = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };

    return RETRY_ON_EINTR(fcntl(fd, cmd, &fl)) < 0 ? -errno : 0;
}

int qemu_lock_fd(int fd, int64_t start, int64_t len, bool exclusive)
{
    return lock_fd(fd, start, len, exclusive ? F_WRLCK : F_RDLCK, F_OFD_SETLK);
}

int qemu_unlock_fd(int fd, int64_t start, int64_t len)
{
    return lock_fd(fd, start, len, F_UNLCK, F_OFD_SETLK);
}

int qemu_lock_fd_test(int fd, int64_t start, int64_t len, bool exclusive)
{
    struct flock fl = { .l_type = exclusive ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET,
                        .l_start = start, .l_len = len };

    if (RETRY_ON_EINTR(fcntl(fd, F_OFD_GETLK, &fl)) < 0) {
        return -errno;
    }
    return fl.l_type == F_UNLCK ? 0 : -EAGAIN;
}

bool qemu_has_ofd_lock(void)
{
    static int known; /* 0: not asked yet; every thread finds the same answer */

    if (!qatomic_read(&known)) {
        struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
        int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

        qatomic_set(&known, fd >= 0 && fcntl(fd, F_OFD_GETLK, &fl) == 0 ? 1 : 2);
        if (fd >= 0) {
            close(fd);
        }
    }
    return qatomic_read(&known) == 1;
}

/* ---- Random bytes */

int qemu_random_bytes(void *buf, size_t len, Error **errp)
{
    uint8_t *p = buf;

#ifdef CONFIG_GETRANDOM
    while (len) {
        ssize_t n = RETRY_ON_EINTR(getrandom(p, len, 0));

        if (n < 0) {
            break;
        }
        p += n;
        len -= n;
    }
    if (!len) {
        return 0;
    }
#endif
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || qemu_read_full(fd, p, len) != (ssize_t)len) {
        error_setg_errno(errp, errno, "Cannot get random bytes from the host");
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    close(fd);
    return 0;
}

/* ---- Process */

int qemu_get_thread_id(void)
{
    return syscall(SYS_gettid);
}

int qemu_get_pid_name_fits(pid_t pid, char *name, size_t size)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/comm", (int)pid);
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return -1;
    }
    g_strchomp(text);
    return g_strlcpy(name, text, size) < size ? 0 : -1;
}

pid_t qemu_fork(Error **errp)
{
    sigset_t all, old;

    /* The child resets its handlers before any signal can reach it. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pid_t pid = fork();
    int err = errno;
    if (pid == 0) {
        struct sigaction sa = { .sa_handler = SIG_DFL };
        for (int sig = 1; sig < NSIG; sig++) {
            sigaction(sig, &sa, NULL);
        }
        sigset_t none;
        sigemptyset(&none);
        pthread_sigmask(SIG_SETMASK, &none, NULL);
        return 0;
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (pid < 0) {
        error_setg_errno(errp, err, "cannot fork child process");
    }
    return pid;
}
