/*
 * Universally unique identifiers.
 *
 * Spec:    RFC 4122 sections 3 and 4.4; SMBIOS 3.0 section 7.2.1 for the byte order of tables.
 * Threads: see qemu/uuid.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/uuid.h"

QemuUUID qemu_uuid;
bool qemu_uuid_set;

/* A hyphen stands before these bytes. */
static bool group_starts(unsigned byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void qemu_uuid_unparse(const QemuUUID *uuid, char *out)
{
    for (unsigned i = 0; i < sizeof(uuid->data); i++) {
        out += sprintf(out, "%s%02x", group_starts(i) ? "-" : "", uuid->data[i]);
    }
}

char *qemu_uuid_unparse_strdup(const QemuUUID *uuid)
{
    char *str = g_malloc(UUID_FMT_LEN + 1);

    qemu_uuid_unparse(uuid, str);
    return str;
}

int qemu_uuid_parse(const char *str, QemuUUID *uuid)
{
    QemuUUID u;

    if (strlen(str) != UUID_FMT_LEN) {
        return -1;
    }
    for (unsigned i = 0; i < sizeof(u.data); i++) {
        int high, low;

        if (group_starts(i) && *str++ != '-') {
            return -1;
        }
        high = g_ascii_xdigit_value(str[0]);
        low = g_ascii_xdigit_value(str[1]);
        if (high < 0 || low < 0) {
            return -1;
        }
        u.data[i] = high << 4 | low;
        str += 2;
    }
    *uuid = u;
    return 0;
}

void qemu_uuid_generate(QemuUUID *out)
{
    if (qemu_random_bytes(out->data, sizeof(out->data), NULL) < 0) {
        for (unsigned i = 0; i < sizeof(out->data); i++) {
            out->data[i] = g_random_int();
        }
    }
    out->data[6] = (out->data[6] & 0x0f) | 0x40;
    out->data[8] = (out->data[8] & 0x3f) | 0x80;
}

bool qemu_uuid_is_null(const QemuUUID *uuid)
{
    static const QemuUUID null;

    return qemu_uuid_is_equal(uuid, &null);
}

bool qemu_uuid_is_equal(const QemuUUID *a, const QemuUUID *b)
{
    return memcmp(a->data, b->data, sizeof(a->data)) == 0;
}

QemuUUID qemu_uuid_bswap(QemuUUID uuid)
{
    static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
    QemuUUID out;

    for (unsigned i = 0; i < sizeof(out.data); i++) {
        out.data[i] = uuid.data[order[i]];
    }
    return out;
}
