/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP commands about facts that the command line set: name, UUID; and the end of the program.
 *
 * Thread: main loop under the big lock.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"
#include "sysemu/runstate.h"
#include "sysemu/sysemu.h"

NameInfo *qmp_query_name(Error **errp)
{
    NameInfo *info = g_new0(NameInfo, 1);

    info->has_name = machine_guest_name() != NULL;
    info->name = g_strdup(machine_guest_name());
    return info;
}

UuidInfo *qmp_query_uuid(Error **errp)
{
    UuidInfo *info = g_new0(UuidInfo, 1);
    uint8_t u[16];

    machine_uuid(u);
    info->UUID = g_strdup_printf("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
                                 "%02x%02x%02x%02x%02x%02x", u[0], u[1], u[2], u[3], u[4], u[5],
                                 u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14],
                                 u[15]);
    return info;
}

void qmp_quit(Error **errp)
{
    shutdown_action = SHUTDOWN_ACTION_POWEROFF;
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_QMP_QUIT);
}
