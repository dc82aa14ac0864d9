/*
 * Device state as a table of fields: what is saved, in which order, and since which version.
 *
 * The order of the table is the wire format. On the wire integers are big-endian in their own
 * size, booleans one byte, floating point its bits. A subsection follows its parent's fields: byte
 * 0x05, one length byte, its name ("parent/sub"), its version as be32, then its fields.
 *
 * Loading treats the stream as hostile: counts and lengths are checked against what the field
 * can hold, and a bad one fails the load with a message that names the field.
 *
 * Thread: under the big lock (BQL), vCPUs stopped.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MIGRATION_VMSTATE_H
#define MIGRATION_VMSTATE_H

#include "qemu/osdep.h"
#include "qemu/queue.h"
#include "migration/qemu-file.h"

typedef struct VMStateInfo VMStateInfo;
typedef struct VMStateField VMStateField;
typedef struct VMStateDescription VMStateDescription;
typedef struct VMStateIf VMStateIf;
typedef struct JSONWriter JSONWriter;
typedef struct DeviceState DeviceState;
typedef struct MemoryRegion MemoryRegion;

/* How one element travels. Both return 0 or a negative errno. */
struct VMStateInfo {
    const char *name;
    int (*get)(QEMUFile *f, void *pv, size_t size, const VMStateField *field);
    int (*put)(QEMUFile *f, void *pv, size_t size, const VMStateField *field, JSONWriter *vmdesc);
};

/* VMStateField.flags: how to get from the structure to the element. */
enum VMStateFlags {
    VMS_SINGLE = 0x001,             /* the field is the element */
    VMS_POINTER = 0x002,            /* the field points to the element(s) */
    VMS_ARRAY = 0x004,              /* .num elements */
    VMS_STRUCT = 0x008,             /* elements are described by .vmsd */
    VMS_VARRAY_INT32 = 0x010,       /* count in the int32_t at .num_offset */
    VMS_VARRAY_UINT16 = 0x080,
    VMS_VARRAY_UINT8 = 0x400,
    VMS_VARRAY_UINT32 = 0x800,
    VMS_BUFFER = 0x020,             /* .size bytes, one element */
    VMS_ARRAY_OF_POINTER = 0x040,   /* an array of pointers to elements; NULL ones are marked */
    VMS_VBUFFER = 0x100,            /* size in the int32_t or uint32_t at .size_offset */
    VMS_MULTIPLY = 0x200,           /* that size times .size */
    VMS_MUST_EXIST = 0x1000,        /* a field_exists that says no is an error */
    VMS_ALLOC = 0x2000,             /* loading allocates what the field points to (g_malloc) */
    VMS_MULTIPLY_ELEMENTS = 0x4000, /* the count is a count times .num */
    VMS_VSTRUCT = 0x8000,           /* use .struct_version_id */
    VMS_END = 0x10000,
};

typedef enum MigrationPriority {
    MIG_PRI_DEFAULT = 0,
    MIG_PRI_IOMMU,                  /* before the devices behind it */
    MIG_PRI_PCI_BUS,
    MIG_PRI_VIRTIO_MEM,
    MIG_PRI_GICV3_ITS,
    MIG_PRI_GICV3,
    MIG_PRI_MAX,
} MigrationPriority;

struct VMStateField {
    const char *name;
    const char *err_hint;
    size_t offset;
    size_t size;                    /* of one element */
    size_t start;
    int num;
    size_t num_offset;
    size_t size_offset;
    const VMStateInfo *info;
    enum VMStateFlags flags;
    const VMStateDescription *vmsd;
    int version_id;                 /* the first version that has the field */
    int struct_version_id;
    bool (*field_exists)(void *opaque, int version_id);
};

struct VMStateDescription {
    const char *name;
    bool unmigratable;
    bool early_setup;
    int version_id;
    int minimum_version_id;
    MigrationPriority priority;
    int (*pre_load)(void *opaque);              /* negative errno fails the load */
    int (*post_load)(void *opaque, int version_id);
    int (*pre_save)(void *opaque);
    int (*post_save)(void *opaque);
    bool (*needed)(void *opaque);               /* subsections: false: leave it out */
    bool (*dev_unplug_pending)(void *opaque);
    const VMStateField *fields;                 /* ends with VMSTATE_END_OF_LIST() */
    const VMStateDescription *const *subsections;   /* ends with NULL */
};

extern const VMStateInfo vmstate_info_bool;
extern const VMStateInfo vmstate_info_int8;
extern const VMStateInfo vmstate_info_int16;
extern const VMStateInfo vmstate_info_int32;
extern const VMStateInfo vmstate_info_int32_equal;
extern const VMStateInfo vmstate_info_int32_le;
extern const VMStateInfo vmstate_info_int64;
extern const VMStateInfo vmstate_info_uint8;
extern const VMStateInfo vmstate_info_uint8_equal;
extern const VMStateInfo vmstate_info_uint16;
extern const VMStateInfo vmstate_info_uint16_equal;
extern const VMStateInfo vmstate_info_uint32;
extern const VMStateInfo vmstate_info_uint32_equal;
extern const VMStateInfo vmstate_info_uint64;
extern const VMStateInfo vmstate_info_uint64_equal;
extern const VMStateInfo vmstate_info_float64;
extern const VMStateInfo vmstate_info_timer;
extern const VMStateInfo vmstate_info_buffer;
extern const VMStateInfo vmstate_info_unused_buffer;
extern const VMStateInfo vmstate_info_tmp;
extern const VMStateInfo vmstate_info_bitmap;
extern const VMStateInfo vmstate_info_nullptr;
extern const VMStateInfo vmstate_info_qtailq;
extern const VMStateInfo vmstate_info_qlist;
extern const VMStateInfo vmstate_info_str;

#define VMS_CHECK(t1, t2) (0 * sizeof((t1 *)0 == (t2 *)0))
#define VMS_TYPEOF(_s, _f) typeof(((_s *)0)->_f)
/* Offset of a scalar field of type _type, of an array of _n of them, of a pointer to them. */
#define vmstate_offset_value(_s, _f, _type) \
    (offsetof(_s, _f) + VMS_CHECK(_type, VMS_TYPEOF(_s, _f)))
#define vmstate_offset_pointer(_s, _f, _type) \
    (offsetof(_s, _f) + VMS_CHECK(_type *, VMS_TYPEOF(_s, _f)))
#define vmstate_offset_array(_s, _f, _type, _n) \
    (offsetof(_s, _f) + 0 * sizeof((_type(*)[_n])0 == &((_s *)0)->_f))
#define vmstate_offset_2darray(_s, _f, _type, _n1, _n2) \
    (offsetof(_s, _f) + 0 * sizeof((_type(*)[_n1][_n2])0 == &((_s *)0)->_f))
#define vmstate_offset_sub_array(_s, _f, _type, _start) \
    (offsetof(_s, _f) + (_start) * sizeof(_type))
#define vmstate_offset_buffer(_s, _f) offsetof(_s, _f)
#define vmstate_offset_varray(_s, _f, _type) \
    (offsetof(_s, _f) + VMS_CHECK(_type, typeof(((_s *)0)->_f[0])))

/* The general field; the rest are its special cases. */
#define VMS_FIELD(_f, _v, _test, ...) \
    { .name = (_f), .version_id = (_v), .field_exists = (_test), __VA_ARGS__ }

#define VMSTATE_SINGLE_FULL(_f, _s, _test, _v, _info, _type, _hint) \
    VMS_FIELD(#_f, _v, _test, .err_hint = (_hint), .size = sizeof(_type), .info = &(_info), \
              .flags = VMS_SINGLE, .offset = vmstate_offset_value(_s, _f, _type))
#define VMSTATE_SINGLE_TEST(_f, _s, _test, _v, _info, _type) \
    VMSTATE_SINGLE_FULL(_f, _s, _test, _v, _info, _type, NULL)
#define VMSTATE_SINGLE(_f, _s, _v, _info, _type) \
    VMSTATE_SINGLE_FULL(_f, _s, NULL, _v, _info, _type, NULL)
/* No data: loading fails unless _test says yes at this point. */
#define VMSTATE_VALIDATE(_name, _test) \
    VMS_FIELD(_name, 0, _test, .flags = VMS_ARRAY | VMS_MUST_EXIST, .num = 0)

#define VMSTATE_POINTER(_f, _s, _v, _info, _type) \
    VMSTATE_POINTER_TEST(_f, _s, NULL, _v, _info, _type)
#define VMSTATE_POINTER_TEST(_f, _s, _test, _v, _info, _type) \
    VMS_FIELD(#_f, _v, _test, .info = &(_info), .size = sizeof(_type), \
              .flags = VMS_SINGLE | VMS_POINTER, .offset = vmstate_offset_value(_s, _f, _type))

#define VMSTATE_ARRAY_TEST(_f, _s, _n, _test, _v, _info, _type) \
    VMS_FIELD(#_f, _v, _test, .num = (_n), .info = &(_info), .size = sizeof(_type), \
              .flags = VMS_ARRAY, .offset = vmstate_offset_array(_s, _f, _type, _n))
#define VMSTATE_ARRAY(_f, _s, _n, _v, _info, _type) \
    VMSTATE_ARRAY_TEST(_f, _s, _n, NULL, _v, _info, _type)
#define VMSTATE_SUB_ARRAY(_f, _s, _start, _n, _v, _info, _type) \
    VMS_FIELD(#_f, _v, NULL, .num = (_n), .info = &(_info), .size = sizeof(_type), \
              .flags = VMS_ARRAY, .offset = vmstate_offset_sub_array(_s, _f, _type, _start))
#define VMSTATE_2DARRAY(_f, _s, _n1, _n2, _v, _info, _type) \
    VMS_FIELD(#_f, _v, NULL, .num = (_n1) * (_n2), .info = &(_info), .size = sizeof(_type), \
              .flags = VMS_ARRAY, .offset = vmstate_offset_2darray(_s, _f, _type, _n1, _n2))

/* _f points to as many elements as field _fn says; loading does not allocate ... */
#define VMS_VARRAY_FIELD(_f, _s, _fn, _cnt_type, _v, _test, _flags, _info, _type) \
    VMS_FIELD(#_f, _v, _test, .num_offset = vmstate_offset_value(_s, _fn, _cnt_type), \
              .info = &(_info), .size = sizeof(_type), .flags = (_flags), \
              .offset = vmstate_offset_pointer(_s, _f, _type))
#define VMSTATE_VARRAY_INT32(_f, _s, _fn, _v, _info, _type) \
    VMS_VARRAY_FIELD(_f, _s, _fn, int32_t, _v, NULL, VMS_VARRAY_INT32 | VMS_POINTER, _info, _type)
#define VMSTATE_VARRAY_UINT32(_f, _s, _fn, _v, _info, _type) \
    VMS_VARRAY_FIELD(_f, _s, _fn, uint32_t, _v, NULL, VMS_VARRAY_UINT32 | VMS_POINTER, _info, \
                     _type)
#define VMSTATE_VARRAY_UINT16(_f, _s, _fn, _v, _info, _type) \
    VMS_VARRAY_FIELD(_f, _s, _fn, uint16_t, _v, NULL, VMS_VARRAY_UINT16 | VMS_POINTER, _info, \
                     _type)
#define VMSTATE_VARRAY_UINT8(_f, _s, _fn, _v, _info, _type) \
    VMS_VARRAY_FIELD(_f, _s, _fn, uint8_t, _v, NULL, VMS_VARRAY_UINT8 | VMS_POINTER, _info, _type)
/* ... these do. */
#define VMSTATE_VARRAY_INT32_ALLOC(_f, _s, _fn, _v, _info, _type) \
    VMS_VARRAY_FIELD(_f, _s, _fn, int32_t, _v, NULL, \
                     VMS_VARRAY_INT32 | VMS_POINTER | VMS_ALLOC, _info, _type)
#define VMSTATE_VARRAY_UINT32_ALLOC(_f, _s, _fn, _v, _info, _type) \
    VMS_VARRAY_FIELD(_f, _s, _fn, uint32_t, _v, NULL, \
                     VMS_VARRAY_UINT32 | VMS_POINTER | VMS_ALLOC, _info, _type)
#define VMSTATE_VARRAY_UINT16_ALLOC(_f, _s, _fn, _v, _info, _type) \
    VMS_VARRAY_FIELD(_f, _s, _fn, uint16_t, _v, NULL, \
                     VMS_VARRAY_UINT16 | VMS_POINTER | VMS_ALLOC, _info, _type)
/* _f is an array of its own, of which only the first *_fn elements travel. */
#define VMSTATE_VARRAY_UINT16_UNSAFE(_f, _s, _fn, _v, _info, _type) \
    VMS_FIELD(#_f, _v, NULL, .num_offset = vmstate_offset_value(_s, _fn, uint16_t), \
              .info = &(_info), .size = sizeof(_type), .flags = VMS_VARRAY_UINT16, \
              .num = sizeof(((_s *)0)->_f) / sizeof(_type), .offset = offsetof(_s, _f))
/* _f points to (_n times) *_fn elements. */
#define VMSTATE_VARRAY_MULTIPLY(_f, _s, _fn, _n, _info, _type) \
    VMS_FIELD(#_f, 0, NULL, .num_offset = vmstate_offset_value(_s, _fn, uint32_t), .num = (_n), \
              .info = &(_info), .size = sizeof(_type), \
              .flags = VMS_VARRAY_UINT32 | VMS_MULTIPLY_ELEMENTS, .offset = offsetof(_s, _f))

#define VMSTATE_STRUCT_TEST(_f, _s, _test, _v, _vmsd, _type) \
    VMS_FIELD(#_f, _v, _test, .vmsd = &(_vmsd), .size = sizeof(_type), .flags = VMS_STRUCT, \
              .offset = vmstate_offset_value(_s, _f, _type))
#define VMSTATE_STRUCT(_f, _s, _v, _vmsd, _type) \
    VMSTATE_STRUCT_TEST(_f, _s, NULL, _v, _vmsd, _type)
#define VMSTATE_VSTRUCT(_f, _s, _vmsd, _type, _sv) \
    VMS_FIELD(#_f, 0, NULL, .vmsd = &(_vmsd), .size = sizeof(_type), \
              .flags = VMS_VSTRUCT, .struct_version_id = (_sv), \
              .offset = vmstate_offset_value(_s, _f, _type))
#define VMSTATE_STRUCT_POINTER_TEST_V(_f, _s, _test, _v, _vmsd, _type) \
    VMS_FIELD(#_f, _v, _test, .vmsd = &(_vmsd), .size = sizeof(_type), \
              .flags = VMS_STRUCT | VMS_POINTER, .offset = vmstate_offset_pointer(_s, _f, _type))
#define VMSTATE_STRUCT_POINTER_V(_f, _s, _v, _vmsd, _type) \
    VMSTATE_STRUCT_POINTER_TEST_V(_f, _s, NULL, _v, _vmsd, _type)
#define VMSTATE_STRUCT_POINTER(_f, _s, _vmsd, _type) \
    VMSTATE_STRUCT_POINTER_TEST_V(_f, _s, NULL, 0, _vmsd, _type)
#define VMSTATE_STRUCT_POINTER_TEST(_f, _s, _test, _vmsd, _type) \
    VMSTATE_STRUCT_POINTER_TEST_V(_f, _s, _test, 0, _vmsd, _type)
#define VMSTATE_STRUCT_ARRAY_TEST(_f, _s, _n, _test, _v, _vmsd, _type) \
    VMS_FIELD(#_f, _v, _test, .num = (_n), .vmsd = &(_vmsd), .size = sizeof(_type), \
              .flags = VMS_STRUCT | VMS_ARRAY, \
              .offset = vmstate_offset_array(_s, _f, _type, _n))
#define VMSTATE_STRUCT_ARRAY(_f, _s, _n, _v, _vmsd, _type) \
    VMSTATE_STRUCT_ARRAY_TEST(_f, _s, _n, NULL, _v, _vmsd, _type)
#define VMSTATE_STRUCT_SUB_ARRAY(_f, _s, _start, _n, _v, _vmsd, _type) \
    VMS_FIELD(#_f, _v, NULL, .num = (_n), .vmsd = &(_vmsd), .size = sizeof(_type), \
              .flags = VMS_STRUCT | VMS_ARRAY, \
              .offset = vmstate_offset_sub_array(_s, _f, _type, _start))
#define VMSTATE_STRUCT_2DARRAY(_f, _s, _n1, _n2, _v, _vmsd, _type) \
    VMS_FIELD(#_f, _v, NULL, .num = (_n1) * (_n2), .vmsd = &(_vmsd), .size = sizeof(_type), \
              .flags = VMS_STRUCT | VMS_ARRAY, \
              .offset = vmstate_offset_2darray(_s, _f, _type, _n1, _n2))
#define VMS_STRUCT_VARRAY(_f, _s, _fn, _cnt_type, _flags, _v, _vmsd, _type) \
    VMS_FIELD(#_f, _v, NULL, .num_offset = vmstate_offset_value(_s, _fn, _cnt_type), \
              .vmsd = &(_vmsd), .size = sizeof(_type), .flags = VMS_STRUCT | (_flags), \
              .num = ((_flags) & VMS_POINTER) ? 0 : (sizeof(((_s *)0)->_f) + 0) / sizeof(_type), \
              .offset = vmstate_offset_varray(_s, _f, _type))
/* The elements are an array of the structure's own; the count is checked against its size. */
#define VMSTATE_STRUCT_VARRAY_UINT8(_f, _s, _fn, _v, _vmsd, _type) \
    VMS_STRUCT_VARRAY(_f, _s, _fn, uint8_t, VMS_VARRAY_UINT8, _v, _vmsd, _type)
#define VMSTATE_STRUCT_VARRAY_INT32(_f, _s, _fn, _v, _vmsd, _type) \
    VMS_STRUCT_VARRAY(_f, _s, _fn, int32_t, VMS_VARRAY_INT32, _v, _vmsd, _type)
#define VMSTATE_STRUCT_VARRAY_UINT32(_f, _s, _fn, _v, _vmsd, _type) \
    VMS_STRUCT_VARRAY(_f, _s, _fn, uint32_t, VMS_VARRAY_UINT32, _v, _vmsd, _type)
/* The elements are behind a pointer, allocated by the device already ... */
#define VMSTATE_STRUCT_VARRAY_POINTER_INT32(_f, _s, _fn, _vmsd, _type) \
    VMS_STRUCT_VARRAY(_f, _s, _fn, int32_t, VMS_VARRAY_INT32 | VMS_POINTER, 0, _vmsd, _type)
#define VMSTATE_STRUCT_VARRAY_POINTER_UINT32(_f, _s, _fn, _vmsd, _type) \
    VMS_STRUCT_VARRAY(_f, _s, _fn, uint32_t, VMS_VARRAY_UINT32 | VMS_POINTER, 0, _vmsd, _type)
#define VMSTATE_STRUCT_VARRAY_POINTER_UINT16(_f, _s, _fn, _vmsd, _type) \
    VMS_STRUCT_VARRAY(_f, _s, _fn, uint16_t, VMS_VARRAY_UINT16 | VMS_POINTER, 0, _vmsd, _type)
#define VMSTATE_STRUCT_VARRAY_POINTER_KNOWN(_f, _s, _n, _v, _vmsd, _type) \
    VMS_FIELD(#_f, _v, NULL, .num = (_n), .vmsd = &(_vmsd), .size = sizeof(_type), \
              .flags = VMS_POINTER | VMS_ARRAY | VMS_STRUCT, \
              .offset = vmstate_offset_pointer(_s, _f, _type))
/* ... or by loading. */
#define VMSTATE_STRUCT_VARRAY_ALLOC(_f, _s, _fn, _v, _vmsd, _type) \
    VMS_STRUCT_VARRAY(_f, _s, _fn, int32_t, VMS_VARRAY_INT32 | VMS_POINTER | VMS_ALLOC, _v, \
                      _vmsd, _type)
#define VMSTATE_STRUCT_VARRAY_ALLOC_UINT32(_f, _s, _fn, _v, _vmsd, _type) \
    VMS_STRUCT_VARRAY(_f, _s, _fn, uint32_t, VMS_VARRAY_UINT32 | VMS_POINTER | VMS_ALLOC, _v, \
                      _vmsd, _type)
/* An array of pointers to structures; NULL is kept as NULL. */
#define VMSTATE_ARRAY_OF_POINTER_TO_STRUCT(_f, _s, _n, _v, _vmsd, _type) \
    VMS_FIELD(#_f, _v, NULL, .num = (_n), .vmsd = &(_vmsd), .size = sizeof(_type *), \
              .flags = VMS_ARRAY | VMS_STRUCT | VMS_ARRAY_OF_POINTER, \
              .offset = vmstate_offset_array(_s, _f, _type *, _n))
#define VMSTATE_ARRAY_OF_POINTER(_f, _s, _n, _v, _info, _type) \
    VMS_FIELD(#_f, _v, NULL, .num = (_n), .info = &(_info), .size = sizeof(_type), \
              .flags = VMS_ARRAY | VMS_ARRAY_OF_POINTER, \
              .offset = vmstate_offset_array(_s, _f, _type, _n))

/* Byte buffers: of fixed size; part of one; behind a pointer with its size in a field. */
#define VMSTATE_STATIC_BUFFER(_f, _s, _v, _test, _start, _size) \
    VMS_FIELD(#_f, _v, _test, .size = (_size) - (_start), .info = &vmstate_info_buffer, \
              .flags = VMS_BUFFER, .offset = vmstate_offset_buffer(_s, _f) + (_start))
#define VMSTATE_BUFFER_V(_f, _s, _v) \
    VMSTATE_STATIC_BUFFER(_f, _s, _v, NULL, 0, sizeof(((_s *)0)->_f))
#define VMSTATE_BUFFER(_f, _s) VMSTATE_BUFFER_V(_f, _s, 0)
#define VMSTATE_PARTIAL_BUFFER(_f, _s, _size) VMSTATE_STATIC_BUFFER(_f, _s, 0, NULL, 0, _size)
#define VMSTATE_BUFFER_START_MIDDLE_V(_f, _s, _start, _v) \
    VMSTATE_STATIC_BUFFER(_f, _s, _v, NULL, _start, sizeof(((_s *)0)->_f))
#define VMSTATE_BUFFER_START_MIDDLE(_f, _s, _start) \
    VMSTATE_BUFFER_START_MIDDLE_V(_f, _s, _start, 0)
#define VMSTATE_BUFFER_TEST(_f, _s, _test) \
    VMSTATE_STATIC_BUFFER(_f, _s, 0, _test, 0, sizeof(((_s *)0)->_f))
#define VMSTATE_BUFFER_UNSAFE_INFO_TEST(_f, _s, _test, _v, _info, _size) \
    VMS_FIELD(#_f, _v, _test, .size = (_size), .info = &(_info), .flags = VMS_BUFFER, \
              .offset = offsetof(_s, _f))
#define VMSTATE_BUFFER_UNSAFE_INFO(_f, _s, _v, _info, _size) \
    VMSTATE_BUFFER_UNSAFE_INFO_TEST(_f, _s, NULL, _v, _info, _size)
#define VMSTATE_BUFFER_UNSAFE(_f, _s, _v, _size) \
    VMSTATE_BUFFER_UNSAFE_INFO(_f, _s, _v, vmstate_info_buffer, _size)
#define VMSTATE_BUFFER_POINTER_UNSAFE(_f, _s, _v, _size) \
    VMS_FIELD(#_f, _v, NULL, .size = (_size), .info = &vmstate_info_buffer, \
              .flags = VMS_BUFFER | VMS_POINTER, .offset = offsetof(_s, _f))
#define VMSTATE_VBUFFER(_f, _s, _v, _test, _fsize) \
    VMS_FIELD(#_f, _v, _test, .size_offset = vmstate_offset_value(_s, _fsize, int32_t), \
              .info = &vmstate_info_buffer, .flags = VMS_VBUFFER | VMS_POINTER, \
              .offset = offsetof(_s, _f))
#define VMSTATE_VBUFFER_UINT32(_f, _s, _v, _test, _fsize) \
    VMS_FIELD(#_f, _v, _test, .size_offset = vmstate_offset_value(_s, _fsize, uint32_t), \
              .info = &vmstate_info_buffer, .flags = VMS_VBUFFER | VMS_POINTER, \
              .offset = offsetof(_s, _f))
#define VMSTATE_VBUFFER_ALLOC_UINT32(_f, _s, _v, _test, _fsize) \
    VMS_FIELD(#_f, _v, _test, .size_offset = vmstate_offset_value(_s, _fsize, uint32_t), \
              .info = &vmstate_info_buffer, .flags = VMS_VBUFFER | VMS_POINTER | VMS_ALLOC, \
              .offset = offsetof(_s, _f))
#define VMSTATE_VBUFFER_MULTIPLY(_f, _s, _v, _test, _fsize, _mul) \
    VMS_FIELD(#_f, _v, _test, .size_offset = vmstate_offset_value(_s, _fsize, uint32_t), \
              .size = (_mul), .info = &vmstate_info_buffer, \
              .flags = VMS_VBUFFER | VMS_POINTER | VMS_MULTIPLY, .offset = offsetof(_s, _f))
/* Bytes that older versions sent; written as zeroes, skipped on load. */
#define VMSTATE_UNUSED_BUFFER(_test, _v, _size) \
    VMS_FIELD("unused", _v, _test, .size = (_size), .info = &vmstate_info_unused_buffer, \
              .flags = VMS_BUFFER)
#define VMSTATE_UNUSED_V(_v, _size) VMSTATE_UNUSED_BUFFER(NULL, _v, _size)
#define VMSTATE_UNUSED(_size) VMSTATE_UNUSED_V(0, _size)
#define VMSTATE_UNUSED_TEST(_test, _size) VMSTATE_UNUSED_BUFFER(_test, 0, _size)
/* A temporary structure _tmp_type whose first member "parent" points to the state. */
#define VMSTATE_WITH_TMP_TEST(_s, _test, _tmp_type, _vmsd) \
    VMS_FIELD("tmp", 0, _test, .size = sizeof(_tmp_type) + VMS_CHECK(_s *, \
              VMS_TYPEOF(_tmp_type, parent)), .vmsd = &(_vmsd), .info = &vmstate_info_tmp)
#define VMSTATE_WITH_TMP(_s, _tmp_type, _vmsd) VMSTATE_WITH_TMP_TEST(_s, NULL, _tmp_type, _vmsd)
/* A bitmap behind a pointer; its number of bits is in field _fsize. */
#define VMSTATE_BITMAP(_f, _s, _v, _fsize) \
    VMS_FIELD(#_f, _v, NULL, .size_offset = vmstate_offset_value(_s, _fsize, int32_t), \
              .info = &vmstate_info_bitmap, .flags = VMS_VBUFFER | VMS_POINTER, \
              .offset = offsetof(_s, _f))
/* A QTAILQ (QLIST) of _type with link field _next; loading appends allocated elements. */
#define VMSTATE_QTAILQ_V(_f, _s, _v, _vmsd, _type, _next) \
    VMS_FIELD(#_f, _v, NULL, .vmsd = &(_vmsd), .size = sizeof(_type), \
              .info = &vmstate_info_qtailq, .offset = offsetof(_s, _f), \
              .start = offsetof(_type, _next))
#define VMSTATE_QLIST_V(_f, _s, _v, _vmsd, _type, _next) \
    VMS_FIELD(#_f, _v, NULL, .vmsd = &(_vmsd), .size = sizeof(_type), \
              .info = &vmstate_info_qlist, .offset = offsetof(_s, _f), \
              .start = offsetof(_type, _next))
/* A g_malloc()ed string of at most 64 KiB, or NULL. */
#define VMSTATE_STR(_f, _s) VMSTATE_SINGLE(_f, _s, 0, vmstate_info_str, char *)

/* Scalars: name, structure; _V since a version; _TEST under a condition. */
#define VMSTATE_BOOL_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_bool, bool)
#define VMSTATE_INT8_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_int8, int8_t)
#define VMSTATE_INT16_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_int16, int16_t)
#define VMSTATE_INT32_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_int32, int32_t)
#define VMSTATE_INT64_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_int64, int64_t)
#define VMSTATE_UINT8_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT16_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT32_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT64_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint64, uint64_t)
#define VMSTATE_FLOAT64_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_float64, double)
#define VMSTATE_BOOL(_f, _s) VMSTATE_BOOL_V(_f, _s, 0)
#define VMSTATE_INT8(_f, _s) VMSTATE_INT8_V(_f, _s, 0)
#define VMSTATE_INT16(_f, _s) VMSTATE_INT16_V(_f, _s, 0)
#define VMSTATE_INT32(_f, _s) VMSTATE_INT32_V(_f, _s, 0)
#define VMSTATE_INT64(_f, _s) VMSTATE_INT64_V(_f, _s, 0)
#define VMSTATE_UINT8(_f, _s) VMSTATE_UINT8_V(_f, _s, 0)
#define VMSTATE_UINT16(_f, _s) VMSTATE_UINT16_V(_f, _s, 0)
#define VMSTATE_UINT32(_f, _s) VMSTATE_UINT32_V(_f, _s, 0)
#define VMSTATE_UINT64(_f, _s) VMSTATE_UINT64_V(_f, _s, 0)
#define VMSTATE_FLOAT64(_f, _s) VMSTATE_FLOAT64_V(_f, _s, 0)
#define VMSTATE_BOOL_TEST(_f, _s, _t) VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_bool, bool)
#define VMSTATE_INT8_TEST(_f, _s, _t) VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_int8, int8_t)
#define VMSTATE_INT16_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_int16, int16_t)
#define VMSTATE_INT32_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_int32, int32_t)
#define VMSTATE_INT64_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_int64, int64_t)
#define VMSTATE_UINT8_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT16_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT32_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT64_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_uint64, uint64_t)
/* Loading fails unless the stream has the value that is there already. */
#define VMSTATE_UINT8_EQUAL(_f, _s, _hint) \
    VMSTATE_SINGLE_FULL(_f, _s, NULL, 0, vmstate_info_uint8_equal, uint8_t, _hint)
#define VMSTATE_UINT16_EQUAL(_f, _s, _hint) \
    VMSTATE_SINGLE_FULL(_f, _s, NULL, 0, vmstate_info_uint16_equal, uint16_t, _hint)
#define VMSTATE_INT32_EQUAL(_f, _s, _hint) \
    VMSTATE_SINGLE_FULL(_f, _s, NULL, 0, vmstate_info_int32_equal, int32_t, _hint)
#define VMSTATE_UINT32_EQUAL(_f, _s, _hint) \
    VMSTATE_SINGLE_FULL(_f, _s, NULL, 0, vmstate_info_uint32_equal, uint32_t, _hint)
#define VMSTATE_UINT64_EQUAL(_f, _s, _hint) \
    VMSTATE_SINGLE_FULL(_f, _s, NULL, 0, vmstate_info_uint64_equal, uint64_t, _hint)
/* 0..*field is what loading accepts: the field holds the upper bound before. */
#define VMSTATE_INT32_POSITIVE_LE(_f, _s) \
    VMSTATE_SINGLE(_f, _s, 0, vmstate_info_int32_le, int32_t)
/* 32 bits of type _type that are no int32_t by name, such as enumerations. */
#define VMSTATE_ENUM(_f, _s, _type) VMSTATE_SINGLE(_f, _s, 0, vmstate_info_int32, _type)

#define VMSTATE_TIMER_TEST(_f, _s, _t) \
    VMS_FIELD(#_f, 0, _t, .info = &vmstate_info_timer, .size = sizeof(QEMUTimer), \
              .flags = VMS_SINGLE, .offset = vmstate_offset_value(_s, _f, QEMUTimer))
#define VMSTATE_TIMER_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_timer, QEMUTimer)
#define VMSTATE_TIMER(_f, _s) VMSTATE_TIMER_V(_f, _s, 0)
#define VMSTATE_TIMER_PTR_TEST(_f, _s, _t) \
    VMSTATE_POINTER_TEST(_f, _s, _t, 0, vmstate_info_timer, QEMUTimer *)
#define VMSTATE_TIMER_PTR_V(_f, _s, _v) \
    VMSTATE_POINTER(_f, _s, _v, vmstate_info_timer, QEMUTimer *)
#define VMSTATE_TIMER_PTR(_f, _s) VMSTATE_TIMER_PTR_V(_f, _s, 0)
#define VMSTATE_TIMER_ARRAY(_f, _s, _n) VMSTATE_ARRAY(_f, _s, _n, 0, vmstate_info_timer, QEMUTimer)
#define VMSTATE_TIMER_PTR_ARRAY(_f, _s, _n) \
    VMSTATE_ARRAY_OF_POINTER(_f, _s, _n, 0, vmstate_info_timer, QEMUTimer)

#define VMSTATE_BOOL_ARRAY_V(_f, _s, _n, _v) VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_bool, bool)
#define VMSTATE_BOOL_ARRAY(_f, _s, _n) VMSTATE_BOOL_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_BOOL_SUB_ARRAY(_f, _s, _st, _n) \
    VMSTATE_SUB_ARRAY(_f, _s, _st, _n, 0, vmstate_info_bool, bool)
#define VMSTATE_INT8_ARRAY(_f, _s, _n) VMSTATE_ARRAY(_f, _s, _n, 0, vmstate_info_int8, int8_t)
#define VMSTATE_INT16_ARRAY(_f, _s, _n) VMSTATE_ARRAY(_f, _s, _n, 0, vmstate_info_int16, int16_t)
#define VMSTATE_INT32_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_int32, int32_t)
#define VMSTATE_INT32_ARRAY(_f, _s, _n) VMSTATE_INT32_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_INT64_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_int64, int64_t)
#define VMSTATE_INT64_ARRAY(_f, _s, _n) VMSTATE_INT64_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_UINT8_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT8_ARRAY(_f, _s, _n) VMSTATE_UINT8_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_UINT8_SUB_ARRAY(_f, _s, _st, _n) \
    VMSTATE_SUB_ARRAY(_f, _s, _st, _n, 0, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT8_2DARRAY(_f, _s, _n1, _n2) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, 0, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT16_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT16_ARRAY(_f, _s, _n) VMSTATE_UINT16_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_UINT16_SUB_ARRAY(_f, _s, _st, _n) \
    VMSTATE_SUB_ARRAY(_f, _s, _st, _n, 0, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT16_2DARRAY(_f, _s, _n1, _n2) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, 0, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT32_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT32_ARRAY(_f, _s, _n) VMSTATE_UINT32_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_UINT32_SUB_ARRAY(_f, _s, _st, _n) \
    VMSTATE_SUB_ARRAY(_f, _s, _st, _n, 0, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT32_2DARRAY(_f, _s, _n1, _n2) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, 0, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT64_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_uint64, uint64_t)
#define VMSTATE_UINT64_ARRAY(_f, _s, _n) VMSTATE_UINT64_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_UINT64_SUB_ARRAY(_f, _s, _st, _n) \
    VMSTATE_SUB_ARRAY(_f, _s, _st, _n, 0, vmstate_info_uint64, uint64_t)
#define VMSTATE_UINT64_2DARRAY(_f, _s, _n1, _n2) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, 0, vmstate_info_uint64, uint64_t)
#define VMSTATE_END_OF_LIST() { .flags = VMS_END }

/* ---- the engine ---- */

/* Save and load @opaque by its description; 0 or a negative errno with @errp set. */
int vmstate_save_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                       JSONWriter *vmdesc);
int vmstate_save_state_err(QEMUFile *f, const VMStateDescription *vmsd, const void *opaque,
                           Error **errp);
int vmstate_save_state_v(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                         int version_id, Error **errp);
int vmstate_load_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque, int version_id);
int vmstate_load_state_err(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                           int version_id, Error **errp);
bool vmstate_section_needed(const VMStateDescription *vmsd, void *opaque);

/* ---- the register of sections ---- */

#define VMSTATE_INSTANCE_ID_ANY UINT32_MAX

/* One registered piece of state. */
typedef struct SaveStateEntry {
    QTAILQ_ENTRY(SaveStateEntry) entry;
    char idstr[256];                /* name in the stream; made unique by instance_id */
    uint32_t instance_id;
    uint32_t section_id;
    int version_id;
    const VMStateDescription *vmsd;
    void *opaque;
    VMStateIf *owner;               /* NULL: no object */
} SaveStateEntry;

#define TYPE_VMSTATE_IF "vmstate-if"

/*
 * Registers state; the stream name is vmsd->name, after the object's path if @obj has one.
 * @instance_id VMSTATE_INSTANCE_ID_ANY picks the next. 0, or -1 with @errp set if it is taken.
 */
int vmstate_register(VMStateIf *obj, int instance_id, const VMStateDescription *vmsd,
                     void *opaque);
int vmstate_register_with_alias_id(VMStateIf *obj, uint32_t instance_id,
                                   const VMStateDescription *vmsd, void *opaque, int alias_id,
                                   int required_for_version, Error **errp);
/* -only-migratable: refuse state that says it cannot be migrated. */
void vmstate_set_only_migratable(bool on);
void vmstate_unregister(VMStateIf *obj, const VMStateDescription *vmsd, void *opaque);
/* The registered entries by falling priority; NULL after the last. */
SaveStateEntry *savevm_first_entry(void);
SaveStateEntry *savevm_next_entry(SaveStateEntry *se);
SaveStateEntry *savevm_find_entry(const char *idstr, uint32_t instance_id);

/* Make RAM part of the stream, named after its owner. */
void vmstate_register_ram(MemoryRegion *memory, DeviceState *dev);
void vmstate_unregister_ram(MemoryRegion *memory, DeviceState *dev);
void vmstate_register_ram_global(MemoryRegion *memory);

#endif
