/*
 * Small services: byte queues, checksums, base64, identifiers, random numbers, notifiers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qemu/base64.h"
#include "qemu/crc32c.h"
#include "qemu/fifo8.h"
#include "qemu/guest-random.h"
#include "qemu/id.h"
#include "qemu/notify.h"
#include "qemu/option.h"

START_TEST(test_fifo)
{
    uint8_t out[8];
    uint32_t n;
    Fifo8 f;

    fifo8_create(&f, 5);
    ck_assert(fifo8_is_empty(&f) && fifo8_num_free(&f) == 5);
    fifo8_push_all(&f, (const uint8_t *)"abc", 3);
    ck_assert_int_eq(fifo8_peek(&f), 'a');
    ck_assert_int_eq(fifo8_pop(&f), 'a');
    fifo8_push_all(&f, (const uint8_t *)"def", 3);
    ck_assert(fifo8_is_full(&f));
    ck_assert_uint_eq(fifo8_peek_buf(&f, out, 8), 5);
    ck_assert_int_eq(memcmp(out, "bcdef", 5), 0);
    /* In one piece up to the wrap. */
    const uint8_t *p = fifo8_pop_bufptr(&f, 5, &n);
    ck_assert(n == 4 && memcmp(p, "bcde", 4) == 0);
    ck_assert_uint_eq(fifo8_pop_buf(&f, out, 8), 1);
    ck_assert_int_eq(out[0], 'f');
    fifo8_push(&f, 'x');
    fifo8_reset(&f);
    ck_assert_uint_eq(fifo8_num_used(&f), 0);
    fifo8_destroy(&f);
}
END_TEST

START_TEST(test_crc32c)
{
    /* RFC 3720, B.4 */
    uint8_t buf[32] = { 0 };

    ck_assert_uint_eq(crc32c(0xffffffff, buf, 32), 0x8a9136aa);
    memset(buf, 0xff, 32);
    ck_assert_uint_eq(crc32c(0xffffffff, buf, 32), 0x62a8ab43);
    for (int i = 0; i < 32; i++) {
        buf[i] = i;
    }
    ck_assert_uint_eq(crc32c(0xffffffff, buf, 32), 0x46dd794e);
    struct iovec iov[] = { { buf, 3 }, { buf + 3, 20 }, { buf + 23, 9 } };
    ck_assert_uint_eq(iov_crc32c(0xffffffff, iov, 3), 0x46dd794e);
}
END_TEST

static void check_base64(const char *text, const char *want)
{
    Error *err = NULL;
    size_t n;
    g_autofree uint8_t *got = qbase64_decode(text, -1, &n, &err);

    if (!want) {
        ck_assert_msg(got == NULL, "'%s' was accepted", text);
        ck_assert_error(err, "Base64 data is not valid");
        return;
    }
    ck_assert_msg(got != NULL, "'%s': %s", text, err ? error_get_pretty(err) : "");
    ck_assert_uint_eq(n, strlen(want));
    ck_assert_str_eq((char *)got, want);
}

START_TEST(test_base64)
{
    check_base64("", "");
    check_base64("Zg==", "f");
    check_base64("Zm8=", "fo");
    check_base64("Zm9v", "foo");
    check_base64("Zm9v\nYmFy ", "foobar");
    check_base64("Zm9", NULL);
    check_base64("Zg=a", NULL);
    check_base64("Zg==Zg==", NULL);
    check_base64("Z===", NULL);
    check_base64("Zm9v!", NULL);
    check_base64("Zm-_", NULL);
}
END_TEST

START_TEST(test_id)
{
    g_autofree char *a = id_generate(ID_BLOCK), *b = id_generate(ID_BLOCK);
    g_autofree char *c = id_generate(ID_QDEV);

    ck_assert_str_ne(a, b);
    ck_assert(g_str_has_prefix(a, "#block0") && g_str_has_prefix(b, "#block1"));
    ck_assert(g_str_has_prefix(c, "#qdev0"));
    /* A user's id can never be one of them. */
    ck_assert(!id_wellformed(a));
    ck_assert(id_wellformed("drive-0_1.x") && !id_wellformed("0x") && !id_wellformed(""));
}
END_TEST

START_TEST(test_random)
{
    uint8_t a[37], b[37];
    Error *err = NULL;

    ck_assert_int_eq(qemu_guest_getrandom(a, sizeof(a), &error_abort), 0);
    ck_assert_int_eq(qemu_guest_getrandom(b, sizeof(b), &error_abort), 0);
    ck_assert_int_ne(memcmp(a, b, sizeof(a)), 0);
    ck_assert_uint_eq(qemu_guest_random_seed_thread_part1(), 0);

    ck_assert_int_eq(qemu_guest_random_seed_main("nonsense", &err), -1);
    ck_assert_error(err, "Invalid seed number: 'nonsense'");
    qemu_guest_random_seed_main("42", &error_abort);
    qemu_guest_getrandom_nofail(a, sizeof(a));
    uint64_t child = qemu_guest_random_seed_thread_part1();
    qemu_guest_random_seed_main("42", &error_abort);
    qemu_guest_getrandom_nofail(b, sizeof(b));
    ck_assert_int_eq(memcmp(a, b, sizeof(a)), 0);
    ck_assert(child && child == qemu_guest_random_seed_thread_part1());
}
END_TEST

typedef struct Note {
    Notifier n;
    GString *out;
    char name;
    bool leave;
} Note;

static void note_fn(Notifier *n, void *data)
{
    Note *note = container_of(n, Note, n);

    g_string_append_c(data, note->name);
    if (note->leave) {
        notifier_remove(n);
    }
}

START_TEST(test_notifiers)
{
    NotifierList list = NOTIFIER_LIST_INITIALIZER(list);
    Note a = { .n.notify = note_fn, .name = 'a' };
    Note b = { .n.notify = note_fn, .name = 'b', .leave = true };
    g_autoptr(GString) out = g_string_new(NULL);

    notifier_list_add(&list, &a.n);
    notifier_list_add(&list, &b.n);
    notifier_list_notify(&list, out);
    notifier_list_notify(&list, out);
    ck_assert_str_eq(out->str, "baa");
    notifier_remove(&a.n);
    notifier_remove(&a.n);
    ck_assert(notifier_list_empty(&list));
}
END_TEST

UNIT_MAIN("util/misc", test_fifo, test_crc32c, test_base64, test_id, test_random,
          test_notifiers)
