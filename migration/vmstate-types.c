/*
 * How each kind of element travels. See migration/vmstate.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "qemu/error-report.h"
#include "qemu/queue.h"
#include "qemu/timer.h"
#include "migration/vmstate.h"

#define BITS_TO_U64S(n) DIV_ROUND_UP(n, 64)

/* A list in a stream may have that many elements: bounds what a hostile one can make us allocate. */
#define MAX_LIST_ELEMENTS (1024 * 1024)

/* ---- booleans and integers ---- */

static int get_bool(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    *(bool *)pv = qemu_get_byte(f) != 0;
    return 0;
}

static int put_bool(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                    JSONWriter *vmdesc)
{
    qemu_put_byte(f, *(bool *)pv);
    return 0;
}

static int get_8(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    *(uint8_t *)pv = qemu_get_byte(f);
    return 0;
}

static int put_8(QEMUFile *f, void *pv, size_t size, const VMStateField *field, JSONWriter *vmdesc)
{
    qemu_put_byte(f, *(uint8_t *)pv);
    return 0;
}

static int get_16(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    *(uint16_t *)pv = qemu_get_be16(f);
    return 0;
}

static int put_16(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                  JSONWriter *vmdesc)
{
    qemu_put_be16(f, *(uint16_t *)pv);
    return 0;
}

static int get_32(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    *(uint32_t *)pv = qemu_get_be32(f);
    return 0;
}

static int put_32(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                  JSONWriter *vmdesc)
{
    qemu_put_be32(f, *(uint32_t *)pv);
    return 0;
}

static int get_64(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    *(uint64_t *)pv = qemu_get_be64(f);
    return 0;
}

static int put_64(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                  JSONWriter *vmdesc)
{
    qemu_put_be64(f, *(uint64_t *)pv);
    return 0;
}

const VMStateInfo vmstate_info_bool = { .name = "bool", .get = get_bool, .put = put_bool };
const VMStateInfo vmstate_info_int8 = { .name = "int8", .get = get_8, .put = put_8 };
const VMStateInfo vmstate_info_int16 = { .name = "int16", .get = get_16, .put = put_16 };
const VMStateInfo vmstate_info_int32 = { .name = "int32", .get = get_32, .put = put_32 };
const VMStateInfo vmstate_info_int64 = { .name = "int64", .get = get_64, .put = put_64 };
const VMStateInfo vmstate_info_uint8 = { .name = "uint8", .get = get_8, .put = put_8 };
const VMStateInfo vmstate_info_uint16 = { .name = "uint16", .get = get_16, .put = put_16 };
const VMStateInfo vmstate_info_uint32 = { .name = "uint32", .get = get_32, .put = put_32 };
const VMStateInfo vmstate_info_uint64 = { .name = "uint64", .get = get_64, .put = put_64 };
const VMStateInfo vmstate_info_float64 = { .name = "float64", .get = get_64, .put = put_64 };

/* ---- values that must be what they are here ---- */

static int check_equal(const VMStateField *field, uint64_t here, uint64_t there)
{
    if (here == there) {
        return 0;
    }
    error_report("Received %s is 0x%" PRIx64 " but local is 0x%" PRIx64, field->name, there, here);
    if (field->err_hint) {
        error_printf("%s\n", field->err_hint);
    }
    return -EINVAL;
}

static int get_8_equal(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    return check_equal(field, *(uint8_t *)pv, qemu_get_byte(f));
}

static int get_16_equal(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    return check_equal(field, *(uint16_t *)pv, qemu_get_be16(f));
}

static int get_32_equal(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    return check_equal(field, *(uint32_t *)pv, qemu_get_be32(f));
}

static int get_64_equal(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    return check_equal(field, *(uint64_t *)pv, qemu_get_be64(f));
}

/* An index: at least 0, at most what the field holds before. */
static int get_int32_le(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    int32_t *cur = pv, loaded = qemu_get_sbe32(f);

    if (loaded < 0 || loaded > *cur) {
        error_report("Invalid value %" PRId32 " of %s, expecting at most %" PRId32, loaded,
                     field->name, *cur);
        return -EINVAL;
    }
    *cur = loaded;
    return 0;
}

const VMStateInfo vmstate_info_uint8_equal = {
    .name = "uint8 equal", .get = get_8_equal, .put = put_8,
};
const VMStateInfo vmstate_info_uint16_equal = {
    .name = "uint16 equal", .get = get_16_equal, .put = put_16,
};
const VMStateInfo vmstate_info_int32_equal = {
    .name = "int32 equal", .get = get_32_equal, .put = put_32,
};
const VMStateInfo vmstate_info_uint32_equal = {
    .name = "uint32 equal", .get = get_32_equal, .put = put_32,
};
const VMStateInfo vmstate_info_uint64_equal = {
    .name = "uint64 equal", .get = get_64_equal, .put = put_64,
};
const VMStateInfo vmstate_info_int32_le = {
    .name = "int32 le", .get = get_int32_le, .put = put_32,
};

/* ---- timers ---- */

static int get_timer(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    timer_get(f, pv);
    return 0;
}

static int put_timer(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                     JSONWriter *vmdesc)
{
    timer_put(f, pv);
    return 0;
}

const VMStateInfo vmstate_info_timer = { .name = "timer", .get = get_timer, .put = put_timer };

/* ---- bytes ---- */

static int get_buffer(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    qemu_get_buffer(f, pv, size);
    return 0;
}

static int put_buffer(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                      JSONWriter *vmdesc)
{
    qemu_put_buffer(f, pv, size);
    return 0;
}

const VMStateInfo vmstate_info_buffer = { .name = "buffer", .get = get_buffer, .put = put_buffer };

static int get_unused_buffer(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    uint8_t scratch[1024];

    while (size) {
        size_t n = MIN(size, sizeof(scratch));

        qemu_get_buffer(f, scratch, n);
        size -= n;
    }
    return 0;
}

static int put_unused_buffer(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                             JSONWriter *vmdesc)
{
    static const uint8_t zero[1024];

    while (size) {
        size_t n = MIN(size, sizeof(zero));

        qemu_put_buffer(f, zero, n);
        size -= n;
    }
    return 0;
}

const VMStateInfo vmstate_info_unused_buffer = {
    .name = "unused_buffer", .get = get_unused_buffer, .put = put_unused_buffer,
};

/* A string: length plus one as be32 (0: NULL), then the bytes. */
#define MAX_STRING 65536

static int get_str(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    char **str = pv;
    uint32_t len = qemu_get_be32(f);

    if (len > MAX_STRING) {
        return -EINVAL;
    }
    g_free(*str);
    *str = NULL;
    if (len) {
        *str = g_malloc0(len);
        qemu_get_buffer(f, (uint8_t *)*str, len - 1);
    }
    return 0;
}

static int put_str(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                   JSONWriter *vmdesc)
{
    const char *str = *(char **)pv;
    size_t len = str ? strlen(str) + 1 : 0;

    if (len > MAX_STRING) {
        return -EINVAL;
    }
    qemu_put_be32(f, len);
    if (str) {
        qemu_put_buffer(f, (const uint8_t *)str, len - 1);
    }
    return 0;
}

const VMStateInfo vmstate_info_str = { .name = "str", .get = get_str, .put = put_str };

/* ---- NULL in an array of pointers ---- */

#define NULLPTR_MARKER 0x30

static int get_nullptr(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    if (qemu_get_byte(f) != NULLPTR_MARKER) {
        error_report("%s: the stream has an element where this machine has none", field->name);
        return -EINVAL;
    }
    return 0;
}

static int put_nullptr(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                       JSONWriter *vmdesc)
{
    qemu_put_byte(f, NULLPTR_MARKER);
    return 0;
}

const VMStateInfo vmstate_info_nullptr = {
    .name = "nullptr", .get = get_nullptr, .put = put_nullptr,
};

/* ---- a temporary structure that points back to the real one ---- */

static int get_tmp(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    void *tmp = g_malloc0(size);
    Error *err = NULL;
    int ret;

    *(void **)tmp = pv;
    ret = vmstate_load_state_err(f, field->vmsd, tmp, field->vmsd->version_id, &err);
    if (err) {
        error_report_err(err);
    }
    g_free(tmp);
    return ret;
}

static int put_tmp(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                   JSONWriter *vmdesc)
{
    void *tmp = g_malloc0(size);
    int ret;

    *(void **)tmp = pv;
    ret = vmstate_save_state(f, field->vmsd, tmp, vmdesc);
    g_free(tmp);
    return ret;
}

const VMStateInfo vmstate_info_tmp = { .name = "tmp", .get = get_tmp, .put = put_tmp };

/* ---- bitmaps: 64 bits at a time, whatever the host's word size; size is the number of bits ---- */

static int get_bitmap(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    unsigned long *bmp = pv;

    for (size_t i = 0; i < BITS_TO_U64S(size); i++) {
        uint64_t w = qemu_get_be64(f);

        bmp[i * 64 / BITS_PER_LONG] = w;
        if (BITS_PER_LONG == 32 && i * 2 + 1 < BITS_TO_LONGS(size)) {
            bmp[i * 2 + 1] = w >> 32;
        }
    }
    return 0;
}

static int put_bitmap(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                      JSONWriter *vmdesc)
{
    unsigned long *bmp = pv;

    for (size_t i = 0; i < BITS_TO_U64S(size); i++) {
        uint64_t w = bmp[i * 64 / BITS_PER_LONG];

        if (BITS_PER_LONG == 32 && i * 2 + 1 < BITS_TO_LONGS(size)) {
            w |= (uint64_t)bmp[i * 2 + 1] << 32;
        }
        qemu_put_be64(f, w);
    }
    return 0;
}

const VMStateInfo vmstate_info_bitmap = { .name = "bitmap", .get = get_bitmap, .put = put_bitmap };

/* ---- lists: for each element a byte 1 and its fields, then a byte 0 ---- */

/* Loads one element, allocated; NULL at the end (*ret 0) or on failure. */
static void *get_list_element(QEMUFile *f, const VMStateField *field, unsigned *n, int *ret)
{
    Error *err = NULL;
    void *elm;

    *ret = 0;
    if (!qemu_get_byte(f)) {
        *ret = qemu_file_get_error(f);
        return NULL;
    }
    if (++*n > MAX_LIST_ELEMENTS) {
        error_report("%s: more than %d elements", field->name, MAX_LIST_ELEMENTS);
        *ret = -EINVAL;
        return NULL;
    }
    elm = g_malloc0(field->size);
    *ret = vmstate_load_state_err(f, field->vmsd, elm, field->vmsd->version_id, &err);
    if (*ret) {
        error_report_err(err);
        g_free(elm);
        return NULL;
    }
    return elm;
}

static int get_qtailq(QEMUFile *f, void *pv, size_t unused, const VMStateField *field)
{
    QTailQLink *head = pv;
    unsigned n = 0;
    void *elm;
    int ret;

    while ((elm = get_list_element(f, field, &n, &ret)) != NULL) {
        QTailQLink *link = (QTailQLink *)((char *)elm + field->start);

        link->tql_next = NULL;
        link->tql_prev = head->tql_prev;
        head->tql_prev->tql_next = elm;
        head->tql_prev = link;
    }
    return ret;
}

static int put_qtailq(QEMUFile *f, void *pv, size_t unused, const VMStateField *field,
                      JSONWriter *vmdesc)
{
    QTailQLink *link = pv;

    for (void *elm = link->tql_next; elm; elm = link->tql_next) {
        int ret;

        qemu_put_byte(f, 1);
        ret = vmstate_save_state(f, field->vmsd, elm, vmdesc);
        if (ret) {
            return ret;
        }
        link = (QTailQLink *)((char *)elm + field->start);
    }
    qemu_put_byte(f, 0);
    return 0;
}

const VMStateInfo vmstate_info_qtailq = { .name = "qtailq", .get = get_qtailq, .put = put_qtailq };

/* The layout that QLIST_HEAD and QLIST_ENTRY have. */
typedef struct ListLink {
    void *le_next;
    void **le_prev;
} ListLink;

static int get_qlist(QEMUFile *f, void *pv, size_t unused, const VMStateField *field)
{
    void **slot = pv;
    unsigned n = 0;
    void *elm;
    int ret;

    /* The order is kept: new elements go to the end. */
    while (*slot) {
        slot = &((ListLink *)((char *)*slot + field->start))->le_next;
    }
    while ((elm = get_list_element(f, field, &n, &ret)) != NULL) {
        ListLink *link = (ListLink *)((char *)elm + field->start);

        link->le_next = NULL;
        link->le_prev = slot;
        *slot = elm;
        slot = &link->le_next;
    }
    return ret;
}

static int put_qlist(QEMUFile *f, void *pv, size_t unused, const VMStateField *field,
                     JSONWriter *vmdesc)
{
    for (void *elm = *(void **)pv; elm;
         elm = ((ListLink *)((char *)elm + field->start))->le_next) {
        int ret;

        qemu_put_byte(f, 1);
        ret = vmstate_save_state(f, field->vmsd, elm, vmdesc);
        if (ret) {
            return ret;
        }
    }
    qemu_put_byte(f, 0);
    return 0;
}

const VMStateInfo vmstate_info_qlist = { .name = "qlist", .get = get_qlist, .put = put_qlist };
