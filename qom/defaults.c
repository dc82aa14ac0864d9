/*
 * Defaults that do not come from the type: accelerator, machine version, legacy options.
 *
 * Thread: written by the main thread while the command line is read, read under the BQL.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qom-internal.h"

/* In the order in which they apply: a later table overrides an earlier one. */
static struct {
    GPtrArray *accelerator;     /* borrowed */
    GPtrArray *machine;         /* borrowed */
    GPtrArray *sugar;           /* owned */
} compat;

bool object_apply_global_props(Object *obj, const GPtrArray *props, Error **errp)
{
    for (unsigned i = 0; props && i < props->len; i++) {
        GlobalProperty *p = g_ptr_array_index(props, i);
        Error *err = NULL;

        if (!object_dynamic_cast(obj, p->driver)) {
            continue;
        }
        if (p->optional && !object_property_find(obj, p->property)) {
            continue;
        }
        p->used = true;
        if (!object_property_parse(obj, p->property, p->value, &err)) {
            error_prepend(&err, "can't apply global %s.%s=%s: ", p->driver, p->property, p->value);
            error_propagate(errp, err);
            return false;
        }
    }
    return true;
}

void object_set_machine_compat_props(GPtrArray *compat_props)
{
    compat.machine = compat_props;
}

void object_set_accelerator_compat_props(GPtrArray *compat_props)
{
    compat.accelerator = compat_props;
}

void object_register_sugar_prop(const char *driver, const char *prop, const char *value,
                                bool optional)
{
    GlobalProperty *g = g_new0(GlobalProperty, 1);

    g->driver = g_strdup(driver);
    g->property = g_strdup(prop);
    g->value = g_strdup(value);
    g->optional = optional;
    if (!compat.sugar) {
        compat.sugar = g_ptr_array_new();
    }
    g_ptr_array_add(compat.sugar, g);
}

void object_apply_compat_props(Object *obj)
{
    /* Our own tables must fit our own types; what users said may not. */
    object_apply_global_props(obj, compat.accelerator, &error_abort);
    object_apply_global_props(obj, compat.machine, &error_abort);
    object_apply_global_props(obj, compat.sugar, &error_fatal);
}
