/*
 * ACPI tables as firmware gets them: blobs, and a script of where they go and which addresses
 * and checksums must be filled in.
 *
 * Firmware reads "etc/table-loader", whose commands name other fw_cfg files: allocate one,
 * add one's address to a field of another, fill in a checksum.
 *
 * Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_ACPI_TABLES_H
#define HW_ACPI_TABLES_H

#define ACPI_TABLE_FILE "etc/acpi/tables"
#define ACPI_RSDP_FILE "etc/acpi/rsdp"
#define ACPI_LOADER_FILE "etc/table-loader"

typedef struct AcpiTables {
    GByteArray *tables;             /* content of ACPI_TABLE_FILE */
    GByteArray *rsdp;
    GByteArray *loader;
    GArray *roots;                  /* uint32_t offsets of what the RSDT lists */
    char oem_id[7], oem_table_id[9];
} AcpiTables;

AcpiTables *acpi_tables_new(const char *oem_id, const char *oem_table_id);
void acpi_tables_free(AcpiTables *t);

/* A table at the end: header now, length and checksum when it ends. Returns its offset. */
uint32_t acpi_table_begin(AcpiTables *t, const char *signature, uint8_t revision);
void acpi_table_end(AcpiTables *t, uint32_t start);
/* To be listed in the RSDT. */
void acpi_table_add_root(AcpiTables *t, uint32_t start);
/* Little-endian values at the end of the blob. */
void acpi_put(AcpiTables *t, uint64_t v, unsigned size);
void acpi_put_zeros(AcpiTables *t, unsigned n);
/* A field of @size bytes at the end that will hold the address of offset @target. */
void acpi_put_pointer(AcpiTables *t, uint32_t target, unsigned size);
/* A generic address structure; space 1 is I/O. */
void acpi_put_gas(AcpiTables *t, uint8_t space, uint8_t bits, uint8_t access, uint64_t addr);
/* Writes RSDT and RSDP; nothing may be added afterwards. */
void acpi_tables_finish(AcpiTables *t);

#endif
