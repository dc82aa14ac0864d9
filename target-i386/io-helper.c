/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IN, OUT, INS, OUTS: permission by IOPL and the bitmap of the TSS, then the I/O address space.
 *
 * Spec:   Intel SDM volume 1 chapter 19, volume 2 (IN, OUT, INS, OUTS).
 * Thread: the vCPU's own; device regions take the big lock by themselves.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "helpers.h"
#include "internal.h"

/* ---- permission ---- */

static bool bitmap_allows(CPUX86State *env, uint32_t port, uint32_t size, uintptr_t ra)
{
    CPUState *cs = env_cpu(env);
    uint32_t map, bits;

    if (!(env->tr.flags & DESC_P) || !(desc_type(env->tr.flags) & 8) || env->tr.limit < 103) {
        return false;
    }
    map = cpu_lduw_le_mmuidx_ra(cs, env->tr.base + 102, x86_sys_mmu(env), ra) + port / 8;
    if (map + 1 > env->tr.limit) { /* two bytes are read always */
        return false;
    }
    bits = cpu_lduw_le_mmuidx_ra(cs, env->tr.base + map, x86_sys_mmu(env), ra) >> (port & 7);
    return !(bits & ((1u << size) - 1));
}

static void check_io(CPUX86State *env, uint32_t port, uint32_t size, uintptr_t ra)
{
    if (!x86_pe(env) || (!x86_v86(env) && x86_cpl(env) <= x86_iopl(env))) {
        return;
    }
    if (!bitmap_allows(env, port, size, ra)) {
        raise_gp(env, 0, ra);
    }
}

/* ---- one access ---- */

static const MemOp size_op[] = { [1] = MO_8, [2] = MO_16 | MO_LE, [4] = MO_32 | MO_LE };

static uint64_t port_in(CPUX86State *env, uint32_t port, uint32_t size)
{
    return address_space_ld(&address_space_io, port, size_op[size], x86_mem_attrs(env), NULL);
}

static void port_out(CPUX86State *env, uint32_t port, uint32_t value, uint32_t size)
{
    address_space_st(&address_space_io, port, value, size_op[size], x86_mem_attrs(env), NULL);
}

/* An I/O breakpoint is a trap: the instruction at ra is done and its results are in the state. */
static void io_trap(CPUX86State *env, uint32_t port, uint32_t size)
{
    uint32_t hits;

    if (likely(!(env->dr[7] & 0xff))) {
        return;
    }
    hits = x86_io_breakpoints(env, port, size);
    if (hits) {
        env->dr[6] = (env->dr[6] & ~15ull) | hits;
        env->io_trap = true;
        BQL_LOCK_GUARD();
        cpu_interrupt(env_cpu(env), CPU_INTERRUPT_POLL);
    }
}

uint64_t helper_in(CPUX86State *env, uint32_t port, uint32_t size)
{
    uintptr_t ra = GETPC();
    uint64_t v;

    port &= 0xffff;
    check_io(env, port, size, ra);
    env_cpu(env)->mem_io_pc = ra;
    v = port_in(env, port, size);
    io_trap(env, port, size);
    return v;
}

void helper_out(CPUX86State *env, uint32_t port, uint32_t value, uint32_t size)
{
    uintptr_t ra = GETPC();

    port &= 0xffff;
    check_io(env, port, size, ra);
    env_cpu(env)->mem_io_pc = ra;
    port_out(env, port, value, size);
    io_trap(env, port, size);
}

/* ---- strings ---- */

/*
 * 512 elements are a disk sector or more: enough that the cost of a call vanishes, and few
 * enough that an interrupt waits for microseconds only.
 */
enum { REP_BATCH = 512 };

typedef struct RepIO {
    CPUX86State *env;
    uint32_t port, size, asz;
    uint64_t mask, base; /* of addresses */
    int mmu_idx;
    bool lin32;
    unsigned seg;
    uintptr_t ra;
} RepIO;

static void rep_start(RepIO *r, CPUX86State *env, uint32_t desc, unsigned seg, uintptr_t ra)
{
    uint32_t asz = desc >> 4 & 15;

    *r = (RepIO) {
        .env = env, .port = env->regs[R_EDX] & 0xffff, .size = 1u << (desc & 15), .asz = asz, .seg = seg,
        .mask = asz == 3 ? ~0ull : asz == 2 ? 0xffffffff : 0xffff,
        .mmu_idx = x86_data_mmu(env), .lin32 = !x86_code64(env), .ra = ra,
    };
    if (r->lin32 || seg == R_FS || seg == R_GS) {
        r->base = env->segs[seg].base;
    }
    check_io(env, r->port, r->size, ra);
}

static uint64_t rep_linear(RepIO *r, uint64_t offset, bool write)
{
    CPUX86State *env = r->env;
    uint64_t addr = r->base + offset;

    if (r->lin32) {
        const SegmentCache *sc = &env->segs[r->seg];
        bool pm = x86_pe(env) && !x86_v86(env);

        if (!x86_seg_range_ok(sc->flags, sc->limit, offset, r->size) ||
            (pm && (!(sc->flags & DESC_P) || !(write ? desc_is_writable_data(sc->flags)
                                                     : desc_is_readable(sc->flags))))) {
            raise_exception_err_ra(env, r->seg == R_SS ? EXCP0C_STACK : EXCP0D_GPF, 0, r->ra);
        }
        addr = (uint32_t)addr;
    }
    return addr;
}

static void set_masked(uint64_t *reg, uint64_t value, uint64_t mask)
{
    *reg = mask == 0xffff ? (*reg & ~0xffffull) | (value & 0xffff) : value & mask;
}

/* One element is done: registers are exact, so that a fault in the next restarts there. */
static bool rep_advance(RepIO *r, unsigned reg)
{
    CPUX86State *env = r->env;

    set_masked(&env->regs[reg], env->regs[reg] + env->df * r->size, r->mask);
    set_masked(&env->regs[R_ECX], env->regs[R_ECX] - 1, r->mask);
    return (env->regs[R_ECX] & r->mask) != 0;
}

static bool rep_pause(const CPUX86State *env, unsigned done)
{
    return done >= REP_BATCH || qatomic_read(&env->trans.exit_request);
}

static void store_element(RepIO *r, uint64_t addr, uint32_t v)
{
    CPUState *cs = env_cpu(r->env);

    if (r->size == 4) {
        cpu_stl_le_mmuidx_ra(cs, addr, v, r->mmu_idx, r->ra);
    } else if (r->size == 2) {
        cpu_stw_le_mmuidx_ra(cs, addr, v, r->mmu_idx, r->ra);
    } else {
        cpu_stb_mmuidx_ra(cs, addr, v, r->mmu_idx, r->ra);
    }
}

static uint32_t load_element(RepIO *r, uint64_t addr)
{
    CPUState *cs = env_cpu(r->env);

    if (r->size == 4) {
        return cpu_ldl_le_mmuidx_ra(cs, addr, r->mmu_idx, r->ra);
    }
    if (r->size == 2) {
        return cpu_lduw_le_mmuidx_ra(cs, addr, r->mmu_idx, r->ra);
    }
    return cpu_ldub_mmuidx_ra(cs, addr, r->mmu_idx, r->ra);
}

uint64_t helper_rep_ins(CPUX86State *env, uint32_t desc)
{
    RepIO r;
    unsigned done = 0;

    rep_start(&r, env, desc, R_ES, GETPC());
    if (!(env->regs[R_ECX] & r.mask)) {
        return 0;
    }
    for (;;) {
        uint64_t addr = rep_linear(&r, env->regs[R_EDI] & r.mask, true);

        /* The store must not fault once the device has given its data away. */
        cpu_probe_access(env_cpu(env), addr, 1, MMU_DATA_STORE, r.mmu_idx, r.ra);
        if ((addr & 4095) + r.size > 4096) {
            cpu_probe_access(env_cpu(env), addr + r.size - 1, 1, MMU_DATA_STORE, r.mmu_idx,
                             r.ra);
        }
        store_element(&r, addr, port_in(env, r.port, r.size));
        io_trap(env, r.port, r.size);
        if (!rep_advance(&r, R_EDI)) {
            return 0;
        }
        if ((desc & STR_ONE) || rep_pause(env, ++done)) {
            return 1;
        }
    }
}

uint64_t helper_rep_outs(CPUX86State *env, uint32_t desc)
{
    RepIO r;
    unsigned done = 0;

    rep_start(&r, env, desc, desc >> 8 & 7, GETPC());
    if (!(env->regs[R_ECX] & r.mask)) {
        return 0;
    }
    for (;;) {
        uint64_t addr = rep_linear(&r, env->regs[R_ESI] & r.mask, false);

        port_out(env, r.port, load_element(&r, addr), r.size);
        io_trap(env, r.port, r.size);
        if (!rep_advance(&r, R_ESI)) {
            return 0;
        }
        if ((desc & STR_ONE) || rep_pause(env, ++done)) {
            return 1;
        }
    }
}
