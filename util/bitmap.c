/*
 * Arrays of bits: searching, filling, combining.
 *
 * Range operations work word by word: the mask of the first word, whole words, the mask of the
 * last one. struct BitRange walks them in that order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "qemu/bswap.h"

/* ---- Searching */

/* Find a bit in addr[] ^ invert. */
static inline unsigned long find_next(const unsigned long *addr, unsigned long size,
                                      unsigned long offset, unsigned long invert)
{
    if (offset >= size) {
        return size;
    }
    unsigned long i = BIT_WORD(offset);
    unsigned long word = (addr[i] ^ invert) & BITMAP_FIRST_WORD_MASK(offset);
    unsigned long words = BITS_TO_LONGS(size);

    while (!word) {
        if (++i >= words) {
            return size;
        }
        word = addr[i] ^ invert;
    }
    unsigned long pos = i * BITS_PER_LONG + ctz64(word);
    return pos < size ? pos : size;
}

unsigned long find_next_bit(const unsigned long *addr, unsigned long size, unsigned long offset)
{
    return find_next(addr, size, offset, 0);
}

unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
                                 unsigned long offset)
{
    return find_next(addr, size, offset, ~0UL);
}

unsigned long find_last_bit(const unsigned long *addr, unsigned long size)
{
    unsigned long i = BITS_TO_LONGS(size);

    while (i > 0) {
        i--;
        unsigned long word = addr[i];
        if (i == BIT_WORD(size)) {
            word &= BITMAP_LAST_WORD_MASK(size);
        }
        if (word) {
            return i * BITS_PER_LONG + BITS_PER_LONG - 1 - __builtin_clzl(word);
        }
    }
    return size;
}

/* ---- Life */

unsigned long *bitmap_try_new(long nbits)
{
    return g_try_new0(unsigned long, BITS_TO_LONGS(nbits));
}

unsigned long *bitmap_new(long nbits)
{
    return g_new0(unsigned long, BITS_TO_LONGS(nbits));
}

unsigned long *bitmap_zero_extend(unsigned long *old, long old_nbits, long new_nbits)
{
    unsigned long *map = g_renew(unsigned long, old, BITS_TO_LONGS(new_nbits));

    if (new_nbits > old_nbits) {
        long words = BITS_TO_LONGS(old_nbits);

        if (old_nbits % BITS_PER_LONG) {
            map[words - 1] &= BITMAP_LAST_WORD_MASK(old_nbits);
        }
        memset(map + words, 0, (BITS_TO_LONGS(new_nbits) - words) * sizeof(unsigned long));
    }
    return map;
}

/* ---- Whole bitmaps */

void bitmap_zero(unsigned long *dst, long nbits)
{
    memset(dst, 0, BITS_TO_LONGS(nbits) * sizeof(unsigned long));
}

void bitmap_fill(unsigned long *dst, long nbits)
{
    if (nbits > 0) {
        long words = BITS_TO_LONGS(nbits);

        memset(dst, 0xff, words * sizeof(unsigned long));
        dst[words - 1] = BITMAP_LAST_WORD_MASK(nbits);
    }
}

void bitmap_copy(unsigned long *dst, const unsigned long *src, long nbits)
{
    memcpy(dst, src, BITS_TO_LONGS(nbits) * sizeof(unsigned long));
}

bool bitmap_empty(const unsigned long *src, long nbits)
{
    return find_first_bit(src, nbits) >= nbits;
}

bool bitmap_full(const unsigned long *src, long nbits)
{
    return find_first_zero_bit(src, nbits) >= nbits;
}

/* The bits of word @i that belong to a bitmap of @nbits. */
static inline unsigned long word_mask(long i, long nbits)
{
    return i < nbits / BITS_PER_LONG ? ~0UL : BITMAP_LAST_WORD_MASK(nbits);
}

bool bitmap_equal(const unsigned long *a, const unsigned long *b, long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        if ((a[i] ^ b[i]) & word_mask(i, nbits)) {
            return false;
        }
    }
    return true;
}

bool bitmap_intersects(const unsigned long *a, const unsigned long *b, long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        if (a[i] & b[i] & word_mask(i, nbits)) {
            return true;
        }
    }
    return false;
}

long bitmap_count_one(const unsigned long *bitmap, long nbits)
{
    long n = 0;

    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        n += ctpop64(bitmap[i] & word_mask(i, nbits));
    }
    return n;
}

bool bitmap_and(unsigned long *dst, const unsigned long *a, const unsigned long *b, long nbits)
{
    unsigned long any = 0;

    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        dst[i] = a[i] & b[i];
        any |= dst[i] & word_mask(i, nbits);
    }
    return any != 0;
}

bool bitmap_andnot(unsigned long *dst, const unsigned long *a, const unsigned long *b,
                   long nbits)
{
    unsigned long any = 0;

    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        dst[i] = a[i] & ~b[i];
        any |= dst[i] & word_mask(i, nbits);
    }
    return any != 0;
}

void bitmap_or(unsigned long *dst, const unsigned long *a, const unsigned long *b, long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        dst[i] = a[i] | b[i];
    }
}

void bitmap_xor(unsigned long *dst, const unsigned long *a, const unsigned long *b, long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        dst[i] = a[i] ^ b[i];
    }
}

void bitmap_complement(unsigned long *dst, const unsigned long *src, long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        dst[i] = ~src[i] & word_mask(i, nbits);
    }
}

/* ---- Ranges */

typedef struct BitRange {
    unsigned long *word;
    unsigned long mask; /* the range's bits in *word */
    long start, end;
} BitRange;

static inline void range_set_mask(BitRange *r)
{
    long left = r->end - r->start;
    long room = BITS_PER_LONG - r->start % BITS_PER_LONG;

    r->mask = BITMAP_FIRST_WORD_MASK(r->start);
    if (left < room) {
        r->mask &= ~(~0UL << (r->start % BITS_PER_LONG + left));
    }
}

static inline BitRange range_begin(unsigned long *map, long start, long nr)
{
    assert(start >= 0 && nr >= 0);
    BitRange r = { map + BIT_WORD(start), 0, start, start + nr };
    if (nr) {
        range_set_mask(&r);
    }
    return r;
}

static inline bool range_more(const BitRange *r)
{
    return r->start < r->end;
}

static inline void range_next(BitRange *r)
{
    r->start = (r->start / BITS_PER_LONG + 1) * BITS_PER_LONG;
    r->word++;
    if (range_more(r)) {
        range_set_mask(r);
    }
}

void bitmap_set(unsigned long *map, long start, long nr)
{
    for (BitRange r = range_begin(map, start, nr); range_more(&r); range_next(&r)) {
        *r.word |= r.mask;
    }
}

void bitmap_clear(unsigned long *map, long start, long nr)
{
    for (BitRange r = range_begin(map, start, nr); range_more(&r); range_next(&r)) {
        *r.word &= ~r.mask;
    }
}

void bitmap_set_atomic(unsigned long *map, long start, long nr)
{
    for (BitRange r = range_begin(map, start, nr); range_more(&r); range_next(&r)) {
        /* Skip the bus traffic when nothing would change. */
        if ((qatomic_read(r.word) & r.mask) != r.mask) {
            qatomic_or(r.word, r.mask);
        }
    }
    /* Also when all was set already: the caller's earlier stores come first. */
    smp_mb();
}

bool bitmap_test_and_clear_atomic(unsigned long *map, long start, long nr)
{
    unsigned long dirty = 0;

    for (BitRange r = range_begin(map, start, nr); range_more(&r); range_next(&r)) {
        if (qatomic_read(r.word) & r.mask) {
            dirty |= qatomic_fetch_and(r.word, ~r.mask) & r.mask;
        }
    }
    /* The bits are cleared before the caller reads what they guard. */
    smp_mb();
    return dirty != 0;
}

bool bitmap_test_and_clear(unsigned long *map, long start, long nr)
{
    unsigned long dirty = 0;

    for (BitRange r = range_begin(map, start, nr); range_more(&r); range_next(&r)) {
        dirty |= *r.word & r.mask;
        *r.word &= ~r.mask;
    }
    return dirty != 0;
}

long bitmap_count_one_with_offset(const unsigned long *bitmap, long offset, long nbits)
{
    long n = 0;

    for (BitRange r = range_begin((unsigned long *)bitmap, offset, nbits); range_more(&r);
         range_next(&r)) {
        n += ctpop64(*r.word & r.mask);
    }
    return n;
}

void bitmap_copy_and_clear_atomic(unsigned long *dst, unsigned long *src, long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        dst[i] = qatomic_xchg(&src[i], 0);
    }
}

/* @n bits (1 to BITS_PER_LONG) of @map from @pos on. */
static inline unsigned long get_bits(const unsigned long *map, unsigned long pos, unsigned n)
{
    unsigned shift = pos % BITS_PER_LONG;
    unsigned long v = map[BIT_WORD(pos)] >> shift;

    if (shift && shift + n > BITS_PER_LONG) {
        v |= map[BIT_WORD(pos) + 1] << (BITS_PER_LONG - shift);
    }
    return v & BITMAP_LAST_WORD_MASK(n);
}

void bitmap_copy_with_src_offset(unsigned long *dst, const unsigned long *src, unsigned long off,
                                 unsigned long nbits)
{
    for (unsigned long pos = 0; pos < nbits; pos += BITS_PER_LONG) {
        dst[BIT_WORD(pos)] = get_bits(src, off + pos, MIN(nbits - pos, (size_t)BITS_PER_LONG));
    }
}

void bitmap_copy_with_dst_offset(unsigned long *dst, const unsigned long *src, unsigned long off,
                                 unsigned long nbits)
{
    for (BitRange r = range_begin(dst, off, nbits); range_more(&r); range_next(&r)) {
        unsigned shift = ctz64(r.mask);
        unsigned long v = get_bits(src, r.start - off, ctpop64(r.mask));

        *r.word = (*r.word & ~r.mask) | v << shift;
    }
}

unsigned long bitmap_find_next_zero_area(unsigned long *map, unsigned long size,
                                         unsigned long start, unsigned long nr,
                                         unsigned long align_mask)
{
    for (;;) {
        unsigned long at = find_next_zero_bit(map, size, start);
        at = (at + align_mask) & ~align_mask;
        unsigned long end = at + nr;
        if (at >= size || end > size) {
            return size + 1;
        }
        unsigned long hit = find_next_bit(map, end, at);
        if (hit >= end) {
            return at;
        }
        start = hit + 1;
    }
}

void bitmap_to_le(unsigned long *dst, const unsigned long *src, long nbits)
{
    for (long i = 0; i < BITS_TO_LONGS(nbits); i++) {
        dst[i] = BITS_PER_LONG == 64 ? cpu_to_le64(src[i]) : cpu_to_le32(src[i]);
    }
}

void bitmap_from_le(unsigned long *dst, const unsigned long *src, long nbits)
{
    bitmap_to_le(dst, src, nbits);
}
