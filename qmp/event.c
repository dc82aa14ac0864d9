/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events: from the code that reports them to every client, not faster than clients can use.
 *
 * Spec:    docs/qmp-spec.txt, "Asynchronous events"; docs/qmp-events.txt names the limited ones.
 *
 * Of a limited event, the first goes out at once.  Others that are similar (same event, and
 * same id where the table names a member) and come within the interval replace each other, and
 * the last one goes out when the interval is over; that begins the next interval.
 *
 * Thread:  events come from any thread; `lock` guards the table.  It is taken before the
 *          monitors' locks.
 */
#include "qemu/osdep.h"
#include "monitor-internal.h"
#include "qapi/qapi-event.h"
#include "qapi/qmp-event.h"
#include "qapi/qmp/qdict.h"
#include "qemu/timer.h"
#include "trace.h"

enum {
    EVENT_INTERVAL_NS = 1000 * 1000 * 1000,
};

typedef struct RateLimit {
    const char *event;
    const char *member;                 /* of "data", that makes events different; or NULL */
} RateLimit;

static const RateLimit rate_limits[] = {
    { "BALLOON_CHANGE", NULL },
    { "MEMORY_DEVICE_SIZE_CHANGE", "qom-path" },
    { "QUORUM_FAILURE", NULL },
    { "QUORUM_REPORT_BAD", NULL },
    { "RTC_CHANGE", NULL },
    { "VSERPORT_CHANGE", "id" },
    { "WATCHDOG", NULL },
};

/* A limited event whose interval runs. */
typedef struct Throttle {
    char *key;
    QDict *last;                        /* to be sent at the end, or NULL */
    QEMUTimer timer;
} Throttle;

static struct {
    QemuMutex lock;
    GHashTable *throttles;              /* by key */
} events;

static bool send_to(Monitor *mon, void *opaque)
{
    MonitorQMP *qmp = container_of(mon, MonitorQMP, common);
    QDict *event = opaque;
    bool wants;

    if (mon->is_qmp) {
        qemu_mutex_lock(&mon->lock);
        wants = mon->connected && qmp->command_mode;
        qemu_mutex_unlock(&mon->lock);
        if (wants) {
            qmp_session_send(qmp, event);
        }
    }
    return false;
}

static void broadcast(QDict *event)
{
    trace_qmp_event_send(qdict_get_str(event, "event"));
    monitor_list_walk(send_to, event);
}

static void throttle_free(gpointer p)
{
    Throttle *t = p;

    timer_del(&t->timer);
    timer_deinit(&t->timer);
    qobject_unref(t->last);
    g_free(t->key);
    g_free(t);
}

static int64_t interval_end(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_REALTIME) + EVENT_INTERVAL_NS;
}

static void interval_over(void *opaque)
{
    Throttle *t = opaque;

    qemu_mutex_lock(&events.lock);
    if (t->last) {
        broadcast(t->last);
        qobject_unref(t->last);
        t->last = NULL;
        timer_mod(&t->timer, interval_end());
    } else {
        g_hash_table_remove(events.throttles, t->key);
    }
    qemu_mutex_unlock(&events.lock);
}

static const RateLimit *find_limit(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(rate_limits); i++) {
        if (!strcmp(rate_limits[i].event, name)) {
            return &rate_limits[i];
        }
    }
    return NULL;
}

/* What similar events have in common. */
static char *throttle_key(const RateLimit *limit, QDict *event)
{
    QDict *data = qdict_get_qdict(event, "data");
    const char *id = limit->member && data ? qdict_get_try_str(data, limit->member) : NULL;

    return g_strconcat(limit->event, id ? "/" : NULL, id, NULL);
}

static void send_limited(const RateLimit *limit, QDict *event)
{
    g_autofree char *key = throttle_key(limit, event);
    Throttle *t;

    qemu_mutex_lock(&events.lock);
    t = g_hash_table_lookup(events.throttles, key);
    if (t) {
        trace_qmp_event_delay(key);
        qobject_unref(t->last);
        t->last = qobject_ref(event);
    } else {
        t = g_new0(Throttle, 1);
        t->key = g_steal_pointer(&key);
        timer_init_ns(&t->timer, QEMU_CLOCK_REALTIME, interval_over, t);
        g_hash_table_insert(events.throttles, t->key, t);
        broadcast(event);
        timer_mod(&t->timer, interval_end());
    }
    qemu_mutex_unlock(&events.lock);
}

static void emit(unsigned event, QDict *qmp, Error **errp)
{
    const RateLimit *limit = find_limit(QAPIEvent_lookup[event]);

    if (limit) {
        send_limited(limit, qmp);
    } else {
        broadcast(qmp);
    }
}

void qmp_events_init(void)
{
    qemu_mutex_init(&events.lock);
    events.throttles = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, throttle_free);
    qmp_event_set_func_emit(emit);
}

void qmp_events_cleanup(void)
{
    qmp_event_set_func_emit(NULL);
    qemu_mutex_lock(&events.lock);
    g_hash_table_remove_all(events.throttles);
    qemu_mutex_unlock(&events.lock);
}
