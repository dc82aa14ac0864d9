/*
 * Scatter-gather lists.
 *
 * Offsets and sizes are bytes of the concatenated elements. No function goes past the list's
 * end: the result tells how far it got.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_IOV_H
#define QEMU_IOV_H

#include <sys/uio.h>
#include "qemu/osdep.h"

size_t iov_size(const struct iovec *iov, const unsigned int iov_cnt);
size_t iov_from_buf_full(const struct iovec *iov, unsigned int iov_cnt, size_t offset,
                         const void *buf, size_t bytes);
size_t iov_to_buf_full(const struct iovec *iov, const unsigned int iov_cnt, size_t offset,
                       void *buf, size_t bytes);
size_t iov_memset(const struct iovec *iov, const unsigned int iov_cnt, size_t offset,
                  int fillc, size_t bytes);

/* The common short copy inside the first element, without a call. */
static inline size_t iov_from_buf(const struct iovec *iov, unsigned int iov_cnt, size_t offset,
                                  const void *buf, size_t bytes)
{
    if (iov_cnt && offset <= iov[0].iov_len && bytes <= iov[0].iov_len - offset) {
        memcpy((char *)iov[0].iov_base + offset, buf, bytes);
        return bytes;
    }
    return iov_from_buf_full(iov, iov_cnt, offset, buf, bytes);
}
static inline size_t iov_to_buf(const struct iovec *iov, const unsigned int iov_cnt,
                                size_t offset, void *buf, size_t bytes)
{
    if (iov_cnt && offset <= iov[0].iov_len && bytes <= iov[0].iov_len - offset) {
        memcpy(buf, (const char *)iov[0].iov_base + offset, bytes);
        return bytes;
    }
    return iov_to_buf_full(iov, iov_cnt, offset, buf, bytes);
}

/* Describe a part of @iov in @dst_iov; returns the elements used. */
unsigned iov_copy(struct iovec *dst_iov, unsigned int dst_iov_cnt, const struct iovec *iov,
                  unsigned int iov_cnt, size_t offset, size_t bytes);
/* Cut bytes off the front (back) of the list in place; returns how many. */
size_t iov_discard_front(struct iovec **iov, unsigned int *iov_cnt, size_t bytes);
size_t iov_discard_back(struct iovec *iov, unsigned int *iov_cnt, size_t bytes);

/* sendmsg() or recvmsg() of a part, repeated over short transfers; -1 with errno. */
ssize_t iov_send(int sockfd, const struct iovec *iov, unsigned iov_cnt, size_t offset,
                 size_t bytes);
ssize_t iov_recv(int sockfd, const struct iovec *iov, unsigned iov_cnt, size_t offset,
                 size_t bytes);
void iov_hexdump(const struct iovec *iov, const unsigned int iov_cnt, FILE *fp,
                 const char *prefix, size_t limit);

/* A list that knows its size and owns (nalloc > 0) or borrows (-1) its elements. */
typedef struct QEMUIOVector {
    struct iovec *iov;
    int niov;
    int nalloc;
    size_t size;
    struct iovec local_iov;
} QEMUIOVector;

#define QEMU_IOVEC_INIT_BUF(self, buf, len)                                                      \
    { .iov = &(self).local_iov, .niov = 1, .nalloc = -1, .size = (len),                          \
      .local_iov = { .iov_base = (void *)(buf), .iov_len = (len) } }

static inline void qemu_iovec_init_buf(QEMUIOVector *qiov, void *buf, size_t len)
{
    *qiov = (QEMUIOVector){ &qiov->local_iov, 1, -1, len, { buf, len } };
}
static inline void *qemu_iovec_buf(QEMUIOVector *qiov)
{
    assert(qiov->niov == 1);
    return qiov->iov[0].iov_base;
}

void qemu_iovec_init(QEMUIOVector *qiov, int alloc_hint);
/* Borrow @iov, which outlives @qiov. */
void qemu_iovec_init_external(QEMUIOVector *qiov, struct iovec *iov, int niov);
/* Borrow the elements of a part of @source, cut to fit. */
void qemu_iovec_init_slice(QEMUIOVector *qiov, QEMUIOVector *source, size_t offset, size_t len);
void qemu_iovec_add(QEMUIOVector *qiov, void *base, size_t len);
/* Append a part of @src, which keeps owning the memory. */
void qemu_iovec_concat(QEMUIOVector *dst, QEMUIOVector *src, size_t soffset, size_t sbytes);
size_t qemu_iovec_concat_iov(QEMUIOVector *dst, struct iovec *src_iov, unsigned int src_cnt,
                             size_t soffset, size_t sbytes);
bool qemu_iovec_is_zero(QEMUIOVector *qiov, size_t qiov_offset, size_t bytes);
void qemu_iovec_destroy(QEMUIOVector *qiov);
void qemu_iovec_reset(QEMUIOVector *qiov);
size_t qemu_iovec_to_buf(QEMUIOVector *qiov, size_t offset, void *buf, size_t bytes);
size_t qemu_iovec_from_buf(QEMUIOVector *qiov, size_t offset, const void *buf, size_t bytes);
size_t qemu_iovec_memset(QEMUIOVector *qiov, size_t offset, int fillc, size_t bytes);
/* The first element of a part, its offset there, and how many elements the part touches. */
struct iovec *qemu_iovec_slice(QEMUIOVector *qiov, size_t offset, size_t len, size_t *head,
                               size_t *tail, int *niov);
/* The first differing byte, or -1. */
ssize_t qemu_iovec_compare(QEMUIOVector *a, QEMUIOVector *b);
void qemu_iovec_clone(QEMUIOVector *dest, const QEMUIOVector *src, void *buf);

#endif
