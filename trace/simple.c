/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trace backend simple: binary records in a file.
 *
 * The file, in host byte order; scripts/simpletrace.py reads it:
 *
 *   header   u64 magic "MOATRACE", u64 version, u64 process id
 *   name     u64 0, u64 event id, u64 length, that many bytes:
 *            "NAME KINDS ARG ARG ...", before the first record of that event
 *   record   u64 1, u64 event id, u64 length, that many bytes: u64 time in ns (CLOCK_MONOTONIC),
 *            u64 thread id, then the arguments: 8 bytes each; strings a u64 length and the bytes
 *
 * Thread: any; `simple.lock` guards the file.  Records are built without it, on the stack.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "trace/backends.h"

#define TRACE_MAGIC 0x4543415254414f4dull
#define TRACE_VERSION 1ull

enum {
    ENTRY_NAME = 0,
    ENTRY_RECORD = 1,
};

static struct {
    GMutex lock;
    char *path;
    FILE *file;
    bool enabled;
    GHashTable *named;          /* ids of events whose name is in the file */
} simple;

static void put_u64(uint64_t val)
{
    fwrite(&val, sizeof(val), 1, simple.file);
}

static void close_file(void)
{
    if (simple.file) {
        fclose(simple.file);
        simple.file = NULL;
    }
}

static bool open_file(void)
{
    if (!simple.path) {
        simple.path = g_strdup_printf("trace-%d", (int)getpid());
    }
    simple.file = fopen(simple.path, "we");
    if (!simple.file) {
        warn_report("could not open trace file '%s': %s", simple.path, strerror(errno));
        return false;
    }
    setvbuf(simple.file, NULL, _IOFBF, 1 << 16);
    if (!simple.named) {
        simple.named = g_hash_table_new(NULL, NULL);
    }
    g_hash_table_remove_all(simple.named);
    put_u64(TRACE_MAGIC);
    put_u64(TRACE_VERSION);
    put_u64(getpid());
    return true;
}

bool trace_simple_set_enabled(bool enable)
{
    static bool flush_at_exit;
    bool ok = true;

    g_mutex_lock(&simple.lock);
    if (enable && !simple.file) {
        ok = open_file();
    } else if (!enable) {
        close_file();
    }
    simple.enabled = enable && ok;
    if (!flush_at_exit) {
        flush_at_exit = true;
        atexit(trace_simple_flush);
    }
    g_mutex_unlock(&simple.lock);
    return ok;
}

bool trace_simple_set_file(const char *path)
{
    bool was_enabled;

    g_mutex_lock(&simple.lock);
    was_enabled = simple.enabled;
    close_file();
    simple.enabled = false;
    g_free(simple.path);
    simple.path = g_strdup(path);
    g_mutex_unlock(&simple.lock);
    return was_enabled ? trace_simple_set_enabled(true) : true;
}

void trace_simple_flush(void)
{
    g_mutex_lock(&simple.lock);
    if (simple.file) {
        fflush(simple.file);
    }
    g_mutex_unlock(&simple.lock);
}

const char *trace_simple_file(bool *enabled)
{
    *enabled = simple.enabled;
    return simple.path;
}

void trace_simple_print_status(FILE *f)
{
    fprintf(f, "Trace file \"%s\" %s.\n", simple.path ? simple.path : "(none)",
            simple.enabled ? "on" : "off");
}

static void add(TraceRecord *rec, const void *data, size_t len)
{
    memcpy(rec->data + rec->len, data, len);
    rec->len += len;
}

void trace_record_add_u64(TraceRecord *rec, uint64_t val)
{
    if (rec->len + sizeof(val) <= TRACE_RECORD_MAX) {
        add(rec, &val, sizeof(val));
    }
}

void trace_record_add_double(TraceRecord *rec, double val)
{
    if (rec->len + sizeof(val) <= TRACE_RECORD_MAX) {
        add(rec, &val, sizeof(val));
    }
}

void trace_record_add_str(TraceRecord *rec, const char *str)
{
    /* What may still come: ten arguments of eight bytes. */
    size_t room = TRACE_RECORD_MAX - MIN(rec->len + 96, (size_t)TRACE_RECORD_MAX);
    uint64_t len = MIN(strlen(str ? str : "(null)"), room);

    trace_record_add_u64(rec, len);
    add(rec, str ? str : "(null)", len);
}

void trace_record_start(TraceRecord *rec, const TraceEvent *ev)
{
    struct timespec ts;

    rec->len = 0;
    trace_record_add_u64(rec, ENTRY_RECORD);
    trace_record_add_u64(rec, ev->id);
    trace_record_add_u64(rec, 0);       /* length, by trace_record_finish() */
    clock_gettime(CLOCK_MONOTONIC, &ts);
    trace_record_add_u64(rec, ts.tv_sec * 1000000000ull + ts.tv_nsec);
    trace_record_add_u64(rec, qemu_get_thread_id());
}

static void put_name(uint64_t id)
{
    TraceEventIter iter;
    TraceEvent *ev;

    if (!g_hash_table_add(simple.named, GUINT_TO_POINTER(id + 1))) {
        return;
    }
    trace_event_iter_init(&iter, NULL);
    while ((ev = trace_event_next(&iter))) {
        if (ev->id == id) {
            g_autofree char *text = g_strdup_printf("%s %s %s", ev->name,
                                                    *ev->kinds ? ev->kinds : "-", ev->args);

            put_u64(ENTRY_NAME);
            put_u64(id);
            put_u64(strlen(text));
            fwrite(text, strlen(text), 1, simple.file);
            return;
        }
    }
}

void trace_record_finish(TraceRecord *rec)
{
    uint64_t id, len = rec->len - 24;

    memcpy(&id, rec->data + 8, sizeof(id));
    memcpy(rec->data + 16, &len, sizeof(len));
    g_mutex_lock(&simple.lock);
    if (simple.enabled) {
        put_name(id);
        fwrite(rec->data, rec->len, 1, simple.file);
    }
    g_mutex_unlock(&simple.lock);
}
