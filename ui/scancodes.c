/*
 * Keys of PC keyboards: names, numbers and scan codes.
 *
 * Spec:     Microsoft, "Keyboard scan code specification" 1.3a (sets 1 and 2); IBM Personal
 *           System/2 technical reference, "Keyboards (101- and 102-key)" (set 3).
 * Thread:   any; the table is constant. The reverse table is made at the first use, under the
 *           big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "ui/input.h"

/* Codes of print, sysrq and pause are those without modifiers; ps2-kbd.c knows the rest. */
static const KeyScancode scancodes[Q_KEY_CODE_MAX] = {
    [Q_KEY_CODE_SHIFT] = { 0x2a, 0x12, 0x12 },
    [Q_KEY_CODE_SHIFT_R] = { 0x36, 0x59, 0x59 },
    [Q_KEY_CODE_ALT] = { 0x38, 0x11, 0x19 },
    [Q_KEY_CODE_ALT_R] = { 0xe038, 0xe011, 0x39 },
    [Q_KEY_CODE_CTRL] = { 0x1d, 0x14, 0x11 },
    [Q_KEY_CODE_CTRL_R] = { 0xe01d, 0xe014, 0x58 },
    [Q_KEY_CODE_MENU] = { 0xe05d, 0xe02f, 0x8d },
    [Q_KEY_CODE_ESC] = { 0x01, 0x76, 0x08 },
    [Q_KEY_CODE_1] = { 0x02, 0x16, 0x16 },
    [Q_KEY_CODE_2] = { 0x03, 0x1e, 0x1e },
    [Q_KEY_CODE_3] = { 0x04, 0x26, 0x26 },
    [Q_KEY_CODE_4] = { 0x05, 0x25, 0x25 },
    [Q_KEY_CODE_5] = { 0x06, 0x2e, 0x2e },
    [Q_KEY_CODE_6] = { 0x07, 0x36, 0x36 },
    [Q_KEY_CODE_7] = { 0x08, 0x3d, 0x3d },
    [Q_KEY_CODE_8] = { 0x09, 0x3e, 0x3e },
    [Q_KEY_CODE_9] = { 0x0a, 0x46, 0x46 },
    [Q_KEY_CODE_0] = { 0x0b, 0x45, 0x45 },
    [Q_KEY_CODE_MINUS] = { 0x0c, 0x4e, 0x4e },
    [Q_KEY_CODE_EQUAL] = { 0x0d, 0x55, 0x55 },
    [Q_KEY_CODE_BACKSPACE] = { 0x0e, 0x66, 0x66 },
    [Q_KEY_CODE_TAB] = { 0x0f, 0x0d, 0x0d },
    [Q_KEY_CODE_Q] = { 0x10, 0x15, 0x15 },
    [Q_KEY_CODE_W] = { 0x11, 0x1d, 0x1d },
    [Q_KEY_CODE_E] = { 0x12, 0x24, 0x24 },
    [Q_KEY_CODE_R] = { 0x13, 0x2d, 0x2d },
    [Q_KEY_CODE_T] = { 0x14, 0x2c, 0x2c },
    [Q_KEY_CODE_Y] = { 0x15, 0x35, 0x35 },
    [Q_KEY_CODE_U] = { 0x16, 0x3c, 0x3c },
    [Q_KEY_CODE_I] = { 0x17, 0x43, 0x43 },
    [Q_KEY_CODE_O] = { 0x18, 0x44, 0x44 },
    [Q_KEY_CODE_P] = { 0x19, 0x4d, 0x4d },
    [Q_KEY_CODE_BRACKET_LEFT] = { 0x1a, 0x54, 0x54 },
    [Q_KEY_CODE_BRACKET_RIGHT] = { 0x1b, 0x5b, 0x5b },
    [Q_KEY_CODE_RET] = { 0x1c, 0x5a, 0x5a },
    [Q_KEY_CODE_A] = { 0x1e, 0x1c, 0x1c },
    [Q_KEY_CODE_S] = { 0x1f, 0x1b, 0x1b },
    [Q_KEY_CODE_D] = { 0x20, 0x23, 0x23 },
    [Q_KEY_CODE_F] = { 0x21, 0x2b, 0x2b },
    [Q_KEY_CODE_G] = { 0x22, 0x34, 0x34 },
    [Q_KEY_CODE_H] = { 0x23, 0x33, 0x33 },
    [Q_KEY_CODE_J] = { 0x24, 0x3b, 0x3b },
    [Q_KEY_CODE_K] = { 0x25, 0x42, 0x42 },
    [Q_KEY_CODE_L] = { 0x26, 0x4b, 0x4b },
    [Q_KEY_CODE_SEMICOLON] = { 0x27, 0x4c, 0x4c },
    [Q_KEY_CODE_APOSTROPHE] = { 0x28, 0x52, 0x52 },
    [Q_KEY_CODE_GRAVE_ACCENT] = { 0x29, 0x0e, 0x0e },
    [Q_KEY_CODE_BACKSLASH] = { 0x2b, 0x5d, 0x5c },
    [Q_KEY_CODE_Z] = { 0x2c, 0x1a, 0x1a },
    [Q_KEY_CODE_X] = { 0x2d, 0x22, 0x22 },
    [Q_KEY_CODE_C] = { 0x2e, 0x21, 0x21 },
    [Q_KEY_CODE_V] = { 0x2f, 0x2a, 0x2a },
    [Q_KEY_CODE_B] = { 0x30, 0x32, 0x32 },
    [Q_KEY_CODE_N] = { 0x31, 0x31, 0x31 },
    [Q_KEY_CODE_M] = { 0x32, 0x3a, 0x3a },
    [Q_KEY_CODE_COMMA] = { 0x33, 0x41, 0x41 },
    [Q_KEY_CODE_DOT] = { 0x34, 0x49, 0x49 },
    [Q_KEY_CODE_SLASH] = { 0x35, 0x4a, 0x4a },
    [Q_KEY_CODE_ASTERISK] = { 0x37, 0x7c, 0x7e },
    [Q_KEY_CODE_SPC] = { 0x39, 0x29, 0x29 },
    [Q_KEY_CODE_CAPS_LOCK] = { 0x3a, 0x58, 0x14 },
    [Q_KEY_CODE_F1] = { 0x3b, 0x05, 0x07 },
    [Q_KEY_CODE_F2] = { 0x3c, 0x06, 0x0f },
    [Q_KEY_CODE_F3] = { 0x3d, 0x04, 0x17 },
    [Q_KEY_CODE_F4] = { 0x3e, 0x0c, 0x1f },
    [Q_KEY_CODE_F5] = { 0x3f, 0x03, 0x27 },
    [Q_KEY_CODE_F6] = { 0x40, 0x0b, 0x2f },
    [Q_KEY_CODE_F7] = { 0x41, 0x83, 0x37 },
    [Q_KEY_CODE_F8] = { 0x42, 0x0a, 0x3f },
    [Q_KEY_CODE_F9] = { 0x43, 0x01, 0x47 },
    [Q_KEY_CODE_F10] = { 0x44, 0x09, 0x4f },
    [Q_KEY_CODE_NUM_LOCK] = { 0x45, 0x77, 0x76 },
    [Q_KEY_CODE_SCROLL_LOCK] = { 0x46, 0x7e, 0x5f },
    [Q_KEY_CODE_KP_DIVIDE] = { 0xe035, 0xe04a, 0x77 },
    [Q_KEY_CODE_KP_MULTIPLY] = { 0x37, 0x7c, 0x7e },
    [Q_KEY_CODE_KP_SUBTRACT] = { 0x4a, 0x7b, 0x84 },
    [Q_KEY_CODE_KP_ADD] = { 0x4e, 0x79, 0x7c },
    [Q_KEY_CODE_KP_ENTER] = { 0xe01c, 0xe05a, 0x79 },
    [Q_KEY_CODE_KP_DECIMAL] = { 0x53, 0x71, 0x71 },
    [Q_KEY_CODE_SYSRQ] = { 0x54, 0x84, 0x57 },
    [Q_KEY_CODE_KP_0] = { 0x52, 0x70, 0x70 },
    [Q_KEY_CODE_KP_1] = { 0x4f, 0x69, 0x69 },
    [Q_KEY_CODE_KP_2] = { 0x50, 0x72, 0x72 },
    [Q_KEY_CODE_KP_3] = { 0x51, 0x7a, 0x7a },
    [Q_KEY_CODE_KP_4] = { 0x4b, 0x6b, 0x6b },
    [Q_KEY_CODE_KP_5] = { 0x4c, 0x73, 0x73 },
    [Q_KEY_CODE_KP_6] = { 0x4d, 0x74, 0x74 },
    [Q_KEY_CODE_KP_7] = { 0x47, 0x6c, 0x6c },
    [Q_KEY_CODE_KP_8] = { 0x48, 0x75, 0x75 },
    [Q_KEY_CODE_KP_9] = { 0x49, 0x7d, 0x7d },
    [Q_KEY_CODE_LESS] = { 0x56, 0x61, 0x13 },
    [Q_KEY_CODE_F11] = { 0x57, 0x78, 0x56 },
    [Q_KEY_CODE_F12] = { 0x58, 0x07, 0x5e },
    [Q_KEY_CODE_PRINT] = { 0xe037, 0xe07c, 0x57 },
    [Q_KEY_CODE_HOME] = { 0xe047, 0xe06c, 0x6e },
    [Q_KEY_CODE_PGUP] = { 0xe049, 0xe07d, 0x6f },
    [Q_KEY_CODE_PGDN] = { 0xe051, 0xe07a, 0x6d },
    [Q_KEY_CODE_END] = { 0xe04f, 0xe069, 0x65 },
    [Q_KEY_CODE_LEFT] = { 0xe04b, 0xe06b, 0x61 },
    [Q_KEY_CODE_UP] = { 0xe048, 0xe075, 0x63 },
    [Q_KEY_CODE_DOWN] = { 0xe050, 0xe072, 0x60 },
    [Q_KEY_CODE_RIGHT] = { 0xe04d, 0xe074, 0x6a },
    [Q_KEY_CODE_INSERT] = { 0xe052, 0xe070, 0x67 },
    [Q_KEY_CODE_DELETE] = { 0xe053, 0xe071, 0x64 },
    [Q_KEY_CODE_HELP] = { 0xe075, 0xe005, 0x0a },
    [Q_KEY_CODE_STOP] = { 0xe068, 0xe00a, 0x0a },
    [Q_KEY_CODE_AGAIN] = { 0xe005, 0xe036, 0 },
    [Q_KEY_CODE_PROPS] = { 0xe006, 0xe060, 0 },
    [Q_KEY_CODE_UNDO] = { 0xe007, 0xe061, 0 },
    [Q_KEY_CODE_FRONT] = { 0xe00c, 0xe062, 0 },
    [Q_KEY_CODE_COPY] = { 0xe078, 0xe037, 0 },
    [Q_KEY_CODE_OPEN] = { 0x64, 0x08, 0 },
    [Q_KEY_CODE_PASTE] = { 0x65, 0x10, 0 },
    [Q_KEY_CODE_FIND] = { 0xe041, 0xe083, 0 },
    [Q_KEY_CODE_CUT] = { 0xe03c, 0xe00c, 0 },
    [Q_KEY_CODE_LF] = { 0x5b, 0x1f, 0 },
    [Q_KEY_CODE_META_L] = { 0xe05b, 0xe01f, 0x8b },
    [Q_KEY_CODE_META_R] = { 0xe05c, 0xe027, 0x8c },
    [Q_KEY_CODE_COMPOSE] = { 0xe05d, 0xe02f, 0x8d },
    [Q_KEY_CODE_PAUSE] = { 0xe046, 0xe07e, 0x62 },
    [Q_KEY_CODE_RO] = { 0x73, 0x51, 0x51 },
    [Q_KEY_CODE_HIRAGANA] = { 0x77, 0x62, 0x87 },
    [Q_KEY_CODE_HENKAN] = { 0x79, 0x64, 0x86 },
    [Q_KEY_CODE_YEN] = { 0x7d, 0x6a, 0x5d },
    [Q_KEY_CODE_MUHENKAN] = { 0x7b, 0x67, 0x85 },
    [Q_KEY_CODE_KATAKANAHIRAGANA] = { 0x70, 0x13, 0x87 },
    [Q_KEY_CODE_KP_COMMA] = { 0x7e, 0x6d, 0x7b },
    [Q_KEY_CODE_KP_EQUALS] = { 0x59, 0x0f, 0x0f },
    [Q_KEY_CODE_POWER] = { 0xe05e, 0xe037, 0 },
    [Q_KEY_CODE_SLEEP] = { 0xe05f, 0xe03f, 0x7f },
    [Q_KEY_CODE_WAKE] = { 0xe063, 0xe05e, 0 },
    [Q_KEY_CODE_AUDIONEXT] = { 0xe019, 0xe04d, 0x93 },
    [Q_KEY_CODE_AUDIOPREV] = { 0xe010, 0xe015, 0x94 },
    [Q_KEY_CODE_AUDIOSTOP] = { 0xe024, 0xe03b, 0x98 },
    [Q_KEY_CODE_AUDIOPLAY] = { 0xe022, 0xe034, 0x95 },
    [Q_KEY_CODE_AUDIOMUTE] = { 0xe020, 0xe023, 0x9c },
    [Q_KEY_CODE_VOLUMEUP] = { 0xe030, 0xe032, 0x95 },
    [Q_KEY_CODE_VOLUMEDOWN] = { 0xe02e, 0xe021, 0x9d },
    [Q_KEY_CODE_MEDIASELECT] = { 0xe06d, 0xe050, 0 },
    [Q_KEY_CODE_MAIL] = { 0xe06c, 0xe048, 0 },
    [Q_KEY_CODE_CALCULATOR] = { 0xe021, 0xe02b, 0 },
    [Q_KEY_CODE_COMPUTER] = { 0xe06b, 0xe040, 0 },
    [Q_KEY_CODE_AC_HOME] = { 0xe032, 0xe03a, 0 },
    [Q_KEY_CODE_AC_BACK] = { 0xe06a, 0xe038, 0 },
    [Q_KEY_CODE_AC_FORWARD] = { 0xe069, 0xe030, 0 },
    [Q_KEY_CODE_AC_REFRESH] = { 0xe067, 0xe020, 0 },
    [Q_KEY_CODE_AC_BOOKMARKS] = { 0xe066, 0xe018, 0 },
    [Q_KEY_CODE_LANG1] = { 0x72, 0xf2, 0 },
    [Q_KEY_CODE_LANG2] = { 0x71, 0xf1, 0 },
    [Q_KEY_CODE_F13] = { 0x5d, 0x2f, 0x7f },
    [Q_KEY_CODE_F14] = { 0x5e, 0x37, 0x80 },
    [Q_KEY_CODE_F15] = { 0x5f, 0x3f, 0x81 },
    [Q_KEY_CODE_F16] = { 0x55, 0x0f, 0 },
    [Q_KEY_CODE_F17] = { 0xe003, 0, 0 },
    [Q_KEY_CODE_F18] = { 0xe077, 0, 0 },
    [Q_KEY_CODE_F19] = { 0xe004, 0, 0 },
    [Q_KEY_CODE_F20] = { 0x5a, 0, 0 },
    [Q_KEY_CODE_F21] = { 0x74, 0, 0 },
    [Q_KEY_CODE_F22] = { 0xe079, 0, 0 },
    [Q_KEY_CODE_F23] = { 0x6d, 0, 0 },
    [Q_KEY_CODE_F24] = { 0x6f, 0, 0 },
};

const KeyScancode *qemu_key_scancode(QKeyCode q)
{
    return &scancodes[q < Q_KEY_CODE_MAX ? q : Q_KEY_CODE_UNMAPPED];
}

int qemu_input_qcode_to_number(QKeyCode q)
{
    uint16_t code = qemu_key_scancode(q)->set1;

    return (code & 0x7f) | (code >> 8 == 0xe0 ? 0x80 : 0);
}

QKeyCode qemu_input_key_number_to_qcode(unsigned nr)
{
    static uint8_t by_number[256];
    static bool made;

    if (!made) {
        /* Where two keys have the same number, the first name counts. */
        for (int q = Q_KEY_CODE_MAX - 1; q > 0; q--) {
            by_number[qemu_input_qcode_to_number(q)] = q;
        }
        by_number[0] = Q_KEY_CODE_UNMAPPED;
        made = true;
    }
    return nr < ARRAY_SIZE(by_number) ? by_number[nr] : Q_KEY_CODE_UNMAPPED;
}

QKeyCode qemu_input_key_value_to_qcode(const KeyValue *value)
{
    if (value->type == KEY_VALUE_KIND_QCODE) {
        return value->u.qcode.data;
    }
    return qemu_input_key_number_to_qcode(value->u.number.data);
}

int qemu_input_key_value_to_number(const KeyValue *value)
{
    if (value->type == KEY_VALUE_KIND_NUMBER) {
        return value->u.number.data;
    }
    return qemu_input_qcode_to_number(value->u.qcode.data);
}

int qemu_input_key_from_name(const char *name)
{
    char *end;
    unsigned long nr;

    for (int q = 1; q < Q_KEY_CODE_MAX; q++) {
        if (!strcmp(QKeyCode_str(q), name)) {
            return q;
        }
    }
    if (!g_str_has_prefix(name, "0x")) {
        return -1;
    }
    nr = strtoul(name, &end, 16);
    return *end || nr > 0xff ? -1 : (int)qemu_input_key_number_to_qcode(nr);
}
