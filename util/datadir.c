/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Search for data files: -L folders in the order given, then the folders named at configure
 * time, then pc-bios/ beside the program for runs from the build folder.
 *
 * Thread: main thread at start-up; look-ups later under the big lock.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/datadir.h"
#include "sysemu/sysemu.h"

enum { MAX_DIRS = 32 /* -L is repeated by people, not by programs */ };

static char *dirs[MAX_DIRS];
static int nb_dirs;

void qemu_add_data_dir(char *path)
{
    if (!path) {
        return;
    }
    for (int i = 0; i < nb_dirs; i++) {
        if (strcmp(dirs[i], path) == 0) {
            g_free(path);
            return;
        }
    }
    if (nb_dirs == MAX_DIRS) {
        g_free(path);
        return;
    }
    dirs[nb_dirs++] = path;
}

void qemu_add_default_firmwarepath(void)
{
    g_auto(GStrv) configured = g_strsplit(CONFIG_QEMU_FIRMWAREPATH, ":", 0);
    const char *exec_dir = qemu_get_exec_dir();

    if (exec_dir) {
        qemu_add_data_dir(g_build_filename(exec_dir, "..", "pc-bios", NULL));
        qemu_add_data_dir(g_build_filename(exec_dir, "pc-bios", NULL));
    }
    for (char **d = configured; *d; d++) {
        qemu_add_data_dir(get_relocated_path(*d));
    }
    qemu_add_data_dir(get_relocated_path(CONFIG_QEMU_DATADIR));
}

char *qemu_find_file(int type, const char *name)
{
    const char *sub = type == QEMU_FILE_TYPE_KEYMAP ? "keymaps" : "";

    if (access(name, R_OK) == 0) {
        return g_strdup(name);
    }
    for (int i = 0; i < nb_dirs; i++) {
        g_autofree char *path = g_build_filename(dirs[i], sub, name, NULL);

        if (access(path, R_OK) == 0) {
            return g_steal_pointer(&path);
        }
    }
    return NULL;
}

void qemu_list_data_dirs(void)
{
    for (int i = 0; i < nb_dirs; i++) {
        printf("%s\n", dirs[i]);
    }
}
