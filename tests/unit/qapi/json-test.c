/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON text to values and back: what is valid, what is refused, and how a stream recovers. */
#include "qemu/osdep.h"
#include <check.h>
#include "qapi/error.h"
#include "qapi/qmp/json-parser.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"

static void assert_round_trip(const char *in, const char *out)
{
    Error *err = NULL;
    QObject *obj = qobject_from_json(in, &err);
    GString *text;

    ck_assert_msg(obj != NULL, "%s: %s", in, err ? error_get_pretty(err) : "no error");
    text = qobject_to_json(obj);
    ck_assert_str_eq(text->str, out);
    g_string_free(text, TRUE);
    qobject_unref(obj);
}

static void assert_refused(const char *in)
{
    Error *err = NULL;
    QObject *obj = qobject_from_json(in, &err);

    ck_assert_msg(obj == NULL && err != NULL, "accepted: %s", in);
    error_free(err);
}

START_TEST(values_keep_their_text)
{
    assert_round_trip("null", "null");
    assert_round_trip(" [ true , false ] ", "[true, false]");
    assert_round_trip("{'b': 1, 'a': {'x': []}}", "{\"b\": 1, \"a\": {\"x\": []}}");
    assert_round_trip("'single \\'quotes\\' \"here\"'", "\"single 'quotes' \\\"here\\\"\"");
    assert_round_trip("\"\\b\\f\\n\\r\\t\\/\\\\\"", "\"\\b\\f\\n\\r\\t/\\\\\"");
}
END_TEST

START_TEST(numbers_are_exact)
{
    assert_round_trip("9223372036854775807", "9223372036854775807");
    assert_round_trip("-9223372036854775808", "-9223372036854775808");
    assert_round_trip("18446744073709551615", "18446744073709551615");
    assert_round_trip("0.1", "0.1");
    assert_round_trip("1e2", "100.0");
    assert_round_trip("0.30000000000000004", "0.30000000000000004");
    assert_round_trip("18446744073709551616", "1.8446744073709552e+19");
    assert_round_trip("-0", "0");
}
END_TEST

START_TEST(bad_numbers_are_refused)
{
    static const char *const bad[] = {
        "-", "01", "+1", "1.", ".5", "1e", "1e+", "0x10", "1.2.3", "--1", "1e999", "-1e999",
        "Infinity", "NaN",
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_refused(bad[i]);
    }
}
END_TEST

START_TEST(unicode_is_whole)
{
    assert_round_trip("\"\\u0041\\u00e9\\u20ac\"", "\"A\\u00E9\\u20AC\"");
    assert_round_trip("\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
                      "\"\\u00E9\\u20AC\\uD83D\\uDE00\"");
    assert_round_trip("\"\\uD83D\\uDE00\"", "\"\\uD83D\\uDE00\"");
    assert_round_trip("\"\\uDBFF\\uDFFF\"", "\"\\uDBFF\\uDFFF\"");
    assert_round_trip("\"\x7f\"", "\"\\u007F\"");
}
END_TEST

START_TEST(bad_unicode_is_refused)
{
    static const char *const bad[] = {
        "\"\\uD83D\"", "\"\\uDE00\"", "\"\\uD83Dx\"", "\"\\uD83D\\n\"", "\"\\uD83D\\u0041\"",
        "\"\\u0000\"", "\"\\u12\"", "\"\\u12g4\"",
        "\"\xc0\x80\"", "\"\xe0\x80\x80\"", "\"\xf0\x80\x80\x80\"",    /* overlong */
        "\"\xed\xa0\x80\"",                                            /* a surrogate */
        "\"\xf4\x90\x80\x80\"",                                        /* above U+10FFFF */
        "\"\xc3\"", "\"\xc3(\"", "\"\x80\"", "\"\xff\"", "\"\xfe\"",
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_refused(bad[i]);
    }
}
END_TEST

START_TEST(bad_syntax_is_refused)
{
    static const char *const bad[] = {
        "", " ", "{", "[", "}", "]", "{]", "[}", "[1,]", "[,1]", "[1 2]", "{'a'}", "{'a':}",
        "{'a':1,}", "{1:2}", "{'a':1 'b':2}", "{'a':1,'a':2}", "nul", "truefalse", "'abc",
        "\"a\nb\"", "\"\\q\"", "@", "[1]]", "1 2", "%d", "\x01", "{'a': @}", "\xc3\xa9",
        "// comment", "[1;2]",
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_refused(bad[i]);
    }
}
END_TEST

START_TEST(depth_is_limited)
{
    GString *s = g_string_new(NULL);

    for (int i = 0; i < JSON_MAX_DEPTH; i++) {
        g_string_append_c(s, '[');
    }
    for (int i = 0; i < JSON_MAX_DEPTH; i++) {
        g_string_append_c(s, ']');
    }
    qobject_unref(qobject_from_json(s->str, &error_abort));
    g_string_prepend_c(s, '[');
    g_string_append_c(s, ']');
    assert_refused(s->str);
    g_string_free(s, TRUE);
}
END_TEST

START_TEST(values_are_limited)
{
    GString *s = g_string_new("[");

    for (unsigned i = 0; i <= JSON_MAX_VALUES; i++) {
        g_string_append(s, "0,");
    }
    g_string_append(s, "0]");
    assert_refused(s->str);
    g_string_free(s, TRUE);
}
END_TEST

START_TEST(templates_take_arguments)
{
    QDict *dict = qdict_from_jsonf_nofail(
        "{'s': %s, 'b': %i, 'd': %d, 'l': %lld, 'u': %" PRIu64 ", 'f': %f, 'p': %p, %s: 1}",
        "it's", 1, -5, -6000000000LL, UINT64_MAX, 0.5, qlist_new(), "key");

    ck_assert_str_eq(qdict_get_str(dict, "s"), "it's");
    ck_assert(qdict_get_bool(dict, "b"));
    ck_assert_int_eq(qdict_get_int(dict, "d"), -5);
    ck_assert_int_eq(qdict_get_int(dict, "l"), -6000000000LL);
    ck_assert(qnum_get_uint(qobject_to(QNum, qdict_get(dict, "u"))) == UINT64_MAX);
    ck_assert(qdict_get_double(dict, "f") == 0.5);
    ck_assert(qlist_empty(qdict_get_qlist(dict, "p")));
    ck_assert_int_eq(qdict_get_int(dict, "key"), 1);
    qobject_unref(dict);
}
END_TEST

START_TEST(pretty_text_is_indented)
{
    QObject *obj = qobject_from_json("{'a': [1, {}], 'b': []}", &error_abort);
    GString *text = qobject_to_json_pretty(obj, true);

    ck_assert_str_eq(text->str, "{\n    \"a\": [\n        1,\n        {}\n    ],\n"
                     "    \"b\": []\n}");
    g_string_free(text, TRUE);
    qobject_unref(obj);
}
END_TEST

/* A stream's outcome as text: values as JSON, errors as "E", each with a space behind it. */
static void log_message(void *opaque, QObject *json, Error *err)
{
    if (json) {
        GString *text = qobject_to_json(json);

        g_string_append(opaque, text->str);
        g_string_free(text, TRUE);
    } else {
        g_string_append_c(opaque, 'E');
    }
    g_string_append_c(opaque, ' ');
    qobject_unref(json);
    error_free(err);
}

static void assert_stream(const char *in, const char *expected)
{
    size_t len = strlen(in);

    /* In one piece, and byte by byte. */
    for (size_t step = 1; step <= len; step += MAX(len - 1, 1)) {
        GString *log = g_string_new(NULL);
        JSONMessageParser *p = json_message_parser_new(log_message, log);

        for (size_t i = 0; i < len; i += step) {
            json_message_parser_feed(p, in + i, MIN(step, len - i));
        }
        json_message_parser_flush(p);
        json_message_parser_free(p);
        ck_assert_msg(!strcmp(log->str, expected), "%s\n gives %s\n not %s", in, log->str,
                      expected);
        g_string_free(log, TRUE);
    }
}

START_TEST(streams_recover)
{
    assert_stream("{}[1]{'a':2} 5 ", "{} [1] {\"a\": 2} 5 ");
    assert_stream("{]\n[1]", "E [1] ");
    assert_stream("{'a': @, 'b': {'c': 1}}[1]", "E [1] ");
    assert_stream("{'a': '\\q', 'b': '}'}[1]", "E [1] ");
    assert_stream("{{{{{\n{'a': 1}\n", "E {\"a\": 1} ");
    assert_stream("{'a': 1\n{'b': 2}\n", "E {\"b\": 2} ");
    assert_stream("{'a': 'unfinished\n{'b': 2}\n", "E {\"b\": 2} ");
    assert_stream("[\xff{'b': 2}\n", "E {\"b\": 2} ");
    assert_stream("['x\xff{'b': 2}\n", "E {\"b\": 2} ");
    assert_stream("{\x01{'b': 2}\n", "E {\"b\": 2} ");
    assert_stream("%p{'b': 2}\n", "E {\"b\": 2} ");
    assert_stream("\x01\x02\xff\xff garbage }}}} ''''\n[1]", "E [1] ");
    assert_stream("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "E E ");
    assert_stream("}}}}\n[1]", "E [1] ");
    assert_stream("[1", "E ");
    assert_stream("'a", "E ");
}
END_TEST

START_TEST(garbage_never_outweighs_its_answer)
{
    GRand *rnd = g_rand_new_with_seed(1);
    GString *log = g_string_new(NULL);
    JSONMessageParser *p = json_message_parser_new(log_message, log);

    for (int i = 0; i < 200000; i++) {
        static const char often[] = "{}[]\"':,\\ue1-\n truefalsn%";
        char c = g_rand_boolean(rnd) ? often[g_rand_int_range(rnd, 0, sizeof(often) - 1)]
                                     : g_rand_int_range(rnd, 0, 256);

        json_message_parser_feed(p, &c, 1);
    }
    g_string_truncate(log, 0);
    json_message_parser_feed(p, "\xff\n{\"a\": 1}", 10);
    ck_assert(g_str_has_suffix(log->str, "{\"a\": 1} "));
    json_message_parser_free(p);
    g_string_free(log, TRUE);
    g_rand_free(rnd);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json");
    TCase *tc = tcase_create("json");
    SRunner *sr;
    int failed;

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, values_keep_their_text);
    tcase_add_test(tc, numbers_are_exact);
    tcase_add_test(tc, bad_numbers_are_refused);
    tcase_add_test(tc, unicode_is_whole);
    tcase_add_test(tc, bad_unicode_is_refused);
    tcase_add_test(tc, bad_syntax_is_refused);
    tcase_add_test(tc, depth_is_limited);
    tcase_add_test(tc, values_are_limited);
    tcase_add_test(tc, templates_take_arguments);
    tcase_add_test(tc, pretty_text_is_indented);
    tcase_add_test(tc, streams_recover);
    tcase_add_test(tc, garbage_never_outweighs_its_answer);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
