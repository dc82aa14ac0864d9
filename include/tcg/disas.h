/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disassembly to the log, through libcapstone where it was found, else as hexadecimal bytes. */
#ifndef TCG_DISAS_H
#define TCG_DISAS_H

#include "qemu/osdep.h"

/* Host code at buf, shown as if it lay at address. Any thread. */
void disas_host(const void *buf, size_t size, uint64_t address);

/* x86 guest code; bits is 16, 32 or 64. */
void disas_x86(const void *buf, size_t size, uint64_t address, int bits);

#endif
