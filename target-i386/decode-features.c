/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUID features that gate encodings: from the name that a table row gives to the bit.
 *
 * Spec: Intel SDM volume 2, CPUID; AMD APM volume 3, appendix E.
 */
#include "qemu/osdep.h"
#include "target-i386/decode.h"
#include "target-i386/cpuid.h"

static const struct {
    uint8_t word, bit;
} feature_bits[X86_FEATURES] = {
    [XF_FPU] = {FEAT_1_EDX, 0},
    [XF_TSC] = {FEAT_1_EDX, 4},
    [XF_MSR] = {FEAT_1_EDX, 5},
    [XF_CX8] = {FEAT_1_EDX, 8},
    [XF_SEP] = {FEAT_1_EDX, 11},
    [XF_CMOV] = {FEAT_1_EDX, 15},
    [XF_CLFLUSH] = {FEAT_1_EDX, 19},
    [XF_MMX] = {FEAT_1_EDX, 23},
    [XF_FXSR] = {FEAT_1_EDX, 24},
    [XF_SSE] = {FEAT_1_EDX, 25},
    [XF_SSE2] = {FEAT_1_EDX, 26},
    [XF_SSE3] = {FEAT_1_ECX, 0},
    [XF_PCLMUL] = {FEAT_1_ECX, 1},
    [XF_MONITOR] = {FEAT_1_ECX, 3},
    [XF_SSSE3] = {FEAT_1_ECX, 9},
    [XF_FMA] = {FEAT_1_ECX, 12},
    [XF_CX16] = {FEAT_1_ECX, 13},
    [XF_SSE41] = {FEAT_1_ECX, 19},
    [XF_SSE42] = {FEAT_1_ECX, 20},
    [XF_MOVBE] = {FEAT_1_ECX, 22},
    [XF_POPCNT] = {FEAT_1_ECX, 23},
    [XF_AES] = {FEAT_1_ECX, 25},
    [XF_XSAVE] = {FEAT_1_ECX, 26},
    [XF_AVX] = {FEAT_1_ECX, 28},
    [XF_F16C] = {FEAT_1_ECX, 29},
    [XF_RDRAND] = {FEAT_1_ECX, 30},
    [XF_FSGSBASE] = {FEAT_7_0_EBX, 0},
    [XF_BMI1] = {FEAT_7_0_EBX, 3},
    [XF_AVX2] = {FEAT_7_0_EBX, 5},
    [XF_BMI2] = {FEAT_7_0_EBX, 8},
    [XF_INVPCID] = {FEAT_7_0_EBX, 10},
    [XF_RDSEED] = {FEAT_7_0_EBX, 18},
    [XF_ADX] = {FEAT_7_0_EBX, 19},
    [XF_SMAP] = {FEAT_7_0_EBX, 20},
    [XF_CLFLUSHOPT] = {FEAT_7_0_EBX, 23},
    [XF_CLWB] = {FEAT_7_0_EBX, 24},
    [XF_SHA] = {FEAT_7_0_EBX, 29},
    [XF_GFNI] = {FEAT_7_0_ECX, 8},
    [XF_VAES] = {FEAT_7_0_ECX, 9},
    [XF_VPCLMUL] = {FEAT_7_0_ECX, 10},
    [XF_RDPID] = {FEAT_7_0_ECX, 22},
    [XF_SYSCALL] = {FEAT_8000_0001_EDX, 11},
    [XF_MMXEXT] = {FEAT_8000_0001_EDX, 22},
    [XF_RDTSCP] = {FEAT_8000_0001_EDX, 27},
    [XF_LM] = {FEAT_8000_0001_EDX, 29},
    [XF_LAHF64] = {FEAT_8000_0001_ECX, 0},
    [XF_LZCNT] = {FEAT_8000_0001_ECX, 5},
    [XF_SSE4A] = {FEAT_8000_0001_ECX, 6},
    [XF_PREFETCHW] = {FEAT_8000_0001_ECX, 8},
    [XF_XSAVEOPT] = {FEAT_XSAVE, 0},
    [XF_XSAVEC] = {FEAT_XSAVE, 1},
    [XF_XGETBV1] = {FEAT_XSAVE, 2},
    [XF_XSAVES] = {FEAT_XSAVE, 3},
};

bool x86_has_feature(const CPUX86State *env, X86Feature f)
{
    return f == XF_NONE || env->features[feature_bits[f].word] >> feature_bits[f].bit & 1;
}
