/*
 * Messages to the person at the other end: errors, warnings, information.
 *
 * They go to the monitor whose command is being executed in this thread, or to stderr, with
 * the program's name and the place in the command line or configuration file in front.
 *
 * Threads: any; the place is kept per thread.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_ERROR_REPORT_H
#define QEMU_ERROR_REPORT_H

#include "qemu/osdep.h"

/* A place that messages refer to; lives on the stack between loc_push and loc_pop. */
typedef struct Location {
    enum { LOC_NONE, LOC_CMDLINE, LOC_FILE } kind;
    int num;          /* LOC_CMDLINE: how many words; LOC_FILE: line number */
    const void *ptr;  /* LOC_CMDLINE: char **argv; LOC_FILE: name */
    struct Location *prev;
} Location;

/* Save the current place in @loc and start with none. Returns @loc. */
Location *loc_push_none(Location *loc);
Location *loc_push_restore(Location *loc);
Location *loc_pop(Location *loc);
/* A copy of the current place in @loc, for a later loc_push_restore(). */
Location *loc_save(Location *loc);
void loc_restore(Location *loc);
void loc_set_none(void);
void loc_set_cmdline(char **argv, int idx, int cnt);
void loc_set_file(const char *fname, int lno);

/* Initialise with argv[0]; only the last path element is shown. */
void error_init(const char *argv0);
const char *error_get_progname(void);
/* -msg: whether each message starts with a time stamp, and with the guest's name. */
void error_set_msg_options(bool timestamp, const char *guest_name);

/*
 * Where a monitor catches messages: the hook prints and returns the number of bytes, or -1
 * when the calling thread serves no monitor command. Set once, before threads start.
 */
typedef int (*ErrorPrintHook)(const char *fmt, va_list ap);
void error_set_print_hook(ErrorPrintHook hook);

/* Print without prefix; the result is the number of bytes or negative. */
int error_vprintf(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);
int error_printf(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

void error_vreport(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);
void warn_vreport(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);
void info_vreport(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);
/* One line without newline at the end. */
void error_report(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
void warn_report(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
void info_report(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

bool error_report_once_cond(bool *printed, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
bool warn_report_once_cond(bool *printed, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
#define error_report_once(fmt, ...)                                                              \
    ({                                                                                           \
        static bool reported_;                                                                   \
        error_report_once_cond(&reported_, fmt, ##__VA_ARGS__);                                  \
    })
#define warn_report_once(fmt, ...)                                                               \
    ({                                                                                           \
        static bool reported_;                                                                   \
        warn_report_once_cond(&reported_, fmt, ##__VA_ARGS__);                                   \
    })

#endif
