/*
 * Is a buffer all zero?
 *
 * Asked for every page of a migration and every cluster of a converted image. Most buffers
 * with data differ in their first, last or middle word, so those are looked at first; then
 * blocks of 128 bytes, with the widest vectors that the host has.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qemu/atomic.h"
#include "qemu/bswap.h"

enum { BLOCK = 128 };

typedef bool ZeroBlocksFn(const uint8_t *p, size_t blocks);

static bool zero_blocks_word(const uint8_t *p, size_t blocks)
{
    for (; blocks; blocks--, p += BLOCK) {
        uint64_t any = 0;

        for (int i = 0; i < BLOCK; i += 8) {
            any |= ldq_he_p(p + i);
        }
        if (any) {
            return false;
        }
    }
    return true;
}

#if defined(__x86_64__) && defined(CONFIG_AVX2_OPT)
#include <immintrin.h>

__attribute__((target("avx2"))) static bool zero_blocks_avx2(const uint8_t *p, size_t blocks)
{
    for (; blocks; blocks--, p += BLOCK) {
        const __m256i_u *v = (const __m256i_u *)p;
        __m256i any = _mm256_or_si256(_mm256_or_si256(v[0], v[1]), _mm256_or_si256(v[2], v[3]));

        if (!_mm256_testz_si256(any, any)) {
            return false;
        }
    }
    return true;
}

static ZeroBlocksFn *choose(void)
{
    return __builtin_cpu_supports("avx2") ? zero_blocks_avx2 : zero_blocks_word;
}
#else
static ZeroBlocksFn *choose(void)
{
    return zero_blocks_word;
}
#endif

bool buffer_is_zero(const void *buf, size_t len)
{
    static ZeroBlocksFn *zero_blocks; /* every thread computes the same value */
    const uint8_t *p = buf;

    if (len < 8) {
        for (size_t i = 0; i < len; i++) {
            if (p[i]) {
                return false;
            }
        }
        return true;
    }
    if (ldq_he_p(p) | ldq_he_p(p + len - 8) | ldq_he_p(p + (len - 8) / 2)) {
        return false;
    }
    size_t blocks = len / BLOCK;
    if (blocks) {
        ZeroBlocksFn *fn = qatomic_read(&zero_blocks);
        if (!fn) {
            fn = choose();
            qatomic_set(&zero_blocks, fn);
        }
        if (!fn(p, blocks)) {
            return false;
        }
    }
    for (size_t i = blocks * BLOCK; i + 8 <= len; i += 8) {
        if (ldq_he_p(p + i)) {
            return false;
        }
    }
    /* The last word was looked at above. */
    return true;
}
