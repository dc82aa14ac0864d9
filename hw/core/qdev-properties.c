/*
 * Properties of devices as tables of fields. See hw/qdev-properties.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/qapi-types.h"
#include "qapi/visitor.h"
#include "hw/qdev-properties.h"

void *object_field_prop_ptr(Object *obj, const Property *prop)
{
    return (char *)obj + prop->offset;
}

bool qdev_prop_allow_set(Object *obj, const char *name, const PropertyInfo *info, Error **errp)
{
    DeviceState *dev = DEVICE(obj);

    if (dev->realized && !info->realized_set_allowed) {
        error_setg(errp, "Attempt to set property '%s' on device '%s' (type '%s') after it was "
                   "realized", name, dev->id ? dev->id : "anonymous", object_get_typename(obj));
        return false;
    }
    return true;
}

static void field_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Property *prop = opaque;

    prop->info->get(obj, v, name, opaque, errp);
}

static void field_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Property *prop = opaque;

    if (qdev_prop_allow_set(obj, name, prop->info, errp)) {
        prop->info->set(obj, v, name, opaque, errp);
    }
}

/* ---- bits ---- */

static void bit_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Property *prop = opaque;
    uint32_t *p = object_field_prop_ptr(obj, prop);
    bool value = *p & (1u << prop->bitnr);

    visit_type_bool(v, &value, name, errp);
}

static void bit_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Property *prop = opaque;
    uint32_t *p = object_field_prop_ptr(obj, prop);
    bool value;

    if (visit_type_bool(v, &value, name, errp)) {
        *p = value ? *p | (1u << prop->bitnr) : *p & ~(1u << prop->bitnr);
    }
}

static void bit64_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Property *prop = opaque;
    uint64_t *p = object_field_prop_ptr(obj, prop);
    bool value = *p & (1ull << prop->bitnr);

    visit_type_bool(v, &value, name, errp);
}

static void bit64_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Property *prop = opaque;
    uint64_t *p = object_field_prop_ptr(obj, prop);
    bool value;

    if (visit_type_bool(v, &value, name, errp)) {
        *p = value ? *p | (1ull << prop->bitnr) : *p & ~(1ull << prop->bitnr);
    }
}

static void bool_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_bool(v, object_field_prop_ptr(obj, opaque), name, errp);
}

static void set_default_bool(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_bool(op, prop->defval.u);
}

const PropertyInfo qdev_prop_bit = {
    .name = "bool",
    .description = "on/off",
    .get = bit_get,
    .set = bit_set,
    .set_default_value = set_default_bool,
};

const PropertyInfo qdev_prop_bit64 = {
    .name = "bool",
    .description = "on/off",
    .get = bit64_get,
    .set = bit64_set,
    .set_default_value = set_default_bool,
};

const PropertyInfo qdev_prop_bool = {
    .name = "bool",
    .get = bool_get,
    .set = bool_get,            /* a visitor reads or writes as it is made to */
    .set_default_value = set_default_bool,
};

/* ---- integers: one accessor serves both ways ---- */

void qdev_propinfo_set_default_value_int(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_int(op, prop->defval.i);
}

void qdev_propinfo_set_default_value_uint(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_uint(op, prop->defval.u);
}

static void uint8_visit(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_uint8(v, object_field_prop_ptr(obj, opaque), name, errp);
}

static void uint16_visit(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_uint16(v, object_field_prop_ptr(obj, opaque), name, errp);
}

static void uint32_visit(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_uint32(v, object_field_prop_ptr(obj, opaque), name, errp);
}

static void int32_visit(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_int32(v, object_field_prop_ptr(obj, opaque), name, errp);
}

static void uint64_visit(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_uint64(v, object_field_prop_ptr(obj, opaque), name, errp);
}

static void int64_visit(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_int64(v, object_field_prop_ptr(obj, opaque), name, errp);
}

static void size_visit(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_size(v, object_field_prop_ptr(obj, opaque), name, errp);
}

static void size32_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value = *(uint32_t *)object_field_prop_ptr(obj, opaque);

    visit_type_size(v, &value, name, errp);
}

static void size32_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value;

    if (!visit_type_size(v, &value, name, errp)) {
        return;
    }
    if (value > UINT32_MAX) {
        error_setg(errp, "Property %s.%s doesn't take value %" PRIu64 " (maximum: %" PRIu32 ")",
                   object_get_typename(obj), name, value, UINT32_MAX);
        return;
    }
    *(uint32_t *)object_field_prop_ptr(obj, opaque) = value;
}

const PropertyInfo qdev_prop_uint8 = {
    .name = "uint8",
    .get = uint8_visit,
    .set = uint8_visit,
    .set_default_value = qdev_propinfo_set_default_value_uint,
};

const PropertyInfo qdev_prop_uint16 = {
    .name = "uint16",
    .get = uint16_visit,
    .set = uint16_visit,
    .set_default_value = qdev_propinfo_set_default_value_uint,
};

const PropertyInfo qdev_prop_uint32 = {
    .name = "uint32",
    .get = uint32_visit,
    .set = uint32_visit,
    .set_default_value = qdev_propinfo_set_default_value_uint,
};

const PropertyInfo qdev_prop_int32 = {
    .name = "int32",
    .get = int32_visit,
    .set = int32_visit,
    .set_default_value = qdev_propinfo_set_default_value_int,
};

const PropertyInfo qdev_prop_uint64 = {
    .name = "uint64",
    .get = uint64_visit,
    .set = uint64_visit,
    .set_default_value = qdev_propinfo_set_default_value_uint,
};

const PropertyInfo qdev_prop_int64 = {
    .name = "int64",
    .get = int64_visit,
    .set = int64_visit,
    .set_default_value = qdev_propinfo_set_default_value_int,
};

const PropertyInfo qdev_prop_size = {
    .name = "size",
    .get = size_visit,
    .set = size_visit,
    .set_default_value = qdev_propinfo_set_default_value_uint,
};

const PropertyInfo qdev_prop_size32 = {
    .name = "size",
    .get = size32_get,
    .set = size32_set,
    .set_default_value = qdev_propinfo_set_default_value_uint,
};

/* ---- strings ---- */

static void string_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    char **p = object_field_prop_ptr(obj, opaque);

    if (*p) {
        visit_type_str(v, p, name, errp);
    } else {
        char *empty = (char *)"";

        visit_type_str(v, &empty, name, errp);
    }
}

static void string_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    char **p = object_field_prop_ptr(obj, opaque), *value;

    if (visit_type_str(v, &value, name, errp)) {
        g_free(*p);
        *p = value;
    }
}

static void string_release(Object *obj, const char *name, void *opaque)
{
    g_free(*(char **)object_field_prop_ptr(obj, opaque));
}

const PropertyInfo qdev_prop_string = {
    .name = "str",
    .get = string_get,
    .set = string_set,
    .release = string_release,
};

/* ---- enumerations ---- */

void qdev_propinfo_get_enum(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Property *prop = opaque;

    visit_type_enum(v, object_field_prop_ptr(obj, prop), prop->info->enum_table, prop->info->name,
                    name, errp);
}

void qdev_propinfo_set_enum(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    qdev_propinfo_get_enum(obj, v, name, opaque, errp);
}

void qdev_propinfo_set_default_value_enum(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_str(op, prop->info->enum_table[prop->defval.i]);
}

const PropertyInfo qdev_prop_enum = {
    .name = "enum",
    .get = qdev_propinfo_get_enum,
    .set = qdev_propinfo_set_enum,
    .set_default_value = qdev_propinfo_set_default_value_enum,
};

const PropertyInfo qdev_prop_on_off_auto = {
    .name = "OnOffAuto",
    .description = "on/off/auto",
    .enum_table = OnOffAuto_lookup,
    .get = qdev_propinfo_get_enum,
    .set = qdev_propinfo_set_enum,
    .set_default_value = qdev_propinfo_set_default_value_enum,
};

/* ---- links ---- */

/* A link may be changed until the device is realized. */
static void link_check(const Object *obj, const char *name, Object *val, Error **errp)
{
    qdev_prop_allow_set((Object *)obj, name, &qdev_prop_link, errp);
}

static ObjectProperty *link_create(ObjectClass *oc, const char *name, const Property *prop)
{
    return object_class_property_add_link(oc, name, prop->link_type, prop->offset, link_check,
                                          OBJ_PROP_LINK_STRONG);
}

const PropertyInfo qdev_prop_link = {
    .name = "link",
    .create = link_create,
};

/* ---- arrays: "len-NAME" makes room, then there are "NAME[0]", "NAME[1]", ... ---- */

/* More elements than that are a mistake; it bounds what one option can make us allocate. */
#define ARRAY_MAX_ELEMENTS 65536

/* One element as a property of its own. */
typedef struct ArrayElement {
    Property prop;
    ObjectPropertyRelease *release;
} ArrayElement;

static void array_element_release(Object *obj, const char *name, void *opaque)
{
    ArrayElement *e = opaque;

    if (e->release) {
        e->release(obj, name, &e->prop);
    }
    g_free(e);
}

static void array_len_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_uint32(v, object_field_prop_ptr(obj, opaque), name, errp);
}

static void array_len_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const Property *prop = opaque;
    uint32_t *len = object_field_prop_ptr(obj, prop), n;
    void **array = (void **)((char *)obj + prop->arrayoffset);

    if (!visit_type_uint32(v, &n, name, errp)) {
        return;
    }
    if (*len) {
        error_setg(errp, "array size property %s may not be set more than once", name);
        return;
    }
    if (n > ARRAY_MAX_ELEMENTS) {
        error_setg(errp, "%s takes at most %d, not %" PRIu32, name, ARRAY_MAX_ELEMENTS, n);
        return;
    }
    *len = n;
    if (!n) {
        return;
    }
    *array = g_malloc0((size_t)n * prop->arrayfieldsize);
    for (uint32_t i = 0; i < n; i++) {
        ArrayElement *e = g_new0(ArrayElement, 1);
        g_autofree char *ename = g_strdup_printf("%s[%" PRIu32 "]", prop->name, i);

        e->prop.name = prop->name;
        e->prop.info = prop->arrayinfo;
        /* Fields are found by their distance from the object, wherever they are. */
        e->prop.offset = (char *)*array + (size_t)i * prop->arrayfieldsize - (char *)obj;
        e->release = prop->arrayinfo->release;
        object_property_add(obj, ename, prop->arrayinfo->name,
                            prop->arrayinfo->get ? field_get : NULL,
                            prop->arrayinfo->set ? field_set : NULL, array_element_release, e);
    }
}

static void array_release(Object *obj, const char *name, void *opaque)
{
    const Property *prop = opaque;
    void **array = (void **)((char *)obj + prop->arrayoffset);

    g_free(*array);
    *array = NULL;
}

const PropertyInfo qdev_prop_arraylen = {
    .name = "uint32",
    .get = array_len_get,
    .set = array_len_set,
    .release = array_release,
    .set_default_value = NULL,
};

static ObjectProperty *array_create(ObjectClass *oc, const char *name, const Property *prop)
{
    g_autofree char *len_name = g_strdup_printf(PROP_ARRAY_LEN_PREFIX "%s", name);

    return object_class_property_add(oc, len_name, "uint32", array_len_get, field_set,
                                     array_release, (void *)prop);
}

const PropertyInfo qdev_prop_array = {
    .name = "uint32",
    .create = array_create,
    .set = array_len_set,
};

/* ---- classes ---- */

static void class_add_prop(DeviceClass *dc, const Property *prop)
{
    ObjectClass *oc = OBJECT_CLASS(dc);
    const PropertyInfo *info = prop->info;
    ObjectProperty *op;

    if (info->create) {
        op = info->create(oc, prop->name, prop);
    } else {
        op = object_class_property_add(oc, prop->name, info->name, info->get ? field_get : NULL,
                                       info->set ? field_set : NULL, info->release,
                                       (void *)prop);
    }
    if (prop->set_default && info->set_default_value) {
        info->set_default_value(op, prop);
    }
    if (info->description) {
        object_class_property_set_description(oc, op->name, info->description);
    }
}

void device_class_set_props_n(DeviceClass *dc, const Property *props, size_t n)
{
    dc->props_ = props;
    for (size_t i = 0; i < n; i++) {
        class_add_prop(dc, &props[i]);
    }
}

void device_class_set_props(DeviceClass *dc, const Property *props)
{
    size_t n = 0;

    while (props[n].name) {
        n++;
    }
    device_class_set_props_n(dc, props, n);
}

void qdev_property_add_static(DeviceState *dev, const Property *prop)
{
    const PropertyInfo *info = prop->info;
    ObjectProperty *op;

    assert(!info->create);
    op = object_property_add(OBJECT(dev), prop->name, info->name, info->get ? field_get : NULL,
                             info->set ? field_set : NULL, info->release, (void *)prop);
    object_property_set_description(OBJECT(dev), prop->name, info->description);
    if (prop->set_default) {
        info->set_default_value(op, prop);
        op->init(OBJECT(dev), op);
    }
}

void qdev_alias_all_properties(DeviceState *target, Object *source)
{
    for (ObjectClass *c = object_get_class(source); c && object_class_dynamic_cast(c, TYPE_DEVICE);
         c = object_class_get_parent(c)) {
        const Property *p = DEVICE_CLASS(c)->props_;

        for (; p && p->name; p++) {
            if (!object_property_find(OBJECT(target), p->name) &&
                object_property_find(source, p->name)) {
                object_property_add_alias(OBJECT(target), p->name, source, p->name);
            }
        }
    }
}

/* ---- setting by boards ---- */

void qdev_prop_set_bit(DeviceState *dev, const char *name, bool value)
{
    object_property_set_bool(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_uint8(DeviceState *dev, const char *name, uint8_t value)
{
    object_property_set_uint(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_uint16(DeviceState *dev, const char *name, uint16_t value)
{
    object_property_set_uint(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_uint32(DeviceState *dev, const char *name, uint32_t value)
{
    object_property_set_uint(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_int32(DeviceState *dev, const char *name, int32_t value)
{
    object_property_set_int(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_uint64(DeviceState *dev, const char *name, uint64_t value)
{
    object_property_set_uint(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_string(DeviceState *dev, const char *name, const char *value)
{
    object_property_set_str(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_enum(DeviceState *dev, const char *name, int value)
{
    const ObjectProperty *op = object_property_find_err(OBJECT(dev), name, &error_abort);
    const Property *prop = op->opaque;

    object_property_set_str(OBJECT(dev), name, prop->info->enum_table[value], &error_abort);
}

void error_set_from_qdev_prop_error(Error **errp, int ret, Object *obj, const char *name,
                                    const char *value)
{
    switch (ret) {
    case -EEXIST:
        error_setg(errp, "Property '%s.%s' can't take value '%s', it's in use",
                   object_get_typename(obj), name, value);
        break;
    case -ENOENT:
        error_setg(errp, "Property '%s.%s' can't find value '%s'", object_get_typename(obj), name,
                   value);
        break;
    case 0:
        break;
    default:
        error_setg(errp, "Property '%s.%s' doesn't take value '%s'", object_get_typename(obj),
                   name, value);
        break;
    }
}
