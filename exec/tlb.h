/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to exec/: layout of a vCPU's soft TLB.
 *
 * Threads: the owner vCPU fills and flushes; any thread may drop write permission
 * (tlb_protect_ram). Both take CPUTlb.lock; the owner reads without it.
 */
#ifndef EXEC_TLB_H
#define EXEC_TLB_H

#include "exec/cpu-exec.h"
#include "exec/memory.h"

#define GUEST_PAGE_BITS 12
#define GUEST_PAGE_SIZE (1u << GUEST_PAGE_BITS)
#define GUEST_PAGE_MASK (~(uint64_t)(GUEST_PAGE_SIZE - 1))

/* Flag bits of a tag, all above the alignment bits that an access compares. */
enum {
    TLB_NOTDIRTY = 1 << 11, /* write: somebody wants to know (code, display, migration) */
    TLB_MMIO = 1 << 10,     /* not plain memory for this kind of access */
    TLB_WATCH = 1 << 9,     /* a watchpoint lies in the page */
    TLB_INVALID = 1 << 8,
    TLB_FLAGS = TLB_NOTDIRTY | TLB_MMIO | TLB_WATCH | TLB_INVALID,
};
#define TLB_EMPTY UINT64_MAX

/* What the slow path knows of an entry beyond its tags. */
typedef struct TLBFull {
    hwaddr phys;        /* guest physical page */
    RAMBlock *rb;       /* NULL: device */
    uint64_t rb_offset; /* of the page in the block */
    MemTxAttrs attrs;
    uint8_t asidx;
    bool global;
    bool large;         /* part of a guest page above 4 KiB */
} TLBFull;

enum { TLB_VICTIMS = 8, TLB_MIN_BITS = 8, TLB_MAX_BITS = 13, TLB_LARGE_FILTER = 1024 };

typedef struct TLBMode {
    TLBFast fast;         /* copied to CPUTransState.tlb[] when the context is current */
    TLBFull *full;
    unsigned bits;
    unsigned used;        /* slots filled since the last flush */
    unsigned fills;       /* since the last resize decision */
    unsigned next_victim;
    TLBEntry victim[TLB_VICTIMS];
    TLBFull victim_full[TLB_VICTIMS];
} TLBMode;

/* The translations of one address space. */
typedef struct TLBContext {
    uint64_t asid;
    uint64_t stamp;       /* for replacement; 0: never used */
    TLBMode mode[NB_MMU_MODES];
    /* 2 MiB regions that may hold parts of large pages: one bit per hash */
    uint64_t large_filter[TLB_LARGE_FILTER / 64];
    bool huge;            /* a page above 2 MiB was seen: page flushes flush all */
} TLBContext;

enum { TLB_CONTEXTS = 8 };

struct CPUTlb {
    QemuSpin lock;
    TLBContext ctx[TLB_CONTEXTS];
    TLBContext *cur;
    uint64_t clock;
    MemoryListener *listeners;
    int nb_listeners;
    /* last page that translate() read code from */
    vaddr code_page;
    const uint8_t *code_host;
    hwaddr code_phys;
    int code_asidx;
    MemTxAttrs code_attrs;
};

void tlb_init(CPUState *cpu);
void tlb_destroy(CPUState *cpu);
/* Make the tables of the vCPU's address-space tag current. */
void tlb_select_context(CPUState *cpu);
/*
 * Entry for addr that allows access, walking the guest's tables if needed. Never NULL without
 * probe: a fault leaves through the target. ra as for cpu_loop_exit_restore().
 */
TLBEntry *tlb_get(CPUState *cpu, vaddr addr, MMUAccessType access, int mmu_idx, bool probe,
                  uintptr_t ra, TLBFull **full);
/*
 * RAM address of the code at pc and, in *host, where its page is; RAM_ADDR_INVALID when the
 * code is not in RAM or ROM. Raises a fetch fault.
 */
hwaddr tlb_code_page(CPUState *cpu, vaddr pc, const uint8_t **host);
void tlb_forget_code_page(CPUState *cpu);

/* A store is about to change [addr, addr + size) of a page that is watched for dirtiness. */
void notdirty_store(CPUState *cpu, const TLBFull *full, vaddr addr, unsigned size, uintptr_t ra,
                    TLBEntry *entry);

#endif
