/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP and HMP commands about trace events.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "monitor/hmp.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"
#include "trace/backends.h"
#include "trace/control.h"

/* The vCPU of index @vcpu, which must exist if @has_vcpu. */
static bool find_vcpu(bool has_vcpu, int64_t vcpu, CPUState **cpu, Error **errp)
{
    *cpu = has_vcpu && vcpu >= 0 && vcpu <= INT_MAX ? qemu_get_cpu(vcpu) : NULL;
    if (has_vcpu && !*cpu) {
        error_setg(errp, "Parameter 'vcpu' expects the index of a CPU, not %" PRId64, vcpu);
        return false;
    }
    return true;
}

/* A plain name must exist, and go with a vCPU if one is given; a pattern may match nothing. */
static bool check_name(const char *name, bool has_vcpu, bool ignore_unavailable, Error **errp)
{
    TraceEvent *ev;

    if (trace_event_is_pattern(name)) {
        return true;
    }
    ev = trace_event_name(name);
    if (!ev) {
        error_setg(errp, "unknown event \"%.100s\"", name);
        return false;
    }
    if (has_vcpu && !ev->vcpu) {
        error_setg(errp, "event \"%s\" is not vCPU-specific", name);
        return false;
    }
    if (!ev->available && !ignore_unavailable) {
        error_setg(errp, "event \"%s\" is disabled", name);
        return false;
    }
    return true;
}

TraceEventInfoList *qmp_trace_event_get_state(const char *name, bool has_vcpu, int64_t vcpu,
                                              Error **errp)
{
    TraceEventInfoList *head = NULL, **tail = &head;
    TraceEventIter iter;
    TraceEvent *ev;
    CPUState *cpu;

    if (!find_vcpu(has_vcpu, vcpu, &cpu, errp) || !check_name(name, has_vcpu, true, errp)) {
        return NULL;
    }
    trace_event_iter_init(&iter, name);
    while ((ev = trace_event_next(&iter))) {
        bool on = cpu ? trace_event_get_vcpu_state(cpu, ev) : trace_event_get_state(ev);

        if (has_vcpu && !ev->vcpu) {
            continue;
        }
        *tail = g_new0(TraceEventInfoList, 1);
        (*tail)->value = g_new0(TraceEventInfo, 1);
        (*tail)->value->name = g_strdup(ev->name);
        (*tail)->value->vcpu = ev->vcpu;
        (*tail)->value->state = !ev->available ? TRACE_EVENT_STATE_UNAVAILABLE
                              : on ? TRACE_EVENT_STATE_ENABLED : TRACE_EVENT_STATE_DISABLED;
        tail = &(*tail)->next;
    }
    return head;
}

void qmp_trace_event_set_state(const char *name, bool enable, bool has_ignore_unavailable,
                               bool ignore_unavailable, bool has_vcpu, int64_t vcpu,
                               Error **errp)
{
    bool ignore = has_ignore_unavailable && ignore_unavailable;
    TraceEventIter iter;
    TraceEvent *ev;
    CPUState *cpu;

    if (!find_vcpu(has_vcpu, vcpu, &cpu, errp) || !check_name(name, has_vcpu, ignore, errp)) {
        return;
    }
    trace_event_iter_init(&iter, name);
    while ((ev = trace_event_next(&iter))) {
        if (!ev->available && !ignore) {
            error_setg(errp, "event \"%s\" is disabled", ev->name);
            return;
        }
    }
    trace_event_iter_init(&iter, name);
    while ((ev = trace_event_next(&iter))) {
        if (!has_vcpu) {
            trace_event_set_state(ev, enable);
        } else if (ev->vcpu) {
            trace_event_set_vcpu_state(cpu->cpu_index, ev, enable);
        }
    }
}

/* ---- HMP */

static void hmp_trace_event(Monitor *mon, const QDict *args)
{
    int64_t vcpu = qdict_get_try_int(args, "vcpu", -1);
    Error *err = NULL;

    qmp_trace_event_set_state(qdict_get_str(args, "name"), qdict_get_bool(args, "option"), true,
                              true, qdict_haskey(args, "vcpu"), vcpu, &err);
    hmp_handle_error(mon, err);
}

static void hmp_info_trace_events(Monitor *mon, const QDict *args)
{
    const char *name = qdict_get_try_str(args, "name");
    Error *err = NULL;
    TraceEventInfoList *list =
        qmp_trace_event_get_state(name ? name : "*", qdict_haskey(args, "vcpu"),
                                  qdict_get_try_int(args, "vcpu", -1), &err);

    for (TraceEventInfoList *l = list; l; l = l->next) {
        monitor_printf(mon, "%s : state %u\n", l->value->name,
                       l->value->state == TRACE_EVENT_STATE_ENABLED);
    }
    qapi_free_TraceEventInfoList(list);
    hmp_handle_error(mon, err);
}

static void complete_event(HMPCompletion *c, unsigned n)
{
    TraceEventIter iter;
    TraceEvent *ev;

    if (n == 1) {
        hmp_candidate(c, "on");
        hmp_candidate(c, "off");
    }
    trace_event_iter_init(&iter, NULL);
    while (n == 0 && (ev = trace_event_next(&iter))) {
        hmp_candidate(c, ev->name);
    }
}

#ifdef CONFIG_TRACE_SIMPLE
static void hmp_trace_file(Monitor *mon, const QDict *args)
{
    const char *op = qdict_get_try_str(args, "op"), *arg = qdict_get_try_str(args, "arg");
    bool enabled;
    const char *file = trace_simple_file(&enabled);

    if (!op) {
        monitor_printf(mon, "Trace file \"%s\" %s.\n", file ? file : "(none)",
                       enabled ? "on" : "off");
    } else if (!strcmp(op, "on") || !strcmp(op, "off")) {
        trace_simple_set_enabled(!strcmp(op, "on"));
    } else if (!strcmp(op, "flush")) {
        trace_simple_flush();
    } else if (!strcmp(op, "set") && arg) {
        trace_simple_set_file(arg);
    } else {
        monitor_printf(mon, "trace-file: expected on, off, flush or set FILE, not '%s'\n", op);
    }
}
#endif

static const HMPCommand hmp_trace_commands[] = {
    { "trace-event", "name:s,option:b,vcpu:i?", "name on|off [vcpu]",
      "changes status of a specific trace event (vcpu: vCPU to set, default is all)",
      hmp_trace_event, complete_event },
#ifdef CONFIG_TRACE_SIMPLE
    { "trace-file", "op:s?,arg:F?", "on|off|flush|set [arg]",
      "open, close, or flush trace file, or set a new file name", hmp_trace_file },
#endif
};
HMP_COMMANDS(hmp_trace_commands);

static const HMPCommand hmp_trace_info[] = {
    { "trace-events", "name:s?,vcpu:i?", "[name] [vcpu]",
      "show available trace-events & their state (name: event name pattern; vcpu: vCPU to query, "
      "default is any)", hmp_info_trace_events },
};
HMP_INFO(hmp_trace_info);
