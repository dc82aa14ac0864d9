/*
 * Strict base64: GLib skips what it does not know, which is no way to read keys and images.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_BASE64_H
#define QEMU_BASE64_H

#include "qemu/osdep.h"

/*
 * Decode @in_len bytes (-1: up to NUL), where white space is allowed between groups. NULL with
 * @errp set for anything else that is no base64. Caller frees.
 */
uint8_t *qbase64_decode(const char *input, ssize_t in_len, size_t *out_len, Error **errp);

#endif
