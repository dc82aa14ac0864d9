/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vCPU threads.
 *
 * Each vCPU has a thread that alternates between cpu_exec() (no lock held) and waiting or
 * housekeeping under the big lock. Work queued for a vCPU runs in its thread between the two.
 *
 * Exclusive sections: a thread inside cpu_exec() is "running". start_exclusive() raises a flag,
 * kicks all running vCPUs and waits until none runs; a vCPU that wants to enter cpu_exec()
 * while the flag is up waits for it to go down.
 *
 * Locks: the big lock guards run states and halt conditions; excl.lock guards running flags'
 * transitions while somebody waits; CPUState.work_mutex guards its queue. Order: big lock, then
 * the others, which are leaves.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "exec/cpu-exec.h"
#include "softmmu/cpus.h"
#include "sysemu/runstate.h"

typedef struct CPUWorkItem {
    QSIMPLEQ_ENTRY(CPUWorkItem) node;
    run_on_cpu_func func;
    void *data;
    bool free, exclusive;
    bool *done; /* of a waiting run_on_cpu(), under the big lock */
} CPUWorkItem;

__thread CPUState *current_cpu;

static struct {
    AccelKind accel;   /* before the first vCPU */
    bool running;      /* [bql] */
    QemuCond pause_cond, work_cond; /* with the big lock */
    CPUDebugStopFn *debug_stop; /* [bql] */
    bool ready;
} cpus;

static struct {
    QemuMutex lock;
    QemuCond resume, exclusive;
    int pending; /* 0: nobody; n: n - 1 running vCPUs are still waited for. atomic */
} excl;

static void cpus_init_once(void)
{
    if (cpus.ready) {
        return;
    }
    qemu_cond_init(&cpus.pause_cond);
    qemu_cond_init(&cpus.work_cond);
    qemu_mutex_init(&excl.lock);
    qemu_cond_init(&excl.resume);
    qemu_cond_init(&excl.exclusive);
    cpus.ready = true;
}

void cpus_set_accel(AccelKind kind)
{
    cpus.accel = kind;
}

AccelKind cpus_accel(void)
{
    return cpus.accel;
}

bool cpus_running(void)
{
    return cpus.running;
}

void cpus_set_running(bool running)
{
    cpus.running = running;
}

bool qemu_cpu_is_self(const CPUState *cpu)
{
    return current_cpu == cpu;
}

/* ---- exclusive sections ---- */

static void wait_exclusive_idle(void)
{
    while (excl.pending) {
        qemu_cond_wait(&excl.resume, &excl.lock);
    }
}

void start_exclusive(void)
{
    CPUState *cpu;
    int running = 0;

    cpus_init_once();
    qemu_mutex_lock(&excl.lock);
    wait_exclusive_idle();
    qatomic_set(&excl.pending, 1);
    /* Pairs with the barrier in exec_begin(): either we see running, or it sees pending. */
    smp_mb();
    CPU_FOREACH(cpu) {
        if (qatomic_read(&cpu->running)) {
            running++;
            qemu_cpu_kick(cpu);
        }
    }
    qatomic_set(&excl.pending, running + 1);
    while (excl.pending > 1) {
        qemu_cond_wait(&excl.exclusive, &excl.lock);
    }
    qemu_mutex_unlock(&excl.lock);
}

void end_exclusive(void)
{
    qemu_mutex_lock(&excl.lock);
    qatomic_set(&excl.pending, 0);
    qemu_cond_broadcast(&excl.resume);
    qemu_mutex_unlock(&excl.lock);
}

static void exec_begin(CPUState *cpu)
{
    for (;;) {
        qatomic_set_mb(&cpu->running, true);
        if (likely(!qatomic_read(&excl.pending))) {
            return;
        }
        /* Somebody is or wants to be alone: step back and wait. */
        qemu_mutex_lock(&excl.lock);
        cpu->running = false;
        if (excl.pending > 1) {
            /* we may have been counted */
            CPUState *other;
            int n = 0;
            CPU_FOREACH(other) {
                n += qatomic_read(&other->running);
            }
            qatomic_set(&excl.pending, n + 1);
            if (!n) {
                qemu_cond_signal(&excl.exclusive);
            }
        }
        wait_exclusive_idle();
        qemu_mutex_unlock(&excl.lock);
    }
}

static void exec_end(CPUState *cpu)
{
    qatomic_set_mb(&cpu->running, false);
    if (unlikely(qatomic_read(&excl.pending))) {
        qemu_mutex_lock(&excl.lock);
        if (excl.pending > 1) {
            CPUState *other;
            int n = 0;
            CPU_FOREACH(other) {
                n += qatomic_read(&other->running);
            }
            qatomic_set(&excl.pending, n + 1);
            if (!n) {
                qemu_cond_signal(&excl.exclusive);
            }
        }
        qemu_mutex_unlock(&excl.lock);
    }
}

/* ---- work items ---- */

static void queue_work(CPUState *cpu, CPUWorkItem *w)
{
    qemu_mutex_lock(&cpu->work_mutex);
    QSIMPLEQ_INSERT_TAIL(&cpu->work_list, w, node);
    qemu_mutex_unlock(&cpu->work_mutex);
    qemu_cpu_kick(cpu);
}

void run_on_cpu(CPUState *cpu, run_on_cpu_func func, void *data)
{
    bool done = false;
    CPUWorkItem w = { .func = func, .data = data, .done = &done };
    CPUState *self = current_cpu;

    if (qemu_cpu_is_self(cpu) || !cpu->created) {
        func(cpu, data);
        return;
    }
    queue_work(cpu, &w);
    while (!qatomic_load_acquire(&done)) {
        qemu_cond_wait_bql(&cpus.work_cond);
        current_cpu = self;
    }
}

void async_run_on_cpu(CPUState *cpu, run_on_cpu_func func, void *data)
{
    CPUWorkItem *w = g_new0(CPUWorkItem, 1);

    w->func = func;
    w->data = data;
    w->free = true;
    queue_work(cpu, w);
}

void async_safe_run_on_cpu(CPUState *cpu, run_on_cpu_func func, void *data)
{
    CPUWorkItem *w = g_new0(CPUWorkItem, 1);

    w->func = func;
    w->data = data;
    w->free = true;
    w->exclusive = true;
    queue_work(cpu, w);
}

void process_queued_cpu_work(CPUState *cpu)
{
    CPUWorkItem *w;

    for (;;) {
        qemu_mutex_lock(&cpu->work_mutex);
        w = QSIMPLEQ_FIRST(&cpu->work_list);
        if (w) {
            QSIMPLEQ_REMOVE_HEAD(&cpu->work_list, node);
        }
        qemu_mutex_unlock(&cpu->work_mutex);
        if (!w) {
            break;
        }
        if (w->exclusive) {
            bql_unlock();
            start_exclusive();
            w->func(cpu, w->data);
            end_exclusive();
            bql_lock();
        } else {
            w->func(cpu, w->data);
        }
        if (w->free) {
            g_free(w);
        } else {
            qatomic_store_release(w->done, true);
        }
    }
    qemu_cond_broadcast(&cpus.work_cond);
}

static bool work_queued(CPUState *cpu)
{
    return !QSIMPLEQ_EMPTY(&cpu->work_list);
}

/* ---- kicking ---- */

void cpu_exit(CPUState *cpu)
{
    qatomic_set(&cpu->exit_loop_request, true);
    /* The request before the flag that makes translated code look; see handle_interrupt(). */
    smp_wmb();
    qatomic_set(&cpu->trans->exit_request, 1);
}

void qemu_cpu_kick(CPUState *cpu)
{
    if (!cpu->halt_cond) {
        return;
    }
    qemu_cond_broadcast(cpu->halt_cond);
    if (cpu->trans) {
        cpu_exit(cpu);
    }
}

void cpu_interrupt(CPUState *cpu, int mask)
{
    qatomic_or(&cpu->interrupt_request, mask);
    if (!cpu->trans) {
        return;
    }
    smp_wmb();
    qatomic_set(&cpu->trans->exit_request, 1);
    if (!qemu_cpu_is_self(cpu) && cpu->halt_cond) {
        qemu_cond_broadcast(cpu->halt_cond);
    }
}

void cpu_reset_interrupt(CPUState *cpu, int mask)
{
    qatomic_and(&cpu->interrupt_request, ~mask);
}

/* ---- the thread ---- */

bool cpu_thread_is_idle(CPUState *cpu)
{
    CPUClass *cc = CPU_GET_CLASS(cpu);

    if (cpu->stop || cpu->unplug || work_queued(cpu)) {
        return false;
    }
    if (cpu->stopped || !cpus.running) {
        return true;
    }
    return cpu->halted && !(cc->has_work && cc->has_work(cpu));
}

static void wait_for_event(CPUState *cpu)
{
    while (cpu_thread_is_idle(cpu)) {
        qemu_cond_wait_bql(cpu->halt_cond);
    }
    if (cpu->stop) {
        cpu->stop = false;
        cpu->stopped = true;
        qemu_cond_broadcast(&cpus.pause_cond);
    }
    process_queued_cpu_work(cpu);
}

static bool cpu_can_run(CPUState *cpu)
{
    return !cpu->stop && !cpu->stopped && cpus.running && !cpu->unplug;
}

void cpus_set_debug_stop_hook(CPUDebugStopFn *fn)
{
    cpus.debug_stop = fn;
}

static void stop_for_debugger(CPUState *cpu)
{
    if (cpus.debug_stop) {
        cpus.debug_stop(cpu);
    }
    qemu_system_debug_request();
    cpu->stopped = true;
}

static void run_guest(CPUState *cpu)
{
    int r;

    bql_unlock();
    exec_begin(cpu);
    r = cpu_exec(cpu);
    exec_end(cpu);
    if (r == EXCP_ATOMIC) {
        start_exclusive();
        cpu_exec_step_atomic(cpu);
        end_exclusive();
    }
    bql_lock();
    if (r == EXCP_DEBUG) {
        stop_for_debugger(cpu);
    }
}

static void *tcg_cpu_thread(void *opaque)
{
    CPUState *cpu = opaque;

    rcu_register_thread();
    bql_lock();
    cpu->thread_id = qemu_get_thread_id();
    current_cpu = cpu;
    cpu->can_do_io = true;
    cpu->created = true;
    qemu_cond_broadcast(&cpus.work_cond);
    while (!cpu->unplug) {
        if (cpu_can_run(cpu)) {
            run_guest(cpu);
        }
        wait_for_event(cpu);
    }
    cpu->created = false;
    qemu_cond_broadcast(&cpus.work_cond);
    bql_unlock();
    rcu_unregister_thread();
    return NULL;
}

/* With the qtest accelerator a vCPU never executes; its thread only does queued work. */
static void *dummy_cpu_thread(void *opaque)
{
    CPUState *cpu = opaque;

    rcu_register_thread();
    bql_lock();
    cpu->thread_id = qemu_get_thread_id();
    current_cpu = cpu;
    cpu->created = true;
    qemu_cond_broadcast(&cpus.work_cond);
    while (!cpu->unplug) {
        while (!cpu->stop && !cpu->unplug && !work_queued(cpu)) {
            qemu_cond_wait_bql(cpu->halt_cond);
        }
        wait_for_event(cpu);
    }
    cpu->created = false;
    qemu_cond_broadcast(&cpus.work_cond);
    bql_unlock();
    rcu_unregister_thread();
    return NULL;
}

void qemu_init_vcpu(CPUState *cpu)
{
    char name[16];

    cpus_init_once();
    cpu->thread = g_new0(QemuThread, 1);
    cpu->halt_cond = g_new0(QemuCond, 1);
    qemu_cond_init(cpu->halt_cond);
    cpu->stopped = true;
    snprintf(name, sizeof(name), "CPU %d/%s", cpu->cpu_index,
             cpus.accel == ACCEL_TCG ? "TCG" : "qtest");
    if (cpus.accel == ACCEL_TCG) {
        tcg_exec_realize(cpu);
    }
    qemu_thread_create(cpu->thread, name,
                       cpus.accel == ACCEL_TCG ? tcg_cpu_thread : dummy_cpu_thread, cpu,
                       QEMU_THREAD_JOINABLE);
    while (!cpu->created) {
        qemu_cond_wait_bql(&cpus.work_cond);
    }
}

void cpu_remove_sync(CPUState *cpu)
{
    cpu->stop = true;
    cpu->unplug = true;
    qemu_cpu_kick(cpu);
    bql_unlock();
    qemu_thread_join(cpu->thread);
    bql_lock();
    if (cpus.accel == ACCEL_TCG) {
        tcg_exec_unrealize(cpu);
    }
    qemu_cond_destroy(cpu->halt_cond);
    g_free(cpu->halt_cond);
    g_free(cpu->thread);
    cpu->halt_cond = NULL;
    cpu->thread = NULL;
}

/* ---- pausing ---- */

bool all_vcpus_paused(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        if (!cpu->stopped) {
            return false;
        }
    }
    return true;
}

void pause_all_vcpus(void)
{
    CPUState *cpu;

    cpus_init_once();
    CPU_FOREACH(cpu) {
        if (qemu_cpu_is_self(cpu)) {
            cpu->stop = false;
            cpu->stopped = true;
            cpu_exit(cpu);
        } else if (!cpu->stopped) {
            cpu->stop = true;
            qemu_cpu_kick(cpu);
        }
    }
    while (!all_vcpus_paused()) {
        qemu_cond_wait_bql(&cpus.pause_cond);
        CPU_FOREACH(cpu) {
            qemu_cpu_kick(cpu);
        }
    }
}

void resume_all_vcpus(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        cpu->stop = false;
        cpu->stopped = false;
        qemu_cpu_kick(cpu);
    }
}

void cpu_stop_current(void)
{
    if (current_cpu) {
        current_cpu->stop = true;
        cpu_exit(current_cpu);
    }
}
