/*
 * The terminal that the program was started from.
 *
 * While it is in use the terminal delivers each key at once and without echo; how it was
 * before is restored at exit, and after the program was stopped and continued.
 *
 * Thread:  main.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <termios.h>
#include "char-fd.h"
#include "qapi/error.h"

/* The terminal is one per process, so this is, too. Main thread and its signal handler. */
static struct {
    struct termios saved;
    int saved_flags_in, saved_flags_out;
    bool have_tty;
    bool in_use;
    bool echo;
    bool allow_signal;
    bool exit_hook;
} term;

/* -nographic: Ctrl-C goes to the guest. Set before the first chardev. */
static bool default_signal = true;

void qemu_chr_stdio_set_signal(bool on)
{
    default_signal = on;
}

static void restore_terminal(void)
{
    if (!term.in_use) {
        return;
    }
    if (term.have_tty) {
        tcsetattr(STDIN_FILENO, TCSANOW, &term.saved);
    }
    /* Others that share the descriptors do not expect non-blocking ones. */
    fcntl(STDIN_FILENO, F_SETFL, term.saved_flags_in);
    fcntl(STDOUT_FILENO, F_SETFL, term.saved_flags_out);
}

static void set_terminal(bool echo)
{
    struct termios tty = term.saved;

    term.echo = echo;
    if (!term.have_tty) {
        return;
    }
    if (!echo) {
        tty.c_iflag &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
        tty.c_oflag |= OPOST;
        tty.c_lflag &= ~(ECHO | ECHONL | ICANON | IEXTEN);
        tty.c_cflag = (tty.c_cflag & ~(CSIZE | PARENB)) | CS8;
        tty.c_cc[VMIN] = 1;
        tty.c_cc[VTIME] = 0;
    }
    if (!term.allow_signal) {
        tty.c_lflag &= ~ISIG;
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &tty);
}

static void continued(int signal)
{
    set_terminal(term.echo);
}

static void stdio_set_echo(Chardev *chr, bool echo)
{
    set_terminal(echo);
}

static void stdio_open(Chardev *chr, ChardevBackend *backend, bool *be_opened, Error **errp)
{
    ChardevStdio *opts = backend->u.stdio.data;
    struct sigaction sa = { .sa_handler = continued, .sa_flags = SA_RESTART };

    if (is_daemonized()) {
        error_setg(errp, "cannot use stdio with -daemonize");
        return;
    }
    if (term.in_use) {
        error_setg(errp, "cannot use stdio by multiple character devices");
        return;
    }
    term.saved_flags_in = fcntl(STDIN_FILENO, F_GETFL);
    term.saved_flags_out = fcntl(STDOUT_FILENO, F_GETFL);
    if (term.saved_flags_in < 0 || term.saved_flags_out < 0) {
        error_setg_errno(errp, errno, "cannot use stdio: standard input or output is closed");
        return;
    }
    term.have_tty = tcgetattr(STDIN_FILENO, &term.saved) == 0;
    term.allow_signal = opts->has_signal ? opts->signal : default_signal;
    term.in_use = true;
    if (!term.exit_hook) {
        term.exit_hook = true;
        atexit(restore_terminal);
    }
    qemu_chr_open_fd(chr, STDIN_FILENO, STDOUT_FILENO);
    sigaction(SIGCONT, &sa, NULL);
    set_terminal(false);
}

static void stdio_finalize(Object *obj)
{
    FDChardev *s = FD_CHARDEV(obj);

    if (s->fd_in < 0) {
        return;
    }
    restore_terminal();
    term.in_use = false;
    signal(SIGCONT, SIG_DFL);
    /* Not ours to close: the input watch goes with the parent class. */
    s->fd_in = s->fd_out = -1;
}

static void stdio_parse(QemuOpts *opts, ChardevBackend *backend, Error **errp)
{
    ChardevStdio *stdio = backend->u.stdio.data = g_new0(ChardevStdio, 1);

    qemu_chr_parse_common(opts, (ChardevCommon *)stdio);
    stdio->has_signal = qemu_opt_get(opts, "signal") != NULL;
    stdio->signal = qemu_opt_get_bool(opts, "signal", true);
}

static void stdio_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->parse = stdio_parse;
    cc->open = stdio_open;
    cc->chr_set_echo = stdio_set_echo;
}

static const TypeInfo stdio_types[] = {
    {
        .name = TYPE_CHARDEV_STDIO,
        .parent = TYPE_CHARDEV_FD,
        .instance_finalize = stdio_finalize,
        .class_init = stdio_class_init,
    },
};
DEFINE_TYPES(stdio_types)
