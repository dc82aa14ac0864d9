/*
 * Memory of the host: aligned blocks, guest RAM, advice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/host-utils.h"
#include "qemu/units.h"

void *qemu_try_memalign(size_t alignment, size_t size)
{
    void *ptr;

    alignment = MAX(alignment, sizeof(void *));
    assert(is_power_of_2(alignment));
    int err = posix_memalign(&ptr, alignment, size ? size : 1);
    if (err) {
        errno = err;
        return NULL;
    }
    return ptr;
}

void *qemu_memalign(size_t alignment, size_t size)
{
    void *ptr = qemu_try_memalign(alignment, size);

    if (!ptr) {
        fprintf(stderr, "failed to allocate %zu bytes at %zu: %s\n", size, alignment,
                strerror(errno));
        abort();
    }
    return ptr;
}

void qemu_vfree(void *ptr)
{
    free(ptr);
}

/*
 * Map more than needed and give the ends back: the kernel aligns to pages only. One page above
 * stays as a guard, so that an overrun of guest RAM faults.
 */
void *qemu_anon_ram_alloc(size_t size, uint64_t *align, bool shared, bool noreserve)
{
    size_t page = qemu_real_host_page_size();
    size_t alignment = size >= 2 * MiB ? 2 * MiB : page;
    size_t want = ROUND_UP(size, page);
    size_t total = want + alignment + page;
    int flags = MAP_ANONYMOUS | (shared ? MAP_SHARED : MAP_PRIVATE) |
                (noreserve ? MAP_NORESERVE : 0);

    if (total < size) {
        errno = ENOMEM;
        return NULL;
    }
    char *map = mmap(NULL, total, PROT_NONE, MAP_ANONYMOUS | MAP_PRIVATE | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) {
        return NULL;
    }
    char *start = QEMU_ALIGN_PTR_UP(map, alignment);
    if (mmap(start, want, PROT_READ | PROT_WRITE, flags | MAP_FIXED, -1, 0) == MAP_FAILED) {
        int err = errno;
        munmap(map, total);
        errno = err;
        return NULL;
    }
    if (start > map) {
        munmap(map, start - map);
    }
    char *end = start + want + page;
    if (end < map + total) {
        munmap(end, map + total - end);
    }
    if (align) {
        *align = alignment;
    }
    return start;
}

void qemu_anon_ram_free(void *ptr, size_t size)
{
    size_t page = qemu_real_host_page_size();

    if (ptr) {
        munmap(ptr, ROUND_UP(size, page) + page);
    }
}

int qemu_madvise(void *addr, size_t len, int advice)
{
    if (advice == QEMU_MADV_INVALID) {
        errno = EINVAL;
        return -1;
    }
    return madvise(addr, len, advice);
}

int os_mlock(void)
{
    if (mlockall(MCL_CURRENT | MCL_FUTURE) < 0) {
        error_report("mlockall: %s", strerror(errno));
        return -1;
    }
    return 0;
}

size_t qemu_get_host_physmem(void)
{
    long pages = sysconf(_SC_PHYS_PAGES);

    return pages > 0 ? (size_t)pages * qemu_real_host_page_size() : 0;
}
