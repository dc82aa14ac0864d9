/*
 * QEMUIOVector: a scatter-gather list that knows its size.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qemu/iov.h"

void qemu_iovec_init(QEMUIOVector *qiov, int alloc_hint)
{
    *qiov = (QEMUIOVector){ .iov = g_new(struct iovec, MAX(alloc_hint, 1)),
                            .nalloc = MAX(alloc_hint, 1) };
}

void qemu_iovec_init_external(QEMUIOVector *qiov, struct iovec *iov, int niov)
{
    *qiov = (QEMUIOVector){ .iov = iov, .niov = niov, .nalloc = -1,
                            .size = iov_size(iov, niov) };
}

void qemu_iovec_add(QEMUIOVector *qiov, void *base, size_t len)
{
    assert(qiov->nalloc > 0);
    if (qiov->niov == qiov->nalloc) {
        qiov->nalloc = qiov->nalloc * 2 + 1;
        qiov->iov = g_renew(struct iovec, qiov->iov, qiov->nalloc);
    }
    qiov->iov[qiov->niov++] = (struct iovec){ base, len };
    qiov->size += len;
}

size_t qemu_iovec_concat_iov(QEMUIOVector *dst, struct iovec *src_iov, unsigned int src_cnt,
                             size_t soffset, size_t sbytes)
{
    size_t done = 0;

    for (unsigned i = 0; i < src_cnt && done < sbytes; i++) {
        if (soffset >= src_iov[i].iov_len) {
            soffset -= src_iov[i].iov_len;
            continue;
        }
        size_t n = MIN(src_iov[i].iov_len - soffset, sbytes - done);
        qemu_iovec_add(dst, (uint8_t *)src_iov[i].iov_base + soffset, n);
        done += n;
        soffset = 0;
    }
    return done;
}

void qemu_iovec_concat(QEMUIOVector *dst, QEMUIOVector *src, size_t soffset, size_t sbytes)
{
    assert(soffset <= src->size);
    qemu_iovec_concat_iov(dst, src->iov, src->niov, soffset, sbytes);
}

struct iovec *qemu_iovec_slice(QEMUIOVector *qiov, size_t offset, size_t len, size_t *head,
                               size_t *tail, int *niov)
{
    struct iovec *first = qiov->iov;
    struct iovec *last;

    assert(offset <= qiov->size && len <= qiov->size - offset);
    if (!len) {
        *head = *tail = 0;
        *niov = 0;
        return first;
    }
    while (offset >= first->iov_len) {
        offset -= first->iov_len;
        first++;
    }
    *head = offset;
    size_t end = offset + len;
    for (last = first; end > last->iov_len; last++) {
        end -= last->iov_len;
    }
    *tail = last->iov_len - end;
    *niov = last - first + 1;
    return first;
}

void qemu_iovec_init_slice(QEMUIOVector *qiov, QEMUIOVector *source, size_t offset, size_t len)
{
    size_t head, tail;
    int niov;
    struct iovec *iov = qemu_iovec_slice(source, offset, len, &head, &tail, &niov);

    if (niov <= 1) {
        qemu_iovec_init_buf(qiov, niov ? (uint8_t *)iov->iov_base + head : NULL, len);
        return;
    }
    qemu_iovec_init(qiov, niov);
    qemu_iovec_concat_iov(qiov, iov, niov, head, len);
}

bool qemu_iovec_is_zero(QEMUIOVector *qiov, size_t qiov_offset, size_t bytes)
{
    size_t head, tail;
    int niov;
    struct iovec *iov = qemu_iovec_slice(qiov, qiov_offset, bytes, &head, &tail, &niov);

    for (; bytes; iov++) {
        size_t n = MIN(iov->iov_len - head, bytes);

        if (!buffer_is_zero((uint8_t *)iov->iov_base + head, n)) {
            return false;
        }
        head = 0;
        bytes -= n;
    }
    return true;
}

void qemu_iovec_destroy(QEMUIOVector *qiov)
{
    if (qiov->nalloc > 0) {
        g_free(qiov->iov);
    }
    *qiov = (QEMUIOVector){ 0 };
}

void qemu_iovec_reset(QEMUIOVector *qiov)
{
    assert(qiov->nalloc > 0);
    qiov->niov = 0;
    qiov->size = 0;
}

size_t qemu_iovec_to_buf(QEMUIOVector *qiov, size_t offset, void *buf, size_t bytes)
{
    return iov_to_buf(qiov->iov, qiov->niov, offset, buf, bytes);
}

size_t qemu_iovec_from_buf(QEMUIOVector *qiov, size_t offset, const void *buf, size_t bytes)
{
    return iov_from_buf(qiov->iov, qiov->niov, offset, buf, bytes);
}

size_t qemu_iovec_memset(QEMUIOVector *qiov, size_t offset, int fillc, size_t bytes)
{
    return iov_memset(qiov->iov, qiov->niov, offset, fillc, bytes);
}

ssize_t qemu_iovec_compare(QEMUIOVector *a, QEMUIOVector *b)
{
    ssize_t at = 0;

    assert(a->niov == b->niov);
    for (int i = 0; i < a->niov; i++) {
        const uint8_t *p = a->iov[i].iov_base, *q = b->iov[i].iov_base;
        size_t n = a->iov[i].iov_len;

        assert(n == b->iov[i].iov_len);
        if (n && memcmp(p, q, n)) {
            while (*p++ == *q++) {
                at++;
            }
            return at;
        }
        at += n;
    }
    return -1;
}

void qemu_iovec_clone(QEMUIOVector *dest, const QEMUIOVector *src, void *buf)
{
    uint8_t *at = buf;

    for (int i = 0; i < src->niov; i++) {
        qemu_iovec_add(dest, at, src->iov[i].iov_len);
        at += src->iov[i].iov_len;
    }
}
