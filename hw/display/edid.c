/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EDID of a virtual monitor.
 *
 * Spec:  VESA Enhanced EDID Standard 1.4, sections 3.3 to 3.10; timings by VESA CVT with
 *        reduced blanking, simplified to fixed blanking widths.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hw/display/edid.h"

static const struct {
    uint16_t x, y;
    uint8_t byte, bit; /* in established timings (bytes 35 to 37) */
} established[] = {
    { 640, 480, 35, 5 }, { 800, 600, 35, 0 }, { 1024, 768, 36, 3 },
};

static const uint16_t standard[][2] = {
    { 2048, 1152 }, { 1920, 1080 }, { 1680, 1050 }, { 1600, 900 }, { 1440, 900 },
    { 1280, 800 }, { 1280, 720 },
};

static bool fits(uint32_t x, uint32_t y, uint32_t xmax, uint32_t ymax)
{
    return (!xmax || x <= xmax) && (!ymax || y <= ymax);
}

static void put_detailed(uint8_t *d, uint32_t x, uint32_t y)
{
    const uint32_t hblank = 160, vblank = 35, hfront = 48, hsync = 32, vfront = 3, vsync = 6;
    uint32_t clock = (uint64_t)(x + hblank) * (y + vblank) * 60 / 10000;
    uint32_t wmm = x * 254 / 1000, hmm = y * 254 / 1000; /* 100 dots an inch */

    stw_le_p(d, MIN(clock, 65535u));
    d[2] = x;
    d[3] = hblank;
    d[4] = (x >> 8 & 15) << 4 | hblank >> 8;
    d[5] = y;
    d[6] = vblank;
    d[7] = (y >> 8 & 15) << 4 | vblank >> 8;
    d[8] = hfront;
    d[9] = hsync;
    d[10] = vfront << 4 | vsync;
    d[11] = 0;
    d[12] = wmm;
    d[13] = hmm;
    d[14] = (wmm >> 8 & 15) << 4 | (hmm >> 8 & 15);
    d[17] = 0x18;
}

static void put_text(uint8_t *d, uint8_t tag, const char *text)
{
    size_t n = strlen(text);

    memset(d, 0, 18);
    d[3] = tag;
    memset(d + 5, ' ', 13);
    memcpy(d + 5, text, MIN(n, 13u));
    if (n < 13) {
        d[5 + n] = '\n';
    }
}

static void put_standard(uint8_t *edid, uint32_t xmax, uint32_t ymax)
{
    unsigned n = 0;

    memset(edid + 38, 1, 16);
    for (unsigned i = 0; i < ARRAY_SIZE(standard) && n < 8; i++) {
        uint32_t x = standard[i][0], y = standard[i][1];
        uint8_t aspect = y * 16 == x * 10 ? 0 : y * 16 == x * 9 ? 3 : 1;

        if (fits(x, y, xmax, ymax)) {
            edid[38 + 2 * n] = x / 8 - 31;
            edid[39 + 2 * n] = aspect << 6;
            n++;
        }
    }
}

void edid_generate(uint8_t *edid, size_t size, uint32_t xres, uint32_t yres, uint32_t xmax,
                   uint32_t ymax)
{
    static const uint8_t header[8] = { 0, 255, 255, 255, 255, 255, 255, 0 };
    static const uint8_t chroma[10] = { 0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50,
                                        0x54 }; /* sRGB */
    uint8_t sum = 0;

    assert(size >= 128);
    memset(edid, 0, size);
    memcpy(edid, header, 8);
    stw_be_p(edid + 8, ('R' - '@') << 10 | ('H' - '@') << 5 | ('T' - '@'));
    stw_le_p(edid + 10, 0x1234);
    edid[16] = 42;
    edid[17] = 2014 - 1990;
    edid[18] = 1;
    edid[19] = 4;
    edid[20] = 0xa5; /* digital, 8 bits a colour, DisplayPort */
    edid[21] = MIN(xres * 254 / 10000, 255u);
    edid[22] = MIN(yres * 254 / 10000, 255u);
    edid[23] = 120; /* gamma 2.2 */
    edid[24] = 0x06; /* sRGB, preferred timing is native */
    memcpy(edid + 25, chroma, 10);
    for (unsigned i = 0; i < ARRAY_SIZE(established); i++) {
        if (fits(established[i].x, established[i].y, xmax, ymax)) {
            edid[established[i].byte] |= 1 << established[i].bit;
        }
    }
    put_standard(edid, xmax, ymax);
    put_detailed(edid + 54, MIN(xres, 4095u), MIN(yres, 4095u));
    put_text(edid + 72, 0xfc, "QEMU Monitor");
    put_text(edid + 90, 0xff, "1");
    put_text(edid + 108, 0x10, "");
    memset(edid + 113, 0, 13);
    for (int i = 0; i < 127; i++) {
        sum += edid[i];
    }
    edid[127] = -sum;
}
