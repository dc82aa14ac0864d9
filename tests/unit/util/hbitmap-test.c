/*
 * Hierarchical bitmaps against a model of one byte per granule.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/hbitmap.h"
#include "qemu/units.h"

static uint32_t rnd_state = 77;

static uint32_t rnd(uint32_t limit)
{
    rnd_state = rnd_state * 1664525u + 1013904223u;
    return (uint64_t)rnd_state * limit >> 32;
}

typedef struct Model {
    HBitmap *hb;
    uint8_t *bits;
    int n, size, granularity;
} Model;

static void model_init(Model *m, int size, int granularity)
{
    m->size = size;
    m->granularity = granularity;
    m->n = (size + (1 << granularity) - 1) >> granularity;
    m->bits = g_malloc0(m->n + 1);
    m->hb = hbitmap_alloc(size, granularity);
}

static void model_check(Model *m)
{
    HBitmapIter it;
    uint64_t count = 0;
    int64_t item;
    int seen = 0;

    hbitmap_iter_init(&it, m->hb, 0);
    item = hbitmap_iter_next(&it);
    for (int i = 0; i < m->n; i++) {
        int64_t first = (int64_t)i << m->granularity;

        ck_assert_int_eq(hbitmap_get(m->hb, first), m->bits[i]);
        if (m->bits[i]) {
            ck_assert_int_eq(item, first);
            item = hbitmap_iter_next(&it);
            count += MIN(m->size, (i + 1) << m->granularity) - first;
            seen++;
        }
    }
    ck_assert_int_eq(item, -1);
    ck_assert_uint_eq(hbitmap_count(m->hb), count);
    ck_assert_int_eq(hbitmap_empty(m->hb), seen == 0);
}

static void model_search(Model *m, int start, int count)
{
    int64_t dirty = -1, zero = -1;

    for (int i = start; i < start + count; i++) {
        bool set = m->bits[i >> m->granularity];

        dirty = set && dirty < 0 ? i : dirty;
        zero = !set && zero < 0 ? i : zero;
    }
    ck_assert_int_eq(hbitmap_next_dirty(m->hb, start, count), dirty);
    ck_assert_int_eq(hbitmap_next_zero(m->hb, start, count), zero);
}

static void random_ops(int size, int granularity)
{
    Model m;

    model_init(&m, size, granularity);
    for (int round = 0; round < 400; round++) {
        int start = rnd(size), len = rnd(MIN(size - start, rnd(4) ? 50 : size) + 1);
        int first = start >> granularity, last = (start + len - 1) >> granularity;

        if (rnd(2)) {
            hbitmap_set(m.hb, start, len);
            memset(m.bits + first, 1, len ? last - first + 1 : 0);
        } else {
            hbitmap_reset(m.hb, start, len);
            memset(m.bits + first, 0, len ? last - first + 1 : 0);
        }
        if (round % 40 == 0) {
            model_check(&m);
        }
        start = rnd(size);
        model_search(&m, start, rnd(size - start + 1));
    }
    model_check(&m);
    hbitmap_reset_all(m.hb);
    ck_assert(hbitmap_empty(m.hb));
    hbitmap_free(m.hb);
    g_free(m.bits);
}

START_TEST(test_model)
{
    random_ops(1, 0);
    random_ops(64, 0);
    random_ops(65, 0);
    random_ops(5000, 0);
    random_ops(10007, 3);
    random_ops(300000, 6);
}
END_TEST

START_TEST(test_huge)
{
    HBitmap *hb = hbitmap_alloc(INT64_MAX, 30);
    int64_t start, count;

    hbitmap_set(hb, INT64_MAX - 1, 1);
    ck_assert_int_eq(hbitmap_next_dirty(hb, 0, INT64_MAX), INT64_MAX - GiB + 1);
    ck_assert_uint_eq(hbitmap_count(hb), GiB - 1);
    ck_assert(hbitmap_next_dirty_area(hb, 5, INT64_MAX, 100, &start, &count));
    ck_assert_int_eq(count, 100);
    hbitmap_free(hb);
}
END_TEST

START_TEST(test_areas)
{
    HBitmap *hb = hbitmap_alloc(1000, 2);
    int64_t start, count;

    hbitmap_set(hb, 100, 10);
    hbitmap_set(hb, 996, 4);
    ck_assert(hbitmap_next_dirty_area(hb, 0, 1000, 1000, &start, &count));
    ck_assert(start == 100 && count == 12);
    ck_assert(hbitmap_next_dirty_area(hb, 105, 1000, 3, &start, &count));
    ck_assert(start == 105 && count == 3);
    ck_assert(hbitmap_next_dirty_area(hb, 112, 5000, 1000, &start, &count));
    ck_assert(start == 996 && count == 4);
    ck_assert(!hbitmap_next_dirty_area(hb, 112, 996, 1000, &start, &count));
    ck_assert(hbitmap_status(hb, 104, 100, &count) && count == 8);
    ck_assert(!hbitmap_status(hb, 0, 50, &count) && count == 50);
    ck_assert(!hbitmap_status(hb, 0, 500, &count) && count == 100);
    hbitmap_free(hb);
}
END_TEST

START_TEST(test_truncate)
{
    HBitmap *hb = hbitmap_alloc(100, 1);

    hbitmap_set(hb, 0, 100);
    hbitmap_truncate(hb, 51);
    ck_assert_uint_eq(hbitmap_count(hb), 51);
    hbitmap_truncate(hb, 100000);
    ck_assert_uint_eq(hbitmap_count(hb), 52);
    ck_assert_int_eq(hbitmap_next_dirty(hb, 52, 90000), -1);
    hbitmap_set(hb, 99999, 1);
    ck_assert_int_eq(hbitmap_next_dirty(hb, 52, 99999), 99998);
    hbitmap_free(hb);
}
END_TEST

START_TEST(test_merge)
{
    HBitmap *a = hbitmap_alloc(5000, 0), *b = hbitmap_alloc(5000, 3), *c = hbitmap_alloc(5000, 0);
    HBitmap *d = hbitmap_alloc(4999, 0);

    hbitmap_set(a, 10, 1);
    hbitmap_set(b, 4000, 1);
    hbitmap_set(c, 1, 1);
    ck_assert(hbitmap_can_merge(a, b) && !hbitmap_can_merge(a, d));
    hbitmap_merge(a, b, c);
    ck_assert_uint_eq(hbitmap_count(c), 9);
    hbitmap_merge(a, c, a);
    ck_assert_uint_eq(hbitmap_count(a), 9);
    hbitmap_merge(a, b, b);
    ck_assert_uint_eq(hbitmap_count(b), 16);
    hbitmap_free(a);
    hbitmap_free(b);
    hbitmap_free(c);
    hbitmap_free(d);
}
END_TEST

START_TEST(test_serialize)
{
    HBitmap *a = hbitmap_alloc(3000, 2), *b = hbitmap_alloc(3000, 2);
    uint64_t align = hbitmap_serialization_align(a);
    uint64_t half = align * 4;
    g_autofree uint8_t *buf = g_malloc0(hbitmap_serialization_size(a, 0, 3000));

    ck_assert_uint_eq(align, 256);
    hbitmap_set(a, 0, 1);
    hbitmap_set(a, 36, 4);
    hbitmap_set(a, 2000, 300);
    hbitmap_serialize_part(a, buf, 0, 3000);
    /* Bit 9 is the granule of item 36. */
    ck_assert(buf[0] == 1 && buf[1] == 2);
    hbitmap_deserialize_part(b, buf, 0, half, false);
    hbitmap_deserialize_part(b, buf + hbitmap_serialization_size(a, 0, half), half, 3000 - half,
                             true);
    g_autofree char *x = hbitmap_sha256(a, NULL), *y = hbitmap_sha256(b, NULL);
    ck_assert_str_eq(x, y);
    ck_assert_uint_eq(hbitmap_count(a), hbitmap_count(b));

    /* What lies beyond the end in a hostile stream is dropped. */
    hbitmap_deserialize_ones(b, 0, 3000, true);
    ck_assert_uint_eq(hbitmap_count(b), 3000);
    hbitmap_deserialize_zeroes(b, 0, half, true);
    ck_assert_uint_eq(hbitmap_count(b), 3000 - half);
    hbitmap_free(a);
    hbitmap_free(b);
}
END_TEST

UNIT_MAIN("util/hbitmap", test_model, test_huge, test_areas, test_truncate, test_merge,
          test_serialize)
