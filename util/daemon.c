/*
 * The process among others: background, pid file, privileges, signals, where we are installed.
 *
 * Thread:  main, at start-up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <grp.h>
#include <pwd.h>
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"

static struct {
    bool daemonize;
    int ready_fd; /* write end of the pipe to the waiting parent, or -1 */
    bool runas;
    uid_t uid;
    gid_t gid;
    char *user; /* NULL if UID:GID was given */
    char *chroot;
    char *exec_dir;
    char *pidfile;
    void (*shutdown)(int signal, pid_t sender);
} proc = { .ready_fd = -1 };

bool is_daemonized(void)
{
    return proc.daemonize;
}

void os_set_daemonize(bool on)
{
    proc.daemonize = on;
}

/* The parent's part: its exit status tells whether the daemon came up. */
static G_NORETURN void wait_for_daemon(int fd)
{
    uint8_t status;
    ssize_t n = RETRY_ON_EINTR(read(fd, &status, 1));

    _exit(n == 1 && status == 0 ? 0 : 1);
}

void os_daemonize(void)
{
    int fds[2];

    if (!proc.daemonize) {
        return;
    }
    if (qemu_pipe(fds) < 0) {
        error_report("-daemonize: %s", strerror(errno));
        exit(1);
    }
    pid_t pid = fork();
    if (pid < 0) {
        error_report("-daemonize: cannot fork: %s", strerror(errno));
        exit(1);
    }
    if (pid > 0) {
        close(fds[1]);
        wait_for_daemon(fds[0]);
    }
    close(fds[0]);
    proc.ready_fd = fds[1];
    setsid();
    /* A second fork: no session leader, so no terminal can become ours by being opened. */
    pid = fork();
    if (pid != 0) {
        _exit(pid < 0 ? 1 : 0);
    }
    umask(027);
    signal(SIGTSTP, SIG_IGN);
    signal(SIGTTOU, SIG_IGN);
    signal(SIGTTIN, SIG_IGN);
}

/* ---- Privileges */

static bool parse_uid_gid(const char *arg)
{
    const char *end;
    unsigned uid, gid;

    if (qemu_strtoui(arg, &end, 10, &uid) || *end != ':' ||
        qemu_strtoui(end + 1, NULL, 10, &gid) || uid == (uid_t)-1 || gid == (gid_t)-1) {
        return false;
    }
    proc.uid = uid;
    proc.gid = gid;
    return true;
}

bool os_set_runas(const char *arg, Error **errp)
{
    struct passwd *pw = getpwnam(arg);

    if (pw) {
        proc.uid = pw->pw_uid;
        proc.gid = pw->pw_gid;
        proc.user = g_strdup(pw->pw_name);
    } else if (!parse_uid_gid(arg)) {
        error_setg(errp, "User '%s' does not exist, and is not uid:gid either", arg);
        return false;
    }
    proc.runas = true;
    return true;
}

bool os_set_chroot(const char *dir, Error **errp)
{
    if (access(dir, X_OK) < 0) {
        error_setg_errno(errp, errno, "-chroot %s", dir);
        return false;
    }
    g_free(proc.chroot);
    proc.chroot = g_strdup(dir);
    return true;
}

static void must(int ret, const char *what)
{
    if (ret < 0) {
        error_report("%s: %s", what, strerror(errno));
        exit(1);
    }
}

static void drop_privileges(void)
{
    if (proc.chroot) {
        must(chroot(proc.chroot), "chroot failed");
        must(chdir("/"), "not able to chdir to /");
    }
    if (!proc.runas) {
        return;
    }
    must(proc.user ? initgroups(proc.user, proc.gid) : setgroups(1, &proc.gid),
         "failed to set the groups of the -runas user");
    must(setgid(proc.gid), "failed to setgid");
    must(setuid(proc.uid), "failed to setuid");
    if (proc.uid != 0 && setuid(0) != -1) {
        error_report("dropping privileges failed");
        exit(1);
    }
}

void os_setup_post(void)
{
    int null = -1;

    if (proc.daemonize) {
        must(chdir("/"), "not able to chdir to /");
        null = RETRY_ON_EINTR(open("/dev/null", O_RDWR | O_CLOEXEC));
        must(null, "/dev/null");
    }
    drop_privileges();
    if (!proc.daemonize) {
        return;
    }
    /* Messages reach the terminal up to here. */
    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
    close(null);

    uint8_t ok = 0;
    ssize_t n = RETRY_ON_EINTR(write(proc.ready_fd, &ok, 1));
    if (n != 1) {
        exit(1);
    }
    close(proc.ready_fd);
    proc.ready_fd = -1;
}

/* ---- Signals */

void os_setup_early_signal_handling(void)
{
    struct sigaction sa = { .sa_handler = SIG_IGN };

    /* A client that goes away is an error of the write, not the end of the process. */
    sigfillset(&sa.sa_mask);
    sigaction(SIGPIPE, &sa, NULL);
}

static void terminate(int signal, siginfo_t *info, void *context)
{
    proc.shutdown(signal, info->si_pid);
}

void os_setup_signal_handling(void (*shutdown)(int signal, pid_t sender))
{
    struct sigaction sa = { .sa_sigaction = terminate, .sa_flags = SA_SIGINFO };

    proc.shutdown = shutdown;
    sigemptyset(&sa.sa_mask);
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGHUP, &sa, NULL);
    sigaction(SIGTERM, &sa, NULL);
}

/* ---- Pid file */

static void remove_pidfile(void)
{
    unlink(proc.pidfile);
}

/* Open and lock; another holder may remove the file between the two, so look again. */
static int lock_pidfile(const char *path, Error **errp)
{
    for (;;) {
        struct stat a, b;
        int fd = qemu_create(path, O_WRONLY, 0644, errp);

        if (fd < 0) {
            error_prepend(errp, "cannot create PID file: ");
            return -1;
        }
        struct flock fl = { .l_whence = SEEK_SET, .l_type = F_WRLCK };
        if (fcntl(fd, F_SETLK, &fl) < 0) {
            error_setg_errno(errp, errno, "Cannot lock pid file %s", path);
            close(fd);
            return -1;
        }
        if (fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_ino == b.st_ino &&
            a.st_dev == b.st_dev) {
            return fd;
        }
        close(fd);
    }
}

bool qemu_write_pidfile(const char *path, Error **errp)
{
    ERRP_GUARD();
    char text[32];
    int n = snprintf(text, sizeof(text), "%d\n", (int)getpid());
    int fd = lock_pidfile(path, errp);

    if (fd < 0) {
        return false;
    }
    if (ftruncate(fd, 0) < 0 || qemu_write_full(fd, text, n) != n) {
        error_setg_errno(errp, errno, "Failed to write pid file %s", path);
        unlink(path);
        close(fd);
        return false;
    }
    /* The descriptor stays open: it is the lock. */
    proc.pidfile = realpath(path, NULL);
    if (proc.pidfile) {
        atexit(remove_pidfile);
    }
    return true;
}

/* ---- Where are we? */

void qemu_init_exec_dir(const char *argv0)
{
    char buf[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", buf, sizeof(buf) - 1);

    g_free(proc.exec_dir);
    if (n > 0) {
        buf[n] = '\0';
        proc.exec_dir = g_path_get_dirname(buf);
    } else {
        g_autofree char *real = realpath(argv0, NULL);
        proc.exec_dir = real ? g_path_get_dirname(real) : g_strdup(CONFIG_BINDIR);
    }
}

const char *qemu_get_exec_dir(void)
{
    return proc.exec_dir;
}

char *get_relocated_path(const char *dir)
{
    const char *rest;
    size_t n = strlen(CONFIG_PREFIX);

    if (!proc.exec_dir || !strstart(dir, CONFIG_PREFIX, &rest) ||
        !strstart(CONFIG_BINDIR, CONFIG_PREFIX, NULL) || !n) {
        return g_strdup(dir);
    }
    /* Up from our folder by as many levels as the bin folder has below the prefix. */
    g_autofree char *base = g_strdup(proc.exec_dir);
    for (const char *p = CONFIG_BINDIR + n; *p; p++) {
        if (*p == '/' && p[1] && p[1] != '/') {
            char *up = g_path_get_dirname(base);
            g_free(base);
            base = up;
        }
    }
    char *moved = g_build_filename(base, rest, NULL);
    if (access(moved, F_OK) == 0) {
        return moved;
    }
    g_free(moved);
    return g_strdup(dir);
}
