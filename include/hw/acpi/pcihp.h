/*
 * PCI hot plug by ACPI: the registers through which the guest's ACPI code learns of devices that
 * come and go.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_ACPI_PCIHP_H
#define HW_ACPI_PCIHP_H

#include "hw/acpi/acpi.h"
#include "hw/pci/pci_bus.h"

#define ACPI_PCIHP_REG_LEN 0x14
/* Buses with hot plug: a firmware numbers no more than 256 buses anyway. */
#define ACPI_PCIHP_MAX_BUS 256

typedef struct AcpiPciHpBus {
    PCIBus *bus;                    /* not migrated: both sides number buses alike */
    uint32_t up, down;              /* slots */
} AcpiPciHpBus;

typedef struct AcpiPciHpState {
    AcpiPciHpBus bus[ACPI_PCIHP_MAX_BUS];
    uint32_t num_buses;
    uint32_t select;                /* bus number that the registers show */
    MemoryRegion io;
} AcpiPciHpState;

/* Puts the registers at @base of @parent. */
void acpi_pcihp_init(AcpiPciHpState *s, Object *owner, MemoryRegion *parent, hwaddr base);
void acpi_pcihp_reset(AcpiPciHpState *s);
/* Gives @bus a number, its index in s->bus. */
void acpi_pcihp_add_bus(AcpiPciHpState *s, PCIBus *bus);
/* Number of @bus, or -1. */
int acpi_pcihp_bus_number(const AcpiPciHpState *s, const PCIBus *bus);
void acpi_pcihp_pre_plug(AcpiPciHpState *s, DeviceState *dev, Error **errp);
void acpi_pcihp_plug(AcpiPciHpState *s, ACPIREGS *ar, DeviceState *dev);
void acpi_pcihp_unplug_request(AcpiPciHpState *s, ACPIREGS *ar, DeviceState *dev, Error **errp);

extern const VMStateDescription vmstate_acpi_pcihp;

#endif
