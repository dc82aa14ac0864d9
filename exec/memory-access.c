/*
 * One access to one device region: validity, splitting and widening, byte order, re-entrancy.
 *
 * A device states which accesses it accepts (valid) and which its callbacks handle (impl). An
 * accepted access is cut into units that the callbacks handle. Byte lanes decide: a unit that is
 * wider than what is left of the access is done at its aligned address, and the bytes in question
 * are cut out of it (reads) or put in their place among zeroes (writes).
 *
 * Thread: the caller holds the BQL unless the region is lock-free.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "qemu/event_notifier.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "hw/qdev-core.h"
#include "memory-internal.h"

/* ---- regions without a device ---- */

static bool unassigned_accepts(void *opaque, hwaddr addr, unsigned size, bool is_write,
                               MemTxAttrs attrs)
{
    return false;
}

const MemoryRegionOps unassigned_mem_ops = {
    .valid.accepts = unassigned_accepts,
    .endianness = DEVICE_NATIVE_ENDIAN,
};

/* Memory that is read-only for the guest: reads get here only when they miss the direct path. */
static uint64_t rom_read(void *opaque, hwaddr addr, unsigned size)
{
    MemoryRegion *mr = opaque;
    uint64_t value = 0;

    memcpy(&value, mr->ram_block->host + addr, size);
    return le64_to_cpu(value);
}

static void rom_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    qemu_log_mask(LOG_GUEST_ERROR, "write to ROM '%s' at 0x%" PRIx64 " ignored\n",
                  memory_region_name(opaque), addr);
}

const MemoryRegionOps memory_rom_ops = {
    .read = rom_read,
    .write = rom_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
};

/* Mapped registers of a real device: one host access of just the size that the guest used. */
static uint64_t ram_device_read(void *opaque, hwaddr addr, unsigned size)
{
    MemoryRegion *mr = opaque;
    void *p = mr->ram_block->host + addr;

    switch (size) {
    case 1:
        return *(volatile uint8_t *)p;
    case 2:
        return *(volatile uint16_t *)p;
    case 4:
        return *(volatile uint32_t *)p;
    default:
        return *(volatile uint64_t *)p;
    }
}

static void ram_device_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    MemoryRegion *mr = opaque;
    void *p = mr->ram_block->host + addr;

    switch (size) {
    case 1:
        *(volatile uint8_t *)p = data;
        break;
    case 2:
        *(volatile uint16_t *)p = data;
        break;
    case 4:
        *(volatile uint32_t *)p = data;
        break;
    default:
        *(volatile uint64_t *)p = data;
        break;
    }
}

const MemoryRegionOps memory_ram_device_ops = {
    .read = ram_device_read,
    .write = ram_device_write,
    .endianness = HOST_BIG_ENDIAN ? DEVICE_BIG_ENDIAN : DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

/* ---- validity ---- */

static void log_invalid(MemoryRegion *mr, hwaddr addr, unsigned size, bool is_write,
                        const char *why)
{
    qemu_log_mask(LOG_GUEST_ERROR, "invalid %s at 0x%" PRIx64 " of '%s', size %u: %s\n",
                  is_write ? "write" : "read", addr, memory_region_name(mr), size, why);
}

static bool access_valid(MemoryRegion *mr, hwaddr addr, unsigned size, bool is_write,
                         MemTxAttrs attrs)
{
    const MemoryRegionOps *ops = mr->ops;

    if (ops->valid.accepts && !ops->valid.accepts(mr->opaque, addr, size, is_write, attrs)) {
        log_invalid(mr, addr, size, is_write, "rejected");
        return false;
    }
    if (!ops->valid.unaligned && (addr & (size - 1))) {
        log_invalid(mr, addr, size, is_write, "unaligned");
        return false;
    }
    if (ops->valid.max_access_size &&
        (size > ops->valid.max_access_size || size < ops->valid.min_access_size)) {
        log_invalid(mr, addr, size, is_write, "size not supported");
        return false;
    }
    return true;
}

/* ---- units ---- */

/* The next piece of an access: @count bytes at lane @lane of a unit of @size bytes at @base. */
typedef struct Unit {
    hwaddr base;
    unsigned size, lane, count;
} Unit;

static Unit next_unit(const MemoryRegionOps *ops, hwaddr addr, unsigned left)
{
    unsigned min = ops->impl.min_access_size ? ops->impl.min_access_size : 1;
    unsigned max = ops->impl.max_access_size ? ops->impl.max_access_size : 4;
    unsigned size = MIN(pow2floor(left), max);
    Unit u;

    if (!ops->impl.unaligned && addr) {
        size = MIN((uint64_t)size, addr & -addr);
    }
    u.base = addr;
    u.size = MAX(size, min);
    u.lane = 0;
    if (u.size > size && !ops->impl.unaligned) {
        u.base = addr & ~(hwaddr)(u.size - 1);
        u.lane = addr - u.base;
    }
    u.count = MIN(u.size - u.lane, left);
    return u;
}

/* How far the value of @count bytes at byte @pos of @size bytes is shifted. */
static unsigned lane_shift(bool big, unsigned size, unsigned pos, unsigned count)
{
    return 8 * (big ? size - pos - count : pos);
}

static uint64_t lane_mask(unsigned count)
{
    return count >= 8 ? UINT64_MAX : (1ull << (8 * count)) - 1;
}

static MemTxResult call_read(MemoryRegion *mr, hwaddr addr, unsigned size, uint64_t *value,
                             MemTxAttrs attrs)
{
    *value = 0;
    if (mr->ops->read) {
        *value = mr->ops->read(mr->opaque, addr, size);
        return MEMTX_OK;
    }
    if (mr->ops->read_with_attrs) {
        return mr->ops->read_with_attrs(mr->opaque, addr, value, size, attrs);
    }
    return MEMTX_OK;
}

static MemTxResult call_write(MemoryRegion *mr, hwaddr addr, unsigned size, uint64_t value,
                              MemTxAttrs attrs)
{
    value &= lane_mask(size);
    if (mr->ops->write) {
        mr->ops->write(mr->opaque, addr, value, size);
        return MEMTX_OK;
    }
    if (mr->ops->write_with_attrs) {
        return mr->ops->write_with_attrs(mr->opaque, addr, value, size, attrs);
    }
    return MEMTX_OK;
}

static MemTxResult read_units(MemoryRegion *mr, hwaddr addr, unsigned size, uint64_t *pval,
                              MemTxAttrs attrs)
{
    bool big = mr->ops->endianness == DEVICE_BIG_ENDIAN;
    MemTxResult r = MEMTX_OK;
    uint64_t value = 0, part;

    for (unsigned pos = 0; pos < size;) {
        Unit u = next_unit(mr->ops, addr + pos, size - pos);

        r |= call_read(mr, u.base, u.size, &part, attrs);
        part = (part >> lane_shift(big, u.size, u.lane, u.count)) & lane_mask(u.count);
        value |= part << lane_shift(big, size, pos, u.count);
        pos += u.count;
    }
    *pval = value;
    return r;
}

static MemTxResult write_units(MemoryRegion *mr, hwaddr addr, unsigned size, uint64_t value,
                               MemTxAttrs attrs)
{
    bool big = mr->ops->endianness == DEVICE_BIG_ENDIAN;
    MemTxResult r = MEMTX_OK;

    for (unsigned pos = 0; pos < size;) {
        Unit u = next_unit(mr->ops, addr + pos, size - pos);
        uint64_t part = (value >> lane_shift(big, size, pos, u.count)) & lane_mask(u.count);

        r |= call_write(mr, u.base, u.size, part << lane_shift(big, u.size, u.lane, u.count),
                        attrs);
        pos += u.count;
    }
    return r;
}

/* ---- re-entrancy ----
 *
 * A guest can program a device to do DMA to its own registers. Real hardware would answer some
 * way or other; a device model is not made to be called in the middle of itself. Such an access
 * fails on the bus.
 */

static bool enter_device(MemoryRegion *mr, bool *entered)
{
    *entered = false;
    if (!mr->dev || mr->disable_reentrancy_guard || mr->ram_block) {
        return true;
    }
    if (mr->dev->mem_reentrancy_guard.engaged_in_io) {
        qemu_log_mask(LOG_GUEST_ERROR, "blocked re-entrant access to '%s'\n",
                      memory_region_name(mr));
        return false;
    }
    mr->dev->mem_reentrancy_guard.engaged_in_io = true;
    *entered = true;
    return true;
}

static void leave_device(MemoryRegion *mr, bool entered)
{
    if (entered) {
        mr->dev->mem_reentrancy_guard.engaged_in_io = false;
    }
}

/* ---- entry points ---- */

/* True if the order of bytes in memory that @op means is not the device's. */
static bool needs_swap(MemoryRegion *mr, MemOp op)
{
    return (mr->ops->endianness == DEVICE_BIG_ENDIAN) != ((op & MO_BSWAP) == MO_BE);
}

static uint64_t swap_value(uint64_t value, unsigned size)
{
    return bswap64(value) >> (64 - 8 * size);
}

MemTxResult memory_region_dispatch_read(MemoryRegion *mr, hwaddr addr, uint64_t *pval, MemOp op,
                                        MemTxAttrs attrs)
{
    unsigned size = memop_size(op);
    bool entered;
    MemTxResult r;

    if (!access_valid(mr, addr, size, false, attrs)) {
        *pval = mr->ops == &unassigned_mem_ops ? lane_mask(size) : 0;
        return MEMTX_DECODE_ERROR;
    }
    if (!enter_device(mr, &entered)) {
        *pval = lane_mask(size);
        return MEMTX_ACCESS_ERROR;
    }
    r = read_units(mr, addr, size, pval, attrs);
    leave_device(mr, entered);
    if (needs_swap(mr, op)) {
        *pval = swap_value(*pval, size);
    }
    return r;
}

/* Sets the eventfd that waits for this write, if there is one. */
static bool signal_eventfd(MemoryRegion *mr, hwaddr addr, uint64_t data, unsigned size)
{
    MemoryRegionIoeventfds *fds = qatomic_rcu_read(&mr->ioeventfds);

    for (unsigned i = 0; fds && i < fds->n; i++) {
        MemoryRegionIoeventfd *fd = &fds->fd[i];

        if (fd->addr == addr && (!fd->size || fd->size == size) &&
            (!fd->match_data || fd->data == data)) {
            event_notifier_set(fd->e);
            return true;
        }
    }
    return false;
}

MemTxResult memory_region_dispatch_write(MemoryRegion *mr, hwaddr addr, uint64_t data, MemOp op,
                                         MemTxAttrs attrs)
{
    unsigned size = memop_size(op);
    bool entered;
    MemTxResult r;

    data &= lane_mask(size);
    if (needs_swap(mr, op)) {
        data = swap_value(data, size);
    }
    if (!access_valid(mr, addr, size, true, attrs)) {
        return MEMTX_DECODE_ERROR;
    }
    if (unlikely(mr->ioeventfds) && signal_eventfd(mr, addr, data, size)) {
        return MEMTX_OK;
    }
    if (!enter_device(mr, &entered)) {
        return MEMTX_ACCESS_ERROR;
    }
    r = write_units(mr, addr, size, data, attrs);
    leave_device(mr, entered);
    return r;
}

bool prepare_mmio_access(MemoryRegion *mr)
{
    if (mr->lockless_io || bql_locked()) {
        return false;
    }
    bql_lock();
    return true;
}
