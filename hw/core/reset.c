/*
 * The list of reset handlers. See sysemu/reset.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/queue.h"
#include "sysemu/reset.h"
#include "sysemu/runstate.h"

typedef struct ResetEntry {
    QEMUResetHandler *func;
    void *opaque;
    bool skip_on_snapshot_load;
    bool dead;                      /* removed while the list is being run */
    QTAILQ_ENTRY(ResetEntry) link;
} ResetEntry;

/* Under the BQL. */
static struct {
    QTAILQ_HEAD(, ResetEntry) list;
    unsigned running;
} handlers = { .list = QTAILQ_HEAD_INITIALIZER(handlers.list) };

static void add_entry(QEMUResetHandler *func, void *opaque, bool skip_on_snapshot_load)
{
    ResetEntry *e = g_new0(ResetEntry, 1);

    e->func = func;
    e->opaque = opaque;
    e->skip_on_snapshot_load = skip_on_snapshot_load;
    QTAILQ_INSERT_TAIL(&handlers.list, e, link);
}

void qemu_register_reset(QEMUResetHandler *func, void *opaque)
{
    add_entry(func, opaque, false);
}

void qemu_register_reset_nosnapshotload(QEMUResetHandler *func, void *opaque)
{
    add_entry(func, opaque, true);
}

static void free_dead(void)
{
    ResetEntry *e, *next;

    QTAILQ_FOREACH_SAFE(e, &handlers.list, link, next) {
        if (e->dead) {
            QTAILQ_REMOVE(&handlers.list, e, link);
            g_free(e);
        }
    }
}

void qemu_unregister_reset(QEMUResetHandler *func, void *opaque)
{
    ResetEntry *e;

    QTAILQ_FOREACH(e, &handlers.list, link) {
        if (e->func == func && e->opaque == opaque && !e->dead) {
            e->dead = true;
            break;
        }
    }
    if (!handlers.running) {
        free_dead();
    }
}

void qemu_devices_reset(int reason)
{
    ResetEntry *e;

    handlers.running++;
    QTAILQ_FOREACH(e, &handlers.list, link) {
        if (!e->dead && !(e->skip_on_snapshot_load && reason == SHUTDOWN_CAUSE_SNAPSHOT_LOAD)) {
            e->func(e->opaque);
        }
    }
    if (--handlers.running == 0) {
        free_dead();
    }
}
