/*
 * The byte stream of machine state, with buffering and a sticky error. See migration/qemu-file.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/bswap.h"
#include "qemu/timer.h"
#include "migration/qemu-file.h"

#define BUFFER_SIZE (32 * 1024)

struct QEMUFile {
    const QEMUFileOps *ops;
    void *opaque;
    bool writable;
    bool shut_down;                 /* atomic */
    int last_error;
    Error *last_error_obj;
    uint64_t transferred;
    size_t pos;                     /* reading: the next byte to give out */
    size_t len;                     /* bytes in the buffer */
    uint8_t buf[BUFFER_SIZE];
};

QEMUFile *qemu_file_new(const QEMUFileOps *ops, void *opaque, bool writable)
{
    QEMUFile *f = g_new0(QEMUFile, 1);

    f->ops = ops;
    f->opaque = opaque;
    f->writable = writable;
    return f;
}

/* ---- errors ---- */

void qemu_file_set_error_obj(QEMUFile *f, int ret, Error *err)
{
    if (f->last_error == 0 && ret) {
        f->last_error = ret;
        f->last_error_obj = err;
    } else {
        error_free(err);
    }
}

void qemu_file_set_error(QEMUFile *f, int ret)
{
    qemu_file_set_error_obj(f, ret, NULL);
}

int qemu_file_get_error(QEMUFile *f)
{
    return f->last_error;
}

int qemu_file_get_error_obj(QEMUFile *f, Error **errp)
{
    if (f->last_error && errp) {
        if (f->last_error_obj) {
            *errp = error_copy(f->last_error_obj);
        } else {
            error_setg_errno(errp, -f->last_error, "migration stream failed");
        }
    }
    return f->last_error;
}

int qemu_file_shutdown(QEMUFile *f)
{
    qatomic_set(&f->shut_down, true);
    return f->ops->shutdown ? f->ops->shutdown(f->opaque, true, true) : 0;
}

bool qemu_file_is_writable(QEMUFile *f)
{
    return f->writable;
}

uint64_t qemu_file_transferred(QEMUFile *f)
{
    return f->writable ? f->transferred + f->len : f->transferred;
}

/* ---- writing ---- */

static void write_all(QEMUFile *f, const uint8_t *data, size_t size)
{
    while (size && !f->last_error) {
        ssize_t n = qatomic_read(&f->shut_down) ? -EIO : f->ops->write(f->opaque, data, size);

        if (n <= 0) {
            qemu_file_set_error(f, n ? (int)n : -EIO);
            return;
        }
        f->transferred += n;
        data += n;
        size -= n;
    }
}

void qemu_fflush(QEMUFile *f)
{
    if (f->writable && f->len) {
        write_all(f, f->buf, f->len);
        f->len = 0;
    }
}

void qemu_put_buffer(QEMUFile *f, const uint8_t *buf, size_t size)
{
    assert(f->writable);
    if (f->last_error) {
        return;
    }
    if (size >= BUFFER_SIZE) {
        qemu_fflush(f);
        write_all(f, buf, size);
        return;
    }
    if (size > BUFFER_SIZE - f->len) {
        qemu_fflush(f);
    }
    memcpy(f->buf + f->len, buf, size);
    f->len += size;
}

void qemu_put_byte(QEMUFile *f, int v)
{
    uint8_t b = v;

    qemu_put_buffer(f, &b, 1);
}

void qemu_put_be16(QEMUFile *f, unsigned int v)
{
    uint16_t be = cpu_to_be16(v);

    qemu_put_buffer(f, (uint8_t *)&be, sizeof(be));
}

void qemu_put_be32(QEMUFile *f, unsigned int v)
{
    uint32_t be = cpu_to_be32(v);

    qemu_put_buffer(f, (uint8_t *)&be, sizeof(be));
}

void qemu_put_be64(QEMUFile *f, uint64_t v)
{
    uint64_t be = cpu_to_be64(v);

    qemu_put_buffer(f, (uint8_t *)&be, sizeof(be));
}

void qemu_put_counted_string(QEMUFile *f, const char *str)
{
    size_t len = strlen(str);

    assert(len < 256);
    qemu_put_byte(f, len);
    qemu_put_buffer(f, (const uint8_t *)str, len);
}

/* ---- reading ---- */

/* Gets at least one more byte into the buffer; false at the end or on an error. */
static bool fill(QEMUFile *f)
{
    ssize_t n;

    assert(!f->writable);
    if (f->last_error) {
        return false;
    }
    if (f->pos) {
        memmove(f->buf, f->buf + f->pos, f->len - f->pos);
        f->len -= f->pos;
        f->pos = 0;
    }
    if (f->len == BUFFER_SIZE) {
        return false;
    }
    n = qatomic_read(&f->shut_down) ? -EIO
                                    : f->ops->read(f->opaque, f->buf + f->len,
                                                   BUFFER_SIZE - f->len);
    if (n < 0) {
        qemu_file_set_error(f, n);
        return false;
    }
    f->len += n;
    return n > 0;
}

size_t qemu_peek_buffer(QEMUFile *f, uint8_t *buf, size_t size, size_t offset)
{
    size_t have;

    assert(offset < BUFFER_SIZE && size <= BUFFER_SIZE - offset);
    while (f->len - f->pos < offset + size && fill(f)) {
        continue;
    }
    have = f->len - f->pos;
    if (have <= offset) {
        return 0;
    }
    have = MIN(have - offset, size);
    memcpy(buf, f->buf + f->pos + offset, have);
    return have;
}

int qemu_peek_byte(QEMUFile *f, size_t offset)
{
    uint8_t b = 0;

    qemu_peek_buffer(f, &b, 1, offset);
    return b;
}

void qemu_file_skip(QEMUFile *f, size_t size)
{
    size = MIN(size, f->len - f->pos);
    f->pos += size;
    f->transferred += size;
}

bool qemu_file_at_eof(QEMUFile *f)
{
    return f->pos == f->len && !fill(f) && !f->last_error;
}

size_t qemu_get_buffer(QEMUFile *f, uint8_t *buf, size_t size)
{
    size_t done = 0;

    while (done < size) {
        size_t n = MIN(f->len - f->pos, size - done);

        if (n) {
            memcpy(buf + done, f->buf + f->pos, n);
            f->pos += n;
            f->transferred += n;
            done += n;
        } else if (!fill(f)) {
            /* The stream ends in the middle of something. */
            qemu_file_set_error(f, -EIO);
            memset(buf + done, 0, size - done);
            break;
        }
    }
    return done;
}

int qemu_get_byte(QEMUFile *f)
{
    uint8_t b = 0;

    qemu_get_buffer(f, &b, 1);
    return b;
}

unsigned int qemu_get_be16(QEMUFile *f)
{
    uint16_t v = 0;

    qemu_get_buffer(f, (uint8_t *)&v, sizeof(v));
    return be16_to_cpu(v);
}

unsigned int qemu_get_be32(QEMUFile *f)
{
    uint32_t v = 0;

    qemu_get_buffer(f, (uint8_t *)&v, sizeof(v));
    return be32_to_cpu(v);
}

uint64_t qemu_get_be64(QEMUFile *f)
{
    uint64_t v = 0;

    qemu_get_buffer(f, (uint8_t *)&v, sizeof(v));
    return be64_to_cpu(v);
}

bool qemu_get_counted_string(QEMUFile *f, char buf[256])
{
    size_t len = qemu_get_byte(f);

    buf[qemu_get_buffer(f, (uint8_t *)buf, len)] = 0;
    return !f->last_error;
}

int qemu_fclose(QEMUFile *f)
{
    int ret;

    qemu_fflush(f);
    ret = f->last_error;
    if (f->ops->close) {
        int close_ret = f->ops->close(f->opaque);

        ret = ret ? ret : close_ret;
    }
    error_free(f->last_error_obj);
    g_free(f);
    return ret;
}

/* ---- timers ---- */

void timer_put(QEMUFile *f, QEMUTimer *ts)
{
    qemu_put_be64(f, timer_expire_time_ns(ts));
}

void timer_get(QEMUFile *f, QEMUTimer *ts)
{
    uint64_t expire = qemu_get_be64(f);

    if (expire == UINT64_MAX) {
        timer_del(ts);
    } else {
        timer_mod_ns(ts, expire);
    }
}

/* ---- transports ---- */

static ssize_t buffer_write(void *opaque, const void *buf, size_t len)
{
    g_byte_array_append(opaque, buf, len);
    return len;
}

static const QEMUFileOps buffer_output_ops = { .write = buffer_write };

QEMUFile *qemu_file_new_buffer_output(GByteArray *buf)
{
    return qemu_file_new(&buffer_output_ops, buf, true);
}

typedef struct InputBuffer {
    const uint8_t *data;
    size_t len;
    size_t pos;
} InputBuffer;

static ssize_t buffer_read(void *opaque, void *buf, size_t len)
{
    InputBuffer *b = opaque;
    size_t n = MIN(len, b->len - b->pos);

    memcpy(buf, b->data + b->pos, n);
    b->pos += n;
    return n;
}

static int buffer_close(void *opaque)
{
    g_free(opaque);
    return 0;
}

static const QEMUFileOps buffer_input_ops = { .read = buffer_read, .close = buffer_close };

QEMUFile *qemu_file_new_buffer_input(const void *data, size_t len)
{
    InputBuffer *b = g_new0(InputBuffer, 1);

    b->data = data;
    b->len = len;
    return qemu_file_new(&buffer_input_ops, b, false);
}

typedef struct FdFile {
    int fd;
    bool own;
} FdFile;

static ssize_t fd_read(void *opaque, void *buf, size_t len)
{
    FdFile *file = opaque;
    ssize_t n = RETRY_ON_EINTR(read(file->fd, buf, len));

    return n < 0 ? -errno : n;
}

static ssize_t fd_write(void *opaque, const void *buf, size_t len)
{
    FdFile *file = opaque;
    ssize_t n = RETRY_ON_EINTR(write(file->fd, buf, len));

    return n < 0 ? -errno : n;
}

static int fd_close(void *opaque)
{
    FdFile *file = opaque;
    int ret = file->own && close(file->fd) < 0 ? -errno : 0;

    g_free(file);
    return ret;
}

static const QEMUFileOps fd_ops = { .read = fd_read, .write = fd_write, .close = fd_close };

QEMUFile *qemu_file_new_fd(int fd, bool writable, bool own)
{
    FdFile *file = g_new0(FdFile, 1);

    file->fd = fd;
    file->own = own;
    return qemu_file_new(&fd_ops, file, writable);
}
