/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP commands for statistics: what the translator counts for each vCPU.
 *
 * Thread: main thread with the big lock; counters are read as the vCPUs move them.
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "monitor/hmp.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"
#include "qemu/atomic.h"

typedef struct Counter {
    const char *name;
    uint64_t (*read)(CPUState *cpu);
} Counter;

static uint64_t tlb_fills(CPUState *cpu)
{
    return qatomic_read(&cpu->nr_tlb_fills);
}

static uint64_t blocks(CPUState *cpu)
{
    return qatomic_read(&cpu->nr_tb_translated);
}

static const Counter counters[] = {
    { "tlb-fills", tlb_fills },
    { "blocks-translated", blocks },
};

static bool wanted(const strList *names, const char *name)
{
    for (; names; names = names->next) {
        if (!strcmp(names->value, name)) {
            return true;
        }
    }
    return false;
}

/* Does the filter ask for us, and by which names (NULL: all)? */
static bool asked_for(const StatsFilter *filter, const strList **names)
{
    *names = NULL;
    if (!filter->has_providers) {
        return true;
    }
    for (StatsRequestList *l = filter->providers; l; l = l->next) {
        if (l->value->provider == STATS_PROVIDER_TCG) {
            *names = l->value->has_names ? l->value->names : NULL;
            return true;
        }
    }
    return false;
}

static StatsList *read_counters(CPUState *cpu, const strList *names)
{
    StatsList *head = NULL, **tail = &head;

    for (size_t i = 0; i < ARRAY_SIZE(counters); i++) {
        Stats *s;

        if (names && !wanted(names, counters[i].name)) {
            continue;
        }
        s = g_new0(Stats, 1);
        s->name = g_strdup(counters[i].name);
        s->value = g_new0(StatsValue, 1);
        s->value->type = QTYPE_QNUM;
        s->value->u.scalar = counters[i].read(cpu);
        *tail = g_new0(StatsList, 1);
        (*tail)->value = s;
        tail = &(*tail)->next;
    }
    return head;
}

StatsResultList *qmp_query_stats(StatsFilter *filter, Error **errp)
{
    StatsResultList *head = NULL, **tail = &head;
    const strList *names;
    CPUState *cpu;

    if (filter->target != STATS_TARGET_VCPU || !asked_for(filter, &names)) {
        return NULL;
    }
    CPU_FOREACH(cpu) {
        g_autofree char *path = object_get_canonical_path(OBJECT(cpu));
        StatsResult *r;

        if (filter->u.vcpu.has_vcpus && !wanted(filter->u.vcpu.vcpus, path)) {
            continue;
        }
        r = g_new0(StatsResult, 1);
        r->provider = STATS_PROVIDER_TCG;
        r->has_qom_path = true;
        r->qom_path = g_steal_pointer(&path);
        r->stats = read_counters(cpu, names);
        *tail = g_new0(StatsResultList, 1);
        (*tail)->value = r;
        tail = &(*tail)->next;
    }
    return head;
}

StatsSchemaList *qmp_query_stats_schemas(bool has_provider, StatsProvider provider,
                                         Error **errp)
{
    StatsSchemaList *list = g_new0(StatsSchemaList, 1);
    StatsSchemaValueList **tail;

    list->value = g_new0(StatsSchema, 1);
    list->value->provider = STATS_PROVIDER_TCG;
    list->value->target = STATS_TARGET_VCPU;
    tail = &list->value->stats;
    for (size_t i = 0; i < ARRAY_SIZE(counters); i++) {
        *tail = g_new0(StatsSchemaValueList, 1);
        (*tail)->value = g_new0(StatsSchemaValue, 1);
        (*tail)->value->name = g_strdup(counters[i].name);
        (*tail)->value->type = STATS_TYPE_CUMULATIVE;
        tail = &(*tail)->next;
    }
    return list;
}

/* ---- HMP */

static void hmp_info_stats(Monitor *mon, const QDict *args)
{
    const char *target = qdict_get_str(args, "target");
    CPUState *cpu = monitor_get_cpu(mon);
    StatsList *list;

    if (strcmp(target, "vcpu") && strcmp(target, "vm")) {
        monitor_printf(mon, "invalid stats target '%s'\n", target);
        return;
    }
    if (strcmp(target, "vcpu") || !cpu) {
        return;
    }
    list = read_counters(cpu, NULL);
    monitor_printf(mon, "provider: tcg\n");
    for (StatsList *l = list; l; l = l->next) {
        monitor_printf(mon, "    %s (cumulative): %" PRIu64 "\n", l->value->name,
                       l->value->value->u.scalar);
    }
    qapi_free_StatsList(list);
}

static const HMPCommand hmp_stats_info[] = {
    { "stats", "target:s", "target", "show statistics for the given target (vm or vcpu)",
      hmp_info_stats },
};
HMP_INFO(hmp_stats_info);
