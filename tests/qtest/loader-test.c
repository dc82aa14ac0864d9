/*
 * The device "loader": values and files in memory, again after each reset.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <check.h>
#include "tests/qtest/libqtest.h"

START_TEST(test_data)
{
    QTestState *s = qtest_init("-device loader,addr=0x1000,data=0x11223344,data-len=4 "
                               "-device loader,addr=0x1008,data=0x1122,data-len=2,data-be=on");

    ck_assert_uint_eq(qtest_readl(s, 0x1000), 0x11223344);
    ck_assert_uint_eq(qtest_readb(s, 0x1008), 0x11);
    ck_assert_uint_eq(qtest_readb(s, 0x1009), 0x22);
    qtest_writel(s, 0x1000, 0);
    qobject_unref(qtest_qmp_ok(s, "{'execute':'system_reset'}"));
    qtest_qmp_eventwait(s, "RESET");
    ck_assert_uint_eq(qtest_readl(s, 0x1000), 0x11223344);
    qtest_quit(s);
}
END_TEST

START_TEST(test_file)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("loader-XXXXXX", &path, NULL);
    g_autofree char *roms = NULL;
    QTestState *s;

    ck_assert_int_eq(write(fd, "hello, guest", 12), 12);
    close(fd);
    s = qtest_initf("-device loader,file=%s,addr=0x2000,force-raw=on", path);
    ck_assert_uint_eq(qtest_readb(s, 0x2000), 'h');
    ck_assert_uint_eq(qtest_readb(s, 0x200b), 't');
    roms = qtest_hmp(s, "info roms");
    ck_assert_ptr_nonnull(strstr(roms, "loader-"));
    qtest_quit(s);
    unlink(path);
}
END_TEST

static const char *const bad[] = {
    "addr=0", "data=1", "data=256,data-len=1", "data=1,data-len=9", "cpu-num=7",
    "file=/nonexistent,addr=0", "file=/etc/hostname,data=1,data-len=1",
};

START_TEST(test_bad)
{
    g_autofree char *args = g_strdup_printf("-accel qtest -display none -device loader,%s",
                                            bad[_i]);
    g_autofree char *text = NULL;

    ck_assert_int_eq(qtest_run_to_exit(args, &text), 1);
    ck_assert_ptr_nonnull(strstr(text, "-device loader"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("loader");
    TCase *tc = tcase_create("all");
    SRunner *sr;
    int failed;

    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_data);
    tcase_add_test(tc, test_file);
    tcase_add_loop_test(tc, test_bad, 0, ARRAY_SIZE(bad));
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
