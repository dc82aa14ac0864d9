/*
 * Character devices on plain descriptors: stdio, files, pipes, serial ports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CHARDEV_CHAR_FD_H
#define CHARDEV_CHAR_FD_H

#include "chardev/char.h"

typedef struct FDChardev {
    Chardev parent;
    int fd_in;  /* -1: no input */
    int fd_out; /* may be the same */
} FDChardev;
DECLARE_INSTANCE_CHECKER(FDChardev, FD_CHARDEV, TYPE_CHARDEV_FD)

/* Take over the descriptors, which become non-blocking and are closed at the end. */
void qemu_chr_open_fd(Chardev *chr, int fd_in, int fd_out);
/* open() with a message; -1 with @errp set. */
int qemu_chr_open_path(const char *path, int flags, Error **errp);

#endif
