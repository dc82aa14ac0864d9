/*
 * Guest RAM and where it comes from: -m, -mem-path, memory back ends, and what is refused.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <check.h>
#include "tests/qtest/libqtest.h"

static QObject *qom_get(QTestState *s, const char *path, const char *property)
{
    return qtest_qmp_ok(s, "{'execute':'qom-get','arguments':{'path':%s,'property':%s}}", path,
                        property);
}

static int64_t qom_get_int(QTestState *s, const char *path, const char *property)
{
    QObject *ret = qom_get(s, path, property);
    int64_t value = qnum_get_int(qobject_to(QNum, ret));

    qobject_unref(ret);
    return value;
}

/* The last byte of RAM below 3 GiB takes a value, the next one does not. */
static void check_ram_end(QTestState *s, uint64_t size)
{
    qtest_writeb(s, size - 1, 0x5a);
    ck_assert_uint_eq(qtest_readb(s, size - 1), 0x5a);
    qtest_writeb(s, size, 0x5a);
    ck_assert_uint_eq(qtest_readb(s, size), 0xff);
}

START_TEST(test_size)
{
    static const struct {
        const char *arg;
        uint64_t mib;
    } sizes[] = { { "", 128 }, { "-m 64", 64 }, { "-m 96M", 96 }, { "-m 1G", 1024 },
                  { "-m size=131072k", 128 }, { "-m 64,slots=2,maxmem=1G", 64 } };
    QTestState *s = qtest_init(sizes[_i].arg);

    check_ram_end(s, sizes[_i].mib << 20);
    qtest_quit(s);
}
END_TEST

START_TEST(test_above_4g)
{
    QTestState *s = qtest_init("-m 4G");

    /* What the PCI hole displaces is found from 4 GiB on. */
    qtest_writeq(s, 0x100000000ull, 0x1122334455667788ull);
    ck_assert_uint_eq(qtest_readq(s, 0x100000000ull), 0x1122334455667788ull);
    qtest_quit(s);
}
END_TEST

START_TEST(test_backends)
{
    static const char *const kinds[] = {
        "-object memory-backend-ram,id=mem,size=64M",
        "-object memory-backend-ram,id=mem,size=64M,share=on,merge=off,dump=off,prealloc=on",
        "-object memory-backend-memfd,id=mem,size=64M",
        "-object memory-backend-ram,id=mem,size=64M,host-nodes=0,policy=preferred",
        "-object memory-backend-file,id=mem,size=64M,mem-path=/tmp,discard-data=on",
        "-object '{\"qom-type\":\"memory-backend-ram\",\"id\":\"mem\",\"size\":67108864}'",
    };
    QTestState *s = qtest_initf("%s -m 64M -machine pc,memory-backend=mem", kinds[_i]);
    QDict *reply;

    check_ram_end(s, 64 << 20);
    ck_assert_int_eq(qom_get_int(s, "/objects/mem", "size"), 64 << 20);
    reply = qtest_qmp(s, "{'execute':'object-del','arguments':{'id':'mem'}}");
    ck_assert_str_eq(qdict_get_str(qdict_get_qdict(reply, "error"), "desc"),
                     "object 'mem' is in use, can not be deleted");
    qobject_unref(reply);
    qtest_quit(s);
}
END_TEST

START_TEST(test_mem_path)
{
    g_autofree char *dir = g_dir_make_tmp("moa-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "ram", NULL);
    QTestState *s = qtest_initf("-m 32 -mem-path %s", path);
    g_autofree char *content = NULL;
    gsize len;

    check_ram_end(s, 32 << 20);
    ck_assert(g_file_get_contents(path, &content, &len, NULL));
    ck_assert_uint_eq(len, 32 << 20);
    qtest_quit(s);
    unlink(path);
    rmdir(dir);
}
END_TEST

START_TEST(test_hot_add)
{
    QTestState *s = qtest_init("-machine none");
    QDict *reply;

    for (int i = 0; i < 3; i++) {
        qobject_unref(qtest_qmp_ok(s, "{'execute':'object-add','arguments':{'qom-type':"
                                   "'memory-backend-ram','id':'m','size':1048576,"
                                   "'prealloc':true}}"));
        qobject_unref(qtest_qmp_ok(s, "{'execute':'object-del','arguments':{'id':'m'}}"));
    }
    reply = qtest_qmp(s, "{'execute':'object-add','arguments':{'qom-type':'memory-backend-ram',"
                      "'id':'m','size':'1M'}}");
    ck_assert(qdict_haskey(reply, "error"));
    qobject_unref(reply);
    qtest_quit(s);
}
END_TEST

static const struct {
    const char *args, *expected;
} bad[] = {
    { "-m 100T", "cannot set up guest memory 'pc.ram'" },
    { "-m 0x", "0x" },
    { "-m 64,slots=2", "maxmem" },
    { "-m 64,maxmem=32", "maxmem" },
    { "-m 64 -machine pc,memory-backend=none", "Memory backend 'none' not found" },
    { "-m 64 -mem-path /nonexistent/ram", "/nonexistent/ram" },
    { "-object memory-backend-ram,size=1M", "id" },
    { "-object memory-backend-ram,id=1m,size=1M", "identifier" },
    { "-object memory-backend-ram,id=m,size=1M,prealloc=on,reserve=off", "incompatible" },
    { "-object memory-backend-memfd,id=m,size=1M,hugetlbsize=3M", "power" },
    { "-object memory-backend-ram,id=m,size=1M,host-nodes=128,policy=bind", "128" },
    { "-object memory-backend-ram,id=m,size=1M,host-nodes=x,policy=bind", "host-nodes" },
    { "-object memory-backend-ram,id=m,size=1M,policy=nearest", "policy" },
    { "-fw_cfg opt/x", "exactly one of file=, string=" },
    { "-fw_cfg opt/x,file=/nonexistent", "/nonexistent" },
    { "-fw_cfg opt/x,string=a,color=red", "color" },
    { "-option-rom /nonexistent", "/nonexistent" },
    { "-icount 1", "-icount" },
    { "-snapshot -hda /dev/null", "-snapshot" },
    { "-device nonesuch,help", "nonesuch" },
    { "-device ide-hd,bus=nowhere", "Bus 'nowhere' not found" },
    { "-device isa-serial,id=a -device isa-serial,id=a", "Duplicate ID 'a'" },
    { "-device isa-serial,nonesuch=1", "nonesuch" },
    { "-device isa-serial,iobase=0x100000000", "iobase" },
};

START_TEST(test_bad)
{
    g_autofree char *args = g_strdup_printf("-accel qtest -display none %s", bad[_i].args);
    g_autofree char *text = NULL;
    int status = qtest_run_to_exit(args, &text);

    ck_assert_msg(status == 1, "'%s' exits with %d: %s", bad[_i].args, status, text);
    ck_assert_msg(strstr(text, bad[_i].expected), "'%s' says: %s", bad[_i].args, text);
}
END_TEST

START_TEST(test_fw_cfg_item)
{
    QTestState *s = qtest_init("-fw_cfg name=opt/test/item,string=hello");
    uint32_t count = 0;
    int key = -1;

    /* The directory of files: a count and entries of 64 bytes, big-endian. */
    qtest_outw(s, 0x510, 0x19);
    for (int i = 0; i < 4; i++) {
        count = count << 8 | qtest_inb(s, 0x511);
    }
    ck_assert_uint_lt(count, 100);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t entry[64];

        for (int j = 0; j < 64; j++) {
            entry[j] = qtest_inb(s, 0x511);
        }
        if (strcmp((char *)entry + 8, "opt/test/item") == 0) {
            key = entry[4] << 8 | entry[5];
            ck_assert_uint_eq(entry[3], 5);
        }
    }
    ck_assert_int_ge(key, 0x20);
    qtest_outw(s, 0x510, key);
    for (const char *p = "hello"; *p; p++) {
        ck_assert_uint_eq(qtest_inb(s, 0x511), *p);
    }
    ck_assert_uint_eq(qtest_inb(s, 0x511), 0);
    qtest_quit(s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("memory-backend");
    TCase *tc = tcase_create("all");
    SRunner *sr;
    int failed;

    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, test_size, 0, 6);
    tcase_add_test(tc, test_above_4g);
    tcase_add_loop_test(tc, test_backends, 0, 6);
    tcase_add_test(tc, test_mem_path);
    tcase_add_test(tc, test_hot_add);
    tcase_add_loop_test(tc, test_bad, 0, ARRAY_SIZE(bad));
    tcase_add_test(tc, test_fw_cfg_item);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
