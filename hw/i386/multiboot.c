/*
 * -kernel for PC boards: Multiboot kernels, with -initrd as their modules.
 *
 * Spec:     Multiboot Specification 0.6.96.
 * Thread:   main thread, while the board is built.
 * Deviates: no video mode is set (header flag 2): the information structure says so.
 *
 * Everything is laid out here: one block with the kernel as it lies in memory, its zeroed bss,
 * and page-aligned modules; one block below 1 MiB with the information structure, module list
 * and strings. The option ROM loads both and adds the firmware's memory map. The layout of the
 * second block is shared with pc-bios/optionrom/multiboot.S.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <elf.h>
#include "hw/loader.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/error-report.h"
#include "qemu/option.h"
#include "qemu/units.h"
#include "pc-internal.h"

#define HEADER_SEARCH 8192
#define HEADER_MAGIC 0x1badb002
#define HEADER_PAGE_ALIGN 0x00000001
#define HEADER_VIDEO 0x00000004
#define HEADER_UNKNOWN 0x0000fff8   /* requirements that we do not know */
#define HEADER_ADDRESSES 0x00010000

#define MBI_ADDR 0x9000
#define MBI_MMAP 0x100
#define MBI_MODULES 0xe00
#define MBI_LIMIT 0x90000           /* end of what the second block may take */
#define MODULE_ENTRY 16

#define INFO_MEMORY 0x001
#define INFO_BOOT_DEVICE 0x002
#define INFO_CMDLINE 0x004
#define INFO_MODULES 0x008
#define INFO_MMAP 0x040
#define INFO_LOADER_NAME 0x200

/* More memory than this is not loaded: the rest of 4 GiB belongs to devices. */
#define MAX_IMAGE (3 * GiB)

typedef struct MultibootImage {
    const char *file;
    const uint8_t *data;
    size_t size;
    uint32_t load_addr;             /* where the first byte of image goes */
    uint32_t entry;
    GByteArray *image;              /* kernel, bss, modules */
    GByteArray *info;               /* the block at MBI_ADDR */
    unsigned num_modules;
} MultibootImage;

static G_NORETURN void fail(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

static G_NORETURN void fail(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_vreport(fmt, ap);
    va_end(ap);
    exit(EXIT_FAILURE);
}

/* ---- the kernel ---- */

/* Offset of the header in the file, or -1. */
static int find_header(const uint8_t *data, size_t size)
{
    size_t end = MIN(size, HEADER_SEARCH);

    for (size_t i = 0; i + 12 <= end; i += 4) {
        uint32_t flags = ldl_le_p(data + i + 4);

        if (ldl_le_p(data + i) == HEADER_MAGIC &&
            (uint32_t)(HEADER_MAGIC + flags + ldl_le_p(data + i + 8)) == 0) {
            return i;
        }
    }
    return -1;
}

static void check_range(const MultibootImage *m, uint64_t start, uint64_t end)
{
    if (end < start || end - start > MAX_IMAGE || end > UINT32_MAX) {
        fail("-kernel: '%s' wants to lie at 0x%" PRIx64 "-0x%" PRIx64 ", which is no usable "
             "memory", m->file, start, end);
    }
}

/* Header flag 16: a flat image whose place the header tells. */
static void load_flat(MultibootImage *m, int header)
{
    const uint8_t *h = m->data + header;
    uint32_t header_addr, load_addr, load_end, bss_end, from, len;

    if ((size_t)header + 32 > m->size) {
        fail("-kernel: the Multiboot header of '%s' is cut off", m->file);
    }
    header_addr = ldl_le_p(h + 12);
    load_addr = ldl_le_p(h + 16);
    load_end = ldl_le_p(h + 20);
    bss_end = ldl_le_p(h + 24);
    m->entry = ldl_le_p(h + 28);
    if (header_addr < load_addr || header_addr - load_addr > (uint32_t)header) {
        fail("-kernel: the addresses in the Multiboot header of '%s' contradict each other",
             m->file);
    }
    from = header - (header_addr - load_addr);
    len = load_end ? load_end - load_addr : m->size - from;
    if ((load_end && load_end < load_addr) || len > m->size - from) {
        fail("-kernel: '%s' is truncated: it ends before the end of its image", m->file);
    }
    check_range(m, load_addr, MAX((uint64_t)load_addr + len, (uint64_t)bss_end));
    m->load_addr = load_addr;
    g_byte_array_append(m->image, m->data + from, len);
    if (bss_end > load_addr + len) {
        g_byte_array_set_size(m->image, bss_end - load_addr);
        memset(m->image->data + len, 0, m->image->len - len);
    }
}

static void load_elf_segments(MultibootImage *m)
{
    const Elf32_Ehdr *eh = (const Elf32_Ehdr *)m->data;
    uint64_t low = UINT64_MAX, high = 0;
    const Elf32_Phdr *ph;
    bool entry_found = false;
    uint32_t entry;

    if (m->size < sizeof(*eh) || memcmp(eh->e_ident, ELFMAG, SELFMAG)) {
        fail("-kernel: '%s' has a Multiboot header, but is neither an ELF file nor says where it "
             "is to be loaded", m->file);
    }
    if (eh->e_ident[EI_CLASS] != ELFCLASS32) {
        fail("-kernel: '%s': cannot load a 64-bit ELF image by Multiboot, give a 32-bit one",
             m->file);
    }
    if (eh->e_phentsize != sizeof(*ph) || eh->e_phoff > m->size ||
        (uint64_t)eh->e_phnum * sizeof(*ph) > m->size - eh->e_phoff) {
        fail("-kernel: the program headers of '%s' are damaged", m->file);
    }
    entry = eh->e_entry;
    ph = (const Elf32_Phdr *)(m->data + eh->e_phoff);
    for (int i = 0; i < eh->e_phnum; i++) {
        if (ph[i].p_type != PT_LOAD || !ph[i].p_memsz) {
            continue;
        }
        if (ph[i].p_filesz > ph[i].p_memsz || ph[i].p_offset > m->size ||
            ph[i].p_filesz > m->size - ph[i].p_offset) {
            fail("-kernel: segment %d of '%s' is damaged or truncated", i, m->file);
        }
        low = MIN(low, ph[i].p_paddr);
        high = MAX(high, (uint64_t)ph[i].p_paddr + ph[i].p_memsz);
    }
    if (low > high) {
        fail("-kernel: '%s' has no segments to load", m->file);
    }
    check_range(m, low, high);
    m->load_addr = low;
    g_byte_array_set_size(m->image, high - low);
    memset(m->image->data, 0, m->image->len);
    for (int i = 0; i < eh->e_phnum; i++) {
        if (ph[i].p_type != PT_LOAD || !ph[i].p_memsz) {
            continue;
        }
        memcpy(m->image->data + (ph[i].p_paddr - low), m->data + ph[i].p_offset, ph[i].p_filesz);
        /* The entry point may be a virtual address: it is entered by its physical one. */
        if (!entry_found && entry >= ph[i].p_vaddr && entry - ph[i].p_vaddr < ph[i].p_memsz) {
            m->entry = entry - ph[i].p_vaddr + ph[i].p_paddr;
            entry_found = true;
        }
    }
    if (!entry_found) {
        m->entry = entry;
    }
}

/* ---- the information block ---- */

static uint32_t info_address(const MultibootImage *m, size_t offset)
{
    return MBI_ADDR + offset;
}

static void set_info(MultibootImage *m, unsigned offset, uint32_t value)
{
    stl_le_p(m->info->data + offset, value);
}

/* Appends a string; its address. */
static uint32_t add_string(MultibootImage *m, const char *s)
{
    size_t offset = m->info->len;

    g_byte_array_append(m->info, (const uint8_t *)s, strlen(s) + 1);
    if (info_address(m, m->info->len) > MBI_LIMIT) {
        fail("-append, -initrd: the command lines are too long for a Multiboot kernel");
    }
    return info_address(m, offset);
}

/* ---- modules ---- */

static void add_module(MultibootImage *m, const char *spec, uint32_t ram_limit)
{
    g_autofree char *file = g_strndup(spec, strcspn(spec, " "));
    g_autoptr(GError) err = NULL;
    g_autofree gchar *data = NULL;
    size_t at = ROUND_UP(m->image->len + (m->load_addr & 4095), 4096) - (m->load_addr & 4095);
    unsigned entry = MBI_MODULES + m->num_modules * MODULE_ENTRY;
    size_t old_len = m->image->len;
    gsize size;
    uint32_t string;

    if (!g_file_get_contents(file, &data, &size, &err)) {
        fail("-initrd: could not load module '%s': %s", file, err->message);
    }
    if ((uint64_t)m->load_addr + at + size > ram_limit) {
        fail("-initrd: module '%s' (%zu bytes) does not fit into memory", file, (size_t)size);
    }
    g_byte_array_set_size(m->image, at);
    memset(m->image->data + old_len, 0, at - old_len);
    g_byte_array_append(m->image, (const uint8_t *)data, size);

    string = add_string(m, spec);
    set_info(m, entry, m->load_addr + at);
    set_info(m, entry + 4, m->load_addr + at + size);
    set_info(m, entry + 8, string);
    set_info(m, entry + 12, 0);
    m->num_modules++;
}

/* "FILE ARGS,FILE ARGS": a list whose commas are doubled where they are meant. */
static GPtrArray *split_modules(const char *list)
{
    GPtrArray *specs = g_ptr_array_new_with_free_func(g_free);

    while (*list) {
        char *spec;

        list = get_opt_value(list, &spec);
        g_ptr_array_add(specs, spec);
        if (*list) {
            list++;
        }
    }
    return specs;
}

static void add_modules(PCMachineState *pcms, MultibootImage *m, GPtrArray *specs)
{
    uint64_t limit = pcms->below_4g_mem_size - MIN(pcms->below_4g_mem_size, 1 * MiB);

    for (unsigned i = 0; i < specs->len; i++) {
        add_module(m, g_ptr_array_index(specs, i), limit);
    }
    if (m->num_modules) {
        set_info(m, 20, m->num_modules);
        set_info(m, 24, info_address(m, MBI_MODULES));
        set_info(m, 0, ldl_le_p(m->info->data) | INFO_MODULES);
    }
}

static void start_info(PCMachineState *pcms, MultibootImage *m, unsigned max_modules)
{
    MachineState *ms = MACHINE(pcms);
    size_t size = MBI_MODULES + max_modules * MODULE_ENTRY;
    g_autofree char *cmdline = NULL;
    uint32_t string;

    if (info_address(m, size) > MBI_LIMIT) {
        fail("-initrd: too many modules: %u", max_modules);
    }
    g_byte_array_set_size(m->info, size);
    memset(m->info->data, 0, size);
    set_info(m, 0, INFO_MEMORY | INFO_BOOT_DEVICE | INFO_CMDLINE | INFO_MMAP | INFO_LOADER_NAME);
    set_info(m, 12, 0x8000ffff); /* boot device: the first disk, no partition */
    set_info(m, 48, info_address(m, MBI_MMAP));
    cmdline = g_strdup_printf("%s %s", m->file, ms->kernel_cmdline ? ms->kernel_cmdline : "");
    string = add_string(m, g_strchomp(cmdline));
    set_info(m, 16, string);
    string = add_string(m, "moa");
    set_info(m, 64, string);
}

bool pc_load_multiboot(PCMachineState *pcms, const uint8_t *data, size_t size)
{
    MachineState *ms = MACHINE(pcms);
    FWCfgState *fw = pcms->fw_cfg;
    MultibootImage m = { .file = ms->kernel_filename, .data = data, .size = size };
    g_autoptr(GPtrArray) specs = NULL;
    int header = find_header(data, size);
    uint32_t flags;

    if (header < 0) {
        return false;
    }
    flags = ldl_le_p(data + header + 4);
    if (flags & HEADER_UNKNOWN) {
        fail("-kernel: '%s' asks for Multiboot features that are not known (flags 0x%x)", m.file,
             flags);
    }
    if (ms->dtb) {
        fail("-dtb: a Multiboot kernel takes no device tree");
    }
    m.image = g_byte_array_new();
    m.info = g_byte_array_new();
    if (flags & HEADER_ADDRESSES) {
        load_flat(&m, header);
    } else {
        load_elf_segments(&m);
    }
    if ((uint64_t)m.load_addr + m.image->len > pcms->below_4g_mem_size) {
        fail("-kernel: '%s' does not fit into %" PRIu64 " MiB of memory", m.file,
             (uint64_t)ms->ram_size / MiB);
    }
    specs = split_modules(ms->initrd_filename ? ms->initrd_filename : "");
    start_info(pcms, &m, specs->len);
    add_modules(pcms, &m, specs);

    fw_cfg_add_i32(fw, FW_CFG_KERNEL_ENTRY, m.entry);
    fw_cfg_add_i32(fw, FW_CFG_KERNEL_ADDR, m.load_addr);
    fw_cfg_add_i32(fw, FW_CFG_KERNEL_SIZE, m.image->len);
    fw_cfg_add_i32(fw, FW_CFG_INITRD_ADDR, MBI_ADDR);
    fw_cfg_add_i32(fw, FW_CFG_INITRD_SIZE, m.info->len);
    size = m.image->len;
    fw_cfg_add_bytes(fw, FW_CFG_KERNEL_DATA, g_byte_array_free(m.image, FALSE), size);
    size = m.info->len;
    fw_cfg_add_bytes(fw, FW_CFG_INITRD_DATA, g_byte_array_free(m.info, FALSE), size);
    if (rom_add_option("moa-multiboot.bin", 0) < 0) {
        exit(EXIT_FAILURE);
    }
    return true;
}
