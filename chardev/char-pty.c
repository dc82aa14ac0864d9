/*
 * A pseudo terminal, whose other end a user opens by its name.
 *
 * The kernel reports a hang-up as long as nobody has the other end open, and says nothing when
 * somebody comes: while there is nobody we look once a second.
 *
 * Thread:  see include/chardev/char.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <poll.h>
#include <termios.h>
#include "char-io.h"
#include "qapi/error.h"
#include "qemu/error-report.h"

enum { LOOK_MS = 1000 };

typedef struct PtyChardev {
    Chardev parent;
    int fd; /* our end, or -1 */
    bool connected;
    GSource *timer;
} PtyChardev;
DECLARE_INSTANCE_CHECKER(PtyChardev, PTY_CHARDEV, TYPE_CHARDEV_PTY)

static void pty_set_connected(PtyChardev *s, bool connected);

static bool pty_has_peer(PtyChardev *s)
{
    struct pollfd p = { .fd = s->fd, .events = POLLOUT };

    return RETRY_ON_EINTR(poll(&p, 1, 0)) >= 0 && !(p.revents & POLLHUP);
}

static void stop_timer(PtyChardev *s)
{
    if (s->timer) {
        g_source_destroy(s->timer);
        g_source_unref(s->timer);
        s->timer = NULL;
    }
}

static gboolean pty_look(gpointer opaque)
{
    PtyChardev *s = opaque;

    if (pty_has_peer(s)) {
        pty_set_connected(s, true);
        return FALSE;
    }
    return TRUE;
}

static void start_timer(PtyChardev *s)
{
    if (!s->timer) {
        s->timer = g_timeout_source_new(LOOK_MS);
        g_source_set_callback(s->timer, pty_look, s, NULL);
        g_source_attach(s->timer, s->parent.gcontext);
    }
}

static gboolean pty_read(Chardev *chr)
{
    PtyChardev *s = PTY_CHARDEV(chr);
    uint8_t buf[CHR_READ_BUF_LEN];
    int max = MIN((int)sizeof(buf), qemu_chr_be_can_write(chr));

    if (max <= 0) {
        return TRUE;
    }
    ssize_t n = RETRY_ON_EINTR(read(s->fd, buf, max));
    if (n == 0 || (n < 0 && errno != EAGAIN)) {
        pty_set_connected(s, false);
        return FALSE;
    }
    if (n > 0) {
        qemu_chr_be_write(chr, buf, n);
    }
    return TRUE;
}

static void pty_set_connected(PtyChardev *s, bool connected)
{
    Chardev *chr = CHARDEV(s);

    if (!connected) {
        chr_unwatch_input(chr);
        start_timer(s);
        if (s->connected) {
            s->connected = false;
            qemu_chr_be_event(chr, CHR_EVENT_CLOSED);
        }
        return;
    }
    stop_timer(s);
    if (!s->connected) {
        s->connected = true;
        qemu_chr_be_event(chr, CHR_EVENT_OPENED);
    }
    if (!chr->gsource) {
        chr_watch_input(chr, s->fd, pty_read);
    }
}

static int pty_chr_write(Chardev *chr, const uint8_t *buf, int len)
{
    PtyChardev *s = PTY_CHARDEV(chr);

    /* With nobody there, output is lost, as on a cable without terminal. */
    return s->connected || pty_has_peer(s) ? chr_write_fd(s->fd, buf, len) : len;
}

static GSource *pty_chr_add_watch(Chardev *chr, GIOCondition cond)
{
    PtyChardev *s = PTY_CHARDEV(chr);

    return s->connected ? chr_output_source(s->fd, cond) : NULL;
}

static void pty_update_read_handler(Chardev *chr)
{
    PtyChardev *s = PTY_CHARDEV(chr);

    chr_unwatch_input(chr);
    stop_timer(s);
    pty_set_connected(s, pty_has_peer(s));
}

/* A new pair, both ends raw; the name of the other end goes to *name. */
static int open_pair(char **name, Error **errp)
{
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    char path[PATH_MAX];
    struct termios tty;

    if (fd < 0 || grantpt(fd) < 0 || unlockpt(fd) < 0 || ptsname_r(fd, path, sizeof(path))) {
        error_setg_errno(errp, errno, "Failed to open pty");
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    /* Open and close it once: only then does the kernel report that nobody is there. */
    int other = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (other < 0 || tcgetattr(other, &tty) < 0) {
        error_setg_errno(errp, errno, "Failed to open pty '%s'", path);
        close(fd);
        if (other >= 0) {
            close(other);
        }
        return -1;
    }
    cfmakeraw(&tty);
    tcsetattr(other, TCSAFLUSH, &tty);
    close(other);
    *name = g_strdup(path);
    return fd;
}

static void pty_open(Chardev *chr, ChardevBackend *backend, bool *be_opened, Error **errp)
{
    PtyChardev *s = PTY_CHARDEV(chr);
    g_autofree char *name = NULL;

    s->fd = open_pair(&name, errp);
    if (s->fd < 0) {
        return;
    }
    chr->filename = g_strdup_printf("pty:%s", name);
    /* Libraries that start us read this line. */
    printf("char device redirected to %s (label %s)\n", name, chr->label);
    fflush(stdout);
    *be_opened = false;
}

static void pty_parse(QemuOpts *opts, ChardevBackend *backend, Error **errp)
{
    backend->u.pty.data = g_new0(ChardevCommon, 1);
    qemu_chr_parse_common(opts, backend->u.pty.data);
}

static void pty_init(Object *obj)
{
    PTY_CHARDEV(obj)->fd = -1;
}

static void pty_finalize(Object *obj)
{
    PtyChardev *s = PTY_CHARDEV(obj);

    chr_unwatch_input(CHARDEV(obj));
    stop_timer(s);
    if (s->fd >= 0) {
        close(s->fd);
    }
    if (s->connected) {
        qemu_chr_be_event(CHARDEV(obj), CHR_EVENT_CLOSED);
    }
}

static void pty_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->parse = pty_parse;
    cc->open = pty_open;
    cc->chr_write = pty_chr_write;
    cc->chr_add_watch = pty_chr_add_watch;
    cc->chr_update_read_handler = pty_update_read_handler;
}

static const TypeInfo pty_types[] = {
    {
        .name = TYPE_CHARDEV_PTY,
        .parent = TYPE_CHARDEV,
        .instance_size = sizeof(PtyChardev),
        .instance_init = pty_init,
        .instance_finalize = pty_finalize,
        .class_init = pty_class_init,
    },
};
DEFINE_TYPES(pty_types)
