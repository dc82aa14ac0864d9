/*
 * Read-copy-update: registry of readers, grace periods, deferred callbacks.
 *
 * Ordering. A reader stores its counter and then loads pointers; a writer stores a pointer
 * and then loads counters. With a full barrier on both sides one of the two sees the other:
 * either the reader gets the new pointer, or the writer sees that it is reading and waits.
 * Where the kernel can run a barrier on all of the process's CPUs (membarrier), the reader's
 * half is a compiler barrier and the writer pays for both.
 *
 * A reader's counter is "old" when it is neither 0 nor the current value. The current value
 * advances once per grace period and has 64 bits: it never comes round.
 *
 * Thread:  any. Locks: rcu.sync (one grace period at a time), then rcu.registry.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#ifdef CONFIG_MEMBARRIER
#include <linux/membarrier.h>
#include <sys/syscall.h>
#endif

enum {
    /* Gather callbacks this long, or until there are this many, before a grace period. */
    BATCH_WAIT_MS = 10,
    BATCH_ENOUGH = 64,
};

unsigned long rcu_gp_ctr = 1;
QemuEvent rcu_gp_event;
bool rcu_use_membarrier;
__thread RcuReader rcu_reader_self;

typedef QLIST_HEAD(, RcuReader) RcuReaderList;

static struct {
    QemuMutex sync;
    QemuMutex registry;
    RcuReaderList readers; /* under registry */

    struct rcu_head *queue; /* atomic; newest first */
    unsigned long queued;   /* atomic; callbacks in the queue */
    unsigned draining;      /* atomic; drain_call_rcu() callers in a hurry */
    QemuSemaphore wake;
    bool thread_started; /* atomic */
    QemuSpin start_lock;
} rcu;

/* The writer's full barrier; also the reader's half where that has none. */
static void writer_barrier(void)
{
    smp_mb();
#ifdef CONFIG_MEMBARRIER
    if (rcu_use_membarrier) {
        syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0);
    }
#endif
}

static bool reader_is_old(RcuReader *r)
{
    /* Acquire: the reader's loads are over before the caller frees what they saw. */
    unsigned long ctr = qatomic_load_acquire(&r->ctr);

    return ctr && ctr != rcu_gp_ctr;
}

/* Sort finished readers out of rcu.readers into @done. */
static void sort_readers(RcuReaderList *done)
{
    RcuReader *r, *next;

    QLIST_FOREACH(r, &rcu.readers, node) {
        qatomic_set(&r->waiting, true);
    }
    /* waiting before ctr; pairs with rcu_read_unlock(). */
    writer_barrier();
    QLIST_FOREACH_SAFE(r, &rcu.readers, node, next) {
        if (!reader_is_old(r)) {
            qatomic_set(&r->waiting, false);
            QLIST_REMOVE(r, node);
            QLIST_INSERT_HEAD(done, r, node);
        } else {
            notifier_list_notify(&r->force_rcu, NULL);
        }
    }
}

/* Called with rcu.registry held, which is released while waiting. */
static void wait_for_readers(void)
{
    RcuReaderList done = QLIST_HEAD_INITIALIZER(done);
    RcuReader *r;

    for (;;) {
        qemu_event_reset(&rcu_gp_event);
        sort_readers(&done);
        if (QLIST_EMPTY(&rcu.readers)) {
            break;
        }
        /*
         * Threads may register and unregister now: a new one starts with the current
         * counter, and one that goes takes itself off whichever list it is on.
         */
        qemu_mutex_unlock(&rcu.registry);
        qemu_event_wait(&rcu_gp_event);
        qemu_mutex_lock(&rcu.registry);
    }
    while ((r = QLIST_FIRST(&done))) {
        QLIST_REMOVE(r, node);
        QLIST_INSERT_HEAD(&rcu.readers, r, node);
    }
}

void synchronize_rcu(void)
{
    assert(!rcu_read_locked());
    QEMU_LOCK_GUARD(&rcu.sync);
    /* The caller's update comes before the loads of the readers' counters. */
    writer_barrier();
    QEMU_LOCK_GUARD(&rcu.registry);
    if (!QLIST_EMPTY(&rcu.readers)) {
        qatomic_store_release(&rcu_gp_ctr, rcu_gp_ctr + 2);
        wait_for_readers();
    }
}

/* ---- Callbacks */

/* The whole queue, oldest first. */
static struct rcu_head *take_queue(void)
{
    struct rcu_head *head = qatomic_xchg(&rcu.queue, NULL);
    struct rcu_head *oldest = NULL;

    while (head) {
        struct rcu_head *next = head->next;

        head->next = oldest;
        oldest = head;
        head = next;
    }
    return oldest;
}

static void run_callbacks(struct rcu_head *head)
{
    unsigned long n = 0;

    bql_lock();
    while (head) {
        struct rcu_head *next = head->next;

        head->func(head);
        head = next;
        n++;
    }
    bql_unlock();
    qatomic_sub(&rcu.queued, n);
}

static void *reclaim_thread(void *opaque)
{
    rcu_register_thread();
    for (;;) {
        qemu_sem_wait(&rcu.wake);
        /* Each grace period serves all that came in meanwhile, so let some come in. */
        if (qatomic_read(&rcu.queued) < BATCH_ENOUGH && !qatomic_read(&rcu.draining)) {
            qemu_sem_timedwait(&rcu.wake, BATCH_WAIT_MS);
        }
        struct rcu_head *head = take_queue();
        if (head) {
            synchronize_rcu();
            run_callbacks(head);
        }
    }
    return NULL;
}

static void start_reclaim_thread(void)
{
    QemuThread thread;

    QEMU_LOCK_GUARD(&rcu.start_lock);
    if (!rcu.thread_started) {
        qemu_thread_create(&thread, "call_rcu", reclaim_thread, NULL, QEMU_THREAD_DETACHED);
        qatomic_store_release(&rcu.thread_started, true);
    }
}

void call_rcu1(struct rcu_head *head, RCUCBFunc *func)
{
    head->func = func;
    qatomic_inc(&rcu.queued);
    struct rcu_head *seen = qatomic_read(&rcu.queue);
    for (;;) {
        head->next = seen;
        struct rcu_head *now = qatomic_cmpxchg(&rcu.queue, seen, head);
        if (now == seen) {
            break;
        }
        seen = now;
    }
    if (unlikely(!qatomic_load_acquire(&rcu.thread_started))) {
        start_reclaim_thread();
    }
    if (!seen || qatomic_read(&rcu.queued) == BATCH_ENOUGH) {
        qemu_sem_post(&rcu.wake);
    }
}

typedef struct RcuDrain {
    struct rcu_head rcu;
    QemuEvent done;
} RcuDrain;

static void drain_done(struct rcu_head *head)
{
    qemu_event_set(&container_of(head, RcuDrain, rcu)->done);
}

void drain_call_rcu(void)
{
    RcuDrain drain;
    bool locked = bql_locked();

    assert(!rcu_read_locked());
    qemu_event_init(&drain.done, false);
    /* Callbacks run with the BQL held: let them. */
    if (locked) {
        bql_unlock();
    }
    qatomic_inc(&rcu.draining);
    call_rcu1(&drain.rcu, drain_done);
    qemu_sem_post(&rcu.wake);
    qemu_event_wait(&drain.done);
    qatomic_dec(&rcu.draining);
    if (locked) {
        bql_lock();
    }
    qemu_event_destroy(&drain.done);
}

/* ---- Threads */

void rcu_register_thread(void)
{
    RcuReader *self = rcu_get_reader();

    assert(self->ctr == 0);
    notifier_list_init(&self->force_rcu);
    QEMU_LOCK_GUARD(&rcu.registry);
    QLIST_INSERT_HEAD(&rcu.readers, self, node);
}

void rcu_unregister_thread(void)
{
    RcuReader *self = rcu_get_reader();

    assert(self->depth == 0);
    QEMU_LOCK_GUARD(&rcu.registry);
    QLIST_REMOVE(self, node);
}

void rcu_add_force_rcu_notifier(Notifier *n)
{
    QEMU_LOCK_GUARD(&rcu.registry);
    notifier_list_add(&rcu_get_reader()->force_rcu, n);
}

void rcu_remove_force_rcu_notifier(Notifier *n)
{
    QEMU_LOCK_GUARD(&rcu.registry);
    notifier_remove(n);
}

/* All but the registry's lock, which a forked child holds when it comes here. */
static void rcu_setup(void)
{
    qemu_mutex_init(&rcu.sync);
    qemu_spin_init(&rcu.start_lock);
    qemu_event_init(&rcu_gp_event, true);
    qemu_sem_init(&rcu.wake, 0);
    QLIST_INIT(&rcu.readers);
    qatomic_set(&rcu.thread_started, false);
}

static void atfork_prepare(void)
{
    qemu_mutex_lock(&rcu.registry);
}

static void atfork_parent(void)
{
    qemu_mutex_unlock(&rcu.registry);
}

/* The child has one thread, which was in the registry; the queue is kept. */
static void atfork_child(void)
{
    rcu_setup();
    qatomic_set(&rcu_reader_self.ctr, 0);
    rcu_reader_self.depth = 0;
    qemu_mutex_unlock(&rcu.registry);
    rcu_register_thread();
    if (rcu.queue) {
        qemu_sem_post(&rcu.wake);
        start_reclaim_thread();
    }
}

static void __attribute__((constructor)) rcu_init(void)
{
#if defined(CONFIG_MEMBARRIER) && !defined(QEMU_TSAN)
    rcu_use_membarrier =
        syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0) == 0;
#endif
    qemu_mutex_init(&rcu.registry);
    rcu_setup();
    rcu_register_thread();
    pthread_atfork(atfork_prepare, atfork_parent, atfork_child);
}
