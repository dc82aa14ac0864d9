/*
 * The ISA bus.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/isa/isa.h"
#include "hw/sysbus.h"
#include "qapi/error.h"

#define TYPE_ISABUS_BRIDGE "isabus-bridge"

ISABus *isa_bus_new(DeviceState *dev, MemoryRegion *address_space,
                    MemoryRegion *address_space_io, Error **errp)
{
    ISABus *bus;

    if (object_resolve_path_type("", TYPE_ISA_BUS, NULL)) {
        error_setg(errp, "Can't create a second ISA bus");
        return NULL;
    }
    if (!dev) {
        dev = qdev_new(TYPE_ISABUS_BRIDGE);
        sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    }
    bus = ISA_BUS(qbus_new(TYPE_ISA_BUS, dev, NULL));
    bus->address_space = address_space;
    bus->address_space_io = address_space_io;
    return bus;
}

void isa_bus_register_input_irqs(ISABus *bus, qemu_irq *irqs_in)
{
    bus->irqs_in = irqs_in;
}

qemu_irq isa_bus_get_irq(ISABus *bus, unsigned irqnum)
{
    assert(irqnum < ISA_NUM_IRQS && bus->irqs_in);
    return bus->irqs_in[irqnum];
}

void isa_bus_dma(ISABus *bus, IsaDma *dma8, IsaDma *dma16)
{
    assert(dma8 && dma16);
    bus->dma[0] = dma8;
    bus->dma[1] = dma16;
}

IsaDma *isa_bus_get_dma(ISABus *bus, int nchan)
{
    return bus->dma[nchan > 3];
}

qemu_irq isa_get_irq(ISADevice *dev, unsigned isairq)
{
    return isa_bus_get_irq(isa_bus_from_device(dev), isairq);
}

static void remember_irq(ISADevice *dev, unsigned isairq)
{
    if (dev->nirqs < (int)ARRAY_SIZE(dev->isairq)) {
        dev->isairq[dev->nirqs++] = isairq;
    }
}

void isa_connect_gpio_out(ISADevice *isadev, int gpioirq, unsigned isairq)
{
    remember_irq(isadev, isairq);
    qdev_connect_gpio_out(DEVICE(isadev), gpioirq, isa_get_irq(isadev, isairq));
}

void isa_init_irq(ISADevice *dev, qemu_irq *p, unsigned isairq)
{
    remember_irq(dev, isairq);
    *p = isa_get_irq(dev, isairq);
}

MemoryRegion *isa_address_space(ISADevice *dev)
{
    BusState *bus = dev ? qdev_get_parent_bus(DEVICE(dev)) : NULL;

    return bus ? ISA_BUS(bus)->address_space : get_system_memory();
}

MemoryRegion *isa_address_space_io(ISADevice *dev)
{
    BusState *bus = dev ? qdev_get_parent_bus(DEVICE(dev)) : NULL;

    return bus ? ISA_BUS(bus)->address_space_io : get_system_io();
}

static void name_by_port(ISADevice *dev, uint16_t start)
{
    if (dev && dev->ioport_id < 0) {
        dev->ioport_id = start;
    }
}

void isa_register_ioport(ISADevice *dev, MemoryRegion *io, uint16_t start)
{
    memory_region_add_subregion(isa_address_space_io(dev), start, io);
    name_by_port(dev, start);
}

int isa_register_portio_list(ISADevice *dev, PortioList *piolist, uint16_t start,
                             const MemoryRegionPortio *portio, void *opaque, const char *name)
{
    assert(piolist && !piolist->owner);
    name_by_port(dev, start);
    portio_list_init(piolist, OBJECT(dev), portio, opaque, name);
    portio_list_add(piolist, isa_address_space_io(dev), start);
    return 0;
}

ISADevice *isa_new(const char *name)
{
    return ISA_DEVICE(qdev_new(name));
}

ISADevice *isa_try_new(const char *name)
{
    DeviceState *dev = qdev_try_new(name);

    return dev ? ISA_DEVICE(dev) : NULL;
}

bool isa_realize_and_unref(ISADevice *dev, ISABus *bus, Error **errp)
{
    return qdev_realize_and_unref(&dev->parent_obj, &bus->parent_obj, errp);
}

ISADevice *isa_create_simple(ISABus *bus, const char *name)
{
    ISADevice *dev = isa_new(name);

    isa_realize_and_unref(dev, bus, &error_fatal);
    return dev;
}

/* ---- names, paths, types ---- */

static void isa_bus_print_dev(GString *out, DeviceState *qdev, int indent)
{
    ISADevice *dev = ISA_DEVICE(qdev);

    if (dev->nirqs == 1) {
        g_string_append_printf(out, "%*sisa irq %d\n", indent, "", dev->isairq[0]);
    } else if (dev->nirqs == 2) {
        g_string_append_printf(out, "%*sisa irqs %d,%d\n", indent, "", dev->isairq[0],
                               dev->isairq[1]);
    }
}

static char *isa_bus_get_fw_dev_path(DeviceState *qdev)
{
    ISADevice *dev = ISA_DEVICE(qdev);

    return dev->ioport_id >= 0 ? g_strdup_printf("%s@%04x", qdev_fw_name(qdev), dev->ioport_id)
                               : g_strdup(qdev_fw_name(qdev));
}

static void isa_bus_class_init(ObjectClass *klass, void *data)
{
    BusClass *bc = BUS_CLASS(klass);

    bc->print_dev = isa_bus_print_dev;
    bc->get_fw_dev_path = isa_bus_get_fw_dev_path;
}

static void isa_device_init(Object *obj)
{
    ISADevice *dev = ISA_DEVICE(obj);

    dev->isairq[0] = dev->isairq[1] = -1;
    dev->ioport_id = -1;
}

static void isa_device_class_init(ObjectClass *klass, void *data)
{
    DEVICE_CLASS(klass)->bus_type = TYPE_ISA_BUS;
}

static void isabus_bridge_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    set_bit(DEVICE_CATEGORY_BRIDGE, dc->categories);
    dc->fw_name = "isa";
}

static const TypeInfo isa_types[] = {
    {
        .name = TYPE_ISADMA,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(IsaDmaClass),
    },
    {
        .name = TYPE_ISA_BUS,
        .parent = TYPE_BUS,
        .instance_size = sizeof(ISABus),
        .class_init = isa_bus_class_init,
    },
    {
        .name = TYPE_ISA_DEVICE,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(ISADevice),
        .instance_init = isa_device_init,
        .abstract = true,
        .class_init = isa_device_class_init,
    },
    {
        .name = TYPE_ISABUS_BRIDGE,
        .parent = TYPE_SYS_BUS_DEVICE,
        .class_init = isabus_bridge_class_init,
    },
};
DEFINE_TYPES(isa_types)
