/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading segment registers and the registers that point to descriptor tables.
 *
 * Spec:   Intel SDM volume 2 (MOV, LDS, LLDT, LTR, LGDT, LIDT), volume 3 chapter 5.
 * Thread: the vCPU's own.
 */
#include "qemu/osdep.h"
#include "helpers.h"
#include "internal.h"

/* ---- MOV Sreg and its kin ---- */

static void load_ss(CPUX86State *env, uint32_t selector, uintptr_t ra)
{
    unsigned cpl = x86_cpl(env);
    uint32_t err = sel_error(selector);
    X86Desc d;

    if (!err) {
        if (!x86_code64(env) || cpl == 3 || (selector & 3) != cpl) {
            raise_gp(env, 0, ra);
        }
        x86_load_null_seg(env, R_SS, selector, cpl);
        return;
    }
    if (!x86_read_desc(env, selector, &d, ra) || (selector & 3) != cpl ||
        !desc_is_writable_data(d.hi) || desc_dpl(d.hi) != cpl) {
        raise_gp(env, err, ra);
    }
    if (!(d.hi & DESC_P)) {
        raise_exception_err_ra(env, EXCP0C_STACK, err, ra);
    }
    x86_set_accessed(env, selector, &d, ra);
    x86_load_cache(&env->segs[R_SS], selector, &d);
}

static void load_data(CPUX86State *env, uint32_t seg, uint32_t selector, uintptr_t ra)
{
    unsigned cpl = x86_cpl(env);
    uint32_t err = sel_error(selector);
    X86Desc d;

    if (!err) {
        x86_load_null_seg(env, seg, selector, 0);
        return;
    }
    if (!x86_read_desc(env, selector, &d, ra) || !desc_is_readable(d.hi)) {
        raise_gp(env, err, ra);
    }
    if (!desc_is_conforming(d.hi) &&
        (desc_dpl(d.hi) < cpl || desc_dpl(d.hi) < (selector & 3))) {
        raise_gp(env, err, ra);
    }
    if (!(d.hi & DESC_P)) {
        raise_exception_err_ra(env, EXCP0B_NOSEG, err, ra);
    }
    x86_set_accessed(env, selector, &d, ra);
    x86_load_cache(&env->segs[seg], selector, &d);
}

void helper_load_seg(CPUX86State *env, uint32_t seg, uint32_t selector)
{
    uintptr_t ra = GETPC();

    selector &= 0xffff;
    if (!x86_pe(env)) {
        x86_load_real_seg(env, seg, selector);
    } else if (x86_v86(env)) {
        x86_load_v86_seg(env, seg, selector);
    } else if (seg == R_SS) {
        load_ss(env, selector, ra);
    } else {
        load_data(env, seg, selector, ra);
    }
    cpu_x86_update_hflags(env);
}

/* ---- LLDT, LTR ---- */

static void check_system_load(CPUX86State *env, uintptr_t ra)
{
    if (!x86_pe(env) || x86_v86(env)) {
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
    if (x86_cpl(env) != 0) {
        raise_gp(env, 0, ra);
    }
}

/* A system descriptor of the GDT whose type is in types (a set of bits). #GP(selector) if not. */
static void read_system_desc(CPUX86State *env, uint32_t selector, uint32_t types, X86Desc *d,
                             uintptr_t ra)
{
    if ((selector & 4) || !x86_read_desc(env, selector, d, ra) || (d->hi & DESC_S) ||
        !(types >> desc_type(d->hi) & 1)) {
        raise_gp(env, sel_error(selector), ra);
    }
    if (x86_lma(env) && (!x86_read_desc_high(env, selector, d, ra) ||
                         !x86_canonical(env, desc_base(d)))) {
        raise_gp(env, sel_error(selector), ra);
    }
    if (!(d->hi & DESC_P)) {
        raise_exception_err_ra(env, EXCP0B_NOSEG, sel_error(selector), ra);
    }
}

static void load_system_cache(SegmentCache *sc, uint32_t selector, const X86Desc *d)
{
    x86_load_cache(sc, selector, d);
    sc->base = desc_base(d);
}

void helper_lldt(CPUX86State *env, uint32_t selector)
{
    uintptr_t ra = GETPC();
    X86Desc d = { 0 };

    selector &= 0xffff;
    check_system_load(env, ra);
    if (!sel_error(selector)) {
        env->ldt = (SegmentCache) { .selector = selector };
        return;
    }
    read_system_desc(env, selector, 1 << SYS_LDT, &d, ra);
    load_system_cache(&env->ldt, selector, &d);
}

void helper_ltr(CPUX86State *env, uint32_t selector)
{
    uintptr_t ra = GETPC();
    X86Desc d = { 0 };
    uint32_t types = x86_lma(env) ? 1 << SYS_TSS32_AVAIL
                                  : 1 << SYS_TSS32_AVAIL | 1 << SYS_TSS16_AVAIL;

    selector &= 0xffff;
    check_system_load(env, ra);
    if (!sel_error(selector)) {
        raise_gp(env, 0, ra);
    }
    read_system_desc(env, selector, types, &d, ra);
    x86_set_tss_busy(env, selector, true, ra);
    d.hi |= DESC_RW; /* busy */
    load_system_cache(&env->tr, selector, &d);
}

/* ---- LGDT, LIDT ---- */

static void load_table(CPUX86State *env, SegmentCache *table, uint64_t base, uint32_t limit,
                       uintptr_t ra)
{
    if (x86_v86(env) || x86_cpl(env) != 0) {
        raise_gp(env, 0, ra);
    }
    if (x86_code64(env) && !x86_canonical(env, base)) {
        raise_gp(env, 0, ra);
    }
    table->base = base;
    table->limit = limit & 0xffff;
}

void helper_lgdt(CPUX86State *env, uint64_t base, uint32_t limit)
{
    load_table(env, &env->gdt, base, limit, GETPC());
}

void helper_lidt(CPUX86State *env, uint64_t base, uint32_t limit)
{
    load_table(env, &env->idt, base, limit, GETPC());
}

void helper_check_umip(CPUX86State *env)
{
    if ((env->hflags & HF_UMIP) && x86_cpl(env) != 0) {
        raise_gp(env, 0, GETPC());
    }
}
