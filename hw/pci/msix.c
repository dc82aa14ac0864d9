/*
 * MSI-X: a table of interrupt messages and an array of pending bits, both in BARs.
 *
 * Spec:     PCI Local Bus 3.0 section 6.8.2.
 * Thread:   under the big lock.
 * Migrated: table and pending bits (vmstate_msix); the capability with configuration space.
 *
 *   table entry (16 bytes)   0 address low | 4 address high | 8 data | 12 vector control
 *   vector control           bit 0 mask, set at reset; other bits keep what is written
 *   pending array            one bit per vector, read-only
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/pci/pci_bus.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "pci-internal.h"

#define MSIX_MAX_ENTRIES 2048

static uint16_t msix_flags(const PCIDevice *dev)
{
    return pci_get_word(dev->config + dev->msix_cap + PCI_MSIX_FLAGS);
}

bool msix_enabled(PCIDevice *dev)
{
    return msix_present(dev) && (msix_flags(dev) & PCI_MSIX_FLAGS_ENABLE);
}

unsigned msix_nr_vectors_allocated(const PCIDevice *dev)
{
    return dev->msix_entries_nr;
}

static unsigned pba_bytes(const PCIDevice *dev)
{
    return QEMU_ALIGN_UP(dev->msix_entries_nr, 64) / 8;
}

static uint8_t *entry(const PCIDevice *dev, unsigned vector)
{
    return dev->msix_table + vector * PCI_MSIX_ENTRY_SIZE;
}

MSIMessage msix_get_message(PCIDevice *dev, unsigned vector)
{
    const uint8_t *e = entry(dev, vector);

    return (MSIMessage) {
        .address = pci_get_quad(e + PCI_MSIX_ENTRY_LOWER_ADDR),
        .data = pci_get_long(e + PCI_MSIX_ENTRY_DATA),
    };
}

void msix_set_message(PCIDevice *dev, int vector, MSIMessage msg)
{
    uint8_t *e = entry(dev, vector);

    pci_set_quad(e + PCI_MSIX_ENTRY_LOWER_ADDR, msg.address);
    pci_set_long(e + PCI_MSIX_ENTRY_DATA, msg.data);
    e[PCI_MSIX_ENTRY_VECTOR_CTRL] &= ~PCI_MSIX_ENTRY_CTRL_MASKBIT;
}

bool msix_is_pending(PCIDevice *dev, unsigned vector)
{
    return dev->msix_pba[vector / 8] & (1 << vector % 8);
}

void msix_set_pending(PCIDevice *dev, unsigned vector)
{
    dev->msix_pba[vector / 8] |= 1 << vector % 8;
}

void msix_clr_pending(PCIDevice *dev, int vector)
{
    dev->msix_pba[vector / 8] &= ~(1 << vector % 8);
}

static bool vector_masked(const PCIDevice *dev, unsigned vector, bool function_masked)
{
    return function_masked ||
           (entry(dev, vector)[PCI_MSIX_ENTRY_VECTOR_CTRL] & PCI_MSIX_ENTRY_CTRL_MASKBIT);
}

bool msix_is_masked(PCIDevice *dev, unsigned vector)
{
    return vector_masked(dev, vector, dev->msix_function_masked);
}

/* ---- masking ---- */

/* A vector may have become masked or deliverable: tell the notifiers, send what is pending. */
static void mask_changed(PCIDevice *dev, unsigned vector, bool was_masked)
{
    bool masked = msix_is_masked(dev, vector);

    if (masked == was_masked) {
        return;
    }
    if (dev->msix_vector_use_notifier) {
        if (masked) {
            dev->msix_vector_release_notifier(dev, vector);
        } else if (dev->msix_vector_use_notifier(dev, vector, msix_get_message(dev, vector)) < 0) {
            error_report_once("%s: MSI-X vector %u cannot be connected; its interrupts are lost",
                              dev->name, vector);
        }
    }
    if (!masked && msix_is_pending(dev, vector)) {
        msix_clr_pending(dev, vector);
        msix_notify(dev, vector);
    }
}

static void update_function_masked(PCIDevice *dev)
{
    dev->msix_function_masked =
        !msix_enabled(dev) || (msix_flags(dev) & PCI_MSIX_FLAGS_MASKALL);
}

void msix_write_config(PCIDevice *dev, uint32_t addr, uint32_t val, int len)
{
    bool was_masked;

    if (!msix_present(dev) || !ranges_overlap(addr, len, dev->msix_cap + PCI_MSIX_FLAGS, 2)) {
        return;
    }
    was_masked = dev->msix_function_masked;
    update_function_masked(dev);
    if (msix_enabled(dev) && pci_intx(dev) >= 0) {
        pci_irq_deassert(dev);
    }
    if (dev->msix_function_masked == was_masked) {
        return;
    }
    for (int v = 0; v < dev->msix_entries_nr; v++) {
        mask_changed(dev, v, vector_masked(dev, v, was_masked));
    }
}

void msix_notify(PCIDevice *dev, unsigned vector)
{
    if (vector >= (unsigned)dev->msix_entries_nr || !msix_enabled(dev)) {
        return;
    }
    if (msix_is_masked(dev, vector)) {
        msix_set_pending(dev, vector);
        return;
    }
    msi_send_message(dev, msix_get_message(dev, vector));
}

/* ---- table and pending array in memory ---- */

static uint64_t table_read(void *opaque, hwaddr addr, unsigned size)
{
    PCIDevice *dev = opaque;

    return size == 8 ? pci_get_quad(dev->msix_table + addr) : pci_get_long(dev->msix_table + addr);
}

static void table_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    PCIDevice *dev = opaque;
    unsigned vector = addr / PCI_MSIX_ENTRY_SIZE;
    bool was_masked = msix_is_masked(dev, vector);

    if (size == 8) {
        pci_set_quad(dev->msix_table + addr, val);
    } else {
        pci_set_long(dev->msix_table + addr, val);
    }
    mask_changed(dev, vector, was_masked);
}

static const MemoryRegionOps table_ops = {
    .read = table_read,
    .write = table_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 8 },
};

static uint64_t pba_read(void *opaque, hwaddr addr, unsigned size)
{
    PCIDevice *dev = opaque;

    if (dev->msix_vector_poll_notifier) {
        unsigned first = addr * 8;

        dev->msix_vector_poll_notifier(dev, first,
                                       MIN(first + size * 8, (unsigned)dev->msix_entries_nr));
    }
    return size == 8 ? pci_get_quad(dev->msix_pba + addr) : pci_get_long(dev->msix_pba + addr);
}

static void pba_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
}

static const MemoryRegionOps pba_ops = {
    .read = pba_read,
    .write = pba_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 8 },
};

/* ---- set-up ---- */

static bool layout_ok(unsigned nentries, MemoryRegion *table_bar, uint8_t table_nr,
                      unsigned table_offset, MemoryRegion *pba_bar, uint8_t pba_nr,
                      unsigned pba_offset)
{
    uint64_t table_size = (uint64_t)nentries * PCI_MSIX_ENTRY_SIZE;
    uint64_t pba_size = QEMU_ALIGN_UP(nentries, 64) / 8;

    return nentries >= 1 && nentries <= MSIX_MAX_ENTRIES &&
           !(table_offset & PCI_MSIX_FLAGS_BIRMASK) && !(pba_offset & PCI_MSIX_FLAGS_BIRMASK) &&
           table_nr <= 5 && pba_nr <= 5 &&
           table_offset + table_size <= memory_region_size(table_bar) &&
           pba_offset + pba_size <= memory_region_size(pba_bar) &&
           (table_nr != pba_nr ||
            !ranges_overlap(table_offset, table_size, pba_offset, pba_size));
}

int msix_init(PCIDevice *dev, unsigned short nentries, MemoryRegion *table_bar,
              uint8_t table_bar_nr, unsigned table_offset, MemoryRegion *pba_bar,
              uint8_t pba_bar_nr, unsigned pba_offset, uint8_t cap_pos, Error **errp)
{
    uint8_t *config;
    int pos;

    if (!layout_ok(nentries, table_bar, table_bar_nr, table_offset, pba_bar, pba_bar_nr,
                   pba_offset)) {
        error_setg(errp, "%s: MSI-X table of %u entries does not fit into its BAR", dev->name,
                   nentries);
        return -EINVAL;
    }
    pos = pci_add_capability(dev, PCI_CAP_ID_MSIX, cap_pos, PCI_CAP_MSIX_SIZEOF, errp);
    if (pos < 0) {
        return pos;
    }
    dev->msix_cap = pos;
    dev->cap_present |= QEMU_PCI_CAP_MSIX;
    config = dev->config + pos;
    pci_set_word(config + PCI_MSIX_FLAGS, nentries - 1);
    pci_set_long(config + PCI_MSIX_TABLE, table_offset | table_bar_nr);
    pci_set_long(config + PCI_MSIX_PBA, pba_offset | pba_bar_nr);
    pci_set_word(dev->wmask + pos + PCI_MSIX_FLAGS,
                 PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);

    dev->msix_entries_nr = nentries;
    dev->msix_table = g_malloc0(nentries * PCI_MSIX_ENTRY_SIZE);
    dev->msix_pba = g_malloc0(pba_bytes(dev));
    msix_reset(dev);

    memory_region_init_io(&dev->msix_table_mmio, OBJECT(dev), &table_ops, dev, "msix-table",
                          nentries * PCI_MSIX_ENTRY_SIZE);
    memory_region_add_subregion(table_bar, table_offset, &dev->msix_table_mmio);
    memory_region_init_io(&dev->msix_pba_mmio, OBJECT(dev), &pba_ops, dev, "msix-pba",
                          pba_bytes(dev));
    memory_region_add_subregion(pba_bar, pba_offset, &dev->msix_pba_mmio);
    return 0;
}

int msix_init_exclusive_bar(PCIDevice *dev, unsigned short nentries, uint8_t bar_nr, Error **errp)
{
    g_autofree char *name = g_strdup_printf("%s-msix", dev->name);
    unsigned table_size = nentries * PCI_MSIX_ENTRY_SIZE;
    unsigned pba_offset = MAX(ROUND_UP(table_size, 4096) / 2, 2048);
    unsigned bar_size;
    int ret;

    /* Small tables share one page with their pending bits in its second half. */
    if (table_size > pba_offset) {
        pba_offset = ROUND_UP(table_size, 4096);
    }
    bar_size = pow2ceil(MAX(pba_offset + QEMU_ALIGN_UP(nentries, 64) / 8, 4096));
    memory_region_init(&dev->msix_exclusive_bar, OBJECT(dev), name, bar_size);
    ret = msix_init(dev, nentries, &dev->msix_exclusive_bar, bar_nr, 0, &dev->msix_exclusive_bar,
                    bar_nr, pba_offset, 0, errp);
    if (ret < 0) {
        object_unparent(OBJECT(&dev->msix_exclusive_bar));
        return ret;
    }
    pci_register_bar(dev, bar_nr, PCI_BASE_ADDRESS_SPACE_MEMORY, &dev->msix_exclusive_bar);
    return 0;
}

void msix_uninit(PCIDevice *dev, MemoryRegion *table_bar, MemoryRegion *pba_bar)
{
    if (!msix_present(dev)) {
        return;
    }
    pci_del_capability(dev, PCI_CAP_ID_MSIX, PCI_CAP_MSIX_SIZEOF);
    dev->msix_cap = 0;
    memory_region_del_subregion(pba_bar, &dev->msix_pba_mmio);
    memory_region_del_subregion(table_bar, &dev->msix_table_mmio);
    object_unparent(OBJECT(&dev->msix_pba_mmio));
    object_unparent(OBJECT(&dev->msix_table_mmio));
    g_clear_pointer(&dev->msix_pba, g_free);
    g_clear_pointer(&dev->msix_table, g_free);
    dev->msix_entries_nr = 0;
    dev->cap_present &= ~QEMU_PCI_CAP_MSIX;
}

void msix_uninit_exclusive_bar(PCIDevice *dev)
{
    if (msix_present(dev)) {
        msix_uninit(dev, &dev->msix_exclusive_bar, &dev->msix_exclusive_bar);
        object_unparent(OBJECT(&dev->msix_exclusive_bar));
    }
}

void msix_reset(PCIDevice *dev)
{
    if (!msix_present(dev)) {
        return;
    }
    pci_word_test_and_clear_mask(dev->config + dev->msix_cap + PCI_MSIX_FLAGS,
                                 PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
    memset(dev->msix_table, 0, dev->msix_entries_nr * PCI_MSIX_ENTRY_SIZE);
    memset(dev->msix_pba, 0, pba_bytes(dev));
    for (int v = 0; v < dev->msix_entries_nr; v++) {
        entry(dev, v)[PCI_MSIX_ENTRY_VECTOR_CTRL] |= PCI_MSIX_ENTRY_CTRL_MASKBIT;
    }
    update_function_masked(dev);
}

/* ---- notifiers ---- */

int msix_set_vector_notifiers(PCIDevice *dev, MSIVectorUseNotifier use_notifier,
                              MSIVectorReleaseNotifier release_notifier,
                              MSIVectorPollNotifier poll_notifier)
{
    int ret = 0;

    assert(use_notifier && release_notifier);
    dev->msix_vector_use_notifier = use_notifier;
    dev->msix_vector_release_notifier = release_notifier;
    dev->msix_vector_poll_notifier = poll_notifier;
    for (int v = 0; v < dev->msix_entries_nr && ret >= 0; v++) {
        if (msix_is_masked(dev, v)) {
            continue;
        }
        ret = use_notifier(dev, v, msix_get_message(dev, v));
        if (ret < 0) {
            while (--v >= 0) {
                if (!msix_is_masked(dev, v)) {
                    release_notifier(dev, v);
                }
            }
            dev->msix_vector_use_notifier = NULL;
            dev->msix_vector_release_notifier = NULL;
            dev->msix_vector_poll_notifier = NULL;
            return ret;
        }
    }
    if (poll_notifier) {
        poll_notifier(dev, 0, dev->msix_entries_nr);
    }
    return 0;
}

void msix_unset_vector_notifiers(PCIDevice *dev)
{
    assert(dev->msix_vector_use_notifier);
    for (int v = 0; v < dev->msix_entries_nr; v++) {
        if (!msix_is_masked(dev, v)) {
            dev->msix_vector_release_notifier(dev, v);
        }
    }
    dev->msix_vector_use_notifier = NULL;
    dev->msix_vector_release_notifier = NULL;
    dev->msix_vector_poll_notifier = NULL;
}

/* ---- state ---- */

static int msix_get_state(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    PCIDevice *dev = pv;
    size_t table = dev->msix_entries_nr * PCI_MSIX_ENTRY_SIZE;

    if (!msix_present(dev)) {
        return 0;
    }
    if (qemu_get_buffer(f, dev->msix_table, table) != table ||
        qemu_get_buffer(f, dev->msix_pba, pba_bytes(dev)) != pba_bytes(dev)) {
        return -EIO;
    }
    update_function_masked(dev);
    for (int v = 0; v < dev->msix_entries_nr; v++) {
        mask_changed(dev, v, true);
    }
    return 0;
}

static int msix_put_state(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                          JSONWriter *vmdesc)
{
    PCIDevice *dev = pv;

    if (msix_present(dev)) {
        qemu_put_buffer(f, dev->msix_table, dev->msix_entries_nr * PCI_MSIX_ENTRY_SIZE);
        qemu_put_buffer(f, dev->msix_pba, pba_bytes(dev));
    }
    return 0;
}

static const VMStateInfo vmstate_info_msix = {
    .name = "msix state",
    .get = msix_get_state,
    .put = msix_put_state,
};

const VMStateDescription vmstate_msix = {
    .name = "msix",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        {
            .name = "msix",
            .info = &vmstate_info_msix,
            .flags = VMS_SINGLE,
        },
        VMSTATE_END_OF_LIST()
    },
};
