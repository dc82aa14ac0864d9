/*
 * What happens when the machine is reset: a list of handlers, run in order of registration.
 *
 * Thread: under the big lock (BQL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SYSEMU_RESET_H
#define SYSEMU_RESET_H

typedef void QEMUResetHandler(void *opaque);

/* Adds or removes a handler; the pair (@func, @opaque) identifies it. */
void qemu_register_reset(QEMUResetHandler *func, void *opaque);
void qemu_unregister_reset(QEMUResetHandler *func, void *opaque);
/* The same, for handlers that must not run when a snapshot is about to be loaded. */
void qemu_register_reset_nosnapshotload(QEMUResetHandler *func, void *opaque);
/* Runs all handlers. Boards call it from their reset hook. */
void qemu_devices_reset(int reason);

#endif
