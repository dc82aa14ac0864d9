/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files to buffers and to guest memory: raw, gzip, U-Boot images.
 *
 * Spec:      RFC 1952 (gzip, through zlib); U-Boot legacy image header (image.h layout: 64
 *            bytes, big-endian).
 * Thread:    big lock.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include <zlib.h>
#include "exec/address-spaces.h"
#include "hw/loader.h"

enum { GUNZIP_MAX = 512 << 20 /* bounds what a small hostile file can make us allocate */ };

int64_t get_image_size(const char *filename)
{
    int fd = open(filename, O_RDONLY | O_CLOEXEC);
    struct stat st;
    int64_t size = -1;

    if (fd < 0) {
        return -1;
    }
    if (fstat(fd, &st) == 0) {
        if (S_ISDIR(st.st_mode)) {
            errno = EISDIR;
        } else {
            size = lseek(fd, 0, SEEK_END);
        }
    }
    close(fd);
    return size;
}

ssize_t load_image_size(const char *filename, void *addr, size_t size)
{
    int fd = open(filename, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0) {
        return -1;
    }
    n = qemu_read_full(fd, addr, size);
    close(fd);
    return n;
}

ssize_t load_image_targphys_as(const char *filename, hwaddr addr, uint64_t max_sz,
                               AddressSpace *as)
{
    int64_t size = get_image_size(filename);

    if (size < 0 || (uint64_t)size > max_sz) {
        return -1;
    }
    if (size > 0 && rom_add_file(filename, NULL, addr, -1, false, NULL, as) < 0) {
        return -1;
    }
    return size;
}

ssize_t load_image_targphys(const char *filename, hwaddr addr, uint64_t max_sz)
{
    return load_image_targphys_as(filename, addr, max_sz, NULL);
}

ssize_t load_image_mr(const char *filename, MemoryRegion *mr)
{
    int64_t size = get_image_size(filename);

    if (size < 0 || (uint64_t)size > memory_region_size(mr) ||
        rom_add_file(filename, NULL, 0, -1, false, mr, NULL) < 0) {
        return -1;
    }
    return size;
}

/* ---- gzip ---- */

static ssize_t gunzip(uint8_t **out, size_t max, const uint8_t *in, size_t len)
{
    z_stream z = { .next_in = (uint8_t *)in, .avail_in = len };
    size_t cap = MIN(max, MAX(len * 4, (size_t)64 * KiB)), n = 0;
    uint8_t *buf;
    int r;

    if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK) {
        return -1;
    }
    buf = g_malloc(cap);
    do {
        if (n == cap) {
            if (cap == max) {
                r = Z_BUF_ERROR;
                break;
            }
            cap = MIN(max, cap * 2);
            buf = g_realloc(buf, cap);
        }
        z.next_out = buf + n;
        z.avail_out = cap - n;
        r = inflate(&z, Z_NO_FLUSH);
        n = cap - z.avail_out;
    } while (r == Z_OK);
    inflateEnd(&z);
    if (r != Z_STREAM_END) {
        g_free(buf);
        return -1;
    }
    *out = buf;
    return n;
}

ssize_t load_image_gzipped_buffer(const char *filename, uint64_t max_sz, uint8_t **buffer)
{
    g_autofree char *in = NULL;
    size_t len;

    if (!g_file_get_contents(filename, &in, &len, NULL) || len < 18 ||
        (uint8_t)in[0] != 0x1f || (uint8_t)in[1] != 0x8b) {
        return -1;
    }
    return gunzip(buffer, MIN(max_sz, (uint64_t)GUNZIP_MAX), (uint8_t *)in, len);
}

ssize_t load_image_gzipped(const char *filename, hwaddr addr, uint64_t max_sz)
{
    uint8_t *buf = NULL;
    ssize_t n = load_image_gzipped_buffer(filename, max_sz, &buf);

    if (n >= 0) {
        rom_add_blob_fixed(filename, buf, n, addr);
        g_free(buf);
    }
    return n;
}

/* ---- U-Boot ---- */

enum { UIMAGE_MAGIC = 0x27051956, UIMAGE_HDR = 64, UIMAGE_KERNEL = 2, UIMAGE_KERNEL_NOLOAD = 14,
       UIMAGE_GZIP = 1, UIMAGE_OS_LINUX = 5 };

ssize_t load_uimage_as(const char *filename, hwaddr *ep, hwaddr *loadaddr, int *is_linux,
                       uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                       AddressSpace *as)
{
    g_autofree char *file = NULL;
    const uint8_t *h, *data;
    uint8_t *unpacked = NULL;
    size_t len;
    ssize_t size;
    hwaddr at;

    if (!g_file_get_contents(filename, &file, &len, NULL) || len < UIMAGE_HDR) {
        return -1;
    }
    h = (const uint8_t *)file;
    data = h + UIMAGE_HDR;
    size = ldl_be_p(h + 12);
    if ((uint32_t)ldl_be_p(h) != UIMAGE_MAGIC || size < 0 || (size_t)size > len - UIMAGE_HDR) {
        return -1;
    }
    if (h[30] != UIMAGE_KERNEL && h[30] != UIMAGE_KERNEL_NOLOAD) {
        return -1;
    }
    at = h[30] == UIMAGE_KERNEL_NOLOAD && loadaddr ? *loadaddr + UIMAGE_HDR
                                                   : (uint32_t)ldl_be_p(h + 16);
    if (translate_fn) {
        at = translate_fn(translate_opaque, at);
    }
    if (h[31] == UIMAGE_GZIP) {
        size = gunzip(&unpacked, GUNZIP_MAX, data, size);
        if (size < 0) {
            return -1;
        }
        data = unpacked;
    } else if (h[31] != 0) {
        return -1;
    }
    rom_add_blob_fixed_as(filename, data, size, at, as);
    g_free(unpacked);
    if (ep) {
        *ep = h[30] == UIMAGE_KERNEL_NOLOAD ? at + (uint32_t)ldl_be_p(h + 20)
                                            : (uint32_t)ldl_be_p(h + 20);
    }
    if (loadaddr) {
        *loadaddr = at;
    }
    if (is_linux) {
        *is_linux = h[28] == UIMAGE_OS_LINUX;
    }
    return size;
}

ssize_t load_uimage(const char *filename, hwaddr *ep, hwaddr *loadaddr, int *is_linux,
                    uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque)
{
    return load_uimage_as(filename, ep, loadaddr, is_linux, translate_fn, translate_opaque,
                          NULL);
}

/* ---- Intel HEX ---- */

static int hex_byte(const char *p)
{
    int hi = g_ascii_xdigit_value(p[0]), lo = hi < 0 ? -1 : g_ascii_xdigit_value(p[1]);

    return hi < 0 || lo < 0 ? -1 : hi << 4 | lo;
}

/* One record ":LLAAAATT<data>CC"; false if it is malformed. */
static bool hex_record(const char *line, uint8_t *data, unsigned *len, unsigned *addr,
                       unsigned *type)
{
    uint8_t raw[260], sum = 0;
    unsigned n = 0;

    if (line[0] != ':') {
        return false;
    }
    for (line++; n < sizeof(raw) && g_ascii_isxdigit(line[0]); line += 2) {
        int b = hex_byte(line);
        if (b < 0) {
            return false;
        }
        raw[n++] = b;
        sum += b;
    }
    if (n < 5 || raw[0] != n - 5 || sum) {
        return false;
    }
    *len = raw[0];
    *addr = raw[1] << 8 | raw[2];
    *type = raw[3];
    memcpy(data, raw + 4, *len);
    return true;
}

ssize_t load_targphys_hex_as(const char *filename, hwaddr *entry, AddressSpace *as)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    uint64_t base = 0;
    ssize_t total = 0;

    if (!g_file_get_contents(filename, &text, NULL, NULL)) {
        return -1;
    }
    lines = g_strsplit(text, "\n", 0);
    rom_transaction_begin();
    for (char **l = lines; *l; l++) {
        uint8_t d[256];
        unsigned len, addr, type;

        g_strchomp(*l);
        if (!**l) {
            continue;
        }
        if (!hex_record(*l, d, &len, &addr, &type)) {
            rom_transaction_end(false);
            return -1;
        }
        switch (type) {
        case 0:
            rom_add_blob_fixed_as(filename, d, len, base + addr, as);
            total += len;
            break;
        case 1:
            rom_transaction_end(true);
            return total;
        case 2:
            base = (uint64_t)(d[0] << 8 | d[1]) << 4;
            break;
        case 4:
            base = (uint64_t)(d[0] << 8 | d[1]) << 16;
            break;
        case 3:
        case 5:
            if (entry && len == 4) {
                *entry = ldl_be_p(d);
            }
            break;
        default:
            rom_transaction_end(false);
            return -1;
        }
    }
    rom_transaction_end(false); /* no end record */
    return -1;
}
