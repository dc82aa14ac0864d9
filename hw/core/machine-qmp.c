/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP and HMP commands about machines, their CPUs and memory.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "hw/loader.h"
#include "monitor/hmp.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"
#include "qapi/qobject-input-visitor.h"
#include "qapi/qapi-visit.h"
#include "softmmu/target-info.h"
#include "sysemu/hostmem.h"
#include "sysemu/runstate.h"

static MachineInfo *describe_machine(MachineClass *mc)
{
    MachineInfo *info = g_new0(MachineInfo, 1);

    info->name = g_strdup(mc->name);
    info->has_alias = mc->alias != NULL;
    info->alias = g_strdup(mc->alias);
    info->has_is_default = info->is_default = mc->is_default;
    info->cpu_max = MAX(mc->max_cpus, 1);
    info->hotpluggable_cpus = mc->has_hotpluggable_cpus;
    info->numa_mem_supported = mc->numa_mem_supported;
    info->deprecated = mc->deprecation_reason != NULL;
    info->has_default_cpu_type = mc->default_cpu_type != NULL;
    info->default_cpu_type = g_strdup(mc->default_cpu_type);
    info->has_default_ram_id = mc->default_ram_id != NULL;
    info->default_ram_id = g_strdup(mc->default_ram_id);
    info->acpi = object_class_property_find(OBJECT_CLASS(mc), "acpi") != NULL;
    return info;
}

MachineInfoList *qmp_query_machines(Error **errp)
{
    g_autoptr(GSList) classes = object_class_get_list_sorted(TYPE_MACHINE, false);
    MachineInfoList *head = NULL, **tail = &head;

    for (GSList *l = classes; l; l = l->next) {
        *tail = g_new0(MachineInfoList, 1);
        (*tail)->value = describe_machine(MACHINE_CLASS(l->data));
        tail = &(*tail)->next;
    }
    return head;
}

CurrentMachineParams *qmp_query_current_machine(Error **errp)
{
    CurrentMachineParams *params = g_new0(CurrentMachineParams, 1);

    params->wakeup_suspend_support = qemu_wakeup_suspend_enabled();
    return params;
}

TargetInfo *qmp_query_target(Error **errp)
{
    TargetInfo *info = g_new0(TargetInfo, 1);

    info->arch = qapi_enum_parse(SysEmuTarget_lookup, qemu_target_name(), -1, &error_abort);
    return info;
}

KvmInfo *qmp_query_kvm(Error **errp)
{
    /* Guest code is translated on every host. */
    return g_new0(KvmInfo, 1);
}

static CpuInstanceProperties *place_to_props(const CpuPlace *place)
{
    CpuInstanceProperties *p = g_new0(CpuInstanceProperties, 1);

    p->has_node_id = place->has_node_id;
    p->node_id = place->node_id;
    p->has_socket_id = place->has_socket_id;
    p->socket_id = place->socket_id;
    p->has_die_id = place->has_die_id;
    p->die_id = place->die_id;
    p->has_cluster_id = place->has_cluster_id;
    p->cluster_id = place->cluster_id;
    p->has_core_id = place->has_core_id;
    p->core_id = place->core_id;
    p->has_thread_id = place->has_thread_id;
    p->thread_id = place->thread_id;
    return p;
}

CpuInfoFastList *qmp_query_cpus_fast(Error **errp)
{
    MachineClass *mc = current_machine ? MACHINE_GET_CLASS(current_machine) : NULL;
    CpuInfoFastList *head = NULL, **tail = &head;
    TargetInfo *target = qmp_query_target(NULL);
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        CpuInfoFast *info = g_new0(CpuInfoFast, 1);

        info->cpu_index = cpu->cpu_index;
        info->qom_path = object_get_canonical_path(OBJECT(cpu));
        info->thread_id = cpu->thread_id;
        info->target = target->arch;
        if (mc->cpu_index_to_instance_props) {
            CpuPlace place = mc->cpu_index_to_instance_props(current_machine, cpu->cpu_index);

            info->has_props = true;
            info->props = place_to_props(&place);
        }
        *tail = g_new0(CpuInfoFastList, 1);
        (*tail)->value = info;
        tail = &(*tail)->next;
    }
    qapi_free_TargetInfo(target);
    return head;
}

HotpluggableCPUList *qmp_query_hotpluggable_cpus(Error **errp)
{
    MachineClass *mc = current_machine ? MACHINE_GET_CLASS(current_machine) : NULL;
    HotpluggableCPUList *head = NULL, **tail = &head;
    const CPUArchIdList *places;

    if (!mc || !mc->has_hotpluggable_cpus) {
        error_setg(errp, "machine does not support hot-plugging CPUs");
        return NULL;
    }
    places = mc->possible_cpu_arch_ids(current_machine);
    for (int i = 0; i < places->len; i++) {
        const CPUArchId *place = &places->cpus[i];
        HotpluggableCPUList *node = g_new0(HotpluggableCPUList, 1);

        node->value = g_new0(HotpluggableCPU, 1);
        node->value->type = g_strdup(place->type);
        node->value->vcpus_count = place->vcpus_count;
        node->value->props = place_to_props(&place->props);
        if (place->cpu) {
            node->value->has_qom_path = true;
            node->value->qom_path = object_get_canonical_path(place->cpu);
        }
        *tail = node;
        tail = &node->next;
    }
    return head;
}

MemoryInfo *qmp_query_memory_size_summary(Error **errp)
{
    MemoryInfo *info = g_new0(MemoryInfo, 1);

    info->base_memory = current_machine ? current_machine->ram_size : 0;
    info->has_plugged_memory = true;
    return info;
}

static uint16List *host_nodes(Object *obj)
{
    QObject *list = object_property_get_qobject(obj, "host-nodes", NULL);
    uint16List *nodes = NULL;
    Visitor *v;

    if (list) {
        v = qobject_input_visitor_new(list);
        visit_type_uint16List(v, &nodes, NULL, NULL);
        visit_free(v);
        qobject_unref(list);
    }
    return nodes;
}

static int add_memdev(Object *obj, void *opaque)
{
    MemdevList ***tail = opaque;
    Memdev *m;

    if (!object_dynamic_cast(obj, TYPE_MEMORY_BACKEND)) {
        return 0;
    }
    m = g_new0(Memdev, 1);
    m->has_id = true;
    m->id = g_strdup(object_get_canonical_path_component(obj));
    m->size = object_property_get_uint(obj, "size", &error_abort);
    m->merge = object_property_get_bool(obj, "merge", &error_abort);
    m->dump = object_property_get_bool(obj, "dump", &error_abort);
    m->prealloc = object_property_get_bool(obj, "prealloc", &error_abort);
    m->share = object_property_get_bool(obj, "share", &error_abort);
    m->has_reserve = true;
    m->reserve = object_property_get_bool(obj, "reserve", &error_abort);
    m->policy = object_property_get_enum(obj, "policy", "HostMemPolicy", &error_abort);
    m->host_nodes = host_nodes(obj);
    **tail = g_new0(MemdevList, 1);
    (**tail)->value = m;
    *tail = &(**tail)->next;
    return 0;
}

MemdevList *qmp_query_memdev(Error **errp)
{
    MemdevList *head = NULL, **tail = &head;

    object_child_foreach(object_get_objects_root(), add_memdev, &tail);
    return head;
}

/* Modules are devices with an address in guest memory; they tell by their properties. */
static int add_module(Object *obj, void *opaque)
{
    MemoryDeviceInfoList ***tail = opaque;
    PCDIMMDeviceInfo *info;
    Object *memdev;

    if (!object_dynamic_cast(obj, "pc-dimm") || !qdev_is_realized(DEVICE(obj))) {
        return 0;
    }
    memdev = object_property_get_link(obj, "memdev", NULL);
    info = g_new0(PCDIMMDeviceInfo, 1);
    info->has_id = DEVICE(obj)->id != NULL;
    info->id = g_strdup(DEVICE(obj)->id);
    info->addr = object_property_get_uint(obj, "addr", NULL);
    info->size = object_property_get_uint(obj, "size", NULL);
    info->slot = object_property_get_int(obj, "slot", NULL);
    info->node = object_property_get_uint(obj, "node", NULL);
    info->memdev = memdev ? object_get_canonical_path(memdev) : g_strdup("");
    info->hotplugged = DEVICE(obj)->hotplugged;
    info->hotpluggable = DEVICE_GET_CLASS(obj)->hotpluggable;
    **tail = g_new0(MemoryDeviceInfoList, 1);
    (**tail)->value = g_new0(MemoryDeviceInfo, 1);
    (**tail)->value->type = MEMORY_DEVICE_INFO_KIND_DIMM;
    (**tail)->value->u.dimm.data = info;
    *tail = &(**tail)->next;
    return 0;
}

MemoryDeviceInfoList *qmp_query_memory_devices(Error **errp)
{
    MemoryDeviceInfoList *head = NULL, **tail = &head;

    object_child_foreach_recursive(object_get_root(), add_module, &tail);
    return head;
}

/* ---- HMP */

static void hmp_info_cpus(Monitor *mon, const QDict *args)
{
    CpuInfoFastList *list = qmp_query_cpus_fast(NULL);
    CPUState *current = monitor_get_cpu(mon);

    for (CpuInfoFastList *l = list; l; l = l->next) {
        monitor_printf(mon, "%c CPU #%" PRId64 ": thread_id=%" PRId64 "\n",
                       current && l->value->cpu_index == current->cpu_index ? '*' : ' ',
                       l->value->cpu_index, l->value->thread_id);
    }
    qapi_free_CpuInfoFastList(list);
}

static void hmp_info_hotpluggable_cpus(Monitor *mon, const QDict *args)
{
    Error *err = NULL;
    HotpluggableCPUList *list = qmp_query_hotpluggable_cpus(&err);

    monitor_printf(mon, "%s", err ? "" : "Hotpluggable CPUs:\n");
    for (HotpluggableCPUList *l = list; l; l = l->next) {
        const CpuInstanceProperties *p = l->value->props;

        monitor_printf(mon, "  type: \"%s\"\n  vcpus_count: \"%" PRId64 "\"\n", l->value->type,
                       l->value->vcpus_count);
        if (l->value->has_qom_path) {
            monitor_printf(mon, "  qom_path: \"%s\"\n", l->value->qom_path);
        }
        monitor_printf(mon, "  CPUInstance Properties:\n");
        if (p->has_node_id) {
            monitor_printf(mon, "    node-id: \"%" PRId64 "\"\n", p->node_id);
        }
        if (p->has_socket_id) {
            monitor_printf(mon, "    socket-id: \"%" PRId64 "\"\n", p->socket_id);
        }
        if (p->has_die_id) {
            monitor_printf(mon, "    die-id: \"%" PRId64 "\"\n", p->die_id);
        }
        if (p->has_cluster_id) {
            monitor_printf(mon, "    cluster-id: \"%" PRId64 "\"\n", p->cluster_id);
        }
        if (p->has_core_id) {
            monitor_printf(mon, "    core-id: \"%" PRId64 "\"\n", p->core_id);
        }
        if (p->has_thread_id) {
            monitor_printf(mon, "    thread-id: \"%" PRId64 "\"\n", p->thread_id);
        }
    }
    qapi_free_HotpluggableCPUList(list);
    hmp_handle_error(mon, err);
}

static void hmp_info_kvm(Monitor *mon, const QDict *args)
{
    monitor_printf(mon, "kvm support: not compiled\n");
}

static void hmp_info_memdev(Monitor *mon, const QDict *args)
{
    MemdevList *list = qmp_query_memdev(NULL);

    for (MemdevList *l = list; l; l = l->next) {
        const Memdev *m = l->value;

        monitor_printf(mon, "memory backend: %s\n", m->id);
        monitor_printf(mon, "  size:  %" PRIu64 "\n", m->size);
        monitor_printf(mon, "  merge: %s\n", m->merge ? "true" : "false");
        monitor_printf(mon, "  dump: %s\n", m->dump ? "true" : "false");
        monitor_printf(mon, "  prealloc: %s\n", m->prealloc ? "true" : "false");
        monitor_printf(mon, "  share: %s\n", m->share ? "true" : "false");
        monitor_printf(mon, "  reserve: %s\n", m->reserve ? "true" : "false");
        monitor_printf(mon, "  policy: %s\n", HostMemPolicy_str(m->policy));
        monitor_printf(mon, "  host nodes:");
        for (uint16List *n = m->host_nodes; n; n = n->next) {
            monitor_printf(mon, " %u", n->value);
        }
        monitor_printf(mon, "\n");
    }
    qapi_free_MemdevList(list);
}

static void hmp_info_memory_size_summary(Monitor *mon, const QDict *args)
{
    MemoryInfo *info = qmp_query_memory_size_summary(NULL);

    monitor_printf(mon, "base memory: %" PRIu64 "\n", info->base_memory);
    monitor_printf(mon, "plugged memory: %" PRIu64 "\n", info->plugged_memory);
    qapi_free_MemoryInfo(info);
}

static void hmp_info_roms(Monitor *mon, const QDict *args)
{
    g_autoptr(GString) out = g_string_new(NULL);

    rom_format(out);
    monitor_puts(mon, out->str);
}

static const HMPCommand hmp_machine_info[] = {
    { "roms", "", "", "show roms", hmp_info_roms },
    { "cpus", "", "", "show infos for each CPU", hmp_info_cpus },
    { "hotpluggable-cpus", "", "", "Show information about hotpluggable CPUs",
      hmp_info_hotpluggable_cpus },
    { "kvm", "", "", "show KVM information", hmp_info_kvm },
    { "memdev", "", "", "show memory backends", hmp_info_memdev },
    { "memory_size_summary", "", "", "show the amount of initially allocated and present "
      "hotpluggable (if enabled) memory in bytes.", hmp_info_memory_size_summary },
};
HMP_INFO(hmp_machine_info);
