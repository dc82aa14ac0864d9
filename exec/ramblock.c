/*
 * RAM blocks: the list of them, names, look-ups, resizing and freeing.
 *
 * The list is kept twice: as a linked list, largest block first, which migration walks; and as an
 * array sorted by byte number, for look-ups. Both are read under RCU.
 *
 * Thread: see exec/ramblock.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/bitmap.h"
#include "qemu/cutils.h"
#include "qemu/rcu_queue.h"
#include "qemu/thread.h"
#include "qemu/units.h"
#include "hw/qdev-core.h"
#include "migration/vmstate.h"
#include "memory-internal.h"

/* Blocks begin at multiples of this, so that huge pages of the host stay whole. */
#define RAM_OFFSET_ALIGN (2 * MiB)

typedef struct RamIndex {
    struct rcu_head rcu;
    unsigned n;
    RAMBlock *blocks[];             /* by offset */
} RamIndex;

/* index, head, version: written under the BQL, read under RCU. notifiers: BQL. */
static struct {
    RamIndex *index;
    QLIST_HEAD(, RAMBlock) head;
    uint32_t version;
    QLIST_HEAD(, RAMBlockNotifier) notifiers;
} ram;

/* ---- the list ---- */

RAMBlock *ram_block_first(void)
{
    return qatomic_load_acquire(&ram.head.lh_first);
}

uint32_t ram_list_version(void)
{
    return qatomic_load_acquire(&ram.version);
}

static void ram_index_rebuild(void)
{
    RamIndex *old = ram.index, *idx;
    RAMBlock *rb;
    unsigned n = 0;

    QLIST_FOREACH(rb, &ram.head, next) {
        n++;
    }
    idx = g_malloc0(sizeof(*idx) + n * sizeof(RAMBlock *));
    QLIST_FOREACH(rb, &ram.head, next) {
        unsigned i = idx->n++;

        for (; i > 0 && idx->blocks[i - 1]->offset > rb->offset; i--) {
            idx->blocks[i] = idx->blocks[i - 1];
        }
        idx->blocks[i] = rb;
    }
    qatomic_rcu_set(&ram.index, idx);
    qatomic_store_release(&ram.version, ram.version + 1);
    if (old) {
        g_free_rcu(old, rcu);
    }
}

/* The smallest gap between blocks that @size fits into; best fit keeps the numbering compact. */
static ram_addr_t find_ram_offset(ram_addr_t size)
{
    RamIndex *idx = ram.index;
    ram_addr_t best = RAM_ADDR_INVALID, best_gap = 0, pos = 0;

    for (unsigned i = 0; idx && i <= idx->n; i++) {
        ram_addr_t next = i < idx->n ? idx->blocks[i]->offset : RAM_ADDR_MAX;

        if (next > pos && next - pos >= size &&
            (best == RAM_ADDR_INVALID || next - pos < best_gap)) {
            best = pos;
            best_gap = next - pos;
        }
        if (i < idx->n) {
            pos = ROUND_UP(next + idx->blocks[i]->max_length, (ram_addr_t)RAM_OFFSET_ALIGN);
        }
    }
    return idx ? best : 0;
}

void ramblock_list_add(RAMBlock *rb)
{
    RAMBlock *p, *last = NULL;
    RAMBlockNotifier *n;

    rb->offset = find_ram_offset(rb->max_length);
    assert(rb->offset != RAM_ADDR_INVALID);
    QLIST_FOREACH(p, &ram.head, next) {
        if (p->max_length < rb->max_length) {
            break;
        }
        last = p;
    }
    if (last) {
        QLIST_INSERT_AFTER_RCU(last, rb, next);
    } else {
        QLIST_INSERT_HEAD_RCU(&ram.head, rb, next);
    }
    ram_index_rebuild();
    QLIST_FOREACH(n, &ram.notifiers, next) {
        n->ram_block_added(n, rb->host, rb->used_length, rb->max_length);
    }
}

static void ramblock_reclaim(RAMBlock *rb)
{
    if (rb->flags & RAM_PREALLOC) {
        /* The memory is somebody else's. */
    } else if (rb->fd >= 0) {
        munmap(rb->host, rb->max_length);
        close(rb->fd);
    } else {
        qemu_anon_ram_free(rb->host, rb->max_length);
    }
    ramblock_bitmaps_destroy(rb);
    g_free(rb);
}

void qemu_ram_free(RAMBlock *rb)
{
    RAMBlockNotifier *n;

    if (!rb) {
        return;
    }
    QLIST_FOREACH(n, &ram.notifiers, next) {
        n->ram_block_removed(n, rb->host, rb->used_length, rb->max_length);
    }
    QLIST_REMOVE_RCU(rb, next);
    ram_index_rebuild();
    call_rcu(rb, ramblock_reclaim, rcu);
}

void ram_block_notifier_add(RAMBlockNotifier *n)
{
    RAMBlock *rb;

    QLIST_INSERT_HEAD(&ram.notifiers, n, next);
    QLIST_FOREACH(rb, &ram.head, next) {
        n->ram_block_added(n, rb->host, rb->used_length, rb->max_length);
    }
}

void ram_block_notifier_remove(RAMBlockNotifier *n)
{
    RAMBlock *rb;

    QLIST_REMOVE(n, next);
    QLIST_FOREACH(rb, &ram.head, next) {
        n->ram_block_removed(n, rb->host, rb->used_length, rb->max_length);
    }
}

int qemu_ram_resize(RAMBlock *rb, ram_addr_t newsize, Error **errp)
{
    RAMBlockNotifier *n;
    ram_addr_t old = rb->used_length;

    newsize = ROUND_UP(newsize, RAM_PAGE_SIZE);
    if (newsize == old) {
        return 0;
    }
    if (!(rb->flags & RAM_RESIZEABLE)) {
        error_setg(errp, "size of RAM block '%s' is 0x%" PRIx64 " and cannot become 0x%" PRIx64,
                   rb->idstr, old, newsize);
        return -EINVAL;
    }
    if (newsize > rb->max_length) {
        error_setg(errp, "size 0x%" PRIx64 " of RAM block '%s' is above its limit of 0x%" PRIx64,
                   newsize, rb->idstr, rb->max_length);
        return -EINVAL;
    }
    QLIST_FOREACH(n, &ram.notifiers, next) {
        if (n->ram_block_resized) {
            n->ram_block_resized(n, rb->host, old, newsize);
        }
    }
    qatomic_set(&rb->used_length, newsize);
    ramblock_set_dirty(rb, 0, newsize, DIRTY_CLIENTS_ALL);
    memory_region_set_size(rb->mr, newsize);
    if (rb->resized) {
        rb->resized(rb->idstr, newsize, rb->host);
    }
    return 0;
}

/* ---- names and properties ---- */

void qemu_ram_set_idstr(RAMBlock *rb, const char *name, void *dev)
{
    g_autofree char *path = dev ? qdev_get_dev_path(dev) : NULL;
    g_autofree char *base = path ? g_strdup_printf("%s/%s", path, name) : g_strdup(name);
    RAMBlock *other;

    assert(!rb->idstr[0]);
    snprintf(rb->idstr, sizeof(rb->idstr), "%s", base);
    /* Two devices without a path of their own: the second gets a number, in order of creation. */
    for (unsigned i = 2;; i++) {
        QLIST_FOREACH(other, &ram.head, next) {
            if (other != rb && strcmp(other->idstr, rb->idstr) == 0) {
                break;
            }
        }
        if (!other) {
            return;
        }
        snprintf(rb->idstr, sizeof(rb->idstr), "%.200s#%u", base, i);
    }
}

void qemu_ram_unset_idstr(RAMBlock *rb)
{
    if (rb) {
        memset(rb->idstr, 0, sizeof(rb->idstr));
    }
}

const char *qemu_ram_get_idstr(const RAMBlock *rb)
{
    return rb->idstr;
}

void qemu_ram_set_migratable(RAMBlock *rb)
{
    rb->flags |= RAM_MIGRATABLE;
}

void qemu_ram_unset_migratable(RAMBlock *rb)
{
    rb->flags &= ~RAM_MIGRATABLE;
}

ram_addr_t qemu_ram_get_used_length(const RAMBlock *rb)
{
    return qatomic_read(&rb->used_length);
}

ram_addr_t qemu_ram_get_max_length(const RAMBlock *rb)
{
    return rb->max_length;
}

void vmstate_register_ram(MemoryRegion *mr, DeviceState *dev)
{
    qemu_ram_set_idstr(mr->ram_block, memory_region_name(mr), dev);
    qemu_ram_set_migratable(mr->ram_block);
}

void vmstate_unregister_ram(MemoryRegion *mr, DeviceState *dev)
{
    qemu_ram_unset_idstr(mr->ram_block);
    qemu_ram_unset_migratable(mr->ram_block);
}

void vmstate_register_ram_global(MemoryRegion *mr)
{
    vmstate_register_ram(mr, NULL);
}

/* ---- look-up ---- */

RAMBlock *qemu_ram_block_by_name(const char *name)
{
    RAMBlock *rb;

    RAMBLOCK_FOREACH(rb) {
        if (strcmp(rb->idstr, name) == 0) {
            return rb;
        }
    }
    return NULL;
}

RAMBlock *qemu_ram_block_from_addr(ram_addr_t addr)
{
    RamIndex *idx = qatomic_rcu_read(&ram.index);
    unsigned lo = 0, hi = idx ? idx->n : 0;

    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        RAMBlock *rb = idx->blocks[mid];

        if (addr < rb->offset) {
            hi = mid;
        } else if (addr - rb->offset >= rb->max_length) {
            lo = mid + 1;
        } else {
            return rb;
        }
    }
    return NULL;
}

RAMBlock *qemu_ram_block_from_host(void *ptr, bool round_offset, ram_addr_t *offset)
{
    RAMBlock *rb;

    RAMBLOCK_FOREACH(rb) {
        uintptr_t off = (uintptr_t)ptr - (uintptr_t)rb->host;

        if (off < rb->max_length) {
            *offset = round_offset ? ROUND_DOWN(off, (uintptr_t)RAM_PAGE_SIZE) : off;
            return rb;
        }
    }
    return NULL;
}

ram_addr_t qemu_ram_addr_from_host(void *ptr)
{
    ram_addr_t offset;
    RAMBlock *rb;

    RCU_READ_LOCK_GUARD();
    rb = qemu_ram_block_from_host(ptr, false, &offset);
    return rb ? rb->offset + offset : RAM_ADDR_INVALID;
}

void *qemu_ram_ptr_from_addr(ram_addr_t addr)
{
    RAMBlock *rb;

    RCU_READ_LOCK_GUARD();
    rb = qemu_ram_block_from_addr(addr);
    return rb ? rb->host + (addr - rb->offset) : NULL;
}

int qemu_ram_foreach_block(RAMBlockIterFunc func, void *opaque)
{
    RAMBlock *rb;
    int ret = 0;

    RCU_READ_LOCK_GUARD();
    RAMBLOCK_FOREACH(rb) {
        ret = func(rb, opaque);
        if (ret) {
            break;
        }
    }
    return ret;
}

uint64_t ram_bytes_total(void)
{
    uint64_t total = 0;
    RAMBlock *rb;

    RCU_READ_LOCK_GUARD();
    RAMBLOCK_FOREACH(rb) {
        if (rb->flags & RAM_MIGRATABLE) {
            total += rb->used_length;
        }
    }
    return total;
}

ram_addr_t last_ram_offset(void)
{
    RamIndex *idx;

    RCU_READ_LOCK_GUARD();
    idx = qatomic_rcu_read(&ram.index);
    if (!idx || !idx->n) {
        return 0;
    }
    return idx->blocks[idx->n - 1]->offset + idx->blocks[idx->n - 1]->max_length;
}

/* ---- host memory of a block ---- */

int ram_block_discard_range(RAMBlock *rb, uint64_t start, size_t length)
{
    uint8_t *host = rb->host + start;

    if (!QEMU_IS_ALIGNED(start, rb->page_size) || !QEMU_IS_ALIGNED(length, rb->page_size) ||
        start > rb->max_length || length > rb->max_length - start) {
        return -EINVAL;
    }
    if (rb->fd >= 0 && (rb->flags & RAM_SHARED)) {
        if (fallocate(rb->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, rb->fd_offset + start,
                      length) < 0) {
            return -errno;
        }
        return 0;
    }
    if (rb->flags & RAM_SHARED) {
        return qemu_madvise(host, length, QEMU_MADV_REMOVE) < 0 ? -errno : 0;
    }
    return qemu_madvise(host, length, QEMU_MADV_DONTNEED) < 0 ? -errno : 0;
}

void qemu_ram_msync(RAMBlock *rb, ram_addr_t start, ram_addr_t length)
{
    uint64_t page = qemu_real_host_page_size();
    uint64_t first = ROUND_DOWN(start, page);

    assert(start <= rb->used_length && length <= rb->used_length - start);
    if (rb->fd >= 0 && (rb->flags & RAM_SHARED)) {
        msync(rb->host + first, start + length - first, MS_SYNC);
    }
}

GString *ram_block_format(void)
{
    GString *out = g_string_new(NULL);
    RAMBlock *rb;

    g_string_append_printf(out, "%24s %8s  %18s %18s %18s %18s\n", "Block Name", "PSize", "Offset",
                           "Used", "Total", "HVA");
    RCU_READ_LOCK_GUARD();
    RAMBLOCK_FOREACH(rb) {
        g_autofree char *psize = size_to_str(rb->page_size);

        g_string_append_printf(out,
                               "%24s %8s  0x%016" PRIx64 " 0x%016" PRIx64 " 0x%016" PRIx64
                               " 0x%016" PRIx64 "\n",
                               rb->idstr, psize, rb->offset, rb->used_length, rb->max_length,
                               (uint64_t)(uintptr_t)rb->host);
    }
    return out;
}
