/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The VBE display interface ("dispi"): modes beyond VGA's, with 4 to 32 bits a pixel.
 *
 * Spec:      Bochs VBE display interface, as VGA BIOSes and drivers use it.
 * Thread:    big lock.
 *
 *   index  name           note
 *   0      id             b0c0..b0c5
 *   1-3    x, y, bpp      written while disabled
 *   4      enable         bit 0 on, 1 report limits, 5 8-bit DAC, 6 linear, 7 keep memory
 *   5      bank           64 KiB window at a0000
 *   6-7    virtual size   height is what memory has room for
 *   8-9    x, y offset    of the visible part
 *   10     memory         in 64 KiB, read-only
 */
#include "qemu/osdep.h"
#include "hw/display/vga-int.h"

static unsigned bytes_for(const VGAState *s, unsigned pixels)
{
    unsigned bpp = s->vbe_regs[VBE_BPP];

    return bpp == 4 ? pixels >> 1 : pixels * ((bpp + 7) >> 3);
}

/* Keep the registers such that every visible byte lies in memory. */
static void settle(VGAState *s)
{
    uint16_t *r = s->vbe_regs;
    uint64_t line, max_y, offset;

    if (!vbe_enabled(s)) {
        return;
    }
    switch (r[VBE_BPP]) {
    case 4: case 8: case 15: case 16: case 24: case 32:
        break;
    default:
        r[VBE_BPP] = 8;
    }
    r[VBE_XRES] = CLAMP(r[VBE_XRES] & ~7u, 8, VBE_MAX_XRES);
    r[VBE_VIRT_WIDTH] = CLAMP(r[VBE_VIRT_WIDTH] & ~7u, r[VBE_XRES], VBE_MAX_XRES);
    line = bytes_for(s, r[VBE_VIRT_WIDTH]);
    max_y = s->vram_size / line / (r[VBE_BPP] == 4 ? 4 : 1);
    if (max_y == 0) {
        r[VBE_XRES] = r[VBE_VIRT_WIDTH] = 640;
        line = bytes_for(s, 640);
        max_y = s->vram_size / line / (r[VBE_BPP] == 4 ? 4 : 1);
    }
    r[VBE_YRES] = CLAMP(r[VBE_YRES], 1, MIN(max_y, (uint64_t)VBE_MAX_YRES));
    r[VBE_VIRT_HEIGHT] = MIN(max_y, (uint64_t)0xffff);
    if ((uint64_t)r[VBE_X_OFFSET] + r[VBE_XRES] > r[VBE_VIRT_WIDTH]) {
        r[VBE_X_OFFSET] = r[VBE_VIRT_WIDTH] - r[VBE_XRES];
    }
    if ((uint64_t)r[VBE_Y_OFFSET] + r[VBE_YRES] > max_y) {
        r[VBE_Y_OFFSET] = max_y - r[VBE_YRES];
    }
    offset = bytes_for(s, r[VBE_X_OFFSET]) + line * r[VBE_Y_OFFSET];
    s->vbe_line_offset = line;
    s->vbe_start_addr = offset / 4;
}

/* Put the VGA registers in a state in which VGA logic does not get in the way. */
static void take_over_vga(VGAState *s)
{
    uint16_t *r = s->vbe_regs;
    int shift = r[VBE_BPP] == 4 ? 0 : 2, h = r[VBE_YRES] - 1;

    s->gr[6] = (s->gr[6] & ~0x0c) | 0x05; /* graphics, 64 KiB at a0000 */
    s->cr[0x17] |= 3;
    s->cr[0x13] = s->vbe_line_offset >> 3;
    s->cr[0x01] = (r[VBE_XRES] >> 3) - 1;
    s->cr[0x12] = h;
    s->cr[0x07] = (s->cr[0x07] & ~0x42) | ((h >> 7) & 2) | ((h >> 3) & 0x40);
    s->cr[0x18] = 0xff;
    s->cr[0x07] |= 0x10;
    s->cr[0x09] = (s->cr[0x09] | 0x40) & ~0x9f;
    if (shift == 0) {
        s->sr[1] &= ~8;
    } else {
        s->sr[4] |= 8; /* chain 4 */
        s->sr[2] |= 0x0f;
    }
    s->gr[5] = (s->gr[5] & ~0x60) | (shift << 5);
}

static void write_enable(VGAState *s, uint16_t val)
{
    uint16_t *r = s->vbe_regs;

    if ((val & VBE_ENABLED) && !(r[VBE_ENABLE] & VBE_ENABLED)) {
        r[VBE_VIRT_WIDTH] = 0;
        r[VBE_X_OFFSET] = r[VBE_Y_OFFSET] = 0;
        r[VBE_ENABLE] |= VBE_ENABLED;
        settle(s);
        take_over_vga(s);
        if (!(val & VBE_NOCLEAR)) {
            uint64_t n = MIN((uint64_t)s->vbe_line_offset * r[VBE_YRES], (uint64_t)s->vram_size);
            memset(s->vram_ptr, 0, n);
            memory_region_set_dirty(&s->vram, 0, n);
        }
    } else if (!(val & VBE_ENABLED)) {
        s->bank_offset = 0;
    }
    r[VBE_ENABLE] = val;
    vga_update_memory_access(s);
    s->redraw = true;
}

uint16_t vbe_read(VGAState *s, unsigned index)
{
    if (index >= VBE_NB_REGS) {
        return 0;
    }
    if ((s->vbe_regs[VBE_ENABLE] & VBE_GETCAPS) && index >= VBE_XRES && index <= VBE_BPP) {
        return index == VBE_XRES ? VBE_MAX_XRES : index == VBE_YRES ? VBE_MAX_YRES : VBE_MAX_BPP;
    }
    if (index == VBE_VIDEO_MEMORY_64K) {
        return s->vram_size >> 16;
    }
    return s->vbe_regs[index];
}

void vbe_write(VGAState *s, unsigned index, uint16_t val)
{
    switch (index) {
    case VBE_ID:
        if (val >= VBE_ID0 && val <= VBE_ID5) {
            s->vbe_regs[index] = val;
        }
        break;
    case VBE_ENABLE:
        write_enable(s, val);
        break;
    case VBE_BANK:
        s->vbe_regs[index] = val & ((s->vram_size >> 16) - 1);
        s->bank_offset = (uint32_t)s->vbe_regs[index] << 16;
        vga_update_memory_access(s);
        break;
    case VBE_XRES:
    case VBE_YRES:
    case VBE_BPP:
    case VBE_VIRT_WIDTH:
    case VBE_X_OFFSET:
    case VBE_Y_OFFSET:
        s->vbe_regs[index] = val;
        settle(s);
        break;
    }
}
