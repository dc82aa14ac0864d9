/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The integer and system part of the two-byte opcode map 0F.
 *
 * Spec: Intel SDM volume 2, appendix A, tables; AMD APM volume 3, appendix A.
 *
 * Departures from the manual: 0D (memory operands) and 18 to 1F are hints and no-operations
 * whatever ModRM.reg says; B8 without F3 is undefined; F3 BC and F3 BD mean BSF and BSR on a CPU
 * without TZCNT and LZCNT, which their emitters decide.
 */
#include "qemu/osdep.h"
#include "target-i386/emit.h"
#include "target-i386/helpers.h"

#define BT_FLAGS FLAGS(FL_C, FL_O | FL_S | FL_A | FL_P)
#define SHIFT_FLAGS FLAGS(FL_ALL & ~(FL_A | FL_O), FL_A | FL_O)
#define SCAN_FLAGS FLAGS(FL_Z, FL_ALL & ~FL_Z)

static const X86Row group6[8] = {
    ROW("sldt", emit_SLDT, OPS(Evw), .flags = R_PE | R_UMIP | R_NODIFF),
    ROW("str", emit_STR, OPS(Evw), .flags = R_PE | R_UMIP | R_NODIFF),
    ROW("lldt", emit_LLDT, OPS(Ew), .flags = R_PE | R_CPL0),
    ROW("ltr", emit_LTR, OPS(Ew), .flags = R_PE | R_CPL0),
    ROW("verr", emit_VERR, OPS(Ew), .flags = R_PE | R_NODIFF, FLAGS(FL_Z, 0)),
    ROW("verw", emit_VERW, OPS(Ew), .flags = R_PE | R_NODIFF, FLAGS(FL_Z, 0)),
};

static const X86Row group7_mem[8] = {
    ROW("sgdt", emit_SGDT, OPS(M0), .flags = R_UMIP | R_NODIFF),
    ROW("sidt", emit_SIDT, OPS(M0), .flags = R_UMIP | R_NODIFF),
    ROW("lgdt", emit_LGDT, OPS(M0), .flags = R_CPL0),
    ROW("lidt", emit_LIDT, OPS(M0), .flags = R_CPL0),
    ROW("smsw", emit_SMSW, OPS(Evw), .flags = R_UMIP | R_NODIFF),
    {0},
    ROW("lmsw", emit_LMSW, OPS(Ew), .flags = R_CPL0 | R_END),
    ROW("invlpg", emit_INVLPG, OPS(M0), .flags = R_CPL0 | R_END),
};

static const X86Row group7_r1[8] = {
    ROW("monitor", emit_MONITOR, .feat = XF_MONITOR),
    ROW("mwait", emit_MWAIT, .feat = XF_MONITOR, .flags = R_END),
    ROW("clac", emit_CLAC, .feat = XF_SMAP),
    ROW("stac", emit_STAC, .feat = XF_SMAP),
};

static const X86Row group7_r2[8] = {
    ROW("xgetbv", emit_XGETBV, .feat = XF_XSAVE, .flags = R_NODIFF),
    ROW("xsetbv", emit_XSETBV, .feat = XF_XSAVE, .flags = R_CPL0 | R_END),
};

static const X86Row group7_r7[8] = {
    ROW("swapgs", emit_SWAPGS, .flags = R_O64 | R_CPL0),
    ROW("rdtscp", emit_RDTSCP, .feat = XF_RDTSCP, .flags = R_IO | R_NODIFF),
};

static const X86Row group7_reg[8] = {
    [1] = GROUP(RK_RM, group7_r1),
    [2] = GROUP(RK_RM, group7_r2),
    [4] = ROW("smsw", emit_SMSW, OPS(Evw), .flags = R_UMIP | R_NODIFF),
    [6] = ROW("lmsw", emit_LMSW, OPS(Ew), .flags = R_CPL0 | R_END),
    [7] = GROUP(RK_RM, group7_r7),
};

static const X86Row group7[2] = {
    GROUP(RK_REG, group7_mem),
    GROUP(RK_REG, group7_reg),
};

static const X86Row group8[8] = {
    [4] = ROW("bt", emit_BT, OPS(Ev, Ib), BT_FLAGS),
    [5] = ROW("bts", emit_BTS, OPS(Ev, Ib), .flags = R_LOCK, BT_FLAGS),
    [6] = ROW("btr", emit_BTR, OPS(Ev, Ib), .flags = R_LOCK, BT_FLAGS),
    [7] = ROW("btc", emit_BTC, OPS(Ev, Ib), .flags = R_LOCK, BT_FLAGS),
};

static const X86Row group9_mem[8] = {
    [1] = ROW("cmpxchg8b", emit_CMPXCHG8B, OPS(M0), .feat = XF_CX8, .flags = R_LOCK,
              FLAGS(FL_Z, 0)),
    [3] = ROW("xrstors", emit_XRSTOR, OPS(M0), .arg = XSAVE_S, .feat = XF_XSAVES,
              .flags = R_CPL0 | R_END),
    [4] = ROW("xsavec", emit_XSAVE, OPS(M0), .arg = XSAVE_C, .feat = XF_XSAVEC,
              .flags = R_NODIFF),
    [5] = ROW("xsaves", emit_XSAVE, OPS(M0), .arg = XSAVE_S, .feat = XF_XSAVES,
              .flags = R_CPL0),
};

static const X86Row group9_r7[3] = {
    ROW("rdseed", emit_RDSEED, OPS(Rv), .feat = XF_RDSEED, .flags = R_NODIFF, FLAGS(FL_ALL, 0)),
    ROW("rdpid", emit_RDPID, OPS(Em), .feat = XF_RDPID, .flags = R_NODIFF),
};

static const X86Row group9_reg[8] = {
    [6] = ROW("rdrand", emit_RDRAND, OPS(Rv), .feat = XF_RDRAND, .flags = R_NODIFF,
              FLAGS(FL_ALL, 0)),
    [7] = GROUP(RK_REP, group9_r7),
};

static const X86Row group9[2] = {
    GROUP(RK_REG, group9_mem),
    GROUP(RK_REG, group9_reg),
};

static const X86Row group15_mem[8] = {
    ROW("fxsave", emit_FXSAVE, OPS(M0), .feat = XF_FXSR, .xc = XC_FXSR, .flags = R_NODIFF),
    ROW("fxrstor", emit_FXRSTOR, OPS(M0), .feat = XF_FXSR, .xc = XC_FXSR,
        .flags = R_NODIFF | R_END),
    ROW("ldmxcsr", emit_LDMXCSR, OPS(Md), .feat = XF_SSE, .xc = XC_SSE, .flags = R_END),
    ROW("stmxcsr", emit_STMXCSR, OPS(Md), .feat = XF_SSE, .xc = XC_SSE),
    ROW("xsave", emit_XSAVE, OPS(M0), .arg = XSAVE_PLAIN, .feat = XF_XSAVE, .flags = R_NODIFF),
    ROW("xrstor", emit_XRSTOR, OPS(M0), .arg = XSAVE_PLAIN, .feat = XF_XSAVE,
        .flags = R_NODIFF | R_END),
    ROW("xsaveopt", emit_XSAVE, OPS(M0), .arg = XSAVE_OPT, .feat = XF_XSAVEOPT,
        .flags = R_NODIFF),
    ROW("clflush", emit_CLFLUSH, OPS(Mb), .feat = XF_CLFLUSH),
};

static const X86Row group15_reg[8] = {
    [5] = ROW("lfence", emit_NOP, .feat = XF_SSE2, .flags = R_MODRM),
    [6] = ROW("mfence", emit_FENCE, .feat = XF_SSE2, .flags = R_MODRM),
    [7] = ROW("sfence", emit_FENCE, .feat = XF_SSE, .flags = R_MODRM),
};

static const X86Row group15_none[2] = {
    GROUP(RK_REG, group15_mem),
    GROUP(RK_REG, group15_reg),
};

static const X86Row group15_66_mem[8] = {
    [6] = ROW("clwb", emit_CLFLUSH, OPS(Mb), .feat = XF_CLWB),
    [7] = ROW("clflushopt", emit_CLFLUSH, OPS(Mb), .feat = XF_CLFLUSHOPT),
};

static const X86Row group15_66[2] = {
    GROUP(RK_REG, group15_66_mem),
};

#define SEGBASE .feat = XF_FSGSBASE, .flags = R_O64 | R_NODIFF

static const X86Row group15_f3_reg[8] = {
    ROW("rdfsbase", emit_RDSEGBASE, OPS(Ry), .arg = R_FS, SEGBASE),
    ROW("rdgsbase", emit_RDSEGBASE, OPS(Ry), .arg = R_GS, SEGBASE),
    ROW("wrfsbase", emit_WRSEGBASE, OPS(Ry), .arg = R_FS, SEGBASE),
    ROW("wrgsbase", emit_WRSEGBASE, OPS(Ry), .arg = R_GS, SEGBASE),
};

static const X86Row group15_f3[2] = {
    [1] = GROUP(RK_REG, group15_f3_reg),
};

static const X86Row group15[4] = {
    GROUP(RK_MOD, group15_none),
    GROUP(RK_MOD, group15_66),
    GROUP(RK_MOD, group15_f3),
};

static const X86Row rep_b8[3] = {
    [1] = ROW("popcnt", emit_POPCNT, OPS(Gv, Ev), .feat = XF_POPCNT, FLAGS(FL_ALL, 0)),
};

static const X86Row rep_bc[3] = {
    ROW("bsf", emit_BSF, OPS(Gv, Ev), SCAN_FLAGS),
    ROW("tzcnt", emit_TZCNT, OPS(Gv, Ev), FLAGS(FL_Z | FL_C, FL_O | FL_S | FL_A | FL_P)),
    ROW("bsf", emit_BSF, OPS(Gv, Ev), SCAN_FLAGS),
};

static const X86Row rep_bd[3] = {
    ROW("bsr", emit_BSR, OPS(Gv, Ev), SCAN_FLAGS),
    ROW("lzcnt", emit_LZCNT, OPS(Gv, Ev), FLAGS(FL_Z | FL_C, FL_O | FL_S | FL_A | FL_P)),
    ROW("bsr", emit_BSR, OPS(Gv, Ev), SCAN_FLAGS),
};

static const X86Row pfx_c3[4] = {
    ROW("movnti", emit_MOV, OPS(My, Gy), .feat = XF_SSE2),
};

const X86Row x86_map_0f[256] = {
    [0x00] = GROUP(RK_REG, group6),
    [0x01] = GROUP(RK_MOD, group7),
    [0x02] = ROW("lar", emit_LAR, OPS(Gv, Ew), .flags = R_PE | R_NODIFF, FLAGS(FL_Z, 0)),
    [0x03] = ROW("lsl", emit_LSL, OPS(Gv, Ew), .flags = R_PE | R_NODIFF, FLAGS(FL_Z, 0)),
    [0x05] = ROW("syscall", emit_SYSCALL, .feat = XF_SYSCALL, .flags = R_NODIFF | R_END),
    [0x06] = ROW("clts", emit_CLTS, .flags = R_CPL0 | R_END),
    [0x07] = ROW("sysret", emit_SYSRET, .feat = XF_SYSCALL, .flags = R_CPL0 | R_END),
    [0x08] = ROW("invd", emit_NOP, .flags = R_CPL0),
    [0x09] = ROW("wbinvd", emit_NOP, .flags = R_CPL0),
    [0x0b] = ROW("ud2", emit_UD, .flags = R_END),
    [0x0d] = ROW("prefetchw", emit_PREFETCH, OPS(M0)),
    [0x18] = ROW("prefetch", emit_PREFETCH, OPS(Ev)),
    [0x19] = ROW("nop", emit_NOP, OPS(Ev)),
    [0x1a] = ROW("nop", emit_NOP, OPS(Ev)),
    [0x1b] = ROW("nop", emit_NOP, OPS(Ev)),
    [0x1c] = ROW("nop", emit_NOP, OPS(Ev)),
    [0x1d] = ROW("nop", emit_NOP, OPS(Ev)),
    [0x1e] = ROW("nop", emit_NOP, OPS(Ev)),
    [0x1f] = ROW("nop", emit_NOP, OPS(Ev)),
    [0x20] = ROW("mov", emit_MOV_FROM_CR, OPS(Em, Cm), .flags = R_CPL0 | R_IGNMOD),
    [0x21] = ROW("mov", emit_MOV_FROM_DR, OPS(Em, Dm), .flags = R_CPL0 | R_IGNMOD),
    [0x22] = ROW("mov", emit_MOV_TO_CR, OPS(Cm, Em), .flags = R_CPL0 | R_IGNMOD | R_END),
    [0x23] = ROW("mov", emit_MOV_TO_DR, OPS(Dm, Em), .flags = R_CPL0 | R_IGNMOD | R_END),
    [0x30] = ROW("wrmsr", emit_WRMSR, .feat = XF_MSR, .flags = R_CPL0 | R_END),
    [0x31] = ROW("rdtsc", emit_RDTSC, .feat = XF_TSC, .flags = R_IO | R_NODIFF),
    [0x32] = ROW("rdmsr", emit_RDMSR, .feat = XF_MSR, .flags = R_CPL0 | R_IO),
    [0x33] = ROW("rdpmc", emit_RDPMC, .flags = R_NODIFF),
    [0x34] = ROW("sysenter", emit_SYSENTER, .feat = XF_SEP, .flags = R_PE | R_NODIFF | R_END),
    [0x35] = ROW("sysexit", emit_SYSEXIT, .feat = XF_SEP, .flags = R_PE | R_CPL0 | R_END),
    [0x40] = ROW("cmovo", emit_CMOV, OPS(Gv, Ev), .arg = CC_O, .feat = XF_CMOV),
    [0x41] = ROW("cmovno", emit_CMOV, OPS(Gv, Ev), .arg = CC_NO, .feat = XF_CMOV),
    [0x42] = ROW("cmovb", emit_CMOV, OPS(Gv, Ev), .arg = CC_B, .feat = XF_CMOV),
    [0x43] = ROW("cmovae", emit_CMOV, OPS(Gv, Ev), .arg = CC_AE, .feat = XF_CMOV),
    [0x44] = ROW("cmove", emit_CMOV, OPS(Gv, Ev), .arg = CC_E, .feat = XF_CMOV),
    [0x45] = ROW("cmovne", emit_CMOV, OPS(Gv, Ev), .arg = CC_NE, .feat = XF_CMOV),
    [0x46] = ROW("cmovbe", emit_CMOV, OPS(Gv, Ev), .arg = CC_BE, .feat = XF_CMOV),
    [0x47] = ROW("cmova", emit_CMOV, OPS(Gv, Ev), .arg = CC_A, .feat = XF_CMOV),
    [0x48] = ROW("cmovs", emit_CMOV, OPS(Gv, Ev), .arg = CC_S, .feat = XF_CMOV),
    [0x49] = ROW("cmovns", emit_CMOV, OPS(Gv, Ev), .arg = CC_NS, .feat = XF_CMOV),
    [0x4a] = ROW("cmovp", emit_CMOV, OPS(Gv, Ev), .arg = CC_P, .feat = XF_CMOV),
    [0x4b] = ROW("cmovnp", emit_CMOV, OPS(Gv, Ev), .arg = CC_NP, .feat = XF_CMOV),
    [0x4c] = ROW("cmovl", emit_CMOV, OPS(Gv, Ev), .arg = CC_L, .feat = XF_CMOV),
    [0x4d] = ROW("cmovge", emit_CMOV, OPS(Gv, Ev), .arg = CC_GE, .feat = XF_CMOV),
    [0x4e] = ROW("cmovle", emit_CMOV, OPS(Gv, Ev), .arg = CC_LE, .feat = XF_CMOV),
    [0x4f] = ROW("cmovg", emit_CMOV, OPS(Gv, Ev), .arg = CC_G, .feat = XF_CMOV),
    [0x80] = ROW("jo", emit_JCC, OPS(Jz), .arg = CC_O, .flags = R_F64 | R_END),
    [0x81] = ROW("jno", emit_JCC, OPS(Jz), .arg = CC_NO, .flags = R_F64 | R_END),
    [0x82] = ROW("jb", emit_JCC, OPS(Jz), .arg = CC_B, .flags = R_F64 | R_END),
    [0x83] = ROW("jae", emit_JCC, OPS(Jz), .arg = CC_AE, .flags = R_F64 | R_END),
    [0x84] = ROW("je", emit_JCC, OPS(Jz), .arg = CC_E, .flags = R_F64 | R_END),
    [0x85] = ROW("jne", emit_JCC, OPS(Jz), .arg = CC_NE, .flags = R_F64 | R_END),
    [0x86] = ROW("jbe", emit_JCC, OPS(Jz), .arg = CC_BE, .flags = R_F64 | R_END),
    [0x87] = ROW("ja", emit_JCC, OPS(Jz), .arg = CC_A, .flags = R_F64 | R_END),
    [0x88] = ROW("js", emit_JCC, OPS(Jz), .arg = CC_S, .flags = R_F64 | R_END),
    [0x89] = ROW("jns", emit_JCC, OPS(Jz), .arg = CC_NS, .flags = R_F64 | R_END),
    [0x8a] = ROW("jp", emit_JCC, OPS(Jz), .arg = CC_P, .flags = R_F64 | R_END),
    [0x8b] = ROW("jnp", emit_JCC, OPS(Jz), .arg = CC_NP, .flags = R_F64 | R_END),
    [0x8c] = ROW("jl", emit_JCC, OPS(Jz), .arg = CC_L, .flags = R_F64 | R_END),
    [0x8d] = ROW("jge", emit_JCC, OPS(Jz), .arg = CC_GE, .flags = R_F64 | R_END),
    [0x8e] = ROW("jle", emit_JCC, OPS(Jz), .arg = CC_LE, .flags = R_F64 | R_END),
    [0x8f] = ROW("jg", emit_JCC, OPS(Jz), .arg = CC_G, .flags = R_F64 | R_END),
    [0x90] = ROW("seto", emit_SETCC, OPS(Eb), .arg = CC_O),
    [0x91] = ROW("setno", emit_SETCC, OPS(Eb), .arg = CC_NO),
    [0x92] = ROW("setb", emit_SETCC, OPS(Eb), .arg = CC_B),
    [0x93] = ROW("setae", emit_SETCC, OPS(Eb), .arg = CC_AE),
    [0x94] = ROW("sete", emit_SETCC, OPS(Eb), .arg = CC_E),
    [0x95] = ROW("setne", emit_SETCC, OPS(Eb), .arg = CC_NE),
    [0x96] = ROW("setbe", emit_SETCC, OPS(Eb), .arg = CC_BE),
    [0x97] = ROW("seta", emit_SETCC, OPS(Eb), .arg = CC_A),
    [0x98] = ROW("sets", emit_SETCC, OPS(Eb), .arg = CC_S),
    [0x99] = ROW("setns", emit_SETCC, OPS(Eb), .arg = CC_NS),
    [0x9a] = ROW("setp", emit_SETCC, OPS(Eb), .arg = CC_P),
    [0x9b] = ROW("setnp", emit_SETCC, OPS(Eb), .arg = CC_NP),
    [0x9c] = ROW("setl", emit_SETCC, OPS(Eb), .arg = CC_L),
    [0x9d] = ROW("setge", emit_SETCC, OPS(Eb), .arg = CC_GE),
    [0x9e] = ROW("setle", emit_SETCC, OPS(Eb), .arg = CC_LE),
    [0x9f] = ROW("setg", emit_SETCC, OPS(Eb), .arg = CC_G),
    [0xa0] = ROW("push", emit_PUSH_SEG, OPS(opFS), .flags = R_D64 | R_NODIFF),
    [0xa1] = ROW("pop", emit_POP_SEG, OPS(opFS), .flags = R_D64 | R_NODIFF | R_END),
    [0xa2] = ROW("cpuid", emit_CPUID, .flags = R_NODIFF),
    [0xa3] = ROW("bt", emit_BT, OPS(Ev, Gv), BT_FLAGS),
    [0xa4] = ROW("shld", emit_SHLD, OPS(Ev, Gv, Ib), SHIFT_FLAGS),
    [0xa5] = ROW("shld", emit_SHLD, OPS(Ev, Gv, CL), SHIFT_FLAGS),
    [0xa8] = ROW("push", emit_PUSH_SEG, OPS(opGS), .flags = R_D64 | R_NODIFF),
    [0xa9] = ROW("pop", emit_POP_SEG, OPS(opGS), .flags = R_D64 | R_NODIFF | R_END),
    [0xaa] = ROW("rsm", emit_RSM, .flags = R_NODIFF | R_END),
    [0xab] = ROW("bts", emit_BTS, OPS(Ev, Gv), .flags = R_LOCK, BT_FLAGS),
    [0xac] = ROW("shrd", emit_SHRD, OPS(Ev, Gv, Ib), SHIFT_FLAGS),
    [0xad] = ROW("shrd", emit_SHRD, OPS(Ev, Gv, CL), SHIFT_FLAGS),
    [0xae] = GROUP(RK_PFX, group15),
    [0xaf] = ROW("imul", emit_IMUL2, OPS(Gv, Ev), FLAGS(FL_C | FL_O, FL_S | FL_Z | FL_A | FL_P)),
    [0xb0] = ROW("cmpxchg", emit_CMPXCHG, OPS(Eb, Gb), .flags = R_LOCK, FLAGS(FL_ALL, 0)),
    [0xb1] = ROW("cmpxchg", emit_CMPXCHG, OPS(Ev, Gv), .flags = R_LOCK, FLAGS(FL_ALL, 0)),
    [0xb2] = ROW("lss", emit_LOAD_FAR, OPS(Gv, Mp), .arg = R_SS, .flags = R_NODIFF | R_END),
    [0xb3] = ROW("btr", emit_BTR, OPS(Ev, Gv), .flags = R_LOCK, BT_FLAGS),
    [0xb4] = ROW("lfs", emit_LOAD_FAR, OPS(Gv, Mp), .arg = R_FS, .flags = R_NODIFF | R_END),
    [0xb5] = ROW("lgs", emit_LOAD_FAR, OPS(Gv, Mp), .arg = R_GS, .flags = R_NODIFF | R_END),
    [0xb6] = ROW("movzx", emit_MOVZX, OPS(Gv, Eb)),
    [0xb7] = ROW("movzx", emit_MOVZX, OPS(Gv, Ew)),
    [0xb8] = GROUP(RK_REP, rep_b8),
    [0xb9] = ROW("ud1", emit_UD, OPS(Gv, Ev), .flags = R_END),
    [0xba] = GROUP(RK_REG, group8),
    [0xbb] = ROW("btc", emit_BTC, OPS(Ev, Gv), .flags = R_LOCK, BT_FLAGS),
    [0xbc] = GROUP(RK_REP, rep_bc),
    [0xbd] = GROUP(RK_REP, rep_bd),
    [0xbe] = ROW("movsx", emit_MOVSX, OPS(Gv, Eb)),
    [0xbf] = ROW("movsx", emit_MOVSX, OPS(Gv, Ew)),
    [0xc0] = ROW("xadd", emit_XADD, OPS(Eb, Gb), .flags = R_LOCK, FLAGS(FL_ALL, 0)),
    [0xc1] = ROW("xadd", emit_XADD, OPS(Ev, Gv), .flags = R_LOCK, FLAGS(FL_ALL, 0)),
    [0xc3] = GROUP(RK_PFX, pfx_c3),
    [0xc7] = GROUP(RK_MOD, group9),
    [0xc8] = ROW("bswap", emit_BSWAP, OPS(Zv)),
    [0xc9] = ROW("bswap", emit_BSWAP, OPS(Zv)),
    [0xca] = ROW("bswap", emit_BSWAP, OPS(Zv)),
    [0xcb] = ROW("bswap", emit_BSWAP, OPS(Zv)),
    [0xcc] = ROW("bswap", emit_BSWAP, OPS(Zv)),
    [0xcd] = ROW("bswap", emit_BSWAP, OPS(Zv)),
    [0xce] = ROW("bswap", emit_BSWAP, OPS(Zv)),
    [0xcf] = ROW("bswap", emit_BSWAP, OPS(Zv)),
    [0xff] = ROW("ud0", emit_UD, OPS(Gv, Ev), .flags = R_END),
};
