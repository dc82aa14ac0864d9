/*
 * Character devices: the objects behind -chardev, -serial, -parallel and -monitor.
 *
 * Each kind is a QOM class below TYPE_CHARDEV; an instance lives in /chardevs under its id.
 *
 * Threads: creating, changing and deleting: main thread with the BQL held. See char-fe.h for
 * input and output.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CHARDEV_CHAR_H
#define CHARDEV_CHAR_H

#include "chardev/char-fe.h"
#include "qapi/qapi-types.h"
#include "qemu/bitmap.h"
#include "qemu/option.h"
#include "qemu/thread.h"
#include "qom/object.h"

#define CHR_READ_BUF_LEN 4096

typedef enum ChardevFeature {
    QEMU_CHAR_FEATURE_RECONNECTABLE, /* may be opened and closed any number of times */
    QEMU_CHAR_FEATURE_FD_PASS,       /* can carry descriptors */
    QEMU_CHAR_FEATURE_REPLAY,        /* record/replay */
    QEMU_CHAR_FEATURE_GCONTEXT,      /* front end may choose the GMainContext */
    QEMU_CHAR_FEATURE_LAST,
} ChardevFeature;

struct Chardev {
    Object parent_obj;
    QemuMutex chr_write_lock; /* one writer at a time */
    CharBackend *be;          /* NULL: no front end */
    char *label;              /* id */
    char *filename;           /* what query-chardev shows */
    int logfd;                /* logfile=, or -1 */
    int be_open;              /* is there another side? */
    GSource *gsource;         /* the input watch */
    GMainContext *gcontext;   /* of the front end; NULL: main loop */
    DECLARE_BITMAP(features, QEMU_CHAR_FEATURE_LAST);
};

#define TYPE_CHARDEV "chardev"
OBJECT_DECLARE_TYPE(Chardev, ChardevClass, CHARDEV)

#define TYPE_CHARDEV_NULL "chardev-null"
#define TYPE_CHARDEV_MUX "chardev-mux"
#define TYPE_CHARDEV_RINGBUF "chardev-ringbuf"
#define TYPE_CHARDEV_MEMORY "chardev-memory"
#define TYPE_CHARDEV_PTY "chardev-pty"
#define TYPE_CHARDEV_STDIO "chardev-stdio"
#define TYPE_CHARDEV_FD "chardev-fd"
#define TYPE_CHARDEV_FILE "chardev-file"
#define TYPE_CHARDEV_PIPE "chardev-pipe"
#define TYPE_CHARDEV_SOCKET "chardev-socket"
#define TYPE_CHARDEV_UDP "chardev-udp"
#define TYPE_CHARDEV_SERIAL "chardev-serial"
#define TYPE_CHARDEV_PARALLEL "chardev-parallel"
#define TYPE_CHARDEV_VC "chardev-vc"

struct ChardevClass {
    ObjectClass parent_class;

    bool internal;     /* not for users */
    bool supports_yank;
    /* From -chardev options to the QAPI form. */
    void (*parse)(QemuOpts *opts, ChardevBackend *backend, Error **errp);
    /* *be_opened: send CHR_EVENT_OPENED after it (the default). */
    void (*open)(Chardev *chr, ChardevBackend *backend, bool *be_opened, Error **errp);
    /* With chr_write_lock held; as write(2) on a non-blocking descriptor. */
    int (*chr_write)(Chardev *s, const uint8_t *buf, int len);
    int (*chr_sync_read)(Chardev *s, const uint8_t *buf, int len);
    GSource *(*chr_add_watch)(Chardev *s, GIOCondition cond);
    /* The front end or its context changed. */
    void (*chr_update_read_handler)(Chardev *s);
    int (*chr_ioctl)(Chardev *s, int cmd, void *arg);
    int (*get_msgfds)(Chardev *s, int *fds, int num);
    int (*set_msgfds)(Chardev *s, int *fds, int num);
    /* Take @fd as a connection (add_client). */
    int (*chr_add_client)(Chardev *chr, int fd);
    int (*chr_wait_connected)(Chardev *chr, Error **errp);
    void (*chr_disconnect)(Chardev *chr);
    void (*chr_accept_input)(Chardev *chr);
    void (*chr_set_echo)(Chardev *chr, bool echo);
    void (*chr_set_fe_open)(Chardev *chr, int fe_open);
    /* Before an event goes to the front end. */
    void (*chr_be_event)(Chardev *s, QEMUChrEvent event);
};

/* ---- Creating and finding */

/* A new chardev in /chardevs, from QAPI; NULL with @errp set. Borrowed pointer. */
Chardev *qemu_chardev_new(const char *id, const char *type, ChardevBackend *backend,
                          GMainContext *context, Error **errp);
/* From a -chardev option; "backend=help" prints the list and returns NULL without error. */
Chardev *qemu_chr_new_from_opts(QemuOpts *opts, GMainContext *context, Error **errp);
ChardevBackend *qemu_chr_parse_opts(QemuOpts *opts, Error **errp);
/*
 * From the strings of -serial, -parallel and -monitor: "stdio", "mon:stdio", "null", "pty",
 * "vc", "file:PATH", "pipe:PATH", "unix:PATH[,server]...", "tcp:...", "telnet:...",
 * "udp:...", "chardev:ID", "ringbuf", "/dev/ttyS0", "none" (which gives NULL). Problems are
 * reported to the user. With @permit_mux_mon "mon:" adds a monitor.
 */
Chardev *qemu_chr_new(const char *label, const char *filename, GMainContext *context);
Chardev *qemu_chr_new_mux_mon(const char *label, const char *filename, GMainContext *context);
Chardev *qemu_chr_new_noreplay(const char *label, const char *filename, bool permit_mux_mon,
                               GMainContext *context);
/* The options that such a string stands for; NULL after a report. */
QemuOpts *qemu_chr_parse_compat(const char *label, const char *filename, bool permit_mux_mon);
/* By id; NULL if there is none. */
Chardev *qemu_chr_find(const char *name);
/* Delete all, at the end of the process. */
void qemu_chr_cleanup(void);
/* "chardev" options; for vl and -readconfig. */
extern QemuOptsList qemu_chardev_opts;
/* Print the kinds (-chardev help). */
void qemu_chr_print_types(void);
/* Let "mon:" and -monitor create a monitor on a chardev; set by the monitor at start-up. */
void qemu_chr_set_monitor_hook(void (*add_monitor)(Chardev *chr));

/* ---- For back ends */

void qemu_chr_be_event(Chardev *s, QEMUChrEvent event);
/* Bytes that the front end can take. */
int qemu_chr_be_can_write(Chardev *s);
/* Hand over bytes, at most as many as it can take. */
void qemu_chr_be_write(Chardev *s, const uint8_t *buf, int len);
void qemu_chr_be_write_impl(Chardev *s, const uint8_t *buf, int len);
void qemu_chr_be_update_read_handlers(Chardev *s, GMainContext *context);
int qemu_chr_write(Chardev *s, const uint8_t *buf, int len, bool write_all);
#define qemu_chr_write_all(s, buf, len) qemu_chr_write((s), (buf), (len), true)
int qemu_chr_wait_connected(Chardev *chr, Error **errp);
int qemu_chr_add_client(Chardev *s, int fd);
bool qemu_chr_has_feature(Chardev *chr, ChardevFeature feature);
void qemu_chr_set_feature(Chardev *chr, ChardevFeature feature);
bool qemu_chr_is_busy(Chardev *s);
/* Members that all kinds have (logfile, logappend), from options. */
void qemu_chr_parse_common(QemuOpts *opts, ChardevCommon *backend);
/* stdio without signal=: does Ctrl-C send a signal? Not with -nographic. */
void qemu_chr_stdio_set_signal(bool on);
/* Multiplexers: the escape character (-echr), and what its keys x and s do. */
void qemu_chr_mux_set_escape(int c);
void qemu_chr_mux_set_hooks(void (*quit)(void), void (*commit)(void));
/* Hold events of multiplexers back until all front ends are in place, then send them. */
void suspend_mux_open(void);
void resume_mux_open(void);

#endif
