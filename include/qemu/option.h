/*
 * Command-line options of the form "key=value,key=value".
 *
 * Syntax: pairs separated by commas; a comma in a value is doubled. The first value may omit
 * its key if the list names an implied one. A key alone means "key=on", and "nokey" means
 * "key=off", for keys of type bool. "id=" names the instance; ids begin with a letter and go
 * on with letters, digits, '-', '.' and '_'.
 *
 * Threads: main thread, at start-up or with the BQL held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_OPTION_H
#define QEMU_OPTION_H

#include "qemu/queue.h"
#include "qapi/error.h"

enum QemuOptType {
    QEMU_OPT_STRING = 0,
    QEMU_OPT_BOOL,   /* on/off */
    QEMU_OPT_NUMBER, /* 0x hex, 0 octal, decimal */
    QEMU_OPT_SIZE,   /* with suffix, see qemu_strtosz() */
};

typedef struct QemuOptDesc {
    const char *name;
    enum QemuOptType type;
    const char *help;
    const char *def_value_str;
} QemuOptDesc;

struct QemuOptsList {
    const char *name;
    const char *implied_opt_name;
    bool merge_lists; /* further options without an id add to the first instance */
    QTAILQ_HEAD(, QemuOpts) head;
    QemuOptDesc desc[]; /* name NULL at the end; none at all: any key, as string */
};

const char *get_opt_value(const char *p, char **value);

bool parse_option_size(const char *name, const char *value, uint64_t *ret, Error **errp);
bool parse_option_number(const char *name, const char *value, uint64_t *ret, Error **errp);
bool parse_option_bool(const char *name, const char *value, bool *ret, Error **errp);
/* Is @param "help" or "?", or does it have such a key? */
bool is_help_option(const char *s);
bool has_help_option(const char *params);
bool id_wellformed(const char *id);

/* The value last given for @name, or the default, or NULL. */
const char *qemu_opt_get(QemuOpts *opts, const char *name);
/* As above; the option is used up. Caller frees. */
char *qemu_opt_get_del(QemuOpts *opts, const char *name);
bool qemu_opt_has_help_opt(QemuOpts *opts);
bool qemu_opt_get_bool(QemuOpts *opts, const char *name, bool defval);
uint64_t qemu_opt_get_number(QemuOpts *opts, const char *name, uint64_t defval);
uint64_t qemu_opt_get_size(QemuOpts *opts, const char *name, uint64_t defval);
bool qemu_opt_get_bool_del(QemuOpts *opts, const char *name, bool defval);
uint64_t qemu_opt_get_number_del(QemuOpts *opts, const char *name, uint64_t defval);
uint64_t qemu_opt_get_size_del(QemuOpts *opts, const char *name, uint64_t defval);
/* Remove all values of @name; -1 if there was none. */
int qemu_opt_unset(QemuOpts *opts, const char *name);
bool qemu_opt_set(QemuOpts *opts, const char *name, const char *value, Error **errp);
bool qemu_opt_set_bool(QemuOpts *opts, const char *name, bool val, Error **errp);
bool qemu_opt_set_number(QemuOpts *opts, const char *name, int64_t val, Error **errp);
/* Call @func for each option in order; a non-zero answer ends the walk and is returned. */
typedef int (*qemu_opt_loopfunc)(void *opaque, const char *name, const char *value,
                                 Error **errp);
int qemu_opt_foreach(QemuOpts *opts, qemu_opt_loopfunc func, void *opaque, Error **errp);
/* Values of a key that may be given several times, in order. */
typedef struct {
    QemuOpts *opts;
    QemuOpt *opt;
    const char *name;
} QemuOptsIter;
void qemu_opt_iter_init(QemuOptsIter *iter, QemuOpts *opts, const char *name);
const char *qemu_opt_iter_next(QemuOptsIter *iter);

QemuOpts *qemu_opts_find(QemuOptsList *list, const char *id);
/* @fail_if_exists: an existing @id is an error, else it is returned. */
QemuOpts *qemu_opts_create(QemuOptsList *list, const char *id, int fail_if_exists, Error **errp);
void qemu_opts_reset(QemuOptsList *list);
void qemu_opts_loc_restore(QemuOpts *opts);
const char *qemu_opts_id(QemuOpts *opts);
void qemu_opts_set_id(QemuOpts *opts, char *id);
void qemu_opts_del(QemuOpts *opts);
/* Check the keys and values against @desc, for lists without descriptions. */
bool qemu_opts_validate(QemuOpts *opts, const QemuOptDesc *desc, Error **errp);
/* Add the options in @params to @opts. */
bool qemu_opts_do_parse(QemuOpts *opts, const char *params, const char *firstname, Error **errp);
/* Create from @params; reports to the user by itself and returns NULL on failure. */
QemuOpts *qemu_opts_parse_noisily(QemuOptsList *list, const char *params, bool permit_abbrev);
QemuOpts *qemu_opts_parse(QemuOptsList *list, const char *params, bool permit_abbrev,
                          Error **errp);
/* -global-like defaults: options that all instances of the list have unless they set them. */
void qemu_opts_set_defaults(QemuOptsList *list, const char *params, int permit_abbrev);
QemuOpts *qemu_opts_from_qdict(QemuOptsList *list, const QDict *qdict, Error **errp);
/* Add to @qdict (NULL: a new one) and return it. */
QDict *qemu_opts_to_qdict(QemuOpts *opts, QDict *qdict);
/* As above, only keys of @list; with @del they leave @opts. */
QDict *qemu_opts_to_qdict_filtered(QemuOpts *opts, QDict *qdict, QemuOptsList *list, bool del);
/* Take the keys that the list knows out of @qdict into @opts. */
bool qemu_opts_absorb_qdict(QemuOpts *opts, QDict *qdict, Error **errp);
typedef int (*qemu_opts_loopfunc)(void *opaque, QemuOpts *opts, Error **errp);
/* Call @func for each instance, with its place in the command line current for messages. */
int qemu_opts_foreach(QemuOptsList *list, qemu_opts_loopfunc func, void *opaque, Error **errp);
/* "key=value" pairs joined with @separator, to stdout. */
void qemu_opts_print(QemuOpts *opts, const char *separator);
/* Describe the keys of a list to stdout. */
void qemu_opts_print_help(QemuOptsList *list, bool print_caption);
void qemu_opts_free(QemuOptsList *list);
QemuOptsList *qemu_opts_append(QemuOptsList *dst, QemuOptsList *list);

/*
 * keyval: "a=1,b.c=2,b.d=3,l.0=x" into nested dictionaries and lists, all leaves strings.
 * @implied_key as above (NULL: none). With @p_help "help" or "?" is allowed and sets it.
 * NULL with @errp set on failure. Into: merge over @qdict.
 */
QDict *keyval_parse(const char *params, const char *implied_key, bool *p_help, Error **errp);
QDict *keyval_parse_into(QDict *qdict, const char *params, const char *implied_key, bool *p_help,
                         Error **errp);
/* Lay @new over @dest: values replace, dictionaries merge, lists append. */
void keyval_merge(QDict *dest, const QDict *new_values, Error **errp);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuOpts, qemu_opts_del)

#endif
