/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices by description: -device, device_add, device_del.
 *
 * Threads: main thread under the big lock.
 */
#ifndef MONITOR_QDEV_H
#define MONITOR_QDEV_H

#include "qemu/option.h"
#include "qapi/qmp/qdict.h"

typedef struct DeviceState DeviceState;

/*
 * Make and realize a device. opts (a QemuOpts, or a QDict with "driver", "bus", "id" and
 * properties) stays the caller's. Returns a reference, NULL with errp set.
 */
DeviceState *qdev_device_add(QemuOpts *opts, Error **errp);
DeviceState *qdev_device_add_from_qdict(const QDict *opts, bool from_json, Error **errp);
/* "driver=help" or "driver=X,help": print to stdout; true if it was asked for. */
bool qdev_device_help(QemuOpts *opts);

#endif
