/*
 * Scatter-gather lists, against one flat buffer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include <sys/socket.h>
#include "qemu/iov.h"

enum { PIECES = 7 };

typedef struct List {
    struct iovec iov[PIECES];
    uint8_t flat[256];
    size_t size;
} List;

/* Pieces of 0 to 30 bytes that lie backwards in memory. */
static void make_list(List *l)
{
    static const size_t lens[PIECES] = { 3, 0, 30, 1, 17, 0, 25 };
    size_t at = sizeof(l->flat);

    l->size = 0;
    for (int i = 0; i < PIECES; i++) {
        at -= lens[i];
        l->iov[i] = (struct iovec){ l->flat + at, lens[i] };
        l->size += lens[i];
    }
    memset(l->flat, 0, sizeof(l->flat));
}

START_TEST(test_copy)
{
    List l;
    uint8_t data[100], out[100];

    make_list(&l);
    for (int i = 0; i < 100; i++) {
        data[i] = i + 1;
    }
    ck_assert_uint_eq(iov_size(l.iov, PIECES), l.size);
    for (size_t off = 0; off <= l.size; off++) {
        for (size_t len = 0; len <= l.size - off + 2; len += 3) {
            size_t want = MIN(len, l.size - off);

            iov_memset(l.iov, PIECES, 0, 0, l.size);
            ck_assert_uint_eq(iov_from_buf(l.iov, PIECES, off, data, len), want);
            memset(out, 0xee, sizeof(out));
            ck_assert_uint_eq(iov_to_buf(l.iov, PIECES, off, out, len), want);
            ck_assert_int_eq(memcmp(out, data, want), 0);
            ck_assert_uint_eq(out[want], 0xee);
        }
    }
    ck_assert_uint_eq(iov_from_buf(l.iov, PIECES, l.size + 5, data, 4), 0);
    ck_assert_uint_eq(iov_from_buf(l.iov, 0, 0, data, 4), 0);
}
END_TEST

START_TEST(test_discard)
{
    List l;

    for (size_t n = 0; n < 80; n++) {
        make_list(&l);
        struct iovec *iov = l.iov;
        unsigned cnt = PIECES;
        size_t want = MIN(n, l.size);

        ck_assert_uint_eq(iov_discard_front(&iov, &cnt, n), want);
        ck_assert_uint_eq(iov_size(iov, cnt), l.size - want);
        make_list(&l);
        cnt = PIECES;
        ck_assert_uint_eq(iov_discard_back(l.iov, &cnt, n), want);
        ck_assert_uint_eq(iov_size(l.iov, cnt), l.size - want);
    }
}
END_TEST

START_TEST(test_part)
{
    struct iovec part[PIECES];
    List l;

    make_list(&l);
    unsigned n = iov_copy(part, PIECES, l.iov, PIECES, 2, 33);
    ck_assert_uint_eq(n, 4);
    ck_assert_uint_eq(iov_size(part, n), 33);
    ck_assert_ptr_eq(part[0].iov_base, (uint8_t *)l.iov[0].iov_base + 2);
    ck_assert_uint_eq(iov_size(part, iov_copy(part, 1, l.iov, PIECES, 0, 50)), 3);
}
END_TEST

START_TEST(test_socket)
{
    int fds[2];
    List a, b;
    uint8_t x[80], y[80];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    make_list(&a);
    make_list(&b);
    for (int i = 0; i < 80; i++) {
        x[i] = i * 3;
    }
    iov_from_buf(a.iov, PIECES, 0, x, a.size);
    ck_assert_int_eq(iov_send(fds[0], a.iov, PIECES, 5, 60), 60);
    ck_assert_int_eq(iov_recv(fds[1], b.iov, PIECES, 5, 60), 60);
    iov_to_buf(b.iov, PIECES, 5, y, 60);
    ck_assert_int_eq(memcmp(x + 5, y, 60), 0);
    close(fds[0]);
    ck_assert_int_eq(iov_recv(fds[1], b.iov, PIECES, 0, 10), 0);
    close(fds[1]);
}
END_TEST

START_TEST(test_qiov)
{
    QEMUIOVector q, s, c;
    uint8_t buf[76];
    List l;

    make_list(&l);
    qemu_iovec_init(&q, 1);
    for (int i = 0; i < PIECES; i++) {
        qemu_iovec_add(&q, l.iov[i].iov_base, l.iov[i].iov_len);
    }
    ck_assert_uint_eq(q.size, l.size);
    ck_assert(qemu_iovec_is_zero(&q, 0, q.size));
    qemu_iovec_memset(&q, 40, 7, 3);
    ck_assert(!qemu_iovec_is_zero(&q, 0, q.size));
    ck_assert(qemu_iovec_is_zero(&q, 43, q.size - 43));

    qemu_iovec_init_slice(&s, &q, 38, 6);
    ck_assert_uint_eq(s.size, 6);
    ck_assert_uint_eq(qemu_iovec_to_buf(&s, 0, buf, 6), 6);
    ck_assert(buf[1] == 0 && buf[2] == 7 && buf[4] == 7 && buf[5] == 0);
    qemu_iovec_destroy(&s);
    qemu_iovec_init_slice(&s, &q, 3, 5);
    ck_assert_int_eq(s.niov, 1);
    qemu_iovec_destroy(&s);

    qemu_iovec_init(&c, q.niov);
    qemu_iovec_clone(&c, &q, buf);
    qemu_iovec_to_buf(&q, 0, buf, q.size);
    ck_assert_int_eq(qemu_iovec_compare(&q, &c), -1);
    buf[50] ^= 1;
    ck_assert_int_eq(qemu_iovec_compare(&q, &c), 50);
    qemu_iovec_destroy(&c);

    qemu_iovec_init(&c, 1);
    qemu_iovec_concat(&c, &q, 10, 20);
    ck_assert_uint_eq(c.size, 20);
    qemu_iovec_reset(&c);
    ck_assert_uint_eq(c.size, 0);
    qemu_iovec_destroy(&c);
    qemu_iovec_destroy(&q);
}
END_TEST

UNIT_MAIN("util/iov", test_copy, test_discard, test_part, test_socket, test_qiov)
