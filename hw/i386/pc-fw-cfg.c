/*
 * What PC firmware reads from fw_cfg, besides tables and kernels.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/datadir.h"
#include "qemu/error-report.h"
#include "qemu/uuid.h"
#include "pc-internal.h"

#define IOBASE 0x510
#define DMA_IOBASE 0x514
#define KEY_IRQ0_OVERRIDE (FW_CFG_ARCH_LOCAL + 2)
#define KEY_HPET (FW_CFG_ARCH_LOCAL + 4)
#define MAX_SPLASH_SIZE (8u * 1024 * 1024) /* firmware decodes it in its low memory */

/* HPET description for firmware that builds its own ACPI tables: count, then one entry. */
static void add_hpet(PCMachineState *pcms)
{
    static uint8_t hpet[1 + 4 + 8 + 2 + 1];

    hpet[0] = pcms->hpet_enabled ? 1 : 0;
    if (pcms->hpet_enabled) {
        stl_le_p(hpet + 1, 0x8086a201);
        stq_le_p(hpet + 5, 0xfed00000);
        stw_le_p(hpet + 13, 100);
        hpet[15] = 0;
    }
    fw_cfg_add_bytes(pcms->fw_cfg, KEY_HPET, hpet, sizeof(hpet));
}

/* NUMA: number of nodes, node of each APIC id, memory of each node; 64-bit words. */
static void add_numa(PCMachineState *pcms)
{
    MachineState *ms = MACHINE(pcms);
    const CPUArchIdList *cpus = pc_possible_cpu_arch_ids(ms);
    int nodes = ms->numa_state ? ms->numa_state->num_nodes : 0;
    size_t words = 1 + pcms->apic_id_limit + nodes;
    uint8_t *data = g_malloc0(8 * words);

    stq_le_p(data, nodes);
    for (int i = 0; i < cpus->len; i++) {
        if (cpus->cpus[i].props.has_node_id) {
            stq_le_p(data + 8 * (1 + cpus->cpus[i].arch_id), cpus->cpus[i].props.node_id);
        }
    }
    for (int i = 0; i < nodes; i++) {
        stq_le_p(data + 8 * (1 + pcms->apic_id_limit + i), ms->numa_state->nodes[i].node_mem);
    }
    fw_cfg_add_bytes(pcms->fw_cfg, FW_CFG_NUMA, data, 8 * words);
}

/* -boot splash=FILE: a JPEG (or BMP of 24 bits) that firmware shows with its menu. */
static void add_splash(FWCfgState *s, const char *name)
{
    g_autofree char *path = qemu_find_file(QEMU_FILE_TYPE_BIOS, name);
    g_autoptr(GError) err = NULL;
    gchar *data;
    gsize size;
    bool jpeg;

    if (!g_file_get_contents(path ? path : name, &data, &size, &err)) {
        error_report("-boot splash=%s: %s", name, err->message);
        exit(EXIT_FAILURE);
    }
    jpeg = size > 2 && (uint8_t)data[0] == 0xff && (uint8_t)data[1] == 0xd8;
    if (size > MAX_SPLASH_SIZE || (!jpeg && !(size > 30 && data[0] == 'B' && data[1] == 'M' &&
                                              data[28] == 24))) {
        error_report("-boot splash=%s: must be a JPEG, or a BMP of 24 bits per pixel, of at most "
                     "8 MiB", name);
        exit(EXIT_FAILURE);
    }
    fw_cfg_add_file(s, jpeg ? "bootsplash.jpg" : "bootsplash.bmp", data, size);
}

/* A time option of -boot: 16 or 32 bits, little-endian, as a file. */
static void add_time(FWCfgState *s, const char *file, const char *option, int64_t ms, int64_t max,
                     unsigned size)
{
    uint8_t *data;

    if (ms > max || ms < -1) {
        error_report("-boot %s=%" PRId64 ": must be 0 to %" PRId64, option, ms, max);
        exit(EXIT_FAILURE);
    }
    data = g_malloc0(4);
    stl_le_p(data, ms);
    fw_cfg_add_file(s, file, data, size);
}

static void add_boot_options(PCMachineState *pcms)
{
    const BootConfiguration *boot = &MACHINE(pcms)->boot_config;
    FWCfgState *s = pcms->fw_cfg;

    fw_cfg_modify_i16(s, FW_CFG_BOOT_MENU, boot->has_menu && boot->menu);
    if (boot->splash) {
        add_splash(s, boot->splash);
    }
    if (boot->splash_time >= 0 && boot->splash) {
        add_time(s, "etc/boot-menu-wait", "splash-time", boot->splash_time, 0xffff, 2);
    }
    add_time(s, "etc/boot-fail-wait", "reboot-timeout", boot->reboot_timeout, 0xffff, 4);
}

FWCfgState *pc_fw_cfg_create(PCMachineState *pcms)
{
    MachineState *ms = MACHINE(pcms);
    FWCfgState *s = fw_cfg_init_io_dma(IOBASE, DMA_IOBASE, &address_space_memory);

    pcms->fw_cfg = s;
    fw_cfg_add_bytes(s, FW_CFG_UUID, &qemu_uuid.data, 16);
    fw_cfg_add_i64(s, FW_CFG_RAM_SIZE, ms->ram_size);
    fw_cfg_add_i16(s, FW_CFG_NB_CPUS, pcms->boot_cpus);
    /*
     * Firmware sizes its tables by APIC id, so what it is told as the maximum number of CPUs is
     * the highest id plus one.
     */
    fw_cfg_add_i16(s, FW_CFG_MAX_CPUS, pcms->apic_id_limit);
    fw_cfg_add_i32(s, KEY_IRQ0_OVERRIDE, 1);
    if (!ms->enable_graphics) {
        fw_cfg_modify_i16(s, FW_CFG_NOGRAPHIC, 1);
    }
    add_hpet(pcms);
    add_numa(pcms);
    add_boot_options(pcms);
    return s;
}

static void count_extra_root(PCIBus *bus, void *opaque)
{
    if (pci_bus_is_root(bus)) {
        ++*(uint64_t *)opaque;
    }
}

void pc_fw_cfg_machine_done(PCMachineState *pcms)
{
    uint64_t roots = 0;

    if (!pcms->fw_cfg || !pcms->bus) {
        return;
    }
    pci_for_each_bus(pcms->bus, count_extra_root, &roots);
    if (roots > 1) {
        uint8_t *data = g_malloc(8);

        stq_le_p(data, roots - 1);
        fw_cfg_add_file(pcms->fw_cfg, "etc/extra-pci-roots", data, 8);
    }
    /* Where firmware may put 64-bit BARs. */
    if (MACHINE(pcms)->maxram_size > MACHINE(pcms)->ram_size) {
        uint8_t *data = g_malloc(8);

        stq_le_p(data, pc_pci_hole64_start(pcms));
        fw_cfg_add_file(pcms->fw_cfg, "etc/reserved-memory-end", data, 8);
    }
}
