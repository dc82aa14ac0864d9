/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store of translated blocks: code memory, look-up by physical address, chaining, and
 * invalidation by the bytes that a store changes.
 *
 * Code memory is one memfd mapped twice: written through one mapping, run through the other.
 * It is handed out in chunks, each filled by one thread, so translating needs no lock; blocks
 * in a chunk are in address order, which makes a host address findable by bisection.
 *
 * Locks: TBCache.lock guards the hash chains, page lists and chain lists for writing. Look-ups
 * read hash chains without it: links are published with release order and blocks are not freed
 * before tb_flush_now(), which runs when no vCPU does.
 *
 * Invariants
 *  1. A page with blocks, or with a translator reading it, has its CODE dirty bit clear, so
 *     stores to it take the slow path (exec/softtlb.c, invariant 1).
 *  2. A block whose invalid flag is set is in no hash chain, no page list, no jump cache, and
 *     nothing chains to it. Threads may still be running in it: they leave at its end.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/thread.h"
#include "qapi/error.h"
#include "exec/jump-cache.h"
#include "exec/ramblock.h"
#include "exec/tb-cache.h"
#include "exec/tlb.h"

enum {
    CHUNK_SIZE = 1 << 20,
    HASH_BITS = 16,
    L2_BITS = 10,
    L1_BITS = 18, /* pages below 1 TiB of RAM numbering; beyond it code is not kept */
};

typedef struct Chunk {
    TranslationBlock **tbs; /* by rising code address */
    unsigned nb_tbs, cap_tbs;
    size_t used;
    GSList *old_arrays;
} Chunk;

typedef struct TBCache {
    QemuMutex lock;
    uint8_t *rw;
    const uint8_t *rx;
    size_t size, prologue;
    unsigned nb_chunks, next_chunk; /* next_chunk: atomic */
    uint32_t generation;            /* counts flushes: threads drop their chunk */
    Chunk *chunks;
    TranslationBlock *hash[1 << HASH_BITS];
    CodePage *pages[1 << L1_BITS];
    uint64_t nb_tbs, nb_flushes, nb_invalidated; /* under lock */
} TBCache;

static TBCache cache;

static __thread Chunk *my_chunk;
static __thread unsigned my_chunk_index;
static __thread uint32_t my_generation;

/* ---- code memory ---- */

static bool map_code(size_t size, Error **errp)
{
    int fd = memfd_create("translated-code", MFD_CLOEXEC);

    if (fd < 0 || ftruncate(fd, size) < 0) {
        error_setg_errno(errp, errno, "cannot create %zu MiB of code memory", size >> 20);
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    cache.rw = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    cache.rx = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    close(fd);
    if (cache.rw == MAP_FAILED || cache.rx == MAP_FAILED) {
        error_setg_errno(errp, errno, "cannot map %zu MiB of code memory", size >> 20);
        return false;
    }
    return true;
}

bool tb_cache_init(size_t code_size, Error **errp)
{
    code_size = MAX(ROUND_UP(code_size, (size_t)CHUNK_SIZE), (size_t)4 * CHUNK_SIZE);
    if (code_size > (size_t)2047 << 20) {
        error_setg(errp, "tb-size is too large: at most 2047 MiB can be used");
        return false;
    }
    if (!map_code(code_size, errp)) {
        return false;
    }
    qemu_mutex_init(&cache.lock);
    cache.size = code_size;
    cache.nb_chunks = code_size / CHUNK_SIZE;
    cache.chunks = g_new0(Chunk, cache.nb_chunks);
    return true;
}

void tb_cache_set_prologue(const struct IRTarget *target)
{
    /* The backend takes the whole region for the place of translated code. */
    cache.prologue = tcg_backend_init(target, cache.rw, cache.rx,
                                      (size_t)cache.nb_chunks * CHUNK_SIZE);
    /* The prologue has chunk 0 for itself, so that a flush never touches it. */
    cache.next_chunk = 1;
}

static bool chunk_next(void)
{
    unsigned n = qatomic_fetch_inc(&cache.next_chunk);

    if (n >= cache.nb_chunks) {
        qatomic_set(&cache.next_chunk, cache.nb_chunks);
        my_chunk = NULL;
        return false;
    }
    my_chunk = &cache.chunks[n];
    my_chunk_index = n;
    my_generation = qatomic_read(&cache.generation);
    return true;
}

TranslationBlock *tb_alloc(size_t min_room, TBCode *code)
{
    TranslationBlock *tb;
    size_t ofs;

    if (!my_chunk || my_generation != qatomic_read(&cache.generation) ||
        CHUNK_SIZE - my_chunk->used < min_room) {
        if (!chunk_next()) {
            return NULL;
        }
    }
    tb = g_new0(TranslationBlock, 1);
    ofs = (size_t)my_chunk_index * CHUNK_SIZE + my_chunk->used;
    code->rw = cache.rw + ofs;
    code->rx = cache.rx + ofs;
    code->room = CHUNK_SIZE - my_chunk->used;
    code->tb = tb;
    return tb;
}

void tb_commit_code(TranslationBlock *tb, const TBCode *code)
{
    Chunk *c = my_chunk;

    tb->code = code->rx;
    tb->code_rw = code->rw;
    tb->code_size = code->size;
    tb->side = code->side;
    tb->side_size = code->side_size;
    tb->flags_in = code->flags_in;
    memcpy(tb->exits, code->exits, sizeof(tb->exits));
    c->used = ROUND_UP(c->used + code->size + code->side_size, 64);
    if (c->nb_tbs == c->cap_tbs) {
        /* Another thread may be bisecting the old array: it stays until the next flush. */
        unsigned cap = MAX(c->cap_tbs * 2, 512u);
        TranslationBlock **n = g_new(TranslationBlock *, cap);
        if (c->nb_tbs) {
            memcpy(n, c->tbs, c->nb_tbs * sizeof(*n));
            c->old_arrays = g_slist_prepend(c->old_arrays, c->tbs);
        }
        qatomic_store_release(&c->tbs, n);
        c->cap_tbs = cap;
    }
    c->tbs[c->nb_tbs] = tb;
    qatomic_store_release(&c->nb_tbs, c->nb_tbs + 1);
}

TranslationBlock *tb_from_host(uintptr_t host_pc)
{
    size_t ofs = host_pc - (uintptr_t)cache.rx;
    TranslationBlock **tbs;
    unsigned lo = 0, hi;
    Chunk *c;

    if (ofs >= cache.size) {
        return NULL;
    }
    c = &cache.chunks[ofs / CHUNK_SIZE];
    hi = qatomic_load_acquire(&c->nb_tbs);
    tbs = qatomic_load_acquire(&c->tbs);
    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        uintptr_t start = (uintptr_t)tbs[mid]->code;
        if (host_pc < start) {
            hi = mid;
        } else if (host_pc > start + tbs[mid]->code_size) {
            lo = mid + 1;
        } else {
            return tbs[mid];
        }
    }
    return NULL;
}

/* ---- look-up ---- */

static unsigned tb_hash(const CPUExecKey *key, uint32_t cflags, hwaddr phys_pc)
{
    uint64_t h = phys_pc * 0x9e3779b97f4a7c15ull;

    h ^= (key->pc + key->cs_base * 31) * 0xc2b2ae3d27d4eb4full;
    h ^= (key->flags ^ (uint64_t)cflags << 40) * 0x165667b19e3779f9ull;
    return h >> (64 - HASH_BITS);
}

TranslationBlock *tb_lookup(const CPUExecKey *key, uint32_t cflags, hwaddr phys_pc)
{
    TranslationBlock *tb = qatomic_load_acquire(&cache.hash[tb_hash(key, cflags, phys_pc)]);

    for (; tb; tb = qatomic_load_acquire(&tb->next_hash)) {
        if (tb->phys_pc == phys_pc && tb->pc == key->pc && tb->cs_base == key->cs_base &&
            tb->flags == key->flags && tb->cflags == cflags) {
            return tb;
        }
    }
    return NULL;
}

static TranslationBlock **hash_bucket(const TranslationBlock *tb)
{
    CPUExecKey key = { .pc = tb->pc, .cs_base = tb->cs_base, .flags = tb->flags };

    return &cache.hash[tb_hash(&key, tb->cflags, tb->phys_pc)];
}

/* ---- pages ---- */

static CodePage *page_find(hwaddr ram, bool alloc)
{
    uint64_t n = ram >> GUEST_PAGE_BITS;
    CodePage **l1, *l2;

    if (n >> (L1_BITS + L2_BITS)) {
        return NULL;
    }
    l1 = &cache.pages[n >> L2_BITS];
    l2 = qatomic_load_acquire(l1);
    if (!l2 && alloc) {
        l2 = g_new0(CodePage, 1 << L2_BITS);
        qatomic_store_release(l1, l2);
    }
    return l2 ? &l2[n & ((1 << L2_BITS) - 1)] : NULL;
}

static void page_watch(hwaddr page, bool watch)
{
    RAMBlock *rb = qemu_ram_block_from_addr(page);

    if (!rb) {
        return;
    }
    if (watch) {
        ramblock_clear_dirty_page(rb, (page - rb->offset) >> GUEST_PAGE_BITS, DIRTY_MEMORY_CODE);
        tlb_protect_ram(page, GUEST_PAGE_SIZE);
    } else {
        ramblock_set_dirty(rb, page - rb->offset, GUEST_PAGE_SIZE, 1 << DIRTY_MEMORY_CODE);
    }
}

void tb_begin_pages(const hwaddr page[2], uint32_t tickets[2])
{
    qemu_mutex_lock(&cache.lock);
    for (int i = 0; i < 2; i++) {
        CodePage *p = page[i] == RAM_ADDR_INVALID ? NULL : page_find(page[i], true);
        if (p) {
            tickets[i] = p->writes;
            if (!p->translating++ && !p->first) {
                page_watch(page[i], true);
            }
        }
    }
    qemu_mutex_unlock(&cache.lock);
}

static void page_end(hwaddr page)
{
    CodePage *p = page == RAM_ADDR_INVALID ? NULL : page_find(page, false);

    if (p && !--p->translating && !p->first) {
        page_watch(page, false);
    }
}

void tb_abandon_pages(const hwaddr begun[2])
{
    qemu_mutex_lock(&cache.lock);
    page_end(begun[0]);
    page_end(begun[1]);
    qemu_mutex_unlock(&cache.lock);
}

/* Which of the 64 pieces of page number i of the block (0 or 1) the block covers. */
static uint64_t tb_granules(const TranslationBlock *tb, int i)
{
    unsigned first = tb->phys_pc & ~GUEST_PAGE_MASK, last = first + tb->size - 1;

    if (i == 0) {
        last = MIN(last, GUEST_PAGE_SIZE - 1);
    } else {
        last -= GUEST_PAGE_SIZE;
        first = 0;
    }
    return (~0ull << (first / 64)) & (~0ull >> (63 - last / 64));
}

static TranslationBlock *link_tb(TranslationBlock *l)
{
    return (TranslationBlock *)((uintptr_t)l & ~(uintptr_t)1);
}

static void page_add(TranslationBlock *tb, int i)
{
    CodePage *p = page_find(tb->page[i], true);

    tb->page_next[i] = p->first;
    p->first = (TranslationBlock *)((uintptr_t)tb | i);
    qatomic_set(&p->granules, p->granules | tb_granules(tb, i));
}

static void page_remove(TranslationBlock *tb, int i)
{
    CodePage *p = page_find(tb->page[i], false);
    TranslationBlock **l = &p->first;

    while (link_tb(*l) != tb) {
        l = &link_tb(*l)->page_next[(uintptr_t)*l & 1];
    }
    *l = tb->page_next[i];
    if (!p->first) {
        qatomic_set(&p->granules, 0);
        if (!p->translating) {
            page_watch(tb->page[i], false);
        }
    }
}

bool tb_insert(TranslationBlock **ptb, const hwaddr begun[2], const uint32_t tickets[2])
{
    TranslationBlock *tb = *ptb, *other;
    CPUExecKey key = { .pc = tb->pc, .cs_base = tb->cs_base, .flags = tb->flags };
    bool ok = true;

    qemu_mutex_lock(&cache.lock);
    for (int i = 0; i < 2; i++) {
        CodePage *p = begun[i] == RAM_ADDR_INVALID ? NULL : page_find(begun[i], false);
        ok = ok && (!p || p->writes == tickets[i]);
    }
    other = ok ? tb_lookup(&key, tb->cflags, tb->phys_pc) : NULL;
    if (other) {
        *ptb = other;
    } else if (ok) {
        TranslationBlock **bucket = hash_bucket(tb);
        page_add(tb, 0);
        if (tb->nb_pages == 2) {
            page_add(tb, 1);
        }
        tb->next_hash = *bucket;
        qatomic_store_release(bucket, tb);
        cache.nb_tbs++;
    }
    page_end(begun[0]);
    page_end(begun[1]);
    qemu_mutex_unlock(&cache.lock);
    return ok;
}

/* ---- chaining ---- */

static void unchain_exit(TranslationBlock *tb, unsigned slot)
{
    TranslationBlock *dest = tb->chain_dest[slot], **l;

    if (!dest) {
        return;
    }
    tcg_backend_patch(tb->code_rw, tb->code, &tb->exits[slot], NULL, 0);
    for (l = &dest->chain_in; *l; l = &link_tb(*l)->chain_next[(uintptr_t)*l & 1]) {
        if (*l == (TranslationBlock *)((uintptr_t)tb | slot)) {
            *l = tb->chain_next[slot];
            break;
        }
    }
    tb->chain_dest[slot] = NULL;
}

static void unchain_all(TranslationBlock *tb)
{
    unchain_exit(tb, 0);
    unchain_exit(tb, 1);
    while (tb->chain_in) {
        unchain_exit(link_tb(tb->chain_in), (uintptr_t)tb->chain_in & 1);
    }
}

void tb_chain(TranslationBlock *from, unsigned slot, TranslationBlock *to)
{
    qemu_mutex_lock(&cache.lock);
    if (!from->invalid && !to->invalid && !from->chain_dest[slot] &&
        (from->exits[slot].direct_ofs || from->exits[slot].saved_ofs)) {
        from->chain_dest[slot] = to;
        from->chain_next[slot] = to->chain_in;
        to->chain_in = (TranslationBlock *)((uintptr_t)from | slot);
        tcg_backend_patch(from->code_rw, from->code, &from->exits[slot], to->code,
                          to->flags_in);
    }
    qemu_mutex_unlock(&cache.lock);
}

/* ---- invalidation ---- */

static void tb_invalidate_locked(TranslationBlock *tb)
{
    TranslationBlock **l;

    if (tb->invalid) {
        return;
    }
    qatomic_set(&tb->invalid, 1);
    for (l = hash_bucket(tb); *l != tb; l = &(*l)->next_hash) {
    }
    qatomic_store_release(l, tb->next_hash);
    page_remove(tb, 0);
    if (tb->nb_pages == 2) {
        page_remove(tb, 1);
    }
    unchain_all(tb);
    jump_cache_drop(tb->pc, tb->code);
    cache.nb_invalidated++;
    cache.nb_tbs--;
}

static bool tb_overlaps(const TranslationBlock *tb, int i, unsigned first, unsigned last)
{
    unsigned s = i ? 0 : tb->phys_pc & ~GUEST_PAGE_MASK;
    unsigned e = i ? ((tb->phys_pc & ~GUEST_PAGE_MASK) + tb->size - 1) - GUEST_PAGE_SIZE
                   : MIN((tb->phys_pc & ~GUEST_PAGE_MASK) + tb->size - 1, GUEST_PAGE_SIZE - 1);

    return first <= e && s <= last;
}

/* Bytes first..last of the page are about to change. */
static void invalidate_in_page(CodePage *p, unsigned first, unsigned last)
{
    TranslationBlock *l = p->first;
    uint64_t granules = 0;

    if (p->translating) {
        p->writes++;
    }
    while (l) {
        TranslationBlock *tb = link_tb(l);
        int i = (uintptr_t)l & 1;
        TranslationBlock *next = tb->page_next[i];

        if (tb_overlaps(tb, i, first, last)) {
            /* Removing may also unlink the next element if that is this block's other page. */
            if (next && link_tb(next) == tb) {
                next = tb->page_next[(uintptr_t)next & 1];
            }
            tb_invalidate_locked(tb);
        } else {
            granules |= tb_granules(tb, i);
        }
        l = next;
    }
    qatomic_set(&p->granules, granules);
}

static uint64_t granule_mask(unsigned first, unsigned last)
{
    return (~0ull << (first / 64)) & (~0ull >> (63 - last / 64));
}

void tb_invalidate_range(hwaddr start, hwaddr last)
{
    for (hwaddr page = start & GUEST_PAGE_MASK; page <= last; page += GUEST_PAGE_SIZE) {
        CodePage *p = page_find(page, false);
        unsigned f = page < start ? start - page : 0;
        unsigned l = MIN(last - page, GUEST_PAGE_SIZE - 1);

        if (!p) {
            page |= ((hwaddr)1 << (L2_BITS + GUEST_PAGE_BITS)) - GUEST_PAGE_SIZE;
            continue; /* no code in this whole group of pages */
        }
        if (!qatomic_read(&p->translating) && !(qatomic_read(&p->granules) & granule_mask(f, l))) {
            continue;
        }
        qemu_mutex_lock(&cache.lock);
        invalidate_in_page(p, f, l);
        qemu_mutex_unlock(&cache.lock);
    }
}

static unsigned tb_last_page_bytes(const TranslationBlock *tb)
{
    return (tb->phys_pc & ~GUEST_PAGE_MASK) + tb->size - GUEST_PAGE_SIZE;
}

/* Would a store to [start, last] change the block? */
static bool tb_covers(const TranslationBlock *tb, hwaddr start, hwaddr last)
{
    for (int i = 0; i < tb->nb_pages; i++) {
        hwaddr first = i ? tb->page[1] : tb->phys_pc;
        hwaddr end = i ? tb->page[1] + tb_last_page_bytes(tb) - 1
                       : MIN(tb->phys_pc + tb->size - 1, tb->page[0] + GUEST_PAGE_SIZE - 1);
        if (start <= end && first <= last) {
            return true;
        }
    }
    return false;
}

void notdirty_store(CPUState *cpu, const TLBFull *full, vaddr addr, unsigned size, uintptr_t ra,
                    TLBEntry *entry)
{
    hwaddr start = full->rb->offset + full->rb_offset + (addr & ~GUEST_PAGE_MASK);
    hwaddr last = start + size - 1;
    uint64_t page = full->rb_offset >> GUEST_PAGE_BITS;
    CodePage *p = page_find(start, false);

    if (p && (qatomic_read(&p->translating) ||
              (qatomic_read(&p->granules) & granule_mask(start & ~GUEST_PAGE_MASK,
                                                         last & ~GUEST_PAGE_MASK)))) {
        TranslationBlock *self = ra ? tb_from_host(ra) : NULL;
        if (self && self->icount > 1 && tb_covers(self, start, last)) {
            cpu_loop_exit_single(cpu, ra);
        }
        tb_invalidate_range(start, last);
    }
    ramblock_set_dirty(full->rb, full->rb_offset, GUEST_PAGE_SIZE, DIRTY_CLIENTS_NOCODE);
    if (ramblock_page_all_dirty(full->rb, page)) {
        qemu_spin_lock(&cpu->tlb->lock);
        /* Under the lock: tlb_protect_ram() either comes later or has cleared the bit. */
        if (ramblock_page_all_dirty(full->rb, page)) {
            entry->tag[TLB_TAG_WRITE] &= ~(uint64_t)TLB_NOTDIRTY;
        }
        qemu_spin_unlock(&cpu->tlb->lock);
    }
}

void tb_flush_now(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (cpu->jumps) {
            jump_cache_flush(cpu, UINT64_MAX);
        }
    }
    qemu_mutex_lock(&cache.lock);
    memset(cache.hash, 0, sizeof(cache.hash));
    for (unsigned i = 0; i < 1u << L1_BITS; i++) {
        for (unsigned k = 0; cache.pages[i] && k < 1u << L2_BITS; k++) {
            CodePage *p = &cache.pages[i][k];
            if (p->first) {
                p->first = NULL;
                p->granules = 0;
                if (!p->translating) {
                    page_watch(((hwaddr)i << L2_BITS | k) << GUEST_PAGE_BITS, false);
                }
            }
        }
    }
    for (unsigned i = 0; i < cache.nb_chunks; i++) {
        Chunk *c = &cache.chunks[i];
        for (unsigned k = 0; k < c->nb_tbs; k++) {
            g_free(c->tbs[k]);
        }
        g_slist_free_full(c->old_arrays, g_free);
        c->old_arrays = NULL;
        c->nb_tbs = 0;
        c->used = 0;
    }
    qatomic_set(&cache.next_chunk, 1);
    qatomic_inc(&cache.generation);
    cache.nb_tbs = 0;
    cache.nb_flushes++;
    qemu_mutex_unlock(&cache.lock);
}

static void flush_blocks(CPUState *cpu, void *data)
{
    (void)cpu;
    (void)data;
    tb_flush_now();
}

void tb_flush(CPUState *cpu)
{
    async_safe_run_on_cpu(cpu, flush_blocks, NULL);
}

void tb_cache_stats(uint64_t *tbs, uint64_t *bytes, uint64_t *flushes, uint64_t *invalidated)
{
    qemu_mutex_lock(&cache.lock);
    *tbs = cache.nb_tbs;
    *bytes = (uint64_t)qatomic_read(&cache.next_chunk) * CHUNK_SIZE;
    *flushes = cache.nb_flushes;
    *invalidated = cache.nb_invalidated;
    qemu_mutex_unlock(&cache.lock);
}
