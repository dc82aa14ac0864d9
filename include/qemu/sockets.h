/*
 * Sockets of the host: addresses in text, connecting, listening.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_SOCKETS_H
#define QEMU_SOCKETS_H

#include <sys/socket.h>
#include "qemu/osdep.h"

typedef enum QemuSocketKind {
    QEMU_SOCKET_INET,
    QEMU_SOCKET_UNIX,
    QEMU_SOCKET_VSOCK,
    QEMU_SOCKET_FD,
} QemuSocketKind;

/*
 * An address. Strings belong to it; free with qemu_sockaddr_free(). For inet, @ipv4 and @ipv6
 * say which families may be used: both unset means any.
 */
typedef struct QemuSockAddr {
    QemuSocketKind kind;
    char *host;   /* inet; vsock: the CID as text; fd: number or name of a descriptor */
    char *port;   /* inet, vsock */
    char *path;   /* unix */
    int port_to;  /* inet, listening: try the ports up to this one; 0: only @port */
    bool has_ipv4, ipv4;
    bool has_ipv6, ipv6;
    bool keep_alive;
    bool abstract;   /* unix: a name that is no file */
    bool tight;      /* abstract: the name is as long as the path, not padded */
    bool numeric;    /* inet: no name look-up */
} QemuSockAddr;

/*
 * "HOST:PORT[,to=N][,ipv4=on|off][,ipv6=on|off][,keep-alive=on|off]", HOST in brackets when it
 * is an IPv6 address; "unix:PATH"; "vsock:CID:PORT"; "fd:NUMBER". NULL with @errp set.
 */
QemuSockAddr *socket_parse(const char *str, Error **errp);
/* As above, for the part after "tcp:" or "udp:" only. */
QemuSockAddr *inet_parse(const char *str, Error **errp);
QemuSockAddr *unix_addr_new(const char *path);
QemuSockAddr *qemu_sockaddr_copy(const QemuSockAddr *addr);
void qemu_sockaddr_free(QemuSockAddr *addr);
/* "host:port", "unix:path", ...; caller frees. */
char *qemu_sockaddr_to_string(const QemuSockAddr *addr);

/* From and to the forms of the QAPI schema. */
struct SocketAddress;
struct SocketAddressLegacy;
QemuSockAddr *qemu_sockaddr_from_qapi(const struct SocketAddress *addr);
QemuSockAddr *qemu_sockaddr_from_qapi_legacy(const struct SocketAddressLegacy *addr);
struct SocketAddress *qemu_sockaddr_to_qapi(const QemuSockAddr *addr);

/* A connected socket, or -1 with @errp set. Waits for the connection. */
int socket_connect(const QemuSockAddr *addr, Error **errp);
/*
 * Begin to connect: a non-blocking socket. *in_progress: it becomes writable when done, then
 * ask socket_connect_result(). Name look-up still waits.
 */
int socket_connect_start(const QemuSockAddr *addr, bool *in_progress, Error **errp);
/* 0, or -1 with @errp set. */
int socket_connect_result(int fd, const QemuSockAddr *addr, Error **errp);
/* A listening socket. A stale unix socket file of the name is replaced. */
int socket_listen(const QemuSockAddr *addr, int backlog, Error **errp);
/* A datagram socket bound to @local (NULL: any) and connected to @remote. */
int socket_dgram(const QemuSockAddr *remote, const QemuSockAddr *local, Error **errp);
/* Remove the file of a unix socket that we listened on. */
void socket_listen_cleanup(int fd, const QemuSockAddr *addr);

/* Which address does @fd have here (there)? */
QemuSockAddr *socket_local_address(int fd, Error **errp);
QemuSockAddr *socket_remote_address(int fd, Error **errp);
/* "127.0.0.1:80" of a socket address; caller frees. */
char *socket_address_to_text(const struct sockaddr_storage *ss, socklen_t len);

bool fd_is_socket(int fd);
/* SO_ERROR of the socket. */
int socket_pending_error(int fd);
int socket_set_fast_reuse(int fd);
int socket_set_keepalive(int fd);

/* Systemd hands over listening sockets from descriptor 3 on; how many there are. */
#define FIRST_SOCKET_ACTIVATION_FD 3
unsigned check_socket_activation(void);

/* Send or receive bytes together with descriptors; as sendmsg() and recvmsg(). */
ssize_t socket_send_fds(int fd, const void *buf, size_t len, const int *fds, size_t nfds);
/* At most @max descriptors, close-on-exec; *nfds says how many came. */
ssize_t socket_recv_fds(int fd, void *buf, size_t len, int *fds, size_t max, size_t *nfds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuSockAddr, qemu_sockaddr_free)

#endif
