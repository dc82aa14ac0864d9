/*
 * PC speaker and system control port B.
 *
 * Spec:     IBM PC/AT technical reference, "Port 61"; 82371SB data sheet (290550), NMISC.
 * Thread:   under the big lock.
 * Deviates: no sound is made here; parity and channel check (bits 6 and 7) never happen.
 * Migrated: the register.
 *
 *   port 0x61, bit    0 gate of timer channel 2 | 1 speaker on | 2, 3 mask checks (kept)
 *   read-only         4 toggles with each memory refresh, every 15.085 us | 5 output of channel 2
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/audio/pcspk.h"
#include "hw/qdev-properties.h"
#include "hw/timer/i8254.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/timer.h"

#define REFRESH_NS 15085
#define PORT61_WRITABLE 0x0f
#define PORT61_GATE 0x01

typedef struct PCSpkState {
    ISADevice parent_obj;
    MemoryRegion ioport;
    uint32_t iobase;
    ISADevice *pit;
    uint8_t reg;
} PCSpkState;

DECLARE_INSTANCE_CHECKER(PCSpkState, PC_SPEAKER, TYPE_PC_SPEAKER)

static uint64_t pcspk_read(void *opaque, hwaddr addr, unsigned size)
{
    PCSpkState *s = opaque;
    int64_t refreshes = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) / REFRESH_NS;
    PITChannelInfo info;

    pit_get_channel_info(s->pit, 2, &info);
    return s->reg | (refreshes & 1) << 4 | info.out << 5;
}

static void pcspk_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    PCSpkState *s = opaque;

    s->reg = val & PORT61_WRITABLE;
    pit_set_gate(s->pit, 2, s->reg & PORT61_GATE);
}

static const MemoryRegionOps pcspk_ops = {
    .read = pcspk_read,
    .write = pcspk_write,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void pcspk_reset(DeviceState *dev)
{
    PC_SPEAKER(dev)->reg = 0;
}

static void pcspk_instance_init(Object *obj)
{
    PCSpkState *s = PC_SPEAKER(obj);

    memory_region_init_io(&s->ioport, obj, &pcspk_ops, s, "pcspk", 1);
    object_property_add_link(obj, "pit", TYPE_I8254, (Object **)&s->pit,
                             object_property_allow_set_link, 0);
}

static void pcspk_realize(DeviceState *dev, Error **errp)
{
    PCSpkState *s = PC_SPEAKER(dev);

    if (!s->pit) {
        error_setg(errp, "isa-pcspk: the link \"pit\" is not set");
        return;
    }
    isa_register_ioport(ISA_DEVICE(dev), &s->ioport, s->iobase);
}

static const VMStateDescription vmstate_pcspk = {
    .name = "pcspk",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(reg, PCSpkState),
        VMSTATE_END_OF_LIST()
    },
};

static const Property pcspk_props[] = {
    DEFINE_PROP_UINT32("iobase", PCSpkState, iobase, 0x61),
    DEFINE_PROP_END_OF_LIST()
};

static void pcspk_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = pcspk_realize;
    dc->vmsd = &vmstate_pcspk;
    device_class_set_props(dc, pcspk_props);
    device_class_set_legacy_reset(dc, pcspk_reset);
    set_bit(DEVICE_CATEGORY_SOUND, dc->categories);
    /* The board connects it to the timer. */
    dc->user_creatable = false;
}

static const TypeInfo pcspk_types[] = {
    {
        .name = TYPE_PC_SPEAKER,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(PCSpkState),
        .instance_init = pcspk_instance_init,
        .class_init = pcspk_class_init,
    },
};
DEFINE_TYPES(pcspk_types)

ISADevice *pcspk_init(ISABus *bus, ISADevice *pit)
{
    ISADevice *isa = isa_new(TYPE_PC_SPEAKER);

    object_property_set_link(OBJECT(isa), "pit", OBJECT(pit), &error_fatal);
    isa_realize_and_unref(isa, bus, &error_fatal);
    return isa;
}
