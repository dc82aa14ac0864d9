/*
 * Object model: types with single inheritance and interfaces, properties and the composition tree.
 *
 * Every device, bus, back end, CPU and machine is an Object. A type is described by a TypeInfo and
 * registered before main() runs; its class is built the first time it is needed. Objects are
 * counted by reference, have a parent in one tree that starts at object_get_root(), and publish
 * their configuration and state as named properties that visitors read and write.
 *
 * Thread: types are registered before threads exist; classes are built under an internal lock.
 * object_ref() and object_unref() are atomic. Everything that changes the tree or a property needs
 * the big lock (BQL), except on an object that no other thread can reach yet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QOM_OBJECT_H
#define QOM_OBJECT_H

#include "qemu/osdep.h"
#include "qemu/module.h"
#include "qemu/queue.h"
#include "qapi/error.h"

typedef struct Object Object;
typedef struct ObjectClass ObjectClass;
typedef struct ObjectProperty ObjectProperty;
typedef struct InterfaceClass InterfaceClass;
typedef struct InterfaceInfo InterfaceInfo;
typedef struct TypeInfo TypeInfo;
typedef struct TypeImpl TypeImpl;
typedef struct Visitor Visitor;
typedef struct QObject QObject;
typedef struct QDict QDict;

#define TYPE_OBJECT "object"
#define TYPE_INTERFACE "interface"

/* Reads or writes a property through @v; @name is the property, @opaque what was registered. */
typedef void ObjectPropertyAccessor(Object *obj, Visitor *v, const char *name, void *opaque,
                                    Error **errp);
/* Finds the object that path component @part of a link or child property stands for. */
typedef Object *ObjectPropertyResolve(Object *obj, void *opaque, const char *part);
/* Called when the property goes away with its object or by object_property_del(). */
typedef void ObjectPropertyRelease(Object *obj, const char *name, void *opaque);
/* Gives a class property its default value on each new instance. */
typedef void ObjectPropertyInit(Object *obj, ObjectProperty *prop);
typedef void ObjectUnparent(Object *obj);
typedef void ObjectFree(void *obj);

/* One property, of one object or of all instances of one class. */
struct ObjectProperty {
    char *name;
    char *type;                         /* "bool", "uint32", "link<T>", "child<T>", an enum, ... */
    char *description;                  /* may be NULL */
    ObjectPropertyAccessor *get;        /* NULL: cannot be read */
    ObjectPropertyAccessor *set;        /* NULL: cannot be written */
    ObjectPropertyResolve *resolve;     /* NULL: not a path component */
    ObjectPropertyRelease *release;
    ObjectPropertyInit *init;
    void *opaque;
    QObject *defval;                    /* default value for help and introspection, or NULL */
    QTAILQ_ENTRY(ObjectProperty) link;  /* in order of creation */
};

/* The named properties of one object or class: a list in creation order with a hash beside it. */
typedef struct ObjectPropertyTable {
    GHashTable *by_name;                /* NULL while empty */
    QTAILQ_HEAD(, ObjectProperty) list;
} ObjectPropertyTable;

#define OBJECT_CLASS_CAST_CACHE 4

/* What all classes start with. */
struct ObjectClass {
    TypeImpl *type;
    GSList *interfaces;                 /* of InterfaceClass, most derived first */
    const char *cast_cache[OBJECT_CLASS_CAST_CACHE];
    ObjectUnparent *unparent;
    ObjectPropertyTable properties;
};

/* What all instances start with. */
struct Object {
    ObjectClass *class;
    ObjectFree *free;                   /* NULL: storage belongs to somebody else */
    ObjectPropertyTable properties;
    uint32_t ref;
    Object *parent;                     /* in the composition tree, or NULL */
    ObjectProperty *parent_prop;        /* the parent's child<> property that holds this object */
};

/* What all interface classes start with; one per (concrete class, interface) pair. */
struct InterfaceClass {
    ObjectClass parent_class;
    ObjectClass *concrete_class;
};

/* An entry of TypeInfo.interfaces; the list ends with { NULL } or { }. */
struct InterfaceInfo {
    const char *type;
};

/* Description of a type; strings and tables must outlive the process' use of the type. */
struct TypeInfo {
    const char *name;
    const char *parent;                 /* NULL only for roots */
    size_t instance_size;               /* 0: the parent's */
    size_t instance_align;              /* 0: that of max_align_t */
    void (*instance_init)(Object *obj);         /* runs after the parent's */
    void (*instance_post_init)(Object *obj);    /* runs after the parent's, once init is done */
    void (*instance_finalize)(Object *obj);     /* runs before the parent's */
    bool abstract;
    size_t class_size;                  /* 0: the parent's */
    void (*class_init)(ObjectClass *klass, void *data);
    void (*class_base_init)(ObjectClass *klass, void *data); /* runs for every derived class */
    void *class_data;
    const InterfaceInfo *interfaces;
};

/* ---- casts and declarations ---- */

#define OBJECT(obj) ((Object *)(obj))
#define OBJECT_CLASS(klass) ((ObjectClass *)(klass))
#define OBJECT_CHECK(type, obj, name) \
    ((type *)object_dynamic_cast_assert(OBJECT(obj), (name), __FILE__, __LINE__, __func__))
#define OBJECT_CLASS_CHECK(class_type, klass, name) \
    ((class_type *)object_class_dynamic_cast_assert(OBJECT_CLASS(klass), (name), \
                                                    __FILE__, __LINE__, __func__))
#define OBJECT_GET_CLASS(class_type, obj, name) \
    OBJECT_CLASS_CHECK(class_type, object_get_class(OBJECT(obj)), name)
#define INTERFACE_CLASS(klass) OBJECT_CLASS_CHECK(InterfaceClass, klass, TYPE_INTERFACE)
#define INTERFACE_CHECK(interface, obj, name) OBJECT_CHECK(interface, obj, name)

/* Defines INSTANCE *NAME(obj), a checked cast. */
#define DECLARE_INSTANCE_CHECKER(INSTANCE, NAME, TYPENAME) \
    static inline G_GNUC_UNUSED INSTANCE *NAME(const void *obj) \
    { return OBJECT_CHECK(INSTANCE, obj, TYPENAME); }

/* Defines CLASS *NAME_CLASS(klass) and CLASS *NAME_GET_CLASS(obj). */
#define DECLARE_CLASS_CHECKERS(CLASS, NAME, TYPENAME) \
    static inline G_GNUC_UNUSED CLASS *NAME##_GET_CLASS(const void *obj) \
    { return OBJECT_GET_CLASS(CLASS, obj, TYPENAME); } \
    static inline G_GNUC_UNUSED CLASS *NAME##_CLASS(const void *klass) \
    { return OBJECT_CLASS_CHECK(CLASS, klass, TYPENAME); }

#define DECLARE_OBJ_CHECKERS(INSTANCE, CLASS, NAME, TYPENAME) \
    DECLARE_INSTANCE_CHECKER(INSTANCE, NAME, TYPENAME) \
    DECLARE_CLASS_CHECKERS(CLASS, NAME, TYPENAME)

/* For a type with its own class structure: typedefs and checkers for TYPE_##NAME. */
#define OBJECT_DECLARE_TYPE(INSTANCE, CLASS, NAME) \
    typedef struct INSTANCE INSTANCE; \
    typedef struct CLASS CLASS; \
    G_DEFINE_AUTOPTR_CLEANUP_FUNC(INSTANCE, object_unref) \
    DECLARE_OBJ_CHECKERS(INSTANCE, CLASS, NAME, TYPE_##NAME)

/* For a type that uses its parent's class structure. */
#define OBJECT_DECLARE_SIMPLE_TYPE(INSTANCE, NAME) \
    typedef struct INSTANCE INSTANCE; \
    G_DEFINE_AUTOPTR_CLEANUP_FUNC(INSTANCE, object_unref) \
    DECLARE_INSTANCE_CHECKER(INSTANCE, NAME, TYPE_##NAME)

/* ---- types ---- */

/*
 * Registers one type, or @nr of them; the parent may be registered later. Ends the process when the
 * name is taken, which is a bug of ours. Returns the type's handle.
 */
TypeImpl *type_register_static(const TypeInfo *info);
TypeImpl *type_register(const TypeInfo *info);
void type_register_static_array(const TypeInfo *infos, int nr);

/* Registers an array of TypeInfo at start-up. */
#define DEFINE_TYPES(array) \
    static void do_qemu_init_##array(void) \
    { \
        type_register_static_array(array, ARRAY_SIZE(array)); \
    } \
    type_init(do_qemu_init_##array)

/* True if a type @name is registered. */
bool type_is_registered(const char *name);

/* ---- objects ---- */

/* Makes an instance with one reference; asserts that the type exists and is concrete. */
Object *object_new(const char *type_name);
Object *object_new_with_class(ObjectClass *klass);

/*
 * Makes an instance, sets the given (name, value) string pairs up to NULL, adds it to @parent as
 * @id (when @parent is given) and completes it if it is user-creatable. The parent then owns it.
 * Returns a borrowed pointer (owned if @parent is NULL), or NULL with @errp set.
 */
Object *object_new_with_props(const char *type_name, Object *parent, const char *id, Error **errp,
                              ...) G_GNUC_NULL_TERMINATED;
Object *object_new_with_propv(const char *type_name, Object *parent, const char *id, Error **errp,
                              va_list vargs);

/* Sets (name, value) string pairs up to NULL. */
bool object_set_props(Object *obj, Error **errp, ...) G_GNUC_NULL_TERMINATED;
bool object_set_propv(Object *obj, Error **errp, va_list vargs);

/*
 * Sets a property from each member of @qdict; @from_json: values are typed, else they are option
 * strings. Stops at the first failure.
 */
bool object_set_properties_from_keyval(Object *obj, const QDict *qdict, bool from_json,
                                       Error **errp);

/* Initialises an object in memory of the caller's (at least @size bytes), with one reference. */
void object_initialize(void *obj, size_t size, const char *type_name);

/*
 * Initialises an embedded child: the new object is a child<> property @name of @parent, which holds
 * the only reference. The macro takes the size from the pointer's type.
 */
void object_initialize_child_internal(Object *parent, const char *name, void *child, size_t size,
                                      const char *type);
#define object_initialize_child(parent, name, child, type) \
    object_initialize_child_internal((parent), (name), (child), sizeof(*(child)), (type))

/* The same with (name, value) string pairs, NULL-terminated; false with @errp set on failure. */
bool object_initialize_child_with_props(Object *parent, const char *name, void *child, size_t size,
                                        const char *type, Error **errp, ...) G_GNUC_NULL_TERMINATED;

/* Take and drop a reference; the last one finalises the object. NULL is allowed. */
Object *object_ref(void *obj);
void object_unref(void *obj);

/* The checked cast: @obj if it is a @type_name or implements it, else NULL. */
Object *object_dynamic_cast(Object *obj, const char *type_name);
Object *object_dynamic_cast_assert(Object *obj, const char *type_name, const char *file, int line,
                                   const char *func);

ObjectClass *object_get_class(Object *obj);
const char *object_get_typename(const Object *obj);

/* ---- classes ---- */

ObjectClass *object_class_dynamic_cast(ObjectClass *klass, const char *type_name);
ObjectClass *object_class_dynamic_cast_assert(ObjectClass *klass, const char *type_name,
                                              const char *file, int line, const char *func);
ObjectClass *object_class_get_parent(ObjectClass *klass);
const char *object_class_get_name(ObjectClass *klass);
bool object_class_is_abstract(ObjectClass *klass);
/* The class of @type_name, built if need be; NULL if there is no such type. */
ObjectClass *object_class_by_name(const char *type_name);
/* Calls @fn for each class that implements @implements_type (NULL: all), in order of name. */
void object_class_foreach(void (*fn)(ObjectClass *klass, void *opaque),
                          const char *implements_type, bool include_abstract, void *opaque);
/* List of those classes, sorted by name when asked for; free with g_slist_free(). */
GSList *object_class_get_list(const char *implements_type, bool include_abstract);
GSList *object_class_get_list_sorted(const char *implements_type, bool include_abstract);

/* ---- properties ---- */

/*
 * Adds a property. A name that ends in "[*]" gets the lowest free number between the brackets.
 * The try_ form fails when the name is taken, the other form asserts.
 */
ObjectProperty *object_property_try_add(Object *obj, const char *name, const char *type,
                                        ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                        ObjectPropertyRelease *release, void *opaque, Error **errp);
ObjectProperty *object_property_add(Object *obj, const char *name, const char *type,
                                    ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                    ObjectPropertyRelease *release, void *opaque);
ObjectProperty *object_class_property_add(ObjectClass *klass, const char *name, const char *type,
                                          ObjectPropertyAccessor *get, ObjectPropertyAccessor *set,
                                          ObjectPropertyRelease *release, void *opaque);
/* Removes a property of the object itself. */
void object_property_del(Object *obj, const char *name);

/* Finds a property of the object or its classes; NULL if there is none (the _err form sets @errp). */
ObjectProperty *object_property_find(Object *obj, const char *name);
ObjectProperty *object_property_find_err(Object *obj, const char *name, Error **errp);
ObjectProperty *object_class_property_find(ObjectClass *klass, const char *name);
ObjectProperty *object_class_property_find_err(ObjectClass *klass, const char *name, Error **errp);

/* Walks the properties: first the object's own, then its class', then the parents'. */
typedef struct ObjectPropertyIterator {
    ObjectClass *next_class;
    ObjectProperty *next;
} ObjectPropertyIterator;
void object_property_iter_init(ObjectPropertyIterator *iter, Object *obj);
void object_class_property_iter_init(ObjectPropertyIterator *iter, ObjectClass *klass);
ObjectProperty *object_property_iter_next(ObjectPropertyIterator *iter);

/* Default values, recorded for help and applied to each new instance. */
void object_property_set_default_bool(ObjectProperty *prop, bool value);
void object_property_set_default_str(ObjectProperty *prop, const char *value);
void object_property_set_default_int(ObjectProperty *prop, int64_t value);
void object_property_set_default_uint(ObjectProperty *prop, uint64_t value);
void object_property_set_default_list(ObjectProperty *prop);

/* Reads or writes a property through a visitor. */
bool object_property_get(Object *obj, const char *name, Visitor *v, Error **errp);
bool object_property_set(Object *obj, const char *name, Visitor *v, Error **errp);

/* Typed forms. Getters of pointers return a string to g_free(), or a borrowed object. */
bool object_property_set_str(Object *obj, const char *name, const char *value, Error **errp);
char *object_property_get_str(Object *obj, const char *name, Error **errp);
bool object_property_set_link(Object *obj, const char *name, Object *value, Error **errp);
Object *object_property_get_link(Object *obj, const char *name, Error **errp);
bool object_property_set_bool(Object *obj, const char *name, bool value, Error **errp);
bool object_property_get_bool(Object *obj, const char *name, Error **errp);
bool object_property_set_int(Object *obj, const char *name, int64_t value, Error **errp);
int64_t object_property_get_int(Object *obj, const char *name, Error **errp);
bool object_property_set_uint(Object *obj, const char *name, uint64_t value, Error **errp);
uint64_t object_property_get_uint(Object *obj, const char *name, Error **errp);
/* Value as the index in the enumeration @type_name, which the property must have; -1 on failure. */
int object_property_get_enum(Object *obj, const char *name, const char *type_name, Error **errp);
/* As text, the way the command line takes it ("on", "4096", ...), and back. */
bool object_property_parse(Object *obj, const char *name, const char *string, Error **errp);
char *object_property_print(Object *obj, const char *name, bool human, Error **errp);
/* As a QObject (new reference), and back. */
QObject *object_property_get_qobject(Object *obj, const char *name, Error **errp);
bool object_property_set_qobject(Object *obj, const char *name, QObject *value, Error **errp);
/* The property's type name, or NULL with @errp set. */
const char *object_property_get_type(Object *obj, const char *name, Error **errp);

void object_property_set_description(Object *obj, const char *name, const char *description);
void object_class_property_set_description(ObjectClass *klass, const char *name,
                                           const char *description);

/* Scalars with accessor functions; the string getter returns memory to g_free(). */
ObjectProperty *object_property_add_str(Object *obj, const char *name,
                                        char *(*get)(Object *, Error **),
                                        void (*set)(Object *, const char *, Error **));
ObjectProperty *object_class_property_add_str(ObjectClass *klass, const char *name,
                                              char *(*get)(Object *, Error **),
                                              void (*set)(Object *, const char *, Error **));
ObjectProperty *object_property_add_bool(Object *obj, const char *name,
                                         bool (*get)(Object *, Error **),
                                         void (*set)(Object *, bool, Error **));
ObjectProperty *object_class_property_add_bool(ObjectClass *klass, const char *name,
                                               bool (*get)(Object *, Error **),
                                               void (*set)(Object *, bool, Error **));
ObjectProperty *object_property_add_enum(Object *obj, const char *name, const char *type_name,
                                         const char *const lookup[], int (*get)(Object *, Error **),
                                         void (*set)(Object *, int, Error **));
ObjectProperty *object_class_property_add_enum(ObjectClass *klass, const char *name,
                                               const char *type_name, const char *const lookup[],
                                               int (*get)(Object *, Error **),
                                               void (*set)(Object *, int, Error **));
/* A date and time: get fills a struct tm. */
ObjectProperty *object_property_add_tm(Object *obj, const char *name,
                                       void (*get)(Object *, struct tm *, Error **));

typedef enum ObjectPropertyFlags {
    OBJ_PROP_FLAG_READ = 1 << 0,
    OBJ_PROP_FLAG_WRITE = 1 << 1,
    OBJ_PROP_FLAG_READWRITE = OBJ_PROP_FLAG_READ | OBJ_PROP_FLAG_WRITE,
} ObjectPropertyFlags;

/* Integers that live at @v, which must outlive the property. */
ObjectProperty *object_property_add_uint8_ptr(Object *obj, const char *name, const uint8_t *v,
                                              ObjectPropertyFlags flags);
ObjectProperty *object_property_add_uint16_ptr(Object *obj, const char *name, const uint16_t *v,
                                               ObjectPropertyFlags flags);
ObjectProperty *object_property_add_uint32_ptr(Object *obj, const char *name, const uint32_t *v,
                                               ObjectPropertyFlags flags);
ObjectProperty *object_property_add_uint64_ptr(Object *obj, const char *name, const uint64_t *v,
                                               ObjectPropertyFlags flags);
ObjectProperty *object_class_property_add_uint8_ptr(ObjectClass *klass, const char *name,
                                                    const uint8_t *v, ObjectPropertyFlags flags);
ObjectProperty *object_class_property_add_uint16_ptr(ObjectClass *klass, const char *name,
                                                     const uint16_t *v, ObjectPropertyFlags flags);
ObjectProperty *object_class_property_add_uint32_ptr(ObjectClass *klass, const char *name,
                                                     const uint32_t *v, ObjectPropertyFlags flags);
ObjectProperty *object_class_property_add_uint64_ptr(ObjectClass *klass, const char *name,
                                                     const uint64_t *v, ObjectPropertyFlags flags);

/* A second name for a property of another object, which must live at least as long. */
ObjectProperty *object_property_add_alias(Object *obj, const char *name, Object *target_obj,
                                          const char *target_name);

/* ---- composition tree ---- */

/*
 * Makes @child a child of @obj under @name; the tree takes a reference of its own. The try_ form
 * fails if the name is taken or the child already has a parent.
 */
ObjectProperty *object_property_try_add_child(Object *obj, const char *name, Object *child,
                                              Error **errp);
ObjectProperty *object_property_add_child(Object *obj, const char *name, Object *child);
/* Takes @obj out of the tree, running the unparent hooks; drops the tree's reference. */
void object_unparent(Object *obj);

typedef enum ObjectLinkFlags {
    OBJ_PROP_LINK_STRONG = 1 << 0,      /* the link holds a reference */
    OBJ_PROP_LINK_DIRECT = 1 << 1,      /* internal: opaque is the object itself */
    OBJ_PROP_LINK_CLASS = 1 << 2,       /* internal: target is an offset into the instance */
} ObjectLinkFlags;

/* Checks a new link target; must set @errp to refuse. NULL in its place makes the link read-only. */
typedef void ObjectLinkCheck(const Object *obj, const char *name, Object *val, Error **errp);
/* The usual check that accepts everything. */
void object_property_allow_set_link(const Object *obj, const char *name, Object *child,
                                    Error **errp);
/* A property that points to another object of type @type; read and set by path. */
ObjectProperty *object_property_add_link(Object *obj, const char *name, const char *type,
                                         Object **targetp, ObjectLinkCheck *check,
                                         ObjectLinkFlags flags);
ObjectProperty *object_class_property_add_link(ObjectClass *klass, const char *name,
                                               const char *type, ptrdiff_t offset,
                                               ObjectLinkCheck *check, ObjectLinkFlags flags);
/* A read-only link to @target, with a reference. */
ObjectProperty *object_property_add_const_link(Object *obj, const char *name, Object *target);

Object *object_get_root(void);
/* The container of -object and object-add: /objects. */
Object *object_get_objects_root(void);
/* Containers not visible to users: for internal objects that need a parent. */
Object *object_get_internal_root(void);
/* Name of @obj in its parent, or NULL; borrowed. */
const char *object_get_canonical_path_component(const Object *obj);
/* Absolute path to g_free(), or NULL if the object is not in the tree. */
char *object_get_canonical_path(const Object *obj);
/*
 * Finds an object by absolute path, or by a partial path that fits anywhere in the tree (then
 * @ambiguous tells whether more than one fitted). Returns a borrowed pointer or NULL.
 */
Object *object_resolve_path(const char *path, bool *ambiguous);
Object *object_resolve_path_type(const char *path, const char *type_name, bool *ambiguous);
/* The only object of a type in the tree, or NULL if none or several. */
Object *object_resolve_type_unambiguous(const char *type_name, Error **errp);
/* Absolute path only, with an error that names the path. */
Object *object_resolve_path_at(Object *parent, const char *path);
Object *object_resolve_path_component(Object *parent, const char *part);

/* Calls @fn for each child until it returns non-zero, which is then returned. */
int object_child_foreach(Object *obj, int (*fn)(Object *child, void *opaque), void *opaque);
int object_child_foreach_recursive(Object *obj, int (*fn)(Object *child, void *opaque),
                                   void *opaque);
/* The object at @path below @root, with container objects made for missing parts. */
Object *container_get(Object *root, const char *path);
#define TYPE_CONTAINER "container"

/* ---- defaults from the command line and from machine versions ---- */

/* One compatibility or -global setting: sets @property of every @driver instance to @value. */
typedef struct GlobalProperty {
    const char *driver;
    const char *property;
    const char *value;
    bool used;          /* set once it was applied */
    bool optional;      /* do not complain when the driver has no such property */
} GlobalProperty;

/* Applies an array of GlobalProperty * to @obj; a failure of a required one is reported. */
bool object_apply_global_props(Object *obj, const GPtrArray *props, Error **errp);
/* The three tables of defaults that -object and machine compatibility use; NULL to clear. */
void object_set_machine_compat_props(GPtrArray *compat_props);
void object_set_accelerator_compat_props(GPtrArray *compat_props);
/* Records one legacy option as a default of a later object. */
void object_register_sugar_prop(const char *driver, const char *prop, const char *value,
                                bool optional);
void object_apply_compat_props(Object *obj);

/*
 * Registered concrete types below @parent_type whose names are nearest to @name, best first, at
 * most @max; to g_strfreev(). For error messages.
 */
char **object_nearest_type_names(const char *name, const char *parent_type, unsigned max);

#endif
