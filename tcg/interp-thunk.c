/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interpreter: single host instructions in executable memory.
 *
 * A thunk is a C function f(regs in rdi, mem in rsi): load registers, the instruction, store
 * registers, return. It is found by the bytes of its instruction. Guest code can ask for many
 * different ones (every value of an immediate is another), so the region is of fixed size and
 * simply starts again when it is full.
 *
 * Threads: any; the lock is held while a thunk runs, because starting again would pull the
 * code from under it. A thunk cannot fault: its memory operand was resolved before.
 */
#include "qemu/osdep.h"
#include "interp.h"

#ifdef __x86_64__

enum {
    REGION_SIZE = 1 << 20,
    THUNK_MAX = 320,
    MAX_INSN = 15,
    TABLE_BITS = 13, /* more slots than thunks: a probe always finds a free one */
};
QEMU_BUILD_BUG_ON(REGION_SIZE / 64 / 2 > 1 << TABLE_BITS);

typedef enum ThunkKind { BARE, WITH_REGS, WITH_MMX } ThunkKind;

typedef struct ThunkKey {
    uint8_t bytes[MAX_INSN];
    uint8_t len; /* | ThunkKind << 4; 0: free slot */
} ThunkKey;

static struct {
    GMutex lock;
    uint8_t *rw;
    const uint8_t *rx;
    size_t used;
    unsigned count;
    ThunkKey keys[1 << TABLE_BITS];
    uint32_t ofs[1 << TABLE_BITS];
} cache;

static void map_region(void)
{
    int fd = memfd_create("interp-thunks", MFD_CLOEXEC);

    if (fd < 0 || ftruncate(fd, REGION_SIZE) < 0) {
        g_error("interpreter: cannot make executable memory: %s", strerror(errno));
    }
    cache.rw = mmap(NULL, REGION_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    cache.rx = mmap(NULL, REGION_SIZE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    if (cache.rw == MAP_FAILED || cache.rx == MAP_FAILED) {
        g_error("interpreter: cannot map executable memory: %s", strerror(errno));
    }
    close(fd);
}

/* movups, or vmovdqu ymm, between xmm<n> and [rdi + 32 * n]. */
static uint8_t *put_vector_move(uint8_t *p, unsigned n, bool store, bool avx)
{
    if (avx) {
        *p++ = 0xc5;
        *p++ = 0xfe;
        *p++ = store ? 0x7f : 0x6f;
    } else {
        *p++ = 0x0f;
        *p++ = store ? 0x11 : 0x10;
    }
    *p++ = 0x87 | n << 3; /* [rdi + disp32] */
    memcpy(p, &(uint32_t){ offsetof(InterpThunkRegs, xmm[0]) + 32 * n }, 4);
    return p + 4;
}

/* mov between the n-th of r8 r9 r10 rax rdx rcx and its place. */
static uint8_t *put_gpr_move(uint8_t *p, unsigned n, bool store)
{
    static const uint8_t numbers[6] = { 8, 9, 10, 0, 2, 1 };

    *p++ = numbers[n] & 8 ? 0x4c : 0x48;
    *p++ = store ? 0x89 : 0x8b;
    *p++ = 0x87 | (numbers[n] & 7) << 3;
    memcpy(p, &(uint32_t){ offsetof(InterpThunkRegs, gpr[0]) + 8 * n }, 4);
    return p + 4;
}

/* movq between mm1 or mm2 and its place. */
static uint8_t *put_mmx_move(uint8_t *p, unsigned n, bool store)
{
    *p++ = 0x0f;
    *p++ = store ? 0x7f : 0x6f;
    *p++ = 0x87 | (n + 1) << 3;
    memcpy(p, &(uint32_t){ offsetof(InterpThunkRegs, mmx[0]) + 8 * n }, 4);
    return p + 4;
}

static uint8_t *put_moves(uint8_t *p, ThunkKind kind, bool store, bool avx)
{
    for (unsigned i = 0; i < 5; i++) {
        p = put_vector_move(p, i, store, avx);
    }
    for (unsigned i = 0; i < 6; i++) {
        p = put_gpr_move(p, i, store);
    }
    for (unsigned i = 0; kind == WITH_MMX && i < 2; i++) {
        p = put_mmx_move(p, i, store);
    }
    return p;
}

static size_t assemble(uint8_t *start, const uint8_t *insn, size_t len, ThunkKind kind)
{
    static const uint8_t flags_out[] = { 0x9c, 0x8f, 0x87 }; /* pushfq; pop [rdi + disp32] */
    bool avx = __builtin_cpu_supports("avx");
    uint8_t *p = start;

    if (kind == BARE) {
        memcpy(p, insn, len);
        p[len] = 0xc3;
        return len + 1;
    }
    p = put_moves(p, kind, false, avx);
    memcpy(p, insn, len);
    p = put_moves(p + len, kind, true, avx);
    memcpy(p, flags_out, sizeof(flags_out));
    p += sizeof(flags_out);
    memcpy(p, &(uint32_t){ offsetof(InterpThunkRegs, flags) }, 4);
    p += 4;
    if (kind == WITH_MMX) {
        memcpy(p, "\x0f\x77", 2); /* emms */
        p += 2;
    }
    if (avx) {
        memcpy(p, "\xc5\xf8\x77", 3); /* vzeroupper */
        p += 3;
    }
    *p++ = 0xc3;
    assert(p - start <= THUNK_MAX);
    return p - start;
}

static unsigned find_slot(const ThunkKey *key)
{
    uint64_t w[2];
    unsigned slot;

    memcpy(w, key, sizeof(w));
    slot = ((w[0] ^ w[1] * 31) * 0x9e3779b97f4a7c15u) >> (64 - TABLE_BITS);
    while (cache.keys[slot].len && memcmp(&cache.keys[slot], key, sizeof(*key)) != 0) {
        slot = (slot + 1) & ((1 << TABLE_BITS) - 1);
    }
    return slot;
}

static uint32_t make_thunk(const ThunkKey *key, const uint8_t *insn, size_t len, ThunkKind kind)
{
    unsigned slot = find_slot(key);

    if (!cache.keys[slot].len) {
        if (cache.used + THUNK_MAX > REGION_SIZE || cache.count >= 3u << (TABLE_BITS - 2)) {
            memset(cache.keys, 0, sizeof(cache.keys));
            cache.used = 0;
            cache.count = 0;
            slot = find_slot(key);
        }
        cache.keys[slot] = *key;
        cache.ofs[slot] = cache.used;
        cache.used += ROUND_UP(assemble(cache.rw + cache.used, insn, len, kind), 16);
        cache.count++;
    }
    return cache.ofs[slot];
}

void interp_thunk_run(const uint8_t *insn, size_t len, InterpThunkRegs *regs, void *mem)
{
    typedef void Thunk(InterpThunkRegs *, void *);
    ThunkKind kind = !regs ? BARE : regs->uses_mmx ? WITH_MMX : WITH_REGS;
    ThunkKey key = { .len = len | kind << 4 };
    uint32_t ofs;

    assert(len <= MAX_INSN);
    memcpy(key.bytes, insn, len);
    g_mutex_lock(&cache.lock);
    if (!cache.rw) {
        map_region();
    }
    ofs = make_thunk(&key, insn, len, kind);
    ((Thunk *)(uintptr_t)(cache.rx + ofs))(regs, mem);
    g_mutex_unlock(&cache.lock);
}

#else

void interp_thunk_run(const uint8_t *insn, size_t len, InterpThunkRegs *regs, void *mem)
{
    g_error("interpreter: x86 vector and x87 instructions need an x86-64 host");
}

#endif
