/*
 * Plugging devices in and out of a running machine, and the device tree for people.
 *
 * Thread: main thread under the BQL.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/config-file.h"
#include "qemu/timer.h"
#include "qapi/qapi-event.h"
#include "qapi/qmp-commands.h"
#include "qapi/qmp/qdict.h"
#include "exec/ramblock.h"
#include "hw/loader.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "monitor/hmp.h"
#include "monitor/qdev.h"

/* ---- device_add, device_del ---- */

void qmp_device_add(QDict *args, QObject **ret, Error **errp)
{
    DeviceState *dev = qdev_device_add_from_qdict(args, true, errp);

    object_unref(dev);
}

/* A device by id or by path. */
static DeviceState *find_device(const char *id, Error **errp)
{
    Object *obj;

    if (*id == '/') {
        obj = object_resolve_path(id, NULL);
    } else {
        obj = object_resolve_path_component(machine_get_container("peripheral"), id);
    }
    if (!obj) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", id);
        return NULL;
    }
    if (!object_dynamic_cast(obj, TYPE_DEVICE)) {
        error_setg(errp, "%s is not a hotpluggable device", id);
        return NULL;
    }
    return DEVICE(obj);
}

void qmp_device_del(const char *id, Error **errp)
{
    DeviceState *dev = find_device(id, errp);

    if (!dev) {
        return;
    }
    if (dev->pending_deleted_event &&
        (dev->pending_deleted_expires_ms == 0 ||
         dev->pending_deleted_expires_ms > qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL))) {
        error_setg(errp, "Device %s is already in the process of unplug", id);
        return;
    }
    qdev_unplug(dev, errp);
}

static void send_deleted(const char *id, const char *path)
{
    qapi_event_send_device_deleted(id != NULL, id, path, &error_abort);
}

static void __attribute__((constructor)) set_hook(void)
{
    qdev_set_deleted_hook(send_deleted);
}

static void hmp_device_add(Monitor *mon, const QDict *args)
{
    QemuOptsList *list = qemu_find_opts("device");
    Error *err = NULL;
    QemuOpts *opts = qemu_opts_parse(list, qdict_get_str(args, "device"), true, &err);

    if (opts && !qdev_device_help(opts)) {
        object_unref(qdev_device_add(opts, &err));
    }
    qemu_opts_del(opts);
    hmp_handle_error(mon, err);
}

static void hmp_device_del(Monitor *mon, const QDict *args)
{
    Error *err = NULL;

    qmp_device_del(qdict_get_str(args, "id"), &err);
    hmp_handle_error(mon, err);
}

static void print_and_free(Monitor *mon, GString *text)
{
    monitor_printf(mon, "%s", text->str);
    g_string_free(text, true);
}

/* ---- info qtree ---- */

static void print_props(GString *out, DeviceState *dev, int indent)
{
    for (ObjectClass *c = object_get_class(OBJECT(dev)); c != object_class_by_name(TYPE_DEVICE);
         c = object_class_get_parent(c)) {
        const Property *p = DEVICE_CLASS(c)->props_;

        for (; p && p->name; p++) {
            g_autofree char *value = NULL;

            if (p->info->print) {
                value = p->info->print(OBJECT(dev), p);
            } else if (object_property_find(OBJECT(dev), p->name)) {
                value = object_property_print(OBJECT(dev), p->name, true, NULL);
            }
            if (value) {
                g_string_append_printf(out, "%*s%s = %s\n", indent, "", p->name,
                                       *value ? value : "<null>");
            }
        }
    }
}

static void print_pins(GString *out, DeviceState *dev, int indent)
{
    NamedGPIOList *l;

    QLIST_FOREACH(l, &dev->gpios, node) {
        if (l->num_in) {
            g_string_append_printf(out, "%*sgpio-in \"%s\" %d\n", indent, "",
                                   l->name ? l->name : "", l->num_in);
        }
        if (l->num_out) {
            g_string_append_printf(out, "%*sgpio-out \"%s\" %d\n", indent, "",
                                   l->name ? l->name : "", l->num_out);
        }
    }
}

static void print_bus(GString *out, BusState *bus, int indent);

static void print_device(GString *out, DeviceState *dev, int indent)
{
    BusState *bus;

    g_string_append_printf(out, "%*sdev: %s, id \"%s\"\n", indent, "",
                           object_get_typename(OBJECT(dev)), dev->id ? dev->id : "");
    indent += 2;
    print_pins(out, dev, indent);
    print_props(out, dev, indent);
    if (dev->parent_bus) {
        BusClass *bc = BUS_GET_CLASS(dev->parent_bus);

        if (bc->print_dev) {
            bc->print_dev(out, dev, indent);
        }
    }
    QLIST_FOREACH(bus, &dev->child_bus, sibling) {
        print_bus(out, bus, indent);
    }
}

static void print_bus(GString *out, BusState *bus, int indent)
{
    BusChild *kid;

    g_string_append_printf(out, "%*sbus: %s\n%*stype %s\n", indent, "", bus->name, indent + 2, "",
                           object_get_typename(OBJECT(bus)));
    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        print_device(out, kid->child, indent + 2);
    }
}

static void hmp_info_qtree(Monitor *mon, const QDict *args)
{
    GString *out = g_string_new(NULL);

    print_bus(out, sysbus_get_default(), 0);
    print_and_free(mon, out);
}

static void print_model(ObjectClass *klass, void *opaque)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    monitor_printf(opaque, "name \"%s\"", object_class_get_name(klass));
    if (dc->bus_type) {
        monitor_printf(opaque, ", bus %s", dc->bus_type);
    }
    if (dc->desc) {
        monitor_printf(opaque, ", desc \"%s\"", dc->desc);
    }
    monitor_printf(opaque, "%s\n", dc->user_creatable ? "" : ", no-user");
}

static void hmp_info_qdm(Monitor *mon, const QDict *args)
{
    object_class_foreach(print_model, TYPE_DEVICE, false, mon);
}

/* ---- memory of the machine ---- */

static void hmp_info_ramblock(Monitor *mon, const QDict *args)
{
    print_and_free(mon, ram_block_format());
}

static void hmp_info_roms(Monitor *mon, const QDict *args)
{
    GString *text = g_string_new(NULL);

    rom_format(text);
    print_and_free(mon, text);
}

/* ---- registration ---- */

static int offer_id(Object *obj, void *opaque)
{
    hmp_candidate(opaque, object_get_canonical_path_component(obj));
    return 0;
}

static void complete_id(HMPCompletion *c, unsigned n)
{
    if (n == 0) {
        object_child_foreach(machine_get_container("peripheral"), offer_id, c);
    }
}

static void offer_model(ObjectClass *klass, void *opaque)
{
    if (DEVICE_CLASS(klass)->user_creatable) {
        hmp_candidate(opaque, object_class_get_name(klass));
    }
}

static void complete_model(HMPCompletion *c, unsigned n)
{
    if (n == 0) {
        object_class_foreach(offer_model, TYPE_DEVICE, false, c);
    }
}

static const HMPCommand hmp_qdev_commands[] = {
    { "device_add", "device:S", "driver[,prop=value][,...]", "add device, like -device on the "
      "command line", hmp_device_add, complete_model },
    { "device_del", "id:s", "device", "remove device", hmp_device_del, complete_id },
};
HMP_COMMANDS(hmp_qdev_commands);

static const HMPCommand hmp_qdev_info[] = {
    { "qtree", "", "", "show device tree", hmp_info_qtree },
    { "qdm", "", "", "show device model list", hmp_info_qdm },
    { "ramblock", "", "", "Display system ramblock information", hmp_info_ramblock },
    { "roms", "", "", "show roms", hmp_info_roms },
};
HMP_INFO(hmp_qdev_info);
