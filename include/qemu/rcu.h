/*
 * Read-copy-update: readers that never wait, writers that free what they replaced once no
 * reader can see it any more. docs/rcu.txt explains how to use it.
 *
 * How it works: a global counter advances at each grace period. A reader stores the current
 * counter in its own slot when its outermost section begins, and 0 when it ends. A grace
 * period is over when no slot holds an older value.
 *
 * Threads: readers register once (rcu_register_thread()); the main thread is registered by
 * the library. Sections nest. No waiting for a grace period inside a section.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_RCU_H
#define QEMU_RCU_H

#include "qemu/atomic.h"
#include "qemu/notify.h"
#include "qemu/queue.h"
#include "qemu/thread.h"

/* For the inline functions below. The counter is always odd: 0 means "not reading". */
extern unsigned long rcu_gp_ctr;
extern QemuEvent rcu_gp_event;
/* Does the writer run our barriers for us? Set before there are threads. */
extern bool rcu_use_membarrier;

typedef struct RcuReader {
    unsigned long ctr;  /* written by the owner, read by the writer */
    bool waiting;       /* the writer sleeps until ctr is 0 */
    unsigned depth;     /* owner only */
    QLIST_ENTRY(RcuReader) node; /* under the registry lock */
    NotifierList force_rcu;      /* under the registry lock */
} RcuReader;

extern __thread RcuReader rcu_reader_self;

static inline RcuReader *rcu_get_reader(void)
{
    return &rcu_reader_self;
}

static inline void rcu_reader_barrier_(void)
{
    signal_barrier();
    if (unlikely(!rcu_use_membarrier)) {
        smp_mb();
    }
}

static inline void rcu_read_lock(void)
{
    RcuReader *self = rcu_get_reader();

    if (self->depth++ > 0) {
        return;
    }
    qatomic_store_release(&self->ctr, qatomic_load_acquire(&rcu_gp_ctr));
    /* Pairs with writer_barrier(): our slot is seen, or we see the update. */
    rcu_reader_barrier_();
}

static inline void rcu_read_unlock(void)
{
    RcuReader *self = rcu_get_reader();

    assert(self->depth != 0);
    if (--self->depth > 0) {
        return;
    }
    /* Our loads come before; pairs with the acquire in reader_is_old(). */
    qatomic_store_release(&self->ctr, 0);
    /* The store of ctr before the load of waiting; pairs with sort_readers(). */
    rcu_reader_barrier_();
    if (unlikely(qatomic_read(&self->waiting))) {
        qatomic_set(&self->waiting, false);
        qemu_event_set(&rcu_gp_event);
    }
}

static inline bool rcu_read_locked(void)
{
    return rcu_get_reader()->depth > 0;
}

/* Wait until all sections that have begun by now have ended. Not in a section. */
void synchronize_rcu(void);
void rcu_register_thread(void);
void rcu_unregister_thread(void);
/* fork() needs no care: the child knows that it has one thread only. */

struct rcu_head;
typedef void RCUCBFunc(struct rcu_head *head);
struct rcu_head {
    struct rcu_head *next;
    RCUCBFunc *func;
};

/* Call @func in the reclaim thread, with the BQL held, after a grace period. Never waits. */
void call_rcu1(struct rcu_head *head, RCUCBFunc *func);
/* Wait until every callback queued so far has run. With the BQL or without it. */
void drain_call_rcu(void);

/*
 * call_rcu(): call @func(@head) later. @field is the rcu_head and the first member.
 * g_free_rcu(): g_free(@obj) later.
 */
#define call_rcu(head, func, field)                                                              \
    call_rcu1(({                                                                                 \
                  QEMU_BUILD_BUG_ON(offsetof(__typeof__(*(head)), field) != 0);                  \
                  void (*check_)(__typeof__(head)) = (func);                                     \
                  (void)check_;                                                                  \
                  &(head)->field;                                                                \
              }),                                                                                \
              (RCUCBFunc *)(func))
#define g_free_rcu(obj, field)                                                                   \
    call_rcu1(({                                                                                 \
                  QEMU_BUILD_BUG_ON(offsetof(__typeof__(*(obj)), field) != 0);                   \
                  &(obj)->field;                                                                 \
              }),                                                                                \
              (RCUCBFunc *)g_free)

/*
 * @n's notify is called (in the writer's thread) when a grace period waits for the calling
 * thread: a vCPU that stays in one long section uses it to leave that early.
 */
void rcu_add_force_rcu_notifier(Notifier *n);
void rcu_remove_force_rcu_notifier(Notifier *n);

typedef struct RCUReadGuard {
    bool on;
} RCUReadGuard;
static inline RCUReadGuard rcu_read_guard_enter_(void)
{
    rcu_read_lock();
    return (RCUReadGuard){ true };
}
static inline void rcu_read_guard_leave_(RCUReadGuard *guard)
{
    if (guard->on) {
        guard->on = false;
        rcu_read_unlock();
    }
}
/* A section until the end of the enclosing block, or around a block. */
#define RCU_READ_LOCK_GUARD()                                                                    \
    __attribute__((cleanup(rcu_read_guard_leave_), unused))                                      \
    RCUReadGuard glue(rcu_guard_, __COUNTER__) = rcu_read_guard_enter_()
#define with_rcu_read_lock_guard_(var)                                                           \
    for (__attribute__((cleanup(rcu_read_guard_leave_))) RCUReadGuard var =                      \
             rcu_read_guard_enter_();                                                            \
         var.on; rcu_read_guard_leave_(&var))
#define WITH_RCU_READ_LOCK_GUARD() with_rcu_read_lock_guard_(glue(rcu_guard_, __COUNTER__))

#endif
