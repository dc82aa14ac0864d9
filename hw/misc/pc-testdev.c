/*
 * pc-testdev: interrupt lines, ports and memory for test programs.
 *
 * Spec:     what kvm-unit-tests expects of a device of this name.
 * Thread:   under the big lock.
 * Migrated: the stored values.
 *
 *   ports 0xe0-0xe3       store and give back what is written, in any size
 *   ports 0xe4-0xe7       write: the address of a page whose mapping is to be renewed; no effect
 *   ports 0x2000-0x2017   write: the level of interrupt line port - 0x2000
 *   memory 0xff000000     64 KiB that store and give back, as a device would
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/isa/isa.h"
#include "migration/vmstate.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "qemu/units.h"

#define TYPE_TESTDEV "pc-testdev"
#define NUM_LINES 24
#define MEMORY_BASE 0xff000000
#define MEMORY_SIZE (64 * KiB)

typedef struct PCTestdev {
    ISADevice parent_obj;
    MemoryRegion ioport, flush, irq_io, iomem;
    uint32_t ioport_data;
    uint8_t mem[MEMORY_SIZE];
} PCTestdev;

DECLARE_INSTANCE_CHECKER(PCTestdev, TESTDEV, TYPE_TESTDEV)

static void irq_write(void *opaque, hwaddr addr, uint64_t data, unsigned len)
{
    /* The board's array has a line per I/O APIC pin, of which the bus names the first 16. */
    qemu_set_irq(isa_bus_from_device(opaque)->irqs_in[addr], !!data);
}

static uint64_t no_read(void *opaque, hwaddr addr, unsigned len)
{
    return 0;
}

static void no_write(void *opaque, hwaddr addr, uint64_t data, unsigned len)
{
}

static void ioport_write(void *opaque, hwaddr addr, uint64_t data, unsigned len)
{
    PCTestdev *s = opaque;
    int bits = len * 8;
    uint32_t mask = bits == 32 ? UINT32_MAX : ((1u << bits) - 1) << addr * 8;

    s->ioport_data = (s->ioport_data & ~mask) | ((uint32_t)data << addr * 8 & mask);
}

static uint64_t ioport_read(void *opaque, hwaddr addr, unsigned len)
{
    PCTestdev *s = opaque;

    return s->ioport_data >> addr * 8 & MAKE_64BIT_MASK(0, len * 8);
}

static uint64_t iomem_read(void *opaque, hwaddr addr, unsigned len)
{
    PCTestdev *s = opaque;
    uint64_t val = 0;

    memcpy(&val, &s->mem[addr], len);
    return le64_to_cpu(val);
}

static void iomem_write(void *opaque, hwaddr addr, uint64_t val, unsigned len)
{
    PCTestdev *s = opaque;

    val = cpu_to_le64(val);
    memcpy(&s->mem[addr], &val, len);
}

static const MemoryRegionOps irq_ops = {
    .read = no_read,
    .write = irq_write,
    .valid = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static const MemoryRegionOps flush_ops = {
    .read = no_read,
    .write = no_write,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static const MemoryRegionOps ioport_ops = {
    .read = ioport_read,
    .write = ioport_write,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static const MemoryRegionOps iomem_ops = {
    .read = iomem_read,
    .write = iomem_write,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void testdev_realize(DeviceState *dev, Error **errp)
{
    PCTestdev *s = TESTDEV(dev);
    ISADevice *isa = ISA_DEVICE(dev);
    MemoryRegion *io = isa_address_space_io(isa);

    memory_region_init_io(&s->ioport, OBJECT(s), &ioport_ops, s, "pc-testdev-ioport", 4);
    memory_region_add_subregion(io, 0xe0, &s->ioport);
    memory_region_init_io(&s->flush, OBJECT(s), &flush_ops, s, "pc-testdev-flush-page", 4);
    memory_region_add_subregion(io, 0xe4, &s->flush);
    memory_region_init_io(&s->irq_io, OBJECT(s), &irq_ops, s, "pc-testdev-irq-line", NUM_LINES);
    memory_region_add_subregion(io, 0x2000, &s->irq_io);
    memory_region_init_io(&s->iomem, OBJECT(s), &iomem_ops, s, "pc-testdev-iomem", MEMORY_SIZE);
    memory_region_add_subregion_overlap(isa_address_space(isa), MEMORY_BASE, &s->iomem, 1);
}

static const VMStateDescription vmstate_testdev = {
    .name = TYPE_TESTDEV,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(ioport_data, PCTestdev),
        VMSTATE_BUFFER(mem, PCTestdev),
        VMSTATE_END_OF_LIST()
    },
};

static void testdev_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    dc->realize = testdev_realize;
    dc->vmsd = &vmstate_testdev;
}

static const TypeInfo testdev_types[] = {
    {
        .name = TYPE_TESTDEV,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(PCTestdev),
        .class_init = testdev_class_init,
    },
};
DEFINE_TYPES(testdev_types)
