/*
 * A byte stream for machine state: big-endian integers and byte strings, with a sticky error.
 *
 * After the first error, puts do nothing and gets return zeroes; the caller checks once at the end
 * of a unit with qemu_file_get_error(). The bytes come from and go to a QEMUFileOps, of which the
 * memory buffer is one.
 *
 * Thread: one thread at a time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MIGRATION_QEMU_FILE_H
#define MIGRATION_QEMU_FILE_H

#include "qemu/osdep.h"
#include "qapi/error.h"

typedef struct QEMUFile QEMUFile;

/* A transport. Functions return bytes moved, 0 at the end of input, or a negative errno. */
typedef struct QEMUFileOps {
    ssize_t (*read)(void *opaque, void *buf, size_t len);
    ssize_t (*write)(void *opaque, const void *buf, size_t len);
    int (*close)(void *opaque);             /* may be NULL */
    int (*shutdown)(void *opaque, bool rd, bool wr);
} QEMUFileOps;

/* The stream owns @opaque from now on (it is released by ops->close). */
QEMUFile *qemu_file_new(const QEMUFileOps *ops, void *opaque, bool writable);
/* Flushes, closes and frees; 0 or the first error as a negative errno. */
int qemu_fclose(QEMUFile *f);
void qemu_fflush(QEMUFile *f);

/* A stream that appends to (reads from) @buf, which must outlive it. */
QEMUFile *qemu_file_new_buffer_output(GByteArray *buf);
QEMUFile *qemu_file_new_buffer_input(const void *data, size_t len);
/* A stream on a file descriptor, which it closes if @own. */
QEMUFile *qemu_file_new_fd(int fd, bool writable, bool own);

/* 0, or the first error; the _obj form also gives its text (a copy, NULL if there is none). */
int qemu_file_get_error(QEMUFile *f);
int qemu_file_get_error_obj(QEMUFile *f, Error **errp);
void qemu_file_set_error(QEMUFile *f, int ret);
/* Takes @err over; it is dropped unless it is the first. */
void qemu_file_set_error_obj(QEMUFile *f, int ret, Error *err);
/* Makes all later transfers fail, for a cancel; any thread. */
int qemu_file_shutdown(QEMUFile *f);
/* Bytes put or got so far. */
uint64_t qemu_file_transferred(QEMUFile *f);
bool qemu_file_is_writable(QEMUFile *f);
/* At the end of input (without an error). Blocks until a byte or the end comes. */
bool qemu_file_at_eof(QEMUFile *f);

void qemu_put_buffer(QEMUFile *f, const uint8_t *buf, size_t size);
void qemu_put_byte(QEMUFile *f, int v);
void qemu_put_be16(QEMUFile *f, unsigned int v);
void qemu_put_be32(QEMUFile *f, unsigned int v);
void qemu_put_be64(QEMUFile *f, uint64_t v);
#define qemu_put_ubyte qemu_put_byte
static inline void qemu_put_sbyte(QEMUFile *f, int v)
{
    qemu_put_byte(f, v);
}
static inline void qemu_put_sbe16(QEMUFile *f, int v)
{
    qemu_put_be16(f, (uint16_t)v);
}
static inline void qemu_put_sbe32(QEMUFile *f, int v)
{
    qemu_put_be32(f, (uint32_t)v);
}
static inline void qemu_put_sbe64(QEMUFile *f, int64_t v)
{
    qemu_put_be64(f, (uint64_t)v);
}

/* Bytes read; fewer than asked only with the error set, and then the rest of @buf is zero. */
size_t qemu_get_buffer(QEMUFile *f, uint8_t *buf, size_t size);
int qemu_get_byte(QEMUFile *f);
unsigned int qemu_get_be16(QEMUFile *f);
unsigned int qemu_get_be32(QEMUFile *f);
uint64_t qemu_get_be64(QEMUFile *f);
#define qemu_get_ubyte qemu_get_byte
static inline int qemu_get_sbyte(QEMUFile *f)
{
    return (int8_t)qemu_get_byte(f);
}
static inline int qemu_get_sbe16(QEMUFile *f)
{
    return (int16_t)qemu_get_be16(f);
}
static inline int qemu_get_sbe32(QEMUFile *f)
{
    return (int32_t)qemu_get_be32(f);
}
static inline int64_t qemu_get_sbe64(QEMUFile *f)
{
    return (int64_t)qemu_get_be64(f);
}
/* Looks ahead without consuming; bytes available (up to @size), at @offset from the position. */
size_t qemu_peek_buffer(QEMUFile *f, uint8_t *buf, size_t size, size_t offset);
int qemu_peek_byte(QEMUFile *f, size_t offset);
/* Passes over @size bytes that were peeked. */
void qemu_file_skip(QEMUFile *f, size_t size);
/* A string of at most 255 bytes with its length before it; get returns false at the end. */
void qemu_put_counted_string(QEMUFile *f, const char *str);
bool qemu_get_counted_string(QEMUFile *f, char buf[256]);

typedef struct QEMUTimer QEMUTimer;
void timer_put(QEMUFile *f, QEMUTimer *ts);
void timer_get(QEMUFile *f, QEMUTimer *ts);

#endif
