/*
 * Sizes in text: "64K", "1.5G", "0x1000".
 *
 * A decimal fraction is exact: it is scaled as an integer, not as floating point. There must be
 * a whole number of bytes only after rounding down, so "1.1M" is allowed and "1.5B" is not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qemu/host-utils.h"

/* The power of @unit that a suffix stands for, or -1. */
static int suffix_power(char c)
{
    switch (g_ascii_toupper(c)) {
    case 'B':
        return 0;
    case 'K':
        return 1;
    case 'M':
        return 2;
    case 'G':
        return 3;
    case 'T':
        return 4;
    case 'P':
        return 5;
    case 'E':
        return 6;
    default:
        return -1;
    }
}

static uint64_t unit_power(uint64_t unit, int power)
{
    uint64_t v = 1;

    while (power-- > 0) {
        v *= unit;
    }
    return v;
}

typedef struct SizeText {
    uint64_t whole;
    uint64_t frac; /* the first digits after the point, as a numerator ... */
    uint64_t frac_scale; /* ... over this power of ten */
    bool has_frac;
    const char *end;
} SizeText;

static int scan_decimal(const char *p, SizeText *t)
{
    const char *start = p;
    bool overflow = false;

    for (; g_ascii_isdigit(*p); p++) {
        overflow |= __builtin_mul_overflow(t->whole, 10, &t->whole);
        overflow |= __builtin_add_overflow(t->whole, (uint64_t)(*p - '0'), &t->whole);
    }
    bool digits = p > start;
    if (*p == '.') {
        const char *point = p++;

        for (; g_ascii_isdigit(*p); p++) {
            t->has_frac |= *p != '0';
            /* 18 digits are finer than a byte of an exabyte. */
            if (t->frac_scale < UINT64_C(1000000000000000000)) {
                t->frac = t->frac * 10 + (*p - '0');
                t->frac_scale *= 10;
            }
        }
        if (p == point + 1 && !digits) {
            return -EINVAL;
        }
        digits = true;
    }
    t->end = p;
    return !digits ? -EINVAL : overflow ? -ERANGE : 0;
}

static int scan_number(const char *p, SizeText *t)
{
    if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
        if (!g_ascii_isxdigit(p[2])) {
            return -EINVAL;
        }
        /* B and E would be digits here: hexadecimal sizes take no suffix but K, M, G, T, P. */
        return qemu_strtou64(p, &t->end, 16, &t->whole);
    }
    return scan_decimal(p, t);
}

static int fail(const char *nptr, const char **end, uint64_t *result, int err)
{
    if (end && err == -EINVAL) {
        *end = nptr;
    }
    *result = err == -ERANGE ? UINT64_MAX : 0;
    return err;
}

static int parse_size(const char *nptr, const char **end, uint64_t unit, int default_power,
                      uint64_t *result)
{
    SizeText t = { .frac_scale = 1 };
    const char *p = nptr;

    if (!nptr) {
        return fail(nptr, end, result, -EINVAL);
    }
    while (g_ascii_isspace(*p)) {
        p++;
    }
    int ret = scan_number(p, &t);
    if (ret == -EINVAL) {
        return fail(nptr, end, result, ret);
    }
    bool hex = p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
    int power = suffix_power(*t.end);
    if (power >= 0) {
        t.end++;
    } else {
        power = default_power;
    }
    if (end) {
        *end = t.end;
    } else if (*t.end) {
        return fail(nptr, end, result, -EINVAL);
    }
    if (t.has_frac && (power == 0 || hex)) {
        return fail(nptr, end, result, -EINVAL);
    }

    uint64_t mul = unit_power(unit, power);
    uint64_t value;
    if (ret < 0 || __builtin_mul_overflow(t.whole, mul, &value) ||
        __builtin_add_overflow(value, muldiv_u64(t.frac, mul, t.frac_scale), &value)) {
        return fail(nptr, end, result, -ERANGE);
    }
    *result = value;
    return 0;
}

int qemu_strtosz(const char *nptr, const char **end, uint64_t *result)
{
    return parse_size(nptr, end, 1024, 0, result);
}

int qemu_strtosz_MiB(const char *nptr, const char **end, uint64_t *result)
{
    return parse_size(nptr, end, 1024, 2, result);
}

int qemu_strtosz_metric(const char *nptr, const char **end, uint64_t *result)
{
    return parse_size(nptr, end, 1000, 0, result);
}

char *size_to_str(uint64_t val)
{
    static const char *const suffixes[] = { "", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei" };
    int i = 0;
    double v = val;

    /* Three significant digits: 1000 KiB is shown as 0.977 MiB. */
    while (v >= 999.5 && i + 1 < (int)ARRAY_SIZE(suffixes)) {
        v /= 1024;
        i++;
    }
    return g_strdup_printf("%0.3g %sB", v, suffixes[i]);
}

char *freq_to_str(uint64_t freq_hz)
{
    static const char *const suffixes[] = { "", "K", "M", "G", "T", "P", "E" };
    int i = 0;
    double v = freq_hz;

    while (v >= 999.5 && i + 1 < (int)ARRAY_SIZE(suffixes)) {
        v /= 1000;
        i++;
    }
    return g_strdup_printf("%0.3g %sHz", v, suffixes[i]);
}
