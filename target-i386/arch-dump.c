/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUs in core files: NT_PRSTATUS as Linux writes it, and a note "QEMU" with what the kernel's
 * own notes leave out, which crash(8) and libvmi read.
 *
 * Spec:    Linux uapi, struct elf_prstatus of x86-64 and i386; the layout of the second note is
 *          that of struct CpuNote below.
 * Thread:  as sysemu/dump-arch.h says.
 */
#include "qemu/osdep.h"
#include "cpuid.h"
#include "internal.h"
#include "sysemu/dump-arch.h"

typedef struct NoteSegment {
    uint32_t selector, limit, flags, pad;
    uint64_t base;
} NoteSegment;

typedef struct CpuNote {
    uint32_t version, size;
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rsp, rbp, r[8], rip, rflags;
    NoteSegment cs, ds, es, fs, gs, ss, ldt, tr, gdt, idt;
    uint64_t cr[5];
    uint64_t kernel_gs_base;
} CpuNote;

/* The part of elf_prstatus before the registers: signal and process numbers. */
typedef struct StatusHead64 {
    uint32_t signal[3];
    uint16_t current, pad;
    uint64_t pending, held;
    uint32_t pid, ppid, group, session;
    uint64_t times[8];
} StatusHead64;

typedef struct Status64 {
    StatusHead64 head;
    uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi, orig_rax;
    uint64_t rip, cs, eflags, rsp, ss, fs_base, gs_base, ds, es, fs, gs;
    uint32_t fp_valid, pad;
} Status64;

typedef struct Status32 {
    uint32_t signal[3];
    uint16_t current, pad;
    uint32_t pending, held;
    uint32_t pid, ppid, group, session;
    uint32_t times[8];
    uint32_t ebx, ecx, edx, esi, edi, ebp, eax, ds, es, fs, gs, orig_eax, eip, cs, eflags, esp,
             ss;
    uint32_t fp_valid;
} Status32;

/* From the ELF specification; <elf.h> and regs.h disagree over some names. */
enum { ELF_MACHINE_386 = 3, ELF_MACHINE_X86_64 = 62, ELF_NOTE_PRSTATUS = 1 };

QEMU_BUILD_BUG_ON(sizeof(Status64) != 336);
QEMU_BUILD_BUG_ON(sizeof(Status32) != 144);
QEMU_BUILD_BUG_ON(sizeof(CpuNote) != 440);

bool dump_arch_info(DumpArch *arch)
{
    CPUX86State *env = first_cpu ? first_cpu->env : NULL;

    if (!env) {
        return false;
    }
    arch->elf64 = x86_has(env, FEAT_8000_0001_EDX, CPUID_EXT2_LM);
    arch->elf_machine = arch->elf64 ? ELF_MACHINE_X86_64 : ELF_MACHINE_386;
    return true;
}

static void status64(CPUState *cs, CPUX86State *env, GByteArray *notes)
{
    const uint64_t *r = env->regs;
    Status64 st = {
        .head.pid = cs->cpu_index + 1,
        .r15 = r[15], .r14 = r[14], .r13 = r[13], .r12 = r[12], .rbp = r[R_EBP],
        .rbx = r[R_EBX], .r11 = r[11], .r10 = r[10], .r9 = r[9], .r8 = r[8], .rax = r[R_EAX],
        .rcx = r[R_ECX], .rdx = r[R_EDX], .rsi = r[R_ESI], .rdi = r[R_EDI], .orig_rax = 0,
        .rip = env->eip, .cs = env->segs[R_CS].selector, .eflags = cpu_x86_eflags(env),
        .rsp = r[R_ESP], .ss = env->segs[R_SS].selector, .fs_base = env->segs[R_FS].base,
        .gs_base = env->segs[R_GS].base, .ds = env->segs[R_DS].selector,
        .es = env->segs[R_ES].selector, .fs = env->segs[R_FS].selector,
        .gs = env->segs[R_GS].selector,
    };

    dump_append_note(notes, "CORE", ELF_NOTE_PRSTATUS, &st, sizeof(st));
}

static void status32(CPUState *cs, CPUX86State *env, GByteArray *notes)
{
    const uint64_t *r = env->regs;
    Status32 st = {
        .pid = cs->cpu_index + 1,
        .ebx = r[R_EBX], .ecx = r[R_ECX], .edx = r[R_EDX], .esi = r[R_ESI], .edi = r[R_EDI],
        .ebp = r[R_EBP], .eax = r[R_EAX], .ds = env->segs[R_DS].selector,
        .es = env->segs[R_ES].selector, .fs = env->segs[R_FS].selector,
        .gs = env->segs[R_GS].selector, .eip = env->eip, .cs = env->segs[R_CS].selector,
        .eflags = cpu_x86_eflags(env), .esp = r[R_ESP], .ss = env->segs[R_SS].selector,
    };

    dump_append_note(notes, "CORE", ELF_NOTE_PRSTATUS, &st, sizeof(st));
}

static NoteSegment note_segment(const SegmentCache *s)
{
    return (NoteSegment) { s->selector, s->limit, s->flags, 0, s->base };
}

static void cpu_note(CPUX86State *env, GByteArray *notes)
{
    const uint64_t *r = env->regs;
    CpuNote n = {
        .version = 1, .size = sizeof(n),
        .rax = r[R_EAX], .rbx = r[R_EBX], .rcx = r[R_ECX], .rdx = r[R_EDX], .rsi = r[R_ESI],
        .rdi = r[R_EDI], .rsp = r[R_ESP], .rbp = r[R_EBP],
        .rip = env->eip, .rflags = cpu_x86_eflags(env),
        .cs = note_segment(&env->segs[R_CS]), .ds = note_segment(&env->segs[R_DS]),
        .es = note_segment(&env->segs[R_ES]), .fs = note_segment(&env->segs[R_FS]),
        .gs = note_segment(&env->segs[R_GS]), .ss = note_segment(&env->segs[R_SS]),
        .ldt = note_segment(&env->ldt), .tr = note_segment(&env->tr),
        .gdt = note_segment(&env->gdt), .idt = note_segment(&env->idt),
        .kernel_gs_base = env->kernelgsbase,
    };

    memcpy(n.r, r + 8, sizeof(n.r));
    memcpy(n.cr, env->cr, sizeof(n.cr));
    dump_append_note(notes, "QEMU", 0, &n, sizeof(n));
}

void dump_arch_notes(CPUState *cs, const DumpArch *arch, GByteArray *notes)
{
    CPUX86State *env = cs->env;

    if (arch->elf64) {
        status64(cs, env, notes);
    } else {
        status32(cs, env, notes);
    }
    cpu_note(env, notes);
}
