/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of the IR: a small CPU state and target, guest memory that is a plain buffer, and
 * what exec/ would provide.
 */
#ifndef TESTS_IR_HARNESS_H
#define TESTS_IR_HARNESS_H

#include "qemu/osdep.h"
#include "tcg/backend.h"
#include <setjmp.h>

typedef struct TestEnv {
    CPUTransState trans;
    uint64_t r[8];
    uint64_t pc;
    uint8_t vec[4][32] __attribute__((aligned(32)));
    uint8_t fpregs[8][16] __attribute__((aligned(16)));
    uint32_t fptop;
    uint8_t fptags[8];
    uint8_t ram[8192] __attribute__((aligned(64)));
    jmp_buf divide; /* tcg_raise_divide() goes here */
} TestEnv;

/* Globals r0..r7 and v0..v3 (128 bits); y0 is the 256-bit view of v0. */
enum { T_R0, T_R1, T_R2, T_R3, T_R4, T_R5, T_R6, T_R7, T_V0, T_V1, T_V2, T_V3, T_Y0, T_COUNT };
extern const IRTarget test_target;

/* A zeroed state with the masks of a reset CPU. */
TestEnv *test_env_new(void);
void test_env_free(TestEnv *env);

/* Printed form of b without the exit_loop that ends every test block. */
char *test_print(const IRBlock *b);
/* Fails the test when b does not validate. */
void test_validate(const IRBlock *b);
static inline IRVal R(unsigned n) { return ir_global(T_R0 + n); }

#endif
