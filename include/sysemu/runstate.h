/*
 * Requests about the life of the machine: reset, shutdown, power button, sleep and wake-up.
 *
 * A request is remembered and carried out by the main loop; the caller goes on running.
 *
 * Thread: requests from any thread; notifiers under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SYSEMU_RUNSTATE_H
#define SYSEMU_RUNSTATE_H

#include "qemu/notify.h"
#include "qapi/qapi-types.h"

static inline bool shutdown_caused_by_guest(ShutdownCause cause)
{
    return cause >= SHUTDOWN_CAUSE_GUEST_SHUTDOWN;
}

typedef enum WakeupReason {
    QEMU_WAKEUP_REASON_NONE = 0,
    QEMU_WAKEUP_REASON_RTC,
    QEMU_WAKEUP_REASON_PMTIMER,
    QEMU_WAKEUP_REASON_OTHER,
} WakeupReason;

void qemu_system_reset_request(ShutdownCause reason);
void qemu_system_shutdown_request(ShutdownCause reason);
/* The same with an exit status of the process (isa-debug-exit). */
void qemu_system_shutdown_request_with_code(ShutdownCause reason, int exit_code);
/* The power button: devices that have one hear of it. */
void qemu_system_powerdown_request(void);
void qemu_register_powerdown_notifier(Notifier *notifier);
void qemu_register_shutdown_notifier(Notifier *notifier);
/* Sleep (S3) and what ends it. A wake-up that is not enabled or not asleep is ignored. */
void qemu_system_suspend_request(void);
void qemu_register_suspend_notifier(Notifier *notifier);
void qemu_register_wakeup_notifier(Notifier *notifier);
void qemu_system_wakeup_enable(WakeupReason reason, bool enabled);
void qemu_system_wakeup_request(WakeupReason reason, Error **errp);
/* The board supports S3 with wake-up. */
void qemu_register_wakeup_support(void);
bool qemu_wakeup_suspend_enabled(void);

/* ---- run states; all under the big lock ---- */

RunState runstate_get(void);
bool runstate_check(RunState state);
void runstate_set(RunState state);
bool runstate_is_running(void);
/* May vm_start() follow, or must the machine be reset first? */
bool runstate_needs_reset(void);

/* Start and stop the clocks and vCPUs; vm_stop() may be called by a vCPU thread too. */
void vm_start(void);
int vm_stop(RunState state);
/* Stop for good, at the end of the process: without the event. */
void vm_shutdown(void);
/* Let the main loop stop the machine: for callers that cannot wait. Any thread. */
void qemu_system_vmstop_request(RunState state);
/* A breakpoint, watchpoint or step of a debugger was reached. */
void qemu_system_debug_request(void);
/* The guest reported a crash: event and the panic action. */
void qemu_system_guest_panicked(void);

/* Called after the machine started or stopped; devices before those that add later. */
typedef struct VMChangeStateEntry VMChangeStateEntry;
typedef void VMChangeStateHandler(void *opaque, bool running);
VMChangeStateEntry *qemu_add_vm_change_state_handler(VMChangeStateHandler *cb, void *opaque);
void qemu_del_vm_change_state_handler(VMChangeStateEntry *e);

/* ---- what happens on events: -action, -no-reboot, -no-shutdown, set-action ---- */
extern RebootAction reboot_action;
extern ShutdownAction shutdown_action;
extern PanicAction panic_action;
extern WatchdogAction watchdog_action;
/* A watchdog ran out: event and the watchdog action. */
void watchdog_perform_action(void);

/* The process shall end by a signal. Safe in signal handlers. */
void qemu_system_killed(int signal, pid_t pid);
/* The main loop; returns the exit status of the process. */
int qemu_main_loop(void);
/* Reset the machine now; devices in order, then ROMs. [bql], vCPUs stopped. */
void qemu_system_reset(ShutdownCause reason);

#endif
