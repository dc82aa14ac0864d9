/*
 * A stream socket: TCP, unix or vsock, as server or client.
 *
 * A server has one client at a time and listens again when that has gone. A client with
 * reconnect= tries again after so many seconds.
 *
 *   DISCONNECTED --listen watch, reconnect timer--> CONNECTING --> CONNECTED
 *        ^----------------------- end of file, error -----------------'
 *
 * Writes may come from any thread, so the descriptor only changes under chr_write_lock; what
 * a failed write finds out is left to the reading side, which sees the end of file.
 *
 * Thread:  see include/chardev/char.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <sys/socket.h>
#include "char-io.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/sockets.h"
#include "telnet.h"

enum { MAX_MSGFDS = 16 };

typedef struct SocketChardev {
    Chardev parent;
    QemuSockAddr *addr;
    bool is_server, is_telnet, nodelay, is_unix;
    int64_t reconnect; /* seconds, 0: never */

    int fd;        /* the connection, or -1; changes under chr_write_lock */
    int listen_fd; /* or -1 */
    GSource *listen_source;
    GSource *connect_source; /* waits for connect() to end */
    int connecting_fd;
    GSource *reconnect_timer;
    bool reported_failure; /* one message per lost connection */

    TelnetState telnet;
    uint8_t pending_out[64]; /* escaped, accepted, not yet sent; under chr_write_lock */
    int npending;

    int *read_fds; /* came with input */
    int nread_fds;
    int *write_fds; /* go with the next output; under chr_write_lock */
    int nwrite_fds;
} SocketChardev;
DECLARE_INSTANCE_CHECKER(SocketChardev, SOCKET_CHARDEV, TYPE_CHARDEV_SOCKET)

static void sock_start(SocketChardev *s);

static void drop_source(GSource **source)
{
    if (*source) {
        g_source_destroy(*source);
        g_source_unref(*source);
        *source = NULL;
    }
}

/* ---- What query-chardev shows */

static void update_filename(SocketChardev *s)
{
    Chardev *chr = CHARDEV(s);
    const char *proto = s->is_telnet ? "telnet" : "tcp", *role = s->is_server ? ",server=on" : "";
    g_autofree char *addr = qemu_sockaddr_to_string(s->addr);

    g_free(chr->filename);
    if (s->addr->kind != QEMU_SOCKET_INET) {
        chr->filename = g_strdup_printf("%s%s%s", s->fd < 0 ? "disconnected:" : "", addr, role);
        return;
    }
    if (s->fd < 0) {
        chr->filename = g_strdup_printf("disconnected:%s:%s%s", proto, addr, role);
        return;
    }
    g_autoptr(QemuSockAddr) local = socket_local_address(s->fd, NULL);
    g_autoptr(QemuSockAddr) peer = socket_remote_address(s->fd, NULL);
    g_autofree char *ltext = local ? qemu_sockaddr_to_string(local) : g_strdup(addr);
    g_autofree char *ptext = peer ? qemu_sockaddr_to_string(peer) : g_strdup("gone");
    chr->filename = g_strdup_printf("%s:%s%s <-> %s", proto, ltext, role, ptext);
}

/* ---- Descriptors that travel with the bytes */

static void close_fds(int **fds, int *n)
{
    for (int i = 0; i < *n; i++) {
        close((*fds)[i]);
    }
    g_free(*fds);
    *fds = NULL;
    *n = 0;
}

static int sock_get_msgfds(Chardev *chr, int *fds, int num)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);
    int n = MIN(num, s->nread_fds);

    if (!s->nread_fds) {
        return 0;
    }
    memcpy(fds, s->read_fds, n * sizeof(int));
    for (int i = n; i < s->nread_fds; i++) {
        close(s->read_fds[i]);
    }
    g_free(s->read_fds);
    s->read_fds = NULL;
    s->nread_fds = 0;
    return n;
}

static int sock_set_msgfds(Chardev *chr, int *fds, int num)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);

    if (s->fd < 0 || !s->is_unix || num > MAX_MSGFDS) {
        return -1;
    }
    QEMU_LOCK_GUARD(&chr->chr_write_lock);
    g_free(s->write_fds);
    s->write_fds = g_memdup2(fds, num * sizeof(int));
    s->nwrite_fds = num;
    return 0;
}

/* ---- Output */

/* Send what is left of an escape sequence; false if the socket takes no more. */
static bool flush_pending(SocketChardev *s)
{
    while (s->npending) {
        ssize_t n = RETRY_ON_EINTR(send(s->fd, s->pending_out, s->npending, MSG_NOSIGNAL));

        if (n < 0) {
            return false;
        }
        s->npending -= n;
        memmove(s->pending_out, s->pending_out + n, s->npending);
    }
    return true;
}

static int telnet_write(SocketChardev *s, const uint8_t *buf, int len)
{
    uint8_t out[1024];
    int done = 0;

    while (done < len) {
        int used, n;

        if (!flush_pending(s)) {
            return done ? done : -1;
        }
        n = telnet_escape_output(buf + done, len - done, s->pending_out, sizeof(s->pending_out),
                                 &used);
        if (n == used && len - done > (int)sizeof(out)) {
            /* No escapes in sight and much to send: try a long piece. */
            n = telnet_escape_output(buf + done, len - done, out, sizeof(out), &used);
            if (n == used) {
                ssize_t sent = RETRY_ON_EINTR(send(s->fd, out, n, MSG_NOSIGNAL));
                if (sent < 0) {
                    return done ? done : -1;
                }
                done += sent;
                continue;
            }
            n = telnet_escape_output(buf + done, len - done, s->pending_out,
                                     sizeof(s->pending_out), &used);
        }
        /* From here the piece counts as written. */
        s->npending = n;
        done += used;
    }
    flush_pending(s);
    return done;
}

static int raw_write(SocketChardev *s, const uint8_t *buf, int len)
{
    ssize_t n = socket_send_fds(s->fd, buf, len, s->write_fds, s->nwrite_fds);

    if (n >= 0 || errno != EAGAIN) {
        /* Sent with the first byte, or lost with the connection. */
        g_free(s->write_fds);
        s->write_fds = NULL;
        s->nwrite_fds = 0;
    }
    return n;
}

static int sock_write(Chardev *chr, const uint8_t *buf, int len)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);
    int n;

    /* With nobody there, output is lost. */
    if (s->fd < 0) {
        return len;
    }
    n = s->is_telnet ? telnet_write(s, buf, len) : raw_write(s, buf, len);
    if (n < 0 && errno != EAGAIN) {
        /* The reading side will see it and clean up in its own thread. */
        shutdown(s->fd, SHUT_RDWR);
        return len;
    }
    return n;
}

static GSource *sock_add_watch(Chardev *chr, GIOCondition cond)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);

    return s->fd < 0 ? NULL : chr_output_source(s->fd, cond);
}

/* ---- Connections */

static void sock_free_connection(SocketChardev *s)
{
    Chardev *chr = CHARDEV(s);

    chr_unwatch_input(chr);
    QEMU_LOCK_GUARD(&chr->chr_write_lock);
    if (s->fd >= 0) {
        close(s->fd);
        s->fd = -1;
    }
    s->npending = 0;
    g_free(s->write_fds);
    s->write_fds = NULL;
    s->nwrite_fds = 0;
    close_fds(&s->read_fds, &s->nread_fds);
}

static void sock_disconnect(Chardev *chr)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);
    bool was_open = s->fd >= 0;

    sock_free_connection(s);
    update_filename(s);
    if (was_open) {
        qemu_chr_be_event(chr, CHR_EVENT_CLOSED);
    }
    sock_start(s);
}

/* Read once with descriptors; as recv(). */
static ssize_t sock_recv(SocketChardev *s, void *buf, size_t len)
{
    int fds[MAX_MSGFDS];
    size_t nfds = 0;
    ssize_t n = s->is_unix ? socket_recv_fds(s->fd, buf, len, fds, MAX_MSGFDS, &nfds)
                           : RETRY_ON_EINTR(recv(s->fd, buf, len, 0));

    if (nfds) {
        /* New ones replace those that nobody has asked for. */
        close_fds(&s->read_fds, &s->nread_fds);
        s->read_fds = g_memdup2(fds, nfds * sizeof(int));
        s->nread_fds = nfds;
        for (size_t i = 0; i < nfds; i++) {
            qemu_socket_try_set_nonblock(fds[i]);
        }
    }
    return n;
}

static gboolean sock_read(Chardev *chr)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);
    uint8_t buf[CHR_READ_BUF_LEN];
    int max = MIN((int)sizeof(buf), qemu_chr_be_can_write(chr)), breaks = 0;

    if (s->fd < 0 || max <= 0) {
        return TRUE;
    }
    ssize_t n = sock_recv(s, buf, max);
    if (n == 0 || (n < 0 && errno != EAGAIN)) {
        sock_disconnect(chr);
        return FALSE;
    }
    if (n > 0) {
        int size = s->is_telnet ? telnet_filter_input(&s->telnet, buf, n, &breaks) : n;

        while (breaks-- > 0) {
            qemu_chr_be_event(chr, CHR_EVENT_BREAK);
        }
        if (size > 0) {
            qemu_chr_be_write(chr, buf, size);
        }
    }
    return TRUE;
}

/* A reader that cannot take bytes must still learn that the other side has gone. */
static int sock_sync_read(Chardev *chr, const uint8_t *buf, int len)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);

    if (s->fd < 0) {
        return 0;
    }
    qemu_socket_set_block(s->fd);
    ssize_t n = sock_recv(s, (void *)buf, len);
    if (s->fd >= 0) {
        qemu_socket_set_nonblock(s->fd);
    }
    if (n == 0) {
        sock_disconnect(chr);
    }
    return n;
}

/* Take @fd as the connection. */
static void sock_connected(SocketChardev *s, int fd)
{
    Chardev *chr = CHARDEV(s);

    drop_source(&s->listen_source);
    drop_source(&s->reconnect_timer);
    qemu_socket_set_nonblock(fd);
    if (s->nodelay) {
        socket_set_nodelay(fd);
    }
    s->reported_failure = false;
    s->telnet = (TelnetState){ TELNET_DATA };
    WITH_QEMU_LOCK_GUARD(&chr->chr_write_lock) {
        s->fd = fd;
        if (s->is_telnet) {
            memcpy(s->pending_out, telnet_greeting, sizeof(telnet_greeting));
            s->npending = sizeof(telnet_greeting);
            flush_pending(s);
        }
    }
    update_filename(s);
    chr_watch_input(chr, fd, sock_read);
    qemu_chr_be_event(chr, CHR_EVENT_OPENED);
}

static int sock_add_client(Chardev *chr, int fd)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);

    if (s->fd >= 0 || !fd_is_socket(fd)) {
        return -1;
    }
    sock_connected(s, fd);
    return 0;
}

/* ---- Waiting for one: server */

static gboolean sock_accept(void *unused, GIOCondition cond, void *opaque)
{
    SocketChardev *s = opaque;
    int fd = qemu_accept(s->listen_fd, NULL, NULL);

    if (fd >= 0) {
        sock_connected(s, fd);
    }
    return TRUE;
}

static void start_listening(SocketChardev *s)
{
    if (!s->listen_source) {
        s->listen_source = chr_output_source(s->listen_fd, G_IO_IN);
        g_source_set_callback(s->listen_source, G_SOURCE_FUNC(sock_accept), s, NULL);
        g_source_attach(s->listen_source, s->parent.gcontext);
    }
}

/* ---- Waiting for one: client */

static gboolean try_again(gpointer opaque)
{
    SocketChardev *s = opaque;

    drop_source(&s->reconnect_timer);
    sock_start(s);
    return FALSE;
}

static void connect_failed(SocketChardev *s, Error *err)
{
    if (!s->reported_failure) {
        s->reported_failure = true;
        error_reportf_err(err, "Unable to connect character device %s: ", s->parent.label);
    } else {
        error_free(err);
    }
    if (s->reconnect && !s->reconnect_timer) {
        s->reconnect_timer = g_timeout_source_new_seconds(s->reconnect);
        g_source_set_callback(s->reconnect_timer, try_again, s, NULL);
        g_source_attach(s->reconnect_timer, s->parent.gcontext);
    }
}

static gboolean connect_done(void *unused, GIOCondition cond, void *opaque)
{
    SocketChardev *s = opaque;
    int fd = s->connecting_fd;
    Error *err = NULL;

    s->connecting_fd = -1;
    drop_source(&s->connect_source);
    if (socket_connect_result(fd, s->addr, &err) < 0) {
        close(fd);
        connect_failed(s, err);
    } else {
        sock_connected(s, fd);
    }
    return FALSE;
}

static void start_connecting(SocketChardev *s)
{
    Error *err = NULL;
    bool in_progress;
    int fd = socket_connect_start(s->addr, &in_progress, &err);

    if (fd < 0) {
        connect_failed(s, err);
    } else if (!in_progress) {
        sock_connected(s, fd);
    } else {
        s->connecting_fd = fd;
        s->connect_source = chr_output_source(fd, G_IO_OUT | G_IO_ERR | G_IO_HUP);
        g_source_set_callback(s->connect_source, G_SOURCE_FUNC(connect_done), s, NULL);
        g_source_attach(s->connect_source, s->parent.gcontext);
    }
}

/* Without a connection: do what leads to one. */
static void sock_start(SocketChardev *s)
{
    if (s->fd >= 0 || s->connecting_fd >= 0 || s->reconnect_timer) {
        return;
    }
    if (s->is_server) {
        if (s->listen_fd >= 0) {
            start_listening(s);
        }
    } else if (s->reconnect) {
        start_connecting(s);
    }
}

static int wait_server(SocketChardev *s, Error **errp)
{
    info_report("QEMU waiting for connection on: %s", s->parent.filename);
    qemu_socket_set_block(s->listen_fd);
    int fd = qemu_accept(s->listen_fd, NULL, NULL);
    qemu_socket_set_nonblock(s->listen_fd);
    if (fd < 0) {
        error_setg_errno(errp, errno, "Unable to accept a connection");
        return -1;
    }
    sock_connected(s, fd);
    return 0;
}

static int sock_wait_connected(Chardev *chr, Error **errp)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);
    int fd;

    if (s->fd >= 0) {
        return 0;
    }
    if (s->is_server) {
        return wait_server(s, errp);
    }
    /* One that is under way gives way to one that waits. */
    drop_source(&s->connect_source);
    drop_source(&s->reconnect_timer);
    if (s->connecting_fd >= 0) {
        close(s->connecting_fd);
        s->connecting_fd = -1;
    }
    for (;;) {
        Error *err = NULL;

        fd = socket_connect(s->addr, &err);
        if (fd >= 0) {
            break;
        }
        if (!s->reconnect) {
            error_propagate(errp, err);
            return -1;
        }
        error_free(err);
        g_usleep(s->reconnect * G_USEC_PER_SEC);
    }
    sock_connected(s, fd);
    return 0;
}

static void sock_update_read_handler(Chardev *chr)
{
    SocketChardev *s = SOCKET_CHARDEV(chr);

    /* Move every source to the (perhaps new) context. */
    chr_unwatch_input(chr);
    drop_source(&s->listen_source);
    if (s->fd >= 0) {
        chr_watch_input(chr, s->fd, sock_read);
    } else {
        sock_start(s);
    }
}

/* ---- Opening */

static bool check_options(ChardevSocket *sock, Error **errp)
{
    bool server = !sock->has_server || sock->server;

    if (server && sock->has_reconnect && sock->reconnect) {
        error_setg(errp, "'reconnect' option is incompatible with socket in server listen mode");
        return false;
    }
    if (!server && sock->has_wait && sock->wait) {
        error_setg(errp, "'wait' option is incompatible with socket in client connect mode");
        return false;
    }
    if (sock->has_reconnect && (sock->reconnect < 0 || sock->reconnect > INT_MAX / 1000)) {
        error_setg(errp, "'reconnect' must be a number of seconds from 0 to %d, not %" PRId64,
                   INT_MAX / 1000, sock->reconnect);
        return false;
    }
    return true;
}

static void open_server(SocketChardev *s, bool wait, Error **errp)
{
    s->listen_fd = socket_listen(s->addr, 1, errp);
    if (s->listen_fd < 0) {
        return;
    }
    if (s->addr->kind == QEMU_SOCKET_INET) {
        /* Show the port that port 0 or to= has led to. */
        QemuSockAddr *local = socket_local_address(s->listen_fd, NULL);
        if (local) {
            qemu_sockaddr_free(s->addr);
            s->addr = local;
        }
    }
    qemu_socket_set_nonblock(s->listen_fd);
    update_filename(s);
    if (wait) {
        wait_server(s, errp);
    } else {
        start_listening(s);
    }
}

static void sock_open(Chardev *chr, ChardevBackend *backend, bool *be_opened, Error **errp)
{
    ChardevSocket *sock = backend->u.socket.data;
    SocketChardev *s = SOCKET_CHARDEV(chr);

    if (!check_options(sock, errp)) {
        return;
    }
    s->is_server = !sock->has_server || sock->server;
    s->is_telnet = sock->has_telnet && sock->telnet;
    s->nodelay = sock->has_nodelay && sock->nodelay;
    s->reconnect = sock->has_reconnect ? sock->reconnect : 0;
    s->addr = qemu_sockaddr_from_qapi_legacy(sock->addr);
    s->is_unix = s->addr->kind == QEMU_SOCKET_UNIX || s->addr->kind == QEMU_SOCKET_FD;
    /* Sent by ourselves, when there is a connection. */
    *be_opened = false;
    qemu_chr_set_feature(chr, QEMU_CHAR_FEATURE_RECONNECTABLE);
    if (s->is_unix) {
        qemu_chr_set_feature(chr, QEMU_CHAR_FEATURE_FD_PASS);
    }
    update_filename(s);
    if (s->is_server) {
        open_server(s, sock->has_wait && sock->wait, errp);
    } else if (s->reconnect) {
        start_connecting(s);
    } else {
        int fd = socket_connect(s->addr, errp);
        if (fd >= 0) {
            sock_connected(s, fd);
        }
    }
}

static SocketAddressLegacy *parse_address(QemuOpts *opts, Error **errp)
{
    const char *path = qemu_opt_get(opts, "path"), *fd = qemu_opt_get(opts, "fd");
    const char *host = qemu_opt_get(opts, "host"), *port = qemu_opt_get(opts, "port");
    SocketAddressLegacy *addr = g_new0(SocketAddressLegacy, 1);

    if ((path != NULL) + (fd != NULL) + (host != NULL) != 1) {
        error_setg(errp, "chardev: socket: exactly one of 'path', 'fd' or 'host' is needed");
    } else if (path) {
        UnixSocketAddress *un = addr->u.q_unix.data = g_new0(UnixSocketAddress, 1);
        addr->type = SOCKET_ADDRESS_LEGACY_KIND_UNIX;
        un->path = g_strdup(path);
        un->has_abstract = un->has_tight = true;
        un->abstract = qemu_opt_get_bool(opts, "abstract", false);
        un->tight = qemu_opt_get_bool(opts, "tight", true);
        return addr;
    } else if (fd) {
        addr->type = SOCKET_ADDRESS_LEGACY_KIND_FD;
        addr->u.fd.data = g_new0(String, 1);
        addr->u.fd.data->str = g_strdup(fd);
        return addr;
    } else if (!port) {
        error_setg(errp, "chardev: socket: no port given");
    } else {
        InetSocketAddress *inet = addr->u.inet.data = g_new0(InetSocketAddress, 1);
        addr->type = SOCKET_ADDRESS_LEGACY_KIND_INET;
        inet->host = g_strdup(host);
        inet->port = g_strdup(port);
        inet->has_to = qemu_opt_get(opts, "to") != NULL;
        inet->to = qemu_opt_get_number(opts, "to", 0);
        inet->has_ipv4 = qemu_opt_get(opts, "ipv4") != NULL;
        inet->ipv4 = qemu_opt_get_bool(opts, "ipv4", false);
        inet->has_ipv6 = qemu_opt_get(opts, "ipv6") != NULL;
        inet->ipv6 = qemu_opt_get_bool(opts, "ipv6", false);
        return addr;
    }
    g_free(addr);
    return NULL;
}

static void sock_parse(QemuOpts *opts, ChardevBackend *backend, Error **errp)
{
    SocketAddressLegacy *addr = parse_address(opts, errp);
    ChardevSocket *sock;

    if (!addr) {
        return;
    }
    sock = backend->u.socket.data = g_new0(ChardevSocket, 1);
    qemu_chr_parse_common(opts, (ChardevCommon *)sock);
    sock->addr = addr;
    sock->has_nodelay = qemu_opt_get(opts, "delay") || qemu_opt_get(opts, "nodelay");
    sock->nodelay = !qemu_opt_get_bool(opts, "delay", true) ||
                    qemu_opt_get_bool(opts, "nodelay", false);
    sock->has_server = true;
    sock->server = qemu_opt_get_bool(opts, "server", false);
    sock->has_telnet = qemu_opt_get(opts, "telnet") != NULL;
    sock->telnet = qemu_opt_get_bool(opts, "telnet", false);
    /* On the command line a server waits unless told otherwise; in QMP it does not. */
    sock->has_wait = qemu_opt_get(opts, "wait") || sock->server;
    sock->wait = qemu_opt_get_bool(opts, "wait", true);
    sock->has_reconnect = qemu_opt_get(opts, "reconnect") != NULL;
    sock->reconnect = MIN(qemu_opt_get_number(opts, "reconnect", 0), (uint64_t)INT64_MAX);
}

static void sock_init(Object *obj)
{
    SocketChardev *s = SOCKET_CHARDEV(obj);

    s->fd = s->listen_fd = s->connecting_fd = -1;
}

static void sock_finalize(Object *obj)
{
    SocketChardev *s = SOCKET_CHARDEV(obj);
    bool was_open = s->fd >= 0;

    sock_free_connection(s);
    drop_source(&s->listen_source);
    drop_source(&s->connect_source);
    drop_source(&s->reconnect_timer);
    if (s->connecting_fd >= 0) {
        close(s->connecting_fd);
    }
    if (s->listen_fd >= 0) {
        socket_listen_cleanup(s->listen_fd, s->addr);
        close(s->listen_fd);
    }
    qemu_sockaddr_free(s->addr);
    if (was_open) {
        qemu_chr_be_event(CHARDEV(obj), CHR_EVENT_CLOSED);
    }
}

static void sock_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->parse = sock_parse;
    cc->open = sock_open;
    cc->chr_write = sock_write;
    cc->chr_sync_read = sock_sync_read;
    cc->chr_add_watch = sock_add_watch;
    cc->chr_update_read_handler = sock_update_read_handler;
    cc->get_msgfds = sock_get_msgfds;
    cc->set_msgfds = sock_set_msgfds;
    cc->chr_add_client = sock_add_client;
    cc->chr_wait_connected = sock_wait_connected;
    cc->chr_disconnect = sock_disconnect;
}

static const TypeInfo sock_types[] = {
    {
        .name = TYPE_CHARDEV_SOCKET,
        .parent = TYPE_CHARDEV,
        .instance_size = sizeof(SocketChardev),
        .instance_init = sock_init,
        .instance_finalize = sock_finalize,
        .class_init = sock_class_init,
    },
};
DEFINE_TYPES(sock_types)
