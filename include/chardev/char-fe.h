/*
 * Character devices, the front end's side: what serial ports, monitors, the gdb stub and the
 * like use to exchange bytes with a back end that the user chose.
 *
 * A front end embeds a CharBackend, binds it to a Chardev and sets handlers. A CharBackend that
 * is bound to nothing is allowed everywhere: writes succeed and go nowhere.
 *
 * Threads: handlers run in the main thread with the BQL held, or in the given GMainContext's
 * thread. qemu_chr_fe_write() may be called from any thread; everything else from the thread
 * of the handlers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CHARDEV_CHAR_FE_H
#define CHARDEV_CHAR_FE_H

#include "qemu/osdep.h"

typedef enum QEMUChrEvent {
    CHR_EVENT_BREAK,   /* the other side holds the line low */
    CHR_EVENT_OPENED,  /* there is another side now */
    CHR_EVENT_MUX_IN,  /* this front end got the keyboard of a multiplexer */
    CHR_EVENT_MUX_OUT, /* it lost it */
    CHR_EVENT_CLOSED,  /* the other side is gone */
} QEMUChrEvent;

typedef void IOEventHandler(void *opaque, QEMUChrEvent event);
/* How many bytes can be taken now. */
typedef int IOCanReadHandler(void *opaque);
/* @size is at most what IOCanReadHandler said. */
typedef void IOReadHandler(void *opaque, const uint8_t *buf, int size);
/* The back end was exchanged (chardev-change): 0 to accept the new one. */
typedef int BackendChangeHandler(void *opaque);
/* FALSE removes the watch. */
typedef gboolean (*FEWatchFunc)(void *do_not_use, GIOCondition condition, void *data);

typedef struct CharBackend {
    Chardev *chr; /* NULL: nothing connected */
    IOEventHandler *chr_event;
    IOCanReadHandler *chr_can_read;
    IOReadHandler *chr_read;
    BackendChangeHandler *chr_be_change;
    void *opaque;
    int tag; /* which front end of a multiplexer */
    bool fe_is_open;
} CharBackend;

/* Bind @b to @s (NULL: nothing). false with @errp set if @s has a front end already. */
bool qemu_chr_fe_init(CharBackend *b, Chardev *s, Error **errp);
/* Unbind; @del: delete the chardev, too. */
void qemu_chr_fe_deinit(CharBackend *b, bool del);
/* The Chardev, or NULL. Only to look at it: it may be exchanged. */
Chardev *qemu_chr_fe_get_driver(CharBackend *be);
/* Is it bound to a chardev? And is there somebody on the other side? */
bool qemu_chr_fe_backend_connected(CharBackend *be);
bool qemu_chr_fe_backend_open(CharBackend *be);

/*
 * All handlers may be NULL. With @set_open the other side learns whether there is a reader.
 * @context NULL: the main loop. If the back end is open, CHR_EVENT_OPENED comes at once.
 */
void qemu_chr_fe_set_handlers(CharBackend *b, IOCanReadHandler *fd_can_read,
                              IOReadHandler *fd_read, IOEventHandler *fd_event,
                              BackendChangeHandler *be_change, void *opaque,
                              GMainContext *context, bool set_open);
/* As above, without event delivery to this front end (@sync_state false). */
void qemu_chr_fe_set_handlers_full(CharBackend *b, IOCanReadHandler *fd_can_read,
                                   IOReadHandler *fd_read, IOEventHandler *fd_event,
                                   BackendChangeHandler *be_change, void *opaque,
                                   GMainContext *context, bool set_open, bool sync_state);

/* Bytes written; less than @len, or -1 with errno EAGAIN, when the back end is busy. */
int qemu_chr_fe_write(CharBackend *be, const uint8_t *buf, int len);
/* Waits until all is written, or the other side is gone. */
int qemu_chr_fe_write_all(CharBackend *be, const uint8_t *buf, int len);
/* Read synchronously; back ends without it say -1. */
int qemu_chr_fe_read_all(CharBackend *be, uint8_t *buf, int len);
void qemu_chr_fe_printf(CharBackend *be, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void qemu_chr_fe_vprintf(CharBackend *be, const char *fmt, va_list ap) G_GNUC_PRINTF(2, 0);
/*
 * Call @func when the back end can take bytes again (@cond G_IO_OUT, G_IO_HUP). A source id
 * for g_source_remove(), or 0 if the back end is always ready.
 */
guint qemu_chr_fe_add_watch(CharBackend *be, GIOCondition cond, FEWatchFunc func,
                            void *user_data);
/* The front end can take bytes again. */
void qemu_chr_fe_accept_input(CharBackend *be);
/* Device control, see the CHR_IOCTL values; -ENOTSUP if it has none. */
int qemu_chr_fe_ioctl(CharBackend *be, int cmd, void *arg);
/* Descriptors that came with (go with the next) bytes. -1: none. */
int qemu_chr_fe_get_msgfd(CharBackend *be);
int qemu_chr_fe_get_msgfds(CharBackend *be, int *fds, int num);
int qemu_chr_fe_set_msgfds(CharBackend *be, int *fds, int num);
/* Drop the connection; the back end waits for the next one, if it can. */
void qemu_chr_fe_disconnect(CharBackend *be);
/* Wait for a connection; 0 or -1 with @errp set. */
int qemu_chr_fe_wait_connected(CharBackend *be, Error **errp);
/* Terminals: does the host echo what is typed? */
void qemu_chr_fe_set_echo(CharBackend *be, bool echo);
/* The guest's side is open (closed), as virtio consoles know. */
void qemu_chr_fe_set_open(CharBackend *be, bool is_open);
/* Give this front end the keyboard of its multiplexer. */
void qemu_chr_fe_take_focus(CharBackend *b);

/* ---- qemu_chr_fe_ioctl() */

#define CHR_IOCTL_SERIAL_SET_PARAMS 1 /* QEMUSerialSetParams * */
#define CHR_IOCTL_SERIAL_SET_BREAK 2  /* int *: on */
#define CHR_IOCTL_PP_READ_DATA 3      /* uint8_t *, as the next ones */
#define CHR_IOCTL_PP_WRITE_DATA 4
#define CHR_IOCTL_PP_READ_CONTROL 5
#define CHR_IOCTL_PP_WRITE_CONTROL 6
#define CHR_IOCTL_PP_READ_STATUS 7
#define CHR_IOCTL_PP_EPP_READ_ADDR 8
#define CHR_IOCTL_PP_EPP_READ 9
#define CHR_IOCTL_PP_EPP_WRITE_ADDR 10
#define CHR_IOCTL_PP_EPP_WRITE 11
#define CHR_IOCTL_PP_DATA_DIR 12
#define CHR_IOCTL_SERIAL_SET_TIOCM 13 /* int *: CHR_TIOCM bits */
#define CHR_IOCTL_SERIAL_GET_TIOCM 14

typedef struct QEMUSerialSetParams {
    int speed; /* bits per second */
    int parity; /* 'N', 'E' or 'O' */
    int data_bits;
    int stop_bits;
} QEMUSerialSetParams;

#define CHR_TIOCM_CTS 0x020
#define CHR_TIOCM_CAR 0x040
#define CHR_TIOCM_DSR 0x100
#define CHR_TIOCM_RI 0x080
#define CHR_TIOCM_DTR 0x002
#define CHR_TIOCM_RTS 0x004

#endif
