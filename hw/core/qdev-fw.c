/*
 * Paths of devices: for firmware ("/pci@i0cf8/ide@1,1/drive@0/disk@0") and for the migration
 * stream, where a path must stay the same across versions of the program.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/qdev-core.h"

const char *qdev_fw_name(DeviceState *dev)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);

    return dc->fw_name ? dc->fw_name : object_get_typename(OBJECT(dev));
}

static char *bus_dev_component(BusState *bus, DeviceState *dev)
{
    BusClass *bc = BUS_GET_CLASS(bus);

    return bc->get_fw_dev_path ? bc->get_fw_dev_path(dev) : NULL;
}

char *qbus_get_fw_dev_path(BusState *bus, DeviceState *dev)
{
    return bus_dev_component(bus, dev);
}

char *qdev_get_own_fw_dev_path_from_handler(BusState *bus, DeviceState *dev)
{
    return bus_dev_component(bus, dev);
}

static void append_fw_path(GString *path, DeviceState *dev)
{
    BusState *bus = dev->parent_bus;
    g_autofree char *own = NULL;

    if (bus && bus->parent) {
        append_fw_path(path, bus->parent);
    }
    if (bus) {
        own = bus_dev_component(bus, dev);
        if (own) {
            g_string_append_printf(path, "/%s", own);
        }
    }
}

char *qdev_get_fw_dev_path(DeviceState *dev)
{
    GString *path = g_string_new(NULL);

    append_fw_path(path, dev);
    if (!path->len) {
        g_string_append_c(path, '/');
    }
    return g_string_free(path, false);
}

char *qdev_get_dev_path(DeviceState *dev)
{
    BusClass *bc;

    if (!dev || !dev->parent_bus) {
        return NULL;
    }
    bc = BUS_GET_CLASS(dev->parent_bus);
    return bc->get_dev_path ? bc->get_dev_path(dev) : NULL;
}
