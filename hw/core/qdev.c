/*
 * Life of a device: configuration, realize, reset, unrealize. See hw/qdev-core.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qapi/qmp/qdict.h"
#include "qapi/visitor.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qdev-internal.h"

/* Under the BQL. */
static struct {
    MachineInitPhase phase;
    QTAILQ_HEAD(, DeviceListener) listeners;
    DeviceDeletedFn *deleted_hook;
} qdev = { .listeners = QTAILQ_HEAD_INITIALIZER(qdev.listeners) };

bool phase_check(MachineInitPhase phase)
{
    return qdev.phase >= phase;
}

void phase_advance(MachineInitPhase phase)
{
    assert(phase == qdev.phase + 1);
    qdev.phase = phase;
}

void qdev_set_deleted_hook(DeviceDeletedFn *fn)
{
    qdev.deleted_hook = fn;
}

/* ---- listeners ---- */

void device_listener_register(DeviceListener *listener)
{
    QTAILQ_INSERT_TAIL(&qdev.listeners, listener, link);
}

void device_listener_unregister(DeviceListener *listener)
{
    QTAILQ_REMOVE(&qdev.listeners, listener, link);
}

bool qdev_should_hide_device(const QDict *opts, bool from_json, Error **errp)
{
    DeviceListener *l;

    QTAILQ_FOREACH(l, &qdev.listeners, link) {
        if (l->hide_device) {
            Error *err = NULL;
            bool hide = l->hide_device(l, opts, from_json, &err);

            if (err) {
                error_propagate(errp, err);
                return false;
            }
            if (hide) {
                return true;
            }
        }
    }
    return false;
}

static void tell_listeners(DeviceState *dev, bool realized)
{
    DeviceListener *l;

    QTAILQ_FOREACH(l, &qdev.listeners, link) {
        if (realized && l->realize) {
            l->realize(l, dev);
        } else if (!realized && l->unrealize) {
            l->unrealize(l, dev);
        }
    }
}

/* ---- making devices ---- */

DeviceState *qdev_try_new(const char *name)
{
    ObjectClass *klass = object_class_by_name(name);

    return klass ? DEVICE(object_new_with_class(klass)) : NULL;
}

DeviceState *qdev_new(const char *name)
{
    return DEVICE(object_new(name));
}

Object *qdev_get_machine(void)
{
    return container_get(object_get_root(), "/machine");
}

Object *machine_get_container(const char *name)
{
    g_autofree char *path = g_strdup_printf("/%s", name);

    return container_get(qdev_get_machine(), path);
}

const char *qdev_set_id(DeviceState *dev, char *id, Error **errp)
{
    Object *home;

    assert(!dev->id && !dev->realized);
    if (id) {
        home = machine_get_container("peripheral");
        if (!object_property_try_add_child(home, id, OBJECT(dev), NULL)) {
            error_setg(errp, "Duplicate device ID '%s'", id);
            g_free(id);
            return NULL;
        }
        dev->id = id;
    } else {
        home = machine_get_container("peripheral-anon");
        object_property_add_child(home, "device[*]", OBJECT(dev));
    }
    return object_get_canonical_path_component(OBJECT(dev));
}

const VMStateDescription *qdev_get_vmsd(DeviceState *dev)
{
    return DEVICE_GET_CLASS(dev)->vmsd;
}

const char *qdev_get_printable_name(DeviceState *dev)
{
    return dev->id ? dev->id : object_get_typename(OBJECT(dev));
}

/* ---- realize ---- */

static bool register_state(DeviceState *dev, Error **errp)
{
    const VMStateDescription *vmsd = qdev_get_vmsd(dev);

    if (!vmsd) {
        return true;
    }
    return vmstate_register_with_alias_id((VMStateIf *)dev, VMSTATE_INSTANCE_ID_ANY, vmsd, dev,
                                          dev->instance_id_alias,
                                          dev->alias_required_for_version, errp) == 0;
}

static void unregister_state(DeviceState *dev)
{
    const VMStateDescription *vmsd = qdev_get_vmsd(dev);

    if (vmsd) {
        vmstate_unregister((VMStateIf *)dev, vmsd, dev);
    }
}

static bool realize_child_buses(DeviceState *dev, Error **errp)
{
    BusState *bus;

    QLIST_FOREACH(bus, &dev->child_bus, sibling) {
        if (!qbus_realize(bus, errp)) {
            return false;
        }
    }
    return true;
}

static void unrealize_child_buses(DeviceState *dev)
{
    BusState *bus;

    QLIST_FOREACH(bus, &dev->child_bus, sibling) {
        qbus_unrealize(bus);
    }
}

static void class_unrealize(DeviceState *dev)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);

    if (dc->unrealize) {
        dc->unrealize(dev);
    }
}

/* A hot-plugged device starts as after power-on, and takes part in a reset that is going on. */
static void reset_newcomer(DeviceState *dev)
{
    resettable_assert_reset(OBJECT(dev), RESET_TYPE_COLD);
    resettable_change_parent(OBJECT(dev), OBJECT(dev->parent_bus), NULL);
    resettable_release_reset(OBJECT(dev), RESET_TYPE_COLD);
}

/* Steps after the class' own realize; each failure undoes what came before it. */
static bool realize_finish(DeviceState *dev, HotplugHandler *handler, Error **errp)
{
    g_free(dev->canonical_path);
    dev->canonical_path = object_get_canonical_path(OBJECT(dev));
    tell_listeners(dev, true);
    if (!register_state(dev, errp)) {
        goto fail_state;
    }
    if (!realize_child_buses(dev, errp)) {
        goto fail_buses;
    }
    if (dev->hotplugged) {
        reset_newcomer(dev);
        dev->pending_deleted_event = false;
    }
    if (handler && !hotplug_handler_plug(handler, dev, errp)) {
        goto fail_buses;
    }
    return true;

fail_buses:
    unrealize_child_buses(dev);
    unregister_state(dev);
fail_state:
    tell_listeners(dev, false);
    g_free(dev->canonical_path);
    dev->canonical_path = NULL;
    return false;
}

static bool device_do_realize(DeviceState *dev, Error **errp)
{
    Object *obj = OBJECT(dev);
    DeviceClass *dc = DEVICE_GET_CLASS(dev);
    HotplugHandler *handler;
    bool adopted = false;
    Error *err = NULL;

    if (dev->hotplugged && !dc->hotpluggable) {
        error_setg(errp, "Device '%s' does not support hotplugging", object_get_typename(obj));
        return false;
    }
    if (dev->hotplugged && !qdev_hotplug_allowed(dev, errp)) {
        return false;
    }
    if (!obj->parent) {
        object_property_add_child(machine_get_container("unattached"), "device[*]", obj);
        adopted = true;
    }
    handler = qdev_get_hotplug_handler(dev);
    if (handler && !hotplug_handler_pre_plug(handler, dev, errp)) {
        goto fail;
    }
    if (dc->realize) {
        dc->realize(dev, &err);
        if (err) {
            error_propagate(errp, err);
            goto fail;
        }
    }
    if (!realize_finish(dev, handler, errp)) {
        class_unrealize(dev);
        goto fail;
    }
    /* Pairs with the acquire in qdev_is_realized(). */
    qatomic_store_release(&dev->realized, true);
    return true;

fail:
    if (adopted) {
        object_ref(obj);
        object_unparent(obj);
        object_unref(obj);
    }
    return false;
}

static void device_do_unrealize(DeviceState *dev)
{
    unrealize_child_buses(dev);
    unregister_state(dev);
    class_unrealize(dev);
    tell_listeners(dev, false);
    qatomic_store_release(&dev->realized, false);
    /* Whoever looked before must be done before parts of the device go. */
    dev->pending_deleted_event = true;
}

bool qdev_realize(DeviceState *dev, BusState *bus, Error **errp)
{
    assert(!dev->realized && !dev->parent_bus);
    if (bus) {
        if (!qdev_set_parent_bus(dev, bus, errp)) {
            return false;
        }
    } else {
        assert(!DEVICE_GET_CLASS(dev)->bus_type);
    }
    object_ref(dev);
    if (!object_property_set_bool(OBJECT(dev), "realized", true, errp)) {
        qdev_leave_bus(dev);
        object_unref(dev);
        return false;
    }
    object_unref(dev);
    return true;
}

bool qdev_realize_and_unref(DeviceState *dev, BusState *bus, Error **errp)
{
    bool ok = qdev_realize(dev, bus, errp);

    object_unref(dev);
    return ok;
}

void qdev_unrealize(DeviceState *dev)
{
    object_property_set_bool(OBJECT(dev), "realized", false, &error_abort);
}

/* ---- reset ---- */

static ResettableState *device_get_reset_state(Object *obj)
{
    return &DEVICE(obj)->reset;
}

static void device_reset_children(Object *obj, ResettableChildCallback cb, void *opaque,
                                  ResetType type)
{
    BusState *bus;

    QLIST_FOREACH(bus, &DEVICE(obj)->child_bus, sibling) {
        cb(OBJECT(bus), opaque, type);
    }
}

static void device_hold_reset(Object *obj)
{
    DeviceClass *dc = DEVICE_GET_CLASS(obj);

    if (dc->legacy_reset) {
        dc->legacy_reset(DEVICE(obj));
    }
}

void device_cold_reset(DeviceState *dev)
{
    resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
}

void qdev_reset_all(DeviceState *dev)
{
    device_cold_reset(dev);
}

bool device_is_in_reset(DeviceState *dev)
{
    return resettable_is_in_reset(OBJECT(dev));
}

/* ---- hooks of classes ---- */

void device_class_set_legacy_reset(DeviceClass *dc, DeviceReset dev_reset)
{
    dc->legacy_reset = dev_reset;
}

void device_class_set_parent_reset(DeviceClass *dc, DeviceReset dev_reset,
                                   DeviceReset *parent_reset)
{
    *parent_reset = dc->legacy_reset;
    dc->legacy_reset = dev_reset;
}

void device_class_set_parent_realize(DeviceClass *dc, DeviceRealize dev_realize,
                                     DeviceRealize *parent_realize)
{
    *parent_realize = dc->realize;
    dc->realize = dev_realize;
}

void device_class_set_parent_unrealize(DeviceClass *dc, DeviceUnrealize dev_unrealize,
                                       DeviceUnrealize *parent_unrealize)
{
    *parent_unrealize = dc->unrealize;
    dc->unrealize = dev_unrealize;
}

/* ---- the type ---- */

static bool device_get_realized(Object *obj, Error **errp)
{
    return DEVICE(obj)->realized;
}

static void device_set_realized(Object *obj, bool value, Error **errp)
{
    DeviceState *dev = DEVICE(obj);

    if (value == dev->realized) {
        return;
    }
    if (value) {
        device_do_realize(dev, errp);
    } else {
        device_do_unrealize(dev);
    }
}

static bool device_get_hotpluggable(Object *obj, Error **errp)
{
    DeviceState *dev = DEVICE(obj);

    return DEVICE_GET_CLASS(dev)->hotpluggable &&
           (!dev->parent_bus || qbus_is_hotpluggable(dev->parent_bus));
}

static bool device_get_hotplugged(Object *obj, Error **errp)
{
    return DEVICE(obj)->hotplugged;
}

static void device_instance_init(Object *obj)
{
    DeviceState *dev = DEVICE(obj);

    dev->hotplugged = phase_check(PHASE_MACHINE_READY);
    dev->instance_id_alias = -1;
    QLIST_INIT(&dev->gpios);
    QLIST_INIT(&dev->child_bus);
}

static void device_post_init(Object *obj)
{
    object_apply_compat_props(obj);
    qdev_prop_set_globals(DEVICE(obj));
}

static void device_finalize(Object *obj)
{
    DeviceState *dev = DEVICE(obj);

    gpio_lists_free(dev);
    if (dev->pending_deleted_event && dev->canonical_path && qdev.deleted_hook) {
        qdev.deleted_hook(dev->id, dev->canonical_path);
    }
    g_free(dev->canonical_path);
    qobject_unref(dev->opts);
    g_free(dev->id);
}

static void device_unparent(Object *obj)
{
    DeviceState *dev = DEVICE(obj);
    BusState *bus;

    if (dev->realized) {
        qdev_unrealize(dev);
    }
    while ((bus = QLIST_FIRST(&dev->child_bus)) != NULL) {
        object_unparent(OBJECT(bus));
    }
    qdev_leave_bus(dev);
}

static void device_class_base_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    /* The parent's properties are found through the parent's class. */
    dc->props_ = NULL;
}

static void device_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    klass->unparent = device_unparent;
    /* Nearly all can; a class that cannot, or must not, says so. */
    dc->user_creatable = true;
    dc->hotpluggable = true;
    rc->get_state = device_get_reset_state;
    rc->child_foreach = device_reset_children;
    rc->phases.hold = device_hold_reset;
    object_class_property_add_bool(klass, "realized", device_get_realized, device_set_realized);
    object_class_property_add_bool(klass, "hotpluggable", device_get_hotpluggable, NULL);
    object_class_property_add_bool(klass, "hotplugged", device_get_hotplugged, NULL);
    object_class_property_add_link(klass, "parent_bus", TYPE_BUS,
                                   offsetof(DeviceState, parent_bus), NULL, 0);
}

static const TypeInfo device_types[] = {
    {
        .name = TYPE_VMSTATE_IF,
        .parent = TYPE_INTERFACE,
    }, {
        .name = TYPE_DEVICE,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(DeviceState),
        .instance_init = device_instance_init,
        .instance_post_init = device_post_init,
        .instance_finalize = device_finalize,
        .class_base_init = device_class_base_init,
        .class_init = device_class_init,
        .abstract = true,
        .class_size = sizeof(DeviceClass),
        .interfaces = (InterfaceInfo[]) { { TYPE_VMSTATE_IF }, { TYPE_RESETTABLE_INTERFACE }, { } },
    },
};
DEFINE_TYPES(device_types)
