/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One channel of a bus-master IDE function (SFF-8038i).
 */
#ifndef HW_IDE_BMDMA_H
#define HW_IDE_BMDMA_H

#include "hw/ide/ide-internal.h"

enum { BM_START = 1, BM_TO_MEMORY = 8, BM_ACTIVE = 1, BM_ERROR = 2, BM_INT = 4 };

typedef struct BMDMAChannel {
    IDEDMA dma;           /* must be first */
    IDEBus *bus;
    AddressSpace *as;
    uint8_t cmd, status;
    uint32_t table;       /* descriptor table as the guest wrote it */
    uint32_t next;        /* address of the descriptor after the current one */
    uint32_t addr, len;   /* what is left of the current one */
    uint32_t entries;     /* descriptors taken by the command */
    bool last;            /* the current one was marked as the end */
    MemoryRegion io;
    qemu_irq irq_out;     /* to the interrupt controller */
} BMDMAChannel;

/* as: where descriptors and data live. The channel's 8 registers become io. */
void bmdma_init(BMDMAChannel *c, IDEBus *bus, AddressSpace *as, Object *owner);
void bmdma_reset(BMDMAChannel *c);
/* Input of the channel: the bus's interrupt passes through to latch the status bit. */
void bmdma_connect_irq(BMDMAChannel *c, qemu_irq out);
extern const VMStateDescription vmstate_bmdma;

#endif
