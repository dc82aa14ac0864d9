/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to softmmu/: what the command line said.
 *
 * Threads: the main thread, before the machine runs.
 */
#ifndef SOFTMMU_CMDLINE_H
#define SOFTMMU_CMDLINE_H

#include "qemu/option.h"
#include "qapi/qmp/qdict.h"

typedef struct DeviceOption {
    QDict *opts;   /* JSON or NULL */
    QemuOpts *plain;
    QTAILQ_ENTRY(DeviceOption) next;
} DeviceOption;

typedef struct ObjectOption {
    char *text;
    QTAILQ_ENTRY(ObjectOption) next;
} ObjectOption;

enum { MAX_SERIAL = 8, MAX_PARALLEL = 3 };

typedef struct CommandLine {
    const char *progname;
    QDict *machine;              /* keys of -machine, and of options that stand for one */
    QDict *accel;
    GSList *accels;              /* names in order of preference */
    bool accel_given;
    char *cpu;
    GPtrArray *serial, *parallel, *monitor, *qmp; /* of char *; qmp: "p"/"-" + device */
    bool default_serial, default_parallel, default_monitor, default_floppy, default_cdrom;
    bool default_vga, default_net;
    char *debugcon;
    bool nographic;
    const char *vga, *display;
    GSList *drives;              /* of QemuOpts *, in order */
    bool snapshot;
    QTAILQ_HEAD(, DeviceOption) devices;
    QTAILQ_HEAD(, ObjectOption) objects;
    GPtrArray *netdevs, *nics, *nets, *blockdevs, *acpitables, *smbios, *fw_cfgs, *numa;
    GPtrArray *option_roms;
    const char *mem_path;
    bool stopped, no_user_config, nodefaults, no_hpet, no_acpi;
    const char *gdb, *log, *logfile, *dfilter, *pidfile, *runas, *loadvm, *incoming;
    const char *qtest, *qtest_log, *keymap, *uuid;
    bool daemonize, has_seed;
    int64_t seed;
} CommandLine;

/*
 * Parse argv into cl and the option lists. Prints and exits for -help, -version and errors:
 * this is the one place where that is the user's wish.
 */
void cmdline_parse(CommandLine *cl, int argc, char **argv);
/* Register the option lists (-drive, -chardev, ...). */
void cmdline_add_lists(void);
const char *cmdline_current(void);

#endif
