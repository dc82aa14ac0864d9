/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Constants and copies of temporaries: IR in, IR out.
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
    ir_fold_pass(b);
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

START_TEST(constants_meet)
{
    IRVal t = T(SZ64), u = T(SZ64);

    ir_op2(b, IR_mov, SZ64, t, C(6));
    ir_op3(b, IR_add, SZ64, u, t, C(4));
    ir_op3(b, IR_shl, SZ64, u, u, C(4));
    ir_op3(b, IR_sub, SZ32, u, u, C(161));
    ir_op3(b, IR_add, SZ64, R(0), R(1), u);
    expect("    mov.64 t0 = $0x6\n"
           "    mov.64 t1 = $0xa\n"
           "    mov.64 t1 = $0xa0\n"
           "    mov.64 t1 = $0xffffffff\n"
           "    add.64 r0 = r1, $0xffffffff\n");
}
END_TEST

START_TEST(a_copy_is_used_until_its_source_changes)
{
    IRVal t = T(SZ64);

    ir_op2(b, IR_mov, SZ64, t, R(1));
    ir_op3(b, IR_add, SZ64, R(0), R(0), t);
    ir_op3(b, IR_add, SZ64, R(1), R(1), C(1));
    ir_op3(b, IR_add, SZ64, R(2), R(2), t);
    expect("    mov.64 t0 = r1\n"
           "    add.64 r0 = r0, r1\n"
           "    add.64 r1 = r1, $0x1\n"
           "    add.64 r2 = r2, t0\n");
}
END_TEST

START_TEST(narrow_moves_teach_nothing)
{
    IRVal t = T(SZ64), u = T(SZ64);

    ir_op2(b, IR_mov, SZ64, t, C(0x1234));
    ir_op2(b, IR_mov, SZ8, t, C(0));
    ir_op2(b, IR_mov, SZ64, R(0), t);
    ir_op2(b, IR_mov, SZ32, u, R(1));
    ir_op2(b, IR_mov, SZ64, R(2), u);
    expect("    mov.64 t0 = $0x1234\n"
           "    mov.8 t0 = $0x0\n"
           "    mov.64 r0 = t0\n"
           "    mov.32 t1 = r1\n"
           "    mov.64 r2 = t1\n");
}
END_TEST

START_TEST(a_helper_may_change_every_global)
{
    static const IRHelper all = { "all", NULL, HELPER_ALL };
    static const IRHelper quiet = { "quiet", NULL, 0 };
    IRVal t = T(SZ64);

    ir_op2(b, IR_mov, SZ64, t, R(1));
    ir_call(b, &quiet, IR_NONE, 0, NULL);
    ir_op2(b, IR_mov, SZ64, R(0), t);
    ir_call(b, &all, IR_NONE, 0, NULL);
    ir_op2(b, IR_mov, SZ64, R(0), t);
    expect("    mov.64 t0 = r1\n"
           "    call quiet -\n"
           "    mov.64 r0 = r1\n"
           "    call all - live:\n"
           "    mov.64 r0 = t0\n");
}
END_TEST

START_TEST(identities_become_moves)
{
    T(SZ64); /* blocks without temporaries are left alone */
    ir_op3(b, IR_add, SZ64, R(0), R(1), C(0));
    ir_op3(b, IR_and, SZ32, R(0), R(1), C(0xffffffff));
    ir_op3(b, IR_and, SZ64, R(0), R(1), C(0));
    ir_op3(b, IR_shl, SZ16, R(0), R(1), C(0));
    ir_op3(b, IR_or, SZ8, R(0), R(1), C(0x1ff));
    ir_op3(b, IR_or, SZ64, R(0), R(1), C(0x1ff));
    expect("    mov.64 r0 = r1\n"
           "    mov.32 r0 = r1\n"
           "    mov.64 r0 = $0x0\n"
           "    mov.16 r0 = r1\n"
           "    mov.8 r0 = $0x1ff\n"
           "    or.64 r0 = r1, $0x1ff\n");
}
END_TEST

START_TEST(a_constant_base_joins_the_displacement)
{
    IRVal t = T(SZ64), u = T(SZ64);
    IRMem m = { .base = t, .index = u, .scale = 2, .disp = 8, .asz = SZ64, .sz = SZ32 };

    ir_op2(b, IR_mov, SZ64, t, C(0x1000));
    ir_op2(b, IR_mov, SZ64, u, R(3));
    ir_ld(b, R(0), SZ32, &m);
    expect("    mov.64 t0 = $0x1000\n"
           "    mov.64 t1 = r3\n"
           "    ld.to32.32 r0 [r3<<2+0x1008]a64,mmu0\n");
}
END_TEST

START_TEST(decided_branches)
{
    unsigned l = ir_label_new(b), m = ir_label_new(b);
    IRVal t = T(SZ64);

    ir_op2(b, IR_mov, SZ64, t, C(5));
    ir_brcond(b, SZ64, CMP_EQ, t, C(4), l);
    ir_brcond(b, SZ8, CMP_LTU, t, C(0x106), m);
    ir_label(b, l);
    ir_op2(b, IR_mov, SZ64, R(0), t);
    ir_label(b, m);
    expect("    mov.64 t0 = $0x5\n"
           "    br L1\n"
           "label L0\n"
           "    mov.64 r0 = t0\n"
           "label L1\n");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("opt-fold");
    TCase *tc = tcase_create("opt-fold");
    SRunner *sr;
    int failed;

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, constants_meet);
    tcase_add_test(tc, a_copy_is_used_until_its_source_changes);
    tcase_add_test(tc, narrow_moves_teach_nothing);
    tcase_add_test(tc, a_helper_may_change_every_global);
    tcase_add_test(tc, identities_become_moves);
    tcase_add_test(tc, a_constant_base_joins_the_displacement);
    tcase_add_test(tc, decided_branches);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? 1 : 0;
}
