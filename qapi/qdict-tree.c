/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dictionaries as trees: joining, and the two ways to write nested options, as objects within
 * objects or as dotted keys.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"

void qdict_join(QDict *dest, QDict *src, bool overwrite)
{
    const QDictEntry *e, *next;

    for (e = qdict_first(src); e; e = next) {
        next = qdict_next(src, e);
        if (overwrite || !qdict_haskey(dest, e->key)) {
            qdict_put_obj(dest, e->key, qobject_ref(e->value));
            qdict_del(src, e->key);
        }
    }
}

static void flatten_value(QDict *out, const char *key, QObject *value)
{
    QDict *dict = qobject_to(QDict, value);
    QList *list = qobject_to(QList, value);

    if (dict && qdict_size(dict)) {
        for (const QDictEntry *e = qdict_first(dict); e; e = qdict_next(dict, e)) {
            g_autofree char *sub = key ? g_strdup_printf("%s.%s", key, e->key)
                                       : g_strdup(e->key);

            flatten_value(out, sub, e->value);
        }
    } else if (list && !qlist_empty(list)) {
        for (size_t i = 0; i < qlist_size(list); i++) {
            g_autofree char *sub = g_strdup_printf("%s.%zu", key, i);

            flatten_value(out, sub, qlist_get(list, i));
        }
    } else if (key) {
        qdict_put_obj(out, key, qobject_ref(value));
    }
}

void qdict_flatten(QDict *qdict)
{
    QDict *flat = qdict_new();
    const QDictEntry *e, *next;

    flatten_value(flat, NULL, QOBJECT(qdict));
    for (e = qdict_first(qdict); e; e = next) {
        next = qdict_next(qdict, e);
        qdict_del(qdict, e->key);
    }
    qdict_join(qdict, flat, true);
    qobject_unref(flat);
}

void qdict_extract_subqdict(QDict *src, QDict **dst, const char *prefix)
{
    size_t len = strlen(prefix);
    const QDictEntry *e, *next;

    *dst = qdict_new();
    for (e = qdict_first(src); e; e = next) {
        next = qdict_next(src, e);
        if (!strncmp(e->key, prefix, len) && e->key[len]) {
            qdict_put_obj(*dst, e->key + len, qobject_ref(e->value));
            qdict_del(src, e->key);
        }
    }
}

/*
 * Split @key at its first single dot.  *@head gets the part before it with ".." undone;
 * returns the part after the dot, or NULL when there is none.
 */
static const char *split_key(const char *key, char **head)
{
    GString *s = g_string_new(NULL);
    const char *p = key;

    while (*p) {
        if (*p == '.') {
            if (p[1] != '.') {
                *head = g_string_free(s, FALSE);
                return p + 1;
            }
            p++;
        }
        g_string_append_c(s, *p++);
    }
    *head = g_string_free(s, FALSE);
    return NULL;
}

/* Nested dictionaries from dotted keys, one level; scalars move over as they are. */
static QDict *nest(const QDict *src, Error **errp)
{
    QDict *out = qdict_new();
    GHashTable *nested = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (const QDictEntry *e = qdict_first(src); e; e = qdict_next(src, e)) {
        g_autofree char *head = NULL;
        const char *rest = split_key(e->key, &head);
        bool have = qdict_haskey(out, head);

        if (qobject_type(e->value) == QTYPE_QDICT || qobject_type(e->value) == QTYPE_QLIST) {
            if (rest || (have && g_hash_table_contains(nested, head))) {
                error_setg(errp, "Key '%s' mixes dotted keys with a nested value", e->key);
                goto fail;
            }
        }
        if (!rest) {
            if (have) {
                error_setg(errp, "Key '%s' is both a value and a prefix of other keys", head);
                goto fail;
            }
            qdict_put_obj(out, head, qobject_ref(e->value));
            continue;
        }
        if (have && !g_hash_table_contains(nested, head)) {
            error_setg(errp, "Key '%s' is both a value and a prefix of other keys", head);
            goto fail;
        }
        if (!have) {
            qdict_put(out, head, qdict_new());
            g_hash_table_add(nested, g_strdup(head));
        }
        qdict_put_obj(qdict_get_qdict(out, head), rest, qobject_ref(e->value));
    }
    g_hash_table_destroy(nested);
    return out;

fail:
    g_hash_table_destroy(nested);
    qobject_unref(out);
    return NULL;
}

/* Is @key a list index in canonical form? */
static bool is_index(const char *key)
{
    return !strcmp(key, "0") || (*key >= '1' && *key <= '9' &&
                                 strspn(key, "0123456789") == strlen(key));
}

/* A list when the keys are exactly 0 .. n-1, else @dict itself; NULL when half of each. */
static QObject *listify(QDict *dict, Error **errp)
{
    size_t n = qdict_size(dict), indices = 0;
    QList *list;

    for (const QDictEntry *e = qdict_first(dict); e; e = qdict_next(dict, e)) {
        indices += is_index(e->key);
    }
    if (!indices) {
        return QOBJECT(qobject_ref(dict));
    }
    if (indices != n) {
        error_setg(errp, "Keys cannot mix list indices with names");
        return NULL;
    }
    list = qlist_new();
    for (size_t i = 0; i < n; i++) {
        g_autofree char *key = g_strdup_printf("%zu", i);
        QObject *value = qdict_get(dict, key);

        if (!value) {
            error_setg(errp, "List index %zu is missing", i);
            qobject_unref(list);
            return NULL;
        }
        qlist_append_obj(list, qobject_ref(value));
    }
    return QOBJECT(list);
}

QObject *qdict_crumple(const QDict *src, Error **errp)
{
    QDict *out = nest(src, errp);
    QObject *result = NULL;

    if (!out) {
        return NULL;
    }
    for (const QDictEntry *e = qdict_first(out); e; e = qdict_next(out, e)) {
        QDict *sub = qobject_to(QDict, e->value);
        QObject *value;

        if (sub) {
            value = qdict_crumple(sub, errp);
            if (!value) {
                goto out;
            }
            qdict_put_obj(out, e->key, value);
        }
    }
    result = listify(out, errp);
out:
    qobject_unref(out);
    return result;
}
