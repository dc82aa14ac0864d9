/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Option lists of the command line: their keys and types.
 *
 * Lists without keys here take any; their owner checks them (devices, character devices).
 * Thread: main thread at start-up.
 */
#include "qemu/osdep.h"
#include "qemu/config-file.h"
#include "softmmu/cmdline.h"

#define LIST(var, list_name, implied, merge, ...)                                                \
    static QemuOptsList var = {                                                                  \
        .name = list_name, .implied_opt_name = implied, .merge_lists = merge,                    \
        .head = QTAILQ_HEAD_INITIALIZER(var.head), .desc = { __VA_ARGS__ { NULL } },             \
    }
#define STR(key) { .name = key, .type = QEMU_OPT_STRING },
#define BOOL(key) { .name = key, .type = QEMU_OPT_BOOL },
#define NUM(key) { .name = key, .type = QEMU_OPT_NUMBER },
#define SIZE(key) { .name = key, .type = QEMU_OPT_SIZE },

LIST(drive_list, "drive", NULL, false);
LIST(device_list, "device", "driver", false);
LIST(chardev_list, "chardev", "backend", false);
LIST(mon_list, "mon", "chardev", false, STR("mode") STR("chardev") BOOL("pretty"));
LIST(smp_list, "smp-opts", "cpus", true, NUM("cpus") NUM("sockets") NUM("dies") NUM("clusters")
     NUM("cores") NUM("threads") NUM("maxcpus"));
LIST(boot_list, "boot-opts", "order", true, STR("order") STR("once") BOOL("menu") STR("splash")
     NUM("splash-time") NUM("reboot-timeout") BOOL("strict"));
LIST(memory_list, "memory", "size", true, SIZE("size") NUM("slots") SIZE("maxmem"));
LIST(name_list, "name", "guest", true, STR("guest") STR("process") BOOL("debug-threads"));
LIST(rtc_list, "rtc", NULL, true, STR("base") STR("clock") STR("driftfix"));
LIST(overcommit_list, "overcommit", NULL, true, BOOL("mem-lock") BOOL("cpu-pm"));
LIST(sandbox_list, "sandbox", "enable", false, BOOL("enable") STR("obsolete")
     STR("elevateprivileges") STR("spawn") STR("resourcecontrol"));
LIST(msg_list, "msg", NULL, false, BOOL("timestamp") BOOL("guest-name"));
LIST(icount_list, "icount", "shift", true, STR("shift") BOOL("align") BOOL("sleep") STR("rr")
     STR("rrfile") STR("rrsnapshot"));
LIST(add_fd_list, "add-fd", NULL, false, NUM("fd") NUM("set") STR("opaque"));
LIST(action_list, "action", NULL, true, STR("reboot") STR("shutdown") STR("panic")
     STR("watchdog"));
LIST(netdev_list, "netdev", "type", false);
LIST(nic_list, "nic", "model", false);
LIST(net_list, "net", "type", false);
LIST(object_list, "object", "qom-type", false);
LIST(fw_cfg_list, "fw_cfg", "name", false, STR("name") STR("file") STR("string") STR("gen_id"));
LIST(numa_list, "numa", "type", false);
LIST(trace_list, "trace", "enable", false, STR("enable") STR("events") STR("file"));

#undef LIST
#undef STR
#undef BOOL
#undef NUM
#undef SIZE

void cmdline_add_lists(void)
{
    static QemuOptsList *const lists[] = {
        &drive_list, &device_list, &chardev_list, &mon_list, &smp_list, &boot_list,
        &memory_list, &name_list, &rtc_list, &overcommit_list, &sandbox_list, &msg_list,
        &icount_list, &add_fd_list, &action_list, &netdev_list, &nic_list, &net_list,
        &object_list, &fw_cfg_list, &numa_list, &trace_list,
    };

    for (unsigned i = 0; i < ARRAY_SIZE(lists); i++) {
        qemu_add_opts(lists[i]);
    }
    qemu_add_drive_opts(&drive_list);
}
