/*
 * memory-backend-memfd: anonymous memory with a descriptor, for sharing with other processes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include "qapi/visitor.h"
#include "hostmem-internal.h"

#ifndef MFD_HUGE_SHIFT
#define MFD_HUGE_SHIFT 26
#endif

typedef struct HostMemoryBackendMemfd {
    HostMemoryBackend parent_obj;
    bool hugetlb;
    uint64_t hugetlbsize;
    bool seal;
} HostMemoryBackendMemfd;
DECLARE_INSTANCE_CHECKER(HostMemoryBackendMemfd, MEMORY_BACKEND_MEMFD, TYPE_MEMORY_BACKEND_MEMFD)

static int make_memfd(HostMemoryBackendMemfd *m, const char *name, uint64_t size, Error **errp)
{
    unsigned flags = MFD_CLOEXEC | (m->seal ? MFD_ALLOW_SEALING : 0);
    int fd;

    if (m->hugetlb) {
        flags |= MFD_HUGETLB;
        if (m->hugetlbsize) {
            flags |= (unsigned)__builtin_ctzll(m->hugetlbsize) << MFD_HUGE_SHIFT;
        }
    }
    fd = memfd_create(name, flags);
    if (fd < 0) {
        error_setg_errno(errp, errno, "failed to create memfd for '%s'", name);
        return -1;
    }
    if (ftruncate(fd, size) < 0) {
        error_setg_errno(errp, errno, "failed to resize memfd of '%s' to %" PRIu64, name, size);
        close(fd);
        return -1;
    }
    /* The other process shall not be able to take the memory away under us. */
    if (m->seal && fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0) {
        error_setg_errno(errp, errno, "failed to seal the memory of '%s'", name);
        close(fd);
        return -1;
    }
    return fd;
}

static bool memfd_backend_alloc(HostMemoryBackend *backend, Error **errp)
{
    g_autofree char *name = host_memory_backend_get_name(backend);
    int fd = make_memfd(MEMORY_BACKEND_MEMFD(backend), name, backend->size, errp);

    if (fd < 0) {
        return false;
    }
    if (!memory_region_init_ram_from_fd(&backend->mr, OBJECT(backend), name, backend->size,
                                        hostmem_ram_flags(backend), fd, 0, errp)) {
        close(fd);
        return false;
    }
    return true;
}

static bool get_hugetlb(Object *obj, Error **errp)
{
    return MEMORY_BACKEND_MEMFD(obj)->hugetlb;
}

static void set_hugetlb(Object *obj, bool value, Error **errp)
{
    if (hostmem_may_change(MEMORY_BACKEND(obj), "hugetlb", errp)) {
        MEMORY_BACKEND_MEMFD(obj)->hugetlb = value;
    }
}

static bool get_seal(Object *obj, Error **errp)
{
    return MEMORY_BACKEND_MEMFD(obj)->seal;
}

static void set_seal(Object *obj, bool value, Error **errp)
{
    if (hostmem_may_change(MEMORY_BACKEND(obj), "seal", errp)) {
        MEMORY_BACKEND_MEMFD(obj)->seal = value;
    }
}

static void get_hugetlbsize(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_size(v, &MEMORY_BACKEND_MEMFD(obj)->hugetlbsize, name, errp);
}

static void set_hugetlbsize(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value;

    if (!hostmem_may_change(MEMORY_BACKEND(obj), name, errp) ||
        !visit_type_size(v, &value, name, errp)) {
        return;
    }
    if (!value || (value & (value - 1))) {
        error_setg(errp, "Property '%s.%s' doesn't take value '%" PRIu64 "', it must be a power "
                   "of two", object_get_typename(obj), name, value);
        return;
    }
    MEMORY_BACKEND_MEMFD(obj)->hugetlbsize = value;
}

static void memfd_backend_init(Object *obj)
{
    MEMORY_BACKEND_MEMFD(obj)->seal = true;
    MEMORY_BACKEND(obj)->share = true;
}

static void memfd_backend_class_init(ObjectClass *oc, void *data)
{
    MEMORY_BACKEND_CLASS(oc)->alloc = memfd_backend_alloc;
    object_class_property_add_bool(oc, "hugetlb", get_hugetlb, set_hugetlb);
    object_class_property_set_description(oc, "hugetlb", "Use huge pages");
    object_class_property_add(oc, "hugetlbsize", "int", get_hugetlbsize, set_hugetlbsize, NULL,
                              NULL);
    object_class_property_set_description(oc, "hugetlbsize", "Huge pages size (ex: 2M, 1G)");
    object_class_property_add_bool(oc, "seal", get_seal, set_seal);
    object_class_property_set_description(oc, "seal", "Seal growing & shrinking");
}

static const TypeInfo memfd_backend_types[] = { {
    .name = TYPE_MEMORY_BACKEND_MEMFD,
    .parent = TYPE_MEMORY_BACKEND,
    .instance_init = memfd_backend_init,
    .class_init = memfd_backend_class_init,
    .instance_size = sizeof(HostMemoryBackendMemfd),
} };
DEFINE_TYPES(memfd_backend_types)
