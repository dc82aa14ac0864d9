/*
 * Memory back ends: what memory-backend-ram, -file and -memfd have in common.
 *
 * Thread: under the BQL.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <sys/syscall.h>
#include <linux/mempolicy.h>
#include "qemu/bitmap.h"
#include "qemu/error-report.h"
#include "qapi/qapi-types.h"
#include "qapi/qapi-visit.h"
#include "qapi/string-input-visitor.h"
#include "hostmem-internal.h"
#include "hw/boards.h"
#include "qom/object_interfaces.h"

/* A touch per page by many threads helps up to about that many. */
#define MAX_PREALLOC_THREADS 16

char *host_memory_backend_get_name(HostMemoryBackend *backend)
{
    Object *obj = OBJECT(backend);

    return backend->use_canonical_path ? object_get_canonical_path(obj)
                                       : g_strdup(object_get_canonical_path_component(obj));
}

bool host_memory_backend_mr_inited(HostMemoryBackend *backend)
{
    return backend->mr.ram_block != NULL;
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
    return host_memory_backend_mr_inited(memdev) ? memdev->mr.ram_block->page_size
                                                 : qemu_real_host_page_size();
}

uint32_t hostmem_ram_flags(const HostMemoryBackend *backend)
{
    return (backend->share ? RAM_SHARED : 0) | (backend->reserve ? 0 : RAM_NORESERVE);
}

bool hostmem_may_change(HostMemoryBackend *backend, const char *name, Error **errp)
{
    if (host_memory_backend_mr_inited(backend)) {
        error_setg(errp, "cannot change property '%s' of %s", name,
                   object_get_typename(OBJECT(backend)));
        return false;
    }
    return true;
}

/* ---- touching all of it beforehand ---- */

typedef struct Touch {
    uint8_t *start;
    size_t pages, page_size;
} Touch;

static void *touch_pages(void *opaque)
{
    Touch *t = opaque;

    for (size_t i = 0; i < t->pages; i++) {
        volatile uint8_t *p = t->start + i * t->page_size;

        /* Writes what is there: the memory may be a file with content. */
        *p = *p;
    }
    return NULL;
}

static void touch_all(uint8_t *ptr, size_t size, size_t page_size, unsigned threads)
{
    size_t pages = size / page_size, each = DIV_ROUND_UP(pages, threads);
    GThread *workers[MAX_PREALLOC_THREADS];
    Touch parts[MAX_PREALLOC_THREADS];
    unsigned n = 0;

    for (size_t first = 0; first < pages; first += each, n++) {
        parts[n] = (Touch) { ptr + first * page_size, MIN(each, pages - first), page_size };
        workers[n] = g_thread_new("prealloc", touch_pages, &parts[n]);
    }
    while (n-- > 0) {
        g_thread_join(workers[n]);
    }
}

static bool preallocate(HostMemoryBackend *backend, Error **errp)
{
    RAMBlock *rb = backend->mr.ram_block;
    unsigned threads = MIN(MAX(backend->prealloc_threads, 1u), MAX_PREALLOC_THREADS);

#ifdef MADV_POPULATE_WRITE
    if (madvise(rb->host, rb->max_length, MADV_POPULATE_WRITE) == 0) {
        return true;
    }
    if (errno != EINVAL) {
        error_setg_errno(errp, errno, "preallocating memory of '%s' failed",
                         memory_region_name(&backend->mr));
        return false;
    }
#endif
    touch_all(rb->host, rb->max_length, rb->page_size, threads);
    return true;
}

/* ---- where on the host it lies ---- */

static bool bind_to_nodes(HostMemoryBackend *backend, Error **errp)
{
    static const int modes[] = {
        [HOST_MEM_POLICY_DEFAULT] = MPOL_DEFAULT,
        [HOST_MEM_POLICY_PREFERRED] = MPOL_PREFERRED,
        [HOST_MEM_POLICY_BIND] = MPOL_BIND,
        [HOST_MEM_POLICY_INTERLEAVE] = MPOL_INTERLEAVE,
    };
    RAMBlock *rb = backend->mr.ram_block;
    bool any = find_first_bit(backend->host_nodes, HOST_MAX_NODES) < HOST_MAX_NODES;
    unsigned long max = HOST_MAX_NODES + 1; /* the kernel looks at one bit less */

    if (backend->policy == HOST_MEM_POLICY_DEFAULT && any) {
        error_setg(errp, "host-nodes must be empty for policy default, or you should explicitly "
                   "specify a policy other than default");
        return false;
    }
    if (backend->policy != HOST_MEM_POLICY_DEFAULT && !any) {
        error_setg(errp, "host-nodes must be set for policy %s",
                   HostMemPolicy_str(backend->policy));
        return false;
    }
    if (!any) {
        return true;
    }
    if (syscall(SYS_mbind, rb->host, rb->max_length, modes[backend->policy], backend->host_nodes,
                max, MPOL_MF_STRICT | MPOL_MF_MOVE) < 0) {
        error_setg_errno(errp, errno, "cannot bind memory to host NUMA nodes");
        return false;
    }
    return true;
}

/* ---- making it ---- */

static void advise(HostMemoryBackend *backend)
{
    RAMBlock *rb = backend->mr.ram_block;

    if (backend->merge) {
        qemu_madvise(rb->host, rb->max_length, QEMU_MADV_MERGEABLE);
    }
    if (!backend->dump) {
        qemu_madvise(rb->host, rb->max_length, QEMU_MADV_DONTDUMP);
    }
}

static void hostmem_complete(UserCreatable *uc, Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(uc);
    HostMemoryBackendClass *bc = MEMORY_BACKEND_GET_CLASS(uc);

    if (!backend->size) {
        error_setg(errp, "can't create backend with size 0");
        return;
    }
    if (!backend->reserve && backend->prealloc) {
        error_setg(errp, "'prealloc=on' and 'reserve=off' are incompatible");
        return;
    }
    if (!bc->alloc(backend, errp)) {
        return;
    }
    advise(backend);
    if (bind_to_nodes(backend, errp) && backend->prealloc) {
        preallocate(backend, errp);
    }
}

static bool hostmem_can_be_deleted(UserCreatable *uc)
{
    return !host_memory_backend_is_mapped(MEMORY_BACKEND(uc));
}

/* ---- properties ---- */

static void get_size(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_size(v, &MEMORY_BACKEND(obj)->size, name, errp);
}

static void set_size(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);
    uint64_t value;

    if (!hostmem_may_change(backend, name, errp) || !visit_type_size(v, &value, name, errp)) {
        return;
    }
    if (!value) {
        error_setg(errp, "property '%s' of %s doesn't take value '%" PRIu64 "'", name,
                   object_get_typename(obj), value);
        return;
    }
    backend->size = value;
}

static void get_threads(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_uint32(v, &MEMORY_BACKEND(obj)->prealloc_threads, name, errp);
}

static void set_threads(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint32_t value;

    if (!visit_type_uint32(v, &value, name, errp)) {
        return;
    }
    if (!value) {
        error_setg(errp, "property '%s' of %s doesn't take value '0'", name,
                   object_get_typename(obj));
        return;
    }
    MEMORY_BACKEND(obj)->prealloc_threads = value;
}

static void get_nodes(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);
    uint16List *list = NULL, **tail = &list;
    unsigned long n = find_first_bit(backend->host_nodes, HOST_MAX_NODES);

    for (; n < HOST_MAX_NODES; n = find_next_bit(backend->host_nodes, HOST_MAX_NODES, n + 1)) {
        *tail = g_new0(uint16List, 1);
        (*tail)->value = n;
        tail = &(*tail)->next;
    }
    visit_type_uint16List(v, &list, name, errp);
    qapi_free_uint16List(list);
}

/* A list of numbers, or text with ranges ("0-3,8"), which is what the command line gives. */
static bool visit_nodes(Visitor *v, const char *name, uint16List **list, Error **errp)
{
    g_autofree char *text = NULL;
    Error *err = NULL;

    if (visit_type_str(v, &text, name, NULL)) {
        v = string_input_visitor_new(text);
        visit_type_uint16List(v, list, name, &err);
        visit_free(v);
    } else {
        visit_type_uint16List(v, list, name, &err);
    }
    if (err) {
        error_prepend(&err, "%s: ", name);
    }
    error_propagate(errp, err);
    return !err;
}

static void set_nodes(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);
    uint16List *list = NULL, *e;

    if (!hostmem_may_change(backend, name, errp) || !visit_nodes(v, name, &list, errp)) {
        return;
    }
    bitmap_zero(backend->host_nodes, HOST_MAX_NODES);
    for (e = list; e; e = e->next) {
        if (e->value >= HOST_MAX_NODES) {
            error_setg(errp, "Invalid host-nodes value: %u (0 to %d are allowed)", e->value,
                       HOST_MAX_NODES - 1);
            break;
        }
        set_bit(e->value, backend->host_nodes);
    }
    qapi_free_uint16List(list);
}

static int get_policy(Object *obj, Error **errp)
{
    return MEMORY_BACKEND(obj)->policy;
}

static void set_policy(Object *obj, int value, Error **errp)
{
    if (hostmem_may_change(MEMORY_BACKEND(obj), "policy", errp)) {
        MEMORY_BACKEND(obj)->policy = value;
    }
}

static bool get_share(Object *obj, Error **errp)
{
    return MEMORY_BACKEND(obj)->share;
}

static void set_share(Object *obj, bool value, Error **errp)
{
    if (hostmem_may_change(MEMORY_BACKEND(obj), "share", errp)) {
        MEMORY_BACKEND(obj)->share = value;
    }
}

static bool get_reserve(Object *obj, Error **errp)
{
    return MEMORY_BACKEND(obj)->reserve;
}

static void set_reserve(Object *obj, bool value, Error **errp)
{
    if (hostmem_may_change(MEMORY_BACKEND(obj), "reserve", errp)) {
        MEMORY_BACKEND(obj)->reserve = value;
    }
}

static bool get_merge(Object *obj, Error **errp)
{
    return MEMORY_BACKEND(obj)->merge;
}

static void set_merge(Object *obj, bool value, Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);

    if (host_memory_backend_mr_inited(backend) && value != backend->merge) {
        qemu_madvise(backend->mr.ram_block->host, backend->size,
                     value ? QEMU_MADV_MERGEABLE : QEMU_MADV_UNMERGEABLE);
    }
    backend->merge = value;
}

static bool get_dump(Object *obj, Error **errp)
{
    return MEMORY_BACKEND(obj)->dump;
}

static void set_dump(Object *obj, bool value, Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);

    if (host_memory_backend_mr_inited(backend) && value != backend->dump) {
        qemu_madvise(backend->mr.ram_block->host, backend->size,
                     value ? QEMU_MADV_DODUMP : QEMU_MADV_DONTDUMP);
    }
    backend->dump = value;
}

static bool get_prealloc(Object *obj, Error **errp)
{
    return MEMORY_BACKEND(obj)->prealloc;
}

static void set_prealloc(Object *obj, bool value, Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);

    if (value && !backend->prealloc && host_memory_backend_mr_inited(backend) &&
        !preallocate(backend, errp)) {
        return;
    }
    backend->prealloc = value;
}

static bool get_canonical(Object *obj, Error **errp)
{
    return MEMORY_BACKEND(obj)->use_canonical_path;
}

static void set_canonical(Object *obj, bool value, Error **errp)
{
    MEMORY_BACKEND(obj)->use_canonical_path = value;
}

static void hostmem_init(Object *obj)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);
    MachineState *machine = current_machine;

    backend->merge = machine ? machine_mem_merge(machine) : true;
    backend->dump = machine ? machine_dump_guest_core(machine) : true;
    backend->reserve = true;
    backend->prealloc_threads = machine ? machine->smp.cpus : 1;
}

/* Machine versions and -mem-prealloc have their say before the options of the object itself. */
static void hostmem_post_init(Object *obj)
{
    object_apply_compat_props(obj);
}

static const struct {
    const char *name;
    bool (*get)(Object *, Error **);
    void (*set)(Object *, bool, Error **);
    const char *description;
} bool_props[] = {
    { "merge", get_merge, set_merge, "Mark memory as mergeable" },
    { "dump", get_dump, set_dump, "Set to 'off' to exclude from core dump" },
    { "prealloc", get_prealloc, set_prealloc, "Preallocate memory" },
    { "share", get_share, set_share, "Mark the memory as private to QEMU or shared" },
    { "reserve", get_reserve, set_reserve, "Reserve swap space (or huge pages) if applicable" },
    { "x-use-canonical-path-for-ramblock-id", get_canonical, set_canonical,
      "Name the memory in the migration stream by its full path" },
};

static void hostmem_class_init(ObjectClass *oc, void *data)
{
    UserCreatableClass *ucc = USER_CREATABLE_CLASS(oc);

    ucc->complete = hostmem_complete;
    ucc->can_be_deleted = hostmem_can_be_deleted;
    for (size_t i = 0; i < ARRAY_SIZE(bool_props); i++) {
        object_class_property_add_bool(oc, bool_props[i].name, bool_props[i].get,
                                       bool_props[i].set);
        object_class_property_set_description(oc, bool_props[i].name, bool_props[i].description);
    }
    object_class_property_add(oc, "size", "int", get_size, set_size, NULL, NULL);
    object_class_property_set_description(oc, "size", "Size of the memory region (ex: 500M)");
    object_class_property_add(oc, "prealloc-threads", "int", get_threads, set_threads, NULL, NULL);
    object_class_property_set_description(oc, "prealloc-threads",
                                          "Number of CPU threads to use for prealloc");
    object_class_property_add(oc, "host-nodes", "int", get_nodes, set_nodes, NULL, NULL);
    object_class_property_set_description(oc, "host-nodes", "Binds memory to the list of NUMA "
                                          "host nodes");
    object_class_property_add_enum(oc, "policy", "HostMemPolicy", HostMemPolicy_lookup,
                                   get_policy, set_policy);
    object_class_property_set_description(oc, "policy", "Set the NUMA policy");
}

static const TypeInfo hostmem_types[] = { {
    .name = TYPE_MEMORY_BACKEND,
    .parent = TYPE_OBJECT,
    .abstract = true,
    .class_size = sizeof(HostMemoryBackendClass),
    .class_init = hostmem_class_init,
    .instance_size = sizeof(HostMemoryBackend),
    .instance_init = hostmem_init,
    .instance_post_init = hostmem_post_init,
    .interfaces = (InterfaceInfo[]) { { TYPE_USER_CREATABLE }, { } },
} };
DEFINE_TYPES(hostmem_types)
