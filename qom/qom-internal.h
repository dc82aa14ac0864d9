/*
 * What the files of the object model share with each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QOM_INTERNAL_H
#define QOM_INTERNAL_H

#include "qom/object.h"
#include "qapi/visitor.h"
#include "qapi/qmp/qobject.h"

/* A registered type; sizes are final once class is set. */
struct TypeImpl {
    const char *name;
    const char *parent_name;
    TypeImpl *parent;           /* found when the class is built */
    size_t instance_size;
    size_t instance_align;
    size_t class_size;
    void (*instance_init)(Object *obj);
    void (*instance_post_init)(Object *obj);
    void (*instance_finalize)(Object *obj);
    void (*class_init)(ObjectClass *klass, void *data);
    void (*class_base_init)(ObjectClass *klass, void *data);
    void *class_data;
    bool abstract;
    unsigned num_interfaces;
    const char **interfaces;
    ObjectClass *building;      /* under the type lock */
    ObjectClass *class;         /* atomic: set when complete */
};

/* The type of that name, or NULL. */
TypeImpl *type_find(const char *name);
/* Its class, built if need be. */
ObjectClass *type_get_class(TypeImpl *type);
bool type_is_a(const TypeImpl *type, const TypeImpl *ancestor);
/* Calls @fn for each type in order of name. */
void type_foreach(void (*fn)(TypeImpl *type, void *opaque), void *opaque);

ObjectProperty *prop_table_find(const ObjectPropertyTable *t, const char *name);
/* Takes @prop over. */
void prop_table_add(ObjectPropertyTable *t, ObjectProperty *prop);
/* Takes @prop out; it still exists. */
void prop_table_remove(ObjectPropertyTable *t, ObjectProperty *prop);
ObjectProperty *prop_new(const char *name, const char *type, ObjectPropertyAccessor *get,
                         ObjectPropertyAccessor *set, ObjectPropertyRelease *release,
                         void *opaque);
void prop_free(ObjectProperty *prop);
/* Applies the default values of class properties to a new instance. */
void object_init_class_properties(Object *obj);
/* Releases all properties of a dying object, last made first. */
void object_property_del_all(Object *obj);
bool object_property_is_child(const ObjectProperty *prop);
bool object_property_is_link(const ObjectProperty *prop);
/* Makes link @prop of @obj point to @value (may be NULL) if type and check allow it. */
bool object_link_set(Object *obj, ObjectProperty *prop, Object *value, Error **errp);

/* A visitor that passes everything on to @target, with @to where the outermost name is @from. */
Visitor *rename_visitor_new(Visitor *target, const char *from, const char *to);

#endif
