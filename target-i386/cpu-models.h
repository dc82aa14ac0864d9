/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The named CPU models.
 */
#ifndef TARGET_I386_CPU_MODELS_H
#define TARGET_I386_CPU_MODELS_H

#include "target-i386/cpuid.h"

typedef struct X86CPUModel X86CPUModel;
struct X86CPUModel {
    const char *name;
    const char *base;     /* model whose features this one starts from, or NULL */
    const char *vendor;   /* 12 characters */
    uint8_t family, model, stepping;
    uint32_t level, xlevel;
    const char *model_id;
    const char *add, *remove; /* feature names, separated by blanks */
    uint8_t versions;     /* NAME-v1 to NAME-vN are the same; 0: none */
    bool only_64;         /* not in the 32-bit emulator's list */
};

extern const X86CPUModel x86_cpu_models[];
extern const unsigned x86_nb_cpu_models;

const X86CPUModel *x86_cpu_model_find(const char *name);
/* All features of a model, inherited ones included. */
void x86_cpu_model_features(const X86CPUModel *m, uint32_t features[FEATURE_WORDS]);

#endif
