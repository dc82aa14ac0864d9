/*
 * Sizes of memory regions: 2^64 bytes and differences of addresses do not fit in 64 bits.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_INT128_H
#define QEMU_INT128_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

typedef __int128 Int128;

static inline Int128 int128_make64(uint64_t a)
{
    return (Int128)a;
}
static inline Int128 int128_make128(uint64_t lo, uint64_t hi)
{
    return (Int128)(((unsigned __int128)hi << 64) | lo);
}
static inline Int128 int128_makes64(int64_t a)
{
    return a;
}
/* The value must fit. */
static inline uint64_t int128_get64(Int128 a)
{
    assert(a >= 0 && a <= (Int128)UINT64_MAX);
    return (uint64_t)a;
}
static inline uint64_t int128_getlo(Int128 a)
{
    return (uint64_t)a;
}
static inline int64_t int128_gethi(Int128 a)
{
    return (int64_t)(a >> 64);
}
static inline Int128 int128_zero(void)
{
    return 0;
}
static inline Int128 int128_one(void)
{
    return 1;
}
/* 2^64 */
static inline Int128 int128_2_64(void)
{
    return (Int128)1 << 64;
}
static inline Int128 int128_add(Int128 a, Int128 b)
{
    return a + b;
}
static inline Int128 int128_sub(Int128 a, Int128 b)
{
    return a - b;
}
static inline Int128 int128_and(Int128 a, Int128 b)
{
    return a & b;
}
static inline Int128 int128_min(Int128 a, Int128 b)
{
    return a < b ? a : b;
}
static inline Int128 int128_max(Int128 a, Int128 b)
{
    return a > b ? a : b;
}
static inline bool int128_eq(Int128 a, Int128 b)
{
    return a == b;
}
static inline bool int128_ne(Int128 a, Int128 b)
{
    return a != b;
}
static inline bool int128_lt(Int128 a, Int128 b)
{
    return a < b;
}
static inline bool int128_le(Int128 a, Int128 b)
{
    return a <= b;
}
static inline bool int128_gt(Int128 a, Int128 b)
{
    return a > b;
}
static inline bool int128_ge(Int128 a, Int128 b)
{
    return a >= b;
}
static inline bool int128_nz(Int128 a)
{
    return a != 0;
}

#endif
