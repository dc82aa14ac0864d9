/*
 * Names for objects that the user gave none: '#', the subsystem, a running number, and two
 * digits that keep people from relying on the number.
 *
 * Thread:  any.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/id.h"

static uint64_t counters[ID_MAX]; /* atomic */

char *id_generate(IdSubSystems id)
{
    static const char *const names[ID_MAX] = {
        [ID_QDEV] = "qdev", [ID_BLOCK] = "block", [ID_CHR] = "chr", [ID_NET] = "net",
    };

    assert((unsigned)id < ID_MAX);
    return g_strdup_printf("#%s%" PRIu64 "%02d", names[id], qatomic_fetch_inc(&counters[id]),
                           g_random_int_range(0, 100));
}
