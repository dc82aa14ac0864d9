/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What generated trace code calls when an event is enabled.
 *
 * Thread: any.
 */
#ifndef TRACE_BACKENDS_H
#define TRACE_BACKENDS_H

#include "trace/control.h"

/* Backend log: a line in the log, "TID@SECONDS.MICROSECONDS:" before it. */
void trace_log(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/* Backend ftrace: a line in the kernel's trace buffer. */
bool trace_ftrace_init(void);
void trace_ftrace(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/* Backend simple: a binary record in a file; scripts/simpletrace.py reads it. */
enum {
    TRACE_RECORD_MAX = 4096,    /* longer strings are cut: records are built on the stack */
};
typedef struct TraceRecord {
    size_t len;
    uint8_t data[TRACE_RECORD_MAX];
} TraceRecord;
void trace_record_start(TraceRecord *rec, const TraceEvent *ev);
void trace_record_add_u64(TraceRecord *rec, uint64_t val);
void trace_record_add_double(TraceRecord *rec, double val);
void trace_record_add_str(TraceRecord *rec, const char *str);
void trace_record_finish(TraceRecord *rec);

/* Control of the simple backend's file.  File names: NULL is "trace-PID". */
bool trace_simple_set_file(const char *path);
bool trace_simple_set_enabled(bool enable);
void trace_simple_flush(void);
void trace_simple_print_status(FILE *f);
/* The file's name and whether records go to it. */
const char *trace_simple_file(bool *enabled);

#endif
