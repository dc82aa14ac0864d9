/*
 * Programmable attribute map of Intel host bridges.
 *
 * Spec:     Intel 440FX PCIset data sheet (290549), registers PAM0 to PAM6.
 * Thread:   under the big lock.
 * Deviates: a segment that reads DRAM and writes PCI drops the writes: nothing on a PC's PCI bus
 *           takes them there.
 * Migrated: by the host bridge, as configuration bytes.
 *
 *   register   high nibble        low nibble
 *   PAM0       0xf0000-0xfffff    (reserved)
 *   PAM1-PAM6  0xc4000 + n * 32K  0xc0000 + n * 32K, 16 KiB each, n = 0 to 5
 *
 *   nibble     bit 0 reads go to DRAM | bit 1 writes go to DRAM | bits 2, 3 cache, ignored
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/pci-host/pam.h"
#include "qemu/units.h"

#define PAM_PRIORITY 1

static uint64_t split_read(void *opaque, hwaddr addr, unsigned size)
{
    PAMSegment *seg = opaque;
    uint8_t buf[8] = { 0 };
    uint64_t val = 0;

    address_space_read(&seg->map->pci_as, seg->start + addr, MEMTXATTRS_UNSPECIFIED, buf, size);
    for (unsigned i = 0; i < size; i++) {
        val |= (uint64_t)buf[i] << (8 * i);
    }
    return val;
}

static void split_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    PAMSegment *seg = opaque;
    MemoryRegion *ram = seg->map->ram;
    uint8_t *host = memory_region_get_ram_ptr(ram);

    for (unsigned i = 0; i < size; i++) {
        host[seg->start + addr + i] = val >> (8 * i);
    }
    memory_region_set_dirty(ram, seg->start + addr, size);
}

static const MemoryRegionOps split_ops = {
    .read = split_read,
    .write = split_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
};

static void segment_init(PAMMap *map, PAMSegment *seg, Object *owner, MemoryRegion *system,
                         MemoryRegion *pci, hwaddr start, uint32_t size)
{
    seg->map = map;
    seg->start = start;
    seg->size = size;
    memory_region_init_alias(&seg->pci, owner, "pam-pci", pci, start, size);
    memory_region_init_alias(&seg->rom, owner, "pam-rom", map->ram, start, size);
    memory_region_set_readonly(&seg->rom, true);
    memory_region_init_io(&seg->split, owner, &split_ops, seg, "pam-split", size);
    memory_region_set_enabled(&seg->rom, false);
    memory_region_set_enabled(&seg->split, false);
    memory_region_add_subregion_overlap(system, start, &seg->pci, PAM_PRIORITY);
    memory_region_add_subregion_overlap(system, start, &seg->rom, PAM_PRIORITY);
    memory_region_add_subregion_overlap(system, start, &seg->split, PAM_PRIORITY);
}

void pam_init(PAMMap *map, Object *owner, MemoryRegion *ram, MemoryRegion *system,
              MemoryRegion *pci)
{
    map->ram = ram;
    address_space_init(&map->pci_as, pci, "pci-memory");
    segment_init(map, &map->seg[0], owner, system, pci, 0xf0000, 64 * KiB);
    for (int i = 1; i < PAM_SEGMENTS; i++) {
        segment_init(map, &map->seg[i], owner, system, pci, 0xc0000 + (i - 1) * 16 * KiB,
                     16 * KiB);
    }
}

void pam_update(PAMMap *map, const uint8_t *regs)
{
    memory_region_transaction_begin();
    for (int i = 0; i < PAM_SEGMENTS; i++) {
        PAMSegment *seg = &map->seg[i];
        /* Segment 0 is PAM0's high nibble; segment 1 is PAM1's low one, and so on. */
        unsigned nibble = i + 1;
        uint8_t mode = regs[nibble / 2] >> (nibble % 2 * 4) & 3;

        if (mode == seg->mode) {
            continue;
        }
        seg->mode = mode;
        memory_region_set_enabled(&seg->pci, mode == 0);
        memory_region_set_enabled(&seg->rom, mode == PAM_READ_DRAM);
        memory_region_set_enabled(&seg->split, mode == PAM_WRITE_DRAM);
    }
    memory_region_transaction_commit();
}
