/*
 * Loading files and blobs into guest memory: firmware, kernels, option ROMs, ELF.
 *
 * ROM blobs are registered while the machine is built and copied to guest memory at each reset,
 * unless they live in a region of their own that the guest cannot change.
 *
 * Thread: under the big lock (BQL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_LOADER_H
#define HW_LOADER_H

#include "qemu/osdep.h"
#include "exec/memory.h"

/* Size of a file in bytes; -1 if it cannot be had, with errno. */
int64_t get_image_size(const char *filename);
/* Reads a file to @addr; size, or -1 with errno. The _size form reads at most @size bytes. */
ssize_t load_image_size(const char *filename, void *addr, size_t size);
/* A file as a ROM blob at guest address @addr of at most @max_sz bytes; size or -1. */
ssize_t load_image_targphys(const char *filename, hwaddr addr, uint64_t max_sz);
ssize_t load_image_targphys_as(const char *filename, hwaddr addr, uint64_t max_sz,
                               AddressSpace *as);
/* A file into a RAM or ROM region: the region gets the file's content at each reset. */
ssize_t load_image_mr(const char *filename, MemoryRegion *mr);
/* Unpacks gzip; @buffer to g_free(). Size, or -1. */
ssize_t load_image_gzipped_buffer(const char *filename, uint64_t max_sz, uint8_t **buffer);
ssize_t load_image_gzipped(const char *filename, hwaddr addr, uint64_t max_sz);

#define ELF_LOAD_FAILED -1
#define ELF_LOAD_NOT_ELF -2
#define ELF_LOAD_WRONG_ARCH -3
#define ELF_LOAD_WRONG_ENDIAN -4
#define ELF_LOAD_TOO_BIG -5
const char *load_elf_strerror(ssize_t error);

/*
 * Loads the PT_LOAD segments of an ELF file of machine @elf_machine (0: any) as ROM blobs.
 * @translate_fn maps physical addresses, @elf_note_fn sees each PT_NOTE note; both may be NULL, as
 * may the places for the entry point, lowest and highest address. @pflags gets e_flags. @as NULL:
 * the system's memory. Returns bytes of memory used, or one of the ELF_LOAD_ codes.
 */
ssize_t load_elf_as(const char *filename, uint64_t (*elf_note_fn)(void *, void *, bool),
                    uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                    uint64_t *pentry, uint64_t *lowaddr, uint64_t *highaddr, uint32_t *pflags,
                    int big_endian, int elf_machine, int clear_lsb, int data_swab,
                    AddressSpace *as);
ssize_t load_elf(const char *filename, uint64_t (*elf_note_fn)(void *, void *, bool),
                 uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                 uint64_t *pentry, uint64_t *lowaddr, uint64_t *highaddr, uint32_t *pflags,
                 int big_endian, int elf_machine, int clear_lsb, int data_swab);
/* Reads the ELF header into @hdr (of ELF64 size); @is64 tells which. False with @errp set. */
bool load_elf_hdr(const char *filename, void *hdr, bool *is64, Error **errp);
/* A U-Boot image (legacy uImage, possibly gzip): size or -1. */
ssize_t load_uimage_as(const char *filename, hwaddr *ep, hwaddr *loadaddr, int *is_linux,
                       uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                       AddressSpace *as);
ssize_t load_uimage(const char *filename, hwaddr *ep, hwaddr *loadaddr, int *is_linux,
                    uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque);
/* Intel HEX records; entry point if there is one. Size or -1. */
ssize_t load_targphys_hex_as(const char *filename, hwaddr *entry, AddressSpace *as);

/* Receiver of fw_cfg files: the fw_cfg device registers itself with rom_set_fw(). */
typedef struct FWCfgState FWCfgState;
void rom_set_fw(FWCfgState *f);
/* How a file is handed to it. */
typedef void RomFwAddFile(FWCfgState *f, const char *name, void *data, size_t size);
void rom_set_fw_hook(RomFwAddFile *fn);

/* Registers a file; @fw_dir and @bootindex are for fw_cfg, @mr a region to fill instead of memory. */
int rom_add_file(const char *file, const char *fw_dir, hwaddr addr, int32_t bootindex,
                 bool has_option_rom, MemoryRegion *mr, AddressSpace *as);
/*
 * Registers a copy of @blob; @max_len >= @len bytes may be resized by firmware. If @fw_file_name is
 * set it is also a fw_cfg file, and the region made for it is returned (else NULL).
 */
MemoryRegion *rom_add_blob(const char *name, const void *blob, size_t len, size_t max_len,
                           hwaddr addr, const char *fw_file_name,
                           void (*fw_callback)(void *opaque), void *callback_opaque,
                           AddressSpace *as, bool read_only);
#define rom_add_file_fixed(_f, _a, _i) rom_add_file(_f, NULL, _a, _i, false, NULL, NULL)
#define rom_add_blob_fixed(_f, _b, _l, _a) \
    rom_add_blob(_f, _b, _l, _l, _a, NULL, NULL, NULL, NULL, true)
#define rom_add_file_mr(_f, _mr, _i) rom_add_file(_f, NULL, 0, _i, false, _mr, NULL)
#define rom_add_file_as(_f, _as, _i) rom_add_file(_f, NULL, 0, _i, false, NULL, _as)
#define rom_add_blob_fixed_as(_f, _b, _l, _a, _as) \
    rom_add_blob(_f, _b, _l, _l, _a, NULL, NULL, NULL, _as, true)
/* Option ROMs that the firmware finds through fw_cfg. */
int rom_add_vga(const char *file);
int rom_add_option(const char *file, int32_t bootindex);
/* Reports overlaps and registers the reset handler; after the board's init. -1 on overlap. */
int rom_check_and_register_reset(void);
/* Registered bytes at @addr before they were copied, or NULL; for boards that look inside. */
void *rom_ptr(hwaddr addr, size_t size);
void *rom_ptr_for_as(AddressSpace *as, hwaddr addr, size_t size);
/* Copies registered content of [@addr, @addr + @size) into @dest; bytes covered. */
int rom_copy(uint8_t *dest, hwaddr addr, size_t size);
void rom_transaction_begin(void);
/* Keeps (or, on failure, drops) what was registered since begin. */
void rom_transaction_end(bool commit);
/* "info roms" */
void rom_format(GString *out);
/* Ends all loading: whoever holds blobs for later resets keeps them. For tests. */
void rom_free_all(void);

#endif
