/*
 * Numbers, sizes and names in text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/cutils.h"
#include "qemu/units.h"

START_TEST(test_copies)
{
    char buf[4] = "xxx";

    pstrcpy(buf, sizeof(buf), "abcdef");
    ck_assert_str_eq(buf, "abc");
    pstrcpy(buf, sizeof(buf), "a");
    ck_assert_str_eq(pstrcat(buf, sizeof(buf), "bcdef"), "abc");
    strpadcpy(buf, 4, "z", '-');
    ck_assert_int_eq(memcmp(buf, "z---", 4), 0);
}
END_TEST

START_TEST(test_prefixes)
{
    const char *rest;

    ck_assert(strstart("unix:/x", "unix:", &rest));
    ck_assert_str_eq(rest, "/x");
    ck_assert(!strstart("uni", "unix:", NULL));
    ck_assert(stristart("UNIX:/x", "unix:", &rest));
}
END_TEST

START_TEST(test_strto)
{
    const char *end;
    int i;
    unsigned u;
    int64_t i64;
    uint64_t u64;
    double d;

    ck_assert_int_eq(qemu_strtoi("-42", NULL, 0, &i), 0);
    ck_assert_int_eq(i, -42);
    ck_assert_int_eq(qemu_strtoi("0x10", NULL, 0, &i), 0);
    ck_assert_int_eq(i, 16);
    ck_assert_int_eq(qemu_strtoi("12ab", &end, 10, &i), 0);
    ck_assert_str_eq(end, "ab");
    ck_assert_int_eq(qemu_strtoi("12ab", NULL, 10, &i), -EINVAL);
    ck_assert_int_eq(qemu_strtoi("", NULL, 10, &i), -EINVAL);
    ck_assert_int_eq(qemu_strtoi(NULL, NULL, 10, &i), -EINVAL);
    ck_assert_int_eq(qemu_strtoi("99999999999", NULL, 10, &i), -ERANGE);
    ck_assert_int_eq(i, INT_MAX);
    ck_assert_int_eq(qemu_strtoui("4294967295", NULL, 10, &u), 0);
    ck_assert_uint_eq(u, UINT_MAX);
    ck_assert_int_eq(qemu_strtoui("4294967296", NULL, 10, &u), -ERANGE);
    ck_assert_int_eq(qemu_strtoi64("-9223372036854775809", NULL, 10, &i64), -ERANGE);
    ck_assert_int_eq(i64, INT64_MIN);
    ck_assert_int_eq(qemu_strtou64("18446744073709551615", NULL, 10, &u64), 0);
    ck_assert_int_eq(qemu_strtou64("18446744073709551616", NULL, 10, &u64), -ERANGE);
    ck_assert_int_eq(qemu_strtod_finite("1.5e3", NULL, &d), 0);
    ck_assert(d == 1500);
    ck_assert_int_eq(qemu_strtod_finite("inf", NULL, &d), -EINVAL);
    ck_assert_int_eq(parse_uint_full("-1", 10, &u64), -EINVAL);
    ck_assert_int_eq(parse_uint_full(" 1", 10, &u64), -EINVAL);
    ck_assert_int_eq(parse_uint_full("1", 10, &u64), 0);
}
END_TEST

static void check_size(const char *text, int err, uint64_t value)
{
    uint64_t v = 1;

    ck_assert_msg(qemu_strtosz(text, NULL, &v) == err, "'%s'", text);
    if (!err) {
        ck_assert_msg(v == value, "'%s' is %" PRIu64, text, v);
    }
}

START_TEST(test_sizes)
{
    const char *end;
    uint64_t v;

    check_size("0", 0, 0);
    check_size("12345", 0, 12345);
    check_size("1k", 0, KiB);
    check_size("1.5M", 0, MiB + MiB / 2);
    check_size("0.5E", 0, 512 * PiB);
    check_size("1.1M", 0, 1153433);
    check_size(".5k", 0, 512);
    check_size("8.", 0, 8);
    check_size("0x1000", 0, 4096);
    check_size("0x10K", 0, 16 * KiB);
    check_size("18446744073709551615", 0, UINT64_MAX);
    check_size("16E", -ERANGE, 0);
    check_size("18446744073709551616", -ERANGE, 0);
    check_size("", -EINVAL, 0);
    check_size("-1", -EINVAL, 0);
    check_size("1.5B", -EINVAL, 0);
    check_size("1.5", -EINVAL, 0);
    check_size("1Q", -EINVAL, 0);
    check_size("0x", -EINVAL, 0);
    check_size("1kB", -EINVAL, 0);
    check_size("nan", -EINVAL, 0);
    ck_assert_int_eq(qemu_strtosz("12M,share", &end, &v), 0);
    ck_assert_str_eq(end, ",share");
    ck_assert_int_eq(qemu_strtosz_MiB("128", NULL, &v), 0);
    ck_assert_uint_eq(v, 128 * MiB);
    ck_assert_int_eq(qemu_strtosz_metric("3M", NULL, &v), 0);
    ck_assert_uint_eq(v, 3000000);
}
END_TEST

START_TEST(test_show_sizes)
{
    static const struct {
        uint64_t v;
        const char *text;
    } rows[] = {
        { 0, "0 B" },           { 999, "999 B" },           { 1000, "0.977 KiB" },
        { 1024, "1 KiB" },      { 1536 * MiB, "1.5 GiB" },  { UINT64_MAX, "16 EiB" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        g_autofree char *s = size_to_str(rows[i].v);
        ck_assert_str_eq(s, rows[i].text);
    }
    g_autofree char *f = freq_to_str(1200000000);
    ck_assert_str_eq(f, "1.2 GHz");
}
END_TEST

START_TEST(test_on_off)
{
    bool v = false;

    ck_assert(parse_on_off("on", &v) == 0 && v);
    ck_assert(parse_on_off("n", &v) == 0 && !v);
    ck_assert_int_eq(parse_on_off("ON", &v), -EINVAL);
    ck_assert_int_eq(parse_on_off("1", &v), -EINVAL);
}
END_TEST

START_TEST(test_hex)
{
    uint8_t buf[4];
    char *text = NULL;
    size_t size;

    ck_assert_int_eq(qemu_hex_decode("00fFa5", buf, sizeof(buf)), 3);
    ck_assert(buf[0] == 0 && buf[1] == 0xff && buf[2] == 0xa5);
    ck_assert_int_eq(qemu_hex_decode("0", buf, sizeof(buf)), -1);
    ck_assert_int_eq(qemu_hex_decode("0g", buf, sizeof(buf)), -1);
    ck_assert_int_eq(qemu_hex_decode("0011223344", buf, sizeof(buf)), -1);

    FILE *f = open_memstream(&text, &size);
    qemu_hexdump(f, "p", "0123456789abcdef\x01", 17);
    fclose(f);
    ck_assert_ptr_nonnull(strstr(text, "p: 0000: 30 31 32 33  34"));
    ck_assert_ptr_nonnull(strstr(text, "0123456789abcdef\n"));
    ck_assert_ptr_nonnull(strstr(text, "p: 0010: 01"));
    free(text);
}
END_TEST

START_TEST(test_zero_buffer)
{
    g_autofree uint8_t *buf = g_malloc0(1000);

    for (int len = 0; len < 600; len += 7) {
        for (int off = 0; off < 9; off++) {
            ck_assert(buffer_is_zero(buf + off, len));
            for (int at = 0; at < len; at += MAX(len / 11, 1)) {
                buf[off + at] = 1;
                ck_assert_msg(!buffer_is_zero(buf + off, len), "len %d at %d", len, at);
                buf[off + at] = 0;
            }
        }
    }
}
END_TEST

START_TEST(test_uleb)
{
    uint8_t buf[2];
    uint32_t v;

    for (uint32_t n = 0; n <= 0x3fff; n++) {
        int len = uleb128_encode_small(buf, n);
        ck_assert_int_eq(uleb128_decode_small(buf, &v), len);
        ck_assert_uint_eq(v, n);
    }
    ck_assert_int_eq(uleb128_decode_small((const uint8_t[]){ 0x80, 0x80 }, &v), -1);
}
END_TEST

START_TEST(test_nearest)
{
    static const char *const names[] = { "virtio-blk-pci", "virtio-net-pci", "e1000", "e1000e",
                                         "rtl8139", NULL };

    ck_assert_uint_eq(qemu_name_distance("abc", "abc"), 0);
    ck_assert_uint_eq(qemu_name_distance("abc", "acb"), 1);
    ck_assert_uint_eq(qemu_name_distance("", "abc"), 3);
    g_autofree char *one = qemu_nearest_names("rtl8193", names);
    ck_assert_str_eq(one, "'rtl8139'");
    g_autofree char *two = qemu_nearest_names("e100", names);
    ck_assert_str_eq(two, "'e1000' or 'e1000e'");
    g_autofree char *part = qemu_nearest_names("blk", names);
    ck_assert_str_eq(part, "'virtio-blk-pci'");
    ck_assert_ptr_null(qemu_nearest_names("floppy", names));
}
END_TEST

UNIT_MAIN("util/cutils", test_copies, test_prefixes, test_strto, test_sizes, test_show_sizes,
          test_on_off, test_hex, test_zero_buffer, test_uleb, test_nearest)
