/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps of bringing a machine up, in the order in which main() takes them.
 *
 * Threads: main thread under the big lock. Functions without an Error end the program with a
 * one-line report when the user's wish cannot be met.
 */
#ifndef SOFTMMU_MACHINE_SETUP_H
#define SOFTMMU_MACHINE_SETUP_H

#include "softmmu/cmdline.h"
#include "hw/boards.h"

/* -machine help and the like: print and end the program; else return. */
void machine_setup_help(CommandLine *cl);
void machine_setup_name(const char *name);
bool machine_setup_uuid(const char *text);

MachineClass *machine_setup_class(CommandLine *cl);
/* Make the machine object and set its properties; RAM size, topology, boot order, CPU type. */
MachineState *machine_setup_create(CommandLine *cl, MachineClass *mc);
void machine_setup_accel(CommandLine *cl, MachineState *ms);
void machine_setup_qtest(CommandLine *cl);
void machine_setup_finish(CommandLine *cl, MachineState *ms);

/* Is it an object that must be made after the board (it refers to devices)? */
bool machine_setup_object_is_late(const char *text);
void machine_setup_drives(CommandLine *cl);
/* Drives that neither a board nor a device took. */
void machine_setup_check_drives(void);
void machine_setup_debugcon(const char *dev);
/* One -device, as JSON or as plain options. */
bool machine_setup_device(QDict *json, QemuOpts *plain, Error **errp);
bool machine_setup_gdb(const char *dev, Error **errp);

/* One -fw_cfg, for the board's fw_cfg device. False with @errp set. */
bool machine_setup_fw_cfg(const char *text, Error **errp);

/* The board and all devices are there: tell those who wait for it. */
void machine_setup_done(void);
void machine_setup_cleanup(void);

#endif
