/*
 * PS/2 keyboard and mouse: the devices at the far end of the serial link.
 *
 * Not QOM objects: whoever has the port (an 8042, a PL050) embeds one, calls ps2_*_init() in its
 * realize and ps2_*_reset() in its reset, and describes it with VMSTATE_STRUCT.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_INPUT_PS2_H
#define HW_INPUT_PS2_H

#include "hw/qdev-core.h"
#include "ui/input.h"

/* A device holds at most this many bytes; what does not fit is lost, as on the wire. */
#define PS2_QUEUE_SIZE 64

typedef struct PS2Queue {
    uint8_t data[PS2_QUEUE_SIZE];
    uint8_t head;
    uint8_t count;
} PS2Queue;

typedef struct PS2Link {
    PS2Queue reply;                 /* answers to commands, sent first */
    PS2Queue data;                  /* keys or movements */
    uint8_t last_sent;              /* for "resend" */
    uint8_t pending_cmd;            /* waits for its argument; 0: none */
    /* Called when there may be something to read: @level tells whether there is. */
    void (*update)(void *opaque, int level);
    void *opaque;
} PS2Link;

typedef struct PS2Kbd {
    PS2Link link;
    uint8_t scan_set;               /* 1 to 3 */
    uint8_t leds;
    uint8_t rate;
    bool enabled;
    uint8_t modifiers;              /* shift, ctrl, alt: they change what print and pause send */
    QemuInputHandlerState *input;
} PS2Kbd;

typedef struct PS2Mouse {
    PS2Link link;
    uint8_t type;                   /* 0 plain, 3 with wheel, 4 with wheel and five buttons */
    uint8_t mode;                   /* PS2_MOUSE_* bits */
    uint8_t rate;
    uint8_t resolution;
    uint8_t detect;                 /* how much of the sequence that selects a type was seen */
    int32_t dx, dy, dz;             /* movement not yet reported */
    uint8_t buttons;
    uint8_t reported_buttons;
    QemuInputHandlerState *input;
} PS2Mouse;

void ps2_kbd_init(PS2Kbd *s, DeviceState *dev, void (*update)(void *opaque, int level),
                  void *opaque);
void ps2_mouse_init(PS2Mouse *s, DeviceState *dev, void (*update)(void *opaque, int level),
                    void *opaque);
void ps2_kbd_reset(PS2Kbd *s);
void ps2_mouse_reset(PS2Mouse *s);
/* A byte from the host. */
void ps2_kbd_write(PS2Kbd *s, uint8_t val);
void ps2_mouse_write(PS2Mouse *s, uint8_t val);
/* Something waits to be read. */
bool ps2_link_ready(const PS2Link *l);
/* The next byte; the last one again if nothing waits. */
uint8_t ps2_link_read(PS2Link *l);

extern const VMStateDescription vmstate_ps2_kbd;
extern const VMStateDescription vmstate_ps2_mouse;

/* Implemented by the owner: which of its ports input events go to; NULL for none. */
#define TYPE_PS2_OWNER "ps2-owner"
typedef struct PS2OwnerClass {
    InterfaceClass parent_class;
    PS2Kbd *(*get_kbd)(DeviceState *dev);
    PS2Mouse *(*get_mouse)(DeviceState *dev);
} PS2OwnerClass;
DECLARE_CLASS_CHECKERS(PS2OwnerClass, PS2_OWNER, TYPE_PS2_OWNER)

#endif
