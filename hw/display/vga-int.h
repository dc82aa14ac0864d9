/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to hw/display/: the VGA core that the ISA and PCI adapters share.
 *
 * Video memory is interleaved: byte 4 * n + p is byte n of plane p. That makes a planar access
 * one 32-bit word, and chain-4 and linear modes plain memory.
 */
#ifndef HW_DISPLAY_VGA_INT_H
#define HW_DISPLAY_VGA_INT_H

#include "exec/memory.h"
#include "migration/vmstate.h"
#include "ui/console.h"

enum { /* VBE extension registers ("Bochs dispi"), index */
    VBE_ID, VBE_XRES, VBE_YRES, VBE_BPP, VBE_ENABLE, VBE_BANK, VBE_VIRT_WIDTH,
    VBE_VIRT_HEIGHT, VBE_X_OFFSET, VBE_Y_OFFSET, VBE_VIDEO_MEMORY_64K, VBE_NB_REGS,
};
enum { VBE_ID0 = 0xb0c0, VBE_ID5 = 0xb0c5 };
enum { VBE_ENABLED = 1, VBE_GETCAPS = 2, VBE_8BIT_DAC = 0x20, VBE_LFB = 0x40, VBE_NOCLEAR = 0x80 };
enum { VBE_MAX_XRES = 16000, VBE_MAX_YRES = 12000, VBE_MAX_BPP = 32 };

enum { ST01_V_RETRACE = 8, ST01_DISP_ENABLE = 1 };

typedef struct VGAState {
    MemoryRegion vram;
    MemoryRegion *legacy_area;       /* the address space that has 0xa0000 */
    MemoryRegion legacy;             /* handlers for 0xa0000-0xbffff */
    MemoryRegion chain4_alias;       /* vram at 0xa0000 while that is plain memory */
    bool has_chain4_alias;
    uint8_t *vram_ptr;
    uint32_t vram_size;
    uint32_t vram_size_mb;
    QemuConsole *con;

    uint8_t sr_index, sr[8];
    uint8_t gr_index, gr[16];
    uint8_t ar_index, ar[21];
    bool ar_flip_flop;
    uint8_t cr_index, cr[256];
    uint8_t msr, fcr, st00, st01;
    uint8_t dac_state, dac_sub_index, dac_read_index, dac_write_index, dac_cache[3];
    uint8_t palette[768];
    uint32_t latch;
    uint32_t bank_offset;
    uint16_t vbe_index, vbe_regs[VBE_NB_REGS];
    uint32_t vbe_start_addr, vbe_line_offset;

    /* What the surface shows; not migrated: redrawn from the above */
    bool redraw;
    int shown_width, shown_height;
    uint32_t shown_key[6];
    uint32_t rgb[256];
    uint32_t text_shown[256 * 256];
    uint32_t font_hash;
    int64_t cursor_blink_time;
    bool cursor_phase;
} VGAState;

/* vga.c */
bool vga_common_init(VGAState *s, Object *owner, Error **errp);
void vga_reset(VGAState *s);
/* Map 0xa0000 and, with ports, the VGA and VBE I/O ports. */
void vga_init_legacy(VGAState *s, Object *owner, MemoryRegion *mem, MemoryRegion *io,
                     bool ports);
uint32_t vga_ioport_read(void *opaque, uint32_t addr);
void vga_ioport_write(void *opaque, uint32_t addr, uint32_t val);
extern const VMStateDescription vmstate_vga_common;
extern const GraphicHwOps vga_gfx_ops;

/* vga-vbe.c */
uint16_t vbe_read(VGAState *s, unsigned index);
void vbe_write(VGAState *s, unsigned index, uint16_t val);
static inline bool vbe_enabled(const VGAState *s)
{
    return s->vbe_regs[VBE_ENABLE] & VBE_ENABLED;
}

/* vga-mem.c */
extern const MemoryRegionOps vga_mem_ops;
void vga_update_memory_access(VGAState *s);

/* vga-draw.c */
void vga_invalidate_display(void *opaque);
void vga_update_display(void *opaque);

#endif
