/*
 * memory-backend-file: memory that is a file, or an unnamed file in a directory (huge pages).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/visitor.h"
#include "hostmem-internal.h"

typedef struct HostMemoryBackendFile {
    HostMemoryBackend parent_obj;
    char *mem_path;
    uint64_t align;
    bool discard_data;
    bool readonly;
} HostMemoryBackendFile;
DECLARE_INSTANCE_CHECKER(HostMemoryBackendFile, MEMORY_BACKEND_FILE, TYPE_MEMORY_BACKEND_FILE)

static bool file_backend_alloc(HostMemoryBackend *backend, Error **errp)
{
    HostMemoryBackendFile *fb = MEMORY_BACKEND_FILE(backend);
    g_autofree char *name = host_memory_backend_get_name(backend);

    if (!fb->mem_path) {
        error_setg(errp, "mem-path property not set");
        return false;
    }
    return memory_region_init_ram_from_file(&backend->mr, OBJECT(backend), name, backend->size,
                                            fb->align, hostmem_ram_flags(backend), fb->mem_path,
                                            fb->readonly, errp);
}

static char *get_mem_path(Object *obj, Error **errp)
{
    return g_strdup(MEMORY_BACKEND_FILE(obj)->mem_path);
}

static void set_mem_path(Object *obj, const char *value, Error **errp)
{
    HostMemoryBackendFile *fb = MEMORY_BACKEND_FILE(obj);

    if (hostmem_may_change(MEMORY_BACKEND(obj), "mem-path", errp)) {
        g_free(fb->mem_path);
        fb->mem_path = g_strdup(value);
    }
}

static bool get_discard(Object *obj, Error **errp)
{
    return MEMORY_BACKEND_FILE(obj)->discard_data;
}

static void set_discard(Object *obj, bool value, Error **errp)
{
    MEMORY_BACKEND_FILE(obj)->discard_data = value;
}

static bool get_readonly(Object *obj, Error **errp)
{
    return MEMORY_BACKEND_FILE(obj)->readonly;
}

static void set_readonly(Object *obj, bool value, Error **errp)
{
    if (hostmem_may_change(MEMORY_BACKEND(obj), "readonly", errp)) {
        MEMORY_BACKEND_FILE(obj)->readonly = value;
    }
}

static void get_align(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_size(v, &MEMORY_BACKEND_FILE(obj)->align, name, errp);
}

static void set_align(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value;

    if (hostmem_may_change(MEMORY_BACKEND(obj), name, errp) &&
        visit_type_size(v, &value, name, errp)) {
        MEMORY_BACKEND_FILE(obj)->align = value;
    }
}

/* The file's content need not be kept: its pages are not worth writing to disk. */
static void file_backend_unparent(Object *obj)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);

    if (host_memory_backend_mr_inited(backend) && MEMORY_BACKEND_FILE(obj)->discard_data) {
        qemu_madvise(backend->mr.ram_block->host, backend->size, QEMU_MADV_REMOVE);
    }
}

static void file_backend_finalize(Object *obj)
{
    g_free(MEMORY_BACKEND_FILE(obj)->mem_path);
}

static void file_backend_class_init(ObjectClass *oc, void *data)
{
    MEMORY_BACKEND_CLASS(oc)->alloc = file_backend_alloc;
    oc->unparent = file_backend_unparent;
    object_class_property_add_str(oc, "mem-path", get_mem_path, set_mem_path);
    object_class_property_add_bool(oc, "discard-data", get_discard, set_discard);
    object_class_property_add_bool(oc, "readonly", get_readonly, set_readonly);
    object_class_property_add(oc, "align", "int", get_align, set_align, NULL, NULL);
}

static const TypeInfo file_backend_types[] = { {
    .name = TYPE_MEMORY_BACKEND_FILE,
    .parent = TYPE_MEMORY_BACKEND,
    .class_init = file_backend_class_init,
    .instance_finalize = file_backend_finalize,
    .instance_size = sizeof(HostMemoryBackendFile),
} };
DEFINE_TYPES(file_backend_types)
