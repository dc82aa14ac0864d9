/*
 * A queue of bytes of fixed capacity.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/fifo8.h"

void fifo8_create(Fifo8 *fifo, uint32_t capacity)
{
    *fifo = (Fifo8){ .data = g_malloc0(capacity), .capacity = capacity };
}

void fifo8_destroy(Fifo8 *fifo)
{
    g_free(fifo->data);
    fifo->data = NULL;
}

void fifo8_reset(Fifo8 *fifo)
{
    fifo->head = fifo->num = 0;
}

void fifo8_push(Fifo8 *fifo, uint8_t data)
{
    assert(fifo->num < fifo->capacity);
    fifo->data[((uint64_t)fifo->head + fifo->num) % fifo->capacity] = data;
    fifo->num++;
}

void fifo8_push_all(Fifo8 *fifo, const uint8_t *data, uint32_t num)
{
    assert(num <= fifo->capacity - fifo->num);
    for (uint32_t i = 0; i < num; i++) {
        fifo8_push(fifo, data[i]);
    }
}

uint8_t fifo8_peek(Fifo8 *fifo)
{
    assert(fifo->num);
    return fifo->data[fifo->head];
}

uint8_t fifo8_pop(Fifo8 *fifo)
{
    uint8_t v = fifo8_peek(fifo);

    fifo->head = (fifo->head + 1) % fifo->capacity;
    fifo->num--;
    return v;
}

uint32_t fifo8_peek_buf(Fifo8 *fifo, uint8_t *dest, uint32_t destlen)
{
    uint32_t n = MIN(destlen, fifo->num);

    for (uint32_t i = 0; dest && i < n; i++) {
        dest[i] = fifo->data[((uint64_t)fifo->head + i) % fifo->capacity];
    }
    return n;
}

uint32_t fifo8_pop_buf(Fifo8 *fifo, uint8_t *dest, uint32_t destlen)
{
    uint32_t n = fifo8_peek_buf(fifo, dest, destlen);

    if (n) {
        fifo->head = ((uint64_t)fifo->head + n) % fifo->capacity;
        fifo->num -= n;
    }
    return n;
}

const uint8_t *fifo8_pop_bufptr(Fifo8 *fifo, uint32_t max, uint32_t *numptr)
{
    const uint8_t *p = fifo->data + fifo->head;
    uint32_t n = MIN(MIN(max, fifo->num), fifo->capacity - fifo->head);

    fifo->head = (fifo->head + n) % fifo->capacity;
    fifo->num -= n;
    *numptr = n;
    return p;
}

bool fifo8_is_empty(Fifo8 *fifo)
{
    return fifo->num == 0;
}

bool fifo8_is_full(Fifo8 *fifo)
{
    return fifo->num == fifo->capacity;
}

uint32_t fifo8_num_free(Fifo8 *fifo)
{
    return fifo->capacity - fifo->num;
}

uint32_t fifo8_num_used(Fifo8 *fifo)
{
    return fifo->num;
}
