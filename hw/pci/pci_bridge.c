/*
 * PCI-to-PCI bridge: the type 1 header and its windows.
 *
 * Spec:     PCI-to-PCI Bridge Architecture 1.2 chapter 3.
 * Thread:   under the big lock.
 * Deviates: secondary latency, discard timers and parity have registers but no effect; DMA from
 *           the secondary bus passes as if the bridge were a bus master.
 * Migrated: with the configuration space; windows are recomputed.
 *
 *   offset  register                     writable
 *   0x18    primary, secondary,          all; route configuration cycles
 *           subordinate bus, latency
 *   0x1c    I/O base, limit              high nibbles; 32-bit with 0x30, 0x32
 *   0x1e    secondary status             write 1 clears error bits
 *   0x20    memory base, limit           bits 15:4 (1 MiB steps)
 *   0x24    prefetchable base, limit     bits 15:4; 64-bit with 0x28, 0x2c
 *   0x3e    bridge control               VGA, ISA, bus reset and error bits
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/pci/pci_bridge.h"
#include "qapi/error.h"
#include "qemu/units.h"
#include "pci-internal.h"

#define CTL_WRITABLE \
    (PCI_BRIDGE_CTL_PARITY | PCI_BRIDGE_CTL_SERR | PCI_BRIDGE_CTL_ISA | PCI_BRIDGE_CTL_VGA | \
     PCI_BRIDGE_CTL_VGA_16BIT | PCI_BRIDGE_CTL_MASTER_ABORT | PCI_BRIDGE_CTL_BUS_RESET | \
     PCI_BRIDGE_CTL_FAST_BACK | PCI_BRIDGE_CTL_DISCARD | PCI_BRIDGE_CTL_SEC_DISCARD | \
     PCI_BRIDGE_CTL_DISCARD_SERR)

void pci_bridge_init_masks(PCIDevice *dev)
{
    uint8_t *w = dev->wmask;

    memset(w + PCI_PRIMARY_BUS, 0xff, 4);
    w[PCI_IO_BASE] = w[PCI_IO_LIMIT] = 0xf0;
    pci_set_long(w + PCI_MEMORY_BASE, 0xfff0fff0);
    pci_set_long(w + PCI_PREF_MEMORY_BASE, 0xfff0fff0);
    memset(w + PCI_PREF_BASE_UPPER32, 0xff, 8);
    memset(w + PCI_IO_BASE_UPPER16, 0xff, 4);
    pci_set_word(w + PCI_BRIDGE_CONTROL, CTL_WRITABLE);
    pci_set_word(dev->w1cmask + PCI_SEC_STATUS,
                 PCI_STATUS_PARITY | PCI_STATUS_SIG_TARGET_ABORT | PCI_STATUS_REC_TARGET_ABORT |
                     PCI_STATUS_REC_MASTER_ABORT | PCI_STATUS_SIG_SYSTEM_ERROR |
                     PCI_STATUS_DETECTED_PARITY);
    pci_set_word(dev->w1cmask + PCI_BRIDGE_CONTROL, PCI_BRIDGE_CTL_DISCARD_STATUS);

    dev->config[PCI_IO_BASE] = dev->config[PCI_IO_LIMIT] = PCI_IO_RANGE_TYPE_32;
    dev->config[PCI_PREF_MEMORY_BASE] = dev->config[PCI_PREF_MEMORY_LIMIT] =
        PCI_PREF_RANGE_TYPE_64;
    pci_set_word(dev->cmask + PCI_IO_BASE, PCI_IO_RANGE_TYPE_MASK << 8 | PCI_IO_RANGE_TYPE_MASK);
    dev->cmask[PCI_PREF_MEMORY_BASE] = dev->cmask[PCI_PREF_MEMORY_LIMIT] =
        PCI_PREF_RANGE_TYPE_MASK;
}

static pcibus_t io_edge(const uint8_t *c, unsigned reg, unsigned upper)
{
    pcibus_t addr = (pcibus_t)(c[reg] & ~PCI_IO_RANGE_TYPE_MASK & 0xff) << 8;

    if ((c[reg] & PCI_IO_RANGE_TYPE_MASK) == PCI_IO_RANGE_TYPE_32) {
        addr |= (pcibus_t)pci_get_word(c + upper) << 16;
    }
    return addr;
}

static pcibus_t mem_edge(const uint8_t *c, unsigned reg, unsigned upper)
{
    uint16_t val = pci_get_word(c + reg);
    pcibus_t addr = (pcibus_t)(val & 0xfff0) << 16;

    if (upper && (val & PCI_PREF_RANGE_TYPE_MASK) == PCI_PREF_RANGE_TYPE_64) {
        addr |= (pcibus_t)pci_get_long(c + upper) << 32;
    }
    return addr;
}

pcibus_t pci_bridge_get_base(const PCIDevice *bridge, uint8_t type)
{
    const uint8_t *c = bridge->config;

    if (type & PCI_BASE_ADDRESS_SPACE_IO) {
        return io_edge(c, PCI_IO_BASE, PCI_IO_BASE_UPPER16);
    }
    return type & PCI_BASE_ADDRESS_MEM_PREFETCH
               ? mem_edge(c, PCI_PREF_MEMORY_BASE, PCI_PREF_BASE_UPPER32)
               : mem_edge(c, PCI_MEMORY_BASE, 0);
}

pcibus_t pci_bridge_get_limit(const PCIDevice *bridge, uint8_t type)
{
    const uint8_t *c = bridge->config;

    if (type & PCI_BASE_ADDRESS_SPACE_IO) {
        return io_edge(c, PCI_IO_LIMIT, PCI_IO_LIMIT_UPPER16) | 0xfff;
    }
    return (type & PCI_BASE_ADDRESS_MEM_PREFETCH
                ? mem_edge(c, PCI_PREF_MEMORY_LIMIT, PCI_PREF_LIMIT_UPPER32)
                : mem_edge(c, PCI_MEMORY_LIMIT, 0)) | 0xfffff;
}

static const struct {
    const char *name;
    uint8_t type;
} windows[PCI_BRIDGE_NUM_WINDOWS] = {
    [PCI_BRIDGE_WIN_IO] = { "pci_bridge_io", PCI_BASE_ADDRESS_SPACE_IO },
    [PCI_BRIDGE_WIN_MEM] = { "pci_bridge_mem", PCI_BASE_ADDRESS_SPACE_MEMORY },
    [PCI_BRIDGE_WIN_PREF] = { "pci_bridge_pref_mem", PCI_BASE_ADDRESS_MEM_PREFETCH },
};

static void unmap_windows(PCIBridge *br)
{
    PCIBus *parent = pci_get_bus(&br->parent_obj);

    for (int i = 0; i < PCI_BRIDGE_NUM_WINDOWS; i++) {
        MemoryRegion *root = windows[i].type & PCI_BASE_ADDRESS_SPACE_IO
                                 ? parent->address_space_io : parent->address_space_mem;

        if (br->window_mapped[i]) {
            memory_region_del_subregion(root, &br->windows[i]);
            object_unparent(OBJECT(&br->windows[i]));
            br->window_mapped[i] = false;
        }
    }
    if (br->vga_mapped) {
        memory_region_del_subregion(parent->address_space_mem, &br->vga_mem);
        memory_region_del_subregion(parent->address_space_io, &br->vga_io_lo);
        memory_region_del_subregion(parent->address_space_io, &br->vga_io_hi);
        object_unparent(OBJECT(&br->vga_mem));
        object_unparent(OBJECT(&br->vga_io_lo));
        object_unparent(OBJECT(&br->vga_io_hi));
        br->vga_mapped = false;
    }
}

static void map_window(PCIBridge *br, int i, MemoryRegion *from, MemoryRegion *to)
{
    pcibus_t base = pci_bridge_get_base(&br->parent_obj, windows[i].type);
    pcibus_t limit = pci_bridge_get_limit(&br->parent_obj, windows[i].type);

    if ((windows[i].type & PCI_BASE_ADDRESS_SPACE_IO) && limit > UINT16_MAX) {
        return; /* there is no such I/O space in a PC */
    }
    if (limit < base || (base == 0 && limit == UINT64_MAX)) {
        return;
    }
    memory_region_init_alias(&br->windows[i], OBJECT(br), windows[i].name, from, base,
                             limit - base + 1);
    memory_region_add_subregion_overlap(to, base, &br->windows[i], 1);
    br->window_mapped[i] = true;
}

/* The VGA enable bit passes the legacy ranges on: 0xa0000-0xbffff, 0x3b0-0x3bb, 0x3c0-0x3df. */
static void map_vga(PCIBridge *br, PCIBus *parent)
{
    memory_region_init_alias(&br->vga_mem, OBJECT(br), "pci_bridge_vga_mem",
                             &br->address_space_mem, 0xa0000, 0x20000);
    memory_region_init_alias(&br->vga_io_lo, OBJECT(br), "pci_bridge_vga_io_lo",
                             &br->address_space_io, 0x3b0, 0xc);
    memory_region_init_alias(&br->vga_io_hi, OBJECT(br), "pci_bridge_vga_io_hi",
                             &br->address_space_io, 0x3c0, 0x20);
    memory_region_add_subregion_overlap(parent->address_space_mem, 0xa0000, &br->vga_mem, 1);
    memory_region_add_subregion_overlap(parent->address_space_io, 0x3b0, &br->vga_io_lo, 1);
    memory_region_add_subregion_overlap(parent->address_space_io, 0x3c0, &br->vga_io_hi, 1);
    br->vga_mapped = true;
}

void pci_bridge_update_mappings(PCIBridge *br)
{
    PCIDevice *dev = &br->parent_obj;
    PCIBus *parent = pci_get_bus(dev);
    uint16_t cmd = pci_get_word(dev->config + PCI_COMMAND);

    memory_region_transaction_begin();
    unmap_windows(br);
    if (cmd & PCI_COMMAND_IO) {
        map_window(br, PCI_BRIDGE_WIN_IO, &br->address_space_io, parent->address_space_io);
    }
    if (cmd & PCI_COMMAND_MEMORY) {
        map_window(br, PCI_BRIDGE_WIN_MEM, &br->address_space_mem, parent->address_space_mem);
        map_window(br, PCI_BRIDGE_WIN_PREF, &br->address_space_mem, parent->address_space_mem);
    }
    if (pci_get_word(dev->config + PCI_BRIDGE_CONTROL) & PCI_BRIDGE_CTL_VGA) {
        map_vga(br, parent);
    }
    memory_region_transaction_commit();
}

void pci_bridge_write_config(PCIDevice *dev, uint32_t addr, uint32_t val, int len)
{
    PCIBridge *br = PCI_BRIDGE(dev);
    uint16_t old_ctl = pci_get_word(dev->config + PCI_BRIDGE_CONTROL);
    uint16_t new_ctl;

    pci_default_write_config(dev, addr, val, len);
    if (ranges_overlap(addr, len, PCI_COMMAND, 2) || ranges_overlap(addr, len, PCI_IO_BASE, 2) ||
        ranges_overlap(addr, len, PCI_MEMORY_BASE, PCI_CAPABILITY_LIST - PCI_MEMORY_BASE) ||
        ranges_overlap(addr, len, PCI_BRIDGE_CONTROL, 2)) {
        pci_bridge_update_mappings(br);
    }
    new_ctl = pci_get_word(dev->config + PCI_BRIDGE_CONTROL);
    if (~old_ctl & new_ctl & PCI_BRIDGE_CTL_BUS_RESET) {
        bus_cold_reset(BUS(&br->sec_bus));
    }
}

void pci_bridge_reset(DeviceState *qdev)
{
    PCIDevice *dev = PCI_DEVICE(qdev);
    uint8_t *c = dev->config;

    memset(c + PCI_PRIMARY_BUS, 0, 4);
    c[PCI_IO_BASE] &= PCI_IO_RANGE_TYPE_MASK;
    c[PCI_IO_LIMIT] &= PCI_IO_RANGE_TYPE_MASK;
    pci_set_word(c + PCI_SEC_STATUS, 0);
    pci_set_long(c + PCI_MEMORY_BASE, 0);
    pci_set_long(c + PCI_PREF_MEMORY_BASE,
                 pci_get_long(c + PCI_PREF_MEMORY_BASE) & 0x000f000f);
    memset(c + PCI_PREF_BASE_UPPER32, 0, 8);
    memset(c + PCI_IO_BASE_UPPER16, 0, 4);
    pci_set_word(c + PCI_BRIDGE_CONTROL, 0);
    pci_set_word(c + PCI_COMMAND, 0);
    pci_bridge_update_mappings(PCI_BRIDGE(dev));
}

void pci_bridge_map_irq(PCIBridge *br, const char *bus_name, pci_map_irq_fn map_irq)
{
    br->map_irq = map_irq;
    br->bus_name = bus_name;
}

void pci_bridge_initfn(PCIDevice *dev, const char *typename)
{
    PCIBridge *br = PCI_BRIDGE(dev);
    PCIBus *sec = &br->sec_bus;

    pci_word_test_and_set_mask(dev->config + PCI_STATUS, PCI_STATUS_66MHZ | PCI_STATUS_FAST_BACK);
    pci_config_set_class(dev->config, PCI_CLASS_BRIDGE_PCI);
    pci_set_word(dev->config + PCI_SEC_STATUS, PCI_STATUS_66MHZ | PCI_STATUS_FAST_BACK);

    qbus_init(sec, sizeof(*sec), typename, DEVICE(dev),
              br->bus_name ? br->bus_name : dev->qdev.id && *dev->qdev.id ? dev->qdev.id : NULL);
    sec->parent_dev = dev;
    sec->map_irq = br->map_irq ? br->map_irq : pci_swizzle_map_irq_fn;
    memory_region_init(&br->address_space_mem, OBJECT(br), "pci_bridge_pci", UINT64_MAX);
    memory_region_init(&br->address_space_io, OBJECT(br), "pci_bridge_io", 64 * KiB);
    sec->address_space_mem = &br->address_space_mem;
    sec->address_space_io = &br->address_space_io;
    pci_bridge_update_mappings(br);
}

void pci_bridge_exitfn(PCIDevice *dev)
{
    PCIBridge *br = PCI_BRIDGE(dev);

    memory_region_transaction_begin();
    unmap_windows(br);
    memory_region_transaction_commit();
    object_unparent(OBJECT(&br->sec_bus));
    object_unparent(OBJECT(&br->address_space_mem));
    object_unparent(OBJECT(&br->address_space_io));
}

PCIBus *pci_bridge_get_sec_bus(PCIBridge *br)
{
    return &br->sec_bus;
}

int pci_bridge_ssvid_init(PCIDevice *dev, uint8_t offset, uint16_t svid, uint16_t ssid,
                          Error **errp)
{
    int pos = pci_add_capability(dev, PCI_CAP_ID_SSVID, offset, 8, errp);

    if (pos > 0) {
        pci_set_word(dev->config + pos + PCI_SSVID_VENDOR_ID, svid);
        pci_set_word(dev->config + pos + PCI_SSVID_DEVICE_ID, ssid);
    }
    return pos;
}

static void pci_bridge_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);

    pc->config_write = pci_bridge_write_config;
    device_class_set_legacy_reset(dc, pci_bridge_reset);
    set_bit(DEVICE_CATEGORY_BRIDGE, dc->categories);
}

static const TypeInfo pci_bridge_types[] = {
    {
        .name = TYPE_PCI_BRIDGE,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(PCIBridge),
        .class_init = pci_bridge_class_init,
        .abstract = true,
    },
};
DEFINE_TYPES(pci_bridge_types)
