/*
 * Strings: bounded copies, prefixes, numbers in text, hex, name similarity.
 *
 * Sizes with suffixes are in size.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <math.h>
#include "qemu/cutils.h"

void pstrcpy(char *buf, int buf_size, const char *str)
{
    if (buf_size > 0) {
        g_strlcpy(buf, str, buf_size);
    }
}

char *pstrcat(char *buf, int buf_size, const char *s)
{
    int len = strlen(buf);

    if (len < buf_size) {
        pstrcpy(buf + len, buf_size - len, s);
    }
    return buf;
}

void strpadcpy(char *buf, int len, const char *str, char c)
{
    int n = qemu_strnlen(str, len);

    memcpy(buf, str, n);
    memset(buf + n, c, len - n);
}

int strstart(const char *str, const char *val, const char **ptr)
{
    size_t n = strlen(val);

    if (strncmp(str, val, n) != 0) {
        return 0;
    }
    if (ptr) {
        *ptr = str + n;
    }
    return 1;
}

int stristart(const char *str, const char *val, const char **ptr)
{
    size_t n = strlen(val);

    if (g_ascii_strncasecmp(str, val, n) != 0) {
        return 0;
    }
    if (ptr) {
        *ptr = str + n;
    }
    return 1;
}

size_t qemu_strnlen(const char *s, size_t max_len)
{
    return strnlen(s, max_len);
}

char *qemu_strsep(char **input, const char *delim)
{
    return strsep(input, delim);
}

const char *qemu_strchrnul(const char *s, int c)
{
    return strchrnul(s, c);
}

/* ---- Numbers */

/* What the strtoX functions leave behind, as our result. */
static int conversion_result(const char *nptr, char *ep, const char **endptr, int libc_errno)
{
    if (endptr) {
        *endptr = ep;
    }
    if (nptr && ep == nptr) {
        return -EINVAL;
    }
    if (!endptr && *ep) {
        return -EINVAL;
    }
    return -libc_errno;
}

static int no_number(const char **endptr, const char *nptr)
{
    if (endptr) {
        *endptr = nptr;
    }
    return -EINVAL;
}

int qemu_strtoi64(const char *nptr, const char **endptr, int base, int64_t *result)
{
    char *ep;

    if (!nptr) {
        *result = 0;
        return no_number(endptr, nptr);
    }
    errno = 0;
    *result = strtoll(nptr, &ep, base);
    int ret = conversion_result(nptr, ep, endptr, errno);
    if (ret == -EINVAL) {
        *result = 0;
    }
    return ret;
}

int qemu_strtou64(const char *nptr, const char **endptr, int base, uint64_t *result)
{
    char *ep;

    if (!nptr) {
        *result = 0;
        return no_number(endptr, nptr);
    }
    errno = 0;
    *result = strtoull(nptr, &ep, base);
    int ret = conversion_result(nptr, ep, endptr, errno);
    if (ret == -EINVAL) {
        *result = 0;
    }
    return ret;
}

int qemu_strtol(const char *nptr, const char **endptr, int base, long *result)
{
    int64_t v;
    int ret = qemu_strtoi64(nptr, endptr, base, &v);

    *result = (long)v;
    return ret;
}

int qemu_strtoul(const char *nptr, const char **endptr, int base, unsigned long *result)
{
    uint64_t v;
    int ret = qemu_strtou64(nptr, endptr, base, &v);

    *result = (unsigned long)v;
    return ret;
}

int qemu_strtoi(const char *nptr, const char **endptr, int base, int *result)
{
    int64_t v;
    int ret = qemu_strtoi64(nptr, endptr, base, &v);

    if (v < INT_MIN || v > INT_MAX) {
        v = v < 0 ? INT_MIN : INT_MAX;
        ret = ret ?: -ERANGE;
    }
    *result = (int)v;
    return ret;
}

int qemu_strtoui(const char *nptr, const char **endptr, int base, unsigned int *result)
{
    /* Signed, so that "-1" is the nearest neighbour of UINT_MAX as in strtoul(). */
    int64_t v;
    int ret = qemu_strtoi64(nptr, endptr, base, &v);

    if (v > UINT_MAX || v < -(int64_t)UINT_MAX) {
        v = UINT_MAX;
        ret = ret ?: -ERANGE;
    }
    *result = (unsigned int)v;
    return ret;
}

int qemu_strtod(const char *nptr, const char **endptr, double *result)
{
    char *ep;

    if (!nptr) {
        *result = 0;
        return no_number(endptr, nptr);
    }
    errno = 0;
    *result = strtod(nptr, &ep);
    int ret = conversion_result(nptr, ep, endptr, errno);
    if (ret == -EINVAL) {
        *result = 0;
    }
    return ret;
}

int qemu_strtod_finite(const char *nptr, const char **endptr, double *result)
{
    const char *ep;
    double v;
    int ret = qemu_strtod(nptr, endptr ? &ep : NULL, &v);

    if (ret != -EINVAL && !isfinite(v)) {
        if (ret == 0) {
            ret = -EINVAL;
            v = 0;
            ep = nptr;
        }
    }
    if (endptr) {
        *endptr = ep;
    }
    *result = v;
    return ret;
}

int parse_uint(const char *s, const char **endptr, int base, uint64_t *value)
{
    if (!s || !g_ascii_isalnum(*s)) {
        *value = 0;
        return no_number(endptr, s);
    }
    return qemu_strtou64(s, endptr, base, value);
}

int parse_uint_full(const char *s, int base, uint64_t *value)
{
    return parse_uint(s, NULL, base, value);
}

int parse_on_off(const char *s, bool *value)
{
    static const struct {
        const char *name;
        bool value;
    } names[] = {
        { "on", true },   { "yes", true }, { "true", true },   { "y", true },
        { "off", false }, { "no", false }, { "false", false }, { "n", false },
    };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (!strcmp(s, names[i].name)) {
            *value = names[i].value;
            return 0;
        }
    }
    return -EINVAL;
}

/* ---- Hex */

enum { HEX_BYTES_PER_LINE = 16 };

void qemu_hexdump_line(char *line, size_t line_size, const void *buf, size_t len)
{
    const uint8_t *b = buf;
    size_t at = 0;

    assert(len <= HEX_BYTES_PER_LINE);
    line[0] = '\0';
    for (size_t i = 0; i < HEX_BYTES_PER_LINE && at < line_size; i++) {
        const char *gap = i && i % 4 == 0 ? " " : "";

        if (i < len) {
            at += snprintf(line + at, line_size - at, "%s %02x", gap, b[i]);
        } else {
            at += snprintf(line + at, line_size - at, "%s   ", gap);
        }
    }
    at += at < line_size ? snprintf(line + at, line_size - at, "   ") : 0;
    for (size_t i = 0; i < len && at + 1 < line_size; i++) {
        line[at++] = b[i] >= ' ' && b[i] < 0x7f ? b[i] : '.';
        line[at] = '\0';
    }
}

void qemu_hexdump(FILE *fp, const char *prefix, const void *buf, size_t size)
{
    char line[96];

    for (size_t at = 0; at < size; at += HEX_BYTES_PER_LINE) {
        qemu_hexdump_line(line, sizeof(line), (const uint8_t *)buf + at,
                          MIN(size - at, (size_t)HEX_BYTES_PER_LINE));
        fprintf(fp, "%s: %04zx:%s\n", prefix, at, line);
    }
}

ssize_t qemu_hex_decode(const char *hex, void *buf, size_t size)
{
    uint8_t *out = buf;
    size_t n = 0;

    for (; hex[0]; hex += 2) {
        int hi = g_ascii_xdigit_value(hex[0]);
        int lo = hi < 0 ? -1 : g_ascii_xdigit_value(hex[1]);

        if (lo < 0 || n >= size) {
            return -1;
        }
        out[n++] = hi << 4 | lo;
    }
    return n;
}

/* ---- LEB128 of one or two bytes */

int uleb128_encode_small(uint8_t *out, uint32_t n)
{
    assert(n <= 0x3fff);
    if (n < 0x80) {
        out[0] = n;
        return 1;
    }
    out[0] = (n & 0x7f) | 0x80;
    out[1] = n >> 7;
    return 2;
}

int uleb128_decode_small(const uint8_t *in, uint32_t *n)
{
    *n = in[0] & 0x7f;
    if (!(in[0] & 0x80)) {
        return 1;
    }
    if (in[1] & 0x80) {
        return -1;
    }
    *n |= (uint32_t)in[1] << 7;
    return 2;
}

/* ---- Names */

int qemu_pstrcmp0(const char **a, const char **b)
{
    return g_strcmp0(*a, *b);
}

/*
 * Edit distance with insertion, deletion, replacement and the swap of neighbours, each 1.
 * Three rows of the matrix are enough. Names above MAX_NAME are never near.
 */
unsigned qemu_name_distance(const char *a, const char *b)
{
    enum { MAX_NAME = 63 };
    unsigned rows[3][MAX_NAME + 1];
    size_t la = strlen(a), lb = strlen(b);

    if (la > MAX_NAME || lb > MAX_NAME) {
        return UINT_MAX;
    }
    for (size_t j = 0; j <= lb; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= la; i++) {
        unsigned *cur = rows[i % 3], *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];

        cur[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            char ca = g_ascii_tolower(a[i - 1]), cb = g_ascii_tolower(b[j - 1]);
            unsigned best = up[j - 1] + (ca != cb);

            best = MIN(best, up[j] + 1);
            best = MIN(best, cur[j - 1] + 1);
            if (i > 1 && j > 1 && ca == g_ascii_tolower(b[j - 2]) &&
                cb == g_ascii_tolower(a[i - 2])) {
                best = MIN(best, up2[j - 2] + 1);
            }
            cur[j] = best;
        }
    }
    return rows[la % 3][lb];
}

char *qemu_nearest_names(const char *name, const char *const *names)
{
    enum { SHOWN = 3 };
    const char *best[SHOWN] = { NULL };
    unsigned score[SHOWN];
    unsigned limit = strlen(name) / 3 + 1;
    int n = 0;

    for (; *names; names++) {
        unsigned d = qemu_name_distance(name, *names);

        /* A word that continues what was typed is near, however long it is. */
        if (d > limit && *name && strstr(*names, name)) {
            d = limit;
        }
        if (d > limit) {
            continue;
        }
        int at = n < SHOWN ? n : SHOWN;
        while (at > 0 && score[at - 1] > d) {
            at--;
        }
        if (at == SHOWN) {
            continue;
        }
        n = MIN(n + 1, (int)SHOWN);
        for (int k = n - 1; k > at; k--) {
            best[k] = best[k - 1];
            score[k] = score[k - 1];
        }
        best[at] = *names;
        score[at] = d;
    }
    if (!n) {
        return NULL;
    }
    GString *s = g_string_new(NULL);
    for (int i = 0; i < n; i++) {
        g_string_append_printf(s, "%s'%s'", i == 0 ? "" : i == n - 1 ? " or " : ", ", best[i]);
    }
    return g_string_free(s, false);
}

/* ---- Environment */

int qemu_fdatasync(int fd)
{
    return RETRY_ON_EINTR(fdatasync(fd));
}

const char *qemu_getenv(const char *name)
{
    const char *v = getenv(name);

    return v && *v ? v : NULL;
}
