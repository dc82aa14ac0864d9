/*
 * Named pipes: PATH.in and PATH.out, or PATH for both directions.
 *
 * All are opened for reading and writing, so that opening does not wait for the other side and
 * its going is no end of file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "char-fd.h"
#include "qapi/error.h"

static void pipe_open(Chardev *chr, ChardevBackend *backend, bool *be_opened, Error **errp)
{
    const char *path = backend->u.pipe.data->device;
    g_autofree char *path_in = g_strdup_printf("%s.in", path);
    g_autofree char *path_out = g_strdup_printf("%s.out", path);
    int in = RETRY_ON_EINTR(open(path_in, O_RDWR | O_CLOEXEC));
    int out = RETRY_ON_EINTR(open(path_out, O_RDWR | O_CLOEXEC));

    if (in < 0 || out < 0) {
        if (in >= 0) {
            close(in);
        }
        if (out >= 0) {
            close(out);
        }
        in = out = qemu_chr_open_path(path, O_RDWR, errp);
        if (in < 0) {
            return;
        }
    }
    qemu_chr_open_fd(chr, in, out);
}

static void pipe_parse(QemuOpts *opts, ChardevBackend *backend, Error **errp)
{
    const char *device = qemu_opt_get(opts, "path");
    ChardevHostdev *dev;

    if (!device) {
        error_setg(errp, "chardev: pipe: no device path given");
        return;
    }
    dev = backend->u.pipe.data = g_new0(ChardevHostdev, 1);
    qemu_chr_parse_common(opts, (ChardevCommon *)dev);
    dev->device = g_strdup(device);
}

static void pipe_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->parse = pipe_parse;
    cc->open = pipe_open;
}

static const TypeInfo pipe_types[] = {
    {
        .name = TYPE_CHARDEV_PIPE,
        .parent = TYPE_CHARDEV_FD,
        .class_init = pipe_class_init,
    },
};
DEFINE_TYPES(pipe_types)
