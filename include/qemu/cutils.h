/*
 * Strings and numbers: bounded copies, strict parsing, sizes, hex.
 *
 * The qemu_strto family: the whole string must be the number, unless @endptr is given, which
 * then gets the first unused byte. 0, -EINVAL (no number, or trailing text; *result 0) or
 * -ERANGE (*result the nearest value).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_CUTILS_H
#define QEMU_CUTILS_H

#include "qemu/osdep.h"

/* Copy (append) within @buf_size bytes, always terminated. pstrcat returns @buf. */
void pstrcpy(char *buf, int buf_size, const char *str);
char *pstrcat(char *buf, int buf_size, const char *s);
/* Copy to a field of @len bytes, filled with @c after the text, not terminated. */
void strpadcpy(char *buf, int len, const char *str, char c);
/* Does @str begin with @val? Then *@ptr (may be NULL) is what follows. stri: any case. */
int strstart(const char *str, const char *val, const char **ptr);
int stristart(const char *str, const char *val, const char **ptr);
size_t qemu_strnlen(const char *s, size_t max_len);
/* strsep() for a constant string: cut at @delim. */
char *qemu_strsep(char **input, const char *delim);
const char *qemu_strchrnul(const char *s, int c);

int qemu_strtoi(const char *nptr, const char **endptr, int base, int *result);
int qemu_strtoui(const char *nptr, const char **endptr, int base, unsigned int *result);
int qemu_strtol(const char *nptr, const char **endptr, int base, long *result);
int qemu_strtoul(const char *nptr, const char **endptr, int base, unsigned long *result);
int qemu_strtoi64(const char *nptr, const char **endptr, int base, int64_t *result);
/* A minus sign negates modulo 2^64, as in C; qemu_strtou64() users often reject it first. */
int qemu_strtou64(const char *nptr, const char **endptr, int base, uint64_t *result);
int qemu_strtod(const char *nptr, const char **endptr, double *result);
/* Infinity and NaN are -EINVAL. */
int qemu_strtod_finite(const char *nptr, const char **endptr, double *result);

/* Without sign, space or trailing text. */
int parse_uint(const char *s, const char **endptr, int base, uint64_t *value);
int parse_uint_full(const char *s, int base, uint64_t *value);

/*
 * Sizes: a number, with a fraction if decimal, or hexadecimal, and a suffix of B, K, M, G, T,
 * P or E (any case, powers of 1024). Without a suffix: bytes, or MiB for the MiB form. The
 * metric form uses powers of 1000.
 */
int qemu_strtosz(const char *nptr, const char **end, uint64_t *result);
int qemu_strtosz_MiB(const char *nptr, const char **end, uint64_t *result);
int qemu_strtosz_metric(const char *nptr, const char **end, uint64_t *result);
/* "1.5 GiB"; caller frees. The freq form: "1.2 GHz". */
char *size_to_str(uint64_t val);
char *freq_to_str(uint64_t freq_hz);

/* "on/yes/true/y" and "off/no/false/n"; -EINVAL else. */
int parse_on_off(const char *s, bool *value);

/* Text lines of @prefix, offset, 16 bytes in hex and as ASCII. */
void qemu_hexdump(FILE *fp, const char *prefix, const void *buf, size_t size);
void qemu_hexdump_line(char *line, size_t line_size, const void *buf, size_t len);
/* Decode pairs of hex digits; -1 if @hex has anything else. Returns the number of bytes. */
ssize_t qemu_hex_decode(const char *hex, void *buf, size_t size);

/* Is all of the buffer zero? Fast for long ones. */
bool buffer_is_zero(const void *buf, size_t len);

/* Unsigned LEB128 of at most 14 bits: bytes used, or -1. */
int uleb128_encode_small(uint8_t *out, uint32_t n);
int uleb128_decode_small(const uint8_t *in, uint32_t *n);

/* <0, 0, >0 as strcmp, but runs of digits compare as numbers. */
int qemu_pstrcmp0(const char **a, const char **b);
/* The edit distance of two names, for "did you mean". */
unsigned qemu_name_distance(const char *a, const char *b);
/*
 * Up to three of the names in @names (NULL at the end) that look like @name, as
 * "'a', 'b' or 'c'"; NULL if none does. Caller frees.
 */
char *qemu_nearest_names(const char *name, const char *const *names);

/* fdatasync() that retries, and falls back where it is missing. */
int qemu_fdatasync(int fd);
/* A set value of the environment, never empty, or NULL. */
const char *qemu_getenv(const char *name);

#endif
