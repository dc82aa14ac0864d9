/*
 * Firmware configuration device.
 *
 * Spec:     docs/specs/fw_cfg.txt.
 * Thread:   under the big lock.
 * Migrated: selection, offset and DMA address. Items are rebuilt by the destination from its own
 *           configuration.
 *
 *   I/O port     access           register
 *   base + 0     write 16         selector
 *   base + 1     read 8           next byte of the selected item; zero after its end
 *   base + 4     read, write 32   DMA address (big endian): a write to the low half starts
 *                or 64
 *
 * In memory the same three registers are at separate addresses; selector and data are big endian.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/boards.h"
#include "hw/loader.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/error-report.h"
#include "sysemu/sysemu.h"
#include "sysemu/dma.h"
#include "sysemu/reset.h"

#define KEY_MASK 0x3fff             /* without the write-channel and architecture bits */
#define DIR_ENTRY_SIZE 64

typedef struct FWCfgEntry {
    char *name;                     /* of a file; NULL for a fixed key */
    uint8_t *data;
    uint32_t len;
    bool own_data;                  /* free it when it is replaced */
    bool writable;
    FWCfgCallback select_cb;
    FWCfgWriteCallback write_cb;
    void *opaque;
} FWCfgEntry;

struct FWCfgState {
    SysBusDevice parent_obj;
    FWCfgEntry fixed[2][FW_CFG_FILE_FIRST]; /* common and architecture-specific keys */
    GPtrArray *files;               /* of FWCfgEntry, by name; key is FW_CFG_FILE_FIRST + index */
    uint8_t *dir;                   /* what FW_CFG_FILE_DIR reads as */
    uint16_t file_slots;
    uint16_t cur_entry;
    uint32_t cur_offset;
    uint64_t dma_addr;
    bool dma_enabled;
    AddressSpace *dma_as;
    MemoryRegion dma_iomem;
    uint32_t iobase;                /* fw_cfg_io */
    uint32_t dma_iobase;
    MemoryRegion comb_iomem;
    uint32_t data_width;            /* fw_cfg_mem */
    MemoryRegion ctl_iomem;
    MemoryRegion data_iomem;
    /* What firmware may consult on each boot; owned */
    char *bootorder;
    char *bios_geometry;
};

/* ---- items ---- */

/* The item that a key selects, or NULL. */
static FWCfgEntry *find_entry(FWCfgState *s, uint16_t key)
{
    bool arch = key & FW_CFG_ARCH_LOCAL;
    unsigned index = key & KEY_MASK;

    if (index < FW_CFG_FILE_FIRST) {
        return &s->fixed[arch][index];
    }
    index -= FW_CFG_FILE_FIRST;
    return !arch && index < s->files->len ? g_ptr_array_index(s->files, index) : NULL;
}

static void set_data(FWCfgEntry *e, void *data, size_t len, bool own)
{
    if (e->own_data) {
        g_free(e->data);
    }
    e->data = data;
    e->len = len;
    e->own_data = own;
}

static void add_fixed(FWCfgState *s, uint16_t key, void *data, size_t len, bool own)
{
    FWCfgEntry *e = find_entry(s, key);

    assert((key & KEY_MASK) < FW_CFG_FILE_FIRST && len < UINT32_MAX);
    assert(!e->data); /* each key once */
    set_data(e, data, len, own);
}

static void modify_fixed(FWCfgState *s, uint16_t key, void *data, size_t len)
{
    FWCfgEntry *e = find_entry(s, key);

    assert((key & KEY_MASK) < FW_CFG_FILE_FIRST && e->own_data);
    set_data(e, data, len, true);
}

void fw_cfg_add_bytes(FWCfgState *s, uint16_t key, void *data, size_t len)
{
    add_fixed(s, key, data, len, false);
}

void fw_cfg_add_string(FWCfgState *s, uint16_t key, const char *value)
{
    add_fixed(s, key, g_strdup(value), strlen(value) + 1, true);
}

void fw_cfg_modify_string(FWCfgState *s, uint16_t key, const char *value)
{
    modify_fixed(s, key, g_strdup(value), strlen(value) + 1);
}

static void *le_copy(uint64_t value, unsigned size)
{
    uint8_t buf[8];

    stq_le_p(buf, value);
    return g_memdup2(buf, size);
}

void fw_cfg_add_i16(FWCfgState *s, uint16_t key, uint16_t value)
{
    add_fixed(s, key, le_copy(value, 2), 2, true);
}

void fw_cfg_add_i32(FWCfgState *s, uint16_t key, uint32_t value)
{
    add_fixed(s, key, le_copy(value, 4), 4, true);
}

void fw_cfg_add_i64(FWCfgState *s, uint16_t key, uint64_t value)
{
    add_fixed(s, key, le_copy(value, 8), 8, true);
}

void fw_cfg_modify_i16(FWCfgState *s, uint16_t key, uint16_t value)
{
    modify_fixed(s, key, le_copy(value, 2), 2);
}

void fw_cfg_modify_i32(FWCfgState *s, uint16_t key, uint32_t value)
{
    modify_fixed(s, key, le_copy(value, 4), 4);
}

void fw_cfg_modify_i64(FWCfgState *s, uint16_t key, uint64_t value)
{
    modify_fixed(s, key, le_copy(value, 8), 8);
}

/* ---- files ---- */

static FWCfgEntry *find_file(FWCfgState *s, const char *name)
{
    for (unsigned i = 0; i < s->files->len; i++) {
        FWCfgEntry *e = g_ptr_array_index(s->files, i);

        if (!strcmp(e->name, name)) {
            return e;
        }
    }
    return NULL;
}

bool fw_cfg_has_file(FWCfgState *s, const char *filename)
{
    return find_file(s, filename) != NULL;
}

/*
 * The directory: a big-endian count, then per file its size, key, two reserved bytes (big
 * endian) and its name in 56 bytes.
 */
static void rebuild_directory(FWCfgState *s)
{
    uint8_t *p = s->dir;

    memset(s->dir, 0, 4 + DIR_ENTRY_SIZE * (size_t)s->file_slots);
    stl_be_p(p, s->files->len);
    p += 4;
    for (unsigned i = 0; i < s->files->len; i++, p += DIR_ENTRY_SIZE) {
        const FWCfgEntry *e = g_ptr_array_index(s->files, i);

        stl_be_p(p, e->len);
        stw_be_p(p + 4, FW_CFG_FILE_FIRST + i);
        g_strlcpy((char *)p + 8, e->name, FW_CFG_MAX_FILE_PATH);
    }
}

void fw_cfg_add_file_callback(FWCfgState *s, const char *filename, FWCfgCallback select_cb,
                              FWCfgWriteCallback write_cb, void *callback_opaque, void *data,
                              size_t len, bool read_only)
{
    FWCfgEntry *e;
    unsigned at = 0;

    if (find_file(s, filename)) {
        error_report("duplicate fw_cfg file name: %s", filename);
        exit(EXIT_FAILURE);
    }
    if (s->files->len == s->file_slots) {
        error_report("fw_cfg: no room for file '%s': all %u slots are in use", filename,
                     s->file_slots);
        exit(EXIT_FAILURE);
    }
    assert(len < UINT32_MAX);
    while (at < s->files->len &&
           strcmp(((FWCfgEntry *)g_ptr_array_index(s->files, at))->name, filename) < 0) {
        at++;
    }
    e = g_new0(FWCfgEntry, 1);
    e->name = g_strndup(filename, FW_CFG_MAX_FILE_PATH - 1);
    e->data = data;
    e->len = len;
    e->select_cb = select_cb;
    e->write_cb = write_cb;
    e->opaque = callback_opaque;
    e->writable = !read_only;
    g_ptr_array_insert(s->files, at, e);
    rebuild_directory(s);
}

void fw_cfg_add_file(FWCfgState *s, const char *filename, void *data, size_t len)
{
    fw_cfg_add_file_callback(s, filename, NULL, NULL, NULL, data, len, true);
}

void *fw_cfg_modify_file(FWCfgState *s, const char *filename, void *data, size_t len)
{
    FWCfgEntry *e = find_file(s, filename);
    void *old;

    if (!e) {
        fw_cfg_add_file(s, filename, data, len);
        return NULL;
    }
    assert(len < UINT32_MAX);
    old = e->data;
    e->data = data;
    e->len = len;
    rebuild_directory(s);
    return old;
}

bool fw_cfg_add_from_generator(FWCfgState *s, const char *filename, const char *gen_id,
                               Error **errp)
{
    Object *obj = object_resolve_path_component(object_get_objects_root(), gen_id);
    GByteArray *array;
    gsize size;

    if (!obj) {
        error_setg(errp, "Cannot find object ID '%s'", gen_id);
        return false;
    }
    if (!object_dynamic_cast(obj, TYPE_FW_CFG_DATA_GENERATOR_INTERFACE)) {
        error_setg(errp, "Object ID '%s' is not a '%s' subclass", gen_id,
                   TYPE_FW_CFG_DATA_GENERATOR_INTERFACE);
        return false;
    }
    array = FW_CFG_DATA_GENERATOR_GET_CLASS(obj)->get_data(obj, errp);
    if (!array) {
        return false;
    }
    size = array->len;
    fw_cfg_add_file(s, filename, g_byte_array_free(array, FALSE), size);
    return true;
}

/* ---- the guest's side ---- */

static void select_item(FWCfgState *s, uint16_t key)
{
    FWCfgEntry *e;

    s->cur_offset = 0;
    s->cur_entry = FW_CFG_INVALID;
    e = find_entry(s, key);
    if (e) {
        s->cur_entry = key;
        if (e->select_cb) {
            e->select_cb(e->opaque);
        }
    }
}

static FWCfgEntry *current_entry(FWCfgState *s)
{
    return s->cur_entry == FW_CFG_INVALID ? NULL : find_entry(s, s->cur_entry);
}

/* The next @size bytes, first byte most significant; zero after the end. */
static uint64_t read_item(FWCfgState *s, unsigned size)
{
    const FWCfgEntry *e = current_entry(s);
    uint64_t val = 0;

    while (size--) {
        uint8_t byte = 0;

        if (e && e->data && s->cur_offset < e->len) {
            byte = e->data[s->cur_offset++];
        }
        val = val << 8 | byte;
    }
    return val;
}

/* One DMA transfer of up to @len bytes; false on failure. Updates the offset. */
static bool dma_transfer(FWCfgState *s, uint32_t op, uint64_t addr, uint32_t len)
{
    FWCfgEntry *e = current_entry(s);
    uint32_t avail = e && e->data && s->cur_offset < e->len ? e->len - s->cur_offset : 0;
    uint32_t n = MIN(len, avail);
    MemTxResult res = MEMTX_OK;

    if (op == FW_CFG_DMA_CTL_READ) {
        if (n) {
            res = dma_memory_write(s->dma_as, addr, e->data + s->cur_offset, n,
                                   MEMTXATTRS_UNSPECIFIED);
        }
        if (len > n) {
            res |= dma_memory_set(s->dma_as, addr + n, 0, len - n, MEMTXATTRS_UNSPECIFIED);
        }
    } else if (op == FW_CFG_DMA_CTL_WRITE) {
        if (!e || !e->writable || n != len) {
            return false;
        }
        res = dma_memory_read(s->dma_as, addr, e->data + s->cur_offset, len,
                              MEMTXATTRS_UNSPECIFIED);
        if (res == MEMTX_OK && e->write_cb) {
            e->write_cb(e->opaque, s->cur_offset, len);
        }
    }
    s->cur_offset += n;
    return res == MEMTX_OK;
}

static void run_dma(FWCfgState *s)
{
    uint8_t access[16];
    uint64_t dma_addr = s->dma_addr;
    uint32_t control, op = 0;

    s->dma_addr = 0;
    if (dma_memory_read(s->dma_as, dma_addr, access, sizeof(access), MEMTXATTRS_UNSPECIFIED)) {
        stl_be_dma(s->dma_as, dma_addr, FW_CFG_DMA_CTL_ERROR, MEMTXATTRS_UNSPECIFIED);
        return;
    }
    control = ldl_be_p(access);
    if (control & FW_CFG_DMA_CTL_SELECT) {
        select_item(s, control >> 16);
    }
    if (control & FW_CFG_DMA_CTL_READ) {
        op = FW_CFG_DMA_CTL_READ;
    } else if (control & FW_CFG_DMA_CTL_WRITE) {
        op = FW_CFG_DMA_CTL_WRITE;
    } else if (control & FW_CFG_DMA_CTL_SKIP) {
        op = FW_CFG_DMA_CTL_SKIP;
    }
    control = 0;
    if (op && !dma_transfer(s, op, ldq_be_p(access + 8), ldl_be_p(access + 4))) {
        control = FW_CFG_DMA_CTL_ERROR;
    }
    stl_be_dma(s->dma_as, dma_addr, control, MEMTXATTRS_UNSPECIFIED);
}

static uint64_t dma_reg_read(void *opaque, hwaddr addr, unsigned size)
{
    /* The signature's bytes, most significant first from offset 0. */
    return FW_CFG_DMA_SIGNATURE >> ((8 - addr - size) * 8);
}

static void dma_reg_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    FWCfgState *s = opaque;

    if (size == 8) {
        s->dma_addr = value;
        run_dma(s);
    } else if (addr == 0) {
        s->dma_addr = value << 32;
    } else if (addr == 4) {
        s->dma_addr |= (uint32_t)value;
        run_dma(s);
    }
}

static bool dma_reg_valid(void *opaque, hwaddr addr, unsigned size, bool is_write,
                          MemTxAttrs attrs)
{
    return !is_write || (size == 4 && (addr == 0 || addr == 4)) || (size == 8 && addr == 0);
}

static const MemoryRegionOps dma_ops = {
    .read = dma_reg_read,
    .write = dma_reg_write,
    .endianness = DEVICE_BIG_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .accepts = dma_reg_valid },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

static uint64_t comb_read(void *opaque, hwaddr addr, unsigned size)
{
    return addr == 1 ? read_item(opaque, 1) : 0;
}

static void comb_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    if (size == 2) {
        select_item(opaque, value);
    }
    /* Writes to the data port were a feature of early versions only; they are ignored. */
}

static bool comb_valid(void *opaque, hwaddr addr, unsigned size, bool is_write, MemTxAttrs attrs)
{
    return size == 1 || (is_write && size == 2);
}

static const MemoryRegionOps comb_ops = {
    .read = comb_read,
    .write = comb_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 2, .accepts = comb_valid },
    .impl = { .min_access_size = 1, .max_access_size = 2 },
};

static uint64_t ctl_read(void *opaque, hwaddr addr, unsigned size)
{
    return 0;
}

static void ctl_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    select_item(opaque, value);
}

static bool ctl_valid(void *opaque, hwaddr addr, unsigned size, bool is_write, MemTxAttrs attrs)
{
    return is_write && size == 2;
}

static const MemoryRegionOps ctl_ops = {
    .read = ctl_read,
    .write = ctl_write,
    .endianness = DEVICE_BIG_ENDIAN,
    .valid = { .min_access_size = 2, .max_access_size = 2, .accepts = ctl_valid },
    .impl = { .min_access_size = 2, .max_access_size = 2 },
};

static uint64_t data_read(void *opaque, hwaddr addr, unsigned size)
{
    return read_item(opaque, size);
}

static void data_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
}

static bool data_valid(void *opaque, hwaddr addr, unsigned size, bool is_write, MemTxAttrs attrs)
{
    return addr == 0 && size <= FW_CFG(opaque)->data_width;
}

static const MemoryRegionOps data_ops = {
    .read = data_read,
    .write = data_write,
    .endianness = DEVICE_BIG_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .accepts = data_valid },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

/* ---- files that change from boot to boot ---- */

static void refresh_boot_files(void *opaque)
{
    FWCfgState *s = opaque;
    size_t len;
    char *data;

    data = get_boot_devices_list(&len);
    fw_cfg_modify_file(s, "bootorder", data, len);
    g_free(s->bootorder);
    s->bootorder = data;

    data = get_boot_devices_lchs_list(&len);
    fw_cfg_modify_file(s, "bios-geometry", data, len);
    g_free(s->bios_geometry);
    s->bios_geometry = data;
}

/* ---- life ---- */

static void fw_cfg_reset(DeviceState *dev)
{
    FWCfgState *s = FW_CFG(dev);

    select_item(s, FW_CFG_SIGNATURE);
    s->dma_addr = 0;
}

static void fw_cfg_instance_init(Object *obj)
{
    FW_CFG(obj)->files = g_ptr_array_new();
}

static void fw_cfg_finalize(Object *obj)
{
    FWCfgState *s = FW_CFG(obj);

    for (unsigned i = 0; i < s->files->len; i++) {
        FWCfgEntry *e = g_ptr_array_index(s->files, i);

        g_free(e->name);
        g_free(e);
    }
    g_ptr_array_free(s->files, TRUE);
    for (int arch = 0; arch < 2; arch++) {
        for (int i = 0; i < FW_CFG_FILE_FIRST; i++) {
            set_data(&s->fixed[arch][i], NULL, 0, false);
        }
    }
    g_free(s->dir);
    g_free(s->bootorder);
    g_free(s->bios_geometry);
}

static bool fw_cfg_common_realize(FWCfgState *s, Error **errp)
{
    static char signature[] = "QEMU";

    if (s->file_slots < FW_CFG_FILE_SLOTS_MIN || s->file_slots > KEY_MASK - FW_CFG_FILE_FIRST) {
        error_setg(errp, "x-file-slots=%u: must be %u to %u", s->file_slots,
                   FW_CFG_FILE_SLOTS_MIN, KEY_MASK - FW_CFG_FILE_FIRST);
        return false;
    }
    s->dir = g_malloc(4 + DIR_ENTRY_SIZE * (size_t)s->file_slots);
    rebuild_directory(s);
    fw_cfg_add_bytes(s, FW_CFG_SIGNATURE, signature, 4);
    fw_cfg_add_i32(s, FW_CFG_ID, FW_CFG_VERSION | (s->dma_enabled ? FW_CFG_VERSION_DMA : 0));
    fw_cfg_add_bytes(s, FW_CFG_FILE_DIR, s->dir, 4 + DIR_ENTRY_SIZE * (size_t)s->file_slots);
    fw_cfg_add_i16(s, FW_CFG_NOGRAPHIC, 0);
    fw_cfg_add_i16(s, FW_CFG_BOOT_MENU, 0);
    rom_set_fw(s);
    rom_set_fw_hook(fw_cfg_add_file);
    refresh_boot_files(s);
    qemu_register_reset(refresh_boot_files, s);
    return true;
}

static void fw_cfg_io_realize(DeviceState *dev, Error **errp)
{
    FWCfgState *s = FW_CFG(dev);

    if (!fw_cfg_common_realize(s, errp)) {
        return;
    }
    memory_region_init_io(&s->comb_iomem, OBJECT(s), &comb_ops, s, "fwcfg", 2);
    if (s->dma_enabled) {
        memory_region_init_io(&s->dma_iomem, OBJECT(s), &dma_ops, s, "fwcfg.dma", 8);
    }
}

static void fw_cfg_mem_realize(DeviceState *dev, Error **errp)
{
    FWCfgState *s = FW_CFG(dev);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    if (s->data_width < 1 || s->data_width > 8) {
        error_setg(errp, "data_width=%" PRIu32 ": must be 1 to 8", s->data_width);
        return;
    }
    if (!fw_cfg_common_realize(s, errp)) {
        return;
    }
    memory_region_init_io(&s->ctl_iomem, OBJECT(s), &ctl_ops, s, "fwcfg.ctl", 2);
    sysbus_init_mmio(sbd, &s->ctl_iomem);
    memory_region_init_io(&s->data_iomem, OBJECT(s), &data_ops, s, "fwcfg.data", s->data_width);
    sysbus_init_mmio(sbd, &s->data_iomem);
    if (s->dma_enabled) {
        memory_region_init_io(&s->dma_iomem, OBJECT(s), &dma_ops, s, "fwcfg.dma", 8);
        sysbus_init_mmio(sbd, &s->dma_iomem);
    }
}

static FWCfgState *attach(DeviceState *dev, AddressSpace *dma_as)
{
    FWCfgState *s = FW_CFG(dev);

    object_property_add_child(qdev_get_machine(), TYPE_FW_CFG, OBJECT(s));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    s->dma_as = dma_as;
    return s;
}

FWCfgState *fw_cfg_init_io_dma(uint32_t iobase, uint32_t dma_iobase, AddressSpace *dma_as)
{
    DeviceState *dev = qdev_new(TYPE_FW_CFG_IO);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);
    FWCfgState *s = FW_CFG(dev);

    if (!dma_iobase || !dma_as) {
        qdev_prop_set_bit(dev, "dma_enabled", false);
    }
    s->iobase = iobase;
    s->dma_iobase = dma_iobase;
    attach(dev, dma_as);
    sysbus_add_io(sbd, iobase, &s->comb_iomem);
    if (s->dma_enabled) {
        sysbus_add_io(sbd, dma_iobase, &s->dma_iomem);
    }
    return s;
}

FWCfgState *fw_cfg_init_io(uint32_t iobase)
{
    return fw_cfg_init_io_dma(iobase, 0, NULL);
}

FWCfgState *fw_cfg_init_mem_wide(hwaddr ctl_addr, hwaddr data_addr, uint32_t data_width,
                                 hwaddr dma_addr, AddressSpace *dma_as)
{
    DeviceState *dev = qdev_new(TYPE_FW_CFG_MEM);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);
    FWCfgState *s;

    qdev_prop_set_uint32(dev, "data_width", data_width);
    if (!dma_addr || !dma_as) {
        qdev_prop_set_bit(dev, "dma_enabled", false);
    }
    s = attach(dev, dma_as);
    sysbus_mmio_map(sbd, 0, ctl_addr);
    sysbus_mmio_map(sbd, 1, data_addr);
    if (s->dma_enabled) {
        sysbus_mmio_map(sbd, 2, dma_addr);
    }
    return s;
}

FWCfgState *fw_cfg_init_mem(hwaddr ctl_addr, hwaddr data_addr)
{
    return fw_cfg_init_mem_wide(ctl_addr, data_addr, 1, 0, NULL);
}

FWCfgState *fw_cfg_find(void)
{
    Object *obj = object_resolve_path_type("", TYPE_FW_CFG, NULL);

    return obj ? FW_CFG(obj) : NULL;
}

bool fw_cfg_dma_enabled(void *opaque)
{
    return FW_CFG(opaque)->dma_enabled;
}

static const VMStateDescription vmstate_fw_cfg = {
    .name = "fw_cfg",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT16(cur_entry, FWCfgState),
        VMSTATE_UINT32(cur_offset, FWCfgState),
        VMSTATE_UINT64(dma_addr, FWCfgState),
        VMSTATE_END_OF_LIST()
    },
};

static const Property fw_cfg_io_props[] = {
    DEFINE_PROP_BOOL("dma_enabled", FWCfgState, dma_enabled, true),
    DEFINE_PROP("x-file-slots", FWCfgState, file_slots, qdev_prop_uint16, uint16_t,
                .set_default = true, .defval.u = FW_CFG_FILE_SLOTS_DFLT),
    DEFINE_PROP_END_OF_LIST()
};

static const Property fw_cfg_mem_props[] = {
    DEFINE_PROP_UINT32("data_width", FWCfgState, data_width, UINT32_MAX),
    DEFINE_PROP_BOOL("dma_enabled", FWCfgState, dma_enabled, true),
    DEFINE_PROP("x-file-slots", FWCfgState, file_slots, qdev_prop_uint16, uint16_t,
                .set_default = true, .defval.u = FW_CFG_FILE_SLOTS_DFLT),
    DEFINE_PROP_END_OF_LIST()
};

static void fw_cfg_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->vmsd = &vmstate_fw_cfg;
    device_class_set_legacy_reset(dc, fw_cfg_reset);
    /* Each board has one, at its own place. */
    dc->user_creatable = false;
}

static void fw_cfg_io_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = fw_cfg_io_realize;
    device_class_set_props(dc, fw_cfg_io_props);
}

static void fw_cfg_mem_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = fw_cfg_mem_realize;
    device_class_set_props(dc, fw_cfg_mem_props);
}

static const TypeInfo fw_cfg_types[] = {
    {
        .name = TYPE_FW_CFG,
        .parent = TYPE_SYS_BUS_DEVICE,
        .abstract = true,
        .instance_size = sizeof(FWCfgState),
        .instance_init = fw_cfg_instance_init,
        .instance_finalize = fw_cfg_finalize,
        .class_init = fw_cfg_class_init,
    },
    { .name = TYPE_FW_CFG_IO, .parent = TYPE_FW_CFG, .class_init = fw_cfg_io_class_init },
    { .name = TYPE_FW_CFG_MEM, .parent = TYPE_FW_CFG, .class_init = fw_cfg_mem_class_init },
    {
        .name = TYPE_FW_CFG_DATA_GENERATOR_INTERFACE,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(FWCfgDataGeneratorClass),
    },
};
DEFINE_TYPES(fw_cfg_types)
