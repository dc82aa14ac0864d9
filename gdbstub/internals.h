/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the remote debugging stub. */
#ifndef GDBSTUB_INTERNALS_H
#define GDBSTUB_INTERNALS_H

#include "exec/gdbstub.h"

/* ---- regs.c */

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

/* ---- server.c */

enum {
    /* The longest packet we take and send, as qSupported tells the client. */
    GDB_PACKET_MAX = 0x4000,
    /* All vCPUs are threads of this process. */
    GDB_PID = 1,
};

/* What the session with the client remembers. */
typedef struct GDBSession {
    CPUState *c_cpu;            /* of step and continue (Hc) */
    CPUState *g_cpu;            /* of registers and memory (Hg) */
    bool multiprocess;          /* the client knows process ids */
    bool no_ack;
    bool attached;
    bool physical;              /* memory addresses are guest-physical */
    int step_flags;             /* SSTEP_* of a step */
    CPUState *next_thread;      /* for qsThreadInfo */
} GDBSession;

GDBSession *gdb_session(void);
/* Send a packet; it goes out when the client has acknowledged the one before. */
void gdb_put_packet(const char *text);
void gdb_put_packet_binary(const char *data, size_t len);

/* ---- packets.c */

/* Execute the packet @data (NUL-terminated, may hold other NULs up to @len). */
void gdb_handle_packet(const char *data, size_t len);
/* Append @cpu's thread id as the client understands it. */
void gdb_append_thread_id(CPUState *cpu, GString *out);
/* "7f80" from bytes and back; hex_to_mem is false on a character that is no hex digit. */
void gdb_mem_to_hex(GString *out, const uint8_t *mem, size_t len);
bool gdb_hex_to_mem(GByteArray *out, const char *hex, size_t digits);
/*
 * A thread id at *@p: process and thread, -1 being all and 0 any.  False on a syntax error.
 */
bool gdb_parse_thread_id(const char **p, int64_t *pid, int64_t *tid);
/* The vCPU of that id; any if it allows any, NULL if there is none. */
CPUState *gdb_find_cpu(int64_t pid, int64_t tid);

/* ---- query.c */

/* q and Q packets; false if the query is unknown. */
bool gdb_handle_query(const char *p);

/* ---- run.c */

void gdb_run_init(void);
/* Reply to "?": why the machine is stopped. */
void gdb_send_stop_reply(void);
/* Let all vCPUs run; @step: the current one for one instruction only. */
void gdb_continue(bool step);
/* vCont; false on a syntax error. */
bool gdb_vcont(const char *actions);
/* Z and z packets; 0, or -1: no such kind, or a negative errno. */
int gdb_point_insert(int kind, uint64_t addr, uint64_t len);
int gdb_point_remove(int kind, uint64_t addr, uint64_t len);
void gdb_points_remove_all(void);
/* Stop stepping everywhere. */
void gdb_stop_stepping(void);

#endif
