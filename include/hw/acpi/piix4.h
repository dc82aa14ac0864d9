/*
 * PIIX4 power management function.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_ACPI_PIIX4_H
#define HW_ACPI_PIIX4_H

#include "hw/acpi/acpi.h"
#include "hw/acpi/pcihp.h"
#include "hw/i2c/smbus.h"
#include "hw/southbridge/piix.h"

/* Customary places that firmware and our ACPI tables agree on. */
#define PIIX4_PM_IO_BASE 0x600
#define PIIX4_GPE_BASE 0xafe0
#define PIIX4_GPE_LEN 4
#define PIIX4_PCIHP_BASE 0xae00
#define PIIX4_CPU_HOTPLUG_BASE 0xaf00

/* Output lines of the device. */
#define PIIX4_SCI_LINE NULL     /* unnamed: the system control interrupt */
#define PIIX4_SMI_LINE "smi-irq"

SMBus *piix4_pm_smbus(DeviceState *dev);

/* What the ACPI tables must know of the device. */
typedef struct PIIX4PMInfo {
    bool s3_disabled, s4_disabled;
    uint8_t s4_val;
    bool pci_hotplug, root_hotplug;
} PIIX4PMInfo;
void piix4_pm_get_info(DeviceState *dev, PIIX4PMInfo *info);

/* Hot plug of PCI devices: its buses, which get their numbers when all bridges exist. */
AcpiPciHpState *piix4_pm_pcihp(DeviceState *dev);
void piix4_pm_number_buses(DeviceState *dev);

#endif
