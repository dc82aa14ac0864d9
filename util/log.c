/*
 * The log behind -d, -D and -dfilter.
 *
 * One writer at a time: qemu_log_trylock() holds a recursive lock until qemu_log_unlock(), so
 * that a record of several calls stays together and the file is not closed under it. With
 * LOG_PER_THREAD each thread writes a file of its own and takes no lock.
 *
 * Thread:  any.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qemu/thread.h"

typedef struct LogRange {
    uint64_t first, last; /* both inside */
} LogRange;

static struct {
    QemuRecMutex lock;
    FILE *file;     /* NULL: closed; under lock */
    char *filename; /* NULL: stderr; under lock */
    bool append;    /* the file was opened before by this process */
    GArray *ranges; /* of LogRange; NULL: all. Set by -dfilter, before there are threads */
    void (*trace_hook)(const char *pattern);
} log_state;

static __thread FILE *thread_file;
static __thread Notifier thread_file_closer;

unsigned qemu_loglevel;

/* ORDER log-bits: include/qemu/log.h */
const QEMULogItem qemu_log_items[] = {
    { CPU_LOG_TB_OUT_ASM, "out_asm", "show generated host assembly code for each compiled TB" },
    { CPU_LOG_TB_IN_ASM, "in_asm", "show target assembly code for each compiled TB" },
    { CPU_LOG_TB_OP, "op", "show micro ops for each compiled TB" },
    { CPU_LOG_TB_OP_OPT, "op_opt", "show micro ops after optimization" },
    { CPU_LOG_TB_OP_IND, "op_ind", "show micro ops before indirect lowering" },
    { CPU_LOG_INT, "int", "show interrupts/exceptions in short format" },
    { CPU_LOG_EXEC, "exec", "show trace before each executed TB (lots of logs)" },
    { CPU_LOG_TB_CPU, "cpu", "show CPU registers before entering a TB (lots of logs)" },
    { CPU_LOG_TB_FPU, "fpu", "include FPU registers in the 'cpu' logging" },
    { CPU_LOG_MMU, "mmu", "log MMU-related activities" },
    { CPU_LOG_PCALL, "pcall", "x86 only: show protected mode far calls/returns/exceptions" },
    { CPU_LOG_RESET, "cpu_reset", "show CPU state before CPU resets" },
    { LOG_UNIMP, "unimp", "log functionality that the device model lacks" },
    { LOG_GUEST_ERROR, "guest_errors", "log when the guest OS does something invalid" },
    { CPU_LOG_TB_NOCHAIN, "nochain", "do not chain compiled TBs" },
    { LOG_PER_THREAD, "tid", "open a separate log file per thread; filename must contain '%d'" },
    { CPU_LOG_TB_VPU, "vpu", "include VPU registers in the 'cpu' logging" },
    { 0, NULL, NULL },
};

static void __attribute__((constructor)) log_init(void)
{
    qemu_rec_mutex_init(&log_state.lock);
}

/* ---- Writing */

static void close_thread_file(Notifier *n, void *unused)
{
    if (thread_file) {
        fclose(thread_file);
        thread_file = NULL;
    }
}

/* This thread's own file, opened at its first record. */
static FILE *own_file(void)
{
    if (!thread_file && log_state.filename) {
        g_autofree char *name = g_strdup_printf("%d", qemu_get_thread_id());
        g_auto(GStrv) parts = g_strsplit(log_state.filename, "%d", 2);
        g_autofree char *path = g_strconcat(parts[0], name, parts[1], NULL);

        thread_file = fopen(path, "w");
        if (thread_file) {
            thread_file_closer.notify = close_thread_file;
            qemu_thread_atexit_add(&thread_file_closer);
        }
    }
    return thread_file;
}

bool qemu_log_separate(void)
{
    QEMU_LOCK_GUARD(&log_state.lock);
    return log_state.file && log_state.file != stderr;
}

bool qemu_log_enabled(void)
{
    return qatomic_read(&qemu_loglevel) != 0;
}

FILE *qemu_log_trylock(void)
{
    FILE *f;

    qemu_rec_mutex_lock(&log_state.lock);
    f = log_state.file;
    if (qemu_loglevel_mask(LOG_PER_THREAD)) {
        f = own_file();
    }
    if (!f) {
        qemu_rec_mutex_unlock(&log_state.lock);
    }
    return f;
}

void qemu_log_unlock(FILE *logfile)
{
    if (logfile) {
        fflush(logfile);
        qemu_rec_mutex_unlock(&log_state.lock);
    }
}

void qemu_log_vprintf(const char *fmt, va_list ap)
{
    FILE *f = qemu_log_trylock();

    if (f) {
        vfprintf(f, fmt, ap);
        qemu_log_unlock(f);
    }
}

void qemu_log(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    qemu_log_vprintf(fmt, ap);
    va_end(ap);
}

/* ---- Opening and closing */

/* A name may hold one "%d" and no other conversion. */
static bool valid_name(const char *name, bool per_thread, Error **errp)
{
    const char *percent = strchr(name, '%');

    if (percent && (percent[1] != 'd' || strchr(percent + 1, '%'))) {
        error_setg(errp, "Bad logfile format: '%s': only one '%%d' is allowed", name);
        return false;
    }
    if (per_thread && !percent) {
        error_setg(errp, "Filename template with '%%d' required for 'tid': '%s'", name);
        return false;
    }
    return true;
}

static FILE *open_log(const char *name, bool append, Error **errp)
{
    g_autofree char *pid = g_strdup_printf("%d", (int)getpid());
    g_auto(GStrv) parts = g_strsplit(name, "%d", 2);
    g_autofree char *path = parts[1] ? g_strconcat(parts[0], pid, parts[1], NULL) : g_strdup(name);
    FILE *f = fopen(path, append ? "ae" : "we");

    if (!f) {
        error_setg_errno(errp, errno, "Error opening logfile %s", path);
    }
    return f;
}

static void close_log(void)
{
    if (log_state.file && log_state.file != stderr) {
        fclose(log_state.file);
    }
    log_state.file = NULL;
}

bool qemu_set_log_filename_flags(const char *filename, unsigned log_flags, Error **errp)
{
    QEMU_LOCK_GUARD(&log_state.lock);
    bool new_name = filename && g_strcmp0(filename, log_state.filename) != 0;
    const char *name = filename ? filename : log_state.filename;
    bool per_thread = log_flags & LOG_PER_THREAD;
    FILE *f = NULL;

    if (name && !*name) {
        name = NULL;
    }
    if (name && !valid_name(name, per_thread, errp)) {
        return false;
    }
    if (per_thread && !name) {
        error_setg(errp, "'tid' needs a log file (-D) with '%%d' in its name");
        return false;
    }
    /* A daemon's stderr goes nowhere. */
    bool need_open = log_flags && !per_thread && (!log_state.file || new_name) &&
                     (name || !is_daemonized());
    if (need_open) {
        f = name ? open_log(name, log_state.append && !new_name, errp) : stderr;
        if (!f) {
            return false;
        }
    }
    if (!log_flags || per_thread || need_open) {
        close_log();
        log_state.file = f;
    }
    if (new_name || (name && f)) {
        /* What this process wrote before stays when the log is switched on again. */
        log_state.append = name && f;
    }
    if (new_name) {
        g_free(log_state.filename);
        log_state.filename = g_strdup(name);
    }
    qatomic_set(&qemu_loglevel, log_flags);
    return true;
}

bool qemu_set_log(unsigned log_flags, Error **errp)
{
    return qemu_set_log_filename_flags(NULL, log_flags, errp);
}

bool qemu_set_log_filename(const char *filename, Error **errp)
{
    return qemu_set_log_filename_flags(filename, qemu_loglevel, errp);
}

void qemu_log_set_trace_hook(void (*enable)(const char *pattern))
{
    log_state.trace_hook = enable;
}

/* ---- Parsing */

bool qemu_log_in_addr_range(uint64_t addr)
{
    GArray *ranges = qatomic_load_acquire(&log_state.ranges);

    if (!ranges) {
        return true;
    }
    for (guint i = 0; i < ranges->len; i++) {
        LogRange *r = &g_array_index(ranges, LogRange, i);

        if (addr >= r->first && addr <= r->last) {
            return true;
        }
    }
    return false;
}

/* "FIRST..LAST", "FIRST+LENGTH" or "LAST-LENGTH". */
static bool parse_range(const char *text, LogRange *range, Error **errp)
{
    const char *op = strstr(text, "..") ?: strpbrk(text, "+-");
    const char *end;
    uint64_t a, b;

    if (!op) {
        error_setg(errp, "Bad range specifier '%s': no '..', '+' or '-' in it", text);
        return false;
    }
    const char *second = op + (*op == '.' ? 2 : 1);
    if (qemu_strtou64(text, &end, 0, &a) || end != op) {
        error_setg(errp, "Invalid number to the left of '%.*s' in '%s'", (int)(second - op), op,
                   text);
        return false;
    }
    if (qemu_strtou64(second, NULL, 0, &b)) {
        error_setg(errp, "Invalid number to the right of '%.*s' in '%s'", (int)(second - op),
                   op, text);
        return false;
    }
    switch (*op) {
    case '+':
        *range = (LogRange){ a, a + (b ? b - 1 : 0) };
        break;
    case '-':
        *range = (LogRange){ a - (b ? b - 1 : 0), a };
        break;
    default:
        *range = (LogRange){ a, b };
        break;
    }
    if (range->first > range->last) {
        error_setg(errp, "Invalid range '%s': its end is before its start", text);
        return false;
    }
    return true;
}

bool qemu_set_dfilter_ranges(const char *filter, Error **errp)
{
    g_auto(GStrv) texts = g_strsplit(filter, ",", -1);
    GArray *ranges = g_array_new(false, false, sizeof(LogRange));

    for (char **t = texts; *t; t++) {
        LogRange r;

        if (!parse_range(*t, &r, errp)) {
            g_array_unref(ranges);
            return false;
        }
        g_array_append_val(ranges, r);
    }
    qatomic_store_release(&log_state.ranges, ranges);
    return true;
}

static unsigned mask_of_word(const char *word)
{
    const char *pattern;

    if (!strcmp(word, "all")) {
        unsigned all = 0;

        for (const QEMULogItem *i = qemu_log_items; i->mask; i++) {
            /* These change how things run or where the log goes. */
            all |= i->mask & ~(CPU_LOG_TB_NOCHAIN | LOG_PER_THREAD);
        }
        return all;
    }
    if (strstart(word, "trace:", &pattern) && *pattern) {
        if (log_state.trace_hook) {
            log_state.trace_hook(pattern);
        }
        return LOG_TRACE;
    }
    for (const QEMULogItem *i = qemu_log_items; i->mask; i++) {
        if (!strcmp(word, i->name)) {
            return i->mask;
        }
    }
    return 0;
}

unsigned qemu_str_to_log_mask(const char *str)
{
    g_auto(GStrv) words = g_strsplit(str, ",", -1);
    unsigned mask = 0;

    for (char **w = words; *w; w++) {
        unsigned m = mask_of_word(*w);

        if (!m) {
            return 0;
        }
        mask |= m;
    }
    return mask;
}

void qemu_print_log_usage(FILE *f)
{
    fprintf(f, "Log items (comma separated):\n");
    for (const QEMULogItem *i = qemu_log_items; i->mask; i++) {
        fprintf(f, "%-15s %s\n", i->name, i->help);
    }
    fprintf(f, "%-15s %s\n", "trace:PATTERN", "enable trace events");
    fprintf(f, "\nUse \"-d trace:help\" to get a list of trace events.\n\n");
}
