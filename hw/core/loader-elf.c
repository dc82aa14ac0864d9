/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF images into guest memory.
 *
 * Spec:      System V ABI, "Object Files" and "Program Loading"; ELF-64 Object File Format 1.5.
 * Thread:    big lock.
 *
 * The file is hostile: every offset and count is checked against its size before use.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include <elf.h>
#include "qapi/error.h"
#include "hw/loader.h"

enum { MAX_SEGMENTS = 1024 /* no real image has more; bounds the work for a hostile one */ };

typedef struct ElfFile {
    const uint8_t *data;
    size_t size;
    bool is64, big;
} ElfFile;

typedef struct Segment {
    uint32_t type;
    uint64_t offset, vaddr, paddr, filesz, memsz;
} Segment;

static uint64_t get(const ElfFile *f, const uint8_t *p, unsigned size)
{
    switch (size) {
    case 2:
        return f->big ? lduw_be_p(p) : lduw_le_p(p);
    case 4:
        return (uint32_t)(f->big ? ldl_be_p(p) : ldl_le_p(p));
    default:
        return f->big ? ldq_be_p(p) : ldq_le_p(p);
    }
}

const char *load_elf_strerror(ssize_t error)
{
    switch (error) {
    case ELF_LOAD_NOT_ELF:
        return "The image is not ELF";
    case ELF_LOAD_WRONG_ARCH:
        return "The image is from incompatible architecture";
    case ELF_LOAD_WRONG_ENDIAN:
        return "The image has incorrect endianness";
    case ELF_LOAD_TOO_BIG:
        return "The image segments are too big to load";
    default:
        return "Failed to load ELF";
    }
}

static ssize_t open_elf(ElfFile *f, const uint8_t *data, size_t size)
{
    f->data = data;
    f->size = size;
    if (size < sizeof(Elf32_Ehdr) || memcmp(data, ELFMAG, SELFMAG) != 0) {
        return ELF_LOAD_NOT_ELF;
    }
    f->is64 = data[EI_CLASS] == ELFCLASS64;
    f->big = data[EI_DATA] == ELFDATA2MSB;
    return f->is64 && size < sizeof(Elf64_Ehdr) ? ELF_LOAD_FAILED : 0;
}

#define FIELD(f, base, type, field)                                                              \
    ((f)->is64 ? get(f, (base) + offsetof(Elf64_##type, field),                                  \
                     sizeof(((Elf64_##type *)0)->field))                                         \
               : get(f, (base) + offsetof(Elf32_##type, field),                                  \
                     sizeof(((Elf32_##type *)0)->field)))

static bool segment(const ElfFile *f, unsigned i, Segment *s)
{
    uint64_t phoff = FIELD(f, f->data, Ehdr, e_phoff);
    uint64_t entsize = FIELD(f, f->data, Ehdr, e_phentsize);
    size_t need = f->is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
    const uint8_t *p;

    if (entsize < need || phoff > f->size || i * entsize > f->size - phoff ||
        f->size - phoff - i * entsize < need) {
        return false;
    }
    p = f->data + phoff + i * entsize;
    s->type = FIELD(f, p, Phdr, p_type);
    s->offset = FIELD(f, p, Phdr, p_offset);
    s->vaddr = FIELD(f, p, Phdr, p_vaddr);
    s->paddr = FIELD(f, p, Phdr, p_paddr);
    s->filesz = FIELD(f, p, Phdr, p_filesz);
    s->memsz = FIELD(f, p, Phdr, p_memsz);
    return s->filesz <= f->size && s->offset <= f->size - s->filesz;
}

/* Entry points are virtual; where a segment says so, turn them into physical addresses. */
static void fix_entry(const Segment *s, uint64_t *entry)
{
    if (s->vaddr != s->paddr && *entry >= s->vaddr && *entry - s->vaddr < s->memsz) {
        *entry = *entry - s->vaddr + s->paddr;
    }
}

typedef struct LoadResult {
    uint64_t low, high, total;
} LoadResult;

static ssize_t load_segment(const ElfFile *f, const Segment *s, const char *filename,
                            uint64_t addr, AddressSpace *as, LoadResult *res)
{
    g_autofree uint8_t *buf = NULL;
    uint64_t memsz = MAX(s->memsz, s->filesz);

    if (memsz > (uint64_t)SSIZE_MAX / 2 || addr + memsz < addr) {
        return ELF_LOAD_TOO_BIG;
    }
    /* What is not in the file is zero in fresh memory, but not after a warm reset: fill it in. */
    buf = g_try_malloc0(MAX(memsz, 1));
    if (!buf) {
        return ELF_LOAD_TOO_BIG;
    }
    memcpy(buf, f->data + s->offset, s->filesz);
    if (memsz) {
        rom_add_blob_fixed_as(filename, buf, memsz, addr, as);
    }
    res->low = MIN(res->low, addr);
    res->high = MAX(res->high, addr + memsz);
    return 0;
}

ssize_t load_elf_as(const char *filename, uint64_t (*elf_note_fn)(void *, void *, bool),
                    uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                    uint64_t *pentry, uint64_t *lowaddr, uint64_t *highaddr, uint32_t *pflags,
                    int big_endian, int elf_machine, int clear_lsb, int data_swab,
                    AddressSpace *as)
{
    g_autoptr(GMappedFile) map = g_mapped_file_new(filename, FALSE, NULL);
    LoadResult res = { .low = UINT64_MAX };
    uint64_t entry, n;
    ElfFile f;
    ssize_t r;

    if (!map) {
        return ELF_LOAD_FAILED;
    }
    r = open_elf(&f, (const uint8_t *)g_mapped_file_get_contents(map),
                 g_mapped_file_get_length(map));
    if (r < 0) {
        return r;
    }
    if (f.big != !!big_endian) {
        return ELF_LOAD_WRONG_ENDIAN;
    }
    if (elf_machine && FIELD(&f, f.data, Ehdr, e_machine) != (uint64_t)elf_machine) {
        return ELF_LOAD_WRONG_ARCH;
    }
    n = FIELD(&f, f.data, Ehdr, e_phnum);
    if (n > MAX_SEGMENTS || data_swab) {
        return ELF_LOAD_FAILED;
    }
    entry = FIELD(&f, f.data, Ehdr, e_entry);
    rom_transaction_begin();
    for (unsigned i = 0; i < n; i++) {
        Segment s;

        if (!segment(&f, i, &s)) {
            rom_transaction_end(false);
            return ELF_LOAD_FAILED;
        }
        if (s.type != PT_LOAD) {
            continue;
        }
        fix_entry(&s, &entry);
        r = load_segment(&f, &s, filename,
                         translate_fn ? translate_fn(translate_opaque, s.paddr) : s.paddr, as,
                         &res);
        if (r < 0) {
            rom_transaction_end(false);
            return r;
        }
    }
    rom_transaction_end(true);
    if (pflags) {
        *pflags = FIELD(&f, f.data, Ehdr, e_flags);
    }
    if (pentry) {
        *pentry = clear_lsb ? entry & ~1ull : entry;
    }
    if (lowaddr) {
        *lowaddr = res.low;
    }
    if (highaddr) {
        *highaddr = res.high;
    }
    return res.high > res.low ? (ssize_t)(res.high - res.low) : 0;
}

ssize_t load_elf(const char *filename, uint64_t (*elf_note_fn)(void *, void *, bool),
                 uint64_t (*translate_fn)(void *, uint64_t), void *translate_opaque,
                 uint64_t *pentry, uint64_t *lowaddr, uint64_t *highaddr, uint32_t *pflags,
                 int big_endian, int elf_machine, int clear_lsb, int data_swab)
{
    return load_elf_as(filename, elf_note_fn, translate_fn, translate_opaque, pentry, lowaddr,
                       highaddr, pflags, big_endian, elf_machine, clear_lsb, data_swab, NULL);
}

bool load_elf_hdr(const char *filename, void *hdr, bool *is64, Error **errp)
{
    uint8_t buf[sizeof(Elf64_Ehdr)] = { 0 };
    ssize_t n = load_image_size(filename, buf, sizeof(buf));
    ElfFile f;

    if (n < 0) {
        error_setg_errno(errp, errno, "Failed to open file: %s", filename);
        return false;
    }
    if (open_elf(&f, buf, n) < 0) {
        error_setg(errp, "Bad ELF magic: %s", filename);
        return false;
    }
    *is64 = f.is64;
    memcpy(hdr, buf, f.is64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr));
    return true;
}
