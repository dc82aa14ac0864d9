/*
 * ACPI tables and the loader script for firmware.
 *
 * Spec: ACPI 6.3 sections 5.2.5 to 5.2.7; the script is what SeaBIOS and OVMF read:
 *
 *   bytes    command 1 (allocate)   2 (add pointer)        3 (add checksum)
 *   0-3      1                      2                      3
 *   4-59     file                   file that is changed   file
 *   60-      align, zone            file pointed to        offset of checksum, start, length
 *   116-                            offset, size of field
 *
 * All commands have 128 bytes. Zone 1 is high memory, 2 the segment at 0xf0000.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/acpi/tables.h"
#include "qemu/bswap.h"

#define COMMAND_SIZE 128
#define FILE_NAME_SIZE 56
#define CMD_ALLOCATE 1
#define CMD_ADD_POINTER 2
#define CMD_ADD_CHECKSUM 3
#define ZONE_HIGH 1
#define ZONE_FSEG 2
#define HEADER_LENGTH 4
#define HEADER_CHECKSUM 9

/* ---- loader commands ---- */

static uint8_t *add_command(AcpiTables *t, uint32_t cmd)
{
    unsigned at = t->loader->len;

    g_byte_array_set_size(t->loader, at + COMMAND_SIZE);
    memset(t->loader->data + at, 0, COMMAND_SIZE);
    stl_le_p(t->loader->data + at, cmd);
    return t->loader->data + at;
}

static void cmd_allocate(AcpiTables *t, const char *file, uint32_t align, uint8_t zone)
{
    uint8_t *c = add_command(t, CMD_ALLOCATE);

    g_strlcpy((char *)c + 4, file, FILE_NAME_SIZE);
    stl_le_p(c + 60, align);
    c[64] = zone;
}

static void cmd_add_pointer(AcpiTables *t, const char *dest, const char *src, uint32_t offset,
                            uint8_t size)
{
    uint8_t *c = add_command(t, CMD_ADD_POINTER);

    g_strlcpy((char *)c + 4, dest, FILE_NAME_SIZE);
    g_strlcpy((char *)c + 60, src, FILE_NAME_SIZE);
    stl_le_p(c + 116, offset);
    c[120] = size;
}

static void cmd_add_checksum(AcpiTables *t, const char *file, uint32_t offset, uint32_t start,
                             uint32_t length)
{
    uint8_t *c = add_command(t, CMD_ADD_CHECKSUM);

    g_strlcpy((char *)c + 4, file, FILE_NAME_SIZE);
    stl_le_p(c + 60, offset);
    stl_le_p(c + 64, start);
    stl_le_p(c + 68, length);
}

/* ---- content ---- */

static void put_le(GByteArray *b, uint64_t v, unsigned size)
{
    uint8_t buf[8];

    stq_le_p(buf, v);
    g_byte_array_append(b, buf, size);
}

void acpi_put(AcpiTables *t, uint64_t v, unsigned size)
{
    put_le(t->tables, v, size);
}

void acpi_put_zeros(AcpiTables *t, unsigned n)
{
    unsigned at = t->tables->len;

    g_byte_array_set_size(t->tables, at + n);
    memset(t->tables->data + at, 0, n);
}

void acpi_put_pointer(AcpiTables *t, uint32_t target, unsigned size)
{
    cmd_add_pointer(t, ACPI_TABLE_FILE, ACPI_TABLE_FILE, t->tables->len, size);
    acpi_put(t, target, size);
}

void acpi_put_gas(AcpiTables *t, uint8_t space, uint8_t bits, uint8_t access, uint64_t addr)
{
    acpi_put(t, space, 1);
    acpi_put(t, bits, 1);
    acpi_put(t, 0, 1);
    acpi_put(t, access, 1);
    acpi_put(t, addr, 8);
}

/* Text of exactly @len bytes, padded with blanks. */
static void put_text(GByteArray *b, const char *s, unsigned len)
{
    for (unsigned i = 0; i < len; i++) {
        put_le(b, *s ? *s++ : ' ', 1);
    }
}

uint32_t acpi_table_begin(AcpiTables *t, const char *signature, uint8_t revision)
{
    uint32_t start;

    acpi_put_zeros(t, -t->tables->len % 8);
    start = t->tables->len;
    put_text(t->tables, signature, 4);
    acpi_put(t, 0, 4);          /* length */
    acpi_put(t, revision, 1);
    acpi_put(t, 0, 1);          /* checksum */
    put_text(t->tables, t->oem_id, 6);
    put_text(t->tables, t->oem_table_id, 8);
    acpi_put(t, 1, 4);          /* OEM revision */
    put_text(t->tables, "BXPC", 4);
    acpi_put(t, 1, 4);          /* creator revision */
    return start;
}

void acpi_table_end(AcpiTables *t, uint32_t start)
{
    uint32_t len = t->tables->len - start;

    stl_le_p(t->tables->data + start + HEADER_LENGTH, len);
    cmd_add_checksum(t, ACPI_TABLE_FILE, start + HEADER_CHECKSUM, start, len);
}

void acpi_table_add_root(AcpiTables *t, uint32_t start)
{
    g_array_append_val(t->roots, start);
}

void acpi_tables_finish(AcpiTables *t)
{
    uint32_t rsdt = acpi_table_begin(t, "RSDT", 1);

    for (unsigned i = 0; i < t->roots->len; i++) {
        acpi_put_pointer(t, g_array_index(t->roots, uint32_t, i), 4);
    }
    acpi_table_end(t, rsdt);

    /* RSDP of revision 0: 20 bytes, with the RSDT's address at 16. */
    put_text(t->rsdp, "RSD PTR ", 8);
    put_le(t->rsdp, 0, 1);
    put_text(t->rsdp, t->oem_id, 6);
    put_le(t->rsdp, 0, 1);
    cmd_add_pointer(t, ACPI_RSDP_FILE, ACPI_TABLE_FILE, t->rsdp->len, 4);
    put_le(t->rsdp, rsdt, 4);
    cmd_add_checksum(t, ACPI_RSDP_FILE, 8, 0, 20);
}

AcpiTables *acpi_tables_new(const char *oem_id, const char *oem_table_id)
{
    AcpiTables *t = g_new0(AcpiTables, 1);

    t->tables = g_byte_array_new();
    t->rsdp = g_byte_array_new();
    t->loader = g_byte_array_new();
    t->roots = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_strlcpy(t->oem_id, oem_id, sizeof(t->oem_id));
    g_strlcpy(t->oem_table_id, oem_table_id, sizeof(t->oem_table_id));
    cmd_allocate(t, ACPI_RSDP_FILE, 16, ZONE_FSEG);
    cmd_allocate(t, ACPI_TABLE_FILE, 64, ZONE_HIGH);
    return t;
}

void acpi_tables_free(AcpiTables *t)
{
    g_byte_array_free(t->tables, TRUE);
    g_byte_array_free(t->rsdp, TRUE);
    g_byte_array_free(t->loader, TRUE);
    g_array_free(t->roots, TRUE);
    g_free(t);
}
