/*
 * The client's side of the test protocol. See libqtest.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <check.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "qapi/qmp/qjson.h"
#include "tests/qtest/libqtest.h"

#define TIMEOUT_MS 60000
#define MAX_IRQS 256

/* Lines from one socket. */
typedef struct LineReader {
    int fd;
    GString *buf;
} LineReader;

struct QTestState {
    pid_t pid;
    LineReader qtest, qmp;
    bool level[MAX_IRQS];
    GQueue events;                  /* of QDict *, not asked for yet */
    char *dir;
};

/* ---- processes and sockets ---- */

static const char *binary(void)
{
    const char *bin = getenv("QTEST_QEMU_BINARY");

    if (!bin) {
        ck_abort_msg("QTEST_QEMU_BINARY is not set");
    }
    return bin;
}

const char *qtest_get_arch(void)
{
    const char *dash = strrchr(binary(), '-');

    return dash ? dash + 1 : binary();
}

static int listen_on(const char *path)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_uint_lt(strlen(path), sizeof(addr.sun_path));
    strcpy(addr.sun_path, path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    ck_assert_int_eq(listen(fd, 1), 0);
    return fd;
}

/* Waits for input; false at a timeout. */
static bool wait_for(int fd, int ms)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };

    return RETRY_ON_EINTR(poll(&p, 1, ms)) == 1;
}

static int accept_from(int listener, pid_t pid)
{
    int fd;

    for (int waited = 0; !wait_for(listener, 100); waited += 100) {
        int status;

        if (waitpid(pid, &status, WNOHANG) == pid) {
            ck_abort_msg("the emulator ended early, status 0x%x", status);
        }
        if (waited > TIMEOUT_MS) {
            ck_abort_msg("the emulator does not connect");
        }
    }
    fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    close(listener);
    return fd;
}

static pid_t spawn(char **argv, int stderr_fd)
{
    pid_t parent = getpid(), pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) {
            _exit(1);
        }
        if (stderr_fd >= 0) {
            dup2(stderr_fd, 2);
        }
        execv(argv[0], argv);
        fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
        _exit(127);
    }
    return pid;
}

/* The words of @args behind the binary and @first; to g_strfreev(). */
static char **make_argv(const char *first, const char *args)
{
    g_autofree char *line = g_strdup_printf("%s %s %s", binary(), first, args ? args : "");
    GError *err = NULL;
    char **argv;

    if (!g_shell_parse_argv(line, NULL, &argv, &err)) {
        ck_abort_msg("bad arguments: %s", err->message);
    }
    return argv;
}

static void reader_init(LineReader *r, int fd)
{
    r->fd = fd;
    r->buf = g_string_new(NULL);
}

/* The next line, to g_free(). */
static char *read_line(LineReader *r, int timeout_ms)
{
    for (;;) {
        char *end = memchr(r->buf->str, '\n', r->buf->len), chunk[4096], *line;
        ssize_t n;

        if (end) {
            line = g_strndup(r->buf->str, end - r->buf->str);
            g_string_erase(r->buf, 0, end + 1 - r->buf->str);
            return g_strchomp(line);
        }
        if (!wait_for(r->fd, timeout_ms)) {
            return NULL;
        }
        n = RETRY_ON_EINTR(read(r->fd, chunk, sizeof(chunk)));
        if (n <= 0) {
            ck_abort_msg("the emulator closed the connection");
        }
        g_string_append_len(r->buf, chunk, n);
    }
}

static void write_text(int fd, const char *text)
{
    size_t len = strlen(text), done = 0;

    while (done < len) {
        ssize_t n = RETRY_ON_EINTR(send(fd, text + done, len - done, MSG_NOSIGNAL));

        ck_assert_int_gt(n, 0);
        done += n;
    }
}

QTestState *qtest_init(const char *args)
{
    QTestState *s = g_new0(QTestState, 1);
    g_autofree char *qtest_path = NULL;
    g_autofree char *qmp_path = NULL;
    g_autofree char *first = NULL;
    g_autofree char *greeting = NULL;
    g_auto(GStrv) argv = NULL;
    int qtest_listener, qmp_listener;

    s->dir = g_dir_make_tmp("qtest-XXXXXX", NULL);
    ck_assert_ptr_nonnull(s->dir);
    qtest_path = g_build_filename(s->dir, "qtest", NULL);
    qmp_path = g_build_filename(s->dir, "qmp", NULL);
    qtest_listener = listen_on(qtest_path);
    qmp_listener = listen_on(qmp_path);
    first = g_strdup_printf("-qtest unix:%s -qtest-log %s -chardev socket,path=%s,id=qtestmon "
                            "-mon chardev=qtestmon,mode=control -display none -accel qtest",
                            qtest_path, getenv("QTEST_LOG") ? "/dev/stderr" : "none", qmp_path);
    argv = make_argv(first, args);
    s->pid = spawn(argv, -1);
    reader_init(&s->qtest, accept_from(qtest_listener, s->pid));
    reader_init(&s->qmp, accept_from(qmp_listener, s->pid));
    unlink(qtest_path);
    unlink(qmp_path);
    rmdir(s->dir);
    greeting = read_line(&s->qmp, TIMEOUT_MS);
    ck_assert_ptr_nonnull(greeting);
    ck_assert_ptr_nonnull(strstr(greeting, "\"QMP\""));
    qobject_unref(qtest_qmp_ok(s, "{'execute':'qmp_capabilities'}"));
    return s;
}

QTestState *qtest_initf(const char *fmt, ...)
{
    g_autofree char *args = NULL;
    va_list ap;

    va_start(ap, fmt);
    args = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    return qtest_init(args);
}

static int wait_for_end(pid_t pid)
{
    int status;

    for (int waited = 0; waited < TIMEOUT_MS; waited += 20) {
        if (waitpid(pid, &status, WNOHANG) == pid) {
            return status;
        }
        g_usleep(20000);
    }
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    ck_abort_msg("the emulator does not end");
    return -1;
}

void qtest_quit(QTestState *s)
{
    QDict *event;
    int status;

    kill(s->pid, SIGTERM);
    status = wait_for_end(s->pid);
    close(s->qtest.fd);
    close(s->qmp.fd);
    g_string_free(s->qtest.buf, true);
    g_string_free(s->qmp.buf, true);
    while ((event = g_queue_pop_head(&s->events)) != NULL) {
        qobject_unref(event);
    }
    g_free(s->dir);
    g_free(s);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
                  "the emulator ended with status 0x%x", status);
}

int qtest_run_to_exit(const char *args, char **output)
{
    g_auto(GStrv) argv = make_argv("", args);
    GString *text = g_string_new(NULL);
    int fds[2], status;
    char chunk[1024];
    ssize_t n;
    pid_t pid;

    ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
    pid = spawn(argv, fds[1]);
    close(fds[1]);
    while (wait_for(fds[0], TIMEOUT_MS) && (n = read(fds[0], chunk, sizeof(chunk))) > 0) {
        g_string_append_len(text, chunk, n);
    }
    close(fds[0]);
    status = wait_for_end(pid);
    if (output) {
        *output = g_string_free(text, false);
    } else {
        g_string_free(text, true);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

pid_t qtest_pid(QTestState *s)
{
    return s->pid;
}

/* ---- the test protocol ---- */

/* The next reply, after taking note of interrupt lines. */
static char *read_reply(QTestState *s)
{
    for (;;) {
        char *line = read_line(&s->qtest, TIMEOUT_MS);
        unsigned n;

        if (!line) {
            ck_abort_msg("no reply on the test connection");
        }
        if (!g_str_has_prefix(line, "IRQ ")) {
            return line;
        }
        if (sscanf(line, "IRQ raise %u", &n) == 1 && n < MAX_IRQS) {
            s->level[n] = true;
        } else if (sscanf(line, "IRQ lower %u", &n) == 1 && n < MAX_IRQS) {
            s->level[n] = false;
        }
        g_free(line);
    }
}

char *qtest_raw(QTestState *s, const char *fmt, ...)
{
    g_autofree char *line = NULL;
    g_autofree char *full = NULL;
    va_list ap;

    va_start(ap, fmt);
    line = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    full = g_strdup_printf("%s\n", line);
    write_text(s->qtest.fd, full);
    return read_reply(s);
}

void qtest_batch(QTestState *s, const char *lines, unsigned n)
{
    write_text(s->qtest.fd, lines);
    while (n-- > 0) {
        g_free(read_reply(s));
    }
}

/* What follows "OK " in the reply to @line (taken over), to g_free(). */
static char *command(QTestState *s, char *line)
{
    char *reply = qtest_raw(s, "%s", line), *rest;

    if (strcmp(reply, "OK") != 0 && !g_str_has_prefix(reply, "OK ")) {
        ck_abort_msg("'%.100s' was answered by '%s'", line, reply);
    }
    rest = g_strdup(strlen(reply) > 3 ? reply + 3 : "");
    g_free(reply);
    g_free(line);
    return rest;
}

static uint64_t command_u64(QTestState *s, char *line)
{
    g_autofree char *reply = command(s, line);

    return strtoull(reply, NULL, 0);
}

static uint64_t load(QTestState *s, const char *name, uint64_t addr)
{
    return command_u64(s, g_strdup_printf("%s 0x%" PRIx64, name, addr));
}

static void store(QTestState *s, const char *name, uint64_t addr, uint64_t value)
{
    g_free(command(s, g_strdup_printf("%s 0x%" PRIx64 " 0x%" PRIx64, name, addr, value)));
}

uint8_t qtest_inb(QTestState *s, uint16_t port)
{
    return load(s, "inb", port);
}

uint16_t qtest_inw(QTestState *s, uint16_t port)
{
    return load(s, "inw", port);
}

uint32_t qtest_inl(QTestState *s, uint16_t port)
{
    return load(s, "inl", port);
}

void qtest_outb(QTestState *s, uint16_t port, uint8_t value)
{
    store(s, "outb", port, value);
}

void qtest_outw(QTestState *s, uint16_t port, uint16_t value)
{
    store(s, "outw", port, value);
}

void qtest_outl(QTestState *s, uint16_t port, uint32_t value)
{
    store(s, "outl", port, value);
}

uint8_t qtest_readb(QTestState *s, uint64_t addr)
{
    return load(s, "readb", addr);
}

uint16_t qtest_readw(QTestState *s, uint64_t addr)
{
    return load(s, "readw", addr);
}

uint32_t qtest_readl(QTestState *s, uint64_t addr)
{
    return load(s, "readl", addr);
}

uint64_t qtest_readq(QTestState *s, uint64_t addr)
{
    return load(s, "readq", addr);
}

void qtest_writeb(QTestState *s, uint64_t addr, uint8_t value)
{
    store(s, "writeb", addr, value);
}

void qtest_writew(QTestState *s, uint64_t addr, uint16_t value)
{
    store(s, "writew", addr, value);
}

void qtest_writel(QTestState *s, uint64_t addr, uint32_t value)
{
    store(s, "writel", addr, value);
}

void qtest_writeq(QTestState *s, uint64_t addr, uint64_t value)
{
    store(s, "writeq", addr, value);
}

void qtest_memread(QTestState *s, uint64_t addr, void *data, size_t size)
{
    g_autofree char *text = command(s, g_strdup_printf("b64read 0x%" PRIx64 " 0x%zx", addr, size));
    g_autofree guchar *bytes = NULL;
    gsize len;

    bytes = g_base64_decode(text, &len);
    ck_assert_uint_eq(len, size);
    memcpy(data, bytes, size);
}

void qtest_memwrite(QTestState *s, uint64_t addr, const void *data, size_t size)
{
    g_autofree char *text = g_base64_encode(data, size);

    g_free(command(s, g_strdup_printf("b64write 0x%" PRIx64 " 0x%zx %s", addr, size, text)));
}

void qtest_memset(QTestState *s, uint64_t addr, uint8_t value, size_t size)
{
    g_free(command(s, g_strdup_printf("memset 0x%" PRIx64 " 0x%zx 0x%02x", addr, size, value)));
}

int64_t qtest_clock_step(QTestState *s, int64_t ns)
{
    return command_u64(s, g_strdup_printf("clock_step %" PRIi64, ns));
}

int64_t qtest_clock_step_next(QTestState *s)
{
    return command_u64(s, g_strdup("clock_step"));
}

int64_t qtest_clock_set(QTestState *s, int64_t ns)
{
    return command_u64(s, g_strdup_printf("clock_set %" PRIi64, ns));
}

void qtest_irq_intercept_in(QTestState *s, const char *path)
{
    g_free(command(s, g_strdup_printf("irq_intercept_in %s", path)));
}

void qtest_irq_intercept_out(QTestState *s, const char *path)
{
    g_free(command(s, g_strdup_printf("irq_intercept_out %s", path)));
}

void qtest_irq_intercept_out_named(QTestState *s, const char *path, const char *name)
{
    g_free(command(s, g_strdup_printf("irq_intercept_out_named %s %s", path, name)));
}

bool qtest_get_irq(QTestState *s, int n)
{
    /* A round trip, so that all changes so far have been seen. */
    g_free(command(s, g_strdup("endianness")));
    return s->level[n];
}

void qtest_set_irq_in(QTestState *s, const char *path, const char *name, int n, int level)
{
    g_free(command(s, g_strdup_printf("set_irq_in %s %s %d %d", path,
                                      name ? name : "unnamed-gpio-in", n, level)));
}

/* ---- QMP ---- */

static QDict *read_qmp(QTestState *s, int timeout_ms)
{
    g_autofree char *line = read_line(&s->qmp, timeout_ms);
    QObject *obj;

    if (!line) {
        return NULL;
    }
    obj = qobject_from_json(line, NULL);
    if (!qobject_to(QDict, obj)) {
        ck_abort_msg("bad QMP line: %s", line);
    }
    return qobject_to(QDict, obj);
}

static QDict *qmp_vcommand(QTestState *s, const char *fmt, va_list ap)
{
    QObject *cmd = qobject_from_vjsonf_nofail(fmt, ap);
    GString *text = qobject_to_json(cmd);
    QDict *reply;

    g_string_append_c(text, '\n');
    write_text(s->qmp.fd, text->str);
    g_string_free(text, true);
    qobject_unref(cmd);
    for (;;) {
        reply = read_qmp(s, TIMEOUT_MS);
        if (!reply) {
            ck_abort_msg("no reply on the QMP connection");
        }
        if (!qdict_haskey(reply, "event")) {
            return reply;
        }
        g_queue_push_tail(&s->events, reply);
    }
}

QDict *qtest_qmp(QTestState *s, const char *fmt, ...)
{
    QDict *reply;
    va_list ap;

    va_start(ap, fmt);
    reply = qmp_vcommand(s, fmt, ap);
    va_end(ap);
    return reply;
}

static QObject *take_return(QDict *reply)
{
    QObject *ret = qdict_extract(reply, "return");

    if (!ret) {
        GString *text = qobject_to_json(QOBJECT(reply));

        ck_abort_msg("QMP command failed: %s", text->str);
    }
    qobject_unref(reply);
    return ret;
}

QObject *qtest_qmp_ok(QTestState *s, const char *fmt, ...)
{
    QDict *reply;
    va_list ap;

    va_start(ap, fmt);
    reply = qmp_vcommand(s, fmt, ap);
    va_end(ap);
    return take_return(reply);
}

QDict *qtest_qmp_eventwait_ref(QTestState *s, const char *name)
{
    for (GList *e = s->events.head; e; e = e->next) {
        if (strcmp(qdict_get_str(e->data, "event"), name) == 0) {
            QDict *event = e->data;

            g_queue_delete_link(&s->events, e);
            return event;
        }
    }
    for (;;) {
        QDict *event = read_qmp(s, 10000);

        if (!event) {
            ck_abort_msg("event %s does not come", name);
        }
        if (strcmp(qdict_get_str(event, "event"), name) == 0) {
            return event;
        }
        g_queue_push_tail(&s->events, event);
    }
}

void qtest_qmp_eventwait(QTestState *s, const char *name)
{
    qobject_unref(qtest_qmp_eventwait_ref(s, name));
}

char *qtest_hmp(QTestState *s, const char *fmt, ...)
{
    g_autofree char *line = NULL;
    QObject *ret;
    va_list ap;
    char *text;

    va_start(ap, fmt);
    line = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    ret = qtest_qmp_ok(s, "{'execute':'human-monitor-command','arguments':{'command-line':%s}}",
                       line);
    text = g_strdup(qstring_get_str(qobject_to(QString, ret)));
    qobject_unref(ret);
    return text;
}
