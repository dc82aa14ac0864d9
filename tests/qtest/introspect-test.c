/*
 * Every type that the program knows can be asked for its properties, and every device that may be
 * plugged can be plugged or refused, without a crash and without leaving anything behind.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <check.h>
#include "tests/qtest/libqtest.h"

static QList *list_types(QTestState *s, const char *implements)
{
    QObject *ret = qtest_qmp_ok(s, "{'execute':'qom-list-types','arguments':{'implements':%s,"
                                "'abstract':false}}", implements);

    return qobject_to(QList, ret);
}

START_TEST(test_properties)
{
    QTestState *s = qtest_init("-machine none -nodefaults");
    QList *types = list_types(s, "device");
    g_autofree char *before = qtest_hmp(s, "info qom-tree");
    g_autofree char *after = NULL;

    ck_assert_uint_gt(qlist_size(types), 20);
    for (size_t i = 0; i < qlist_size(types); i++) {
        const char *name = qdict_get_str(qobject_to(QDict, qlist_get(types, i)), "name");
        QDict *reply = qtest_qmp(s, "{'execute':'device-list-properties','arguments':"
                                 "{'typename':%s}}", name);

        ck_assert_msg(qdict_haskey(reply, "return"), "%s", name);
        qobject_unref(reply);
    }
    after = qtest_hmp(s, "info qom-tree");
    ck_assert_str_eq(before, after);
    qobject_unref(types);
    qtest_quit(s);
}
END_TEST

/* device_add without any options: most are refused for want of a back end, none may crash. */
START_TEST(test_add_bare)
{
    QTestState *s = qtest_init("-machine pc");
    QList *types = list_types(s, "device");
    g_autofree char *before = qtest_hmp(s, "info qom-tree");
    g_autofree char *after = NULL;
    unsigned refused = 0, added = 0;

    for (size_t i = 0; i < qlist_size(types); i++) {
        const char *name = qdict_get_str(qobject_to(QDict, qlist_get(types, i)), "name");
        QDict *reply = qtest_qmp(s, "{'execute':'device_add','arguments':{'driver':%s,'id':'x'}}",
                                 name);

        if (qdict_haskey(reply, "error")) {
            refused++;
        } else {
            added++;
            qobject_unref(qtest_qmp(s, "{'execute':'device_del','arguments':{'id':'x'}}"));
            /* The guest has to let go of it, and there is none: a new machine goes on. */
            qtest_quit(s);
            s = qtest_init("-machine pc");
        }
        qobject_unref(reply);
    }
    ck_assert_uint_gt(refused, 10);
    if (!added) {
        after = qtest_hmp(s, "info qom-tree");
        ck_assert_str_eq(before, after);
    }
    qobject_unref(types);
    qtest_quit(s);
}
END_TEST

static const char *const dumps[] = {
    "info qtree", "info qom-tree", "info mtree", "info mtree -f", "info mtree -o -D",
    "info ramblock", "info qdm", "info registers", "info cpus",
};

START_TEST(test_dumps)
{
    QTestState *s = qtest_init("-machine pc");
    g_autofree char *text = qtest_hmp(s, "%s", dumps[_i]);

    ck_assert_msg(strlen(text) > 20 && !strstr(text, "unknown command"), "%s: %s", dumps[_i],
                  text);
    qtest_quit(s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("introspect");
    TCase *tc = tcase_create("all");
    SRunner *sr;
    int failed;

    tcase_set_timeout(tc, 300);
    tcase_add_test(tc, test_properties);
    tcase_add_test(tc, test_add_bare);
    tcase_add_loop_test(tc, test_dumps, 0, ARRAY_SIZE(dumps));
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
