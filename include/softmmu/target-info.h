/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this program emulates, for code that is compiled once for all targets.  Any thread. */
#ifndef SOFTMMU_TARGET_INFO_H
#define SOFTMMU_TARGET_INFO_H

/* "x86_64", "arm", ... as in the program's name. */
const char *qemu_target_name(void);

#endif
