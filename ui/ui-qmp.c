/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP and HMP commands about displays.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "hw/qdev-core.h"
#include "monitor/hmp.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"
#include "qapi/visitor.h"
#include "ui/console.h"

static QemuConsole *find_console(const char *id, uint32_t head, Error **errp)
{
    DeviceState *dev = (DeviceState *)object_dynamic_cast(
        object_resolve_path_component(object_resolve_path("/machine/peripheral", NULL), id),
        TYPE_DEVICE);
    QemuConsole *con = dev ? qemu_console_lookup_by_device(dev, head) : NULL;

    if (!dev) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%.100s' not found", id);
    } else if (!con) {
        error_setg(errp, "Device '%s' (head %u) is not bound to a QemuConsole", id, head);
    }
    return con;
}

void qmp_screendump(const char *filename, bool has_device, const char *device, bool has_head,
                    int64_t head, bool has_format, ImageFormat format, Error **errp)
{
    QemuConsole *con = NULL;
    bool png = false;

    if (has_head && !has_device) {
        error_setg(errp, "'head' must be specified together with 'device'");
        return;
    }
    if (has_head && (head < 0 || head > UINT16_MAX)) {
        error_setg(errp, "Parameter 'head' expects the number of a screen, not %" PRId64, head);
        return;
    }
    con = has_device ? find_console(device, has_head ? head : 0, errp)
                     : qemu_console_lookup_by_index(0);
    if (!con) {
        if (!has_device) {
            error_setg(errp, "There is no console to take a screendump from");
        }
        return;
    }
#ifdef CONFIG_PNG
    png = has_format && format == IMAGE_FORMAT_PNG;
#endif
    console_screendump(con, filename, png, errp);
}

/* ---- HMP */

static void hmp_screendump(Monitor *mon, const QDict *args)
{
    const char *device = qdict_get_try_str(args, "device");
    const char *format = qdict_get_try_str(args, "format");
    Error *err = NULL;
    int fmt = qapi_enum_parse(ImageFormat_lookup, format, IMAGE_FORMAT_PPM, &err);

    if (!err) {
        qmp_screendump(qdict_get_str(args, "filename"), device != NULL, device,
                       qdict_haskey(args, "head"), qdict_get_try_int(args, "head", 0), true, fmt,
                       &err);
    }
    hmp_handle_error(mon, err);
}

static const HMPCommand hmp_ui_commands[] = {
    { "screendump", "filename:F,format:s?,device:s?,head:i?",
      "filename [format] [device [head]]", "save screen into image file", hmp_screendump },
};
HMP_COMMANDS(hmp_ui_commands);
