/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Local APIC: which vector reaches the CPU when, and messages between APICs.
 *
 * Spec:     Intel SDM volume 3 chapter 10 (xAPIC and x2APIC).
 * Thread:   the big lock guards all state. Entry points that a vCPU calls from translated code
 *           take it themselves.
 * Migrated: all but what the timer derives from its registers.
 * Deviates: the registers answer at 0xfee00000 wherever IA32_APIC_BASE puts them.
 */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "hw/core/cpu.h"
#include "hw/intc/ioapic.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "target-i386/cpuid.h"
#include "apic-internal.h"

/* ---- 256-bit registers ---- */

static void set_vector(uint32_t *reg, unsigned vector)
{
    reg[vector >> 5] |= 1u << (vector & 31);
}

static void clear_vector(uint32_t *reg, unsigned vector)
{
    reg[vector >> 5] &= ~(1u << (vector & 31));
}

static bool test_vector(const uint32_t *reg, unsigned vector)
{
    return reg[vector >> 5] >> (vector & 31) & 1;
}

/* Highest vector set, -1 for none. */
static int highest_vector(const uint32_t *reg)
{
    for (int i = 7; i >= 0; i--) {
        if (reg[i]) {
            return i * 32 + 31 - __builtin_clz(reg[i]);
        }
    }
    return -1;
}

/* ---- priority ---- */

unsigned apic_ppr(const APICState *s)
{
    int isrv = highest_vector(s->isr);
    unsigned isr_class = isrv < 0 ? 0 : isrv & 0xf0;

    return (s->tpr & 0xf0u) >= isr_class ? s->tpr : isr_class;
}

/* Highest requested vector above the CPU's priority, or -1. */
static int deliverable(const APICState *s)
{
    int irrv;

    if (!(s->spurious & SVR_ENABLE) || !apic_hw_enabled(s)) {
        return -1;
    }
    irrv = highest_vector(s->irr);
    return irrv >= 0 && ((unsigned)irrv & 0xf0) > (apic_ppr(s) & 0xf0) ? irrv : -1;
}

static bool extint_pending(const APICState *s)
{
    if (!s->lint0_level) {
        return false;
    }
    return !apic_hw_enabled(s) ||
           (!(s->lvt[LVT_LINT0] & LVT_MASKED) &&
            (s->lvt[LVT_LINT0] >> 8 & 7) == APIC_DM_EXTINT);
}

void apic_update_irq(APICState *s)
{
    CPUState *cs = &s->cpu->parent_obj;

    if (deliverable(s) >= 0 || extint_pending(s)) {
        cpu_interrupt(cs, CPU_INTERRUPT_HARD);
    } else {
        cpu_reset_interrupt(cs, CPU_INTERRUPT_HARD);
    }
}

void apic_set_irq(APICState *s, unsigned vector, bool level)
{
    if (vector < 16) {
        apic_error(s, ESR_RECV_ILLEGAL);
        return;
    }
    set_vector(s->irr, vector);
    if (level) {
        set_vector(s->tmr, vector);
    } else {
        clear_vector(s->tmr, vector);
    }
    apic_update_irq(s);
}

void apic_error(APICState *s, uint32_t bits)
{
    if (!(s->esr_pending & bits)) {
        s->esr_pending |= bits;
        if ((s->lvt[LVT_ERROR] & 0xff) >= 16) {
            apic_local_deliver(s, LVT_ERROR);
        }
    }
}

void apic_eoi(APICState *s)
{
    int isrv = highest_vector(s->isr);

    if (isrv < 0) {
        return;
    }
    clear_vector(s->isr, isrv);
    if (test_vector(s->tmr, isrv)) {
        ioapic_eoi_broadcast(isrv);
    }
    apic_update_irq(s);
}

/* ---- events of this CPU ---- */

/* An interrupt of this delivery mode arrives. */
static void accept(APICState *s, unsigned mode, unsigned vector, bool level)
{
    CPUState *cs = &s->cpu->parent_obj;

    switch (mode) {
    case APIC_DM_FIXED:
    case APIC_DM_LOWPRI:
        apic_set_irq(s, vector, level);
        break;
    case APIC_DM_SMI:
        cpu_interrupt(cs, CPU_INTERRUPT_SMI);
        break;
    case APIC_DM_NMI:
        cpu_interrupt(cs, CPU_INTERRUPT_NMI);
        break;
    case APIC_DM_INIT:
        cpu_interrupt(cs, CPU_INTERRUPT_INIT);
        break;
    case APIC_DM_SIPI:
        s->cpu->env.sipi_vector = vector;
        cpu_interrupt(cs, CPU_INTERRUPT_SIPI);
        break;
    case APIC_DM_EXTINT: /* the CPU fetches the vector from the 8259 */
        cpu_interrupt(cs, CPU_INTERRUPT_HARD);
        break;
    default:
        break;
    }
}

void apic_local_deliver(APICState *s, unsigned n)
{
    uint32_t lvt = s->lvt[n];
    unsigned mode = n == LVT_TIMER || n == LVT_ERROR ? APIC_DM_FIXED : lvt >> 8 & 7;
    bool level = n == LVT_LINT0 && mode == APIC_DM_FIXED && (lvt & LVT_LEVEL);

    if (!(lvt & LVT_MASKED)) {
        accept(s, mode, lvt & 0xff, level);
    }
}

/* LINT0's level or LVT entry changed. */
void apic_lint0_update(APICState *s)
{
    uint32_t lvt = s->lvt[LVT_LINT0];

    if (apic_hw_enabled(s) && !(lvt & LVT_MASKED) && (lvt >> 8 & 7) == APIC_DM_FIXED &&
        (lvt & LVT_LEVEL)) {
        if (s->lint0_level) {
            apic_set_irq(s, lvt & 0xff, true);
        } else {
            clear_vector(s->irr, lvt & 0xff);
        }
    }
    apic_update_irq(s);
}

void apic_deliver_pic_intr(DeviceState *dev, int level)
{
    APICState *s = APIC(dev);
    bool rising = level && !s->lint0_level;
    uint32_t lvt = s->lvt[LVT_LINT0];
    unsigned mode = lvt >> 8 & 7;

    s->lint0_level = level;
    if (rising && apic_hw_enabled(s) && mode != APIC_DM_EXTINT &&
        !(mode == APIC_DM_FIXED && (lvt & LVT_LEVEL))) {
        apic_local_deliver(s, LVT_LINT0);
    }
    apic_lint0_update(s);
}

void apic_deliver_nmi(DeviceState *dev)
{
    APICState *s = APIC(dev);

    if (apic_hw_enabled(s)) {
        apic_local_deliver(s, LVT_LINT1);
    } else {
        cpu_interrupt(&s->cpu->parent_obj, CPU_INTERRUPT_NMI);
    }
}

int apic_accept_pic_intr(DeviceState *dev)
{
    APICState *s = APIC(dev);

    return !apic_hw_enabled(s) || (!(s->lvt[LVT_LINT0] & LVT_MASKED) &&
                                   (s->lvt[LVT_LINT0] >> 8 & 7) == APIC_DM_EXTINT);
}

int apic_get_interrupt(DeviceState *dev)
{
    APICState *s = APIC(dev);
    int vector = deliverable(s);

    if (vector >= 0) {
        clear_vector(s->irr, vector);
        set_vector(s->isr, vector);
    }
    apic_update_irq(s);
    return vector;
}

void apic_poll_irq(DeviceState *dev)
{
    apic_update_irq(APIC(dev));
}

/* ---- messages ---- */

/* Does the destination field of a message name this APIC? */
static bool matches(const APICState *s, uint32_t dest, bool logical)
{
    if (!apic_hw_enabled(s)) {
        return false;
    }
    if (apic_x2(s)) {
        uint32_t ldr = (s->id >> 4) << 16 | 1u << (s->id & 15);

        if (dest == 0xffffffff || dest == 0xff) {
            return true;
        }
        return logical ? ldr >> 16 == dest >> 16 && (ldr & dest & 0xffff) : dest == s->id;
    }
    if (dest == 0xff || dest == 0xffffffff) {
        return true;
    }
    if (!logical) {
        return dest == s->xapic_id;
    }
    if (s->dest_mode == 0xf) {
        return s->log_dest & dest;
    }
    return s->dest_mode == 0 && s->log_dest >> 4 == (dest >> 4 & 15) &&
           (s->log_dest & dest & 15);
}

static APICState *apic_of(CPUState *cs)
{
    X86CPU *cpu = container_of(cs, X86CPU, parent_obj);

    return cpu->apic_state ? (APICState *)cpu->apic_state : NULL;
}

/*
 * Of the APICs that match, the one with the lowest priority; among equals the one after the
 * last that was chosen, so that interrupts spread.
 */
static APICState *lowest_priority(uint32_t dest, bool logical)
{
    static unsigned last; /* [bql] index of the CPU chosen last; only spreads load */
    APICState *best = NULL;
    unsigned best_rank = UINT_MAX;
    CPUState *cs;

    CPU_FOREACH(cs) {
        APICState *s = apic_of(cs);
        unsigned rank;

        if (!s || !matches(s, dest, logical) || !(s->spurious & SVR_ENABLE)) {
            continue;
        }
        rank = (apic_ppr(s) & 0xf0) << 8 | ((cs->cpu_index - last - 1) & 0xff);
        if (rank < best_rank) {
            best_rank = rank;
            best = s;
        }
    }
    if (best) {
        last = best->cpu->parent_obj.cpu_index;
    }
    return best;
}

void apic_deliver_irq(uint32_t dest, uint8_t dest_mode, uint8_t delivery_mode, uint8_t vector,
                      uint8_t trigger_mode)
{
    CPUState *cs;

    if (delivery_mode == APIC_DM_LOWPRI) {
        APICState *s = lowest_priority(dest, dest_mode);

        if (s) {
            apic_set_irq(s, vector, trigger_mode);
        }
        return;
    }
    CPU_FOREACH(cs) {
        APICState *s = apic_of(cs);

        if (s && matches(s, dest, dest_mode)) {
            accept(s, delivery_mode, vector, trigger_mode);
        }
    }
}

void apic_send_msi(hwaddr addr, uint32_t data)
{
    /* Bits 11..5 of the address: destination bits 14..8, where software extends them so. */
    uint32_t dest = (addr >> 12 & 0xff) | (addr >> 5 & 0x7f) << 8;

    apic_deliver_irq(dest, addr >> 2 & 1, data >> 8 & 7, data & 0xff, data >> 15 & 1);
}

/* Destination shorthands of the ICR. */
enum { TO_DEST, TO_SELF, TO_ALL, TO_OTHERS };

void apic_send_ipi(APICState *s, uint32_t low, uint32_t dest)
{
    unsigned mode = low >> 8 & 7, vector = low & 0xff;
    bool level = low & 1 << 15, assert_level = low & 1 << 14;
    CPUState *cs;

    if (mode == APIC_DM_INIT && level && !assert_level) {
        return; /* INIT de-assert only synchronises arbitration ids */
    }
    if ((mode == APIC_DM_FIXED || mode == APIC_DM_LOWPRI) && vector < 16) {
        apic_error(s, ESR_SEND_ILLEGAL);
        return;
    }
    switch (low >> 18 & 3) {
    case TO_DEST:
        apic_deliver_irq(dest, low >> 11 & 1, mode, vector, false);
        return;
    case TO_SELF:
        if (mode == APIC_DM_FIXED) {
            apic_set_irq(s, vector, false);
        }
        return;
    default:
        CPU_FOREACH(cs) {
            APICState *t = apic_of(cs);

            if (t && apic_hw_enabled(t) && (t != s || (low >> 18 & 3) == TO_ALL)) {
                accept(t, mode, vector, false);
            }
        }
        return;
    }
}

/* ---- base, TPR ---- */

uint64_t cpu_get_apic_base(DeviceState *dev)
{
    return APIC(dev)->apicbase;
}

bool cpu_set_apic_base(DeviceState *dev, uint64_t val)
{
    APICState *s = APIC(dev);
    bool x2 = val & BASE_X2APIC, en = val & BASE_ENABLE;
    BQL_LOCK_GUARD();

    if (val & (0xff | 1 << 9)) {
        return false;
    }
    if (x2 && (!en || !(s->cpu->env.features[FEAT_1_ECX] & CPUID_EXT_X2APIC))) {
        return false;
    }
    if (apic_x2(s) && en && !x2) {
        return false; /* the way back leads through disabled */
    }
    if (!apic_hw_enabled(s) && x2) {
        return false;
    }
    s->apicbase = val;
    if (!en) {
        apic_init_reset(dev);
    }
    apic_update_irq(s);
    return true;
}

uint8_t cpu_get_apic_tpr(DeviceState *dev)
{
    return APIC(dev)->tpr >> 4;
}

void cpu_set_apic_tpr(DeviceState *dev, uint8_t val)
{
    APICState *s = APIC(dev);
    BQL_LOCK_GUARD();

    s->tpr = val << 4;
    apic_update_irq(s);
}

bool apic_is_bsp(DeviceState *dev)
{
    return APIC(dev)->apicbase & BASE_BSP;
}

void apic_designate_bsp(DeviceState *dev, bool bsp)
{
    APICState *s = APIC(dev);

    s->apicbase = bsp ? s->apicbase | BASE_BSP : s->apicbase & ~(uint64_t)BASE_BSP;
}

/* ---- device ---- */

/* Registers as INIT leaves them; the id and the base stay. */
void apic_init_reset(DeviceState *dev)
{
    APICState *s = APIC(dev);

    s->tpr = 0;
    s->spurious = 0xff;
    s->log_dest = 0;
    s->dest_mode = 0xf;
    memset(s->isr, 0, sizeof(s->isr));
    memset(s->tmr, 0, sizeof(s->tmr));
    memset(s->irr, 0, sizeof(s->irr));
    for (unsigned i = 0; i < LVT_COUNT; i++) {
        s->lvt[i] = LVT_MASKED;
    }
    s->esr = s->esr_pending = 0;
    memset(s->icr, 0, sizeof(s->icr));
    apic_timer_reset(s);
    apic_update_irq(s);
}

static void apic_reset(DeviceState *dev)
{
    APICState *s = APIC(dev);
    bool bsp = s->cpu->parent_obj.cpu_index == 0;

    s->apicbase = APIC_DEFAULT_ADDRESS | BASE_ENABLE | (bsp ? BASE_BSP : 0);
    s->xapic_id = s->id;
    s->lint0_level = 0;
    apic_init_reset(dev);
    if (bsp) {
        /* Virtual wire mode, for software that starts without a BIOS' preparations. */
        s->lvt[LVT_LINT0] = APIC_DM_EXTINT << 8;
    }
}

static int apic_post_load(void *opaque, int version_id)
{
    APICState *s = opaque;

    (void)version_id;
    apic_timer_rearm(s);
    return 0;
}

const VMStateDescription vmstate_apic = {
    .name = "apic",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = apic_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(apicbase, APICState),
        VMSTATE_UINT8(xapic_id, APICState),
        VMSTATE_UINT8(tpr, APICState),
        VMSTATE_UINT8(log_dest, APICState),
        VMSTATE_UINT8(dest_mode, APICState),
        VMSTATE_UINT32(spurious, APICState),
        VMSTATE_UINT32_ARRAY(isr, APICState, 8),
        VMSTATE_UINT32_ARRAY(tmr, APICState, 8),
        VMSTATE_UINT32_ARRAY(irr, APICState, 8),
        VMSTATE_UINT32(esr, APICState),
        VMSTATE_UINT32(esr_pending, APICState),
        VMSTATE_UINT32_ARRAY(icr, APICState, 2),
        VMSTATE_UINT32_ARRAY(lvt, APICState, LVT_COUNT),
        VMSTATE_UINT32(divide, APICState),
        VMSTATE_UINT32(initial_count, APICState),
        VMSTATE_INT64(count_start, APICState),
        VMSTATE_INT64(next_time, APICState),
        VMSTATE_UINT64(tsc_deadline, APICState),
        VMSTATE_UINT32(lint0_level, APICState),
        VMSTATE_END_OF_LIST()
    },
};

static void apic_realize(DeviceState *dev, Error **errp)
{
    (void)errp;
    apic_map_io();
    apic_timer_init(APIC(dev));
}

static void apic_unrealize(DeviceState *dev)
{
    timer_del(&APIC(dev)->timer);
    timer_deinit(&APIC(dev)->timer);
}

static const Property apic_props[] = {
    DEFINE_PROP_UINT32("id", APICState, id, 0),
    DEFINE_PROP_UINT32("version", APICState, version, 0x14),
    DEFINE_PROP_END_OF_LIST()
};

static void apic_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    (void)data;
    dc->realize = apic_realize;
    dc->unrealize = apic_unrealize;
    dc->vmsd = &vmstate_apic;
    dc->desc = "Local APIC";
    dc->user_creatable = false; /* part of a CPU */
    device_class_set_props(dc, apic_props);
    device_class_set_legacy_reset(dc, apic_reset);
}

static const TypeInfo apic_types[] = {
    {
        .name = TYPE_APIC,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(APICState),
        .class_init = apic_class_init,
    },
};
DEFINE_TYPES(apic_types)

DeviceState *apic_new(X86CPU *cpu)
{
    DeviceState *dev = qdev_new(TYPE_APIC);

    object_property_add_child(OBJECT(cpu), "lapic", OBJECT(dev));
    object_unref(OBJECT(dev));
    APIC(dev)->cpu = cpu;
    qdev_prop_set_uint32(dev, "id", cpu->apic_id);
    return dev;
}
