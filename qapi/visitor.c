/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of a visit: ranges and enums are checked here, the rest is the visitor's.
 *
 * Thread: the visitor's owner.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor-impl.h"

bool visit_is_input(const Visitor *v)
{
    return v->kind == VISITOR_INPUT;
}

bool visit_is_dealloc(const Visitor *v)
{
    return v->kind == VISITOR_DEALLOC;
}

char *visit_full_name(Visitor *v, const char *name)
{
    return v->full_name ? v->full_name(v, name) : g_strdup(name ? name : "null");
}

bool visit_complete(Visitor *v, void *opaque)
{
    return v->complete ? v->complete(v, opaque) : true;
}

void visit_free(Visitor *v)
{
    if (v) {
        if (v->lists) {
            g_byte_array_free(v->lists, TRUE);
        }
        v->free(v);
    }
}

bool visit_start_struct(Visitor *v, void **obj, const char *kind, const char *name,
                        size_t size, Error **errp)
{
    return v->start_struct(v, obj, kind, name, size, errp);
}

bool visit_check_struct(Visitor *v, Error **errp)
{
    return v->check_struct ? v->check_struct(v, errp) : true;
}

bool visit_end_struct(Visitor *v, Error **errp)
{
    bool ok = visit_check_struct(v, errp);

    if (v->end_struct) {
        v->end_struct(v);
    }
    return ok;
}

bool visit_start_list(Visitor *v, const char *name, Error **errp)
{
    static const uint8_t fresh;

    if (!v->start_list(v, name, errp)) {
        return false;
    }
    if (!v->lists) {
        v->lists = g_byte_array_new();
    }
    g_byte_array_append(v->lists, &fresh, 1);
    return true;
}

GenericList *visit_next_list(Visitor *v, GenericList **list, Error **errp)
{
    uint8_t *started = &v->lists->data[v->lists->len - 1];
    bool first = !*started;

    *started = true;
    return v->next_list(v, list, first, errp);
}

bool visit_end_list(Visitor *v, Error **errp)
{
    bool ok = v->check_list ? v->check_list(v, errp) : true;

    g_byte_array_set_size(v->lists, v->lists->len - 1);
    if (v->end_list) {
        v->end_list(v);
    }
    return ok;
}

bool visit_start_alternate(Visitor *v, GenericAlternate **obj, size_t size, const char *name,
                           Error **errp)
{
    return v->start_alternate ? v->start_alternate(v, obj, size, name, errp) : true;
}

void visit_end_alternate(Visitor *v)
{
    if (v->end_alternate) {
        v->end_alternate(v);
    }
}

bool visit_optional(Visitor *v, bool *present, const char *name, Error **errp)
{
    if (v->optional) {
        v->optional(v, present, name);
    }
    return *present;
}

static bool enum_output(Visitor *v, int value, const char *const lookup[], const char *kind,
                        const char *name, Error **errp)
{
    int n = 0;
    char *str;

    while (lookup[n]) {
        n++;
    }
    if (value < 0 || value >= n) {
        error_setg(errp, "'%s' has %d, which is not a value of %s", name ? name : "null",
                   value, kind);
        return false;
    }
    str = (char *)lookup[value];
    return visit_type_str(v, &str, name, errp);
}

bool visit_type_enum(Visitor *v, int *obj, const char *const lookup[], const char *kind,
                     const char *name, Error **errp)
{
    g_autofree char *str = NULL;
    int value;

    if (v->type_enum) {
        return v->type_enum(v, obj, lookup, kind, name, errp);
    }
    if (v->kind == VISITOR_OUTPUT) {
        return enum_output(v, *obj, lookup, kind, name, errp);
    }
    if (v->kind != VISITOR_INPUT) {
        return true;
    }
    if (!visit_type_str(v, &str, name, errp)) {
        return false;
    }
    value = qapi_enum_parse(lookup, str, -1, NULL);
    if (value < 0) {
        g_autofree char *allowed = g_strjoinv(", ", (char **)lookup);
        g_autofree char *full = visit_full_name(v, name);

        ERRP_GUARD();
        error_setg(errp, "Parameter '%s' does not accept value '%.100s'", full, str);
        error_append_hint(errp, "Accepted values: %s\n", allowed);
        return false;
    }
    *obj = value;
    return true;
}

static bool out_of_range(Visitor *v, const char *name, Error **errp, int64_t lo, uint64_t hi)
{
    g_autofree char *full = visit_full_name(v, name);

    error_setg(errp, "Parameter '%s' expects a number from %" PRId64 " to %" PRIu64, full, lo,
               hi);
    return false;
}

static bool visit_signed(Visitor *v, int64_t *val, const char *name, int64_t lo, int64_t hi,
                         Error **errp)
{
    if (v->type_int64 && !v->type_int64(v, val, name, errp)) {
        return false;
    }
    return *val >= lo && *val <= hi ? true : out_of_range(v, name, errp, lo, hi);
}

static bool visit_unsigned(Visitor *v, uint64_t *val, const char *name, uint64_t hi,
                           Error **errp)
{
    if (v->type_uint64 && !v->type_uint64(v, val, name, errp)) {
        return false;
    }
    return *val <= hi ? true : out_of_range(v, name, errp, 0, hi);
}

bool visit_type_int(Visitor *v, int64_t *obj, const char *name, Error **errp)
{
    return v->type_int64 ? v->type_int64(v, obj, name, errp) : true;
}

bool visit_type_int64(Visitor *v, int64_t *obj, const char *name, Error **errp)
{
    return visit_type_int(v, obj, name, errp);
}

bool visit_type_int8(Visitor *v, int8_t *obj, const char *name, Error **errp)
{
    int64_t val = *obj;
    bool ok = visit_signed(v, &val, name, INT8_MIN, INT8_MAX, errp);

    if (ok) {
        *obj = val;
    }
    return ok;
}

bool visit_type_int16(Visitor *v, int16_t *obj, const char *name, Error **errp)
{
    int64_t val = *obj;
    bool ok = visit_signed(v, &val, name, INT16_MIN, INT16_MAX, errp);

    if (ok) {
        *obj = val;
    }
    return ok;
}

bool visit_type_int32(Visitor *v, int32_t *obj, const char *name, Error **errp)
{
    int64_t val = *obj;
    bool ok = visit_signed(v, &val, name, INT32_MIN, INT32_MAX, errp);

    if (ok) {
        *obj = val;
    }
    return ok;
}

bool visit_type_uint8(Visitor *v, uint8_t *obj, const char *name, Error **errp)
{
    uint64_t val = *obj;
    bool ok = visit_unsigned(v, &val, name, UINT8_MAX, errp);

    if (ok) {
        *obj = val;
    }
    return ok;
}

bool visit_type_uint16(Visitor *v, uint16_t *obj, const char *name, Error **errp)
{
    uint64_t val = *obj;
    bool ok = visit_unsigned(v, &val, name, UINT16_MAX, errp);

    if (ok) {
        *obj = val;
    }
    return ok;
}

bool visit_type_uint32(Visitor *v, uint32_t *obj, const char *name, Error **errp)
{
    uint64_t val = *obj;
    bool ok = visit_unsigned(v, &val, name, UINT32_MAX, errp);

    if (ok) {
        *obj = val;
    }
    return ok;
}

bool visit_type_uint64(Visitor *v, uint64_t *obj, const char *name, Error **errp)
{
    return v->type_uint64 ? v->type_uint64(v, obj, name, errp) : true;
}

bool visit_type_size(Visitor *v, uint64_t *obj, const char *name, Error **errp)
{
    if (v->type_size) {
        return v->type_size(v, obj, name, errp);
    }
    return visit_type_uint64(v, obj, name, errp);
}

bool visit_type_bool(Visitor *v, bool *obj, const char *name, Error **errp)
{
    return v->type_bool ? v->type_bool(v, obj, name, errp) : true;
}

bool visit_type_number(Visitor *v, double *obj, const char *name, Error **errp)
{
    return v->type_number ? v->type_number(v, obj, name, errp) : true;
}

bool visit_type_str(Visitor *v, char **obj, const char *name, Error **errp)
{
    bool ok;

    assert(v->type_str);
    ok = v->type_str(v, obj, name, errp);
    if (!ok && v->kind == VISITOR_INPUT) {
        *obj = NULL;
    }
    return ok;
}

bool visit_type_any(Visitor *v, QObject **obj, const char *name, Error **errp)
{
    if (!v->type_any) {
        error_setg(errp, "Parameter '%s' cannot be given as text", name ? name : "null");
        return false;
    }
    if (v->kind == VISITOR_INPUT) {
        *obj = NULL;
    }
    return v->type_any(v, obj, name, errp);
}

bool visit_type_null(Visitor *v, QNull **obj, const char *name, Error **errp)
{
    if (v->kind == VISITOR_INPUT) {
        *obj = NULL;
    }
    if (!v->type_null) {
        error_setg(errp, "Parameter '%s' cannot be given as text", name ? name : "null");
        return false;
    }
    return v->type_null(v, obj, name, errp);
}
