/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a host backend offers: turning an IRBlock into host code, entering it, patching it.
 *
 * FLAGS contract between blocks: at a block's entry FLAGS are in CPUTransState.flags, as far
 * as the block's flags_in needs them. Pinned globals are in their host registers.
 * Code memory has two mappings of one memfd: rw to write through, rx to run.
 */
#ifndef TCG_BACKEND_H
#define TCG_BACKEND_H

#include "tcg/ir.h"
#include "tcg/trans-state.h"

/*
 * One chainable exit. Two places can be patched, both 4-byte aligned rel32 fields:
 * direct leaves at once, FLAGS not materialised; saved is reached after they were.
 * Offsets are from the block's code start; 0 when the block has no such exit.
 */
typedef struct TBExit {
    uint32_t direct_ofs, direct_reset; /* place; value that leads to the saving stub */
    uint32_t saved_ofs, saved_reset;   /* place; value that leads to the dispatcher */
    uint32_t leave_ofs;                /* place; leads to the epilogue, see tcg_backend_exit_via_jc() */
    uint16_t pending;                  /* FLAGS that the saving stub materialises */
} TBExit;

typedef struct TBCode {
    uint8_t *rw;          /* in: where to write; out: unchanged */
    const uint8_t *rx;    /* same place in the executable mapping */
    size_t room;          /* in: bytes available */
    size_t size;          /* out: bytes of code, side table excluded */
    uint8_t *side;        /* out: side table, directly after the code in the rw mapping's space */
    size_t side_size;
    TBExit exits[2];
    uint16_t flags_in;
    void *tb;             /* in: opaque, returned by exits through tcg_enter() */
} TBCode;

/* Results of tcg_enter(): the tb pointer of the exit taken, or-ed with its slot, or: */
enum {
    TCG_EXIT_SLOT_MASK = 7, /* 0, 1: exit_tb slots, env pc is set, the exit may be chained */
    TCG_EXIT_REQUESTED = 2, /* exit_request seen at entry of the block; env pc is set */
    TCG_EXIT_LOOP = 3,      /* exit_loop; reason in CPUTransState.scratch[0] */
    TCG_EXIT_MISS = 4,      /* jump cache miss; env pc is set */
};

/*
 * Set up the backend once per process: writes prologue, epilogue, thunks into the start of
 * the code region and returns the bytes used. The region must be reachable by rel32 inside.
 */
size_t tcg_backend_init(const IRTarget *target, uint8_t *rw, const uint8_t *rx, size_t room);

/*
 * Emit b (after ir_optimize()) at code->rw. False when room is too small: nothing is lost,
 * the caller flushes and tries again with more. ra in slow-path calls lies inside the block.
 */
bool tcg_backend_emit(const IRBlock *b, TBCode *code);

/* Run code at rx entry for the CPU state env; returns as TCG_EXIT_* describes. */
uintptr_t tcg_enter(void *env, const void *rx_entry);

/* Address to store in unused jump cache entries. */
const void *tcg_backend_jc_miss(void);

/*
 * Chain exit e of a block at (rw, rx) to the target's rx entry with flags_in, or, with
 * target NULL, unchain it. Safe while other threads run the code; callers serialise.
 */
void tcg_backend_patch(uint8_t *rw, const uint8_t *rx, const TBExit *e, const void *target,
                       uint16_t target_flags_in);

/*
 * Make exit e, not chained, look in the jump cache from now on, for a target that must not be
 * chained to: one on two pages, say. It then leaves with TCG_EXIT_MISS. Cannot be undone.
 */
void tcg_backend_exit_via_jc(uint8_t *rw, const uint8_t *rx, const TBExit *e);

/*
 * Guest pc for a host return address: offset is ra minus the code start; the entry found is
 * the last whose host offset is below it. False when outside.
 */
bool tcg_side_table_lookup(const uint8_t *side, size_t side_size, uint64_t first_pc,
                           uint32_t offset, uint64_t *guest_pc);

/* Is pc inside a host instruction emitted for IR_divu2/divs2 (SIGFPE means guest #DE)? */
bool tcg_backend_is_div_site(const void *host_pc);

/*
 * Save the guest's pinned registers, held in a signal context, into env (used by the SIGFPE
 * handler before it leaves translated code).
 */
void tcg_backend_save_from_context(void *env, void *ucontext);

/*
 * After a jump out of translated code that skipped the epilogue: fold the guest's sticky MXCSR
 * and x87 flags held by the host into env and load the emulator's own control words.
 */
void tcg_backend_unwound(void *env);

/* Execute b without generating code; same results as tcg_enter(). Keeps no state. */
uintptr_t tcg_interp(const IRBlock *b, void *env, void *tb);

/*
 * Provided by exec/softtlb.c for the slow paths of memory ops. oi packs the access:
 * bits 2..0 IRSize, bit 3 sign, bit 4 rmw, bit 5 lock, bits 10..8 align, bits 19..16 mmu_idx.
 * ra is the return address inside the block. All may leave by a guest exception.
 *
 * softtlb_ld: host address where (1 << size) readable bytes are: guest RAM or the bounce
 * buffer filled from devices or from two pages.
 * softtlb_st: host address to write: RAM, or the bounce buffer, with bounce_len set; for rmw
 * the buffer is filled first. After the write, when bounce_len is not zero, code calls
 * softtlb_st_finish, which carries the bytes out.
 */
void *softtlb_ld(void *env, uint64_t addr, uint32_t oi, uintptr_t ra);
void *softtlb_st(void *env, uint64_t addr, uint32_t oi, uintptr_t ra);
void softtlb_st_finish(void *env, uintptr_t ra);

/* Provided by exec: the interpreter found a divide error; the state is exact. */
void tcg_raise_divide(void *env) G_GNUC_NORETURN;

static inline uint32_t softtlb_oi(const IRMem *m, bool store_intent)
{
    return m->sz | m->sign << 3 | (uint32_t)store_intent << 4 | (uint32_t)m->lock << 5 |
           (uint32_t)m->align << 8 | (uint32_t)m->mmu_idx << 16;
}

#endif
