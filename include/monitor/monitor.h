/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Monitors: the sessions through which programs (QMP) and people (HMP) drive the emulator.
 *
 * Thread: main thread with the big lock, unless a function says otherwise.
 */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

struct MonitorOptions;

/* Set up what all monitors share; before the first monitor, after qemu_init_main_loop(). */
void monitor_init_globals(void);
/* Start a monitor; @allow_hmp false refuses mode=readline.  0, or -1 with an error. */
int monitor_init(struct MonitorOptions *opts, bool allow_hmp, Error **errp);
/* The same from a -mon option. */
int monitor_init_opts(QemuOpts *opts, Error **errp);
/* End all monitors: pending output is written as far as the peers take it. */
void monitor_cleanup(void);

/* The monitor whose command the calling thread executes; NULL outside of commands. */
Monitor *monitor_cur(void);
bool monitor_cur_is_qmp(void);
/* Make @mon current for the calling thread; returns what was. */
Monitor *monitor_set_cur(Monitor *mon);

/*
 * Print to @mon.  For human monitors; on a QMP session this is dropped and returns -1, as it
 * does for NULL.  Any thread.
 */
int monitor_printf(Monitor *mon, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
int monitor_vprintf(Monitor *mon, const char *fmt, va_list ap) G_GNUC_PRINTF(2, 0);
int monitor_puts(Monitor *mon, const char *str);
void monitor_flush(Monitor *mon);
/* Print text of unknown origin: control characters come out as escapes. */
void monitor_print_filename(Monitor *mon, const char *filename);

/* Hold back @mon's input until the same number of resumes (a command's reply is pending). */
int monitor_suspend(Monitor *mon);
void monitor_resume(Monitor *mon);

/*
 * Take the descriptor that getfd stored in @mon under @fdname; it is the caller's to close.
 * -1 with an error.
 */
int monitor_get_fd(Monitor *mon, const char *fdname, Error **errp);
/* As above, but a number names one of the process's own descriptors. */
int monitor_fd_param(Monitor *mon, const char *fdname, Error **errp);

/* Put @fd into set @fdset_id (negative: a new one) on behalf of -add-fd; the set's number. */
int64_t monitor_fdset_add_fd(int fd, int64_t fdset_id, const char *opaque, Error **errp);

#endif
