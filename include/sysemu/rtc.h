/*
 * Where guests' clocks start (-rtc), for all real-time clock devices.
 *
 * Thread: configuration in the main thread before the machine exists; reading from any thread.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SYSEMU_RTC_H
#define SYSEMU_RTC_H

#include "qemu/notify.h"
#include "qemu/option.h"
#include "qemu/timer.h"

/* Applies -rtc: base=utc|localtime|DATE, clock=host|rt|vm, driftfix=none|slew. */
bool configure_rtc(QemuOpts *opts, Error **errp);
/* What the guest's calendar says now, @offset seconds away from where -rtc puts it. */
void qemu_get_timedate(struct tm *tm, int64_t offset);
/* How many seconds @tm is ahead of where -rtc puts the calendar now. */
int64_t qemu_timedate_diff(struct tm *tm);
/* The clock that calendars run by. */
QEMUClockType rtc_clock_type(void);
/* Call @notifier when missed interrupts are to be forgotten (rtc-reset-reinjection). */
void rtc_add_reinjection_reset(Notifier *notifier);

#endif
