/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPU topology of a machine: -smp and the numbers that follow from it.
 *
 * Thread: main thread at start-up.
 *
 * Omitted counts: with maxcpus or cpus known, cores take what is left (sockets on boards that
 * prefer them); everything else is 1. The product of all levels is maxcpus.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/boards.h"

static char *describe(const CpuTopology *t, const MachineClass *mc)
{
    GString *s = g_string_new(NULL);

    g_string_append_printf(s, "sockets (%u)", t->sockets);
    if (mc->smp_props.dies_supported) {
        g_string_append_printf(s, " * dies (%u)", t->dies);
    }
    if (mc->smp_props.clusters_supported) {
        g_string_append_printf(s, " * clusters (%u)", t->clusters);
    }
    g_string_append_printf(s, " * cores (%u) * threads (%u)", t->cores, t->threads);
    return g_string_free(s, FALSE);
}

static void fill_in(CpuTopology *t, bool prefer_sockets)
{
    unsigned known;

    t->dies = t->dies ? t->dies : 1;
    t->clusters = t->clusters ? t->clusters : 1;
    known = t->max_cpus ? t->max_cpus : t->cpus;
    if (!known) {
        t->sockets = t->sockets ? t->sockets : 1;
        t->cores = t->cores ? t->cores : 1;
        t->threads = t->threads ? t->threads : 1;
        return;
    }
    if (prefer_sockets) {
        if (!t->sockets) {
            t->cores = t->cores ? t->cores : 1;
            t->threads = t->threads ? t->threads : 1;
            t->sockets = known / (t->dies * t->clusters * t->cores * t->threads);
        } else if (!t->cores) {
            t->threads = t->threads ? t->threads : 1;
            t->cores = known / (t->sockets * t->dies * t->clusters * t->threads);
        }
    } else {
        if (!t->cores) {
            t->sockets = t->sockets ? t->sockets : 1;
            t->threads = t->threads ? t->threads : 1;
            t->cores = known / (t->sockets * t->dies * t->clusters * t->threads);
        } else if (!t->sockets) {
            t->threads = t->threads ? t->threads : 1;
            t->sockets = known / (t->dies * t->clusters * t->cores * t->threads);
        }
    }
    if (!t->threads && t->sockets && t->cores) {
        t->threads = known / (t->sockets * t->dies * t->clusters * t->cores);
    }
}

static bool check(const MachineClass *mc, const CpuTopology *t, Error **errp)
{
    uint64_t total = (uint64_t)t->sockets * t->dies * t->clusters * t->cores * t->threads;
    g_autofree char *text = describe(t, mc);

    if (total != t->max_cpus) {
        error_setg(errp, "Invalid CPU topology: product of the hierarchy must match maxcpus: "
                   "%s != maxcpus (%u)", text, t->max_cpus);
        return false;
    }
    if (t->max_cpus < t->cpus) {
        error_setg(errp, "Invalid CPU topology: maxcpus must be equal to or greater than smp: "
                   "%s == maxcpus (%u) < smp_cpus (%u)", text, t->max_cpus, t->cpus);
        return false;
    }
    if (t->cpus < (unsigned)mc->min_cpus) {
        error_setg(errp, "Invalid SMP CPUs %u. The min CPUs supported by machine '%s' is %d",
                   t->cpus, mc->name, mc->min_cpus);
        return false;
    }
    if (t->max_cpus > (unsigned)MAX(mc->max_cpus, 1)) {
        error_setg(errp, "Invalid SMP CPUs %u. The max CPUs supported by machine '%s' is %d",
                   t->max_cpus, mc->name, MAX(mc->max_cpus, 1));
        return false;
    }
    return true;
}

bool machine_parse_smp_config(MachineState *ms, const CpuTopology *given, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(ms);
    CpuTopology t = *given;

    if (t.dies > 1 && !mc->smp_props.dies_supported) {
        error_setg(errp, "dies not supported by this machine's CPU topology");
        return false;
    }
    if (t.clusters > 1 && !mc->smp_props.clusters_supported) {
        error_setg(errp, "clusters not supported by this machine's CPU topology");
        return false;
    }
    fill_in(&t, mc->smp_props.prefer_sockets);
    t.sockets = t.sockets ? t.sockets : 1;
    t.cores = t.cores ? t.cores : 1;
    t.threads = t.threads ? t.threads : 1;
    if (!t.max_cpus) {
        uint64_t total = (uint64_t)t.sockets * t.dies * t.clusters * t.cores * t.threads;
        t.max_cpus = MIN(total, (uint64_t)UINT_MAX);
    }
    if (!t.cpus) {
        t.cpus = t.max_cpus;
    }
    if (!check(mc, &t, errp)) {
        return false;
    }
    ms->smp = t;
    return true;
}

unsigned int machine_topo_get_cores_per_socket(const MachineState *ms)
{
    return ms->smp.cores * ms->smp.clusters * ms->smp.dies;
}

unsigned int machine_topo_get_threads_per_socket(const MachineState *ms)
{
    return ms->smp.threads * machine_topo_get_cores_per_socket(ms);
}
