/*
 * Universally unique identifiers.
 *
 * The 16 bytes are kept in the order in which the text form shows them (big endian).
 *
 * Threads: functions any; the machine's uuid is set once at start-up by the main thread.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_UUID_H
#define QEMU_UUID_H

typedef struct QemuUUID {
    uint8_t data[16];
} QemuUUID;

#define UUID_FMT_LEN 36

/* The text form, 36 characters and a NUL, into @out. */
void qemu_uuid_unparse(const QemuUUID *uuid, char *out);
/* The same as a string to g_free(). */
char *qemu_uuid_unparse_strdup(const QemuUUID *uuid);
/* 0, or -1 if @str is not of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx. */
int qemu_uuid_parse(const char *str, QemuUUID *uuid);
/* A random one (version 4). */
void qemu_uuid_generate(QemuUUID *out);
bool qemu_uuid_is_null(const QemuUUID *uuid);
bool qemu_uuid_is_equal(const QemuUUID *a, const QemuUUID *b);
/* With the first three fields little-endian, as SMBIOS and GPT store it; its own inverse. */
QemuUUID qemu_uuid_bswap(QemuUUID uuid);

/* -uuid: the machine's; all zero and false if not given. */
extern QemuUUID qemu_uuid;
extern bool qemu_uuid_set;

#endif
