/*
 * Property access by QObject; see qom/object.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QOM_QOBJECT_H
#define QOM_QOBJECT_H

#include "qom/object.h"

#endif
