/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FLAGS liveness: IR in, IR out.
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

static void expect(const char *want, unsigned flags_in)
{
    g_autofree char *got = NULL;

    ir_exit_loop(b, 0);
    test_validate(b);
    ir_flags_pass(b);
    test_validate(b);
    got = test_print(b);
    ck_assert_str_eq(got, want);
    ck_assert_uint_eq(b->flags_in, flags_in);
}

START_TEST(overwritten_flags_cost_nothing)
{
    ir_op3(b, IR_add_f, SZ64, R(0), R(0), R(1));
    ir_op2(b, IR_cmp_f, SZ64, R(0), R(1));
    ir_op2(b, IR_inc_f, SZ32, R(2), R(2));
    ir_op3(b, IR_imul_f, SZ32, R(2), R(2), R(3));
    ir_op3(b, IR_and_f, SZ64, R(4), R(4), R(5));
    expect("    add.64 r0 = r0, r1\n"
           "    add.32 r2 = r2, $0x1\n"
           "    mul.32 r2 = r2, r3\n"
           "    and_f.64 r4 = r4, r5 live:OSZAPC\n",
           0);
}
END_TEST

START_TEST(only_what_is_read_is_live)
{
    IRVal t = ir_temp(b, SZ8);

    ir_op2(b, IR_cmp_f, SZ64, R(0), R(1));
    ir_op1(b, IR_setcc_f, SZ8, t)->aux = CC_L;
    ir_op2(b, IR_test_f, SZ64, R(2), R(2));
    expect("    cmp_f.64 r0, r1 live:OS\n"
           "    setcc_f.l.8 t0\n"
           "    test_f.64 r2, r2 live:OSZAPC\n",
           0);
}
END_TEST

START_TEST(inc_lets_carry_through)
{
    ir_op3(b, IR_add_f, SZ64, R(0), R(0), R(1));
    ir_op2(b, IR_inc_f, SZ64, R(2), R(2));
    expect("    add_f.64 r0 = r0, r1 live:C\n"
           "    inc_f.64 r2 = r2 live:OSZAP\n",
           0);
    ir_block_reset(b);
    ir_op2(b, IR_dec_f, SZ64, R(2), R(2));
    expect("    dec_f.64 r2 = r2 live:OSZAP\n", FL_C);
}
END_TEST

START_TEST(shift_by_register_may_keep_flags)
{
    ir_op2(b, IR_cmp_f, SZ64, R(0), R(1));
    ir_op3(b, IR_shl_f, SZ64, R(2), R(2), R(1));
    expect("    cmp_f.64 r0, r1 live:OSZAPC\n"
           "    shl_f.64 r2 = r2, r1 live:OSZAPC\n",
           0);
    ir_block_reset(b);
    ir_op2(b, IR_cmp_f, SZ64, R(0), R(1));
    ir_op3(b, IR_shl_f, SZ64, R(2), R(2), ir_const(b, 3));
    expect("    shl_f.64 r2 = r2, $0x3 live:OSZAPC\n", 0);
    /* 32 is masked to zero: every flag passes. */
    ir_block_reset(b);
    ir_op3(b, IR_shl_f, SZ32, R(2), R(2), ir_const(b, 32));
    expect("    shl_f.32 r2 = r2, $0x20\n", FL_ALL);
    /* Dead flags after it: no flags are needed for it. */
    ir_block_reset(b);
    ir_op2(b, IR_cmp_f, SZ64, R(0), R(1));
    ir_op3(b, IR_sar_f, SZ64, R(2), R(2), R(1));
    ir_op2(b, IR_cmp_f, SZ64, R(3), R(1));
    expect("    sar.64 r2 = r2, r1\n"
           "    cmp_f.64 r3, r1 live:OSZAPC\n",
           0);
}
END_TEST

START_TEST(rotate_through_carry_needs_carry)
{
    ir_op3(b, IR_rcl_f, SZ64, R(0), R(0), ir_const(b, 1));
    ir_op2(b, IR_cmp_f, SZ64, R(3), R(1));
    expect("    rcl_f.64 r0 = r0, $0x1 live:\n"
           "    cmp_f.64 r3, r1 live:OSZAPC\n",
           FL_C);
}
END_TEST

START_TEST(forward_branch_joins_both_paths)
{
    unsigned l = ir_label_new(b);

    ir_op2(b, IR_cmp_f, SZ64, R(0), R(1));
    ir_br_cc(b, CC_E, l);
    ir_op2(b, IR_cmp_f, SZ64, R(2), R(3));
    ir_op1(b, IR_setcc_f, SZ8, R(4))->aux = CC_O;
    ir_op2(b, IR_test_f, SZ64, R(2), R(3));
    ir_label(b, l);
    expect("    cmp_f.64 r0, r1 live:OSZAPC\n"
           "    br_cc_f.e L0\n"
           "    cmp_f.64 r2, r3 live:O\n"
           "    setcc_f.o.8 r4\n"
           "    test_f.64 r2, r3 live:OSZAPC\n"
           "label L0\n",
           0);
}
END_TEST

START_TEST(backward_branch_is_followed_round)
{
    unsigned loop = ir_label_new(b), out = ir_label_new(b);

    /* The setcc at the loop's head reads what the end of the body defines. */
    ir_op2(b, IR_test_f, SZ64, R(0), R(0));
    ir_label(b, loop);
    ir_op1(b, IR_setcc_f, SZ8, R(4))->aux = CC_S;
    ir_op2(b, IR_cmp_f, SZ64, R(0), R(1));
    ir_br_cc(b, CC_E, out);
    ir_op3(b, IR_sub_f, SZ64, R(0), R(0), R(2));
    ir_br(b, loop);
    ir_label(b, out);
    ir_op2(b, IR_test_f, SZ64, R(5), R(5));
    expect("    test_f.64 r0, r0 live:S\n"
           "label L0\n"
           "    setcc_f.s.8 r4\n"
           "    cmp_f.64 r0, r1 live:Z\n"
           "    br_cc_f.e L1\n"
           "    sub_f.64 r0 = r0, r2 live:S\n"
           "    br L0\n"
           "label L1\n"
           "    test_f.64 r5, r5 live:OSZAPC\n",
           0);
}
END_TEST

START_TEST(helpers_read_flags_only_when_they_say_so)
{
    static const IRHelper quiet = { "quiet", NULL, HELPER_FAULTS | HELPER_READS_STATE };
    static const IRHelper reader = { "reader", NULL, HELPER_READS_FLAGS };
    static const IRHelper raise = { "raise", NULL, HELPER_FAULTS | HELPER_NORETURN };

    ir_op2(b, IR_cmp_f, SZ64, R(0), R(1));
    ir_call(b, &quiet, IR_NONE, 0, NULL);
    ir_op2(b, IR_test_f, SZ64, R(5), R(5));
    ir_call(b, &reader, IR_NONE, 0, NULL);
    ir_op2(b, IR_test_f, SZ64, R(6), R(6));
    expect("    call quiet -\n"
           "    test_f.64 r5, r5 live:OSZAPC\n"
           "    call reader -\n"
           "    test_f.64 r6, r6 live:OSZAPC\n",
           0);
    ir_block_reset(b);
    ir_op2(b, IR_cmp_f, SZ64, R(0), R(1));
    ir_call(b, &raise, IR_NONE, 0, NULL);
    expect("    cmp_f.64 r0, r1 live:OSZAPC\n"
           "    call raise -\n",
           0);
}
END_TEST

START_TEST(memory_forms_by_sub_operation)
{
    IRMem m = { .base = R(1), .asz = SZ64, .sz = SZ32 };

    ir_memop(b, IR_rmw_f, &m)->a[0] = R(0);
    b->ops[0].aux = RMW_NOT;
    ir_memop(b, IR_rmw_f, &m)->a[0] = R(0);
    b->ops[1].aux = RMW_ADC;
    ir_op2(b, IR_cmp_f, SZ64, R(0), R(1));
    ir_op1(b, IR_setcc_f, SZ8, R(3))->aux = CC_A;
    ir_memop(b, IR_rmw_f, &m)->a[0] = R(0);
    b->ops[4].aux = RMW_DEC;
    expect("    rmw_f.not.32 r0 [r1]a64,mmu0\n"
           "    rmw_f.adc.32 r0 [r1]a64,mmu0 live:\n"
           "    cmp_f.64 r0, r1 live:ZC\n"
           "    setcc_f.a.8 r3\n"
           "    rmw_f.dec.32 r0 [r1]a64,mmu0 live:OSZAP\n",
           FL_C);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("opt-flags");
    TCase *tc = tcase_create("opt-flags");
    SRunner *sr;
    int failed;

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, overwritten_flags_cost_nothing);
    tcase_add_test(tc, only_what_is_read_is_live);
    tcase_add_test(tc, inc_lets_carry_through);
    tcase_add_test(tc, shift_by_register_may_keep_flags);
    tcase_add_test(tc, rotate_through_carry_needs_carry);
    tcase_add_test(tc, forward_branch_joins_both_paths);
    tcase_add_test(tc, backward_branch_is_followed_round);
    tcase_add_test(tc, helpers_read_flags_only_when_they_say_so);
    tcase_add_test(tc, memory_forms_by_sub_operation);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? 1 : 0;
}
