/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The integer part of opcode map 0F3A, legacy and VEX.
 *
 * Spec: Intel SDM volume 2, appendix A, table A-5.
 */
#include "qemu/osdep.h"
#include "target-i386/emit.h"

const X86Row x86_map_0f3a[256] = {{0}};

static const X86Row vex_f0[4] = {
    [3] = ROW("rorx", emit_RORX, OPS(Gy, Ey, Ib), .feat = XF_BMI2, .flags = R_L0),
};

const X86Row x86_vexgpr_0f3a[256] = {
    [0xf0] = GROUP(RK_PFX, vex_f0),
};
