/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory back ends: what guest RAM is made of.
 *
 *   memory-backend-ram    anonymous memory
 *   memory-backend-file   a file, or a new file in a folder (hugetlbfs)
 *   memory-backend-memfd  an anonymous file that other processes can be given
 *
 * Thread: big lock; preallocation touches pages in helper threads of its own.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "exec/ramblock.h"
#include "hw/boards.h"
#include "qom/object_interfaces.h"
#include "sysemu/hostmem.h"

#include <sys/syscall.h>

/* Kept apart from the header's struct: what only one kind needs. */
typedef struct HostMemoryBackendFile {
    HostMemoryBackend parent_obj;
    char *mem_path;
    uint64_t align, offset;
    bool discard_data, readonly, pmem;
} HostMemoryBackendFile;

typedef struct HostMemoryBackendMemfd {
    HostMemoryBackend parent_obj;
    bool hugetlb, seal;
    uint64_t hugetlbsize;
} HostMemoryBackendMemfd;

DECLARE_INSTANCE_CHECKER(HostMemoryBackendFile, MEMORY_BACKEND_FILE, TYPE_MEMORY_BACKEND_FILE)
DECLARE_INSTANCE_CHECKER(HostMemoryBackendMemfd, MEMORY_BACKEND_MEMFD, TYPE_MEMORY_BACKEND_MEMFD)

bool host_memory_backend_mr_inited(HostMemoryBackend *backend)
{
    return memory_region_size(&backend->mr) != 0;
}

MemoryRegion *host_memory_backend_get_memory(HostMemoryBackend *backend)
{
    return host_memory_backend_mr_inited(backend) ? &backend->mr : NULL;
}

void host_memory_backend_set_mapped(HostMemoryBackend *backend, bool mapped)
{
    backend->is_mapped = mapped;
}

bool host_memory_backend_is_mapped(HostMemoryBackend *backend)
{
    return backend->is_mapped;
}

size_t host_memory_backend_pagesize(HostMemoryBackend *memdev)
{
    return qemu_ram_pagesize(memdev->mr.ram_block);
}

char *host_memory_backend_get_name(HostMemoryBackend *backend)
{
    return g_strdup(object_get_canonical_path_component(OBJECT(backend)));
}

/* ---- kinds ---- */

static uint32_t ram_flags(const HostMemoryBackend *b)
{
    return (b->share ? RAM_SHARED : 0) | (b->reserve ? 0 : RAM_NORESERVE);
}

static bool ram_alloc(HostMemoryBackend *b, Error **errp)
{
    g_autofree char *name = host_memory_backend_get_name(b);

    return memory_region_init_ram_flags_nomigrate(&b->mr, OBJECT(b), name, b->size, ram_flags(b),
                                                  errp);
}

static bool file_alloc(HostMemoryBackend *b, Error **errp)
{
    HostMemoryBackendFile *f = MEMORY_BACKEND_FILE(b);
    g_autofree char *name = host_memory_backend_get_name(b);

    if (!f->mem_path) {
        error_setg(errp, "mem-path property not set");
        return false;
    }
    return memory_region_init_ram_from_file(&b->mr, OBJECT(b), name, b->size, f->align,
                                            ram_flags(b), f->mem_path, f->readonly, errp);
}

static bool memfd_alloc(HostMemoryBackend *b, Error **errp)
{
    HostMemoryBackendMemfd *m = MEMORY_BACKEND_MEMFD(b);
    g_autofree char *name = host_memory_backend_get_name(b);
    unsigned flags = MFD_CLOEXEC | (m->seal ? MFD_ALLOW_SEALING : 0);
    int fd;

    if (m->hugetlb) {
        flags |= MFD_HUGETLB;
        if (m->hugetlbsize) {
            if (!is_power_of_2(m->hugetlbsize)) {
                error_setg(errp, "hugetlbsize must be a power of two, not %" PRIu64,
                           m->hugetlbsize);
                return false;
            }
            flags |= ctz64(m->hugetlbsize) << 26; /* MFD_HUGE_SHIFT */
        }
    }
    fd = memfd_create("memory-backend-memfd", flags);
    if (fd < 0 || ftruncate(fd, b->size) < 0) {
        error_setg_errno(errp, errno, "cannot create a memfd of %" PRIu64 " bytes", b->size);
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    if (m->seal) {
        (void)fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
    }
    return memory_region_init_ram_from_fd(&b->mr, OBJECT(b), name, b->size, ram_flags(b), fd, 0,
                                          errp);
}

/* ---- completion ---- */

static bool bind_to_nodes(HostMemoryBackend *b, Error **errp)
{
    unsigned long nodes = find_last_bit(b->host_nodes, HOST_MAX_NODES);
    bool any = nodes < HOST_MAX_NODES;

    if (any == (b->policy == HOST_MEM_POLICY_KIND_DEFAULT)) {
        error_setg(errp, any ? "host-nodes must be empty for policy default, or you should "
                               "explicitly specify a policy other than default"
                             : "host-nodes must be set for policy %d", b->policy);
        return false;
    }
    if (any && syscall(SYS_mbind, memory_region_get_ram_ptr(&b->mr), b->size, b->policy,
                       b->host_nodes, nodes + 2, 3 /* strict, move */) < 0) {
        error_setg_errno(errp, errno, "cannot bind memory to host NUMA nodes");
        return false;
    }
    return true;
}

static bool preallocate(HostMemoryBackend *b, Error **errp)
{
    /* MADV_POPULATE_WRITE reports failure where touching pages would kill the process. */
    if (madvise(memory_region_get_ram_ptr(&b->mr), b->size, 23) < 0) {
        error_setg_errno(errp, errno, "cannot preallocate %" PRIu64 " bytes of memory", b->size);
        return false;
    }
    return true;
}

static void hostmem_complete(UserCreatable *uc, Error **errp)
{
    HostMemoryBackend *b = MEMORY_BACKEND(uc);
    HostMemoryBackendClass *bc = MEMORY_BACKEND_GET_CLASS(uc);
    void *p;

    if (!b->size) {
        error_setg(errp, "can't create backend with size 0");
        return;
    }
    if (!bc->alloc(b, errp)) {
        return;
    }
    p = memory_region_get_ram_ptr(&b->mr);
    qemu_madvise(p, b->size, QEMU_MADV_HUGEPAGE);
    if (b->merge) {
        qemu_madvise(p, b->size, QEMU_MADV_MERGEABLE);
    }
    if (!b->dump) {
        qemu_madvise(p, b->size, QEMU_MADV_DONTDUMP);
    }
    if (!bind_to_nodes(b, errp)) {
        return;
    }
    if (b->prealloc) {
        preallocate(b, errp);
    }
}

static bool hostmem_can_be_deleted(UserCreatable *uc)
{
    return !host_memory_backend_is_mapped(MEMORY_BACKEND(uc));
}

/* ---- properties ---- */

#define CHECK_NOT_MADE(b, name)                                                                  \
    if (host_memory_backend_mr_inited(b)) {                                                      \
        error_setg(errp, "cannot change property '%s' of %s: the memory exists", name,           \
                   object_get_typename(OBJECT(b)));                                              \
        return;                                                                                  \
    }

static void get_size(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t size = MEMORY_BACKEND(obj)->size;

    visit_type_size(v, &size, name, errp);
}

static void set_size(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    HostMemoryBackend *b = MEMORY_BACKEND(obj);
    uint64_t size = 0;

    CHECK_NOT_MADE(b, name);
    if (!visit_type_size(v, &size, name, errp)) {
        return;
    }
    if (!size) {
        error_setg(errp, "property '%s' of %s doesn't take value '0'", name,
                   object_get_typename(obj));
        return;
    }
    b->size = size;
}

typedef struct FlagProp {
    const char *name;
    size_t offset;
    const char *description;
} FlagProp;

static const FlagProp common_flags[] = {
    { "merge", offsetof(HostMemoryBackend, merge), "Mark memory as mergeable" },
    { "dump", offsetof(HostMemoryBackend, dump), "Set to 'off' to exclude from core dump" },
    { "prealloc", offsetof(HostMemoryBackend, prealloc), "Preallocate memory" },
    { "share", offsetof(HostMemoryBackend, share),
      "Mark the memory as private to QEMU or shared" },
    { "reserve", offsetof(HostMemoryBackend, reserve),
      "Reserve swap space (or huge pages) if applicable" },
    { "x-use-canonical-path-for-ramblock-id", offsetof(HostMemoryBackend, use_canonical_path),
      "Name the RAM by its canonical path" },
};
static const FlagProp file_flags[] = {
    { "discard-data", offsetof(HostMemoryBackendFile, discard_data),
      "Destroy the file's content at exit" },
    { "readonly", offsetof(HostMemoryBackendFile, readonly), "Open the file read-only" },
};
static const FlagProp memfd_flags[] = {
    { "hugetlb", offsetof(HostMemoryBackendMemfd, hugetlb), "Use huge pages" },
    { "seal", offsetof(HostMemoryBackendMemfd, seal), "Seal growing & shrinking" },
};

static bool *flag_of(Object *obj, void *opaque)
{
    return (bool *)((char *)obj + ((const FlagProp *)opaque)->offset);
}

static void get_flag(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_bool(v, flag_of(obj, opaque), name, errp);
}

static void set_flag(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    HostMemoryBackend *b = MEMORY_BACKEND(obj);
    bool val = false;

    CHECK_NOT_MADE(b, name);
    if (visit_type_bool(v, &val, name, errp)) {
        *flag_of(obj, opaque) = val;
    }
}

static void add_flags(ObjectClass *oc, const FlagProp *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        object_class_property_add(oc, p[i].name, "bool", get_flag, set_flag, NULL,
                                  (void *)&p[i]);
        object_class_property_set_description(oc, p[i].name, p[i].description);
    }
}

static char *get_mem_path(Object *obj, Error **errp)
{
    return g_strdup(MEMORY_BACKEND_FILE(obj)->mem_path);
}

static bool set_mem_path(Object *obj, const char *value, Error **errp)
{
    HostMemoryBackendFile *f = MEMORY_BACKEND_FILE(obj);

    if (host_memory_backend_mr_inited(&f->parent_obj)) {
        error_setg(errp, "cannot change property 'mem-path' of %s", object_get_typename(obj));
        return false;
    }
    g_free(f->mem_path);
    f->mem_path = g_strdup(value);
    return true;
}

static void set_mem_path_void(Object *obj, const char *value, Error **errp)
{
    set_mem_path(obj, value, errp);
}

static void get_u64(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_size(v, (uint64_t *)((char *)obj + (uintptr_t)opaque), name, errp);
}

static void set_u64(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    HostMemoryBackend *b = MEMORY_BACKEND(obj);

    CHECK_NOT_MADE(b, name);
    visit_type_size(v, (uint64_t *)((char *)obj + (uintptr_t)opaque), name, errp);
}

/* ---- types ---- */

static void backend_init(Object *obj)
{
    HostMemoryBackend *b = MEMORY_BACKEND(obj);

    b->merge = current_machine ? machine_mem_merge(current_machine) : true;
    b->dump = current_machine ? machine_dump_guest_core(current_machine) : true;
    b->reserve = true;
}

static void memfd_init(Object *obj)
{
    MEMORY_BACKEND_MEMFD(obj)->seal = true;
    MEMORY_BACKEND(obj)->share = true;
}

static void file_finalize(Object *obj)
{
    HostMemoryBackendFile *f = MEMORY_BACKEND_FILE(obj);

    if (host_memory_backend_mr_inited(&f->parent_obj) && f->discard_data) {
        qemu_madvise(memory_region_get_ram_ptr(&f->parent_obj.mr), f->parent_obj.size,
                     QEMU_MADV_REMOVE);
    }
    g_free(f->mem_path);
}

static void backend_class_init(ObjectClass *oc, void *data)
{
    UserCreatableClass *uc = USER_CREATABLE_CLASS(oc);

    uc->complete = hostmem_complete;
    uc->can_be_deleted = hostmem_can_be_deleted;
    add_flags(oc, common_flags, ARRAY_SIZE(common_flags));
    object_class_property_add(oc, "size", "size", get_size, set_size, NULL, NULL);
    object_class_property_set_description(oc, "size", "Size of the memory region (ex: 500M)");
}

static void ram_class_init(ObjectClass *oc, void *data)
{
    MEMORY_BACKEND_CLASS(oc)->alloc = ram_alloc;
}

static void file_class_init(ObjectClass *oc, void *data)
{
    MEMORY_BACKEND_CLASS(oc)->alloc = file_alloc;
    add_flags(oc, file_flags, ARRAY_SIZE(file_flags));
    object_class_property_add_str(oc, "mem-path", get_mem_path, set_mem_path_void);
    object_class_property_add(oc, "align", "size", get_u64, set_u64, NULL,
                              (void *)offsetof(HostMemoryBackendFile, align));
}

static void memfd_class_init(ObjectClass *oc, void *data)
{
    MEMORY_BACKEND_CLASS(oc)->alloc = memfd_alloc;
    add_flags(oc, memfd_flags, ARRAY_SIZE(memfd_flags));
    object_class_property_add(oc, "hugetlbsize", "size", get_u64, set_u64, NULL,
                              (void *)offsetof(HostMemoryBackendMemfd, hugetlbsize));
}

static const TypeInfo hostmem_types[] = {
    {
        .name = TYPE_MEMORY_BACKEND,
        .parent = TYPE_OBJECT,
        .abstract = true,
        .class_size = sizeof(HostMemoryBackendClass),
        .class_init = backend_class_init,
        .instance_size = sizeof(HostMemoryBackend),
        .instance_init = backend_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_USER_CREATABLE }, { } },
    }, {
        .name = TYPE_MEMORY_BACKEND_RAM,
        .parent = TYPE_MEMORY_BACKEND,
        .class_init = ram_class_init,
    }, {
        .name = TYPE_MEMORY_BACKEND_FILE,
        .parent = TYPE_MEMORY_BACKEND,
        .class_init = file_class_init,
        .instance_size = sizeof(HostMemoryBackendFile),
        .instance_finalize = file_finalize,
    }, {
        .name = TYPE_MEMORY_BACKEND_MEMFD,
        .parent = TYPE_MEMORY_BACKEND,
        .class_init = memfd_class_init,
        .instance_size = sizeof(HostMemoryBackendMemfd),
        .instance_init = memfd_init,
    },
};
DEFINE_TYPES(hostmem_types)
