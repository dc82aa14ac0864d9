/*
 * ACPI fixed hardware: power management event, control and timer registers, general events.
 *
 * Spec: ACPI 6.3 section 4.8. Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_ACPI_ACPI_H
#define HW_ACPI_ACPI_H

#include "exec/memory.h"
#include "hw/irq.h"
#include "qemu/notify.h"
#include "qemu/timer.h"

#define PM_TIMER_FREQUENCY 3579545

#define ACPI_PM_PROP_S3_DISABLED "disable_s3"
#define ACPI_PM_PROP_S4_DISABLED "disable_s4"
#define ACPI_PM_PROP_S4_VAL "s4_val"

/* PM1 status and enable bits */
#define ACPI_BITMASK_TIMER_STATUS 0x0001
#define ACPI_BITMASK_BUS_MASTER_STATUS 0x0010
#define ACPI_BITMASK_GLOBAL_LOCK_STATUS 0x0020
#define ACPI_BITMASK_POWER_BUTTON_STATUS 0x0100
#define ACPI_BITMASK_SLEEP_BUTTON_STATUS 0x0200
#define ACPI_BITMASK_RT_CLOCK_STATUS 0x0400
#define ACPI_BITMASK_WAKE_STATUS 0x8000
/* PM1 control bits */
#define ACPI_BITMASK_SCI_ENABLE 0x0001
#define ACPI_BITMASK_SLEEP_TYPE 0x1c00
#define ACPI_BITMASK_SLEEP_ENABLE 0x2000

/* General event bits of the boards. ORDER: the DSDT's event methods. */
#define ACPI_PCI_HOTPLUG_STATUS 2       /* PIIX4: bit 1 */
#define ACPI_CPU_HOTPLUG_STATUS 4       /* bit 2 */
#define ACPI_MEMORY_HOTPLUG_STATUS 8    /* bit 3 */

#define ACPI_MAX_GPE_BYTES 16

typedef struct ACPIREGS {
    uint16_t pm1_sts, pm1_en, pm1_cnt;
    int64_t tmr_overflow_time;          /* PM timer tick at which its top bit toggles next */
    QEMUTimer *tmr_timer;
    uint8_t gpe_sts[ACPI_MAX_GPE_BYTES / 2], gpe_en[ACPI_MAX_GPE_BYTES / 2];
    uint8_t gpe_len;                    /* bytes of status plus enable */
    bool disable_s3, disable_s4;
    uint8_t s4_val;
    bool sci_level;
    qemu_irq sci;                       /* where the owner wants the interrupt; set at any time */
    MemoryRegion evt, cnt, tmr, gpe;
    Notifier wakeup;
    Notifier powerdown;
} ACPIREGS;

/* Makes the blocks and puts them at their customary offsets of @parent: 0, 4 and 8. */
void acpi_pm_init(ACPIREGS *ar, Object *owner, MemoryRegion *parent, bool disable_s3,
                  bool disable_s4, uint8_t s4_val);
/* The general event block of @len bytes (status, then enable) at @addr of @parent. */
void acpi_gpe_init(ACPIREGS *ar, Object *owner, MemoryRegion *parent, hwaddr addr, uint8_t len);
void acpi_pm_reset(ACPIREGS *ar);
/* Drives the SCI by status and enable bits. */
void acpi_update_sci(ACPIREGS *ar);
/* A general event happened (and its level stays until the guest clears it). */
void acpi_send_gpe_event(ACPIREGS *ar, uint8_t status);
/* Firmware or the guest switches between ACPI and legacy mode. */
void acpi_pm1_cnt_update(ACPIREGS *ar, bool sci_enable, bool sci_disable);
void acpi_pm_unregister(ACPIREGS *ar);

extern const VMStateDescription vmstate_acpi_regs;

#endif
