/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of trace events, and switching them.
 *
 * Thread: groups register before main(); switching in the main thread.
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "qemu/bitmap.h"
#include "trace/control.h"

static struct {
    GPtrArray *all;             /* of TraceEvent, by name once sorted */
    bool sorted;
} trace_events;

void trace_event_register_group(TraceEvent *const *events)
{
    if (!trace_events.all) {
        trace_events.all = g_ptr_array_new();
    }
    for (; *events; events++) {
        (*events)->id = trace_events.all->len;
        g_ptr_array_add(trace_events.all, *events);
    }
    trace_events.sorted = false;
}

static int compare_events(gconstpointer a, gconstpointer b)
{
    return strcmp((*(TraceEvent *const *)a)->name, (*(TraceEvent *const *)b)->name);
}

static GPtrArray *sorted_events(void)
{
    if (!trace_events.all) {
        trace_events.all = g_ptr_array_new();
    }
    if (!trace_events.sorted) {
        g_ptr_array_sort(trace_events.all, compare_events);
        trace_events.sorted = true;
    }
    return trace_events.all;
}

void trace_event_iter_init(TraceEventIter *iter, const char *pattern)
{
    *iter = (TraceEventIter) { .pattern = pattern };
}

TraceEvent *trace_event_next(TraceEventIter *iter)
{
    GPtrArray *all = sorted_events();

    while (iter->next < all->len) {
        TraceEvent *ev = g_ptr_array_index(all, iter->next++);

        if (!iter->pattern || g_pattern_match_simple(iter->pattern, ev->name)) {
            return ev;
        }
    }
    return NULL;
}

TraceEvent *trace_event_name(const char *name)
{
    TraceEventIter iter;
    TraceEvent *ev;

    trace_event_iter_init(&iter, NULL);
    while ((ev = trace_event_next(&iter))) {
        if (!strcmp(ev->name, name)) {
            return ev;
        }
    }
    return NULL;
}

bool trace_event_is_pattern(const char *str)
{
    return strpbrk(str, "*?") != NULL;
}

void trace_event_set_state(TraceEvent *ev, bool state)
{
    if (!ev->available) {
        return;
    }
    if (ev->vcpus) {
        /* For all vCPUs again; the map stays allocated, readers may be looking at it. */
        if (state) {
            bitmap_set(ev->vcpus, 0, TRACE_VCPUS_MAX);
        } else {
            bitmap_zero(ev->vcpus, TRACE_VCPUS_MAX);
        }
    }
    qatomic_set(&ev->enabled, state);
}

bool trace_event_get_vcpu_state(CPUState *cpu, const TraceEvent *ev)
{
    const unsigned long *vcpus = qatomic_read(&ev->vcpus);

    if (!qatomic_read(&ev->enabled)) {
        return false;
    }
    return !vcpus || (cpu->cpu_index >= 0 && cpu->cpu_index < TRACE_VCPUS_MAX &&
                      test_bit(cpu->cpu_index, vcpus));
}

void trace_event_set_vcpu_state(unsigned cpu_index, TraceEvent *ev, bool state)
{
    if (!ev->available || !ev->vcpu || cpu_index >= TRACE_VCPUS_MAX) {
        return;
    }
    if (!ev->vcpus) {
        unsigned long *vcpus = bitmap_new(TRACE_VCPUS_MAX);

        if (ev->enabled) {
            bitmap_set(vcpus, 0, TRACE_VCPUS_MAX);
        }
        qatomic_set(&ev->vcpus, vcpus);
    }
    if (state) {
        set_bit(cpu_index, ev->vcpus);
    } else {
        clear_bit(cpu_index, ev->vcpus);
    }
    qatomic_set(&ev->enabled, !bitmap_empty(ev->vcpus, TRACE_VCPUS_MAX));
}

bool trace_enable_events(const char *pattern)
{
    bool enable = *pattern != '-', found = false;
    TraceEventIter iter;
    TraceEvent *ev;

    trace_event_iter_init(&iter, enable ? pattern : pattern + 1);
    while ((ev = trace_event_next(&iter))) {
        found |= ev->available;
        trace_event_set_state(ev, enable);
    }
    return found;
}

void trace_list_events(FILE *f)
{
    TraceEventIter iter;
    TraceEvent *ev;

    trace_event_iter_init(&iter, NULL);
    while ((ev = trace_event_next(&iter))) {
        if (ev->available) {
            fprintf(f, "%s\n", ev->name);
        }
    }
}
