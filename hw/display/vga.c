/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VGA registers: sequencer, CRT controller, graphics and attribute controllers, DAC.
 *
 * Spec:      IBM PS/2 Hardware Interface Technical Reference, "Video Subsystem"; FreeVGA.
 * Thread:    big lock.
 * Deviates:  no timing: retrace bits follow the virtual clock at a nominal 70 Hz.
 *
 *   port     name                     index registers
 *   3b4/3d4  CRTC index, 3b5/3d5 data 25
 *   3c0      attribute index and data 21, read back at 3c1
 *   3c4      sequencer index, 3c5     5
 *   3c7-3c9  DAC read/write index, data
 *   3ce      graphics index, 3cf      9
 *   3c2/3cc  miscellaneous output (write/read)
 *   3ba/3da  input status 1 (resets the attribute flip-flop), feature control
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "exec/ioport.h"
#include "hw/display/vga-int.h"

static const uint8_t sr_mask[8] = { 0x03, 0x3d, 0x0f, 0x3f, 0x0e, 0x00, 0x00, 0xff };
static const uint8_t gr_mask[16] = { 0x0f, 0x0f, 0x0f, 0x1f, 0x03, 0x7b, 0x0f, 0x0f, 0xff };

/* Monochrome emulation moves the CRTC and status ports to 3bx. */
static bool port_hidden(const VGAState *s, uint32_t addr)
{
    if (s->msr & 1) {
        return addr >= 0x3b0 && addr <= 0x3bf;
    }
    return addr >= 0x3d0 && addr <= 0x3df;
}

/* 70 frames a second, the last twentieth of each in vertical retrace; 449 lines a frame. */
static uint8_t retrace_status(void)
{
    int64_t frame = NANOSECONDS_PER_SECOND / 70;
    int64_t t = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) % frame;
    int64_t line = frame / 449;
    uint8_t v = 0;

    if (t >= frame * 19 / 20) {
        v |= ST01_V_RETRACE | ST01_DISP_ENABLE;
    } else if (t % line >= line * 4 / 5) {
        v |= ST01_DISP_ENABLE;
    }
    return v;
}

static uint8_t dac_read(VGAState *s)
{
    uint8_t v = s->palette[s->dac_read_index * 3 + s->dac_sub_index];

    if (++s->dac_sub_index == 3) {
        s->dac_sub_index = 0;
        s->dac_read_index++;
    }
    return v;
}

static void dac_write(VGAState *s, uint8_t val)
{
    s->dac_cache[s->dac_sub_index] = val;
    if (++s->dac_sub_index == 3) {
        memcpy(&s->palette[s->dac_write_index * 3], s->dac_cache, 3);
        s->dac_sub_index = 0;
        s->dac_write_index++;
    }
}

uint32_t vga_ioport_read(void *opaque, uint32_t addr)
{
    VGAState *s = opaque;

    if (port_hidden(s, addr)) {
        return 0xff;
    }
    switch (addr) {
    case 0x3c0:
        return s->ar_flip_flop ? 0 : s->ar_index;
    case 0x3c1:
        return (s->ar_index & 0x1f) < 21 ? s->ar[s->ar_index & 0x1f] : 0;
    case 0x3c2:
        return s->st00;
    case 0x3c4:
        return s->sr_index;
    case 0x3c5:
        return s->sr[s->sr_index];
    case 0x3c7:
        return s->dac_state;
    case 0x3c8:
        return s->dac_write_index;
    case 0x3c9:
        return dac_read(s);
    case 0x3ca:
        return s->fcr;
    case 0x3cc:
        return s->msr;
    case 0x3ce:
        return s->gr_index;
    case 0x3cf:
        return s->gr[s->gr_index];
    case 0x3b4:
    case 0x3d4:
        return s->cr_index;
    case 0x3b5:
    case 0x3d5:
        return s->cr[s->cr_index];
    case 0x3ba:
    case 0x3da:
        s->ar_flip_flop = false;
        s->st01 = retrace_status();
        return s->st01;
    default:
        return 0xff;
    }
}

static void attribute_write(VGAState *s, uint8_t val)
{
    if (!s->ar_flip_flop) {
        s->ar_index = val & 0x3f;
    } else {
        unsigned i = s->ar_index & 0x1f;

        if (i < 16) {
            s->ar[i] = val & 0x3f;
        } else if (i < 21) {
            static const uint8_t mask[5] = { 0xef, 0xff, 0x3f, 0x0f, 0x0f };
            s->ar[i] = val & mask[i - 16];
        }
    }
    s->ar_flip_flop = !s->ar_flip_flop;
}

static void crtc_write(VGAState *s, uint8_t val)
{
    if ((s->cr[0x11] & 0x80) && s->cr_index <= 7) {
        /* Protected; only the line-compare bit of register 7 can still be written. */
        if (s->cr_index == 7) {
            s->cr[7] = (s->cr[7] & ~0x10) | (val & 0x10);
        }
        return;
    }
    s->cr[s->cr_index] = val;
}

void vga_ioport_write(void *opaque, uint32_t addr, uint32_t val)
{
    VGAState *s = opaque;

    if (port_hidden(s, addr)) {
        return;
    }
    switch (addr) {
    case 0x3c0:
        attribute_write(s, val);
        break;
    case 0x3c2:
        s->msr = val & ~0x10;
        break;
    case 0x3c4:
        s->sr_index = val & 7;
        break;
    case 0x3c5:
        s->sr[s->sr_index] = val & sr_mask[s->sr_index];
        vga_update_memory_access(s);
        break;
    case 0x3c7:
        s->dac_read_index = val;
        s->dac_sub_index = 0;
        s->dac_state = 3;
        break;
    case 0x3c8:
        s->dac_write_index = val;
        s->dac_sub_index = 0;
        s->dac_state = 0;
        break;
    case 0x3c9:
        dac_write(s, val);
        break;
    case 0x3ce:
        s->gr_index = val & 0x0f;
        break;
    case 0x3cf:
        s->gr[s->gr_index] = val & gr_mask[s->gr_index];
        vga_update_memory_access(s);
        break;
    case 0x3b4:
    case 0x3d4:
        s->cr_index = val;
        break;
    case 0x3b5:
    case 0x3d5:
        crtc_write(s, val);
        break;
    case 0x3ba:
    case 0x3da:
        s->fcr = val & 0x10;
        break;
    }
}

static uint32_t vbe_port_read(void *opaque, uint32_t addr)
{
    VGAState *s = opaque;

    return addr == 0x1ce ? s->vbe_index : vbe_read(s, s->vbe_index);
}

static void vbe_port_write(void *opaque, uint32_t addr, uint32_t val)
{
    VGAState *s = opaque;

    if (addr == 0x1ce) {
        s->vbe_index = val;
    } else {
        vbe_write(s, s->vbe_index, val);
    }
}

static const MemoryRegionPortio vga_ports[] = {
    { 0x04, 2, 1, .read = vga_ioport_read, .write = vga_ioport_write }, /* 3b4 */
    { 0x0a, 1, 1, .read = vga_ioport_read, .write = vga_ioport_write }, /* 3ba */
    { 0x10, 16, 1, .read = vga_ioport_read, .write = vga_ioport_write }, /* 3c0 */
    { 0x24, 2, 1, .read = vga_ioport_read, .write = vga_ioport_write }, /* 3d4 */
    { 0x2a, 1, 1, .read = vga_ioport_read, .write = vga_ioport_write }, /* 3da */
    PORTIO_END_OF_LIST(),
};

static const MemoryRegionPortio vbe_ports[] = {
    { 0, 1, 2, .read = vbe_port_read, .write = vbe_port_write },
    { 1, 1, 2, .read = vbe_port_read, .write = vbe_port_write },
    { 2, 1, 2, .read = vbe_port_read, .write = vbe_port_write }, /* the data port when aligned */
    PORTIO_END_OF_LIST(),
};

void vga_init_legacy(VGAState *s, Object *owner, MemoryRegion *mem, MemoryRegion *io,
                     bool ports)
{
    s->legacy_area = mem;
    memory_region_init_io(&s->legacy, owner, &vga_mem_ops, s, "vga-lowmem", 0x20000);
    memory_region_add_subregion_overlap(mem, 0xa0000, &s->legacy, 1);
    if (ports) {
        PortioList *vga = g_new0(PortioList, 1), *vbe = g_new0(PortioList, 1);

        portio_list_init(vga, owner, vga_ports, s, "vga");
        portio_list_add(vga, io, 0x3b0);
        portio_list_init(vbe, owner, vbe_ports, s, "vbe");
        portio_list_add(vbe, io, 0x1ce);
    }
}

void vga_reset(VGAState *s)
{
    memset(s->sr, 0, sizeof(s->sr));
    memset(s->gr, 0, sizeof(s->gr));
    memset(s->ar, 0, sizeof(s->ar));
    memset(s->cr, 0, sizeof(s->cr));
    memset(s->palette, 0, sizeof(s->palette));
    memset(s->vbe_regs, 0, sizeof(s->vbe_regs));
    s->sr_index = s->gr_index = s->ar_index = s->cr_index = 0;
    s->ar_flip_flop = false;
    s->msr = s->fcr = s->st00 = s->st01 = 0;
    s->dac_state = s->dac_sub_index = s->dac_read_index = s->dac_write_index = 0;
    s->latch = 0;
    s->bank_offset = 0;
    s->vbe_index = 0;
    s->vbe_regs[VBE_ID] = VBE_ID5;
    s->vbe_start_addr = s->vbe_line_offset = 0;
    memset(s->vram_ptr, 0, s->vram_size);
    vga_update_memory_access(s);
    s->redraw = true;
}

bool vga_common_init(VGAState *s, Object *owner, Error **errp)
{
    /* VBE reports memory in 64 KiB pieces; adapters round to a power of two for the BAR. */
    if (s->vram_size_mb < 1 || s->vram_size_mb > 512) {
        error_setg(errp, "vgamem_mb must be between 1 and 512, not %" PRIu32, s->vram_size_mb);
        return false;
    }
    s->vram_size = pow2ceil(s->vram_size_mb) << 20;
    if (!memory_region_init_ram(&s->vram, owner, "vga.vram", s->vram_size, errp)) {
        return false;
    }
    s->vram_ptr = memory_region_get_ram_ptr(&s->vram);
    memory_region_set_log(&s->vram, true, DIRTY_MEMORY_VGA);
    return true;
}

static int vga_post_load(void *opaque, int version_id)
{
    VGAState *s = opaque;

    if (s->sr_index >= 8 || s->gr_index >= 16 || s->ar_index >= 0x40 || s->dac_sub_index >= 3) {
        return -EINVAL;
    }
    if (s->bank_offset >= s->vram_size) {
        return -EINVAL;
    }
    vga_update_memory_access(s);
    s->redraw = true;
    return 0;
}

const VMStateDescription vmstate_vga_common = {
    .name = "vga",
    .version_id = 2,
    .minimum_version_id = 2,
    .post_load = vga_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(latch, VGAState),
        VMSTATE_UINT8(sr_index, VGAState),
        VMSTATE_BUFFER(sr, VGAState),
        VMSTATE_UINT8(gr_index, VGAState),
        VMSTATE_BUFFER(gr, VGAState),
        VMSTATE_UINT8(ar_index, VGAState),
        VMSTATE_BUFFER(ar, VGAState),
        VMSTATE_BOOL(ar_flip_flop, VGAState),
        VMSTATE_UINT8(cr_index, VGAState),
        VMSTATE_BUFFER(cr, VGAState),
        VMSTATE_UINT8(msr, VGAState),
        VMSTATE_UINT8(fcr, VGAState),
        VMSTATE_UINT8(st00, VGAState),
        VMSTATE_UINT8(st01, VGAState),
        VMSTATE_UINT8(dac_state, VGAState),
        VMSTATE_UINT8(dac_sub_index, VGAState),
        VMSTATE_UINT8(dac_read_index, VGAState),
        VMSTATE_UINT8(dac_write_index, VGAState),
        VMSTATE_BUFFER(dac_cache, VGAState),
        VMSTATE_BUFFER(palette, VGAState),
        VMSTATE_UINT32(bank_offset, VGAState),
        VMSTATE_UINT16(vbe_index, VGAState),
        VMSTATE_UINT16_ARRAY(vbe_regs, VGAState, VBE_NB_REGS),
        VMSTATE_UINT32(vbe_start_addr, VGAState),
        VMSTATE_UINT32(vbe_line_offset, VGAState),
        VMSTATE_END_OF_LIST()
    }
};
