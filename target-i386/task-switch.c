/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hardware task switches, between 16- and 32-bit TSSs.
 *
 * Spec:   Intel SDM volume 3 chapter 7; table 7-1 for what is checked when.
 * Thread: the vCPU's own.
 *
 * A switch has two halves. The first checks the new TSS and that all memory it will touch is
 * there; a fault in it happens in the old task. Then state is swapped, and selectors are checked
 * one by one as their descriptors are loaded; a fault in that happens in the new task.
 */
#include "qemu/osdep.h"
#include "internal.h"

/* Where a TSS keeps what. Offsets of selectors: ES CS SS DS FS GS; gprs in encoding order. */
typedef struct TSSLayout {
    uint8_t size;        /* log2 of a register's bytes */
    uint8_t cr3, eip, eflags, gprs, segs, nb_segs, seg_step, ldt, min_limit;
} TSSLayout;

static const TSSLayout tss16 = {
    .size = 1, .eip = 14, .eflags = 16, .gprs = 18, .segs = 34, .nb_segs = 4, .seg_step = 2,
    .ldt = 42, .min_limit = 43,
};
static const TSSLayout tss32 = {
    .size = 2, .cr3 = 28, .eip = 32, .eflags = 36, .gprs = 40, .segs = 72, .nb_segs = 6,
    .seg_step = 4, .ldt = 96, .min_limit = 103,
};

/* What a TSS says, before any of it is believed. */
typedef struct TaskState {
    uint32_t cr3, eip, eflags, gprs[8], segs[6], ldt;
    bool trap;
} TaskState;

typedef struct Switch {
    CPUX86State *env;
    const TSSLayout *from, *to;
    uint32_t selector;
    X86Desc *d;
    X86TaskSwitch how;
    uint32_t ext;
    uintptr_t ra;
    TaskState next;
} Switch;

static const TSSLayout *layout_of(uint32_t flags)
{
    return desc_type(flags) & 8 ? &tss32 : &tss16;
}

static uint32_t tss_read(CPUX86State *env, uint64_t addr, unsigned size, uintptr_t ra)
{
    return size == 2 ? cpu_ldl_le_mmuidx_ra(env_cpu(env), addr, x86_sys_mmu(env), ra)
                     : cpu_lduw_le_mmuidx_ra(env_cpu(env), addr, x86_sys_mmu(env), ra);
}

static void tss_write(CPUX86State *env, uint64_t addr, uint32_t value, unsigned size,
                      uintptr_t ra)
{
    if (size == 2) {
        cpu_stl_le_mmuidx_ra(env_cpu(env), addr, value, x86_sys_mmu(env), ra);
    } else {
        cpu_stw_le_mmuidx_ra(env_cpu(env), addr, value, x86_sys_mmu(env), ra);
    }
}

/* Every page of [addr, addr + len) can be accessed. */
static void probe(CPUX86State *env, uint64_t addr, uint32_t len, MMUAccessType access,
                  uintptr_t ra)
{
    while (len) {
        uint32_t n = MIN(len, 4096 - (uint32_t)(addr & 4095));

        cpu_probe_access(env_cpu(env), addr, n, access, x86_sys_mmu(env), ra);
        addr += n;
        len -= n;
    }
}

static void read_task(Switch *sw)
{
    CPUX86State *env = sw->env;
    const TSSLayout *l = sw->to;
    uint64_t base = desc_base32(sw->d);
    TaskState *n = &sw->next;

    probe(env, base, l->min_limit + 1, MMU_DATA_LOAD, sw->ra);
    n->eip = tss_read(env, base + l->eip, l->size, sw->ra);
    n->eflags = tss_read(env, base + l->eflags, l->size, sw->ra);
    for (unsigned i = 0; i < 8; i++) {
        n->gprs[i] = tss_read(env, base + l->gprs + (i << l->size), l->size, sw->ra);
    }
    for (unsigned i = 0; i < l->nb_segs; i++) {
        n->segs[i] = tss_read(env, base + l->segs + i * l->seg_step, 1, sw->ra);
    }
    n->ldt = tss_read(env, base + l->ldt, 1, sw->ra);
    if (l->size == 2) {
        n->cr3 = tss_read(env, base + l->cr3, 2, sw->ra);
        n->trap = tss_read(env, base + 100, 1, sw->ra) & 1;
    }
}

static void save_task(Switch *sw, uint64_t next_eip)
{
    CPUX86State *env = sw->env;
    const TSSLayout *l = sw->from;
    uint64_t base = env->tr.base;
    uint32_t eflags = cpu_x86_eflags(env);

    if (sw->how == TASK_IRET) {
        eflags &= ~NT_MASK;
    }
    tss_write(env, base + l->eip, next_eip, l->size, 0);
    tss_write(env, base + l->eflags, eflags, l->size, 0);
    for (unsigned i = 0; i < 8; i++) {
        tss_write(env, base + l->gprs + (i << l->size), env->regs[i], l->size, 0);
    }
    for (unsigned i = 0; i < l->nb_segs; i++) {
        tss_write(env, base + l->segs + i * l->seg_step, env->segs[i].selector, 1, 0);
    }
}

/* ---- second half: in the new task ---- */

static void fail(Switch *sw, int vector, uint32_t selector) G_GNUC_NORETURN;
static void fail(Switch *sw, int vector, uint32_t selector)
{
    cpu_x86_update_hflags(sw->env);
    raise_exception_err_ra(sw->env, vector, sel_error(selector) | sw->ext, 0);
}

static void load_new_ldt(Switch *sw)
{
    CPUX86State *env = sw->env;
    uint32_t sel = sw->next.ldt;
    X86Desc d;

    env->ldt = (SegmentCache) { .selector = sel };
    if (!sel_error(sel)) {
        return;
    }
    if ((sel & 4) || !x86_read_desc(env, sel, &d, 0) || (d.hi & DESC_S) ||
        desc_type(d.hi) != SYS_LDT || !(d.hi & DESC_P)) {
        fail(sw, EXCP0A_TSS, sel);
    }
    x86_load_cache(&env->ldt, sel, &d);
}

static void load_new_cs(Switch *sw)
{
    CPUX86State *env = sw->env;
    uint32_t sel = sw->next.segs[R_CS];
    X86Desc d;

    if (!sel_error(sel) || !x86_read_desc(env, sel, &d, 0) || !desc_is_code(d.hi) ||
        (desc_is_conforming(d.hi) ? desc_dpl(d.hi) > (sel & 3)
                                  : desc_dpl(d.hi) != (sel & 3))) {
        fail(sw, EXCP0A_TSS, sel);
    }
    if (!(d.hi & DESC_P)) {
        fail(sw, EXCP0B_NOSEG, sel);
    }
    x86_load_cs(env, sel, &d, sel & 3, 0);
}

static void load_new_ss(Switch *sw, unsigned cpl)
{
    CPUX86State *env = sw->env;
    uint32_t sel = sw->next.segs[R_SS];
    X86Desc d;

    if (!sel_error(sel) || !x86_read_desc(env, sel, &d, 0) || !desc_is_writable_data(d.hi) ||
        desc_dpl(d.hi) != cpl || (sel & 3) != cpl) {
        fail(sw, EXCP0A_TSS, sel);
    }
    if (!(d.hi & DESC_P)) {
        fail(sw, EXCP0C_STACK, sel);
    }
    x86_set_accessed(env, sel, &d, 0);
    x86_load_cache(&env->segs[R_SS], sel, &d);
}

static void load_new_data(Switch *sw, unsigned seg, unsigned cpl)
{
    CPUX86State *env = sw->env;
    uint32_t sel = sw->next.segs[seg];
    X86Desc d;

    if (!sel_error(sel)) {
        return;
    }
    if (!x86_read_desc(env, sel, &d, 0) || !desc_is_readable(d.hi) ||
        (!desc_is_conforming(d.hi) && (desc_dpl(d.hi) < cpl || desc_dpl(d.hi) < (sel & 3)))) {
        fail(sw, EXCP0A_TSS, sel);
    }
    if (!(d.hi & DESC_P)) {
        fail(sw, EXCP0B_NOSEG, sel);
    }
    x86_set_accessed(env, sel, &d, 0);
    x86_load_cache(&env->segs[seg], sel, &d);
}

static void load_new_segments(Switch *sw)
{
    CPUX86State *env = sw->env;
    unsigned cpl = sw->next.segs[R_CS] & 3;

    if (env->eflags & VM_MASK) {
        for (unsigned i = 0; i < 6; i++) {
            x86_load_v86_seg(env, i, sw->next.segs[i]);
        }
        return;
    }
    /* Until a descriptor is loaded its register is unusable, but names the new selector. */
    for (unsigned i = 0; i < 6; i++) {
        env->segs[i] = (SegmentCache) {
            .selector = sw->next.segs[i], .flags = cpl << DESC_DPL_SHIFT,
        };
    }
    cpu_x86_update_hflags(env);
    load_new_cs(sw);
    load_new_ss(sw, cpl);
    cpu_x86_update_hflags(env);
    load_new_data(sw, R_ES, cpl);
    load_new_data(sw, R_DS, cpl);
    load_new_data(sw, R_FS, cpl);
    load_new_data(sw, R_GS, cpl);
}

static void push_error(Switch *sw, uint32_t error)
{
    CPUX86State *env = sw->env;
    unsigned opsize = sw->to->size;
    X86Stack s;

    cpu_x86_update_hflags(env);
    x86_stack_current(&s, env, x86_data_mmu(env), 0);
    if (!x86_stack_room_push(&s, 1u << opsize)) {
        raise_exception_err_ra(env, EXCP0C_STACK, sw->ext, 0);
    }
    x86_push(&s, error, opsize);
    x86_stack_commit(&s);
}

/* ---- the switch ---- */

static void set_busy_bits(Switch *sw)
{
    CPUX86State *env = sw->env;

    if (sw->how == TASK_JMP || sw->how == TASK_IRET) {
        x86_set_tss_busy(env, env->tr.selector, false, 0);
    }
    if (sw->how != TASK_IRET) {
        x86_set_tss_busy(env, sw->selector, true, 0);
        sw->d->hi |= DESC_RW;
    }
    if (sw->how == TASK_CALL || sw->how == TASK_GATE) {
        tss_write(env, desc_base32(sw->d), env->tr.selector, 1, 0);
        sw->next.eflags |= NT_MASK;
    }
}

static void load_registers(Switch *sw)
{
    CPUX86State *env = sw->env;
    TaskState *n = &sw->next;

    x86_load_cache(&env->tr, sw->selector, sw->d);
    env->eip = n->eip;
    x86_set_eflags(env, sw->to->size == 1 ? n->eflags & 0xffff : n->eflags);
    for (unsigned i = 0; i < 8; i++) {
        env->regs[i] = n->gprs[i];
    }
    x86_update_cr0(env, env->cr[0] | CR0_TS);
    if (sw->to->size == 2 && (env->cr[0] & CR0_PG)) {
        x86_write_cr3(env, n->cr3, 0);
    }
    x86_update_dr7(env, env->dr[7] & ~0x155ull); /* local breakpoints are of the old task */
}

void x86_switch_task(CPUX86State *env, uint32_t selector, X86Desc *d, X86TaskSwitch how,
                     uint64_t next_eip, bool has_error, uint32_t error, uintptr_t ra)
{
    Switch sw = {
        .env = env, .from = layout_of(env->tr.flags), .to = layout_of(d->hi),
        .selector = selector, .d = d, .how = how, .ext = how == TASK_GATE ? env->event_ext : 0,
        .ra = ra,
    };

    if (desc_limit(d) < sw.to->min_limit) {
        raise_exception_err_ra(env, EXCP0A_TSS, sel_error(selector) | sw.ext, ra);
    }
    read_task(&sw);
    probe(env, env->tr.base + sw.from->eip, sw.from->ldt - sw.from->eip, MMU_DATA_STORE, ra);
    if (how == TASK_CALL || how == TASK_GATE) {
        probe(env, desc_base32(d), 2, MMU_DATA_STORE, ra);
    }
    probe(env, env->gdt.base + (selector & 0xfff8), 8, MMU_DATA_STORE, ra);
    probe(env, env->gdt.base + (env->tr.selector & 0xfff8), 8, MMU_DATA_STORE, ra);

    cpu_restore_state(env_cpu(env), ra);
    save_task(&sw, next_eip);
    set_busy_bits(&sw);
    load_registers(&sw);
    load_new_ldt(&sw);
    load_new_segments(&sw);
    if (has_error) {
        push_error(&sw, error);
    }
    cpu_x86_update_hflags(env);
    if (env->eip > env->segs[R_CS].limit) {
        raise_gp(env, 0, 0);
    }
    if (sw.next.trap) {
        env->dr[6] |= DR6_BT;
        raise_exception_ra(env, EXCP01_DB, 0);
    }
}

void x86_task_switch_checked(CPUX86State *env, uint32_t selector, X86TaskSwitch how,
                             uint64_t next_eip, uint32_t ext, bool has_error, uint32_t error,
                             uintptr_t ra)
{
    int bad = how == TASK_IRET ? EXCP0A_TSS : EXCP0D_GPF;
    unsigned want = how == TASK_IRET ? SYS_TSS16_BUSY : SYS_TSS16_AVAIL;
    X86Desc d;

    env->event_ext = ext;
    if (!sel_error(selector) || (selector & 4) || !x86_read_desc(env, selector, &d, ra) ||
        (d.hi & DESC_S) || (desc_type(d.hi) & ~8u) != want) {
        raise_exception_err_ra(env, bad, sel_error(selector) | ext, ra);
    }
    if (!(d.hi & DESC_P)) {
        raise_exception_err_ra(env, EXCP0B_NOSEG, sel_error(selector) | ext, ra);
    }
    x86_switch_task(env, selector, &d, how, next_eip, has_error, error, ra);
}
