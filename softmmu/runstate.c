/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of the machine: run states, start and stop, and requests to reset, shut down, sleep
 * and wake up, which the main loop carries out.
 *
 * Threads: requests from any thread set a flag and wake the main loop. Everything else runs in
 * the main loop under the big lock (vm_stop() of a vCPU thread is turned into a request).
 *
 *   prelaunch --> running <--> paused, io-error, watchdog, guest-panicked, suspended, debug
 *      |             |
 *      +---> inmigrate, restore-vm, save-vm, finish-migrate, postmigrate (migration)
 *                    +------> shutdown, internal-error (only a reset leads on)
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "qapi/qapi-event.h"
#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "hw/nmi.h"
#include "softmmu/cpus.h"
#include "sysemu/reset.h"
#include "sysemu/runstate.h"

RebootAction reboot_action = REBOOT_ACTION_RESET;
ShutdownAction shutdown_action = SHUTDOWN_ACTION_POWEROFF;
PanicAction panic_action = PANIC_ACTION_SHUTDOWN;
WatchdogAction watchdog_action = WATCHDOG_ACTION_RESET;

struct VMChangeStateEntry {
    VMChangeStateHandler *cb;
    void *opaque;
    QTAILQ_ENTRY(VMChangeStateEntry) next;
};

static struct {
    RunState state;                       /* [bql] */
    QTAILQ_HEAD(, VMChangeStateEntry) handlers; /* [bql] */
    bool ready;
    NotifierList powerdown, shutdown, suspend, wakeup; /* [bql] */
    bool wakeup_supported;
    unsigned wakeup_mask;
    int exit_code;
    /* Requests: atomic, set by any thread, taken by the main loop */
    int reset, shutdown_cause, powerdown_requested, suspend_requested, debug;
    int vmstop;                           /* RunState + 1 */
    int wakeup_reason;
    int killed_by;
    pid_t killer;
} rs = { .state = RUN_STATE_PRELAUNCH };

static void init_once(void)
{
    if (!rs.ready) {
        QTAILQ_INIT(&rs.handlers);
        notifier_list_init(&rs.powerdown);
        notifier_list_init(&rs.shutdown);
        notifier_list_init(&rs.suspend);
        notifier_list_init(&rs.wakeup);
        rs.ready = true;
    }
}

/* ---- states ---- */

RunState runstate_get(void)
{
    return rs.state;
}

bool runstate_check(RunState state)
{
    return rs.state == state;
}

void runstate_set(RunState state)
{
    rs.state = state;
}

bool runstate_is_running(void)
{
    return rs.state == RUN_STATE_RUNNING;
}

bool runstate_needs_reset(void)
{
    return rs.state == RUN_STATE_INTERNAL_ERROR || rs.state == RUN_STATE_SHUTDOWN;
}

VMChangeStateEntry *qemu_add_vm_change_state_handler(VMChangeStateHandler *cb, void *opaque)
{
    VMChangeStateEntry *e = g_new0(VMChangeStateEntry, 1);

    init_once();
    e->cb = cb;
    e->opaque = opaque;
    QTAILQ_INSERT_TAIL(&rs.handlers, e, next);
    return e;
}

void qemu_del_vm_change_state_handler(VMChangeStateEntry *e)
{
    QTAILQ_REMOVE(&rs.handlers, e, next);
    g_free(e);
}

static void notify_handlers(bool running)
{
    VMChangeStateEntry *e, *next;

    init_once();
    QTAILQ_FOREACH_SAFE(e, &rs.handlers, next, next) {
        e->cb(e->opaque, running);
    }
}

void vm_start(void)
{
    if (runstate_is_running()) {
        return;
    }
    cpu_enable_ticks();
    runstate_set(RUN_STATE_RUNNING);
    notify_handlers(true);
    cpus_set_running(true);
    resume_all_vcpus();
    qapi_event_send_resume(&error_abort);
}

static int do_vm_stop(RunState state, bool send_event)
{
    if (runstate_is_running()) {
        cpus_set_running(false);
        pause_all_vcpus();
        cpu_disable_ticks();
        runstate_set(state);
        notify_handlers(false);
        if (send_event) {
            qapi_event_send_stop(&error_abort);
        }
    }
    return 0;
}

void vm_shutdown(void)
{
    do_vm_stop(RUN_STATE_SHUTDOWN, false);
}

int vm_stop(RunState state)
{
    if (current_cpu) {
        qemu_system_vmstop_request(state);
        cpu_stop_current();
        return 0;
    }
    return do_vm_stop(state, true);
}

/* ---- requests ---- */

static void request(int *flag, int value)
{
    qatomic_set(flag, value);
    qemu_notify_event();
}

void qemu_system_vmstop_request(RunState state)
{
    request(&rs.vmstop, state + 1);
}

void qemu_system_debug_request(void)
{
    request(&rs.debug, 1);
}

void qemu_system_reset_request(ShutdownCause reason)
{
    if (reboot_action == REBOOT_ACTION_SHUTDOWN &&
        reason != SHUTDOWN_CAUSE_SUBSYSTEM_RESET) {
        request(&rs.shutdown_cause, reason);
    } else {
        request(&rs.reset, reason);
    }
    if (current_cpu) {
        cpu_stop_current();
    }
}

void qemu_system_shutdown_request(ShutdownCause reason)
{
    request(&rs.shutdown_cause, reason);
    if (current_cpu) {
        cpu_stop_current();
    }
}

void qemu_system_shutdown_request_with_code(ShutdownCause reason, int exit_code)
{
    rs.exit_code = exit_code;
    qemu_system_shutdown_request(reason);
}

void qemu_system_powerdown_request(void)
{
    request(&rs.powerdown_requested, 1);
}

void qemu_system_suspend_request(void)
{
    if (runstate_check(RUN_STATE_SUSPENDED)) {
        return;
    }
    request(&rs.suspend_requested, 1);
    if (current_cpu) {
        cpu_stop_current();
    }
}

void qemu_register_powerdown_notifier(Notifier *notifier)
{
    init_once();
    notifier_list_add(&rs.powerdown, notifier);
}

void qemu_register_shutdown_notifier(Notifier *notifier)
{
    init_once();
    notifier_list_add(&rs.shutdown, notifier);
}

void qemu_register_suspend_notifier(Notifier *notifier)
{
    init_once();
    notifier_list_add(&rs.suspend, notifier);
}

void qemu_register_wakeup_notifier(Notifier *notifier)
{
    init_once();
    notifier_list_add(&rs.wakeup, notifier);
}

void qemu_register_wakeup_support(void)
{
    rs.wakeup_supported = true;
}

bool qemu_wakeup_suspend_enabled(void)
{
    return rs.wakeup_supported;
}

void qemu_system_wakeup_enable(WakeupReason reason, bool enabled)
{
    if (enabled) {
        rs.wakeup_mask |= 1u << reason;
    } else {
        rs.wakeup_mask &= ~(1u << reason);
    }
}

void qemu_system_wakeup_request(WakeupReason reason, Error **errp)
{
    if (!runstate_check(RUN_STATE_SUSPENDED)) {
        error_setg(errp, "Unable to wake up: guest is not in suspended state");
        return;
    }
    if (reason != QEMU_WAKEUP_REASON_OTHER && !(rs.wakeup_mask & 1u << reason)) {
        return;
    }
    request(&rs.wakeup_reason, reason + 1);
}

void qemu_system_killed(int signal, pid_t pid)
{
    rs.killed_by = signal;
    rs.killer = pid;
    /* A signal ends the process whatever -no-shutdown says. */
    shutdown_action = SHUTDOWN_ACTION_POWEROFF;
    request(&rs.shutdown_cause, SHUTDOWN_CAUSE_HOST_SIGNAL);
}

/* ---- events of the guest ---- */

void qemu_system_guest_panicked(void)
{
    qemu_log_mask(LOG_GUEST_ERROR, "Guest crashed\n");
    switch (panic_action) {
    case PANIC_ACTION_PAUSE:
        qapi_event_send_guest_panicked(GUEST_PANIC_ACTION_PAUSE, false, NULL, &error_abort);
        vm_stop(RUN_STATE_GUEST_PANICKED);
        break;
    case PANIC_ACTION_SHUTDOWN:
    case PANIC_ACTION_EXIT_FAILURE:
        qapi_event_send_guest_panicked(GUEST_PANIC_ACTION_POWEROFF, false, NULL, &error_abort);
        if (panic_action == PANIC_ACTION_EXIT_FAILURE) {
            rs.exit_code = EXIT_FAILURE;
        }
        vm_stop(RUN_STATE_GUEST_PANICKED);
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_PANIC);
        break;
    default:
        qapi_event_send_guest_panicked(GUEST_PANIC_ACTION_RUN, false, NULL, &error_abort);
        break;
    }
}

void watchdog_perform_action(void)
{
    qapi_event_send_watchdog(watchdog_action, &error_abort);
    switch (watchdog_action) {
    case WATCHDOG_ACTION_RESET:
        qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
        break;
    case WATCHDOG_ACTION_SHUTDOWN:
        qemu_system_powerdown_request();
        break;
    case WATCHDOG_ACTION_POWEROFF:
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
        break;
    case WATCHDOG_ACTION_PAUSE:
        qemu_system_vmstop_request(RUN_STATE_WATCHDOG);
        break;
    case WATCHDOG_ACTION_DEBUG:
        error_report("watchdog: timer fired");
        break;
    case WATCHDOG_ACTION_INJECT_NMI:
        nmi_monitor_handle(0, NULL);
        break;
    default:
        break;
    }
}

/* ---- carrying out ---- */

void qemu_system_reset(ShutdownCause reason)
{
    MachineClass *mc = current_machine ? MACHINE_GET_CLASS(current_machine) : NULL;

    if (mc && mc->reset) {
        mc->reset(current_machine, reason);
    } else {
        qemu_devices_reset(reason);
    }
    if (reason != SHUTDOWN_CAUSE_SUBSYSTEM_RESET && reason != SHUTDOWN_CAUSE_NONE) {
        qapi_event_send_reset(shutdown_caused_by_guest(reason), reason, &error_abort);
    }
}

static void carry_out_suspend(void)
{
    bool was_running = runstate_is_running();

    if (was_running) {
        cpus_set_running(false);
        pause_all_vcpus();
    }
    notifier_list_notify(&rs.suspend, NULL);
    runstate_set(RUN_STATE_SUSPENDED);
    qapi_event_send_suspend(&error_abort);
}

static void carry_out_wakeup(int reason)
{
    qemu_system_reset(SHUTDOWN_CAUSE_NONE);
    notifier_list_notify(&rs.wakeup, &reason);
    runstate_set(RUN_STATE_RUNNING);
    cpus_set_running(true);
    resume_all_vcpus();
    qapi_event_send_wakeup(&error_abort);
}

static void carry_out_reset(ShutdownCause cause)
{
    bool was_running = cpus_running();

    cpus_set_running(false);
    pause_all_vcpus();
    qemu_system_reset(cause);
    if (runstate_check(RUN_STATE_SUSPENDED)) {
        runstate_set(RUN_STATE_RUNNING);
        was_running = true;
    }
    if (!was_running && !runstate_check(RUN_STATE_PRELAUNCH) && runstate_needs_reset()) {
        runstate_set(RUN_STATE_PAUSED);
    }
    if (was_running) {
        cpus_set_running(true);
        resume_all_vcpus();
    }
}

static int take(int *flag)
{
    return qatomic_read(flag) ? qatomic_xchg(flag, 0) : 0;
}

/* True: the process shall end. */
static bool carry_out_shutdown(ShutdownCause cause)
{
    if (rs.killed_by) {
        if (rs.killer) {
            error_report("terminating on signal %d from pid %d", rs.killed_by, rs.killer);
        } else {
            error_report("terminating on signal %d", rs.killed_by);
        }
        rs.killed_by = 0;
    }
    qapi_event_send_shutdown(shutdown_caused_by_guest(cause), cause, &error_abort);
    notifier_list_notify(&rs.shutdown, &cause);
    if (shutdown_action == SHUTDOWN_ACTION_PAUSE && cause != SHUTDOWN_CAUSE_HOST_QMP_QUIT) {
        do_vm_stop(RUN_STATE_SHUTDOWN, true);
        return false;
    }
    return true;
}

static bool main_loop_should_exit(void)
{
    int v;

    if (take(&rs.debug)) {
        do_vm_stop(RUN_STATE_DEBUG, true);
    }
    if (take(&rs.suspend_requested)) {
        carry_out_suspend();
    }
    if ((v = take(&rs.shutdown_cause)) && carry_out_shutdown(v)) {
        return true;
    }
    if ((v = take(&rs.reset))) {
        carry_out_reset(v);
    }
    if ((v = take(&rs.wakeup_reason))) {
        carry_out_wakeup(v - 1);
    }
    if (take(&rs.powerdown_requested)) {
        qapi_event_send_powerdown(&error_abort);
        notifier_list_notify(&rs.powerdown, NULL);
    }
    if ((v = take(&rs.vmstop))) {
        do_vm_stop(v - 1, true);
    }
    return false;
}

int qemu_main_loop(void)
{
    init_once();
    while (!main_loop_should_exit()) {
        main_loop_wait(false);
    }
    return rs.exit_code;
}
