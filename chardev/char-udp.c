/*
 * Datagrams.
 *
 * A datagram is kept until the front end has taken all of it; meanwhile the next ones wait in
 * the kernel.
 *
 * Thread:  see include/chardev/char.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "char-io.h"
#include "qapi/error.h"
#include "qemu/sockets.h"

typedef struct UdpChardev {
    Chardev parent;
    int fd; /* or -1 */
    uint8_t buf[CHR_READ_BUF_LEN];
    int at, end; /* what is left in buf */
} UdpChardev;
DECLARE_INSTANCE_CHECKER(UdpChardev, UDP_CHARDEV, TYPE_CHARDEV_UDP)

static int udp_chr_write(Chardev *chr, const uint8_t *buf, int len)
{
    ssize_t n = RETRY_ON_EINTR(send(UDP_CHARDEV(chr)->fd, buf, len, 0));

    /* Nobody listens there yet: the datagram is lost, which datagrams may be. */
    return n < 0 && errno == ECONNREFUSED ? len : n;
}

static void udp_flush(UdpChardev *s)
{
    Chardev *chr = CHARDEV(s);

    while (s->at < s->end) {
        int n = MIN(s->end - s->at, qemu_chr_be_can_write(chr));

        if (n <= 0) {
            return;
        }
        s->at += n;
        qemu_chr_be_write(chr, s->buf + s->at - n, n);
    }
}

static gboolean udp_read(Chardev *chr)
{
    UdpChardev *s = UDP_CHARDEV(chr);

    if (s->at == s->end) {
        ssize_t n = RETRY_ON_EINTR(recv(s->fd, s->buf, sizeof(s->buf), 0));

        s->at = 0;
        s->end = MAX(n, (ssize_t)0);
    }
    udp_flush(s);
    return TRUE;
}

static void udp_accept_input(Chardev *chr)
{
    udp_flush(UDP_CHARDEV(chr));
}

static GSource *udp_add_watch(Chardev *chr, GIOCondition cond)
{
    return chr_output_source(UDP_CHARDEV(chr)->fd, cond);
}

static void udp_update_read_handler(Chardev *chr)
{
    chr_unwatch_input(chr);
    if (chr->be && chr->be->chr_can_read) {
        chr_watch_input(chr, UDP_CHARDEV(chr)->fd, udp_read);
    }
}

static void udp_open(Chardev *chr, ChardevBackend *backend, bool *be_opened, Error **errp)
{
    ChardevUdp *udp = backend->u.udp.data;
    UdpChardev *s = UDP_CHARDEV(chr);
    g_autoptr(QemuSockAddr) remote = qemu_sockaddr_from_qapi_legacy(udp->remote);
    g_autoptr(QemuSockAddr) local =
        udp->has_local ? qemu_sockaddr_from_qapi_legacy(udp->local) : NULL;

    s->fd = socket_dgram(remote, local, errp);
    if (s->fd < 0) {
        return;
    }
    qemu_socket_set_nonblock(s->fd);
    g_autofree char *text = qemu_sockaddr_to_string(remote);
    chr->filename = g_strdup_printf("udp:%s", text);
    /* There is no connection that could open later. */
    *be_opened = false;
}

static SocketAddressLegacy *inet_addr_from(const char *host, const char *port, QemuOpts *opts)
{
    SocketAddressLegacy *addr = g_new0(SocketAddressLegacy, 1);
    InetSocketAddress *inet = g_new0(InetSocketAddress, 1);

    addr->type = SOCKET_ADDRESS_LEGACY_KIND_INET;
    addr->u.inet.data = inet;
    inet->host = g_strdup(host);
    inet->port = g_strdup(port);
    inet->has_ipv4 = qemu_opt_get(opts, "ipv4") != NULL;
    inet->ipv4 = qemu_opt_get_bool(opts, "ipv4", false);
    inet->has_ipv6 = qemu_opt_get(opts, "ipv6") != NULL;
    inet->ipv6 = qemu_opt_get_bool(opts, "ipv6", false);
    return addr;
}

static void udp_parse(QemuOpts *opts, ChardevBackend *backend, Error **errp)
{
    const char *host = qemu_opt_get(opts, "host"), *port = qemu_opt_get(opts, "port");
    const char *lhost = qemu_opt_get(opts, "localaddr"), *lport = qemu_opt_get(opts, "localport");
    ChardevUdp *udp;

    if (!port || !*port) {
        error_setg(errp, "chardev: udp: remote port not specified");
        return;
    }
    udp = backend->u.udp.data = g_new0(ChardevUdp, 1);
    qemu_chr_parse_common(opts, (ChardevCommon *)udp);
    udp->remote = inet_addr_from(host && *host ? host : "localhost", port, opts);
    if ((lhost && *lhost) || (lport && *lport)) {
        udp->has_local = true;
        udp->local = inet_addr_from(lhost ? lhost : "", lport && *lport ? lport : "0", opts);
    }
}

static void udp_init(Object *obj)
{
    UDP_CHARDEV(obj)->fd = -1;
}

static void udp_finalize(Object *obj)
{
    UdpChardev *s = UDP_CHARDEV(obj);

    chr_unwatch_input(CHARDEV(obj));
    if (s->fd >= 0) {
        close(s->fd);
    }
}

static void udp_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->parse = udp_parse;
    cc->open = udp_open;
    cc->chr_write = udp_chr_write;
    cc->chr_add_watch = udp_add_watch;
    cc->chr_accept_input = udp_accept_input;
    cc->chr_update_read_handler = udp_update_read_handler;
}

static const TypeInfo udp_types[] = {
    {
        .name = TYPE_CHARDEV_UDP,
        .parent = TYPE_CHARDEV,
        .instance_size = sizeof(UdpChardev),
        .instance_init = udp_init,
        .instance_finalize = udp_finalize,
        .class_init = udp_class_init,
    },
};
DEFINE_TYPES(udp_types)
