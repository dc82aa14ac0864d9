/*
 * The server side of the telnet protocol on a byte stream.
 *
 * Both sides are asked for binary mode, so carriage returns need no care; a client that
 * refuses sends CR NUL, whose NUL is dropped.
 *
 * Spec: see telnet.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "telnet.h"

enum {
    SE = 240,
    BRK = 243,
    SB = 250,
    WILL = 251,
    WONT = 252,
    DO = 253,
    DONT = 254,
    IAC = 255,

    OPT_BINARY = 0,
    OPT_ECHO = 1,
    OPT_SUPPRESS_GO_AHEAD = 3,
};

const uint8_t telnet_greeting[12] = {
    IAC, WILL, OPT_ECHO,
    IAC, WILL, OPT_SUPPRESS_GO_AHEAD,
    IAC, WILL, OPT_BINARY,
    IAC, DO, OPT_BINARY,
};

int telnet_filter_input(TelnetState *t, uint8_t *buf, int len, int *breaks)
{
    int n = 0;

    *breaks = 0;
    for (int i = 0; i < len; i++) {
        uint8_t c = buf[i];

        switch (t->in) {
        case TELNET_CR:
            t->in = TELNET_DATA;
            if (c == 0) {
                break;
            }
            /* fall through */
        case TELNET_DATA:
            if (c == IAC) {
                t->in = TELNET_IAC;
                break;
            }
            t->in = c == '\r' ? TELNET_CR : TELNET_DATA;
            buf[n++] = c;
            break;
        case TELNET_IAC:
            t->in = TELNET_DATA;
            if (c == IAC) {
                buf[n++] = c;
            } else if (c == BRK) {
                ++*breaks;
            } else if (c == SB) {
                t->in = TELNET_SUB;
            } else if (c >= WILL && c <= DONT) {
                t->in = TELNET_OPTION;
            }
            break;
        case TELNET_OPTION:
            /* What we asked for is all we want: no answer needed. */
            t->in = TELNET_DATA;
            break;
        case TELNET_SUB:
            t->in = c == IAC ? TELNET_SUB_IAC : TELNET_SUB;
            break;
        case TELNET_SUB_IAC:
            t->in = c == SE ? TELNET_DATA : TELNET_SUB;
            break;
        }
    }
    return n;
}

int telnet_escape_output(const uint8_t *in, int len, uint8_t *out, int room, int *used)
{
    int n = 0, i;

    for (i = 0; i < len; i++) {
        int need = in[i] == IAC ? 2 : 1;

        if (n + need > room) {
            break;
        }
        out[n++] = in[i];
        if (need == 2) {
            out[n++] = IAC;
        }
    }
    *used = i;
    return n;
}
