/*
 * Guest memory: a tree of regions, flattened into address spaces.
 *
 * A region is RAM, ROM, device registers, an alias of another region, or a container of
 * subregions. A board builds a tree; an address space names a root. Each change of the tree
 * (outside a transaction, or at the end of one) renders every address space into a flat view: a
 * sorted array of sections without overlap, published under RCU, in which look-ups are done. See
 * docs/devel/memory.md.
 *
 * Thread: the tree changes under the big lock (BQL). Look-ups and accesses run in any thread, in
 * an RCU read section that the access functions open themselves. Device callbacks run under the
 * BQL, unless memory_region_enable_lockless_io() was called.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXEC_MEMORY_H
#define EXEC_MEMORY_H

#include "qemu/osdep.h"
#include "qemu/queue.h"
#include "qemu/rcu.h"
#include "qemu/int128.h"
#include "qemu/notify.h"
#include "qom/object.h"
#include "exec/hwaddr.h"
#include "exec/memattrs.h"
#include "exec/memop.h"
#include "exec/cpu-common.h"

typedef struct MemoryRegion MemoryRegion;
typedef struct MemoryRegionOps MemoryRegionOps;
typedef struct MemoryRegionSection MemoryRegionSection;
typedef struct MemoryListener MemoryListener;
typedef struct AddressSpace AddressSpace;
typedef struct FlatView FlatView;
typedef struct EventNotifier EventNotifier;
typedef struct DeviceState DeviceState;
typedef struct MemReentrancyGuard MemReentrancyGuard;

#define TYPE_MEMORY_REGION "memory-region"
DECLARE_INSTANCE_CHECKER(MemoryRegion, MEMORY_REGION, TYPE_MEMORY_REGION)

#define TYPE_IOMMU_MEMORY_REGION "iommu-memory-region"
typedef struct IOMMUMemoryRegion IOMMUMemoryRegion;
typedef struct IOMMUMemoryRegionClass IOMMUMemoryRegionClass;
DECLARE_OBJ_CHECKERS(IOMMUMemoryRegion, IOMMUMemoryRegionClass, IOMMU_MEMORY_REGION,
                     TYPE_IOMMU_MEMORY_REGION)

/* ---- device regions ---- */

enum device_endian {
    DEVICE_NATIVE_ENDIAN,           /* that of the guest CPU: little for all our targets */
    DEVICE_BIG_ENDIAN,
    DEVICE_LITTLE_ENDIAN,
};

/* What a device region does. Offsets count from the start of the region. */
struct MemoryRegionOps {
    uint64_t (*read)(void *opaque, hwaddr addr, unsigned size);
    void (*write)(void *opaque, hwaddr addr, uint64_t data, unsigned size);
    /* Used instead of the above if those are NULL. */
    MemTxResult (*read_with_attrs)(void *opaque, hwaddr addr, uint64_t *data, unsigned size,
                                   MemTxAttrs attrs);
    MemTxResult (*write_with_attrs)(void *opaque, hwaddr addr, uint64_t data, unsigned size,
                                    MemTxAttrs attrs);
    enum device_endian endianness;
    /* What the guest may do; anything else is a bus error that reads as zero. max 0: all sizes. */
    struct {
        unsigned min_access_size;
        unsigned max_access_size;
        bool unaligned;             /* false: only naturally aligned accesses */
        bool (*accepts)(void *opaque, hwaddr addr, unsigned size, bool is_write, MemTxAttrs attrs);
    } valid;
    /* What the callbacks handle; other valid accesses are split or widened. 0 means 1 and 4. */
    struct {
        unsigned min_access_size;
        unsigned max_access_size;
        bool unaligned;
    } impl;
};

typedef struct MemoryRegionIoeventfd {
    hwaddr addr;
    unsigned size;                  /* 0: any */
    bool match_data;
    uint64_t data;
    EventNotifier *e;
} MemoryRegionIoeventfd;

/* All of a region; replaced as a whole, read under RCU. */
typedef struct MemoryRegionIoeventfds {
    struct rcu_head rcu;
    unsigned n;
    MemoryRegionIoeventfd fd[];
} MemoryRegionIoeventfds;

/* Kinds of region; those from MR_RAM on have a RAM block behind them. */
typedef enum MemoryRegionKind {
    MR_CONTAINER,
    MR_IO,
    MR_ALIAS,
    MR_IOMMU,
    MR_RAM,
    MR_ROM,                         /* writes are ignored */
    MR_ROM_DEVICE,                  /* reads like RAM (in romd mode), writes go to callbacks */
    MR_RAM_DEVICE,                  /* RAM of a device: accessed with the size that is asked for */
} MemoryRegionKind;

struct MemoryRegion {
    Object parent_obj;
    MemoryRegionKind kind;
    bool ram;                       /* content is directly accessible for reading */
    bool readonly;
    bool rom_device;
    bool romd_mode;
    bool enabled;
    bool terminates;                /* has content of its own: hides what lies below */
    bool nonvolatile;
    bool lockless_io;
    bool disable_reentrancy_guard;
    bool unmergeable;
    bool is_iommu;
    uint8_t dirty_log_mask;         /* clients that this region itself asks for */
    uint8_t vga_logging_count;
    RAMBlock *ram_block;            /* NULL if there is none */
    const MemoryRegionOps *ops;
    void *opaque;
    Object *owner;
    DeviceState *dev;               /* owner if that is a device; for the re-entrancy guard */
    MemoryRegion *container;        /* where it was added, or NULL */
    int mapped_via_alias;
    Int128 size;
    hwaddr addr;                    /* in the container */
    int32_t priority;               /* among overlapping siblings: higher hides lower */
    MemoryRegion *alias;
    hwaddr alias_offset;
    void (*destructor)(MemoryRegion *mr);
    QTAILQ_HEAD(, MemoryRegion) subregions; /* by falling priority */
    QTAILQ_ENTRY(MemoryRegion) subregions_link;
    char *name;
    MemoryRegionIoeventfds *ioeventfds; /* NULL: none */
};

/* A piece of a region at a place in an address space. */
struct MemoryRegionSection {
    MemoryRegion *mr;
    FlatView *fv;
    hwaddr offset_within_region;
    Int128 size;
    hwaddr offset_within_address_space;
    bool readonly;
    bool nonvolatile;
    bool unmergeable;
    bool romd;                      /* memory_region_is_romd() when the view was made */
    uint8_t dirty_log_mask;         /* clients with an interest in this piece */
};

/* Hears of changes to one address space. */
struct MemoryListener {
    void (*begin)(MemoryListener *listener);
    void (*commit)(MemoryListener *listener);
    void (*region_add)(MemoryListener *listener, MemoryRegionSection *section);
    void (*region_del)(MemoryListener *listener, MemoryRegionSection *section);
    void (*region_nop)(MemoryListener *listener, MemoryRegionSection *section);
    void (*log_start)(MemoryListener *listener, MemoryRegionSection *section, int old_mask,
                      int new_mask);
    void (*log_stop)(MemoryListener *listener, MemoryRegionSection *section, int old_mask,
                     int new_mask);
    void (*log_sync)(MemoryListener *listener, MemoryRegionSection *section);
    void (*log_sync_global)(MemoryListener *listener);
    /* Returns when no store that began before the last sync can still be on its way. */
    void (*log_global_after_sync)(MemoryListener *listener);
    bool (*log_global_start)(MemoryListener *listener, Error **errp);
    void (*log_global_stop)(MemoryListener *listener);
    unsigned priority;              /* adding goes from low to high, removing from high to low */
    const char *name;
    AddressSpace *address_space;
    QTAILQ_ENTRY(MemoryListener) link;
    QTAILQ_ENTRY(MemoryListener) link_as;
};

struct AddressSpace {
    struct rcu_head rcu;
    char *name;
    MemoryRegion *root;
    FlatView *current_map;          /* read with address_space_to_flatview() under RCU */
    QTAILQ_HEAD(, MemoryListener) listeners;
    QTAILQ_ENTRY(AddressSpace) link;
    size_t bounce_buffer_size;      /* bytes of bounce buffers in use; atomic */
    size_t max_bounce_buffer_size;  /* bounds what a guest can make us allocate by DMA to devices */
    GSList *map_clients;            /* waiting for bounce buffers; under the map-client lock */
};

/* ---- making regions ----
 *
 * @owner keeps the region alive (it becomes its QOM parent); NULL owner: the region lives until
 * it is unparented by hand. @name is for people and for naming RAM in the migration stream. Sizes
 * are in bytes; UINT64_MAX stands for 2^64. All run under the BQL.
 */

/* A container. */
void memory_region_init(MemoryRegion *mr, Object *owner, const char *name, uint64_t size);
/* Device registers; @ops NULL: unassigned. */
void memory_region_init_io(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                           void *opaque, const char *name, uint64_t size);
/* RAM that migrates (named after its owner), or does not (_nomigrate). False with @errp set. */
bool memory_region_init_ram(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp);
bool memory_region_init_ram_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp);
bool memory_region_init_ram_flags_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                            uint64_t size, uint32_t ram_flags, Error **errp);
/* RAM whose used size may change up to @max_size; @resized hears of that. */
bool memory_region_init_resizeable_ram(MemoryRegion *mr, Object *owner, const char *name,
                                       uint64_t size, uint64_t max_size,
                                       void (*resized)(const char *id, uint64_t length, void *host),
                                       Error **errp);
bool memory_region_init_ram_from_file(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, uint64_t align, uint32_t ram_flags,
                                      const char *path, bool readonly, Error **errp);
/* Takes over @fd on success. */
bool memory_region_init_ram_from_fd(MemoryRegion *mr, Object *owner, const char *name,
                                    uint64_t size, uint32_t ram_flags, int fd, off_t offset,
                                    Error **errp);
/* RAM in memory of the caller's, which must outlive the region. */
void memory_region_init_ram_ptr(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                                void *ptr);
/* The same for registers that are mapped from a real device. */
void memory_region_init_ram_device_ptr(MemoryRegion *mr, Object *owner, const char *name,
                                       uint64_t size, void *ptr);
/* A window on [@offset, @offset + @size) of @orig. */
void memory_region_init_alias(MemoryRegion *mr, Object *owner, const char *name,
                              MemoryRegion *orig, hwaddr offset, uint64_t size);
bool memory_region_init_rom(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp);
bool memory_region_init_rom_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp);
/* Reads like RAM, writes call @ops. */
bool memory_region_init_rom_device(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                                   void *opaque, const char *name, uint64_t size, Error **errp);
bool memory_region_init_rom_device_nomigrate(MemoryRegion *mr, Object *owner,
                                             const MemoryRegionOps *ops, void *opaque,
                                             const char *name, uint64_t size, Error **errp);
/* A region that translates addresses; @mrtypename derives from TYPE_IOMMU_MEMORY_REGION. */
void memory_region_init_iommu(void *iommu_mr, size_t instance_size, const char *mrtypename,
                              Object *owner, const char *name, uint64_t size);

/* Keep the region and its owner alive while the region is in use. */
void memory_region_ref(MemoryRegion *mr);
void memory_region_unref(MemoryRegion *mr);

/* ---- asking ---- */

Object *memory_region_owner(MemoryRegion *mr);
uint64_t memory_region_size(const MemoryRegion *mr);
const char *memory_region_name(const MemoryRegion *mr);
static inline bool memory_region_is_ram(const MemoryRegion *mr)
{
    return mr->ram;
}
static inline bool memory_region_is_rom(const MemoryRegion *mr)
{
    return mr->ram && mr->readonly;
}
static inline bool memory_region_is_romd(const MemoryRegion *mr)
{
    return mr->rom_device && mr->romd_mode;
}
static inline bool memory_region_is_ram_device(const MemoryRegion *mr)
{
    return mr->kind == MR_RAM_DEVICE;
}
static inline IOMMUMemoryRegion *memory_region_get_iommu(MemoryRegion *mr)
{
    return mr->is_iommu ? (IOMMUMemoryRegion *)mr : NULL;
}
/* True if reads (writes, with @is_write) of the region go straight to host memory. */
static inline bool memory_access_is_direct(const MemoryRegion *mr, bool is_write)
{
    if (is_write) {
        return mr->ram && !mr->readonly && !mr->rom_device && mr->kind != MR_RAM_DEVICE;
    }
    return (mr->ram && mr->kind != MR_RAM_DEVICE) || memory_region_is_romd(mr);
}
bool memory_region_is_logging(MemoryRegion *mr, uint8_t client);
/* All clients with an interest, including those that log everything. */
uint8_t memory_region_get_dirty_log_mask(MemoryRegion *mr);
bool memory_region_is_mapped(MemoryRegion *mr);
int memory_region_get_fd(MemoryRegion *mr);
/* First byte of RAM behind @mr (through aliases). */
void *memory_region_get_ram_ptr(MemoryRegion *mr);
ram_addr_t memory_region_get_ram_addr(MemoryRegion *mr);
/* Region and offset of host address @ptr; NULL if it is not guest RAM. */
MemoryRegion *memory_region_from_host(void *ptr, ram_addr_t *offset);
/* True if something is mapped at @addr of @container. */
bool memory_region_present(MemoryRegion *container, hwaddr addr);
/*
 * The first piece of content in [@addr, @addr + @size) of @mr's address space; .mr NULL if there
 * is none. The section's region carries a reference for memory_region_unref().
 */
MemoryRegionSection memory_region_find(MemoryRegion *mr, hwaddr addr, uint64_t size);
uint64_t memory_region_get_alignment(const MemoryRegion *mr);

/* ---- changing ---- */

/* Changes between begin and commit take effect together, at the outermost commit. */
void memory_region_transaction_begin(void);
void memory_region_transaction_commit(void);

/* Puts @subregion at @offset; overlapping siblings are ordered by priority, 0 without one. */
void memory_region_add_subregion(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion);
void memory_region_add_subregion_overlap(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion,
                                         int priority);
void memory_region_del_subregion(MemoryRegion *mr, MemoryRegion *subregion);
void memory_region_set_enabled(MemoryRegion *mr, bool enabled);
void memory_region_set_address(MemoryRegion *mr, hwaddr addr);
void memory_region_set_size(MemoryRegion *mr, uint64_t size);
void memory_region_set_alias_offset(MemoryRegion *mr, hwaddr offset);
void memory_region_set_readonly(MemoryRegion *mr, bool readonly);
void memory_region_set_nonvolatile(MemoryRegion *mr, bool nonvolatile);
void memory_region_set_unmergeable(MemoryRegion *mr, bool unmergeable);
/* ROM devices: true, reads come from memory; false, from the callbacks. */
void memory_region_rom_device_set_romd(MemoryRegion *mr, bool romd_mode);
void memory_region_ram_resize(MemoryRegion *mr, ram_addr_t newsize, Error **errp);
/* Callbacks run without the BQL from now on: they must do their own locking. */
void memory_region_enable_lockless_io(MemoryRegion *mr);
void memory_region_clear_global_locking(MemoryRegion *mr);
/* Writes that match set @e instead of calling the device; @size 0 matches any size. */
void memory_region_add_eventfd(MemoryRegion *mr, hwaddr addr, unsigned size, bool match_data,
                               uint64_t data, EventNotifier *e);
void memory_region_del_eventfd(MemoryRegion *mr, hwaddr addr, unsigned size, bool match_data,
                               uint64_t data, EventNotifier *e);

/* ---- dirty logging ---- */

/* Starts or stops logging for one client (counted, for DIRTY_MEMORY_VGA). */
void memory_region_set_log(MemoryRegion *mr, bool log, unsigned client);
void memory_region_set_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size);
bool memory_region_get_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size, unsigned client);
bool memory_region_test_and_clear_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size,
                                        unsigned client);
void memory_region_reset_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size, unsigned client);
/* Moves the dirty bits of a range into a snapshot to be asked at leisure and then g_free()d. */
typedef struct DirtyBitmapSnapshot DirtyBitmapSnapshot;
DirtyBitmapSnapshot *memory_region_snapshot_and_clear_dirty(MemoryRegion *mr, hwaddr addr,
                                                            hwaddr size, unsigned client);
bool memory_region_snapshot_get_dirty(MemoryRegion *mr, DirtyBitmapSnapshot *snap, hwaddr addr,
                                      hwaddr size);
/* Global logging for migration; false with @errp set if a listener refused. */
bool memory_global_dirty_log_start(unsigned int flags, Error **errp);
void memory_global_dirty_log_stop(unsigned int flags);
void memory_global_dirty_log_sync(void);
/* Between taking dirty bits and reading the pages: waits for stores that are under way. */
void memory_global_after_dirty_log_sync(void);
#define GLOBAL_DIRTY_MIGRATION (1u << 0)
#define GLOBAL_DIRTY_DIRTY_RATE (1u << 1)
#define GLOBAL_DIRTY_LIMIT (1u << 2)
unsigned int memory_global_dirty_tracking(void);

/* ---- listeners and address spaces ---- */

/* @filter: the address space to listen to. Existing sections are reported at once. */
void memory_listener_register(MemoryListener *listener, AddressSpace *filter);
void memory_listener_unregister(MemoryListener *listener);

void address_space_init(AddressSpace *as, MemoryRegion *root, const char *name);
/* The memory of @as must stay until an RCU grace period has passed. */
void address_space_destroy(AddressSpace *as);
void address_space_remove_listeners(AddressSpace *as);
/* The current view; the caller is in an RCU read section (or holds the BQL). */
static inline FlatView *address_space_to_flatview(AddressSpace *as)
{
    return __atomic_load_n(&as->current_map, __ATOMIC_ACQUIRE);
}
/* Sections of a view, sorted by address; for tests and dumps. */
unsigned flatview_nr_sections(FlatView *view);
MemoryRegionSection *flatview_section(FlatView *view, unsigned index);

/* ---- look-up ---- */

/*
 * Section that holds @addr, through IOMMUs, with *@xlat the offset in its region and *@plen
 * shrunk to the bytes that continue in it. Where nothing is mapped, the section's region is one
 * that answers every access with MEMTX_DECODE_ERROR. Valid inside the caller's RCU read section.
 */
MemoryRegionSection *address_space_translate_section(AddressSpace *as, hwaddr addr, hwaddr *xlat,
                                                     hwaddr *plen, bool is_write,
                                                     MemTxAttrs attrs);
static inline MemoryRegion *address_space_translate(AddressSpace *as, hwaddr addr, hwaddr *xlat,
                                                    hwaddr *plen, bool is_write, MemTxAttrs attrs)
{
    return address_space_translate_section(as, addr, xlat, plen, is_write, attrs)->mr;
}
/*
 * For the soft TLB. Section that holds @addr without going through IOMMUs that lie behind a CPU
 * (there are none on our boards); *@len is shrunk to what remains of the section from @addr. The
 * section stays valid until the TLB was flushed after the next commit: listeners' commit hooks run
 * before the old view is retired, and a vCPU thread stays in one RCU read section while it uses
 * the TLB. A page with more than one section must be entered as "slow": each access looks its
 * own bytes up again; memory_region_section_covers_page() tells.
 */
MemoryRegionSection *address_space_translate_for_tlb(AddressSpace *as, hwaddr addr, hwaddr *xlat,
                                                     hwaddr *len, MemTxAttrs attrs);
/* True if the page of @page_size bytes that holds @addr lies wholly in the section. */
bool memory_region_section_covers_page(const MemoryRegionSection *section, hwaddr addr,
                                       uint64_t page_size);
/* Host address of @len bytes of RAM at @addr, or NULL if not plain RAM (ROM only for reading). */
void *address_space_ram_ptr(AddressSpace *as, hwaddr addr, hwaddr len, bool is_write,
                            MemTxAttrs attrs);
bool address_space_access_valid(AddressSpace *as, hwaddr addr, hwaddr len, bool is_write,
                                MemTxAttrs attrs);

/* ---- accesses ---- */

/*
 * One access to a device region, at @addr of the region, of memop_size(@op) bytes; splitting,
 * byte order and validity are taken care of, locking is not: the caller holds the BQL unless
 * mr->lockless_io. Values are in host order, byte order of memory is that of @op.
 */
MemTxResult memory_region_dispatch_read(MemoryRegion *mr, hwaddr addr, uint64_t *pval, MemOp op,
                                        MemTxAttrs attrs);
MemTxResult memory_region_dispatch_write(MemoryRegion *mr, hwaddr addr, uint64_t data, MemOp op,
                                         MemTxAttrs attrs);
/* Takes the BQL if the region wants it and the thread lacks it; tells whether it did. */
bool prepare_mmio_access(MemoryRegion *mr);

/* Copy bytes; the result has the error bits of all parts. Holes read as all ones. */
MemTxResult address_space_rw(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf,
                             hwaddr len, bool is_write);
MemTxResult address_space_read(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf,
                               hwaddr len);
MemTxResult address_space_write(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, const void *buf,
                                hwaddr len);
/* Writes to RAM and ROM alike; device regions are left alone. For loaders and debuggers. */
MemTxResult address_space_write_rom(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                                    const void *buf, hwaddr len);
/* Fills with a byte. */
MemTxResult address_space_set(AddressSpace *as, hwaddr addr, uint8_t c, hwaddr len,
                              MemTxAttrs attrs);

/* One value of 8 to 64 bits with byte order @op; *@result may be NULL. */
uint64_t address_space_ld(AddressSpace *as, hwaddr addr, MemOp op, MemTxAttrs attrs,
                          MemTxResult *result);
void address_space_st(AddressSpace *as, hwaddr addr, uint64_t val, MemOp op, MemTxAttrs attrs,
                      MemTxResult *result);

/* address_space_{ldub,lduw_le,ldl_be,ldq,...} and st{b,w,l,q}; no suffix: guest order (little). */
#define ADDRESS_SPACE_LDST(sfx_ld, sfx_st, type, op) \
    static inline type address_space_##sfx_ld(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, \
                                              MemTxResult *result) \
    { \
        return (type)address_space_ld(as, addr, (op), attrs, result); \
    } \
    static inline void address_space_##sfx_st(AddressSpace *as, hwaddr addr, type val, \
                                              MemTxAttrs attrs, MemTxResult *result) \
    { \
        address_space_st(as, addr, val, (op), attrs, result); \
    } \
    static inline type sfx_ld##_phys(AddressSpace *as, hwaddr addr) \
    { \
        return (type)address_space_ld(as, addr, (op), MEMTXATTRS_UNSPECIFIED, NULL); \
    } \
    static inline void sfx_st##_phys(AddressSpace *as, hwaddr addr, type val) \
    { \
        address_space_st(as, addr, val, (op), MEMTXATTRS_UNSPECIFIED, NULL); \
    }
ADDRESS_SPACE_LDST(ldub, stb, uint8_t, MO_8)
ADDRESS_SPACE_LDST(lduw_le, stw_le, uint16_t, MO_16 | MO_LE)
ADDRESS_SPACE_LDST(lduw_be, stw_be, uint16_t, MO_16 | MO_BE)
ADDRESS_SPACE_LDST(lduw, stw, uint16_t, MO_16 | MO_LE)
ADDRESS_SPACE_LDST(ldl_le, stl_le, uint32_t, MO_32 | MO_LE)
ADDRESS_SPACE_LDST(ldl_be, stl_be, uint32_t, MO_32 | MO_BE)
ADDRESS_SPACE_LDST(ldl, stl, uint32_t, MO_32 | MO_LE)
ADDRESS_SPACE_LDST(ldq_le, stq_le, uint64_t, MO_64 | MO_LE)
ADDRESS_SPACE_LDST(ldq_be, stq_be, uint64_t, MO_64 | MO_BE)
ADDRESS_SPACE_LDST(ldq, stq, uint64_t, MO_64 | MO_LE)
#undef ADDRESS_SPACE_LDST

/*
 * Host address of guest memory for *@plen bytes (which may come back smaller, never larger), for
 * DMA. Device memory goes through a bounce buffer, of which an address space has a bounded
 * amount; NULL when there is none left (or *@plen is 0): register a client and try again.
 */
void *address_space_map(AddressSpace *as, hwaddr addr, hwaddr *plen, bool is_write,
                        MemTxAttrs attrs);
/* Ends a mapping; @access_len bytes of it were written if @is_write. */
void address_space_unmap(AddressSpace *as, void *buffer, hwaddr len, bool is_write,
                         hwaddr access_len);
typedef void AddressSpaceMapClient(void *opaque);
/* Calls @fn once, in the thread that frees a bounce buffer, when a map may work again. */
void address_space_register_map_client(AddressSpace *as, AddressSpaceMapClient *fn, void *opaque);
void address_space_unregister_map_client(AddressSpace *as, AddressSpaceMapClient *fn,
                                         void *opaque);

/* ---- cached ranges: repeated small accesses to the same guest memory, such as rings ---- */

typedef struct MemoryRegionCache {
    uint8_t *ptr;                   /* host address, or NULL: slow */
    hwaddr xlat;
    hwaddr len;
    hwaddr addr;                    /* in the address space; for the slow way */
    AddressSpace *as;
    MemoryRegion *mr;               /* with a reference; NULL when unused */
    bool is_write;
} MemoryRegionCache;
#define MEMORY_REGION_CACHE_INVALID ((MemoryRegionCache) { .mr = NULL })

static inline void address_space_cache_init_empty(MemoryRegionCache *cache)
{
    *cache = MEMORY_REGION_CACHE_INVALID;
}
/* Maps up to @len bytes; returns how many, or a negative errno. Renew after each commit. */
int64_t address_space_cache_init(MemoryRegionCache *cache, AddressSpace *as, hwaddr addr,
                                 hwaddr len, bool is_write);
/* To be called after writing through the pointer itself. */
void address_space_cache_invalidate(MemoryRegionCache *cache, hwaddr addr, hwaddr access_len);
void address_space_cache_destroy(MemoryRegionCache *cache);
MemTxResult address_space_read_cached(MemoryRegionCache *cache, hwaddr addr, void *buf,
                                      hwaddr len);
MemTxResult address_space_write_cached(MemoryRegionCache *cache, hwaddr addr, const void *buf,
                                       hwaddr len);
uint64_t address_space_ld_cached(MemoryRegionCache *cache, hwaddr addr, MemOp op,
                                 MemTxResult *result);
void address_space_st_cached(MemoryRegionCache *cache, hwaddr addr, uint64_t val, MemOp op,
                             MemTxResult *result);
#define LDST_CACHED(sfx_ld, sfx_st, type, op) \
    static inline type sfx_ld##_phys_cached(MemoryRegionCache *cache, hwaddr addr) \
    { \
        return (type)address_space_ld_cached(cache, addr, (op), NULL); \
    } \
    static inline void sfx_st##_phys_cached(MemoryRegionCache *cache, hwaddr addr, type val) \
    { \
        address_space_st_cached(cache, addr, val, (op), NULL); \
    }
LDST_CACHED(ldub, stb, uint8_t, MO_8)
LDST_CACHED(lduw_le, stw_le, uint16_t, MO_16 | MO_LE)
LDST_CACHED(lduw_be, stw_be, uint16_t, MO_16 | MO_BE)
LDST_CACHED(ldl_le, stl_le, uint32_t, MO_32 | MO_LE)
LDST_CACHED(ldl_be, stl_be, uint32_t, MO_32 | MO_BE)
LDST_CACHED(ldq_le, stq_le, uint64_t, MO_64 | MO_LE)
LDST_CACHED(ldq_be, stq_be, uint64_t, MO_64 | MO_BE)
#undef LDST_CACHED

/* ---- IOMMU regions ---- */

typedef enum IOMMUAccessFlags {
    IOMMU_NONE = 0,
    IOMMU_RO = 1,
    IOMMU_WO = 2,
    IOMMU_RW = 3,
} IOMMUAccessFlags;
#define IOMMU_ACCESS_FLAG(r, w) (((r) ? IOMMU_RO : 0) | ((w) ? IOMMU_WO : 0))

/* One translation: what lies in the block of addr_mask + 1 bytes around iova. */
typedef struct IOMMUTLBEntry {
    AddressSpace *target_as;
    hwaddr iova;
    hwaddr translated_addr;
    hwaddr addr_mask;
    IOMMUAccessFlags perm;
} IOMMUTLBEntry;

typedef enum IOMMUNotifierFlag {
    IOMMU_NOTIFIER_NONE = 0,
    IOMMU_NOTIFIER_UNMAP = 1,
    IOMMU_NOTIFIER_MAP = 2,
    IOMMU_NOTIFIER_DEVIOTLB_UNMAP = 4,
} IOMMUNotifierFlag;
#define IOMMU_NOTIFIER_IOTLB_EVENTS (IOMMU_NOTIFIER_MAP | IOMMU_NOTIFIER_UNMAP)
#define IOMMU_NOTIFIER_DEVIOTLB_EVENTS IOMMU_NOTIFIER_DEVIOTLB_UNMAP
#define IOMMU_NOTIFIER_ALL (IOMMU_NOTIFIER_IOTLB_EVENTS | IOMMU_NOTIFIER_DEVIOTLB_EVENTS)

typedef struct IOMMUNotifier IOMMUNotifier;
typedef void (*IOMMUNotify)(IOMMUNotifier *notifier, IOMMUTLBEntry *data);
struct IOMMUNotifier {
    IOMMUNotify notify;
    IOMMUNotifierFlag notifier_flags;
    hwaddr start;                   /* range of interest, both ends included */
    hwaddr end;
    int iommu_idx;
    QLIST_ENTRY(IOMMUNotifier) node;
};
typedef struct IOMMUTLBEvent {
    IOMMUNotifierFlag type;
    IOMMUTLBEntry entry;
} IOMMUTLBEvent;

struct IOMMUMemoryRegion {
    MemoryRegion parent_obj;
    QLIST_HEAD(, IOMMUNotifier) iommu_notify;
    IOMMUNotifierFlag iommu_notify_flags;
};

struct IOMMUMemoryRegionClass {
    ObjectClass parent_class;
    /* Translates one address; runs in any thread, under RCU. @flag IOMMU_NONE asks for all. */
    IOMMUTLBEntry (*translate)(IOMMUMemoryRegion *iommu, hwaddr addr, IOMMUAccessFlags flag,
                               int iommu_idx);
    uint64_t (*get_min_page_size)(IOMMUMemoryRegion *iommu);
    /* Called when the set of notifiers' interests changes; negative errno refuses. */
    int (*notify_flag_changed)(IOMMUMemoryRegion *iommu, IOMMUNotifierFlag old_flags,
                               IOMMUNotifierFlag new_flags, Error **errp);
    /* Reports all present mappings to @notifier; NULL: translate page by page. */
    void (*replay)(IOMMUMemoryRegion *iommu, IOMMUNotifier *notifier);
    int (*attrs_to_index)(IOMMUMemoryRegion *iommu, MemTxAttrs attrs);
    int (*num_indexes)(IOMMUMemoryRegion *iommu);
};

static inline void iommu_notifier_init(IOMMUNotifier *n, IOMMUNotify fn, IOMMUNotifierFlag flags,
                                       hwaddr start, hwaddr end, int iommu_idx)
{
    n->notify = fn;
    n->notifier_flags = flags;
    n->start = start;
    n->end = end;
    n->iommu_idx = iommu_idx;
}
int memory_region_register_iommu_notifier(MemoryRegion *mr, IOMMUNotifier *n, Error **errp);
void memory_region_unregister_iommu_notifier(MemoryRegion *mr, IOMMUNotifier *n);
void memory_region_iommu_replay(IOMMUMemoryRegion *iommu_mr, IOMMUNotifier *n);
/* Tells one or all notifiers about a change. */
void memory_region_notify_iommu_one(IOMMUNotifier *notifier, IOMMUTLBEvent *event);
void memory_region_notify_iommu(IOMMUMemoryRegion *iommu_mr, int iommu_idx, IOMMUTLBEvent event);
uint64_t memory_region_iommu_get_min_page_size(IOMMUMemoryRegion *iommu_mr);
int memory_region_iommu_attrs_to_index(IOMMUMemoryRegion *iommu_mr, MemTxAttrs attrs);
int memory_region_iommu_num_indexes(IOMMUMemoryRegion *iommu_mr);

/* ---- for people ---- */

/* "info mtree": the trees, or with @flatview the views; appended to @out. */
void mtree_info(GString *out, bool flatview, bool dispatch_tree, bool owner, bool disabled);

extern const MemoryRegionOps unassigned_mem_ops;

/* The machine's first set-up of the two system address spaces. Called once by main. */
void memory_map_init(void);

#endif
