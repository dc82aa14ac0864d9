/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connection to the debugger: bytes to packets and back.
 *
 * Spec:    GDB manual, appendix "Remote Protocol", "Overview" and "Packet Acknowledgment".
 *
 *   $ data # checksum       '}' escapes (next byte ^ 0x20), '*' repeats the byte before
 *   + -                     acknowledgements, until QStartNoAckMode
 *   0x03                    interrupt
 *
 * Thread:  main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "chardev/char.h"
#include "hw/core/cpu.h"
#include "internals.h"
#include "monitor/hmp.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "sysemu/runstate.h"

typedef enum ReadState {
    READ_IDLE,
    READ_DATA,
    READ_ESCAPE,
    READ_REPEAT,
    READ_SUM_HIGH,
    READ_SUM_LOW,
} ReadState;

static struct {
    GDBSession session;
    CharBackend chr;
    bool started;
    ReadState state;
    GString *packet;            /* being read */
    uint8_t sum, sent_sum;
    bool overflow;
    GString *last;              /* packet sent last, for '-'; empty once acknowledged */
    Notifier shutdown;
} server;

GDBSession *gdb_session(void)
{
    return &server.session;
}

void gdb_put_packet_binary(const char *data, size_t len)
{
    uint8_t sum = 0;

    g_string_assign(server.last, "$");
    g_string_append_len(server.last, data, len);
    for (size_t i = 0; i < len; i++) {
        sum += (uint8_t)data[i];
    }
    g_string_append_printf(server.last, "#%02x", sum);
    qemu_chr_fe_write_all(&server.chr, (uint8_t *)server.last->str, server.last->len);
    if (server.session.no_ack) {
        g_string_truncate(server.last, 0);
    }
}

void gdb_put_packet(const char *text)
{
    gdb_put_packet_binary(text, strlen(text));
}

static void acknowledge(char c)
{
    if (!server.session.no_ack) {
        qemu_chr_fe_write_all(&server.chr, (uint8_t *)&c, 1);
    }
}

static void add_byte(uint8_t c)
{
    if (server.packet->len >= GDB_PACKET_MAX) {
        server.overflow = true;
    } else {
        g_string_append_c(server.packet, c);
    }
}

/* '*' and a count character: repeat the byte before. */
static void repeat_byte(uint8_t c)
{
    int count = c - 29;

    if (c < ' ' || c > '~' || !server.packet->len) {
        server.overflow = true;
        return;
    }
    for (int i = 0; i < count; i++) {
        add_byte(server.packet->str[server.packet->len - 1]);
    }
}

static void packet_complete(uint8_t c)
{
    int low = g_ascii_xdigit_value(c);

    server.state = READ_IDLE;
    server.sent_sum |= low < 0 ? 0 : low;
    if (server.overflow || low < 0 || server.sent_sum != server.sum) {
        acknowledge('-');
        return;
    }
    acknowledge('+');
    if (runstate_is_running()) {
        /* A client asks only while the machine is stopped; this one does not know it runs. */
        vm_stop(RUN_STATE_PAUSED);
    }
    gdb_handle_packet(server.packet->str, server.packet->len);
}

static void read_idle(uint8_t c)
{
    switch (c) {
    case '$':
        server.state = READ_DATA;
        server.sum = 0;
        server.overflow = false;
        g_string_truncate(server.packet, 0);
        break;
    case 0x03:
        vm_stop(RUN_STATE_PAUSED);
        break;
    case '+':
        g_string_truncate(server.last, 0);
        break;
    case '-':
        qemu_chr_fe_write_all(&server.chr, (uint8_t *)server.last->str, server.last->len);
        break;
    }
}

static void read_byte(uint8_t c)
{
    switch (server.state) {
    case READ_IDLE:
        read_idle(c);
        break;
    case READ_DATA:
        if (c == '#') {
            server.state = READ_SUM_HIGH;
            break;
        }
        server.sum += c;
        if (c == '}') {
            server.state = READ_ESCAPE;
        } else if (c == '*') {
            server.state = READ_REPEAT;
        } else {
            add_byte(c);
        }
        break;
    case READ_ESCAPE:
        server.sum += c;
        add_byte(c ^ 0x20);
        server.state = READ_DATA;
        break;
    case READ_REPEAT:
        server.sum += c;
        repeat_byte(c);
        server.state = READ_DATA;
        break;
    case READ_SUM_HIGH:
        server.sent_sum = MAX(g_ascii_xdigit_value(c), 0) << 4;
        server.overflow |= g_ascii_xdigit_value(c) < 0;
        server.state = READ_SUM_LOW;
        break;
    case READ_SUM_LOW:
        packet_complete(c);
        break;
    }
}

static int chr_can_read(void *opaque)
{
    return GDB_PACKET_MAX;
}

static void chr_read(void *opaque, const uint8_t *buf, int size)
{
    for (int i = 0; i < size; i++) {
        read_byte(buf[i]);
    }
}

static void reset_session(void)
{
    server.session = (GDBSession) {
        .c_cpu = first_cpu,
        .g_cpu = first_cpu,
        .attached = true,
        .step_flags = SSTEP_ENABLE | SSTEP_NOIRQ | SSTEP_NOTIMER,
    };
    server.state = READ_IDLE;
    g_string_truncate(server.last, 0);
}

static void chr_event(void *opaque, QEMUChrEvent event)
{
    switch (event) {
    case CHR_EVENT_OPENED:
        /* Not attached yet for stop replies: the client asks for the first one itself. */
        server.session.attached = false;
        vm_stop(RUN_STATE_PAUSED);
        reset_session();
        break;
    case CHR_EVENT_CLOSED:
        server.session.attached = false;
        gdb_points_remove_all();
        gdb_stop_stepping();
        break;
    default:
        break;
    }
}

void gdb_exit(int code)
{
    char text[8];

    if (server.started && server.session.attached) {
        snprintf(text, sizeof(text), "W%02x", code & 0xff);
        gdb_put_packet(text);
        server.session.attached = false;
    }
}

static void shutting_down(Notifier *n, void *data)
{
    gdb_exit(0);
}

static void stop_server(void)
{
    if (server.started) {
        qemu_chr_fe_deinit(&server.chr, true);
        server.started = false;
        server.session.attached = false;
    }
}

/* Sockets wait for the debugger without making the program wait. */
static char *complete_device(const char *device)
{
    if (g_str_has_prefix(device, "tcp:") || g_str_has_prefix(device, "unix:")) {
        return g_strdup_printf("%s,wait=off%s,server=on", device,
                               *device == 't' ? ",nodelay=on" : "");
    }
    return g_strdup(device);
}

int gdbserver_start(const char *device, Error **errp)
{
    g_autofree char *full = complete_device(device);
    Chardev *chr;

    if (!first_cpu) {
        error_setg(errp, "a debugger has nothing to do on a machine without any CPU");
        return -1;
    }
    stop_server();
    if (!strcmp(device, "none")) {
        return 0;
    }
    chr = qemu_chr_new_noreplay("gdb", full, true, NULL);
    if (!chr) {
        error_setg(errp, "could not open '%s' for the debugger", device);
        return -1;
    }
    if (!server.packet) {
        server.packet = g_string_new(NULL);
        server.last = g_string_new(NULL);
        gdb_run_init();
        server.shutdown.notify = shutting_down;
        qemu_register_shutdown_notifier(&server.shutdown);
    }
    if (!qemu_chr_fe_init(&server.chr, chr, errp)) {
        return -1;
    }
    server.started = true;
    reset_session();
    server.session.attached = false;
    qemu_chr_fe_set_handlers(&server.chr, chr_can_read, chr_read, chr_event, NULL, NULL, NULL,
                             true);
    return 0;
}

static void hmp_gdbserver(Monitor *mon, const QDict *args)
{
    const char *device = qdict_get_try_str(args, "device");
    Error *err = NULL;

    if (!device) {
        device = "tcp::1234";
    }
    if (gdbserver_start(device, &err) == 0) {
        if (strcmp(device, "none")) {
            monitor_printf(mon, "Waiting for gdb connection on device '%s'\n", device);
        } else {
            monitor_printf(mon, "Disabled gdbserver\n");
        }
    }
    hmp_handle_error(mon, err);
}

static const HMPCommand hmp_gdb_commands[] = {
    { "gdbserver", "device:s?", "[device]", "start gdbserver on given device (default "
      "'tcp::1234'), stop with 'none'", hmp_gdbserver },
};
HMP_COMMANDS(hmp_gdb_commands);
