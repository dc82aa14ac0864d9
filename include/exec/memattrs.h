/*
 * What travels beside the address of a bus transaction, and how the transaction ended.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXEC_MEMATTRS_H
#define EXEC_MEMATTRS_H

typedef struct MemTxAttrs {
    unsigned unspecified : 1;       /* the initiator said nothing about the rest */
    unsigned secure : 1;            /* ARM: secure access; x86: from SMM */
    unsigned space : 2;             /* ARM: security space */
    unsigned user : 1;              /* from unprivileged mode */
    unsigned memory : 1;            /* only memory may answer: devices report an error */
    unsigned requester_id : 16;     /* PCI requester */
    unsigned pid : 8;
} MemTxAttrs;

#define MEMTXATTRS_UNSPECIFIED ((MemTxAttrs) { .unspecified = 1 })

/* A set of bits, so that the result of a split access is the OR of its parts. */
typedef uint32_t MemTxResult;
#define MEMTX_OK 0
#define MEMTX_ERROR (1u << 0)           /* the device refused */
#define MEMTX_DECODE_ERROR (1u << 1)    /* nobody answers there */
#define MEMTX_ACCESS_ERROR (1u << 2)    /* the attributes forbid it */

#endif
