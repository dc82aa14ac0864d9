/*
 * Life of an object: making, counting references, finalizing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qom/object_interfaces.h"
#include "qom-internal.h"

static void run_instance_init(Object *obj, TypeImpl *t)
{
    if (t->parent) {
        run_instance_init(obj, t->parent);
    }
    if (t->instance_init) {
        t->instance_init(obj);
    }
}

static void run_instance_post_init(Object *obj, TypeImpl *t)
{
    if (t->parent) {
        run_instance_post_init(obj, t->parent);
    }
    if (t->instance_post_init) {
        t->instance_post_init(obj);
    }
}

static void object_initialize_with_class(Object *obj, size_t size, ObjectClass *klass)
{
    TypeImpl *t = klass->type;

    assert(!t->abstract);
    assert(size >= t->instance_size);
    memset(obj, 0, t->instance_size);
    obj->class = klass;
    obj->ref = 1;
    object_init_class_properties(obj);
    run_instance_init(obj, t);
    run_instance_post_init(obj, t);
}

static ObjectClass *class_or_die(const char *type_name)
{
    ObjectClass *klass = object_class_by_name(type_name);

    if (!klass) {
        g_error("unknown type '%s'", type_name);
    }
    return klass;
}

void object_initialize(void *obj, size_t size, const char *type_name)
{
    object_initialize_with_class(obj, size, class_or_die(type_name));
}

Object *object_new_with_class(ObjectClass *klass)
{
    TypeImpl *t = klass->type;
    Object *obj;

    if (t->instance_align > __alignof__(max_align_t)) {
        obj = qemu_memalign(t->instance_align, t->instance_size);
        obj->free = NULL;
        object_initialize_with_class(obj, t->instance_size, klass);
        obj->free = qemu_vfree;
    } else {
        obj = g_malloc(t->instance_size);
        object_initialize_with_class(obj, t->instance_size, klass);
        obj->free = g_free;
    }
    return obj;
}

Object *object_new(const char *type_name)
{
    return object_new_with_class(class_or_die(type_name));
}

bool object_set_propv(Object *obj, Error **errp, va_list vargs)
{
    const char *name;

    while ((name = va_arg(vargs, char *)) != NULL) {
        const char *value = va_arg(vargs, char *);

        assert(value);
        if (!object_property_parse(obj, name, value, errp)) {
            return false;
        }
    }
    return true;
}

bool object_set_props(Object *obj, Error **errp, ...)
{
    va_list vargs;
    bool ok;

    va_start(vargs, errp);
    ok = object_set_propv(obj, errp, vargs);
    va_end(vargs);
    return ok;
}

/* Completes @obj if it wants that; on failure it leaves the tree again. */
static bool complete_if_user_creatable(Object *obj, Error **errp)
{
    UserCreatable *uc =
        (UserCreatable *)object_dynamic_cast(obj, TYPE_USER_CREATABLE);

    return !uc || user_creatable_complete(uc, errp);
}

Object *object_new_with_propv(const char *type_name, Object *parent, const char *id, Error **errp,
                              va_list vargs)
{
    ObjectClass *klass = object_class_by_name(type_name);
    Object *obj;

    if (!klass || object_class_is_abstract(klass)) {
        error_setg(errp, klass ? "object type '%s' is abstract" : "invalid object type: %s",
                   type_name);
        return NULL;
    }
    obj = object_new_with_class(klass);
    if (!object_set_propv(obj, errp, vargs)) {
        goto fail;
    }
    if (id && !object_property_try_add_child(parent, id, obj, errp)) {
        goto fail;
    }
    if (!complete_if_user_creatable(obj, errp)) {
        if (id) {
            object_unparent(obj);
        }
        goto fail;
    }
    if (id) {
        object_unref(obj);      /* the parent's reference is enough */
    }
    return obj;

fail:
    object_unref(obj);
    return NULL;
}

Object *object_new_with_props(const char *type_name, Object *parent, const char *id, Error **errp,
                              ...)
{
    va_list vargs;
    Object *obj;

    va_start(vargs, errp);
    obj = object_new_with_propv(type_name, parent, id, errp, vargs);
    va_end(vargs);
    return obj;
}

void object_initialize_child_internal(Object *parent, const char *name, void *child, size_t size,
                                      const char *type)
{
    object_initialize(child, size, type);
    object_property_add_child(parent, name, OBJECT(child));
    object_unref(child);
}

bool object_initialize_child_with_props(Object *parent, const char *name, void *child, size_t size,
                                        const char *type, Error **errp, ...)
{
    Object *obj = OBJECT(child);
    va_list vargs;
    bool ok;

    object_initialize(child, size, type);
    va_start(vargs, errp);
    ok = object_set_propv(obj, errp, vargs);
    va_end(vargs);
    if (ok) {
        object_property_add_child(parent, name, obj);
        ok = complete_if_user_creatable(obj, errp);
        if (!ok) {
            object_unparent(obj);
        }
    }
    object_unref(obj);
    return ok;
}

/* ---- references ---- */

Object *object_ref(void *opaque)
{
    Object *obj = opaque;

    if (obj) {
        uint32_t old = qatomic_fetch_inc(&obj->ref);

        assert(old > 0 && old < INT32_MAX);
    }
    return obj;
}

static void object_finalize(Object *obj)
{
    TypeImpl *t = obj->class->type;

    object_property_del_all(obj);
    for (; t; t = t->parent) {
        if (t->instance_finalize) {
            t->instance_finalize(obj);
        }
    }
    assert(obj->ref == 0);
    assert(!obj->parent);
    if (obj->free) {
        obj->free(obj);
    }
}

void object_unref(void *opaque)
{
    Object *obj = opaque;

    if (!obj) {
        return;
    }
    assert(qatomic_read(&obj->ref) > 0);
    if (qatomic_fetch_dec(&obj->ref) == 1) {
        object_finalize(obj);
    }
}

ObjectClass *object_get_class(Object *obj)
{
    return obj->class;
}

const char *object_get_typename(const Object *obj)
{
    return obj->class->type->name;
}
