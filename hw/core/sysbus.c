/*
 * The main system bus: devices at fixed places on the board. See hw/sysbus.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/boards.h"
#include "hw/sysbus.h"
#include "sysemu/reset.h"

/* The one bus without a parent; made on first use, under the BQL. */
static BusState *main_system_bus;

BusState *sysbus_get_default(void)
{
    if (!main_system_bus) {
        main_system_bus = qbus_new(TYPE_SYSTEM_BUS, NULL, "main-system-bus");
        object_property_add_child(machine_get_container("unattached"), "sysbus",
                                  OBJECT(main_system_bus));
        /* All devices of the board are reset with it. */
        qemu_register_reset(resettable_cold_reset_fn, main_system_bus);
    }
    return main_system_bus;
}

/* ---- for devices ---- */

void sysbus_init_mmio(SysBusDevice *dev, MemoryRegion *memory)
{
    assert(dev->num_mmio < QDEV_MAX_MMIO);
    dev->mmio[dev->num_mmio].addr = HWADDR_MAX;
    dev->mmio[dev->num_mmio].memory = memory;
    dev->num_mmio++;
}

MemoryRegion *sysbus_mmio_get_region(SysBusDevice *dev, int n)
{
    assert(n >= 0 && n < dev->num_mmio);
    return dev->mmio[n].memory;
}

void sysbus_init_irq(SysBusDevice *dev, qemu_irq *p)
{
    qdev_init_gpio_out_named(DEVICE(dev), p, SYSBUS_DEVICE_GPIO_IRQ, 1);
}

void sysbus_pass_irq(SysBusDevice *dev, SysBusDevice *target)
{
    qdev_pass_gpios(DEVICE(target), DEVICE(dev), SYSBUS_DEVICE_GPIO_IRQ);
}

void sysbus_init_ioports(SysBusDevice *dev, uint32_t ioport, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        assert(dev->num_pio < QDEV_MAX_PIO);
        dev->pio[dev->num_pio++] = ioport + i;
    }
}

/* ---- for boards ---- */

bool sysbus_has_irq(SysBusDevice *dev, int n)
{
    g_autofree char *prop = g_strdup_printf("%s[%d]", SYSBUS_DEVICE_GPIO_IRQ, n);

    return object_property_find(OBJECT(dev), prop) != NULL;
}

bool sysbus_has_mmio(SysBusDevice *dev, unsigned n)
{
    return n < (unsigned)dev->num_mmio;
}

qemu_irq sysbus_get_connected_irq(SysBusDevice *dev, int n)
{
    return qdev_get_gpio_out_connector(DEVICE(dev), SYSBUS_DEVICE_GPIO_IRQ, n);
}

bool sysbus_is_irq_connected(SysBusDevice *dev, int n)
{
    return sysbus_get_connected_irq(dev, n) != NULL;
}

void sysbus_connect_irq(SysBusDevice *dev, int n, qemu_irq irq)
{
    SysBusDeviceClass *sbc = SYS_BUS_DEVICE_GET_CLASS(dev);

    qdev_connect_gpio_out_named(DEVICE(dev), SYSBUS_DEVICE_GPIO_IRQ, n, irq);
    if (sbc->connect_irq_notifier) {
        sbc->connect_irq_notifier(dev, irq);
    }
}

static void map_region(SysBusDevice *dev, int n, hwaddr addr, bool may_overlap, int priority)
{
    MemoryRegion *mr = sysbus_mmio_get_region(dev, n);

    if (dev->mmio[n].addr == addr) {
        return;
    }
    if (dev->mmio[n].addr != HWADDR_MAX) {
        memory_region_del_subregion(get_system_memory(), mr);
    }
    dev->mmio[n].addr = addr;
    if (may_overlap) {
        memory_region_add_subregion_overlap(get_system_memory(), addr, mr, priority);
    } else {
        memory_region_add_subregion(get_system_memory(), addr, mr);
    }
}

void sysbus_mmio_map(SysBusDevice *dev, int n, hwaddr addr)
{
    map_region(dev, n, addr, false, 0);
}

void sysbus_mmio_map_overlap(SysBusDevice *dev, int n, hwaddr addr, int priority)
{
    map_region(dev, n, addr, true, priority);
}

void sysbus_mmio_unmap(SysBusDevice *dev, int n)
{
    MemoryRegion *mr = sysbus_mmio_get_region(dev, n);

    if (dev->mmio[n].addr != HWADDR_MAX) {
        memory_region_del_subregion(get_system_memory(), mr);
        dev->mmio[n].addr = HWADDR_MAX;
    }
}

void sysbus_add_io(SysBusDevice *dev, hwaddr addr, MemoryRegion *mem)
{
    memory_region_add_subregion(get_system_io(), addr, mem);
}

MemoryRegion *sysbus_address_space(SysBusDevice *dev)
{
    return get_system_memory();
}

DeviceState *sysbus_create_varargs(const char *name, hwaddr addr, ...)
{
    DeviceState *dev = qdev_new(name);
    SysBusDevice *s = SYS_BUS_DEVICE(dev);
    qemu_irq irq;
    va_list va;

    sysbus_realize_and_unref(s, &error_fatal);
    if (addr != HWADDR_MAX) {
        sysbus_mmio_map(s, 0, addr);
    }
    va_start(va, addr);
    for (int n = 0; (irq = va_arg(va, qemu_irq)) != NULL; n++) {
        sysbus_connect_irq(s, n, irq);
    }
    va_end(va);
    return dev;
}

typedef struct DynamicArgs {
    FindSysbusDeviceFunc *func;
    void *opaque;
} DynamicArgs;

static int visit_dynamic(Object *obj, void *opaque)
{
    DynamicArgs *a = opaque;
    SysBusDevice *sbdev = (SysBusDevice *)object_dynamic_cast(obj, TYPE_SYS_BUS_DEVICE);

    if (sbdev) {
        a->func(sbdev, a->opaque);
        return 0;
    }
    return object_child_foreach(obj, visit_dynamic, opaque);
}

void foreach_dynamic_sysbus_device(FindSysbusDeviceFunc *func, void *opaque)
{
    DynamicArgs a = { func, opaque };

    object_child_foreach(machine_get_container("peripheral"), visit_dynamic, &a);
    object_child_foreach(machine_get_container("peripheral-anon"), visit_dynamic, &a);
}

/* ---- types ---- */

static void sysbus_print_dev(GString *out, DeviceState *dev, int indent)
{
    SysBusDevice *s = SYS_BUS_DEVICE(dev);

    for (int i = 0; i < s->num_mmio; i++) {
        g_string_append_printf(out, "%*smmio " HWADDR_FMT_plx "/" HWADDR_FMT_plx "\n", indent, "",
                               s->mmio[i].addr, memory_region_size(s->mmio[i].memory));
    }
}

static char *sysbus_get_fw_dev_path(DeviceState *dev)
{
    SysBusDevice *s = SYS_BUS_DEVICE(dev);
    SysBusDeviceClass *sbc = SYS_BUS_DEVICE_GET_CLASS(dev);

    if (sbc->explicit_ofw_unit_address) {
        g_autofree char *unit = sbc->explicit_ofw_unit_address(s);

        if (unit) {
            return g_strdup_printf("%s@%s", qdev_fw_name(dev), unit);
        }
    }
    if (s->num_mmio) {
        return g_strdup_printf("%s@" HWADDR_FMT_plx, qdev_fw_name(dev), s->mmio[0].addr);
    }
    if (s->num_pio) {
        return g_strdup_printf("%s@i%04x", qdev_fw_name(dev), s->pio[0]);
    }
    return g_strdup(qdev_fw_name(dev));
}

static void system_bus_class_init(ObjectClass *klass, void *data)
{
    BusClass *bc = BUS_CLASS(klass);

    bc->print_dev = sysbus_print_dev;
    bc->get_fw_dev_path = sysbus_get_fw_dev_path;
}

static void sysbus_device_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->bus_type = TYPE_SYSTEM_BUS;
    /* A board wires regions and lines; only boards that know how allow a type by name. */
    dc->user_creatable = false;
}

static const TypeInfo sysbus_types[] = {
    {
        .name = TYPE_SYSTEM_BUS,
        .parent = TYPE_BUS,
        .instance_size = sizeof(BusState),
        .class_init = system_bus_class_init,
    }, {
        .name = TYPE_SYS_BUS_DEVICE,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(SysBusDevice),
        .abstract = true,
        .class_size = sizeof(SysBusDeviceClass),
        .class_init = sysbus_device_class_init,
    },
};
DEFINE_TYPES(sysbus_types)
