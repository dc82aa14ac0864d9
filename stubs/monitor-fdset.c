/*
 * Without a monitor nobody passes descriptors.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/fdset.h"

int monitor_fdset_dup_fd_add(int64_t fdset_id, int flags)
{
    errno = ENOENT;
    return -1;
}

void monitor_fdset_dup_fd_remove(int dup_fd)
{
}
