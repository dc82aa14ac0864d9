/*
 * Hot-plug handlers. See hw/hotplug.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/hotplug.h"

static bool call_hook(hotplug_fn hook, HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    Error *err = NULL;

    if (hook) {
        hook(handler, dev, &err);
        error_propagate(errp, err);
    }
    return !err;
}

bool hotplug_handler_pre_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    return call_hook(HOTPLUG_HANDLER_GET_CLASS(handler)->pre_plug, handler, dev, errp);
}

bool hotplug_handler_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    return call_hook(HOTPLUG_HANDLER_GET_CLASS(handler)->plug, handler, dev, errp);
}

bool hotplug_handler_unplug_request(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    return call_hook(HOTPLUG_HANDLER_GET_CLASS(handler)->unplug_request, handler, dev, errp);
}

bool hotplug_handler_unplug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    return call_hook(HOTPLUG_HANDLER_GET_CLASS(handler)->unplug, handler, dev, errp);
}

static const TypeInfo hotplug_types[] = { {
    .name = TYPE_HOTPLUG_HANDLER,
    .parent = TYPE_INTERFACE,
    .class_size = sizeof(HotplugHandlerClass),
} };
DEFINE_TYPES(hotplug_types)
