/*
 * PCI buses: slots, interrupt counting, enumeration and paths.
 *
 * Spec:     PCI Local Bus 3.0 section 2.2.6; PCI-to-PCI Bridge 1.2 section 9.1.
 * Thread:   under the big lock.
 * Migrated: nothing of its own; line counts are rebuilt by the devices as they load.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_host.h"
#include "qapi/error.h"
#include "pci-internal.h"

/* ---- class names ---- */

static const struct {
    uint16_t class_id;
    const char *fw_name;            /* Open Firmware PCI binding, "name" */
    const char *desc;
} class_names[] = {
    { PCI_CLASS_NOT_DEFINED_VGA, "display", "VGA controller" },
    { PCI_CLASS_STORAGE_SCSI, "scsi", "SCSI controller" },
    { PCI_CLASS_STORAGE_IDE, "ide", "IDE controller" },
    { PCI_CLASS_STORAGE_FLOPPY, "fdc", "Floppy controller" },
    { PCI_CLASS_STORAGE_IPI, "ipi", "IPI controller" },
    { PCI_CLASS_STORAGE_RAID, "raid", "RAID controller" },
    { PCI_CLASS_STORAGE_SATA, "sata", "SATA controller" },
    { PCI_CLASS_STORAGE_EXPRESS, "nvme", "NVMe controller" },
    { PCI_CLASS_STORAGE_OTHER, "storage", "Storage controller" },
    { PCI_CLASS_NETWORK_ETHERNET, "ethernet", "Ethernet controller" },
    { PCI_CLASS_NETWORK_OTHER, "network", "Network controller" },
    { PCI_CLASS_DISPLAY_VGA, "display", "VGA controller" },
    { PCI_CLASS_DISPLAY_OTHER, "display", "Display controller" },
    { PCI_CLASS_MULTIMEDIA_AUDIO, "sound", "Audio controller" },
    { PCI_CLASS_MULTIMEDIA_HD_AUDIO, "sound", "Audio controller" },
    { PCI_CLASS_MEMORY_RAM, "memory", "RAM controller" },
    { PCI_CLASS_MEMORY_OTHER, "memory", "Memory controller" },
    { PCI_CLASS_BRIDGE_HOST, "host", "Host bridge" },
    { PCI_CLASS_BRIDGE_ISA, "isa", "ISA bridge" },
    { PCI_CLASS_BRIDGE_PCI, "pci-bridge", "PCI bridge" },
    { PCI_CLASS_BRIDGE_OTHER, "bridge", "Bridge" },
    { PCI_CLASS_COMMUNICATION_SERIAL, "serial", "Serial port" },
    { PCI_CLASS_COMMUNICATION_PARALLEL, "parallel", "Parallel port" },
    { PCI_CLASS_COMMUNICATION_OTHER, "communication", "Communication controller" },
    { PCI_CLASS_SYSTEM_SDHCI, "sdhci", "SD host controller" },
    { PCI_CLASS_SYSTEM_OTHER, "system", "System peripheral" },
    { PCI_CLASS_INPUT_KEYBOARD, "keyboard", "Keyboard" },
    { PCI_CLASS_INPUT_MOUSE, "mouse", "Mouse" },
    { PCI_CLASS_SERIAL_USB, "usb", "USB controller" },
    { PCI_CLASS_SERIAL_SMBUS, "smbus", "SMBus controller" },
};

const char *pci_class_fw_name(uint16_t class_id)
{
    for (size_t i = 0; i < ARRAY_SIZE(class_names); i++) {
        if (class_names[i].class_id == class_id) {
            return class_names[i].fw_name;
        }
    }
    return "pci-device";
}

const char *pci_class_description(uint16_t class_id)
{
    for (size_t i = 0; i < ARRAY_SIZE(class_names); i++) {
        if (class_names[i].class_id == class_id) {
            return class_names[i].desc;
        }
    }
    return NULL;
}

/* ---- slots ---- */

static bool slot_is_reserved(const PCIBus *bus, int devfn)
{
    return bus->slot_reserved_mask & (1u << PCI_SLOT(devfn));
}

/* The first function of a wholly free slot, or -1. */
static int find_free_devfn(const PCIBus *bus)
{
    for (int devfn = ROUND_UP(bus->devfn_min, PCI_FUNC_MAX); devfn < PCI_DEVFN_MAX;
         devfn += PCI_FUNC_MAX) {
        bool used = slot_is_reserved(bus, devfn);

        for (int func = 0; func < PCI_FUNC_MAX; func++) {
            used |= bus->devices[devfn + func] != NULL;
        }
        if (!used) {
            return devfn;
        }
    }
    return -1;
}

bool pci_bus_has_free_slot(PCIBus *bus)
{
    return find_free_devfn(bus) >= 0;
}

/*
 * A driver looks at functions 1 to 7 only if function 0 says that it has siblings, so devices
 * that share a slot need that bit in function 0.
 */
static bool check_multifunction(PCIBus *bus, PCIDevice *dev, Error **errp)
{
    int slot = PCI_SLOT(dev->devfn);
    PCIDevice *f0 = bus->devices[PCI_DEVFN(slot, 0)];

    if (PCI_FUNC(dev->devfn) != 0) {
        if (f0 && !(f0->cap_present & QEMU_PCI_CAP_MULTIFUNCTION)) {
            error_setg(errp, "PCI: single function device can't be populated in function %x.%x",
                       slot, PCI_FUNC(dev->devfn));
            return false;
        }
        return true;
    }
    if (dev->cap_present & QEMU_PCI_CAP_MULTIFUNCTION) {
        return true;
    }
    for (int func = 1; func < PCI_FUNC_MAX; func++) {
        if (bus->devices[PCI_DEVFN(slot, func)]) {
            error_setg(errp, "PCI: %x.0 indicates single function, but %x.%x is already populated",
                       slot, slot, func);
            return false;
        }
    }
    return true;
}

bool pci_bus_attach(PCIBus *bus, PCIDevice *dev, const char *name, Error **errp)
{
    int devfn = dev->devfn;
    PCIDevice *there;

    if (devfn < 0) {
        devfn = find_free_devfn(bus);
        if (devfn < 0) {
            error_setg(errp, "PCI: no slot/function available for %s, all in use or reserved",
                       name);
            return false;
        }
    } else if (slot_is_reserved(bus, devfn) && devfn >= bus->devfn_min) {
        error_setg(errp, "PCI: slot %d function %d not available for %s, reserved",
                   PCI_SLOT(devfn), PCI_FUNC(devfn), name);
        return false;
    }
    there = bus->devices[devfn];
    if (there) {
        error_setg(errp, "PCI: slot %d function %d not available for %s, in use by %s,id=%s",
                   PCI_SLOT(devfn), PCI_FUNC(devfn), name, there->name,
                   there->qdev.id ? there->qdev.id : "");
        return false;
    }
    dev->devfn = devfn;
    if (!check_multifunction(bus, dev, errp)) {
        return false;
    }
    bus->devices[devfn] = dev;
    return true;
}

void pci_bus_detach(PCIBus *bus, PCIDevice *dev)
{
    assert(bus->devices[dev->devfn] == dev);
    bus->devices[dev->devfn] = NULL;
}

/* ---- interrupts ---- */

void pci_bus_irqs(PCIBus *bus, pci_set_irq_fn set_irq, void *irq_opaque, int nirq)
{
    bus->set_irq = set_irq;
    bus->irq_opaque = irq_opaque;
    bus->nirq = nirq;
    g_free(bus->irq_count);
    bus->irq_count = g_new0(int, nirq);
}

void pci_bus_map_irqs(PCIBus *bus, pci_map_irq_fn map_irq)
{
    bus->map_irq = map_irq;
}

void pci_bus_irqs_cleanup(PCIBus *bus)
{
    bus->set_irq = NULL;
    bus->map_irq = NULL;
    bus->irq_opaque = NULL;
    bus->nirq = 0;
    g_clear_pointer(&bus->irq_count, g_free);
}

int pci_bus_get_irq_level(PCIBus *bus, int irq_num)
{
    assert(irq_num >= 0 && irq_num < bus->nirq);
    return bus->irq_count[irq_num];
}

int pci_swizzle_map_irq_fn(PCIDevice *dev, int pin)
{
    return pci_swizzle(PCI_SLOT(dev->devfn), pin);
}

void pci_bus_change_irq(PCIDevice *dev, int pin, int change, bool quiet)
{
    PCIBus *bus = pci_get_bus(dev);

    while (!bus->set_irq) {
        /* A board that routes no interrupts leaves the pins unconnected. */
        if (!bus->map_irq || !bus->parent_dev) {
            return;
        }
        pin = bus->map_irq(dev, pin);
        dev = bus->parent_dev;
        bus = pci_get_bus(dev);
    }
    pin = bus->map_irq(dev, pin);
    assert(pin >= 0 && pin < bus->nirq);
    bus->irq_count[pin] += change;
    assert(bus->irq_count[pin] >= 0);
    if (!quiet) {
        bus->set_irq(bus->irq_opaque, pin, bus->irq_count[pin] != 0);
    }
}

/* ---- IOMMU ---- */

void pci_setup_iommu(PCIBus *bus, PCIIOMMUFunc fn, void *opaque)
{
    bus->iommu_fn = fn;
    bus->iommu_opaque = opaque;
}

AddressSpace *pci_device_iommu_address_space(PCIDevice *dev)
{
    PCIBus *bus = pci_get_bus(dev);
    int devfn = dev->devfn;

    /* Behind a bridge to conventional PCI the IOMMU sees the bridge only. */
    while (!bus->iommu_fn && bus->parent_dev) {
        devfn = bus->parent_dev->devfn;
        bus = pci_get_bus(bus->parent_dev);
    }
    return bus->iommu_fn ? bus->iommu_fn(bus, bus->iommu_opaque, devfn) : &address_space_memory;
}

/* ---- looking around ---- */

bool pci_bus_is_express(const PCIBus *bus)
{
    return object_dynamic_cast(OBJECT(bus), TYPE_PCIE_BUS) != NULL;
}

static int default_bus_num(PCIBus *bus)
{
    return pci_bus_is_root(bus) ? 0 : bus->parent_dev->config[PCI_SECONDARY_BUS];
}

int pci_bus_num(const PCIBus *bus)
{
    return PCI_BUS_GET_CLASS(bus)->bus_num((PCIBus *)bus);
}

static uint16_t default_numa_node(PCIBus *bus)
{
    return 0xffff; /* not bound to a node */
}

PCIBus *pci_device_root_bus(const PCIDevice *dev)
{
    PCIBus *bus = pci_get_bus(dev);

    while (!pci_bus_is_root(bus)) {
        bus = pci_get_bus(bus->parent_dev);
    }
    return bus;
}

PCIBus *pci_device_secondary_bus(PCIDevice *dev)
{
    Object *bridge = object_dynamic_cast(OBJECT(dev), TYPE_PCI_BRIDGE);

    return bridge ? &PCI_BRIDGE(bridge)->sec_bus : NULL;
}

PCIBus *pci_find_bus_nr(PCIBus *bus, int bus_num)
{
    if (!bus) {
        return NULL;
    }
    if (pci_bus_num(bus) == bus_num) {
        return bus;
    }
    for (int devfn = 0; devfn < PCI_DEVFN_MAX; devfn++) {
        PCIDevice *dev = bus->devices[devfn];
        PCIBus *sec = dev ? pci_device_secondary_bus(dev) : NULL;

        /*
         * Follow only bridges whose range holds the number: the guest may program nonsense, and
         * then each cycle still goes to one bus at most.
         */
        if (sec && dev->config[PCI_SECONDARY_BUS] && bus_num >= dev->config[PCI_SECONDARY_BUS] &&
            bus_num <= dev->config[PCI_SUBORDINATE_BUS]) {
            return pci_find_bus_nr(sec, bus_num);
        }
    }
    return NULL;
}

PCIDevice *pci_find_device(PCIBus *bus, uint8_t bus_num, uint8_t devfn)
{
    bus = pci_find_bus_nr(bus, bus_num);
    return bus ? bus->devices[devfn] : NULL;
}

PCIBus *pci_root_bus_nth(unsigned n)
{
    Object *root = object_resolve_path_type("", TYPE_PCI_HOST_BRIDGE, NULL);

    /* Boards have one host bridge. */
    return n == 0 && root ? PCI_HOST_BRIDGE(root)->bus : NULL;
}

static PCIDevice *find_by_id(PCIBus *bus, const char *id)
{
    for (int devfn = 0; devfn < PCI_DEVFN_MAX; devfn++) {
        PCIDevice *dev = bus->devices[devfn];
        PCIBus *sec;
        PCIDevice *found;

        if (!dev) {
            continue;
        }
        if (dev->qdev.id && !strcmp(dev->qdev.id, id)) {
            return dev;
        }
        sec = pci_device_secondary_bus(dev);
        found = sec ? find_by_id(sec, id) : NULL;
        if (found) {
            return found;
        }
    }
    return NULL;
}

int pci_qdev_find_device(const char *id, PCIDevice **pdev)
{
    PCIBus *root = pci_root_bus_nth(0);
    PCIDevice *dev = root ? find_by_id(root, id) : NULL;

    if (!dev) {
        return -ENODEV;
    }
    *pdev = dev;
    return 0;
}

void pci_for_each_device_under_bus(PCIBus *bus, pci_bus_dev_fn fn, void *opaque)
{
    for (int devfn = 0; devfn < PCI_DEVFN_MAX; devfn++) {
        if (bus->devices[devfn]) {
            fn(bus, bus->devices[devfn], opaque);
        }
    }
}

void pci_for_each_device(PCIBus *bus, int bus_num, pci_bus_dev_fn fn, void *opaque)
{
    bus = pci_find_bus_nr(bus, bus_num);
    if (bus) {
        pci_for_each_device_under_bus(bus, fn, opaque);
    }
}

void pci_for_each_bus(PCIBus *bus, pci_bus_fn fn, void *opaque)
{
    fn(bus, opaque);
    for (int devfn = 0; devfn < PCI_DEVFN_MAX; devfn++) {
        PCIDevice *dev = bus->devices[devfn];
        PCIBus *sec = dev ? pci_device_secondary_bus(dev) : NULL;

        if (sec) {
            pci_for_each_bus(sec, fn, opaque);
        }
    }
}

/* ---- life ---- */

static void bus_setup(PCIBus *bus, MemoryRegion *mem, MemoryRegion *io, uint8_t devfn_min)
{
    assert(PCI_FUNC(devfn_min) == 0);
    bus->devfn_min = devfn_min;
    bus->address_space_mem = mem;
    bus->address_space_io = io;
    bus->flags |= PCI_BUS_IS_ROOT;
}

void pci_root_bus_init(PCIBus *bus, size_t bus_size, DeviceState *parent, const char *name,
                       MemoryRegion *mem, MemoryRegion *io, uint8_t devfn_min,
                       const char *typename)
{
    qbus_init(bus, bus_size, typename, parent, name);
    bus_setup(bus, mem, io, devfn_min);
}

PCIBus *pci_root_bus_new(DeviceState *parent, const char *name, MemoryRegion *mem,
                         MemoryRegion *io, uint8_t devfn_min, const char *typename)
{
    PCIBus *bus = PCI_BUS(qbus_new(typename, parent, name));

    bus_setup(bus, mem, io, devfn_min);
    return bus;
}

void pci_root_bus_cleanup(PCIBus *bus)
{
    pci_bus_irqs_cleanup(bus);
    qbus_unrealize(BUS(bus));
}

static void pci_bus_finalize(Object *obj)
{
    g_free(PCI_BUS(obj)->irq_count);
}

/* Devices have had their own reset already; now the part of it that belongs to PCI. */
static void pci_bus_reset_hold(Object *obj)
{
    PCIBus *bus = PCI_BUS(obj);

    for (int devfn = 0; devfn < PCI_DEVFN_MAX; devfn++) {
        if (bus->devices[devfn]) {
            pci_device_reset(bus->devices[devfn]);
        }
    }
}

/* ---- names and paths ---- */

static void pci_bus_print_dev(GString *out, DeviceState *qdev, int indent)
{
    PCIDevice *dev = PCI_DEVICE(qdev);
    uint16_t class_id = pci_get_word(dev->config + PCI_CLASS_DEVICE);
    const char *desc = pci_class_description(class_id);

    g_string_append_printf(out, "%*sclass ", indent, "");
    if (desc) {
        g_string_append(out, desc);
    } else {
        g_string_append_printf(out, "Class %04x", class_id);
    }
    g_string_append_printf(out, ", addr %02x:%02x.%x, pci id %04x:%04x (sub %04x:%04x)\n",
                           pci_dev_bus_num(dev), PCI_SLOT(dev->devfn), PCI_FUNC(dev->devfn),
                           pci_get_word(dev->config + PCI_VENDOR_ID),
                           pci_get_word(dev->config + PCI_DEVICE_ID),
                           pci_get_word(dev->config + PCI_SUBSYSTEM_VENDOR_ID),
                           pci_get_word(dev->config + PCI_SUBSYSTEM_ID));
    for (int i = 0; i < PCI_NUM_REGIONS; i++) {
        const PCIIORegion *r = &dev->io_regions[i];

        if (r->size) {
            g_string_append_printf(out, "%*sbar %d: %s at 0x%" FMT_PCIBUS " [0x%" FMT_PCIBUS "]\n",
                                   indent, "", i,
                                   r->type & PCI_BASE_ADDRESS_SPACE_IO ? "i/o" : "mem", r->addr,
                                   r->addr + r->size - 1);
        }
    }
}

/* "domain:bus" of the root bus, then one ":slot.function" per level down to the device. */
static char *pci_bus_get_dev_path(DeviceState *qdev)
{
    PCIDevice *dev = PCI_DEVICE(qdev);
    GString *path = g_string_new(NULL);

    for (;;) {
        g_autofree char *level = g_strdup_printf(":%02x.%x", PCI_SLOT(dev->devfn),
                                                 PCI_FUNC(dev->devfn));
        PCIBus *bus = pci_get_bus(dev);

        g_string_prepend(path, level);
        if (pci_bus_is_root(bus)) {
            break;
        }
        dev = bus->parent_dev;
    }
    g_string_prepend(path, "0000:00");
    return g_string_free(path, FALSE);
}

static char *pci_bus_get_fw_dev_path(DeviceState *qdev)
{
    PCIDevice *dev = PCI_DEVICE(qdev);
    const char *name = pci_class_fw_name(pci_get_word(dev->config + PCI_CLASS_DEVICE));

    if (PCI_FUNC(dev->devfn)) {
        return g_strdup_printf("%s@%x,%x", name, PCI_SLOT(dev->devfn), PCI_FUNC(dev->devfn));
    }
    return g_strdup_printf("%s@%x", name, PCI_SLOT(dev->devfn));
}

/* ---- types ---- */

static void pci_bus_class_init(ObjectClass *klass, void *data)
{
    BusClass *bc = BUS_CLASS(klass);
    PCIBusClass *pbc = PCI_BUS_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    bc->print_dev = pci_bus_print_dev;
    bc->get_dev_path = pci_bus_get_dev_path;
    bc->get_fw_dev_path = pci_bus_get_fw_dev_path;
    rc->phases.hold = pci_bus_reset_hold;
    pbc->bus_num = default_bus_num;
    pbc->numa_node = default_numa_node;
}

static void pcie_bus_init(Object *obj)
{
    PCI_BUS(obj)->flags |= PCI_BUS_EXTENDED_CONFIG_SPACE;
}

static const TypeInfo pci_bus_types[] = {
    {
        .name = TYPE_PCI_BUS,
        .parent = TYPE_BUS,
        .instance_size = sizeof(PCIBus),
        .instance_finalize = pci_bus_finalize,
        .class_size = sizeof(PCIBusClass),
        .class_init = pci_bus_class_init,
    },
    {
        .name = TYPE_PCIE_BUS,
        .parent = TYPE_PCI_BUS,
        .instance_init = pcie_bus_init,
    },
};
DEFINE_TYPES(pci_bus_types)
