/*
 * -kernel for PC boards: Linux through fw_cfg and our option ROM.
 *
 * Spec:     The Linux/x86 boot protocol, versions 2.00 to 2.15, and the older protocol for
 *           kernels without a version.
 * Thread:   main thread, while the board is built.
 *
 *   item      loaded at                    holds
 *   setup     0x10000 (0x90000 if old)     real-mode code with the header filled in
 *   cmdline   0x20000 (below 0x9a000)      command line
 *   kernel    0x100000 (0x10000 if zImage) the rest of the file
 *   initrd    as high as allowed           initrd, and behind it a device tree
 *
 * Header fields used (offset in the file):
 *
 *   0x1f1 setup sectors   0x1fa video mode      0x202 "HdrS"          0x206 protocol version
 *   0x210 loader type     0x211 load flags      0x218 initrd, size    0x224 heap end
 *   0x228 command line    0x22c initrd limit    0x238 cmdline limit   0x250 setup data list
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/loader.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "pc-internal.h"

#define HDR_SETUP_SECTS 0x1f1
#define HDR_VID_MODE 0x1fa
#define HDR_BOOT_FLAG 0x1fe
#define HDR_MAGIC 0x202
#define HDR_VERSION 0x206
#define HDR_LOADER_TYPE 0x210
#define HDR_LOAD_FLAGS 0x211
#define HDR_RAMDISK 0x218
#define HDR_RAMDISK_SIZE 0x21c
#define HDR_HEAP_END 0x224
#define HDR_CMDLINE 0x228
#define HDR_INITRD_MAX 0x22c
#define HDR_CMDLINE_SIZE 0x238
#define HDR_SETUP_DATA 0x250
#define HDR_END 0x268

#define MAGIC_HDRS 0x53726448
#define LOADED_HIGH 0x01
#define CAN_USE_HEAP 0x80
#define LOADER_TYPE_OURS 0xb0       /* the number for emulators of this command line */
#define OLD_CMDLINE_MAGIC 0xa33f
#define OLD_INITRD_MAX 0x37ffffff
#define OLD_CMDLINE_MAX 255
#define SETUP_DTB 2
#define SETUP_DATA_HEADER 16

/* Firmware keeps its tables at the top of RAM below 4 GiB; they must not meet the initrd. */
#define FIRMWARE_TOP (1 * MiB)

typedef struct LinuxImage {
    const char *file;
    const uint8_t *data;            /* the whole file; the mapping stays */
    size_t size;
    uint8_t *setup;                 /* a copy of the real-mode part */
    size_t setup_size;
    unsigned protocol;
    uint32_t real_addr, prot_addr, cmdline_addr;
} LinuxImage;

static G_NORETURN void fail(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

static G_NORETURN void fail(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_vreport(fmt, ap);
    va_end(ap);
    exit(EXIT_FAILURE);
}

/* Maps a file for good: fw_cfg gives it out at each boot. */
static const uint8_t *map_file(const char *file, const char *option, size_t *size)
{
    g_autoptr(GError) err = NULL;
    GMappedFile *map = g_mapped_file_new(file, false, &err);

    if (!map) {
        fail("%s: could not open '%s': %s", option, file, err->message);
    }
    *size = g_mapped_file_get_length(map);
    if (*size == 0) {
        fail("%s: '%s' is empty", option, file);
    }
    if (*size >= UINT32_MAX) {
        fail("%s: '%s' is larger than 4 GiB", option, file);
    }
    return (const uint8_t *)g_mapped_file_get_contents(map);
}

/* ---- the header ---- */

static void choose_addresses(LinuxImage *k, size_t cmdline_size)
{
    bool high = k->protocol >= 0x200 && (k->setup[HDR_LOAD_FLAGS] & LOADED_HIGH);

    if (k->protocol >= 0x202 && high) {
        k->real_addr = 0x10000;
        k->cmdline_addr = 0x20000;
    } else {
        k->real_addr = 0x90000;
        k->cmdline_addr = (0x9a000 - cmdline_size) & ~15u;
    }
    k->prot_addr = high ? 0x100000 : 0x10000;
}

static bool read_header(LinuxImage *k)
{
    unsigned sectors;

    if (k->size < HDR_END || lduw_le_p(k->data + HDR_BOOT_FLAG) != 0xaa55) {
        return false;
    }
    k->protocol = ldl_le_p(k->data + HDR_MAGIC) == MAGIC_HDRS ? lduw_le_p(k->data + HDR_VERSION)
                                                              : 0;
    sectors = k->data[HDR_SETUP_SECTS];
    k->setup_size = ((sectors ? sectors : 4) + 1) * 512;
    if (k->setup_size > k->size) {
        fail("-kernel: '%s' is truncated: %zu bytes, its header promises more than %zu", k->file,
             k->size, k->setup_size);
    }
    k->setup = g_memdup2(k->data, k->setup_size);
    return true;
}

/* "vga=" is for the boot loader: the number goes to the header. */
static void set_video_mode(LinuxImage *k, const char *cmdline)
{
    static const struct {
        const char *name;
        uint16_t mode;
    } names[] = { { "normal", 0xffff }, { "ext", 0xfffe }, { "ask", 0xfffd } };
    const char *p = strstr(cmdline, "vga=");
    unsigned long mode;
    char *end;

    if (!p || (p != cmdline && p[-1] != ' ')) {
        return;
    }
    p += 4;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        size_t len = strlen(names[i].name);

        if (!strncmp(p, names[i].name, len) && (!p[len] || p[len] == ' ')) {
            stw_le_p(k->setup + HDR_VID_MODE, names[i].mode);
            return;
        }
    }
    mode = strtoul(p, &end, 0);
    if (end == p || (*end && *end != ' ') || mode > 0xffff) {
        fail("-append: invalid vga= option: must be normal, ext, ask or a number");
    }
    stw_le_p(k->setup + HDR_VID_MODE, mode);
}

static void add_cmdline(PCMachineState *pcms, LinuxImage *k, const char *cmdline)
{
    FWCfgState *fw = pcms->fw_cfg;
    size_t size = strlen(cmdline) + 1;
    size_t limit = k->protocol >= 0x206 ? ldl_le_p(k->setup + HDR_CMDLINE_SIZE) : OLD_CMDLINE_MAX;

    if (size - 1 > limit) {
        fail("-append: %zu characters, but this kernel takes %zu at most", size - 1, limit);
    }
    fw_cfg_add_i32(fw, FW_CFG_CMDLINE_ADDR, k->cmdline_addr);
    fw_cfg_add_i32(fw, FW_CFG_CMDLINE_SIZE, size);
    fw_cfg_add_string(fw, FW_CFG_CMDLINE_DATA, cmdline);
    if (k->protocol >= 0x202) {
        stl_le_p(k->setup + HDR_CMDLINE, k->cmdline_addr);
    } else {
        stw_le_p(k->setup + 0x20, OLD_CMDLINE_MAGIC);
        stw_le_p(k->setup + 0x22, k->cmdline_addr - k->real_addr);
    }
    set_video_mode(k, cmdline);
}

static void set_loader_fields(LinuxImage *k)
{
    if (k->protocol >= 0x200) {
        k->setup[HDR_LOADER_TYPE] = LOADER_TYPE_OURS;
    }
    if (k->protocol >= 0x201) {
        k->setup[HDR_LOAD_FLAGS] |= CAN_USE_HEAP;
        stw_le_p(k->setup + HDR_HEAP_END, k->cmdline_addr - k->real_addr - 0x200);
    }
}

/* ---- initrd and device tree ---- */

static const uint8_t *read_dtb(const MachineState *ms, const LinuxImage *k, size_t *size)
{
    const uint8_t *dtb;

    *size = 0;
    if (!ms->dtb) {
        return NULL;
    }
    if (k->protocol < 0x209) {
        fail("-dtb: this kernel cannot take a device tree: it needs boot protocol 2.09, this is "
             "%u.%02u", k->protocol >> 8, k->protocol & 0xff);
    }
    dtb = map_file(ms->dtb, "-dtb", size);
    if (*size < 8 || ldl_be_p(dtb) != 0xd00dfeed || ldl_be_p(dtb + 4) > *size) {
        fail("-dtb: '%s' is not a device tree", ms->dtb);
    }
    return dtb;
}

/*
 * Initrd and device tree travel as one item: the kernel is told of the first by address and
 * size, of the second by the list of setup data, whose only entry it is.
 */
static void add_initrd(PCMachineState *pcms, LinuxImage *k)
{
    MachineState *ms = MACHINE(pcms);
    uint64_t limit = k->protocol >= 0x203 ? ldl_le_p(k->setup + HDR_INITRD_MAX) : OLD_INITRD_MAX;
    size_t initrd_size = 0, dtb_size, dtb_offset, total;
    const uint8_t *initrd = NULL, *dtb = read_dtb(ms, k, &dtb_size);
    uint8_t *blob;
    uint64_t addr;

    if (ms->initrd_filename) {
        if (k->protocol < 0x200) {
            fail("-initrd: this kernel is too old to take one");
        }
        initrd = map_file(ms->initrd_filename, "-initrd", &initrd_size);
    }
    if (!initrd && !dtb) {
        return;
    }
    dtb_offset = ROUND_UP(initrd_size, 16);
    total = dtb ? dtb_offset + SETUP_DATA_HEADER + dtb_size : initrd_size;

    limit = MIN(limit + 1, pcms->below_4g_mem_size - MIN(pcms->below_4g_mem_size, FIRMWARE_TOP));
    if (total + k->prot_addr + k->size > limit) {
        fail("-initrd: '%s' (%zu bytes) does not fit below address 0x%" PRIx64 " with this "
             "kernel; give the machine more memory", ms->initrd_filename ? ms->initrd_filename
                                                                         : ms->dtb, total, limit);
    }
    addr = (limit - total) & ~4095ull;

    if (dtb) {
        blob = g_malloc0(total);
        if (initrd) {
            memcpy(blob, initrd, initrd_size);
        }
        stl_le_p(blob + dtb_offset + 8, SETUP_DTB);
        stl_le_p(blob + dtb_offset + 12, dtb_size);
        memcpy(blob + dtb_offset + SETUP_DATA_HEADER, dtb, dtb_size);
        stq_le_p(k->setup + HDR_SETUP_DATA, addr + dtb_offset);
    } else {
        blob = (uint8_t *)initrd;
    }
    fw_cfg_add_i32(pcms->fw_cfg, FW_CFG_INITRD_ADDR, addr);
    fw_cfg_add_i32(pcms->fw_cfg, FW_CFG_INITRD_SIZE, total);
    fw_cfg_add_bytes(pcms->fw_cfg, FW_CFG_INITRD_DATA, blob, total);
    if (initrd) {
        stl_le_p(k->setup + HDR_RAMDISK, addr);
        stl_le_p(k->setup + HDR_RAMDISK_SIZE, initrd_size);
    }
}

/* ---- all together ---- */

static void load_linux(PCMachineState *pcms, LinuxImage *k)
{
    MachineState *ms = MACHINE(pcms);
    const char *cmdline = ms->kernel_cmdline ? ms->kernel_cmdline : "";
    FWCfgState *fw = pcms->fw_cfg;
    size_t kernel_size = k->size - k->setup_size;

    choose_addresses(k, strlen(cmdline) + 1);
    if (kernel_size + k->prot_addr > pcms->below_4g_mem_size) {
        fail("-kernel: '%s' does not fit into %" PRIu64 " MiB of memory", k->file,
             (uint64_t)ms->ram_size / MiB);
    }
    add_cmdline(pcms, k, cmdline);
    set_loader_fields(k);
    add_initrd(pcms, k);

    fw_cfg_add_i32(fw, FW_CFG_KERNEL_ADDR, k->prot_addr);
    fw_cfg_add_i32(fw, FW_CFG_KERNEL_SIZE, kernel_size);
    fw_cfg_add_bytes(fw, FW_CFG_KERNEL_DATA, (void *)(k->data + k->setup_size), kernel_size);
    fw_cfg_add_i32(fw, FW_CFG_SETUP_ADDR, k->real_addr);
    fw_cfg_add_i32(fw, FW_CFG_SETUP_SIZE, k->setup_size);
    fw_cfg_add_bytes(fw, FW_CFG_SETUP_DATA, k->setup, k->setup_size);

    if (rom_add_option("moa-linuxboot.bin", 0) < 0) {
        exit(EXIT_FAILURE);
    }
}

void pc_load_kernel(PCMachineState *pcms)
{
    MachineState *ms = MACHINE(pcms);
    LinuxImage k = { .file = ms->kernel_filename };

    k.data = map_file(k.file, "-kernel", &k.size);
    /* A Multiboot kernel may be a Linux image, too, but never the other way round. */
    if (k.size >= HDR_END && ldl_le_p(k.data + HDR_MAGIC) == MAGIC_HDRS && read_header(&k)) {
        load_linux(pcms, &k);
        return;
    }
    if (pc_load_multiboot(pcms, k.data, k.size)) {
        return;
    }
    if (read_header(&k)) {
        load_linux(pcms, &k);
        return;
    }
    fail("-kernel: '%s' is neither a Linux image (bzImage) nor a Multiboot kernel", k.file);
}
