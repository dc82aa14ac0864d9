/*
 * Integer arithmetic that C does not spell: counting bits, wide products, powers of two.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_HOST_UTILS_H
#define QEMU_HOST_UTILS_H

#include "qemu/osdep.h"

/* Zero bits above the highest (below the lowest) one; the type's width for 0. */
static inline int clz32(uint32_t v)
{
    return v ? __builtin_clz(v) : 32;
}
static inline int clz64(uint64_t v)
{
    return v ? __builtin_clzll(v) : 64;
}
static inline int ctz32(uint32_t v)
{
    return v ? __builtin_ctz(v) : 32;
}
static inline int ctz64(uint64_t v)
{
    return v ? __builtin_ctzll(v) : 64;
}
/* The same for one bits. */
static inline int clo32(uint32_t v)
{
    return clz32(~v);
}
static inline int clo64(uint64_t v)
{
    return clz64(~v);
}
static inline int cto32(uint32_t v)
{
    return ctz32(~v);
}
static inline int cto64(uint64_t v)
{
    return ctz64(~v);
}
/* Copies of the sign bit below the sign bit. */
static inline int clrsb32(uint32_t v)
{
    return __builtin_clrsb(v);
}
static inline int clrsb64(uint64_t v)
{
    return __builtin_clrsbll(v);
}
static inline int ctpop8(uint8_t v)
{
    return __builtin_popcount(v);
}
static inline int ctpop16(uint16_t v)
{
    return __builtin_popcount(v);
}
static inline int ctpop32(uint32_t v)
{
    return __builtin_popcount(v);
}
static inline int ctpop64(uint64_t v)
{
    return __builtin_popcountll(v);
}
/* Mirror the bits. */
static inline uint8_t revbit8(uint8_t v)
{
    return (uint8_t)((v * 0x0202020202ULL & 0x010884422010ULL) % 1023);
}
static inline uint32_t revbit32(uint32_t v)
{
    v = __builtin_bswap32(v);
    v = (v & 0xf0f0f0f0u) >> 4 | (v & 0x0f0f0f0fu) << 4;
    v = (v & 0xccccccccu) >> 2 | (v & 0x33333333u) << 2;
    return (v & 0xaaaaaaaau) >> 1 | (v & 0x55555555u) << 1;
}
static inline uint16_t revbit16(uint16_t v)
{
    return revbit32(v) >> 16;
}
static inline uint64_t revbit64(uint64_t v)
{
    return (uint64_t)revbit32((uint32_t)v) << 32 | revbit32(v >> 32);
}

static inline bool is_power_of_2(uint64_t v)
{
    return v && !(v & (v - 1));
}
/* The largest power of two not above @v (0 for 0). */
static inline uint64_t pow2floor(uint64_t v)
{
    return v ? UINT64_C(1) << (63 - clz64(v)) : 0;
}
/* The smallest power of two not below @v (1 for 0), or 0 if that has no 64 bits. */
static inline uint64_t pow2ceil(uint64_t v)
{
    if (v <= 1) {
        return 1;
    }
    int n = clz64(v - 1);
    return n ? UINT64_C(1) << (64 - n) : 0;
}
static inline uint32_t pow2roundup32(uint32_t v)
{
    return (uint32_t)pow2ceil(v);
}

/* 64 x 64 = 128 bits. */
static inline void mulu64(uint64_t *lo, uint64_t *hi, uint64_t a, uint64_t b)
{
    unsigned __int128 p = (unsigned __int128)a * b;
    *lo = (uint64_t)p;
    *hi = (uint64_t)(p >> 64);
}
static inline void muls64(uint64_t *lo, uint64_t *hi, int64_t a, int64_t b)
{
    __int128 p = (__int128)a * b;
    *lo = (uint64_t)p;
    *hi = (uint64_t)(p >> 64);
}
/* a * b / c with a full product; the quotient is cut to 64 bits. @c is not 0. */
static inline uint64_t muldiv64(uint64_t a, uint32_t b, uint32_t c)
{
    return (uint64_t)((unsigned __int128)a * b / c);
}
static inline uint64_t muldiv64_round_up(uint64_t a, uint32_t b, uint32_t c)
{
    return (uint64_t)(((unsigned __int128)a * b + c - 1) / c);
}
/* a * b / c for three 64-bit factors. */
static inline uint64_t muldiv_u64(uint64_t a, uint64_t b, uint64_t c)
{
    return (uint64_t)((unsigned __int128)a * b / c);
}

#define uadd64_overflow(x, y, r) __builtin_add_overflow((uint64_t)(x), (uint64_t)(y), r)
#define uadd32_overflow(x, y, r) __builtin_add_overflow((uint32_t)(x), (uint32_t)(y), r)
#define umul64_overflow(x, y, r) __builtin_mul_overflow((uint64_t)(x), (uint64_t)(y), r)
#define sadd64_overflow(x, y, r) __builtin_add_overflow((int64_t)(x), (int64_t)(y), r)

#endif
