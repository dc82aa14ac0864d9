/*
 * The log that -d, -D and -dfilter control.
 *
 * Whether a class is on costs one load and a branch. A record of several calls is kept
 * together by qemu_log_trylock().
 *
 * Threads: any.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_LOG_H
#define QEMU_LOG_H

#include "qemu/osdep.h"
#include "qemu/atomic.h"

/* ORDER log-bits: rows of qemu_log_items[] in util/log.c */
#define CPU_LOG_TB_OUT_ASM (1u << 0)
#define CPU_LOG_TB_IN_ASM (1u << 1)
#define CPU_LOG_TB_OP (1u << 2)
#define CPU_LOG_TB_OP_OPT (1u << 3)
#define CPU_LOG_INT (1u << 4)
#define CPU_LOG_EXEC (1u << 5)
#define CPU_LOG_PCALL (1u << 6)
#define CPU_LOG_TB_CPU (1u << 8)
#define CPU_LOG_RESET (1u << 9)
#define LOG_UNIMP (1u << 10)
#define LOG_GUEST_ERROR (1u << 11)
#define CPU_LOG_MMU (1u << 12)
#define CPU_LOG_TB_NOCHAIN (1u << 13)
#define CPU_LOG_PAGE (1u << 14)
#define LOG_TRACE (1u << 15)
#define CPU_LOG_TB_OP_IND (1u << 16)
#define CPU_LOG_TB_FPU (1u << 17)
#define LOG_PER_THREAD (1u << 20)
#define CPU_LOG_TB_VPU (1u << 21)

typedef struct QEMULogItem {
    unsigned mask;
    const char *name;
    const char *help;
} QEMULogItem;
/* Ends with a mask of 0. */
extern const QEMULogItem qemu_log_items[];

extern unsigned qemu_loglevel;

static inline bool qemu_loglevel_mask(unsigned mask)
{
    return unlikely((qatomic_read(&qemu_loglevel) & mask) != 0);
}
/* Is anything being logged (to stderr or a file)? */
bool qemu_log_enabled(void);
bool qemu_log_separate(void);

/*
 * Change what is logged; the mask 0 closes the log. A name with "%d" becomes one file per
 * process (per thread with LOG_PER_THREAD). false with @errp set: nothing has changed.
 */
bool qemu_set_log(unsigned log_flags, Error **errp);
bool qemu_set_log_filename(const char *filename, Error **errp);
bool qemu_set_log_filename_flags(const char *filename, unsigned log_flags, Error **errp);
/* "1000..1fff,2000+100,3000-100": limit the code-related classes to guest
 * addresses. Before there are threads. */
bool qemu_set_dfilter_ranges(const char *ranges, Error **errp);
bool qemu_log_in_addr_range(uint64_t addr);
/* "int,mmu" or "all"; also "trace:PATTERN". 0 if a word is unknown. */
unsigned qemu_str_to_log_mask(const char *str);
void qemu_print_log_usage(FILE *f);
/* Hook for "-d trace:PATTERN". */
void qemu_log_set_trace_hook(void (*enable)(const char *pattern));

/* The log's stream, locked, or NULL when nothing is logged. */
FILE *qemu_log_trylock(void);
void qemu_log_unlock(FILE *logfile);
void qemu_log(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
void qemu_log_vprintf(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);

#define qemu_log_mask(mask, fmt, ...)                                                            \
    do {                                                                                         \
        if (qemu_loglevel_mask(mask)) {                                                          \
            qemu_log(fmt, ##__VA_ARGS__);                                                        \
        }                                                                                        \
    } while (0)
/* Only if @addr passes -dfilter. */
#define qemu_log_mask_and_addr(mask, addr, fmt, ...)                                             \
    do {                                                                                         \
        if (qemu_loglevel_mask(mask) && qemu_log_in_addr_range(addr)) {                          \
            qemu_log(fmt, ##__VA_ARGS__);                                                        \
        }                                                                                        \
    } while (0)

#endif
