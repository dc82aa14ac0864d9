/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Consoles: what a display device draws into and what viewers, files and servers show.
 *
 * A device owns a QemuConsole and gives it a DisplaySurface (a pixman image). Listeners hear
 * of new surfaces and changed rectangles. While there is no listener, devices do not draw
 * unless somebody asks for a picture.
 *
 * Threads: everything under the big lock.
 */
#ifndef UI_CONSOLE_H
#define UI_CONSOLE_H

#include <pixman.h>

#include "qemu/osdep.h"
#include "qemu/queue.h"
#include "qom/object.h"

typedef struct QemuConsole QemuConsole;
typedef struct DeviceState DeviceState;

/* A picture. format is one of PIXMAN_*; rows are stride bytes apart. */
typedef struct DisplaySurface {
    pixman_image_t *image;
    pixman_format_code_t format;
    bool shared; /* the pixels belong to the device */
} DisplaySurface;

/* width x height pixels of x8r8g8b8, black. */
DisplaySurface *qemu_create_displaysurface(int width, int height);
/* Pixels of the device's own; they must stay while the surface is in use. */
DisplaySurface *qemu_create_displaysurface_from(int width, int height,
                                                pixman_format_code_t format, int stride,
                                                uint8_t *data);
/* A text on black, for what has no picture. */
DisplaySurface *qemu_create_placeholder_surface(int width, int height, const char *msg);
void qemu_free_displaysurface(DisplaySurface *s);

static inline int surface_width(const DisplaySurface *s)
{
    return pixman_image_get_width(s->image);
}
static inline int surface_height(const DisplaySurface *s)
{
    return pixman_image_get_height(s->image);
}
static inline int surface_stride(const DisplaySurface *s)
{
    return pixman_image_get_stride(s->image);
}
static inline void *surface_data(const DisplaySurface *s)
{
    return pixman_image_get_data(s->image);
}

/* Pointer shape; pixels are a8r8g8b8, not premultiplied. */
typedef struct QEMUCursor {
    uint16_t width, height;
    int hot_x, hot_y;
    unsigned refcount;
    uint32_t data[];
} QEMUCursor;
QEMUCursor *cursor_alloc(uint16_t width, uint16_t height);
QEMUCursor *cursor_ref(QEMUCursor *c);
void cursor_unref(QEMUCursor *c);

/* What a viewer tells the device about its window. */
typedef struct QemuUIInfo {
    uint16_t width_mm, height_mm;
    int xoff, yoff;
    uint32_t width, height;
    uint32_t refresh_rate; /* mHz */
} QemuUIInfo;

/* A display device. Any member may be NULL. */
typedef struct GraphicHwOps {
    void (*invalidate)(void *opaque); /* draw everything at the next update */
    void (*gfx_update)(void *opaque); /* bring the surface up to date */
    void (*ui_info)(void *opaque, uint32_t head, QemuUIInfo *info);
} GraphicHwOps;

QemuConsole *graphic_console_init(DeviceState *dev, uint32_t head, const GraphicHwOps *ops,
                                  void *opaque);
void graphic_console_close(QemuConsole *con);

/* From the device: a new surface (owned by the console then), or a changed rectangle. */
void dpy_gfx_replace_surface(QemuConsole *con, DisplaySurface *surface);
void dpy_gfx_update(QemuConsole *con, int x, int y, int w, int h);
void dpy_gfx_update_full(QemuConsole *con);
void dpy_mouse_set(QemuConsole *con, int x, int y, bool on);
void dpy_cursor_define(QemuConsole *con, QEMUCursor *cursor);

/* Who shows a console. refresh is called regularly and calls graphic_hw_update(). */
typedef struct DisplayChangeListener DisplayChangeListener;
typedef struct DisplayChangeListenerOps {
    const char *name;
    void (*refresh)(DisplayChangeListener *dcl);
    void (*gfx_switch)(DisplayChangeListener *dcl, DisplaySurface *surface);
    void (*gfx_update)(DisplayChangeListener *dcl, int x, int y, int w, int h);
    void (*mouse_set)(DisplayChangeListener *dcl, int x, int y, bool on);
    void (*cursor_define)(DisplayChangeListener *dcl, QEMUCursor *cursor);
} DisplayChangeListenerOps;
struct DisplayChangeListener {
    const DisplayChangeListenerOps *ops;
    QemuConsole *con; /* NULL: console 0 */
    uint64_t update_interval_ms;
    QTAILQ_ENTRY(DisplayChangeListener) next;
};
enum { GUI_REFRESH_INTERVAL_DEFAULT = 30, GUI_REFRESH_INTERVAL_IDLE = 3000 };
void register_displaychangelistener(DisplayChangeListener *dcl);
void unregister_displaychangelistener(DisplayChangeListener *dcl);
void update_displaychangelistener(DisplayChangeListener *dcl, uint64_t interval_ms);

/* For viewers. */
void graphic_hw_update(QemuConsole *con);
void graphic_hw_invalidate(QemuConsole *con);
QemuConsole *qemu_console_lookup_by_index(unsigned index);
QemuConsole *qemu_console_lookup_by_device(DeviceState *dev, uint32_t head);
QemuConsole *qemu_console_lookup_first_graphic(void);
DisplaySurface *qemu_console_surface(QemuConsole *con);
QEMUCursor *qemu_console_cursor(QemuConsole *con);
int qemu_console_get_index(QemuConsole *con);
DeviceState *qemu_console_get_device(QemuConsole *con);
uint32_t qemu_console_get_head(QemuConsole *con);
int dpy_set_ui_info(QemuConsole *con, QemuUIInfo *info);

/*
 * Write the console's present picture to a file: png false gives a binary PPM. con NULL is
 * console 0. False with errp; then no file is left behind.
 */
bool console_screendump(QemuConsole *con, const char *filename, bool png, Error **errp);

#endif
