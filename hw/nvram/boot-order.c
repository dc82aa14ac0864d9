/*
 * Boot order by bootindex, and disk geometries for firmware.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/boards.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/error-report.h"
#include "qemu/queue.h"
#include "sysemu/boot.h"

typedef struct BootDevice {
    int32_t bootindex;
    DeviceState *dev;               /* NULL: only a suffix */
    char *suffix;
    QTAILQ_ENTRY(BootDevice) link;
} BootDevice;

typedef struct DiskGeometry {
    DeviceState *dev;
    char *suffix;
    uint32_t lcyls, lheads, lsecs;
    QTAILQ_ENTRY(DiskGeometry) link;
} DiskGeometry;

/* All under the big lock. Boot devices are sorted by index. */
static struct {
    QTAILQ_HEAD(, BootDevice) devices;
    QTAILQ_HEAD(, DiskGeometry) geometries;
} boot = {
    .devices = QTAILQ_HEAD_INITIALIZER(boot.devices),
    .geometries = QTAILQ_HEAD_INITIALIZER(boot.geometries),
};

static bool same_place(DeviceState *dev1, const char *suffix1, DeviceState *dev2,
                       const char *suffix2)
{
    return dev1 == dev2 && !g_strcmp0(suffix1, suffix2);
}

bool check_boot_index(int32_t bootindex, Error **errp)
{
    BootDevice *b;

    QTAILQ_FOREACH(b, &boot.devices, link) {
        if (bootindex >= 0 && b->bootindex == bootindex) {
            error_setg(errp, "The bootindex %d has already been used", bootindex);
            return false;
        }
    }
    return true;
}

void del_boot_device_path(DeviceState *dev, const char *suffix)
{
    BootDevice *b, *next;

    QTAILQ_FOREACH_SAFE(b, &boot.devices, link, next) {
        if (same_place(b->dev, b->suffix, dev, suffix)) {
            QTAILQ_REMOVE(&boot.devices, b, link);
            g_free(b->suffix);
            g_free(b);
        }
    }
}

void add_boot_device_path(int32_t bootindex, DeviceState *dev, const char *suffix)
{
    BootDevice *node, *b;

    if (bootindex < 0) {
        del_boot_device_path(dev, suffix);
        return;
    }
    assert(dev || suffix);
    del_boot_device_path(dev, suffix);
    check_boot_index(bootindex, &error_fatal);
    node = g_new0(BootDevice, 1);
    node->bootindex = bootindex;
    node->dev = dev;
    node->suffix = g_strdup(suffix);
    QTAILQ_FOREACH(b, &boot.devices, link) {
        if (b->bootindex > bootindex) {
            QTAILQ_INSERT_BEFORE(b, node, link);
            return;
        }
    }
    QTAILQ_INSERT_TAIL(&boot.devices, node, link);
}

/* Firmware path of a device with its suffix, to g_free(). */
static char *boot_path(DeviceState *dev, const char *suffix)
{
    g_autofree char *path = dev ? qdev_get_fw_dev_path(dev) : NULL;

    return g_strconcat(path ? path : "", suffix ? suffix : "", NULL);
}

/* Ends a list: NULL if it is empty, else with its NUL counted. */
static char *finish_list(GString *list, size_t *size)
{
    *size = list->len ? list->len + 1 : 0;
    return g_string_free(list, list->len == 0);
}

char *get_boot_devices_list(size_t *size)
{
    GString *list = g_string_new(NULL);
    BootDevice *b;

    QTAILQ_FOREACH(b, &boot.devices, link) {
        g_autofree char *path = boot_path(b->dev, b->suffix);

        g_string_append_printf(list, "%s%s", list->len ? "\n" : "", path);
    }
    if (list->len && current_machine && current_machine->boot_config.has_strict &&
        current_machine->boot_config.strict) {
        g_string_append(list, "\nHALT");
    }
    return finish_list(list, size);
}

void del_boot_device_lchs(DeviceState *dev, const char *suffix)
{
    DiskGeometry *g, *next;

    QTAILQ_FOREACH_SAFE(g, &boot.geometries, link, next) {
        if (same_place(g->dev, g->suffix, dev, suffix)) {
            QTAILQ_REMOVE(&boot.geometries, g, link);
            g_free(g->suffix);
            g_free(g);
        }
    }
}

void add_boot_device_lchs(DeviceState *dev, const char *suffix, uint32_t lcyls, uint32_t lheads,
                          uint32_t lsecs)
{
    DiskGeometry *g;

    if (!lcyls && !lheads && !lsecs) {
        return;
    }
    g = g_new0(DiskGeometry, 1);
    g->dev = dev;
    g->suffix = g_strdup(suffix);
    g->lcyls = lcyls;
    g->lheads = lheads;
    g->lsecs = lsecs;
    QTAILQ_INSERT_TAIL(&boot.geometries, g, link);
}

char *get_boot_devices_lchs_list(size_t *size)
{
    GString *list = g_string_new(NULL);
    DiskGeometry *g;

    QTAILQ_FOREACH(g, &boot.geometries, link) {
        g_autofree char *path = boot_path(g->dev, g->suffix);

        g_string_append_printf(list, "%s%s %" PRIu32 " %" PRIu32 " %" PRIu32,
                               list->len ? "\n" : "", path, g->lcyls, g->lheads, g->lsecs);
    }
    return finish_list(list, size);
}

/* ---- the property ---- */

typedef struct BootIndexProperty {
    int32_t *bootindex;
    char *suffix;
    DeviceState *dev;
} BootIndexProperty;

static void get_bootindex(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    BootIndexProperty *prop = opaque;

    visit_type_int32(v, prop->bootindex, name, errp);
}

static void set_bootindex(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    BootIndexProperty *prop = opaque;
    int32_t index;

    if (!visit_type_int32(v, &index, name, errp) ||
        (index != *prop->bootindex && !check_boot_index(index, errp))) {
        return;
    }
    *prop->bootindex = index;
    add_boot_device_path(index, prop->dev, prop->suffix);
}

static void release_bootindex(Object *obj, const char *name, void *opaque)
{
    BootIndexProperty *prop = opaque;

    del_boot_device_path(prop->dev, prop->suffix);
    g_free(prop->suffix);
    g_free(prop);
}

void device_add_bootindex_property(Object *obj, int32_t *bootindex, const char *name,
                                   const char *suffix, DeviceState *dev)
{
    BootIndexProperty *prop = g_new0(BootIndexProperty, 1);

    *bootindex = -1;
    prop->bootindex = bootindex;
    prop->suffix = g_strdup(suffix);
    prop->dev = dev;
    object_property_add(obj, name, "int32", get_bootindex, set_bootindex, release_bootindex,
                        prop);
}
