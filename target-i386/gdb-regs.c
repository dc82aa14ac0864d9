/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers as gdb numbers them (gdb-xml/i386-64bit.xml, i386-32bit.xml).
 *
 * Thread: under the big lock with the vCPU stopped.
 *
 * A table of runs gives each number its meaning; sizes follow the XML. The 64-bit emulator always
 * shows the 64-bit layout, with upper halves masked outside 64-bit code.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hw/i386/apic.h"
#include "exec/gdbstub.h"
#include "cpuid.h"
#include "internal.h"

typedef enum GdbKind {
    GDB_GPR, GDB_PC, GDB_EFLAGS, GDB_SEG, GDB_BASE, GDB_CR, GDB_ST, GDB_FPCTL, GDB_XMM, GDB_MXCSR,
} GdbKind;

typedef struct GdbRun {
    uint8_t first, count;
    GdbKind kind;
} GdbRun;

#ifdef TARGET_X86_64
enum { NB_GPRS = 16, NB_GDB_REGS = 66, WORD = 8 };
static const GdbRun runs[] = {
    { 0, 16, GDB_GPR }, { 16, 1, GDB_PC }, { 17, 1, GDB_EFLAGS }, { 18, 6, GDB_SEG },
    { 24, 3, GDB_BASE }, { 27, 6, GDB_CR }, { 33, 8, GDB_ST }, { 41, 8, GDB_FPCTL },
    { 49, 16, GDB_XMM }, { 65, 1, GDB_MXCSR },
};
static const uint8_t gpr_order[NB_GPRS] = {
    R_EAX, R_EBX, R_ECX, R_EDX, R_ESI, R_EDI, R_EBP, R_ESP, 8, 9, 10, 11, 12, 13, 14, 15,
};
#else
enum { NB_GPRS = 8, NB_GDB_REGS = 50, WORD = 4 };
static const GdbRun runs[] = {
    { 0, 8, GDB_GPR }, { 8, 1, GDB_PC }, { 9, 1, GDB_EFLAGS }, { 10, 6, GDB_SEG },
    { 16, 3, GDB_BASE }, { 19, 6, GDB_CR }, { 25, 8, GDB_ST }, { 33, 8, GDB_FPCTL },
    { 41, 8, GDB_XMM }, { 49, 1, GDB_MXCSR },
};
static const uint8_t gpr_order[NB_GPRS] = {
    R_EAX, R_ECX, R_EDX, R_EBX, R_ESP, R_EBP, R_ESI, R_EDI,
};
#endif

static const uint8_t seg_order[6] = { R_CS, R_SS, R_DS, R_ES, R_FS, R_GS };

static const GdbRun *find_run(int n, unsigned *index)
{
    for (unsigned i = 0; i < ARRAY_SIZE(runs); i++) {
        if (n >= runs[i].first && n < runs[i].first + runs[i].count) {
            *index = n - runs[i].first;
            return &runs[i];
        }
    }
    return NULL;
}

/* ---- reading ---- */

static int put(GByteArray *buf, uint64_t v, unsigned size)
{
    uint8_t b[8];

    stq_le_p(b, v);
    g_byte_array_append(buf, b, size);
    return size;
}

/* Words are shown as the running code can see them. */
static int put_word(CPUX86State *env, GByteArray *buf, uint64_t v)
{
    return put(buf, x86_code64(env) ? v : (uint32_t)v, WORD);
}

static uint64_t read_base(const CPUX86State *env, unsigned i)
{
    return i == 0 ? env->segs[R_FS].base : i == 1 ? env->segs[R_GS].base : env->kernelgsbase;
}

static uint64_t read_control(CPUX86State *env, unsigned i)
{
    X86CPU *cpu = env_x86cpu(env);
    static const uint8_t cr[] = { 0, 2, 3, 4 };

    if (i < ARRAY_SIZE(cr)) {
        return env->cr[cr[i]];
    }
    if (i == 4) {
        return cpu->apic_state ? cpu_get_apic_tpr(cpu->apic_state) : env->cr8;
    }
    return env->efer;
}

static uint32_t read_fpctl(const CPUX86State *env, unsigned i)
{
    uint32_t tags = 0;

    switch (i) {
    case 0:
        return env->fpuc;
    case 1:
        return x86_get_fpsw(env);
    case 2:
        for (unsigned n = 0; n < 8; n++) {
            tags |= (env->fptags[n] ? 3u : 0u) << (n * 2);
        }
        return tags;
    case 3:
        return env->fpcs;
    case 4:
        return env->fpip;
    case 5:
        return env->fpds;
    case 6:
        return env->fpdp;
    default:
        return env->fpop;
    }
}

static int x86_gdb_read(CPUState *cs, GByteArray *buf, int n)
{
    CPUX86State *env = cs->env;
    unsigned i;
    const GdbRun *run = find_run(n, &i);

    if (!run) {
        return 0;
    }
    switch (run->kind) {
    case GDB_GPR:
        return put_word(env, buf, i >= 8 && !x86_code64(env) ? 0 : env->regs[gpr_order[i]]);
    case GDB_PC:
        return put_word(env, buf, env->eip);
    case GDB_EFLAGS:
        return put(buf, cpu_x86_eflags(env), 4);
    case GDB_SEG:
        return put(buf, env->segs[seg_order[i]].selector, 4);
    case GDB_BASE:
        return put(buf, read_base(env, i), WORD);
    case GDB_CR:
        return put(buf, read_control(env, i), WORD);
    case GDB_ST:
        g_byte_array_append(buf, env->fpregs[(env->fpstt + i) & 7].b, 10);
        return 10;
    case GDB_FPCTL:
        return put(buf, read_fpctl(env, i), 4);
    case GDB_XMM:
        g_byte_array_append(buf, env->xmm[i].b, 16);
        return 16;
    default:
        return put(buf, x86_get_mxcsr(env), 4);
    }
}

/* ---- writing ---- */

static uint64_t get_word(const uint8_t *p)
{
    return WORD == 8 ? ldq_le_p(p) : ldl_le_p(p);
}

/* A selector: as real mode loads it, else through the tables as far as they allow. */
static void write_seg(CPUX86State *env, unsigned seg, uint32_t selector)
{
    X86Desc d;
    CPUState *cs = env_cpu(env);
    uint64_t addr;
    uint8_t raw[8];

    if (selector == env->segs[seg].selector) {
        return;
    }
    if (!x86_pe(env)) {
        x86_load_real_seg(env, seg, selector);
    } else if (x86_v86(env)) {
        x86_load_v86_seg(env, seg, selector);
    } else {
        addr = (selector & 4 ? env->ldt.base : env->gdt.base) + (selector & 0xfff8);
        if (cpu_memory_rw_debug(cs, addr, raw, 8, false)) {
            return;
        }
        d = (X86Desc) { .lo = ldl_le_p(raw), .hi = ldl_le_p(raw + 4) };
        x86_load_cache(&env->segs[seg], selector & 0xffff, &d);
    }
    cpu_x86_update_hflags(env);
}

static void write_base(CPUX86State *env, unsigned i, uint64_t v)
{
    if (i == 0) {
        env->segs[R_FS].base = v;
    } else if (i == 1) {
        env->segs[R_GS].base = v;
    } else {
        env->kernelgsbase = v;
    }
}

static void write_control(CPUX86State *env, unsigned i, uint64_t v)
{
    X86CPU *cpu = env_x86cpu(env);

    switch (i) {
    case 0:
        x86_update_cr0(env, v);
        break;
    case 1:
        env->cr[2] = v;
        break;
    case 2:
        env->cr[3] = v;
        tlb_flush(env_cpu(env));
        break;
    case 3:
        x86_update_cr4(env, v & x86_cr4_allowed(env));
        break;
    case 4:
        if (cpu->apic_state) {
            cpu_set_apic_tpr(cpu->apic_state, v & 15);
        }
        break;
    default:
        x86_update_efer(env, v);
        break;
    }
}

static void write_fpctl(CPUX86State *env, unsigned i, uint32_t v)
{
    switch (i) {
    case 0:
        x86_set_fpuc(env, v);
        break;
    case 1:
        x86_set_fpsw(env, v);
        break;
    case 2:
        for (unsigned n = 0; n < 8; n++) {
            env->fptags[n] = (v >> (n * 2) & 3) == 3;
        }
        break;
    case 3:
        env->fpcs = v;
        break;
    case 4:
        env->fpip = v;
        break;
    case 5:
        env->fpds = v;
        break;
    case 6:
        env->fpdp = v;
        break;
    default:
        env->fpop = v & 0x7ff;
        break;
    }
    cpu_x86_update_hflags(env);
}

static int x86_gdb_write(CPUState *cs, uint8_t *p, int n)
{
    CPUX86State *env = cs->env;
    unsigned i;
    const GdbRun *run = find_run(n, &i);

    if (!run) {
        return 0;
    }
    switch (run->kind) {
    case GDB_GPR:
        if (x86_code64(env)) {
            env->regs[gpr_order[i]] = get_word(p);
        } else if (i < 8) {
            env->regs[gpr_order[i]] = ldl_le_p(p);
        }
        return WORD;
    case GDB_PC:
        env->eip = x86_code64(env) ? get_word(p) : ldl_le_p(p);
        return WORD;
    case GDB_EFLAGS:
        x86_set_eflags(env, ldl_le_p(p));
        cpu_x86_update_hflags(env);
        return 4;
    case GDB_SEG:
        write_seg(env, seg_order[i], ldl_le_p(p));
        return 4;
    case GDB_BASE:
        write_base(env, i, get_word(p));
        return WORD;
    case GDB_CR:
        write_control(env, i, get_word(p));
        return WORD;
    case GDB_ST:
        memcpy(env->fpregs[(env->fpstt + i) & 7].b, p, 10);
        return 10;
    case GDB_FPCTL:
        write_fpctl(env, i, ldl_le_p(p));
        return 4;
    case GDB_XMM:
        memcpy(env->xmm[i].b, p, 16);
        return 16;
    default:
        x86_set_mxcsr(env, ldl_le_p(p) & 0xffff);
        cpu_x86_update_hflags(env);
        return 4;
    }
}

/* ---- AVX: the upper halves, as a set of their own ---- */

static int read_ymm_high(CPUState *cs, GByteArray *buf, int n)
{
    CPUX86State *env = cs->env;

    g_byte_array_append(buf, env->xmm[n].b + 16, 16);
    return 16;
}

static int write_ymm_high(CPUState *cs, uint8_t *p, int n)
{
    CPUX86State *env = cs->env;

    memcpy(env->xmm[n].b + 16, p, 16);
    return 16;
}

void x86_cpu_gdb_realize(X86CPU *cpu)
{
    if (x86_has(&cpu->env, FEAT_1_ECX, CPUID_EXT_AVX)) {
        gdb_register_coprocessor(&cpu->parent_obj, read_ymm_high, write_ymm_high, CPU_NB_REGS,
                                 WORD == 8 ? "i386-64bit-avx.xml" : "i386-32bit-avx.xml");
    }
}

static const char *x86_gdb_arch_name(CPUState *cs)
{
    (void)cs;
    return WORD == 8 ? "i386:x86-64" : "i386";
}

void x86_cpu_gdb_class_init(CPUClass *cc)
{
    cc->gdb_read_register = x86_gdb_read;
    cc->gdb_write_register = x86_gdb_write;
    cc->gdb_core_xml_file = WORD == 8 ? "i386-64bit.xml" : "i386-32bit.xml";
    cc->gdb_num_core_regs = NB_GDB_REGS;
    cc->gdb_arch_name = x86_gdb_arch_name;
}
