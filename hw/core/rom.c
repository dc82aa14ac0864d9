/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ROM blobs: what is put into guest memory at each reset, and option ROMs for the firmware.
 *
 * Spec:      none; the firmware finds option ROMs as fw_cfg files below "genroms/" and
 *            "vgaroms/" (SeaBIOS, "Runtime config").
 * Thread:    big lock.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/queue.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/loader.h"
#include "sysemu/reset.h"
#include "sysemu/sysemu.h"

typedef struct Rom {
    char *name;
    uint8_t *data;          /* datasize bytes; NULL once a read-only region has them for good */
    size_t datasize, romsize;
    hwaddr addr;
    AddressSpace *as;
    MemoryRegion *mr;       /* fill this instead of memory at addr */
    bool committed, is_rom;
    QTAILQ_ENTRY(Rom) next;
} Rom;

static struct {
    QTAILQ_HEAD(, Rom) list; /* by address space, then address */
    FWCfgState *fw_cfg;
    RomFwAddFile *add_file;
    bool ready;
} roms; /* under the big lock */

static void roms_init(void)
{
    if (!roms.ready) {
        QTAILQ_INIT(&roms.list);
        roms.ready = true;
    }
}

void rom_set_fw(FWCfgState *f)
{
    roms.fw_cfg = f;
}

void rom_set_fw_hook(RomFwAddFile *fn)
{
    roms.add_file = fn;
}

static AddressSpace *rom_as(const Rom *r)
{
    return r->as ? r->as : &address_space_memory;
}

static void rom_insert(Rom *r)
{
    Rom *at;

    roms_init();
    QTAILQ_FOREACH(at, &roms.list, next) {
        if (rom_as(at) > rom_as(r) || (rom_as(at) == rom_as(r) && at->addr > r->addr)) {
            QTAILQ_INSERT_BEFORE(at, r, next);
            return;
        }
    }
    QTAILQ_INSERT_TAIL(&roms.list, r, next);
}

static void rom_free(Rom *r)
{
    g_free(r->name);
    g_free(r->data);
    g_free(r);
}

static void offer_to_firmware(Rom *r, const char *fw_dir)
{
    g_autofree char *base = g_path_get_basename(r->name);
    g_autofree char *name = g_strdup_printf("%s/%s", fw_dir, base);

    roms.add_file(roms.fw_cfg, name, r->data, r->romsize);
}

int rom_add_file(const char *file, const char *fw_dir, hwaddr addr, int32_t bootindex,
                 bool has_option_rom, MemoryRegion *mr, AddressSpace *as)
{
    g_autofree char *path = qemu_find_file(QEMU_FILE_TYPE_BIOS, file);
    int64_t size = get_image_size(path ? path : file);
    Rom *r;

    if (size < 0) {
        error_report("Could not open option rom '%s': %s", file, strerror(errno));
        return -1;
    }
    r = g_new0(Rom, 1);
    r->name = g_strdup(path ? path : file);
    r->addr = addr;
    r->as = as;
    r->mr = mr;
    r->datasize = r->romsize = size;
    r->data = g_malloc0(MAX(size, 1));
    r->is_rom = true;
    if (load_image_size(r->name, r->data, size) != size) {
        error_report("rom: file %s: read error: %s", file, strerror(errno));
        rom_free(r);
        return -1;
    }
    rom_insert(r);
    if (fw_dir && roms.fw_cfg && roms.add_file) {
        offer_to_firmware(r, fw_dir);
        r->addr = 0;
        r->mr = NULL;
        r->datasize = 0; /* the firmware fetches it; nothing to copy */
    }
    if (bootindex >= 0) {
        g_autofree char *base = g_path_get_basename(r->name);
        g_autofree char *suffix = g_strdup_printf("/rom@%s/%s", fw_dir ? fw_dir : "", base);

        add_boot_device_path(bootindex, NULL, suffix);
    }
    return 0;
}

MemoryRegion *rom_add_blob(const char *name, const void *blob, size_t len, size_t max_len,
                           hwaddr addr, const char *fw_file_name,
                           void (*fw_callback)(void *opaque), void *callback_opaque,
                           AddressSpace *as, bool read_only)
{
    Rom *r = g_new0(Rom, 1);

    r->name = g_strdup(name);
    r->addr = addr;
    r->as = as;
    r->datasize = len;
    r->romsize = MAX(len, max_len);
    r->data = g_malloc0(MAX(r->romsize, 1u));
    memcpy(r->data, blob, len);
    r->is_rom = read_only;
    rom_insert(r);
    if (fw_file_name && roms.fw_cfg && roms.add_file) {
        roms.add_file(roms.fw_cfg, fw_file_name, r->data, r->datasize);
        r->datasize = 0;
    }
    return NULL;
}

int rom_add_vga(const char *file)
{
    return rom_add_file(file, "vgaroms", 0, -1, true, NULL, NULL);
}

int rom_add_option(const char *file, int32_t bootindex)
{
    return rom_add_file(file, "genroms", 0, bootindex, true, NULL, NULL);
}

/* ---- reset ---- */

static void rom_reset(void *opaque)
{
    Rom *r;

    QTAILQ_FOREACH(r, &roms.list, next) {
        if (!r->data || !r->datasize) {
            continue;
        }
        if (r->mr) {
            memcpy(memory_region_get_ram_ptr(r->mr), r->data,
                   MIN((uint64_t)r->datasize, memory_region_size(r->mr)));
            memory_region_set_dirty(r->mr, 0, r->datasize);
        } else {
            address_space_write_rom(rom_as(r), r->addr, MEMTXATTRS_UNSPECIFIED, r->data,
                                    r->datasize);
        }
    }
}

int rom_check_and_register_reset(void)
{
    const Rom *before = NULL;
    Rom *r;

    roms_init();
    QTAILQ_FOREACH(r, &roms.list, next) {
        if (r->mr || !r->datasize) {
            continue;
        }
        if (before && rom_as(before) == rom_as(r) &&
            before->addr + before->datasize > r->addr) {
            error_report("Some ROM regions are overlapping: '%s' at 0x%" HWADDR_PRIx
                         " (0x%zx bytes) and '%s' at 0x%" HWADDR_PRIx, before->name,
                         before->addr, before->datasize, r->name, r->addr);
            return -1;
        }
        before = r;
    }
    qemu_register_reset(rom_reset, NULL);
    return 0;
}

/* ---- look inside ---- */

void *rom_ptr_for_as(AddressSpace *as, hwaddr addr, size_t size)
{
    Rom *r;

    roms_init();
    QTAILQ_FOREACH(r, &roms.list, next) {
        if (!r->mr && r->data && rom_as(r) == as && addr >= r->addr &&
            addr - r->addr < r->datasize && size <= r->datasize - (addr - r->addr)) {
            return r->data + (addr - r->addr);
        }
    }
    return NULL;
}

void *rom_ptr(hwaddr addr, size_t size)
{
    return rom_ptr_for_as(&address_space_memory, addr, size);
}

int rom_copy(uint8_t *dest, hwaddr addr, size_t size)
{
    int covered = 0;
    Rom *r;

    roms_init();
    QTAILQ_FOREACH(r, &roms.list, next) {
        hwaddr from = MAX(addr, r->addr), to = MIN(addr + size, r->addr + r->datasize);

        if (!r->mr && r->data && rom_as(r) == &address_space_memory && from < to) {
            memcpy(dest + (from - addr), r->data + (from - r->addr), to - from);
            covered += to - from;
        }
    }
    return covered;
}

void rom_transaction_begin(void)
{
    Rom *r;

    roms_init();
    QTAILQ_FOREACH(r, &roms.list, next) {
        r->committed = true;
    }
}

void rom_transaction_end(bool commit)
{
    Rom *r, *next;

    QTAILQ_FOREACH_SAFE(r, &roms.list, next, next) {
        if (!r->committed && !commit) {
            QTAILQ_REMOVE(&roms.list, r, next);
            rom_free(r);
        } else {
            r->committed = true;
        }
    }
}

void rom_format(GString *out)
{
    Rom *r;

    roms_init();
    QTAILQ_FOREACH(r, &roms.list, next) {
        if (r->mr) {
            g_string_append_printf(out, "%s size=0x%06zx name=\"%s\"\n",
                                   memory_region_name(r->mr), r->romsize, r->name);
        } else if (r->datasize) {
            g_string_append_printf(out, "addr=%016" HWADDR_PRIx " size=0x%06zx mem=%s name=\"%s\"\n",
                                   r->addr, r->romsize, r->is_rom ? "rom" : "ram", r->name);
        } else {
            g_string_append_printf(out, "fw=genroms size=0x%06zx name=\"%s\"\n", r->romsize,
                                   r->name);
        }
    }
}

void rom_free_all(void)
{
    Rom *r, *next;

    roms_init();
    QTAILQ_FOREACH_SAFE(r, &roms.list, next, next) {
        QTAILQ_REMOVE(&roms.list, r, next);
        rom_free(r);
    }
    qemu_unregister_reset(rom_reset, NULL);
}
