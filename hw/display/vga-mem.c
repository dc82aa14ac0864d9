/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CPU's view of video memory at 0xa0000: planes, latches, write modes.
 *
 * Spec:      IBM PS/2 Hardware Interface Technical Reference, graphics controller registers.
 * Thread:    big lock.
 *
 * A planar access works on one 32-bit word, a byte a plane. In chain-4 modes with all planes
 * enabled the window is plain memory, and an alias of it is mapped instead of the handlers.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hw/display/vga-int.h"

/* 4 bits to 4 bytes of zeros or ones. */
static uint32_t expand4(unsigned v)
{
    return (v & 1 ? 0xffu : 0) | (v & 2 ? 0xff00u : 0) | (v & 4 ? 0xff0000u : 0) |
           (v & 8 ? 0xff000000u : 0);
}

static const struct {
    uint32_t base, size;
} windows[4] = { { 0, 0x20000 }, { 0, 0x10000 }, { 0x10000, 0x8000 }, { 0x18000, 0x8000 } };

/* Offset in the window that GR6 selects; false outside of it. */
static bool window_offset(const VGAState *s, hwaddr *addr)
{
    unsigned w = s->gr[6] >> 2 & 3;
    uint32_t offset = *addr - windows[w].base;

    if (offset >= windows[w].size) {
        return false;
    }
    *addr = offset + (w < 2 ? s->bank_offset : 0);
    return true;
}

static uint32_t *planes(VGAState *s, hwaddr n)
{
    uint64_t ofs = (uint64_t)n * 4;

    return ofs + 4 <= s->vram_size ? (uint32_t *)(void *)(s->vram_ptr + ofs) : NULL;
}

static uint64_t mem_read(void *opaque, hwaddr addr, unsigned size)
{
    VGAState *s = opaque;
    uint32_t *p, v;

    if (!window_offset(s, &addr)) {
        return 0xff;
    }
    if (s->sr[4] & 8) { /* chain 4 */
        return addr < s->vram_size ? s->vram_ptr[addr] : 0xff;
    }
    if (s->gr[5] & 0x10) { /* odd/even */
        unsigned plane = (s->gr[4] & 2) | (addr & 1);

        p = planes(s, addr >> 1);
        return p ? le32_to_cpu(*p) >> (8 * plane) & 0xff : 0xff;
    }
    p = planes(s, addr);
    if (!p) {
        return 0xff;
    }
    s->latch = le32_to_cpu(*p);
    if (!(s->gr[5] & 8)) {
        return s->latch >> (8 * (s->gr[4] & 3)) & 0xff;
    }
    /* Read mode 1: a bit is 1 where all planes that GR7 cares for equal the colour in GR2. */
    v = (s->latch ^ expand4(s->gr[2])) & expand4(s->gr[7]);
    v |= v >> 16;
    v |= v >> 8;
    return ~v & 0xff;
}

static uint32_t rotate_byte(const VGAState *s, uint8_t v)
{
    unsigned n = s->gr[3] & 7;

    return (uint8_t)(v >> n | v << (8 - n));
}

static uint32_t combine(const VGAState *s, uint32_t v)
{
    switch (s->gr[3] >> 3 & 3) {
    case 1:
        return v & s->latch;
    case 2:
        return v | s->latch;
    case 3:
        return v ^ s->latch;
    default:
        return v;
    }
}

static void write_planes(VGAState *s, uint32_t *p, uint8_t val)
{
    uint32_t v, bits = s->gr[8] * 0x01010101u, mask = expand4(s->sr[2]), set;

    switch (s->gr[5] & 3) {
    case 1: /* the latches */
        v = s->latch;
        *p = cpu_to_le32((le32_to_cpu(*p) & ~mask) | (v & mask));
        return;
    case 2: /* a colour */
        v = expand4(val & 0x0f);
        break;
    case 3: /* set/reset under a mask of data and GR8 */
        bits &= rotate_byte(s, val) * 0x01010101u;
        v = expand4(s->gr[0]);
        break;
    default:
        v = rotate_byte(s, val) * 0x01010101u;
        set = expand4(s->gr[1]);
        v = (v & ~set) | (expand4(s->gr[0]) & set);
        break;
    }
    v = combine(s, v);
    v = (v & bits) | (s->latch & ~bits);
    *p = cpu_to_le32((le32_to_cpu(*p) & ~mask) | (v & mask));
}

static void mem_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    VGAState *s = opaque;
    hwaddr byte;

    if (!window_offset(s, &addr)) {
        return;
    }
    if (s->sr[4] & 8) { /* chain 4 */
        byte = addr;
        if (byte >= s->vram_size || !(s->sr[2] & 1 << (addr & 3))) {
            return;
        }
        s->vram_ptr[byte] = val;
    } else if (s->gr[5] & 0x10) { /* odd/even */
        unsigned plane = (s->gr[4] & 2) | (addr & 1);

        byte = (addr & ~(hwaddr)1) << 1 | plane;
        if (byte >= s->vram_size || !(s->sr[2] & 1 << plane)) {
            return;
        }
        s->vram_ptr[byte] = val;
    } else {
        uint32_t *p = planes(s, addr);

        if (!p) {
            return;
        }
        byte = addr * 4;
        write_planes(s, p, val);
    }
    memory_region_set_dirty(&s->vram, byte & ~(hwaddr)3, 4);
}

const MemoryRegionOps vga_mem_ops = {
    .read = mem_read,
    .write = mem_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 1 },
};

/* Map plain memory where the registers make the window act like it. */
void vga_update_memory_access(VGAState *s)
{
    unsigned w = s->gr[6] >> 2 & 3;
    bool plain = (s->sr[2] & 0x0f) == 0x0f && (s->sr[4] & 8) && w < 2 &&
                 s->bank_offset + 0x10000 <= s->vram_size;

    if (!s->legacy_area) {
        return;
    }
    if (!plain && !s->has_chain4_alias) {
        return;
    }
    memory_region_transaction_begin();
    if (s->has_chain4_alias) {
        memory_region_del_subregion(s->legacy_area, &s->chain4_alias);
        object_unparent(OBJECT(&s->chain4_alias));
        s->has_chain4_alias = false;
    }
    if (plain) {
        uint64_t size = MIN((uint64_t)windows[w].size, (uint64_t)s->vram_size - s->bank_offset);

        memory_region_init_alias(&s->chain4_alias, memory_region_owner(&s->vram),
                                 "vga.chain4", &s->vram, s->bank_offset, size);
        memory_region_add_subregion_overlap(s->legacy_area, 0xa0000, &s->chain4_alias, 2);
        s->has_chain4_alias = true;
    }
    memory_region_transaction_commit();
}
