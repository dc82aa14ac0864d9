/*
 * Clocks and timer lists.
 *
 * Each list is a binary heap ordered by (expire_time, seq), so that setting and deleting cost
 * O(log n) and equal times fire in the order in which they were set: record/replay relies on
 * that order. The first deadline is also kept in an atomic, so that the loops compute their
 * timeout without a lock.
 *
 * Invariants
 *  1. heap[ts->slot] == ts for every pending timer; slot is -1 otherwise.
 *  2. first_expiry is heap[0]->expire_time, or INT64_MAX, whenever the lock is free.
 *  3. A callback runs without the lock, and its timer is not pending by then.
 *
 * Thread:  see include/qemu/timer.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <poll.h>
#include "qemu/timer.h"
#include "qemu/thread.h"

typedef struct QEMUClock {
    QLIST_HEAD(, QEMUTimerList) lists; /* under clocks.lock */
    NotifierList reset_notifiers;      /* main thread */
    int64_t last;                      /* main thread: latest time seen */
    int64_t (*get_ns)(void);
    bool enabled; /* atomic */
} QEMUClock;

struct QEMUTimerList {
    QEMUClock *clock;
    QEMUClockType type;
    QemuMutex lock;
    QEMUTimer **heap; /* under lock */
    int n, room;
    uint64_t next_seq;    /* under lock */
    int64_t first_expiry; /* atomic; invariant 2 */
    QEMUTimerListNotifyCB *notify_cb;
    void *notify_opaque;
    QLIST_ENTRY(QEMUTimerList) link;
    /* Set while no callback of this list is running. */
    QemuEvent done;
};

static int64_t virtual_rt_ns(void)
{
    return cpu_get_clock();
}

/* The lists are created and freed at start-up and with I/O threads: lock covers them. */
static struct {
    QemuMutex lock;
    bool initialized;
    QEMUClock clock[QEMU_CLOCK_MAX];
} clocks = {
    .clock = {
        [QEMU_CLOCK_REALTIME] = { .get_ns = get_clock },
        [QEMU_CLOCK_VIRTUAL] = { .get_ns = cpu_get_clock },
        [QEMU_CLOCK_HOST] = { .get_ns = get_clock_realtime },
        [QEMU_CLOCK_VIRTUAL_RT] = { .get_ns = virtual_rt_ns },
    },
};

QEMUTimerListGroup main_loop_tlg;

static void clocks_setup(void)
{
    if (clocks.initialized) {
        return;
    }
    qemu_mutex_init(&clocks.lock);
    for (int i = 0; i < QEMU_CLOCK_MAX; i++) {
        QLIST_INIT(&clocks.clock[i].lists);
        notifier_list_init(&clocks.clock[i].reset_notifiers);
        clocks.clock[i].enabled = true;
        clocks.clock[i].last = INT64_MIN;
    }
    clocks.initialized = true;
}

void init_clocks(QEMUTimerListNotifyCB *notify_cb)
{
    if (main_loop_tlg.tl[0]) {
        return;
    }
    clocks_setup();
    timerlistgroup_init(&main_loop_tlg, notify_cb, NULL);
}

int64_t qemu_clock_get_ns(QEMUClockType type)
{
    return qatomic_read(&clocks.clock[type].get_ns)();
}

void qemu_clock_set_source(QEMUClockType type, int64_t (*get_ns)(void))
{
    static int64_t (*const own[QEMU_CLOCK_MAX])(void) = {
        [QEMU_CLOCK_REALTIME] = get_clock,
        [QEMU_CLOCK_VIRTUAL] = cpu_get_clock,
        [QEMU_CLOCK_HOST] = get_clock_realtime,
        [QEMU_CLOCK_VIRTUAL_RT] = virtual_rt_ns,
    };

    qatomic_set(&clocks.clock[type].get_ns, get_ns ? get_ns : own[type]);
}

void cpu_clock_set_virtual_source(int64_t (*get_ns)(void))
{
    qemu_clock_set_source(QEMU_CLOCK_VIRTUAL, get_ns);
}

bool qemu_clock_use_for_deadline(QEMUClockType type)
{
    /* A clock with a source of its own (-icount, qtest) does not follow host time. */
    return type != QEMU_CLOCK_VIRTUAL || qatomic_read(&clocks.clock[type].get_ns) == cpu_get_clock;
}

/* ---- The heap */

static bool fires_before(const QEMUTimer *a, const QEMUTimer *b)
{
    return a->expire_time != b->expire_time ? a->expire_time < b->expire_time : a->seq < b->seq;
}

static void heap_place(QEMUTimerList *tl, int slot, QEMUTimer *ts)
{
    tl->heap[slot] = ts;
    ts->slot = slot;
}

/* Move @ts, which belongs at or above @slot, to its place. */
static void heap_up(QEMUTimerList *tl, int slot, QEMUTimer *ts)
{
    while (slot > 0) {
        int parent = (slot - 1) / 2;

        if (!fires_before(ts, tl->heap[parent])) {
            break;
        }
        heap_place(tl, slot, tl->heap[parent]);
        slot = parent;
    }
    heap_place(tl, slot, ts);
}

static void heap_down(QEMUTimerList *tl, int slot, QEMUTimer *ts)
{
    for (;;) {
        int child = 2 * slot + 1;

        if (child >= tl->n) {
            break;
        }
        if (child + 1 < tl->n && fires_before(tl->heap[child + 1], tl->heap[child])) {
            child++;
        }
        if (!fires_before(tl->heap[child], ts)) {
            break;
        }
        heap_place(tl, slot, tl->heap[child]);
        slot = child;
    }
    heap_place(tl, slot, ts);
}

static void heap_remove(QEMUTimerList *tl, QEMUTimer *ts)
{
    int slot = ts->slot;
    QEMUTimer *last = tl->heap[--tl->n];

    if (last != ts) {
        if (slot > 0 && fires_before(last, tl->heap[(slot - 1) / 2])) {
            heap_up(tl, slot, last);
        } else {
            heap_down(tl, slot, last);
        }
    }
    ts->slot = -1;
    qatomic_set(&ts->expire_time, -1);
}

static void heap_add(QEMUTimerList *tl, QEMUTimer *ts)
{
    if (tl->n == tl->room) {
        tl->room = tl->room * 2 + 8;
        tl->heap = g_renew(QEMUTimer *, tl->heap, tl->room);
    }
    heap_up(tl, tl->n++, ts);
}

/* Publish the first deadline; true if it has become earlier. */
static bool update_first(QEMUTimerList *tl)
{
    int64_t old = qatomic_read(&tl->first_expiry);
    int64_t now = tl->n ? tl->heap[0]->expire_time : INT64_MAX;

    qatomic_set(&tl->first_expiry, now);
    return now < old;
}

/* ---- Lists */

QEMUTimerList *timerlist_new(QEMUClockType type, QEMUTimerListNotifyCB *cb, void *opaque)
{
    QEMUTimerList *tl = g_new0(QEMUTimerList, 1);

    clocks_setup();
    tl->clock = &clocks.clock[type];
    tl->type = type;
    tl->first_expiry = INT64_MAX;
    tl->notify_cb = cb;
    tl->notify_opaque = opaque;
    qemu_mutex_init(&tl->lock);
    qemu_event_init(&tl->done, true);
    WITH_QEMU_LOCK_GUARD(&clocks.lock) {
        QLIST_INSERT_HEAD(&tl->clock->lists, tl, link);
    }
    return tl;
}

void timerlist_free(QEMUTimerList *tl)
{
    assert(!timerlist_has_timers(tl));
    WITH_QEMU_LOCK_GUARD(&clocks.lock) {
        QLIST_REMOVE(tl, link);
    }
    qemu_mutex_destroy(&tl->lock);
    g_free(tl->heap);
    g_free(tl);
}

QEMUClockType timerlist_get_clock(QEMUTimerList *tl)
{
    return tl->type;
}

bool timerlist_has_timers(QEMUTimerList *tl)
{
    return qatomic_read(&tl->first_expiry) != INT64_MAX;
}

bool timerlist_expired(QEMUTimerList *tl)
{
    int64_t first = qatomic_read(&tl->first_expiry);

    return first != INT64_MAX && first <= qemu_clock_get_ns(tl->type);
}

int64_t timerlist_deadline_ns(QEMUTimerList *tl)
{
    int64_t first = qatomic_read(&tl->first_expiry);

    if (first == INT64_MAX || !qatomic_read(&tl->clock->enabled)) {
        return -1;
    }
    return MAX(first - qemu_clock_get_ns(tl->type), INT64_C(0));
}

void timerlist_notify(QEMUTimerList *tl)
{
    if (tl->notify_cb) {
        tl->notify_cb(tl->notify_opaque, tl->type);
    }
}

/* Take the first timer out of the list, if it is due at @now and was set before @seq. */
static QEMUTimer *take_due(QEMUTimerList *tl, int64_t now, uint64_t seq, QEMUTimerCB **cb,
                           void **opaque)
{
    QEMU_LOCK_GUARD(&tl->lock);
    if (!tl->n || tl->heap[0]->expire_time > now || tl->heap[0]->seq >= seq) {
        return NULL;
    }
    QEMUTimer *ts = tl->heap[0];
    heap_remove(tl, ts);
    update_first(tl);
    *cb = ts->cb;
    *opaque = ts->opaque;
    return ts;
}

bool timerlist_run_timers(QEMUTimerList *tl)
{
    bool progress = false;
    QEMUTimerCB *cb;
    void *opaque;

    if (!timerlist_has_timers(tl)) {
        return false;
    }
    qemu_event_reset(&tl->done);
    if (qatomic_read(&tl->clock->enabled)) {
        int64_t now = qemu_clock_get_ns(tl->type);
        /* What callbacks set waits for the next round: they cannot keep us here for ever. */
        qemu_mutex_lock(&tl->lock);
        uint64_t seq = tl->next_seq;
        qemu_mutex_unlock(&tl->lock);

        while (take_due(tl, now, seq, &cb, &opaque)) {
            cb(opaque);
            progress = true;
            if (!qatomic_read(&tl->clock->enabled)) {
                break;
            }
        }
    }
    qemu_event_set(&tl->done);
    return progress;
}

/* ---- Groups */

void timerlistgroup_init(QEMUTimerListGroup *tlg, QEMUTimerListNotifyCB *cb, void *opaque)
{
    for (int i = 0; i < QEMU_CLOCK_MAX; i++) {
        tlg->tl[i] = timerlist_new(i, cb, opaque);
    }
}

void timerlistgroup_deinit(QEMUTimerListGroup *tlg)
{
    for (int i = 0; i < QEMU_CLOCK_MAX; i++) {
        timerlist_free(tlg->tl[i]);
        tlg->tl[i] = NULL;
    }
}

bool timerlistgroup_run_timers(QEMUTimerListGroup *tlg)
{
    bool progress = false;

    for (int i = 0; i < QEMU_CLOCK_MAX; i++) {
        progress |= timerlist_run_timers(tlg->tl[i]);
    }
    return progress;
}

int64_t timerlistgroup_deadline_ns(QEMUTimerListGroup *tlg)
{
    int64_t deadline = -1;

    for (int i = 0; i < QEMU_CLOCK_MAX; i++) {
        if (qemu_clock_use_for_deadline(i)) {
            deadline = qemu_soonest_timeout(deadline, timerlist_deadline_ns(tlg->tl[i]));
        }
    }
    return deadline;
}

/* ---- Clocks */

bool qemu_clock_has_timers(QEMUClockType type)
{
    return timerlist_has_timers(main_loop_tlg.tl[type]);
}

bool qemu_clock_expired(QEMUClockType type)
{
    return timerlist_expired(main_loop_tlg.tl[type]);
}

/* The first deadline of a list among timers with attributes of @attr_mask only. */
static int64_t first_with_attrs(QEMUTimerList *tl, unsigned attr_mask)
{
    int64_t first = INT64_MAX;

    QEMU_LOCK_GUARD(&tl->lock);
    for (int i = 0; i < tl->n; i++) {
        if (!(tl->heap[i]->attributes & ~attr_mask)) {
            first = MIN(first, tl->heap[i]->expire_time);
        }
    }
    return first;
}

int64_t qemu_clock_deadline_ns_all(QEMUClockType type, unsigned attr_mask)
{
    QEMUClock *clock = &clocks.clock[type];
    int64_t first = INT64_MAX;
    QEMUTimerList *tl;

    if (!qatomic_read(&clock->enabled)) {
        return -1;
    }
    WITH_QEMU_LOCK_GUARD(&clocks.lock) {
        QLIST_FOREACH(tl, &clock->lists, link) {
            first = MIN(first, first_with_attrs(tl, attr_mask));
        }
    }
    return first == INT64_MAX ? -1 : MAX(first - qemu_clock_get_ns(type), INT64_C(0));
}

void qemu_clock_notify(QEMUClockType type)
{
    QEMUTimerList *tl;

    QEMU_LOCK_GUARD(&clocks.lock);
    QLIST_FOREACH(tl, &clocks.clock[type].lists, link) {
        timerlist_notify(tl);
    }
}

void qemu_clock_enable(QEMUClockType type, bool enabled)
{
    QEMUClock *clock = &clocks.clock[type];
    QEMUTimerList *tl;
    bool old = qatomic_xchg(&clock->enabled, enabled);

    if (enabled && !old) {
        qemu_clock_notify(type);
    } else if (!enabled && old) {
        QEMU_LOCK_GUARD(&clocks.lock);
        QLIST_FOREACH(tl, &clock->lists, link) {
            qemu_event_wait(&tl->done);
        }
    }
}

/* Tell whoever asked when the wall clock has gone back; main thread. */
static void check_clock_jump(QEMUClockType type)
{
    QEMUClock *clock = &clocks.clock[type];
    int64_t now = qemu_clock_get_ns(type);
    bool back = now < clock->last;

    clock->last = now;
    if (back) {
        notifier_list_notify(&clock->reset_notifiers, &now);
    }
}

bool qemu_clock_run_timers(QEMUClockType type)
{
    if (!notifier_list_empty(&clocks.clock[type].reset_notifiers)) {
        check_clock_jump(type);
    }
    return timerlist_run_timers(main_loop_tlg.tl[type]);
}

bool qemu_clock_run_all_timers(void)
{
    bool progress = false;

    for (int i = 0; i < QEMU_CLOCK_MAX; i++) {
        if (qemu_clock_use_for_deadline(i)) {
            progress |= qemu_clock_run_timers(i);
        }
    }
    return progress;
}

void qemu_clock_register_reset_notifier(QEMUClockType type, Notifier *notifier)
{
    clocks_setup();
    notifier_list_add(&clocks.clock[type].reset_notifiers, notifier);
}

void qemu_clock_unregister_reset_notifier(QEMUClockType type, Notifier *notifier)
{
    notifier_remove(notifier);
}

/* ---- Timers */

void timer_init_full(QEMUTimer *ts, QEMUTimerListGroup *tlg, QEMUClockType type, int scale,
                     unsigned attributes, QEMUTimerCB *cb, void *opaque)
{
    if (!tlg) {
        tlg = &main_loop_tlg;
        if (!tlg->tl[type]) {
            init_clocks(NULL);
        }
    }
    *ts = (QEMUTimer){
        .expire_time = -1, .timer_list = tlg->tl[type], .cb = cb, .opaque = opaque, .slot = -1,
        .scale = scale, .attributes = attributes,
    };
}

void timer_deinit(QEMUTimer *ts)
{
    assert(!timer_pending(ts));
    ts->timer_list = NULL;
}

void timer_del(QEMUTimer *ts)
{
    QEMUTimerList *tl = ts->timer_list;

    if (!tl) {
        return;
    }
    QEMU_LOCK_GUARD(&tl->lock);
    if (ts->slot >= 0) {
        heap_remove(tl, ts);
        update_first(tl);
    }
}

static void timer_set(QEMUTimer *ts, int64_t expire_time, bool anticipate)
{
    QEMUTimerList *tl = ts->timer_list;
    bool earlier = false;

    expire_time = MAX(expire_time, INT64_C(0));
    WITH_QEMU_LOCK_GUARD(&tl->lock) {
        if (ts->slot >= 0 && anticipate && ts->expire_time <= expire_time) {
            return;
        }
        if (ts->slot >= 0) {
            heap_remove(tl, ts);
        }
        qatomic_set(&ts->expire_time, expire_time);
        ts->seq = tl->next_seq++;
        heap_add(tl, ts);
        earlier = update_first(tl);
    }
    if (earlier && qatomic_read(&tl->clock->enabled)) {
        timerlist_notify(tl);
    }
}

void timer_mod_ns(QEMUTimer *ts, int64_t expire_time)
{
    timer_set(ts, expire_time, false);
}

void timer_mod_anticipate_ns(QEMUTimer *ts, int64_t expire_time)
{
    timer_set(ts, expire_time, true);
}

/* A time in the timer's unit as ns; the far future stays the far future. */
static int64_t scaled(const QEMUTimer *ts, int64_t time)
{
    int64_t ns;

    if (__builtin_mul_overflow(time, (int64_t)ts->scale, &ns)) {
        return time < 0 ? 0 : INT64_MAX - 1;
    }
    return ns;
}

void timer_mod(QEMUTimer *ts, int64_t expire_time)
{
    timer_set(ts, scaled(ts, expire_time), false);
}

void timer_mod_anticipate(QEMUTimer *ts, int64_t expire_time)
{
    timer_set(ts, scaled(ts, expire_time), true);
}

bool timer_pending(QEMUTimer *ts)
{
    return qatomic_read(&ts->expire_time) >= 0;
}

bool timer_expired(QEMUTimer *ts, int64_t current_time)
{
    int64_t t = qatomic_read(&ts->expire_time);

    return t >= 0 && t <= scaled(ts, current_time);
}

uint64_t timer_expire_time_ns(QEMUTimer *ts)
{
    return timer_pending(ts) ? (uint64_t)qatomic_read(&ts->expire_time) : UINT64_MAX;
}

/* ---- Timeouts */

int64_t qemu_soonest_timeout(int64_t a, int64_t b)
{
    /* As unsigned numbers, "for ever" is the largest. */
    return (uint64_t)a < (uint64_t)b ? a : b;
}

int qemu_timeout_ns_to_ms(int64_t ns)
{
    if (ns < 0) {
        return -1;
    }
    int64_t ms = ns / SCALE_MS + (ns % SCALE_MS != 0);
    return MIN(ms, (int64_t)INT32_MAX);
}

int qemu_poll_ns(GPollFD *fds, guint nfds, int64_t timeout)
{
    if (timeout < 0) {
        return ppoll((struct pollfd *)fds, nfds, NULL, NULL);
    }
    struct timespec ts = {
        .tv_sec = MIN(timeout / NANOSECONDS_PER_SECOND, (int64_t)INT32_MAX),
        .tv_nsec = timeout % NANOSECONDS_PER_SECOND,
    };
    return ppoll((struct pollfd *)fds, nfds, &ts, NULL);
}
