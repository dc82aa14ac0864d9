/*
 * Single bits in words and in arrays of unsigned long, and bit fields in integers.
 *
 * Bit n of an array is bit n % BITS_PER_LONG of word n / BITS_PER_LONG.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_BITOPS_H
#define QEMU_BITOPS_H

#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "qemu/atomic.h"

#define BITS_PER_BYTE CHAR_BIT
#define BITS_PER_LONG ((long)sizeof(unsigned long) * BITS_PER_BYTE)
#define BITS_TO_LONGS(nr) DIV_ROUND_UP(nr, BITS_PER_LONG)

#define BIT(nr) (1UL << (nr))
#define BIT_ULL(nr) (1ULL << (nr))
#define BIT_MASK(nr) (1UL << ((nr) % BITS_PER_LONG))
#define BIT_WORD(nr) ((nr) / BITS_PER_LONG)
/* @length ones from bit @shift on; length 1 to 64. */
#define MAKE_64BIT_MASK(shift, length) ((~0ULL >> (64 - (length))) << (shift))

static inline void set_bit(long nr, unsigned long *addr)
{
    addr[BIT_WORD(nr)] |= BIT_MASK(nr);
}
static inline void set_bit_atomic(long nr, unsigned long *addr)
{
    qatomic_or(&addr[BIT_WORD(nr)], BIT_MASK(nr));
}
static inline void clear_bit(long nr, unsigned long *addr)
{
    addr[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}
static inline void clear_bit_atomic(long nr, unsigned long *addr)
{
    qatomic_and(&addr[BIT_WORD(nr)], ~BIT_MASK(nr));
}
static inline void change_bit(long nr, unsigned long *addr)
{
    addr[BIT_WORD(nr)] ^= BIT_MASK(nr);
}
/* Non-zero if the bit was set before. */
static inline int test_and_set_bit(long nr, unsigned long *addr)
{
    unsigned long old = addr[BIT_WORD(nr)];
    addr[BIT_WORD(nr)] = old | BIT_MASK(nr);
    return (old & BIT_MASK(nr)) != 0;
}
static inline int test_and_clear_bit(long nr, unsigned long *addr)
{
    unsigned long old = addr[BIT_WORD(nr)];
    addr[BIT_WORD(nr)] = old & ~BIT_MASK(nr);
    return (old & BIT_MASK(nr)) != 0;
}
static inline int test_and_change_bit(long nr, unsigned long *addr)
{
    unsigned long old = addr[BIT_WORD(nr)];
    addr[BIT_WORD(nr)] = old ^ BIT_MASK(nr);
    return (old & BIT_MASK(nr)) != 0;
}
static inline int test_bit(long nr, const unsigned long *addr)
{
    return (addr[BIT_WORD(nr)] >> (nr % BITS_PER_LONG)) & 1;
}

/* The first set (clear) bit at or after @offset, or @size if there is none below it. */
unsigned long find_next_bit(const unsigned long *addr, unsigned long size, unsigned long offset);
unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
                                 unsigned long offset);
/* The last set bit below @size, or @size. */
unsigned long find_last_bit(const unsigned long *addr, unsigned long size);
static inline unsigned long find_first_bit(const unsigned long *addr, unsigned long size)
{
    return find_next_bit(addr, size, 0);
}
static inline unsigned long find_first_zero_bit(const unsigned long *addr, unsigned long size)
{
    return find_next_zero_bit(addr, size, 0);
}

/* Rotations; @shift may be anything. */
#define DEFINE_ROTATE_(bits)                                                                     \
    static inline uint##bits##_t rol##bits(uint##bits##_t word, unsigned shift)                  \
    {                                                                                            \
        return word << (shift & (bits - 1)) | word >> (-shift & (bits - 1));                     \
    }                                                                                            \
    static inline uint##bits##_t ror##bits(uint##bits##_t word, unsigned shift)                  \
    {                                                                                            \
        return word >> (shift & (bits - 1)) | word << (-shift & (bits - 1));                     \
    }
DEFINE_ROTATE_(8)
DEFINE_ROTATE_(16)
DEFINE_ROTATE_(32)
DEFINE_ROTATE_(64)
#undef DEFINE_ROTATE_

/* @length bits of @value from bit @start on; the s form copies the field's sign upward. */
static inline uint32_t extract32(uint32_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 32 - start);
    return (value >> start) & (~0U >> (32 - length));
}
static inline uint64_t extract64(uint64_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 64 - start);
    return (value >> start) & (~0ULL >> (64 - length));
}
static inline uint8_t extract8(uint8_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 8 - start);
    return extract32(value, start, length);
}
static inline uint16_t extract16(uint16_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 16 - start);
    return extract32(value, start, length);
}
static inline int32_t sextract32(uint32_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 32 - start);
    return (int32_t)(value << (32 - length - start)) >> (32 - length);
}
static inline int64_t sextract64(uint64_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 64 - start);
    return (int64_t)(value << (64 - length - start)) >> (64 - length);
}
/* @value with @length bits from @start on replaced by the low bits of @fieldval. */
static inline uint32_t deposit32(uint32_t value, int start, int length, uint32_t fieldval)
{
    assert(start >= 0 && length > 0 && length <= 32 - start);
    uint32_t mask = (~0U >> (32 - length)) << start;
    return (value & ~mask) | ((fieldval << start) & mask);
}
static inline uint64_t deposit64(uint64_t value, int start, int length, uint64_t fieldval)
{
    assert(start >= 0 && length > 0 && length <= 64 - start);
    uint64_t mask = (~0ULL >> (64 - length)) << start;
    return (value & ~mask) | ((fieldval << start) & mask);
}
/* Spread the low 32 bits over the even (odd) positions of 64, and gather them again. */
static inline uint64_t half_shuffle64(uint64_t x)
{
    x = (x | x << 16) & 0x0000ffff0000ffffULL;
    x = (x | x << 8) & 0x00ff00ff00ff00ffULL;
    x = (x | x << 4) & 0x0f0f0f0f0f0f0f0fULL;
    x = (x | x << 2) & 0x3333333333333333ULL;
    return (x | x << 1) & 0x5555555555555555ULL;
}
static inline uint64_t half_unshuffle64(uint64_t x)
{
    x &= 0x5555555555555555ULL;
    x = (x | x >> 1) & 0x3333333333333333ULL;
    x = (x | x >> 2) & 0x0f0f0f0f0f0f0f0fULL;
    x = (x | x >> 4) & 0x00ff00ff00ff00ffULL;
    x = (x | x >> 8) & 0x0000ffff0000ffffULL;
    return (x | x >> 16) & 0x00000000ffffffffULL;
}

#endif
