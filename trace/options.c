/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The -trace option, -d trace:PATTERN, and the start of the backends.
 *
 * Thread: main thread, at start.
 */
#include "qemu/osdep.h"
#include <syslog.h>
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qemu/option.h"
#include "trace/backends.h"

/* What -trace asked for; main thread only. */
static struct {
    char *file;
    bool given;
} trace_request;

static QemuOptsList trace_opts = {
    .name = "trace",
    .implied_opt_name = "enable",
    .head = QTAILQ_HEAD_INITIALIZER(trace_opts.head),
    .desc = {
        { .name = "enable", .type = QEMU_OPT_STRING },
        { .name = "events", .type = QEMU_OPT_STRING },
        { .name = "file", .type = QEMU_OPT_STRING },
        { /* end */ }
    },
};

static void enable_or_warn(const char *pattern)
{
    if (!trace_enable_events(pattern) && *pattern != '-') {
        warn_report(trace_event_is_pattern(pattern)
                    ? "no trace event matches '%s'" : "trace event '%s' does not exist",
                    pattern);
    }
}

/* A file with a name or pattern on each line; '#' begins a comment. */
static bool enable_from_file(const char *path, Error **errp)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) gerr = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(path, &text, NULL, &gerr)) {
        error_setg(errp, "could not open trace events file '%s': %s", path, gerr->message);
        return false;
    }
    lines = g_strsplit(text, "\n", -1);
    for (char **l = lines; *l; l++) {
        g_strstrip(*l);
        if (**l && **l != '#') {
            enable_or_warn(*l);
        }
    }
    return true;
}

void trace_opt_parse(const char *optstr)
{
    QemuOpts *opts;
    const char *value;

    if (is_help_option(optstr)) {
        trace_list_events(stdout);
        exit(EXIT_SUCCESS);
    }
    opts = qemu_opts_parse(&trace_opts, optstr, true, &error_fatal);
    value = qemu_opt_get(opts, "enable");
    if (value) {
        enable_or_warn(value);
    }
    value = qemu_opt_get(opts, "events");
    if (value) {
        enable_from_file(value, &error_fatal);
    }
    value = qemu_opt_get(opts, "file");
    if (value) {
        g_free(trace_request.file);
        trace_request.file = g_strdup(value);
    }
    trace_request.given = true;
    qemu_opts_del(opts);
}

bool trace_init_backends(void)
{
    qemu_log_set_trace_hook(enable_or_warn);
#ifdef CONFIG_TRACE_SYSLOG
    openlog(NULL, LOG_PID, LOG_DAEMON);
#endif
#ifdef CONFIG_TRACE_FTRACE
    if (!trace_ftrace_init()) {
        warn_report("ftrace is not available, its trace events go nowhere");
    }
#endif
    return true;
}

void trace_init_file(void)
{
#ifdef CONFIG_TRACE_SIMPLE
    trace_simple_set_file(trace_request.file);
    trace_simple_set_enabled(true);
#else
    /* The log backend's file is the log's: -D names it, or this does. */
    if (trace_request.file) {
        qemu_set_log_filename(trace_request.file, &error_fatal);
    }
#endif
#ifdef CONFIG_TRACE_LOG
    if (trace_request.given) {
        qemu_set_log(qemu_loglevel | LOG_TRACE, &error_fatal);
    }
#endif
}
