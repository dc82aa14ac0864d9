/*
 * CRC-32C (Castagnoli).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_CRC32C_H
#define QEMU_CRC32C_H

#include <sys/uio.h>
#include "qemu/osdep.h"

/* Begin with @crc 0xffffffff; the result has its bits inverted, as iSCSI and others use it. */
uint32_t crc32c(uint32_t crc, const uint8_t *data, unsigned int length);
uint32_t iov_crc32c(uint32_t crc, const struct iovec *iov, size_t iov_cnt);

#endif
