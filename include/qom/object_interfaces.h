/*
 * Objects that users create: -object, object-add, object_add and object-del.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QOM_OBJECT_INTERFACES_H
#define QOM_OBJECT_INTERFACES_H

#include "qom/object.h"

typedef struct QemuOpts QemuOpts;

#define TYPE_USER_CREATABLE "user-creatable"
typedef struct UserCreatable UserCreatable;
typedef struct UserCreatableClass UserCreatableClass;
DECLARE_CLASS_CHECKERS(UserCreatableClass, USER_CREATABLE, TYPE_USER_CREATABLE)
#define USER_CREATABLE(obj) INTERFACE_CHECK(UserCreatable, (obj), TYPE_USER_CREATABLE)

struct UserCreatableClass {
    InterfaceClass parent_class;
    /* Runs once all properties are set; failing makes the creation fail. May be NULL. */
    void (*complete)(UserCreatable *uc, Error **errp);
    /* True if nothing uses the object, so that it may be deleted. NULL: always. */
    bool (*can_be_deleted)(UserCreatable *uc);
};

/* Calls the complete hook if @uc has one. */
bool user_creatable_complete(UserCreatable *uc, Error **errp);
bool user_creatable_can_be_deleted(UserCreatable *uc);

/*
 * Makes an object of @type with id @id from the other members of @qdict and adds it to /objects.
 * @v visits the properties and has its struct already started. Returns a new reference or NULL.
 */
Object *user_creatable_add_type(const char *type, const char *id, const QDict *qdict, Visitor *v,
                                Error **errp);
/* The same from a dictionary with "qom-type" and "id"; @keyval: members are option strings. */
bool user_creatable_add_dict(const QDict *qdict, bool keyval, Error **errp);
/* From the text of an -object option: keyval or JSON. "help" prints and returns false, no error. */
bool user_creatable_add_from_str(const char *str, Error **errp);
/* Prints the help that @type (NULL: list of types) has, on stdout; false if there is none. */
bool user_creatable_print_help(const char *type, QemuOpts *opts);
/* Deletes /objects/@id unless it is in use. */
bool user_creatable_del(const char *id, Error **errp);
/* Deletes everything below /objects, at the end of the process. */
void user_creatable_cleanup(void);

#endif
