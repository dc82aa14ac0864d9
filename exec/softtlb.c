/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The soft TLB: tables that translated code indexes, their filling, sizing and flushing.
 *
 * Each address-space tag (PCID, ASID) has tables of its own, so a switch swaps pointers. Pages
 * of any guest size are entered as 4 KiB; a filter of 2 MiB regions remembers where parts of
 * large pages may be, so that flushing one page finds all of them and usually looks at one slot.
 *
 * Invariants
 *  1. A write tag without TLB_NOTDIRTY implies that every client of the RAM page that listens
 *     finds it dirty. Clearing a dirty bit is followed by tlb_protect_ram() (through the hook
 *     of exec/ramblock.h) before the clearer looks at the page.
 *  2. Entries are written by the owner; other threads only add TLB_NOTDIRTY, under CPUTlb.lock.
 *  3. Invalid entries have all tags TLB_EMPTY, which no masked address can equal.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/units.h"
#include "exec/tlb.h"
#include "exec/jump-cache.h"
#include "exec/memory.h"

/* ---- tables ---- */

static void mode_empty(TLBMode *m)
{
    memset(m->fast.table, 0xff, sizeof(TLBEntry) << m->bits);
    memset(m->victim, 0xff, sizeof(m->victim));
    m->used = 0;
}

static void mode_allocate(TLBMode *m, unsigned bits)
{
    m->bits = bits;
    m->fast.mask = ((1ull << bits) - 1) << TLB_ENTRY_BITS;
    m->fast.table = qemu_memalign(64, sizeof(TLBEntry) << bits);
    m->full = g_malloc(sizeof(TLBFull) << bits);
    m->fills = 0;
    mode_empty(m);
}

static void mode_release(TLBMode *m)
{
    qemu_vfree(m->fast.table);
    g_free(m->full);
    m->fast.table = NULL;
    m->full = NULL;
}

/*
 * Sizing happens at flushes, when the content is lost anyway, and when a table has been
 * refilled several times over without a flush: then it is too small for the working set.
 */
static void mode_resize(TLBMode *m)
{
    unsigned bits = m->bits;

    if (m->used > (3u << bits) / 4 && bits < TLB_MAX_BITS) {
        bits++;
    } else if (m->used < (1u << bits) / 8 && bits > TLB_MIN_BITS) {
        bits--;
    }
    if (bits != m->bits) {
        mode_release(m);
        mode_allocate(m, bits);
    } else {
        mode_empty(m);
    }
    m->fills = 0;
}

static void publish_modes(CPUState *cpu)
{
    for (int i = 0; i < NB_MMU_MODES; i++) {
        cpu->trans->tlb[i] = cpu->tlb->cur->mode[i].fast;
    }
}

static bool context_allocated(const TLBContext *c)
{
    return c->mode[0].fast.table != NULL;
}

static void context_flush(TLBContext *c)
{
    for (int i = 0; i < NB_MMU_MODES; i++) {
        mode_resize(&c->mode[i]);
    }
    memset(c->large_filter, 0, sizeof(c->large_filter));
    c->huge = false;
}

static void dirty_reset_hook(RAMBlock *rb, uint64_t start, uint64_t length)
{
    tlb_protect_ram(rb->offset + start, length);
}

/* DMA or a loader wrote to memory that translated code may have come from. */
static void code_written_hook(RAMBlock *rb, uint64_t start, uint64_t length)
{
    tb_invalidate_range(rb->offset + start, rb->offset + start + length - 1);
}

static void tlb_commit(MemoryListener *listener)
{
    CPUState *cpu;

    (void)listener;
    CPU_FOREACH(cpu) {
        if (cpu->tlb) {
            if (qemu_cpu_is_self(cpu) || !cpu->created) {
                tlb_flush(cpu);
            } else {
                async_run_on_cpu(cpu, (run_on_cpu_func)(void *)tlb_flush, NULL);
            }
        }
    }
}

void tlb_init(CPUState *cpu)
{
    struct CPUTlb *t = qemu_memalign(64, sizeof(*t));

    memset(t, 0, sizeof(*t));
    qemu_spin_init(&t->lock);
    t->code_page = 1; /* never page-aligned: nothing cached */
    t->cur = &t->ctx[0];
    t->cur->stamp = ++t->clock;
    for (int i = 0; i < NB_MMU_MODES; i++) {
        mode_allocate(&t->cur->mode[i], TLB_MIN_BITS);
    }
    cpu->tlb = t;
    publish_modes(cpu);
    ram_dirty_set_reset_hook(dirty_reset_hook);
    ram_code_set_write_hook(code_written_hook);
    t->nb_listeners = cpu->num_ases;
    t->listeners = g_new0(MemoryListener, cpu->num_ases);
    for (int i = 0; i < cpu->num_ases; i++) {
        t->listeners[i].name = "soft-tlb";
        t->listeners[i].commit = tlb_commit;
        memory_listener_register(&t->listeners[i], cpu->as[i]);
    }
}

void tlb_destroy(CPUState *cpu)
{
    struct CPUTlb *t = cpu->tlb;

    if (!t) {
        return;
    }
    for (int i = 0; i < t->nb_listeners; i++) {
        memory_listener_unregister(&t->listeners[i]);
    }
    g_free(t->listeners);
    for (int c = 0; c < TLB_CONTEXTS; c++) {
        for (int i = 0; i < NB_MMU_MODES && context_allocated(&t->ctx[c]); i++) {
            mode_release(&t->ctx[c].mode[i]);
        }
    }
    qemu_vfree(t);
    cpu->tlb = NULL;
}

void tlb_forget_code_page(CPUState *cpu)
{
    cpu->tlb->code_page = 1;
}

void tlb_select_context(CPUState *cpu)
{
    struct CPUTlb *t = cpu->tlb;
    CPUClass *cc = cpu->cc;
    uint64_t asid = cc->asid ? cc->asid(cpu) : 0;
    TLBContext *c, *oldest = &t->ctx[0];

    if (likely(t->cur->asid == asid)) {
        return;
    }
    for (c = t->ctx; c < t->ctx + TLB_CONTEXTS; c++) {
        if (c->stamp && c->asid == asid) {
            goto found;
        }
        if (c->stamp < oldest->stamp) {
            oldest = c;
        }
    }
    c = oldest;
    qemu_spin_lock(&t->lock);
    if (context_allocated(c)) {
        context_flush(c);
    } else {
        for (int i = 0; i < NB_MMU_MODES; i++) {
            mode_allocate(&c->mode[i], TLB_MIN_BITS);
        }
    }
    qemu_spin_unlock(&t->lock);
    if (c->stamp) {
        jump_cache_flush(cpu, c->asid);
    }
    c->asid = asid;
found:
    c->stamp = ++t->clock;
    t->cur = c;
    tlb_forget_code_page(cpu);
    publish_modes(cpu);
}

/* ---- flushing ---- */

static void flush_matching(CPUState *cpu, uint64_t asid, bool all)
{
    struct CPUTlb *t = cpu->tlb;

    if (!t) {
        return; /* a vCPU that never runs code, as with -accel qtest */
    }
    qemu_spin_lock(&t->lock);
    for (TLBContext *c = t->ctx; c < t->ctx + TLB_CONTEXTS; c++) {
        if (c->stamp && (all || c->asid == asid)) {
            context_flush(c);
        }
    }
    qemu_spin_unlock(&t->lock);
    publish_modes(cpu);
    jump_cache_flush(cpu, all ? UINT64_MAX : asid);
    tlb_forget_code_page(cpu);
}

void tlb_flush(CPUState *cpu)
{
    flush_matching(cpu, 0, true);
}

static void entry_clear(TLBEntry *e)
{
    memset(e, 0xff, sizeof(*e));
}

/* Keep what the guest marked global; large tables are mostly kernel by then, so walk them. */
static void context_flush_nonglobal(TLBContext *c)
{
    for (int i = 0; i < NB_MMU_MODES; i++) {
        TLBMode *m = &c->mode[i];
        unsigned kept = 0;

        for (unsigned k = 0; m->used && k < 1u << m->bits; k++) {
            TLBEntry *e = &m->fast.table[k];
            if (e->tag[0] == TLB_EMPTY && e->tag[1] == TLB_EMPTY && e->tag[2] == TLB_EMPTY) {
                continue;
            }
            if (m->full[k].global) {
                kept++;
            } else {
                entry_clear(e);
            }
        }
        m->used = kept;
        for (int v = 0; v < TLB_VICTIMS; v++) {
            if (!m->victim_full[v].global) {
                entry_clear(&m->victim[v]);
            }
        }
    }
}

void tlb_flush_asid(CPUState *cpu, uint64_t asid, bool keep_global)
{
    struct CPUTlb *t = cpu->tlb;

    if (!keep_global || !t) {
        flush_matching(cpu, asid, false);
        return;
    }
    qemu_spin_lock(&t->lock);
    for (TLBContext *c = t->ctx; c < t->ctx + TLB_CONTEXTS; c++) {
        if (c->stamp && c->asid == asid) {
            context_flush_nonglobal(c);
        }
    }
    qemu_spin_unlock(&t->lock);
    jump_cache_flush(cpu, asid);
    tlb_forget_code_page(cpu);
}

void tlb_flush_nonglobal(CPUState *cpu)
{
    tlb_flush_asid(cpu, cpu->tlb->cur->asid, true);
}

static unsigned large_hash(vaddr addr)
{
    uint64_t region = addr >> 21;

    return (region ^ region >> 10 ^ region >> 20) & (TLB_LARGE_FILTER - 1);
}

static bool tag_matches(uint64_t tag, vaddr page)
{
    return tag != TLB_EMPTY && (tag & GUEST_PAGE_MASK) == page;
}

static bool entry_matches(const TLBEntry *e, vaddr page)
{
    return tag_matches(e->tag[0], page) || tag_matches(e->tag[1], page) ||
           tag_matches(e->tag[2], page);
}

static void mode_flush_page(TLBMode *m, vaddr page)
{
    unsigned k = (page >> GUEST_PAGE_BITS) & ((1u << m->bits) - 1);

    if (entry_matches(&m->fast.table[k], page)) {
        entry_clear(&m->fast.table[k]);
    }
    for (int v = 0; v < TLB_VICTIMS; v++) {
        if (entry_matches(&m->victim[v], page)) {
            entry_clear(&m->victim[v]);
        }
    }
}

/* Drop every entry of a 2 MiB region: it may be one large page of the guest's. */
static void mode_flush_region(TLBMode *m, vaddr addr)
{
    vaddr region = addr >> 21;
    unsigned n = 1u << m->bits;

    for (unsigned i = 0; i < MIN(n, 512u); i++) {
        TLBEntry *e = &m->fast.table[((region << 9) + i) & (n - 1)];
        for (int t = 0; t < 3; t++) {
            if (e->tag[t] != TLB_EMPTY && e->tag[t] >> 21 == region) {
                entry_clear(e);
                break;
            }
        }
    }
    for (int v = 0; v < TLB_VICTIMS; v++) {
        entry_clear(&m->victim[v]);
    }
}

static void context_flush_page(TLBContext *c, vaddr page)
{
    unsigned h = large_hash(page);
    bool large = c->large_filter[h / 64] >> (h % 64) & 1;

    if (c->huge) {
        context_flush(c);
        return;
    }
    for (int i = 0; i < NB_MMU_MODES; i++) {
        if (large) {
            mode_flush_region(&c->mode[i], page);
        } else {
            mode_flush_page(&c->mode[i], page);
        }
    }
}

static void flush_page(CPUState *cpu, vaddr addr, uint64_t asid, bool all)
{
    struct CPUTlb *t = cpu->tlb;
    vaddr page = addr & GUEST_PAGE_MASK;

    if (!t) {
        return;
    }
    qemu_spin_lock(&t->lock);
    for (TLBContext *c = t->ctx; c < t->ctx + TLB_CONTEXTS; c++) {
        if (c->stamp && (all || c->asid == asid)) {
            bool was_huge = c->huge, large;
            unsigned h = large_hash(page);

            large = c->large_filter[h / 64] >> (h % 64) & 1;
            context_flush_page(c, page);
            if (was_huge || large) {
                jump_cache_flush(cpu, c->asid);
            }
        }
    }
    qemu_spin_unlock(&t->lock);
    publish_modes(cpu);
    jump_cache_flush_page(cpu, page);
    tlb_forget_code_page(cpu);
}

void tlb_flush_page(CPUState *cpu, vaddr addr)
{
    flush_page(cpu, addr, 0, true);
}

void tlb_flush_page_asid(CPUState *cpu, vaddr addr, uint64_t asid)
{
    flush_page(cpu, addr, asid, false);
}

void tlb_flush_all_cpus(CPUState *src)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (cpu != src) {
            async_run_on_cpu(cpu, (run_on_cpu_func)(void *)tlb_flush, NULL);
        }
    }
    tlb_flush(src);
}

/* ---- write protection of RAM ---- */

static void entry_protect(TLBEntry *e, const TLBFull *f, hwaddr start, hwaddr len)
{
    if (e->tag[TLB_TAG_WRITE] == TLB_EMPTY || !f->rb ||
        f->rb->offset + f->rb_offset - start >= len) {
        return;
    }
    qatomic_set(&e->tag[TLB_TAG_WRITE], e->tag[TLB_TAG_WRITE] | TLB_NOTDIRTY);
}

void tlb_protect_ram(hwaddr start, hwaddr len)
{
    CPUState *cpu;

    start &= GUEST_PAGE_MASK;
    RCU_READ_LOCK_GUARD();
    CPU_FOREACH(cpu) {
        struct CPUTlb *t = cpu->tlb;

        if (!t) {
            continue;
        }
        qemu_spin_lock(&t->lock);
        for (TLBContext *c = t->ctx; c < t->ctx + TLB_CONTEXTS; c++) {
            for (int i = 0; i < NB_MMU_MODES && c->stamp; i++) {
                TLBMode *m = &c->mode[i];
                for (unsigned k = 0; m->used && k < 1u << m->bits; k++) {
                    entry_protect(&m->fast.table[k], &m->full[k], start, len);
                }
                for (int v = 0; v < TLB_VICTIMS; v++) {
                    entry_protect(&m->victim[v], &m->victim_full[v], start, len);
                }
            }
        }
        qemu_spin_unlock(&t->lock);
    }
}

/* ---- filling ---- */

static bool page_is_watched(CPUState *cpu, vaddr page)
{
    CPUWatchpoint *wp;

    QTAILQ_FOREACH(wp, &cpu->watchpoints, entry) {
        if (wp->addr - page < GUEST_PAGE_SIZE || page - wp->addr < wp->len) {
            return true;
        }
    }
    return false;
}

/* Which tags a page gets, and where its memory is, from its physical address. */
static void describe_page(CPUState *cpu, vaddr page, const TLBFill *fill, TLBEntry *e,
                          TLBFull *f)
{
    AddressSpace *as = cpu->as[fill->asidx];
    hwaddr xlat, len = GUEST_PAGE_SIZE;
    MemoryRegionSection *s;
    uint8_t *host = NULL;
    uint64_t rd, wr;

    s = address_space_translate_for_tlb(as, fill->phys, &xlat, &len, fill->attrs);
    f->phys = fill->phys;
    f->attrs = fill->attrs;
    f->asidx = fill->asidx;
    f->global = fill->global;
    f->large = fill->page_size > GUEST_PAGE_SIZE;
    f->rb = NULL;
    f->rb_offset = 0;
    rd = page | TLB_MMIO;
    wr = page | TLB_MMIO;
    if (len >= GUEST_PAGE_SIZE && s->mr && memory_access_is_direct(s->mr, false)) {
        host = (uint8_t *)memory_region_get_ram_ptr(s->mr) + xlat;
        f->rb = s->mr->ram_block;
        f->rb_offset = host - f->rb->host;
        rd = page;
        if (memory_access_is_direct(s->mr, true) && !s->readonly) {
            wr = page;
            if (!ramblock_page_all_dirty(f->rb, f->rb_offset >> GUEST_PAGE_BITS)) {
                wr |= TLB_NOTDIRTY;
            }
        }
    }
    e->addend = (uintptr_t)host - page;
    if (unlikely(!QTAILQ_EMPTY(&cpu->watchpoints)) && page_is_watched(cpu, page)) {
        rd |= TLB_WATCH;
        wr |= TLB_WATCH;
    }
    e->tag[TLB_TAG_READ] = fill->prot & PAGE_READ ? rd : TLB_EMPTY;
    e->tag[TLB_TAG_WRITE] = fill->prot & PAGE_WRITE ? wr : TLB_EMPTY;
    e->tag[TLB_TAG_EXEC] = fill->prot & PAGE_EXEC ? rd & ~(uint64_t)TLB_WATCH : TLB_EMPTY;
}

static void note_large(TLBContext *c, vaddr page, uint64_t size)
{
    unsigned h = large_hash(page);

    c->large_filter[h / 64] |= 1ull << (h % 64);
    if (size > 2 * MiB) {
        /* One guest page over several regions: the filter would need a bit for each. */
        c->huge = true;
    }
}

static void mode_grow(CPUState *cpu, TLBMode *m)
{
    TLBFast old = m->fast;
    TLBFull *old_full = m->full;
    unsigned old_n = 1u << m->bits;

    mode_allocate(m, m->bits + 1);
    for (unsigned k = 0; k < old_n; k++) {
        TLBEntry *e = &old.table[k];
        for (int t = 0; t < 3; t++) {
            if (e->tag[t] != TLB_EMPTY) {
                unsigned n = (e->tag[t] >> GUEST_PAGE_BITS) & ((1u << m->bits) - 1);
                m->fast.table[n] = *e;
                m->full[n] = old_full[k];
                m->used++;
                break;
            }
        }
    }
    qemu_vfree(old.table);
    g_free(old_full);
    publish_modes(cpu);
}

static bool entry_empty(const TLBEntry *e)
{
    return e->tag[0] == TLB_EMPTY && e->tag[1] == TLB_EMPTY && e->tag[2] == TLB_EMPTY;
}

static TLBEntry *tlb_install(CPUState *cpu, vaddr page, const TLBFill *fill, int mmu_idx,
                             TLBFull **full)
{
    struct CPUTlb *t = cpu->tlb;
    TLBMode *m = &t->cur->mode[mmu_idx];
    TLBEntry *e;
    unsigned k;

    qemu_spin_lock(&t->lock);
    if (m->used > (1u << m->bits) / 2 && m->fills > 4u << m->bits && m->bits < TLB_MAX_BITS) {
        mode_grow(cpu, m);
    }
    m->fills++;
    k = (page >> GUEST_PAGE_BITS) & ((1u << m->bits) - 1);
    e = &m->fast.table[k];
    if (entry_empty(e)) {
        m->used++;
    } else if (!entry_matches(e, page)) {
        unsigned v = m->next_victim++ % TLB_VICTIMS;
        m->victim[v] = *e;
        m->victim_full[v] = m->full[k];
    }
    describe_page(cpu, page, fill, e, &m->full[k]);
    if (m->full[k].large) {
        note_large(t->cur, page, fill->page_size);
    }
    qemu_spin_unlock(&t->lock);
    cpu->nr_tlb_fills++;
    *full = &m->full[k];
    return e;
}

static bool victim_swap(CPUState *cpu, TLBMode *m, unsigned k, vaddr page, int tag)
{
    for (int v = 0; v < TLB_VICTIMS; v++) {
        if (tag_matches(m->victim[v].tag[tag], page)) {
            TLBEntry e = m->fast.table[k];
            TLBFull f = m->full[k];

            qemu_spin_lock(&cpu->tlb->lock);
            m->fast.table[k] = m->victim[v];
            m->full[k] = m->victim_full[v];
            m->victim[v] = e;
            m->victim_full[v] = f;
            qemu_spin_unlock(&cpu->tlb->lock);
            return true;
        }
    }
    return false;
}

TLBEntry *tlb_get(CPUState *cpu, vaddr addr, MMUAccessType access, int mmu_idx, bool probe,
                  uintptr_t ra, TLBFull **full)
{
    CPUClass *cc = cpu->cc;
    TLBMode *m = &cpu->tlb->cur->mode[mmu_idx];
    vaddr page = addr & GUEST_PAGE_MASK;
    unsigned k = (addr >> GUEST_PAGE_BITS) & ((1u << m->bits) - 1);
    TLBEntry *e = &m->fast.table[k];
    TLBFill fill = { 0 };
    int tag = access == MMU_DATA_LOAD ? TLB_TAG_READ
              : access == MMU_DATA_STORE ? TLB_TAG_WRITE : TLB_TAG_EXEC;

    if (tag_matches(e->tag[tag], page) || victim_swap(cpu, m, k, page, tag)) {
        *full = &m->full[k];
        return e;
    }
    if (!cc->tlb_walk(cpu, addr, access, mmu_idx, probe, &fill)) {
        if (probe) {
            return NULL;
        }
        cpu_restore_state(cpu, ra);
        cc->raise_tlb_fault(cpu, addr, access, mmu_idx);
    }
    fill.phys &= GUEST_PAGE_MASK;
    return tlb_install(cpu, page, &fill, mmu_idx, full);
}

/* ---- code ---- */

hwaddr tlb_code_page(CPUState *cpu, vaddr pc, const uint8_t **host)
{
    CPUClass *cc = cpu->cc;
    TLBFull *full;
    TLBEntry *e = tlb_get(cpu, pc, MMU_INST_FETCH, cc->mmu_index(cpu, true), false, 0, &full);

    if (e->tag[TLB_TAG_EXEC] & TLB_MMIO) {
        *host = NULL;
        return RAM_ADDR_INVALID;
    }
    *host = (const uint8_t *)(uintptr_t)((pc & GUEST_PAGE_MASK) + e->addend);
    return full->rb->offset + full->rb_offset + (pc & ~GUEST_PAGE_MASK);
}

static void code_page_select(CPUState *cpu, vaddr addr)
{
    CPUClass *cc = cpu->cc;
    struct CPUTlb *t = cpu->tlb;
    TLBFull *full;
    TLBEntry *e = tlb_get(cpu, addr, MMU_INST_FETCH, cc->mmu_index(cpu, true), false, 0, &full);

    t->code_page = addr & GUEST_PAGE_MASK;
    t->code_phys = full->phys;
    t->code_attrs = full->attrs;
    t->code_asidx = full->asidx;
    t->code_host = e->tag[TLB_TAG_EXEC] & TLB_MMIO
                       ? NULL : (const uint8_t *)(uintptr_t)(t->code_page + e->addend);
}

uint8_t cpu_ldub_code(CPUState *cpu, vaddr addr)
{
    struct CPUTlb *t = cpu->tlb;
    uint8_t v = 0xff;

    if (unlikely(t->code_page != (addr & GUEST_PAGE_MASK))) {
        code_page_select(cpu, addr);
    }
    if (likely(t->code_host)) {
        return t->code_host[addr & ~GUEST_PAGE_MASK];
    }
    address_space_read(cpu->as[t->code_asidx], t->code_phys | (addr & ~GUEST_PAGE_MASK),
                       t->code_attrs, &v, 1);
    return v;
}

static uint64_t code_bytes(CPUState *cpu, vaddr addr, unsigned n)
{
    struct CPUTlb *t = cpu->tlb;
    uint64_t v = 0;

    if (likely(t->code_page == (addr & GUEST_PAGE_MASK) && t->code_host &&
               (addr & ~GUEST_PAGE_MASK) + n <= GUEST_PAGE_SIZE)) {
        memcpy(&v, t->code_host + (addr & ~GUEST_PAGE_MASK), n);
        return GUINT64_FROM_LE(v);
    }
    for (unsigned i = 0; i < n; i++) {
        v |= (uint64_t)cpu_ldub_code(cpu, addr + i) << (8 * i);
    }
    return v;
}

uint16_t cpu_lduw_code(CPUState *cpu, vaddr addr)
{
    return code_bytes(cpu, addr, 2);
}

uint32_t cpu_ldl_code(CPUState *cpu, vaddr addr)
{
    return code_bytes(cpu, addr, 4);
}

uint64_t cpu_ldq_code(CPUState *cpu, vaddr addr)
{
    return code_bytes(cpu, addr, 8);
}
