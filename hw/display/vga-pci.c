/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Standard VGA on the PCI bus ("VGA"), and its sibling without the legacy ports
 * ("secondary-vga").
 *
 * Spec:      see vga.c, vga-vbe.c; PCI Local Bus 3.0. BAR 2 as firmware and drivers use it:
 *
 *   offset     what
 *   000-3ff    EDID of the monitor (128 or 256 bytes, then zero)
 *   400-41f    VGA ports 3c0 to 3df
 *   500-515    VBE registers, 16 bits each, by index
 *   600-607    size of this extension block, frame buffer byte order
 *
 * Thread:    big lock.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "hw/display/edid.h"
#include "hw/display/vga-int.h"
#include "hw/pci/pci.h"
#include "hw/pci/pci_ids.h"
#include "hw/qdev-properties.h"

#define TYPE_PCI_VGA_BASE "pci-vga"
OBJECT_DECLARE_SIMPLE_TYPE(PCIVGAState, PCI_VGA_BASE)

enum { QEXT_SIZE_REG = 0, QEXT_ENDIAN_REG = 4 };
enum { ENDIAN_LITTLE = 0x1e1e1e1e, ENDIAN_BIG = 0xbebebebeu };

struct PCIVGAState {
    PCIDevice parent_obj;
    VGAState vga;
    MemoryRegion mmio, edid_mr, ports_mr, vbe_mr, ext_mr;
    uint8_t edid[256];
    bool with_mmio, with_edid;
    uint32_t xres, yres, xmax, ymax, refresh_rate;
};

static uint64_t ports_read(void *opaque, hwaddr addr, unsigned size)
{
    uint32_t v = vga_ioport_read(opaque, 0x3c0 + addr);

    return size == 1 ? v : v | vga_ioport_read(opaque, 0x3c1 + addr) << 8;
}

static void ports_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    vga_ioport_write(opaque, 0x3c0 + addr, val & 0xff);
    if (size == 2) {
        vga_ioport_write(opaque, 0x3c1 + addr, val >> 8 & 0xff);
    }
}

static const MemoryRegionOps ports_ops = {
    .read = ports_read,
    .write = ports_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 2 },
};

static uint64_t vbe_mmio_read(void *opaque, hwaddr addr, unsigned size)
{
    return vbe_read(opaque, addr >> 1);
}

static void vbe_mmio_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    vbe_write(opaque, addr >> 1, val);
}

static const MemoryRegionOps vbe_mmio_ops = {
    .read = vbe_mmio_read,
    .write = vbe_mmio_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 2, .max_access_size = 2 },
};

static uint64_t ext_read(void *opaque, hwaddr addr, unsigned size)
{
    return addr == QEXT_SIZE_REG ? 8 : addr == QEXT_ENDIAN_REG ? ENDIAN_LITTLE : 0;
}

static void ext_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    /* Only little-endian frame buffers are offered; a request for the other is not taken. */
}

static const MemoryRegionOps ext_ops = {
    .read = ext_read,
    .write = ext_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

static uint64_t edid_read(void *opaque, hwaddr addr, unsigned size)
{
    PCIVGAState *s = opaque;

    return addr < sizeof(s->edid) ? s->edid[addr] : 0;
}

static void edid_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
}

static const MemoryRegionOps edid_ops = {
    .read = edid_read,
    .write = edid_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 1 },
};

static void init_mmio(PCIVGAState *s)
{
    Object *o = OBJECT(s);

    memory_region_init(&s->mmio, o, "vga.mmio", 4096);
    if (s->with_edid) {
        edid_generate(s->edid, sizeof(s->edid), s->xres ? s->xres : 1280,
                      s->yres ? s->yres : 800, s->xmax, s->ymax);
        memory_region_init_io(&s->edid_mr, o, &edid_ops, s, "edid", 0x400);
        memory_region_add_subregion(&s->mmio, 0, &s->edid_mr);
    }
    memory_region_init_io(&s->ports_mr, o, &ports_ops, &s->vga, "vga ioports remapped", 0x20);
    memory_region_add_subregion(&s->mmio, 0x400, &s->ports_mr);
    memory_region_init_io(&s->vbe_mr, o, &vbe_mmio_ops, &s->vga, "bochs dispi interface",
                          VBE_NB_REGS * 2);
    memory_region_add_subregion(&s->mmio, 0x500, &s->vbe_mr);
    memory_region_init_io(&s->ext_mr, o, &ext_ops, s, "qemu extended regs", 8);
    memory_region_add_subregion(&s->mmio, 0x600, &s->ext_mr);
    pci_register_bar(PCI_DEVICE(s), 2, PCI_BASE_ADDRESS_SPACE_MEMORY, &s->mmio);
}

static void pci_vga_realize(PCIDevice *pd, Error **errp)
{
    PCIVGAState *s = PCI_VGA_BASE(pd);
    bool primary = pci_get_word(pd->config + PCI_CLASS_DEVICE) == PCI_CLASS_DISPLAY_VGA;

    if (!vga_common_init(&s->vga, OBJECT(s), errp)) {
        return;
    }
    if (primary) {
        vga_init_legacy(&s->vga, OBJECT(s), pci_address_space(pd), pci_address_space_io(pd),
                        true);
    }
    s->vga.con = graphic_console_init(DEVICE(s), 0, &vga_gfx_ops, &s->vga);
    pci_register_bar(pd, 0, PCI_BASE_ADDRESS_MEM_PREFETCH, &s->vga.vram);
    if (s->with_mmio || !primary) {
        init_mmio(s);
    }
}

static void pci_vga_exit(PCIDevice *pd)
{
    graphic_console_close(PCI_VGA_BASE(pd)->vga.con);
}

static void pci_vga_reset(DeviceState *dev)
{
    vga_reset(&PCI_VGA_BASE(dev)->vga);
}

static const VMStateDescription vmstate_pci_vga = {
    .name = "vga",
    .version_id = 2,
    .minimum_version_id = 2,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(parent_obj, PCIVGAState),
        VMSTATE_STRUCT(vga, PCIVGAState, 0, vmstate_vga_common, VGAState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property pci_vga_properties[] = {
    DEFINE_PROP_UINT32("vgamem_mb", PCIVGAState, vga.vram_size_mb, 16),
    DEFINE_PROP_BOOL("mmio", PCIVGAState, with_mmio, true),
    DEFINE_PROP_BOOL("edid", PCIVGAState, with_edid, true),
    DEFINE_PROP_UINT32("xres", PCIVGAState, xres, 0),
    DEFINE_PROP_UINT32("yres", PCIVGAState, yres, 0),
    DEFINE_PROP_UINT32("xmax", PCIVGAState, xmax, 0),
    DEFINE_PROP_UINT32("ymax", PCIVGAState, ymax, 0),
    DEFINE_PROP_UINT32("refresh_rate", PCIVGAState, refresh_rate, 0),
    DEFINE_PROP_END_OF_LIST(),
};

static void pci_vga_base_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->vendor_id = 0x1234;
    k->device_id = 0x1111;
    k->revision = 2;
    k->realize = pci_vga_realize;
    k->exit = pci_vga_exit;
    dc->vmsd = &vmstate_pci_vga;
    device_class_set_legacy_reset(dc, pci_vga_reset);
    device_class_set_props(dc, pci_vga_properties);
    set_bit(DEVICE_CATEGORY_DISPLAY, dc->categories);
}

static void vga_class_init(ObjectClass *klass, void *data)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->romfile = "vgabios-stdvga.bin";
    k->class_id = PCI_CLASS_DISPLAY_VGA;
    DEVICE_CLASS(klass)->hotpluggable = false; /* legacy ports and memory cannot come late */
}

static void secondary_class_init(ObjectClass *klass, void *data)
{
    PCI_DEVICE_CLASS(klass)->class_id = PCI_CLASS_DISPLAY_OTHER;
}

static const TypeInfo pci_vga_types[] = {
    {
        .name = TYPE_PCI_VGA_BASE,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(PCIVGAState),
        .class_init = pci_vga_base_class_init,
        .abstract = true,
        .interfaces = (InterfaceInfo[]) { { INTERFACE_CONVENTIONAL_PCI_DEVICE }, { } },
    }, {
        .name = "VGA",
        .parent = TYPE_PCI_VGA_BASE,
        .class_init = vga_class_init,
    }, {
        .name = "secondary-vga",
        .parent = TYPE_PCI_VGA_BASE,
        .class_init = secondary_class_init,
    },
};
DEFINE_TYPES(pci_vga_types)
