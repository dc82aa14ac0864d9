/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HMP commands about translated code and guest RAM.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "exec/cpu-exec.h"
#include "exec/ramblock.h"
#include "monitor/hmp.h"

static void hmp_info_jit(Monitor *mon, const QDict *args)
{
    g_autoptr(GString) out = g_string_new(NULL);

    tcg_dump_info(out);
    monitor_puts(mon, out->str);
}

static void hmp_info_ramblock(Monitor *mon, const QDict *args)
{
    g_autoptr(GString) out = ram_block_format();

    monitor_puts(mon, out->str);
}

static const HMPCommand hmp_exec_info[] = {
    { "jit", "", "", "show dynamic compiler info", hmp_info_jit },
    { "ramblock", "", "", "Display system ramblock information", hmp_info_ramblock },
};
HMP_INFO(hmp_exec_info);
