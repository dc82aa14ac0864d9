/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The local APIC's timer: one-shot, periodic, TSC deadline.
 *
 * Spec:   Intel SDM volume 3 section 10.5.4.
 * Thread: the big lock; the callback runs in the main loop.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "apic-internal.h"
#include "target-i386/internal.h"

/*
 * A periodic timer may not interrupt faster than this; it bounds the work that a guest which
 * programs a tiny count can make us do.
 */
enum { MIN_PERIOD_NS = 1000 };

static int64_t now_ns(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static unsigned divisor_shift(const APICState *s)
{
    unsigned v = (s->divide & 3) | (s->divide >> 1 & 4);

    return (v + 1) & 7;
}

static int64_t count_to_ns(const APICState *s, uint64_t count)
{
    return (int64_t)(count << divisor_shift(s)) * APIC_TICK_NS;
}

static unsigned timer_mode(const APICState *s)
{
    return s->lvt[LVT_TIMER] & LVT_TIMER_MODE;
}

static bool deadline_mode(const APICState *s)
{
    return timer_mode(s) == LVT_TIMER_TSC_DEADLINE;
}

/* Put the host timer where next_time says. */
static void arm(APICState *s)
{
    if (s->next_time < 0) {
        timer_del(&s->timer);
    } else {
        timer_mod_ns(&s->timer, s->next_time);
    }
}

/* Next expiry of the counter after now; -1 when a one-shot count has run out. */
static void schedule_count(APICState *s, int64_t now)
{
    int64_t period = count_to_ns(s, s->initial_count);

    s->next_time = -1;
    if (s->initial_count && timer_mode(s) == LVT_TIMER_PERIODIC) {
        period = MAX(period, (int64_t)MIN_PERIOD_NS);
        s->next_time = s->count_start + ((now - s->count_start) / period + 1) * period;
    } else if (s->initial_count && now - s->count_start < period) {
        s->next_time = s->count_start + period;
    }
    arm(s);
}

static void fire(void *opaque)
{
    APICState *s = opaque;

    if (s->next_time < 0) {
        return;
    }
    if (deadline_mode(s)) {
        s->tsc_deadline = 0;
        s->next_time = -1;
    } else {
        schedule_count(s, MAX(now_ns(), s->next_time));
    }
    apic_local_deliver(s, LVT_TIMER);
}

void apic_timer_init(APICState *s)
{
    s->next_time = -1;
    timer_init_ns(&s->timer, QEMU_CLOCK_VIRTUAL, fire, s);
}

void apic_timer_reset(APICState *s)
{
    s->divide = 0;
    s->initial_count = 0;
    s->count_start = now_ns();
    s->next_time = -1;
    s->tsc_deadline = 0;
    timer_del(&s->timer);
}

void apic_timer_rearm(APICState *s)
{
    arm(s);
}

uint32_t apic_timer_current(const APICState *s)
{
    int64_t gone;

    if (!s->initial_count || deadline_mode(s)) {
        return 0;
    }
    gone = (now_ns() - s->count_start) / APIC_TICK_NS >> divisor_shift(s);
    if (timer_mode(s) == LVT_TIMER_PERIODIC) {
        return s->initial_count - gone % s->initial_count;
    }
    return gone >= s->initial_count ? 0 : s->initial_count - gone;
}

void apic_timer_set_initial(APICState *s, uint32_t count)
{
    if (deadline_mode(s)) {
        return;
    }
    s->initial_count = count;
    s->count_start = now_ns();
    schedule_count(s, s->count_start);
}

/* A new divisor goes on from the present count. */
void apic_timer_set_divide(APICState *s, uint32_t divide)
{
    uint32_t left = apic_timer_current(s);
    int64_t now = now_ns();

    s->divide = divide & 0xb;
    if (s->initial_count && !deadline_mode(s)) {
        s->count_start = now - count_to_ns(s, s->initial_count - left);
        schedule_count(s, now);
    }
}

/* Switching to or from TSC-deadline mode disarms; one-shot and periodic share the counter. */
void apic_timer_lvt_changed(APICState *s, uint32_t old)
{
    bool was_deadline = (old & LVT_TIMER_MODE) == LVT_TIMER_TSC_DEADLINE;

    if (was_deadline != deadline_mode(s)) {
        s->initial_count = 0;
        s->tsc_deadline = 0;
        s->next_time = -1;
        arm(s);
    } else if (!was_deadline && ((old ^ s->lvt[LVT_TIMER]) & LVT_TIMER_MODE)) {
        schedule_count(s, now_ns());
    }
}

uint64_t apic_get_tsc_deadline(DeviceState *dev)
{
    APICState *s = APIC(dev);
    BQL_LOCK_GUARD();

    return deadline_mode(s) ? s->tsc_deadline : 0;
}

void apic_set_tsc_deadline(DeviceState *dev, uint64_t v)
{
    APICState *s = APIC(dev);
    BQL_LOCK_GUARD();

    if (!deadline_mode(s)) {
        return;
    }
    s->tsc_deadline = v;
    s->next_time = v ? x86_tsc_to_virtual_ns(&s->cpu->env, v) : -1;
    arm(s);
}
