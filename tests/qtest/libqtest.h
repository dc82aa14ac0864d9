/*
 * Tests that play the CPU of a machine: start the emulator under -accel qtest, access ports, memory
 * and interrupt lines, move the clock, talk QMP. A step that fails fails the (Check) test.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_QTEST_LIBQTEST_H
#define TESTS_QTEST_LIBQTEST_H

#include "qemu/osdep.h"
#include "qapi/qmp/qdict.h"

typedef struct QTestState QTestState;

/*
 * Starts the emulator named by QTEST_QEMU_BINARY with @args (split as a shell does) and waits
 * until it listens. The vCPUs never run.
 */
QTestState *qtest_init(const char *args);
QTestState *qtest_initf(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
/* Ends it and checks that it ended well. */
void qtest_quit(QTestState *s);
/*
 * Starts the emulator with @args and waits for it to end by itself. The exit status; *@output (may
 * be NULL) is what it wrote to stderr, to g_free().
 */
int qtest_run_to_exit(const char *args, char **output);

uint8_t qtest_inb(QTestState *s, uint16_t port);
uint16_t qtest_inw(QTestState *s, uint16_t port);
uint32_t qtest_inl(QTestState *s, uint16_t port);
void qtest_outb(QTestState *s, uint16_t port, uint8_t value);
void qtest_outw(QTestState *s, uint16_t port, uint16_t value);
void qtest_outl(QTestState *s, uint16_t port, uint32_t value);

uint8_t qtest_readb(QTestState *s, uint64_t addr);
uint16_t qtest_readw(QTestState *s, uint64_t addr);
uint32_t qtest_readl(QTestState *s, uint64_t addr);
uint64_t qtest_readq(QTestState *s, uint64_t addr);
void qtest_writeb(QTestState *s, uint64_t addr, uint8_t value);
void qtest_writew(QTestState *s, uint64_t addr, uint16_t value);
void qtest_writel(QTestState *s, uint64_t addr, uint32_t value);
void qtest_writeq(QTestState *s, uint64_t addr, uint64_t value);
void qtest_memread(QTestState *s, uint64_t addr, void *data, size_t size);
void qtest_memwrite(QTestState *s, uint64_t addr, const void *data, size_t size);
void qtest_memset(QTestState *s, uint64_t addr, uint8_t value, size_t size);

/* Move the virtual clock: by @ns, to the next timer, to @ns. Return where it is then. */
int64_t qtest_clock_step(QTestState *s, int64_t ns);
int64_t qtest_clock_step_next(QTestState *s);
int64_t qtest_clock_set(QTestState *s, int64_t ns);

/* Watch the pins of one device, by path; then qtest_get_irq() tells the level of pin @n. */
void qtest_irq_intercept_in(QTestState *s, const char *path);
void qtest_irq_intercept_out(QTestState *s, const char *path);
void qtest_irq_intercept_out_named(QTestState *s, const char *path, const char *name);
bool qtest_get_irq(QTestState *s, int n);
/* Drives input @n of a device; @name NULL for the unnamed pins. */
void qtest_set_irq_in(QTestState *s, const char *path, const char *name, int n, int level);

/*
 * Sends a QMP command (JSON with % conversions as in qobject_from_jsonf_nofail) and returns the
 * reply, to qobject_unref(). The _ok form fails the test on an error and returns what is in
 * "return".
 */
QDict *qtest_qmp(QTestState *s, const char *fmt, ...);
QObject *qtest_qmp_ok(QTestState *s, const char *fmt, ...);
/* Waits (10 s) for an event of that name, past or to come; to qobject_unref(). */
QDict *qtest_qmp_eventwait_ref(QTestState *s, const char *event);
void qtest_qmp_eventwait(QTestState *s, const char *event);
/* Runs a human monitor command; its output, to g_free(). */
char *qtest_hmp(QTestState *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
/* Sends a line of the test protocol itself and returns the reply, to g_free(). */
char *qtest_raw(QTestState *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
/* Sends @n lines at once, each with its newline, and waits for as many replies, whatever they say. */
void qtest_batch(QTestState *s, const char *lines, unsigned n);
/* Guest CPU of the emulator that is tested: "x86_64". */
const char *qtest_get_arch(void);
pid_t qtest_pid(QTestState *s);

#endif
