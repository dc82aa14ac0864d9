/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * High precision event timers.
 *
 * Spec:      IA-PC HPET Specification 1.0a.
 * Thread:    big lock; timer callbacks in the main loop.
 * Deviates:  a periodic timer that fell behind skips the periods it missed.
 *
 *   offset       register                     writable
 *   000          capabilities and id          none
 *   010          configuration                3 (enable, legacy replacement)
 *   020          interrupt status             w1c
 *   0f0          main counter                 while stopped
 *   100 + 20n    timer n configuration        see config_writable
 *   108 + 20n    timer n comparator
 *   110 + 20n    timer n FSB route            value, address
 *
 * The counter ticks every 10 ns. Lines: outputs 0..31 are I/O APIC inputs; pin 0 of the unnamed
 * output group tells the PIT whether its interrupt is taken over.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "hw/timer/hpet.h"
#include "migration/vmstate.h"

enum { HPET_MIN_TIMERS = 3, HPET_MAX_TIMERS = 32, HPET_CLK_NS = 10 };
enum { CFG_ENABLE = 1, CFG_LEGACY = 2 };
enum {
    TN_LEVEL = 1 << 1, TN_ENABLE = 1 << 2, TN_PERIODIC = 1 << 3, TN_PERIODIC_CAP = 1 << 4,
    TN_SIZE_CAP = 1 << 5, TN_SETVAL = 1 << 6, TN_32BIT = 1 << 8, TN_ROUTE_SHIFT = 9,
    TN_ROUTE = 0x1f << 9, TN_FSB = 1 << 14, TN_FSB_CAP = 1 << 15,
};
static const uint32_t config_writable = TN_LEVEL | TN_ENABLE | TN_PERIODIC | TN_SETVAL | TN_32BIT |
                                        TN_ROUTE | TN_FSB;

OBJECT_DECLARE_SIMPLE_TYPE(HPETState, HPET)

typedef struct HPETTimer {
    uint8_t n;
    QEMUTimer *timer;
    HPETState *s;
    uint64_t config, cmp, fsb, period;
} HPETTimer;

struct HPETState {
    SysBusDevice parent_obj;
    MemoryRegion iomem;
    uint64_t offset_ns;          /* of counter zero on the virtual clock */
    qemu_irq irqs[HPET_NUM_IRQ_ROUTES];
    qemu_irq pit_enabled;
    uint32_t flags, intcap, num_timers;
    uint8_t rtc_level;
    HPETTimer timer[HPET_MAX_TIMERS];
    uint64_t capability, config, isr, counter;
};

static bool enabled(const HPETState *s)
{
    return s->config & CFG_ENABLE;
}

static bool legacy(const HPETState *s)
{
    return s->config & CFG_LEGACY;
}

static uint64_t now_ticks(const HPETState *s)
{
    return (qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + s->offset_ns) / HPET_CLK_NS;
}

static uint64_t counter(const HPETState *s)
{
    return enabled(s) ? now_ticks(s) : s->counter;
}

static bool is_32bit(const HPETTimer *t)
{
    return t->config & TN_32BIT;
}

/* ---- interrupts ---- */

static unsigned route(const HPETTimer *t)
{
    if (t->n <= 1 && legacy(t->s)) {
        return t->n == 0 ? 0 : 8; /* the lines of the PIT and the RTC */
    }
    return (t->config & TN_ROUTE) >> TN_ROUTE_SHIFT;
}

static void update_irq(HPETTimer *t, bool set)
{
    HPETState *s = t->s;
    uint64_t mask = 1ull << t->n;

    if (!set || !(t->config & TN_ENABLE) || !enabled(s)) {
        s->isr &= ~mask;
        if (!(t->config & TN_FSB)) {
            qemu_irq_lower(s->irqs[route(t)]);
        }
    } else if (t->config & TN_FSB) {
        address_space_stl_le(&address_space_memory, t->fsb >> 32, (uint32_t)t->fsb,
                             MEMTXATTRS_UNSPECIFIED, NULL);
    } else if (t->config & TN_LEVEL) {
        s->isr |= mask;
        qemu_irq_raise(s->irqs[route(t)]);
    } else {
        s->isr &= ~mask;
        qemu_irq_pulse(s->irqs[route(t)]);
    }
}

/* ---- timers ---- */

/* Ticks until the comparator is met; the comparator may just have been passed. */
static uint64_t ticks_left(const HPETTimer *t, uint64_t now)
{
    if (is_32bit(t)) {
        int32_t d = (uint32_t)t->cmp - (uint32_t)now;
        return d > 0 ? (uint32_t)d : 1;
    } else {
        int64_t d = t->cmp - now;
        return d > 0 ? (uint64_t)d : 1;
    }
}

static void arm(HPETTimer *t)
{
    uint64_t now = now_ticks(t->s);
    uint64_t left = ticks_left(t, now);
    int64_t base = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    /* A comparator ages away would overflow the clock; look again in a while. */
    left = MIN(left, (uint64_t)INT64_MAX / HPET_CLK_NS / 2);
    timer_mod(t->timer, base + left * HPET_CLK_NS);
}

static void next_period(HPETTimer *t, uint64_t now)
{
    uint64_t behind;

    if (is_32bit(t)) {
        behind = (uint32_t)((uint32_t)now - (uint32_t)t->cmp);
        t->cmp = (uint32_t)(t->cmp + (behind / t->period + 1) * t->period);
    } else {
        behind = now - t->cmp;
        t->cmp += (behind / t->period + 1) * t->period;
    }
}

static void fire(void *opaque)
{
    HPETTimer *t = opaque;
    uint64_t now = now_ticks(t->s);

    if ((t->config & TN_PERIODIC) && t->period) {
        next_period(t, now);
        arm(t);
    } else if (is_32bit(t)) {
        arm(t); /* one-shot in 32-bit mode meets the comparator again when the counter wraps */
    }
    update_irq(t, true);
}

static void set_timer(HPETTimer *t)
{
    if (enabled(t->s)) {
        arm(t);
    }
}

/* ---- registers ---- */

static uint64_t timer_reg(const HPETTimer *t, unsigned reg)
{
    switch (reg) {
    case 0x00:
        return t->config;
    case 0x08:
        return is_32bit(t) ? (uint32_t)t->cmp : t->cmp;
    case 0x10:
        return t->fsb;
    default:
        return 0;
    }
}

static uint64_t reg_read(HPETState *s, hwaddr addr)
{
    if (addr >= 0x100) {
        unsigned n = (addr - 0x100) / 0x20;
        return n < s->num_timers ? timer_reg(&s->timer[n], addr & 0x18) : 0;
    }
    switch (addr) {
    case 0x000:
        return s->capability;
    case 0x010:
        return s->config;
    case 0x020:
        return s->isr;
    case 0x0f0:
        return counter(s);
    default:
        return 0;
    }
}

static uint64_t hpet_read(void *opaque, hwaddr addr, unsigned size)
{
    return reg_read(opaque, addr & ~7ull) >> (8 * (addr & 4));
}

static void start(HPETState *s)
{
    s->offset_ns = s->counter * HPET_CLK_NS - qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    for (unsigned i = 0; i < s->num_timers; i++) {
        if ((s->timer[i].config & TN_ENABLE) && (s->isr & 1ull << i)) {
            update_irq(&s->timer[i], true);
        }
        arm(&s->timer[i]);
    }
}

static void stop(HPETState *s)
{
    s->counter = now_ticks(s);
    for (unsigned i = 0; i < s->num_timers; i++) {
        timer_del(s->timer[i].timer);
    }
}

static void write_config(HPETState *s, uint64_t val)
{
    uint64_t old = s->config;

    val &= CFG_ENABLE | CFG_LEGACY;
    if ((old & CFG_ENABLE) && !(val & CFG_ENABLE)) {
        stop(s);
    }
    s->config = val;
    if (!(old & CFG_ENABLE) && (val & CFG_ENABLE)) {
        start(s);
    }
    if ((old ^ val) & CFG_LEGACY) {
        /* The PIT's line is ours while legacy replacement is on. */
        qemu_set_irq(s->pit_enabled, !(val & CFG_LEGACY));
        if (val & CFG_LEGACY) {
            qemu_irq_lower(s->irqs[8]);
        } else {
            qemu_set_irq(s->irqs[8], s->rtc_level);
        }
    }
}

static void write_status(HPETState *s, uint64_t val)
{
    val &= s->isr;
    for (unsigned i = 0; i < s->num_timers; i++) {
        if (val & 1ull << i) {
            update_irq(&s->timer[i], false);
        }
    }
}

static void write_timer_config(HPETTimer *t, uint64_t val)
{
    uint64_t old = t->config;

    if ((old & TN_ENABLE) && (old & TN_LEVEL) && !(val & TN_LEVEL)) {
        update_irq(t, false);
    }
    t->config = (old & ~(uint64_t)config_writable) | (val & config_writable);
    if (!(t->config & TN_FSB_CAP)) {
        t->config &= ~(uint64_t)TN_FSB;
    }
    if (t->config & TN_32BIT) {
        t->cmp = (uint32_t)t->cmp;
        t->period = (uint32_t)t->period;
    }
    if ((old & TN_ENABLE) && !(t->config & TN_ENABLE)) {
        update_irq(t, false);
    }
    set_timer(t);
}

/* Writes of 4 bytes change one half; mask says which bits are written. */
static void write_comparator(HPETTimer *t, uint64_t val, uint64_t mask)
{
    if (!(t->config & TN_PERIODIC) || (t->config & TN_SETVAL)) {
        t->cmp = (t->cmp & ~mask) | (val & mask);
    }
    if (t->config & TN_PERIODIC) {
        t->period = (t->period & ~mask) | (val & mask);
    }
    if (is_32bit(t)) {
        t->cmp = (uint32_t)t->cmp;
        t->period = (uint32_t)t->period;
    }
    /* The bit stays for the second half of a 64-bit value in two writes. */
    if (mask >> 32 || is_32bit(t)) {
        t->config &= ~(uint64_t)TN_SETVAL;
    }
    set_timer(t);
}

static void write_timer(HPETTimer *t, unsigned reg, uint64_t val, uint64_t mask)
{
    switch (reg) {
    case 0x00:
        write_timer_config(t, (t->config & ~mask) | (val & mask));
        break;
    case 0x08:
        write_comparator(t, val, mask);
        break;
    case 0x10:
        t->fsb = (t->fsb & ~mask) | (val & mask);
        break;
    }
}

static void hpet_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    HPETState *s = opaque;
    unsigned shift = 8 * (addr & 4);
    uint64_t mask = (size == 8 ? ~0ull : 0xffffffffull) << shift;

    val <<= shift;
    addr &= ~7ull;
    if (addr >= 0x100) {
        unsigned n = (addr - 0x100) / 0x20;
        if (n < s->num_timers) {
            write_timer(&s->timer[n], addr & 0x18, val, mask);
        }
        return;
    }
    switch (addr) {
    case 0x010:
        if (mask & 0xffffffff) {
            write_config(s, val);
        }
        break;
    case 0x020:
        write_status(s, val & mask);
        break;
    case 0x0f0:
        if (enabled(s)) {
            qemu_log_mask(LOG_GUEST_ERROR, "hpet: counter written while it runs\n");
            break;
        }
        s->counter = (s->counter & ~mask) | (val & mask);
        break;
    }
}

static const MemoryRegionOps hpet_ops = {
    .read = hpet_read,
    .write = hpet_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 8 },
};

/* ---- legacy lines ---- */

static void legacy_input(void *opaque, int n, int level)
{
    HPETState *s = opaque;

    if (n == HPET_LEGACY_PIT_INT) {
        if (!legacy(s)) {
            qemu_set_irq(s->irqs[0], level);
        }
    } else {
        s->rtc_level = level;
        if (!legacy(s)) {
            qemu_set_irq(s->irqs[8], level);
        }
    }
}

static void hpet_reset(DeviceState *dev)
{
    HPETState *s = HPET(dev);

    for (unsigned i = 0; i < s->num_timers; i++) {
        HPETTimer *t = &s->timer[i];

        timer_del(t->timer);
        t->cmp = UINT64_MAX;
        t->config = TN_PERIODIC_CAP | TN_SIZE_CAP | (uint64_t)s->intcap << 32;
        t->config |= s->flags & 1 ? TN_FSB_CAP : 0;
        t->period = 0;
        t->fsb = 0;
    }
    s->counter = 0;
    s->offset_ns = 0;
    s->config = 0;
    s->isr = 0;
    s->rtc_level = 0;
    qemu_set_irq(s->pit_enabled, 1);
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

    if (s->num_timers < HPET_MIN_TIMERS || s->num_timers > HPET_MAX_TIMERS) {
        error_setg(errp, "timers must be between %d and %d, not %" PRIu32, HPET_MIN_TIMERS,
                   HPET_MAX_TIMERS, s->num_timers);
        return;
    }
    if (!s->intcap) {
        error_setg(errp, "hpet-intcap must name at least one I/O APIC input");
        return;
    }
    for (int i = 0; i < HPET_NUM_IRQ_ROUTES; i++) {
        sysbus_init_irq(SYS_BUS_DEVICE(dev), &s->irqs[i]);
    }
    for (unsigned i = 0; i < s->num_timers; i++) {
        s->timer[i].n = i;
        s->timer[i].s = s;
        s->timer[i].timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, fire, &s->timer[i]);
    }
    /* 64-bit counter, legacy replacement capable, 10 ns in femtoseconds */
    s->capability = (uint64_t)HPET_CLK_NS * 1000000 << 32 | 0x8086a001 |
                    (uint64_t)(s->num_timers - 1) << 8;
    qdev_init_gpio_in(dev, legacy_input, 2);
    qdev_init_gpio_out(dev, &s->pit_enabled, 1);
}

static int hpet_pre_save(void *opaque)
{
    HPETState *s = opaque;

    s->counter = counter(s);
    return 0;
}

static int hpet_post_load(void *opaque, int version_id)
{
    HPETState *s = opaque;

    if (s->num_timers < HPET_MIN_TIMERS || s->num_timers > HPET_MAX_TIMERS) {
        return -EINVAL;
    }
    s->offset_ns = s->counter * HPET_CLK_NS - qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    for (unsigned i = 0; i < s->num_timers && enabled(s); i++) {
        arm(&s->timer[i]);
    }
    return 0;
}

static const VMStateDescription vmstate_hpet_timer = {
    .name = "hpet_timer",
    .version_id = 2,
    .minimum_version_id = 2,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(config, HPETTimer),
        VMSTATE_UINT64(cmp, HPETTimer),
        VMSTATE_UINT64(fsb, HPETTimer),
        VMSTATE_UINT64(period, HPETTimer),
        VMSTATE_END_OF_LIST()
    }
};

static const VMStateDescription vmstate_hpet = {
    .name = "hpet",
    .version_id = 3,
    .minimum_version_id = 3,
    .pre_save = hpet_pre_save,
    .post_load = hpet_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(config, HPETState),
        VMSTATE_UINT64(isr, HPETState),
        VMSTATE_UINT64(counter, HPETState),
        VMSTATE_UINT8(rtc_level, HPETState),
        VMSTATE_STRUCT_ARRAY(timer, HPETState, HPET_MAX_TIMERS, 0, vmstate_hpet_timer, HPETTimer),
        VMSTATE_END_OF_LIST()
    }
};

static const Property hpet_properties[] = {
    DEFINE_PROP_UINT32("timers", HPETState, num_timers, HPET_MIN_TIMERS),
    DEFINE_PROP_BIT("msi", HPETState, flags, 0, false),
    DEFINE_PROP_UINT32(HPET_INTCAP, HPETState, intcap, 0),
    DEFINE_PROP_END_OF_LIST(),
};

static void hpet_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = hpet_realize;
    dc->vmsd = &vmstate_hpet;
    device_class_set_legacy_reset(dc, hpet_reset);
    device_class_set_props(dc, hpet_properties);
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
