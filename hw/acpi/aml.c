/*
 * Writing ACPI Machine Language.
 *
 * Spec: ACPI 6.3 chapters 6.4 (resource descriptors) and 20.2 (encoding).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/acpi/aml.h"
#include "qemu/bswap.h"

#define EXT_PREFIX 0x5b
#define OP_NAME 0x08
#define OP_BUFFER 0x11
#define OP_PACKAGE 0x12
#define OP_VAR_PACKAGE 0x13
#define OP_SCOPE 0x10
#define OP_METHOD 0x14
#define OP_IF 0xa0
#define OP_ELSE 0xa1
#define OP_WHILE 0xa2
#define EXT_MUTEX 0x01
#define EXT_REGION 0x80
#define EXT_FIELD 0x81
#define EXT_DEVICE 0x82
#define OP_LOCAL0 0x60
#define OP_ARG0 0x68

static void put(AmlBuf *b, const void *data, size_t len)
{
    g_byte_array_append(b, data, len);
}

static void put8(AmlBuf *b, uint8_t v)
{
    put(b, &v, 1);
}

static void put_le(AmlBuf *b, uint64_t v, unsigned size)
{
    uint8_t buf[8];

    stq_le_p(buf, v);
    put(b, buf, size);
}

AmlBuf *aml_new(void)
{
    return g_byte_array_new();
}

/* ---- operators and constants ---- */

void aml_op(AmlBuf *b, unsigned op)
{
    if (op > 0xff) {
        put8(b, op >> 8);
    }
    put8(b, op);
}

void aml_int(AmlBuf *b, uint64_t v)
{
    if (v <= 1) {
        put8(b, v);
    } else if (v <= UINT8_MAX) {
        put8(b, 0x0a);
        put_le(b, v, 1);
    } else if (v <= UINT16_MAX) {
        put8(b, 0x0b);
        put_le(b, v, 2);
    } else if (v <= UINT32_MAX) {
        put8(b, 0x0c);
        put_le(b, v, 4);
    } else {
        put8(b, 0x0e);
        put_le(b, v, 8);
    }
}

void aml_word(AmlBuf *b, uint16_t v)
{
    put_le(b, v, 2);
}

void aml_string(AmlBuf *b, const char *s)
{
    put8(b, 0x0d);
    put(b, s, strlen(s) + 1);
}

void aml_eisaid(AmlBuf *b, const char *id)
{
    uint32_t v;

    assert(strlen(id) == 7);
    v = (id[0] - 0x40) << 26 | (id[1] - 0x40) << 21 | (id[2] - 0x40) << 16;
    for (int i = 3; i < 7; i++) {
        v |= (uint32_t)g_ascii_xdigit_value(id[i]) << (4 * (6 - i));
    }
    put8(b, 0x0c);
    put_le(b, bswap32(v), 4);
}

void aml_arg(AmlBuf *b, unsigned n)
{
    assert(n < 7);
    put8(b, OP_ARG0 + n);
}

void aml_local(AmlBuf *b, unsigned n)
{
    assert(n < 8);
    put8(b, OP_LOCAL0 + n);
}

void aml_none(AmlBuf *b)
{
    put8(b, 0);
}

/* ---- names ---- */

static void put_segment(AmlBuf *b, const char *seg, size_t len)
{
    char padded[4] = { '_', '_', '_', '_' };

    assert(len >= 1 && len <= 4);
    memcpy(padded, seg, len);
    put(b, padded, 4);
}

void aml_ref(AmlBuf *b, const char *path)
{
    g_auto(GStrv) segs = NULL;
    unsigned n;

    while (*path == '\\' || *path == '^') {
        put8(b, *path++);
    }
    segs = g_strsplit(path, ".", 0);
    n = g_strv_length(segs);
    if (n == 0) {
        put8(b, 0);
    } else if (n == 2) {
        put8(b, 0x2e);
    } else if (n > 2) {
        put8(b, 0x2f);
        put8(b, n);
    }
    for (unsigned i = 0; i < n; i++) {
        put_segment(b, segs[i], strlen(segs[i]));
    }
}

void aml_ref_printf(AmlBuf *b, const char *fmt, ...)
{
    g_autofree char *path = NULL;
    va_list ap;

    va_start(ap, fmt);
    path = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    aml_ref(b, path);
}

void aml_name(AmlBuf *b, const char *path)
{
    put8(b, OP_NAME);
    aml_ref(b, path);
}

void aml_name_int(AmlBuf *b, const char *path, uint64_t v)
{
    aml_name(b, path);
    aml_int(b, v);
}

void aml_mutex(AmlBuf *b, const char *name)
{
    put8(b, EXT_PREFIX);
    put8(b, EXT_MUTEX);
    aml_ref(b, name);
    put8(b, 0);
}

/* ---- lengths ---- */

/*
 * A length as one to four bytes: below 64 in one; else the low nibble and the number of further
 * bytes in the first.
 */
static unsigned encode_length(uint8_t *out, uint32_t len)
{
    unsigned more = len < 0x40 ? 0 : len < 0x1000 ? 1 : len < 0x100000 ? 2 : 3;

    assert(len < 0x10000000);
    if (!more) {
        out[0] = len;
        return 1;
    }
    out[0] = more << 6 | (len & 0x0f);
    for (unsigned i = 0; i < more; i++) {
        out[1 + i] = len >> (4 + 8 * i);
    }
    return 1 + more;
}

/* The length of an enclosing term counts its own bytes. */
void aml_end(AmlBuf *b, size_t mark)
{
    uint8_t enc[4];
    uint32_t content = b->len - mark;
    unsigned n = 1;

    while (encode_length(enc, content + n) != n) {
        n++;
    }
    g_byte_array_set_size(b, b->len + n);
    memmove(b->data + mark + n, b->data + mark, content);
    memcpy(b->data + mark, enc, n);
}

static size_t named_begin(AmlBuf *b, const char *path)
{
    size_t mark = b->len;

    aml_ref(b, path);
    return mark;
}

size_t aml_scope_begin(AmlBuf *b, const char *path)
{
    put8(b, OP_SCOPE);
    return named_begin(b, path);
}

size_t aml_device_begin(AmlBuf *b, const char *name)
{
    put8(b, EXT_PREFIX);
    put8(b, EXT_DEVICE);
    return named_begin(b, name);
}

size_t aml_device_begin_printf(AmlBuf *b, const char *fmt, ...)
{
    g_autofree char *name = NULL;
    va_list ap;

    va_start(ap, fmt);
    name = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    return aml_device_begin(b, name);
}

size_t aml_method_begin(AmlBuf *b, const char *name, unsigned args, bool serialized)
{
    size_t mark;

    assert(args <= 7);
    put8(b, OP_METHOD);
    mark = named_begin(b, name);
    put8(b, args | (serialized ? 8 : 0));
    return mark;
}

static size_t plain_begin(AmlBuf *b, uint8_t op)
{
    put8(b, op);
    return b->len;
}

size_t aml_if_begin(AmlBuf *b)
{
    return plain_begin(b, OP_IF);
}

size_t aml_else_begin(AmlBuf *b)
{
    return plain_begin(b, OP_ELSE);
}

size_t aml_while_begin(AmlBuf *b)
{
    return plain_begin(b, OP_WHILE);
}

size_t aml_package_begin(AmlBuf *b, uint8_t elements)
{
    size_t mark = plain_begin(b, OP_PACKAGE);

    put8(b, elements);
    return mark;
}

size_t aml_var_package_begin(AmlBuf *b)
{
    return plain_begin(b, OP_VAR_PACKAGE);
}

void aml_buffer(AmlBuf *b, const void *data, size_t len)
{
    size_t mark = plain_begin(b, OP_BUFFER);

    aml_int(b, len);
    put(b, data, len);
    aml_end(b, mark);
}

/* ---- regions and fields ---- */

void aml_region(AmlBuf *b, const char *name, uint8_t space, uint64_t offset, uint64_t len)
{
    put8(b, EXT_PREFIX);
    put8(b, EXT_REGION);
    aml_ref(b, name);
    put8(b, space);
    aml_int(b, offset);
    aml_int(b, len);
}

size_t aml_field_begin(AmlBuf *b, const char *region, uint8_t access, bool lock, uint8_t update)
{
    size_t mark;

    put8(b, EXT_PREFIX);
    put8(b, EXT_FIELD);
    mark = named_begin(b, region);
    put8(b, access | (lock ? 0x10 : 0) | update << 5);
    return mark;
}

void aml_field_unit(AmlBuf *b, const char *name, unsigned bits)
{
    uint8_t enc[4];

    put_segment(b, name, strlen(name));
    put(b, enc, encode_length(enc, bits));
}

void aml_field_reserved(AmlBuf *b, unsigned bits)
{
    uint8_t enc[4];

    put8(b, 0);
    put(b, enc, encode_length(enc, bits));
}

/* ---- resources ---- */

AmlBuf *aml_resources_new(void)
{
    return g_byte_array_new();
}

void aml_resources_end(AmlBuf *b, AmlBuf *r)
{
    put8(r, 0x79); /* end tag */
    put8(r, 0);    /* no checksum */
    aml_buffer(b, r->data, r->len);
    g_byte_array_free(r, TRUE);
}

void aml_res_io(AmlBuf *r, uint16_t min, uint16_t max, uint8_t align, uint8_t len)
{
    put8(r, 0x47);
    put8(r, 1); /* decodes 16 bits */
    put_le(r, min, 2);
    put_le(r, max, 2);
    put8(r, align);
    put8(r, len);
}

void aml_res_irq(AmlBuf *r, unsigned irq)
{
    put8(r, 0x22);
    put_le(r, 1u << irq, 2);
}

void aml_res_dma(AmlBuf *r, unsigned channel)
{
    put8(r, 0x2a);
    put8(r, 1u << channel);
    put8(r, 0); /* compatible, 8 bits, not a master */
}

void aml_res_interrupts(AmlBuf *r, const uint32_t *list, unsigned n)
{
    put8(r, 0x89);
    put_le(r, 2 + 4 * n, 2);
    put8(r, 0x09); /* consumer, level, high, shared */
    put8(r, n);
    for (unsigned i = 0; i < n; i++) {
        put_le(r, list[i], 4);
    }
}

void aml_res_fixed_memory(AmlBuf *r, uint32_t base, uint32_t len, bool writable)
{
    put8(r, 0x86);
    put_le(r, 9, 2);
    put8(r, writable);
    put_le(r, base, 4);
    put_le(r, len, 4);
}

void aml_res_range(AmlBuf *r, uint8_t type, bool wide, bool cacheable, uint64_t first,
                   uint64_t last)
{
    unsigned size = wide ? 8 : type == AML_RANGE_MEMORY ? 4 : 2;
    uint8_t tag = wide ? 0x8a : type == AML_RANGE_MEMORY ? 0x87 : 0x88;
    uint8_t specific = type == AML_RANGE_MEMORY ? 0x01 | (cacheable ? 0x02 : 0)
                       : type == AML_RANGE_IO   ? 0x03 : 0;

    put8(r, tag);
    put_le(r, 3 + 5 * size, 2);
    put8(r, type);
    put8(r, 0x0c); /* producer, positive decode, both ends fixed */
    put8(r, specific);
    put_le(r, 0, size);
    put_le(r, first, size);
    put_le(r, last, size);
    put_le(r, 0, size);
    put_le(r, last - first + 1, size);
}
