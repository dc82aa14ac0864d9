/*
 * PCI devices: life, configuration space, BARs, capabilities and INTx pins.
 *
 * Spec:     PCI Local Bus 3.0 chapter 6.
 * Thread:   under the big lock.
 * Deviates: a BAR that is programmed to address 0 is not decoded, because no PC firmware places
 *           anything there and it hides half-programmed 64-bit BARs.
 * Migrated: the configuration space and pin levels; mappings are recomputed from them.
 *
 * Standard header, the registers that this file implements:
 *
 *   offset    writable                      notes
 *   0x04      io, memory, master, serr,     decides which BARs decode and whether DMA works
 *             intx-disable
 *   0x06      write 1 clears error bits     bit 3 follows the INTx pin
 *   0x0c      all                           cache line size, no effect
 *   0x10-0x27 address bits of each BAR
 *   0x30      address bits and enable       expansion ROM (0x38 in bridges)
 *   0x3c      all                           interrupt line, for software only
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/pci/pci_bridge.h"
#include "hw/pci/pci_bus.h"
#include "hw/qdev-properties-system.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "pci-internal.h"

#define STATUS_W1C \
    (PCI_STATUS_PARITY | PCI_STATUS_SIG_TARGET_ABORT | PCI_STATUS_REC_TARGET_ABORT | \
     PCI_STATUS_REC_MASTER_ABORT | PCI_STATUS_SIG_SYSTEM_ERROR | PCI_STATUS_DETECTED_PARITY)

/* ---- BARs ---- */

/* Offset of BAR @num in the header; the ROM's depends on the header type. */
static unsigned bar_offset(const PCIDevice *dev, int num)
{
    if (num != PCI_ROM_SLOT) {
        return PCI_BASE_ADDRESS_0 + num * 4;
    }
    return pci_is_bridge(dev) ? PCI_ROM_ADDRESS1 : PCI_ROM_ADDRESS;
}

static bool bar_is_64bit(const PCIIORegion *r)
{
    return !(r->type & PCI_BASE_ADDRESS_SPACE_IO) && (r->type & PCI_BASE_ADDRESS_MEM_TYPE_64);
}

void pci_register_bar(PCIDevice *dev, int num, uint8_t attr, MemoryRegion *memory)
{
    PCIIORegion *r;
    PCIBus *bus = pci_get_bus(dev);
    uint64_t size = memory_region_size(memory);
    uint64_t wmask;
    unsigned off;

    assert(num >= 0 && num < PCI_NUM_REGIONS);
    assert(size >= 4 && is_power_of_2(size));
    r = &dev->io_regions[num];
    assert(!r->size);
    *r = (PCIIORegion) {
        .addr = PCI_BAR_UNMAPPED,
        .size = size,
        .type = attr,
        .memory = memory,
        .address_space = attr & PCI_BASE_ADDRESS_SPACE_IO ? bus->address_space_io
                                                          : bus->address_space_mem,
    };

    wmask = ~(size - 1);
    if (num == PCI_ROM_SLOT) {
        wmask |= PCI_ROM_ADDRESS_ENABLE;
    }
    off = bar_offset(dev, num);
    pci_set_long(dev->config + off, attr);
    if (num != PCI_ROM_SLOT && bar_is_64bit(r)) {
        assert(num < 5);
        pci_set_quad(dev->wmask + off, wmask);
        pci_set_quad(dev->cmask + off, UINT64_MAX);
    } else {
        assert(size <= UINT32_MAX);
        pci_set_long(dev->wmask + off, wmask);
        pci_set_long(dev->cmask + off, UINT32_MAX);
    }
}

pcibus_t pci_get_bar_addr(PCIDevice *dev, int num)
{
    return dev->io_regions[num].addr;
}

/* Where the configuration space says that a BAR lies; PCI_BAR_UNMAPPED if it does not decode. */
static pcibus_t bar_programmed_address(PCIDevice *dev, int num)
{
    const PCIIORegion *r = &dev->io_regions[num];
    uint16_t cmd = pci_get_word(dev->config + PCI_COMMAND);
    const uint8_t *reg = dev->config + bar_offset(dev, num);
    bool io = r->type & PCI_BASE_ADDRESS_SPACE_IO;
    bool wide = num != PCI_ROM_SLOT && bar_is_64bit(r);
    pcibus_t addr, last;

    if (!dev->enabled || !(cmd & (io ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY))) {
        return PCI_BAR_UNMAPPED;
    }
    addr = wide ? pci_get_quad(reg) : pci_get_long(reg);
    if (num == PCI_ROM_SLOT && !(addr & PCI_ROM_ADDRESS_ENABLE)) {
        return PCI_BAR_UNMAPPED;
    }
    addr &= ~(r->size - 1);
    last = addr + r->size - 1;
    /*
     * The top of each space is what a BAR says while its size is probed, so it does not decode
     * there: it would cover the interrupt controllers or the firmware.
     */
    if (addr == 0 || last < addr || last == UINT64_MAX || (io && last > UINT16_MAX) ||
        (!wide && last >= UINT32_MAX)) {
        return PCI_BAR_UNMAPPED;
    }
    return addr;
}

void pci_update_mappings(PCIDevice *dev)
{
    memory_region_transaction_begin();
    for (int i = 0; i < PCI_NUM_REGIONS; i++) {
        PCIIORegion *r = &dev->io_regions[i];
        pcibus_t addr;

        if (!r->size) {
            continue;
        }
        addr = bar_programmed_address(dev, i);
        if (addr == r->addr) {
            continue;
        }
        if (r->addr != PCI_BAR_UNMAPPED) {
            memory_region_del_subregion(r->address_space, r->memory);
        }
        r->addr = addr;
        if (addr != PCI_BAR_UNMAPPED) {
            memory_region_add_subregion_overlap(r->address_space, addr, r->memory, 1);
        }
    }
    memory_region_transaction_commit();
}

static void unmap_bars(PCIDevice *dev)
{
    for (int i = 0; i < PCI_NUM_REGIONS; i++) {
        PCIIORegion *r = &dev->io_regions[i];

        if (r->size && r->addr != PCI_BAR_UNMAPPED) {
            memory_region_del_subregion(r->address_space, r->memory);
            r->addr = PCI_BAR_UNMAPPED;
        }
    }
}

static void update_bus_master(PCIDevice *dev)
{
    uint16_t cmd = pci_get_word(dev->config + PCI_COMMAND);

    memory_region_set_enabled(&dev->bus_master_enable_region,
                              dev->enabled && (cmd & PCI_COMMAND_MASTER));
}

/* ---- configuration accesses ---- */

uint32_t pci_default_read_config(PCIDevice *dev, uint32_t addr, int len)
{
    uint32_t val = 0;

    assert(addr + len <= pci_config_size(dev));
    for (int i = 0; i < len; i++) {
        val |= (uint32_t)dev->config[addr + i] << (8 * i);
    }
    return val;
}

static void intx_disable_changed(PCIDevice *dev, bool was_disabled)
{
    bool disabled = pci_irq_disabled(dev);

    if (disabled == was_disabled) {
        return;
    }
    for (int pin = 0; pin < PCI_NUM_PINS; pin++) {
        if (dev->irq_state & (1 << pin)) {
            pci_bus_change_irq(dev, pin, disabled ? -1 : 1, false);
        }
    }
}

void pci_default_write_config(PCIDevice *dev, uint32_t addr, uint32_t val, int len)
{
    bool was_disabled = pci_irq_disabled(dev);
    uint32_t data = val;

    assert(addr + len <= pci_config_size(dev));
    for (int i = 0; i < len; i++, data >>= 8) {
        uint8_t wmask = dev->wmask[addr + i];
        uint8_t *reg = &dev->config[addr + i];

        assert(!(wmask & dev->w1cmask[addr + i]));
        *reg = (*reg & ~wmask) | (data & wmask);
        *reg &= ~(data & dev->w1cmask[addr + i]);
    }
    if (ranges_overlap(addr, len, PCI_BASE_ADDRESS_0, 24) ||
        ranges_overlap(addr, len, PCI_ROM_ADDRESS, 4) ||
        ranges_overlap(addr, len, PCI_ROM_ADDRESS1, 4) ||
        ranges_overlap(addr, len, PCI_COMMAND, 2)) {
        pci_update_mappings(dev);
    }
    if (ranges_overlap(addr, len, PCI_COMMAND, 2)) {
        intx_disable_changed(dev, was_disabled);
        update_bus_master(dev);
    }
    msi_write_config(dev, addr, val, len);
    msix_write_config(dev, addr, val, len);
}

/* ---- capabilities ---- */

static uint8_t find_free_config(PCIDevice *dev, uint8_t size)
{
    unsigned run = 0;

    /* Capabilities start at multiples of four. */
    for (unsigned off = PCI_STD_HEADER_SIZEOF; off < PCI_CFG_SPACE_SIZE; off++) {
        if (dev->used[off]) {
            run = 0;
        } else if (run || off % 4 == 0) {
            if (++run == size) {
                return off + 1 - size;
            }
        }
    }
    return 0;
}

/* Offset of the capability, and in *@prev of the byte that points to it. */
static uint8_t find_capability(PCIDevice *dev, uint8_t cap_id, unsigned *prev)
{
    unsigned link = PCI_CAPABILITY_LIST;

    if (!(pci_get_word(dev->config + PCI_STATUS) & PCI_STATUS_CAP_LIST)) {
        return 0;
    }
    /* The list cannot have more entries than fit; this bounds a loop in a broken list. */
    for (int i = 0; i < 48 && dev->config[link]; i++) {
        uint8_t off = dev->config[link];

        if (dev->config[off + PCI_CAP_LIST_ID] == cap_id) {
            if (prev) {
                *prev = link;
            }
            return off;
        }
        link = off + PCI_CAP_LIST_NEXT;
    }
    return 0;
}

uint8_t pci_find_capability(PCIDevice *dev, uint8_t cap_id)
{
    return find_capability(dev, cap_id, NULL);
}

int pci_add_capability(PCIDevice *dev, uint8_t cap_id, uint8_t offset, uint8_t size, Error **errp)
{
    uint8_t *config;

    if (!offset) {
        offset = find_free_config(dev, size);
        if (!offset) {
            error_setg(errp, "%s: no room for PCI capability 0x%02x of %u bytes", dev->name,
                       cap_id, size);
            return -ENOSPC;
        }
    } else {
        for (unsigned i = offset; i < offset + size; i++) {
            if (dev->used[i]) {
                error_setg(errp, "%s: PCI capability 0x%02x at offset 0x%x overlaps another",
                           dev->name, cap_id, offset);
                return -EINVAL;
            }
        }
    }
    config = dev->config + offset;
    memset(config, 0, size);
    config[PCI_CAP_LIST_ID] = cap_id;
    config[PCI_CAP_LIST_NEXT] = dev->config[PCI_CAPABILITY_LIST];
    dev->config[PCI_CAPABILITY_LIST] = offset;
    pci_word_test_and_set_mask(dev->config + PCI_STATUS, PCI_STATUS_CAP_LIST);
    memset(dev->used + offset, 0xff, ROUND_UP(size, 4));
    memset(dev->wmask + offset, 0, size);
    memset(dev->cmask + offset, 0xff, size);
    return offset;
}

void pci_del_capability(PCIDevice *dev, uint8_t cap_id, uint8_t size)
{
    unsigned prev;
    uint8_t offset = find_capability(dev, cap_id, &prev);

    if (!offset) {
        return;
    }
    dev->config[prev] = dev->config[offset + PCI_CAP_LIST_NEXT];
    memset(dev->wmask + offset, 0xff, size);
    memset(dev->w1cmask + offset, 0, size);
    memset(dev->cmask + offset, 0, size);
    memset(dev->used + offset, 0, ROUND_UP(size, 4));
    if (!dev->config[PCI_CAPABILITY_LIST]) {
        pci_word_test_and_clear_mask(dev->config + PCI_STATUS, PCI_STATUS_CAP_LIST);
    }
}

/* ---- interrupts ---- */

bool pci_irq_disabled(const PCIDevice *dev)
{
    return pci_get_word(dev->config + PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE;
}

static void update_irq_status(PCIDevice *dev)
{
    if (dev->irq_state) {
        dev->config[PCI_STATUS] |= PCI_STATUS_INTERRUPT;
    } else {
        dev->config[PCI_STATUS] &= ~PCI_STATUS_INTERRUPT;
    }
}

/* @level must be 0 or 1. */
static void set_pin(PCIDevice *dev, int pin, int level)
{
    int change = level - ((dev->irq_state >> pin) & 1);

    if (!change) {
        return;
    }
    dev->irq_state ^= 1 << pin;
    update_irq_status(dev);
    if (!pci_irq_disabled(dev)) {
        pci_bus_change_irq(dev, pin, change, false);
    }
}

void pci_set_irq(PCIDevice *dev, int level)
{
    int pin = pci_intx(dev);

    assert(pin >= 0 && pin < PCI_NUM_PINS);
    set_pin(dev, pin, !!level);
}

static void intx_line_handler(void *opaque, int n, int level)
{
    pci_set_irq(opaque, level);
}

qemu_irq pci_allocate_irq(PCIDevice *dev)
{
    assert(pci_intx(dev) >= 0);
    return qemu_allocate_irq(intx_line_handler, dev, pci_intx(dev));
}

static void deassert_all_pins(PCIDevice *dev)
{
    for (int pin = 0; pin < PCI_NUM_PINS; pin++) {
        set_pin(dev, pin, 0);
    }
}

/* ---- reset ---- */

void pci_device_reset(PCIDevice *dev)
{
    bool was_disabled = pci_irq_disabled(dev);

    deassert_all_pins(dev);
    pci_word_test_and_clear_mask(dev->config + PCI_COMMAND,
                                 pci_get_word(dev->wmask + PCI_COMMAND));
    intx_disable_changed(dev, was_disabled);
    pci_word_test_and_clear_mask(dev->config + PCI_STATUS,
                                 pci_get_word(dev->w1cmask + PCI_STATUS));
    dev->config[PCI_CACHE_LINE_SIZE] = 0;
    dev->config[PCI_INTERRUPT_LINE] &= ~dev->wmask[PCI_INTERRUPT_LINE];
    for (int i = 0; i < PCI_NUM_REGIONS; i++) {
        PCIIORegion *r = &dev->io_regions[i];

        if (!r->size) {
            continue;
        }
        if (i != PCI_ROM_SLOT && bar_is_64bit(r)) {
            pci_set_quad(dev->config + bar_offset(dev, i), r->type);
        } else {
            pci_set_long(dev->config + bar_offset(dev, i), r->type);
        }
    }
    pci_update_mappings(dev);
    update_bus_master(dev);
    msi_reset(dev);
    msix_reset(dev);
}

/* ---- where it is ---- */

PCIBus *pci_get_bus(const PCIDevice *dev)
{
    return PCI_BUS(qdev_get_parent_bus(&dev->qdev));
}

int pci_dev_bus_num(const PCIDevice *dev)
{
    return pci_bus_num(pci_get_bus(dev));
}

uint16_t pci_get_bdf(const PCIDevice *dev)
{
    return PCI_BUILD_BDF(pci_dev_bus_num(dev), dev->devfn);
}

/* Bridges from Express to conventional PCI would take ownership; all ours pass the id on. */
uint16_t pci_requester_id(const PCIDevice *dev)
{
    return pci_get_bdf(dev);
}

MemoryRegion *pci_address_space(PCIDevice *dev)
{
    return pci_get_bus(dev)->address_space_mem;
}

MemoryRegion *pci_address_space_io(PCIDevice *dev)
{
    return pci_get_bus(dev)->address_space_io;
}

bool pci_is_express(const PCIDevice *dev)
{
    return dev->cap_present & QEMU_PCI_CAP_EXPRESS;
}

bool pci_is_bridge(const PCIDevice *dev)
{
    return object_dynamic_cast(OBJECT(dev), TYPE_PCI_BRIDGE) != NULL;
}

/* ---- life ---- */

static void config_alloc(PCIDevice *dev)
{
    uint32_t size = pci_config_size(dev);

    dev->config = g_malloc0(size);
    dev->cmask = g_malloc0(size);
    dev->wmask = g_malloc0(size);
    dev->w1cmask = g_malloc0(size);
    dev->used = g_malloc0(size);
}

static void config_free(PCIDevice *dev)
{
    g_clear_pointer(&dev->config, g_free);
    g_clear_pointer(&dev->cmask, g_free);
    g_clear_pointer(&dev->wmask, g_free);
    g_clear_pointer(&dev->w1cmask, g_free);
    g_clear_pointer(&dev->used, g_free);
}

/* The masks of what every function has; bridges add theirs in pci_bridge.c. */
static void config_init_masks(PCIDevice *dev)
{
    uint16_t cmd = PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
                   PCI_COMMAND_INTX_DISABLE;

    if (dev->cap_present & QEMU_PCI_CAP_SERR) {
        cmd |= PCI_COMMAND_SERR;
    }
    pci_set_word(dev->wmask + PCI_COMMAND, cmd);
    dev->wmask[PCI_CACHE_LINE_SIZE] = 0xff;
    dev->wmask[PCI_INTERRUPT_LINE] = 0xff;
    /* Device-specific registers: writable unless the device or a capability says otherwise. */
    memset(dev->wmask + PCI_STD_HEADER_SIZEOF, 0xff,
           pci_config_size(dev) - PCI_STD_HEADER_SIZEOF);
    pci_set_word(dev->w1cmask + PCI_STATUS, STATUS_W1C);

    pci_set_word(dev->cmask + PCI_VENDOR_ID, 0xffff);
    pci_set_word(dev->cmask + PCI_DEVICE_ID, 0xffff);
    pci_set_word(dev->cmask + PCI_STATUS, PCI_STATUS_CAP_LIST);
    memset(dev->cmask + PCI_CLASS_REVISION, 0xff, 4);
    dev->cmask[PCI_HEADER_TYPE] = 0xff;
    dev->cmask[PCI_CAPABILITY_LIST] = 0xff;
    memset(dev->used, 0xff, PCI_STD_HEADER_SIZEOF);
}

static void config_init_ids(PCIDevice *dev)
{
    const PCIDeviceClass *pc = PCI_DEVICE_GET_CLASS(dev);
    bool own = pc->subsystem_vendor_id || pc->subsystem_id;

    pci_config_set_vendor_id(dev->config, pc->vendor_id);
    pci_config_set_device_id(dev->config, pc->device_id);
    pci_config_set_revision(dev->config, pc->revision);
    pci_config_set_class(dev->config, pc->class_id);
    if (pci_is_bridge(dev)) {
        dev->config[PCI_HEADER_TYPE] = PCI_HEADER_TYPE_BRIDGE;
        return;
    }
    pci_set_word(dev->config + PCI_SUBSYSTEM_VENDOR_ID,
                 own ? pc->subsystem_vendor_id : PCI_SUBVENDOR_ID_REDHAT_QUMRANET);
    pci_set_word(dev->config + PCI_SUBSYSTEM_ID, own ? pc->subsystem_id : PCI_SUBDEVICE_ID_QEMU);
}

static void do_unrealize(PCIDevice *dev)
{
    PCIBus *bus = pci_get_bus(dev);

    deassert_all_pins(dev);
    unmap_bars(dev);
    pci_bus_detach(bus, dev);
    memory_region_del_subregion(&dev->bus_master_container_region,
                                &dev->bus_master_enable_region);
    address_space_destroy(&dev->bus_master_as);
    object_unparent(OBJECT(&dev->bus_master_enable_region));
    object_unparent(OBJECT(&dev->bus_master_container_region));
    memset(dev->io_regions, 0, sizeof(dev->io_regions));
    config_free(dev);
}

static bool do_realize(PCIDevice *dev, Error **errp)
{
    const char *name = object_get_typename(OBJECT(dev));
    PCIBus *bus = pci_get_bus(dev);
    AddressSpace *dma_as;

    g_strlcpy(dev->name, name, sizeof(dev->name));
    if (object_dynamic_cast(OBJECT(dev), INTERFACE_PCIE_DEVICE) &&
        (!object_dynamic_cast(OBJECT(dev), INTERFACE_CONVENTIONAL_PCI_DEVICE) ||
         pci_bus_is_express(bus))) {
        dev->cap_present |= QEMU_PCI_CAP_EXPRESS;
    }
    if (!pci_bus_attach(bus, dev, name, errp)) {
        return false;
    }
    dev->enabled = true;
    dev->irq_state = 0;
    config_alloc(dev);
    config_init_masks(dev);
    config_init_ids(dev);
    if (pci_is_bridge(dev)) {
        pci_bridge_init_masks(dev);
    }
    if (dev->cap_present & QEMU_PCI_CAP_MULTIFUNCTION) {
        dev->config[PCI_HEADER_TYPE] |= PCI_HEADER_TYPE_MULTI_FUNCTION;
    }

    dma_as = pci_device_iommu_address_space(dev);
    memory_region_init(&dev->bus_master_container_region, OBJECT(dev), "bus master container",
                       UINT64_MAX);
    memory_region_init_alias(&dev->bus_master_enable_region, OBJECT(dev), "bus master",
                             dma_as->root, 0, memory_region_size(dma_as->root));
    memory_region_set_enabled(&dev->bus_master_enable_region, false);
    memory_region_add_subregion(&dev->bus_master_container_region, 0,
                                &dev->bus_master_enable_region);
    address_space_init(&dev->bus_master_as, &dev->bus_master_container_region, dev->name);
    return true;
}

static void pci_qdev_realize(DeviceState *qdev, Error **errp)
{
    PCIDevice *dev = PCI_DEVICE(qdev);
    PCIDeviceClass *pc = PCI_DEVICE_GET_CLASS(dev);
    Error *err = NULL;

    if (!do_realize(dev, errp)) {
        return;
    }
    if (pc->realize) {
        pc->realize(dev, &err);
        if (err) {
            error_propagate(errp, err);
            do_unrealize(dev);
            return;
        }
    }
    if (!pci_add_option_rom(dev, errp)) {
        if (pc->exit) {
            pc->exit(dev);
        }
        do_unrealize(dev);
        return;
    }
    msi_reset(dev);
}

static void pci_qdev_unrealize(DeviceState *qdev)
{
    PCIDevice *dev = PCI_DEVICE(qdev);
    PCIDeviceClass *pc = PCI_DEVICE_GET_CLASS(dev);

    unmap_bars(dev);
    pci_del_option_rom(dev);
    if (pc->exit) {
        pc->exit(dev);
    }
    do_unrealize(dev);
}

PCIDevice *pci_new(int devfn, const char *name)
{
    DeviceState *dev = qdev_new(name);

    qdev_prop_set_int32(dev, "addr", devfn);
    return PCI_DEVICE(dev);
}

PCIDevice *pci_new_multifunction(int devfn, const char *name)
{
    PCIDevice *dev = pci_new(devfn, name);

    qdev_prop_set_bit(DEVICE(dev), "multifunction", true);
    return dev;
}

bool pci_realize_and_unref(PCIDevice *dev, PCIBus *bus, Error **errp)
{
    return qdev_realize_and_unref(&dev->qdev, &bus->qbus, errp);
}

PCIDevice *pci_create_simple(PCIBus *bus, int devfn, const char *name)
{
    PCIDevice *dev = pci_new(devfn, name);

    pci_realize_and_unref(dev, bus, &error_fatal);
    return dev;
}

PCIDevice *pci_create_simple_multifunction(PCIBus *bus, int devfn, const char *name)
{
    PCIDevice *dev = pci_new_multifunction(devfn, name);

    pci_realize_and_unref(dev, bus, &error_fatal);
    return dev;
}

/* ---- state ---- */

/* Loads configuration bytes; those under cmask must be what this device has. */
static int get_config(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    PCIDevice *dev = container_of(pv, PCIDevice, config);
    uint32_t len = pci_config_size(dev);
    g_autofree uint8_t *in = g_malloc(len);

    if (qemu_get_buffer(f, in, len) != len) {
        return -EIO;
    }
    for (uint32_t i = 0; i < len; i++) {
        uint8_t fixed = dev->cmask[i] & ~dev->wmask[i] & ~dev->w1cmask[i];

        if ((in[i] ^ dev->config[i]) & fixed) {
            error_report("%s: loaded PCI configuration byte 0x%x is 0x%02x, but this device "
                         "has 0x%02x (fixed bits 0x%02x)", dev->name, i, in[i], dev->config[i],
                         fixed);
            return -EINVAL;
        }
    }
    memcpy(dev->config, in, len);
    return 0;
}

static int put_config(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                      JSONWriter *vmdesc)
{
    PCIDevice *dev = container_of(pv, PCIDevice, config);

    qemu_put_buffer(f, dev->config, pci_config_size(dev));
    return 0;
}

static const VMStateInfo vmstate_info_pci_config = {
    .name = "pci config",
    .get = get_config,
    .put = put_config,
};

static void count_pins(PCIDevice *dev, int change)
{
    if (pci_irq_disabled(dev)) {
        return;
    }
    for (int pin = 0; pin < PCI_NUM_PINS; pin++) {
        if (dev->irq_state & (1 << pin)) {
            pci_bus_change_irq(dev, pin, change, true);
        }
    }
}

static int pci_pre_load(void *opaque)
{
    PCIDevice *dev = opaque;

    count_pins(dev, -1);
    dev->irq_state = 0;
    return 0;
}

static int pci_post_load(void *opaque, int version_id)
{
    PCIDevice *dev = opaque;

    dev->irq_state &= (1 << PCI_NUM_PINS) - 1;
    count_pins(dev, 1);
    update_irq_status(dev);
    pci_update_mappings(dev);
    update_bus_master(dev);
    if (pci_is_bridge(dev)) {
        pci_bridge_update_mappings(PCI_BRIDGE(dev));
    }
    return 0;
}

const VMStateDescription vmstate_pci_device = {
    .name = "PCIDevice",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_load = pci_pre_load,
    .post_load = pci_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_SINGLE(config, PCIDevice, 0, vmstate_info_pci_config, uint8_t *),
        VMSTATE_UINT8(irq_state, PCIDevice),
        VMSTATE_END_OF_LIST()
    },
};

/* ---- type ---- */

static const Property pci_props[] = {
    DEFINE_PROP_PCI_DEVFN("addr", PCIDevice, devfn, -1),
    DEFINE_PROP_STRING("romfile", PCIDevice, romfile),
    DEFINE_PROP_UINT32("romsize", PCIDevice, romsize, UINT32_MAX),
    DEFINE_PROP_INT32("rombar", PCIDevice, rom_bar, -1),
    DEFINE_PROP_BIT("multifunction", PCIDevice, cap_present, QEMU_PCI_CAP_MULTIFUNCTION_BITNR,
                    false),
    DEFINE_PROP_BIT("command_serr_enable", PCIDevice, cap_present, QEMU_PCI_CAP_SERR_BITNR, true),
    DEFINE_PROP_BIT("x-pcie-lnksta-dllla", PCIDevice, cap_present, QEMU_PCIE_LNKSTA_DLLLA_BITNR,
                    true),
    DEFINE_PROP_BIT("x-pcie-extcap-init", PCIDevice, cap_present, QEMU_PCIE_EXTCAP_INIT_BITNR,
                    true),
    DEFINE_PROP_STRING("failover_pair_id", PCIDevice, failover_pair_id),
    DEFINE_PROP_UINT32("acpi-index", PCIDevice, acpi_index, 0),
    DEFINE_PROP_END_OF_LIST()
};

static void pci_device_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = pci_qdev_realize;
    dc->unrealize = pci_qdev_unrealize;
    dc->bus_type = TYPE_PCI_BUS;
    device_class_set_props(dc, pci_props);
}

static const TypeInfo pci_types[] = {
    {
        .name = TYPE_PCI_DEVICE,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(PCIDevice),
        .abstract = true,
        .class_size = sizeof(PCIDeviceClass),
        .class_init = pci_device_class_init,
    },
    { .name = INTERFACE_CONVENTIONAL_PCI_DEVICE, .parent = TYPE_INTERFACE },
    { .name = INTERFACE_PCIE_DEVICE, .parent = TYPE_INTERFACE },
};
DEFINE_TYPES(pci_types)
