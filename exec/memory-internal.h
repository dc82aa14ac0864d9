/*
 * What the files of guest memory share with each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXEC_MEMORY_INTERNAL_H
#define EXEC_MEMORY_INTERNAL_H

#include "exec/memory.h"

/*
 * An address space, flattened. map[] covers all 2^64 addresses without gaps or overlaps, in order;
 * where nothing is mapped its region is memory_unassigned(). Immutable once published.
 */
struct FlatView {
    struct rcu_head rcu;
    unsigned ref;                   /* atomic: one for each address space that shows it */
    unsigned nr_map;
    unsigned nr_content;
    uint64_t *start;                /* map[i].offset_within_address_space, packed for searching */
    MemoryRegionSection *map;
    MemoryRegionSection **content;  /* the entries that are not holes */
};

/* Region of holes: every access fails with MEMTX_DECODE_ERROR. */
MemoryRegion *memory_unassigned(void);

/* memory-view.c */
/* Renders @root (NULL: nothing) with one reference. */
FlatView *flatview_render(MemoryRegion *root);
void flatview_unref(FlatView *view);
bool flatview_equal(const FlatView *a, const FlatView *b);
/* The map[] entry that holds @addr. */
MemoryRegionSection *flatview_lookup(FlatView *view, hwaddr addr);
/* All address spaces in order of creation: the one after @as, the first for NULL. */
AddressSpace *address_space_next(AddressSpace *as);
/* An address space with that root, or NULL. */
AddressSpace *address_space_of_root(MemoryRegion *root);
/* Something that views depend on has changed: renders them again unless in a transaction. */
void memory_topology_changed(void);
/* Only dirty_log_mask of regions changed. */
void memory_logging_changed(void);
/* Calls a hook of each listener, in order of priority. */
void memory_listeners_log_sync(MemoryRegion *mr);
bool memory_listeners_log_global(bool start, Error **errp);
void memory_listeners_log_sync_global(void);
void memory_listeners_after_sync(void);

/* memory-access.c */
extern const MemoryRegionOps memory_rom_ops;
extern const MemoryRegionOps memory_ram_device_ops;

/* ramblock.c: puts a finished block on the list and gives it its byte numbers. */
void ramblock_list_add(RAMBlock *rb);

/* dirty.c */
/* Clients whose bits mean something for the block now. */
uint8_t ramblock_listening(const RAMBlock *rb);
void ramblock_bitmaps_init(RAMBlock *rb);
void ramblock_bitmaps_destroy(RAMBlock *rb);

#endif
