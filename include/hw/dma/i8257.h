/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ISA DMA controllers: names for boards. Threads: big lock. */
#ifndef HW_DMA_I8257_H
#define HW_DMA_I8257_H

#include "hw/isa/isa.h"

#define TYPE_I8257 "i8257"

/* Both controllers of a PC on the bus. */
void i8257_dma_init(ISABus *bus);

#endif
