/*
 * The DSDT of PC boards: PCI host bridge with its resources and interrupt links, ISA devices,
 * CPUs, hot plug and sleep states.
 *
 * Spec:   ACPI 6.3 chapters 5.6 (events), 6 (configuration), 8 (processors).
 * Thread: under the big lock, when the machine is complete.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/acpi/acpi.h"
#include "hw/acpi/cpu.h"
#include "hw/acpi/piix4.h"
#include "hw/i386/acpi-build.h"
#include "hw/pci-host/i440fx.h"
#include "hw/timer/hpet.h"
#include "qemu/units.h"

#define STA_ALL 0x0f            /* present, enabled, shown, working */
#define LINK_DISABLED 0x80
#define NOTIFY_DEVICE_CHECK 1
#define NOTIFY_EJECT 3

/* ---- small statements ---- */

static void hid(AmlBuf *b, const char *id)
{
    aml_name(b, "_HID");
    aml_eisaid(b, id);
}

static void return_int(AmlBuf *b, uint64_t v)
{
    aml_op(b, AML_RETURN);
    aml_int(b, v);
}

static void store_int(AmlBuf *b, uint64_t v, const char *target)
{
    aml_op(b, AML_STORE);
    aml_int(b, v);
    aml_ref(b, target);
}

static void store_arg(AmlBuf *b, unsigned arg, const char *target)
{
    aml_op(b, AML_STORE);
    aml_arg(b, arg);
    aml_ref(b, target);
}

static void acquire(AmlBuf *b, const char *mutex)
{
    aml_op(b, AML_ACQUIRE);
    aml_ref(b, mutex);
    aml_word(b, 0xffff);
}

static void release(AmlBuf *b, const char *mutex)
{
    aml_op(b, AML_RELEASE);
    aml_ref(b, mutex);
}

/* ---- PCI interrupt links ---- */

static const char link_letters[] = "ABCD";

/* _CRS of a link device: the interrupt that register value Arg0 routes to. */
static void link_methods(AmlBuf *b)
{
    static const uint32_t none[] = { 0 };
    AmlBuf *r;
    size_t m, c;

    m = aml_method_begin(b, "IQST", 1, false);
    c = aml_if_begin(b);
    aml_op(b, AML_AND);
    aml_int(b, LINK_DISABLED);
    aml_arg(b, 0);
    aml_none(b);
    return_int(b, 0x09);
    aml_end(b, c);
    return_int(b, 0x0b);
    aml_end(b, m);

    m = aml_method_begin(b, "IQCR", 1, true);
    aml_name(b, "PRR0");
    r = aml_resources_new();
    aml_res_interrupts(r, none, 1);
    aml_resources_end(b, r);
    aml_op(b, AML_CREATE_DWORD_FIELD);
    aml_ref(b, "PRR0");
    aml_int(b, 5);
    aml_ref(b, "PRRI");
    c = aml_if_begin(b);
    aml_op(b, AML_LLESS);
    aml_arg(b, 0);
    aml_int(b, LINK_DISABLED);
    store_arg(b, 0, "PRRI");
    aml_end(b, c);
    aml_op(b, AML_RETURN);
    aml_ref(b, "PRR0");
    aml_end(b, m);
}

static void link_device(AmlBuf *b, unsigned n)
{
    static const uint32_t choices[] = { 5, 10, 11 };
    g_autofree char *reg = g_strdup_printf("PRQ%u", n);
    AmlBuf *r;
    size_t d = aml_device_begin_printf(b, "LNK%c", link_letters[n]), m;

    hid(b, "PNP0C0F");
    aml_name_int(b, "_UID", n);
    aml_name(b, "_PRS");
    r = aml_resources_new();
    aml_res_interrupts(r, choices, ARRAY_SIZE(choices));
    aml_resources_end(b, r);

    m = aml_method_begin(b, "_STA", 0, false);
    aml_op(b, AML_RETURN);
    aml_ref(b, "IQST");
    aml_ref(b, reg);
    aml_end(b, m);

    m = aml_method_begin(b, "_DIS", 0, false);
    aml_op(b, AML_OR);
    aml_ref(b, reg);
    aml_int(b, LINK_DISABLED);
    aml_ref(b, reg);
    aml_end(b, m);

    m = aml_method_begin(b, "_CRS", 0, false);
    aml_op(b, AML_RETURN);
    aml_ref(b, "IQCR");
    aml_ref(b, reg);
    aml_end(b, m);

    m = aml_method_begin(b, "_SRS", 1, false);
    aml_op(b, AML_CREATE_DWORD_FIELD);
    aml_arg(b, 0);
    aml_int(b, 5);
    aml_ref(b, "PRRI");
    aml_op(b, AML_STORE);
    aml_ref(b, "PRRI");
    aml_ref(b, reg);
    aml_end(b, m);
    aml_end(b, d);
}

/* The power management function's interrupt is wired to the SCI and cannot be moved. */
static void link_sci(AmlBuf *b)
{
    static const uint32_t sci[] = { ACPI_SCI_IRQ };
    static const char *const names[] = { "_PRS", "_CRS" };
    size_t d = aml_device_begin(b, "LNKS"), m;

    hid(b, "PNP0C0F");
    aml_name_int(b, "_UID", 4);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        AmlBuf *r = aml_resources_new();

        aml_name(b, names[i]);
        aml_res_interrupts(r, sci, 1);
        aml_resources_end(b, r);
    }
    m = aml_method_begin(b, "_STA", 0, false);
    return_int(b, 0x0b);
    aml_end(b, m);
    m = aml_method_begin(b, "_DIS", 0, false);
    aml_end(b, m);
    m = aml_method_begin(b, "_SRS", 1, false);
    aml_end(b, m);
    aml_end(b, d);
}

static void build_links(AmlBuf *b)
{
    size_t s = aml_scope_begin(b, "\\_SB"), f;

    f = aml_field_begin(b, "PCI0.ISA.P40C", AML_BYTE_ACC, false, AML_PRESERVE);
    for (unsigned i = 0; i < 4; i++) {
        char name[5] = { 'P', 'R', 'Q', '0' + i, 0 };

        aml_field_unit(b, name, 8);
    }
    aml_end(b, f);
    link_methods(b);
    for (unsigned i = 0; i < 4; i++) {
        link_device(b, i);
    }
    link_sci(b);
    aml_end(b, s);
}

/* Pins rotate over the links by slot, as hw/i386/pc_piix.c wires them. */
static void build_prt(AmlBuf *b)
{
    size_t p;

    aml_name(b, "_PRT");
    p = aml_package_begin(b, PCI_SLOT_MAX * PCI_NUM_PINS);
    for (unsigned slot = 0; slot < PCI_SLOT_MAX; slot++) {
        for (unsigned pin = 0; pin < PCI_NUM_PINS; pin++) {
            size_t e = aml_package_begin(b, 4);

            aml_int(b, slot << 16 | 0xffff);
            aml_int(b, pin);
            if (slot == 1 && pin == 0) {
                aml_ref(b, "\\_SB.LNKS");
            } else {
                aml_ref_printf(b, "\\_SB.LNK%c", link_letters[(slot + pin - 1) & 3]);
            }
            aml_int(b, 0);
            aml_end(b, e);
        }
    }
    aml_end(b, p);
}

/* ---- host bridge ---- */

/* Ports that ACPI devices use by themselves: no PCI device may be put there. */
static const struct {
    const char *name, *what;
    uint16_t base;
    uint8_t len;
} acpi_ports[] = {
    { "PHPR", "PCI hot plug", PIIX4_PCIHP_BASE, ACPI_PCIHP_REG_LEN },
    { "CPHP", "CPU hot plug", PIIX4_CPU_HOTPLUG_BASE, ACPI_CPU_HOTPLUG_REG_LEN },
    { "GPE0", "general events", PIIX4_GPE_BASE, PIIX4_GPE_LEN },
};

static void build_host_crs(AmlBuf *b, PCMachineState *pcms)
{
    AmlBuf *r = aml_resources_new();
    uint64_t hole64 = pc_pci_hole64_start(pcms);
    uint32_t next = 0xd00;

    aml_res_range(r, AML_RANGE_BUS, false, false, 0, 0xff);
    aml_res_io(r, 0xcf8, 0xcf8, 1, 8);
    aml_res_range(r, AML_RANGE_IO, false, false, 0, 0xcf7);
    for (size_t i = 0; i < ARRAY_SIZE(acpi_ports); i++) {
        aml_res_range(r, AML_RANGE_IO, false, false, next, acpi_ports[i].base - 1);
        next = acpi_ports[i].base + acpi_ports[i].len;
    }
    aml_res_range(r, AML_RANGE_IO, false, false, next, 0xffff);
    aml_res_range(r, AML_RANGE_MEMORY, false, true, 0xa0000, 0xbffff);
    aml_res_range(r, AML_RANGE_MEMORY, false, false, pcms->below_4g_mem_size,
                  IO_APIC_DEFAULT_ADDRESS - 1);
    aml_res_range(r, AML_RANGE_MEMORY, true, true, hole64,
                  ROUND_UP(hole64 + i440fx_pci_hole64_size(pcms->bus), 1 * GiB) - 1);
    aml_name(b, "_CRS");
    aml_resources_end(b, r);
}

static void build_acpi_ports(AmlBuf *b)
{
    for (size_t i = 0; i < ARRAY_SIZE(acpi_ports); i++) {
        size_t d = aml_device_begin(b, acpi_ports[i].name);
        AmlBuf *r = aml_resources_new();

        hid(b, "PNP0A06");
        aml_name(b, "_UID");
        aml_string(b, acpi_ports[i].what);
        aml_name_int(b, "_STA", 0x0b);
        aml_name(b, "_CRS");
        aml_res_io(r, acpi_ports[i].base, acpi_ports[i].base, 1, acpi_ports[i].len);
        aml_resources_end(b, r);
        aml_end(b, d);
    }
}

/* ---- ISA devices ---- */

static const struct {
    const char *type;           /* only if the machine has one; NULL: always */
    const char *name, *hid;
    struct {
        uint16_t base;
        uint8_t align, len;
    } io[3];
    int8_t irq, dma;            /* -1: none */
} isa_devices[] = {
    { "mc146818rtc", "RTC", "PNP0B00", { { 0x70, 1, 8 } }, 8, -1 },
    { "i8042", "KBD", "PNP0303", { { 0x60, 1, 1 }, { 0x64, 1, 1 } }, 1, -1 },
    { "i8042", "MOU", "PNP0F13", { { 0, 0, 0 } }, 12, -1 },
    { "isa-fdc", "FDC0", "PNP0700", { { 0x3f2, 0, 4 }, { 0x3f7, 0, 1 } }, 6, 2 },
};

static void isa_device(AmlBuf *b, size_t i)
{
    size_t d = aml_device_begin(b, isa_devices[i].name);
    AmlBuf *r = aml_resources_new();

    hid(b, isa_devices[i].hid);
    aml_name_int(b, "_STA", STA_ALL);
    for (size_t n = 0; n < ARRAY_SIZE(isa_devices[i].io) && isa_devices[i].io[n].len; n++) {
        aml_res_io(r, isa_devices[i].io[n].base, isa_devices[i].io[n].base,
                   isa_devices[i].io[n].align, isa_devices[i].io[n].len);
    }
    if (isa_devices[i].irq >= 0) {
        aml_res_irq(r, isa_devices[i].irq);
    }
    if (isa_devices[i].dma >= 0) {
        aml_res_dma(r, isa_devices[i].dma);
    }
    aml_name(b, "_CRS");
    aml_resources_end(b, r);
    aml_end(b, d);
}

/* A serial or parallel port by its properties. */
static void isa_port(AmlBuf *b, DeviceState *dev, const char *prefix, const char *id)
{
    uint32_t index = object_property_get_uint(OBJECT(dev), "index", NULL);
    uint32_t iobase = object_property_get_uint(OBJECT(dev), "iobase", NULL);
    uint32_t irq = object_property_get_uint(OBJECT(dev), "irq", NULL);
    size_t d = aml_device_begin_printf(b, "%s%u", prefix, index + 1);
    AmlBuf *r = aml_resources_new();

    hid(b, id);
    aml_name_int(b, "_UID", index + 1);
    aml_name_int(b, "_STA", STA_ALL);
    aml_res_io(r, iobase, iobase, 8, 8);
    aml_res_irq(r, irq);
    aml_name(b, "_CRS");
    aml_resources_end(b, r);
    aml_end(b, d);
}

/* pvpanic has a device of its own so that guests find its port. */
static void isa_pvpanic(AmlBuf *b, DeviceState *dev)
{
    uint32_t port = object_property_get_uint(OBJECT(dev), "ioport", NULL);
    size_t d = aml_device_begin(b, "PEVT"), f, m;
    AmlBuf *r = aml_resources_new();

    aml_name(b, "_HID");
    aml_string(b, "QEMU0001");
    aml_name(b, "_CRS");
    aml_res_io(r, port, port, 1, 1);
    aml_resources_end(b, r);
    aml_region(b, "PEOR", AML_SYSTEM_IO, port, 1);
    f = aml_field_begin(b, "PEOR", AML_BYTE_ACC, false, AML_PRESERVE);
    aml_field_unit(b, "PEPT", 8);
    aml_end(b, f);
    aml_name_int(b, "_STA", STA_ALL);
    m = aml_method_begin(b, "RDPT", 0, false);
    aml_op(b, AML_RETURN);
    aml_ref(b, "PEPT");
    aml_end(b, m);
    m = aml_method_begin(b, "WRPT", 1, false);
    store_arg(b, 0, "PEPT");
    aml_end(b, m);
    aml_end(b, d);
}

static bool bus_has_type(BusState *bus, const char *type)
{
    BusChild *kid;

    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        if (!strcmp(object_get_typename(OBJECT(kid->child)), type)) {
            return true;
        }
    }
    return false;
}

static void build_isa(AmlBuf *b, PCMachineState *pcms)
{
    BusState *bus = BUS(pcms->isa_bus);
    size_t d = aml_device_begin(b, "ISA");
    BusChild *kid;

    aml_name_int(b, "_ADR", 0x00010000);
    aml_region(b, "P40C", AML_PCI_CONFIG, 0x60, 4);
    for (size_t i = 0; i < ARRAY_SIZE(isa_devices); i++) {
        if (!isa_devices[i].type || bus_has_type(bus, isa_devices[i].type)) {
            isa_device(b, i);
        }
    }
    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        const char *type = object_get_typename(OBJECT(kid->child));

        if (!strcmp(type, "isa-serial")) {
            isa_port(b, kid->child, "COM", "PNP0501");
        } else if (!strcmp(type, "isa-parallel")) {
            isa_port(b, kid->child, "LPT", "PNP0400");
        } else if (!strcmp(type, "pvpanic")) {
            isa_pvpanic(b, kid->child);
        }
    }
    aml_end(b, d);
}

/* ---- PCI hot plug ---- */

static void pcihp_registers(AmlBuf *b)
{
    size_t f, m;

    aml_region(b, "PCST", AML_SYSTEM_IO, PIIX4_PCIHP_BASE, 8);
    f = aml_field_begin(b, "PCST", AML_DWORD_ACC, false, AML_WRITE_AS_ZEROS);
    aml_field_unit(b, "PCIU", 32);
    aml_field_unit(b, "PCID", 32);
    aml_end(b, f);
    aml_region(b, "SEJ", AML_SYSTEM_IO, PIIX4_PCIHP_BASE + 8, 4);
    f = aml_field_begin(b, "SEJ", AML_DWORD_ACC, false, AML_WRITE_AS_ZEROS);
    aml_field_unit(b, "B0EJ", 32);
    aml_end(b, f);
    aml_region(b, "BNMR", AML_SYSTEM_IO, PIIX4_PCIHP_BASE + 0x10, 4);
    f = aml_field_begin(b, "BNMR", AML_DWORD_ACC, false, AML_WRITE_AS_ZEROS);
    aml_field_unit(b, "BNUM", 32);
    aml_end(b, f);
    aml_mutex(b, "BLCK");

    /* PCEJ(bus, slot) */
    m = aml_method_begin(b, "PCEJ", 2, false);
    acquire(b, "BLCK");
    store_arg(b, 0, "BNUM");
    aml_op(b, AML_SHIFT_LEFT);
    aml_int(b, 1);
    aml_arg(b, 1);
    aml_ref(b, "B0EJ");
    release(b, "BLCK");
    return_int(b, 0);
    aml_end(b, m);
}

static bool slot_has_fixed_device(PCIBus *bus, int slot)
{
    for (int func = 0; func < PCI_FUNC_MAX; func++) {
        PCIDevice *dev = bus->devices[PCI_DEVFN(slot, func)];

        if (dev && (!DEVICE_GET_CLASS(dev)->hotpluggable || pci_is_bridge(dev))) {
            return true;
        }
    }
    return false;
}

static void pcihp_slot(AmlBuf *b, int number, int slot)
{
    size_t d = aml_device_begin_printf(b, "S%.02X", PCI_DEVFN(slot, 0)), m;

    aml_name_int(b, "_SUN", slot);
    aml_name_int(b, "_ADR", (uint32_t)slot << 16);
    m = aml_method_begin(b, "_EJ0", 1, false);
    aml_ref(b, "\\_SB.PCI0.PCEJ");
    aml_int(b, number);
    aml_ref(b, "_SUN");
    aml_end(b, m);
    aml_end(b, d);
}

/* DVNT(slots, event) notifies the slots of this bus; PCNT asks which, here and below. */
static void pcihp_bus(AmlBuf *b, const AcpiPciHpState *hp, PCIBus *bus)
{
    int number = acpi_pcihp_bus_number(hp, bus);
    uint32_t slots = 0;
    size_t m, c;

    for (int slot = 0; number >= 0 && slot < PCI_SLOT_MAX; slot++) {
        if (!slot_has_fixed_device(bus, slot) && (slot > 0 || !pci_bus_is_root(bus))) {
            slots |= 1u << slot;
            pcihp_slot(b, number, slot);
        }
    }
    for (int devfn = 0; devfn < PCI_DEVFN_MAX; devfn++) {
        PCIDevice *dev = bus->devices[devfn];
        PCIBus *sec = dev ? pci_device_secondary_bus(dev) : NULL;

        if (sec) {
            size_t d = aml_device_begin_printf(b, "S%.02X", devfn);

            aml_name_int(b, "_ADR", (uint32_t)PCI_SLOT(devfn) << 16 | PCI_FUNC(devfn));
            pcihp_bus(b, hp, sec);
            aml_end(b, d);
        }
    }
    if (number >= 0) {
        m = aml_method_begin(b, "DVNT", 2, false);
        for (int slot = 0; slot < PCI_SLOT_MAX; slot++) {
            if (!(slots & (1u << slot))) {
                continue;
            }
            c = aml_if_begin(b);
            aml_op(b, AML_AND);
            aml_arg(b, 0);
            aml_int(b, 1u << slot);
            aml_none(b);
            aml_op(b, AML_NOTIFY);
            aml_ref_printf(b, "S%.02X", PCI_DEVFN(slot, 0));
            aml_arg(b, 1);
            aml_end(b, c);
        }
        aml_end(b, m);
    }
    m = aml_method_begin(b, "PCNT", 0, false);
    if (number >= 0) {
        store_int(b, number, "\\_SB.PCI0.BNUM");
        aml_ref(b, "DVNT");
        aml_ref(b, "\\_SB.PCI0.PCIU");
        aml_int(b, NOTIFY_DEVICE_CHECK);
        aml_ref(b, "DVNT");
        aml_ref(b, "\\_SB.PCI0.PCID");
        aml_int(b, NOTIFY_EJECT);
    }
    for (int devfn = 0; devfn < PCI_DEVFN_MAX; devfn++) {
        PCIDevice *dev = bus->devices[devfn];

        if (dev && pci_device_secondary_bus(dev)) {
            aml_ref_printf(b, "S%.02X.PCNT", devfn);
        }
    }
    aml_end(b, m);
}

/* ---- CPUs ---- */

static void cpu_registers(AmlBuf *b)
{
    size_t f;

    aml_region(b, "PRST", AML_SYSTEM_IO, PIIX4_CPU_HOTPLUG_BASE, ACPI_CPU_HOTPLUG_REG_LEN);
    f = aml_field_begin(b, "PRST", AML_BYTE_ACC, false, AML_WRITE_AS_ZEROS);
    aml_field_reserved(b, 32);
    aml_field_unit(b, "CPEN", 1);
    aml_field_unit(b, "CINS", 1);
    aml_field_unit(b, "CRMV", 1);
    aml_field_unit(b, "CEJF", 1);
    aml_field_reserved(b, 4);
    aml_field_unit(b, "CCMD", 8);
    aml_end(b, f);
    f = aml_field_begin(b, "PRST", AML_DWORD_ACC, false, AML_PRESERVE);
    aml_field_unit(b, "CSEL", 32);
    aml_field_reserved(b, 32);
    aml_field_unit(b, "CDAT", 32);
    aml_end(b, f);
    aml_mutex(b, "CPLK");
}

/* CSTA(n): status; CEJ0(n): eject; COST(n, event, status): what the system made of an event. */
static void cpu_methods(AmlBuf *b)
{
    size_t m, c;

    m = aml_method_begin(b, "CSTA", 1, true);
    acquire(b, "CPLK");
    store_arg(b, 0, "CSEL");
    aml_op(b, AML_STORE);
    aml_int(b, 0);
    aml_local(b, 0);
    c = aml_if_begin(b);
    aml_op(b, AML_LEQUAL);
    aml_ref(b, "CPEN");
    aml_int(b, 1);
    aml_op(b, AML_STORE);
    aml_int(b, STA_ALL);
    aml_local(b, 0);
    aml_end(b, c);
    release(b, "CPLK");
    aml_op(b, AML_RETURN);
    aml_local(b, 0);
    aml_end(b, m);

    m = aml_method_begin(b, "CEJ0", 1, true);
    acquire(b, "CPLK");
    store_arg(b, 0, "CSEL");
    store_int(b, 1, "CEJF");
    release(b, "CPLK");
    aml_end(b, m);

    m = aml_method_begin(b, "COST", 3, true);
    acquire(b, "CPLK");
    store_arg(b, 0, "CSEL");
    store_int(b, 1, "CCMD");
    store_arg(b, 1, "CDAT");
    store_int(b, 2, "CCMD");
    store_arg(b, 2, "CDAT");
    release(b, "CPLK");
    aml_end(b, m);
}

/* One kind of event in the scan: if @flag is set, notify, clear it and go on. */
static void cpu_scan_event(AmlBuf *b, const char *flag, unsigned event)
{
    size_t c = aml_if_begin(b);

    aml_op(b, AML_LEQUAL);
    aml_ref(b, flag);
    aml_int(b, 1);
    aml_ref(b, "CTFY");
    aml_ref(b, "CDAT");
    aml_int(b, event);
    store_int(b, 1, flag);
    aml_op(b, AML_STORE);
    aml_int(b, 1);
    aml_local(b, 0);
    aml_end(b, c);
}

/* CSCN: goes from CPU to CPU with events until there is none. */
static void cpu_scan(AmlBuf *b, int count)
{
    size_t m, w, c;

    m = aml_method_begin(b, "CTFY", 2, false);
    for (int i = 0; i < count; i++) {
        c = aml_if_begin(b);
        aml_op(b, AML_LEQUAL);
        aml_arg(b, 0);
        aml_int(b, i);
        aml_op(b, AML_NOTIFY);
        aml_ref_printf(b, "C%.03X", i);
        aml_arg(b, 1);
        aml_end(b, c);
    }
    aml_end(b, m);

    m = aml_method_begin(b, "CSCN", 0, true);
    acquire(b, "CPLK");
    store_int(b, 0, "CSEL");
    aml_op(b, AML_STORE);
    aml_int(b, 1);
    aml_local(b, 0);
    w = aml_while_begin(b);
    aml_op(b, AML_LEQUAL);
    aml_local(b, 0);
    aml_int(b, 1);
    aml_op(b, AML_STORE);
    aml_int(b, 0);
    aml_local(b, 0);
    store_int(b, 0, "CCMD");
    cpu_scan_event(b, "CINS", NOTIFY_DEVICE_CHECK);
    cpu_scan_event(b, "CRMV", NOTIFY_EJECT);
    aml_end(b, w);
    release(b, "CPLK");
    aml_end(b, m);
}

static void cpu_device(AmlBuf *b, int index, uint32_t apic_id)
{
    uint8_t mat[8] = { 0, 8, index, apic_id, 1, 0, 0, 0 };
    size_t d = aml_device_begin_printf(b, "C%.03X", index), m;

    aml_name(b, "_HID");
    aml_string(b, "ACPI0007");
    aml_name_int(b, "_UID", index);
    m = aml_method_begin(b, "_STA", 0, true);
    aml_op(b, AML_RETURN);
    aml_ref(b, "CSTA");
    aml_int(b, index);
    aml_end(b, m);
    aml_name(b, "_MAT");
    aml_buffer(b, mat, sizeof(mat));
    if (index > 0) {
        m = aml_method_begin(b, "_EJ0", 1, false);
        aml_ref(b, "CEJ0");
        aml_int(b, index);
        aml_end(b, m);
    }
    m = aml_method_begin(b, "_OST", 3, true);
    aml_ref(b, "COST");
    aml_int(b, index);
    aml_arg(b, 0);
    aml_arg(b, 1);
    aml_end(b, m);
    aml_end(b, d);
}

static void build_cpus(AmlBuf *b, PCMachineState *pcms)
{
    const CPUArchIdList *list = pc_possible_cpu_arch_ids(MACHINE(pcms));
    size_t s = aml_scope_begin(b, "\\_SB"), d;

    d = aml_device_begin(b, "CPUS");
    aml_name(b, "_HID");
    aml_string(b, "ACPI0010");
    aml_name(b, "_CID");
    aml_eisaid(b, "PNP0A05");
    cpu_registers(b);
    cpu_methods(b);
    cpu_scan(b, list->len);
    for (int i = 0; i < list->len; i++) {
        cpu_device(b, i, list->cpus[i].arch_id);
    }
    aml_end(b, d);
    aml_end(b, s);
}

/* ---- the rest ---- */

static void build_hpet(AmlBuf *b)
{
    size_t s = aml_scope_begin(b, "\\_SB"), d = aml_device_begin(b, "HPET");
    AmlBuf *r = aml_resources_new();

    hid(b, "PNP0103");
    aml_name_int(b, "_UID", 0);
    aml_name_int(b, "_STA", STA_ALL);
    aml_name(b, "_CRS");
    aml_res_fixed_memory(r, HPET_BASE, 0x400, false);
    aml_resources_end(b, r);
    aml_end(b, d);
    aml_end(b, s);
}

static void build_events(AmlBuf *b)
{
    size_t s = aml_scope_begin(b, "\\_GPE"), m;

    aml_name(b, "_HID");
    aml_string(b, "ACPI0006");
    m = aml_method_begin(b, "_E01", 0, false);
    acquire(b, "\\_SB.PCI0.BLCK");
    aml_ref(b, "\\_SB.PCI0.PCNT");
    release(b, "\\_SB.PCI0.BLCK");
    aml_end(b, m);
    m = aml_method_begin(b, "_E02", 0, false);
    aml_ref(b, "\\_SB.CPUS.CSCN");
    aml_end(b, m);
    aml_end(b, s);
}

static void sleep_state(AmlBuf *b, const char *name, uint8_t type)
{
    size_t p;

    aml_name(b, name);
    p = aml_package_begin(b, 4);
    aml_int(b, type);
    aml_int(b, type);
    aml_int(b, 0);
    aml_int(b, 0);
    aml_end(b, p);
}

static void build_sleep_states(AmlBuf *b, const PIIX4PMInfo *pm)
{
    if (!pm->s3_disabled) {
        sleep_state(b, "\\_S3", 1);
    }
    if (!pm->s4_disabled) {
        sleep_state(b, "\\_S4", pm->s4_val);
    }
    sleep_state(b, "\\_S5", 0);
}

GByteArray *pc_build_dsdt(PCMachineState *pcms)
{
    AmlBuf *b = aml_new();
    PIIX4PMInfo pm;
    size_t s, d;

    piix4_pm_get_info(pcms->acpi_dev, &pm);
    s = aml_scope_begin(b, "\\_SB");
    d = aml_device_begin(b, "PCI0");
    hid(b, "PNP0A03");
    aml_name_int(b, "_UID", 0);
    build_prt(b);
    build_host_crs(b, pcms);
    build_acpi_ports(b);
    build_isa(b, pcms);
    pcihp_registers(b);
    pcihp_bus(b, piix4_pm_pcihp(pcms->acpi_dev), pcms->bus);
    aml_end(b, d);
    aml_end(b, s);
    build_links(b);
    if (pcms->hpet_enabled) {
        build_hpet(b);
    }
    build_cpus(b, pcms);
    build_events(b);
    build_sleep_states(b, &pm);
    return b;
}
