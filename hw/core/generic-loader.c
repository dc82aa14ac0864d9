/*
 * The device "loader": puts a value or a file into guest memory at each reset, and sets the
 * program counter of a CPU.
 *
 *   -device loader,addr=A,data=V,data-len=N[,data-be=on][,cpu-num=C]   a value of 1 to 8 bytes
 *   -device loader,addr=A,cpu-num=C                                    only a program counter
 *   -device loader,file=F[,addr=A][,cpu-num=C][,force-raw=on]          ELF, uImage, HEX or raw
 *
 * Thread: under the BQL.
 * Migrated: nothing; what it writes is guest memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "exec/address-spaces.h"
#include "hw/core/cpu.h"
#include "hw/loader.h"
#include "hw/qdev-properties.h"
#include "sysemu/reset.h"

#define TYPE_GENERIC_LOADER "loader"
OBJECT_DECLARE_SIMPLE_TYPE(GenericLoaderState, GENERIC_LOADER)

#define CPU_NONE UINT32_MAX

struct GenericLoaderState {
    DeviceState parent_obj;
    uint64_t addr;
    uint64_t data;
    uint8_t data_len;
    bool data_be, force_raw, set_pc;
    char *file;
    uint32_t cpu_num;
    CPUState *cpu;                  /* whose memory it is; NULL: the system's */
};

static AddressSpace *loader_as(const GenericLoaderState *s)
{
    return s->cpu ? cpu_get_address_space(s->cpu, 0) : &address_space_memory;
}

static void loader_reset(void *opaque)
{
    GenericLoaderState *s = opaque;

    if (s->data_len) {
        uint64_t v = s->data_be ? bswap64(s->data) >> (64 - 8 * s->data_len) : s->data;

        v = cpu_to_le64(v);
        address_space_write(loader_as(s), s->addr, MEMTXATTRS_UNSPECIFIED, &v, s->data_len);
    }
    if (s->set_pc && s->cpu) {
        CPUClass *cc = CPU_GET_CLASS(s->cpu);

        cpu_reset(s->cpu);
        if (cc->set_pc) {
            cc->set_pc(s->cpu, s->addr);
        }
    }
}

/* What is wrong with the combination of options; NULL if it is one of the three forms. */
static const char *check_options(const GenericLoaderState *s)
{
    if (s->file && (s->data || s->data_len || s->data_be)) {
        return "file= cannot be combined with data=, data-len= or data-be=";
    }
    if (s->data_len > 8) {
        return "data-len= must be 1 to 8";
    }
    if (!s->file && !s->data_len && s->data) {
        return "data= needs data-len=";
    }
    if (!s->file && !s->data_len && s->cpu_num == CPU_NONE) {
        return "one of file=, data= and cpu-num= is needed";
    }
    if (s->data_len && s->data_len < 8 && s->data >> (8 * s->data_len)) {
        return "data= does not fit in data-len= bytes";
    }
    return NULL;
}

static bool load_file(GenericLoaderState *s, Error **errp)
{
    AddressSpace *as = s->cpu ? loader_as(s) : NULL;
    uint64_t entry = 0;
    ssize_t size = -1;

    if (!s->force_raw) {
        size = load_elf_as(s->file, NULL, NULL, NULL, &entry, NULL, NULL, NULL, 0, 0, 0, 0, as);
        if (size < 0) {
            size = load_uimage_as(s->file, &entry, NULL, NULL, NULL, NULL, as);
        }
        if (size < 0) {
            size = load_targphys_hex_as(s->file, &entry, as);
        }
    }
    if (size >= 0) {
        s->addr = entry;
    } else {
        size = load_image_targphys_as(s->file, s->addr, UINT64_MAX - s->addr, as);
    }
    if (size < 0) {
        error_setg(errp, "Cannot load specified image %s", s->file);
        return false;
    }
    return true;
}

static void loader_realize(DeviceState *dev, Error **errp)
{
    GenericLoaderState *s = GENERIC_LOADER(dev);
    const char *problem = check_options(s);

    if (problem) {
        error_setg(errp, "loader: %s", problem);
        return;
    }
    if (s->cpu_num != CPU_NONE) {
        s->cpu = qemu_get_cpu(s->cpu_num);
        if (!s->cpu) {
            error_setg(errp, "loader: there is no CPU %" PRIu32, s->cpu_num);
            return;
        }
        s->set_pc = !s->data_len;
    } else {
        s->cpu = first_cpu;
    }
    if (s->file && !load_file(s, errp)) {
        return;
    }
    qemu_register_reset(loader_reset, s);
}

static void loader_unrealize(DeviceState *dev)
{
    qemu_unregister_reset(loader_reset, dev);
}

static const Property loader_properties[] = {
    DEFINE_PROP_UINT64("addr", GenericLoaderState, addr, 0),
    DEFINE_PROP_UINT64("data", GenericLoaderState, data, 0),
    DEFINE_PROP_UINT8("data-len", GenericLoaderState, data_len, 0),
    DEFINE_PROP_BOOL("data-be", GenericLoaderState, data_be, false),
    DEFINE_PROP_UINT32("cpu-num", GenericLoaderState, cpu_num, CPU_NONE),
    DEFINE_PROP_BOOL("force-raw", GenericLoaderState, force_raw, false),
    DEFINE_PROP_STRING("file", GenericLoaderState, file),
    DEFINE_PROP_END_OF_LIST(),
};

static void loader_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    /* A file is copied by the ROM list, which is complete once the machine runs. */
    dc->hotpluggable = false;
    dc->realize = loader_realize;
    dc->unrealize = loader_unrealize;
    dc->desc = "Generic Loader";
    device_class_set_props(dc, loader_properties);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo loader_types[] = { {
    .name = TYPE_GENERIC_LOADER,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(GenericLoaderState),
    .class_init = loader_class_init,
} };
DEFINE_TYPES(loader_types)
