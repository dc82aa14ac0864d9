/*
 * Random bytes for the guest (RDRAND, virtio-rng seeds, generated addresses).
 *
 * Without -seed they come from the host's kernel. With -seed each thread has a generator of
 * its own, so that the same run draws the same numbers.
 *
 * Threads: any.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QEMU_GUEST_RANDOM_H
#define QEMU_GUEST_RANDOM_H

#include "qemu/osdep.h"

/* -seed: a number. Main thread, before others start. 0, or -1 with @errp set. */
int qemu_guest_random_seed_main(const char *seedstr, Error **errp);
/* For a new thread: draw a seed in the parent, hand it to the child. 0: no seeding. */
uint64_t qemu_guest_random_seed_thread_part1(void);
void qemu_guest_random_seed_thread_part2(uint64_t seed);
/* 0, or -1 with @errp set and @buf unspecified. */
int qemu_guest_getrandom(void *buf, size_t len, Error **errp);
/* For callers that cannot fail: ends the process if the host has no random bytes. */
void qemu_guest_getrandom_nofail(void *buf, size_t len);

#endif
