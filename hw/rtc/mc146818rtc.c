/*
 * MC146818 real-time clock with CMOS RAM.
 *
 * Spec:     Motorola MC146818A data sheet; PC wiring: index 0x70, data 0x71, IRQ 8; century in
 *           byte 0x32 as ACPI's FADT says.
 * Thread:   vCPUs and timer callbacks, all under the global lock.
 * Deviates: no daylight-saving update; the square-wave output is not connected.
 * Migrated: all but the host timers, which are re-armed from the state.
 *
 *   reg   name  reset  writable  notes
 *   0-9               all        time, alarm and date; BCD or binary, 12 or 24 hours (B)
 *   0x0a  A     0x26   0x7f      6:4 divider (010 runs), 3:0 rate; bit 7 update in progress
 *   0x0b  B     0x02   0xff      7 stop, 6 periodic, 5 alarm, 4 update interrupt; 2 binary, 1 24 h
 *   0x0c  C     0x00   none      7 any, 6 periodic, 5 alarm, 4 update; reading clears it
 *   0x0d  D     0x80   none      battery is good
 *   others            all        RAM
 *
 * While the clock runs, time is not counted: it is the distance of the host clock from a base.
 * Causes in C that are not enabled as interrupts are worked out when C is read, from the time of
 * the last read, so that an idle clock needs no host timer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties-system.h"
#include "hw/rtc/mc146818rtc.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qapi/qapi-event.h"
#include "qapi/visitor.h"
#include "sysemu/rtc.h"
#include "sysemu/runstate.h"

#define REG_A_UIP 0x80
#define REG_A_DIV 0x70
#define REG_A_DIV_RUN 0x20
#define REG_A_RATE 0x0f
#define REG_B_SET 0x80
#define REG_B_PIE 0x40
#define REG_B_AIE 0x20
#define REG_B_UIE 0x10
#define REG_B_DM 0x04
#define REG_B_24H 0x02
#define REG_C_IRQF 0x80
#define REG_C_PF 0x40
#define REG_C_AF 0x20
#define REG_C_UF 0x10
#define ALARM_ANY 0xc0      /* an alarm byte with both bits set matches everything */
#define RTC_CLOCK_RATE 32768
#define UIP_NS (244 * SCALE_US)
#define SECONDS_PER_DAY 86400
/* Ticks that "slew" owes a guest at most; more than these it has missed for good. */
#define MAX_COALESCED 1000
/* Ticks handed out one right after the other, before real time goes on. */
#define MAX_REINJECT 20

enum LostTicks { LOST_DISCARD, LOST_DELAY, LOST_SLEW }; /* ORDER LostTickPolicy */

typedef struct RTCState {
    ISADevice parent_obj;
    MemoryRegion io;
    uint8_t cmos[128];
    uint8_t index;
    int64_t base_seconds;           /* guest calendar as seconds since 1970, at base_ns */
    int64_t base_ns;                /* by rtc_clock_type(); start of that second */
    int64_t phase_ns;               /* while stopped: how far into the second it was */
    int64_t flags_from;             /* causes in C are counted from here, rtc clock */
    int64_t periodic_from;          /* the same for periodic, virtual clock */
    int64_t periodic_next;          /* virtual clock; when the timer fires */
    uint32_t coalesced;             /* periodic interrupts that the guest has missed */
    uint32_t reinjected;
    int lost_tick_policy;
    uint8_t isairq;
    qemu_irq irq;
    QEMUTimer *periodic_timer;
    QEMUTimer *second_timer;        /* update-ended and alarm interrupts */
    Notifier suspend_notifier;
    Notifier reinjection_notifier;
} RTCState;

DECLARE_INSTANCE_CHECKER(RTCState, MC146818_RTC, TYPE_MC146818_RTC)

/* ---- register formats ---- */

static uint8_t encode(const RTCState *s, unsigned v)
{
    return s->cmos[RTC_REG_B] & REG_B_DM ? v : v / 10 % 10 << 4 | v % 10;
}

static unsigned decode(const RTCState *s, uint8_t v)
{
    return s->cmos[RTC_REG_B] & REG_B_DM ? v : (v >> 4) * 10 + (v & 15);
}

static uint8_t encode_hour(const RTCState *s, unsigned hour)
{
    unsigned h12 = hour % 12 ? hour % 12 : 12;

    if (s->cmos[RTC_REG_B] & REG_B_24H) {
        return encode(s, hour);
    }
    return encode(s, h12) | (hour >= 12 ? 0x80 : 0);
}

static unsigned decode_hour(const RTCState *s, uint8_t v)
{
    if (s->cmos[RTC_REG_B] & REG_B_24H) {
        return decode(s, v);
    }
    return decode(s, v & 0x7f) % 12 + (v & 0x80 ? 12 : 0);
}

static void tm_to_cmos(RTCState *s, const struct tm *tm)
{
    int year = tm->tm_year + 1900;

    s->cmos[RTC_SECONDS] = encode(s, tm->tm_sec);
    s->cmos[RTC_MINUTES] = encode(s, tm->tm_min);
    s->cmos[RTC_HOURS] = encode_hour(s, tm->tm_hour);
    s->cmos[RTC_DAY_OF_WEEK] = encode(s, tm->tm_wday + 1);
    s->cmos[RTC_DAY_OF_MONTH] = encode(s, tm->tm_mday);
    s->cmos[RTC_MONTH] = encode(s, tm->tm_mon + 1);
    s->cmos[RTC_YEAR] = encode(s, year % 100);
    s->cmos[RTC_CENTURY] = encode(s, year / 100);
}

static void cmos_to_tm(const RTCState *s, struct tm *tm)
{
    *tm = (struct tm) {
        .tm_sec = decode(s, s->cmos[RTC_SECONDS]),
        .tm_min = decode(s, s->cmos[RTC_MINUTES]),
        .tm_hour = decode_hour(s, s->cmos[RTC_HOURS]),
        .tm_mday = decode(s, s->cmos[RTC_DAY_OF_MONTH]),
        .tm_mon = (int)decode(s, s->cmos[RTC_MONTH]) - 1,
        .tm_year = (int)(decode(s, s->cmos[RTC_CENTURY]) * 100 + decode(s, s->cmos[RTC_YEAR])) -
                   1900,
    };
}

/* ---- time ---- */

static int64_t rtc_now(void)
{
    return qemu_clock_get_ns(rtc_clock_type());
}

static bool is_running(const RTCState *s)
{
    return !(s->cmos[RTC_REG_B] & REG_B_SET) &&
           (s->cmos[RTC_REG_A] & REG_A_DIV) <= REG_A_DIV_RUN;
}

/* Whole seconds since the base, rounding down for a host clock that went backwards too. */
static int64_t seconds_at(const RTCState *s, int64_t ns)
{
    int64_t d = ns - s->base_ns;
    int64_t sec = d / NANOSECONDS_PER_SECOND;

    return s->base_seconds + (d % NANOSECONDS_PER_SECOND < 0 ? sec - 1 : sec);
}

static int64_t ns_into_second(const RTCState *s, int64_t ns)
{
    int64_t r = (ns - s->base_ns) % NANOSECONDS_PER_SECOND;

    return r < 0 ? r + NANOSECONDS_PER_SECOND : r;
}

static void seconds_to_cmos(RTCState *s, int64_t seconds)
{
    time_t t = seconds;
    struct tm tm;

    gmtime_r(&t, &tm);
    tm_to_cmos(s, &tm);
}

static void refresh_cmos(RTCState *s)
{
    if (is_running(s)) {
        seconds_to_cmos(s, seconds_at(s, rtc_now()));
    }
}

/* Take the time in the registers as the new base, @into_ns into its second. */
static void set_base(RTCState *s, int64_t into_ns)
{
    struct tm tm;

    cmos_to_tm(s, &tm);
    s->base_seconds = timegm(&tm);
    s->base_ns = rtc_now() - into_ns;
}

/* The same because the guest says so: who watches over the machine may want to know. */
static void set_base_by_guest(RTCState *s, int64_t into_ns)
{
    g_autofree char *path = object_get_canonical_path(OBJECT(s));
    struct tm tm;

    set_base(s, into_ns);
    cmos_to_tm(s, &tm);
    qapi_event_send_rtc_change(qemu_timedate_diff(&tm), path, &error_abort);
}

/* ---- alarm ---- */

static bool alarm_byte_matches(unsigned alarm, bool any, unsigned v)
{
    return any || alarm == v;
}

/* The first second after @after at which the alarm matches; INT64_MAX if it never does. */
static int64_t next_alarm(const RTCState *s, int64_t after)
{
    const uint8_t *c = s->cmos;
    bool any_h = (c[RTC_HOURS_ALARM] & ALARM_ANY) == ALARM_ANY;
    bool any_m = (c[RTC_MINUTES_ALARM] & ALARM_ANY) == ALARM_ANY;
    bool any_s = (c[RTC_SECONDS_ALARM] & ALARM_ANY) == ALARM_ANY;
    unsigned hour = decode_hour(s, c[RTC_HOURS_ALARM]);
    unsigned min = decode(s, c[RTC_MINUTES_ALARM]);
    unsigned sec = decode(s, c[RTC_SECONDS_ALARM]);
    int64_t t = after + 1;
    int64_t end = t + 2 * SECONDS_PER_DAY;

    while (t < end) {
        int64_t in_day = (t % SECONDS_PER_DAY + SECONDS_PER_DAY) % SECONDS_PER_DAY;

        if (!alarm_byte_matches(hour, any_h, in_day / 3600)) {
            t += 3600 - in_day % 3600;
        } else if (!alarm_byte_matches(min, any_m, in_day / 60 % 60)) {
            t += 60 - in_day % 60;
        } else if (!alarm_byte_matches(sec, any_s, in_day % 60)) {
            t++;
        } else {
            return t;
        }
    }
    return INT64_MAX;
}

/* ---- interrupts ---- */

static int64_t period_ns_times(const RTCState *s, int64_t n)
{
    unsigned rate = s->cmos[RTC_REG_A] & REG_A_RATE;

    if (rate <= 2) {
        rate += 7;
    }
    return muldiv64(n << (rate - 1), NANOSECONDS_PER_SECOND, RTC_CLOCK_RATE);
}

/* Number of the period that @ns lies in; periods are aligned to time zero of the clock. */
static int64_t period_number(const RTCState *s, int64_t ns)
{
    unsigned rate = s->cmos[RTC_REG_A] & REG_A_RATE;

    if (rate <= 2) {
        rate += 7;
    }
    return (int64_t)muldiv64(ns, RTC_CLOCK_RATE, NANOSECONDS_PER_SECOND) >> (rate - 1);
}

static bool periodic_on(const RTCState *s)
{
    return (s->cmos[RTC_REG_A] & REG_A_RATE) &&
           (s->cmos[RTC_REG_A] & REG_A_DIV) <= REG_A_DIV_RUN;
}

static void raise_causes(RTCState *s, uint8_t causes)
{
    uint8_t *c = &s->cmos[RTC_REG_C];

    *c |= causes;
    if (*c & s->cmos[RTC_REG_B] & (REG_C_PF | REG_C_AF | REG_C_UF)) {
        *c |= REG_C_IRQF;
        qemu_irq_raise(s->irq);
    }
    if ((causes & REG_C_AF) && (s->cmos[RTC_REG_B] & REG_B_AIE)) {
        qemu_system_wakeup_request(QEMU_WAKEUP_REASON_RTC, NULL);
    }
}

/* Causes since the last look that no interrupt has reported. */
static uint8_t overdue_causes(RTCState *s)
{
    int64_t now = rtc_now();
    int64_t vnow = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    uint8_t causes = 0;

    if (is_running(s)) {
        int64_t from = seconds_at(s, s->flags_from), to = seconds_at(s, now);

        if (to > from) {
            causes |= REG_C_UF;
            if (next_alarm(s, from) <= to) {
                causes |= REG_C_AF;
            }
        }
    }
    if (periodic_on(s) && !(s->cmos[RTC_REG_B] & REG_B_PIE) &&
        period_number(s, vnow) != period_number(s, s->periodic_from)) {
        causes |= REG_C_PF;
    }
    s->flags_from = now;
    s->periodic_from = vnow;
    return causes;
}

static void arm_periodic(RTCState *s, int64_t from)
{
    if (!periodic_on(s) || !(s->cmos[RTC_REG_B] & REG_B_PIE)) {
        timer_del(s->periodic_timer);
        s->coalesced = 0;
        return;
    }
    s->periodic_next = period_ns_times(s, period_number(s, from) + 1);
    if (s->periodic_next <= from) {
        s->periodic_next++; /* rounding */
    }
    timer_mod(s->periodic_timer, s->periodic_next);
}

static void periodic_fired(void *opaque)
{
    RTCState *s = opaque;
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    int64_t missed = period_number(s, now) - period_number(s, s->periodic_next);

    if (s->lost_tick_policy == LOST_SLEW) {
        if (s->cmos[RTC_REG_C] & REG_C_PF) {
            missed++;
        }
        s->coalesced = MIN(s->coalesced + MAX(missed, 0), MAX_COALESCED);
        s->reinjected = 0;
    }
    raise_causes(s, REG_C_PF);
    arm_periodic(s, MAX(now, s->periodic_next));
}

/* The next second boundary, or alarm, that must interrupt. */
static void arm_second(RTCState *s)
{
    int64_t now = rtc_now();
    int64_t sec = seconds_at(s, now), target;

    if (!is_running(s) || !(s->cmos[RTC_REG_B] & (REG_B_UIE | REG_B_AIE))) {
        timer_del(s->second_timer);
        return;
    }
    target = s->cmos[RTC_REG_B] & REG_B_UIE ? sec + 1 : next_alarm(s, sec);
    if (target == INT64_MAX) {
        timer_del(s->second_timer);
        return;
    }
    timer_mod(s->second_timer,
              s->base_ns + (target - s->base_seconds) * NANOSECONDS_PER_SECOND);
}

static void second_fired(void *opaque)
{
    RTCState *s = opaque;

    raise_causes(s, overdue_causes(s));
    arm_second(s);
}

/* ---- registers ---- */

static uint8_t read_reg_c(RTCState *s)
{
    uint8_t val;

    raise_causes(s, overdue_causes(s));
    val = s->cmos[RTC_REG_C];
    s->cmos[RTC_REG_C] = 0;
    qemu_irq_lower(s->irq);
    if (s->coalesced && s->reinjected < MAX_REINJECT && (s->cmos[RTC_REG_B] & REG_B_PIE)) {
        s->coalesced--;
        s->reinjected++;
        raise_causes(s, REG_C_PF);
    }
    return val;
}

static uint8_t read_reg(RTCState *s, uint8_t reg)
{
    switch (reg) {
    case RTC_SECONDS:
    case RTC_MINUTES:
    case RTC_HOURS:
    case RTC_DAY_OF_WEEK:
    case RTC_DAY_OF_MONTH:
    case RTC_MONTH:
    case RTC_YEAR:
    case RTC_CENTURY:
        refresh_cmos(s);
        return s->cmos[reg];
    case RTC_REG_A:
        if (is_running(s) &&
            ns_into_second(s, rtc_now()) >= NANOSECONDS_PER_SECOND - UIP_NS) {
            return s->cmos[reg] | REG_A_UIP;
        }
        return s->cmos[reg];
    case RTC_REG_C:
        return read_reg_c(s);
    default:
        return s->cmos[reg];
    }
}

static void write_reg_a(RTCState *s, uint8_t val)
{
    bool was_running = is_running(s);
    bool was_reset = (s->cmos[RTC_REG_A] & REG_A_DIV) > REG_A_DIV_RUN;

    refresh_cmos(s);
    s->cmos[RTC_REG_A] = val & ~REG_A_UIP;
    if (was_running && !is_running(s)) {
        s->phase_ns = 0;
    } else if (!was_running && is_running(s)) {
        /* Out of divider reset, the first update comes after half a second. */
        set_base_by_guest(s, was_reset ? NANOSECONDS_PER_SECOND / 2 : s->phase_ns);
    }
    s->flags_from = rtc_now();
    arm_second(s);
    arm_periodic(s, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
}

static void write_reg_b(RTCState *s, uint8_t val)
{
    bool was_running = is_running(s);
    uint8_t pending;

    refresh_cmos(s);
    /* What became due under the old settings counts. */
    pending = overdue_causes(s);
    if (val & REG_B_SET) {
        val &= ~REG_B_UIE;
        if (was_running) {
            s->phase_ns = ns_into_second(s, rtc_now());
        }
    }
    s->cmos[RTC_REG_B] = val;
    if (!was_running && is_running(s)) {
        set_base_by_guest(s, s->phase_ns);
        s->flags_from = rtc_now();
    }
    s->cmos[RTC_REG_C] &= ~REG_C_IRQF;
    qemu_irq_lower(s->irq);
    raise_causes(s, pending);
    arm_second(s);
    arm_periodic(s, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
}

static void write_reg(RTCState *s, uint8_t reg, uint8_t val)
{
    switch (reg) {
    case RTC_SECONDS_ALARM:
    case RTC_MINUTES_ALARM:
    case RTC_HOURS_ALARM:
        s->cmos[RTC_REG_C] |= overdue_causes(s);
        s->cmos[reg] = val;
        arm_second(s);
        break;
    case RTC_SECONDS:
    case RTC_MINUTES:
    case RTC_HOURS:
    case RTC_DAY_OF_WEEK:
    case RTC_DAY_OF_MONTH:
    case RTC_MONTH:
    case RTC_YEAR:
    case RTC_CENTURY:
        refresh_cmos(s);
        s->cmos[reg] = val;
        if (is_running(s)) {
            set_base_by_guest(s, ns_into_second(s, rtc_now()));
            s->flags_from = rtc_now();
            arm_second(s);
        }
        break;
    case RTC_REG_A:
        write_reg_a(s, val);
        break;
    case RTC_REG_B:
        write_reg_b(s, val);
        break;
    case RTC_REG_C:
    case RTC_REG_D:
        break;
    default:
        s->cmos[reg] = val;
        break;
    }
}

static uint64_t rtc_read(void *opaque, hwaddr addr, unsigned size)
{
    RTCState *s = opaque;

    return addr & 1 ? read_reg(s, s->index) : 0xff;
}

static void rtc_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    RTCState *s = opaque;

    if (addr & 1) {
        write_reg(s, s->index, val);
    } else {
        s->index = val & 0x7f;
    }
}

static const MemoryRegionOps rtc_ops = {
    .read = rtc_read,
    .write = rtc_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

void rtc_set_memory(ISADevice *dev, int addr, int val)
{
    RTCState *s = MC146818_RTC(dev);

    if (addr >= 0 && addr < (int)sizeof(s->cmos)) {
        s->cmos[addr] = val;
    }
}

int rtc_get_memory(ISADevice *dev, int addr)
{
    RTCState *s = MC146818_RTC(dev);

    return addr >= 0 && addr < (int)sizeof(s->cmos) ? read_reg(s, addr) : -1;
}

/* ---- life ---- */

static void set_from_host(RTCState *s)
{
    struct tm tm;

    qemu_get_timedate(&tm, 0);
    tm_to_cmos(s, &tm);
    set_base(s, 0);
    s->flags_from = rtc_now();
    s->periodic_from = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

/* The battery keeps time and RAM; reset stops interrupts. */
static void rtc_reset(DeviceState *dev)
{
    RTCState *s = MC146818_RTC(dev);

    s->cmos[RTC_REG_B] &= ~(REG_B_PIE | REG_B_AIE | REG_B_UIE);
    s->cmos[RTC_REG_C] = 0;
    s->index = 0;
    s->coalesced = 0;
    timer_del(s->periodic_timer);
    timer_del(s->second_timer);
    qemu_irq_lower(s->irq);
}

static void rtc_suspended(Notifier *n, void *data)
{
    RTCState *s = container_of(n, RTCState, suspend_notifier);

    /* An alarm that was pending when the machine fell asleep wakes it at once. */
    if (s->cmos[RTC_REG_C] & s->cmos[RTC_REG_B] & REG_C_AF) {
        qemu_system_wakeup_request(QEMU_WAKEUP_REASON_RTC, NULL);
    }
}

static void rtc_get_date(Object *obj, struct tm *tm, Error **errp)
{
    RTCState *s = MC146818_RTC(obj);

    refresh_cmos(s);
    cmos_to_tm(s, tm);
}

static void forget_missed(Notifier *n, void *data)
{
    RTCState *s = container_of(n, RTCState, reinjection_notifier);

    s->coalesced = 0;
}

static void rtc_realize(DeviceState *dev, Error **errp)
{
    RTCState *s = MC146818_RTC(dev);

    s->cmos[RTC_REG_A] = 0x26;
    s->cmos[RTC_REG_B] = REG_B_24H;
    s->cmos[RTC_REG_D] = 0x80;
    set_from_host(s);
    s->periodic_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, periodic_fired, s);
    s->second_timer = timer_new_ns(rtc_clock_type(), second_fired, s);
    memory_region_init_io(&s->io, OBJECT(s), &rtc_ops, s, "rtc", 2);
    isa_register_ioport(ISA_DEVICE(dev), &s->io, 0x70);
    qdev_init_gpio_out(dev, &s->irq, 1);
    s->suspend_notifier.notify = rtc_suspended;
    qemu_register_suspend_notifier(&s->suspend_notifier);
    s->reinjection_notifier.notify = forget_missed;
    rtc_add_reinjection_reset(&s->reinjection_notifier);
    object_property_add_tm(OBJECT(s), "date", rtc_get_date);
}

static int rtc_post_load(void *opaque, int version_id)
{
    RTCState *s = opaque;

    s->index &= 0x7f;
    if (s->coalesced > MAX_COALESCED) {
        return -EINVAL;
    }
    /* The monotonic clock of another host has another origin: continue from the registers. */
    if (rtc_clock_type() == QEMU_CLOCK_REALTIME && is_running(s)) {
        set_base(s, 0);
        s->flags_from = rtc_now();
    }
    arm_second(s);
    if (periodic_on(s) && (s->cmos[RTC_REG_B] & REG_B_PIE)) {
        timer_mod(s->periodic_timer, s->periodic_next);
    } else {
        timer_del(s->periodic_timer);
    }
    return 0;
}

/* The registers show the time even to a reader that does not know the base. */
static int rtc_pre_save(void *opaque)
{
    RTCState *s = opaque;

    refresh_cmos(s);
    return 0;
}

static const VMStateDescription vmstate_rtc = {
    .name = "mc146818rtc",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = rtc_pre_save,
    .post_load = rtc_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_BUFFER(cmos, RTCState),
        VMSTATE_UINT8(index, RTCState),
        VMSTATE_INT64(base_seconds, RTCState),
        VMSTATE_INT64(base_ns, RTCState),
        VMSTATE_INT64(phase_ns, RTCState),
        VMSTATE_INT64(flags_from, RTCState),
        VMSTATE_INT64(periodic_from, RTCState),
        VMSTATE_INT64(periodic_next, RTCState),
        VMSTATE_UINT32(coalesced, RTCState),
        VMSTATE_UINT32(reinjected, RTCState),
        VMSTATE_END_OF_LIST()
    },
};

static const Property rtc_props[] = {
    DEFINE_PROP_UINT8("irq", RTCState, isairq, RTC_ISA_IRQ),
    DEFINE_PROP("lost_tick_policy", RTCState, lost_tick_policy, qdev_prop_losttickpolicy, int,
                .set_default = true, .defval.i = LOST_DISCARD),
    DEFINE_PROP_END_OF_LIST()
};

static void rtc_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = rtc_realize;
    dc->vmsd = &vmstate_rtc;
    device_class_set_props(dc, rtc_props);
    device_class_set_legacy_reset(dc, rtc_reset);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    /* The board wires its interrupt and fills its RAM. */
    dc->user_creatable = false;
}

static const TypeInfo rtc_types[] = {
    {
        .name = TYPE_MC146818_RTC,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(RTCState),
        .class_init = rtc_class_init,
    },
};
DEFINE_TYPES(rtc_types)

ISADevice *mc146818_rtc_init(ISABus *bus, qemu_irq intercept_irq)
{
    ISADevice *isa = isa_new(TYPE_MC146818_RTC);
    DeviceState *dev = DEVICE(isa);

    isa_realize_and_unref(isa, bus, &error_fatal);
    if (intercept_irq) {
        qdev_connect_gpio_out(dev, 0, intercept_irq);
    } else {
        isa_connect_gpio_out(isa, 0, MC146818_RTC(dev)->isairq);
    }
    object_property_add_alias(qdev_get_machine(), "rtc-time", OBJECT(isa), "date");
    return isa;
}
