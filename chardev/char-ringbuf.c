/*
 * A ring buffer: output is kept in memory until a monitor command takes it.
 *
 * Counters run freely; their difference is the fill, their low bits the place. When the
 * buffer is full the oldest bytes go.
 *
 * Thread:  writing: any, under chr_write_lock; reading: main thread, under the same lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "chardev/char.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"
#include "qemu/cutils.h"
#include "qemu/host-utils.h"
#include "qemu/units.h"

enum { DEFAULT_SIZE = 65536 };
/* Bounds what one chardev-add may allocate. */
#define MAX_SIZE (1 * GiB)

typedef struct RingBufChardev {
    Chardev parent;
    size_t size; /* a power of two */
    size_t prod, cons;
    uint8_t *buf;
} RingBufChardev;
DECLARE_INSTANCE_CHECKER(RingBufChardev, RINGBUF_CHARDEV, TYPE_CHARDEV_RINGBUF)

static int ringbuf_chr_write(Chardev *chr, const uint8_t *buf, int len)
{
    RingBufChardev *d = RINGBUF_CHARDEV(chr);

    for (int i = 0; i < len; i++) {
        d->buf[d->prod++ & (d->size - 1)] = buf[i];
        if (d->prod - d->cons > d->size) {
            d->cons = d->prod - d->size;
        }
    }
    return len;
}

static size_t ringbuf_take(RingBufChardev *d, uint8_t *buf, size_t max)
{
    QEMU_LOCK_GUARD(&d->parent.chr_write_lock);
    size_t n = 0;

    while (n < max && d->cons != d->prod) {
        buf[n++] = d->buf[d->cons++ & (d->size - 1)];
    }
    return n;
}

static size_t ringbuf_fill(RingBufChardev *d)
{
    QEMU_LOCK_GUARD(&d->parent.chr_write_lock);
    return d->prod - d->cons;
}

static RingBufChardev *find_ringbuf(const char *device, Error **errp)
{
    Chardev *chr = qemu_chr_find(device);

    if (!chr) {
        error_setg(errp, "Device '%s' not found", device);
        return NULL;
    }
    RingBufChardev *d =
        (RingBufChardev *)object_dynamic_cast(OBJECT(chr), TYPE_CHARDEV_RINGBUF);
    if (!d) {
        error_setg(errp, "%s is not a ringbuf device", device);
    }
    return d;
}

void qmp_ringbuf_write(const char *device, const char *data, bool has_format, DataFormat format,
                       Error **errp)
{
    RingBufChardev *d = find_ringbuf(device, errp);
    g_autofree uint8_t *bytes = NULL;
    gsize len = strlen(data);

    if (!d) {
        return;
    }
    if (has_format && format == DATA_FORMAT_BASE64) {
        bytes = g_base64_decode(data, &len);
        if (!bytes || (!len && *data)) {
            error_setg(errp, "Base64 data '%s' is not valid", data);
            return;
        }
    }
    if (qemu_chr_write_all(&d->parent, bytes ? bytes : (const uint8_t *)data, len) < 0) {
        error_setg(errp, "Failed to write to device %s", device);
    }
}

char *qmp_ringbuf_read(const char *device, int64_t size, bool has_format, DataFormat format,
                       Error **errp)
{
    RingBufChardev *d = find_ringbuf(device, errp);

    if (!d) {
        return NULL;
    }
    if (size <= 0) {
        error_setg(errp, "size must be greater than zero");
        return NULL;
    }
    size_t max = MIN((uint64_t)size, ringbuf_fill(d));
    g_autofree uint8_t *buf = g_malloc(max + 1);
    size_t n = ringbuf_take(d, buf, max);
    buf[n] = '\0';
    if (has_format && format == DATA_FORMAT_BASE64) {
        return g_base64_encode(buf, n);
    }
    /* JSON holds text: what is none is replaced, and a NUL would end the string. */
    for (size_t i = 0; i < n; i++) {
        buf[i] = buf[i] ? buf[i] : '?';
    }
    return g_utf8_make_valid((char *)buf, n);
}

static void ringbuf_open(Chardev *chr, ChardevBackend *backend, bool *be_opened, Error **errp)
{
    ChardevRingbuf *opts = backend->u.ringbuf.data;
    RingBufChardev *d = RINGBUF_CHARDEV(chr);
    int64_t size = opts->has_size ? opts->size : DEFAULT_SIZE;

    if (size <= 0 || size > MAX_SIZE || !is_power_of_2(size)) {
        error_setg(errp, "size of ringbuf chardev must be power of two, at most 1 GiB, not %" PRId64,
                   size);
        return;
    }
    d->size = size;
    d->buf = g_malloc0(size);
}

static void ringbuf_parse(QemuOpts *opts, ChardevBackend *backend, Error **errp)
{
    ChardevRingbuf *ringbuf = g_new0(ChardevRingbuf, 1);
    uint64_t size = qemu_opt_get_size(opts, "size", 0);

    backend->u.ringbuf.data = ringbuf;
    qemu_chr_parse_common(opts, (ChardevCommon *)ringbuf);
    if (size) {
        ringbuf->has_size = true;
        ringbuf->size = size;
    }
}

static void ringbuf_finalize(Object *obj)
{
    g_free(RINGBUF_CHARDEV(obj)->buf);
}

static void ringbuf_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->parse = ringbuf_parse;
    cc->open = ringbuf_open;
    cc->chr_write = ringbuf_chr_write;
}

static const TypeInfo ringbuf_types[] = {
    {
        .name = TYPE_CHARDEV_RINGBUF,
        .parent = TYPE_CHARDEV,
        .instance_size = sizeof(RingBufChardev),
        .instance_finalize = ringbuf_finalize,
        .class_init = ringbuf_class_init,
    },
    {
        /* The older name. */
        .name = TYPE_CHARDEV_MEMORY,
        .parent = TYPE_CHARDEV_RINGBUF,
    },
};
DEFINE_TYPES(ringbuf_types)
