/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NUMA nodes of a machine: -numa node, dist and cpu.
 *
 * Thread: main thread at start-up.
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qemu/option.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "hw/boards.h"
#include "sysemu/hostmem.h"

enum { DISTANCE_MIN = 10, DISTANCE_DEFAULT = 20 };

bool numa_enabled(const MachineState *ms)
{
    return ms->numa_state && ms->numa_state->num_nodes > 0;
}

static bool get_number(const QDict *d, const char *key, uint64_t max, uint64_t *out, bool *given,
                       Error **errp)
{
    const char *text = qdict_get_try_str(d, key);

    *given = text != NULL;
    if (text && (qemu_strtou64(text, NULL, 0, out) < 0 || *out > max)) {
        error_setg(errp, "-numa: %s=%s must be a number up to %" PRIu64, key, text, max);
        return false;
    }
    return true;
}

/* One "cpus=" value: "2" or "0-3", numbers of CPUs in order of their places. */
static bool add_cpu_range(MachineState *ms, const char *range, uint16_t node, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(ms);
    unsigned first, last;
    char end;

    if (!mc->cpu_index_to_instance_props) {
        error_setg(errp, "NUMA is not supported by this machine-type");
        return false;
    }
    if (sscanf(range, "%u-%u%c", &first, &last, &end) != 2) {
        if (sscanf(range, "%u%c", &first, &end) != 1) {
            error_setg(errp, "-numa node: cpus=%s must be a number or a range such as 0-3", range);
            return false;
        }
        last = first;
    }
    if (first > last || last >= ms->smp.max_cpus) {
        error_setg(errp, "-numa node: CPU index (%u) should be smaller than maxcpus (%u)",
                   MAX(first, last), ms->smp.max_cpus);
        return false;
    }
    for (unsigned i = first; i <= last; i++) {
        CpuPlace place = mc->cpu_index_to_instance_props(ms, i);

        place.has_node_id = true;
        place.node_id = node;
        if (!machine_set_cpu_numa_node(ms, &place, errp)) {
            return false;
        }
    }
    ms->numa_state->nodes[node].has_cpu = true;
    return true;
}

/* All "cpus=" of one option: the key may be given several times. */
static bool add_node_cpus(MachineState *ms, const char *text, uint16_t node, Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", 0);

    for (char **p = parts; *p; p++) {
        if (g_str_has_prefix(*p, "cpus=") && !add_cpu_range(ms, *p + 5, node, errp)) {
            return false;
        }
    }
    return true;
}

static bool add_node(MachineState *ms, const QDict *d, const char *text, Error **errp)
{
    NumaState *ns = ms->numa_state;
    const char *mem = qdict_get_try_str(d, "mem"), *memdev = qdict_get_try_str(d, "memdev");
    uint64_t id = ns->num_nodes;
    bool given;

    if (!get_number(d, "nodeid", MAX_NODES - 1, &id, &given, errp)) {
        return false;
    }
    if (id >= MAX_NODES || ns->nodes[id].present) {
        error_setg(errp, id >= MAX_NODES ? "Max number of NUMA nodes reached: %" PRIu64
                                         : "Duplicate NUMA nodeid: %" PRIu64, id);
        return false;
    }
    if (mem && memdev) {
        error_setg(errp, "cannot specify both mem= and memdev=");
        return false;
    }
    if (memdev) {
        Object *o = object_resolve_path_type(memdev, TYPE_MEMORY_BACKEND, NULL);
        if (!o) {
            error_setg(errp, "memdev=%s is ambiguous or does not exist", memdev);
            return false;
        }
        ns->nodes[id].node_memdev = MEMORY_BACKEND(o);
        ns->nodes[id].node_mem = ns->nodes[id].node_memdev->size;
    } else if (mem) {
        uint64_t size;
        if (qemu_strtosz_MiB(mem, NULL, &size) < 0) {
            error_setg(errp, "-numa node: mem=%s is not a size", mem);
            return false;
        }
        ns->nodes[id].node_mem = size;
    }
    ns->nodes[id].present = true;
    ns->num_nodes++;
    return add_node_cpus(ms, text, id, errp);
}

static bool set_distance(MachineState *ms, const QDict *d, Error **errp)
{
    NumaState *ns = ms->numa_state;
    uint64_t src, dst, val;
    bool has_src, has_dst, has_val;

    if (!get_number(d, "src", MAX_NODES - 1, &src, &has_src, errp) ||
        !get_number(d, "dst", MAX_NODES - 1, &dst, &has_dst, errp) ||
        !get_number(d, "val", UINT8_MAX, &val, &has_val, errp)) {
        return false;
    }
    if (!has_src || !has_dst || !has_val) {
        error_setg(errp, "-numa dist needs src, dst and val");
        return false;
    }
    if (!ns->nodes[src].present || !ns->nodes[dst].present) {
        error_setg(errp, "Source/Destination NUMA node is missing. Please use '-numa node' "
                   "option to declare it first.");
        return false;
    }
    if (val < DISTANCE_MIN || (src == dst && val != DISTANCE_MIN)) {
        error_setg(errp, "NUMA distance %" PRIu64 " is invalid: %s", val,
                   src == dst ? "a node is at 10 from itself" : "it must be 10 to 255");
        return false;
    }
    ns->nodes[src].distance[dst] = val;
    ns->have_numa_distance = true;
    return true;
}

bool machine_set_cpu_numa_node(MachineState *machine, const CpuPlace *props, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);
    CPUArchIdList *list;
    bool match = false;

    if (!mc->possible_cpu_arch_ids) {
        error_setg(errp, "mapping of CPUs to NUMA node is not supported");
        return false;
    }
    mc->possible_cpu_arch_ids(machine);
    list = machine->possible_cpus;
    for (int i = 0; list && i < list->len; i++) {
        CpuPlace *p = &list->cpus[i].props;

        if ((props->has_socket_id && props->socket_id != p->socket_id) ||
            (props->has_die_id && props->die_id != p->die_id) ||
            (props->has_core_id && props->core_id != p->core_id) ||
            (props->has_thread_id && props->thread_id != p->thread_id)) {
            continue;
        }
        if (p->has_node_id && p->node_id != props->node_id) {
            error_setg(errp, "CPU slot is already assigned to NUMA node %" PRId64, p->node_id);
            return false;
        }
        p->has_node_id = match = true;
        p->node_id = props->node_id;
    }
    if (!match) {
        error_setg(errp, "no match found");
    }
    return match;
}

static bool set_cpu(MachineState *ms, const QDict *d, Error **errp)
{
    static const struct {
        const char *key;
        size_t has, value;
    } keys[] = {
        { "node-id", offsetof(CpuPlace, has_node_id), offsetof(CpuPlace, node_id) },
        { "socket-id", offsetof(CpuPlace, has_socket_id), offsetof(CpuPlace, socket_id) },
        { "die-id", offsetof(CpuPlace, has_die_id), offsetof(CpuPlace, die_id) },
        { "core-id", offsetof(CpuPlace, has_core_id), offsetof(CpuPlace, core_id) },
        { "thread-id", offsetof(CpuPlace, has_thread_id), offsetof(CpuPlace, thread_id) },
    };
    CpuPlace p = { 0 };

    for (unsigned i = 0; i < ARRAY_SIZE(keys); i++) {
        uint64_t v = 0;
        bool given;

        if (!get_number(d, keys[i].key, INT32_MAX, &v, &given, errp)) {
            return false;
        }
        *(bool *)((char *)&p + keys[i].has) = given;
        *(int64_t *)((char *)&p + keys[i].value) = v;
    }
    if (!p.has_node_id || p.node_id >= MAX_NODES ||
        !ms->numa_state->nodes[p.node_id].present) {
        error_setg(errp, "-numa cpu: node-id must name a node declared by -numa node");
        return false;
    }
    return machine_set_cpu_numa_node(ms, &p, errp);
}

bool numa_parse_option(MachineState *ms, const char *optarg, Error **errp)
{
    bool help = false, ok;
    QDict *d = keyval_parse(optarg, "type", &help, errp);
    const char *type;

    if (!d) {
        return false;
    }
    type = qdict_get_try_str(d, "type");
    if (g_strcmp0(type, "node") == 0) {
        ok = add_node(ms, d, optarg, errp);
    } else if (g_strcmp0(type, "dist") == 0) {
        ok = set_distance(ms, d, errp);
    } else if (g_strcmp0(type, "cpu") == 0) {
        ok = set_cpu(ms, d, errp);
    } else {
        error_setg(errp, "-numa: type '%s' is unknown: node, dist and cpu are allowed",
                   type ? type : "");
        ok = false;
    }
    qobject_unref(d);
    return ok;
}

static bool complete_memory(MachineState *ms, Error **errp)
{
    NumaState *ns = ms->numa_state;
    uint64_t total = 0, each, rest;
    bool any = false;

    for (int i = 0; i < ns->num_nodes; i++) {
        total += ns->nodes[i].node_mem;
        any |= ns->nodes[i].node_mem != 0;
    }
    if (!any) {
        /* Nobody said: equal shares in units of 8 MiB, the rest to the last node. */
        each = ms->ram_size / ns->num_nodes & ~((8ull << 20) - 1);
        rest = ms->ram_size;
        for (int i = 0; i < ns->num_nodes; i++) {
            ns->nodes[i].node_mem = i == ns->num_nodes - 1 ? rest : each;
            rest -= each;
        }
    } else if (total != ms->ram_size) {
        error_setg(errp, "total memory for NUMA nodes (0x%" PRIx64 ") should equal RAM size "
                   "(0x%" PRIx64 ")", total, ms->ram_size);
        return false;
    }
    return true;
}

static bool complete_distances(NumaState *ns, Error **errp)
{
    for (int i = 0; i < ns->num_nodes && ns->have_numa_distance; i++) {
        for (int j = 0; j < ns->num_nodes; j++) {
            uint8_t *d = &ns->nodes[i].distance[j];

            if (!*d) {
                *d = i == j ? DISTANCE_MIN : ns->nodes[j].distance[i];
            }
            if (!*d) {
                error_setg(errp, "The distance between node %d and %d is missing, please provide "
                           "at least one distance value between each nodes should be provided.",
                           i, j);
                return false;
            }
        }
    }
    return true;
}

/* CPUs that no option placed: all of them by the board's rule, single ones in node 0. */
static void complete_cpus(MachineState *ms)
{
    MachineClass *mc = MACHINE_GET_CLASS(ms);
    bool any = false;

    if (!mc->possible_cpu_arch_ids) {
        return;
    }
    mc->possible_cpu_arch_ids(ms);
    for (int i = 0; i < ms->possible_cpus->len; i++) {
        any |= ms->possible_cpus->cpus[i].props.has_node_id;
    }
    for (int i = 0; i < ms->possible_cpus->len; i++) {
        CpuPlace *place = &ms->possible_cpus->cpus[i].props;

        if (!place->has_node_id) {
            place->node_id = any || !mc->get_default_cpu_node_id
                                 ? 0 : mc->get_default_cpu_node_id(ms, i);
            place->has_node_id = true;
        }
    }
}

bool numa_complete_configuration(MachineState *ms, Error **errp)
{
    NumaState *ns = ms->numa_state;

    if (!ns->num_nodes) {
        return true;
    }
    for (int i = 0; i < ns->num_nodes; i++) {
        if (!ns->nodes[i].present) {
            error_setg(errp, "numa: Node ID missing: %d", i);
            return false;
        }
    }
    complete_cpus(ms);
    return complete_memory(ms, errp) && complete_distances(ns, errp);
}
