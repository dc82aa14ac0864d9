/*
 * Guest time without instruction counting: host time, minus the time that the VM was stopped.
 *
 * It runs from the start of the process, so that tools need nothing. An emulator calls
 * cpu_disable_ticks() and cpu_clock_set(0) before it builds the machine, and
 * cpu_enable_ticks() whenever the VM starts.
 *
 * Thread:  reading: any, without a lock. Changes: with the BQL held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/seqlock.h"
#include "qemu/thread.h"
#include "qemu/timer.h"

static struct {
    QemuSeqLock seq;
    QemuSpin lock; /* among writers */
    bool running;
    int64_t offset; /* guest time is get_clock() + offset while running, else offset */
} vmclock = { .running = true };

int64_t cpu_get_clock(void)
{
    unsigned start;
    int64_t t;

    do {
        start = seqlock_read_begin(&vmclock.seq);
        t = qatomic_read(&vmclock.offset);
        if (qatomic_read(&vmclock.running)) {
            t += get_clock();
        }
    } while (seqlock_read_retry(&vmclock.seq, start));
    return t;
}

bool cpu_ticks_enabled(void)
{
    return qatomic_read(&vmclock.running);
}

static void set_state(bool running, int64_t offset)
{
    seqlock_write_begin(&vmclock.seq);
    qatomic_set(&vmclock.running, running);
    qatomic_set(&vmclock.offset, offset);
    seqlock_write_end(&vmclock.seq);
}

void cpu_enable_ticks(void)
{
    QEMU_LOCK_GUARD(&vmclock.lock);
    if (!vmclock.running) {
        set_state(true, vmclock.offset - get_clock());
    }
}

void cpu_disable_ticks(void)
{
    QEMU_LOCK_GUARD(&vmclock.lock);
    if (vmclock.running) {
        set_state(false, vmclock.offset + get_clock());
    }
}

void cpu_clock_set(int64_t ns)
{
    QEMU_LOCK_GUARD(&vmclock.lock);
    set_state(vmclock.running, vmclock.running ? ns - get_clock() : ns);
}
