/*
 * Without a monitor no command is being executed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "monitor/monitor.h"

Monitor *monitor_cur(void)
{
    return NULL;
}
