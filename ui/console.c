/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Consoles, surfaces and their listeners.
 *
 * Thread: big lock; the refresh timer runs in the main loop.
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "hw/qdev-core.h"
#include "ui/console.h"

struct QemuConsole {
    int index;
    uint32_t head;
    DeviceState *device;
    const GraphicHwOps *ops;
    void *opaque;
    DisplaySurface *surface;
    QEMUCursor *cursor;
    int cursor_x, cursor_y;
    bool cursor_on;
    QemuUIInfo ui_info;
    QTAILQ_ENTRY(QemuConsole) next;
};

static struct {
    QTAILQ_HEAD(, QemuConsole) list;
    QTAILQ_HEAD(, DisplayChangeListener) listeners;
    QEMUTimer *refresh;
    int count;
    bool ready;
} consoles; /* under the big lock */

static void consoles_init(void)
{
    if (!consoles.ready) {
        QTAILQ_INIT(&consoles.list);
        QTAILQ_INIT(&consoles.listeners);
        consoles.ready = true;
    }
}

/* ---- surfaces ---- */

DisplaySurface *qemu_create_displaysurface_from(int width, int height,
                                                pixman_format_code_t format, int stride,
                                                uint8_t *data)
{
    DisplaySurface *s = g_new0(DisplaySurface, 1);

    s->format = format;
    s->image = pixman_image_create_bits(format, width, height, (uint32_t *)(void *)data, stride);
    s->shared = data != NULL;
    assert(s->image);
    return s;
}

DisplaySurface *qemu_create_displaysurface(int width, int height)
{
    return qemu_create_displaysurface_from(width, height, PIXMAN_x8r8g8b8, 0, NULL);
}

void qemu_free_displaysurface(DisplaySurface *s)
{
    if (s) {
        pixman_image_unref(s->image);
        g_free(s);
    }
}

DisplaySurface *qemu_create_placeholder_surface(int width, int height, const char *msg)
{
    (void)msg; /* a black screen says it as well: nothing has been drawn */
    return qemu_create_displaysurface(width, height);
}

/* ---- cursors ---- */

QEMUCursor *cursor_alloc(uint16_t width, uint16_t height)
{
    QEMUCursor *c;

    if (width > 512 || height > 512) {
        return NULL; /* bounds what a guest can make us allocate; no pointer is larger */
    }
    c = g_malloc0(sizeof(*c) + (size_t)width * height * 4);
    c->width = width;
    c->height = height;
    c->refcount = 1;
    return c;
}

QEMUCursor *cursor_ref(QEMUCursor *c)
{
    c->refcount++;
    return c;
}

void cursor_unref(QEMUCursor *c)
{
    if (c && --c->refcount == 0) {
        g_free(c);
    }
}

/* ---- consoles ---- */

QemuConsole *graphic_console_init(DeviceState *dev, uint32_t head, const GraphicHwOps *ops,
                                  void *opaque)
{
    QemuConsole *con = g_new0(QemuConsole, 1);

    consoles_init();
    con->index = consoles.count++;
    con->head = head;
    con->device = dev;
    con->ops = ops;
    con->opaque = opaque;
    con->surface = qemu_create_placeholder_surface(640, 480, NULL);
    QTAILQ_INSERT_TAIL(&consoles.list, con, next);
    return con;
}

void graphic_console_close(QemuConsole *con)
{
    static const GraphicHwOps nothing;

    /* Listeners may hold on to it: it stays, without a device. */
    con->device = NULL;
    con->ops = &nothing;
    con->opaque = NULL;
    dpy_gfx_replace_surface(con, qemu_create_placeholder_surface(640, 480, NULL));
}

static bool listens(const DisplayChangeListener *dcl, const QemuConsole *con)
{
    return dcl->con ? dcl->con == con : con->index == 0;
}

#define FOR_LISTENERS(dcl, con, member)                                                          \
    QTAILQ_FOREACH(dcl, &consoles.listeners, next)                                               \
        if (listens(dcl, con) && dcl->ops->member)

void dpy_gfx_replace_surface(QemuConsole *con, DisplaySurface *surface)
{
    DisplaySurface *old = con->surface;
    DisplayChangeListener *dcl;

    con->surface = surface;
    FOR_LISTENERS(dcl, con, gfx_switch) {
        dcl->ops->gfx_switch(dcl, surface);
    }
    qemu_free_displaysurface(old);
}

void dpy_gfx_update(QemuConsole *con, int x, int y, int w, int h)
{
    DisplayChangeListener *dcl;
    int sw = surface_width(con->surface), sh = surface_height(con->surface);

    x = CLAMP(x, 0, sw);
    y = CLAMP(y, 0, sh);
    w = MIN(w, sw - x);
    h = MIN(h, sh - y);
    FOR_LISTENERS(dcl, con, gfx_update) {
        dcl->ops->gfx_update(dcl, x, y, w, h);
    }
}

void dpy_gfx_update_full(QemuConsole *con)
{
    dpy_gfx_update(con, 0, 0, surface_width(con->surface), surface_height(con->surface));
}

void dpy_mouse_set(QemuConsole *con, int x, int y, bool on)
{
    DisplayChangeListener *dcl;

    con->cursor_x = x;
    con->cursor_y = y;
    con->cursor_on = on;
    FOR_LISTENERS(dcl, con, mouse_set) {
        dcl->ops->mouse_set(dcl, x, y, on);
    }
}

void dpy_cursor_define(QemuConsole *con, QEMUCursor *cursor)
{
    DisplayChangeListener *dcl;

    cursor_unref(con->cursor);
    con->cursor = cursor_ref(cursor);
    FOR_LISTENERS(dcl, con, cursor_define) {
        dcl->ops->cursor_define(dcl, cursor);
    }
}

/* ---- listeners ---- */

static void refresh(void *opaque)
{
    uint64_t interval = GUI_REFRESH_INTERVAL_IDLE;
    DisplayChangeListener *dcl, *next;

    QTAILQ_FOREACH_SAFE(dcl, &consoles.listeners, next, next) {
        if (dcl->ops->refresh) {
            uint64_t wanted = dcl->update_interval_ms ? dcl->update_interval_ms
                                                      : GUI_REFRESH_INTERVAL_DEFAULT;
            interval = MIN(interval, wanted);
            dcl->ops->refresh(dcl);
        }
    }
    if (!QTAILQ_EMPTY(&consoles.listeners)) {
        timer_mod(consoles.refresh, qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + interval);
    }
}

void register_displaychangelistener(DisplayChangeListener *dcl)
{
    QemuConsole *con;

    consoles_init();
    if (!consoles.refresh) {
        consoles.refresh = timer_new_ms(QEMU_CLOCK_REALTIME, refresh, NULL);
    }
    QTAILQ_INSERT_TAIL(&consoles.listeners, dcl, next);
    con = dcl->con ? dcl->con : qemu_console_lookup_by_index(0);
    if (con && dcl->ops->gfx_switch) {
        dcl->ops->gfx_switch(dcl, con->surface);
    }
    if (con && con->cursor && dcl->ops->cursor_define) {
        dcl->ops->cursor_define(dcl, con->cursor);
    }
    timer_mod(consoles.refresh, qemu_clock_get_ms(QEMU_CLOCK_REALTIME));
}

void unregister_displaychangelistener(DisplayChangeListener *dcl)
{
    QTAILQ_REMOVE(&consoles.listeners, dcl, next);
}

void update_displaychangelistener(DisplayChangeListener *dcl, uint64_t interval_ms)
{
    dcl->update_interval_ms = interval_ms;
    timer_mod(consoles.refresh, qemu_clock_get_ms(QEMU_CLOCK_REALTIME));
}

/* ---- for viewers ---- */

void graphic_hw_update(QemuConsole *con)
{
    con = con ? con : qemu_console_lookup_by_index(0);
    if (con && con->ops->gfx_update) {
        con->ops->gfx_update(con->opaque);
    }
}

void graphic_hw_invalidate(QemuConsole *con)
{
    con = con ? con : qemu_console_lookup_by_index(0);
    if (con && con->ops->invalidate) {
        con->ops->invalidate(con->opaque);
    }
}

QemuConsole *qemu_console_lookup_by_index(unsigned index)
{
    QemuConsole *con;

    consoles_init();
    QTAILQ_FOREACH(con, &consoles.list, next) {
        if (con->index == (int)index) {
            return con;
        }
    }
    return NULL;
}

QemuConsole *qemu_console_lookup_by_device(DeviceState *dev, uint32_t head)
{
    QemuConsole *con;

    consoles_init();
    QTAILQ_FOREACH(con, &consoles.list, next) {
        if (con->device == dev && con->head == head) {
            return con;
        }
    }
    return NULL;
}

QemuConsole *qemu_console_lookup_first_graphic(void)
{
    consoles_init();
    return QTAILQ_FIRST(&consoles.list);
}

DisplaySurface *qemu_console_surface(QemuConsole *con)
{
    return con->surface;
}

QEMUCursor *qemu_console_cursor(QemuConsole *con)
{
    return con->cursor;
}

int qemu_console_get_index(QemuConsole *con)
{
    return con->index;
}

DeviceState *qemu_console_get_device(QemuConsole *con)
{
    return con->device;
}

uint32_t qemu_console_get_head(QemuConsole *con)
{
    return con->head;
}

int dpy_set_ui_info(QemuConsole *con, QemuUIInfo *info)
{
    if (!con->ops->ui_info) {
        return -ENOTSUP;
    }
    con->ui_info = *info;
    con->ops->ui_info(con->opaque, con->head, &con->ui_info);
    return 0;
}
