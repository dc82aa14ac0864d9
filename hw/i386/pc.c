/*
 * What all PC boards share: memory layout, firmware, interrupt lines, ISA devices, CMOS, and the
 * machine class with its properties.
 *
 * Memory: RAM from 0 to at most 3.5 GiB (3 GiB if there is more), the PCI hole up to 4 GiB with
 * the APICs and firmware at its top, and the rest of RAM from 4 GiB on.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/audio/pcspk.h"
#include "hw/char/parallel.h"
#include "hw/char/serial.h"
#include "hw/core/cpu.h"
#include "hw/dma/i8257.h"
#include "hw/i386/pc.h"
#include "hw/i386/x86-irq.h"
#include "hw/input/i8042.h"
#include "hw/intc/i8259.h"
#include "hw/loader.h"
#include "hw/qdev-properties.h"
#include "hw/rtc/mc146818rtc.h"
#include "hw/timer/hpet.h"
#include "hw/timer/i8254.h"
#include "qapi/error.h"
#include "qapi/qapi-visit.h"
#include "qapi/visitor.h"
#include "qemu/cutils.h"
#include "qemu/datadir.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "sysemu/reset.h"
#include "sysemu/sysemu.h"
#include "pc-internal.h"

#define DEFAULT_MAX_RAM_BELOW_4G 0xe0000000ull
#define ALIGNED_RAM_BELOW_4G 0xc0000000ull
#define OPTION_ROM_BASE 0xc0000
#define OPTION_ROM_SIZE 0x20000
#define ISA_BIOS_SIZE (128 * KiB)

bool pc_machine_is_acpi_enabled(const PCMachineState *pcms)
{
    return pcms->acpi != ON_OFF_AUTO_OFF;
}

bool pc_machine_is_smm_enabled(const PCMachineState *pcms)
{
    return pcms->smm != ON_OFF_AUTO_OFF;
}

/* ---- memory and firmware ---- */

void pc_add_e820(PCMachineState *pcms, uint64_t address, uint64_t length, uint32_t type)
{
    E820Entry e = { cpu_to_le64(address), cpu_to_le64(length), cpu_to_le32(type) };

    g_array_append_val(pcms->e820, e);
}

/* The table as firmware reads it: entries of 20 bytes, without the padding of our structure. */
static void publish_e820(PCMachineState *pcms)
{
    size_t size = 20 * pcms->e820->len;
    uint8_t *table = g_malloc(size);

    for (unsigned i = 0; i < pcms->e820->len; i++) {
        const E820Entry *e = &g_array_index(pcms->e820, E820Entry, i);

        memcpy(table + 20 * i, &e->address, 8);
        memcpy(table + 20 * i + 8, &e->length, 8);
        memcpy(table + 20 * i + 16, &e->type, 4);
    }
    fw_cfg_add_file(pcms->fw_cfg, "etc/e820", table, size);
}

void pc_split_ram(PCMachineState *pcms)
{
    MachineState *ms = MACHINE(pcms);
    uint64_t low = pcms->max_ram_below_4g ? pcms->max_ram_below_4g : DEFAULT_MAX_RAM_BELOW_4G;

    if (!pcms->max_ram_below_4g && ms->ram_size >= low) {
        low = ALIGNED_RAM_BELOW_4G;
    }
    pcms->below_4g_mem_size = MIN(ms->ram_size, low);
    pcms->above_4g_mem_size = ms->ram_size - pcms->below_4g_mem_size;
}

static void map_ram(PCMachineState *pcms, MemoryRegion *system_memory)
{
    MachineState *ms = MACHINE(pcms);

    memory_region_init_alias(&pcms->ram_below_4g, NULL, "ram-below-4g", ms->ram, 0,
                             pcms->below_4g_mem_size);
    memory_region_add_subregion(system_memory, 0, &pcms->ram_below_4g);
    pc_add_e820(pcms, 0, pcms->below_4g_mem_size, E820_RAM);
    if (pcms->above_4g_mem_size) {
        memory_region_init_alias(&pcms->ram_above_4g, NULL, "ram-above-4g", ms->ram,
                                 pcms->below_4g_mem_size, pcms->above_4g_mem_size);
        memory_region_add_subregion(system_memory, 4 * GiB, &pcms->ram_above_4g);
        pc_add_e820(pcms, 4 * GiB, pcms->above_4g_mem_size, E820_RAM);
    }
}

/* Firmware ends at 4 GiB; its last 128 KiB are also seen below 1 MiB. */
static void load_bios(PCMachineState *pcms, MemoryRegion *rom_memory)
{
    MachineState *ms = MACHINE(pcms);
    PCMachineClass *pcmc = PC_MACHINE_GET_CLASS(pcms);
    const char *name = ms->firmware ? ms->firmware
                                    : pcmc->pci_enabled ? "bios-256k.bin" : "bios.bin";
    g_autofree char *path = qemu_find_file(QEMU_FILE_TYPE_BIOS, name);
    int64_t size = path ? get_image_size(path) : -1;
    uint32_t isa_size;

    if (size < 0) {
        error_report("could not load PC BIOS '%s': no such file in the firmware directories "
                     "(-L help lists them)", name);
        exit(EXIT_FAILURE);
    }
    if (size == 0 || size % (64 * KiB) || (uint64_t)size > pcms->max_fw_size) {
        error_report("could not load PC BIOS '%s': its size of %" PRId64 " bytes is not a "
                     "multiple of 64 KiB up to %" PRIu64 " KiB", name, size,
                     pcms->max_fw_size / KiB);
        exit(EXIT_FAILURE);
    }
    memory_region_init_ram(&pcms->bios, NULL, "pc.bios", size, &error_fatal);
    if (load_image_size(path, memory_region_get_ram_ptr(&pcms->bios), size) != size) {
        error_report("could not load PC BIOS '%s': %s", path, strerror(errno));
        exit(EXIT_FAILURE);
    }
    memory_region_set_readonly(&pcms->bios, !pcmc->isapc_ram_fw);

    isa_size = MIN(size, ISA_BIOS_SIZE);
    memory_region_init_alias(&pcms->isa_bios, NULL, "isa-bios", &pcms->bios, size - isa_size,
                             isa_size);
    memory_region_add_subregion_overlap(rom_memory, 1 * MiB - isa_size, &pcms->isa_bios, 1);
    memory_region_set_readonly(&pcms->isa_bios, !pcmc->isapc_ram_fw);
    memory_region_add_subregion(rom_memory, 4 * GiB - size, &pcms->bios);
}

void pc_memory_init(PCMachineState *pcms, MemoryRegion *system_memory, MemoryRegion *rom_memory)
{
    MachineState *ms = MACHINE(pcms);
    PCMachineClass *pcmc = PC_MACHINE_GET_CLASS(pcms);

    if (ms->ram_size < 1 * MiB) {
        error_report("-m: a PC needs at least 1 MiB of RAM");
        exit(EXIT_FAILURE);
    }
    pcms->rom_memory = rom_memory;
    pcms->e820 = g_array_new(FALSE, FALSE, sizeof(E820Entry));
    map_ram(pcms, system_memory);
    load_bios(pcms, rom_memory);

    /* Where option ROMs without a BAR are placed by boards without PCI. */
    memory_region_init_ram(&pcms->option_rom, NULL, "pc.rom", OPTION_ROM_SIZE, &error_fatal);
    memory_region_set_readonly(&pcms->option_rom, pcmc->pci_enabled);
    memory_region_add_subregion_overlap(rom_memory, OPTION_ROM_BASE, &pcms->option_rom, 1);

    pcms->fw_cfg = pc_fw_cfg_create(pcms);
    publish_e820(pcms);
    if (ms->kernel_filename) {
        pc_load_kernel(pcms);
    }
}

uint64_t pc_pci_hole64_start(PCMachineState *pcms)
{
    MachineState *ms = MACHINE(pcms);
    uint64_t end = 4 * GiB + pcms->above_4g_mem_size;

    if (ms->maxram_size > ms->ram_size) {
        end = ROUND_UP(end, 1 * GiB) + ROUND_UP(ms->maxram_size - ms->ram_size, 1 * GiB) +
              ms->ram_slots * GiB;
    }
    return ROUND_UP(end, 1 * GiB);
}

/* ---- interrupts ---- */

/* Lines 0-15 reach both controllers; the timer's line 0 is pin 2 of the I/O APIC. */
static void gsi_handler(void *opaque, int n, int level)
{
    GSIState *s = opaque;

    if (n < ISA_NUM_IRQS) {
        qemu_set_irq(s->i8259_irq[n], level);
    }
    qemu_set_irq(s->ioapic_irq[n == 0 ? 2 : n], level);
}

void pc_gsi_create(PCMachineState *pcms)
{
    pcms->gsi_state = g_new0(GSIState, 1);
    pcms->gsi = qemu_allocate_irqs(gsi_handler, pcms->gsi_state, GSI_NUM_PINS);
}

void pc_i8259_create(PCMachineState *pcms)
{
    g_autofree qemu_irq *lines = i8259_init(pcms->isa_bus, x86_allocate_cpu_irq());

    memcpy(pcms->gsi_state->i8259_irq, lines, sizeof(pcms->gsi_state->i8259_irq));
}

void pc_ioapic_create(PCMachineState *pcms)
{
    DeviceState *dev = qdev_new(TYPE_IOAPIC);

    object_property_add_child(OBJECT(pcms), "ioapic", OBJECT(dev));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, IO_APIC_DEFAULT_ADDRESS);
    for (int i = 0; i < IOAPIC_NUM_PINS; i++) {
        pcms->gsi_state->ioapic_irq[i] = qdev_get_gpio_in(dev, i);
    }
    pcms->ioapic = dev;
}

/* ---- ISA devices ---- */

/* POST codes go here, and delays by writing to an unused port; the read value is ones. */
static void port80_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
}

static uint64_t port80_read(void *opaque, hwaddr addr, unsigned size)
{
    return UINT64_MAX;
}

static void portf0_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    x86_fpu_ignne_port_write();
}

static const MemoryRegionOps port80_ops = {
    .read = port80_read,
    .write = port80_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
};

static const MemoryRegionOps portf0_ops = {
    .read = port80_read,
    .write = portf0_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 1, .max_access_size = 1 },
};

/*
 * The HPET takes the places of PIT and RTC in legacy replacement mode, so their lines pass
 * through it.
 */
static void init_timers(PCMachineState *pcms)
{
    ISABus *bus = pcms->isa_bus;
    qemu_irq rtc_irq = NULL, pit_alt_irq = NULL;
    DeviceState *hpet = NULL;
    int pit_isa_irq = 0;

    if (pcms->hpet_enabled) {
        hpet = qdev_new(TYPE_HPET);
        qdev_prop_set_uint32(hpet, HPET_INTCAP, 0x00ff0104);
        sysbus_realize_and_unref(SYS_BUS_DEVICE(hpet), &error_fatal);
        sysbus_mmio_map(SYS_BUS_DEVICE(hpet), 0, HPET_BASE);
        for (int i = 0; i < GSI_NUM_PINS; i++) {
            sysbus_connect_irq(SYS_BUS_DEVICE(hpet), i, pcms->gsi[i]);
        }
        pit_isa_irq = -1;
        pit_alt_irq = qdev_get_gpio_in(hpet, HPET_LEGACY_PIT_INT);
        rtc_irq = qdev_get_gpio_in(hpet, HPET_LEGACY_RTC_INT);
    }
    pcms->rtc = mc146818_rtc_init(bus, rtc_irq);
    if (pcms->pit_enabled) {
        pcms->pit = i8254_pit_init(bus, 0x40, pit_isa_irq, pit_alt_irq);
        if (hpet) {
            qdev_connect_gpio_out(hpet, 0, qdev_get_gpio_in(DEVICE(pcms->pit), 0));
        }
        pcspk_init(bus, pcms->pit);
    }
}

void pc_basic_device_init(PCMachineState *pcms, bool create_fdctrl)
{
    ISABus *bus = pcms->isa_bus;
    MemoryRegion *io80 = g_new(MemoryRegion, 1);
    MemoryRegion *iof0 = g_new(MemoryRegion, 1);

    memory_region_init_io(io80, NULL, &port80_ops, NULL, "ioport80", 1);
    memory_region_add_subregion(bus->address_space_io, 0x80, io80);
    memory_region_init_io(iof0, NULL, &portf0_ops, NULL, "ioportF0", 1);
    memory_region_add_subregion(bus->address_space_io, 0xf0, iof0);
    x86_register_ferr_irq(pcms->gsi[13]);

    init_timers(pcms);
    i8257_dma_init(bus);
    serial_hds_isa_init(bus, 0, MAX_ISA_SERIAL_PORTS);
    parallel_hds_isa_init(bus, MAX_PARALLEL_PORTS);
    pc_input_init(pcms);
    if (create_fdctrl && type_is_registered("isa-fdc")) {
        isa_create_simple(bus, "isa-fdc");
    }
}

/* ---- machine class ---- */

static void pc_machine_done(Notifier *notifier, void *data)
{
    PCMachineState *pcms = container_of(notifier, PCMachineState, machine_done);

    pc_fw_cfg_machine_done(pcms);
    pc_smbios_setup(pcms);
    pc_acpi_setup(pcms);
}

static void pc_machine_reset(MachineState *ms, int reason)
{
    CPUState *cs;

    qemu_devices_reset(reason);
    /* Devices may have changed what CPUs come up with, such as the A20 line. */
    CPU_FOREACH(cs) {
        cpu_reset(cs);
    }
}

static HotplugHandler *pc_get_hotplug_handler(MachineState *machine, DeviceState *dev)
{
    return object_dynamic_cast(OBJECT(dev), TYPE_CPU) ? HOTPLUG_HANDLER(machine) : NULL;
}

static void pc_pre_plug(HotplugHandler *h, DeviceState *dev, Error **errp)
{
    if (object_dynamic_cast(OBJECT(dev), TYPE_CPU)) {
        pc_cpu_pre_plug(PC_MACHINE(h), dev, errp);
    }
}

static void pc_plug(HotplugHandler *h, DeviceState *dev, Error **errp)
{
    if (object_dynamic_cast(OBJECT(dev), TYPE_CPU)) {
        pc_cpu_plug(PC_MACHINE(h), dev, errp);
    }
}

static void pc_unplug_request(HotplugHandler *h, DeviceState *dev, Error **errp)
{
    if (object_dynamic_cast(OBJECT(dev), TYPE_CPU)) {
        pc_cpu_unplug_request(PC_MACHINE(h), dev, errp);
    } else {
        error_setg(errp, "device %s cannot be unplugged from this machine",
                   object_get_typename(OBJECT(dev)));
    }
}

static void pc_unplug(HotplugHandler *h, DeviceState *dev, Error **errp)
{
    if (object_dynamic_cast(OBJECT(dev), TYPE_CPU)) {
        pc_cpu_unplug(PC_MACHINE(h), dev, errp);
    }
}

/* The boolean properties: where the flag is, and what it means. */
static const struct {
    const char *name;
    size_t offset;
    bool defval;
    const char *desc;
} pc_flags[] = {
    { "pit", offsetof(PCMachineState, pit_enabled), true, "Enable i8254 PIT emulation" },
    { "hpet", offsetof(PCMachineState, hpet_enabled), true, "Enable HPET emulation" },
    { "i8042", offsetof(PCMachineState, i8042_enabled), true,
      "Enable/disable Intel 8042 PS/2 Controller emulation" },
    { "smbus", offsetof(PCMachineState, smbus_enabled), true, "Enable the SMBus host controller" },
    { "sata", offsetof(PCMachineState, sata_enabled), true, "Enable the on-board disk controller" },
    { "pic", offsetof(PCMachineState, pic_enabled), true, "Enable i8259 PIC" },
    { "default-bus-bypass-iommu", offsetof(PCMachineState, default_bus_bypass_iommu), false,
      "Devices of the default root bus bypass an IOMMU" },
};

static const struct {
    const char *name;
    size_t offset;
    const char *desc;
} pc_tristates[] = {
    { "acpi", offsetof(PCMachineState, acpi), "Enable ACPI" },
    { "smm", offsetof(PCMachineState, smm), "Enable SMM" },
    { "vmport", offsetof(PCMachineState, vmport), "Enable vmport (pc & q35)" },
};

static void get_flag(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_bool(v, (bool *)((char *)obj + pc_flags[GPOINTER_TO_UINT(opaque)].offset), name,
                    errp);
}

static void set_flag(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_bool(v, (bool *)((char *)obj + pc_flags[GPOINTER_TO_UINT(opaque)].offset), name,
                    errp);
}

static void get_tristate(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    OnOffAuto val = *(OnOffAuto *)((char *)obj + pc_tristates[GPOINTER_TO_UINT(opaque)].offset);

    visit_type_OnOffAuto(v, &val, name, errp);
}

static void set_tristate(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    Error *err = NULL;
    OnOffAuto val;

    visit_type_OnOffAuto(v, &val, name, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    if (!strcmp(name, "vmport") && val == ON_OFF_AUTO_ON) {
        error_setg(errp, "-machine vmport=on: the VMware backdoor is not offered, use off or auto");
        return;
    }
    *(OnOffAuto *)((char *)obj + pc_tristates[GPOINTER_TO_UINT(opaque)].offset) = val;
}

static void get_size(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_size(v, (uint64_t *)((char *)obj + GPOINTER_TO_SIZE(opaque)), name, errp);
}

static void set_max_ram_below_4g(Object *obj, Visitor *v, const char *name, void *opaque,
                                 Error **errp)
{
    PCMachineState *pcms = PC_MACHINE(obj);
    uint64_t val;

    if (!visit_type_size(v, &val, name, errp)) {
        return;
    }
    if (val > 4 * GiB - 32 * MiB || val < 1 * MiB) {
        error_setg(errp, "Machine option 'max-ram-below-4g=%" PRIu64 "' expects size less than or "
                   "equal to 4 GiB - 32 MiB, and at least 1 MiB", val);
        return;
    }
    pcms->max_ram_below_4g = val;
}

static void set_max_fw_size(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    PCMachineState *pcms = PC_MACHINE(obj);
    uint64_t val;

    if (!visit_type_size(v, &val, name, errp)) {
        return;
    }
    /* Above it are the APICs. */
    if (val > 16 * MiB) {
        error_setg(errp, "Machine option 'max-fw-size=%" PRIu64 "' must be at most 16 MiB", val);
        return;
    }
    pcms->max_fw_size = val;
}

static char *get_smbios_ep(Object *obj, Error **errp)
{
    return g_strdup(PC_MACHINE(obj)->smbios_ep64 ? "64" : "32");
}

static void set_smbios_ep(Object *obj, const char *value, Error **errp)
{
    if (strcmp(value, "32") && strcmp(value, "64")) {
        error_setg(errp, "smbios-entry-point-type=%s: must be 32 or 64", value);
        return;
    }
    PC_MACHINE(obj)->smbios_ep64 = !strcmp(value, "64");
}

static void pc_machine_init(Object *obj)
{
    PCMachineState *pcms = PC_MACHINE(obj);

    for (size_t i = 0; i < ARRAY_SIZE(pc_flags); i++) {
        *(bool *)((char *)obj + pc_flags[i].offset) = pc_flags[i].defval;
    }
    pcms->acpi = pcms->smm = pcms->vmport = ON_OFF_AUTO_AUTO;
    pcms->max_fw_size = 8 * MiB;
    pcms->machine_done.notify = pc_machine_done;
    qemu_add_machine_init_done_notifier(&pcms->machine_done);
}

static void pc_machine_finalize(Object *obj)
{
    PCMachineState *pcms = PC_MACHINE(obj);

    qemu_remove_machine_init_done_notifier(&pcms->machine_done);
    if (pcms->e820) {
        g_array_free(pcms->e820, TRUE);
    }
    g_free(pcms->gsi_state);
}

static void pc_machine_class_init(ObjectClass *oc, void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);
    PCMachineClass *pcmc = PC_MACHINE_CLASS(oc);
    HotplugHandlerClass *hc = HOTPLUG_HANDLER_CLASS(oc);

    pcmc->pci_enabled = true;
    pcmc->has_acpi_build = true;
    pcmc->smbios_defaults = true;
    pcmc->gigabyte_align = true;
    mc->reset = pc_machine_reset;
    mc->get_hotplug_handler = pc_get_hotplug_handler;
    mc->cpu_index_to_instance_props = pc_cpu_index_to_props;
    mc->possible_cpu_arch_ids = pc_possible_cpu_arch_ids;
    mc->get_default_cpu_node_id = pc_get_default_cpu_node_id;
    mc->has_hotpluggable_cpus = true;
    mc->auto_enable_numa_with_memhp = true;
    mc->default_boot_order = "cad";
    mc->block_default_type = IF_IDE;
    mc->units_per_default_bus = 2;
    mc->max_cpus = 255;
    mc->default_cpus = 1;
    mc->default_ram_size = 128 * MiB;
    mc->default_ram_id = "pc.ram";
    mc->smp_props.dies_supported = true;
    mc->smp_props.prefer_sockets = false;
    mc->nvdimm_supported = true;
    hc->pre_plug = pc_pre_plug;
    hc->plug = pc_plug;
    hc->unplug_request = pc_unplug_request;
    hc->unplug = pc_unplug;

    for (size_t i = 0; i < ARRAY_SIZE(pc_flags); i++) {
        object_class_property_add(oc, pc_flags[i].name, "bool", get_flag, set_flag, NULL,
                                  GUINT_TO_POINTER(i));
        object_class_property_set_description(oc, pc_flags[i].name, pc_flags[i].desc);
    }
    for (size_t i = 0; i < ARRAY_SIZE(pc_tristates); i++) {
        object_class_property_add(oc, pc_tristates[i].name, "OnOffAuto", get_tristate,
                                  set_tristate, NULL, GUINT_TO_POINTER(i));
        object_class_property_set_description(oc, pc_tristates[i].name, pc_tristates[i].desc);
    }
    object_class_property_add(oc, "max-ram-below-4g", "size", get_size, set_max_ram_below_4g, NULL,
                              GSIZE_TO_POINTER(offsetof(PCMachineState, max_ram_below_4g)));
    object_class_property_set_description(oc, "max-ram-below-4g",
                                          "Maximum ram below the 4G boundary (32bit boundary)");
    object_class_property_add_str(oc, "smbios-entry-point-type", get_smbios_ep, set_smbios_ep);
    object_class_property_set_description(oc, "smbios-entry-point-type",
                                          "SMBIOS Entry Point type [32, 64]");
    object_class_property_add(oc, "max-fw-size", "size", get_size, set_max_fw_size, NULL,
                              GSIZE_TO_POINTER(offsetof(PCMachineState, max_fw_size)));
    object_class_property_set_description(oc, "max-fw-size", "Maximum combined firmware size");
}

static const TypeInfo pc_machine_types[] = {
    {
        .name = TYPE_PC_MACHINE,
        .parent = TYPE_MACHINE,
        .abstract = true,
        .instance_size = sizeof(PCMachineState),
        .instance_init = pc_machine_init,
        .instance_finalize = pc_machine_finalize,
        .class_size = sizeof(PCMachineClass),
        .class_init = pc_machine_class_init,
        .interfaces = (const InterfaceInfo[]) { { TYPE_HOTPLUG_HANDLER }, { } },
    },
};
DEFINE_TYPES(pc_machine_types)
