/*
 * 256-byte EEPROM on the SMBus, as memory modules have for serial presence detect (SPD).
 *
 * Spec:     JEDEC 21-C section 4.1.2 (SPD, general) and 4.1.2.4 (SDRAM).
 * Thread:   under the big lock.
 * Migrated: content and address pointer.
 *
 * A write sends the address, then bytes to store from there; a read goes on from the address.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/i2c/smbus_eeprom.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "qemu/units.h"

#define TYPE_SMBUS_EEPROM "smbus-eeprom"
#define EEPROM_SIZE 256
#define FIRST_ADDRESS 0x50

typedef struct SMBusEEPROM {
    SMBusDevice parent_obj;
    uint8_t data[EEPROM_SIZE];
    uint8_t init_data[EEPROM_SIZE];     /* not migrated: both sides make the same */
    uint8_t offset;
} SMBusEEPROM;

DECLARE_INSTANCE_CHECKER(SMBusEEPROM, SMBUS_EEPROM, TYPE_SMBUS_EEPROM)

static int eeprom_write_data(SMBusDevice *dev, const uint8_t *buf, unsigned len)
{
    SMBusEEPROM *s = SMBUS_EEPROM(dev);

    s->offset = buf[0];
    for (unsigned i = 1; i < len; i++) {
        s->data[s->offset++] = buf[i];
    }
    return 0;
}

static uint8_t eeprom_receive_byte(SMBusDevice *dev)
{
    SMBusEEPROM *s = SMBUS_EEPROM(dev);

    return s->data[s->offset++];
}

static void eeprom_reset(DeviceState *dev)
{
    SMBusEEPROM *s = SMBUS_EEPROM(dev);

    memcpy(s->data, s->init_data, EEPROM_SIZE);
    s->offset = 0;
}

static void eeprom_realize(DeviceState *dev, Error **errp)
{
    eeprom_reset(dev);
}

static const VMStateDescription vmstate_smbus_eeprom = {
    .name = "smbus-eeprom",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8_ARRAY(data, SMBusEEPROM, EEPROM_SIZE),
        VMSTATE_UINT8(offset, SMBusEEPROM),
        VMSTATE_END_OF_LIST()
    },
};

static void eeprom_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    SMBusDeviceClass *k = SMBUS_DEVICE_CLASS(klass);

    k->write_data = eeprom_write_data;
    k->receive_byte = eeprom_receive_byte;
    dc->realize = eeprom_realize;
    dc->vmsd = &vmstate_smbus_eeprom;
    device_class_set_legacy_reset(dc, eeprom_reset);
    /* Its content comes from the board. */
    dc->user_creatable = false;
}

static const TypeInfo eeprom_types[] = {
    {
        .name = TYPE_SMBUS_EEPROM,
        .parent = TYPE_SMBUS_DEVICE,
        .instance_size = sizeof(SMBusEEPROM),
        .class_init = eeprom_class_init,
    },
};
DEFINE_TYPES(eeprom_types)

/* SPD of one DIMM of DDR2 memory, of @size bytes (a power of two, 128 MiB or more). */
static void fill_spd(uint8_t *spd, uint64_t size)
{
    uint64_t rank = size / MiB;
    uint8_t density;

    memset(spd, 0, EEPROM_SIZE);
    /* Rank density: bits 5 to 7 are 128 to 512 MiB, 0 to 4 are 1 to 16 GiB. */
    density = rank >= 1024 ? 1 << (ctz64(rank) - 10) : 1 << (ctz64(rank) - 2);
    spd[0] = 128;               /* bytes in use */
    spd[1] = 8;                 /* log2 of the size */
    spd[2] = 8;                 /* DDR2 SDRAM */
    spd[3] = 14;                /* row address bits */
    spd[4] = 10;                /* column address bits */
    spd[5] = 0x60;              /* one rank, 30 mm */
    spd[6] = 64;                /* data width */
    spd[8] = 5;                 /* SSTL 1.8 V */
    spd[9] = 0x30;              /* 3 ns cycle: 333 MHz */
    spd[10] = 0x45;             /* access time */
    spd[12] = 0x82;             /* refresh 7.8 us, self refresh */
    spd[13] = 8;                /* chips of 8 bits */
    spd[16] = 0x0c;             /* bursts of 4 and 8 */
    spd[17] = 4;                /* banks */
    spd[18] = 0x38;             /* CAS latencies 3 to 5 */
    spd[20] = 2;                /* unbuffered DIMM */
    spd[27] = 60;               /* row precharge, active to active, RAS to CAS: 15 ns */
    spd[28] = 30;
    spd[29] = 60;
    spd[30] = 45;               /* active to precharge, ns */
    spd[31] = density;
    spd[62] = 0x12;             /* revision 1.2 */
    for (int i = 0; i < 63; i++) {
        spd[63] += spd[i];
    }
}

void smbus_eeprom_init(SMBus *bus, int nb, uint64_t ram_size)
{
    const uint64_t max_dimm = 16 * GiB, min_dimm = 128 * MiB;

    for (int i = 0; i < nb; i++) {
        DeviceState *dev = qdev_new(TYPE_SMBUS_EEPROM);
        uint64_t size = MIN(pow2floor(ram_size), max_dimm);

        qdev_prop_set_uint8(dev, "address", FIRST_ADDRESS + i);
        /* Modules from the largest down, as long as there is memory to describe. */
        if (size >= min_dimm) {
            fill_spd(SMBUS_EEPROM(dev)->init_data, size);
            ram_size -= size;
        }
        qdev_realize_and_unref(dev, BUS(bus), &error_fatal);
    }
}
