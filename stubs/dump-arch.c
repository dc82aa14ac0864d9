/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Targets that do not describe their CPUs in core files. */
#include "qemu/osdep.h"
#include "sysemu/dump-arch.h"

bool dump_arch_info(DumpArch *arch)
{
    return false;
}

void dump_arch_notes(CPUState *cpu, const DumpArch *arch, GByteArray *notes)
{
}
