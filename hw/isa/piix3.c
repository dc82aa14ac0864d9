/*
 * Intel PIIX3 PCI-to-ISA bridge (function 0).
 *
 * Spec:     82371SB data sheet (290550), section 2.2 and 2.5.
 * Thread:   under the big lock.
 * Deviates: ISA timing, X-bus chip selects, SMI timers and APIC base keep what is written and
 *           have no effect; the reset register (0xcf9) makes no difference between soft and hard
 *           reset.
 * Migrated: configuration space, reset register and line levels.
 *
 *   offset     name        reset   writable  effect
 *   0x4c       IORT        0x4d    0xff
 *   0x4e       XBCS        0x0003  0x0fff
 *   0x60-0x63  PIRQRC[A:D] 0x80    0x8f      bit 7: not routed; 3:0: the ISA interrupt
 *   0x69       TOM         0x02    0xfe
 *   0x70-0x71  MBIRQ       0x80    0xff
 *   0x76-0x77  MBDMA       0x0c    0x8f
 *   0x78       PCSC        0x02    0xff
 *   0x82       DLC         0x00    0x0f
 *   0xa0       SMICNTL     0x08    0x1f
 *   0xa2       SMIEN       0x0000  0x01ff
 *   0xa8       FTMR        0x0f    0xff
 *   port 0xcf9 RC          0x00    0x06      bit 2 rising resets the machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/isa/isa.h"
#include "hw/pci/pci_bus.h"
#include "hw/southbridge/piix.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "sysemu/runstate.h"

#define REG_PIRQRC 0x60
#define PIRQRC_DISABLED 0x80
#define PIIX_NUM_PIRQS 4
#define RCR_PORT 0xcf9
#define RCR_SYSTEM_RESET 0x02
#define RCR_RESET_CPU 0x04

typedef struct PIIX3State {
    PCIDevice dev;
    uint8_t rcr;
    uint8_t pirq_level;             /* bit per PIRQ */
    uint16_t isa_level;             /* bit per ISA line that some PIRQ drives high */
    qemu_irq *isa_irqs;
    MemoryRegion rcr_mem;
} PIIX3State;

DECLARE_INSTANCE_CHECKER(PIIX3State, PIIX3_DEVICE, TYPE_PIIX3_DEVICE)

static const struct {
    uint8_t offset;
    uint8_t reset;
    uint8_t writable;
} registers[] = {
    { 0x4c, 0x4d, 0xff }, { 0x4e, 0x03, 0xff }, { 0x4f, 0x00, 0x0f },
    { 0x60, 0x80, 0x8f }, { 0x61, 0x80, 0x8f }, { 0x62, 0x80, 0x8f }, { 0x63, 0x80, 0x8f },
    { 0x69, 0x02, 0xfe },
    { 0x70, 0x80, 0xff }, { 0x71, 0x80, 0xff },
    { 0x76, 0x0c, 0x8f }, { 0x77, 0x0c, 0x8f },
    { 0x78, 0x02, 0xff }, { 0x79, 0x00, 0xff },
    { 0x80, 0x00, 0x7f }, { 0x82, 0x00, 0x0f },
    { 0xa0, 0x08, 0x1f }, { 0xa2, 0x00, 0xff }, { 0xa3, 0x00, 0x01 },
    { 0xa4, 0x00, 0xff }, { 0xa5, 0x00, 0xff }, { 0xa6, 0x00, 0xff }, { 0xa7, 0x00, 0xff },
    { 0xa8, 0x0f, 0xff },
    { 0xaa, 0x00, 0xff }, { 0xab, 0x00, 0x01 },
    { 0xac, 0x00, 0xff }, { 0xae, 0x00, 0xff },
};

/* ---- interrupt routing ---- */

/* An ISA line is high while any PIRQ that is routed to it is; changes are passed on. */
static void update_isa_lines(PIIX3State *s)
{
    uint16_t level = 0, changed;

    for (int pirq = 0; pirq < PIIX_NUM_PIRQS; pirq++) {
        uint8_t route = s->dev.config[REG_PIRQRC + pirq];

        if ((s->pirq_level & (1 << pirq)) && !(route & PIRQRC_DISABLED)) {
            level |= 1 << (route & 0x0f);
        }
    }
    changed = level ^ s->isa_level;
    s->isa_level = level;
    for (int line = 0; changed && s->isa_irqs; line++, changed >>= 1, level >>= 1) {
        if (changed & 1) {
            qemu_set_irq(s->isa_irqs[line], level & 1);
        }
    }
}

static void piix3_set_pirq(void *opaque, int pirq, int level)
{
    PIIX3State *s = opaque;

    if (level) {
        s->pirq_level |= 1 << pirq;
    } else {
        s->pirq_level &= ~(1 << pirq);
    }
    update_isa_lines(s);
}

void piix3_connect_pic(PCIDevice *dev, qemu_irq *isa_irqs)
{
    PIIX3State *s = PIIX3_DEVICE(dev);

    s->isa_irqs = isa_irqs;
    pci_bus_irqs(pci_get_bus(dev), piix3_set_pirq, s, PIIX_NUM_PIRQS);
}

static void piix3_write_config(PCIDevice *dev, uint32_t addr, uint32_t val, int len)
{
    pci_default_write_config(dev, addr, val, len);
    if (addr < REG_PIRQRC + PIIX_NUM_PIRQS && addr + len > REG_PIRQRC) {
        update_isa_lines(PIIX3_DEVICE(dev));
    }
}

/* ---- reset control register ---- */

static void rcr_write(void *opaque, hwaddr addr, uint64_t val, unsigned len)
{
    PIIX3State *s = opaque;
    bool rising = (val & RCR_RESET_CPU) && !(s->rcr & RCR_RESET_CPU);

    s->rcr = val & (RCR_SYSTEM_RESET | RCR_RESET_CPU);
    if (rising) {
        qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    }
}

static uint64_t rcr_read(void *opaque, hwaddr addr, unsigned len)
{
    PIIX3State *s = opaque;

    return s->rcr;
}

static const MemoryRegionOps rcr_ops = {
    .read = rcr_read,
    .write = rcr_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 1 },
};

/* ---- life ---- */

static void piix3_reset(DeviceState *dev)
{
    PIIX3State *s = PIIX3_DEVICE(dev);

    for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
        s->dev.config[registers[i].offset] = registers[i].reset;
    }
    s->rcr = 0;
    s->pirq_level = 0;
    update_isa_lines(s);
}

static void piix3_realize(PCIDevice *dev, Error **errp)
{
    PIIX3State *s = PIIX3_DEVICE(dev);

    memset(dev->wmask + PCI_STD_HEADER_SIZEOF, 0, PCI_CFG_SPACE_SIZE - PCI_STD_HEADER_SIZEOF);
    for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
        dev->wmask[registers[i].offset] = registers[i].writable;
    }
    /* The bridge decodes and masters whatever software writes there. */
    pci_set_word(dev->config + PCI_STATUS, PCI_STATUS_DEVSEL_MEDIUM);
    if (!isa_bus_new(DEVICE(dev), pci_address_space(dev), pci_address_space_io(dev), errp)) {
        return;
    }
    memory_region_init_io(&s->rcr_mem, OBJECT(dev), &rcr_ops, s, "piix3-reset-control", 1);
    memory_region_add_subregion_overlap(pci_address_space_io(dev), RCR_PORT, &s->rcr_mem, 1);
}

static int piix3_post_load(void *opaque, int version_id)
{
    PIIX3State *s = opaque;

    s->pirq_level &= (1 << PIIX_NUM_PIRQS) - 1;
    return 0;
}

static const VMStateDescription vmstate_piix3 = {
    .name = "PIIX3",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = piix3_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(dev, PIIX3State),
        VMSTATE_UINT8(rcr, PIIX3State),
        VMSTATE_UINT8(pirq_level, PIIX3State),
        VMSTATE_UINT16(isa_level, PIIX3State),
        VMSTATE_END_OF_LIST()
    },
};

static void piix3_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);

    pc->realize = piix3_realize;
    pc->config_write = piix3_write_config;
    pc->vendor_id = PCI_VENDOR_ID_INTEL;
    pc->device_id = PCI_DEVICE_ID_INTEL_82371SB_0;
    pc->class_id = PCI_CLASS_BRIDGE_ISA;
    dc->desc = "ISA bridge";
    dc->fw_name = "isa";
    dc->vmsd = &vmstate_piix3;
    device_class_set_legacy_reset(dc, piix3_reset);
    set_bit(DEVICE_CATEGORY_BRIDGE, dc->categories);
    /* The board wires its interrupts by hand. */
    dc->user_creatable = false;
    dc->hotpluggable = false;
}

static const TypeInfo piix3_types[] = {
    {
        .name = TYPE_PIIX3_DEVICE,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(PIIX3State),
        .class_init = piix3_class_init,
        .interfaces = (const InterfaceInfo[]) { { INTERFACE_CONVENTIONAL_PCI_DEVICE }, { } },
    },
};
DEFINE_TYPES(piix3_types)
