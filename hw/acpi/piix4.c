/*
 * PIIX4 power management function: ACPI registers, SMBus, and the software SMI port.
 *
 * Spec:     Intel 82371AB data sheet (290562) chapter 7.
 * Thread:   under the big lock.
 * Deviates: device monitors, clock control and the other trap registers keep what is written
 *           and have no effect. The general event block is at its own place, not at PMBASE + 12.
 * Migrated: configuration space, ACPI, SMBus and APM registers.
 *
 *   offset   name      writable   effect
 *   0x40     PMBA      15:6       place of the ACPI block, with bit 0 of PMREGMISC
 *   0x5b     DEVACTB   all        bit 1: writing port 0xb2 causes an SMI
 *   0x80     PMREGMISC 0          ACPI block on
 *   0x90     SMBBA     15:4       place of the SMBus block
 *   0xd2     SMBHSTCFG 0, 3:1     SMBus block on; interrupt
 *   port 0xb2, 0xb3    all        APM control and status; control 0xf1 enters ACPI mode, 0xf0
 *                                 leaves it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/acpi/cpu.h"
#include "hw/acpi/pcihp.h"
#include "hw/acpi/piix4.h"
#include "hw/core/cpu.h"
#include "hw/hotplug.h"
#include "hw/isa/isa.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"

#define REG_PMBA 0x40
#define REG_DEVACTB 0x5b
#define DEVACTB_APMC_SMI 0x02
#define REG_PMREGMISC 0x80
#define REG_SMBBA 0x90
#define REG_SMBHSTCFG 0xd2
#define SMBHSTCFG_ON 0x01
#define APM_CONTROL 0xb2
#define ACPI_ENABLE 0xf1
#define ACPI_DISABLE 0xf0

typedef struct PIIX4PMState {
    PCIDevice parent_obj;
    MemoryRegion io;                /* ACPI block */
    ACPIREGS ar;
    PMSMBus smb;
    MemoryRegion apm_io;
    uint8_t apmc, apms;
    uint32_t smb_io_base;
    bool smm_enabled;
    qemu_irq sci, smi;
    uint8_t disable_s3, disable_s4, s4_val;
    bool use_acpi_hotplug_bridge, use_acpi_root_pci_hotplug;
    AcpiPciHpState pcihp;
    CPUHotplugState cpuhp;
} PIIX4PMState;

DECLARE_INSTANCE_CHECKER(PIIX4PMState, PIIX4_PM, TYPE_PIIX4_PM)

/* ---- places ---- */

static void update_io_mapping(PIIX4PMState *s)
{
    const uint8_t *conf = s->parent_obj.config;
    uint16_t pm_base = pci_get_word(conf + REG_PMBA) & 0xffc0;
    uint16_t smb_base = pci_get_word(conf + REG_SMBBA) & 0xffc0;

    memory_region_transaction_begin();
    memory_region_set_enabled(&s->io, (conf[REG_PMREGMISC] & 1) && pm_base);
    memory_region_set_address(&s->io, pm_base);
    memory_region_set_enabled(&s->smb.io, (conf[REG_SMBHSTCFG] & SMBHSTCFG_ON) && smb_base);
    memory_region_set_address(&s->smb.io, smb_base);
    memory_region_transaction_commit();
}

static void piix4_pm_write_config(PCIDevice *dev, uint32_t addr, uint32_t val, int len)
{
    PIIX4PMState *s = PIIX4_PM(dev);

    pci_default_write_config(dev, addr, val, len);
    if (addr + len > REG_PMBA && addr <= REG_SMBHSTCFG) {
        update_io_mapping(s);
    }
}

/* ---- APM ports ---- */

static void write_apm_control(PIIX4PMState *s, uint8_t val)
{
    s->apmc = val;
    acpi_pm1_cnt_update(&s->ar, val == ACPI_ENABLE, val == ACPI_DISABLE);
    if (s->smm_enabled && (s->parent_obj.config[REG_DEVACTB] & DEVACTB_APMC_SMI)) {
        qemu_irq_raise(s->smi);
    }
}

static void apm_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    PIIX4PMState *s = opaque;

    if (addr == 0) {
        write_apm_control(s, val);
    } else {
        s->apms = val;
    }
}

static uint64_t apm_read(void *opaque, hwaddr addr, unsigned size)
{
    PIIX4PMState *s = opaque;

    return addr == 0 ? s->apmc : s->apms;
}

static const MemoryRegionOps apm_ops = {
    .read = apm_read,
    .write = apm_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

/* ---- hot plug ---- */

static void piix4_pre_plug(HotplugHandler *h, DeviceState *dev, Error **errp)
{
    PIIX4PMState *s = PIIX4_PM(h);

    if (object_dynamic_cast(OBJECT(dev), TYPE_PCI_DEVICE)) {
        acpi_pcihp_pre_plug(&s->pcihp, dev, errp);
    }
}

static void piix4_plug(HotplugHandler *h, DeviceState *dev, Error **errp)
{
    PIIX4PMState *s = PIIX4_PM(h);

    if (object_dynamic_cast(OBJECT(dev), TYPE_PCI_DEVICE)) {
        acpi_pcihp_plug(&s->pcihp, &s->ar, dev);
    } else if (object_dynamic_cast(OBJECT(dev), TYPE_CPU)) {
        acpi_cpu_plug_cb(&s->cpuhp, &s->ar, dev);
    }
}

static void piix4_unplug_request(HotplugHandler *h, DeviceState *dev, Error **errp)
{
    PIIX4PMState *s = PIIX4_PM(h);

    if (object_dynamic_cast(OBJECT(dev), TYPE_PCI_DEVICE)) {
        acpi_pcihp_unplug_request(&s->pcihp, &s->ar, dev, errp);
    } else if (object_dynamic_cast(OBJECT(dev), TYPE_CPU)) {
        acpi_cpu_unplug_request_cb(&s->cpuhp, &s->ar, dev);
    } else {
        error_setg(errp, "device %s cannot be unplugged by ACPI",
                   object_get_typename(OBJECT(dev)));
    }
}

static void piix4_unplug(HotplugHandler *h, DeviceState *dev, Error **errp)
{
    PIIX4PMState *s = PIIX4_PM(h);

    if (object_dynamic_cast(OBJECT(dev), TYPE_PCI_DEVICE)) {
        qdev_unrealize(dev);
    } else if (object_dynamic_cast(OBJECT(dev), TYPE_CPU)) {
        acpi_cpu_unplug_cb(&s->cpuhp, dev);
    }
}

AcpiPciHpState *piix4_pm_pcihp(DeviceState *dev)
{
    return &PIIX4_PM(dev)->pcihp;
}

static void number_bus(PCIBus *bus, void *opaque)
{
    PIIX4PMState *s = opaque;
    bool root = pci_bus_is_root(bus);

    if (root ? s->use_acpi_root_pci_hotplug : s->use_acpi_hotplug_bridge) {
        qbus_set_hotplug_handler(BUS(bus), OBJECT(s));
        acpi_pcihp_add_bus(&s->pcihp, bus);
    }
}

void piix4_pm_number_buses(DeviceState *dev)
{
    pci_for_each_bus(pci_device_root_bus(PCI_DEVICE(dev)), number_bus, PIIX4_PM(dev));
}

/* ---- life ---- */

SMBus *piix4_pm_smbus(DeviceState *dev)
{
    return PIIX4_PM(dev)->smb.bus;
}

void piix4_pm_get_info(DeviceState *dev, PIIX4PMInfo *info)
{
    const PIIX4PMState *s = PIIX4_PM(dev);

    info->s3_disabled = s->disable_s3;
    info->s4_disabled = s->disable_s4;
    info->s4_val = s->s4_val;
    info->pci_hotplug = s->use_acpi_hotplug_bridge;
    info->root_hotplug = s->use_acpi_root_pci_hotplug;
}

static void piix4_pm_reset(DeviceState *dev)
{
    PIIX4PMState *s = PIIX4_PM(dev);
    uint8_t *conf = s->parent_obj.config;

    memset(conf + 0x58, 0, 4);
    pci_set_long(conf + REG_PMBA, 1); /* reads as an I/O base */
    conf[REG_PMREGMISC] = 0;
    pci_set_long(conf + REG_SMBBA, s->smb_io_base | 1);
    conf[REG_SMBHSTCFG] = s->smb_io_base ? 0x09 : 0;
    /* Without SMM firmware shall not try to set it up: tell it that it has been done. */
    conf[REG_DEVACTB] = s->smm_enabled ? 0 : DEVACTB_APMC_SMI;
    s->apmc = s->apms = 0;
    acpi_pm_reset(&s->ar);
    acpi_pcihp_reset(&s->pcihp);
    acpi_cpu_hotplug_reset(&s->cpuhp);
    pm_smbus_reset(&s->smb);
    update_io_mapping(s);
}

static void init_config(PIIX4PMState *s)
{
    static const struct {
        uint8_t offset, size;
        uint32_t writable;
    } regs[] = {
        { REG_PMBA, 4, 0xffc0 }, { 0x44, 4, 0xffffffff }, { 0x48, 4, 0xffffffff },
        { 0x4c, 4, 0xffffffff }, { 0x50, 4, 0xffffffff }, { 0x54, 4, 0xffffffff },
        { 0x58, 4, 0xffffffff }, { 0x5c, 4, 0xffffffff }, { 0x60, 4, 0xffffffff },
        { 0x64, 4, 0xffffffff }, { 0x68, 4, 0xffffffff }, { 0x6c, 4, 0xffffffff },
        { 0x70, 4, 0xffffffff }, { 0x74, 4, 0xffffffff }, { 0x78, 4, 0xffffffff },
        { 0x7c, 4, 0xffffffff }, { REG_PMREGMISC, 1, 0x01 }, { REG_SMBBA, 4, 0xfff0 },
        { REG_SMBHSTCFG, 1, 0x0f }, { 0xd3, 1, 0xff }, { 0xd4, 1, 0xff }, { 0xd5, 1, 0xff },
    };
    PCIDevice *dev = &s->parent_obj;

    memset(dev->wmask + PCI_STD_HEADER_SIZEOF, 0, PCI_CFG_SPACE_SIZE - PCI_STD_HEADER_SIZEOF);
    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        if (regs[i].size == 4) {
            pci_set_long(dev->wmask + regs[i].offset, regs[i].writable);
        } else {
            dev->wmask[regs[i].offset] = regs[i].writable;
        }
    }
    pci_set_word(dev->config + PCI_STATUS, PCI_STATUS_FAST_BACK | PCI_STATUS_DEVSEL_MEDIUM);
    pci_config_set_interrupt_pin(dev->config, 1);
    dev->config[0xd6] = 0; /* SMBREV */
}

static void piix4_pm_realize(PCIDevice *dev, Error **errp)
{
    PIIX4PMState *s = PIIX4_PM(dev);
    MemoryRegion *io_space = pci_address_space_io(dev);

    init_config(s);
    memory_region_init(&s->io, OBJECT(s), "piix4-pm", 64);
    memory_region_set_enabled(&s->io, false);
    memory_region_add_subregion(io_space, 0, &s->io);
    acpi_pm_init(&s->ar, OBJECT(s), &s->io, s->disable_s3, s->disable_s4, s->s4_val);
    acpi_gpe_init(&s->ar, OBJECT(s), io_space, PIIX4_GPE_BASE, PIIX4_GPE_LEN);

    pm_smbus_init(DEVICE(dev), &s->smb);
    memory_region_set_enabled(&s->smb.io, false);
    memory_region_add_subregion(io_space, 0, &s->smb.io);

    memory_region_init_io(&s->apm_io, OBJECT(s), &apm_ops, s, "apm-io", 2);
    memory_region_add_subregion(io_space, APM_CONTROL, &s->apm_io);

    acpi_pcihp_init(&s->pcihp, OBJECT(s), io_space, PIIX4_PCIHP_BASE);
    acpi_cpu_hotplug_init(&s->cpuhp, OBJECT(s), io_space, PIIX4_CPU_HOTPLUG_BASE);
}

static void sci_changed(void *opaque, int n, int level)
{
    qemu_set_irq(PIIX4_PM(opaque)->sci, level);
}

static void piix4_pm_init(Object *obj)
{
    PIIX4PMState *s = PIIX4_PM(obj);

    qdev_init_gpio_out(DEVICE(obj), &s->sci, 1);
    qdev_init_gpio_out_named(DEVICE(obj), &s->smi, PIIX4_SMI_LINE, 1);
    /* The board connects its lines after realize. */
    s->ar.sci = qemu_allocate_irq(sci_changed, s, 0);
}

static int piix4_pm_post_load(void *opaque, int version_id)
{
    update_io_mapping(opaque);
    return 0;
}

static const VMStateDescription vmstate_piix4_pm = {
    .name = "piix4_pm",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = piix4_pm_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(parent_obj, PIIX4PMState),
        VMSTATE_STRUCT(ar, PIIX4PMState, 1, vmstate_acpi_regs, ACPIREGS),
        VMSTATE_STRUCT(smb, PIIX4PMState, 1, vmstate_pm_smbus, PMSMBus),
        VMSTATE_UINT8(apmc, PIIX4PMState),
        VMSTATE_UINT8(apms, PIIX4PMState),
        VMSTATE_STRUCT(pcihp, PIIX4PMState, 1, vmstate_acpi_pcihp, AcpiPciHpState),
        VMSTATE_STRUCT(cpuhp, PIIX4PMState, 1, vmstate_cpu_hotplug, CPUHotplugState),
        VMSTATE_END_OF_LIST()
    },
};

static const Property piix4_pm_props[] = {
    DEFINE_PROP_UINT32("smb_io_base", PIIX4PMState, smb_io_base, 0),
    DEFINE_PROP_UINT8(ACPI_PM_PROP_S3_DISABLED, PIIX4PMState, disable_s3, 0),
    DEFINE_PROP_UINT8(ACPI_PM_PROP_S4_DISABLED, PIIX4PMState, disable_s4, 0),
    DEFINE_PROP_UINT8(ACPI_PM_PROP_S4_VAL, PIIX4PMState, s4_val, 2),
    DEFINE_PROP_BOOL("acpi-pci-hotplug-with-bridge-support", PIIX4PMState,
                     use_acpi_hotplug_bridge, true),
    DEFINE_PROP_BOOL("acpi-root-pci-hotplug", PIIX4PMState, use_acpi_root_pci_hotplug, true),
    DEFINE_PROP_BOOL("smm-enabled", PIIX4PMState, smm_enabled, false),
    DEFINE_PROP_END_OF_LIST()
};

static void piix4_pm_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);
    HotplugHandlerClass *hc = HOTPLUG_HANDLER_CLASS(klass);

    hc->pre_plug = piix4_pre_plug;
    hc->plug = piix4_plug;
    hc->unplug_request = piix4_unplug_request;
    hc->unplug = piix4_unplug;
    pc->realize = piix4_pm_realize;
    pc->config_write = piix4_pm_write_config;
    pc->vendor_id = PCI_VENDOR_ID_INTEL;
    pc->device_id = PCI_DEVICE_ID_INTEL_82371AB_3;
    pc->revision = 0x03;
    pc->class_id = PCI_CLASS_BRIDGE_OTHER;
    device_class_set_legacy_reset(dc, piix4_pm_reset);
    dc->desc = "PM";
    dc->vmsd = &vmstate_piix4_pm;
    device_class_set_props(dc, piix4_pm_props);
    /* Part of the south bridge: the board wires its interrupts. */
    dc->user_creatable = false;
    dc->hotpluggable = false;
}

static const TypeInfo piix4_pm_types[] = {
    {
        .name = TYPE_PIIX4_PM,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(PIIX4PMState),
        .instance_init = piix4_pm_init,
        .class_init = piix4_pm_class_init,
        .interfaces = (const InterfaceInfo[]) {
            { INTERFACE_CONVENTIONAL_PCI_DEVICE },
            { TYPE_HOTPLUG_HANDLER },
            { }
        },
    },
};
DEFINE_TYPES(piix4_pm_types)
