/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP sessions over a link that keeps what is written: protocol, order, limits, events. */
#include "qemu/osdep.h"
#include <check.h>
#include <sys/eventfd.h>
#include "qmp/monitor-internal.h"
#include "qapi/error.h"
#include "qapi/qapi-event.h"
#include "qapi/qmp-commands.h"
#include "qapi/qmp/dispatch.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qemu/fdset.h"
#include "qemu/main-loop.h"

/* ---- A peer in memory */

typedef struct Peer {
    GString *got;
    size_t room;                /* bytes it will take before it stalls */
    int fd;                     /* to be passed with the next command */
    bool dropped, watched;
    bool moved;
} Peer;

static ssize_t peer_write(void *opaque, const void *buf, size_t len)
{
    Peer *p = opaque;
    size_t n = MIN(len, p->room);

    g_string_append_len(p->got, buf, n);
    p->room -= n;
    return n;
}

static void peer_watch(void *opaque, Monitor *mon)
{
    ((Peer *)opaque)->watched = true;
}

static void peer_accept(void *opaque)
{
}

static int peer_take_fd(void *opaque)
{
    Peer *p = opaque;
    int fd = p->fd;

    p->fd = -1;
    return fd;
}

static void peer_disconnect(void *opaque)
{
    ((Peer *)opaque)->dropped = true;
}

static void peer_move(void *opaque, GMainContext *context)
{
    ((Peer *)opaque)->moved = true;
}

static const MonitorLink peer_link = {
    .write = peer_write,
    .watch_writable = peer_watch,
    .accept_input = peer_accept,
    .take_fd = peer_take_fd,
    .disconnect = peer_disconnect,
    .move = peer_move,
};

static Peer *peer_new(void)
{
    Peer *p = g_new0(Peer, 1);

    p->got = g_string_new(NULL);
    p->room = SIZE_MAX;
    p->fd = -1;
    return p;
}

/* ---- Commands of this test */

static void cmd_capabilities(QDict *args, QObject **ret, Error **errp)
{
    QMPCapabilityList oob = { .value = QMP_CAPABILITY_OOB };
    QList *enable = qdict_get_qlist(args, "enable");
    bool has = enable && !qlist_empty(enable);

    qmp_qmp_capabilities(has, has ? &oob : NULL, errp);
}

static int slow_runs;

static void cmd_count(QDict *args, QObject **ret, Error **errp)
{
    *ret = QOBJECT(qnum_from_int(++slow_runs));
}

static void cmd_getfd(QDict *args, QObject **ret, Error **errp)
{
    qmp_getfd(qdict_get_str(args, "fdname"), errp);
}

static void run_loop(void)
{
    for (int i = 0; i < 50; i++) {
        main_loop_wait(true);
    }
}

static void setup(void)
{
    qemu_init_main_loop(&error_abort);
    monitor_init_globals();
    qmp_register_command("qmp_capabilities", cmd_capabilities, QCO_NO_OPTIONS);
    qmp_register_command("count", cmd_count, QCO_ALLOW_OOB);
    qmp_register_command("getfd", cmd_getfd, QCO_NO_OPTIONS);
}

static void send_text(MonitorQMP *mon, const char *text)
{
    qmp_session_read(mon, text, strlen(text));
    run_loop();
}

/* The next line that the peer got, as a value. */
static QDict *next_line(Peer *p)
{
    const char *nl = strchr(p->got->str, '\n');
    g_autofree char *line = NULL;
    QDict *dict;

    ck_assert_msg(nl != NULL, "no complete line in '%s'", p->got->str);
    ck_assert_msg(nl > p->got->str && nl[-1] == '\r', "line does not end with CR LF");
    line = g_strndup(p->got->str, nl - p->got->str);
    g_string_erase(p->got, 0, nl + 1 - p->got->str);
    dict = qobject_to(QDict, qobject_from_json(line, &error_abort));
    ck_assert_ptr_nonnull(dict);
    return dict;
}

static void assert_line(Peer *p, const char *json)
{
    QDict *dict = next_line(p);
    QObject *want = qobject_from_json(json, &error_abort);
    GString *text = qobject_to_json(QOBJECT(dict));

    ck_assert_msg(qobject_is_equal(QOBJECT(dict), want), "got %s, not %s", text->str, json);
    g_string_free(text, TRUE);
    qobject_unref(dict);
    qobject_unref(want);
}

static void assert_error(Peer *p, const char *class)
{
    QDict *dict = next_line(p);
    QDict *error = qdict_get_qdict(dict, "error");

    ck_assert_msg(error != NULL, "no error");
    ck_assert_str_eq(qdict_get_str(error, "class"), class);
    ck_assert(strlen(qdict_get_str(error, "desc")) > 0);
    qobject_unref(dict);
}

static MonitorQMP *open_session(Peer *p, bool negotiate)
{
    MonitorQMP *mon = qmp_session_new("m", false, &peer_link, p);
    QDict *hello;

    qmp_session_opened(mon);
    hello = next_line(p);
    ck_assert_ptr_nonnull(qdict_get_qdict(hello, "QMP"));
    qobject_unref(hello);
    if (negotiate) {
        send_text(mon, "{'execute': 'qmp_capabilities'}");
        assert_line(p, "{'return': {}}");
    }
    return mon;
}

START_TEST(greeting_and_negotiation)
{
    Peer *p = peer_new();
    MonitorQMP *mon = qmp_session_new("m", false, &peer_link, p);
    QDict *hello, *version;

    ck_assert_uint_eq(p->got->len, 0);
    qmp_session_opened(mon);
    hello = next_line(p);
    version = qdict_get_qdict(qdict_get_qdict(hello, "QMP"), "version");
    ck_assert_int_eq(qdict_get_int(qdict_get_qdict(version, "qemu"), "major"), 7);
    ck_assert_int_eq(qdict_get_int(qdict_get_qdict(version, "qemu"), "minor"), 2);
    ck_assert(qdict_haskey(version, "package"));
    ck_assert_str_eq(qstring_get_str(qobject_to(QString, qlist_peek(qdict_get_qlist(
        qdict_get_qdict(hello, "QMP"), "capabilities")))), "oob");
    qobject_unref(hello);

    send_text(mon, "{'execute': 'count'}");
    assert_error(p, "CommandNotFound");
    send_text(mon, "{'execute': 'qmp_capabilities', 'id': 'x'}");
    assert_line(p, "{'return': {}, 'id': 'x'}");
    send_text(mon, "{'execute': 'qmp_capabilities'}");
    assert_error(p, "CommandNotFound");
    slow_runs = 0;
    send_text(mon, "{'execute': 'count', 'id': {'any': [1]}}");
    assert_line(p, "{'return': 1, 'id': {'any': [1]}}");

    /* A new connection starts anew. */
    qmp_session_closed(mon);
    qmp_session_opened(mon);
    qobject_unref(next_line(p));
    send_text(mon, "{'execute': 'count'}");
    assert_error(p, "CommandNotFound");
    qmp_session_free(mon);
}
END_TEST

START_TEST(answers_keep_the_order)
{
    Peer *p = peer_new();
    MonitorQMP *mon = open_session(p, true);

    slow_runs = 0;
    send_text(mon, "{'execute':'count','id':1} oops {'execute':'nope','id':2}"
              "{'execute':'count','id':3}[]{'execute':'count','id':4}");
    assert_line(p, "{'return': 1, 'id': 1}");
    assert_error(p, "GenericError");
    assert_error(p, "CommandNotFound");
    assert_line(p, "{'return': 2, 'id': 3}");
    assert_error(p, "GenericError");
    assert_line(p, "{'return': 3, 'id': 4}");
    qmp_session_free(mon);
}
END_TEST

START_TEST(sessions_take_turns)
{
    Peer *a = peer_new(), *b = peer_new();
    MonitorQMP *ma = open_session(a, true), *mb = open_session(b, true);

    slow_runs = 0;
    qmp_session_read(ma, "{'execute':'count'}{'execute':'count'}{'execute':'count'}", 57);
    qmp_session_read(mb, "{'execute':'count'}", 19);
    run_loop();
    /* The second session's only request does not wait for the end of the first one's. */
    QDict *rsp = next_line(b);
    ck_assert_int_le(qdict_get_int(rsp, "return"), 2);
    qobject_unref(rsp);
    qmp_session_free(ma);
    qmp_session_free(mb);
}
END_TEST

START_TEST(garbage_is_survived)
{
    Peer *p = peer_new();
    MonitorQMP *mon = open_session(p, true);
    GRand *rnd = g_rand_new_with_seed(7);
    char buf[4096];

    for (int i = 0; i < 200; i++) {
        for (size_t j = 0; j < sizeof(buf); j++) {
            buf[j] = g_rand_int(rnd);
        }
        qmp_session_read(mon, buf, sizeof(buf));
        run_loop();
        g_string_truncate(p->got, 0);
    }
    for (int i = 0; i < 200; i++) {
        run_loop();
    }
    g_string_truncate(p->got, 0);
    send_text(mon, "\xff\n");
    g_string_truncate(p->got, 0);
    slow_runs = 0;
    send_text(mon, "{'execute':'count'}\n");
    assert_line(p, "{'return': 1}");
    g_rand_free(rnd);
    qmp_session_free(mon);
}
END_TEST

START_TEST(input_stops_while_requests_wait)
{
    Peer *p = peer_new();
    MonitorQMP *mon = open_session(p, true);

    ck_assert(monitor_can_read(&mon->common));
    for (int i = 0; i < QMP_QUEUE_MAX; i++) {
        qmp_session_read(mon, "{'execute':'count'}", 19);
    }
    ck_assert(!monitor_can_read(&mon->common));
    run_loop();
    ck_assert(monitor_can_read(&mon->common));
    qmp_session_free(mon);
}
END_TEST

START_TEST(stalled_peer_stops_input_and_is_dropped)
{
    Peer *p = peer_new();
    MonitorQMP *mon = open_session(p, true);
    g_autofree char *big = g_strnfill(1 << 20, 'x');

    p->room = 100;
    monitor_write(&mon->common, big, 1 << 20);
    ck_assert(p->watched);
    monitor_write(&mon->common, big, 1 << 20);
    ck_assert(!monitor_can_read(&mon->common));
    ck_assert(!p->dropped);
    for (int i = 0; i < 70 && !p->dropped; i++) {
        monitor_write(&mon->common, big, 1 << 20);
    }
    ck_assert(p->dropped);
    qmp_session_free(mon);
}
END_TEST

START_TEST(oob_overtakes)
{
    Peer *p = peer_new();
    MonitorQMP *mon = open_session(p, false);

    send_text(mon, "{'exec-oob': 'count'}");
    assert_error(p, "GenericError");
    send_text(mon, "{'execute': 'qmp_capabilities', 'arguments': {'enable': ['oob']}}");
    assert_line(p, "{'return': {}}");
    ck_assert(p->moved);
    slow_runs = 0;
    qmp_session_read(mon, "{'execute':'count','id':'in'}{'exec-oob':'count','id':'out'}", 60);
    assert_line(p, "{'return': 1, 'id': 'out'}");
    run_loop();
    assert_line(p, "{'return': 2, 'id': 'in'}");
    send_text(mon, "{'exec-oob': 'getfd', 'arguments': {'fdname': 'x'}}");
    assert_error(p, "GenericError");
    qmp_session_free(mon);
    monitor_thread_stop();
}
END_TEST

START_TEST(descriptors_are_kept)
{
    Peer *p = peer_new();
    MonitorQMP *mon = open_session(p, true);
    Error *err = NULL;
    int fd;

    send_text(mon, "{'execute':'getfd','arguments':{'fdname':'a'}}");
    assert_error(p, "GenericError");
    p->fd = eventfd(0, EFD_CLOEXEC);
    send_text(mon, "{'execute':'getfd','arguments':{'fdname':'a'}}");
    assert_line(p, "{'return': {}}");
    fd = monitor_get_fd(&mon->common, "a", &error_abort);
    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert_int_eq(monitor_get_fd(&mon->common, "a", &err), -1);
    error_free(err);

    p->fd = fd = eventfd(0, EFD_CLOEXEC);
    send_text(mon, "{'execute':'getfd','arguments':{'fdname':'1x'}}");
    assert_error(p, "GenericError");
    ck_assert_int_eq(fcntl(fd, F_GETFD), -1);

    /* Closing the session closes what nobody took. */
    p->fd = fd = eventfd(0, EFD_CLOEXEC);
    send_text(mon, "{'execute':'getfd','arguments':{'fdname':'b'}}");
    ck_assert_int_ne(fcntl(fd, F_GETFD), -1);
    qmp_session_closed(mon);
    ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
    qmp_session_free(mon);
}
END_TEST

START_TEST(fd_sets_open_by_mode)
{
    int rd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int64_t set = monitor_fdset_add_fd(rd, -1, "mine", &error_abort);
    FdsetInfoList *list;
    int dup;

    ck_assert_int_eq(set, 0);
    ck_assert_int_eq(monitor_fdset_add_fd(open("/dev/null", O_RDONLY | O_CLOEXEC), -1, NULL,
                                          &error_abort), 1);
    ck_assert_int_eq(monitor_fdset_dup_fd_add(set, O_RDWR), -1);
    ck_assert_int_eq(errno, EACCES);
    ck_assert_int_eq(monitor_fdset_dup_fd_add(77, O_RDONLY), -1);
    ck_assert_int_eq(errno, ENOENT);
    dup = monitor_fdset_dup_fd_add(set, O_RDONLY);
    ck_assert_int_ge(dup, 0);
    list = qmp_query_fdsets(&error_abort);
    ck_assert_str_eq(list->value->fds->value->opaque, "mine");
    ck_assert_int_eq(list->next->value->fdset_id, 1);
    qapi_free_FdsetInfoList(list);

    /* The set stays while something opened from it does. */
    qmp_remove_fd(set, true, rd, &error_abort);
    list = qmp_query_fdsets(&error_abort);
    ck_assert_int_eq(list->value->fdset_id, 0);
    ck_assert_ptr_null(list->value->fds);
    qapi_free_FdsetInfoList(list);
    close(dup);
    monitor_fdset_dup_fd_remove(dup);
    list = qmp_query_fdsets(&error_abort);
    ck_assert_int_eq(list->value->fdset_id, 1);
    qapi_free_FdsetInfoList(list);
}
END_TEST

START_TEST(events_reach_negotiated_sessions)
{
    Peer *a = peer_new(), *b = peer_new();
    MonitorQMP *ma = open_session(a, true), *mb = open_session(b, false);
    QDict *event;

    qapi_event_send_stop(&error_abort);
    event = next_line(a);
    ck_assert_str_eq(qdict_get_str(event, "event"), "STOP");
    ck_assert(qdict_haskey(qdict_get_qdict(event, "timestamp"), "microseconds"));
    qobject_unref(event);
    ck_assert_uint_eq(b->got->len, 0);
    qmp_session_free(ma);
    qmp_session_free(mb);
}
END_TEST

static unsigned count_lines(Peer *p)
{
    unsigned n = 0;

    for (const char *c = p->got->str; *c; c++) {
        n += *c == '\n';
    }
    return n;
}

START_TEST(limited_events_come_once_a_second)
{
    Peer *p = peer_new();
    MonitorQMP *mon = open_session(p, true);
    int64_t start;
    QDict *event;

    qapi_event_send_watchdog(WATCHDOG_ACTION_NONE, &error_abort);
    qapi_event_send_watchdog(WATCHDOG_ACTION_RESET, &error_abort);
    qapi_event_send_watchdog(WATCHDOG_ACTION_PAUSE, &error_abort);
    ck_assert_uint_eq(count_lines(p), 1);
    start = g_get_monotonic_time();
    while (count_lines(p) < 2 && g_get_monotonic_time() < start + 3 * G_USEC_PER_SEC) {
        main_loop_wait(true);
        g_usleep(1000);
    }
    ck_assert(g_get_monotonic_time() - start > 900 * 1000);
    event = next_line(p);
    ck_assert_str_eq(qdict_get_str(qdict_get_qdict(event, "data"), "action"), "none");
    qobject_unref(event);
    event = next_line(p);
    ck_assert_str_eq(qdict_get_str(qdict_get_qdict(event, "data"), "action"), "pause");
    qobject_unref(event);

    /* The delayed one began a new second. */
    qapi_event_send_watchdog(WATCHDOG_ACTION_NONE, &error_abort);
    ck_assert_uint_eq(count_lines(p), 0);
    /* Others are not held back. */
    qapi_event_send_stop(&error_abort);
    qapi_event_send_stop(&error_abort);
    ck_assert_uint_eq(count_lines(p), 2);
    qmp_session_free(mon);
}
END_TEST

START_TEST(pretty_sessions_indent)
{
    Peer *p = peer_new();
    MonitorQMP *mon = qmp_session_new("m", true, &peer_link, p);

    qmp_session_opened(mon);
    ck_assert(g_str_has_prefix(p->got->str, "{\n    \"QMP\": {\n"));
    qmp_session_free(mon);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("session");
    TCase *tc = tcase_create("session");
    SRunner *sr;
    int failed;

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, greeting_and_negotiation);
    tcase_add_test(tc, answers_keep_the_order);
    tcase_add_test(tc, sessions_take_turns);
    tcase_add_test(tc, garbage_is_survived);
    tcase_add_test(tc, input_stops_while_requests_wait);
    tcase_add_test(tc, stalled_peer_stops_input_and_is_dropped);
    tcase_add_test(tc, oob_overtakes);
    tcase_add_test(tc, descriptors_are_kept);
    tcase_add_test(tc, fd_sets_open_by_mode);
    tcase_add_test(tc, events_reach_negotiated_sessions);
    tcase_add_test(tc, limited_events_come_once_a_second);
    tcase_add_test(tc, pretty_sessions_indent);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
