/*
 * What the files of hw/i386 share with each other only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_I386_PC_INTERNAL_H
#define HW_I386_PC_INTERNAL_H

#include "hw/i386/pc.h"

/* pc-fw-cfg.c: the device with what firmware reads; the rest once all devices exist. */
FWCfgState *pc_fw_cfg_create(PCMachineState *pcms);
void pc_fw_cfg_machine_done(PCMachineState *pcms);

/* pc-cmos.c: the boot order as -boot gives it; false with @errp set. */
bool pc_cmos_set_boot_order(PCMachineState *pcms, const char *order, Error **errp);

/* pc-smbios.c: SMBIOS tables, at machine-done. */
void pc_smbios_setup(PCMachineState *pcms);

/* pc.c: decides how RAM is split around the PCI hole. */
void pc_split_ram(PCMachineState *pcms);

/* pc-input.c: keyboard controller, PS/2 devices, port 92 and the A20 line. */
void pc_input_init(PCMachineState *pcms);

/* pc-drives.c: disk controllers of the boards with the drives of -hda and its like. */
void pc_create_pci_ide(PCMachineState *pcms, int devfn);
void pc_create_isa_ide(PCMachineState *pcms);

#endif
