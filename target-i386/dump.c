/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CPU's state as text: "info registers" and -d cpu.
 *
 * Thread: the vCPU's own, or any while it is stopped.
 */
#include "qemu/osdep.h"
#include "internal.h"

static void dump_gprs64(const CPUX86State *env, GString *out)
{
    static const char *const names[16] = {
        "RAX", "RBX", "RCX", "RDX", "RSI", "RDI", "RBP", "RSP",
        "R8 ", "R9 ", "R10", "R11", "R12", "R13", "R14", "R15",
    };
    static const uint8_t order[16] = {
        R_EAX, R_EBX, R_ECX, R_EDX, R_ESI, R_EDI, R_EBP, R_ESP, 8, 9, 10, 11, 12, 13, 14, 15,
    };

    for (unsigned i = 0; i < 16; i++) {
        g_string_append_printf(out, "%s=%016" PRIx64 "%c", names[i], env->regs[order[i]],
                               i % 4 == 3 ? '\n' : ' ');
    }
}

static void dump_gprs32(const CPUX86State *env, GString *out)
{
    static const char *const names[8] = {
        "EAX", "EBX", "ECX", "EDX", "ESI", "EDI", "EBP", "ESP",
    };
    static const uint8_t order[8] = {
        R_EAX, R_EBX, R_ECX, R_EDX, R_ESI, R_EDI, R_EBP, R_ESP,
    };

    for (unsigned i = 0; i < 8; i++) {
        g_string_append_printf(out, "%s=%08x%c", names[i], (uint32_t)env->regs[order[i]],
                               i % 4 == 3 ? '\n' : ' ');
    }
}

static void dump_pc(const CPUX86State *env, GString *out)
{
    static const struct {
        uint32_t bit;
        char letter;
    } flags[] = {
        { 0x400, 'D' }, { 0x800, 'O' }, { 0x80, 'S' }, { 0x40, 'Z' }, { 0x10, 'A' },
        { 0x4, 'P' }, { 0x1, 'C' },
    };
    uint32_t fl = cpu_x86_eflags(env);

    g_string_append_printf(out, x86_code64(env) ? "RIP=%016" PRIx64 " RFL=%08x ["
                                                : "EIP=%08" PRIx64 " EFL=%08x [",
                           env->eip, fl);
    for (unsigned i = 0; i < ARRAY_SIZE(flags); i++) {
        g_string_append_c(out, fl & flags[i].bit ? flags[i].letter : '-');
    }
    g_string_append_printf(out, "] CPL=%u II=%d A20=%d SMM=%d HLT=%d\n", x86_cpl(env),
                           !!(env->hflags & HF_INHIBIT_IRQ), env->a20_mask >> 20 & 1,
                           !!(env->hflags & HF_SMM), env_cpu((CPUX86State *)env)->halted);
}

static const char *segment_kind(const CPUX86State *env, const SegmentCache *sc)
{
    if (!(sc->flags & DESC_S)) {
        return "";
    }
    if (sc->flags & DESC_CODE) {
        return sc->flags & DESC_L && x86_lma(env) ? "CS64" : sc->flags & DESC_DB ? "CS32"
                                                                                 : "CS16";
    }
    return sc->flags & DESC_DB ? "DS  " : "DS16";
}

static void dump_segment(const CPUX86State *env, GString *out, const char *name,
                         const SegmentCache *sc)
{
    static const char *const system_types[16] = {
        "Reserved", "TSS16-avl", "LDT", "TSS16-busy", "CallGate16", "TaskGate", "IntGate16",
        "TrapGate16", "Reserved", "TSS32-avl", "Reserved", "TSS32-busy", "CallGate32",
        "Reserved", "IntGate32", "TrapGate32",
    };

    g_string_append_printf(out, "%-3s=%04x %0*" PRIx64 " %08x %08x", name, sc->selector,
                           x86_lma(env) ? 16 : 8, sc->base, sc->limit, sc->flags);
    if (sc->flags & DESC_P) {
        g_string_append_printf(out, " DPL=%u ", sc->flags >> DESC_DPL_SHIFT & 3);
        if (sc->flags & DESC_S) {
            g_string_append_printf(out, "%s [%c%c%c]", segment_kind(env, sc),
                                   sc->flags & DESC_EC ? (sc->flags & DESC_CODE ? 'C' : 'E')
                                                       : '-',
                                   sc->flags & DESC_RW ? (sc->flags & DESC_CODE ? 'R' : 'W')
                                                       : '-',
                                   sc->flags & DESC_A ? 'A' : '-');
        } else {
            g_string_append(out, system_types[sc->flags >> DESC_TYPE_SHIFT & 15]);
        }
    }
    g_string_append_c(out, '\n');
}

static void dump_system(const CPUX86State *env, GString *out)
{
    static const char *const names[6] = { "ES", "CS", "SS", "DS", "FS", "GS" };
    int w = x86_lma(env) ? 16 : 8;

    for (unsigned i = 0; i < 6; i++) {
        dump_segment(env, out, names[i], &env->segs[i]);
    }
    dump_segment(env, out, "LDT", &env->ldt);
    dump_segment(env, out, "TR", &env->tr);
    g_string_append_printf(out, "GDT=     %0*" PRIx64 " %08x\n", w, env->gdt.base,
                           env->gdt.limit);
    g_string_append_printf(out, "IDT=     %0*" PRIx64 " %08x\n", w, env->idt.base,
                           env->idt.limit);
    g_string_append_printf(out, "CR0=%08x CR2=%0*" PRIx64 " CR3=%0*" PRIx64 " CR4=%08x\n",
                           (uint32_t)env->cr[0], w, env->cr[2], w, env->cr[3],
                           (uint32_t)env->cr[4]);
    for (unsigned i = 0; i < 4; i++) {
        g_string_append_printf(out, "DR%u=%016" PRIx64 "%c", i, env->dr[i],
                               i == 3 ? '\n' : ' ');
    }
    g_string_append_printf(out, "DR6=%016" PRIx64 " DR7=%016" PRIx64 "\n", env->dr[6],
                           env->dr[7]);
    g_string_append_printf(out, "EFER=%016" PRIx64 "\n", env->efer);
}

static void dump_fpu(const CPUX86State *env, GString *out)
{
    unsigned valid = 0;

    for (unsigned i = 0; i < 8; i++) {
        valid |= (unsigned)!env->fptags[i] << i;
    }
    g_string_append_printf(out, "FCW=%04x FSW=%04x [ST=%u] FTW=%02x MXCSR=%08x\n", env->fpuc,
                           x86_get_fpsw(env), env->fpstt & 7, valid, x86_get_mxcsr(env));
    for (unsigned i = 0; i < 8; i++) {
        g_string_append_printf(out, "FPR%u=%016" PRIx64 " %04x%c", i, env->fpregs[i].f.mant,
                               env->fpregs[i].f.exp, i & 1 ? '\n' : ' ');
    }
    for (unsigned i = 0; i < (x86_code64(env) ? 16u : 8u); i++) {
        g_string_append_printf(out, "%sMM%02u=%016" PRIx64 "%016" PRIx64 "%016" PRIx64
                               "%016" PRIx64 "\n", "Y", i, env->xmm[i].q[3], env->xmm[i].q[2],
                               env->xmm[i].q[1], env->xmm[i].q[0]);
    }
}

void x86_cpu_dump_state(CPUState *cs, GString *out, int flags)
{
    const CPUX86State *env = cs->env;

    if (x86_code64(env)) {
        dump_gprs64(env, out);
    } else {
        dump_gprs32(env, out);
    }
    dump_pc(env, out);
    dump_system(env, out);
    if (flags & CPU_DUMP_FPU) {
        dump_fpu(env, out);
    }
}
