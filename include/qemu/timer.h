/*
 * Clocks and timers.
 *
 *   QEMU_CLOCK_REALTIME    the host's monotonic clock; runs while the VM is stopped
 *   QEMU_CLOCK_VIRTUAL     guest time: stands still while the VM is stopped; with -icount it
 *                          counts instructions
 *   QEMU_CLOCK_HOST        the host's wall clock; may jump
 *   QEMU_CLOCK_VIRTUAL_RT  as VIRTUAL, but never driven by the instruction counter
 *
 * Times are in nanoseconds since an arbitrary origin (HOST: 1970). A timer has a scale: the
 * unit of the times given to timer_mod().
 *
 * Threads: timer_mod() and timer_del() may be called from any thread; callbacks run in the
 * thread of the timer list (the main thread with the BQL held, or an I/O thread's loop). A
 * timer that is being deleted from another thread may still be executing when timer_del()
 * returns; free it in the thread of its list, or with that thread held off.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_TIMER_H
#define QEMU_TIMER_H

#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "qemu/notify.h"

#define NANOSECONDS_PER_SECOND 1000000000LL
#define SCALE_MS 1000000
#define SCALE_US 1000
#define SCALE_NS 1

typedef enum QEMUClockType {
    QEMU_CLOCK_REALTIME = 0,
    QEMU_CLOCK_VIRTUAL = 1,
    QEMU_CLOCK_HOST = 2,
    QEMU_CLOCK_VIRTUAL_RT = 3,
    QEMU_CLOCK_MAX
} QEMUClockType;

/*
 * Not guest-visible: record/replay lets such a virtual timer fire without an event in the log.
 */
#define QEMU_TIMER_ATTR_EXTERNAL 1u
#define QEMU_TIMER_ATTR_ALL 0xffffffffu

typedef struct QEMUTimerList QEMUTimerList;
typedef void QEMUTimerCB(void *opaque);
/* Wake the thread that polls for a list: its first deadline has become earlier. */
typedef void QEMUTimerListNotifyCB(void *opaque, QEMUClockType type);

struct QEMUTimerListGroup {
    QEMUTimerList *tl[QEMU_CLOCK_MAX];
};

struct QEMUTimer {
    int64_t expire_time; /* ns, -1 while not pending */
    uint64_t seq;        /* equal times fire in the order in which they were set */
    QEMUTimerList *timer_list;
    QEMUTimerCB *cb;
    void *opaque;
    int slot; /* place in the list's heap, -1 while not pending */
    int scale;
    unsigned attributes;
};

/* The lists of the main loop; valid after qemu_init_main_loop() or init_clocks(). */
extern QEMUTimerListGroup main_loop_tlg;

void init_clocks(QEMUTimerListNotifyCB *notify_cb);

int64_t qemu_clock_get_ns(QEMUClockType type);
static inline int64_t qemu_clock_get_us(QEMUClockType type)
{
    return qemu_clock_get_ns(type) / SCALE_US;
}
static inline int64_t qemu_clock_get_ms(QEMUClockType type)
{
    return qemu_clock_get_ns(type) / SCALE_MS;
}
/* Is there a timer that is due (any at all)? In the main loop's list. */
bool qemu_clock_has_timers(QEMUClockType type);
bool qemu_clock_expired(QEMUClockType type);
bool qemu_clock_use_for_deadline(QEMUClockType type);
/*
 * ns until the first timer of any list of the clock whose attributes are within @attr_mask;
 * -1 for none, 0 if it is due.
 */
int64_t qemu_clock_deadline_ns_all(QEMUClockType type, unsigned attr_mask);
/* Wake all threads that poll for timers of the clock. */
void qemu_clock_notify(QEMUClockType type);
/*
 * Stop or continue the firing of a clock's timers. Disabling waits until callbacks that are
 * executing in other threads have returned; do not call it from a timer callback.
 */
void qemu_clock_enable(QEMUClockType type, bool enabled);
bool qemu_clock_run_timers(QEMUClockType type);
bool qemu_clock_run_all_timers(void);
/* Call @notifier with an int64_t * when the host's wall clock jumps backwards. */
void qemu_clock_register_reset_notifier(QEMUClockType type, Notifier *notifier);
void qemu_clock_unregister_reset_notifier(QEMUClockType type, Notifier *notifier);

QEMUTimerList *timerlist_new(QEMUClockType type, QEMUTimerListNotifyCB *cb, void *opaque);
void timerlist_free(QEMUTimerList *list);
bool timerlist_has_timers(QEMUTimerList *list);
bool timerlist_expired(QEMUTimerList *list);
int64_t timerlist_deadline_ns(QEMUTimerList *list);
/* true if any callback ran. */
bool timerlist_run_timers(QEMUTimerList *list);
void timerlist_notify(QEMUTimerList *list);
QEMUClockType timerlist_get_clock(QEMUTimerList *list);

void timerlistgroup_init(QEMUTimerListGroup *tlg, QEMUTimerListNotifyCB *cb, void *opaque);
void timerlistgroup_deinit(QEMUTimerListGroup *tlg);
bool timerlistgroup_run_timers(QEMUTimerListGroup *tlg);
int64_t timerlistgroup_deadline_ns(QEMUTimerListGroup *tlg);

/* @tlg NULL: the main loop. The structure may be embedded; then timer_deinit() at the end. */
void timer_init_full(QEMUTimer *ts, QEMUTimerListGroup *tlg, QEMUClockType type, int scale,
                     unsigned attributes, QEMUTimerCB *cb, void *opaque);
void timer_deinit(QEMUTimer *ts);
void timer_del(QEMUTimer *ts);
/* Fire at @expire_time, in the timer's unit. A time in the past fires at once. */
void timer_mod(QEMUTimer *ts, int64_t expire_time);
void timer_mod_ns(QEMUTimer *ts, int64_t expire_time);
/* Only ever makes it earlier. */
void timer_mod_anticipate(QEMUTimer *ts, int64_t expire_time);
void timer_mod_anticipate_ns(QEMUTimer *ts, int64_t expire_time);
bool timer_pending(QEMUTimer *ts);
bool timer_expired(QEMUTimer *ts, int64_t current_time);
/* In ns; all ones when not pending. */
uint64_t timer_expire_time_ns(QEMUTimer *ts);

static inline void timer_init(QEMUTimer *ts, QEMUClockType type, int scale, QEMUTimerCB *cb,
                              void *opaque)
{
    timer_init_full(ts, NULL, type, scale, 0, cb, opaque);
}
static inline void timer_init_ns(QEMUTimer *ts, QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    timer_init(ts, type, SCALE_NS, cb, opaque);
}
static inline void timer_init_us(QEMUTimer *ts, QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    timer_init(ts, type, SCALE_US, cb, opaque);
}
static inline void timer_init_ms(QEMUTimer *ts, QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    timer_init(ts, type, SCALE_MS, cb, opaque);
}
static inline QEMUTimer *timer_new_full(QEMUTimerListGroup *tlg, QEMUClockType type, int scale,
                                        unsigned attributes, QEMUTimerCB *cb, void *opaque)
{
    QEMUTimer *ts = g_new0(QEMUTimer, 1);
    timer_init_full(ts, tlg, type, scale, attributes, cb, opaque);
    return ts;
}
static inline QEMUTimer *timer_new(QEMUClockType type, int scale, QEMUTimerCB *cb, void *opaque)
{
    return timer_new_full(NULL, type, scale, 0, cb, opaque);
}
static inline QEMUTimer *timer_new_ns(QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    return timer_new(type, SCALE_NS, cb, opaque);
}
static inline QEMUTimer *timer_new_us(QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    return timer_new(type, SCALE_US, cb, opaque);
}
static inline QEMUTimer *timer_new_ms(QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    return timer_new(type, SCALE_MS, cb, opaque);
}
/* Stop and free a timer from timer_new(). NULL is allowed. */
static inline void timer_free(QEMUTimer *ts)
{
    if (ts) {
        timer_del(ts);
        timer_deinit(ts);
        g_free(ts);
    }
}

/* Smaller of two timeouts where negative means "for ever". */
int64_t qemu_soonest_timeout(int64_t a, int64_t b);
/* Round up to what poll() takes; -1 for ever. */
int qemu_timeout_ns_to_ms(int64_t ns);
struct _GPollFD;
/* poll() with a timeout in ns, -1 for ever. */
int qemu_poll_ns(GPollFD *fds, guint nfds, int64_t timeout);

/* Raw host clocks in ns. */
static inline int64_t get_clock(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * NANOSECONDS_PER_SECOND + ts.tv_nsec;
}
static inline int64_t get_clock_realtime(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return ts.tv_sec * NANOSECONDS_PER_SECOND + ts.tv_nsec;
}

/*
 * Guest time (util/cpu-clock.c). It advances between cpu_enable_ticks() and
 * cpu_disable_ticks(), which the run-state owner calls with the BQL held when the VM starts
 * and stops. In tools it never stops.
 */
void cpu_enable_ticks(void);
void cpu_disable_ticks(void);
bool cpu_ticks_enabled(void);
/* Guest time without -icount. */
int64_t cpu_get_clock(void);
/* For migration: guest time so far, settable while stopped. */
void cpu_clock_set(int64_t ns);
/*
 * Replace the source of QEMU_CLOCK_VIRTUAL (-icount, record/replay, qtest); NULL restores
 * cpu_get_clock(). Set before the VM runs.
 */
void cpu_clock_set_virtual_source(int64_t (*get_ns)(void));
/* The same for the other clocks, for record/replay: reads pass through @get_ns. */
void qemu_clock_set_source(QEMUClockType type, int64_t (*get_ns)(void));

/* The host CPU's cycle counter, or ns where it has none. */
static inline int64_t cpu_get_host_ticks(void)
{
#if defined(__x86_64__) || defined(__i386__)
    return (int64_t)__builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    int64_t v;
    __asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(v));
    return v;
#else
    return get_clock();
#endif
}

#endif
