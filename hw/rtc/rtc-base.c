/*
 * -rtc: where guests' calendars start, and which clock moves them.
 *
 *   base=utc        the host's time, in UTC
 *   base=localtime  the host's time, in its time zone
 *   base=DATE       2006-06-17T16:01:21 or 2006-06-17, counted from the start
 *   clock=host      the host's wall clock (default); it may jump
 *   clock=rt        the host's monotonic clock; runs while the machine is stopped
 *   clock=vm        guest time
 *
 * Thread: see sysemu/rtc.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "sysemu/rtc.h"

enum Base { BASE_UTC, BASE_LOCALTIME, BASE_DATE };

/* Written by configure_rtc() only, before devices exist. */
static struct {
    enum Base base;
    QEMUClockType clock;
    int64_t date;               /* seconds since 1970 at time zero of the clock (BASE_DATE) */
    int64_t real_at_start;      /* seconds since 1970 at time zero of a clock that is not HOST */
} rtc = { .clock = QEMU_CLOCK_HOST };

QEMUClockType rtc_clock_type(void)
{
    return rtc.clock;
}

/* Seconds since 1970 by the guest's UTC, before its time zone. */
static int64_t reference_seconds(void)
{
    int64_t now = qemu_clock_get_ms(rtc.clock) / 1000;

    if (rtc.base == BASE_DATE) {
        return rtc.date + now;
    }
    return rtc.clock == QEMU_CLOCK_HOST ? now : rtc.real_at_start + now;
}

void qemu_get_timedate(struct tm *tm, int64_t offset)
{
    time_t t = reference_seconds() + offset;

    if (rtc.base == BASE_LOCALTIME) {
        localtime_r(&t, tm);
    } else {
        gmtime_r(&t, tm);
    }
}

int64_t qemu_timedate_diff(struct tm *tm)
{
    struct tm copy = *tm;
    time_t t;

    if (rtc.base == BASE_LOCALTIME) {
        copy.tm_isdst = -1;
        t = mktime(&copy);
    } else {
        t = timegm(&copy);
    }
    return (int64_t)t - reference_seconds();
}

static bool parse_date(const char *s, int64_t *seconds)
{
    struct tm tm = { 0 };
    const char *end = strptime(s, "%Y-%m-%dT%H:%M:%S", &tm);

    if (!end || *end) {
        memset(&tm, 0, sizeof(tm));
        end = strptime(s, "%Y-%m-%d", &tm);
    }
    if (!end || *end) {
        return false;
    }
    *seconds = timegm(&tm);
    return true;
}

static bool set_clock(const char *value, Error **errp)
{
    if (!strcmp(value, "host")) {
        rtc.clock = QEMU_CLOCK_HOST;
    } else if (!strcmp(value, "rt")) {
        rtc.clock = QEMU_CLOCK_REALTIME;
    } else if (!strcmp(value, "vm")) {
        rtc.clock = QEMU_CLOCK_VIRTUAL;
    } else {
        error_setg(errp, "-rtc clock=%s: must be host, rt or vm", value);
        return false;
    }
    if (rtc.clock != QEMU_CLOCK_HOST) {
        rtc.real_at_start = time(NULL) - qemu_clock_get_ms(rtc.clock) / 1000;
    }
    return true;
}

static bool set_base(const char *value, Error **errp)
{
    int64_t date;

    if (!strcmp(value, "utc")) {
        rtc.base = BASE_UTC;
    } else if (!strcmp(value, "localtime")) {
        rtc.base = BASE_LOCALTIME;
    } else if (parse_date(value, &date)) {
        rtc.base = BASE_DATE;
        rtc.date = date - qemu_clock_get_ms(rtc.clock) / 1000;
    } else {
        error_setg(errp, "-rtc base=%s: must be utc, localtime or a date such as "
                   "2006-06-17T16:01:21 or 2006-06-17", value);
        return false;
    }
    return true;
}

static bool set_driftfix(const char *value, Error **errp)
{
    static GlobalProperty slew = {
        .driver = "mc146818rtc", .property = "lost_tick_policy", .value = "slew",
    };

    if (!strcmp(value, "slew")) {
        qdev_prop_register_global(&slew);
    } else if (strcmp(value, "none")) {
        error_setg(errp, "-rtc driftfix=%s: must be none or slew", value);
        return false;
    }
    return true;
}

bool configure_rtc(QemuOpts *opts, Error **errp)
{
    const char *clock = qemu_opt_get(opts, "clock");
    const char *base = qemu_opt_get(opts, "base");
    const char *driftfix = qemu_opt_get(opts, "driftfix");

    return (!clock || set_clock(clock, errp)) && (!base || set_base(base, errp)) &&
           (!driftfix || set_driftfix(driftfix, errp));
}
