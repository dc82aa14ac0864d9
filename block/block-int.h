/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to block/: what a node offers to the backend above it.
 *
 * Threads: functions run in worker threads of the node's AioContext and may block; open and
 * close run in the main thread. Any number of reads and writes may run at once.
 */
#ifndef BLOCK_INT_H
#define BLOCK_INT_H

#include "sysemu/block-backend.h"

typedef struct BlockNodeOps {
    const char *format_name;
    /* All or nothing: 0 or a negative errno. */
    int (*preadv)(BlockDriverState *bs, int64_t offset, QEMUIOVector *qiov);
    int (*pwritev)(BlockDriverState *bs, int64_t offset, QEMUIOVector *qiov);
    int (*write_zeroes)(BlockDriverState *bs, int64_t offset, int64_t bytes, bool may_unmap);
    int (*discard)(BlockDriverState *bs, int64_t offset, int64_t bytes);
    int (*flush)(BlockDriverState *bs);
    int64_t (*getlength)(BlockDriverState *bs);
    void (*close)(BlockDriverState *bs);
} BlockNodeOps;

struct BlockDriverState {
    const BlockNodeOps *ops;
    char *filename;
    bool read_only, discard_unmap, write_through;
    int refcnt;
};

/* Image options that a driver's open takes. */
typedef struct BlockOpen {
    const char *filename;
    bool read_only, auto_read_only, discard_unmap, write_through, direct, no_flush;
} BlockOpen;

/* block/file-posix.c: a raw image in a regular file or a block device. */
BlockDriverState *raw_file_open(const BlockOpen *o, Error **errp);
void bdrv_node_unref(BlockDriverState *bs);

/* block/block-backend.c */
BlockBackend *blk_new_named(const char *name, Error **errp);
void blk_insert(BlockBackend *blk, BlockDriverState *bs); /* takes over the reference */
void blk_remove_medium(BlockBackend *blk);
void blk_set_on_error(BlockBackend *blk, int on_read, int on_write);
const char *blk_filename(BlockBackend *blk);
enum { ON_ERROR_REPORT, ON_ERROR_IGNORE, ON_ERROR_ENOSPC, ON_ERROR_STOP };

#endif
