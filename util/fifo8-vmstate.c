/*
 * The state of a byte queue in the migration stream: the memory, where the oldest byte is, and
 * how many there are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "migration/vmstate.h"
#include "qemu/fifo8.h"

/* The stream may say anything. */
static int fifo8_post_load(void *opaque, int version_id)
{
    Fifo8 *fifo = opaque;

    return fifo->head < fifo->capacity && fifo->num <= fifo->capacity ? 0 : -EINVAL;
}

const VMStateDescription vmstate_fifo8 = {
    .name = "Fifo8",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = fifo8_post_load,
    .fields = (const VMStateField[]){
        VMSTATE_VBUFFER_UINT32(data, Fifo8, 1, NULL, capacity),
        VMSTATE_UINT32(head, Fifo8),
        VMSTATE_UINT32(num, Fifo8),
        VMSTATE_END_OF_LIST(),
    },
};
