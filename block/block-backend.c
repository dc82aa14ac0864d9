/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BlockBackend: requests of devices, carried out by worker threads on the node below.
 *
 * Thread: the backend's AioContext (the main one); workers touch only their request.
 */
#include "qemu/osdep.h"
#include "qemu/thread-pool.h"
#include "qapi/error.h"
#include "block/block-int.h"
#include "sysemu/blockdev.h"
#include "sysemu/runstate.h"

struct BlockBackend {
    char *name;
    BlockDriverState *bs;
    void *dev;
    const BlockDevOps *dev_ops;
    void *dev_opaque;
    bool write_cache, locked, tray_open;
    int on_read_error, on_write_error;
    unsigned in_flight;
    QTAILQ_ENTRY(BlockBackend) next;
};

struct BlockAIOCB {
    BlockBackend *blk;
    BlockDriverState *bs;
    enum { REQ_READ, REQ_WRITE, REQ_FLUSH, REQ_DISCARD, REQ_ZEROES, REQ_FAIL } kind;
    int64_t offset, bytes;
    QEMUIOVector *qiov;
    int flags, error;
    bool write_through;
    BlockCompletionFunc *cb;
    void *opaque;
    ThreadPoolElement *elem;
    bool *finished; /* of a waiting blk_aio_cancel() */
};

static QTAILQ_HEAD(, BlockBackend) backends = QTAILQ_HEAD_INITIALIZER(backends); /* [bql] */

/* ---- making and finding ---- */

BlockBackend *blk_by_name(const char *name)
{
    BlockBackend *blk;

    QTAILQ_FOREACH(blk, &backends, next) {
        if (blk->name && strcmp(blk->name, name) == 0) {
            return blk;
        }
    }
    return NULL;
}

BlockBackend *blk_new_named(const char *name, Error **errp)
{
    BlockBackend *blk;

    if (name && blk_by_name(name)) {
        error_setg(errp, "Device with id '%s' already exists", name);
        return NULL;
    }
    blk = g_new0(BlockBackend, 1);
    blk->name = g_strdup(name);
    blk->write_cache = true;
    blk->on_write_error = ON_ERROR_ENOSPC;
    QTAILQ_INSERT_TAIL(&backends, blk, next);
    return blk;
}

BlockBackend *blk_new_empty(void)
{
    return blk_new_named(NULL, &error_abort);
}

void blk_insert(BlockBackend *blk, BlockDriverState *bs)
{
    blk->bs = bs;
    blk->write_cache = !bs->write_through;
    if (blk->dev_ops && blk->dev_ops->change_media_cb) {
        blk->dev_ops->change_media_cb(blk->dev_opaque, true, NULL);
    }
}

void blk_remove_medium(BlockBackend *blk)
{
    if (!blk->bs) {
        return;
    }
    blk_drain(blk);
    bdrv_node_unref(blk->bs);
    blk->bs = NULL;
    if (blk->dev_ops && blk->dev_ops->change_media_cb) {
        blk->dev_ops->change_media_cb(blk->dev_opaque, false, NULL);
    }
}

const char *blk_name(const BlockBackend *blk)
{
    return blk->name ? blk->name : "";
}

const char *blk_filename(BlockBackend *blk)
{
    return blk->bs ? blk->bs->filename : NULL;
}

int blk_attach_dev(BlockBackend *blk, void *dev)
{
    if (blk->dev) {
        return -EBUSY;
    }
    blk->dev = dev;
    return 0;
}

void blk_detach_dev(BlockBackend *blk, void *dev)
{
    assert(blk->dev == dev);
    blk->dev = NULL;
    blk->dev_ops = NULL;
}

void blk_set_dev_ops(BlockBackend *blk, const BlockDevOps *ops, void *opaque)
{
    blk->dev_ops = ops;
    blk->dev_opaque = opaque;
}

/* ---- asking ---- */

bool blk_is_inserted(BlockBackend *blk)
{
    return blk->bs != NULL;
}

bool blk_is_writable(BlockBackend *blk)
{
    return blk->bs && !blk->bs->read_only;
}

bool blk_supports_write_perm(BlockBackend *blk)
{
    return blk_is_writable(blk);
}

int64_t blk_getlength(BlockBackend *blk)
{
    return blk->bs ? blk->bs->ops->getlength(blk->bs) : -ENOMEDIUM;
}

void blk_set_enable_write_cache(BlockBackend *blk, bool wce)
{
    blk->write_cache = wce;
}

bool blk_enable_write_cache(BlockBackend *blk)
{
    return blk->write_cache;
}

void blk_lock_medium(BlockBackend *blk, bool locked)
{
    blk->locked = locked;
}

void blk_eject(BlockBackend *blk, bool eject_flag)
{
    blk->tray_open = eject_flag;
}

bool blk_iostatus_is_enabled(const BlockBackend *blk)
{
    return blk->on_read_error == ON_ERROR_STOP || blk->on_write_error == ON_ERROR_STOP ||
           blk->on_write_error == ON_ERROR_ENOSPC;
}

AioContext *blk_get_aio_context(BlockBackend *blk)
{
    return qemu_get_aio_context();
}

void blk_set_on_error(BlockBackend *blk, int on_read, int on_write)
{
    blk->on_read_error = on_read;
    blk->on_write_error = on_write;
}

BlockErrorAction blk_get_error_action(BlockBackend *blk, bool is_read, int error)
{
    switch (is_read ? blk->on_read_error : blk->on_write_error) {
    case ON_ERROR_IGNORE:
        return BLOCK_ERROR_ACTION_IGNORE;
    case ON_ERROR_STOP:
        return BLOCK_ERROR_ACTION_STOP;
    case ON_ERROR_ENOSPC:
        return error == ENOSPC ? BLOCK_ERROR_ACTION_STOP : BLOCK_ERROR_ACTION_REPORT;
    default:
        return BLOCK_ERROR_ACTION_REPORT;
    }
}

void blk_error_action(BlockBackend *blk, BlockErrorAction action, bool is_read, int error)
{
    if (action == BLOCK_ERROR_ACTION_STOP) {
        qemu_system_vmstop_request(RUN_STATE_IO_ERROR);
    }
}

/* ---- requests ---- */

static int run_request(void *opaque)
{
    BlockAIOCB *r = opaque;
    BlockDriverState *bs = r->bs;
    int ret;

    switch (r->kind) {
    case REQ_READ:
        return bs->ops->preadv(bs, r->offset, r->qiov);
    case REQ_WRITE:
        ret = bs->ops->pwritev(bs, r->offset, r->qiov);
        break;
    case REQ_ZEROES:
        ret = bs->ops->write_zeroes(bs, r->offset, r->bytes, r->flags & BDRV_REQ_MAY_UNMAP);
        break;
    case REQ_DISCARD:
        return bs->ops->discard(bs, r->offset, r->bytes);
    case REQ_FLUSH:
        return bs->ops->flush(bs);
    default:
        return r->error;
    }
    if (ret == 0 && (r->write_through || (r->flags & BDRV_REQ_FUA))) {
        ret = bs->ops->flush(bs);
    }
    return ret;
}

static void request_done(void *opaque, int ret)
{
    BlockAIOCB *r = opaque;

    r->blk->in_flight--;
    if (r->bs) {
        bdrv_node_unref(r->bs);
    }
    r->cb(r->opaque, ret);
    if (r->finished) {
        *r->finished = true;
    }
    g_free(r);
}

static void fail_later(void *opaque)
{
    BlockAIOCB *r = opaque;

    request_done(r, r->error);
}

/* What is wrong with the request, before anything is begun: 0 or a negative errno. */
static int check_request(BlockBackend *blk, const BlockAIOCB *r)
{
    bool writes = r->kind == REQ_WRITE || r->kind == REQ_ZEROES || r->kind == REQ_DISCARD;
    int64_t len;

    if (!blk->bs) {
        return -ENOMEDIUM;
    }
    if (writes && blk->bs->read_only) {
        return -EPERM;
    }
    if (r->kind == REQ_FLUSH) {
        return 0;
    }
    len = blk_getlength(blk);
    if (len < 0) {
        return len;
    }
    len = ROUND_UP(len, BDRV_SECTOR_SIZE);
    return r->offset < 0 || r->bytes < 0 || r->offset > len || r->bytes > len - r->offset ? -EIO
                                                                                           : 0;
}

static BlockAIOCB *submit(BlockBackend *blk, BlockAIOCB proto)
{
    BlockAIOCB *r = g_new(BlockAIOCB, 1);

    *r = proto;
    r->blk = blk;
    r->write_through = !blk->write_cache;
    blk->in_flight++;
    r->error = check_request(blk, r);
    if (r->kind == REQ_DISCARD && r->error == 0 && !blk->bs->discard_unmap) {
        r->kind = REQ_FAIL; /* discard=ignore: done at once, with success */
        aio_bh_schedule_oneshot(blk_get_aio_context(blk), fail_later, r);
        return r;
    }
    if (r->error) {
        r->kind = REQ_FAIL;
        aio_bh_schedule_oneshot(blk_get_aio_context(blk), fail_later, r);
        return r;
    }
    r->bs = blk->bs;
    r->bs->refcnt++;
    r->elem = thread_pool_submit_aio(aio_get_thread_pool(blk_get_aio_context(blk)), run_request,
                                     r, request_done, r);
    return r;
}

BlockAIOCB *blk_aio_preadv(BlockBackend *blk, int64_t offset, QEMUIOVector *qiov, int flags,
                           BlockCompletionFunc *cb, void *opaque)
{
    return submit(blk, (BlockAIOCB){ .kind = REQ_READ, .offset = offset, .bytes = qiov->size,
                                     .qiov = qiov, .flags = flags, .cb = cb,
                                     .opaque = opaque });
}

BlockAIOCB *blk_aio_pwritev(BlockBackend *blk, int64_t offset, QEMUIOVector *qiov, int flags,
                            BlockCompletionFunc *cb, void *opaque)
{
    return submit(blk, (BlockAIOCB){ .kind = REQ_WRITE, .offset = offset, .bytes = qiov->size,
                                     .qiov = qiov, .flags = flags, .cb = cb,
                                     .opaque = opaque });
}

BlockAIOCB *blk_aio_flush(BlockBackend *blk, BlockCompletionFunc *cb, void *opaque)
{
    return submit(blk, (BlockAIOCB){ .kind = REQ_FLUSH, .cb = cb, .opaque = opaque });
}

BlockAIOCB *blk_aio_pdiscard(BlockBackend *blk, int64_t offset, int64_t bytes,
                             BlockCompletionFunc *cb, void *opaque)
{
    return submit(blk, (BlockAIOCB){ .kind = REQ_DISCARD, .offset = offset, .bytes = bytes,
                                     .cb = cb, .opaque = opaque });
}

BlockAIOCB *blk_aio_pwrite_zeroes(BlockBackend *blk, int64_t offset, int64_t bytes, int flags,
                                  BlockCompletionFunc *cb, void *opaque)
{
    return submit(blk, (BlockAIOCB){ .kind = REQ_ZEROES, .offset = offset, .bytes = bytes,
                                     .flags = flags, .cb = cb, .opaque = opaque });
}

void blk_aio_cancel_async(BlockAIOCB *acb)
{
    if (acb->elem) {
        thread_pool_cancel(acb->elem);
    }
}

void blk_aio_cancel(BlockAIOCB *acb)
{
    AioContext *ctx = blk_get_aio_context(acb->blk);
    bool *finished = g_new0(bool, 1); /* outlives acb, which its completion frees */

    acb->finished = finished;
    blk_aio_cancel_async(acb);
    while (!*finished) {
        aio_poll(ctx, true);
    }
    g_free(finished);
}

void blk_drain(BlockBackend *blk)
{
    while (blk->in_flight) {
        aio_poll(blk_get_aio_context(blk), true);
    }
}

/* ---- synchronous ---- */

int blk_pread(BlockBackend *blk, int64_t offset, int64_t bytes, void *buf, int flags)
{
    QEMUIOVector qiov = QEMU_IOVEC_INIT_BUF(qiov, buf, bytes);

    return blk->bs ? blk->bs->ops->preadv(blk->bs, offset, &qiov) : -ENOMEDIUM;
}

int blk_pwrite(BlockBackend *blk, int64_t offset, int64_t bytes, const void *buf, int flags)
{
    QEMUIOVector qiov = QEMU_IOVEC_INIT_BUF(qiov, (void *)buf, bytes);

    if (!blk->bs || blk->bs->read_only) {
        return blk->bs ? -EPERM : -ENOMEDIUM;
    }
    return blk->bs->ops->pwritev(blk->bs, offset, &qiov);
}

int blk_flush(BlockBackend *blk)
{
    return blk->bs ? blk->bs->ops->flush(blk->bs) : -ENOMEDIUM;
}
