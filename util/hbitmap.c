/*
 * Hierarchical bitmaps.
 *
 * Level 0 has one bit per granule. A bit of level n + 1 says whether a 64-bit word of level n
 * has any bit set. The top level is one word. To find the next set bit, go up until a word has
 * one ahead, then down along the lowest bits: at most 11 words each way, however sparse the
 * map is.
 *
 * Invariants
 *  1. A bit of an upper level is set exactly if its word below is not zero (not while parts
 *     are being deserialized).
 *  2. Bits of level 0 beyond the last granule are clear.
 *  3. count is the number of bits set in level 0.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/hbitmap.h"
#include "qemu/host-utils.h"

enum { WORD_BITS = 64, WORD_SHIFT = 6, MAX_LEVELS = 11 };

struct HBitmap {
    uint64_t size;  /* items */
    uint64_t bits;  /* granules */
    uint64_t count; /* bits set */
    int granularity;
    int levels;
    uint64_t *level[MAX_LEVELS];
    uint64_t words[MAX_LEVELS];
};

/* ---- Life */

static uint64_t bits_for(uint64_t size, int granularity)
{
    return size ? ((size - 1) >> granularity) + 1 : 0;
}

/* Resize the arrays; new words are zero. */
static void set_levels(HBitmap *hb)
{
    uint64_t n = MAX(hb->bits, UINT64_C(1));
    int old_levels = hb->levels, i = 0;

    do {
        uint64_t words = (n - 1) / WORD_BITS + 1;
        uint64_t old = i < old_levels ? hb->words[i] : 0;

        hb->level[i] = g_renew(uint64_t, i < old_levels ? hb->level[i] : NULL, words);
        if (words > old) {
            memset(hb->level[i] + old, 0, (words - old) * sizeof(uint64_t));
        }
        hb->words[i++] = words;
        n = words;
    } while (n > 1);
    hb->levels = i;
    for (; i < old_levels; i++) {
        g_free(hb->level[i]);
        hb->level[i] = NULL;
    }
}

HBitmap *hbitmap_alloc(uint64_t size, int granularity)
{
    HBitmap *hb = g_new0(HBitmap, 1);

    assert(granularity >= 0 && granularity < 64 && size <= INT64_MAX);
    hb->size = size;
    hb->granularity = granularity;
    hb->bits = bits_for(size, granularity);
    set_levels(hb);
    return hb;
}

void hbitmap_free(HBitmap *hb)
{
    if (hb) {
        for (int i = 0; i < hb->levels; i++) {
            g_free(hb->level[i]);
        }
        g_free(hb);
    }
}

/* Make the upper levels and the count fit level 0. */
static void rebuild(HBitmap *hb)
{
    hb->count = 0;
    for (uint64_t w = 0; w < hb->words[0]; w++) {
        hb->count += ctpop64(hb->level[0][w]);
    }
    for (int i = 1; i < hb->levels; i++) {
        memset(hb->level[i], 0, hb->words[i] * sizeof(uint64_t));
        for (uint64_t w = 0; w < hb->words[i - 1]; w++) {
            if (hb->level[i - 1][w]) {
                hb->level[i][w / WORD_BITS] |= UINT64_C(1) << (w % WORD_BITS);
            }
        }
    }
}

static void clear_tail(HBitmap *hb)
{
    uint64_t last = hb->bits / WORD_BITS;

    for (uint64_t w = last; w < hb->words[0]; w++) {
        hb->level[0][w] &= w == last ? (UINT64_C(1) << (hb->bits % WORD_BITS)) - 1 : 0;
    }
}

void hbitmap_truncate(HBitmap *hb, uint64_t size)
{
    assert(size <= INT64_MAX);
    hb->size = size;
    hb->bits = bits_for(size, hb->granularity);
    set_levels(hb);
    clear_tail(hb);
    rebuild(hb);
}

uint64_t hbitmap_size(const HBitmap *hb)
{
    return hb->size;
}

int hbitmap_granularity(const HBitmap *hb)
{
    return hb->granularity;
}

static bool get_bit(const HBitmap *hb, uint64_t bit)
{
    return hb->level[0][bit / WORD_BITS] >> (bit % WORD_BITS) & 1;
}

uint64_t hbitmap_count(const HBitmap *hb)
{
    uint64_t n = hb->count << hb->granularity;

    /* The last granule may reach beyond the end. */
    if (hb->bits && get_bit(hb, hb->bits - 1)) {
        n -= (hb->bits << hb->granularity) - hb->size;
    }
    return n;
}

bool hbitmap_empty(const HBitmap *hb)
{
    return hb->count == 0;
}

/* ---- Changing */

/* The bits of word @w that lie in [first, last]. */
static uint64_t mask_in_word(uint64_t w, uint64_t first, uint64_t last)
{
    uint64_t mask = UINT64_MAX;

    if (w == first / WORD_BITS) {
        mask &= UINT64_MAX << (first % WORD_BITS);
    }
    if (w == last / WORD_BITS) {
        mask &= UINT64_MAX >> (WORD_BITS - 1 - last % WORD_BITS);
    }
    return mask;
}

/* Set bits @first to @last of level 0, then of each level above while words came to life. */
static void set_bits(HBitmap *hb, uint64_t first, uint64_t last)
{
    for (int i = 0; i < hb->levels; i++) {
        bool changed = false;

        for (uint64_t w = first / WORD_BITS; w <= last / WORD_BITS; w++) {
            uint64_t old = hb->level[i][w], now = old | mask_in_word(w, first, last);

            hb->level[i][w] = now;
            changed |= !old;
            if (i == 0) {
                hb->count += ctpop64(now) - ctpop64(old);
            }
        }
        if (!changed) {
            break;
        }
        first /= WORD_BITS;
        last /= WORD_BITS;
    }
}

static void clear_bits(HBitmap *hb, uint64_t first, uint64_t last)
{
    for (int i = 0; i < hb->levels; i++) {
        uint64_t w1 = first / WORD_BITS, w2 = last / WORD_BITS;

        for (uint64_t w = w1; w <= w2; w++) {
            uint64_t old = hb->level[i][w], now = old & ~mask_in_word(w, first, last);

            hb->level[i][w] = now;
            if (i == 0) {
                hb->count -= ctpop64(old) - ctpop64(now);
            }
        }
        /* Above, only those words of the edges go that have become empty. */
        if (hb->level[i][w1]) {
            w1++;
        }
        if (w2 >= w1 && hb->level[i][w2]) {
            if (w2 == 0) {
                break;
            }
            w2--;
        }
        if (w1 > w2) {
            break;
        }
        first = w1;
        last = w2;
    }
}

void hbitmap_set(HBitmap *hb, uint64_t start, uint64_t count)
{
    if (count) {
        assert(start < hb->size && count <= hb->size - start);
        set_bits(hb, start >> hb->granularity, (start + count - 1) >> hb->granularity);
    }
}

void hbitmap_reset(HBitmap *hb, uint64_t start, uint64_t count)
{
    if (count) {
        assert(start < hb->size && count <= hb->size - start);
        clear_bits(hb, start >> hb->granularity, (start + count - 1) >> hb->granularity);
    }
}

void hbitmap_reset_all(HBitmap *hb)
{
    for (int i = 0; i < hb->levels; i++) {
        memset(hb->level[i], 0, hb->words[i] * sizeof(uint64_t));
    }
    hb->count = 0;
}

bool hbitmap_get(const HBitmap *hb, uint64_t item)
{
    assert(item < hb->size);
    return get_bit(hb, item >> hb->granularity);
}

/* ---- Searching */

/* The first set bit of level 0 at or after @bit; UINT64_MAX if there is none. */
static uint64_t next_set(const HBitmap *hb, uint64_t bit)
{
    uint64_t pos = bit;
    int i;

    for (i = 0; i < hb->levels; i++) {
        uint64_t w = pos / WORD_BITS;

        if (w >= hb->words[i]) {
            return UINT64_MAX;
        }
        uint64_t ahead = hb->level[i][w] & (UINT64_MAX << (pos % WORD_BITS));
        if (ahead) {
            pos = w * WORD_BITS + ctz64(ahead);
            break;
        }
        /* Nothing in this word: look above, from the next word on. */
        pos = w + 1;
    }
    if (i == hb->levels) {
        return UINT64_MAX;
    }
    while (i-- > 0) {
        pos = pos * WORD_BITS + ctz64(hb->level[i][pos]);
    }
    return pos;
}

static uint64_t next_clear(const HBitmap *hb, uint64_t bit)
{
    for (uint64_t w = bit / WORD_BITS; w < hb->words[0]; w++) {
        uint64_t word = ~hb->level[0][w];

        if (w == bit / WORD_BITS) {
            word &= UINT64_MAX << (bit % WORD_BITS);
        }
        if (word) {
            return w * WORD_BITS + ctz64(word);
        }
    }
    return UINT64_MAX;
}

/* Turn a found bit into an item of [start, end), or -1. */
static int64_t item_of(const HBitmap *hb, uint64_t bit, int64_t start, int64_t end)
{
    if (bit >= hb->bits) {
        return -1;
    }
    int64_t item = MAX((int64_t)(bit << hb->granularity), start);
    return item < end ? item : -1;
}

static int64_t end_of(const HBitmap *hb, int64_t start, int64_t count)
{
    assert(start >= 0 && count >= 0);
    return (uint64_t)start >= hb->size ? start
                                       : start + MIN(count, (int64_t)(hb->size - start));
}

int64_t hbitmap_next_dirty(const HBitmap *hb, int64_t start, int64_t count)
{
    int64_t end = end_of(hb, start, count);

    return start >= end ? -1 : item_of(hb, next_set(hb, start >> hb->granularity), start, end);
}

int64_t hbitmap_next_zero(const HBitmap *hb, int64_t start, int64_t count)
{
    int64_t end = end_of(hb, start, count);

    return start >= end ? -1 : item_of(hb, next_clear(hb, start >> hb->granularity), start, end);
}

bool hbitmap_next_dirty_area(const HBitmap *hb, int64_t start, int64_t end, int64_t max,
                             int64_t *dirty_start, int64_t *dirty_count)
{
    assert(start >= 0 && end >= 0 && max > 0);
    end = MIN(end, (int64_t)hb->size);
    if (start >= end) {
        return false;
    }
    int64_t first = hbitmap_next_dirty(hb, start, end - start);
    if (first < 0) {
        return false;
    }
    end = first + MIN(end - first, max);
    int64_t stop = hbitmap_next_zero(hb, first, end - first);
    *dirty_start = first;
    *dirty_count = (stop < 0 ? end : stop) - first;
    return true;
}

bool hbitmap_status(const HBitmap *hb, int64_t start, int64_t count, int64_t *pnum)
{
    bool dirty = hbitmap_get(hb, start);
    int64_t other = dirty ? hbitmap_next_zero(hb, start, count)
                          : hbitmap_next_dirty(hb, start, count);

    *pnum = (other < 0 ? end_of(hb, start, count) : other) - start;
    return dirty;
}

void hbitmap_iter_init(HBitmapIter *hbi, const HBitmap *hb, uint64_t first)
{
    assert(first <= hb->size);
    *hbi = (HBitmapIter){ hb, first };
}

int64_t hbitmap_iter_next(HBitmapIter *hbi)
{
    const HBitmap *hb = hbi->hb;

    if (hbi->next < 0 || (uint64_t)hbi->next >= hb->size) {
        return -1;
    }
    uint64_t bit = next_set(hb, hbi->next >> hb->granularity);
    if (bit >= hb->bits) {
        hbi->next = -1;
        return -1;
    }
    hbi->next = (bit + 1) << hb->granularity;
    return bit << hb->granularity;
}

/* ---- Combining */

bool hbitmap_can_merge(const HBitmap *a, const HBitmap *b)
{
    return a->size == b->size;
}

/* Set in @dst what is set in @src, which may have another granularity. */
static void add_sparse(HBitmap *dst, const HBitmap *src)
{
    int64_t start = 0, count;

    while (hbitmap_next_dirty_area(src, start, src->size, INT64_MAX, &start, &count)) {
        hbitmap_set(dst, start, count);
        start += count;
    }
}

void hbitmap_merge(const HBitmap *a, const HBitmap *b, HBitmap *result)
{
    assert(hbitmap_can_merge(a, result) && hbitmap_can_merge(b, result));
    if (a->granularity == b->granularity && a->granularity == result->granularity) {
        for (uint64_t w = 0; w < result->words[0]; w++) {
            result->level[0][w] = a->level[0][w] | b->level[0][w];
        }
        rebuild(result);
        return;
    }
    if (result != a && result != b) {
        hbitmap_reset_all(result);
    }
    if (a != result) {
        add_sparse(result, a);
    }
    if (b != result) {
        add_sparse(result, b);
    }
}

char *hbitmap_sha256(const HBitmap *bitmap, Error **errp)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    for (uint64_t w = 0; w < bitmap->words[0]; w++) {
        uint64_t le = cpu_to_le64(bitmap->level[0][w]);
        g_checksum_update(sum, (const guchar *)&le, sizeof(le));
    }
    return g_strdup(g_checksum_get_string(sum));
}

/* ---- As bytes */

uint64_t hbitmap_serialization_align(const HBitmap *hb)
{
    assert(hbitmap_is_serializable(hb));
    /* Whole words, so that parts do not share any. */
    return UINT64_C(64) << hb->granularity;
}

bool hbitmap_is_serializable(const HBitmap *hb)
{
    /* The alignment must have 64 bits. */
    return hb->granularity < 58;
}

/* The words that hold the items of a part. */
static void part_words(const HBitmap *hb, uint64_t start, uint64_t count, uint64_t *first,
                       uint64_t *n)
{
    uint64_t align = hbitmap_serialization_align(hb);

    assert(start % align == 0 && start + count <= hb->size);
    assert(start + count == hb->size || count % align == 0);
    *first = start / align;
    *n = count ? (start + count - 1) / align - *first + 1 : 0;
}

uint64_t hbitmap_serialization_size(const HBitmap *hb, uint64_t start, uint64_t count)
{
    uint64_t first, n;

    part_words(hb, start, count, &first, &n);
    return n * sizeof(uint64_t);
}

void hbitmap_serialize_part(const HBitmap *hb, uint8_t *buf, uint64_t start, uint64_t count)
{
    uint64_t first, n;

    part_words(hb, start, count, &first, &n);
    for (uint64_t i = 0; i < n; i++) {
        stq_le_p(buf + i * 8, hb->level[0][first + i]);
    }
}

void hbitmap_deserialize_part(HBitmap *hb, uint8_t *buf, uint64_t start, uint64_t count,
                              bool finish)
{
    uint64_t first, n;

    part_words(hb, start, count, &first, &n);
    for (uint64_t i = 0; i < n; i++) {
        hb->level[0][first + i] = ldq_le_p(buf + i * 8);
    }
    if (finish) {
        hbitmap_deserialize_finish(hb);
    }
}

static void fill_part(HBitmap *hb, uint64_t start, uint64_t count, int byte, bool finish)
{
    uint64_t first, n;

    part_words(hb, start, count, &first, &n);
    memset(hb->level[0] + first, byte, n * sizeof(uint64_t));
    if (finish) {
        hbitmap_deserialize_finish(hb);
    }
}

void hbitmap_deserialize_zeroes(HBitmap *hb, uint64_t start, uint64_t count, bool finish)
{
    fill_part(hb, start, count, 0, finish);
}

void hbitmap_deserialize_ones(HBitmap *hb, uint64_t start, uint64_t count, bool finish)
{
    fill_part(hb, start, count, 0xff, finish);
}

void hbitmap_deserialize_finish(HBitmap *hb)
{
    /* The bytes come from a file or stream: what is beyond the end counts for nothing. */
    clear_tail(hb);
    rebuild(hb);
}
