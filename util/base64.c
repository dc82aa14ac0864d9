/*
 * Strict base64.
 *
 * Spec:    RFC 4648, section 4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/base64.h"

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

uint8_t *qbase64_decode(const char *input, ssize_t in_len, size_t *out_len, Error **errp)
{
    size_t len = in_len < 0 ? strlen(input) : (size_t)in_len;
    g_autofree uint8_t *out = g_malloc(len / 4 * 3 + 4);
    uint32_t group = 0;
    unsigned digits = 0, padding = 0;
    size_t n = 0;

    *out_len = 0;
    for (size_t i = 0; i < len; i++) {
        char c = input[i];
        int v = value_of(c);

        if (g_ascii_isspace(c)) {
            continue;
        }
        if (c == '=' && (digits & 3) >= 2 && padding < 2) {
            padding++;
            v = 0;
        } else if (v < 0 || padding) {
            error_setg(errp, "Base64 data is not valid: character %d at position %zu",
                       (unsigned char)c, i);
            return NULL;
        }
        group = group << 6 | v;
        if ((++digits & 3) == 0) {
            out[n++] = group >> 16;
            out[n++] = group >> 8;
            out[n++] = group;
        }
    }
    if (digits & 3) {
        error_setg(errp, "Base64 data is not valid: it ends inside a group of four");
        return NULL;
    }
    out[n - padding * (n > 0)] = '\0';
    *out_len = n - padding;
    return g_steal_pointer(&out);
}
