/*
 * "a=1,b.c=2,l.0=x" as nested dictionaries and lists.
 *
 * Grammar
 *   params   = [ pair { "," pair } [ "," ] ]     the final comma means nothing
 *   pair     = key "=" value | "help" | "?"
 *   first    = the first pair may be a value alone, for the implied key
 *   key      = fragment { "." fragment }          each fragment a name or a list index
 *   value    = text in which a comma is doubled
 *
 * A dictionary whose keys are all numbers becomes a list; the numbers must then run from 0
 * without a gap. Two spellings of one key: the later one wins, but a key cannot be both a
 * value and a dictionary.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qstring.h"
#include "qemu/cutils.h"
#include "qemu/option.h"

enum {
    /* No schema nests deeper than a few levels; this bounds our recursion. */
    MAX_DEPTH = 64,
    MAX_FRAGMENT = 127,
};

/* A list index, or -1: digits only, without a useless zero in front. */
static int list_index(const char *s, size_t len)
{
    int n = 0;

    if (!len || len > 6 || (len > 1 && s[0] == '0')) {
        return -1;
    }
    for (size_t i = 0; i < len; i++) {
        if (!g_ascii_isdigit(s[i])) {
            return -1;
        }
        n = n * 10 + (s[i] - '0');
    }
    return n;
}

/* Names begin with a letter, or with "__" for a vendor's; then letters, digits, '-', '_'. */
static bool valid_fragment(const char *s, size_t len)
{
    if (!len || len > MAX_FRAGMENT) {
        return false;
    }
    if (list_index(s, len) >= 0) {
        return true;
    }
    if (!g_ascii_isalpha(s[0]) && s[0] != '_') {
        return false;
    }
    for (size_t i = 1; i < len; i++) {
        if (!g_ascii_isalnum(s[i]) && s[i] != '-' && s[i] != '_') {
            return false;
        }
    }
    return true;
}

/* The dictionary that @key's last fragment belongs to; *last is that fragment. */
static QDict *descend(QDict *cur, const char *key, size_t len, char **last, Error **errp)
{
    const char *p = key, *end = key + len;
    int depth = 0;

    for (;;) {
        size_t n = 0;

        while (p + n < end && p[n] != '.') {
            n++;
        }
        if (!valid_fragment(p, n) || (p == key && list_index(p, n) >= 0)) {
            error_setg(errp, "Invalid parameter '%.*s'", (int)len, key);
            return NULL;
        }
        if (p + n == end) {
            *last = g_strndup(p, n);
            return cur;
        }
        if (++depth > MAX_DEPTH) {
            error_setg(errp, "Parameter '%.*s' nests too deep", (int)len, key);
            return NULL;
        }
        g_autofree char *name = g_strndup(p, n);
        QObject *next = qdict_get(cur, name);
        if (!next) {
            QDict *fresh = qdict_new();
            qdict_put_obj(cur, name, QOBJECT(fresh));
            cur = fresh;
        } else {
            cur = qobject_to(QDict, next);
            if (!cur) {
                error_setg(errp, "Parameters '%.*s.*' used inconsistently",
                           (int)(p + n - key), key);
                return NULL;
            }
        }
        p += n + 1;
    }
}

/* Put one pair into @dict; returns what follows, or NULL. */
static const char *parse_one(QDict *dict, const char *params, const char *implied, bool *help,
                             Error **errp)
{
    g_autofree char *last = NULL;
    char *value = NULL;
    size_t len = strcspn(params, "=,");
    const char *key = params, *rest;

    if (params[len] != '=') {
        g_autofree char *word = NULL;
        rest = get_opt_value(params, &word);
        if (is_help_option(word) && help) {
            *help = true;
            return *rest == ',' ? rest + 1 : rest;
        }
        if (!implied) {
            error_setg(errp, "Expected '=' after parameter '%.*s'", (int)len, params);
            return NULL;
        }
        if (!*word) {
            error_setg(errp, "Parameter '%s' is empty", implied);
            return NULL;
        }
        key = implied;
        len = strlen(implied);
        value = g_steal_pointer(&word);
    } else {
        rest = get_opt_value(params + len + 1, &value);
    }
    QDict *cur = descend(dict, key, len, &last, errp);
    if (!cur) {
        g_free(value);
        return NULL;
    }
    if (qobject_to(QDict, qdict_get(cur, last))) {
        error_setg(errp, "Parameters '%.*s.*' used inconsistently", (int)len, key);
        g_free(value);
        return NULL;
    }
    qdict_put_obj(cur, last, QOBJECT(qstring_from_gstr(value)));
    return *rest == ',' ? rest + 1 : rest;
}

/* The list that @dict's numbered entries make, NULL with @errp if they have a gap. */
static QList *make_list(QDict *dict, const char *path, Error **errp)
{
    size_t n = qdict_size(dict);
    g_autoptr(GPtrArray) items = g_ptr_array_new();
    const QDictEntry *e;

    g_ptr_array_set_size(items, n);
    for (e = qdict_first(dict); e; e = qdict_next(dict, e)) {
        const char *key = qdict_entry_key(e);
        int i = list_index(key, strlen(key));

        if (i < 0) {
            error_setg(errp, "Parameters '%s*' used inconsistently", path);
            return NULL;
        }
        if ((size_t)i < n) {
            items->pdata[i] = qdict_entry_value(e);
        }
    }
    QList *list = qlist_new();
    for (size_t i = 0; i < n; i++) {
        if (!items->pdata[i]) {
            error_setg(errp, "Parameter '%s%zu' missing", path, i);
            qobject_unref(list);
            return NULL;
        }
        qlist_append_obj(list, qobject_ref((QObject *)items->pdata[i]));
    }
    return list;
}

static bool has_index_key(QDict *dict)
{
    for (const QDictEntry *e = qdict_first(dict); e; e = qdict_next(dict, e)) {
        const char *key = qdict_entry_key(e);

        if (list_index(key, strlen(key)) >= 0) {
            return true;
        }
    }
    return false;
}

/* Turn dictionaries with numbered keys into lists, innermost first. */
static QObject *listify(QDict *dict, const char *path, Error **errp)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);

    for (const QDictEntry *e = qdict_first(dict); e; e = qdict_next(dict, e)) {
        if (qobject_to(QDict, qdict_entry_value(e))) {
            g_ptr_array_add(keys, g_strdup(qdict_entry_key(e)));
        }
    }
    for (guint i = 0; i < keys->len; i++) {
        const char *key = keys->pdata[i];
        g_autofree char *sub = g_strdup_printf("%s%s.", path, key);
        QDict *inner = qobject_to(QDict, qdict_get(dict, key));
        QObject *out = listify(inner, sub, errp);

        if (!out) {
            return NULL;
        }
        if (out != QOBJECT(inner)) {
            qdict_put_obj(dict, key, out);
        }
    }
    return has_index_key(dict) ? QOBJECT(make_list(dict, path, errp)) : QOBJECT(dict);
}

QDict *keyval_parse_into(QDict *qdict, const char *params, const char *implied_key, bool *p_help,
                         Error **errp)
{
    QDict *fresh = qdict_new();
    bool help = false;
    const char *s = params;

    while (s && *s) {
        s = parse_one(fresh, s, implied_key, p_help ? &help : NULL, errp);
        implied_key = NULL;
    }
    if (p_help) {
        *p_help = help;
    } else {
        assert(!help);
    }
    if (!s || !listify(fresh, "", errp)) {
        qobject_unref(fresh);
        return NULL;
    }
    Error *err = NULL;
    keyval_merge(qdict, fresh, &err);
    qobject_unref(fresh);
    if (err) {
        error_propagate(errp, err);
        return NULL;
    }
    return qdict;
}

QDict *keyval_parse(const char *params, const char *implied_key, bool *p_help, Error **errp)
{
    QDict *qdict = qdict_new();

    if (!keyval_parse_into(qdict, params, implied_key, p_help, errp)) {
        qobject_unref(qdict);
        return NULL;
    }
    return qdict;
}

static bool merge_at(QDict *dest, const QDict *src, const char *path, Error **errp)
{
    for (const QDictEntry *e = qdict_first(src); e; e = qdict_next(src, e)) {
        const char *key = qdict_entry_key(e);
        QObject *value = qdict_entry_value(e), *old = qdict_get(dest, key);
        g_autofree char *name = g_strdup_printf("%s%s", path, key);

        if (old && qobject_type(old) != qobject_type(value)) {
            error_setg(errp, "Parameter '%s' used inconsistently", name);
            return false;
        }
        if (old && qobject_type(old) == QTYPE_QDICT) {
            g_autofree char *sub = g_strdup_printf("%s.", name);
            if (!merge_at(qobject_to(QDict, old), qobject_to(QDict, value), sub, errp)) {
                return false;
            }
        } else if (old && qobject_type(old) == QTYPE_QLIST) {
            QList *from = qobject_to(QList, value);
            for (const QListEntry *i = qlist_first(from); i; i = qlist_next_in(from, i)) {
                qlist_append_obj(qobject_to(QList, old), qobject_ref(qlist_entry_obj(i)));
            }
        } else {
            qdict_put_obj(dest, key, qobject_ref(value));
        }
    }
    return true;
}

void keyval_merge(QDict *dest, const QDict *new_values, Error **errp)
{
    merge_at(dest, new_values, "", errp);
}
