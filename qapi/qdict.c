/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dictionaries: a vector of entries in order of insertion, and above INDEX_MIN entries an
 * open-addressed index over it.
 *
 * Invariants: (1) entries[0 .. used) hold `live` pairs, the others have key NULL; (2) each
 * live entry's number + 1 is in `index` on the probe path of its hash; (3) slots of deleted
 * entries keep their number until the next rebuild, so that probe paths stay whole.
 */
#include "qemu/osdep.h"
#include "qapi/qmp/qdict.h"
#include "qobject-private.h"

enum {
    INDEX_MIN = 8,              /* up to here a scan is as fast as a probe */
};

/* Secret per process: without it, a client could send keys that all collide. */
static uint32_t hash_seed(void)
{
    static gsize seed;

    if (g_once_init_enter(&seed)) {
        g_once_init_leave(&seed, (gsize)g_random_int() | 1);
    }
    return seed;
}

static uint32_t hash_key(const char *key)
{
    uint64_t h = hash_seed() * 0x9e3779b97f4a7c15ull;

    for (const uint8_t *p = (const uint8_t *)key; *p; p++) {
        h = (h ^ *p) * 0xd6e8feb86659fd93ull;
        h ^= h >> 32;
    }
    return h ^ h >> 29;
}

QDict *qdict_new(void)
{
    QDict *qd = g_new0(QDict, 1);

    qobject_init(&qd->base, QTYPE_QDICT);
    return qd;
}

void qdict_clear(QDict *qd)
{
    for (uint32_t i = 0; i < qd->used; i++) {
        if (qd->entries[i].key) {
            g_free(qd->entries[i].key);
            qobject_unref(qd->entries[i].value);
        }
    }
    g_free(qd->entries);
    g_free(qd->index);
    qd->entries = NULL;
    qd->index = NULL;
    qd->used = qd->live = qd->cap = qd->index_mask = 0;
}

static void index_insert(QDict *qd, uint32_t entry)
{
    uint32_t slot = qd->entries[entry].hash & qd->index_mask;

    while (qd->index[slot]) {
        slot = (slot + 1) & qd->index_mask;
    }
    qd->index[slot] = entry + 1;
}

static void index_rebuild(QDict *qd)
{
    g_free(qd->index);
    qd->index = NULL;
    if (qd->cap <= INDEX_MIN) {
        return;
    }
    qd->index_mask = qd->cap * 2 - 1;
    qd->index = g_new0(uint32_t, qd->cap * 2);
    for (uint32_t i = 0; i < qd->used; i++) {
        index_insert(qd, i);
    }
}

/* Squeeze out deleted entries and make room for at least one more. */
static void make_room(QDict *qd)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < qd->used; i++) {
        if (qd->entries[i].key) {
            qd->entries[n++] = qd->entries[i];
        }
    }
    qd->used = n;
    if (n + n / 4 >= qd->cap) {
        g_assert(qd->cap < UINT32_MAX / 8);
        qd->cap = qd->cap ? qd->cap * 2 : 4;
        qd->entries = g_renew(QDictEntry, qd->entries, qd->cap);
    }
    index_rebuild(qd);
}

static QDictEntry *find(const QDict *qd, const char *key, uint32_t hash)
{
    if (!qd->index) {
        for (uint32_t i = 0; i < qd->used; i++) {
            QDictEntry *e = &qd->entries[i];

            if (e->hash == hash && e->key && !strcmp(e->key, key)) {
                return e;
            }
        }
        return NULL;
    }
    for (uint32_t slot = hash & qd->index_mask; qd->index[slot];
         slot = (slot + 1) & qd->index_mask) {
        QDictEntry *e = &qd->entries[qd->index[slot] - 1];

        if (e->hash == hash && e->key && !strcmp(e->key, key)) {
            return e;
        }
    }
    return NULL;
}

const QDictEntry *qdict_find(const QDict *qd, const char *key)
{
    return find(qd, key, hash_key(key));
}

size_t qdict_size(const QDict *qd)
{
    return qd->live;
}

QObject *qdict_get(const QDict *qd, const char *key)
{
    QDictEntry *e = find(qd, key, hash_key(key));

    return e ? e->value : NULL;
}

bool qdict_haskey(const QDict *qd, const char *key)
{
    return find(qd, key, hash_key(key)) != NULL;
}

void qdict_put_obj(QDict *qd, const char *key, QObject *value)
{
    uint32_t hash = hash_key(key);
    QDictEntry *e = find(qd, key, hash);

    if (e) {
        QObject *old = e->value;

        e->value = value;
        qobject_unref(old);
        return;
    }
    if (qd->used == qd->cap) {
        make_room(qd);
    }
    e = &qd->entries[qd->used++];
    e->key = g_strdup(key);
    e->value = value;
    e->hash = hash;
    qd->live++;
    if (qd->index) {
        index_insert(qd, qd->used - 1);
    }
}

QObject *qdict_extract(QDict *qd, const char *key)
{
    QDictEntry *e = find(qd, key, hash_key(key));
    QObject *value;

    if (!e) {
        return NULL;
    }
    value = e->value;
    g_free(e->key);
    e->key = NULL;
    e->value = NULL;
    qd->live--;
    return value;
}

void qdict_del(QDict *qd, const char *key)
{
    qobject_unref(qdict_extract(qd, key));
}

static const QDictEntry *first_live_from(const QDict *qd, uint32_t i)
{
    for (; i < qd->used; i++) {
        if (qd->entries[i].key) {
            return &qd->entries[i];
        }
    }
    return NULL;
}

const QDictEntry *qdict_first(const QDict *qd)
{
    return first_live_from(qd, 0);
}

const QDictEntry *qdict_next(const QDict *qd, const QDictEntry *entry)
{
    return first_live_from(qd, entry - qd->entries + 1);
}

const char *qdict_entry_key(const QDictEntry *entry)
{
    return entry->key;
}

QObject *qdict_entry_value(const QDictEntry *entry)
{
    return entry->value;
}

void qdict_put_bool(QDict *qd, const char *key, bool value)
{
    qdict_put(qd, key, qbool_from_bool(value));
}

void qdict_put_int(QDict *qd, const char *key, int64_t value)
{
    qdict_put(qd, key, qnum_from_int(value));
}

void qdict_put_uint(QDict *qd, const char *key, uint64_t value)
{
    qdict_put(qd, key, qnum_from_uint(value));
}

void qdict_put_null(QDict *qd, const char *key)
{
    qdict_put(qd, key, qnull());
}

void qdict_put_str(QDict *qd, const char *key, const char *value)
{
    qdict_put(qd, key, qstring_from_str(value));
}

double qdict_get_double(const QDict *qd, const char *key)
{
    QNum *qn = qobject_to(QNum, qdict_get(qd, key));

    assert(qn);
    return qnum_get_double(qn);
}

int64_t qdict_get_int(const QDict *qd, const char *key)
{
    QNum *qn = qobject_to(QNum, qdict_get(qd, key));

    assert(qn);
    return qnum_get_int(qn);
}

bool qdict_get_bool(const QDict *qd, const char *key)
{
    QBool *qb = qobject_to(QBool, qdict_get(qd, key));

    assert(qb);
    return qbool_get_bool(qb);
}

QList *qdict_get_qlist(const QDict *qd, const char *key)
{
    return qobject_to(QList, qdict_get(qd, key));
}

QDict *qdict_get_qdict(const QDict *qd, const char *key)
{
    return qobject_to(QDict, qdict_get(qd, key));
}

const char *qdict_get_str(const QDict *qd, const char *key)
{
    QString *qs = qobject_to(QString, qdict_get(qd, key));

    assert(qs);
    return qstring_get_str(qs);
}

int64_t qdict_get_try_int(const QDict *qd, const char *key, int64_t def)
{
    QNum *qn = qobject_to(QNum, qdict_get(qd, key));
    int64_t val;

    return qn && qnum_get_try_int(qn, &val) ? val : def;
}

bool qdict_get_try_bool(const QDict *qd, const char *key, bool def)
{
    QBool *qb = qobject_to(QBool, qdict_get(qd, key));

    return qb ? qbool_get_bool(qb) : def;
}

const char *qdict_get_try_str(const QDict *qd, const char *key)
{
    QString *qs = qobject_to(QString, qdict_get(qd, key));

    return qs ? qstring_get_str(qs) : NULL;
}

QDict *qdict_clone_shallow(const QDict *src)
{
    QDict *dst = qdict_new();

    for (const QDictEntry *e = qdict_first(src); e; e = qdict_next(src, e)) {
        qdict_put_obj(dst, e->key, qobject_ref(e->value));
    }
    return dst;
}
