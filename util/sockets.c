/*
 * Sockets of the host.
 *
 * Thread:  any. Name look-up and socket_connect() block.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#ifdef CONFIG_AF_VSOCK
#include <linux/vm_sockets.h>
#endif
#include "monitor/monitor.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/sockets.h"

/* ---- Families */

static int wanted_family(const QemuSockAddr *a, Error **errp)
{
    bool v4 = !a->has_ipv4 || a->ipv4, v6 = !a->has_ipv6 || a->ipv6;

    if (!v4 && !v6) {
        error_setg(errp, "Cannot disable IPv4 and IPv6 at the same time");
        return -1;
    }
    /* Asking for one alone means only that one. */
    if (a->has_ipv4 && a->ipv4 && !a->has_ipv6) {
        return AF_INET;
    }
    if (a->has_ipv6 && a->ipv6 && !a->has_ipv4) {
        return AF_INET6;
    }
    return v4 && v6 ? AF_UNSPEC : v4 ? AF_INET : AF_INET6;
}

static struct addrinfo *lookup(const QemuSockAddr *a, const char *port, int type, bool passive,
                               Error **errp)
{
    int family = wanted_family(a, errp);
    struct addrinfo hints = {
        .ai_family = family,
        .ai_socktype = type,
        .ai_flags = (passive ? AI_PASSIVE : 0) | (a->numeric ? AI_NUMERICHOST : 0),
    };
    const char *host = a->host && *a->host ? a->host : NULL;
    struct addrinfo *res = NULL;

    if (family < 0) {
        return NULL;
    }
    int rc = getaddrinfo(host, port, &hints, &res);
    if (rc != 0) {
        error_setg(errp, "address resolution failed for %s:%s: %s", a->host ? a->host : "", port,
                   gai_strerror(rc));
        return NULL;
    }
    return res;
}

/* The kernel's form of a unix or vsock address; false with @errp set. */
static bool plain_address(const QemuSockAddr *a, struct sockaddr_storage *ss, socklen_t *len,
                          Error **errp)
{
    memset(ss, 0, sizeof(*ss));
    if (a->kind == QEMU_SOCKET_UNIX) {
        struct sockaddr_un *un = (struct sockaddr_un *)ss;
        size_t n = strlen(a->path), at = a->abstract ? 1 : 0;
        size_t max = sizeof(un->sun_path) - 1;

        if (n > max) {
            error_setg(errp, "UNIX socket path '%s' is too long: at most %zu bytes are allowed",
                       a->path, max);
            return false;
        }
        un->sun_family = AF_UNIX;
        memcpy(un->sun_path + at, a->path, n);
        *len = a->abstract && a->tight ? offsetof(struct sockaddr_un, sun_path) + 1 + n
                                       : sizeof(*un);
        return true;
    }
#ifdef CONFIG_AF_VSOCK
    struct sockaddr_vm *vm = (struct sockaddr_vm *)ss;
    unsigned cid, port;

    if (qemu_strtoui(a->host, NULL, 0, &cid) || qemu_strtoui(a->port, NULL, 0, &port)) {
        error_setg(errp, "vsock address '%s:%s' is not two numbers", a->host, a->port);
        return false;
    }
    vm->svm_family = AF_VSOCK;
    vm->svm_cid = cid;
    vm->svm_port = port;
    *len = sizeof(*vm);
    return true;
#else
    error_setg(errp, "vsock sockets are not available on this host");
    return false;
#endif
}

/* A descriptor given by number, or by the name that a monitor command gave it. */
static int fd_address(const QemuSockAddr *a, Error **errp)
{
    int fd;

    if (qemu_strtoi(a->host, NULL, 10, &fd) || fd < 0) {
        fd = monitor_get_fd(monitor_cur(), a->host, errp);
        if (fd < 0) {
            return -1;
        }
    }
    if (!fd_is_socket(fd)) {
        error_setg(errp, "File descriptor '%s' is not a socket", a->host);
        return -1;
    }
    return fd;
}

/* ---- Connecting */

/* 0 connected, 1 under way, or -errno. */
static int connect_one(int fd, const struct sockaddr *sa, socklen_t len, bool block)
{
    if (RETRY_ON_EINTR(connect(fd, sa, len)) == 0) {
        return 0;
    }
    if (errno != EINPROGRESS) {
        return -errno;
    }
    if (!block) {
        return 1;
    }
    struct pollfd p = { .fd = fd, .events = POLLOUT };
    if (RETRY_ON_EINTR(poll(&p, 1, -1)) < 0) {
        return -errno;
    }
    return -socket_pending_error(fd);
}

static int connect_plain(const QemuSockAddr *a, bool block, bool *in_progress, Error **errp)
{
    struct sockaddr_storage ss;
    socklen_t len;

    if (!plain_address(a, &ss, &len, errp)) {
        return -1;
    }
    int fd = qemu_socket(ss.ss_family, SOCK_STREAM, 0);
    if (fd < 0) {
        error_setg_errno(errp, errno, "Failed to create a socket");
        return -1;
    }
    if (!block) {
        qemu_socket_set_nonblock(fd);
    }
    int r = connect_one(fd, (struct sockaddr *)&ss, len, block);
    /* A unix server with a full queue is no connection under way: ask again later. */
    if (r < 0) {
        g_autofree char *text = qemu_sockaddr_to_string(a);
        error_setg_errno(errp, -r, "Failed to connect to '%s'",
                         a->kind == QEMU_SOCKET_UNIX ? a->path : text);
        close(fd);
        return -1;
    }
    *in_progress = r == 1;
    return fd;
}

static int connect_inet(const QemuSockAddr *a, bool block, bool *in_progress, Error **errp)
{
    struct addrinfo *list = lookup(a, a->port, SOCK_STREAM, false, errp);
    int fd = -1, err = ENOENT;

    if (!list) {
        return -1;
    }
    for (struct addrinfo *ai = list; ai; ai = ai->ai_next) {
        fd = qemu_socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol);
        if (fd < 0) {
            err = errno;
            continue;
        }
        socket_set_fast_reuse(fd);
        /* Only the last address may stay under way: the others have a successor to try. */
        bool wait = block || ai->ai_next;
        if (!wait) {
            qemu_socket_set_nonblock(fd);
        }
        int r = connect_one(fd, ai->ai_addr, ai->ai_addrlen, wait);
        if (r >= 0) {
            *in_progress = r == 1;
            break;
        }
        err = -r;
        close(fd);
        fd = -1;
    }
    freeaddrinfo(list);
    if (fd < 0) {
        error_setg_errno(errp, err, "Failed to connect to '%s:%s'", a->host, a->port);
        return -1;
    }
    if (a->keep_alive && socket_set_keepalive(fd) < 0) {
        error_setg_errno(errp, errno, "Unable to set keep-alive option on socket");
        close(fd);
        return -1;
    }
    if (!block) {
        qemu_socket_set_nonblock(fd);
    }
    return fd;
}

static int connect_any(const QemuSockAddr *a, bool block, bool *in_progress, Error **errp)
{
    *in_progress = false;
    switch (a->kind) {
    case QEMU_SOCKET_INET:
        return connect_inet(a, block, in_progress, errp);
    case QEMU_SOCKET_FD:
        return fd_address(a, errp);
    default:
        return connect_plain(a, block, in_progress, errp);
    }
}

int socket_connect(const QemuSockAddr *addr, Error **errp)
{
    bool in_progress;

    return connect_any(addr, true, &in_progress, errp);
}

int socket_connect_start(const QemuSockAddr *addr, bool *in_progress, Error **errp)
{
    return connect_any(addr, false, in_progress, errp);
}

int socket_connect_result(int fd, const QemuSockAddr *addr, Error **errp)
{
    int err = socket_pending_error(fd);

    if (err) {
        g_autofree char *text = qemu_sockaddr_to_string(addr);
        error_setg_errno(errp, err, "Failed to connect to '%s'", text);
        return -1;
    }
    return 0;
}

/* ---- Listening */

static int try_listen(int fd, const struct sockaddr *sa, socklen_t len, int backlog)
{
    if (bind(fd, sa, len) < 0 || listen(fd, backlog) < 0) {
        return -errno;
    }
    return 0;
}

/* One port, any of its addresses: the socket or -errno. */
static int listen_port(const QemuSockAddr *a, struct addrinfo *list, int port, int backlog)
{
    int err = ENOENT;

    for (struct addrinfo *ai = list; ai; ai = ai->ai_next) {
        int fd = qemu_socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol);

        if (fd < 0) {
            err = errno;
            continue;
        }
        if (ai->ai_family == AF_INET6) {
            /* Dual stack unless IPv4 is excluded. */
            int v6only = (a->has_ipv4 && !a->ipv4) || (a->has_ipv6 && a->ipv6 && !a->has_ipv4);
            setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof(v6only));
            ((struct sockaddr_in6 *)ai->ai_addr)->sin6_port = htons(port);
        } else {
            ((struct sockaddr_in *)ai->ai_addr)->sin_port = htons(port);
        }
        socket_set_fast_reuse(fd);
        err = -try_listen(fd, ai->ai_addr, ai->ai_addrlen, backlog);
        if (!err) {
            return fd;
        }
        close(fd);
    }
    return -err;
}

/* IPv6 first: a socket for it takes IPv4 as well, but not the other way round. */
static struct addrinfo *v6_first(struct addrinfo *list)
{
    struct addrinfo *six = NULL, *other = NULL, **six_end = &six, **other_end = &other;

    for (struct addrinfo *ai = list; ai; ai = ai->ai_next) {
        struct addrinfo ***end = ai->ai_family == AF_INET6 ? &six_end : &other_end;
        **end = ai;
        *end = &ai->ai_next;
    }
    *other_end = NULL;
    *six_end = other;
    return six;
}

static int listen_inet(const QemuSockAddr *a, int backlog, Error **errp)
{
    struct addrinfo *list = lookup(a, a->port, SOCK_STREAM, true, errp);
    int fd = -1;

    if (!list) {
        return -1;
    }
    list = v6_first(list);
    int first = ntohs(list->ai_family == AF_INET6
                          ? ((struct sockaddr_in6 *)list->ai_addr)->sin6_port
                          : ((struct sockaddr_in *)list->ai_addr)->sin_port);
    int last = MAX(first, a->port_to);
    for (int port = first; port <= last; port++) {
        fd = listen_port(a, list, port, backlog);
        if (fd >= 0 || (fd != -EADDRINUSE && fd != -EACCES)) {
            break;
        }
    }
    freeaddrinfo(list);
    if (fd < 0) {
        error_setg_errno(errp, -fd, "Failed to listen on '%s:%s'", a->host, a->port);
        return -1;
    }
    return fd;
}

static int listen_plain(const QemuSockAddr *a, int backlog, Error **errp)
{
    struct sockaddr_storage ss;
    socklen_t len;
    struct stat st;

    if (!plain_address(a, &ss, &len, errp)) {
        return -1;
    }
    int fd = qemu_socket(ss.ss_family, SOCK_STREAM, 0);
    if (fd < 0) {
        error_setg_errno(errp, errno, "Failed to create a socket");
        return -1;
    }
    /* Only a socket is removed: a user's file of that name is an error. */
    if (a->kind == QEMU_SOCKET_UNIX && !a->abstract && lstat(a->path, &st) == 0 &&
        S_ISSOCK(st.st_mode) && unlink(a->path) < 0 && errno != ENOENT) {
        error_setg_errno(errp, errno, "Failed to unlink socket %s", a->path);
        close(fd);
        return -1;
    }
    int r = try_listen(fd, (struct sockaddr *)&ss, len, backlog);
    if (r < 0) {
        g_autofree char *text = qemu_sockaddr_to_string(a);
        error_setg_errno(errp, -r, "Failed to bind socket to '%s'", text);
        close(fd);
        return -1;
    }
    return fd;
}

int socket_listen(const QemuSockAddr *addr, int backlog, Error **errp)
{
    switch (addr->kind) {
    case QEMU_SOCKET_INET:
        return listen_inet(addr, backlog, errp);
    case QEMU_SOCKET_FD: {
        int fd = fd_address(addr, errp);
        if (fd >= 0 && listen(fd, backlog) < 0) {
            error_setg_errno(errp, errno, "Failed to listen on descriptor %d", fd);
            return -1;
        }
        return fd;
    }
    default:
        return listen_plain(addr, backlog, errp);
    }
}

void socket_listen_cleanup(int fd, const QemuSockAddr *addr)
{
    if (addr->kind == QEMU_SOCKET_UNIX && !addr->abstract) {
        unlink(addr->path);
    }
}

/* ---- Datagrams */

static int dgram_inet(const QemuSockAddr *remote, const QemuSockAddr *local, Error **errp)
{
    struct addrinfo *to = lookup(remote, remote->port, SOCK_DGRAM, false, errp);
    struct addrinfo *from = NULL;
    int fd = -1;

    if (!to) {
        return -1;
    }
    if (local) {
        QemuSockAddr l = *local;

        /* The same family as the other side. */
        l.has_ipv4 = l.has_ipv6 = true;
        l.ipv4 = to->ai_family == AF_INET;
        l.ipv6 = !l.ipv4;
        from = lookup(&l, l.port && *l.port ? l.port : "0", SOCK_DGRAM, true, errp);
        if (!from) {
            freeaddrinfo(to);
            return -1;
        }
    }
    fd = qemu_socket(to->ai_family, SOCK_DGRAM, to->ai_protocol);
    if (fd < 0) {
        error_setg_errno(errp, errno, "Failed to create a socket");
    } else {
        socket_set_fast_reuse(fd);
        if (from && bind(fd, from->ai_addr, from->ai_addrlen) < 0) {
            error_setg_errno(errp, errno, "Failed to bind socket to '%s:%s'", local->host,
                             local->port);
            close(fd);
            fd = -1;
        } else if (connect(fd, to->ai_addr, to->ai_addrlen) < 0) {
            error_setg_errno(errp, errno, "Failed to connect to '%s:%s'", remote->host,
                             remote->port);
            close(fd);
            fd = -1;
        }
    }
    if (from) {
        freeaddrinfo(from);
    }
    freeaddrinfo(to);
    return fd;
}

int socket_dgram(const QemuSockAddr *remote, const QemuSockAddr *local, Error **errp)
{
    if (remote->kind != QEMU_SOCKET_INET || (local && local->kind != QEMU_SOCKET_INET)) {
        error_setg(errp, "datagram sockets need an address of the form host:port");
        return -1;
    }
    return dgram_inet(remote, local, errp);
}

/* ---- Properties */

bool fd_is_socket(int fd)
{
    int type;
    socklen_t len = sizeof(type);

    return fd >= 0 && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0;
}

int socket_pending_error(int fd)
{
    int err = 0;
    socklen_t len = sizeof(err);

    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) < 0 ? errno : err;
}

int socket_set_fast_reuse(int fd)
{
    int on = 1;

    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}

int socket_set_keepalive(int fd)
{
    int on = 1;

    return setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

int socket_set_cork(int fd, int on)
{
    return setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
}

int socket_set_nodelay(int fd)
{
    int on = 1;

    return setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

unsigned check_socket_activation(void)
{
    const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
    unsigned long p, n;

    if (!pid || !fds || qemu_strtoul(pid, NULL, 10, &p) || p != (unsigned long)getpid() ||
        qemu_strtoul(fds, NULL, 10, &n) || n > 1024) {
        return 0;
    }
    /* Not for our children, and not for ourselves a second time. */
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_PID");
    for (unsigned i = 0; i < n; i++) {
        int fd = FIRST_SOCKET_ACTIVATION_FD + i;

        if (!fd_is_socket(fd)) {
            return 0;
        }
        qemu_set_cloexec(fd);
    }
    return n;
}

/* ---- Descriptors */

enum { MAX_FDS = 253 }; /* the kernel's limit for one message */

ssize_t socket_send_fds(int fd, const void *buf, size_t len, const int *fds, size_t nfds)
{
    char control[CMSG_SPACE(MAX_FDS * sizeof(int))] QEMU_ALIGNED(8);
    struct iovec iov = { (void *)buf, len };
    struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

    assert(nfds <= MAX_FDS);
    if (nfds) {
        memset(control, 0, sizeof(control));
        msg.msg_control = control;
        msg.msg_controllen = CMSG_SPACE(nfds * sizeof(int));

        struct cmsghdr *cm = CMSG_FIRSTHDR(&msg);
        cm->cmsg_level = SOL_SOCKET;
        cm->cmsg_type = SCM_RIGHTS;
        cm->cmsg_len = CMSG_LEN(nfds * sizeof(int));
        memcpy(CMSG_DATA(cm), fds, nfds * sizeof(int));
    }
    return RETRY_ON_EINTR(sendmsg(fd, &msg, MSG_NOSIGNAL));
}

/* Keep up to @max of a message's descriptors, close the rest. */
static void take_fds(struct msghdr *msg, int *fds, size_t max, size_t *nfds)
{
    for (struct cmsghdr *cm = CMSG_FIRSTHDR(msg); cm; cm = CMSG_NXTHDR(msg, cm)) {
        if (cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS ||
            cm->cmsg_len < CMSG_LEN(0)) {
            continue;
        }
        size_t n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++) {
            int got;

            memcpy(&got, CMSG_DATA(cm) + i * sizeof(int), sizeof(int));
            if (got < 0) {
                continue;
            }
            if (*nfds < max) {
                fds[(*nfds)++] = got;
            } else {
                close(got);
            }
        }
    }
}

ssize_t socket_recv_fds(int fd, void *buf, size_t len, int *fds, size_t max, size_t *nfds)
{
    char control[CMSG_SPACE(MAX_FDS * sizeof(int))] QEMU_ALIGNED(8);
    struct iovec iov = { buf, len };
    struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
                          .msg_controllen = sizeof(control) };

    *nfds = 0;
    ssize_t n = RETRY_ON_EINTR(recvmsg(fd, &msg, MSG_CMSG_CLOEXEC));
    if (n >= 0) {
        take_fds(&msg, fds, max, nfds);
    }
    return n;
}
