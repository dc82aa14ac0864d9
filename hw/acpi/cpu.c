/*
 * CPU hot plug registers.
 *
 * Thread:   under the big lock.
 * Migrated: selector, command and the events that the guest has not handled.
 *
 *   offset  read                                    write
 *   0       high half of the result (0)             selects a CPU by number
 *   4       status: 0 present, 1 came, 2 shall go   control: 1, 2 clear events, 3 eject
 *   5       -                                       command, see below
 *   8       result of the command                   data of the command
 *
 *   command   0 select the next CPU with an event, from the selected one on; result: its number
 *             1, 2 data is the event, status that _OST reports | 3 result: architecture id
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/acpi/cpu.h"
#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/log.h"

#define REG_SELECTOR 0
#define REG_FLAGS 4
#define REG_COMMAND 5
#define REG_DATA 8

#define STS_PRESENT 0x01
#define STS_INSERTING 0x02
#define STS_REMOVING 0x04
#define CTL_EJECT 0x08

enum { CMD_NEXT_EVENT, CMD_OST_EVENT, CMD_OST_STATUS, CMD_ARCH_ID };

static AcpiCpuStatus *selected(CPUHotplugState *s)
{
    return s->selector < s->dev_count ? &s->devs[s->selector] : NULL;
}

static uint32_t command_result(CPUHotplugState *s)
{
    switch (s->command) {
    case CMD_NEXT_EVENT:
        return s->selector;
    case CMD_ARCH_ID:
        return selected(s)->arch_id;
    default:
        return 0;
    }
}

static uint64_t cpu_hotplug_read(void *opaque, hwaddr addr, unsigned size)
{
    CPUHotplugState *s = opaque;
    AcpiCpuStatus *c = selected(s);

    if (!c) {
        return 0;
    }
    switch (addr) {
    case REG_FLAGS:
        return (c->cpu ? STS_PRESENT : 0) | (c->is_inserting ? STS_INSERTING : 0) |
               (c->is_removing ? STS_REMOVING : 0);
    case REG_DATA:
        return command_result(s);
    default:
        return 0;
    }
}

static void eject(CPUHotplugState *s, AcpiCpuStatus *c)
{
    DeviceState *dev = c->cpu;
    HotplugHandler *handler;
    Error *err = NULL;

    if (!dev || dev == DEVICE(first_cpu)) {
        qemu_log_mask(LOG_GUEST_ERROR, "acpi: CPU %u cannot be ejected\n", s->selector);
        return;
    }
    handler = qdev_get_hotplug_handler(dev);
    if (!hotplug_handler_unplug(handler, dev, &err)) {
        warn_report_err(err);
        return;
    }
    object_unparent(OBJECT(dev));
}

static void write_control(CPUHotplugState *s, AcpiCpuStatus *c, uint8_t val)
{
    if (val & STS_INSERTING) {
        c->is_inserting = false;
    } else if (val & STS_REMOVING) {
        c->is_removing = false;
    } else if (val & CTL_EJECT) {
        eject(s, c);
    }
}

static void next_event(CPUHotplugState *s)
{
    for (uint32_t i = 0; i < s->dev_count; i++) {
        uint32_t n = (s->selector + i) % s->dev_count;

        if (s->devs[n].is_inserting || s->devs[n].is_removing) {
            s->selector = n;
            return;
        }
    }
}

static void cpu_hotplug_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    CPUHotplugState *s = opaque;
    AcpiCpuStatus *c = selected(s);

    if (addr == REG_SELECTOR) {
        s->selector = data;
        return;
    }
    if (!c) {
        return;
    }
    switch (addr) {
    case REG_FLAGS:
        write_control(s, c, data);
        break;
    case REG_COMMAND:
        s->command = data;
        if (s->command == CMD_NEXT_EVENT) {
            next_event(s);
        }
        break;
    case REG_DATA:
        if (s->command == CMD_OST_EVENT) {
            c->ost_event = data;
        } else if (s->command == CMD_OST_STATUS) {
            c->ost_status = data;
        }
        break;
    }
}

static const MemoryRegionOps cpu_hotplug_ops = {
    .read = cpu_hotplug_read,
    .write = cpu_hotplug_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};

void acpi_cpu_hotplug_init(CPUHotplugState *s, Object *owner, MemoryRegion *parent, hwaddr base)
{
    MachineState *ms = MACHINE(qdev_get_machine());
    const CPUArchIdList *list = MACHINE_GET_CLASS(ms)->possible_cpu_arch_ids(ms);

    s->dev_count = list->len;
    s->devs = g_new0(AcpiCpuStatus, list->len);
    for (int i = 0; i < list->len; i++) {
        s->devs[i].cpu = list->cpus[i].cpu ? DEVICE(list->cpus[i].cpu) : NULL;
        s->devs[i].arch_id = list->cpus[i].arch_id;
    }
    memory_region_init_io(&s->ctrl_reg, owner, &cpu_hotplug_ops, s, "acpi-cpu-hotplug",
                          ACPI_CPU_HOTPLUG_REG_LEN);
    memory_region_add_subregion(parent, base, &s->ctrl_reg);
}

void acpi_cpu_hotplug_reset(CPUHotplugState *s)
{
    s->selector = 0;
    s->command = 0;
    for (uint32_t i = 0; i < s->dev_count; i++) {
        /* Firmware finds new CPUs by itself. */
        s->devs[i].is_inserting = false;
    }
}

static AcpiCpuStatus *status_of(CPUHotplugState *s, DeviceState *dev)
{
    int index = CPU(dev)->cpu_index;

    return index >= 0 && index < (int)s->dev_count ? &s->devs[index] : NULL;
}

void acpi_cpu_plug_cb(CPUHotplugState *s, ACPIREGS *ar, DeviceState *dev)
{
    AcpiCpuStatus *c = status_of(s, dev);

    if (!c) {
        return;
    }
    c->cpu = dev;
    if (dev->hotplugged) {
        c->is_inserting = true;
        acpi_send_gpe_event(ar, ACPI_CPU_HOTPLUG_STATUS);
    }
}

void acpi_cpu_unplug_request_cb(CPUHotplugState *s, ACPIREGS *ar, DeviceState *dev)
{
    AcpiCpuStatus *c = status_of(s, dev);

    if (c) {
        c->is_removing = true;
        acpi_send_gpe_event(ar, ACPI_CPU_HOTPLUG_STATUS);
    }
}

void acpi_cpu_unplug_cb(CPUHotplugState *s, DeviceState *dev)
{
    AcpiCpuStatus *c = status_of(s, dev);

    if (c) {
        c->cpu = NULL;
    }
}

static const VMStateDescription vmstate_cpu_hotplug_sts = {
    .name = "CPU hotplug device state",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_BOOL(is_inserting, AcpiCpuStatus),
        VMSTATE_BOOL(is_removing, AcpiCpuStatus),
        VMSTATE_UINT32(ost_event, AcpiCpuStatus),
        VMSTATE_UINT32(ost_status, AcpiCpuStatus),
        VMSTATE_END_OF_LIST()
    },
};

const VMStateDescription vmstate_cpu_hotplug = {
    .name = "CPU hotplug state",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(selector, CPUHotplugState),
        VMSTATE_UINT8(command, CPUHotplugState),
        VMSTATE_STRUCT_VARRAY_POINTER_UINT32(devs, CPUHotplugState, dev_count,
                                             vmstate_cpu_hotplug_sts, AcpiCpuStatus),
        VMSTATE_END_OF_LIST()
    },
};
