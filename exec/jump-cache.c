/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jump caches: guest pc to translated code, looked up inline by translated code itself.
 *
 * A table is only valid for one mode, cs_base and address space, so that the inline look-up
 * compares nothing but the pc. Changing mode swaps a pointer; the tables of recently used
 * combinations stay warm.
 *
 * An entry's two halves are not read atomically. That is safe because the owner alone installs
 * entries, and other threads only ever replace host by the miss stub, which is right for any pc.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "exec/jump-cache.h"

static void table_clear(JumpContext *c)
{
    const void *miss = tcg_backend_jc_miss();

    for (unsigned i = 0; i < JC_SIZE; i++) {
        c->table[i].pc = UINT64_MAX;
        qatomic_set(&c->table[i].host, miss);
    }
    memset(c->pages, 0, sizeof(c->pages));
}

static unsigned page_hash(vaddr pc)
{
    uint64_t page = pc >> 12;

    return (page ^ page >> 12) & (JC_PAGE_FILTER - 1);
}

static bool page_test(const JumpContext *c, vaddr pc)
{
    unsigned h = page_hash(pc);

    return c->pages[h / 64] >> (h % 64) & 1;
}

void jump_cache_init(CPUState *cpu)
{
    cpu->jumps = g_new0(struct CPUJumpContexts, 1);
}

void jump_cache_destroy(CPUState *cpu)
{
    if (!cpu->jumps) {
        return;
    }
    for (int i = 0; i < JC_CONTEXTS; i++) {
        g_free(cpu->jumps->ctx[i].table);
    }
    g_free(cpu->jumps);
    cpu->jumps = NULL;
}

static JumpContext *context_replace(struct CPUJumpContexts *j)
{
    JumpContext *oldest = &j->ctx[0];

    for (int i = 0; i < JC_CONTEXTS; i++) {
        if (j->ctx[i].stamp < oldest->stamp) {
            oldest = &j->ctx[i];
        }
    }
    if (!oldest->table) {
        JumpContext fresh = { .table = g_new(JumpCacheEntry, JC_SIZE) };
        table_clear(&fresh);
        *oldest = fresh; /* the table pointer last matters to jump_cache_drop() alone */
    } else {
        table_clear(oldest);
    }
    return oldest;
}

void jump_cache_select(CPUState *cpu, const CPUExecKey *key, uint64_t asid)
{
    struct CPUJumpContexts *j = cpu->jumps;
    JumpContext *c = j->cur;

    if (!c || c->flags != key->flags || c->cs_base != key->cs_base || c->asid != asid) {
        c = NULL;
        for (int i = 0; i < JC_CONTEXTS; i++) {
            JumpContext *t = &j->ctx[i];
            if (t->flags == key->flags && t->cs_base == key->cs_base && t->asid == asid &&
                t->stamp) {
                c = t;
                break;
            }
        }
        if (!c) {
            c = context_replace(j);
            c->flags = key->flags;
            c->cs_base = key->cs_base;
            c->asid = asid;
        }
        c->stamp = ++j->clock;
        j->cur = c;
    }
    cpu->trans->jc = c->table;
}

void jump_cache_fill(CPUState *cpu, vaddr pc, const void *host)
{
    JumpContext *c = cpu->jumps->cur;
    JumpCacheEntry *e = &c->table[jump_cache_index(pc)];
    unsigned h = page_hash(pc);

    e->pc = pc;
    qatomic_set(&e->host, host);
    c->pages[h / 64] |= 1ull << (h % 64);
}

void jump_cache_flush(CPUState *cpu, uint64_t asid)
{
    struct CPUJumpContexts *j = cpu->jumps;

    for (int i = 0; i < JC_CONTEXTS; i++) {
        JumpContext *c = &j->ctx[i];
        if (!c->stamp || (asid != UINT64_MAX && c->asid != asid)) {
            continue;
        }
        table_clear(c);
        if (c != j->cur) {
            c->stamp = 0;
        }
    }
}

void jump_cache_flush_page(CPUState *cpu, vaddr addr)
{
    struct CPUJumpContexts *j = cpu->jumps;
    vaddr page = addr >> 12;
    const void *miss = tcg_backend_jc_miss();

    for (int i = 0; i < JC_CONTEXTS; i++) {
        JumpContext *c = &j->ctx[i];
        /* A block of the page before may reach into this one. */
        if (!c->stamp || (!page_test(c, addr) && !page_test(c, addr - 4096))) {
            continue;
        }
        for (unsigned k = 0; k < JC_SIZE; k++) {
            vaddr p = c->table[k].pc >> 12;
            if (p == page || p + 1 == page) {
                c->table[k].pc = UINT64_MAX;
                qatomic_set(&c->table[k].host, miss);
            }
        }
    }
}

void jump_cache_drop(vaddr pc, const void *host)
{
    const void *miss = tcg_backend_jc_miss();
    unsigned index = jump_cache_index(pc);
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        struct CPUJumpContexts *j = qatomic_read(&cpu->jumps);
        if (!j) {
            continue;
        }
        for (int i = 0; i < JC_CONTEXTS; i++) {
            JumpCacheEntry *t = qatomic_read(&j->ctx[i].table);
            if (t && qatomic_read(&t[index].host) == host) {
                qatomic_cmpxchg(&t[index].host, host, miss);
            }
        }
    }
}
