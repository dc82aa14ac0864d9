/*
 * Guest physical memory as the CPUs see it, and addresses that both sides of the house need.
 *
 * Thread: any thread; device regions take the big lock (BQL) by themselves.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXEC_CPU_COMMON_H
#define EXEC_CPU_COMMON_H

#include "exec/hwaddr.h"
#include "exec/memattrs.h"
#include "exec/ramblock.h"

/* Copies @len bytes between @buf and guest physical memory; holes read as all ones. */
void cpu_physical_memory_rw(hwaddr addr, void *buf, hwaddr len, bool is_write);
static inline void cpu_physical_memory_read(hwaddr addr, void *buf, hwaddr len)
{
    cpu_physical_memory_rw(addr, buf, len, false);
}
static inline void cpu_physical_memory_write(hwaddr addr, const void *buf, hwaddr len)
{
    cpu_physical_memory_rw(addr, (void *)buf, len, true);
}
/*
 * Host address of guest memory for *@plen bytes, which may come back smaller; NULL if there is
 * nothing to map now. Ends with unmap, which is told how much was accessed.
 */
void *cpu_physical_memory_map(hwaddr addr, hwaddr *plen, bool is_write);
void cpu_physical_memory_unmap(void *buffer, hwaddr len, bool is_write, hwaddr access_len);
/* True if a load at @phys_addr would reach a device or nothing. */
bool cpu_physical_memory_is_io(hwaddr phys_addr);

#endif
