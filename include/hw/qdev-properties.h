/*
 * Device properties as tables: which field of the device state, which type, which default.
 *
 * A class lists them in an array of DEFINE_PROP_*() entries and hands it to
 * device_class_set_props(). They can be written until the device is realized.
 *
 * Thread: under the big lock (BQL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_QDEV_PROPERTIES_H
#define HW_QDEV_PROPERTIES_H

#include "hw/qdev-core.h"

/* One property of a device class. */
struct Property {
    const char *name;
    const PropertyInfo *info;
    ptrdiff_t offset;               /* of the field in the instance */
    uint8_t bitnr;                  /* for single bits of a field */
    uint64_t bitmask;               /* for OptionBool-like bits; 0: unused */
    bool set_default;
    union {
        int64_t i;
        uint64_t u;
    } defval;
    int arrayoffset;                /* arrays: offset of the element pointer */
    const PropertyInfo *arrayinfo;
    int arrayfieldsize;
    const char *link_type;
};

/* How a type of property is read, written, described and released. */
struct PropertyInfo {
    const char *name;               /* type name in introspection */
    const char *description;        /* for help, or NULL */
    const char *const *enum_table;   /* ends with NULL */
    bool realized_set_allowed;      /* may be written after realize */
    char *(*print)(Object *obj, const Property *prop);
    void (*set_default_value)(ObjectProperty *op, const Property *prop);
    ObjectProperty *(*create)(ObjectClass *oc, const char *name, const Property *prop);
    ObjectPropertyAccessor *get;    /* opaque is the Property */
    ObjectPropertyAccessor *set;
    ObjectPropertyRelease *release;
};

extern const PropertyInfo qdev_prop_bit;
extern const PropertyInfo qdev_prop_bit64;
extern const PropertyInfo qdev_prop_bool;
extern const PropertyInfo qdev_prop_enum;
extern const PropertyInfo qdev_prop_uint8;
extern const PropertyInfo qdev_prop_uint16;
extern const PropertyInfo qdev_prop_uint32;
extern const PropertyInfo qdev_prop_int32;
extern const PropertyInfo qdev_prop_uint64;
extern const PropertyInfo qdev_prop_int64;
extern const PropertyInfo qdev_prop_size;
extern const PropertyInfo qdev_prop_size32;
extern const PropertyInfo qdev_prop_string;
extern const PropertyInfo qdev_prop_on_off_auto;
extern const PropertyInfo qdev_prop_arraylen;
extern const PropertyInfo qdev_prop_array;
extern const PropertyInfo qdev_prop_link;

/* Type-checks that field _f of _state is a _type, and gives its offset. */
#define QDEV_PROP_OFFSET(_state, _field, _type) \
    (offsetof(_state, _field) + \
     0 * sizeof(((_type *)0) == (typeof(&((_state *)0)->_field))0))

#define DEFINE_PROP(_name, _state, _field, _prop, _type, ...) { \
        .name = (_name), \
        .info = &(_prop), \
        .offset = QDEV_PROP_OFFSET(_state, _field, _type), \
        __VA_ARGS__ \
    }

#define DEFINE_PROP_SIGNED(_name, _state, _field, _defval, _prop, _type) \
    DEFINE_PROP(_name, _state, _field, _prop, _type, \
                .set_default = true, .defval.i = (_type)(_defval))
#define DEFINE_PROP_SIGNED_NODEFAULT(_name, _state, _field, _prop, _type) \
    DEFINE_PROP(_name, _state, _field, _prop, _type)
#define DEFINE_PROP_UNSIGNED(_name, _state, _field, _defval, _prop, _type) \
    DEFINE_PROP(_name, _state, _field, _prop, _type, \
                .set_default = true, .defval.u = (_type)(_defval))
#define DEFINE_PROP_UNSIGNED_NODEFAULT(_name, _state, _field, _prop, _type) \
    DEFINE_PROP(_name, _state, _field, _prop, _type)

#define DEFINE_PROP_UINT8(_n, _s, _f, _d) \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint8, uint8_t)
#define DEFINE_PROP_UINT16(_n, _s, _f, _d) \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint16, uint16_t)
#define DEFINE_PROP_UINT32(_n, _s, _f, _d) \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint32, uint32_t)
#define DEFINE_PROP_INT32(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_int32, int32_t)
#define DEFINE_PROP_UINT64(_n, _s, _f, _d) \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint64, uint64_t)
#define DEFINE_PROP_INT64(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_int64, int64_t)
/* Byte counts, with suffixes k, M, G, ... */
#define DEFINE_PROP_SIZE(_n, _s, _f, _d) \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_size, uint64_t)
#define DEFINE_PROP_SIZE32(_n, _s, _f, _d) \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_size32, uint32_t)
#define DEFINE_PROP_STRING(_n, _s, _f) \
    DEFINE_PROP(_n, _s, _f, qdev_prop_string, char *)
#define DEFINE_PROP_BOOL(_n, _s, _f, _d) \
    DEFINE_PROP(_n, _s, _f, qdev_prop_bool, bool, .set_default = true, .defval.u = (bool)(_d))
/* Bit number _b of a uint32_t or uint64_t field. */
#define DEFINE_PROP_BIT(_n, _s, _f, _b, _d) \
    DEFINE_PROP(_n, _s, _f, qdev_prop_bit, uint32_t, .bitnr = (_b), .set_default = true, \
                .defval.u = (bool)(_d))
#define DEFINE_PROP_BIT64(_n, _s, _f, _b, _d) \
    DEFINE_PROP(_n, _s, _f, qdev_prop_bit64, uint64_t, .bitnr = (_b), .set_default = true, \
                .defval.u = (bool)(_d))
#define DEFINE_PROP_ON_OFF_AUTO(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_on_off_auto, OnOffAuto)
/* A link to an object of type _type; _ptr_type is the field's type. */
#define DEFINE_PROP_LINK(_n, _s, _f, _type, _ptr_type) \
    DEFINE_PROP(_n, _s, _f, qdev_prop_link, _ptr_type, .link_type = (_type))
/*
 * An array: "_name" takes a list, "len-_name" its length first (then "_name[0]", ...). _field is
 * the uint32_t count, _arrayfield the pointer to elements of _arraytype, described by _arrayprop.
 */
#define PROP_ARRAY_LEN_PREFIX "len-"
#define DEFINE_PROP_ARRAY(_n, _s, _f, _arrayfield, _arrayprop, _arraytype) \
    DEFINE_PROP(_n, _s, _f, qdev_prop_array, uint32_t, .set_default = true, .defval.u = 0, \
                .arrayinfo = &(_arrayprop), .arrayfieldsize = sizeof(_arraytype), \
                .arrayoffset = offsetof(_s, _arrayfield))
#define DEFINE_PROP_END_OF_LIST() { }

/* Set a property of a device that the board made itself; a failure is our bug and asserts. */
void qdev_prop_set_bit(DeviceState *dev, const char *name, bool value);
void qdev_prop_set_uint8(DeviceState *dev, const char *name, uint8_t value);
void qdev_prop_set_uint16(DeviceState *dev, const char *name, uint16_t value);
void qdev_prop_set_uint32(DeviceState *dev, const char *name, uint32_t value);
void qdev_prop_set_int32(DeviceState *dev, const char *name, int32_t value);
void qdev_prop_set_uint64(DeviceState *dev, const char *name, uint64_t value);
void qdev_prop_set_string(DeviceState *dev, const char *name, const char *value);
void qdev_prop_set_enum(DeviceState *dev, const char *name, int value);

/* Address of the property's field in @obj; for accessor functions of new property types. */
void *object_field_prop_ptr(Object *obj, const Property *prop);
/* Field-level helpers for accessors. */
void qdev_propinfo_get_enum(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp);
void qdev_propinfo_set_enum(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp);
void qdev_propinfo_set_default_value_enum(ObjectProperty *op, const Property *prop);
void qdev_propinfo_set_default_value_int(ObjectProperty *op, const Property *prop);
void qdev_propinfo_set_default_value_uint(ObjectProperty *op, const Property *prop);
/* Turns a failed conversion @ret (negative errno) of @value into an error message. */
void error_set_from_qdev_prop_error(Error **errp, int ret, Object *obj, const char *name,
                                    const char *value);
/* Adds one property to one object rather than to a class. */
void qdev_property_add_static(DeviceState *dev, const Property *prop);
/* Makes the properties of @source settable on @target under the same names. */
void qdev_alias_all_properties(DeviceState *target, Object *source);
/* True (with @errp) if the device is realized and @name may not be changed any more. */
bool qdev_prop_allow_set(Object *obj, const char *name, const PropertyInfo *info, Error **errp);

/* -global: remembers a setting; applied to each device as it is created. */
void qdev_prop_register_global(GlobalProperty *prop);
/* Parses "driver.property=value" or "driver=..,property=..,value=..". */
bool qdev_parse_global(const char *optarg, Error **errp);
const GlobalProperty *qdev_find_global_prop(Object *obj, const char *name);
/* Reports -global settings that no device used, as warnings; non-zero if there were any. */
int qdev_prop_check_globals(void);
void qdev_prop_set_globals(DeviceState *dev);

#endif
