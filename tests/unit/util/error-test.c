/*
 * Errors keep their first message, travel up, gather context and hints.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"

START_TEST(test_message)
{
    Error *err = NULL;

    error_setg(&err, "disk '%s' has %d holes", "a", 3);
    ck_assert_str_eq(error_get_pretty(err), "disk 'a' has 3 holes");
    ck_assert_int_eq(error_get_class(err), ERROR_CLASS_GENERIC_ERROR);
    ck_assert_str_eq(error_class_str(error_get_class(err)), "GenericError");
    error_free_or_abort(&err);
    ck_assert_ptr_null(err);
}
END_TEST

START_TEST(test_errno)
{
    Error *err = NULL;

    errno = EBUSY;
    error_setg_errno(&err, ENOENT, "cannot open");
    ck_assert_str_eq(error_get_pretty(err), "cannot open: No such file or directory");
    ck_assert_int_eq(errno, EBUSY);
    error_free_or_abort(&err);
    error_setg_errno(&err, 0, "plain");
    ck_assert_str_eq(error_get_pretty(err), "plain");
    error_free(err);
}
END_TEST

START_TEST(test_class)
{
    Error *err = NULL;

    error_set(&err, ERROR_CLASS_DEVICE_NOT_FOUND, "Device 'x' not found");
    ck_assert_str_eq(error_class_str(error_get_class(err)), "DeviceNotFound");
    error_free(err);
}
END_TEST

START_TEST(test_ignored)
{
    error_setg(NULL, "nobody wants this");
    error_propagate(NULL, NULL);
}
END_TEST

START_TEST(test_propagate)
{
    Error *first = NULL, *second = NULL, *out = NULL;

    error_setg(&first, "first");
    error_setg(&second, "second");
    error_propagate(&out, first);
    error_propagate(&out, second);
    ck_assert_str_eq(error_get_pretty(out), "first");
    error_free(out);
}
END_TEST

static bool inner(Error **errp)
{
    error_setg(errp, "inner");
    return false;
}

static bool outer(Error **errp)
{
    ERRP_GUARD();

    if (!inner(errp)) {
        error_prepend(errp, "outer: ");
        error_append_hint(errp, "Try %s.\n", "again");
        return false;
    }
    return true;
}

START_TEST(test_guard)
{
    Error *err = NULL;

    ck_assert(!outer(&err));
    ck_assert_str_eq(error_get_pretty(err), "outer: inner");
    error_free(err);
    /* With nobody listening it must still work. */
    ck_assert(!outer(NULL));
}
END_TEST

START_TEST(test_copy)
{
    Error *err = NULL;

    outer(&err);
    Error *copy = error_copy(err);
    error_free(err);
    ck_assert_str_eq(error_get_pretty(copy), "outer: inner");
    error_free(copy);
}
END_TEST

/* Run @fn in a child; its exit status and what it wrote to stderr. */
static int run_child(void (*fn)(void), char *text, size_t size)
{
    int fds[2], status;

    ck_assert_int_eq(pipe(fds), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fds[1], 2);
        close(fds[0]);
        fn();
        _exit(99);
    }
    close(fds[1]);
    ssize_t n = qemu_read_full(fds[0], text, size - 1);
    text[MAX(n, (ssize_t)0)] = '\0';
    close(fds[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return status;
}

static void die_fatal(void)
{
    outer(&error_fatal);
}

static void die_abort(void)
{
    inner(&error_abort);
}

START_TEST(test_fatal)
{
    char text[512];
    int status = run_child(die_fatal, text, sizeof(text));

    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    ck_assert_str_eq(text, "outer: inner\nTry again.\n");
}
END_TEST

START_TEST(test_abort)
{
    char text[512];
    int status = run_child(die_abort, text, sizeof(text));

    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    ck_assert_msg(strstr(text, "inner()") != NULL, "no function in: %s", text);
}
END_TEST

UNIT_MAIN("util/error", test_message, test_errno, test_class, test_ignored, test_propagate,
          test_guard, test_copy, test_fatal, test_abort)
