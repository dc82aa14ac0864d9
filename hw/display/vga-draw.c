/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From video memory and registers to a picture: text, planar, packed and VBE modes.
 *
 * Spec:      IBM PS/2 Hardware Interface Technical Reference, CRT and attribute controllers.
 * Thread:    big lock. Runs only when a viewer or a screendump asks.
 *
 * The surface is x8r8g8b8 in all modes. Lines whose memory is clean since the last picture are
 * not drawn again; any change of a register that shows forces a full redraw.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/timer.h"
#include "hw/display/vga-int.h"

typedef struct Geometry {
    int width, height;      /* of the surface */
    int bpp;                /* 0: text, 1..2, 4, 8, 15, 16, 24, 32 */
    uint32_t start;         /* byte offset of the first line */
    uint32_t line_bytes;
    uint32_t line_compare;  /* line after which display restarts at 0 */
    int repeat;             /* scan lines that each memory line is shown */
    bool double_x;
} Geometry;

/* ---- colours ---- */

static uint32_t dac_rgb(const VGAState *s, unsigned i)
{
    const uint8_t *p = &s->palette[i * 3];

    if (s->vbe_regs[VBE_ENABLE] & VBE_8BIT_DAC) {
        return p[0] << 16 | p[1] << 8 | p[2];
    }
#define DAC6(v) (((v) & 0x3f) << 2 | ((v) & 0x3f) >> 4)
    return DAC6(p[0]) << 16 | DAC6(p[1]) << 8 | DAC6(p[2]);
#undef DAC6
}

/* The palette of the mode; true when it changed. */
static bool update_palette(VGAState *s, int bpp)
{
    bool changed = false;

    for (unsigned i = 0; i < 256; i++) {
        unsigned dac = i;
        uint32_t c;

        if (bpp < 8) {
            unsigned a = s->ar[i & 15];
            dac = s->ar[0x10] & 0x80 ? (s->ar[0x14] & 0x0f) << 4 | (a & 0x0f)
                                     : (s->ar[0x14] & 0x0c) << 4 | (a & 0x3f);
        }
        c = dac_rgb(s, dac);
        changed |= c != s->rgb[i];
        s->rgb[i] = c;
    }
    return changed;
}

static bool resize(VGAState *s, int w, int h)
{
    if (w == s->shown_width && h == s->shown_height) {
        return false;
    }
    dpy_gfx_replace_surface(s->con, qemu_create_displaysurface(w, h));
    s->shown_width = w;
    s->shown_height = h;
    return true;
}

/* Registers that show, folded to a few words: a change means a full redraw. */
static bool key_changed(VGAState *s, const uint32_t key[6])
{
    bool changed = memcmp(s->shown_key, key, sizeof(s->shown_key)) != 0;

    memcpy(s->shown_key, key, sizeof(s->shown_key));
    return changed;
}

static uint32_t *surface_row(VGAState *s, int y)
{
    DisplaySurface *ds = qemu_console_surface(s->con);

    return (uint32_t *)(void *)((uint8_t *)surface_data(ds) + (size_t)y * surface_stride(ds));
}

/* ---- text ---- */

typedef struct TextMode {
    unsigned cols, rows, cell_w, cell_h;
    uint32_t start, line;   /* in characters */
    uint32_t font[2];       /* byte offsets in plane 2 */
} TextMode;

static void text_mode(const VGAState *s, TextMode *t)
{
    unsigned vde = s->cr[0x12] | (s->cr[7] & 2) << 7 | (s->cr[7] & 0x40) << 3;
    unsigned a = s->sr[3];

    t->cell_h = (s->cr[9] & 0x1f) + 1;
    t->cell_w = s->sr[1] & 1 ? 8 : 9;
    t->cols = MIN(s->cr[1] + 1u, 256u);
    t->rows = MIN((vde + 1) / t->cell_h, 256u);
    if (s->cr[9] & 0x80) {
        t->rows = MIN((vde + 1) / 2 / t->cell_h, 256u);
    }
    t->start = s->cr[0x0c] << 8 | s->cr[0x0d];
    t->line = s->cr[0x13] * 2;
    t->font[0] = ((a >> 2 & 3) << 14 | (a >> 5 & 1) << 13);
    t->font[1] = ((a & 3) << 14 | (a >> 4 & 1) << 13);
}

static uint8_t plane_byte(const VGAState *s, uint32_t n, unsigned plane)
{
    return s->vram_ptr[(n * 4 + plane) & (s->vram_size - 1)];
}

static void draw_cell(VGAState *s, const TextMode *t, unsigned col, unsigned row, uint8_t ch,
                      uint8_t attr, int cursor_from, int cursor_to)
{
    uint32_t font = t->font[attr & 8 ? 0 : 1] + ch * 32;
    bool blink = s->ar[0x10] & 8;
    uint32_t fg = s->rgb[attr & 15], bg = s->rgb[attr >> 4 & (blink ? 7 : 15)];

    for (unsigned y = 0; y < t->cell_h; y++) {
        uint32_t *out = surface_row(s, row * t->cell_h + y) + col * t->cell_w;
        unsigned bits = plane_byte(s, font + y, 2) << 1;

        if (t->cell_w == 9 && (s->ar[0x10] & 4) && ch >= 0xc0 && ch <= 0xdf) {
            bits |= bits >> 1 & 1; /* line graphics extend into the ninth column */
        }
        if ((int)y >= cursor_from && (int)y <= cursor_to) {
            bits = 0x1ff;
        }
        for (unsigned x = 0; x < t->cell_w; x++) {
            out[x] = bits & (0x100 >> x) ? fg : bg;
        }
    }
}

static void update_cursor_phase(VGAState *s)
{
    int64_t now = qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL);

    if (now >= s->cursor_blink_time) {
        s->cursor_blink_time = now + 16 * 1000 / 70;
        s->cursor_phase = !s->cursor_phase;
    }
}

/* Characters and fonts share memory words, so dirty bits cannot tell them apart: compare. */
static bool fonts_changed(VGAState *s, const uint32_t font[2])
{
    uint32_t h = 2166136261u;

    for (unsigned f = 0; f < 2; f++) {
        for (unsigned i = 0; i < 256 * 32; i++) {
            h = (h ^ plane_byte(s, font[f] + i, 2)) * 16777619u;
        }
    }
    if (h == s->font_hash) {
        return false;
    }
    s->font_hash = h;
    return true;
}

static void draw_text(VGAState *s)
{
    TextMode t;
    uint32_t key[6], cursor = s->cr[0x0e] << 8 | s->cr[0x0f], shown_cursor;
    bool full;

    text_mode(s, &t);
    if (!t.cols || !t.rows) {
        return;
    }
    update_cursor_phase(s);
    full = update_palette(s, 0);
    full |= resize(s, t.cols * t.cell_w, t.rows * t.cell_h);
    key[0] = t.start;
    key[1] = t.line;
    key[2] = t.cell_w << 16 | t.cell_h;
    key[3] = t.font[0];
    key[4] = t.font[1];
    key[5] = s->ar[0x10] | 1u << 31;
    full |= key_changed(s, key) | s->redraw;
    full |= fonts_changed(s, t.font);
    s->redraw = false;
    shown_cursor = s->cr[0x0a] & 0x20 || !s->cursor_phase ? UINT32_MAX : cursor;
    for (unsigned row = 0; row < t.rows; row++) {
        int first = -1, last = -1;

        for (unsigned col = 0; col < t.cols; col++) {
            uint32_t n = (t.start + row * t.line + col);
            uint8_t ch = plane_byte(s, n, 0), attr = plane_byte(s, n, 1);
            bool here = n == shown_cursor;
            uint32_t now = ch | attr << 8 | (uint32_t)here << 16 |
                           (here ? s->cr[0x0a] << 17 : 0) | 1u << 31;
            uint32_t *was = &s->text_shown[row * 256 + col];

            if (!full && *was == now) {
                continue;
            }
            *was = now;
            draw_cell(s, &t, col, row, ch, attr, here ? s->cr[0x0a] & 0x1f : 1,
                      here ? s->cr[0x0b] & 0x1f : 0);
            first = first < 0 ? (int)col : first;
            last = col;
        }
        if (first >= 0) {
            dpy_gfx_update(s->con, first * t.cell_w, row * t.cell_h,
                           (last - first + 1) * t.cell_w, t.cell_h);
        }
    }
}

/* ---- graphics ---- */

static void vbe_geometry(const VGAState *s, Geometry *g)
{
    const uint16_t *r = s->vbe_regs;

    g->width = r[VBE_XRES];
    g->height = r[VBE_YRES];
    g->bpp = r[VBE_BPP];
    g->start = s->vbe_start_addr * 4;
    g->line_bytes = s->vbe_line_offset * (g->bpp == 4 ? 4 : 1);
    g->line_compare = UINT32_MAX;
    g->repeat = 1;
    g->double_x = false;
    if (g->bpp == 4) {
        g->start *= 4;
    }
}

static void vga_geometry(const VGAState *s, Geometry *g)
{
    unsigned vde = s->cr[0x12] | (s->cr[7] & 2) << 7 | (s->cr[7] & 0x40) << 3;
    unsigned shift = s->gr[5] >> 5 & 3;

    g->height = vde + 1;
    g->line_compare = s->cr[0x18] | (s->cr[7] & 0x10) << 4 | (s->cr[9] & 0x40) << 3;
    g->start = (s->cr[0x0c] << 8 | s->cr[0x0d]) * 4;
    g->line_bytes = s->cr[0x13] << 3;
    g->repeat = ((s->cr[9] & 0x1f) + 1) << (s->cr[9] >> 7);
    g->width = (s->cr[1] + 1) * 8;
    g->double_x = false;
    if (shift == 0) {
        g->bpp = 4;
        g->double_x = s->sr[1] & 8;
    } else if (shift == 1) {
        g->bpp = 2;
        g->double_x = s->sr[1] & 8;
    } else {
        g->bpp = 8;
        g->width /= 2; /* a pixel takes two dots */
        g->double_x = true;
    }
    if (g->double_x) {
        g->width *= 2;
    }
}

/* Where the line begins in memory; CGA-style modes take row bits as address bits 13 and 14. */
static uint32_t line_address(const VGAState *s, const Geometry *g, uint32_t base, uint32_t line,
                             unsigned sub)
{
    uint32_t a = base + line * g->line_bytes;

    if (!vbe_enabled(s)) {
        if (!(s->cr[0x17] & 1)) {
            a = (a & ~(1u << 15)) | (sub & 1) << 15;
        }
        if (!(s->cr[0x17] & 2)) {
            a = (a & ~(1u << 16)) | (sub & 2) << 15;
        }
    }
    return a;
}

static inline uint8_t vbyte(const VGAState *s, uint32_t a)
{
    return s->vram_ptr[a & (s->vram_size - 1)];
}

/* Four planes, one bit of each a pixel. */
static void line_planar(const VGAState *s, uint32_t *out, int w, uint32_t a, bool dbl)
{
    unsigned enable = s->ar[0x12] & 0x0f;

    for (int x = 0; x < w;) {
        uint8_t p[4];

        for (int i = 0; i < 4; i++) {
            p[i] = vbyte(s, a + i);
        }
        a += 4;
        for (int b = 7; b >= 0 && x < w; b--) {
            unsigned c = (p[0] >> b & 1) | (p[1] >> b & 1) << 1 | (p[2] >> b & 1) << 2 |
                         (p[3] >> b & 1) << 3;
            out[x++] = s->rgb[c & enable];
            if (dbl && x < w) {
                out[x] = out[x - 1];
                x++;
            }
        }
    }
}

/* CGA four colours: two bits a pixel, even bytes in plane 0, odd in plane 1. */
static void line_cga(const VGAState *s, uint32_t *out, int w, uint32_t a, bool dbl)
{
    for (int x = 0; x < w;) {
        for (int plane = 0; plane < 2; plane++) {
            uint8_t v = vbyte(s, a + plane);
            for (int b = 6; b >= 0 && x < w; b -= 2) {
                out[x++] = s->rgb[v >> b & 3];
                if (dbl && x < w) {
                    out[x] = out[x - 1];
                    x++;
                }
            }
        }
        a += 4;
    }
}

static void line_packed(const VGAState *s, uint32_t *out, int w, uint32_t a, int bpp, bool dbl)
{
    for (int x = 0; x < w; x++) {
        uint32_t v;

        switch (bpp) {
        case 8:
            out[x] = s->rgb[vbyte(s, a)];
            a += 1;
            if (dbl && x + 1 < w) {
                x++;
                out[x] = out[x - 1];
            }
            break;
        case 15:
            v = vbyte(s, a) | vbyte(s, a + 1) << 8;
            out[x] = (v & 0x7c00) << 9 | (v & 0x7000) << 4 | (v & 0x3e0) << 6 | (v & 0x380) << 1 |
                     (v & 0x1f) << 3 | (v & 0x1c) >> 2;
            a += 2;
            break;
        case 16:
            v = vbyte(s, a) | vbyte(s, a + 1) << 8;
            out[x] = (v & 0xf800) << 8 | (v & 0xe000) << 3 | (v & 0x7e0) << 5 | (v & 0x600) >> 1 |
                     (v & 0x1f) << 3 | (v & 0x1c) >> 2;
            a += 2;
            break;
        case 24:
            out[x] = vbyte(s, a) | vbyte(s, a + 1) << 8 | vbyte(s, a + 2) << 16;
            a += 3;
            break;
        default:
            out[x] = (vbyte(s, a) | vbyte(s, a + 1) << 8 | vbyte(s, a + 2) << 16);
            a += 4;
            break;
        }
    }
}

static unsigned line_span(const Geometry *g)
{
    switch (g->bpp) {
    case 2:
    case 4:
        return g->width / (g->double_x ? 2 : 1) / 8 * 4 + 4;
    case 8:
        return g->width / (g->double_x ? 2 : 1);
    case 15:
    case 16:
        return g->width * 2;
    case 24:
        return g->width * 3;
    default:
        return g->width * 4;
    }
}

static void draw_line(VGAState *s, const Geometry *g, int y, uint32_t a)
{
    uint32_t *out = surface_row(s, y);

    if (g->bpp == 4) {
        line_planar(s, out, g->width, a, g->double_x);
    } else if (g->bpp == 2) {
        line_cga(s, out, g->width, a, g->double_x);
    } else {
        line_packed(s, out, g->width, a, g->bpp, g->double_x);
    }
}

static bool line_dirty(const VGAState *s, DirtyBitmapSnapshot *snap, uint32_t a, unsigned n)
{
    a &= s->vram_size - 1;
    if (a + n > s->vram_size) {
        return true; /* wraps: rare enough to draw always */
    }
    return memory_region_snapshot_get_dirty((MemoryRegion *)&s->vram, snap, a, n);
}

static void draw_graphics(VGAState *s)
{
    Geometry g;
    DirtyBitmapSnapshot *snap;
    uint32_t key[6], line = 0, base;
    int changed_from = -1, sub = 0;
    bool full;

    if (vbe_enabled(s)) {
        vbe_geometry(s, &g);
    } else {
        vga_geometry(s, &g);
    }
    if (g.width <= 0 || g.height <= 0) {
        return;
    }
    full = update_palette(s, g.bpp);
    full |= resize(s, g.width, g.height);
    key[0] = g.start;
    key[1] = g.line_bytes;
    key[2] = g.bpp | g.repeat << 8 | (uint32_t)g.double_x << 16;
    key[3] = g.line_compare;
    key[4] = s->cr[0x17];
    key[5] = s->ar[0x12];
    full |= key_changed(s, key) | s->redraw;
    s->redraw = false;
    snap = memory_region_snapshot_and_clear_dirty(&s->vram, 0, s->vram_size, DIRTY_MEMORY_VGA);
    base = g.start;
    for (int y = 0; y < g.height; y++) {
        uint32_t a = line_address(s, &g, base, line, sub);
        bool dirty = full || line_dirty(s, snap, a, line_span(&g));

        if (dirty) {
            draw_line(s, &g, y, a);
            changed_from = changed_from < 0 ? y : changed_from;
        }
        if (!dirty && changed_from >= 0) {
            dpy_gfx_update(s->con, 0, changed_from, g.width, y - changed_from);
            changed_from = -1;
        }
        if (++sub >= g.repeat) {
            sub = 0;
            line++;
        }
        if ((uint32_t)y == g.line_compare) {
            base = 0;
            line = 0;
            sub = 0;
        }
    }
    if (changed_from >= 0) {
        dpy_gfx_update(s->con, 0, changed_from, g.width, g.height - changed_from);
    }
    g_free(snap);
}

static void draw_blank(VGAState *s)
{
    DisplaySurface *ds = qemu_console_surface(s->con);
    uint32_t key[6] = { 0, 0, 0, 0, 0, 0xb1a9cu };

    if (!key_changed(s, key) && !s->redraw) {
        return;
    }
    s->redraw = false;
    for (int y = 0; y < surface_height(ds); y++) {
        memset(surface_row(s, y), 0, (size_t)surface_width(ds) * 4);
    }
    dpy_gfx_update_full(s->con);
}

void vga_update_display(void *opaque)
{
    VGAState *s = opaque;

    if (!(s->ar_index & 0x20) || (s->sr[1] & 0x20)) {
        draw_blank(s);
    } else if (vbe_enabled(s) || (s->gr[6] & 1)) {
        draw_graphics(s);
    } else {
        draw_text(s);
    }
}

void vga_invalidate_display(void *opaque)
{
    ((VGAState *)opaque)->redraw = true;
}

const GraphicHwOps vga_gfx_ops = {
    .invalidate = vga_invalidate_display,
    .gfx_update = vga_update_display,
};
