/*
 * Where the host memory of RAM blocks comes from: anonymous memory, files, descriptors.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include <sys/vfs.h>
#include <linux/magic.h>
#include "memory-internal.h"

static RAMBlock *ramblock_new(MemoryRegion *mr, ram_addr_t size, ram_addr_t max_size,
                              uint32_t flags)
{
    RAMBlock *rb = g_new0(RAMBlock, 1);

    rb->mr = mr;
    rb->used_length = ROUND_UP(size, RAM_PAGE_SIZE);
    rb->max_length = ROUND_UP(max_size, RAM_PAGE_SIZE);
    rb->flags = flags;
    rb->fd = -1;
    rb->page_size = qemu_real_host_page_size();
    return rb;
}

/* A block whose memory is in place goes public. */
static RAMBlock *ramblock_publish(RAMBlock *rb)
{
    ramblock_bitmaps_init(rb);
    ramblock_list_add(rb);
    return rb;
}

/* Fails for sizes that no host can have, before arithmetic on them can wrap around. */
static bool check_size(MemoryRegion *mr, ram_addr_t max_size, Error **errp)
{
    if (max_size == 0 || max_size > (ram_addr_t)1 << 47) {
        error_setg(errp, "size 0x%" PRIx64 " of memory '%s' is out of range, at most 128 TiB",
                   max_size, memory_region_name(mr));
        return false;
    }
    return true;
}

static RAMBlock *ram_alloc_anon(ram_addr_t size, ram_addr_t max_size, uint32_t flags,
                                void (*resized)(const char *id, uint64_t length, void *host),
                                MemoryRegion *mr, Error **errp)
{
    RAMBlock *rb;

    if (!check_size(mr, max_size, errp)) {
        return NULL;
    }
    rb = ramblock_new(mr, size, max_size, flags);
    rb->resized = resized;
    rb->host = qemu_anon_ram_alloc(rb->max_length, NULL, flags & RAM_SHARED,
                                   flags & RAM_NORESERVE);
    if (!rb->host) {
        error_setg_errno(errp, errno, "cannot set up guest memory '%s' of %" PRIu64 " MiB",
                         memory_region_name(mr), rb->max_length / MiB);
        g_free(rb);
        return NULL;
    }
    /* Advice: a kernel that does not follow it is no error. */
    qemu_madvise(rb->host, rb->max_length, QEMU_MADV_HUGEPAGE);
    qemu_madvise(rb->host, rb->max_length, QEMU_MADV_DONTFORK);
    return ramblock_publish(rb);
}

RAMBlock *qemu_ram_alloc(ram_addr_t size, uint32_t ram_flags, MemoryRegion *mr, Error **errp)
{
    return ram_alloc_anon(size, size, ram_flags, NULL, mr, errp);
}

RAMBlock *qemu_ram_alloc_resizeable(ram_addr_t size, ram_addr_t max_size,
                                    void (*resized)(const char *id, uint64_t length, void *host),
                                    MemoryRegion *mr, Error **errp)
{
    return ram_alloc_anon(size, max_size, RAM_RESIZEABLE, resized, mr, errp);
}

RAMBlock *qemu_ram_alloc_from_ptr(ram_addr_t size, void *host, MemoryRegion *mr, Error **errp)
{
    RAMBlock *rb;

    if (!check_size(mr, size, errp)) {
        return NULL;
    }
    rb = ramblock_new(mr, size, size, RAM_PREALLOC);
    rb->host = host;
    return ramblock_publish(rb);
}

/* ---- files ---- */

static size_t fd_page_size(int fd)
{
    struct statfs fs;
    int ret = RETRY_ON_EINTR(fstatfs(fd, &fs));

    if (ret == 0 && fs.f_type == HUGETLBFS_MAGIC) {
        return fs.f_bsize;
    }
    return qemu_real_host_page_size();
}

size_t qemu_host_page_size_of_path(const char *mem_path, Error **errp)
{
    struct statfs fs;

    if (RETRY_ON_EINTR(statfs(mem_path, &fs)) != 0) {
        error_setg_errno(errp, errno, "can't get file system type of '%s'", mem_path);
        return 0;
    }
    return fs.f_type == HUGETLBFS_MAGIC ? (size_t)fs.f_bsize : qemu_real_host_page_size();
}

uint64_t qemu_host_memory_bytes(void)
{
    return qemu_get_host_physmem();
}

static int64_t fd_size(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 ? st.st_size : -errno;
}

/* Makes the file big enough; false with @errp if it has another size that somebody chose. */
static bool fit_file(int fd, uint64_t offset, uint64_t size, Error **errp)
{
    int64_t have = fd_size(fd);

    if (have > 0 && (uint64_t)have < offset + size) {
        error_setg(errp,
                   "backing store size 0x%" PRIx64 " does not match 'size' option 0x%" PRIx64,
                   have, size);
        return false;
    }
    if (have >= 0 && (uint64_t)have < offset + size && ftruncate(fd, offset + size) < 0) {
        error_setg_errno(errp, errno, "cannot make the backing store 0x%" PRIx64 " bytes long",
                         offset + size);
        return false;
    }
    return true;
}

RAMBlock *qemu_ram_alloc_from_fd(ram_addr_t size, MemoryRegion *mr, uint32_t ram_flags, int fd,
                                 off_t offset, bool readonly, Error **errp)
{
    int prot = PROT_READ | (readonly && (ram_flags & RAM_SHARED) ? 0 : PROT_WRITE);
    int flags = (ram_flags & RAM_SHARED ? MAP_SHARED : MAP_PRIVATE) |
                (ram_flags & RAM_NORESERVE ? MAP_NORESERVE : 0);
    size_t page = fd_page_size(fd);
    RAMBlock *rb;
    void *host;

    if (!check_size(mr, size, errp)) {
        return NULL;
    }
    if (size < page) {
        error_setg(errp, "memory size 0x%" PRIx64 " must be at least the page size 0x%zx", size,
                   page);
        return NULL;
    }
    size = ROUND_UP(size, (ram_addr_t)page);
    if (!fit_file(fd, offset, size, errp)) {
        return NULL;
    }
    host = mmap(NULL, size, prot, flags, fd, offset);
    if (host == MAP_FAILED) {
        error_setg_errno(errp, errno, "unable to map backing store for guest RAM '%s'",
                         memory_region_name(mr));
        return NULL;
    }
    rb = ramblock_new(mr, size, size, ram_flags | (readonly ? RAM_READONLY : 0));
    rb->host = host;
    rb->fd = fd;
    rb->fd_offset = offset;
    rb->page_size = page;
    return ramblock_publish(rb);
}

/* An unnamed file in directory @dir. */
static int open_in_dir(const char *dir, const char *name, Error **errp)
{
    g_autofree char *clean = g_strdup(name);
    g_autofree char *path = NULL;
    int fd;

    g_strdelimit(clean, "/", '_');
    path = g_strdup_printf("%s/qemu_back_mem.%s.XXXXXX", dir, clean);
    fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
        error_setg_errno(errp, errno, "unable to create a backing store in '%s'", dir);
        return -1;
    }
    unlink(path);
    return fd;
}

/* Opens @path, making the file if there is none; *@created tells that. */
static int open_backing(const char *path, const char *name, bool readonly, bool *created,
                        Error **errp)
{
    struct stat st;
    int fd;

    *created = false;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        if (readonly) {
            error_setg(errp, "'%s' is a directory: read-only memory needs a file", path);
            return -1;
        }
        return open_in_dir(path, name, errp);
    }
    fd = RETRY_ON_EINTR(open(path, (readonly ? O_RDONLY : O_RDWR) | O_CLOEXEC));
    if (fd < 0 && errno == ENOENT && !readonly) {
        fd = RETRY_ON_EINTR(open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
        *created = fd >= 0;
    }
    if (fd < 0) {
        error_setg_errno(errp, errno, "can't open backing store '%s' for guest RAM", path);
    }
    return fd;
}

RAMBlock *qemu_ram_alloc_from_file(ram_addr_t size, MemoryRegion *mr, uint32_t ram_flags,
                                   const char *mem_path, bool readonly, Error **errp)
{
    bool created;
    int fd = open_backing(mem_path, memory_region_name(mr), readonly, &created, errp);
    RAMBlock *rb;

    if (fd < 0) {
        return NULL;
    }
    rb = qemu_ram_alloc_from_fd(size, mr, ram_flags, fd, 0, readonly, errp);
    if (!rb) {
        if (created) {
            unlink(mem_path);
        }
        close(fd);
    }
    return rb;
}
