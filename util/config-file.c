/*
 * The registry of option lists, and configuration files.
 *
 * Thread:  main.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "qemu/config-file.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"

enum { MAX_LISTS = 64, LINE_MAX_BYTES = 1024 };

/* Filled at start-up. */
static struct {
    QemuOptsList *lists[MAX_LISTS + 1];
    int n;
} registry;

void qemu_add_opts(QemuOptsList *list)
{
    assert(registry.n < MAX_LISTS);
    if (!list->head.tqh_circ.tql_prev) {
        QTAILQ_INIT(&list->head);
    }
    registry.lists[registry.n++] = list;
}

void qemu_add_drive_opts(QemuOptsList *list)
{
    qemu_add_opts(list);
}

QemuOptsList *const *qemu_option_lists(void)
{
    return registry.lists;
}

QemuOptsList *qemu_find_opts_err(const char *group, Error **errp)
{
    for (int i = 0; i < registry.n; i++) {
        if (!strcmp(registry.lists[i]->name, group)) {
            return registry.lists[i];
        }
    }
    error_setg(errp, "There is no option group '%s'", group);
    return NULL;
}

QemuOptsList *qemu_find_opts(const char *group)
{
    return qemu_find_opts_err(group, &error_abort);
}

QemuOpts *qemu_find_opts_singleton(const char *group)
{
    QemuOptsList *list = qemu_find_opts(group);
    QemuOpts *opts = qemu_opts_find(list, NULL);

    return opts ? opts : qemu_opts_create(list, NULL, 0, &error_abort);
}

/* ---- Writing */

static int write_option(void *opaque, const char *name, const char *value, Error **errp)
{
    fprintf(opaque, "  %s = \"%s\"\n", name, value);
    return 0;
}

static int write_opts(void *opaque, QemuOpts *opts, Error **errp)
{
    struct {
        FILE *fp;
        const char *group;
    } *w = opaque;

    if (qemu_opts_id(opts)) {
        fprintf(w->fp, "[%s \"%s\"]\n", w->group, qemu_opts_id(opts));
    } else {
        fprintf(w->fp, "[%s]\n", w->group);
    }
    qemu_opt_foreach(opts, write_option, w->fp, NULL);
    fprintf(w->fp, "\n");
    return 0;
}

void qemu_config_write(FILE *fp)
{
    struct {
        FILE *fp;
        const char *group;
    } w = { fp, NULL };

    fprintf(fp, "# qemu config file\n\n");
    for (int i = 0; i < registry.n; i++) {
        w.group = registry.lists[i]->name;
        qemu_opts_foreach(registry.lists[i], write_opts, &w, NULL);
    }
}

/* ---- Reading */

static char *trim(char *s)
{
    return g_strstrip(s);
}

/* The text between the quotes that @s begins and ends with; NULL without them. */
static char *quoted(const char *s)
{
    size_t n = strlen(s);

    if (n < 2 || s[0] != '"' || s[n - 1] != '"' || memchr(s + 1, '"', n - 2)) {
        return NULL;
    }
    return g_strndup(s + 1, n - 2);
}

/* "[group]" or "[group "id"]". */
static bool parse_header(char *line, char **group, char **id)
{
    size_t n = strlen(line);

    *group = *id = NULL;
    if (n < 3 || line[n - 1] != ']') {
        return false;
    }
    line[n - 1] = '\0';
    char *name = trim(line + 1);
    size_t len = strcspn(name, " \t\"");
    if (!len) {
        return false;
    }
    char *rest = trim(name + len);
    if (*rest) {
        *id = quoted(rest);
        if (!*id) {
            return false;
        }
    }
    *group = g_strndup(name, len);
    return true;
}

/* key = "value" */
static bool parse_pair(char *line, char **key, char **value)
{
    char *eq = strchr(line, '=');

    if (!eq) {
        return false;
    }
    *eq = '\0';
    *value = quoted(trim(eq + 1));
    *key = trim(line);
    return *value && **key && !strpbrk(*key, " \t\"");
}

typedef struct ConfigReader {
    QEMUConfigCB *cb;
    void *opaque;
    char *group;
    QDict *dict;
    int start_line; /* of the group */
    int groups;
} ConfigReader;

/* Hand the finished group to the callback; false with @errp set. */
static bool finish_group(ConfigReader *r, const char *fname, Error **errp)
{
    Error *err = NULL;

    if (!r->group) {
        return true;
    }
    loc_set_file(fname, r->start_line);
    r->cb(r->group, r->dict, r->opaque, &err);
    r->groups++;
    g_clear_pointer(&r->group, g_free);
    qobject_unref(r->dict);
    r->dict = NULL;
    if (err) {
        error_propagate(errp, err);
        return false;
    }
    return true;
}

static bool config_line(ConfigReader *r, char *line, const char *fname, int lno, Error **errp)
{
    g_autofree char *value = NULL;
    char *key;

    line = trim(line);
    if (!*line || *line == '#') {
        return true;
    }
    if (*line == '[') {
        g_autofree char *id = NULL;
        char *group;

        if (!finish_group(r, fname, errp)) {
            return false;
        }
        loc_set_file(fname, lno);
        if (!parse_header(line, &group, &id)) {
            error_setg(errp, "parse error: expected [group] or [group \"id\"]");
            return false;
        }
        r->group = group;
        r->dict = qdict_new();
        r->start_line = lno;
        if (id) {
            qdict_put_str(r->dict, "id", id);
        }
        return true;
    }
    loc_set_file(fname, lno);
    if (!parse_pair(line, &key, &value)) {
        error_setg(errp, "parse error: expected key = \"value\"");
        return false;
    }
    if (!r->group) {
        error_setg(errp, "no group defined");
        return false;
    }
    qdict_put_str(r->dict, key, value);
    return true;
}

int qemu_config_foreach(FILE *fp, QEMUConfigCB *cb, void *opaque, const char *fname,
                        Error **errp)
{
    ERRP_GUARD();
    ConfigReader r = { .cb = cb, .opaque = opaque };
    char line[LINE_MAX_BYTES];
    Location loc;
    bool ok = true;
    int lno = 0;

    loc_push_none(&loc);
    while (ok && fgets(line, sizeof(line), fp)) {
        lno++;
        ok = config_line(&r, line, fname, lno, errp);
    }
    if (ok && ferror(fp)) {
        loc_pop(&loc);
        error_setg_errno(errp, errno, "Cannot read config file '%s'", fname);
        g_free(r.group);
        qobject_unref(r.dict);
        return -EIO;
    }
    ok = ok && finish_group(&r, fname, errp);
    if (!ok) {
        /* Keep the place for the message: the caller reports after our location is gone. */
        error_prepend(errp, "%s:%d: ", fname, lno);
    }
    loc_pop(&loc);
    g_free(r.group);
    qobject_unref(r.dict);
    return ok ? r.groups : -EINVAL;
}

static void parse_group(const char *group, QDict *qdict, void *opaque, Error **errp)
{
    QemuOptsList **lists = opaque;

    for (int i = 0; lists[i]; i++) {
        if (!strcmp(lists[i]->name, group)) {
            qemu_opts_from_qdict(lists[i], qdict, errp);
            return;
        }
    }
    error_setg(errp, "There is no option group '%s'", group);
}

int qemu_config_parse(FILE *fp, QemuOptsList **lists, const char *fname, Error **errp)
{
    return qemu_config_foreach(fp, parse_group, lists, fname, errp);
}

int qemu_read_config_file(const char *filename, QEMUConfigCB *cb, void *opaque, Error **errp)
{
    FILE *f = fopen(filename, "re");

    if (!f) {
        int err = errno;
        error_setg_file_open(errp, err, filename);
        return -err;
    }
    int ret = qemu_config_foreach(f, cb, opaque, filename, errp);
    fclose(f);
    return ret;
}
