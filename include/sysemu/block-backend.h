/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BlockBackend: what a device (or a tool, or an export) sees of a disk image.
 *
 * A backend names the root of a graph of block nodes, or is empty (a drive without a medium).
 * It knows the attached device, the guest-visible cache mode and the policies for errors.
 *
 * Threads: a backend belongs to one AioContext; asynchronous calls are made and completed in
 * that context. Set-up calls are for the main thread under the big lock.
 */
#ifndef SYSEMU_BLOCK_BACKEND_H
#define SYSEMU_BLOCK_BACKEND_H

#include "qemu/osdep.h"
#include "qemu/iov.h"
#include "qemu/aio.h"

typedef struct BlockBackend BlockBackend;
typedef struct BlockDriverState BlockDriverState;
typedef struct BlockAIOCB BlockAIOCB;
/* ret: 0 or a negative errno. */
typedef void BlockCompletionFunc(void *opaque, int ret);

typedef enum BlockErrorAction {
    BLOCK_ERROR_ACTION_IGNORE,
    BLOCK_ERROR_ACTION_REPORT,
    BLOCK_ERROR_ACTION_STOP,
} BlockErrorAction;

enum { BDRV_REQ_FUA = 0x10, BDRV_REQ_ZERO_WRITE = 0x2, BDRV_REQ_MAY_UNMAP = 0x4 };
enum { BDRV_SECTOR_BITS = 9, BDRV_SECTOR_SIZE = 512 };

/* What a device with a drive wants to hear. Any member may be NULL. */
typedef struct BlockDevOps {
    /* A medium was inserted (load) or removed. */
    void (*change_media_cb)(void *opaque, bool load, Error **errp);
    /* Somebody wants the medium out while the guest has locked it (force: will be pulled). */
    void (*eject_request_cb)(void *opaque, bool force);
    bool (*is_tray_open)(void *opaque);
    bool (*is_medium_locked)(void *opaque);
    void (*resize_cb)(void *opaque);
} BlockDevOps;

BlockBackend *blk_by_name(const char *name);
const char *blk_name(const BlockBackend *blk);
/* Claim for a device; -EBUSY when taken. */
int blk_attach_dev(BlockBackend *blk, void *dev);
void blk_detach_dev(BlockBackend *blk, void *dev);
void blk_set_dev_ops(BlockBackend *blk, const BlockDevOps *ops, void *opaque);

bool blk_is_inserted(BlockBackend *blk);
bool blk_is_writable(BlockBackend *blk);
/* May the medium be written at all (its permissions and flags say so)? */
bool blk_supports_write_perm(BlockBackend *blk);
/* Bytes; negative errno without a medium. */
int64_t blk_getlength(BlockBackend *blk);
void blk_set_enable_write_cache(BlockBackend *blk, bool wce);
bool blk_enable_write_cache(BlockBackend *blk);
void blk_lock_medium(BlockBackend *blk, bool locked);
void blk_eject(BlockBackend *blk, bool eject_flag);
bool blk_iostatus_is_enabled(const BlockBackend *blk);
AioContext *blk_get_aio_context(BlockBackend *blk);

/* What to do about a failed request; and do it (stop the machine, emit the event). */
BlockErrorAction blk_get_error_action(BlockBackend *blk, bool is_read, int error);
void blk_error_action(BlockBackend *blk, BlockErrorAction action, bool is_read, int error);

/*
 * Asynchronous I/O. Offsets and lengths in bytes; cb is called once, later, never from inside
 * the call. The iovec must stay until then.
 */
BlockAIOCB *blk_aio_preadv(BlockBackend *blk, int64_t offset, QEMUIOVector *qiov, int flags,
                           BlockCompletionFunc *cb, void *opaque);
BlockAIOCB *blk_aio_pwritev(BlockBackend *blk, int64_t offset, QEMUIOVector *qiov, int flags,
                            BlockCompletionFunc *cb, void *opaque);
BlockAIOCB *blk_aio_flush(BlockBackend *blk, BlockCompletionFunc *cb, void *opaque);
BlockAIOCB *blk_aio_pdiscard(BlockBackend *blk, int64_t offset, int64_t bytes,
                             BlockCompletionFunc *cb, void *opaque);
BlockAIOCB *blk_aio_pwrite_zeroes(BlockBackend *blk, int64_t offset, int64_t bytes, int flags,
                                  BlockCompletionFunc *cb, void *opaque);
/* Ask for an early end; the callback still comes, perhaps with -ECANCELED. */
void blk_aio_cancel_async(BlockAIOCB *acb);
/* The same and wait for the callback. */
void blk_aio_cancel(BlockAIOCB *acb);
/* Wait until nothing is in flight. */
void blk_drain(BlockBackend *blk);

/* Synchronous, for set-up code: 0 or a negative errno. */
int blk_pread(BlockBackend *blk, int64_t offset, int64_t bytes, void *buf, int flags);
int blk_pwrite(BlockBackend *blk, int64_t offset, int64_t bytes, const void *buf, int flags);
int blk_flush(BlockBackend *blk);

#endif
