/*
 * Interrupt lines. See hw/irq.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/irq.h"

void qemu_set_irq(qemu_irq irq, int level)
{
    if (irq) {
        irq->handler(irq->opaque, irq->n, level);
    }
}

qemu_irq qemu_allocate_irq(qemu_irq_handler handler, void *opaque, int n)
{
    IRQState *irq = IRQ(object_new(TYPE_IRQ));

    irq->handler = handler;
    irq->opaque = opaque;
    irq->n = n;
    return irq;
}

void qemu_init_irq(IRQState *irq, qemu_irq_handler handler, void *opaque, int n)
{
    object_initialize(irq, sizeof(*irq), TYPE_IRQ);
    irq->handler = handler;
    irq->opaque = opaque;
    irq->n = n;
}

void qemu_free_irq(qemu_irq irq)
{
    object_unref(irq);
}

qemu_irq *qemu_extend_irqs(qemu_irq *old, int n_old, qemu_irq_handler handler, void *opaque, int n)
{
    qemu_irq *s = g_renew(qemu_irq, old, (old ? n_old : 0) + n);

    for (int i = old ? n_old : 0, end = i + n; i < end; i++) {
        s[i] = qemu_allocate_irq(handler, opaque, i);
    }
    return s;
}

qemu_irq *qemu_allocate_irqs(qemu_irq_handler handler, void *opaque, int n)
{
    return qemu_extend_irqs(NULL, 0, handler, opaque, n);
}

void qemu_free_irqs(qemu_irq *s, int n)
{
    for (int i = 0; i < n; i++) {
        qemu_free_irq(s[i]);
    }
    g_free(s);
}

static void invert_handler(void *opaque, int n, int level)
{
    qemu_set_irq(opaque, !level);
}

qemu_irq qemu_irq_invert(qemu_irq irq)
{
    /* The level of an idle input shows at the output at once. */
    qemu_irq_raise(irq);
    return qemu_allocate_irq(invert_handler, irq, 0);
}

typedef struct IRQSplit {
    qemu_irq out[2];
} IRQSplit;

static void split_handler(void *opaque, int n, int level)
{
    IRQSplit *s = opaque;

    qemu_set_irq(s->out[0], level);
    qemu_set_irq(s->out[1], level);
}

qemu_irq qemu_irq_split(qemu_irq irq1, qemu_irq irq2)
{
    IRQSplit *s = g_new0(IRQSplit, 1);

    s->out[0] = irq1;
    s->out[1] = irq2;
    return qemu_allocate_irq(split_handler, s, 0);
}

void qemu_irq_intercept_in(qemu_irq *gpio_in, qemu_irq_handler handler, int n)
{
    for (int i = 0; i < n; i++) {
        /* The handler gets the old line by the same index, to pass the level on. */
        qemu_irq old = qemu_allocate_irq(gpio_in[i]->handler, gpio_in[i]->opaque, gpio_in[i]->n);

        gpio_in[i]->handler = handler;
        gpio_in[i]->opaque = old;
        gpio_in[i]->n = i;
    }
}

static const TypeInfo irq_types[] = { {
    .name = TYPE_IRQ,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(IRQState),
} };
DEFINE_TYPES(irq_types)
