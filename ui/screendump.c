/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The present picture of a console as a file: binary PPM (Netpbm "P6"), or PNG by libpng.
 *
 * Thread: big lock. A file that could not be written whole is removed.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "ui/console.h"

#ifdef CONFIG_PNG
#include <png.h>
#endif

/* One row as bytes R G B, whatever the surface's format is. */
static void row_rgb(pixman_image_t *line, const DisplaySurface *s, int y, uint8_t *out)
{
    const uint32_t *px = pixman_image_get_data(line);
    int w = surface_width(s);

    pixman_image_composite(PIXMAN_OP_SRC, s->image, NULL, line, 0, y, 0, 0, 0, 0, w, 1);
    for (int x = 0; x < w; x++) {
        out[3 * x] = px[x] >> 16;
        out[3 * x + 1] = px[x] >> 8;
        out[3 * x + 2] = px[x];
    }
}

static bool write_ppm(FILE *f, const DisplaySurface *s)
{
    int w = surface_width(s), h = surface_height(s);
    pixman_image_t *line = pixman_image_create_bits(PIXMAN_x8r8g8b8, w, 1, NULL, 0);
    g_autofree uint8_t *row = g_malloc(w * 3);
    bool ok = fprintf(f, "P6\n%d %d\n255\n", w, h) > 0;

    for (int y = 0; ok && y < h; y++) {
        row_rgb(line, s, y, row);
        ok = fwrite(row, 3, w, f) == (size_t)w;
    }
    pixman_image_unref(line);
    return ok;
}

#ifdef CONFIG_PNG
static bool write_png(FILE *f, const DisplaySurface *s)
{
    int w = surface_width(s), h = surface_height(s);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    pixman_image_t *line = pixman_image_create_bits(PIXMAN_x8r8g8b8, w, 1, NULL, 0);
    uint8_t *row = g_malloc(w * 3);
    bool ok = false;

    if (info && !setjmp(png_jmpbuf(png))) {
        png_init_io(png, f);
        png_set_IHDR(png, info, w, h, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        png_write_info(png, info);
        for (int y = 0; y < h; y++) {
            row_rgb(line, s, y, row);
            png_write_row(png, row);
        }
        png_write_end(png, NULL);
        ok = true;
    }
    png_destroy_write_struct(&png, info ? &info : NULL);
    g_free(row);
    pixman_image_unref(line);
    return ok;
}
#endif

static bool write_picture(FILE *f, const DisplaySurface *s, bool png)
{
#ifdef CONFIG_PNG
    if (png) {
        return write_png(f, s);
    }
#endif
    (void)png;
    return write_ppm(f, s);
}

bool console_screendump(QemuConsole *con, const char *filename, bool png, Error **errp)
{
    int fd;
    FILE *f;
    bool ok;

    con = con ? con : qemu_console_lookup_by_index(0);
    if (!con) {
        error_setg(errp, "There is no console to take a screendump from.");
        return false;
    }
#ifndef CONFIG_PNG
    if (png) {
        error_setg(errp, "Enable PNG support with libpng for screendump");
        return false;
    }
#endif
    graphic_hw_update(con);
    fd = qemu_create(filename, O_WRONLY | O_TRUNC, 0666, errp);
    if (fd < 0) {
        return false;
    }
    f = fdopen(fd, "wb");
    ok = write_picture(f, qemu_console_surface(con), png);
    ok = fclose(f) == 0 && ok;
    if (!ok) {
        error_setg(errp, "failed to write to '%s'", filename);
        unlink(filename);
    }
    return ok;
}
