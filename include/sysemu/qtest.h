/*
 * The test server: a text protocol by which a test plays the CPU. See docs/devel/qtest.md.
 *
 * Thread: main thread under the BQL.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SYSEMU_QTEST_H
#define SYSEMU_QTEST_H

#include "qapi/error.h"

/* -accel qtest: the virtual clock moves only when a test says so. */
void qtest_accel_init(void);
/*
 * -qtest: serves the protocol on character device @dev (a description as for -serial). @log is the
 * file for a record of it, "none" for none, NULL for stderr. False with @errp set on failure.
 */
bool qtest_server_init(const char *dev, const char *log, Error **errp);

#endif
