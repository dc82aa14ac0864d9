/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of a CPU's state that translated code and the C runtime share, whatever the
 * target. It is the first member of every CPU state structure, so that the hot fields are
 * reached with short displacements.
 *
 * Threads: owned by the vCPU thread, except exit_request, which any thread may set.
 */
#ifndef TCG_TRANS_STATE_H
#define TCG_TRANS_STATE_H

#include "qemu/osdep.h"

enum { NB_MMU_MODES = 4 };
enum { TLB_TAG_READ, TLB_TAG_WRITE, TLB_TAG_EXEC };

/*
 * One entry of a soft TLB. A tag is the page-aligned guest linear address plus flag bits in
 * bits 11..6; any flag makes the inline comparison fail, so the slow path decides. The
 * compared value keeps the low bits that an access's alignment rule needs to be zero.
 * An invalid tag is all ones.
 */
typedef struct TLBEntry {
    uint64_t tag[3];
    uint64_t addend; /* host address = guest linear address + addend */
} TLBEntry;
enum { TLB_ENTRY_BITS = 5 };
QEMU_BUILD_BUG_ON(sizeof(TLBEntry) != 1 << TLB_ENTRY_BITS);

/* The table that translated code indexes: entry = table + ((linear >> (12 - 5)) & mask). */
typedef struct TLBFast {
    uint64_t mask;   /* (entries - 1) << TLB_ENTRY_BITS */
    TLBEntry *table;
} TLBFast;

/*
 * Inline jump cache: guest pc to code, for the current address space and mode only.
 * index = top JC_BITS of (uint32_t)pc * JC_MULTIPLIER: one multiplication spreads function
 * entries, whose low bits agree, and return addresses. An unused entry has pc = ~0 and host
 * pointing at the backend's miss stub.
 */
typedef struct JumpCacheEntry {
    uint64_t pc;
    const void *host;
} JumpCacheEntry;
enum { JC_BITS = 12, JC_SIZE = 1 << JC_BITS };
#define JC_MULTIPLIER UINT32_C(0x9e3779b1)

static inline unsigned jump_cache_index(uint64_t pc)
{
    return ((uint32_t)pc * JC_MULTIPLIER) >> (32 - JC_BITS);
}

/*
 * Cold fields first: what translated code touches all the time is at the end, and the target's
 * first fields (its general registers) follow at once, so that one 256-byte window reaches
 * both with short displacements.
 */
typedef struct CPUTransState {
    uint64_t tmp[64];     /* interpreter and spill space */
    uint8_t bounce[64] __attribute__((aligned(32)));
    uint8_t vec_scratch[3][32]; /* for the backend */
    uint64_t scratch[8];  /* for the backend; [0]: reason of exit_loop */
    uint64_t bounce_addr;
    uint32_t bounce_oi;
    uint32_t mxcsr;       /* guest MXCSR as loaded into the host: all exceptions masked */
    uint32_t host_mxcsr;  /* the emulator's own, restored around C code that computes */
    uint16_t fpcw, host_fpcw; /* same for the x87 control word */
    uint32_t x87_live;    /* host x87 status holds guest sticky flags not yet folded in fpus */
    uint32_t bounce_len;  /* bytes of bounce that still have to be written, 0 = none */
    uint8_t window_split[4]; /* for the backend: accesses of a group are checked one by one */
    uint32_t reserved;
    uint64_t icount_budget;
    uint32_t exit_request; /* atomic; non-zero: leave translated code at the next block entry */
    /*
     * Materialised FLAGS: bits 15..8 as LAHF gives AH (SF ZF 0 AF 0 PF 1 CF), bit 0 is OF.
     * Valid wherever FLAGS are live and not held by the host.
     */
    uint32_t flags;
    JumpCacheEntry *jc;
    TLBFast tlb[NB_MMU_MODES];
} CPUTransState;

/* Between the materialised form and EFLAGS bit positions (FL_*). */
static inline uint32_t trans_flags_to_x86(uint32_t f)
{
    return ((f >> 8) & 0xd5) | (f & 1) << 11;
}

static inline uint32_t trans_flags_from_x86(uint32_t fl)
{
    return (fl & 0xd5) << 8 | 0x200 | (fl >> 11 & 1);
}

#endif
