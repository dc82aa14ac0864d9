/*
 * A queue of bytes of fixed capacity, as devices have.
 *
 * Threads: the owner's lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_FIFO8_H
#define QEMU_FIFO8_H

#include "qemu/osdep.h"

typedef struct Fifo8 {
    uint8_t *data;
    uint32_t capacity;
    uint32_t head; /* of the oldest byte */
    uint32_t num;  /* bytes in it */
} Fifo8;

void fifo8_create(Fifo8 *fifo, uint32_t capacity);
void fifo8_destroy(Fifo8 *fifo);
void fifo8_reset(Fifo8 *fifo);
/* The caller has made sure that there is room (that there are bytes). */
void fifo8_push(Fifo8 *fifo, uint8_t data);
void fifo8_push_all(Fifo8 *fifo, const uint8_t *data, uint32_t num);
uint8_t fifo8_pop(Fifo8 *fifo);
uint8_t fifo8_peek(Fifo8 *fifo);
/* Up to @destlen of the oldest bytes; returns how many. @dest NULL drops them. */
uint32_t fifo8_pop_buf(Fifo8 *fifo, uint8_t *dest, uint32_t destlen);
uint32_t fifo8_peek_buf(Fifo8 *fifo, uint8_t *dest, uint32_t destlen);
/*
 * Take @max bytes or less out of the queue without copying: as many as lie in one piece. The
 * memory is valid until the next push.
 */
const uint8_t *fifo8_pop_bufptr(Fifo8 *fifo, uint32_t max, uint32_t *numptr);
bool fifo8_is_empty(Fifo8 *fifo);
bool fifo8_is_full(Fifo8 *fifo);
uint32_t fifo8_num_free(Fifo8 *fifo);
uint32_t fifo8_num_used(Fifo8 *fifo);

/* For a device's vmstate (needs migration/vmstate.h); the capacity is the same on both sides. */
extern const VMStateDescription vmstate_fifo8;
#define VMSTATE_FIFO8(_field, _state)                                                            \
    {                                                                                            \
        .name = (stringify(_field)), .size = sizeof(Fifo8), .vmsd = &vmstate_fifo8,              \
        .flags = VMS_STRUCT, .offset = vmstate_offset_value(_state, _field, Fifo8),              \
    }

#endif
