/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SMBus targets, and the EEPROMs in which memory modules describe themselves.
 *
 * Spec:      System Management Bus 2.0; JEDEC 21-C 4.1.2.4 (SPD for SDRAM).
 * Thread:    big lock.
 */
#include "qemu/osdep.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "hw/i2c/smbus_eeprom.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"

#define TYPE_SMBUS_EEPROM "smbus-eeprom"
OBJECT_DECLARE_SIMPLE_TYPE(SMBusEEPROM, SMBUS_EEPROM)

enum { EEPROM_SIZE = 256 };

struct SMBusEEPROM {
    SMBusTarget parent_obj;
    uint8_t data[EEPROM_SIZE], init[EEPROM_SIZE];
};

I2CBus *smbus_new(DeviceState *parent, const char *name)
{
    return I2C_BUS(qbus_new(TYPE_I2C_BUS, parent, name));
}

SMBusTarget *smbus_find(I2CBus *bus, uint8_t address)
{
    BusChild *kid;

    QTAILQ_FOREACH(kid, &BUS(bus)->children, sibling) {
        SMBusTarget *t = SMBUS_TARGET(kid->child);
        if (t->address == address) {
            return t;
        }
    }
    return NULL;
}

static uint8_t eeprom_read(SMBusTarget *t, uint8_t command)
{
    return SMBUS_EEPROM(t)->data[command];
}

static void eeprom_write(SMBusTarget *t, uint8_t command, uint8_t val)
{
    SMBUS_EEPROM(t)->data[command] = val;
}

static void eeprom_reset(DeviceState *dev)
{
    SMBusEEPROM *e = SMBUS_EEPROM(dev);

    memcpy(e->data, e->init, EEPROM_SIZE);
}

/* SDRAM module of size bytes, a power of two from 4 MiB to 2 GiB. */
static void make_spd(uint8_t *d, uint64_t size)
{
    unsigned log2 = ctz64(size), rows = 1, density;
    uint8_t sum = 0;

    if (size > 512 * MiB) {
        rows = 2;
        log2--;
    }
    density = 1u << (log2 - 22); /* in units of 4 MiB, as a bit */
    d[0] = 128;                  /* bytes used */
    d[1] = 8;                    /* 256 bytes in all */
    d[2] = 4;                    /* SDRAM */
    d[3] = 13;                   /* row address bits */
    d[4] = 10;                   /* column address bits */
    d[5] = rows;
    d[6] = 64;                   /* data width */
    d[8] = 1;                    /* LVTTL */
    d[9] = 0x70;                 /* cycle time at the highest CAS latency: 7.0 ns */
    d[10] = 0x54;                /* access time */
    d[12] = 0x82;                /* self refresh, 7.8 us */
    d[13] = 8;
    d[15] = 1;
    d[16] = 0x8f;                /* burst lengths */
    d[17] = 4;                   /* banks */
    d[18] = 0x04;                /* CAS latency 3 */
    d[19] = 1;
    d[20] = 1;
    d[22] = 0x0e;
    d[27] = d[28] = d[29] = 20;
    d[30] = 45;
    d[31] = density;
    d[62] = 0x12;
    for (int i = 0; i < 63; i++) {
        sum += d[i];
    }
    d[63] = sum;
}

void smbus_eeprom_init(I2CBus *bus, int count, uint64_t ram_size)
{
    for (int i = 0; i < count; i++) {
        DeviceState *dev = qdev_new(TYPE_SMBUS_EEPROM);
        uint64_t module = ram_size ? MIN((uint64_t)1 << (63 - clz64(ram_size)), 1 * GiB) : 0;

        SMBUS_TARGET(dev)->address = 0x50 + i;
        if (module >= 4 * MiB) {
            make_spd(SMBUS_EEPROM(dev)->init, module);
            ram_size -= module;
        }
        qdev_realize_and_unref(dev, BUS(bus), &error_fatal);
    }
}

static const VMStateDescription vmstate_eeprom = {
    .name = "smbus-eeprom",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_BUFFER(data, SMBusEEPROM),
        VMSTATE_END_OF_LIST()
    }
};

static void target_class_init(ObjectClass *klass, void *data)
{
    DEVICE_CLASS(klass)->bus_type = TYPE_I2C_BUS;
}

static void eeprom_realize(DeviceState *dev, Error **errp)
{
    eeprom_reset(dev);
}

static void eeprom_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    SMBUS_TARGET_CLASS(klass)->read_byte = eeprom_read;
    SMBUS_TARGET_CLASS(klass)->write_byte = eeprom_write;
    dc->realize = eeprom_realize;
    dc->vmsd = &vmstate_eeprom;
    dc->user_creatable = false; /* content is made by the board */
    device_class_set_legacy_reset(dc, eeprom_reset);
}

static const TypeInfo smbus_types[] = {
    {
        .name = TYPE_I2C_BUS,
        .parent = TYPE_BUS,
        .instance_size = sizeof(I2CBus),
    }, {
        .name = TYPE_SMBUS_TARGET,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(SMBusTarget),
        .class_size = sizeof(SMBusTargetClass),
        .class_init = target_class_init,
        .abstract = true,
    }, {
        .name = TYPE_SMBUS_EEPROM,
        .parent = TYPE_SMBUS_TARGET,
        .instance_size = sizeof(SMBusEEPROM),
        .class_init = eeprom_class_init,
    },
};
DEFINE_TYPES(smbus_types)
