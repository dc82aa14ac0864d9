/*
 * CRC-32C (Castagnoli), reflected polynomial 0x82f63b78.
 *
 * Spec:    RFC 3720, appendix B.4. Eight bytes at a time with a table per byte ("slicing by
 *          eight"); the tables are computed once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/crc32c.h"

static uint32_t table[8][256];

static void __attribute__((constructor)) make_tables(void)
{
    for (unsigned i = 0; i < 256; i++) {
        uint32_t c = i;

        for (int k = 0; k < 8; k++) {
            c = c & 1 ? c >> 1 ^ 0x82f63b78u : c >> 1;
        }
        table[0][i] = c;
    }
    for (unsigned i = 0; i < 256; i++) {
        for (int k = 1; k < 8; k++) {
            table[k][i] = table[k - 1][i] >> 8 ^ table[0][table[k - 1][i] & 0xff];
        }
    }
}

static uint32_t update(uint32_t crc, const uint8_t *p, size_t n)
{
    for (; n >= 8; n -= 8, p += 8) {
        uint32_t a = crc ^ ldl_le_p(p), b = ldl_le_p(p + 4);

        crc = table[7][a & 0xff] ^ table[6][a >> 8 & 0xff] ^ table[5][a >> 16 & 0xff] ^
              table[4][a >> 24] ^ table[3][b & 0xff] ^ table[2][b >> 8 & 0xff] ^
              table[1][b >> 16 & 0xff] ^ table[0][b >> 24];
    }
    for (; n; n--, p++) {
        crc = crc >> 8 ^ table[0][(crc ^ *p) & 0xff];
    }
    return crc;
}

uint32_t crc32c(uint32_t crc, const uint8_t *data, unsigned int length)
{
    return update(crc, data, length) ^ 0xffffffffu;
}

uint32_t iov_crc32c(uint32_t crc, const struct iovec *iov, size_t iov_cnt)
{
    for (size_t i = 0; i < iov_cnt; i++) {
        crc = update(crc, iov[i].iov_base, iov[i].iov_len);
    }
    return crc ^ 0xffffffffu;
}
