/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System management mode: entry on SMI, RSM.
 *
 * Spec:   Intel SDM volume 3 chapter 34 (32-bit state map, revision 0x20000); AMD APM volume 2
 *         section 10.2 (64-bit map, revision 0x20064), used by CPUs with long mode.
 * Thread: the vCPU's own.
 *
 * Each map is a table of (offset from SMBASE + 0x8000, size, where in the CPU state), so that
 * saving and loading cannot disagree.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/log.h"
#include "cpuid.h"
#include "helpers.h"
#include "internal.h"

enum { SMM_REVISION_32 = 0x00020000, SMM_REVISION_64 = 0x00020064, SMM_RELOCATE = 0x00020000 };
enum { SMM_REV_OFFSET = 0x7efc };

typedef struct SMMField {
    uint16_t offset;
    uint8_t size;
    uint16_t field; /* in CPUX86State */
} SMMField;

#define F(o, s, f) { (o), (s), offsetof(CPUX86State, f) }

static const SMMField map32[] = {
    F(0x7ffc, 4, cr[0]), F(0x7ff8, 4, cr[3]), F(0x7ff0, 4, eip),
    F(0x7fec, 4, regs[R_EDI]), F(0x7fe8, 4, regs[R_ESI]), F(0x7fe4, 4, regs[R_EBP]),
    F(0x7fe0, 4, regs[R_ESP]), F(0x7fdc, 4, regs[R_EBX]), F(0x7fd8, 4, regs[R_EDX]),
    F(0x7fd4, 4, regs[R_ECX]), F(0x7fd0, 4, regs[R_EAX]),
    F(0x7fcc, 4, dr[6]), F(0x7fc8, 4, dr[7]),
    F(0x7fc4, 4, tr.selector), F(0x7fc0, 4, ldt.selector),
    F(0x7fbc, 4, segs[R_GS].selector), F(0x7fb8, 4, segs[R_FS].selector),
    F(0x7fb4, 4, segs[R_DS].selector), F(0x7fb0, 4, segs[R_SS].selector),
    F(0x7fac, 4, segs[R_CS].selector), F(0x7fa8, 4, segs[R_ES].selector),
    F(0x7f58, 4, idt.base), F(0x7f54, 4, idt.limit),
    F(0x7f74, 4, gdt.base), F(0x7f70, 4, gdt.limit),
    F(0x7f64, 4, tr.base), F(0x7f60, 4, tr.limit), F(0x7f5c, 4, tr.flags),
    F(0x7f80, 4, ldt.base), F(0x7f7c, 4, ldt.limit), F(0x7f78, 4, ldt.flags),
    F(0x7f14, 4, cr[4]), F(0x7ef8, 4, smbase),
};

/* Hidden parts of ES CS SS, then DS FS GS: base, limit, rights; 12 bytes each. */
static const uint16_t map32_segs[6] = { 0x7f84, 0x7f90, 0x7f9c, 0x7f2c, 0x7f38, 0x7f44 };

static const SMMField map64[] = {
    F(0x7e64, 2, gdt.limit), F(0x7e68, 8, gdt.base),
    F(0x7e70, 2, ldt.selector), F(0x7e74, 4, ldt.limit), F(0x7e78, 8, ldt.base),
    F(0x7e84, 2, idt.limit), F(0x7e88, 8, idt.base),
    F(0x7e90, 2, tr.selector), F(0x7e94, 4, tr.limit), F(0x7e98, 8, tr.base),
    F(0x7ed0, 8, efer),
    F(0x7ff8, 8, regs[R_EAX]), F(0x7ff0, 8, regs[R_ECX]), F(0x7fe8, 8, regs[R_EDX]),
    F(0x7fe0, 8, regs[R_EBX]), F(0x7fd8, 8, regs[R_ESP]), F(0x7fd0, 8, regs[R_EBP]),
    F(0x7fc8, 8, regs[R_ESI]), F(0x7fc0, 8, regs[R_EDI]),
    F(0x7fb8, 8, regs[8]), F(0x7fb0, 8, regs[9]), F(0x7fa8, 8, regs[10]),
    F(0x7fa0, 8, regs[11]), F(0x7f98, 8, regs[12]), F(0x7f90, 8, regs[13]),
    F(0x7f88, 8, regs[14]), F(0x7f80, 8, regs[15]),
    F(0x7f78, 8, eip), F(0x7f68, 8, dr[6]), F(0x7f60, 8, dr[7]),
    F(0x7f58, 8, cr[0]), F(0x7f50, 8, cr[3]), F(0x7f48, 8, cr[4]),
    F(0x7f00, 4, smbase),
};
#undef F

static hwaddr map_address(const CPUX86State *env, unsigned offset)
{
    return (uint32_t)env->smbase + 0x8000 + offset;
}

/* Fields of the state are 64 or 32 bits wide; the map may hold fewer. */
static bool field_is_32(unsigned field)
{
    const unsigned first = offsetof(CPUX86State, segs), last = offsetof(CPUX86State, cr);

    /* Inside SegmentCache all but the bases are 32 bits. */
    return field >= first && field < last &&
           (field - first) % sizeof(SegmentCache) != offsetof(SegmentCache, base);
}

static void save_fields(CPUX86State *env, const SMMField *map, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        const void *p = (char *)env + map[i].field;
        uint64_t v = field_is_32(map[i].field) ? *(uint32_t *)p : *(uint64_t *)p;
        hwaddr pa = map_address(env, map[i].offset);

        if (map[i].size == 8) {
            x86_stq_phys(env, pa, v);
        } else if (map[i].size == 4) {
            x86_stl_phys(env, pa, v);
        } else {
            x86_stw_phys(env, pa, v);
        }
    }
}

static void load_fields(CPUX86State *env, const SMMField *map, unsigned n, hwaddr base)
{
    for (unsigned i = 0; i < n; i++) {
        void *p = (char *)env + map[i].field;
        hwaddr pa = base + map[i].offset;
        uint64_t v = map[i].size == 8 ? x86_ldq_phys(env, pa)
                     : map[i].size == 4 ? x86_ldl_phys(env, pa) : x86_lduw_phys(env, pa);

        if (field_is_32(map[i].field)) {
            *(uint32_t *)p = v;
        } else {
            *(uint64_t *)p = v;
        }
    }
}

/* ---- saving ---- */

static void save32(CPUX86State *env)
{
    save_fields(env, map32, ARRAY_SIZE(map32));
    x86_stl_phys(env, map_address(env, 0x7ff4), cpu_x86_eflags(env));
    for (unsigned i = 0; i < 6; i++) {
        x86_stl_phys(env, map_address(env, map32_segs[i]), env->segs[i].flags >> 8 & 0xf0ff);
        x86_stl_phys(env, map_address(env, map32_segs[i] + 4), env->segs[i].limit);
        x86_stl_phys(env, map_address(env, map32_segs[i] + 8), env->segs[i].base);
    }
    x86_stl_phys(env, map_address(env, SMM_REV_OFFSET), SMM_REVISION_32);
}

/* Selector, rights, limit and base: 16 bytes a segment from 0x7e00. */
static void save_segment64(CPUX86State *env, unsigned offset, const SegmentCache *sc)
{
    x86_stw_phys(env, map_address(env, offset), sc->selector);
    x86_stw_phys(env, map_address(env, offset + 2), sc->flags >> 8 & 0xf0ff);
    x86_stl_phys(env, map_address(env, offset + 4), sc->limit);
    x86_stq_phys(env, map_address(env, offset + 8), sc->base);
}

static void save64(CPUX86State *env)
{
    for (unsigned i = 0; i < 6; i++) {
        save_segment64(env, 0x7e00 + i * 16, &env->segs[i]);
    }
    save_fields(env, map64, ARRAY_SIZE(map64));
    x86_stw_phys(env, map_address(env, 0x7e72), env->ldt.flags >> 8 & 0xf0ff);
    x86_stw_phys(env, map_address(env, 0x7e92), env->tr.flags >> 8 & 0xf0ff);
    x86_stq_phys(env, map_address(env, 0x7f70), cpu_x86_eflags(env));
    x86_stl_phys(env, map_address(env, SMM_REV_OFFSET), SMM_REVISION_64);
}

/* ---- entry ---- */

static bool uses_map64(const CPUX86State *env)
{
    return x86_has(env, FEAT_8000_0001_EDX, CPUID_EXT2_LM);
}

/* The address space of memory accesses changes: forget translations. */
static void switch_smm(CPUX86State *env, bool on)
{
    if (on) {
        env->hflags |= HF_SMM;
    } else {
        env->hflags &= ~HF_SMM;
    }
    qatomic_set(&env_x86cpu(env)->walk.stale, 1);
    tlb_flush(env_cpu(env));
}

void x86_enter_smm(X86CPU *cpu)
{
    CPUX86State *env = &cpu->env;

    qemu_log_mask(CPU_LOG_INT, "CPU%d: SMI, eip %" PRIx64 "\n", cpu->parent_obj.cpu_index,
                  env->eip);
    switch_smm(env, true);
    if (env->hflags2 & HF2_NMI) {
        env->hflags2 |= HF2_SMM_INSIDE_NMI;
    } else {
        env->hflags2 |= HF2_NMI;
    }
    if (uses_map64(env)) {
        save64(env);
    } else {
        save32(env);
    }

    env->efer &= ~(uint64_t)(EFER_LME | EFER_LMA | EFER_SVME);
    x86_set_eflags(env, 2);
    env->eip = 0x8000;
    env->cr[4] = 0;
    env->cr[0] &= ~(uint64_t)(CR0_PE | CR0_EM | CR0_TS | CR0_PG);
    x86_update_dr7(env, DR7_FIXED_1);
    for (unsigned i = 0; i < 6; i++) {
        env->segs[i] = (SegmentCache) {
            .limit = UINT32_MAX,
            .flags = DESC_P | DESC_S | DESC_RW | DESC_A | DESC_G,
        };
    }
    env->segs[R_CS].selector = (uint32_t)env->smbase >> 4 & 0xffff;
    env->segs[R_CS].base = (uint32_t)env->smbase;
    cpu_x86_update_hflags(env);
}

/* ---- RSM ---- */

static void load32(CPUX86State *env, hwaddr base)
{
    uint32_t eflags;

    load_fields(env, map32, ARRAY_SIZE(map32), base);
    eflags = x86_ldl_phys(env, base + 0x7ff4);
    for (unsigned i = 0; i < 6; i++) {
        env->segs[i].flags = (x86_ldl_phys(env, base + map32_segs[i]) & 0xf0ff) << 8;
        env->segs[i].limit = x86_ldl_phys(env, base + map32_segs[i] + 4);
        env->segs[i].base = x86_ldl_phys(env, base + map32_segs[i] + 8);
    }
    x86_set_eflags(env, eflags);
}

static void load64(CPUX86State *env, hwaddr base)
{
    for (unsigned i = 0; i < 6; i++) {
        hwaddr pa = base + 0x7e00 + i * 16;

        env->segs[i].selector = x86_lduw_phys(env, pa);
        env->segs[i].flags = (x86_lduw_phys(env, pa + 2) & 0xf0ff) << 8;
        env->segs[i].limit = x86_ldl_phys(env, pa + 4);
        env->segs[i].base = x86_ldq_phys(env, pa + 8);
    }
    load_fields(env, map64, ARRAY_SIZE(map64), base);
    env->ldt.flags = (x86_lduw_phys(env, base + 0x7e72) & 0xf0ff) << 8;
    env->tr.flags = (x86_lduw_phys(env, base + 0x7e92) & 0xf0ff) << 8;
    x86_set_eflags(env, x86_ldq_phys(env, base + 0x7f70));
}

/* Is what the handler left in the map a state that the CPU can be in? */
static bool resumable(const CPUX86State *env)
{
    uint64_t cr0 = env->cr[0];

    return !((cr0 & CR0_PG) && !(cr0 & CR0_PE)) && !((cr0 & CR0_NW) && !(cr0 & CR0_CD)) &&
           !(env->cr[4] & ~x86_cr4_allowed(env));
}

uint64_t helper_rsm(CPUX86State *env)
{
    uintptr_t ra = GETPC();
    hwaddr base = map_address(env, 0);
    uint64_t old_smbase = env->smbase;
    uint32_t revision;

    if (!(env->hflags & HF_SMM)) {
        raise_exception_ra(env, EXCP06_ILLOP, ra);
    }
    revision = x86_ldl_phys(env, base + SMM_REV_OFFSET);
    if (uses_map64(env)) {
        load64(env, base);
    } else {
        load32(env, base);
    }
    if (!(revision & SMM_RELOCATE)) {
        env->smbase = old_smbase;
    }
    if (!resumable(env)) {
        env->old_exception = EXCP08_DBLE; /* shutdown */
        raise_exception_ra(env, EXCP08_DBLE, 0);
    }
    switch_smm(env, false);
    if (env->hflags2 & HF2_SMM_INSIDE_NMI) {
        env->hflags2 &= ~HF2_SMM_INSIDE_NMI;
    } else {
        env->hflags2 &= ~HF2_NMI;
    }
    x86_rearm_debug(env);
    x86_irq_window(env);
    return env->eip;
}
