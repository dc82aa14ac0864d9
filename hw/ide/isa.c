/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An ATA channel on the ISA bus: PIO only.
 *
 * Spec:      ATA/ATAPI-6; IBM PC/AT port assignment (1f0 and 3f6, IRQ 14).
 * Thread:    big lock.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "hw/ide/ide-internal.h"
#include "hw/isa/isa.h"

OBJECT_DECLARE_SIMPLE_TYPE(ISAIDEState, ISA_IDE)

struct ISAIDEState {
    ISADevice parent_obj;
    IDEBus bus;
    uint32_t iobase, iobase2, irqnum;
};

static void isa_ide_realize(DeviceState *dev, Error **errp)
{
    ISAIDEState *s = ISA_IDE(dev);
    ISADevice *isa = ISA_DEVICE(dev);

    if (s->irqnum > 15) {
        error_setg(errp, "irq must be 0 to 15, not %" PRIu32, s->irqnum);
        return;
    }
    ide_bus_init(&s->bus, sizeof(s->bus), dev, 0, 2);
    ide_bus_init_regions(&s->bus, OBJECT(dev));
    isa_register_ioport(isa, &s->bus.command_block, s->iobase);
    isa_register_ioport(isa, &s->bus.control_block, s->iobase2);
    ide_bus_set_irq(&s->bus, isa_get_irq(isa, s->irqnum));
}

static void isa_ide_reset(DeviceState *dev)
{
    ide_bus_reset(&ISA_IDE(dev)->bus);
}

static const VMStateDescription vmstate_isa_ide = {
    .name = "isa-ide",
    .version_id = 4,
    .minimum_version_id = 4,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(bus, ISAIDEState, 0, vmstate_ide_bus, IDEBus),
        VMSTATE_END_OF_LIST()
    }
};

static const Property isa_ide_properties[] = {
    DEFINE_PROP_UINT32("iobase", ISAIDEState, iobase, 0x1f0),
    DEFINE_PROP_UINT32("iobase2", ISAIDEState, iobase2, 0x3f6),
    DEFINE_PROP_UINT32("irq", ISAIDEState, irqnum, 14),
    DEFINE_PROP_END_OF_LIST(),
};

static void isa_ide_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = isa_ide_realize;
    dc->fw_name = "ide";
    dc->vmsd = &vmstate_isa_ide;
    device_class_set_legacy_reset(dc, isa_ide_reset);
    device_class_set_props(dc, isa_ide_properties);
    set_bit(DEVICE_CATEGORY_STORAGE, dc->categories);
}

static const TypeInfo isa_ide_types[] = {
    {
        .name = TYPE_ISA_IDE,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(ISAIDEState),
        .class_init = isa_ide_class_init,
    },
};
DEFINE_TYPES(isa_ide_types)
