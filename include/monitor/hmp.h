/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands of the human monitor.
 *
 * A subsystem registers tables of commands from its own files; the same commands serve
 * -monitor and QMP human-monitor-command.  Handlers call the QMP handlers and print.
 *
 * Arguments are declared as "name:type[?],..." ('?': optional):
 *
 *   s   a word, or a string in double quotes       S   the rest of the line
 *   F   a file name                                B   a block device's name
 *   i   an integer expression, 32 bits             l   the same, 64 bits
 *   o   a size, with suffix (default MiB)          b   on or off
 *   T   a time in seconds, as a double             O   key=value,... (the rest)
 *   /   /COUNT FORMAT SIZE directly behind the command ("x/4xw"): puts count, format, size
 *   -X  the flag -X: a boolean
 *
 * Expressions know + - * / % & | ^ ~ ( ), 'c', numbers as in C, and $register.
 *
 * Thread: main thread with the big lock.
 */
#ifndef MONITOR_HMP_H
#define MONITOR_HMP_H

#include "monitor/monitor.h"
#include "qapi/qmp/qdict.h"

typedef struct HMPCompletion HMPCompletion;

typedef struct HMPCommand {
    const char *name;                   /* "quit|q": the first is the one that help shows */
    const char *args;                   /* see above */
    const char *params;                 /* the same for people */
    const char *help;                   /* one line */
    void (*cmd)(Monitor *mon, const QDict *args);
    /* Offer values for argument number @n (from 0); NULL: none, or by the argument's type. */
    void (*complete)(HMPCompletion *c, unsigned n);
} HMPCommand;

/* Add a table of commands, or of subcommands of "info", before main(). */
void hmp_register(const HMPCommand *table, size_t n);
void hmp_register_info(const HMPCommand *table, size_t n);

#define HMP_COMMANDS(table)                                             \
    static void __attribute__((constructor)) hmp_init_##table(void)     \
    {                                                                   \
        hmp_register(table, ARRAY_SIZE(table));                         \
    }                                                                   \
    struct hmp_commands_takes_a_semicolon
#define HMP_INFO(table)                                                 \
    static void __attribute__((constructor)) hmp_init_##table(void)     \
    {                                                                   \
        hmp_register_info(table, ARRAY_SIZE(table));                    \
    }                                                                   \
    struct hmp_commands_takes_a_semicolon

/* The usual end of a handler: print "Error: ..." if @err is set, and free it. */
void hmp_handle_error(Monitor *mon, Error *err);

/* The vCPU that commands are about (command cpu); NULL when the machine has none. */
CPUState *monitor_get_cpu(Monitor *mon);
/* Select it by index; false if there is none of that index. */
bool monitor_set_cpu(Monitor *mon, int cpu_index);

/* From a complete function: a possible word. */
void hmp_candidate(HMPCompletion *c, const char *word);

/* Execute a line on @mon. */
void hmp_execute(Monitor *mon, const char *line);

#endif
