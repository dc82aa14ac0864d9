/*
 * Configuration mechanism #1: an address register and a data window.
 *
 * Spec:     PCI Local Bus 3.0 section 3.2.2.3.2.
 * Thread:   under the big lock.
 * Migrated: the address register.
 *
 *   CONFIG_ADDRESS   31 enable | 23:16 bus | 15:11 device | 10:8 function | 7:2 register
 *   CONFIG_DATA      four bytes: that register; one without device reads as ones
 *
 * Only 32-bit accesses reach CONFIG_ADDRESS; smaller ones belong to whatever shares the ports
 * (such as the reset register at 0xcf9).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/pci/pci_host.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "pci-internal.h"

#define CONFIG_ENABLE 0x80000000u

/* An access may not run over the end of the space, whatever its size. */
static uint32_t clip_len(uint32_t addr, uint32_t limit, uint32_t len)
{
    return addr >= limit ? 0 : MIN(len, limit - addr);
}

void pci_host_config_write_common(PCIDevice *dev, uint32_t addr, uint32_t limit, uint32_t val,
                                  uint32_t len)
{
    PCIDeviceClass *pc = PCI_DEVICE_GET_CLASS(dev);

    limit = MIN(limit, pci_config_size(dev));
    len = clip_len(addr, limit, len);
    if (!len || !dev->enabled) {
        return;
    }
    if (pc->config_write) {
        pc->config_write(dev, addr, val, len);
    } else {
        pci_default_write_config(dev, addr, val, len);
    }
}

uint32_t pci_host_config_read_common(PCIDevice *dev, uint32_t addr, uint32_t limit, uint32_t len)
{
    PCIDeviceClass *pc = PCI_DEVICE_GET_CLASS(dev);

    limit = MIN(limit, pci_config_size(dev));
    len = clip_len(addr, limit, len);
    if (!len || !dev->enabled) {
        return ~0u;
    }
    return pc->config_read ? pc->config_read(dev, addr, len)
                           : pci_default_read_config(dev, addr, len);
}

static PCIDevice *target_of(PCIBus *bus, uint32_t addr)
{
    return pci_find_device(bus, addr >> 16, addr >> 8);
}

void pci_data_write(PCIBus *bus, uint32_t addr, uint32_t val, unsigned len)
{
    PCIDevice *dev = target_of(bus, addr);

    if (dev) {
        pci_host_config_write_common(dev, addr & 0xff, PCI_CFG_SPACE_SIZE, val, len);
    }
}

uint32_t pci_data_read(PCIBus *bus, uint32_t addr, unsigned len)
{
    PCIDevice *dev = target_of(bus, addr);

    return dev ? pci_host_config_read_common(dev, addr & 0xff, PCI_CFG_SPACE_SIZE, len) : ~0u;
}

static void conf_write(void *opaque, hwaddr addr, uint64_t val, unsigned len)
{
    PCIHostState *host = opaque;

    if (addr == 0 && len == 4) {
        host->config_reg = val;
    }
}

static uint64_t conf_read(void *opaque, hwaddr addr, unsigned len)
{
    PCIHostState *host = opaque;

    return addr == 0 && len == 4 ? host->config_reg : UINT64_MAX;
}

static void data_write(void *opaque, hwaddr addr, uint64_t val, unsigned len)
{
    PCIHostState *host = opaque;

    if (host->config_reg & CONFIG_ENABLE) {
        pci_data_write(host->bus, (host->config_reg & 0x00fffffc) | (addr & 3), val, len);
    }
}

static uint64_t data_read(void *opaque, hwaddr addr, unsigned len)
{
    PCIHostState *host = opaque;

    if (!(host->config_reg & CONFIG_ENABLE)) {
        return UINT32_MAX;
    }
    return pci_data_read(host->bus, (host->config_reg & 0x00fffffc) | (addr & 3), len);
}

const MemoryRegionOps pci_host_conf_le_ops = {
    .read = conf_read,
    .write = conf_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};

const MemoryRegionOps pci_host_data_le_ops = {
    .read = data_read,
    .write = data_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};

static void pci_host_reset(DeviceState *dev)
{
    PCI_HOST_BRIDGE(dev)->config_reg = 0;
}

const VMStateDescription vmstate_pcihost = {
    .name = "PCIHost",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(config_reg, PCIHostState),
        VMSTATE_END_OF_LIST()
    },
};

static void pci_host_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->vmsd = &vmstate_pcihost;
    device_class_set_legacy_reset(dc, pci_host_reset);
    set_bit(DEVICE_CATEGORY_BRIDGE, dc->categories);
}

static const TypeInfo pci_host_types[] = {
    {
        .name = TYPE_PCI_HOST_BRIDGE,
        .parent = TYPE_SYS_BUS_DEVICE,
        .abstract = true,
        .class_size = sizeof(PCIHostBridgeClass),
        .instance_size = sizeof(PCIHostState),
        .class_init = pci_host_class_init,
    },
};
DEFINE_TYPES(pci_host_types)
