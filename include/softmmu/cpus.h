/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vCPU threads: making, pausing, kicking and stopping them; work that has to run in them.
 */
#ifndef SOFTMMU_CPUS_H
#define SOFTMMU_CPUS_H

#include "hw/core/cpu.h"

/*
 * Stop every other vCPU outside translated code until end_exclusive(). The caller must not hold
 * the big lock and must not be inside cpu_exec().
 */
void start_exclusive(void);
void end_exclusive(void);

/* How vCPUs run; set once before the first vCPU is made. */
typedef enum AccelKind { ACCEL_TCG, ACCEL_QTEST } AccelKind;
void cpus_set_accel(AccelKind kind);
AccelKind cpus_accel(void);

/* True while vCPUs are allowed to run (vm_start() to vm_stop()); [bql]. */
bool cpus_running(void);
void cpus_set_running(bool running);

/*
 * A debugger's door: called in the vCPU's thread with the big lock held when a breakpoint,
 * watchpoint or step was reached; then the machine stops. NULL: it just stops.
 */
typedef void CPUDebugStopFn(CPUState *cpu);
void cpus_set_debug_stop_hook(CPUDebugStopFn *fn);

/* Does the thread have anything to do but wait? [bql] */
bool cpu_thread_is_idle(CPUState *cpu);

#endif
