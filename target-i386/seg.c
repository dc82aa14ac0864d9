/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptors, stacks and the segment caches: what all segment-level operations share, and the
 * instructions that only look (VERR, VERW, LAR, LSL).
 *
 * Spec:   Intel SDM volume 3 chapters 3 and 5; AMD APM volume 2 chapter 4.
 * Thread: the vCPU's own.
 */
#include "qemu/osdep.h"
#include "helpers.h"
#include "internal.h"

/* ---- descriptor tables ---- */

/* Table of a selector; false when it has none (an unusable LDT). */
static bool desc_address(CPUX86State *env, uint32_t selector, unsigned bytes, uint64_t *addr)
{
    const SegmentCache *table = selector & 4 ? &env->ldt : &env->gdt;
    uint32_t offset = selector & 0xfff8;

    if ((selector & 4) && !(table->flags & DESC_P)) {
        return false;
    }
    if (offset + bytes - 1 > table->limit) {
        return false;
    }
    *addr = table->base + offset;
    return true;
}

bool x86_read_desc(CPUX86State *env, uint32_t selector, X86Desc *d, uintptr_t ra)
{
    uint64_t addr, e;

    if (!desc_address(env, selector, 8, &addr)) {
        return false;
    }
    e = cpu_ldq_le_mmuidx_ra(env_cpu(env), addr, x86_sys_mmu(env), ra);
    *d = (X86Desc) { .lo = e, .hi = e >> 32 };
    return true;
}

bool x86_read_desc_high(CPUX86State *env, uint32_t selector, X86Desc *d, uintptr_t ra)
{
    uint64_t addr, e;

    if (!desc_address(env, selector, 16, &addr)) {
        return false;
    }
    e = cpu_ldq_le_mmuidx_ra(env_cpu(env), addr + 8, x86_sys_mmu(env), ra);
    d->hi2 = e;
    return !(e >> 40 & 0x1f); /* the type of the upper half must be zero */
}

void x86_set_accessed(CPUX86State *env, uint32_t selector, X86Desc *d, uintptr_t ra)
{
    uint64_t addr;

    if (!(d->hi & DESC_A) && desc_address(env, selector, 8, &addr)) {
        d->hi |= DESC_A;
        cpu_stl_le_mmuidx_ra(env_cpu(env), addr + 4, d->hi, x86_sys_mmu(env), ra);
    }
}

void x86_set_tss_busy(CPUX86State *env, uint32_t selector, bool busy, uintptr_t ra)
{
    CPUState *cs = env_cpu(env);
    uint64_t addr = env->gdt.base + (selector & 0xfff8) + 4;
    uint32_t hi = cpu_ldl_le_mmuidx_ra(cs, addr, x86_sys_mmu(env), ra);

    hi = busy ? hi | DESC_RW : hi & ~DESC_RW;
    cpu_stl_le_mmuidx_ra(cs, addr, hi, x86_sys_mmu(env), ra);
}

/* ---- caches ---- */

/* Real mode changes selector and base alone: limit and size stay what they were. */
void x86_load_real_seg(CPUX86State *env, unsigned seg, uint32_t selector)
{
    SegmentCache *sc = &env->segs[seg];

    sc->selector = selector & 0xffff;
    sc->base = (selector & 0xffff) << 4;
    sc->flags = (sc->flags & (DESC_DB | DESC_G | DESC_AVL)) |
                DESC_P | DESC_S | DESC_RW | DESC_A;
}

void x86_load_v86_seg(CPUX86State *env, unsigned seg, uint32_t selector)
{
    env->segs[seg] = (SegmentCache) {
        .selector = selector & 0xffff,
        .base = (selector & 0xffff) << 4,
        .limit = 0xffff,
        .flags = DESC_P | DESC_S | DESC_RW | DESC_A | 3 << DESC_DPL_SHIFT,
    };
}

void x86_load_null_seg(CPUX86State *env, unsigned seg, uint32_t selector, unsigned dpl)
{
    SegmentCache *sc = &env->segs[seg];

    sc->selector = selector;
    sc->flags = dpl << DESC_DPL_SHIFT;
    sc->limit = 0;
    sc->base = 0;
    if (seg == R_SS) { /* usable in 64-bit mode */
        sc->limit = UINT32_MAX;
        sc->flags |= DESC_P | DESC_S | DESC_RW | DESC_A | DESC_DB | DESC_G;
    }
}

void x86_load_cs(CPUX86State *env, uint32_t selector, X86Desc *d, unsigned cpl, uintptr_t ra)
{
    x86_set_accessed(env, selector, d, ra);
    x86_load_cache(&env->segs[R_CS], (selector & 0xfffc) | cpl, d);
}

void x86_drop_inner_segs(CPUX86State *env, unsigned cpl)
{
    static const uint8_t data_segs[] = { R_ES, R_DS, R_FS, R_GS };

    for (unsigned i = 0; i < ARRAY_SIZE(data_segs); i++) {
        SegmentCache *sc = &env->segs[data_segs[i]];

        if (!(sc->flags & DESC_S)) {
            continue;
        }
        if (desc_dpl(sc->flags) < cpl && !desc_is_conforming(sc->flags)) {
            uint64_t base = sc->base;

            x86_load_null_seg(env, data_segs[i], 0, 0);
            if (x86_lma(env)) {
                sc->base = base; /* hidden FS and GS bases survive, as processors have it */
            }
        }
    }
}

/* ---- the TSS ---- */

void x86_tss_stack(CPUX86State *env, unsigned dpl, uint32_t *ss, uint32_t *esp, uintptr_t ra)
{
    CPUState *cs = env_cpu(env);
    bool tss32 = desc_type(env->tr.flags) & 8;
    uint32_t offset = tss32 ? 4 + dpl * 8 : 2 + dpl * 4;
    uint64_t addr = env->tr.base + offset;

    if (!(env->tr.flags & DESC_P) || offset + (tss32 ? 6 : 4) - 1 > env->tr.limit) {
        raise_exception_err_ra(env, EXCP0A_TSS, sel_error(env->tr.selector), ra);
    }
    if (tss32) {
        *esp = cpu_ldl_le_mmuidx_ra(cs, addr, x86_sys_mmu(env), ra);
        *ss = cpu_lduw_le_mmuidx_ra(cs, addr + 4, x86_sys_mmu(env), ra);
    } else {
        *esp = cpu_lduw_le_mmuidx_ra(cs, addr, x86_sys_mmu(env), ra);
        *ss = cpu_lduw_le_mmuidx_ra(cs, addr + 2, x86_sys_mmu(env), ra);
    }
}

uint64_t x86_tss_rsp(CPUX86State *env, unsigned n, uintptr_t ra)
{
    uint32_t offset = 4 + n * 8;

    if (!(env->tr.flags & DESC_P) || offset + 7 > env->tr.limit) {
        raise_exception_err_ra(env, EXCP0A_TSS, sel_error(env->tr.selector), ra);
    }
    return cpu_ldq_le_mmuidx_ra(env_cpu(env), env->tr.base + offset, x86_sys_mmu(env), ra);
}

/* ---- stacks ---- */

void x86_stack_current(X86Stack *s, CPUX86State *env, int mmu_idx, uintptr_t ra)
{
    const SegmentCache *ss = &env->segs[R_SS];

    *s = (X86Stack) {
        .env = env, .sp = env->regs[R_ESP], .mmu_idx = mmu_idx, .ra = ra,
        .limit = ss->limit, .flags = ss->flags,
    };
    if (x86_code64(env)) {
        s->mask = ~0ull;
    } else {
        s->base = ss->base;
        s->mask = env->hflags & HF_SS32 ? 0xffffffff : 0xffff;
    }
}

bool x86_seg_range_ok(uint32_t flags, uint32_t limit, uint64_t offset, uint32_t size)
{
    uint64_t last = offset + size - 1;

    if ((flags & (DESC_CODE | DESC_EC)) == DESC_EC) {
        return offset > limit && last <= (flags & DESC_DB ? 0xffffffffu : 0xffffu);
    }
    return last <= limit;
}

static bool room(const X86Stack *s, uint64_t from, uint32_t bytes)
{
    uint64_t first = from & s->mask, last = (from + bytes - 1) & s->mask;

    if (s->mask == ~0ull) {
        return true; /* canonical checks are made by the access itself */
    }
    if (last < first) { /* wraps: both parts must fit */
        return x86_seg_range_ok(s->flags, s->limit, first, s->mask - first + 1) &&
               x86_seg_range_ok(s->flags, s->limit, 0, last + 1);
    }
    return x86_seg_range_ok(s->flags, s->limit, first, bytes);
}

bool x86_stack_room_push(const X86Stack *s, uint32_t bytes)
{
    return room(s, s->sp - bytes, bytes);
}

bool x86_stack_room_pop(const X86Stack *s, uint32_t bytes)
{
    return room(s, s->sp, bytes);
}

static uint64_t stack_linear(const X86Stack *s)
{
    uint64_t addr = s->base + (s->sp & s->mask);

    return s->mask == ~0ull ? addr : (uint32_t)addr;
}

void x86_push(X86Stack *s, uint64_t value, unsigned opsize)
{
    CPUState *cs = env_cpu(s->env);
    uint64_t addr;

    s->sp -= 1u << opsize;
    addr = stack_linear(s);
    if (opsize == 3) {
        cpu_stq_le_mmuidx_ra(cs, addr, value, s->mmu_idx, s->ra);
    } else if (opsize == 2) {
        cpu_stl_le_mmuidx_ra(cs, addr, value, s->mmu_idx, s->ra);
    } else {
        cpu_stw_le_mmuidx_ra(cs, addr, value, s->mmu_idx, s->ra);
    }
}

uint64_t x86_pop(X86Stack *s, unsigned opsize)
{
    CPUState *cs = env_cpu(s->env);
    uint64_t addr = stack_linear(s);

    s->sp += 1u << opsize;
    if (opsize == 3) {
        return cpu_ldq_le_mmuidx_ra(cs, addr, s->mmu_idx, s->ra);
    }
    if (opsize == 2) {
        return cpu_ldl_le_mmuidx_ra(cs, addr, s->mmu_idx, s->ra);
    }
    return cpu_lduw_le_mmuidx_ra(cs, addr, s->mmu_idx, s->ra);
}

/* The mask is that of the stack pushed on: SP keeps the bits of ESP above it. */
void x86_stack_commit(const X86Stack *s)
{
    uint64_t *sp = &s->env->regs[R_ESP];

    if (s->mask == 0xffff) {
        *sp = (*sp & ~0xffffull) | (s->sp & 0xffff);
    } else {
        *sp = s->sp & s->mask;
    }
}

/* ---- checks for translated code ---- */

void x86_check_seg_ra(CPUX86State *env, unsigned seg, uint64_t offset, uint32_t size_write,
                      uintptr_t ra)
{
    const SegmentCache *sc = &env->segs[seg];
    bool write = size_write & 0x100, ok;

    ok = x86_seg_range_ok(sc->flags, sc->limit, offset, size_write & 0xff);
    if (x86_pe(env) && !x86_v86(env)) {
        ok = ok && (sc->flags & DESC_P) &&
             (write ? desc_is_writable_data(sc->flags) : desc_is_readable(sc->flags));
    }
    if (!ok) {
        raise_exception_err_ra(env, seg == R_SS ? EXCP0C_STACK : EXCP0D_GPF, 0, ra);
    }
}

void helper_check_seg(CPUX86State *env, uint32_t seg, uint64_t offset, uint32_t size_write)
{
    x86_check_seg_ra(env, seg, offset, size_write, GETPC());
}

/* ---- VERR, VERW, LAR, LSL ---- */

static void set_zf(CPUX86State *env, bool z)
{
    uint32_t fl = trans_flags_to_x86(env->trans.flags);

    env->trans.flags = trans_flags_from_x86(z ? fl | 0x40u : fl & ~0x40u);
}

static void require_protected(CPUX86State *env, uintptr_t ra)
{
    if (!x86_pe(env) || x86_v86(env)) {
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
}

/* May code at the present CPL, through this RPL, see the segment? */
static bool desc_visible(CPUX86State *env, uint32_t selector, uint32_t hi)
{
    return desc_is_conforming(hi) ||
           (desc_dpl(hi) >= x86_cpl(env) && desc_dpl(hi) >= (selector & 3));
}

void helper_verr(CPUX86State *env, uint32_t selector)
{
    uintptr_t ra = GETPC();
    X86Desc d;

    require_protected(env, ra);
    set_zf(env, sel_error(selector) && x86_read_desc(env, selector, &d, ra) &&
                desc_is_readable(d.hi) && desc_visible(env, selector, d.hi));
}

void helper_verw(CPUX86State *env, uint32_t selector)
{
    uintptr_t ra = GETPC();
    X86Desc d;

    require_protected(env, ra);
    set_zf(env, sel_error(selector) && x86_read_desc(env, selector, &d, ra) &&
                desc_is_writable_data(d.hi) && desc_visible(env, selector, d.hi));
}

/* System types that LAR and LSL accept: bit n for type n. */
enum {
    LAR_TYPES = 1 << SYS_TSS16_AVAIL | 1 << SYS_LDT | 1 << SYS_TSS16_BUSY | 1 << SYS_CALL16 |
                1 << SYS_TASKGATE | 1 << SYS_TSS32_AVAIL | 1 << SYS_TSS32_BUSY | 1 << SYS_CALL32,
    LAR_TYPES_LONG = 1 << SYS_LDT | 1 << SYS_TSS32_AVAIL | 1 << SYS_TSS32_BUSY | 1 << SYS_CALL32,
    LSL_TYPES = 1 << SYS_TSS16_AVAIL | 1 << SYS_LDT | 1 << SYS_TSS16_BUSY |
                1 << SYS_TSS32_AVAIL | 1 << SYS_TSS32_BUSY,
    LSL_TYPES_LONG = 1 << SYS_LDT | 1 << SYS_TSS32_AVAIL | 1 << SYS_TSS32_BUSY,
};

static bool lookup_desc(CPUX86State *env, uint32_t selector, uint32_t types, X86Desc *d,
                        uintptr_t ra)
{
    if (!sel_error(selector) || !x86_read_desc(env, selector, d, ra)) {
        return false;
    }
    if (!(d->hi & DESC_S) && !(types >> desc_type(d->hi) & 1)) {
        return false;
    }
    return desc_visible(env, selector, d->hi);
}

uint64_t helper_lar(CPUX86State *env, uint32_t selector, uint64_t old)
{
    uintptr_t ra = GETPC();
    X86Desc d;
    bool ok;

    require_protected(env, ra);
    ok = lookup_desc(env, selector, x86_lma(env) ? LAR_TYPES_LONG : LAR_TYPES, &d, ra);
    set_zf(env, ok);
    return ok ? d.hi & 0x00f0ff00 : old;
}

uint64_t helper_lsl(CPUX86State *env, uint32_t selector, uint64_t old)
{
    uintptr_t ra = GETPC();
    X86Desc d;
    bool ok;

    require_protected(env, ra);
    ok = lookup_desc(env, selector, x86_lma(env) ? LSL_TYPES_LONG : LSL_TYPES, &d, ra);
    set_zf(env, ok);
    return ok ? desc_limit(&d) : old;
}
