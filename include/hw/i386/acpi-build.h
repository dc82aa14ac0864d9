/*
 * ACPI tables of PC boards.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_I386_ACPI_BUILD_H
#define HW_I386_ACPI_BUILD_H

#include "hw/acpi/aml.h"
#include "hw/acpi/tables.h"
#include "hw/i386/pc.h"

/* hw/i386/acpi-dsdt.c: the AML of the DSDT, without header; the caller frees it. */
GByteArray *pc_build_dsdt(PCMachineState *pcms);

#endif
