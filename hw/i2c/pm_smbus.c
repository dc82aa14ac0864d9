/*
 * SMBus host controller of PIIX4 and ICH.
 *
 * Spec:     Intel 82371AB data sheet (290562) section 7.3.
 * Thread:   under the big lock.
 * Deviates: a transaction is over as soon as it is started; the slave functions do nothing.
 * Migrated: all registers.
 *
 *   port   register   writable
 *   0      status     write 1 clears: 1 done, 2 device error, 3 collision, 4 failed
 *   2      control    0 interrupt, 1 kill, 4:2 protocol; 6 starts, reads 0
 *   3      command    all
 *   4      address    7:1, bit 0 set to read
 *   5, 6   data       all; data 0 is also the length of a block
 *   7      block      the next byte of a block; reading control rewinds
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/i2c/smbus.h"
#include "migration/vmstate.h"

#define REG_STATUS 0
#define REG_CONTROL 2
#define REG_COMMAND 3
#define REG_ADDRESS 4
#define REG_DATA0 5
#define REG_DATA1 6
#define REG_BLOCK 7

#define STS_BUSY 0x01
#define STS_DONE 0x02
#define STS_DEV_ERR 0x04
#define STS_FAILED 0x10
#define STS_CLEARABLE 0x1e
#define CTL_INTREN 0x01
#define CTL_KILL 0x02
#define CTL_START 0x40

enum { PROT_QUICK, PROT_BYTE, PROT_BYTE_DATA, PROT_WORD_DATA, PROT_PROC_CALL, PROT_BLOCK };

static void update_irq(PMSMBus *s)
{
    qemu_set_irq(s->irq, (s->ctl & CTL_INTREN) && (s->stat & STS_CLEARABLE));
}

static int send(SMBusDevice *dev, const uint8_t *buf, unsigned len)
{
    SMBusDeviceClass *k = SMBUS_DEVICE_GET_CLASS(dev);

    return k->write_data ? k->write_data(dev, buf, len) : -1;
}

static int block_read(PMSMBus *s, SMBusDevice *dev)
{
    SMBusDeviceClass *k = SMBUS_DEVICE_GET_CLASS(dev);
    unsigned len;

    if (send(dev, &s->cmd, 1) < 0) {
        return -1;
    }
    len = k->receive_byte(dev);
    if (len == 0 || len > SMBUS_BLOCK_MAX) {
        return -1;
    }
    s->data0 = len;
    for (unsigned i = 0; i < len; i++) {
        s->block[i] = k->receive_byte(dev);
    }
    return 0;
}

static int block_write(PMSMBus *s, SMBusDevice *dev)
{
    uint8_t buf[2 + SMBUS_BLOCK_MAX] = { s->cmd, s->data0 };

    if (s->data0 == 0 || s->data0 > SMBUS_BLOCK_MAX) {
        return -1;
    }
    memcpy(buf + 2, s->block, s->data0);
    return send(dev, buf, 2 + s->data0);
}

static int transact_read(PMSMBus *s, SMBusDevice *dev, unsigned prot)
{
    SMBusDeviceClass *k = SMBUS_DEVICE_GET_CLASS(dev);

    if (!k->receive_byte) {
        return -1;
    }
    switch (prot) {
    case PROT_QUICK:
        return 0;
    case PROT_BYTE:
        s->data0 = k->receive_byte(dev);
        return 0;
    case PROT_BYTE_DATA:
    case PROT_WORD_DATA:
        if (send(dev, &s->cmd, 1) < 0) {
            return -1;
        }
        s->data0 = k->receive_byte(dev);
        if (prot == PROT_WORD_DATA) {
            s->data1 = k->receive_byte(dev);
        }
        return 0;
    case PROT_BLOCK:
        return block_read(s, dev);
    default:
        return -1;
    }
}

static int transact_write(PMSMBus *s, SMBusDevice *dev, unsigned prot)
{
    uint8_t buf[3] = { s->cmd, s->data0, s->data1 };

    switch (prot) {
    case PROT_QUICK:
        return 0;
    case PROT_BYTE:
        return send(dev, buf, 1);
    case PROT_BYTE_DATA:
        return send(dev, buf, 2);
    case PROT_WORD_DATA:
        return send(dev, buf, 3);
    case PROT_BLOCK:
        return block_write(s, dev);
    default:
        return -1;
    }
}

static void start(PMSMBus *s)
{
    SMBusDevice *dev = smbus_find(s->bus, s->addr >> 1);
    unsigned prot = s->ctl >> 2 & 7;
    int ret = -1;

    s->block_index = 0;
    if (dev) {
        ret = s->addr & 1 ? transact_read(s, dev, prot) : transact_write(s, dev, prot);
    }
    s->stat |= ret < 0 ? STS_DEV_ERR : STS_DONE;
    update_irq(s);
}

static void smb_write(void *opaque, hwaddr addr, uint64_t val, unsigned width)
{
    PMSMBus *s = opaque;

    switch (addr) {
    case REG_STATUS:
        s->stat &= ~(val & STS_CLEARABLE);
        update_irq(s);
        break;
    case REG_CONTROL:
        s->ctl = val & ~CTL_START;
        if (val & CTL_KILL) {
            s->stat |= STS_FAILED;
            update_irq(s);
        } else if (val & CTL_START) {
            start(s);
        }
        break;
    case REG_COMMAND:
        s->cmd = val;
        break;
    case REG_ADDRESS:
        s->addr = val;
        break;
    case REG_DATA0:
        s->data0 = val;
        break;
    case REG_DATA1:
        s->data1 = val;
        break;
    case REG_BLOCK:
        s->block[s->block_index] = val;
        s->block_index = (s->block_index + 1) % SMBUS_BLOCK_MAX;
        break;
    }
}

static uint64_t smb_read(void *opaque, hwaddr addr, unsigned width)
{
    PMSMBus *s = opaque;
    uint8_t val;

    switch (addr) {
    case REG_STATUS:
        return s->stat;
    case REG_CONTROL:
        s->block_index = 0;
        return s->ctl;
    case REG_COMMAND:
        return s->cmd;
    case REG_ADDRESS:
        return s->addr;
    case REG_DATA0:
        return s->data0;
    case REG_DATA1:
        return s->data1;
    case REG_BLOCK:
        val = s->block[s->block_index];
        s->block_index = (s->block_index + 1) % SMBUS_BLOCK_MAX;
        return val;
    default:
        return 0;
    }
}

static const MemoryRegionOps smb_ops = {
    .read = smb_read,
    .write = smb_write,
    .valid = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

void pm_smbus_init(DeviceState *parent, PMSMBus *s)
{
    s->bus = smbus_new(parent, "i2c");
    memory_region_init_io(&s->io, OBJECT(parent), &smb_ops, s, "pm-smbus", 64);
}

void pm_smbus_reset(PMSMBus *s)
{
    s->stat = s->ctl = s->cmd = s->addr = s->data0 = s->data1 = 0;
    s->block_index = 0;
    memset(s->block, 0, sizeof(s->block));
    update_irq(s);
}

static int pm_smbus_post_load(void *opaque, int version_id)
{
    PMSMBus *s = opaque;

    return s->block_index < SMBUS_BLOCK_MAX ? 0 : -EINVAL;
}

const VMStateDescription vmstate_pm_smbus = {
    .name = "pmsmb",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = pm_smbus_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(stat, PMSMBus),
        VMSTATE_UINT8(ctl, PMSMBus),
        VMSTATE_UINT8(cmd, PMSMBus),
        VMSTATE_UINT8(addr, PMSMBus),
        VMSTATE_UINT8(data0, PMSMBus),
        VMSTATE_UINT8(data1, PMSMBus),
        VMSTATE_UINT8_ARRAY(block, PMSMBus, SMBUS_BLOCK_MAX),
        VMSTATE_UINT8(block_index, PMSMBus),
        VMSTATE_END_OF_LIST()
    },
};
