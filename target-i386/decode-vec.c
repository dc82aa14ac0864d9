/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opcode maps of MMX, SSE, AVX and their relatives. The integer maps are looked at first.
 *
 * Spec: Intel SDM volume 2, appendix A.
 */
#include "qemu/osdep.h"
#include "target-i386/decode.h"

const X86Row x86_map_0f_vec[256] = {
};

const X86Row x86_map_0f38_vec[256] = {
};

const X86Row x86_map_0f3a_vec[256] = {
};

const X86Row x86_vex_0f[256] = {
};

const X86Row x86_vex_0f38[256] = {
};

const X86Row x86_vex_0f3a[256] = {
};
