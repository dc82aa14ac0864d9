/*
 * Socket addresses, connections, descriptors.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/sockets.h"

static void refuse(const char *text, const char *why)
{
    Error *err = NULL;

    ck_assert_ptr_null(socket_parse(text, &err));
    ck_assert_error(err, why);
}

START_TEST(test_parse)
{
    g_autoptr(QemuSockAddr) a =
        socket_parse("tcp:localhost:80,to=90,ipv4=on,ipv6=off,keep-alive=on", &error_abort);
    g_autoptr(QemuSockAddr) b = socket_parse("[::1]:http", &error_abort);
    g_autoptr(QemuSockAddr) c = socket_parse("unix:/run/x:y,z", &error_abort);
    g_autoptr(QemuSockAddr) d = socket_parse("fd:7", &error_abort);
    g_autoptr(QemuSockAddr) e = socket_parse("vsock:3:1234", &error_abort);
    g_autoptr(QemuSockAddr) f = socket_parse(":0", &error_abort);

    ck_assert_str_eq(a->host, "localhost");
    ck_assert_str_eq(a->port, "80");
    ck_assert_int_eq(a->port_to, 90);
    ck_assert(a->has_ipv4 && a->ipv4 && a->has_ipv6 && !a->ipv6 && a->keep_alive);
    ck_assert_str_eq(b->host, "::1");
    g_autofree char *bt = qemu_sockaddr_to_string(b), *ct = qemu_sockaddr_to_string(c);
    ck_assert_str_eq(bt, "[::1]:http");
    ck_assert_str_eq(ct, "unix:/run/x:y,z");
    ck_assert(d->kind == QEMU_SOCKET_FD && !strcmp(d->host, "7"));
    ck_assert(e->kind == QEMU_SOCKET_VSOCK && !strcmp(e->port, "1234"));
    ck_assert_str_eq(f->host, "");
    refuse("unix:", "no path");
    refuse("nohost", "host:port is needed");
    refuse("host:", "no port");
    refuse("::1:80", "in brackets");
    refuse("[::1]80", "IPv6");
    refuse("h:1,colour=2", "unknown socket option 'colour=2'");
    refuse("h:1,to=70000", "up to 65535");
    refuse("vsock:3", "cid:port");
}
END_TEST

static void exchange(int listener, const QemuSockAddr *addr)
{
    char c = 0;
    int client = socket_connect(addr, &error_abort);
    int server = qemu_accept(listener, NULL, NULL);

    ck_assert_int_ge(server, 0);
    ck_assert_int_eq(qemu_write_full(client, "x", 1), 1);
    ck_assert_int_eq(qemu_read_full(server, &c, 1), 1);
    ck_assert_int_eq(c, 'x');
    ck_assert(fd_is_socket(client) && !fd_is_socket(-1));
    ck_assert(fcntl(server, F_GETFD) & FD_CLOEXEC);
    close(client);
    close(server);
}

START_TEST(test_unix)
{
    g_autofree char *dir = unit_tmp_dir(), *path = g_build_filename(dir, "s", NULL);
    g_autoptr(QemuSockAddr) a = unix_addr_new(path);
    Error *err = NULL;

    ck_assert_int_eq(socket_connect(a, &err), -1);
    ck_assert_error(err, "No such file");
    int fd = socket_listen(a, 1, &error_abort);
    exchange(fd, a);
    close(fd);
    /* A stale file of a dead server is replaced ... */
    fd = socket_listen(a, 1, &error_abort);
    exchange(fd, a);
    g_autoptr(QemuSockAddr) local = socket_local_address(fd, &error_abort);
    ck_assert_str_eq(local->path, path);
    socket_listen_cleanup(fd, a);
    close(fd);
    /* ... but a user's file is not. */
    ck_assert(g_file_set_contents(path, "x", 1, NULL));
    ck_assert_int_eq(socket_listen(a, 1, &err), -1);
    ck_assert_error(err, "Address already in use");
    unlink(path);
    rmdir(dir);

    g_autofree char *longname = g_strnfill(200, 'x');
    g_autoptr(QemuSockAddr) b = unix_addr_new(longname);
    ck_assert_int_eq(socket_listen(b, 1, &err), -1);
    ck_assert_error(err, "too long");
}
END_TEST

START_TEST(test_abstract)
{
    g_autofree char *name = g_strdup_printf("unit-%d", getpid());
    g_autoptr(QemuSockAddr) a = unix_addr_new(name);

    a->abstract = a->tight = true;
    int fd = socket_listen(a, 1, &error_abort);
    exchange(fd, a);
    g_autoptr(QemuSockAddr) local = socket_local_address(fd, &error_abort);
    ck_assert(local->abstract && !strcmp(local->path, name));
    close(fd);
}
END_TEST

START_TEST(test_inet)
{
    g_autoptr(QemuSockAddr) any = socket_parse("127.0.0.1:0", &error_abort);
    int fd = socket_listen(any, 1, &error_abort);
    g_autoptr(QemuSockAddr) real = socket_local_address(fd, &error_abort);
    Error *err = NULL;

    exchange(fd, real);
    /* The port is taken: to= tries the next ones. */
    ck_assert_int_eq(socket_listen(real, 1, &err), -1);
    ck_assert_error(err, "Failed to listen on '127.0.0.1:");
    real->port_to = MIN(atoi(real->port) + 20, 65535);
    int second = socket_listen(real, 1, &error_abort);
    close(second);
    close(fd);
    ck_assert_int_eq(socket_connect(real, &err), -1);
    ck_assert_error(err, "Connection refused");
    real->has_ipv4 = real->has_ipv6 = true;
    real->ipv4 = real->ipv6 = false;
    ck_assert_int_eq(socket_connect(real, &err), -1);
    ck_assert_error(err, "Cannot disable IPv4 and IPv6");
}
END_TEST

START_TEST(test_async)
{
    g_autoptr(QemuSockAddr) any = socket_parse("127.0.0.1:0", &error_abort);
    int fd = socket_listen(any, 1, &error_abort);
    g_autoptr(QemuSockAddr) real = socket_local_address(fd, &error_abort);
    bool in_progress;
    int c = socket_connect_start(real, &in_progress, &error_abort);

    ck_assert_int_ge(c, 0);
    int s = qemu_accept(fd, NULL, NULL);
    ck_assert_int_ge(s, 0);
    ck_assert_int_eq(socket_connect_result(c, real, &error_abort), 0);
    close(s);
    close(c);
    close(fd);
}
END_TEST

START_TEST(test_dgram)
{
    g_autoptr(QemuSockAddr) a = socket_parse("127.0.0.1:9", &error_abort);
    g_autoptr(QemuSockAddr) any = socket_parse("127.0.0.1:0", &error_abort);
    int one = socket_dgram(a, any, &error_abort);
    g_autoptr(QemuSockAddr) addr = socket_local_address(one, &error_abort);
    int two = socket_dgram(addr, any, &error_abort);
    g_autoptr(QemuSockAddr) back = socket_local_address(two, &error_abort);

    close(one);
    one = socket_dgram(back, addr, &error_abort);
    ck_assert_int_eq(send(two, "hey", 3, 0), 3);
    char buf[8];
    ck_assert_int_eq(recv(one, buf, sizeof(buf), 0), 3);
    close(one);
    close(two);
}
END_TEST

START_TEST(test_fds)
{
    int pair[2], send_fds[3], got[2];
    size_t n;
    char c;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    for (int i = 0; i < 3; i++) {
        send_fds[i] = open("/dev/null", O_RDONLY);
    }
    ck_assert_int_eq(socket_send_fds(pair[0], "x", 1, send_fds, 3), 1);
    /* More than there is room for: the rest is closed, not leaked. */
    ck_assert_int_eq(socket_recv_fds(pair[1], &c, 1, got, 2, &n), 1);
    ck_assert_uint_eq(n, 2);
    ck_assert(fcntl(got[0], F_GETFD) & FD_CLOEXEC);
    int next = open("/dev/null", O_RDONLY);
    ck_assert_int_eq(next, got[1] + 1);
    ck_assert_int_eq(socket_send_fds(pair[0], "y", 1, NULL, 0), 1);
    ck_assert_int_eq(socket_recv_fds(pair[1], &c, 1, got, 2, &n), 1);
    ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(test_activation)
{
    int status;

    pid_t pid = fork();
    if (pid == 0) {
        int pair[2];
        char text[16];
        /* As the service manager would leave it. */
        close(3);
        close(4);
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) || dup2(pair[0], 3) != 3 ||
            dup2(pair[1], 4) != 4) {
            _exit(2);
        }
        snprintf(text, sizeof(text), "%d", getpid());
        setenv("LISTEN_PID", text, 1);
        setenv("LISTEN_FDS", "2", 1);
        if (check_socket_activation() != 2 || getenv("LISTEN_FDS") ||
            check_socket_activation() != 0) {
            _exit(3);
        }
        setenv("LISTEN_PID", "1", 1);
        setenv("LISTEN_FDS", "2", 1);
        _exit(check_socket_activation() == 0 ? 0 : 4);
    }
    waitpid(pid, &status, 0);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

UNIT_MAIN("util/sockets", test_parse, test_unix, test_abstract, test_inet, test_async,
          test_dgram, test_fds, test_activation)
