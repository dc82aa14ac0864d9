/*
 * SMBus: a bus of byte-wide devices with seven-bit addresses, and the host controller of Intel
 * south bridges.
 *
 * Spec: SMBus 2.0 section 5.5. Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_I2C_SMBUS_H
#define HW_I2C_SMBUS_H

#include "exec/memory.h"
#include "hw/irq.h"
#include "hw/qdev-core.h"

#define SMBUS_BLOCK_MAX 32

#define TYPE_SMBUS "i2c-bus"
typedef struct SMBus {
    BusState parent_obj;
} SMBus;
DECLARE_INSTANCE_CHECKER(SMBus, SMBUS, TYPE_SMBUS)

#define TYPE_SMBUS_DEVICE "smbus-device"
typedef struct SMBusDevice {
    DeviceState parent_obj;
    uint8_t address;
} SMBusDevice;
typedef struct SMBusDeviceClass {
    DeviceClass parent_class;
    /* A write transaction: the command byte first. 0, or -1 to refuse. NULL: refuses. */
    int (*write_data)(SMBusDevice *dev, const uint8_t *buf, unsigned len);
    /* The next byte of a read transaction. */
    uint8_t (*receive_byte)(SMBusDevice *dev);
} SMBusDeviceClass;
DECLARE_OBJ_CHECKERS(SMBusDevice, SMBusDeviceClass, SMBUS_DEVICE, TYPE_SMBUS_DEVICE)

SMBus *smbus_new(DeviceState *parent, const char *name);
SMBusDevice *smbus_find(SMBus *bus, uint8_t address);

/* Host controller registers, as in PIIX4 and ICH. */
typedef struct PMSMBus {
    SMBus *bus;
    MemoryRegion io;                    /* 64 bytes of ports */
    uint8_t stat, ctl, cmd, addr, data0, data1;
    uint8_t block[SMBUS_BLOCK_MAX];
    uint8_t block_index;
    qemu_irq irq;                       /* may be NULL */
} PMSMBus;

void pm_smbus_init(DeviceState *parent, PMSMBus *s);
void pm_smbus_reset(PMSMBus *s);
extern const VMStateDescription vmstate_pm_smbus;

#endif
