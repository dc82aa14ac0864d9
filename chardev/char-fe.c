/*
 * Character devices: the front end's side.
 *
 * Thread:  see include/chardev/char-fe.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "char-internal.h"
#include "qapi/error.h"

/* ---- Binding */

bool qemu_chr_fe_init(CharBackend *b, Chardev *s, Error **errp)
{
    b->tag = 0;
    b->fe_is_open = false;
    if (!s) {
        b->chr = NULL;
        return true;
    }
    if (chr_is_mux(s)) {
        if (!chr_mux_attach(s, b, errp)) {
            return false;
        }
    } else if (s->be) {
        error_setg(errp, "chardev '%s' is already in use", s->label);
        return false;
    } else {
        s->be = b;
    }
    b->chr = s;
    return true;
}

void qemu_chr_fe_deinit(CharBackend *b, bool del)
{
    Chardev *chr = b->chr;

    if (!chr) {
        return;
    }
    qemu_chr_fe_set_handlers(b, NULL, NULL, NULL, NULL, NULL, NULL, true);
    if (chr->be == b) {
        chr->be = NULL;
    }
    if (chr_is_mux(chr)) {
        chr_mux_detach(chr, b);
    }
    b->chr = NULL;
    if (del) {
        object_unparent(OBJECT(chr));
    }
}

Chardev *qemu_chr_fe_get_driver(CharBackend *be)
{
    return be->chr;
}

bool qemu_chr_fe_backend_connected(CharBackend *be)
{
    return be->chr != NULL;
}

bool qemu_chr_fe_backend_open(CharBackend *be)
{
    return be->chr && be->chr->be_open;
}

/* ---- Handlers */

void qemu_chr_fe_set_handlers_full(CharBackend *b, IOCanReadHandler *fd_can_read,
                                   IOReadHandler *fd_read, IOEventHandler *fd_event,
                                   BackendChangeHandler *be_change, void *opaque,
                                   GMainContext *context, bool set_open, bool sync_state)
{
    Chardev *s = b->chr;
    bool fe_open = opaque || fd_can_read || fd_read || fd_event;

    if (!s) {
        return;
    }
    b->chr_can_read = fd_can_read;
    b->chr_read = fd_read;
    b->chr_event = fd_event;
    b->chr_be_change = be_change;
    b->opaque = opaque;
    if (chr_is_mux(s)) {
        chr_mux_set_handlers(s, context);
    } else {
        qemu_chr_be_update_read_handlers(s, context);
    }
    if (set_open) {
        qemu_chr_fe_set_open(b, fe_open);
    }
    if (!fe_open) {
        return;
    }
    qemu_chr_fe_take_focus(b);
    /* The other side may have come before us. */
    if (s->be_open && sync_state) {
        if (chr_is_mux(s)) {
            chr_mux_send_event(s, b->tag, CHR_EVENT_OPENED);
        } else {
            qemu_chr_be_event(s, CHR_EVENT_OPENED);
        }
    }
}

void qemu_chr_fe_set_handlers(CharBackend *b, IOCanReadHandler *fd_can_read,
                              IOReadHandler *fd_read, IOEventHandler *fd_event,
                              BackendChangeHandler *be_change, void *opaque,
                              GMainContext *context, bool set_open)
{
    qemu_chr_fe_set_handlers_full(b, fd_can_read, fd_read, fd_event, be_change, opaque, context,
                                  set_open, true);
}

void qemu_chr_fe_take_focus(CharBackend *b)
{
    if (b->chr && chr_is_mux(b->chr)) {
        chr_mux_set_focus(b->chr, b->tag);
    }
}

/* ---- Bytes */

int qemu_chr_fe_write(CharBackend *be, const uint8_t *buf, int len)
{
    return be->chr ? qemu_chr_write(be->chr, buf, len, false) : len;
}

int qemu_chr_fe_write_all(CharBackend *be, const uint8_t *buf, int len)
{
    return be->chr ? qemu_chr_write(be->chr, buf, len, true) : len;
}

int qemu_chr_fe_read_all(CharBackend *be, uint8_t *buf, int len)
{
    Chardev *s = be->chr;
    int done = 0;

    if (!s || !CHARDEV_GET_CLASS(s)->chr_sync_read) {
        return 0;
    }
    while (done < len) {
        int n = CHARDEV_GET_CLASS(s)->chr_sync_read(s, buf + done, len - done);

        if (n < 0 && errno == EAGAIN) {
            g_usleep(100);
            continue;
        }
        if (n < 0) {
            return n;
        }
        if (n == 0) {
            break;
        }
        done += n;
    }
    return done;
}

void qemu_chr_fe_vprintf(CharBackend *be, const char *fmt, va_list ap)
{
    g_autofree char *text = g_strdup_vprintf(fmt, ap);

    qemu_chr_fe_write_all(be, (uint8_t *)text, strlen(text));
}

void qemu_chr_fe_printf(CharBackend *be, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    qemu_chr_fe_vprintf(be, fmt, ap);
    va_end(ap);
}

guint qemu_chr_fe_add_watch(CharBackend *be, GIOCondition cond, FEWatchFunc func,
                            void *user_data)
{
    Chardev *s = be->chr;

    if (!s || !CHARDEV_GET_CLASS(s)->chr_add_watch) {
        return 0;
    }
    GSource *source = CHARDEV_GET_CLASS(s)->chr_add_watch(s, cond);
    if (!source) {
        return 0;
    }
    g_source_set_callback(source, G_SOURCE_FUNC(func), user_data, NULL);
    guint tag = g_source_attach(source, s->gcontext);
    g_source_unref(source);
    return tag;
}

void qemu_chr_fe_accept_input(CharBackend *be)
{
    Chardev *s = be->chr;

    if (!s) {
        return;
    }
    if (CHARDEV_GET_CLASS(s)->chr_accept_input) {
        CHARDEV_GET_CLASS(s)->chr_accept_input(s);
    }
    /* The input source looks at the front end before each wait: begin a new one. */
    g_main_context_wakeup(s->gcontext);
}

/* ---- Control */

int qemu_chr_fe_ioctl(CharBackend *be, int cmd, void *arg)
{
    Chardev *s = be->chr;

    return s && CHARDEV_GET_CLASS(s)->chr_ioctl ? CHARDEV_GET_CLASS(s)->chr_ioctl(s, cmd, arg)
                                                : -ENOTSUP;
}

int qemu_chr_fe_get_msgfds(CharBackend *be, int *fds, int num)
{
    Chardev *s = be->chr;

    return s && CHARDEV_GET_CLASS(s)->get_msgfds ? CHARDEV_GET_CLASS(s)->get_msgfds(s, fds, num)
                                                 : -1;
}

int qemu_chr_fe_get_msgfd(CharBackend *be)
{
    int fd;

    return qemu_chr_fe_get_msgfds(be, &fd, 1) == 1 ? fd : -1;
}

int qemu_chr_fe_set_msgfds(CharBackend *be, int *fds, int num)
{
    Chardev *s = be->chr;

    return s && CHARDEV_GET_CLASS(s)->set_msgfds ? CHARDEV_GET_CLASS(s)->set_msgfds(s, fds, num)
                                                 : -1;
}

void qemu_chr_fe_disconnect(CharBackend *be)
{
    Chardev *s = be->chr;

    if (s && CHARDEV_GET_CLASS(s)->chr_disconnect) {
        CHARDEV_GET_CLASS(s)->chr_disconnect(s);
    }
}

int qemu_chr_fe_wait_connected(CharBackend *be, Error **errp)
{
    if (!be->chr) {
        error_setg(errp, "missing associated backend");
        return -1;
    }
    return qemu_chr_wait_connected(be->chr, errp);
}

void qemu_chr_fe_set_echo(CharBackend *be, bool echo)
{
    Chardev *s = be->chr;

    if (s && CHARDEV_GET_CLASS(s)->chr_set_echo) {
        CHARDEV_GET_CLASS(s)->chr_set_echo(s, echo);
    }
}

void qemu_chr_fe_set_open(CharBackend *be, bool is_open)
{
    Chardev *s = be->chr;

    if (!s || be->fe_is_open == is_open) {
        return;
    }
    be->fe_is_open = is_open;
    if (CHARDEV_GET_CLASS(s)->chr_set_fe_open) {
        CHARDEV_GET_CLASS(s)->chr_set_fe_open(s, is_open);
    }
}
