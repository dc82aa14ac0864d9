/*
 * The tree of memory regions: making regions, putting them in place, changing their properties.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/event_notifier.h"
#include "exec/address-spaces.h"
#include "hw/qdev-core.h"
#include "qapi/visitor.h"
#include "migration/vmstate.h"
#include "memory-internal.h"

AddressSpace address_space_memory;
AddressSpace address_space_io;

/* Set up by memory_map_init(); global_dirty is atomic, the rest constant from then on. */
static struct {
    MemoryRegion *system_memory;
    MemoryRegion *system_io;
    MemoryRegion unassigned;
    bool unassigned_ready;
    unsigned global_dirty;
} board;

/* ---- the basic region ---- */

static Int128 size_to_int128(uint64_t size)
{
    return size == UINT64_MAX ? int128_2_64() : int128_make64(size);
}

static void region_set_up(MemoryRegion *mr, Object *owner, const char *name, uint64_t size)
{
    mr->size = size_to_int128(size);
    mr->name = g_strdup(name);
    mr->owner = owner;
    mr->dev = (DeviceState *)object_dynamic_cast(owner, TYPE_DEVICE);
    if (owner && name) {
        g_autofree char *child = g_strdup_printf("%s[*]", name);

        for (char *p = child; *p; p++) {
            if (*p == '/') {
                *p = '-';
            }
        }
        object_property_add_child(owner, child, OBJECT(mr));
        object_unref(mr);
    }
}

void memory_region_init(MemoryRegion *mr, Object *owner, const char *name, uint64_t size)
{
    object_initialize(mr, sizeof(*mr), TYPE_MEMORY_REGION);
    region_set_up(mr, owner, name, size);
}

void memory_region_init_io(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                           void *opaque, const char *name, uint64_t size)
{
    memory_region_init(mr, owner, name, size);
    mr->kind = MR_IO;
    mr->ops = ops ? ops : &unassigned_mem_ops;
    mr->opaque = opaque;
    mr->terminates = true;
}

void memory_region_init_alias(MemoryRegion *mr, Object *owner, const char *name,
                              MemoryRegion *orig, hwaddr offset, uint64_t size)
{
    memory_region_init(mr, owner, name, size);
    mr->kind = MR_ALIAS;
    mr->alias = orig;
    mr->alias_offset = offset;
}

void memory_region_init_iommu(void *iommu_mr, size_t instance_size, const char *mrtypename,
                              Object *owner, const char *name, uint64_t size)
{
    MemoryRegion *mr = iommu_mr;

    object_initialize(iommu_mr, instance_size, mrtypename);
    region_set_up(mr, owner, name, size);
    mr->kind = MR_IOMMU;
    mr->is_iommu = true;
    mr->terminates = true;
    QLIST_INIT(&IOMMU_MEMORY_REGION(mr)->iommu_notify);
}

/* ---- regions with RAM ---- */

static void free_ram_block(MemoryRegion *mr)
{
    qemu_ram_free(mr->ram_block);
}

/* Completes a region with a new block; without one it stays an empty container. */
static bool region_adopt_block(MemoryRegion *mr, MemoryRegionKind kind, RAMBlock *rb)
{
    if (!rb) {
        mr->size = 0;
        object_unparent(OBJECT(mr));
        return false;
    }
    mr->kind = kind;
    mr->terminates = true;
    mr->ram = kind != MR_ROM_DEVICE;
    mr->readonly = kind == MR_ROM;
    mr->rom_device = kind == MR_ROM_DEVICE;
    mr->ops = kind == MR_RAM_DEVICE ? &memory_ram_device_ops : &memory_rom_ops;
    mr->opaque = mr;
    mr->ram_block = rb;
    mr->destructor = free_ram_block;
    return true;
}

bool memory_region_init_ram_flags_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                            uint64_t size, uint32_t ram_flags, Error **errp)
{
    memory_region_init(mr, owner, name, size);
    return region_adopt_block(mr, MR_RAM, qemu_ram_alloc(size, ram_flags, mr, errp));
}

bool memory_region_init_ram_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp)
{
    return memory_region_init_ram_flags_nomigrate(mr, owner, name, size, 0, errp);
}

bool memory_region_init_resizeable_ram(MemoryRegion *mr, Object *owner, const char *name,
                                       uint64_t size, uint64_t max_size,
                                       void (*resized)(const char *id, uint64_t length, void *host),
                                       Error **errp)
{
    RAMBlock *rb;

    memory_region_init(mr, owner, name, size);
    rb = qemu_ram_alloc_resizeable(size, max_size, resized, mr, errp);
    return region_adopt_block(mr, MR_RAM, rb);
}

bool memory_region_init_ram_from_file(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, uint64_t align, uint32_t ram_flags,
                                      const char *path, bool readonly, Error **errp)
{
    RAMBlock *rb;

    memory_region_init(mr, owner, name, size);
    if (align && !QEMU_IS_ALIGNED(size, align)) {
        error_setg(errp, "size 0x%" PRIx64 " of '%s' is no multiple of its alignment 0x%" PRIx64,
                   size, name, align);
        return region_adopt_block(mr, MR_RAM, NULL);
    }
    rb = qemu_ram_alloc_from_file(size, mr, ram_flags, path, readonly, errp);
    return region_adopt_block(mr, readonly ? MR_ROM : MR_RAM, rb);
}

bool memory_region_init_ram_from_fd(MemoryRegion *mr, Object *owner, const char *name,
                                    uint64_t size, uint32_t ram_flags, int fd, off_t offset,
                                    Error **errp)
{
    RAMBlock *rb;

    memory_region_init(mr, owner, name, size);
    rb = qemu_ram_alloc_from_fd(size, mr, ram_flags, fd, offset, false, errp);
    return region_adopt_block(mr, MR_RAM, rb);
}

void memory_region_init_ram_ptr(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                                void *ptr)
{
    memory_region_init(mr, owner, name, size);
    region_adopt_block(mr, MR_RAM, qemu_ram_alloc_from_ptr(size, ptr, mr, &error_fatal));
}

void memory_region_init_ram_device_ptr(MemoryRegion *mr, Object *owner, const char *name,
                                       uint64_t size, void *ptr)
{
    memory_region_init(mr, owner, name, size);
    region_adopt_block(mr, MR_RAM_DEVICE, qemu_ram_alloc_from_ptr(size, ptr, mr, &error_fatal));
}

bool memory_region_init_rom_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp)
{
    memory_region_init(mr, owner, name, size);
    return region_adopt_block(mr, MR_ROM, qemu_ram_alloc(size, 0, mr, errp));
}

bool memory_region_init_rom_device_nomigrate(MemoryRegion *mr, Object *owner,
                                             const MemoryRegionOps *ops, void *opaque,
                                             const char *name, uint64_t size, Error **errp)
{
    assert(ops);
    memory_region_init(mr, owner, name, size);
    if (!region_adopt_block(mr, MR_ROM_DEVICE, qemu_ram_alloc(size, 0, mr, errp))) {
        return false;
    }
    mr->ops = ops;
    mr->opaque = opaque;
    return true;
}

bool memory_region_init_ram(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp)
{
    if (!memory_region_init_ram_nomigrate(mr, owner, name, size, errp)) {
        return false;
    }
    vmstate_register_ram(mr, mr->dev);
    return true;
}

bool memory_region_init_rom(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp)
{
    if (!memory_region_init_rom_nomigrate(mr, owner, name, size, errp)) {
        return false;
    }
    vmstate_register_ram(mr, mr->dev);
    return true;
}

bool memory_region_init_rom_device(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                                   void *opaque, const char *name, uint64_t size, Error **errp)
{
    if (!memory_region_init_rom_device_nomigrate(mr, owner, ops, opaque, name, size, errp)) {
        return false;
    }
    vmstate_register_ram(mr, mr->dev);
    return true;
}

/* ---- life ---- */

/*
 * The owner's memory holds most regions; a region of its own may be unparented before its owner
 * goes. So both are kept.
 */
void memory_region_ref(MemoryRegion *mr)
{
    object_ref(mr->owner);
    object_ref(mr);
}

void memory_region_unref(MemoryRegion *mr)
{
    Object *owner = mr->owner;

    object_unref(mr);
    object_unref(owner);
}

static void region_instance_init(Object *obj)
{
    MemoryRegion *mr = MEMORY_REGION(obj);

    mr->ops = &unassigned_mem_ops;
    mr->enabled = true;
    mr->romd_mode = true;
    QTAILQ_INIT(&mr->subregions);
}

static void publish_eventfds(MemoryRegion *mr, MemoryRegionIoeventfds *new);

static void region_finalize(Object *obj)
{
    MemoryRegion *mr = MEMORY_REGION(obj);

    /* An owner that dies takes its regions with it in any order, so untie what is still tied. */
    if (mr->container || !QTAILQ_EMPTY(&mr->subregions)) {
        memory_region_transaction_begin();
        mr->enabled = false;
        while (!QTAILQ_EMPTY(&mr->subregions)) {
            memory_region_del_subregion(mr, QTAILQ_FIRST(&mr->subregions));
        }
        if (mr->container) {
            memory_region_del_subregion(mr->container, mr);
        }
        memory_region_transaction_commit();
    }
    if (mr->destructor) {
        mr->destructor(mr);
    }
    g_free(mr->name);
    publish_eventfds(mr, NULL);
}

/* ---- asking ---- */

Object *memory_region_owner(MemoryRegion *mr)
{
    return mr->owner;
}

uint64_t memory_region_size(const MemoryRegion *mr)
{
    return int128_eq(mr->size, int128_2_64()) ? UINT64_MAX : int128_get64(mr->size);
}

const char *memory_region_name(const MemoryRegion *mr)
{
    return mr->name ? mr->name : "";
}

uint8_t memory_region_get_dirty_log_mask(MemoryRegion *mr)
{
    uint8_t mask = mr->dirty_log_mask;

    if (mr->ram_block) {
        if (qatomic_read(&board.global_dirty)) {
            mask |= 1 << DIRTY_MEMORY_MIGRATION;
        }
    }
    return mask;
}

bool memory_region_is_logging(MemoryRegion *mr, uint8_t client)
{
    return memory_region_get_dirty_log_mask(mr) & (1 << client);
}

bool memory_region_is_mapped(MemoryRegion *mr)
{
    return mr->container || mr->mapped_via_alias;
}

int memory_region_get_fd(MemoryRegion *mr)
{
    while (mr->alias) {
        mr = mr->alias;
    }
    return mr->ram_block ? mr->ram_block->fd : -1;
}

void *memory_region_get_ram_ptr(MemoryRegion *mr)
{
    uint64_t offset = 0;

    while (mr->alias) {
        offset += mr->alias_offset;
        mr = mr->alias;
    }
    assert(mr->ram_block);
    return mr->ram_block->host + offset;
}

ram_addr_t memory_region_get_ram_addr(MemoryRegion *mr)
{
    uint64_t offset = 0;

    while (mr->alias) {
        offset += mr->alias_offset;
        mr = mr->alias;
    }
    return mr->ram_block ? mr->ram_block->offset + offset : RAM_ADDR_INVALID;
}

MemoryRegion *memory_region_from_host(void *ptr, ram_addr_t *offset)
{
    RAMBlock *rb;

    RCU_READ_LOCK_GUARD();
    rb = qemu_ram_block_from_host(ptr, false, offset);
    return rb ? rb->mr : NULL;
}

uint64_t memory_region_get_alignment(const MemoryRegion *mr)
{
    return mr->ram_block ? MAX(mr->ram_block->page_size, (size_t)RAM_PAGE_SIZE) : RAM_PAGE_SIZE;
}

bool memory_region_present(MemoryRegion *container, hwaddr addr)
{
    MemoryRegionSection s = memory_region_find(container, addr, 1);

    if (!s.mr) {
        return false;
    }
    memory_region_unref(s.mr);
    return s.mr != container;
}

/* ---- changing the tree ---- */

static void region_changed(MemoryRegion *mr)
{
    if (mr->enabled || mr->container) {
        memory_topology_changed();
    }
}

static void subregion_insert(MemoryRegion *mr, MemoryRegion *sub)
{
    MemoryRegion *other;

    QTAILQ_FOREACH(other, &mr->subregions, subregions_link) {
        /* Among equals the newest is on top. */
        if (sub->priority >= other->priority) {
            QTAILQ_INSERT_BEFORE(other, sub, subregions_link);
            return;
        }
    }
    QTAILQ_INSERT_TAIL(&mr->subregions, sub, subregions_link);
}

static void count_aliased(MemoryRegion *mr, int delta)
{
    for (MemoryRegion *a = mr->alias; a; a = a->alias) {
        a->mapped_via_alias += delta;
    }
}

void memory_region_add_subregion_overlap(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion,
                                         int priority)
{
    assert(!subregion->container && !mr->alias);
    /* Two regions of one owner live and die together: a reference would be circular. */
    if (!mr->owner || mr->owner != subregion->owner) {
        memory_region_ref(subregion);
    }
    subregion->priority = priority;
    subregion->container = mr;
    subregion->addr = offset;
    subregion_insert(mr, subregion);
    count_aliased(subregion, 1);
    if (mr->enabled && subregion->enabled) {
        memory_topology_changed();
    }
}

void memory_region_add_subregion(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion)
{
    memory_region_add_subregion_overlap(mr, offset, subregion, 0);
}

void memory_region_del_subregion(MemoryRegion *mr, MemoryRegion *subregion)
{
    bool visible = mr->enabled && subregion->enabled;

    assert(subregion->container == mr);
    memory_region_transaction_begin();
    subregion->container = NULL;
    count_aliased(subregion, -1);
    QTAILQ_REMOVE(&mr->subregions, subregion, subregions_link);
    if (visible) {
        memory_topology_changed();
    }
    if (!mr->owner || mr->owner != subregion->owner) {
        memory_region_unref(subregion);
    }
    memory_region_transaction_commit();
}

void memory_region_set_enabled(MemoryRegion *mr, bool enabled)
{
    if (mr->enabled != enabled) {
        mr->enabled = enabled;
        memory_topology_changed();
    }
}

void memory_region_set_size(MemoryRegion *mr, uint64_t size)
{
    Int128 s = size_to_int128(size);

    if (int128_ne(s, mr->size)) {
        mr->size = s;
        region_changed(mr);
    }
}

void memory_region_set_address(MemoryRegion *mr, hwaddr addr)
{
    MemoryRegion *container = mr->container;

    if (addr == mr->addr) {
        return;
    }
    mr->addr = addr;
    if (container) {
        /* What was moved last is on top of its equals. */
        QTAILQ_REMOVE(&container->subregions, mr, subregions_link);
        subregion_insert(container, mr);
        region_changed(mr);
    }
}

void memory_region_set_alias_offset(MemoryRegion *mr, hwaddr offset)
{
    assert(mr->alias);
    if (mr->alias_offset != offset) {
        mr->alias_offset = offset;
        region_changed(mr);
    }
}

void memory_region_set_readonly(MemoryRegion *mr, bool readonly)
{
    if (mr->readonly != readonly) {
        mr->readonly = readonly;
        region_changed(mr);
    }
}

void memory_region_set_nonvolatile(MemoryRegion *mr, bool nonvolatile)
{
    if (mr->nonvolatile != nonvolatile) {
        mr->nonvolatile = nonvolatile;
        region_changed(mr);
    }
}

void memory_region_set_unmergeable(MemoryRegion *mr, bool unmergeable)
{
    if (mr->unmergeable != unmergeable) {
        mr->unmergeable = unmergeable;
        region_changed(mr);
    }
}

void memory_region_rom_device_set_romd(MemoryRegion *mr, bool romd_mode)
{
    assert(mr->rom_device);
    if (mr->romd_mode != romd_mode) {
        mr->romd_mode = romd_mode;
        region_changed(mr);
    }
}

void memory_region_ram_resize(MemoryRegion *mr, ram_addr_t newsize, Error **errp)
{
    assert(mr->ram_block);
    qemu_ram_resize(mr->ram_block, newsize, errp);
}

void memory_region_enable_lockless_io(MemoryRegion *mr)
{
    mr->lockless_io = true;
    /* Several threads may be inside at once, which the guard cannot tell from re-entry. */
    mr->disable_reentrancy_guard = true;
}

void memory_region_clear_global_locking(MemoryRegion *mr)
{
    memory_region_enable_lockless_io(mr);
}

/* ---- eventfds: looked at by memory_region_dispatch_write() ---- */

static void publish_eventfds(MemoryRegion *mr, MemoryRegionIoeventfds *new)
{
    MemoryRegionIoeventfds *old = mr->ioeventfds;

    qatomic_rcu_set(&mr->ioeventfds, new);
    if (old) {
        g_free_rcu(old, rcu);
    }
}

static MemoryRegionIoeventfds *eventfds_new(unsigned n)
{
    MemoryRegionIoeventfds *fds = g_malloc0(sizeof(*fds) + n * sizeof(fds->fd[0]));

    fds->n = n;
    return fds;
}

void memory_region_add_eventfd(MemoryRegion *mr, hwaddr addr, unsigned size, bool match_data,
                               uint64_t data, EventNotifier *e)
{
    MemoryRegionIoeventfds *old = mr->ioeventfds;
    unsigned n = old ? old->n : 0;
    MemoryRegionIoeventfds *new = eventfds_new(n + 1);

    if (n) {
        memcpy(new->fd, old->fd, n * sizeof(new->fd[0]));
    }
    new->fd[n] = (MemoryRegionIoeventfd) { addr, size, match_data, data, e };
    publish_eventfds(mr, new);
}

static bool eventfd_is(const MemoryRegionIoeventfd *fd, hwaddr addr, unsigned size,
                       bool match_data, uint64_t data, const EventNotifier *e)
{
    return fd->addr == addr && fd->size == size && fd->match_data == match_data &&
           (!match_data || fd->data == data) && fd->e == e;
}

void memory_region_del_eventfd(MemoryRegion *mr, hwaddr addr, unsigned size, bool match_data,
                               uint64_t data, EventNotifier *e)
{
    MemoryRegionIoeventfds *old = mr->ioeventfds, *new;
    unsigned n = 0;

    assert(old);
    new = old->n > 1 ? eventfds_new(old->n - 1) : NULL;
    for (unsigned i = 0; i < old->n; i++) {
        if (!eventfd_is(&old->fd[i], addr, size, match_data, data, e)) {
            assert(new && n < new->n);
            new->fd[n++] = old->fd[i];
        }
    }
    assert(n == old->n - 1);
    publish_eventfds(mr, new);
}

/* ---- dirty logging ---- */

void memory_region_set_log(MemoryRegion *mr, bool log, unsigned client)
{
    uint8_t bit = 1 << client, old;

    assert(client == DIRTY_MEMORY_VGA && mr->ram_block);
    if (log ? mr->vga_logging_count++ > 0 : --mr->vga_logging_count > 0) {
        return;
    }
    old = mr->dirty_log_mask;
    qatomic_set(&mr->dirty_log_mask, log ? old | bit : old & ~bit);
    if (log) {
        /* All counts as written, and once bits are cleared stores are trapped from then on. */
        ramblock_set_dirty(mr->ram_block, 0, mr->ram_block->max_length, bit);
    }
    memory_logging_changed();
}

unsigned int memory_global_dirty_tracking(void)
{
    return qatomic_read(&board.global_dirty);
}

static int mark_all_dirty(RAMBlock *rb, void *opaque)
{
    ramblock_set_dirty(rb, 0, rb->max_length, 1 << DIRTY_MEMORY_MIGRATION);
    return 0;
}

bool memory_global_dirty_log_start(unsigned int flags, Error **errp)
{
    unsigned old = board.global_dirty;

    if (!old) {
        if (!memory_listeners_log_global(true, errp)) {
            return false;
        }
        qemu_ram_foreach_block(mark_all_dirty, NULL);
    }
    qatomic_set(&board.global_dirty, old | flags);
    if (!old) {
        memory_logging_changed();
    }
    return true;
}

void memory_global_dirty_log_stop(unsigned int flags)
{
    unsigned old = board.global_dirty;

    qatomic_set(&board.global_dirty, old & ~flags);
    if (old && !(old & ~flags)) {
        memory_logging_changed();
        memory_listeners_log_global(false, NULL);
    }
}

void memory_global_dirty_log_sync(void)
{
    memory_listeners_log_sync_global();
}

void memory_global_after_dirty_log_sync(void)
{
    memory_listeners_after_sync();
}

/* ---- the system's own regions ---- */

MemoryRegion *memory_unassigned(void)
{
    if (!board.unassigned_ready) {
        board.unassigned_ready = true;
        memory_region_init_io(&board.unassigned, NULL, &unassigned_mem_ops, NULL, "unassigned",
                              UINT64_MAX);
        memory_region_enable_lockless_io(&board.unassigned);
    }
    return &board.unassigned;
}

void memory_map_init(void)
{
    board.system_memory = g_new0(MemoryRegion, 1);
    memory_region_init(board.system_memory, NULL, "system", UINT64_MAX);
    address_space_init(&address_space_memory, board.system_memory, "memory");
    board.system_io = g_new0(MemoryRegion, 1);
    memory_region_init(board.system_io, NULL, "io", 65536);
    address_space_init(&address_space_io, board.system_io, "I/O");
}

MemoryRegion *get_system_memory(void)
{
    return board.system_memory;
}

MemoryRegion *get_system_io(void)
{
    return board.system_io;
}

/* ---- types ---- */

static void region_get_addr(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value = MEMORY_REGION(obj)->addr;

    visit_type_uint64(v, &value, name, errp);
}

static void region_get_size(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value = memory_region_size(MEMORY_REGION(obj));

    visit_type_uint64(v, &value, name, errp);
}

static void region_get_priority(Object *obj, Visitor *v, const char *name, void *opaque,
                                Error **errp)
{
    int32_t value = MEMORY_REGION(obj)->priority;

    visit_type_int32(v, &value, name, errp);
}

static void region_get_container(Object *obj, Visitor *v, const char *name, void *opaque,
                                 Error **errp)
{
    MemoryRegion *container = MEMORY_REGION(obj)->container;
    g_autofree char *path = container ? object_get_canonical_path(OBJECT(container)) : NULL;

    if (!path) {
        path = g_strdup("");
    }
    visit_type_str(v, &path, name, errp);
}

static void region_class_init(ObjectClass *klass, void *data)
{
    object_class_property_add(klass, "container", "link<" TYPE_MEMORY_REGION ">",
                              region_get_container, NULL, NULL, NULL);
    object_class_property_add(klass, "addr", "uint64", region_get_addr, NULL, NULL, NULL);
    object_class_property_add(klass, "priority", "uint32", region_get_priority, NULL, NULL, NULL);
    object_class_property_add(klass, "size", "uint64", region_get_size, NULL, NULL, NULL);
}

static const TypeInfo memory_types[] = {
    {
        .name = TYPE_MEMORY_REGION,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(MemoryRegion),
        .instance_init = region_instance_init,
        .instance_finalize = region_finalize,
        .class_init = region_class_init,
    }, {
        .name = TYPE_IOMMU_MEMORY_REGION,
        .parent = TYPE_MEMORY_REGION,
        .class_size = sizeof(IOMMUMemoryRegionClass),
        .instance_size = sizeof(IOMMUMemoryRegion),
        .abstract = true,
    },
};
DEFINE_TYPES(memory_types)
