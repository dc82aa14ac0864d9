/*
 * What every unit test program shares: Check, and a main() that runs a list of tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <check.h>
#include "qemu/osdep.h"
#include "qapi/error.h"

/* UNIT_MAIN("util/bitmap", test_set, test_clear): the names are those of START_TEST(). */
#define UNIT_MAIN(name, ...)                                                                     \
    int main(void)                                                                               \
    {                                                                                            \
        const TTest *const tests[] = { __VA_ARGS__ };                                            \
        return unit_run(name, tests, ARRAY_SIZE(tests));                                         \
    }

static inline int unit_run(const char *name, const TTest *const *tests, size_t n)
{
    Suite *suite = suite_create(name);
    TCase *tc = tcase_create(name);

    for (size_t i = 0; i < n; i++) {
        tcase_add_test(tc, tests[i]);
    }
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

/* @err is set and its message contains @part; frees it. */
#define ck_assert_error(err, part)                                                               \
    do {                                                                                         \
        ck_assert_ptr_nonnull(err);                                                              \
        ck_assert_msg(strstr(error_get_pretty(err), part) != NULL, "\"%s\" is not in \"%s\"",    \
                      part, error_get_pretty(err));                                              \
        error_free(err);                                                                         \
        (err) = NULL;                                                                            \
    } while (0)

/* A folder of its own for a test's files. */
static inline char *unit_tmp_dir(void)
{
    char *dir = g_dir_make_tmp("unit-XXXXXX", NULL);

    ck_assert_ptr_nonnull(dir);
    return dir;
}

#endif
