/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trace events: which there are, which are enabled.  docs/tracing.txt is the guide.
 *
 * A folder's trace-events file declares events; code calls trace_NAME(args).  While an event
 * is disabled that costs one load and one predicted branch.
 *
 * Thread: an event's state is read without locks everywhere; the functions that change it are
 * for the main thread.
 */
#ifndef TRACE_CONTROL_H
#define TRACE_CONTROL_H

#include "qemu/osdep.h"
#include "qemu/atomic.h"

typedef struct TraceEvent {
    const char *name;
    const char *kinds;          /* an argument a letter: i(nt) u(nsigned) p(ointer) s(tring) d */
    const char *args;           /* the arguments' names, with spaces between */
    bool available;             /* false: declared with `disable` */
    bool vcpu;                  /* the first argument is a CPUState * */
    bool enabled;
    unsigned id;                /* number by order of registration */
    unsigned long *vcpus;       /* enabled for these vCPUs only; NULL: for all */
} TraceEvent;

/* Is the event enabled?  The fast form is for the generated code. */
static inline bool trace_event_get_state_fast(const TraceEvent *ev)
{
    return qatomic_read(&ev->enabled);
}
static inline bool trace_event_get_state(const TraceEvent *ev)
{
    return qatomic_read(&ev->enabled);
}
/* Would trace_NAME() do anything?  To skip the making of costly arguments. */
#define trace_event_get_state_backends(name) trace_event_get_state_fast(&trace_##name##_event)

/* Number of vCPUs for which single enabling is kept. */
#define TRACE_VCPUS_MAX 1024

/* For events with the vcpu property: is it enabled for @cpu? */
bool trace_event_get_vcpu_state(CPUState *cpu, const TraceEvent *ev);
void trace_event_set_vcpu_state(unsigned cpu_index, TraceEvent *ev, bool state);
void trace_event_set_state(TraceEvent *ev, bool state);

/* Add a NULL-terminated table; generated constructors call this. */
void trace_event_register_group(TraceEvent *const *events);

/* The event of that name, or NULL. */
TraceEvent *trace_event_name(const char *name);
bool trace_event_is_pattern(const char *str);

/* Walk all events whose name matches @pattern ('*' and '?'; NULL: all), in order of name. */
typedef struct TraceEventIter {
    size_t next;
    const char *pattern;
} TraceEventIter;
void trace_event_iter_init(TraceEventIter *iter, const char *pattern);
TraceEvent *trace_event_next(TraceEventIter *iter);

/* Enable (after '-': disable) the events that match; false if there is none. */
bool trace_enable_events(const char *pattern);
/* -trace [enable=]PATTERN,events=FILE,file=FILE; "help" lists the events and exits. */
void trace_opt_parse(const char *optstr);
/* Start the backends, once the options are known; false after a report. */
bool trace_init_backends(void);
/* Open the file of -trace file=, or the default one; after daemonizing. */
void trace_init_file(void);
void trace_list_events(FILE *f);

#endif
