/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The local APIC's registers: as MSRs (x2APIC), and in memory at 0xfee00000, where messages
 * (MSIs) arrive too.
 *
 * Spec:   Intel SDM volume 3 sections 10.4.1 (register map), 10.11 (MSI), 10.12 (x2APIC).
 * Thread: the big lock.
 *
 *   MMIO    MSR   register              MMIO    MSR   register
 *   0x020   0x802 id                    0x280   0x828 error status
 *   0x030   0x803 version               0x300   0x830 interrupt command, low
 *   0x080   0x808 task priority         0x310   -     interrupt command, high
 *   0x0a0   0x80a processor priority    0x320   0x832 LVT timer to 0x370 LVT error
 *   0x0b0   0x80b end of interrupt      0x380   0x838 initial count
 *   0x0d0   0x80d logical destination   0x390   0x839 current count
 *   0x0e0   -     destination format    0x3e0   0x83e divide configuration
 *   0x0f0   0x80f spurious vector       -       0x83f self IPI
 *   0x100.. 0x810 ISR, TMR (0x180), IRR (0x200)
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hw/core/cpu.h"
#include "target-i386/cpuid.h"
#include "apic-internal.h"

enum {
    REG_ID = 0x02, REG_VERSION = 0x03, REG_TPR = 0x08, REG_APR = 0x09, REG_PPR = 0x0a,
    REG_EOI = 0x0b, REG_LDR = 0x0d, REG_DFR = 0x0e, REG_SVR = 0x0f, REG_ISR = 0x10,
    REG_TMR = 0x18, REG_IRR = 0x20, REG_ESR = 0x28, REG_ICR_LOW = 0x30, REG_ICR_HIGH = 0x31,
    REG_LVT = 0x32, REG_INITIAL = 0x38, REG_CURRENT = 0x39, REG_DIVIDE = 0x3e, REG_SELF = 0x3f,
};

/* Writable bits of LVT entries. */
static const uint32_t lvt_mask[LVT_COUNT] = {
    [LVT_TIMER] = 0x700ff, [LVT_THERMAL] = 0x107ff, [LVT_PERF] = 0x107ff,
    [LVT_LINT0] = 0x1a7ff, [LVT_LINT1] = 0x1a7ff, [LVT_ERROR] = 0x100ff,
};

bool apic_reg_read(APICState *s, unsigned index, uint32_t *v)
{
    *v = 0;
    switch (index) {
    case REG_ID:
        *v = apic_x2(s) ? s->id : (uint32_t)s->xapic_id << 24;
        break;
    case REG_VERSION:
        *v = s->version | (LVT_COUNT - 1) << 16;
        break;
    case REG_TPR:
        *v = s->tpr;
        break;
    case REG_APR:
    case REG_EOI:
    case REG_ICR_HIGH:
        *v = index == REG_ICR_HIGH ? s->icr[1] : 0;
        break;
    case REG_PPR:
        *v = apic_ppr(s);
        break;
    case REG_LDR:
        *v = apic_x2(s) ? (s->id >> 4) << 16 | 1u << (s->id & 15)
                        : (uint32_t)s->log_dest << 24;
        break;
    case REG_DFR:
        *v = (uint32_t)s->dest_mode << 28 | 0x0fffffff;
        break;
    case REG_SVR:
        *v = s->spurious;
        break;
    case REG_ISR ... REG_ISR + 7:
        *v = s->isr[index - REG_ISR];
        break;
    case REG_TMR ... REG_TMR + 7:
        *v = s->tmr[index - REG_TMR];
        break;
    case REG_IRR ... REG_IRR + 7:
        *v = s->irr[index - REG_IRR];
        break;
    case REG_ESR:
        *v = s->esr;
        break;
    case REG_ICR_LOW:
        *v = s->icr[0];
        break;
    case REG_LVT ... REG_LVT + LVT_COUNT - 1:
        *v = s->lvt[index - REG_LVT];
        break;
    case REG_INITIAL:
        *v = s->initial_count;
        break;
    case REG_CURRENT:
        *v = apic_timer_current(s);
        break;
    case REG_DIVIDE:
        *v = s->divide;
        break;
    default:
        return false;
    }
    return true;
}

static void write_svr(APICState *s, uint32_t v)
{
    s->spurious = v & 0x1ff;
    if (!(v & SVR_ENABLE)) {
        for (unsigned i = 0; i < LVT_COUNT; i++) {
            s->lvt[i] |= LVT_MASKED;
        }
    }
    apic_update_irq(s);
}

static void write_lvt(APICState *s, unsigned n, uint32_t v)
{
    uint32_t old = s->lvt[n];
    uint32_t mask = lvt_mask[n];

    if (n == LVT_TIMER &&
        !(s->cpu->env.features[FEAT_1_ECX] & CPUID_EXT_TSC_DEADLINE_TIMER)) {
        mask &= ~(uint32_t)LVT_TIMER_TSC_DEADLINE;
    }
    s->lvt[n] = v & mask;
    if (!(s->spurious & SVR_ENABLE)) {
        s->lvt[n] |= LVT_MASKED;
    }
    if (n == LVT_TIMER) {
        apic_timer_lvt_changed(s, old);
    } else if (n == LVT_LINT0) {
        apic_lint0_update(s);
    }
}

bool apic_reg_write(APICState *s, unsigned index, uint32_t v)
{
    switch (index) {
    case REG_ID:
        s->xapic_id = v >> 24;
        break;
    case REG_TPR:
        s->tpr = v;
        apic_update_irq(s);
        break;
    case REG_EOI:
        apic_eoi(s);
        break;
    case REG_LDR:
        s->log_dest = v >> 24;
        break;
    case REG_DFR:
        s->dest_mode = v >> 28;
        break;
    case REG_SVR:
        write_svr(s, v);
        break;
    case REG_ESR:
        s->esr = s->esr_pending;
        s->esr_pending = 0;
        break;
    case REG_ICR_LOW:
        s->icr[0] = v & 0xcdfff & ~(1u << 12); /* delivery is instant: status stays idle */
        apic_send_ipi(s, s->icr[0], apic_x2(s) ? s->icr[1] : s->icr[1] >> 24);
        break;
    case REG_ICR_HIGH:
        s->icr[1] = v;
        break;
    case REG_LVT ... REG_LVT + LVT_COUNT - 1:
        write_lvt(s, index - REG_LVT, v);
        break;
    case REG_INITIAL:
        apic_timer_set_initial(s, v);
        break;
    case REG_DIVIDE:
        apic_timer_set_divide(s, v);
        break;
    case REG_VERSION:
    case REG_APR:
    case REG_PPR:
    case REG_CURRENT:
    case REG_ISR ... REG_IRR + 7:
        break;
    default:
        return false;
    }
    return true;
}

/* ---- x2APIC ---- */

/* Bits that must be zero in writes; ~0 where there is no such register or it is read-only. */
static uint64_t msr_reserved(unsigned index)
{
    switch (index) {
    case REG_TPR:
    case REG_SELF:
        return ~0xffull;
    case REG_EOI:
    case REG_ESR:
        return ~0ull; /* only zero may be written */
    case REG_SVR:
        return ~0x1ffull;
    case REG_ICR_LOW:
        return 0xfff32000ull;
    case REG_LVT ... REG_LVT + LVT_COUNT - 1:
        return ~(uint64_t)(lvt_mask[index - REG_LVT] | LVT_REMOTE_IRR | 1 << 12);
    case REG_INITIAL:
        return 0xffffffff00000000ull;
    case REG_DIVIDE:
        return ~0xbull;
    default:
        return ~0ull;
    }
}

static bool msr_writable(unsigned index)
{
    return index == REG_EOI || index == REG_ESR || msr_reserved(index) != ~0ull;
}

bool apic_msr_read(DeviceState *dev, uint32_t reg, uint64_t *v)
{
    APICState *s = APIC(dev);
    uint32_t low;
    BQL_LOCK_GUARD();

    if (!apic_x2(s) || reg == REG_EOI || reg == REG_APR || reg == REG_DFR ||
        reg == REG_ICR_HIGH || !apic_reg_read(s, reg, &low)) {
        return false;
    }
    *v = low;
    if (reg == REG_ICR_LOW) {
        *v |= (uint64_t)s->icr[1] << 32;
    }
    return true;
}

bool apic_msr_write(DeviceState *dev, uint32_t reg, uint64_t v)
{
    APICState *s = APIC(dev);
    BQL_LOCK_GUARD();

    if (!apic_x2(s) || !msr_writable(reg) || (v & msr_reserved(reg))) {
        return false;
    }
    if (reg == REG_SELF) {
        apic_set_irq(s, v, false);
        return true;
    }
    if (reg == REG_ICR_LOW) {
        s->icr[1] = v >> 32;
    }
    return apic_reg_write(s, reg, v);
}

/* ---- memory ---- */

static APICState *own_apic(void)
{
    X86CPU *cpu = current_cpu ? container_of(current_cpu, X86CPU, parent_obj) : NULL;

    return cpu && cpu->apic_state ? APIC(cpu->apic_state) : NULL;
}

/* Registers are decoded in xAPIC mode alone. */
static bool mmio_decoded(const APICState *s)
{
    return s && apic_hw_enabled(s) && !apic_x2(s);
}

static uint64_t apic_mem_read(void *opaque, hwaddr addr, unsigned size)
{
    APICState *s = own_apic();
    uint32_t v;

    (void)opaque;
    (void)size;
    if (addr > 0xfff || !mmio_decoded(s) || (addr & 15)) {
        return 0xffffffff;
    }
    if (!apic_reg_read(s, addr >> 4, &v)) {
        apic_error(s, ESR_REGISTER);
        return 0;
    }
    return v;
}

/*
 * A message has its destination in bits 19..12; with destination 0 it would meet the register
 * page, but registers start at 0x20, and messages use the offsets below 0x10 only.
 */
static void apic_mem_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    APICState *s;

    (void)opaque;
    (void)size;
    if (addr > 0xfff || addr < 0x10) {
        apic_send_msi(addr, val);
        return;
    }
    s = own_apic();
    if (!mmio_decoded(s) || (addr & 15)) {
        return;
    }
    if (!apic_reg_write(s, addr >> 4, val)) {
        apic_error(s, ESR_REGISTER);
    }
}

static const MemoryRegionOps apic_mem_ops = {
    .read = apic_mem_read,
    .write = apic_mem_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};

/* [bql] The one window of the machine; it belongs to no single APIC. */
void apic_map_io(void)
{
    static MemoryRegion io;

    if (io.ops) {
        return;
    }
    memory_region_init_io(&io, qdev_get_machine(), &apic_mem_ops, NULL, "apic-msi",
                          APIC_SPACE_SIZE);
    memory_region_add_subregion_overlap(get_system_memory(), APIC_DEFAULT_ADDRESS, &io, 0x1000);
}

/* ---- for people ---- */

static void dump_vectors(GString *out, const char *name, const uint32_t *reg)
{
    g_string_append_printf(out, "%s\t", name);
    for (unsigned v = 0; v < 256; v++) {
        if (reg[v >> 5] >> (v & 31) & 1) {
            g_string_append_printf(out, " %u", v);
        }
    }
    g_string_append_c(out, '\n');
}

void apic_dump(DeviceState *dev, GString *out)
{
    static const char *const names[LVT_COUNT] = {
        "LVTT", "LVTTHMR", "LVTPC", "LVT0", "LVT1", "LVTERR",
    };
    APICState *s = APIC(dev);

    g_string_append_printf(out, "dumping local APIC state for CPU %-2u\n\n",
                           s->cpu->parent_obj.cpu_index);
    for (unsigned i = 0; i < LVT_COUNT; i++) {
        g_string_append_printf(out, "%s\t 0x%08x%s\n", names[i], s->lvt[i],
                               s->lvt[i] & LVT_MASKED ? " masked" : "");
    }
    g_string_append_printf(out, "Timer\t DCR=0x%x initial_count = %u current_count = %u\n",
                           s->divide, s->initial_count, apic_timer_current(s));
    g_string_append_printf(out, "SPIV\t 0x%08x APIC %s, spurious vec %u\n", s->spurious,
                           s->spurious & SVR_ENABLE ? "enabled" : "disabled",
                           s->spurious & 0xff);
    g_string_append_printf(out, "ICR\t 0x%08x\nICR2\t 0x%08x\nESR\t 0x%08x\n", s->icr[0],
                           s->icr[1], s->esr);
    dump_vectors(out, "ISR", s->isr);
    dump_vectors(out, "IRR", s->irr);
    g_string_append_printf(out, "APR 0x00 TPR 0x%02x DFR 0x%02x LDR 0x%02x PPR 0x%02x\n", s->tpr,
                           s->dest_mode, s->log_dest, apic_ppr(s));
}
