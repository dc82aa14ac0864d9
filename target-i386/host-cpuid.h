/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host processor's CPUID, where the host is x86; zeroes elsewhere.
 */
#ifndef TARGET_I386_HOST_CPUID_H
#define TARGET_I386_HOST_CPUID_H

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

/* EAX, EBX, ECX, EDX. Any thread. */
static inline void x86_host_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t r[4])
{
#if defined(__x86_64__) || defined(__i386__)
    __cpuid_count(leaf, subleaf, r[0], r[1], r[2], r[3]);
#else
    (void)leaf;
    (void)subleaf;
    memset(r, 0, 4 * sizeof(r[0]));
#endif
}

/* Highest leaf of the range that starts at base (0, 0x40000000 or 0x80000000). */
static inline uint32_t x86_host_cpuid_max(uint32_t base)
{
    uint32_t r[4];

    x86_host_cpuid(base, 0, r);
    return r[0] >= base ? r[0] : 0;
}

#endif
