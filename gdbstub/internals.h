/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the remote debugging stub. */
#ifndef GDBSTUB_INTERNALS_H
#define GDBSTUB_INTERNALS_H

#include "exec/gdbstub.h"

/* A register description; the table ends with a NULL name. */
typedef struct GDBXMLFile {
    const char *name;
    const char *text;
} GDBXMLFile;

extern const GDBXMLFile gdb_xml_files[];

/* The text of a description, or NULL.  "target.xml" is made for @cpu. */
const char *gdb_get_xml(CPUState *cpu, const char *name);

/* How many registers @cpu has, in all sets; and how many its core set. */
int gdb_num_regs(CPUState *cpu);
int gdb_num_g_regs(CPUState *cpu);
/* Append register @reg; bytes appended, 0 if there is none. */
int gdb_read_register(CPUState *cpu, GByteArray *buf, int reg);
int gdb_write_register(CPUState *cpu, uint8_t *buf, int reg);

#endif
