/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HMP commands about x86 CPUs: page tables and the local APIC.
 *
 * Spec:    Intel SDM volume 3, chapter 4 "Paging".
 * Thread:  main thread with the big lock; tables of a running guest change while we look.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hw/i386/apic.h"
#include "internal.h"
#include "monitor/hmp.h"

enum {
    PTE_P = 1 << 0, PTE_W = 1 << 1, PTE_U = 1 << 2, PTE_PWT = 1 << 3, PTE_PCD = 1 << 4,
    PTE_A = 1 << 5, PTE_D = 1 << 6, PTE_PS = 1 << 7, PTE_G = 1 << 8,
};
#define PTE_NX (1ull << 63)
#define PTE_ADDR 0x000ffffffffff000ull

/* A page that is mapped; @rights has PTE_W and PTE_U of all levels. */
typedef void PageFn(void *opaque, uint64_t virt, uint64_t entry, uint64_t phys, uint64_t size,
                    uint64_t rights);

typedef struct TableWalk {
    AddressSpace *as;
    bool wide;                          /* entries of 8 bytes, else 4 */
    bool large;                         /* CR4.PSE, for tables of 4-byte entries */
    unsigned virt_bits;
    PageFn *fn;
    void *opaque;
} TableWalk;

static uint64_t read_entry(TableWalk *w, uint64_t table, unsigned index)
{
    uint8_t raw[8] = { 0 };
    size_t size = w->wide ? 8 : 4;

    address_space_read(w->as, table + index * size, MEMTXATTRS_UNSPECIFIED, raw, size);
    return ldq_le_p(raw);
}

/* Sign-extend to what the CPU takes as canonical. */
static uint64_t canonical(TableWalk *w, uint64_t virt)
{
    unsigned shift = 64 - w->virt_bits;

    return w->virt_bits == 32 ? virt : (uint64_t)((int64_t)(virt << shift) >> shift);
}

/* All pages below @table, whose entries translate from bit @shift on. */
static void walk_table(TableWalk *w, uint64_t table, unsigned shift, uint64_t base,
                       uint64_t rights)
{
    unsigned bits = !w->wide ? 10 : shift == 30 && w->virt_bits == 32 ? 2 : 9;

    for (unsigned i = 0; i < 1u << bits; i++) {
        uint64_t entry = read_entry(w, table, i), virt = base + ((uint64_t)i << shift);
        /* The four top entries of PAE without long mode have no rights of their own. */
        uint64_t r = bits == 2 ? rights : rights & entry;
        bool leaf = shift == 12 || ((entry & PTE_PS) && bits != 2 && shift <= 30 &&
                                    (w->wide || w->large));

        if (!(entry & PTE_P)) {
            continue;
        }
        if (leaf) {
            uint64_t mask = ~((1ull << shift) - 1);
            uint64_t phys = w->wide ? entry & PTE_ADDR & mask : entry & 0xfffff000 & mask;

            w->fn(w->opaque, canonical(w, virt), entry, phys, 1ull << shift, r);
        } else {
            walk_table(w, w->wide ? entry & PTE_ADDR : entry & 0xfffff000,
                       shift - (w->wide ? 9 : 10), virt, r);
        }
    }
}

static bool walk_all(Monitor *mon, PageFn *fn, void *opaque, unsigned *digits)
{
    CPUState *cs = monitor_get_cpu(mon);
    CPUX86State *env = cs ? cs->env : NULL;
    TableWalk w = { .fn = fn, .opaque = opaque, .virt_bits = 32 };
    unsigned shift = 22;

    if (!env) {
        monitor_printf(mon, "No CPU available\n");
        return false;
    }
    if (!(env->cr[0] & CR0_PG)) {
        monitor_printf(mon, "PG disabled\n");
        return false;
    }
    w.as = cpu_get_address_space(cs, 0);
    w.wide = env->cr[4] & CR4_PAE;
    w.large = env->cr[4] & CR4_PSE;
    if (env->efer & EFER_LMA) {
        w.virt_bits = env->cr[4] & CR4_LA57 ? 57 : 48;
        shift = w.virt_bits - 9;
    } else if (w.wide) {
        shift = 30;
    }
    *digits = w.virt_bits == 32 ? 8 : 16;
    walk_table(&w, env->cr[3] & (shift == 30 ? 0xffffffe0 : PTE_ADDR), shift, 0,
               PTE_W | PTE_U);
    return true;
}

typedef struct TlbPrint {
    Monitor *mon;
    unsigned digits;
} TlbPrint;

static void print_page(void *opaque, uint64_t virt, uint64_t entry, uint64_t phys, uint64_t size,
                       uint64_t rights)
{
    TlbPrint *t = opaque;

    monitor_printf(t->mon, "%0*" PRIx64 ": %0*" PRIx64 " %c%c%c%c%c%c%c%c%c\n", t->digits, virt,
                   t->digits, phys, entry & PTE_NX ? 'X' : '-', entry & PTE_G ? 'G' : '-',
                   size > 4096 ? 'P' : '-', entry & PTE_D ? 'D' : '-', entry & PTE_A ? 'A' : '-',
                   entry & PTE_PCD ? 'C' : '-', entry & PTE_PWT ? 'T' : '-',
                   entry & PTE_U ? 'U' : '-', entry & PTE_W ? 'W' : '-');
}

static void hmp_info_tlb(Monitor *mon, const QDict *args)
{
    TlbPrint t = { mon, 16 };

    walk_all(mon, print_page, &t, &t.digits);
}

/* Neighbouring pages with the same rights, as one range. */
typedef struct RangePrint {
    Monitor *mon;
    unsigned digits;
    uint64_t start, end, rights;
} RangePrint;

static void flush_range(RangePrint *r)
{
    if (r->start != r->end) {
        monitor_printf(r->mon, "%0*" PRIx64 "-%0*" PRIx64 " %0*" PRIx64 " %cr%c\n", r->digits,
                       r->start, r->digits, r->end, r->digits, r->end - r->start,
                       r->rights & PTE_U ? 'u' : '-', r->rights & PTE_W ? 'w' : '-');
    }
}

static void add_page(void *opaque, uint64_t virt, uint64_t entry, uint64_t phys, uint64_t size,
                     uint64_t rights)
{
    RangePrint *r = opaque;

    rights &= PTE_U | PTE_W;
    if (virt != r->end || rights != r->rights) {
        flush_range(r);
        r->start = virt;
        r->rights = rights;
    }
    r->end = virt + size;
}

static void hmp_info_mem(Monitor *mon, const QDict *args)
{
    RangePrint r = { .mon = mon, .digits = 16 };

    if (walk_all(mon, add_page, &r, &r.digits)) {
        flush_range(&r);
    }
}

static void hmp_info_lapic(Monitor *mon, const QDict *args)
{
    CPUState *cs = qdict_haskey(args, "apic-id") ? NULL : monitor_get_cpu(mon);
    int64_t id = qdict_get_try_int(args, "apic-id", -1);
    g_autoptr(GString) out = g_string_new(NULL);
    CPUState *it;

    CPU_FOREACH(it) {
        if (!cs && CPU_GET_CLASS(it)->get_arch_id(it) == id) {
            cs = it;
        }
    }
    if (!cs || !X86_CPU(cs)->apic_state) {
        monitor_printf(mon, "No local APIC\n");
        return;
    }
    apic_dump(X86_CPU(cs)->apic_state, out);
    monitor_puts(mon, out->str);
}

static const HMPCommand hmp_x86_info[] = {
    { "tlb", "", "", "show virtual to physical memory mappings", hmp_info_tlb },
    { "mem", "", "", "show the active virtual memory mappings", hmp_info_mem },
    { "lapic", "apic-id:i?", "[apic-id]", "show local apic state (apic-id: local apic to read, "
      "default is which of current CPU)", hmp_info_lapic },
};
HMP_INFO(hmp_x86_info);
