/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The identity that a virtual monitor reports. */
#ifndef HW_DISPLAY_EDID_H
#define HW_DISPLAY_EDID_H

#include "qemu/osdep.h"

/*
 * Fill edid (size bytes, at least 128) with a VESA E-EDID 1.4 base block that prefers
 * xres x yres; xmax and ymax bound what is listed, 0 for no bound. Any thread.
 */
void edid_generate(uint8_t *edid, size_t size, uint32_t xres, uint32_t yres, uint32_t xmax,
                   uint32_t ymax);

#endif
