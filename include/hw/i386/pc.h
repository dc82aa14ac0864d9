/*
 * PC machines: what their boards and the tables for firmware share.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_I386_PC_H
#define HW_I386_PC_H

#include "hw/boards.h"
#include "hw/i386/topology.h"
#include "hw/intc/ioapic.h"
#include "hw/isa/isa.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/pci/pci_bus.h"
#include "qapi/qapi-types.h"
#include "qemu/notify.h"

#define TYPE_PC_MACHINE "generic-pc-machine"
typedef struct PCMachineState PCMachineState;
typedef struct PCMachineClass PCMachineClass;
DECLARE_OBJ_CHECKERS(PCMachineState, PCMachineClass, PC_MACHINE, TYPE_PC_MACHINE)

#define GSI_NUM_PINS IOAPIC_NUM_PINS
#define ACPI_SCI_IRQ 9

/* Interrupt sources of the board: ISA lines and I/O APIC pins by one number. */
typedef struct GSIState {
    qemu_irq i8259_irq[ISA_NUM_IRQS];
    qemu_irq ioapic_irq[IOAPIC_NUM_PINS];
} GSIState;

/* One range for the firmware's memory map; type: ORDER of ACPI's address range types. */
enum { E820_RAM = 1, E820_RESERVED, E820_ACPI, E820_NVS, E820_UNUSABLE };
typedef struct E820Entry {
    uint64_t address;
    uint64_t length;
    uint32_t type;
} E820Entry;

struct PCMachineState {
    MachineState parent_obj;

    ram_addr_t below_4g_mem_size, above_4g_mem_size;
    uint64_t max_ram_below_4g;
    uint64_t max_fw_size;
    OnOffAuto acpi, smm, vmport;
    bool pit_enabled, hpet_enabled, i8042_enabled, smbus_enabled, sata_enabled, pic_enabled;
    bool default_bus_bypass_iommu;
    bool smbios_ep64;               /* entry point of SMBIOS 3 */

    PCIBus *bus;                    /* NULL on isapc */
    ISABus *isa_bus;
    ISADevice *rtc;
    ISADevice *pit;
    DeviceState *acpi_dev;          /* power management function, or NULL */
    FWCfgState *fw_cfg;
    GSIState *gsi_state;
    qemu_irq *gsi;
    DeviceState *ioapic;
    MemoryRegion *rom_memory;       /* where ROMs are seen: the PCI bus, or all memory */
    MemoryRegion bios, isa_bios, option_rom;
    MemoryRegion ram_below_4g, ram_above_4g;
    GArray *e820;                   /* of E820Entry */
    uint32_t apic_id_limit;         /* highest possible APIC id + 1 */
    uint16_t boot_cpus;             /* CPUs that firmware must wait for */
    char *boot_order;               /* until the first reset: -boot once= */
    Notifier machine_done;
};

struct PCMachineClass {
    MachineClass parent_class;
    bool pci_enabled;
    bool has_acpi_build;
    bool rsdp_in_ram;
    bool smbios_defaults;
    bool isapc_ram_fw;
    bool gigabyte_align;
    const char *smbios_product;
    int pci_root_uid;
};

/* hw/i386/pc.c */
/* Memory below and above 4 GiB, firmware, fw_cfg with what firmware reads. */
void pc_memory_init(PCMachineState *pcms, MemoryRegion *system_memory, MemoryRegion *rom_memory);
/* Interrupt controllers and lines: pcms->gsi is valid afterwards. */
void pc_gsi_create(PCMachineState *pcms);
void pc_i8259_create(PCMachineState *pcms);
void pc_ioapic_create(PCMachineState *pcms);
/* Timers, keyboard, ports and the like: what every PC has on its ISA bus. */
void pc_basic_device_init(PCMachineState *pcms, bool create_fdctrl);
void pc_cmos_init(PCMachineState *pcms);
void pc_add_e820(PCMachineState *pcms, uint64_t address, uint64_t length, uint32_t type);
/* First address above the RAM below 4 GiB, and above all RAM and hot-plug memory. */
uint64_t pc_pci_hole64_start(PCMachineState *pcms);
bool pc_machine_is_acpi_enabled(const PCMachineState *pcms);
bool pc_machine_is_smm_enabled(const PCMachineState *pcms);

/* hw/i386/pc-cpu.c */
void pc_cpus_init(PCMachineState *pcms);
void pc_topo_info(const MachineState *ms, X86CPUTopoInfo *info);
const CPUArchIdList *pc_possible_cpu_arch_ids(MachineState *ms);
CpuPlace pc_cpu_index_to_props(MachineState *ms, unsigned cpu_index);
int64_t pc_get_default_cpu_node_id(const MachineState *ms, int idx);
void pc_cpu_pre_plug(PCMachineState *pcms, DeviceState *dev, Error **errp);
void pc_cpu_plug(PCMachineState *pcms, DeviceState *dev, Error **errp);
void pc_cpu_unplug_request(PCMachineState *pcms, DeviceState *dev, Error **errp);
void pc_cpu_unplug(PCMachineState *pcms, DeviceState *dev, Error **errp);

/* hw/i386/boot.c: -kernel, -initrd, -append, -dtb through fw_cfg and an option ROM. */
void pc_load_kernel(PCMachineState *pcms);

/* hw/i386/multiboot.c: true if the file @data of @size bytes was one, and is set up. */
bool pc_load_multiboot(PCMachineState *pcms, const uint8_t *data, size_t size);

/* hw/i386/acpi-build.c: tables for firmware, at machine-done. */
void pc_acpi_setup(PCMachineState *pcms);

#endif
