/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP sessions: from bytes to requests, from requests to responses.
 *
 * Spec:    docs/qmp-spec.txt.
 *
 * Requests wait in their session's queue; one dispatcher for all sessions executes them in the
 * main loop, one request per session in turn, so that no client can starve another.  A
 * session whose client enabled out-of-band execution reads in the monitors' own thread, and
 * executes "exec-oob" requests there at once.
 *
 * Thread:  qmp_session_read() runs in the main thread, or the monitors' for sessions with oob;
 *          the dispatcher runs in the main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "monitor-internal.h"
#include "qapi/error.h"
#include "qapi/qmp/dispatch.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qobject-output-visitor.h"
#include "qapi/qapi-visit.h"
#include "qapi/qmp-commands.h"
#include "qemu/main-loop.h"
#include "trace.h"

/* What came in, in order: a request, or what was wrong with the text. */
typedef struct QmpRequest {
    QObject *request;
    Error *err;
} QmpRequest;

static struct {
    QEMUBH *bh;
    bool busy;                          /* a command runs (and may run a nested loop) */
} dispatcher;

static void request_free(QmpRequest *req)
{
    qobject_unref(req->request);
    error_free(req->err);
    g_free(req);
}

void qmp_session_send(MonitorQMP *mon, QDict *message)
{
    GString *text = qobject_to_json_pretty(QOBJECT(message), mon->pretty);

    g_string_append(text, "\r\n");
    monitor_write(&mon->common, text->str, text->len);
    g_string_free(text, TRUE);
}

static QDict *greeting(MonitorQMP *mon)
{
    VersionInfo *version = qmp_query_version(NULL);
    QObject *obj = NULL;
    QList *caps = qlist_new();
    Visitor *v = qobject_output_visitor_new(&obj);

    visit_type_VersionInfo(v, &version, NULL, &error_abort);
    visit_complete(v, &obj);
    visit_free(v);
    qapi_free_VersionInfo(version);
    if (mon->oob_offered) {
        qlist_append_str(caps, QMPCapability_str(QMP_CAPABILITY_OOB));
    }
    return qdict_from_jsonf_nofail("{'QMP': {'version': %p, 'capabilities': %p}}", obj,
                                   QOBJECT(caps));
}

static bool is_oob(MonitorQMP *mon, QObject *request)
{
    QDict *dict = qobject_to(QDict, request);

    return mon->oob_enabled && dict && qdict_haskey(dict, "exec-oob") &&
           !qdict_haskey(dict, "execute");
}

static void trace_request(MonitorQMP *mon, QObject *request, bool oob)
{
    QDict *dict = qobject_to(QDict, request);
    const char *name = dict ? qdict_get_try_str(dict, oob ? "exec-oob" : "execute") : NULL;

    trace_qmp_command(mon, name ? name : "(none)", oob);
}

static void take_message(void *opaque, QObject *json, Error *err)
{
    MonitorQMP *mon = opaque;
    QmpRequest *req;

    if (json && is_oob(mon, json)) {
        Monitor *old = monitor_set_cur(&mon->common);
        QDict *rsp;

        trace_request(mon, json, true);
        rsp = qmp_dispatch(json, true);

        monitor_set_cur(old);
        if (rsp) {
            qmp_session_send(mon, rsp);
            qobject_unref(rsp);
        }
        qobject_unref(json);
        return;
    }
    req = g_new(QmpRequest, 1);
    req->request = json;
    req->err = err;
    qemu_mutex_lock(&mon->common.lock);
    g_queue_push_tail(mon->requests, req);
    qemu_mutex_unlock(&mon->common.lock);
    qemu_bh_schedule(dispatcher.bh);
}

void qmp_session_read(MonitorQMP *mon, const char *buf, size_t len)
{
    json_message_parser_feed(mon->parser, buf, len);
}

/* Before the negotiation only one command exists, and after it, that one does not. */
static bool phase_allows(MonitorQMP *mon, QObject *request, Error **errp)
{
    QDict *dict = qobject_to(QDict, request);
    QString *name = dict ? qobject_to(QString, qdict_get(dict, "execute")) : NULL;
    bool negotiates = name && !strcmp(qstring_get_str(name), "qmp_capabilities");

    if (!mon->command_mode && name && !negotiates) {
        error_set(errp, ERROR_CLASS_COMMAND_NOT_FOUND,
                  "Expecting capabilities negotiation with 'qmp_capabilities'");
        return false;
    }
    if (mon->command_mode && negotiates) {
        error_set(errp, ERROR_CLASS_COMMAND_NOT_FOUND,
                  "Capabilities negotiation is already complete, command ignored");
        return false;
    }
    return true;
}

static QDict *respond(MonitorQMP *mon, QmpRequest *req)
{
    Error *err = NULL;
    QDict *rsp;
    QObject *id;

    if (req->err) {
        trace_qmp_bad_input(mon, error_get_pretty(req->err));
        rsp = qmp_error_response(req->err);
        req->err = NULL;
        return rsp;
    }
    trace_request(mon, req->request, false);
    if (phase_allows(mon, req->request, &err)) {
        return qmp_dispatch(req->request, mon->oob_enabled);
    }
    rsp = qmp_error_response(err);
    id = qdict_get(qobject_to(QDict, req->request), "id");
    if (id) {
        qdict_put_obj(rsp, "id", qobject_ref(id));
    }
    return rsp;
}

typedef struct Pick {
    MonitorQMP *mon;
    QmpRequest *req;
    unsigned epoch;
    bool was_full;
} Pick;

static bool pick_request(Monitor *mon, void *opaque)
{
    MonitorQMP *qmp = container_of(mon, MonitorQMP, common);
    Pick *pick = opaque;

    if (!mon->is_qmp) {
        return false;
    }
    qemu_mutex_lock(&mon->lock);
    pick->was_full = g_queue_get_length(qmp->requests) >= QMP_QUEUE_MAX;
    pick->req = g_queue_pop_head(qmp->requests);
    pick->epoch = qmp->epoch;
    qmp->busy = pick->req != NULL;
    qemu_mutex_unlock(&mon->lock);
    pick->mon = qmp;
    return pick->req != NULL;
}

static void end_session(MonitorQMP *mon);

static void dispatch_one(Pick *pick)
{
    MonitorQMP *mon = pick->mon;
    Monitor *old = monitor_set_cur(&mon->common);
    QDict *rsp = respond(mon, pick->req);
    bool over;

    monitor_set_cur(old);
    if (rsp && pick->epoch == mon->epoch) {
        qmp_session_send(mon, rsp);
    }
    qobject_unref(rsp);
    request_free(pick->req);
    qemu_mutex_lock(&mon->common.lock);
    mon->busy = false;
    over = mon->ended && g_queue_is_empty(mon->requests);
    qemu_mutex_unlock(&mon->common.lock);
    if (over) {
        end_session(mon);
    } else if (pick->was_full) {
        mon->common.link->accept_input(mon->common.link_opaque);
    }
}

static void dispatch_bh(void *opaque)
{
    Pick pick;

    if (dispatcher.busy || !monitor_list_walk(pick_request, &pick)) {
        return;
    }
    /* To the end of the line; it cannot go away, monitors end in this thread only. */
    monitor_list_remove(&pick.mon->common);
    monitor_list_append(&pick.mon->common);
    dispatcher.busy = true;
    dispatch_one(&pick);
    dispatcher.busy = false;
    qemu_bh_schedule(dispatcher.bh);
}

void qmp_dispatcher_init(void)
{
    dispatcher.bh = aio_bh_new(iohandler_get_aio_context(), dispatch_bh, NULL);
}

void qmp_dispatcher_cleanup(void)
{
    qemu_bh_delete(dispatcher.bh);
    dispatcher.bh = NULL;
}

static void drop_requests(MonitorQMP *mon)
{
    QmpRequest *req;

    while ((req = g_queue_pop_head(mon->requests))) {
        request_free(req);
    }
}

/* All requests of a client that sends no more are answered: close what it left behind. */
static void end_session(MonitorQMP *mon)
{
    trace_qmp_session_close(mon);
    mon->ended = false;
    monitor_close_fds(&mon->common);
}

void qmp_session_opened(MonitorQMP *mon)
{
    QDict *hello;

    trace_qmp_session_open(mon, mon->common.id);
    monitor_close_fds(&mon->common);
    qemu_mutex_lock(&mon->common.lock);
    drop_requests(mon);
    mon->epoch++;
    mon->ended = false;
    mon->common.connected = true;
    mon->command_mode = false;
    mon->oob_enabled = false;
    g_string_truncate(mon->common.out, 0);
    mon->common.out_done = 0;
    mon->common.out_watched = false;
    qemu_mutex_unlock(&mon->common.lock);
    json_message_parser_reset(mon->parser);
    hello = greeting(mon);
    qmp_session_send(mon, hello);
    qobject_unref(hello);
}

/*
 * The input has ended.  Where input and output are two channels, as with stdio, the peer may
 * still read: requests that have come are executed and answered, and events go on.  Where they
 * are one, the link drops what we write.
 */
void qmp_session_closed(MonitorQMP *mon)
{
    bool idle;

    json_message_parser_reset(mon->parser);
    qemu_mutex_lock(&mon->common.lock);
    idle = g_queue_is_empty(mon->requests) && !mon->busy;
    mon->ended = !idle;
    qemu_mutex_unlock(&mon->common.lock);
    if (idle) {
        end_session(mon);
    }
}

MonitorQMP *qmp_session_new(const char *id, bool pretty, const MonitorLink *link,
                            void *link_opaque)
{
    MonitorQMP *mon = g_new0(MonitorQMP, 1);

    monitor_data_init(&mon->common, id, true, link, link_opaque);
    mon->pretty = pretty;
    mon->oob_offered = link->move != NULL;
    mon->requests = g_queue_new();
    mon->parser = json_message_parser_new(take_message, mon);
    monitor_list_append(&mon->common);
    return mon;
}

void qmp_session_free(MonitorQMP *mon)
{
    monitor_list_remove(&mon->common);
    drop_requests(mon);
    g_queue_free(mon->requests);
    json_message_parser_free(mon->parser);
    monitor_data_destroy(&mon->common);
    g_free(mon);
}

void qmp_qmp_capabilities(bool has_enable, QMPCapabilityList *enable, Error **errp)
{
    MonitorQMP *mon = container_of(monitor_cur(), MonitorQMP, common);
    bool oob = false;

    for (QMPCapabilityList *l = enable; l; l = l->next) {
        if (l->value == QMP_CAPABILITY_OOB && !mon->oob_offered) {
            error_setg(errp, "Capability 'oob' is not available on this monitor");
            return;
        }
        oob |= l->value == QMP_CAPABILITY_OOB;
    }
    qemu_mutex_lock(&mon->common.lock);
    mon->command_mode = true;
    mon->oob_enabled = oob;
    qemu_mutex_unlock(&mon->common.lock);
    if (oob) {
        mon->common.link->move(mon->common.link_opaque, monitor_thread_context());
    }
}
