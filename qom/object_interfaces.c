/*
 * Objects made by users: -object, object-add, object-del.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/option.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qobject-input-visitor.h"
#include "qom/object_interfaces.h"
#include "qom-internal.h"

bool user_creatable_complete(UserCreatable *uc, Error **errp)
{
    UserCreatableClass *ucc = USER_CREATABLE_GET_CLASS(uc);
    Error *err = NULL;

    if (ucc->complete) {
        ucc->complete(uc, &err);
        error_propagate(errp, err);
    }
    return !err;
}

bool user_creatable_can_be_deleted(UserCreatable *uc)
{
    UserCreatableClass *ucc = USER_CREATABLE_GET_CLASS(uc);

    return !ucc->can_be_deleted || ucc->can_be_deleted(uc);
}

/* ---- creation ---- */

static void append_suggestions(Error **errp, const char *name, const char *parent_type)
{
    g_auto(GStrv) near = object_nearest_type_names(name, parent_type, 3);
    g_autofree char *list = g_strjoinv(", ", near);

    if (*list) {
        error_append_hint(errp, "Did you mean: %s?\n", list);
    }
}

static ObjectClass *creatable_class(const char *type, Error **errp)
{
    ERRP_GUARD();
    ObjectClass *klass = object_class_by_name(type);

    if (!klass) {
        error_setg(errp, "invalid object type: %s", type);
        append_suggestions(errp, type, TYPE_USER_CREATABLE);
        return NULL;
    }
    if (!object_class_dynamic_cast(klass, TYPE_USER_CREATABLE)) {
        error_setg(errp, "object type '%s' isn't supported by object-add", type);
        return NULL;
    }
    if (object_class_is_abstract(klass)) {
        error_setg(errp, "object type '%s' is abstract", type);
        return NULL;
    }
    return klass;
}

static bool set_members(Object *obj, const QDict *qdict, Visitor *v, Error **errp)
{
    const QDictEntry *e;

    for (e = qdict_first(qdict); e; e = qdict_next(qdict, e)) {
        if (!object_property_set(obj, qdict_entry_key(e), v, errp)) {
            return false;
        }
    }
    return visit_check_struct(v, errp);
}

Object *user_creatable_add_type(const char *type, const char *id, const QDict *qdict, Visitor *v,
                                Error **errp)
{
    ObjectClass *klass = creatable_class(type, errp);
    Object *obj;

    if (!klass) {
        return NULL;
    }
    if (id && !id_wellformed(id)) {
        error_setg(errp, "Parameter 'id' expects an identifier");
        return NULL;
    }
    obj = object_new_with_class(klass);
    object_apply_compat_props(obj);
    if (!set_members(obj, qdict, v, errp)) {
        goto fail;
    }
    if (id && !object_property_try_add_child(object_get_objects_root(), id, obj, errp)) {
        goto fail;
    }
    if (!user_creatable_complete(USER_CREATABLE(obj), errp)) {
        if (id) {
            object_unparent(obj);
        }
        goto fail;
    }
    return obj;

fail:
    object_unref(obj);
    return NULL;
}

/* Takes string member @key out of @qdict; NULL with @errp if it is missing or no string. */
static char *take_string(QDict *qdict, const char *key, Error **errp)
{
    char *value = g_strdup(qdict_get_try_str(qdict, key));

    if (!value) {
        if (qdict_haskey(qdict, key)) {
            error_setg(errp, "Invalid parameter type for '%s', expected: string", key);
        } else {
            error_setg(errp, "Parameter '%s' is missing", key);
        }
    }
    qdict_del(qdict, key);
    return value;
}

bool user_creatable_add_dict(const QDict *qdict, bool keyval, Error **errp)
{
    QDict *members = qdict_clone_shallow(qdict);
    g_autofree char *type = take_string(members, "qom-type", errp);
    g_autofree char *id = type ? take_string(members, "id", errp) : NULL;
    Object *obj = NULL;
    Visitor *v;

    if (type && id) {
        v = keyval ? qobject_input_visitor_new_keyval(QOBJECT(members))
                   : qobject_input_visitor_new(QOBJECT(members));
        if (visit_start_struct(v, NULL, NULL, NULL, 0, errp)) {
            obj = user_creatable_add_type(type, id, members, v, errp);
            visit_end_struct(v, NULL);
        }
        visit_free(v);
    }
    qobject_unref(members);
    object_unref(obj);
    return obj != NULL;
}

/* The members of an -object option; NULL with @errp set, or NULL with *@help set. */
static QDict *parse_option(const char *str, bool *keyval, bool *help, Error **errp)
{
    *help = false;
    *keyval = *str != '{';
    if (*keyval) {
        return keyval_parse(str, "qom-type", help, errp);
    } else {
        QObject *obj = qobject_from_json(str, errp);
        QDict *dict = qobject_to(QDict, obj);

        if (obj && !dict) {
            error_setg(errp, "-object expects a JSON object");
            qobject_unref(obj);
        }
        return dict;
    }
}

bool user_creatable_add_from_str(const char *str, Error **errp)
{
    bool keyval, help, ok = false;
    QDict *dict = parse_option(str, &keyval, &help, errp);

    if (!dict) {
        return false;
    }
    if (help) {
        user_creatable_print_help(qdict_get_try_str(dict, "qom-type"), NULL);
    } else {
        ok = user_creatable_add_dict(dict, keyval, errp);
    }
    qobject_unref(dict);
    return ok;
}

/* ---- help ---- */

static void print_types(void)
{
    GSList *list = object_class_get_list_sorted(TYPE_USER_CREATABLE, false);

    printf("List of user creatable objects:\n");
    for (GSList *e = list; e; e = e->next) {
        printf("  %s\n", object_class_get_name(e->data));
    }
    g_slist_free(list);
}

static gint compare_strings(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *describe_property(const ObjectProperty *prop)
{
    GString *line = g_string_new(NULL);

    g_string_append_printf(line, "  %s=<%s>", prop->name, prop->type);
    if (prop->description || prop->defval) {
        g_string_append_printf(line, "%*s - ", MAX(0, 24 - (int)line->len), "");
    }
    if (prop->description) {
        g_string_append(line, prop->description);
    }
    if (prop->defval) {
        GString *def = qobject_to_json(prop->defval);

        g_string_append_printf(line, " (default: %s)", def->str);
        g_string_free(def, true);
    }
    return g_string_free(line, false);
}

static bool print_properties(const char *type)
{
    ObjectClass *klass = object_class_by_name(type);
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    if (!klass || !object_class_dynamic_cast(klass, TYPE_USER_CREATABLE) ||
        object_class_is_abstract(klass)) {
        return false;
    }
    object_class_property_iter_init(&iter, klass);
    while ((prop = object_property_iter_next(&iter)) != NULL) {
        if (prop->set) {
            g_ptr_array_add(lines, describe_property(prop));
        }
    }
    g_ptr_array_sort(lines, compare_strings);
    if (lines->len) {
        printf("%s options:\n", type);
    } else {
        printf("There are no options for %s.\n", type);
    }
    for (unsigned i = 0; i < lines->len; i++) {
        printf("%s\n", (char *)g_ptr_array_index(lines, i));
    }
    return true;
}

bool user_creatable_print_help(const char *type, QemuOpts *opts)
{
    if (type && is_help_option(type)) {
        type = NULL;
    }
    if (!type) {
        print_types();
        return true;
    }
    if (opts && !qemu_opt_has_help_opt(opts)) {
        return false;
    }
    return print_properties(type);
}

/* ---- deletion ---- */

bool user_creatable_del(const char *id, Error **errp)
{
    Object *obj = object_resolve_path_component(object_get_objects_root(), id);

    if (!obj) {
        error_setg(errp, "object '%s' not found", id);
        return false;
    }
    if (!user_creatable_can_be_deleted(USER_CREATABLE(obj))) {
        error_setg(errp, "object '%s' is in use, can not be deleted", id);
        return false;
    }
    object_unparent(obj);
    return true;
}

void user_creatable_cleanup(void)
{
    object_unparent(object_get_objects_root());
}

static const TypeInfo user_creatable_info = {
    .name = TYPE_USER_CREATABLE,
    .parent = TYPE_INTERFACE,
    .class_size = sizeof(UserCreatableClass),
};

static void user_creatable_register(void)
{
    type_register_static(&user_creatable_info);
}
type_init(user_creatable_register)
