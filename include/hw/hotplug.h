/*
 * Hot-plug handlers: who agrees to, and carries out, plugging and unplugging a device.
 *
 * pre_plug may refuse; plug may not. unplug_request asks the guest; unplug takes the device away.
 *
 * Thread: under the big lock (BQL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_HOTPLUG_H
#define HW_HOTPLUG_H

#include "qom/object.h"

typedef struct DeviceState DeviceState;
typedef struct HotplugHandler HotplugHandler;
typedef struct HotplugHandlerClass HotplugHandlerClass;

#define TYPE_HOTPLUG_HANDLER "hotplug-handler"
DECLARE_CLASS_CHECKERS(HotplugHandlerClass, HOTPLUG_HANDLER, TYPE_HOTPLUG_HANDLER)
#define HOTPLUG_HANDLER(obj) INTERFACE_CHECK(HotplugHandler, (obj), TYPE_HOTPLUG_HANDLER)

/* Hook of a handler: @plugged_dev is the device in question. */
typedef void (*hotplug_fn)(HotplugHandler *plug_handler, DeviceState *plugged_dev, Error **errp);

struct HotplugHandlerClass {
    InterfaceClass parent_class;
    hotplug_fn pre_plug;            /* may fail; nothing has been changed yet */
    hotplug_fn plug;                /* the device is realized */
    hotplug_fn unplug_request;      /* asks the guest; completion comes later */
    hotplug_fn unplug;              /* detaches at once */
};

/* Call the hook if there is one; true when @errp was not set. */
bool hotplug_handler_pre_plug(HotplugHandler *plug_handler, DeviceState *plugged_dev, Error **errp);
bool hotplug_handler_plug(HotplugHandler *plug_handler, DeviceState *plugged_dev, Error **errp);
bool hotplug_handler_unplug_request(HotplugHandler *plug_handler, DeviceState *plugged_dev,
                                    Error **errp);
bool hotplug_handler_unplug(HotplugHandler *plug_handler, DeviceState *plugged_dev, Error **errp);

#endif
