/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Raw images in host files and block devices.
 *
 * Thread: see block-int.h; this node keeps no state that changes after open.
 *
 * Images are locked with open-file-description locks: a byte for "I write", a byte for "nobody
 * else may write", so that two programs cannot write to one image unnoticed.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "block/block-int.h"
#include <linux/falloc.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

/* Byte offsets of the locks; the same as other programs of this field use. */
enum { LOCK_PERM_BASE = 100, LOCK_SHARED_BASE = 200, PERM_CONSISTENT_READ = 0, PERM_WRITE = 1 };

typedef struct RawFile {
    BlockDriverState bs; /* must be first */
    int fd;
    bool is_blkdev, no_flush;
} RawFile;

static RawFile *raw(BlockDriverState *bs)
{
    return (RawFile *)bs;
}

static int64_t raw_getlength(BlockDriverState *bs)
{
    off_t end = lseek(raw(bs)->fd, 0, SEEK_END);

    return end < 0 ? -errno : end;
}

/* Repeat a vectored transfer until all is done; a read past the end gives zeros. */
static int raw_rw(BlockDriverState *bs, int64_t offset, QEMUIOVector *qiov, bool is_write)
{
    size_t done = 0;

    while (done < qiov->size) {
        struct iovec part[64];
        unsigned n = iov_copy(part, ARRAY_SIZE(part), qiov->iov, qiov->niov, done,
                              qiov->size - done);
        ssize_t r = is_write ? pwritev(raw(bs)->fd, part, n, offset + done)
                             : preadv(raw(bs)->fd, part, n, offset + done);

        if (r < 0 && errno == EINTR) {
            continue;
        }
        if (r < 0) {
            return -errno;
        }
        if (r == 0) {
            if (is_write) {
                return -ENOSPC;
            }
            qemu_iovec_memset(qiov, done, 0, qiov->size - done);
            break;
        }
        done += r;
    }
    return 0;
}

static int raw_preadv(BlockDriverState *bs, int64_t offset, QEMUIOVector *qiov)
{
    return raw_rw(bs, offset, qiov, false);
}

static int raw_pwritev(BlockDriverState *bs, int64_t offset, QEMUIOVector *qiov)
{
    return raw_rw(bs, offset, qiov, true);
}

static int raw_flush(BlockDriverState *bs)
{
    if (raw(bs)->no_flush) {
        return 0;
    }
    return RETRY_ON_EINTR(fdatasync(raw(bs)->fd)) < 0 ? -errno : 0;
}

static int raw_discard(BlockDriverState *bs, int64_t offset, int64_t bytes)
{
    if (raw(bs)->is_blkdev) {
        uint64_t range[2] = { offset, bytes };
        return ioctl(raw(bs)->fd, BLKDISCARD, range) < 0 ? -errno : 0;
    }
    return fallocate(raw(bs)->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, bytes) < 0
               ? -errno : 0;
}

static int raw_write_zeroes(BlockDriverState *bs, int64_t offset, int64_t bytes, bool may_unmap)
{
    static const uint8_t zeros[65536];

    if (may_unmap && !raw(bs)->is_blkdev && raw_discard(bs, offset, bytes) == 0) {
        return 0;
    }
    if (!raw(bs)->is_blkdev &&
        fallocate(raw(bs)->fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, offset, bytes) == 0) {
        return 0;
    }
    while (bytes > 0) {
        ssize_t r = pwrite(raw(bs)->fd, zeros, MIN(bytes, (int64_t)sizeof(zeros)), offset);
        if (r < 0 && errno == EINTR) {
            continue;
        }
        if (r <= 0) {
            return r < 0 ? -errno : -ENOSPC;
        }
        offset += r;
        bytes -= r;
    }
    return 0;
}

static void raw_close(BlockDriverState *bs)
{
    close(raw(bs)->fd);
    g_free(bs->filename);
    g_free(bs);
}

static const BlockNodeOps raw_ops = {
    .format_name = "raw",
    .preadv = raw_preadv,
    .pwritev = raw_pwritev,
    .write_zeroes = raw_write_zeroes,
    .discard = raw_discard,
    .flush = raw_flush,
    .getlength = raw_getlength,
    .close = raw_close,
};

static bool take_locks(int fd, const BlockOpen *o, bool writes, Error **errp)
{
    /* Hold what we do, then look whether somebody forbids it. */
    int perm = writes ? PERM_WRITE : PERM_CONSISTENT_READ;
    int r = qemu_lock_fd(fd, LOCK_PERM_BASE + perm, 1, false);

    if (r == 0) {
        r = qemu_lock_fd_test(fd, LOCK_SHARED_BASE + perm, 1, true);
    }
    if (r == 0) {
        r = qemu_lock_fd(fd, LOCK_SHARED_BASE + PERM_WRITE, 1, false);
    }
    if (r == 0) {
        r = qemu_lock_fd_test(fd, LOCK_PERM_BASE + PERM_WRITE, 1, true);
    }
    if (r == -EAGAIN || r == -EACCES) {
        error_setg(errp, "Failed to get \"%s\" lock", writes ? "write" : "shared \"write\"");
        error_append_hint(errp, "Is another process using the image [%s]?\n", o->filename);
        return false;
    }
    return true; /* a file system without locks is no reason to refuse */
}

static bool check_file(int fd, const BlockOpen *o, bool *is_blkdev, Error **errp)
{
    struct stat st;

    if (fstat(fd, &st) < 0) {
        error_setg_errno(errp, errno, "Could not open '%s'", o->filename);
        return false;
    }
    if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) {
        error_setg(errp, "'file' driver requires '%s' to be a regular file", o->filename);
        return false;
    }
    *is_blkdev = S_ISBLK(st.st_mode);
    return true;
}

BlockDriverState *raw_file_open(const BlockOpen *o, Error **errp)
{
    bool ro = o->read_only, is_blkdev;
    int flags = O_CLOEXEC | (o->direct ? O_DIRECT : 0), fd;
    RawFile *f;

    fd = open(o->filename, flags | (ro ? O_RDONLY : O_RDWR));
    if (fd < 0 && !ro && o->auto_read_only && (errno == EACCES || errno == EROFS)) {
        ro = true;
        fd = open(o->filename, flags | O_RDONLY);
    }
    if (fd < 0) {
        error_setg_errno(errp, errno, "Could not open '%s'", o->filename);
        return NULL;
    }
    if (!check_file(fd, o, &is_blkdev, errp) || !take_locks(fd, o, !ro, errp)) {
        close(fd);
        return NULL;
    }
    f = g_new0(RawFile, 1);
    f->fd = fd;
    f->is_blkdev = is_blkdev;
    f->no_flush = o->no_flush;
    f->bs.ops = &raw_ops;
    f->bs.filename = g_strdup(o->filename);
    f->bs.read_only = ro;
    f->bs.discard_unmap = o->discard_unmap;
    f->bs.write_through = o->write_through;
    f->bs.refcnt = 1;
    return &f->bs;
}

void bdrv_node_unref(BlockDriverState *bs)
{
    if (bs && --bs->refcnt == 0) {
        bs->ops->close(bs);
    }
}
