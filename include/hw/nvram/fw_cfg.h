/*
 * Firmware configuration: named and numbered blobs that firmware reads from the emulator.
 *
 * docs/specs/fw_cfg.txt describes the guest's side. Thread: under the big lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_NVRAM_FW_CFG_H
#define HW_NVRAM_FW_CFG_H

#include "exec/memory.h"
#include "hw/sysbus.h"

#define TYPE_FW_CFG "fw_cfg"
#define TYPE_FW_CFG_IO "fw_cfg_io"
#define TYPE_FW_CFG_MEM "fw_cfg_mem"
typedef struct FWCfgState FWCfgState;
DECLARE_INSTANCE_CHECKER(FWCfgState, FW_CFG, TYPE_FW_CFG)

/* Keys. */
enum {
    FW_CFG_SIGNATURE = 0x00, FW_CFG_ID = 0x01, FW_CFG_UUID = 0x02, FW_CFG_RAM_SIZE = 0x03,
    FW_CFG_NOGRAPHIC = 0x04, FW_CFG_NB_CPUS = 0x05, FW_CFG_MACHINE_ID = 0x06,
    FW_CFG_KERNEL_ADDR = 0x07, FW_CFG_KERNEL_SIZE = 0x08, FW_CFG_KERNEL_CMDLINE = 0x09,
    FW_CFG_INITRD_ADDR = 0x0a, FW_CFG_INITRD_SIZE = 0x0b, FW_CFG_BOOT_DEVICE = 0x0c,
    FW_CFG_NUMA = 0x0d, FW_CFG_BOOT_MENU = 0x0e, FW_CFG_MAX_CPUS = 0x0f,
    FW_CFG_KERNEL_ENTRY = 0x10, FW_CFG_KERNEL_DATA = 0x11, FW_CFG_INITRD_DATA = 0x12,
    FW_CFG_CMDLINE_ADDR = 0x13, FW_CFG_CMDLINE_SIZE = 0x14, FW_CFG_CMDLINE_DATA = 0x15,
    FW_CFG_SETUP_ADDR = 0x16, FW_CFG_SETUP_SIZE = 0x17, FW_CFG_SETUP_DATA = 0x18,
    FW_CFG_FILE_DIR = 0x19, FW_CFG_FILE_FIRST = 0x20,
    FW_CFG_WRITE_CHANNEL = 0x4000, FW_CFG_ARCH_LOCAL = 0x8000, FW_CFG_INVALID = 0xffff,
};
#define FW_CFG_FILE_SLOTS_MIN 0x10
#define FW_CFG_FILE_SLOTS_DFLT 0x20
#define FW_CFG_MAX_FILE_PATH 56     /* with the final NUL */

/* Bits of the feature bitmap (FW_CFG_ID). */
#define FW_CFG_VERSION 0x01
#define FW_CFG_VERSION_DMA 0x02

/* Bits of FWCfgDmaAccess.control. */
#define FW_CFG_DMA_CTL_ERROR 0x01
#define FW_CFG_DMA_CTL_READ 0x02
#define FW_CFG_DMA_CTL_SKIP 0x04
#define FW_CFG_DMA_CTL_SELECT 0x08
#define FW_CFG_DMA_CTL_WRITE 0x10
#define FW_CFG_DMA_SIGNATURE 0x51454d5520434647ull /* "QEMU CFG" */

/* The guest selects an item; runs before its first byte is read. */
typedef void (*FWCfgCallback)(void *opaque);
/* The guest has written [@offset, @offset + @len) of an item by DMA. */
typedef void (*FWCfgWriteCallback)(void *opaque, off_t offset, size_t len);

/*
 * Adds an item under a fixed key; each key once. Bytes and file data belong to the caller and
 * must stay; strings and integers are copied (integers little-endian).
 */
void fw_cfg_add_bytes(FWCfgState *s, uint16_t key, void *data, size_t len);
void fw_cfg_add_string(FWCfgState *s, uint16_t key, const char *value);
void fw_cfg_add_i16(FWCfgState *s, uint16_t key, uint16_t value);
void fw_cfg_add_i32(FWCfgState *s, uint16_t key, uint32_t value);
void fw_cfg_add_i64(FWCfgState *s, uint16_t key, uint64_t value);
/* Replace the value of an item that one of the above added with the same type. */
void fw_cfg_modify_string(FWCfgState *s, uint16_t key, const char *value);
void fw_cfg_modify_i16(FWCfgState *s, uint16_t key, uint16_t value);
void fw_cfg_modify_i32(FWCfgState *s, uint16_t key, uint32_t value);
void fw_cfg_modify_i64(FWCfgState *s, uint16_t key, uint64_t value);
/*
 * Adds a file; its key is given by the order of names. A name that exists already is reported
 * and ends the process.
 */
void fw_cfg_add_file(FWCfgState *s, const char *filename, void *data, size_t len);
void fw_cfg_add_file_callback(FWCfgState *s, const char *filename, FWCfgCallback select_cb,
                              FWCfgWriteCallback write_cb, void *callback_opaque, void *data,
                              size_t len, bool read_only);
/* Replaces a file's data and returns the old (NULL if the file is new and was added). */
void *fw_cfg_modify_file(FWCfgState *s, const char *filename, void *data, size_t len);
/* A file whose content object @gen_id produces; 0 or -1 with @errp set. */
bool fw_cfg_add_from_generator(FWCfgState *s, const char *filename, const char *gen_id,
                               Error **errp);
/* True if a file of that name exists. */
bool fw_cfg_has_file(FWCfgState *s, const char *filename);

/* The device at I/O ports: selector and data at @iobase, DMA address at @dma_iobase (0: none). */
FWCfgState *fw_cfg_init_io_dma(uint32_t iobase, uint32_t dma_iobase, AddressSpace *dma_as);
FWCfgState *fw_cfg_init_io(uint32_t iobase);
/* The device in memory; @dma_addr 0 for none. @data_width in bytes, at most 8. */
FWCfgState *fw_cfg_init_mem(hwaddr ctl_addr, hwaddr data_addr);
FWCfgState *fw_cfg_init_mem_wide(hwaddr ctl_addr, hwaddr data_addr, uint32_t data_width,
                                 hwaddr dma_addr, AddressSpace *dma_as);
/* The machine's, or NULL. */
FWCfgState *fw_cfg_find(void);
bool fw_cfg_dma_enabled(void *opaque);

/* Objects whose content can be a file (-fw_cfg gen_id=). */
#define TYPE_FW_CFG_DATA_GENERATOR_INTERFACE "fw_cfg-data-generator"
typedef struct FWCfgDataGeneratorClass {
    InterfaceClass parent_class;
    GByteArray *(*get_data)(Object *obj, Error **errp);
} FWCfgDataGeneratorClass;
DECLARE_CLASS_CHECKERS(FWCfgDataGeneratorClass, FW_CFG_DATA_GENERATOR,
                       TYPE_FW_CFG_DATA_GENERATOR_INTERFACE)

#endif
