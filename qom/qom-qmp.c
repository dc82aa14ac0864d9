/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP and HMP commands about objects and types.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "hw/qdev-core.h"
#include "monitor/hmp.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qapi-visit.h"
#include "qapi/qobject-output-visitor.h"
#include "qom/object.h"
#include "qom/object_interfaces.h"

static Object *resolve(const char *path, Error **errp)
{
    bool ambiguous = false;
    Object *obj = object_resolve_path(path, &ambiguous);

    if (obj) {
        return obj;
    }
    if (ambiguous) {
        error_setg(errp, "Path '%.200s' does not uniquely identify an object", path);
    } else {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%.200s' not found", path);
    }
    return NULL;
}

static ObjectPropertyInfo *describe(const ObjectProperty *prop)
{
    ObjectPropertyInfo *info = g_new0(ObjectPropertyInfo, 1);

    info->name = g_strdup(prop->name);
    info->type = g_strdup(prop->type);
    info->has_description = prop->description != NULL;
    info->description = g_strdup(prop->description);
    info->has_default_value = prop->defval != NULL;
    info->default_value = qobject_ref(prop->defval);
    return info;
}

static ObjectPropertyInfoList ***append(ObjectPropertyInfoList ***tail, ObjectPropertyInfo *info)
{
    **tail = g_new0(ObjectPropertyInfoList, 1);
    (**tail)->value = info;
    *tail = &(**tail)->next;
    return tail;
}

ObjectPropertyInfoList *qmp_qom_list(const char *path, Error **errp)
{
    Object *obj = resolve(path, errp);
    ObjectPropertyInfoList *head = NULL, **tail = &head;
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    if (!obj) {
        return NULL;
    }
    object_property_iter_init(&iter, obj);
    while ((prop = object_property_iter_next(&iter))) {
        ObjectPropertyInfo *info = g_new0(ObjectPropertyInfo, 1);

        info->name = g_strdup(prop->name);
        info->type = g_strdup(prop->type);
        append(&tail, info);
    }
    return head;
}

QObject *qmp_qom_get(const char *path, const char *property, Error **errp)
{
    Object *obj = resolve(path, errp);

    return obj ? object_property_get_qobject(obj, property, errp) : NULL;
}

void qmp_qom_set(const char *path, const char *property, QObject *value, Error **errp)
{
    Object *obj = resolve(path, errp);

    if (obj) {
        object_property_set_qobject(obj, property, value, errp);
    }
}

static void add_type(ObjectClass *klass, void *opaque)
{
    ObjectTypeInfoList **head = opaque, *node = g_new0(ObjectTypeInfoList, 1);
    ObjectClass *parent = object_class_get_parent(klass);

    node->value = g_new0(ObjectTypeInfo, 1);
    node->value->name = g_strdup(object_class_get_name(klass));
    node->value->has_abstract = node->value->abstract = object_class_is_abstract(klass);
    if (parent) {
        node->value->has_parent = true;
        node->value->parent = g_strdup(object_class_get_name(parent));
    }
    node->next = *head;
    *head = node;
}

ObjectTypeInfoList *qmp_qom_list_types(bool has_implements, const char *implements,
                                       bool has_abstract, bool abstract, Error **errp)
{
    ObjectTypeInfoList *head = NULL;

    object_class_foreach(add_type, has_implements ? implements : NULL,
                         has_abstract && abstract, &head);
    return head;
}

/* The class of @name, with the error class that clients rely on. */
static ObjectClass *find_class(const char *name, Error **errp)
{
    ObjectClass *klass = object_class_by_name(name);

    if (!klass) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Class '%.200s' not found", name);
    }
    return klass;
}

ObjectPropertyInfoList *qmp_qom_list_properties(const char *typename, Error **errp)
{
    ObjectClass *klass = find_class(typename, errp);
    ObjectPropertyInfoList *head = NULL, **tail = &head;
    ObjectPropertyIterator iter;
    ObjectProperty *prop;
    Object *obj = NULL;

    if (!klass) {
        return NULL;
    }
    if (!object_class_dynamic_cast(klass, TYPE_OBJECT)) {
        error_setg(errp, "Parameter 'typename' expects a type of objects, '%s' is none",
                   typename);
        return NULL;
    }
    if (object_class_is_abstract(klass)) {
        object_class_property_iter_init(&iter, klass);
    } else {
        /* An instance has properties that its class does not know. */
        obj = object_new(typename);
        object_property_iter_init(&iter, obj);
    }
    while ((prop = object_property_iter_next(&iter))) {
        append(&tail, describe(prop));
    }
    object_unref(obj);
    return head;
}

/* Properties of all devices that users cannot set. */
static bool is_internal(const char *name)
{
    static const char *const internal[] = {
        "type", "realized", "hotpluggable", "hotplugged", "parent_bus",
    };

    for (size_t i = 0; i < ARRAY_SIZE(internal); i++) {
        if (!strcmp(name, internal[i])) {
            return true;
        }
    }
    return g_str_has_prefix(name, "legacy-");
}

ObjectPropertyInfoList *qmp_device_list_properties(const char *typename, Error **errp)
{
    ObjectClass *klass = object_class_by_name(typename);
    ObjectPropertyInfoList *head = NULL, **tail = &head;
    ObjectPropertyIterator iter;
    ObjectProperty *prop;
    Object *obj;

    if (!klass) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%.200s' not found", typename);
        return NULL;
    }
    if (!object_class_dynamic_cast(klass, TYPE_DEVICE) || object_class_is_abstract(klass)) {
        error_setg(errp, "Parameter 'typename' expects a %s, '%s' is none",
                   object_class_dynamic_cast(klass, TYPE_DEVICE) ? "non-abstract device type"
                                                                 : "device type", typename);
        return NULL;
    }
    obj = object_new(typename);
    object_property_iter_init(&iter, obj);
    while ((prop = object_property_iter_next(&iter))) {
        if (prop->set && !is_internal(prop->name) && !g_str_has_prefix(prop->type, "child<")) {
            append(&tail, describe(prop));
        }
    }
    object_unref(obj);
    return head;
}

/* The schema has checked the members; the object's properties take them one by one. */
void qmp_object_add(ObjectOptions *options, Error **errp)
{
    QObject *members = NULL;
    Visitor *v = qobject_output_visitor_new(&members);

    visit_type_ObjectOptions(v, &options, NULL, &error_abort);
    visit_complete(v, &members);
    visit_free(v);
    user_creatable_add_dict(qobject_to(QDict, members), false, errp);
    qobject_unref(members);
}

void qmp_object_del(const char *id, Error **errp)
{
    user_creatable_del(id, errp);
}

/* ---- HMP */

static void hmp_qom_list(Monitor *mon, const QDict *args)
{
    const char *path = qdict_get_try_str(args, "path");
    Error *err = NULL;
    ObjectPropertyInfoList *list;

    if (!path) {
        monitor_printf(mon, "/\n");
        return;
    }
    list = qmp_qom_list(path, &err);
    for (ObjectPropertyInfoList *l = list; l; l = l->next) {
        monitor_printf(mon, "%s (%s)\n", l->value->name, l->value->type);
    }
    qapi_free_ObjectPropertyInfoList(list);
    hmp_handle_error(mon, err);
}

static void hmp_qom_get(Monitor *mon, const QDict *args)
{
    Error *err = NULL;
    QObject *obj = qmp_qom_get(qdict_get_str(args, "path"), qdict_get_str(args, "property"),
                               &err);

    if (obj) {
        GString *text = qobject_to_json_pretty(obj, true);

        monitor_printf(mon, "%s\n", text->str);
        g_string_free(text, TRUE);
        qobject_unref(obj);
    }
    hmp_handle_error(mon, err);
}

static void hmp_qom_set(Monitor *mon, const QDict *args)
{
    const char *property = qdict_get_str(args, "property"), *value = qdict_get_str(args, "value");
    Error *err = NULL;
    Object *obj = resolve(qdict_get_str(args, "path"), &err);

    if (obj && qdict_get_bool(args, "json")) {
        QObject *v = qobject_from_json(value, &err);

        if (v) {
            object_property_set_qobject(obj, property, v, &err);
            qobject_unref(v);
        }
    } else if (obj) {
        object_property_parse(obj, property, value, &err);
    }
    hmp_handle_error(mon, err);
}

typedef struct TreePrint {
    Monitor *mon;
    int indent;
} TreePrint;

static int print_tree(Object *obj, void *opaque)
{
    TreePrint *t = opaque;
    TreePrint below = { t->mon, t->indent + 2 };
    const char *name = object_get_canonical_path_component(obj);

    monitor_printf(t->mon, "%*s/%s (%s)\n", t->indent, "", name ? name : "",
                   object_get_typename(obj));
    object_child_foreach(obj, print_tree, &below);
    return 0;
}

static void hmp_info_qom_tree(Monitor *mon, const QDict *args)
{
    const char *path = qdict_get_try_str(args, "path");
    TreePrint t = { mon, 0 };
    Error *err = NULL;
    Object *obj = resolve(path ? path : "/machine", &err);

    if (obj) {
        print_tree(obj, &t);
    }
    hmp_handle_error(mon, err);
}

static void hmp_object_add(Monitor *mon, const QDict *args)
{
    Error *err = NULL;

    user_creatable_add_from_str(qdict_get_str(args, "object"), &err);
    hmp_handle_error(mon, err);
}

static void hmp_object_del(Monitor *mon, const QDict *args)
{
    Error *err = NULL;

    qmp_object_del(qdict_get_str(args, "id"), &err);
    hmp_handle_error(mon, err);
}

static int offer_object(Object *obj, void *opaque)
{
    hmp_candidate(opaque, object_get_canonical_path_component(obj));
    return 0;
}

static void complete_object(HMPCompletion *c, unsigned n)
{
    if (n == 0) {
        object_child_foreach(object_get_objects_root(), offer_object, c);
    }
}

static const HMPCommand hmp_qom_commands[] = {
    { "qom-list", "path:s?", "path", "list QOM properties", hmp_qom_list },
    { "qom-get", "path:s,property:s", "path property", "print QOM property", hmp_qom_get },
    { "qom-set", "json:-j,path:s,property:s,value:S", "[-j] path property value",
      "set QOM property; -j: the value is JSON", hmp_qom_set },
    { "object_add", "object:S", "[qom-type=]type,id=str[,prop=value][,...]",
      "create QOM object", hmp_object_add },
    { "object_del", "id:s", "id", "destroy QOM object", hmp_object_del, complete_object },
};
HMP_COMMANDS(hmp_qom_commands);

static const HMPCommand hmp_qom_info[] = {
    { "qom-tree", "path:s?", "[path]", "show QOM composition tree", hmp_info_qom_tree },
};
HMP_INFO(hmp_qom_info);
