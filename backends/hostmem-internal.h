/*
 * What the memory back ends share with each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef BACKENDS_HOSTMEM_INTERNAL_H
#define BACKENDS_HOSTMEM_INTERNAL_H

#include "sysemu/hostmem.h"

/* RAM_ flags that the common properties ask for. */
uint32_t hostmem_ram_flags(const HostMemoryBackend *backend);
/* Fails once the memory exists. */
bool hostmem_may_change(HostMemoryBackend *backend, const char *name, Error **errp);

#endif
