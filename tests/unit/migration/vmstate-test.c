/*
 * State tables: the wire format, round trips, versions, subsections, and hostile streams.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <check.h>
#include "qemu/bitmap.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "tests/unit/vmstate-util.h"

#define CK_BYTES(vmsd, obj, ...) \
    do { \
        static const uint8_t want_[] = { __VA_ARGS__ }; \
        g_autoptr(GByteArray) got_ = vmstate_dump(vmsd, obj); \
        ck_assert_uint_eq(got_->len, sizeof(want_)); \
        ck_assert_mem_eq(got_->data, want_, sizeof(want_)); \
    } while (0)

/* ---- scalars and arrays ---- */

typedef struct Simple {
    bool b;
    int8_t i8;
    uint16_t u16;
    int32_t i32;
    uint64_t u64;
    uint16_t arr[3];
    uint8_t grid[2][2];
    uint8_t raw[4];
    uint32_t late;
} Simple;

static const VMStateDescription vmstate_simple = {
    .name = "simple",
    .version_id = 2,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_BOOL(b, Simple),
        VMSTATE_INT8(i8, Simple),
        VMSTATE_UINT16(u16, Simple),
        VMSTATE_INT32(i32, Simple),
        VMSTATE_UINT64(u64, Simple),
        VMSTATE_UINT16_ARRAY(arr, Simple, 3),
        VMSTATE_UINT8_2DARRAY(grid, Simple, 2, 2),
        VMSTATE_BUFFER(raw, Simple),
        VMSTATE_UNUSED(2),
        VMSTATE_UINT32_V(late, Simple, 2),
        VMSTATE_END_OF_LIST()
    },
};

static const Simple simple = {
    true, -2, 0x1234, -3, 0x1122334455667788, { 1, 2, 0xffff }, { { 1, 2 }, { 3, 4 } }, "abc", 7,
};

START_TEST(test_simple)
{
    Simple s = simple, d;

    CK_BYTES(&vmstate_simple, &s, 1, 0xfe, 0x12, 0x34, 0xff, 0xff, 0xff, 0xfd, 0x11, 0x22, 0x33,
             0x44, 0x55, 0x66, 0x77, 0x88, 0, 1, 0, 2, 0xff, 0xff, 1, 2, 3, 4, 'a', 'b', 'c', 0, 0,
             0, 0, 0, 0, 7);
    memset(&d, 0, sizeof(d));
    vmstate_check_roundtrip(&vmstate_simple, &s, &d);
    ck_assert_mem_eq(&d, &s, offsetof(Simple, late) + 4);
}
END_TEST

START_TEST(test_versions)
{
    Simple s = simple, d = { .late = 99 };
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    QEMUFile *f = qemu_file_new_buffer_output(bytes);
    Error *err = NULL;

    ck_assert_int_eq(vmstate_save_state_v(f, &vmstate_simple, &s, 1, &error_abort), 0);
    qemu_fclose(f);
    f = qemu_file_new_buffer_input(bytes->data, bytes->len);
    ck_assert_int_eq(vmstate_load_state_err(f, &vmstate_simple, &d, 1, &error_abort), 0);
    ck_assert(qemu_file_at_eof(f));
    qemu_fclose(f);
    ck_assert_uint_eq(d.u64, s.u64);
    ck_assert_uint_eq(d.late, 99);
    f = qemu_file_new_buffer_input(bytes->data, bytes->len);
    ck_assert_int_lt(vmstate_load_state_err(f, &vmstate_simple, &d, 3, &err), 0);
    error_free_or_abort(&err);
    ck_assert_int_lt(vmstate_load_state_err(f, &vmstate_simple, &d, 0, &err), 0);
    error_free_or_abort(&err);
    qemu_fclose(f);
}
END_TEST

START_TEST(test_truncated)
{
    Simple s = simple, d;
    g_autoptr(GByteArray) bytes = vmstate_dump(&vmstate_simple, &s);

    for (size_t n = 0; n < bytes->len; n++) {
        ck_assert_int_lt(vmstate_undump(&vmstate_simple, &d, bytes->data, n), 0);
    }
}
END_TEST

/* ---- structures, pointers, conditions, subsections ---- */

typedef struct Inner {
    uint8_t x;
} Inner;

typedef struct Outer {
    Inner one;
    Inner many[2];
    Inner *ptr;
    Inner *table[3];
    uint8_t nused;
    Inner used[4];
    uint32_t nalloc;
    uint16_t *alloc;
    uint32_t nbytes;
    uint8_t *bytes;
    int32_t nbits;
    unsigned long *bits;
    char *str;
    bool extra;
    uint32_t extra_value;
    int loads, saves;
} Outer;

static const VMStateDescription vmstate_inner = {
    .name = "inner",
    .version_id = 1,
    .fields = (const VMStateField[]) { VMSTATE_UINT8(x, Inner), VMSTATE_END_OF_LIST() },
};

static bool extra_needed(void *opaque)
{
    return ((Outer *)opaque)->extra;
}

static const VMStateDescription vmstate_extra = {
    .name = "outer/extra",
    .version_id = 3,
    .minimum_version_id = 1,
    .needed = extra_needed,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(extra_value, Outer),
        VMSTATE_END_OF_LIST()
    },
};

static int outer_pre_save(void *opaque)
{
    ((Outer *)opaque)->saves++;
    return 0;
}

static int outer_post_load(void *opaque, int version_id)
{
    Outer *o = opaque;

    o->loads++;
    return o->one.x == 0xbd ? -EINVAL : 0;
}

static const VMStateDescription vmstate_outer = {
    .name = "outer",
    .version_id = 1,
    .pre_save = outer_pre_save,
    .post_load = outer_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(one, Outer, 1, vmstate_inner, Inner),
        VMSTATE_STRUCT_ARRAY(many, Outer, 2, 1, vmstate_inner, Inner),
        VMSTATE_STRUCT_POINTER(ptr, Outer, vmstate_inner, Inner),
        VMSTATE_ARRAY_OF_POINTER_TO_STRUCT(table, Outer, 3, 1, vmstate_inner, Inner),
        VMSTATE_UINT8(nused, Outer),
        VMSTATE_STRUCT_VARRAY_UINT8(used, Outer, nused, 1, vmstate_inner, Inner),
        VMSTATE_UINT32(nalloc, Outer),
        VMSTATE_VARRAY_UINT32_ALLOC(alloc, Outer, nalloc, 1, vmstate_info_uint16, uint16_t),
        VMSTATE_UINT32(nbytes, Outer),
        VMSTATE_VBUFFER_ALLOC_UINT32(bytes, Outer, 1, NULL, nbytes),
        VMSTATE_BITMAP(bits, Outer, 1, nbits),
        VMSTATE_STR(str, Outer),
        VMSTATE_END_OF_LIST()
    },
    .subsections = (const VMStateDescription *const[]) { &vmstate_extra, NULL },
};

static void *outer_new(void)
{
    Outer *o = g_new0(Outer, 1);

    o->ptr = g_new0(Inner, 1);
    o->table[1] = g_new0(Inner, 1);
    o->nbits = 70;
    o->bits = bitmap_new(70);
    return o;
}

static void outer_free(void *opaque)
{
    Outer *o = opaque;

    g_free(o->ptr);
    g_free(o->table[1]);
    g_free(o->alloc);
    g_free(o->bytes);
    g_free(o->bits);
    g_free(o->str);
    g_free(o);
}

static Outer *outer_full(bool extra)
{
    Outer *o = outer_new();

    o->one.x = 1;
    o->many[0].x = 2;
    o->many[1].x = 3;
    o->ptr->x = 4;
    o->table[1]->x = 5;
    o->nused = 2;
    o->used[0].x = 6;
    o->used[1].x = 7;
    o->nalloc = 2;
    o->alloc = g_new0(uint16_t, 2);
    o->alloc[1] = 0x0809;
    o->nbytes = 3;
    o->bytes = (uint8_t *)g_strdup("xy");
    set_bit(1, o->bits);
    set_bit(69, o->bits);
    o->str = g_strdup("hi");
    o->extra = extra;
    o->extra_value = 0xaabbccdd;
    return o;
}

START_TEST(test_structures)
{
    Outer *s = outer_full(true), *d = outer_new();

    CK_BYTES(&vmstate_outer, s, 1, 2, 3, 4, '0', 5, '0', 2, 6, 7, 0, 0, 0, 2, 0, 0, 8, 9,
             0, 0, 0, 3, 'x', 'y', 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0x20,
             0, 0, 0, 3, 'h', 'i',
             5, 11, 'o', 'u', 't', 'e', 'r', '/', 'e', 'x', 't', 'r', 'a', 0, 0, 0, 3,
             0xaa, 0xbb, 0xcc, 0xdd);
    ck_assert_int_eq(s->saves, 1);
    d->extra = true;            /* so that it saves the subsection again */
    vmstate_check_roundtrip(&vmstate_outer, s, d);
    ck_assert_int_eq(d->loads, 1);
    ck_assert_uint_eq(d->extra_value, 0xaabbccdd);
    ck_assert_uint_eq(d->alloc[1], 0x0809);
    ck_assert_str_eq(d->str, "hi");
    ck_assert(test_bit(69, d->bits));
    outer_free(s);
    outer_free(d);
}
END_TEST

START_TEST(test_subsection_left_out)
{
    Outer *s = outer_full(false), *d = outer_new();

    d->extra_value = 5;
    vmstate_check_roundtrip(&vmstate_outer, s, d);
    ck_assert_uint_eq(d->extra_value, 5);
    outer_free(s);
    outer_free(d);
}
END_TEST

/* Offset of each thing in the bytes of test_structures. */
enum { AT_ONE = 0, AT_MARK = 4, AT_NUSED = 7, AT_NALLOC = 10, AT_SUB = 47, AT_SUBVER = 60 };

static int load_patched(size_t at, uint8_t value)
{
    Outer *s = outer_full(true), *d = outer_new();
    g_autoptr(GByteArray) bytes = vmstate_dump(&vmstate_outer, s);
    int ret;

    bytes->data[at] = value;
    ret = vmstate_undump(&vmstate_outer, d, bytes->data, bytes->len);
    outer_free(s);
    outer_free(d);
    return ret;
}

START_TEST(test_refusals)
{
    ck_assert_int_lt(load_patched(AT_ONE, 0xbd), 0);        /* post_load says no */
    ck_assert_int_lt(load_patched(AT_MARK, 1), 0);          /* an element where there is none */
    ck_assert_int_lt(load_patched(AT_NUSED, 5), 0);         /* more than the array holds */
    ck_assert_int_lt(load_patched(AT_NALLOC, 0xff), 0);     /* gigabytes */
    ck_assert_int_lt(load_patched(AT_SUB + 12, 'x'), 0);    /* unknown subsection */
    ck_assert_int_lt(load_patched(AT_SUBVER + 3, 4), 0);    /* from the future */
    ck_assert_int_eq(load_patched(AT_SUBVER + 3, 2), 0);
}
END_TEST

START_TEST(test_hostile)
{
    Outer *s = outer_full(true);
    unsigned refused = vmstate_check_hostile(&vmstate_outer, s, 2000, outer_new, outer_free);

    ck_assert_uint_gt(refused, 500);
    outer_free(s);
}
END_TEST

/* ---- lists, timers, checked values ---- */

typedef struct Node {
    uint32_t v;
    QTAILQ_ENTRY(Node) tail;
    QLIST_ENTRY(Node) list;
} Node;

typedef struct Lists {
    QTAILQ_HEAD(, Node) tailq;
    QLIST_HEAD(, Node) list;
    QEMUTimer *timer;
    uint32_t fixed;
    int32_t limit;
} Lists;

static const VMStateDescription vmstate_node = {
    .name = "node",
    .version_id = 1,
    .fields = (const VMStateField[]) { VMSTATE_UINT32(v, Node), VMSTATE_END_OF_LIST() },
};

static const VMStateDescription vmstate_lists = {
    .name = "lists",
    .version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_QTAILQ_V(tailq, Lists, 1, vmstate_node, Node, tail),
        VMSTATE_QLIST_V(list, Lists, 1, vmstate_node, Node, list),
        VMSTATE_TIMER_PTR(timer, Lists),
        VMSTATE_UINT32_EQUAL(fixed, Lists, "it is fixed"),
        VMSTATE_INT32_POSITIVE_LE(limit, Lists),
        VMSTATE_END_OF_LIST()
    },
};

static void timer_never(void *opaque)
{
    g_assert_not_reached();
}

static void *lists_new(void)
{
    Lists *l = g_new0(Lists, 1);

    QTAILQ_INIT(&l->tailq);
    QLIST_INIT(&l->list);
    l->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, timer_never, NULL);
    l->fixed = 0x1234;
    l->limit = 10;
    return l;
}

static void lists_free(void *opaque)
{
    Lists *l = opaque;
    Node *n;

    while ((n = QTAILQ_FIRST(&l->tailq)) != NULL) {
        QTAILQ_REMOVE(&l->tailq, n, tail);
        g_free(n);
    }
    while ((n = QLIST_FIRST(&l->list)) != NULL) {
        QLIST_REMOVE(n, list);
        g_free(n);
    }
    timer_free(l->timer);
    g_free(l);
}

START_TEST(test_lists)
{
    Lists *s = lists_new(), *d = lists_new();
    Node *n;

    for (int i = 1; i <= 3; i++) {
        n = g_new0(Node, 1);
        n->v = i;
        QTAILQ_INSERT_TAIL(&s->tailq, n, tail);
        n = g_new0(Node, 1);
        n->v = 10 - i;
        QLIST_INSERT_HEAD(&s->list, n, list);
    }
    s->limit = 7;
    timer_mod_ns(s->timer, INT64_MAX / 2);
    vmstate_check_roundtrip(&vmstate_lists, s, d);
    ck_assert_uint_eq(QTAILQ_FIRST(&d->tailq)->v, 1);
    ck_assert_uint_eq(QTAILQ_LAST(&d->tailq)->v, 3);
    ck_assert_uint_eq(QLIST_FIRST(&d->list)->v, 7);
    ck_assert_uint_eq(timer_expire_time_ns(d->timer), INT64_MAX / 2);
    ck_assert_int_eq(d->limit, 7);
    lists_free(d);

    d = lists_new();
    d->fixed = 0x1235;
    {
        g_autoptr(GByteArray) bytes = vmstate_dump(&vmstate_lists, s);

        ck_assert_int_lt(vmstate_undump(&vmstate_lists, d, bytes->data, bytes->len), 0);
        lists_free(d);
        d = lists_new();
        d->limit = 6;
        ck_assert_int_lt(vmstate_undump(&vmstate_lists, d, bytes->data, bytes->len), 0);
    }
    ck_assert_uint_gt(vmstate_check_hostile(&vmstate_lists, s, 500, lists_new, lists_free), 100);
    lists_free(s);
    lists_free(d);
}
END_TEST

/* ---- the stream ---- */

START_TEST(test_stream)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    QEMUFile *f = qemu_file_new_buffer_output(bytes);
    g_autofree uint8_t *big = g_malloc(100000);
    g_autofree uint8_t *back = g_malloc(100000);
    char name[256];
    uint8_t peek[4];

    for (int i = 0; i < 100000; i++) {
        big[i] = i * 7;
    }
    qemu_put_be32(f, 0x01020304);
    qemu_put_buffer(f, big, 100000);
    qemu_put_counted_string(f, "section");
    ck_assert_uint_eq(qemu_file_transferred(f), 100012);
    ck_assert_int_eq(qemu_fclose(f), 0);
    ck_assert_uint_eq(bytes->len, 100012);

    f = qemu_file_new_buffer_input(bytes->data, bytes->len);
    ck_assert_uint_eq(qemu_peek_buffer(f, peek, 2, 1), 2);
    ck_assert_uint_eq(peek[0], 2);
    ck_assert_uint_eq(qemu_get_be32(f), 0x01020304);
    ck_assert_uint_eq(qemu_get_buffer(f, back, 100000), 100000);
    ck_assert_mem_eq(back, big, 100000);
    ck_assert(!qemu_file_at_eof(f));
    ck_assert(qemu_get_counted_string(f, name));
    ck_assert_str_eq(name, "section");
    ck_assert(qemu_file_at_eof(f));
    ck_assert_int_eq(qemu_file_get_error(f), 0);
    ck_assert_uint_eq(qemu_get_be32(f), 0);
    ck_assert_int_eq(qemu_file_get_error(f), -EIO);
    ck_assert_int_eq(qemu_fclose(f), -EIO);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("migration/vmstate");
    TCase *tc = tcase_create("all");
    SRunner *sr;
    int failed;

    init_clocks(NULL);
    tcase_add_test(tc, test_simple);
    tcase_add_test(tc, test_versions);
    tcase_add_test(tc, test_truncated);
    tcase_add_test(tc, test_structures);
    tcase_add_test(tc, test_subsection_left_out);
    tcase_add_test(tc, test_refusals);
    tcase_add_test(tc, test_hostile);
    tcase_add_test(tc, test_lists);
    tcase_add_test(tc, test_stream);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_set_fork_status(sr, CK_NOFORK);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
