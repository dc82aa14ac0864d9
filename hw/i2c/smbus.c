/*
 * SMBus and its devices' base class.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/i2c/smbus.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"

SMBus *smbus_new(DeviceState *parent, const char *name)
{
    return SMBUS(qbus_new(TYPE_SMBUS, parent, name));
}

SMBusDevice *smbus_find(SMBus *bus, uint8_t address)
{
    BusChild *kid;

    QTAILQ_FOREACH(kid, &bus->parent_obj.children, sibling) {
        SMBusDevice *dev = SMBUS_DEVICE(kid->child);

        if (qdev_is_realized(kid->child) && dev->address == address) {
            return dev;
        }
    }
    return NULL;
}

static bool smbus_check_address(BusState *bus, DeviceState *dev, Error **errp)
{
    uint8_t address = SMBUS_DEVICE(dev)->address;

    if (address > 0x7f) {
        error_setg(errp, "address=0x%x: must be at most 0x7f", address);
        return false;
    }
    if (smbus_find(SMBUS(bus), address)) {
        error_setg(errp, "address=0x%x: in use", address);
        return false;
    }
    return true;
}

static void smbus_class_init(ObjectClass *klass, void *data)
{
    BUS_CLASS(klass)->check_address = smbus_check_address;
}

static const Property smbus_device_props[] = {
    DEFINE_PROP_UINT8("address", SMBusDevice, address, 0),
    DEFINE_PROP_END_OF_LIST()
};

static void smbus_device_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->bus_type = TYPE_SMBUS;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, smbus_device_props);
}

static const TypeInfo smbus_types[] = {
    {
        .name = TYPE_SMBUS,
        .parent = TYPE_BUS,
        .instance_size = sizeof(SMBus),
        .class_init = smbus_class_init,
    },
    {
        .name = TYPE_SMBUS_DEVICE,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(SMBusDevice),
        .abstract = true,
        .class_size = sizeof(SMBusDeviceClass),
        .class_init = smbus_device_class_init,
    },
};
DEFINE_TYPES(smbus_types)
