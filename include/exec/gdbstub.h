/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The remote debugging stub's door.
 *
 * A target describes its registers in XML files (gdb-xml/), the core set by CPUClass, further
 * sets by gdb_register_coprocessor().  docs/system/gdb.md describes the stub for users.
 *
 * Thread: main thread with the big lock unless noted.
 */
#ifndef EXEC_GDBSTUB_H
#define EXEC_GDBSTUB_H

#include "qemu/osdep.h"

/*
 * Wait for a debugger on @device: "tcp::PORT", "unix:PATH,...", "stdio", "none" (stop that), or
 * a chardev id as "chardev:ID".  0, or -1 with an error.
 */
int gdbserver_start(const char *device, Error **errp);
/* Tell the debugger that the process ends, and drop the connection. */
void gdb_exit(int code);

/* Append the bytes of a register; return how many, 0 if there is no such register. */
typedef int (*gdb_get_reg_cb)(CPUState *cpu, GByteArray *buf, int reg);
/* Set a register from the bytes at @buf; return how many were used. */
typedef int (*gdb_set_reg_cb)(CPUState *cpu, uint8_t *buf, int reg);

/*
 * Add a set of @num_regs registers that @xml (a file of gdb-xml/) describes; their numbers
 * follow those that @cpu has.  From the target's realize.
 */
void gdb_register_coprocessor(CPUState *cpu, gdb_get_reg_cb get_reg, gdb_set_reg_cb set_reg,
                              int num_regs, const char *xml);

/* Forget the sets of a CPU that goes away. */
void gdb_unregister_coprocessors(CPUState *cpu);

/* The register that the XML calls @name, zero-extended; false if there is none. */
bool gdb_read_register_by_name(CPUState *cpu, const char *name, uint64_t *val);

/* For gdb_get_reg_cb: append a value in the guest's byte order (little endian on x86). */
static inline int gdb_get_reg8(GByteArray *buf, uint8_t val)
{
    g_byte_array_append(buf, &val, 1);
    return 1;
}

static inline int gdb_get_reg16(GByteArray *buf, uint16_t val)
{
    val = GUINT16_TO_LE(val);
    g_byte_array_append(buf, (uint8_t *)&val, 2);
    return 2;
}

static inline int gdb_get_reg32(GByteArray *buf, uint32_t val)
{
    val = GUINT32_TO_LE(val);
    g_byte_array_append(buf, (uint8_t *)&val, 4);
    return 4;
}

static inline int gdb_get_reg64(GByteArray *buf, uint64_t val)
{
    val = GUINT64_TO_LE(val);
    g_byte_array_append(buf, (uint8_t *)&val, 8);
    return 8;
}

static inline int gdb_get_reg128(GByteArray *buf, uint64_t hi, uint64_t lo)
{
    return gdb_get_reg64(buf, lo) + gdb_get_reg64(buf, hi);
}

#endif
