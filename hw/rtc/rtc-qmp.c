/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP about real-time clocks of any kind.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "qapi/qmp-commands.h"
#include "sysemu/rtc.h"

/* Clocks that owe their guests interrupts. */
static NotifierList reinjection = NOTIFIER_LIST_INITIALIZER(reinjection);

void rtc_add_reinjection_reset(Notifier *notifier)
{
    notifier_list_add(&reinjection, notifier);
}

void qmp_rtc_reset_reinjection(Error **errp)
{
    notifier_list_notify(&reinjection, NULL);
}
