/*
 * Scatter-gather lists.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <sys/socket.h>
#include "qemu/cutils.h"
#include "qemu/iov.h"

size_t iov_size(const struct iovec *iov, const unsigned int iov_cnt)
{
    size_t n = 0;

    for (unsigned i = 0; i < iov_cnt; i++) {
        n += iov[i].iov_len;
    }
    return n;
}

/* A walk over the pieces of a part of a list. */
typedef struct IovWalk {
    const struct iovec *iov, *end;
    size_t skip; /* bytes to pass over in *iov */
    size_t left; /* bytes of the part still to come */
} IovWalk;

static IovWalk walk_begin(const struct iovec *iov, unsigned cnt, size_t offset, size_t bytes)
{
    IovWalk w = { iov, iov + cnt, offset, bytes };

    while (w.iov < w.end && w.skip >= w.iov->iov_len) {
        w.skip -= w.iov->iov_len;
        w.iov++;
    }
    return w;
}

/* The next piece; 0 at the end. */
static size_t walk_next(IovWalk *w, uint8_t **base)
{
    while (w->left && w->iov < w->end) {
        size_t n = MIN(w->iov->iov_len - w->skip, w->left);

        *base = (uint8_t *)w->iov->iov_base + w->skip;
        w->skip = 0;
        w->iov++;
        w->left -= n;
        if (n) {
            return n;
        }
    }
    return 0;
}

size_t iov_from_buf_full(const struct iovec *iov, unsigned int iov_cnt, size_t offset,
                         const void *buf, size_t bytes)
{
    IovWalk w = walk_begin(iov, iov_cnt, offset, bytes);
    uint8_t *base;
    size_t n, done = 0;

    while ((n = walk_next(&w, &base))) {
        memcpy(base, (const uint8_t *)buf + done, n);
        done += n;
    }
    return done;
}

size_t iov_to_buf_full(const struct iovec *iov, const unsigned int iov_cnt, size_t offset,
                       void *buf, size_t bytes)
{
    IovWalk w = walk_begin(iov, iov_cnt, offset, bytes);
    uint8_t *base;
    size_t n, done = 0;

    while ((n = walk_next(&w, &base))) {
        memcpy((uint8_t *)buf + done, base, n);
        done += n;
    }
    return done;
}

size_t iov_memset(const struct iovec *iov, const unsigned int iov_cnt, size_t offset,
                  int fillc, size_t bytes)
{
    IovWalk w = walk_begin(iov, iov_cnt, offset, bytes);
    uint8_t *base;
    size_t n, done = 0;

    while ((n = walk_next(&w, &base))) {
        memset(base, fillc, n);
        done += n;
    }
    return done;
}

unsigned iov_copy(struct iovec *dst_iov, unsigned int dst_iov_cnt, const struct iovec *iov,
                  unsigned int iov_cnt, size_t offset, size_t bytes)
{
    IovWalk w = walk_begin(iov, iov_cnt, offset, bytes);
    uint8_t *base;
    unsigned used = 0;
    size_t n;

    while (used < dst_iov_cnt && (n = walk_next(&w, &base))) {
        dst_iov[used++] = (struct iovec){ base, n };
    }
    return used;
}

size_t iov_discard_front(struct iovec **iov, unsigned int *iov_cnt, size_t bytes)
{
    size_t total = 0;

    while (*iov_cnt && total < bytes) {
        struct iovec *cur = *iov;

        if (cur->iov_len > bytes - total) {
            cur->iov_base = (uint8_t *)cur->iov_base + (bytes - total);
            cur->iov_len -= bytes - total;
            return bytes;
        }
        total += cur->iov_len;
        (*iov)++;
        (*iov_cnt)--;
    }
    return total;
}

size_t iov_discard_back(struct iovec *iov, unsigned int *iov_cnt, size_t bytes)
{
    size_t total = 0;

    while (*iov_cnt && total < bytes) {
        struct iovec *cur = &iov[*iov_cnt - 1];

        if (cur->iov_len > bytes - total) {
            cur->iov_len -= bytes - total;
            return bytes;
        }
        total += cur->iov_len;
        (*iov_cnt)--;
    }
    return total;
}

static ssize_t send_recv(int fd, const struct iovec *iov, unsigned cnt, size_t offset,
                         size_t bytes, bool do_send)
{
    g_autofree struct iovec *part = g_new(struct iovec, MAX(cnt, 1u));
    size_t done = 0;

    while (done < bytes) {
        /* IOV_MAX bounds what one call takes. */
        unsigned n = iov_copy(part, MIN(cnt, (unsigned)IOV_MAX), iov, cnt, offset + done,
                              bytes - done);
        struct msghdr msg = { .msg_iov = part, .msg_iovlen = n };

        if (!n) {
            break;
        }
        ssize_t r = RETRY_ON_EINTR(do_send ? sendmsg(fd, &msg, MSG_NOSIGNAL)
                                           : recvmsg(fd, &msg, 0));
        if (r < 0) {
            return done && errno == EAGAIN ? (ssize_t)done : -1;
        }
        if (r == 0 && !do_send) {
            break;
        }
        done += r;
    }
    return done;
}

ssize_t iov_send(int sockfd, const struct iovec *iov, unsigned iov_cnt, size_t offset,
                 size_t bytes)
{
    return send_recv(sockfd, iov, iov_cnt, offset, bytes, true);
}

ssize_t iov_recv(int sockfd, const struct iovec *iov, unsigned iov_cnt, size_t offset,
                 size_t bytes)
{
    return send_recv(sockfd, iov, iov_cnt, offset, bytes, false);
}

void iov_hexdump(const struct iovec *iov, const unsigned int iov_cnt, FILE *fp,
                 const char *prefix, size_t limit)
{
    size_t size = MIN(iov_size(iov, iov_cnt), limit);
    g_autofree uint8_t *buf = g_malloc(size);

    iov_to_buf(iov, iov_cnt, 0, buf, size);
    qemu_hexdump(fp, prefix, buf, size);
}
