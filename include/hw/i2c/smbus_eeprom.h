/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An SMBus with targets that answer byte-register accesses, and serial-presence EEPROMs on it.
 * Threads: big lock.
 */
#ifndef HW_I2C_SMBUS_EEPROM_H
#define HW_I2C_SMBUS_EEPROM_H

#include "hw/qdev-core.h"

#define TYPE_I2C_BUS "i2c-bus"
typedef struct I2CBus I2CBus;
OBJECT_DECLARE_SIMPLE_TYPE(I2CBus, I2C_BUS)

#define TYPE_SMBUS_TARGET "smbus-target"
typedef struct SMBusTarget SMBusTarget;
typedef struct SMBusTargetClass SMBusTargetClass;
DECLARE_OBJ_CHECKERS(SMBusTarget, SMBusTargetClass, SMBUS_TARGET, TYPE_SMBUS_TARGET)

struct I2CBus {
    BusState parent_obj;
};

struct SMBusTarget {
    DeviceState parent_obj;
    uint8_t address; /* 7 bits */
};

struct SMBusTargetClass {
    DeviceClass parent_class;
    /* One byte register; both return what travels. */
    uint8_t (*read_byte)(SMBusTarget *t, uint8_t command);
    void (*write_byte)(SMBusTarget *t, uint8_t command, uint8_t val);
};

I2CBus *smbus_new(DeviceState *parent, const char *name);
/* NULL when nobody answers at that address. */
SMBusTarget *smbus_find(I2CBus *bus, uint8_t address);

/* count EEPROMs from address 0x50 on; the first ones describe DIMMs for ram_size bytes. */
void smbus_eeprom_init(I2CBus *bus, int count, uint64_t ram_size);

#endif
