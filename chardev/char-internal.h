/*
 * What the files of chardev/ share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CHARDEV_CHAR_INTERNAL_H
#define CHARDEV_CHAR_INTERNAL_H

#include "chardev/char.h"

/* The container of all chardevs. */
Object *chr_get_root(void);
/* A chardev outside of the container, for chardev-change; owned by the caller. */
Chardev *chr_create(const char *id, const char *type, ChardevBackend *backend,
                    GMainContext *context, Error **errp);
/* The class of a kind ("socket", "tty"); NULL with @errp set, naming near ones. */
const ChardevClass *chr_class_of_kind(const char *kind, Error **errp);

/* The names of all kinds, sorted, NULL at the end. */
GPtrArray *chr_kinds(void);

/* char-mux.c */
bool chr_is_mux(Chardev *chr);
bool chr_mux_is_busy(Chardev *chr);
/* Take a place in @chr for @be: false with @errp when all are taken. */
bool chr_mux_attach(Chardev *chr, CharBackend *be, Error **errp);
void chr_mux_detach(Chardev *chr, CharBackend *be);
void chr_mux_set_handlers(Chardev *chr, GMainContext *context);
void chr_mux_set_focus(Chardev *chr, int tag);
/* Send @event to one front end. */
void chr_mux_send_event(Chardev *chr, int tag, QEMUChrEvent event);

#endif
