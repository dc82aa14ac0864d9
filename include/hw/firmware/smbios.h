/*
 * SMBIOS: the description of the machine for people and inventories.
 *
 * Thread: main thread, at start-up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_FIRMWARE_SMBIOS_H
#define HW_FIRMWARE_SMBIOS_H

#include "hw/boards.h"
#include "qemu/option.h"

/* One -smbios option: "type=N,field=value,..." or "file=PATH". False with @errp set. */
bool smbios_add_option(const char *text, Error **errp);
/* What is said of a machine unless the user says otherwise. */
void smbios_set_defaults(const char *manufacturer, const char *product, const char *version);

/* A stretch of RAM. */
typedef struct SmbiosMemoryArea {
    uint64_t address, length;
} SmbiosMemoryArea;

/*
 * Builds the tables and the entry point (version 3 with @ep64), both to g_free(). The entry
 * point's address and checksum are left to firmware.
 */
bool smbios_build(MachineState *ms, bool ep64, const SmbiosMemoryArea *memory, unsigned num_areas,
                  uint8_t **tables, size_t *tables_len, uint8_t **anchor, size_t *anchor_len,
                  Error **errp);

#endif
