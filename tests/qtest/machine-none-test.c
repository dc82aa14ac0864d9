/*
 * The empty machine: what every machine has, without any device of a board.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <check.h>
#include "tests/qtest/libqtest.h"

START_TEST(test_clock)
{
    QTestState *s = qtest_init("-machine none -nodefaults");

    ck_assert_int_eq(qtest_clock_step(s, 1000), 1000);
    ck_assert_int_eq(qtest_clock_step(s, 234), 1234);
    ck_assert_int_eq(qtest_clock_set(s, 5000), 5000);
    ck_assert_int_eq(qtest_clock_set(s, 10), 5000);
    qtest_quit(s);
}
END_TEST

START_TEST(test_holes)
{
    QTestState *s = qtest_init("-machine none -nodefaults");

    ck_assert_uint_eq(qtest_readl(s, 0), 0xffffffff);
    ck_assert_uint_eq(qtest_inb(s, 0x70), 0xff);
    qtest_outb(s, 0x70, 1);
    qtest_writeq(s, 0xfffffffffffffff8ull, 1);
    qtest_quit(s);
}
END_TEST

START_TEST(test_protocol_errors)
{
    static const char *const bad[] = {
        "nonsense", "inb", "inb x", "inb 1 2", "read 0 0", "read 0 0x100000000", "write 0 4 00",
        "write 0 4 0xzz", "irq_intercept_in /nowhere", "set_irq_in /machine a 0 0", "memset 0 1",
    };
    QTestState *s = qtest_init("-machine none -nodefaults");

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_autofree char *reply = qtest_raw(s, "%s", bad[i]);

        ck_assert_msg(g_str_has_prefix(reply, "FAIL"), "'%s': '%s'", bad[i], reply);
    }
    ck_assert_uint_eq(qtest_inb(s, 0), 0xff);
    qtest_quit(s);
}
END_TEST

START_TEST(test_status)
{
    QTestState *s = qtest_init("-machine none -nodefaults -S");
    QObject *ret = qtest_qmp_ok(s, "{'execute':'query-status'}");

    ck_assert_str_eq(qdict_get_str(qobject_to(QDict, ret), "status"), "prelaunch");
    qobject_unref(ret);
    qobject_unref(qtest_qmp_ok(s, "{'execute':'cont'}"));
    qtest_qmp_eventwait(s, "RESUME");
    ret = qtest_qmp_ok(s, "{'execute':'query-status'}");
    ck_assert_str_eq(qdict_get_str(qobject_to(QDict, ret), "status"), "running");
    qobject_unref(ret);
    qtest_quit(s);
}
END_TEST

typedef struct BadLine {
    const char *args;
    const char *expected;
} BadLine;

static const BadLine bad_lines[] = {
    { "-foo", "-foo: invalid option" },
    { "-machine nonesuch", "unsupported machine type" },
    { "-machine none -device nonesuch", "'nonesuch' is not a valid device model name" },
    { "-machine none -object nonesuch,id=a", "invalid object type: nonesuch" },
    { "-machine none -object memory-backend-ram,id=a", "size" },
    { "-machine none -object memory-backend-ram,id=a,size=64T", "cannot set up guest memory 'a'" },
    { "-machine none -object memory-backend-file,id=a,size=1M,mem-path=/nonexistent/x",
      "/nonexistent/x" },
    { "-machine none -object memory-backend-ram,id=a,size=1M,policy=bind", "host-nodes" },
    { "-machine none -object memory-backend-ram,id=a,size=1M,nonesuch=1", "nonesuch" },
    { "-machine none,nonesuch=1", "nonesuch" },
    { "-machine none -m 1x", "size" },
    { "-machine none -global toy", "-global" },
    { "-machine none -smp 2", "2" },
};

START_TEST(test_bad_lines)
{
    const BadLine *b = &bad_lines[_i];
    g_autofree char *args = g_strdup_printf("%s -accel qtest -display none", b->args);
    g_autofree char *text = NULL;
    int status = qtest_run_to_exit(args, &text);

    ck_assert_msg(status == 1, "'%s' exits with %d: %s", b->args, status, text);
    ck_assert_msg(strstr(text, b->expected), "'%s' says: %s", b->args, text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("machine-none");
    TCase *tc = tcase_create("all");
    SRunner *sr;
    int failed;

    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_clock);
    tcase_add_test(tc, test_holes);
    tcase_add_test(tc, test_protocol_errors);
    tcase_add_test(tc, test_status);
    tcase_add_loop_test(tc, test_bad_lines, 0, ARRAY_SIZE(bad_lines));
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
