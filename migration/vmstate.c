/*
 * Saving and loading of state by tables of fields. See migration/vmstate.h for the format.
 *
 * Thread: under the BQL, vCPUs stopped.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "migration/vmstate.h"

#define SUBSECTION_MARK 0x05

/* What a stream may make us allocate for one field. */
#define MAX_FIELD_BYTES (1 * GiB)

/* ---- geometry of a field ---- */

/* Number of elements that the count field says; negative if it cannot be right. */
static int64_t field_count(const VMStateField *field, void *opaque)
{
    void *at = (char *)opaque + field->num_offset;
    int64_t n = 1;

    if (field->flags & VMS_ARRAY) {
        return field->num;
    }
    if (field->flags & VMS_VARRAY_INT32) {
        n = *(int32_t *)at;
    } else if (field->flags & VMS_VARRAY_UINT32) {
        n = *(uint32_t *)at;
    } else if (field->flags & VMS_VARRAY_UINT16) {
        n = *(uint16_t *)at;
    } else if (field->flags & VMS_VARRAY_UINT8) {
        n = *(uint8_t *)at;
    } else {
        return 1;
    }
    if (field->flags & VMS_MULTIPLY_ELEMENTS) {
        n *= field->num;
    } else if (!(field->flags & VMS_POINTER) && field->num && n > field->num) {
        return -1;              /* more than the array inside the structure holds */
    }
    return n;
}

/* Bytes of one element; negative if the size field cannot be right. */
static int64_t field_size(const VMStateField *field, void *opaque)
{
    int64_t size = field->size;

    if (field->flags & VMS_VBUFFER) {
        size = *(int32_t *)((char *)opaque + field->size_offset);
        if (field->flags & VMS_MULTIPLY) {
            size *= field->size;
        }
    }
    return size;
}

static bool field_exists(const VMStateField *field, void *opaque, int version_id)
{
    if (field->field_exists) {
        return field->field_exists(opaque, version_id);
    }
    return field->version_id <= version_id;
}

/* Where the elements begin; with VMS_ALLOC on loading, in new memory. */
static void *field_base(const VMStateField *field, void *opaque, int64_t bytes, bool alloc)
{
    void *base = (char *)opaque + field->offset;

    if (field->flags & VMS_POINTER) {
        if (alloc && (field->flags & VMS_ALLOC)) {
            g_free(*(void **)base);
            *(void **)base = bytes ? g_malloc0(bytes) : NULL;
        }
        base = *(void **)base;
        if (base) {
            base = (char *)base + field->start;
        }
    }
    return base;
}

typedef struct FieldSpan {
    void *base;
    int64_t count, size;
} FieldSpan;

static bool field_span(const VMStateDescription *vmsd, const VMStateField *field, void *opaque,
                       bool loading, FieldSpan *span, Error **errp)
{
    span->count = field_count(field, opaque);
    span->size = field_size(field, opaque);
    if (span->count < 0 || span->size < 0 ||
        (span->size && span->count > (int64_t)MAX_FIELD_BYTES / span->size)) {
        error_setg(errp, "%s/%s: %" PRId64 " elements of %" PRId64 " bytes are out of range",
                   vmsd->name, field->name, span->count, span->size);
        return false;
    }
    span->base = field_base(field, opaque, span->count * span->size, loading);
    if (!span->base && span->count && span->size) {
        error_setg(errp, "%s/%s: there is no memory for %" PRId64 " elements", vmsd->name,
                   field->name, span->count);
        return false;
    }
    return true;
}

static void *field_element(const VMStateField *field, const FieldSpan *span, int64_t i)
{
    if (field->flags & VMS_ARRAY_OF_POINTER) {
        return ((void **)span->base)[i];
    }
    return (char *)span->base + i * span->size;
}

/* ---- saving ---- */

static int save_element(QEMUFile *f, const VMStateField *field, void *elem, int64_t size,
                        Error **errp)
{
    if (!elem && (field->flags & VMS_ARRAY_OF_POINTER)) {
        return vmstate_info_nullptr.put(f, elem, size, field, NULL);
    }
    if (field->flags & VMS_STRUCT) {
        return vmstate_save_state_v(f, field->vmsd, elem, field->vmsd->version_id, errp);
    }
    if (field->flags & VMS_VSTRUCT) {
        return vmstate_save_state_v(f, field->vmsd, elem, field->struct_version_id, errp);
    }
    return field->info->put(f, elem, size, field, NULL);
}

static int save_field(QEMUFile *f, const VMStateDescription *vmsd, const VMStateField *field,
                      void *opaque, Error **errp)
{
    FieldSpan span;

    if (!field_span(vmsd, field, opaque, false, &span, errp)) {
        return -EINVAL;
    }
    for (int64_t i = 0; i < span.count; i++) {
        Error *err = NULL;
        int ret = save_element(f, field, field_element(field, &span, i), span.size, &err);

        if (ret) {
            if (!err) {
                error_setg(&err, "Save of field %s/%s failed", vmsd->name, field->name);
            }
            error_propagate(errp, err);
            return ret;
        }
    }
    return 0;
}

static int save_subsections(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                            Error **errp)
{
    for (const VMStateDescription *const *sub = vmsd->subsections; sub && *sub; sub++) {
        int ret;

        if (!vmstate_section_needed(*sub, opaque)) {
            continue;
        }
        qemu_put_byte(f, SUBSECTION_MARK);
        qemu_put_counted_string(f, (*sub)->name);
        qemu_put_be32(f, (*sub)->version_id);
        ret = vmstate_save_state_v(f, *sub, opaque, (*sub)->version_id, errp);
        if (ret) {
            return ret;
        }
    }
    return 0;
}

static int save_fields(QEMUFile *f, const VMStateDescription *vmsd, void *opaque, int version_id,
                       Error **errp)
{
    for (const VMStateField *field = vmsd->fields; field && field->flags != VMS_END; field++) {
        int ret = 0;

        if (field_exists(field, opaque, version_id)) {
            ret = save_field(f, vmsd, field, opaque, errp);
        } else if (field->flags & VMS_MUST_EXIST) {
            error_setg(errp, "Output state validation failed: %s/%s", vmsd->name, field->name);
            ret = -EINVAL;
        }
        if (ret) {
            return ret;
        }
    }
    return 0;
}

bool vmstate_section_needed(const VMStateDescription *vmsd, void *opaque)
{
    return !vmsd->needed || vmsd->needed(opaque);
}

int vmstate_save_state_v(QEMUFile *f, const VMStateDescription *vmsd, void *opaque, int version_id,
                         Error **errp)
{
    int ret = 0;

    if (vmsd->pre_save) {
        ret = vmsd->pre_save(opaque);
        if (ret) {
            error_setg(errp, "pre-save failed: %s", vmsd->name);
            return ret;
        }
    }
    ret = save_fields(f, vmsd, opaque, version_id, errp);
    if (!ret) {
        ret = save_subsections(f, vmsd, opaque, errp);
    }
    if (vmsd->post_save) {
        int post = vmsd->post_save(opaque);

        if (!ret && post) {
            error_setg(errp, "post-save failed: %s", vmsd->name);
            ret = post;
        }
    }
    return ret;
}

int vmstate_save_state_err(QEMUFile *f, const VMStateDescription *vmsd, const void *opaque,
                           Error **errp)
{
    return vmstate_save_state_v(f, vmsd, (void *)opaque, vmsd->version_id, errp);
}

int vmstate_save_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                       JSONWriter *vmdesc)
{
    Error *err = NULL;
    int ret = vmstate_save_state_v(f, vmsd, opaque, vmsd->version_id, &err);

    if (err) {
        error_report_err(err);
    }
    return ret;
}

/* ---- loading ---- */

static int load_element(QEMUFile *f, const VMStateField *field, void *elem, int64_t size,
                        Error **errp)
{
    if (!elem && (field->flags & VMS_ARRAY_OF_POINTER)) {
        return vmstate_info_nullptr.get(f, elem, size, field);
    }
    if (field->flags & VMS_STRUCT) {
        return vmstate_load_state_err(f, field->vmsd, elem, field->vmsd->version_id, errp);
    }
    if (field->flags & VMS_VSTRUCT) {
        return vmstate_load_state_err(f, field->vmsd, elem, field->struct_version_id, errp);
    }
    return field->info->get(f, elem, size, field);
}

static int load_field(QEMUFile *f, const VMStateDescription *vmsd, const VMStateField *field,
                      void *opaque, Error **errp)
{
    FieldSpan span;

    if (!field_span(vmsd, field, opaque, true, &span, errp)) {
        return -EINVAL;
    }
    for (int64_t i = 0; i < span.count; i++) {
        Error *err = NULL;
        int ret = load_element(f, field, field_element(field, &span, i), span.size, &err);

        if (ret >= 0) {
            ret = qemu_file_get_error(f);
        }
        if (ret < 0) {
            if (!err) {
                error_setg(&err, "Failed to load %s:%s", vmsd->name, field->name);
                if (field->err_hint) {
                    error_append_hint(&err, "%s\n", field->err_hint);
                }
            }
            error_propagate(errp, err);
            return ret;
        }
    }
    return 0;
}

static const VMStateDescription *find_subsection(const VMStateDescription *vmsd, const char *name)
{
    for (const VMStateDescription *const *sub = vmsd->subsections; sub && *sub; sub++) {
        if (strcmp((*sub)->name, name) == 0) {
            return *sub;
        }
    }
    return NULL;
}

/* The name of the subsection that comes next, if it is one of @vmsd's; else false. */
static bool peek_subsection(QEMUFile *f, const VMStateDescription *vmsd, char name[256])
{
    uint8_t head[2];
    size_t len, prefix = strlen(vmsd->name);

    if (qemu_peek_buffer(f, head, 2, 0) != 2 || head[0] != SUBSECTION_MARK) {
        return false;
    }
    len = head[1];
    if (len <= prefix || qemu_peek_buffer(f, (uint8_t *)name, len, 2) != len) {
        return false;
    }
    name[len] = 0;
    /* Another name belongs to a description further up. */
    return memcmp(name, vmsd->name, prefix) == 0 && name[prefix] == '/';
}

static int load_subsections(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                            Error **errp)
{
    char name[256];

    while (peek_subsection(f, vmsd, name)) {
        const VMStateDescription *sub = find_subsection(vmsd, name);
        unsigned version;
        int ret;

        if (!sub) {
            error_setg(errp, "VM subsection '%s' in '%s' does not exist", name, vmsd->name);
            return -ENOENT;
        }
        qemu_file_skip(f, 2 + strlen(name));
        version = qemu_get_be32(f);
        if (version > INT32_MAX) {
            error_setg(errp, "%s: version %u is out of range", name, version);
            return -EINVAL;
        }
        ret = vmstate_load_state_err(f, sub, opaque, version, errp);
        if (ret) {
            return ret;
        }
    }
    return 0;
}

static int load_fields(QEMUFile *f, const VMStateDescription *vmsd, void *opaque, int version_id,
                       Error **errp)
{
    for (const VMStateField *field = vmsd->fields; field && field->flags != VMS_END; field++) {
        int ret = 0;

        if (field_exists(field, opaque, version_id)) {
            ret = load_field(f, vmsd, field, opaque, errp);
        } else if (field->flags & VMS_MUST_EXIST) {
            error_setg(errp, "Input validation failed: %s/%s", vmsd->name, field->name);
            ret = -EINVAL;
        }
        if (ret) {
            return ret;
        }
    }
    return 0;
}

int vmstate_load_state_err(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                           int version_id, Error **errp)
{
    int ret;

    if (version_id > vmsd->version_id || version_id < vmsd->minimum_version_id) {
        error_setg(errp, "%s: version %d is not one of %d to %d", vmsd->name, version_id,
                   vmsd->minimum_version_id, vmsd->version_id);
        return -EINVAL;
    }
    if (vmsd->pre_load) {
        ret = vmsd->pre_load(opaque);
        if (ret) {
            error_setg(errp, "%s: pre-load failed: %d", vmsd->name, ret);
            return ret;
        }
    }
    ret = load_fields(f, vmsd, opaque, version_id, errp);
    if (!ret) {
        ret = load_subsections(f, vmsd, opaque, errp);
    }
    if (!ret && vmsd->post_load) {
        ret = vmsd->post_load(opaque, version_id);
        if (ret) {
            error_setg(errp, "%s: post-load failed: the state is not consistent (%d)", vmsd->name,
                       ret);
        }
    }
    return ret;
}

int vmstate_load_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque, int version_id)
{
    Error *err = NULL;
    int ret = vmstate_load_state_err(f, vmsd, opaque, version_id, &err);

    if (err) {
        error_report_err(err);
    }
    return ret;
}
