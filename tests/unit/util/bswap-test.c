/*
 * Byte order of loads, stores and conversions, at odd addresses too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/bswap.h"

static const uint8_t bytes[9] = { 0x00, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88 };

START_TEST(test_loads)
{
    const uint8_t *p = bytes + 1;

    ck_assert_uint_eq(lduw_le_p(p), 0x8281);
    ck_assert_uint_eq(lduw_be_p(p), 0x8182);
    ck_assert_int_eq(ldsw_be_p(p), (int16_t)0x8182);
    ck_assert_uint_eq(ldl_le_p(p), 0x84838281u);
    ck_assert_uint_eq(ldl_be_p(p), 0x81828384u);
    ck_assert_uint_eq(ldq_le_p(p), 0x8887868584838281ULL);
    ck_assert_uint_eq(ldq_be_p(p), 0x8182838485868788ULL);
    ck_assert_uint_eq(ld24_le_p(p), 0x838281);
    ck_assert_uint_eq(ld24_be_p(p), 0x818283);
    ck_assert_int_eq(ldsb_p(p), (int8_t)0x81);
}
END_TEST

START_TEST(test_stores)
{
    uint8_t buf[9] = { 0 };

    for (int size = 1; size <= 8; size *= 2) {
        uint64_t v = ldn_be_p(bytes + 1, size);

        stn_le_p(buf + 1, size, v);
        for (int i = 0; i < size; i++) {
            ck_assert_uint_eq(buf[1 + i], bytes[size - i]);
        }
        ck_assert_uint_eq(ldn_le_p(buf + 1, size), v);
    }
    st24_le_p(buf, 0x123456);
    ck_assert(buf[0] == 0x56 && buf[1] == 0x34 && buf[2] == 0x12);
}
END_TEST

START_TEST(test_values)
{
    uint32_t v = 0x01020304;

    ck_assert_uint_eq(bswap16(0x0102), 0x0201);
    ck_assert_uint_eq(bswap24(0x010203), 0x030201);
    ck_assert_uint_eq(bswap64(0x0102030405060708ULL), 0x0807060504030201ULL);
    ck_assert_uint_eq(le32_to_cpu(cpu_to_le32(v)), v);
    ck_assert_uint_eq(be64_to_cpu(cpu_to_be64(v)), v);
    cpu_to_be32s(&v);
    ck_assert_uint_eq(((uint8_t *)&v)[0], 1);
    ck_assert_uint_eq(const_le16(0x1234), cpu_to_le16(0x1234));
}
END_TEST

UNIT_MAIN("util/bswap", test_loads, test_stores, test_values)
