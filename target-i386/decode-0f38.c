/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The integer part of opcode map 0F38, legacy and VEX.
 *
 * Spec: Intel SDM volume 2, appendix A, table A-4.
 */
#include "qemu/osdep.h"
#include "target-i386/emit.h"

static const X86Row mode_82[2] = {
    ROW("invpcid", emit_INVPCID, OPS(Gd, M0), .feat = XF_INVPCID, .flags = R_CPL0 | R_END),
    ROW("invpcid", emit_INVPCID, OPS(Gq, M0), .feat = XF_INVPCID, .flags = R_CPL0 | R_END),
};

static const X86Row pfx_82[4] = {
    [1] = GROUP(RK_64, mode_82),
};

/* F2 with 66 is still CRC32, with a 16-bit source. */
static const X86Row rep_f0[3] = {
    ROW("movbe", emit_MOVBE, OPS(Gv, Mv), .feat = XF_MOVBE),
    {0},
    ROW("crc32", emit_CRC32, OPS(Gy, Eb), .feat = XF_SSE42),
};

static const X86Row rep_f1[3] = {
    ROW("movbe", emit_MOVBE, OPS(Mv, Gv), .feat = XF_MOVBE),
    {0},
    ROW("crc32", emit_CRC32, OPS(Gy, Ev), .feat = XF_SSE42),
};

static const X86Row pfx_f6[4] = {
    [1] = ROW("adcx", emit_ADCX, OPS(Gy, Ey), .feat = XF_ADX, FLAGS(FL_C, 0)),
    [2] = ROW("adox", emit_ADOX, OPS(Gy, Ey), .feat = XF_ADX, FLAGS(FL_O, 0)),
};

const X86Row x86_map_0f38[256] = {
    [0x82] = GROUP(RK_PFX, pfx_82),
    [0xf0] = GROUP(RK_REP, rep_f0),
    [0xf1] = GROUP(RK_REP, rep_f1),
    [0xf6] = GROUP(RK_PFX, pfx_f6),
};

/* VEX: BMI1 and BMI2 */

#define BMI1 .feat = XF_BMI1, .flags = R_L0
#define BMI2 .feat = XF_BMI2, .flags = R_L0
#define BL_FLAGS FLAGS(FL_ALL & ~(FL_A | FL_P), FL_A | FL_P)

static const X86Row vex_f2[4] = {
    ROW("andn", emit_ANDN, OPS(Gy, By, Ey), BMI1, BL_FLAGS),
};

static const X86Row group17[8] = {
    [1] = ROW("blsr", emit_BLSR, OPS(By, Ey), BMI1, BL_FLAGS),
    [2] = ROW("blsmsk", emit_BLSMSK, OPS(By, Ey), BMI1, BL_FLAGS),
    [3] = ROW("blsi", emit_BLSI, OPS(By, Ey), BMI1, BL_FLAGS),
};

static const X86Row vex_f3[4] = {
    GROUP(RK_REG, group17),
};

static const X86Row vex_f5[4] = {
    ROW("bzhi", emit_BZHI, OPS(Gy, Ey, By), BMI2, BL_FLAGS),
    {0},
    ROW("pext", emit_PEXT, OPS(Gy, By, Ey), BMI2),
    ROW("pdep", emit_PDEP, OPS(Gy, By, Ey), BMI2),
};

static const X86Row vex_f6[4] = {
    [3] = ROW("mulx", emit_MULX, OPS(Gy, By, Ey), BMI2),
};

static const X86Row vex_f7[4] = {
    ROW("bextr", emit_BEXTR, OPS(Gy, Ey, By), BMI1, FLAGS(FL_Z | FL_C | FL_O, FL_A | FL_S | FL_P)),
    ROW("shlx", emit_SHLX, OPS(Gy, Ey, By), BMI2),
    ROW("sarx", emit_SARX, OPS(Gy, Ey, By), BMI2),
    ROW("shrx", emit_SHRX, OPS(Gy, Ey, By), BMI2),
};

const X86Row x86_vexgpr_0f38[256] = {
    [0xf2] = GROUP(RK_PFX, vex_f2),
    [0xf3] = GROUP(RK_PFX, vex_f3),
    [0xf5] = GROUP(RK_PFX, vex_f5),
    [0xf6] = GROUP(RK_PFX, vex_f6),
    [0xf7] = GROUP(RK_PFX, vex_f7),
};
