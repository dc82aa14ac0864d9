/*
 * Socket addresses of the QAPI schema.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/qapi-types.h"
#include "qemu/sockets.h"

static QemuSockAddr *from_inet(const InetSocketAddress *inet)
{
    QemuSockAddr *a = g_new0(QemuSockAddr, 1);

    a->kind = QEMU_SOCKET_INET;
    a->host = g_strdup(inet->host);
    a->port = g_strdup(inet->port);
    a->port_to = inet->has_to ? inet->to : 0;
    a->has_ipv4 = inet->has_ipv4;
    a->ipv4 = inet->ipv4;
    a->has_ipv6 = inet->has_ipv6;
    a->ipv6 = inet->ipv6;
    a->keep_alive = inet->has_keep_alive && inet->keep_alive;
    a->numeric = inet->has_numeric && inet->numeric;
    return a;
}

static QemuSockAddr *from_unix(const UnixSocketAddress *un)
{
    QemuSockAddr *a = unix_addr_new(un->path);

    a->abstract = un->has_abstract && un->abstract;
    a->tight = !un->has_tight || un->tight;
    return a;
}

static QemuSockAddr *from_vsock(const VsockSocketAddress *vsock)
{
    QemuSockAddr *a = g_new0(QemuSockAddr, 1);

    a->kind = QEMU_SOCKET_VSOCK;
    a->host = g_strdup(vsock->cid);
    a->port = g_strdup(vsock->port);
    return a;
}

static QemuSockAddr *from_fd(const String *fd)
{
    QemuSockAddr *a = g_new0(QemuSockAddr, 1);

    a->kind = QEMU_SOCKET_FD;
    a->host = g_strdup(fd->str);
    return a;
}

QemuSockAddr *qemu_sockaddr_from_qapi(const SocketAddress *addr)
{
    switch (addr->type) {
    case SOCKET_ADDRESS_TYPE_INET:
        return from_inet(&addr->u.inet);
    case SOCKET_ADDRESS_TYPE_UNIX:
        return from_unix(&addr->u.q_unix);
    case SOCKET_ADDRESS_TYPE_VSOCK:
        return from_vsock(&addr->u.vsock);
    case SOCKET_ADDRESS_TYPE_FD:
        return from_fd(&addr->u.fd);
    default:
        g_assert_not_reached();
    }
}

QemuSockAddr *qemu_sockaddr_from_qapi_legacy(const SocketAddressLegacy *addr)
{
    switch (addr->type) {
    case SOCKET_ADDRESS_LEGACY_KIND_INET:
        return from_inet(addr->u.inet.data);
    case SOCKET_ADDRESS_LEGACY_KIND_UNIX:
        return from_unix(addr->u.q_unix.data);
    case SOCKET_ADDRESS_LEGACY_KIND_VSOCK:
        return from_vsock(addr->u.vsock.data);
    case SOCKET_ADDRESS_LEGACY_KIND_FD:
        return from_fd(addr->u.fd.data);
    default:
        g_assert_not_reached();
    }
}

SocketAddress *qemu_sockaddr_to_qapi(const QemuSockAddr *a)
{
    SocketAddress *out = g_new0(SocketAddress, 1);

    switch (a->kind) {
    case QEMU_SOCKET_INET:
        out->type = SOCKET_ADDRESS_TYPE_INET;
        out->u.inet = (InetSocketAddress){
            .host = g_strdup(a->host), .port = g_strdup(a->port), .has_ipv4 = a->has_ipv4,
            .ipv4 = a->ipv4, .has_ipv6 = a->has_ipv6, .ipv6 = a->ipv6, .has_to = a->port_to,
            .to = a->port_to, .has_keep_alive = a->keep_alive, .keep_alive = a->keep_alive,
        };
        break;
    case QEMU_SOCKET_UNIX:
        out->type = SOCKET_ADDRESS_TYPE_UNIX;
        out->u.q_unix = (UnixSocketAddress){
            .path = g_strdup(a->path), .has_abstract = a->abstract, .abstract = a->abstract,
            .has_tight = a->abstract, .tight = a->tight,
        };
        break;
    case QEMU_SOCKET_VSOCK:
        out->type = SOCKET_ADDRESS_TYPE_VSOCK;
        out->u.vsock = (VsockSocketAddress){ .cid = g_strdup(a->host), .port = g_strdup(a->port) };
        break;
    case QEMU_SOCKET_FD:
        out->type = SOCKET_ADDRESS_TYPE_FD;
        out->u.fd = (String){ .str = g_strdup(a->host) };
        break;
    }
    return out;
}
