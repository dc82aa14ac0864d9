/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of human monitor commands: look-up, execution, help, completion.
 *
 * Thread: registration before main(), the rest in the main thread with the big lock.
 */
#include "qemu/osdep.h"
#include <dirent.h>
#include "hmp-internal.h"
#include "qapi/error.h"
#include "qapi/qapi-types.h"
#include "qapi/qmp-commands.h"
#include "qemu/error-report.h"

static GPtrArray *hmp_table(bool info)
{
    static GPtrArray *tables[2];

    if (!tables[info]) {
        tables[info] = g_ptr_array_new();
    }
    return tables[info];
}

static void add_rows(bool info, const HMPCommand *table, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_ptr_array_add(hmp_table(info), (gpointer)&table[i]);
    }
}

void hmp_register(const HMPCommand *table, size_t n)
{
    add_rows(false, table, n);
}

void hmp_register_info(const HMPCommand *table, size_t n)
{
    add_rows(true, table, n);
}

static int compare_commands(gconstpointer a, gconstpointer b)
{
    return strcmp((*(HMPCommand *const *)a)->name, (*(HMPCommand *const *)b)->name);
}

void hmp_for_each(bool info, void (*fn)(const HMPCommand *cmd, void *opaque), void *opaque)
{
    GPtrArray *table = hmp_table(info);

    g_ptr_array_sort(table, compare_commands);
    for (guint i = 0; i < table->len; i++) {
        fn(g_ptr_array_index(table, i), opaque);
    }
}

/* Is @name[0 .. len) one of the names in "quit|q"? */
static bool has_name(const HMPCommand *cmd, const char *name, size_t len)
{
    const char *p = cmd->name;

    while (p) {
        size_t n = strcspn(p, "|");

        if (n == len && !memcmp(p, name, len)) {
            return true;
        }
        p = p[n] ? p + n + 1 : NULL;
    }
    return false;
}

static const HMPCommand *find_in(GPtrArray *table, const char *name, size_t len)
{
    for (guint i = 0; i < table->len; i++) {
        const HMPCommand *cmd = g_ptr_array_index(table, i);

        if (has_name(cmd, name, len)) {
            return cmd;
        }
    }
    return NULL;
}

const HMPCommand *hmp_find(const char *name, size_t len)
{
    return find_in(hmp_table(false), name, len);
}

const HMPCommand *hmp_find_info(const char *name, size_t len)
{
    return find_in(hmp_table(true), name, len);
}

void hmp_handle_error(Monitor *mon, Error *err)
{
    if (err) {
        monitor_printf(mon, "Error: %s\n", error_get_pretty(err));
        error_free(err);
    }
}

/* Length of the command's name at @p; '/' ends it, for "x/4xw". */
static size_t name_length(const char *p)
{
    size_t n = 0;

    while (p[n] && !g_ascii_isspace(p[n]) && p[n] != '/') {
        n++;
    }
    return n;
}

/* The command that @line begins with, and the text of its arguments. */
static const HMPCommand *split(Monitor *mon, const char *line, const char **rest)
{
    const HMPCommand *cmd;
    size_t n;

    while (g_ascii_isspace(*line)) {
        line++;
    }
    n = name_length(line);
    if (!n || *line == '#') {
        return NULL;
    }
    cmd = hmp_find(line, n);
    if (!cmd) {
        monitor_printf(mon, "unknown command: '%.*s'\n", (int)MIN(n, (size_t)60), line);
        return NULL;
    }
    *rest = line + n;
    if (!strcmp(cmd->name, "info") && (*rest)[strspn(*rest, " \t")]) {
        line = *rest + strspn(*rest, " \t");
        n = name_length(line);
        cmd = hmp_find_info(line, n);
        if (!cmd) {
            monitor_printf(mon, "unknown command: 'info %.*s'\n", (int)MIN(n, (size_t)60), line);
            return NULL;
        }
        *rest = line + n;
    }
    return cmd;
}

void hmp_execute(Monitor *mon, const char *line)
{
    const char *rest;
    const HMPCommand *cmd = split(mon, line, &rest);
    Error *err = NULL;
    QDict *args;

    if (!cmd) {
        return;
    }
    args = hmp_parse_args(mon, cmd, rest, &err);
    if (!args) {
        monitor_printf(mon, "%.*s: %s\n", (int)strcspn(cmd->name, "|"), cmd->name,
                       error_get_pretty(err));
        error_free(err);
        monitor_printf(mon, "Try \"help %.*s\" for more information\n",
                       (int)strcspn(cmd->name, "|"), cmd->name);
        return;
    }
    cmd->cmd(mon, args);
    qobject_unref(args);
}

/* ---- Help */

typedef struct HelpState {
    Monitor *mon;
    const char *prefix;
} HelpState;

static void print_help(const HMPCommand *cmd, void *opaque)
{
    HelpState *h = opaque;

    monitor_printf(h->mon, "%s%s %s -- %s\n", h->prefix, cmd->name, cmd->params, cmd->help);
}

static void hmp_help(Monitor *mon, const QDict *args)
{
    const char *name = qdict_get_try_str(args, "name");
    HelpState h = { mon, "" };
    const HMPCommand *cmd;

    if (!name) {
        hmp_for_each(false, print_help, &h);
        return;
    }
    if (!strcmp(name, "info")) {
        h.prefix = "info ";
        hmp_for_each(true, print_help, &h);
        return;
    }
    if (g_str_has_prefix(name, "info ")) {
        h.prefix = "info ";
        cmd = hmp_find_info(name + 5, strlen(name + 5));
    } else {
        cmd = hmp_find(name, strlen(name));
    }
    if (cmd) {
        print_help(cmd, &h);
    } else {
        monitor_printf(mon, "unknown command: '%s'\n", name);
    }
}

static void hmp_info_help(Monitor *mon, const QDict *args)
{
    HelpState h = { mon, "info " };

    hmp_for_each(true, print_help, &h);
}

static void hmp_info_history(Monitor *mon, const QDict *args)
{
    ReadLineState *rs = monitor_hmp_readline(mon);
    const char *line;

    for (unsigned i = 0; rs && (line = readline_get_history(rs, i)); i++) {
        monitor_printf(mon, "%u: '%s'\n", i, line);
    }
}

/* ---- Completion */

void hmp_candidate(HMPCompletion *c, const char *word)
{
    readline_add_completion_of(c->rs, c->typed, word);
}

static void offer_names(const HMPCommand *cmd, void *opaque)
{
    g_auto(GStrv) names = g_strsplit(cmd->name, "|", -1);

    for (char **n = names; *n; n++) {
        hmp_candidate(opaque, *n);
    }
}

static void offer_files(HMPCompletion *c)
{
    const char *slash = strrchr(c->typed, '/');
    g_autofree char *dir = slash ? g_strndup(c->typed, slash + 1 - c->typed) : g_strdup("");
    DIR *d = opendir(*dir ? dir : ".");
    struct dirent *e;

    while (d && (e = readdir(d))) {
        g_autofree char *path = g_strconcat(dir, e->d_name, NULL);

        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) {
            continue;
        }
        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            g_autofree char *with_slash = g_strconcat(path, "/", NULL);

            hmp_candidate(c, with_slash);
        } else {
            hmp_candidate(c, path);
        }
    }
    if (d) {
        closedir(d);
    }
}

static void complete_arg(HMPCompletion *c, const HMPCommand *cmd, unsigned n)
{
    const char *decl = cmd->args;
    char *name, *type;
    unsigned i = 0;

    if (cmd->complete) {
        cmd->complete(c, n);
        return;
    }
    while (hmp_next_arg(&decl, &name, &type)) {
        if (*type != '-' && *type != '/' && i++ == n) {
            if (*type == 'F') {
                offer_files(c);
            } else if (*type == 'b') {
                hmp_candidate(c, "on");
                hmp_candidate(c, "off");
            }
        }
        g_free(name);
        g_free(type);
    }
}

/* @words: what stands before the word that is being completed. */
static void complete_words(HMPCompletion *c, char **words, guint n)
{
    const HMPCommand *cmd;
    unsigned arg = 0;
    guint first = 1;

    if (!n) {
        hmp_for_each(false, offer_names, c);
        return;
    }
    cmd = hmp_find(words[0], strlen(words[0]));
    if (cmd && (!strcmp(cmd->name, "info") || !strcmp(cmd->name, "help|?"))) {
        if (n == 1) {
            hmp_for_each(!strcmp(cmd->name, "info"), offer_names, c);
            return;
        }
        cmd = hmp_find_info(words[1], strlen(words[1]));
        first = 2;
    }
    for (guint i = first; i < n; i++) {
        arg += words[i][0] != '-';
    }
    if (cmd) {
        complete_arg(c, cmd, arg);
    }
}

void hmp_complete(ReadLineState *rs, const char *text)
{
    g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    HMPCompletion c = { rs, "" };

    /* Complete words, and last what is being typed, which may be empty. */
    for (char **w = words; *w; w++) {
        if (w[1] && **w) {
            g_ptr_array_add(list, *w);
        } else if (!w[1]) {
            c.typed = *w;
        }
    }
    readline_set_completion_index(rs, strlen(c.typed));
    complete_words(&c, (char **)list->pdata, list->len);
}

static const HMPCommand hmp_help_commands[] = {
    { "help|?", "name:S?", "[cmd]", "show the help", hmp_help },
    { "info", "item:S?", "[subcommand]", "show various information about the system state",
      hmp_info_help },
};
HMP_COMMANDS(hmp_help_commands);

static const HMPCommand hmp_help_info[] = {
    { "history", "", "", "show the command line history", hmp_info_history },
};
HMP_INFO(hmp_help_info);
