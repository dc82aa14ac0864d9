/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linear to physical addresses: the page walk in all paging modes, and physical accesses.
 *
 * Spec:     Intel SDM volume 3 chapter 4; AMD APM volume 2 chapter 5.
 * Thread:   the vCPU's own; the debug walk also others while the vCPU is stopped.
 * Deviates: PAE page-directory pointers are read from memory in each walk (as AMD processors
 *           do) and not cached by a load of CR3.
 *
 * All modes share one loop: they differ in where it starts, in the size of entries and indexes,
 * and in what is reserved. Accessed and dirty bits are set by compare and exchange on guest RAM;
 * when an entry changed under us, the walk starts again. Tables are reached through host pointers
 * to the RAM ranges that walks met last (X86WalkCache).
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "exec/memory.h"
#include "cpuid.h"
#include "internal.h"

MemTxAttrs x86_mem_attrs(const CPUX86State *env)
{
    return (MemTxAttrs) { .secure = !!(env->hflags & HF_SMM) };
}

static inline AddressSpace *walk_as(const CPUX86State *env)
{
    CPUState *cs = env_cpu((CPUX86State *)env);

    return cs->as[(env->hflags & HF_SMM) && cs->num_ases > 1];
}

/* ---- guest RAM through host pointers ---- */

static void walk_cache_refill(CPUX86State *env, hwaddr page, bool *found)
{
    X86WalkCache *w = &env_x86cpu(env)->walk;
    AddressSpace *as = walk_as(env);
    MemoryRegionSection *sec;
    hwaddr xlat, len = UINT64_MAX - page;

    *found = false;
    sec = address_space_translate_for_tlb(as, page, &xlat, &len, x86_mem_attrs(env));
    if (!memory_access_is_direct(sec->mr, true) || len < 4096) {
        return;
    }
    w->range[1] = w->range[0];
    w->range[0].base = page;
    w->range[0].size = len & ~(hwaddr)4095;
    w->range[0].block = sec->mr->ram_block;
    w->range[0].host = (uint8_t *)memory_region_get_ram_ptr(sec->mr) + xlat;
    *found = true;
}

/*
 * Host address of the entry at pa, NULL when that is no plain RAM. Ranges start where the first
 * miss in them was, so a later walk below it refills; there are at most a few of those.
 */
static void *walk_ptr(CPUX86State *env, hwaddr pa)
{
    X86WalkCache *w = &env_x86cpu(env)->walk;
    bool found;

    if (unlikely(qatomic_read(&w->stale))) {
        qatomic_set(&w->stale, 0);
        smp_mb();
        w->range[0].size = w->range[1].size = 0;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(w->range); i++) {
        if (pa - w->range[i].base < w->range[i].size) {
            return w->range[i].host + (pa - w->range[i].base);
        }
    }
    walk_cache_refill(env, pa & ~(hwaddr)4095, &found);
    return found ? w->range[0].host + (pa & 4095) : NULL;
}

struct X86WalkListener {
    MemoryListener listener;
    X86CPU *cpu;
};
typedef struct X86WalkListener X86WalkListener;

static void walk_cache_commit(MemoryListener *listener)
{
    qatomic_set(&container_of(listener, X86WalkListener, listener)->cpu->walk.stale, 1);
}

/* [bql] One listener for each address space of the CPU; they live as long as the CPU. */
void x86_walk_cache_init(X86CPU *cpu)
{
    CPUState *cs = &cpu->parent_obj;

    for (int i = 0; i < cs->num_ases; i++) {
        X86WalkListener *l = g_new0(X86WalkListener, 1);

        l->cpu = cpu;
        l->listener.name = "x86-walk";
        l->listener.commit = walk_cache_commit;
        memory_listener_register(&l->listener, cs->as[i]);
        cpu->walk_listeners[i] = l;
    }
}

void x86_walk_cache_free(X86CPU *cpu)
{
    for (unsigned i = 0; i < ARRAY_SIZE(cpu->walk_listeners); i++) {
        X86WalkListener *l = cpu->walk_listeners[i];

        if (l) {
            memory_listener_unregister(&l->listener);
            g_free(l);
            cpu->walk_listeners[i] = NULL;
        }
    }
}

/* An entry in RAM was written behind the soft TLB's back. */
static void entry_dirty(CPUX86State *env, void *host, unsigned size)
{
    X86WalkCache *w = &env_x86cpu(env)->walk;

    for (unsigned i = 0; i < ARRAY_SIZE(w->range); i++) {
        hwaddr ofs = (uint8_t *)host - w->range[i].host;

        if (w->range[i].size && ofs < w->range[i].size) {
            RAMBlock *rb = w->range[i].block;
            hwaddr in_block = (uint8_t *)host - rb->host;

            if (!ramblock_test_dirty(rb, in_block, size, DIRTY_MEMORY_CODE)) {
                tb_invalidate_range(rb->offset + in_block, rb->offset + in_block + size - 1);
            }
            ramblock_set_dirty(rb, in_block, size, DIRTY_CLIENTS_NOCODE);
            return;
        }
    }
}

static uint64_t read_entry(CPUX86State *env, hwaddr pa, unsigned size, void **host)
{
    *host = walk_ptr(env, pa);
    if (likely(*host)) {
        return size == 8 ? le64_to_cpu(qatomic_read((uint64_t *)*host))
                         : le32_to_cpu(qatomic_read((uint32_t *)*host));
    }
    if (size == 8) {
        return address_space_ldq(walk_as(env), pa, x86_mem_attrs(env), NULL);
    }
    return address_space_ldl(walk_as(env), pa, x86_mem_attrs(env), NULL);
}

/* Set bits in an entry whose value was old. False: it changed, walk again. */
static bool mark_entry(CPUX86State *env, hwaddr pa, void *host, unsigned size, uint64_t old,
                       uint64_t bits)
{
    if (!host) {
        if (size == 8) {
            address_space_stq(walk_as(env), pa, old | bits, x86_mem_attrs(env), NULL);
        } else {
            address_space_stl(walk_as(env), pa, old | bits, x86_mem_attrs(env), NULL);
        }
        return true;
    }
    if (size == 8) {
        if (qatomic_cmpxchg((uint64_t *)host, cpu_to_le64(old), cpu_to_le64(old | bits)) !=
            cpu_to_le64(old)) {
            return false;
        }
    } else if (qatomic_cmpxchg((uint32_t *)host, cpu_to_le32((uint32_t)old),
                               cpu_to_le32((uint32_t)(old | bits))) !=
               cpu_to_le32((uint32_t)old)) {
        return false;
    }
    entry_dirty(env, host, size);
    return true;
}

/* ---- the walk ---- */

typedef struct Walk {
    CPUX86State *env;
    uint64_t addr;
    uint64_t rsvd;      /* reserved in every entry */
    uint64_t a20;
    bool pae, large_ok; /* large_ok: PS is honoured at the page-directory level */
    bool debug;         /* leave accessed bits alone */
    /* result */
    uint64_t leaf;      /* the last entry */
    hwaddr leaf_pa;
    void *leaf_host;
    unsigned shift;     /* log2 of the page size */
    uint64_t rights;    /* AND of RW and US of all levels, NX inverted */
} Walk;

enum { WALK_OK, WALK_ABSENT, WALK_RSVD, WALK_AGAIN };

/* Reserved bits of a large-page entry: between its address and bit 12 (PAT). */
static uint64_t large_rsvd(const Walk *w, unsigned shift)
{
    if (!w->pae) { /* PSE-36: bits 20..13 are address bits 39..32 */
        unsigned phys = MIN(env_x86cpu(w->env)->phys_bits, 40u);
        uint64_t high = w->env->features[FEAT_1_EDX] & CPUID_PSE36 && phys > 32
                            ? (1ull << (phys - 32)) - 1 : 0;

        return 0x3fe000 & ~(high << 13);
    }
    return ((1ull << shift) - 1) & ~0x1fffull;
}

static hwaddr large_base(const Walk *w, uint64_t e, unsigned shift)
{
    if (!w->pae) {
        return (e & 0xffc00000) | (e & 0x1fe000) << 19;
    }
    return e & PG_ADDR & ~((1ull << shift) - 1);
}

/* Walk from table (physical) with the first index at bit shift. */
static int walk_tables(Walk *w, hwaddr table, unsigned shift)
{
    CPUX86State *env = w->env;
    const unsigned bits = w->pae ? 9 : 10, size = w->pae ? 8 : 4;
    const bool long_mode = env->hflags & HF_LMA;

    w->rights = PG_RW | PG_US | PG_NX;
    for (;; shift -= bits) {
        unsigned index = w->addr >> shift & ((1u << bits) - 1);
        hwaddr pa;
        uint64_t e, rsvd = w->rsvd;
        void *host;
        bool pdpte = w->pae && !long_mode && shift == 30;

        if (pdpte) {
            index &= 3;
        }
        pa = (table + index * size) & w->a20;
        e = read_entry(env, pa, size, &host);
        if (!(e & PG_P)) {
            return WALK_ABSENT;
        }
        if (pdpte) { /* no rights and no accessed bit at this level */
            if (e & (rsvd | PG_NX | 0x1e6)) {
                return WALK_RSVD;
            }
            table = e & PG_ADDR;
            continue;
        }
        w->shift = shift;
        if (shift > 12 && (e & PG_PS)) {
            if (shift > 30 || (shift == 30 && !(env->features[FEAT_8000_0001_EDX] &
                                                CPUID_EXT2_PDPE1GB))) {
                return WALK_RSVD;
            }
            if (w->large_ok) {
                if (e & (rsvd | large_rsvd(w, shift))) {
                    return WALK_RSVD;
                }
                shift = 0; /* a leaf */
            }
        }
        if (e & rsvd) {
            return WALK_RSVD;
        }
        w->rights &= (e & (PG_RW | PG_US)) | (~e & PG_NX);
        if (shift <= 12) {
            w->leaf = e;
            w->leaf_pa = pa;
            w->leaf_host = host;
            return WALK_OK;
        }
        if (!(e & PG_A) && !w->debug && !mark_entry(env, pa, host, size, e, PG_A)) {
            return WALK_AGAIN;
        }
        table = w->pae ? e & PG_ADDR : e & 0xfffff000;
    }
}

static int walk_start(Walk *w)
{
    CPUX86State *env = w->env;
    uint64_t phys_rsvd = PG_ADDR & ~((1ull << env_x86cpu(env)->phys_bits) - 1);

    w->a20 = x86_a20_mask(env);
    if (!(env->cr[4] & CR4_PAE)) {
        w->pae = false;
        w->rsvd = 0;
        w->large_ok = env->cr[4] & CR4_PSE;
        return walk_tables(w, env->cr[3] & 0xfffff000, 22);
    }
    w->pae = w->large_ok = true;
    w->rsvd = phys_rsvd | (env->efer & EFER_NXE ? 0 : PG_NX);
    if (!(env->hflags & HF_LMA)) {
        w->rsvd |= 0x7ff0000000000000ull;
        return walk_tables(w, env->cr[3] & 0xffffffe0, 30);
    }
    return walk_tables(w, env->cr[3] & PG_ADDR, env->cr[4] & CR4_LA57 ? 48 : 39);
}

/* Page address of a finished walk, at 4 KiB granularity. */
static hwaddr walk_result(const Walk *w)
{
    hwaddr base;

    if (w->shift > 12) {
        base = large_base(w, w->leaf, w->shift) | (w->addr & ((1ull << w->shift) - 1));
    } else {
        base = w->pae ? w->leaf & PG_ADDR : w->leaf & 0xfffff000;
    }
    return base & ~0xfffull & w->a20;
}

/* ---- permissions ---- */

/* PAGE_* that mmu_idx has on a page with these accumulated rights. */
static int walk_prot(const CPUX86State *env, uint64_t rights, int mmu_idx)
{
    bool user_page = rights & PG_US;
    int prot = 0;

    if (mmu_idx == MMU_USER_IDX) {
        if (!user_page) {
            return 0;
        }
        prot = PAGE_READ | PAGE_EXEC;
        if (rights & PG_RW) {
            prot |= PAGE_WRITE;
        }
    } else {
        if (!user_page || mmu_idx != MMU_KSMAP_IDX) {
            prot = PAGE_READ;
            if ((rights & PG_RW) || !(env->cr[0] & CR0_WP)) {
                prot |= PAGE_WRITE;
            }
        }
        if (!user_page || !(env->cr[4] & CR4_SMEP)) {
            prot |= PAGE_EXEC;
        }
    }
    if (!(rights & PG_NX)) { /* inverted: some level forbids execution */
        prot &= ~PAGE_EXEC;
    }
    return prot;
}

static bool record_page_fault(CPUX86State *env, uint64_t addr, MMUAccessType access, int mmu_idx,
                              uint32_t cause, bool probe)
{
    if (probe) {
        return false;
    }
    env->fault_vector = EXCP0E_PAGE;
    env->fault_cr2 = addr;
    env->fault_error = cause;
    if (access == MMU_DATA_STORE) {
        env->fault_error |= PF_W;
    }
    if (mmu_idx == MMU_USER_IDX) {
        env->fault_error |= PF_U;
    }
    if (access == MMU_INST_FETCH &&
        (((env->efer & EFER_NXE) && (env->cr[4] & CR4_PAE)) || (env->cr[4] & CR4_SMEP))) {
        env->fault_error |= PF_ID;
    }
    return false;
}

static void fill_physical(CPUX86State *env, uint64_t addr, TLBFill *out)
{
    out->phys = addr & ~0xfffull & x86_a20_mask(env);
    out->prot = PAGE_READ | PAGE_WRITE | PAGE_EXEC;
    out->page_size = 4096;
    out->global = false;
}

static const uint8_t access_prot[] = {
    [MMU_DATA_LOAD] = PAGE_READ, [MMU_DATA_STORE] = PAGE_WRITE, [MMU_INST_FETCH] = PAGE_EXEC,
};

static bool walk_and_fill(CPUX86State *env, uint64_t addr, MMUAccessType access, int mmu_idx,
                          bool probe, TLBFill *out)
{
    Walk w = { .env = env, .addr = addr };
    uint64_t want = PG_A;
    int r, prot;

    do {
        r = walk_start(&w);
        if (r == WALK_ABSENT || r == WALK_RSVD) {
            return record_page_fault(env, addr, access, mmu_idx,
                                     r == WALK_RSVD ? PF_P | PF_RSVD : 0, probe);
        }
        if (r == WALK_AGAIN) {
            continue;
        }
        prot = walk_prot(env, w.rights, mmu_idx);
        if (!(prot & access_prot[access])) {
            return record_page_fault(env, addr, access, mmu_idx, PF_P, probe);
        }
        want = access == MMU_DATA_STORE ? PG_A | PG_D : PG_A;
        if ((w.leaf & want) == want) {
            break;
        }
        if (!mark_entry(env, w.leaf_pa, w.leaf_host, w.pae ? 8 : 4, w.leaf, want)) {
            r = WALK_AGAIN;
        }
        w.leaf |= want;
    } while (r == WALK_AGAIN);

    out->phys = walk_result(&w);
    out->prot = w.leaf & PG_D ? prot : prot & ~PAGE_WRITE;
    out->page_size = 1ull << w.shift;
    out->global = (w.leaf & PG_G) && (env->cr[4] & CR4_PGE);
    return true;
}

/* CPUClass.tlb_walk */
bool x86_tlb_walk(CPUState *cs, vaddr addr, MMUAccessType access, int mmu_idx, bool probe,
                  TLBFill *out)
{
    CPUX86State *env = cs->env;

    out->attrs = x86_mem_attrs(env);
    out->asidx = out->attrs.secure && cs->num_ases > 1;
    if (mmu_idx == MMU_PHYS_IDX) {
        fill_physical(env, addr, out);
        return true;
    }
    if (env->hflags & HF_LMA) {
        if (access == MMU_INST_FETCH && !(env->hflags & HF_CS64)) {
            addr = (uint32_t)addr;
        } else if (unlikely(!x86_canonical(env, addr))) {
            if (!probe) {
                env->fault_vector = EXCP0D_GPF;
                env->fault_error = 0;
            }
            return false;
        }
    } else {
        addr = (uint32_t)addr;
        if (!(env->cr[0] & CR0_PG)) {
            fill_physical(env, addr, out);
            return true;
        }
    }
    return walk_and_fill(env, addr, access, mmu_idx, probe, out);
}

/* CPUClass.raise_tlb_fault */
void x86_raise_tlb_fault(CPUState *cs, vaddr addr, MMUAccessType access, int mmu_idx)
{
    CPUX86State *env = cs->env;

    if (env->fault_vector == EXCP0E_PAGE) {
        env->cr[2] = env->fault_cr2;
        qemu_log_mask(CPU_LOG_MMU, "page fault: addr %" PRIx64 " error %x eip %" PRIx64 "\n",
                      env->cr[2], env->fault_error, env->eip);
    } else if (access != MMU_INST_FETCH && mmu_idx != MMU_PHYS_IDX &&
               x86_access_uses_stack(env, addr)) {
        env->fault_vector = EXCP0C_STACK;
    }
    raise_exception_err_ra(env, env->fault_vector, env->fault_error, 0);
}

hwaddr x86_get_phys_page_attrs_debug(CPUState *cs, vaddr addr, MemTxAttrs *attrs)
{
    CPUX86State *env = cs->env;
    Walk w = { .env = env, .debug = true };

    *attrs = x86_mem_attrs(env);
    if (!(env->hflags & HF_LMA)) {
        addr = (uint32_t)addr;
    }
    if (!(env->cr[0] & CR0_PG)) {
        return addr & ~0xfffull & x86_a20_mask(env);
    }
    if ((env->hflags & HF_LMA) && !x86_canonical(env, addr)) {
        return -1;
    }
    w.addr = addr;
    return walk_start(&w) == WALK_OK ? walk_result(&w) : (hwaddr)-1;
}

uint64_t x86_asid(CPUState *cs)
{
    CPUX86State *env = cs->env;

    return env->cr[4] & CR4_PCIDE ? env->cr[3] & CR3_PCID : 0;
}

int x86_mmu_index(CPUState *cs, bool ifetch)
{
    CPUX86State *env = cs->env;

    if (ifetch && x86_cpl(env) != 3) {
        return env->cr[4] & CR4_SMAP ? MMU_KSMAP_IDX : MMU_KNOSMAP_IDX;
    }
    return x86_data_mmu(env);
}

/* ---- physical accesses of the CPU itself ---- */

static inline hwaddr phys_a20(CPUX86State *env, hwaddr addr)
{
    return addr & x86_a20_mask(env);
}

uint32_t x86_ldub_phys(CPUX86State *env, hwaddr addr)
{
    return address_space_ldub(walk_as(env), phys_a20(env, addr), x86_mem_attrs(env), NULL);
}

uint32_t x86_lduw_phys(CPUX86State *env, hwaddr addr)
{
    return address_space_lduw(walk_as(env), phys_a20(env, addr), x86_mem_attrs(env), NULL);
}

uint32_t x86_ldl_phys(CPUX86State *env, hwaddr addr)
{
    return address_space_ldl(walk_as(env), phys_a20(env, addr), x86_mem_attrs(env), NULL);
}

uint64_t x86_ldq_phys(CPUX86State *env, hwaddr addr)
{
    return address_space_ldq(walk_as(env), phys_a20(env, addr), x86_mem_attrs(env), NULL);
}

void x86_stb_phys(CPUX86State *env, hwaddr addr, uint32_t v)
{
    address_space_stb(walk_as(env), phys_a20(env, addr), v, x86_mem_attrs(env), NULL);
}

void x86_stw_phys(CPUX86State *env, hwaddr addr, uint32_t v)
{
    address_space_stw(walk_as(env), phys_a20(env, addr), v, x86_mem_attrs(env), NULL);
}

void x86_stl_phys(CPUX86State *env, hwaddr addr, uint32_t v)
{
    address_space_stl(walk_as(env), phys_a20(env, addr), v, x86_mem_attrs(env), NULL);
}

void x86_stq_phys(CPUX86State *env, hwaddr addr, uint64_t v)
{
    address_space_stq(walk_as(env), phys_a20(env, addr), v, x86_mem_attrs(env), NULL);
}
