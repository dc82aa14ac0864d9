/*
 * Messages to the user: prefix, place, destination.
 *
 * Form:    [time stamp ][guest's name ]program: place: [warning: |info: ]text
 * Thread:  any. The place is per thread; the options are set before threads start.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"

/* Set at start-up, read-only afterwards. */
static struct {
    const char *progname;
    const char *guest_name;
    bool timestamp;
    ErrorPrintHook hook;
} reporter;

/* The bottom of each thread's stack of places. */
static __thread Location loc_base;
static __thread Location *loc_top;

static Location *loc_current(void)
{
    if (!loc_top) {
        loc_top = &loc_base;
    }
    return loc_top;
}

Location *loc_push_restore(Location *loc)
{
    loc->prev = loc_current();
    loc_top = loc;
    return loc;
}

Location *loc_push_none(Location *loc)
{
    loc->kind = LOC_NONE;
    return loc_push_restore(loc);
}

Location *loc_pop(Location *loc)
{
    assert(loc_current() == loc && loc->prev);
    loc_top = loc->prev;
    loc->prev = NULL;
    return loc;
}

Location *loc_save(Location *loc)
{
    *loc = *loc_current();
    loc->prev = NULL;
    return loc;
}

void loc_restore(Location *loc)
{
    Location *top = loc_current();
    Location *prev = top->prev;

    assert(!loc->prev);
    *top = *loc;
    top->prev = prev;
}

void loc_set_none(void)
{
    loc_current()->kind = LOC_NONE;
}

void loc_set_cmdline(char **argv, int idx, int cnt)
{
    Location *loc = loc_current();

    loc->kind = LOC_CMDLINE;
    loc->num = cnt;
    loc->ptr = argv + idx;
}

void loc_set_file(const char *fname, int lno)
{
    Location *loc = loc_current();

    assert(fname || loc->kind == LOC_FILE);
    loc->kind = LOC_FILE;
    loc->num = lno;
    if (fname) {
        loc->ptr = fname;
    }
}

void error_init(const char *argv0)
{
    const char *slash = strrchr(argv0, '/');

    reporter.progname = slash ? slash + 1 : argv0;
}

const char *error_get_progname(void)
{
    return reporter.progname;
}

void error_set_msg_options(bool timestamp, const char *guest_name)
{
    reporter.timestamp = timestamp;
    reporter.guest_name = guest_name;
}

void error_set_print_hook(ErrorPrintHook hook)
{
    reporter.hook = hook;
}

int error_vprintf(const char *fmt, va_list ap)
{
    if (reporter.hook) {
        va_list copy;

        va_copy(copy, ap);
        int ret = reporter.hook(fmt, copy);
        va_end(copy);
        if (ret >= 0) {
            return ret;
        }
    }
    return vfprintf(stderr, fmt, ap);
}

int error_printf(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    int ret = error_vprintf(fmt, ap);
    va_end(ap);
    return ret;
}

static void append_location(GString *s, const Location *loc)
{
    const char *sep = "";

    switch (loc->kind) {
    case LOC_CMDLINE:
        for (int i = 0; i < loc->num; i++) {
            g_string_append_printf(s, "%s%s", sep, ((char *const *)loc->ptr)[i]);
            sep = " ";
        }
        g_string_append(s, ": ");
        break;
    case LOC_FILE:
        g_string_append_printf(s, "%s:", (const char *)loc->ptr);
        if (loc->num) {
            g_string_append_printf(s, "%d:", loc->num);
        }
        g_string_append_c(s, ' ');
        break;
    case LOC_NONE:
        break;
    }
}

/* One write for the whole line, so that lines of several threads do not mix. */
static void vreport(const char *kind, const char *fmt, va_list ap)
{
    g_autoptr(GString) prefix = g_string_new(NULL);

    if (reporter.timestamp) {
        g_autoptr(GDateTime) now = g_date_time_new_now_utc();
        g_autofree char *text = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S");
        g_string_append_printf(prefix, "%s.%06dZ ", text, g_date_time_get_microsecond(now));
    }
    if (reporter.guest_name) {
        g_string_append_printf(prefix, "%s ", reporter.guest_name);
    }
    if (reporter.progname) {
        g_string_append_printf(prefix, "%s: ", reporter.progname);
    }
    append_location(prefix, loc_current());
    g_string_append(prefix, kind);

    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    error_printf("%s%s\n", prefix->str, text);
}

void error_vreport(const char *fmt, va_list ap)
{
    vreport("", fmt, ap);
}

void warn_vreport(const char *fmt, va_list ap)
{
    vreport("warning: ", fmt, ap);
}

void info_vreport(const char *fmt, va_list ap)
{
    vreport("info: ", fmt, ap);
}

void error_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vreport("", fmt, ap);
    va_end(ap);
}

void warn_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vreport("warning: ", fmt, ap);
    va_end(ap);
}

void info_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vreport("info: ", fmt, ap);
    va_end(ap);
}

bool error_report_once_cond(bool *printed, const char *fmt, ...)
{
    va_list ap;

    if (*printed) {
        return false;
    }
    *printed = true;
    va_start(ap, fmt);
    vreport("", fmt, ap);
    va_end(ap);
    return true;
}

bool warn_report_once_cond(bool *printed, const char *fmt, ...)
{
    va_list ap;

    if (*printed) {
        return false;
    }
    *printed = true;
    va_start(ap, fmt);
    vreport("warning: ", fmt, ap);
    va_end(ap);
    return true;
}
