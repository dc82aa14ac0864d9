/*
 * Without a monitor descriptors have no names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "monitor/monitor.h"
#include "qapi/error.h"

int monitor_get_fd(Monitor *mon, const char *fdname, Error **errp)
{
    error_setg(errp, "No file descriptor named '%s' found", fdname);
    return -1;
}
