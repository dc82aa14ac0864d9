/*
 * PCI devices: configuration space, base address registers, interrupts and bus mastering.
 *
 * A device fills its configuration bytes in realize, registers BARs and capabilities, and then
 * leaves the standard registers to the core. Each configuration byte has a mask of writable bits
 * (wmask), of write-1-to-clear bits (w1cmask) and of bits that must agree when state is loaded
 * (cmask).
 *
 * Spec: PCI Local Bus 3.0. Thread: everything here runs under the big lock, except pci_dma_*()
 * and pci_get_address_space(), which follow the rule of exec/memory.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_PCI_PCI_H
#define HW_PCI_PCI_H

#include "exec/memory.h"
#include "hw/qdev-core.h"
#include "hw/pci/pci_ids.h"
#include "hw/pci/pci_regs.h"
#include "qemu/bswap.h"
#include "sysemu/dma.h"

#define PCI_DEVFN(slot, func) ((((slot) & 0x1f) << 3) | ((func) & 7))
#define PCI_SLOT(devfn) (((devfn) >> 3) & 0x1f)
#define PCI_FUNC(devfn) ((devfn) & 7)
#define PCI_BUS_NUM(bdf) (((bdf) >> 8) & 0xff)
#define PCI_BUILD_BDF(bus, devfn) (((bus) << 8) | (devfn))
#define PCI_BUS_MAX 256
#define PCI_DEVFN_MAX 256
#define PCI_SLOT_MAX 32
#define PCI_FUNC_MAX 8
#define PCI_NUM_REGIONS 7   /* six BARs and the expansion ROM */
#define PCI_ROM_SLOT 6
#define PCI_NUM_PINS 4

typedef uint64_t pcibus_t;
#define FMT_PCIBUS PRIx64
#define PCI_BAR_UNMAPPED (~(pcibus_t)0)

typedef struct PCIBus PCIBus;
typedef struct PCIDevice PCIDevice;
typedef struct PCIDeviceClass PCIDeviceClass;
typedef struct PCIHostState PCIHostState;
typedef struct PCIBridge PCIBridge;
typedef struct PCIExpressDevice PCIExpressDevice;

#define TYPE_PCI_DEVICE "pci-device"
DECLARE_OBJ_CHECKERS(PCIDevice, PCIDeviceClass, PCI_DEVICE, TYPE_PCI_DEVICE)

/* Which kind of slot a device fits; each concrete type implements at least one. */
#define INTERFACE_CONVENTIONAL_PCI_DEVICE "conventional-pci-device"
#define INTERFACE_PCIE_DEVICE "pci-express-device"

typedef void PCIConfigWriteFunc(PCIDevice *dev, uint32_t addr, uint32_t val, int len);
typedef uint32_t PCIConfigReadFunc(PCIDevice *dev, uint32_t addr, int len);

struct PCIDeviceClass {
    DeviceClass parent_class;

    void (*realize)(PCIDevice *dev, Error **errp);
    void (*exit)(PCIDevice *dev);
    /* NULL: pci_default_read_config(), pci_default_write_config(). */
    PCIConfigReadFunc *config_read;
    PCIConfigWriteFunc *config_write;

    uint16_t vendor_id, device_id;
    uint8_t revision;
    uint16_t class_id;                      /* base class << 8 | subclass */
    uint16_t subsystem_vendor_id, subsystem_id;
    const char *romfile;                    /* expansion ROM that the type brings along */
};

/* One BAR. */
typedef struct PCIIORegion {
    pcibus_t addr;                          /* where it is mapped now, or PCI_BAR_UNMAPPED */
    pcibus_t size;                          /* power of two; 0: there is no such BAR */
    uint8_t type;                           /* PCI_BASE_ADDRESS_* bits */
    MemoryRegion *memory;
    MemoryRegion *address_space;            /* of the bus: memory or I/O */
} PCIIORegion;

/* Bits of PCIDevice.cap_present. */
enum {
    QEMU_PCI_CAP_MSI = 1 << 0,
    QEMU_PCI_CAP_MSIX = 1 << 1,
    QEMU_PCI_CAP_EXPRESS = 1 << 2,
#define QEMU_PCI_CAP_MULTIFUNCTION_BITNR 3
    QEMU_PCI_CAP_MULTIFUNCTION = 1 << QEMU_PCI_CAP_MULTIFUNCTION_BITNR,
#define QEMU_PCI_CAP_SERR_BITNR 4
    QEMU_PCI_CAP_SERR = 1 << QEMU_PCI_CAP_SERR_BITNR,
    QEMU_PCI_CAP_SHPC = 1 << 5,
#define QEMU_PCI_CAP_SLOTID_BITNR 6
    QEMU_PCI_CAP_SLOTID = 1 << QEMU_PCI_CAP_SLOTID_BITNR,
#define QEMU_PCIE_LNKSTA_DLLLA_BITNR 8
    QEMU_PCIE_LNKSTA_DLLLA = 1 << QEMU_PCIE_LNKSTA_DLLLA_BITNR,
#define QEMU_PCIE_EXTCAP_INIT_BITNR 9
    QEMU_PCIE_EXTCAP_INIT = 1 << QEMU_PCIE_EXTCAP_INIT_BITNR,
};

typedef struct MSIMessage {
    uint64_t address;
    uint32_t data;
} MSIMessage;

typedef int (*MSIVectorUseNotifier)(PCIDevice *dev, unsigned vector, MSIMessage msg);
typedef void (*MSIVectorReleaseNotifier)(PCIDevice *dev, unsigned vector);
typedef void (*MSIVectorPollNotifier)(PCIDevice *dev, unsigned start, unsigned end);

struct PCIDevice {
    DeviceState qdev;

    uint8_t *config;                        /* pci_config_size() bytes each */
    uint8_t *cmask;
    uint8_t *wmask;
    uint8_t *w1cmask;
    uint8_t *used;                          /* non-zero: part of the header or a capability */

    int32_t devfn;                          /* property "addr"; -1: any free slot */
    bool enabled;                           /* answers on the bus (function hot plug) */
    PCIIORegion io_regions[PCI_NUM_REGIONS];
    char name[64];

    AddressSpace bus_master_as;
    MemoryRegion bus_master_container_region;
    MemoryRegion bus_master_enable_region;

    uint32_t cap_present;                   /* QEMU_PCI_CAP_* */
    uint8_t irq_state;                      /* level of INTA..INTD as the device drives them */

    uint8_t msi_cap;                        /* offset of the MSI capability, or 0 */
    uint8_t msix_cap;
    int msix_entries_nr;
    uint8_t *msix_table;
    uint8_t *msix_pba;
    MemoryRegion msix_exclusive_bar;
    MemoryRegion msix_table_mmio;
    MemoryRegion msix_pba_mmio;
    bool msix_function_masked;              /* derived from the capability */
    MSIVectorUseNotifier msix_vector_use_notifier;
    MSIVectorReleaseNotifier msix_vector_release_notifier;
    MSIVectorPollNotifier msix_vector_poll_notifier;
    MSIMessage (*msi_prepare_message)(PCIDevice *dev, unsigned vector);

    PCIExpressDevice *exp;                  /* PCI Express state, owned by hw/pci/pcie.c */

    char *romfile;
    uint32_t romsize;
    bool has_rom;
    MemoryRegion rom;
    int32_t rom_bar;
    char *failover_pair_id;
    uint32_t acpi_index;
};

/* ---- creating devices ---- */

/* A new device for @devfn (-1: the first free slot); realize it with the second function. */
PCIDevice *pci_new(int devfn, const char *name);
PCIDevice *pci_new_multifunction(int devfn, const char *name);
bool pci_realize_and_unref(PCIDevice *dev, PCIBus *bus, Error **errp);
/* Both at once, for what the board brings: failure is fatal. */
PCIDevice *pci_create_simple(PCIBus *bus, int devfn, const char *name);
PCIDevice *pci_create_simple_multifunction(PCIBus *bus, int devfn, const char *name);

/* ---- for a device's realize ---- */

/*
 * BAR @num is @memory, whose size is a power of two; @attr are PCI_BASE_ADDRESS_* bits. A 64-bit
 * BAR takes the next number too.
 */
void pci_register_bar(PCIDevice *dev, int num, uint8_t attr, MemoryRegion *memory);
pcibus_t pci_get_bar_addr(PCIDevice *dev, int num);

/*
 * Adds a capability of @size bytes at @offset, or anywhere if that is 0. Returns its offset, or a
 * negative errno with @errp set. Its bytes are read-only zero at first.
 */
int pci_add_capability(PCIDevice *dev, uint8_t cap_id, uint8_t offset, uint8_t size, Error **errp);
void pci_del_capability(PCIDevice *dev, uint8_t cap_id, uint8_t size);
/* Offset of the capability, 0 if there is none. */
uint8_t pci_find_capability(PCIDevice *dev, uint8_t cap_id);

/* ---- configuration space ---- */

uint32_t pci_default_read_config(PCIDevice *dev, uint32_t addr, int len);
void pci_default_write_config(PCIDevice *dev, uint32_t addr, uint32_t val, int len);
/* Recomputes where the BARs are after the device changed its configuration itself. */
void pci_update_mappings(PCIDevice *dev);
/* Resets the PCI side of a device: command, status, BARs, interrupts, MSI. */
void pci_device_reset(PCIDevice *dev);

bool pci_is_express(const PCIDevice *dev);
static inline uint32_t pci_config_size(const PCIDevice *dev)
{
    return dev->cap_present & QEMU_PCI_CAP_EXPRESS ? PCI_CFG_SPACE_EXP_SIZE : PCI_CFG_SPACE_SIZE;
}

static inline void pci_set_byte(uint8_t *config, uint8_t val)
{
    *config = val;
}
static inline uint8_t pci_get_byte(const uint8_t *config)
{
    return *config;
}
static inline void pci_set_word(uint8_t *config, uint16_t val)
{
    stw_le_p(config, val);
}
static inline uint16_t pci_get_word(const uint8_t *config)
{
    return lduw_le_p(config);
}
static inline void pci_set_long(uint8_t *config, uint32_t val)
{
    stl_le_p(config, val);
}
static inline uint32_t pci_get_long(const uint8_t *config)
{
    return ldl_le_p(config);
}
static inline void pci_set_quad(uint8_t *config, uint64_t val)
{
    stq_le_p(config, val);
}
static inline uint64_t pci_get_quad(const uint8_t *config)
{
    return ldq_le_p(config);
}

/* Change some bits; returns those of @mask that were set before. */
static inline uint16_t pci_word_test_and_clear_mask(uint8_t *config, uint16_t mask)
{
    uint16_t val = pci_get_word(config);
    pci_set_word(config, val & ~mask);
    return val & mask;
}
static inline uint16_t pci_word_test_and_set_mask(uint8_t *config, uint16_t mask)
{
    uint16_t val = pci_get_word(config);
    pci_set_word(config, val | mask);
    return val & mask;
}
static inline uint8_t pci_byte_test_and_clear_mask(uint8_t *config, uint8_t mask)
{
    uint8_t val = *config;
    *config = val & ~mask;
    return val & mask;
}
static inline uint8_t pci_byte_test_and_set_mask(uint8_t *config, uint8_t mask)
{
    uint8_t val = *config;
    *config = val | mask;
    return val & mask;
}
static inline uint32_t pci_long_test_and_clear_mask(uint8_t *config, uint32_t mask)
{
    uint32_t val = pci_get_long(config);
    pci_set_long(config, val & ~mask);
    return val & mask;
}
static inline uint32_t pci_long_test_and_set_mask(uint8_t *config, uint32_t mask)
{
    uint32_t val = pci_get_long(config);
    pci_set_long(config, val | mask);
    return val & mask;
}

static inline void pci_config_set_vendor_id(uint8_t *conf, uint16_t val)
{
    pci_set_word(conf + PCI_VENDOR_ID, val);
}
static inline void pci_config_set_device_id(uint8_t *conf, uint16_t val)
{
    pci_set_word(conf + PCI_DEVICE_ID, val);
}
static inline void pci_config_set_revision(uint8_t *conf, uint8_t val)
{
    conf[PCI_REVISION_ID] = val;
}
static inline void pci_config_set_class(uint8_t *conf, uint16_t val)
{
    pci_set_word(conf + PCI_CLASS_DEVICE, val);
}
static inline void pci_config_set_prog_interface(uint8_t *conf, uint8_t val)
{
    conf[PCI_CLASS_PROG] = val;
}
/* @pin: 1 for INTA to 4 for INTD, 0 for none. */
static inline void pci_config_set_interrupt_pin(uint8_t *conf, uint8_t pin)
{
    conf[PCI_INTERRUPT_PIN] = pin;
}

/* ---- interrupts ---- */

/* Number of the device's own pin: 0 for INTA; -1 if its configuration says it has none. */
static inline int pci_intx(const PCIDevice *dev)
{
    return (int)dev->config[PCI_INTERRUPT_PIN] - 1;
}
/* Drives the device's INTx pin. */
void pci_set_irq(PCIDevice *dev, int level);
static inline void pci_irq_assert(PCIDevice *dev)
{
    pci_set_irq(dev, 1);
}
static inline void pci_irq_deassert(PCIDevice *dev)
{
    pci_set_irq(dev, 0);
}
static inline void pci_irq_pulse(PCIDevice *dev)
{
    pci_irq_assert(dev);
    pci_irq_deassert(dev);
}
/* A line that drives the INTx pin; qemu_free_irq() it in exit. */
qemu_irq pci_allocate_irq(PCIDevice *dev);
bool pci_irq_disabled(const PCIDevice *dev);

/* ---- where it is ---- */

PCIBus *pci_get_bus(const PCIDevice *dev);
int pci_dev_bus_num(const PCIDevice *dev);
/* bus << 8 | devfn as the guest sees it now. */
uint16_t pci_get_bdf(const PCIDevice *dev);
uint16_t pci_requester_id(const PCIDevice *dev);
MemoryRegion *pci_address_space(PCIDevice *dev);
MemoryRegion *pci_address_space_io(PCIDevice *dev);
/* True when the path through a bus without extended configuration space is conventional PCI. */
bool pci_is_bridge(const PCIDevice *dev);

/* ---- bus mastering ---- */

/* What the device sees as memory: the system's, or an IOMMU's view; nothing while disabled. */
static inline AddressSpace *pci_get_address_space(PCIDevice *dev)
{
    return &dev->bus_master_as;
}
static inline MemTxResult pci_dma_rw(PCIDevice *dev, dma_addr_t addr, void *buf, dma_addr_t len,
                                     DMADirection dir, MemTxAttrs attrs)
{
    return dma_memory_rw(&dev->bus_master_as, addr, buf, len, dir, attrs);
}
static inline MemTxResult pci_dma_read(PCIDevice *dev, dma_addr_t addr, void *buf, dma_addr_t len)
{
    return pci_dma_rw(dev, addr, buf, len, DMA_DIRECTION_TO_DEVICE, MEMTXATTRS_UNSPECIFIED);
}
static inline MemTxResult pci_dma_write(PCIDevice *dev, dma_addr_t addr, const void *buf,
                                        dma_addr_t len)
{
    return pci_dma_rw(dev, addr, (void *)buf, len, DMA_DIRECTION_FROM_DEVICE,
                      MEMTXATTRS_UNSPECIFIED);
}
static inline void *pci_dma_map(PCIDevice *dev, dma_addr_t addr, dma_addr_t *plen,
                                DMADirection dir)
{
    return dma_memory_map(&dev->bus_master_as, addr, plen, dir, MEMTXATTRS_UNSPECIFIED);
}
static inline void pci_dma_unmap(PCIDevice *dev, void *buffer, dma_addr_t len, DMADirection dir,
                                 dma_addr_t access_len)
{
    dma_memory_unmap(&dev->bus_master_as, buffer, len, dir, access_len);
}
#define PCI_DMA_LDST(sfx_ld, sfx_st, type) \
    static inline MemTxResult sfx_ld##_pci_dma(PCIDevice *dev, dma_addr_t addr, type *val, \
                                               MemTxAttrs attrs) \
    { \
        return sfx_ld##_dma(&dev->bus_master_as, addr, val, attrs); \
    } \
    static inline MemTxResult sfx_st##_pci_dma(PCIDevice *dev, dma_addr_t addr, type val, \
                                               MemTxAttrs attrs) \
    { \
        return sfx_st##_dma(&dev->bus_master_as, addr, val, attrs); \
    }
PCI_DMA_LDST(ldub, stb, uint8_t)
PCI_DMA_LDST(lduw_le, stw_le, uint16_t)
PCI_DMA_LDST(ldl_le, stl_le, uint32_t)
PCI_DMA_LDST(ldq_le, stq_le, uint64_t)
PCI_DMA_LDST(lduw_be, stw_be, uint16_t)
PCI_DMA_LDST(ldl_be, stl_be, uint32_t)
PCI_DMA_LDST(ldq_be, stq_be, uint64_t)
#undef PCI_DMA_LDST

/* ---- state ---- */

extern const VMStateDescription vmstate_pci_device;
#define VMSTATE_PCI_DEVICE(_field, _state) { \
        .name = (stringify(_field)), \
        .size = sizeof(PCIDevice), \
        .vmsd = &vmstate_pci_device, \
        .flags = VMS_STRUCT, \
        .offset = vmstate_offset_value(_state, _field, PCIDevice), \
    }

#endif
