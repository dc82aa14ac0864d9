/*
 * Types and classes: the registry, class construction and checked casts.
 *
 * A class is built once, the first time it is asked for: its memory starts as a copy of the
 * parent's class, then gets its interfaces, then class_base_init of every ancestor and its own
 * class_init run. Building happens under one recursive lock, because a class_init may ask for
 * other classes; a finished class is published by an atomic store and read without the lock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/cutils.h"
#include "qom-internal.h"

/* types: filled before there are threads; lock: guards class construction. */
static struct {
    GHashTable *types;          /* name -> TypeImpl */
    GRecMutex lock;
} registry;

/* ---- registry ---- */

static unsigned count_interfaces(const InterfaceInfo *info)
{
    unsigned n = 0;

    while (info && info[n].type) {
        n++;
    }
    return n;
}

TypeImpl *type_register(const TypeInfo *info)
{
    TypeImpl *t = g_new0(TypeImpl, 1);

    if (!registry.types) {
        registry.types = g_hash_table_new(g_str_hash, g_str_equal);
    }
    if (g_hash_table_contains(registry.types, info->name)) {
        g_error("type '%s' is registered twice", info->name);
    }
    t->name = g_intern_string(info->name);
    t->parent_name = info->parent ? g_intern_string(info->parent) : NULL;
    t->instance_size = info->instance_size;
    t->instance_align = info->instance_align;
    t->class_size = info->class_size;
    t->instance_init = info->instance_init;
    t->instance_post_init = info->instance_post_init;
    t->instance_finalize = info->instance_finalize;
    t->class_init = info->class_init;
    t->class_base_init = info->class_base_init;
    t->class_data = info->class_data;
    t->abstract = info->abstract;
    t->num_interfaces = count_interfaces(info->interfaces);
    t->interfaces = g_new0(const char *, t->num_interfaces + 1);
    for (unsigned i = 0; i < t->num_interfaces; i++) {
        t->interfaces[i] = g_intern_string(info->interfaces[i].type);
    }
    g_hash_table_insert(registry.types, (gpointer)t->name, t);
    return t;
}

TypeImpl *type_register_static(const TypeInfo *info)
{
    return type_register(info);
}

void type_register_static_array(const TypeInfo *infos, int nr)
{
    for (int i = 0; i < nr; i++) {
        type_register(&infos[i]);
    }
}

TypeImpl *type_find(const char *name)
{
    return name && registry.types ? g_hash_table_lookup(registry.types, name) : NULL;
}

bool type_is_registered(const char *name)
{
    return type_find(name) != NULL;
}

static gint compare_types(gconstpointer a, gconstpointer b)
{
    return strcmp(((const TypeImpl *)a)->name, ((const TypeImpl *)b)->name);
}

void type_foreach(void (*fn)(TypeImpl *type, void *opaque), void *opaque)
{
    GList *list;

    if (!registry.types) {
        return;
    }
    list = g_list_sort(g_hash_table_get_values(registry.types), compare_types);
    for (GList *e = list; e; e = e->next) {
        fn(e->data, opaque);
    }
    g_list_free(list);
}

/* ---- class construction ---- */

static void type_resolve(TypeImpl *t)
{
    if (t->parent_name) {
        t->parent = type_find(t->parent_name);
        if (!t->parent) {
            g_error("type '%s' has an unknown parent '%s'", t->name, t->parent_name);
        }
        type_get_class(t->parent);
    }
    if (!t->class_size) {
        t->class_size = t->parent ? t->parent->class_size : sizeof(ObjectClass);
    }
    if (!t->instance_size && t->parent) {
        t->instance_size = t->parent->instance_size;
    }
    if (!t->instance_align) {
        t->instance_align = t->parent ? t->parent->instance_align : 0;
    }
    if (t->instance_size == 0) {
        t->abstract = true;
    }
    assert(!t->parent || t->class_size >= t->parent->class_size);
    assert(!t->parent || t->instance_size >= t->parent->instance_size);
}

/* True if @klass has an interface that is an @iface already. */
static bool class_has_interface(ObjectClass *klass, const TypeImpl *iface)
{
    for (GSList *e = klass->interfaces; e; e = e->next) {
        if (type_is_a(((ObjectClass *)e->data)->type, iface)) {
            return true;
        }
    }
    return false;
}

/* Gives @klass its own copy of an interface's methods; @from holds the inherited or default ones. */
static void class_add_interface(ObjectClass *klass, ObjectClass *from)
{
    TypeImpl *iface = from->type;
    InterfaceClass *ic = g_malloc0(iface->class_size);

    memcpy(ic, from, iface->class_size);
    memset(&ic->parent_class, 0, sizeof(ic->parent_class));
    ic->parent_class.type = iface;
    ic->concrete_class = klass;
    klass->interfaces = g_slist_append(klass->interfaces, ic);
}

static void class_init_interfaces(ObjectClass *klass, TypeImpl *t, ObjectClass *parent)
{
    if (parent) {
        for (GSList *e = parent->interfaces; e; e = e->next) {
            class_add_interface(klass, e->data);
        }
    }
    for (unsigned i = 0; i < t->num_interfaces; i++) {
        TypeImpl *iface = type_find(t->interfaces[i]);

        if (!iface) {
            g_error("type '%s' implements an unknown interface '%s'", t->name, t->interfaces[i]);
        }
        if (!class_has_interface(klass, iface)) {
            class_add_interface(klass, type_get_class(iface));
        }
    }
}

static ObjectClass *type_build_class(TypeImpl *t)
{
    ObjectClass *klass, *parent;

    if (t->building) {
        return t->building;     /* asked for by its own class_init */
    }
    type_resolve(t);
    parent = t->parent ? t->parent->class : NULL;
    klass = g_malloc0(t->class_size);
    t->building = klass;
    if (parent) {
        memcpy(klass, parent, t->parent->class_size);
        memset(klass, 0, sizeof(*klass));
        klass->unparent = parent->unparent;
    }
    klass->type = t;
    class_init_interfaces(klass, t, parent);
    for (TypeImpl *p = t->parent; p; p = p->parent) {
        if (p->class_base_init) {
            p->class_base_init(klass, t->class_data);
        }
    }
    if (t->class_init) {
        t->class_init(klass, t->class_data);
    }
    /* Pairs with the acquire in type_get_class(). */
    qatomic_store_release(&t->class, klass);
    return klass;
}

ObjectClass *type_get_class(TypeImpl *type)
{
    ObjectClass *klass = qatomic_load_acquire(&type->class);

    if (!klass) {
        g_rec_mutex_lock(&registry.lock);
        klass = type->class ? type->class : type_build_class(type);
        g_rec_mutex_unlock(&registry.lock);
    }
    return klass;
}

/* ---- casts ---- */

bool type_is_a(const TypeImpl *type, const TypeImpl *ancestor)
{
    for (; type; type = type->parent) {
        if (type == ancestor) {
            return true;
        }
    }
    return false;
}

static ObjectClass *class_find_interface(ObjectClass *klass, const TypeImpl *iface)
{
    for (GSList *e = klass->interfaces; e; e = e->next) {
        ObjectClass *ic = e->data;

        if (type_is_a(ic->type, iface)) {
            return ic;
        }
    }
    return NULL;
}

ObjectClass *object_class_dynamic_cast(ObjectClass *klass, const char *type_name)
{
    TypeImpl *target;

    if (!klass) {
        return NULL;
    }
    if (klass->type->name == type_name) {
        return klass;
    }
    target = type_find(type_name);
    if (!target) {
        return NULL;
    }
    if (type_is_a(klass->type, target)) {
        return klass;
    }
    return class_find_interface(klass, target);
}

/* The names that recent successful casts of the class' instances used; compared by address. */
static bool cast_cache_hit(ObjectClass *klass, const char *type_name)
{
    for (int i = 0; i < OBJECT_CLASS_CAST_CACHE; i++) {
        if (qatomic_read(&klass->cast_cache[i]) == type_name) {
            return true;
        }
    }
    return false;
}

static void cast_cache_add(ObjectClass *klass, const char *type_name)
{
    for (int i = OBJECT_CLASS_CAST_CACHE - 1; i > 0; i--) {
        qatomic_set(&klass->cast_cache[i], qatomic_read(&klass->cast_cache[i - 1]));
    }
    qatomic_set(&klass->cast_cache[0], type_name);
}

static G_NORETURN void cast_failed(const char *have, const char *want, const char *file, int line,
                                   const char *func)
{
    fprintf(stderr, "%s:%d:%s: a '%s' is not a '%s'\n", file, line, func, have, want);
    abort();
}

ObjectClass *object_class_dynamic_cast_assert(ObjectClass *klass, const char *type_name,
                                              const char *file, int line, const char *func)
{
    ObjectClass *ret = object_class_dynamic_cast(klass, type_name);

    if (!ret && klass) {
        cast_failed(klass->type->name, type_name, file, line, func);
    }
    return ret;
}

Object *object_dynamic_cast(Object *obj, const char *type_name)
{
    if (obj && object_class_dynamic_cast(obj->class, type_name)) {
        return obj;
    }
    return NULL;
}

Object *object_dynamic_cast_assert(Object *obj, const char *type_name, const char *file, int line,
                                   const char *func)
{
    if (!obj || cast_cache_hit(obj->class, type_name)) {
        return obj;
    }
    if (!object_class_dynamic_cast(obj->class, type_name)) {
        cast_failed(obj->class->type->name, type_name, file, line, func);
    }
    cast_cache_add(obj->class, type_name);
    return obj;
}

/* ---- asking classes ---- */

ObjectClass *object_class_get_parent(ObjectClass *klass)
{
    TypeImpl *parent = klass->type->parent;

    return parent ? type_get_class(parent) : NULL;
}

const char *object_class_get_name(ObjectClass *klass)
{
    return klass->type->name;
}

bool object_class_is_abstract(ObjectClass *klass)
{
    return klass->type->abstract;
}

ObjectClass *object_class_by_name(const char *type_name)
{
    TypeImpl *t = type_find(type_name);

    return t ? type_get_class(t) : NULL;
}

typedef struct ForeachArgs {
    void (*fn)(ObjectClass *klass, void *opaque);
    const char *implements;
    bool include_abstract;
    void *opaque;
} ForeachArgs;

static void foreach_one(TypeImpl *type, void *opaque)
{
    ForeachArgs *a = opaque;
    ObjectClass *klass = type_get_class(type);

    if (!a->include_abstract && type->abstract) {
        return;
    }
    if (a->implements && !object_class_dynamic_cast(klass, a->implements)) {
        return;
    }
    a->fn(klass, a->opaque);
}

void object_class_foreach(void (*fn)(ObjectClass *klass, void *opaque),
                          const char *implements_type, bool include_abstract, void *opaque)
{
    ForeachArgs a = { fn, implements_type, include_abstract, opaque };

    type_foreach(foreach_one, &a);
}

static void collect_class(ObjectClass *klass, void *opaque)
{
    GSList **list = opaque;

    *list = g_slist_prepend(*list, klass);
}

GSList *object_class_get_list_sorted(const char *implements_type, bool include_abstract)
{
    GSList *list = NULL;

    object_class_foreach(collect_class, implements_type, include_abstract, &list);
    return g_slist_reverse(list);
}

GSList *object_class_get_list(const char *implements_type, bool include_abstract)
{
    return object_class_get_list_sorted(implements_type, include_abstract);
}

/* ---- suggestions ---- */

typedef struct Candidate {
    const char *name;
    unsigned distance;
} Candidate;

static gint compare_candidates(gconstpointer a, gconstpointer b)
{
    const Candidate *x = a, *y = b;

    return x->distance != y->distance ? (int)x->distance - (int)y->distance
                                      : strcmp(x->name, y->name);
}

char **object_nearest_type_names(const char *name, const char *parent_type, unsigned max)
{
    GSList *list = object_class_get_list(parent_type, false);
    g_autoptr(GArray) found = g_array_new(false, false, sizeof(Candidate));
    /* Further off than that, a name is not what the user meant. */
    unsigned limit = strlen(name) / 3 + 1;
    char **ret;
    unsigned n;

    for (GSList *e = list; e; e = e->next) {
        Candidate c = { object_class_get_name(e->data), 0 };

        c.distance = strstart(c.name, name, NULL) ? 1 : qemu_name_distance(name, c.name);
        if (c.distance <= limit) {
            g_array_append_val(found, c);
        }
    }
    g_slist_free(list);
    g_array_sort(found, compare_candidates);
    n = MIN(found->len, max);
    ret = g_new0(char *, n + 1);
    for (unsigned i = 0; i < n; i++) {
        ret[i] = g_strdup(g_array_index(found, Candidate, i).name);
    }
    return ret;
}

/* ---- the two roots ---- */

static const TypeInfo root_types[] = {
    { .name = TYPE_OBJECT, .instance_size = sizeof(Object), .abstract = true },
    { .name = TYPE_INTERFACE, .class_size = sizeof(InterfaceClass), .abstract = true },
};
DEFINE_TYPES(root_types)
