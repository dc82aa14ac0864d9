/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QNull: the JSON null. */
#ifndef QAPI_QMP_QNULL_H
#define QAPI_QMP_QNULL_H

#include "qapi/qmp/qobject.h"

struct QNull {
    QObject base;
};

/* A null; the caller owns the reference. */
QNull *qnull(void);

#endif
