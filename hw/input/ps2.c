/*
 * PS/2 keyboard and mouse.
 *
 * Spec:     IBM Personal System/2 technical reference, "Keyboards (101- and 102-key)" and
 *           "Mouse"; Microsoft IntelliMouse notes for the wheel protocols.
 * Thread:   under the big lock.
 * Deviates: keys repeat only if whoever types repeats them; in scan code set 3 all keys make and
 *           break, whatever types are set; extended keys are sent without the fake shifts that
 *           Num Lock adds.
 * Migrated: queues, settings and movement not yet reported.
 *
 *   keyboard command          answer               mouse command             answer
 *   0xed LEDs, argument       ack ack              0xe6/0xe7 scaling         ack
 *   0xee echo                 0xee                 0xe8 resolution, arg.     ack ack
 *   0xf0 scan set, argument   ack ack (set)        0xe9 status               ack, 3 bytes
 *   0xf2 identify             ack 0xab 0x83        0xea stream, 0xf0 remote  ack
 *   0xf3 rate, argument       ack ack              0xeb read                 ack, packet
 *   0xf4 enable               ack                  0xec/0xee wrap off, on    ack
 *   0xf5 disable, defaults    ack                  0xf2 identify             ack, type
 *   0xf6 defaults             ack                  0xf3 sample rate, arg.    ack ack
 *   0xf7-0xfa key types       ack                  0xf4/0xf5 enable, disable ack
 *   0xfb-0xfd of one key      ack ack              0xf6 defaults             ack
 *   0xfe resend               the last byte        0xfe resend               the last byte
 *   0xff reset                ack 0xaa             0xff reset                ack 0xaa 0x00
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/input/ps2.h"
#include "migration/vmstate.h"
#include "sysemu/runstate.h"

#define ACK 0xfa
#define SELF_TEST_PASSED 0xaa
#define RESEND 0xfe
#define ERROR_REPLY 0xfe
#define CMD_RESEND 0xfe
#define CMD_RESET 0xff
#define CMD_IDENTIFY 0xf2
#define CMD_RATE 0xf3
#define CMD_ENABLE 0xf4
#define CMD_DISABLE 0xf5
#define CMD_DEFAULTS 0xf6

#define KBD_CMD_LEDS 0xed
#define KBD_CMD_ECHO 0xee
#define KBD_CMD_SCAN_SET 0xf0
#define KBD_DEFAULT_RATE 0x2b

#define MOD_SHIFT_L 0x01
#define MOD_SHIFT_R 0x02
#define MOD_CTRL_L 0x04
#define MOD_CTRL_R 0x08
#define MOD_ALT_L 0x10
#define MOD_ALT_R 0x20

#define MOUSE_CMD_SCALE_1 0xe6
#define MOUSE_CMD_SCALE_2 0xe7
#define MOUSE_CMD_RESOLUTION 0xe8
#define MOUSE_CMD_STATUS 0xe9
#define MOUSE_CMD_STREAM 0xea
#define MOUSE_CMD_READ 0xeb
#define MOUSE_CMD_WRAP_OFF 0xec
#define MOUSE_CMD_WRAP_ON 0xee
#define MOUSE_CMD_REMOTE 0xf0
#define MOUSE_REMOTE 0x40           /* bits of PS2Mouse.mode, as the status byte shows them */
#define MOUSE_ENABLED 0x20
#define MOUSE_SCALE_2 0x10
#define MOUSE_WRAP 0x01
#define MOUSE_DEFAULT_RATE 100
#define MOUSE_DEFAULT_RESOLUTION 2

/* ---- link ---- */

static void queue_push(PS2Queue *q, uint8_t byte)
{
    if (q->count < PS2_QUEUE_SIZE) {
        q->data[(q->head + q->count++) % PS2_QUEUE_SIZE] = byte;
    }
}

static void queue_clear(PS2Queue *q)
{
    q->head = q->count = 0;
}

static unsigned queue_room(const PS2Queue *q)
{
    return PS2_QUEUE_SIZE - q->count;
}

bool ps2_link_ready(const PS2Link *l)
{
    return l->reply.count || l->data.count;
}

static void notify(PS2Link *l)
{
    l->update(l->opaque, ps2_link_ready(l));
}

uint8_t ps2_link_read(PS2Link *l)
{
    PS2Queue *q = l->reply.count ? &l->reply : &l->data;

    if (q->count) {
        l->last_sent = q->data[q->head];
        q->head = (q->head + 1) % PS2_QUEUE_SIZE;
        q->count--;
        notify(l);
    }
    return l->last_sent;
}

static void reply(PS2Link *l, uint8_t byte)
{
    queue_push(&l->reply, byte);
}

/* Bytes that belong together: all of them, or none. */
static void send_data(PS2Link *l, const uint8_t *bytes, unsigned n)
{
    if (queue_room(&l->data) >= n) {
        for (unsigned i = 0; i < n; i++) {
            queue_push(&l->data, bytes[i]);
        }
    }
    notify(l);
}

static void link_reset(PS2Link *l)
{
    queue_clear(&l->reply);
    queue_clear(&l->data);
    l->last_sent = 0;
    l->pending_cmd = 0;
}

/* ---- keyboard: keys ---- */

/* The code of a key with set 1 or 2 conventions into @out; returns its length. */
static unsigned encode_key(uint8_t *out, int set, uint16_t code, bool down)
{
    unsigned n = 0;

    if (code >> 8) {
        out[n++] = code >> 8;
    }
    if (set == 1) {
        out[n++] = code | (down ? 0 : 0x80);
    } else {
        if (!down) {
            out[n++] = 0xf0;
        }
        out[n++] = code;
    }
    return n;
}

/* Print Screen: with Alt it is SysRq; without Shift or Ctrl a fake shift goes around it. */
static unsigned encode_print(uint8_t *out, int set, uint8_t mods, bool down)
{
    uint16_t print = set == 1 ? 0xe037 : 0xe07c;
    uint16_t shift = set == 1 ? 0xe02a : 0xe012;
    unsigned n = 0;

    if (mods & (MOD_ALT_L | MOD_ALT_R)) {
        return encode_key(out, set, set == 1 ? 0x54 : 0x84, down);
    }
    if (mods & (MOD_SHIFT_L | MOD_SHIFT_R | MOD_CTRL_L | MOD_CTRL_R)) {
        return encode_key(out, set, print, down);
    }
    if (down) {
        n += encode_key(out + n, set, shift, true);
        n += encode_key(out + n, set, print, true);
    } else {
        n += encode_key(out + n, set, print, false);
        n += encode_key(out + n, set, shift, false);
    }
    return n;
}

/* Pause sends make and break at once, and nothing when it goes up; with Ctrl it is Break. */
static unsigned encode_pause(uint8_t *out, int set, uint8_t mods, bool down)
{
    static const uint8_t pause1[] = { 0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5 };
    static const uint8_t pause2[] = { 0xe1, 0x14, 0x77, 0xe1, 0xf0, 0x14, 0xf0, 0x77 };
    unsigned n;

    if (!down) {
        return 0;
    }
    if (mods & (MOD_CTRL_L | MOD_CTRL_R)) {
        uint16_t code = set == 1 ? 0xe046 : 0xe07e;

        n = encode_key(out, set, code, true);
        return n + encode_key(out + n, set, code, false);
    }
    n = set == 1 ? sizeof(pause1) : sizeof(pause2);
    memcpy(out, set == 1 ? pause1 : pause2, n);
    return n;
}

static void track_modifiers(PS2Kbd *s, QKeyCode q, bool down)
{
    static const struct {
        QKeyCode key;
        uint8_t mod;
    } mods[] = {
        { Q_KEY_CODE_SHIFT, MOD_SHIFT_L }, { Q_KEY_CODE_SHIFT_R, MOD_SHIFT_R },
        { Q_KEY_CODE_CTRL, MOD_CTRL_L }, { Q_KEY_CODE_CTRL_R, MOD_CTRL_R },
        { Q_KEY_CODE_ALT, MOD_ALT_L }, { Q_KEY_CODE_ALT_R, MOD_ALT_R },
    };

    for (size_t i = 0; i < ARRAY_SIZE(mods); i++) {
        if (mods[i].key == q) {
            s->modifiers = down ? s->modifiers | mods[i].mod : s->modifiers & ~mods[i].mod;
        }
    }
}

static void kbd_event(DeviceState *dev, QemuConsole *src, InputEvent *evt)
{
    PS2Kbd *s = PS2_OWNER_GET_CLASS(dev)->get_kbd(dev);
    InputKeyEvent *key = evt->u.key.data;
    QKeyCode q = qemu_input_key_value_to_qcode(key->key);
    const KeyScancode *code = qemu_key_scancode(q);
    uint8_t bytes[16];
    unsigned n = 0;

    qemu_system_wakeup_request(QEMU_WAKEUP_REASON_OTHER, NULL);
    track_modifiers(s, q, key->down);
    if (!s->enabled) {
        return;
    }
    if (s->scan_set == 3) {
        if (code->set3) {
            n = encode_key(bytes, 3, code->set3, key->down);
        }
    } else if (q == Q_KEY_CODE_PRINT || q == Q_KEY_CODE_SYSRQ) {
        n = encode_print(bytes, s->scan_set, s->modifiers, key->down);
    } else if (q == Q_KEY_CODE_PAUSE) {
        n = encode_pause(bytes, s->scan_set, s->modifiers, key->down);
    } else if (q == Q_KEY_CODE_LANG1 || q == Q_KEY_CODE_LANG2) {
        /* Korean keyboards send one byte, on the way down only. */
        if (key->down) {
            bytes[n++] = s->scan_set == 1 ? code->set1 | 0x80 : code->set2;
        }
    } else {
        uint16_t c = s->scan_set == 1 ? code->set1 : code->set2;

        n = c ? encode_key(bytes, s->scan_set, c, key->down) : 0;
    }
    if (n) {
        send_data(&s->link, bytes, n);
    }
}

static const QemuInputHandler kbd_handler = {
    .name = "QEMU PS/2 Keyboard",
    .mask = INPUT_EVENT_MASK_KEY,
    .event = kbd_event,
};

/* ---- keyboard: commands ---- */

static void kbd_set_leds(PS2Kbd *s, uint8_t leds)
{
    s->leds = leds & 7;
    kbd_put_ledstate(s->leds);
}

static void kbd_defaults(PS2Kbd *s)
{
    s->enabled = true;
    s->scan_set = 2;
    s->rate = KBD_DEFAULT_RATE;
    kbd_set_leds(s, 0);
}

void ps2_kbd_reset(PS2Kbd *s)
{
    link_reset(&s->link);
    s->modifiers = 0;
    kbd_defaults(s);
    notify(&s->link);
}

static void kbd_argument(PS2Kbd *s, uint8_t cmd, uint8_t val)
{
    PS2Link *l = &s->link;

    reply(l, ACK);
    switch (cmd) {
    case KBD_CMD_LEDS:
        kbd_set_leds(s, val);
        break;
    case KBD_CMD_SCAN_SET:
        if (val == 0) {
            reply(l, s->scan_set);
        } else if (val <= 3) {
            s->scan_set = val;
        }
        break;
    case CMD_RATE:
        s->rate = val;
        break;
    default: /* key types of set 3 */
        break;
    }
}

static void kbd_command(PS2Kbd *s, uint8_t val)
{
    PS2Link *l = &s->link;

    switch (val) {
    case 0x00: /* some drivers probe with it */
        reply(l, ACK);
        break;
    case KBD_CMD_LEDS:
    case KBD_CMD_SCAN_SET:
    case CMD_RATE:
    case 0xfb:
    case 0xfc:
    case 0xfd:
        l->pending_cmd = val;
        reply(l, ACK);
        break;
    case KBD_CMD_ECHO:
        reply(l, KBD_CMD_ECHO);
        break;
    case CMD_IDENTIFY:
        reply(l, ACK);
        reply(l, 0xab);
        reply(l, 0x83);
        break;
    case CMD_ENABLE:
        s->enabled = true;
        reply(l, ACK);
        break;
    case CMD_DISABLE:
        kbd_defaults(s);
        s->enabled = false;
        queue_clear(&l->data);
        reply(l, ACK);
        break;
    case CMD_DEFAULTS:
        kbd_defaults(s);
        reply(l, ACK);
        break;
    case 0xf7 ... 0xfa:
        reply(l, ACK);
        break;
    case CMD_RESEND:
        reply(l, l->last_sent);
        break;
    case CMD_RESET:
        ps2_kbd_reset(s);
        reply(l, ACK);
        reply(l, SELF_TEST_PASSED);
        break;
    default:
        reply(l, RESEND);
        break;
    }
}

void ps2_kbd_write(PS2Kbd *s, uint8_t val)
{
    PS2Link *l = &s->link;
    uint8_t cmd = l->pending_cmd;

    /* A new transmission from the host ends the answer to the one before. */
    if (val != CMD_RESEND) {
        queue_clear(&l->reply);
    }
    l->pending_cmd = 0;
    /* A command in place of an argument is a command. */
    if (cmd && val < 0x80) {
        kbd_argument(s, cmd, val);
    } else {
        kbd_command(s, val);
    }
    notify(l);
}

void ps2_kbd_init(PS2Kbd *s, DeviceState *dev, void (*update)(void *opaque, int level),
                  void *opaque)
{
    s->link.update = update;
    s->link.opaque = opaque;
    s->input = qemu_input_handler_register(dev, &kbd_handler);
}

/* ---- mouse: movement ---- */

/* As much of *@delta as one packet holds; the rest waits. */
static int take_delta(int32_t *delta, int limit)
{
    int d = MAX(-limit, MIN(*delta, limit));

    *delta -= d;
    return d;
}

static unsigned build_packet(PS2Mouse *s, uint8_t *p)
{
    int dx = take_delta(&s->dx, 255);
    int dy = -take_delta(&s->dy, 255); /* up is positive on the wire */
    unsigned n = 0;

    p[n++] = 0x08 | (s->buttons & 7) | (dx < 0 ? 0x10 : 0) | (dy < 0 ? 0x20 : 0);
    p[n++] = dx;
    p[n++] = dy;
    if (s->type == 3) {
        p[n++] = take_delta(&s->dz, 127);
    } else if (s->type == 4) {
        p[n++] = (take_delta(&s->dz, 7) & 0x0f) | (s->buttons & 0x18) << 1;
    } else {
        s->dz = 0;
    }
    s->reported_buttons = s->buttons;
    return n;
}

static bool has_news(const PS2Mouse *s)
{
    return s->dx || s->dy || s->dz || s->buttons != s->reported_buttons;
}

static void mouse_sync(DeviceState *dev)
{
    PS2Mouse *s = PS2_OWNER_GET_CLASS(dev)->get_mouse(dev);
    uint8_t packet[4];

    if (s->buttons) {
        qemu_system_wakeup_request(QEMU_WAKEUP_REASON_OTHER, NULL);
    }
    if (!(s->mode & MOUSE_ENABLED) || (s->mode & MOUSE_REMOTE)) {
        return;
    }
    /* What finds no room is added to later movements. */
    while (has_news(s) && queue_room(&s->link.data) >= sizeof(packet)) {
        send_data(&s->link, packet, build_packet(s, packet));
    }
}

static void mouse_event(DeviceState *dev, QemuConsole *src, InputEvent *evt)
{
    static const uint8_t bits[INPUT_BUTTON_MAX] = {
        [INPUT_BUTTON_LEFT] = 0x01, [INPUT_BUTTON_RIGHT] = 0x02, [INPUT_BUTTON_MIDDLE] = 0x04,
        [INPUT_BUTTON_SIDE] = 0x08, [INPUT_BUTTON_EXTRA] = 0x10,
    };
    PS2Mouse *s = PS2_OWNER_GET_CLASS(dev)->get_mouse(dev);
    const int32_t limit = 1 << 20; /* far more than a guest will ever catch up with */

    if (!(s->mode & MOUSE_ENABLED)) {
        return;
    }
    if (evt->type == INPUT_EVENT_KIND_REL) {
        InputMoveEvent *move = evt->u.rel.data;
        int32_t *axis = move->axis == INPUT_AXIS_X ? &s->dx : &s->dy;
        int64_t sum = *axis + move->value;

        *axis = MAX(-limit, MIN(sum, limit));
    } else if (evt->type == INPUT_EVENT_KIND_BTN) {
        InputBtnEvent *btn = evt->u.btn.data;

        if (btn->down) {
            s->buttons |= bits[btn->button];
            s->dz += btn->button == INPUT_BUTTON_WHEEL_UP     ? -1
                     : btn->button == INPUT_BUTTON_WHEEL_DOWN ? 1 : 0;
            s->dz = MAX(-limit, MIN(s->dz, limit));
        } else {
            s->buttons &= ~bits[btn->button];
        }
    }
}

static const QemuInputHandler mouse_handler = {
    .name = "QEMU PS/2 Mouse",
    .mask = INPUT_EVENT_MASK_BTN | INPUT_EVENT_MASK_REL,
    .event = mouse_event,
    .sync = mouse_sync,
};

/* ---- mouse: commands ---- */

static void mouse_defaults(PS2Mouse *s)
{
    s->rate = MOUSE_DEFAULT_RATE;
    s->resolution = MOUSE_DEFAULT_RESOLUTION;
    s->mode = 0;
    s->dx = s->dy = s->dz = 0;
    queue_clear(&s->link.data);
}

void ps2_mouse_reset(PS2Mouse *s)
{
    link_reset(&s->link);
    mouse_defaults(s);
    s->type = 0;
    s->detect = 0;
    s->buttons = s->reported_buttons = 0;
    notify(&s->link);
}

/* Rates 200, 100, 80 select the wheel protocol, and 200, 200, 80 the one with five buttons. */
static void mouse_set_rate(PS2Mouse *s, uint8_t rate)
{
    s->rate = rate;
    switch (s->detect) {
    case 1:
        s->detect = rate == 100 ? 2 : rate == 200 ? 3 : 0;
        break;
    case 2:
        if (rate == 80) {
            s->type = 3;
        }
        s->detect = 0;
        break;
    case 3:
        if (rate == 80) {
            s->type = 4;
        }
        s->detect = 0;
        break;
    default:
        s->detect = rate == 200;
        break;
    }
}

static void mouse_argument(PS2Mouse *s, uint8_t cmd, uint8_t val)
{
    if (cmd == CMD_RATE) {
        mouse_set_rate(s, val);
    } else if (val <= 3) {
        s->resolution = val;
    } else {
        reply(&s->link, ERROR_REPLY);
        return;
    }
    reply(&s->link, ACK);
}

static void mouse_reply_packet(PS2Mouse *s)
{
    uint8_t packet[4];
    unsigned n = build_packet(s, packet);

    for (unsigned i = 0; i < n; i++) {
        reply(&s->link, packet[i]);
    }
}

static void mouse_command(PS2Mouse *s, uint8_t val)
{
    PS2Link *l = &s->link;

    if ((s->mode & MOUSE_WRAP) && val != MOUSE_CMD_WRAP_OFF && val != CMD_RESET) {
        reply(l, val);
        return;
    }
    switch (val) {
    case MOUSE_CMD_RESOLUTION:
    case CMD_RATE:
        l->pending_cmd = val;
        break;
    case MOUSE_CMD_SCALE_1:
        s->mode &= ~MOUSE_SCALE_2;
        break;
    case MOUSE_CMD_SCALE_2:
        s->mode |= MOUSE_SCALE_2;
        break;
    case MOUSE_CMD_STREAM:
        s->mode &= ~MOUSE_REMOTE;
        break;
    case MOUSE_CMD_REMOTE:
        s->mode |= MOUSE_REMOTE;
        break;
    case MOUSE_CMD_WRAP_OFF:
        s->mode &= ~MOUSE_WRAP;
        break;
    case MOUSE_CMD_WRAP_ON:
        s->mode |= MOUSE_WRAP;
        break;
    case CMD_ENABLE:
        s->mode |= MOUSE_ENABLED;
        break;
    case CMD_DISABLE:
        s->mode &= ~MOUSE_ENABLED;
        queue_clear(&l->data);
        break;
    case CMD_DEFAULTS:
        mouse_defaults(s);
        break;
    case MOUSE_CMD_STATUS:
    case MOUSE_CMD_READ:
    case CMD_IDENTIFY:
    case CMD_RESET:
    case CMD_RESEND:
        break; /* answered below, after the acknowledge */
    default:
        reply(l, ERROR_REPLY);
        return;
    }
    if (val == CMD_RESEND) {
        reply(l, l->last_sent);
        return;
    }
    if (val == CMD_RESET) {
        ps2_mouse_reset(s);
    }
    reply(l, ACK);
    if (val == MOUSE_CMD_STATUS) {
        reply(l, (s->mode & (MOUSE_REMOTE | MOUSE_ENABLED | MOUSE_SCALE_2)) |
                     (s->buttons & 1) << 2 | (s->buttons & 4) >> 1 | (s->buttons & 2) >> 1);
        reply(l, s->resolution);
        reply(l, s->rate);
    } else if (val == MOUSE_CMD_READ) {
        mouse_reply_packet(s);
    } else if (val == CMD_IDENTIFY) {
        reply(l, s->type);
    } else if (val == CMD_RESET) {
        reply(l, SELF_TEST_PASSED);
        reply(l, s->type);
    }
}

void ps2_mouse_write(PS2Mouse *s, uint8_t val)
{
    PS2Link *l = &s->link;
    uint8_t cmd = l->pending_cmd;

    if (val != CMD_RESEND) {
        queue_clear(&l->reply);
    }
    l->pending_cmd = 0;
    if (cmd) {
        mouse_argument(s, cmd, val);
    } else {
        mouse_command(s, val);
    }
    notify(l);
}

void ps2_mouse_init(PS2Mouse *s, DeviceState *dev, void (*update)(void *opaque, int level),
                    void *opaque)
{
    s->link.update = update;
    s->link.opaque = opaque;
    s->input = qemu_input_handler_register(dev, &mouse_handler);
}

/* ---- state ---- */

static int queue_post_load(void *opaque, int version_id)
{
    PS2Queue *q = opaque;

    return q->head < PS2_QUEUE_SIZE && q->count <= PS2_QUEUE_SIZE ? 0 : -EINVAL;
}

static const VMStateDescription vmstate_ps2_queue = {
    .name = "ps2/queue",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = queue_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_BUFFER(data, PS2Queue),
        VMSTATE_UINT8(head, PS2Queue),
        VMSTATE_UINT8(count, PS2Queue),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_ps2_link = {
    .name = "ps2/link",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(reply, PS2Link, 1, vmstate_ps2_queue, PS2Queue),
        VMSTATE_STRUCT(data, PS2Link, 1, vmstate_ps2_queue, PS2Queue),
        VMSTATE_UINT8(last_sent, PS2Link),
        VMSTATE_UINT8(pending_cmd, PS2Link),
        VMSTATE_END_OF_LIST()
    },
};

static int kbd_post_load(void *opaque, int version_id)
{
    PS2Kbd *s = opaque;

    if (s->scan_set < 1 || s->scan_set > 3) {
        return -EINVAL;
    }
    kbd_put_ledstate(s->leds);
    return 0;
}

const VMStateDescription vmstate_ps2_kbd = {
    .name = "ps2kbd",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = kbd_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(link, PS2Kbd, 1, vmstate_ps2_link, PS2Link),
        VMSTATE_UINT8(scan_set, PS2Kbd),
        VMSTATE_UINT8(leds, PS2Kbd),
        VMSTATE_UINT8(rate, PS2Kbd),
        VMSTATE_BOOL(enabled, PS2Kbd),
        VMSTATE_UINT8(modifiers, PS2Kbd),
        VMSTATE_END_OF_LIST()
    },
};

const VMStateDescription vmstate_ps2_mouse = {
    .name = "ps2mouse",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(link, PS2Mouse, 1, vmstate_ps2_link, PS2Link),
        VMSTATE_UINT8(type, PS2Mouse),
        VMSTATE_UINT8(mode, PS2Mouse),
        VMSTATE_UINT8(rate, PS2Mouse),
        VMSTATE_UINT8(resolution, PS2Mouse),
        VMSTATE_UINT8(detect, PS2Mouse),
        VMSTATE_INT32(dx, PS2Mouse),
        VMSTATE_INT32(dy, PS2Mouse),
        VMSTATE_INT32(dz, PS2Mouse),
        VMSTATE_UINT8(buttons, PS2Mouse),
        VMSTATE_UINT8(reported_buttons, PS2Mouse),
        VMSTATE_END_OF_LIST()
    },
};

static const TypeInfo ps2_types[] = {
    {
        .name = TYPE_PS2_OWNER,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(PS2OwnerClass),
    },
};
DEFINE_TYPES(ps2_types)
