/*
 * Size, sign and byte order of one memory access.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXEC_MEMOP_H
#define EXEC_MEMOP_H

typedef enum MemOp {
    MO_8 = 0,                       /* log2 of the size in bytes */
    MO_16 = 1,
    MO_32 = 2,
    MO_64 = 3,
    MO_128 = 4,
    MO_256 = 5,
    MO_SIZE = 7,                    /* mask of the above */
    MO_SIGN = 8,                    /* sign-extend what is loaded */
    MO_LE = 0,                      /* byte order in memory */
    MO_BE = 16,
    MO_BSWAP = 16,                  /* mask of the above */
    MO_UB = MO_8,
    MO_UW = MO_16,
    MO_UL = MO_32,
    MO_UQ = MO_64,
    MO_SB = MO_SIGN | MO_8,
    MO_SW = MO_SIGN | MO_16,
    MO_SL = MO_SIGN | MO_32,
    MO_SQ = MO_SIGN | MO_64,
} MemOp;

/* Bytes that @op moves. */
static inline unsigned memop_size(MemOp op)
{
    return 1u << (op & MO_SIZE);
}

/* The MemOp of an access of @size bytes, a power of two. */
static inline MemOp size_memop(unsigned size)
{
    return (MemOp)__builtin_ctz(size);
}

#endif
