/*
 * Input events: from viewers and monitors to the guest's keyboards and pointers.
 *
 * A device registers a handler with a mask of the events it takes. An event goes to the first
 * handler that takes its kind: one that is bound to the console where the event came from, else
 * the one activated last. Events take effect at the next sync.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef UI_INPUT_H
#define UI_INPUT_H

#include "qapi/qapi-types.h"
#include "qemu/notify.h"

typedef struct QemuConsole QemuConsole;
typedef struct DeviceState DeviceState;

#define INPUT_EVENT_MASK_KEY (1u << INPUT_EVENT_KIND_KEY)
#define INPUT_EVENT_MASK_BTN (1u << INPUT_EVENT_KIND_BTN)
#define INPUT_EVENT_MASK_REL (1u << INPUT_EVENT_KIND_REL)
#define INPUT_EVENT_MASK_ABS (1u << INPUT_EVENT_KIND_ABS)

/* Range of absolute positions. */
#define INPUT_EVENT_ABS_MIN 0x0000
#define INPUT_EVENT_ABS_MAX 0x7fff

typedef void (*QemuInputHandlerEvent)(DeviceState *dev, QemuConsole *src, InputEvent *evt);
typedef void (*QemuInputHandlerSync)(DeviceState *dev);

typedef struct QemuInputHandler {
    const char *name;
    uint32_t mask;                  /* INPUT_EVENT_MASK_* */
    QemuInputHandlerEvent event;
    QemuInputHandlerSync sync;
} QemuInputHandler;

typedef struct QemuInputHandlerState QemuInputHandlerState;

/* Registers @handler, which must stay; it comes after those that exist. */
QemuInputHandlerState *qemu_input_handler_register(DeviceState *dev,
                                                   const QemuInputHandler *handler);
/* Puts it before (after) all others. */
void qemu_input_handler_activate(QemuInputHandlerState *s);
void qemu_input_handler_deactivate(QemuInputHandlerState *s);
void qemu_input_handler_unregister(QemuInputHandlerState *s);
/* Binds it to output @head of display device @device_id; false with @errp set. */
bool qemu_input_handler_bind(QemuInputHandlerState *s, const char *device_id, int head,
                             Error **errp);

/* Sends one event; @src may be NULL. Nothing happens while the machine is stopped. */
void qemu_input_event_send(QemuConsole *src, InputEvent *evt);
void qemu_input_event_sync(void);

/* Keys, each followed by a sync. Numbers are set 1 codes, with 0x80 for those after 0xe0. */
void qemu_input_event_send_key(QemuConsole *src, KeyValue *key, bool down);
void qemu_input_event_send_key_number(QemuConsole *src, int num, bool down);
void qemu_input_event_send_key_qcode(QemuConsole *src, QKeyCode q, bool down);
/* Lets the keys that follow wait for @delay_ms (0: the default). */
void qemu_input_event_send_key_delay(uint32_t delay_ms);

/* Pointers; a sync must follow. */
void qemu_input_queue_btn(QemuConsole *src, InputButton btn, bool down);
/* Sends the buttons that differ; button_map tells the bit of each InputButton. */
void qemu_input_update_buttons(QemuConsole *src, const uint32_t *button_map, uint32_t button_old,
                               uint32_t button_new);
bool qemu_input_is_absolute(QemuConsole *src);
/* @value between @min_in and @max_in becomes the same place between @min_out and @max_out. */
int qemu_input_scale_axis(int value, int min_in, int max_in, int min_out, int max_out);
void qemu_input_queue_rel(QemuConsole *src, InputAxis axis, int value);
void qemu_input_queue_abs(QemuConsole *src, InputAxis axis, int value, int min_in, int max_in);

/* Hears when the active pointer changes between absolute and relative. */
void qemu_add_mouse_mode_change_notifier(Notifier *notify);
void qemu_remove_mouse_mode_change_notifier(Notifier *notify);
void qemu_input_check_mode_change(void);
/* "mouse_set": makes pointer number @index the active one; false with @errp set. */
bool qemu_mouse_set(int index, Error **errp);

/* Lights of the keyboard, as the guest sets them. */
#define QEMU_SCROLL_LOCK_LED (1 << 0)
#define QEMU_NUM_LOCK_LED (1 << 1)
#define QEMU_CAPS_LOCK_LED (1 << 2)
typedef void QEMUPutLEDEvent(void *opaque, int ledstate);
typedef struct QEMUPutLEDEntry QEMUPutLEDEntry;
QEMUPutLEDEntry *qemu_add_led_event_handler(QEMUPutLEDEvent *func, void *opaque);
void qemu_remove_led_event_handler(QEMUPutLEDEntry *entry);
void kbd_put_ledstate(int ledstate);

/* ---- key numbers ---- */

/* What a PC keyboard sends for a key; 0xe0xx: the byte 0xe0 first; 0: it has no such key. */
typedef struct KeyScancode {
    uint16_t set1, set2, set3;
} KeyScancode;
const KeyScancode *qemu_key_scancode(QKeyCode q);
int qemu_input_qcode_to_number(QKeyCode q);
QKeyCode qemu_input_key_number_to_qcode(unsigned nr);
QKeyCode qemu_input_key_value_to_qcode(const KeyValue *value);
int qemu_input_key_value_to_number(const KeyValue *value);
/* Key by name ("ctrl", "a"), or by number ("0x1e"); -1 if there is none. */
int qemu_input_key_from_name(const char *name);

#endif
