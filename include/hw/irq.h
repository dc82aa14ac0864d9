/*
 * Interrupt lines: one-directional wires from an output pin to a handler.
 *
 * A line has a level that only its handler remembers. Raising and lowering are synchronous calls.
 *
 * Thread: qemu_set_irq() follows its handler's rule; the big lock (BQL) unless that says otherwise.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_IRQ_H
#define HW_IRQ_H

#include "qom/object.h"

#define TYPE_IRQ "irq"

typedef struct IRQState IRQState;
typedef IRQState *qemu_irq;
/* Input pin @n of the device @opaque changed to @level (0: low, else high). */
typedef void (*qemu_irq_handler)(void *opaque, int n, int level);

struct IRQState {
    Object parent_obj;
    qemu_irq_handler handler;
    void *opaque;
    int n;
};
DECLARE_INSTANCE_CHECKER(IRQState, IRQ, TYPE_IRQ)

/* Drives the line; an unconnected (NULL) line is allowed everywhere below. */
void qemu_set_irq(qemu_irq irq, int level);
static inline void qemu_irq_raise(qemu_irq irq)
{
    qemu_set_irq(irq, 1);
}
static inline void qemu_irq_lower(qemu_irq irq)
{
    qemu_set_irq(irq, 0);
}
/* An edge: high, then low. */
static inline void qemu_irq_pulse(qemu_irq irq)
{
    qemu_set_irq(irq, 1);
    qemu_set_irq(irq, 0);
}

/* An array of @n lines, numbered from 0, to be freed with qemu_free_irqs(). */
qemu_irq *qemu_allocate_irqs(qemu_irq_handler handler, void *opaque, int n);
/* Grows an array of @n_old lines by @n with a (possibly different) handler; returns the new array. */
qemu_irq *qemu_extend_irqs(qemu_irq *old, int n_old, qemu_irq_handler handler, void *opaque, int n);
void qemu_free_irqs(qemu_irq *s, int n);
/* One line; the caller owns the reference. */
qemu_irq qemu_allocate_irq(qemu_irq_handler handler, void *opaque, int n);
void qemu_free_irq(qemu_irq irq);
/* Sets up a line inside another structure. */
void qemu_init_irq(IRQState *irq, qemu_irq_handler handler, void *opaque, int n);

/* A line that drives @irq with the opposite level. */
qemu_irq qemu_irq_invert(qemu_irq irq);
/* A line that drives both. */
qemu_irq qemu_irq_split(qemu_irq irq1, qemu_irq irq2);
/*
 * Puts @handler in front of lines @gpio_in[0..n-1]. Its opaque is a line that drives what the pin
 * drove before, its n the index.
 */
void qemu_irq_intercept_in(qemu_irq *gpio_in, qemu_irq_handler handler, int n);
/* True if the line goes somewhere. */
static inline bool qemu_irq_is_connected(qemu_irq irq)
{
    return irq != NULL;
}

#endif
