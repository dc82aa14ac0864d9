/*
 * The composition tree: children, links, paths.
 *
 * A child<> property owns a reference to its child; a path is the chain of property names from the
 * root. A link<> property points across the tree; following links is part of resolving a path.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qom-internal.h"

/* Made on first use, under the BQL (or before there are threads). */
static struct {
    Object *root;
    Object *internal;
} tree;

bool object_property_is_child(const ObjectProperty *prop)
{
    return g_str_has_prefix(prop->type, "child<");
}

/* ---- children ---- */

static void child_get(Object *obj G_GNUC_UNUSED, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    g_autofree char *path = object_get_canonical_path(opaque);

    visit_type_str(v, &path, name, errp);
}

static Object *child_resolve(Object *obj G_GNUC_UNUSED, void *opaque,
                             const char *part G_GNUC_UNUSED)
{
    return opaque;
}

static void child_release(Object *obj G_GNUC_UNUSED, const char *name G_GNUC_UNUSED, void *opaque)
{
    Object *child = opaque;

    if (child->class->unparent) {
        child->class->unparent(child);
    }
    child->parent = NULL;
    child->parent_prop = NULL;
    object_unref(child);
}

ObjectProperty *object_property_try_add_child(Object *obj, const char *name, Object *child,
                                              Error **errp)
{
    g_autofree char *type = g_strdup_printf("child<%s>", object_get_typename(child));
    ObjectProperty *prop;

    if (child->parent) {
        error_setg(errp, "object '%s' already has a parent", child->parent_prop->name);
        return NULL;
    }
    prop = object_property_try_add(obj, name, type, child_get, NULL, child_release, child, errp);
    if (prop) {
        prop->resolve = child_resolve;
        child->parent = obj;
        child->parent_prop = prop;
        object_ref(child);
    }
    return prop;
}

ObjectProperty *object_property_add_child(Object *obj, const char *name, Object *child)
{
    return object_property_try_add_child(obj, name, child, &error_abort);
}

void object_unparent(Object *obj)
{
    ObjectProperty *prop = obj->parent_prop;

    /* The property may be on its way out already: then there is nothing left to do. */
    if (obj->parent && prop_table_find(&obj->parent->properties, prop->name) == prop) {
        object_property_del(obj->parent, prop->name);
    }
}

/* ---- links ---- */

typedef struct LinkProp {
    union {
        Object **targetp;
        Object *target;         /* OBJ_PROP_LINK_DIRECT */
        ptrdiff_t offset;       /* OBJ_PROP_LINK_CLASS */
    };
    ObjectLinkCheck *check;
    ObjectLinkFlags flags;
} LinkProp;

void object_property_allow_set_link(const Object *obj G_GNUC_UNUSED,
                                    const char *name G_GNUC_UNUSED, Object *child G_GNUC_UNUSED,
                                    Error **errp G_GNUC_UNUSED)
{
}

static Object **link_slot(Object *obj, LinkProp *link)
{
    if (link->flags & OBJ_PROP_LINK_DIRECT) {
        return &link->target;
    }
    if (link->flags & OBJ_PROP_LINK_CLASS) {
        return (Object **)((char *)obj + link->offset);
    }
    return link->targetp;
}

static void link_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    Object *target = *link_slot(obj, opaque);
    g_autofree char *path = target ? object_get_canonical_path(target) : NULL;

    if (!path) {
        path = g_strdup("");
    }
    visit_type_str(v, &path, name, errp);
}

/* The text between the angle brackets of "link<T>"; to g_free(). */
static char *link_target_type(const ObjectProperty *prop)
{
    const char *start = strchr(prop->type, '<') + 1;

    return g_strndup(start, strlen(start) - 1);
}

bool object_link_set(Object *obj, ObjectProperty *prop, Object *value, Error **errp)
{
    LinkProp *link = prop->opaque;
    Object **slot = link_slot(obj, link);
    g_autofree char *type = link_target_type(prop);
    Error *err = NULL;
    Object *old = *slot;

    if (!prop->set) {
        error_setg(errp, "Property '%s.%s' is not writable", object_get_typename(obj),
                   prop->name);
        return false;
    }
    if (value && !object_dynamic_cast(value, type)) {
        error_setg(errp, "Invalid parameter type for '%s', expected: %s", prop->name, type);
        return false;
    }
    link->check(obj, prop->name, value, &err);
    if (err) {
        error_propagate(errp, err);
        return false;
    }
    *slot = value;
    if (link->flags & OBJ_PROP_LINK_STRONG) {
        object_ref(value);
        object_unref(old);
    }
    return true;
}

/* The object that @path of a link's value means, with the messages that users know. */
static Object *resolve_link_target(const char *path, const char *type, const char *name,
                                   Error **errp)
{
    bool ambiguous = false;
    Object *target = object_resolve_path_type(path, type, &ambiguous);

    if (target) {
        return target;
    }
    if (ambiguous) {
        error_setg(errp, "Path '%s' does not uniquely identify an object", path);
        return NULL;
    }
    target = object_resolve_path(path, &ambiguous);
    if (target || ambiguous) {
        error_setg(errp, "Invalid parameter type for '%s', expected: %s", name, type);
    } else {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", path);
    }
    return NULL;
}

static void link_set(Object *obj, Visitor *v, const char *name, void *opaque G_GNUC_UNUSED,
                     Error **errp)
{
    ObjectProperty *prop = object_property_find(obj, name);
    g_autofree char *type = link_target_type(prop);
    g_autofree char *path = NULL;
    Object *target = NULL;

    if (!visit_type_str(v, &path, name, errp)) {
        return;
    }
    if (*path) {
        target = resolve_link_target(path, type, name, errp);
        if (!target) {
            return;
        }
    }
    object_link_set(obj, prop, target, errp);
}

static Object *link_resolve(Object *obj, void *opaque, const char *part G_GNUC_UNUSED)
{
    return *link_slot(obj, opaque);
}

static void link_drop_target(Object *obj, LinkProp *link)
{
    Object **slot = link_slot(obj, link);

    if ((link->flags & OBJ_PROP_LINK_STRONG) && *slot) {
        Object *target = *slot;

        *slot = NULL;
        object_unref(target);
    }
}

static void link_release(Object *obj, const char *name G_GNUC_UNUSED, void *opaque)
{
    link_drop_target(obj, opaque);
    g_free(opaque);
}

static void class_link_release(Object *obj, const char *name G_GNUC_UNUSED, void *opaque)
{
    link_drop_target(obj, opaque);
}

bool object_property_is_link(const ObjectProperty *prop)
{
    return prop->get == link_get;
}

static LinkProp *link_new(ObjectLinkCheck *check, ObjectLinkFlags flags)
{
    LinkProp *link = g_new0(LinkProp, 1);

    link->check = check;
    link->flags = flags;
    return link;
}

ObjectProperty *object_property_add_link(Object *obj, const char *name, const char *type,
                                         Object **targetp, ObjectLinkCheck *check,
                                         ObjectLinkFlags flags)
{
    g_autofree char *full = g_strdup_printf("link<%s>", type);
    LinkProp *link = link_new(check, flags);
    ObjectProperty *prop;

    link->targetp = targetp;
    prop = object_property_add(obj, name, full, link_get, check ? link_set : NULL, link_release,
                               link);
    prop->resolve = link_resolve;
    return prop;
}

ObjectProperty *object_class_property_add_link(ObjectClass *klass, const char *name,
                                               const char *type, ptrdiff_t offset,
                                               ObjectLinkCheck *check, ObjectLinkFlags flags)
{
    g_autofree char *full = g_strdup_printf("link<%s>", type);
    LinkProp *link = link_new(check, flags | OBJ_PROP_LINK_CLASS);
    ObjectProperty *prop;

    link->offset = offset;
    prop = object_class_property_add(klass, name, full, link_get, check ? link_set : NULL,
                                     class_link_release, link);
    prop->resolve = link_resolve;
    return prop;
}

ObjectProperty *object_property_add_const_link(Object *obj, const char *name, Object *target)
{
    g_autofree char *full = g_strdup_printf("link<%s>", object_get_typename(target));
    LinkProp *link = link_new(NULL, OBJ_PROP_LINK_STRONG | OBJ_PROP_LINK_DIRECT);
    ObjectProperty *prop;

    link->target = object_ref(target);
    prop = object_property_add(obj, name, full, link_get, NULL, link_release, link);
    prop->resolve = link_resolve;
    return prop;
}

/* ---- roots and containers ---- */

static const TypeInfo container_info = {
    .name = TYPE_CONTAINER,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(Object),
};

static void container_register(void)
{
    type_register_static(&container_info);
}
type_init(container_register)

Object *object_get_root(void)
{
    if (!tree.root) {
        tree.root = object_new(TYPE_CONTAINER);
    }
    return tree.root;
}

Object *object_get_internal_root(void)
{
    if (!tree.internal) {
        tree.internal = object_new(TYPE_CONTAINER);
    }
    return tree.internal;
}

Object *object_get_objects_root(void)
{
    return container_get(object_get_root(), "/objects");
}

Object *container_get(Object *root, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", 0);
    Object *obj = root;

    assert(parts[0] && !*parts[0]);
    for (char **part = parts + 1; *part && **part; part++) {
        Object *child = object_resolve_path_component(obj, *part);

        if (!child) {
            child = object_new(TYPE_CONTAINER);
            object_property_add_child(obj, *part, child);
            object_unref(child);
        }
        obj = child;
    }
    return obj;
}

/* ---- paths ---- */

const char *object_get_canonical_path_component(const Object *obj)
{
    return obj->parent_prop ? obj->parent_prop->name : NULL;
}

char *object_get_canonical_path(const Object *obj)
{
    Object *root = object_get_root();
    GString *path;

    if (obj == root) {
        return g_strdup("/");
    }
    path = g_string_new(NULL);
    for (; obj != root; obj = obj->parent) {
        if (!obj->parent) {
            g_string_free(path, true);
            return NULL;
        }
        g_string_prepend(path, obj->parent_prop->name);
        g_string_prepend_c(path, '/');
    }
    return g_string_free(path, false);
}

Object *object_resolve_path_component(Object *parent, const char *part)
{
    ObjectProperty *prop = object_property_find(parent, part);

    return prop && prop->resolve ? prop->resolve(parent, prop->opaque, part) : NULL;
}

/* Follows @parts from @obj; empty parts are passed over. */
static Object *follow(Object *obj, char **parts, const char *type)
{
    for (; obj && *parts; parts++) {
        if (**parts) {
            obj = object_resolve_path_component(obj, *parts);
        }
    }
    return obj && (!type || object_dynamic_cast(obj, type)) ? obj : NULL;
}

typedef struct PartialSearch {
    char **parts;
    const char *type;
    Object *found;
    bool ambiguous;
} PartialSearch;

static int partial_search(Object *obj, void *opaque)
{
    PartialSearch *s = opaque;
    Object *hit = follow(obj, s->parts, s->type);

    if (hit && s->found && hit != s->found) {
        s->ambiguous = true;
        return 1;
    }
    if (hit) {
        s->found = hit;
    }
    return object_child_foreach(obj, partial_search, s);
}

Object *object_resolve_path_type(const char *path, const char *type_name, bool *ambiguous)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", 0);
    PartialSearch s = { .parts = parts, .type = type_name };

    if (ambiguous) {
        *ambiguous = false;
    }
    if (*path == '/') {
        return follow(object_get_root(), parts, type_name);
    }
    partial_search(object_get_root(), &s);
    if (ambiguous) {
        *ambiguous = s.ambiguous;
    }
    return s.ambiguous ? NULL : s.found;
}

Object *object_resolve_path(const char *path, bool *ambiguous)
{
    return object_resolve_path_type(path, TYPE_OBJECT, ambiguous);
}

Object *object_resolve_path_at(Object *parent, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", 0);

    return follow(*path == '/' ? object_get_root() : parent, parts, NULL);
}

Object *object_resolve_type_unambiguous(const char *type_name, Error **errp)
{
    bool ambiguous = false;
    Object *obj = object_resolve_path_type("", type_name, &ambiguous);

    if (ambiguous) {
        error_setg(errp, "More than one object of type %s", type_name);
    } else if (!obj) {
        error_setg(errp, "No object found of type %s", type_name);
    }
    return obj;
}

/* ---- walking ---- */

static int child_foreach(Object *obj, int (*fn)(Object *child, void *opaque), void *opaque,
                         bool recurse)
{
    ObjectProperty *prop, *next;
    int ret;

    if (!obj->properties.by_name) {
        return 0;
    }
    QTAILQ_FOREACH_SAFE(prop, &obj->properties.list, link, next) {
        Object *child = prop->opaque;

        if (!object_property_is_child(prop)) {
            continue;
        }
        ret = fn(child, opaque);
        if (!ret && recurse) {
            ret = child_foreach(child, fn, opaque, true);
        }
        if (ret) {
            return ret;
        }
    }
    return 0;
}

int object_child_foreach(Object *obj, int (*fn)(Object *child, void *opaque), void *opaque)
{
    return child_foreach(obj, fn, opaque, false);
}

int object_child_foreach_recursive(Object *obj, int (*fn)(Object *child, void *opaque),
                                   void *opaque)
{
    return child_foreach(obj, fn, opaque, true);
}
