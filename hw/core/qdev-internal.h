/*
 * What the files of the device core share with each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_CORE_QDEV_INTERNAL_H
#define HW_CORE_QDEV_INTERNAL_H

#include "hw/qdev-core.h"

/* Takes @dev off its bus, if it is on one. */
void qdev_leave_bus(DeviceState *dev);
/* Frees the groups of pins of a dying device. */
void gpio_lists_free(DeviceState *dev);

#endif
