/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices by description: finding the class and the bus, setting properties, realizing; help.
 *
 * Thread: main thread under the big lock.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/option.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qmp/qstring.h"
#include "hw/boards.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "monitor/qdev.h"
#include "qom/object.h"

/* Short names that people know better than the type names; arch-neutral ones. */
static const struct {
    const char *alias, *type;
} aliases[] = {
    { "AC97", "ac97" }, { "e1000", "e1000-82540em" }, { "ES1370", "es1370" },
    { "ich9-ahci", "ahci" }, { "ich9-intel-hda", "intel-hda" },
    { "virtio-blk", "virtio-blk-pci" }, { "virtio-crypto", "virtio-crypto-pci" },
    { "virtio-iommu", "virtio-iommu-pci" }, { "virtio-pmem", "virtio-pmem-pci" },
    { "virtio-mem", "virtio-mem-pci" }, { "vhost-vsock", "vhost-vsock-pci" },
    { "vhost-user-blk", "vhost-user-blk-pci" }, { "vhost-user-fs", "vhost-user-fs-pci" },
    { "vhost-user-scsi", "vhost-user-scsi-pci" },
    { "virtio-net", "virtio-net-pci" }, { "virtio-scsi", "virtio-scsi-pci" },
    { "virtio-serial", "virtio-serial-pci" }, { "virtio-rng", "virtio-rng-pci" },
    { "virtio-balloon", "virtio-balloon-pci" }, { "virtio-gpu", "virtio-gpu-pci" },
    { "virtio-keyboard", "virtio-keyboard-pci" }, { "virtio-mouse", "virtio-mouse-pci" },
    { "virtio-tablet", "virtio-tablet-pci" }, { "virtio-input-host", "virtio-input-host-pci" },
    { "virtio-9p", "virtio-9p-pci" }, { "ahci", "ich9-ahci" }, { "lsi", "lsi53c895a" },
};

static const char *resolve_alias(const char *name)
{
    if (object_class_by_name(name)) {
        return name;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(aliases); i++) {
        if (strcmp(aliases[i].alias, name) == 0 && object_class_by_name(aliases[i].type)) {
            return aliases[i].type;
        }
    }
    return name;
}

static void append_nearest(Error **errp, const char *driver)
{
    g_auto(GStrv) near = object_nearest_type_names(driver, TYPE_DEVICE, 3);
    g_autofree char *list = g_strjoinv(", ", near);

    if (*list) {
        error_append_hint(errp, "Did you mean: %s?\n", list);
    }
}

static DeviceClass *find_class(const char *driver, Error **errp)
{
    ERRP_GUARD();
    ObjectClass *oc = object_class_by_name(resolve_alias(driver));
    DeviceClass *dc;

    if (!oc || !object_class_dynamic_cast(oc, TYPE_DEVICE)) {
        error_setg(errp, "'%s' is not a valid device model name", driver);
        append_nearest(errp, driver);
        return NULL;
    }
    if (object_class_is_abstract(oc)) {
        error_setg(errp, "Parameter 'driver' expects a non-abstract device type");
        return NULL;
    }
    dc = DEVICE_CLASS(oc);
    if (!dc->user_creatable && !(current_machine &&
        device_type_is_dynamic_sysbus(MACHINE_GET_CLASS(current_machine),
                                      object_class_get_name(oc)))) {
        error_setg(errp, "Parameter 'driver' expects a pluggable device type");
        return NULL;
    }
    if (phase_check(PHASE_MACHINE_READY) && !dc->hotpluggable) {
        error_setg(errp, "Device '%s' does not support hotplugging", driver);
        return NULL;
    }
    return dc;
}

/* ---- buses ---- */

typedef struct BusSearch {
    const char *name, *type;
    BusState *found;
    bool full; /* one of the type was there, but had no room */
} BusSearch;

static int match_bus(BusState *bus, void *opaque)
{
    BusSearch *s = opaque;

    if (s->name && strcmp(bus->name, s->name) != 0) {
        return 0;
    }
    if (s->type && !object_dynamic_cast(OBJECT(bus), s->type)) {
        return 0;
    }
    if (!s->name && qbus_is_full(bus)) {
        s->full = true;
        return 0;
    }
    s->found = bus;
    return -1;
}

static BusState *search_bus(BusSearch *s)
{
    qbus_walk_children(sysbus_get_default(), NULL, match_bus, NULL, NULL, s);
    return s->found;
}

/* "pci.0", "/machine/..." or "dev-id/bus"; the last part may be left out if there is one bus. */
static BusState *bus_by_path(const char *path, Error **errp)
{
    BusSearch s = { .name = path };
    const char *slash = strrchr(path, '/');
    Object *o;

    if (search_bus(&s)) {
        return s.found;
    }
    o = object_resolve_path_type(path, TYPE_BUS, NULL);
    if (o) {
        return BUS(o);
    }
    o = object_resolve_path_type(path, TYPE_DEVICE, NULL);
    if (o) {
        DeviceState *dev = DEVICE(o);

        if (dev->num_child_bus == 1) {
            return QLIST_FIRST(&dev->child_bus);
        }
        error_setg(errp, dev->num_child_bus ? "Device '%s' has multiple child buses"
                                            : "Device '%s' has no child bus", path);
        return NULL;
    }
    if (slash && slash != path) {
        g_autofree char *id = g_strndup(path, slash - path);
        Object *d = object_resolve_path_type(id, TYPE_DEVICE, NULL);
        BusState *bus = d ? qdev_get_child_bus(DEVICE(d), slash + 1) : NULL;

        if (bus) {
            return bus;
        }
    }
    error_setg(errp, "Bus '%s' not found", path);
    return NULL;
}

static BusState *pick_bus(DeviceClass *dc, const char *driver, const char *path, Error **errp)
{
    BusSearch s = { .type = dc->bus_type };
    BusState *bus;

    if (path) {
        bus = bus_by_path(path, errp);
        if (bus && !object_dynamic_cast(OBJECT(bus), dc->bus_type)) {
            error_setg(errp, "Device '%s' can't go on %s bus", driver,
                       object_get_typename(OBJECT(bus)));
            return NULL;
        }
        if (bus && qbus_is_full(bus)) {
            error_setg(errp, "Bus '%s' is full", path);
            return NULL;
        }
        return bus;
    }
    bus = search_bus(&s);
    if (!bus) {
        error_setg(errp, s.full ? "No free '%s' bus found for device '%s'"
                                : "No '%s' bus found for device '%s'", dc->bus_type, driver);
    }
    return bus;
}

/* ---- creating ---- */

static bool is_meta_key(const char *key)
{
    return strcmp(key, "driver") == 0 || strcmp(key, "bus") == 0 || strcmp(key, "id") == 0;
}

static bool set_properties(DeviceState *dev, const QDict *opts, bool from_json, Error **errp)
{
    QDict *props = qdict_clone_shallow(opts);
    bool ok;

    for (const QDictEntry *e = qdict_first(opts); e; e = qdict_next(opts, e)) {
        if (is_meta_key(qdict_entry_key(e))) {
            qdict_del(props, qdict_entry_key(e));
        }
    }
    ok = object_set_properties_from_keyval(OBJECT(dev), props, from_json, errp);
    qobject_unref(props);
    return ok;
}

static bool check_new_id(const char *id, Error **errp)
{
    if (!id) {
        return true;
    }
    if (!id_wellformed(id)) {
        error_setg(errp, "Parameter 'id' expects an identifier");
        return false;
    }
    return true;
}

DeviceState *qdev_device_add_from_qdict(const QDict *opts, bool from_json, Error **errp)
{
    const char *driver = qdict_get_try_str(opts, "driver");
    const char *path = qdict_get_try_str(opts, "bus"), *id = qdict_get_try_str(opts, "id");
    BusState *bus = NULL;
    DeviceClass *dc;
    DeviceState *dev;
    Error *err = NULL;

    if (!driver) {
        error_setg(errp, "Parameter 'driver' is missing");
        return NULL;
    }
    dc = find_class(driver, errp);
    if (!dc || !check_new_id(id, errp)) {
        return NULL;
    }
    if (path && !dc->bus_type) {
        error_setg(errp, "Device '%s' does not sit on a bus", driver);
        return NULL;
    }
    if (dc->bus_type && !(bus = pick_bus(dc, driver, path, errp))) {
        return NULL;
    }
    if (phase_check(PHASE_MACHINE_READY) && bus && !qbus_is_hotpluggable(bus)) {
        error_setg(errp, "Bus '%s' does not support hotplugging", bus->name);
        return NULL;
    }
    if (qdev_should_hide_device(opts, from_json, &err) || err) {
        error_propagate(errp, err);
        return NULL;
    }
    dev = qdev_new(object_class_get_name(OBJECT_CLASS(dc)));
    if (!qdev_set_id(dev, g_strdup(id), errp) || !set_properties(dev, opts, from_json, errp)) {
        goto fail;
    }
    dev->opts = qdict_clone_shallow(opts);
    if (!qdev_realize(dev, bus, errp)) {
        goto fail;
    }
    return dev;

fail:
    object_unparent(OBJECT(dev));
    object_unref(OBJECT(dev));
    return NULL;
}

DeviceState *qdev_device_add(QemuOpts *opts, Error **errp)
{
    QDict *d = qemu_opts_to_qdict(opts, NULL);
    DeviceState *dev = qdev_device_add_from_qdict(d, false, errp);

    qobject_unref(d);
    return dev;
}

/* ---- help ---- */

static const char *const category_titles[DEVICE_CATEGORY_MAX] = {
    [DEVICE_CATEGORY_BRIDGE] = "Controller/Bridge/Hub", [DEVICE_CATEGORY_USB] = "USB",
    [DEVICE_CATEGORY_STORAGE] = "Storage", [DEVICE_CATEGORY_NETWORK] = "Network",
    [DEVICE_CATEGORY_INPUT] = "Input", [DEVICE_CATEGORY_DISPLAY] = "Display",
    [DEVICE_CATEGORY_SOUND] = "Sound", [DEVICE_CATEGORY_MISC] = "Misc",
    [DEVICE_CATEGORY_CPU] = "CPU", [DEVICE_CATEGORY_WATCHDOG] = "Watchdog",
};

static void print_class(DeviceClass *dc)
{
    printf("name \"%s\"", object_class_get_name(OBJECT_CLASS(dc)));
    if (dc->bus_type) {
        printf(", bus %s", dc->bus_type);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(aliases); i++) {
        if (strcmp(aliases[i].type, object_class_get_name(OBJECT_CLASS(dc))) == 0) {
            printf(", alias \"%s\"", aliases[i].alias);
        }
    }
    if (dc->desc) {
        printf(", desc \"%s\"", dc->desc);
    }
    printf("\n");
}

static void list_devices(void)
{
    GSList *list = object_class_get_list_sorted(TYPE_DEVICE, false);
    bool any = false;

    for (int cat = 0; cat <= DEVICE_CATEGORY_MAX; cat++) {
        bool titled = false;

        for (GSList *l = list; l; l = l->next) {
            DeviceClass *dc = DEVICE_CLASS(l->data);
            bool here = cat < DEVICE_CATEGORY_MAX
                            ? test_bit(cat, dc->categories)
                            : bitmap_empty(dc->categories, DEVICE_CATEGORY_MAX);

            if (!here || !dc->user_creatable) {
                continue;
            }
            if (!titled) {
                printf("%s%s devices:\n", any ? "\n" : "",
                       cat < DEVICE_CATEGORY_MAX ? category_titles[cat] : "Uncategorized");
                titled = any = true;
            }
            print_class(dc);
        }
    }
    g_slist_free(list);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    const ObjectProperty *const *pa = a, *const *pb = b;

    return strcmp((*pa)->name, (*pb)->name);
}

static void list_properties(const char *driver)
{
    Error *err = NULL;
    DeviceClass *dc = find_class(driver, &err);
    g_autoptr(GPtrArray) props = g_ptr_array_new();
    ObjectPropertyIterator it;
    ObjectProperty *p;

    if (!dc) {
        error_report_err(err);
        exit(EXIT_FAILURE);
    }
    object_class_property_iter_init(&it, OBJECT_CLASS(dc));
    while ((p = object_property_iter_next(&it))) {
        static const char *const hidden[] = { "type", "realized", "hotpluggable", "hotplugged",
                                              "parent_bus", NULL };
        if (p->set && !g_strv_contains(hidden, p->name)) {
            g_ptr_array_add(props, p);
        }
    }
    g_ptr_array_sort(props, compare_names);
    printf(props->len ? "%s options:\n" : "There are no options for %s.\n", driver);
    for (unsigned i = 0; i < props->len; i++) {
        p = props->pdata[i];
        printf("  %s=<%s>%*s", p->name, p->type,
               MAX(0, 22 - (int)(strlen(p->name) + strlen(p->type) + 3)), "");
        if (p->description) {
            printf(" - %s", p->description);
        }
        if (p->defval) {
            GString *def = qobject_to_json(p->defval);

            printf("%s (default: %s)", p->description ? "" : " - ", def->str);
            g_string_free(def, true);
        }
        printf("\n");
    }
}

bool qdev_device_help(QemuOpts *opts)
{
    const char *driver = qemu_opt_get(opts, "driver");

    if (driver && is_help_option(driver)) {
        list_devices();
        return true;
    }
    if (!driver || !qemu_opt_has_help_opt(opts)) {
        return false;
    }
    list_properties(driver);
    return true;
}
