/*
 * CPUs of a PC: APIC ids by topology, creation, and plugging.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "hw/i386/pc.h"
#include "hw/qdev-properties.h"
#include "hw/rtc/mc146818rtc.h"
#include "qapi/error.h"

#define UNASSIGNED_APIC_ID 0xffffffffu
#define CMOS_CPU_COUNT 0x5f
/* Physical xAPIC destinations have 8 bits, of which 255 is broadcast. */
#define MAX_XAPIC_ID 254

void pc_topo_info(const MachineState *ms, X86CPUTopoInfo *info)
{
    info->dies_per_pkg = MAX(ms->smp.dies, 1u);
    info->cores_per_die = MAX(ms->smp.cores, 1u);
    info->threads_per_core = MAX(ms->smp.threads, 1u);
}

static uint32_t apic_id_of_index(const MachineState *ms, unsigned index)
{
    X86CPUTopoInfo info;
    X86CPUTopoIDs ids;

    pc_topo_info(ms, &info);
    x86_topo_ids_from_idx(&info, index, &ids);
    return x86_apicid_from_topo_ids(&info, &ids);
}

const CPUArchIdList *pc_possible_cpu_arch_ids(MachineState *ms)
{
    unsigned max_cpus = ms->smp.max_cpus;
    X86CPUTopoInfo info;

    if (ms->possible_cpus) {
        return ms->possible_cpus;
    }
    pc_topo_info(ms, &info);
    ms->possible_cpus = g_malloc0(sizeof(CPUArchIdList) + sizeof(CPUArchId) * max_cpus);
    ms->possible_cpus->len = max_cpus;
    for (unsigned i = 0; i < max_cpus; i++) {
        CPUArchId *slot = &ms->possible_cpus->cpus[i];
        X86CPUTopoIDs ids;

        x86_topo_ids_from_idx(&info, i, &ids);
        slot->type = ms->cpu_type;
        slot->vcpus_count = 1;
        slot->arch_id = x86_apicid_from_topo_ids(&info, &ids);
        slot->props = (CpuPlace) {
            .has_socket_id = true, .socket_id = ids.pkg_id,
            .has_die_id = ms->smp.dies > 1, .die_id = ids.die_id,
            .has_core_id = true, .core_id = ids.core_id,
            .has_thread_id = true, .thread_id = ids.smt_id,
        };
    }
    return ms->possible_cpus;
}

CpuPlace pc_cpu_index_to_props(MachineState *ms, unsigned cpu_index)
{
    const CPUArchIdList *list = pc_possible_cpu_arch_ids(ms);

    assert(cpu_index < (unsigned)list->len);
    return list->cpus[cpu_index].props;
}

/* Without -numa cpu, whole sockets go to the nodes in turn. */
int64_t pc_get_default_cpu_node_id(const MachineState *ms, int idx)
{
    X86CPUTopoInfo info;
    X86CPUTopoIDs ids;

    pc_topo_info(ms, &info);
    x86_topo_ids_from_idx(&info, idx, &ids);
    return ids.pkg_id % ms->numa_state->num_nodes;
}

static CPUArchId *find_slot(MachineState *ms, uint32_t apic_id, int *index)
{
    const CPUArchIdList *list = pc_possible_cpu_arch_ids(ms);

    for (int i = 0; i < list->len; i++) {
        if (list->cpus[i].arch_id == apic_id) {
            if (index) {
                *index = i;
            }
            return &ms->possible_cpus->cpus[i];
        }
    }
    return NULL;
}

/* ---- plugging ---- */

/* One topology property: must be in [0, @limit), as -device gives it. */
static bool get_place(DeviceState *dev, const char *name, unsigned limit, bool needed,
                      unsigned *value, Error **errp)
{
    int64_t v = object_property_get_int(OBJECT(dev), name, &error_abort);

    if (v < 0) {
        if (needed) {
            error_setg(errp, "CPU %s is not set", name);
            return false;
        }
        v = 0;
    } else if (v >= (int64_t)limit) {
        error_setg(errp, "Invalid CPU %s: %" PRId64 " must be in range 0:%u", name, v, limit - 1);
        return false;
    }
    *value = v;
    return true;
}

/* APIC id from socket-id, die-id, core-id and thread-id. */
static bool apic_id_from_props(MachineState *ms, DeviceState *dev, uint32_t *apic_id,
                               Error **errp)
{
    X86CPUTopoInfo info;
    X86CPUTopoIDs ids;

    pc_topo_info(ms, &info);
    if (!get_place(dev, "socket-id", MAX(ms->smp.sockets, 1u), true, &ids.pkg_id, errp) ||
        !get_place(dev, "die-id", info.dies_per_pkg, info.dies_per_pkg > 1, &ids.die_id, errp) ||
        !get_place(dev, "core-id", info.cores_per_die, true, &ids.core_id, errp) ||
        !get_place(dev, "thread-id", info.threads_per_core, true, &ids.smt_id, errp)) {
        return false;
    }
    *apic_id = x86_apicid_from_topo_ids(&info, &ids);
    return true;
}

/* Set a topology property to @value, or check that what the user gave agrees. */
static bool settle_place(DeviceState *dev, const char *name, int64_t value, uint32_t apic_id,
                         Error **errp)
{
    int64_t given = object_property_get_int(OBJECT(dev), name, &error_abort);

    if (given >= 0 && given != value) {
        error_setg(errp, "property %s: %" PRId64 " doesn't match set apic-id: 0x%x "
                   "(%s: %" PRId64 ")", name, given, apic_id, name, value);
        return false;
    }
    return object_property_set_int(OBJECT(dev), name, value, errp);
}

void pc_cpu_pre_plug(PCMachineState *pcms, DeviceState *dev, Error **errp)
{
    MachineState *ms = MACHINE(pcms);
    X86CPUTopoInfo info;
    X86CPUTopoIDs ids;
    CPUArchId *slot;
    uint32_t apic_id;
    int index;

    if (strcmp(object_get_typename(OBJECT(dev)), ms->cpu_type)) {
        error_setg(errp, "Invalid CPU type, expected cpu type: '%s'", ms->cpu_type);
        return;
    }
    apic_id = object_property_get_uint(OBJECT(dev), "apic-id", &error_abort);
    if (apic_id == UNASSIGNED_APIC_ID) {
        if (!apic_id_from_props(ms, dev, &apic_id, errp) ||
            !object_property_set_uint(OBJECT(dev), "apic-id", apic_id, errp)) {
            return;
        }
    }
    slot = find_slot(ms, apic_id, &index);
    if (!slot) {
        pc_topo_info(ms, &info);
        x86_topo_ids_from_apicid(apic_id, &info, &ids);
        error_setg(errp, "Invalid CPU [socket: %u, die: %u, core: %u, thread: %u] with APIC ID "
                   "%" PRIu32 ", valid index range 0:%d", ids.pkg_id, ids.die_id, ids.core_id,
                   ids.smt_id, apic_id, ms->possible_cpus->len - 1);
        return;
    }
    if (slot->cpu) {
        error_setg(errp, "CPU[%d] with APIC ID %" PRIu32 " exists", index, apic_id);
        return;
    }
    if (dev->hotplugged && !pc_machine_is_acpi_enabled(pcms)) {
        error_setg(errp, "CPU hot-plug needs ACPI (-machine acpi=on)");
        return;
    }
    pc_topo_info(ms, &info);
    x86_topo_ids_from_apicid(apic_id, &info, &ids);
    if (!settle_place(dev, "socket-id", ids.pkg_id, apic_id, errp) ||
        !settle_place(dev, "die-id", ids.die_id, apic_id, errp) ||
        !settle_place(dev, "core-id", ids.core_id, apic_id, errp) ||
        !settle_place(dev, "thread-id", ids.smt_id, apic_id, errp)) {
        return;
    }
    CPU(dev)->cpu_index = index;
    CPU(dev)->nr_cores = ms->smp.cores;
    CPU(dev)->nr_threads = ms->smp.threads;
    if (slot->props.has_node_id && object_property_find(OBJECT(dev), "node-id")) {
        object_property_set_int(OBJECT(dev), "node-id", slot->props.node_id, errp);
    }
}

static void tell_firmware_cpu_count(PCMachineState *pcms)
{
    if (pcms->rtc) {
        rtc_set_memory(pcms->rtc, CMOS_CPU_COUNT, MIN(pcms->boot_cpus, 256) - 1);
    }
    if (pcms->fw_cfg) {
        fw_cfg_modify_i16(pcms->fw_cfg, FW_CFG_NB_CPUS, pcms->boot_cpus);
    }
}

void pc_cpu_plug(PCMachineState *pcms, DeviceState *dev, Error **errp)
{
    uint32_t apic_id = object_property_get_uint(OBJECT(dev), "apic-id", &error_abort);
    CPUArchId *slot = find_slot(MACHINE(pcms), apic_id, NULL);

    if (pcms->acpi_dev && dev->hotplugged) {
        hotplug_handler_plug(HOTPLUG_HANDLER(pcms->acpi_dev), dev, errp);
    }
    slot->cpu = OBJECT(dev);
    pcms->boot_cpus++;
    tell_firmware_cpu_count(pcms);
}

void pc_cpu_unplug_request(PCMachineState *pcms, DeviceState *dev, Error **errp)
{
    if (!pcms->acpi_dev) {
        error_setg(errp, "CPU hot unplug not supported without ACPI");
        return;
    }
    if (CPU(dev)->cpu_index == 0) {
        error_setg(errp, "Boot CPU is unpluggable");
        return;
    }
    hotplug_handler_unplug_request(HOTPLUG_HANDLER(pcms->acpi_dev), dev, errp);
}

void pc_cpu_unplug(PCMachineState *pcms, DeviceState *dev, Error **errp)
{
    uint32_t apic_id = object_property_get_uint(OBJECT(dev), "apic-id", &error_abort);
    CPUArchId *slot = find_slot(MACHINE(pcms), apic_id, NULL);

    if (!hotplug_handler_unplug(HOTPLUG_HANDLER(pcms->acpi_dev), dev, errp)) {
        return;
    }
    slot->cpu = NULL;
    qdev_unrealize(dev);
    pcms->boot_cpus--;
    tell_firmware_cpu_count(pcms);
}

/* ---- creation ---- */

void pc_cpus_init(PCMachineState *pcms)
{
    MachineState *ms = MACHINE(pcms);
    const CPUArchIdList *list = pc_possible_cpu_arch_ids(ms);

    /* The last CPU has the highest id. */
    pcms->apic_id_limit = apic_id_of_index(ms, ms->smp.max_cpus - 1) + 1;
    if (pcms->apic_id_limit > MAX_XAPIC_ID + 1) {
        error_setg(&error_fatal, "-smp: this topology needs APIC ids up to %u, at most %d are "
                   "supported", pcms->apic_id_limit - 1, MAX_XAPIC_ID);
    }
    for (unsigned i = 0; i < ms->smp.cpus; i++) {
        Object *cpu = object_new(list->cpus[i].type);

        if (object_property_set_uint(cpu, "apic-id", list->cpus[i].arch_id, &error_fatal)) {
            qdev_realize(DEVICE(cpu), NULL, &error_fatal);
        }
        object_unref(cpu);
    }
}
