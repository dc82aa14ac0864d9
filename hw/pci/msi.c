/*
 * The MSI capability: interrupts as memory writes, with registers in configuration space.
 *
 * Spec:     PCI Local Bus 3.0 section 6.8.1.
 * Thread:   under the big lock.
 * Migrated: with the configuration space.
 *
 *   offset        register            writable
 *   +2            control             enable, number of enabled vectors (log2)
 *   +4, (+8)      address             bits 31:2 (and 63:32)
 *   +8 or +12     data                all
 *   +12 or +16    mask                a bit per vector, if the device has it
 *   +16 or +20    pending             none
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/pci/msi.h"
#include "hw/pci/pci_bus.h"
#include "qapi/error.h"
#include "pci-internal.h"

#define MSI_MAX_VECTORS 32

static uint16_t msi_flags(const PCIDevice *dev)
{
    return pci_get_word(dev->config + dev->msi_cap + PCI_MSI_FLAGS);
}

static bool is_64bit(const PCIDevice *dev)
{
    return msi_flags(dev) & PCI_MSI_FLAGS_64BIT;
}

static uint8_t *data_reg(const PCIDevice *dev)
{
    return dev->config + dev->msi_cap + (is_64bit(dev) ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32);
}

static uint8_t *mask_reg(const PCIDevice *dev)
{
    return dev->config + dev->msi_cap + (is_64bit(dev) ? PCI_MSI_MASK_64 : PCI_MSI_MASK_32);
}

static uint8_t *pending_reg(const PCIDevice *dev)
{
    return dev->config + dev->msi_cap + (is_64bit(dev) ? PCI_MSI_PENDING_64 : PCI_MSI_PENDING_32);
}

static unsigned cap_size(uint16_t flags)
{
    return 10 + (flags & PCI_MSI_FLAGS_64BIT ? 4 : 0) + (flags & PCI_MSI_FLAGS_MASKBIT ? 10 : 0);
}

static unsigned vectors_offered(uint16_t flags)
{
    return 1u << ((flags & PCI_MSI_FLAGS_QMASK) >> 1);
}

unsigned msi_nr_vectors_allocated(const PCIDevice *dev)
{
    uint16_t flags = msi_flags(dev);
    unsigned enabled = 1u << ((flags & PCI_MSI_FLAGS_QSIZE) >> 4);

    /* A driver that enables more than there are gets what there is. */
    return MIN(enabled, vectors_offered(flags));
}

int msi_init(PCIDevice *dev, uint8_t offset, unsigned nr_vectors, bool msi64bit,
             bool msi_per_vector_mask, Error **errp)
{
    uint16_t flags;
    int pos;

    assert(is_power_of_2(nr_vectors) && nr_vectors <= MSI_MAX_VECTORS);
    flags = ctz32(nr_vectors) << 1 | (msi64bit ? PCI_MSI_FLAGS_64BIT : 0) |
            (msi_per_vector_mask ? PCI_MSI_FLAGS_MASKBIT : 0);
    pos = pci_add_capability(dev, PCI_CAP_ID_MSI, offset, cap_size(flags), errp);
    if (pos < 0) {
        return pos;
    }
    dev->msi_cap = pos;
    dev->cap_present |= QEMU_PCI_CAP_MSI;
    pci_set_word(dev->config + pos + PCI_MSI_FLAGS, flags);
    pci_set_word(dev->wmask + pos + PCI_MSI_FLAGS, PCI_MSI_FLAGS_QSIZE | PCI_MSI_FLAGS_ENABLE);
    pci_set_long(dev->wmask + pos + PCI_MSI_ADDRESS_LO, 0xfffffffc);
    if (msi64bit) {
        pci_set_long(dev->wmask + pos + PCI_MSI_ADDRESS_HI, 0xffffffff);
    }
    pci_set_word(dev->wmask + (data_reg(dev) - dev->config), 0xffff);
    if (msi_per_vector_mask) {
        pci_set_long(dev->wmask + (mask_reg(dev) - dev->config),
                     UINT32_MAX >> (MSI_MAX_VECTORS - nr_vectors));
        pci_set_long(dev->cmask + (pending_reg(dev) - dev->config), 0);
    }
    return 0;
}

void msi_uninit(PCIDevice *dev)
{
    if (msi_present(dev)) {
        pci_del_capability(dev, PCI_CAP_ID_MSI, cap_size(msi_flags(dev)));
        dev->cap_present &= ~QEMU_PCI_CAP_MSI;
        dev->msi_cap = 0;
    }
}

void msi_reset(PCIDevice *dev)
{
    if (!msi_present(dev)) {
        return;
    }
    pci_word_test_and_clear_mask(dev->config + dev->msi_cap + PCI_MSI_FLAGS,
                                 PCI_MSI_FLAGS_QSIZE | PCI_MSI_FLAGS_ENABLE);
    pci_set_long(dev->config + dev->msi_cap + PCI_MSI_ADDRESS_LO, 0);
    if (is_64bit(dev)) {
        pci_set_long(dev->config + dev->msi_cap + PCI_MSI_ADDRESS_HI, 0);
    }
    pci_set_word(data_reg(dev), 0);
    if (msi_flags(dev) & PCI_MSI_FLAGS_MASKBIT) {
        pci_set_long(mask_reg(dev), 0);
        pci_set_long(pending_reg(dev), 0);
    }
}

bool msi_enabled(const PCIDevice *dev)
{
    return msi_present(dev) && (msi_flags(dev) & PCI_MSI_FLAGS_ENABLE);
}

bool msi_is_masked(const PCIDevice *dev, unsigned vector)
{
    assert(vector < MSI_MAX_VECTORS);
    return (msi_flags(dev) & PCI_MSI_FLAGS_MASKBIT) &&
           (pci_get_long(mask_reg(dev)) & (1u << vector));
}

MSIMessage msi_get_message(PCIDevice *dev, unsigned vector)
{
    unsigned n = msi_nr_vectors_allocated(dev);
    MSIMessage msg = {
        .address = pci_get_long(dev->config + dev->msi_cap + PCI_MSI_ADDRESS_LO),
        .data = pci_get_word(data_reg(dev)),
    };

    if (is_64bit(dev)) {
        msg.address |=
            (uint64_t)pci_get_long(dev->config + dev->msi_cap + PCI_MSI_ADDRESS_HI) << 32;
    }
    /* The low bits of the data number the vector, as many as are enabled. */
    msg.data = (msg.data & ~(n - 1)) | (vector & (n - 1));
    return msg;
}

void msi_set_message(PCIDevice *dev, MSIMessage msg)
{
    pci_set_long(dev->config + dev->msi_cap + PCI_MSI_ADDRESS_LO, msg.address);
    if (is_64bit(dev)) {
        pci_set_long(dev->config + dev->msi_cap + PCI_MSI_ADDRESS_HI, msg.address >> 32);
    }
    pci_set_word(data_reg(dev), msg.data);
}

void msi_send_message(PCIDevice *dev, MSIMessage msg)
{
    MemTxAttrs attrs = { .requester_id = pci_requester_id(dev) };

    address_space_stl_le(&dev->bus_master_as, msg.address, msg.data, attrs, NULL);
}

void msi_notify(PCIDevice *dev, unsigned vector)
{
    if (!msi_enabled(dev) || vector >= vectors_offered(msi_flags(dev))) {
        return;
    }
    if (msi_is_masked(dev, vector)) {
        pci_long_test_and_set_mask(pending_reg(dev), 1u << vector);
        return;
    }
    msi_send_message(dev, msi_get_message(dev, vector));
}

void msi_write_config(PCIDevice *dev, uint32_t addr, uint32_t val, int len)
{
    uint16_t flags;
    uint32_t deliverable;

    if (!msi_present(dev) || !ranges_overlap(addr, len, dev->msi_cap, cap_size(msi_flags(dev)))) {
        return;
    }
    flags = msi_flags(dev);
    if (!(flags & PCI_MSI_FLAGS_ENABLE)) {
        return;
    }
    /* While MSI is enabled the pin must be silent. */
    if (pci_intx(dev) >= 0) {
        pci_irq_deassert(dev);
    }
    if (!(flags & PCI_MSI_FLAGS_MASKBIT)) {
        return;
    }
    /* What was unmasked while pending is signalled now. */
    deliverable = pci_get_long(pending_reg(dev)) & ~pci_get_long(mask_reg(dev));
    while (deliverable) {
        unsigned vector = ctz32(deliverable);

        deliverable &= deliverable - 1;
        pci_long_test_and_clear_mask(pending_reg(dev), 1u << vector);
        msi_notify(dev, vector);
    }
}
