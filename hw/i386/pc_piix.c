/*
 * Machines "pc" (i440FX + PIIX3, PIIX4 power management) and "isapc".
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/acpi/piix4.h"
#include "hw/i386/cpu-pins.h"
#include "hw/i2c/smbus_eeprom.h"
#include "hw/pci-host/i440fx.h"
#include "hw/qdev-properties.h"
#include "hw/southbridge/piix.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "sysemu/sysemu.h"
#include "pc-internal.h"

/* Slot 1, pin A is line 0: each slot's pins are rotated by one. */
static int piix_slot_pirq(PCIDevice *dev, int pin)
{
    return (pin + PCI_SLOT(dev->devfn) - 1) & 3;
}

/* The board's display, by -vga. */
static void create_vga(PCMachineState *pcms)
{
    static const struct {
        const char *name;
        const char *pci_type;
        const char *isa_type;
    } kinds[] = {
        { "std", "VGA", "isa-vga" },
        { "cirrus", "cirrus-vga", "isa-cirrus-vga" },
        { "vmware", "vmware-svga", NULL },
        { "virtio", "virtio-vga", NULL },
        { "qxl", "qxl-vga", NULL },
    };
    const char *wanted = vga_interface();

    for (size_t i = 0; wanted && i < ARRAY_SIZE(kinds); i++) {
        const char *type = pcms->bus ? kinds[i].pci_type : kinds[i].isa_type;

        if (strcmp(kinds[i].name, wanted)) {
            continue;
        }
        if (!type || !type_is_registered(type)) {
            error_report("-vga %s: this machine has no such display", wanted);
            exit(EXIT_FAILURE);
        }
        if (pcms->bus) {
            pci_create_simple(pcms->bus, -1, type);
        } else {
            isa_create_simple(pcms->isa_bus, type);
        }
        MACHINE(pcms)->graphics = true;
    }
}

static void smi_raised(void *opaque, int n, int level)
{
    if (level) {
        x86_smi();
    }
}

/* Function 3 of the south bridge: power management, SMBus with the DIMMs' eight EEPROMs. */
static void create_pm(PCMachineState *pcms, int devfn)
{
    PCIDevice *pm = pci_new(devfn, TYPE_PIIX4_PM);

    qdev_prop_set_uint32(DEVICE(pm), "smb_io_base", 0xb100);
    qdev_prop_set_bit(DEVICE(pm), "smm-enabled", pc_machine_is_smm_enabled(pcms));
    pci_realize_and_unref(pm, pcms->bus, &error_fatal);
    qdev_connect_gpio_out(DEVICE(pm), 0, pcms->gsi[ACPI_SCI_IRQ]);
    qdev_connect_gpio_out_named(DEVICE(pm), PIIX4_SMI_LINE, 0,
                                qemu_allocate_irq(smi_raised, NULL, 0));
    pcms->acpi_dev = DEVICE(pm);
    if (pcms->smbus_enabled) {
        smbus_eeprom_init(piix4_pm_smbus(DEVICE(pm)), 8, MACHINE(pcms)->ram_size);
    }
    object_property_add_const_link(OBJECT(pcms), "acpi-device", OBJECT(pm));
}

static void pc_init(MachineState *machine)
{
    PCMachineState *pcms = PC_MACHINE(machine);
    MemoryRegion *system_memory = get_system_memory();
    MemoryRegion *pci_memory = g_new(MemoryRegion, 1);
    PCIDevice *piix3;

    pc_split_ram(pcms);
    pc_cpus_init(pcms);
    memory_region_init(pci_memory, NULL, "pci", UINT64_MAX);
    pc_memory_init(pcms, system_memory, pci_memory);
    pc_gsi_create(pcms);

    pcms->bus = i440fx_init(system_memory, get_system_io(), pci_memory, machine->ram,
                            pcms->below_4g_mem_size, pcms->above_4g_mem_size);
    pci_bus_map_irqs(pcms->bus, piix_slot_pirq);
    piix3 = pci_create_simple_multifunction(pcms->bus, PCI_DEVFN(1, 0), TYPE_PIIX3_DEVICE);
    piix3_connect_pic(piix3, pcms->gsi);
    pcms->isa_bus = ISA_BUS(qdev_get_child_bus(DEVICE(piix3), "isa.0"));
    isa_bus_register_input_irqs(pcms->isa_bus, pcms->gsi);
    if (pcms->pic_enabled) {
        pc_i8259_create(pcms);
    }
    pc_ioapic_create(pcms);

    create_vga(pcms);
    pc_basic_device_init(pcms, true);
    pc_create_pci_ide(pcms, piix3->devfn + 1);
    if (machine_usb(machine) && type_is_registered("piix3-usb-uhci")) {
        pci_create_simple(pcms->bus, piix3->devfn + 2, "piix3-usb-uhci");
    }
    if (pc_machine_is_acpi_enabled(pcms)) {
        create_pm(pcms, piix3->devfn + 3);
    }
    pc_cmos_init(pcms);
}

static void isapc_init(MachineState *machine)
{
    PCMachineState *pcms = PC_MACHINE(machine);

    pcms->acpi = ON_OFF_AUTO_OFF;
    pcms->hpet_enabled = false;
    pc_split_ram(pcms);
    pc_cpus_init(pcms);
    pc_memory_init(pcms, get_system_memory(), get_system_memory());
    pc_gsi_create(pcms);
    pcms->isa_bus = isa_bus_new(NULL, get_system_memory(), get_system_io(), &error_fatal);
    isa_bus_register_input_irqs(pcms->isa_bus, pcms->gsi);
    pc_i8259_create(pcms);
    create_vga(pcms);
    pc_basic_device_init(pcms, true);
    pc_create_isa_ide(pcms);
    pc_cmos_init(pcms);
}

/* ---- classes ---- */

static void pc_i440fx_class_init(ObjectClass *oc, void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);
    const char *version = data;

    mc->init = pc_init;
    mc->family = "pc_piix";
    mc->desc = "Standard PC (i440FX + PIIX, 1996)";
    mc->default_nic = "e1000";
    mc->default_display = "std";
    mc->default_cpu_type = type_is_registered("qemu64-x86_64-cpu") ? "qemu64-x86_64-cpu"
                                                                   : "qemu32-i386-cpu";
    if (!strcmp(version, "7.2")) {
        mc->alias = "pc";
        mc->is_default = true;
    }
}

static void isapc_class_init(ObjectClass *oc, void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);
    PCMachineClass *pcmc = PC_MACHINE_CLASS(oc);

    mc->init = isapc_init;
    mc->desc = "ISA-only PC";
    mc->max_cpus = 1;
    mc->default_nic = "ne2k_isa";
    mc->default_display = "std";
    mc->default_cpu_type = type_is_registered("486-x86_64-cpu") ? "486-x86_64-cpu"
                                                                : "486-i386-cpu";
    mc->auto_enable_numa_with_memhp = false;
    pcmc->pci_enabled = false;
    pcmc->has_acpi_build = false;
    pcmc->smbios_defaults = false;
    pcmc->gigabyte_align = false;
    pcmc->isapc_ram_fw = true;
}

/*
 * Versions that management software asks for. The guest sees the same hardware under all of
 * them: this emulator has no older self to be compatible with.
 */
static const char *const versions[] = {
    "7.2", "7.1", "7.0", "6.2", "6.1", "6.0", "5.2", "5.1", "5.0", "4.2", "4.1", "4.0",
    "3.1", "3.0", "2.12",
};

static void pc_piix_register_types(void)
{
    static const TypeInfo isapc = {
        .name = MACHINE_TYPE_NAME("isapc"),
        .parent = TYPE_PC_MACHINE,
        .class_init = isapc_class_init,
    };

    for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
        g_autofree char *name = g_strdup_printf("pc-i440fx-%s" TYPE_MACHINE_SUFFIX, versions[i]);
        TypeInfo info = {
            .name = name,
            .parent = TYPE_PC_MACHINE,
            .class_init = pc_i440fx_class_init,
            .class_data = (void *)versions[i],
        };

        type_register(&info);
    }
    type_register_static(&isapc);
}
type_init(pc_piix_register_types)
