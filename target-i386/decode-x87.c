/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opcode maps of the x87 unit: [opcode - D8][ModRM.reg].
 *
 * Spec: Intel SDM volume 2, appendix A.5.
 */
#include "qemu/osdep.h"
#include "target-i386/decode.h"

const X86Row x86_x87_mem[8][8] = {
};

const X86Row x86_x87_reg[8][8] = {
};
