/*
 * Random accesses to all ports and device registers of a machine, mixed with steps of the clock.
 * Whatever the guest does, the emulator goes on, and ends when it is told to.
 *
 * FUZZ_SECONDS (default 10) bounds each case; FUZZ_SEED repeats one: the seed is printed on failure.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <check.h>
#include "tests/qtest/libqtest.h"

#define BATCH 256

typedef struct Range {
    uint64_t start, end;            /* both included */
} Range;

static unsigned env_number(const char *name, unsigned def)
{
    const char *text = getenv(name);

    return text ? strtoul(text, NULL, 0) : def;
}

/* The device regions of the memory address space, as "info mtree -f" shows them. */
static GArray *device_ranges(QTestState *s)
{
    g_autofree char *text = qtest_hmp(s, "info mtree -f");
    g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
    GArray *ranges = g_array_new(false, false, sizeof(Range));
    bool memory = false;

    for (char **l = lines; *l; l++) {
        Range r;

        if (g_str_has_prefix(*l, "FlatView")) {
            memory = false;
        } else if (strstr(*l, " AS \"memory\"")) {
            memory = true;
        } else if (memory && (strstr(*l, ", i/o)") || strstr(*l, ", romd)")) &&
                   sscanf(*l, " %" SCNx64 "-%" SCNx64, &r.start, &r.end) == 2) {
            g_array_append_val(ranges, r);
        }
    }
    ck_assert_uint_gt(ranges->len, 2);
    return ranges;
}

/* Values that mean something to devices more often than all 2^32 do. */
static uint32_t pick_value(GRand *rand)
{
    static const uint32_t special[] = { 0, 1, 0xff, 0xffff, 0xffffffff, 0x80, 0x80000000, 0xe0 };

    switch (g_rand_int_range(rand, 0, 4)) {
    case 0:
        return special[g_rand_int_range(rand, 0, ARRAY_SIZE(special))];
    case 1:
        return 1u << g_rand_int_range(rand, 0, 32);
    case 2:
        return g_rand_int_range(rand, 0, 256);
    default:
        return g_rand_int(rand);
    }
}

/* Mostly legacy devices' ports, a block of eight at a time. */
static unsigned pick_port(GRand *rand, unsigned focus)
{
    return g_rand_boolean(rand) ? focus + g_rand_int_range(rand, 0, 8)
                                : (unsigned)g_rand_int_range(rand, 0, 0x1000);
}

static void append_command(GString *out, GRand *rand, const GArray *ranges, unsigned focus)
{
    static const char sizes[] = "bwl";
    char size = sizes[g_rand_int_range(rand, 0, 3)];
    const Range *r = &g_array_index(ranges, Range, g_rand_int_range(rand, 0, ranges->len));
    uint64_t span = MIN(r->end - r->start, 0xfffffull);
    uint64_t addr = r->start + (span ? g_rand_int(rand) % (span + 1) : 0);

    switch (g_rand_int_range(rand, 0, 9)) {
    case 0:
        g_string_append_printf(out, "clock_step %u\n", g_rand_int_range(rand, 1, 1000000));
        break;
    case 1:
    case 2:
        g_string_append_printf(out, "in%c 0x%x\n", size, pick_port(rand, focus));
        break;
    case 3:
    case 4:
    case 5:
        g_string_append_printf(out, "out%c 0x%x 0x%x\n", size, pick_port(rand, focus),
                               pick_value(rand));
        break;
    case 6:
        g_string_append_printf(out, "read%c 0x%" PRIx64 "\n", size, addr);
        break;
    default:
        g_string_append_printf(out, "write%c 0x%" PRIx64 " 0x%x\n", size, addr, pick_value(rand));
        break;
    }
}

static const char *const machines[] = {
    "-machine pc",
    "-machine pc -m 64 -vga std -device isa-debugcon,iobase=0x402,chardev=null "
    "-chardev null,id=null",
};

START_TEST(test_fuzz)
{
    uint32_t seed = env_number("FUZZ_SEED", g_random_int());
    gint64 end = g_get_monotonic_time() + env_number("FUZZ_SECONDS", 10) * G_USEC_PER_SEC;
    QTestState *s = qtest_initf("%s -action shutdown=pause,panic=none,watchdog=none",
                                machines[_i]);
    GArray *ranges = device_ranges(s);
    GRand *rand = g_rand_new_with_seed(seed);

    fprintf(stderr, "fuzz-io: case %d, FUZZ_SEED=%u\n", _i, seed);
    while (g_get_monotonic_time() < end) {
        GString *batch = g_string_new(NULL);
        unsigned focus = g_rand_int_range(rand, 0, 0x200) * 8;

        for (int i = 0; i < BATCH; i++) {
            append_command(batch, rand, ranges, focus);
        }
        qtest_batch(s, batch->str, BATCH);
        g_string_free(batch, true);
    }
    g_array_free(ranges, true);
    g_rand_free(rand);
    qtest_quit(s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fuzz-io");
    TCase *tc = tcase_create("all");
    SRunner *sr;
    int failed;

    tcase_set_timeout(tc, 120 + 2 * env_number("FUZZ_SECONDS", 10));
    tcase_add_loop_test(tc, test_fuzz, 0, ARRAY_SIZE(machines));
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
