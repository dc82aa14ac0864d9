/*
 * PC parallel port.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_CHAR_PARALLEL_H
#define HW_CHAR_PARALLEL_H

#include "hw/isa/isa.h"

#define MAX_PARALLEL_PORTS 3
#define TYPE_ISA_PARALLEL "isa-parallel"

/* An isa-parallel for each -parallel, at most @n. */
void parallel_hds_isa_init(ISABus *bus, int n);

#endif
