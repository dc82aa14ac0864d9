/*
 * RAM blocks: pieces of host memory that stand for guest memory, and their dirty bitmaps.
 *
 * Each block has a place in one linear numbering (ram_addr_t) that does not depend on where the
 * guest sees it. Each has one bit per page and client that is set when the page is written:
 *
 *   DIRTY_MEMORY_VGA        display redraws what changed
 *   DIRTY_MEMORY_CODE       clear while translated code from that page exists
 *   DIRTY_MEMORY_MIGRATION  pages to be sent again
 *
 * Thread: the list is read under RCU and changed under the ram-list lock with the BQL held. Bits
 * are set and cleared by atomic operations from any thread. A writer stores first and sets the bit
 * second; a reader clears the bit first and reads the page second (invariant 1).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXEC_RAMBLOCK_H
#define EXEC_RAMBLOCK_H

#include "qemu/osdep.h"
#include "qemu/rcu.h"
#include "qemu/queue.h"
#include "exec/hwaddr.h"
#include "qapi/error.h"

typedef struct MemoryRegion MemoryRegion;
typedef struct RAMBlock RAMBlock;
typedef struct RAMBlockNotifier RAMBlockNotifier;

#define RAM_PAGE_BITS 12
#define RAM_PAGE_SIZE ((uint64_t)1 << RAM_PAGE_BITS)

#define DIRTY_MEMORY_VGA 0
#define DIRTY_MEMORY_CODE 1
#define DIRTY_MEMORY_MIGRATION 2
#define DIRTY_MEMORY_NUM 3
#define DIRTY_CLIENTS_ALL ((1 << DIRTY_MEMORY_NUM) - 1)
#define DIRTY_CLIENTS_NOCODE (DIRTY_CLIENTS_ALL & ~(1 << DIRTY_MEMORY_CODE))

/* RAMBlock.flags */
#define RAM_PREALLOC (1u << 0)      /* the memory belongs to somebody else */
#define RAM_SHARED (1u << 1)        /* MAP_SHARED */
#define RAM_RESIZEABLE (1u << 2)    /* used_length may change up to max_length */
#define RAM_MIGRATABLE (1u << 4)    /* part of the migration stream */
#define RAM_PMEM (1u << 5)          /* persistent memory behind it */
#define RAM_NORESERVE (1u << 7)     /* no swap space is reserved */
#define RAM_READONLY (1u << 11)     /* mapped without write permission */

struct RAMBlock {
    struct rcu_head rcu;
    MemoryRegion *mr;
    uint8_t *host;                  /* first byte; NULL only while the block is being made */
    ram_addr_t offset;              /* number of the first byte */
    ram_addr_t used_length;         /* multiple of RAM_PAGE_SIZE */
    ram_addr_t max_length;
    void (*resized)(const char *id, uint64_t length, void *host);
    uint32_t flags;
    char idstr[256];                /* name in the migration stream; "" while unnamed */
    int fd;                         /* -1: anonymous */
    uint64_t fd_offset;
    size_t page_size;               /* of the host mapping */
    unsigned long *dirty[DIRTY_MEMORY_NUM]; /* max_length / RAM_PAGE_SIZE bits each */
    /* For the migration code alone. */
    unsigned long *bmap;
    unsigned long *receivedmap;
    unsigned long *clear_bmap;
    uint8_t clear_bmap_shift;
    ram_addr_t postcopy_length;
    QLIST_ENTRY(RAMBlock) next;     /* in order of size, largest first; read under RCU */
};

/* Hears of blocks as they come and go, for instance to register memory with a kernel interface. */
struct RAMBlockNotifier {
    void (*ram_block_added)(RAMBlockNotifier *n, void *host, size_t size, size_t max_size);
    void (*ram_block_removed)(RAMBlockNotifier *n, void *host, size_t size, size_t max_size);
    void (*ram_block_resized)(RAMBlockNotifier *n, void *host, size_t old_size, size_t new_size);
    QLIST_ENTRY(RAMBlockNotifier) next;
};
void ram_block_notifier_add(RAMBlockNotifier *n);
void ram_block_notifier_remove(RAMBlockNotifier *n);

/* Makes a block for @mr; NULL with @errp set on failure. Called by memory_region_init_ram_*(). */
RAMBlock *qemu_ram_alloc(ram_addr_t size, uint32_t ram_flags, MemoryRegion *mr, Error **errp);
RAMBlock *qemu_ram_alloc_resizeable(ram_addr_t size, ram_addr_t max_size,
                                    void (*resized)(const char *id, uint64_t length, void *host),
                                    MemoryRegion *mr, Error **errp);
RAMBlock *qemu_ram_alloc_from_ptr(ram_addr_t size, void *host, MemoryRegion *mr, Error **errp);
RAMBlock *qemu_ram_alloc_from_file(ram_addr_t size, MemoryRegion *mr, uint32_t ram_flags,
                                   const char *mem_path, bool readonly, Error **errp);
/* Takes over @fd on success. */
RAMBlock *qemu_ram_alloc_from_fd(ram_addr_t size, MemoryRegion *mr, uint32_t ram_flags, int fd,
                                 off_t offset, bool readonly, Error **errp);
/* Takes the block from the list; memory goes when readers have finished. NULL is allowed. */
void qemu_ram_free(RAMBlock *block);
/* Changes used_length of a resizeable block; 0 or a negative errno with @errp set. */
int qemu_ram_resize(RAMBlock *block, ram_addr_t newsize, Error **errp);

/* Names the block for the migration stream: "@dev's path/@name"; the name must be unique. */
void qemu_ram_set_idstr(RAMBlock *block, const char *name, void *dev);
void qemu_ram_unset_idstr(RAMBlock *block);
const char *qemu_ram_get_idstr(const RAMBlock *rb);
void qemu_ram_set_migratable(RAMBlock *rb);
void qemu_ram_unset_migratable(RAMBlock *rb);
static inline bool qemu_ram_is_migratable(const RAMBlock *rb)
{
    return rb->flags & RAM_MIGRATABLE;
}
static inline bool qemu_ram_is_shared(const RAMBlock *rb)
{
    return rb->flags & RAM_SHARED;
}
static inline void *qemu_ram_get_host_addr(const RAMBlock *rb)
{
    return rb->host;
}
static inline size_t qemu_ram_pagesize(const RAMBlock *rb)
{
    return rb->page_size;
}
ram_addr_t qemu_ram_get_used_length(const RAMBlock *rb);
ram_addr_t qemu_ram_get_max_length(const RAMBlock *rb);

/* Block of that stream name; of that byte number (NULL: none); all under RCU. */
RAMBlock *qemu_ram_block_by_name(const char *name);
RAMBlock *qemu_ram_block_from_addr(ram_addr_t addr);
/* Block that holds host address @ptr, with the offset into it; NULL if none does. */
RAMBlock *qemu_ram_block_from_host(void *ptr, bool round_offset, ram_addr_t *offset);
/* Number of the byte at host address @ptr, or RAM_ADDR_INVALID. */
ram_addr_t qemu_ram_addr_from_host(void *ptr);
/* Host address of byte number @addr, or NULL. */
void *qemu_ram_ptr_from_addr(ram_addr_t addr);
/* Calls @func for each block until it returns non-zero. */
typedef int (RAMBlockIterFunc)(RAMBlock *rb, void *opaque);
int qemu_ram_foreach_block(RAMBlockIterFunc func, void *opaque);
/* Walks the list; the caller is in an RCU read section. */
RAMBlock *ram_block_first(void);
static inline RAMBlock *ram_block_next(RAMBlock *rb)
{
    return __atomic_load_n(&rb->next.le_next, __ATOMIC_ACQUIRE);
}
#define RAMBLOCK_FOREACH(block) \
    for ((block) = ram_block_first(); (block); (block) = ram_block_next(block))
/* Changes whenever a block comes or goes. */
uint32_t ram_list_version(void);
/* Bytes of all RAM blocks; and one past the highest byte number in use. */
uint64_t ram_bytes_total(void);
ram_addr_t last_ram_offset(void);
/* Gives host memory of a range back; its content becomes zero. 0 or a negative errno. */
int ram_block_discard_range(RAMBlock *rb, uint64_t start, size_t length);
/* Writes a shared file-backed range to its file. */
void qemu_ram_msync(RAMBlock *block, ram_addr_t start, ram_addr_t length);
/* Text about all blocks, for "info ramblock". */
GString *ram_block_format(void);

/* ---- dirty bits; @start and @length in bytes of the block, rounded outward to pages ---- */

/* Sets the bits of the clients in @mask. */
void ramblock_set_dirty(RAMBlock *rb, uint64_t start, uint64_t length, uint8_t mask);
/* True if any page in the range is dirty for @client. */
bool ramblock_test_dirty(const RAMBlock *rb, uint64_t start, uint64_t length, unsigned client);
/* Clients of @mask for which some page in the range is clean. */
uint8_t ramblock_clean_clients(const RAMBlock *rb, uint64_t start, uint64_t length, uint8_t mask);
/* Clears and tells whether any bit was set; vCPUs are told to trap writes again. */
bool ramblock_test_and_clear_dirty(RAMBlock *rb, uint64_t start, uint64_t length, unsigned client);
/* The same for one bit of one page, without telling vCPUs; for users that do that themselves. */
static inline bool ramblock_clear_dirty_page(RAMBlock *rb, uint64_t page, unsigned client)
{
    unsigned long bit = 1ul << (page % (8 * sizeof(unsigned long)));
    unsigned long *word = &rb->dirty[client][page / (8 * sizeof(unsigned long))];

    return __atomic_fetch_and(word, ~bit, __ATOMIC_SEQ_CST) & bit;
}
/*
 * After a store by anybody but translated code (DMA, loaders, devices that draw): marks the range
 * dirty for all listeners and drops translated code that was made from it.
 */
void ramblock_note_write(RAMBlock *rb, uint64_t start, uint64_t length);
/* True if the page is dirty for all clients that are listening: a store needs no further work. */
bool ramblock_page_all_dirty(const RAMBlock *rb, uint64_t page);
/*
 * Moves the bits of @client in the range into @dest by OR; bit 0 of @dest is the page of @start
 * rounded down to a multiple of 64 pages. Returns how many bits of @dest became set.
 */
uint64_t ramblock_sync_dirty(RAMBlock *rb, unsigned long *dest, uint64_t start, uint64_t length,
                             unsigned client);

/* The same by byte number, for a range inside one block. */
bool cpu_physical_memory_get_dirty(ram_addr_t start, ram_addr_t length, unsigned client);
bool cpu_physical_memory_is_clean(ram_addr_t addr);
void cpu_physical_memory_set_dirty_range(ram_addr_t start, ram_addr_t length, uint8_t mask);
bool cpu_physical_memory_test_and_clear_dirty(ram_addr_t start, ram_addr_t length,
                                              unsigned client);

/*
 * Who is told when bits of RAM were cleared, so that later stores are seen again: the soft TLB
 * registers a function here. It may be called in any thread.
 */
typedef void RAMDirtyResetFn(RAMBlock *rb, uint64_t start, uint64_t length);
void ram_dirty_set_reset_hook(RAMDirtyResetFn *fn);
/* Who drops translated code of a range that was written, if there is any; any thread, under RCU. */
typedef void RAMCodeWrittenFn(RAMBlock *rb, uint64_t start, uint64_t length);
void ram_code_set_write_hook(RAMCodeWrittenFn *fn);

/* "-mem-path" and "-mem-prealloc"; page size of a file system, host's RAM size in bytes. */
size_t qemu_host_page_size_of_path(const char *mem_path, Error **errp);
uint64_t qemu_host_memory_bytes(void);

#endif
