/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the human monitor. */
#ifndef HMP_INTERNAL_H
#define HMP_INTERNAL_H

#include "monitor/hmp.h"
#include "qemu/readline.h"

struct HMPCompletion {
    ReadLineState *rs;
    const char *typed;                  /* the word that is being completed */
};

/* hmp-expr.c: evaluate the expression at *@p and step over it; false with an error. */
bool hmp_expr(Monitor *mon, const char **p, int64_t *val, Error **errp);

/* hmp-args.c: the arguments of @cmd in @text as a dictionary, or NULL with an error. */
QDict *hmp_parse_args(Monitor *mon, const HMPCommand *cmd, const char *text, Error **errp);
/* A word or quoted string at *@p; NULL with an error, or without one at the line's end. */
char *hmp_get_word(const char **p, Error **errp);
/* Walk the declarations "name:type,...": false at the end. */
bool hmp_next_arg(const char **decl, char **name, char **type);

/* hmp.c */
const HMPCommand *hmp_find(const char *name, size_t len);
const HMPCommand *hmp_find_info(const char *name, size_t len);
void hmp_complete(ReadLineState *rs, const char *text);
/* Call @fn for each command (of info: @info), sorted by name. */
void hmp_for_each(bool info, void (*fn)(const HMPCommand *cmd, void *opaque), void *opaque);
/* The history of an interactive monitor, or NULL. */
ReadLineState *monitor_hmp_readline(Monitor *mon);

#endif
