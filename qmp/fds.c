/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptors that clients pass in: named ones, which belong to a session, and sets, which
 * belong to the process and are opened as /dev/fdset/N.
 *
 * A set lives while it holds descriptors or something opened from it is still open.
 *
 * Thread:  any; `fdsets.lock` guards the sets, a monitor's lock its names.
 */
#include "qemu/osdep.h"
#include "monitor-internal.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"
#include "qemu/cutils.h"
#include "qemu/fdset.h"

typedef struct FdsetFd {
    int fd;
    char *opaque;
    QTAILQ_ENTRY(FdsetFd) next;
} FdsetFd;

typedef struct Fdset {
    int64_t id;
    QTAILQ_HEAD(, FdsetFd) fds;
    GArray *dups;               /* descriptors that were opened from it */
    QTAILQ_ENTRY(Fdset) next;   /* in order of id */
} Fdset;

static struct {
    GMutex lock;
    QTAILQ_HEAD(, Fdset) sets;
} fdsets = { .sets = QTAILQ_HEAD_INITIALIZER(fdsets.sets) };

/* ---- Names */

static void monfd_free(MonFd *f)
{
    QLIST_REMOVE(f, next);
    close(f->fd);
    g_free(f->name);
    g_free(f);
}

void monitor_close_fds(Monitor *mon)
{
    MonFd *f, *next;

    qemu_mutex_lock(&mon->lock);
    QLIST_FOREACH_SAFE(f, &mon->fds, next, next) {
        monfd_free(f);
    }
    qemu_mutex_unlock(&mon->lock);
}

static MonFd *find_name(Monitor *mon, const char *name)
{
    MonFd *f;

    QLIST_FOREACH(f, &mon->fds, next) {
        if (!strcmp(f->name, name)) {
            return f;
        }
    }
    return NULL;
}

/* The descriptor that came with the command being executed. */
static int take_passed_fd(Error **errp)
{
    Monitor *mon = monitor_cur();
    int fd = mon && mon->link && mon->link->take_fd ? mon->link->take_fd(mon->link_opaque) : -1;

    if (fd < 0) {
        error_setg(errp, "No file descriptor supplied via SCM_RIGHTS");
    }
    return fd;
}

void qmp_getfd(const char *fdname, Error **errp)
{
    Monitor *mon = monitor_cur();
    int fd = take_passed_fd(errp);
    MonFd *f, *old;

    if (fd < 0) {
        return;
    }
    if (!*fdname || g_ascii_isdigit(*fdname)) {
        close(fd);
        error_setg(errp, "Parameter 'fdname' expects a name that does not begin with a digit, "
                   "not '%.100s'", fdname);
        return;
    }
    f = g_new0(MonFd, 1);
    f->name = g_strdup(fdname);
    f->fd = fd;
    qemu_mutex_lock(&mon->lock);
    old = find_name(mon, fdname);
    if (old) {
        monfd_free(old);
    }
    QLIST_INSERT_HEAD(&mon->fds, f, next);
    qemu_mutex_unlock(&mon->lock);
}

static void not_found(const char *fdname, Error **errp)
{
    error_setg(errp, "File descriptor named '%.100s' not found", fdname);
}

void qmp_closefd(const char *fdname, Error **errp)
{
    Monitor *mon = monitor_cur();
    MonFd *f;

    qemu_mutex_lock(&mon->lock);
    f = find_name(mon, fdname);
    if (f) {
        monfd_free(f);
    }
    qemu_mutex_unlock(&mon->lock);
    if (!f) {
        not_found(fdname, errp);
    }
}

int monitor_get_fd(Monitor *mon, const char *fdname, Error **errp)
{
    MonFd *f;
    int fd = -1;

    if (mon) {
        qemu_mutex_lock(&mon->lock);
        f = find_name(mon, fdname);
        if (f) {
            fd = f->fd;
            QLIST_REMOVE(f, next);
            g_free(f->name);
            g_free(f);
        }
        qemu_mutex_unlock(&mon->lock);
    }
    if (fd < 0) {
        not_found(fdname, errp);
    }
    return fd;
}

int monitor_fd_param(Monitor *mon, const char *fdname, Error **errp)
{
    int fd;

    if (!g_ascii_isdigit(*fdname) && mon) {
        return monitor_get_fd(mon, fdname, errp);
    }
    if (qemu_strtoi(fdname, NULL, 10, &fd) < 0 || fd < 0) {
        error_setg(errp, "'%.100s' is not the number of a file descriptor", fdname);
        return -1;
    }
    return fd;
}

/* ---- Sets */

static Fdset *find_set(int64_t id)
{
    Fdset *set;

    QTAILQ_FOREACH(set, &fdsets.sets, next) {
        if (set->id == id) {
            return set;
        }
    }
    return NULL;
}

/* A new set of that id, or, if negative, of the lowest free one. */
static Fdset *new_set(int64_t id)
{
    Fdset *set = g_new0(Fdset, 1), *other;

    if (id < 0) {
        for (id = 0; find_set(id); id++) {
            /* next */
        }
    }
    set->id = id;
    set->dups = g_array_new(FALSE, FALSE, sizeof(int));
    QTAILQ_INIT(&set->fds);
    QTAILQ_FOREACH(other, &fdsets.sets, next) {
        if (other->id > id) {
            QTAILQ_INSERT_BEFORE(other, set, next);
            return set;
        }
    }
    QTAILQ_INSERT_TAIL(&fdsets.sets, set, next);
    return set;
}

static void reap_set(Fdset *set)
{
    if (QTAILQ_EMPTY(&set->fds) && !set->dups->len) {
        QTAILQ_REMOVE(&fdsets.sets, set, next);
        g_array_free(set->dups, TRUE);
        g_free(set);
    }
}

int64_t monitor_fdset_add_fd(int fd, int64_t fdset_id, const char *opaque, Error **errp)
{
    FdsetFd *f = g_new0(FdsetFd, 1);
    Fdset *set;
    int64_t id;

    f->fd = fd;
    f->opaque = g_strdup(opaque);
    g_mutex_lock(&fdsets.lock);
    set = fdset_id >= 0 ? find_set(fdset_id) : NULL;
    if (!set) {
        set = new_set(fdset_id);
    }
    QTAILQ_INSERT_TAIL(&set->fds, f, next);
    id = set->id;
    g_mutex_unlock(&fdsets.lock);
    return id;
}

AddfdInfo *qmp_add_fd(bool has_fdset_id, int64_t fdset_id, bool has_opaque, const char *opaque,
                      Error **errp)
{
    AddfdInfo *info;
    int fd = take_passed_fd(errp);

    if (fd < 0) {
        return NULL;
    }
    if (has_fdset_id && fdset_id < 0) {
        close(fd);
        error_setg(errp, "Parameter 'fdset-id' expects a number that is not negative, not %"
                   PRId64, fdset_id);
        return NULL;
    }
    info = g_new0(AddfdInfo, 1);
    info->fd = fd;
    info->fdset_id = monitor_fdset_add_fd(fd, has_fdset_id ? fdset_id : -1,
                                          has_opaque ? opaque : NULL, errp);
    return info;
}

/* Remove @fd, or all descriptors if it is negative; false if there is none. */
static bool remove_from_set(Fdset *set, int64_t fd)
{
    FdsetFd *f, *next;
    bool found = false;

    QTAILQ_FOREACH_SAFE(f, &set->fds, next, next) {
        if (fd < 0 || f->fd == fd) {
            found = true;
            QTAILQ_REMOVE(&set->fds, f, next);
            close(f->fd);
            g_free(f->opaque);
            g_free(f);
        }
    }
    return found;
}

void qmp_remove_fd(int64_t fdset_id, bool has_fd, int64_t fd, Error **errp)
{
    Fdset *set;
    bool found = false;

    g_mutex_lock(&fdsets.lock);
    set = find_set(fdset_id);
    if (set && (!has_fd || fd >= 0)) {
        found = remove_from_set(set, has_fd ? fd : -1);
        reap_set(set);
    }
    g_mutex_unlock(&fdsets.lock);
    if (!found && has_fd) {
        error_setg(errp, "File descriptor named 'fdset-id:%" PRId64 ", fd:%" PRId64
                   "' not found", fdset_id, fd);
    } else if (!found) {
        error_setg(errp, "File descriptor named 'fdset-id:%" PRId64 "' not found", fdset_id);
    }
}

FdsetInfoList *qmp_query_fdsets(Error **errp)
{
    FdsetInfoList *head = NULL, **tail = &head;
    Fdset *set;
    FdsetFd *f;

    g_mutex_lock(&fdsets.lock);
    QTAILQ_FOREACH(set, &fdsets.sets, next) {
        FdsetFdInfoList **fd_tail;

        *tail = g_new0(FdsetInfoList, 1);
        (*tail)->value = g_new0(FdsetInfo, 1);
        (*tail)->value->fdset_id = set->id;
        fd_tail = &(*tail)->value->fds;
        QTAILQ_FOREACH(f, &set->fds, next) {
            *fd_tail = g_new0(FdsetFdInfoList, 1);
            (*fd_tail)->value = g_new0(FdsetFdInfo, 1);
            (*fd_tail)->value->fd = f->fd;
            (*fd_tail)->value->has_opaque = f->opaque != NULL;
            (*fd_tail)->value->opaque = g_strdup(f->opaque);
            fd_tail = &(*fd_tail)->next;
        }
        tail = &(*tail)->next;
    }
    g_mutex_unlock(&fdsets.lock);
    return head;
}

/* A descriptor of @set that was opened for what @flags ask. */
static int suitable_fd(Fdset *set, int flags)
{
    FdsetFd *f;

    QTAILQ_FOREACH(f, &set->fds, next) {
        int mode = fcntl(f->fd, F_GETFL);

        if (mode != -1 && (mode & O_ACCMODE) == (flags & O_ACCMODE)) {
            return f->fd;
        }
    }
    errno = EACCES;
    return -1;
}

int monitor_fdset_dup_fd_add(int64_t fdset_id, int flags)
{
    int dup = -1, err = ENOENT;
    Fdset *set;

    g_mutex_lock(&fdsets.lock);
    set = find_set(fdset_id);
    if (set) {
        int fd = suitable_fd(set, flags);

        dup = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
        err = errno;
        if (dup >= 0) {
            g_array_append_val(set->dups, dup);
        }
    }
    g_mutex_unlock(&fdsets.lock);
    if (dup < 0) {
        errno = err;
    }
    return dup;
}

void monitor_fdset_dup_fd_remove(int dup_fd)
{
    Fdset *set, *next;

    g_mutex_lock(&fdsets.lock);
    QTAILQ_FOREACH_SAFE(set, &fdsets.sets, next, next) {
        for (guint i = 0; i < set->dups->len; i++) {
            if (g_array_index(set->dups, int, i) == dup_fd) {
                g_array_remove_index_fast(set->dups, i);
                reap_set(set);
                break;
            }
        }
    }
    g_mutex_unlock(&fdsets.lock);
}
