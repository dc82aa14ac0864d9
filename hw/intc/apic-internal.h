/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State of the local APIC and what its files share. Everything is under the big lock.
 */
#ifndef HW_INTC_APIC_INTERNAL_H
#define HW_INTC_APIC_INTERNAL_H

#include "hw/i386/apic.h"
#include "qemu/timer.h"
#include "target-i386/cpu.h"

DECLARE_INSTANCE_CHECKER(struct APICState, APIC, TYPE_APIC)
typedef struct APICState APICState;

/* ORDER: registers 0x320 to 0x370 */
enum { LVT_TIMER, LVT_THERMAL, LVT_PERF, LVT_LINT0, LVT_LINT1, LVT_ERROR, LVT_COUNT };

enum {
    LVT_MASKED = 1 << 16,
    LVT_LEVEL = 1 << 15,
    LVT_REMOTE_IRR = 1 << 14,
    LVT_POLARITY = 1 << 13,
    LVT_TIMER_MODE = 3 << 17,
    LVT_TIMER_PERIODIC = 1 << 17,
    LVT_TIMER_TSC_DEADLINE = 2 << 17,
};

enum { SVR_ENABLE = 1 << 8, SVR_FOCUS = 1 << 9 };
enum { ESR_SEND_ILLEGAL = 1 << 5, ESR_RECV_ILLEGAL = 1 << 6, ESR_REGISTER = 1 << 7 };
enum { BASE_BSP = 1 << 8, BASE_X2APIC = 1 << 10, BASE_ENABLE = 1 << 11 };

/* Counts of the timer are this many nanoseconds at divisor 1: a bus clock of 1 GHz. */
enum { APIC_TICK_NS = 1 };

struct APICState {
    DeviceState parent_obj;
    X86CPU *cpu;
    uint32_t id;             /* as given at creation: the x2APIC id */
    uint32_t version;

    uint64_t apicbase;
    uint8_t xapic_id;        /* the id register, which software may change */
    uint8_t tpr;
    uint8_t log_dest;        /* LDR bits 31..24 */
    uint8_t dest_mode;       /* DFR bits 31..28 */
    uint32_t spurious;
    uint32_t isr[8], tmr[8], irr[8];
    uint32_t esr, esr_pending;
    uint32_t icr[2];
    uint32_t lvt[LVT_COUNT];
    uint32_t divide;         /* register value */
    uint32_t initial_count;
    int64_t count_start;     /* virtual time when the count was loaded */
    int64_t next_time;       /* when the timer fires next; -1: stopped */
    uint64_t tsc_deadline;   /* 0: not armed */
    uint32_t lint0_level;
    QEMUTimer timer;
};

static inline bool apic_hw_enabled(const APICState *s)
{
    return s->apicbase & BASE_ENABLE;
}

static inline bool apic_x2(const APICState *s)
{
    return (s->apicbase & (BASE_ENABLE | BASE_X2APIC)) == (BASE_ENABLE | BASE_X2APIC);
}

/* apic.c */
void apic_set_irq(APICState *s, unsigned vector, bool level);
void apic_update_irq(APICState *s);
void apic_local_deliver(APICState *s, unsigned lvt);
void apic_eoi(APICState *s);
void apic_error(APICState *s, uint32_t bits);
unsigned apic_ppr(const APICState *s);
/* Send what the ICR says. */
void apic_send_ipi(APICState *s, uint32_t low, uint32_t dest);
void apic_lint0_update(APICState *s);

/* apic-timer.c */
void apic_timer_init(APICState *s);
void apic_timer_reset(APICState *s);
uint32_t apic_timer_current(const APICState *s);
void apic_timer_set_initial(APICState *s, uint32_t count);
void apic_timer_set_divide(APICState *s, uint32_t divide);
void apic_timer_lvt_changed(APICState *s, uint32_t old);
void apic_timer_rearm(APICState *s);

/* apic-io.c: 0xfee00000, made with the first APIC. */
void apic_map_io(void);
/* Register index (offset / 16), common to MMIO and MSRs. False: no such register. */
bool apic_reg_read(APICState *s, unsigned index, uint32_t *v);
bool apic_reg_write(APICState *s, unsigned index, uint32_t v);

extern const VMStateDescription vmstate_apic;

#endif
