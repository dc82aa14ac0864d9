/*
 * Access to address spaces: translation, copies, single values, mappings, cached ranges.
 *
 * Thread: any. Each function is one RCU read section; device regions take the BQL for the time of
 * one access unless they are lock-free.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/bswap.h"
#include "qemu/host-utils.h"
#include "qemu/main-loop.h"
#include "qemu/thread.h"
#include "exec/address-spaces.h"
#include "memory-internal.h"

/* A chain of IOMMUs longer than that is a loop. */
#define MAX_IOMMU_DEPTH 8

/* ---- translation ---- */

/* The section that stands for "nobody answers", for translations that an IOMMU refuses. */
static MemoryRegionSection *no_section(void)
{
    static MemoryRegionSection none;

    if (!qatomic_read(&none.mr)) {
        none.size = int128_2_64();
        qatomic_set(&none.mr, memory_unassigned());
    }
    return &none;
}

/*
 * Offset of @addr in the section's region. *@plen is cut off at the section's end for memory. A
 * register takes an access by its address alone, even if a region above hides some of the bytes
 * (a reset port inside a PCI index register), so for I/O the region's own end counts.
 */
static hwaddr section_offset(const MemoryRegionSection *s, hwaddr addr, hwaddr *plen)
{
    hwaddr diff = addr - s->offset_within_address_space;
    hwaddr offset = s->offset_within_region + diff;
    Int128 left = s->mr->ram_block || s->mr->is_iommu
                      ? int128_sub(s->size, int128_make64(diff))
                      : int128_sub(s->mr->size, int128_make64(offset));

    *plen = int128_getlo(int128_min(left, int128_make64(*plen)));
    return offset;
}

MemoryRegionSection *address_space_translate_section(AddressSpace *as, hwaddr addr, hwaddr *xlat,
                                                     hwaddr *plen, bool is_write,
                                                     MemTxAttrs attrs)
{
    for (int depth = 0; depth < MAX_IOMMU_DEPTH; depth++) {
        MemoryRegionSection *s = flatview_lookup(address_space_to_flatview(as), addr);
        IOMMUMemoryRegionClass *imrc;
        IOMMUTLBEntry e;

        *xlat = section_offset(s, addr, plen);
        if (likely(!s->mr->is_iommu)) {
            return s;
        }
        imrc = IOMMU_MEMORY_REGION_GET_CLASS(s->mr);
        e = imrc->translate(IOMMU_MEMORY_REGION(s->mr), *xlat, is_write ? IOMMU_WO : IOMMU_RO,
                            memory_region_iommu_attrs_to_index(IOMMU_MEMORY_REGION(s->mr), attrs));
        if (!(e.perm & (is_write ? IOMMU_WO : IOMMU_RO)) || !e.target_as) {
            break;
        }
        addr = (e.translated_addr & ~e.addr_mask) | (*xlat & e.addr_mask);
        if (*plen - 1 > e.addr_mask - (addr & e.addr_mask)) {
            *plen = e.addr_mask - (addr & e.addr_mask) + 1;
        }
        as = e.target_as;
    }
    *xlat = addr;
    return no_section();
}

MemoryRegionSection *address_space_translate_for_tlb(AddressSpace *as, hwaddr addr, hwaddr *xlat,
                                                     hwaddr *len, MemTxAttrs attrs)
{
    MemoryRegionSection *s = flatview_lookup(address_space_to_flatview(as), addr);
    hwaddr left = *len;

    *xlat = section_offset(s, addr, &left);
    *len = int128_getlo(int128_min(int128_sub(s->size,
                                              int128_make64(addr - s->offset_within_address_space)),
                                   int128_make64(*len)));
    return s;
}

bool memory_region_section_covers_page(const MemoryRegionSection *s, hwaddr addr,
                                       uint64_t page_size)
{
    Int128 page = int128_make64(addr & ~(page_size - 1));
    Int128 start = int128_make64(s->offset_within_address_space);

    return int128_le(start, page) &&
           int128_ge(int128_add(start, s->size), int128_add(page, int128_make64(page_size)));
}

/* True if host memory stands for this kind of access to the section. */
static bool section_is_direct(const MemoryRegionSection *s, bool is_write)
{
    return memory_access_is_direct(s->mr, is_write) && !(is_write && s->readonly);
}

void *address_space_ram_ptr(AddressSpace *as, hwaddr addr, hwaddr len, bool is_write,
                            MemTxAttrs attrs)
{
    hwaddr xlat, l = len;
    MemoryRegionSection *s = address_space_translate_section(as, addr, &xlat, &l, is_write, attrs);

    if (l < len || !section_is_direct(s, is_write)) {
        return NULL;
    }
    return s->mr->ram_block->host + xlat;
}

bool address_space_access_valid(AddressSpace *as, hwaddr addr, hwaddr len, bool is_write,
                                MemTxAttrs attrs)
{
    RCU_READ_LOCK_GUARD();
    while (len) {
        hwaddr xlat, l = len;
        MemoryRegion *mr = address_space_translate(as, addr, &xlat, &l, is_write, attrs);

        if (!memory_access_is_direct(mr, is_write) && mr->ops->valid.accepts &&
            !mr->ops->valid.accepts(mr->opaque, xlat, MIN(l, 4), is_write, attrs)) {
            return false;
        }
        len -= l;
        addr += l;
    }
    return true;
}

/* ---- copies ---- */

/* The largest access that the device takes at @addr, of at most @len bytes. */
static unsigned io_access_size(const MemoryRegion *mr, hwaddr len, hwaddr addr)
{
    unsigned max = mr->ops->valid.max_access_size ? mr->ops->valid.max_access_size : 4;

    if (!mr->ops->impl.unaligned && addr) {
        max = MIN((uint64_t)max, addr & -addr);
    }
    return pow2floor(MIN((hwaddr)MIN(max, 8u), len));
}

static uint64_t load_le(const uint8_t *p, unsigned size)
{
    uint64_t v = 0;

    memcpy(&v, p, size);
    return le64_to_cpu(v);
}

static void store_le(uint8_t *p, uint64_t v, unsigned size)
{
    v = cpu_to_le64(v);
    memcpy(p, &v, size);
}

static MemTxResult io_access(MemoryRegion *mr, hwaddr addr, MemTxAttrs attrs, uint8_t *buf,
                             unsigned size, bool is_write)
{
    bool locked = prepare_mmio_access(mr);
    MemTxResult r;
    uint64_t val;

    if (is_write) {
        r = memory_region_dispatch_write(mr, addr, load_le(buf, size), size_memop(size) | MO_LE,
                                         attrs);
    } else {
        r = memory_region_dispatch_read(mr, addr, &val, size_memop(size) | MO_LE, attrs);
        store_le(buf, val, size);
    }
    if (locked) {
        bql_unlock();
    }
    return r;
}

MemTxResult address_space_rw(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *opaque,
                             hwaddr len, bool is_write)
{
    MemTxResult r = MEMTX_OK;
    uint8_t *buf = opaque;

    RCU_READ_LOCK_GUARD();
    while (len) {
        hwaddr xlat, l = len;
        MemoryRegionSection *s =
            address_space_translate_section(as, addr, &xlat, &l, is_write, attrs);

        if (likely(section_is_direct(s, is_write))) {
            uint8_t *host = s->mr->ram_block->host + xlat;

            if (is_write) {
                memmove(host, buf, l);
                ramblock_note_write(s->mr->ram_block, xlat, l);
            } else {
                memmove(buf, host, l);
            }
        } else if (attrs.memory && !s->mr->ram_block) {
            r |= MEMTX_ACCESS_ERROR;
            if (!is_write) {
                memset(buf, 0xff, l);
            }
        } else {
            l = io_access_size(s->mr, l, xlat);
            r |= io_access(s->mr, xlat, attrs, buf, l, is_write);
        }
        len -= l;
        buf += l;
        addr += l;
    }
    return r;
}

MemTxResult address_space_read(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf,
                               hwaddr len)
{
    return address_space_rw(as, addr, attrs, buf, len, false);
}

MemTxResult address_space_write(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, const void *buf,
                                hwaddr len)
{
    return address_space_rw(as, addr, attrs, (void *)buf, len, true);
}

MemTxResult address_space_write_rom(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                                    const void *buf, hwaddr len)
{
    RCU_READ_LOCK_GUARD();
    while (len) {
        hwaddr xlat, l = len;
        MemoryRegion *mr = address_space_translate(as, addr, &xlat, &l, true, attrs);

        if (mr->ram_block && mr->kind != MR_RAM_DEVICE) {
            memcpy(mr->ram_block->host + xlat, buf, l);
            ramblock_note_write(mr->ram_block, xlat, l);
        }
        len -= l;
        buf = (const uint8_t *)buf + l;
        addr += l;
    }
    return MEMTX_OK;
}

MemTxResult address_space_set(AddressSpace *as, hwaddr addr, uint8_t c, hwaddr len,
                              MemTxAttrs attrs)
{
    uint8_t fill[512];
    MemTxResult r = MEMTX_OK;

    memset(fill, c, sizeof(fill));
    while (len) {
        hwaddr l = MIN(len, (hwaddr)sizeof(fill));

        r |= address_space_write(as, addr, attrs, fill, l);
        len -= l;
        addr += l;
    }
    return r;
}

/* ---- single values ---- */

/*
 * Guest memory is shared with running vCPUs: an aligned value is moved by one host access, as a
 * bus would do it; what is not aligned may be torn, there as here.
 */
static bool is_aligned(const void *p, unsigned size)
{
    return ((uintptr_t)p & (size - 1)) == 0;
}

static uint64_t host_load(const void *p, unsigned size)
{
    if (!is_aligned(p, size)) {
        return load_le(p, size);
    }
    switch (size) {
    case 1:
        return qatomic_read((const uint8_t *)p);
    case 2:
        return le16_to_cpu(qatomic_read((const uint16_t *)p));
    case 4:
        return le32_to_cpu(qatomic_read((const uint32_t *)p));
    default:
        return le64_to_cpu(qatomic_read((const uint64_t *)p));
    }
}

static void host_store(void *p, uint64_t v, unsigned size)
{
    if (!is_aligned(p, size)) {
        store_le(p, v, size);
        return;
    }
    switch (size) {
    case 1:
        qatomic_set((uint8_t *)p, v);
        break;
    case 2:
        qatomic_set((uint16_t *)p, cpu_to_le16(v));
        break;
    case 4:
        qatomic_set((uint32_t *)p, cpu_to_le32(v));
        break;
    default:
        qatomic_set((uint64_t *)p, cpu_to_le64(v));
        break;
    }
}

static uint64_t order_value(uint64_t v, unsigned size, MemOp op)
{
    return (op & MO_BSWAP) == MO_BE ? bswap64(v) >> (64 - 8 * size) : v;
}

uint64_t address_space_ld(AddressSpace *as, hwaddr addr, MemOp op, MemTxAttrs attrs,
                          MemTxResult *result)
{
    unsigned size = memop_size(op);
    hwaddr xlat, l = size;
    MemTxResult r = MEMTX_OK;
    MemoryRegionSection *s;
    uint64_t val = 0;

    RCU_READ_LOCK_GUARD();
    s = address_space_translate_section(as, addr, &xlat, &l, false, attrs);
    if (likely(l == size && section_is_direct(s, false))) {
        val = order_value(host_load(s->mr->ram_block->host + xlat, size), size, op);
    } else if (l == size) {
        bool locked = prepare_mmio_access(s->mr);

        r = memory_region_dispatch_read(s->mr, xlat, &val, op, attrs);
        if (locked) {
            bql_unlock();
        }
    } else {
        uint8_t buf[8];

        r = address_space_read(as, addr, attrs, buf, size);
        val = order_value(load_le(buf, size), size, op);
    }
    if (result) {
        *result = r;
    }
    return val;
}

void address_space_st(AddressSpace *as, hwaddr addr, uint64_t val, MemOp op, MemTxAttrs attrs,
                      MemTxResult *result)
{
    unsigned size = memop_size(op);
    hwaddr xlat, l = size;
    MemTxResult r = MEMTX_OK;
    MemoryRegionSection *s;

    RCU_READ_LOCK_GUARD();
    s = address_space_translate_section(as, addr, &xlat, &l, true, attrs);
    if (likely(l == size && section_is_direct(s, true))) {
        host_store(s->mr->ram_block->host + xlat, order_value(val, size, op), size);
        ramblock_note_write(s->mr->ram_block, xlat, size);
    } else if (l == size) {
        bool locked = prepare_mmio_access(s->mr);

        r = memory_region_dispatch_write(s->mr, xlat, val, op, attrs);
        if (locked) {
            bql_unlock();
        }
    } else {
        uint8_t buf[8];

        store_le(buf, order_value(val, size, op), size);
        r = address_space_write(as, addr, attrs, buf, size);
    }
    if (result) {
        *result = r;
    }
}

/* ---- mappings ---- */

/* What a mapping of device memory really points to. */
typedef struct BounceBuffer {
    AddressSpace *as;
    hwaddr addr;
    hwaddr len;
    MemTxAttrs attrs;
    uint8_t data[] __attribute__((aligned(16)));
} BounceBuffer;

typedef struct MapClient {
    AddressSpaceMapClient *fn;
    void *opaque;
} MapClient;

/* Guards AddressSpace.map_clients of all address spaces. */
static GMutex map_client_lock;

/* Takes up to @want bytes of the address space's allowance. */
static hwaddr bounce_reserve(AddressSpace *as, hwaddr want)
{
    size_t used = qatomic_read(&as->bounce_buffer_size);

    for (;;) {
        size_t room = as->max_bounce_buffer_size - used;
        size_t take = MIN(want, (hwaddr)room);
        size_t seen;

        if (!take) {
            return 0;
        }
        seen = qatomic_cmpxchg(&as->bounce_buffer_size, used, used + take);
        if (seen == used) {
            return take;
        }
        used = seen;
    }
}

static void map_clients_notify(AddressSpace *as)
{
    GSList *list;

    g_mutex_lock(&map_client_lock);
    list = g_slist_reverse(as->map_clients);
    as->map_clients = NULL;
    g_mutex_unlock(&map_client_lock);
    for (GSList *e = list; e; e = e->next) {
        MapClient *c = e->data;

        c->fn(c->opaque);
        g_free(c);
    }
    g_slist_free(list);
}

static void *bounce_map(AddressSpace *as, hwaddr addr, hwaddr *plen, bool is_write,
                        MemTxAttrs attrs)
{
    hwaddr len = bounce_reserve(as, *plen);
    BounceBuffer *b;

    *plen = len;
    if (!len) {
        return NULL;
    }
    b = g_malloc(sizeof(*b) + len);
    b->as = as;
    b->addr = addr;
    b->len = len;
    b->attrs = attrs;
    if (!is_write) {
        address_space_read(as, addr, attrs, b->data, len);
    }
    return b->data;
}

void *address_space_map(AddressSpace *as, hwaddr addr, hwaddr *plen, bool is_write,
                        MemTxAttrs attrs)
{
    MemoryRegionSection *s;
    hwaddr xlat, l = *plen;

    if (!l) {
        return NULL;
    }
    RCU_READ_LOCK_GUARD();
    s = address_space_translate_section(as, addr, &xlat, &l, is_write, attrs);
    *plen = l;
    if (!section_is_direct(s, is_write)) {
        return bounce_map(as, addr, plen, is_write, attrs);
    }
    memory_region_ref(s->mr);
    return s->mr->ram_block->host + xlat;
}

void address_space_unmap(AddressSpace *as, void *buffer, hwaddr len, bool is_write,
                         hwaddr access_len)
{
    ram_addr_t offset;
    BounceBuffer *b;
    RAMBlock *rb;

    rcu_read_lock();
    rb = qemu_ram_block_from_host(buffer, false, &offset);
    if (rb) {
        MemoryRegion *mr = rb->mr;

        if (is_write && access_len) {
            ramblock_note_write(rb, offset, access_len);
        }
        rcu_read_unlock();
        memory_region_unref(mr);
        return;
    }
    rcu_read_unlock();
    b = container_of(buffer, BounceBuffer, data);
    assert(b->as == as && access_len <= b->len);
    if (is_write && access_len) {
        address_space_write(as, b->addr, b->attrs, b->data, access_len);
    }
    qatomic_sub(&as->bounce_buffer_size, b->len);
    g_free(b);
    map_clients_notify(as);
}

void address_space_register_map_client(AddressSpace *as, AddressSpaceMapClient *fn, void *opaque)
{
    MapClient *c = g_new(MapClient, 1);

    c->fn = fn;
    c->opaque = opaque;
    g_mutex_lock(&map_client_lock);
    as->map_clients = g_slist_prepend(as->map_clients, c);
    g_mutex_unlock(&map_client_lock);
    /* A buffer may have come free between the failed map and now. */
    if (qatomic_read(&as->bounce_buffer_size) < as->max_bounce_buffer_size) {
        map_clients_notify(as);
    }
}

void address_space_unregister_map_client(AddressSpace *as, AddressSpaceMapClient *fn,
                                         void *opaque)
{
    g_mutex_lock(&map_client_lock);
    for (GSList *e = as->map_clients; e; e = e->next) {
        MapClient *c = e->data;

        if (c->fn == fn && c->opaque == opaque) {
            as->map_clients = g_slist_delete_link(as->map_clients, e);
            g_free(c);
            break;
        }
    }
    g_mutex_unlock(&map_client_lock);
}

/* ---- cached ranges ---- */

int64_t address_space_cache_init(MemoryRegionCache *cache, AddressSpace *as, hwaddr addr,
                                 hwaddr len, bool is_write)
{
    MemoryRegionSection *s;
    hwaddr l = len;

    if (!len) {
        return -EINVAL;
    }
    RCU_READ_LOCK_GUARD();
    s = address_space_translate_section(as, addr, &cache->xlat, &l, is_write,
                                        MEMTXATTRS_UNSPECIFIED);
    if (s->mr == memory_unassigned()) {
        *cache = MEMORY_REGION_CACHE_INVALID;
        return -EINVAL;
    }
    cache->as = as;
    cache->addr = addr;
    cache->len = l;
    cache->is_write = is_write;
    cache->mr = s->mr;
    cache->ptr = section_is_direct(s, is_write) ? s->mr->ram_block->host + cache->xlat : NULL;
    memory_region_ref(s->mr);
    return l;
}

void address_space_cache_invalidate(MemoryRegionCache *cache, hwaddr addr, hwaddr access_len)
{
    assert(cache->is_write);
    if (likely(cache->ptr)) {
        ramblock_note_write(cache->mr->ram_block, cache->xlat + addr, access_len);
    }
}

void address_space_cache_destroy(MemoryRegionCache *cache)
{
    if (cache->mr) {
        memory_region_unref(cache->mr);
    }
    *cache = MEMORY_REGION_CACHE_INVALID;
}

MemTxResult address_space_read_cached(MemoryRegionCache *cache, hwaddr addr, void *buf, hwaddr len)
{
    assert(addr < cache->len && len <= cache->len - addr);
    if (likely(cache->ptr)) {
        memcpy(buf, cache->ptr + addr, len);
        return MEMTX_OK;
    }
    return address_space_read(cache->as, cache->addr + addr, MEMTXATTRS_UNSPECIFIED, buf, len);
}

MemTxResult address_space_write_cached(MemoryRegionCache *cache, hwaddr addr, const void *buf,
                                       hwaddr len)
{
    assert(addr < cache->len && len <= cache->len - addr);
    if (likely(cache->ptr)) {
        memcpy(cache->ptr + addr, buf, len);
        ramblock_note_write(cache->mr->ram_block, cache->xlat + addr, len);
        return MEMTX_OK;
    }
    return address_space_write(cache->as, cache->addr + addr, MEMTXATTRS_UNSPECIFIED, buf, len);
}

uint64_t address_space_ld_cached(MemoryRegionCache *cache, hwaddr addr, MemOp op,
                                 MemTxResult *result)
{
    unsigned size = memop_size(op);

    assert(addr < cache->len && size <= cache->len - addr);
    if (likely(cache->ptr)) {
        if (result) {
            *result = MEMTX_OK;
        }
        return order_value(host_load(cache->ptr + addr, size), size, op);
    }
    return address_space_ld(cache->as, cache->addr + addr, op, MEMTXATTRS_UNSPECIFIED, result);
}

void address_space_st_cached(MemoryRegionCache *cache, hwaddr addr, uint64_t val, MemOp op,
                             MemTxResult *result)
{
    unsigned size = memop_size(op);

    assert(addr < cache->len && size <= cache->len - addr);
    if (likely(cache->ptr)) {
        host_store(cache->ptr + addr, order_value(val, size, op), size);
        ramblock_note_write(cache->mr->ram_block, cache->xlat + addr, size);
        if (result) {
            *result = MEMTX_OK;
        }
        return;
    }
    address_space_st(cache->as, cache->addr + addr, val, op, MEMTXATTRS_UNSPECIFIED, result);
}

/* ---- finding ---- */

MemoryRegionSection memory_region_find(MemoryRegion *mr, hwaddr addr, uint64_t size)
{
    MemoryRegionSection none = { .mr = NULL, .size = 0 }, ret;
    AddressSpace *as = NULL;
    Int128 start, end;
    FlatView *view;
    MemoryRegion *root;

    for (root = mr; root->container; root = root->container) {
        addr += root->addr;
    }
    as = address_space_of_root(root);
    if (!as) {
        return none;
    }
    RCU_READ_LOCK_GUARD();
    view = address_space_to_flatview(as);
    start = int128_make64(addr);
    end = int128_add(start, int128_make64(size));
    for (MemoryRegionSection *s = flatview_lookup(view, addr); s < view->map + view->nr_map; s++) {
        Int128 s_start = int128_make64(s->offset_within_address_space);
        Int128 s_end = int128_add(s_start, s->size);
        Int128 from = int128_max(s_start, start);

        if (int128_ge(s_start, end)) {
            break;
        }
        if (s->mr == memory_unassigned()) {
            continue;
        }
        ret = *s;
        ret.offset_within_address_space = int128_get64(from);
        ret.offset_within_region += int128_get64(int128_sub(from, s_start));
        ret.size = int128_sub(int128_min(s_end, end), from);
        ret.fv = NULL;
        memory_region_ref(ret.mr);
        return ret;
    }
    return none;
}

/* ---- the system's memory ---- */

void cpu_physical_memory_rw(hwaddr addr, void *buf, hwaddr len, bool is_write)
{
    address_space_rw(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, buf, len, is_write);
}

void *cpu_physical_memory_map(hwaddr addr, hwaddr *plen, bool is_write)
{
    return address_space_map(&address_space_memory, addr, plen, is_write, MEMTXATTRS_UNSPECIFIED);
}

void cpu_physical_memory_unmap(void *buffer, hwaddr len, bool is_write, hwaddr access_len)
{
    address_space_unmap(&address_space_memory, buffer, len, is_write, access_len);
}

bool cpu_physical_memory_is_io(hwaddr phys_addr)
{
    hwaddr xlat, l = 1;
    MemoryRegion *mr;

    RCU_READ_LOCK_GUARD();
    mr = address_space_translate(&address_space_memory, phys_addr, &xlat, &l, false,
                                 MEMTXATTRS_UNSPECIFIED);
    return !memory_access_is_direct(mr, false);
}
