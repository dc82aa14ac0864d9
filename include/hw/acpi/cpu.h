/*
 * CPU hot plug: the registers through which the guest's ACPI code learns of CPUs that come and
 * go.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_ACPI_CPU_H
#define HW_ACPI_CPU_H

#include "exec/memory.h"
#include "hw/acpi/acpi.h"
#include "hw/hotplug.h"

#define ACPI_CPU_HOTPLUG_REG_LEN 12

typedef struct AcpiCpuStatus {
    DeviceState *cpu;               /* NULL: empty place */
    uint64_t arch_id;
    bool is_inserting, is_removing;
    uint32_t ost_event, ost_status;
} AcpiCpuStatus;

typedef struct CPUHotplugState {
    MemoryRegion ctrl_reg;
    uint32_t selector;
    uint8_t command;
    uint32_t dev_count;
    AcpiCpuStatus *devs;
} CPUHotplugState;

/* Puts the registers at @base of @parent; places are the machine's possible CPUs. */
void acpi_cpu_hotplug_init(CPUHotplugState *s, Object *owner, MemoryRegion *parent, hwaddr base);
void acpi_cpu_hotplug_reset(CPUHotplugState *s);
void acpi_cpu_plug_cb(CPUHotplugState *s, ACPIREGS *ar, DeviceState *dev);
void acpi_cpu_unplug_request_cb(CPUHotplugState *s, ACPIREGS *ar, DeviceState *dev);
void acpi_cpu_unplug_cb(CPUHotplugState *s, DeviceState *dev);

extern const VMStateDescription vmstate_cpu_hotplug;

#endif
