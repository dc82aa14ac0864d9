/*
 * Character devices: every back end with bytes both ways, the multiplexer, options, commands.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include <netinet/in.h>
#include <poll.h>
#include "chardev/char.h"
#include "chardev/telnet.h"
#include "qapi/qmp-commands.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/sockets.h"

/* ---- A front end that keeps what it hears */

typedef struct Front {
    CharBackend be;
    GString *in;
    GString *events; /* o open, c closed, b break, + and - focus */
    int room;
    int changes;
    int change_answer;
} Front;

static int front_can_read(void *opaque)
{
    return ((Front *)opaque)->room;
}

static void front_read(void *opaque, const uint8_t *buf, int size)
{
    Front *f = opaque;

    ck_assert_int_le(size, f->room);
    g_string_append_len(f->in, (const char *)buf, size);
}

static void front_event(void *opaque, QEMUChrEvent event)
{
    static const char names[] = "bo+-c";

    g_string_append_c(((Front *)opaque)->events, names[event]);
}

static void front_handlers(Front *f);

static int front_change(void *opaque)
{
    Front *f = opaque;

    f->changes++;
    if (f->change_answer == 0) {
        front_handlers(f);
    }
    return f->change_answer;
}

static void front_handlers(Front *f)
{
    qemu_chr_fe_set_handlers(&f->be, front_can_read, front_read, front_event, front_change, f,
                             NULL, true);
}

static void front_init(Front *f, Chardev *chr)
{
    *f = (Front){ .in = g_string_new(NULL), .events = g_string_new(NULL), .room = 100 };
    ck_assert(qemu_chr_fe_init(&f->be, chr, &error_abort));
    front_handlers(f);
}

static void setup(void)
{
    module_call_init(MODULE_INIT_QOM);
    qemu_init_main_loop(&error_abort);
    error_init("test");
}

/* Run the loop until @cond, for two seconds at most. */
#define wait_until(cond)                                                                         \
    do {                                                                                         \
        int64_t end_ = get_clock() + 2 * NANOSECONDS_PER_SECOND;                                 \
        while (!(cond) && get_clock() < end_) {                                                  \
            main_loop_wait(true);                                                                \
            g_usleep(200);                                                                       \
        }                                                                                        \
        ck_assert(cond);                                                                         \
    } while (0)

static void run_a_bit(void)
{
    for (int i = 0; i < 50; i++) {
        main_loop_wait(true);
        g_usleep(200);
    }
}

static Chardev *create(const char *id, const char *options)
{
    QemuOpts *opts = qemu_opts_parse(&qemu_chardev_opts, options, true, &error_abort);
    Error *err = NULL;

    qemu_opts_set_id(opts, g_strdup(id));
    Chardev *chr = qemu_chr_new_from_opts(opts, NULL, &err);
    ck_assert_msg(chr != NULL, "%s: %s", options, err ? error_get_pretty(err) : "?");
    qemu_opts_del(opts);
    ck_assert_ptr_eq(qemu_chr_find(id), chr);
    return chr;
}

static void refuse(const char *options, const char *why)
{
    QemuOpts *opts = qemu_opts_parse(&qemu_chardev_opts, options, true, &error_abort);
    Error *err = NULL;

    qemu_opts_set_id(opts, g_strdup("bad"));
    ck_assert_ptr_null(qemu_chr_new_from_opts(opts, NULL, &err));
    ck_assert_error(err, why);
    ck_assert_ptr_null(qemu_chr_find("bad"));
    qemu_opts_del(opts);
}

static void send_text(Front *f, const char *s)
{
    ck_assert_int_eq(qemu_chr_fe_write_all(&f->be, (const uint8_t *)s, strlen(s)), strlen(s));
}

static char *dir;

static char *in_dir(const char *name)
{
    if (!dir) {
        dir = unit_tmp_dir();
    }
    return g_build_filename(dir, name, NULL);
}

static void remove_dir(void)
{
    g_autofree char *cmd = g_strdup_printf("rm -rf '%s'", dir);

    ck_assert_int_eq(system(cmd), 0);
}

/* ---- The simple ones */

START_TEST(test_unbound)
{
    CharBackend be = { .chr = NULL };

    ck_assert_int_eq(qemu_chr_fe_write(&be, (const uint8_t *)"x", 1), 1);
    ck_assert_int_eq(qemu_chr_fe_ioctl(&be, CHR_IOCTL_SERIAL_SET_BREAK, NULL), -ENOTSUP);
    ck_assert_int_eq(qemu_chr_fe_get_msgfd(&be), -1);
    ck_assert_uint_eq(qemu_chr_fe_add_watch(&be, G_IO_OUT, NULL, NULL), 0);
    ck_assert(!qemu_chr_fe_backend_open(&be) && !qemu_chr_fe_backend_connected(&be));
    qemu_chr_fe_accept_input(&be);
    qemu_chr_fe_set_open(&be, true);
    qemu_chr_fe_deinit(&be, true);
}
END_TEST

START_TEST(test_null)
{
    Front f, g;
    Error *err = NULL;

    setup();
    Chardev *chr = create("n", "null");
    front_init(&f, chr);
    send_text(&f, "gone");
    ck_assert_str_eq(f.events->str, "");
    ck_assert(!qemu_chr_fe_init(&g.be, chr, &err));
    ck_assert_error(err, "chardev 'n' is already in use");
    qemu_chr_fe_deinit(&f.be, true);
    ck_assert_ptr_null(qemu_chr_find("n"));
}
END_TEST

START_TEST(test_ringbuf)
{
    Error *err = NULL;
    Front f;

    setup();
    front_init(&f, create("r", "ringbuf,size=4"));
    ck_assert_str_eq(f.events->str, "o");
    send_text(&f, "abcdefg");
    g_autofree char *a = qmp_ringbuf_read("r", 2, false, 0, &error_abort);
    ck_assert_str_eq(a, "de");
    qmp_ringbuf_write("r", "WFk=", true, DATA_FORMAT_BASE64, &error_abort);
    g_autofree char *b = qmp_ringbuf_read("r", 100, true, DATA_FORMAT_BASE64, &error_abort);
    ck_assert_str_eq(b, "ZmdYWQ==");
    g_autofree char *c = qmp_ringbuf_read("r", 100, false, 0, &error_abort);
    ck_assert_str_eq(c, "");
    ck_assert_ptr_null(qmp_ringbuf_read("r", 0, false, 0, &err));
    ck_assert_error(err, "size must be greater than zero");
    ck_assert_ptr_null(qmp_ringbuf_read("x", 1, false, 0, &err));
    ck_assert_error(err, "Device 'x' not found");
    create("null0", "null");
    qmp_ringbuf_write("null0", "x", false, 0, &err);
    ck_assert_error(err, "is not a ringbuf device");
    /* Bytes that are no text do not break the reply. */
    ck_assert_int_eq(qemu_chr_fe_write_all(&f.be, (const uint8_t *)"\xff\0z", 3), 3);
    g_autofree char *d = qmp_ringbuf_read("r", 100, false, 0, &error_abort);
    ck_assert(g_utf8_validate(d, -1, NULL));
    refuse("ringbuf,size=3", "power of two");
    refuse("ringbuf,size=4T", "power of two");
}
END_TEST

START_TEST(test_file)
{
    g_autofree char *out = in_dir("out"), *in = in_dir("in"), *log = in_dir("log");
    g_autofree char *opt =
        g_strdup_printf("file,path=%s,input-path=%s,logfile=%s", out, in, log);
    g_autofree char *again = g_strdup_printf("file,path=%s,append=on", out);
    g_autofree char *bad = g_strdup_printf("file,path=%s/x", out);
    g_autofree char *text = NULL, *logged = NULL;
    Front f;

    setup();
    ck_assert(g_file_set_contents(in, "input", 5, NULL));
    front_init(&f, create("f", opt));
    f.room = 2;
    send_text(&f, "hello");
    wait_until(!strcmp(f.in->str, "input"));
    wait_until(!strcmp(f.events->str, "oc"));
    qemu_chr_fe_deinit(&f.be, true);
    front_init(&f, create("f", again));
    send_text(&f, " world");
    qemu_chr_fe_deinit(&f.be, true);
    ck_assert(g_file_get_contents(out, &text, NULL, NULL));
    ck_assert_str_eq(text, "hello world");
    ck_assert(g_file_get_contents(log, &logged, NULL, NULL));
    ck_assert_str_eq(logged, "hello");
    refuse("file", "no filename given");
    refuse(bad, "Not a directory");
    remove_dir();
}
END_TEST

START_TEST(test_pipe)
{
    g_autofree char *base = in_dir("p"), *in = in_dir("p.in"), *out = in_dir("p.out");
    g_autofree char *opt = g_strdup_printf("pipe,path=%s", base);
    char buf[8] = "";
    Front f;

    setup();
    ck_assert_int_eq(mkfifo(in, 0600), 0);
    ck_assert_int_eq(mkfifo(out, 0600), 0);
    front_init(&f, create("p", opt));
    int w = open(in, O_WRONLY), r = open(out, O_RDONLY | O_NONBLOCK);
    ck_assert_int_eq(write(w, "ping", 4), 4);
    wait_until(!strcmp(f.in->str, "ping"));
    send_text(&f, "pong");
    ck_assert_int_eq(read(r, buf, sizeof(buf)), 4);
    ck_assert_str_eq(buf, "pong");
    /* The other side may go and come back. */
    close(w);
    run_a_bit();
    w = open(in, O_WRONLY);
    ck_assert_int_eq(write(w, "!", 1), 1);
    wait_until(!strcmp(f.in->str, "ping!"));
    qemu_chr_fe_deinit(&f.be, true);
    refuse("pipe", "no device path given");
    refuse("pipe,path=/nonexistent/x", "Could not open '/nonexistent/x'");
    remove_dir();
}
END_TEST

START_TEST(test_pty)
{
    Front f;
    char buf[16];

    setup();
    ChardevBackend backend = { .type = CHARDEV_BACKEND_KIND_PTY };
    ChardevCommon common = { .has_logfile = false };
    backend.u.pty.data = &common;
    ChardevReturn *ret = qmp_chardev_add("t", &backend, &error_abort);
    ck_assert(ret->has_pty && g_str_has_prefix(ret->pty, "/dev/pts/"));
    front_init(&f, qemu_chr_find("t"));
    run_a_bit();
    /* Nobody is there: output vanishes instead of filling up. */
    ck_assert_str_eq(f.events->str, "");
    send_text(&f, "lost");
    int fd = open(ret->pty, O_RDWR | O_NOCTTY);
    ck_assert_int_ge(fd, 0);
    wait_until(!strcmp(f.events->str, "o"));
    ck_assert_int_eq(write(fd, "a\n\x03", 3), 3);
    wait_until(f.in->len == 3);
    /* Raw: no echo, no translation. */
    ck_assert_int_eq(memcmp(f.in->str, "a\n\x03", 3), 0);
    send_text(&f, "x\n");
    ck_assert_int_eq(read(fd, buf, sizeof(buf)), 2);
    ck_assert_int_eq(memcmp(buf, "x\n", 2), 0);
    close(fd);
    wait_until(!strcmp(f.events->str, "oc"));
    qapi_free_ChardevReturn(ret);
    qemu_chr_fe_deinit(&f.be, true);
}
END_TEST

/* ---- Sockets */

static int connect_to(Chardev *chr)
{
    const char *name = chr->filename;
    g_autofree char *addr = NULL;

    strstart(name, "disconnected:", &name);
    strstart(name, "telnet:", &name);
    addr = g_strndup(name, strcspn(name, ","));
    g_autoptr(QemuSockAddr) a = socket_parse(addr, &error_abort);
    if (a->kind == QEMU_SOCKET_UNIX && a->path[0] == '@') {
        a->abstract = a->tight = true;
        memmove(a->path, a->path + 1, strlen(a->path));
    }
    int fd = socket_connect(a, &error_abort);
    qemu_socket_set_nonblock(fd);
    return fd;
}

static void expect(int fd, const void *want, size_t n)
{
    g_autofree char *buf = g_malloc0(n + 1);
    size_t got = 0;

    wait_until(({
        ssize_t r = got < n ? recv(fd, buf + got, n - got, MSG_DONTWAIT) : 0;
        got += r > 0 ? r : 0;
        got == n;
    }));
    ck_assert_int_eq(memcmp(buf, want, n), 0);
}

static void check_server(const char *options, const char *shown)
{
    Front f;

    Chardev *chr = create("s", options);
    front_init(&f, chr);
    ck_assert_msg(g_str_has_prefix(chr->filename, "disconnected:"), "%s", chr->filename);
    send_text(&f, "nobody hears this");
    for (int round = 0; round < 3; round++) {
        g_string_truncate(f.in, 0);
        g_string_truncate(f.events, 0);
        int fd = connect_to(chr);
        wait_until(!strcmp(f.events->str, "o"));
        ck_assert(qemu_chr_fe_backend_open(&f.be));
        ck_assert_msg(strstr(chr->filename, shown) == chr->filename, "%s", chr->filename);
        ck_assert_int_eq(send(fd, "hello", 5, 0), 5);
        wait_until(!strcmp(f.in->str, "hello"));
        send_text(&f, "answer");
        expect(fd, "answer", 6);
        if (round == 1) {
            qemu_chr_fe_disconnect(&f.be);
            char c;
            wait_until(recv(fd, &c, 1, 0) == 0);
        }
        close(fd);
        wait_until(!strcmp(f.events->str, "oc"));
        ck_assert(!qemu_chr_fe_backend_open(&f.be));
    }
    qemu_chr_fe_deinit(&f.be, true);
}

START_TEST(test_server)
{
    g_autofree char *path = in_dir("sock");
    g_autofree char *opt = g_strdup_printf("socket,path=%s,server=on,wait=off", path);
    g_autofree char *shown = g_strdup_printf("unix:%s,server=on", path);

    setup();
    check_server(opt, shown);
    ck_assert_int_ne(access(path, F_OK), 0);
    check_server("socket,host=127.0.0.1,port=0,server=on,wait=off", "tcp:127.0.0.1:");
    check_server("socket,path=unit-abstract,abstract=on,server=on,wait=off", "unix:@");
    remove_dir();
}
END_TEST

/* A slow reader: nothing is lost, and output waits on a watch. */
static gboolean writable(void *unused, GIOCondition cond, void *opaque)
{
    ++*(int *)opaque;
    return FALSE;
}

START_TEST(test_flow)
{
    g_autofree char *path = in_dir("sock");
    g_autofree char *opt = g_strdup_printf("socket,path=%s,server=on,wait=off", path);
    g_autofree uint8_t *big = g_malloc(1 << 20);
    int sent = 0, got = 0, watched = 0;
    Front f;

    setup();
    for (int i = 0; i < 1 << 20; i++) {
        big[i] = i * 31 >> 3;
    }
    Chardev *chr = create("s", opt);
    front_init(&f, chr);
    int fd = connect_to(chr);
    wait_until(f.events->len == 1);
    while (sent < 1 << 20) {
        int n = qemu_chr_fe_write(&f.be, big + sent, (1 << 20) - sent);
        if (n > 0) {
            sent += n;
            continue;
        }
        ck_assert(n == -1 && errno == EAGAIN);
        int before = watched;
        ck_assert_uint_ne(qemu_chr_fe_add_watch(&f.be, G_IO_OUT | G_IO_HUP, writable, &watched),
                          0);
        run_a_bit();
        ck_assert_int_eq(watched, before);
        uint8_t buf[65536];
        ssize_t r;
        while ((r = recv(fd, buf, sizeof(buf), 0)) > 0) {
            ck_assert_int_eq(memcmp(buf, big + got, r), 0);
            got += r;
        }
        wait_until(watched == before + 1);
    }
    ck_assert_int_gt(watched, 0);
    /* Input: only as much as the front end takes. */
    f.room = 0;
    ck_assert_int_eq(send(fd, "12345", 5, 0), 5);
    run_a_bit();
    ck_assert_uint_eq(f.in->len, 0);
    f.room = 2;
    qemu_chr_fe_accept_input(&f.be);
    wait_until(!strcmp(f.in->str, "12345"));
    close(fd);
    qemu_chr_fe_deinit(&f.be, true);
    remove_dir();
}
END_TEST

START_TEST(test_client)
{
    g_autofree char *path = in_dir("sock");
    g_autofree char *opt = g_strdup_printf("socket,path=%s", path);
    g_autofree char *opt2 = g_strdup_printf("socket,path=%s,reconnect=1", path);
    g_autoptr(QemuSockAddr) addr = unix_addr_new(path);
    Front f;

    setup();
    refuse(opt, "Failed to connect to");
    int listener = socket_listen(addr, 1, &error_abort);
    front_init(&f, create("c", opt));
    ck_assert_str_eq(f.events->str, "o");
    int fd = qemu_accept(listener, NULL, NULL);
    send_text(&f, "hi");
    expect(fd, "hi", 2);
    close(fd);
    wait_until(!strcmp(f.events->str, "oc"));
    qemu_chr_fe_deinit(&f.be, true);

    /* With reconnect= it comes up without the server, finds it, and again after a loss. */
    close(listener);
    unlink(path);
    front_init(&f, create("c", opt2));
    ck_assert_str_eq(f.events->str, "");
    listener = socket_listen(addr, 1, &error_abort);
    wait_until(!strcmp(f.events->str, "o"));
    fd = qemu_accept(listener, NULL, NULL);
    close(fd);
    wait_until(!strcmp(f.events->str, "oco"));
    qemu_chr_fe_deinit(&f.be, true);
    remove_dir();
}
END_TEST

START_TEST(test_fd_passing)
{
    g_autofree char *path = in_dir("sock");
    g_autofree char *opt = g_strdup_printf("socket,path=%s,server=on,wait=off", path);
    int fds[2], got[4];
    size_t n;
    char c;
    Front f;

    setup();
    Chardev *chr = create("s", opt);
    ck_assert(qemu_chr_has_feature(chr, QEMU_CHAR_FEATURE_FD_PASS));
    front_init(&f, chr);
    int fd = connect_to(chr);
    wait_until(f.events->len == 1);
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(socket_send_fds(fd, "x", 1, fds, 2), 1);
    wait_until(f.in->len == 1);
    ck_assert_int_eq(qemu_chr_fe_get_msgfds(&f.be, got, 4), 2);
    ck_assert_int_eq(write(got[1], "z", 1), 1);
    ck_assert_int_eq(read(fds[0], &c, 1), 1);
    ck_assert_int_eq(c, 'z');
    ck_assert_int_eq(qemu_chr_fe_get_msgfd(&f.be), -1);
    ck_assert_int_eq(qemu_chr_fe_set_msgfds(&f.be, fds, 1), 0);
    send_text(&f, "yy");
    ck_assert_int_eq(socket_recv_fds(fd, &c, 1, got, 4, &n), 1);
    ck_assert_uint_eq(n, 1);
    close(fd);
    qemu_chr_fe_deinit(&f.be, true);
    remove_dir();
}
END_TEST

START_TEST(test_telnet)
{
    Front f;
    static const uint8_t keys[] = { 'a', 255, 253, 1, 'b', 255, 255, 255, 243, '\r', 0, 'c',
                                    255, 250, 31, 0, 80, 0, 24, 255, 240, 'd' };

    setup();
    Chardev *chr = create("t", "socket,host=127.0.0.1,port=0,server=on,wait=off,telnet=on");
    front_init(&f, chr);
    int fd = connect_to(chr);
    expect(fd, telnet_greeting, sizeof(telnet_greeting));
    ck_assert_int_eq(send(fd, keys, sizeof(keys), 0), sizeof(keys));
    wait_until(f.in->len == 6);
    ck_assert_int_eq(memcmp(f.in->str, "ab\xff\rcd", 6), 0);
    wait_until(!strcmp(f.events->str, "ob"));
    ck_assert_int_eq(qemu_chr_fe_write_all(&f.be, (const uint8_t *)"x\xffy", 3), 3);
    expect(fd, "x\xff\xffy", 4);
    ck_assert(g_str_has_prefix(chr->filename, "telnet:127.0.0.1:"));
    close(fd);
    qemu_chr_fe_deinit(&f.be, true);
}
END_TEST

START_TEST(test_telnet_split)
{
    /* Whatever the pieces, the result is the same. */
    static const uint8_t keys[] = { 1, 255, 251, 3, 2, 255, 255, 3, '\r', 0, '\r', '\n', 255, 250,
                                    1, 255, 1, 255, 240, 4 };
    uint8_t want[32], got[32];
    int breaks;

    for (size_t cut = 0; cut <= sizeof(keys); cut++) {
        TelnetState t = { TELNET_DATA };
        uint8_t buf[sizeof(keys)];
        memcpy(buf, keys, sizeof(keys));
        int n = telnet_filter_input(&t, buf, cut, &breaks);
        memcpy(got, buf, n);
        int m = telnet_filter_input(&t, buf + cut, sizeof(keys) - cut, &breaks);
        memcpy(got + n, buf + cut, m);
        if (cut == 0) {
            memcpy(want, got, m);
            ck_assert_int_eq(m, 8);
        }
        ck_assert_int_eq(n + m, 8);
        ck_assert_int_eq(memcmp(got, want, 8), 0);
    }
}
END_TEST

START_TEST(test_udp)
{
    struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(sin);
    char buf[16];
    Front f;

    setup();
    int peer = qemu_socket(AF_INET, SOCK_DGRAM, 0);
    ck_assert_int_eq(bind(peer, (struct sockaddr *)&sin, len), 0);
    ck_assert_int_eq(getsockname(peer, (struct sockaddr *)&sin, &len), 0);
    g_autofree char *opt = g_strdup_printf("udp,host=127.0.0.1,port=%d,localaddr=127.0.0.1,"
                                           "localport=0", ntohs(sin.sin_port));
    front_init(&f, create("u", opt));
    send_text(&f, "hello");
    ck_assert_int_eq(recvfrom(peer, buf, sizeof(buf), 0, (struct sockaddr *)&sin, &len), 5);
    ck_assert_int_eq(memcmp(buf, "hello", 5), 0);

    /* A front end that takes three bytes at a time still gets all of each datagram. */
    f.room = 3;
    ck_assert_int_eq(sendto(peer, "abcdefgh", 8, 0, (struct sockaddr *)&sin, len), 8);
    ck_assert_int_eq(sendto(peer, "ijk", 3, 0, (struct sockaddr *)&sin, len), 3);
    wait_until(!strcmp(f.in->str, "abcdefghijk"));

    /* Nobody listens any more: no error for the device. */
    close(peer);
    send_text(&f, "a");
    run_a_bit();
    send_text(&f, "b");
    qemu_chr_fe_deinit(&f.be, true);
    refuse("udp,host=x", "remote port not specified");
}
END_TEST

/* ---- Multiplexer */

START_TEST(test_mux)
{
    g_autofree char *path = in_dir("sock");
    g_autofree char *opt = g_strdup_printf("socket,path=%s,server=on,wait=off,mux=on", path);
    Front a, b;
    Error *err = NULL;

    setup();
    Chardev *chr = create("m", opt);
    ck_assert_ptr_nonnull(qemu_chr_find("m-base"));
    front_init(&a, chr);
    front_init(&b, chr);
    int fd = connect_to(qemu_chr_find("m-base"));
    wait_until(strchr(a.events->str, 'o') && strchr(b.events->str, 'o'));
    g_string_truncate(a.events, 0);
    g_string_truncate(b.events, 0);

    /* The last one has the focus; Ctrl-A c moves it. */
    ck_assert_int_eq(send(fd, "1\001c2", 4, 0), 4);
    wait_until(!strcmp(a.in->str, "2") && !strcmp(b.in->str, "1"));
    ck_assert_str_eq(a.events->str, "+");
    ck_assert_str_eq(b.events->str, "-");
    ck_assert_int_eq(send(fd, "\001\001\001b", 4, 0), 4);
    wait_until(!strcmp(a.in->str, "2\001") && !strcmp(a.events->str, "+b"));
    send_text(&a, "from a;");
    send_text(&b, "from b;");
    expect(fd, "from a;from b;", 14);
    ck_assert_int_eq(send(fd, "\001h", 2, 0), 2);
    expect(fd, "\r\nC-a h    print this help\r\n", 28);

    /* A front end that is stuck does not take the keyboard away from the other. */
    a.room = 0;
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(send(fd, "xxxxxxxxxx", 10, 0), 10);
        main_loop_wait(true);
    }
    ck_assert_int_eq(send(fd, "\001cok", 4, 0), 4);
    wait_until(!strcmp(b.in->str, "1ok"));

    qmp_chardev_remove("m", &err);
    ck_assert_error(err, "Chardev 'm' is busy");
    qemu_chr_fe_deinit(&b.be, false);
    ck_assert_int_eq(send(fd, "y", 1, 0), 1);
    a.room = 100;
    qemu_chr_fe_accept_input(&a.be);
    wait_until(a.in->len > 2 && a.in->str[a.in->len - 1] == 'y');
    qemu_chr_fe_deinit(&a.be, false);
    qmp_chardev_remove("m", &error_abort);
    qmp_chardev_remove("m-base", &error_abort);
    close(fd);
    remove_dir();
}
END_TEST

START_TEST(test_mux_errors)
{
    Error *err = NULL;
    Front f[9];

    setup();
    create("base", "null");
    Chardev *chr = create("m", "mux,chardev=base");
    for (int i = 0; i < 8; i++) {
        front_init(&f[i], chr);
    }
    ck_assert(!qemu_chr_fe_init(&f[8].be, chr, &err));
    ck_assert_error(err, "maximum is 8");
    refuse("mux", "no chardev given");
    refuse("mux,chardev=nothing", "base chardev 'nothing' not found");
    refuse("mux,chardev=m", "is a multiplexer itself");
    refuse("mux,chardev=base", "already in use");
    qemu_chr_cleanup();
    ck_assert_ptr_null(f[0].be.chr);
}
END_TEST

static int quits;

static void quit(void)
{
    quits++;
}

START_TEST(test_mux_quit)
{
    Front f;

    setup();
    qemu_chr_mux_set_hooks(quit, NULL);
    qemu_chr_mux_set_escape(0x14);
    create("r", "ringbuf");
    front_init(&f, create("m", "mux,chardev=r"));
    Chardev *base = qemu_chr_find("r");
    qemu_chr_be_write(base, (const uint8_t *)"\x14x", 2);
    ck_assert_int_eq(quits, 1);
    g_autofree char *text = qmp_ringbuf_read("r", 100, false, 0, &error_abort);
    ck_assert_str_eq(text, "test: Terminated\n\r");
}
END_TEST

/* ---- Options and commands */

START_TEST(test_options)
{
    Error *err = NULL;

    setup();
    refuse("sokcet,path=x", "'sokcet' is not a valid char driver name; did you mean 'socket'?");
    refuse("fd", "'fd' is not a valid char driver name");
    refuse("socket", "exactly one of 'path', 'fd' or 'host'");
    refuse("socket,path=a,host=b", "exactly one of");
    refuse("socket,host=x", "no port given");
    refuse("socket,path=/x,server=on,reconnect=1", "incompatible with socket in server");
    refuse("socket,path=/x,wait=on", "incompatible with socket in client");
    refuse("socket,fd=0", "is not a socket");
    refuse("socket,fd=nope", "named 'nope'");
    refuse("serial,path=/dev/null", "is not a serial port");
    refuse("parport,path=/dev/null", "is not a parallel port");
    refuse("tty", "no device path given");
    ck_assert_ptr_null(qemu_opts_parse(&qemu_chardev_opts, "null,colour=red", true, &err));
    ck_assert_error(err, "Invalid parameter 'colour'");
    create("x", "null");
    QemuOpts *o = qemu_opts_parse(&qemu_chardev_opts, "null", true, &error_abort);
    qemu_opts_set_id(o, g_strdup("x"));
    ck_assert_ptr_null(qemu_chr_new_from_opts(o, NULL, &err));
    ck_assert_error(err, "Chardev with id 'x' already exists");
}
END_TEST

static void check_compat(const char *text, const char *name, const char *value)
{
    QemuOpts *o = qemu_chr_parse_compat("c", text, true);

    ck_assert_msg(o != NULL, "%s", text);
    const char *got = qemu_opt_get(o, name);
    ck_assert_msg(got && !strcmp(got, value), "%s: %s is %s", text, name, got ? got : "not set");
    qemu_opts_del(o);
}

START_TEST(test_compat)
{
    setup();
    /* What is refused is reported; that is not of interest here. */
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
    check_compat("stdio", "backend", "stdio");
    check_compat("mon:stdio", "mux", "on");
    check_compat("mon:stdio", "signal", "off");
    check_compat("null", "backend", "null");
    check_compat("pty", "backend", "pty");
    check_compat("file:/tmp/a,,b", "path", "/tmp/a,b");
    check_compat("pipe:/tmp/x", "backend", "pipe");
    check_compat("unix:/tmp/x,server,nowait", "path", "/tmp/x");
    check_compat("unix:/tmp/x,server,nowait", "server", "on");
    check_compat("unix:/tmp/x,server,nowait", "wait", "off");
    check_compat("unix:/tmp/x,server=on,wait=off", "wait", "off");
    check_compat("tcp::4444,server,nowait", "host", "");
    check_compat("tcp:localhost:4444", "port", "4444");
    check_compat("tcp:[::1]:4444,nodelay", "host", "::1");
    check_compat("telnet:127.0.0.1:23,server=on", "telnet", "on");
    check_compat("udp:1.2.3.4:5@:6", "localport", "6");
    check_compat("udp::5", "port", "5");
    check_compat("/dev/ttyS0", "backend", "serial");
    check_compat("/dev/parport0", "backend", "parallel");
    ck_assert_ptr_null(qemu_chr_parse_compat("c", "nonsense", true));
    ck_assert_ptr_null(qemu_chr_parse_compat("c", "tcp:nohost", true));
    ck_assert_ptr_null(qemu_chr_parse_compat("c", "mon:null", false));
    ck_assert_ptr_null(qemu_chr_parse_compat("c", "unix:/x,colour=red", true));
    ck_assert_ptr_null(qemu_chr_find("c"));
    create("y", "null");
    ck_assert_ptr_eq(qemu_chr_new("serial0", "chardev:y", NULL), qemu_chr_find("y"));
    ck_assert_ptr_null(qemu_chr_new("serial0", "chardev:z", NULL));
}
END_TEST

START_TEST(test_query)
{
    bool seen_socket = false;

    setup();
    create("a", "null");
    create("b", "ringbuf");
    ChardevInfoList *list = qmp_query_chardev(&error_abort);
    ck_assert_str_eq(list->value->label, "a");
    ck_assert_str_eq(list->value->filename, "null");
    ck_assert(!list->value->frontend_open);
    ck_assert_str_eq(list->next->value->label, "b");
    ck_assert_ptr_null(list->next->next);
    qapi_free_ChardevInfoList(list);
    ChardevBackendInfoList *kinds = qmp_query_chardev_backends(&error_abort);
    for (ChardevBackendInfoList *k = kinds; k; k = k->next) {
        seen_socket |= !strcmp(k->value->name, "socket");
        ck_assert_str_ne(k->value->name, "fd");
    }
    ck_assert(seen_socket);
    qapi_free_ChardevBackendInfoList(kinds);
}
END_TEST

START_TEST(test_change)
{
    ChardevRingbuf ring = { .has_size = false }, bad = { .has_size = true, .size = 3 };
    ChardevBackend backend = { .type = CHARDEV_BACKEND_KIND_RINGBUF };
    Error *err = NULL;
    Front f;

    setup();
    front_init(&f, create("x", "null"));
    backend.u.ringbuf.data = &ring;
    ck_assert_ptr_null(qmp_chardev_change("nothing", &backend, &err));
    ck_assert_error(err, "Chardev 'nothing' does not exist");

    qapi_free_ChardevReturn(qmp_chardev_change("x", &backend, &error_abort));
    ck_assert_int_eq(f.changes, 1);
    send_text(&f, "kept");
    g_autofree char *text = qmp_ringbuf_read("x", 10, false, 0, &error_abort);
    ck_assert_str_eq(text, "kept");

    /* A failure leaves all as it was. */
    backend.u.ringbuf.data = &bad;
    ck_assert_ptr_null(qmp_chardev_change("x", &backend, &err));
    ck_assert_error(err, "power of two");
    f.change_answer = -1;
    backend.u.ringbuf.data = &ring;
    ck_assert_ptr_null(qmp_chardev_change("x", &backend, &err));
    ck_assert_error(err, "Chardev 'x' change failed");
    send_text(&f, "still");
    g_autofree char *more = qmp_ringbuf_read("x", 10, false, 0, &error_abort);
    ck_assert_str_eq(more, "still");

    qmp_chardev_send_break("x", &error_abort);
    ck_assert(strchr(f.events->str, 'b'));
    qmp_chardev_remove("x", &err);
    ck_assert_error(err, "Chardev 'x' is busy");
    qemu_chr_fe_deinit(&f.be, false);
    qmp_chardev_remove("x", &error_abort);
    qmp_chardev_remove("x", &err);
    ck_assert_error(err, "Chardev 'x' not found");
}
END_TEST

UNIT_MAIN("chardev/char", test_unbound, test_null, test_ringbuf, test_file, test_pipe, test_pty,
          test_server, test_flow, test_client, test_fd_passing, test_telnet, test_telnet_split,
          test_udp, test_mux, test_mux_errors, test_mux_quit, test_options, test_compat,
          test_query, test_change)
