/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine as an object: its properties (-machine), its memory, and finding a class by name.
 *
 * Thread: big lock; properties are set before the board is built.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "hw/boards.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qom/object_interfaces.h"
#include "sysemu/hostmem.h"
#include "sysemu/reset.h"
#include "sysemu/runstate.h"

MachineState *current_machine;

/* ---- string and flag properties, as data ---- */

typedef struct StringProp {
    const char *name;
    size_t offset;
    const char *description;
} StringProp;

static const StringProp string_props[] = {
    { "kernel", offsetof(MachineState, kernel_filename), "Linux kernel image file" },
    { "initrd", offsetof(MachineState, initrd_filename), "Linux initial ramdisk file" },
    { "append", offsetof(MachineState, kernel_cmdline), "Linux kernel command line" },
    { "dtb", offsetof(MachineState, dtb), "Linux kernel device tree file" },
    { "dumpdtb", offsetof(MachineState, dumpdtb), "Dump current dtb to a file and quit" },
    { "firmware", offsetof(MachineState, firmware), "Firmware image" },
    { "dt-compatible", offsetof(MachineState, dt_compatible),
      "Overrides the \"compatible\" property of the dt root node" },
    { "memory-backend", offsetof(MachineState, ram_memdev_id), "Set RAM backend" },
};

typedef struct BoolProp {
    const char *name;
    size_t offset;
    const char *description;
} BoolProp;

static const BoolProp bool_props[] = {
    { "dump-guest-core", offsetof(MachineState, dump_guest_core),
      "Include guest memory in a core dump" },
    { "mem-merge", offsetof(MachineState, mem_merge), "Enable/disable memory merge support" },
    { "usb", offsetof(MachineState, usb), "Set on/off to enable/disable usb" },
    { "graphics", offsetof(MachineState, graphics),
      "Set on/off to enable/disable graphics emulation" },
    { "suppress-vmdesc", offsetof(MachineState, suppress_vmdesc),
      "Set on to disable self-describing migration" },
};

static const StringProp *find_string_prop(const char *name)
{
    for (unsigned i = 0; i < ARRAY_SIZE(string_props); i++) {
        if (strcmp(string_props[i].name, name) == 0) {
            return &string_props[i];
        }
    }
    return NULL;
}

static void string_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    char **p = (void *)((char *)obj + find_string_prop(name)->offset);
    char *s = *p ? *p : (char *)"";

    visit_type_str(v, &s, name, errp);
}

static void string_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    char **p = (void *)((char *)obj + find_string_prop(name)->offset), *s;

    if (visit_type_str(v, &s, name, errp)) {
        g_free(*p);
        *p = s;
    }
}

static const BoolProp *find_bool_prop(const char *name)
{
    for (unsigned i = 0; i < ARRAY_SIZE(bool_props); i++) {
        if (strcmp(bool_props[i].name, name) == 0) {
            return &bool_props[i];
        }
    }
    return NULL;
}

static void bool_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_bool(v, (bool *)((char *)obj + find_bool_prop(name)->offset), name, errp);
}

static void bool_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    bool b;

    if (visit_type_bool(v, &b, name, errp)) {
        *(bool *)((char *)obj + find_bool_prop(name)->offset) = b;
        if (strcmp(name, "usb") == 0) {
            MACHINE(obj)->usb_disabled = !b;
        }
    }
}

/* ---- the object ---- */

static void machine_instance_init(Object *obj)
{
    MachineState *ms = MACHINE(obj);
    MachineClass *mc = MACHINE_GET_CLASS(obj);

    ms->dump_guest_core = true;
    ms->mem_merge = true;
    ms->graphics = true;
    ms->enable_graphics = true;
    ms->kernel_cmdline = g_strdup("");
    ms->ram_size = mc->default_ram_size;
    ms->maxram_size = mc->default_ram_size;
    ms->boot_config.splash_time = -1;
    ms->boot_config.reboot_timeout = -1;
    ms->smp.cpus = MAX(mc->default_cpus, 1);
    ms->smp.max_cpus = MAX(mc->default_cpus, 1);
    ms->smp.sockets = ms->smp.dies = ms->smp.clusters = ms->smp.cores = ms->smp.threads = 1;
    if (mc->get_default_cpu_node_id || mc->cpu_index_to_instance_props) {
        ms->numa_state = g_new0(NumaState, 1);
    }
}

static void machine_finalize(Object *obj)
{
    MachineState *ms = MACHINE(obj);

    for (unsigned i = 0; i < ARRAY_SIZE(string_props); i++) {
        char **p = (void *)((char *)ms + string_props[i].offset);
        g_free(*p);
    }
    g_free(ms->boot_config.order);
    g_free(ms->boot_config.once);
    g_free(ms->boot_config.splash);
    g_free(ms->numa_state);
}

static char *machine_get_type(Object *obj, Error **errp)
{
    return g_strdup(object_get_typename(obj));
}

static void machine_class_base_init(ObjectClass *oc, void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);

    mc->max_cpus = mc->max_cpus ? mc->max_cpus : 1;
    mc->min_cpus = mc->min_cpus ? mc->min_cpus : 1;
    mc->default_cpus = mc->default_cpus ? mc->default_cpus : 1;
    if (!object_class_is_abstract(oc)) {
        const char *type = object_class_get_name(oc);

        assert(g_str_has_suffix(type, TYPE_MACHINE_SUFFIX));
        mc->name = g_strndup(type, strlen(type) - strlen(TYPE_MACHINE_SUFFIX));
        mc->compat_props = g_ptr_array_new();
    }
}

static void machine_class_init(ObjectClass *oc, void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);

    mc->default_ram_size = 128 * MiB;
    mc->rom_file_has_mr = true;
    mc->numa_mem_supported = false;
    for (unsigned i = 0; i < ARRAY_SIZE(string_props); i++) {
        object_class_property_add(oc, string_props[i].name, "string", string_get, string_set,
                                  NULL, NULL);
        object_class_property_set_description(oc, string_props[i].name,
                                              string_props[i].description);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(bool_props); i++) {
        object_class_property_add(oc, bool_props[i].name, "bool", bool_get, bool_set, NULL, NULL);
        object_class_property_set_description(oc, bool_props[i].name, bool_props[i].description);
    }
    object_class_property_add_str(oc, "type-name", machine_get_type, NULL);
}

/* ---- finding one ---- */

MachineClass *machine_class_find(const char *name, Error **errp)
{
    GSList *list = object_class_get_list(TYPE_MACHINE, false);
    MachineClass *found = NULL;

    for (GSList *l = list; l && !found; l = l->next) {
        MachineClass *mc = l->data;

        if (name ? strcmp(mc->name, name) == 0 || g_strcmp0(mc->alias, name) == 0
                 : mc->is_default) {
            found = mc;
        }
    }
    g_slist_free(list);
    if (!found) {
        if (name) {
            error_setg(errp, "unsupported machine type \"%s\"", name);
            error_append_hint(errp, "Use -machine help to list supported machines\n");
        } else {
            error_setg(errp, "No machine specified, and there is no default");
            error_append_hint(errp, "Use -machine help to list supported machines\n");
        }
    }
    return found;
}

void machine_class_allow_dynamic_sysbus_dev(MachineClass *mc, const char *type)
{
    if (!mc->allowed_dynamic_sysbus_devices) {
        mc->allowed_dynamic_sysbus_devices = g_ptr_array_new_with_free_func(g_free);
    }
    g_ptr_array_add(mc->allowed_dynamic_sysbus_devices, g_strdup(type));
}

bool device_type_is_dynamic_sysbus(MachineClass *mc, const char *type)
{
    ObjectClass *klass = object_class_by_name(type);

    for (unsigned i = 0; mc->allowed_dynamic_sysbus_devices && klass &&
                         i < mc->allowed_dynamic_sysbus_devices->len; i++) {
        if (object_class_dynamic_cast(klass, mc->allowed_dynamic_sysbus_devices->pdata[i])) {
            return true;
        }
    }
    return false;
}

bool device_is_dynamic_sysbus(MachineClass *mc, DeviceState *dev)
{
    return device_type_is_dynamic_sysbus(mc, object_get_typename(OBJECT(dev)));
}

bool machine_usb(MachineState *machine)
{
    return machine->usb;
}

int machine_phandle_start(MachineState *machine)
{
    return machine->phandle_start;
}

bool machine_dump_guest_core(MachineState *machine)
{
    return machine->dump_guest_core;
}

bool machine_mem_merge(MachineState *machine)
{
    return machine->mem_merge;
}

CPUArchIdList *machine_cpu_arch_ids_by_index(MachineState *ms)
{
    unsigned n = ms->smp.max_cpus;

    if (!ms->possible_cpus) {
        ms->possible_cpus = g_malloc0(sizeof(CPUArchIdList) + n * sizeof(CPUArchId));
        ms->possible_cpus->len = n;
        for (unsigned i = 0; i < n; i++) {
            ms->possible_cpus->cpus[i].arch_id = i;
            ms->possible_cpus->cpus[i].vcpus_count = 1;
            ms->possible_cpus->cpus[i].type = ms->cpu_type;
            ms->possible_cpus->cpus[i].props.has_core_id = true;
            ms->possible_cpus->cpus[i].props.core_id = i;
        }
    }
    return ms->possible_cpus;
}

void compat_props_add(GPtrArray *arr, GlobalProperty props[], size_t nelem)
{
    for (size_t i = 0; i < nelem; i++) {
        g_ptr_array_add(arr, &props[i]);
    }
}

GlobalProperty hw_compat_7_1[] = {
    { "virtio-device", "queue_reset", "false" },
};
const size_t hw_compat_7_1_len = ARRAY_SIZE(hw_compat_7_1);

/* ---- memory and init ---- */

void machine_consume_memdev(MachineState *machine, HostMemoryBackend *backend)
{
    machine->ram = host_memory_backend_get_memory(backend);
    host_memory_backend_set_mapped(backend, true);
    if (machine->ram) {
        vmstate_register_ram_global(machine->ram);
        machine->ram_size = memory_region_size(machine->ram);
    }
}

static HostMemoryBackend *find_memdev(const char *id, Error **errp)
{
    Object *o = object_resolve_path_type(id, TYPE_MEMORY_BACKEND, NULL);

    if (!o) {
        error_setg(errp, "Memory backend '%s' not found", id);
        return NULL;
    }
    return MEMORY_BACKEND(o);
}

/* RAM that no -object describes: a back end of our own, in the way the options ask for. */
static bool create_default_memdev(MachineState *ms, const char *path, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(ms);
    Object *o = object_new(path ? TYPE_MEMORY_BACKEND_FILE : TYPE_MEMORY_BACKEND_RAM);
    bool ok;

    ok = (!path || object_property_set_str(o, "mem-path", path, errp)) &&
         object_property_set_int(o, "size", ms->ram_size, errp);
    if (ok) {
        object_property_add_child(object_get_objects_root(), mc->default_ram_id, o);
        ok = user_creatable_complete(USER_CREATABLE(o), errp);
    }
    if (ok) {
        ms->memdev = MEMORY_BACKEND(o);
    }
    object_unref(o);
    return ok;
}

bool machine_run_board_init(MachineState *machine, const char *mem_path, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);

    if (machine->ram_memdev_id) {
        machine->memdev = find_memdev(machine->ram_memdev_id, errp);
        if (!machine->memdev) {
            return false;
        }
    } else if (mc->default_ram_id && machine->ram_size && !machine->memdev) {
        if (!create_default_memdev(machine, mem_path, errp)) {
            return false;
        }
    }
    if (machine->memdev) {
        machine_consume_memdev(machine, machine->memdev);
    }
    if (mc->init) {
        mc->init(machine);
    }
    return true;
}

static const TypeInfo machine_info = {
    .name = TYPE_MACHINE,
    .parent = TYPE_OBJECT,
    .abstract = true,
    .class_size = sizeof(MachineClass),
    .class_init = machine_class_init,
    .class_base_init = machine_class_base_init,
    .instance_size = sizeof(MachineState),
    .instance_init = machine_instance_init,
    .instance_finalize = machine_finalize,
};

static void machine_register_types(void)
{
    type_register_static(&machine_info);
}
type_init(machine_register_types)
