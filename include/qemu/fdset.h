/*
 * Sets of descriptors that monitor clients pass (add-fd, getfd). The QMP server owns them;
 * tools without one have stubs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_FDSET_H
#define QEMU_FDSET_H

#include "qemu/osdep.h"

/*
 * Duplicate the descriptor of set @fdset_id whose access mode is that of @flags, and remember
 * the copy. -1 with errno: ENOENT no such set, EACCES none with that mode.
 */
int monitor_fdset_dup_fd_add(int64_t fdset_id, int flags);
/* @dup_fd is about to be closed; unknown ones are fine. */
void monitor_fdset_dup_fd_remove(int dup_fd);

#endif
