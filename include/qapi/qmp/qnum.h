/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QNum: a JSON number that keeps its full precision: all of int64_t, all of uint64_t, or a
 * double.  A number made from an unsigned value that fits int64_t is the same value as the
 * signed one.
 */
#ifndef QAPI_QMP_QNUM_H
#define QAPI_QMP_QNUM_H

#include "qapi/qmp/qobject.h"

typedef enum QNumKind {
    QNUM_I64,
    QNUM_U64,
    QNUM_DOUBLE,
} QNumKind;

struct QNum {
    QObject base;
    QNumKind kind;
    union {
        int64_t i64;
        uint64_t u64;
        double dbl;
    } u;
};

/* New numbers; the caller owns them. */
QNum *qnum_from_int(int64_t value);
QNum *qnum_from_uint(uint64_t value);
QNum *qnum_from_double(double value);

/* Store the value and return true when it fits the C type exactly; else leave *@val alone. */
bool qnum_get_try_int(const QNum *qn, int64_t *val);
bool qnum_get_try_uint(const QNum *qn, uint64_t *val);
/* The value; a mismatch is a programming error and asserts. */
int64_t qnum_get_int(const QNum *qn);
uint64_t qnum_get_uint(const QNum *qn);
/* The value as a double, rounded if need be. */
double qnum_get_double(const QNum *qn);
/* JSON text that reads back as the same number; the caller frees it with g_free(). */
char *qnum_to_string(const QNum *qn);

#endif
