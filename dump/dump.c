/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Core files of guest memory.
 *
 * Spec:    System V ABI, chapters "ELF header", "Program header", "Note section".
 *
 *   ELF header, program headers (one PT_NOTE, a PT_LOAD for each piece of RAM), notes, RAM
 *
 * Thread:  a dump runs in the main thread, or with "detach" in one of its own; the machine is
 *          stopped until it ends.  `dump.lock` guards what query-dump looks at.
 */
#include "qemu/osdep.h"
#include <elf.h>
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hw/core/cpu.h"
#include "monitor/hmp.h"
#include "qapi/error.h"
#include "qapi/qapi-event.h"
#include "qapi/qmp-commands.h"
#include "qemu/main-loop.h"
#include "qemu/thread.h"
#include "sysemu/dump-arch.h"
#include "sysemu/runstate.h"

enum {
    CHUNK = 1 << 20,
    PAGE = 4096,
};

/* A piece of RAM, contiguous in the file. */
typedef struct Piece {
    uint64_t phys, virt, size;
    const uint8_t *host;
} Piece;

typedef struct Dump {
    int fd;
    DumpArch arch;
    GArray *pieces;                     /* of Piece, by physical address */
    GByteArray *notes;
    uint64_t begin, end;                /* physical addresses that are wanted */
    bool was_running;
    Error *err;
} Dump;

static struct {
    QemuMutex lock;
    bool ready;
    DumpStatus status;
    uint64_t completed, total;
} dump;

static void init_once(void)
{
    if (!dump.ready) {
        qemu_mutex_init(&dump.lock);
        dump.ready = true;
    }
}

/* ---- What there is to dump */

typedef struct Collector {
    MemoryListener listener;
    Dump *d;
} Collector;

static void add_piece(MemoryListener *listener, MemoryRegionSection *section)
{
    Dump *d = container_of(listener, Collector, listener)->d;
    uint64_t start = section->offset_within_address_space;
    uint64_t size = int128_get64(section->size), end = start + size;
    Piece p;

    if (!memory_region_is_ram(section->mr) || memory_region_is_ram_device(section->mr)) {
        return;
    }
    p.phys = MAX(start, d->begin);
    if (p.phys >= MIN(end, d->end)) {
        return;
    }
    p.size = MIN(end, d->end) - p.phys;
    p.virt = 0;
    p.host = (uint8_t *)memory_region_get_ram_ptr(section->mr) +
             section->offset_within_region + (p.phys - start);
    g_array_append_val(d->pieces, p);
}

static void collect_pieces(Dump *d)
{
    Collector c = { .listener = { .name = "dump", .region_add = add_piece }, .d = d };

    d->pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
    memory_listener_register(&c.listener, &address_space_memory);
    memory_listener_unregister(&c.listener);
}

/* ---- Virtual addresses: split pieces where the first CPU maps them somewhere else */

static void append_mapped(GArray *out, const Piece *piece, uint64_t phys, uint64_t virt,
                          uint64_t size)
{
    Piece *last = out->len ? &g_array_index(out, Piece, out->len - 1) : NULL;
    Piece p = { phys, virt, size, piece->host + (phys - piece->phys) };

    if (last && last->phys + last->size == phys && last->virt + last->size == virt &&
        last->host + last->size == p.host) {
        last->size += size;
        return;
    }
    g_array_append_val(out, p);
}

/* The Linux direct map and kernel, and identity maps: where kernels' own memory is. */
static const uint64_t map_bases[] = {
    0, 0xc0000000ull, 0xffff888000000000ull, 0xffff880000000000ull, 0xffffffff80000000ull,
};

static uint64_t virtual_of(CPUState *cpu, uint64_t phys)
{
    for (size_t i = 0; i < ARRAY_SIZE(map_bases); i++) {
        uint64_t virt = map_bases[i] + phys;

        if (cpu_get_phys_page_debug(cpu, virt) == phys) {
            return virt;
        }
    }
    return 0;
}

static void map_pieces(Dump *d)
{
    GArray *out = g_array_new(FALSE, FALSE, sizeof(Piece));

    for (guint i = 0; i < d->pieces->len; i++) {
        const Piece *p = &g_array_index(d->pieces, Piece, i);

        for (uint64_t off = 0; off < p->size; off += PAGE) {
            append_mapped(out, p, p->phys + off, virtual_of(first_cpu, p->phys + off),
                          MIN(p->size - off, (uint64_t)PAGE));
        }
    }
    g_array_free(d->pieces, TRUE);
    d->pieces = out;
}

/* ---- Notes */

void dump_append_note(GByteArray *notes, const char *name, uint32_t type, const void *desc,
                      size_t len)
{
    static const uint8_t zero[4];
    Elf64_Nhdr head = { .n_namesz = strlen(name) + 1, .n_descsz = len, .n_type = type };

    g_byte_array_append(notes, (uint8_t *)&head, sizeof(head));
    g_byte_array_append(notes, (const uint8_t *)name, head.n_namesz);
    g_byte_array_append(notes, zero, -head.n_namesz & 3);
    g_byte_array_append(notes, desc, len);
    g_byte_array_append(notes, zero, -len & 3);
}

static void collect_notes(Dump *d)
{
    CPUState *cpu;

    d->notes = g_byte_array_new();
    CPU_FOREACH(cpu) {
        dump_arch_notes(cpu, &d->arch, d->notes);
    }
}

/* ---- Writing */

static bool put(Dump *d, const void *buf, size_t len)
{
    if (qemu_write_full(d->fd, buf, len) != (ssize_t)len) {
        error_setg_errno(&d->err, errno, "dump: failed to save memory");
        return false;
    }
    return true;
}

/* A header's fields exist in two widths; the wide form is filled and narrowed if need be. */
static bool put_elf_header(Dump *d, unsigned phnum)
{
    unsigned sections = phnum >= PN_XNUM;
    Elf64_Ehdr e = {
        .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
                     d->arch.elf64 ? ELFCLASS64 : ELFCLASS32, ELFDATA2LSB, EV_CURRENT },
        .e_type = ET_CORE, .e_machine = d->arch.elf_machine, .e_version = EV_CURRENT,
        .e_phoff = sizeof(Elf64_Ehdr), .e_ehsize = sizeof(Elf64_Ehdr),
        .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = sections ? PN_XNUM : phnum,
        .e_shentsize = sections ? sizeof(Elf64_Shdr) : 0, .e_shnum = sections,
        .e_shoff = sections ? sizeof(Elf64_Ehdr) + phnum * sizeof(Elf64_Phdr) : 0,
    };
    Elf32_Ehdr n = {
        .e_type = e.e_type, .e_machine = e.e_machine, .e_version = e.e_version,
        .e_phoff = sizeof(n), .e_ehsize = sizeof(n), .e_phentsize = sizeof(Elf32_Phdr),
        .e_phnum = e.e_phnum, .e_shentsize = sections ? sizeof(Elf32_Shdr) : 0,
        .e_shnum = sections,
        .e_shoff = sections ? sizeof(n) + phnum * sizeof(Elf32_Phdr) : 0,
    };

    memcpy(n.e_ident, e.e_ident, sizeof(n.e_ident));
    return d->arch.elf64 ? put(d, &e, sizeof(e)) : put(d, &n, sizeof(n));
}

static bool put_program_header(Dump *d, uint32_t type, uint64_t offset, const Piece *p)
{
    Elf64_Phdr e = {
        .p_type = type, .p_offset = offset, .p_vaddr = p->virt, .p_paddr = p->phys,
        .p_filesz = p->size, .p_memsz = p->size,
    };
    Elf32_Phdr n = {
        .p_type = type, .p_offset = offset, .p_vaddr = p->virt, .p_paddr = p->phys,
        .p_filesz = p->size, .p_memsz = p->size,
    };

    return d->arch.elf64 ? put(d, &e, sizeof(e)) : put(d, &n, sizeof(n));
}

/* With 0xffff program headers and more, their number is in the first section header. */
static bool put_section_header(Dump *d, unsigned phnum)
{
    Elf64_Shdr e = { .sh_info = phnum };
    Elf32_Shdr n = { .sh_info = phnum };

    if (phnum < PN_XNUM) {
        return true;
    }
    return d->arch.elf64 ? put(d, &e, sizeof(e)) : put(d, &n, sizeof(n));
}

static bool put_headers(Dump *d)
{
    unsigned phnum = d->pieces->len + 1;
    size_t eh = d->arch.elf64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
    size_t ph = d->arch.elf64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
    size_t sh = phnum < PN_XNUM ? 0 : d->arch.elf64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
    uint64_t offset = eh + phnum * ph + sh;
    Piece note = { .size = d->notes->len };

    if (!put_elf_header(d, phnum) || !put_program_header(d, PT_NOTE, offset, &note)) {
        return false;
    }
    offset += d->notes->len;
    for (guint i = 0; i < d->pieces->len; i++) {
        const Piece *p = &g_array_index(d->pieces, Piece, i);

        if (!put_program_header(d, PT_LOAD, offset, p)) {
            return false;
        }
        offset += p->size;
    }
    return put_section_header(d, phnum) && put(d, d->notes->data, d->notes->len);
}

static bool put_memory(Dump *d)
{
    for (guint i = 0; i < d->pieces->len; i++) {
        const Piece *p = &g_array_index(d->pieces, Piece, i);

        for (uint64_t off = 0; off < p->size; off += CHUNK) {
            size_t n = MIN(p->size - off, (uint64_t)CHUNK);

            if (!put(d, p->host + off, n)) {
                return false;
            }
            qemu_mutex_lock(&dump.lock);
            dump.completed += n;
            qemu_mutex_unlock(&dump.lock);
        }
    }
    return true;
}

/* ---- One dump from start to end */

static bool prepare(Dump *d, bool paging, Error **errp)
{
    if (!dump_arch_info(&d->arch)) {
        error_setg(errp, "dump: this machine's CPUs cannot be described in a core file");
        return false;
    }
    collect_pieces(d);
    if (!d->pieces->len) {
        error_setg(errp, "dump: there is no guest memory in that range");
        return false;
    }
    if (paging) {
        map_pieces(d);
    }
    collect_notes(d);
    dump.total = 0;
    for (guint i = 0; i < d->pieces->len; i++) {
        dump.total += g_array_index(d->pieces, Piece, i).size;
    }
    dump.completed = 0;
    return true;
}

static void release(Dump *d)
{
    if (d->fd >= 0) {
        qemu_close(d->fd);
    }
    if (d->pieces) {
        g_array_free(d->pieces, TRUE);
    }
    if (d->notes) {
        g_byte_array_free(d->notes, TRUE);
    }
    if (d->was_running) {
        vm_start();
    }
    g_free(d);
}

static void set_status(DumpStatus status)
{
    qemu_mutex_lock(&dump.lock);
    dump.status = status;
    qemu_mutex_unlock(&dump.lock);
}

static void write_all(Dump *d)
{
    bool ok = put_headers(d) && put_memory(d);

    set_status(ok ? DUMP_STATUS_COMPLETED : DUMP_STATUS_FAILED);
}

/* In the main thread, when the dump's own has ended. */
static void detached_end(void *opaque)
{
    Dump *d = opaque;
    DumpQueryResult *result = qmp_query_dump(NULL);
    Error *err = d->err;

    release(d);
    qapi_event_send_dump_completed(result, err != NULL, err ? error_get_pretty(err) : NULL,
                                   &error_abort);
    qapi_free_DumpQueryResult(result);
    error_free(err);
}

static void *detached_thread(void *opaque)
{
    write_all(opaque);
    aio_bh_schedule_oneshot(qemu_get_aio_context(), detached_end, opaque);
    return NULL;
}

static int open_target(const char *protocol, Error **errp)
{
    if (g_str_has_prefix(protocol, "fd:")) {
        return monitor_get_fd(monitor_cur(), protocol + 3, errp);
    }
    if (g_str_has_prefix(protocol, "file:")) {
        return qemu_create(protocol + 5, O_WRONLY | O_TRUNC, 0600, errp);
    }
    error_setg(errp, "Parameter 'protocol' expects \"file:PATH\" or \"fd:NAME\", not '%.100s'",
               protocol);
    return -1;
}

static bool check_range(bool has_begin, int64_t begin, bool has_length, int64_t length,
                        Error **errp)
{
    if (has_begin != has_length) {
        error_setg(errp, "Parameter '%s' is missing", has_begin ? "length" : "begin");
        return false;
    }
    if (has_begin && (begin < 0 || length <= 0 || begin > INT64_MAX - length)) {
        error_setg(errp, "Parameter '%s' expects a number that is not negative%s",
                   begin < 0 ? "begin" : "length", begin < 0 ? "" : ", and not 0");
        return false;
    }
    return true;
}

void qmp_dump_guest_memory(bool paging, const char *protocol, bool has_detach, bool detach,
                           bool has_begin, int64_t begin, bool has_length, int64_t length,
                           bool has_format, DumpGuestMemoryFormat format, Error **errp)
{
    QemuThread thread;
    Dump *d;
    int fd;

    init_once();
    if (dump.status == DUMP_STATUS_ACTIVE) {
        error_setg(errp, "There is a dump in process, wait for its end");
        return;
    }
    if (runstate_check(RUN_STATE_INMIGRATE)) {
        error_setg(errp, "Dump not allowed during incoming migration");
        return;
    }
    if (!check_range(has_begin, begin, has_length, length, errp)) {
        return;
    }
    fd = open_target(protocol, errp);
    if (fd < 0) {
        return;
    }
    d = g_new0(Dump, 1);
    d->fd = fd;
    d->begin = has_begin ? begin : 0;
    d->end = has_begin ? (uint64_t)begin + length : UINT64_MAX;
    d->was_running = runstate_is_running();
    vm_stop(RUN_STATE_SAVE_VM);
    if (!prepare(d, paging, errp)) {
        release(d);
        return;
    }
    set_status(DUMP_STATUS_ACTIVE);
    if (has_detach && detach) {
        qemu_thread_create(&thread, "dump", detached_thread, d, QEMU_THREAD_DETACHED);
        return;
    }
    write_all(d);
    error_propagate(errp, d->err);
    release(d);
}

DumpQueryResult *qmp_query_dump(Error **errp)
{
    DumpQueryResult *result = g_new0(DumpQueryResult, 1);

    init_once();
    qemu_mutex_lock(&dump.lock);
    result->status = dump.status;
    result->completed = dump.completed;
    result->total = dump.total;
    qemu_mutex_unlock(&dump.lock);
    return result;
}

DumpGuestMemoryCapability *qmp_query_dump_guest_memory_capability(Error **errp)
{
    DumpGuestMemoryCapability *cap = g_new0(DumpGuestMemoryCapability, 1);

    cap->formats = g_new0(DumpGuestMemoryFormatList, 1);
    cap->formats->value = DUMP_GUEST_MEMORY_FORMAT_ELF;
    return cap;
}

/* ---- HMP */

static void hmp_dump_guest_memory(Monitor *mon, const QDict *args)
{
    g_autofree char *protocol = g_strconcat("file:", qdict_get_str(args, "filename"), NULL);
    bool has_begin = qdict_haskey(args, "begin"), has_length = qdict_haskey(args, "length");
    Error *err = NULL;

    qmp_dump_guest_memory(qdict_get_bool(args, "paging"), protocol, true,
                          qdict_get_bool(args, "detach"), has_begin,
                          qdict_get_try_int(args, "begin", 0), has_length,
                          qdict_get_try_int(args, "length", 0), false, 0, &err);
    hmp_handle_error(mon, err);
}

static void hmp_info_dump(Monitor *mon, const QDict *args)
{
    DumpQueryResult *r = qmp_query_dump(NULL);

    monitor_printf(mon, "Status: %s\n", DumpStatus_str(r->status));
    if (r->status == DUMP_STATUS_ACTIVE) {
        monitor_printf(mon, "Finished: %.2f %%\n",
                       r->total ? 100.0 * r->completed / r->total : 100.0);
    }
    qapi_free_DumpQueryResult(r);
}

static const HMPCommand hmp_dump_commands[] = {
    { "dump-guest-memory", "paging:-p,detach:-d,filename:F,begin:l?,length:l?",
      "[-p] [-d] filename [begin length]", "dump guest memory into file 'filename' (-p: do "
      "paging to get guest's memory mapping; -d: return immediately)", hmp_dump_guest_memory },
};
HMP_COMMANDS(hmp_dump_commands);

static const HMPCommand hmp_dump_info[] = {
    { "dump", "", "", "Display the latest dump status", hmp_info_dump },
};
HMP_INFO(hmp_dump_info);
