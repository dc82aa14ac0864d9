/*
 * APIC ids from CPU topology.
 *
 * An APIC id has a bit field for each level, wide enough for that level's count: thread in the
 * lowest bits, then core, die and socket. With counts that are not powers of two, ids have gaps.
 *
 * Spec: Intel SDM volume 3 section 9.9 (hierarchical mapping of CPUs).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_I386_TOPOLOGY_H
#define HW_I386_TOPOLOGY_H

#include "qemu/bitops.h"
#include "qemu/host-utils.h"

typedef struct X86CPUTopoIDs {
    unsigned pkg_id, die_id, core_id, smt_id;
} X86CPUTopoIDs;

typedef struct X86CPUTopoInfo {
    unsigned dies_per_pkg, cores_per_die, threads_per_core;
} X86CPUTopoInfo;

/* Bits that number @count things. */
static inline unsigned x86_topo_width(unsigned count)
{
    return count <= 1 ? 0 : 32 - clz32(count - 1);
}

static inline unsigned x86_topo_core_offset(const X86CPUTopoInfo *t)
{
    return x86_topo_width(t->threads_per_core);
}
static inline unsigned x86_topo_die_offset(const X86CPUTopoInfo *t)
{
    return x86_topo_core_offset(t) + x86_topo_width(t->cores_per_die);
}
static inline unsigned x86_topo_pkg_offset(const X86CPUTopoInfo *t)
{
    return x86_topo_die_offset(t) + x86_topo_width(t->dies_per_pkg);
}

static inline uint32_t x86_apicid_from_topo_ids(const X86CPUTopoInfo *t, const X86CPUTopoIDs *id)
{
    return id->pkg_id << x86_topo_pkg_offset(t) | id->die_id << x86_topo_die_offset(t) |
           id->core_id << x86_topo_core_offset(t) | id->smt_id;
}

static inline void x86_topo_ids_from_apicid(uint32_t apicid, const X86CPUTopoInfo *t,
                                            X86CPUTopoIDs *id)
{
    id->smt_id = apicid & ((1u << x86_topo_core_offset(t)) - 1);
    id->core_id = apicid >> x86_topo_core_offset(t) &
                  ((1u << x86_topo_width(t->cores_per_die)) - 1);
    id->die_id = apicid >> x86_topo_die_offset(t) & ((1u << x86_topo_width(t->dies_per_pkg)) - 1);
    id->pkg_id = apicid >> x86_topo_pkg_offset(t);
}

/* Place of the CPU number @index, filling one level after the other. */
static inline void x86_topo_ids_from_idx(const X86CPUTopoInfo *t, unsigned index,
                                         X86CPUTopoIDs *id)
{
    id->smt_id = index % t->threads_per_core;
    index /= t->threads_per_core;
    id->core_id = index % t->cores_per_die;
    index /= t->cores_per_die;
    id->die_id = index % t->dies_per_pkg;
    id->pkg_id = index / t->dies_per_pkg;
}

#endif
