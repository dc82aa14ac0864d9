/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Enums and booleans as text. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"

int qapi_enum_parse(const char *const lookup[], const char *name, int def, Error **errp)
{
    g_autofree char *allowed = NULL;

    if (!name) {
        return def;
    }
    for (int i = 0; lookup[i]; i++) {
        if (!strcmp(lookup[i], name)) {
            return i;
        }
    }
    if (errp) {
        allowed = g_strjoinv(", ", (char **)lookup);
        error_setg(errp, "Invalid value '%.100s', allowed are: %s", name, allowed);
    }
    return def;
}

bool qapi_bool_parse(const char *name, const char *value, bool *obj, Error **errp)
{
    static const char *const yes[] = { "on", "yes", "true", "y" };
    static const char *const no[] = { "off", "no", "false", "n" };

    for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
        if (!strcmp(value, yes[i]) || !strcmp(value, no[i])) {
            *obj = !strcmp(value, yes[i]);
            return true;
        }
    }
    error_setg(errp, "Parameter '%s' expects 'on' or 'off', not '%.100s'",
               name ? name : "null", value);
    return false;
}
