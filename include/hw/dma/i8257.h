/*
 * The two 8237A DMA controllers of a PC.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_DMA_I8257_H
#define HW_DMA_I8257_H

#include "hw/isa/isa.h"

#define TYPE_I8257 "i8257"

/* Makes both controllers, for channels 0-3 and 4-7, and tells the bus. */
void i8257_dma_init(ISABus *bus);

#endif
