/*
 * Intel 440FX host bridge.
 *
 * Spec:     Intel 440FX PCIset data sheet (290549): 82441FX PMC.
 * Thread:   under the big lock.
 * Deviates: DRAM timing, row and error registers keep what is written and have no effect.
 * Migrated: configuration space; memory map recomputed.
 *
 *   offset     name    reset   effect
 *   0x57       (DRB)   RAM     RAM size in 8 MiB units, 255 at most: a hint for firmware
 *   0x59-0x5f  PAM0-6  0       who answers at 0xc0000-0xfffff (pam.c)
 *   0x72       SMRAM   0x02    bit 6 open, 5 closed, 4 locked, 3 global enable
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/pci-host/i440fx.h"
#include "hw/pci-host/pam.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/units.h"

#define REG_RAM_SIZE 0x57
#define REG_PAM 0x59
#define REG_SMRAM 0x72
#define SMRAM_D_OPEN 0x40
#define SMRAM_D_CLS 0x20
#define SMRAM_D_LCK 0x10
#define SMRAM_G_SMRAME 0x08
#define SMRAM_C_BASE_SEG 0x02
#define SMRAM_BASE 0xa0000
#define SMRAM_SIZE 0x20000

typedef struct PCII440FXState {
    PCIDevice parent_obj;
    PAMMap pam;
    MemoryRegion smram_region;      /* shows the PCI bus at 0xa0000, unless SMRAM is open */
    MemoryRegion smram;             /* what only CPUs in SMM see */
    MemoryRegion low_smram;
    bool mapped;
} PCII440FXState;

typedef struct I440FXState {
    PCIHostState parent_obj;
    uint64_t pci_hole64_size;
} I440FXState;

DECLARE_INSTANCE_CHECKER(PCII440FXState, I440FX_PCI_DEVICE, TYPE_I440FX_PCI_DEVICE)
DECLARE_INSTANCE_CHECKER(I440FXState, I440FX_PCI_HOST_BRIDGE, TYPE_I440FX_PCI_HOST_BRIDGE)

/* ---- memory map ---- */

static void update_memory_map(PCII440FXState *d)
{
    const uint8_t *conf = d->parent_obj.config;
    uint8_t smram = conf[REG_SMRAM];

    if (!d->mapped) {
        return;
    }
    memory_region_transaction_begin();
    pam_update(&d->pam, conf + REG_PAM);
    memory_region_set_enabled(&d->smram_region, !(smram & SMRAM_D_OPEN));
    memory_region_set_enabled(&d->low_smram, smram & SMRAM_G_SMRAME);
    memory_region_transaction_commit();
}

/* Once locked, SMRAM can no longer be opened until the next reset. */
static void update_smram_lock(PCII440FXState *d)
{
    PCIDevice *pci = &d->parent_obj;

    if (pci->config[REG_SMRAM] & SMRAM_D_LCK) {
        pci->config[REG_SMRAM] &= ~SMRAM_D_OPEN;
        pci->wmask[REG_SMRAM] = SMRAM_D_CLS;
    } else {
        pci->wmask[REG_SMRAM] = SMRAM_D_OPEN | SMRAM_D_CLS | SMRAM_D_LCK | SMRAM_G_SMRAME;
    }
}

static void i440fx_write_config(PCIDevice *dev, uint32_t addr, uint32_t val, int len)
{
    PCII440FXState *d = I440FX_PCI_DEVICE(dev);

    pci_default_write_config(dev, addr, val, len);
    if (addr <= REG_SMRAM && addr + len > REG_PAM) {
        update_smram_lock(d);
        update_memory_map(d);
    }
}

static void i440fx_reset(DeviceState *dev)
{
    PCII440FXState *d = I440FX_PCI_DEVICE(dev);
    uint8_t *conf = d->parent_obj.config;

    memset(conf + REG_PAM, 0, PAM_REGS);
    conf[REG_SMRAM] = SMRAM_C_BASE_SEG;
    update_smram_lock(d);
    update_memory_map(d);
}

static int i440fx_post_load(void *opaque, int version_id)
{
    PCII440FXState *d = opaque;

    update_smram_lock(d);
    update_memory_map(d);
    return 0;
}

static const VMStateDescription vmstate_i440fx = {
    .name = "I440FX",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = i440fx_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(parent_obj, PCII440FXState),
        VMSTATE_END_OF_LIST()
    },
};

/* ---- set-up ---- */

static void map_memory(PCII440FXState *d, MemoryRegion *system_memory, MemoryRegion *pci_memory,
                       MemoryRegion *ram)
{
    Object *owner = OBJECT(d);

    /* Whatever no RAM or device of the board claims goes to the PCI bus. */
    memory_region_add_subregion_overlap(system_memory, 0, pci_memory, -1);

    memory_region_init_alias(&d->smram_region, owner, "smram-region", pci_memory, SMRAM_BASE,
                             SMRAM_SIZE);
    memory_region_add_subregion_overlap(system_memory, SMRAM_BASE, &d->smram_region, 1);

    memory_region_init(&d->smram, owner, "smram", 4 * GiB);
    memory_region_init_alias(&d->low_smram, owner, "smram-low", ram, SMRAM_BASE, SMRAM_SIZE);
    memory_region_set_enabled(&d->low_smram, false);
    memory_region_add_subregion(&d->smram, SMRAM_BASE, &d->low_smram);
    object_property_add_const_link(qdev_get_machine(), "smram", OBJECT(&d->smram));

    pam_init(&d->pam, owner, ram, system_memory, pci_memory);
    d->mapped = true;
    update_memory_map(d);
}

PCIBus *i440fx_init(MemoryRegion *system_memory, MemoryRegion *io, MemoryRegion *pci_memory,
                    MemoryRegion *ram, uint64_t below_4g_mem_size, uint64_t above_4g_mem_size)
{
    DeviceState *dev = qdev_new(TYPE_I440FX_PCI_HOST_BRIDGE);
    PCIHostState *host = PCI_HOST_BRIDGE(dev);
    uint64_t units = (below_4g_mem_size + above_4g_mem_size) / (8 * MiB);
    PCIDevice *pmc;

    host->bus = pci_root_bus_new(dev, NULL, pci_memory, io, 0, TYPE_PCI_BUS);
    object_property_add_child(qdev_get_machine(), "i440fx", OBJECT(dev));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_add_io(SYS_BUS_DEVICE(dev), 0xcf8, &host->conf_mem);
    sysbus_add_io(SYS_BUS_DEVICE(dev), 0xcfc, &host->data_mem);

    pmc = pci_create_simple(host->bus, 0, TYPE_I440FX_PCI_DEVICE);
    pmc->config[REG_RAM_SIZE] = MIN(units, 255);
    map_memory(I440FX_PCI_DEVICE(pmc), system_memory, pci_memory, ram);
    return host->bus;
}

uint64_t i440fx_pci_hole64_size(PCIBus *bus)
{
    return I440FX_PCI_HOST_BRIDGE(bus->qbus.parent)->pci_hole64_size;
}

static void i440fx_realize(PCIDevice *dev, Error **errp)
{
    dev->config[REG_SMRAM] = SMRAM_C_BASE_SEG;
    dev->wmask[REG_RAM_SIZE] = 0;
    update_smram_lock(I440FX_PCI_DEVICE(dev));
}

static void i440fx_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);

    pc->realize = i440fx_realize;
    pc->config_write = i440fx_write_config;
    pc->vendor_id = PCI_VENDOR_ID_INTEL;
    pc->device_id = PCI_DEVICE_ID_INTEL_82441;
    pc->revision = 0x02;
    pc->class_id = PCI_CLASS_BRIDGE_HOST;
    set_bit(DEVICE_CATEGORY_BRIDGE, dc->categories);
    dc->desc = "Host bridge";
    dc->vmsd = &vmstate_i440fx;
    device_class_set_legacy_reset(dc, i440fx_reset);
    /* It is the bridge that the bus hangs below: there is exactly one, made by the board. */
    dc->user_creatable = false;
    dc->hotpluggable = false;
}

static void i440fx_pcihost_init(Object *obj)
{
    PCIHostState *host = PCI_HOST_BRIDGE(obj);

    memory_region_init_io(&host->conf_mem, obj, &pci_host_conf_le_ops, host, "pci-conf-idx", 4);
    memory_region_init_io(&host->data_mem, obj, &pci_host_data_le_ops, host, "pci-conf-data", 4);
    sysbus_init_ioports(SYS_BUS_DEVICE(obj), 0xcf8, 4);
    sysbus_init_ioports(SYS_BUS_DEVICE(obj), 0xcfc, 4);
}

static const Property i440fx_pcihost_props[] = {
    DEFINE_PROP_SIZE("pci-hole64-size", I440FXState, pci_hole64_size, 2 * GiB),
    DEFINE_PROP_END_OF_LIST()
};

static void i440fx_pcihost_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->fw_name = "pci";
    device_class_set_props(dc, i440fx_pcihost_props);
    /* Needs the board's memory map. */
    dc->user_creatable = false;
}

static const TypeInfo i440fx_types[] = {
    {
        .name = TYPE_I440FX_PCI_DEVICE,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(PCII440FXState),
        .class_init = i440fx_class_init,
        .interfaces = (const InterfaceInfo[]) { { INTERFACE_CONVENTIONAL_PCI_DEVICE }, { } },
    },
    {
        .name = TYPE_I440FX_PCI_HOST_BRIDGE,
        .parent = TYPE_PCI_HOST_BRIDGE,
        .instance_size = sizeof(I440FXState),
        .instance_init = i440fx_pcihost_init,
        .class_init = i440fx_pcihost_class_init,
    },
};
DEFINE_TYPES(i440fx_types)
