/*
 * Byte order: conversion of values, and loads and stores at any address.
 *
 *   {ld,st}{u,s}{b,w,l,q}{_le,_be,_he}_p      b 1 byte, w 2, l 4, q 8; he = the host's order
 *   cpu_to_{le,be}{16,32,64}, {le,be}N_to_cpu values; with a final s: in place
 *
 * l and q loads have no sign letter; l gives uint32_t. ldn/stn take the size in bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_BSWAP_H
#define QEMU_BSWAP_H

#include "qemu/osdep.h"

#undef bswap16
#undef bswap32
#undef bswap64
static inline uint16_t bswap16(uint16_t x)
{
    return __builtin_bswap16(x);
}
static inline uint32_t bswap32(uint32_t x)
{
    return __builtin_bswap32(x);
}
static inline uint64_t bswap64(uint64_t x)
{
    return __builtin_bswap64(x);
}
static inline uint32_t bswap24(uint32_t x)
{
    return (x & 0xff) << 16 | (x & 0xff00) | (x >> 16 & 0xff);
}
static inline void bswap16s(uint16_t *s)
{
    *s = __builtin_bswap16(*s);
}
static inline void bswap32s(uint32_t *s)
{
    *s = __builtin_bswap32(*s);
}
static inline void bswap64s(uint64_t *s)
{
    *s = __builtin_bswap64(*s);
}

#if HOST_BIG_ENDIAN
#define be_bswap(v, size) (v)
#define le_bswap(v, size) bswap##size(v)
#else
#define be_bswap(v, size) bswap##size(v)
#define le_bswap(v, size) (v)
#endif

#define DEFINE_CONVERT_(order, size)                                                             \
    static inline uint##size##_t order##size##_to_cpu(uint##size##_t v)                          \
    {                                                                                            \
        return order##_bswap(v, size);                                                           \
    }                                                                                            \
    static inline uint##size##_t cpu_to_##order##size(uint##size##_t v)                          \
    {                                                                                            \
        return order##_bswap(v, size);                                                           \
    }                                                                                            \
    static inline void order##size##_to_cpus(uint##size##_t *p)                                  \
    {                                                                                            \
        *p = order##_bswap(*p, size);                                                            \
    }                                                                                            \
    static inline void cpu_to_##order##size##s(uint##size##_t *p)                                \
    {                                                                                            \
        *p = order##_bswap(*p, size);                                                            \
    }
DEFINE_CONVERT_(be, 16)
DEFINE_CONVERT_(be, 32)
DEFINE_CONVERT_(be, 64)
DEFINE_CONVERT_(le, 16)
DEFINE_CONVERT_(le, 32)
DEFINE_CONVERT_(le, 64)
#undef DEFINE_CONVERT_

/* For initialisers of tables in guest order. */
#if HOST_BIG_ENDIAN
#define const_le16(v) ((uint16_t)(((v) & 0xff) << 8 | ((v) >> 8 & 0xff)))
#define const_le32(v)                                                                            \
    ((uint32_t)(((v) & 0xffu) << 24 | ((v) & 0xff00u) << 8 | ((v) >> 8 & 0xff00u) |              \
                ((v) >> 24 & 0xffu)))
#else
#define const_le16(v) ((uint16_t)(v))
#define const_le32(v) ((uint32_t)(v))
#endif

static inline uint8_t ldub_p(const void *p)
{
    return *(const uint8_t *)p;
}
static inline int8_t ldsb_p(const void *p)
{
    return *(const int8_t *)p;
}
static inline void stb_p(void *p, uint8_t v)
{
    *(uint8_t *)p = v;
}

#define he_bswap(v, size) (v)
#define DEFINE_LOAD_STORE_(order)                                                                \
    static inline uint16_t lduw_##order##_p(const void *p)                                       \
    {                                                                                            \
        uint16_t r;                                                                              \
        __builtin_memcpy(&r, p, sizeof(r));                                                      \
        return order##_bswap(r, 16);                                                             \
    }                                                                                            \
    static inline int16_t ldsw_##order##_p(const void *p)                                        \
    {                                                                                            \
        return (int16_t)lduw_##order##_p(p);                                                     \
    }                                                                                            \
    static inline uint32_t ldl_##order##_p(const void *p)                                        \
    {                                                                                            \
        uint32_t r;                                                                              \
        __builtin_memcpy(&r, p, sizeof(r));                                                      \
        return order##_bswap(r, 32);                                                             \
    }                                                                                            \
    static inline uint64_t ldq_##order##_p(const void *p)                                        \
    {                                                                                            \
        uint64_t r;                                                                              \
        __builtin_memcpy(&r, p, sizeof(r));                                                      \
        return order##_bswap(r, 64);                                                             \
    }                                                                                            \
    static inline void stw_##order##_p(void *p, uint16_t v)                                      \
    {                                                                                            \
        v = order##_bswap(v, 16);                                                                \
        __builtin_memcpy(p, &v, sizeof(v));                                                      \
    }                                                                                            \
    static inline void stl_##order##_p(void *p, uint32_t v)                                      \
    {                                                                                            \
        v = order##_bswap(v, 32);                                                                \
        __builtin_memcpy(p, &v, sizeof(v));                                                      \
    }                                                                                            \
    static inline void stq_##order##_p(void *p, uint64_t v)                                      \
    {                                                                                            \
        v = order##_bswap(v, 64);                                                                \
        __builtin_memcpy(p, &v, sizeof(v));                                                      \
    }                                                                                            \
    static inline uint64_t ldn_##order##_p(const void *p, int size)                              \
    {                                                                                            \
        switch (size) {                                                                          \
        case 1:                                                                                  \
            return ldub_p(p);                                                                    \
        case 2:                                                                                  \
            return lduw_##order##_p(p);                                                          \
        case 4:                                                                                  \
            return ldl_##order##_p(p);                                                           \
        case 8:                                                                                  \
            return ldq_##order##_p(p);                                                           \
        default:                                                                                 \
            g_assert_not_reached();                                                              \
        }                                                                                        \
    }                                                                                            \
    static inline void stn_##order##_p(void *p, int size, uint64_t v)                            \
    {                                                                                            \
        switch (size) {                                                                          \
        case 1:                                                                                  \
            stb_p(p, v);                                                                         \
            break;                                                                               \
        case 2:                                                                                  \
            stw_##order##_p(p, v);                                                               \
            break;                                                                               \
        case 4:                                                                                  \
            stl_##order##_p(p, v);                                                               \
            break;                                                                               \
        case 8:                                                                                  \
            stq_##order##_p(p, v);                                                               \
            break;                                                                               \
        default:                                                                                 \
            g_assert_not_reached();                                                              \
        }                                                                                        \
    }
DEFINE_LOAD_STORE_(le)
DEFINE_LOAD_STORE_(be)
DEFINE_LOAD_STORE_(he)
#undef DEFINE_LOAD_STORE_

static inline void st24_le_p(void *p, uint32_t v)
{
    stw_le_p(p, v & 0xffff);
    stb_p((uint8_t *)p + 2, v >> 16);
}
static inline uint32_t ld24_le_p(const void *p)
{
    return lduw_le_p(p) | (uint32_t)ldub_p((const uint8_t *)p + 2) << 16;
}
static inline uint32_t ld24_be_p(const void *p)
{
    return (uint32_t)lduw_be_p(p) << 8 | ldub_p((const uint8_t *)p + 2);
}

#undef he_bswap

#endif
