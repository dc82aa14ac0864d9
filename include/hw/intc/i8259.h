/*
 * The pair of 8259A interrupt controllers of a PC.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_INTC_I8259_H
#define HW_INTC_I8259_H

#include "hw/irq.h"
#include "hw/isa/isa.h"

#define TYPE_I8259 "isa-i8259"

/*
 * Makes master and slave; @parent_irq is driven with the master's INTR output. Returns lines
 * 0-15 (line 2 is the cascade and NULL), to be freed with g_free().
 */
qemu_irq *i8259_init(ISABus *bus, qemu_irq parent_irq);

/* The master of the machine, or NULL. */
DeviceState *i8259_get_master(void);
/* Acknowledge cycle of both: the vector, that of a spurious interrupt if nothing is pending. */
int pic_read_irq(DeviceState *master);
/* Level of the INTR output. */
bool pic_get_output(DeviceState *master);
/* "info pic": one line per controller. */
void pic_info_format(GString *out);

#endif
