/*
 * Which devices firmware boots from: bootindex properties, and disk geometries for firmware.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SYSEMU_BOOT_H
#define SYSEMU_BOOT_H

#include "hw/qdev-core.h"

/*
 * Gives @obj the property @name ("bootindex") that is kept in *@bootindex (-1: none). @dev and
 * @suffix ("/disk@0", or NULL) make the firmware path of what is booted.
 */
void device_add_bootindex_property(Object *obj, int32_t *bootindex, const char *name,
                                   const char *suffix, DeviceState *dev);
/* Enters or removes a boot device by hand. A @bootindex that is taken is reported and fatal. */
void add_boot_device_path(int32_t bootindex, DeviceState *dev, const char *suffix);
void del_boot_device_path(DeviceState *dev, const char *suffix);
/* Fails if @bootindex is taken already. */
bool check_boot_index(int32_t bootindex, Error **errp);

/* Paths in boot order, one a line, NUL at the end; NULL with *@size 0 if there are none. */
char *get_boot_devices_list(size_t *size);

/* Geometry that firmware shall use for a disk (properties lcyls, lheads, lsecs). */
void add_boot_device_lchs(DeviceState *dev, const char *suffix, uint32_t lcyls, uint32_t lheads,
                          uint32_t lsecs);
void del_boot_device_lchs(DeviceState *dev, const char *suffix);
/* "path cyls heads secs" lines, NUL at the end; NULL with *@size 0 if there are none. */
char *get_boot_devices_lchs_list(size_t *size);


#endif
