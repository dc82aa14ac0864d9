/*
 * I/O ports: accesses by CPUs, and tables of port handlers as memory regions.
 *
 * A table may have holes and several entries for the same ports with different sizes. Entries that
 * touch or overlap share one region, so that whatever else is mapped shows through the holes. In
 * the region an access looks for an entry of its size; failing that, a wider one is made of two
 * halves, and a byte of a port that only has wider entries reads as all ones.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "exec/ioport.h"

uint8_t cpu_inb(uint32_t addr)
{
    return address_space_ldub(&address_space_io, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

uint16_t cpu_inw(uint32_t addr)
{
    return address_space_lduw_le(&address_space_io, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

uint32_t cpu_inl(uint32_t addr)
{
    return address_space_ldl_le(&address_space_io, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

void cpu_outb(uint32_t addr, uint8_t val)
{
    address_space_stb(&address_space_io, addr, val, MEMTXATTRS_UNSPECIFIED, NULL);
}

void cpu_outw(uint32_t addr, uint16_t val)
{
    address_space_stw_le(&address_space_io, addr, val, MEMTXATTRS_UNSPECIFIED, NULL);
}

void cpu_outl(uint32_t addr, uint32_t val)
{
    address_space_stl_le(&address_space_io, addr, val, MEMTXATTRS_UNSPECIFIED, NULL);
}

/* ---- tables of handlers ---- */

/* One region of a list: a run of entries, in a copy that belongs to the region. */
typedef struct PortioRegion {
    MemoryRegion mr;
    PortioList *list;
    uint32_t first;                 /* offset of the region in the list */
    unsigned nr;
    MemoryRegionPortio entries[];
} PortioRegion;

static const MemoryRegionPortio *find_entry(PortioRegion *r, uint32_t port, unsigned size,
                                            bool is_write)
{
    uint32_t offset = r->first + port;

    for (unsigned i = 0; i < r->nr; i++) {
        const MemoryRegionPortio *e = &r->entries[i];

        if (e->size == size && offset >= e->offset && offset < e->offset + e->len &&
            (is_write ? e->write != NULL : e->read != NULL)) {
            return e;
        }
    }
    return NULL;
}

static uint64_t portio_read(void *opaque, hwaddr addr, unsigned size)
{
    PortioRegion *r = opaque;
    const MemoryRegionPortio *e = find_entry(r, addr, size, false);
    unsigned half = size / 2;
    uint64_t low;

    if (e) {
        return e->read(r->list->opaque, r->list->addr + r->first + addr);
    }
    if (!half) {
        return 0xff;
    }
    low = portio_read(opaque, addr, half);      /* the low half comes first on the bus */
    return low | portio_read(opaque, addr + half, half) << (8 * half);
}

static void portio_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    PortioRegion *r = opaque;
    const MemoryRegionPortio *e = find_entry(r, addr, size, true);
    unsigned half = size / 2;

    if (e) {
        e->write(r->list->opaque, r->list->addr + r->first + addr, data);
    } else if (half) {
        portio_write(opaque, addr, data & ((1u << (8 * half)) - 1), half);
        portio_write(opaque, addr + half, data >> (8 * half), half);
    }
}

static const MemoryRegionOps portio_ops = {
    .read = portio_read,
    .write = portio_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 4, .unaligned = true },
};

void portio_list_init(PortioList *list, Object *owner, const MemoryRegionPortio *callbacks,
                      void *opaque, const char *name)
{
    unsigned n = 0;

    while (callbacks[n].size) {
        n++;
    }
    *list = (PortioList) {
        .ports = callbacks,
        .owner = owner,
        .regions = g_new0(MemoryRegion *, n),
        .opaque = opaque,
        .name = name,
    };
}

static void region_free(Object *obj)
{
    g_free(container_of(obj, PortioRegion, mr.parent_obj));
}

/* A region for entries [@start, @end) of the table, which cover ports [@first, @last). */
static void add_region(PortioList *list, unsigned start, unsigned end, uint32_t first,
                       uint32_t last)
{
    unsigned n = end - start;
    PortioRegion *r = g_malloc0(sizeof(*r) + n * sizeof(r->entries[0]));

    r->list = list;
    r->first = first;
    r->nr = n;
    memcpy(r->entries, list->ports + start, n * sizeof(r->entries[0]));
    memory_region_init_io(&r->mr, list->owner, &portio_ops, r, list->name, last - first);
    OBJECT(&r->mr)->free = (ObjectFree *)region_free;
    list->regions[list->nr++] = &r->mr;
    memory_region_add_subregion(list->address_space, list->addr + first, &r->mr);
}

void portio_list_add(PortioList *list, MemoryRegion *address_space, uint32_t addr)
{
    const MemoryRegionPortio *p = list->ports;
    unsigned start = 0, i;
    uint32_t first, last;

    list->address_space = address_space;
    list->addr = addr;
    first = p[0].offset;
    last = first + p[0].len;
    memory_region_transaction_begin();
    for (i = 1; p[i].size; i++) {
        /* The table is in order of offset; a gap starts a new region. */
        assert(p[i].offset >= p[i - 1].offset);
        if (p[i].offset > last) {
            add_region(list, start, i, first, last);
            start = i;
            first = p[i].offset;
            last = first;
        }
        last = MAX(last, p[i].offset + p[i].len);
    }
    add_region(list, start, i, first, last);
    memory_region_transaction_commit();
}

void portio_list_del(PortioList *list)
{
    memory_region_transaction_begin();
    for (unsigned i = 0; i < list->nr; i++) {
        if (list->regions[i]->container) {
            memory_region_del_subregion(list->address_space, list->regions[i]);
        }
    }
    memory_region_transaction_commit();
}

void portio_list_destroy(PortioList *list)
{
    for (unsigned i = 0; i < list->nr; i++) {
        if (list->owner) {
            object_unparent(OBJECT(list->regions[i]));
        } else {
            object_unref(list->regions[i]);
        }
    }
    g_free(list->regions);
    list->regions = NULL;
    list->nr = 0;
}

void portio_list_set_enabled(PortioList *list, bool enabled)
{
    memory_region_transaction_begin();
    for (unsigned i = 0; i < list->nr; i++) {
        memory_region_set_enabled(list->regions[i], enabled);
    }
    memory_region_transaction_commit();
}

void portio_list_set_address(PortioList *list, uint32_t addr)
{
    memory_region_transaction_begin();
    for (unsigned i = 0; i < list->nr; i++) {
        PortioRegion *r = container_of(list->regions[i], PortioRegion, mr);

        memory_region_set_address(list->regions[i], addr + r->first);
    }
    list->addr = addr;
    memory_region_transaction_commit();
}
