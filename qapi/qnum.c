/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers without loss: int64_t, uint64_t or double.
 *
 * Invariant: kind QNUM_U64 only holds values above INT64_MAX, so that each integer has one
 * representation.
 */
#include "qemu/osdep.h"
#include <float.h>
#include <math.h>
#include "qapi/qmp/qnum.h"
#include "qobject-private.h"

static QNum *qnum_new(QNumKind kind)
{
    QNum *qn = g_new(QNum, 1);

    qobject_init(&qn->base, QTYPE_QNUM);
    qn->kind = kind;
    return qn;
}

QNum *qnum_from_int(int64_t value)
{
    QNum *qn = qnum_new(QNUM_I64);

    qn->u.i64 = value;
    return qn;
}

QNum *qnum_from_uint(uint64_t value)
{
    QNum *qn;

    if (value <= INT64_MAX) {
        return qnum_from_int(value);
    }
    qn = qnum_new(QNUM_U64);
    qn->u.u64 = value;
    return qn;
}

QNum *qnum_from_double(double value)
{
    QNum *qn = qnum_new(QNUM_DOUBLE);

    qn->u.dbl = value;
    return qn;
}

bool qnum_get_try_int(const QNum *qn, int64_t *val)
{
    if (qn->kind != QNUM_I64) {
        return false;
    }
    *val = qn->u.i64;
    return true;
}

bool qnum_get_try_uint(const QNum *qn, uint64_t *val)
{
    if (qn->kind == QNUM_U64) {
        *val = qn->u.u64;
        return true;
    }
    if (qn->kind == QNUM_I64 && qn->u.i64 >= 0) {
        *val = qn->u.i64;
        return true;
    }
    return false;
}

int64_t qnum_get_int(const QNum *qn)
{
    int64_t val = 0;
    bool ok = qnum_get_try_int(qn, &val);

    assert(ok);
    return val;
}

uint64_t qnum_get_uint(const QNum *qn)
{
    uint64_t val = 0;
    bool ok = qnum_get_try_uint(qn, &val);

    assert(ok);
    return val;
}

double qnum_get_double(const QNum *qn)
{
    switch (qn->kind) {
    case QNUM_I64:
        return qn->u.i64;
    case QNUM_U64:
        return qn->u.u64;
    default:
        return qn->u.dbl;
    }
}

/*
 * The shortest text that reads back as the same double.  JSON has no infinities or NaN: they
 * become the greatest finite number and null.
 */
static char *double_to_string(double d)
{
    char buf[G_ASCII_DTOSTR_BUF_SIZE];

    if (isnan(d)) {
        return g_strdup("null");
    }
    if (isinf(d)) {
        d = d < 0 ? -DBL_MAX : DBL_MAX;
    }
    for (int digits = 15; digits <= 17; digits++) {
        char fmt[8];

        snprintf(fmt, sizeof(fmt), "%%.%dg", digits);
        g_ascii_formatd(buf, sizeof(buf), fmt, d);
        if (g_ascii_strtod(buf, NULL) == d) {
            break;
        }
    }
    /* A double stays one when it is read back: give it a fraction or an exponent. */
    if (!strpbrk(buf, ".e")) {
        return g_strconcat(buf, ".0", NULL);
    }
    return g_strdup(buf);
}

char *qnum_to_string(const QNum *qn)
{
    switch (qn->kind) {
    case QNUM_I64:
        return g_strdup_printf("%" PRId64, qn->u.i64);
    case QNUM_U64:
        return g_strdup_printf("%" PRIu64, qn->u.u64);
    default:
        return double_to_string(qn->u.dbl);
    }
}

bool qnum_is_equal(const QNum *a, const QNum *b)
{
    if (a->kind != QNUM_DOUBLE && b->kind != QNUM_DOUBLE) {
        return a->kind == b->kind && a->u.u64 == b->u.u64;
    }
    /* An integer equals a double only if neither loses anything in the comparison. */
    if (a->kind == b->kind) {
        return a->u.dbl == b->u.dbl;
    }
    if (a->kind == QNUM_DOUBLE) {
        const QNum *t = a;

        a = b;
        b = t;
    }
    if (b->u.dbl != floor(b->u.dbl)) {
        return false;
    }
    if (a->kind == QNUM_I64) {
        return b->u.dbl >= -0x1p63 && b->u.dbl < 0x1p63 && (int64_t)b->u.dbl == a->u.i64;
    }
    return b->u.dbl >= 0x1p63 && b->u.dbl < 0x1p64 && (uint64_t)b->u.dbl == a->u.u64;
}
