/*
 * Dirty bitmaps of RAM blocks: one bit per page and client, changed by atomic operations.
 *
 * A client that does not listen may find its bits in any state; when it begins to listen they are
 * all set (memory_region_set_log, memory_global_dirty_log_start), so that a page counts as
 * written until the client has cleared its bit. Clearing calls the hook that makes vCPUs trap
 * stores to those pages again; see invariant 1 in exec/ramblock.h for the order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/bitmap.h"
#include "memory-internal.h"

/* Set once at start-up. */
static RAMDirtyResetFn *reset_hook;
static RAMCodeWrittenFn *code_hook;

struct DirtyBitmapSnapshot {
    uint64_t first_page;            /* of the block */
    uint64_t pages;
    unsigned long dirty[];
};

void ram_dirty_set_reset_hook(RAMDirtyResetFn *fn)
{
    reset_hook = fn;
}

void ram_code_set_write_hook(RAMCodeWrittenFn *fn)
{
    code_hook = fn;
}

static void tell_vcpus(RAMBlock *rb, uint64_t first, uint64_t pages)
{
    if (reset_hook) {
        reset_hook(rb, first << RAM_PAGE_BITS, pages << RAM_PAGE_BITS);
    }
}

void ramblock_bitmaps_init(RAMBlock *rb)
{
    uint64_t pages = rb->max_length >> RAM_PAGE_BITS;

    for (int i = 0; i < DIRTY_MEMORY_NUM; i++) {
        rb->dirty[i] = bitmap_new(pages);
        bitmap_fill(rb->dirty[i], pages);
    }
}

void ramblock_bitmaps_destroy(RAMBlock *rb)
{
    for (int i = 0; i < DIRTY_MEMORY_NUM; i++) {
        g_free(rb->dirty[i]);
    }
}

uint8_t ramblock_listening(const RAMBlock *rb)
{
    return memory_region_get_dirty_log_mask(rb->mr) | (1 << DIRTY_MEMORY_CODE);
}

/* The pages that bytes [@start, @start + @length) touch, cut off at the end of the block. */
static uint64_t page_range(const RAMBlock *rb, uint64_t start, uint64_t length, uint64_t *first)
{
    uint64_t total = rb->max_length >> RAM_PAGE_BITS, end;

    *first = start >> RAM_PAGE_BITS;
    if (!length || *first >= total) {
        return 0;
    }
    end = (start + length - 1) >> RAM_PAGE_BITS;
    return MIN(end, total - 1) - *first + 1;
}

void ramblock_set_dirty(RAMBlock *rb, uint64_t start, uint64_t length, uint8_t mask)
{
    uint64_t first, pages = page_range(rb, start, length, &first);

    for (int i = 0; i < DIRTY_MEMORY_NUM; i++) {
        if (!(mask & (1 << i))) {
            continue;
        }
        if (pages == 1) {
            /* Most stores find the bit set: a plain read keeps the cache line shared. */
            unsigned long *word = &rb->dirty[i][BIT_WORD(first)];

            if (!(qatomic_read(word) & BIT_MASK(first))) {
                qatomic_or(word, BIT_MASK(first));
            }
        } else if (pages) {
            bitmap_set_atomic(rb->dirty[i], first, pages);
        }
    }
}

/* True if some bit of [@first, @first + @pages) is set (@want false: clear). */
static bool any_bit(const unsigned long *map, uint64_t first, uint64_t pages, bool want)
{
    uint64_t end = first + pages;

    while (first < end) {
        unsigned long word = qatomic_read(&map[BIT_WORD(first)]);
        uint64_t n = MIN(end - first, BITS_PER_LONG - first % BITS_PER_LONG);
        unsigned long mask = (~0ul >> (BITS_PER_LONG - n)) << (first % BITS_PER_LONG);

        if ((want ? word : ~word) & mask) {
            return true;
        }
        first += n;
    }
    return false;
}

bool ramblock_test_dirty(const RAMBlock *rb, uint64_t start, uint64_t length, unsigned client)
{
    uint64_t first, pages = page_range(rb, start, length, &first);

    return any_bit(rb->dirty[client], first, pages, true);
}

uint8_t ramblock_clean_clients(const RAMBlock *rb, uint64_t start, uint64_t length, uint8_t mask)
{
    uint64_t first, pages = page_range(rb, start, length, &first);
    uint8_t clean = 0;

    for (int i = 0; pages && i < DIRTY_MEMORY_NUM; i++) {
        if ((mask & (1 << i)) && any_bit(rb->dirty[i], first, pages, false)) {
            clean |= 1 << i;
        }
    }
    return clean;
}

void ramblock_note_write(RAMBlock *rb, uint64_t start, uint64_t length)
{
    uint8_t clean;

    /*
     * The store is visible before the bit is looked at. Pairs with the clearing of the bit (a full
     * barrier) before the page is read: either the reader sees the store, or we see the bit clear.
     */
    smp_mb();
    clean = ramblock_clean_clients(rb, start, length, ramblock_listening(rb));
    if (likely(!clean)) {
        return;
    }
    /* The translator sets its bit itself, once no code from the page is left. */
    if ((clean & (1 << DIRTY_MEMORY_CODE)) && code_hook) {
        code_hook(rb, start, length);
    }
    ramblock_set_dirty(rb, start, length, clean & DIRTY_CLIENTS_NOCODE);
}

bool ramblock_page_all_dirty(const RAMBlock *rb, uint64_t page)
{
    return !ramblock_clean_clients(rb, page << RAM_PAGE_BITS, 1, ramblock_listening(rb));
}

bool ramblock_test_and_clear_dirty(RAMBlock *rb, uint64_t start, uint64_t length, unsigned client)
{
    uint64_t first, pages = page_range(rb, start, length, &first);

    if (!pages || !bitmap_test_and_clear_atomic(rb->dirty[client], first, pages)) {
        return false;
    }
    tell_vcpus(rb, first, pages);
    return true;
}

uint64_t ramblock_sync_dirty(RAMBlock *rb, unsigned long *dest, uint64_t start, uint64_t length,
                             unsigned client)
{
    uint64_t first, pages = page_range(rb, start, length, &first);
    uint64_t end = first + pages, fresh = 0;
    bool any = false;

    if (!pages) {
        return 0;
    }
    for (uint64_t i = BIT_WORD(first); i <= BIT_WORD(end - 1); i++, dest++) {
        unsigned long *src = &rb->dirty[client][i];
        unsigned long in_range = ~0ul, bits;

        if (i == BIT_WORD(first)) {
            in_range &= ~0ul << (first % BITS_PER_LONG);
        }
        if (i == BIT_WORD(end - 1)) {
            in_range &= ~0ul >> (BITS_PER_LONG - 1 - (end - 1) % BITS_PER_LONG);
        }
        if (qatomic_read(src) & in_range) {
            bits = qatomic_fetch_and(src, ~in_range) & in_range;
            fresh += __builtin_popcountl(bits & ~*dest);
            *dest |= bits;
            any = true;
        }
    }
    if (any) {
        tell_vcpus(rb, first, pages);
    }
    return fresh;
}

/* ---- by byte number ---- */

bool cpu_physical_memory_get_dirty(ram_addr_t start, ram_addr_t length, unsigned client)
{
    RAMBlock *rb;

    RCU_READ_LOCK_GUARD();
    rb = qemu_ram_block_from_addr(start);
    return rb && ramblock_test_dirty(rb, start - rb->offset, length, client);
}

bool cpu_physical_memory_is_clean(ram_addr_t addr)
{
    RAMBlock *rb;

    RCU_READ_LOCK_GUARD();
    rb = qemu_ram_block_from_addr(addr);
    return rb && !ramblock_page_all_dirty(rb, (addr - rb->offset) >> RAM_PAGE_BITS);
}

void cpu_physical_memory_set_dirty_range(ram_addr_t start, ram_addr_t length, uint8_t mask)
{
    RAMBlock *rb;

    RCU_READ_LOCK_GUARD();
    rb = qemu_ram_block_from_addr(start);
    if (rb) {
        ramblock_set_dirty(rb, start - rb->offset, length, mask);
    }
}

bool cpu_physical_memory_test_and_clear_dirty(ram_addr_t start, ram_addr_t length,
                                              unsigned client)
{
    RAMBlock *rb;

    RCU_READ_LOCK_GUARD();
    rb = qemu_ram_block_from_addr(start);
    return rb && ramblock_test_and_clear_dirty(rb, start - rb->offset, length, client);
}

/* ---- by region ---- */

/* The block behind @mr and the offset of byte @addr in it; through aliases. */
static RAMBlock *region_block(MemoryRegion *mr, hwaddr addr, uint64_t *offset)
{
    while (mr->alias) {
        addr += mr->alias_offset;
        mr = mr->alias;
    }
    assert(mr->ram_block);
    *offset = addr;
    return mr->ram_block;
}

void memory_region_set_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size)
{
    uint64_t offset;
    RAMBlock *rb = region_block(mr, addr, &offset);

    ramblock_note_write(rb, offset, size);
}

bool memory_region_get_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size, unsigned client)
{
    uint64_t offset;
    RAMBlock *rb = region_block(mr, addr, &offset);

    return ramblock_test_dirty(rb, offset, size, client);
}

bool memory_region_test_and_clear_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size,
                                        unsigned client)
{
    uint64_t offset;
    RAMBlock *rb = region_block(mr, addr, &offset);

    memory_listeners_log_sync(rb->mr);
    return ramblock_test_and_clear_dirty(rb, offset, size, client);
}

void memory_region_reset_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size, unsigned client)
{
    memory_region_test_and_clear_dirty(mr, addr, size, client);
}

DirtyBitmapSnapshot *memory_region_snapshot_and_clear_dirty(MemoryRegion *mr, hwaddr addr,
                                                            hwaddr size, unsigned client)
{
    uint64_t offset, first, pages;
    RAMBlock *rb = region_block(mr, addr, &offset);
    DirtyBitmapSnapshot *snap;

    memory_listeners_log_sync(rb->mr);
    pages = page_range(rb, offset, size, &first) + first % BITS_PER_LONG;
    first -= first % BITS_PER_LONG;
    snap = g_malloc0(sizeof(*snap) + BITS_TO_LONGS(pages) * sizeof(unsigned long));
    snap->first_page = first;
    snap->pages = pages;
    ramblock_sync_dirty(rb, snap->dirty, offset, size, client);
    return snap;
}

bool memory_region_snapshot_get_dirty(MemoryRegion *mr, DirtyBitmapSnapshot *snap, hwaddr addr,
                                      hwaddr size)
{
    uint64_t offset, first, pages, from, to;
    RAMBlock *rb = region_block(mr, addr, &offset);

    pages = page_range(rb, offset, size, &first);
    if (!pages || first < snap->first_page) {
        return false;
    }
    from = first - snap->first_page;
    to = MIN(from + pages, snap->pages);
    return from < to && find_next_bit(snap->dirty, to, from) < to;
}
