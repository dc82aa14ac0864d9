/*
 * Files, memory and the process: opening, locks, pid file, daemon.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/units.h"

START_TEST(test_open)
{
    Error *err = NULL;

    ck_assert_int_eq(qemu_open("/nonexistent/file", O_RDONLY, &err), -1);
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_error(err, "Could not open '/nonexistent/file': No such file");
    ck_assert_int_eq(qemu_create("/nonexistent/file", O_WRONLY, 0600, &err), -1);
    ck_assert_error(err, "Could not create");
    ck_assert_int_eq(qemu_open("/dev/fdset/5", O_RDONLY, &err), -1);
    ck_assert_error(err, "/dev/fdset/5");
    ck_assert_int_eq(qemu_open("/dev/fdset/x", O_RDONLY, &err), -1);
    ck_assert_error(err, "not the number of a set");
    int fd = qemu_open("/dev/null", O_RDONLY, &error_abort);
    ck_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    int other = qemu_dup(fd);
    ck_assert(other != fd && fcntl(other, F_GETFD) & FD_CLOEXEC);
    ck_assert_int_eq(qemu_close(fd), 0);
    qemu_close(other);
}
END_TEST

START_TEST(test_locks)
{
    g_autofree char *dir = unit_tmp_dir(), *path = g_build_filename(dir, "f", NULL);
    int a = qemu_create(path, O_RDWR, 0600, &error_abort);
    int b = qemu_open(path, O_RDWR, &error_abort);

    if (qemu_has_ofd_lock()) {
        ck_assert_int_eq(qemu_lock_fd(a, 10, 5, true), 0);
        ck_assert_int_eq(qemu_lock_fd(b, 12, 1, false), -EAGAIN);
        ck_assert_int_eq(qemu_lock_fd_test(b, 12, 1, false), -EAGAIN);
        ck_assert_int_eq(qemu_lock_fd_test(b, 15, 1, true), 0);
        ck_assert_int_eq(qemu_unlock_fd(a, 10, 5), 0);
        ck_assert_int_eq(qemu_lock_fd(b, 12, 1, false), 0);
        ck_assert_int_eq(qemu_lock_fd(a, 12, 1, false), 0);
    }
    close(a);
    close(b);
    unlink(path);
    rmdir(dir);
}
END_TEST

START_TEST(test_full_io)
{
    int fds[2];
    char out[10] = "";

    ck_assert_int_eq(qemu_pipe(fds), 0);
    ck_assert_int_eq(qemu_write_full(fds[1], "hello", 5), 5);
    close(fds[1]);
    ck_assert_int_eq(qemu_read_full(fds[0], out, 10), 5);
    ck_assert_str_eq(out, "hello");
    close(fds[0]);
}
END_TEST

START_TEST(test_memory)
{
    uint64_t align;
    char *p = qemu_memalign(4096, 100);

    ck_assert(QEMU_PTR_IS_ALIGNED(p, 4096));
    qemu_vfree(p);
#ifndef QEMU_ASAN
    /* AddressSanitizer takes such a request for a bug. */
    ck_assert_ptr_null(qemu_try_memalign(64, SIZE_MAX / 2));
#endif
    p = qemu_anon_ram_alloc(5 * MiB, &align, false, false);
    ck_assert(QEMU_PTR_IS_ALIGNED(p, align) && align == 2 * MiB);
    ck_assert(p[0] == 0 && p[5 * MiB - 1] == 0);
    p[5 * MiB - 1] = 1;
    ck_assert_int_eq(qemu_madvise(p, 4096, QEMU_MADV_DONTNEED), 0);
    ck_assert_int_eq(qemu_madvise(p, 4096, QEMU_MADV_INVALID), -1);
    qemu_anon_ram_free(p, 5 * MiB);
    ck_assert_ptr_null(qemu_anon_ram_alloc((size_t)1 << 62, NULL, false, false));
    ck_assert_uint_gt(qemu_get_host_physmem(), 0);
}
END_TEST

START_TEST(test_pidfile)
{
    g_autofree char *dir = unit_tmp_dir(), *path = g_build_filename(dir, "pid", NULL);
    g_autofree char *text = NULL;
    int status;

    /* The holder is a child: locks of one process never exclude each other. */
    int fds[2];
    ck_assert_int_eq(qemu_pipe(fds), 0);
    pid_t pid = fork();
    if (pid == 0) {
        bool ok = qemu_write_pidfile(path, NULL);
        if (write(fds[1], &ok, 1) != 1) {
            _exit(1);
        }
        g_usleep(200000);
        exit(0);
    }
    bool ok = false;
    ck_assert_int_eq(read(fds[0], &ok, 1), 1);
    ck_assert(ok);
    ck_assert(g_file_get_contents(path, &text, NULL, NULL));
    ck_assert_int_eq(atoi(text), pid);
    Error *err = NULL;
    ck_assert(!qemu_write_pidfile(path, &err));
    ck_assert_error(err, "Cannot lock pid file");
    waitpid(pid, &status, 0);
    /* It was removed at exit. */
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert(!qemu_write_pidfile("/nonexistent/pid", &err));
    ck_assert_error(err, "cannot create PID file");
    rmdir(dir);
}
END_TEST

/* Start a daemon that fails or comes up; its starter's exit status. */
static int start_daemon(bool come_up, const char *path)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        os_set_daemonize(true);
        os_daemonize();
        if (!come_up) {
            _exit(3);
        }
        os_setup_post();
        int fd = open(path, O_WRONLY | O_CREAT, 0600);
        struct stat st;
        /* Detached: another session, and stdin is /dev/null. */
        bool good = getsid(0) != getpgid(getppid()) && fstat(0, &st) == 0 && S_ISCHR(st.st_mode);
        if (write(fd, good ? "1" : "0", 1) != 1) {
            _exit(1);
        }
        _exit(0);
    }
    waitpid(pid, &status, 0);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

START_TEST(test_daemon)
{
    g_autofree char *dir = unit_tmp_dir(), *path = g_build_filename(dir, "up", NULL);
    g_autofree char *text = NULL;

    ck_assert_int_eq(start_daemon(false, path), 1);
    ck_assert_int_eq(start_daemon(true, path), 0);
    for (int i = 0; i < 500 && (!text || !*text); i++) {
        g_free(text);
        text = NULL;
        g_file_get_contents(path, &text, NULL, NULL);
        g_usleep(10000);
    }
    ck_assert_ptr_nonnull(text);
    ck_assert_str_eq(text, "1");
    unlink(path);
    rmdir(dir);
}
END_TEST

START_TEST(test_runas)
{
    Error *err = NULL;

    ck_assert(!os_set_runas("no-such-user", &err));
    ck_assert_error(err, "User 'no-such-user' does not exist");
    ck_assert(!os_set_runas("12:x", &err));
    ck_assert_error(err, "12:x");
    ck_assert(os_set_runas("1234:5678", &error_abort));
    ck_assert(os_set_runas("root", &error_abort));
    ck_assert(!os_set_chroot("/nonexistent", &err));
    ck_assert_error(err, "-chroot /nonexistent");
}
END_TEST

START_TEST(test_random_bytes)
{
    uint8_t a[16], b[16];

    ck_assert_int_eq(qemu_random_bytes(a, 16, &error_abort), 0);
    ck_assert_int_eq(qemu_random_bytes(b, 16, &error_abort), 0);
    ck_assert_int_ne(memcmp(a, b, 16), 0);
}
END_TEST

START_TEST(test_relocated)
{
    qemu_init_exec_dir("/bin/sh");
    ck_assert_ptr_nonnull(qemu_get_exec_dir());
    g_autofree char *other = get_relocated_path("/somewhere/else");
    ck_assert_str_eq(other, "/somewhere/else");
}
END_TEST

UNIT_MAIN("util/process", test_open, test_locks, test_full_io, test_memory, test_pidfile,
          test_daemon, test_runas, test_random_bytes, test_relocated)
