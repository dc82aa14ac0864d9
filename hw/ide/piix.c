/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IDE function of the PIIX3 and PIIX4 south bridges: two channels at the ports of old,
 * with bus mastering.
 *
 * Spec:      Intel 82371FB/82371SB (PIIX3) 2.3 and 2.7; 82371AB (PIIX4) chapter 4.
 * Thread:    big lock.
 *
 *   cfg   name    reset   note
 *   0x20  BMIBA   1       base of the 16 bus-master ports
 *   0x40  IDETIM  0       primary timing; bit 15 decodes 1f0-1f7 and 3f6
 *   0x42  IDETIM  0       secondary; bit 15 decodes 170-177 and 376
 *   0x44  SIDETIM 0       timings: stored, without effect
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "exec/address-spaces.h"
#include "hw/ide/bmdma.h"
#include "hw/isa/isa.h"
#include "hw/pci/pci.h"
#include "hw/pci/pci_ids.h"

#define TYPE_PIIX_IDE "piix-ide-common"
OBJECT_DECLARE_SIMPLE_TYPE(PIIXIDEState, PIIX_IDE)

struct PIIXIDEState {
    PCIDevice parent_obj;
    IDEBus bus[2];
    BMDMAChannel bm[2];
    MemoryRegion bm_bar;
};

static const struct {
    uint16_t command, control;
    int irq;
} ports[2] = { { 0x1f0, 0x3f6, 14 }, { 0x170, 0x376, 15 } };

static void update_decoding(PIIXIDEState *s)
{
    PCIDevice *pd = PCI_DEVICE(s);
    bool io = pci_get_word(pd->config + PCI_COMMAND) & PCI_COMMAND_IO;

    memory_region_transaction_begin();
    for (int i = 0; i < 2; i++) {
        bool on = io && pci_get_word(pd->config + 0x40 + 2 * i) & 0x8000;

        memory_region_set_enabled(&s->bus[i].command_block, on);
        memory_region_set_enabled(&s->bus[i].control_block, on);
    }
    memory_region_transaction_commit();
}

static void piix_ide_config_write(PCIDevice *pd, uint32_t addr, uint32_t val, int len)
{
    pci_default_write_config(pd, addr, val, len);
    if (addr < 0x44) {
        update_decoding(PIIX_IDE(pd));
    }
}

static void piix_ide_reset(DeviceState *dev)
{
    PIIXIDEState *s = PIIX_IDE(dev);
    PCIDevice *pd = PCI_DEVICE(dev);

    for (int i = 0; i < 2; i++) {
        ide_bus_reset(&s->bus[i]);
        pci_set_word(pd->config + 0x40 + 2 * i, 0);
    }
    pci_set_word(pd->config + PCI_COMMAND, 0);
    pci_set_word(pd->config + PCI_STATUS, PCI_STATUS_DEVSEL_MEDIUM | PCI_STATUS_FAST_BACK);
    update_decoding(s);
}

static void piix_ide_realize(PCIDevice *pd, Error **errp)
{
    PIIXIDEState *s = PIIX_IDE(pd);
    MemoryRegion *io = get_system_io();
    /* In compatibility mode the interrupts are the ISA lines 14 and 15 of the same bridge. */
    ISABus *isa = (ISABus *)object_resolve_path_type("", TYPE_ISA_BUS, NULL);

    if (!isa) {
        error_setg(errp, "%s needs an ISA bus for its interrupts",
                   object_get_typename(OBJECT(pd)));
        return;
    }
    pd->config[PCI_CLASS_PROG] = 0x80; /* legacy ports, bus master */
    memset(pd->wmask + 0x40, 0xff, 5);
    memory_region_init(&s->bm_bar, OBJECT(s), "piix-bmdma", 16);
    for (int i = 0; i < 2; i++) {
        ide_bus_init(&s->bus[i], sizeof(s->bus[i]), DEVICE(s), i, 2);
        ide_bus_init_regions(&s->bus[i], OBJECT(s));
        memory_region_set_enabled(&s->bus[i].command_block, false);
        memory_region_set_enabled(&s->bus[i].control_block, false);
        memory_region_add_subregion(io, ports[i].command, &s->bus[i].command_block);
        memory_region_add_subregion_overlap(io, ports[i].control, &s->bus[i].control_block, 1);
        bmdma_init(&s->bm[i], &s->bus[i], pci_get_address_space(pd), OBJECT(s));
        bmdma_connect_irq(&s->bm[i], isa_bus_get_irq(isa, ports[i].irq));
        memory_region_add_subregion(&s->bm_bar, i * 8, &s->bm[i].io);
    }
    pci_register_bar(pd, 4, PCI_BASE_ADDRESS_SPACE_IO, &s->bm_bar);
}

static void piix_ide_exit(PCIDevice *pd)
{
    PIIXIDEState *s = PIIX_IDE(pd);

    for (int i = 0; i < 2; i++) {
        memory_region_del_subregion(get_system_io(), &s->bus[i].command_block);
        memory_region_del_subregion(get_system_io(), &s->bus[i].control_block);
        memory_region_del_subregion(&s->bm_bar, &s->bm[i].io);
    }
}

static int piix_ide_post_load(void *opaque, int version_id)
{
    update_decoding(opaque);
    return 0;
}

static const VMStateDescription vmstate_piix_ide = {
    .name = "ide",
    .version_id = 4,
    .minimum_version_id = 4,
    .post_load = piix_ide_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(parent_obj, PIIXIDEState),
        VMSTATE_STRUCT_ARRAY(bm, PIIXIDEState, 2, 0, vmstate_bmdma, BMDMAChannel),
        VMSTATE_STRUCT_ARRAY(bus, PIIXIDEState, 2, 1, vmstate_ide_bus, IDEBus),
        VMSTATE_END_OF_LIST()
    }
};

static void piix_ide_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->realize = piix_ide_realize;
    k->exit = piix_ide_exit;
    k->config_write = piix_ide_config_write;
    k->vendor_id = PCI_VENDOR_ID_INTEL;
    k->device_id = (uintptr_t)data;
    k->class_id = PCI_CLASS_STORAGE_IDE;
    dc->vmsd = &vmstate_piix_ide;
    dc->hotpluggable = false;
    device_class_set_legacy_reset(dc, piix_ide_reset);
    set_bit(DEVICE_CATEGORY_STORAGE, dc->categories);
}

static const TypeInfo piix_ide_types[] = {
    {
        .name = TYPE_PIIX_IDE,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(PIIXIDEState),
        .abstract = true,
        .interfaces = (InterfaceInfo[]) { { INTERFACE_CONVENTIONAL_PCI_DEVICE }, { } },
    }, {
        .name = TYPE_PIIX3_IDE,
        .parent = TYPE_PIIX_IDE,
        .class_init = piix_ide_class_init,
        .class_data = (void *)(uintptr_t)PCI_DEVICE_ID_INTEL_82371SB_1,
    }, {
        .name = TYPE_PIIX4_IDE,
        .parent = TYPE_PIIX_IDE,
        .class_init = piix_ide_class_init,
        .class_data = (void *)(uintptr_t)PCI_DEVICE_ID_INTEL_82371AB,
    },
};
DEFINE_TYPES(piix_ide_types)
