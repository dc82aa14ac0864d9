/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Power management function of the PIIX4. Threads: big lock. */
#ifndef HW_ACPI_PIIX4_H
#define HW_ACPI_PIIX4_H

#include "hw/qdev-core.h"

#define TYPE_PIIX4_PM "PIIX4_PM"
/* Output pin 0 is the SCI. */

typedef struct I2CBus I2CBus;
/* The SMBus that the function is the host of. */
I2CBus *piix4_pm_smbus(DeviceState *dev);
/* Port base of the ACPI PM block as the firmware has set it; 0 while disabled. */
uint32_t piix4_pm_io_base(DeviceState *dev);

enum { PIIX4_PM_GPE_BASE = 0xafe0, PIIX4_PM_GPE_LEN = 4 };

#endif
