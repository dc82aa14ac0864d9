/*
 * SMBIOS of PC boards: the machine's own facts, given to firmware through fw_cfg.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/firmware/smbios.h"
#include "qapi/error.h"
#include "qemu/units.h"
#include "pc-internal.h"

void pc_smbios_setup(PCMachineState *pcms)
{
    MachineClass *mc = MACHINE_GET_CLASS(pcms);
    PCMachineClass *pcmc = PC_MACHINE_GET_CLASS(pcms);
    SmbiosMemoryArea areas[2] = {
        { 0, pcms->below_4g_mem_size },
        { 4 * GiB, pcms->above_4g_mem_size },
    };
    uint8_t *tables, *anchor;
    size_t tables_len, anchor_len;

    if (pcmc->smbios_defaults) {
        smbios_set_defaults("QEMU", mc->desc, mc->name);
    }
    smbios_build(MACHINE(pcms), pcms->smbios_ep64, areas, pcms->above_4g_mem_size ? 2 : 1,
                 &tables, &tables_len, &anchor, &anchor_len, &error_fatal);
    fw_cfg_add_file(pcms->fw_cfg, "etc/smbios/smbios-tables", tables, tables_len);
    fw_cfg_add_file(pcms->fw_cfg, "etc/smbios/smbios-anchor", anchor, anchor_len);
}
