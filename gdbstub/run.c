/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stopping and going on: breakpoints, steps, and what the client hears when the machine stops.
 *
 * A vCPU that reaches a breakpoint, watchpoint or the end of a step calls debug_stop() in its
 * own thread; then the main loop stops the machine, and vm_changed() tells the client.
 *
 * Thread:  main thread with the big lock, except debug_stop().
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "internals.h"
#include "softmmu/cpus.h"
#include "sysemu/runstate.h"

/* Signals as gdb numbers them (include/gdb/signals.def in its source). */
enum {
    GDB_SIGNAL_INT = 2,
    GDB_SIGNAL_QUIT = 3,
    GDB_SIGNAL_TRAP = 5,
    GDB_SIGNAL_ABRT = 6,
    GDB_SIGNAL_ALRM = 14,
    GDB_SIGNAL_IO = 23,
    GDB_SIGNAL_XCPU = 24,
    GDB_SIGNAL_UNKNOWN = 143,
};

/* Called with the big lock held, in the vCPU's thread. */
static void debug_stop(CPUState *cpu)
{
    GDBSession *s = gdb_session();

    s->c_cpu = cpu;
    s->g_cpu = cpu;
}

static int stop_signal(void)
{
    switch (runstate_get()) {
    case RUN_STATE_DEBUG:
        return GDB_SIGNAL_TRAP;
    case RUN_STATE_PAUSED:
        return GDB_SIGNAL_INT;
    case RUN_STATE_SHUTDOWN:
        return GDB_SIGNAL_QUIT;
    case RUN_STATE_IO_ERROR:
        return GDB_SIGNAL_IO;
    case RUN_STATE_WATCHDOG:
        return GDB_SIGNAL_ALRM;
    case RUN_STATE_INTERNAL_ERROR:
    case RUN_STATE_GUEST_PANICKED:
        return GDB_SIGNAL_ABRT;
    case RUN_STATE_FINISH_MIGRATE:
        return GDB_SIGNAL_XCPU;
    default:
        return GDB_SIGNAL_UNKNOWN;
    }
}

static void append_watchpoint(CPUState *cpu, GString *out)
{
    CPUWatchpoint *wp = cpu->watchpoint_hit;
    const char *kind;

    if (!wp) {
        return;
    }
    switch (wp->flags & BP_MEM_ACCESS) {
    case BP_MEM_READ:
        kind = "r";
        break;
    case BP_MEM_ACCESS:
        kind = "a";
        break;
    default:
        kind = "";
        break;
    }
    g_string_append_printf(out, "%swatch:%" PRIx64 ";", kind, (uint64_t)wp->addr);
    cpu->watchpoint_hit = NULL;
}

static void send_stop(int signal)
{
    GDBSession *s = gdb_session();
    g_autoptr(GString) out = g_string_new(NULL);

    g_string_printf(out, "T%02xthread:", signal);
    gdb_append_thread_id(s->c_cpu, out);
    g_string_append_c(out, ';');
    if (signal == GDB_SIGNAL_TRAP) {
        append_watchpoint(s->c_cpu, out);
    }
    gdb_put_packet(out->str);
}

void gdb_send_stop_reply(void)
{
    send_stop(GDB_SIGNAL_TRAP);
}

static void vm_changed(void *opaque, bool running)
{
    if (running || !gdb_session()->attached) {
        return;
    }
    if (runstate_check(RUN_STATE_SAVE_VM) || runstate_check(RUN_STATE_RESTORE_VM)) {
        return;                         /* it goes on by itself */
    }
    send_stop(stop_signal());
    gdb_stop_stepping();
}

void gdb_run_init(void)
{
    cpus_set_debug_stop_hook(debug_stop);
    qemu_add_vm_change_state_handler(vm_changed, NULL);
}

void gdb_stop_stepping(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        cpu_single_step(cpu, 0);
    }
}

void gdb_continue(bool step)
{
    GDBSession *s = gdb_session();

    cpu_single_step(s->c_cpu, step ? s->step_flags : 0);
    vm_start();
}

/* ---- vCont: an action for each thread; the first that names it counts */

typedef struct Action {
    char what;                          /* 'c', 's'; 0: stay stopped */
    CPUState *cpu;
} Action;

static bool applies(CPUState *cpu, int64_t pid, int64_t tid)
{
    return pid <= 0 || pid == GDB_PID ? tid <= 0 || tid == cpu->cpu_index + 1 : false;
}

static void set_actions(GArray *actions, char what, int64_t pid, int64_t tid)
{
    for (guint i = 0; i < actions->len; i++) {
        Action *a = &g_array_index(actions, Action, i);

        if (!a->what && applies(a->cpu, pid, tid)) {
            a->what = what;
        }
    }
}

/* "c", "C05", "s" or "S05", and perhaps ":thread-id". */
static bool parse_action(const char **p, GArray *actions)
{
    char what = g_ascii_tolower(**p);
    int64_t pid = -1, tid = -1;

    if (what != 'c' && what != 's') {
        return false;
    }
    if (g_ascii_isupper(*(*p)++)) {
        /* The guest has no signals to give it. */
        while (g_ascii_isxdigit(**p)) {
            (*p)++;
        }
    }
    if (**p == ':') {
        (*p)++;
        if (!gdb_parse_thread_id(p, &pid, &tid)) {
            return false;
        }
    }
    set_actions(actions, what, pid, tid);
    return true;
}

static void resume(GArray *actions)
{
    GDBSession *s = gdb_session();

    for (guint i = 0; i < actions->len; i++) {
        Action *a = &g_array_index(actions, Action, i);

        cpu_single_step(a->cpu, a->what == 's' ? s->step_flags : 0);
        if (a->what == 's') {
            s->c_cpu = a->cpu;
        }
    }
    vm_start();
    /* Those without an action have not got the lock since: they see that they are stopped. */
    for (guint i = 0; i < actions->len; i++) {
        Action *a = &g_array_index(actions, Action, i);

        if (!a->what) {
            a->cpu->stopped = true;
        }
    }
}

bool gdb_vcont(const char *p)
{
    g_autoptr(GArray) actions = g_array_new(FALSE, TRUE, sizeof(Action));
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        Action a = { 0, cpu };

        g_array_append_val(actions, a);
    }
    while (*p == ';') {
        p++;
        if (!parse_action(&p, actions)) {
            return false;
        }
    }
    if (*p) {
        return false;
    }
    resume(actions);
    return true;
}

/* ---- Points: 0 and 1 breakpoints (software, hardware: the same here), 2 to 4 watchpoints */

static int watch_flags(int kind)
{
    static const int flags[] = { BP_MEM_WRITE, BP_MEM_READ, BP_MEM_ACCESS };

    return BP_GDB | flags[kind - 2];
}

int gdb_point_insert(int kind, uint64_t addr, uint64_t len)
{
    CPUState *cpu;
    int err = -1;

    if (kind < 0 || kind > 4) {
        return -1;
    }
    CPU_FOREACH(cpu) {
        err = kind < 2 ? cpu_breakpoint_insert(cpu, addr, BP_GDB, NULL)
                       : cpu_watchpoint_insert(cpu, addr, len, watch_flags(kind), NULL);
        if (err) {
            gdb_point_remove(kind, addr, len);
            return -EINVAL;
        }
    }
    return 0;
}

int gdb_point_remove(int kind, uint64_t addr, uint64_t len)
{
    CPUState *cpu;
    int result = 0;

    if (kind < 0 || kind > 4) {
        return -1;
    }
    CPU_FOREACH(cpu) {
        int err = kind < 2 ? cpu_breakpoint_remove(cpu, addr, BP_GDB)
                           : cpu_watchpoint_remove(cpu, addr, len, watch_flags(kind));

        result = err ? -ENOENT : result;
    }
    return result;
}

void gdb_points_remove_all(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        cpu_breakpoint_remove_all(cpu, BP_GDB);
        cpu_watchpoint_remove_all(cpu, BP_GDB);
    }
}
