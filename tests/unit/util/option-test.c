/*
 * QemuOpts: syntax, types, defaults, merging.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qapi/qmp/qdict.h"
#include "qemu/config-file.h"
#include "qemu/option.h"

static QemuOptsList typed = {
    .name = "typed",
    .implied_opt_name = "file",
    .head = QTAILQ_HEAD_INITIALIZER(typed.head),
    .desc = {
        { .name = "file", .type = QEMU_OPT_STRING },
        { .name = "readonly", .type = QEMU_OPT_BOOL },
        { .name = "notify", .type = QEMU_OPT_BOOL, .def_value_str = "on" },
        { .name = "count", .type = QEMU_OPT_NUMBER },
        { .name = "size", .type = QEMU_OPT_SIZE, .def_value_str = "4k" },
        { /* end */ },
    },
};

static QemuOptsList merged = {
    .name = "merged",
    .merge_lists = true,
    .head = QTAILQ_HEAD_INITIALIZER(merged.head),
    .desc = { { /* any key */ } },
};

static QemuOptsList any = {
    .name = "any",
    .head = QTAILQ_HEAD_INITIALIZER(any.head),
    .desc = { { /* any key */ } },
};

static QemuOpts *parse(const char *text)
{
    Error *err = NULL;
    QemuOpts *opts = qemu_opts_parse(&typed, text, true, &err);

    ck_assert_msg(opts != NULL, "%s: %s", text, err ? error_get_pretty(err) : "?");
    return opts;
}

static void refuse(const char *text, const char *why)
{
    Error *err = NULL;

    ck_assert_ptr_null(qemu_opts_parse(&typed, text, true, &err));
    ck_assert_error(err, why);
    ck_assert(QTAILQ_EMPTY(&typed.head));
}

START_TEST(test_values)
{
    g_autoptr(QemuOpts) o = parse("disk.img,id=d0,readonly=on,count=0x10,size=1.5M");

    ck_assert_str_eq(qemu_opts_id(o), "d0");
    ck_assert_str_eq(qemu_opt_get(o, "file"), "disk.img");
    ck_assert(qemu_opt_get_bool(o, "readonly", false));
    ck_assert_uint_eq(qemu_opt_get_number(o, "count", 0), 16);
    ck_assert_uint_eq(qemu_opt_get_size(o, "size", 0), 1536 * 1024);
    ck_assert_ptr_null(qemu_opt_get(o, "id"));
    ck_assert_ptr_eq(qemu_opts_find(&typed, "d0"), o);
    ck_assert_ptr_null(qemu_opts_find(&typed, NULL));
}
END_TEST

START_TEST(test_defaults)
{
    g_autoptr(QemuOpts) o = parse("x");

    ck_assert(qemu_opt_get_bool(o, "notify", false));
    ck_assert_uint_eq(qemu_opt_get_size(o, "size", 7), 4096);
    ck_assert_str_eq(qemu_opt_get(o, "size"), "4k");
    ck_assert_uint_eq(qemu_opt_get_number(o, "count", 7), 7);
    ck_assert(!qemu_opt_get_bool(NULL, "readonly", false));
}
END_TEST

START_TEST(test_commas)
{
    g_autoptr(QemuOpts) o = parse("a,,b,,,,c,readonly=off,file=x,,y");

    ck_assert_str_eq(qemu_opt_get(o, "file"), "x,y");
    ck_assert_int_eq(qemu_opt_unset(o, "file"), 0);
    ck_assert_int_eq(qemu_opt_unset(o, "file"), -1);
    g_autoptr(QemuOpts) p = parse("a,,b,,,,c");
    ck_assert_str_eq(qemu_opt_get(p, "file"), "a,b,,c");
}
END_TEST

START_TEST(test_flags)
{
    g_autoptr(QemuOpts) o = parse("file=x,readonly,nonotify");

    ck_assert(qemu_opt_get_bool(o, "readonly", false));
    ck_assert(!qemu_opt_get_bool(o, "notify", true));
    /* A key that begins with "no" is not taken apart. */
    g_autoptr(QemuOpts) p = parse("file=x,notify");
    ck_assert(qemu_opt_get_bool(p, "notify", false));
}
END_TEST

START_TEST(test_last_wins)
{
    g_autoptr(QemuOpts) o = parse("x,count=1,count=2");
    QemuOptsIter it;

    ck_assert_uint_eq(qemu_opt_get_number(o, "count", 0), 2);
    qemu_opt_iter_init(&it, o, "count");
    ck_assert_str_eq(qemu_opt_iter_next(&it), "1");
    ck_assert_str_eq(qemu_opt_iter_next(&it), "2");
    ck_assert_ptr_null(qemu_opt_iter_next(&it));
    ck_assert_uint_eq(qemu_opt_get_number_del(o, "count", 0), 2);
    ck_assert_ptr_null(qemu_opt_get(o, "count"));
}
END_TEST

START_TEST(test_refused)
{
    refuse("x,colour=red", "Invalid parameter 'colour'");
    refuse("x,cuont=1", "did you mean 'count'?");
    refuse("x,readonly=maybe", "expects 'on' or 'off'");
    refuse("x,count=many", "expects a number");
    refuse("x,count=99999999999999999999", "too large");
    refuse("x,size=-1", "expects a non-negative number");
    refuse("x,size=20E", "out of range");
    refuse("x,id=9a", "expects an identifier");
}
END_TEST

START_TEST(test_duplicate_id)
{
    g_autoptr(QemuOpts) o = parse("x,id=a");
    Error *err = NULL;

    ck_assert_ptr_null(qemu_opts_parse(&typed, "y,id=a", true, &err));
    ck_assert_error(err, "Duplicate ID 'a' for typed");
    ck_assert_str_eq(qemu_opt_get(o, "file"), "x");
}
END_TEST

START_TEST(test_merge)
{
    Error *err = NULL;
    QemuOpts *a = qemu_opts_parse(&merged, "x=1,y=1", false, &error_abort);
    QemuOpts *b = qemu_opts_parse(&merged, "y=2,z=2", false, &error_abort);

    ck_assert_ptr_eq(a, b);
    ck_assert_str_eq(qemu_opt_get(a, "x"), "1");
    ck_assert_str_eq(qemu_opt_get(a, "y"), "2");
    ck_assert_ptr_null(qemu_opts_parse(&merged, "id=q", false, &err));
    ck_assert_error(err, "Invalid parameter 'id'");
    qemu_opts_set_defaults(&merged, "x=0,w=0", 0);
    ck_assert_str_eq(qemu_opt_get(a, "x"), "1");
    ck_assert_str_eq(qemu_opt_get(a, "w"), "0");
    qemu_opts_reset(&merged);
    ck_assert(QTAILQ_EMPTY(&merged.head));
}
END_TEST

static int collect(void *opaque, const char *name, const char *value, Error **errp)
{
    g_string_append_printf(opaque, "%s=%s;", name, value);
    return !strcmp(name, "stop");
}

START_TEST(test_foreach)
{
    g_autoptr(QemuOpts) o = qemu_opts_parse(&any, "a=1,stop,b=2", false, &error_abort);
    g_autoptr(GString) s = g_string_new(NULL);

    ck_assert_int_eq(qemu_opt_foreach(o, collect, s, NULL), 1);
    ck_assert_str_eq(s->str, "a=1;stop=on;");
}
END_TEST

START_TEST(test_validate)
{
    g_autoptr(QemuOpts) o = qemu_opts_parse(&any, "count=3,size=1k", false, &error_abort);
    Error *err = NULL;

    ck_assert(qemu_opts_validate(o, typed.desc, &error_abort));
    ck_assert_uint_eq(qemu_opt_get_size(o, "size", 0), 1024);
    g_autoptr(QemuOpts) p = qemu_opts_parse(&any, "weight=3", false, &error_abort);
    ck_assert(!qemu_opts_validate(p, typed.desc, &err));
    ck_assert_error(err, "Invalid parameter 'weight'");
}
END_TEST

START_TEST(test_qdict)
{
    g_autoptr(QemuOpts) o = parse("x,id=d,count=3");
    QDict *dict = qemu_opts_to_qdict(o, NULL);

    ck_assert_str_eq(qdict_get_str(dict, "id"), "d");
    ck_assert_str_eq(qdict_get_str(dict, "count"), "3");
    qemu_opts_del(g_steal_pointer(&o));
    qdict_put_int(dict, "count", 8);
    qdict_put_bool(dict, "readonly", true);
    o = qemu_opts_from_qdict(&typed, dict, &error_abort);
    ck_assert_uint_eq(qemu_opt_get_number(o, "count", 0), 8);
    ck_assert(qemu_opt_get_bool(o, "readonly", false));
    qobject_unref(dict);

    dict = qdict_new();
    qdict_put_str(dict, "size", "1M");
    qdict_put_str(dict, "driver", "raw");
    ck_assert(qemu_opts_absorb_qdict(o, dict, &error_abort));
    ck_assert(!qdict_haskey(dict, "size") && qdict_haskey(dict, "driver"));
    ck_assert_uint_eq(qemu_opt_get_size(o, "size", 0), 1024 * 1024);
    qobject_unref(dict);
}
END_TEST

START_TEST(test_help)
{
    ck_assert(has_help_option("help"));
    ck_assert(has_help_option("a=b,?"));
    ck_assert(has_help_option("x,help"));
    ck_assert(!has_help_option("a=help"));
    ck_assert(!has_help_option("help=x"));
    ck_assert(!has_help_option("a,,help"));
}
END_TEST

START_TEST(test_append)
{
    QemuOptsList *list = qemu_opts_append(NULL, &typed);

    list = qemu_opts_append(list, &typed);
    int n = 0;
    while (list->desc[n].name) {
        n++;
    }
    ck_assert_int_eq(n, 5);
    qemu_opts_free(list);
}
END_TEST

static int read_config(const char *text, Error **errp)
{
    QemuOptsList *lists[] = { &typed, &any, NULL };
    FILE *f = fmemopen((void *)text, strlen(text), "r");
    int ret = qemu_config_parse(f, lists, "cfg", errp);

    fclose(f);
    return ret;
}

START_TEST(test_config_file)
{
    Error *err = NULL;
    int n = read_config("# comment\n\n[typed \"d1\"]\n  file = \"a b=c\"\ncount=\"5\"\n"
                        "[any]\n k = \"\"\n", &error_abort);

    ck_assert_int_eq(n, 2);
    QemuOpts *o = qemu_opts_find(&typed, "d1");
    ck_assert_ptr_nonnull(o);
    ck_assert_str_eq(qemu_opt_get(o, "file"), "a b=c");
    ck_assert_uint_eq(qemu_opt_get_number(o, "count", 0), 5);
    ck_assert_str_eq(qemu_opt_get(qemu_opts_find(&any, NULL), "k"), "");
    qemu_opts_reset(&typed);
    qemu_opts_reset(&any);

    ck_assert_int_lt(read_config("[none]\n", &err), 0);
    ck_assert_error(err, "There is no option group 'none'");
    ck_assert_int_lt(read_config("a = \"b\"\n", &err), 0);
    ck_assert_error(err, "cfg:1: no group defined");
    ck_assert_int_lt(read_config("[any]\n\nnonsense\n", &err), 0);
    ck_assert_error(err, "cfg:3: parse error");
    ck_assert_int_lt(read_config("[any\n", &err), 0);
    ck_assert_error(err, "parse error");
}
END_TEST

UNIT_MAIN("util/option", test_values, test_defaults, test_commas, test_flags, test_last_wins,
          test_refused, test_duplicate_id, test_merge, test_foreach, test_validate, test_qdict,
          test_help, test_append, test_config_file)
