/*
 * Disk controllers of PC boards, with the drives of -hda, -cdrom and "-drive if=ide".
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/ide/ide.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "sysemu/blockdev.h"
#include "pc-internal.h"

#define NUM_CHANNELS 2
#define DRIVES_PER_CHANNEL 2

static void create_drives(DeviceState *controller, const char *bus_name, int channel)
{
    IDEBus *bus = IDE_BUS(qdev_get_child_bus(controller, bus_name));

    for (int unit = 0; unit < DRIVES_PER_CHANNEL; unit++) {
        DriveInfo *drive = drive_get(IF_IDE, channel, unit);

        if (drive) {
            ide_create_drive(bus, unit, drive);
        }
    }
}

void pc_create_pci_ide(PCMachineState *pcms, int devfn)
{
    PCIDevice *ide = pci_create_simple(pcms->bus, devfn, TYPE_PIIX3_IDE);

    create_drives(DEVICE(ide), "ide.0", 0);
    create_drives(DEVICE(ide), "ide.1", 1);
}

void pc_create_isa_ide(PCMachineState *pcms)
{
    static const struct {
        uint16_t iobase, iobase2;
        uint8_t irq;
    } channels[NUM_CHANNELS] = {
        { 0x1f0, 0x3f6, 14 },
        { 0x170, 0x376, 15 },
    };

    for (int i = 0; i < NUM_CHANNELS; i++) {
        ISADevice *isa = isa_new(TYPE_ISA_IDE);
        DeviceState *dev = DEVICE(isa);
        BusState *bus;

        qdev_prop_set_uint32(dev, "iobase", channels[i].iobase);
        qdev_prop_set_uint32(dev, "iobase2", channels[i].iobase2);
        qdev_prop_set_uint32(dev, "irq", channels[i].irq);
        isa_realize_and_unref(isa, pcms->isa_bus, &error_fatal);
        bus = QLIST_FIRST(&dev->child_bus);
        create_drives(dev, bus->name, i);
    }
}
