/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drives as -drive, -hda and their kind make them, and how boards find theirs.
 *
 * Threads: main thread under the big lock.
 */
#ifndef SYSEMU_BLOCKDEV_H
#define SYSEMU_BLOCKDEV_H

#include "hw/boards.h"
#include "sysemu/block-backend.h"

typedef struct DriveInfo {
    BlockInterfaceType type;
    int bus, unit;
    bool media_cd;
    bool is_default;      /* made by the program itself: -cdrom and -fda slots without medium */
    bool claimed;         /* a board or device took it */
    BlockBackend *blk;
    QTAILQ_ENTRY(DriveInfo) next;
} DriveInfo;

/* The drive in a slot, or NULL. index counts over all buses of the interface. */
DriveInfo *drive_get(BlockInterfaceType type, int bus, int unit);
DriveInfo *drive_get_by_index(BlockInterfaceType type, int index);
int drive_get_max_bus(BlockInterfaceType type);
BlockBackend *blk_by_legacy_dinfo(DriveInfo *dinfo);
/* A backend of its own for a device without a drive (an empty CD-ROM drive). */
BlockBackend *blk_new_empty(void);
/* The board's default interface decides what index= means; set before drives are made. */
void override_max_devs(BlockInterfaceType type, int max_devs);

#endif
