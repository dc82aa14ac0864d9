/*
 * 8254 programmable interval timer.
 *
 * Spec:     Intel 82C54 data sheet (231244).
 * Thread:   under the big lock; vCPUs and the timer callback.
 * Deviates: a count written while modes 2 and 3 run takes effect at once, not at the end of the
 *           period.
 * Migrated: all but the host timer, which is re-armed from the state.
 *
 *   port      read                         write
 *   base+0-2  counter, or what is latched  count, low and/or high byte
 *   base+3    nothing                      control word, or read-back command (7:6 = 3)
 *
 * A counter is not simulated tick by tick: it is computed from the time since its count was
 * loaded, in ticks of 1193182 Hz. "Elapsed" below is that number; it stands still while a low
 * gate stops the counter.
 *
 *   mode              output                                  counter
 *   0 terminal count  high from tick N on                     N - elapsed, wraps
 *   1 one-shot        low from the trigger until tick N       the same
 *   2 rate generator  low in the last tick of each period N   N - elapsed mod N
 *   3 square wave     high in the first half of each period   N - 2 elapsed mod N
 *   4, 5 strobe       low in tick N                           N - elapsed, wraps
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties.h"
#include "hw/timer/i8254.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/timer.h"

/*
 * When the callback runs late, missed interrupts are made up for at most this long: a guest that
 * counts ticks stays right over short delays, and long ones do not cause storms.
 */
#define CATCH_UP_NS (50 * SCALE_MS)
/* Interrupts come no closer than this: a count of 2 would leave the host no time at all. */
#define MIN_INTERVAL_NS 10000

enum { ACCESS_LATCH, ACCESS_LSB, ACCESS_MSB, ACCESS_WORD };

typedef struct PITChannel {
    uint32_t count;                 /* loaded count, 1 to 65536 (10000 in BCD) */
    uint16_t latched_count;
    uint8_t count_latched;          /* bytes of the latch still to be read */
    bool status_latched;
    uint8_t status;
    bool read_high;                 /* next byte of a two-byte read is the high one */
    bool write_high;
    uint8_t write_low;
    uint8_t access;
    uint8_t mode;
    bool bcd;
    bool gate;
    bool loaded;                    /* a count was written since the control word */
    bool running;                   /* elapsed time goes on */
    int64_t load_time;              /* running: when elapsed was 0, ns */
    uint64_t held;                  /* not running: elapsed ticks */
    int64_t next_transition;        /* channel 0: when the timer fires, -1 for never */
} PITChannel;

typedef struct PITState {
    ISADevice parent_obj;
    MemoryRegion ioports;
    PITChannel ch[3];
    bool irq_disabled;              /* the HPET has taken over IRQ 0 */
    bool irq_level;
    qemu_irq irq;
    QEMUTimer *timer;
    uint32_t iobase;
} PITState;

DECLARE_INSTANCE_CHECKER(PITState, PIT, TYPE_I8254)

/* ---- counting ---- */

static uint64_t ns_to_ticks(int64_t ns)
{
    return ns < 0 ? 0 : muldiv64(ns, PIT_FREQ, NANOSECONDS_PER_SECOND);
}

/* The first nanosecond at which that many ticks have passed. */
static int64_t ticks_to_ns(uint64_t ticks)
{
    return muldiv64_round_up(ticks, NANOSECONDS_PER_SECOND, PIT_FREQ);
}

static uint64_t elapsed(const PITChannel *c, int64_t now)
{
    return c->running ? ns_to_ticks(now - c->load_time) : c->held;
}

static uint16_t to_bcd(unsigned v)
{
    return v / 1000 % 10 << 12 | v / 100 % 10 << 8 | v / 10 % 10 << 4 | v % 10;
}

static unsigned from_bcd(uint16_t v)
{
    return (v >> 12 & 15) * 1000 + (v >> 8 & 15) * 100 + (v >> 4 & 15) * 10 + (v & 15);
}

static uint16_t counter_value(const PITChannel *c, int64_t now)
{
    uint64_t t = elapsed(c, now);
    uint64_t modulus = c->bcd ? 10000 : 65536;
    uint64_t v;

    switch (c->mode) {
    case 2:
        v = c->count - t % c->count;
        break;
    case 3:
        v = c->count - 2 * t % c->count;
        break;
    default:
        v = c->count + modulus - t % modulus;
        break;
    }
    v %= modulus;
    return c->bcd ? to_bcd(v) : v;
}

static bool output_at(const PITChannel *c, uint64_t t)
{
    if (!c->loaded) {
        return c->mode != 0;
    }
    switch (c->mode) {
    case 0:
    case 1:
        return t >= c->count;
    case 2:
        return !c->running || t % c->count != c->count - 1;
    case 3:
        return !c->running || t % c->count < (c->count + 1) / 2;
    default:
        return t != c->count;
    }
}

/*
 * The first tick after @t at which the output rises or falls, UINT64_MAX if it stays. A rate
 * generator's one-tick low pulse counts as one transition, at its end.
 */
static uint64_t next_transition(const PITChannel *c, uint64_t t)
{
    uint64_t in_period;

    if (!c->loaded || !c->running) {
        return UINT64_MAX;
    }
    switch (c->mode) {
    case 0:
    case 1:
        return t < c->count ? c->count : UINT64_MAX;
    case 2:
        return t - t % c->count + c->count;
    case 3:
        in_period = t % c->count;
        return t - in_period +
               (in_period < (c->count + 1) / 2 && c->count > 1 ? (c->count + 1) / 2 : c->count);
    default:
        return t <= c->count ? c->count + 1 : UINT64_MAX;
    }
}

/* ---- interrupt of channel 0 ---- */

static void set_irq(PITState *s, bool level)
{
    s->irq_level = level;
    if (!s->irq_disabled) {
        qemu_set_irq(s->irq, level);
    }
}

static void arm_timer(PITState *s, uint64_t from_tick)
{
    PITChannel *c = &s->ch[0];
    uint64_t next = next_transition(c, from_tick);
    bool fast = ticks_to_ns(c->count) < 2 * MIN_INTERVAL_NS;

    if (next == UINT64_MAX || s->irq_disabled) {
        c->next_transition = -1;
        timer_del(s->timer);
    } else {
        c->next_transition = c->load_time + ticks_to_ns(next);
        if (fast) {
            c->next_transition = MAX(c->next_transition,
                                     qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + MIN_INTERVAL_NS);
        }
        timer_mod(s->timer, c->next_transition);
    }
}

/* State of channel 0 changed: drive the line and arm the timer anew. */
static void channel0_changed(PITState *s)
{
    PITChannel *c = &s->ch[0];
    uint64_t t = elapsed(c, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));

    set_irq(s, output_at(c, t));
    arm_timer(s, t);
}

static void timer_fired(void *opaque)
{
    PITState *s = opaque;
    PITChannel *c = &s->ch[0];
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    int64_t when = c->next_transition;
    uint64_t t;
    bool level;

    if (when < 0) {
        return;
    }
    if (when < now - CATCH_UP_NS) {
        when = now;
    }
    t = ns_to_ticks(when - c->load_time);
    level = output_at(c, t);
    if (level && s->irq_level) {
        set_irq(s, false);
    }
    set_irq(s, level);
    arm_timer(s, t);
}

static void irq_control(void *opaque, int n, int enable)
{
    PITState *s = opaque;

    s->irq_disabled = !enable;
    if (enable) {
        channel0_changed(s);
    } else {
        qemu_irq_lower(s->irq);
        arm_timer(s, 0);
    }
}

/* ---- channels ---- */

static void restart(PITChannel *c)
{
    c->load_time = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    c->held = 0;
    c->running = c->gate && c->mode != 1 && c->mode != 5;
}

static void load_count(PITState *s, PITChannel *c, uint16_t val)
{
    uint32_t n = c->bcd ? from_bcd(val) : val;

    c->count = n ? n : c->bcd ? 10000 : 65536;
    if (c->mode == 1 || c->mode == 5) {
        /* Takes effect at the next trigger; until the first one the output stays high. */
        if (!c->loaded) {
            c->running = false;
            c->held = (uint64_t)c->count + 1;
        }
    } else {
        restart(c);
    }
    c->loaded = true;
    if (c == &s->ch[0]) {
        channel0_changed(s);
    }
}

static void set_gate(PITState *s, PITChannel *c, bool gate)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    if (gate == c->gate) {
        return;
    }
    c->gate = gate;
    if (!gate) {
        if (c->mode != 1 && c->mode != 5) {
            c->held = elapsed(c, now);
            c->running = false;
        }
    } else if (c->mode == 0 || c->mode == 4) {
        c->load_time = now - ticks_to_ns(c->held);
        c->running = true;
    } else {
        c->load_time = now;
        c->running = true;
    }
    if (c == &s->ch[0]) {
        channel0_changed(s);
    }
}

void pit_set_gate(ISADevice *dev, int channel, int val)
{
    PITState *s = PIT(dev);

    set_gate(s, &s->ch[channel], val);
}

void pit_get_channel_info(ISADevice *dev, int channel, PITChannelInfo *info)
{
    const PITChannel *c = &PIT(dev)->ch[channel];

    info->gate = c->gate;
    info->mode = c->mode;
    info->initial_count = c->count;
    info->out = output_at(c, elapsed(c, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL)));
}

static void latch_count(PITChannel *c)
{
    if (!c->count_latched) {
        c->latched_count = counter_value(c, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
        c->count_latched = c->access == ACCESS_WORD ? 2 : 1;
    }
}

static void latch_status(PITChannel *c)
{
    if (!c->status_latched) {
        bool out = output_at(c, elapsed(c, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL)));

        c->status = out << 7 | !c->loaded << 6 | c->access << 4 | c->mode << 1 | c->bcd;
        c->status_latched = true;
    }
}

/* ---- ports ---- */

static void write_control(PITState *s, uint8_t val)
{
    PITChannel *c;

    if (val >> 6 == 3) {
        for (int i = 0; i < 3; i++) {
            if (val & (2 << i)) {
                if (!(val & 0x20)) {
                    latch_count(&s->ch[i]);
                }
                if (!(val & 0x10)) {
                    latch_status(&s->ch[i]);
                }
            }
        }
        return;
    }
    c = &s->ch[val >> 6];
    if ((val >> 4 & 3) == ACCESS_LATCH) {
        latch_count(c);
        return;
    }
    c->access = val >> 4 & 3;
    c->mode = val >> 1 & 7;
    if (c->mode > 5) {
        c->mode -= 4;
    }
    c->bcd = val & 1;
    c->read_high = c->write_high = false;
    c->count_latched = 0;
    c->status_latched = false;
    c->held = elapsed(c, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
    c->running = false;
    c->loaded = false;
    if (c == &s->ch[0]) {
        channel0_changed(s);
    }
}

static void write_count(PITState *s, PITChannel *c, uint8_t val)
{
    switch (c->access) {
    case ACCESS_LSB:
        load_count(s, c, val);
        break;
    case ACCESS_MSB:
        load_count(s, c, val << 8);
        break;
    case ACCESS_WORD:
        if (c->write_high) {
            c->write_high = false;
            load_count(s, c, val << 8 | c->write_low);
            break;
        }
        c->write_high = true;
        c->write_low = val;
        if (c->mode == 0) {
            /* The first byte of a new count stops the old one, with the output low. */
            c->held = 0;
            c->running = false;
            c->loaded = false;
            if (c == &s->ch[0]) {
                channel0_changed(s);
            }
        }
        break;
    }
}

static void pit_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    PITState *s = opaque;

    if ((addr & 3) == 3) {
        write_control(s, val);
    } else {
        write_count(s, &s->ch[addr & 3], val);
    }
}

static uint8_t read_latched(PITChannel *c)
{
    bool high = c->access == ACCESS_MSB || (c->access == ACCESS_WORD && c->count_latched == 1);

    c->count_latched--;
    return high ? c->latched_count >> 8 : c->latched_count;
}

static uint64_t pit_read(void *opaque, hwaddr addr, unsigned size)
{
    PITState *s = opaque;
    PITChannel *c = &s->ch[addr & 3];
    uint16_t value;
    bool high;

    if ((addr & 3) == 3) {
        return 0;
    }
    if (c->status_latched) {
        c->status_latched = false;
        return c->status;
    }
    if (c->count_latched) {
        return read_latched(c);
    }
    value = counter_value(c, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
    high = c->access == ACCESS_MSB;
    if (c->access == ACCESS_WORD) {
        high = c->read_high;
        c->read_high = !c->read_high;
    }
    return high ? value >> 8 : value & 0xff;
}

static const MemoryRegionOps pit_ops = {
    .read = pit_read,
    .write = pit_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

/* ---- life ---- */

static void pit_reset(DeviceState *dev)
{
    PITState *s = PIT(dev);
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    s->irq_disabled = false;
    for (int i = 0; i < 3; i++) {
        /* Undefined on the chip: as firmware leaves it, so that IRQ 0 ticks at 18.2 Hz. */
        s->ch[i] = (PITChannel) {
            .count = 65536,
            .access = ACCESS_WORD,
            .mode = 3,
            .gate = i != 2,
            .loaded = true,
            .running = i != 2,
            .load_time = now,
            .next_transition = -1,
        };
    }
    channel0_changed(s);
}

static void pit_realize(DeviceState *dev, Error **errp)
{
    PITState *s = PIT(dev);

    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, timer_fired, s);
    memory_region_init_io(&s->ioports, OBJECT(s), &pit_ops, s, "pit", 4);
    isa_register_ioport(ISA_DEVICE(dev), &s->ioports, s->iobase);
    qdev_init_gpio_out(dev, &s->irq, 1);
    qdev_init_gpio_in(dev, irq_control, 1);
}

static int pit_post_load(void *opaque, int version_id)
{
    PITState *s = opaque;

    for (int i = 0; i < 3; i++) {
        PITChannel *c = &s->ch[i];

        if (c->count < 1 || c->count > 65536 || c->mode > 5 || c->access > ACCESS_WORD ||
            c->count_latched > 2) {
            return -EINVAL;
        }
    }
    if (s->ch[0].next_transition >= 0) {
        timer_mod(s->timer, s->ch[0].next_transition);
    } else {
        timer_del(s->timer);
    }
    return 0;
}

static const VMStateDescription vmstate_pit_channel = {
    .name = "pit channel",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(count, PITChannel),
        VMSTATE_UINT16(latched_count, PITChannel),
        VMSTATE_UINT8(count_latched, PITChannel),
        VMSTATE_BOOL(status_latched, PITChannel),
        VMSTATE_UINT8(status, PITChannel),
        VMSTATE_BOOL(read_high, PITChannel),
        VMSTATE_BOOL(write_high, PITChannel),
        VMSTATE_UINT8(write_low, PITChannel),
        VMSTATE_UINT8(access, PITChannel),
        VMSTATE_UINT8(mode, PITChannel),
        VMSTATE_BOOL(bcd, PITChannel),
        VMSTATE_BOOL(gate, PITChannel),
        VMSTATE_BOOL(loaded, PITChannel),
        VMSTATE_BOOL(running, PITChannel),
        VMSTATE_INT64(load_time, PITChannel),
        VMSTATE_UINT64(held, PITChannel),
        VMSTATE_INT64(next_transition, PITChannel),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_pit = {
    .name = "i8254",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = pit_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT_ARRAY(ch, PITState, 3, 1, vmstate_pit_channel, PITChannel),
        VMSTATE_BOOL(irq_disabled, PITState),
        VMSTATE_BOOL(irq_level, PITState),
        VMSTATE_END_OF_LIST()
    },
};

static const Property pit_props[] = {
    DEFINE_PROP_UINT32("iobase", PITState, iobase, UINT32_MAX),
    DEFINE_PROP_END_OF_LIST()
};

static void pit_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = pit_realize;
    dc->vmsd = &vmstate_pit;
    device_class_set_props(dc, pit_props);
    device_class_set_legacy_reset(dc, pit_reset);
    /* The board wires its output by hand. */
    dc->user_creatable = false;
}

static const TypeInfo pit_types[] = {
    {
        .name = TYPE_I8254,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(PITState),
        .class_init = pit_class_init,
    },
};
DEFINE_TYPES(pit_types)

ISADevice *i8254_pit_init(ISABus *bus, int base, int isa_irq, qemu_irq alt_irq)
{
    ISADevice *isa = isa_new(TYPE_I8254);
    DeviceState *dev = DEVICE(isa);

    qdev_prop_set_uint32(dev, "iobase", base);
    isa_realize_and_unref(isa, bus, &error_fatal);
    qdev_connect_gpio_out(dev, 0, isa_irq >= 0 ? isa_get_irq(isa, isa_irq) : alt_irq);
    return isa;
}
