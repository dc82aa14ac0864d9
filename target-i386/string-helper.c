/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Repeated string instructions: MOVS, STOS, LODS, CMPS, SCAS with a REP prefix.
 *
 * Spec: Intel SDM volume 2, "REP/REPE/REPZ/REPNE/REPNZ" and the instructions.
 *
 * The work is cut into runs: elements that lie in one page of each operand, do not wrap the
 * address size, and pass the segment check. A run in plain RAM goes by host pointers; other
 * elements go one by one through the slow path.
 *
 * Invariants
 *  1. Registers are updated after each run, and whatever can fault comes before the first
 *     effect of a run: a fault finds the registers at the faulting element.
 *  2. A run has the effect of its elements done one after the other, overlapping operands
 *     included.
 *  3. One call handles at most CALL_BYTES, and stops early when translated code is asked to
 *     leave: interrupts are not held up.
 *
 * Threads: the vCPU's own.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/bswap.h"
#include "exec/cpu-exec.h"
#include "target-i386/cpu.h"
#include "target-i386/helpers.h"

enum {
    PAGE_BYTES = 4096,
    CALL_BYTES = 65536, /* bounds the time until an interrupt is seen: some microseconds */
    CALL_SLOW = 64,     /* elements by the slow path: devices may take long */
};

typedef struct Operand {
    unsigned seg;
    unsigned reg;       /* R_ESI or R_EDI */
    MMUAccessType access;
    uint64_t offset;    /* within the segment, truncated to the address size */
    uint64_t linear;    /* of the current element */
    uint8_t *ram;       /* host address of the run's lowest byte, NULL: slow path */
} Operand;

typedef struct Rep {
    CPUX86State *env;
    CPUState *cpu;
    uintptr_t ra;
    unsigned size;      /* of an element in bytes */
    uint64_t mask;      /* of the address size */
    bool down;          /* DF */
    bool one;
    bool repne;
    int mmu_idx;
    uint64_t count;     /* elements left */
    uint64_t run;       /* elements of the current run */
    uint64_t bytes_left;
    unsigned slow_left;
    unsigned nb_ops;
    Operand op[2];
} Rep;

static uint64_t merge_reg(uint64_t old, uint64_t v, uint64_t mask)
{
    return mask == 0xffff ? (old & ~mask) | (v & mask) : v & mask;
}

static void rep_begin(Rep *r, CPUX86State *env, uint32_t desc, uintptr_t ra)
{
    IRSize asz = desc >> 4 & 15;

    *r = (Rep){
        .env = env,
        .cpu = &env_x86cpu(env)->parent_obj,
        .ra = ra,
        .size = 1u << (desc & 15),
        .mask = asz == SZ16 ? 0xffff : asz == SZ32 ? 0xffffffff : UINT64_MAX,
        .down = env->df < 0,
        .one = desc & STR_ONE,
        .repne = desc & STR_REPNE,
        .bytes_left = CALL_BYTES,
        .slow_left = CALL_SLOW,
    };
    r->mmu_idx = (env->hflags & HF_CPL_MASK) == 3 ? MMU_USER_IDX
               : env->hflags & HF_SMAP_AC ? MMU_KSMAP_IDX : MMU_KNOSMAP_IDX;
    r->count = env->regs[R_ECX] & r->mask;
}

static void add_operand(Rep *r, unsigned reg, unsigned seg, MMUAccessType access)
{
    r->op[r->nb_ops++] = (Operand){ .seg = seg, .reg = reg, .access = access };
}

static bool segment_is_checked(const CPUX86State *env, unsigned seg)
{
    uint32_t bit = seg == R_FS ? HF_FSCHECK : seg == R_GS ? HF_GSCHECK : HF_SEGCHECK;

    return !(env->hflags & HF_CS64) && env->hflags & bit;
}

/* May [ofs, ofs + bytes) of the segment be accessed? */
static bool segment_admits(const Rep *r, const Operand *o, uint64_t ofs, uint64_t bytes)
{
    const SegmentCache *sc = &r->env->segs[o->seg];
    uint64_t last = ofs + bytes - 1;
    bool data = !(sc->flags & DESC_CODE);

    if ((r->env->hflags & (HF_PE | HF_VM)) == HF_PE) {
        bool need_write = o->access == MMU_DATA_STORE;

        if (!(sc->flags & DESC_P) || !(sc->flags & DESC_S) ||
            (data ? need_write && !(sc->flags & DESC_RW)
                  : need_write || !(sc->flags & DESC_RW))) {
            return false;
        }
    }
    if (data && sc->flags & DESC_EC) {
        return ofs > sc->limit && last <= (sc->flags & DESC_DB ? UINT32_MAX : 0xffff);
    }
    return last <= sc->limit;
}

/* Elements from here on that stay in one page and do not wrap; 0 if not even one does. */
static uint64_t page_room(const Rep *r, const Operand *o)
{
    unsigned in_page = o->linear & (PAGE_BYTES - 1);
    uint64_t room;

    if (in_page + r->size > PAGE_BYTES) {
        return 0;
    }
    if (r->down) {
        return MIN(in_page / r->size, o->offset / r->size) + 1;
    }
    room = (PAGE_BYTES - in_page) / r->size;
    return MIN(room, (r->mask - o->offset) / r->size + (r->mask != UINT64_MAX));
}

static void locate(Rep *r, Operand *o)
{
    CPUX86State *env = r->env;
    bool code64 = env->hflags & HF_CS64;

    o->offset = env->regs[o->reg] & r->mask;
    o->linear = o->offset;
    if (!code64) {
        o->linear = (uint32_t)(o->linear + env->segs[o->seg].base);
    } else if (o->seg == R_FS || o->seg == R_GS) {
        o->linear += env->segs[o->seg].base;
    }
}

/* Offset of the lowest byte of a run of n elements. */
static uint64_t run_low(const Rep *r, uint64_t address, uint64_t n)
{
    return r->down ? address - (n - 1) * r->size : address;
}

static void check_run_segment(Rep *r, const Operand *o)
{
    if (!segment_is_checked(r->env, o->seg)) {
        return;
    }
    if (r->run && segment_admits(r, o, run_low(r, o->offset, r->run), r->run * r->size)) {
        return;
    }
    if (!segment_admits(r, o, o->offset, r->size)) {
        raise_exception_err_ra(r->env, o->seg == R_SS ? EXCP0C_STACK : EXCP0D_GPF, 0, r->ra);
    }
    r->run = MIN(r->run, 1);
}

static void map_operand(Rep *r, Operand *o)
{
    uint64_t low = run_low(r, o->linear, r->run);

    if (r->down && r->run > 1) {
        /* The first element is the highest: a fault reports its address. */
        cpu_probe_access(r->cpu, o->linear, r->size, o->access, r->mmu_idx, r->ra);
    }
    o->ram = cpu_probe_ram(r->cpu, low, r->run * r->size, o->access, r->mmu_idx, r->ra);
}

/*
 * Set up the next run. r->run is the number of its elements, op[].ram the host memory; 0 means
 * one element by the slow path. False when the call should end.
 */
static bool next_run(Rep *r)
{
    bool fast = true;

    if (!r->count || !r->bytes_left || !r->slow_left ||
        (r->bytes_left < CALL_BYTES && qatomic_read(&r->env->trans.exit_request))) {
        return false;
    }
    r->run = r->one ? 1 : MIN(r->count, MAX(r->bytes_left / r->size, 1));
    for (unsigned i = 0; i < r->nb_ops; i++) {
        locate(r, &r->op[i]);
        r->run = MIN(r->run, page_room(r, &r->op[i]));
    }
    for (unsigned i = 0; i < r->nb_ops; i++) {
        check_run_segment(r, &r->op[i]);
    }
    for (unsigned i = 0; i < r->nb_ops && r->run && fast; i++) {
        map_operand(r, &r->op[i]);
        fast = r->op[i].ram != NULL;
    }
    if (!fast) {
        r->run = 0;
    }
    if (!r->run) {
        r->slow_left--;
    }
    return true;
}

/* n elements are done: the registers move on. */
static void advance(Rep *r, uint64_t n)
{
    CPUX86State *env = r->env;
    uint64_t by = n * r->size;

    for (unsigned i = 0; i < r->nb_ops; i++) {
        uint64_t *reg = &env->regs[r->op[i].reg];

        *reg = merge_reg(*reg, r->down ? *reg - by : *reg + by, r->mask);
    }
    r->count -= n;
    env->regs[R_ECX] = merge_reg(env->regs[R_ECX], r->count, r->mask);
    r->bytes_left -= MIN(r->bytes_left, by);
    if (r->one) {
        r->bytes_left = 0;
    }
}

static uint64_t load_slow(Rep *r, const Operand *o)
{
    switch (r->size) {
    case 1:
        return cpu_ldub_mmuidx_ra(r->cpu, o->linear, r->mmu_idx, r->ra);
    case 2:
        return cpu_lduw_le_mmuidx_ra(r->cpu, o->linear, r->mmu_idx, r->ra);
    case 4:
        return cpu_ldl_le_mmuidx_ra(r->cpu, o->linear, r->mmu_idx, r->ra);
    default:
        return cpu_ldq_le_mmuidx_ra(r->cpu, o->linear, r->mmu_idx, r->ra);
    }
}

static void store_slow(Rep *r, const Operand *o, uint64_t v)
{
    switch (r->size) {
    case 1:
        cpu_stb_mmuidx_ra(r->cpu, o->linear, v, r->mmu_idx, r->ra);
        break;
    case 2:
        cpu_stw_le_mmuidx_ra(r->cpu, o->linear, v, r->mmu_idx, r->ra);
        break;
    case 4:
        cpu_stl_le_mmuidx_ra(r->cpu, o->linear, v, r->mmu_idx, r->ra);
        break;
    default:
        cpu_stq_le_mmuidx_ra(r->cpu, o->linear, v, r->mmu_idx, r->ra);
        break;
    }
}

static uint64_t load_host(const void *p, unsigned size)
{
    switch (size) {
    case 1:
        return ldub_p(p);
    case 2:
        return lduw_le_p(p);
    case 4:
        return (uint32_t)ldl_le_p(p);
    default:
        return ldq_le_p(p);
    }
}

static void store_host(void *p, uint64_t v, unsigned size)
{
    switch (size) {
    case 1:
        stb_p(p, v);
        break;
    case 2:
        stw_le_p(p, v);
        break;
    case 4:
        stl_le_p(p, v);
        break;
    default:
        stq_le_p(p, v);
        break;
    }
}

/* Host address of element i of the run. */
static uint8_t *element(const Rep *r, const Operand *o, uint64_t i)
{
    return o->ram + (r->down ? r->run - 1 - i : i) * r->size;
}

/* Invariant 2: memmove() differs only where an element overwrites a later one's source. */
static void move_run(Rep *r)
{
    uint8_t *src = r->op[0].ram, *dst = r->op[1].ram;
    uint64_t bytes = r->run * r->size;
    bool clobbers = r->down ? dst < src && dst + bytes > src : dst > src && src + bytes > dst;

    if (!clobbers) {
        memmove(dst, src, bytes);
        return;
    }
    for (uint64_t i = 0; i < r->run; i++) {
        store_host(element(r, &r->op[1], i), load_host(element(r, &r->op[0], i), r->size),
                   r->size);
    }
}

uint64_t helper_rep_movs(CPUX86State *env, uint32_t desc)
{
    Rep r;

    rep_begin(&r, env, desc, GETPC());
    add_operand(&r, R_ESI, desc >> 8 & 15, MMU_DATA_LOAD);
    add_operand(&r, R_EDI, R_ES, MMU_DATA_STORE);
    while (next_run(&r)) {
        if (r.run) {
            move_run(&r);
            advance(&r, r.run);
        } else {
            store_slow(&r, &r.op[1], load_slow(&r, &r.op[0]));
            advance(&r, 1);
        }
    }
    return r.count != 0;
}

static void fill_run(Rep *r, uint64_t v)
{
    uint8_t *p = r->op[0].ram;
    uint64_t n = r->run;

    if (r->size == 1 || v == (v & 0xff) * (UINT64_MAX >> (64 - 8 * r->size)) / 0xff) {
        memset(p, v, n * r->size);
        return;
    }
    for (uint64_t i = 0; i < n; i++) {
        store_host(p + i * r->size, v, r->size);
    }
}

uint64_t helper_rep_stos(CPUX86State *env, uint32_t desc)
{
    uint64_t v = env->regs[R_EAX];
    Rep r;

    rep_begin(&r, env, desc, GETPC());
    v &= UINT64_MAX >> (64 - 8 * r.size);
    add_operand(&r, R_EDI, R_ES, MMU_DATA_STORE);
    while (next_run(&r)) {
        if (r.run) {
            fill_run(&r, v);
            advance(&r, r.run);
        } else {
            store_slow(&r, &r.op[0], v);
            advance(&r, 1);
        }
    }
    return r.count != 0;
}

uint64_t helper_rep_lods(CPUX86State *env, uint32_t desc)
{
    uint64_t *rax = &env->regs[R_EAX];
    Rep r;

    rep_begin(&r, env, desc, GETPC());
    add_operand(&r, R_ESI, desc >> 8 & 15, MMU_DATA_LOAD);
    while (next_run(&r)) {
        uint64_t n = MAX(r.run, 1), v;

        v = r.run ? load_host(element(&r, &r.op[0], n - 1), r.size) : load_slow(&r, &r.op[0]);
        *rax = r.size == 1 ? (*rax & ~0xffull) | v
             : r.size == 2 ? (*rax & ~0xffffull) | v : v;
        advance(&r, n);
    }
    return r.count != 0;
}

/* FLAGS of a - b at the element size. */
static void set_compare_flags(const Rep *r, uint64_t a, uint64_t b)
{
    unsigned top = 8 * r->size - 1;
    uint64_t mask = UINT64_MAX >> (63 - top), d = (a - b) & mask;
    uint32_t fl = 0;

    a &= mask;
    b &= mask;
    fl |= a < b ? FL_C : 0;
    fl |= __builtin_parity(d & 0xff) ? 0 : FL_P;
    fl |= (a ^ b ^ d) & FL_A;
    fl |= d ? 0 : FL_Z;
    fl |= d >> top & 1 ? FL_S : 0;
    fl |= ((a ^ b) & (a ^ d)) >> top & 1 ? FL_O : 0;
    r->env->trans.flags = trans_flags_from_x86(fl);
}

/* The repetition ends at an element that is unequal (REPE) or equal (REPNE). */
static bool stops(const Rep *r, uint64_t a, uint64_t b)
{
    return (a == b) == r->repne;
}

uint64_t helper_rep_cmps(CPUX86State *env, uint32_t desc)
{
    uint64_t a = 0, b = 0;
    bool stop = false;
    Rep r;

    rep_begin(&r, env, desc, GETPC());
    add_operand(&r, R_ESI, desc >> 8 & 15, MMU_DATA_LOAD);
    add_operand(&r, R_EDI, R_ES, MMU_DATA_LOAD);
    while (!stop && next_run(&r)) {
        uint64_t i = 0;

        if (!r.run) {
            a = load_slow(&r, &r.op[0]);
            b = load_slow(&r, &r.op[1]);
            stop = stops(&r, a, b);
            i = 1;
        }
        while (i < r.run && !stop) {
            a = load_host(element(&r, &r.op[0], i), r.size);
            b = load_host(element(&r, &r.op[1], i), r.size);
            stop = stops(&r, a, b);
            i++;
        }
        advance(&r, i);
        set_compare_flags(&r, a, b);
    }
    return !stop && r.count != 0;
}

uint64_t helper_rep_scas(CPUX86State *env, uint32_t desc)
{
    uint64_t a, b = 0;
    bool stop = false;
    Rep r;

    rep_begin(&r, env, desc, GETPC());
    a = env->regs[R_EAX] & (UINT64_MAX >> (64 - 8 * r.size));
    add_operand(&r, R_EDI, R_ES, MMU_DATA_LOAD);
    while (!stop && next_run(&r)) {
        uint64_t i = 0;

        if (!r.run) {
            b = load_slow(&r, &r.op[0]);
            stop = stops(&r, a, b);
            i = 1;
        }
        while (i < r.run && !stop) {
            b = load_host(element(&r, &r.op[0], i), r.size);
            stop = stops(&r, a, b);
            i++;
        }
        advance(&r, i);
        set_compare_flags(&r, a, b);
    }
    return !stop && r.count != 0;
}
