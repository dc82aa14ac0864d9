/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * General queries and settings: q and Q packets.
 *
 * Spec:    GDB manual, appendix "Remote Protocol", "General Query Packets"; the queries that
 *          begin with "qemu." are those of docs/system/gdb.md.
 * Thread:  main thread with the big lock, the machine stopped.
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "internals.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"

static void q_supported(const char *p)
{
    char text[160];

    gdb_session()->multiprocess = strstr(p, "multiprocess+") != NULL;
    snprintf(text, sizeof(text), "PacketSize=%x;%svContSupported+;multiprocess+;"
             "QStartNoAckMode+", GDB_PACKET_MAX,
             CPU_GET_CLASS(first_cpu)->gdb_core_xml_file ? "qXfer:features:read+;" : "");
    gdb_put_packet(text);
}

static void q_current_thread(const char *p)
{
    g_autoptr(GString) out = g_string_new("QC");

    gdb_append_thread_id(gdb_session()->g_cpu, out);
    gdb_put_packet(out->str);
}

static void q_more_threads(const char *p)
{
    GDBSession *s = gdb_session();
    g_autoptr(GString) out = g_string_new("m");

    if (!s->next_thread) {
        gdb_put_packet("l");
        return;
    }
    gdb_append_thread_id(s->next_thread, out);
    s->next_thread = CPU_NEXT(s->next_thread);
    gdb_put_packet(out->str);
}

static void q_first_threads(const char *p)
{
    gdb_session()->next_thread = first_cpu;
    q_more_threads(p);
}

static void q_thread_info(const char *p)
{
    g_autofree char *text = NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    int64_t pid, tid;
    CPUState *cpu;

    if (!gdb_parse_thread_id(&p, &pid, &tid) || !(cpu = gdb_find_cpu(pid, tid))) {
        gdb_put_packet("E22");
        return;
    }
    text = g_strdup_printf("CPU#%d [%s]", cpu->cpu_index, cpu->halted ? "halted " : "running");
    gdb_mem_to_hex(out, (uint8_t *)text, strlen(text));
    gdb_put_packet(out->str);
}

static void q_attached(const char *p)
{
    gdb_put_packet("1");
}

/* "NAME:OFFSET,LENGTH" of a register description. */
static void q_xfer_features(const char *p)
{
    const char *colon = strchr(p, ':'), *text;
    g_autofree char *name = colon ? g_strndup(p, colon - p) : NULL;
    unsigned long long offset, length;
    g_autoptr(GString) out = g_string_new(NULL);
    size_t total;

    text = name ? gdb_get_xml(gdb_session()->g_cpu, name) : NULL;
    if (!text || sscanf(colon, ":%llx,%llx", &offset, &length) != 2) {
        gdb_put_packet("E00");
        return;
    }
    total = strlen(text);
    if (offset > total) {
        gdb_put_packet("E00");
        return;
    }
    length = MIN(length, (unsigned long long)(GDB_PACKET_MAX - 5) / 2);
    g_string_append_c(out, offset + length < total ? 'm' : 'l');
    for (size_t i = offset; i < total && i < offset + length; i++) {
        char c = text[i];

        if (c == '#' || c == '$' || c == '*' || c == '}') {
            g_string_append_c(out, '}');
            c ^= 0x20;
        }
        g_string_append_c(out, c);
    }
    gdb_put_packet_binary(out->str, out->len);
}

/* A monitor command, in hex: its output comes back in O packets. */
static void q_monitor(const char *p)
{
    g_autoptr(GByteArray) line = g_byte_array_new();
    g_autofree char *output = NULL;
    Error *err = NULL;

    if (!gdb_hex_to_mem(line, p, strlen(p))) {
        gdb_put_packet("E22");
        return;
    }
    g_byte_array_append(line, (const uint8_t *)"", 1);
    output = qmp_human_monitor_command((char *)line->data, true,
                                       gdb_session()->g_cpu->cpu_index, &err);
    if (err) {
        output = g_strdup_printf("%s\n", error_get_pretty(err));
        error_free(err);
    }
    for (size_t pos = 0, n; output[pos]; pos += n) {
        g_autoptr(GString) out = g_string_new("O");

        n = MIN(strlen(output + pos), (size_t)GDB_PACKET_MAX / 2 - 8);
        gdb_mem_to_hex(out, (uint8_t *)output + pos, n);
        gdb_put_packet(out->str);
    }
    gdb_put_packet("OK");
}

static void set_no_ack(const char *p)
{
    gdb_put_packet("OK");
    gdb_session()->no_ack = true;
}

static void q_qemu_supported(const char *p)
{
    gdb_put_packet("sstepbits;sstep;PhyMemMode");
}

static void q_step_bits(const char *p)
{
    char text[64];

    snprintf(text, sizeof(text), "ENABLE=%x,NOIRQ=%x,NOTIMER=%x", SSTEP_ENABLE, SSTEP_NOIRQ,
             SSTEP_NOTIMER);
    gdb_put_packet(text);
}

static void q_step(const char *p)
{
    char text[16];

    snprintf(text, sizeof(text), "0x%x", gdb_session()->step_flags);
    gdb_put_packet(text);
}

static void set_step(const char *p)
{
    char *end;
    unsigned long flags = strtoul(p, &end, 16);

    if (end == p || *end || flags & ~(SSTEP_ENABLE | SSTEP_NOIRQ | SSTEP_NOTIMER)) {
        gdb_put_packet("E22");
        return;
    }
    gdb_session()->step_flags = flags;
    gdb_put_packet("OK");
}

static void q_physical(const char *p)
{
    gdb_put_packet(gdb_session()->physical ? "1" : "0");
}

static void set_physical(const char *p)
{
    gdb_session()->physical = *p != '0';
    gdb_put_packet("OK");
}

typedef struct Query {
    const char *name;           /* the longest that matches counts: they come first */
    void (*handle)(const char *rest);
} Query;

static const Query queries[] = {
    { "qSupported", q_supported },
    { "qC", q_current_thread },
    { "qfThreadInfo", q_first_threads },
    { "qsThreadInfo", q_more_threads },
    { "qThreadExtraInfo,", q_thread_info },
    { "qAttached", q_attached },
    { "qXfer:features:read:", q_xfer_features },
    { "qRcmd,", q_monitor },
    { "QStartNoAckMode", set_no_ack },
    { "qqemu.Supported", q_qemu_supported },
    { "qqemu.sstepbits", q_step_bits },
    { "qqemu.sstep", q_step },
    { "Qqemu.sstep=", set_step },
    { "qqemu.PhyMemMode", q_physical },
    { "Qqemu.PhyMemMode:", set_physical },
};

bool gdb_handle_query(const char *p)
{
    for (size_t i = 0; i < ARRAY_SIZE(queries); i++) {
        size_t n = strlen(queries[i].name);

        if (!strncmp(p, queries[i].name, n)) {
            /* qC must be alone: "qCRC:" is another. */
            if (n == 2 && p[n]) {
                continue;
            }
            queries[i].handle(p + n);
            return true;
        }
    }
    return false;
}
