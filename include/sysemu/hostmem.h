/*
 * Memory back ends: -object memory-backend-ram, -file, -memfd.
 *
 * Thread: under the big lock (BQL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SYSEMU_HOSTMEM_H
#define SYSEMU_HOSTMEM_H

#include "qom/object.h"
#include "qemu/bitmap.h"
#include "exec/memory.h"
#include "qapi/qapi-types.h"

#define TYPE_MEMORY_BACKEND "memory-backend"
typedef struct HostMemoryBackend HostMemoryBackend;
typedef struct HostMemoryBackendClass HostMemoryBackendClass;
DECLARE_OBJ_CHECKERS(HostMemoryBackend, HostMemoryBackendClass, MEMORY_BACKEND,
                     TYPE_MEMORY_BACKEND)
#define TYPE_MEMORY_BACKEND_RAM "memory-backend-ram"
#define TYPE_MEMORY_BACKEND_FILE "memory-backend-file"
#define TYPE_MEMORY_BACKEND_MEMFD "memory-backend-memfd"

struct HostMemoryBackendClass {
    ObjectClass parent_class;
    /* Makes backend->mr; false with @errp set. */
    bool (*alloc)(HostMemoryBackend *backend, Error **errp);
};

#define HOST_MAX_NODES 128

struct HostMemoryBackend {
    Object parent_obj;
    uint64_t size;
    bool merge, dump, use_canonical_path;
    bool prealloc, is_mapped, share, reserve;
    uint32_t prealloc_threads;
    DECLARE_BITMAP(host_nodes, HOST_MAX_NODES);
    HostMemPolicy policy;
    MemoryRegion mr;
};

/* True once the memory exists. */
bool host_memory_backend_mr_inited(HostMemoryBackend *backend);
MemoryRegion *host_memory_backend_get_memory(HostMemoryBackend *backend);
/* A back end may be used once: by a machine, a NUMA node or a DIMM. */
void host_memory_backend_set_mapped(HostMemoryBackend *backend, bool mapped);
bool host_memory_backend_is_mapped(HostMemoryBackend *backend);
size_t host_memory_backend_pagesize(HostMemoryBackend *memdev);
/* Name of the RAM region, to g_free(). */
char *host_memory_backend_get_name(HostMemoryBackend *backend);

#endif
