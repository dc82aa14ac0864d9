/*
 * The server side of the telnet protocol on a byte stream.
 *
 * Spec: RFC 854 (commands, doubled 255), RFC 856 (binary), RFC 857 (echo), RFC 858 (go-ahead).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CHARDEV_TELNET_H
#define CHARDEV_TELNET_H

#include "qemu/osdep.h"

typedef struct TelnetState {
    enum { TELNET_DATA, TELNET_IAC, TELNET_OPTION, TELNET_SUB, TELNET_SUB_IAC, TELNET_CR } in;
} TelnetState;

/* What a server says first. */
extern const uint8_t telnet_greeting[12];

/*
 * Take the commands out of @buf in place and return how many bytes of data are left.
 * *breaks: how many BREAK commands there were.
 */
int telnet_filter_input(TelnetState *t, uint8_t *buf, int len, int *breaks);
/*
 * Double each 255 of at most @len bytes from @in into @out (@room bytes, at least 2). Returns
 * the bytes of @out; *used is how many of @in they stand for.
 */
int telnet_escape_output(const uint8_t *in, int len, uint8_t *out, int room, int *used);

#endif
