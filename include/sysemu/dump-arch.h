/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a target adds to a core file of guest memory.
 *
 * Thread: main thread with the machine stopped, or the dump's thread while it stays stopped.
 */
#ifndef SYSEMU_DUMP_ARCH_H
#define SYSEMU_DUMP_ARCH_H

typedef struct DumpArch {
    int elf_machine;            /* EM_* */
    bool elf64;                 /* ELFCLASS64; else 32 */
} DumpArch;

/* How to dump this machine's CPUs; false if the target cannot. */
bool dump_arch_info(DumpArch *arch);
/* Append the ELF notes of @cpu. */
void dump_arch_notes(CPUState *cpu, const DumpArch *arch, GByteArray *notes);
/* For dump_arch_notes(): append a note, padded as ELF wants it. */
void dump_append_note(GByteArray *notes, const char *name, uint32_t type, const void *desc,
                      size_t len);

#endif
