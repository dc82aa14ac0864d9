/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compiled for each target, to tell the rest which one it is. */
#include "qemu/osdep.h"
#include "softmmu/target-info.h"

const char *qemu_target_name(void)
{
    return TARGET_NAME;
}
