/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Properties of x86 CPUs; between cpu.c and cpu-props.c. */
#ifndef TARGET_I386_CPU_PROPS_H
#define TARGET_I386_CPU_PROPS_H

#include "target-i386/cpuid.h"

void x86_cpu_add_props(ObjectClass *oc);
void x86_cpu_parse_features(const char *typename, char *features, Error **errp);
void x86_cpu_set_vendor(CPUX86State *env, const char *vendor);
void x86_cpu_set_model_id(CPUX86State *env, const char *id);
/* EAX of CPUID leaf 1. */
uint32_t x86_pack_version(unsigned family, unsigned model, unsigned stepping);
/* A feature's first name, or "WORD [bit N]"; to g_free(). */
char *x86_feature_bit_name(FeatureWord w, unsigned bit);

#endif
