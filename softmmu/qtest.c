/*
 * The test server. A test connects, sends one command a line, and gets one line back that begins
 * with OK or FAIL; changes of intercepted interrupt lines come in between as lines of their own.
 * docs/devel/qtest.md has the commands.
 *
 * Thread: main thread under the BQL.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/cutils.h"
#include "qemu/timer.h"
#include "qemu/units.h"
#include "chardev/char-fe.h"
#include "chardev/char.h"
#include "exec/address-spaces.h"
#include "exec/ioport.h"
#include "hw/qdev-core.h"
#include "sysemu/qtest.h"

/* Bounds what one connection can make us buffer. */
#define MAX_LINE (64 * MiB)
#define MAX_TRANSFER (16 * MiB)
#define MAX_IRQS 256

/* One server at most; the clock is read from any thread. */
static struct {
    int64_t clock;                  /* atomic, ns */
    bool clock_ready;
    CharBackend chr;
    GString *input;
    FILE *log;
    int64_t log_start;
    DeviceState *intercepted;
    int level[MAX_IRQS];
} qt;

/* ---- output ---- */

static void log_line(char direction, const char *line)
{
    if (qt.log) {
        double t = (g_get_monotonic_time() - qt.log_start) / 1e6;

        fprintf(qt.log, "[%c +%.6f] %s\n", direction, t, line);
    }
}

static void send_line(const char *line)
{
    log_line('S', line);
    qemu_chr_fe_write_all(&qt.chr, (const uint8_t *)line, strlen(line));
    qemu_chr_fe_write_all(&qt.chr, (const uint8_t *)"\n", 1);
}

static void G_GNUC_PRINTF(1, 2) reply(const char *fmt, ...)
{
    g_autofree char *line = NULL;
    va_list ap;

    va_start(ap, fmt);
    line = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    send_line(line);
}

/* ---- arguments ---- */

/* Parses all of @text; on failure replies and returns false. */
static bool get_u64(const char *text, uint64_t *value)
{
    if (qemu_strtou64(text, NULL, 0, value) < 0) {
        reply("FAIL '%s' is not a number", text);
        return false;
    }
    return true;
}

static bool get_size(const char *text, uint64_t *size)
{
    if (!get_u64(text, size)) {
        return false;
    }
    if (!*size || *size > MAX_TRANSFER) {
        reply("FAIL size %s is not one of 1 to %" PRIu64, text, (uint64_t)MAX_TRANSFER);
        return false;
    }
    return true;
}

static DeviceState *get_device(const char *path)
{
    Object *obj = object_resolve_path(path, NULL);

    obj = object_dynamic_cast(obj, TYPE_DEVICE);
    if (!obj) {
        reply("FAIL '%s' is not a device", path);
    }
    return (DeviceState *)obj;
}

/* ---- ports and memory ---- */

/* The last letter of a command's name says how wide the access is. */
static unsigned width_of(const char *name)
{
    switch (name[strlen(name) - 1]) {
    case 'b':
        return 1;
    case 'w':
        return 2;
    case 'l':
        return 4;
    default:
        return 8;
    }
}

static void load_value(AddressSpace *as, const char *name, uint64_t addr)
{
    MemOp op = size_memop(width_of(name)) | MO_LE;

    reply("OK 0x%016" PRIx64, address_space_ld(as, addr, op, MEMTXATTRS_UNSPECIFIED, NULL));
}

static void store_value(AddressSpace *as, const char *name, uint64_t addr, uint64_t value)
{
    MemOp op = size_memop(width_of(name)) | MO_LE;

    address_space_st(as, addr, value, op, MEMTXATTRS_UNSPECIFIED, NULL);
    reply("OK");
}

static void cmd_in(char **w)
{
    MemOp op = size_memop(width_of(w[0])) | MO_LE;
    uint64_t addr;

    if (get_u64(w[1], &addr)) {
        reply("OK 0x%04" PRIx64, address_space_ld(&address_space_io, addr & IOPORTS_MASK, op,
                                                  MEMTXATTRS_UNSPECIFIED, NULL));
    }
}

static void cmd_out(char **w)
{
    uint64_t addr, value;

    if (get_u64(w[1], &addr) && get_u64(w[2], &value)) {
        store_value(&address_space_io, w[0], addr & IOPORTS_MASK, value);
    }
}

static void cmd_load(char **w)
{
    uint64_t addr;

    if (get_u64(w[1], &addr)) {
        load_value(&address_space_memory, w[0], addr);
    }
}

static void cmd_store(char **w)
{
    uint64_t addr, value;

    if (get_u64(w[1], &addr) && get_u64(w[2], &value)) {
        store_value(&address_space_memory, w[0], addr, value);
    }
}

static void cmd_read(char **w)
{
    static const char digits[] = "0123456789abcdef";
    g_autofree uint8_t *data = NULL;
    uint64_t addr, size;
    GString *line;

    if (!get_u64(w[1], &addr) || !get_size(w[2], &size)) {
        return;
    }
    data = g_malloc(size);
    address_space_read(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, data, size);
    line = g_string_sized_new(2 * size + 8);
    g_string_append(line, "OK 0x");
    for (uint64_t i = 0; i < size; i++) {
        g_string_append_c(line, digits[data[i] >> 4]);
        g_string_append_c(line, digits[data[i] & 15]);
    }
    send_line(line->str);
    g_string_free(line, true);
}

/* Hex digits after "0x"; what is missing at the end is zero. */
static void cmd_write(char **w)
{
    g_autofree uint8_t *data = NULL;
    const char *hex = w[3];
    uint64_t addr, size;

    if (!get_u64(w[1], &addr) || !get_size(w[2], &size)) {
        return;
    }
    if (hex[0] != '0' || hex[1] != 'x') {
        reply("FAIL data does not begin with 0x");
        return;
    }
    hex += 2;
    data = g_malloc0(size);
    for (uint64_t i = 0; i < size && hex[0] && hex[1]; i++, hex += 2) {
        int hi = g_ascii_xdigit_value(hex[0]), lo = g_ascii_xdigit_value(hex[1]);

        if (hi < 0 || lo < 0) {
            reply("FAIL bad hexadecimal digits at byte %" PRIu64, i);
            return;
        }
        data[i] = hi << 4 | lo;
    }
    address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, data, size);
    reply("OK");
}

static void cmd_b64read(char **w)
{
    g_autofree uint8_t *data = NULL;
    g_autofree char *text = NULL;
    uint64_t addr, size;

    if (!get_u64(w[1], &addr) || !get_size(w[2], &size)) {
        return;
    }
    data = g_malloc(size);
    address_space_read(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, data, size);
    text = g_base64_encode(data, size);
    reply("OK %s", text);
}

static void cmd_b64write(char **w)
{
    g_autofree uint8_t *data = NULL;
    uint64_t addr, size;
    gsize len;

    if (!get_u64(w[1], &addr) || !get_size(w[2], &size)) {
        return;
    }
    data = g_base64_decode(w[3], &len);
    address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, data,
                        MIN(len, size));
    reply("OK");
}

static void cmd_memset(char **w)
{
    uint64_t addr, size, value;

    if (get_u64(w[1], &addr) && get_size(w[2], &size) && get_u64(w[3], &value)) {
        address_space_set(&address_space_memory, addr, value, size, MEMTXATTRS_UNSPECIFIED);
        reply("OK");
    }
}

/* ---- clock ---- */

static int64_t qtest_clock_ns(void)
{
    return qatomic_read(&qt.clock);
}

/* Goes to @dest by way of every timer that is due until then. */
static void clock_warp(int64_t dest)
{
    while (qt.clock < dest) {
        int64_t step = dest - qt.clock;
        int64_t deadline = qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL);

        if (deadline >= 0) {
            /* A timer that is due but belongs to another thread must not hold the clock. */
            step = MIN(step, MAX(deadline, 1));
        }
        qatomic_set(&qt.clock, qt.clock + step);
        qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
    }
    qemu_clock_notify(QEMU_CLOCK_VIRTUAL);
}

static void cmd_clock_step(char **w)
{
    int64_t deadline = qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL);
    uint64_t ns = MAX(deadline, 0);

    if (w[1] && !get_u64(w[1], &ns)) {
        return;
    }
    if (!qt.clock_ready) {
        reply("FAIL the clock runs by itself without -accel qtest");
        return;
    }
    clock_warp(qt.clock + MIN(ns, (uint64_t)(INT64_MAX - qt.clock)));
    reply("OK %" PRIi64, qt.clock);
}

static void cmd_clock_set(char **w)
{
    uint64_t ns;

    if (!get_u64(w[1], &ns)) {
        return;
    }
    if (!qt.clock_ready) {
        reply("FAIL the clock runs by itself without -accel qtest");
        return;
    }
    clock_warp(MIN(ns, (uint64_t)INT64_MAX));
    reply("OK %" PRIi64, qt.clock);
}

/* ---- interrupt lines ---- */

static void pin_changed(void *opaque, int n, int level)
{
    qemu_irq old = opaque;

    qemu_set_irq(old, level);
    if (n < MAX_IRQS && qt.level[n] != level) {
        qt.level[n] = level;
        reply("IRQ %s %d", level ? "raise" : "lower", n);
    }
}

static NamedGPIOList *find_group(DeviceState *dev, const char *name)
{
    NamedGPIOList *l;

    QLIST_FOREACH(l, &dev->gpios, node) {
        if (g_strcmp0(l->name, name) == 0) {
            return l;
        }
    }
    return NULL;
}

static void intercept_out(DeviceState *dev, const NamedGPIOList *group)
{
    for (int i = 0; i < group->num_out; i++) {
        qemu_irq icpt = qemu_allocate_irq(pin_changed, NULL, i);

        icpt->opaque = qdev_intercept_gpio_out(dev, icpt, group->name, i);
    }
}

static void intercept(const char *path, const char *name, bool out)
{
    DeviceState *dev = get_device(path);
    NamedGPIOList *group;

    if (!dev) {
        return;
    }
    if (qt.intercepted) {
        reply(qt.intercepted == dev ? "OK" : "FAIL IRQ intercept already enabled");
        return;
    }
    group = find_group(dev, name);
    if (!group || !(out ? group->num_out : group->num_in)) {
        reply("FAIL '%s' has no such pins", path);
        return;
    }
    if (out) {
        intercept_out(dev, group);
    } else {
        qemu_irq_intercept_in(group->in, pin_changed, group->num_in);
    }
    qt.intercepted = dev;
    reply("OK");
}

static void cmd_intercept_in(char **w)
{
    intercept(w[1], NULL, false);
}

static void cmd_intercept_out(char **w)
{
    intercept(w[1], NULL, true);
}

static void cmd_intercept_out_named(char **w)
{
    intercept(w[1], w[2], true);
}

static void cmd_set_irq_in(char **w)
{
    const char *name = strcmp(w[2], "unnamed-gpio-in") == 0 ? NULL : w[2];
    DeviceState *dev = get_device(w[1]);
    NamedGPIOList *group;
    uint64_t n, level;

    if (!dev || !get_u64(w[3], &n) || !get_u64(w[4], &level)) {
        return;
    }
    group = find_group(dev, name);
    if (!group || n >= (uint64_t)group->num_in) {
        reply("FAIL '%s' has no input %s %" PRIu64, w[1], w[2], n);
        return;
    }
    qemu_set_irq(group->in[n], level);
    reply("OK");
}

static void cmd_endianness(char **w)
{
    reply("OK little");
}

/* ---- dispatch ---- */

static const struct {
    const char *name;
    unsigned min_args, max_args;
    void (*fn)(char **words);
} commands[] = {
    { "inb", 1, 1, cmd_in }, { "inw", 1, 1, cmd_in }, { "inl", 1, 1, cmd_in },
    { "outb", 2, 2, cmd_out }, { "outw", 2, 2, cmd_out }, { "outl", 2, 2, cmd_out },
    { "readb", 1, 1, cmd_load }, { "readw", 1, 1, cmd_load }, { "readl", 1, 1, cmd_load },
    { "readq", 1, 1, cmd_load },
    { "writeb", 2, 2, cmd_store }, { "writew", 2, 2, cmd_store }, { "writel", 2, 2, cmd_store },
    { "writeq", 2, 2, cmd_store },
    { "read", 2, 2, cmd_read }, { "write", 3, 3, cmd_write },
    { "b64read", 2, 2, cmd_b64read }, { "b64write", 3, 3, cmd_b64write },
    { "memset", 3, 3, cmd_memset },
    { "clock_step", 0, 1, cmd_clock_step }, { "clock_set", 1, 1, cmd_clock_set },
    { "irq_intercept_in", 1, 1, cmd_intercept_in },
    { "irq_intercept_out", 1, 1, cmd_intercept_out },
    { "irq_intercept_out_named", 2, 2, cmd_intercept_out_named },
    { "set_irq_in", 4, 4, cmd_set_irq_in },
    { "endianness", 0, 0, cmd_endianness },
};

static void execute(const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 0);
    unsigned args = g_strv_length(words);

    log_line('R', line);
    if (!args) {
        return;
    }
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
        if (strcmp(words[0], commands[i].name) != 0) {
            continue;
        }
        if (args - 1 < commands[i].min_args || args - 1 > commands[i].max_args) {
            reply("FAIL %s takes %u to %u arguments", words[0], commands[i].min_args,
                  commands[i].max_args);
        } else {
            commands[i].fn(words);
        }
        return;
    }
    reply("FAIL Unknown command '%s'", words[0]);
}

static int qtest_can_read(void *opaque)
{
    return 4096;
}

static void qtest_read(void *opaque, const uint8_t *buf, int size)
{
    char *end;

    g_string_append_len(qt.input, (const char *)buf, size);
    while ((end = memchr(qt.input->str, '\n', qt.input->len)) != NULL) {
        g_autofree char *line = g_strndup(qt.input->str, end - qt.input->str);
        size_t len = strlen(line);

        g_string_erase(qt.input, 0, end + 1 - qt.input->str);
        if (len && line[len - 1] == '\r') {
            line[len - 1] = 0;
        }
        execute(line);
    }
    if (qt.input->len > MAX_LINE) {
        g_string_truncate(qt.input, 0);
        reply("FAIL line too long");
    }
}

static void qtest_event(void *opaque, QEMUChrEvent event)
{
    if (event == CHR_EVENT_OPENED) {
        g_string_truncate(qt.input, 0);
        memset(qt.level, 0, sizeof(qt.level));
    }
}

/* ---- set-up ---- */

void qtest_accel_init(void)
{
    qt.clock_ready = true;
    cpu_clock_set_virtual_source(qtest_clock_ns);
}

static bool open_log(const char *log, Error **errp)
{
    qt.log_start = g_get_monotonic_time();
    if (!log) {
        qt.log = stderr;
    } else if (strcmp(log, "none") != 0) {
        qt.log = fopen(log, "we");
        if (!qt.log) {
            error_setg_file_open(errp, errno, log);
            return false;
        }
    }
    return true;
}

bool qtest_server_init(const char *dev, const char *log, Error **errp)
{
    Chardev *chr;

    if (!open_log(log, errp)) {
        return false;
    }
    chr = qemu_chr_new("qtest", dev, NULL);
    if (!chr) {
        error_setg(errp, "Failed to initialize device for qtest: \"%s\"", dev);
        return false;
    }
    qt.input = g_string_new(NULL);
    if (!qemu_chr_fe_init(&qt.chr, chr, errp)) {
        return false;
    }
    qemu_chr_fe_set_handlers(&qt.chr, qtest_can_read, qtest_read, qtest_event, NULL, NULL, NULL,
                             true);
    qemu_chr_fe_set_echo(&qt.chr, true);
    return true;
}
