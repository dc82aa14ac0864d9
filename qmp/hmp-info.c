/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "info" on facts that need no more than printing what QMP tells.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "monitor/hmp.h"
#include "qapi/qmp-commands.h"
#include "qapi/qmp/qdict.h"

static void hmp_info_version(Monitor *mon, const QDict *args)
{
    VersionInfo *v = qmp_query_version(NULL);

    monitor_printf(mon, "%" PRId64 ".%" PRId64 ".%" PRId64 "%s\n", v->qemu->major,
                   v->qemu->minor, v->qemu->micro, v->package);
    qapi_free_VersionInfo(v);
}

static void hmp_info_name(Monitor *mon, const QDict *args)
{
    NameInfo *info = qmp_query_name(NULL);

    if (info->has_name) {
        monitor_printf(mon, "%s\n", info->name);
    }
    qapi_free_NameInfo(info);
}

static void hmp_info_uuid(Monitor *mon, const QDict *args)
{
    UuidInfo *info = qmp_query_uuid(NULL);

    monitor_printf(mon, "%s\n", info->UUID);
    qapi_free_UuidInfo(info);
}

static void hmp_info_chardev(Monitor *mon, const QDict *args)
{
    ChardevInfoList *list = qmp_query_chardev(NULL);

    for (ChardevInfoList *l = list; l; l = l->next) {
        monitor_printf(mon, "%s: filename=%s\n", l->value->label, l->value->filename);
    }
    qapi_free_ChardevInfoList(list);
}

static void hmp_chardev_remove(Monitor *mon, const QDict *args)
{
    Error *err = NULL;

    qmp_chardev_remove(qdict_get_str(args, "id"), &err);
    hmp_handle_error(mon, err);
}

static void hmp_chardev_send_break(Monitor *mon, const QDict *args)
{
    Error *err = NULL;

    qmp_chardev_send_break(qdict_get_str(args, "id"), &err);
    hmp_handle_error(mon, err);
}

static void hmp_ringbuf_write(Monitor *mon, const QDict *args)
{
    Error *err = NULL;

    qmp_ringbuf_write(qdict_get_str(args, "device"), qdict_get_str(args, "data"), false, 0, &err);
    hmp_handle_error(mon, err);
}

static void hmp_ringbuf_read(Monitor *mon, const QDict *args)
{
    Error *err = NULL;
    char *data = qmp_ringbuf_read(qdict_get_str(args, "device"), qdict_get_int(args, "size"),
                                  false, 0, &err);

    for (const char *p = data; p && *p; p++) {
        if (*p == '\\') {
            monitor_printf(mon, "\\\\");
        } else if ((*p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7f) {
            monitor_printf(mon, "\\u%04X", *p);
        } else {
            monitor_printf(mon, "%c", *p);
        }
    }
    if (data) {
        monitor_printf(mon, "\n");
    }
    g_free(data);
    hmp_handle_error(mon, err);
}

static void hmp_getfd(Monitor *mon, const QDict *args)
{
    Error *err = NULL;

    qmp_getfd(qdict_get_str(args, "fdname"), &err);
    hmp_handle_error(mon, err);
}

static void hmp_closefd(Monitor *mon, const QDict *args)
{
    Error *err = NULL;

    qmp_closefd(qdict_get_str(args, "fdname"), &err);
    hmp_handle_error(mon, err);
}

static void complete_chardev(HMPCompletion *c, unsigned n)
{
    ChardevInfoList *list = n == 0 ? qmp_query_chardev(NULL) : NULL;

    for (ChardevInfoList *l = list; l; l = l->next) {
        hmp_candidate(c, l->value->label);
    }
    qapi_free_ChardevInfoList(list);
}

static const HMPCommand hmp_basic_info[] = {
    { "version", "", "", "show the version of QEMU", hmp_info_version },
    { "name", "", "", "show the current VM name", hmp_info_name },
    { "uuid", "", "", "show the current VM UUID", hmp_info_uuid },
    { "chardev", "", "", "show the character devices", hmp_info_chardev },
};
HMP_INFO(hmp_basic_info);

static const HMPCommand hmp_basic_commands[] = {
    { "chardev-remove", "id:s", "id", "remove chardev", hmp_chardev_remove, complete_chardev },
    { "chardev-send-break", "id:s", "id", "send a break on chardev", hmp_chardev_send_break,
      complete_chardev },
    { "ringbuf_write", "device:s,data:s", "device data", "Write to a ring buffer character device",
      hmp_ringbuf_write, complete_chardev },
    { "ringbuf_read", "device:s,size:i", "device size",
      "Read from a ring buffer character device", hmp_ringbuf_read, complete_chardev },
    { "getfd", "fdname:s", "getfd name", "receive a file descriptor via SCM rights and assign it "
      "a name", hmp_getfd },
    { "closefd", "fdname:s", "closefd name", "close a file descriptor previously passed via SCM "
      "rights", hmp_closefd },
};
HMP_COMMANDS(hmp_basic_commands);
