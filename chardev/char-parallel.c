/*
 * A parallel port of the host, through the kernel's ppdev.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <linux/parport.h>
#include <linux/ppdev.h>
#include <sys/ioctl.h>
#include "chardev/char.h"
#include "qapi/error.h"

typedef struct ParallelChardev {
    Chardev parent;
    int fd; /* or -1 */
    int mode;
} ParallelChardev;
DECLARE_INSTANCE_CHECKER(ParallelChardev, PARALLEL_CHARDEV, TYPE_CHARDEV_PARALLEL)

static bool pp_set_mode(ParallelChardev *s, int mode)
{
    if (s->mode != mode) {
        if (ioctl(s->fd, PPSETMODE, &mode) < 0) {
            return false;
        }
        s->mode = mode;
    }
    return true;
}

/* EPP transfers are reads and writes of the descriptor in a mode. */
static int pp_epp(ParallelChardev *s, int mode, uint8_t *b, bool write_it)
{
    if (!pp_set_mode(s, mode)) {
        return -errno;
    }
    ssize_t n = RETRY_ON_EINTR(write_it ? write(s->fd, b, 1) : read(s->fd, b, 1));
    return n == 1 ? 0 : -EIO;
}

static int pp_ioctl(Chardev *chr, int cmd, void *arg)
{
    ParallelChardev *s = PARALLEL_CHARDEV(chr);
    unsigned long request;

    switch (cmd) {
    case CHR_IOCTL_PP_READ_DATA:
        request = PPRDATA;
        break;
    case CHR_IOCTL_PP_WRITE_DATA:
        request = PPWDATA;
        break;
    case CHR_IOCTL_PP_READ_CONTROL:
        request = PPRCONTROL;
        break;
    case CHR_IOCTL_PP_WRITE_CONTROL:
        request = PPWCONTROL;
        break;
    case CHR_IOCTL_PP_READ_STATUS:
        request = PPRSTATUS;
        break;
    case CHR_IOCTL_PP_DATA_DIR:
        request = PPDATADIR;
        break;
    case CHR_IOCTL_PP_EPP_READ_ADDR:
        return pp_epp(s, IEEE1284_MODE_EPP | IEEE1284_ADDR, arg, false);
    case CHR_IOCTL_PP_EPP_READ:
        return pp_epp(s, IEEE1284_MODE_EPP | IEEE1284_DATA, arg, false);
    case CHR_IOCTL_PP_EPP_WRITE_ADDR:
        return pp_epp(s, IEEE1284_MODE_EPP | IEEE1284_ADDR, arg, true);
    case CHR_IOCTL_PP_EPP_WRITE:
        return pp_epp(s, IEEE1284_MODE_EPP | IEEE1284_DATA, arg, true);
    default:
        return -ENOTSUP;
    }
    return ioctl(s->fd, request, arg) < 0 ? -errno : 0;
}

static void parallel_open(Chardev *chr, ChardevBackend *backend, bool *be_opened, Error **errp)
{
    const char *device = backend->u.parallel.data->device;
    ParallelChardev *s = PARALLEL_CHARDEV(chr);
    int fd = qemu_open(device, O_RDWR, errp);

    if (fd < 0) {
        return;
    }
    if (ioctl(fd, PPCLAIM) < 0) {
        error_setg_errno(errp, errno, "'%s' is not a parallel port that can be claimed", device);
        qemu_close(fd);
        return;
    }
    s->fd = fd;
    s->mode = IEEE1284_MODE_COMPAT;
}

static void parallel_parse(QemuOpts *opts, ChardevBackend *backend, Error **errp)
{
    const char *device = qemu_opt_get(opts, "path");
    ChardevHostdev *parallel;

    if (!device) {
        error_setg(errp, "chardev: parallel: no device path given");
        return;
    }
    parallel = backend->u.parallel.data = g_new0(ChardevHostdev, 1);
    qemu_chr_parse_common(opts, (ChardevCommon *)parallel);
    parallel->device = g_strdup(device);
}

static void parallel_init(Object *obj)
{
    PARALLEL_CHARDEV(obj)->fd = -1;
}

static void parallel_finalize(Object *obj)
{
    ParallelChardev *s = PARALLEL_CHARDEV(obj);

    if (s->fd >= 0) {
        pp_set_mode(s, IEEE1284_MODE_COMPAT);
        ioctl(s->fd, PPRELEASE);
        qemu_close(s->fd);
        qemu_chr_be_event(CHARDEV(obj), CHR_EVENT_CLOSED);
    }
}

static void parallel_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->parse = parallel_parse;
    cc->open = parallel_open;
    cc->chr_ioctl = pp_ioctl;
}

static const TypeInfo parallel_types[] = {
    {
        .name = TYPE_CHARDEV_PARALLEL,
        .parent = TYPE_CHARDEV,
        .instance_size = sizeof(ParallelChardev),
        .instance_init = parallel_init,
        .instance_finalize = parallel_finalize,
        .class_init = parallel_class_init,
    },
};
DEFINE_TYPES(parallel_types)
