/*
 * Data files: firmware, option ROMs and keymaps, searched along the -L directories, then the
 * places that were configured at build time (--firmwarepath, the data directory).
 *
 * Threads: main thread.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_DATADIR_H
#define QEMU_DATADIR_H

#define QEMU_FILE_TYPE_BIOS 0
#define QEMU_FILE_TYPE_KEYMAP 1

/*
 * Path of data file @name (QEMU_FILE_TYPE_*): @name itself if such a file exists, else the first
 * match along the search path. To g_free(); NULL if there is none.
 */
char *qemu_find_file(int type, const char *name);
/* Put the built-in directories at the end of the search path; once, after all -L. */
void qemu_add_default_firmwarepath(void);
/* Append a directory (-L). */
void qemu_add_data_dir(char *path);
/* Print the search path, one directory a line (-L help). */
void qemu_list_data_dirs(void);

#endif
