/*
 * Socket addresses as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#ifdef CONFIG_AF_VSOCK
#include <linux/vm_sockets.h>
#endif
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/option.h"
#include "qemu/sockets.h"

void qemu_sockaddr_free(QemuSockAddr *addr)
{
    if (addr) {
        g_free(addr->host);
        g_free(addr->port);
        g_free(addr->path);
        g_free(addr);
    }
}

QemuSockAddr *qemu_sockaddr_copy(const QemuSockAddr *addr)
{
    QemuSockAddr *copy = g_new(QemuSockAddr, 1);

    *copy = *addr;
    copy->host = g_strdup(addr->host);
    copy->port = g_strdup(addr->port);
    copy->path = g_strdup(addr->path);
    return copy;
}

QemuSockAddr *unix_addr_new(const char *path)
{
    QemuSockAddr *a = g_new0(QemuSockAddr, 1);

    a->kind = QEMU_SOCKET_UNIX;
    a->path = g_strdup(path);
    return a;
}

/* One ",name=value" or ",name" of an inet address. */
static bool inet_option(QemuSockAddr *a, const char *opt, Error **errp)
{
    const char *value;
    uint64_t n;

    if (strstart(opt, "to=", &value)) {
        if (parse_uint_full(value, 10, &n) || n > 65535) {
            error_setg(errp, "error parsing to= argument '%s': a port up to 65535 is needed",
                       value);
            return false;
        }
        a->port_to = n;
        return true;
    }
    g_auto(GStrv) kv = g_strsplit(opt, "=", 2);
    const struct {
        const char *name;
        bool *value, *has;
    } flags[] = {
        { "ipv4", &a->ipv4, &a->has_ipv4 },
        { "ipv6", &a->ipv6, &a->has_ipv6 },
        { "keep-alive", &a->keep_alive, NULL },
        { "numeric", &a->numeric, NULL },
    };
    for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
        if (!strcmp(kv[0], flags[i].name)) {
            *flags[i].value = true;
            if (flags[i].has) {
                *flags[i].has = true;
            }
            return !kv[1] || parse_option_bool(kv[0], kv[1], flags[i].value, errp);
        }
    }
    error_setg(errp, "unknown socket option '%s'", opt);
    return false;
}

QemuSockAddr *inet_parse(const char *str, Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(str, ",", -1);
    g_autoptr(QemuSockAddr) a = g_new0(QemuSockAddr, 1);
    const char *text = parts[0] ? parts[0] : "";
    const char *colon;

    if (text[0] == '[') {
        const char *end = strchr(text, ']');

        if (!end || end[1] != ':') {
            error_setg(errp, "error parsing IPv6 address '%s'", str);
            return NULL;
        }
        a->host = g_strndup(text + 1, end - text - 1);
        colon = end + 1;
    } else {
        colon = strchr(text, ':');
        if (!colon || strchr(colon + 1, ':')) {
            error_setg(errp, "error parsing address '%s': host:port is needed%s", str,
                       colon ? ", with an IPv6 address in brackets" : "");
            return NULL;
        }
        a->host = g_strndup(text, colon - text);
    }
    a->kind = QEMU_SOCKET_INET;
    a->port = g_strdup(colon + 1);
    if (!*a->port) {
        error_setg(errp, "error parsing address '%s': no port", str);
        return NULL;
    }
    for (char **opt = parts + 1; *opt; opt++) {
        if (!inet_option(a, *opt, errp)) {
            return NULL;
        }
    }
    return g_steal_pointer(&a);
}

static QemuSockAddr *vsock_parse(const char *str, Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(str, ":", -1);

    if (g_strv_length(parts) != 2) {
        error_setg(errp, "error parsing vsock address '%s': cid:port is needed", str);
        return NULL;
    }
    QemuSockAddr *a = g_new0(QemuSockAddr, 1);
    a->kind = QEMU_SOCKET_VSOCK;
    a->host = g_strdup(parts[0]);
    a->port = g_strdup(parts[1]);
    return a;
}

QemuSockAddr *socket_parse(const char *str, Error **errp)
{
    const char *rest;

    if (strstart(str, "unix:", &rest)) {
        if (!*rest) {
            error_setg(errp, "invalid Unix socket address '%s': no path", str);
            return NULL;
        }
        return unix_addr_new(rest);
    }
    if (strstart(str, "fd:", &rest)) {
        if (!*rest) {
            error_setg(errp, "invalid file descriptor address '%s'", str);
            return NULL;
        }
        QemuSockAddr *a = g_new0(QemuSockAddr, 1);
        a->kind = QEMU_SOCKET_FD;
        a->host = g_strdup(rest);
        return a;
    }
    if (strstart(str, "vsock:", &rest)) {
        return vsock_parse(rest, errp);
    }
    strstart(str, "tcp:", &str);
    return inet_parse(str, errp);
}

char *qemu_sockaddr_to_string(const QemuSockAddr *addr)
{
    switch (addr->kind) {
    case QEMU_SOCKET_INET:
        if (strchr(addr->host ? addr->host : "", ':')) {
            return g_strdup_printf("[%s]:%s", addr->host, addr->port);
        }
        return g_strdup_printf("%s:%s", addr->host ? addr->host : "", addr->port);
    case QEMU_SOCKET_UNIX:
        return g_strdup_printf("unix:%s%s", addr->abstract ? "@" : "", addr->path);
    case QEMU_SOCKET_VSOCK:
        return g_strdup_printf("vsock:%s:%s", addr->host, addr->port);
    case QEMU_SOCKET_FD:
        return g_strdup_printf("fd:%s", addr->host);
    default:
        g_assert_not_reached();
    }
}

static QemuSockAddr *from_kernel(const struct sockaddr_storage *ss, socklen_t len, Error **errp)
{
    g_autoptr(QemuSockAddr) a = g_new0(QemuSockAddr, 1);

    if (ss->ss_family == AF_UNIX) {
        const struct sockaddr_un *un = (const struct sockaddr_un *)ss;
        size_t n = len - offsetof(struct sockaddr_un, sun_path);

        a->kind = QEMU_SOCKET_UNIX;
        if (len > offsetof(struct sockaddr_un, sun_path) && !un->sun_path[0]) {
            a->abstract = true;
            a->tight = len < sizeof(*un);
            a->path = g_strndup(un->sun_path + 1, n - 1);
        } else {
            a->path = len > offsetof(struct sockaddr_un, sun_path) ? g_strndup(un->sun_path, n)
                                                                     : g_strdup("");
        }
        return g_steal_pointer(&a);
    }
#ifdef CONFIG_AF_VSOCK
    if (ss->ss_family == AF_VSOCK) {
        const struct sockaddr_vm *vm = (const struct sockaddr_vm *)ss;

        a->kind = QEMU_SOCKET_VSOCK;
        a->host = g_strdup_printf("%u", vm->svm_cid);
        a->port = g_strdup_printf("%u", vm->svm_port);
        return g_steal_pointer(&a);
    }
#endif
    char host[NI_MAXHOST], port[NI_MAXSERV];
    int rc = getnameinfo((const struct sockaddr *)ss, len, host, sizeof(host), port,
                         sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
    if (rc != 0) {
        error_setg(errp, "Cannot format socket address: %s", gai_strerror(rc));
        return NULL;
    }
    a->kind = QEMU_SOCKET_INET;
    a->host = g_strdup(host);
    a->port = g_strdup(port);
    a->has_ipv4 = a->ipv4 = ss->ss_family == AF_INET;
    a->has_ipv6 = a->ipv6 = ss->ss_family == AF_INET6;
    return g_steal_pointer(&a);
}

static QemuSockAddr *socket_name(int fd, bool peer, Error **errp)
{
    struct sockaddr_storage ss = { 0 };
    socklen_t len = sizeof(ss);
    int r = peer ? getpeername(fd, (struct sockaddr *)&ss, &len)
                 : getsockname(fd, (struct sockaddr *)&ss, &len);

    if (r < 0) {
        error_setg_errno(errp, errno, "Unable to query %s socket address",
                         peer ? "remote" : "local");
        return NULL;
    }
    return from_kernel(&ss, len, errp);
}

QemuSockAddr *socket_local_address(int fd, Error **errp)
{
    return socket_name(fd, false, errp);
}

QemuSockAddr *socket_remote_address(int fd, Error **errp)
{
    return socket_name(fd, true, errp);
}

char *socket_address_to_text(const struct sockaddr_storage *ss, socklen_t len)
{
    g_autoptr(QemuSockAddr) a = from_kernel(ss, len, NULL);

    return a ? qemu_sockaddr_to_string(a) : g_strdup("unknown");
}
