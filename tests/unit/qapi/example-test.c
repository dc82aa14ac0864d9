/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The generated code of the documentation's own example, at work. */
#include "qemu/osdep.h"
#include <check.h>
#include "qapi/error.h"
#include "qapi/qmp-event.h"
#include "qapi/qmp/dispatch.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "tests/unit/qapi/example-qapi-event.h"
#include "tests/unit/qapi/example-qapi-visit.h"
#include "tests/unit/qapi/example-qmp-commands.h"
#include "tests/unit/qapi/example-qmp-introspect.h"

UserDefOne *qmp_my_command(UserDefOne *arg1, Error **errp)
{
    UserDefOne *ret;

    if (arg1->integer < 0) {
        error_setg(errp, "%" PRId64 " is negative", arg1->integer);
        return NULL;
    }
    ret = g_new0(UserDefOne, 1);
    ret->integer = arg1->integer + 1;
    ret->string = g_strconcat(arg1->string, "!", NULL);
    return ret;
}

static void assert_dispatch(const char *request, const char *response)
{
    QObject *req = qobject_from_json(request, &error_abort);
    QDict *rsp = qmp_dispatch(req, false);
    GString *text = qobject_to_json(QOBJECT(rsp));

    ck_assert_str_eq(text->str, response);
    g_string_free(text, TRUE);
    qobject_unref(rsp);
    qobject_unref(req);
}

START_TEST(command_runs)
{
    assert_dispatch("{'execute': 'my-command', 'id': 7,"
                    " 'arguments': {'arg1': {'integer': 1, 'string': 'hi'}}}",
                    "{\"return\": {\"integer\": 2, \"string\": \"hi!\"}, \"id\": 7}");
    assert_dispatch("{'execute': 'my-command',"
                    " 'arguments': {'arg1': {'integer': -1, 'string': 'hi'}}}",
                    "{\"error\": {\"class\": \"GenericError\", \"desc\": \"-1 is negative\"}}");
    assert_dispatch("{'execute': 'my-command', 'arguments': {}}",
                    "{\"error\": {\"class\": \"GenericError\","
                    " \"desc\": \"Parameter 'arg1' is missing\"}}");
    assert_dispatch("{'execute': 'my-command',"
                    " 'arguments': {'arg1': {'integer': 1, 'string': 's', 'x': 0}}}",
                    "{\"error\": {\"class\": \"GenericError\","
                    " \"desc\": \"Parameter 'arg1.x' is unexpected\"}}");
}
END_TEST

static unsigned seen_event;
static QDict *seen_dict;

static void take_event(unsigned event, QDict *qmp, Error **errp)
{
    seen_event = event;
    seen_dict = qobject_ref(qmp);
}

START_TEST(event_is_sent)
{
    qapi_event_send_my_event(&error_abort);     /* nobody listens yet */
    qmp_event_set_func_emit(take_event);
    seen_event = EXAMPLE_QAPI_EVENT_MAX;
    qapi_event_send_my_event(&error_abort);
    ck_assert_uint_eq(seen_event, EXAMPLE_QAPI_EVENT_MY_EVENT);
    ck_assert_str_eq(qdict_get_str(seen_dict, "event"), "MY_EVENT");
    ck_assert(qdict_get_int(qdict_get_qdict(seen_dict, "timestamp"), "seconds") > 1600000000);
    ck_assert(!qdict_haskey(seen_dict, "data"));
    ck_assert_str_eq(example_QAPIEvent_lookup[seen_event], "MY_EVENT");
    qobject_unref(seen_dict);
}
END_TEST

START_TEST(lists_are_freed)
{
    UserDefOneList *list = g_new0(UserDefOneList, 1);

    list->value = g_new0(UserDefOne, 1);
    list->value->string = g_strdup("x");
    list->next = g_new0(UserDefOneList, 1);
    qapi_free_UserDefOneList(list);
    qapi_free_UserDefOneList(NULL);
    qapi_free_UserDefOne(NULL);
}
END_TEST

START_TEST(introspection_is_as_documented)
{
    ck_assert_str_eq(
        example_qmp_schema_json,
        "["
        "{\"arg-type\": \"0\", \"meta-type\": \"event\", \"name\": \"MY_EVENT\"}, "
        "{\"arg-type\": \"1\", \"meta-type\": \"command\", \"name\": \"my-command\","
        " \"ret-type\": \"2\"}, "
        "{\"members\": [], \"meta-type\": \"object\", \"name\": \"0\"}, "
        "{\"members\": [{\"name\": \"arg1\", \"type\": \"2\"}], \"meta-type\": \"object\","
        " \"name\": \"1\"}, "
        "{\"members\": [{\"name\": \"integer\", \"type\": \"int\"},"
        " {\"name\": \"string\", \"type\": \"str\"}], \"meta-type\": \"object\","
        " \"name\": \"2\"}, "
        "{\"json-type\": \"int\", \"meta-type\": \"builtin\", \"name\": \"int\"}, "
        "{\"json-type\": \"string\", \"meta-type\": \"builtin\", \"name\": \"str\"}]");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("example");
    TCase *tc = tcase_create("example");
    SRunner *sr;
    int failed;

    tcase_add_test(tc, command_runs);
    tcase_add_test(tc, event_is_sent);
    tcase_add_test(tc, lists_are_freed);
    tcase_add_test(tc, introspection_is_as_documented);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
