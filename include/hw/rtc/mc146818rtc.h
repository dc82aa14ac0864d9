/*
 * MC146818 real-time clock with CMOS RAM.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_RTC_MC146818RTC_H
#define HW_RTC_MC146818RTC_H

#include "hw/isa/isa.h"

#define TYPE_MC146818_RTC "mc146818rtc"
#define RTC_ISA_IRQ 8

/* CMOS bytes that PC firmware agrees on. */
enum {
    RTC_SECONDS = 0, RTC_SECONDS_ALARM, RTC_MINUTES, RTC_MINUTES_ALARM, RTC_HOURS,
    RTC_HOURS_ALARM, RTC_DAY_OF_WEEK, RTC_DAY_OF_MONTH, RTC_MONTH, RTC_YEAR,
    RTC_REG_A, RTC_REG_B, RTC_REG_C, RTC_REG_D,
    RTC_CENTURY = 0x32,
};

/* At port 0x70 of the bus; its interrupt goes to line 8, or to @intercept_irq if not NULL. */
ISADevice *mc146818_rtc_init(ISABus *bus, qemu_irq intercept_irq);
/* CMOS RAM as the board fills it for firmware. */
void rtc_set_memory(ISADevice *dev, int addr, int val);
int rtc_get_memory(ISADevice *dev, int addr);

#endif
