/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trace backends that write text: the log, and the kernel's trace buffer. */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "trace/backends.h"

void trace_log(const char *fmt, ...)
{
    g_autofree char *text = NULL;
    int64_t now = g_get_real_time();
    va_list ap;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    qemu_log("%d@%" PRId64 ".%06d:%s\n", qemu_get_thread_id(), now / G_USEC_PER_SEC,
             (int)(now % G_USEC_PER_SEC), text);
}

static int ftrace_fd = -1;              /* opened once, at start */

bool trace_ftrace_init(void)
{
    static const char *const markers[] = {
        "/sys/kernel/tracing/trace_marker", "/sys/kernel/debug/tracing/trace_marker",
    };

    for (size_t i = 0; ftrace_fd < 0 && i < ARRAY_SIZE(markers); i++) {
        ftrace_fd = qemu_open_old(markers[i], O_WRONLY);
    }
    return ftrace_fd >= 0;
}

void trace_ftrace(const char *fmt, ...)
{
    char text[1024];
    va_list ap;
    int len;

    if (ftrace_fd < 0) {
        return;
    }
    va_start(ap, fmt);
    len = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    /* One write is one entry; there is nobody to tell if the kernel refuses it. */
    if (write(ftrace_fd, text, MIN(len, (int)sizeof(text) - 1)) < 0) {
        return;
    }
}
