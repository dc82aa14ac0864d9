/*
 * QemuOpts: lists of "key=value" options.
 *
 * Thread:  main.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qbool.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qnum.h"
#include "qapi/qmp/qstring.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/option.h"

struct QemuOpt {
    char *name;
    char *str;
    const QemuOptDesc *desc; /* NULL: a list that takes any key */
    union {
        bool boolean;
        uint64_t uint;
    } value; /* by desc->type */
    QemuOpts *opts;
    QTAILQ_ENTRY(QemuOpt) next;
};

struct QemuOpts {
    char *id;
    QemuOptsList *list;
    Location loc;
    QTAILQ_HEAD(, QemuOpt) head;
    QTAILQ_ENTRY(QemuOpts) next;
};

/* ---- Values */

bool parse_option_bool(const char *name, const char *value, bool *ret, Error **errp)
{
    if (parse_on_off(value, ret) < 0) {
        error_setg(errp, "Parameter '%s' expects 'on' or 'off', not '%s'", name, value);
        return false;
    }
    return true;
}

bool parse_option_number(const char *name, const char *value, uint64_t *ret, Error **errp)
{
    int err = qemu_strtou64(value, NULL, 0, ret);

    if (err == -ERANGE) {
        error_setg(errp, "Value '%s' is too large for parameter '%s'", value, name);
    } else if (err) {
        error_setg(errp, "Parameter '%s' expects a number, not '%s'", name, value);
    }
    return !err;
}

bool parse_option_size(const char *name, const char *value, uint64_t *ret, Error **errp)
{
    ERRP_GUARD();
    int err = qemu_strtosz(value, NULL, ret);

    if (err == -ERANGE) {
        error_setg(errp, "Value '%s' is out of range for parameter '%s'", value, name);
    } else if (err) {
        error_setg(errp, "Parameter '%s' expects a non-negative number below 2^64, not '%s'",
                   name, value);
        error_append_hint(errp, "Optional suffix k, M, G, T, P or E means kilo-, mega-, giga-, "
                                "tera-, peta-\nand exabytes, respectively.\n");
    }
    return !err;
}

static bool opt_parse_value(QemuOpt *opt, Error **errp)
{
    if (!opt->desc) {
        return true;
    }
    switch (opt->desc->type) {
    case QEMU_OPT_STRING:
        return true;
    case QEMU_OPT_BOOL:
        return parse_option_bool(opt->name, opt->str, &opt->value.boolean, errp);
    case QEMU_OPT_NUMBER:
        return parse_option_number(opt->name, opt->str, &opt->value.uint, errp);
    case QEMU_OPT_SIZE:
        return parse_option_size(opt->name, opt->str, &opt->value.uint, errp);
    default:
        g_assert_not_reached();
    }
}

bool is_help_option(const char *s)
{
    return !strcmp(s, "?") || !strcmp(s, "help");
}

bool id_wellformed(const char *id)
{
    if (!g_ascii_isalpha(id[0])) {
        return false;
    }
    for (id++; *id; id++) {
        if (!g_ascii_isalnum(*id) && !strchr("-._", *id)) {
            return false;
        }
    }
    return true;
}

/* ---- Lookup */

static const QemuOptDesc *find_desc(const QemuOptDesc *desc, const char *name)
{
    for (; desc->name; desc++) {
        if (!strcmp(desc->name, name)) {
            return desc;
        }
    }
    return NULL;
}

static bool accepts_any(const QemuOptsList *list)
{
    return list->desc[0].name == NULL;
}

/* The last one given. */
static QemuOpt *opt_find(QemuOpts *opts, const char *name)
{
    QemuOpt *opt;

    QTAILQ_FOREACH_REVERSE(opt, &opts->head, next) {
        if (!strcmp(opt->name, name)) {
            return opt;
        }
    }
    return NULL;
}

static void opt_free(QemuOpt *opt)
{
    QTAILQ_REMOVE(&opt->opts->head, opt, next);
    g_free(opt->name);
    g_free(opt->str);
    g_free(opt);
}

static const char *default_value(QemuOpts *opts, const char *name)
{
    const QemuOptDesc *desc = find_desc(opts->list->desc, name);

    return desc ? desc->def_value_str : NULL;
}

const char *qemu_opt_get(QemuOpts *opts, const char *name)
{
    if (!opts) {
        return NULL;
    }
    QemuOpt *opt = opt_find(opts, name);
    return opt ? opt->str : default_value(opts, name);
}

int qemu_opt_unset(QemuOpts *opts, const char *name)
{
    QemuOpt *opt;
    int ret = -1;

    while ((opt = opt_find(opts, name))) {
        opt_free(opt);
        ret = 0;
    }
    return ret;
}

char *qemu_opt_get_del(QemuOpts *opts, const char *name)
{
    if (!opts) {
        return NULL;
    }
    char *str = g_strdup(qemu_opt_get(opts, name));
    qemu_opt_unset(opts, name);
    return str;
}

bool qemu_opt_has_help_opt(QemuOpts *opts)
{
    QemuOpt *opt;

    QTAILQ_FOREACH_REVERSE(opt, &opts->head, next) {
        if (is_help_option(opt->name)) {
            return true;
        }
    }
    return false;
}

static bool get_bool(QemuOpts *opts, const char *name, bool defval, bool del)
{
    bool ret = defval;

    if (!opts) {
        return ret;
    }
    QemuOpt *opt = opt_find(opts, name);
    if (!opt) {
        const char *def = default_value(opts, name);
        if (def) {
            parse_option_bool(name, def, &ret, &error_abort);
        }
        return ret;
    }
    assert(opt->desc && opt->desc->type == QEMU_OPT_BOOL);
    ret = opt->value.boolean;
    if (del) {
        qemu_opt_unset(opts, name);
    }
    return ret;
}

static uint64_t get_uint(QemuOpts *opts, const char *name, uint64_t defval, bool del,
                         enum QemuOptType type)
{
    uint64_t ret = defval;

    if (!opts) {
        return ret;
    }
    QemuOpt *opt = opt_find(opts, name);
    if (!opt) {
        const char *def = default_value(opts, name);
        if (def && type == QEMU_OPT_SIZE) {
            parse_option_size(name, def, &ret, &error_abort);
        } else if (def) {
            parse_option_number(name, def, &ret, &error_abort);
        }
        return ret;
    }
    assert(opt->desc && opt->desc->type == type);
    ret = opt->value.uint;
    if (del) {
        qemu_opt_unset(opts, name);
    }
    return ret;
}

bool qemu_opt_get_bool(QemuOpts *opts, const char *name, bool defval)
{
    return get_bool(opts, name, defval, false);
}

bool qemu_opt_get_bool_del(QemuOpts *opts, const char *name, bool defval)
{
    return get_bool(opts, name, defval, true);
}

uint64_t qemu_opt_get_number(QemuOpts *opts, const char *name, uint64_t defval)
{
    return get_uint(opts, name, defval, false, QEMU_OPT_NUMBER);
}

uint64_t qemu_opt_get_number_del(QemuOpts *opts, const char *name, uint64_t defval)
{
    return get_uint(opts, name, defval, true, QEMU_OPT_NUMBER);
}

uint64_t qemu_opt_get_size(QemuOpts *opts, const char *name, uint64_t defval)
{
    return get_uint(opts, name, defval, false, QEMU_OPT_SIZE);
}

uint64_t qemu_opt_get_size_del(QemuOpts *opts, const char *name, uint64_t defval)
{
    return get_uint(opts, name, defval, true, QEMU_OPT_SIZE);
}

/* ---- Setting */

static void unknown_parameter(QemuOpts *opts, const char *name, Error **errp)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    for (const QemuOptDesc *d = opts->list->desc; d->name; d++) {
        g_ptr_array_add(known, (void *)d->name);
    }
    g_ptr_array_add(known, NULL);
    g_autofree char *near = qemu_nearest_names(name, (const char *const *)known->pdata);
    if (near) {
        error_setg(errp, "Invalid parameter '%s'; did you mean %s?", name, near);
    } else {
        error_setg(errp, "Invalid parameter '%s'", name);
    }
}

static QemuOpt *opt_create(QemuOpts *opts, const char *name, char *value)
{
    QemuOpt *opt = g_new0(QemuOpt, 1);

    opt->name = g_strdup(name);
    opt->str = value;
    opt->opts = opts;
    QTAILQ_INSERT_TAIL(&opts->head, opt, next);
    return opt;
}

static bool opt_validate(QemuOpt *opt, Error **errp)
{
    opt->desc = find_desc(opt->opts->list->desc, opt->name);
    if (!opt->desc && !accepts_any(opt->opts->list)) {
        unknown_parameter(opt->opts, opt->name, errp);
        return false;
    }
    return opt_parse_value(opt, errp);
}

bool qemu_opt_set(QemuOpts *opts, const char *name, const char *value, Error **errp)
{
    QemuOpt *opt = opt_create(opts, name, g_strdup(value));

    if (!opt_validate(opt, errp)) {
        opt_free(opt);
        return false;
    }
    return true;
}

bool qemu_opt_set_bool(QemuOpts *opts, const char *name, bool val, Error **errp)
{
    return qemu_opt_set(opts, name, val ? "on" : "off", errp);
}

bool qemu_opt_set_number(QemuOpts *opts, const char *name, int64_t val, Error **errp)
{
    g_autofree char *text = g_strdup_printf("%" PRId64, val);

    return qemu_opt_set(opts, name, text, errp);
}

int qemu_opt_foreach(QemuOpts *opts, qemu_opt_loopfunc func, void *opaque, Error **errp)
{
    QemuOpt *opt;

    QTAILQ_FOREACH(opt, &opts->head, next) {
        int rc = func(opaque, opt->name, opt->str, errp);

        if (rc) {
            return rc;
        }
        assert(!errp || !*errp);
    }
    return 0;
}

void qemu_opt_iter_init(QemuOptsIter *iter, QemuOpts *opts, const char *name)
{
    *iter = (QemuOptsIter){ opts, QTAILQ_FIRST(&opts->head), name };
}

const char *qemu_opt_iter_next(QemuOptsIter *iter)
{
    QemuOpt *opt = iter->opt;

    while (opt && iter->name && strcmp(iter->name, opt->name) != 0) {
        opt = QTAILQ_NEXT(opt, next);
    }
    iter->opt = opt ? QTAILQ_NEXT(opt, next) : NULL;
    return opt ? opt->str : NULL;
}

/* ---- Instances */

QemuOpts *qemu_opts_find(QemuOptsList *list, const char *id)
{
    QemuOpts *opts;

    QTAILQ_FOREACH(opts, &list->head, next) {
        if (g_strcmp0(opts->id, id) == 0) {
            return opts;
        }
    }
    return NULL;
}

QemuOpts *qemu_opts_create(QemuOptsList *list, const char *id, int fail_if_exists, Error **errp)
{
    QemuOpts *opts;

    if (list->merge_lists) {
        if (id) {
            error_setg(errp, "Invalid parameter 'id'");
            return NULL;
        }
        opts = qemu_opts_find(list, NULL);
        if (opts) {
            return opts;
        }
    } else if (id) {
        ERRP_GUARD();
        if (!id_wellformed(id)) {
            error_setg(errp, "Parameter 'id' expects an identifier, not '%s'", id);
            error_append_hint(errp, "Identifiers consist of letters, digits, '-', '.', '_', "
                                    "starting with a letter.\n");
            return NULL;
        }
        opts = qemu_opts_find(list, id);
        if (opts && fail_if_exists) {
            error_setg(errp, "Duplicate ID '%s' for %s", id, list->name);
            return NULL;
        }
        if (opts) {
            return opts;
        }
    }
    opts = g_new0(QemuOpts, 1);
    opts->id = g_strdup(id);
    opts->list = list;
    loc_save(&opts->loc);
    QTAILQ_INIT(&opts->head);
    QTAILQ_INSERT_TAIL(&list->head, opts, next);
    return opts;
}

void qemu_opts_del(QemuOpts *opts)
{
    QemuOpt *opt;

    if (!opts) {
        return;
    }
    while ((opt = QTAILQ_FIRST(&opts->head))) {
        opt_free(opt);
    }
    QTAILQ_REMOVE(&opts->list->head, opts, next);
    g_free(opts->id);
    g_free(opts);
}

void qemu_opts_reset(QemuOptsList *list)
{
    QemuOpts *opts, *next;

    QTAILQ_FOREACH_SAFE(opts, &list->head, next, next) {
        qemu_opts_del(opts);
    }
}

void qemu_opts_loc_restore(QemuOpts *opts)
{
    loc_restore(&opts->loc);
}

const char *qemu_opts_id(QemuOpts *opts)
{
    return opts->id;
}

void qemu_opts_set_id(QemuOpts *opts, char *id)
{
    g_free(opts->id);
    opts->id = id;
}

int qemu_opts_foreach(QemuOptsList *list, qemu_opts_loopfunc func, void *opaque, Error **errp)
{
    QemuOpts *opts, *next;
    Location loc;
    int rc = 0;

    loc_push_none(&loc);
    QTAILQ_FOREACH_SAFE(opts, &list->head, next, next) {
        loc_restore(&opts->loc);
        rc = func(opaque, opts, errp);
        if (rc) {
            break;
        }
        assert(!errp || !*errp);
    }
    loc_pop(&loc);
    return rc;
}

/* ---- Parsing */

const char *get_opt_value(const char *p, char **value)
{
    GString *s = g_string_new(NULL);

    for (;;) {
        size_t n = strcspn(p, ",");

        g_string_append_len(s, p, n);
        p += n;
        if (p[0] == ',' && p[1] == ',') {
            g_string_append_c(s, ',');
            p += 2;
        } else {
            break;
        }
    }
    *value = g_string_free(s, false);
    return p;
}

typedef struct OptText {
    char *name;
    char *value;
    bool flag; /* neither '=' nor the implied key */
} OptText;

/* Cut the next option off @p. */
static const char *next_option(const char *p, const char *implied, OptText *o)
{
    size_t n = strcspn(p, "=,");

    *o = (OptText){ 0 };
    if (p[n] == '=') {
        o->name = g_strndup(p, n);
        p = get_opt_value(p + n + 1, &o->value);
    } else if (implied) {
        o->name = g_strdup(implied);
        p = get_opt_value(p, &o->value);
    } else {
        p = get_opt_value(p, &o->name);
        o->flag = true;
    }
    return *p == ',' ? p + 1 : p;
}

/* A key alone: "key" is on, "nokey" is off, unless the list has a key of that very name. */
static void resolve_flag(const QemuOptsList *list, OptText *o)
{
    const QemuOptDesc *desc = find_desc(list->desc, o->name);

    if (!desc && o->name[0] == 'n' && o->name[1] == 'o' &&
        (accepts_any(list) || find_desc(list->desc, o->name + 2))) {
        memmove(o->name, o->name + 2, strlen(o->name + 2) + 1);
        o->value = g_strdup("off");
    } else {
        o->value = g_strdup("on");
    }
}

/* Parse into @opts; with @help_wanted not NULL a request for help is no option but sets it. */
static bool opts_do_parse(QemuOpts *opts, const char *params, const char *implied,
                          bool *help_wanted, Error **errp)
{
    for (const char *p = params; *p; implied = NULL) {
        OptText o;

        p = next_option(p, implied, &o);
        if (help_wanted && ((o.flag && is_help_option(o.name)) ||
                            (implied && !strcmp(o.name, implied) && is_help_option(o.value) &&
                             !accepts_any(opts->list)))) {
            *help_wanted = true;
            g_free(o.name);
            g_free(o.value);
            return true;
        }
        if (o.flag) {
            resolve_flag(opts->list, &o);
        }
        if (!strcmp(o.name, "id")) {
            g_free(o.name);
            g_free(o.value);
            continue;
        }
        QemuOpt *opt = opt_create(opts, o.name, o.value);
        g_free(o.name);
        if (!opt_validate(opt, errp)) {
            opt_free(opt);
            return false;
        }
    }
    return true;
}

bool qemu_opts_do_parse(QemuOpts *opts, const char *params, const char *firstname, Error **errp)
{
    return opts_do_parse(opts, params, firstname, NULL, errp);
}

/* The value of "id=", or NULL. */
static char *find_id(const char *params)
{
    for (const char *p = params; *p;) {
        OptText o;

        p = next_option(p, NULL, &o);
        bool is_id = !strcmp(o.name, "id") && !o.flag;
        g_free(o.name);
        if (is_id) {
            return o.value;
        }
        g_free(o.value);
    }
    return NULL;
}

bool has_help_option(const char *params)
{
    for (const char *p = params; *p;) {
        OptText o;

        p = next_option(p, NULL, &o);
        bool help = o.flag && is_help_option(o.name);
        g_free(o.name);
        g_free(o.value);
        if (help) {
            return true;
        }
    }
    return false;
}

static QemuOpts *opts_parse(QemuOptsList *list, const char *params, bool permit_abbrev,
                            bool *help_wanted, Error **errp)
{
    const char *implied = permit_abbrev ? list->implied_opt_name : NULL;
    g_autofree char *id = find_id(params);
    QemuOpts *opts = qemu_opts_create(list, id, !list->merge_lists, errp);

    assert(!permit_abbrev || list->implied_opt_name);
    if (!opts) {
        return NULL;
    }
    bool existed = !QTAILQ_EMPTY(&opts->head);
    if (!opts_do_parse(opts, params, implied, help_wanted, errp) ||
        (help_wanted && *help_wanted)) {
        if (!existed) {
            qemu_opts_del(opts);
        }
        return NULL;
    }
    return opts;
}

QemuOpts *qemu_opts_parse(QemuOptsList *list, const char *params, bool permit_abbrev,
                          Error **errp)
{
    return opts_parse(list, params, permit_abbrev, NULL, errp);
}

QemuOpts *qemu_opts_parse_noisily(QemuOptsList *list, const char *params, bool permit_abbrev)
{
    Error *err = NULL;
    bool help_wanted = false;
    QemuOpts *opts = opts_parse(list, params, permit_abbrev,
                                accepts_any(list) ? NULL : &help_wanted, &err);

    if (help_wanted) {
        qemu_opts_print_help(list, true);
    } else if (!opts) {
        error_report_err(err);
    }
    return opts;
}

void qemu_opts_set_defaults(QemuOptsList *list, const char *params, int permit_abbrev)
{
    QemuOpts *opts = qemu_opts_find(list, NULL);
    OptText o;

    if (!opts) {
        opts = qemu_opts_create(list, NULL, 0, &error_abort);
    }
    /* In front of what the user has given, so that this wins; in reverse to keep the order. */
    g_autoptr(GPtrArray) added = g_ptr_array_new();
    const char *implied = permit_abbrev ? list->implied_opt_name : NULL;
    for (const char *p = params; *p; implied = NULL) {
        p = next_option(p, implied, &o);
        if (o.flag) {
            resolve_flag(list, &o);
        }
        QemuOpt *opt = opt_create(opts, o.name, o.value);
        g_free(o.name);
        if (!opt_validate(opt, &error_abort)) {
            g_assert_not_reached();
        }
        QTAILQ_REMOVE(&opts->head, opt, next);
        g_ptr_array_add(added, opt);
    }
    for (guint i = added->len; i > 0; i--) {
        QemuOpt *opt = added->pdata[i - 1];
        QTAILQ_INSERT_HEAD(&opts->head, opt, next);
    }
}

bool qemu_opts_validate(QemuOpts *opts, const QemuOptDesc *desc, Error **errp)
{
    QemuOpt *opt;

    assert(accepts_any(opts->list));
    QTAILQ_FOREACH(opt, &opts->head, next) {
        opt->desc = find_desc(desc, opt->name);
        if (!opt->desc) {
            error_setg(errp, "Invalid parameter '%s'", opt->name);
            return false;
        }
        if (!opt_parse_value(opt, errp)) {
            return false;
        }
    }
    return true;
}

/* ---- Dictionaries */

/* The text of a scalar; NULL for anything else. */
static char *scalar_text(QObject *obj)
{
    switch (qobject_type(obj)) {
    case QTYPE_QSTRING:
        return g_strdup(qstring_get_str(qobject_to(QString, obj)));
    case QTYPE_QNUM:
        return qnum_to_string(qobject_to(QNum, obj));
    case QTYPE_QBOOL:
        return g_strdup(qbool_get_bool(qobject_to(QBool, obj)) ? "on" : "off");
    default:
        return NULL;
    }
}

static bool set_from_qobject(QemuOpts *opts, const char *name, QObject *obj, Error **errp)
{
    g_autofree char *text = scalar_text(obj);

    /* What is no scalar cannot be an option; it is left for others to look at. */
    return !text || qemu_opt_set(opts, name, text, errp);
}

QemuOpts *qemu_opts_from_qdict(QemuOptsList *list, const QDict *qdict, Error **errp)
{
    QemuOpts *opts = qemu_opts_create(list, qdict_get_try_str(qdict, "id"), 1, errp);
    const QDictEntry *e;

    if (!opts) {
        return NULL;
    }
    for (e = qdict_first(qdict); e; e = qdict_next(qdict, e)) {
        if (strcmp(qdict_entry_key(e), "id") != 0 &&
            !set_from_qobject(opts, qdict_entry_key(e), qdict_entry_value(e), errp)) {
            qemu_opts_del(opts);
            return NULL;
        }
    }
    return opts;
}

bool qemu_opts_absorb_qdict(QemuOpts *opts, QDict *qdict, Error **errp)
{
    const QDictEntry *e, *next;

    for (e = qdict_first(qdict); e; e = next) {
        const char *key = qdict_entry_key(e);

        next = qdict_next(qdict, e);
        if (accepts_any(opts->list) || find_desc(opts->list->desc, key)) {
            if (!set_from_qobject(opts, key, qdict_entry_value(e), errp)) {
                return false;
            }
            qdict_del(qdict, key);
        }
    }
    return true;
}

QDict *qemu_opts_to_qdict_filtered(QemuOpts *opts, QDict *qdict, QemuOptsList *list, bool del)
{
    QemuOpt *opt, *next;

    qdict = qdict ? qdict : qdict_new();
    if (opts->id) {
        qdict_put_str(qdict, "id", opts->id);
    }
    QTAILQ_FOREACH_SAFE(opt, &opts->head, next, next) {
        if (list && !find_desc(list->desc, opt->name)) {
            continue;
        }
        qdict_put_str(qdict, opt->name, opt->str);
        if (del) {
            opt_free(opt);
        }
    }
    return qdict;
}

QDict *qemu_opts_to_qdict(QemuOpts *opts, QDict *qdict)
{
    return qemu_opts_to_qdict_filtered(opts, qdict, NULL, false);
}

/* ---- Showing */

static void print_escaped(const char *s)
{
    for (; *s; s++) {
        if (*s == ',') {
            putchar(',');
        }
        putchar(*s);
    }
}

void qemu_opts_print(QemuOpts *opts, const char *separator)
{
    const char *sep = "";
    QemuOpt *opt;

    if (opts->id) {
        printf("id=%s", opts->id);
        sep = separator;
    }
    QTAILQ_FOREACH(opt, &opts->head, next) {
        printf("%s%s=", sep, opt->name);
        print_escaped(opt->str);
        sep = separator;
    }
    for (const QemuOptDesc *d = opts->list->desc; d->name; d++) {
        if (d->def_value_str && !opt_find(opts, d->name)) {
            printf("%s%s=", sep, d->name);
            print_escaped(d->def_value_str);
            sep = separator;
        }
    }
}

static int compare_desc(const void *a, const void *b)
{
    return strcmp((*(const QemuOptDesc *const *)a)->name,
                  (*(const QemuOptDesc *const *)b)->name);
}

void qemu_opts_print_help(QemuOptsList *list, bool print_caption)
{
    static const char *const types[] = {
        [QEMU_OPT_STRING] = "str", [QEMU_OPT_BOOL] = "bool (on/off)",
        [QEMU_OPT_NUMBER] = "num", [QEMU_OPT_SIZE] = "size",
    };
    g_autoptr(GPtrArray) rows = g_ptr_array_new();

    for (const QemuOptDesc *d = list->desc; d->name; d++) {
        g_ptr_array_add(rows, (void *)d);
    }
    if (!rows->len) {
        printf("There are no options for %s.\n", list->name);
        return;
    }
    g_ptr_array_sort(rows, compare_desc);
    if (print_caption) {
        printf("%s options:\n", list->name);
    }
    for (guint i = 0; i < rows->len; i++) {
        const QemuOptDesc *d = rows->pdata[i];
        g_autofree char *left = g_strdup_printf("  %s=<%s>", d->name, types[d->type]);

        printf("%s", left);
        if (d->help || d->def_value_str) {
            printf("%*s - %s", strlen(left) < 25 ? (int)(25 - strlen(left)) : 0, "",
                   d->help ? d->help : "");
        }
        if (d->def_value_str) {
            printf("%s(default: %s)", d->help ? " " : "", d->def_value_str);
        }
        putchar('\n');
    }
}

/* ---- Lists made at run time */

void qemu_opts_free(QemuOptsList *list)
{
    g_free(list);
}

QemuOptsList *qemu_opts_append(QemuOptsList *dst, QemuOptsList *list)
{
    size_t have = 0, more = 0;

    if (!list) {
        return dst;
    }
    while (dst && dst->desc[have].name) {
        have++;
    }
    while (list->desc[more].name) {
        more++;
    }
    bool fresh = !dst;
    dst = g_realloc(dst, sizeof(*dst) + (have + more + 1) * sizeof(QemuOptDesc));
    if (fresh) {
        *dst = (QemuOptsList){ .name = NULL };
    }
    /* The head may have moved; such lists have no instances yet. */
    QTAILQ_INIT(&dst->head);
    dst->desc[have] = (QemuOptDesc){ 0 };
    for (size_t i = 0; i < more; i++) {
        if (!find_desc(dst->desc, list->desc[i].name)) {
            dst->desc[have++] = list->desc[i];
            dst->desc[have] = (QemuOptDesc){ 0 };
        }
    }
    return dst;
}
