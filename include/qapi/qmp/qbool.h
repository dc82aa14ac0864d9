/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QBool: a JSON true or false. */
#ifndef QAPI_QMP_QBOOL_H
#define QAPI_QMP_QBOOL_H

#include "qapi/qmp/qobject.h"

struct QBool {
    QObject base;
    bool value;
};

/* A new boolean; the caller owns it. */
QBool *qbool_from_bool(bool value);
bool qbool_get_bool(const QBool *qb);

#endif
