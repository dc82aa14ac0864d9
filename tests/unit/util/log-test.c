/*
 * The log: which records appear, where, and what bad arguments say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/log.h"
#include "qemu/thread.h"

static char *dir;

static char *path_of(const char *name)
{
    return g_build_filename(dir, name, NULL);
}

static void check_file(const char *name, const char *want)
{
    g_autofree char *path = path_of(name), *text = NULL;

    ck_assert_msg(g_file_get_contents(path, &text, NULL, NULL), "%s is missing", name);
    ck_assert_str_eq(text, want);
    unlink(path);
}

START_TEST(test_masks)
{
    ck_assert_uint_eq(qemu_str_to_log_mask("int,mmu"), CPU_LOG_INT | CPU_LOG_MMU);
    ck_assert_uint_eq(qemu_str_to_log_mask("guest_errors"), LOG_GUEST_ERROR);
    ck_assert_uint_eq(qemu_str_to_log_mask("int,nonsense"), 0);
    ck_assert_uint_eq(qemu_str_to_log_mask(""), 0);
    unsigned all = qemu_str_to_log_mask("all");
    ck_assert((all & CPU_LOG_EXEC) && !(all & CPU_LOG_TB_NOCHAIN) && !(all & LOG_PER_THREAD));
}
END_TEST

START_TEST(test_file)
{
    dir = unit_tmp_dir();
    g_autofree char *path = path_of("log");

    ck_assert(qemu_set_log_filename_flags(path, LOG_UNIMP, &error_abort));
    qemu_log_mask(LOG_UNIMP, "one %d\n", 1);
    qemu_log_mask(LOG_GUEST_ERROR, "not this\n");
    ck_assert(qemu_log_enabled() && qemu_log_separate());
    /* Off and on again goes on in the same file. */
    ck_assert(qemu_set_log(0, &error_abort));
    qemu_log_mask(LOG_UNIMP, "nor this\n");
    ck_assert(!qemu_log_enabled());
    ck_assert(qemu_set_log(LOG_UNIMP, &error_abort));
    qemu_log("two\n");
    qemu_set_log(0, &error_abort);
    check_file("log", "one 1\ntwo\n");
    rmdir(dir);
}
END_TEST

START_TEST(test_pid_name)
{
    dir = unit_tmp_dir();
    g_autofree char *path = path_of("log-%d"), *name = g_strdup_printf("log-%d", getpid());

    ck_assert(qemu_set_log_filename_flags(path, LOG_UNIMP, &error_abort));
    qemu_log("x\n");
    qemu_set_log(0, &error_abort);
    check_file(name, "x\n");
    rmdir(dir);
}
END_TEST

static void *thread_fn(void *opaque)
{
    qemu_log("from a thread\n");
    *(int *)opaque = qemu_get_thread_id();
    return NULL;
}

START_TEST(test_per_thread)
{
    dir = unit_tmp_dir();
    g_autofree char *path = path_of("t%d");
    QemuThread thread;
    int tid;

    ck_assert(qemu_set_log_filename_flags(path, LOG_UNIMP | LOG_PER_THREAD, &error_abort));
    qemu_log("from main\n");
    qemu_thread_create(&thread, "t", thread_fn, &tid, QEMU_THREAD_JOINABLE);
    qemu_thread_join(&thread);
    g_autofree char *mine = g_strdup_printf("t%d", qemu_get_thread_id());
    g_autofree char *other = g_strdup_printf("t%d", tid);
    check_file(mine, "from main\n");
    check_file(other, "from a thread\n");
    rmdir(dir);
}
END_TEST

START_TEST(test_bad_names)
{
    Error *err = NULL;

    ck_assert(!qemu_set_log_filename_flags("/tmp/%s", LOG_UNIMP, &err));
    ck_assert_error(err, "Bad logfile format");
    ck_assert(!qemu_set_log_filename_flags("/tmp/%d-%d", LOG_UNIMP, &err));
    ck_assert_error(err, "Bad logfile format");
    ck_assert(!qemu_set_log_filename_flags("/nonexistent/log", LOG_UNIMP, &err));
    ck_assert_error(err, "/nonexistent/log: No such file");
    ck_assert(!qemu_set_log_filename_flags("/tmp/x", LOG_PER_THREAD, &err));
    ck_assert_error(err, "'%d' required");
    ck_assert(!qemu_log_enabled());
}
END_TEST

START_TEST(test_ranges)
{
    Error *err = NULL;

    ck_assert(qemu_log_in_addr_range(0));
    ck_assert(qemu_set_dfilter_ranges("0x1000..0x1fff,0x3000+0x10,0x5000-0x100", &error_abort));
    ck_assert(qemu_log_in_addr_range(0x1000) && qemu_log_in_addr_range(0x1fff));
    ck_assert(!qemu_log_in_addr_range(0xfff) && !qemu_log_in_addr_range(0x2000));
    ck_assert(qemu_log_in_addr_range(0x300f) && !qemu_log_in_addr_range(0x3010));
    ck_assert(qemu_log_in_addr_range(0x5000) && qemu_log_in_addr_range(0x4f01));
    ck_assert(!qemu_log_in_addr_range(0x4f00) && !qemu_log_in_addr_range(0x5001));
    ck_assert(!qemu_set_dfilter_ranges("0x1000", &err));
    ck_assert_error(err, "Bad range specifier");
    ck_assert(!qemu_set_dfilter_ranges("z..1", &err));
    ck_assert_error(err, "to the left of '..'");
    ck_assert(!qemu_set_dfilter_ranges("1+z", &err));
    ck_assert_error(err, "to the right of '+'");
    ck_assert(!qemu_set_dfilter_ranges("2..1", &err));
    ck_assert_error(err, "end is before its start");
}
END_TEST

UNIT_MAIN("util/log", test_masks, test_file, test_pid_name, test_per_thread, test_bad_names,
          test_ranges)
