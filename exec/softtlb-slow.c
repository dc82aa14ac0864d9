/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest memory accesses that the inline look-up of translated code did not settle: misses,
 * page crossings, devices, watched pages; and the accessors for C helpers.
 *
 * The slow path of translated code asks for a host address at which the access can be made by
 * the very host instruction that the fast path would have used: guest RAM where it is RAM,
 * otherwise a bounce buffer that was filled from, and is carried out to, its real places.
 *
 * Threads: the vCPU's own. Device callbacks take the big lock inside address_space_*().
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/bswap.h"
#include "exec/tlb.h"
#include "exec/memory.h"

typedef struct Access {
    vaddr addr;
    unsigned size;
    int mmu_idx;
    uint32_t oi;
    uintptr_t ra;
} Access;

static CPUState *cpu_from_env(void *env)
{
    CPUTransState *t = env;

    (void)t;
    return current_cpu;
}

static void *entry_host(const TLBEntry *e, vaddr addr)
{
    return (void *)(uintptr_t)(addr + e->addend);
}

static MMUAccessType access_of(uint32_t oi, bool store)
{
    return store || (oi & 0x10) ? MMU_DATA_STORE : MMU_DATA_LOAD;
}

static void check_watch(CPUState *cpu, const Access *a, int flags);

static void check_align(CPUState *cpu, const Access *a, MMUAccessType type)
{
    unsigned mask = (1u << (a->oi >> 8 & 7)) - 1;

    if (unlikely(a->addr & mask)) {
        cpu_restore_state(cpu, a->ra);
        cpu->cc->raise_unaligned(cpu, a->addr, type, a->mmu_idx);
    }
}

/* One device access or one piece of RAM, never across a page. */
static void device_read(CPUState *cpu, const TLBFull *f, vaddr addr, void *buf, unsigned len)
{
    address_space_read(cpu->as[f->asidx], f->phys | (addr & ~GUEST_PAGE_MASK), f->attrs, buf,
                       len);
}

static void device_write(CPUState *cpu, const TLBFull *f, vaddr addr, const void *buf,
                         unsigned len)
{
    address_space_write(cpu->as[f->asidx], f->phys | (addr & ~GUEST_PAGE_MASK), f->attrs, buf,
                        len);
}

static void page_read(CPUState *cpu, const Access *a, vaddr addr, void *buf, unsigned len,
                      MMUAccessType type)
{
    TLBFull *f;
    TLBEntry *e = tlb_get(cpu, addr, type, a->mmu_idx, false, a->ra, &f);

    if (e->tag[TLB_TAG_READ] != TLB_EMPTY ? !(e->tag[TLB_TAG_READ] & TLB_MMIO)
                                          : !(e->tag[TLB_TAG_WRITE] & TLB_MMIO)) {
        memcpy(buf, entry_host(e, addr), len);
    } else {
        device_read(cpu, f, addr, buf, len);
    }
}

static void page_write(CPUState *cpu, const Access *a, vaddr addr, const void *buf, unsigned len)
{
    TLBFull *f;
    TLBEntry *e = tlb_get(cpu, addr, MMU_DATA_STORE, a->mmu_idx, false, a->ra, &f);

    if (e->tag[TLB_TAG_WRITE] & TLB_MMIO) {
        device_write(cpu, f, addr, buf, len);
        return;
    }
    if (e->tag[TLB_TAG_WRITE] & TLB_NOTDIRTY) {
        notdirty_store(cpu, f, addr, len, 0, e);
    }
    memcpy(entry_host(e, addr), buf, len);
}

static unsigned first_part(vaddr addr, unsigned size)
{
    return MIN(size, GUEST_PAGE_SIZE - (unsigned)(addr & ~GUEST_PAGE_MASK));
}

static Access make_access(uint64_t addr, uint32_t oi, uintptr_t ra)
{
    return (Access){ .addr = addr, .size = 1u << (oi & 7), .mmu_idx = oi >> 16 & 15,
                     .oi = oi, .ra = ra };
}

void *softtlb_ld(void *env, uint64_t addr, uint32_t oi, uintptr_t ra)
{
    CPUState *cpu = cpu_from_env(env);
    Access a = make_access(addr, oi, ra);
    MMUAccessType type = access_of(oi, false);
    unsigned n = first_part(addr, a.size);
    TLBFull *f, *f2;
    TLBEntry *e;

    check_align(cpu, &a, type);
    if (unlikely(n < a.size)) {
        tlb_get(cpu, addr, type, a.mmu_idx, false, ra, &f);
        tlb_get(cpu, addr + n, type, a.mmu_idx, false, ra, &f2);
        check_watch(cpu, &a, BP_MEM_READ);
        page_read(cpu, &a, addr, cpu->trans->bounce, n, type);
        page_read(cpu, &a, addr + n, cpu->trans->bounce + n, a.size - n, type);
        return cpu->trans->bounce;
    }
    e = tlb_get(cpu, addr, type, a.mmu_idx, false, ra, &f);
    if (type == MMU_DATA_STORE && e->tag[TLB_TAG_READ] == TLB_EMPTY) {
        return entry_host(e, addr);
    }
    if (unlikely(e->tag[TLB_TAG_READ] & TLB_WATCH)) {
        check_watch(cpu, &a, BP_MEM_READ);
    }
    if (likely(!(e->tag[TLB_TAG_READ] & TLB_MMIO))) {
        return entry_host(e, addr);
    }
    cpu_restore_state(cpu, ra); /* devices may look at the CPU's state */
    device_read(cpu, f, addr, cpu->trans->bounce, a.size);
    return cpu->trans->bounce;
}

static void *bounce_store(CPUState *cpu, const Access *a)
{
    CPUTransState *t = cpu->trans;
    unsigned n = first_part(a->addr, a->size);

    t->bounce_len = a->size;
    t->bounce_oi = a->oi;
    t->bounce_addr = a->addr;
    if (a->oi & 0x10) {
        page_read(cpu, a, a->addr, t->bounce, n, MMU_DATA_STORE);
        if (n < a->size) {
            page_read(cpu, a, a->addr + n, t->bounce + n, a->size - n, MMU_DATA_STORE);
        }
    }
    return t->bounce;
}

void *softtlb_st(void *env, uint64_t addr, uint32_t oi, uintptr_t ra)
{
    CPUState *cpu = cpu_from_env(env);
    Access a = make_access(addr, oi, ra);
    unsigned n = first_part(addr, a.size);
    TLBFull *f, *f2;
    TLBEntry *e, *e2;

    cpu->trans->bounce_len = 0;
    check_align(cpu, &a, MMU_DATA_STORE);
    if (unlikely(n < a.size)) {
        if ((oi & 0x20) && !cpu->in_exclusive && CPU_NEXT(first_cpu)) {
            /* a lock split over two pages: no host instruction can do that */
            cpu_loop_exit_atomic(cpu, ra);
        }
        tlb_get(cpu, addr, MMU_DATA_STORE, a.mmu_idx, false, ra, &f);
        e2 = tlb_get(cpu, addr + n, MMU_DATA_STORE, a.mmu_idx, false, ra, &f2);
        check_watch(cpu, &a, oi & 0x10 ? BP_MEM_ACCESS : BP_MEM_WRITE);
        if (e2->tag[TLB_TAG_WRITE] & TLB_NOTDIRTY) {
            notdirty_store(cpu, f2, addr + n, a.size - n, ra, e2);
        }
        e = tlb_get(cpu, addr, MMU_DATA_STORE, a.mmu_idx, false, ra, &f);
        if (e->tag[TLB_TAG_WRITE] & TLB_NOTDIRTY) {
            notdirty_store(cpu, f, addr, n, ra, e);
        }
        return bounce_store(cpu, &a);
    }
    e = tlb_get(cpu, addr, MMU_DATA_STORE, a.mmu_idx, false, ra, &f);
    if (unlikely(e->tag[TLB_TAG_WRITE] & TLB_WATCH)) {
        check_watch(cpu, &a, oi & 0x10 ? BP_MEM_ACCESS : BP_MEM_WRITE);
    }
    if (unlikely(e->tag[TLB_TAG_WRITE] & TLB_MMIO)) {
        cpu_restore_state(cpu, ra);
        return bounce_store(cpu, &a);
    }
    if (e->tag[TLB_TAG_WRITE] & TLB_NOTDIRTY) {
        notdirty_store(cpu, f, addr, a.size, ra, e);
    }
    return entry_host(e, addr);
}

void softtlb_st_finish(void *env, uintptr_t ra)
{
    CPUState *cpu = cpu_from_env(env);
    CPUTransState *t = cpu->trans;
    Access a = make_access(t->bounce_addr, t->bounce_oi, ra);
    unsigned n = first_part(a.addr, t->bounce_len), len = t->bounce_len;
    uint8_t data[sizeof(t->bounce)];

    memcpy(data, t->bounce, len);
    t->bounce_len = 0;
    page_write(cpu, &a, a.addr, data, n);
    if (n < len) {
        page_write(cpu, &a, a.addr + n, data + n, len - n);
    }
}

/* ---- watchpoints ---- */

static bool watch_hit(const CPUWatchpoint *wp, const Access *a)
{
    vaddr last = a->addr + a->size - 1, wlast = wp->addr + wp->len - 1;

    return !(a->addr > wlast || wp->addr > last);
}

static void check_watch(CPUState *cpu, const Access *a, int flags)
{
    CPUClass *cc = cpu->cc;
    CPUWatchpoint *wp;

    if (likely(QTAILQ_EMPTY(&cpu->watchpoints)) || cpu->watchpoint_hit) {
        return; /* with a hit noted, this is the run that completes the instruction */
    }
    QTAILQ_FOREACH(wp, &cpu->watchpoints, entry) {
        if (!(wp->flags & flags) || !watch_hit(wp, a)) {
            continue;
        }
        wp->hitaddr = MAX(a->addr, wp->addr);
        wp->flags |= flags & BP_MEM_WRITE ? BP_HIT_WRITE : BP_HIT_READ;
        if ((wp->flags & BP_CPU) && cc->debug_check_watchpoint &&
            !cc->debug_check_watchpoint(cpu, wp)) {
            wp->flags &= ~BP_HIT;
            continue;
        }
        cpu->watchpoint_hit = wp;
        if (wp->flags & BP_STOP_BEFORE_ACCESS) {
            cpu->exception_index = EXCP_DEBUG;
            cpu_loop_exit_restore(cpu, a->ra);
        }
        /* x86 reports after the instruction: run it alone, then stop. */
        cpu->next_cflags = 1 | CF_NO_CHAIN | CF_SINGLE_STEP;
        cpu_loop_exit_restore(cpu, a->ra);
    }
}

/* ---- accessors for C helpers ---- */

static inline void *fast_lookup(CPUState *cpu, vaddr addr, unsigned size, int tag, int mmu_idx)
{
    TLBFast *fast = &cpu->trans->tlb[mmu_idx];
    TLBEntry *e = (TLBEntry *)((char *)fast->table +
                               ((addr >> (GUEST_PAGE_BITS - TLB_ENTRY_BITS)) & fast->mask));

    if (likely(e->tag[tag] == ((addr + size - 1) & GUEST_PAGE_MASK))) {
        return (void *)(uintptr_t)(addr + e->addend);
    }
    return NULL;
}

static inline const void *helper_ld(CPUState *cpu, vaddr addr, IRSize sz, int mmu_idx,
                                    uintptr_t ra)
{
    void *p = fast_lookup(cpu, addr, 1u << sz, TLB_TAG_READ, mmu_idx);

    return likely(p != NULL) ? p : softtlb_ld(cpu->env, addr, sz | mmu_idx << 16, ra);
}

static inline void helper_st(CPUState *cpu, vaddr addr, const void *v, IRSize sz, int mmu_idx,
                             uintptr_t ra)
{
    void *p = fast_lookup(cpu, addr, 1u << sz, TLB_TAG_WRITE, mmu_idx);

    if (likely(p != NULL)) {
        memcpy(p, v, 1u << sz);
        return;
    }
    memcpy(softtlb_st(cpu->env, addr, sz | mmu_idx << 16, ra), v, 1u << sz);
    if (cpu->trans->bounce_len) {
        softtlb_st_finish(cpu->env, ra);
    }
}

uint32_t cpu_ldub_mmuidx_ra(CPUState *cpu, vaddr addr, int mmu_idx, uintptr_t ra)
{
    return *(const uint8_t *)helper_ld(cpu, addr, SZ8, mmu_idx, ra);
}

uint32_t cpu_lduw_le_mmuidx_ra(CPUState *cpu, vaddr addr, int mmu_idx, uintptr_t ra)
{
    return lduw_le_p(helper_ld(cpu, addr, SZ16, mmu_idx, ra));
}

uint32_t cpu_ldl_le_mmuidx_ra(CPUState *cpu, vaddr addr, int mmu_idx, uintptr_t ra)
{
    return ldl_le_p(helper_ld(cpu, addr, SZ32, mmu_idx, ra));
}

uint64_t cpu_ldq_le_mmuidx_ra(CPUState *cpu, vaddr addr, int mmu_idx, uintptr_t ra)
{
    return ldq_le_p(helper_ld(cpu, addr, SZ64, mmu_idx, ra));
}

void cpu_stb_mmuidx_ra(CPUState *cpu, vaddr addr, uint32_t v, int mmu_idx, uintptr_t ra)
{
    uint8_t b = v;

    helper_st(cpu, addr, &b, SZ8, mmu_idx, ra);
}

void cpu_stw_le_mmuidx_ra(CPUState *cpu, vaddr addr, uint32_t v, int mmu_idx, uintptr_t ra)
{
    uint16_t w = GUINT16_TO_LE((uint16_t)v);

    helper_st(cpu, addr, &w, SZ16, mmu_idx, ra);
}

void cpu_stl_le_mmuidx_ra(CPUState *cpu, vaddr addr, uint32_t v, int mmu_idx, uintptr_t ra)
{
    v = GUINT32_TO_LE(v);
    helper_st(cpu, addr, &v, SZ32, mmu_idx, ra);
}

void cpu_stq_le_mmuidx_ra(CPUState *cpu, vaddr addr, uint64_t v, int mmu_idx, uintptr_t ra)
{
    v = GUINT64_TO_LE(v);
    helper_st(cpu, addr, &v, SZ64, mmu_idx, ra);
}

void cpu_probe_access(CPUState *cpu, vaddr addr, size_t len, MMUAccessType access, int mmu_idx,
                      uintptr_t ra)
{
    vaddr last = addr + (len ? len - 1 : 0);
    TLBFull *f;

    for (vaddr page = addr & GUEST_PAGE_MASK;; page += GUEST_PAGE_SIZE) {
        tlb_get(cpu, MAX(page, addr), access, mmu_idx, false, ra, &f);
        if (page == (last & GUEST_PAGE_MASK)) {
            break;
        }
    }
}

void *cpu_probe_ram(CPUState *cpu, vaddr addr, size_t len, MMUAccessType access, int mmu_idx,
                    uintptr_t ra)
{
    int tag = access == MMU_DATA_STORE ? TLB_TAG_WRITE : TLB_TAG_READ;
    void *p = fast_lookup(cpu, addr, 1, tag, mmu_idx);
    TLBFull *f;
    TLBEntry *e;

    if (likely(p != NULL)) {
        return p;
    }
    e = tlb_get(cpu, addr, access, mmu_idx, false, ra, &f);
    if (e->tag[tag] & (TLB_MMIO | TLB_WATCH)) {
        return NULL;
    }
    if (e->tag[tag] & TLB_NOTDIRTY) {
        notdirty_store(cpu, f, addr, len, ra, e);
    }
    return entry_host(e, addr);
}

void cpu_read_mmuidx_ra(CPUState *cpu, vaddr addr, void *buf, size_t len, int mmu_idx,
                        uintptr_t ra)
{
    Access a = { .addr = addr, .mmu_idx = mmu_idx, .ra = ra };

    while (len) {
        unsigned n = first_part(addr, MIN(len, GUEST_PAGE_SIZE));
        a.addr = addr;
        a.size = n;
        check_watch(cpu, &a, BP_MEM_READ);
        page_read(cpu, &a, addr, buf, n, MMU_DATA_LOAD);
        addr += n;
        buf = (char *)buf + n;
        len -= n;
    }
}

void cpu_write_mmuidx_ra(CPUState *cpu, vaddr addr, const void *buf, size_t len, int mmu_idx,
                         uintptr_t ra)
{
    Access a = { .addr = addr, .mmu_idx = mmu_idx, .ra = ra };

    while (len) {
        unsigned n = first_part(addr, MIN(len, GUEST_PAGE_SIZE));
        a.addr = addr;
        a.size = n;
        check_watch(cpu, &a, BP_MEM_WRITE);
        page_write(cpu, &a, addr, buf, n);
        addr += n;
        buf = (const char *)buf + n;
        len -= n;
    }
}
