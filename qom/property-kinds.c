/*
 * Ready-made kinds of property: strings, booleans, enumerations, dates, integers in memory,
 * aliases.
 *
 * Each kind comes for one object and for a class. What both need is the same pair of accessors and
 * a small description block; a class' block lives as long as the process.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qom-internal.h"

/* Where a new property goes: exactly one of the two is set. */
typedef struct PropHome {
    Object *obj;
    ObjectClass *klass;
} PropHome;

static ObjectProperty *home_add(PropHome home, const char *name, const char *type,
                                ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                ObjectPropertyRelease *release, void *opaque)
{
    if (home.klass) {
        return object_class_property_add(home.klass, name, type, get, set, NULL, opaque);
    }
    return object_property_add(home.obj, name, type, get, set, release, opaque);
}

static void release_block(Object *obj G_GNUC_UNUSED, const char *name G_GNUC_UNUSED, void *opaque)
{
    g_free(opaque);
}

/* ---- strings ---- */

typedef struct StringProp {
    char *(*get)(Object *, Error **);
    void (*set)(Object *, const char *, Error **);
} StringProp;

static void string_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    StringProp *p = opaque;
    Error *err = NULL;
    char *value = p->get(obj, &err);

    if (err) {
        error_propagate(errp, err);
    } else {
        visit_type_str(v, &value, name, errp);
    }
    g_free(value);
}

static void string_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    StringProp *p = opaque;
    char *value = NULL;

    if (visit_type_str(v, &value, name, errp)) {
        p->set(obj, value, errp);
        g_free(value);
    }
}

static ObjectProperty *add_str(PropHome home, const char *name, char *(*get)(Object *, Error **),
                               void (*set)(Object *, const char *, Error **))
{
    StringProp *p = g_new0(StringProp, 1);

    p->get = get;
    p->set = set;
    return home_add(home, name, "string", get ? string_get : NULL, set ? string_set : NULL,
                    release_block, p);
}

ObjectProperty *object_property_add_str(Object *obj, const char *name,
                                        char *(*get)(Object *, Error **),
                                        void (*set)(Object *, const char *, Error **))
{
    return add_str((PropHome) { .obj = obj }, name, get, set);
}

ObjectProperty *object_class_property_add_str(ObjectClass *klass, const char *name,
                                              char *(*get)(Object *, Error **),
                                              void (*set)(Object *, const char *, Error **))
{
    return add_str((PropHome) { .klass = klass }, name, get, set);
}

/* ---- booleans ---- */

typedef struct BoolProp {
    bool (*get)(Object *, Error **);
    void (*set)(Object *, bool, Error **);
} BoolProp;

static void bool_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    BoolProp *p = opaque;
    Error *err = NULL;
    bool value = p->get(obj, &err);

    if (err) {
        error_propagate(errp, err);
    } else {
        visit_type_bool(v, &value, name, errp);
    }
}

static void bool_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    BoolProp *p = opaque;
    bool value;

    if (visit_type_bool(v, &value, name, errp)) {
        p->set(obj, value, errp);
    }
}

static ObjectProperty *add_bool(PropHome home, const char *name, bool (*get)(Object *, Error **),
                                void (*set)(Object *, bool, Error **))
{
    BoolProp *p = g_new0(BoolProp, 1);

    p->get = get;
    p->set = set;
    return home_add(home, name, "bool", get ? bool_get : NULL, set ? bool_set : NULL,
                    release_block, p);
}

ObjectProperty *object_property_add_bool(Object *obj, const char *name,
                                         bool (*get)(Object *, Error **),
                                         void (*set)(Object *, bool, Error **))
{
    return add_bool((PropHome) { .obj = obj }, name, get, set);
}

ObjectProperty *object_class_property_add_bool(ObjectClass *klass, const char *name,
                                               bool (*get)(Object *, Error **),
                                               void (*set)(Object *, bool, Error **))
{
    return add_bool((PropHome) { .klass = klass }, name, get, set);
}

/* ---- enumerations ---- */

typedef struct EnumProp {
    const char *const *lookup;
    int (*get)(Object *, Error **);
    void (*set)(Object *, int, Error **);
    char *type_name;
} EnumProp;

static void enum_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    EnumProp *p = opaque;
    Error *err = NULL;
    int value = p->get(obj, &err);

    if (err) {
        error_propagate(errp, err);
    } else {
        visit_type_enum(v, &value, p->lookup, p->type_name, name, errp);
    }
}

static void enum_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    EnumProp *p = opaque;
    int value;

    if (visit_type_enum(v, &value, p->lookup, p->type_name, name, errp)) {
        p->set(obj, value, errp);
    }
}

static void enum_release(Object *obj G_GNUC_UNUSED, const char *name G_GNUC_UNUSED, void *opaque)
{
    EnumProp *p = opaque;

    g_free(p->type_name);
    g_free(p);
}

static ObjectProperty *add_enum(PropHome home, const char *name, const char *type_name,
                                const char *const lookup[], int (*get)(Object *, Error **),
                                void (*set)(Object *, int, Error **))
{
    EnumProp *p = g_new0(EnumProp, 1);

    p->lookup = lookup;
    p->get = get;
    p->set = set;
    p->type_name = g_strdup(type_name);
    return home_add(home, name, type_name, get ? enum_get : NULL, set ? enum_set : NULL,
                    enum_release, p);
}

ObjectProperty *object_property_add_enum(Object *obj, const char *name, const char *type_name,
                                         const char *const lookup[], int (*get)(Object *, Error **),
                                         void (*set)(Object *, int, Error **))
{
    return add_enum((PropHome) { .obj = obj }, name, type_name, lookup, get, set);
}

ObjectProperty *object_class_property_add_enum(ObjectClass *klass, const char *name,
                                               const char *type_name, const char *const lookup[],
                                               int (*get)(Object *, Error **),
                                               void (*set)(Object *, int, Error **))
{
    return add_enum((PropHome) { .klass = klass }, name, type_name, lookup, get, set);
}

int object_property_get_enum(Object *obj, const char *name, const char *type_name, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    EnumProp *p;

    if (!prop) {
        return -1;
    }
    if (prop->get != enum_get || strcmp(prop->type, type_name) != 0) {
        error_setg(errp, "Property '%s' of '%s' is not a '%s'", name, object_get_typename(obj),
                   type_name);
        return -1;
    }
    p = prop->opaque;
    return p->get(obj, errp);
}

/* ---- date and time ---- */

typedef struct TmProp {
    void (*get)(Object *, struct tm *, Error **);
} TmProp;

static void tm_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    static const struct {
        const char *name;
        size_t offset;
    } fields[] = {
        { "tm_year", offsetof(struct tm, tm_year) }, { "tm_mon", offsetof(struct tm, tm_mon) },
        { "tm_mday", offsetof(struct tm, tm_mday) }, { "tm_hour", offsetof(struct tm, tm_hour) },
        { "tm_min", offsetof(struct tm, tm_min) },   { "tm_sec", offsetof(struct tm, tm_sec) },
    };
    TmProp *p = opaque;
    Error *err = NULL;
    struct tm value = { 0 };

    p->get(obj, &value, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    if (!visit_start_struct(v, NULL, "struct tm", name, 0, errp)) {
        return;
    }
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
        int32_t n = *(int *)((char *)&value + fields[i].offset);

        if (!visit_type_int32(v, &n, fields[i].name, errp)) {
            break;
        }
    }
    visit_end_struct(v, NULL);
}

ObjectProperty *object_property_add_tm(Object *obj, const char *name,
                                       void (*get)(Object *, struct tm *, Error **))
{
    TmProp *p = g_new0(TmProp, 1);

    p->get = get;
    return object_property_add(obj, name, "struct tm", tm_get, NULL, release_block, p);
}

/* ---- integers at an address ---- */

static void uint8_ptr_get(Object *obj G_GNUC_UNUSED, Visitor *v, const char *name, void *opaque,
                          Error **errp)
{
    uint8_t value = *(uint8_t *)opaque;

    visit_type_uint8(v, &value, name, errp);
}

static void uint8_ptr_set(Object *obj G_GNUC_UNUSED, Visitor *v, const char *name, void *opaque,
                          Error **errp)
{
    uint8_t value;

    if (visit_type_uint8(v, &value, name, errp)) {
        *(uint8_t *)opaque = value;
    }
}

static void uint16_ptr_get(Object *obj G_GNUC_UNUSED, Visitor *v, const char *name, void *opaque,
                           Error **errp)
{
    uint16_t value = *(uint16_t *)opaque;

    visit_type_uint16(v, &value, name, errp);
}

static void uint16_ptr_set(Object *obj G_GNUC_UNUSED, Visitor *v, const char *name, void *opaque,
                           Error **errp)
{
    uint16_t value;

    if (visit_type_uint16(v, &value, name, errp)) {
        *(uint16_t *)opaque = value;
    }
}

static void uint32_ptr_get(Object *obj G_GNUC_UNUSED, Visitor *v, const char *name, void *opaque,
                           Error **errp)
{
    uint32_t value = *(uint32_t *)opaque;

    visit_type_uint32(v, &value, name, errp);
}

static void uint32_ptr_set(Object *obj G_GNUC_UNUSED, Visitor *v, const char *name, void *opaque,
                           Error **errp)
{
    uint32_t value;

    if (visit_type_uint32(v, &value, name, errp)) {
        *(uint32_t *)opaque = value;
    }
}

static void uint64_ptr_get(Object *obj G_GNUC_UNUSED, Visitor *v, const char *name, void *opaque,
                           Error **errp)
{
    uint64_t value = *(uint64_t *)opaque;

    visit_type_uint64(v, &value, name, errp);
}

static void uint64_ptr_set(Object *obj G_GNUC_UNUSED, Visitor *v, const char *name, void *opaque,
                           Error **errp)
{
    uint64_t value;

    if (visit_type_uint64(v, &value, name, errp)) {
        *(uint64_t *)opaque = value;
    }
}

/* ORDER IntKind: rows of int_kinds. */
typedef enum IntKind { INT_U8, INT_U16, INT_U32, INT_U64 } IntKind;

static const struct {
    const char *type;
    ObjectPropertyAccessor *get, *set;
} int_kinds[] = {
    [INT_U8] = { "uint8", uint8_ptr_get, uint8_ptr_set },
    [INT_U16] = { "uint16", uint16_ptr_get, uint16_ptr_set },
    [INT_U32] = { "uint32", uint32_ptr_get, uint32_ptr_set },
    [INT_U64] = { "uint64", uint64_ptr_get, uint64_ptr_set },
};

static ObjectProperty *add_int_ptr(PropHome home, const char *name, IntKind kind, const void *v,
                                   ObjectPropertyFlags flags)
{
    return home_add(home, name, int_kinds[kind].type,
                    flags & OBJ_PROP_FLAG_READ ? int_kinds[kind].get : NULL,
                    flags & OBJ_PROP_FLAG_WRITE ? int_kinds[kind].set : NULL, NULL, (void *)v);
}

ObjectProperty *object_property_add_uint8_ptr(Object *obj, const char *name, const uint8_t *v,
                                              ObjectPropertyFlags flags)
{
    return add_int_ptr((PropHome) { .obj = obj }, name, INT_U8, v, flags);
}

ObjectProperty *object_property_add_uint16_ptr(Object *obj, const char *name, const uint16_t *v,
                                               ObjectPropertyFlags flags)
{
    return add_int_ptr((PropHome) { .obj = obj }, name, INT_U16, v, flags);
}

ObjectProperty *object_property_add_uint32_ptr(Object *obj, const char *name, const uint32_t *v,
                                               ObjectPropertyFlags flags)
{
    return add_int_ptr((PropHome) { .obj = obj }, name, INT_U32, v, flags);
}

ObjectProperty *object_property_add_uint64_ptr(Object *obj, const char *name, const uint64_t *v,
                                               ObjectPropertyFlags flags)
{
    return add_int_ptr((PropHome) { .obj = obj }, name, INT_U64, v, flags);
}

ObjectProperty *object_class_property_add_uint8_ptr(ObjectClass *klass, const char *name,
                                                    const uint8_t *v, ObjectPropertyFlags flags)
{
    return add_int_ptr((PropHome) { .klass = klass }, name, INT_U8, v, flags);
}

ObjectProperty *object_class_property_add_uint16_ptr(ObjectClass *klass, const char *name,
                                                     const uint16_t *v, ObjectPropertyFlags flags)
{
    return add_int_ptr((PropHome) { .klass = klass }, name, INT_U16, v, flags);
}

ObjectProperty *object_class_property_add_uint32_ptr(ObjectClass *klass, const char *name,
                                                     const uint32_t *v, ObjectPropertyFlags flags)
{
    return add_int_ptr((PropHome) { .klass = klass }, name, INT_U32, v, flags);
}

ObjectProperty *object_class_property_add_uint64_ptr(ObjectClass *klass, const char *name,
                                                     const uint64_t *v, ObjectPropertyFlags flags)
{
    return add_int_ptr((PropHome) { .klass = klass }, name, INT_U64, v, flags);
}

/* ---- aliases ---- */

typedef struct AliasProp {
    Object *target;
    char *target_name;
} AliasProp;

static void alias_get(Object *obj G_GNUC_UNUSED, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    AliasProp *p = opaque;
    Visitor *renamed = rename_visitor_new(v, p->target_name, name);

    object_property_get(p->target, p->target_name, renamed, errp);
    visit_free(renamed);
}

static void alias_set(Object *obj G_GNUC_UNUSED, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    AliasProp *p = opaque;
    Visitor *renamed = rename_visitor_new(v, p->target_name, name);

    object_property_set(p->target, p->target_name, renamed, errp);
    visit_free(renamed);
}

static Object *alias_resolve(Object *obj G_GNUC_UNUSED, void *opaque,
                             const char *part G_GNUC_UNUSED)
{
    AliasProp *p = opaque;

    return object_resolve_path_component(p->target, p->target_name);
}

static void alias_release(Object *obj G_GNUC_UNUSED, const char *name G_GNUC_UNUSED, void *opaque)
{
    AliasProp *p = opaque;

    g_free(p->target_name);
    g_free(p);
}

ObjectProperty *object_property_add_alias(Object *obj, const char *name, Object *target_obj,
                                          const char *target_name)
{
    ObjectProperty *target = object_property_find_err(target_obj, target_name, &error_abort);
    AliasProp *p = g_new0(AliasProp, 1);
    g_autofree char *type = NULL;
    ObjectProperty *prop;

    /* Seen from here a child of the other object is a link. */
    if (object_property_is_child(target)) {
        type = g_strdup_printf("link%s", target->type + strlen("child"));
    } else {
        type = g_strdup(target->type);
    }
    p->target = target_obj;
    p->target_name = g_strdup(target_name);
    prop = object_property_add(obj, name, type, target->get ? alias_get : NULL,
                               target->set ? alias_set : NULL, alias_release, p);
    if (target->resolve) {
        prop->resolve = alias_resolve;
    }
    if (target->defval) {
        prop->defval = qobject_ref(target->defval);
    }
    object_property_set_description(obj, prop->name, target->description);
    return prop;
}
