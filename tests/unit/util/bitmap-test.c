/*
 * Bit operations against a model of one byte per bit.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/bitmap.h"

enum { N = 300, ROUNDS = 2000 };

static uint32_t rnd_state = 12345;

static uint32_t rnd(uint32_t limit)
{
    rnd_state = rnd_state * 1664525u + 1013904223u;
    return (uint64_t)rnd_state * limit >> 32;
}

static void check_model(const unsigned long *map, const uint8_t *model)
{
    long ones = 0;

    for (int i = 0; i < N; i++) {
        ck_assert_msg(test_bit(i, map) == model[i], "bit %d", i);
        ones += model[i];
    }
    ck_assert_int_eq(bitmap_count_one(map, N), ones);
    ck_assert_int_eq(bitmap_empty(map, N), ones == 0);
    ck_assert_int_eq(bitmap_full(map, N), ones == N);
}

START_TEST(test_ranges)
{
    g_autofree unsigned long *map = bitmap_new(N);
    uint8_t model[N] = { 0 };

    for (int round = 0; round < ROUNDS; round++) {
        int start = rnd(N), len = rnd(N - start + 1);
        bool any = memchr(model + start, 1, len) != NULL;

        switch (rnd(5)) {
        case 0:
            bitmap_set(map, start, len);
            memset(model + start, 1, len);
            break;
        case 1:
            bitmap_clear(map, start, len);
            memset(model + start, 0, len);
            break;
        case 2:
            bitmap_set_atomic(map, start, len);
            memset(model + start, 1, len);
            break;
        case 3:
            ck_assert_int_eq(bitmap_test_and_clear_atomic(map, start, len), any);
            memset(model + start, 0, len);
            break;
        case 4:
            ck_assert_int_eq(bitmap_test_and_clear(map, start, len), any);
            memset(model + start, 0, len);
            break;
        }
        check_model(map, model);
    }
}
END_TEST

START_TEST(test_search)
{
    g_autofree unsigned long *map = bitmap_new(N);

    for (int round = 0; round < ROUNDS; round++) {
        int from = rnd(N + 1), one = N, zero = N, last = N;

        bitmap_zero(map, N);
        for (int k = rnd(6); k > 0; k--) {
            set_bit(rnd(N), map);
        }
        for (int i = N - 1; i >= from; i--) {
            one = test_bit(i, map) ? i : one;
            zero = test_bit(i, map) ? zero : i;
        }
        for (int i = 0; i < N; i++) {
            last = test_bit(i, map) ? i : last;
        }
        ck_assert_int_eq(find_next_bit(map, N, from), one);
        ck_assert_int_eq(find_next_zero_bit(map, N, from), zero);
        ck_assert_int_eq(find_last_bit(map, N), last);
    }
}
END_TEST

START_TEST(test_combine)
{
    DECLARE_BITMAP(a, N) = { 0 };
    DECLARE_BITMAP(b, N) = { 0 };
    DECLARE_BITMAP(out, N);

    bitmap_set(a, 10, 100);
    bitmap_set(b, 60, 100);
    ck_assert(bitmap_and(out, a, b, N));
    ck_assert_int_eq(bitmap_count_one(out, N), 50);
    bitmap_or(out, a, b, N);
    ck_assert_int_eq(bitmap_count_one(out, N), 150);
    bitmap_xor(out, a, b, N);
    ck_assert_int_eq(bitmap_count_one(out, N), 100);
    ck_assert(bitmap_andnot(out, a, b, N));
    ck_assert_int_eq(find_first_bit(out, N), 10);
    ck_assert(!bitmap_andnot(out, a, a, N));
    bitmap_complement(out, a, N);
    ck_assert_int_eq(bitmap_count_one(out, N), N - 100);
    ck_assert(bitmap_intersects(a, b, N));
    ck_assert(!bitmap_intersects(a, out, N));
    ck_assert(bitmap_equal(a, a, N) && !bitmap_equal(a, b, N));
    ck_assert_int_eq(bitmap_count_one_with_offset(a, 100, 50), 10);
}
END_TEST

START_TEST(test_offset_copies)
{
    g_autofree unsigned long *src = bitmap_new(2 * N), *dst = bitmap_new(2 * N);

    for (int round = 0; round < 300; round++) {
        int off = rnd(N), len = rnd(N - 1) + 1;

        for (int i = 0; i < 2 * N; i++) {
            rnd(2) ? set_bit(i, src) : clear_bit(i, src);
        }
        bitmap_zero(dst, 2 * N);
        bitmap_copy_with_src_offset(dst, src, off, len);
        for (int i = 0; i < len; i++) {
            ck_assert_int_eq(test_bit(i, dst), test_bit(off + i, src));
        }
        bitmap_fill(dst, 2 * N);
        bitmap_copy_with_dst_offset(dst, src, off, len);
        for (int i = 0; i < 2 * N; i++) {
            ck_assert_int_eq(test_bit(i, dst),
                             i >= off && i < off + len ? test_bit(i - off, src) : 1);
        }
    }
}
END_TEST

START_TEST(test_zero_area)
{
    g_autofree unsigned long *map = bitmap_new(N);

    bitmap_set(map, 0, 20);
    bitmap_set(map, 40, 10);
    ck_assert_int_eq(bitmap_find_next_zero_area(map, N, 0, 20, 0), 20);
    ck_assert_int_eq(bitmap_find_next_zero_area(map, N, 0, 21, 0), 50);
    ck_assert_int_eq(bitmap_find_next_zero_area(map, N, 0, 16, 31), 64);
    ck_assert_int_ge(bitmap_find_next_zero_area(map, N, 0, N, 0), N);
}
END_TEST

START_TEST(test_extend)
{
    unsigned long *map = bitmap_new(10);

    bitmap_fill(map, 10);
    map = bitmap_zero_extend(map, 10, N);
    ck_assert_int_eq(bitmap_count_one(map, N), 10);
    g_free(map);
}
END_TEST

START_TEST(test_fields)
{
    ck_assert_uint_eq(extract32(0x12345678, 8, 8), 0x56);
    ck_assert_uint_eq(extract64(~0ULL, 0, 64), ~0ULL);
    ck_assert_int_eq(sextract32(0x80, 0, 8), -128);
    ck_assert_int_eq(sextract64(0x7fULL << 40, 40, 8), 127);
    ck_assert_uint_eq(deposit32(0xffffffff, 4, 8, 0), 0xfffff00f);
    ck_assert_uint_eq(deposit64(0, 60, 4, 0x1f), 0xfULL << 60);
    ck_assert_uint_eq(ror32(1, 1), 0x80000000u);
    ck_assert_uint_eq(rol8(0x81, 1), 0x03);
    ck_assert_uint_eq(rol64(5, 0), 5);
    ck_assert_uint_eq(half_unshuffle64(half_shuffle64(0xdeadbeef)), 0xdeadbeef);
    ck_assert_uint_eq(half_shuffle64(0xffffffff), 0x5555555555555555ULL);
    ck_assert_uint_eq(revbit8(0x01), 0x80);
    ck_assert_uint_eq(revbit32(0x00000001), 0x80000000u);
    ck_assert_uint_eq(revbit64(0x2), 1ULL << 62);
    ck_assert_uint_eq(MAKE_64BIT_MASK(4, 8), 0xff0);
}
END_TEST

START_TEST(test_arithmetic)
{
    uint64_t lo, hi;

    ck_assert_int_eq(clz32(0), 32);
    ck_assert_int_eq(ctz64(0), 64);
    ck_assert_int_eq(clo64(~0ULL), 64);
    ck_assert_uint_eq(pow2ceil(5), 8);
    ck_assert_uint_eq(pow2ceil(0), 1);
    ck_assert_uint_eq(pow2ceil(1ULL << 63), 1ULL << 63);
    ck_assert_uint_eq(pow2ceil((1ULL << 63) + 1), 0);
    ck_assert_uint_eq(pow2floor(9), 8);
    ck_assert(is_power_of_2(1ULL << 40) && !is_power_of_2(0) && !is_power_of_2(6));
    mulu64(&lo, &hi, ~0ULL, ~0ULL);
    ck_assert(lo == 1 && hi == ~0ULL - 1);
    muls64(&lo, &hi, -1, 5);
    ck_assert(lo == (uint64_t)-5 && hi == ~0ULL);
    ck_assert_uint_eq(muldiv64(1ULL << 62, 1000, 1u << 31), (1ULL << 31) * 1000);
    ck_assert_uint_eq(muldiv64_round_up(10, 1, 3), 4);
}
END_TEST

UNIT_MAIN("util/bitmap", test_ranges, test_search, test_combine, test_offset_copies,
          test_zero_area, test_extend, test_fields, test_arithmetic)
