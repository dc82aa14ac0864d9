/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where firmware, option ROMs and keymaps are found. Threads: main thread at start-up. */
#ifndef SOFTMMU_DATADIR_H
#define SOFTMMU_DATADIR_H

/* Search path first; takes over the string. */
void qemu_add_data_dir(char *path);
/* The folders of the build and of --firmwarepath, after those of -L. */
void qemu_add_default_firmwarepath(void);
void qemu_list_data_dirs(void);

#endif
