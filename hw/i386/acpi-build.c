/*
 * ACPI tables of PC boards, all but the DSDT.
 *
 * Spec:   ACPI 6.3 section 5.2; IA-PC HPET 1.0a section 3.2.4; WAET by Microsoft.
 * Thread: under the big lock.
 *
 * Tables are made when the machine is complete, and again at each reset, because CPUs may have
 * come and gone. Firmware has read their size by then, so it never changes: the blobs are
 * padded.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/acpi/acpi.h"
#include "hw/acpi/piix4.h"
#include "hw/i386/acpi-build.h"
#include "hw/timer/hpet.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "sysemu/reset.h"

#define OEM_ID "BOCHS "
#define OEM_TABLE_ID "BXPC    "
#define TABLES_ALIGN (128 * KiB)
#define LOADER_ALIGN (4 * KiB)
#define APIC_ADDRESS 0xfee00000

#define SMI_COMMAND_PORT 0xb2
#define ACPI_ENABLE_VALUE 0xf1
#define ACPI_DISABLE_VALUE 0xf0
#define RTC_CENTURY_BYTE 0x32
#define RESET_PORT 0xcf9
#define RESET_VALUE 0x06

/* ---- FACS, FADT ---- */

static uint32_t build_facs(AcpiTables *t)
{
    uint32_t start;

    acpi_put_zeros(t, -t->tables->len % 64);
    start = t->tables->len;
    g_byte_array_append(t->tables, (const uint8_t *)"FACS", 4);
    acpi_put(t, 64, 4);
    acpi_put_zeros(t, 56);
    return start;
}

static uint32_t fadt_flags(const PCMachineState *pcms)
{
    /* WBINVD works, C1 everywhere, no fixed sleep button, no RTC wake status, reset register */
    uint32_t flags = 1 << 0 | 1 << 2 | 1 << 5 | 1 << 7 | 1 << 10 | 1 << 15;

    /* With more CPUs than logical destinations have bits, they are grouped in clusters. */
    return MACHINE(pcms)->smp.max_cpus > 8 ? flags | 1 << 18 : flags;
}

static void build_fadt(AcpiTables *t, PCMachineState *pcms, uint32_t facs, uint32_t dsdt)
{
    uint32_t start = acpi_table_begin(t, "FACP", 3);

    acpi_put_pointer(t, facs, 4);
    acpi_put_pointer(t, dsdt, 4);
    acpi_put(t, 1, 1);                          /* interrupt model: APIC */
    acpi_put(t, 0, 1);                          /* profile: unspecified */
    acpi_put(t, ACPI_SCI_IRQ, 2);
    acpi_put(t, SMI_COMMAND_PORT, 4);
    acpi_put(t, ACPI_ENABLE_VALUE, 1);
    acpi_put(t, ACPI_DISABLE_VALUE, 1);
    acpi_put(t, 0, 2);                          /* S4BIOS, P-state control */
    acpi_put(t, PIIX4_PM_IO_BASE, 4);           /* PM1a event */
    acpi_put(t, 0, 4);
    acpi_put(t, PIIX4_PM_IO_BASE + 4, 4);       /* PM1a control */
    acpi_put(t, 0, 4);
    acpi_put(t, 0, 4);                          /* PM2 control */
    acpi_put(t, PIIX4_PM_IO_BASE + 8, 4);       /* timer */
    acpi_put(t, PIIX4_GPE_BASE, 4);
    acpi_put(t, 0, 4);                          /* GPE1 */
    acpi_put(t, 4, 1);                          /* lengths of those blocks */
    acpi_put(t, 2, 1);
    acpi_put(t, 0, 1);
    acpi_put(t, 4, 1);
    acpi_put(t, PIIX4_GPE_LEN, 1);
    acpi_put(t, 0, 3);                          /* GPE1 length and base, C-state control */
    acpi_put(t, 0xfff, 2);                      /* C2, C3: too slow to be used */
    acpi_put(t, 0xfff, 2);
    acpi_put(t, 0, 4);                          /* flush size and stride */
    acpi_put(t, 0, 2);                          /* duty cycle */
    acpi_put(t, 0, 2);                          /* RTC alarm of day and month */
    acpi_put(t, RTC_CENTURY_BYTE, 1);
    acpi_put(t, pcms->i8042_enabled ? 0x03 : 0x01, 2); /* legacy devices, 8042 */
    acpi_put(t, 0, 1);
    acpi_put(t, fadt_flags(pcms), 4);
    acpi_put_gas(t, 1, 8, 0, RESET_PORT);
    acpi_put(t, RESET_VALUE, 1);
    acpi_put(t, 0, 3);
    acpi_put(t, 0, 8);                          /* 64-bit FACS: the other one holds */
    acpi_put_pointer(t, dsdt, 8);
    acpi_put_gas(t, 1, 32, 0, PIIX4_PM_IO_BASE);
    acpi_put_gas(t, 0, 0, 0, 0);
    acpi_put_gas(t, 1, 16, 0, PIIX4_PM_IO_BASE + 4);
    acpi_put_gas(t, 0, 0, 0, 0);
    acpi_put_gas(t, 0, 0, 0, 0);
    acpi_put_gas(t, 1, 32, 0, PIIX4_PM_IO_BASE + 8);
    acpi_put_gas(t, 1, PIIX4_GPE_LEN * 8, 0, PIIX4_GPE_BASE);
    acpi_put_gas(t, 0, 0, 0, 0);
    acpi_table_end(t, start);
    acpi_table_add_root(t, start);
}

/* ---- MADT ---- */

static void madt_override(AcpiTables *t, uint8_t irq, uint32_t gsi, uint16_t flags)
{
    acpi_put(t, 2, 1);
    acpi_put(t, 10, 1);
    acpi_put(t, 0, 1);                          /* ISA */
    acpi_put(t, irq, 1);
    acpi_put(t, gsi, 4);
    acpi_put(t, flags, 2);
}

static void build_madt(AcpiTables *t, PCMachineState *pcms)
{
    static const uint8_t pci_irqs[] = { 5, 9, 10, 11 };
    const CPUArchIdList *cpus = pc_possible_cpu_arch_ids(MACHINE(pcms));
    uint32_t start = acpi_table_begin(t, "APIC", 1);

    acpi_put(t, APIC_ADDRESS, 4);
    acpi_put(t, pcms->pic_enabled, 4);          /* there are 8259s, too */
    for (int i = 0; i < cpus->len; i++) {
        acpi_put(t, 0, 1);
        acpi_put(t, 8, 1);
        acpi_put(t, i, 1);
        acpi_put(t, cpus->cpus[i].arch_id, 1);
        acpi_put(t, cpus->cpus[i].cpu != NULL, 4);
    }
    acpi_put(t, 1, 1);                          /* I/O APIC */
    acpi_put(t, 12, 1);
    acpi_put(t, 0, 1);
    acpi_put(t, 0, 1);
    acpi_put(t, IO_APIC_DEFAULT_ADDRESS, 4);
    acpi_put(t, 0, 4);
    madt_override(t, 0, 2, 0);
    for (size_t i = 0; i < ARRAY_SIZE(pci_irqs); i++) {
        madt_override(t, pci_irqs[i], pci_irqs[i], 0x0d); /* active high, level */
    }
    acpi_put(t, 4, 1);                          /* NMI at LINT1 of all */
    acpi_put(t, 6, 1);
    acpi_put(t, 0xff, 1);
    acpi_put(t, 0, 2);
    acpi_put(t, 1, 1);
    acpi_table_end(t, start);
    acpi_table_add_root(t, start);
}

/* ---- HPET, WAET ---- */

static void build_hpet_table(AcpiTables *t)
{
    uint32_t start = acpi_table_begin(t, "HPET", 1);

    acpi_put(t, 0x8086a201, 4);
    acpi_put_gas(t, 0, 0, 0, HPET_BASE);
    acpi_put(t, 0, 1);
    acpi_put(t, 0, 2);
    acpi_put(t, 0, 1);
    acpi_table_end(t, start);
    acpi_table_add_root(t, start);
}

/* Tells Windows that one read of the PM timer is enough. */
static void build_waet(AcpiTables *t)
{
    uint32_t start = acpi_table_begin(t, "WAET", 1);

    acpi_put(t, 1 << 1, 4);
    acpi_table_end(t, start);
    acpi_table_add_root(t, start);
}

/* ---- NUMA ---- */

static void srat_memory(AcpiTables *t, uint64_t base, uint64_t len, uint32_t node)
{
    acpi_put(t, 1, 1);
    acpi_put(t, 40, 1);
    acpi_put(t, node, 4);
    acpi_put(t, 0, 2);
    acpi_put(t, base, 8);
    acpi_put(t, len, 8);
    acpi_put(t, 0, 4);
    acpi_put(t, 1, 4);                          /* enabled */
    acpi_put(t, 0, 8);
}

/* Node memory in order of addresses, split at the hole below 4 GiB. */
static void srat_all_memory(AcpiTables *t, PCMachineState *pcms)
{
    NumaState *numa = MACHINE(pcms)->numa_state;
    uint64_t low_left = pcms->below_4g_mem_size, base = 0, high = 4 * GiB;

    for (int i = 0; i < numa->num_nodes; i++) {
        uint64_t len = numa->nodes[i].node_mem;
        uint64_t low = MIN(len, low_left);

        if (low) {
            srat_memory(t, base, low, i);
            base += low;
            low_left -= low;
        }
        if (len > low) {
            srat_memory(t, high, len - low, i);
            high += len - low;
        }
    }
}

static void build_srat(AcpiTables *t, PCMachineState *pcms)
{
    const CPUArchIdList *cpus = pc_possible_cpu_arch_ids(MACHINE(pcms));
    uint32_t start = acpi_table_begin(t, "SRAT", 1);

    acpi_put(t, 1, 4);
    acpi_put(t, 0, 8);
    for (int i = 0; i < cpus->len; i++) {
        acpi_put(t, 0, 1);
        acpi_put(t, 16, 1);
        acpi_put(t, cpus->cpus[i].props.node_id, 1);
        acpi_put(t, cpus->cpus[i].arch_id, 1);
        acpi_put(t, 1, 4);
        acpi_put(t, 0, 8);
    }
    srat_all_memory(t, pcms);
    acpi_table_end(t, start);
    acpi_table_add_root(t, start);
}

static void build_slit(AcpiTables *t, const NumaState *numa)
{
    uint32_t start = acpi_table_begin(t, "SLIT", 1);

    acpi_put(t, numa->num_nodes, 8);
    for (int i = 0; i < numa->num_nodes; i++) {
        for (int j = 0; j < numa->num_nodes; j++) {
            acpi_put(t, numa->nodes[i].distance[j], 1);
        }
    }
    acpi_table_end(t, start);
    acpi_table_add_root(t, start);
}

/* ---- all together ---- */

static AcpiTables *build_tables(PCMachineState *pcms)
{
    AcpiTables *t = acpi_tables_new(OEM_ID, OEM_TABLE_ID);
    NumaState *numa = MACHINE(pcms)->numa_state;
    uint32_t facs = build_facs(t), dsdt = acpi_table_begin(t, "DSDT", 1);
    GByteArray *aml = pc_build_dsdt(pcms);

    g_byte_array_append(t->tables, aml->data, aml->len);
    g_byte_array_free(aml, TRUE);
    acpi_table_end(t, dsdt);
    build_fadt(t, pcms, facs, dsdt);
    build_madt(t, pcms);
    if (pcms->hpet_enabled) {
        build_hpet_table(t);
    }
    if (numa && numa->num_nodes) {
        build_srat(t, pcms);
        if (numa->have_numa_distance) {
            build_slit(t, numa);
        }
    }
    build_waet(t);
    acpi_tables_finish(t);
    return t;
}

/* What fw_cfg gives out; made once, rewritten in place. Under the big lock. */
typedef struct AcpiBlob {
    uint8_t *data;
    size_t size;
} AcpiBlob;

typedef struct AcpiBuild {
    PCMachineState *pcms;
    AcpiBlob tables, rsdp, loader;
} AcpiBuild;

static void update_blob(AcpiBlob *blob, const GByteArray *content)
{
    if (content->len > blob->size) {
        /* Only more devices could do this, and those are described by slots that exist. */
        warn_report("ACPI: tables of %u bytes do not fit into %zu; the guest gets the old ones",
                    content->len, blob->size);
        return;
    }
    memcpy(blob->data, content->data, content->len);
    memset(blob->data + content->len, 0, blob->size - content->len);
}

static void update_all(AcpiBuild *build)
{
    AcpiTables *t = build_tables(build->pcms);

    update_blob(&build->tables, t->tables);
    update_blob(&build->rsdp, t->rsdp);
    update_blob(&build->loader, t->loader);
    acpi_tables_free(t);
}

static void acpi_build_reset(void *opaque)
{
    update_all(opaque);
}

static void publish(FWCfgState *fw, const char *name, AcpiBlob *blob, size_t len, size_t align)
{
    blob->size = ROUND_UP(len, align);
    blob->data = g_malloc0(blob->size);
    fw_cfg_add_file(fw, name, blob->data, blob->size);
}

/* Which sleep states there are: S0, S3, S4 with its type, S5. */
static void publish_system_states(PCMachineState *pcms)
{
    uint8_t *states = g_malloc0(6);
    PIIX4PMInfo pm;

    piix4_pm_get_info(pcms->acpi_dev, &pm);
    states[0] = 0x80;
    states[3] = (pm.s3_disabled ? 0 : 0x80) | 1;
    states[4] = (pm.s4_disabled ? 0 : 0x80) | pm.s4_val;
    states[5] = 0x80;
    fw_cfg_add_file(pcms->fw_cfg, "etc/system-states", states, 6);
}

void pc_acpi_setup(PCMachineState *pcms)
{
    AcpiBuild *build;
    AcpiTables *t;

    if (!pcms->fw_cfg || !pcms->acpi_dev || !PC_MACHINE_GET_CLASS(pcms)->has_acpi_build) {
        return;
    }
    piix4_pm_number_buses(pcms->acpi_dev);
    build = g_new0(AcpiBuild, 1);
    build->pcms = pcms;
    t = build_tables(pcms);
    publish(pcms->fw_cfg, ACPI_TABLE_FILE, &build->tables, t->tables->len, TABLES_ALIGN);
    publish(pcms->fw_cfg, ACPI_RSDP_FILE, &build->rsdp, t->rsdp->len, 1);
    publish(pcms->fw_cfg, ACPI_LOADER_FILE, &build->loader, t->loader->len, LOADER_ALIGN);
    acpi_tables_free(t);
    update_all(build);
    publish_system_states(pcms);
    qemu_register_reset(acpi_build_reset, build);
}
