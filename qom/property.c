/*
 * Properties: tables, look-up, and reading and writing them in all the forms that callers have.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qobject-input-visitor.h"
#include "qapi/qobject-output-visitor.h"
#include "qapi/string-input-visitor.h"
#include "qapi/string-output-visitor.h"
#include "qom-internal.h"

/* ---- tables ---- */

ObjectProperty *prop_new(const char *name, const char *type, ObjectPropertyAccessor *get,
                         ObjectPropertyAccessor *set, ObjectPropertyRelease *release,
                         void *opaque)
{
    ObjectProperty *prop = g_new0(ObjectProperty, 1);

    prop->name = g_strdup(name);
    prop->type = g_strdup(type);
    prop->get = get;
    prop->set = set;
    prop->release = release;
    prop->opaque = opaque;
    return prop;
}

void prop_free(ObjectProperty *prop)
{
    qobject_unref(prop->defval);
    g_free(prop->name);
    g_free(prop->type);
    g_free(prop->description);
    g_free(prop);
}

ObjectProperty *prop_table_find(const ObjectPropertyTable *t, const char *name)
{
    return t->by_name ? g_hash_table_lookup(t->by_name, name) : NULL;
}

void prop_table_add(ObjectPropertyTable *t, ObjectProperty *prop)
{
    if (!t->by_name) {
        t->by_name = g_hash_table_new(g_str_hash, g_str_equal);
        QTAILQ_INIT(&t->list);
    }
    g_hash_table_insert(t->by_name, prop->name, prop);
    QTAILQ_INSERT_TAIL(&t->list, prop, link);
}

void prop_table_remove(ObjectPropertyTable *t, ObjectProperty *prop)
{
    g_hash_table_remove(t->by_name, prop->name);
    QTAILQ_REMOVE(&t->list, prop, link);
}

/* First property of a table that may never have been used. */
static ObjectProperty *prop_table_first(const ObjectPropertyTable *t)
{
    return t->by_name ? QTAILQ_FIRST(&t->list) : NULL;
}

/* ---- adding and removing ---- */

/* The name with "[*]" made into the lowest number that is free; to g_free(). */
static char *pick_array_name(Object *obj, const char *name)
{
    size_t len = strlen(name);
    g_autofree char *stem = NULL;

    if (len < 3 || strcmp(name + len - 3, "[*]") != 0) {
        return g_strdup(name);
    }
    stem = g_strndup(name, len - 3);
    for (unsigned i = 0;; i++) {
        char *full = g_strdup_printf("%s[%u]", stem, i);

        if (!object_property_find(obj, full)) {
            return full;
        }
        g_free(full);
    }
}

ObjectProperty *object_property_try_add(Object *obj, const char *name, const char *type,
                                        ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                        ObjectPropertyRelease *release, void *opaque, Error **errp)
{
    g_autofree char *full = pick_array_name(obj, name);
    ObjectProperty *prop;

    if (object_property_find(obj, full)) {
        error_setg(errp, "attempt to add duplicate property '%s' to object (type '%s')", full,
                   object_get_typename(obj));
        return NULL;
    }
    prop = prop_new(full, type, get, set, release, opaque);
    prop_table_add(&obj->properties, prop);
    return prop;
}

ObjectProperty *object_property_add(Object *obj, const char *name, const char *type,
                                    ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                    ObjectPropertyRelease *release, void *opaque)
{
    return object_property_try_add(obj, name, type, get, set, release, opaque, &error_abort);
}

ObjectProperty *object_class_property_add(ObjectClass *klass, const char *name, const char *type,
                                          ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                          ObjectPropertyRelease *release, void *opaque)
{
    ObjectProperty *prop;

    assert(!object_class_property_find(klass, name));
    prop = prop_new(name, type, get, set, release, opaque);
    prop_table_add(&klass->properties, prop);
    return prop;
}

void object_property_del(Object *obj, const char *name)
{
    ObjectProperty *prop = prop_table_find(&obj->properties, name);

    assert(prop);
    /* Out of the table first: the release hook may come back here for the same child. */
    prop_table_remove(&obj->properties, prop);
    if (prop->release) {
        prop->release(obj, prop->name, prop->opaque);
    }
    prop_free(prop);
}

void object_property_del_all(Object *obj)
{
    ObjectPropertyTable *t = &obj->properties;
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    /* A release hook may remove or even add others, so start over each time. */
    while (t->by_name && (prop = QTAILQ_LAST(&t->list)) != NULL) {
        prop_table_remove(t, prop);
        if (prop->release) {
            prop->release(obj, prop->name, prop->opaque);
        }
        prop_free(prop);
    }
    if (t->by_name) {
        g_hash_table_destroy(t->by_name);
        t->by_name = NULL;
    }
    object_property_iter_init(&iter, obj);
    while ((prop = object_property_iter_next(&iter)) != NULL) {
        if (prop->release) {
            prop->release(obj, prop->name, prop->opaque);
        }
    }
}

/* ---- look-up ---- */

ObjectProperty *object_class_property_find(ObjectClass *klass, const char *name)
{
    for (; klass; klass = object_class_get_parent(klass)) {
        ObjectProperty *prop = prop_table_find(&klass->properties, name);

        if (prop) {
            return prop;
        }
    }
    return NULL;
}

ObjectProperty *object_property_find(Object *obj, const char *name)
{
    ObjectProperty *prop = prop_table_find(&obj->properties, name);

    return prop ? prop : object_class_property_find(obj->class, name);
}

ObjectProperty *object_property_find_err(Object *obj, const char *name, Error **errp)
{
    ObjectProperty *prop = object_property_find(obj, name);

    if (!prop) {
        error_setg(errp, "Property '%s.%s' not found", object_get_typename(obj), name);
    }
    return prop;
}

ObjectProperty *object_class_property_find_err(ObjectClass *klass, const char *name, Error **errp)
{
    ObjectProperty *prop = object_class_property_find(klass, name);

    if (!prop) {
        error_setg(errp, "Property '.%s' not found", name);
    }
    return prop;
}

void object_property_iter_init(ObjectPropertyIterator *iter, Object *obj)
{
    iter->next = prop_table_first(&obj->properties);
    iter->next_class = obj->class;
}

void object_class_property_iter_init(ObjectPropertyIterator *iter, ObjectClass *klass)
{
    iter->next = prop_table_first(&klass->properties);
    iter->next_class = object_class_get_parent(klass);
}

ObjectProperty *object_property_iter_next(ObjectPropertyIterator *iter)
{
    ObjectProperty *prop;

    while (!iter->next) {
        if (!iter->next_class) {
            return NULL;
        }
        iter->next = prop_table_first(&iter->next_class->properties);
        iter->next_class = object_class_get_parent(iter->next_class);
    }
    prop = iter->next;
    iter->next = QTAILQ_NEXT(prop, link);
    return prop;
}

const char *object_property_get_type(Object *obj, const char *name, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);

    return prop ? prop->type : NULL;
}

void object_property_set_description(Object *obj, const char *name, const char *description)
{
    ObjectProperty *prop = object_property_find_err(obj, name, &error_abort);

    g_free(prop->description);
    prop->description = g_strdup(description);
}

void object_class_property_set_description(ObjectClass *klass, const char *name,
                                           const char *description)
{
    ObjectProperty *prop = prop_table_find(&klass->properties, name);

    assert(prop);
    g_free(prop->description);
    prop->description = g_strdup(description);
}

/* ---- defaults ---- */

static void prop_apply_default(Object *obj, ObjectProperty *prop)
{
    Visitor *v = qobject_input_visitor_new(prop->defval);

    prop->set(obj, v, prop->name, prop->opaque, &error_abort);
    visit_free(v);
}

static void prop_set_default(ObjectProperty *prop, QObject *defval)
{
    assert(!prop->defval);
    prop->defval = defval;
    prop->init = prop_apply_default;
}

void object_property_set_default_bool(ObjectProperty *prop, bool value)
{
    prop_set_default(prop, QOBJECT(qbool_from_bool(value)));
}

void object_property_set_default_str(ObjectProperty *prop, const char *value)
{
    prop_set_default(prop, QOBJECT(qstring_from_str(value)));
}

void object_property_set_default_int(ObjectProperty *prop, int64_t value)
{
    prop_set_default(prop, QOBJECT(qnum_from_int(value)));
}

void object_property_set_default_uint(ObjectProperty *prop, uint64_t value)
{
    prop_set_default(prop, QOBJECT(qnum_from_uint(value)));
}

void object_property_set_default_list(ObjectProperty *prop)
{
    prop_set_default(prop, QOBJECT(qlist_new()));
}

void object_init_class_properties(Object *obj)
{
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    object_class_property_iter_init(&iter, obj->class);
    while ((prop = object_property_iter_next(&iter)) != NULL) {
        if (prop->init) {
            prop->init(obj, prop);
        }
    }
}

/* ---- reading and writing ---- */

bool object_property_get(Object *obj, const char *name, Visitor *v, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    Error *err = NULL;

    if (!prop) {
        return false;
    }
    if (!prop->get) {
        error_setg(errp, "Property '%s.%s' is not readable", object_get_typename(obj), name);
        return false;
    }
    prop->get(obj, v, name, prop->opaque, &err);
    error_propagate(errp, err);
    return !err;
}

bool object_property_set(Object *obj, const char *name, Visitor *v, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    Error *err = NULL;

    if (!prop) {
        return false;
    }
    if (!prop->set) {
        error_setg(errp, "Property '%s.%s' is not writable", object_get_typename(obj), name);
        return false;
    }
    prop->set(obj, v, name, prop->opaque, &err);
    error_propagate(errp, err);
    return !err;
}

QObject *object_property_get_qobject(Object *obj, const char *name, Error **errp)
{
    QObject *ret = NULL;
    Visitor *v = qobject_output_visitor_new(&ret);

    if (object_property_get(obj, name, v, errp)) {
        visit_complete(v, &ret);
    }
    visit_free(v);
    return ret;
}

bool object_property_set_qobject(Object *obj, const char *name, QObject *value, Error **errp)
{
    Visitor *v = qobject_input_visitor_new(value);
    bool ok = object_property_set(obj, name, v, errp);

    visit_free(v);
    return ok;
}

/* The same, dropping the caller's reference to @value. */
static bool set_and_unref(Object *obj, const char *name, QObject *value, Error **errp)
{
    bool ok = object_property_set_qobject(obj, name, value, errp);

    qobject_unref(value);
    return ok;
}

static void wrong_type(const char *name, const char *expected, Error **errp)
{
    error_setg(errp, "Invalid parameter type for '%s', expected: %s", name, expected);
}

bool object_property_set_str(Object *obj, const char *name, const char *value, Error **errp)
{
    return set_and_unref(obj, name, QOBJECT(qstring_from_str(value)), errp);
}

char *object_property_get_str(Object *obj, const char *name, Error **errp)
{
    QObject *q = object_property_get_qobject(obj, name, errp);
    QString *s = qobject_to(QString, q);
    char *ret = NULL;

    if (s) {
        ret = g_strdup(qstring_get_str(s));
    } else if (q) {
        wrong_type(name, "string", errp);
    }
    qobject_unref(q);
    return ret;
}

bool object_property_set_link(Object *obj, const char *name, Object *value, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    g_autofree char *path = NULL;

    if (!prop) {
        return false;
    }
    if (object_property_is_link(prop)) {
        return object_link_set(obj, prop, value, errp);
    }
    path = value ? object_get_canonical_path(value) : g_strdup("");
    if (!path) {
        error_setg(errp, "object of type '%s' has no path yet: '%s' cannot refer to it",
                   object_get_typename(value), name);
        return false;
    }
    return object_property_set_str(obj, name, path, errp);
}

Object *object_property_get_link(Object *obj, const char *name, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    g_autofree char *path = NULL;
    Object *target = NULL;

    if (!prop) {
        return NULL;
    }
    if (prop->resolve) {
        return prop->resolve(obj, prop->opaque, name);
    }
    path = object_property_get_str(obj, name, errp);
    if (path && *path) {
        target = object_resolve_path(path, NULL);
        if (!target) {
            error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", path);
        }
    }
    return target;
}

bool object_property_set_bool(Object *obj, const char *name, bool value, Error **errp)
{
    return set_and_unref(obj, name, QOBJECT(qbool_from_bool(value)), errp);
}

bool object_property_get_bool(Object *obj, const char *name, Error **errp)
{
    QObject *q = object_property_get_qobject(obj, name, errp);
    QBool *b = qobject_to(QBool, q);
    bool ret = false;

    if (b) {
        ret = qbool_get_bool(b);
    } else if (q) {
        wrong_type(name, "boolean", errp);
    }
    qobject_unref(q);
    return ret;
}

bool object_property_set_int(Object *obj, const char *name, int64_t value, Error **errp)
{
    return set_and_unref(obj, name, QOBJECT(qnum_from_int(value)), errp);
}

int64_t object_property_get_int(Object *obj, const char *name, Error **errp)
{
    QObject *q = object_property_get_qobject(obj, name, errp);
    QNum *num = qobject_to(QNum, q);
    int64_t ret = -1;

    if (q && (!num || !qnum_get_try_int(num, &ret))) {
        wrong_type(name, "int", errp);
    }
    qobject_unref(q);
    return ret;
}

bool object_property_set_uint(Object *obj, const char *name, uint64_t value, Error **errp)
{
    return set_and_unref(obj, name, QOBJECT(qnum_from_uint(value)), errp);
}

uint64_t object_property_get_uint(Object *obj, const char *name, Error **errp)
{
    QObject *q = object_property_get_qobject(obj, name, errp);
    QNum *num = qobject_to(QNum, q);
    uint64_t ret = 0;

    if (q && (!num || !qnum_get_try_uint(num, &ret))) {
        wrong_type(name, "uint", errp);
    }
    qobject_unref(q);
    return ret;
}

bool object_property_parse(Object *obj, const char *name, const char *string, Error **errp)
{
    Visitor *v = string_input_visitor_new(string);
    bool ok = object_property_set(obj, name, v, errp);

    visit_free(v);
    return ok;
}

char *object_property_print(Object *obj, const char *name, bool human, Error **errp)
{
    char *text = NULL;
    Visitor *v = string_output_visitor_new(human, &text);

    if (object_property_get(obj, name, v, errp)) {
        visit_complete(v, &text);
    }
    visit_free(v);
    return text;
}

bool object_set_properties_from_keyval(Object *obj, const QDict *qdict, bool from_json,
                                       Error **errp)
{
    QObject *q = QOBJECT((QDict *)qdict);
    Visitor *v = from_json ? qobject_input_visitor_new(q) : qobject_input_visitor_new_keyval(q);
    bool ok = visit_start_struct(v, NULL, NULL, NULL, 0, errp);

    if (ok) {
        const QDictEntry *e;

        for (e = qdict_first(qdict); ok && e; e = qdict_next(qdict, e)) {
            ok = object_property_set(obj, qdict_entry_key(e), v, errp);
        }
        ok = ok && visit_check_struct(v, errp);
        visit_end_struct(v, NULL);
    }
    visit_free(v);
    return ok;
}
