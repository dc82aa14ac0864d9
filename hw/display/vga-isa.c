/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Standard VGA on the ISA bus, with the VBE ports and its linear memory at 0xe0000000.
 *
 * Spec:      see vga.c, vga-vbe.c.
 * Thread:    big lock.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "hw/display/vga-int.h"
#include "hw/isa/isa.h"
#include "hw/loader.h"
#include "hw/qdev-properties.h"

#define TYPE_ISA_VGA "isa-vga"
OBJECT_DECLARE_SIMPLE_TYPE(ISAVGAState, ISA_VGA)

struct ISAVGAState {
    ISADevice parent_obj;
    VGAState vga;
};

static void isa_vga_realize(DeviceState *dev, Error **errp)
{
    ISAVGAState *s = ISA_VGA(dev);
    MemoryRegion *mem = isa_address_space(ISA_DEVICE(dev));

    if (!vga_common_init(&s->vga, OBJECT(dev), errp)) {
        return;
    }
    vga_init_legacy(&s->vga, OBJECT(dev), mem, isa_address_space_io(ISA_DEVICE(dev)), true);
    memory_region_add_subregion(mem, 0xe0000000, &s->vga.vram);
    s->vga.con = graphic_console_init(dev, 0, &vga_gfx_ops, &s->vga);
    rom_add_vga("vgabios.bin");
}

static void isa_vga_reset(DeviceState *dev)
{
    vga_reset(&ISA_VGA(dev)->vga);
}

static const VMStateDescription vmstate_isa_vga = {
    .name = "isa-vga",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(vga, ISAVGAState, 0, vmstate_vga_common, VGAState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property isa_vga_properties[] = {
    DEFINE_PROP_UINT32("vgamem_mb", ISAVGAState, vga.vram_size_mb, 8),
    DEFINE_PROP_END_OF_LIST(),
};

static void isa_vga_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = isa_vga_realize;
    dc->vmsd = &vmstate_isa_vga;
    device_class_set_legacy_reset(dc, isa_vga_reset);
    device_class_set_props(dc, isa_vga_properties);
    set_bit(DEVICE_CATEGORY_DISPLAY, dc->categories);
}

static const TypeInfo isa_vga_types[] = {
    {
        .name = TYPE_ISA_VGA,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(ISAVGAState),
        .class_init = isa_vga_class_init,
    },
};
DEFINE_TYPES(isa_vga_types)
