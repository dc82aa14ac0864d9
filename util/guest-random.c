/*
 * Random bytes for the guest.
 *
 * The seeded generator is xoshiro256**, filled by splitmix64 (Blackman and Vigna, 2018).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/bitops.h"
#include "qemu/cutils.h"
#include "qemu/guest-random.h"

static bool deterministic; /* set by -seed, before there are threads */
static __thread uint64_t state[4];

static uint64_t splitmix(uint64_t *x)
{
    uint64_t z = *x += 0x9e3779b97f4a7c15ULL;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return z ^ z >> 31;
}

static uint64_t xoshiro_next(void)
{
    uint64_t result = rol64(state[1] * 5, 7) * 9, t = state[1] << 17;

    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= t;
    state[3] = rol64(state[3], 45);
    return result;
}

static void seed_thread(uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        state[i] = splitmix(&seed);
    }
}

int qemu_guest_random_seed_main(const char *seedstr, Error **errp)
{
    uint64_t seed;

    if (parse_uint_full(seedstr, 0, &seed)) {
        error_setg(errp, "Invalid seed number: '%s'", seedstr);
        return -1;
    }
    deterministic = true;
    seed_thread(seed);
    return 0;
}

uint64_t qemu_guest_random_seed_thread_part1(void)
{
    /* Never 0, which says that there is none. */
    return deterministic ? xoshiro_next() | 1 : 0;
}

void qemu_guest_random_seed_thread_part2(uint64_t seed)
{
    if (deterministic) {
        seed_thread(seed);
    }
}

int qemu_guest_getrandom(void *buf, size_t len, Error **errp)
{
    uint8_t *p = buf;

    if (!deterministic) {
        return qemu_random_bytes(buf, len, errp);
    }
    while (len) {
        uint64_t v = xoshiro_next();
        size_t n = MIN(len, sizeof(v));

        memcpy(p, &v, n);
        p += n;
        len -= n;
    }
    return 0;
}

void qemu_guest_getrandom_nofail(void *buf, size_t len)
{
    qemu_guest_getrandom(buf, len, &error_fatal);
}
