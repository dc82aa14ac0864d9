/*
 * Guest memory under load: threads read and write while the tree changes, regions come and go, and
 * dirty bits are taken. Meant to run under ThreadSanitizer and AddressSanitizer as well.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <check.h>
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/thread.h"
#include "exec/address-spaces.h"

#define ATTRS MEMTXATTRS_UNSPECIFIED
#define READERS 2
#define ROUNDS 3000

static MemoryRegion root;
static AddressSpace as;
static bool stop;                   /* atomic */

static MemoryRegion *ram_new(Object *owner, const char *name, uint32_t pattern)
{
    MemoryRegion *mr = g_new0(MemoryRegion, 1);
    uint32_t *p;

    memory_region_init_ram_nomigrate(mr, owner, name, 0x4000, &error_abort);
    OBJECT(mr)->free = g_free;
    p = memory_region_get_ram_ptr(mr);
    for (int i = 0; i < 0x1000; i++) {
        p[i] = pattern;
    }
    return mr;
}

/* What is read is one region's pattern or a hole, never anything else. */
static void *reader(void *opaque)
{
    uint64_t *reads = opaque;

    rcu_register_thread();
    while (!qatomic_read(&stop)) {
        hwaddr addr = (*reads * 4) & 0x7ffc;
        uint32_t v = address_space_ldl_le(&as, addr, ATTRS, NULL);

        ck_assert_msg(v == 0xaaaaaaaa || v == 0xbbbbbbbb || v == 0xffffffff, "0x%x", v);
        qatomic_set(reads, *reads + 1);
    }
    rcu_unregister_thread();
    return NULL;
}

START_TEST(test_topology)
{
    QemuThread threads[READERS];
    uint64_t reads[READERS] = { 0 };
    Object *o = object_new(TYPE_CONTAINER);
    MemoryRegion *a = ram_new(o, "a", 0xaaaaaaaa), *b = ram_new(o, "b", 0xbbbbbbbb);

    memory_region_init(&root, NULL, "root", UINT64_MAX);
    address_space_init(&as, &root, "stress");
    memory_region_add_subregion(&root, 0, a);
    memory_region_add_subregion_overlap(&root, 0x2000, b, 1);
    stop = false;
    for (int i = 0; i < READERS; i++) {
        qemu_thread_create(&threads[i], "reader", reader, &reads[i], QEMU_THREAD_JOINABLE);
    }
    for (int i = 0; i < ROUNDS; i++) {
        memory_region_set_enabled(b, i & 1);
        memory_region_set_address(b, (i % 8) * 0x1000);
        if (i % 16 == 0) {
            /* A region that lives for one round; readers may still hold its view. */
            Object *owner = object_new(TYPE_CONTAINER);
            MemoryRegion *c = ram_new(owner, "c", 0xbbbbbbbb);

            memory_region_add_subregion_overlap(&root, 0x1000, c, 2);
            memory_region_del_subregion(&root, c);
            object_unref(owner);
        }
    }
    qatomic_set(&stop, true);
    bql_unlock();
    for (int i = 0; i < READERS; i++) {
        qemu_thread_join(&threads[i]);
    }
    bql_lock();
    for (int i = 0; i < READERS; i++) {
        ck_assert_uint_gt(reads[i], 0);
    }
    memory_region_del_subregion(&root, a);
    memory_region_del_subregion(&root, b);
    address_space_destroy(&as);
    object_unref(o);
    drain_call_rcu();
    object_unref(&root);
    drain_call_rcu();
}
END_TEST

/* ---- dirty bits: no store may be lost ---- */

enum { PAGES = 8 };

static uint64_t stores;             /* atomic: how many counters were written, in order */

static void *writer(void *opaque)
{
    rcu_register_thread();
    for (uint64_t n = 1; n <= 40000; n++) {
        address_space_stq_le(&as, (n % PAGES) * 0x1000, n, ATTRS, NULL);
        qatomic_set(&stores, n);
    }
    qatomic_set(&stop, true);
    rcu_unregister_thread();
    return NULL;
}

START_TEST(test_dirty)
{
    Object *o = object_new(TYPE_CONTAINER);
    MemoryRegion *mr = g_new0(MemoryRegion, 1);
    uint64_t seen[PAGES] = { 0 };
    QemuThread thread;
    bool last;

    memory_region_init(&root, NULL, "root", UINT64_MAX);
    address_space_init(&as, &root, "stress");
    memory_region_init_ram_nomigrate(mr, o, "ram", PAGES * 0x1000, &error_abort);
    OBJECT(mr)->free = g_free;
    memory_region_add_subregion(&root, 0, mr);
    memory_region_set_log(mr, true, DIRTY_MEMORY_VGA);
    stop = false;
    qemu_thread_create(&thread, "writer", writer, NULL, QEMU_THREAD_JOINABLE);
    /* The bit is cleared first and the page read second: the last value of each page is seen. */
    do {
        last = qatomic_read(&stop);
        for (int i = 0; i < PAGES; i++) {
            if (memory_region_test_and_clear_dirty(mr, i * 0x1000, 0x1000, DIRTY_MEMORY_VGA)) {
                seen[i] = address_space_ldq_le(&as, i * 0x1000, ATTRS, NULL);
            }
        }
    } while (!last);
    bql_unlock();
    qemu_thread_join(&thread);
    bql_lock();
    for (int i = 0; i < PAGES; i++) {
        ck_assert_uint_eq(seen[i], address_space_ldq_le(&as, i * 0x1000, ATTRS, NULL));
        ck_assert_uint_gt(seen[i], 40000 - PAGES - 1);
    }
    memory_region_del_subregion(&root, mr);
    address_space_destroy(&as);
    object_unref(o);
    drain_call_rcu();
    object_unref(&root);
    drain_call_rcu();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("exec/memory-stress");
    TCase *tc = tcase_create("all");
    SRunner *sr;
    int failed;

    module_call_init(MODULE_INIT_QOM);
    bql_lock();
    memory_map_init();
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_topology);
    tcase_add_test(tc, test_dirty);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_set_fork_status(sr, CK_NOFORK);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
