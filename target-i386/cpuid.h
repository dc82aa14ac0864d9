/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUID feature words: the index into CPUX86State.features of each register of each leaf
 * that holds feature bits. Bit numbers are those of the manuals (Intel SDM volume 2, CPUID;
 * AMD APM volume 3, appendix E).
 *
 * Threads: constants only.
 */
#ifndef TARGET_I386_CPUID_H
#define TARGET_I386_CPUID_H

typedef enum FeatureWord {
    FEAT_1_EDX,
    FEAT_1_ECX,
    FEAT_7_0_EBX,
    FEAT_7_0_ECX,
    FEAT_7_0_EDX,
    FEAT_7_1_EAX,
    FEAT_8000_0001_EDX,
    FEAT_8000_0001_ECX,
    FEAT_8000_0007_EDX,
    FEAT_8000_0008_EBX,
    FEAT_6_EAX,
    FEAT_XSAVE, /* leaf 0xd, subleaf 1, EAX */
    FEATURE_WORDS,
} FeatureWord;

#endif
