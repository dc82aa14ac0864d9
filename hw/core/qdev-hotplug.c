/*
 * Who plugs and unplugs a device: its bus' handler, or the machine for devices without one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/boards.h"
#include "hw/qdev-core.h"
#include "qdev-internal.h"

HotplugHandler *qdev_get_machine_hotplug_handler(DeviceState *dev)
{
    MachineState *machine =
        (MachineState *)object_dynamic_cast(qdev_get_machine(), TYPE_MACHINE);
    MachineClass *mc = machine ? MACHINE_GET_CLASS(machine) : NULL;

    return mc && mc->get_hotplug_handler ? mc->get_hotplug_handler(machine, dev) : NULL;
}

HotplugHandler *qdev_get_bus_hotplug_handler(DeviceState *dev)
{
    return dev->parent_bus ? dev->parent_bus->hotplug_handler : NULL;
}

HotplugHandler *qdev_get_hotplug_handler(DeviceState *dev)
{
    HotplugHandler *handler = qdev_get_machine_hotplug_handler(dev);

    return handler ? handler : qdev_get_bus_hotplug_handler(dev);
}

bool qdev_hotplug_allowed(DeviceState *dev, Error **errp)
{
    MachineState *machine =
        (MachineState *)object_dynamic_cast(qdev_get_machine(), TYPE_MACHINE);
    MachineClass *mc = machine ? MACHINE_GET_CLASS(machine) : NULL;

    return !mc || !mc->hotplug_allowed || mc->hotplug_allowed(machine, dev, errp);
}


static bool unplug_checks(DeviceState *dev, Error **errp)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);

    if (dev->parent_bus && !qbus_is_hotpluggable(dev->parent_bus) &&
        !qdev_get_machine_hotplug_handler(dev)) {
        error_setg(errp, "Bus '%s' does not support hotplugging", dev->parent_bus->name);
        return false;
    }
    if (!dc->hotpluggable) {
        error_setg(errp, "Device '%s' does not support hotplugging",
                   object_get_typename(OBJECT(dev)));
        return false;
    }
    return true;
}

void qdev_unplug(DeviceState *dev, Error **errp)
{
    HotplugHandler *handler;
    HotplugHandlerClass *hhc;
    bool ok;

    if (!unplug_checks(dev, errp)) {
        return;
    }
    handler = qdev_get_hotplug_handler(dev);
    if (!handler) {
        error_setg(errp, "Device '%s' does not support hotplugging",
                   object_get_typename(OBJECT(dev)));
        return;
    }
    /* A handler that asks the guest finishes later, in its own time. */
    hhc = HOTPLUG_HANDLER_GET_CLASS(handler);
    if (hhc->unplug_request) {
        hotplug_handler_unplug_request(handler, dev, errp);
        return;
    }
    ok = hotplug_handler_unplug(handler, dev, errp);
    if (ok) {
        object_unparent(OBJECT(dev));
    }
}

void qdev_simple_device_unplug_cb(HotplugHandler *hotplug_dev, DeviceState *dev, Error **errp)
{
    qdev_unrealize(dev);
}
