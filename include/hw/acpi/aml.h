/*
 * Writing ACPI Machine Language into a buffer, in the order of the text.
 *
 * AML is a prefix language: an operator is followed by its operands. So a statement is a
 * sequence of calls, outermost operator first:
 *
 *     Store(One, FOO)    aml_op(b, AML_STORE); aml_int(b, 1); aml_ref(b, "FOO");
 *
 * What encloses a list (Scope, Device, Method, If, Package, ...) has a begin function that
 * returns a mark, which aml_end() takes to fill in the length. Names are paths in ASL syntax
 * ("\\_SB.PCI0", "^FOO"); segments shorter than four characters are padded.
 *
 * Spec: ACPI 6.3 chapter 20. Thread: any; a buffer belongs to one caller.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_ACPI_AML_H
#define HW_ACPI_AML_H

typedef GByteArray AmlBuf;

/* Operators that take operands only; the byte that encodes them (0x5b00: behind a prefix). */
enum {
    AML_STORE = 0x70,           /* source, target */
    AML_ADD = 0x72,             /* a, b, target */
    AML_SUBTRACT = 0x74,
    AML_INCREMENT = 0x75,       /* target */
    AML_SHIFT_LEFT = 0x79,      /* a, count, target */
    AML_SHIFT_RIGHT = 0x7a,
    AML_AND = 0x7b,             /* a, b, target */
    AML_OR = 0x7d,
    AML_DEREF = 0x83,           /* reference */
    AML_NOTIFY = 0x86,          /* object, value */
    AML_INDEX = 0x88,           /* buffer or package, index, target */
    AML_CREATE_DWORD_FIELD = 0x8a, /* buffer, index, name */
    AML_LAND = 0x90,            /* a, b */
    AML_LOR = 0x91,
    AML_LNOT = 0x92,            /* a */
    AML_LEQUAL = 0x93,          /* a, b */
    AML_LGREATER = 0x94,
    AML_LLESS = 0x95,
    AML_RETURN = 0xa4,          /* value */
    AML_BREAK = 0xa5,
    AML_ACQUIRE = 0x5b23,       /* mutex; then aml_word() of the timeout */
    AML_RELEASE = 0x5b27,       /* mutex */
};

AmlBuf *aml_new(void);
void aml_op(AmlBuf *b, unsigned op);
void aml_int(AmlBuf *b, uint64_t v);
void aml_word(AmlBuf *b, uint16_t v);
void aml_string(AmlBuf *b, const char *s);
/* Seven-character PnP id such as "PNP0A03", as an integer. */
void aml_eisaid(AmlBuf *b, const char *id);
/* A name where a value or target is expected, or a call; arguments follow. */
void aml_ref(AmlBuf *b, const char *path);
void aml_ref_printf(AmlBuf *b, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void aml_arg(AmlBuf *b, unsigned n);
void aml_local(AmlBuf *b, unsigned n);
/* In place of a target: the result is not stored. */
void aml_none(AmlBuf *b);

/* Name(path, value follows) */
void aml_name(AmlBuf *b, const char *path);
void aml_name_int(AmlBuf *b, const char *path, uint64_t v);
void aml_mutex(AmlBuf *b, const char *name);

/* Enclosing terms. */
size_t aml_scope_begin(AmlBuf *b, const char *path);
size_t aml_device_begin(AmlBuf *b, const char *name);
size_t aml_device_begin_printf(AmlBuf *b, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
size_t aml_method_begin(AmlBuf *b, const char *name, unsigned args, bool serialized);
size_t aml_if_begin(AmlBuf *b);         /* the condition follows first */
size_t aml_else_begin(AmlBuf *b);
size_t aml_while_begin(AmlBuf *b);
size_t aml_package_begin(AmlBuf *b, uint8_t elements);
/* A package whose length, an integer, follows first. */
size_t aml_var_package_begin(AmlBuf *b);
void aml_end(AmlBuf *b, size_t mark);
/* Buffer(){...} */
void aml_buffer(AmlBuf *b, const void *data, size_t len);

/* Operation regions and their fields. */
enum { AML_SYSTEM_MEMORY, AML_SYSTEM_IO, AML_PCI_CONFIG };
enum { AML_ANY_ACC, AML_BYTE_ACC, AML_WORD_ACC, AML_DWORD_ACC };
enum { AML_PRESERVE = 0, AML_WRITE_AS_ZEROS = 2 };
void aml_region(AmlBuf *b, const char *name, uint8_t space, uint64_t offset, uint64_t len);
size_t aml_field_begin(AmlBuf *b, const char *region, uint8_t access, bool lock, uint8_t update);
void aml_field_unit(AmlBuf *b, const char *name, unsigned bits);
void aml_field_reserved(AmlBuf *b, unsigned bits);

/* ---- resource descriptors, gathered in a buffer of their own ---- */

AmlBuf *aml_resources_new(void);
/* Adds the end tag, writes the Buffer and frees @r. */
void aml_resources_end(AmlBuf *b, AmlBuf *r);
void aml_res_io(AmlBuf *r, uint16_t min, uint16_t max, uint8_t align, uint8_t len);
void aml_res_irq(AmlBuf *r, unsigned irq);              /* edge, high, exclusive */
void aml_res_dma(AmlBuf *r, unsigned channel);
void aml_res_interrupts(AmlBuf *r, const uint32_t *list, unsigned n);   /* level, high, shared */
void aml_res_fixed_memory(AmlBuf *r, uint32_t base, uint32_t len, bool writable);
enum { AML_RANGE_MEMORY, AML_RANGE_IO, AML_RANGE_BUS };
/* What a bridge passes on: 16 bits for I/O and buses, 32 for memory, 64 if @wide. */
void aml_res_range(AmlBuf *r, uint8_t type, bool wide, bool cacheable, uint64_t first,
                   uint64_t last);

#endif
