/*
 * -global: settings for all devices of a driver, applied as each device is made.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "hw/qdev-properties.h"

/* Filled while the command line is read; .used is set under the BQL. */
static GPtrArray *globals;

void qdev_prop_register_global(GlobalProperty *prop)
{
    if (!globals) {
        globals = g_ptr_array_new();
    }
    g_ptr_array_add(globals, prop);
}

static void add_global(const char *driver, const char *property, const char *value)
{
    GlobalProperty *g = g_new0(GlobalProperty, 1);

    g->driver = g_strdup(driver);
    g->property = g_strdup(property);
    g->value = g_strdup(value);
    qdev_prop_register_global(g);
}

/* "driver=D,property=P,value=V", in any order; the long form, for names with dots. */
static bool parse_long(const char *optarg, Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(optarg, ",", 0);
    const char *driver = NULL, *property = NULL, *value = NULL;

    for (char **p = parts; *p; p++) {
        if (g_str_has_prefix(*p, "driver=")) {
            driver = *p + strlen("driver=");
        } else if (g_str_has_prefix(*p, "property=")) {
            property = *p + strlen("property=");
        } else if (g_str_has_prefix(*p, "value=")) {
            value = *p + strlen("value=");
        } else {
            error_setg(errp, "-global %s: '%s' is none of driver=, property=, value=", optarg, *p);
            return false;
        }
    }
    if (!driver || !property || !value) {
        error_setg(errp, "-global %s: driver=, property= and value= are all needed", optarg);
        return false;
    }
    add_global(driver, property, value);
    return true;
}

bool qdev_parse_global(const char *optarg, Error **errp)
{
    const char *eq = strchr(optarg, '='), *dot = strchr(optarg, '.');
    g_autofree char *driver = NULL;
    g_autofree char *property = NULL;

    if (dot && eq && dot < eq) {
        driver = g_strndup(optarg, dot - optarg);
        property = g_strndup(dot + 1, eq - dot - 1);
        add_global(driver, property, eq + 1);
        return true;
    }
    if (eq && strstr(optarg, "driver=")) {
        return parse_long(optarg, errp);
    }
    error_setg(errp, "-global %s: expected DRIVER.PROPERTY=VALUE", optarg);
    return false;
}

const GlobalProperty *qdev_find_global_prop(Object *obj, const char *name)
{
    for (unsigned i = 0; globals && i < globals->len; i++) {
        const GlobalProperty *g = g_ptr_array_index(globals, i);

        if (object_dynamic_cast(obj, g->driver) && strcmp(g->property, name) == 0) {
            return g;
        }
    }
    return NULL;
}

void qdev_prop_set_globals(DeviceState *dev)
{
    Error *err = NULL;

    object_apply_global_props(OBJECT(dev), globals, dev->hotplugged ? &err : &error_fatal);
    if (err) {
        warn_report_err(err);
    }
}

int qdev_prop_check_globals(void)
{
    int unused = 0;

    for (unsigned i = 0; globals && i < globals->len; i++) {
        const GlobalProperty *g = g_ptr_array_index(globals, i);
        ObjectClass *oc;

        if (g->used) {
            continue;
        }
        oc = object_class_by_name(g->driver);
        oc = object_class_dynamic_cast(oc, TYPE_DEVICE);
        if (!oc) {
            warn_report("global %s.%s has invalid class name", g->driver, g->property);
            unused = 1;
        } else if (!DEVICE_CLASS(oc)->hotpluggable) {
            /* One that may be plugged in later can still use it. */
            warn_report("global %s.%s=%s not used", g->driver, g->property, g->value);
            unused = 1;
        }
    }
    return unused;
}
