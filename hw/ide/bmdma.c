/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bus-master IDE: walking the guest's descriptor table.
 *
 * Spec:      SFF-8038i rev 1.0; Intel 82371SB (PIIX3) 2.7, 5.4.
 * Thread:    big lock.
 *
 *   ofs  name     writable                note
 *   0    command  0x09                    bit 0 start, bit 3 direction (1: to memory)
 *   2    status   0x60, w1c 0x06          bit 0 active, bit 1 error, bit 2 interrupt
 *   4    table    0xfffffffc              physical address of the descriptors
 *
 * A descriptor is a 32-bit address and a 16-bit byte count (0: 64 KiB); bit 31 of the second
 * word marks the last.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "exec/memory.h"
#include "hw/ide/bmdma.h"

/* A table may not cross 64 KiB, so no command has more descriptors than fit in that. */
enum { MAX_DESCRIPTORS = 65536 / 8 };

static BMDMAChannel *channel(IDEDMA *dma)
{
    return container_of(dma, BMDMAChannel, dma);
}

static bool next_descriptor(BMDMAChannel *c)
{
    uint8_t d[8];

    if (c->last || c->entries >= MAX_DESCRIPTORS) {
        return false;
    }
    if (address_space_read(c->as, c->next, MEMTXATTRS_UNSPECIFIED, d, 8) != MEMTX_OK) {
        c->status |= BM_ERROR;
        return false;
    }
    c->next += 8;
    c->entries++;
    c->addr = ldl_le_p(d) & ~1u;
    c->len = lduw_le_p(d + 4) & ~1u;
    if (!c->len) {
        c->len = 65536;
    }
    c->last = ldl_le_p(d + 4) >> 31;
    return true;
}

static int64_t bm_map(IDEDMA *dma, QEMUIOVector *sg, int64_t limit, IDEDirection dir)
{
    BMDMAChannel *c = channel(dma);
    int64_t total = 0;

    while (total < limit) {
        hwaddr n;
        void *p;

        if (!c->len && !next_descriptor(c)) {
            break;
        }
        n = MIN((int64_t)c->len, limit - total);
        p = address_space_map(c->as, c->addr, &n, dir == IDE_TO_MEMORY, MEMTXATTRS_UNSPECIFIED);
        if (!p) {
            break; /* bounce buffers are used up: what is mapped goes first */
        }
        qemu_iovec_add(sg, p, n);
        c->addr += n;
        c->len -= n;
        total += n;
    }
    /* Whole sectors only; the rest of a short list is dropped as the bus would. */
    if (total % 512 && total > 512) {
        int64_t extra = total % 512;
        struct iovec *v = &sg->iov[sg->niov - 1];

        if ((int64_t)v->iov_len > extra && (c->len || !c->last)) {
            v->iov_len -= extra;
            sg->size -= extra;
            c->addr -= extra;
            c->len += extra;
            total -= extra;
        }
    }
    return total;
}

static void bm_unmap(IDEDMA *dma, QEMUIOVector *sg, IDEDirection dir, int64_t done)
{
    BMDMAChannel *c = channel(dma);

    for (int i = 0; i < sg->niov; i++) {
        hwaddr len = sg->iov[i].iov_len;
        hwaddr n = MIN((int64_t)len, done);

        address_space_unmap(c->as, sg->iov[i].iov_base, len, dir == IDE_TO_MEMORY, n);
        done -= n;
    }
}

static void rewind_table(BMDMAChannel *c)
{
    c->next = c->table;
    c->addr = c->len = c->entries = 0;
    c->last = false;
}

static void bm_start(IDEDMA *dma, IDEDrive *d, IDEDirection dir)
{
    BMDMAChannel *c = channel(dma);

    if (c->status & BM_ACTIVE) {
        ide_dma_go(c->bus);
    }
}

static void bm_finish(IDEDMA *dma, bool more)
{
    BMDMAChannel *c = channel(dma);

    /* The active bit stays while the list has room that the device did not use: 5.4 table. */
    if (more || (c->last && !c->len)) {
        c->status &= ~BM_ACTIVE;
    }
}

static void bm_dma_reset(IDEDMA *dma)
{
    bmdma_reset(channel(dma));
}

static const IDEDMAOps bm_ops = {
    .start = bm_start,
    .map = bm_map,
    .unmap = bm_unmap,
    .finish = bm_finish,
    .reset = bm_dma_reset,
};

/* ---- registers ---- */

static uint64_t bm_read(void *opaque, hwaddr addr, unsigned size)
{
    BMDMAChannel *c = opaque;

    if (addr >= 4) {
        return c->table >> (8 * (addr - 4));
    }
    if (size != 1) {
        return (c->cmd | c->status << 16) >> (8 * addr);
    }
    return addr == 0 ? c->cmd : addr == 2 ? c->status : 0xff;
}

static void write_command(BMDMAChannel *c, uint8_t val)
{
    bool was = c->cmd & BM_START;

    if (was && !(val & BM_START)) {
        ide_dma_stop(c->bus);
        c->status &= ~BM_ACTIVE;
    }
    c->cmd = val & (BM_START | BM_TO_MEMORY);
    if (!was && (val & BM_START)) {
        rewind_table(c);
        c->status |= BM_ACTIVE;
        ide_dma_go(c->bus);
    }
}

static void bm_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    BMDMAChannel *c = opaque;

    if (addr >= 4) {
        unsigned shift = 8 * (addr - 4);
        uint32_t mask = (size == 4 ? ~0u : (1u << 8 * size) - 1) << shift;

        c->table = (c->table & ~mask) | ((uint32_t)val << shift & mask);
        c->table &= ~3u;
    } else if (addr == 0) {
        write_command(c, val);
        if (size == 4) {
            bm_write(c, 2, val >> 16 & 0xff, 1);
        }
    } else if (addr == 2) {
        c->status = (val & 0x60) | (c->status & BM_ACTIVE) |
                    (c->status & ~val & (BM_ERROR | BM_INT));
    }
}

static const MemoryRegionOps bm_io_ops = {
    .read = bm_read,
    .write = bm_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};

static void bm_irq(void *opaque, int n, int level)
{
    BMDMAChannel *c = opaque;

    if (level) {
        c->status |= BM_INT;
    }
    qemu_set_irq(c->irq_out, level);
}

void bmdma_connect_irq(BMDMAChannel *c, qemu_irq out)
{
    c->irq_out = out;
    ide_bus_set_irq(c->bus, qemu_allocate_irq(bm_irq, c, 0));
}

void bmdma_reset(BMDMAChannel *c)
{
    c->cmd = c->status = 0;
    c->table = 0;
    rewind_table(c);
}

void bmdma_init(BMDMAChannel *c, IDEBus *bus, AddressSpace *as, Object *owner)
{
    c->dma.ops = &bm_ops;
    c->bus = bus;
    c->as = as;
    bus->dma = &c->dma;
    memory_region_init_io(&c->io, owner, &bm_io_ops, c, "bmdma", 8);
}

const VMStateDescription vmstate_bmdma = {
    .name = "ide bmdma",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(cmd, BMDMAChannel),
        VMSTATE_UINT8(status, BMDMAChannel),
        VMSTATE_UINT32(table, BMDMAChannel),
        VMSTATE_UINT32(next, BMDMAChannel),
        VMSTATE_UINT32(addr, BMDMAChannel),
        VMSTATE_UINT32(len, BMDMAChannel),
        VMSTATE_UINT32(entries, BMDMAChannel),
        VMSTATE_BOOL(last, BMDMAChannel),
        VMSTATE_END_OF_LIST()
    }
};
