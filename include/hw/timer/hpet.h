/* SPDX-License-Identifier: GPL-2.0-or-later */
/* High precision event timers: names for boards. Threads: big lock. */
#ifndef HW_TIMER_HPET_H
#define HW_TIMER_HPET_H

#define TYPE_HPET "hpet"
#define HPET_BASE 0xfed00000ull
#define HPET_NUM_IRQ_ROUTES 32
/* Property: which I/O APIC inputs a timer may be routed to. */
#define HPET_INTCAP "hpet-intcap"
/* Unnamed input pins: the lines that legacy replacement mode takes over. */
#define HPET_LEGACY_PIT_INT 0
#define HPET_LEGACY_RTC_INT 1

#endif
