/*
 * Serial presence detect EEPROMs of memory modules.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_I2C_SMBUS_EEPROM_H
#define HW_I2C_SMBUS_EEPROM_H

#include "hw/i2c/smbus.h"

/* Puts @nb of them at addresses 0x50 up; they describe @ram_size bytes of memory. */
void smbus_eeprom_init(SMBus *bus, int nb, uint64_t ram_size);

#endif
