/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order in which firmware shall try devices (bootindex=), and disk geometries for it.
 *
 * Thread: main thread under the big lock.
 */
#include "qemu/osdep.h"
#include "qemu/queue.h"
#include "qapi/error.h"
#include "hw/boards.h"
#include "hw/qdev-core.h"
#include "sysemu/sysemu.h"

typedef struct BootEntry {
    int32_t bootindex;
    DeviceState *dev;
    char *suffix;
    QTAILQ_ENTRY(BootEntry) next;
} BootEntry;

typedef struct LchsEntry {
    DeviceState *dev;
    char *suffix;
    uint32_t cyls, heads, secs;
    QTAILQ_ENTRY(LchsEntry) next;
} LchsEntry;

static QTAILQ_HEAD(, BootEntry) boot_order = QTAILQ_HEAD_INITIALIZER(boot_order);
static QTAILQ_HEAD(, LchsEntry) lchs_list = QTAILQ_HEAD_INITIALIZER(lchs_list);

bool check_boot_index(int32_t bootindex, Error **errp)
{
    BootEntry *e;

    QTAILQ_FOREACH(e, &boot_order, next) {
        if (bootindex >= 0 && e->bootindex == bootindex) {
            error_setg(errp, "The bootindex %d has already been used", bootindex);
            return false;
        }
    }
    return true;
}

void add_boot_device_path(int32_t bootindex, DeviceState *dev, const char *suffix)
{
    BootEntry *e, *at;

    if (bootindex < 0) {
        del_boot_device_path(dev, suffix);
        return;
    }
    e = g_new0(BootEntry, 1);
    e->bootindex = bootindex;
    e->dev = dev;
    e->suffix = g_strdup(suffix);
    QTAILQ_FOREACH(at, &boot_order, next) {
        if (at->bootindex > bootindex) {
            QTAILQ_INSERT_BEFORE(at, e, next);
            return;
        }
    }
    QTAILQ_INSERT_TAIL(&boot_order, e, next);
}

void del_boot_device_path(DeviceState *dev, const char *suffix)
{
    BootEntry *e, *next;

    QTAILQ_FOREACH_SAFE(e, &boot_order, next, next) {
        if (e->dev == dev && g_strcmp0(e->suffix, suffix) == 0) {
            QTAILQ_REMOVE(&boot_order, e, next);
            g_free(e->suffix);
            g_free(e);
        }
    }
}

static char *firmware_path(DeviceState *dev, const char *suffix)
{
    g_autofree char *path = dev ? qdev_get_fw_dev_path(dev) : NULL;

    return g_strconcat(path ? path : "", suffix ? suffix : "", NULL);
}

char *get_boot_devices_list(size_t *size)
{
    GString *s = g_string_new(NULL);
    BootEntry *e;

    QTAILQ_FOREACH(e, &boot_order, next) {
        g_autofree char *path = firmware_path(e->dev, e->suffix);

        g_string_append_printf(s, "%s%s", s->len ? "\n" : "", path);
    }
    if (s->len && current_machine && current_machine->boot_config.has_strict &&
        current_machine->boot_config.strict) {
        g_string_append(s, "\nHALT"); /* firmware tries nothing else */
    }
    *size = s->len ? s->len + 1 : 0;
    return g_string_free(s, FALSE);
}

void add_boot_device_lchs(DeviceState *dev, const char *suffix, uint32_t lcyls, uint32_t lheads,
                          uint32_t lsecs)
{
    LchsEntry *e;

    if (!lcyls && !lheads && !lsecs) {
        return;
    }
    e = g_new0(LchsEntry, 1);
    *e = (LchsEntry){ .dev = dev, .suffix = g_strdup(suffix), .cyls = lcyls, .heads = lheads,
                      .secs = lsecs };
    QTAILQ_INSERT_TAIL(&lchs_list, e, next);
}

void del_boot_device_lchs(DeviceState *dev, const char *suffix)
{
    LchsEntry *e, *next;

    QTAILQ_FOREACH_SAFE(e, &lchs_list, next, next) {
        if (e->dev == dev && g_strcmp0(e->suffix, suffix) == 0) {
            QTAILQ_REMOVE(&lchs_list, e, next);
            g_free(e->suffix);
            g_free(e);
        }
    }
}

char *get_boot_devices_lchs_list(size_t *size)
{
    GString *s = g_string_new(NULL);
    LchsEntry *e;

    QTAILQ_FOREACH(e, &lchs_list, next) {
        g_autofree char *path = firmware_path(e->dev, e->suffix);

        g_string_append_printf(s, "%s%s %u %u %u", s->len ? "\n" : "", path, e->cyls, e->heads,
                               e->secs);
    }
    *size = s->len ? s->len + 1 : 0;
    return g_string_free(s, FALSE);
}
