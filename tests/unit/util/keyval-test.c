/*
 * keyval: nesting, lists, conflicts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/unit/unit.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qmp/qstring.h"
#include "qemu/option.h"

static void accept_as(const char *text, const char *implied, const char *json)
{
    Error *err = NULL;
    QDict *got = keyval_parse(text, implied, NULL, &err);
    QObject *want = qobject_from_json(json, &error_abort);

    ck_assert_msg(got != NULL, "%s: %s", text, err ? error_get_pretty(err) : "?");
    ck_assert_msg(qobject_is_equal(QOBJECT(got), want), "%s is not %s", text, json);
    qobject_unref(got);
    qobject_unref(want);
}

static void refuse(const char *text, const char *why)
{
    Error *err = NULL;

    ck_assert_ptr_null(keyval_parse(text, NULL, NULL, &err));
    ck_assert_error(err, why);
}

START_TEST(test_accepted)
{
    accept_as("", NULL, "{}");
    accept_as("a=1", NULL, "{\"a\": \"1\"}");
    accept_as("a=1,", NULL, "{\"a\": \"1\"}");
    accept_as("a=1,b.c=2,b.d=3", NULL, "{\"a\": \"1\", \"b\": {\"c\": \"2\", \"d\": \"3\"}}");
    accept_as("l.0=x,l.1=y", NULL, "{\"l\": [\"x\", \"y\"]}");
    accept_as("l.1.k=y,l.0.k=x", NULL, "{\"l\": [{\"k\": \"x\"}, {\"k\": \"y\"}]}");
    accept_as("a=x,,y,b=,,", NULL, "{\"a\": \"x,y\", \"b\": \",\"}");
    accept_as("a=1,a=2", NULL, "{\"a\": \"2\"}");
    accept_as("a=b=c", NULL, "{\"a\": \"b=c\"}");
    accept_as("qcow2,x=1", "driver", "{\"driver\": \"qcow2\", \"x\": \"1\"}");
    accept_as("driver=raw", "driver", "{\"driver\": \"raw\"}");
    accept_as("vendor-x_y=1", NULL, "{\"vendor-x_y\": \"1\"}");
}
END_TEST

START_TEST(test_refused)
{
    refuse("a", "Expected '=' after parameter 'a'");
    refuse("=1", "Invalid parameter");
    refuse("a.=1", "Invalid parameter 'a.'");
    refuse(".a=1", "Invalid parameter");
    refuse("0=1", "Invalid parameter '0'");
    refuse("a!=1", "Invalid parameter 'a!'");
    refuse("a=1,a.b=2", "used inconsistently");
    refuse("a.b=2,a=1", "used inconsistently");
    refuse("l.0=x,l.2=y", "Parameter 'l.1' missing");
    refuse("l.0=x,l.k=y", "Parameters 'l.*' used inconsistently");
    refuse("l.00=x", "Invalid parameter");
    g_autofree char *deep = g_strnfill(400, '.');
    for (int i = 0; i < 400; i += 2) {
        deep[i] = 'a';
    }
    deep[399] = '=';
    refuse(deep, "nests too deep");
}
END_TEST

START_TEST(test_help)
{
    bool help = false;
    QDict *d = keyval_parse("a=1,help", NULL, &help, &error_abort);

    ck_assert(help);
    ck_assert(qdict_haskey(d, "a"));
    qobject_unref(d);
    d = keyval_parse("a=help", NULL, &help, &error_abort);
    ck_assert(!help);
    qobject_unref(d);
}
END_TEST

START_TEST(test_merge)
{
    QDict *d = keyval_parse("a=1,b.c=2,l.0=x", NULL, NULL, &error_abort);
    Error *err = NULL;

    ck_assert_ptr_eq(keyval_parse_into(d, "a=9,b.d=3,l.0=y", NULL, NULL, &error_abort), d);
    QObject *want = qobject_from_json(
        "{\"a\": \"9\", \"b\": {\"c\": \"2\", \"d\": \"3\"}, \"l\": [\"x\", \"y\"]}",
        &error_abort);
    ck_assert(qobject_is_equal(QOBJECT(d), want));
    ck_assert_ptr_null(keyval_parse_into(d, "b=1", NULL, NULL, &err));
    ck_assert_error(err, "Parameter 'b' used inconsistently");
    qobject_unref(want);
    qobject_unref(d);
}
END_TEST

UNIT_MAIN("util/keyval", test_accepted, test_refused, test_help, test_merge)
