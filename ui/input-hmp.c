/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HMP commands that press keys and move pointers.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "monitor/hmp.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"
#include "qapi/visitor.h"
#include "qemu/cutils.h"
#include "ui/console.h"
#include "ui/input.h"

/* The buttons that mouse_button holds down, as its argument has them.  Main thread. */
static uint32_t held_buttons;

/* A key of "ctrl-alt-f1" as a new KeyValue, or NULL. */
static KeyValue *parse_key(const char *name)
{
    KeyValue *key;
    uint64_t number;
    int code;

    if (g_str_has_prefix(name, "0x")) {
        if (parse_uint_full(name, 16, &number) < 0 || number > 0xff) {
            return NULL;
        }
        key = g_new0(KeyValue, 1);
        key->type = KEY_VALUE_KIND_NUMBER;
        key->u.number.data = number;
        return key;
    }
    code = qapi_enum_parse(QKeyCode_lookup, !strcmp(name, "<") ? "less" : name, -1, NULL);
    if (code < 0) {
        return NULL;
    }
    key = g_new0(KeyValue, 1);
    key->type = KEY_VALUE_KIND_QCODE;
    key->u.qcode.data = code;
    return key;
}

static void hmp_sendkey(Monitor *mon, const QDict *args)
{
    g_auto(GStrv) names = NULL;
    KeyValueList *head = NULL, **tail = &head;
    const char *keys = qdict_get_str(args, "keys");
    Error *err = NULL;

    names = g_strsplit(!strcmp(keys, "-") ? "minus" : keys, "-", -1);
    for (char **name = names; *name; name++) {
        KeyValue *key = parse_key(*name);

        if (!key) {
            monitor_printf(mon, "invalid parameter: %s\n", *name);
            qapi_free_KeyValueList(head);
            return;
        }
        *tail = g_new0(KeyValueList, 1);
        (*tail)->value = key;
        tail = &(*tail)->next;
    }
    qmp_send_key(head, qdict_haskey(args, "hold-time"), qdict_get_try_int(args, "hold-time", 0),
                 &err);
    qapi_free_KeyValueList(head);
    hmp_handle_error(mon, err);
}

static void hmp_mouse_move(Monitor *mon, const QDict *args)
{
    const char *dz = qdict_get_try_str(args, "dz");
    InputButton wheel = INPUT_BUTTON_WHEEL_UP;
    int x, y, z = 0;

    if (qemu_strtoi(qdict_get_str(args, "dx"), NULL, 0, &x) < 0 ||
        qemu_strtoi(qdict_get_str(args, "dy"), NULL, 0, &y) < 0 ||
        (dz && qemu_strtoi(dz, NULL, 0, &z) < 0)) {
        monitor_printf(mon, "mouse_move: expected numbers\n");
        return;
    }
    qemu_input_queue_rel(NULL, INPUT_AXIS_X, x);
    qemu_input_queue_rel(NULL, INPUT_AXIS_Y, y);
    if (z) {
        wheel = z > 0 ? INPUT_BUTTON_WHEEL_UP : INPUT_BUTTON_WHEEL_DOWN;
        qemu_input_queue_btn(NULL, wheel, true);
    }
    qemu_input_event_sync();
    if (z) {
        qemu_input_queue_btn(NULL, wheel, false);
        qemu_input_event_sync();
    }
}

static void hmp_mouse_button(Monitor *mon, const QDict *args)
{
    static const uint32_t bits[INPUT_BUTTON_MAX] = {
        [INPUT_BUTTON_LEFT] = 1,
        [INPUT_BUTTON_MIDDLE] = 4,
        [INPUT_BUTTON_RIGHT] = 2,
    };
    uint32_t buttons = qdict_get_int(args, "button_state");

    if (buttons == held_buttons) {
        return;
    }
    qemu_input_update_buttons(NULL, bits, held_buttons, buttons);
    qemu_input_event_sync();
    held_buttons = buttons;
}

static void hmp_mouse_set(Monitor *mon, const QDict *args)
{
    Error *err = NULL;

    qemu_mouse_set(qdict_get_int(args, "index"), &err);
    hmp_handle_error(mon, err);
}

static void hmp_info_mice(Monitor *mon, const QDict *args)
{
    MouseInfoList *list = qmp_query_mice(NULL);

    if (!list) {
        monitor_printf(mon, "No mouse devices connected\n");
    }
    for (MouseInfoList *l = list; l; l = l->next) {
        monitor_printf(mon, "%c Mouse #%" PRId64 ": %s%s\n", l->value->current ? '*' : ' ',
                       l->value->index, l->value->name, l->value->absolute ? " (absolute)" : "");
    }
    qapi_free_MouseInfoList(list);
}

static void complete_key(HMPCompletion *c, unsigned n)
{
    for (int i = 0; n == 0 && i < Q_KEY_CODE_MAX; i++) {
        hmp_candidate(c, QKeyCode_str(i));
    }
}

static const HMPCommand hmp_input_commands[] = {
    { "sendkey", "keys:s,hold-time:i?", "keys [hold_ms]", "send keys to the VM (e.g. 'sendkey "
      "ctrl-alt-f1', default hold time=100 ms)", hmp_sendkey, complete_key },
    { "mouse_move", "dx:s,dy:s,dz:s?", "dx dy [dz]", "send mouse move events", hmp_mouse_move },
    { "mouse_button", "button_state:i", "state", "change mouse button state (1=L, 2=R, 4=M)",
      hmp_mouse_button },
    { "mouse_set", "index:i", "index", "set which mouse device receives events", hmp_mouse_set },
};
HMP_COMMANDS(hmp_input_commands);

static const HMPCommand hmp_input_info[] = {
    { "mice", "", "", "show which guest mouse is receiving events", hmp_info_mice },
};
HMP_INFO(hmp_input_info);
