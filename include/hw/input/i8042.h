/*
 * 8042 keyboard controller.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_INPUT_I8042_H
#define HW_INPUT_I8042_H

#include "hw/isa/isa.h"

#define TYPE_I8042 "i8042"
/* Named output: level of the A20 gate as the output port says. */
#define I8042_A20_LINE "a20"

#define TYPE_PORT92 "port92"
#define PORT92_A20_LINE "a20"

#endif
