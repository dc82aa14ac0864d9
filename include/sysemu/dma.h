/*
 * Memory accesses by devices.
 *
 * Each access is ordered after what the device did before it, as a bus would: a driver that sees
 * a flag written by DMA also sees the data that was written earlier.
 *
 * Thread: as in exec/memory.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SYSEMU_DMA_H
#define SYSEMU_DMA_H

#include "exec/memory.h"
#include "exec/address-spaces.h"

typedef uint64_t dma_addr_t;
#define DMA_ADDR_BITS 64
#define DMA_ADDR_FMT "%" PRIx64

typedef enum DMADirection {
    DMA_DIRECTION_TO_DEVICE = 0,    /* the device reads memory */
    DMA_DIRECTION_FROM_DEVICE = 1,  /* the device writes memory */
} DMADirection;

static inline void dma_barrier(AddressSpace *as, DMADirection dir)
{
    (void)as;
    (void)dir;
    __atomic_thread_fence(__ATOMIC_SEQ_CST); /* pairs with the guest's own barriers */
}

static inline bool dma_memory_valid(AddressSpace *as, dma_addr_t addr, dma_addr_t len,
                                    DMADirection dir, MemTxAttrs attrs)
{
    return address_space_access_valid(as, addr, len, dir == DMA_DIRECTION_FROM_DEVICE, attrs);
}

/* Copies between @buf and memory; the result has the error bits of all parts. */
static inline MemTxResult dma_memory_rw(AddressSpace *as, dma_addr_t addr, void *buf,
                                        dma_addr_t len, DMADirection dir, MemTxAttrs attrs)
{
    dma_barrier(as, dir);
    return address_space_rw(as, addr, attrs, buf, len, dir == DMA_DIRECTION_FROM_DEVICE);
}
static inline MemTxResult dma_memory_read(AddressSpace *as, dma_addr_t addr, void *buf,
                                          dma_addr_t len, MemTxAttrs attrs)
{
    return dma_memory_rw(as, addr, buf, len, DMA_DIRECTION_TO_DEVICE, attrs);
}
static inline MemTxResult dma_memory_write(AddressSpace *as, dma_addr_t addr, const void *buf,
                                           dma_addr_t len, MemTxAttrs attrs)
{
    return dma_memory_rw(as, addr, (void *)buf, len, DMA_DIRECTION_FROM_DEVICE, attrs);
}
static inline MemTxResult dma_memory_set(AddressSpace *as, dma_addr_t addr, uint8_t c,
                                         dma_addr_t len, MemTxAttrs attrs)
{
    dma_barrier(as, DMA_DIRECTION_FROM_DEVICE);
    return address_space_set(as, addr, c, len, attrs);
}

/* See address_space_map(). */
static inline void *dma_memory_map(AddressSpace *as, dma_addr_t addr, dma_addr_t *len,
                                   DMADirection dir, MemTxAttrs attrs)
{
    dma_barrier(as, dir);
    return address_space_map(as, addr, len, dir == DMA_DIRECTION_FROM_DEVICE, attrs);
}
static inline void dma_memory_unmap(AddressSpace *as, void *buffer, dma_addr_t len,
                                    DMADirection dir, dma_addr_t access_len)
{
    address_space_unmap(as, buffer, len, dir == DMA_DIRECTION_FROM_DEVICE, access_len);
}

/* {ldub,lduw_le,ldl_be,...}_dma(as, addr, &value, attrs) and st{b,w,l,q}..._dma(..., value, ...). */
#define DMA_LDST(sfx_ld, sfx_st, type) \
    static inline MemTxResult sfx_ld##_dma(AddressSpace *as, dma_addr_t addr, type *val, \
                                           MemTxAttrs attrs) \
    { \
        MemTxResult res; \
        dma_barrier(as, DMA_DIRECTION_TO_DEVICE); \
        *val = address_space_##sfx_ld(as, addr, attrs, &res); \
        return res; \
    } \
    static inline MemTxResult sfx_st##_dma(AddressSpace *as, dma_addr_t addr, type val, \
                                           MemTxAttrs attrs) \
    { \
        MemTxResult res; \
        dma_barrier(as, DMA_DIRECTION_FROM_DEVICE); \
        address_space_##sfx_st(as, addr, val, attrs, &res); \
        return res; \
    }
DMA_LDST(ldub, stb, uint8_t)
DMA_LDST(lduw_le, stw_le, uint16_t)
DMA_LDST(ldl_le, stl_le, uint32_t)
DMA_LDST(ldq_le, stq_le, uint64_t)
DMA_LDST(lduw_be, stw_be, uint16_t)
DMA_LDST(ldl_be, stl_be, uint32_t)
DMA_LDST(ldq_be, stq_be, uint64_t)
#undef DMA_LDST

/* Pieces of guest memory that one request reads or writes. */
typedef struct ScatterGatherEntry {
    dma_addr_t base;
    dma_addr_t len;
} ScatterGatherEntry;

typedef struct QEMUSGList {
    ScatterGatherEntry *sg;
    int nsg;
    int nalloc;
    dma_addr_t size;                /* sum of all lengths */
    DeviceState *dev;               /* kept alive while the list exists */
    AddressSpace *as;
} QEMUSGList;

void qemu_sglist_init(QEMUSGList *qsg, DeviceState *dev, int alloc_hint, AddressSpace *as);
void qemu_sglist_add(QEMUSGList *qsg, dma_addr_t base, dma_addr_t len);
void qemu_sglist_destroy(QEMUSGList *qsg);
/*
 * Copy between a buffer and the start of the list. *@residual (may be NULL) is how much of
 * the list was left over; the result is 0 or the error bits.
 */
MemTxResult dma_buf_read(void *ptr, dma_addr_t len, dma_addr_t *residual, QEMUSGList *sg,
                         MemTxAttrs attrs);
MemTxResult dma_buf_write(void *ptr, dma_addr_t len, dma_addr_t *residual, QEMUSGList *sg,
                          MemTxAttrs attrs);

#endif
