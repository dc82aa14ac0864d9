/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to exec/: the jump caches of a vCPU, one per (mode, cs_base, address space).
 *
 * Threads: the owner fills and selects; any thread may remove an entry by redirecting its host
 * address to the miss stub (jump_cache_drop()).
 */
#ifndef EXEC_JUMP_CACHE_H
#define EXEC_JUMP_CACHE_H

#include "exec/cpu-exec.h"

enum { JC_CONTEXTS = 24, JC_PAGE_FILTER = 4096 };

typedef struct JumpContext {
    uint64_t flags, cs_base, asid;
    uint64_t stamp;                        /* 0: free */
    JumpCacheEntry *table;                 /* allocated once, freed with the vCPU */
    uint64_t pages[JC_PAGE_FILTER / 64];   /* which guest pages may have entries */
} JumpContext;

struct CPUJumpContexts {
    JumpContext ctx[JC_CONTEXTS];
    JumpContext *cur;
    uint64_t clock;
};

void jump_cache_init(CPUState *cpu);
void jump_cache_destroy(CPUState *cpu);
void jump_cache_select(CPUState *cpu, const CPUExecKey *key, uint64_t asid);
/* Enter a block for the current context. */
void jump_cache_fill(CPUState *cpu, vaddr pc, const void *host);
/* Forget everything (asid given: of that address space; UINT64_MAX: of all). */
void jump_cache_flush(CPUState *cpu, uint64_t asid);
/* Forget entries of the page of addr and the one before it, in all contexts. */
void jump_cache_flush_page(CPUState *cpu, vaddr addr);
/* Any thread: no entry of any vCPU leads to host any more. */
void jump_cache_drop(vaddr pc, const void *host);

#endif
