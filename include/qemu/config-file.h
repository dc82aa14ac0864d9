/*
 * The registry of option lists, and configuration files (-readconfig, -writeconfig).
 *
 * A file has lines '[group "id"]' or '[group]', then 'key = "value"', and '#' comments.
 *
 * Threads: main thread at start-up, or with the BQL held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_CONFIG_FILE_H
#define QEMU_CONFIG_FILE_H

#include "qemu/option.h"

void qemu_add_opts(QemuOptsList *list);
void qemu_add_drive_opts(QemuOptsList *list);
/* The list of that name; the plain form ends the process if there is none. */
QemuOptsList *qemu_find_opts(const char *group);
QemuOptsList *qemu_find_opts_err(const char *group, Error **errp);
/* The only instance of a list that allows no ids; created if need be. */
QemuOpts *qemu_find_opts_singleton(const char *group);
/* All registered lists; NULL at the end. */
QemuOptsList *const *qemu_option_lists(void);

void qemu_config_write(FILE *fp);
/* 0, or a negative errno value with @errp set. Places in messages are file and line. */
int qemu_config_parse(FILE *fp, QemuOptsList **lists, const char *fname, Error **errp);
typedef void QEMUConfigCB(const char *group, QDict *qdict, void *opaque, Error **errp);
int qemu_read_config_file(const char *filename, QEMUConfigCB *cb, void *opaque, Error **errp);
int qemu_config_foreach(FILE *fp, QEMUConfigCB *cb, void *opaque, const char *fname,
                        Error **errp);

#endif
