/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of the host backend: a CPU state with pinned registers, code memory, a small soft
 * TLB with its slow paths, and blocks run through the backend or the interpreter.
 */
#ifndef TESTS_HOST_HARNESS_H
#define TESTS_HOST_HARNESS_H

#include "qemu/osdep.h"
#include "tcg/backend.h"
#include <setjmp.h>

/*
 * Guest memory: RAM_PAGES pages of RAM at RAM_BASE. The last two are never entered in the
 * TLB, as device pages would be, and go through the bounce buffer.
 */
enum { RAM_PAGES = 8, HOST_TLB_ENTRIES = 16, NB_GLOBALS_GPR = 16, NB_GLOBALS_VEC = 16 };
#define RAM_BASE UINT64_C(0x7ffff0000)
#define RAM_SIZE (RAM_PAGES * UINT64_C(4096))

typedef struct HostEnv {
    CPUTransState trans;
    uint64_t r[NB_GLOBALS_GPR];
    uint64_t pc;
    uint64_t seg;
    uint8_t vec[NB_GLOBALS_VEC][32] __attribute__((aligned(32)));
    uint8_t fpregs[8][16] __attribute__((aligned(16)));
    uint32_t fptop;
    uint8_t fptags[8];
    /* Not compared from here on. */
    TLBEntry tlb[HOST_TLB_ENTRIES];
    JumpCacheEntry jc[JC_SIZE];
    uint8_t *ram;
    uint64_t fault_page;  /* an access to it leaves by longjmp; 0: none */
    uintptr_t fault_ra;
    uint64_t fault_addr;
    unsigned slow_calls, fills;
    sigjmp_buf fault;
} HostEnv;

enum { H_R0, H_V0 = NB_GLOBALS_GPR, H_SEG = H_V0 + NB_GLOBALS_VEC, H_COUNT };
extern const IRTarget host_target;

HostEnv *host_env_new(void);
void host_env_free(HostEnv *env);

/* Generated code of a block, with its place. */
typedef struct HostCode {
    TBCode code;
    const uint8_t *rx;
} HostCode;

/* Set up code memory and the backend; once per process. */
void host_setup(void);
/* Emit b, flags pass included; tb is what exits return. Never fails. */
HostCode host_emit(IRBlock *b, void *tb);
/* Forget all emitted code. */
void host_flush(void);

static inline IRVal HR(unsigned n) { return ir_global(H_R0 + n); }
static inline IRVal HV(unsigned n) { return ir_global(H_V0 + n); }

#endif
