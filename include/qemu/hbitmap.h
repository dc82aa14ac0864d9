/*
 * Hierarchical bitmaps: a bit per granule of a large range, with fast search.
 *
 * Positions and counts in this interface are items of the range (bytes of a disk, say). A
 * granule is 2^granularity items; setting any item sets its granule.
 *
 * Threads: the owner's lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_HBITMAP_H
#define QEMU_HBITMAP_H

#include "qemu/osdep.h"

typedef struct HBitmapIter {
    const HBitmap *hb;
    int64_t next; /* item, -1 at the end */
} HBitmapIter;

/* All clear. @granularity 0 to 63. */
HBitmap *hbitmap_alloc(uint64_t size, int granularity);
void hbitmap_free(HBitmap *hb);
/* Change the size; new items are clear. */
void hbitmap_truncate(HBitmap *hb, uint64_t size);
uint64_t hbitmap_size(const HBitmap *hb);
int hbitmap_granularity(const HBitmap *hb);
/* Items in set granules; the last granule counts up to the end of the range. */
uint64_t hbitmap_count(const HBitmap *hb);
bool hbitmap_empty(const HBitmap *hb);

/* The range must lie inside. Resetting clears every granule that it touches. */
void hbitmap_set(HBitmap *hb, uint64_t start, uint64_t count);
void hbitmap_reset(HBitmap *hb, uint64_t start, uint64_t count);
void hbitmap_reset_all(HBitmap *hb);
bool hbitmap_get(const HBitmap *hb, uint64_t item);

/*
 * The first set (clear) item in [start, start + count), or -1. Of a set granule that begins
 * before @start, that is @start itself.
 */
int64_t hbitmap_next_dirty(const HBitmap *hb, int64_t start, int64_t count);
int64_t hbitmap_next_zero(const HBitmap *hb, int64_t start, int64_t count);
/* The first run of set items in [start, end), of at most @max items; false if there is none. */
bool hbitmap_next_dirty_area(const HBitmap *hb, int64_t start, int64_t end, int64_t max,
                             int64_t *dirty_start, int64_t *dirty_count);
/* Is @start set? *pnum is how many items from there on, at most @count, are alike. */
bool hbitmap_status(const HBitmap *hb, int64_t start, int64_t count, int64_t *pnum);

/* Walk the set granules from @first on; changes are seen as far as they lie ahead. */
void hbitmap_iter_init(HBitmapIter *hbi, const HBitmap *hb, uint64_t first);
/* The first item of the next set granule, or -1. */
int64_t hbitmap_iter_next(HBitmapIter *hbi);

/* May a be merged into b? Sizes must be equal; granularities may differ. */
bool hbitmap_can_merge(const HBitmap *a, const HBitmap *b);
/* result = a | b; result may be one of them. */
void hbitmap_merge(const HBitmap *a, const HBitmap *b, HBitmap *result);
/* A SHA-256 of the bits, as text; caller frees. */
char *hbitmap_sha256(const HBitmap *bitmap, Error **errp);

/*
 * As bytes, bit n of the bitmap is bit n % 8 of byte n / 8. Parts begin at multiples of
 * hbitmap_serialization_align() items; all but the last are multiples long. After
 * deserializing with @finish false call hbitmap_deserialize_finish().
 */
bool hbitmap_is_serializable(const HBitmap *hb);
uint64_t hbitmap_serialization_align(const HBitmap *hb);
uint64_t hbitmap_serialization_size(const HBitmap *hb, uint64_t start, uint64_t count);
void hbitmap_serialize_part(const HBitmap *hb, uint8_t *buf, uint64_t start, uint64_t count);
void hbitmap_deserialize_part(HBitmap *hb, uint8_t *buf, uint64_t start, uint64_t count,
                              bool finish);
void hbitmap_deserialize_zeroes(HBitmap *hb, uint64_t start, uint64_t count, bool finish);
void hbitmap_deserialize_ones(HBitmap *hb, uint64_t start, uint64_t count, bool finish);
void hbitmap_deserialize_finish(HBitmap *hb);

#endif
