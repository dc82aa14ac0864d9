/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HMP commands about a PC's interrupt controllers.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "hw/intc/i8259.h"
#include "hw/intc/ioapic.h"
#include "monitor/hmp.h"

static void hmp_info_pic(Monitor *mon, const QDict *args)
{
    g_autoptr(GString) out = g_string_new(NULL);

    ioapic_info_format(out);
    pic_info_format(out);
    monitor_puts(mon, out->str);
}

static const HMPCommand hmp_pic_info[] = {
    { "pic", "", "", "show PIC state", hmp_info_pic },
};
HMP_INFO(hmp_pic_info);
