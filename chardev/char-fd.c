/*
 * Character devices on plain descriptors.
 *
 * Thread:  see include/chardev/char.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "char-fd.h"
#include "char-io.h"
#include "qapi/error.h"

static int fd_chr_write(Chardev *chr, const uint8_t *buf, int len)
{
    FDChardev *s = FD_CHARDEV(chr);

    return s->fd_out < 0 ? len : chr_write_fd(s->fd_out, buf, len);
}

static int fd_chr_sync_read(Chardev *chr, const uint8_t *buf, int len)
{
    FDChardev *s = FD_CHARDEV(chr);

    return s->fd_in < 0 ? 0 : RETRY_ON_EINTR(read(s->fd_in, (void *)buf, len));
}

static gboolean fd_chr_read(Chardev *chr)
{
    FDChardev *s = FD_CHARDEV(chr);
    uint8_t buf[CHR_READ_BUF_LEN];
    int max = MIN((int)sizeof(buf), qemu_chr_be_can_write(chr));

    if (max <= 0) {
        return TRUE;
    }
    ssize_t n = RETRY_ON_EINTR(read(s->fd_in, buf, max));
    if (n == 0 || (n < 0 && errno != EAGAIN)) {
        chr_unwatch_input(chr);
        qemu_chr_be_event(chr, CHR_EVENT_CLOSED);
        return FALSE;
    }
    if (n > 0) {
        qemu_chr_be_write(chr, buf, n);
    }
    return TRUE;
}

static GSource *fd_chr_add_watch(Chardev *chr, GIOCondition cond)
{
    FDChardev *s = FD_CHARDEV(chr);

    return s->fd_out < 0 ? NULL : chr_output_source(s->fd_out, cond);
}

static void fd_chr_update_read_handler(Chardev *chr)
{
    FDChardev *s = FD_CHARDEV(chr);

    chr_unwatch_input(chr);
    if (s->fd_in >= 0 && chr->be && chr->be->chr_can_read) {
        chr_watch_input(chr, s->fd_in, fd_chr_read);
    }
}

void qemu_chr_open_fd(Chardev *chr, int fd_in, int fd_out)
{
    FDChardev *s = FD_CHARDEV(chr);

    s->fd_in = fd_in;
    s->fd_out = fd_out;
    if (fd_in >= 0) {
        qemu_socket_try_set_nonblock(fd_in);
    }
    if (fd_out >= 0 && fd_out != fd_in) {
        qemu_socket_try_set_nonblock(fd_out);
    }
}

int qemu_chr_open_path(const char *path, int flags, Error **errp)
{
    int fd = flags & O_CREAT ? qemu_create(path, flags & ~O_CREAT, 0666, errp)
                             : qemu_open(path, flags, errp);

    if (fd >= 0 && flags & O_NONBLOCK) {
        qemu_socket_try_set_nonblock(fd);
    }
    return fd;
}

static void fd_init(Object *obj)
{
    FDChardev *s = FD_CHARDEV(obj);

    s->fd_in = s->fd_out = -1;
}

static void fd_finalize(Object *obj)
{
    FDChardev *s = FD_CHARDEV(obj);

    chr_unwatch_input(CHARDEV(obj));
    if (s->fd_in >= 0) {
        qemu_close(s->fd_in);
    }
    if (s->fd_out >= 0 && s->fd_out != s->fd_in) {
        qemu_close(s->fd_out);
    }
}

static void fd_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->chr_write = fd_chr_write;
    cc->chr_sync_read = fd_chr_sync_read;
    cc->chr_add_watch = fd_chr_add_watch;
    cc->chr_update_read_handler = fd_chr_update_read_handler;
}

static const TypeInfo fd_types[] = {
    {
        .name = TYPE_CHARDEV_FD,
        .parent = TYPE_CHARDEV,
        .instance_size = sizeof(FDChardev),
        .instance_init = fd_init,
        .instance_finalize = fd_finalize,
        .class_init = fd_class_init,
        .abstract = true,
    },
};
DEFINE_TYPES(fd_types)
