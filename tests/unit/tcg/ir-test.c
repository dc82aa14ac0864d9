/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builder, printer and validator of IR blocks.
 */
#include "ir-harness.h"
#include <check.h>

static IRBlock *b;

static void setup(void)
{
    b = ir_block_new(&test_target);
}

static void teardown(void)
{
    ir_block_free(b);
}

START_TEST(equal_constants_are_one)
{
    IRVal x = ir_const(b, 0x1234), y = ir_const(b, 0x5678);

    ck_assert(ir_val_eq(ir_const(b, 0x1234), x));
    ck_assert(!ir_val_eq(x, y));
    ck_assert_uint_eq(ir_const_value(b, x), 0x1234);
    for (unsigned i = 0; i < 5000; i++) {
        ck_assert_uint_eq(ir_const_value(b, ir_const(b, i)), i);
    }
    ir_block_reset(b);
    ck_assert_uint_eq(ir_const_value(b, ir_const(b, 0x5678)), 0x5678);
}
END_TEST

START_TEST(prints_every_kind_of_operand)
{
    IRMem m = { .seg = R(4), .base = R(1), .index = R(2), .scale = 3, .disp = -8, .asz = SZ64,
                .sz = SZ32, .sign = 1, .mmu_idx = 1 };
    IRVal t = ir_temp(b, SZ64);
    IRHostInsn *hi = ir_host_insn(b);
    g_autofree char *text = NULL;

    ir_insn_start(b, 0x401000);
    ir_ld(b, t, SZ64, &m);
    ir_op3(b, IR_add_f, SZ16, R(0), t, ir_const(b, 10))->fl_live = FL_Z | FL_C;
    ir_br_cc(b, CC_NE, ir_label_new(b));
    *hi = (IRHostInsn){ .map = 1, .pfx = 0x66, .opc = 0xfe, .reg_r = 1, .reg_w = 1,
                        .reg_c = HC_VEC, .rm_c = HC_VEC };
    ir_op3(b, IR_host, SZ128, ir_global(T_V1), IR_NONE, ir_global(T_V2))->hi = hi;
    ir_label(b, 0);
    ir_exit_loop(b, 7);
    test_validate(b);
    text = test_print(b);
    ck_assert_str_eq(text, "-- 0x401000\n"
                           "    ld.to64.32 t0 [r4:r1+r2<<3-0x8]a64,sign,mmu1\n"
                           "    add_f.16 r0 = t0, $0xa live:ZC\n"
                           "    br_cc_f.ne L0\n"
                           "    host.128 {66.0f.fe} v1, -, v2, -\n"
                           "label L0\n");
}
END_TEST

/* Breaking one rule at a time; the message names it. */
static void expect_invalid(const char *words)
{
    char msg[200] = "";

    ck_assert(!ir_validate(b, msg, sizeof(msg)));
    ck_assert_msg(strstr(msg, words), "got: %s", msg);
    ir_block_reset(b);
}

START_TEST(validator_names_the_broken_rule)
{
    IRMem m = { .base = R(1), .asz = SZ64, .sz = SZ32 };

    ir_op3(b, IR_add, SZ64, R(0), R(1), R(2));
    expect_invalid("runs off the end");

    ir_op3(b, IR_add, SZ64, ir_const(b, 1), R(1), R(2));
    ir_exit_loop(b, 0);
    expect_invalid("neither temp nor global");

    ir_op3(b, IR_add, SZ64, R(0), ir_temp(b, SZ64), R(2));
    ir_exit_loop(b, 0);
    expect_invalid("before it is written");

    ir_op3(b, IR_add, SZ64, R(0), ir_global(T_V0), R(2));
    ir_exit_loop(b, 0);
    expect_invalid("vector v0 in an integer op");

    ir_op2(b, IR_add, SZ64, R(0), R(1));
    ir_exit_loop(b, 0);
    expect_invalid("missing");

    ir_br(b, ir_label_new(b));
    expect_invalid("never placed");

    ir_exit_tb(b, 0, 0, true);
    ir_exit_tb(b, 4, 0, true);
    expect_invalid("slot 0 used twice");

    m.asz = SZ8;
    ir_st(b, R(0), &m);
    ir_exit_loop(b, 0);
    expect_invalid("out of range");

    ir_op2(b, IR_bswap, SZ16, R(0), R(1));
    ir_exit_loop(b, 0);
    expect_invalid("32 or 64");
}
END_TEST

START_TEST(a_loop_may_read_what_a_later_op_writes)
{
    IRVal t = ir_temp(b, SZ64);
    unsigned loop = ir_label_new(b), out = ir_label_new(b);

    ir_label(b, loop);
    ir_br_cc(b, CC_E, out);
    ir_op2(b, IR_mov, SZ64, t, R(0));
    ir_op2(b, IR_mov, SZ64, R(1), t);
    ir_br(b, loop);
    ir_label(b, out);
    ir_exit_loop(b, 0);
    test_validate(b);
}
END_TEST

START_TEST(overflow_is_reported_in_time)
{
    for (unsigned i = 0; !b->overflow; i++) {
        ck_assert_uint_lt(i, 100000);
        ir_op2(b, IR_mov, SZ64, R(0), R(1));
    }
    ir_block_reset(b);
    ck_assert(!b->overflow);
    while (!b->overflow) {
        ir_host_insn(b);
    }
    /* An instruction in progress may go on a good while. */
    for (unsigned i = 0; i < 200; i++) {
        ck_assert_ptr_nonnull(ir_host_insn(b));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ir");
    TCase *tc = tcase_create("ir");
    SRunner *sr;
    int failed;

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, equal_constants_are_one);
    tcase_add_test(tc, prints_every_kind_of_operand);
    tcase_add_test(tc, validator_names_the_broken_rule);
    tcase_add_test(tc, a_loop_may_read_what_a_later_op_writes);
    tcase_add_test(tc, overflow_is_reported_in_time);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? 1 : 0;
}
