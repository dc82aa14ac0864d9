/*
 * 8042 keyboard controller of a PC, with a PS/2 keyboard and mouse.
 *
 * Spec:     IBM Personal System/2 technical reference, "Keyboard and auxiliary device
 *           controller"; Intel 8242 data sheet (290392) for the keyboard interface.
 * Thread:   under the big lock.
 * Deviates: commands take effect at once, so the input buffer is never seen full; the password
 *           commands say that none is set.
 * Migrated: all registers, and the two devices.
 *
 *   port 0x60   read: output buffer     write: to the keyboard, or argument of a command
 *   port 0x64   read: status            write: command
 *
 *   status      0 output full | 2 self-test passed | 3 last write was to 0x64 | 4 not locked |
 *               5 output buffer is from the mouse
 *   mode byte   0 keyboard interrupt | 1 mouse interrupt | 2 self-test passed | 4 keyboard off |
 *               5 mouse off | 6 translate to set 1
 *   output port 0 not reset | 1 A20 | 4 keyboard interrupt | 5 mouse interrupt
 *
 *   command     does
 *   0x20-0x3f   reads a byte of its RAM; byte 0 is the mode byte
 *   0x60-0x7f   writes one (argument)
 *   0xa4        password test: none (0xf1)
 *   0xa7 0xa8   mouse off, on                     0xad 0xae   keyboard off, on
 *   0xa9 0xab   test of mouse, keyboard link: 0   0xaa        self-test: 0x55
 *   0xc0 0xd0   reads input, output port          0xd1        writes output port
 *   0xd2 0xd3   puts a byte into the output buffer as from keyboard, mouse
 *   0xd4        sends a byte to the mouse
 *   0xdd 0xdf   A20 off, on                       0xe0        reads test inputs
 *   0xf0-0xff   pulses output port bits low; bit 0 resets the machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/input/i8042.h"
#include "hw/input/ps2.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "sysemu/runstate.h"

#define STAT_OBF 0x01
#define STAT_SELFTEST 0x04
#define STAT_CMD 0x08
#define STAT_UNLOCKED 0x10
#define STAT_AUX_OBF 0x20
#define MODE_KBD_INT 0x01
#define MODE_AUX_INT 0x02
#define MODE_SYS 0x04
#define MODE_KBD_OFF 0x10
#define MODE_AUX_OFF 0x20
#define MODE_TRANSLATE 0x40
#define OUT_NOT_RESET 0x01
#define OUT_A20 0x02
#define OUT_KBD_INT 0x10
#define OUT_AUX_INT 0x20
#define INPUT_PORT 0x80             /* keyboard not inhibited */

typedef struct I8042State {
    ISADevice parent_obj;
    PS2Kbd kbd;
    PS2Mouse mouse;
    uint8_t status;
    uint8_t ram[32];                /* byte 0: the mode byte */
    uint8_t outport;
    uint8_t obuf;
    uint8_t pending_cmd;            /* command that waits for a byte at port 0x60; 0: none */
    bool break_seen;                /* translation: 0xf0 came, the next code is a break */
    bool kbd_ready;                 /* not migrated: recomputed from the queues */
    bool aux_ready;
    uint8_t kbd_irq, mouse_irq;
    qemu_irq irqs[2];               /* keyboard, mouse */
    qemu_irq a20_out;
    MemoryRegion io[2];
} I8042State;

DECLARE_INSTANCE_CHECKER(I8042State, I8042, TYPE_I8042)

/* The controller's own table from set 2 to set 1; codes from 0x80 on pass, but for two. */
static const uint8_t set2_to_set1[128] = {
    0xff, 0x43, 0x41, 0x3f, 0x3d, 0x3b, 0x3c, 0x58, 0x64, 0x44, 0x42, 0x40, 0x3e, 0x0f, 0x29, 0x59,
    0x65, 0x38, 0x2a, 0x70, 0x1d, 0x10, 0x02, 0x5a, 0x66, 0x71, 0x2c, 0x1f, 0x1e, 0x11, 0x03, 0x5b,
    0x67, 0x2e, 0x2d, 0x20, 0x12, 0x05, 0x04, 0x5c, 0x68, 0x39, 0x2f, 0x21, 0x14, 0x13, 0x06, 0x5d,
    0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5e, 0x6a, 0x72, 0x32, 0x24, 0x16, 0x08, 0x09, 0x5f,
    0x6b, 0x33, 0x25, 0x17, 0x18, 0x0b, 0x0a, 0x60, 0x6c, 0x34, 0x35, 0x26, 0x27, 0x19, 0x0c, 0x61,
    0x6d, 0x73, 0x28, 0x74, 0x1a, 0x0d, 0x62, 0x6e, 0x3a, 0x36, 0x1c, 0x1b, 0x75, 0x2b, 0x63, 0x76,
    0x55, 0x56, 0x77, 0x78, 0x79, 0x7a, 0x0e, 0x7b, 0x7c, 0x4f, 0x7d, 0x4b, 0x47, 0x7e, 0x7f, 0x6f,
    0x52, 0x53, 0x50, 0x4c, 0x4d, 0x48, 0x01, 0x45, 0x57, 0x4e, 0x51, 0x4a, 0x37, 0x49, 0x46, 0x54,
};

static uint8_t mode(const I8042State *s)
{
    return s->ram[0];
}

/* ---- output buffer and interrupts ---- */

static void update_irqs(I8042State *s)
{
    bool full = s->status & STAT_OBF;
    bool aux = s->status & STAT_AUX_OBF;
    bool kbd_level = full && !aux && (mode(s) & MODE_KBD_INT);
    bool aux_level = full && aux && (mode(s) & MODE_AUX_INT);

    s->outport &= ~(OUT_KBD_INT | OUT_AUX_INT);
    s->outport |= (kbd_level ? OUT_KBD_INT : 0) | (aux_level ? OUT_AUX_INT : 0);
    qemu_set_irq(s->irqs[0], kbd_level);
    qemu_set_irq(s->irqs[1], aux_level);
}

static void fill_obuf(I8042State *s, uint8_t byte, bool aux)
{
    s->obuf = byte;
    s->status |= STAT_OBF;
    s->status = aux ? s->status | STAT_AUX_OBF : s->status & ~STAT_AUX_OBF;
    update_irqs(s);
}

/* A byte of the keyboard as the host shall see it; -1 if it only changes what follows. */
static int translate(I8042State *s, uint8_t byte)
{
    uint8_t code;

    if (!(mode(s) & MODE_TRANSLATE)) {
        s->break_seen = false;
        return byte;
    }
    if (byte == 0xf0) {
        s->break_seen = true;
        return -1;
    }
    code = byte < 0x80 ? set2_to_set1[byte] : byte == 0x83 ? 0x41 : byte == 0x84 ? 0x54 : byte;
    if (s->break_seen) {
        code |= 0x80;
        s->break_seen = false;
    }
    return code;
}

/*
 * Take the next byte of a device, if the buffer is free and the device may talk. A link that is
 * off holds its device back; nothing is lost.
 */
static void pump(I8042State *s)
{
    /* At most one byte comes to rest; prefixes that translation swallows are few. */
    while (!(s->status & STAT_OBF)) {
        if (s->kbd_ready && !(mode(s) & MODE_KBD_OFF)) {
            int code = translate(s, ps2_link_read(&s->kbd.link));

            if (code >= 0) {
                fill_obuf(s, code, false);
            }
        } else if (s->aux_ready && !(mode(s) & MODE_AUX_OFF)) {
            fill_obuf(s, ps2_link_read(&s->mouse.link), true);
        } else {
            break;
        }
    }
}

static void kbd_update(void *opaque, int level)
{
    I8042State *s = opaque;
    bool rising = level && !s->kbd_ready;

    s->kbd_ready = level;
    if (rising) {
        pump(s);
    }
}

static void aux_update(void *opaque, int level)
{
    I8042State *s = opaque;
    bool rising = level && !s->aux_ready;

    s->aux_ready = level;
    if (rising) {
        pump(s);
    }
}

/* ---- commands ---- */

static void write_outport(I8042State *s, uint8_t val)
{
    s->outport = (val & ~(OUT_KBD_INT | OUT_AUX_INT)) |
                 (s->outport & (OUT_KBD_INT | OUT_AUX_INT));
    qemu_set_irq(s->a20_out, !!(val & OUT_A20));
    if (!(val & OUT_NOT_RESET)) {
        qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    }
}

static void write_mode(I8042State *s, uint8_t val)
{
    s->ram[0] = val;
    s->status = val & MODE_SYS ? s->status | STAT_SELFTEST : s->status & ~STAT_SELFTEST;
    update_irqs(s);
    pump(s);
}

static void set_mode_bits(I8042State *s, uint8_t clear, uint8_t set)
{
    s->ram[0] = (s->ram[0] & ~clear) | set;
    pump(s);
}

static void self_test(I8042State *s)
{
    s->status |= STAT_SELFTEST;
    s->ram[0] |= MODE_SYS;
    fill_obuf(s, 0x55, false);
}

static void write_command(I8042State *s, uint8_t cmd)
{
    s->status |= STAT_CMD;
    s->pending_cmd = 0;
    switch (cmd) {
    case 0x20 ... 0x3f:
        fill_obuf(s, s->ram[cmd - 0x20], false);
        break;
    case 0x60 ... 0x7f:
    case 0xd1 ... 0xd4:
        s->pending_cmd = cmd;
        break;
    case 0xa4:
        fill_obuf(s, 0xf1, false);
        break;
    case 0xa7:
        set_mode_bits(s, 0, MODE_AUX_OFF);
        break;
    case 0xa8:
        set_mode_bits(s, MODE_AUX_OFF, 0);
        break;
    case 0xa9:
    case 0xab:
        fill_obuf(s, 0x00, false);
        break;
    case 0xaa:
        self_test(s);
        break;
    case 0xad:
        set_mode_bits(s, 0, MODE_KBD_OFF);
        break;
    case 0xae:
        set_mode_bits(s, MODE_KBD_OFF, 0);
        break;
    case 0xc0:
        fill_obuf(s, INPUT_PORT, false);
        break;
    case 0xd0:
        fill_obuf(s, s->outport, false);
        break;
    case 0xdd:
        write_outport(s, s->outport & ~OUT_A20);
        break;
    case 0xdf:
        write_outport(s, s->outport | OUT_A20);
        break;
    case 0xe0:
        fill_obuf(s, 0x00, false);
        break;
    case 0xf0 ... 0xff:
        if (!(cmd & OUT_NOT_RESET)) {
            qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
        }
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "i8042: unknown command 0x%02x\n", cmd);
        break;
    }
}

static void write_data(I8042State *s, uint8_t val)
{
    uint8_t cmd = s->pending_cmd;

    s->status &= ~STAT_CMD;
    s->pending_cmd = 0;
    switch (cmd) {
    case 0:
        /* Talking to the keyboard switches its link on. */
        set_mode_bits(s, MODE_KBD_OFF, 0);
        ps2_kbd_write(&s->kbd, val);
        break;
    case 0x60:
        write_mode(s, val);
        break;
    case 0x61 ... 0x7f:
        s->ram[cmd - 0x60] = val;
        break;
    case 0xd1:
        write_outport(s, val);
        break;
    case 0xd2:
        fill_obuf(s, val, false);
        break;
    case 0xd3:
        fill_obuf(s, val, true);
        break;
    case 0xd4:
        set_mode_bits(s, MODE_AUX_OFF, 0);
        ps2_mouse_write(&s->mouse, val);
        break;
    }
}

/* ---- ports ---- */

static uint64_t data_read(void *opaque, hwaddr addr, unsigned size)
{
    I8042State *s = opaque;
    uint8_t val = s->obuf;

    s->status &= ~(STAT_OBF | STAT_AUX_OBF);
    update_irqs(s);
    pump(s);
    return val;
}

static void data_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    write_data(opaque, val);
}

static uint64_t status_read(void *opaque, hwaddr addr, unsigned size)
{
    return I8042(opaque)->status;
}

static void command_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    write_command(opaque, val);
}

static const MemoryRegionOps data_ops = {
    .read = data_read,
    .write = data_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static const MemoryRegionOps command_ops = {
    .read = status_read,
    .write = command_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

/* ---- life ---- */

static void i8042_reset(DeviceState *dev)
{
    I8042State *s = I8042(dev);

    memset(s->ram, 0, sizeof(s->ram));
    s->ram[0] = MODE_KBD_INT | MODE_AUX_INT;
    s->status = STAT_CMD | STAT_UNLOCKED;
    s->outport = OUT_NOT_RESET | OUT_A20;
    s->pending_cmd = 0;
    s->obuf = 0;
    s->break_seen = false;
    s->kbd_ready = s->aux_ready = false;
    ps2_kbd_reset(&s->kbd);
    ps2_mouse_reset(&s->mouse);
    update_irqs(s);
    qemu_set_irq(s->a20_out, 1);
}

static void i8042_realize(DeviceState *dev, Error **errp)
{
    I8042State *s = I8042(dev);
    ISADevice *isa = ISA_DEVICE(dev);

    if (s->kbd_irq >= ISA_NUM_IRQS || s->mouse_irq >= ISA_NUM_IRQS) {
        error_setg(errp, "i8042: kbd-irq and mouse-irq must be 0 to %d", ISA_NUM_IRQS - 1);
        return;
    }
    isa_init_irq(isa, &s->irqs[0], s->kbd_irq);
    isa_init_irq(isa, &s->irqs[1], s->mouse_irq);
    memory_region_init_io(&s->io[0], OBJECT(s), &data_ops, s, "i8042-data", 1);
    memory_region_init_io(&s->io[1], OBJECT(s), &command_ops, s, "i8042-cmd", 1);
    isa_register_ioport(isa, &s->io[0], 0x60);
    isa_register_ioport(isa, &s->io[1], 0x64);
    ps2_kbd_init(&s->kbd, dev, kbd_update, s);
    ps2_mouse_init(&s->mouse, dev, aux_update, s);
}

static void i8042_instance_init(Object *obj)
{
    qdev_init_gpio_out_named(DEVICE(obj), &I8042(obj)->a20_out, I8042_A20_LINE, 1);
}

static PS2Kbd *get_kbd(DeviceState *dev)
{
    return &I8042(dev)->kbd;
}

static PS2Mouse *get_mouse(DeviceState *dev)
{
    return &I8042(dev)->mouse;
}

static int i8042_post_load(void *opaque, int version_id)
{
    I8042State *s = opaque;

    s->kbd_ready = ps2_link_ready(&s->kbd.link);
    s->aux_ready = ps2_link_ready(&s->mouse.link);
    return 0;
}

static const VMStateDescription vmstate_i8042 = {
    .name = "pckbd",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = i8042_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(kbd, I8042State, 1, vmstate_ps2_kbd, PS2Kbd),
        VMSTATE_STRUCT(mouse, I8042State, 1, vmstate_ps2_mouse, PS2Mouse),
        VMSTATE_UINT8(status, I8042State),
        VMSTATE_BUFFER(ram, I8042State),
        VMSTATE_UINT8(outport, I8042State),
        VMSTATE_UINT8(obuf, I8042State),
        VMSTATE_UINT8(pending_cmd, I8042State),
        VMSTATE_BOOL(break_seen, I8042State),
        VMSTATE_END_OF_LIST()
    },
};

static const Property i8042_props[] = {
    DEFINE_PROP_UINT8("kbd-irq", I8042State, kbd_irq, 1),
    DEFINE_PROP_UINT8("mouse-irq", I8042State, mouse_irq, 12),
    DEFINE_PROP_END_OF_LIST()
};

static void i8042_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PS2OwnerClass *pc = PS2_OWNER_CLASS(klass);

    dc->realize = i8042_realize;
    dc->vmsd = &vmstate_i8042;
    dc->fw_name = "keyboard";
    pc->get_kbd = get_kbd;
    pc->get_mouse = get_mouse;
    device_class_set_props(dc, i8042_props);
    device_class_set_legacy_reset(dc, i8042_reset);
    set_bit(DEVICE_CATEGORY_INPUT, dc->categories);
}

static const TypeInfo i8042_types[] = {
    {
        .name = TYPE_I8042,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(I8042State),
        .instance_init = i8042_instance_init,
        .class_init = i8042_class_init,
        .interfaces = (const InterfaceInfo[]) { { TYPE_PS2_OWNER }, { } },
    },
};
DEFINE_TYPES(i8042_types)
