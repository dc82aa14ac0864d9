/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP and HMP commands about the machine's run state.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "hw/nmi.h"
#include "monitor/hmp.h"
#include "qapi/error.h"
#include "exec/cpu-exec.h"
#include "qapi/qmp-commands.h"
#include "qapi/visitor.h"
#include "sysemu/runstate.h"

StatusInfo *qmp_query_status(Error **errp)
{
    StatusInfo *info = g_new0(StatusInfo, 1);

    info->running = runstate_is_running();
    info->singlestep = tcg_one_insn_per_tb();
    info->status = runstate_get();
    return info;
}

void qmp_stop(Error **errp)
{
    vm_stop(RUN_STATE_PAUSED);
}

void qmp_cont(Error **errp)
{
    if (runstate_needs_reset()) {
        error_setg(errp, "Resetting the Virtual Machine is required");
    } else if (runstate_check(RUN_STATE_SUSPENDED)) {
        return;
    } else if (runstate_check(RUN_STATE_FINISH_MIGRATE)) {
        error_setg(errp, "Migration is not finalized yet");
    } else {
        vm_start();
    }
}

void qmp_system_reset(Error **errp)
{
    qemu_system_reset_request(SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET);
}

void qmp_system_powerdown(Error **errp)
{
    qemu_system_powerdown_request();
}

void qmp_system_wakeup(Error **errp)
{
    if (!qemu_wakeup_suspend_enabled()) {
        error_setg(errp, "wake-up from suspend is not supported by this guest");
        return;
    }
    qemu_system_wakeup_request(QEMU_WAKEUP_REASON_OTHER, errp);
}

void qmp_watchdog_set_action(WatchdogAction action, Error **errp)
{
    watchdog_action = action;
}

void qmp_set_action(bool has_reboot, RebootAction reboot, bool has_shutdown,
                    ShutdownAction shutdown, bool has_panic, PanicAction panic,
                    bool has_watchdog, WatchdogAction watchdog, Error **errp)
{
    if (has_reboot) {
        reboot_action = reboot;
    }
    if (has_shutdown) {
        shutdown_action = shutdown;
    }
    if (has_panic) {
        panic_action = panic;
    }
    if (has_watchdog) {
        watchdog_action = watchdog;
    }
}

void qmp_inject_nmi(Error **errp)
{
    CPUState *cpu = monitor_get_cpu(monitor_cur());

    nmi_monitor_handle(cpu ? cpu->cpu_index : 0, errp);
}

/* ---- HMP */

static void hmp_info_status(Monitor *mon, const QDict *args)
{
    StatusInfo *info = qmp_query_status(NULL);

    monitor_printf(mon, "VM status: %s%s", info->running ? "running" : "paused",
                   info->singlestep ? " (single step mode)" : "");
    if (!info->running && info->status != RUN_STATE_PAUSED) {
        monitor_printf(mon, " (%s)", RunState_str(info->status));
    }
    monitor_printf(mon, "\n");
    qapi_free_StatusInfo(info);
}

static void hmp_quit(Monitor *mon, const QDict *args)
{
    monitor_suspend(mon);
    qmp_quit(NULL);
}

static void hmp_stop(Monitor *mon, const QDict *args)
{
    qmp_stop(NULL);
}

static void hmp_cont(Monitor *mon, const QDict *args)
{
    Error *err = NULL;

    qmp_cont(&err);
    hmp_handle_error(mon, err);
}

static void hmp_system_reset(Monitor *mon, const QDict *args)
{
    qmp_system_reset(NULL);
}

static void hmp_system_powerdown(Monitor *mon, const QDict *args)
{
    qmp_system_powerdown(NULL);
}

static void hmp_system_wakeup(Monitor *mon, const QDict *args)
{
    Error *err = NULL;

    qmp_system_wakeup(&err);
    hmp_handle_error(mon, err);
}

static void hmp_nmi(Monitor *mon, const QDict *args)
{
    Error *err = NULL;

    qmp_inject_nmi(&err);
    hmp_handle_error(mon, err);
}

static void hmp_watchdog_action(Monitor *mon, const QDict *args)
{
    Error *err = NULL;
    int action = qapi_enum_parse(WatchdogAction_lookup, qdict_get_str(args, "action"), 0, &err);

    if (!err) {
        qmp_watchdog_set_action(action, &err);
    }
    hmp_handle_error(mon, err);
}

static void complete_action(HMPCompletion *c, unsigned n)
{
    for (int i = 0; n == 0 && i < WATCHDOG_ACTION_MAX; i++) {
        hmp_candidate(c, WatchdogAction_str(i));
    }
}

static const HMPCommand hmp_runstate_commands[] = {
    { "quit|q", "", "", "quit the emulator", hmp_quit },
    { "stop|s", "", "", "stop emulation", hmp_stop },
    { "cont|c", "", "", "resume emulation", hmp_cont },
    { "system_reset", "", "", "reset the system", hmp_system_reset },
    { "system_powerdown", "", "", "send system power down event", hmp_system_powerdown },
    { "system_wakeup", "", "", "wakeup guest from suspend", hmp_system_wakeup },
    { "nmi", "", "", "inject an NMI", hmp_nmi },
    { "watchdog_action", "action:s", "[reset|shutdown|poweroff|pause|debug|none|inject-nmi]",
      "change watchdog action", hmp_watchdog_action, complete_action },
};
HMP_COMMANDS(hmp_runstate_commands);

static const HMPCommand hmp_runstate_info[] = {
    { "status", "", "", "show the current VM status (running|paused)", hmp_info_status },
};
HMP_INFO(hmp_runstate_info);
