/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Visitors over types that use every construct of the schema language. */
#include "qemu/osdep.h"
#include <check.h>
#include "qapi/clone-visitor.h"
#include "qapi/error.h"
#include "qapi/qmp-event.h"
#include "qapi/qmp/dispatch.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qobject-input-visitor.h"
#include "qapi/qobject-output-visitor.h"
#include "qapi/string-input-visitor.h"
#include "qapi/string-output-visitor.h"
#include "tests/unit/qapi/test-qapi-event.h"
#include "tests/unit/qapi/test-qapi-visit.h"
#include "tests/unit/qapi/test-qmp-commands.h"
#include "tests/unit/qapi/test-qmp-introspect.h"

typedef void VisitFunc(Visitor *, void **, const char *, Error **);

static void *from_json(VisitFunc *visit, const char *json, Error **errp)
{
    QObject *obj = qobject_from_json(json, &error_abort);
    Visitor *v = qobject_input_visitor_new(obj);
    void *out = (void *)1;

    visit(v, &out, NULL, errp);
    visit_free(v);
    qobject_unref(obj);
    return out;
}

static void assert_json(VisitFunc *visit, void *value, const char *json)
{
    QObject *obj = NULL;
    Visitor *v = qobject_output_visitor_new(&obj);
    GString *text;

    visit(v, &value, NULL, &error_abort);
    visit_complete(v, &obj);
    visit_free(v);
    text = qobject_to_json(obj);
    ck_assert_str_eq(text->str, json);
    g_string_free(text, TRUE);
    qobject_unref(obj);
}

#define FN(type) ((VisitFunc *)visit_type_##type)

/* In, copied, both out again as the same text. */
#define ROUND_TRIP(type, json) do {                             \
        type *a_ = from_json(FN(type), json, &error_abort);     \
        type *b_ = QAPI_CLONE(type, a_);                        \
        assert_json(FN(type), a_, json);                        \
        qapi_free_##type(a_);                                   \
        assert_json(FN(type), b_, json);                        \
        qapi_free_##type(b_);                                   \
    } while (0)

#define REFUSED(type, json, message) do {                       \
        Error *err_ = NULL;                                     \
        type *a_ = from_json(FN(type), json, &err_);            \
        ck_assert_ptr_null(a_);                                 \
        ck_assert_ptr_nonnull(err_);                            \
        ck_assert_str_eq(error_get_pretty(err_), message);      \
        error_free(err_);                                       \
    } while (0)

START_TEST(structs_round_trip)
{
    ROUND_TRIP(Empty0, "{}");
    ROUND_TRIP(Numbers, "{\"i8\": -128, \"i16\": 32767, \"i32\": -2147483648,"
               " \"i64\": -9223372036854775808, \"u8\": 255, \"u16\": 65535,"
               " \"u32\": 4294967295, \"u64\": 18446744073709551615,"
               " \"size\": 18446744073709551615, \"num\": 0.25, \"i\": 5}");
    ROUND_TRIP(Derived, "{\"name\": \"n\", \"default\": true, \"colour\": \"dark-green\","
               " \"list\": [\"a\", \"b\"], \"sub\": {\"name\": \"s\", \"colour\": \"red\"},"
               " \"any\": {\"x\": [null]}, \"ints\": [1, 2]}");
    ROUND_TRIP(BaseList, "[{\"name\": \"a\"}, {\"name\": \"b\", \"default\": false}]");
    ROUND_TRIP(BaseList, "[]");
}
END_TEST

START_TEST(unions_round_trip)
{
    ROUND_TRIP(Simple, "{\"type\": \"text\", \"data\": \"t\"}");
    ROUND_TRIP(Simple, "{\"type\": \"base\", \"data\": {\"name\": \"n\"}}");
    ROUND_TRIP(Simple, "{\"type\": \"list\", \"data\": [1, 2]}");
    ROUND_TRIP(Flat, "{\"colour\": \"red\", \"common\": 1, \"heat\": 0.5}");
    ROUND_TRIP(Flat, "{\"colour\": \"dark-green\", \"leaves\": [{\"name\": \"x\"}]}");
    ROUND_TRIP(Flat, "{\"colour\": \"blue\"}");
    ROUND_TRIP(InlineFlat, "{\"kind\": \"one\", \"id\": \"i\", \"colour\": \"red\","
               " \"heat\": 1.0}");
    ROUND_TRIP(InlineFlat, "{\"kind\": \"2nd\", \"id\": \"i\"}");
    ROUND_TRIP(Holder, "{\"alts\": [{\"name\": \"o\"}, \"s\", 5, true, null],"
               " \"ae\": \"blue\"}");
    ROUND_TRIP(Holder, "{\"alts\": [], \"ae\": [\"l\"], \"flat\": {\"colour\": \"blue\"}}");
}
END_TEST

START_TEST(c_shapes_are_as_documented)
{
    Flat *flat = from_json(FN(Flat), "{'colour': 'red', 'heat': 2}", &error_abort);
    Simple *simple = from_json(FN(Simple), "{'type': 'text', 'data': 't'}", &error_abort);
    Holder *h = from_json(FN(Holder), "{'alts': [7]}", &error_abort);
    Derived *d = from_json(FN(Derived), "{'name': 'n', 'colour': 'blue'}", &error_abort);

    ck_assert(flat->colour == COLOUR_RED && !flat->has_common && flat->u.red.heat == 2);
    ck_assert_int_eq(simple->type, SIMPLE_KIND_TEXT);
    ck_assert_str_eq(simple->u.text.data, "t");
    ck_assert(h->alts->value->type == QTYPE_QNUM && h->alts->value->u.num == 7);
    ck_assert(!h->alts->next && !h->has_ae);
    ck_assert_str_eq(qapi_Derived_base(d)->name, "n");
    ck_assert(!d->has_q_default);
    ck_assert_str_eq(Colour_str(COLOUR_DARK_GREEN), "dark-green");
    ck_assert_int_eq(PFX_2ND, 1);
    ck_assert_int_eq(PFX_MAX, 2);
    ck_assert_ptr_null(Prefixed_lookup[PFX_MAX]);
    qapi_free_Flat(flat);
    qapi_free_Simple(simple);
    qapi_free_Holder(h);
    qapi_free_Derived(d);
}
END_TEST

START_TEST(bad_input_is_named)
{
    REFUSED(Base, "{}", "Parameter 'name' is missing");
    REFUSED(Base, "[]", "Invalid parameter type for 'null', expected: object");
    REFUSED(Base, "{'name': 1}", "Invalid parameter type for 'name', expected: string");
    REFUSED(Base, "{'name': 'n', 'other': 1}", "Parameter 'other' is unexpected");
    REFUSED(Base, "{'name': 'n', 'default': 'on'}",
            "Invalid parameter type for 'default', expected: boolean");
    REFUSED(Derived, "{'name': 'n', 'colour': 'pink'}",
            "Parameter 'colour' does not accept value 'pink'");
    REFUSED(Derived, "{'name': 'n', 'colour': 'red', 'sub': {'name': 'x', 'colour': 5}}",
            "Invalid parameter type for 'sub.colour', expected: string");
    REFUSED(Derived, "{'name': 'n', 'colour': 'red', 'list': ['a', 'b', 3]}",
            "Invalid parameter type for 'list[2]', expected: string");
    REFUSED(Derived, "{'name': 'n', 'colour': 'red', 'ints': [256]}",
            "Parameter 'ints[0]' expects a number from 0 to 255");
    REFUSED(Flat, "{'colour': 'dark-green', 'leaves': [{'name': 'x'}, {'name': 'y', 'z': 1}]}",
            "Parameter 'leaves[1].z' is unexpected");
    REFUSED(Simple, "{'type': 'list', 'data': [1, 0.5]}",
            "Invalid parameter type for 'data[1]', expected: integer");
    REFUSED(Holder, "{'alts': [0.5]}",
            "Invalid parameter type for 'alts[0]', expected: integer");
    REFUSED(Holder, "{'alts': [[]]}", "Invalid parameter type for 'alts[0]', expected: "
            "object or string or number or boolean or null");
    REFUSED(Holder, "{'alts': [{'name': 'o', 'bad': 1}]}",
            "Parameter 'alts[0].bad' is unexpected");
}
END_TEST

START_TEST(integers_keep_to_their_range)
{
    static const struct {
        const char *type, *good, *bad;
    } range[] = {
        { "i8", "127", "128" }, { "i16", "-32768", "-32769" },
        { "i32", "2147483647", "2147483648" }, { "i64", "9223372036854775807",
                                                 "9223372036854775808" },
        { "u8", "0", "-1" }, { "u16", "65535", "65536" }, { "u32", "4294967295", "4294967296" },
        { "u64", "18446744073709551615", "18446744073709551616" }, { "size", "1", "1.5" },
        { "i", "1", "true" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(range); i++) {
        for (int bad = 0; bad < 2; bad++) {
            QDict *d = qdict_from_jsonf_nofail(
                "{'i8': 0, 'i16': 0, 'i32': 0, 'i64': 0, 'u8': 0, 'u16': 0, 'u32': 0,"
                " 'u64': 0, 'size': 0, 'num': 0, 'i': 0}");
            Error *err = NULL;
            Numbers *n;
            Visitor *v;

            qdict_put_obj(d, range[i].type,
                          qobject_from_json(bad ? range[i].bad : range[i].good, &error_abort));
            v = qobject_input_visitor_new(QOBJECT(d));
            visit_type_Numbers(v, &n, NULL, &err);
            ck_assert_msg(!err == !bad, "%s", range[i].type);
            error_free(err);
            qapi_free_Numbers(n);
            visit_free(v);
            qobject_unref(d);
        }
    }
}
END_TEST

START_TEST(text_input)
{
    Error *err = NULL;
    uint64_t size;
    int64_t i;
    bool b;
    char *text;
    intList *list;
    Visitor *v;

    v = string_input_visitor_new("64K");
    visit_type_size(v, &size, NULL, &error_abort);
    ck_assert_uint_eq(size, 65536);
    visit_type_int(v, &i, "n", &err);
    ck_assert_str_eq(error_get_pretty(err), "Parameter 'n' expects an integer, not '64K'");
    error_free(err);
    visit_free(v);

    v = string_input_visitor_new("-0x10");
    visit_type_int(v, &i, NULL, &error_abort);
    ck_assert_int_eq(i, -16);
    visit_free(v);

    v = string_input_visitor_new("on");
    visit_type_bool(v, &b, NULL, &error_abort);
    ck_assert(b);
    visit_type_str(v, &text, NULL, &error_abort);
    ck_assert_str_eq(text, "on");
    g_free(text);
    visit_free(v);

    v = string_input_visitor_new("-2-1,5,7-8");
    visit_type_intList(v, &list, NULL, &error_abort);
    visit_free(v);
    v = string_output_visitor_new(false, &text);
    visit_type_intList(v, &list, NULL, &error_abort);
    visit_complete(v, &text);
    visit_free(v);
    ck_assert_str_eq(text, "-2-1,5,7-8");
    g_free(text);
    qapi_free_intList(list);
}
END_TEST

START_TEST(bad_text_lists_are_refused)
{
    static const char *const bad[] = { "1,", ",1", "1-", "5-4", "x", "1,,2", "0-65536", "1 2" };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        Visitor *v = string_input_visitor_new(bad[i]);
        intList *list = NULL;
        Error *err = NULL;

        visit_type_intList(v, &list, "l", &err);
        ck_assert_msg(err && !list, "accepted: %s", bad[i]);
        error_free(err);
        visit_free(v);
    }
}
END_TEST

START_TEST(text_output)
{
    char *text;
    uint64_t size = 3ull << 30;
    int64_t i = 10;
    char *str = (char *)"x";
    Colour c = COLOUR_BLUE;
    Visitor *v = string_output_visitor_new(true, &text);

    visit_type_size(v, &size, NULL, &error_abort);
    visit_complete(v, &text);
    visit_free(v);
    ck_assert_str_eq(text, "3221225472 (3 GiB)");
    g_free(text);

    v = string_output_visitor_new(true, &text);
    visit_type_int(v, &i, NULL, &error_abort);
    visit_complete(v, &text);
    visit_free(v);
    ck_assert_str_eq(text, "10 (0xa)");
    g_free(text);

    v = string_output_visitor_new(true, &text);
    visit_type_str(v, &str, NULL, &error_abort);
    visit_complete(v, &text);
    visit_free(v);
    ck_assert_str_eq(text, "\"x\"");
    g_free(text);

    v = string_output_visitor_new(false, &text);
    visit_type_Colour(v, &c, NULL, &error_abort);
    visit_complete(v, &text);
    visit_free(v);
    ck_assert_str_eq(text, "blue");
    g_free(text);
}
END_TEST

/* Handlers of the test schema. */

void qmp_cmd_nothing(Error **errp)
{
}

Base *qmp_cmd_args(int64_t a, bool has_b, const char *b, bool has_l, intList *l, Error **errp)
{
    Base *ret = g_new0(Base, 1);

    ret->name = g_strdup_printf("%" PRId64 "/%s/%d", a, has_b ? b : "-", has_l && l);
    return ret;
}

Flat *qmp_cmd_boxed(Flat *arg, Error **errp)
{
    return QAPI_CLONE(Flat, arg);
}

void qmp_cmd_struct(const char *name, bool has_q_default, bool q_default, Colour colour,
                    bool has_list, strList *list, bool has_sub, Derived *sub, bool has_any,
                    QObject *any, bool has_ints, uint8List *ints, Error **errp)
{
    error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "no %s", name);
}

strList *qmp_cmd_scalar(Error **errp)
{
    return NULL;
}

void qmp_cmd_raw(QDict *args, QObject **ret, Error **errp)
{
    *ret = qobject_ref(qdict_get(args, "x"));
}

void qmp_cmd_silent(Error **errp)
{
}

static void assert_dispatch(const char *request, const char *response)
{
    QObject *req = qobject_from_json(request, &error_abort);
    QDict *rsp = qmp_dispatch(req, true);
    GString *text = rsp ? qobject_to_json(QOBJECT(rsp)) : g_string_new("nothing");

    ck_assert_str_eq(text->str, response);
    g_string_free(text, TRUE);
    qobject_unref(rsp);
    qobject_unref(req);
}

#define GENERIC(desc) "{\"error\": {\"class\": \"GenericError\", \"desc\": \"" desc "\"}}"

START_TEST(commands_are_marshalled)
{
    assert_dispatch("{'execute': 'cmd-nothing', 'id': null}", "{\"return\": {}, \"id\": null}");
    assert_dispatch("{'execute': 'cmd-args', 'arguments': {'a': 5}}",
                    "{\"return\": {\"name\": \"5/-/0\"}}");
    assert_dispatch("{'execute': 'cmd-args', 'arguments': {'a': 5, 'b': 'x', 'l': [1]}}",
                    "{\"return\": {\"name\": \"5/x/1\"}}");
    assert_dispatch("{'execute': 'cmd-boxed', 'arguments': {'colour': 'blue'}}",
                    "{\"return\": {\"colour\": \"blue\"}}");
    assert_dispatch("{'execute': 'cmd-scalar'}", "{\"return\": []}");
    assert_dispatch("{'exec-oob': 'cmd-scalar'}", "{\"return\": []}");
    assert_dispatch("{'execute': 'cmd-raw', 'arguments': {'x': [1]}}", "{\"return\": [1]}");
    assert_dispatch("{'execute': 'cmd-silent'}", "nothing");
}
END_TEST

START_TEST(bad_requests_are_answered)
{
    assert_dispatch("[]", GENERIC("QMP input must be a JSON object"));
    assert_dispatch("{}", GENERIC("QMP input lacks member 'execute'"));
    assert_dispatch("{'execute': 1}", GENERIC("QMP input member 'execute' must be a string"));
    assert_dispatch("{'execute': 'cmd-nothing', 'arguments': []}",
                    GENERIC("QMP input member 'arguments' must be an object"));
    assert_dispatch("{'execute': 'cmd-nothing', 'x': 1}",
                    GENERIC("QMP input member 'x' is unexpected"));
    assert_dispatch("{'exec-oob': 'cmd-nothing'}",
                    GENERIC("The command cmd-nothing does not support out-of-band execution"));
    assert_dispatch("{'execute': 'cmd-nothing', 'arguments': {'y': 1}}",
                    GENERIC("Parameter 'y' is unexpected"));
    assert_dispatch("{'execute': 'nope', 'id': 1}",
                    "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": "
                    "\"The command nope has not been found\"}, \"id\": 1}");
    assert_dispatch("{'execute': 'cmd-struct', 'arguments': {'name': 'n', 'colour': 'red'}}",
                    "{\"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"no n\"}}");
}
END_TEST

static QDict *last_event;

static void take_event(unsigned event, QDict *qmp, Error **errp)
{
    qobject_unref(last_event);
    last_event = qobject_ref(qmp);
}

START_TEST(events_carry_data)
{
    Base base = { .name = (char *)"b" };
    BaseList list = { .value = &base };
    Flat flat = { .colour = COLOUR_RED, .u.red.heat = 1 };
    GString *text;

    qmp_event_set_func_emit(take_event);
    qapi_event_send_event_args("i", false, 0, COLOUR_BLUE, true, &list, &error_abort);
    text = qobject_to_json(qdict_get(last_event, "data"));
    ck_assert_str_eq(text->str,
                     "{\"id\": \"i\", \"colour\": \"blue\", \"l\": [{\"name\": \"b\"}]}");
    g_string_free(text, TRUE);
    qapi_event_send_event_boxed(&flat, &error_abort);
    text = qobject_to_json(qdict_get(last_event, "data"));
    ck_assert_str_eq(text->str, "{\"colour\": \"red\", \"heat\": 1.0}");
    g_string_free(text, TRUE);
    qobject_unref(last_event);
}
END_TEST

/* Mutate valid input at random: whatever comes, nothing leaks, and a failure leaves NULL. */
START_TEST(random_input_is_harmless)
{
    static const char *const seeds[] = {
        "{'alts': [{'name': 'o'}, 's', 5, true, null], 'ae': ['x'],"
        " 'flat': {'colour': 'dark-green', 'leaves': [{'name': 'x', 'default': true}]}}",
    };
    static const char alphabet[] = "{}[],:'0519aeolsx.-";
    GRand *rnd = g_rand_new_with_seed(_i);

    for (int n = 0; n < 20000; n++) {
        g_autofree char *s = g_strdup(seeds[0]);
        size_t len = strlen(s);
        Error *err = NULL;
        QObject *obj;

        for (int m = g_rand_int_range(rnd, 0, 4); m >= 0; m--) {
            s[g_rand_int_range(rnd, 0, len)] =
                alphabet[g_rand_int_range(rnd, 0, sizeof(alphabet) - 1)];
        }
        obj = qobject_from_json(s, NULL);
        if (obj) {
            Visitor *v = qobject_input_visitor_new(obj);
            Holder *h = NULL;

            visit_type_Holder(v, &h, NULL, &err);
            ck_assert(!h == !!err);
            if (h) {
                qapi_free_Holder(QAPI_CLONE(Holder, h));
            }
            qapi_free_Holder(h);
            error_free(err);
            visit_free(v);
            qobject_unref(obj);
        }
    }
    g_rand_free(rnd);
}
END_TEST

START_TEST(introspection_names_what_is_reachable)
{
    QList *list = qobject_to(QList, qobject_from_json(test_qmp_schema_json, &error_abort));
    bool boxed = false;

    for (size_t i = 0; i < qlist_size(list); i++) {
        QDict *e = qobject_to(QDict, qlist_get(list, i));
        const char *name = qdict_get_str(e, "name");

        ck_assert_str_ne(name, "EVENT_HIDDEN");
        ck_assert_str_ne(name, "Conditional");
        if (!strcmp(name, "cmd-boxed")) {
            boxed = true;
            ck_assert_str_eq(qstring_get_str(qobject_to(QString, qlist_peek(
                qdict_get_qlist(e, "features")))), "feat1");
        }
        if (!strcmp(name, "cmd-scalar")) {
            ck_assert(qdict_get_bool(e, "allow-oob"));
            ck_assert_str_eq(qdict_get_str(e, "ret-type"), "[str]");
        }
    }
    ck_assert(boxed);
    qobject_unref(list);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("visitor");
    TCase *tc = tcase_create("visitor");
    SRunner *sr;
    int failed;

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, structs_round_trip);
    tcase_add_test(tc, unions_round_trip);
    tcase_add_test(tc, c_shapes_are_as_documented);
    tcase_add_test(tc, bad_input_is_named);
    tcase_add_test(tc, integers_keep_to_their_range);
    tcase_add_test(tc, text_input);
    tcase_add_test(tc, bad_text_lists_are_refused);
    tcase_add_test(tc, text_output);
    tcase_add_test(tc, commands_are_marshalled);
    tcase_add_test(tc, bad_requests_are_answered);
    tcase_add_test(tc, events_carry_data);
    tcase_add_loop_test(tc, random_input_is_harmless, 0, 4);
    tcase_add_test(tc, introspection_names_what_is_reachable);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
