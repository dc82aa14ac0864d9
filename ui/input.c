/*
 * Routing of input events to the guest's devices, and the commands that send them.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/qdev-core.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"
#include "qemu/queue.h"
#include "qemu/timer.h"
#include "sysemu/runstate.h"
#include "ui/input.h"

#define POINTER_MASK (INPUT_EVENT_MASK_REL | INPUT_EVENT_MASK_ABS)
#define DEFAULT_DELAY_MS 10
/* A client may queue keys faster than they are typed; more than these are dropped. */
#define MAX_QUEUED_KEYS 1024

struct QemuInputHandlerState {
    DeviceState *dev;
    const QemuInputHandler *handler;
    int id;
    bool has_events;                /* since the last sync */
    char *device_id;                /* display device that it is bound to, or NULL */
    int head;
    QTAILQ_ENTRY(QemuInputHandlerState) node;
};

struct QEMUPutLEDEntry {
    QEMUPutLEDEvent *func;
    void *opaque;
    QTAILQ_ENTRY(QEMUPutLEDEntry) next;
};

/* A key, or a pause, that waits for its turn. */
typedef struct QueuedKey {
    bool is_delay;
    uint32_t delay_ms;
    QemuConsole *src;
    KeyValue key;
    bool down;
    QTAILQ_ENTRY(QueuedKey) node;
} QueuedKey;

/* All under the big lock. */
static struct {
    QTAILQ_HEAD(, QemuInputHandlerState) handlers;
    QTAILQ_HEAD(, QEMUPutLEDEntry) leds;
    QTAILQ_HEAD(, QueuedKey) queue;
    unsigned queue_len;
    QEMUTimer *queue_timer;
    NotifierList mode_notifiers;
    bool absolute;
    int next_id;
} input = {
    .handlers = QTAILQ_HEAD_INITIALIZER(input.handlers),
    .leds = QTAILQ_HEAD_INITIALIZER(input.leds),
    .queue = QTAILQ_HEAD_INITIALIZER(input.queue),
    .mode_notifiers = NOTIFIER_LIST_INITIALIZER(input.mode_notifiers),
};

/* ---- handlers ---- */

QemuInputHandlerState *qemu_input_handler_register(DeviceState *dev,
                                                   const QemuInputHandler *handler)
{
    QemuInputHandlerState *s = g_new0(QemuInputHandlerState, 1);

    s->dev = dev;
    s->handler = handler;
    s->id = input.next_id++;
    QTAILQ_INSERT_TAIL(&input.handlers, s, node);
    qemu_input_check_mode_change();
    return s;
}

void qemu_input_handler_activate(QemuInputHandlerState *s)
{
    QTAILQ_REMOVE(&input.handlers, s, node);
    QTAILQ_INSERT_HEAD(&input.handlers, s, node);
    qemu_input_check_mode_change();
}

void qemu_input_handler_deactivate(QemuInputHandlerState *s)
{
    QTAILQ_REMOVE(&input.handlers, s, node);
    QTAILQ_INSERT_TAIL(&input.handlers, s, node);
    qemu_input_check_mode_change();
}

void qemu_input_handler_unregister(QemuInputHandlerState *s)
{
    QTAILQ_REMOVE(&input.handlers, s, node);
    g_free(s->device_id);
    g_free(s);
    qemu_input_check_mode_change();
}

bool qemu_input_handler_bind(QemuInputHandlerState *s, const char *device_id, int head,
                             Error **errp)
{
    if (!qdev_find_recursive(sysbus_get_default(), device_id)) {
        error_setg(errp, "Device '%s' not found", device_id);
        return false;
    }
    g_free(s->device_id);
    s->device_id = g_strdup(device_id);
    s->head = head;
    return true;
}

/*
 * The handler for an event of @mask that comes from output @head of @device_id (NULL: from
 * nowhere in particular).
 */
static QemuInputHandlerState *find_handler(uint32_t mask, const char *device_id, int head)
{
    QemuInputHandlerState *s;

    QTAILQ_FOREACH(s, &input.handlers, node) {
        if (device_id && s->device_id && !strcmp(s->device_id, device_id) && s->head == head &&
            (s->handler->mask & mask)) {
            return s;
        }
    }
    QTAILQ_FOREACH(s, &input.handlers, node) {
        if (!s->device_id && (s->handler->mask & mask)) {
            return s;
        }
    }
    return NULL;
}

static bool accepting_input(void)
{
    return runstate_is_running() || runstate_check(RUN_STATE_SUSPENDED);
}

static void send_to(const char *device_id, int head, QemuConsole *src, InputEvent *evt)
{
    QemuInputHandlerState *s = find_handler(1u << evt->type, device_id, head);

    if (s) {
        s->handler->event(s->dev, src, evt);
        s->has_events = true;
    }
}

void qemu_input_event_send(QemuConsole *src, InputEvent *evt)
{
    if (accepting_input()) {
        send_to(NULL, 0, src, evt);
    }
}

void qemu_input_event_sync(void)
{
    QemuInputHandlerState *s;

    QTAILQ_FOREACH(s, &input.handlers, node) {
        if (s->has_events) {
            s->has_events = false;
            if (s->handler->sync) {
                s->handler->sync(s->dev);
            }
        }
    }
}

/* ---- keys ---- */

static void deliver_key(QemuConsole *src, const KeyValue *key, bool down)
{
    InputKeyEvent data = { .key = (KeyValue *)key, .down = down };
    InputEvent evt = { .type = INPUT_EVENT_KIND_KEY, .u.key.data = &data };

    qemu_input_event_send(src, &evt);
    qemu_input_event_sync();
}

static void run_queue(void *opaque)
{
    QueuedKey *k;

    while ((k = QTAILQ_FIRST(&input.queue))) {
        uint32_t delay = k->is_delay ? k->delay_ms : 0;

        QTAILQ_REMOVE(&input.queue, k, node);
        input.queue_len--;
        if (!k->is_delay) {
            deliver_key(k->src, &k->key, k->down);
        }
        g_free(k);
        if (delay) {
            timer_mod(input.queue_timer, qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL) + delay);
            return;
        }
    }
}

static void enqueue(QueuedKey item)
{
    if (input.queue_len < MAX_QUEUED_KEYS) {
        QueuedKey *k = g_new(QueuedKey, 1);

        *k = item;
        QTAILQ_INSERT_TAIL(&input.queue, k, node);
        input.queue_len++;
    }
}

static bool queue_waits(void)
{
    return input.queue_timer && timer_pending(input.queue_timer);
}

void qemu_input_event_send_key(QemuConsole *src, KeyValue *key, bool down)
{
    if (queue_waits()) {
        enqueue((QueuedKey) { .src = src, .key = *key, .down = down });
    } else {
        deliver_key(src, key, down);
    }
}

void qemu_input_event_send_key_number(QemuConsole *src, int num, bool down)
{
    KeyValue key = { .type = KEY_VALUE_KIND_QCODE,
                     .u.qcode.data = qemu_input_key_number_to_qcode(num) };

    qemu_input_event_send_key(src, &key, down);
}

void qemu_input_event_send_key_qcode(QemuConsole *src, QKeyCode q, bool down)
{
    KeyValue key = { .type = KEY_VALUE_KIND_QCODE, .u.qcode.data = q };

    qemu_input_event_send_key(src, &key, down);
}

void qemu_input_event_send_key_delay(uint32_t delay_ms)
{
    if (!accepting_input()) {
        return;
    }
    if (!input.queue_timer) {
        input.queue_timer = timer_new_ms(QEMU_CLOCK_VIRTUAL, run_queue, NULL);
    }
    enqueue((QueuedKey) { .is_delay = true, .delay_ms = delay_ms ? delay_ms : DEFAULT_DELAY_MS });
    if (!queue_waits()) {
        run_queue(NULL);
    }
}

/* ---- pointers ---- */

void qemu_input_queue_btn(QemuConsole *src, InputButton btn, bool down)
{
    InputBtnEvent data = { .button = btn, .down = down };
    InputEvent evt = { .type = INPUT_EVENT_KIND_BTN, .u.btn.data = &data };

    qemu_input_event_send(src, &evt);
}

void qemu_input_update_buttons(QemuConsole *src, const uint32_t *button_map, uint32_t button_old,
                               uint32_t button_new)
{
    for (InputButton btn = 0; btn < INPUT_BUTTON_MAX; btn++) {
        uint32_t mask = button_map[btn];

        if ((button_old ^ button_new) & mask) {
            qemu_input_queue_btn(src, btn, button_new & mask);
        }
    }
}

bool qemu_input_is_absolute(QemuConsole *src)
{
    QemuInputHandlerState *s = find_handler(POINTER_MASK, NULL, 0);

    return s && (s->handler->mask & INPUT_EVENT_MASK_ABS);
}

int qemu_input_scale_axis(int value, int min_in, int max_in, int min_out, int max_out)
{
    int64_t range_in = (int64_t)max_in - min_in;
    int64_t range_out = (int64_t)max_out - min_out;

    if (range_in < 1) {
        return min_out + range_out / 2;
    }
    return ((int64_t)value - min_in) * range_out / range_in + min_out;
}

static void queue_move(QemuConsole *src, InputEventKind kind, InputAxis axis, int value)
{
    InputMoveEvent data = { .axis = axis, .value = value };
    InputEvent evt = { .type = kind };

    if (kind == INPUT_EVENT_KIND_REL) {
        evt.u.rel.data = &data;
    } else {
        evt.u.abs.data = &data;
    }
    qemu_input_event_send(src, &evt);
}

void qemu_input_queue_rel(QemuConsole *src, InputAxis axis, int value)
{
    queue_move(src, INPUT_EVENT_KIND_REL, axis, value);
}

void qemu_input_queue_abs(QemuConsole *src, InputAxis axis, int value, int min_in, int max_in)
{
    queue_move(src, INPUT_EVENT_KIND_ABS, axis,
               qemu_input_scale_axis(value, min_in, max_in, INPUT_EVENT_ABS_MIN,
                                     INPUT_EVENT_ABS_MAX));
}

void qemu_input_check_mode_change(void)
{
    bool absolute = qemu_input_is_absolute(NULL);

    if (absolute != input.absolute) {
        input.absolute = absolute;
        notifier_list_notify(&input.mode_notifiers, NULL);
    }
}

void qemu_add_mouse_mode_change_notifier(Notifier *notify)
{
    notifier_list_add(&input.mode_notifiers, notify);
}

void qemu_remove_mouse_mode_change_notifier(Notifier *notify)
{
    notifier_remove(notify);
}

bool qemu_mouse_set(int index, Error **errp)
{
    QemuInputHandlerState *s;

    QTAILQ_FOREACH(s, &input.handlers, node) {
        if (s->id == index && (s->handler->mask & POINTER_MASK)) {
            qemu_input_handler_activate(s);
            return true;
        }
    }
    error_setg(errp, "Mouse at index '%d' not found", index);
    return false;
}

/* ---- lights ---- */

QEMUPutLEDEntry *qemu_add_led_event_handler(QEMUPutLEDEvent *func, void *opaque)
{
    QEMUPutLEDEntry *e = g_new0(QEMUPutLEDEntry, 1);

    e->func = func;
    e->opaque = opaque;
    QTAILQ_INSERT_TAIL(&input.leds, e, next);
    return e;
}

void qemu_remove_led_event_handler(QEMUPutLEDEntry *entry)
{
    if (entry) {
        QTAILQ_REMOVE(&input.leds, entry, next);
        g_free(entry);
    }
}

void kbd_put_ledstate(int ledstate)
{
    QEMUPutLEDEntry *e;

    QTAILQ_FOREACH(e, &input.leds, next) {
        e->func(e->opaque, ledstate);
    }
}

/* ---- commands ---- */

void qmp_send_key(KeyValueList *keys, bool has_hold_time, int64_t hold_time, Error **errp)
{
    GSList *pressed = NULL;

    if (has_hold_time && (hold_time < 0 || hold_time > UINT32_MAX)) {
        error_setg(errp, "Parameter 'hold-time' expects a value from 0 to %u", UINT32_MAX);
        return;
    }
    for (KeyValueList *k = keys; k; k = k->next) {
        if (k->value->type == KEY_VALUE_KIND_NUMBER &&
            (k->value->u.number.data < 0 || k->value->u.number.data > 0xff)) {
            error_setg(errp, "Parameter 'keys' expects key numbers from 0 to 255");
            return;
        }
    }
    for (KeyValueList *k = keys; k; k = k->next) {
        qemu_input_event_send_key(NULL, k->value, true);
        qemu_input_event_send_key_delay(has_hold_time ? 0 : DEFAULT_DELAY_MS);
        pressed = g_slist_prepend(pressed, k->value);
    }
    qemu_input_event_send_key_delay(has_hold_time ? hold_time : 100);
    for (GSList *p = pressed; p; p = p->next) {
        qemu_input_event_send_key(NULL, p->data, false);
        qemu_input_event_send_key_delay(DEFAULT_DELAY_MS);
    }
    g_slist_free(pressed);
}

void qmp_input_send_event(bool has_device, const char *device, bool has_head, int64_t head,
                          InputEventList *events, Error **errp)
{
    int h = has_head ? head : 0;

    if (has_device && !qdev_find_recursive(sysbus_get_default(), device)) {
        error_setg(errp, "Device '%s' not found", device);
        return;
    }
    if (!accepting_input()) {
        error_setg(errp, "VM not running");
        return;
    }
    for (InputEventList *e = events; e; e = e->next) {
        if (!find_handler(1u << e->value->type, has_device ? device : NULL, h)) {
            error_setg(errp, "Input handler not found for event type %s",
                       InputEventKind_str(e->value->type));
            return;
        }
    }
    for (InputEventList *e = events; e; e = e->next) {
        send_to(has_device ? device : NULL, h, NULL, e->value);
    }
    qemu_input_event_sync();
}

MouseInfoList *qmp_query_mice(Error **errp)
{
    MouseInfoList *list = NULL, **tail = &list;
    QemuInputHandlerState *s;
    bool current = true;

    QTAILQ_FOREACH(s, &input.handlers, node) {
        MouseInfoList *node;

        if (!(s->handler->mask & POINTER_MASK)) {
            continue;
        }
        node = g_new0(MouseInfoList, 1);
        node->value = g_new0(MouseInfo, 1);
        node->value->index = s->id;
        node->value->name = g_strdup(s->handler->name);
        node->value->absolute = s->handler->mask & INPUT_EVENT_MASK_ABS;
        node->value->current = current;
        current = false;
        *tail = node;
        tail = &node->next;
    }
    return list;
}
