/*
 * Operations on arrays of bits.
 *
 * Sizes, positions and counts are in bits. Two bitmaps of one operation have the same size;
 * bits above the size in the last word are neither read as data nor promised.
 *
 * Threads: the caller's lock, except for the _atomic functions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_BITMAP_H
#define QEMU_BITMAP_H

#include "qemu/bitops.h"

#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]
/* Masks of the valid bits in the first and in the last word. */
#define BITMAP_FIRST_WORD_MASK(start) (~0UL << ((start) & (BITS_PER_LONG - 1)))
#define BITMAP_LAST_WORD_MASK(nbits) (~0UL >> (-(nbits) & (BITS_PER_LONG - 1)))

/* A zeroed bitmap, NULL if memory runs out; free with g_free(). */
unsigned long *bitmap_try_new(long nbits);
/* As above, ends the process instead of NULL. */
unsigned long *bitmap_new(long nbits);
/* Resize, new bits are clear. */
unsigned long *bitmap_zero_extend(unsigned long *old, long old_nbits, long new_nbits);

void bitmap_zero(unsigned long *dst, long nbits);
void bitmap_fill(unsigned long *dst, long nbits);
void bitmap_copy(unsigned long *dst, const unsigned long *src, long nbits);
bool bitmap_empty(const unsigned long *src, long nbits);
bool bitmap_full(const unsigned long *src, long nbits);
bool bitmap_equal(const unsigned long *a, const unsigned long *b, long nbits);
bool bitmap_intersects(const unsigned long *a, const unsigned long *b, long nbits);
long bitmap_count_one(const unsigned long *bitmap, long nbits);
long bitmap_count_one_with_offset(const unsigned long *bitmap, long offset, long nbits);
/* bitmap_and() and bitmap_andnot() tell whether any bit is left. */
bool bitmap_and(unsigned long *dst, const unsigned long *a, const unsigned long *b, long nbits);
bool bitmap_andnot(unsigned long *dst, const unsigned long *a, const unsigned long *b,
                   long nbits);
void bitmap_or(unsigned long *dst, const unsigned long *a, const unsigned long *b, long nbits);
void bitmap_xor(unsigned long *dst, const unsigned long *a, const unsigned long *b, long nbits);
void bitmap_complement(unsigned long *dst, const unsigned long *src, long nbits);

void bitmap_set(unsigned long *map, long start, long nr);
void bitmap_clear(unsigned long *map, long start, long nr);
/* Whole-word atomic; test_and_clear returns whether any bit of the range was set. */
void bitmap_set_atomic(unsigned long *map, long start, long nr);
bool bitmap_test_and_clear_atomic(unsigned long *map, long start, long nr);
bool bitmap_test_and_clear(unsigned long *map, long start, long nr);
/* dst = src, src = 0, word by word atomically. */
void bitmap_copy_and_clear_atomic(unsigned long *dst, unsigned long *src, long nbits);
/* Copy between different positions. */
void bitmap_copy_with_src_offset(unsigned long *dst, const unsigned long *src, unsigned long off,
                                 unsigned long nbits);
void bitmap_copy_with_dst_offset(unsigned long *dst, const unsigned long *src, unsigned long off,
                                 unsigned long nbits);
/*
 * The first position at or after @start of @nr clear bits in a row, where position &
 * @align_mask is 0. A value of @size or above means none.
 */
unsigned long bitmap_find_next_zero_area(unsigned long *map, unsigned long size,
                                         unsigned long start, unsigned long nr,
                                         unsigned long align_mask);
/* Between words in host order and the little-endian layout of files and streams. */
void bitmap_to_le(unsigned long *dst, const unsigned long *src, long nbits);
void bitmap_from_le(unsigned long *dst, const unsigned long *src, long nbits);

#endif
