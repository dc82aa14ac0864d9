/*
 * Watches on descriptors, for back ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CHARDEV_CHAR_IO_H
#define CHARDEV_CHAR_IO_H

#include "chardev/char.h"

/* FALSE ends the watch. */
typedef gboolean ChardevReadFn(Chardev *chr);

/*
 * Watch @fd in @chr's context: while the front end can take bytes, call @read when there is
 * input or the other side hangs up. Replaces chr->gsource.
 */
void chr_watch_input(Chardev *chr, int fd, ChardevReadFn *read);
void chr_unwatch_input(Chardev *chr);
/* A source for chr_add_watch(): its callback is a FEWatchFunc. */
GSource *chr_output_source(int fd, GIOCondition cond);
/* write(2) without waiting: bytes, or -1 with errno. */
int chr_write_fd(int fd, const uint8_t *buf, int len);

#endif
