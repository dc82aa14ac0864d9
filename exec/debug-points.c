/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Breakpoints, watchpoints and single step, for debuggers and for the guest's debug registers.
 *
 * Threads: called with the vCPU stopped or from its own thread. Translated code is dropped as
 * needed, so that points cost nothing where there are none.
 */
#include "qemu/osdep.h"
#include "exec/cpu-exec.h"
#include "exec/tb-cache.h"

/* Blocks with or without a stop at pc must be translated anew. */
static void forget_code_at(CPUState *cpu, vaddr pc)
{
    hwaddr phys = cpu_get_phys_page_debug(cpu, pc);

    if (phys != (hwaddr)-1) {
        tb_flush(cpu);
    }
}

int cpu_breakpoint_insert(CPUState *cpu, vaddr pc, int flags, CPUBreakpoint **out)
{
    CPUBreakpoint *bp = g_new0(CPUBreakpoint, 1);

    bp->pc = pc;
    bp->flags = flags;
    if (flags & BP_GDB) {
        QTAILQ_INSERT_HEAD(&cpu->breakpoints, bp, entry);
    } else {
        QTAILQ_INSERT_TAIL(&cpu->breakpoints, bp, entry);
    }
    forget_code_at(cpu, pc);
    if (out) {
        *out = bp;
    }
    return 0;
}

void cpu_breakpoint_remove_by_ref(CPUState *cpu, CPUBreakpoint *bp)
{
    QTAILQ_REMOVE(&cpu->breakpoints, bp, entry);
    forget_code_at(cpu, bp->pc);
    g_free(bp);
}

int cpu_breakpoint_remove(CPUState *cpu, vaddr pc, int flags)
{
    CPUBreakpoint *bp;

    QTAILQ_FOREACH(bp, &cpu->breakpoints, entry) {
        if (bp->pc == pc && bp->flags == flags) {
            cpu_breakpoint_remove_by_ref(cpu, bp);
            return 0;
        }
    }
    return -ENOENT;
}

void cpu_breakpoint_remove_all(CPUState *cpu, int mask)
{
    CPUBreakpoint *bp, *next;

    QTAILQ_FOREACH_SAFE(bp, &cpu->breakpoints, entry, next) {
        if (bp->flags & mask) {
            cpu_breakpoint_remove_by_ref(cpu, bp);
        }
    }
}

static void forget_pages(CPUState *cpu, vaddr addr, vaddr len)
{
    if (!cpu->tlb) {
        return;
    }
    if (qemu_cpu_is_self(cpu)) {
        tlb_flush(cpu);
    } else {
        async_run_on_cpu(cpu, (run_on_cpu_func)(void *)tlb_flush, NULL);
    }
    (void)addr;
    (void)len;
}

int cpu_watchpoint_insert(CPUState *cpu, vaddr addr, vaddr len, int flags, CPUWatchpoint **out)
{
    CPUWatchpoint *wp;

    if (len == 0 || addr + len - 1 < addr) {
        return -EINVAL;
    }
    wp = g_new0(CPUWatchpoint, 1);
    wp->addr = addr;
    wp->len = len;
    wp->flags = flags;
    if (flags & BP_GDB) {
        QTAILQ_INSERT_HEAD(&cpu->watchpoints, wp, entry);
    } else {
        QTAILQ_INSERT_TAIL(&cpu->watchpoints, wp, entry);
    }
    forget_pages(cpu, addr, len);
    if (out) {
        *out = wp;
    }
    return 0;
}

void cpu_watchpoint_remove_by_ref(CPUState *cpu, CPUWatchpoint *wp)
{
    QTAILQ_REMOVE(&cpu->watchpoints, wp, entry);
    forget_pages(cpu, wp->addr, wp->len);
    if (cpu->watchpoint_hit == wp) {
        cpu->watchpoint_hit = NULL;
    }
    g_free(wp);
}

int cpu_watchpoint_remove(CPUState *cpu, vaddr addr, vaddr len, int flags)
{
    CPUWatchpoint *wp;

    QTAILQ_FOREACH(wp, &cpu->watchpoints, entry) {
        if (wp->addr == addr && wp->len == len && (wp->flags & ~BP_HIT) == flags) {
            cpu_watchpoint_remove_by_ref(cpu, wp);
            return 0;
        }
    }
    return -ENOENT;
}

void cpu_watchpoint_remove_all(CPUState *cpu, int mask)
{
    CPUWatchpoint *wp, *next;

    QTAILQ_FOREACH_SAFE(wp, &cpu->watchpoints, entry, next) {
        if (wp->flags & mask) {
            cpu_watchpoint_remove_by_ref(cpu, wp);
        }
    }
}

void cpu_single_step(CPUState *cpu, int flags)
{
    cpu->singlestep_enabled = flags; /* part of the block key: CF_SINGLE_STEP */
}
