/*
 * Guest memory: what address spaces show, accesses to devices, dirty bits, mappings, listeners.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <check.h>
#include "qemu/event_notifier.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/units.h"
#include "exec/address-spaces.h"
#include "exec/ioport.h"
#include "exec/memory.h"

#define ATTRS MEMTXATTRS_UNSPECIFIED

static MemoryRegion root;
static AddressSpace as;

static void setup(void)
{
    memset(&root, 0, sizeof(root));
    memory_region_init(&root, NULL, "root", UINT64_MAX);
    address_space_init(&as, &root, "test");
}

static void teardown(void)
{
    address_space_destroy(&as);
    drain_call_rcu();
    object_unref(&root);
}

/* A heap-allocated owner, so that regions go with it. */
static Object *owner_new(void)
{
    return object_new(TYPE_CONTAINER);
}

static MemoryRegion *ram_new(Object *owner, const char *name, uint64_t size)
{
    MemoryRegion *mr = g_new0(MemoryRegion, 1);

    ck_assert(memory_region_init_ram_nomigrate(mr, owner, name, size, &error_abort));
    OBJECT(mr)->free = g_free;
    return mr;
}

/* The view as "start-end name+offset;..." */
static char *view_text(void)
{
    GString *s = g_string_new(NULL);
    FlatView *v = address_space_to_flatview(&as);

    for (unsigned i = 0; i < flatview_nr_sections(v); i++) {
        MemoryRegionSection *x = flatview_section(v, i);

        g_string_append_printf(s, "%" PRIx64 "-%" PRIx64 " %s+%" PRIx64 "%s;",
                               x->offset_within_address_space,
                               x->offset_within_address_space + (uint64_t)(x->size - 1),
                               memory_region_name(x->mr), x->offset_within_region,
                               x->readonly ? " ro" : "");
    }
    return g_string_free(s, false);
}

#define CK_VIEW(expected) \
    do { \
        g_autofree char *text_ = view_text(); \
        ck_assert_str_eq(text_, expected); \
    } while (0)

/* ---- what is shown ---- */

START_TEST(test_overlap)
{
    Object *o = owner_new();
    MemoryRegion *a = ram_new(o, "a", 0x10000), *b = ram_new(o, "b", 0x4000);
    MemoryRegion *c = ram_new(o, "c", 0x1000);

    memory_region_add_subregion(&root, 0x1000, a);
    memory_region_add_subregion_overlap(&root, 0x4000, b, 1);
    CK_VIEW("1000-3fff a+0;4000-7fff b+0;8000-10fff a+7000;");
    memory_region_add_subregion_overlap(&root, 0x5000, c, -1);
    CK_VIEW("1000-3fff a+0;4000-7fff b+0;8000-10fff a+7000;");
    memory_region_set_enabled(b, false);
    CK_VIEW("1000-10fff a+0;");
    memory_region_set_enabled(a, false);
    CK_VIEW("5000-5fff c+0;");
    memory_region_set_address(c, 0x7000);
    memory_region_set_enabled(b, true);
    CK_VIEW("4000-7fff b+0;");
    memory_region_del_subregion(&root, b);
    CK_VIEW("7000-7fff c+0;");
    memory_region_del_subregion(&root, a);
    memory_region_del_subregion(&root, c);
    CK_VIEW("");
    drain_call_rcu();
    object_unref(o);
    drain_call_rcu();
}
END_TEST

START_TEST(test_containers_and_aliases)
{
    Object *o = owner_new();
    MemoryRegion *ram = ram_new(o, "ram", 0x8000);
    MemoryRegion box, low, high;

    memory_region_init(&box, NULL, "box", 0x3000);
    memory_region_add_subregion(&box, 0x1000, ram);     /* sticks out: is cut off */
    memory_region_add_subregion(&root, 0x10000, &box);
    CK_VIEW("11000-12fff ram+0;");

    memory_region_init_alias(&low, NULL, "low", ram, 0x2000, 0x1000);
    memory_region_init_alias(&high, NULL, "high", ram, 0x3000, 0x1000);
    memory_region_add_subregion(&root, 0x20000, &low);
    memory_region_add_subregion(&root, 0x21000, &high);
    /* Two windows that continue each other are one piece. */
    CK_VIEW("11000-12fff ram+0;20000-21fff ram+2000;");
    memory_region_set_readonly(&high, true);
    CK_VIEW("11000-12fff ram+0;20000-20fff ram+2000;21000-21fff ram+3000 ro;");
    memory_region_set_alias_offset(&low, 0x7000);
    CK_VIEW("11000-12fff ram+0;20000-20fff ram+7000;21000-21fff ram+3000 ro;");
    memory_region_set_size(&box, 0x2000);
    CK_VIEW("11000-11fff ram+0;20000-20fff ram+7000;21000-21fff ram+3000 ro;");

    memory_region_del_subregion(&root, &low);
    memory_region_del_subregion(&root, &high);
    memory_region_del_subregion(&root, &box);
    drain_call_rcu();
    object_unref(&low);
    object_unref(&high);
    object_unref(o);
    object_unref(&box);
    drain_call_rcu();
}
END_TEST

START_TEST(test_whole_space)
{
    MemoryRegion io;
    hwaddr xlat, len = 16;

    memory_region_init_io(&io, NULL, NULL, NULL, "all", UINT64_MAX);
    memory_region_add_subregion(&root, 0, &io);
    CK_VIEW("0-ffffffffffffffff all+0;");
    rcu_read_lock();
    ck_assert_ptr_eq(address_space_translate(&as, UINT64_MAX - 3, &xlat, &len, false, ATTRS),
                     &io);
    rcu_read_unlock();
    ck_assert_uint_eq(xlat, UINT64_MAX - 3);
    ck_assert_uint_eq(len, 4);
    memory_region_del_subregion(&root, &io);
    drain_call_rcu();
    object_unref(&io);
}
END_TEST

START_TEST(test_random_overlap)
{
    /* A model: one byte per page says which region is on top. */
    enum { N = 24, PAGES = 64 };
    MemoryRegion mr[N];
    GRand *rand = g_rand_new_with_seed(42);

    for (int i = 0; i < N; i++) {
        g_autofree char *name = g_strdup_printf("r%d", i);

        memory_region_init_io(&mr[i], NULL, NULL, NULL, name,
                              0x1000 * g_rand_int_range(rand, 1, 20));
        memory_region_add_subregion_overlap(&root, 0x1000 * g_rand_int_range(rand, 0, PAGES),
                                            &mr[i], g_rand_int_range(rand, -3, 4));
    }
    for (int round = 0; round < 300; round++) {
        MemoryRegion *pick = &mr[g_rand_int_range(rand, 0, N)];

        if (g_rand_boolean(rand)) {
            memory_region_set_enabled(pick, !pick->enabled);
        } else {
            memory_region_set_address(pick, 0x1000 * g_rand_int_range(rand, 0, PAGES));
        }
        for (int page = 0; page < PAGES; page++) {
            MemoryRegion *sub, *top = NULL, *got;
            hwaddr addr = 0x1000 * page, xlat, len = 1;

            QTAILQ_FOREACH(sub, &root.subregions, subregions_link) {
                if (sub->enabled && addr - sub->addr < memory_region_size(sub)) {
                    if (!top || sub->priority > top->priority) {
                        top = sub;
                    }
                }
            }
            rcu_read_lock();
            got = address_space_translate(&as, addr, &xlat, &len, false, ATTRS);
            rcu_read_unlock();
            if (top) {
                ck_assert_ptr_eq(got, top);
                ck_assert_uint_eq(xlat, addr - top->addr);
            } else {
                ck_assert_ptr_eq(got->ops, &unassigned_mem_ops);
            }
        }
    }
    for (int i = 0; i < N; i++) {
        memory_region_del_subregion(&root, &mr[i]);
    }
    drain_call_rcu();
    for (int i = 0; i < N; i++) {
        object_unref(&mr[i]);
    }
    g_rand_free(rand);
}
END_TEST

/* ---- RAM ---- */

START_TEST(test_ram_access)
{
    Object *o = owner_new();
    MemoryRegion *a = ram_new(o, "a", 0x1000), *b = ram_new(o, "b", 0x1000);
    uint8_t out[16], in[16] = "across the edge";
    MemTxResult r;

    memory_region_add_subregion(&root, 0, a);
    memory_region_add_subregion(&root, 0x1000, b);
    ck_assert_uint_eq(address_space_write(&as, 0xff8, ATTRS, in, 16), MEMTX_OK);
    ck_assert_mem_eq((uint8_t *)memory_region_get_ram_ptr(a) + 0xff8, in, 8);
    ck_assert_mem_eq(memory_region_get_ram_ptr(b), in + 8, 8);
    ck_assert_uint_eq(address_space_read(&as, 0xff8, ATTRS, out, 16), MEMTX_OK);
    ck_assert_mem_eq(out, in, 16);

    address_space_stl_be(&as, 0x10, 0x11223344, ATTRS, &r);
    ck_assert_uint_eq(address_space_ldl_le(&as, 0x10, ATTRS, &r), 0x44332211);
    ck_assert_uint_eq(address_space_lduw_be(&as, 0x11, ATTRS, &r), 0x2233);
    /* A value across two regions. */
    address_space_stq_le(&as, 0xffc, 0x8877665544332211, ATTRS, &r);
    ck_assert_uint_eq(r, MEMTX_OK);
    ck_assert_uint_eq(address_space_ldq_be(&as, 0xffc, ATTRS, &r), 0x1122334455667788);

    /* A hole reads as ones and is an error. */
    ck_assert_uint_eq(address_space_ldl_le(&as, 0x5000, ATTRS, &r), 0xffffffff);
    ck_assert_uint_eq(r, MEMTX_DECODE_ERROR);
    ck_assert_uint_eq(address_space_write(&as, 0x1ffc, ATTRS, in, 16), MEMTX_DECODE_ERROR);
    ck_assert_mem_eq((uint8_t *)memory_region_get_ram_ptr(b) + 0xffc, in, 4);
    memory_region_del_subregion(&root, a);
    memory_region_del_subregion(&root, b);
    drain_call_rcu();
    object_unref(o);
    drain_call_rcu();
}
END_TEST

START_TEST(test_rom)
{
    MemoryRegion rom, alias;
    uint32_t v = 0x12345678, out;

    memory_region_init_rom_nomigrate(&rom, NULL, "rom", 0x1000, &error_abort);
    memory_region_init_alias(&alias, NULL, "alias", &rom, 0, 0x1000);
    memory_region_add_subregion(&root, 0, &rom);
    memory_region_add_subregion(&root, 0x1000, &alias);
    address_space_write(&as, 0x20, ATTRS, &v, 4);
    ck_assert_uint_eq(address_space_ldl_le(&as, 0x20, ATTRS, NULL), 0);
    address_space_write_rom(&as, 0x1020, ATTRS, &v, 4);
    address_space_read(&as, 0x20, ATTRS, &out, 4);
    ck_assert_uint_eq(out, v);
    memory_region_del_subregion(&root, &rom);
    memory_region_del_subregion(&root, &alias);
    drain_call_rcu();
    object_unref(&alias);
    object_unref(&rom);
    drain_call_rcu();
}
END_TEST

/* ---- devices ---- */

static struct {
    char log[512];
    uint8_t mem[64];
    MemTxResult result;
} dev;

static uint64_t dev_read(void *opaque, hwaddr addr, unsigned size)
{
    uint64_t v = 0;

    sprintf(dev.log + strlen(dev.log), "r%u@%" PRIx64 " ", size, addr);
    for (unsigned i = 0; i < size; i++) {
        unsigned n = opaque ? size - 1 - i : i;     /* opaque set: big-endian */
        v |= (uint64_t)dev.mem[addr + i] << (8 * n);
    }
    return v;
}

static void dev_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    sprintf(dev.log + strlen(dev.log), "w%u@%" PRIx64 "=%" PRIx64 " ", size, addr, data);
    for (unsigned i = 0; i < size; i++) {
        unsigned n = opaque ? size - 1 - i : i;
        dev.mem[addr + i] = data >> (8 * n);
    }
}

static void dev_clear(void)
{
    memset(&dev, 0, sizeof(dev));
    for (int i = 0; i < 64; i++) {
        dev.mem[i] = i;
    }
}

typedef struct WidthCase {
    unsigned vmin, vmax, imin, imax;
    bool vunal, iunal;
    hwaddr addr;
    unsigned size;
    const char *read_log;
    const char *write_log;
} WidthCase;

static const WidthCase width_cases[] = {
    { 1, 4, 1, 4, false, false, 4, 4, "r4@4 ", "w4@4=44332211 " },
    { 1, 4, 1, 1, false, false, 4, 4, "r1@4 r1@5 r1@6 r1@7 ",
      "w1@4=11 w1@5=22 w1@6=33 w1@7=44 " },
    { 1, 4, 4, 4, false, false, 4, 1, "r4@4 ", "w4@4=11 " },
    { 1, 4, 4, 4, false, false, 6, 2, "r4@4 ", "w4@4=22110000 " },
    { 1, 8, 4, 4, false, false, 8, 8, "r4@8 r4@c ", "w4@8=44332211 w4@c=88776655 " },
    { 1, 4, 1, 4, true, false, 2, 4, "r2@2 r2@4 ", "w2@2=2211 w2@4=4433 " },
    { 1, 4, 1, 4, true, false, 1, 4, "r1@1 r2@2 r1@4 ", "w1@1=11 w2@2=3322 w1@4=44 " },
    { 1, 4, 4, 4, true, false, 3, 2, "r4@0 r4@4 ", "w4@0=11000000 w4@4=22 " },
    { 1, 4, 1, 4, true, true, 3, 4, "r4@3 ", "w4@3=44332211 " },
    { 1, 4, 1, 4, false, false, 2, 4, "", "" },         /* unaligned: refused */
    { 2, 2, 1, 4, false, false, 4, 4, "", "" },         /* too wide */
    { 2, 2, 1, 4, false, false, 4, 1, "", "" },         /* too narrow */
    { 0, 0, 0, 0, false, false, 8, 8, "r4@8 r4@c ", "w4@8=44332211 w4@c=88776655 " },
};

static void run_width_case(const WidthCase *c, bool big)
{
    MemoryRegionOps ops = {
        .read = dev_read,
        .write = dev_write,
        .endianness = big ? DEVICE_BIG_ENDIAN : DEVICE_LITTLE_ENDIAN,
        .valid = { c->vmin, c->vmax, c->vunal, NULL },
        .impl = { c->imin, c->imax, c->iunal },
    };
    MemOp op = size_memop(c->size) | MO_LE;
    uint64_t value = 0, expect = 0;
    bool valid = *c->read_log;
    MemoryRegion mr;
    MemTxResult r;

    memory_region_init_io(&mr, NULL, &ops, big ? &ops : NULL, "dev", 64);
    dev_clear();
    r = memory_region_dispatch_read(&mr, c->addr, &value, op, ATTRS);
    ck_assert_uint_eq(r, valid ? MEMTX_OK : MEMTX_DECODE_ERROR);
    ck_assert_str_eq(dev.log, c->read_log);
    for (unsigned i = 0; valid && i < c->size; i++) {
        expect |= (uint64_t)(c->addr + i) << (8 * i);
    }
    ck_assert_uint_eq(value, expect);

    dev_clear();
    r = memory_region_dispatch_write(&mr, c->addr, 0x8877665544332211, op, ATTRS);
    ck_assert_uint_eq(r, valid ? MEMTX_OK : MEMTX_DECODE_ERROR);
    if (!big) {
        ck_assert_str_eq(dev.log, c->write_log);
    }
    for (unsigned i = 0; valid && i < c->size; i++) {
        ck_assert_uint_eq(dev.mem[c->addr + i], 0x11 * (i + 1));
    }
    object_unref(&mr);
}

START_TEST(test_widths)
{
    run_width_case(&width_cases[_i], false);
    run_width_case(&width_cases[_i], true);
}
END_TEST

static MemTxResult attrs_read(void *opaque, hwaddr addr, uint64_t *data, unsigned size,
                              MemTxAttrs attrs)
{
    *data = attrs.requester_id;
    return dev.result;
}

START_TEST(test_attrs_and_errors)
{
    static const MemoryRegionOps ops = {
        .read_with_attrs = attrs_read, .endianness = DEVICE_LITTLE_ENDIAN,
    };
    MemTxAttrs attrs = { .requester_id = 0x1234 };
    MemoryRegion mr;
    MemTxResult r;

    dev.result = MEMTX_ERROR;
    memory_region_init_io(&mr, NULL, &ops, NULL, "dev", 64);
    memory_region_add_subregion(&root, 0, &mr);
    ck_assert_uint_eq(address_space_ldl_le(&as, 0, attrs, &r), 0x1234);
    ck_assert_uint_eq(r, MEMTX_ERROR);
    attrs.memory = 1;
    ck_assert_uint_eq(address_space_read(&as, 0, attrs, &r, 4), MEMTX_ACCESS_ERROR);
    memory_region_del_subregion(&root, &mr);
    drain_call_rcu();
    object_unref(&mr);
}
END_TEST

static bool lock_seen;

static uint64_t lock_read(void *opaque, hwaddr addr, unsigned size)
{
    lock_seen = bql_locked();
    return 0;
}

START_TEST(test_locking)
{
    static const MemoryRegionOps ops = { .read = lock_read };
    MemoryRegion mr;

    memory_region_init_io(&mr, NULL, &ops, NULL, "dev", 64);
    memory_region_add_subregion(&root, 0, &mr);
    bql_unlock();
    address_space_ldl_le(&as, 0, ATTRS, NULL);
    ck_assert(lock_seen);
    ck_assert(!bql_locked());
    memory_region_enable_lockless_io(&mr);
    address_space_ldl_le(&as, 0, ATTRS, NULL);
    ck_assert(!lock_seen);
    bql_lock();
    memory_region_del_subregion(&root, &mr);
    drain_call_rcu();
    object_unref(&mr);
}
END_TEST

START_TEST(test_rom_device)
{
    static const MemoryRegionOps ops = { .read = dev_read, .write = dev_write };
    MemoryRegion mr;

    dev_clear();
    memory_region_init_rom_device_nomigrate(&mr, NULL, &ops, NULL, "flash", 0x1000, &error_abort);
    memory_region_add_subregion(&root, 0, &mr);
    memset(memory_region_get_ram_ptr(&mr), 0xa5, 0x1000);
    ck_assert_uint_eq(address_space_ldl_le(&as, 8, ATTRS, NULL), 0xa5a5a5a5);
    ck_assert_str_eq(dev.log, "");
    address_space_stb(&as, 8, 0x40, ATTRS, NULL);
    ck_assert_str_eq(dev.log, "w1@8=40 ");
    memory_region_rom_device_set_romd(&mr, false);
    ck_assert_uint_eq(address_space_ldub(&as, 9, ATTRS, NULL), 9);
    memory_region_rom_device_set_romd(&mr, true);
    ck_assert_uint_eq(address_space_ldub(&as, 9, ATTRS, NULL), 0xa5);
    memory_region_del_subregion(&root, &mr);
    drain_call_rcu();
    object_unref(&mr);
    drain_call_rcu();
}
END_TEST

START_TEST(test_eventfd)
{
    static const MemoryRegionOps ops = { .write = dev_write };
    EventNotifier e;
    MemoryRegion mr;

    ck_assert_int_eq(event_notifier_init(&e, false), 0);
    dev_clear();
    memory_region_init_io(&mr, NULL, &ops, NULL, "dev", 64);
    memory_region_add_subregion(&root, 0, &mr);
    memory_region_add_eventfd(&mr, 16, 2, true, 7, &e);
    address_space_stw_le(&as, 16, 7, ATTRS, NULL);
    ck_assert_int_eq(event_notifier_test_and_clear(&e), 1);
    ck_assert_str_eq(dev.log, "");
    address_space_stw_le(&as, 16, 8, ATTRS, NULL);
    ck_assert_int_eq(event_notifier_test_and_clear(&e), 0);
    ck_assert_str_eq(dev.log, "w2@10=8 ");
    memory_region_del_eventfd(&mr, 16, 2, true, 7, &e);
    event_notifier_cleanup(&e);
    memory_region_del_subregion(&root, &mr);
    drain_call_rcu();
    object_unref(&mr);
}
END_TEST

/* ---- dirty bits ---- */

static uint64_t hook_start, hook_len;
static unsigned hook_calls, code_calls;

static void reset_hook(RAMBlock *rb, uint64_t start, uint64_t length)
{
    hook_start = start;
    hook_len = length;
    hook_calls++;
}

static void code_hook(RAMBlock *rb, uint64_t start, uint64_t length)
{
    code_calls++;
}

START_TEST(test_dirty)
{
    Object *o = owner_new();
    MemoryRegion *mr = ram_new(o, "vram", 256 * 0x1000);
    RAMBlock *rb = mr->ram_block;
    DirtyBitmapSnapshot *snap;

    ram_dirty_set_reset_hook(reset_hook);
    memory_region_add_subregion(&root, 0, mr);
    memory_region_set_log(mr, true, DIRTY_MEMORY_VGA);
    ck_assert(memory_region_get_dirty(mr, 0, 0x1000, DIRTY_MEMORY_VGA));
    hook_calls = 0;
    memory_region_reset_dirty(mr, 0, 256 * 0x1000, DIRTY_MEMORY_VGA);
    ck_assert_uint_eq(hook_calls, 1);
    ck_assert_uint_eq(hook_len, 256 * 0x1000);
    ck_assert(!memory_region_get_dirty(mr, 0, 256 * 0x1000, DIRTY_MEMORY_VGA));
    ck_assert(!ramblock_page_all_dirty(rb, 3));

    address_space_stb(&as, 0x3fff, 1, ATTRS, NULL);
    address_space_stb(&as, 0x47000, 1, ATTRS, NULL);
    ck_assert(!memory_region_get_dirty(mr, 0, 0x3000, DIRTY_MEMORY_VGA));
    ck_assert(memory_region_get_dirty(mr, 0x3000, 1, DIRTY_MEMORY_VGA));
    ck_assert(ramblock_page_all_dirty(rb, 3));

    /* A snapshot takes just its range. */
    snap = memory_region_snapshot_and_clear_dirty(mr, 0x10000, 0x60000, DIRTY_MEMORY_VGA);
    ck_assert(memory_region_snapshot_get_dirty(mr, snap, 0x46000, 0x2000));
    ck_assert(!memory_region_snapshot_get_dirty(mr, snap, 0x10000, 0x37000));
    ck_assert(!memory_region_get_dirty(mr, 0x47000, 1, DIRTY_MEMORY_VGA));
    ck_assert(memory_region_get_dirty(mr, 0x3000, 1, DIRTY_MEMORY_VGA));
    g_free(snap);

    memory_region_set_log(mr, false, DIRTY_MEMORY_VGA);
    ck_assert(ramblock_page_all_dirty(rb, 0));
    memory_region_del_subregion(&root, mr);
    ram_dirty_set_reset_hook(NULL);
    drain_call_rcu();
    object_unref(o);
    drain_call_rcu();
}
END_TEST

START_TEST(test_dirty_sync)
{
    Object *o = owner_new();
    MemoryRegion *mr = ram_new(o, "ram", 200 * 0x1000);
    RAMBlock *rb = mr->ram_block;
    unsigned long bits[4] = { 0 };

    ck_assert(memory_global_dirty_log_start(GLOBAL_DIRTY_MIGRATION, &error_abort));
    ck_assert_uint_eq(ramblock_sync_dirty(rb, bits, 0, 200 * 0x1000, DIRTY_MEMORY_MIGRATION), 200);
    ck_assert_uint_eq(bits[0], ~0ul);
    ck_assert_uint_eq(bits[3], 0xff);
    memset(bits, 0, sizeof(bits));
    ramblock_note_write(rb, 70 * 0x1000 - 1, 2);
    ramblock_note_write(rb, 199 * 0x1000, 1);
    /* From page 65: bit 0 of the result is page 64. */
    ck_assert_uint_eq(ramblock_sync_dirty(rb, bits, 65 * 0x1000, 100 * 0x1000,
                                          DIRTY_MEMORY_MIGRATION), 2);
    ck_assert_uint_eq(bits[0], 3ul << 5);
    ck_assert_uint_eq(ramblock_sync_dirty(rb, bits, 0, 200 * 0x1000, DIRTY_MEMORY_MIGRATION), 1);
    memory_global_dirty_log_stop(GLOBAL_DIRTY_MIGRATION);
    ck_assert(ramblock_page_all_dirty(rb, 5));
    object_unref(o);
    drain_call_rcu();
}
END_TEST

START_TEST(test_code_write)
{
    Object *o = owner_new();
    MemoryRegion *mr = ram_new(o, "ram", 0x4000);

    ram_code_set_write_hook(code_hook);
    memory_region_add_subregion(&root, 0, mr);
    ck_assert(ramblock_clear_dirty_page(mr->ram_block, 1, DIRTY_MEMORY_CODE));
    code_calls = 0;
    address_space_stb(&as, 0x0fff, 1, ATTRS, NULL);
    ck_assert_uint_eq(code_calls, 0);
    address_space_stb(&as, 0x1000, 1, ATTRS, NULL);
    ck_assert_uint_eq(code_calls, 1);
    /* Only the translator says that no code is left. */
    ck_assert(!ramblock_test_dirty(mr->ram_block, 0x1000, 1, DIRTY_MEMORY_CODE));
    ram_code_set_write_hook(NULL);
    memory_region_del_subregion(&root, mr);
    drain_call_rcu();
    object_unref(o);
    drain_call_rcu();
}
END_TEST

/* ---- mappings ---- */

static unsigned client_calls;

static void map_client(void *opaque)
{
    client_calls++;
}

START_TEST(test_map)
{
    static const MemoryRegionOps ops = { .read = dev_read, .write = dev_write };
    Object *o = owner_new();
    MemoryRegion *ram = ram_new(o, "ram", 0x2000), io;
    hwaddr len = 0x4000;
    uint8_t *p, *q;

    dev_clear();
    memory_region_init_io(&io, NULL, &ops, NULL, "dev", 64);
    memory_region_add_subregion(&root, 0, ram);
    memory_region_add_subregion(&root, 0x10000, &io);
    p = address_space_map(&as, 0x1000, &len, true, ATTRS);
    ck_assert_ptr_eq(p, (uint8_t *)memory_region_get_ram_ptr(ram) + 0x1000);
    ck_assert_uint_eq(len, 0x1000);
    address_space_unmap(&as, p, len, true, len);

    /* Device memory goes through a copy, of which there is a limited amount. */
    as.max_bounce_buffer_size = 24;
    len = 16;
    p = address_space_map(&as, 0x10000, &len, false, ATTRS);
    ck_assert_uint_eq(len, 16);
    ck_assert_uint_eq(p[5], 5);
    len = 16;
    q = address_space_map(&as, 0x10010, &len, true, ATTRS);
    ck_assert_uint_eq(len, 8);
    len = 16;
    ck_assert_ptr_null(address_space_map(&as, 0x10000, &len, true, ATTRS));
    address_space_register_map_client(&as, map_client, NULL);
    ck_assert_uint_eq(client_calls, 0);
    memset(q, 0x5a, 8);
    address_space_unmap(&as, q, 8, true, 4);
    ck_assert_uint_eq(client_calls, 1);
    ck_assert_uint_eq(dev.mem[0x13], 0x5a);
    ck_assert_uint_eq(dev.mem[0x14], 0x14);
    address_space_unmap(&as, p, 16, false, 16);
    ck_assert_uint_eq(as.bounce_buffer_size, 0);
    memory_region_del_subregion(&root, ram);
    memory_region_del_subregion(&root, &io);
    drain_call_rcu();
    object_unref(&io);
    object_unref(o);
    drain_call_rcu();
}
END_TEST

START_TEST(test_cache)
{
    Object *o = owner_new();
    MemoryRegion *ram = ram_new(o, "ram", 0x2000);
    MemoryRegionCache c = MEMORY_REGION_CACHE_INVALID;

    memory_region_add_subregion(&root, 0x1000, ram);
    ck_assert_int_eq(address_space_cache_init(&c, &as, 0x2f00, 0x1000, true), 0x100);
    stl_le_phys_cached(&c, 0x10, 0xdeadbeef);
    ck_assert_uint_eq(ldl_le_phys(&as, 0x2f10), 0xdeadbeef);
    ck_assert_uint_eq(lduw_be_phys_cached(&c, 0x10), 0xefbe);
    /* The mapping keeps the memory alive. */
    memory_region_del_subregion(&root, ram);
    drain_call_rcu();
    object_unref(o);
    drain_call_rcu();
    stl_le_phys_cached(&c, 0x14, 1);
    address_space_cache_destroy(&c);
    drain_call_rcu();
    ck_assert_int_lt(address_space_cache_init(&c, &as, 0x2f00, 0x1000, true), 0);
}
END_TEST

/* ---- listeners ---- */

static GString *heard;

static void hear_add(MemoryListener *l, MemoryRegionSection *s)
{
    g_string_append_printf(heard, "+%s@%" PRIx64 " ", memory_region_name(s->mr),
                           s->offset_within_address_space);
}

static void hear_del(MemoryListener *l, MemoryRegionSection *s)
{
    g_string_append_printf(heard, "-%s@%" PRIx64 " ", memory_region_name(s->mr),
                           s->offset_within_address_space);
}

static void hear_nop(MemoryListener *l, MemoryRegionSection *s)
{
    g_string_append_printf(heard, "=%s ", memory_region_name(s->mr));
}

static void hear_commit(MemoryListener *l)
{
    g_string_append(heard, ". ");
}

static void hear_log_start(MemoryListener *l, MemoryRegionSection *s, int old, int new)
{
    g_string_append_printf(heard, "log%d>%d ", old, new);
}

static void hear_log_stop(MemoryListener *l, MemoryRegionSection *s, int old, int new)
{
    g_string_append_printf(heard, "log%d<%d ", old, new);
}

#define CK_HEARD(expected) \
    do { \
        ck_assert_str_eq(heard->str, expected); \
        g_string_truncate(heard, 0); \
    } while (0)

START_TEST(test_listener)
{
    MemoryListener l = {
        .region_add = hear_add, .region_del = hear_del, .region_nop = hear_nop,
        .commit = hear_commit, .log_start = hear_log_start, .log_stop = hear_log_stop,
    };
    Object *o = owner_new();
    MemoryRegion *a = ram_new(o, "a", 0x1000), *b = ram_new(o, "b", 0x1000);

    heard = g_string_new(NULL);
    memory_region_add_subregion(&root, 0, a);
    memory_listener_register(&l, &as);
    CK_HEARD("+a@0 . ");
    memory_region_add_subregion(&root, 0x4000, b);
    CK_HEARD("=a +b@4000 . ");
    memory_region_transaction_begin();
    memory_region_set_address(b, 0x5000);
    memory_region_set_enabled(a, false);
    memory_region_set_enabled(a, true);
    CK_HEARD("");
    memory_region_transaction_commit();
    CK_HEARD("-b@4000 =a +b@5000 . ");
    /* Nothing to be seen: nobody is bothered. */
    memory_region_transaction_begin();
    memory_region_set_enabled(a, false);
    memory_region_set_enabled(a, true);
    memory_region_transaction_commit();
    CK_HEARD("");
    memory_region_set_log(a, true, DIRTY_MEMORY_VGA);
    CK_HEARD("=a log0>1 =b . ");
    memory_region_set_log(a, false, DIRTY_MEMORY_VGA);
    CK_HEARD("log1<0 =a =b . ");
    memory_region_del_subregion(&root, a);
    CK_HEARD("-a@0 =b . ");
    memory_listener_unregister(&l);
    CK_HEARD("-b@5000 . ");
    memory_region_del_subregion(&root, b);
    CK_HEARD("");
    g_string_free(heard, true);
    drain_call_rcu();
    object_unref(o);
    drain_call_rcu();
}
END_TEST

START_TEST(test_find)
{
    Object *o = owner_new();
    MemoryRegion *ram = ram_new(o, "ram", 0x2000), box;
    MemoryRegionSection s;

    memory_region_init(&box, NULL, "box", 0x10000);
    memory_region_add_subregion(&root, 0x100000, &box);
    memory_region_add_subregion(&box, 0x4000, ram);
    s = memory_region_find(&box, 0x3000, 0x1800);
    ck_assert_ptr_eq(s.mr, ram);
    ck_assert_uint_eq(s.offset_within_address_space, 0x104000);
    ck_assert_uint_eq(s.offset_within_region, 0);
    ck_assert_uint_eq(int128_get64(s.size), 0x800);
    memory_region_unref(s.mr);
    s = memory_region_find(&box, 0x6000, 0x1000);
    ck_assert_ptr_null(s.mr);
    ck_assert(memory_region_present(&box, 0x5fff));
    ck_assert(!memory_region_present(&box, 0x6000));
    memory_region_del_subregion(&root, &box);
    drain_call_rcu();
    object_unref(o);
    object_unref(&box);
    drain_call_rcu();
}
END_TEST

/* ---- IOMMU ---- */

#define TYPE_TEST_IOMMU "test-iommu"

static IOMMUTLBEntry swap_pages(IOMMUMemoryRegion *iommu, hwaddr addr, IOMMUAccessFlags flag,
                                int idx)
{
    /* Page n is found at page n ^ 1; pages from 4 on are read-only. */
    return (IOMMUTLBEntry) {
        .target_as = &as,
        .iova = addr & ~0xfffull,
        .translated_addr = (addr & ~0xfffull) ^ 0x1000,
        .addr_mask = 0xfff,
        .perm = addr < 0x4000 ? IOMMU_RW : IOMMU_RO,
    };
}

static void test_iommu_class_init(ObjectClass *klass, void *data)
{
    IOMMU_MEMORY_REGION_CLASS(klass)->translate = swap_pages;
}

static const TypeInfo test_iommu_types[] = { {
    .name = TYPE_TEST_IOMMU,
    .parent = TYPE_IOMMU_MEMORY_REGION,
    .instance_size = sizeof(IOMMUMemoryRegion),
    .class_init = test_iommu_class_init,
} };
DEFINE_TYPES(test_iommu_types)

START_TEST(test_iommu)
{
    Object *o = owner_new();
    MemoryRegion *ram = ram_new(o, "ram", 0x8000);
    IOMMUMemoryRegion iommu;
    AddressSpace dma;
    MemTxResult r;
    uint8_t buf[16] = "0123456789abcde";

    memory_region_add_subregion(&root, 0, ram);
    memory_region_init_iommu(&iommu, sizeof(iommu), TYPE_TEST_IOMMU, NULL, "iommu", UINT64_MAX);
    address_space_init(&dma, MEMORY_REGION(&iommu), "dma");
    ck_assert_uint_eq(address_space_write(&dma, 0xff8, ATTRS, buf, 16), MEMTX_OK);
    ck_assert_mem_eq((uint8_t *)memory_region_get_ram_ptr(ram) + 0x1ff8, buf, 8);
    ck_assert_mem_eq(memory_region_get_ram_ptr(ram), buf + 8, 8);
    address_space_stl_le(&dma, 0x4000, 1, ATTRS, &r);
    ck_assert_uint_eq(r, MEMTX_DECODE_ERROR);
    ck_assert_uint_eq(address_space_ldl_le(&dma, 0x4000, ATTRS, &r), 0);
    ck_assert_uint_eq(r, MEMTX_OK);
    address_space_destroy(&dma);
    memory_region_del_subregion(&root, ram);
    drain_call_rcu();
    object_unref(&iommu);
    object_unref(o);
    drain_call_rcu();
}
END_TEST

/* ---- ports ---- */

static uint32_t port_read(void *opaque, uint32_t addr)
{
    sprintf(dev.log + strlen(dev.log), "in %x ", addr);
    return addr & 0xff;
}

static void port_write(void *opaque, uint32_t addr, uint32_t data)
{
    sprintf(dev.log + strlen(dev.log), "out %x=%x ", addr, data);
}

START_TEST(test_portio)
{
    static const MemoryRegionPortio ports[] = {
        { 0, 4, 1, port_read, port_write },
        { 0, 1, 2, port_read, port_write },
        { 6, 1, 1, port_read, port_write },
        PORTIO_END_OF_LIST(),
    };
    Object *o = owner_new();
    PortioList list;

    dev_clear();
    portio_list_init(&list, o, ports, NULL, "ports");
    portio_list_add(&list, get_system_io(), 0x1f0);
    ck_assert_uint_eq(cpu_inb(0x1f2), 0xf2);
    ck_assert_uint_eq(cpu_inw(0x1f0), 0xf0);
    ck_assert_uint_eq(cpu_inw(0x1f2), 0xf3f2);
    cpu_outl(0x1f0, 0x44332211);
    ck_assert_str_eq(dev.log, "in 1f2 in 1f0 in 1f2 in 1f3 out 1f0=2211 out 1f2=33 out 1f3=44 ");
    ck_assert_uint_eq(cpu_inb(0x1f5), 0xff);
    ck_assert_uint_eq(cpu_inb(0x1f6), 0xf6);
    portio_list_set_address(&list, 0x170);
    ck_assert_uint_eq(cpu_inb(0x172), 0x72);
    ck_assert_uint_eq(cpu_inb(0x1f2), 0xff);
    portio_list_set_enabled(&list, false);
    ck_assert_uint_eq(cpu_inb(0x172), 0xff);
    portio_list_del(&list);
    portio_list_destroy(&list);
    drain_call_rcu();
    object_unref(o);
}
END_TEST

/* ---- owners ---- */

START_TEST(test_owner_dies)
{
    Object *o = owner_new();
    MemoryRegion *a = ram_new(o, "a", 0x1000), *b = ram_new(o, "b", 0x1000);
    MemoryRegion *box = g_new0(MemoryRegion, 1);

    memory_region_init(box, o, "box", 0x10000);
    OBJECT(box)->free = g_free;
    memory_region_add_subregion(box, 0, a);
    memory_region_add_subregion(box, 0x1000, b);
    /* Regions of one owner do not keep it alive by being inside each other. */
    ck_assert_uint_eq(o->ref, 1);
    object_unref(o);
    drain_call_rcu();
    ck_assert_ptr_null(ram_block_first());
}
END_TEST

START_TEST(test_alloc_errors)
{
    Object *o = owner_new();
    MemoryRegion mr;
    Error *err = NULL;

    ck_assert(!memory_region_init_ram_nomigrate(&mr, o, "huge", 1ull << 46, &err));
    ck_assert_ptr_nonnull(strstr(error_get_pretty(err), "cannot set up guest memory 'huge'"));
    error_free_or_abort(&err);
    ck_assert(!memory_region_init_ram_nomigrate(&mr, o, "huger", 1ull << 60, &err));
    error_free_or_abort(&err);
    ck_assert(!memory_region_init_ram_from_file(&mr, o, "f", 0x1000, 0, 0, "/nonexistent/x", false,
                                                &err));
    error_free_or_abort(&err);
    object_unref(o);
    drain_call_rcu();
    ck_assert_ptr_null(ram_block_first());
}
END_TEST

START_TEST(test_file)
{
    g_autofree char *dir = g_dir_make_tmp("moa-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "ram", NULL);
    Object *o = owner_new();
    MemoryRegion *mr = g_new0(MemoryRegion, 1), *other = g_new0(MemoryRegion, 1), bad;
    g_autofree char *content = NULL;
    Error *err = NULL;
    gsize len;

    ck_assert(memory_region_init_ram_from_file(mr, o, "f", 0x4000, 0, RAM_SHARED, path, false,
                                               &error_abort));
    OBJECT(mr)->free = g_free;
    strcpy(memory_region_get_ram_ptr(mr), "hello");
    ck_assert(g_file_get_contents(path, &content, &len, NULL));
    ck_assert_uint_eq(len, 0x4000);
    ck_assert_str_eq(content, "hello");
    /* A file that is too small and not empty is somebody's mistake. */
    ck_assert(!memory_region_init_ram_from_file(&bad, o, "g", 0x8000, 0, 0, path, false, &err));
    error_free_or_abort(&err);
    /* A directory: an unnamed file in it. */
    ck_assert(memory_region_init_ram_from_file(other, o, "h/1", 0x1000, 0, 0, dir, false,
                                               &error_abort));
    OBJECT(other)->free = g_free;
    object_unref(o);
    drain_call_rcu();
    unlink(path);
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("exec/memory");
    TCase *tc = tcase_create("all");
    SRunner *sr;
    int failed;

    module_call_init(MODULE_INIT_QOM);
    bql_lock();
    memory_map_init();
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_overlap);
    tcase_add_test(tc, test_containers_and_aliases);
    tcase_add_test(tc, test_whole_space);
    tcase_add_test(tc, test_random_overlap);
    tcase_add_test(tc, test_ram_access);
    tcase_add_test(tc, test_rom);
    tcase_add_loop_test(tc, test_widths, 0, ARRAY_SIZE(width_cases));
    tcase_add_test(tc, test_attrs_and_errors);
    tcase_add_test(tc, test_locking);
    tcase_add_test(tc, test_rom_device);
    tcase_add_test(tc, test_eventfd);
    tcase_add_test(tc, test_dirty);
    tcase_add_test(tc, test_dirty_sync);
    tcase_add_test(tc, test_code_write);
    tcase_add_test(tc, test_map);
    tcase_add_test(tc, test_cache);
    tcase_add_test(tc, test_listener);
    tcase_add_test(tc, test_find);
    tcase_add_test(tc, test_iommu);
    tcase_add_test(tc, test_portio);
    tcase_add_test(tc, test_owner_dies);
    tcase_add_test(tc, test_alloc_errors);
    tcase_add_test(tc, test_file);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_set_fork_status(sr, CK_NOFORK);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
