/*
 * Worker threads for calls that block, such as file I/O; one pool per AioContext.
 *
 * Threads: submit from the context's home thread. @func runs in a worker without any lock;
 * the completion runs in the home thread.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_THREAD_POOL_H
#define QEMU_THREAD_POOL_H

#include "qemu/aio.h"
#include "qemu/coroutine.h"

typedef struct ThreadPool ThreadPool;
typedef struct ThreadPoolElement ThreadPoolElement;
/* Returns 0 or a negative errno value. */
typedef int ThreadPoolFunc(void *opaque);
typedef void ThreadPoolDone(void *opaque, int ret);

/* Run @func(@arg); then @cb(@opaque, result) in the home thread. */
ThreadPoolElement *thread_pool_submit_aio(ThreadPool *pool, ThreadPoolFunc *func, void *arg,
                                          ThreadPoolDone *cb, void *opaque);
/* Nothing to call at the end. */
void thread_pool_submit(ThreadPool *pool, ThreadPoolFunc *func, void *arg);
int coroutine_fn thread_pool_submit_co(ThreadPool *pool, ThreadPoolFunc *func, void *arg);
/* If it has not begun, it completes with -ECANCELED; then true. */
bool thread_pool_cancel(ThreadPoolElement *elem);

#endif
