/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ops whose outputs nobody reads: IR in, IR out.
 */
#include "ir-harness.h"
#include "tcg/opt.h"
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

static void expect(const char *want)
{
    g_autofree char *got = NULL;

    ir_exit_loop(b, 0);
    test_validate(b);
    ir_flags_pass(b);
    ir_dead_pass(b);
    test_validate(b);
    got = test_print(b);
    ck_assert_str_eq(got, want);
}

static IRVal T(IRSize sz)
{
    return ir_temp(b, sz);
}

static IRVal C(uint64_t v)
{
    return ir_const(b, v);
}

START_TEST(a_chain_of_unread_temps_goes)
{
    IRVal t = T(SZ64), u = T(SZ64);
    IRMem m = { .base = R(1), .asz = SZ64, .sz = SZ32 };

    ir_op2(b, IR_zext, SZ8, t, R(0));
    ir_op3(b, IR_add, SZ64, u, t, C(4));
    ir_op1(b, IR_setcc_f, SZ32, u)->aux = CC_E;
    ir_ld(b, t, SZ64, &m);
    ir_op3(b, IR_add, SZ64, R(0), R(0), C(4));
    expect("    ld.to64.32 t0 [r1]a64,mmu0\n"
           "    add.64 r0 = r0, $0x4\n");
}
END_TEST

START_TEST(what_is_merged_into_is_alive)
{
    IRVal t = T(SZ64);

    ir_op2(b, IR_mov, SZ64, t, R(0));
    ir_op2(b, IR_mov, SZ8, t, R(1));
    ir_op2(b, IR_mov, SZ64, R(2), t);
    expect("    mov.64 t0 = r0\n"
           "    mov.8 t0 = r1\n"
           "    mov.64 r2 = t0\n");
}
END_TEST

START_TEST(flags_keep_an_op_alive)
{
    IRVal t = T(SZ64);

    ir_op3(b, IR_adc_f, SZ64, t, R(0), R(1));
    ir_op3(b, IR_xor_f, SZ64, t, R(0), R(1));
    expect("    xor_f.64 t0 = r0, r1 live:OSZAPC\n");
}
END_TEST

START_TEST(a_read_on_any_path_counts)
{
    IRVal t = T(SZ64), u = T(SZ64);
    unsigned l = ir_label_new(b);

    ir_op2(b, IR_mov, SZ64, t, R(0));
    ir_op2(b, IR_mov, SZ64, u, R(0));
    ir_brcond(b, SZ64, CMP_EQ, R(0), R(1), l);
    ir_op2(b, IR_mov, SZ64, t, R(1));
    ir_label(b, l);
    ir_op2(b, IR_mov, SZ64, R(2), t);
    expect("    mov.64 t0 = r0\n"
           "    brcond.eq.64 r0, r1 L0\n"
           "    mov.64 t0 = r1\n"
           "label L0\n"
           "    mov.64 r2 = t0\n");
}
END_TEST

START_TEST(faults_and_calls_stay)
{
    static const IRHelper h = { "h", NULL, 0 };
    IRVal t = T(SZ64), u = T(SZ64);

    ir_call(b, &h, t, 0, NULL);
    ir_op4(b, IR_divu2, SZ64, t, u, R(0), R(1))->a[4] = R(2);
    expect("    call h t0\n"
           "    divu2.64 t0, t1 = r0, r1, r2 live:OSZAPC\n");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("opt-dead");
    TCase *tc = tcase_create("opt-dead");
    SRunner *sr;
    int failed;

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_chain_of_unread_temps_goes);
    tcase_add_test(tc, what_is_merged_into_is_alive);
    tcase_add_test(tc, flags_keep_an_op_alive);
    tcase_add_test(tc, a_read_on_any_path_counts);
    tcase_add_test(tc, faults_and_calls_stay);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? 1 : 0;
}
