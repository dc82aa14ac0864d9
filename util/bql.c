/*
 * The big lock.
 *
 * Thread:  any; before every other lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"

static QemuMutex bql;
static __thread bool bql_is_ours;

static void __attribute__((constructor)) bql_init(void)
{
    qemu_mutex_init(&bql);
}

bool bql_locked(void)
{
    return bql_is_ours;
}

void bql_lock_impl(const char *file, int line)
{
    if (unlikely(bql_is_ours)) {
        fprintf(stderr, "%s:%d: takes the big lock a second time\n", file, line);
        abort();
    }
    qemu_mutex_lock(&bql);
    bql_is_ours = true;
}

void bql_unlock(void)
{
    assert(bql_is_ours);
    bql_is_ours = false;
    qemu_mutex_unlock(&bql);
}

void qemu_cond_wait_bql(QemuCond *cond)
{
    assert(bql_is_ours);
    bql_is_ours = false;
    qemu_cond_wait(cond, &bql);
    bql_is_ours = true;
}

bool qemu_cond_timedwait_bql(QemuCond *cond, int ms)
{
    assert(bql_is_ours);
    bql_is_ours = false;
    bool signalled = qemu_cond_timedwait(cond, &bql, ms);
    bql_is_ours = true;
    return signalled;
}
