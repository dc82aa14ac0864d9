/*
 * Clocks and timers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/thread.h"
#include "qemu/timer.h"

static int64_t now;

static int64_t fake_now(void)
{
    return now;
}

static GString *order;

static void fire(void *opaque)
{
    g_string_append(order, opaque);
}

static void setup(void)
{
    init_clocks(NULL);
    now = 0;
    cpu_clock_set_virtual_source(fake_now);
    order = g_string_new(NULL);
}

static void check_fired(const char *want)
{
    qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
    ck_assert_str_eq(order->str, want);
    g_string_truncate(order, 0);
}

START_TEST(test_order)
{
    setup();
    QEMUTimer *a = timer_new_ns(QEMU_CLOCK_VIRTUAL, fire, (void *)"a");
    QEMUTimer *b = timer_new_ns(QEMU_CLOCK_VIRTUAL, fire, (void *)"b");
    QEMUTimer *c = timer_new_us(QEMU_CLOCK_VIRTUAL, fire, (void *)"c");

    timer_mod(a, 3000);
    timer_mod(b, 2000);
    timer_mod(c, 2);
    ck_assert(timer_pending(a));
    ck_assert_int_eq(qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL), 2000);
    check_fired("");
    now = 2500;
    ck_assert(qemu_clock_expired(QEMU_CLOCK_VIRTUAL));
    /* Equal times: in the order of setting. */
    check_fired("bc");
    ck_assert(!timer_pending(b));
    timer_mod(b, 3000);
    timer_del(a);
    timer_del(a);
    now = 5000;
    check_fired("b");
    ck_assert(!qemu_clock_has_timers(QEMU_CLOCK_VIRTUAL));
    ck_assert_int_eq(qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL), -1);
    timer_free(a);
    timer_free(b);
    timer_free(c);
}
END_TEST

START_TEST(test_anticipate)
{
    setup();
    QEMUTimer *a = timer_new_ns(QEMU_CLOCK_VIRTUAL, fire, (void *)"a");

    timer_mod_anticipate(a, 100);
    timer_mod_anticipate(a, 200);
    ck_assert_uint_eq(timer_expire_time_ns(a), 100);
    timer_mod_anticipate(a, 50);
    ck_assert_uint_eq(timer_expire_time_ns(a), 50);
    timer_mod(a, 300);
    ck_assert_uint_eq(timer_expire_time_ns(a), 300);
    ck_assert(timer_expired(a, 300) && !timer_expired(a, 299));
    timer_mod(a, -5);
    check_fired("a");
    ck_assert_uint_eq(timer_expire_time_ns(a), UINT64_MAX);
    timer_free(a);
}
END_TEST

static void rearm(void *opaque)
{
    g_string_append_c(order, 'r');
    timer_mod(opaque, now);
}

START_TEST(test_rearm)
{
    QEMUTimer t;

    setup();
    timer_init_ns(&t, QEMU_CLOCK_VIRTUAL, rearm, &t);
    timer_mod(&t, 0);
    now = 10;
    /* A timer set for now from its own callback waits for the next round. */
    check_fired("r");
    check_fired("r");
    timer_del(&t);
    timer_deinit(&t);
}
END_TEST

START_TEST(test_disable)
{
    setup();
    QEMUTimer *a = timer_new_ns(QEMU_CLOCK_VIRTUAL, fire, (void *)"a");

    timer_mod(a, 1);
    now = 5;
    qemu_clock_enable(QEMU_CLOCK_VIRTUAL, false);
    check_fired("");
    ck_assert_int_eq(timerlist_deadline_ns(main_loop_tlg.tl[QEMU_CLOCK_VIRTUAL]), -1);
    qemu_clock_enable(QEMU_CLOCK_VIRTUAL, true);
    check_fired("a");
    timer_free(a);
}
END_TEST

START_TEST(test_attributes)
{
    setup();
    QEMUTimer *ext = timer_new_full(NULL, QEMU_CLOCK_VIRTUAL, SCALE_NS, QEMU_TIMER_ATTR_EXTERNAL,
                                    fire, NULL);
    QEMUTimer *own = timer_new_ns(QEMU_CLOCK_VIRTUAL, fire, NULL);

    timer_mod(ext, 10);
    timer_mod(own, 20);
    ck_assert_int_eq(qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL), 10);
    ck_assert_int_eq(qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL,
                                                ~QEMU_TIMER_ATTR_EXTERNAL), 20);
    timer_free(ext);
    timer_free(own);
}
END_TEST

/* Random set and delete against a sorted model: nothing fires early, late or twice. */
static int fired_at[64];

static void note(void *opaque)
{
    fired_at[(intptr_t)opaque]++;
}

START_TEST(test_heap)
{
    QEMUTimer t[64];
    int64_t due[64];
    uint32_t r = 1;

    setup();
    for (intptr_t i = 0; i < 64; i++) {
        timer_init_ns(&t[i], QEMU_CLOCK_VIRTUAL, note, (void *)i);
        due[i] = -1;
    }
    for (int round = 0; round < 20000; round++) {
        r = r * 1664525u + 1013904223u;
        int i = r >> 26;
        if (r & 0x100) {
            due[i] = now + (r >> 12 & 0xff);
            timer_mod(&t[i], due[i]);
        } else if (r & 0x200) {
            due[i] = -1;
            timer_del(&t[i]);
        } else {
            now += r >> 12 & 0x3f;
            memset(fired_at, 0, sizeof(fired_at));
            qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
            for (int k = 0; k < 64; k++) {
                bool want = due[k] >= 0 && due[k] <= now;
                ck_assert_int_eq(fired_at[k], want);
                due[k] = want ? -1 : due[k];
            }
        }
        ck_assert_int_eq(timer_pending(&t[i]), due[i] >= 0);
    }
}
END_TEST

START_TEST(test_guest_time)
{
    int64_t a = cpu_get_clock();

    g_usleep(2000);
    ck_assert_int_ge(cpu_get_clock() - a, 2000000);
    cpu_disable_ticks();
    int64_t b = cpu_get_clock();
    g_usleep(2000);
    ck_assert_int_eq(cpu_get_clock(), b);
    cpu_clock_set(1000);
    ck_assert_int_eq(cpu_get_clock(), 1000);
    cpu_enable_ticks();
    int64_t c = cpu_get_clock();
    ck_assert(c >= 1000 && c < 1000000000);
    ck_assert_int_eq(qemu_clock_use_for_deadline(QEMU_CLOCK_VIRTUAL), true);
}
END_TEST

START_TEST(test_timeouts)
{
    ck_assert_int_eq(qemu_soonest_timeout(-1, 5), 5);
    ck_assert_int_eq(qemu_soonest_timeout(7, 5), 5);
    ck_assert_int_eq(qemu_soonest_timeout(-1, -1), -1);
    ck_assert_int_eq(qemu_timeout_ns_to_ms(-1), -1);
    ck_assert_int_eq(qemu_timeout_ns_to_ms(0), 0);
    ck_assert_int_eq(qemu_timeout_ns_to_ms(1), 1);
    ck_assert_int_eq(qemu_timeout_ns_to_ms(1000001), 2);
    ck_assert_int_eq(qemu_timeout_ns_to_ms(INT64_MAX), INT32_MAX);
}
END_TEST

UNIT_MAIN("util/timer", test_order, test_anticipate, test_rearm, test_disable, test_attributes,
          test_heap, test_guest_time, test_timeouts)
