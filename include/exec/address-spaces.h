/*
 * The two address spaces that every machine has.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXEC_ADDRESS_SPACES_H
#define EXEC_ADDRESS_SPACES_H

#include "exec/memory.h"

/* Root regions: boards add to these, during init only or under the big lock (BQL). */
MemoryRegion *get_system_memory(void);
MemoryRegion *get_system_io(void);

extern AddressSpace address_space_memory;
extern AddressSpace address_space_io;

#endif
