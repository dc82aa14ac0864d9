/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about this run of the emulator that devices and boards ask for.
 *
 * Threads: under the big lock; set while the command line is carried out.
 */
#ifndef SYSEMU_SYSEMU_H
#define SYSEMU_SYSEMU_H

#include "qemu/osdep.h"
#include "qemu/datadir.h"
#include "qemu/notify.h"

typedef struct DeviceState DeviceState;
typedef struct Chardev Chardev;

/*
 * Boot order by device (bootindex=): index -1 means none. suffix is appended to the firmware
 * path of dev ("/disk@0"). A used index is an error for the user.
 */
void add_boot_device_path(int32_t bootindex, DeviceState *dev, const char *suffix);
void del_boot_device_path(DeviceState *dev, const char *suffix);
/* Is the index already taken? Then false with errp. */
bool check_boot_index(int32_t bootindex, Error **errp);
/* Newline-separated firmware paths in boot order; g_free() it. *size includes the final NUL. */
char *get_boot_devices_list(size_t *size);
/* Logical geometry for BIOS disk services, by device. */
void add_boot_device_lchs(DeviceState *dev, const char *suffix, uint32_t lcyls, uint32_t lheads,
                          uint32_t lsecs);
void del_boot_device_lchs(DeviceState *dev, const char *suffix);
char *get_boot_devices_lchs_list(size_t *size);

/* -serial and -parallel by number; NULL when there is none. */
Chardev *serial_hd(int i);
Chardev *parallel_hd(int i);

/* -vga: none, std, ... as a name; "std" by default for boards that have VGA. */
const char *vga_interface(void);
/* -nodefaults was not given, and the user named none of that kind. */
bool defaults_enabled(void);

/* -name and -uuid; NULL and false when not given. */
const char *machine_guest_name(void);
bool machine_uuid(uint8_t out[16]);

extern const char qemu_version_text[]; /* "7.2.x" */

/* Runs when the machine and all devices of the command line exist, before the first reset. */
void qemu_add_machine_init_done_notifier(Notifier *notify);
void qemu_remove_machine_init_done_notifier(Notifier *notify);

#endif
