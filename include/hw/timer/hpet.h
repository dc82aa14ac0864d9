/*
 * High precision event timer.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_TIMER_HPET_H
#define HW_TIMER_HPET_H

#include "hw/sysbus.h"

#define TYPE_HPET "hpet"
#define HPET_BASE 0xfed00000
#define HPET_CLK_PERIOD 10          /* ns per tick of the main counter */
/* Property: bit for each I/O APIC pin that a timer may be routed to. */
#define HPET_INTCAP "hpet-intcap"
/* Inputs: the PIT's and the RTC's interrupt, which the HPET may replace. */
#define HPET_LEGACY_PIT_INT 0
#define HPET_LEGACY_RTC_INT 1

#endif
