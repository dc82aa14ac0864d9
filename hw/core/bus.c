/*
 * Buses: slots, names, tree walks, reset. See hw/qdev-core.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "qdev-internal.h"

/* ---- slots ---- */

static void bus_add_child(BusState *bus, DeviceState *child)
{
    BusChild *kid = g_new0(BusChild, 1);
    g_autofree char *name = NULL;

    kid->index = bus->max_index++;
    kid->child = child;
    object_ref(child);
    bus->num_children++;
    QTAILQ_INSERT_HEAD(&bus->children, kid, sibling);
    name = g_strdup_printf("child[%d]", kid->index);
    /* Weak: the slot itself holds the reference. */
    object_property_add_link(OBJECT(bus), name, object_get_typename(OBJECT(child)),
                             (Object **)&kid->child, NULL, 0);
}

static void bus_remove_child(BusState *bus, DeviceState *child)
{
    BusChild *kid;

    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        if (kid->child == child) {
            g_autofree char *name = g_strdup_printf("child[%d]", kid->index);

            QTAILQ_REMOVE(&bus->children, kid, sibling);
            bus->num_children--;
            object_property_del(OBJECT(bus), name);
            g_free(kid);
            object_unref(child);
            return;
        }
    }
    g_assert_not_reached();
}

void qdev_leave_bus(DeviceState *dev)
{
    BusState *bus = dev->parent_bus;

    if (bus) {
        resettable_change_parent(OBJECT(dev), NULL, OBJECT(bus));
        dev->parent_bus = NULL;
        bus_remove_child(bus, dev);
        object_unref(bus);
    }
}

static bool bus_accepts(BusState *bus, DeviceState *dev, Error **errp)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);
    BusClass *bc = BUS_GET_CLASS(bus);

    if (dc->bus_type && !object_dynamic_cast(OBJECT(bus), dc->bus_type)) {
        error_setg(errp, "Device '%s' can't go on %s bus", object_get_typename(OBJECT(dev)),
                   object_get_typename(OBJECT(bus)));
        return false;
    }
    return !bc->check_address || bc->check_address(bus, dev, errp);
}

bool qdev_set_parent_bus(DeviceState *dev, BusState *bus, Error **errp)
{
    if (!bus_accepts(bus, dev, errp)) {
        return false;
    }
    object_ref(dev);
    qdev_leave_bus(dev);
    dev->parent_bus = bus;
    object_ref(bus);
    bus_add_child(bus, dev);
    if (dev->realized) {
        resettable_change_parent(OBJECT(dev), OBJECT(bus), NULL);
    }
    object_unref(dev);
    return true;
}

BusState *qdev_get_parent_bus(const DeviceState *dev)
{
    return dev->parent_bus;
}

BusState *qdev_get_child_bus(DeviceState *dev, const char *name)
{
    BusState *bus;
    Object *child = object_resolve_path_component(OBJECT(dev), name);

    bus = (BusState *)object_dynamic_cast(child, TYPE_BUS);
    if (bus) {
        return bus;
    }
    QLIST_FOREACH(bus, &dev->child_bus, sibling) {
        if (strcmp(name, bus->name) == 0) {
            return bus;
        }
    }
    return NULL;
}

bool qbus_is_full(BusState *bus)
{
    BusClass *bc = BUS_GET_CLASS(bus);

    return bus->full || (bc->max_dev && bus->num_children >= bc->max_dev);
}

/* ---- life of a bus ---- */

/* "pci.0", "ide.1", or after the parent's id: "usb2.0". */
static char *bus_pick_name(BusState *bus, const char *name)
{
    BusClass *bc = BUS_GET_CLASS(bus);

    if (name) {
        return g_strdup(name);
    }
    if (bus->parent && bus->parent->id) {
        return g_strdup_printf("%s.%d", bus->parent->id, bus->parent->num_child_bus);
    } else {
        g_autofree char *lower = g_ascii_strdown(object_get_typename(OBJECT(bus)), -1);

        return g_strdup_printf("%s.%u", lower, bc->automatic_ids++);
    }
}

static void bus_attach(BusState *bus, DeviceState *parent, const char *name)
{
    bus->parent = parent;
    bus->name = bus_pick_name(bus, name);
    if (parent) {
        QLIST_INSERT_HEAD(&parent->child_bus, bus, sibling);
        parent->num_child_bus++;
        object_property_add_child(OBJECT(parent), bus->name, OBJECT(bus));
        object_unref(bus);
    }
}

void qbus_init(void *bus, size_t size, const char *typename, DeviceState *parent, const char *name)
{
    object_initialize(bus, size, typename);
    bus_attach(bus, parent, name);
}

BusState *qbus_new(const char *typename, DeviceState *parent, const char *name)
{
    BusState *bus = BUS(object_new(typename));

    bus_attach(bus, parent, name);
    return bus;
}

bool qbus_realize(BusState *bus, Error **errp)
{
    return bus->realized || object_property_set_bool(OBJECT(bus), "realized", true, errp);
}

void qbus_unrealize(BusState *bus)
{
    object_property_set_bool(OBJECT(bus), "realized", false, &error_abort);
}

static bool bus_get_realized(Object *obj, Error **errp)
{
    return BUS(obj)->realized;
}

static void bus_set_realized(Object *obj, bool value, Error **errp)
{
    BusState *bus = BUS(obj);
    BusClass *bc = BUS_GET_CLASS(bus);
    Error *err = NULL;
    BusChild *kid;

    if (value == bus->realized) {
        return;
    }
    if (value) {
        if (bc->realize) {
            bc->realize(bus, &err);
        }
        if (err) {
            error_propagate(errp, err);
            return;
        }
    } else {
        QTAILQ_FOREACH(kid, &bus->children, sibling) {
            if (kid->child->realized) {
                qdev_unrealize(kid->child);
            }
        }
        if (bc->unrealize) {
            bc->unrealize(bus);
        }
    }
    qatomic_store_release(&bus->realized, value);
}

void qbus_set_hotplug_handler(BusState *bus, Object *handler)
{
    object_property_set_link(OBJECT(bus), "hotplug-handler", handler, &error_abort);
}

void qbus_set_bus_hotplug_handler(BusState *bus)
{
    qbus_set_hotplug_handler(bus, OBJECT(bus));
}

/* ---- tree walks ---- */

int qbus_walk_children(BusState *bus, qdev_walkerfn *pre_devfn, qbus_walkerfn *pre_busfn,
                       qdev_walkerfn *post_devfn, qbus_walkerfn *post_busfn, void *opaque)
{
    BusChild *kid;
    int ret;

    if (pre_busfn) {
        ret = pre_busfn(bus, opaque);
        if (ret) {
            return ret;
        }
    }
    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        ret = qdev_walk_children(kid->child, pre_devfn, pre_busfn, post_devfn, post_busfn, opaque);
        if (ret < 0) {
            return ret;
        }
    }
    return post_busfn ? post_busfn(bus, opaque) : 0;
}

int qdev_walk_children(DeviceState *dev, qdev_walkerfn *pre_devfn, qbus_walkerfn *pre_busfn,
                       qdev_walkerfn *post_devfn, qbus_walkerfn *post_busfn, void *opaque)
{
    BusState *bus;
    int ret;

    if (pre_devfn) {
        ret = pre_devfn(dev, opaque);
        if (ret) {
            return ret;
        }
    }
    QLIST_FOREACH(bus, &dev->child_bus, sibling) {
        ret = qbus_walk_children(bus, pre_devfn, pre_busfn, post_devfn, post_busfn, opaque);
        if (ret < 0) {
            return ret;
        }
    }
    return post_devfn ? post_devfn(dev, opaque) : 0;
}

typedef struct FindArgs {
    const char *id;
    DeviceState *found;
} FindArgs;

static int match_id(DeviceState *dev, void *opaque)
{
    FindArgs *a = opaque;

    if (dev->id && strcmp(dev->id, a->id) == 0) {
        a->found = dev;
        return -1;
    }
    return 0;
}

DeviceState *qdev_find_recursive(BusState *bus, const char *id)
{
    FindArgs a = { .id = id };

    qbus_walk_children(bus, match_id, NULL, NULL, NULL, &a);
    return a.found;
}

/* ---- reset ---- */

static ResettableState *bus_get_reset_state(Object *obj)
{
    return &BUS(obj)->reset;
}

static void bus_reset_children(Object *obj, ResettableChildCallback cb, void *opaque,
                               ResetType type)
{
    BusChild *kid, *next;

    QTAILQ_FOREACH_SAFE(kid, &BUS(obj)->children, sibling, next) {
        cb(OBJECT(kid->child), opaque, type);
    }
}

void bus_cold_reset(BusState *bus)
{
    resettable_reset(OBJECT(bus), RESET_TYPE_COLD);
}

void qbus_reset_all(BusState *bus)
{
    bus_cold_reset(bus);
}

bool bus_is_in_reset(BusState *bus)
{
    return resettable_is_in_reset(OBJECT(bus));
}

/* ---- the type ---- */

static void bus_instance_init(Object *obj)
{
    BusState *bus = BUS(obj);

    QTAILQ_INIT(&bus->children);
    object_property_add_link(obj, "hotplug-handler", TYPE_HOTPLUG_HANDLER,
                             (Object **)&bus->hotplug_handler, object_property_allow_set_link, 0);
}

static void bus_unparent(Object *obj)
{
    BusState *bus = BUS(obj);
    BusChild *kid;

    /* A device that is in the tree leaves by unparenting, any other just leaves. */
    while ((kid = QTAILQ_FIRST(&bus->children)) != NULL) {
        DeviceState *dev = kid->child;

        object_ref(dev);
        object_unparent(OBJECT(dev));
        qdev_leave_bus(dev);
        object_unref(dev);
    }
    if (bus->parent) {
        QLIST_REMOVE(bus, sibling);
        bus->parent->num_child_bus--;
        bus->parent = NULL;
    }
}

static void bus_finalize(Object *obj)
{
    g_free(BUS(obj)->name);
}

static char *bus_default_fw_path(DeviceState *dev)
{
    return g_strdup(qdev_fw_name(dev));
}

static void bus_class_init(ObjectClass *klass, void *data)
{
    BusClass *bc = BUS_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    klass->unparent = bus_unparent;
    bc->get_fw_dev_path = bus_default_fw_path;
    rc->get_state = bus_get_reset_state;
    rc->child_foreach = bus_reset_children;
    object_class_property_add_bool(klass, "realized", bus_get_realized, bus_set_realized);
}

static const TypeInfo bus_types[] = { {
    .name = TYPE_BUS,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(BusState),
    .class_size = sizeof(BusClass),
    .class_init = bus_class_init,
    .instance_init = bus_instance_init,
    .instance_finalize = bus_finalize,
    .abstract = true,
    .interfaces = (InterfaceInfo[]) { { TYPE_RESETTABLE_INTERFACE }, { } },
} };
DEFINE_TYPES(bus_types)
