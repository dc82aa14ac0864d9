/*
 * High precision event timer.
 *
 * Spec:     IA-PC HPET specification 1.0a.
 * Thread:   under the big lock.
 * Migrated: all but the host timers, which are armed again.
 *
 *   offset   register      writable
 *   0x000    capabilities  none: 64-bit counter, 10 ns, legacy routing
 *   0x010    configuration 0 run, 1 legacy replacement
 *   0x020    status        write 1 clears, a bit per level-triggered timer
 *   0x0f0    counter       while stopped
 *   0x100    timer n: + 0x20 n
 *     + 0x00   configuration 1 level, 2 enable, 3 periodic, 6 set value, 8 32 bits,
 *                            13:9 route, 14 message; the rest says what it can do
 *     + 0x08   comparator    all
 *     + 0x10   message       data, address
 *
 * Registers are 64 bits wide; a driver may access either half.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"
#include "hw/rtc/mc146818rtc.h"
#include "hw/timer/hpet.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/bitops.h"
#include "qemu/timer.h"

#define MIN_TIMERS 3
/* A periodic timer fires no more often: a tick of 10 ns would leave the host no time at all. */
#define MIN_PERIOD_NS 10000
#define MAX_TIMERS 24 /* each needs a bit of the status register and an I/O APIC pin */
#define NUM_IRQ_ROUTES 32

#define REG_CAP 0x000
#define REG_CFG 0x010
#define REG_STATUS 0x020
#define REG_COUNTER 0x0f0
#define REG_TIMERS 0x100
#define TIMER_STRIDE 0x20
#define TIMER_CFG 0x00
#define TIMER_CMP 0x08
#define TIMER_ROUTE 0x10

#define CFG_ENABLE 1ull
#define CFG_LEGACY 2ull
#define CAP_COUNTER_64 0x2000
#define CAP_LEGACY 0x8000
#define CAP_VENDOR_INTEL 0x80860000ull

#define TN_LEVEL 0x0002ull
#define TN_ENABLE 0x0004ull
#define TN_PERIODIC 0x0008ull
#define TN_PERIODIC_CAP 0x0010ull
#define TN_SIZE_CAP 0x0020ull
#define TN_SETVAL 0x0040ull
#define TN_32BIT 0x0100ull
#define TN_ROUTE_SHIFT 9
#define TN_ROUTE_MASK 0x3e00ull
#define TN_FSB_ENABLE 0x4000ull
#define TN_FSB_CAP 0x8000ull
#define TN_WRITABLE \
    (TN_LEVEL | TN_ENABLE | TN_PERIODIC | TN_SETVAL | TN_32BIT | TN_ROUTE_MASK | TN_FSB_ENABLE)

typedef struct HPETState HPETState;

typedef struct HPETTimer {
    uint8_t n;                      /* its number; constant */
    HPETState *hpet;
    QEMUTimer *timer;
    uint64_t config;
    uint64_t cmp;
    uint64_t fsb;
    uint64_t period;                /* ticks; 0: none set yet */
} HPETTimer;

struct HPETState {
    SysBusDevice parent_obj;
    MemoryRegion iomem;
    HPETTimer timer[MAX_TIMERS];
    uint8_t num_timers;
    bool msi;
    uint32_t intcap;
    uint64_t config;
    uint64_t status;
    uint64_t counter;               /* while stopped */
    int64_t offset;                 /* while running: counter = ticks of the clock + offset */
    uint8_t rtc_level;
    qemu_irq irqs[NUM_IRQ_ROUTES];
    qemu_irq pit_enabled;
};

DECLARE_INSTANCE_CHECKER(HPETState, HPET, TYPE_HPET)

static bool enabled(const HPETState *s)
{
    return s->config & CFG_ENABLE;
}

static bool legacy(const HPETState *s)
{
    return s->config & CFG_LEGACY;
}

static uint64_t clock_ticks(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) / HPET_CLK_PERIOD;
}

static uint64_t counter_now(const HPETState *s)
{
    return enabled(s) ? clock_ticks() + s->offset : s->counter;
}

/* ---- interrupts ---- */

/* The line of a timer: those of PIT and RTC in legacy replacement mode, else as routed. */
static qemu_irq timer_line(const HPETTimer *t)
{
    const HPETState *s = t->hpet;

    if (legacy(s) && t->n <= 1) {
        return s->irqs[t->n == 0 ? 0 : RTC_ISA_IRQ];
    }
    return s->irqs[(t->config & TN_ROUTE_MASK) >> TN_ROUTE_SHIFT];
}

static void lower_line(const HPETTimer *t)
{
    if (!(t->config & TN_FSB_ENABLE)) {
        qemu_irq_lower(timer_line(t));
    }
}

static void timer_interrupt(HPETTimer *t)
{
    HPETState *s = t->hpet;

    if (t->config & TN_LEVEL) {
        s->status |= 1ull << t->n;
    }
    if (!(t->config & TN_ENABLE) || !enabled(s)) {
        return;
    }
    if (t->config & TN_FSB_ENABLE) {
        address_space_stl_le(&address_space_memory, t->fsb >> 32, t->fsb & 0xffffffff,
                             MEMTXATTRS_UNSPECIFIED, NULL);
    } else if (t->config & TN_LEVEL) {
        qemu_irq_raise(timer_line(t));
    } else {
        qemu_irq_pulse(timer_line(t));
    }
}

/* ---- timers ---- */

static uint64_t width_mask(const HPETTimer *t)
{
    return t->config & TN_32BIT ? UINT32_MAX : UINT64_MAX;
}

/* Ticks until the counter equals the comparator; a match right now counts as a full turn. */
static uint64_t ticks_to_match(const HPETTimer *t, uint64_t now)
{
    uint64_t d = (t->cmp - now) & width_mask(t);

    return d ? d : width_mask(t);
}

static void arm(HPETTimer *t)
{
    uint64_t d;

    if (!enabled(t->hpet)) {
        timer_del(t->timer);
        return;
    }
    d = ticks_to_match(t, counter_now(t->hpet));
    if (d > INT64_MAX / HPET_CLK_PERIOD / 2) {
        timer_del(t->timer); /* centuries away */
        return;
    }
    d *= HPET_CLK_PERIOD;
    if (t->config & TN_PERIODIC) {
        d = MAX(d, MIN_PERIOD_NS);
    }
    timer_mod(t->timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + (int64_t)d);
}

/* Move the comparator of a periodic timer to the first period that lies ahead. */
static void next_period(HPETTimer *t, uint64_t now)
{
    uint64_t behind = (now - t->cmp) & width_mask(t);

    /* Periods missed while the host was busy are skipped: one interrupt stands for them. */
    t->cmp += (behind / t->period + 1) * t->period;
    t->cmp &= width_mask(t);
}

static void timer_fired(void *opaque)
{
    HPETTimer *t = opaque;

    if ((t->config & TN_PERIODIC) && t->period) {
        next_period(t, counter_now(t->hpet));
    }
    arm(t);
    timer_interrupt(t);
}

/* ---- registers ---- */

static uint64_t capabilities(const HPETState *s)
{
    return (uint64_t)HPET_CLK_PERIOD * 1000000 << 32 | CAP_VENDOR_INTEL | CAP_LEGACY |
           CAP_COUNTER_64 | (uint64_t)(s->num_timers - 1) << 8 | 0x01;
}

static uint64_t timer_caps(const HPETState *s)
{
    return (uint64_t)s->intcap << 32 | TN_PERIODIC_CAP | TN_SIZE_CAP | (s->msi ? TN_FSB_CAP : 0);
}

/* The 64-bit register at @reg (a multiple of 8). */
static uint64_t read_reg(HPETState *s, hwaddr reg)
{
    unsigned n = (reg - REG_TIMERS) / TIMER_STRIDE;

    switch (reg) {
    case REG_CAP:
        return capabilities(s);
    case REG_CFG:
        return s->config;
    case REG_STATUS:
        return s->status;
    case REG_COUNTER:
        return counter_now(s);
    }
    if (reg < REG_TIMERS || n >= s->num_timers) {
        return 0;
    }
    switch (reg % TIMER_STRIDE) {
    case TIMER_CFG:
        return s->timer[n].config | timer_caps(s);
    case TIMER_CMP:
        return s->timer[n].cmp;
    case TIMER_ROUTE:
        return s->timer[n].fsb;
    default:
        return 0;
    }
}

static void write_config(HPETState *s, uint64_t val)
{
    uint64_t old = s->config;

    val &= CFG_ENABLE | CFG_LEGACY;
    if ((val & ~old) & CFG_ENABLE) {
        s->offset = s->counter - clock_ticks();
        s->config = val;
        for (int i = 0; i < s->num_timers; i++) {
            arm(&s->timer[i]);
            if (s->status & (1ull << i)) {
                timer_interrupt(&s->timer[i]);
            }
        }
    } else if ((old & ~val) & CFG_ENABLE) {
        s->counter = counter_now(s);
        for (int i = 0; i < s->num_timers; i++) {
            timer_del(s->timer[i].timer);
            lower_line(&s->timer[i]);
        }
    }
    s->config = val;
    if ((old ^ val) & CFG_LEGACY) {
        /* The old devices' lines are either theirs or ours. */
        qemu_set_irq(s->pit_enabled, !legacy(s));
        qemu_set_irq(s->irqs[RTC_ISA_IRQ], legacy(s) ? 0 : s->rtc_level);
    }
}

static void write_status(HPETState *s, uint64_t val)
{
    uint64_t cleared = val & s->status;

    s->status &= ~val;
    for (int i = 0; i < s->num_timers; i++) {
        if (cleared & (1ull << i)) {
            lower_line(&s->timer[i]);
        }
    }
}

static void write_timer_config(HPETTimer *t, uint64_t val)
{
    HPETState *s = t->hpet;
    uint64_t old = t->config;
    uint64_t writable = s->msi ? TN_WRITABLE : TN_WRITABLE & ~TN_FSB_ENABLE;

    if (s->status & (1ull << t->n)) {
        lower_line(t); /* the route may change */
    }
    t->config = val & writable;
    if (t->config & TN_32BIT) {
        t->cmp = (uint32_t)t->cmp;
        t->period = (uint32_t)t->period;
    }
    if ((old & TN_LEVEL) && !(t->config & TN_LEVEL)) {
        s->status &= ~(1ull << t->n);
    }
    arm(t);
    if ((s->status & (1ull << t->n)) && enabled(s)) {
        timer_interrupt(t);
    }
}

static void write_comparator(HPETTimer *t, uint64_t val)
{
    val &= width_mask(t);
    if (!(t->config & TN_PERIODIC) || (t->config & TN_SETVAL)) {
        t->cmp = val;
    }
    if (t->config & TN_PERIODIC) {
        t->period = val;
    }
    t->config &= ~TN_SETVAL;
    arm(t);
}

static void write_timer_reg(HPETState *s, hwaddr reg, uint64_t val)
{
    unsigned n = (reg - REG_TIMERS) / TIMER_STRIDE;

    if (n >= s->num_timers) {
        return;
    }
    switch (reg % TIMER_STRIDE) {
    case TIMER_CFG:
        write_timer_config(&s->timer[n], val);
        break;
    case TIMER_CMP:
        write_comparator(&s->timer[n], val);
        break;
    case TIMER_ROUTE:
        s->timer[n].fsb = val;
        break;
    }
}

static void write_reg(HPETState *s, hwaddr reg, uint64_t val)
{
    switch (reg) {
    case REG_CFG:
        write_config(s, val);
        break;
    case REG_STATUS:
        write_status(s, val);
        break;
    case REG_COUNTER:
        if (!enabled(s)) {
            s->counter = val;
        }
        break;
    default:
        if (reg >= REG_TIMERS) {
            write_timer_reg(s, reg, val);
        }
        break;
    }
}

static uint64_t hpet_read(void *opaque, hwaddr addr, unsigned size)
{
    uint64_t val = read_reg(opaque, addr & ~7ull);

    return size == 8 ? val : extract64(val, (addr & 4) * 8, 32);
}

static void hpet_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    HPETState *s = opaque;
    hwaddr reg = addr & ~7ull;

    if (size == 4) {
        /* The other half keeps its value; status bits there must not be cleared. */
        uint64_t old = reg == REG_STATUS ? 0 : read_reg(s, reg);

        val = deposit64(old, (addr & 4) * 8, 32, val);
    }
    write_reg(s, reg, val);
}

static const MemoryRegionOps hpet_ops = {
    .read = hpet_read,
    .write = hpet_write,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 8 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

/* ---- the replaced devices' lines ---- */

static void legacy_input(void *opaque, int n, int level)
{
    HPETState *s = opaque;

    if (n == HPET_LEGACY_PIT_INT) {
        if (!legacy(s)) {
            qemu_set_irq(s->irqs[0], level);
        }
        return;
    }
    s->rtc_level = level;
    if (!legacy(s)) {
        qemu_set_irq(s->irqs[RTC_ISA_IRQ], level);
    }
}

/* ---- life ---- */

static void hpet_reset(DeviceState *dev)
{
    HPETState *s = HPET(dev);

    for (int i = 0; i < s->num_timers; i++) {
        HPETTimer *t = &s->timer[i];

        timer_del(t->timer);
        t->cmp = UINT64_MAX;
        t->config = 0;
        t->period = 0;
        t->fsb = 0;
    }
    qemu_set_irq(s->pit_enabled, 1);
    s->counter = 0;
    s->offset = 0;
    s->config = 0;
    s->status = 0;
    s->rtc_level = 0;
}

static void hpet_init(Object *obj)
{
    HPETState *s = HPET(obj);

    memory_region_init_io(&s->iomem, obj, &hpet_ops, s, "hpet", 0x400);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
}

static void hpet_realize(DeviceState *dev, Error **errp)
{
    HPETState *s = HPET(dev);

    if (s->num_timers < MIN_TIMERS || s->num_timers > MAX_TIMERS) {
        error_setg(errp, "hpet.timers=%u: must be %d to %d", s->num_timers, MIN_TIMERS,
                   MAX_TIMERS);
        return;
    }
    if (!s->intcap) {
        error_setg(errp, "hpet.hpet-intcap is not set: it must name at least one interrupt");
        return;
    }
    for (int i = 0; i < NUM_IRQ_ROUTES; i++) {
        sysbus_init_irq(SYS_BUS_DEVICE(dev), &s->irqs[i]);
    }
    for (int i = 0; i < s->num_timers; i++) {
        HPETTimer *t = &s->timer[i];

        t->n = i;
        t->hpet = s;
        t->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, timer_fired, t);
    }
    qdev_init_gpio_in(dev, legacy_input, 2);
    qdev_init_gpio_out(dev, &s->pit_enabled, 1);
}

static int hpet_pre_save(void *opaque)
{
    HPETState *s = opaque;

    s->counter = counter_now(s);
    return 0;
}

static int hpet_post_load(void *opaque, int version_id)
{
    HPETState *s = opaque;

    if (enabled(s)) {
        s->offset = s->counter - clock_ticks();
    }
    for (int i = 0; i < s->num_timers; i++) {
        arm(&s->timer[i]);
    }
    return 0;
}

static const VMStateDescription vmstate_hpet_timer = {
    .name = "hpet_timer",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(config, HPETTimer),
        VMSTATE_UINT64(cmp, HPETTimer),
        VMSTATE_UINT64(fsb, HPETTimer),
        VMSTATE_UINT64(period, HPETTimer),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_hpet = {
    .name = "hpet",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = hpet_pre_save,
    .post_load = hpet_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8_EQUAL(num_timers, HPETState, NULL),
        VMSTATE_UINT64(config, HPETState),
        VMSTATE_UINT64(status, HPETState),
        VMSTATE_UINT64(counter, HPETState),
        VMSTATE_UINT8(rtc_level, HPETState),
        VMSTATE_STRUCT_VARRAY_UINT8(timer, HPETState, num_timers, 0, vmstate_hpet_timer,
                                    HPETTimer),
        VMSTATE_END_OF_LIST()
    },
};

static const Property hpet_props[] = {
    DEFINE_PROP_UINT8("timers", HPETState, num_timers, MIN_TIMERS),
    DEFINE_PROP_BOOL("msi", HPETState, msi, false),
    DEFINE_PROP_UINT32(HPET_INTCAP, HPETState, intcap, 0),
    DEFINE_PROP_END_OF_LIST()
};

static void hpet_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = hpet_realize;
    dc->vmsd = &vmstate_hpet;
    device_class_set_props(dc, hpet_props);
    device_class_set_legacy_reset(dc, hpet_reset);
    /* The board wires it between the other timers and the interrupt controllers. */
    dc->user_creatable = false;
}

static const TypeInfo hpet_types[] = {
    {
        .name = TYPE_HPET,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(HPETState),
        .instance_init = hpet_init,
        .class_init = hpet_class_init,
    },
};
DEFINE_TYPES(hpet_types)
