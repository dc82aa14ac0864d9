/*
 * Output to a file, input from another.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "char-fd.h"
#include "qapi/error.h"

static void file_open(Chardev *chr, ChardevBackend *backend, bool *be_opened, Error **errp)
{
    ChardevFile *file = backend->u.file.data;
    int flags = O_WRONLY | O_CREAT | (file->has_append && file->append ? O_APPEND : O_TRUNC);
    int in = -1;
    int out = qemu_chr_open_path(file->out, flags, errp);

    if (out < 0) {
        return;
    }
    if (file->has_in) {
        in = qemu_chr_open_path(file->in, O_RDONLY, errp);
        if (in < 0) {
            qemu_close(out);
            return;
        }
    }
    qemu_chr_open_fd(chr, in, out);
}

static void file_parse(QemuOpts *opts, ChardevBackend *backend, Error **errp)
{
    const char *path = qemu_opt_get(opts, "path"), *in = qemu_opt_get(opts, "input-path");
    ChardevFile *file;

    if (!path) {
        error_setg(errp, "chardev: file: no filename given");
        return;
    }
    file = backend->u.file.data = g_new0(ChardevFile, 1);
    qemu_chr_parse_common(opts, (ChardevCommon *)file);
    file->out = g_strdup(path);
    file->has_in = in != NULL;
    file->in = g_strdup(in);
    file->has_append = true;
    file->append = qemu_opt_get_bool(opts, "append", false);
}

static void file_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->parse = file_parse;
    cc->open = file_open;
}

static const TypeInfo file_types[] = {
    {
        .name = TYPE_CHARDEV_FILE,
        .parent = TYPE_CHARDEV_FD,
        .class_init = file_class_init,
    },
};
DEFINE_TYPES(file_types)
