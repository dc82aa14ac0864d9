/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets: registers, memory, threads, going on.
 *
 * Spec:    GDB manual, appendix "Remote Protocol", "Packets".
 * Thread:  main thread with the big lock, the machine stopped.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hw/core/cpu.h"
#include "internals.h"
#include "sysemu/runstate.h"

void gdb_mem_to_hex(GString *out, const uint8_t *mem, size_t len)
{
    static const char digit[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        g_string_append_c(out, digit[mem[i] >> 4]);
        g_string_append_c(out, digit[mem[i] & 15]);
    }
}

bool gdb_hex_to_mem(GByteArray *out, const char *hex, size_t digits)
{
    for (size_t i = 0; i + 1 < digits; i += 2) {
        int high = g_ascii_xdigit_value(hex[i]), low = g_ascii_xdigit_value(hex[i + 1]);
        uint8_t byte = high << 4 | low;

        if (high < 0 || low < 0) {
            return false;
        }
        g_byte_array_append(out, &byte, 1);
    }
    return digits % 2 == 0;
}

/* A hex number at *@p; false if there is none. */
static bool parse_hex(const char **p, uint64_t *val)
{
    char *end;

    if (!g_ascii_isxdigit(**p)) {
        return false;
    }
    *val = strtoull(*p, &end, 16);
    *p = end;
    return true;
}

static bool parse_id_part(const char **p, int64_t *val)
{
    uint64_t n;

    if (!strncmp(*p, "-1", 2)) {
        *p += 2;
        *val = -1;
        return true;
    }
    if (!parse_hex(p, &n) || n > INT_MAX) {
        return false;
    }
    *val = n;
    return true;
}

bool gdb_parse_thread_id(const char **p, int64_t *pid, int64_t *tid)
{
    *pid = GDB_PID;
    if (**p != 'p') {
        return parse_id_part(p, tid);
    }
    (*p)++;
    if (!parse_id_part(p, pid)) {
        return false;
    }
    *tid = -1;
    if (**p == '.') {
        (*p)++;
        return parse_id_part(p, tid);
    }
    return true;
}

CPUState *gdb_find_cpu(int64_t pid, int64_t tid)
{
    if (pid > 0 && pid != GDB_PID) {
        return NULL;
    }
    return tid <= 0 ? first_cpu : qemu_get_cpu(tid - 1);
}

void gdb_append_thread_id(CPUState *cpu, GString *out)
{
    if (gdb_session()->multiprocess) {
        g_string_append_printf(out, "p%02x.%02x", GDB_PID, cpu->cpu_index + 1);
    } else {
        g_string_append_printf(out, "%02x", cpu->cpu_index + 1);
    }
}

static void reply_error(int err)
{
    char text[8];

    snprintf(text, sizeof(text), "E%02d", err);
    gdb_put_packet(text);
}

static void reply_ok(void)
{
    gdb_put_packet("OK");
}

/* ---- Registers */

static void read_all_registers(const char *p, size_t len)
{
    CPUState *cpu = gdb_session()->g_cpu;
    g_autoptr(GByteArray) regs = g_byte_array_new();
    g_autoptr(GString) out = g_string_new(NULL);

    for (int i = 0; i < gdb_num_g_regs(cpu); i++) {
        gdb_read_register(cpu, regs, i);
    }
    gdb_mem_to_hex(out, regs->data, regs->len);
    gdb_put_packet(out->str);
}

static void write_all_registers(const char *p, size_t len)
{
    CPUState *cpu = gdb_session()->g_cpu;
    g_autoptr(GByteArray) regs = g_byte_array_new();
    g_autoptr(GByteArray) old = g_byte_array_new();
    guint pos = 0;

    if (!gdb_hex_to_mem(regs, p, strlen(p))) {
        reply_error(EINVAL);
        return;
    }
    for (int i = 0; i < gdb_num_g_regs(cpu); i++) {
        int size;

        g_byte_array_set_size(old, 0);
        size = gdb_read_register(cpu, old, i);
        if (!size || pos + size > regs->len) {
            break;
        }
        gdb_write_register(cpu, regs->data + pos, i);
        pos += size;
    }
    reply_ok();
}

static void read_register(const char *p, size_t len)
{
    g_autoptr(GByteArray) reg = g_byte_array_new();
    g_autoptr(GString) out = g_string_new(NULL);
    uint64_t n;

    if (!parse_hex(&p, &n) || n > INT_MAX ||
        !gdb_read_register(gdb_session()->g_cpu, reg, n)) {
        reply_error(14);
        return;
    }
    gdb_mem_to_hex(out, reg->data, reg->len);
    gdb_put_packet(out->str);
}

static void write_register(const char *p, size_t len)
{
    CPUState *cpu = gdb_session()->g_cpu;
    g_autoptr(GByteArray) old = g_byte_array_new();
    g_autoptr(GByteArray) reg = g_byte_array_new();
    uint64_t n;

    if (!parse_hex(&p, &n) || n > INT_MAX || *p++ != '=' || !gdb_hex_to_mem(reg, p, strlen(p))) {
        reply_error(EINVAL);
        return;
    }
    if (!gdb_read_register(cpu, old, n) || reg->len < old->len) {
        reply_error(14);
        return;
    }
    gdb_write_register(cpu, reg->data, n);
    reply_ok();
}

/* ---- Memory */

static bool access_memory(uint64_t addr, void *buf, size_t len, bool write)
{
    GDBSession *s = gdb_session();

    if (!s->physical) {
        return cpu_memory_rw_debug(s->g_cpu, addr, buf, len, write) == 0;
    }
    if (write) {
        return address_space_write_rom(cpu_get_address_space(s->g_cpu, 0), addr,
                                       MEMTXATTRS_UNSPECIFIED, buf, len) == MEMTX_OK;
    }
    return address_space_read(cpu_get_address_space(s->g_cpu, 0), addr, MEMTXATTRS_UNSPECIFIED,
                              buf, len) == MEMTX_OK;
}

/* "ADDR,LEN" with a length that fits a packet. */
static bool parse_range(const char **p, uint64_t *addr, uint64_t *len)
{
    return parse_hex(p, addr) && *(*p)++ == ',' && parse_hex(p, len) &&
        *len <= GDB_PACKET_MAX / 2;
}

static void read_memory(const char *p, size_t plen)
{
    g_autofree uint8_t *buf = NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    uint64_t addr, len;

    if (!parse_range(&p, &addr, &len)) {
        reply_error(EINVAL);
        return;
    }
    buf = g_malloc(len + 1);
    if (!access_memory(addr, buf, len, false)) {
        reply_error(14);
        return;
    }
    gdb_mem_to_hex(out, buf, len);
    gdb_put_packet(out->str);
}

static void write_memory(const char *p, size_t plen)
{
    g_autoptr(GByteArray) buf = g_byte_array_new();
    uint64_t addr, len;

    if (!parse_range(&p, &addr, &len) || *p++ != ':' || !gdb_hex_to_mem(buf, p, strlen(p)) ||
        buf->len != len) {
        reply_error(EINVAL);
        return;
    }
    if (len && !access_memory(addr, buf->data, len, true)) {
        reply_error(14);
        return;
    }
    reply_ok();
}

static void write_memory_binary(const char *p, size_t plen)
{
    const char *end = p + plen;
    g_autofree uint8_t *buf = NULL;
    uint64_t addr, len;

    if (!parse_range(&p, &addr, &len) || *p++ != ':' || (uint64_t)(end - p) != len) {
        reply_error(EINVAL);
        return;
    }
    buf = g_memdup2(p, len);
    if (len && !access_memory(addr, buf, len, true)) {
        reply_error(14);
        return;
    }
    reply_ok();
}

/* ---- Threads */

static void set_thread(const char *p, size_t len)
{
    GDBSession *s = gdb_session();
    char what = *p++;
    int64_t pid, tid;
    CPUState *cpu;

    if (!what || !gdb_parse_thread_id(&p, &pid, &tid)) {
        reply_error(EINVAL);
        return;
    }
    cpu = gdb_find_cpu(pid, tid);
    if (!cpu) {
        reply_error(EINVAL);
        return;
    }
    if (what == 'c') {
        s->c_cpu = tid > 0 ? cpu : s->c_cpu;
        reply_ok();
    } else if (what == 'g') {
        s->g_cpu = tid > 0 ? cpu : s->g_cpu;
        reply_ok();
    } else {
        reply_error(EINVAL);
    }
}

static void thread_alive(const char *p, size_t len)
{
    int64_t pid, tid;

    if (gdb_parse_thread_id(&p, &pid, &tid) && gdb_find_cpu(pid, tid)) {
        reply_ok();
    } else {
        reply_error(EINVAL);
    }
}

/* ---- Going on, ending */

static void go_on(const char *p, bool step)
{
    GDBSession *s = gdb_session();
    uint64_t pc;

    if (parse_hex(&p, &pc)) {
        CPU_GET_CLASS(s->c_cpu)->set_pc(s->c_cpu, pc);
    }
    gdb_continue(step);
}

static void go_on_continue(const char *p, size_t len)
{
    go_on(p, false);
}

static void go_on_step(const char *p, size_t len)
{
    go_on(p, true);
}

/* C and S: a signal, which the guest cannot take, and perhaps ";ADDR". */
static void go_on_signal(const char *p, bool step)
{
    const char *semicolon = strchr(p, ';');

    go_on(semicolon ? semicolon + 1 : "", step);
}

static void go_on_continue_signal(const char *p, size_t len)
{
    go_on_signal(p, false);
}

static void go_on_step_signal(const char *p, size_t len)
{
    go_on_signal(p, true);
}

static void detach(const char *p, size_t len)
{
    uint64_t pid;

    if (*p == ';') {
        p++;
        if (!parse_hex(&p, &pid) || pid != GDB_PID) {
            reply_error(EINVAL);
            return;
        }
    }
    gdb_points_remove_all();
    gdb_stop_stepping();
    gdb_session()->attached = false;
    reply_ok();
    gdb_session()->physical = false;
    vm_start();
}

static void kill_machine(const char *p, size_t len)
{
    gdb_session()->attached = false;
    shutdown_action = SHUTDOWN_ACTION_POWEROFF;
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_SIGNAL);
}

static void why_stopped(const char *p, size_t len)
{
    gdb_session()->attached = true;
    gdb_points_remove_all();
    gdb_send_stop_reply();
}

static void extended_mode(const char *p, size_t len)
{
    reply_ok();
}

static void point(const char *p, bool insert)
{
    uint64_t kind, addr, len;
    int err;

    if (!parse_hex(&p, &kind) || *p++ != ',' || !parse_hex(&p, &addr) || *p++ != ',' ||
        !parse_hex(&p, &len)) {
        reply_error(EINVAL);
        return;
    }
    err = insert ? gdb_point_insert(MIN(kind, 5u), addr, len)
                 : gdb_point_remove(MIN(kind, 5u), addr, len);
    if (err == -1) {
        gdb_put_packet("");
    } else if (err) {
        reply_error(-err);
    } else {
        reply_ok();
    }
}

static void insert_point(const char *p, size_t len)
{
    point(p, true);
}

static void remove_point(const char *p, size_t len)
{
    point(p, false);
}

static void v_packet(const char *p, size_t len)
{
    if (g_str_has_prefix(p, "Cont?")) {
        gdb_put_packet("vCont;c;C;s;S");
    } else if (g_str_has_prefix(p, "Cont;")) {
        if (!gdb_vcont(p + 4)) {
            reply_error(EINVAL);
        }
    } else if (g_str_has_prefix(p, "Kill;")) {
        reply_ok();
        kill_machine(p, len);
    } else if (g_str_has_prefix(p, "Attach;")) {
        const char *q = p + 7;
        uint64_t pid;

        if (!parse_hex(&q, &pid) || pid != GDB_PID) {
            reply_error(EINVAL);
            return;
        }
        gdb_session()->attached = true;
        gdb_session()->c_cpu = gdb_session()->g_cpu = first_cpu;
        gdb_send_stop_reply();
    } else {
        gdb_put_packet("");
    }
}

static void query(const char *p, size_t len)
{
    if (!gdb_handle_query(p)) {
        gdb_put_packet("");
    }
}

typedef struct Packet {
    char letter;
    bool whole;                         /* the handler wants the letter, too */
    void (*handle)(const char *p, size_t len);
} Packet;

static const Packet packets[] = {
    { '!', false, extended_mode },
    { '?', false, why_stopped },
    { 'c', false, go_on_continue },
    { 'C', false, go_on_continue_signal },
    { 'D', false, detach },
    { 'g', false, read_all_registers },
    { 'G', false, write_all_registers },
    { 'H', false, set_thread },
    { 'k', false, kill_machine },
    { 'm', false, read_memory },
    { 'M', false, write_memory },
    { 'p', false, read_register },
    { 'P', false, write_register },
    { 'q', true, query },
    { 'Q', true, query },
    { 's', false, go_on_step },
    { 'S', false, go_on_step_signal },
    { 'T', false, thread_alive },
    { 'v', false, v_packet },
    { 'X', false, write_memory_binary },
    { 'z', false, remove_point },
    { 'Z', false, insert_point },
};

void gdb_handle_packet(const char *data, size_t len)
{
    for (size_t i = 0; len && i < ARRAY_SIZE(packets); i++) {
        if (packets[i].letter == *data) {
            bool skip = !packets[i].whole;

            packets[i].handle(data + skip, len - skip);
            return;
        }
    }
    gdb_put_packet("");
}
