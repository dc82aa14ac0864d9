/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP commands that write guest memory to files.
 *
 * Thread: main thread with the big lock.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hw/core/cpu.h"
#include "monitor/monitor.h"
#include "qapi/error.h"
#include "qapi/qmp-commands.h"

enum {
    CHUNK = 64 * 1024,
};

/* Read a chunk of guest memory; false if there is none at @addr. */
typedef bool ReadChunk(void *opaque, uint64_t addr, void *buf, size_t len);

static bool read_virtual(void *opaque, uint64_t addr, void *buf, size_t len)
{
    return cpu_memory_rw_debug(opaque, addr, buf, len, false) == 0;
}

static bool read_physical(void *opaque, uint64_t addr, void *buf, size_t len)
{
    address_space_read(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, buf, len);
    return true;
}

static void save(uint64_t addr, int64_t size, const char *filename, ReadChunk *read,
                 void *opaque, Error **errp)
{
    g_autofree uint8_t *buf = g_malloc(CHUNK);
    int fd;

    if (size < 0) {
        error_setg(errp, "Parameter 'size' expects a number that is not negative, not %" PRId64,
                   size);
        return;
    }
    fd = qemu_create(filename, O_WRONLY | O_TRUNC, 0666, errp);
    if (fd < 0) {
        return;
    }
    while (size > 0) {
        size_t n = MIN(size, (int64_t)CHUNK);

        if (!read(opaque, addr, buf, n)) {
            error_setg(errp, "Invalid addr 0x%016" PRIx64 "/size %" PRId64 " specified", addr,
                       size);
            break;
        }
        if (qemu_write_full(fd, buf, n) != (ssize_t)n) {
            error_setg_errno(errp, errno, "writing memory to '%s' failed", filename);
            break;
        }
        addr += n;
        size -= n;
    }
    qemu_close(fd);
}

void qmp_memsave(int64_t val, int64_t size, const char *filename, bool has_cpu_index,
                 int64_t cpu_index, Error **errp)
{
    CPUState *cpu = !has_cpu_index ? first_cpu
                  : cpu_index >= 0 && cpu_index <= INT_MAX ? qemu_get_cpu(cpu_index) : NULL;

    if (!cpu) {
        error_setg(errp, "Parameter 'cpu-index' expects a CPU number");
        return;
    }
    save(val, size, filename, read_virtual, cpu, errp);
}

void qmp_pmemsave(int64_t val, int64_t size, const char *filename, Error **errp)
{
    save(val, size, filename, read_physical, NULL, errp);
}
