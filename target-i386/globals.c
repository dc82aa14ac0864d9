/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of the x86 CPU state that IR names as globals, and which of them are worth a
 * host register.
 */
#include "qemu/osdep.h"
#include "tcg/ir.h"
#include "target-i386/cpu.h"

#define FIELD(f) offsetof(CPUX86State, f)

#define GPR(n, text, rank) \
    [G_RAX + (n)] = { .name = (text), .sz = SZ64, .offset = FIELD(regs[n]), .pin = (rank) }
#define XMM(n, text) \
    [G_XMM0 + (n)] = { .name = (text), .sz = SZ256, .offset = FIELD(xmm[n]), .pin = (n) + 1 }
#define BASE(g, n, text) \
    [g] = { .name = (text), .sz = SZ64, .offset = FIELD(segs[n].base) }
#define SEL(n, text) \
    [G_SEL_ES + (n)] = { .name = (text), .sz = SZ32, .offset = FIELD(segs[n].selector) }
#define LIMIT(n, text) \
    [G_LIMIT_ES + (n)] = { .name = (text), .sz = SZ32, .offset = FIELD(segs[n].limit) }
#define MM(n, text) \
    [G_MM0 + (n)] = { .name = (text), .sz = SZ64, .offset = FIELD(fpregs[n].mmx) }

#define MMEXP(n, text) \
    [G_MMEXP0 + (n)] = { .name = (text), .sz = SZ64, .offset = FIELD(fpregs[n]) + 8 }

static const IRGlobal globals[G_COUNT] = {
    GPR(0, "rax", 1), GPR(1, "rcx", 3), GPR(2, "rdx", 2), GPR(3, "rbx", 5),
    GPR(4, "rsp", 4), GPR(5, "rbp", 8), GPR(6, "rsi", 7), GPR(7, "rdi", 6),
    GPR(8, "r8", 9), GPR(9, "r9", 10), GPR(10, "r10", 13), GPR(11, "r11", 14),
    GPR(12, "r12", 11), GPR(13, "r13", 12), GPR(14, "r14", 15), GPR(15, "r15", 16),
    XMM(0, "xmm0"), XMM(1, "xmm1"), XMM(2, "xmm2"), XMM(3, "xmm3"),
    XMM(4, "xmm4"), XMM(5, "xmm5"), XMM(6, "xmm6"), XMM(7, "xmm7"),
    XMM(8, "xmm8"), XMM(9, "xmm9"), XMM(10, "xmm10"), XMM(11, "xmm11"),
    XMM(12, "xmm12"), XMM(13, "xmm13"), XMM(14, "xmm14"), XMM(15, "xmm15"),
    BASE(G_ESBASE, R_ES, "es_base"), BASE(G_CSBASE, R_CS, "cs_base"),
    BASE(G_SSBASE, R_SS, "ss_base"), BASE(G_DSBASE, R_DS, "ds_base"),
    BASE(G_FSBASE, R_FS, "fs_base"), BASE(G_GSBASE, R_GS, "gs_base"),
    [G_DF] = { .name = "df", .sz = SZ64, .offset = FIELD(df) },
    MM(0, "mm0"), MM(1, "mm1"), MM(2, "mm2"), MM(3, "mm3"),
    MM(4, "mm4"), MM(5, "mm5"), MM(6, "mm6"), MM(7, "mm7"),
    [G_EFLAGS] = { .name = "eflags", .sz = SZ64, .offset = FIELD(eflags) },
    [G_KERNELGSBASE] = { .name = "kernel_gs_base", .sz = SZ64, .offset = FIELD(kernelgsbase) },
    [G_CR0] = { .name = "cr0", .sz = SZ64, .offset = FIELD(cr[0]) },
    SEL(R_ES, "es"), SEL(R_CS, "cs"), SEL(R_SS, "ss"), SEL(R_DS, "ds"), SEL(R_FS, "fs"),
    SEL(R_GS, "gs"),
    [G_SEL_LDTR] = { .name = "ldtr", .sz = SZ32, .offset = FIELD(ldt.selector) },
    [G_SEL_TR] = { .name = "tr", .sz = SZ32, .offset = FIELD(tr.selector) },
    [G_GDTBASE] = { .name = "gdt_base", .sz = SZ64, .offset = FIELD(gdt.base) },
    [G_GDTLIMIT] = { .name = "gdt_limit", .sz = SZ32, .offset = FIELD(gdt.limit) },
    [G_IDTBASE] = { .name = "idt_base", .sz = SZ64, .offset = FIELD(idt.base) },
    [G_IDTLIMIT] = { .name = "idt_limit", .sz = SZ32, .offset = FIELD(idt.limit) },
    [G_FPTOP] = { .name = "fp_top", .sz = SZ32, .offset = FIELD(fpstt) },
    [G_FPTAGS] = { .name = "fp_tags", .sz = SZ64, .offset = FIELD(fptags) },
    [G_FPSWCW] = { .name = "fp_sw_cw", .sz = SZ32, .offset = FIELD(fpus) },
    [G_FPIP] = { .name = "fp_ip", .sz = SZ64, .offset = FIELD(fpip) },
    [G_FPDP] = { .name = "fp_dp", .sz = SZ64, .offset = FIELD(fpdp) },
    MMEXP(0, "mm0_exp"), MMEXP(1, "mm1_exp"), MMEXP(2, "mm2_exp"), MMEXP(3, "mm3_exp"),
    MMEXP(4, "mm4_exp"), MMEXP(5, "mm5_exp"), MMEXP(6, "mm6_exp"), MMEXP(7, "mm7_exp"),
    [G_ICOUNT_BUDGET] = { .name = "icount_budget", .sz = SZ64,
                          .offset = FIELD(trans.icount_budget) },
    [G_HFLAGS] = { .name = "hflags", .sz = SZ32, .offset = FIELD(hflags) },
    LIMIT(R_ES, "es_limit"), LIMIT(R_CS, "cs_limit"), LIMIT(R_SS, "ss_limit"),
    LIMIT(R_DS, "ds_limit"), LIMIT(R_FS, "fs_limit"), LIMIT(R_GS, "gs_limit"),
};

const IRTarget i386_ir_target = {
    .name = "i386",
    .globals = globals,
    .nb_globals = G_COUNT,
    .trans_offset = FIELD(trans),
    .pc_offset = FIELD(eip),
    .fpregs_offset = FIELD(fpregs),
    .fptop_offset = FIELD(fpstt),
    .fptags_offset = FIELD(fptags),
};
