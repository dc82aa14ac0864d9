/*
 * 8254 programmable interval timer.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_TIMER_I8254_H
#define HW_TIMER_I8254_H

#include "hw/irq.h"
#include "hw/isa/isa.h"

#define TYPE_I8254 "isa-pit"
#define PIT_FREQ 1193182

typedef struct PITChannelInfo {
    int gate;
    int mode;
    int initial_count;              /* 1 to 65536 */
    int out;
} PITChannelInfo;

/* At port @base; channel 0 drives line @isa_irq, or @alt_irq if that is negative. */
ISADevice *i8254_pit_init(ISABus *bus, int base, int isa_irq, qemu_irq alt_irq);
void pit_set_gate(ISADevice *dev, int channel, int val);
void pit_get_channel_info(ISADevice *dev, int channel, PITChannelInfo *info);

#endif
