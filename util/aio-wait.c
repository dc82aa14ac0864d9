/*
 * Waiting in the main thread for something that happens in another thread.
 *
 * Thread:  aio_wait_kick(): any. The rest: main thread.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"

static unsigned waiters; /* atomic */

static void nothing(void *opaque)
{
}

void aio_wait_kick(void)
{
    /* The condition changed before; pairs with the barrier in aio_wait_begin(). */
    smp_mb();
    if (qatomic_read(&waiters)) {
        aio_bh_schedule_oneshot(qemu_get_aio_context(), nothing, NULL);
    }
}

void aio_wait_begin(void)
{
    assert(qemu_in_main_thread());
    qatomic_inc(&waiters);
    smp_mb__after_rmw();
}

void aio_wait_step(void)
{
    aio_poll(qemu_get_aio_context(), true);
}

void aio_wait_end(void)
{
    qatomic_dec(&waiters);
}

typedef struct RemoteCall {
    QEMUBHFunc *cb;
    void *opaque;
    bool done; /* atomic */
} RemoteCall;

static void remote_call(void *opaque)
{
    RemoteCall *call = opaque;

    call->cb(call->opaque);
    qatomic_store_release(&call->done, true);
    aio_wait_kick();
}

void aio_wait_bh_oneshot(AioContext *ctx, QEMUBHFunc *cb, void *opaque)
{
    RemoteCall call = { cb, opaque, false };

    assert(qemu_get_current_aio_context() == qemu_get_aio_context());
    aio_bh_schedule_oneshot(ctx, remote_call, &call);
    AIO_WAIT_WHILE(ctx == qemu_get_aio_context() ? ctx : NULL,
                   !qatomic_load_acquire(&call.done));
}
